/*
 * page.c - index.html: the answer as a page.
 *
 * Readable without script, asking no other server for anything. Order and look follow
 * one idea: the answer first, then each question with its figures, then how they were
 * made. What stands round it is frame.c's; what comes after the questions page_about.c's.
 *
 * All text goes through sc_html() (clean.h) or the wording. What is appended otherwise is
 * either fixed text of ours or digits.
 */
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "publish/frame.h"
#include "publish/page.h"

#define BUF_TEXT(buf) ((buf).data ? (buf).data : "")

static const struct sc_request *request_of(const struct sc_page *page)
{
    return page->publication->request;
}

/* ---- words ---- */

void sc_page_word(const struct sc_page *page, const char *key)
{
    bool other = !sc_wording_is_english(page->wording) &&
                 strcmp(sc_word_language(page->wording, key), "en-GB") != 0;

    if (other) {
        sc_buf_adds(page->out, "<span lang=\"");
        sc_html(page->out, sc_word_language(page->wording, key));
        sc_buf_adds(page->out, "\">");
    }
    sc_word_html(page->wording, key, NULL, page->out);
    sc_buf_adds(page->out, other ? "</span>" : "");
}

void sc_page_decision(const struct sc_page *page, const char *decision)
{
    char key[64];

    (void)snprintf(key, sizeof key, "decision-%.40s", decision);
    if (sc_word_is(page->wording, key))
        sc_page_word(page, key);
    else
        sc_html(page->out, sc_decision_words(decision));
}

/* "full" and the like as a class name; the word list of the request is closed. */
static const char *tag_class(const char *decision)
{
    if (strcmp(decision, "full") == 0)
        return "tag full";
    return strcmp(decision, "partial") == 0 ? "tag part" : "tag";
}

void sc_page_tag(const struct sc_page *page, const char *decision)
{
    sc_buf_addf(page->out, "<span class=\"%s\">", tag_class(decision));
    sc_page_decision(page, decision);
    sc_buf_adds(page->out, "</span>");
}

void sc_page_period(const struct sc_page *page)
{
    const struct sc_period *period = &request_of(page)->period;
    struct sc_buf *out = page->out;
    char text[32];

    if (period->from == SC_DAY_NONE || period->to == SC_DAY_NONE)
        return;
    sc_buf_adds(out, sc_day_format_long(period->from, text));
    sc_buf_adds(out, " to ");
    sc_buf_adds(out, sc_day_format_long(period->to, text));
}

/* ---- the top of the page ---- */

static void add_banner(const struct sc_page *page)
{
    struct sc_buf *out = page->out;

    if (page->publication->publishable)
        return;
    sc_buf_adds(out, "<div class=\"banner\" role=\"region\" aria-label=\"" SC_NOT_AUDITED
                     "\"><div class=\"wrap\"><p class=\"state\">" SC_NOT_AUDITED "</p>\n");
    for (size_t i = 0; i < page->publication->n_reasons; i++) {
        const char *reason = page->publication->reasons[i];
        const char *rest = strstr(reason, SC_NOT_AUDITED ". ");

        sc_buf_adds(out, "<p>");
        sc_html(out, rest == reason ? reason + strlen(SC_NOT_AUDITED ". ") : reason);
        sc_buf_adds(out, "</p>\n");
    }
    sc_buf_adds(out, "</div></div>\n");
}

static void add_fact(const struct sc_page *page, const char *key, const char *value)
{
    sc_buf_adds(page->out, "<div><dt>");
    sc_page_word(page, key);
    sc_buf_adds(page->out, "</dt><dd>");
    sc_html(page->out, value);
    sc_buf_adds(page->out, "</dd></div>\n");
}

static void add_fact_day(const struct sc_page *page, const char *key, int32_t day)
{
    char text[32];

    if (day != SC_DAY_NONE)
        add_fact(page, key, sc_day_format_long(day, text));
}

