/*
 * persons.h - which hidden figures of 1 are one and the same person, for the insider test.
 */
#ifndef SC_AUDIT_PERSONS_H
#define SC_AUDIT_PERSONS_H

#include "audit/internal.h"

struct sc_persons; /* opaque */

/* Looks at the structure once. `run` and `attack` must outlive it. SC_OK or SC_E_NOMEM. */
SC_MUST_USE enum sc_status sc_persons_new(const struct sc_run *run, const struct sc_attack *attack,
                                          struct sc_persons **ret_persons, struct sc_error *err);
void sc_persons_free(struct sc_persons *persons);
SC_DEFINE_AUTO(sc_persons);

/*
 * The group of each cell: cells of one group are the same person where they are 1. `is_one` says
 * which hidden cells are 1 in the table in hand, or in truth. Borrowed until the next call. Costs
 * one pass over the cells.
 */
const uint32_t *sc_persons_group(struct sc_persons *persons, const bool *is_one);

#endif
