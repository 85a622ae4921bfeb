/*
 * letter.c - the answer as a letter in plain text: what goes by e-mail or post.
 *
 * Sentences are those of the page (words.c), with the markup taken off again,
 * so that the letter cannot say anything else. Lines are broken at 72 columns.
 */
#include <string.h>

#include "base/date.h"
#include "publish/clean.h"
#include "publish/files.h"
#include "publish/page.h"

#define BUF_TEXT(buf) ((buf).data ? (buf).data : "")
#define WIDTH 72

/* ---- text ---- */

/* What sc_html() and words.c write, as plain text: tags dropped, entities read. */
static void plain(const char *html, struct sc_buf *out)
{
    static const char *const entities[][2] = {{"&nbsp;", " "}, {"&amp;", "&"},   {"&lt;", "<"},
                                              {"&gt;", ">"},   {"&quot;", "\""}, {"&#39;", "'"}};

    while (*html) {
        size_t step = 1;
        const char *add = NULL;

        if (*html == '<') {
            html += strcspn(html, ">");
            html += *html == '>';
            continue;
        }
        for (size_t i = 0; *html == '&' && !add && i < sizeof entities / sizeof *entities; i++)
            if (strncmp(html, entities[i][0], strlen(entities[i][0])) == 0) {
                step = strlen(entities[i][0]);
                add = entities[i][1];
            }
        if (add)
            sc_buf_adds(out, add);
        else
            sc_buf_addc(out, *html);
        html += step;
    }
}

/* Characters of one UTF-8 word. */
static size_t length(const char *s, size_t len)
{
    size_t n = 0;

    for (size_t i = 0; i < len; i++)
        n += ((unsigned char)s[i] & 0xc0) != 0x80;
    return n;
}

/* One paragraph, its words set in lines; `indent` spaces before each. Line feeds stay. */
static void add_wrapped(struct sc_buf *out, const char *text, int indent)
{
    size_t at = 0;

    while (*text) {
        size_t space = strspn(text, " \t");
        size_t word;

        text += space;
        if (*text == '\n') {
            sc_buf_adds(out, "\n");
            at = 0;
            text++;
            continue;
        }
        word = strcspn(text, " \t\n");
        if (word == 0)
            break;
        if (at && at + 1 + length(text, word) > WIDTH) {
            sc_buf_adds(out, "\n");
            at = 0;
        }
        if (at == 0)
            sc_buf_addf(out, "%*s", indent, "");
        else
            sc_buf_adds(out, " ");
        at += (at ? 1 : (size_t)indent) + length(text, word);
        sc_buf_add(out, text, word);
        text += word;
    }
    sc_buf_adds(out, "\n");
}

/* Text of a person, cleaned. */
static void add_text(struct sc_buf *out, const char *text, int indent)
{
    struct sc_clean walk = sc_clean_start(text);
    SC_AUTO_BUF clean = {0};
    uint32_t cp;

    while (sc_clean_next(&walk, &cp))
        sc_buf_add_codepoint(&clean, cp);
    while (clean.len && clean.data[clean.len - 1] == '\n')
        clean.data[--clean.len] = '\0';
    add_wrapped(out, BUF_TEXT(clean), indent);
    out->failed |= clean.failed;
}

static void add_html(struct sc_buf *out, const struct sc_buf *html, int indent)
{
    SC_AUTO_BUF text = {0};

    plain(BUF_TEXT(*html), &text);
    add_wrapped(out, BUF_TEXT(text), indent);
    out->failed |= text.failed | html->failed;
}

static void add_heading(struct sc_buf *out, const char *text)
{
    size_t from;
    size_t n;

    sc_buf_adds(out, "\n");
    from = out->len;
    add_text(out, text, 0);
    n = out->failed ? 0 : length(out->data + from, out->len - from);
    for (size_t i = 1; i < n && i < WIDTH; i++)
        sc_buf_addc(out, '-');
    sc_buf_adds(out, "\n");
}

static void add_named(struct sc_buf *out, const char *name, const char *value)
{
    SC_AUTO_BUF line = {0};

    if (value[0] == '\0')
        return;
    sc_buf_addf(&line, "%s: %s", name, value);
    add_text(out, BUF_TEXT(line), 0);
    out->failed |= line.failed;
}

