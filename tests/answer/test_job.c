/* test_job.c - loading a request with all it names; every mistake of every file at once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/fault.h"
#include "base/file.h"
#include "safecount/answer.h"

static char folder[64];

static const char request[] =
    "reference: \"16040\"\npublication: PUB 1254\ntitle: A title\nreceived: 2021-09-07\n"
    "as_at: 2021-09-07\nextract: in/extract.yaml\n"
    "period: {from: 2018-04-01, to: 2021-03-31, date: recorded}\noffences: [\"71/17\"]\n"
    "questions:\n"
    "  - id: \"1\"\n    text: How many.\n    tables:\n"
    "      - {id: a, rows: [year], columns: [method], dictionary: b.yaml, count: offences}\n"
    "      - {id: b, rows: [year], columns: [method], dictionary: a.yaml, count: offences}\n"
    "      - {id: c, rows: [month], columns: [method], dictionary: b.yaml, count: offences}\n"
    "policy: policy.yaml\n";
static const char source[] = "files: [records.csv]\nrow: offence\ncolumns:\n"
                             "  offence_id: Ref\n  offence_code: Code\n  recorded: Recorded\n"
                             "  narrative: MO\ndate_format: dd/mm/yyyy\n";
static const char policy[] = "threshold: 7\n";
static const char dictionary[] = "name: D\nversion: \"1\"\ncategories:\n"
                                 "  - {id: kik, label: Kik, terms: [kik]}\n";

static void put(const char *name, const char *text)
{
    char *path = sc_path_join(folder, name);

    assert_non_null(path);
    assert_int_equal(sc_file_replace(path, text, strlen(text), NULL), SC_OK);
    free(path);
}

static void command(const char *fmt)
{
    char line[160];

    (void)snprintf(line, sizeof line, fmt, folder, folder);
    assert_int_equal(system(line), 0); /* NOLINT(cert-env33-c): a scratch folder */
}

static int set_up(void **state)
{
    (void)state;
    (void)snprintf(folder, sizeof folder, "/tmp/safecount-job-XXXXXX");
    assert_non_null(mkdtemp(folder));
    command("mkdir %s/in");
    put("request.yaml", request);
    put("in/extract.yaml", source);
    put("policy.yaml", policy);
    put("a.yaml", dictionary);
    put("b.yaml", dictionary);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    command("rm -rf %s");
    return 0;
}

static enum sc_status load(struct sc_job **ret_job, struct sc_diagnostics *d, struct sc_error *err)
{
    char *path = sc_path_join(folder, "request.yaml");
    enum sc_status status = SC_E_NOMEM;

    if (path)
        status = sc_job_load(path, ret_job, d, err);
    free(path);
    return status;
}

static void everything_named_is_loaded_relative_to_the_request(void **state)
{
    struct sc_job *job = NULL;
    struct sc_diagnostics d = {0};
    struct sc_error err = {0};

    (void)state;
    assert_int_equal(load(&job, &d, &err), SC_OK);
    assert_int_equal(d.n_items, 0);
    assert_int_equal(job->policy->threshold, 7);
    assert_int_equal(job->n_dictionaries, 2);
    assert_string_equal(sc_path_base(job->dictionaries[0]->path), "b.yaml");
    assert_string_equal(sc_path_base(job->dictionaries[1]->path), "a.yaml");
    assert_int_equal(job->source->n_files, 1);
    sc_job_free(job);
    sc_diagnostics_release(&d);
}

static void without_a_policy_the_default_holds(void **state)
{
    struct sc_job *job = NULL;
    struct sc_diagnostics d = {0};
    struct sc_error err = {0};
    char text[sizeof request];

    (void)state;
    memcpy(text, request, sizeof request);
    *strstr(text, "policy: policy.yaml") = '\0';
    put("request.yaml", text);
    assert_int_equal(load(&job, &d, &err), SC_OK);
    assert_int_equal(job->policy->threshold, 5);
    sc_job_free(job);
    sc_diagnostics_release(&d);
}

/* How many diagnostics are about the file called `name`. */
static size_t about(const struct sc_diagnostics *d, const char *name)
{
    size_t n = 0;

    for (size_t i = 0; i < d->n_items; i++)
        n += strcmp(sc_path_base(d->items[i].file), name) == 0;
    return n;
}

static void mistakes_of_all_files_come_together(void **state)
{
    struct sc_job *job = NULL;
    struct sc_diagnostics d = {0};
    struct sc_error err = {0};

    (void)state;
    put("in/extract.yaml", "files: [x.csv]\nrow: house\ncolumns: {offence_code: C}\n");
    put("policy.yaml", "threshold: 1\n");
    put("a.yaml", "name: D\ncategories: 4\n");
    put("b.yaml", "categorise: []\n");
    assert_int_equal(load(&job, &d, &err), SC_E_INPUT);
    assert_null(job);
    assert_true(err.message[0] != '\0');
    assert_true(about(&d, "extract.yaml") >= 1);
    assert_true(about(&d, "policy.yaml") >= 1);
    assert_true(about(&d, "a.yaml") >= 1);
    assert_true(about(&d, "b.yaml") >= 1);
    sc_diagnostics_release(&d);
}

