/*
 * compile.c - makes one matcher of dictionaries.
 *
 * Everything written is folded into phrases first: terms, excluded and excepted
 * phrases, cues. Then each term is told in which phrases it can stand
 * (alignments, see judge.c), near-misses are set out, and three indexes are
 * made, all by three bytes as six-bit codes (so case does not matter, and
 * everything that is no word byte is alike): terms by the first three, near-
 * misses by the first and the last three, cues by the first three.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "classify/engine.h"

#define ITEMS_MAX 60000
#define PAIRS_MAX ((size_t)2 * 1000 * 1000) /* terms x phrases around them */
#define NEAR_LONG 10
#define NEAR_MAX 28

struct compiler {
    struct sc_matcher *matcher;
    const struct sc_dictionary *dictionary;
    uint16_t dictionary_i;
    unsigned first_bit;
    size_t first_term; /* of the dictionary */
    size_t terms_capacity;
    size_t nears_capacity;
    size_t phrases_capacity;
    size_t alignments_capacity;
    size_t cues_capacity;
    uint16_t n_needs;                  /* contexts so far */
    const struct sc_term_rule *needer; /* the rule of the last of them */
    struct sc_range excluded;          /* phrases of the dictionary */
    struct sc_range category_excluded; /* ... of the category in hand */
    struct sc_range near_excluded;     /* alignments for near-misses of the category in hand */
    struct sc_error *err;
};

/* ---- phrases ---- */

static enum sc_status bad_phrase(const struct compiler *c, const char *what, const char *code,
                                 const struct sc_term_rule *rule)
{
    return sc_fail_at(c->err, SC_E_INPUT, c->dictionary->path, rule ? rule->line : 0,
                      rule ? rule->column : 0,
                      "%s of '%s' has, without accents, too few letters or digits, or none at "
                      "its beginning or end",
                      what, code);
}

static enum sc_status add_phrase(struct compiler *c, const struct sc_phrase *phrase)
{
    struct sc_matcher *m = c->matcher;
    enum sc_status status;

    if (m->n_phrases == ITEMS_MAX)
        return sc_fail(c->err, SC_E_RANGE, "the dictionaries have over %d phrases", ITEMS_MAX);
    status = sc_grow((void **)&m->phrases, &c->phrases_capacity, m->n_phrases, sizeof *m->phrases,
                     c->err);
    if (!status)
        m->phrases[m->n_phrases++] = *phrase;
    return status;
}

static enum sc_status fold_phrases(struct compiler *c, const struct sc_phrases *written,
                                   const char *what, const char *code,
                                   const struct sc_term_rule *rule, struct sc_range *ret_range)
{
    enum sc_status status = SC_OK;

    ret_range->first = (uint32_t)c->matcher->n_phrases;
    for (size_t i = 0; i < written->n && !status; i++) {
        struct sc_phrase phrase;
        bool nomem = false;

        if (!sc_phrase_fold(written->items[i], &phrase, &nomem))
            return nomem ? sc_fail_nomem(c->err) : bad_phrase(c, what, code, rule);
        status = add_phrase(c, &phrase);
    }
    ret_range->n = (uint32_t)c->matcher->n_phrases - ret_range->first;
    return status;
}

static enum sc_status add_cues(struct compiler *c, const struct sc_phrases *written,
                               struct sc_cue cue, const char *what, const struct sc_term_rule *rule)
{
    struct sc_matcher *m = c->matcher;
    struct sc_range range = {0};
    enum sc_status status = fold_phrases(c, written, what, c->dictionary->path, rule, &range);

    for (uint32_t i = range.first; i < range.first + range.n && !status; i++) {
        unsigned char words = m->phrases[i].words;

        status = sc_grow((void **)&m->cues, &c->cues_capacity, m->n_cues, sizeof *m->cues, c->err);
        if (status)
            return status;
        if (m->n_cues == ITEMS_MAX)
            return sc_fail(c->err, SC_E_RANGE, "the dictionaries have over %d cues", ITEMS_MAX);
        cue.phrase = (uint16_t)i;
        m->cues[m->n_cues++] = cue;
        if (cue.role == SC_CUE_NEED && words > m->needs_words)
            m->needs_words = words;
        if (cue.role == SC_CUE_BEFORE && words > m->dictionaries[c->dictionary_i].words_before)
            m->dictionaries[c->dictionary_i].words_before = words;
    }
    return status;
}

