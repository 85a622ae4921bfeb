/*
 * engine.h - what the matcher's parts share: the compiled dictionaries, and
 * one function for each engine.
 *
 *   compile.c     dictionaries to a matcher
 *   phrase.c      does a word or phrase stand here
 *   judge.c       does what stands here count: exclusions, negation, contexts
 *   near.c        words a few edits away from a term
 *   words.c       what a word can be, remembered
 *   matcher.c     one narrative; the plain engine
 *   simd.c        the fast engine
 *   vectorscan.c  the adapter to a library, as a reference
 *   hits.c        every place, for a person to see
 *
 * An engine finds the places where terms stand and hands each to sc_take() or
 * sc_take_near(); all that comes after is the same for every engine.
 *
 * To add an engine: a value in enum sc_engine, a scan function with the
 * signature below, and a case in matcher.c. The differential test and the fuzz
 * target then hold it to the others.
 */
#ifndef SC_CLASSIFY_ENGINE_H
#define SC_CLASSIFY_ENGINE_H

#include "base/memory.h"
#include "base/text.h"
#include "classify/fold.h"
#include "safecount/dictionary.h"

#define SC_TERM_MAX 80  /* bytes of a folded term */
#define SC_TERM_FAST 32 /* terms up to this long are compared in one step */
#define SC_PREFIX_SLOTS 4096
#define SC_NOWHERE SIZE_MAX

/* A folded word or phrase. */
struct sc_phrase {
    unsigned char len;
    unsigned char words;        /* how many words it has */
    bool separators;            /* holds a ' ' */
    bool prefix;                /* more word bytes may follow */
    bool early_apostrophe;      /* was written with one among its first three letters */
    char text[SC_TERM_MAX + 1]; /* lower case, one ' ' for a run of separators, no apostrophes */
};

/* A phrase in which a term may stand: it holds the term's text from text[at] on. */
struct sc_alignment {
    uint16_t phrase; /* into matcher.phrases */
    uint16_t at;
};

/* Part of an array: [first, first + n). */
struct sc_range {
    uint32_t first;
    uint32_t n;
};

struct sc_term {
    unsigned char fast[SC_TERM_FAST]; /* its text, padded with NUL */
    uint32_t fast_mask;               /* bit i set for i < len; 0 when it cannot be compared so */
    uint64_t categories;              /* bits of the categories it belongs to */
    unsigned char kind;               /* SC_MATCH_EXACT or SC_MATCH_VARIANT */
    bool judged;                      /* that it stands there is not enough */
    bool negatable;
    unsigned char within; /* of `needs` */
    uint16_t needs;       /* 1 + number of its context; 0: none */
    uint16_t dictionary;
    struct sc_range longer;      /* of alignments: longer terms around it */
    struct sc_range excluded;    /* of alignments: excluded phrases around it */
    struct sc_range longer_near; /* the same for near-misses of it: at any word */
    struct sc_range excluded_near;
    struct sc_phrase phrase; /* last: what is looked at first stands together */
};

/* Near-misses of one term. */
struct sc_near {
    uint64_t categories;
    uint16_t term;
    uint16_t dictionary;
    unsigned char len; /* SC_NEAR_MIN to 28 */
    unsigned char edits;
    uint32_t letters;       /* sc_letters_of() it */
    struct sc_range except; /* of phrases */
};
#define SC_NEAR_MIN 6
/* Words of so many letters may be a near-miss: a term's 6 to 28, and two more or one less. */
#define SC_NEAR_WORD_MIN 5
#define SC_NEAR_WORD_MAX 30

/* What a cue is for. */
enum sc_cue_role { SC_CUE_BEFORE, SC_CUE_AFTER, SC_CUE_STOP, SC_CUE_NEED };

/* A word or phrase that is looked for only near a term. */
struct sc_cue {
    uint16_t phrase;    /* into matcher.phrases */
    unsigned char role; /* enum sc_cue_role */
    bool before;        /* a need: may stand before the term */
    bool after;         /* ... behind it */
    uint16_t owner;     /* a dictionary, or of a need 1 + number of the context */
};

