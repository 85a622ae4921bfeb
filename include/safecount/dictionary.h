/*
 * dictionary.h - keyword categories of a narrative, and matching them.
 *
 * A dictionary (YAML, docs/dictionary.md) lists categories with terms. A term
 * matches whole words, in any case, after folding; a space or hyphen in a term
 * matches one or more spaces, hyphens or line breaks. Folding and word
 * boundaries are defined once, in src/classify/fold.h, and every engine gives
 * the same answer.
 *
 * A matcher is read-only once compiled and may be shared by threads; each
 * thread has its own scratch.
 */
#ifndef SAFECOUNT_DICTIONARY_H
#define SAFECOUNT_DICTIONARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "safecount/request.h"
#include "safecount/status.h"

SC_BEGIN_DECLS

/* At most so many categories in all dictionaries of one matcher. */
#define SC_CATEGORIES_MAX 64

/* Whether a spelling has been seen in real text. */
enum sc_attested { SC_ATTESTED_NOT_SAID, SC_ATTESTED, SC_UNTESTED };

/* A list of words or phrases as written. */
struct sc_phrases {
    const char **items;
    size_t n;
};

/* What a term is beyond its text. All zero: a plain term. */
struct sc_term_rule {
    bool variant; /* a spelling listed under `variants`, counted as such */
    enum sc_attested attested;
    const char *source;       /* where the spelling is from; NULL or "" when not said */
    unsigned near;            /* words up to so many edits away are near-misses: 0, 1 or 2 */
    struct sc_phrases except; /* words that are no near-miss of it */
    /* It counts only with one of these at most `within` words away, in the same sentence. */
    struct sc_phrases needs;        /* on either side */
    struct sc_phrases needs_before; /* before it */
    struct sc_phrases needs_after;  /* behind it */
    unsigned within;
    bool longest;  /* shorter terms that stand inside it are not counted */
    uint64_t line; /* where in the file; 0 when not from a file */
    uint64_t column;
};

struct sc_dictionary_category {
    const char *code;                 /* letters, digits, '-', '_' */
    const char *label;                /* "Snapchat" */
    bool fallback;                    /* holds only where no other category of the dictionary did */
    const char **terms;               /* as written, variants last; a fallback may have none */
    const struct sc_term_rule *rules; /* one a term; NULL when all are plain */
    size_t n_terms;
    struct sc_phrases exclude; /* phrases that cancel a term of this category inside them */
    bool no_negation;          /* the dictionary's negation does not apply */
    const char *source;        /* NULL or "" when not said */
};

/* Categories counted together, each record once. */
struct sc_dictionary_group {
    const char *code;
    const char *label;
    uint64_t categories; /* bit i: categories[i] of the dictionary */
};

/* Words that deny what stands near them: "no trace of", "was not used". */
struct sc_negation {
    struct sc_phrases before; /* cancels a term behind it */
    struct sc_phrases after;  /* cancels a term before it */
    struct sc_phrases stop;   /* ends its reach: "but" */
    unsigned within;          /* at most so many words between */
};

struct sc_dictionary {
    const char *path;
    const char *name;    /* "" when not given */
    const char *version; /* "" when not given */
    struct sc_dictionary_category *categories;
    size_t n_categories;
    struct sc_dictionary_group *groups;
    size_t n_groups;
    struct sc_negation negation;
    struct sc_phrases exclude; /* phrases that cancel any term inside them */
    struct sc_phrases except;  /* words that are no near-miss of any term */
    bool near_counts;          /* near-misses are counted with the rest; false: apart */
    bool first_only;           /* a record belongs to the category mentioned first alone */
    uint64_t bytes;            /* size of the file */
    char sha256[65];
};

SC_MUST_USE enum sc_status sc_dictionary_load(const char *path,
                                              struct sc_dictionary **ret_dictionary,
                                              struct sc_diagnostics *diagnostics,
                                              struct sc_error *err);
void sc_dictionary_free(struct sc_dictionary *dictionary);

/* The groups (bit i: groups[i]) that a set of the dictionary's categories (bit i) is in. */
uint64_t sc_dictionary_groups_of(const struct sc_dictionary *dictionary, uint64_t set);

/* True when near-misses of any term are looked for. */
bool sc_dictionary_has_near(const struct sc_dictionary *dictionary);

enum sc_engine {
    SC_ENGINE_AUTO,       /* the fastest that runs here */
    SC_ENGINE_SCALAR,     /* portable C, the reference */
    SC_ENGINE_SIMD,       /* AVX-512 or AVX2, whichever runs here; scalar where neither does */
    SC_ENGINE_VECTORSCAN, /* the library; SC_E_UNSUPPORTED where not built in */
    SC_ENGINE_AVX2,       /* as SIMD, but never AVX-512 */
};
/* "auto", "scalar", "simd", "vectorscan", "avx2". Static. */
const char *sc_engine_name(enum sc_engine engine);

struct sc_matcher;
struct sc_matcher_scratch;

/*
 * Compiles all terms of all dictionaries into one matcher. The categories of
 * dictionaries[0] get bits 0, 1, ..., then those of dictionaries[1], and so on.
 * The dictionaries may be freed afterwards.
 * Returns SC_OK, SC_E_RANGE (over SC_CATEGORIES_MAX), SC_E_INPUT (a term of
 * which folding leaves nothing), SC_E_UNSUPPORTED, SC_E_NOMEM.
 */
