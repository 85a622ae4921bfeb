/*
 * review.h - a review of a keyword search: a stratified sample of the offences a request counts,
 * what reviewers say each is about, and what follows for the search.
 *
 * Call order: sc_population_collect() reads the extract once; sc_review_draw() draws;
 * sc_review_store() puts the sample into the register, from where sc_review_load() gets it in
 * later runs. Labels are written one at a time, each in a transaction of its own, so that a
 * review can be broken off at any moment. sc_review_report() (report.h) works out the figures.
 *
 * Sets of categories are bits: bit i is categories[i] of the review, which are those of one
 * dictionary in its order. No narrative and no id of a record is kept anywhere here.
 */
#ifndef SC_REVIEW_REVIEW_H
#define SC_REVIEW_REVIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"
#include "register/register.h"
#include "safecount/count.h"

/* ---- the key ----------------------------------------------------------------------- */

/*
 * Offence ids are short and can be guessed, so a plain hash of one tells it to whoever
 * tries them all. The register therefore keeps HMAC-SHA-256, cut to 16 bytes, with a random
 * key that is kept in a file beside it (REGISTER.key, 0600): a copy of the register alone says
 * of no record that it was in a sample.
 */
#define SC_REVIEW_KEY_BYTES 32
#define SC_RECORD_KEY_BYTES 16

struct sc_review_key {
    unsigned char bytes[SC_REVIEW_KEY_BYTES];
    char check[65]; /* SHA-256 of them: which key it is */
};

/*
 * Reads the key beside the register `register_path`; with `create` makes one where there is
 * none. SC_E_IO (none there, cannot be written), SC_E_INPUT (not a key), SC_E_NOMEM.
 */
SC_MUST_USE enum sc_status sc_review_key_load(const char *register_path, bool create,
                                              struct sc_review_key *ret_key, struct sc_error *err);

/* ---- the population ---------------------------------------------------------------- */

/* One offence: 128 bits of a hash of its id, and the categories found in any of its rows. */
struct sc_population_item {
    uint64_t low;
    uint64_t high;
    uint64_t found;
};

struct sc_population {
    struct sc_population_item *items; /* by high, then low: the same for the same extract */
    size_t n_items;
    char *extract; /* hash of each file of the extract, one a line */
};

/* What a review is about: a request with what it names, and one of its dictionaries. */
struct sc_review_subject {
    const struct sc_request *request;
    const struct sc_source *source;
    const struct sc_policy *policy;
    const struct sc_dictionary *const *dictionaries; /* all of the request's */
    size_t n_dictionaries;
    size_t dictionary_i; /* the one that is reviewed */
};

/*
 * Reads the extract once. 24 bytes an offence are kept (and as many a further row of it
 * until the end). `options` as for sc_count(); its `watch` is not looked at. The caller frees
 * *ret_population. SC_E_UNSUPPORTED when the source has no offence_id, or as sc_count().
 */
SC_MUST_USE enum sc_status sc_population_collect(const struct sc_review_subject *subject,
                                                 const struct sc_count_options *options,
                                                 struct sc_population **ret_population,
                                                 struct sc_diagnostics *diagnostics,
                                                 struct sc_error *err);
void sc_population_free(struct sc_population *population);
SC_DEFINE_AUTO(sc_population);

/*
 * SHA-256 (into `out`) of what decides which offences count and in which category: period,
 * offences, the dictionary's text, the extract's hashes. SC_OK or SC_E_NOMEM.
 */
SC_MUST_USE enum sc_status sc_review_scope(const struct sc_request *request,
                                           const struct sc_dictionary *dictionary,
                                           const char *extract, char out[65], struct sc_error *err);

/* ---- a review ---------------------------------------------------------------------- */

struct sc_review_category {
    const char *code;
    const char *label;
    bool fallback;
    uint64_t found; /* offences the search put into it */
};

struct sc_review_stratum {
    const char *name; /* "Snapchat", "several categories", "none found" */
    uint64_t size;    /* offences */
    uint64_t sample;  /* of those, drawn */
    uint64_t *found;  /* of `size`, in each category */
};

struct sc_review_item {
    uint32_t stratum;
    uint64_t found;
    unsigned char key[SC_RECORD_KEY_BYTES];
};

