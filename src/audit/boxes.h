/*
 * boxes.h - the small moves that a table's own shape offers, without a solver.
 *
 * In one dimension the shortest change that keeps all sums is to take one from a code and
 * give it to another (and to all totals above each that are not above both), or to give one to a
 * code and all totals above it. Such a step in every dimension at once, multiplied out, is
 * a box: cells of +1 and -1 that keep every sum of a full table. In two dimensions it is the
 * ring of four that every textbook shows. Whether all its cells are open, and whether the
 * sums of a system that is no full table hold too, is looked up; so nothing here needs
 * to be believed.
 */
#ifndef SC_AUDIT_BOXES_H
#define SC_AUDIT_BOXES_H

#include "audit/model.h"

struct sc_box_finder; /* opaque */

/*
 * Prepares to find the boxes of `model`, which must outlive it. The caller frees
 * *ret_boxes. SC_OK or SC_E_NOMEM.
 */
SC_MUST_USE enum sc_status sc_box_finder_new(const struct sc_model *model,
                                             struct sc_box_finder **ret_boxes,
                                             struct sc_error *err);
void sc_box_finder_free(struct sc_box_finder *boxes);
SC_DEFINE_AUTO(sc_box_finder);

/*
 * Given a box: the changes (+1, -1) of `n` different variables, for which every row of the
 * model comes to 0; turned round it is one too. Returns true to see no more.
 */
typedef bool sc_box_visit(void *arg, size_t n, const uint32_t *variables, const int8_t *changes);

/*
 * Visits boxes through `cell` (an open one), small ones first within each dimension, that touch
 * no variable of `avoid` (by variable; NULL: any). Stops after a fixed amount of
 * work. Deterministic. SC_OK or SC_E_NOMEM; *ret_stopped: `visit` returned true.
 */
SC_MUST_USE enum sc_status sc_box_finder_through(struct sc_box_finder *boxes, uint32_t cell,
                                                 const bool *avoid, sc_box_visit *visit, void *arg,
                                                 bool *ret_stopped, struct sc_error *err);

/* Cells looked up since it was made: what the search has cost. */
uint64_t sc_box_finder_work(const struct sc_box_finder *boxes);

#endif
