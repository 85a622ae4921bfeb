/*
 * simd.c - the fast engine: 32 bytes of text an instruction (AVX2), or 64.
 *
 * Three masks a step:
 *   words   which bytes are word bytes, by two 16-entry nibble tables;
 *   starts  where a word begins: words & ~(words << 1);
 *   maybe   where a term may begin: for the byte there and the two after it,
 *           nibble tables give the buckets (of eight) that have a term with
 *           such a byte in that place, and a bucket must be in all three
 *           ("Teddy", from Hyperscan's literal matcher).
 * A step is 64 bits of each. Near-misses have the first three letters of their
 * term or the last three (near.c says why), so the same is done for word ends
 * with tables of last letters, where there are near-misses at all.
 *
 * Where there are none, the places in starts & maybe are looked at one by one:
 * the three bytes pick a group of terms, and each is compared in one masked
 * 32-byte step. Case is ASCII's 0x20 bit, added to A-Z only.
 *
 * With near-misses three times as many words pass, and most are nothing. They
 * are noted by where they begin (note_places() says how that is had from where
 * they end), and looked at when enough have come together, or the text ends: one
 * long loop with few surprises for the processor in place of a short one a step.
 * Each is compared, in one masked step, with the same word in the table of words
 * met before (words.c), which says whether it can be anything; those that can are
 * put together, and only then are terms looked at, or the near-miss taken.
 *
 * With AVX-512 (VBMI) one look-up in a table of all 128 ASCII bytes takes the
 * place of two by nibbles: fewer instructions, and fewer words noted in vain.
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

/* Every processor with AVX2 has LZCNT, which not every compiler can ask about. */
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

/* One step: 64 bytes of text, a bit for each. */
struct step {
    uint64_t words;      /* word bytes */
    uint64_t starts;     /* words that begin there must be looked at */
    uint64_t ends;       /* words that end there must be */
    uint64_t short_ends; /* ... if they have no more letters than a near-miss of SC_NEAR_MIN */
};

/* Words to look at, by where they begin. */
struct places {
    size_t *at; /* SC_PLACES of them, of the scratch */
    size_t n;
    bool open; /* the last byte of the step before is a word byte */
    bool open_noted;
    size_t open_at; /* where that word begins */
};

/* The categories that need not be looked for as near-misses any more. */
static inline uint64_t known_for_near(const struct sc_scan *scan)
{
    uint64_t terms = scan->by[SC_MATCH_EXACT] | scan->by[SC_MATCH_VARIANT];

    return terms | scan->by[SC_MATCH_NEAR] |
           (terms & scan->matcher->decisive ? scan->matcher->moot : 0);
}

/* Looks at the terms that may stand at the word start text[at]. */
TARGET static void look_at_terms(struct sc_scan *scan, size_t at)
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
    if (!group || !(group->categories & ~known))
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
}

/* Takes a word for the near-misses it is. */
static void look_at_nears(struct sc_scan *scan, const struct sc_word_place *word)
{
    const struct sc_near *near = &scan->matcher->nears[word->near];

    if (word->kind & SC_WORD_NEARS)
        sc_near_word(scan, word->at, word->at + word->n);
    else if (near->categories & ~known_for_near(scan))
        sc_take_near(scan, near, word->at, word->at + word->n);
}

/* A word's slot in the table: of its first 16 bytes. */
TARGET static inline size_t slot_of(__m256i word)
{
    __m128i low = _mm256_castsi256_si128(word);
    uint64_t hash = _mm_crc32_u64(0, (uint64_t)_mm_cvtsi128_si64(low));

    return (size_t)_mm_crc32_u64(hash, (uint64_t)_mm_extract_epi64(low, 1)) % SC_WORDS;
}

/*
 * What the word that begins at text[at] can be. Most words of the text in hand are in the table,
 * and what to expect of the branches below the processor soon knows.
 */