static void add_day(struct sc_buf *out, const char *name, int32_t day)
{
    char text[32];

    if (day != SC_DAY_NONE)
        add_named(out, name, sc_day_format_long(day, text));
}

/* ---- parts ---- */

static void add_head(const struct sc_publication *publication, struct sc_buf *out)
{
    const struct sc_request *request = publication->request;

    if (!publication->publishable)
        sc_buf_adds(out, "*** " SC_NOT_AUDITED " ***\n\n");
    if (request->organisation[0])
        add_text(out, request->organisation, 0);
    sc_buf_adds(out, "Freedom of Information Act 2000: our answer\n\n");
    add_text(out, request->title, 0);
    sc_buf_adds(out, "\n");
    add_named(out, "Reference", request->reference);
    add_named(out, "Publication", request->publication);
    add_day(out, "Request received", request->received);
    add_day(out, "Answered", request->answered);
    add_day(out, "Figures correct as at", request->as_at);
}

static void add_decision(struct sc_buf *out, const struct sc_decision *decision)
{
    SC_AUTO_BUF text = {0};
    char title[200];

    if (strcmp(decision->question, "all") == 0)
        sc_buf_adds(&text, "All questions: ");
    else
        sc_buf_addf(&text, "Question %s: ", decision->question);
    sc_buf_addf(&text, "%s.", sc_decision_words(decision->decision));
    for (size_t i = 0; i < decision->n_exemptions; i++) {
        const char *exemption = decision->exemptions[i];

        sc_buf_addf(&text, " Section %s", exemption);
        if (sc_exemption_title(exemption, title, sizeof title)[0])
            sc_buf_addf(&text, ", %s", title);
        sc_buf_adds(&text, ".");
    }
    if (decision->covers[0])
        sc_buf_addf(&text, " This covers: %s.", decision->covers);
    add_text(out, BUF_TEXT(text), 0);
    out->failed |= text.failed;
}

static void add_answer(const struct sc_publication *publication, const struct sc_question *question,
                       struct sc_buf *out)
{
    SC_AUTO_BUF html = {0};
    SC_AUTO_BUF heading = {0};
    struct sc_page page = {.publication = publication, .out = &html};

    sc_buf_addf(&heading, "Question %s", question->id);
    add_heading(out, BUF_TEXT(heading));
    out->failed |= heading.failed;
    add_text(out, question->text, 2);
    for (size_t t = 0; t < publication->n_tables; t++) {
        const struct sc_table *table = &publication->tables[t];
        SC_AUTO_BUF file = {0};

        if (strcmp(table->question, question->id) != 0)
            continue;
        sc_buf_clear(&html);
        sc_buf_adds(out, "\n");
        sc_page_sentences(&page, table);
        add_html(out, &html, 0);
        sc_buf_addf(&file, "Table %zu, in the file tables/%s.csv: ", t + 1, table->id);
        sc_table_heading(table, &file);
        sc_buf_adds(&file, ".");
        add_text(out, BUF_TEXT(file), 0);
        out->failed |= file.failed;
    }
}

static void add_withheld(const struct sc_publication *publication, struct sc_buf *out)
{
    const struct sc_policy *policy = publication->policy;
    SC_AUTO_BUF text = {0};

    if (publication->n_tables == 0)
        return;
    if (sc_publication_is_rounded(publication)) {
        add_heading(out, "Why figures are rounded");
        sc_buf_addf(
            &text,
            "Behind each figure are people. So that no one can be identified, every figure is "
            "a multiple of %llu, and at most %llu from the number counted. A 0 need not mean "
            "nobody. The figures still add up.",
            (unsigned long long)policy->round_base,
            (unsigned long long)publication->rounded_within);
        if (policy->reason[0])
            sc_buf_addf(&text, " %s", policy->reason);
        add_text(out, BUF_TEXT(text), 0);
        out->failed |= text.failed;
        return;
    }
    add_heading(out, "Why figures are withheld");
    if (policy->secondary_marker || policy->zeros_hidden) {
        sc_buf_adds(&text, "Behind each figure are people. ");
        sc_publication_say_rule(publication, &text);
    } else {
        sc_buf_addf(&text,
                    "Behind each figure are people. Counts from 1 to %llu are withheld so that no "
                    "one can be identified, and are shown as %s. Zeros are shown.",
                    (unsigned long long)policy->threshold - 1, policy->marker);
    }
    if (policy->reason[0])
        sc_buf_addf(&text, " %s", policy->reason);
    if (publication->proof.certificate.len)
        sc_buf_adds(&text, " The file " SC_CERTIFICATE_FILE
                           " proves that none of them can be worked out from what is published.");
    add_text(out, BUF_TEXT(text), 0);
    out->failed |= text.failed;
}

