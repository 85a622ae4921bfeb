/*
 * suggest.c - words a dictionary should perhaps know.
 *
 * Every word of letters alone is counted by distinct records: a record is
 * looked at once by its id and once by its text, so that neither the rows of
 * one offence nor one text copied into many can lift a name over the limit.
 * Three lists are made of words seen in at least `min_records` records:
 *
 *   spelling  words a few edits (see classify/near.c) from a term of one word:
 *             one edit from terms of 5 to 7 letters, two from longer ones;
 *   place     words that often stand right behind "via", "on", "using", ... or
 *             right before "account", "app", ...: at least every fifth record
 *             with the word has it there. Ordered by how far that is above the
 *             share of all words in such places, in standard errors;
 *   unfound   words that mark the records in no category or a fallback one,
 *             against the rest, by the z-score of their log-odds ratio with an
 *             informative Dirichlet prior (Monroe, Colaresi and Quinn, Fightin'
 *             Words, Political Analysis 16, 2008, eq. 16 to 22), from 1.96 on,
 *             and at least a fifth more often in such records than records in
 *             general: where nearly all are such, no word marks them.
 *
 * Neither of the last two gives a word that only holds sentences together (the,
 * with, their). In both the evidence itself, too, must come from min_records records.
 * Words that the dictionary knows, as term, variant or exception, are not given.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "classify/engine.h"
#include "cube/entities.h"
#include "cube/narratives.h"
#include "cube/tally.h"

#define WORD_MIN 3
#define WORD_MAX 28
#define WORDS_LIMIT 64000000U
#define SPELLING_MIN 5
#define SPELLING_LONG 8
#define PLACE_SHARE 0.2
#define UNFOUND_Z 1.96
#define UNFOUND_LIFT 1.2
#define PRIOR_WEIGHT 500.0 /* of the prior, in words */
#define LIMIT_DEFAULT 10
#define MOST_DEFAULT 25

struct word {
    size_t text; /* into texts */
    uint32_t len;
    uint32_t records;
    uint32_t placed;
    uint32_t unfound;
    uint32_t last;        /* 1 + number of the last record it was seen in */
    uint32_t last_placed; /* ... in a place */
};

/* A word or phrase of the dictionary. */
struct known {
    struct sc_phrase phrase;
    const char *term; /* as written; NULL for an exception */
    size_t category;
};

struct suggester {
    const struct sc_dictionary *dictionary;
    struct known *known;
    size_t n_known;
    size_t known_capacity;
    struct sc_matcher *matcher;
    struct sc_matcher_scratch *scratch;
    struct sc_entities *ids;
    struct sc_entities *record_texts;
    struct sc_profile_cache *id_cache;
    struct sc_profile_cache *text_cache;
    uint64_t fallbacks;
    struct sc_buf folded;
    struct sc_buf texts;
    struct word *words;
    size_t n_words;
    size_t words_capacity;
    uint32_t *slots; /* 1 + number of a word */
    size_t n_slots;
    uint32_t n_records;
    uint32_t n_unfound;
    /* of all words, by records: */
    double seen;
    double seen_unfound;
    double seen_placed;
};

/* ---- counting words ---- */

static uint64_t hash_word(const char *text, size_t len)
{
    uint64_t hash = len;

    for (size_t i = 0; i < len; i++)
        hash = (hash ^ (unsigned char)text[i]) * 0x100000001B3ULL;
    return sc_mix64(hash);
}

static size_t word_slot(const struct suggester *s, const char *text, size_t len)
{
    size_t i = hash_word(text, len) & (s->n_slots - 1);

    while (s->slots[i]) {
        const struct word *w = &s->words[s->slots[i] - 1];

        if (w->len == len && memcmp(s->texts.data + w->text, text, len) == 0)
            break;
        i = (i + 1) & (s->n_slots - 1);
    }
    return i;
}

static enum sc_status grow_words(struct suggester *s, struct sc_error *err)
{
    size_t n = s->n_slots ? 2 * s->n_slots : 4096;
    uint32_t *slots;

    if (s->n_words == WORDS_LIMIT)
        return sc_fail(err, SC_E_RANGE, "the narratives have over %u different words", WORDS_LIMIT);
    if (2 * s->n_words < s->n_slots)
        return SC_OK;
    slots = sc_alloc_array(n, sizeof *slots);
    if (!slots)
        return sc_fail_nomem(err);
    sc_free(s->slots);
    s->slots = slots;
    s->n_slots = n;
    for (size_t i = 0; i < s->n_words; i++)
        s->slots[word_slot(s, s->texts.data + s->words[i].text, s->words[i].len)] = (uint32_t)i + 1;
    return SC_OK;
}

