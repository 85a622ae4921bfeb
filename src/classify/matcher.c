/*
 * matcher.c - compiles dictionaries into one matcher, and the plain engine.
 *
 * All terms of all dictionaries are folded, made unique and sorted by their
 * first three bytes (as six-bit codes, so case does not matter and everything
 * that is no word byte is alike). At each place where a word starts in the
 * text, the three bytes there pick the group of terms that may stand there,
 * mostly none, and those are compared. Words start far less often than bytes
 * do: that is where the speed comes from, in this engine and in simd.c.
 */
#include "safecount/dictionary.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "classify/engine.h"
#include "classify/fold.h"

/* entries of a table, not expressions: NOLINTBEGIN */
#define L(c) [c] = (c) - 'a' + 1, [(c)-32] = (c) - 'a' + 1
#define D(c) [c] = (c) - '0' + 27
/* NOLINTEND */

const unsigned char sc_byte_codes[256] = {
    L('a'), L('b'), L('c'), L('d'), L('e'), L('f'), L('g'),     L('h'),     L('i'), L('j'),
    L('k'), L('l'), L('m'), L('n'), L('o'), L('p'), L('q'),     L('r'),     L('s'), L('t'),
    L('u'), L('v'), L('w'), L('x'), L('y'), L('z'), D('0'),     D('1'),     D('2'), D('3'),
    D('4'), D('5'), D('6'), D('7'), D('8'), D('9'), ['_'] = 37, [0x80] = 38};

const char *sc_engine_name(enum sc_engine engine)
{
    switch (engine) {
    case SC_ENGINE_AUTO:
        return "auto";
    case SC_ENGINE_SCALAR:
        return "scalar";
    case SC_ENGINE_SIMD:
        return "simd";
    case SC_ENGINE_VECTORSCAN:
        return "vectorscan";
    case SC_ENGINE_AVX2:
        return "avx2";
    }
    return "unknown";
}

/* ---- the plain engine ---- */

bool sc_term_at(const struct sc_term *term, const char *text, size_t len, size_t at)
{
    size_t i = at;

    for (size_t t = 0; t < term->len; t++) {
        if (term->text[t] == ' ') {
            size_t from = i;

            while (i < len && sc_is_separator(text[i]))
                i++;
            if (i == from)
                return false;
        } else {
            if (i >= len || sc_lower(text[i]) != term->text[t])
                return false;
            i++;
        }
    }
    return (i >= len || !sc_is_word(text[i])) && (at == 0 || !sc_is_word(text[at - 1]));
}

uint64_t sc_scan_scalar(const struct sc_matcher *matcher, const char *text, size_t len)
{
    uint64_t bits = 0;
    bool in_word = false;

    for (size_t i = 0; i < len; i++) {
        bool word = sc_is_word(text[i]);
        const struct sc_group *group;

        if (!word || in_word) {
            in_word = word;
            continue;
        }
        in_word = true;
        group = sc_group_find(matcher, sc_prefix_key((unsigned char)text[i],
                                                     i + 1 < len ? (unsigned char)text[i + 1] : 0,
                                                     i + 2 < len ? (unsigned char)text[i + 2] : 0));
        for (size_t t = 0; group && t < group->n; t++) {
            const struct sc_term *term = &matcher->terms[group->first + t];

            if ((term->categories & ~bits) && sc_term_at(term, text, len, i))
                bits |= term->categories;
        }
    }
    return bits;
}

/* ---- compiling ---- */

/* Folds a written term; separators become single spaces. False when too little is left. */
static bool fold_term(const char *written, struct sc_term *term, bool *ret_nomem)
{
    SC_AUTO_BUF folded = {0};
    size_t n = 0;

    sc_fold(written, strlen(written), &folded);
    *ret_nomem = folded.failed;
    if (folded.failed)
        return false;
    for (size_t i = 0; i < folded.len && n + 1 < SC_TERM_MAX; i++) {
        if (!sc_is_separator(folded.data[i]))
            term->text[n++] = sc_lower(folded.data[i]);
        else if (n && term->text[n - 1] != ' ')
            term->text[n++] = ' ';
    }
    while (n && term->text[n - 1] == ' ')
        n--;
    term->text[n] = '\0';
    term->len = (unsigned char)n;
    term->separators = memchr(term->text, ' ', n) != NULL;
    if (n && n <= SC_TERM_FAST) {
        memcpy(term->fast, term->text, n);
        term->fast_mask = n == 32 ? UINT32_MAX : (1U << n) - 1;
    }
    return n > 1 && sc_is_word(term->text[0]) && sc_is_word(term->text[n - 1]);
}

