/*
 * test_safe.c - the protect stage against lists of all records there could be, and the joint
 * system against what it should hold.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "answer/link.h"
#include "base/fault.h"
#include "protect/protect.h"

#define OK(call) assert_int_equal((call), SC_OK)
#define N_TYPES 5 /* records with a, with b, with both, with the fallback, with none */
#define MOST 9    /* of each type in the list of all */
#define THRESHOLD 5

/* ---- one table of a method, as sc_count() would fill it ---- */

static struct sc_category methods[] = {
    {"a", "A", -1}, {"b", "B", -1}, {"f", "F", -1}, {"none", "None found", -1}};
static struct sc_dimension how_dimensions[] = {{"method", "Method", methods, 4, -1, true}};
static struct sc_cell how_cells[5];
static struct sc_table tables[] = {
    {.id = "how",
     .title = "",
     .question = "1",
     .dimensions = how_dimensions,
     .n_dimensions = 1,
     .n_rows_dimensions = 1,
     .cells = how_cells,
     .n_cells = 5},
};
static struct sc_dictionary_category words[] = {{.code = "a", .label = "A"},
                                                {.code = "b", .label = "B"},
                                                {.code = "f", .label = "F", .fallback = true}};
static struct sc_dictionary dictionary = {.path = "d.yaml",
                                          .name = "",
                                          .version = "",
                                          .categories = words,
                                          .n_categories = 3,
                                          .sha256 = "00"};
static struct sc_dictionary *dictionaries[] = {&dictionary};
static struct sc_table_wanted wanted[] = {{.id = "how", .title = "", .dictionary = "d.yaml"}};
static struct sc_question question = {.id = "1", .text = "", .tables = wanted, .n_tables = 1};
static struct sc_request request = {.path = "r.yaml",
                                    .reference = "1",
                                    .publication = "",
                                    .title = "",
                                    .organisation = "",
                                    .words = "",
                                    .period = {.from = 0, .to = 364},
                                    .questions = &question,
                                    .n_questions = 1};
static struct sc_policy policy = {
    .threshold = THRESHOLD, .marker = "[c]", .reason = "", .width = 1, .time_limit = 60};
static struct sc_source source = {.path = "e.yaml"};
static struct sc_job job = {.request = &request,
                            .policy = &policy,
                            .source = &source,
                            .dictionaries = dictionaries,
                            .n_dictionaries = 1};
static struct sc_counts counts = {.tables = tables, .n_tables = 1};

/* The figures of the table from the records: a, b, f, none, Total. */
static void figures_of(const int *records, int *figures)
{
    figures[0] = records[0] + records[2];
    figures[1] = records[1] + records[2];
    figures[2] = records[3];
    figures[3] = records[4];
    figures[4] = records[0] + records[1] + records[2] + records[3] + records[4];
}

static void fill(const int *records)
{
    int figures[5];

    figures_of(records, figures);
    for (size_t i = 0; i < 5; i++)
        how_cells[i] = (struct sc_cell){(uint64_t)figures[i], SC_CELL_TRUE};
    counts.accounting =
        (struct sc_accounting){.read = (uint64_t)figures[4], .counted = (uint64_t)figures[4]};
}

static bool next_records(int *records)
{
    for (size_t i = 0; i < N_TYPES; i++) {
        if (++records[i] <= MOST)
            return true;
        records[i] = 0;
    }
    return false;
}

/* What a reader may not know: the five figures and, of the groups nobody prints, the small ones. */
#define N_SECRETS 9
static void secrets_of(const int *records, int *secrets)
{
    figures_of(records, secrets);
    secrets[5] = records[0] + records[1] + records[2]; /* with any */
    secrets[6] = records[1];                           /* with any but a */
    secrets[7] = secrets[4] - secrets[0];              /* all but a */
    secrets[8] = secrets[4] - secrets[1];              /* all but b */
}

/* Whether a shown figure may stand for a number, to a reader who knows the rules and the base. */
static bool may_be(const struct sc_cell *shown, int number)
{
    int away = (int)shown->count - number;

    if (shown->status == SC_CELL_SUPPRESSED)
        return number >= (policy.zeros_hidden ? 0 : 1) &&
               (!policy.secondary_marker || number < THRESHOLD);
    if (shown->status == SC_CELL_SECONDARY)
        return number >= THRESHOLD;
    if (shown->status == SC_CELL_ROUNDED)
        return away < (int)policy.round_base && -away < (int)policy.round_base;
    return away == 0;
}