/* Items with the same first (or last) three bytes stand together. */
struct sc_group {
    uint32_t key;
    uint16_t first; /* into items */
    uint16_t n;
    uint16_t n_near;          /* of the index of terms: so many items more, near-misses */
    uint64_t categories;      /* of the n items */
    uint64_t near_categories; /* of the n_near items */
};

struct sc_index {
    uint16_t slots[SC_PREFIX_SLOTS]; /* 1 + index of the first group in the slot, 0: none */
    uint16_t *next;                  /* chains groups of one slot, as `slots` */
    struct sc_group *groups;
    size_t n_groups;
    uint16_t *items;
};

/*
 * Nibble tables of the prefilter, eight buckets; see simd.c. Of prefixes the
 * first three bytes, of suffixes the last four, the last first.
 */
#define SC_PREFIX_BYTES 3
#define SC_SUFFIX_BYTES 4
struct sc_teddy {
    unsigned char low[SC_SUFFIX_BYTES][16];
    unsigned char high[SC_SUFFIX_BYTES][16];
};

/*
 * Buckets of suffixes of terms of SC_NEAR_MIN letters, of which three are certain: they
 * count for words of one letter more at most, or every "-ing" would be looked at for "gaming".
 */
#define SC_SHORT_BUCKETS 3

/* The same for whole ASCII bytes; see simd.c. */
struct sc_bytes_tables {
    unsigned char bucket[SC_SUFFIX_BYTES][128];
};

struct sc_dictionary_bits {
    uint64_t primary;
    uint64_t fallback;
    bool near_counts;
    bool first_only;
    bool negation;              /* has words that deny */
    unsigned char within;       /* their reach */
    unsigned char words_before; /* the most words such a phrase has */
    struct sc_range except;     /* of phrases: no near-misses */
};

struct sc_matcher {
    enum sc_engine engine;
    bool avx512; /* the SIMD engine takes 64 bytes a step */
    struct sc_term *terms;
    size_t n_terms;
    struct sc_near *nears;
    size_t n_nears;
    struct sc_phrase *phrases; /* excluded, excepted and cue phrases */
    size_t n_phrases;
    struct sc_alignment *alignments;
    size_t n_alignments;
    struct sc_cue *cues;
    size_t n_cues;
    struct sc_index by_prefix; /* items are terms, and n_terms + near-misses */
    struct sc_index by_suffix; /* items are near-misses */
    struct sc_index by_cue;    /* items are cues */
    struct sc_teddy teddy;     /* prefixes */
    struct sc_teddy teddy_suffix;
    struct sc_bytes_tables bytes;
    struct sc_bytes_tables bytes_suffix;
    uint64_t cue_pairs[64];    /* bit b of [a]: a cue begins with the byte codes a, b */
    unsigned char word[128];   /* the byte itself for a word byte, else 0 */
    unsigned char needs_words; /* the most words that a needed phrase has */
    struct sc_dictionary_bits *dictionaries;
    size_t n_dictionaries;
    bool first_only; /* of any dictionary */
    /* Of a single dictionary: once one of `decisive` is found, `moot` ones need not be. */
    uint64_t decisive;
    uint64_t moot;
    void *vectorscan; /* the adapter's database */
};

/* ---- words.c ---- */

/* What a word can be: any of these. */
#define SC_WORD_TERM 1U  /* a term, or the beginning of one */
#define SC_WORD_NEAR 2U  /* a near-miss */
#define SC_WORD_NEARS 4U /* ... of more than one term */

struct sc_word_answer {
    unsigned char kind;
    uint16_t near; /* of SC_WORD_NEAR: the near-miss; of several, the last */
};

/* Works out what the word can be; its `n` bytes are all word bytes, in lower case. */
struct sc_word_answer sc_word_ask(const struct sc_matcher *matcher, const char *word, size_t n);

#define SC_WORDS 4096    /* a power of two */
#define SC_WORD_BYTES 32 /* a word has at most one less */
#define SC_PLACES 512

