/*
 * page.c - index.html: the answer as a page that stands on its own.
 *
 * One file, readable without script, asking no other server for anything: the
 * style is in the page, and a content security policy allows nothing but that
 * very style (by its hash), so that even a hole in the escaping could not run or
 * load anything. Order and look follow one idea: the answer first, then each
 * question with its figures, then how they were made.
 *
 * All text goes through sc_html() (clean.h). What is appended otherwise is
 * either fixed text of ours or digits.
 */
#include <assert.h>
#include <ctype.h>
#include <string.h>

#include "base/date.h"
#include "base/file.h"
#include "codes/codes.h"
#include "publish/page.h"

#define BUF_TEXT(buf) ((buf).data ? (buf).data : "")

static const struct sc_request *request_of(const struct sc_page *page)
{
    return page->publication->request;
}

/* ---- head ---- */

/* The SHA-256 of the style sheet in base64, as a content security policy wants it. */
static void add_style_hash(struct sc_buf *out, const struct sc_buf *style)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char hex[65];
    unsigned char bytes[33] = {0};

    sc_sha256_hex(BUF_TEXT(*style), style->len, hex);
    for (size_t i = 0; i < 32; i++) {
        int high = isdigit((unsigned char)hex[2 * i]) ? hex[2 * i] - '0' : hex[2 * i] - 'a' + 10;
        int low = isdigit((unsigned char)hex[2 * i + 1]) ? hex[2 * i + 1] - '0'
                                                         : hex[2 * i + 1] - 'a' + 10;

        bytes[i] = (unsigned char)(high << 4 | low);
    }
    for (size_t i = 0; i < 33; i += 3) {
        unsigned triple = (unsigned)bytes[i] << 16 | (unsigned)bytes[i + 1] << 8 | bytes[i + 2];

        sc_buf_addc(out, alphabet[triple >> 18]);
        sc_buf_addc(out, alphabet[triple >> 12 & 63]);
        sc_buf_addc(out, alphabet[triple >> 6 & 63]);
        sc_buf_addc(out, i + 3 == 33 ? '=' : alphabet[triple & 63]);
    }
}

