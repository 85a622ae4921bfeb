/*
 * simd.c - the fast engine: 32 bytes of text a step (AVX2).
 *
 * Three masks a step:
 *   words   which bytes are word bytes, by two 16-entry nibble tables;
 *   starts  where a word begins: words & ~(words << 1);
 *   maybe   where a term may begin: for the byte there and the two after it,
 *           nibble tables give the buckets (of eight) that have a term with
 *           such a byte in that place, and a bucket must be in all three
 *           ("Teddy", from Hyperscan's literal matcher).
 * Only places in starts & maybe are looked at one by one: the three bytes pick
 * a group of terms, and each is compared in one masked 32-byte step. Case is
 * ASCII's 0x20 bit, added to A-Z only.
 *
 * With AVX-512 (VBMI) a step is 64 bytes, and one look-up in a table of all 128
 * ASCII bytes takes the place of two by nibbles: fewer instructions, and fewer
 * places looked at in vain.
 *
 * Near-misses have the first three letters of their term or the last three
 * (near.c says why), so the same is done for word ends with tables of last
 * letters, where there are near-misses at all. A candidate by one edit is
 * decided without a loop: with p equal bytes from the left and s from the right
 * (two masked compares), a word of the same length is one letter wrong when
 * p + s is one less, or has two swapped when it is two less and they match
 * crosswise; one a letter longer or shorter has that letter in the gap.
 *
 * The sign bits of the bytes tell on the way whether the text is ASCII; where
 * it is not, the caller folds it and comes back.
 */
#include <string.h>

#include "classify/engine.h"
#include "classify/fold.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define TARGET __attribute__((target("avx2,bmi,bmi2,popcnt,lzcnt")))

bool sc_simd_runs_here(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
           __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt");
}

struct tables {
    __m256i low[SC_PREFIX_BYTES];
    __m256i high[SC_PREFIX_BYTES];
    __m256i suffix_low[SC_SUFFIX_BYTES];
    __m256i suffix_high[SC_SUFFIX_BYTES];
    __m256i word_low;
    __m256i word_high;
};

TARGET static inline __m256i twice(const unsigned char table[16])
{
    return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)table));
}

TARGET static inline void load_tables(const struct sc_matcher *matcher, struct tables *tables)
{
    /* bit 0: 0-9; bit 1: a-o; bit 2: p-z; bit 3: '_' */
    static const unsigned char word_low[16] = {0x5, 0x7, 0x7, 0x7, 0x7, 0x7, 0x7, 0x7,
                                               0x7, 0x7, 0x6, 0x2, 0x2, 0x2, 0x2, 0xA};
    static const unsigned char word_high[16] = {0, 0, 0, 0x1, 0x2, 0xC, 0x2, 0x4,
                                                0, 0, 0, 0,   0,   0,   0,   0};

    for (size_t k = 0; k < SC_PREFIX_BYTES; k++) {
        tables->low[k] = twice(matcher->teddy.low[k]);
        tables->high[k] = twice(matcher->teddy.high[k]);
    }
    for (size_t k = 0; k < SC_SUFFIX_BYTES; k++) {
        tables->suffix_low[k] = twice(matcher->teddy_suffix.low[k]);
        tables->suffix_high[k] = twice(matcher->teddy_suffix.high[k]);
    }
    tables->word_low = twice(word_low);
    tables->word_high = twice(word_high);
}

TARGET static inline __m256i load(const char *p)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)p);
}

TARGET static inline __m256i high_nibbles(__m256i v)
{
    return _mm256_and_si256(_mm256_srli_epi16(v, 4), _mm256_set1_epi8(15));
}

/* The buckets that have each byte, by its nibbles. */
TARGET static inline __m256i buckets(__m256i low, __m256i high, __m256i v)
{
    return _mm256_and_si256(_mm256_shuffle_epi8(low, _mm256_and_si256(v, _mm256_set1_epi8(15))),
                            _mm256_shuffle_epi8(high, high_nibbles(v)));
}

TARGET static inline __m256i lower(__m256i v)
{
    __m256i upper = _mm256_and_si256(_mm256_cmpgt_epi8(v, _mm256_set1_epi8('A' - 1)),
                                     _mm256_cmpgt_epi8(_mm256_set1_epi8('Z' + 1), v));

    return _mm256_or_si256(v, _mm256_and_si256(upper, _mm256_set1_epi8(0x20)));
}

