/*
 * test_system.c - cells and sums: linking, margins shared between tables, figures
 * nobody prints, duplicates, twins, adding up.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/fault.h"
#include "system/system.h"

#define OK(call) assert_int_equal((call), SC_OK)

static uint32_t dimension(struct sc_system *s, const char *name)
{
    uint32_t d;

    OK(sc_system_add_dimension(s, sc_slice_of(name), &d, NULL));
    return d;
}

static uint32_t code(struct sc_system *s, uint32_t d, const char *name)
{
    uint32_t c;

    OK(sc_system_add_code(s, d, sc_slice_of(name), &c, NULL));
    return c;
}

/* `parent` of codes "`prefix`1" to "`prefix`n". */
static void split(struct sc_system *s, uint32_t d, const char *parent, const char *prefix, int from,
                  int to)
{
    uint32_t children[64];
    size_t n = 0;
    uint32_t p = code(s, d, parent);

    for (int i = from; i <= to; i++) {
        char name[32];

        (void)snprintf(name, sizeof name, "%s%d", prefix, i);
        children[n++] = code(s, d, name);
    }
    OK(sc_system_add_split(s, d, p, children, n, false, NULL));
}

static uint32_t cell2(struct sc_system *s, uint32_t a, uint32_t b)
{
    uint32_t cell;

    OK(sc_system_add_cell(s, (uint32_t[]){a, b}, &cell, NULL));
    return cell;
}

/* A table of `rows` x `columns` with every margin. */
static struct sc_system *flat(int rows, int columns)
{
    struct sc_system *s = NULL;

    OK(sc_system_new(&s, NULL));
    split(s, dimension(s, "month"), "Total", "m", 1, rows);
    split(s, dimension(s, "age"), "Total", "a", 1, columns);
    for (uint32_t a = 0; a <= (uint32_t)rows; a++)
        for (uint32_t b = 0; b <= (uint32_t)columns; b++)
            (void)cell2(s, a, b);
    OK(sc_system_link(s, NULL));
    return s;
}

static void flat_table(void **state)
{
    SC_AUTO(sc_system) s = flat(3, 2);
    size_t n;
    const uint32_t *of;

    (void)state;
    assert_int_equal(sc_system_n_cells(s), 12);
    assert_int_equal(sc_system_n_relations(s), 4 + 3);
    for (size_t i = 0; i < sc_system_n_relations(s); i++) {
        struct sc_relation r = sc_system_relation(s, i);
        const uint32_t *t = sc_system_cell_codes(s, r.total);

        assert_int_equal(t[r.dimension], SC_SYSTEM_TOTAL);
        assert_int_equal(r.n_children, r.dimension == 0 ? 3 : 2);
        for (uint32_t k = 0; k < r.n_children; k++)
            assert_int_equal(sc_system_cell_codes(s, r.children[k])[1 - r.dimension],
                             t[1 - r.dimension]);
    }
    of = sc_system_relations_of(s, sc_system_find_cell(s, (uint32_t[]){1, 1}), &n);
    assert_int_equal(n, 2);
    assert_int_not_equal(of[0], of[1]);
}

static void inner_cells_of_one_dimension_say_nothing(void **state)
{
    SC_AUTO(sc_system) s = NULL;
    uint32_t cell;

    (void)state;
    OK(sc_system_new(&s, NULL));
    split(s, dimension(s, "month"), "quarter", "m", 1, 3);
    OK(sc_system_add_split(s, 0, 0, (uint32_t[]){code(s, 0, "quarter")}, 1, false, NULL));
    for (uint32_t a = 2; a <= 4; a++)
        OK(sc_system_add_cell(s, &a, &cell, NULL));
    OK(sc_system_link(s, NULL));
    assert_int_equal(sc_system_n_cells(s), 3); /* the totals nobody prints are gone again */
    assert_int_equal(sc_system_n_relations(s), 0);
}

static void every_failed_allocation_is_reported(void **state)
{
    (void)state;
#ifdef SC_FAULT_INJECTION
    for (uint64_t nth = 1;; nth++) {
        struct sc_system *s = NULL;
        uint32_t d, c[3], cell;
        enum sc_status status;

        sc_fault_set(SC_FAULT_ALLOC, nth);
        status = sc_system_new(&s, NULL);
        if (!status)
            status = sc_system_add_dimension(s, sc_slice_of("age"), &d, NULL);
        for (uint32_t k = 0; k < 3 && !status; k++) {
            char name[2] = {(char)('a' + k), '\0'};

            status = sc_system_add_code(s, d, sc_slice_of(name), &c[k], NULL);
        }
        if (!status)
            status = sc_system_add_split(s, d, 0, c, 3, false, NULL);
        for (uint32_t k = 0; k < 4 && !status; k++)
            status = sc_system_add_cell(s, &k, &cell, NULL);
        if (!status)
            status = sc_system_link(s, NULL);
        sc_fault_set(SC_FAULT_ALLOC, 0);
        sc_system_free(s);
        if (!status)
            break;
        assert_int_equal(status, SC_E_NOMEM);
    }
#else
    skip();
#endif
}