/* Tries every set of records: what each secret can be, for a reader who knows the rules. */
static void attack(const struct sc_answer *answer, int *least, int *most)
{
    const struct sc_cell *shown = answer->tables[0].cells;
    int records[N_TYPES] = {0};

    for (size_t i = 0; i < N_SECRETS; i++) {
        least[i] = INT32_MAX;
        most[i] = -1;
    }
    do {
        int secrets[N_SECRETS];
        bool fits = true;

        secrets_of(records, secrets);
        for (size_t i = 0; i < 5 && fits; i++)
            fits = may_be(&shown[i], secrets[i]);
        for (size_t i = 0; i < N_SECRETS && fits; i++) {
            least[i] = secrets[i] < least[i] ? secrets[i] : least[i];
            most[i] = secrets[i] > most[i] ? secrets[i] : most[i];
        }
    } while (next_records(records));
}

static uint32_t next_random(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005ULL + 1442695040888963407ULL;
    return (uint32_t)(*seed >> 33);
}

/* No list of records that agrees with a publishable answer gives a small count away. */
static void no_set_of_records_gives_a_small_count_away(void **state)
{
    uint64_t seed = 16040;
    size_t n_hidden = 0, n_more = 0;

    (void)state;
    for (int round = 0; round < 60; round++) {
        struct sc_answer *answer = NULL;
        int records[N_TYPES], truth[N_SECRETS], least[N_SECRETS], most[N_SECRETS];

        for (size_t i = 0; i < N_TYPES; i++)
            records[i] = (int)(next_random(&seed) % 7) * (next_random(&seed) % 4 > 0);
        fill(records);
        secrets_of(records, truth);
        OK(sc_answer_make(&job, &counts, &answer, NULL));
        OK(sc_answer_protect(&job, &counts, NULL, answer, NULL));
        assert_true(answer->publishable);
        attack(answer, least, most);
        for (size_t i = 0; i < N_SECRETS; i++) {
            bool hidden = i < 5 && answer->tables[0].cells[i].status == SC_CELL_SUPPRESSED;
            bool small = truth[i] >= 1 && truth[i] < THRESHOLD;

            assert_true(least[i] <= truth[i] && truth[i] <= most[i]);
            if (i < 5 && small)
                assert_true(hidden);
            if (hidden || small)
                assert_true(least[i] < most[i]);
            n_hidden += hidden;
            n_more += hidden && !small;
        }
        sc_answer_free(answer);
    }
    assert_true(n_hidden > 50);
    assert_true(n_more > 5); /* some had to be protected by others */
}

/* One answer with marks as the policy has them: no records that agree give a hidden figure away. */
static void try_marks(uint64_t *seed, size_t *n_publishable, size_t *n_second)
{
    struct sc_answer *answer = NULL;
    int records[N_TYPES], truth[N_SECRETS], least[N_SECRETS], most[N_SECRETS];

    for (size_t i = 0; i < N_TYPES; i++)
        records[i] = (int)(next_random(seed) % 7) * (next_random(seed) % 4 > 0);
    fill(records);
    secrets_of(records, truth);
    OK(sc_answer_make(&job, &counts, &answer, NULL));
    OK(sc_answer_protect(&job, &counts, NULL, answer, NULL));
    *n_publishable += answer->publishable;
    attack(answer, least, most);
    for (size_t i = 0; i < N_SECRETS && answer->publishable; i++) {
        const struct sc_cell *cell = i < 5 ? &answer->tables[0].cells[i] : NULL;
        bool small = truth[i] >= 1 && truth[i] < THRESHOLD;

        assert_true(least[i] <= truth[i] && truth[i] <= most[i]);
        if (cell && (small || (truth[i] == 0 && policy.zeros_hidden)))
            assert_int_equal(cell->status, SC_CELL_SUPPRESSED);
        if (cell && policy.secondary_marker && cell->status == SC_CELL_SUPPRESSED)
            assert_true(truth[i] < THRESHOLD);
        if (small || (cell && sc_cell_is_withheld(cell)))
            assert_true(least[i] < most[i]);
        *n_second += cell && cell->status == SC_CELL_SECONDARY;
    }
    if (!answer->publishable && policy.secondary_marker)
        assert_true(answer->n_reasons > 0);
    sc_answer_free(answer);
}

