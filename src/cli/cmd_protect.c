#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "audit/report.h"
#include "base/file.h"
#include "cli/protecting.h"

#define DEFAULT_THRESHOLD 5

/* The words of --method, in their order. */
enum method { METHOD_SUPPRESS, METHOD_ROUND, METHOD_COARSEN };

/* What one mark would do in the place of two that give too much away; NULL: it was not tried. */
static void write_one_mark_json(const struct protecting *one, struct sc_buf *out)
{
    if (one)
        sc_buf_addf(out,
                    ", \"one_mark\": {\"safe\": %s, \"secondary\": %zu, \"secondary_sum\": %" PRId64
                    "}",
                    one->audit->safe ? "true" : "false", one->pattern->secondary,
                    one->pattern->secondary_sum);
}

static void write_suppression_json(const struct protecting *w, const struct protecting *one,
                                   struct sc_buf *out)
{
    const struct sc_pattern *p = w->pattern;

    sc_buf_addf(out, "{\"method\": \"%s\", ", w->fine ? "coarsen" : "suppress");
    if (w->fine) {
        SC_AUTO_BUF levels = {0};

        describe_choice(w, &w->choice, &levels);
        sc_buf_addc(&levels, '\0');
        sc_buf_adds(out, "\"levels\": ");
        add_json_text(out, levels.data ? levels.data : "");
        sc_buf_adds(out, ", ");
    }
    sc_buf_addf(out,
                "\"cells\": %zu, \"primary\": %zu, \"secondary\": %zu, "
                "\"secondary_sum\": %" PRId64 ", \"cost\": %.12g, \"lower_bound\": %.12g, "
                "\"optimal\": %s, \"safe\": %s, \"stopped\": ",
                p->n_cells, p->primary, p->secondary, p->secondary_sum, p->cost, p->lower_bound,
                p->optimal ? "true" : "false", w->audit->safe ? "true" : "false");
    sc_buf_adds(out, p->stopped_by_clock ? "\"clock\"" : p->stopped_by_work ? "\"work\"" : "null");
    if (w->release->before)
        sc_buf_addf(out, ", \"earlier\": {\"files\": %zu, \"relaxed\": %zu, \"given\": %zu}",
                    w->release->n_earlier, w->n_left_out, w->given);
    write_one_mark_json(one, out);
    sc_buf_addf(out, ", \"seconds\": %.3f}\n", seconds_now() - w->start);
}

static const char *plural(size_t n)
{
    return n == 1 ? "" : "s";
}