static enum sc_status find_word(struct suggester *s, const char *text, size_t len,
                                struct word **ret_word, struct sc_error *err)
{
    enum sc_status status = grow_words(s, err);
    size_t slot;

    if (status)
        return status;
    slot = word_slot(s, text, len);
    if (!s->slots[slot]) {
        struct word word = {.text = s->texts.len, .len = (uint32_t)len};

        status = sc_grow((void **)&s->words, &s->words_capacity, s->n_words, sizeof word, err);
        sc_buf_add(&s->texts, text, len);
        if (!status)
            status = sc_buf_check(&s->texts, err);
        if (status)
            return status;
        s->words[s->n_words] = word;
        s->slots[slot] = (uint32_t)++s->n_words;
    }
    *ret_word = &s->words[s->slots[slot] - 1];
    return SC_OK;
}

static bool is_one_of(const char *word, size_t len, const char *const *list)
{
    for (; *list; list++) {
        if (strlen(*list) == len && memcmp(*list, word, len) == 0)
            return true;
    }
    return false;
}

/* A word of a folded text, lower case. */
struct token {
    const char *text;
    size_t len;
    bool letters; /* nothing but a to z */
    bool joined;  /* only spaces and hyphens between it and the word before */
};

/* The next word from text[*at]; false at the end. */
static bool next_token(char *text, size_t len, size_t *at, struct token *token)
{
    size_t i = *at;

    token->joined = true;
    token->letters = true;
    for (; i < len && !sc_is_word(text[i]); i++)
        token->joined &= sc_is_separator(text[i]);
    token->text = text + i;
    for (; i < len && sc_is_word(text[i]); i++) {
        text[i] = sc_lower(text[i]);
        token->letters &= text[i] >= 'a' && text[i] <= 'z';
    }
    token->len = (size_t)(text + i - token->text);
    *at = i;
    return token->len > 0;
}

/* Whether a word stands where platforms stand, by the words around it. */
static bool is_place(const struct token *before, const struct token *word,
                     const struct token *after)
{
    static const char *const leading[] = {"via",    "on",   "over", "using", "through",
                                          "called", "onto", "thru", NULL};
    static const char *const following[] = {"account",  "app",    "messenger", "profile",
                                            "username", "handle", NULL};

    return (word->joined && is_one_of(before->text, before->len, leading)) ||
           (after->joined && is_one_of(after->text, after->len, following));
}

static enum sc_status note_word(struct suggester *s, const struct token *token, bool placed,
                                bool unfound, struct sc_error *err)
{
    struct word *word = NULL;
    enum sc_status status;

    if (!token->letters || token->len < WORD_MIN || token->len > WORD_MAX)
        return SC_OK;
    status = find_word(s, token->text, token->len, &word, err);
    if (status)
        return status;
    if (word->last != s->n_records) {
        word->last = s->n_records;
        word->records++;
        word->unfound += unfound;
        s->seen++;
        s->seen_unfound += unfound;
    }
    if (placed && word->last_placed != s->n_records) {
        word->last_placed = s->n_records;
        word->placed++;
        s->seen_placed++;
    }
    return SC_OK;
}

static enum sc_status note_words(struct suggester *s, char *text, size_t len, bool unfound,
                                 struct sc_error *err)
{
    struct token before = {"", 0, false, false};
    struct token word;
    size_t at = 0;
    bool more = next_token(text, len, &at, &word);

    while (more) {
        struct token after;
        enum sc_status status;

        more = next_token(text, len, &at, &after);
        after.joined &= more;
        status = note_word(s, &word, is_place(&before, &word, &after), unfound, err);
        if (status)
            return status;
        before = word;
        word = after;
    }
    return SC_OK;
}

/* False when the record, or its very text, was looked at already. */
static enum sc_status is_new_record(struct suggester *s, const struct sc_narrative *narrative,
                                    bool *ret_new, struct sc_error *err)
{
    struct sc_slice no_scope = {"", 0};
    bool new_id = true;
    enum sc_status status = SC_OK;

    if (narrative->id.len)
        status = sc_entities_note(s->ids, s->id_cache, sc_entity_key_of(no_scope, narrative->id),
                                  NULL, &new_id, err);
    if (!status)
        status = sc_entities_note(s->record_texts, s->text_cache,
                                  sc_entity_key_of(no_scope, narrative->text), NULL, ret_new, err);
    *ret_new = *ret_new && new_id;
    return status;
}