TARGET static inline struct sc_word_place word_at(const struct sc_scan *scan, size_t at)
{
    /* 32 bytes from ones[32 - n] on: n that are all ones, the rest none */
    static const unsigned char ones[64] = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
                                           0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
                                           0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
                                           0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
    struct sc_words *words = scan->words;
    __m256i v = lower(load(scan->text + at));
    size_t n = _tzcnt_u32(~word_mask(v));
    size_t slot;

    n = n < scan->len - at ? n : scan->len - at;
    if (n >= SC_WORD_BYTES) /* too long for the table, and for a near-miss */
        return (struct sc_word_place){at, 0, 0, SC_WORD_TERM};
    v = _mm256_and_si256(v, load((const char *)ones + SC_WORD_BYTES - n));
    slot = slot_of(v);
    if ((equal_mask(v, words->entries[slot]) | 1U << (SC_WORD_BYTES - 1)) != UINT32_MAX) {
        unsigned char word[SC_WORD_BYTES];

        _mm256_storeu_si256((__m256i *)(void *)word, v);
        slot = sc_words_slot(words, scan->matcher, slot, word, n);
    }
    return (struct sc_word_place){at, words->nears[slot], (unsigned char)n,
                                  words->entries[slot][SC_WORD_BYTES - 1]};
}

/*
 * Looks at the words that begin in the places noted, and forgets these. First all are looked up,
 * and those that can be something put together, then they are gone through: a branch on each in the
 * first loop would be guessed wrong as often as not, and known to be wrong late.
 */
TARGET static void look_at_words(struct sc_scan *scan, struct places *places)
{
    struct sc_word_place *found = scan->words->found;
    size_t n = 0;

    for (size_t i = 0; i < places->n; i++) {
        found[n] = word_at(scan, places->at[i]);
        n += found[n].kind != 0;
    }
    for (size_t i = 0; i < n; i++) {
        if (found[i].kind & SC_WORD_TERM)
            look_at_terms(scan, found[i].at);
        if (found[i].kind & SC_WORD_NEAR)
            look_at_nears(scan, &found[i]);
    }
    places->n = 0;
}

/* Of the words that end in a step, which have letters enough for a near-miss. */
static inline uint64_t long_enough(uint64_t words, bool open)
{
    uint64_t before = open ? UINT64_MAX : 0; /* how long that word is by now is not known */
    uint64_t two = words & (words << 1 | before >> 63);
    uint64_t four = two & (two << 2 | before >> 62);

    return four & (words << 4 | before >> 60); /* five */
}

/* Of the words that end in a step, those that begin in it and have eight letters or more. */
static inline uint64_t of_eight(uint64_t words)
{
    uint64_t two = words & words << 1;
    uint64_t four = two & two << 2;

    return four & four << 4;
}

/*
 * Notes the places of a step at text[i] where a word begins that must be looked at. `starts` and
 * `ends` are where words begin and end there. The first end is of the word that goes on, if any;
 * each further one is of the start with the same number: so a word's start is had from its end by
 * gathering the ends asked for among all ends, and scattering them over the starts. Nothing
 * branches on what the text is; what is not to be kept is written over.
 */
TARGET static inline void note_places(struct places *places, size_t i, const struct step *step,
                                      uint64_t starts, uint64_t ends)
{
    bool goes_on = places->open && (step->words & 1); /* else it ended with the step before */
    uint64_t ended = _pext_u64(step->ends, ends);
    uint64_t noted = step->starts | _pdep_u64(ended >> goes_on, starts);
    uint64_t rest = noted;
    size_t *at = places->at + places->n;
    size_t n = (size_t)_mm_popcnt_u64(noted);
    unsigned last = (unsigned)_lzcnt_u64(~step->words);

    at[0] = places->open_at;
    places->n += n;
    if (goes_on && (ended & 1) && !places->open_noted) {
        at++;
        places->n++;
    }
    for (size_t k = 0; k < n; k += 4) {
        for (size_t j = 0; j < 4; j++, rest &= rest - 1)
            at[k + j] = i + _tzcnt_u64(rest);
    }
    if (last < 64 || !places->open) {
        places->open_at = i + 64 - last;
        places->open_noted = last && noted >> (64 - last) & 1;
    }
    places->open = last != 0;
}