/* The word bytes of 32 bytes in lower case. */
TARGET static inline uint32_t word_mask(__m256i v)
{
    __m256i letter = _mm256_and_si256(_mm256_cmpgt_epi8(v, _mm256_set1_epi8('a' - 1)),
                                      _mm256_cmpgt_epi8(_mm256_set1_epi8('z' + 1), v));
    __m256i digit = _mm256_and_si256(_mm256_cmpgt_epi8(v, _mm256_set1_epi8('0' - 1)),
                                     _mm256_cmpgt_epi8(_mm256_set1_epi8('9' + 1), v));
    __m256i other = _mm256_or_si256(_mm256_cmpeq_epi8(v, _mm256_set1_epi8('_')),
                                    _mm256_cmpeq_epi8(v, _mm256_set1_epi8(SC_FOLD_LETTER)));

    return (uint32_t)_mm256_movemask_epi8(_mm256_or_si256(_mm256_or_si256(letter, digit), other));
}

TARGET static inline uint32_t equal_mask(__m256i v, const unsigned char *with)
{
    return (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(v, load((const char *)with)));
}

/* A word of the text, as near-misses are compared: 32 bytes from its start, 32 up to its end. */
struct word {
    size_t start;
    size_t end;
    __m256i left;
    __m256i right;
};

/* Whether the word, which is no near-miss by more than one edit, is one by one. */
TARGET static inline bool is_one_edit(const struct word *w, const struct sc_near *near)
{
    unsigned n = (unsigned)(w->end - w->start);
    unsigned least = n < near->len ? n : near->len;
    unsigned p = _tzcnt_u32(~equal_mask(w->left, near->left + SC_NEAR_TEXT));
    unsigned s = _lzcnt_u32(~equal_mask(w->right, near->right));

    p = p < least ? p : least;
    s = s < least ? s : least;
    if (n != near->len)
        return p + s >= least;
    if (p + s + 2 == n) {
        unsigned char pair[32];

        _mm256_storeu_si256((__m256i *)(void *)pair, w->left);
        return pair[p] == near->left[SC_NEAR_TEXT + p + 1] &&
               pair[p + 1] == near->left[SC_NEAR_TEXT + p];
    }
    return p < n && p + s + 1 >= n;
}

/*
 * False when more than two letters of the word are not in the term within two
 * places: two edits leave no more than two such, so it is no near-miss.
 */
TARGET static inline bool may_be_two_edits(const struct word *w, const struct sc_near *near)
{
    unsigned n = (unsigned)(w->end - w->start);
    uint32_t there = 0;

    for (size_t shift = 0; shift <= 4; shift++)
        there |= equal_mask(w->left, near->left + shift);
    return _mm_popcnt_u32(~there & ((1U << n) - 1)) <= 2;
}

/* Looks at the near-misses `items`, less `base`, that the word may be. */
TARGET static void look_near(struct sc_scan *scan, const struct word *w, const uint16_t *items,
                             size_t n_items, size_t base)
{
    const struct sc_matcher *matcher = scan->matcher;
    size_t n = w->end - w->start;

    for (size_t i = 0; i < n_items; i++) {
        const struct sc_near *near = &matcher->nears[items[i] - base];
        uint64_t known =
            scan->by[SC_MATCH_EXACT] | scan->by[SC_MATCH_VARIANT] | scan->by[SC_MATCH_NEAR];

        if (n + near->edits < near->len || n > (size_t)near->len + near->edits ||
            !(near->categories & ~known))
            continue;
        if (near->edits == 1
                ? !is_one_edit(w, near)
                : !may_be_two_edits(w, near) || !sc_is_near(scan, near, w->start, w->end))
            continue;
        if (sc_near_allowed(matcher, near, scan->text, scan->len, w->start, w->end))
            sc_take_near(scan, near, w->start, w->end);
    }
}

/* The categories that need not be looked for as near-misses any more. */
static inline uint64_t known_for_near(const struct sc_scan *scan)
{
    uint64_t terms = scan->by[SC_MATCH_EXACT] | scan->by[SC_MATCH_VARIANT];

    return terms | scan->by[SC_MATCH_NEAR] |
           (terms & scan->matcher->decisive ? scan->matcher->moot : 0);
}

