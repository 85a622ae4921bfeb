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
#include "system/reading.h"
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

#define HEADING                                                                                    \
    "{\"certificate\": \"safecount 1\", \"threshold\": 5, \"hidden_at_least\": 0, \"implied\": "   \
    "true,"

/* Whether the one claim holds, and else that the message says `why`. */
static void expect(const char *table, const char *text, const char *why)
{
    struct sc_error err;
    enum sc_status status = verify(table, text, &err);

    if (!why) {
        if (status)
            fail_msg("refused: %s", err.message);
        return;
    }
    assert_int_equal(status, SC_E_UNSAFE);
    assert_non_null(strstr(err.message, why));
}

/*
 * Month totals nobody prints are the same in all tables shown, and open all the same: 9 of m1 are
 * printed and 3 hidden, but that it is 12 in all is known to nobody. Where it is, 3 is small.
 */
static void what_does_not_vary_may_be_open(void **state)
{
    static const char inner[] = "month,age,count\nm1,a,*\nm1,b,*\nm1,c,9\nm2,a,*\nm2,b,*\n"
                                "m2,c,9\nTotal,a,11\nTotal,b,11\nTotal,c,18\nTotal,Total,40\n";
    static const char text[] =
        HEADING " \"dimensions\": [\"month\", \"age\"], \"splits\": ["
                "{\"dimension\": \"month\", \"total\": \"Total\", \"parts\": [\"m1\", \"m2\"]},"
                "{\"dimension\": \"age\", \"total\": \"Total\", \"parts\": [\"a\", \"b\", \"c\"]}],"
                " \"cells\": [[\"m1\",\"a\"], [\"m1\",\"b\"], [\"m2\",\"a\"], [\"m2\",\"b\"]],"
                " \"base\": [2, 1, 9, 10], \"moves\": [[0, 1, 1, -1, 2, -1, 3, 1]]}";
    static const char *const told[] = {"m1,Total,12\n", "m2,Total,28\n"};

    (void)state;
    expect(inner, text, NULL);
    for (size_t i = 0; i < 2; i++) {
        char table[512];

        (void)snprintf(table, sizeof table, "%s%s", inner, told[i]);
        expect(table, text, "hidden part of a row");
    }
}

/* a + b + c + d and a + b are printed: then c + d is known. */
static void differences_of_rows(void **state)
{
    static const char text[] = HEADING
        " \"dimensions\": [\"age\"], \"totals\": [\"Total\"], \"splits\": ["
        "{\"dimension\": \"age\", \"total\": \"Total\", \"parts\": [\"a\", \"b\", \"c\", \"d\"]},"
        "{\"dimension\": \"age\", \"total\": \"ab\", \"parts\": [\"a\", \"b\"]}],"
        " \"cells\": [[\"a\"], [\"b\"], [\"c\"], [\"d\"]],"
        " \"base\": [6, 6, %d, 1], \"moves\": [[0, 1, 1, -1], [2, 1, 3, -1]]}";
    char claim[1024];

    (void)state;
    (void)snprintf(claim, sizeof claim, text, 2);
    expect("age,count\na,*\nb,*\nc,*\nd,*\nab,12\nTotal,15\n", claim, "the difference of");
    (void)snprintf(claim, sizeof claim, text, 7);
    expect("age,count\na,*\nb,*\nc,*\nd,*\nab,12\nTotal,20\n", claim, NULL);
}

