/*
 * cmd_review.c - `safecount review`: what its subcommands share, and sample, export and import.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/review.h"
#include "review/transfer.h"

#define SIZE_USUAL 200
#define SEED_USUAL 1
#define IMPORT_BYTES_MAX ((size_t)64 * 1024 * 1024)

/* ---- opening ----------------------------------------------------------------------- */

static const char *const actions[] = {"sample", "next", "report", "export", "import", NULL};
enum action { SAMPLE, NEXT, REPORT, EXPORT, IMPORT, N_ACTIONS };

static enum action find_action(const char *name)
{
    size_t i = 0;

    while (actions[i] && strcmp(actions[i], name) != 0)
        i++;
    return (enum action)i;
}

/* Position of a dictionary among the request's, in order of first use; each once. */
static size_t find_dictionary(const struct sc_request *request, const char *wanted,
                              const char **names, size_t *ret_n)
{
    size_t n = 0;
    size_t at = SIZE_MAX;

    for (size_t q = 0; q < request->n_questions; q++)
        for (size_t t = 0; t < request->questions[q].n_tables; t++) {
            const char *name = request->questions[q].tables[t].dictionary;
            bool known = !name;

            for (size_t i = 0; i < n && !known; i++)
                known = strcmp(names[i], name) == 0;
            if (known || n == SC_CATEGORIES_MAX)
                continue;
            if (wanted && strcmp(name, wanted) == 0)
                at = n;
            names[n++] = name;
        }
    *ret_n = n;
    return wanted ? at : n == 1 ? 0 : SIZE_MAX;
}

static int choose_dictionary(struct review_session *session)
{
    const struct arguments *arguments = session->arguments;
    const char *wanted =
        arguments->given[OPTION_DICTIONARY] ? arguments->text[OPTION_DICTIONARY] : NULL;
    const char *names[SC_CATEGORIES_MAX];
    size_t n = 0;
    size_t at = find_dictionary(session->job->request, wanted, names, &n);

    if (n == 0) {
        complain("'%s': no table of the request uses a dictionary: there is nothing to review",
                 arguments->operands[1]);
        return EXIT_INPUT;
    }
    if (at == SIZE_MAX) {
        complain("%s: expected --dictionary with one of the request's, as it is written there:",
                 wanted ? "no table uses this dictionary"
                        : "the request uses several dictionaries");
        for (size_t i = 0; i < n; i++)
            (void)fprintf(stderr, "  %s\n", names[i]);
        return EXIT_USAGE;
    }
    session->written = names[at];
    session->subject = (struct sc_review_subject){
        .request = session->job->request,
        .source = session->job->source,
        .policy = session->job->policy,
        .dictionaries = (const struct sc_dictionary *const *)session->job->dictionaries,
        .n_dictionaries = session->job->n_dictionaries,
        .dictionary_i = at,
    };
    return EXIT_DONE;
}

static int load_request(struct review_session *session)
{
    struct sc_diagnostics diagnostics = {0};
    struct sc_error err = {0};
    int code = EXIT_DONE;

    if (sc_job_load(session->arguments->operands[1], &session->job, &diagnostics, &err))
        code = report_failure(&diagnostics, &err);
    sc_diagnostics_release(&diagnostics);
    return code ? code : choose_dictionary(session);
}

int load_labels(struct review_session *session)
{
    struct sc_error err = {0};

    sc_labels_list_free(session->labels);
    session->labels = NULL;
    if (sc_labels_load(session->reg, session->review, &session->labels, &err))
        return report_failure(NULL, &err);
    return EXIT_DONE;
}

/* Opens the register and loads the review that is meant, with its labels. */
static int open_review(struct review_session *session, enum action action)
{
    const struct arguments *arguments = session->arguments;
    enum sc_db_mode mode = action == SAMPLE ? SC_DB_CREATE : SC_DB_WRITE;
    struct sc_review_wanted wanted = {
        .id = (int64_t)arguments->number[OPTION_REVIEW],
        .reference = session->job->request->reference,
        .dictionary = session->written,
    };
    struct sc_error err = {0};

    if (action == REPORT || action == EXPORT)
        mode = SC_DB_READ;
    if (sc_register_open(register_path(arguments), mode, &session->reg, &err) ||
        sc_review_load(session->reg, &wanted, &session->review, &err))
        return report_failure(NULL, &err);
    if (!session->review && action != SAMPLE) {
        complain("'%s': there is no %sreview of request %s in this register: draw one with "
                 "'safecount review sample'",
                 sc_register_path(session->reg), wanted.id ? "such " : "", wanted.reference);
        return EXIT_FAILED;
    }
    return session->review ? load_labels(session) : EXIT_DONE;
}

