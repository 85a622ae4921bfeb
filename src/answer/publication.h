/*
 * publication.h - what may be published of a job: the one place where counts
 * and an answer meet the writers.
 */
#ifndef SC_ANSWER_PUBLICATION_H
#define SC_ANSWER_PUBLICATION_H

#include "publish/publish.h"
#include "safecount/answer.h"

/*
 * Fills `publication` with what `answer` shows and with the inputs that `counts` names. No true
 * count can be reached from it. Everything is borrowed: job, counts and answer must outlive it.
 */
void sc_answer_publication(const struct sc_job *job, const struct sc_counts *counts,
                           const struct sc_answer *answer, struct sc_publication *publication);

/* INTERNAL: the true counts of `counts` as JSON, for `safecount count --json`. */
SC_MUST_USE enum sc_status sc_counts_json(const struct sc_job *job, const struct sc_counts *counts,
                                          struct sc_buf *out, struct sc_error *err);

/* answer.json as it stands in the answer folder, for `safecount answer --json`. */
SC_MUST_USE enum sc_status sc_answer_json(const struct sc_job *job, const struct sc_counts *counts,
                                          const struct sc_answer *answer, struct sc_buf *out,
                                          struct sc_error *err);

#endif
