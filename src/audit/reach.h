/*
 * reach.h - which variables can move at a table, by exact pivots in place of the solver.
 */
#ifndef SC_AUDIT_REACH_H
#define SC_AUDIT_REACH_H

#include "audit/walk.h"

struct sc_reach; /* opaque */

/*
 * Prepares for `walk`, which must outlive it. *ret_reach is NULL when its model is too large; else
 * the caller frees it. SC_OK or SC_E_NOMEM.
 */
SC_MUST_USE enum sc_status sc_reach_new(const struct sc_walk *walk, struct sc_reach **ret_reach,
                                        struct sc_error *err);
void sc_reach_free(struct sc_reach *reach);
SC_DEFINE_AUTO(sc_reach);

/* Takes the walk's base, and what is frozen, as they are now: before questions about them. */
void sc_reach_settle(struct sc_reach *reach);

/* The same, and solves the sums anew so that questions at tables near this one are quick. */
void sc_reach_ready(struct sc_reach *reach);

/*
 * Whether some move from the base changes `variable` upwards (`sign` +1), downwards (-1) or either
 * way (0) and leaves frozen variables alone. YES: it is in sc_reach_move(), checked against the
 * model in integers. NO: proved that there is none. UNKNOWN: not found out; `thorough` takes
 * longer and finds out more.
 */
enum sc_answer sc_reach_ask(struct sc_reach *reach, uint32_t variable, int sign, bool thorough);

/* Moves that are there without asking: so many ... */
size_t sc_reach_n_columns(const struct sc_reach *reach);
/* ... and whether number `i`, as it is (`sign` +1) or turned round (-1), fits: as for YES above. */
bool sc_reach_column(struct sc_reach *reach, size_t i, int sign);

/* The move found last, valid until the next call: how many variables, they, and their changes. */
size_t sc_reach_move(const struct sc_reach *reach, const uint32_t **ret_variables,
                     const int32_t **ret_changes);

#endif