/* A word of the text in hand. */
struct sc_word_place {
    size_t at;     /* where it begins */
    uint16_t near; /* as of its answer */
    unsigned char n;
    unsigned char kind;
};

/* Words met before. */
struct sc_words {
    /* the word in lower case, padded with NUL; its last byte is the answer's kind */
    unsigned char entries[SC_WORDS][SC_WORD_BYTES];
    uint16_t nears[SC_WORDS];
    /* of the text in hand: where words begin that must be looked at, and those that can be
     * something */
    size_t places[SC_PLACES];
    struct sc_word_place found[SC_PLACES];
};

/*
 * Where in the table the word of `n` bytes stands, in lower case and padded
 * with NUL: it is put there if it does not yet. `slot` is the caller's choice,
 * the same whenever it asks about the word.
 */
size_t sc_words_slot(struct sc_words *words, const struct sc_matcher *matcher, size_t slot,
                     const unsigned char word[SC_WORD_BYTES], size_t n);

struct sc_matcher_scratch {
    struct sc_buf folded;
    struct sc_buf hits_text; /* of sc_matcher_hits() */
    struct sc_buf origins;
    struct sc_buf hits;
    struct sc_buf seen;     /* of the adapter: which terms were seen */
    struct sc_words *words; /* of the fast engine */
    void *vectorscan;
};

/* One narrative being scanned. */
struct sc_scan {
    const struct sc_matcher *matcher;
    const char *text; /* ASCII as it stands, or folded; padding around it is readable */
    size_t len;
    uint64_t by[SC_N_MATCH_KINDS]; /* categories whose terms count, fallbacks not yet resolved */
    struct sc_words *words;        /* of the fast engine */
    struct sc_buf *hits;           /* every struct sc_hit goes here; or NULL */
};

/* 6 bits for a byte: 1-26 letters, 27-36 digits, 37 '_', 38 SC_FOLD_LETTER, 0 anything else. */
extern const unsigned char sc_byte_codes[256];

/* Of a word of one letter nothing but that letter is in the key. */
static inline uint32_t sc_prefix_key(unsigned char a, unsigned char b, unsigned char c)
{
    uint32_t second = sc_byte_codes[b];

    return (uint32_t)sc_byte_codes[a] << 12 | second << 6 | (second ? sc_byte_codes[c] : 0);
}

/* The key of the word that starts at text[at]. */
static inline uint32_t sc_key_at(const char *text, size_t len, size_t at)
{
    const unsigned char *p = (const unsigned char *)text + at;

    return sc_prefix_key(p[0], at + 1 < len ? p[1] : 0, at + 2 < len ? p[2] : 0);
}

static inline size_t sc_prefix_slot(uint32_t key)
{
    return (key * 2654435761U) >> 20;
}

/* The group with `key`, or NULL. */
static inline const struct sc_group *sc_group_find(const struct sc_index *index, uint32_t key)
{
    uint16_t i = index->slots[sc_prefix_slot(key)];

    while (i && index->groups[i - 1].key != key)
        i = index->next[i - 1];
    return i ? &index->groups[i - 1] : NULL;
}

/* Which letters there are in a word, as bits; some share one. */
static inline uint32_t sc_letters_of(const char *word, size_t n)
{
    uint32_t letters = 0;

    for (size_t i = 0; i < n; i++)
        letters |= 1U << (sc_byte_codes[(unsigned char)word[i]] & 31);
    return letters;
}

/* ---- phrase.c ---- */

/*
 * Folds a word or phrase as written. False when nothing of use is left: no
 * word byte at one of its ends.
 */
SC_MUST_USE bool sc_phrase_fold(const char *written, struct sc_phrase *phrase, bool *ret_nomem);

/* The keys of words under which a phrase must be found; at most SC_PHRASE_KEYS. */
#define SC_PHRASE_KEYS 3
size_t sc_phrase_keys(const struct sc_phrase *phrase, uint32_t keys[SC_PHRASE_KEYS]);

