/*
 * publication.c - joins a job, its counts and its answer for the writers.
 */
#include "answer/publication.h"

static void add_proof(const struct sc_answer *answer, struct sc_proof_of_safety *proof)
{
    const struct sc_safety *safety = answer->safety;

    if (!safety)
        return;
    *proof = (struct sc_proof_of_safety){
        .audited = safety->audited,
        .safe = safety->safe,
        .readers = safety->readers,
        .n_readers = safety->n_readers,
        .tables = safety->tables,
        .earlier = safety->earlier,
        .n_tables_shown = safety->n_tables_shown,
        .certificate = {safety->certificate, safety->certificate_bytes},
        .hierarchy = {safety->hierarchy, safety->hierarchy_bytes},
    };
}

void sc_answer_publication(const struct sc_job *job, const struct sc_counts *counts,
                           const struct sc_answer *answer, struct sc_publication *publication)
{
    *publication = (struct sc_publication){
        .request = job->request,
        .policy = job->policy,
        .dictionaries = (const struct sc_dictionary *const *)job->dictionaries,
        .n_dictionaries = job->n_dictionaries,
        .accuracy = answer->accuracy,
        .rows_are_links = job->source->row == SC_ROW_LINK,
        .records = job->source->records,
        .tables = answer->tables,
        .n_tables = answer->n_tables,
        .accounting = answer->accounting,
        .withheld = answer->withheld,
        .findings = answer->findings,
        .n_findings = answer->n_findings,
        .inputs = counts->inputs,
        .n_inputs = counts->n_inputs,
        .publishable = answer->publishable,
        .reasons = answer->reasons,
        .n_reasons = answer->n_reasons,
        .rounded_within = answer->safety ? answer->safety->rounded_within : 0,
        .version = SC_VERSION,
    };
    add_proof(answer, &publication->proof);
}

enum sc_status sc_counts_json(const struct sc_job *job, const struct sc_counts *counts,
                              struct sc_buf *out, struct sc_error *err)
{
    sc_internal_counts_json(job->request, job->policy,
                            (const struct sc_dictionary *const *)job->dictionaries,
                            job->n_dictionaries, counts, SC_VERSION, out);
    return sc_buf_check(out, err);
}

enum sc_status sc_answer_json(const struct sc_job *job, const struct sc_counts *counts,
                              const struct sc_answer *answer, struct sc_buf *out,
                              struct sc_error *err)
{
    struct sc_publication publication;
    enum sc_status status;

    sc_answer_publication(job, counts, answer, &publication);
    status = sc_publication_check(&publication, err);
    if (status)
        return status;
    sc_publish_json(&publication, out);
    return sc_buf_check(out, err);
}

enum sc_status sc_answer_write(const struct sc_job *job, const struct sc_counts *counts,
                               const struct sc_answer *answer, const char *path,
                               struct sc_error *err)
{
    struct sc_publication publication;

    sc_answer_publication(job, counts, answer, &publication);
    return sc_publish_folder(&publication, path, err);
}