struct sc_review {
    int64_t id; /* in the register; 0 before it is stored */
    const char *reference;
    const char *dictionary; /* as the request names it */
    const char *dictionary_name;
    const char *dictionary_version;
    const char *dictionary_sha256;
    const char *extract;
    const char *scope;
    const char *key_check;
    uint64_t seed;
    uint64_t population; /* offences */
    struct sc_review_category *categories;
    size_t n_categories;
    struct sc_review_stratum *strata;
    size_t n_strata;
    struct sc_review_item *items; /* in the order to be shown, which is random */
    size_t n_items;
    struct sc_arena arena; /* holds all of it */
};

void sc_review_free(struct sc_review *review);
SC_DEFINE_AUTO(sc_review);

/*
 * Draws a sample of `size` (or of all, when there are fewer) from the strata: one for each
 * category found alone, one for offences in several categories, one for none found. With a small
 * sample the rarest categories join "several". Allocation as in allocate.h. The same population,
 * size and seed draw the same offences in the same order, whatever the key.
 *
 * `written` is how the request names the dictionary. SC_E_RANGE: nothing to draw from, or
 * `size` too small for the strata. The caller frees *ret_review.
 */
SC_MUST_USE enum sc_status sc_review_draw(const struct sc_review_subject *subject,
                                          const struct sc_population *population, uint64_t size,
                                          uint64_t seed, const struct sc_review_key *key,
                                          const char *written, struct sc_review **ret_review,
                                          struct sc_error *err);

/* The record key of an offence. */
void sc_record_key(const struct sc_review_key *key, uint64_t low, uint64_t high,
                   unsigned char out[SC_RECORD_KEY_BYTES]);

/* Which review of a register is wanted. All zero: the latest. */
struct sc_review_wanted {
    int64_t id;             /* this one; 0: the latest of those that fit the rest */
    const char *reference;  /* of this request, or NULL */
    const char *dictionary; /* of this dictionary as the request names it, or NULL */
    const char *scope;      /* of these records and words (sc_review_scope()), or NULL */
    bool labelled;          /* only one with a label that says something */
};

/* Puts a drawn review into the register, whole or not at all; sets review->id. */
SC_MUST_USE enum sc_status sc_review_store(struct sc_register *reg, struct sc_review *review,
                                           struct sc_error *err);

/* *ret_review NULL when there is none that fits. The caller frees it. */
SC_MUST_USE enum sc_status sc_review_load(struct sc_register *reg,
                                          const struct sc_review_wanted *wanted,
                                          struct sc_review **ret_review, struct sc_error *err);

/* ---- labels ------------------------------------------------------------------------ */

enum sc_label_state { SC_LABEL_NONE, SC_LABEL_GIVEN, SC_LABEL_SKIPPED };

struct sc_label {
    enum sc_label_state state;
    uint64_t categories; /* 0 unless given */
    uint64_t step;       /* when it was given: the reviewer's highest is the latest */
};

/* All labels of one reviewer; one a item of the review. */
struct sc_labels {
    char *reviewer;
    struct sc_label *items;
    size_t n_given;
    size_t n_skipped;
};

struct sc_labels_list {
    struct sc_labels *reviewers; /* by name */
    size_t n_reviewers;
};

/* The labels of all reviewers. The caller frees *ret_list. */
SC_MUST_USE enum sc_status sc_labels_load(struct sc_register *reg, const struct sc_review *review,
                                          struct sc_labels_list **ret_list, struct sc_error *err);
void sc_labels_list_free(struct sc_labels_list *list);
SC_DEFINE_AUTO(sc_labels_list);
/* Those of `reviewer`, or NULL. */
const struct sc_labels *sc_labels_of(const struct sc_labels_list *list, const char *reviewer);

/* A fallback category holds only where no other does: `categories` with that applied. */
uint64_t sc_review_settle(const struct sc_review *review, uint64_t categories);

/* One label, to be kept. */
struct sc_label_given {
    size_t item;
    bool skipped;
    uint64_t categories;
};

/* Keeps `n` labels of a reviewer, all or none; one given before is replaced. */
SC_MUST_USE enum sc_status sc_labels_put(struct sc_register *reg, const struct sc_review *review,
                                         const char *reviewer, const struct sc_label_given *labels,
                                         size_t n, struct sc_error *err);

/* Takes back the reviewer's latest label: *ret_item is its item, or SIZE_MAX when there is none. */
SC_MUST_USE enum sc_status sc_labels_undo(struct sc_register *reg, const struct sc_review *review,
                                          const char *reviewer, size_t *ret_item,
                                          struct sc_error *err);

/* True when `name` can be a reviewer's: 1 to 40 letters, digits, '-', '_', '.'. */
bool sc_reviewer_name_ok(const char *name);

#endif
