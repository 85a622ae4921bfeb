/*
 * reconcile.h - audits a release with earlier ones that may have been revised since.
 *
 * Live systems are revised: an earlier release can print what today's figures contradict. What
 * agrees is linked; earlier figures that cannot be true together with today's are left out, a
 * smallest contradiction at a time, and listed. What these would have told together with the rest
 * is not looked at, and the report says so.
 */
#ifndef SC_AUDIT_RECONCILE_H
#define SC_AUDIT_RECONCILE_H

#include "audit/audit.h"

struct sc_reconciled {
    struct sc_release *release;
    struct sc_audit *audit;
    /* Figures of earlier files that were left out, in the order in which they were found. */
    struct sc_figure_place *left_out;
    size_t n_left_out;
};

/*
 * Reads and audits, and again without the earlier figures found contradicting, until what is
 * left is consistent or contradicts itself without earlier figures. Notes in the release say how
 * many were left out of which file. The caller releases *ret, whatever happened. Errors as of
 * sc_release_read() and sc_audit_run().
 */
SC_MUST_USE enum sc_status sc_reconcile(const struct sc_release_options *options,
                                        const struct sc_audit_policy *policy,
                                        struct sc_reconciled *ret, struct sc_error *err);
void sc_reconciled_release(struct sc_reconciled *reconciled);

#endif