static void no_set_of_records_undoes_marks_that_tell_more(void **state)
{
    uint64_t seed = 271;

    (void)state;
    for (int kind = 1; kind < 4; kind++) {
        size_t n_publishable = 0, n_second = 0;

        policy.secondary_marker = kind & 1 ? "*" : NULL;
        policy.zeros_hidden = kind & 2;
        for (int round = 0; round < 40; round++)
            try_marks(&seed, &n_publishable, &n_second);
        print_message("%s, zeros %s: %zu of 40 publishable, %zu second marks\n",
                      kind & 1 ? "two marks" : "one mark", kind & 2 ? "hidden" : "shown",
                      n_publishable, n_second);
        assert_true(n_publishable > 5);
        assert_true((n_second > 0) == (policy.secondary_marker != NULL));
    }
    policy.secondary_marker = NULL;
    policy.zeros_hidden = false;
}

/* No list of records undoes a rounded one: every figure keeps two values, and so do the groups. */
static void no_set_of_records_undoes_a_rounded_answer(void **state)
{
    uint64_t seed = 71;
    size_t n_publishable = 0, n_changed = 0;

    (void)state;
    policy.method = SC_METHOD_ROUND;
    policy.round_base = THRESHOLD;
    for (int round = 0; round < 40; round++) {
        struct sc_answer *answer = NULL;
        int records[N_TYPES], truth[N_SECRETS], least[N_SECRETS], most[N_SECRETS];

        for (size_t i = 0; i < N_TYPES; i++)
            records[i] = (int)(next_random(&seed) % 7) * (next_random(&seed) % 4 > 0);
        fill(records);
        secrets_of(records, truth);
        OK(sc_answer_make(&job, &counts, &answer, NULL));
        OK(sc_answer_protect(&job, &counts, NULL, answer, NULL));
        n_publishable += answer->publishable;
        attack(answer, least, most);
        for (size_t i = 0; i < N_SECRETS && answer->publishable; i++) {
            bool small = truth[i] >= 1 && truth[i] < THRESHOLD;

            assert_true(least[i] <= truth[i] && truth[i] <= most[i]);
            if (i < 5) {
                const struct sc_cell *cell = &answer->tables[0].cells[i];

                assert_int_equal(cell->status, SC_CELL_ROUNDED);
                assert_int_equal(cell->count % THRESHOLD, 0);
                n_changed += (int)cell->count != truth[i];
            }
            if (i < 5 || small)
                assert_true(least[i] < most[i]);
        }
        if (answer->publishable)
            assert_true(answer->withheld.counted && answer->withheld.read);
        sc_answer_free(answer);
    }
    policy.method = SC_METHOD_SUPPRESS;
    policy.round_base = 0;
    assert_true(n_publishable > 30);
    assert_true(n_changed > 50);
}

/* The numbers a table can have are those that some records give: max <= any <= sum. */
static void overlapping_categories_are_as_records_make_them(void **state)
{
    bool possible[4][4][4][4][10];
    int records[N_TYPES] = {0};

    (void)state;
    memset(possible, 0, sizeof possible);
    do {
        int figures[5];

        figures_of(records, figures);
        if (figures[0] < 4 && figures[1] < 4 && figures[2] < 4 && figures[3] < 4 && figures[4] < 10)
            possible[figures[0]][figures[1]][figures[2]][figures[3]][figures[4]] = true;
    } while (next_records(records));
    for (int i = 0; i < 4 * 4 * 4 * 4 * 10; i++) {
        int at[5] = {i % 4, i / 4 % 4, i / 16 % 4, i / 64 % 4, i / 256};
        struct sc_arena arena = {0};
        struct sc_link_table *links = NULL;
        struct sc_linked *linked = NULL;
        enum sc_status status;

        for (size_t k = 0; k < 5; k++)
            how_cells[k] = (struct sc_cell){(uint64_t)at[k], SC_CELL_TRUE};
        OK(sc_link_describe(&job, tables, 1, &arena, &links, NULL));
        status = sc_link(links, 1, &linked, NULL);
        assert_int_equal(status == SC_OK, possible[at[0]][at[1]][at[2]][at[3]][at[4]]);
        sc_linked_free(linked);
        sc_arena_release(&arena);
    }
}

