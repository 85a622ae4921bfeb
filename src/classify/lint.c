/*
 * lint.c - what is allowed in a dictionary and probably not meant.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "classify/engine.h"

#define REMARKS_MAX 200

struct owned_remarks {
    struct sc_dictionary_remarks remarks; /* first */
    struct sc_arena arena;
    size_t capacity;
};

struct linter {
    const struct sc_dictionary *dictionary;
    struct sc_matcher *matcher;
    struct sc_matcher_scratch *scratch;
    struct owned_remarks *owned;
    struct sc_error *err;
    enum sc_status status;
};

SC_PRINTF(3, 4)
static void remark(struct linter *l, const struct sc_term_rule *rule, const char *fmt, ...)
{
    struct sc_dictionary_remarks *remarks = &l->owned->remarks;
    char message[400];
    va_list ap;

    if (l->status || remarks->n_items == REMARKS_MAX)
        return;
    va_start(ap, fmt);
    (void)vsnprintf(message, sizeof message, fmt, ap);
    va_end(ap);
    l->status = sc_grow((void **)&remarks->items, &l->owned->capacity, remarks->n_items,
                        sizeof *remarks->items, l->err);
    if (l->status)
        return;
    remarks->items[remarks->n_items].message = sc_arena_strdup(&l->owned->arena, message);
    remarks->items[remarks->n_items].line = rule ? rule->line : 0;
    remarks->items[remarks->n_items].column = rule ? rule->column : 0;
    if (!remarks->items[remarks->n_items++].message)
        l->status = sc_fail_nomem(l->err);
}

/* Words of everyday reports that are, or are near, names of platforms. */
static const char *const ordinary[] = {
    "binder",  "cinder",    "discard", "discards", "facetious", "finder",  "fortnight", "gringo",
    "grinder", "hinder",    "kick",    "kicked",   "kicks",     "line",    "lines",     "message",
    "massage", "passage",   "signal",  "signals",  "snap",      "snapped", "snaps",     "tele",
    "tender",  "telegraph", "tinker",  "tumbler",  "twist",     "twister", "twitch",    "whizz",
    "wicker",  "wiz",       "x",       "yellow"};

/* The rule of the term of a category that is written like `word`, or of its first. */
static const struct sc_term_rule *rule_of(const struct sc_dictionary_category *category,
                                          const char *word)
{
    if (!category->rules || !category->n_terms)
        return NULL;
    for (size_t t = 0; t < category->n_terms; t++) {
        if (strcmp(category->terms[t], word) == 0)
            return &category->rules[t];
    }
    return &category->rules[0];
}

static void try_ordinary(struct linter *l, const char *word)
{
    char padded[2 * SC_MATCHER_PADDING + 32] = {0};
    const struct sc_hit *hits = NULL;
    size_t n = 0;

    memcpy(padded + SC_MATCHER_PADDING, word, strlen(word) + 1);
    l->status = sc_matcher_hits(l->matcher, l->scratch, padded + SC_MATCHER_PADDING, strlen(word),
                                &hits, &n, l->err);
    for (size_t i = 0; i < n && !l->status; i++) {
        const struct sc_dictionary_category *c = &l->dictionary->categories[hits[i].category];

        if (c->fallback || (hits[i].fate != SC_HIT_COUNTS && hits[i].fate != SC_HIT_NEAR))
            continue;
        if (hits[i].kind == SC_MATCH_NEAR)
            remark(l, rule_of(c, word),
                   "the ordinary word '%s' is a near-miss of a term of '%s': add it under 'except'",
                   word, c->code);
        else
            remark(l, rule_of(c, word),
                   "'%s' is an ordinary word too, and counts for '%s' wherever it stands: say what "
                   "it needs beside it",
                   word, c->code);
    }
}

/* Whether a term of `category` can stand in the excluded phrase. */
static bool holds_term(struct linter *l, const struct sc_dictionary_category *category,
                       const struct sc_phrase *excluded)
{
    char text[SC_TERM_MAX + 8];
    size_t len = excluded->len;

    memcpy(text, excluded->text, len);
    for (size_t t = 0; t < category->n_terms; t++) {
        struct sc_phrase term;
        bool nomem = false;

        if (category->rules && category->rules[t].near)
            return true; /* some near-miss may stand in it */
        if (!sc_phrase_fold(category->terms[t], &term, &nomem)) {
            if (nomem)
                l->status = sc_fail_nomem(l->err);
            continue;
        }
        for (size_t at = 0; at < len; at++) {
            if (sc_is_word(text[at]) && sc_phrase_at(&term, text, len, at))
                return true;
            if (excluded->prefix && at + term.len > len &&
                memcmp(text + at, term.text, len - at) == 0)
                return true;
        }
    }
    return false;
}

