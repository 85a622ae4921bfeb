/*
 * stage.h - the protect stage of one answer, shared by its files: stage.c (the order of things and
 * the verdict), stage_coarsen.c, stage_suppress.c and stage_round.c (what to show), stage_audit.c
 * (what a reader makes of it), stage_certify.c (the same from the files, and the certificate).
 */
#ifndef SC_ANSWER_STAGE_H
#define SC_ANSWER_STAGE_H

#include "answer/answer.h"
#include "answer/given.h"
#include "answer/link.h"
#include "audit/audit.h"
#include "protect/protect.h"
#include "protect/round.h"

struct sc_stage {
    const struct sc_job *job;
    const struct sc_counts *counts;
    const struct sc_protect_options *options;
    struct sc_owned_answer *owned;
    struct sc_safety *safety;
    struct sc_published_safety *tables_safety;
    struct sc_link_table *tables; /* of the answer, then those published before */
    struct sc_linked *linked;
    struct sc_given *given; /* NULL when there was nothing before */
    bool zeros_hidden;      /* by this answer or by an earlier one: a mark may stand for 0 */
    bool explained;         /* all that the audit found is what earlier releases give away */
    struct sc_protect_policy policy;
    struct sc_pattern *pattern;   /* what is withheld; NULL where figures are rounded */
    struct sc_rounding *rounding; /* how figures are rounded; NULL where they are withheld */
    struct sc_audit *audit;
    struct sc_stage_levels *levels; /* method coarsen: what there is to choose from */
    struct sc_arena scratch;
    struct sc_error *err;
};

/* The least that a mark is taken to stand for where it does not say more. */
static inline int64_t sc_stage_hidden_low(const struct sc_stage *s)
{
    return s->zeros_hidden ? 0 : 1;
}

/* Appends a reason why the answer is not for release: "FIRST REST". */
SC_MUST_USE enum sc_status sc_stage_reason(struct sc_stage *s, const char *first, const char *rest);
/* Keeps `text` as long as the answer. */
SC_MUST_USE enum sc_status sc_stage_keep(struct sc_stage *s, const struct sc_buf *text,
                                         const char **ret, size_t *ret_bytes);
/* Puts `text` before the notes of a table; kept as long as the answer. */
SC_MUST_USE enum sc_status sc_stage_note_first(struct sc_stage *s, const struct sc_buf *text,
                                               struct sc_table *table);
/* The clocks of the options, as the protector and the audit ask them; `arg` is the stage. */
bool sc_stage_stopped(void *arg);
bool sc_stage_given_up(void *arg);

/* stage_suppress.c: fills s->pattern; then the tables are written anew from it. */
SC_MUST_USE enum sc_status sc_stage_suppress(struct sc_stage *s);
/* stage_round.c: fills s->rounding, and writes the tables anew from it. */
SC_MUST_USE enum sc_status sc_stage_round(struct sc_stage *s);

/*
 * stage_coarsen.c: lists the levels of the tables (s->tables, s->counts as counted); then puts
 * coarser ones in their place, with at most `percent` of the figures of each small. May be called
 * again.
 */
SC_MUST_USE enum sc_status sc_stage_list_levels(struct sc_stage *s);
SC_MUST_USE enum sc_status sc_stage_coarsen(struct sc_stage *s, uint64_t percent);
/* Whether more than so many per cent of all figures are withheld now. */
bool sc_stage_withholds_more(const struct sc_stage *s, uint64_t percent);

/* stage_audit.c: attacks what the tables now show: s->audit. */
SC_MUST_USE enum sc_status sc_stage_attack(struct sc_stage *s);

/*
 * stage_one_mark.c: appends a sentence about what one mark would do in the place of two. Runs the
 * stage once more.
 */
SC_MUST_USE enum sc_status sc_stage_one_mark(struct sc_stage *s, struct sc_buf *text);

/* stage_certify.c: the certificate, or a reason why there is none. */
SC_MUST_USE enum sc_status sc_stage_certify(struct sc_stage *s);

#endif
