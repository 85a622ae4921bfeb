/*
 * cutter.h - why a requirement is not met, as an inequality every safe pattern satisfies.
 *
 * Let x say which FREE nodes are open (0, 1, or between: a point of a relaxed problem). The most
 * that node p can be moved under x is a linear program; its duals y give, for every move,
 *
 *     z_p = sum of d_i z_i,   d = e_p - y A.
 *
 * Nodes open from the start have d <= 0, and can give at most K = sum of -d_i x room_i. If
 * K is less than the width wanted, something else must be open: a FREE node with d > 0, or one
 * with d < 0 and room to fall. So
 *
 *     sum of a_i x_i >= 1,  a_i = 1, or min(1, -d_i room_i / (width - K)) where d_i < 0.
 *
 * Where a node cannot rise as it likes (two marks), d_i > 0 counts with how far it can, as d_i < 0
 * does with how far it can fall.
 *
 * As a node may be moved either way, the larger of the two directions' coefficients is taken.
 * This is the capacity cut of Fischetti and Salazar-Gonzalez (2001). The duals are taken as
 * whole multiples of a small fraction, and everything above is checked in integers: the cut
 * holds whatever the floating point did.
 */
#ifndef SC_PROTECT_CUTTER_H
#define SC_PROTECT_CUTTER_H

#include "protect/pool.h"
#include "solver/solver.h"

struct sc_cut {
    uint32_t *node; /* FREE nodes, ascending; owned by the cutter, valid until the next cut */
    double *weight; /* more than 0, at most 1 */
    size_t n;
};

enum sc_cut_answer {
    SC_CUT_MADE,
    SC_CUT_REACHED, /* the program reaches the width: no cut from it */
    SC_CUT_UNKNOWN,
};

struct sc_cutter; /* opaque */

SC_MUST_USE enum sc_status sc_cutter_new(const struct sc_problem *problem,
                                         struct sc_cutter **ret_cutter, struct sc_error *err);
void sc_cutter_free(struct sc_cutter *cutter);
SC_DEFINE_AUTO(sc_cutter);

/* Goes to the point `x`, by node (looked at for FREE nodes only). */
SC_MUST_USE enum sc_status sc_cutter_go(struct sc_cutter *cutter, const double *x,
                                        struct sc_error *err);
/* Opens one FREE node in full at the point there is. */
SC_MUST_USE enum sc_status sc_cutter_open(struct sc_cutter *cutter, uint32_t node,
                                          struct sc_error *err);

/* Asks for a cut for `node`, with `still` (SC_NONE: nobody) not moving. */
SC_MUST_USE enum sc_status sc_cutter_ask(struct sc_cutter *cutter, uint32_t node, uint32_t still,
                                         struct sc_cut *ret_cut, enum sc_cut_answer *ret_answer,
                                         struct sc_error *err);

/*
 * The same, looking only at rows within `radius` steps of the node (1: its own rows) and only
 * for the width it needs: fewer sums, so that cuts are found less often, but small ones, and
 * fast. Nodes not open count as open by `creep`, which keeps cuts short.
 */
SC_MUST_USE enum sc_status sc_cutter_ask_near(struct sc_cutter *cutter, uint32_t node,
                                              uint32_t still, int radius, double creep,
                                              struct sc_cut *ret_cut,
                                              enum sc_cut_answer *ret_answer, struct sc_error *err);

uint64_t sc_cutter_work(const struct sc_cutter *cutter);

#endif