static inline uint64_t valid_bytes(size_t n)
{
    return n >= 64 ? UINT64_MAX : (1ULL << n) - 1;
}

/*
 * Takes a step at text[i], of which `starts` and `ends` are still all places
 * where the letters fit: leaves those where words begin and end.
 */
TARGET static inline void take_step(struct sc_scan *scan, size_t i, struct step *step,
                                    struct places *places)
{
    size_t left = scan->len - i;
    uint64_t words = step->words & valid_bytes(left);
    uint64_t starts = words & ~(words << 1 | places->open);
    uint64_t next = left > 64 && sc_byte_codes[(unsigned char)scan->text[i + 64]];
    uint64_t ends = words & ~(words >> 1 | next << 63);

    step->words = words;
    step->starts &= starts;
    step->ends = (step->ends | (step->short_ends & ~of_eight(words))) & ends &
                 long_enough(words, places->open);
    if (left <= 66) /* what follows the text is not known: look at its last starts */
        step->starts |= starts & ~valid_bytes(left > 2 ? left - 2 : 0);
    if (scan->matcher->n_nears ==
        0) { /* few places: the table would be no cheaper than the terms */
        places->open = words >> 63;
        for (starts = step->starts; starts; starts &= starts - 1)
            look_at_terms(scan, i + _tzcnt_u64(starts));
        return;
    }
    note_places(places, i, step, starts, ends);
    if (places->n > SC_PLACES - 64)
        look_at_words(scan, places);
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

/* Where a near-miss may end, of the 32 places from text + i + half, into the step. */
TARGET static inline void maybe_ends(const struct tables *t, const char *p, size_t half,
                                     struct step *step)
{
    const __m256i short_buckets = _mm256_set1_epi8(SC_SHORT_BUCKETS);
    __m256i maybe =
        _mm256_and_si256(_mm256_and_si256(suffix_buckets(t, 0, p), suffix_buckets(t, 1, p)),
                         _mm256_and_si256(suffix_buckets(t, 2, p), suffix_buckets(t, 3, p)));

