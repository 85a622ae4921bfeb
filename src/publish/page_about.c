/*
 * page_about.c - the sections after the questions: how it was counted, why figures are
 * withheld, the decision, the request, and what the page was made from.
 */
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "codes/codes.h"
#include "publish/page.h"

#define BUF_TEXT(buf) ((buf).data ? (buf).data : "")

static const struct sc_request *request_of(const struct sc_page *page)
{
    return page->publication->request;
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

/* The first dimension of any table with this code, or NULL. */
static const struct sc_dimension *dimension_named(const struct sc_page *page, const char *code)
{
    const struct sc_publication *publication = page->publication;

    for (size_t t = 0; t < publication->n_tables; t++)
        for (size_t d = 0; d < publication->tables[t].n_dimensions; d++)
            if (strcmp(publication->tables[t].dimensions[d].code, code) == 0)
                return &publication->tables[t].dimensions[d];
    return NULL;
}

static bool is_unknown(const struct sc_category *category)
{
    return strcmp(category->code, SC_UNKNOWN_CODE) == 0;
}

/* "Age of victim: 11 and under, 12 to 15, 16 and over." for each kind of age that is shown. */
static void add_ages(const struct sc_page *page)
{
    static const char *const kinds[] = {"victim_age", "suspect_age"};
    struct sc_buf *out = page->out;
    bool any = false;

    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        const struct sc_dimension *ages = dimension_named(page, kinds[k]);
        size_t n = 0;

        if (!ages)
            continue;
        sc_buf_adds(out, any ? "<br>" : "<div><dt>Ages</dt><dd>In bands. ");
        sc_html(out, ages->label);
        for (size_t i = 0; i < ages->n_categories; i++) {
            if (is_unknown(&ages->categories[i]))
                continue;
            sc_buf_adds(out, n++ ? ", " : ": ");
            sc_html(out, ages->categories[i].label);
        }
        sc_buf_addc(out, '.');
        any = true;
    }
    sc_buf_adds(out, any ? "</dd></div>\n" : "");
}

/* What becomes of those of whom something is not recorded. */
static void add_unknown(const struct sc_page *page)
{
    const struct sc_publication *publication = page->publication;
    struct sc_buf *out = page->out;

    for (size_t t = 0; t < publication->n_tables; t++)
        for (size_t d = 0; d < publication->tables[t].n_dimensions; d++)
            for (size_t i = 0; i < publication->tables[t].dimensions[d].n_categories; i++) {
                const struct sc_category *category =
                    &publication->tables[t].dimensions[d].categories[i];

                if (!is_unknown(category))
                    continue;
                sc_buf_adds(out, "<div><dt>");
                sc_html(out, category->label);
                sc_buf_adds(out, "</dt><dd>Where a record does not say, or says something that "
                                 "cannot be, it is counted in a line of this name, and in the "
                                 "total.</dd></div>\n");
                return;
            }
}

static void add_quality(const struct sc_page *page)
{
    struct sc_buf *out = page->out;

    sc_buf_adds(out, "<h3 id=\"quality\">");
    sc_page_word(page, "quality-title");
    sc_buf_adds(out, "</h3>\n");
    sc_word_markdown(page->wording, "text-quality", NULL, out);
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
    sc_page_period(page);
    sc_buf_addf(out, ", %s.", dates[request_of(page)->period.date]);
    if (request_of(page)->period.financial_year)
        sc_buf_adds(out, " Years run from April to March.");
    sc_buf_adds(out, "</dd></div>\n");
    if (request_of(page)->as_at != SC_DAY_NONE) {
        char day[32];

        sc_buf_addf(out, "<div><dt>Correct as at</dt><dd>%s</dd></div>\n",
                    sc_day_format_long(request_of(page)->as_at, day));
    }
    add_ages(page);
    add_unknown(page);
    sc_buf_adds(out, "</dl>\n");
}

