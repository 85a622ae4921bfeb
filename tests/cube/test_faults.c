/*
 * test_faults.c - makes each allocation and each read of a whole count fail in
 * turn: loading a request and all it names, reading links with faults in them,
 * classifying, counting. Every failure is reported as what it is, and nothing
 * leaks (the sanitizers look). Runs where -Dfault_injection=true.
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

#include "base/fault.h"
#include "base/file.h"
#include "safecount/safecount.h"

static const char request_yaml[] =
    "reference: F\n"
    "title: Faults\n"
    "extract: extract.yaml\n"
    "period: {from: 2020-01-01, to: 2020-12-31}\n"
    "offences: [\"71/17\"]\n"
    "questions:\n"
    "  - id: \"1\"\n"
    "    text: Q\n"
    "    tables:\n"
    "      - {id: a, rows: [month], columns: [method], dictionary: d.yaml}\n"
    "      - {id: b, rows: [victim_age], bands: nspcc-foi, count: victims}\n"
    "      - {id: c, rows: [area], count: suspects}\n";
static const char extract_yaml[] =
    "files: records.csv\n"
    "row: link\n"
    "columns: {offence_id: ref, offence_code: code, recorded: date, victim_id: v, victim_age: va,\n"
    "          suspect_id: s, narrative: mo, area: area}\n";
static const char dictionary_yaml[] = "categories: [{id: kik, terms: [kik, snap chat]}]\n";
static const char records_csv[] = "ref,code,date,v,va,s,mo,area\n"
                                  "1,71/17,2020-01-02,V1,12,S1,by kik,N\n"
                                  "1,71/17,2020-01-02,V2,9,S1,\"by caf\xC3\xA9 snap\nchat\",S\n"
                                  "2,071/17,2020-02-02,V3,,S2,none,\"a \"\"b\"\"\"\n"
                                  "3,71/17,yesterday,V4,1,S3,x,N\n"
                                  "4,71/17,2020-03-03,V5,\"a \"stray\" one\",S3,x,N\n"
                                  "5,8/6,2020-03-03,V5,3,S3,x,N\n";

static char folder[] = "/tmp/safecount-faults-XXXXXX";

static void put(const char *name, const char *text, size_t len)
{
    char path[128];
    struct sc_error err = {0};

    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    assert_int_equal(sc_file_replace(path, text, len, &err), SC_OK);
}

static int make_folder(void **state)
{
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    put("request.yaml", request_yaml, strlen(request_yaml));
    put("extract.yaml", extract_yaml, strlen(extract_yaml));
    put("d.yaml", dictionary_yaml, strlen(dictionary_yaml));
    put("records.csv", records_csv, strlen(records_csv));
    return 0;
}

static int remove_folder(void **state)
{
    static const char *const names[] = {"request.yaml", "extract.yaml", "d.yaml", "records.csv"};
    char path[128];

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        (void)unlink(path);
    }
    return rmdir(folder);
}

/* The whole job; *ret_counted when it came to an end. */
static enum sc_status run(uint64_t *ret_counted, struct sc_error *err)
{
    struct sc_count_options options = {.threads = 2};
    struct sc_diagnostics diagnostics = {0};
    struct sc_counts *counts = NULL;
    struct sc_answer *answer = NULL;
    struct sc_job *job = NULL;
    char path[128];
    enum sc_status status;

    (void)snprintf(path, sizeof path, "%s/request.yaml", folder);
    status = sc_job_load(path, &job, &diagnostics, err);
    if (!status)
        status = sc_count(job->request, job->source, job->policy,
                          (const struct sc_dictionary *const *)job->dictionaries,
                          job->n_dictionaries, &options, &counts, &diagnostics, err);
    if (!status) {
        *ret_counted = counts->accounting.counted;
        assert_true(sc_accounting_adds_up(&counts->accounting));
        status = sc_answer_make(job, counts, &answer, err);
    }
    sc_answer_free(answer);
    sc_counts_free(counts);
    sc_job_free(job);
    sc_diagnostics_release(&diagnostics);
    return status;
}

/* Fails request number 1, 2, ... of `kind` until a run meets none. */
static void fail_in_turn(enum sc_fault_kind kind, enum sc_status expected)
{
    uint64_t passed = 0;
    uint64_t nth = 0;

    do {
        struct sc_error err = {0};
        uint64_t counted = 0;
        enum sc_status status;

        sc_fault_set(kind, ++nth);
        status = run(&counted, &err);
        passed = sc_fault_passed(kind);
        sc_fault_set(kind, 0);
        if (status) {
            if (status != expected)
                print_error("request %d: %s\n", (int)nth, err.message);
            assert_int_equal(status, expected);
            assert_string_not_equal(err.message, "");
        } else {
            assert_int_equal(counted, 3);
        }
    } while (nth <= passed);
    assert_true(nth > 3);
}

static void test_every_allocation_fails_in_turn(void **state)
{
    (void)state;
#ifndef SC_FAULT_INJECTION
    skip();
#endif
    fail_in_turn(SC_FAULT_ALLOC, SC_E_NOMEM);
}

static void test_every_read_fails_in_turn(void **state)
{
    (void)state;
#ifndef SC_FAULT_INJECTION
    skip();
#endif
    fail_in_turn(SC_FAULT_READ, SC_E_IO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_allocation_fails_in_turn),
        cmocka_unit_test(test_every_read_fails_in_turn),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
