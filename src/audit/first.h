/*
 * first.h - the first whole-number table that agrees with what is printed: out of local
 * search or the solver, never from the true counts.
 */
#ifndef SC_AUDIT_FIRST_H
#define SC_AUDIT_FIRST_H

#include "audit/walk.h"

/*
 * Spends no more than `effort` allows. Fills `base`, one place a variable of `model`, with a table
 * that agrees (YES), or says that there is none (NO) or that none was found (UNKNOWN). SC_OK,
 * SC_E_NOMEM, or SC_E_UNDECIDED.
 */
SC_MUST_USE enum sc_status sc_first_table(const struct sc_model *model,
                                          const struct sc_effort *effort, int64_t *base,
                                          enum sc_answer *ret_answer, struct sc_error *err);

#endif
