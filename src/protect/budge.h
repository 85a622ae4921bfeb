/*
 * budge.h - which nodes rows alone forbid to move, without a program.
 */
#ifndef SC_PROTECT_BUDGE_H
#define SC_PROTECT_BUDGE_H

#include "protect/problem.h"

struct sc_budge {
    const struct sc_problem *problem;
    bool *can[2];           /* by node: it may fall (0), it may rise (1), for all that is known */
    uint32_t *n_pushing[2]; /* by row: ways its nodes have of making its sum fall, rise */
    uint32_t *queue;        /* 2 x node + direction that is no more */
    uint64_t work;
};

SC_MUST_USE enum sc_status sc_budge_new(const struct sc_problem *problem,
                                        struct sc_budge **ret_budge, struct sc_error *err);
void sc_budge_free(struct sc_budge *budge);
SC_DEFINE_AUTO(sc_budge);

/*
 * Fills can[] in for the nodes that are open and not frozen (both by node). What is false there
 * no move does; what is true one may do or not.
 */
void sc_budge_find(struct sc_budge *budge, const bool *open, const bool *frozen);

#endif