/* The rest of a sub-population: nobody prints it, and it is known. */
static void figures_nobody_prints(void **state)
{
    static const char text[] =
        HEADING "%s \"dimensions\": [\"age\"], \"splits\": ["
                "{\"dimension\": \"age\", \"total\": \"Total\", \"parts\": [\"ab\", \"c\"]},"
                "{\"dimension\": \"age\", \"total\": \"ab\", \"parts\": [\"a\", \"b\"]}],"
                " \"cells\": [[\"a\"], [\"b\"], [\"c\"]],"
                " \"base\": [6, 6, %d], \"moves\": [[0, 1, 1, -1]]}";
    char claim[1024];

    (void)state;
    (void)snprintf(claim, sizeof claim, text, "", 3);
    expect("age,count\na,*\nb,*\nab,12\nTotal,15\n", claim, "nobody prints");
    (void)snprintf(claim, sizeof claim, text, "\"auxiliary\": {\"age\": [\"c\"]},", 3);
    expect("age,count\na,*\nb,*\nab,12\nTotal,15\n", claim, NULL);
    (void)snprintf(claim, sizeof claim, text, "", 8);
    expect("age,count\na,*\nb,*\nab,12\nTotal,20\n", claim, NULL);
}

/*
 * What several codes count twice over is no number of people: c and d, 3 together. Only where no
 * table has them: what is printed or hidden in one is people whatever a certificate says.
 */