static void a_grand_total_runs_through_unprinted_margins(void **state)
{
    SC_AUTO(sc_system) s = NULL;

    (void)state;
    OK(sc_system_new(&s, NULL));
    split(s, dimension(s, "month"), "Total", "m", 1, 3);
    split(s, dimension(s, "age"), "Total", "a", 1, 2);
    (void)cell2(s, 0, 0);
    for (uint32_t a = 1; a <= 3; a++)
        for (uint32_t b = 1; b <= 2; b++)
            (void)cell2(s, a, b);
    OK(sc_system_link(s, NULL));
    assert_int_equal(sc_system_n_relations(s), 2 + 3 + 2);
    assert_int_equal(sc_system_n_cells(s), 12);
    assert_false(sc_system_made(s, 6));
    assert_true(sc_system_made(s, 7));
}

static void tables_share_their_margin(void **state)
{
    SC_AUTO(sc_system) s = NULL;
    uint32_t month, age, method, cell, other;
    uint32_t m1, a1, x1;

    (void)state;
    OK(sc_system_new(&s, NULL));
    month = dimension(s, "month");
    age = dimension(s, "age");
    method = dimension(s, "method");
    split(s, month, "Total", "m", 1, 2);
    split(s, age, "Total", "a", 1, 2);
    split(s, method, "Total", "x", 1, 2);
    m1 = code(s, month, "m1");
    a1 = code(s, age, "a1");
    x1 = code(s, method, "x1");
    /* month x age, and month x method: no month x age x method is ever made */
    for (uint32_t m = 0; m <= 2; m++)
        for (uint32_t c = 0; c <= 2; c++) {
            OK(sc_system_add_cell(s, (uint32_t[]){m, c, 0}, &cell, NULL));
            OK(sc_system_add_cell(s, (uint32_t[]){m, 0, c}, &cell, NULL));
        }
    OK(sc_system_link(s, NULL));
    assert_int_equal(sc_system_n_cells(s), 15);
    assert_int_equal(sc_system_n_relations(s), 5 + 3 + 3);
    assert_int_equal(sc_system_find_cell(s, (uint32_t[]){m1, a1, x1}), SC_NONE);
    cell = sc_system_find_cell(s, (uint32_t[]){m1, 0, 0});
    other = sc_system_find_cell(s, (uint32_t[]){m1, a1, 0});
    assert_int_not_equal(cell, SC_NONE);
    assert_int_not_equal(cell, other);
}

static void overlapping_bands_meet_in_made_atoms(void **state)
{
    SC_AUTO(sc_system) s = NULL;
    uint32_t age, c12, c34, c1, c23, c4, atom[5], cell;

    (void)state;
    OK(sc_system_new(&s, NULL));
    age = dimension(s, "age");
    c12 = code(s, age, "1-2");
    c34 = code(s, age, "3-4");
    c1 = atom[1] = code(s, age, "1");
    c23 = code(s, age, "2-3");
    c4 = atom[4] = code(s, age, "4");
    atom[2] = code(s, age, "2");
    atom[3] = code(s, age, "3");
    OK(sc_system_add_split(s, age, c12, (uint32_t[]){atom[1], atom[2]}, 2, true, NULL));
    OK(sc_system_add_split(s, age, c34, (uint32_t[]){atom[3], atom[4]}, 2, true, NULL));
    OK(sc_system_add_split(s, age, c23, (uint32_t[]){atom[2], atom[3]}, 2, true, NULL));
    OK(sc_system_add_split(s, age, 0, (uint32_t[]){c12, c34}, 2, false, NULL));
    OK(sc_system_add_split(s, age, 0, (uint32_t[]){c1, c23, c4}, 3, false, NULL));
    OK(sc_system_add_split(s, age, 0, (uint32_t[]){c34, c12}, 2, false, NULL)); /* the same again */
    assert_int_equal(sc_system_n_splits(s), 5);
    for (uint32_t c = 0; c <= c4; c++)
        OK(sc_system_add_cell(s, &c, &cell, NULL));
    OK(sc_system_link(s, NULL));
    assert_int_equal(sc_system_n_cells(s), 8);
    assert_int_equal(sc_system_n_relations(s), 5);
    assert_true(sc_system_made(s, sc_system_find_cell(s, &atom[2])));
}