static enum sc_status take_record(void *context, const struct sc_narrative *narrative,
                                  struct sc_error *err)
{
    struct suggester *s = context;
    uint64_t set = 0;
    bool is_new = false;
    bool unfound;
    enum sc_status status = is_new_record(s, narrative, &is_new, err);

    if (status || !is_new)
        return status;
    status = sc_matcher_classify(s->matcher, s->scratch, narrative->text.data, narrative->text.len,
                                 &set, err);
    if (status)
        return status;
    if (s->n_records == UINT32_MAX)
        return sc_fail(err, SC_E_RANGE, "the extract has too many records");
    unfound = !(set & ~s->fallbacks);
    s->n_records++;
    s->n_unfound += unfound;
    sc_buf_clear(&s->folded);
    sc_fold(narrative->text.data, narrative->text.len, &s->folded);
    status = sc_buf_check(&s->folded, err);
    if (status || !s->folded.len)
        return status;
    return note_words(s, s->folded.data, s->folded.len, unfound, err);
}

/* ---- what the dictionary knows ---- */

static enum sc_status add_known(struct suggester *s, const char *written, const char *term,
                                size_t category, struct sc_error *err)
{
    struct known known = {.term = term, .category = category};
    bool nomem = false;
    enum sc_status status;

    if (!sc_phrase_fold(written, &known.phrase, &nomem))
        return nomem ? sc_fail_nomem(err) : SC_OK;
    status = sc_grow((void **)&s->known, &s->known_capacity, s->n_known, sizeof known, err);
    if (!status)
        s->known[s->n_known++] = known;
    return status;
}

static enum sc_status add_exceptions(struct suggester *s, const struct sc_phrases *phrases,
                                     struct sc_error *err)
{
    enum sc_status status = SC_OK;

    for (size_t i = 0; i < phrases->n && !status; i++)
        status = add_known(s, phrases->items[i], NULL, 0, err);
    return status;
}

/* Folds all terms, variants and exceptions once. */
static enum sc_status list_known(struct suggester *s, struct sc_error *err)
{
    const struct sc_dictionary *d = s->dictionary;
    enum sc_status status = add_exceptions(s, &d->except, err);

    for (size_t c = 0; c < d->n_categories; c++) {
        const struct sc_dictionary_category *category = &d->categories[c];

        for (size_t t = 0; t < category->n_terms && !status; t++) {
            status = add_known(s, category->terms[t], category->terms[t], c, err);
            if (!status && category->rules)
                status = add_exceptions(s, &category->rules[t].except, err);
        }
    }
    return status;
}

/* A term, a variant or an exception stands at the whole word. */
static bool is_known(const struct suggester *s, const char *word)
{
    size_t len = strlen(word);

    for (size_t i = 0; i < s->n_known; i++) {
        if (sc_phrase_at(&s->known[i].phrase, word, len, 0) == len)
            return true;
    }
    return false;
}

/* The term that `word` is nearest to, of those it may be a misspelling of; or NULL. */
static const struct known *nearest_term(const struct suggester *s, const char *word)
{
    const struct known *nearest = NULL;
    unsigned best = 3;

    for (size_t i = 0; i < s->n_known; i++) {
        const struct sc_phrase *p = &s->known[i].phrase;
        unsigned most = p->len >= SPELLING_LONG ? 2 : 1;
        unsigned edits;

        if (!s->known[i].term || p->prefix || p->separators || p->len < SPELLING_MIN ||
            p->len > WORD_MAX)
            continue;
        edits = sc_edit_distance(word, strlen(word), p->text, p->len, most);
        if (edits <= most && edits < best) {
            best = edits;
            nearest = &s->known[i];
        }
    }
    return nearest;
}

/* ---- the three lists ---- */

struct owned_suggestions {
    struct sc_suggestions suggestions; /* first */
    struct sc_arena arena;
};

/* Standard errors by which the share of a word's records in places is above that of all words. */
static double place_weight(const struct suggester *s, const struct word *w)
{
    double p = s->seen_placed / s->seen;
    double n = w->records;

    return p > 0 && p < 1 ? (w->placed - n * p) / sqrt(n * p * (1 - p)) : 0;
}