    step->short_ends |= (uint64_t)nonzero(_mm256_and_si256(maybe, short_buckets)) << half;
    step->ends |= (uint64_t)nonzero(_mm256_andnot_si256(short_buckets, maybe)) << half;
}

/* The word bytes of the 32 bytes of text, and where their signs are set. */
TARGET static inline uint32_t word_bytes(const struct tables *tables, __m256i v, uint32_t signs)
{
    __m256i word = _mm256_and_si256(_mm256_shuffle_epi8(tables->word_low, v),
                                    _mm256_shuffle_epi8(tables->word_high, high_nibbles(v)));

    return nonzero(word) | signs;
}

TARGET void sc_scan_simd(struct sc_scan *scan, bool raw, bool *ret_not_ascii)
{
    const char *text = scan->text;
    size_t len = scan->len;
    struct tables tables;
    struct places places = {.at = scan->words->places};

    *ret_not_ascii = false;
    load_tables(scan->matcher, &tables);
    for (size_t i = 0; i < len; i += 64) {
        struct step step = {0};
        uint64_t signs = 0;

        for (size_t half = 0; half < 64 && i + half < len; half += 32) {
            const char *p = text + i + half;
            __m256i v = load(p);
            uint32_t sign = (uint32_t)_mm256_movemask_epi8(v);

            signs |= (uint64_t)sign << half;
            step.words |= (uint64_t)word_bytes(&tables, v, sign) << half;
            step.starts |= (uint64_t)maybe_starts(&tables, p, v) << half;
            if (scan->matcher->n_nears)
                maybe_ends(&tables, p, half, &step);
        }
        if ((signs & valid_bytes(len - i)) && raw) {
            *ret_not_ascii = true;
            return;
        }
        take_step(scan, i, &step, &places);
    }
    look_at_words(scan, &places);
}

#define TARGET512                                                                                  \
    __attribute__((target("avx2,avx512f,avx512bw,avx512vl,avx512vbmi,bmi,bmi2,popcnt,lzcnt")))

bool sc_avx512_runs_here(void)
{
    return sc_simd_runs_here() && __builtin_cpu_supports("avx512f") &&
           __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512vbmi");
}

/* A table of all ASCII bytes. */
struct table128 {
    __m512i low;
    __m512i high;
};

struct tables512 {
    struct table128 word;
    struct table128 prefix[SC_PREFIX_BYTES];
    struct table128 suffix[SC_SUFFIX_BYTES];
};

TARGET512 static inline struct table128 load_table(const unsigned char table[128])
{
    return (struct table128){_mm512_loadu_si512(table), _mm512_loadu_si512(table + 64)};
}

TARGET512 static inline void load_tables512(const struct sc_matcher *matcher,
                                            struct tables512 *tables)
{
    tables->word = load_table(matcher->word);
    for (size_t k = 0; k < SC_PREFIX_BYTES; k++)
        tables->prefix[k] = load_table(matcher->bytes.bucket[k]);
    for (size_t k = 0; k < SC_SUFFIX_BYTES; k++)
        tables->suffix[k] = load_table(matcher->bytes_suffix.bucket[k]);
}

/* table[v] for each byte; bytes over 0x7F look up the entry 0x80 below. */
TARGET512 static inline __m512i look_up(const struct table128 *table, __m512i v)
{
    return _mm512_permutex2var_epi8(table->low, v, table->high);
}

TARGET512 static inline __m512i load512(const char *p)
{
    return _mm512_loadu_si512(p);
}

/* As maybe_starts() and maybe_ends(), of 64 places. */
TARGET512 static inline uint64_t maybe_starts512(const struct table128 *t, const char *p, __m512i v)
{
    __m512i maybe =
        _mm512_and_si512(look_up(&t[0], v), _mm512_and_si512(look_up(&t[1], load512(p + 1)),
                                                             look_up(&t[2], load512(p + 2))));

    return _mm512_test_epi8_mask(maybe, maybe);
}

TARGET512 static inline void maybe_ends512(const struct table128 *t, const char *p, __m512i v,
                                           struct step *step)
{
    const __m512i short_buckets = _mm512_set1_epi8(SC_SHORT_BUCKETS);
    const __m512i others = _mm512_set1_epi8((char)~SC_SHORT_BUCKETS);
    __m512i maybe = _mm512_and_si512(
        _mm512_and_si512(look_up(&t[0], v), look_up(&t[1], load512(p - 1))),
        _mm512_and_si512(look_up(&t[2], load512(p - 2)), look_up(&t[3], load512(p - 3))));

    step->short_ends = _mm512_test_epi8_mask(maybe, short_buckets);
    step->ends = _mm512_test_epi8_mask(maybe, others);
}

TARGET512 void sc_scan_avx512(struct sc_scan *scan, bool *ret_not_ascii)
{
    const char *text = scan->text;
    size_t len = scan->len;
    bool nears = scan->matcher->n_nears != 0;
    struct tables512 tables;
    struct places places = {.at = scan->words->places};

    *ret_not_ascii = false;
    load_tables512(scan->matcher, &tables);
    for (size_t i = 0; i < len; i += 64) {
        __m512i v = load512(text + i);
        struct step step = {.words = _mm512_test_epi8_mask(look_up(&tables.word, v), v)};

        if (_mm512_movepi8_mask(v) & valid_bytes(len - i)) {
            *ret_not_ascii = true;
            return;
        }
        /* of the last byte, two further ones cannot be loaded, nor would they tell anything */
        if (len - i >= 2)
            step.starts = maybe_starts512(tables.prefix, text + i, v);
        if (nears)
            maybe_ends512(tables.suffix, text + i, v, &step);
        take_step(scan, i, &step, &places);
    }
    look_at_words(scan, &places);
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