static void add_facts(const struct sc_page *page)
{
    const struct sc_request *request = request_of(page);
    struct sc_buf *out = page->out;

    sc_buf_adds(out, "<dl class=\"facts\">\n");
    if (request->n_decisions == 1) {
        sc_buf_adds(out, "<div><dt>");
        sc_page_word(page, "fact-decision");
        sc_buf_adds(out, "</dt><dd>");
        sc_page_tag(page, request->decisions[0].decision);
        sc_buf_adds(out, "</dd></div>\n");
    }
    if (request->reference[0])
        add_fact(page, "fact-reference", request->reference);
    add_fact_day(page, "fact-received", request->received);
    add_fact_day(page, "fact-answered", request->answered);
    if (page->options->has_published)
        add_fact_day(page, "fact-published", page->options->published);
    if (page->publication->n_tables)
        add_fact_day(page, "fact-as-at", request->as_at);
    if (page->publication->n_tables && request->period.from != SC_DAY_NONE &&
        request->period.to != SC_DAY_NONE) {
        sc_buf_adds(out, "<div><dt>");
        sc_page_word(page, "fact-period");
        sc_buf_adds(out, "</dt><dd>");
        sc_page_period(page);
        sc_buf_adds(out, "</dd></div>\n");
    }
    sc_buf_adds(out, "</dl>\n");
}

static void add_title(const struct sc_page *page)
{
    const struct sc_request *request = request_of(page);
    struct sc_buf *out = page->out;

    /* What is made from figures is English: where the rest is not, it says so. */
    sc_buf_addf(out, "<main id=\"main\" class=\"wrap\" tabindex=\"-1\"%s>\n",
                sc_wording_is_english(page->wording) ? "" : " lang=\"en-GB\"");
    sc_buf_adds(out, "<div class=\"title\">\n<p class=\"kind\"><span>");
    sc_page_word(page, "kind");
    sc_buf_adds(out, "</span>");
    if (request->publication[0]) {
        sc_buf_adds(out, " <span>");
        sc_html(out, request->publication);
        sc_buf_adds(out, "</span>");
    }
    sc_buf_adds(out, "</p>\n<h1>");
    sc_html(out, request->title);
    sc_buf_adds(out, "</h1>\n");
    add_facts(page);
    sc_buf_adds(out, "</div>\n");
    if (page->options->notices && !sc_wording_is_english(page->wording)) {
        sc_buf_adds(out, "<div lang=\"");
        sc_html(out, sc_word_language(page->wording, "status-withdrawn"));
        sc_buf_addf(out, "\">\n%s</div>\n", page->options->notices);
    } else {
        sc_buf_adds(out, page->options->notices ? page->options->notices : "");
    }
}

/* ---- the answer in short ---- */

static bool is_about(const struct sc_table *table, const struct sc_question *question)
{
    return strcmp(table->question, question->id) == 0;
}

/* Whether an earlier table of the same question says in short what this one would. */
static bool said(const struct sc_publication *publication, size_t t)
{
    const struct sc_table *table = &publication->tables[t];

    if (sc_page_category_dimension(table) != SC_NO_DIMENSION)
        return false;
    for (size_t i = 0; i < t; i++)
        if (strcmp(publication->tables[i].question, table->question) == 0 &&
            publication->tables[i].unit == table->unit)
            return true;
    return false;
}

const struct sc_decision *sc_page_decision_about(const struct sc_page *page, const char *question)
{
    const struct sc_request *request = request_of(page);

    for (size_t i = 0; i < request->n_decisions; i++)
        if (strcmp(request->decisions[i].question, question) == 0)
            return &request->decisions[i];
    for (size_t i = 0; i < request->n_decisions; i++)
        if (strcmp(request->decisions[i].question, "all") == 0)
            return &request->decisions[i];
    return NULL;
}

static void add_short_answer(const struct sc_page *page, const struct sc_question *question)
{
    const struct sc_publication *publication = page->publication;
    const struct sc_decision *decision = sc_page_decision_about(page, question->id);
    bool any = false;

    for (size_t t = 0; t < publication->n_tables; t++) {
        if (!is_about(&publication->tables[t], question))
            continue;
        any = true;
        if (publication->tables[t].n_dimensions == 0 || !said(publication, t))
            sc_page_short_sentence(page, &publication->tables[t]);
    }
    if (any)
        return;
    sc_buf_adds(page->out, "<p>");
    if (decision) {
        sc_page_decision(page, decision->decision);
        sc_buf_adds(page->out, ". ");
        sc_html(page->out, decision->covers);
    } else {
        sc_page_word(page, "no-figures");
    }
    sc_buf_adds(page->out, "</p>\n");
}

bool sc_page_withholds(const struct sc_page *page)
{
    const struct sc_publication *publication = page->publication;

    for (size_t t = 0; t < publication->n_tables; t++)
        for (size_t i = 0; i < publication->tables[t].n_cells; i++)
            if (sc_cell_is_withheld(&publication->tables[t].cells[i]))
                return true;
    return false;
}

