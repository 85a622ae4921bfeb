/* The piece of a certificate that is shown on the page: found, filled in, and left out when it does
 * not add up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "publish/example.h"

#define YEARS 3
#define AGES_MAX 12

static struct sc_category years[YEARS] = {{"y1", "Y 1", -1}, {"y2", "Y 2", -1}, {"y3", "Y 3", -1}};
static struct sc_category ages[AGES_MAX];
static char codes[AGES_MAX][8];
static struct sc_dimension dimensions[2];
static struct sc_cell cells[(YEARS + 1) * (AGES_MAX + 1)];
static struct sc_table table;
static struct sc_policy policy;
static struct sc_publication publication;

static struct sc_cell *cell(size_t year, size_t age)
{
    const size_t at[2] = {year, age};

    return sc_table_cell(&table, at);
}

/* A table of three years by `n_ages`: 10 in each cell, totals right, the cells of two ages and two
 * years withheld. */
static void make_table(size_t n_ages)
{
    for (size_t i = 0; i < n_ages; i++) {
        (void)snprintf(codes[i], sizeof codes[i], "a%zu", i);
        ages[i] = (struct sc_category){codes[i], codes[i], -1};
    }
    dimensions[0] = (struct sc_dimension){"year", "Year", years, YEARS, -1, false};
    dimensions[1] = (struct sc_dimension){"age", "Age", ages, n_ages, -1, false};
    table = (struct sc_table){.id = "t",
                              .title = "",
                              .question = "1",
                              .unit = SC_UNIT_VICTIMS,
                              .dimensions = dimensions,
                              .n_dimensions = 2,
                              .n_rows_dimensions = 1,
                              .cells = cells,
                              .n_cells = (YEARS + 1) * (n_ages + 1)};
    for (size_t y = 0; y <= YEARS; y++)
        for (size_t a = 0; a <= n_ages; a++)
            *cell(y, a) = (struct sc_cell){
                10 * (y == YEARS ? YEARS : 1) * (a == n_ages ? n_ages : 1), SC_CELL_PUBLISHED};
    for (size_t y = 0; y < 2; y++)
        for (size_t a = 1; a < 3; a++)
            *cell(y, a) = (struct sc_cell){0, SC_CELL_SUPPRESSED};
    policy = (struct sc_policy){.threshold = 5, .marker = "[c]"};
    publication = (struct sc_publication){.policy = &policy, .tables = &table, .n_tables = 1};
}

static struct sc_example find(const char *certificate)
{
    struct sc_example example;

    publication.proof.certificate = (struct sc_slice){certificate, strlen(certificate)};
    assert_int_equal(sc_example_find(&publication, &example, NULL), SC_OK);
    return example;
}

#define HEAD                                                                                       \
    "{\"dimensions\":[\"year\",\"unit\",\"age\",\"outcome\"],\"totals\":[\"Total\",null,"          \
    "\"Total\",\"Total\"],"
#define CELLS                                                                                      \
    "\"cells\":[[\"y1\",\"victims\",\"a1\",\"Total\"],[\"y1\",\"victims\",\"a2\",\"Total\"],"      \
    "[\"y2\",\"victims\",\"a1\",\"Total\"],[\"y2\",\"victims\",\"a2\",\"Total\"],"                 \
    "[\"y1\",\"victims\",\"a1\",\"o1\"]],"
#define SOUND HEAD CELLS "\"base\":[8,12,12,8,3],\"moves\":[[4,1],[0,1,1,-1,2,-1,3,1,4,1]]}"

static void whole_lines_are_shown_where_they_are_few(void **state)
{
    struct sc_example e;

    (void)state;
    make_table(4);
    e = find(SOUND);
    assert_ptr_equal(e.table, &table);
    assert_int_equal(e.number, 1);
    assert_int_equal(e.down, 1); /* years go across */
    assert_int_equal(e.across, 0);
    assert_int_equal(sc_example_height(&e), 5);
    assert_int_equal(sc_example_width(&e), 4);
    assert_int_equal(e.values[0][1][0], 8);
    assert_int_equal(e.values[1][1][0], 9);
    assert_int_equal(e.values[0][2][1], 8);
    assert_int_equal(e.values[1][2][1], 9);
    assert_int_equal(e.values[1][0][0], 10);
    assert_int_equal(e.values[1][4][3], 120);
    assert_true(e.withheld[1][0] && e.withheld[2][1] && !e.withheld[0][0] && !e.withheld[4][0]);
}

static void of_many_lines_the_rest_is_one(void **state)
{
    struct sc_example e;

    (void)state;
    make_table(12);
    e = find(SOUND);
    assert_true(e.more_rows && !e.more_columns);
    assert_int_equal(e.n_rows, 2);
    assert_int_equal(e.rows[0], 1);
    assert_int_equal(e.rows[1], 2);
    assert_int_equal(sc_example_height(&e), 4);
    for (int which = 0; which < 2; which++)
        for (size_t c = 0; c < sc_example_width(&e); c++) {
            uint64_t sum = 0;

            for (size_t r = 0; r + 1 < sc_example_height(&e); r++)
                sum += e.values[which][r][c];
            assert_int_equal(sum, e.values[which][3][c]);
        }
    assert_int_equal(e.values[0][2][0], 100);
    assert_int_equal(e.values[1][2][3], 300);
}

