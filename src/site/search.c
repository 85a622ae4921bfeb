/*
 * search.c - what the browser searches: small files of plain data that search.js loads when
 * they are needed, so that the first page stays light however long the log.
 *
 *   search/facets.js   one line an answer: decisions, topics, years, exemptions, files
 *   search/t-a.js      words that begin with a: for each, answers and weights
 *   search/d-0.js      answers 0 to 49 as they stand in the list
 *
 * They are scripts that hand data to a function, because a page opened from a disk may not
 * fetch files. Words are folded (Unicode NFKD, case folded, marks off) here and in
 * search.js in the same way.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

#include "base/date.h"
#include "base/error.h"
#include "publish/json.h"
#include "site/internal.h"

#define BUF_TEXT(buf) ((buf).data ? (buf).data : "")
#define DOCS_PER_FILE 50
#define WORD_MOST 40

/* How much a word counts by where it stands. */
enum {
    IN_TITLE = 9,
    IN_KEYWORDS = 6,
    IN_NUMBER = 9,
    IN_SENTENCE = 3,
    IN_DECISION = 2,
    IN_REQUEST = 1
};

struct hit {
    const char *word;
    unsigned entry;
    unsigned weight;
};

struct hits {
    struct hit *items;
    size_t n;
    size_t capacity;
    struct sc_arena arena;
    bool failed;
};

/* ---- words ---- */

static void add_word(struct hits *hits, const char *text, size_t len, size_t entry, unsigned weight)
{
    char *word;

    if (len < 2 || len > WORD_MOST)
        return;
    word = sc_arena_strndup(&hits->arena, text, len);
    if (!word ||
        sc_grow((void **)&hits->items, &hits->capacity, hits->n, sizeof *hits->items, NULL)) {
        hits->failed = true;
        return;
    }
    hits->items[hits->n++] = (struct hit){word, (unsigned)entry, weight};
}

static bool in_word(unsigned char c)
{
    return c >= 0x80 || isalnum(c);
}

static void add_text(struct hits *hits, const char *text, size_t entry, unsigned weight)
{
    SC_AUTO_BUF valid = {0};
    utf8proc_uint8_t *folded = NULL;
    const char *p;

    sc_buf_add_text(&valid, text, strlen(text));
    if (valid.failed ||
        utf8proc_map((const utf8proc_uint8_t *)BUF_TEXT(valid), 0, &folded,
                     UTF8PROC_NULLTERM | UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT |
                         UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK | UTF8PROC_IGNORE) < 0) {
        hits->failed = hits->failed || valid.failed;
        return;
    }
    for (p = (const char *)folded; *p;) {
        size_t n = 0;

        while (in_word((unsigned char)p[n]))
            n++;
        add_word(hits, p, n, entry, weight);
        p += n ? n : 1;
    }
    free(folded); /* NOLINT: utf8proc's, from its own malloc */
}

static void add_entry(struct hits *hits, const struct sc_build *build, size_t e)
{
    const struct sc_entry *entry = &build->entries[e];
    const struct sc_entry_meta *meta = &entry->meta;

    add_text(hits, meta->title, e, IN_TITLE);
    add_text(hits, meta->publication, e, IN_NUMBER);
    add_text(hits, meta->reference, e, IN_NUMBER);
    for (size_t i = 0; i < meta->keywords.n; i++)
        add_text(hits, meta->keywords.items[i], e, IN_KEYWORDS);
    for (size_t i = 0; i < entry->n_topics; i++)
        add_text(hits, build->config->topics[entry->topics[i]].title, e, IN_KEYWORDS);
    for (size_t i = 0; i < meta->decisions.n; i++)
        add_text(hits, sc_site_decision(build, meta->decisions.items[i]), e, IN_DECISION);
    for (size_t i = 0; i < meta->exemptions.n; i++)
        add_text(hits, meta->exemptions.items[i], e, IN_DECISION);
    add_text(hits, meta->words, e, IN_REQUEST);
    if (!entry->answer->withdrawn)
        add_text(hits, meta->sentence, e, IN_SENTENCE);
}

