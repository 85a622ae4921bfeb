/*
 * find.h - the narratives of a review's offences, from the extract, for a person to read.
 *
 * They live in memory only, as long as the finder. Nothing here writes them anywhere.
 */
#ifndef SC_REVIEW_FIND_H
#define SC_REVIEW_FIND_H

#include "review/review.h"

struct sc_narratives {
    /* One a item of the review: its narrative as in the extract, different ones of one offence
     * parted by an empty line; NULL when the offence is not in the extract. SC_MATCHER_PADDING
     * bytes before and after are readable. */
    const char **texts;
    size_t *lens;
    size_t n_items;
    size_t n_missing;
    char *extract; /* hash of each file read, one a line */
};

/*
 * Reads the extract once and keeps the narratives of the items whose `wanted` is true (NULL:
 * of all). The caller frees *ret_narratives. Errors as sc_population_collect().
 */
SC_MUST_USE enum sc_status
sc_narratives_find(const struct sc_review_subject *subject, const struct sc_review *review,
                   const struct sc_review_key *key, const bool *wanted,
                   const struct sc_count_options *options, struct sc_narratives **ret_narratives,
                   struct sc_diagnostics *diagnostics, struct sc_error *err);
/* Overwrites the narratives and frees them. NULL is allowed. */
void sc_narratives_free(struct sc_narratives *narratives);
SC_DEFINE_AUTO(sc_narratives);

#endif