static void what_does_not_add_up_is_not_shown(void **state)
{
    (void)state;
    make_table(4);
    /* the base is another's */
    assert_null(find(HEAD CELLS "\"base\":[9,12,12,8,3],\"moves\":[[0,1,1,-1,2,-1,3,1]]}").table);
    /* the move does not keep the sums */
    assert_null(find(HEAD CELLS "\"base\":[8,12,12,8,3],\"moves\":[[0,1,1,1,2,-1,3,1]]}").table);
    /* it goes below nothing */
    assert_null(
        find(HEAD CELLS "\"base\":[8,12,12,8,3],\"moves\":[[0,13,1,-13,2,-13,3,13]]}").table);
    /* a figure is missing from it */
    assert_null(
        find(HEAD
             "\"cells\":[[\"y1\",\"victims\",\"a1\",\"Total\"]],\"base\":[8],\"moves\":[[0,1]]}")
            .table);
}

static void a_piece_whose_totals_are_withheld_is_not_shown(void **state)
{
    (void)state;
    make_table(4);
    *cell(0, 4) = (struct sc_cell){0, SC_CELL_SUPPRESSED};
    assert_null(find(SOUND).table);
    make_table(4);
    *cell(YEARS, 2) = (struct sc_cell){0, SC_CELL_SUPPRESSED};
    assert_null(find(SOUND).table);
}

static void a_withheld_total_may_differ_where_the_other_way_is_published(void **state)
{
    static const char certificate[] = HEAD
        "\"cells\":[[\"y1\",\"victims\",\"a1\",\"Total\"],[\"y1\",\"victims\",\"a2\",\"Total\"],"
        "[\"y2\",\"victims\",\"a1\",\"Total\"],[\"y2\",\"victims\",\"a2\",\"Total\"],"
        "[\"Total\",\"victims\",\"a1\",\"Total\"],[\"Total\",\"victims\",\"a2\",\"Total\"]],"
        "\"base\":[8,12,12,8,30,30],\"moves\":[[0,1,1,-1,4,1,5,-1]]}";
    struct sc_example e;

    (void)state;
    make_table(4);
    *cell(YEARS, 1) = *cell(YEARS, 2) = (struct sc_cell){0, SC_CELL_SUPPRESSED};
    e = find(certificate);
    assert_ptr_equal(e.table, &table);
    assert_int_equal(e.values[0][1][3], 30);
    assert_int_equal(e.values[1][1][3], 31);
    assert_true(e.withheld[1][3] && e.withheld[2][3] && !e.withheld[4][0]);
    /* but not where nothing is published either way */
    *cell(0, 4) = (struct sc_cell){0, SC_CELL_SUPPRESSED};
    assert_null(find(certificate).table);
}

static void categories_that_overlap_are_not_added_up(void **state)
{
    (void)state;
    make_table(4);
    dimensions[1].overlapping = true;
    assert_null(find(SOUND).table);
}

static void another_unit_or_place_is_another_figure(void **state)
{
    (void)state;
    make_table(4);
    table.unit = SC_UNIT_OFFENCES;
    assert_null(find(SOUND).table);
}

static void what_is_no_certificate_gives_nothing(void **state)
{
    static const char *const texts[] = {
        "",
        "{",
        "[]",
        "{\"cells\":[]}",
        "{\"cells\":[1,2],\"moves\":[3]}",
        HEAD "\"cells\":[[1,2,3,4],[\"y1\"],{}],\"base\":[],\"moves\":[[0,1,1,-1]]}",
        HEAD CELLS "\"base\":[8,12,12,8,3],\"moves\":[[-1,1,99,2],[0],[\"0\",\"1\"],{},null]}",
        HEAD CELLS "\"base\":[\"8\",null,{},8],\"moves\":[[0,1,1,-1,2,-1,3,1]]}",
        HEAD CELLS "\"base\":[-9223372036854775808,0,0,0,0],\"moves\":[[0,-1,1,-1,2,-1,3,1]]}",
        HEAD CELLS "\"base\":[8,12,12,8,3],\"moves\":[[0,9223372036854775807,1,-1,2,-1,3,1]]}",
    };

    (void)state;
    make_table(4);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_null(find(texts[i]).table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_lines_are_shown_where_they_are_few),
        cmocka_unit_test(of_many_lines_the_rest_is_one),
        cmocka_unit_test(what_does_not_add_up_is_not_shown),
        cmocka_unit_test(a_piece_whose_totals_are_withheld_is_not_shown),
        cmocka_unit_test(a_withheld_total_may_differ_where_the_other_way_is_published),
        cmocka_unit_test(categories_that_overlap_are_not_added_up),
        cmocka_unit_test(another_unit_or_place_is_another_figure),
        cmocka_unit_test(what_is_no_certificate_gives_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
