/*
 * seek.h - a first whole-number table by local search: quick where programs are slow.
 */
#ifndef SC_AUDIT_SEEK_H
#define SC_AUDIT_SEEK_H

#include "audit/model.h"

/* Models of fewer variables are as quickly done by the solver, which can also say "none". */
#define SC_SEEK_FROM 2500

/*
 * Looks for a table that agrees: fills `base`, one place a variable of `model`, and sets
 * *ret_found; or gives up after a number of steps that depends on the size of the model alone.
 * Works in whole numbers, from what is printed and nothing else, and always takes the same steps.
 * `stop` (may be NULL) is asked now and then, and true ends the search. SC_OK or SC_E_NOMEM.
 */
SC_MUST_USE enum sc_status sc_seek_table(const struct sc_model *model, int64_t *base,
                                         bool (*stop)(void *arg), void *stop_arg, bool *ret_found,
                                         struct sc_error *err);

/*
 * Looks for a move: `table` (one place a variable) agrees, and is changed to one that agrees and
 * has `by` more of `variable`, and of the variables of `still` (NULL: none) as many. Where
 * *ret_found is false, `table` is left as it happens to be. Small changes are the rule; they are
 * not the smallest. Of the model all but `row_right`, `bounds` and what leads to cells is looked
 * at. *steps: how many it may take; then, how many it took. `stop` and what comes back as above.
 */
SC_MUST_USE enum sc_status sc_seek_move(const struct sc_model *model, int64_t *table,
                                        const bool *still, uint32_t variable, int64_t by,
                                        uint64_t *steps, bool (*stop)(void *arg), void *stop_arg,
                                        bool *ret_found, struct sc_error *err);

#endif
