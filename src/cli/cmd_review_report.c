/*
 * cmd_review_report.c - `safecount review report`: figures for the officer, as text or JSON, and
 * the words for the published answer.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/columns.h"
#include "cli/review.h"
#include "publish/json.h"
#include "review/report.h"

/* ---- why a review may not fit ------------------------------------------------------ */

/* What the dictionary of the request says now against what it said when the sample was drawn. */
static bool is_stale(const struct review_session *session)
{
    const struct sc_dictionary *dictionary =
        session->subject.dictionaries[session->subject.dictionary_i];

    return strcmp(dictionary->sha256, session->review->dictionary_sha256) != 0;
}

/* ---- words ------------------------------------------------------------------------- */

/* What may be said of a category, as far as a report alone can tell what is published. */
static void public_of(const struct review_session *session, const struct sc_review_report *report,
                      size_t c, struct sc_public_accuracy *ret_public)
{
    const struct sc_accuracy *accuracy = &report->categories[c];

    sc_public_accuracy_of(accuracy, true, accuracy->found, 0, session->job->policy->threshold,
                          ret_public);
}

/* The paragraphs for the answer; `withheld` ones say that nothing is said. */
static void add_words(const struct review_session *session, const struct sc_review_report *report,
                      void (*each)(void *arg, const char *paragraph, bool withheld), void *arg)
{
    uint64_t threshold = session->job->policy->threshold;
    SC_AUTO_BUF text = {0};

    sc_public_introduction(report, session->review->population, threshold, &text);
    if (!text.failed)
        each(arg, text.data, false);
    for (size_t c = 0; c < session->review->n_categories; c++) {
        struct sc_public_accuracy public;

        sc_buf_clear(&text);
        public_of(session, report, c, &public);
        sc_public_sentence(&public, &session->review->categories[c], report->given, threshold,
                           &text);
        if (!public.withheld && !public.shares_withheld)
            sc_buf_addc(&text, ' ');
        sc_public_shares(&public, &text);
        if (!text.failed)
            each(arg, text.data, public.withheld);
    }
}

/* ---- as text ----------------------------------------------------------------------- */

/* Those of which nothing is said are named together, at the end. */
static void paragraph_text(void *arg, const char *paragraph, bool withheld)
{
    if (!withheld)
        add_paragraph(arg, paragraph, 2);
}

static void add_share(const struct sc_estimate *share, struct sc_buf *out)
{
    char text[32] = "not known";

    if (share->known)
        (void)snprintf(text, sizeof text, "%.0f (%.0f-%.0f)", 100 * share->value, 100 * share->low,
                       100 * share->high);
    sc_buf_addf(out, " %13s", text);
}

static void add_number(const struct sc_estimate *estimate, struct sc_buf *out)
{
    char value[32], low[32], high[32], text[100] = "not known";

    if (estimate->known)
        (void)snprintf(text, sizeof text, "%s (%s-%s)",
                       sc_format_count((uint64_t)llround(estimate->value), value),
                       sc_format_count((uint64_t)llround(estimate->low), low),
                       sc_format_count((uint64_t)llround(estimate->high), high));
    sc_buf_addf(out, " %22s", text);
}

#define LABEL_COLUMNS 30

/* What was found, what truly is: the figures that matter most. */
static void add_numbers(const struct sc_review_report *report, struct sc_buf *out)
{
    char number[32];

    sc_buf_addc(out, '\n');
    add_label(out, "Category", 0, LABEL_COLUMNS);
    sc_buf_addf(out, " %9s %9s %22s\n", "Found", "Checked", "True number (95%)");
    for (size_t c = 0; c < report->review->n_categories; c++) {
        const struct sc_accuracy *accuracy = &report->categories[c];

        add_label(out, report->review->categories[c].label, 0, LABEL_COLUMNS);
        sc_buf_addf(out, " %9s %9" PRIu64, sc_format_count(accuracy->found, number),
                    accuracy->found_checked);
        add_number(&accuracy->true_number, out);
        sc_buf_addc(out, '\n');
    }
}

static void add_shares(const struct sc_review_report *report, struct sc_buf *out)
{
    sc_buf_addc(out, '\n');
    add_label(out, "In per cent (95% interval)", 0, LABEL_COLUMNS);
    sc_buf_addf(out, " %13s %13s %13s\n", "Precision", "Recall", "F1");
    for (size_t c = 0; c < report->review->n_categories; c++) {
        const struct sc_accuracy *accuracy = &report->categories[c];

        add_label(out, report->review->categories[c].label, 0, LABEL_COLUMNS);
        add_share(&accuracy->precision, out);
        add_share(&accuracy->recall, out);
        add_share(&accuracy->f1, out);
        sc_buf_addc(out, '\n');
    }
    sc_buf_adds(out, "Precision: of those found, how many are right. Recall: of those that belong, "
                     "how\nmany are found. F1: both in one.\n");
}

