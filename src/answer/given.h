/*
 * given.h - what earlier releases already give away by themselves.
 *
 * No later answer can take that back, and it must not stop an answer about something else. So what
 * readers can work out already is found first, from earlier figures alone, and is from then on a
 * figure that everybody knows: it is not protected, nothing leans on its being hidden, and the
 * audit of the answer is asked only what the answer adds.
 */
#ifndef SC_ANSWER_GIVEN_H
#define SC_ANSWER_GIVEN_H

#include "answer/link.h"
#include "audit/audit.h"

struct sc_given {
    struct sc_audit *audit; /* of the earlier figures alone; NULL: they could not be audited */
    /* By cell: readers know it though no release prints it, or one printed what this answer
     * withholds by its own rule. */
    bool *known;
    size_t n_known;
    size_t n_sensitive;        /* of these 1 to threshold - 1, and implied counts */
    struct sc_figure *figures; /* what the earlier releases show, by cell; the audit's */
};

/*
 * Attacks what the tables released before (`shown`) say together. `policy`: threshold and width are
 * taken. Figures that contradict each other: nothing is known (the joint audit says so then).
 * SC_OK, SC_E_NOMEM, SC_E_UNDECIDED.
 */
SC_MUST_USE enum sc_status sc_given_new(const struct sc_link_table *tables,
                                        const struct sc_linked *linked,
                                        const struct sc_audit_policy *policy,
                                        struct sc_given **ret_given, struct sc_error *err);
/* Frees `given`. NULL is allowed. */
void sc_given_free(struct sc_given *given);
SC_DEFINE_AUTO(sc_given);

/*
 * Whether all that `audit` (of the answer and the earlier releases together) found is what the
 * earlier releases give away by themselves. False when anything is undecided, contradicts, or is
 * not tied together. Group disclosure counts only where the policy says so (`groups_unsafe`).
 */
bool sc_given_explains(const struct sc_given *given, const struct sc_audit *audit,
                       bool groups_unsafe);

#endif
