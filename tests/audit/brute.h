/*
 * brute.h - an attacker of another kind, for tests: every table there is.
 *
 * Lists all tables of whole numbers with the printed grand total, keeps those that
 * agree with what is printed and with what a reader knows, and notes the least
 * and most of every cell. It shares nothing with the audit but the system of sums.
 */
#ifndef TESTS_AUDIT_BRUTE_H
#define TESTS_AUDIT_BRUTE_H

#include <stdlib.h>
#include <string.h>

#include "system/release.h"

#define BRUTE_CELLS 64

struct brute {
    const struct sc_system *system;
    const struct sc_figure *figures;
    int64_t hidden_low;
    bool marks;     /* the reader knows what marks mean */
    uint32_t fixed; /* a cell the reader knows, or SC_NONE */
    int64_t fixed_value;
    uint32_t inner[BRUTE_CELLS];
    size_t n_inner;
    int64_t now[BRUTE_CELLS];
    bool known[BRUTE_CELLS];
    /* what was found */
    size_t n_tables;
    int64_t least[BRUTE_CELLS], most[BRUTE_CELLS];
    bool always_equal[BRUTE_CELLS]; /* to `fixed`, in every table without regard to fixed_value */
    /* called for every table that agrees */
    void (*each)(const struct brute *brute, void *arg);
    void *arg;
};

static inline bool brute_hidden(const struct brute *b, size_t c)
{
    return b->figures[c].kind == SC_FIGURE_HIDDEN || b->figures[c].kind == SC_FIGURE_SMALL ||
           b->figures[c].kind == SC_FIGURE_LARGE;
}

/* Whether a hidden figure may be what it is in this table. */
static inline bool brute_allows(const struct brute *b, size_t c)
{
    const struct sc_figure *figure = &b->figures[c];

    if (b->now[c] < b->hidden_low)
        return false;
    if (!b->marks || figure->kind == SC_FIGURE_HIDDEN)
        return true;
    return b->now[c] >= figure->least &&
           (figure->kind == SC_FIGURE_LARGE || b->now[c] <= figure->value);
}

static inline void brute_table(struct brute *b)
{
    size_t n = sc_system_n_cells(b->system), bad;

    memset(b->known, 0, sizeof b->known);
    for (size_t i = 0; i < b->n_inner; i++)
        b->known[b->inner[i]] = true;
    if (!sc_system_add_up(b->system, b->now, b->known, &bad))
        abort();
    for (size_t c = 0; c < n; c++)
        if (b->figures[c].kind == SC_FIGURE_VALUE ? b->now[c] != b->figures[c].value
                                                  : brute_hidden(b, c) && !brute_allows(b, c))
            return;
    if (b->fixed != SC_NONE && b->now[b->fixed] != b->fixed_value)
        return;
    for (size_t c = 0; c < n; c++) {
        if (b->n_tables == 0 || b->now[c] < b->least[c])
            b->least[c] = b->now[c];
        if (b->n_tables == 0 || b->now[c] > b->most[c])
            b->most[c] = b->now[c];
    }
    b->n_tables++;
    if (b->each)
        b->each(b, b->arg);
}

static inline void brute_rest(struct brute *b, size_t i, int64_t left)
{
    uint32_t cell = b->inner[i];
    const struct sc_figure *figure = &b->figures[cell];
    int64_t from = 0, to = left;

    if (figure->kind == SC_FIGURE_VALUE)
        from = to = figure->value;
    if (i + 1 == b->n_inner)
        from = from > left ? from : left;
    for (int64_t x = from; x <= to && x <= left; x++) {
        b->now[cell] = x;
        if (i + 1 == b->n_inner)
            brute_table(b);
        else
            brute_rest(b, i + 1, left - x);
    }
}

/* Cell 0 must be the grand total, printed. */
static inline void brute_run(struct brute *b)
{
    b->n_inner = 0;
    b->n_tables = 0;
    for (uint32_t c = 0; c < sc_system_n_cells(b->system); c++) {
        const uint32_t *codes = sc_system_cell_codes(b->system, c);
        bool inner = true;

        for (uint32_t d = 0; d < sc_system_n_dimensions(b->system); d++)
            inner = inner && sc_system_is_leaf(b->system, d, codes[d]);
        if (inner)
            b->inner[b->n_inner++] = c;
    }
    brute_rest(b, 0, b->figures[0].value);
}

#endif