static void close_session(struct review_session *session)
{
    sc_labels_list_free(session->labels);
    sc_review_free(session->review);
    sc_register_free(session->reg);
    sc_job_free(session->job);
}

/* ---- sample ------------------------------------------------------------------------ */

static void print_sample(const struct review_session *session, const struct sc_review *review)
{
    char number[32], sample[32];

    (void)printf("Review %" PRId64 " of request %s: %s of %s offences to check, drawn with seed "
                 "%" PRIu64 "\n\n  %-36s %12s %10s\n",
                 review->id, review->reference, sc_format_count(review->n_items, sample),
                 sc_format_count(review->population, number), review->seed, "Found", "Offences",
                 "To check");
    for (size_t h = 0; h < review->n_strata; h++)
        (void)printf("  %-36.36s %12s %10s\n", review->strata[h].name,
                     sc_format_count(review->strata[h].size, number),
                     sc_format_count(review->strata[h].sample, sample));
    (void)printf("\nNext: safecount review next %s\n", session->arguments->operands[1]);
}

/* An earlier review with labels is kept: says so, as the new one takes its place. */
static void mention_earlier(const struct review_session *session)
{
    size_t n = 0;

    for (size_t r = 0; session->labels && r < session->labels->n_reviewers; r++)
        n += session->labels->reviewers[r].n_given;
    if (n)
        (void)printf("Review %" PRId64 " with its %zu labels is kept; go on with it by --review "
                     "%" PRId64 ".\n",
                     session->review->id, n, session->review->id);
}

static int review_sample(struct review_session *session)
{
    const struct arguments *arguments = session->arguments;
    SC_AUTO(sc_population) population = NULL;
    SC_AUTO(sc_review) review = NULL;
    struct sc_diagnostics diagnostics = {0};
    struct sc_review_key key;
    struct sc_error err = {0};
    struct bar bar;
    struct sc_count_options options = counting_options(arguments, &bar);
    uint64_t size = arguments->given[OPTION_SIZE] ? arguments->number[OPTION_SIZE] : SIZE_USUAL;
    uint64_t seed = arguments->given[OPTION_SEED] ? arguments->number[OPTION_SEED] : SEED_USUAL;
    enum sc_status status = sc_review_key_load(sc_register_path(session->reg), true, &key, &err);
    int code = EXIT_DONE;

    if (!status)
        status =
            sc_population_collect(&session->subject, &options, &population, &diagnostics, &err);
    clear_bar(&bar);
    if (!status)
        status = sc_review_draw(&session->subject, population, size, seed, &key, session->written,
                                &review, &err);
    if (!status)
        status = sc_review_store(session->reg, review, &err);
    if (status) {
        code = report_failure(&diagnostics, &err);
    } else if (!arguments->given[OPTION_QUIET]) {
        print_sample(session, review);
        mention_earlier(session);
    }
    sc_diagnostics_release(&diagnostics);
    return code;
}

/* ---- export and import ------------------------------------------------------------- */

/* A new file that nobody else may read. An existing one is never overwritten. */
static int write_private(const char *path, const struct sc_buf *bytes)
{
    int fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0600);
    size_t done = 0;

    if (fd < 0) {
        complain("cannot write '%s': %s", path,
                 errno == EEXIST ? "there is such a file already: name another or delete it"
                                 : strerror(errno));
        return EXIT_FAILED;
    }
    while (done < bytes->len) {
        ssize_t n = write(fd, bytes->data + done, bytes->len - done);

        if (n < 0 && errno != EINTR)
            break;
        done += n > 0 ? (size_t)n : 0;
    }
    if (done < bytes->len || fsync(fd) != 0) {
        complain("cannot write '%s': %s", path, strerror(errno));
        (void)close(fd);
        (void)unlink(path);
        return EXIT_FAILED;
    }
    (void)close(fd);
    return EXIT_DONE;
}

