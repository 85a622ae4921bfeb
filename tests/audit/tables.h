/*
 * tables.h - small tables to attack, for the tests of the audit.
 */
#ifndef TESTS_AUDIT_TABLES_H
#define TESTS_AUDIT_TABLES_H

#include "audit/audit.h"
#include "audit/witness.h"

#include "brute.h"
#include "greedy.h"

#define OK(call) assert_int_equal((call), SC_OK)

static uint64_t seed; /* of below() */

static inline uint32_t below(uint32_t n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((seed >> 33) % n);
}

/* A table of the given sizes with all margins; the grand total is cell 0. */
static inline struct sc_system *table_of(size_t n_dimensions, const uint32_t *sizes)
{
    struct sc_system *s = NULL;
    uint32_t at[4] = {0}, cell;

    OK(sc_system_new(&s, NULL));
    for (uint32_t d = 0; d < n_dimensions; d++) {
        char name[] = {(char)('A' + d), '\0'};
        uint32_t dimension, children[8];

        OK(sc_system_add_dimension(s, sc_slice_of(name), &dimension, NULL));
        for (uint32_t k = 0; k < sizes[d]; k++) {
            char code[] = {(char)('a' + d), (char)('1' + k), '\0'};

            OK(sc_system_add_code(s, d, sc_slice_of(code), &children[k], NULL));
        }
        OK(sc_system_add_split(s, d, 0, children, sizes[d], false, NULL));
    }
    for (;;) {
        size_t d = 0;

        OK(sc_system_add_cell(s, at, &cell, NULL));
        while (d < n_dimensions && ++at[d] > sizes[d])
            at[d++] = 0;
        if (d == n_dimensions)
            break;
    }
    OK(sc_system_link(s, NULL));
    return s;
}

static inline struct sc_audit *audit_of(const struct sc_system *s, const struct sc_figure *figures,
                                        const struct sc_audit_policy *policy)
{
    struct sc_audit *audit = NULL;
    struct sc_error err = {0};
    enum sc_status status = sc_audit_run(s, figures, NULL, 0, policy, &audit, &err);

    if (status)
        print_message("%s\n", err.message);
    assert_int_equal(status, SC_OK);
    return audit;
}

/* A 2-D table from a text of figures, rows down, totals included as last row and column. */
struct case_table {
    struct sc_system *system;
    struct sc_figure figures[BRUTE_CELLS];
};

static inline uint32_t cell_at(const struct sc_system *s, uint32_t a, uint32_t b)
{
    return sc_system_find_cell(s, (uint32_t[]){a, b});
}

static inline struct case_table table_from(uint32_t rows, uint32_t columns,
                                           const char *const *figures)
{
    struct case_table t = {.system = table_of(2, (uint32_t[]){rows, columns})};

    for (uint32_t a = 0; a <= rows; a++)
        for (uint32_t b = 0; b <= columns; b++) {
            uint32_t cell = cell_at(t.system, (a + 1) % (rows + 1), (b + 1) % (columns + 1));

            assert_true(sc_figure_parse(sc_slice_of(figures[a * (columns + 1) + b]), NULL, 0,
                                        &t.figures[cell]));
        }
    return t;
}

static inline struct sc_audit *attack(uint32_t rows, uint32_t columns, const char *const *figures,
                                      struct case_table *ret_table)
{
    *ret_table = table_from(rows, columns, figures);
    return audit_of(ret_table->system, ret_table->figures, NULL);
}

/* Random counts: mostly 0 to 3, at most `most` in all. */
static inline void random_counts(const struct sc_system *s, int64_t most, int64_t *count)
{
    bool known[BRUTE_CELLS] = {false};
    int64_t left = most;
    size_t bad;

    for (uint32_t c = 0; c < sc_system_n_cells(s); c++) {
        const uint32_t *codes = sc_system_cell_codes(s, c);
        bool inner = true;

        for (uint32_t d = 0; d < sc_system_n_dimensions(s); d++)
            inner = inner && codes[d] != 0;
        if (!inner)
            continue;
        count[c] = below(3) == 0 ? 0 : 1 + below(below(4) == 0 ? 5 : 2);
        count[c] = count[c] > left ? left : count[c];
        left -= count[c];
        known[c] = true;
    }
    assert_true(sc_system_add_up(s, count, known, &bad));
}

/* Hides at random, never the grand total; zeros only when `zeros_too`. */
static inline void random_figures(const struct sc_system *s, const int64_t *count, uint32_t percent,
                                  bool zeros_too, struct sc_figure *figures)
{
    for (uint32_t c = 0; c < sc_system_n_cells(s); c++) {
        figures[c] = (struct sc_figure){.kind = SC_FIGURE_VALUE, .value = count[c]};
        if (c > 0 && below(100) < percent && (count[c] > 0 || zeros_too))
            greedy_hide(figures, c);
    }
}

static inline void check_witnesses(const struct sc_audit *audit, const struct sc_figure *figures)
{
    const struct sc_witnesses *w = audit->witnesses;
    const struct sc_system *s = audit->system;
    int64_t table[BRUTE_CELLS];
    bool varied[BRUTE_CELLS] = {false};

    for (size_t m = 0; m <= w->n_moves; m++) {
        memcpy(table, w->base, w->n_cells * sizeof *table);
        for (size_t i = m ? w->start[m - 1] : 0; m > 0 && i < w->start[m]; i++) {
            table[w->cell[i]] += w->change[i];
            varied[w->cell[i]] = varied[w->cell[i]] || w->change[i] != 0;
        }
        for (size_t i = 0; i < sc_system_n_relations(s); i++) {
            struct sc_relation r = sc_system_relation(s, i);
            int64_t sum = 0;

            for (uint32_t k = 0; k < r.n_children; k++)
                sum += table[r.children[k]];
            assert_int_equal(sum, table[r.total]);
        }
        for (size_t c = 0; c < w->n_cells; c++)
            assert_true(figures[c].kind == SC_FIGURE_VALUE ? table[c] == figures[c].value
                                                           : table[c] >= w->hidden_low);
    }
    for (size_t c = 0; c < w->n_cells; c++)
        assert_true(varied[c] == (figures[c].kind == SC_FIGURE_HIDDEN) || !varied[c]);
    for (size_t c = 0; c < w->n_cells; c++)
        if (figures[c].kind == SC_FIGURE_HIDDEN)
            assert_true(varied[c]);
}

#endif