/* Fightin' Words: the z-score of the word's log-odds ratio, unfound against the rest. */
static double unfound_weight(const struct suggester *s, const struct word *w)
{
    double a = PRIOR_WEIGHT * w->records / s->seen; /* the word's part of the prior */
    double n1 = s->seen_unfound + PRIOR_WEIGHT;
    double n2 = s->seen - s->seen_unfound + PRIOR_WEIGHT;
    double y1 = w->unfound + a;
    double y2 = w->records - w->unfound + a;
    double delta = log(y1 / (n1 - y1)) - log(y2 / (n2 - y2));

    return delta / sqrt(1 / y1 + 1 / y2);
}

static int by_weight(const void *a, const void *b)
{
    const struct sc_suggestion *left = a;
    const struct sc_suggestion *right = b;

    if (left->kind != right->kind)
        return left->kind < right->kind ? -1 : 1;
    if (left->weight != right->weight)
        return left->weight > right->weight ? -1 : 1;
    return strcmp(left->word, right->word);
}

struct list {
    struct sc_suggestion *items;
    size_t n;
    size_t capacity;
};

static enum sc_status add_suggestion(struct list *list, struct sc_suggestion suggestion,
                                     struct sc_error *err)
{
    enum sc_status status =
        sc_grow((void **)&list->items, &list->capacity, list->n, sizeof suggestion, err);

    if (!status)
        list->items[list->n++] = suggestion;
    return status;
}

/* Words of three letters and more that say nothing by themselves. Sorted. */
static const char *const function_words[] = {
    "about",  "after",  "all",     "also", "and",    "any",     "are",   "because", "been",
    "before", "being",  "between", "both", "but",    "can",     "come",  "could",   "did",
    "does",   "during", "each",    "for",  "from",   "had",     "has",   "have",    "having",
    "her",    "here",   "him",     "his",  "how",    "into",    "its",   "just",    "may",
    "more",   "most",   "much",    "must", "not",    "now",     "off",   "once",    "one",
    "only",   "other",  "our",     "out",  "over",   "own",     "same",  "she",     "should",
    "since",  "some",   "such",    "than", "that",   "the",     "their", "them",    "then",
    "there",  "these",  "they",    "this", "those",  "through", "too",   "two",     "under",
    "until",  "very",   "was",     "were", "what",   "when",    "where", "which",   "while",
    "whilst", "who",    "will",    "with", "within", "without", "would", "you",     "your"};

static int by_name(const void *key, const void *item)
{
    return strcmp(key, *(const char *const *)item);
}

static bool is_function_word(const char *text)
{
    return bsearch(text, function_words, sizeof function_words / sizeof *function_words,
                   sizeof *function_words, by_name) != NULL;
}

/* Whether the word is clearly more often in records of which nothing was found. */
static bool marks_unfound(const struct suggester *s, const struct word *w)
{
    return (double)w->unfound * s->n_records >= UNFOUND_LIFT * w->records * s->n_unfound;
}

/* All suggestions that one word, seen often enough, gives rise to. */
static enum sc_status judge_word(const struct suggester *s, const struct word *w, const char *text,
                                 uint64_t min_records, struct list *list, struct sc_error *err)
{
    struct sc_suggestion base = {.word = text, .near = "", .category = "", .records = w->records};
    struct sc_suggestion item = base;
    const struct known *nearest = nearest_term(s, text);
    enum sc_status status = SC_OK;

    if (nearest) {
        item.kind = SC_SUGGEST_SPELLING;
        item.near = nearest->term;
        item.category = s->dictionary->categories[nearest->category].code;
        item.weight = w->records;
        return add_suggestion(list, item, err);
    }
    if (is_function_word(text))
        return SC_OK;
    item.kind = SC_SUGGEST_PLACE;
    item.told = w->placed;
    item.weight = place_weight(s, w);
    if (w->placed >= min_records && w->placed >= PLACE_SHARE * w->records && item.weight > 0)
        status = add_suggestion(list, item, err);
    item.kind = SC_SUGGEST_UNFOUND;
    item.told = w->unfound;
    item.weight = unfound_weight(s, w);
    if (!status && w->unfound >= min_records && item.weight >= UNFOUND_Z && marks_unfound(s, w))
        status = add_suggestion(list, item, err);
    return status;
}

