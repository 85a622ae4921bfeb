/*
 * job.c - loads a request and everything it names.
 *
 * A person who made a mistake in three files wants to hear of all three, so a
 * file that is rejected, or that cannot be opened, does not stop the others.
 * Only a request that cannot be read does: it names the rest. At the end a file
 * that could not be opened is the error returned (SC_E_IO, the first such one),
 * since it has no line to point at; otherwise SC_E_INPUT when anything was
 * rejected. Both leave all mistakes in `diagnostics`. No memory ends the work
 * at once.
 */
#include <string.h>

#include "answer/answer.h"
#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "config/form.h"
#include "safecount/answer.h"

SC_DEFINE_AUTO(sc_job);

/* Position of the dictionary written as `written` in `names`, or n_names. */
static size_t find_name(const char *const *names, size_t n_names, const char *written)
{
    for (size_t i = 0; i < n_names; i++)
        if (strcmp(names[i], written) == 0)
            return i;
    return n_names;
}

static size_t count_tables(const struct sc_request *request)
{
    size_t n = 0;

    for (size_t q = 0; q < request->n_questions; q++)
        n += request->questions[q].n_tables;
    return n;
}

/* The dictionaries that tables name, each once, in order of first use; as written. */
static enum sc_status list_dictionaries(const struct sc_request *request, const char ***ret_names,
                                        size_t *ret_n, struct sc_error *err)
{
    const char **names = sc_alloc_array(count_tables(request) + 1, sizeof *names);
    size_t n = 0;

    if (!names)
        return sc_fail_nomem(err);
    for (size_t q = 0; q < request->n_questions; q++) {
        const struct sc_question *question = &request->questions[q];

        for (size_t t = 0; t < question->n_tables; t++) {
            const char *written = question->tables[t].dictionary;

            if (written && find_name(names, n, written) == n)
                names[n++] = written;
        }
    }
    *ret_names = names;
    *ret_n = n;
    return SC_OK;
}

/* The first failure that did not stop the loading: SC_E_IO before SC_E_INPUT. */
struct held {
    enum sc_status status;
    struct sc_error err;
};

/* Holds a failure back; true when loading may go on with the next file. */
static bool go_on(enum sc_status status, struct held *held, const struct sc_error *err)
{
    bool first = held->status == SC_OK || (held->status == SC_E_INPUT && status == SC_E_IO);

    if (status == SC_OK)
        return true;
    if (status != SC_E_INPUT && status != SC_E_IO)
        return false;
    if (first) {
        held->status = status;
        held->err = *err;
    }
    return true;
}

static enum sc_status load_source(struct sc_job *job, const char *dir,
                                  struct sc_diagnostics *diagnostics, struct sc_error *err)
{
    SC_AUTO_FREE char *path = sc_path_join(dir, job->request->extract);

    if (!path)
        return sc_fail_nomem(err);
    return sc_source_load(path, &job->source, diagnostics, err);
}

/* Marks that would tell a reader something else than they are to stand for. */
static enum sc_status check_marks(const struct sc_policy *policy, const char *path,
                                  struct sc_diagnostics *diagnostics, struct sc_error *err)
{
    struct sc_marks marks = sc_answer_marks(policy);
    struct sc_error why = {0};
    bool second = false;
    uint64_t line, column;

    if (sc_marks_check(&marks, &second, &why) == SC_OK)
        return SC_OK;
    second = second || policy->marker_line == 0; /* the first is not in the file */
    line = second ? policy->secondary_line : policy->marker_line;
    column = second ? policy->secondary_column : policy->marker_column;
    if (sc_diagnostics_add(diagnostics, path, line, column, "%s", why.message))
        return sc_fail_nomem(err);
    return sc_fail_at(err, SC_E_INPUT, path, line, column, "%s", why.message);
}

static enum sc_status load_policy(struct sc_job *job, const char *dir,
                                  struct sc_diagnostics *diagnostics, struct sc_error *err)
{
    SC_AUTO_FREE char *path = NULL;
    enum sc_status status;

    if (!job->request->policy)
        return sc_policy_load(NULL, &job->policy, diagnostics, err);
    path = sc_path_join(dir, job->request->policy);
    if (!path)
        return sc_fail_nomem(err);
    status = sc_policy_load(path, &job->policy, diagnostics, err);
    return status ? status : check_marks(job->policy, path, diagnostics, err);
}

/* Loads each into job->dictionaries; a rejected one leaves no gap. */
static enum sc_status load_dictionaries(struct sc_job *job, const char *dir,
                                        struct sc_diagnostics *diagnostics, struct held *held,
                                        struct sc_error *err)
{
    SC_AUTO_FREE const char **names = NULL;
    size_t n_names = 0;
    enum sc_status status = list_dictionaries(job->request, &names, &n_names, err);

    if (status)
        return status;
    job->dictionaries = sc_alloc_array(n_names, sizeof(struct sc_dictionary *));
    if (!job->dictionaries)
        return sc_fail_nomem(err);
    for (size_t i = 0; i < n_names; i++) {
        SC_AUTO_FREE char *path = sc_path_join(dir, names[i]);

        if (!path)
            return sc_fail_nomem(err);
        status =
            sc_dictionary_load(path, &job->dictionaries[job->n_dictionaries], diagnostics, err);
        if (status == SC_OK)
            job->n_dictionaries++;
        else if (!go_on(status, held, err))
            return status;
    }
    return SC_OK;
}

enum sc_status sc_job_load(const char *path, struct sc_job **ret_job,
                           struct sc_diagnostics *diagnostics, struct sc_error *err)
{
    SC_AUTO(sc_job) job = sc_alloc(sizeof *job);
    SC_AUTO_FREE char *dir = sc_path_dir(path);
    struct held held = {SC_OK, {0}};
    struct sc_error none; /* a caller may lend no error */
    enum sc_status status;

    if (!err)
        err = &none;
    if (!job || !dir)
        return sc_fail_nomem(err);
    status = sc_request_load(path, &job->request, diagnostics, err);
    if (status)
        return status;
    if (job->request->extract[0] == '\0')
        return sc_fail_at(err, SC_E_INPUT, path, 0, 0,
                          "the request is refused or not held and has no tables: there is nothing "
                          "to count");
    status = load_source(job, dir, diagnostics, err);
    if (!go_on(status, &held, err))
        return status;
    status = load_policy(job, dir, diagnostics, err);
    if (!go_on(status, &held, err))
        return status;
    status = load_dictionaries(job, dir, diagnostics, &held, err);
    if (status)
        return status;
    if (held.status) {
        *err = held.err;
        return held.status;
    }
    *ret_job = SC_TAKE(job);
    return SC_OK;
}

void sc_job_free(struct sc_job *job)
{
    if (!job)
        return;
    for (size_t i = 0; i < job->n_dictionaries; i++)
        sc_dictionary_free(job->dictionaries[i]);
    sc_free(job->dictionaries);
    sc_policy_free(job->policy);
    sc_source_free(job->source);
    sc_request_free(job->request);
    sc_free(job);
}
