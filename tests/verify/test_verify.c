/*
 * test_verify.c - certificates that hold, and every way of bending one that must not.
 *
 * A certificate made by the audit for each of several tables is checked, then changed in
 * one place at a time: numbers, names, structure. Whatever the change, the checker either
 * refuses or the change did not matter to what is claimed; it never crashes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../system/files.h"
#include "audit/report.h"
#include "audit/witness.h"
#include "base/file.h"
#include "solver/solver.h"
#include "verify/verify.h"

#define OK(call) assert_int_equal((call), SC_OK)

static const char block[] = "month,age,count\nm1,a,*\nm1,b,*\nm1,c,9\nm1,Total,20\nm2,a,*\nm2,b,*\n"
                            "m2,c,9\nm2,Total,20\nm3,a,5\nm3,b,6\nm3,c,0\nm3,Total,11\nTotal,a,16\n"
                            "Total,b,17\nTotal,c,18\nTotal,Total,51\n";
static const char certificate[] =
    "{\"certificate\": \"safecount 1\", \"threshold\": 5, \"hidden_at_least\": 1, \"implied\": "
    "true,"
    " \"dimensions\": [\"month\", \"age\"], \"splits\": ["
    "{\"dimension\": \"month\", \"total\": \"Total\", \"parts\": [\"m1\", \"m2\", \"m3\"]},"
    "{\"dimension\": \"age\", \"total\": \"Total\", \"parts\": [\"a\", \"b\", \"c\"]}],"
    " \"cells\": [[\"m1\",\"a\"], [\"m1\",\"b\"], [\"m2\",\"a\"], [\"m2\",\"b\"]],"
    " \"base\": [1, 10, 10, 1], \"moves\": [[0, 1, 1, -1, 2, -1, 3, 1]]}";

static int tear_down(void **state)
{
    (void)state;
    files_clear();
    return 0;
}

/* Checks `text` against `table`; the message goes to `err`. */
static enum sc_status verify(const char *table, const char *text, struct sc_error *err)
{
    const char *file = file_with("table.csv", table);
    struct sc_verification v;
    enum sc_status status;

    *err = (struct sc_error){0};
    status = sc_verify_certificate(&file, 1, file_with("certificate.json", text), &v, err);
    files_clear();
    return status;
}

/* The certificate with `from` (once in it) replaced by `to`. */
static const char *with(const char *from, const char *to)
{
    static char text[4096];
    const char *at = strstr(certificate, from);

    assert_non_null(at);
    (void)snprintf(text, sizeof text, "%.*s%s%s", (int)(at - certificate), certificate, to,
                   at + strlen(from));
    return text;
}

static void a_true_certificate_holds(void **state)
{
    const char *file = file_with("table.csv", block);
    struct sc_verification v;

    (void)state;
    OK(sc_verify_certificate(&file, 1, file_with("certificate.json", certificate), &v, NULL));
    assert_int_equal(v.n_hidden, 4);
    assert_int_equal(v.n_printed, 12);
    assert_int_equal(v.n_sums, 8);
    assert_int_equal(v.n_tables, 2);
}

static void bent_certificates_do_not(void **state)
{
    static const struct {
        const char *from, *to;
        enum sc_status status;
    } bends[] = {
        {"[1, 10, 10, 1]", "[2, 10, 10, 1]", SC_E_UNSAFE}, /* does not add up */
        {"[1, 10, 10, 1]", "[0, 11, 11, 0]", SC_E_UNSAFE}, /* below the bound */
        {"[1, 10, 10, 1]", "[1, 10, 10]", SC_E_INPUT},
        {"[1, 10, 10, 1]", "[1, 10, 10, -1]", SC_E_INPUT},
        {"[1, 10, 10, 1]", "[1, 10, 10, 9223372036854775807]", SC_E_INPUT},
        {"[1, 10, 10, 1]", "[1, 10, 10, 1.0]", SC_E_INPUT},
        {"[[0, 1, 1, -1, 2, -1, 3, 1]]", "[]", SC_E_UNSAFE}, /* nothing differs */
        {"[[0, 1, 1, -1, 2, -1, 3, 1]]", "[[0, 0, 1, 0]]", SC_E_UNSAFE},
        {"[[0, 1, 1, -1, 2, -1, 3, 1]]", "[[0, 1]]", SC_E_UNSAFE},
        {"[[0, 1, 1, -1, 2, -1, 3, 1]]", "[[0, -1, 1, 1, 2, 1, 3, -1]]", SC_E_UNSAFE},
        {"[[0, 1, 1, -1, 2, -1, 3, 1]]", "[[9, 1]]", SC_E_INPUT},
        {"[[0, 1, 1, -1, 2, -1, 3, 1]]", "[[-1, 1]]", SC_E_INPUT},
        {"[[0, 1, 1, -1, 2, -1, 3, 1]]", "[[0, 1, 1, -1, 2, -1, 3]]", SC_E_INPUT},
        {"[[0, 1, 1, -1, 2, -1, 3, 1]]", "[[0, 1, 0, 1]]", SC_E_INPUT},
        {"[[0, 1, 1, -1, 2, -1, 3, 1]]", "7", SC_E_INPUT},
        {"[\"m2\",\"b\"]", "[\"m3\",\"a\"]", SC_E_UNSAFE}, /* a printed figure */
        {"[\"m2\",\"b\"]", "[\"m1\",\"a\"]", SC_E_INPUT},  /* twice */
        {"[\"m2\",\"b\"]", "[\"m2\",\"zz\"]", SC_E_INPUT},
        {"[\"m2\",\"b\"]", "[\"m2\"]", SC_E_INPUT},
        {"\"m2\", \"m3\"]", "\"m2\"]", SC_E_UNSAFE}, /* m3 is unknown */
        {"\"parts\": [\"a\", \"b\", \"c\"]", "\"parts\": [\"a\", \"a\"]", SC_E_INPUT},
        {"\"parts\": [\"a\", \"b\", \"c\"]", "\"parts\": [\"Total\", \"b\", \"c\", \"a\"]",
         SC_E_UNSAFE},
        {"[\"month\", \"age\"]", "[\"month\"]", SC_E_INPUT},
        {"[\"month\", \"age\"]", "[\"month\", \"age\", \"MONTH\"]", SC_E_INPUT},
        {"\"hidden_at_least\": 1", "\"hidden_at_least\": -4", SC_E_INPUT},
        {"\"threshold\": 5", "\"threshold\": 0", SC_E_INPUT},
        {"\"threshold\": 5", "\"threshold\": 12", SC_E_UNSAFE}, /* 11 hidden in a row is small */
        {"safecount 1", "safecount 2", SC_E_INPUT},
        {"{\"certificate\"", "[{\"certificate\"", SC_E_INPUT},
    };

    (void)state;
    for (size_t i = 0; i < sizeof bends / sizeof *bends; i++) {
        struct sc_error err;
        enum sc_status status = verify(block, with(bends[i].from, bends[i].to), &err);

        if (status != bends[i].status)
            print_message("%s -> %s: %s\n", bends[i].from, bends[i].to, err.message);
        assert_int_equal(status, bends[i].status);
    }
}

