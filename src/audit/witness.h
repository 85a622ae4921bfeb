/*
 * witness.h - the tables that show a release to be safe: a base and moves from it.
 */
#ifndef SC_AUDIT_WITNESS_H
#define SC_AUDIT_WITNESS_H

#include "audit/walk.h"

struct sc_witnesses {
    size_t n_cells;
    int64_t *base; /* by cell: one table that agrees with everything printed */
    size_t n_moves;
    size_t *start; /* n_moves + 1 */
    uint32_t *cell;
    int32_t *change;
    bool *open; /* by cell: not fixed by the figures */
    bool rules; /* base and every base + move keep the rules reader's bounds too */
    int64_t threshold;
    int64_t width;
    int64_t rounded, rounded_by; /* printed multiples of the one are within the other; 0 */
    int64_t rounded_small;       /* small innermost counts were made 0 or it; 0 */
    bool implied;
    int64_t hidden_low; /* least a hidden figure is taken to be */
};

/* Copies what a walk has found, dropping moves that serve no cell of `wanted` (by cell). */
SC_MUST_USE enum sc_status sc_witnesses_new(const struct sc_walk *walk, const bool *wanted,
                                            struct sc_witnesses **ret_witnesses,
                                            struct sc_error *err);
void sc_witnesses_free(struct sc_witnesses *witnesses);

#endif