/* What a mark would tell readers is known once the policy is read; the mistake still has its place.
 */
static void a_mark_that_says_something_else_is_named_by_its_place(void **state)
{
    static const struct {
        const char *policy;
        uint64_t line, column; /* behind the quote, as for other values */
        const char *why;
    } cases[] = {
        {"threshold: 5\nmarker: '<5'\n", 2, 10, "how large a figure is"},
        {"secondary_marker: '[c]'\n", 1, 20, "both marks"},
        {"marker: '*'\nthreshold: 5\nsecondary_marker:  '*'\n", 3, 21, "both marks"},
        {"secondary_marker: '*'\nmarker: '<9'\n", 2, 10, "readers take for 1 to 4"},
        {"marker: '<5'\nsecondary_marker: '<9'\n", 2, 20, "says something else"},
        {"marker: '=x'\nsecondary_marker: '*'\n", 1, 10, "for a formula"},
        {"marker: '[c]'\nsecondary_marker: '=x'\n", 2, 20, "for a formula"},
        {"threshold: 2\nzeros: shown\nmarker: '<2'\nsecondary_marker: '*'\n", 4, 20, "lie 1 apart"},
    };

    (void)state;
    put("a.yaml", "name: D\ncategories: 4\n"); /* does not hide it, nor is hidden by it */
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sc_job *job = NULL;
        struct sc_diagnostics d = {0};
        struct sc_error err = {0};

        put("policy.yaml", cases[i].policy);
        assert_int_equal(load(&job, &d, &err), SC_E_INPUT);
        assert_non_null(strstr(err.message, cases[i].why));
        assert_string_equal(sc_path_base(err.file), "policy.yaml");
        assert_int_equal(about(&d, "policy.yaml"), 1);
        assert_true(about(&d, "a.yaml") >= 1);
        assert_int_equal(d.items[0].line, cases[i].line);
        assert_int_equal(d.items[0].column, cases[i].column);
        assert_string_equal(d.items[0].message, err.message);
        sc_diagnostics_release(&d);
    }
}

static void a_missing_file_does_not_hide_mistakes_in_the_others(void **state)
{
    struct sc_job *job = NULL;
    struct sc_diagnostics d = {0};
    struct sc_error err = {0};

    (void)state;
    command("rm %s/in/extract.yaml");
    put("policy.yaml", "threshold: 1\n");
    assert_int_equal(load(&job, &d, &err), SC_E_IO);
    assert_string_equal(sc_path_base(err.file), "extract.yaml");
    assert_true(about(&d, "policy.yaml") >= 1);
    sc_diagnostics_release(&d);
}

static void a_request_that_is_not_there_is_an_io_error(void **state)
{
    struct sc_job *job = NULL;
    struct sc_diagnostics d = {0};
    struct sc_error err = {0};

    (void)state;
    command("rm %s/request.yaml");
    assert_int_equal(load(&job, &d, &err), SC_E_IO);
    assert_int_equal(d.n_items, 0);
    sc_diagnostics_release(&d);
}

static void failures_of_memory_and_reading_are_reported(void **state)
{
    (void)state;
#ifndef SC_FAULT_INJECTION
    skip();
#endif
    for (int kind = SC_FAULT_ALLOC; kind <= SC_FAULT_READ; kind++) {
        enum sc_status status = SC_E_NOMEM;
        uint64_t n = 0;

        while (status != SC_OK && n < 5000) {
            struct sc_job *job = NULL;
            struct sc_diagnostics d = {0};
            struct sc_error err = {0};

            sc_fault_set((enum sc_fault_kind)kind, ++n);
            status = load(&job, &d, &err);
            assert_true((status == SC_OK) == (job != NULL));
            assert_true(status == SC_OK || err.status == status ||
                        (status == SC_E_NOMEM && err.status == SC_OK));
            sc_job_free(job);
            sc_diagnostics_release(&d);
        }
        sc_fault_set((enum sc_fault_kind)kind, 0);
        assert_int_equal(status, SC_OK);
        assert_true(n > 4);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(everything_named_is_loaded_relative_to_the_request, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(without_a_policy_the_default_holds, set_up, tear_down),
        cmocka_unit_test_setup_teardown(mistakes_of_all_files_come_together, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_mark_that_says_something_else_is_named_by_its_place,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_missing_file_does_not_hide_mistakes_in_the_others, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_request_that_is_not_there_is_an_io_error, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(failures_of_memory_and_reading_are_reported, set_up,
                                        tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