static int by_word(const void *a, const void *b)
{
    const struct hit *left = a;
    const struct hit *right = b;
    int order = strcmp(left->word, right->word);

    if (order)
        return order;
    return left->entry < right->entry ? -1 : left->entry > right->entry;
}

/* ---- files ---- */

static enum sc_status put(struct sc_build *build, const char *name, struct sc_buf *out,
                          struct sc_error *err)
{
    return sc_site_put_page(build, name, out, err);
}

/* The words of hits[from .. to), which begin with one letter. */
static enum sc_status write_letter(struct sc_build *build, const struct hits *hits, size_t from,
                                   size_t to, const char *letter, struct sc_error *err)
{
    SC_AUTO_BUF name = {0};
    SC_AUTO_BUF out = {0};

    sc_buf_addf(&name, "search/t-%s.js", letter);
    sc_buf_addf(&out, "disclosureLog.words(\"%s\",{", letter);
    for (size_t i = from; i < to;) {
        size_t end = i;
        bool first = true;

        sc_buf_addf(&out, "%s\"%s\":[", i > from ? ",\n" : "\n", hits->items[i].word);
        while (end < to && strcmp(hits->items[end].word, hits->items[i].word) == 0) {
            unsigned entry = hits->items[end].entry;
            unsigned weight = 0;

            for (; end < to && hits->items[end].entry == entry &&
                   strcmp(hits->items[end].word, hits->items[i].word) == 0;
                 end++)
                weight += hits->items[end].weight;
            sc_buf_addf(&out, "%s%u,%u", first ? "" : ",", entry, weight > 99 ? 99 : weight);
            first = false;
        }
        sc_buf_adds(&out, "]");
        i = end;
    }
    sc_buf_adds(&out, "});\n");
    if (name.failed)
        return sc_fail_nomem(err);
    return put(build, name.data, &out, err);
}

/* "a" to "z", "0" to "9", and "x" with a digit pair for the rest: "_". */
static void letter_of(const char *word, char *letter)
{
    bool plain = (word[0] >= 'a' && word[0] <= 'z') || (word[0] >= '0' && word[0] <= '9');

    letter[0] = plain ? word[0] : '_';
    letter[1] = '\0';
}

static enum sc_status write_words(struct sc_build *build, const struct hits *hits,
                                  struct sc_error *err)
{
    enum sc_status status = SC_OK;

    for (size_t i = 0; i < hits->n && !status;) {
        size_t end = i;
        char letter[2];
        char other[2];

        letter_of(hits->items[i].word, letter);
        do {
            end++;
            if (end < hits->n)
                letter_of(hits->items[end].word, other);
        } while (end < hits->n && other[0] == letter[0]);
        status = write_letter(build, hits, i, end, letter, err);
        i = end;
    }
    return status;
}

/* Slugs of texts, and `more` where it is not "". */
static void add_texts(struct sc_json *json, const struct sc_texts *texts, const char *more)
{
    sc_json_open_flat(json, '[');
    if (more[0])
        sc_json_string(json, more);
    for (size_t i = 0; i < texts->n; i++) {
        SC_AUTO_BUF slug = {0};

        sc_site_slug(texts->items[i], &slug);
        sc_json_string(json, BUF_TEXT(slug));
        json->out->failed |= slug.failed;
    }
    sc_json_close(json, ']');
}

static enum sc_status write_facets(struct sc_build *build, const struct hits *hits,
                                   struct sc_error *err)
{
    SC_AUTO_BUF out = {0};
    struct sc_json json = {.out = &out};
    char letters[80] = "";
    size_t n = 0;

