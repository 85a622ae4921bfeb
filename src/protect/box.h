/*
 * box.h - cheap moves by the shape of tables, without a solver.
 *
 * Along one dimension the simplest change is one more of some inner code a and, with it, of all
 * codes over it, and one less of another, b (or none less: then the total changes). Doing so in
 * every dimension at once gives a box: +1 and -1 on the products of such changes, which keeps every
 * sum. Two months and two categories of one year give the square everybody knows; month against
 * total gives one that changes margins.
 */
#ifndef SC_PROTECT_BOX_H
#define SC_PROTECT_BOX_H

#include "protect/pool.h"

struct sc_boxes; /* opaque */

/* `pool` must outlive it. */
SC_MUST_USE enum sc_status sc_boxes_new(struct sc_pool *pool, struct sc_boxes **ret_boxes,
                                        struct sc_error *err);
void sc_boxes_free(struct sc_boxes *boxes);
SC_DEFINE_AUTO(sc_boxes);

/*
 * Looks for the box that changes `node` (for an implied count: a part of it) for the least cost of
 * nodes to be opened, among those that touch no node with avoid[node] (NULL: none) and
 * cost less than `below`. `effort`: cells looked at before the best so far is taken.
 * *ret_found: the box is now the pool's last move; it may touch nodes that are not open.
 */
SC_MUST_USE enum sc_status sc_boxes_find(struct sc_boxes *boxes, uint32_t node, const bool *avoid,
                                         double below, size_t effort, bool *ret_found,
                                         struct sc_error *err);

/* Cells looked at so far. */
uint64_t sc_boxes_work(const struct sc_boxes *boxes);

#endif