static void rests_that_count_nobody(void **state)
{
    static const char text[] =
        HEADING "%s \"dimensions\": [\"age\"], \"splits\": ["
                "{\"dimension\": \"age\", \"total\": \"Total\", \"parts\": [\"ab\", \"c\", \"d\"]},"
                "{\"dimension\": \"age\", \"total\": \"ab\", \"parts\": [\"a\", \"b\"]}],"
                " \"cells\": [[\"a\"], [\"b\"], [\"c\"], [\"d\"]],"
                " \"base\": [6, 6, 1, 2], \"moves\": [[0, 1, 1, -1], [2, 1, 3, -1]]}";
    static const char table[] = "age,count\na,*\nb,*\nab,12\nTotal,15\n";
    char claim[1024];

    (void)state;
    (void)snprintf(claim, sizeof claim, text, "");
    expect(table, claim, "hidden part of a row");
    (void)snprintf(claim, sizeof claim, text, "\"auxiliary\": {\"age\": [\"c\"]},");
    expect(table, claim, "hidden part of a row");
    (void)snprintf(claim, sizeof claim, text, "\"auxiliary\": {\"age\": [\"c\", \"d\"]},");
    expect(table, claim, NULL);
    expect("age,count\na,*\nb,*\nc,*\nd,*\nab,12\nTotal,15\n", claim, "hidden part of a row");
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

static const char wide[] = "month,a,b,c,Total\nm1,*,*,9,20\nm2,*,*,9,20\nm3,5,6,0,11\n"
                           "Total,16,17,18,51\n";
static const char small[] = "month,a,b,c,Total\nm1,<5,c,9,30\nm2,c,<5,9,30\nm3,5,6,z,11\n"
                            "Total,24,29,18,71\n";
static const char jj[] =
    "0\n9\n0 51 1 s 0 99 0 0 0\n1 20 1 s 0 99 0 0 0\n2 31 1 s 0 99 0 0 0\n"
    "3 25 1 s 0 99 0 0 0\n4 3 1 u 0 99 0 0 0\n5 22 1 m 0 99 0 0 0\n6 26 1 s 0 99 0 0 0\n"
    "7 17 1 m 0 99 0 0 0\n8 9 1 m 0 99 0 0 0\n6\n0 3 : 0 (-1) 1 (1) 2 (1)\n"
    "0 3 : 0 (-1) 3 (1) 6 (1)\n0 3 : 1 (-1) 4 (1) 7 (1)\n0 3 : 2 (-1) 5 (1) 8 (1)\n"
    "0 3 : 3 (-1) 4 (1) 5 (1)\n0 3 : 6 (-1) 7 (1) 8 (1)\n";
static const char other_name[] = "age,n,percent\na,*,x\nb,*,x\nc,30,60\nTotal,50,100\n";
static const char belied[] = /* d is no part of the total in three places: that sum is not used */
    "row,part,count\nr1,a,6\nr1,b,*\nr1,c,*\nr1,d,4\nr1,Total,40\nr2,a,6\nr2,b,7\nr2,c,8\n"
    "r2,d,4\nr2,Total,21\nr3,a,6\nr3,b,7\nr3,c,9\nr3,d,4\nr3,Total,22\nr4,a,6\nr4,b,9\n"
    "r4,c,9\nr4,d,5\nr4,Total,24\nr5,a,6\nr5,b,*\nr5,c,*\nr5,d,4\nr5,Total,60\n"
    "r6,a,30\nr6,b,31\nr6,c,40\nr6,d,4\nr6,Total,101\n";

static const char noted[] = /* totals with the marks of notes, across and down */
    "month,a,b,c,All [note 1]\nm1,*,*,9,20\nm2,*,*,9,20\nm3,5,6,0,11\nTotal (2)*,16,17,18,51\n";

/* Audits `tables` (NULL-ended) and checks the certificate; returns its text. */
static char *certified(const char *const *tables, size_t n_earlier,
                       const struct sc_audit_policy *policy, struct sc_verification *v)
{
    const char *files[4];
    size_t n = 0;
    struct sc_release_options options = {.files = files, .find_sums = true};
    SC_AUTO(sc_release) release = NULL;
    SC_AUTO(sc_audit) audit = NULL;
    SC_AUTO_BUF text = {0};
    struct sc_error err = {0};

    for (; tables[n]; n++) {
        char name[] = {(char)('a' + n), '\0'};

        files[n] = file_with(name, tables[n]);
    }
    options.n_files = n - n_earlier;
    options.earlier = files + options.n_files;
    options.n_earlier = n_earlier;
    options.rounded = policy ? policy->rounded : 0;
    OK(sc_release_read(&options, &release, &err));
    OK(sc_audit_run(release->system, release->figures, release->repeats, release->n_repeats, policy,
                    &audit, NULL));
    assert_true(audit->readers[SC_READER_RULES].safe);
    assert_non_null(audit->witnesses);
    OK(sc_certificate_json(release, audit, &text, NULL));
    if (sc_verify_certificate(files, n, file_with("certificate.json", text.data), v, &err))
        fail_msg("%s (%s:%d)", err.message, err.file, (int)err.line);
    return sc_strdup(text.data);
}

static void tables_of_every_form(void **state)
{
    static const char bands_a[] = "age,count\n1-2,17\n3-4,19\nTotal,36\n";
    static const char bands_b[] = "age,count\n1,*\n2-3,25\n4,*\nTotal,36\n";
    static const struct {
        const char *tables[3];
        size_t n_earlier, n_hidden;
        int64_t width, rounded;
    } cases[] = {
        {{wide}, 0, 4, 0, 0},
        {{wide}, 0, 4, 3, 0},
        {{small}, 0, 4, 0, 0},
        {{jj}, 0, 4, 0, 0},
        {{other_name}, 0, 2, 0, 0},
        {{bands_a, bands_b}, 0, 2, 0, 0},
        {{bands_a, bands_b}, 1, 2, 0, 0},
        {{block, wide}, 0, 8, 0, 0},
        {{belied}, 0, 4, 0, 0},
        {{noted}, 0, 4, 0, 0},
        {{"a,count\nx,10\ny,15\nTotal,25\n"}, 0, 3, 0, 5},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sc_audit_policy policy = {.width = cases[i].width,
                                         .rounded = cases[i].rounded,
                                         .readers = SC_READER_BIT(SC_READER_SUMS) |
                                                    SC_READER_BIT(SC_READER_RULES)};
        struct sc_verification v = {0};

        sc_free(certified(cases[i].tables, cases[i].n_earlier, &policy, &v));
        assert_int_equal(v.n_hidden, cases[i].n_hidden);
        assert_int_equal(v.width, cases[i].width ? cases[i].width : 1);
        files_clear();
    }
}

/*
 * Notes behind a label: the checker and the reader of tables, which share nothing, take the same
 * labels for totals. Names are put together from pieces; most are no total.
 */
static void marks_of_notes_hide_no_total(void **state)
{
    static const char *const pieces[] = {"Total", "all", "*", " ", "[note 1]", "(2)",      "(", ")",
                                         "[",     "]",   "1", "x", "SUM ",     "\xC2\xA0", ""};
    static const char claims[] =
        "{\"certificate\": \"safecount 1\", \"threshold\": 5, \"hidden_at_least\": 1, \"implied\": "
        "true, \"dimensions\": [\"age\"], \"splits\": [{\"dimension\": \"age\", \"total\": "
        "\"Total\", \"parts\": [\"a\", \"b\"]}], \"cells\": [[\"a\"], [\"b\"]], \"base\": [2, 10], "
        "\"moves\": [[0, 1, 1, -1]]}";
    struct sc_verify_file file = {.name = "table.csv"};
    struct sc_verify_file text = {.name = "certificate.json", .bytes = sc_slice_of(claims)};
    enum { N = sizeof pieces / sizeof *pieces };
    struct sc_verification v;
    size_t n_totals = 0;

    (void)state;
    for (size_t i = 0; i < (size_t)N * N * N; i++) {
        char label[64], table[128];
        struct sc_error err;
        enum sc_status status;
        bool total;

        (void)snprintf(label, sizeof label, "%s%s%s", pieces[i % N], pieces[i / N % N],
                       pieces[i / N / N]);
        (void)snprintf(table, sizeof table, "age,count\na,*\nb,*\n%s,12\n", label);
        total = sc_slice_trim(sc_slice_of(label)).len == 0 || sc_is_plain_total(sc_slice_of(label));
        file.bytes = sc_slice_of(table);
        err = (struct sc_error){0};
        status = sc_verify_certificate_bytes(&file, 1, &text, &v, &err);
        if (status != (total ? SC_OK : SC_E_UNSAFE))
            fail_msg("'%s': %s", label, err.message);
        n_totals += total;
    }
    assert_in_range(n_totals, 200, 600);
}

static enum sc_status known(const char *text, const char *hierarchy, struct sc_error *err)
{
    struct sc_verify_file certified = {.name = "certificate.json", .bytes = sc_slice_of(text)};
    struct sc_verify_file file = {.name = "hierarchy.csv", .bytes = sc_slice_of(hierarchy)};

    *err = (struct sc_error){0};
    return sc_verify_occurs(&certified, &file, err);
}

/* All of a category that tables list only where somebody is in it is at least 1. */
static void what_is_listed_is_not_empty(void **state)
{
    static const char table[] =
        "age,unit,count\na,n,*\nb,n,*\nc,n,20\nTotal,n,29\na,m,*\nb,m,*\nc,m,2\nTotal,m,11\n";
    static const char claims[] =
        "{\"certificate\": \"safecount 1\", \"threshold\": 5, \"hidden_at_least\": 0, \"implied\": "
        "true, \"dimensions\": [\"age\", \"unit\"], \"totals\": [\"Total\", null], \"alone\": "
        "{\"unit\": [\"n\", \"m\"]}, \"splits\": [{\"dimension\": \"age\", \"total\": \"Total\", "
        "\"parts\": [\"a\", \"b\", \"c\"]}], %s \"cells\": [[\"a\",\"n\"], [\"b\",\"n\"], "
        "[\"a\",\"m\"], [\"b\",\"m\"]], \"base\": [%s], \"moves\": [[0, 1, 1, -1, 2, 1, 3, -1]]}";
    static const struct {
        const char *occurs, *base;
        enum sc_status status;
    } cases[] = {
        {"", "0, 9, 0, 9", SC_OK},
        {"\"occurs\": {\"age\": [\"b\"]},", "0, 9, 0, 9", SC_OK},
        {"\"occurs\": {\"age\": [\"a\", \"b\"]},", "1, 8, 1, 8", SC_OK},
        {"\"occurs\": {\"age\": [\"a\", \"b\"]},", "0, 9, 1, 8", SC_E_UNSAFE},
        {"\"occurs\": {\"age\": [\"a\", \"b\"]},", "1, 8, 0, 9", SC_E_UNSAFE},
        {"\"occurs\": {\"age\": [\"b\"]},", "8, 1, 8, 1", SC_E_UNSAFE}, /* the move leaves 0 */
        {"\"occurs\": {\"age\": [\"d\"]},", "1, 8, 1, 8", SC_E_INPUT},
        {"\"occurs\": {\"age\": [7]},", "1, 8, 1, 8", SC_E_INPUT},
    };
    static const struct {
        const char *hierarchy;
        enum sc_status status;
        uint64_t line;
    } stated[] = {
        {"", SC_OK, 0},
        {"dimension,code,parent\nage,c,Total\n", SC_OK, 0},
        {"dimension,code,parent,kind\r\nage,Total,,\r\nage,a,Total,occurs\r\n", SC_OK, 0},
        {"dimension,code,parent,kind\nother,x,Total,occurs\nage,b,Total,overlaps OCCURS\n", SC_OK,
         0},
        {"dimension,code,parent,kind\nage,c,Total,overlaps\nage,c,Total, occurs \n", SC_E_UNSAFE,
         3},
        {"kind,Code,DIMENSION\noccurs,\"c\",age\n", SC_E_UNSAFE, 2},
        {"name,code,kind\nage,c,occurs\n", SC_E_INPUT, 1},
        {"dimension,code,kind\nage,\"c,occurs\n", SC_E_INPUT, 2},
    };
    char text[2048];
    struct sc_error err;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        (void)snprintf(text, sizeof text, claims, cases[i].occurs, cases[i].base);
        if (verify(table, text, &err) != cases[i].status)
            fail_msg("%zu: %s", i, err.message);
    }
    (void)snprintf(text, sizeof text, claims, cases[2].occurs, cases[2].base);
    for (size_t i = 0; i < sizeof stated / sizeof *stated; i++) {
        if (known(text, stated[i].hierarchy, &err) != stated[i].status)
            fail_msg("%zu: %s", i, err.message);
        assert_int_equal(err.line, stated[i].line);
    }
    /* Where hidden figures are at least 1 anyhow there is nothing to know. */
    assert_int_equal(known(certificate, stated[4].hierarchy, &err), SC_OK);
    assert_int_equal(known("[]", stated[0].hierarchy, &err), SC_E_INPUT);
}