/* Where the phrase that stands at the word start text[at] ends, or 0 when it does not. */
size_t sc_phrase_at(const struct sc_phrase *phrase, const char *text, size_t len, size_t at);

/* As above from text[from] of the phrase on, no boundary before it looked at. */
size_t sc_phrase_rest_at(const struct sc_phrase *phrase, size_t from, const char *text, size_t len,
                         size_t at);

/* Where the first `n` bytes of the phrase begin that end before text[end]; or SC_NOWHERE. */
size_t sc_phrase_back(const struct sc_phrase *phrase, size_t n, const char *text, size_t len,
                      size_t end);

/* ---- judge.c ---- */

/* What becomes of a term (or a near-miss of it) that stands at text[start..end). */
enum sc_hit_fate sc_judge(const struct sc_scan *scan, const struct sc_term *term, bool near,
                          size_t start, size_t end);

/* Notes that a term, or a near-miss, stands at text[start..end). */
void sc_take(struct sc_scan *scan, const struct sc_term *term, size_t start, size_t end);
void sc_take_near(struct sc_scan *scan, const struct sc_near *near, size_t start, size_t end);

/* ---- near.c ---- */

/*
 * Optimal string alignment distance (insertion, deletion, substitution, swap
 * of neighbours; no part edited twice) of a text's word from a term's, where
 * it is at most `most`; else most + 1. `most` is 1 or 2, lengths under 64.
 */
unsigned sc_edit_distance(const char *word, size_t word_len, const char *term, size_t term_len,
                          unsigned most);

/* Gives to `take` each near-miss, as its index, that the whole word text[start..end) is. */
void sc_near_each(const struct sc_matcher *matcher, const char *text, size_t len, size_t start,
                  size_t end, void (*take)(void *context, uint16_t near), void *context);

/* Takes all near-misses that the whole word text[start..end) is. */
void sc_near_word(struct sc_scan *scan, size_t start, size_t end);

/* ---- engines: each adds to scan->by ---- */

void sc_scan_scalar(struct sc_scan *scan);

/* *ret_not_ascii (and no answer) when `raw` text turns out not to be ASCII. */
void sc_scan_simd(struct sc_scan *scan, bool raw, bool *ret_not_ascii);
bool sc_simd_runs_here(void);

/* For raw text only: it gives up at the first byte that is not ASCII. */
void sc_scan_avx512(struct sc_scan *scan, bool *ret_not_ascii);
bool sc_avx512_runs_here(void);

/*
 * Folds *text into `folded`, with padding on both sides, and sets *text and
 * *len to it; `origins` as for sc_fold_mapped(), or NULL.
 */
enum sc_status sc_fold_padded(struct sc_buf *folded, struct sc_buf *origins, const char **text,
                              size_t *len, struct sc_error *err);

/* Leaves in found->set, of dictionaries that want it so, the category mentioned first. */
enum sc_status sc_first_mentioned(const struct sc_matcher *matcher,
                                  struct sc_matcher_scratch *scratch, const char *text, size_t len,
                                  struct sc_found *found, struct sc_error *err);

/* Works out what counts from what was found, and puts it in order. */
void sc_resolve(const struct sc_matcher *matcher, const uint64_t by[SC_N_MATCH_KINDS],
                struct sc_found *ret_found);

/* The adapter to Vectorscan (or Hyperscan); SC_E_UNSUPPORTED where it was not built in. */
enum sc_status sc_vectorscan_compile(struct sc_matcher *matcher, struct sc_error *err);
void sc_vectorscan_free(void *database);
enum sc_status sc_vectorscan_scratch(const struct sc_matcher *matcher, void **ret_scratch,
                                     struct sc_error *err);
void sc_vectorscan_scratch_free(void *scratch);
enum sc_status sc_vectorscan_scan(struct sc_scan *scan, struct sc_matcher_scratch *scratch,
                                  struct sc_error *err);

SC_DEFINE_AUTO(sc_matcher);
SC_DEFINE_AUTO(sc_matcher_scratch);

#endif