/* Whether the page shows figures at all. */
static bool has_figures(const struct sc_page *page)
{
    return page->publication->n_tables > 0 && !page->options->withdrawn;
}

/* What stands for a withheld figure. */
static void add_key(const struct sc_page *page)
{
    const struct sc_policy *policy = page->publication->policy;
    struct sc_buf *out = page->out;
    char digits[32];

    sc_buf_adds(out, "<p class=\"key\"><span class=\"c\">");
    sc_html(out, policy->marker);
    if (!policy->secondary_marker) {
        sc_buf_adds(out, "</span> in a table means withheld, so that no one can be identified. ");
    } else {
        sc_buf_addf(out, "</span> in a table means %d to %s, and <span class=\"c\">",
                    policy->zeros_hidden ? 0 : 1, sc_format_count(policy->threshold - 1, digits));
        sc_html(out, policy->secondary_marker);
        sc_buf_addf(out,
                    "</span> means %s or more: both are withheld, so that no one can be "
                    "identified. ",
                    sc_format_count(policy->threshold, digits));
    }
    sc_buf_adds(out, "<a href=\"#withheld\">Why, and how you can check it</a>.</p>\n");
}

static void add_summary(const struct sc_page *page)
{
    const struct sc_request *request = request_of(page);
    struct sc_buf *out = page->out;

    sc_buf_adds(out, "<section class=\"short\" id=\"short\" aria-labelledby=\"short-head\">\n"
                     "<h2 id=\"short-head\">");
    sc_page_word(page, "short");
    sc_buf_adds(out, "</h2>\n<dl>\n");
    for (size_t q = 0; q < request->n_questions; q++) {
        sc_buf_addf(out, "<div><dt><a href=\"#question-%zu\">", q + 1);
        sc_page_question_heading(page, &request->questions[q]);
        sc_buf_adds(out, "</a></dt>\n<dd>");
        add_short_answer(page, &request->questions[q]);
        sc_buf_adds(out, "</dd></div>\n");
    }
    sc_buf_adds(out, "</dl>\n");
    if (sc_page_withholds(page)) {
        add_key(page);
    }
    if (sc_publication_is_rounded(page->publication)) {
        char digits[32];

        sc_buf_addf(
            out,
            "<p class=\"key\">All figures are rounded to multiples of %s, so that no one can "
            "be identified. <a href=\"#withheld\">Why, and how far</a>.</p>\n",
            sc_format_count(page->publication->policy->round_base, digits));
    }
    sc_buf_adds(out, "</section>\n<div class=\"help\">");
    sc_word_markdown(page->wording, "text-help", NULL, out);
    sc_buf_adds(out, "</div>\n");
}

/* ---- contents and files ---- */

void sc_page_size(struct sc_buf *out, size_t bytes)
{
    if (bytes < 1000)
        sc_buf_addf(out, "%zu&nbsp;bytes", bytes);
    else if (bytes < 1000000)
        sc_buf_addf(out, "%zu&nbsp;KB", (bytes + 500) / 1000);
    else
        sc_buf_addf(out, "%zu.%zu&nbsp;MB", bytes / 1000000, bytes / 100000 % 10);
}

/* What a file is called in the list of files. */
static const char *file_words(enum sc_file_kind kind)
{
    switch (kind) {
    case SC_FILE_ODS:
        return "ODS";
    case SC_FILE_XLSX:
        return "Excel";
    case SC_FILE_LETTER:
        return "Letter, plain text";
    case SC_FILE_CERTIFICATE:
        return "Certificate, JSON";
    case SC_FILE_OTHER:
        return "This page, PDF";
    default:
        return "Everything, JSON";
    }
}

static void add_file(const struct sc_page *page, size_t i, const char *what, const char *format)
{
    sc_buf_adds(page->out, "<li><a href=\"");
    sc_html(page->out, page->files[i].name);
    sc_buf_addf(page->out, "\">%s%s</a> <span>", what, format);
    sc_page_size(page->out, page->files[i].bytes);
    sc_buf_adds(page->out, "</span></li>\n");
}

static void add_contents_line(const struct sc_page *page, const char *anchor, const char *key)
{
    sc_buf_addf(page->out, "<li><a href=\"#%s\">", anchor);
    sc_page_word(page, key);
    sc_buf_adds(page->out, "</a></li>\n");
}