static void add_agreement(const struct sc_review_report *report, struct sc_buf *out)
{
    if (!report->second)
        return;
    sc_buf_addf(out, "\nReviewers %s and %s labelled the same %" PRIu64 " offences:\n",
                report->first, report->second, report->agreed_on);
    add_label(out, "", 0, LABEL_COLUMNS);
    sc_buf_addf(out, " %13s %13s\n", "agree on", "kappa");
    for (size_t c = 0; c < report->review->n_categories; c++) {
        double raw = sc_agreement_raw(&report->agreements[c]);
        double kappa = sc_agreement_kappa(&report->agreements[c]);

        add_label(out, report->review->categories[c].label, 0, LABEL_COLUMNS);
        sc_buf_addf(out, " %12.0f%%", 100 * raw);
        if (isnan(kappa))
            sc_buf_addf(out, " %13s\n", "-");
        else
            sc_buf_addf(out, " %13.2f\n", kappa);
    }
    sc_buf_adds(out, "Kappa is agreement beyond chance, 1 at most; - where both gave one same "
                     "answer\nthroughout.\n");
}

static void add_words_text(const struct review_session *session,
                           const struct sc_review_report *report, struct sc_buf *out)
{
    SC_AUTO_BUF withheld = {0};

    if (report->given == 0) {
        add_paragraph(out, sc_public_no_review, 2);
        return;
    }
    add_words(session, report, paragraph_text, out);
    for (size_t c = 0; c < session->review->n_categories; c++) {
        struct sc_public_accuracy public;

        public_of(session, report, c, &public);
        if (public.withheld)
            sc_buf_addf(&withheld, "%s%s", withheld.len ? ", " : "",
                        session->review->categories[c].label);
    }
    if (!withheld.len)
        return;
    sc_buf_adds(&withheld, ": how far the search can be trusted is not said, for these figures are "
                           "withheld or too few records could be checked.");
    out->failed |= withheld.failed;
    add_paragraph(out, withheld.data ? withheld.data : "", 2);
}

static void add_text(const struct review_session *session, const struct sc_review_report *report,
                     struct sc_buf *out)
{
    const struct sc_review *review = session->review;
    SC_AUTO_BUF head = {0};
    char number[32];

    sc_buf_adds(out, "INTERNAL: true counts, not for release.\n");
    sc_buf_addf(&head,
                "Review %" PRId64 " of request %s: %" PRIu64 " of %zu offences checked, %" PRIu64
                " skipped, of %s in all",
                review->id, review->reference, report->given, review->n_items, report->skipped,
                sc_format_count(review->population, number));
    add_paragraph(out, head.data ? head.data : "", 0);
    out->failed |= head.failed;
    sc_buf_clear(&head);
    sc_buf_addf(&head, "Dictionary %s%s%s, sha256 %.12s...", review->dictionary,
                review->dictionary_version[0] ? ", version " : "", review->dictionary_version,
                review->dictionary_sha256);
    out->failed |= head.failed;
    add_paragraph(out, head.data ? head.data : "", 0);
    if (is_stale(session))
        add_paragraph(out,
                      "The dictionary has changed since the sample was drawn: these figures are "
                      "those of the old one. Draw a new sample for the new one.",
                      0);
    if (report->given + report->skipped < review->n_items)
        sc_buf_addf(out, "%zu are left: the intervals will narrow.\n",
                    (size_t)(review->n_items - report->given - report->skipped));
    add_numbers(report, out);
    add_shares(report, out);
    add_agreement(report, out);
    sc_buf_adds(out, "\nFor the published answer (as far as its tables publish these counts):\n");
    add_words_text(session, report, out);
}

/* ---- as JSON ----------------------------------------------------------------------- */

static void json_estimate(struct sc_json *json, const char *key, const struct sc_estimate *estimate)
{
    sc_json_key(json, key);
    if (!estimate->known) {
        sc_json_null(json);
        return;
    }
    sc_json_open_flat(json, '{');
    sc_json_key(json, "value");
    sc_json_real(json, estimate->value);
    sc_json_key(json, "low");
    sc_json_real(json, estimate->low);
    sc_json_key(json, "high");
    sc_json_real(json, estimate->high);
    sc_json_close(json, '}');
}

static void json_real_or_null(struct sc_json *json, const char *key, double x)
{
    sc_json_key(json, key);
    if (isnan(x))
        sc_json_null(json);
    else
        sc_json_real(json, x);
}

