/*
 * internal.h - what the files of an audit in progress share.
 */
#ifndef SC_AUDIT_INTERNAL_H
#define SC_AUDIT_INTERNAL_H

#include "audit/audit.h"
#include "audit/shortcut.h"
#include "audit/walk.h"

/* One reader's attack: what it knows, the open part, the walk. */
struct sc_attack {
    enum sc_reader reader;
    struct sc_bounds bounds;
    struct sc_model *model;
    struct sc_walk *walk;         /* NULL: no table agrees, or none was found */
    struct sc_shortcut *shortcut; /* of the walk */
    enum sc_answer has_table;
};

struct sc_run {
    const struct sc_system *system;
    const struct sc_figure *figures;
    const struct sc_repeat *repeats;
    size_t n_repeats;
    struct sc_audit_policy policy; /* defaults filled in */
    bool zeros_shown;
    struct sc_audit *audit;
    struct sc_attack attacks[2]; /* sums and rules */
    bool *wanted;                /* by cell: hidden, to be protected */
};

static inline bool sc_sensitive(const struct sc_run *run, int64_t value)
{
    return value >= 1 && value < run->policy.threshold;
}

/* What the policy allows each walk. */
static inline struct sc_effort sc_effort_of(const struct sc_run *run)
{
    return (struct sc_effort){run->policy.max_work, run->policy.stop, run->policy.stop_arg};
}

/* Appends a finding (zeroed but for kind, reader and SC_NONEs). Valid until the next. */
SC_MUST_USE enum sc_status sc_new_finding(struct sc_run *run, enum sc_finding_kind kind,
                                          enum sc_reader reader, struct sc_disclosure **ret_finding,
                                          struct sc_error *err);

/* What a reader makes of this release's figures. */
struct sc_knowledge sc_knowledge_of(const struct sc_run *run, enum sc_reader reader);

/* attack.c: one of the two readers without inside knowledge. */
SC_MUST_USE enum sc_status sc_attack_run(struct sc_run *run, enum sc_reader reader,
                                         struct sc_error *err);
/* The least and most a cell is known to reach; sets *ret_closed when no more is possible. */
void sc_attack_span(const struct sc_attack *attack, uint32_t cell, int64_t *ret_least,
                    int64_t *ret_most);

/* insider.c */
SC_MUST_USE enum sc_status sc_insider_run(struct sc_run *run, struct sc_error *err);

/* implied.c: implied counts of one reader whose verdicts are in. */
SC_MUST_USE enum sc_status sc_implied_run(struct sc_run *run, enum sc_reader reader,
                                          struct sc_error *err);
SC_MUST_USE enum sc_status sc_groups_run(struct sc_run *run, struct sc_error *err);

/* conflict.c: why no table agrees. */
SC_MUST_USE enum sc_status sc_conflict_run(struct sc_run *run, struct sc_attack *attack,
                                           struct sc_error *err);

/*
 * culprits.c: names the figures of a contradiction in `finding`, none to spare, from those its sums
 * and proofs rest on. SC_OK or SC_E_NOMEM.
 */
SC_MUST_USE enum sc_status sc_culprits_run(struct sc_run *run, const struct sc_attack *attack,
                                           struct sc_disclosure *finding, struct sc_error *err);

#endif
