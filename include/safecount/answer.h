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
 * A table as it may be shown: a copy of the true counts with the policy's
 * primary rule applied to every cell, totals too. Not protected against
 * subtraction: until the audit has proved a table, `publishable` is false.
 */
struct sc_answer {
    struct sc_table *tables; /* cells PUBLISHED, SUPPRESSED or VOID */
    size_t n_tables;
    bool publishable;
    const char **reasons; /* why not publishable */
    size_t n_reasons;
};

SC_MUST_USE enum sc_status sc_answer_make(const struct sc_job *job, const struct sc_counts *counts,
                                          struct sc_answer **ret_answer, struct sc_error *err);
void sc_answer_free(struct sc_answer *answer);

/*
 * Writes the answer folder `path` whole or not at all: index.html, answer.json
 * and tables/. An earlier answer there is replaced once the new one stands;
 * anything else is left alone (SC_E_RANGE). `counts` gives the accounting, the
 * findings and the inputs; no true count is written.
 *
 * Returns SC_OK, SC_E_UNSAFE (a table holds what may not be shown), SC_E_RANGE,
 * SC_E_IO or SC_E_NOMEM.
 */
SC_MUST_USE enum sc_status sc_answer_write(const struct sc_job *job, const struct sc_counts *counts,
                                           const struct sc_answer *answer, const char *path,
                                           struct sc_error *err);

SC_END_DECLS

#endif
