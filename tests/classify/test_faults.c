/*
 * test_faults.c - makes each allocation fail in turn while a dictionary is
 * loaded, compiled, used, checked and run over an extract. Every failure is
 * reported as no memory and nothing leaks (the sanitizers look); the few that
 * the reader can do without (it then does not know how long a file is) change no
 * result. Runs where -Dfault_injection=true.
 */
#include "matching.h"

#include <unistd.h>

#include "base/fault.h"
#include "base/file.h"
#include "safecount/classify.h"

static const char dictionary_yaml[] =
    "near: true\n"
    "longest: true\n"
    "attribution: first\n"
    "except: [discard]\n"
    "exclude: [whats up]\n"
    "negation: {before: [denied using], after: [was not used], stop: [but]}\n"
    "categories:\n"
    "  - {id: snapchat, terms: [snapchat, snap chat, {term: snap, needs: [via]}]}\n"
    "  - {id: whats, terms: [\"whats*\"], variants: [watsapp], exclude: [whats on]}\n"
    "  - {id: message, fallback: true, terms: [message]}\n"
    "groups: [{id: g, categories: [snapchat, whats]}]\n";
static const char extract_yaml[] = "files: records.csv\n"
                                   "row: link\n"
                                   "columns: {offence_id: id, victim_id: v, recorded: date,\n"
                                   "          narrative: mo}\n";

static char folder[] = "/tmp/safecount-classify-XXXXXX";

static void path_of(char *path, size_t size, const char *name)
{
    (void)snprintf(path, size, "%s/%s", folder, name);
}

static void put(const char *name, const char *text, size_t len)
{
    char path[128];
    struct sc_error err = {0};

    path_of(path, sizeof path, name);
    assert_int_equal(sc_file_replace(path, text, len, &err), SC_OK);
}

static int make_folder(void **state)
{
    SC_AUTO_BUF records = {0};

    (void)state;
    if (!mkdtemp(folder))
        return -1;
    sc_buf_adds(&records, "id,v,date,mo\n");
    for (int i = 0; i < 12; i++)
        sc_buf_addf(&records,
                    "A%d,1,2020-01-01,caf\xC3\xA9 %d by snapcaht then snapchat\n"
                    "A%d,2,2020-01-01,\"via snap, a watsapp message %d via yubo account\"\n"
                    ",,2020-01-01,note %d\n",
                    i, i, i, i, i);
    put("d.yaml", dictionary_yaml, strlen(dictionary_yaml));
    put("extract.yaml", extract_yaml, strlen(extract_yaml));
    put("records.csv", records.data, records.len);
    return 0;
}

static int remove_folder(void **state)
{
    static const char *const names[] = {"d.yaml", "extract.yaml", "records.csv"};
    char path[128];

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        path_of(path, sizeof path, names[i]);
        (void)unlink(path);
    }
    return rmdir(folder);
}

/* ---- what is run, with one allocation failing ---- */

static enum sc_status take_bytes(void *context, const char *bytes, size_t len, struct sc_error *err)
{
    (void)bytes;
    (void)err;
    *(size_t *)context += len;
    return SC_OK;
}

static enum sc_status survey(const struct sc_source *source, const struct sc_dictionary *dictionary,
                             struct sc_error *err)
{
    struct sc_classify_options options = {.threads = 1};
    struct sc_classification *classification = NULL;
    struct sc_suggestions *suggestions = NULL;
    struct sc_dictionary_difference *difference = NULL;
    size_t written = 0;
    enum sc_status status = sc_classify(source, dictionary, &options, &classification, err);

    if (!status)
        status = sc_classify_labels(source, dictionary, &options, take_bytes, &written, err);
    if (!status)
        status = sc_dictionary_suggest(source, dictionary, 5, 0, &options, &suggestions, err);
    if (!status)
        status = sc_dictionary_compare(source, dictionary, dictionary, &options, &difference, err);
    if (!status) {
        assert_int_equal(classification->records, 24);
        assert_int_equal(difference->changed, 0);
        assert_true(suggestions->n_items > 0 && written > 200);
    }
    sc_classification_free(classification);
    sc_suggestions_free(suggestions);
    sc_dictionary_difference_free(difference);
    return status;
}

static enum sc_status match(const struct sc_dictionary *dictionary, enum sc_engine engine,
                            struct sc_error *err)
{
    static const char text[] = "caf\xC3\xA9 via snap, whatsap message; snapcaht was not used";
    char padded[sizeof text + 2 * SC_MATCHER_PADDING] = {0};
    SC_AUTO(sc_matcher) matcher = NULL;
    SC_AUTO(sc_matcher_scratch) scratch = NULL;
    struct sc_found found = {0};
    const struct sc_hit *hits = NULL;
    size_t n = 0;
    enum sc_status status = sc_matcher_new(&dictionary, 1, engine, &matcher, err);

    memcpy(padded + SC_MATCHER_PADDING, text, sizeof text);
    if (!status)
        status = sc_matcher_scratch_new(matcher, &scratch, err);
    if (!status)
        status = sc_matcher_find(matcher, scratch, padded + SC_MATCHER_PADDING, sizeof text - 1,
                                 &found, err);
    if (!status)
        status = sc_matcher_hits(matcher, scratch, padded + SC_MATCHER_PADDING, sizeof text - 1,
                                 &hits, &n, err);
    if (!status)
        assert_true(found.set == 1 && n >= 3);
    return status;
}

static enum sc_status run_all(struct sc_error *err)
{
    char path[2][128];
    SC_AUTO(sc_dictionary) dictionary = NULL;
    SC_AUTO(sc_source) source = NULL;
    struct sc_dictionary_remarks *remarks = NULL;
    struct sc_diagnostics diagnostics = {0};
    enum sc_status status;

    path_of(path[0], sizeof path[0], "d.yaml");
    path_of(path[1], sizeof path[1], "extract.yaml");
    status = sc_dictionary_load(path[0], &dictionary, &diagnostics, err);
    if (!status)
        status = sc_source_load(path[1], &source, &diagnostics, err);
    if (!status)
        status = sc_dictionary_lint(dictionary, &remarks, err);
    if (!status)
        status = match(dictionary, SC_ENGINE_SCALAR, err);
    if (!status)
        status = match(dictionary, SC_ENGINE_SIMD, err);
    if (!status)
        status = survey(source, dictionary, err);
    sc_dictionary_remarks_free(remarks);
    sc_diagnostics_release(&diagnostics);
    return status;
}

static void every_allocation_may_fail(void **state)
{
    struct sc_error err = {0};
    uint64_t n;
    uint64_t done_without = 0;

    (void)state;
    sc_fault_set(SC_FAULT_ALLOC, UINT64_MAX);
    assert_int_equal(run_all(&err), SC_OK);
    n = sc_fault_passed(SC_FAULT_ALLOC);
    if (n == 0) {
        print_message("built without fault_injection\n");
        skip();
    }
    for (uint64_t i = 1; i <= n; i++) {
        enum sc_status status;

        err = (struct sc_error){0};
        sc_fault_set(SC_FAULT_ALLOC, i);
        status = run_all(&err);
        sc_fault_set(SC_FAULT_ALLOC, 0);
        done_without += status == SC_OK; /* run_all() has looked at the results */
        if (status != SC_OK && status != SC_E_NOMEM)
            fail_msg("allocation %llu of %llu: %s", (unsigned long long)i, (unsigned long long)n,
                     err.message);
    }
    assert_true(done_without <= 4 * 3); /* four passes over the file */
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_allocation_may_fail)};

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
