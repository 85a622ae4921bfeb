/*
 * problem_making.h - a problem in the making, shared by the files that make it (problem.c has the
 * order). All return SC_OK or SC_E_NOMEM.
 */
#ifndef SC_PROTECT_PROBLEM_MAKING_H
#define SC_PROTECT_PROBLEM_MAKING_H

#include "protect/problem.h"

/* A problem in the making. */
struct sc_making {
    struct sc_problem *p;
    const struct sc_protect_input *input;
    size_t n_cells;
    bool *zero;     /* by cell: known to be 0 */
    bool *group;    /* by cell: sensitive as a group (all people in one category) */
    uint32_t *twin; /* by cell */
    int64_t hidden_low;
    size_t row_capacity, entry_capacity, sign_capacity, n_entries;
    size_t sum_capacity, sum_entry_capacity, n_sum_entries;
    uint32_t *sum_row; /* by implied count: the row it came from, SC_NONE */
    size_t sum_row_capacity;
};

/* ---- problem_nodes.c ---- */

/* Fills `zero` and `hidden_low`. */
SC_MUST_USE enum sc_status sc_making_zeros(struct sc_making *m, struct sc_error *err);
/* Fills `group`. */
SC_MUST_USE enum sc_status sc_making_groups(struct sc_making *m, struct sc_error *err);
/* Makes the nodes of cells; needs `zero`, `group` and `twin`. */
SC_MUST_USE enum sc_status sc_making_nodes(struct sc_making *m, struct sc_error *err);
/* Says of every node whose person it is. */
SC_MUST_USE enum sc_status sc_making_persons(struct sc_making *m, struct sc_error *err);

/* ---- problem_rows.c ---- */

/* The rows as the relations have them. */
SC_MUST_USE enum sc_status sc_making_rows(struct sc_making *m, struct sc_error *err);
/* Adds a node to the row that is being made. */
SC_MUST_USE enum sc_status sc_making_entry(struct sc_making *m, uint32_t node, int sign,
                                           struct sc_error *err);
/* Ends that row. */
SC_MUST_USE enum sc_status sc_making_end_row(struct sc_making *m, struct sc_error *err);
/* Lists the rows of every node: start[v] .. start[v + 1] - 1 of `of`; the caller frees all. */
SC_MUST_USE enum sc_status sc_making_index_rows(const struct sc_problem *p, size_t **ret_start,
                                                uint32_t **ret_of, int8_t **ret_sign,
                                                struct sc_error *err);
/* Shuts nodes that are alone in a row, until there is none. */
void sc_making_shut_lonely(struct sc_problem *p);
/* Takes what cannot move out of the rows, in place. */
void sc_making_pack(struct sc_problem *p);
/* Drops rows that say the same as an earlier one. */
SC_MUST_USE enum sc_status sc_making_drop_repeats(struct sc_problem *p, struct sc_error *err);

/* ---- problem_sums.c ---- */

/* Finds the implied counts. */
SC_MUST_USE enum sc_status sc_making_find_sums(struct sc_making *m, struct sc_error *err);
/* Makes a node and a row of each. */
SC_MUST_USE enum sc_status sc_making_sums(struct sc_making *m, struct sc_error *err);

#endif
