/* test_table.c - the arithmetic of tables and of the accounting. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "safecount/count.h"
#include "safecount/table.h"

static struct sc_category categories[4];
static struct sc_dimension dimensions[3] = {
    {.categories = categories, .n_categories = 2, .nested_in = -1},
    {.categories = categories, .n_categories = 0, .nested_in = -1},
    {.categories = categories, .n_categories = 4, .nested_in = -1},
};
static struct sc_cell cells[3 * 1 * 5];
static const struct sc_table table = {
    .dimensions = dimensions, .n_dimensions = 3, .cells = cells, .n_cells = 15};

static void next_visits_every_cell_once_in_memory_order(void **state)
{
    size_t at[3] = {0};
    size_t n = 0;

    (void)state;
    do {
        assert_ptr_equal(sc_table_cell(&table, at), &cells[n]);
        n++;
    } while (sc_table_next(&table, at));
    assert_int_equal(n, 15);
    assert_int_equal(at[0] + at[1] + at[2], 0);
}

static void a_table_without_dimensions_has_one_cell(void **state)
{
    const struct sc_table one = {.cells = cells, .n_cells = 1};

    (void)state;
    assert_ptr_equal(sc_table_cell(&one, NULL), &cells[0]);
    assert_false(sc_table_next(&one, NULL));
}

static void names_are_the_documented_ones(void **state)
{
    (void)state;
    assert_string_equal(sc_unit_name(SC_UNIT_SUSPECTS), "suspects");
    assert_string_equal(sc_unit_name(SC_UNIT_ROWS), "rows");
    assert_string_equal(sc_cell_status_name(SC_CELL_SUPPRESSED), "suppressed");
    assert_string_equal(sc_cell_status_name(SC_CELL_VOID), "void");
    assert_string_equal(sc_exclusion_name(SC_EXCLUDED_DUPLICATE), "duplicate_link");
    assert_string_equal(sc_fault_name(SC_FAULTY_FIELD_COUNT), "wrong_field_count");
    assert_string_equal(sc_fault_name(SC_FAULTY_BAD_AGE), "bad_age");
}

static void every_exclusion_and_fault_has_a_name_of_its_own(void **state)
{
    (void)state;
    for (int i = 0; i < SC_N_FAULTS; i++)
        for (int j = 0; j < i; j++)
            assert_string_not_equal(sc_fault_name((enum sc_fault)i),
                                    sc_fault_name((enum sc_fault)j));
    for (int i = 0; i < SC_N_EXCLUSIONS; i++)
        for (int j = 0; j < i; j++)
            assert_string_not_equal(sc_exclusion_name((enum sc_exclusion)i),
                                    sc_exclusion_name((enum sc_exclusion)j));
}

static void accounting_adds_up_exactly_or_not_at_all(void **state)
{
    struct sc_accounting a = {.read = 100, .counted = 60, .excluded = {10, 5, 5, 0}};

    (void)state;
    a.faulty[SC_FAULTY_NUL] = 19;
    assert_false(sc_accounting_adds_up(&a));
    a.faulty[SC_FAULTY_BAD_AGE] = 1;
    assert_true(sc_accounting_adds_up(&a));
    assert_int_equal(sc_accounting_faulty(&a), 20);
    a.counted++;
    assert_false(sc_accounting_adds_up(&a));
}

static void accounting_is_not_fooled_by_wrapping(void **state)
{
    struct sc_accounting a = {.read = 4, .counted = UINT64_MAX, .excluded = {5}};

    (void)state;
    assert_false(sc_accounting_adds_up(&a));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(next_visits_every_cell_once_in_memory_order),
        cmocka_unit_test(a_table_without_dimensions_has_one_cell),
        cmocka_unit_test(names_are_the_documented_ones),
        cmocka_unit_test(every_exclusion_and_fault_has_a_name_of_its_own),
        cmocka_unit_test(accounting_adds_up_exactly_or_not_at_all),
        cmocka_unit_test(accounting_is_not_fooled_by_wrapping),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