    for (size_t i = 0; i < hits->n; i++) {
        char letter[2];

        letter_of(hits->items[i].word, letter);
        if (!strchr(letters, letter[0]) && n + 1 < sizeof letters) {
            letters[n++] = letter[0];
            letters[n] = '\0';
        }
    }
    sc_buf_addf(&out, "disclosureLog.facets(\"%s\",", letters);
    sc_json_open(&json, '[');
    for (size_t e = 0; e < build->n_entries; e++) {
        const struct sc_entry *entry = &build->entries[e];

        sc_json_open_flat(&json, '[');
        add_texts(&json, &entry->meta.decisions, entry->answer->withdrawn ? SC_SITE_WITHDRAWN : "");
        sc_json_open_flat(&json, '[');
        for (size_t i = 0; i < entry->n_topics; i++)
            sc_json_string(&json, build->config->topics[entry->topics[i]].id);
        sc_json_close(&json, ']');
        sc_json_number(&json, entry->meta.from == SC_DAY_NONE
                                  ? 0
                                  : (uint64_t)sc_civil_from_day(entry->meta.from).year);
        sc_json_number(&json, entry->meta.to == SC_DAY_NONE
                                  ? 0
                                  : (uint64_t)sc_civil_from_day(entry->meta.to).year);
        add_texts(&json, &entry->meta.exemptions, "");
        sc_json_number(&json, sc_site_formats(entry)[0] != '\0');
        sc_json_close(&json, ']');
    }
    sc_json_close(&json, ']');
    sc_buf_adds(&out, ");\n");
    return put(build, "search/facets.js", &out, err);
}

/* An answer as it stands in the list: what search.js puts into a card. */
static void add_doc(struct sc_json *json, const struct sc_build *build,
                    const struct sc_entry *entry)
{
    const struct sc_site_answer *answer = entry->answer;
    SC_AUTO_BUF sentence = {0};
    SC_AUTO_BUF state = {0};
    char date[32];

    sc_site_sentence(build, entry, &sentence);
    sc_site_state(build, entry, &state);
    sc_json_open_flat(json, '[');
    sc_json_string(json, entry->meta.slug);
    sc_json_string(json, entry->meta.title);
    sc_json_string(json, BUF_TEXT(sentence));
    sc_json_string(json, entry->meta.decision);
    sc_json_string(json, sc_site_decision(build, entry->meta.decision));
    sc_json_string(json, BUF_TEXT(state));
    sc_json_bool(json, answer->withdrawn);
    sc_json_string(json, entry->first_published == SC_DAY_NONE
                             ? ""
                             : sc_day_format_long(entry->first_published, date));
    sc_json_string(json, entry->meta.publication);
    sc_json_string(json, entry->n_topics ? build->config->topics[entry->topics[0]].id : "");
    sc_json_string(json, entry->n_topics ? build->config->topics[entry->topics[0]].title : "");
    sc_json_string(json, sc_site_formats(entry));
    sc_json_close(json, ']');
    json->out->failed |= sentence.failed | state.failed;
}

static enum sc_status write_docs(struct sc_build *build, struct sc_error *err)
{
    enum sc_status status = SC_OK;

    for (size_t from = 0; from < build->n_entries && !status; from += DOCS_PER_FILE) {
        SC_AUTO_BUF name = {0};
        SC_AUTO_BUF out = {0};
        struct sc_json json = {.out = &out};

        sc_buf_addf(&name, "search/d-%zu.js", from / DOCS_PER_FILE);
        sc_buf_addf(&out, "disclosureLog.docs(%zu,", from / DOCS_PER_FILE);
        sc_json_open(&json, '[');
        for (size_t e = from; e < from + DOCS_PER_FILE && e < build->n_entries; e++)
            add_doc(&json, build, &build->entries[e]);
        sc_json_close(&json, ']');
        sc_buf_adds(&out, ");\n");
        status = name.failed ? sc_fail_nomem(err) : put(build, name.data, &out, err);
    }
    return status;
}

enum sc_status sc_site_search(struct sc_build *build, struct sc_error *err)
{
    struct hits hits = {0};
    enum sc_status status = SC_OK;

    for (size_t e = 0; e < build->n_entries; e++)
        add_entry(&hits, build, e);
    if (hits.failed)
        status = sc_fail_nomem(err);
    if (!status && hits.n)
        qsort(hits.items, hits.n, sizeof *hits.items, by_word);
    if (!status)
        status = write_words(build, &hits, err);
    if (!status)
        status = write_facets(build, &hits, err);
    if (!status)
        status = write_docs(build, err);
    sc_free(hits.items);
    sc_arena_release(&hits.arena);
    return status;
}
