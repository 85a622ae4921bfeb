#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "audit/report.h"
#include "base/error.h"
#include "base/file.h"
#include "cli/cli.h"
#include "protect/earlier.h"
#include "protect/protect.h"

#define DEFAULT_SECONDS 60
/* The share of the time limit after which the search ends, so that the audit has the rest. */
#define SEARCH_SHARE 0.75

/* A table of true counts and what is made of it. */
struct work {
    const struct arguments *arguments;
    struct sc_release *release;       /* figures become what is published */
    struct sc_earlier *earlier;       /* NULL without --with */
    struct sc_figure_place *left_out; /* earlier figures that contradict the counts of today */
    size_t n_left_out;
    int64_t *count;
    double *weight;
    struct sc_protect_input input;
    struct sc_protect_policy policy;
    struct sc_pattern *pattern;
    struct sc_audit *audit;
    double start;
    double deadline; /* of the search, then of the audit */
};

static void release_work(struct work *w)
{
    sc_audit_free(w->audit);
    sc_pattern_free(w->pattern);
    sc_release_free(w->release);
    sc_earlier_free(w->earlier);
    sc_free(w->left_out);
    sc_free(w->count);
    sc_free(w->weight);
}

static double now(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static bool time_is_up(void *arg)
{
    const struct work *w = arg;

    return is_cancelled(NULL) || now() > w->deadline;
}

/* ---- reading ------------------------------------------------------------------------- */

static int take_policy(struct work *w)
{
    const struct arguments *a = w->arguments;

    w->policy.threshold = (int64_t)a->number[OPTION_THRESHOLD];
    w->policy.width = (int64_t)a->number[OPTION_WIDTH];
    w->policy.no_implied = a->given[OPTION_NO_IMPLIED];
    w->policy.groups_sensitive = a->given[OPTION_GROUPS];
    w->policy.minimise = (enum sc_minimise)a->number[OPTION_MINIMISE];
    w->policy.stop = time_is_up;
    w->policy.stop_arg = w;
    if (!a->given[OPTION_READERS])
        return 0;
    w->policy.readers = parse_readers(a->text[OPTION_READERS]);
    if (w->policy.readers == 0) {
        complain("--readers: '%s': expected sums, rules, insider, parted by commas",
                 a->text[OPTION_READERS]);
        return EXIT_USAGE;
    }
    return 0;
}

static enum sc_status read_table(struct work *w, struct sc_error *err)
{
    const struct arguments *a = w->arguments;
    const char **hierarchies = calloc(a->n_values + 1, sizeof *hierarchies);
    const char **earlier = calloc(a->n_values + 1, sizeof *earlier);
    struct sc_release_options options = {.files = a->operands,
                                         .n_files = a->n_operands,
                                         .earlier = earlier,
                                         .hierarchies = hierarchies,
                                         .complete = true,
                                         .left_out = w->left_out,
                                         .n_left_out = w->n_left_out,
                                         .format = (enum sc_release_format)a->number[OPTION_FORMAT],
                                         .figure_column = a->text[OPTION_FIGURE]};
    enum sc_status status = hierarchies && earlier ? SC_OK : sc_fail_nomem(err);

    for (size_t i = 0; i < a->n_values && !status; i++) {
        if (a->values[i].id == OPTION_HIERARCHY)
            hierarchies[options.n_hierarchies++] = a->values[i].text;
        if (a->values[i].id == OPTION_WITH)
            earlier[options.n_earlier++] = a->values[i].text;
    }
    if (!status)
        status = sc_release_read(&options, &w->release, err);
    free(hierarchies);
    free(earlier);
    return status;
}

/* Remembers earlier figures that stand against the counts of today. */
static enum sc_status leave_out(struct work *w, struct sc_error *err)
{
    const struct sc_earlier *e = w->earlier;
    size_t n = w->n_left_out + e->n_relaxed;
    struct sc_figure_place *grown = sc_realloc_array(w->left_out, n + 1, sizeof *grown);

    if (!grown)
        return sc_fail_nomem(err);
    memcpy(grown + w->n_left_out, e->relaxed, e->n_relaxed * sizeof *grown);
    w->left_out = grown;
    w->n_left_out = n;
    return SC_OK;
}

/*
 * The table, and what was published before it. Earlier figures that contradict the counts of today
 * are given up, and all is read again without them, until nothing does.
 */
static enum sc_status read_all(struct work *w, struct sc_error *err)
{
    enum sc_status status = SC_OK;
    bool again = true;

    while (again && !status) {
        sc_earlier_free(SC_TAKE(w->earlier));
        sc_release_free(SC_TAKE(w->release));
        status = read_table(w, err);
        again = false;
        if (status || !w->release->before)
            continue;
        status = sc_earlier_new(w->release, &w->earlier, err);
        if (!status && w->earlier->n_relaxed > 0) {
            status = leave_out(w, err);
            again = true;
        }
    }
    return status;
}

/* The counts by cell; every cell must have one. */
static enum sc_status take_counts(struct work *w, struct sc_error *err)
{
    size_t n;

    assert(w->release);
    n = sc_system_n_cells(w->release->system);
    w->count = sc_alloc_array(n, sizeof *w->count);
    w->weight = sc_alloc_array(n, sizeof *w->weight);
    if (!w->count || !w->weight)
        return sc_fail_nomem(err);
    for (uint32_t c = 0; c < n; c++) {
        if (sc_system_made(w->release->system, c) && !w->earlier)
            return sc_fail_at(err, SC_E_INPUT, w->arguments->operands[0], 0, 0,
                              "bands overlap: expected the counts of the parts they share too");
        w->count[c] = w->earlier ? w->earlier->count[c] : w->release->figures[c].value;
    }
    sc_protect_weights(w->release->system, w->weight);
    w->input = (struct sc_protect_input){.system = w->release->system,
                                         .count = w->count,
                                         .role = w->earlier ? w->earlier->role : NULL,
                                         .weight = w->weight};
    return SC_OK;
}

/* ---- protecting ----------------------------------------------------------------------- */

static enum sc_status suppress(struct work *w, struct sc_error *err)
{
    double limit = w->arguments->given[OPTION_TIME_LIMIT]
                       ? (double)w->arguments->number[OPTION_TIME_LIMIT]
                       : DEFAULT_SECONDS;
    enum sc_status status;

    w->deadline = w->start + SEARCH_SHARE * limit;
    status = sc_protect_suppress(&w->input, &w->policy, &w->pattern, err);
    if (status)
        return status;
    w->deadline = w->start + 10 * limit; /* an audit cut short is never safe: let it end */
    status = sc_pattern_audit(&w->input, &w->policy, w->pattern, &w->audit, err);
    if (!status)
        sc_pattern_figures(&w->input, w->pattern, w->release->figures);
    return status;
}

/* ---- writing --------------------------------------------------------------------------- */

static void add_field(struct sc_buf *out, const char *text)
{
    if (!strpbrk(text, ",\"\r\n")) {
        sc_buf_adds(out, text);
        return;
    }
    sc_buf_addc(out, '"');
    for (; *text; text++) {
        if (*text == '"')
            sc_buf_addc(out, '"');
        sc_buf_addc(out, *text);
    }
    sc_buf_addc(out, '"');
}

/* The published table: its own cells in reading order, margins after them. */
static void write_table(const struct work *w, bool internal, struct sc_buf *out)
{
    const struct sc_system *system = w->release->system;
    size_t n_dimensions = sc_system_n_dimensions(system);

    for (uint32_t d = 0; d < n_dimensions; d++) {
        add_field(out, sc_system_dimension_name(system, d));
        sc_buf_addc(out, ',');
    }
    sc_buf_addf(out, "count,status%s\n", internal ? ",reason" : "");
    for (uint32_t c = 0; c < w->release->n_own; c++) {
        const uint32_t *codes = sc_system_cell_codes(system, c);
        bool hidden = w->pattern->reason[c] != SC_REASON_NONE;

        for (uint32_t d = 0; d < n_dimensions; d++) {
            add_field(out, sc_system_code_name(system, d, codes[d]));
            sc_buf_addc(out, ',');
        }
        if (!hidden)
            sc_buf_addf(out, "%" PRId64, w->count[c]);
        sc_buf_addf(out, ",%s", hidden ? "suppressed" : "published");
        if (internal)
            sc_buf_addf(out, ",%s", sc_reason_name((enum sc_reason)w->pattern->reason[c]));
        sc_buf_addc(out, '\n');
    }
}

static void write_json(const struct work *w, struct sc_buf *out)
{
    const struct sc_pattern *p = w->pattern;

    sc_buf_addf(out,
                "{\"method\": \"suppress\", \"cells\": %zu, \"primary\": %zu, \"secondary\": %zu, "
                "\"secondary_sum\": %" PRId64 ", \"cost\": %.12g, \"lower_bound\": %.12g, "
                "\"optimal\": %s, \"safe\": %s, \"stopped\": ",
                p->n_cells, p->primary, p->secondary, p->secondary_sum, p->cost, p->lower_bound,
                p->optimal ? "true" : "false", w->audit->safe ? "true" : "false");
    sc_buf_adds(out, p->stopped_by_clock ? "\"clock\"" : p->stopped_by_work ? "\"work\"" : "null");
    if (w->release->before)
        sc_buf_addf(out, ", \"earlier\": {\"files\": %zu, \"relaxed\": %zu}", w->release->n_earlier,
                    w->n_left_out);
    sc_buf_addf(out, ", \"seconds\": %.3f}\n", now() - w->start);
}

static const char *plural(size_t n)
{
    return n == 1 ? "" : "s";
}

/* What was published before, and what of it nothing was concluded from. */
static void write_earlier(const struct work *w, struct sc_buf *out)
{
    if (!w->release->before)
        return;
    sc_buf_addf(out, "Protected together with %zu earlier file%s.\n", w->release->n_earlier,
                plural(w->release->n_earlier));
    if (w->n_left_out == 0)
        return;
    sc_buf_addf(
        out,
        "%zu earlier figure%s cannot be true with these counts (revised since then?). "
        "Nothing was concluded from %s, so what %s would tell a reader is not proved safe:\n",
        w->n_left_out, plural(w->n_left_out), w->n_left_out == 1 ? "it" : "them",
        w->n_left_out == 1 ? "it" : "they");
    for (size_t i = 0; i < w->n_left_out; i++)
        sc_buf_addf(out, "  %s:%u, column %u\n", w->release->files[w->left_out[i].file],
                    w->left_out[i].line, w->left_out[i].column);
}

static void write_words(const struct work *w, struct sc_buf *out)
{
    static const char *const what[] = {"counts", "cells", "weights"};
    const struct sc_pattern *p = w->pattern;
    double gap = p->cost - p->lower_bound;

    sc_buf_addf(out,
                "%zu cells. Suppressed: %zu by rule, %zu more (their counts come to %" PRId64
                ") to protect them.\n",
                p->n_cells, p->primary, p->secondary, p->secondary_sum);
    if (p->optimal)
        sc_buf_addf(out, "No safe pattern costs less (%s: %.10g).\n", what[w->policy.minimise],
                    p->cost);
    else
        sc_buf_addf(out, "At most %.10g from the best possible (%s: %.10g, at least %.10g).\n", gap,
                    what[w->policy.minimise], p->cost, p->lower_bound);
    if (p->stopped_by_clock)
        sc_buf_adds(out, "The search was stopped by the clock: a faster machine may find less.\n");
    if (p->stopped_by_work)
        sc_buf_adds(out, "The search was stopped at its limit of work.\n");
    write_earlier(w, out);
    if (p->unprotectable > 0)
        sc_buf_addf(out, "%zu requirement%s cannot be met by suppression.\n", p->unprotectable,
                    plural(p->unprotectable));
    sc_buf_addf(out, "The audit says: %s.\n", w->audit->safe ? "safe" : "not safe");
}

static int write_certificate(const struct work *w)
{
    SC_AUTO_BUF text = {0};
    struct sc_error err = {0};

    if (!w->audit->witnesses) {
        complain("no certificate was written: %s",
                 w->audit->safe ? "it covers the readers sums and rules, ask for both"
                                : "the table is not safe");
        return w->audit->safe ? EXIT_USAGE : EXIT_UNSAFE;
    }
    if (sc_certificate_json(w->release, w->audit, &text, &err) ||
        sc_file_replace(w->arguments->text[OPTION_CERTIFICATE], text.data, text.len, &err))
        return report_failure(NULL, &err);
    return 0;
}

/* Writes the table to its file, or to standard output when nothing else goes there. */
static int write_all(const struct work *w)
{
    const struct arguments *a = w->arguments;
    SC_AUTO_BUF table = {0};
    SC_AUTO_BUF words = {0};
    struct sc_error err = {0};
    int code = 0;

    write_table(w, a->given[OPTION_INTERNAL], &table);
    if (a->given[OPTION_JSON])
        write_json(w, &words);
    else
        write_words(w, &words);
    if (sc_buf_check(&table, &err) || sc_buf_check(&words, &err))
        return report_failure(NULL, &err);
    if (a->given[OPTION_OUTPUT]) {
        if (sc_file_replace(a->text[OPTION_OUTPUT], table.data, table.len, &err))
            return report_failure(NULL, &err);
        code = write_output(words.data, words.len);
    } else if (a->given[OPTION_JSON]) {
        code = write_output(words.data, words.len);
    } else {
        code = write_output(table.data, table.len);
        (void)fputs(words.data, stderr);
    }
    if (!code && a->given[OPTION_CERTIFICATE])
        code = write_certificate(w);
    if (!code && !w->audit->safe)
        code = is_cancelled(NULL) ? EXIT_INTERRUPTED : EXIT_UNSAFE;
    return code;
}

int run_protect(const struct arguments *arguments)
{
    struct work work = {.arguments = arguments, .start = now()};
    struct sc_error err = {0};
    int code = take_policy(&work);

    if (!code && (read_all(&work, &err) || take_counts(&work, &err) || suppress(&work, &err)))
        code = report_failure(NULL, &err);
    if (!code)
        code = write_all(&work);
    release_work(&work);
    return code;
}