static uint32_t find(const struct sc_linked *linked, const char *dimension, const char *code)
{
    const struct sc_system *system = linked->system;
    uint32_t codes[SC_SYSTEM_DIMENSIONS_MAX];
    uint32_t d = sc_system_find_dimension(system, sc_slice_of(dimension));

    memcpy(codes, sc_system_cell_codes(system, linked->cell_of[0][0]),
           sc_system_n_dimensions(system) * sizeof *codes);
    codes[d] = sc_system_find_code(system, d, sc_slice_of(code));
    assert_int_not_equal(codes[d], SC_NONE);
    return sc_system_find_cell(system, codes);
}

static void figures_that_nobody_prints_have_their_true_counts(void **state)
{
    static const struct {
        const char *code;
        int64_t count;
        bool exempt;
    } want[] = {{"(any)", 13, false},          {"(others than a)", 5, false},
                {"(others than b)", 7, false}, {"(all but a)", 17, false},
                {"(all but b)", 19, false},    {"(sum)", 14, true},
                {"(more than once)", 1, true}};
    int records[N_TYPES] = {7, 5, 1, 10, 2};
    struct sc_arena arena = {0};
    struct sc_link_table *links = NULL;
    struct sc_linked *linked = NULL;

    (void)state;
    fill(records);
    OK(sc_link_describe(&job, tables, 1, &arena, &links, NULL));
    OK(sc_link(links, 1, &linked, NULL));
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        uint32_t cell = find(linked, "method 00", want[i].code);

        assert_int_not_equal(cell, SC_NONE);
        assert_true(sc_system_made(linked->system, cell));
        assert_int_equal(linked->count[cell], want[i].count);
        assert_int_equal(linked->exempt[cell], want[i].exempt);
        assert_int_equal(linked->role[cell], SC_ROLE_HIDDEN);
    }
    sc_linked_free(linked);
    sc_arena_release(&arena);
}

/* ---- time ---- */

static struct sc_category years[] = {{"2018/19", "2018/19", -1}, {"2019/20", "2019/20", -1}};
static struct sc_category quarters[] = {{"2018/19 Q4", "", 0}, {"2019/20 Q1", "", 1}};
static struct sc_category months[] = {{"2019-03", "", 0}, {"2019-04", "", 1}, {"2019-05", "", 1}};
static struct sc_category calendar[] = {{"2019", "", -1}};
static struct sc_dimension by_month[] = {{"year", "", years, 2, -1, false},
                                         {"month", "", months, 3, 0, false}};
static struct sc_dimension by_quarter[] = {{"quarter", "", quarters, 2, -1, false}};
static struct sc_dimension by_calendar[] = {{"calendar_year", "", calendar, 1, -1, false}};

/* March, April, May and no year; then by year; years in rows. */
static struct sc_cell month_cells[12], quarter_cells[3], calendar_cells[2];
static struct sc_table time_tables[] = {
    {.id = "m",
     .question = "1",
     .dimensions = by_month,
     .n_dimensions = 2,
     .cells = month_cells,
     .n_cells = 12},
    {.id = "q",
     .question = "1",
     .dimensions = by_quarter,
     .n_dimensions = 1,
     .cells = quarter_cells,
     .n_cells = 3},
    {.id = "c",
     .question = "1",
     .dimensions = by_calendar,
     .n_dimensions = 1,
     .cells = calendar_cells,
     .n_cells = 2},
};
static struct sc_table_wanted time_wanted[] = {{.id = "m"}, {.id = "q"}, {.id = "c"}};

static void set(struct sc_cell *cells, size_t n, const int *values)
{
    for (size_t i = 0; i < n; i++)
        cells[i] = values[i] < 0 ? (struct sc_cell){0, SC_CELL_VOID}
                                 : (struct sc_cell){(uint64_t)values[i], SC_CELL_TRUE};
}

static enum sc_status link_time(struct sc_linked **ret_linked)
{
    struct sc_question asked = {.id = "1", .text = "", .tables = time_wanted, .n_tables = 3};
    struct sc_request r = request;
    struct sc_job j = job;
    struct sc_arena arena = {0};
    struct sc_link_table *links = NULL;
    enum sc_status status;

    r.questions = &asked;
    r.period.from = 17956; /* 1 March 2019 */
    r.period.to = 18047;   /* 31 May 2019 */
    j.request = &r;
    status = sc_link_describe(&j, time_tables, 3, &arena, &links, NULL);
    if (!status)
        status = sc_link(links, 3, ret_linked, NULL);
    sc_arena_release(&arena);
    return status;
}