/* Looks at the terms and near-misses that may stand at the word start text[at]. */
TARGET static void look_at(struct sc_scan *scan, size_t at)
{
    const struct sc_matcher *matcher = scan->matcher;
    const struct sc_group *group;
    uint64_t exact = scan->by[SC_MATCH_EXACT];
    uint64_t known =
        (exact | scan->by[SC_MATCH_VARIANT]) & matcher->decisive ? exact | matcher->moot : exact;
    const uint16_t *items;
    uint32_t apostrophes;
    __m256i v;

    group = sc_group_find(&matcher->by_prefix, sc_key_at(scan->text, scan->len, at));
    if (!group || !((group->categories | group->near_categories) & ~known))
        return; /* nothing stands here, or nothing new */
    items = matcher->by_prefix.items + group->first;
    v = lower(load(scan->text + at));
    apostrophes = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(v, _mm256_set1_epi8('\'')));
    for (size_t t = 0; t < group->n; t++) {
        const struct sc_term *term = &matcher->terms[items[t]];
        size_t end = at + term->phrase.len;
        uint32_t equal;

        if (!(term->categories & ~known))
            continue;
        if (!term->fast_mask || (apostrophes & term->fast_mask)) {
            end = sc_phrase_at(&term->phrase, scan->text, scan->len, at);
            if (end)
                sc_take(scan, term, at, end);
            continue;
        }
        equal = equal_mask(v, term->fast);
        if ((equal & term->fast_mask) != term->fast_mask || end > scan->len ||
            (end < scan->len && sc_byte_codes[(unsigned char)scan->text[end]]))
            continue;
        if (term->judged)
            sc_take(scan, term, at, end);
        else
            scan->by[term->kind] |= term->categories;
    }
    if (group->n_near && (group->near_categories & ~known_for_near(scan))) {
        struct word w = {.start = at, .left = v};
        size_t n = _tzcnt_u32(~word_mask(v));

        n = n < scan->len - at ? n : scan->len - at;
        if (n < 5 || n > 31)
            return;
        w.end = at + n;
        w.right = lower(load(scan->text + w.end - 32));
        look_near(scan, &w, items + group->n, group->n_near, matcher->n_terms);
    }
}

/* Looks at the near-misses that may be the word of which text[last] is the last byte. */
TARGET static void look_at_end(struct sc_scan *scan, size_t last)
{
    const struct sc_matcher *matcher = scan->matcher;
    const unsigned char *p = (const unsigned char *)scan->text + last;
    struct word w = {.end = last + 1};
    const struct sc_group *group;
    size_t n;

    if (last < 4)
        return;
    group = sc_group_find(&matcher->by_suffix, sc_prefix_key(p[-2], p[-1], p[0]));
    if (!group || !(group->categories & ~known_for_near(scan)))
        return;
    w.right = lower(load(scan->text + w.end - 32));
    n = _lzcnt_u32(~word_mask(w.right));
    n = n < w.end ? n : w.end;
    if (n < 5 || n > 31)
        return;
    w.start = w.end - n;
    w.left = lower(load(scan->text + w.start));
    look_near(scan, &w, matcher->by_suffix.items + group->first, group->n, 0);
}

TARGET static inline uint32_t nonzero(__m256i v)
{
    return ~(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(v, _mm256_setzero_si256()));
}

/* Where a term may begin, of the 32 places from text + i. */
TARGET static inline uint32_t maybe_starts(const struct tables *t, const char *p, __m256i v)
{
    return nonzero(_mm256_and_si256(buckets(t->low[0], t->high[0], v),
                                    _mm256_and_si256(buckets(t->low[1], t->high[1], load(p + 1)),
                                                     buckets(t->low[2], t->high[2], load(p + 2)))));
}

/* The buckets that have the byte so many places before each, of suffixes. */
TARGET static inline __m256i suffix_buckets(const struct tables *t, size_t k, const char *p)
{
    return buckets(t->suffix_low[k], t->suffix_high[k], load(p - k));
}

/* Where a near-miss may end. */
TARGET static inline uint32_t maybe_ends(const struct tables *t, const char *p)
{
    return nonzero(
        _mm256_and_si256(_mm256_and_si256(suffix_buckets(t, 0, p), suffix_buckets(t, 1, p)),
                         _mm256_and_si256(suffix_buckets(t, 2, p), suffix_buckets(t, 3, p))));
}

TARGET void sc_scan_simd(struct sc_scan *scan, bool raw, bool *ret_not_ascii)
{
    const struct sc_matcher *matcher = scan->matcher;
    const char *text = scan->text;
    size_t len = scan->len;
    struct tables tables;
    uint32_t before = 0; /* whether the byte before this step is a word byte */

    *ret_not_ascii = false;
    load_tables(matcher, &tables);
    for (size_t i = 0; i < len; i += 32) {
        __m256i v = load(text + i);
        uint32_t valid = len - i >= 32 ? UINT32_MAX : (1U << (len - i)) - 1;
        uint32_t signs = (uint32_t)_mm256_movemask_epi8(v) & valid;
        __m256i word = _mm256_and_si256(_mm256_shuffle_epi8(tables.word_low, v),
                                        _mm256_shuffle_epi8(tables.word_high, high_nibbles(v)));
        uint32_t words = (nonzero(word) | signs) & valid;
        uint32_t starts = words & ~(words << 1 | before);
        uint32_t look;

        if (signs && raw) {
            *ret_not_ascii = true;
            return;
        }
        before = words >> 31;
        look = maybe_starts(&tables, text + i, v) & starts;
        if (len - i <= 34) { /* what follows the text is not known: look at its last starts */
            size_t sure = len - i > 2 ? len - i - 2 : 0;

            look |= starts & ~(uint32_t)(sure >= 32 ? UINT32_MAX : (1U << sure) - 1);
        }
        for (; look; look &= look - 1)
            look_at(scan, i + (size_t)__builtin_ctz(look));
        if (matcher->n_nears) {
            uint32_t next = i + 32 < len && sc_byte_codes[(unsigned char)text[i + 32]];
            uint32_t ends = words & ~(words >> 1 | next << 31);

            look = maybe_ends(&tables, text + i) & ends;
            for (; look; look &= look - 1)
                look_at_end(scan, i + (size_t)__builtin_ctz(look));
        }
    }
}

