/*
 * test_groups.c - a table of methods and one of groups of them, against lists of all records
 * there could be.
 *
 * The methods are a, b and c; the group g is a and b. One record may name any of them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "answer/link.h"
#include "protect/protect.h"

#define OK(call) assert_int_equal((call), SC_OK)
#define THRESHOLD 5

static struct sc_category methods[] = {
    {"a", "A", -1}, {"b", "B", -1}, {"c", "C", -1}, {"none", "None found", -1}};
static struct sc_category grouped[] = {{"g", "G", -1}, {"c", "C", -1}, {"none", "None found", -1}};
static struct sc_dimension how_dimensions[] = {{"method", "Method", methods, 4, -1, true}};
static struct sc_dimension group_dimensions[] = {{"method_group", "Group", grouped, 3, -1, true}};
static struct sc_cell how_cells[5], group_cells[4];
static struct sc_table tables[] = {
    {.id = "how",
     .title = "",
     .question = "1",
     .dimensions = how_dimensions,
     .n_dimensions = 1,
     .n_rows_dimensions = 1,
     .cells = how_cells,
     .n_cells = 5},
    {.id = "group",
     .title = "",
     .question = "1",
     .dimensions = group_dimensions,
     .n_dimensions = 1,
     .n_rows_dimensions = 1,
     .cells = group_cells,
     .n_cells = 4},
};
static struct sc_dictionary_category words[] = {
    {.code = "a", .label = "A"}, {.code = "b", .label = "B"}, {.code = "c", .label = "C"}};
static struct sc_dictionary_group groups[] = {{"g", "G", 3}, {"h", "H", 6}};
static struct sc_dictionary dictionary = {.path = "d.yaml",
                                          .name = "",
                                          .version = "",
                                          .categories = words,
                                          .n_categories = 3,
                                          .groups = groups,
                                          .n_groups = 1,
                                          .sha256 = "00"};
static struct sc_dictionary *dictionaries[] = {&dictionary};
static struct sc_table_wanted wanted[] = {{.id = "how", .title = "", .dictionary = "d.yaml"},
                                          {.id = "group", .title = "", .dictionary = "d.yaml"}};
static struct sc_question question = {.id = "1", .text = "", .tables = wanted, .n_tables = 2};
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
static struct sc_counts counts = {.tables = tables, .n_tables = 2};

/* What the two tables show, each figure once. */
enum { A, B, C, G, NONE, TOTAL, N_FIGURES };

static void fill(const int *figures)
{
    static const int how[5] = {A, B, C, NONE, TOTAL};
    static const int group[4] = {G, C, NONE, TOTAL};

    for (size_t i = 0; i < 5; i++)
        how_cells[i] = (struct sc_cell){(uint64_t)figures[how[i]], SC_CELL_TRUE};
    for (size_t i = 0; i < 4; i++)
        group_cells[i] = (struct sc_cell){(uint64_t)figures[group[i]], SC_CELL_TRUE};
    counts.accounting = (struct sc_accounting){.read = (uint64_t)figures[TOTAL],
                                               .counted = (uint64_t)figures[TOTAL]};
}

/* records[s]: how many name exactly the set s of a (1), b (2), c (4). */
static void figures_of(const int *records, int *figures)
{
    memset(figures, 0, N_FIGURES * sizeof *figures);
    for (int s = 0; s < 8; s++) {
        figures[A] += s & 1 ? records[s] : 0;
        figures[B] += s & 2 ? records[s] : 0;
        figures[C] += s & 4 ? records[s] : 0;
        figures[G] += s & 3 ? records[s] : 0;
        figures[NONE] += s == 0 ? records[s] : 0;
        figures[TOTAL] += records[s];
    }
}

static enum sc_status link_tables(size_t n)
{
    struct sc_arena arena = {0};
    struct sc_link_table *links = NULL;
    struct sc_linked *linked = NULL;
    enum sc_status status = sc_link_describe(&job, tables, n, &arena, &links, NULL);

    if (!status)
        status = sc_link(links, n, &linked, NULL);
    sc_linked_free(linked);
    sc_arena_release(&arena);
    return status;
}