/* Keeps the `most` heaviest of each kind. */
static size_t cut_lists(struct sc_suggestion *items, size_t n, size_t most)
{
    size_t kept = 0;
    size_t of_kind = 0;

    if (n)
        qsort(items, n, sizeof *items, by_weight);
    for (size_t i = 0; i < n; i++) {
        of_kind = i && items[i].kind == items[i - 1].kind ? of_kind + 1 : 1;
        if (of_kind <= most)
            items[kept++] = items[i];
    }
    return kept;
}

static enum sc_status make_lists(struct suggester *s, uint64_t min_records, size_t most,
                                 struct owned_suggestions *o, struct sc_error *err)
{
    struct list list = {0};
    enum sc_status status = SC_OK;

    for (size_t i = 0; i < s->n_words && !status; i++) {
        const struct word *w = &s->words[i];
        char *text;

        if (w->records < min_records)
            continue;
        text = sc_arena_strndup(&o->arena, s->texts.data + w->text, w->len);
        if (!text)
            status = sc_fail_nomem(err);
        else if (!is_known(s, text))
            status = judge_word(s, w, text, min_records, &list, err);
    }
    if (!status) {
        size_t n = cut_lists(list.items, list.n, most);

        o->suggestions.items = sc_arena_alloc(&o->arena, (n + 1) * sizeof *list.items);
        if (!o->suggestions.items)
            status = sc_fail_nomem(err);
        else if (list.items)
            memcpy(o->suggestions.items, list.items, n * sizeof *list.items);
        o->suggestions.n_items = n;
    }
    sc_free(list.items);
    return status;
}

/* ---- all of it ---- */

static enum sc_status open_suggester(struct suggester *s, enum sc_engine engine,
                                     struct sc_error *err)
{
    enum sc_status status = sc_matcher_new(&s->dictionary, 1, engine, &s->matcher, err);

    for (size_t i = 0; i < s->dictionary->n_categories; i++)
        s->fallbacks |= s->dictionary->categories[i].fallback ? 1ULL << i : 0;
    if (!status)
        status = list_known(s, err);
    if (!status)
        status = sc_matcher_scratch_new(s->matcher, &s->scratch, err);
    if (!status)
        status = sc_entities_new(0, NULL, &s->ids, err);
    if (!status)
        status = sc_entities_new(0, NULL, &s->record_texts, err);
    if (!status)
        status = sc_profile_cache_new(&s->id_cache, err);
    if (!status)
        status = sc_profile_cache_new(&s->text_cache, err);
    return status;
}

static void close_suggester(struct suggester *s)
{
    sc_matcher_scratch_free(s->scratch);
    sc_matcher_free(s->matcher);
    sc_entities_free(s->ids);
    sc_entities_free(s->record_texts);
    sc_profile_cache_free(s->id_cache);
    sc_profile_cache_free(s->text_cache);
    sc_buf_release(&s->folded);
    sc_buf_release(&s->texts);
    sc_free(s->known);
    sc_free(s->words);
    sc_free(s->slots);
}

enum sc_status sc_dictionary_suggest(const struct sc_source *source,
                                     const struct sc_dictionary *dictionary, uint64_t min_records,
                                     size_t most, const struct sc_classify_options *options,
                                     struct sc_suggestions **ret_suggestions, struct sc_error *err)
{
    struct suggester s = {.dictionary = dictionary};
    struct owned_suggestions *o = sc_alloc(sizeof *o);
    void *context = &s;
    enum sc_status status = o ? open_suggester(&s, options->engine, err) : sc_fail_nomem(err);

    if (!status)
        status = sc_narratives_each(source, options, 1, take_record, &context, &o->suggestions.rows,
                                    NULL, err);
    if (!status)
        status = make_lists(&s, min_records ? min_records : LIMIT_DEFAULT,
                            most ? most : MOST_DEFAULT, o, err);
    if (!status) {
        o->suggestions.records = s.n_records;
        o->suggestions.unfound = s.n_unfound;
        *ret_suggestions = &o->suggestions;
    } else if (o) {
        sc_suggestions_free(&o->suggestions);
    }
    close_suggester(&s);
    return status;
}

void sc_suggestions_free(struct sc_suggestions *suggestions)
{
    struct owned_suggestions *o = (struct owned_suggestions *)suggestions;

    if (!o)
        return;
    sc_arena_release(&o->arena);
    sc_free(o);
}

const char *sc_suggestion_kind_name(enum sc_suggestion_kind kind)
{
    static const char *const names[SC_N_SUGGESTION_KINDS] = {"spelling", "place", "unfound"};

    return (unsigned)kind < SC_N_SUGGESTION_KINDS ? names[kind] : "unknown";
}