static void json_category(struct sc_json *json, const struct sc_review_report *report, size_t c)
{
    const struct sc_accuracy *accuracy = &report->categories[c];

    sc_json_open(json, '{');
    sc_json_key_string(json, "category", report->review->categories[c].code);
    sc_json_key_string(json, "label", report->review->categories[c].label);
    sc_json_key_number(json, "found", accuracy->found);
    sc_json_key_number(json, "found_checked", accuracy->found_checked);
    sc_json_key_number(json, "found_true", accuracy->found_true);
    sc_json_key_number(json, "not_found_checked", accuracy->not_found_checked);
    sc_json_key_number(json, "not_found_true", accuracy->not_found_true);
    json_estimate(json, "precision", &accuracy->precision);
    json_estimate(json, "recall", &accuracy->recall);
    json_estimate(json, "f1", &accuracy->f1);
    json_estimate(json, "true_number", &accuracy->true_number);
    if (report->second) {
        json_real_or_null(json, "agreement", sc_agreement_raw(&report->agreements[c]));
        json_real_or_null(json, "kappa", sc_agreement_kappa(&report->agreements[c]));
    }
    sc_json_close(json, '}');
}

static void json_strata(struct sc_json *json, const struct sc_review *review)
{
    sc_json_key(json, "strata");
    sc_json_open(json, '[');
    for (size_t h = 0; h < review->n_strata; h++) {
        sc_json_open_flat(json, '{');
        sc_json_key_string(json, "name", review->strata[h].name);
        sc_json_key_number(json, "size", review->strata[h].size);
        sc_json_key_number(json, "sample", review->strata[h].sample);
        sc_json_close(json, '}');
    }
    sc_json_close(json, ']');
}

static void json_paragraph(void *arg, const char *paragraph, bool withheld)
{
    (void)withheld;
    sc_json_string(arg, paragraph);
}

static void json_reviewers(struct sc_json *json, const struct sc_review_report *report)
{
    sc_json_key(json, "reviewers");
    sc_json_open_flat(json, '[');
    if (report->first)
        sc_json_string(json, report->first);
    if (report->second)
        sc_json_string(json, report->second);
    sc_json_close(json, ']');
    if (report->second)
        sc_json_key_number(json, "labelled_by_both", report->agreed_on);
}

static void add_json(const struct review_session *session, const struct sc_review_report *report,
                     struct sc_buf *out)
{
    const struct sc_review *review = session->review;
    struct sc_json json = {.out = out};

    sc_json_open(&json, '{');
    sc_json_key(&json, "internal");
    sc_json_bool(&json, true);
    sc_json_key_number(&json, "review", (uint64_t)review->id);
    sc_json_key_string(&json, "reference", review->reference);
    sc_json_key_string(&json, "dictionary", review->dictionary);
    sc_json_key_string(&json, "dictionary_version", review->dictionary_version);
    sc_json_key_string(&json, "dictionary_sha256", review->dictionary_sha256);
    sc_json_key(&json, "stale");
    sc_json_bool(&json, is_stale(session));
    sc_json_key_number(&json, "seed", review->seed);
    sc_json_key_number(&json, "offences", review->population);
    sc_json_key_number(&json, "sample", review->n_items);
    sc_json_key_number(&json, "checked", report->given);
    sc_json_key_number(&json, "skipped", report->skipped);
    json_reviewers(&json, report);
    json_strata(&json, review);
    sc_json_key(&json, "categories");
    sc_json_open(&json, '[');
    for (size_t c = 0; c < review->n_categories; c++)
        json_category(&json, report, c);
    sc_json_close(&json, ']');
    sc_json_key(&json, "words");
    sc_json_open(&json, '[');
    if (report->given == 0)
        sc_json_string(&json, sc_public_no_review);
    else
        add_words(session, report, json_paragraph, &json);
    sc_json_close(&json, ']');
    sc_json_close(&json, '}');
    sc_buf_addc(out, '\n');
}

int review_report(struct review_session *session)
{
    const struct arguments *arguments = session->arguments;
    SC_AUTO(sc_review_report) report = NULL;
    SC_AUTO_BUF out = {0};
    struct sc_error err = {0};

    if (sc_review_report_make(session->review, session->labels,
                              arguments->given[OPTION_REVIEWER] ? session->reviewer : NULL, &report,
                              &err))
        return report_failure(NULL, &err);
    if (arguments->given[OPTION_JSON])
        add_json(session, report, &out);
    else
        add_text(session, report, &out);
    if (sc_buf_check(&out, &err))
        return report_failure(NULL, &err);
    return write_output(out.data, out.len);
}