/* ---- terms ---- */

static bool needs_context(const struct sc_term_rule *rule)
{
    return rule->needs.n || rule->needs_before.n || rule->needs_after.n;
}

/* Terms of one entry share their rule's lists, and so one context. */
static enum sc_status note_needs(struct compiler *c, const struct sc_term_rule *rule,
                                 struct sc_term *term)
{
    struct sc_cue cue = {.role = SC_CUE_NEED};
    enum sc_status status;

    term->within = (unsigned char)rule->within;
    if (!needs_context(rule))
        return SC_OK;
    if (!c->needer || c->needer->needs.items != rule->needs.items ||
        c->needer->needs_before.items != rule->needs_before.items ||
        c->needer->needs_after.items != rule->needs_after.items) {
        c->needer = rule;
        cue.owner = ++c->n_needs;
        cue.before = cue.after = true;
        status = add_cues(c, &rule->needs, cue, "a word under 'needs'", rule);
        cue.after = false;
        if (!status)
            status = add_cues(c, &rule->needs_before, cue, "a word under 'needs_before'", rule);
        cue.after = true;
        cue.before = false;
        if (!status)
            status = add_cues(c, &rule->needs_after, cue, "a word under 'needs_after'", rule);
        if (status)
            return status;
    }
    term->needs = c->n_needs;
    return SC_OK;
}

static enum sc_status note_near(struct compiler *c, const struct sc_term_rule *rule,
                                const char *code, size_t term_i)
{
    struct sc_matcher *m = c->matcher;
    const struct sc_term *term = &m->terms[term_i];
    struct sc_near near = {.categories = term->categories,
                           .term = (uint16_t)term_i,
                           .dictionary = c->dictionary_i,
                           .len = term->phrase.len,
                           .edits = (unsigned char)rule->near};
    enum sc_status status;

    /* a term that folding made shorter, or no single word, has none */
    if (near.len < SC_NEAR_MIN || near.len > NEAR_MAX || term->phrase.words != 1 ||
        term->phrase.separators || term->phrase.prefix)
        return SC_OK;
    for (size_t i = 0; i < near.len; i++) {
        if (!sc_is_word(term->phrase.text[i]))
            return SC_OK;
    }
    if (near.len < NEAR_LONG)
        near.edits = 1;
    near.letters = sc_letters_of(term->phrase.text, near.len);
    status = fold_phrases(c, &rule->except, "a word under 'except'", code, rule, &near.except);
    if (!status)
        status = sc_grow((void **)&m->nears, &c->nears_capacity, m->n_nears, sizeof near, c->err);
    if (!status)
        m->nears[m->n_nears++] = near;
    return status;
}

static enum sc_status add_term(struct compiler *c, const struct sc_dictionary_category *category,
                               size_t t, unsigned bit)
{
    static const struct sc_term_rule plain = {0};
    const struct sc_term_rule *rule = category->rules ? &category->rules[t] : &plain;
    struct sc_matcher *m = c->matcher;
    struct sc_term term = {.categories = 1ULL << bit, .dictionary = c->dictionary_i};
    bool nomem = false;
    enum sc_status status;

    if (m->n_terms == ITEMS_MAX / 2)
        return sc_fail(c->err, SC_E_RANGE, "the dictionaries have over %d terms", ITEMS_MAX / 2);
    if (!sc_phrase_fold(category->terms[t], &term.phrase, &nomem) ||
        (term.phrase.len < 2 && !needs_context(rule)))
        return nomem ? sc_fail_nomem(c->err) : bad_phrase(c, "a term", category->code, rule);
    if (term.phrase.len <= SC_TERM_FAST && !term.phrase.separators && !term.phrase.prefix &&
        !term.phrase.early_apostrophe) {
        memcpy(term.fast, term.phrase.text, term.phrase.len);
        term.fast_mask = term.phrase.len == 32 ? UINT32_MAX : (1U << term.phrase.len) - 1;
    }
    term.kind = rule->variant ? SC_MATCH_VARIANT : SC_MATCH_EXACT;
    term.negatable = m->dictionaries[c->dictionary_i].negation && !category->no_negation;
    term.excluded_near = c->near_excluded;
    status = note_needs(c, rule, &term);
    if (!status)
        status = sc_grow((void **)&m->terms, &c->terms_capacity, m->n_terms, sizeof term, c->err);
    if (status)
        return status;
    m->terms[m->n_terms++] = term;
    return rule->near ? note_near(c, rule, category->code, m->n_terms - 1) : SC_OK;
}