/* A text of the wording under its heading: one paragraph each, links as their words. */
static void add_worded(const struct sc_page *page, const char *title, const char *key,
                       struct sc_buf *out)
{
    SC_AUTO_BUF html = {0};
    struct sc_page into = *page;
    const char *at;

    into.out = &html;
    add_heading(out, sc_word(page->wording, title));
    if (strcmp(key, "text-review") == 0)
        sc_page_review_text(&into);
    else
        sc_word_markdown(page->wording, key, NULL, &html);
    out->failed |= html.failed;
    for (at = BUF_TEXT(html); *at;) {
        const char *end = strstr(at, "</p>");
        SC_AUTO_BUF paragraph = {0};
        SC_AUTO_BUF line = {0};

        end = end ? end + 4 : at + strlen(at);
        sc_buf_add(&paragraph, at, (size_t)(end - at));
        plain(BUF_TEXT(paragraph), &line);
        for (size_t i = 0; i < line.len; i++)
            line.data[i] = line.data[i] == '\n' ? ' ' : line.data[i];
        if (line.len && strspn(line.data, " ") < line.len) {
            sc_buf_adds(out, at == BUF_TEXT(html) ? "" : "\n");
            add_wrapped(out, line.data + strspn(line.data, " "), 0);
        }
        out->failed |= paragraph.failed | line.failed;
        at = end;
    }
}

void sc_publish_letter(const struct sc_publication *publication,
                       const struct sc_publish_options *options, struct sc_buf *out)
{
    const struct sc_request *request = publication->request;
    SC_AUTO(sc_wording) english = NULL;
    /* A letter is in English: a wording in another language is that of the pages round it. */
    bool given = options->wording && sc_wording_is_english(options->wording);
    const struct sc_page page = {.publication = publication,
                                 .options = options,
                                 .wording = sc_page_wording(given ? options : NULL, &english)};

    add_head(publication, out);
    if (request->n_decisions) {
        add_heading(out, "Our decision");
        for (size_t i = 0; i < request->n_decisions; i++)
            add_decision(out, &request->decisions[i]);
    }
    for (size_t q = 0; q < request->n_questions; q++)
        add_answer(publication, &request->questions[q], out);
    add_withheld(publication, out);
    if (!page.wording) {
        out->failed = true;
        return;
    }
    if (publication->n_tables) {
        add_worded(&page, "further-title", "text-further", out);
        add_worded(&page, "quality-title", "text-quality", out);
    }
    add_worded(&page, "review-title", "text-review", out);
    if (request->words[0]) {
        add_heading(out, "The request, as received");
        add_text(out, request->words, 2);
    }
    if (options->base_url) {
        add_heading(out, "This answer on the web");
        add_text(out, options->base_url, 0);
    }
}

void sc_publish_short(const struct sc_publication *publication, struct sc_buf *out)
{
    const struct sc_request *request = publication->request;
    SC_AUTO_BUF html = {0};
    SC_AUTO_BUF text = {0};
    struct sc_page page = {.publication = publication, .out = &html};

    if (publication->n_tables)
        sc_page_short_sentence(&page, &publication->tables[0]);
    else if (request->n_decisions && request->decisions[0].covers[0])
        sc_html(&html, request->decisions[0].covers);
    else if (request->n_decisions)
        sc_html(&html, sc_decision_words(request->decisions[0].decision));
    plain(BUF_TEXT(html), &text);
    while (text.len && (text.data[text.len - 1] == '\n' || text.data[text.len - 1] == '.'))
        text.data[--text.len] = '\0';
    sc_buf_adds(out, BUF_TEXT(text));
    if (text.len)
        sc_buf_adds(out, ".");
    out->failed |= html.failed | text.failed;
}
