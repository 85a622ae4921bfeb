/*
 * narratives.h - one pass over the narratives of an extract, without a request:
 * for classifying, for finding what a dictionary misses, for comparing two.
 *
 * Every row that can be read and is not removed is handed out once, with the
 * id of its offence where the source has one. Nothing is de-duplicated here.
 */
#ifndef SC_CUBE_NARRATIVES_H
#define SC_CUBE_NARRATIVES_H

#include "base/text.h"
#include "safecount/classify.h"

struct sc_narrative {
    struct sc_slice id;   /* the offence's id, trimmed; empty when there is none */
    struct sc_slice text; /* as in the file, without its quotes; SC_MATCHER_PADDING around it */
    uint32_t file_i;
    uint64_t row; /* of the file, from 1 */
};

/* Takes one narrative; `context` is the one of the calling thread. */
typedef enum sc_status (*sc_narrative_fn)(void *context, const struct sc_narrative *narrative,
                                          struct sc_error *err);

/*
 * Calls `take` for each narrative of `source`, from `n_threads` threads at once
 * with contexts[0..n_threads) (one thread: in the order of the files), and fills
 * in `rows`. File names, by file_i, are appended to `names` (each with a NUL)
 * when it is not NULL.
 *
 * Returns SC_OK, what `take` returned, SC_E_INPUT (no narrative column, a file
 * that lacks a column), SC_E_IO, SC_E_NOMEM or SC_E_INTERRUPTED.
 */
SC_MUST_USE enum sc_status sc_narratives_each(const struct sc_source *source,
                                              const struct sc_classify_options *options,
                                              size_t n_threads, sc_narrative_fn take,
                                              void *const *contexts, struct sc_rows_read *rows,
                                              struct sc_buf *names, struct sc_error *err);

/* How many threads `options` asks for. */
size_t sc_narratives_threads(const struct sc_classify_options *options);

/* True when rows must be joined by their offence's id to count each record once. */
bool sc_narratives_repeat(const struct sc_source *source);

#endif
