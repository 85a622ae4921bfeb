#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "answer/publication.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/cli.h"
#include "register/releases.h"

/* "answer-16040", with what a file name should not have made '-'. */
char *usual_folder(const struct sc_request *request)
{
    SC_AUTO_BUF path = {0};

    sc_buf_adds(&path, "answer-");
    for (const char *p = request->reference; *p; p++) {
        bool plain = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') ||
                     (*p >= '0' && *p <= '9') || *p == '_';

        sc_buf_addc(&path, plain ? *p : '-');
    }
    return path.failed ? NULL : sc_strdup(path.data);
}

/* ---- the clock ----
 * Processor time, so that an answer is the same on a machine that is busy with other things.
 */

/* The share of the time limit after which the search ends, so that the audit has the rest. */
#define SEARCH_SHARE 0.5
/* The audit of an answer of so many figures needs more of it. */
#define LARGE_FIGURES 20000
#define LARGE_SEARCH_SHARE 0.3

struct timing {
    double start;
    double search; /* seconds after which the search ends */
    double limit;  /* and all */
};

static double now(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static bool search_is_over(void *context)
{
    const struct timing *timing = context;

    return is_cancelled(NULL) || now() - timing->start > timing->search;
}

static bool time_is_up(void *context)
{
    const struct timing *timing = context;

    return is_cancelled(NULL) || now() - timing->start > timing->limit;
}

/* ---- what came of it ---- */

/* Every level a table could be shown at, the one chosen with a star. */
static void print_levels(const struct sc_safety *safety)
{
    const char *table = "";

    for (size_t i = 0; i < safety->n_levels; i++) {
        const struct sc_safety_level *level = &safety->levels[i];

        if (strcmp(table, level->table) != 0)
            (void)fprintf(stderr, "Levels of table '%s':\n", level->table);
        table = level->table;
        (void)fprintf(stderr, "  %c %10zu  figures, %zu of them small: %s\n",
                      level->chosen ? '*' : ' ', level->figures, level->small,
                      level->levels[0] ? level->levels : "as asked");
    }
}

/* "20 more to protect those, 171 in count: at most 12 more than the best possible". */
static void print_choice(const struct sc_safety *safety, enum sc_policy_minimise minimise)
{
    static const char *const units[] = {
        [SC_LOSE_COUNTS] = "in count", [SC_LOSE_CELLS] = "cells", [SC_LOSE_WEIGHTS] = "in weight"};
    double gap = safety->cost - safety->lower_bound;
    char one[32], two[32], three[32];

    (void)fprintf(
        stderr, "Withheld        %12s  of %s different figures: %s by rule, %zu to protect them\n",
        sc_format_count(safety->suppressed, one), sc_format_count(safety->cells, two),
        sc_format_count(safety->primary, three), safety->secondary);
    if (safety->secondary > 0 && safety->optimal)
        (void)fprintf(stderr, "                %12.0f  %s, proved the best possible\n",
                      safety->cost, units[minimise]);
    else if (safety->secondary > 0)
        (void)fprintf(stderr, "                %12.0f  %s, at most %.0f from the best possible\n",
                      safety->cost, units[minimise], gap);
    if (safety->stopped_by_clock)
        (void)fprintf(stderr, "The search for less was stopped by the time limit: another run may "
                              "choose otherwise.\n");
}

/* "Rounded to 5, each within 4: 123 of 200 figures changed, by 310 in all, the largest by 4". */
static void print_rounding(const struct sc_safety *safety)
{
    char one[32], two[32], three[32];

    (void)fprintf(stderr,
                  "Rounded         %12" PRIu64 "  is the base, no figure further than %" PRIu64
                  " from the number counted\n",
                  safety->rounded_base, safety->rounded_within);
    (void)fprintf(
        stderr, "Changed         %12s  of %s different figures, by %s in all, %" PRIu64 " at most",
        sc_format_count(safety->changed, one), sc_format_count(safety->cells, two),
        sc_format_count(safety->distortion, three), safety->largest);
    if (safety->optimal)
        (void)fprintf(stderr, ": proved the least possible\n");
    else
        (void)fprintf(stderr, ": no such rounding changes them by less than %.0f\n",
                      safety->lower_bound);
    if (safety->suppressed > 0)
        (void)fprintf(stderr, "Withheld        %12zu  as in earlier releases\n",
                      safety->suppressed);
    if (safety->stopped_by_clock)
        (void)fprintf(stderr, "The search for less was stopped by the time limit: another run may "
                              "choose otherwise.\n");
}

/* What was published before, and what of it is not proved to be harmless. */
static void print_earlier(const struct sc_safety *safety)
{
    if (safety->earlier == 0) {
        (void)fprintf(stderr,
                      "Published before        none  that is in the register and meets this "
                      "answer\n");
        return;
    }
    (void)fprintf(stderr,
                  "Published before %11zu  release%s that meet%s this answer: protected "
                  "together\n",
                  safety->earlier, safety->earlier == 1 ? "" : "s",
                  safety->earlier == 1 ? "s" : "");
    if (safety->earlier_given > 0)
        (void)fprintf(stderr,
                      "To look at      %12zu  small counts that earlier releases give away by "
                      "themselves\n",
                      safety->earlier_given);
    if (safety->earlier_relaxed > 0)
        (void)fprintf(stderr,
                      "Not proved      %12zu  earlier figures contradict today's counts (revised "
                      "since?): nothing was concluded from them\n",
                      safety->earlier_relaxed);
    for (size_t i = 0; i < safety->n_earlier_notes; i++)
        (void)fprintf(stderr, "Not proved      %s\n", safety->earlier_notes[i]);
}

static void print_verdict(const struct sc_answer *answer, double seconds)
{
    const struct sc_safety *safety = answer->safety;

    for (size_t r = 0; r < safety->n_readers; r++)
        (void)fprintf(stderr, "%s%s: %s%s", r ? ", " : "Readers         ", safety->readers[r],
                      safety->reader_safe[r] ? "safe" : "NOT SAFE",
                      r + 1 == safety->n_readers ? "\n" : "");
    if (safety->groups > 0)
        (void)fprintf(stderr,
                      "To look at      %12zu  totals have everybody in one category: who is in the "
                      "one is in the other\n",
                      safety->groups);
    if (answer->publishable)
        (void)fprintf(stderr,
                      "Safe: no %s can be worked out%s. The certificate shows it with "
                      "%zu tables.\n",
                      safety->rounded_base > 0 ? "count behind a figure" : "withheld figure",
                      safety->earlier_given > 0 ? ", but for what earlier releases give away" : "",
                      safety->n_tables_shown);
    for (size_t i = 0; i < answer->n_reasons; i++)
        (void)fprintf(stderr, "%s\n", answer->reasons[i]);
    (void)fprintf(stderr, "Protected and audited in %.1f s\n", seconds);
}

static void print_summary(const struct counted *counted, const struct sc_answer *answer,
                          const char *path, double seconds, bool verbose)
{
    size_t cells = 0;
    char number[32];

    for (size_t t = 0; t < answer->n_tables; t++)
        for (size_t c = 0; c < answer->tables[t].n_cells; c++)
            cells += answer->tables[t].cells[c].status != SC_CELL_VOID;
    print_accounting(counted->counts, verbose);
    (void)fprintf(stderr, "Tables          %12zu  %s cells\n", answer->n_tables,
                  sc_format_count(cells, number));
    print_earlier(answer->safety);
    print_levels(answer->safety);
    if (answer->safety->rounded_base > 0)
        print_rounding(answer->safety);
    else if (answer->safety->audited)
        print_choice(answer->safety, counted->job->policy->minimise);
    print_verdict(answer, seconds);
    if (answer->publishable)
        (void)fprintf(stderr,
                      "Answer written to %s (open %s/index.html). Check it:\n"
                      "  safecount check %s\n  safecount verify-certificate %s\n",
                      path, path, path, path);
    else
        (void)fprintf(stderr, "Answer written to %s, marked not for release (open %s/index.html)\n",
                      path, path);
}

/* Whether `file` would stand in `folder`, which may be the one that is published. */
static bool is_inside(const char *file, const char *folder)
{
    SC_AUTO_FREE char *dir = sc_path_dir(file);
    char *in = dir ? realpath(dir, NULL) : NULL, *out = realpath(folder, NULL);
    size_t len = out ? strlen(out) : 0;
    bool inside = in && out && strncmp(in, out, len) == 0 && (in[len] == '/' || in[len] == '\0');

    free(in);
    free(out);
    return inside;
}

/* What the officer alone may see goes where they say, never into the answer folder. */
static int write_internal(const char *path, const struct sc_answer *answer)
{
    struct sc_error err = {0};

    if (!answer->safety->internal) {
        complain("out of memory");
        return EXIT_FAILED;
    }
    if (sc_file_replace(path, answer->safety->internal, answer->safety->internal_bytes, &err))
        return report_failure(NULL, &err);
    return EXIT_DONE;
}

static int write_answer(const struct arguments *arguments, const struct counted *counted,
                        const struct sc_answer *answer, double seconds)
{
    SC_AUTO_FREE char *usual = usual_folder(counted->job->request);
    const char *path = arguments->given[OPTION_OUTPUT] ? arguments->text[OPTION_OUTPUT] : usual;
    SC_AUTO_BUF json = {0};
    struct sc_error err = {0};
    int code = EXIT_DONE;

    if (!path) {
        complain("out of memory");
        return EXIT_FAILED;
    }
    if (arguments->given[OPTION_REPORT] && is_inside(arguments->text[OPTION_REPORT], path)) {
        complain("--report: '%s' would stand among the files for release: choose another place",
                 arguments->text[OPTION_REPORT]);
        return EXIT_USAGE;
    }
    if (sc_answer_write(counted->job, counted->counts, answer, path, &err))
        return report_failure(NULL, &err);
    if (arguments->given[OPTION_REPORT])
        code = write_internal(arguments->text[OPTION_REPORT], answer);
    if (!code && arguments->given[OPTION_JSON]) {
        if (sc_answer_json(counted->job, counted->counts, answer, &json, &err))
            return report_failure(NULL, &err);
        code = write_output(json.data, json.len);
    } else if (!code && !arguments->given[OPTION_QUIET]) {
        print_summary(counted, answer, path, seconds, arguments->given[OPTION_VERBOSE]);
    }
    if (!code && !answer->publishable)
        code = EXIT_UNSAFE;
    if (!code && arguments->given[OPTION_PDF])
        code = write_pdf(path, NULL, arguments->given[OPTION_QUIET]);
    return code;
}

/* Takes from the register how far the keyword searches can be trusted. */
static enum sc_status measure_search(const struct arguments *arguments,
                                     const struct counted *counted, struct sc_answer *answer,
                                     struct sc_error *err)
{
    return sc_answer_measure(counted->job, counted->counts, register_path(arguments), answer, err);
}

/* ---- what was published before ---- */

/*
 * The releases about the same records, from the register. Without one there are none, unless one
 * was asked for. 0 or an exit code.
 */
static int load_earlier(const struct arguments *arguments, const struct counted *counted,
                        struct sc_releases **ret_releases)
{
    const char *path = register_path(arguments);
    SC_AUTO(sc_register) reg = NULL;
    struct sc_releases_wanted wanted = {.records = counted->job->source->records, .tables = true};
    struct sc_error err = {0};

    if (!arguments->given[OPTION_REGISTER] && !getenv("SAFECOUNT_REGISTER") &&
        access(path, F_OK) != 0)
        return EXIT_DONE;
    if (sc_register_open(path, SC_DB_READ, &reg, &err) ||
        sc_releases_load(reg, &wanted, ret_releases, &err))
        return report_failure(NULL, &err);
    return EXIT_DONE;
}

static struct timing begin_timing(const struct counted *counted)
{
    double limit = (double)counted->job->policy->time_limit;
    size_t n = 0;

    for (size_t t = 0; t < counted->counts->n_tables; t++)
        n += counted->counts->tables[t].n_cells;
    return (struct timing){now(), (n > LARGE_FIGURES ? LARGE_SEARCH_SHARE : SEARCH_SHARE) * limit,
                           limit};
}

/* Makes, protects, audits and writes. */
static int answer_counted(const struct arguments *arguments, const struct counted *counted,
                          const struct sc_releases *releases)
{
    struct sc_answer *answer = NULL;
    struct sc_error err = {0};
    struct timing timing = begin_timing(counted);
    struct sc_protect_options options = {
        .stop = search_is_over, .give_up = time_is_up, .context = &timing};
    enum sc_status status = sc_answer_make(counted->job, counted->counts, &answer, &err);
    int code;

    if (releases)
        options.earlier = sc_releases_items(releases, &options.n_earlier);
    if (!status)
        status = sc_answer_protect(counted->job, counted->counts, &options, answer, &err);
    if (!status)
        status = measure_search(arguments, counted, answer, &err);
    if (status) {
        code = report_failure(NULL, &err);
    } else if (is_cancelled(NULL)) {
        complain("interrupted: nothing was written");
        code = EXIT_INTERRUPTED;
    } else {
        code = write_answer(arguments, counted, answer, now() - timing.start);
    }
    sc_answer_free(answer);
    return code;
}

int run_answer(const struct arguments *arguments)
{
    SC_AUTO(sc_releases) releases = NULL;
    struct counted counted;
    int code;

    if (answered_without_figures(arguments, &code))
        return code;
    code = load_and_count(arguments, &counted);
    if (!code && is_cancelled(NULL)) {
        complain("interrupted: nothing was written");
        code = EXIT_INTERRUPTED;
    }
    if (!code)
        code = load_earlier(arguments, &counted, &releases);
    if (!code)
        code = answer_counted(arguments, &counted, releases);
    release_counted(&counted);
    return code;
}