/* ---- alignments ---- */

static bool is_word_start(const struct sc_phrase *phrase, size_t at)
{
    return sc_is_word(phrase->text[at]) && (at == 0 || !sc_is_word(phrase->text[at - 1]));
}

/* Whether `term` can stand in `phrase` from its byte `at` on. */
static bool can_stand(const struct sc_phrase *term, const struct sc_phrase *phrase, size_t at)
{
    const char *rest = phrase->text + at;
    size_t n = phrase->len - at;

    if (n >= term->len)
        return memcmp(rest, term->text, term->len) == 0 &&
               (term->prefix || n == term->len || !sc_is_word(rest[term->len]));
    return phrase->prefix && memcmp(rest, term->text, n) == 0 && !strchr(term->text + n, ' ');
}

static enum sc_status add_alignment(struct compiler *c, size_t phrase, size_t at)
{
    struct sc_matcher *m = c->matcher;
    enum sc_status status = sc_grow((void **)&m->alignments, &c->alignments_capacity,
                                    m->n_alignments, sizeof *m->alignments, c->err);

    if (!status)
        m->alignments[m->n_alignments++] = (struct sc_alignment){(uint16_t)phrase, (uint16_t)at};
    return status;
}

/* Adds where `term` (NULL: any one word) can stand in the phrases of `range`. */
static enum sc_status align(struct compiler *c, const struct sc_phrase *term, struct sc_range range)
{
    enum sc_status status = SC_OK;

    for (uint32_t p = range.first; p < range.first + range.n; p++) {
        const struct sc_phrase *phrase = &c->matcher->phrases[p];

        for (size_t at = 0; at < phrase->len && !status; at++) {
            if (is_word_start(phrase, at) && (!term || can_stand(term, phrase, at)))
                status = add_alignment(c, p, at);
        }
    }
    return status;
}

static enum sc_status align_excluded(struct compiler *c, const struct sc_phrase *term,
                                     struct sc_range *ret_range)
{
    enum sc_status status;

    ret_range->first = (uint32_t)c->matcher->n_alignments;
    status = align(c, term, c->excluded);
    if (!status)
        status = align(c, term, c->category_excluded);
    ret_range->n = (uint32_t)c->matcher->n_alignments - ret_range->first;
    return status;
}

/* The terms of the dictionary that were declared `longest`, as phrases. */
static enum sc_status list_longest(struct compiler *c, struct sc_range *ret_range)
{
    const struct sc_dictionary *d = c->dictionary;
    size_t term = c->first_term;
    enum sc_status status = SC_OK;

    ret_range->first = (uint32_t)c->matcher->n_phrases;
    for (size_t i = 0; i < d->n_categories; i++) {
        const struct sc_dictionary_category *category = &d->categories[i];

        for (size_t t = 0; t < category->n_terms && !status; t++, term++) {
            if (category->rules && category->rules[t].longest &&
                c->matcher->terms[term].phrase.words > 1)
                status = add_phrase(c, &c->matcher->terms[term].phrase);
        }
    }
    ret_range->n = (uint32_t)c->matcher->n_phrases - ret_range->first;
    return status;
}

static enum sc_status align_longer(struct compiler *c)
{
    struct sc_matcher *m = c->matcher;
    struct sc_range longest = {0};
    struct sc_range near = {0};
    enum sc_status status = list_longest(c, &longest);