static void add_files(const struct sc_page *page)
{
    struct sc_buf *out = page->out;

    sc_buf_adds(out, "<section aria-labelledby=\"files-head\" class=\"downloads\">\n"
                     "<h2 id=\"files-head\">");
    sc_page_word(page, page->publication->n_tables ? "files" : "files-only");
    sc_buf_adds(out, "</h2>\n<ul>\n");
    for (size_t i = 0; i < page->n_files; i++)
        if (page->files[i].kind == SC_FILE_ODS || page->files[i].kind == SC_FILE_XLSX)
            add_file(page, i, "All tables, ", file_words(page->files[i].kind));
    for (size_t i = 0; i < page->n_files; i++) {
        SC_AUTO_BUF name = {0};

        if (page->files[i].kind != SC_FILE_CSV)
            continue;
        sc_buf_addf(&name, "Table&nbsp;%zu, ", page->files[i].table + 1);
        add_file(page, i, BUF_TEXT(name), "CSV");
        out->failed |= name.failed;
    }
    for (size_t i = 0; i < page->n_files; i++)
        if (page->files[i].kind == SC_FILE_LETTER || page->files[i].kind == SC_FILE_JSON ||
            page->files[i].kind == SC_FILE_CERTIFICATE || page->files[i].kind == SC_FILE_OTHER)
            add_file(page, i, "", file_words(page->files[i].kind));
    for (size_t i = 0; i < page->n_files; i++) {
        SC_AUTO_BUF name = {0};

        if (page->files[i].kind != SC_FILE_CHART)
            continue;
        sc_buf_addf(&name, "Chart of table&nbsp;%zu, ", page->files[i].table + 1);
        add_file(page, i, BUF_TEXT(name), "SVG");
        out->failed |= name.failed;
    }
    sc_buf_adds(out, "</ul>\n</section>\n");
}

static void add_contents(const struct sc_page *page)
{
    const struct sc_request *request = request_of(page);
    struct sc_buf *out = page->out;

    sc_buf_adds(out, "<div class=\"side\">\n<nav aria-labelledby=\"contents-head\">\n"
                     "<h2 id=\"contents-head\">");
    sc_page_word(page, "contents");
    sc_buf_adds(out, "</h2>\n<ul>\n");
    if (!page->options->withdrawn) {
        add_contents_line(page, "short", "short");
        for (size_t q = 0; q < request->n_questions; q++) {
            sc_buf_addf(out, "<li><a href=\"#question-%zu\">", q + 1);
            sc_page_question_heading(page, &request->questions[q]);
            sc_buf_adds(out, "</a></li>\n");
        }
    }
    if (has_figures(page)) {
        add_contents_line(page, "counted", "counted");
        add_contents_line(page, "withheld",
                          sc_publication_is_rounded(page->publication) ? "rounded-title"
                                                                       : "withheld-title");
    }
    if (request->n_decisions)
        add_contents_line(page, "decision", "decision");
    add_contents_line(page, "review", "review-title");
    add_contents_line(page, "request", "request");
    if (page->options->related)
        add_contents_line(page, "related", "related");
    if (has_figures(page))
        add_contents_line(page, "made", "made");
    sc_buf_adds(out, "</ul>\n</nav>\n");
    if (page->n_files && !page->options->withdrawn)
        add_files(page);
    sc_buf_adds(out, "</div>\n");
}

/* ---- the questions ---- */

static bool is_searched(const struct sc_question *question)
{
    for (size_t t = 0; t < question->n_tables; t++)
        if (question->tables[t].dictionary)
            return true;
    return false;
}

static void add_question(const struct sc_page *page, size_t q)
{
    const struct sc_publication *publication = page->publication;
    const struct sc_question *question = &publication->request->questions[q];
    struct sc_buf *out = page->out;
    size_t n_tables = 0;

    for (size_t t = 0; t < publication->n_tables; t++)
        n_tables += is_about(&publication->tables[t], question);
    sc_buf_addf(out, "<section class=\"matter\" id=\"question-%zu\">\n<h2>%s", q + 1,
                n_tables ? "<span>" : "");
    sc_page_word(page, "question");
    sc_buf_adds(out, " ");
    sc_html(out, question->id);
    if (n_tables) {
        sc_buf_adds(out, "</span> ");
        sc_page_question_heading(page, question);
    }
    sc_buf_adds(out, "</h2>\n<blockquote><p>");
    sc_html(out, question->text);
    sc_buf_adds(out, "</p></blockquote>\n");
    for (size_t t = 0; t < publication->n_tables; t++) {
        const struct sc_table *table = &publication->tables[t];

        if (!is_about(table, question))
            continue;
        if (n_tables > 1) {
            sc_buf_adds(out, "<h3>");
            sc_page_subject(page, table);
            sc_buf_adds(out, "</h3>\n");
        }
        sc_buf_adds(out, "<p class=\"answer\">");
        sc_page_sentences(page, table);
        sc_buf_adds(out, "</p>\n");
        if (is_searched(question))
            sc_page_accuracy_of(page, table);
        sc_page_table(page, table, t + 1);
    }
    if (n_tables == 0) {
        sc_buf_adds(out, "<div class=\"answer\">");
        add_short_answer(page, question);
        sc_buf_adds(out, "</div>\n");
    }
    sc_buf_adds(out, "</section>\n");
}