/*
 * The keys under which a term must be found. Mostly one; a term that begins
 * with a single letter and a separator ("i message") has a second, for texts
 * with more than one separator there.
 */
static size_t term_keys(const struct sc_term *term, uint32_t keys[2])
{
    const unsigned char *t = (const unsigned char *)term->text;
    unsigned char second = term->len > 1 ? t[1] : 0;
    unsigned char third = term->len > 2 ? t[2] : 0;

    keys[0] = sc_prefix_key(t[0], second, third);
    if (second != ' ')
        return 1;
    keys[1] = sc_prefix_key(t[0], ' ', ' ');
    return 2;
}

struct keyed {
    uint32_t key;
    struct sc_term term;
};

static int by_key(const void *a, const void *b)
{
    const struct keyed *left = a;
    const struct keyed *right = b;
    int c;

    if (left->key != right->key)
        return left->key < right->key ? -1 : 1;
    c = strcmp(left->term.text, right->term.text);
    return c;
}

static enum sc_status collect_terms(const struct sc_dictionary *const *dictionaries,
                                    size_t n_dictionaries, struct keyed **ret_keyed, size_t *ret_n,
                                    struct sc_error *err)
{
    SC_AUTO_FREE struct keyed *keyed = NULL;
    size_t capacity = 0;
    size_t n = 0;
    unsigned bit = 0;

    for (size_t d = 0; d < n_dictionaries; d++) {
        for (size_t c = 0; c < dictionaries[d]->n_categories; c++, bit++) {
            const struct sc_dictionary_category *category = &dictionaries[d]->categories[c];

            for (size_t t = 0; t < category->n_terms; t++) {
                struct keyed k = {0};
                uint32_t keys[2];
                size_t n_keys;
                bool nomem = false;
                bool good;

                good = fold_term(category->terms[t], &k.term, &nomem);
                if (nomem)
                    return sc_fail_nomem(err);
                if (!good)
                    return sc_fail_at(
                        err, SC_E_INPUT, dictionaries[d]->path, 0, 0,
                        "a term of category '%s' has, without accents, fewer than two "
                        "letters or digits, or none at its beginning or end",
                        category->code);
                k.term.categories = 1ULL << bit;
                n_keys = term_keys(&k.term, keys);
                for (size_t i = 0; i < n_keys; i++) {
                    enum sc_status status =
                        sc_grow((void **)&keyed, &capacity, n, sizeof *keyed, err);

                    if (status)
                        return status;
                    k.key = keys[i];
                    keyed[n++] = k;
                }
            }
        }
    }
    if (n)
        qsort(keyed, n, sizeof *keyed, by_key);
    *ret_keyed = SC_TAKE(keyed);
    *ret_n = n;
    return SC_OK;
}

static enum sc_status make_groups(struct sc_matcher *matcher, const struct keyed *keyed, size_t n,
                                  struct sc_error *err)
{
    if (n > UINT16_MAX - 1)
        return sc_fail(err, SC_E_RANGE, "the dictionaries have %zu terms: expected at most %d", n,
                       UINT16_MAX - 1);
    matcher->terms = sc_alloc_array(n, sizeof *matcher->terms);
    matcher->groups = sc_alloc_array(n, sizeof *matcher->groups);
    matcher->next = sc_alloc_array(n, sizeof *matcher->next);
    if (!matcher->terms || !matcher->groups || !matcher->next)
        return sc_fail_nomem(err);
    for (size_t i = 0; i < n; i++) {
        bool new_group = i == 0 || keyed[i].key != keyed[i - 1].key;

        if (!new_group && strcmp(keyed[i].term.text, keyed[i - 1].term.text) == 0) {
            matcher->terms[matcher->n_terms - 1].categories |= keyed[i].term.categories;
            matcher->groups[matcher->n_groups - 1].categories |= keyed[i].term.categories;
            continue;
        }
        if (new_group) {
            size_t slot = sc_prefix_slot(keyed[i].key);

            matcher->groups[matcher->n_groups].key = keyed[i].key;
            matcher->groups[matcher->n_groups].first = (uint16_t)matcher->n_terms;
            matcher->next[matcher->n_groups] = matcher->slots[slot];
            matcher->slots[slot] = (uint16_t)++matcher->n_groups;
        }
        matcher->groups[matcher->n_groups - 1].n++;
        matcher->groups[matcher->n_groups - 1].categories |= keyed[i].term.categories;
        matcher->terms[matcher->n_terms++] = keyed[i].term;
    }
    return SC_OK;
}