static void add_row(const struct sc_page *page, const char *row_class, const char *label,
                    uint64_t count, bool withheld)
{
    const struct sc_cell cell = {.count = count,
                                 .status = withheld ? SC_CELL_SUPPRESSED : SC_CELL_PUBLISHED};

    sc_buf_addf(page->out, "<tr class=\"%s\"><th scope=\"row\">%s</th>", row_class, label);
    if (withheld && page->publication->policy->secondary_marker)
        sc_buf_adds(page->out, "<td class=\"c\">withheld</td>"); /* either mark would say more */
    else
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

static bool needs_context(const struct sc_dictionary_category *category, size_t t)
{
    const struct sc_term_rule *rule = category->rules ? &category->rules[t] : NULL;

    return rule && (rule->needs.n || rule->needs_before.n || rule->needs_after.n);
}

/* A sentence that ends in phrases; nothing where there are none. */
static void add_phrases(struct sc_buf *out, const char *sentence, const struct sc_phrases *phrases)
{
    if (phrases->n == 0)
        return;
    sc_buf_adds(out, sentence);
    for (size_t i = 0; i < phrases->n; i++) {
        sc_buf_adds(out, i ? ", " : " ");
        sc_html(out, phrases->items[i]);
    }
    sc_buf_adds(out, ".");
}

/* What, besides the words themselves, decides whether they count. */
static void add_rules(const struct sc_page *page, const struct sc_dictionary *dictionary)
{
    struct sc_buf *out = page->out;
    const struct sc_negation *negation = &dictionary->negation;
    bool near = sc_dictionary_has_near(dictionary);

    if (!near && !dictionary->exclude.n && !negation->before.n && !negation->after.n)
        return;
    sc_buf_adds(out, "<p>");
    add_phrases(out, "A word was not counted inside one of these phrases:", &dictionary->exclude);
    add_phrases(out, " Nor shortly after one of these:", &negation->before);
    add_phrases(out, " Nor shortly before one of these:", &negation->after);
    if (near)
        sc_buf_adds(out, dictionary->near_counts
                             ? " Misspellings of long words, one or two letters off, were counted."
                             : " Misspellings of long words, one or two letters off, were looked "
                               "for and not counted in the tables.");
    sc_buf_adds(out, "</p>\n");
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
            if (needs_context(category, t))
                sc_buf_adds(out, " <i>(only beside certain words)</i>");
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
    sc_buf_adds(out,
                "<h3 id=\"search\">The search for words</h3>\n<p>A computer looked for the "
                "words below, as whole words in capitals or small letters, in the written "
                "account of each offence. A word can be missed where it is misspelt, and can "
                "be found where it means something else. Written accounts are read to classify "
                "them; no part of them is published.</p>\n");
    for (size_t i = 0; i < publication->n_dictionaries; i++) {
        const struct sc_dictionary *dictionary = publication->dictionaries[i];
        size_t number = publication->n_tables + 2 + i;
        const char *part = sc_page_is_measured(page, i) ? "b" : "";
        SC_AUTO_BUF title = {0};
        SC_AUTO_BUF detail = {0};

        sc_buf_addf(&title, "Words searched for: %s",
                    dictionary->name[0] ? dictionary->name : "unnamed list");
        sc_buf_addf(&detail, "Version %s.",
                    dictionary->version[0] ? dictionary->version : "not given");
        sc_page_accuracy(page, i, number);
        sc_page_region_open(page, "terms", number, part);
        sc_page_caption(page, number, part, BUF_TEXT(title), BUF_TEXT(detail));
        sc_buf_adds(
            out,
            "<thead><tr><th scope=\"col\">Category</th><th scope=\"col\" class=\"l\">Words</th>"
            "</tr></thead>\n<tbody>\n");
        add_terms(page, dictionary);
        sc_buf_adds(out, "</tbody>\n");
        sc_page_region_close(page);
        add_rules(page, dictionary);
        sc_buf_adds(out, "<p class=\"hash\">SHA-256 of the list: <code>");
        sc_html(out, dictionary->sha256);
        sc_buf_adds(out, "</code></p>\n");
        out->failed |= title.failed | detail.failed;
    }
}

void sc_page_counted(const struct sc_page *page)
{
    sc_buf_adds(page->out, "<section class=\"matter\" id=\"counted\">\n<h2>");
    sc_page_word(page, "counted");
    sc_buf_adds(page->out, "</h2>\n");
    add_method(page);
    add_quality(page);
    add_accounting(page);
    add_findings(page);
    add_search(page);
    sc_buf_adds(page->out, "</section>\n");
}

/* ---- withheld, decision, request, making ---- */

/* What was published before is known too. */
static void add_earlier(const struct sc_page *page)
{
    size_t n = page->publication->proof.earlier;
    char digits[32];
    const struct sc_field fields[] = {{"number", sc_format_count(n, digits)}, {0}};

    if (n > 0 && page->publication->publishable)
        sc_word_markdown(page->wording, n == 1 ? "text-earlier-one" : "text-earlier", fields,
                         page->out);
}

/* The text that says what is withheld, and what stands for it. */
static const char *withheld_text(const struct sc_policy *policy)
{
    if (policy->secondary_marker)
        return policy->zeros_hidden ? "text-withheld-two-zeros" : "text-withheld-two";
    return policy->zeros_hidden ? "text-withheld-zeros" : "text-withheld";
}

void sc_page_withheld(const struct sc_page *page)
{
    const struct sc_policy *policy = page->publication->policy;
    struct sc_buf *out = page->out;
    char digits[32];
    char base[32], within[32], threshold[32];
    bool rounded = sc_publication_is_rounded(page->publication);
    const struct sc_field fields[] = {
        {"most", sc_format_count(policy->threshold - 1, digits)},
        {"marker", policy->marker},
        {"second", policy->secondary_marker ? policy->secondary_marker : ""},
        {"threshold", sc_format_count(policy->threshold, threshold)},
        {"base", sc_format_count(policy->round_base, base)},
        {"within", sc_format_count(page->publication->rounded_within, within)},
        {0}};

    sc_buf_adds(out, "<section class=\"matter\" id=\"withheld\">\n<h2>");
    sc_page_word(page, rounded ? "rounded-title" : "withheld-title");
    sc_buf_adds(out, "</h2>\n");
    sc_word_markdown(page->wording, rounded ? "text-rounded" : withheld_text(policy), fields, out);
    if (policy->reason[0]) {
        sc_buf_adds(out, "<p>");
        sc_html(out, policy->reason);
        sc_buf_adds(out, "</p>\n");
    }
    add_earlier(page);
    sc_page_proof(page);
    sc_buf_adds(out, "<h3 id=\"further\">");
    sc_page_word(page, "further-title");
    sc_buf_adds(out, "</h3>\n");
    sc_word_markdown(page->wording, "text-further", fields, out);
    if (!page->publication->publishable)
        sc_buf_adds(
            out, rounded ? "<p class=\"caution\"><b>" SC_NOT_AUDITED ".</b></p>\n"
                         : "<p class=\"caution\"><b>" SC_NOT_AUDITED ".</b> Withholding small "
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
    sc_page_tag(page, decision->decision);
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

/* What section 1(1) comes to: by the decision where all questions have the same. */
static void add_held(const struct sc_page *page)
{
    const struct sc_request *request = request_of(page);
    const char *decision = request->decisions[0].decision;
    char key[64] = "held-several";
    bool same = true;

    for (size_t i = 1; i < request->n_decisions; i++)
        same = same && strcmp(request->decisions[i].decision, decision) == 0;
    if (same)
        (void)snprintf(key, sizeof key, "held-%.40s", decision);
    if (sc_word_is(page->wording, key)) {
        const struct sc_field fields[] = {{"held", sc_word(page->wording, key)}, {0}};

        sc_word_markdown(page->wording, "text-decision", fields, page->out);
    }
}

void sc_page_review_text(const struct sc_page *page)
{
    const struct sc_complaints *c = &page->options->complaints;
    bool ico = !c->regulator;
    char days[32];
    const struct sc_field fields[] = {
        {"days", sc_format_count(c->review_days ? c->review_days : 40, days)},
        {"contact", c->contact ? c->contact : "the disclosure team"},
        {"regulator", ico ? "the Information Commissioner's Office" : c->regulator},
        {"address", ico          ? "Wycliffe House, Water Lane, Wilmslow, Cheshire SK9 5AF"
                    : c->address ? c->address
                                 : ""},
        {"url", ico      ? "https://ico.org.uk/make-a-complaint/"
                : c->url ? c->url
                         : ""},
        {0}};

    sc_word_markdown(page->wording, "text-review", fields, page->out);
}

static void add_review(const struct sc_page *page)
{
    sc_buf_adds(page->out, "<section class=\"matter\" id=\"review\">\n<h2>");
    sc_page_word(page, "review-title");
    sc_buf_adds(page->out, "</h2>\n");
    sc_page_review_text(page);
    sc_buf_adds(page->out, "</section>\n");
}

void sc_page_decisions(const struct sc_page *page)
{
    const struct sc_request *request = request_of(page);

    if (request->n_decisions) {
        sc_buf_adds(page->out, "<section class=\"matter\" id=\"decision\">\n<h2>");
        sc_page_word(page, "decision");
        sc_buf_adds(page->out, "</h2>\n");
        add_held(page);
        sc_buf_adds(page->out, "<dl class=\"method\">\n");
        for (size_t i = 0; i < request->n_decisions; i++)
            add_decision(page, &request->decisions[i]);
        sc_buf_adds(page->out, "</dl>\n</section>\n");
    }
    add_review(page);
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

void sc_page_request(const struct sc_page *page)
{
    const struct sc_request *request = request_of(page);
    struct sc_buf *out = page->out;

    sc_buf_adds(out, "<section class=\"matter\" id=\"request\">\n<h2>");
    sc_page_word(page, "request");
    sc_buf_adds(out, "</h2>\n<blockquote class=\"words\">\n");
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
        sc_buf_adds(out, "<h3>");
        sc_page_word(page, "keywords");
        sc_buf_adds(out, "</h3>\n<ul class=\"keywords\">\n");
        for (size_t i = 0; i < request->n_keywords; i++) {
            sc_buf_adds(out, "<li>");
            sc_html(out, request->keywords[i]);
            sc_buf_adds(out, "</li>\n");
        }
        sc_buf_adds(out, "</ul>\n");
    }
    sc_buf_adds(out, "</section>\n");
}

void sc_page_made(const struct sc_page *page)
{
    const struct sc_publication *publication = page->publication;
    struct sc_buf *out = page->out;
    size_t number = publication->n_tables + 2 + publication->n_dictionaries;
    char digits[32];

    sc_buf_adds(out, "<section class=\"matter\" id=\"made\">\n<h2>");
    sc_page_word(page, "made");
    sc_buf_adds(out, "</h2>\n<p>By safecount ");
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
