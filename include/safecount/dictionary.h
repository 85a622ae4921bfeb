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

struct sc_dictionary_category {
    const char *code;   /* letters, digits, '-', '_' */
    const char *label;  /* "Snapchat" */
    bool fallback;      /* holds only where no other category of the dictionary matched */
    const char **terms; /* as written; a fallback may have none: then it never holds */
    size_t n_terms;
};

struct sc_dictionary {
    const char *path;
    const char *name;    /* "" when not given */
    const char *version; /* "" when not given */
    struct sc_dictionary_category *categories;
    size_t n_categories;
    uint64_t bytes; /* size of the file */
    char sha256[65];
};

SC_MUST_USE enum sc_status sc_dictionary_load(const char *path,
                                              struct sc_dictionary **ret_dictionary,
                                              struct sc_diagnostics *diagnostics,
                                              struct sc_error *err);
void sc_dictionary_free(struct sc_dictionary *dictionary);

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
 * Returns SC_OK, SC_E_RANGE (over SC_CATEGORIES_MAX), SC_E_UNSUPPORTED, SC_E_NOMEM.
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

/*
 * The set of categories of one narrative: bit i for category i, fallbacks
 * resolved. `text` is UTF-8, or Windows-1252 where it is not well-formed
 * UTF-8; SC_MATCHER_PADDING bytes before and after it must be readable.
 * Returns SC_OK or SC_E_NOMEM (a narrative that must be folded needs memory).
 */
SC_MUST_USE enum sc_status sc_matcher_classify(const struct sc_matcher *matcher,
                                               struct sc_matcher_scratch *scratch, const char *text,
                                               size_t len, uint64_t *ret_set, struct sc_error *err);

SC_END_DECLS

#endif