/* Lets byte code `code` (0: any byte that is no word byte) through bucket `bit` at place `k`. */
static void teddy_allow(struct sc_matcher *matcher, size_t k, unsigned code, unsigned char bit)
{
    for (unsigned byte = 0; byte < 256; byte++) {
        if (sc_byte_codes[byte] != code)
            continue;
        matcher->teddy.low[k][byte & 15] |= bit;
        matcher->teddy.high[k][byte >> 4] |= bit;
        if (byte < 128)
            matcher->bytes.bucket[k][byte] |= bit;
    }
}

/* Spreads the groups over the eight buckets, neighbours together: they share first letters. */
static void make_teddy(struct sc_matcher *matcher)
{
    for (unsigned char byte = 0; byte < 128; byte++)
        matcher->bytes.word[byte] = sc_byte_codes[byte] ? byte : 0;
    for (size_t g = 0; g < matcher->n_groups; g++) {
        unsigned char bit = (unsigned char)(1U << (g * 8 / matcher->n_groups));
        uint32_t key = matcher->groups[g].key;

        teddy_allow(matcher, 0, key >> 12 & 63, bit);
        teddy_allow(matcher, 1, key >> 6 & 63, bit);
        teddy_allow(matcher, 2, key & 63, bit);
    }
}

static enum sc_status note_dictionaries(struct sc_matcher *matcher,
                                        const struct sc_dictionary *const *dictionaries, size_t n,
                                        struct sc_error *err)
{
    unsigned bit = 0;

    matcher->dictionaries = sc_alloc_array(n, sizeof *matcher->dictionaries);
    if (!matcher->dictionaries)
        return sc_fail_nomem(err);
    matcher->n_dictionaries = n;
    for (size_t d = 0; d < n; d++) {
        for (size_t c = 0; c < dictionaries[d]->n_categories; c++, bit++) {
            if (bit == SC_CATEGORIES_MAX)
                return sc_fail(err, SC_E_RANGE,
                               "the dictionaries of one request have more than %d categories "
                               "together",
                               SC_CATEGORIES_MAX);
            if (dictionaries[d]->categories[c].fallback)
                matcher->dictionaries[d].fallback |= 1ULL << bit;
            else
                matcher->dictionaries[d].primary |= 1ULL << bit;
        }
    }
    return SC_OK;
}

enum sc_status sc_matcher_new(const struct sc_dictionary *const *dictionaries,
                              size_t n_dictionaries, enum sc_engine engine,
                              struct sc_matcher **ret_matcher, struct sc_error *err)
{
    SC_AUTO(sc_matcher) matcher = sc_alloc(sizeof *matcher);
    SC_AUTO_FREE struct keyed *keyed = NULL;
    enum sc_status status;
    size_t n = 0;

    if (!matcher)
        return sc_fail_nomem(err);
    status = note_dictionaries(matcher, dictionaries, n_dictionaries, err);
    if (!status)
        status = collect_terms(dictionaries, n_dictionaries, &keyed, &n, err);
    if (!status)
        status = make_groups(matcher, keyed, n, err);
    if (status)
        return status;
    make_teddy(matcher);
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
    if (!matcher)
        return;
    sc_vectorscan_free(matcher->vectorscan);
    sc_free(matcher->terms);
    sc_free(matcher->groups);
    sc_free(matcher->next);
    sc_free(matcher->dictionaries);
    sc_free(matcher);
}

