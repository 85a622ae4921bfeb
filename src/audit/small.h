/*
 * small.h - the intervals of figures whose small counts were rounded.
 */
#ifndef SC_AUDIT_SMALL_H
#define SC_AUDIT_SMALL_H

#include "audit/audit.h"

/* By cell, what it can be: for sc_audit_policy's `least` and `most`. */
struct sc_intervals {
    int64_t *least;
    int64_t *most;
};

/*
 * What each figure of a release stands for whose innermost counts of 1 to `base` - 1 were made 0 or
 * `base`. Zero-initialise *ret first; release it whatever happened. SC_E_INPUT with file, line and
 * column: an innermost figure is hidden or below the base, or a total is not the sum of its parts.
 * SC_E_NOMEM.
 */
SC_MUST_USE enum sc_status sc_small_intervals(const struct sc_release *release, int64_t base,
                                              struct sc_intervals *ret, struct sc_error *err);
void sc_intervals_release(struct sc_intervals *intervals);

#endif