static void other_tables_do_not_fit(void **state)
{
    static const char *const others[] = {
        /* one more hidden figure */
        "month,age,count\nm1,a,*\nm1,b,*\nm1,c,*\nm1,Total,20\nm2,a,*\nm2,b,*\nm2,c,9\nm2,Total,"
        "20\n",
        /* a changed total */
        "month,age,count\nm1,a,*\nm1,b,*\nm1,c,9\nm1,Total,21\nm2,a,*\nm2,b,*\nm2,c,9\nm2,Total,"
        "20\n",
        /* a category more */
        "month,age,count\nm1,a,*\nm1,b,*\nm1,c,9\nm1,d,0\nm1,Total,20\n",
        /* a dimension the certificate is silent about */
        "month,age,sex,count\nm1,a,f,*\nm1,a,m,*\nm1,b,f,3\nm1,b,m,4\n",
        /* a hidden figure printed */
        "month,age,count\nm1,a,3\nm1,b,*\nm1,c,9\nm1,Total,20\nm2,a,*\nm2,b,*\nm2,c,9\nm2,Total,"
        "20\n"};
    struct sc_error err;

    (void)state;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_int_equal(verify(others[i], certificate, &err), SC_E_UNSAFE);
    assert_int_equal(verify("month,age\n\"m1", certificate, &err), SC_E_INPUT);
    assert_int_equal(verify("", certificate, &err), SC_E_INPUT);
}

/* A grand total over inner figures, the margins unprinted: no sum may be lost on the way. */
static void unprinted_margins_are_added(void **state)
{
    static const char table[] = "month,age,count\nm1,a,*\nm1,b,9\nm2,a,8\nm2,b,7\nTotal,Total,27\n";
    static const char lie[] =
        "{\"certificate\": \"safecount 1\", \"threshold\": 5, \"hidden_at_least\": 0,"
        " \"dimensions\": [\"month\", \"age\"], \"splits\": ["
        "{\"dimension\": \"month\", \"total\": \"Total\", \"parts\": [\"m1\", \"m2\"]},"
        "{\"dimension\": \"age\", \"total\": \"Total\", \"parts\": [\"a\", \"b\"]}],"
        " \"cells\": [[\"m1\",\"a\"]], \"base\": [3], \"moves\": [[0, 1]]}";
    struct sc_error err;

    (void)state;
    assert_int_equal(verify(table, lie, &err), SC_E_UNSAFE);
}

/* What the audit writes, the checker accepts; and with any figure moved by one, it does not. */
static void the_audits_own_certificates(void **state)
{
    const char *file = file_with("table.csv", block);
    struct sc_release_options options = {.files = &file, .n_files = 1, .find_sums = true};
    SC_AUTO(sc_release) release = NULL;
    SC_AUTO(sc_audit) audit = NULL;
    SC_AUTO_BUF text = {0};
    struct sc_verification v;

    (void)state;
    OK(sc_release_read(&options, &release, NULL));
    OK(sc_audit_run(release->system, release->figures, NULL, 0, NULL, &audit, NULL));
    assert_true(audit->safe);
    OK(sc_certificate_json(release, audit, &text, NULL));
    OK(sc_verify_certificate(&file, 1, file_with("certificate.json", text.data), &v, NULL));
    assert_int_equal(v.n_hidden, 4);
    for (size_t i = 0; i < audit->witnesses->n_cells; i++) {
        struct sc_error err;

        text.len = 0;
        audit->witnesses->base[i]++;
        OK(sc_certificate_json(release, audit, &text, NULL));
        audit->witnesses->base[i]--;
        if (release->figures[i].kind == SC_FIGURE_HIDDEN)
            assert_int_equal(
                sc_verify_certificate(&file, 1, file_with("bent.json", text.data), &v, &err),
                SC_E_UNSAFE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_true_certificate_holds, tear_down),
        cmocka_unit_test_teardown(bent_certificates_do_not, tear_down),
        cmocka_unit_test_teardown(other_tables_do_not_fit, tear_down),
        cmocka_unit_test_teardown(unprinted_margins_are_added, tear_down),
        cmocka_unit_test_teardown(the_audits_own_certificates, tear_down),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    sc_solver_release_thread();
    return failed;
}
