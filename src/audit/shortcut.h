/*
 * shortcut.h - moves of a walk found by trying boxes, before the solver is asked.
 *
 * Nothing here decides anything: what is found is checked and added by the walk; what is
 * not found is the solver's to find or to rule out.
 */
#ifndef SC_AUDIT_SHORTCUT_H
#define SC_AUDIT_SHORTCUT_H

#include "audit/boxes.h"
#include "audit/walk.h"

struct sc_shortcut; /* opaque */

/* `walk` must outlive it. The caller frees *ret_shortcut. SC_OK or SC_E_NOMEM. */
SC_MUST_USE enum sc_status sc_shortcut_new(struct sc_walk *walk, struct sc_shortcut **ret_shortcut,
                                           struct sc_error *err);
void sc_shortcut_free(struct sc_shortcut *shortcut);
SC_DEFINE_AUTO(sc_shortcut);

/*
 * Looks for a move of `variable` by `amount` (1 or more) either way at the base that leaves the
 * variables of `avoid` alone (by variable; NULL: any; not `variable` itself), and adds it.
 */
SC_MUST_USE enum sc_status sc_shortcut_step(struct sc_shortcut *shortcut, uint32_t variable,
                                            int64_t amount, const bool *avoid, bool *ret_found,
                                            struct sc_error *err);

/* The same for exactly `change` (0: one, either way), which moves the base instead. */
SC_MUST_USE enum sc_status sc_shortcut_shift(struct sc_shortcut *shortcut, uint32_t variable,
                                             int64_t change, const bool *avoid, bool *ret_shifted,
                                             struct sc_error *err);

/*
 * Moves the base by a box through `variable`, passing over `skip` that would do if there are
 * so many. *ret_changed: how many variables changed; they are listed in walk->listed.
 */
SC_MUST_USE enum sc_status sc_shortcut_wander(struct sc_shortcut *shortcut, uint32_t variable,
                                              unsigned skip, const bool *avoid, size_t *ret_changed,
                                              struct sc_error *err);

/* Moves the base away from its bounds, `avoid` left alone. See sc_walk_shift(). */
SC_MUST_USE enum sc_status sc_shortcut_centre(struct sc_shortcut *shortcut, const bool *avoid,
                                              struct sc_error *err);

#endif
