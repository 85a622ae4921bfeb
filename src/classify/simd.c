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
    __m256i low[3];
    __m256i high[3];
    __m256i word_low;
    __m256i word_high;
};

TARGET static inline __m256i twice(const unsigned char table[16])
{
    return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)table));
}

TARGET static inline void load_tables(const struct sc_teddy *teddy, struct tables *tables)
{
    /* bit 0: 0-9; bit 1: a-o; bit 2: p-z; bit 3: '_' */
    static const unsigned char word_low[16] = {0x5, 0x7, 0x7, 0x7, 0x7, 0x7, 0x7, 0x7,
                                               0x7, 0x7, 0x6, 0x2, 0x2, 0x2, 0x2, 0xA};
    static const unsigned char word_high[16] = {0, 0, 0, 0x1, 0x2, 0xC, 0x2, 0x4,
                                                0, 0, 0, 0,   0,   0,   0,   0};

    for (size_t k = 0; k < 3; k++) {
        tables->low[k] = twice(teddy->low[k]);
        tables->high[k] = twice(teddy->high[k]);
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

TARGET static inline __m256i buckets(const struct tables *tables, size_t k, __m256i v)
{
    __m256i low = _mm256_and_si256(v, _mm256_set1_epi8(15));

    return _mm256_and_si256(_mm256_shuffle_epi8(tables->low[k], low),
                            _mm256_shuffle_epi8(tables->high[k], high_nibbles(v)));
}

TARGET static inline __m256i lower(__m256i v)
{
    __m256i upper = _mm256_and_si256(_mm256_cmpgt_epi8(v, _mm256_set1_epi8('A' - 1)),
                                     _mm256_cmpgt_epi8(_mm256_set1_epi8('Z' + 1), v));

    return _mm256_or_si256(v, _mm256_and_si256(upper, _mm256_set1_epi8(0x20)));
}

/* `bits`, and those of the terms that stand at the word start text[at]. */
TARGET static uint64_t look_at(const struct sc_matcher *matcher, const char *text, size_t len,
                               size_t at, uint64_t bits)
{
    const unsigned char *p = (const unsigned char *)text + at;
    const struct sc_group *group;
    uint64_t known = bits & matcher->decisive ? bits | matcher->moot : bits;
    __m256i v;

    group = sc_group_find(matcher,
                          sc_prefix_key(p[0], at + 1 < len ? p[1] : 0, at + 2 < len ? p[2] : 0));
    if (!group || !(group->categories & ~known))
        return bits; /* nothing stands here, or nothing new */
    v = lower(load(text + at));
    for (size_t t = 0; t < group->n; t++) {
        const struct sc_term *term = &matcher->terms[group->first + t];
        uint32_t equal;

        if (term->separators || !term->fast_mask) {
            if (sc_term_at(term, text, len, at))
                bits |= term->categories;
            continue;
        }
        equal =
            (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(v, load((const char *)term->fast)));
        if ((equal & term->fast_mask) == term->fast_mask && at + term->len <= len &&
            (at + term->len == len || !sc_byte_codes[p[term->len]]))
            bits |= term->categories;
    }
    return bits;
}

TARGET uint64_t sc_scan_simd(const struct sc_matcher *matcher, const char *text, size_t len,
                             bool raw, bool *ret_not_ascii)
{
    const __m256i zero = _mm256_setzero_si256();
    struct tables tables;
    uint64_t bits = 0;
    uint32_t before = 0; /* whether the byte before this step is a word byte */

    *ret_not_ascii = false;
    load_tables(&matcher->teddy, &tables);
    for (size_t i = 0; i < len; i += 32) {
        __m256i v = load(text + i);
        uint32_t valid = len - i >= 32 ? UINT32_MAX : (1U << (len - i)) - 1;
        uint32_t signs = (uint32_t)_mm256_movemask_epi8(v) & valid;
        __m256i word = _mm256_and_si256(_mm256_shuffle_epi8(tables.word_low, v),
                                        _mm256_shuffle_epi8(tables.word_high, high_nibbles(v)));
        uint32_t words =
            (~(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(word, zero)) | signs) & valid;
        uint32_t starts = words & ~(words << 1 | before);
        __m256i maybe;
        uint32_t look;

        if (signs && raw) {
            *ret_not_ascii = true;
            return 0;
        }
        before = words >> 31;
        maybe = _mm256_and_si256(buckets(&tables, 0, v),
                                 _mm256_and_si256(buckets(&tables, 1, load(text + i + 1)),
                                                  buckets(&tables, 2, load(text + i + 2))));
        look = ~(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(maybe, zero)) & starts;
        if (len - i <= 34) { /* what follows the text is not known: look at its last starts */
            size_t sure = len - i > 2 ? len - i - 2 : 0;

            look |= starts & ~(uint32_t)(sure >= 32 ? UINT32_MAX : (1U << sure) - 1);
        }
        for (; look; look &= look - 1)
            bits = look_at(matcher, text, len, i + (size_t)__builtin_ctz(look), bits);
    }
    return bits;
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

TARGET512 uint64_t sc_scan_avx512(const struct sc_matcher *matcher, const char *text, size_t len,
                                  bool *ret_not_ascii)
{
    const struct sc_bytes_tables *tables = &matcher->bytes;
    uint64_t bits = 0;
    uint64_t before = 0;

    *ret_not_ascii = false;
    for (size_t i = 0; i < len; i += 64) {
        __m512i v = _mm512_loadu_si512(text + i);
        uint64_t valid = len - i >= 64 ? UINT64_MAX : (1ULL << (len - i)) - 1;
        uint64_t words = _mm512_test_epi8_mask(table128(tables->word, v), v) & valid;
        uint64_t starts = words & ~(words << 1 | before);
        uint64_t look;
        __m512i maybe;

        if (_mm512_movepi8_mask(v) & valid) {
            *ret_not_ascii = true;
            return 0;
        }
        before = words >> 63;
        maybe = _mm512_and_si512(
            table128(tables->bucket[0], v),
            _mm512_and_si512(table128(tables->bucket[1], _mm512_loadu_si512(text + i + 1)),
                             table128(tables->bucket[2], _mm512_loadu_si512(text + i + 2))));
        look = _mm512_test_epi8_mask(maybe, maybe) & starts;
        if (len - i <= 66) { /* what follows the text is not known: look at its last starts */
            size_t sure = len - i > 2 ? len - i - 2 : 0;

            look |= starts & ~(sure >= 64 ? UINT64_MAX : (1ULL << sure) - 1);
        }
        for (; look; look &= look - 1)
            bits = look_at(matcher, text, len, i + (size_t)__builtin_ctzll(look), bits);
    }
    return bits;
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

uint64_t sc_scan_avx512(const struct sc_matcher *matcher, const char *text, size_t len,
                        bool *ret_not_ascii)
{
    return sc_scan_simd(matcher, text, len, true, ret_not_ascii);
}

uint64_t sc_scan_simd(const struct sc_matcher *matcher, const char *text, size_t len, bool raw,
                      bool *ret_not_ascii)
{
    *ret_not_ascii = raw && !sc_is_ascii(text, len);
    return *ret_not_ascii ? 0 : sc_scan_scalar(matcher, text, len);
}

#endif