static void one_month_has_its_total_once(void **state)
{
    SC_AUTO(sc_system) s = flat(1, 3);
    bool *zero = sc_alloc_array(sc_system_n_cells(s), sizeof *zero);
    uint32_t *twin = sc_alloc_array(sc_system_n_cells(s), sizeof *twin);

    (void)state;
    assert_int_equal(sc_system_n_relations(s), 4 + 2);
    OK(sc_system_twins(s, zero, twin, NULL));
    for (uint32_t c = 0; c <= 3; c++)
        assert_int_equal(twin[sc_system_find_cell(s, (uint32_t[]){0, c})],
                         twin[sc_system_find_cell(s, (uint32_t[]){1, c})]);
    sc_free(zero);
    sc_free(twin);
}

static void twins_need_zeros_around(void **state)
{
    SC_AUTO(sc_system) s = flat(3, 2);
    bool zero[12] = {false};
    uint32_t twin[12];
    uint32_t m1a1 = sc_system_find_cell(s, (uint32_t[]){1, 1});
    uint32_t m1a2 = sc_system_find_cell(s, (uint32_t[]){1, 2});
    uint32_t m1 = sc_system_find_cell(s, (uint32_t[]){1, 0});

    (void)state;
    OK(sc_system_twins(s, zero, twin, NULL));
    assert_int_not_equal(twin[m1a1], twin[m1]);
    zero[m1a2] = true;
    OK(sc_system_twins(s, zero, twin, NULL));
    assert_int_equal(twin[m1a1], twin[m1]);
    assert_int_equal(twin[m1a2], m1a2);
}

static void adds_up_and_names_a_contradiction(void **state)
{
    SC_AUTO(sc_system) s = flat(3, 2);
    int64_t count[12] = {0};
    bool known[12] = {false};
    size_t bad = 99;

    (void)state;
    for (uint32_t a = 1; a <= 3; a++)
        for (uint32_t b = 1; b <= 2; b++) {
            count[sc_system_find_cell(s, (uint32_t[]){a, b})] = a * b;
            known[sc_system_find_cell(s, (uint32_t[]){a, b})] = true;
        }
    assert_true(sc_system_add_up(s, count, known, &bad));
    assert_int_equal(count[sc_system_find_cell(s, (uint32_t[]){0, 0})], 18);
    count[sc_system_find_cell(s, (uint32_t[]){0, 0})] = 19;
    assert_false(sc_system_add_up(s, count, known, &bad));
    assert_int_equal(sc_system_relation(s, bad).total, sc_system_find_cell(s, (uint32_t[]){0, 0}));
}

static void refuses_circles(void **state)
{
    SC_AUTO(sc_system) s = NULL;
    uint32_t d, a, b;
    struct sc_error err = {0};

    (void)state;
    OK(sc_system_new(&s, NULL));
    d = dimension(s, "age");
    a = code(s, d, "a");
    b = code(s, d, "b");
    OK(sc_system_add_split(s, d, a, &b, 1, false, NULL));
    assert_int_equal(sc_system_add_split(s, d, b, &a, 1, false, &err), SC_E_INPUT);
    assert_string_equal(err.message, "dimension 'age': code 'b' is its own ancestor");
    assert_int_equal(sc_system_add_split(s, d, 0, (uint32_t[]){a, a}, 2, false, &err), SC_E_INPUT);
}

static void describes_cells(void **state)
{
    SC_AUTO(sc_system) s = flat(3, 2);
    SC_AUTO_BUF buf = {0};

    (void)state;
    sc_system_describe(s, sc_system_find_cell(s, (uint32_t[]){2, 1}), &buf);
    sc_buf_addc(&buf, '|');
    sc_system_describe(s, sc_system_find_cell(s, (uint32_t[]){0, 1}), &buf);
    sc_buf_addc(&buf, '|');
    sc_system_describe(s, sc_system_find_cell(s, (uint32_t[]){0, 0}), &buf);
    assert_string_equal(buf.data, "month m2, age a1|age a1|Total");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flat_table),
        cmocka_unit_test(inner_cells_of_one_dimension_say_nothing),
        cmocka_unit_test(every_failed_allocation_is_reported),
        cmocka_unit_test(a_grand_total_runs_through_unprinted_margins),
        cmocka_unit_test(tables_share_their_margin),
        cmocka_unit_test(overlapping_bands_meet_in_made_atoms),
        cmocka_unit_test(one_month_has_its_total_once),
        cmocka_unit_test(twins_need_zeros_around),
        cmocka_unit_test(adds_up_and_names_a_contradiction),
        cmocka_unit_test(refuses_circles),
        cmocka_unit_test(describes_cells),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