    if (!status && (m->n_terms - c->first_term) * (size_t)longest.n > PAIRS_MAX)
        return sc_fail(c->err, SC_E_RANGE, "the dictionary has too many terms that are 'longest'");
    near.first = (uint32_t)m->n_alignments;
    if (!status)
        status = align(c, NULL, longest);
    near.n = (uint32_t)m->n_alignments - near.first;
    for (size_t t = c->first_term; t < m->n_terms && !status; t++) {
        struct sc_range *range = &m->terms[t].longer;

        range->first = (uint32_t)m->n_alignments;
        status = align(c, &m->terms[t].phrase, longest);
        /* a term does not stand inside itself */
        for (size_t i = m->n_alignments; i-- > range->first;) {
            if (m->phrases[m->alignments[i].phrase].len <= m->terms[t].phrase.len)
                m->alignments[i] = m->alignments[--m->n_alignments];
        }
        range->n = (uint32_t)m->n_alignments - range->first;
        m->terms[t].longer_near = near;
    }
    return status;
}

/* ---- dictionaries ---- */

static enum sc_status add_category(struct compiler *c,
                                   const struct sc_dictionary_category *category, unsigned bit)
{
    struct sc_matcher *m = c->matcher;
    size_t first = m->n_terms;
    enum sc_status status = fold_phrases(c, &category->exclude, "a phrase under 'exclude'",
                                         category->code, NULL, &c->category_excluded);

    if (!status && category->n_terms * ((size_t)c->category_excluded.n + c->excluded.n) > PAIRS_MAX)
        return sc_fail(c->err, SC_E_RANGE, "the dictionary has too many excluded phrases");
    if (!status)
        status = align_excluded(c, NULL, &c->near_excluded);
    for (size_t t = 0; t < category->n_terms && !status; t++)
        status = add_term(c, category, t, bit);
    for (size_t t = first; t < m->n_terms && !status; t++)
        status = align_excluded(c, &m->terms[t].phrase, &m->terms[t].excluded);
    return status;
}

static enum sc_status add_negation(struct compiler *c)
{
    const struct sc_negation *negation = &c->dictionary->negation;
    struct sc_dictionary_bits *bits = &c->matcher->dictionaries[c->dictionary_i];
    struct sc_cue cue = {.role = SC_CUE_STOP, .owner = c->dictionary_i};
    enum sc_status status;

    bits->negation = negation->before.n || negation->after.n;
    bits->within = (unsigned char)negation->within;
    if (!bits->negation)
        return SC_OK;
    status = add_cues(c, &negation->stop, cue, "a word under 'stop'", NULL); /* these go first */
    cue.role = SC_CUE_BEFORE;
    if (!status)
        status = add_cues(c, &negation->before, cue, "a phrase under 'before'", NULL);
    cue.role = SC_CUE_AFTER;
    if (!status)
        status = add_cues(c, &negation->after, cue, "a phrase under 'after'", NULL);
    return status;
}

static enum sc_status add_dictionary(struct compiler *c)
{
    const struct sc_dictionary *d = c->dictionary;
    struct sc_dictionary_bits *bits = &c->matcher->dictionaries[c->dictionary_i];
    enum sc_status status;

    c->first_term = c->matcher->n_terms;
    bits->near_counts = d->near_counts;
    bits->first_only = d->first_only;
    c->matcher->first_only |= d->first_only;
    status = fold_phrases(c, &d->except, "a word under 'except'", d->path, NULL, &bits->except);
    if (!status)
        status =
            fold_phrases(c, &d->exclude, "a phrase under 'exclude'", d->path, NULL, &c->excluded);
    if (!status)
        status = add_negation(c);
    for (size_t i = 0; i < d->n_categories && !status; i++) {
        if (d->categories[i].fallback)
            bits->fallback |= 1ULL << (c->first_bit + i);
        else
            bits->primary |= 1ULL << (c->first_bit + i);
        status = add_category(c, &d->categories[i], c->first_bit + (unsigned)i);
    }
    return status ? status : align_longer(c);
}

static void note_judged(struct sc_matcher *m)
{
    for (size_t t = 0; t < m->n_terms; t++) {
        struct sc_term *term = &m->terms[t];

        term->judged = term->negatable || term->needs || term->longer.n || term->excluded.n;
    }
    for (size_t i = 0; i < m->n_nears; i++) {
        struct sc_term *term = &m->terms[m->nears[i].term];

        term->judged |= term->longer_near.n || term->excluded_near.n;
    }
}