#define TARGET512                                                                                  \
    __attribute__((target("avx2,avx512f,avx512bw,avx512vl,avx512vbmi,bmi,bmi2,popcnt,lzcnt")))

bool sc_avx512_runs_here(void)
{
    return sc_simd_runs_here() && __builtin_cpu_supports("avx512f") &&
           __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512vbmi");
}

/* table[v] for each byte; bytes over 0x7F look up the entry 0x80 below. */
TARGET512 static inline __m512i table128(const unsigned char table[128], __m512i v)
{
    return _mm512_permutex2var_epi8(_mm512_loadu_si512(table), v, _mm512_loadu_si512(table + 64));
}

TARGET512 static inline __m512i load512(const char *p)
{
    return _mm512_loadu_si512(p);
}

/* As maybe_starts() and maybe_ends(), of 64 places. */
TARGET512 static inline uint64_t maybe_starts512(const struct sc_bytes_tables *t, const char *p,
                                                 __m512i v)
{
    __m512i maybe = _mm512_and_si512(table128(t->bucket[0], v),
                                     _mm512_and_si512(table128(t->bucket[1], load512(p + 1)),
                                                      table128(t->bucket[2], load512(p + 2))));

    return _mm512_test_epi8_mask(maybe, maybe);
}

TARGET512 static inline uint64_t maybe_ends512(const struct sc_bytes_tables *t, const char *p)
{
    __m512i maybe = _mm512_and_si512(_mm512_and_si512(table128(t->bucket[0], load512(p)),
                                                      table128(t->bucket[1], load512(p - 1))),
                                     _mm512_and_si512(table128(t->bucket[2], load512(p - 2)),
                                                      table128(t->bucket[3], load512(p - 3))));

    return _mm512_test_epi8_mask(maybe, maybe);
}

TARGET512 void sc_scan_avx512(struct sc_scan *scan, bool *ret_not_ascii)
{
    const struct sc_matcher *matcher = scan->matcher;
    const char *text = scan->text;
    size_t len = scan->len;
    uint64_t before = 0;

    *ret_not_ascii = false;
    for (size_t i = 0; i < len; i += 64) {
        __m512i v = load512(text + i);
        uint64_t valid = len - i >= 64 ? UINT64_MAX : (1ULL << (len - i)) - 1;
        uint64_t words = _mm512_test_epi8_mask(table128(matcher->word, v), v) & valid;
        uint64_t starts = words & ~(words << 1 | before);
        uint64_t look;

        if (_mm512_movepi8_mask(v) & valid) {
            *ret_not_ascii = true;
            return;
        }
        before = words >> 63;
        /* of the last byte, two further ones cannot be loaded, nor would they tell anything */
        look = len - i < 2 ? starts : maybe_starts512(&matcher->bytes, text + i, v) & starts;
        if (len - i <= 66) { /* what follows the text is not known: look at its last starts */
            size_t sure = len - i > 2 ? len - i - 2 : 0;

            look |= starts & ~(sure >= 64 ? UINT64_MAX : (1ULL << sure) - 1);
        }
        for (; look; look &= look - 1)
            look_at(scan, i + (size_t)__builtin_ctzll(look));
        if (matcher->n_nears) {
            uint64_t next = i + 64 < len && sc_byte_codes[(unsigned char)text[i + 64]];
            uint64_t ends = words & ~(words >> 1 | next << 63);

            look = maybe_ends512(&matcher->bytes_suffix, text + i) & ends;
            for (; look; look &= look - 1)
                look_at_end(scan, i + (size_t)__builtin_ctzll(look));
        }
    }
}

#else

bool sc_simd_runs_here(void)
{
    return false;
}

bool sc_avx512_runs_here(void)
{
    return false;
}

void sc_scan_avx512(struct sc_scan *scan, bool *ret_not_ascii)
{
    sc_scan_simd(scan, true, ret_not_ascii);
}

void sc_scan_simd(struct sc_scan *scan, bool raw, bool *ret_not_ascii)
{
    *ret_not_ascii = raw && !sc_is_ascii(scan->text, scan->len);
    if (!*ret_not_ascii)
        sc_scan_scalar(scan);
}

#endif