static void add_head(const struct sc_page *page)
{
    const struct sc_request *request = request_of(page);
    struct sc_buf *out = page->out;
    SC_AUTO_BUF style = {0};

    for (size_t i = 0; sc_page_style[i]; i++)
        sc_buf_adds(&style, sc_page_style[i]);
    sc_buf_adds(out, "<!DOCTYPE html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">\n"
                     "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                     "img-src data:; base-uri 'none'; form-action 'none'; style-src 'sha256-");
    add_style_hash(out, &style);
    sc_buf_adds(out, "'\">\n<meta name=\"viewport\" content=\"width=device-width, "
                     "initial-scale=1\">\n<meta name=\"referrer\" content=\"no-referrer\">\n"
                     "<meta name=\"color-scheme\" content=\"light dark\">\n");
    if (!page->publication->publishable)
        sc_buf_adds(out, "<meta name=\"robots\" content=\"noindex\">\n");
    sc_buf_adds(out, "<link rel=\"icon\" href=\"data:,\">\n<title>");
    if (!page->publication->publishable)
        sc_buf_adds(out, SC_NOT_AUDITED " - ");
    sc_html(out, request->title);
    if (request->publication[0]) {
        sc_buf_adds(out, " - ");
        sc_html(out, request->publication);
    }
    sc_buf_addf(out, "</title>\n<style>%s</style>\n</head>\n", BUF_TEXT(style));
    out->failed |= style.failed;
}

/* ---- the top of the page ---- */

static void add_banner(const struct sc_page *page)
{
    struct sc_buf *out = page->out;

    if (page->publication->publishable)
        return;
    sc_buf_adds(out, "<div class=\"banner\" role=\"note\" aria-label=\"" SC_NOT_AUDITED
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

static void add_fact(struct sc_buf *out, const char *name, const char *value)
{
    sc_buf_addf(out, "<div><dt>%s</dt><dd>", name);
    sc_html(out, value);
    sc_buf_adds(out, "</dd></div>\n");
}

static void add_fact_day(struct sc_buf *out, const char *name, int32_t day)
{
    char text[32];

    if (day != SC_DAY_NONE)
        add_fact(out, name, sc_day_format_long(day, text));
}

static void add_period(const struct sc_page *page, struct sc_buf *out)
{
    const struct sc_period *period = &request_of(page)->period;
    char text[32];

    if (period->from == SC_DAY_NONE || period->to == SC_DAY_NONE)
        return;
    sc_buf_adds(out, sc_day_format_long(period->from, text));
    sc_buf_adds(out, " to ");
    sc_buf_adds(out, sc_day_format_long(period->to, text));
}

/* "full" and the like as a class name; the word list of the request is closed. */
static const char *tag_class(const char *decision)
{
    if (strcmp(decision, "full") == 0)
        return "tag full";
    return strcmp(decision, "partial") == 0 ? "tag part" : "tag";
}

static void add_tag(struct sc_buf *out, const char *decision)
{
    sc_buf_addf(out, "<span class=\"%s\">", tag_class(decision));
    sc_html(out, sc_decision_words(decision));
    sc_buf_adds(out, "</span>");
}

static void add_facts(const struct sc_page *page)
{
    const struct sc_request *request = request_of(page);
    struct sc_buf *out = page->out;
    SC_AUTO_BUF period = {0};

    sc_buf_adds(out, "<dl class=\"facts\">\n");
    if (request->n_decisions == 1) {
        sc_buf_adds(out, "<div><dt>Decision</dt><dd>");
        add_tag(out, request->decisions[0].decision);
        sc_buf_adds(out, "</dd></div>\n");
    }
    if (request->reference[0])
        add_fact(out, "Reference", request->reference);
    add_fact_day(out, "Received", request->received);
    add_fact_day(out, "Answered", request->answered);
    add_fact_day(out, "Correct as at", request->as_at);
    add_period(page, &period);
    if (period.len)
        add_fact(out, "Period", period.data);
    out->failed |= period.failed;
    sc_buf_adds(out, "</dl>\n");
}

static void add_top(const struct sc_page *page)
{
    const struct sc_request *request = request_of(page);
    struct sc_buf *out = page->out;

    sc_buf_adds(out, "<body>\n<a class=\"skip\" href=\"#main\">Skip to the answer</a>\n"
                     "<header class=\"bar\"><div class=\"wrap\"><svg aria-hidden=\"true\" "
                     "width=\"30\" height=\"30\"><rect x=\"1\" y=\"1\" width=\"28\" height=\"28\" "
                     "rx=\"3\"/><path d=\"M7 10h16M7 15h16M7 20h10\"/></svg> <span>");
    if (request->organisation[0])
        sc_html(out, request->organisation);
    else
        sc_buf_adds(out, "Freedom of Information");
    sc_buf_adds(out, "</span></div></header>\n");
    add_banner(page);
    sc_buf_adds(out, "<main id=\"main\" class=\"wrap\">\n<div class=\"title\">\n<p class=\"kind\">"
                     "<span>Answer to a Freedom of Information request</span>");
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

static const struct sc_decision *decision_about(const struct sc_request *request, const char *id)
{
    for (size_t i = 0; i < request->n_decisions; i++)
        if (strcmp(request->decisions[i].question, id) == 0)
            return &request->decisions[i];
    for (size_t i = 0; i < request->n_decisions; i++)
        if (strcmp(request->decisions[i].question, "all") == 0)
            return &request->decisions[i];
    return NULL;
}

static void add_short_answer(const struct sc_page *page, const struct sc_question *question)
{
    const struct sc_publication *publication = page->publication;
    const struct sc_decision *decision = decision_about(publication->request, question->id);
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
    if (decision)
        sc_html(page->out, sc_decision_words(decision->decision));
    else
        sc_buf_adds(page->out, "This question asks for no figures");
    sc_buf_adds(page->out, ".</p>\n");
}

/* Whether any figure of any table is withheld. */
static bool any_withheld(const struct sc_publication *publication)
{
    for (size_t t = 0; t < publication->n_tables; t++)
        for (size_t i = 0; i < publication->tables[t].n_cells; i++)
            if (publication->tables[t].cells[i].status == SC_CELL_SUPPRESSED)
                return true;
    return false;
}

static void add_summary(const struct sc_page *page)
{
    const struct sc_request *request = request_of(page);
    struct sc_buf *out = page->out;

    sc_buf_adds(out, "<section class=\"short\" id=\"short\" aria-labelledby=\"short-head\">\n"
                     "<h2 id=\"short-head\">The answer in short</h2>\n<dl>\n");
    for (size_t q = 0; q < request->n_questions; q++) {
        sc_buf_addf(out, "<div><dt><a href=\"#question-%zu\">", q + 1);
        sc_page_question_heading(page, &request->questions[q]);
        sc_buf_adds(out, "</a></dt>\n<dd>");
        add_short_answer(page, &request->questions[q]);
        sc_buf_adds(out, "</dd></div>\n");
    }
    sc_buf_adds(out, "</dl>\n");
    if (any_withheld(page->publication)) {
        sc_buf_adds(out, "<p class=\"key\"><span class=\"c\">");
        sc_html(out, page->publication->policy->marker);
        sc_buf_adds(out, "</span> in a table means withheld, so that no one can be identified. "
                         "<a href=\"#withheld\">Why figures are withheld</a>.</p>\n");
    }
    sc_buf_adds(out, "</section>\n");
}

/* ---- contents and files ---- */

static void add_size(struct sc_buf *out, size_t bytes)
{
    if (bytes < 1000)
        sc_buf_addf(out, "%zu bytes", bytes);
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
    default:
        return "Everything, JSON";
    }
}

static void add_file(const struct sc_page *page, size_t i, const char *what, const char *format)
{
    sc_buf_adds(page->out, "<li><a href=\"");
    sc_html(page->out, page->files[i].name);
    sc_buf_addf(page->out, "\">%s%s</a> <span>", what, format);
    add_size(page->out, page->files[i].bytes);
    sc_buf_adds(page->out, "</span></li>\n");
}

static void add_contents(const struct sc_page *page)
{
    const struct sc_request *request = request_of(page);
    struct sc_buf *out = page->out;

    sc_buf_adds(out, "<div class=\"side\">\n<nav aria-labelledby=\"contents-head\">\n"
                     "<h2 id=\"contents-head\">On this page</h2>\n<ul>\n"
                     "<li><a href=\"#short\">The answer in short</a></li>\n");
    for (size_t q = 0; q < request->n_questions; q++) {
        sc_buf_addf(out, "<li><a href=\"#question-%zu\">", q + 1);
        sc_page_question_heading(page, &request->questions[q]);
        sc_buf_adds(out, "</a></li>\n");
    }
    sc_buf_adds(out, "<li><a href=\"#counted\">How we counted</a></li>\n"
                     "<li><a href=\"#withheld\">Why figures are withheld</a></li>\n");
    if (request->n_decisions)
        sc_buf_adds(out, "<li><a href=\"#decision\">Decision</a></li>\n");
    sc_buf_adds(out, "<li><a href=\"#request\">The request</a></li>\n"
                     "<li><a href=\"#made\">How this page was made</a></li>\n</ul>\n</nav>\n"
                     "<section aria-labelledby=\"files-head\" class=\"downloads\">\n"
                     "<h2 id=\"files-head\">All figures</h2>\n<ul>\n");
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
        if (page->files[i].kind == SC_FILE_LETTER || page->files[i].kind == SC_FILE_JSON)
            add_file(page, i, "", file_words(page->files[i].kind));
    sc_buf_adds(out, "</ul>\n</section>\n</div>\n");
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

    sc_buf_addf(out, "<section class=\"matter\" id=\"question-%zu\">\n<h2><span>Question ", q + 1);
    sc_html(out, question->id);
    sc_buf_adds(out, "</span> ");
    sc_page_question_heading(page, question);
    sc_buf_adds(out, "</h2>\n<blockquote><p>");
    sc_html(out, question->text);
    sc_buf_adds(out, "</p></blockquote>\n");
    for (size_t t = 0; t < publication->n_tables; t++)
        n_tables += is_about(&publication->tables[t], question);
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
            sc_buf_adds(out,
                        "<p>The categories come from a search for words in written accounts, "
                        "not from a recorded field. <b>No accuracy review has been made of "
                        "the search.</b> <a href=\"#search\">What was searched for</a>.</p>\n");
        sc_page_table(page, table, t + 1);
    }
    if (n_tables == 0) {
        sc_buf_adds(out, "<div class=\"answer\">");
        add_short_answer(page, question);
        sc_buf_adds(out, "</div>\n");
    }
    sc_buf_adds(out, "</section>\n");
}

/* ---- how we counted ---- */

static void add_offences(const struct sc_page *page)
{
    const struct sc_request *request = request_of(page);
    struct sc_buf *out = page->out;

    sc_buf_adds(out, "<div><dt>Offences</dt><dd>");
    if (request->n_offences == 0)
        sc_buf_adds(out, "All offences in the records.");
    for (size_t i = 0; i < request->n_offences; i++) {
        const struct sc_offence_wanted *offence = &request->offences[i];
        const char *description = NULL;
        bool found = offence->is_class ? sc_offence_class_find(offence->code, &description)
                                       : sc_offence_code_find(offence->code, &description, NULL);

        sc_buf_adds(out, i ? "<br>" : "");
        sc_buf_adds(out, offence->is_class ? "Recorded-crime class " : "Home Office code ");
        sc_html(out, offence->code + strspn(offence->code, "0"));
        if (found && description && description[0]) {
            sc_buf_adds(out, ": ");
            sc_html(out, description);
        }
    }
    sc_buf_adds(out, "</dd></div>\n");
}

static void add_units(const struct sc_page *page)
{
    const struct sc_publication *publication = page->publication;
    bool used[SC_N_UNITS] = {false};
    bool first = true;

    for (size_t t = 0; t < publication->n_tables; t++)
        used[publication->tables[t].unit] = true;
    sc_buf_adds(page->out, "<div><dt>What is counted</dt><dd>");
    for (size_t u = 0; u < SC_N_UNITS; u++) {
        if (!used[u])
            continue;
        sc_buf_adds(page->out, first ? "" : ", ");
        sc_buf_adds(page->out,
                    first ? sc_unit_title((enum sc_unit)u) : sc_unit_name((enum sc_unit)u));
        first = false;
    }
    sc_buf_adds(page->out, ". Each table names its unit.");
    if (publication->rows_are_links)
        sc_buf_adds(page->out, " The records have one row for each victim and suspect of an "
                               "offence; each offence and each person is counted once, however "
                               "many rows there are.");
    sc_buf_adds(page->out, "</dd></div>\n");
}

static void add_method(const struct sc_page *page)
{
    static const char *const dates[SC_N_DATE_EVENTS] = {
        [SC_DATE_RECORDED] = "by the date on which the offence was recorded",
        [SC_DATE_REPORTED] = "by the date on which it was reported",
        [SC_DATE_CREATED] = "by the date on which the record was made",
        [SC_DATE_COMMITTED_FROM] = "by the earliest date on which it was committed",
        [SC_DATE_COMMITTED_TO] = "by the latest date on which it was committed",
    };
    struct sc_buf *out = page->out;

    sc_buf_adds(out, "<dl class=\"method\">\n");
    add_units(page);
    add_offences(page);
    sc_buf_adds(out, "<div><dt>Period</dt><dd>");
    add_period(page, out);
    sc_buf_addf(out, ", %s.", dates[request_of(page)->period.date]);
    if (request_of(page)->period.financial_year)
        sc_buf_adds(out, " Years run from April to March.");
    sc_buf_adds(out, "</dd></div>\n</dl>\n");
}

static void add_row(const struct sc_page *page, const char *row_class, const char *label,
                    uint64_t count, bool withheld)
{
    const struct sc_cell cell = {.count = count,
                                 .status = withheld ? SC_CELL_SUPPRESSED : SC_CELL_PUBLISHED};

    sc_buf_addf(page->out, "<tr class=\"%s\"><th scope=\"row\">%s</th>", row_class, label);
    sc_page_td(page, &cell, false);
    sc_buf_adds(page->out, "</tr>\n");
}

/* The table of rows read, counted and left out; its number follows the answer's tables. */
static void add_accounting(const struct sc_page *page)
{
    const struct sc_accounting *a = &page->publication->accounting;
    const struct sc_withheld *w = &page->publication->withheld;
    bool part_excluded = false, part_faulty = false;
    uint64_t excluded = 0;
    size_t number = page->publication->n_tables + 1;

    for (int i = 0; i < SC_N_EXCLUSIONS; i++) {
        excluded += a->excluded[i];
        part_excluded = part_excluded || w->excluded[i];
    }
    for (int i = 0; i < SC_N_FAULTS; i++)
        part_faulty = part_faulty || w->faulty[i];
    sc_buf_adds(page->out, "<h3>Every row accounted for</h3>\n");
    sc_page_region_open(page, "account", number, "");
    sc_page_caption(page, number, "", "Rows of the extract: counted and left out",
                    "Unit: rows. Rows read are the rows counted, those left out and those that "
                    "could not be read.");
    sc_buf_adds(page->out, "<thead><tr><th scope=\"col\">Rows</th><th scope=\"col\">Number</th>"
                           "</tr></thead>\n<tbody>\n");
    add_row(page, "sum", "Read", a->read, w->read);
    add_row(page, "group", "Counted", a->counted, w->counted);
    add_row(page, "group", "Left out", excluded, part_excluded);
    for (int i = 0; i < SC_N_EXCLUSIONS; i++)
        add_row(page, "of", sc_exclusion_words((enum sc_exclusion)i), a->excluded[i],
                w->excluded[i]);
    add_row(page, "group", "Could not be read", sc_accounting_faulty(a), part_faulty);
    for (int i = 0; i < SC_N_FAULTS; i++)
        if (a->faulty[i] || w->faulty[i])
            add_row(page, "of", sc_fault_words((enum sc_fault)i), a->faulty[i], w->faulty[i]);
    sc_buf_adds(page->out, "</tbody>\n");
    sc_page_region_close(page);
}

static void add_findings(const struct sc_page *page)
{
    const struct sc_publication *publication = page->publication;
    struct sc_buf *out = page->out;

    if (publication->n_findings == 0)
        return;
    sc_buf_adds(out, "<h3>What the records say that needs care</h3>\n<p>These are counted all the "
                     "same. How many there are is not said: together with the tables it could "
                     "give a withheld figure away.</p>\n<ul class=\"findings\">\n");
    for (size_t i = 0; i < publication->n_findings; i++) {
        sc_buf_adds(out, "<li>");
        sc_html(out, publication->findings[i].text);
        sc_buf_adds(out, "</li>\n");
    }
    sc_buf_adds(out, "</ul>\n");
}

static void add_terms(const struct sc_page *page, const struct sc_dictionary *dictionary)
{
    struct sc_buf *out = page->out;

    for (size_t c = 0; c < dictionary->n_categories; c++) {
        const struct sc_dictionary_category *category = &dictionary->categories[c];

        sc_buf_adds(out, "<tr><th scope=\"row\">");
        sc_html(out, category->label);
        sc_buf_adds(out, "</th><td>");
        for (size_t t = 0; t < category->n_terms; t++) {
            sc_buf_adds(out, t ? ", " : "");
            sc_html(out, category->terms[t]);
        }
        if (category->fallback)
            sc_buf_adds(out, category->n_terms ? " <i>(only where nothing else is found)</i>"
                                               : "<i>no words</i>");
        sc_buf_adds(out, "</td></tr>\n");
    }
}

static void add_search(const struct sc_page *page)
{
    const struct sc_publication *publication = page->publication;
    struct sc_buf *out = page->out;

    if (publication->n_dictionaries == 0)
        return;
    sc_buf_adds(out, "<h3 id=\"search\">The search for words</h3>\n<p>A computer looked for the "
                     "words below, as whole words in capitals or small letters, in the written "
                     "account of each offence. A word can be missed where it is misspelt, and can "
                     "be found where it means something else. <b>No accuracy review has been made "
                     "of this search.</b> Written accounts are read to classify them; no part of "
                     "them is published.</p>\n");
    for (size_t i = 0; i < publication->n_dictionaries; i++) {
        const struct sc_dictionary *dictionary = publication->dictionaries[i];
        size_t number = publication->n_tables + 2 + i;
        SC_AUTO_BUF title = {0};
        SC_AUTO_BUF detail = {0};

        sc_buf_addf(&title, "Words searched for: %s",
                    dictionary->name[0] ? dictionary->name : "unnamed list");
        sc_buf_addf(&detail, "Version %s.",
                    dictionary->version[0] ? dictionary->version : "not given");
        sc_page_region_open(page, "terms", number, "");
        sc_page_caption(page, number, "", BUF_TEXT(title), BUF_TEXT(detail));
        sc_buf_adds(
            out,
            "<thead><tr><th scope=\"col\">Category</th><th scope=\"col\" class=\"l\">Words</th>"
            "</tr></thead>\n<tbody>\n");
        add_terms(page, dictionary);
        sc_buf_adds(out, "</tbody>\n");
        sc_page_region_close(page);
        sc_buf_adds(out, "<p class=\"hash\">SHA-256 of the list: <code>");
        sc_html(out, dictionary->sha256);
        sc_buf_adds(out, "</code></p>\n");
        out->failed |= title.failed | detail.failed;
    }
}

static void add_counted(const struct sc_page *page)
{
    sc_buf_adds(page->out, "<section class=\"matter\" id=\"counted\">\n<h2>How we counted</h2>\n");
    add_method(page);
    add_accounting(page);
    add_findings(page);
    add_search(page);
    sc_buf_adds(page->out, "</section>\n");
}

/* ---- withheld, decision, request, making ---- */

static void add_withheld(const struct sc_page *page)
{
    const struct sc_policy *policy = page->publication->policy;
    struct sc_buf *out = page->out;
    char digits[32];

    sc_buf_adds(out,
                "<section class=\"matter\" id=\"withheld\">\n<h2>Why figures are withheld</h2>\n"
                "<p>Behind each figure are people. ");
    if (policy->threshold > 2)
        sc_buf_addf(out, "Where a figure is from 1 to %s, someone could be recognised, so it is ",
                    sc_format_count(policy->threshold - 1, digits));
    else
        sc_buf_adds(out, "Where a figure is 1, someone could be recognised, so it is ");
    sc_buf_adds(out, "withheld and shown as <span class=\"c\">");
    sc_html(out, policy->marker);
    sc_buf_adds(out, "</span>. Zeros are shown.</p>\n");
    if (policy->reason[0]) {
        sc_buf_adds(out, "<p>");
        sc_html(out, policy->reason);
        sc_buf_adds(out, "</p>\n");
    }
    if (!page->publication->publishable)
        sc_buf_adds(out, "<p class=\"caution\"><b>" SC_NOT_AUDITED ".</b> Withholding small "
                         "figures is not enough where they can be found by subtraction. No audit "
                         "has shown that these cannot be.</p>\n");
    sc_buf_adds(out, "</section>\n");
}

static void add_decision(const struct sc_page *page, const struct sc_decision *decision)
{
    struct sc_buf *out = page->out;
    char title[200];

    sc_buf_adds(out, "<div><dt>");
    if (strcmp(decision->question, "all") == 0) {
        sc_buf_adds(out, "All questions");
    } else {
        sc_buf_adds(out, "Question ");
        sc_html(out, decision->question);
    }
    sc_buf_adds(out, "</dt><dd>");
    add_tag(out, decision->decision);
    for (size_t i = 0; i < decision->n_exemptions; i++) {
        sc_buf_adds(out, "<br>Section ");
        sc_html(out, decision->exemptions[i]);
        if (sc_exemption_title(decision->exemptions[i], title, sizeof title)[0]) {
            sc_buf_adds(out, ", ");
            sc_html(out, title);
        }
    }
    if (decision->covers[0]) {
        sc_buf_adds(out, "<br>Covers: ");
        sc_html(out, decision->covers);
    }
    sc_buf_adds(out, "</dd></div>\n");
}

static void add_decisions(const struct sc_page *page)
{
    const struct sc_request *request = request_of(page);

    if (request->n_decisions == 0)
        return;
    sc_buf_adds(page->out, "<section class=\"matter\" id=\"decision\">\n<h2>Decision</h2>\n"
                           "<dl class=\"method\">\n");
    for (size_t i = 0; i < request->n_decisions; i++)
        add_decision(page, &request->decisions[i]);
    sc_buf_adds(page->out, "</dl>\n</section>\n");
}

/* Text as paragraphs, broken at empty lines; other line breaks stay. */
static void add_paragraphs(struct sc_buf *out, const char *text)
{
    SC_AUTO_BUF escaped = {0};
    const char *at;

    sc_html(&escaped, text);
    out->failed |= escaped.failed;
    sc_buf_adds(out, "<p>");
    for (at = BUF_TEXT(escaped); *at; at++) {
        if (at[0] != '\n') {
            sc_buf_addc(out, *at);
        } else if (at[1] == '\n') {
            while (at[1] == '\n')
                at++;
            sc_buf_adds(out, at[1] ? "</p>\n<p>" : "");
        } else {
            sc_buf_adds(out, at[1] ? "<br>\n" : "");
        }
    }
    sc_buf_adds(out, "</p>\n");
}

static void add_request(const struct sc_page *page)
{
    const struct sc_request *request = request_of(page);
    struct sc_buf *out = page->out;

    sc_buf_adds(out,
                "<section class=\"matter\" id=\"request\">\n<h2>The request, as received</h2>\n"
                "<blockquote class=\"words\">\n");
    if (request->words[0]) {
        add_paragraphs(out, request->words);
    } else {
        sc_buf_adds(out, "<ol>\n");
        for (size_t q = 0; q < request->n_questions; q++) {
            sc_buf_adds(out, "<li>");
            sc_html(out, request->questions[q].text);
            sc_buf_adds(out, "</li>\n");
        }
        sc_buf_adds(out, "</ol>\n");
    }
    sc_buf_adds(out, "</blockquote>\n");
    if (request->n_keywords) {
        sc_buf_adds(out, "<h3>Keywords</h3>\n<ul class=\"keywords\">\n");
        for (size_t i = 0; i < request->n_keywords; i++) {
            sc_buf_adds(out, "<li>");
            sc_html(out, request->keywords[i]);
            sc_buf_adds(out, "</li>\n");
        }
        sc_buf_adds(out, "</ul>\n");
    }
    sc_buf_adds(out, "</section>\n");
}

static void add_made(const struct sc_page *page)
{
    const struct sc_publication *publication = page->publication;
    struct sc_buf *out = page->out;
    size_t number = publication->n_tables + 2 + publication->n_dictionaries;
    char digits[32];

    sc_buf_adds(out, "<section class=\"matter\" id=\"made\">\n<h2>How this page was made</h2>\n"
                     "<p>By safecount ");
    sc_html(out, publication->version);
    sc_buf_adds(out, ". The same files give the same page, byte for byte.</p>\n");
    sc_page_region_open(page, "inputs", number, "");
    sc_page_caption(page, number, "", "Files this answer was made from", "Size in bytes.");
    sc_buf_adds(
        out,
        "<thead><tr><th scope=\"col\">File</th><th scope=\"col\" class=\"l\">Kind</th>"
        "<th scope=\"col\">Size</th><th scope=\"col\" class=\"l\">Fingerprint</th></tr></thead>\n"
        "<tbody>\n");
    for (size_t i = 0; i < publication->n_inputs; i++) {
        const struct sc_input_file *input = &publication->inputs[i];

        sc_buf_adds(out, "<tr><th scope=\"row\">");
        sc_html(out, input->name);
        sc_buf_adds(out, "</th><td class=\"l\">");
        sc_html(out, input->kind);
        sc_buf_addf(out, "</td><td>%s</td><td class=\"l\"><span class=\"hash-name\">",
                    sc_format_count(input->bytes, digits));
        sc_html(out, input->hash_name);
        sc_buf_adds(out, "</span> <code>");
        sc_html(out, input->hash);
        sc_buf_adds(out, "</code></td></tr>\n");
    }
    sc_buf_adds(out, "</tbody>\n");
    sc_page_region_close(page);
    sc_buf_adds(out, "</section>\n");
}

static void add_foot(const struct sc_page *page)
{
    struct sc_buf *out = page->out;

    sc_buf_adds(out, "</div>\n</div>\n</main>\n<footer><div class=\"wrap\"><p>");
    if (request_of(page)->organisation[0]) {
        sc_html(out, request_of(page)->organisation);
        sc_buf_adds(out, ". ");
    }
    if (page->publication->publishable)
        sc_buf_adds(out, "Published under the Freedom of Information Act 2000.");
    else
        sc_buf_adds(out, "Prepared under the Freedom of Information Act 2000. " SC_NOT_AUDITED ".");
    sc_buf_adds(out, "</p></div></footer>\n</body>\n</html>\n");
}

void sc_publish_html(const struct sc_publication *publication,
                     const struct sc_published_file *files, size_t n_files, struct sc_buf *out)
{
    struct sc_page page = {publication, files, n_files, out};

    add_head(&page);
    add_top(&page);
    sc_buf_adds(out, "<div class=\"columns\">\n<div class=\"body\">\n");
    add_summary(&page);
    sc_buf_adds(out, "</div>\n");
    add_contents(&page);
    sc_buf_adds(out, "<div class=\"body rest\">\n");
    for (size_t q = 0; q < publication->request->n_questions; q++)
        add_question(&page, q);
    add_counted(&page);
    add_withheld(&page);
    add_decisions(&page);
    add_request(&page);
    add_made(&page);
    add_foot(&page);
}