static enum sc_status add_dictionaries(struct compiler *c,
                                       const struct sc_dictionary *const *dictionaries, size_t n)
{
    enum sc_status status = SC_OK;
    size_t bit = 0;

    c->matcher->dictionaries = sc_alloc_array(n, sizeof *c->matcher->dictionaries);
    if (!c->matcher->dictionaries)
        return sc_fail_nomem(c->err);
    c->matcher->n_dictionaries = n;
    for (size_t d = 0; d < n && !status; d++) {
        if (bit + dictionaries[d]->n_categories > SC_CATEGORIES_MAX)
            return sc_fail(c->err, SC_E_RANGE,
                           "the dictionaries of one request have more than %d categories "
                           "together",
                           SC_CATEGORIES_MAX);
        c->dictionary = dictionaries[d];
        c->dictionary_i = (uint16_t)d;
        c->first_bit = (unsigned)bit;
        c->needer = NULL;
        bit += dictionaries[d]->n_categories;
        status = add_dictionary(c);
    }
    return status;
}

/* ---- indexes ---- */

struct keyed {
    uint32_t key;
    bool near;
    uint16_t item;
    uint64_t categories;
};

static int by_key(const void *a, const void *b)
{
    const struct keyed *left = a;
    const struct keyed *right = b;

    if (left->key != right->key)
        return left->key < right->key ? -1 : 1;
    if (left->near != right->near)
        return left->near ? 1 : -1;
    return (left->item > right->item) - (left->item < right->item);
}

static void add_to_group(struct sc_index *index, const struct keyed *k, bool new_group, size_t at)
{
    struct sc_group *group;

    if (new_group) {
        size_t slot = sc_prefix_slot(k->key);

        index->groups[index->n_groups].key = k->key;
        index->groups[index->n_groups].first = (uint16_t)at;
        index->next[index->n_groups] = index->slots[slot];
        index->slots[slot] = (uint16_t)++index->n_groups;
    }
    group = &index->groups[index->n_groups - 1];
    if (k->near) {
        group->n_near++;
        group->near_categories |= k->categories;
    } else {
        group->n++;
        group->categories |= k->categories;
    }
    index->items[at] = k->item;
}

static enum sc_status make_index(struct sc_index *index, struct keyed *keyed, size_t n,
                                 struct sc_error *err)
{
    if (n > UINT16_MAX - 1)
        return sc_fail(err, SC_E_RANGE, "the dictionaries have too many terms");
    index->groups = sc_alloc_array(n, sizeof *index->groups);
    index->next = sc_alloc_array(n, sizeof *index->next);
    index->items = sc_alloc_array(n, sizeof *index->items);
    if (!index->groups || !index->next || !index->items)
        return sc_fail_nomem(err);
    if (n)
        qsort(keyed, n, sizeof *keyed, by_key);
    for (size_t i = 0; i < n; i++)
        add_to_group(index, &keyed[i], i == 0 || keyed[i].key != keyed[i - 1].key, i);
    return SC_OK;
}

static size_t key_phrase(const struct sc_phrase *phrase, struct keyed k, struct keyed *out)
{
    uint32_t keys[SC_PHRASE_KEYS];
    size_t n = sc_phrase_keys(phrase, keys);
    size_t n_out = 0;

    for (size_t i = 0; i < n; i++) {
        bool again = false;

        for (size_t j = 0; j < i; j++)
            again |= keys[j] == keys[i];
        k.key = keys[i];
        if (!again)
            out[n_out++] = k;
    }
    return n_out;
}

static enum sc_status index_prefixes(struct sc_matcher *m, struct sc_error *err)
{
    SC_AUTO_FREE struct keyed *keyed =
        sc_alloc_array(SC_PHRASE_KEYS * m->n_terms + 2 * m->n_nears, sizeof *keyed);
    size_t n = 0;