/* Whether some records give such figures: by the plain rule, and by listing them. */
static bool by_rule(const int *f)
{
    int any = f[TOTAL] - f[NONE];
    int more = f[A] > f[B] ? f[A] : f[B];

    return more <= f[G] && f[G] <= f[A] + f[B] && f[G] <= any && f[C] <= any && any <= f[G] + f[C];
}

/* The numbers the two tables can have together are those that some records give. */
static void a_group_is_the_union_of_its_own(void **state)
{
    static const int most[N_FIGURES] = {3, 3, 3, 4, 2, 6};
    static bool possible[3][3][3][4][2][6];
    int records[8] = {0};
    int n_possible = 0;

    (void)state;
    for (int i = 0; i < 2 * 2187; i++) { /* 0 to 2 of each, none 0 or 1 */
        int f[N_FIGURES], rest = i / 2;

        records[0] = i % 2;
        for (int s = 1; s < 8; s++, rest /= 3)
            records[s] = rest % 3;
        figures_of(records, f);
        if (f[A] < 3 && f[B] < 3 && f[C] < 3 && f[G] < 4 && f[NONE] < 2 && f[TOTAL] < 6)
            possible[f[A]][f[B]][f[C]][f[G]][f[NONE]][f[TOTAL]] = true;
    }
    for (int i = 0; i < 3 * 3 * 3 * 4 * 2 * 6; i++) {
        int f[N_FIGURES], rest = i;
        bool is;

        for (size_t k = 0; k < N_FIGURES; k++) {
            f[k] = rest % most[k];
            rest /= most[k];
        }
        is = possible[f[A]][f[B]][f[C]][f[G]][f[NONE]][f[TOTAL]];
        fill(f);
        assert_int_equal(by_rule(f), is);
        assert_int_equal(link_tables(2) == SC_OK, is);
        n_possible += is;
    }
    assert_true(n_possible > 100);
}

/* Figures that a reader may not know: those shown, and groups of people that follow from them. */
#define N_SECRETS 16
static void secrets_of(const int *f, int *secrets)
{
    int any = f[TOTAL] - f[NONE];

    memcpy(secrets, f, N_FIGURES * sizeof *f);
    secrets[6] = any;
    for (int i = 0; i < 4; i++) {
        secrets[7 + i] = any - f[i];       /* others than it */
        secrets[11 + i] = f[TOTAL] - f[i]; /* all but it */
    }
    secrets[15] = f[G] - f[A]; /* in the group, but not in a */
}

/* Where a secret can lie for a reader of the answer: every set of figures is tried. */
static void attack(const struct sc_answer *answer, const int *most, int *low, int *high)
{
    const struct sc_cell *shown[N_FIGURES] = {
        &answer->tables[0].cells[0], &answer->tables[0].cells[1], &answer->tables[0].cells[2],
        &answer->tables[1].cells[0], &answer->tables[0].cells[3], &answer->tables[0].cells[4]};
    int f[N_FIGURES], from[N_FIGURES], to[N_FIGURES];

    for (size_t i = 0; i < N_FIGURES; i++) {
        bool hidden = shown[i]->status == SC_CELL_SUPPRESSED;

        from[i] = hidden ? 1 : (int)shown[i]->count;
        to[i] = hidden ? most[i] + 4 : (int)shown[i]->count;
        f[i] = from[i];
    }
    for (size_t i = 0; i < N_SECRETS; i++) {
        low[i] = INT32_MAX;
        high[i] = -1;
    }
    for (;;) {
        int secrets[N_SECRETS];
        size_t i = 0;

        secrets_of(f, secrets);
        for (size_t s = 0; s < N_SECRETS && by_rule(f); s++) {
            low[s] = secrets[s] < low[s] ? secrets[s] : low[s];
            high[s] = secrets[s] > high[s] ? secrets[s] : high[s];
        }
        while (i < N_FIGURES && ++f[i] > to[i]) {
            f[i] = from[i];
            i++;
        }
        if (i == N_FIGURES)
            return;
    }
}

static uint32_t next_random(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005ULL + 1442695040888963407ULL;
    return (uint32_t)(*seed >> 33);
}

