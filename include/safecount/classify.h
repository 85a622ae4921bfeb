/*
 * classify.h - a dictionary over a whole extract: how many records are in each
 * category and how they were found, what a dictionary misses, and what a change
 * of it changes.
 *
 * A record is an offence: rows with the same offence id are one, with all that
 * any of them says. Where the source has no ids each row is a record. Rows that
 * are faulty or removed are not looked at. True counts, for the officer's own
 * eyes.
 */
#ifndef SAFECOUNT_CLASSIFY_H
#define SAFECOUNT_CLASSIFY_H

#include "safecount/count.h"
#include "safecount/dictionary.h"
#include "safecount/request.h"
#include "safecount/status.h"

SC_BEGIN_DECLS

/* All zero is the default. */
struct sc_classify_options {
    unsigned threads; /* 0: as many as there are processors, at most 16 */
    enum sc_engine engine;
    bool (*cancelled)(void *context); /* looked at now and then; true: SC_E_INTERRUPTED */
    void *context;
};

struct sc_rows_read {
    uint64_t read;
    uint64_t removed;             /* not looked at: the source's removed codes */
    uint64_t faulty[SC_N_FAULTS]; /* not looked at: they cannot be read */
};

struct sc_classification {
    struct sc_rows_read rows;
    uint64_t records;
    uint64_t none;     /* records in no category */
    uint64_t fallback; /* records in a fallback category only */
    uint64_t several;  /* records in two categories or more */
    uint64_t near;     /* records in which a category was found by near-misses only */
    /* By category: */
    uint64_t counted[SC_CATEGORIES_MAX];                    /* records in it */
    uint64_t by[SC_CATEGORIES_MAX][SC_N_MATCH_KINDS];       /* records in which it was found so */
    uint64_t overlap[SC_CATEGORIES_MAX][SC_CATEGORIES_MAX]; /* records in both */
    uint64_t groups[SC_CATEGORIES_MAX]; /* by group of the dictionary: records in it, each once */
};

/*
 * Classifies every record of `source`. On success the caller owns
 * *ret_classification. Returns SC_OK, SC_E_INPUT, SC_E_IO, SC_E_NOMEM,
 * SC_E_RANGE, SC_E_UNSUPPORTED or SC_E_INTERRUPTED.
 */
SC_MUST_USE enum sc_status sc_classify(const struct sc_source *source,
                                       const struct sc_dictionary *dictionary,
                                       const struct sc_classify_options *options,
                                       struct sc_classification **ret_classification,
                                       struct sc_error *err);
void sc_classification_free(struct sc_classification *classification);

/*
 * Calls `write` with one line of CSV after another, a header first: the key of
 * each record (its offence's id, or file and row) and its categories, in the
 * order of the file. For the force's own use: keys are record identifiers.
 */
SC_MUST_USE enum sc_status sc_classify_labels(
    const struct sc_source *source, const struct sc_dictionary *dictionary,
    const struct sc_classify_options *options,
    enum sc_status (*write)(void *context, const char *bytes, size_t len, struct sc_error *err),
    void *write_context, struct sc_error *err);

/* ---- what a change of a dictionary changes ---- */

struct sc_category_change {
    const char *code; /* borrowed from the dictionaries */
    const char *label;
    bool in_old;
    bool in_new;
    uint64_t before; /* records in the category by the old dictionary */
    uint64_t after;
    uint64_t gained; /* records in it only by the new one */
    uint64_t lost;   /* records in it only by the old one */
};

struct sc_dictionary_difference {
    struct sc_rows_read rows;
    uint64_t records;
    uint64_t changed;                   /* records of which the categories differ */
    struct sc_category_change *changes; /* categories of either, by code; "none" last */
    size_t n_changes;
};

/* Classifies by both. Both dictionaries must outlive the result. Statuses as above. */
SC_MUST_USE enum sc_status
sc_dictionary_compare(const struct sc_source *source, const struct sc_dictionary *before,
                      const struct sc_dictionary *after, const struct sc_classify_options *options,
                      struct sc_dictionary_difference **ret_difference, struct sc_error *err);
void sc_dictionary_difference_free(struct sc_dictionary_difference *difference);

/* ---- what a dictionary misses ---- */

enum sc_suggestion_kind {
    SC_SUGGEST_SPELLING, /* a few edits away from a term */
    SC_SUGGEST_PLACE,    /* stands where terms stand: "via ...", "account on ..." */
    SC_SUGGEST_UNFOUND,  /* marks records in a fallback category or in none */
};
#define SC_N_SUGGESTION_KINDS 3
/* "spelling", "place", "unfound". Static. */
const char *sc_suggestion_kind_name(enum sc_suggestion_kind kind);

struct sc_suggestion {
    enum sc_suggestion_kind kind;
    const char *word;     /* folded, letters only; never one seen in fewer records than the limit */
    const char *near;     /* spelling: the term; else "" */
    const char *category; /* spelling: the term's category; else "" */
    uint64_t records;     /* distinct records with the word */
    uint64_t told;        /* ... of them: place: in such a place; unfound: in no category */
    double weight;        /* what they are ordered by, within a kind; see suggest.c */
};

struct sc_suggestions {
    struct sc_rows_read rows;
    uint64_t records; /* distinct records looked at */
    uint64_t unfound; /* ... of them in a fallback category or none */
    struct sc_suggestion *items;
    size_t n_items;
};

/*
 * Looks for words the dictionary should perhaps know, at most `most` of each
 * kind (0: 25). A word seen in fewer than `min_records` (0: 10) distinct records
 * is never given, nor one with a digit. Records that share an id or the same
 * text are one. The dictionary must outlive the result. Statuses as above.
 */
SC_MUST_USE enum sc_status
sc_dictionary_suggest(const struct sc_source *source, const struct sc_dictionary *dictionary,
                      uint64_t min_records, size_t most, const struct sc_classify_options *options,
                      struct sc_suggestions **ret_suggestions, struct sc_error *err);
void sc_suggestions_free(struct sc_suggestions *suggestions);

SC_END_DECLS

#endif