SC_MUST_USE enum sc_status sc_matcher_new(const struct sc_dictionary *const *dictionaries,
                                          size_t n_dictionaries, enum sc_engine engine,
                                          struct sc_matcher **ret_matcher, struct sc_error *err);
void sc_matcher_free(struct sc_matcher *matcher);

/* The engine that is really used. */
enum sc_engine sc_matcher_engine(const struct sc_matcher *matcher);

SC_MUST_USE enum sc_status sc_matcher_scratch_new(const struct sc_matcher *matcher,
                                                  struct sc_matcher_scratch **ret_scratch,
                                                  struct sc_error *err);
void sc_matcher_scratch_free(struct sc_matcher_scratch *scratch);

/* Bytes that must be readable (any value) before and after a text to classify. */
#define SC_MATCHER_PADDING 64

/* How a category was found, the strongest first. */
enum sc_match_kind {
    SC_MATCH_EXACT,   /* by a term */
    SC_MATCH_VARIANT, /* by a listed variant */
    SC_MATCH_NEAR,    /* by a word a few edits away from one */
};
#define SC_N_MATCH_KINDS 3
/* "exact", "variant", "near". Static. */
const char *sc_match_kind_name(enum sc_match_kind kind);

/* What was found in one narrative: bit i for category i of the matcher. */
struct sc_found {
    /* The categories that hold and are counted: exclusions, negation, contexts, fallbacks and
     * "first mentioned only" have been applied; near-misses are in it only where the dictionary
     * says that they count. */
    uint64_t set;
    /* The categories found, each under the strongest kind it was found by: no bit is in two. All
     * that are in `set`, those that were not mentioned first, and near-misses. */
    uint64_t by[SC_N_MATCH_KINDS];
};

/*
 * Classifies one narrative. `text` is UTF-8, or Windows-1252 where it is not
 * well-formed UTF-8; SC_MATCHER_PADDING bytes before and after it must be
 * readable.
 * Returns SC_OK or SC_E_NOMEM (a narrative that must be folded needs memory).
 */
SC_MUST_USE enum sc_status sc_matcher_find(const struct sc_matcher *matcher,
                                           struct sc_matcher_scratch *scratch, const char *text,
                                           size_t len, struct sc_found *ret_found,
                                           struct sc_error *err);

/*
 * Joins what another narrative of the same record gave: a category is found
 * where either has it. ("First mentioned" knows no order between narratives: all
 * categories are kept.)
 */
void sc_found_join(const struct sc_matcher *matcher, struct sc_found *into,
                   const struct sc_found *more);

/* As sc_matcher_find() where only the set is wanted. */
SC_MUST_USE enum sc_status sc_matcher_classify(const struct sc_matcher *matcher,
                                               struct sc_matcher_scratch *scratch, const char *text,
                                               size_t len, uint64_t *ret_set, struct sc_error *err);

/* What became of a term that stands in a narrative, and why it was not counted. */
enum sc_hit_fate {
    SC_HIT_COUNTS,
    SC_HIT_NEAR,       /* a near-miss, in a dictionary that counts them apart */
    SC_HIT_INSIDE,     /* inside a longer term */
    SC_HIT_EXCLUDED,   /* inside an excluded phrase */
    SC_HIT_NO_CONTEXT, /* none of the words that it needs */
    SC_HIT_NEGATED,    /* denied */
    SC_HIT_FALLBACK,   /* of a fallback category, where another category was found */
    SC_HIT_LATER,      /* another category was mentioned first, and only that counts */
};
#define SC_N_HIT_FATES 8
/* "counts", "near", "inside", "excluded", "no_context", "negated", "fallback", "later". Static. */
const char *sc_hit_fate_name(enum sc_hit_fate fate);

struct sc_hit {
    size_t start; /* in the narrative as given, in bytes */
    size_t end;
    unsigned category; /* bit number */
    enum sc_match_kind kind;
    enum sc_hit_fate fate;
};

/*
 * Every place where a term stands, in order of place, for showing to a person:
 * slow beside sc_matcher_find(), and always by the plain engine. A category is
 * in sc_found.set exactly when one of its hits SC_HIT_COUNTS. *ret_hits is
 * borrowed from `scratch` until its next use. Same demands on `text`.
 */
SC_MUST_USE enum sc_status sc_matcher_hits(const struct sc_matcher *matcher,
                                           struct sc_matcher_scratch *scratch, const char *text,
                                           size_t len, const struct sc_hit **ret_hits,
                                           size_t *ret_n_hits, struct sc_error *err);

/* Something about a dictionary that a person should look at; it can be used all the same. */
struct sc_dictionary_remark {
    const char *message;
    uint64_t line; /* where in the file; 0 when not known */
    uint64_t column;
};

struct sc_dictionary_remarks {
    struct sc_dictionary_remark *items;
    size_t n_items;
    size_t n_terms; /* all spellings, variants too */
    size_t n_variants;
    size_t n_attested;
    size_t n_untested;
};

/*
 * Looks for what is allowed and probably not meant: an ordinary word that counts
 * without its context, a near-miss that is an ordinary word, a term in two
 * categories, an excluded phrase that holds no term.
 * On success the caller owns *ret_remarks. Returns SC_OK, SC_E_NOMEM, or what
 * sc_matcher_new() returns.
 */
SC_MUST_USE enum sc_status sc_dictionary_lint(const struct sc_dictionary *dictionary,
                                              struct sc_dictionary_remarks **ret_remarks,
                                              struct sc_error *err);
void sc_dictionary_remarks_free(struct sc_dictionary_remarks *remarks);

SC_END_DECLS

#endif