static int find_narratives(struct review_session *session, struct sc_narratives **ret_narratives)
{
    struct sc_diagnostics diagnostics = {0};
    struct sc_review_key key;
    struct sc_error err = {0};
    struct bar bar;
    struct sc_count_options options = counting_options(session->arguments, &bar);
    enum sc_status status = sc_review_key_load(sc_register_path(session->reg), false, &key, &err);
    int code = EXIT_DONE;

    if (!status)
        status = sc_narratives_find(&session->subject, session->review, &key, NULL, &options,
                                    ret_narratives, &diagnostics, &err);
    clear_bar(&bar);
    if (status)
        code = report_failure(&diagnostics, &err);
    sc_diagnostics_release(&diagnostics);
    return code;
}

static int review_export(struct review_session *session)
{
    const struct arguments *arguments = session->arguments;
    SC_AUTO(sc_narratives) narratives = NULL;
    SC_AUTO_BUF csv = {0};
    struct sc_error err = {0};
    int code = EXIT_DONE;

    if (!arguments->given[OPTION_OUTPUT]) {
        complain("review export: expected -o FILE: where the officer wants it");
        return EXIT_USAGE;
    }
    if (arguments->given[OPTION_NARRATIVES])
        code = find_narratives(session, &narratives);
    if (code)
        return code;
    sc_review_export(session->review, sc_labels_of(session->labels, session->reviewer), narratives,
                     &csv);
    if (sc_buf_check(&csv, &err))
        return report_failure(NULL, &err);
    code = write_private(arguments->text[OPTION_OUTPUT], &csv);
    explicit_bzero(csv.data, csv.len);
    if (!code && narratives)
        (void)fprintf(stderr,
                      "Warning: '%s' holds %zu narratives: personal data. Only you can read it. "
                      "Keep it where the extract may be kept, send it to nobody, and delete it "
                      "after the import.\n",
                      arguments->text[OPTION_OUTPUT],
                      session->review->n_items - narratives->n_missing);
    return code;
}

static int review_import(struct review_session *session)
{
    const char *path = session->arguments->operands[2];
    SC_AUTO_FREE struct sc_label_given *labels = NULL;
    struct sc_diagnostics diagnostics = {0};
    SC_AUTO_BUF bytes = {0};
    struct sc_error err = {0};
    size_t n = 0;
    enum sc_status status = sc_file_load(path, IMPORT_BYTES_MAX, &bytes, &err);
    int code = EXIT_DONE;

    if (!status)
        status = sc_review_import(path, bytes.data ? bytes.data : "", bytes.len, session->review,
                                  &labels, &n, &diagnostics, &err);
    if (!status && n)
        status = sc_labels_put(session->reg, session->review, session->reviewer, labels, n, &err);
    if (status)
        code = report_failure(&diagnostics, &err);
    else if (!session->arguments->given[OPTION_QUIET])
        (void)printf("%zu labels of reviewer %s taken into review %" PRId64 "\n", n,
                     session->reviewer, session->review->id);
    if (bytes.data)
        explicit_bzero(bytes.data, bytes.len); /* it may hold narratives */
    sc_diagnostics_release(&diagnostics);
    return code;
}

/* ---- which ------------------------------------------------------------------------- */

static int bad_usage(const char *why, const char *what)
{
    complain("%s '%s'", why, what);
    (void)fputs("Try 'safecount help review'.\n", stderr);
    return EXIT_USAGE;
}

int run_review(const struct arguments *arguments)
{
    struct review_session session = {.arguments = arguments};
    enum action action = find_action(arguments->operands[0]);
    int code;

    session.reviewer =
        arguments->given[OPTION_REVIEWER] ? arguments->text[OPTION_REVIEWER] : "first";
    if (action == N_ACTIONS)
        return bad_usage("review: expected sample, next, report, export or import, not",
                         arguments->operands[0]);
    if (!sc_reviewer_name_ok(session.reviewer))
        return bad_usage("--reviewer: expected up to 40 letters, digits, '-', '_' and '.', not",
                         session.reviewer);
    if ((action == IMPORT) != (arguments->n_operands == 3))
        return bad_usage(action == IMPORT ? "review import: expected a file of labels after"
                                          : "review: expected nothing after",
                         arguments->operands[1]);
    code = load_request(&session);
    if (!code)
        code = open_review(&session, action);
    if (!code)
        code = action == SAMPLE   ? review_sample(&session)
               : action == NEXT   ? review_next(&session)
               : action == REPORT ? review_report(&session)
               : action == EXPORT ? review_export(&session)
                                  : review_import(&session);
    close_session(&session);
    return code;
}
