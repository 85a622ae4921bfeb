/*
 * known.h - the moves of a walk by the variables they change: the first thing to look at.
 */
#ifndef SC_AUDIT_KNOWN_H
#define SC_AUDIT_KNOWN_H

#include "audit/walk.h"

struct sc_known; /* opaque */

/* `walk` must outlive it. The caller frees *ret_known. SC_OK or SC_E_NOMEM. */
SC_MUST_USE enum sc_status sc_known_new(const struct sc_walk *walk, struct sc_known **ret_known,
                                        struct sc_error *err);
void sc_known_free(struct sc_known *known);
SC_DEFINE_AUTO(sc_known);

/*
 * The newest move of the walk that changes `variable`, fits at its base as it is or turned round,
 * and leaves frozen variables alone; *ret_move is its number, or the number of moves: none does.
 */
SC_MUST_USE enum sc_status sc_known_find(struct sc_known *known, uint32_t variable,
                                         size_t *ret_move, struct sc_error *err);

#endif