static void check_excluded(struct linter *l, const struct sc_phrases *phrases, size_t first,
                           size_t n)
{
    for (size_t i = 0; i < phrases->n; i++) {
        struct sc_phrase phrase;
        bool nomem = false;
        bool any = false;

        if (!sc_phrase_fold(phrases->items[i], &phrase, &nomem)) {
            if (nomem)
                l->status = sc_fail_nomem(l->err);
            continue;
        }
        for (size_t c = first; c < first + n; c++)
            any |= holds_term(l, &l->dictionary->categories[c], &phrase);
        if (!any)
            remark(l,
                   l->dictionary->categories[first].rules &&
                           l->dictionary->categories[first].n_terms
                       ? &l->dictionary->categories[first].rules[0]
                       : NULL,
                   "the excluded phrase '%.60s' holds no term, so it never cancels anything",
                   phrases->items[i]);
    }
}

static void check_shared(struct linter *l)
{
    const struct sc_dictionary *d = l->dictionary;

    for (size_t c = 0; c < d->n_categories; c++) {
        for (size_t t = 0; t < d->categories[c].n_terms; t++) {
            for (size_t other = 0; other < c; other++) {
                for (size_t u = 0; u < d->categories[other].n_terms; u++) {
                    if (strcmp(d->categories[c].terms[t], d->categories[other].terms[u]) == 0)
                        remark(l, d->categories[c].rules ? &d->categories[c].rules[t] : NULL,
                               "'%.60s' stands in '%s' too: a record that has it is counted in "
                               "both",
                               d->categories[c].terms[t], d->categories[other].code);
                }
            }
        }
    }
}

static void count_terms(const struct sc_dictionary *d, struct sc_dictionary_remarks *remarks)
{
    for (size_t c = 0; c < d->n_categories; c++) {
        for (size_t t = 0; t < d->categories[c].n_terms; t++) {
            const struct sc_term_rule *rule =
                d->categories[c].rules ? &d->categories[c].rules[t] : NULL;

            remarks->n_terms++;
            remarks->n_variants += rule && rule->variant;
            remarks->n_attested += rule && rule->attested == SC_ATTESTED;
            remarks->n_untested += rule && rule->attested == SC_UNTESTED;
        }
    }
}

enum sc_status sc_dictionary_lint(const struct sc_dictionary *dictionary,
                                  struct sc_dictionary_remarks **ret_remarks, struct sc_error *err)
{
    struct linter l = {.dictionary = dictionary, .err = err};

    l.owned = sc_alloc(sizeof *l.owned);
    if (!l.owned)
        return sc_fail_nomem(err);
    l.status = sc_matcher_new(&dictionary, 1, SC_ENGINE_SCALAR, &l.matcher, err);
    if (!l.status)
        l.status = sc_matcher_scratch_new(l.matcher, &l.scratch, err);
    for (size_t i = 0; i < sizeof ordinary / sizeof *ordinary && !l.status; i++)
        try_ordinary(&l, ordinary[i]);
    if (!l.status) {
        check_excluded(&l, &dictionary->exclude, 0, dictionary->n_categories);
        for (size_t c = 0; c < dictionary->n_categories; c++)
            check_excluded(&l, &dictionary->categories[c].exclude, c, 1);
        check_shared(&l);
        count_terms(dictionary, &l.owned->remarks);
    }
    sc_matcher_scratch_free(l.scratch);
    sc_matcher_free(l.matcher);
    if (l.status) {
        sc_dictionary_remarks_free(&l.owned->remarks);
        return l.status;
    }
    *ret_remarks = &l.owned->remarks;
    return SC_OK;
}

void sc_dictionary_remarks_free(struct sc_dictionary_remarks *remarks)
{
    struct owned_remarks *owned = (struct owned_remarks *)remarks;

    if (!owned)
        return;
    sc_free(remarks->items);
    sc_arena_release(&owned->arena);
    sc_free(owned);
}
