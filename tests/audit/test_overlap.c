/*
 * test_overlap.c - tables whose categories overlap, against every set of records there is: for each
 * place how many records have each set of categories, none among them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "audit/audit.h"
#include "audit/reconcile.h"

#define CATEGORIES 3
#define SETS (1 << CATEGORIES)
#define COLUMNS (CATEGORIES + 1) /* the total last */
#define ROWS 3                   /* two years and the total */
#define GROUPS (2 + CATEGORIES)  /* any, none, others than each */

static uint64_t seed;

static uint32_t below(uint32_t n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((seed >> 33) % n);
}

struct span {
    int least, most;
};

struct search {
    bool hidden[ROWS][COLUMNS];
    int value[ROWS][COLUMNS];
    bool strict; /* no record is in no category */
    int sets[2][SETS];
    long n_found;
    struct span cell[ROWS][COLUMNS];
    struct span group[ROWS][GROUPS];
};

static void widen(struct span *span, int value, bool first)
{
    if (first || value < span->least)
        span->least = value;
    if (first || value > span->most)
        span->most = value;
}

static void figures_of(int sets[2][SETS], int cell[ROWS][COLUMNS], int group[ROWS][GROUPS])
{
    memset(cell, 0, sizeof(int) * ROWS * COLUMNS);
    memset(group, 0, sizeof(int) * ROWS * GROUPS);
    for (int row = 0; row < ROWS; row++)
        for (int s = 0; s < SETS; s++) {
            int n = row < 2 ? sets[row][s] : sets[0][s] + sets[1][s];

            cell[row][CATEGORIES] += n;
            group[row][0] += s ? n : 0;
            group[row][1] += s ? 0 : n;
            for (int c = 0; c < CATEGORIES; c++) {
                cell[row][c] += s & 1 << c ? n : 0;
                group[row][2 + c] += s && !(s & 1 << c) ? n : 0;
            }
        }
}

static void found(struct search *f)
{
    int cell[ROWS][COLUMNS], group[ROWS][GROUPS];

    figures_of(f->sets, cell, group);
    for (int row = 0; row < ROWS; row++)
        for (int c = 0; c < COLUMNS; c++)
            if (!f->hidden[row][c] && cell[row][c] != f->value[row][c])
                return;
    for (int row = 0; row < ROWS; row++) {
        for (int c = 0; c < COLUMNS; c++)
            widen(&f->cell[row][c], cell[row][c], f->n_found == 0);
        for (int g = 0; g < GROUPS; g++)
            widen(&f->group[row][g], group[row][g], f->n_found == 0);
    }
    f->n_found++;
}

/* Every way to give out what is left of a year's total (always printed) over the sets from `s`. */
static void give_out(struct search *f, int row, int s, int left)
{
    if (s == SETS - 1) {
        f->sets[row][s] = left;
        if (row == 0)
            give_out(f, 1, f->strict, f->value[1][CATEGORIES]);
        else
            found(f);
        return;
    }
    for (int n = 0; n <= left; n++) {
        f->sets[row][s] = n;
        give_out(f, row, s + 1, left - n);
    }
}

static void random_table(struct search *f, bool strict, uint32_t percent)
{
    int group[ROWS][GROUPS];

    memset(f, 0, sizeof *f);
    for (int row = 0; row < 2; row++)
        for (int i = (int)below(4); i >= 0; i--)
            f->sets[row][strict ? 1 + below(SETS - 1) : below(SETS)]++;
    figures_of(f->sets, f->value, group);
    for (int row = 0; row < ROWS; row++)
        for (int c = 0; c < CATEGORIES; c++)
            f->hidden[row][c] = below(100) < percent;
    memset(f->sets, 0, sizeof f->sets);
}

static void write_table(const struct search *f, char *text, size_t size)
{
    static const char *const rows[] = {"2018", "2019", "Total"};
    static const char *const columns[] = {"a", "b", "c", "Total"};
    size_t n = (size_t)snprintf(text, size, "year,platform,count\n");

    for (int row = 0; row < ROWS; row++)
        for (int c = 0; c < COLUMNS; c++)
            n +=
                (size_t)snprintf(text + n, size - n, f->hidden[row][c] ? "%s,%s,*\n" : "%s,%s,%d\n",
                                 rows[row], columns[c], f->value[row][c]);
}

