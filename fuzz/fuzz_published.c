/*
 * fuzz_published.c - a published table (tidy, wide, JJ) and, behind a line "%%", a hierarchy.
 *
 * What is read must be a sound system: members in range, figures for every cell; and a small one is
 * attacked as well, whose witnesses must keep every sum. Each is read as a plain table and as a
 * sheet as people publish it, as `check` does; certificates are made of the latter, where it is a
 * plain table.
 */
#include <assert.h>

#include "audit/audit.h"
#include "audit/report.h"
#include "audit/witness.h"
#include "in_memory.h"
#include "verify/verify.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_system(const struct sc_release *release)
{
    const struct sc_system *system = release->system;
    size_t n = sc_system_n_cells(system);

    for (size_t i = 0; i < sc_system_n_relations(system); i++) {
        struct sc_relation r = sc_system_relation(system, i);

        assert(r.total < n && r.n_children >= 1);
        for (uint32_t k = 0; k < r.n_children; k++)
            assert(r.children[k] < n && r.children[k] != r.total);
    }
    for (uint32_t c = 0; c < n; c++)
        assert(sc_system_find_cell(system, sc_system_cell_codes(system, c)) == c);
}

/* What the audit certifies, the checker accepts, or cannot read; it never says it does not hold. */
static void certify(const char *table, const struct sc_buf *text)
{
    struct in_memory certificate;
    struct sc_verification v = {0};
    struct sc_error err = {0};

    in_memory_open(&certificate, text->data, text->len);
    assert(sc_verify_certificate(&table, 1, certificate.path, &v, &err) != SC_E_UNSAFE);
    in_memory_close(&certificate);
}

static void attack(const struct sc_release *release, bool sheets)
{
    struct sc_audit_policy policy = {.max_work = 20000};
    SC_AUTO(sc_audit) audit = NULL;
    SC_AUTO_BUF text = {0};

    if (sc_system_n_cells(release->system) > 300 ||
        sc_audit_run(release->system, release->figures, release->repeats, release->n_repeats,
                     &policy, &audit, NULL) != SC_OK)
        return;
    assert(!audit->safe || audit->consistent);
    sc_audit_text(release, audit, true, 0, &text);
    if (sc_audit_json(release, audit, false, &text, NULL) != SC_OK || !audit->witnesses ||
        !sheets || (release->forms && release->forms[0].odd))
        return;
    text.len = 0;
    if (sc_certificate_json(release, audit, &text, NULL) == SC_OK)
        certify(release->files[0], &text);
}

static void read_one(const struct sc_release_options *options)
{
    SC_AUTO(sc_release) release = NULL;
    struct sc_error err = {0};

    if (sc_release_read(options, &release, &err) == SC_OK) {
        check_system(release);
        attack(release, options->sheets);
    } else {
        assert(err.status != SC_OK && err.message[0]);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct in_memory table, tree;
    const char *file = table.path, *hierarchy = tree.path;
    size_t after, cut = in_memory_cut(data, size, &after);
    struct sc_release_options options = {.files = &file, .n_files = 1, .find_sums = true};

    in_memory_open(&table, data, cut);
    in_memory_open(&tree, data + after, size - after);
    options.hierarchies = &hierarchy;
    options.n_hierarchies = after < size;
    read_one(&options);
    options.sheets = true;
    read_one(&options);
    in_memory_close(&table);
    in_memory_close(&tree);
    return 0;
}
