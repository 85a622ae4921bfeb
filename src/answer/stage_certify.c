/*
 * stage_certify.c - the written reason why the files of the folder give nothing away.
 */
#include "answer/certify.h"
#include "answer/hierarchy.h"
#include "answer/publication.h"
#include "answer/stage.h"
#include "base/error.h"

/* The bytes of all tables as tidy CSV, as the answer folder will hold them. */
struct files {
    struct sc_buf *bytes;
    struct sc_slice *contents;
    const char **names;
    size_t n;
};

static void release_files(struct files *files)
{
    for (size_t i = 0; files->bytes && i < files->n; i++)
        sc_buf_release(&files->bytes[i]);
    sc_free(files->bytes);
    sc_free(files->contents);
    sc_free(files->names);
}

static enum sc_status write_tables(struct sc_stage *s, struct files *files)
{
    struct sc_publication publication;
    size_t n = s->owned->answer.n_tables;

    files->bytes = sc_alloc_array(n, sizeof *files->bytes);
    files->contents = sc_alloc_array(n, sizeof *files->contents);
    files->names = sc_alloc_array(n, sizeof *files->names);
    if (!files->bytes || !files->contents || !files->names)
        return sc_fail_nomem(s->err);
    files->n = n;
    sc_answer_publication(s->job, s->counts, &s->owned->answer, &publication);
    publication.publishable = true; /* as it will be, if this proves it */
    for (size_t t = 0; t < n; t++) {
        SC_AUTO_BUF name = {0};
        enum sc_status status;

        sc_publish_tidy_csv(&publication, &publication.tables[t], &files->bytes[t]);
        sc_buf_addf(&name, "%s.tidy.csv", publication.tables[t].id);
        status = sc_buf_check(&files->bytes[t], s->err);
        if (!status)
            status = sc_buf_check(&name, s->err);
        if (status)
            return status;
        files->contents[t] = (struct sc_slice){files->bytes[t].data, files->bytes[t].len};
        files->names[t] = sc_arena_strdup(&s->scratch, name.data);
        if (!files->names[t])
            return sc_fail_nomem(s->err);
    }
    return SC_OK;
}

/*
 * Attacks the files themselves, as anybody can who has them, and keeps the written reason why
 * that fails.
 */
static enum sc_status attack_files(struct sc_stage *s, const struct files *files)
{
    struct sc_audit_policy policy = {.threshold = s->policy.threshold,
                                     .width = s->policy.width,
                                     .no_implied = s->policy.no_implied,
                                     .zeros = s->job->policy->zeros_hidden ? SC_ZEROS_HIDDEN
                                                                           : SC_ZEROS_SHOWN};

    SC_AUTO_BUF text = {0};
    struct sc_certify_input input = {
        .names = files->names,
        .contents = files->contents,
        .n_files = files->n,
        .marks = sc_answer_marks(s->job->policy),
        .hierarchy = {s->safety->hierarchy, s->safety->hierarchy_bytes},
        .policy = &policy};
    enum sc_status status;

    if (s->rounding) {
        policy.rounded = s->rounding->base;
        policy.rounded_by = s->rounding->within;
    }
    if (s->options->give_up) {
        policy.stop = sc_stage_given_up;
        policy.stop_arg = s;
    }
    status = sc_certify(&input, &text, &s->safety->n_tables_shown, s->err);
    if (!status && text.len == 0)
        return sc_stage_reason(
            s, "Not for release: the audit of the files did not prove them safe.", "");
    return status ? status
                  : sc_stage_keep(s, &text, &s->safety->certificate, &s->safety->certificate_bytes);
}

enum sc_status sc_stage_certify(struct sc_stage *s)
{
    struct files files = {0};
    SC_AUTO_BUF text = {0};
    enum sc_status status = sc_hierarchy_csv(s->tables, s->owned->answer.n_tables, &text, s->err);

    if (!status)
        status = sc_stage_keep(s, &text, &s->safety->hierarchy, &s->safety->hierarchy_bytes);
    if (!status)
        status = write_tables(s, &files);
    if (!status)
        status = attack_files(s, &files);
    release_files(&files);
    return status;
}