static uint32_t cell_of(const struct sc_release *release, int row, const char *code)
{
    static const char *const rows[] = {"2018", "2019", ""};
    uint32_t codes[2] = {0};

    if (*rows[row])
        codes[0] = sc_system_find_code(release->system, 0, sc_slice_of(rows[row]));
    codes[1] = sc_system_find_code(release->system, 1, sc_slice_of(code));
    return codes[1] == SC_NONE ? SC_NONE : sc_system_find_cell(release->system, codes);
}

/* One table in one form: what the audit says of each figure is what all sets of records say. */
static void compare(struct search *f, bool strict, size_t *n_exact, size_t *n_safe)
{
    static const char *const names[] = {"a", "b", "c"};
    static const char *const groups[] = {"(any)", "(in none)", "(others than a)", "(others than b)",
                                         "(others than c)"};
    const char *file = "t.csv", *dimension = "platform";
    char text[1024];
    struct sc_slice contents;
    struct sc_release_options options = {.files = &file,
                                         .n_files = 1,
                                         .contents = &contents,
                                         .overlapping = &dimension,
                                         .n_overlapping = 1,
                                         .loose_overlaps = !strict};
    struct sc_audit_policy policy = {.readers = SC_READER_BIT(SC_READER_SUMS), .threshold = 2};
    SC_AUTO(sc_release) release = NULL;
    SC_AUTO(sc_audit) audit = NULL;
    const struct sc_reader_result *sums;

    write_table(f, text, sizeof text);
    contents = sc_slice_of(text);
    f->strict = strict;
    f->n_found = 0;
    memset(f->sets, 0, sizeof f->sets);
    give_out(f, 0, strict, f->value[0][CATEGORIES]);
    assert_int_equal(sc_release_read(&options, &release, NULL), SC_OK);
    assert_int_equal(
        sc_audit_run(release->system, release->figures, NULL, 0, &policy, &audit, NULL), SC_OK);
    sums = &audit->readers[SC_READER_SUMS];
    if (audit->consistent != (f->n_found > 0))
        print_message("%s strict %d\n", text, strict);
    assert_int_equal(audit->consistent, f->n_found > 0);
    for (int row = 0; row < ROWS && audit->consistent; row++)
        for (int c = 0; c < CATEGORIES; c++) {
            bool exact = f->cell[row][c].least == f->cell[row][c].most;

            if (!f->hidden[row][c])
                continue;
            if ((sums->verdict[cell_of(release, row, names[c])] == SC_VERDICT_EXACT) != exact)
                print_message("%s row %d, category %d, strict %d\n", text, row, c, strict);
            assert_int_equal(sums->verdict[cell_of(release, row, names[c])],
                             exact ? SC_VERDICT_EXACT : SC_VERDICT_PROTECTED);
            *n_exact += exact;
        }
    for (int row = 0; row < ROWS && audit->safe; row++)
        for (int g = 0; g < GROUPS; g++) /* no small group is known */
            assert_false(f->group[row][g].least == f->group[row][g].most &&
                         f->group[row][g].least == 1 &&
                         cell_of(release, row, groups[g]) != SC_NONE);
    *n_safe += audit->safe;
}

static void every_set_of_records_agrees(void **state)
{
    size_t n_exact[2] = {0}, n_safe[2] = {0};

    (void)state;
    seed = 20;
    for (int i = 0; i < 300; i++) {
        struct search f;

        random_table(&f, i % 2 == 0, 35 + 5 * (uint32_t)(i % 7));
        compare(&f, false, &n_exact[0], &n_safe[0]);
        compare(&f, true, &n_exact[1], &n_safe[1]);
    }
    assert_true(n_exact[0] > 10 && n_exact[1] > n_exact[0]);
    assert_true(n_safe[0] > 10 && n_safe[1] > 0 && n_safe[1] <= n_safe[0]);
}

/* Reads and audits as `check` does. */
static struct sc_reconciled checked(const char *text, const char *overlapping)
{
    const char *file = "t.csv";
    struct sc_slice contents = sc_slice_of(text);
    struct sc_release_options options = {.files = &file,
                                         .n_files = 1,
                                         .contents = &contents,
                                         .find_sums = true,
                                         .overlapping = &overlapping,
                                         .n_overlapping = overlapping != NULL};
    struct sc_audit_policy policy = {.readers = SC_READER_BIT(SC_READER_SUMS)};
    struct sc_reconciled r;

    assert_int_equal(sc_reconcile(&options, &policy, &r, NULL), SC_OK);
    return r;
}