/* A certificate for one table with a member changed does not hold. */
static void bounds_are_checked(void **state)
{
    static const struct {
        const char *table;
        int64_t width;
        const char *from, *to;
    } bends[] = {
        {small, 0, "\"most\":4", "\"most\":1"}, /* a figure above its mark's bound */
        {small, 0, "\"least\":0,\"most\":4", "\"least\":4,\"most\":4"},
        {wide, 3, "\"width\":3", "\"width\":30"}, /* does not spread so far */
        {wide, 0, "\"format\":\"wide\"", "\"format\":\"tidy\""},
        {wide, 0, "\"totals\":[\"Total\"", "\"totals\":[\"m1\""},
        {wide, 0, "\"parts\":[\"a\",\"b\",\"c\"]", "\"parts\":[\"a\",\"b\"]"},
        {jj, 0, "\"base\":[", "\"base\":[1,"},
        {jj, 0, "\"format\":\"jj\"", "\"format\":\"wide\""},
        {belied, 0, "\"at_total_of\":[]", "\"at_total_of\":[\"row\"]"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof bends / sizeof *bends; i++) {
        const char *tables[] = {bends[i].table, NULL}, *file;
        struct sc_audit_policy policy = {.width = bends[i].width,
                                         .readers = SC_READER_BIT(SC_READER_SUMS) |
                                                    SC_READER_BIT(SC_READER_RULES)};
        struct sc_verification v;
        struct sc_error err = {0};
        SC_AUTO_FREE char *text = certified(tables, 0, &policy, &v);
        char bent[8192];
        const char *at = strstr(text, bends[i].from);

        if (!at)
            fail_msg("%s is not in %s", bends[i].from, text);
        (void)snprintf(bent, sizeof bent, "%.*s%s%s", (int)(at - text), text, bends[i].to,
                       at + strlen(bends[i].from));
        file = file_with("again", bends[i].table);
        if (sc_verify_certificate(&file, 1, file_with("bent", bent), &v, &err) == SC_OK)
            fail_msg("accepted: %s", bent);
        files_clear();
    }
}

/* The audit has no place for true counts; and of a file that has them nothing is said. */
static void nothing_of_true_counts_is_in_it(void **state)
{
    static const char first[] = "month,age,count\nm1,a,1\nm1,b,10\nm1,c,9\nm2,a,10\nm2,b,1\n"
                                "m2,c,9\nm3,a,5\nm3,b,6\nm3,c,0\n";
    static const char second[] = "month,age,count\nm1,a,7\nm1,b,4\nm1,c,9\nm2,a,4\nm2,b,7\n"
                                 "m2,c,9\nm3,a,5\nm3,b,6\nm3,c,0\n";
    const char *const tables[] = {first, second};
    SC_AUTO_BUF one = {0};
    SC_AUTO_BUF two = {0};
    struct sc_buf *text[] = {&one, &two};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        const char *file = file_with("true.csv", tables[i]);
        struct sc_release_options options = {.files = &file, .n_files = 1, .complete = true};
        SC_AUTO(sc_release) release = NULL;
        SC_AUTO(sc_audit) audit = NULL;
        static const char *const hidden[] = {"a", "b"};

        OK(sc_release_read(&options, &release, NULL));
        for (uint32_t m = 0; m < 2; m++)
            for (uint32_t k = 0; k < 2; k++) {
                uint32_t codes[2], cell;

                codes[0] = sc_system_find_code(release->system, 0, sc_slice_of(m ? "m2" : "m1"));
                codes[1] = sc_system_find_code(release->system, 1, sc_slice_of(hidden[k]));
                cell = sc_system_find_cell(release->system, codes);
                release->figures[cell] = (struct sc_figure){.kind = SC_FIGURE_HIDDEN};
            }
        OK(sc_audit_run(release->system, release->figures, NULL, 0, NULL, &audit, NULL));
        OK(sc_certificate_json(release, audit, text[i], NULL));
        files_clear();
    }
    /* Two sets of true counts that are published alike give the same certificate. */
    assert_string_equal(one.data, two.data);
    assert_null(strstr(one.data, "sha256"));
    assert_null(strstr(one.data, "true.csv"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_true_certificate_holds, tear_down),
        cmocka_unit_test_teardown(bent_certificates_do_not, tear_down),
        cmocka_unit_test_teardown(other_tables_do_not_fit, tear_down),
        cmocka_unit_test_teardown(unprinted_margins_are_added, tear_down),
        cmocka_unit_test_teardown(what_does_not_vary_may_be_open, tear_down),
        cmocka_unit_test_teardown(differences_of_rows, tear_down),
        cmocka_unit_test_teardown(figures_nobody_prints, tear_down),
        cmocka_unit_test_teardown(rests_that_count_nobody, tear_down),
        cmocka_unit_test_teardown(tables_of_every_form, tear_down),
        cmocka_unit_test_teardown(marks_of_notes_hide_no_total, tear_down),
        cmocka_unit_test_teardown(what_is_listed_is_not_empty, tear_down),
        cmocka_unit_test_teardown(bounds_are_checked, tear_down),
        cmocka_unit_test_teardown(nothing_of_true_counts_is_in_it, tear_down),
        cmocka_unit_test_teardown(the_audits_own_certificates, tear_down),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    sc_solver_release_thread();
    return failed;
}