    if (!keyed)
        return sc_fail_nomem(err);
    for (size_t t = 0; t < m->n_terms; t++)
        n += key_phrase(&m->terms[t].phrase,
                        (struct keyed){.item = (uint16_t)t, .categories = m->terms[t].categories},
                        keyed + n);
    for (size_t i = 0; i < m->n_nears; i++) {
        const struct sc_near *near = &m->nears[i];
        const unsigned char *t = (const unsigned char *)m->terms[near->term].phrase.text;
        struct keyed k = {.near = true,
                          .item = (uint16_t)(m->n_terms + i),
                          .categories = near->categories,
                          .key = sc_prefix_key(t[0], t[1], t[2])};

        keyed[n++] = k;
        k.key = sc_prefix_key(t[0], t[1], t[3]); /* the third and fourth swapped */
        if (t[2] != t[3])
            keyed[n++] = k;
    }
    return make_index(&m->by_prefix, keyed, n, err);
}

static enum sc_status index_suffixes(struct sc_matcher *m, struct sc_error *err)
{
    SC_AUTO_FREE struct keyed *keyed = sc_alloc_array(m->n_nears, sizeof *keyed);

    if (!keyed)
        return sc_fail_nomem(err);
    for (size_t i = 0; i < m->n_nears; i++) {
        const struct sc_phrase *phrase = &m->terms[m->nears[i].term].phrase;
        const unsigned char *end = (const unsigned char *)phrase->text + phrase->len;

        keyed[i] = (struct keyed){.item = (uint16_t)i,
                                  .categories = m->nears[i].categories,
                                  .key = sc_prefix_key(end[-3], end[-2], end[-1])};
    }
    return make_index(&m->by_suffix, keyed, m->n_nears, err);
}

static enum sc_status index_cues(struct sc_matcher *m, struct sc_error *err)
{
    SC_AUTO_FREE struct keyed *keyed = sc_alloc_array(SC_PHRASE_KEYS * m->n_cues, sizeof *keyed);
    size_t n = 0;

    if (!keyed)
        return sc_fail_nomem(err);
    for (size_t i = 0; i < m->n_cues; i++) {
        const unsigned char *t = (const unsigned char *)m->phrases[m->cues[i].phrase].text;

        m->cue_pairs[sc_byte_codes[t[0]]] |= 1ULL << sc_byte_codes[t[1]] | 1ULL;
        n += key_phrase(&m->phrases[m->cues[i].phrase], (struct keyed){.item = (uint16_t)i},
                        keyed + n);
    }
    return make_index(&m->by_cue, keyed, n, err);
}

/* ---- the prefilter's tables ---- */

/* Lets byte code `code` (0: any byte that is no word byte) through bucket `bit` at place `k`. */
static void allow_code(struct sc_teddy *teddy, struct sc_bytes_tables *bytes, size_t k,
                       unsigned code, unsigned char bit)
{
    for (unsigned byte = 0; byte < 256; byte++) {
        if (sc_byte_codes[byte] != code)
            continue;
        teddy->low[k][byte & 15] |= bit;
        teddy->high[k][byte >> 4] |= bit;
        if (byte < 128)
            bytes->bucket[k][byte] |= bit;
    }
}

/* Neighbouring groups share a bucket: they share first letters. */
static unsigned char bucket_of(const struct sc_index *index, size_t group)
{
    return (unsigned char)(1U << (group * 8 / index->n_groups));
}

static void allow_any(struct sc_teddy *teddy, struct sc_bytes_tables *bytes, size_t k,
                      unsigned char bit)
{
    for (unsigned code = 0; code < 64; code++)
        allow_code(teddy, bytes, k, code, bit);
}

static void make_prefix_tables(struct sc_matcher *m)
{
    for (size_t g = 0; g < m->by_prefix.n_groups; g++) {
        unsigned char bit = bucket_of(&m->by_prefix, g);
        uint32_t key = m->by_prefix.groups[g].key;

        allow_code(&m->teddy, &m->bytes, 0, key >> 12 & 63, bit);
        allow_code(&m->teddy, &m->bytes, 1, key >> 6 & 63, bit);
        if (key >> 6 & 63)
            allow_code(&m->teddy, &m->bytes, 2, key & 63, bit);
        else /* behind a word of one letter: any */
            allow_any(&m->teddy, &m->bytes, 2, bit);
    }
}