static void no_records_behind_both_tables_are_given_away(void **state)
{
    uint64_t seed = 71;
    size_t n_hidden = 0, n_more = 0, n_groups = 0;

    (void)state;
    for (int round = 0; round < 60; round++) {
        struct sc_answer *answer = NULL;
        int records[8], f[N_FIGURES], truth[N_SECRETS], low[N_SECRETS], high[N_SECRETS];
        const struct sc_cell *cells[N_FIGURES];

        for (size_t i = 0; i < 8; i++)
            records[i] = (int)(next_random(&seed) % 5) * (next_random(&seed) % 3 > 0);
        figures_of(records, f);
        secrets_of(f, truth);
        fill(f);
        OK(sc_answer_make(&job, &counts, &answer, NULL));
        OK(sc_answer_protect(&job, &counts, NULL, answer, NULL));
        assert_true(answer->publishable);
        /* one figure in two tables is shown alike */
        assert_int_equal(answer->tables[0].cells[2].status, answer->tables[1].cells[1].status);
        assert_int_equal(answer->tables[0].cells[4].status, answer->tables[1].cells[3].status);
        cells[A] = &answer->tables[0].cells[0];
        cells[B] = &answer->tables[0].cells[1];
        cells[C] = &answer->tables[0].cells[2];
        cells[G] = &answer->tables[1].cells[0];
        cells[NONE] = &answer->tables[0].cells[3];
        cells[TOTAL] = &answer->tables[0].cells[4];
        attack(answer, f, low, high);
        for (size_t i = 0; i < N_SECRETS; i++) {
            bool hidden = i < N_FIGURES && cells[i]->status == SC_CELL_SUPPRESSED;
            bool small = truth[i] >= 1 && truth[i] < THRESHOLD;

            assert_true(low[i] <= truth[i] && truth[i] <= high[i]);
            if (i < N_FIGURES && small)
                assert_true(hidden);
            if (hidden || small)
                assert_true(low[i] < high[i]);
            n_hidden += hidden;
            n_more += hidden && !small;
            n_groups += hidden && i == G && !small;
        }
        sc_answer_free(answer);
    }
    assert_true(n_hidden > 50);
    assert_true(n_more > 10);
    assert_true(n_groups > 0);
}

/* One group inside another is a tree; two that share a part are not, and are refused. */
static void groups_that_cross_are_refused(void **state)
{
    static struct sc_category three[] = {
        {"g", "G", -1}, {"h", "H", -1}, {"c", "C", -1}, {"none", "None found", -1}};
    struct sc_cell cells[5] = {{3, SC_CELL_TRUE},
                               {3, SC_CELL_TRUE},
                               {3, SC_CELL_TRUE},
                               {0, SC_CELL_TRUE},
                               {3, SC_CELL_TRUE}};
    int f[N_FIGURES] = {3, 3, 3, 3, 0, 3};

    (void)state;
    fill(f);
    group_dimensions[0].categories = three;
    group_dimensions[0].n_categories = 4;
    tables[1].cells = cells;
    tables[1].n_cells = 5;
    dictionary.n_groups = 2;
    assert_int_equal(link_tables(2), SC_E_UNSUPPORTED); /* a, b and b, c */
    groups[1].categories = 7;                           /* a, b and a, b, c */
    assert_int_equal(link_tables(2), SC_OK);
    cells[1].count = 2; /* fewer than in the group inside it */
    assert_int_not_equal(link_tables(2), SC_OK);
    groups[1].categories = 3; /* the same as the other */
    cells[1].count = 3;
    assert_int_equal(link_tables(2), SC_OK);
    cells[0].count = 2;
    assert_int_not_equal(link_tables(2), SC_OK);
    groups[1].categories = 6;
    dictionary.n_groups = 1;
    tables[1].cells = group_cells;
    tables[1].n_cells = 4;
    group_dimensions[0].categories = grouped;
    group_dimensions[0].n_categories = 3;
}

int main(void)
{
    const struct CMUnitTest tests_of_groups[] = {
        cmocka_unit_test(a_group_is_the_union_of_its_own),
        cmocka_unit_test(no_records_behind_both_tables_are_given_away),
        cmocka_unit_test(groups_that_cross_are_refused),
    };

    return cmocka_run_group_tests(tests_of_groups, NULL, NULL);
}
