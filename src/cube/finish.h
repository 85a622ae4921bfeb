/*
 * finish.h - tables while they are made of tallies: for the parts of that,
 * which categories a table shows (categories.c) and the rest (finish.c).
 */
#ifndef SC_CUBE_FINISH_H
#define SC_CUBE_FINISH_H

#include "cube/pass.h"

struct sc_owned_counts {
    struct sc_counts counts; /* first */
    struct sc_arena arena;
    struct sc_cell **cells; /* of each table; too large for the arena */
};

/* One dimension while its table is made. */
struct sc_shape {
    const struct sc_axis *axis;
    bool set;
    unsigned char *met; /* n_slots: whether the number occurred */
    uint32_t *position; /* n_slots: its position in the table, UINT32_MAX none */
    size_t n_slots;
};

struct sc_finisher {
    const struct sc_pass *pass;
    struct sc_owned_counts *owned;
    struct sc_error *err;
};

/* A text in the counts' arena; NULL without memory. */
SC_PRINTF(2, 3) char *sc_finish_text(struct sc_finisher *f, const char *fmt, ...);

/* The first day of category `i` of a time axis, not before the period. */
sc_day sc_finish_first_day(const struct sc_axis *axis, const struct sc_period *period, size_t i);

/* Makes dimension `d` of a table, and says in `shape` where each number stands. */
SC_MUST_USE enum sc_status sc_finish_dimension(struct sc_finisher *f,
                                               const struct sc_plan_table *table, size_t d,
                                               struct sc_shape *shape,
                                               struct sc_dimension *dimension);

#endif
