/*
 * program.h - the move program: the shortest change of one variable that keeps every sum, over
 * all variables of a walk's model or over some of them.
 *
 * A move found over some variables is a move. That there is none says something about the
 * whole only when the program has them all.
 */
#ifndef SC_AUDIT_PROGRAM_H
#define SC_AUDIT_PROGRAM_H

#include "audit/walk.h"

struct sc_program; /* opaque */

/*
 * The program over the `n` different variables listed (NULL: all of the model, `n` is not read)
 * and the rows any of them is in. `walk` must outlive it. The caller frees *ret_program.
 * SC_OK or SC_E_NOMEM.
 */
SC_MUST_USE enum sc_status sc_program_new(struct sc_walk *walk, size_t n, const uint32_t *variables,
                                          struct sc_program **ret_program, struct sc_error *err);
void sc_program_free(struct sc_program *program);
SC_DEFINE_AUTO(sc_program);

/*
 * Looks for a move at the walk's base as it is now that changes `variable`, one of the program's,
 * by at least `amount` in the direction of `sign` and leaves frozen variables alone. YES adds it to
 * the walk's moves. NO: no such move changes only variables of the program. With `quick` a least
 * move that is not whole and cannot quickly be made so is UNKNOWN.
 */
SC_MUST_USE enum sc_status sc_program_step(struct sc_program *program, uint32_t variable, int sign,
                                           int64_t amount, bool quick, enum sc_answer *ret_answer,
                                           struct sc_error *err);

#endif