/* ---- the whole of it ---- */

static void add_related(const struct sc_page *page)
{
    if (!page->options->related)
        return;
    sc_buf_adds(page->out, "<section class=\"matter\" id=\"related\">\n<h2>");
    sc_page_word(page, "related");
    sc_buf_adds(page->out, "</h2>\n");
    sc_buf_adds(page->out, page->options->related);
    sc_buf_adds(page->out, "</section>\n");
}

static void add_body(const struct sc_page *page)
{
    struct sc_buf *out = page->out;

    add_title(page);
    sc_buf_adds(out, "<div class=\"columns\">\n<div class=\"body\">\n");
    if (!page->options->withdrawn)
        add_summary(page);
    sc_buf_adds(out, "</div>\n");
    add_contents(page);
    sc_buf_adds(out, "<div class=\"body rest\">\n");
    for (size_t q = 0; q < request_of(page)->n_questions && !page->options->withdrawn; q++)
        add_question(page, q);
    if (has_figures(page)) {
        sc_page_counted(page);
        sc_page_withheld(page);
    }
    sc_page_decisions(page);
    sc_page_request(page);
    add_related(page);
    if (has_figures(page))
        sc_page_made(page);
    sc_buf_adds(out, "</div>\n</div>\n</main>\n");
}

static void add_page_title(const struct sc_page *page, struct sc_buf *title)
{
    const struct sc_request *request = request_of(page);

    if (!page->publication->publishable)
        sc_buf_adds(title, SC_NOT_AUDITED " - ");
    sc_buf_adds(title, request->title);
    if (request->publication[0])
        sc_buf_addf(title, " - %s", request->publication);
}

/* The page with all that it needs in hand. */
static void add_page(const struct sc_page *page)
{
    struct sc_frame plain = {.wording = page->wording,
                             .organisation = request_of(page)->organisation};
    struct sc_frame frame = page->options->frame ? *page->options->frame : plain;
    SC_AUTO_BUF title = {0};
    const char *head = NULL;

    frame.not_for_release = frame.not_for_release || !page->publication->publishable;
    for (size_t i = 0; i < page->n_files; i++)
        if (page->files[i].kind == SC_FILE_DATASET && !page->options->withdrawn)
            head = "<link rel=\"describedby\" type=\"application/ld+json\" "
                   "href=\"metadata.jsonld\">\n";
    add_page_title(page, &title);
    sc_frame_open(&frame, BUF_TEXT(title), head, page->out);
    add_banner(page);
    add_body(page);
    sc_frame_close(&frame, page->publication->publishable ? NULL : " " SC_NOT_AUDITED ".",
                   page->out);
    page->out->failed |= title.failed;
}

const struct sc_wording *sc_page_wording(const struct sc_publish_options *options,
                                         struct sc_wording **ret_own)
{
    struct sc_diagnostics none = {0};

    *ret_own = NULL;
    if (options && options->wording)
        return options->wording;
    if (sc_wording_new("en", NULL, ret_own, &none, NULL))
        sc_diagnostics_release(&none);
    return *ret_own;
}

void sc_publish_html(const struct sc_publication *publication,
                     const struct sc_publish_options *options,
                     const struct sc_published_file *files, size_t n_files, struct sc_buf *out)
{
    static const struct sc_publish_options usual;
    SC_AUTO(sc_wording) english = NULL;
    struct sc_page page = {.publication = publication,
                           .options = options ? options : &usual,
                           .wording = sc_page_wording(options, &english),
                           .files = files,
                           .n_files = n_files,
                           .out = out};

    if (page.wording)
        add_page(&page);
    else
        out->failed = true;
}