enum sc_engine sc_matcher_engine(const struct sc_matcher *matcher)
{
    return matcher->engine;
}

enum sc_status sc_matcher_scratch_new(const struct sc_matcher *matcher,
                                      struct sc_matcher_scratch **ret_scratch, struct sc_error *err)
{
    SC_AUTO(sc_matcher_scratch) scratch = sc_alloc(sizeof *scratch);

    if (!scratch)
        return sc_fail_nomem(err);
    if (matcher->engine == SC_ENGINE_VECTORSCAN) {
        enum sc_status status = sc_vectorscan_scratch(matcher, &scratch->vectorscan, err);

        if (status)
            return status;
    }
    *ret_scratch = SC_TAKE(scratch);
    return SC_OK;
}

void sc_matcher_scratch_free(struct sc_matcher_scratch *scratch)
{
    if (!scratch)
        return;
    sc_buf_release(&scratch->folded);
    sc_buf_release(&scratch->hits_text);
    sc_buf_release(&scratch->origins);
    sc_buf_release(&scratch->hits);
    sc_vectorscan_scratch_free(scratch->vectorscan);
    sc_free(scratch);
}

/* ---- one narrative ---- */

static uint64_t resolve_fallbacks(const struct sc_matcher *matcher, uint64_t bits)
{
    uint64_t set = bits;

    for (size_t d = 0; d < matcher->n_dictionaries; d++) {
        if (bits & matcher->dictionaries[d].primary)
            set &= ~matcher->dictionaries[d].fallback;
    }
    return set;
}

/* Puts the folded text, with padding on both sides, into the scratch. */
static enum sc_status fold_padded(struct sc_matcher_scratch *scratch, const char **text,
                                  size_t *len, struct sc_error *err)
{
    static const char padding[SC_MATCHER_PADDING] = {0};
    struct sc_buf *folded = &scratch->folded;
    enum sc_status status;

    sc_buf_clear(folded);
    sc_buf_add(folded, padding, sizeof padding);
    sc_fold(*text, *len, folded);
    *len = folded->len - sizeof padding;
    sc_buf_add(folded, padding, sizeof padding);
    status = sc_buf_check(folded, err);
    if (!status)
        *text = folded->data + sizeof padding;
    return status;
}

enum sc_status sc_matcher_classify(const struct sc_matcher *matcher,
                                   struct sc_matcher_scratch *scratch, const char *text, size_t len,
                                   uint64_t *ret_set, struct sc_error *err)
{
    enum sc_status status = SC_OK;
    uint64_t bits = 0;
    bool fold;

    if (matcher->engine == SC_ENGINE_SIMD) {
        bits = matcher->avx512 ? sc_scan_avx512(matcher, text, len, &fold)
                               : sc_scan_simd(matcher, text, len, true, &fold);
        if (!fold) {
            *ret_set = resolve_fallbacks(matcher, bits);
            return SC_OK;
        }
    } else {
        fold = !sc_is_ascii(text, len);
    }
    if (fold)
        status = fold_padded(scratch, &text, &len, err);
    if (status)
        return status;
    if (matcher->engine == SC_ENGINE_SIMD)
        bits = sc_scan_simd(matcher, text, len, false, &fold);
    else if (matcher->engine == SC_ENGINE_VECTORSCAN)
        status = sc_vectorscan_scan(matcher, scratch->vectorscan, text, len, &bits, err);
    else
        bits = sc_scan_scalar(matcher, text, len);
    if (!status)
        *ret_set = resolve_fallbacks(matcher, bits);
    return status;
}

enum sc_status sc_matcher_find(const struct sc_matcher *matcher, struct sc_matcher_scratch *scratch,
                               const char *text, size_t len, struct sc_found *ret_found,
                               struct sc_error *err)
{
    struct sc_found found = {0};
    enum sc_status status = sc_matcher_classify(matcher, scratch, text, len, &found.set, err);

    if (status)
        return status;
    found.by[SC_MATCH_EXACT] = found.set;
    *ret_found = found;
    return SC_OK;
}
