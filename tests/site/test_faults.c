/*
 * test_faults.c - a site whose memory runs out: every request of reading site.yaml, and requests
 * spread over a whole build, fail in turn. Nothing leaks, the failure is told, and building again
 * ends with the bytes of a build that nothing disturbed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "../publish/sample.h"
#include "base/fault.h"
#include "base/file.h"
#include "site/site.h"

/* Fails this many of the requests of a build. */
#define TRIES 80

static const char yaml[] =
    "organisation: Example Constabulary\n"
    "url: https://foi.example.org/\n"
    "contact: mailto:foi@example.org\n"
    "licence: {name: Open Government Licence, url: \"https://example.org/o\"}\n"
    "security: {contact: \"mailto:s@example.org\", expires: 2027-06-30}\n"
    "topics:\n"
    "  - {id: roads, title: Road policing, keywords: [Cameras, Roads]}\n"
    "answers:\n"
    "  - versions:\n"
    "      - {folder: answer, published: 2021-10-04}\n"
    "      - {folder: answer, published: 2021-10-05, reason: A reason}\n"
    "    topics: [roads]\n"
    "    summary: One sentence.\n";

static char scratch[64];
static char name[80]; /* of site.yaml: where paths begin */

static int set_up(void **state)
{
    struct sample sample;
    char folder[80];
    int failed;

    (void)state;
    (void)snprintf(scratch, sizeof scratch, "/tmp/safecount-site-XXXXXX");
    if (!mkdtemp(scratch))
        return 1;
    (void)snprintf(name, sizeof name, "%s/site.yaml", scratch);
    (void)snprintf(folder, sizeof folder, "%s/answer", scratch);
    sample_init(&sample);
    sample.publication.n_tables = 1;
    failed = sc_publish_folder(&sample.publication, folder, NULL) != SC_OK;
    sample_release(&sample);
    return failed;
}

static int tear_down(void **state)
{
    char line[100];

    (void)state;
    sc_fault_set(SC_FAULT_ALLOC, 0);
    (void)snprintf(line, sizeof line, "rm -rf %s", scratch);
    return system(line); /* NOLINT(cert-env33-c): a scratch folder */
}

static enum sc_status parse(struct sc_site_config **ret_config, struct sc_error *err)
{
    struct sc_diagnostics diagnostics = {0};
    enum sc_status status =
        sc_site_config_parse(name, yaml, sizeof yaml - 1, ret_config, &diagnostics, err);

    assert_true(status != SC_OK || diagnostics.n_items == 0);
    sc_diagnostics_release(&diagnostics);
    return status;
}

static void test_every_request_of_reading(void **state)
{
    enum sc_status status = SC_E_NOMEM;
    size_t n = 0;

    (void)state;
    while (status != SC_OK) {
        SC_AUTO(sc_site_config) config = NULL;
        struct sc_error err = {0};

        sc_fault_set(SC_FAULT_ALLOC, ++n);
        status = parse(&config, &err);
        sc_fault_set(SC_FAULT_ALLOC, 0);
        if (status) {
            assert_int_equal(status, SC_E_NOMEM);
            assert_true(err.message[0] != '\0');
        }
    }
    assert_true(n > 20);
}

static enum sc_status build(const struct sc_site_config *config, const char *out,
                            struct sc_error *err)
{
    const struct sc_site_options options = {.preview = true, .threads = 1};
    struct sc_diagnostics diagnostics = {0};
    enum sc_status status = sc_site_build(config, out, &options, NULL, &diagnostics, err);

    sc_diagnostics_release(&diagnostics);
    return status;
}

static void assert_same(const char *a, const char *b)
{
    char line[400];

    (void)snprintf(line, sizeof line, "diff -r -x .safecount-site.json %s %s >&2", a, b);
    assert_int_equal(system(line), 0); /* NOLINT(cert-env33-c): folders of ours */
}

static void test_requests_of_a_whole_build(void **state)
{
    SC_AUTO(sc_site_config) config = NULL;
    char whole[100];
    char out[100];
    uint64_t n;
    size_t n_failed = 0;

    (void)state;
    (void)snprintf(whole, sizeof whole, "%s/whole", scratch);
    assert_int_equal(parse(&config, NULL), SC_OK);
    sc_fault_set(SC_FAULT_ALLOC, UINT64_MAX);
    assert_int_equal(build(config, whole, NULL), SC_OK);
    n = sc_fault_passed(SC_FAULT_ALLOC);
    assert_true(n > TRIES);
    for (uint64_t i = 0; i < TRIES; i++) {
        struct sc_error err = {0};
        enum sc_status status;

        (void)snprintf(out, sizeof out, "%s/out%llu", scratch, (unsigned long long)i);
        sc_fault_set(SC_FAULT_ALLOC, 1 + i * n / TRIES);
        status = build(config, out, &err);
        sc_fault_set(SC_FAULT_ALLOC, 0);
        assert_true(status == SC_OK || status == SC_E_NOMEM);
        if (status) {
            n_failed++;
            assert_true(err.message[0] != '\0');
            assert_int_equal(build(config, out, NULL), SC_OK);
        }
        assert_same(whole, out);
    }
    assert_true(n_failed > TRIES / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_request_of_reading),
        cmocka_unit_test(test_requests_of_a_whole_build),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