static void overlap_is_seen_and_mistakes_are_not_overlap(void **state)
{
    static const struct {
        const char *what, *text;
        size_t n_overlapping;
        bool consistent;
    } cases[] = {
        {"over in three places, under in none",
         "m,x,y,z,Total\n1,5,4,9,12\n2,8,8,3,11\n3,7,2,9,13\n4,5,*,9,14\n", 1, true},
        {"once: a typing error", "m,x,y,z,Total\n1,5,4,9,18\n2,8,8,3,21\n3,7,2,9,18\n4,5,6,9,19\n",
         0, false},
        {"over and under: not to be told",
         "m,x,y,z,Total\n1,5,4,9,12\n2,8,8,3,11\n3,7,2,9,13\n4,5,6,9,29\n", 0, true},
        {"a category beyond the total",
         "m,x,y,z,Total\n1,5,4,9,8\n2,8,8,3,11\n3,7,2,9,13\n4,5,6,9,14\n", 0, true},
        {"x and y come to the total: z is part of one of them, or counted apart",
         "m,x,y,z,Total\n1,5,4,2,9\n2,8,8,3,16\n3,7,2,1,9\n4,5,6,4,11\n", 0, true},
        {"a few of many",
         "m,x,y,Total\n1,5,4,8\n2,1,1,2\n3,1,2,3\n4,1,3,4\n5,1,4,5\n6,1,5,6\n7,1,6,7\n8,2,6,8\n"
         "9,3,6,9\n10,4,6,10\n11,9,1,10\n12,7,7,14\n13,1,1,2\n14,1,1,2\n15,2,2,4\n16,2,2,4\n"
         "17,3,3,6\n18,3,3,6\n19,4,4,8\n20,4,4,8\n21,5,5,10\n22,4,9,13\n23,9,9,18\n24,9,9,18\n",
         0, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sc_reconciled r = checked(cases[i].text, NULL);

        print_message("%s\n", cases[i].what);
        assert_int_equal(r.release->n_overlapping, cases[i].n_overlapping);
        assert_int_equal(r.audit->consistent, cases[i].consistent);
        sc_reconciled_release(&r);
    }
}

static void what_falls_only_for_those_who_know_is_said_so(void **state)
{
    /* 10 in all, a 0 and b 0: c is 10 if each is in one of them, else anything to 10. */
    static const char *const text = "x,count\na,0\nb,0\nc,*\nTotal,10\n";
    struct sc_reconciled r = checked(text, "x");

    (void)state;
    assert_false(r.audit->safe);
    assert_false(r.release->overlapping[0].loose);
    assert_int_equal(r.audit->readers[SC_READER_SUMS].exact, 1);
    assert_non_null(strstr(r.release->notes[r.release->n_notes - 1], "can be worked out by those"));
    sc_reconciled_release(&r);

    /* Everything is under `a`, and the total is 0 but for it. */
    r = checked("x,count\na,*\nb,0\nTotal,0\n", "X");
    assert_false(r.audit->safe);
    assert_true(r.release->overlapping[0].loose);
    sc_reconciled_release(&r);

    /* 80 are in some, b and c have 20 of their own between them, or more with a. */
    r = checked("x,count\na,60\nb,*\nc,*\nnone,20\nTotal,100\n", "x");
    assert_true(r.audit->safe);
    assert_int_equal(r.release->overlapping[0].n_apart, 1);
    sc_reconciled_release(&r);
}

static void a_dimension_that_no_table_has_is_refused(void **state)
{
    const char *file = "t.csv", *dimension = "platform";
    struct sc_slice contents = sc_slice_of("x,count\na,1\nTotal,1\n");
    struct sc_release_options options = {.files = &file,
                                         .n_files = 1,
                                         .contents = &contents,
                                         .overlapping = &dimension,
                                         .n_overlapping = 1};
    struct sc_release *release = NULL;

    (void)state;
    assert_int_equal(sc_release_read(&options, &release, NULL), SC_E_INPUT);
    assert_null(release);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_set_of_records_agrees),
        cmocka_unit_test(overlap_is_seen_and_mistakes_are_not_overlap),
        cmocka_unit_test(what_falls_only_for_those_who_know_is_said_so),
        cmocka_unit_test(a_dimension_that_no_table_has_is_refused),
    };

    return cmocka_run_group_tests_name("overlap", tests, NULL, NULL);
}