/* What was published before, and what of it nothing was concluded from. */
static void write_earlier(const struct protecting *w, struct sc_buf *out)
{
    if (!w->release->before)
        return;
    sc_buf_addf(out, "Protected together with %zu earlier file%s.\n", w->release->n_earlier,
                plural(w->release->n_earlier));
    if (w->given > 0)
        sc_buf_addf(out,
                    "They give away %zu small count%s by themselves, whatever is published now.\n",
                    w->given, plural(w->given));
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

/* Figures that the reader who works out most of them does. */
static size_t n_given_away(const struct sc_audit *audit)
{
    size_t most = 0;

    for (int r = 0; r < SC_N_READERS; r++) {
        const struct sc_reader_result *reader = &audit->readers[r];
        size_t n = reader->exact + reader->narrowed + reader->implied;

        most = reader->asked && n > most ? n : most;
    }
    return most;
}

/* With two marks: what they say, or that they say too much. */
static void write_marks(const struct protecting *w, const struct protecting *one,
                        struct sc_buf *out)
{
    const struct sc_marks *marks = &w->marks;

    if (!marks->second)
        return;
    sc_buf_addf(out, "'%s' stands for %d to %" PRId64 ", '%s' for %" PRId64 " or more.\n",
                marks->first, marks->zeros_hidden ? 0 : 1, marks->threshold - 1, marks->second,
                marks->threshold);
    if (!w->audit->safe && n_given_away(w->audit) > 0)
        sc_buf_addf(out, "Two marks let %zu figure%s be worked out.\n", n_given_away(w->audit),
                    plural(n_given_away(w->audit)));
    if (one && one->audit->safe)
        sc_buf_addf(out,
                    "With one mark it is safe: %zu more figure%s suppressed (their counts come to "
                    "%" PRId64 ").\n",
                    one->pattern->secondary, plural(one->pattern->secondary),
                    one->pattern->secondary_sum);
    else if (one && n_given_away(one->audit) > 0)
        sc_buf_adds(out, "One mark was tried, and is not safe either.\n");
    else if (one)
        sc_buf_adds(out, "Whether one mark is safe was not found out in the time.\n");
}

static void write_suppression_words(const struct protecting *w, const struct protecting *one,
                                    struct sc_buf *out)
{
    static const char *const what[] = {"counts", "cells", "weights"};
    const struct sc_pattern *p = w->pattern;
    double gap = p->cost - p->lower_bound;

    if (w->fine) {
        sc_buf_adds(out, "Coarser: ");
        describe_choice(w, &w->choice, out);
        sc_buf_addf(out, " (%zu figures before).\n", w->fine->n_own);
    }
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
    write_marks(w, one, out);
}

static const char *stopped_by(const struct protecting *w)
{
    return w->rounding->stopped_by_clock ? "\"clock\"" : "null";
}

static size_t small_counts(const struct protecting *w)
{
    int64_t threshold = w->policy.threshold ? w->policy.threshold : DEFAULT_THRESHOLD;
    size_t n = 0;

    for (size_t c = 0; c < w->rounding->n_cells; c++)
        n += w->count[c] >= 1 && w->count[c] < threshold;
    return n;
}

static void write_rounding_json(const struct protecting *w, struct sc_buf *out)
{
    const struct sc_rounding *r = w->rounding;

    sc_buf_addf(out,
                "{\"method\": \"round\", \"kind\": \"%s\", \"base\": %" PRId64
                ", \"cells\": %zu, \"primary\": %zu, \"secondary\": 0, \"secondary_sum\": 0, "
                "\"changed\": %zu, \"largest_change\": %" PRId64 ", \"distortion\": %" PRId64
                ", \"within\": ",
                r->small ? "small" : "controlled", r->base, r->n_cells, small_counts(w), r->changed,
                r->largest, r->distortion);
    if (r->small)
        sc_buf_adds(out, "null");
    else
        sc_buf_addf(out, "%" PRId64, r->within);
    sc_buf_addf(out,
                ", \"cost\": %" PRId64 ", \"lower_bound\": %" PRId64
                ", \"optimal\": %s, \"safe\": %s, \"stopped\": %s, \"seconds\": %.3f}\n",
                r->cost, r->bound, r->optimal ? "true" : "false", w->audit->safe ? "true" : "false",
                stopped_by(w), seconds_now() - w->start);
}

static void write_rounding_words(const struct protecting *w, struct sc_buf *out)
{
    const struct sc_rounding *r = w->rounding;
    const char *what = r->small ? "totals" : "figures";

    sc_buf_addf(out,
                "%zu cells. %s to base %" PRId64 ": %zu changed, by %" PRId64
                " at most and %" PRId64 " in all.\n",
                r->n_cells, r->small ? "Small counts rounded" : "Rounded", r->base, r->changed,
                r->largest, r->distortion);
    if (r->optimal)
        sc_buf_addf(out, "No such rounding changes %s less (by %" PRId64 ").\n", what, r->cost);
    else
        sc_buf_addf(out,
                    "%s change by %" PRId64 "; no such rounding changes them by less than %" PRId64
                    ".\n",
                    r->small ? "Totals" : "Figures", r->cost, r->bound);
    if (!r->small && r->within >= r->base)
        sc_buf_addf(out, "Figures lie up to %" PRId64 " from the truth: %s\n", r->within,
                    r->none_nearer ? "no additive table has them all at a multiple next to it."
                                   : "none was found with all at a multiple next to it.");
    if (r->stopped_by_clock)
        sc_buf_adds(out, "The search was stopped by the clock: a faster machine may find less.\n");
    write_earlier(w, out);
    sc_buf_addf(out, "The audit says: %s.\n", w->audit->safe ? "safe" : "not safe");
}

static int write_certificate(struct protecting *w)
{
    SC_AUTO_BUF text = {0};
    struct sc_error err = {0};

    if (!w->audit->witnesses) {
        complain("no certificate was written: %s",
                 w->audit->safe ? "it covers the readers sums and rules, ask for both"
                                : "the table is not safe");
        return w->audit->safe ? EXIT_USAGE : EXIT_UNSAFE;
    }
    if (say_marks(w, &err) || sc_certificate_json(w->release, w->audit, &text, &err) ||
        sc_file_replace(w->arguments->text[OPTION_CERTIFICATE], text.data, text.len, &err))
        return report_failure(NULL, &err);
    return 0;
}

/* What was suppressed; where two marks give too much away, with what one mark would do. */
static int write_suppression(const struct protecting *w, struct sc_buf *out)
{
    struct protecting one = {0};
    bool tried = w->marks.second && !w->fine && !w->audit->safe && n_given_away(w->audit) > 0;
    struct sc_error err = {0};
    int code = 0;

    if (tried && try_one_mark(w, &one, &err))
        code = report_failure(NULL, &err);
    else
        (w->arguments->given[OPTION_JSON] ? write_suppression_json
                                          : write_suppression_words)(w, tried ? &one : NULL, out);
    release_protecting(&one);
    return code;
}

/* Writes the table to its file, or to standard output when nothing else goes there. */
static int write_all(struct protecting *w)
{
    const struct arguments *a = w->arguments;
    SC_AUTO_BUF table = {0};
    SC_AUTO_BUF words = {0};
    struct sc_error err = {0};
    int code = 0;

    write_protected_table(w, a->given[OPTION_INTERNAL], &table);
    if (w->rounding)
        (a->given[OPTION_JSON] ? write_rounding_json : write_rounding_words)(w, &words);
    else
        code = write_suppression(w, &words);
    if (code)
        return code;
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

/* Options that belong to one method only. 0 or EXIT_USAGE, said. */
static int check_method(const struct arguments *a, enum method method)
{
    bool compare = a->given[OPTION_COMPARE];
    unsigned long threshold =
        a->given[OPTION_THRESHOLD] ? a->number[OPTION_THRESHOLD] : DEFAULT_THRESHOLD;
    const char *wrong = NULL;

    if (compare && (a->given[OPTION_METHOD] || a->given[OPTION_SMALL] || a->given[OPTION_LEVEL] ||
                    a->given[OPTION_OUTPUT] || a->given[OPTION_CERTIFICATE]))
        wrong = "--compare tries every method and writes no table: not with --method, --small, "
                "--level, --output or --certificate";
    else if (!compare && method != METHOD_ROUND &&
             (a->given[OPTION_ROUND] || a->given[OPTION_SMALL]))
        wrong = "--round and --small belong to --method round";
    else if (a->given[OPTION_LEVEL] && method != METHOD_COARSEN)
        wrong = "--level belongs to --method coarsen";
    else if (a->given[OPTION_SMALL] && a->given[OPTION_ROUND] &&
             a->number[OPTION_ROUND] < threshold)
        wrong = "--small: expected a base of at least the threshold";
    else if (method == METHOD_ROUND && a->given[OPTION_CERTIFICATE] && a->given[OPTION_WITH])
        wrong = "--certificate: a certificate of rounded figures needs nothing before them (not "
                "--with)";
    else if (method == METHOD_ROUND && a->given[OPTION_MINIMISE])
        wrong = "--minimise belongs to --method suppress: rounding changes figures least";
    else if (method == METHOD_COARSEN && a->given[OPTION_WITH] && a->given[OPTION_FORMAT])
        wrong =
            "--with: a coarser table is joined to earlier ones as a tidy file: not with --format";
    else if (method == METHOD_COARSEN && !a->given[OPTION_LEVEL] &&
             (a->given[OPTION_OUTPUT] || a->given[OPTION_CERTIFICATE]))
        wrong = "--method coarsen writes a table once its levels are chosen: --level "
                "DIMENSION=LEVEL";
    else if (method == METHOD_ROUND && (a->given[OPTION_MARKER] || a->given[OPTION_ZEROS]))
        wrong = "--marker and --zeros belong to figures that are hidden: not with --method round";
    if (!wrong)
        return 0;
    complain("%s", wrong);
    return EXIT_USAGE;
}

/* Lists the choices, or takes the one asked for and suppresses what is left to hide. */
static int coarsen(struct protecting *w)
{
    const struct arguments *a = w->arguments;
    uint32_t levels[SC_SYSTEM_DIMENSIONS_MAX];
    struct sc_coarsening choice;
    SC_AUTO_BUF out = {0};
    struct sc_error err = {0};
    int code;

    if (plan_coarsening(w, !a->given[OPTION_LEVEL], &err))
        return report_failure(NULL, &err);
    if (!a->given[OPTION_LEVEL]) {
        write_frontier(w, a->given[OPTION_JSON], &out);
        return sc_buf_check(&out, &err) ? report_failure(NULL, &err)
                                        : write_output(out.data, out.len);
    }
    code = take_levels(w, levels);
    if (code)
        return code;
    if (sc_coarsen_choose(w->plan, levels, &choice, &err) == SC_E_RANGE) {
        complain("--level: %s", err.message);
        return EXIT_USAGE;
    }
    if (err.status || apply_coarsening(w, &choice, &err) ||
        (a->given[OPTION_WITH] && join_earlier(w, &err)) || apply_suppression(w, &err))
        return report_failure(NULL, &err);
    return write_all(w);
}

static int protect(struct protecting *w, enum method method)
{
    struct sc_error err = {0};
    enum sc_status status;

    w->alone = method == METHOD_COARSEN; /* the levels are the table's own */
    status = read_counts(w, &err);
    if (status)
        return report_failure(NULL, &err);
    if (w->arguments->given[OPTION_COMPARE])
        return compare_methods(w);
    if (method == METHOD_COARSEN)
        return coarsen(w);
    if (method == METHOD_ROUND)
        status = apply_rounding(w, w->arguments->given[OPTION_SMALL], &err);
    else
        status = apply_suppression(w, &err);
    return status ? report_failure(NULL, &err) : write_all(w);
}

int run_protect(const struct arguments *arguments)
{
    struct protecting work = {.arguments = arguments, .start = seconds_now()};
    enum method method = arguments->given[OPTION_METHOD]
                             ? (enum method)arguments->number[OPTION_METHOD]
                             : METHOD_SUPPRESS;
    int code = check_method(arguments, method);

    if (!code)
        code = take_protect_policy(&work);
    if (!code)
        code = protect(&work, method);
    release_protecting(&work);
    return code;
}
