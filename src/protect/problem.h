/*
 * problem.h - what is to be protected, reduced to what matters.
 *
 * A node is one or more cells that must always hold the same count (twins: a total and its
 * only child that is not 0), or an implied count. Printed zeros and figures that cannot be
 * hidden are no variables and stand in no row.
 *
 * A move is a whole-number change of the nodes that keeps every row at 0 and no
 * node below what the readers know it to be at least, or above what they know it to be at most.
 * With a pattern (a set of open, that is hidden, nodes) go the moves that change open nodes only. A
 * required node is protected when some such move changes it by `width` or more. Hiding more only
 * adds moves, so every requirement stays met: the search is for the cheapest set of nodes to open.
 *
 * Twins are opened together or not at all: one printed gives the other.
 */
#ifndef SC_PROTECT_PROBLEM_H
#define SC_PROTECT_PROBLEM_H

#include "protect/protect.h"

enum sc_node_state {
    SC_NODE_FREE, /* may be opened at its cost */
    SC_NODE_OPEN, /* open from the start */
    SC_NODE_SHUT, /* printed for good: it cannot move */
};

/* Entries of a sparse matrix by row and by node. */
struct sc_problem {
    const struct sc_protect_input *input;
    struct sc_protect_policy policy; /* defaults filled in */

    size_t n_nodes;     /* implied counts last */
    size_t n_plain;     /* nodes that stand for cells */
    uint32_t *node_of;  /* by cell; SC_NONE: a printed zero */
    size_t *cell_start; /* cells of a plain node: n_plain + 1 */
    uint32_t *cells;
    uint8_t *state; /* by node, enum sc_node_state */
    int64_t *value; /* by node: the true count */
    int64_t *room;  /* by node: how far it can go down */
    int64_t *head;  /* by node: how far it can go up; SC_UNBOUNDED or more: as far as it likes */
    double *cost;   /* by node: of opening it, ties broken; 0 unless FREE */
    double *main;   /* by node: the same without what breaks ties */
    bool whole;     /* `main` of every node is a whole number */
    double ties;    /* what breaking ties adds at most to a pattern */
    bool *required; /* by node */
    bool *single;   /* by node: somebody is alone in it (insider) */
    bool *target;   /* by node: sensitive and marked, so insiders must not know it */
    /* By node: a cell of 1 inside another of 1 is the same person, and has the same number. What
     * she learns about the other she learns about herself. */
    uint32_t *person;

    size_t n_rows;
    size_t *row_start; /* n_rows + 1 */
    uint32_t *row_node;
    int8_t *row_sign;
    size_t *in_start; /* rows of a node: n_nodes + 1 */
    uint32_t *in_row;
    int8_t *in_sign;
    size_t in_most; /* rows that any node is in at most */

    /* Implied counts: node n_plain + i is the sum of these nodes. */
    size_t n_sums;
    size_t *sum_start; /* n_sums + 1 */
    uint32_t *sum_node;
    size_t *sums_start; /* implied counts a node is part of: n_plain + 1 */
    uint32_t *sums_of;  /* node numbers */

    bool insider;
    size_t unprotectable;
};

/*
 * Makes the problem. `input` must outlive it. SC_E_RANGE: policy, counts that do not add up;
 * SC_E_NOMEM.
 */
SC_MUST_USE enum sc_status sc_problem_new(const struct sc_protect_input *input,
                                          const struct sc_protect_policy *policy,
                                          struct sc_problem **ret_problem, struct sc_error *err);
void sc_problem_free(struct sc_problem *problem);
SC_DEFINE_AUTO(sc_problem);

static inline bool sc_is_sensitive(const struct sc_problem *problem, int64_t count)
{
    return count >= 1 && count < problem->policy.threshold;
}

/* Hidden by rule: small, or 0 where zeros are hidden too. */
static inline bool sc_is_primary(const struct sc_problem *problem, int64_t count)
{
    return sc_is_sensitive(problem, count) || (problem->policy.zeros_hidden && count == 0);
}

/*
 * Turns a bound on the cost with ties into one without, rounded up where costs are whole.
 */
double sc_problem_bound(const struct sc_problem *problem, double bound);

/* What is done with a cell: made cells are HIDDEN, or known all the same (PRINTED). */
enum sc_role sc_role_of(const struct sc_protect_input *input, uint32_t cell);

#endif