static void periods_are_one_dimension_however_they_are_cut(void **state)
{
    struct sc_linked *linked = NULL;

    (void)state;
    set(month_cells, 12, (int[]){7, -1, -1, 7, -1, 8, 9, 17, -1, -1, -1, 24});
    set(quarter_cells, 3, (int[]){7, 17, 24});
    set(calendar_cells, 2, (int[]){24, 24});
    OK(link_time(&linked));
    /* The last quarter of the one year, cut off by the period, is March, is that year. */
    assert_int_equal(linked->cell_of[1][0], linked->cell_of[0][0]);
    assert_int_equal(linked->cell_of[1][0], linked->cell_of[0][3]);
    assert_int_equal(linked->cell_of[1][1], linked->cell_of[0][7]);
    /* The calendar year, cut off as well, is the whole period. */
    assert_int_equal(linked->cell_of[2][0], linked->cell_of[2][1]);
    assert_int_equal(linked->cell_of[2][0], linked->cell_of[0][11]);
    assert_int_equal(sc_system_n_cells(linked->system), 5);
    assert_int_equal(sc_system_n_relations(linked->system), 2);
    sc_linked_free(linked);
}

static void tables_that_disagree_are_refused(void **state)
{
    struct sc_linked *linked = NULL;

    (void)state;
    set(month_cells, 12, (int[]){7, -1, -1, 7, -1, 8, 9, 17, -1, -1, -1, 24});
    set(calendar_cells, 2, (int[]){24, 24});
    set(quarter_cells, 3, (int[]){7, 18, 25});
    assert_int_equal(link_time(&linked), SC_E_UNSAFE);
    set(quarter_cells, 3, (int[]){7, 17, 24});
    set(month_cells, 12, (int[]){7, -1, -1, 7, -1, 8, 8, 17, -1, -1, -1, 24});
    assert_int_equal(link_time(&linked), SC_E_UNSAFE);
    assert_null(linked);
}

/* ---- no memory ---- */

/* The answer is made when no allocation fails any more, after more than `least` of them. */
static void fail_in_turn(uint64_t least)
{
    enum sc_status status = SC_E_NOMEM;
    uint64_t n = 0;

    while (status != SC_OK && n < 20000) {
        struct sc_answer *answer = NULL;

        OK(sc_answer_make(&job, &counts, &answer, NULL));
        sc_fault_set(SC_FAULT_ALLOC, ++n);
        status = sc_answer_protect(&job, &counts, NULL, answer, NULL);
        sc_fault_set(SC_FAULT_ALLOC, 0);
        assert_true(status == SC_OK || status == SC_E_NOMEM);
        if (status)
            assert_false(answer->publishable);
        sc_answer_free(answer);
    }
    assert_int_equal(status, SC_OK);
    assert_true(n > least);
}

static void every_failed_allocation_ends_without_an_answer(void **state)
{
    int records[N_TYPES] = {6, 0, 2, 9, 3};

    (void)state;
#ifndef SC_FAULT_INJECTION
    skip();
#endif
    fill(records);
    for (int method = SC_METHOD_SUPPRESS; method <= SC_METHOD_COARSEN; method++) {
        policy.method = (enum sc_policy_method)method;
        policy.round_base = method == SC_METHOD_ROUND ? THRESHOLD : 0;
        policy.coarsen_to = method == SC_METHOD_COARSEN ? 60 : 0;
        fail_in_turn(method == SC_METHOD_SUPPRESS ? 500 : 100);
    }
    policy.method = SC_METHOD_SUPPRESS;
    policy.round_base = policy.coarsen_to = 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(overlapping_categories_are_as_records_make_them),
        cmocka_unit_test(figures_that_nobody_prints_have_their_true_counts),
        cmocka_unit_test(periods_are_one_dimension_however_they_are_cut),
        cmocka_unit_test(tables_that_disagree_are_refused),
        cmocka_unit_test(no_set_of_records_gives_a_small_count_away),
        cmocka_unit_test(no_set_of_records_undoes_marks_that_tell_more),
        cmocka_unit_test(no_set_of_records_undoes_a_rounded_answer),
        cmocka_unit_test(every_failed_allocation_ends_without_an_answer),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
