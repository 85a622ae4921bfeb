/*
 * answer.h - from a request file to an answer folder.
 */
#ifndef SAFECOUNT_ANSWER_H
#define SAFECOUNT_ANSWER_H

#include "safecount/count.h"
#include "safecount/request.h"
#include "safecount/status.h"

SC_BEGIN_DECLS

/* A request with everything it names loaded: source, policy, dictionaries. */
struct sc_job {
    struct sc_request *request;
    struct sc_source *source;
    struct sc_policy *policy;
    struct sc_dictionary **dictionaries; /* each file once, in order of first use */
    size_t n_dictionaries;
};

/*
 * Loads `path` and all the files it names; every mistake in every one of them
 * is in `diagnostics` when this returns SC_E_INPUT.
 */
SC_MUST_USE enum sc_status sc_job_load(const char *path, struct sc_job **ret_job,
                                       struct sc_diagnostics *diagnostics, struct sc_error *err);
void sc_job_free(struct sc_job *job);

/*
 * What protection and audit came to. For the officer: how many figures were withheld by rule
 * and how near the best possible the choice is are not published, for a reader who knew could
 * reason back from them.
 */
/* One level at which a table could be shown, where the policy makes tables coarser. */
struct sc_safety_level {
    const char *table;  /* its id */
    const char *levels; /* "Month by quarter, Age of victim in 2 bands"; "": as it was asked for */
    size_t figures;
    size_t small; /* of these, 1 to threshold - 1 */
    bool chosen;
};

struct sc_safety {
    bool audited; /* the audit ran to its end */
    bool safe;    /* and nothing can be worked out by any reader asked for */
    size_t cells; /* different figures shown or withheld: what tables share counts once */
    size_t suppressed;
    size_t primary;         /* withheld by rule: 1 to threshold - 1 */
    size_t secondary;       /* withheld to protect those */
    uint64_t secondary_sum; /* of their counts */
    double cost;            /* in what the policy minimises */
    double lower_bound;     /* no choice that protects as much costs less */
    bool optimal;           /* they meet */
    /* Where tables are made coarser: by table, the finest first. For the officer alone. */
    const struct sc_safety_level *levels;
    size_t n_levels;
    /* Where the figures are rounded; the choice's cost and bound are then of `distortion`. */
    uint64_t rounded_base;   /* 0: they are not */
    uint64_t rounded_within; /* how far a figure may be from the truth */
    size_t changed;          /* figures that differ from the truth */
    uint64_t largest;        /* the largest difference */
    uint64_t distortion;     /* the sum of all */
    bool stopped_by_clock;   /* the search ended at the time limit: another run may differ */
    bool stopped_by_work;
    size_t earlier;         /* releases published before that it was protected together with */
    size_t earlier_relaxed; /* their figures that contradict today's counts: not linked */
    size_t earlier_given;   /* small counts they give away by themselves, whatever this adds */
    const char *const *earlier_notes; /* what of them could not be linked: not proved harmless */
    size_t n_earlier_notes;
    size_t groups;              /* totals with everybody in one category (docs/guarantee.md) */
    const char *const *readers; /* asked for: "sums", "rules", "insider" */
    const bool *reader_safe;    /* one a reader */
    size_t n_readers;
    const struct sc_published_safety *tables; /* one a table; NULL: no audit */
    size_t n_tables_shown;                    /* whole-number tables in the certificate */
    const char *certificate;                  /* JSON, or NULL */
    size_t certificate_bytes;
    const char *hierarchy; /* CSV, or NULL */
    size_t hierarchy_bytes;
    const char *internal; /* JSON, for the officer alone: the reason of each cell, who is alone */
    size_t internal_bytes;
};

struct sc_published_accuracy;

/*
 * Tables as they may be shown, with no true count in them: not of the cells withheld, not in
 * the accounting, not of the findings.
 */
struct sc_answer {
    struct sc_table *tables; /* cells PUBLISHED, SUPPRESSED, ROUNDED or VOID */
    size_t n_tables;
    struct sc_accounting accounting; /* what is withheld of it is 0 */
    struct sc_withheld withheld;
    struct sc_finding *findings; /* without their counts */
    size_t n_findings;
    bool publishable;
    const char **reasons; /* why not publishable */
    size_t n_reasons;
    const struct sc_safety *safety; /* NULL before sc_answer_protect() */
    /* How far each dictionary's search can be trusted; NULL: not looked up, or no register. */
    const struct sc_published_accuracy *accuracy;
};

/*
 * A copy of the true counts with the policy's primary rule applied to every cell, totals
 * too. Not protected against subtraction: `publishable` is false.
 *
 * Of the accounting, rows counted are withheld where the tables withhold the total they are; any
 * figure of 1 to threshold - 1 is; and rows read are where any other is.
 */
SC_MUST_USE enum sc_status sc_answer_make(const struct sc_job *job, const struct sc_counts *counts,
                                          struct sc_answer **ret_answer, struct sc_error *err);
void sc_answer_free(struct sc_answer *answer);

/* A release of the register (src/register/releases.h). */
struct sc_past_release;

/* Zero is the default: no clock, limits by work alone, the same answer on every machine. */
struct sc_protect_options {
    bool (*stop)(void *context);    /* true: the best safe choice so far is taken */
    bool (*give_up)(void *context); /* true: what the audit has not decided stays undecided */
    void *context;
    /* Released before about the same records, with their tables: known to every reader. */
    const struct sc_past_release *earlier;
    size_t n_earlier;
};

/*
 * Protects all tables of `answer` together, as the policy says, and has the audit judge what is
 * then shown. Each cell of a publishable answer is PUBLISHED or SUPPRESSED (or ROUNDED) by that
 * choice, the accounting follows, `safety` says what came of it, and `publishable` is true
 * only if the audit proved every table for every reader asked for. Where not (not safe, not
 * decided in time, tables that cannot be linked), `reasons` say why.
 *
 * `counts` are those the answer was made from. Once an answer.
 *
 * Returns SC_OK whatever the verdict, SC_E_NOMEM, SC_E_RANGE or SC_E_INTERRUPTED.
 */
SC_MUST_USE enum sc_status sc_answer_protect(const struct sc_job *job,
                                             const struct sc_counts *counts,
                                             const struct sc_protect_options *options,
                                             struct sc_answer *answer, struct sc_error *err);

/*
 * Looks up in the register `register_path` whether somebody checked the keyword searches of the
 * request, and takes from that what may be said beside the tables of `answer` as they are shown:
 * call it when they are final. Without a register nothing is said, which is no failure.
 *
 * Returns SC_OK, SC_E_INPUT or SC_E_IO (the register cannot be read), SC_E_NOMEM.
 */
SC_MUST_USE enum sc_status sc_answer_measure(const struct sc_job *job,
                                             const struct sc_counts *counts,
                                             const char *register_path, struct sc_answer *answer,
                                             struct sc_error *err);

/*
 * Writes the answer folder `path` whole or not at all: index.html, answer.json
 * and tables/. An earlier answer there is replaced once the new one stands;
 * anything else is left alone (SC_E_RANGE). `counts` gives the inputs; no true count is
 * written.
 *
 * Returns SC_OK, SC_E_UNSAFE (a table holds what may not be shown), SC_E_RANGE,
 * SC_E_IO or SC_E_NOMEM.
 */
SC_MUST_USE enum sc_status sc_answer_write(const struct sc_job *job, const struct sc_counts *counts,
                                           const struct sc_answer *answer, const char *path,
                                           struct sc_error *err);

SC_END_DECLS

#endif
