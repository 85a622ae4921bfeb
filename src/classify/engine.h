/*
 * engine.h - what the matcher's parts share: the compiled terms, and one
 * function for each engine.
 *
 * To add an engine: a value in enum sc_engine, a scan function with the
 * signature below, and a case in matcher.c. The differential test and the fuzz
 * target then hold it to the others.
 */
#ifndef SC_CLASSIFY_ENGINE_H
#define SC_CLASSIFY_ENGINE_H

#include "base/memory.h"
#include "base/text.h"
#include "safecount/dictionary.h"

#define SC_TERM_MAX 80  /* bytes of a folded term */
#define SC_TERM_FAST 32 /* terms up to this long are compared in one step */
#define SC_PREFIX_SLOTS 4096

struct sc_term {
    uint64_t categories; /* bits of the categories it belongs to */
    unsigned char len;
    bool separators;                  /* holds a ' ': must be compared byte by byte */
    char text[SC_TERM_MAX];           /* folded, lower case, one ' ' for each separator run */
    unsigned char fast[SC_TERM_FAST]; /* text, padded with NUL */
    uint32_t fast_mask;               /* bit i set for i < len */
};

/* Terms with the same first three bytes stand together: terms[first..first + n). */
struct sc_group {
    uint32_t key;
    uint16_t first;
    uint16_t n;
    uint64_t categories; /* of all its terms */
};

/* Nibble tables of the three-byte prefilter, eight buckets; see simd.c. */
struct sc_teddy {
    unsigned char low[3][16];
    unsigned char high[3][16];
};

/* The same for whole ASCII bytes, with the word bytes; see simd.c. */
struct sc_bytes_tables {
    unsigned char bucket[3][128];
    unsigned char word[128]; /* the byte itself for a word byte, else 0 */
};

struct sc_dictionary_bits {
    uint64_t primary;
    uint64_t fallback;
};

struct sc_matcher {
    enum sc_engine engine;
    struct sc_term *terms;
    size_t n_terms;
    struct sc_group *groups;
    size_t n_groups;
    uint16_t slots[SC_PREFIX_SLOTS]; /* 1 + index of the first group in the slot, 0: none */
    uint16_t *next;                  /* chains groups of one slot, as `slots` */
    struct sc_teddy teddy;
    struct sc_bytes_tables bytes;
    bool avx512; /* the SIMD engine takes 64 bytes a step */
    struct sc_dictionary_bits *dictionaries;
    size_t n_dictionaries;
    /* Of a single dictionary: once one of `decisive` is found, `moot` ones need not be. */
    uint64_t decisive;
    uint64_t moot;
    void *vectorscan; /* the adapter's database */
};

struct sc_matcher_scratch {
    struct sc_buf folded;
    struct sc_buf hits_text; /* of sc_matcher_hits() */
    struct sc_buf origins;
    struct sc_buf hits;
    void *vectorscan;
};

/* 6 bits for a byte: 1-26 letters, 27-36 digits, 37 '_', 38 SC_FOLD_LETTER, 0 anything else. */
extern const unsigned char sc_byte_codes[256];

static inline uint32_t sc_prefix_key(unsigned char a, unsigned char b, unsigned char c)
{
    return (uint32_t)sc_byte_codes[a] << 12 | (uint32_t)sc_byte_codes[b] << 6 | sc_byte_codes[c];
}

static inline size_t sc_prefix_slot(uint32_t key)
{
    return (key * 2654435761U) >> 20;
}

/* The group with `key`, or NULL. */
static inline const struct sc_group *sc_group_find(const struct sc_matcher *matcher, uint32_t key)
{
    uint16_t i = matcher->slots[sc_prefix_slot(key)];

    while (i && matcher->groups[i - 1].key != key)
        i = matcher->next[i - 1];
    return i ? &matcher->groups[i - 1] : NULL;
}

/*
 * Each engine returns the bits of all terms in `text`, fallbacks not yet
 * resolved. `text` is ASCII as it stands, or folded; SC_MATCHER_PADDING bytes
 * around it are readable.
 */
uint64_t sc_scan_scalar(const struct sc_matcher *matcher, const char *text, size_t len);

/* As above; *ret_not_ascii (and no answer) when `raw` text turns out not to be ASCII. */
uint64_t sc_scan_simd(const struct sc_matcher *matcher, const char *text, size_t len, bool raw,
                      bool *ret_not_ascii);
bool sc_simd_runs_here(void);

/* For raw text only: it gives up at the first byte that is not ASCII. */
uint64_t sc_scan_avx512(const struct sc_matcher *matcher, const char *text, size_t len,
                        bool *ret_not_ascii);
bool sc_avx512_runs_here(void);

/* True when `term` stands at text[at], both boundaries looked at. */
bool sc_term_at(const struct sc_term *term, const char *text, size_t len, size_t at);

/* The adapter to Vectorscan (or Hyperscan); SC_E_UNSUPPORTED where it was not built in. */
enum sc_status sc_vectorscan_compile(struct sc_matcher *matcher, struct sc_error *err);
void sc_vectorscan_free(void *database);
enum sc_status sc_vectorscan_scratch(const struct sc_matcher *matcher, void **ret_scratch,
                                     struct sc_error *err);
void sc_vectorscan_scratch_free(void *scratch);
enum sc_status sc_vectorscan_scan(const struct sc_matcher *matcher, void *scratch, const char *text,
                                  size_t len, uint64_t *ret_bits, struct sc_error *err);

SC_DEFINE_AUTO(sc_matcher);
SC_DEFINE_AUTO(sc_matcher_scratch);

#endif