/* Lets words that end in the group's three letters through, and the fourth one or any (0). */
static void allow_suffix(struct sc_matcher *m, const struct sc_group *group, unsigned char fourth,
                         unsigned char bit)
{
    allow_code(&m->teddy_suffix, &m->bytes_suffix, 2, group->key >> 12 & 63, bit);
    allow_code(&m->teddy_suffix, &m->bytes_suffix, 1, group->key >> 6 & 63, bit);
    allow_code(&m->teddy_suffix, &m->bytes_suffix, 0, group->key & 63, bit);
    if (fourth)
        allow_code(&m->teddy_suffix, &m->bytes_suffix, 3, sc_byte_codes[fourth], bit);
    else
        allow_any(&m->teddy_suffix, &m->bytes_suffix, 3, bit);
}

/*
 * Of a term of six letters the last three are certain by one edit, and the last four by two; of a
 * longer one always the last four. Neighbouring groups share a bucket, as above.
 */
static void make_suffix_tables(struct sc_matcher *m)
{
    static_assert(SC_SHORT_BUCKETS == 3, "the first two of eight");
    size_t n = m->by_suffix.n_groups;

    for (size_t g = 0; g < n; g++) {
        const struct sc_group *group = &m->by_suffix.groups[g];

        for (size_t i = 0; i < group->n; i++) {
            const struct sc_near *near = &m->nears[m->by_suffix.items[group->first + i]];
            unsigned char fourth = (unsigned char)m->terms[near->term].phrase.text[near->len - 4];

            if (near->len == SC_NEAR_MIN)
                allow_suffix(m, group, 0, (unsigned char)(1U << (g * 2 / n)));
            if (near->len > SC_NEAR_MIN || near->edits == 2)
                allow_suffix(m, group, fourth, (unsigned char)(1U << (2 + g * 6 / n)));
        }
    }
}

enum sc_status sc_matcher_new(const struct sc_dictionary *const *dictionaries,
                              size_t n_dictionaries, enum sc_engine engine,
                              struct sc_matcher **ret_matcher, struct sc_error *err)
{
    SC_AUTO(sc_matcher) matcher = sc_alloc(sizeof *matcher);
    struct compiler c = {.matcher = matcher, .err = err};
    enum sc_status status;

    if (!matcher)
        return sc_fail_nomem(err);
    status = add_dictionaries(&c, dictionaries, n_dictionaries);
    if (status)
        return status;
    note_judged(matcher);
    status = index_prefixes(matcher, err);
    if (!status)
        status = index_suffixes(matcher, err);
    if (!status)
        status = index_cues(matcher, err);
    if (status)
        return status;
    make_prefix_tables(matcher);
    make_suffix_tables(matcher);
    for (unsigned char byte = 0; byte < 128; byte++)
        matcher->word[byte] = sc_byte_codes[byte] ? byte : 0;
    if (n_dictionaries == 1) {
        matcher->decisive = matcher->dictionaries[0].primary;
        matcher->moot = matcher->dictionaries[0].fallback;
    }
    matcher->avx512 = engine != SC_ENGINE_AVX2 && sc_avx512_runs_here();
    if (engine == SC_ENGINE_AUTO || engine == SC_ENGINE_SIMD || engine == SC_ENGINE_AVX2)
        engine = sc_simd_runs_here() ? SC_ENGINE_SIMD : SC_ENGINE_SCALAR;
    matcher->engine = engine;
    if (engine == SC_ENGINE_VECTORSCAN) {
        status = sc_vectorscan_compile(matcher, err);
        if (status)
            return status;
    }
    *ret_matcher = SC_TAKE(matcher);
    return SC_OK;
}

void sc_matcher_free(struct sc_matcher *matcher)
{
    struct sc_index *indexes[3];

    if (!matcher)
        return;
    indexes[0] = &matcher->by_prefix;
    indexes[1] = &matcher->by_suffix;
    indexes[2] = &matcher->by_cue;
    for (size_t i = 0; i < 3; i++) {
        sc_free(indexes[i]->groups);
        sc_free(indexes[i]->next);
        sc_free(indexes[i]->items);
    }
    sc_vectorscan_free(matcher->vectorscan);
    sc_free(matcher->terms);
    sc_free(matcher->nears);
    sc_free(matcher->phrases);
    sc_free(matcher->alignments);
    sc_free(matcher->cues);
    sc_free(matcher->dictionaries);
    sc_free(matcher);
}
