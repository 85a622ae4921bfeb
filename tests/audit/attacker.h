/*
 * attacker.h - an exact attacker of another kind than audit and protector: whole-number programs
 * over the cells themselves, no model, no moves, no propagation.
 */
#ifndef TESTS_ATTACKER_H
#define TESTS_ATTACKER_H

#include <cmocka.h>

#include "solver/solver.h"
#include "system/release.h"

/* All that is printed: numbers as they are, hidden figures of 1 to `most`, every sum. The caller
 * frees it. */
static inline struct sc_lp *attacker_program(const struct sc_system *s,
                                             const struct sc_figure *figures, double most)
{
    struct sc_lp *lp = NULL;
    size_t first;

    assert_int_equal(sc_lp_new(&lp, NULL), SC_OK);
    assert_int_equal(sc_lp_add_columns(lp, sc_system_n_cells(s), &first, NULL), SC_OK);
    assert_int_equal(sc_lp_add_rows(lp, sc_system_n_relations(s), &first, NULL), SC_OK);
    for (uint32_t c = 0; c < sc_system_n_cells(s); c++) {
        bool hidden = figures[c].kind == SC_FIGURE_HIDDEN;
        double value = (double)figures[c].value;

        sc_lp_set_column_bounds(lp, c, hidden ? 1 : value, hidden ? most : value);
        sc_lp_set_integer(lp, c, true);
    }
    for (size_t i = 0; i < sc_system_n_relations(s); i++) {
        struct sc_relation r = sc_system_relation(s, i);
        uint32_t columns[64];
        double signs[64];

        assert_true(r.n_children < 64);
        columns[0] = r.total;
        signs[0] = -1;
        for (uint32_t k = 0; k < r.n_children; k++) {
            columns[k + 1] = r.children[k];
            signs[k + 1] = 1;
        }
        assert_int_equal(sc_lp_set_row(lp, i, r.n_children + 1, columns, signs, NULL), SC_OK);
    }
    return lp;
}

#endif
