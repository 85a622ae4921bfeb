/*
 * worker.h - what one thread of the pass holds, for the parts of the pass: the
 * verdict on a row (row.c), what a counted row adds to (add.c), the threads
 * (pass.c).
 */
#ifndef SC_CUBE_WORKER_H
#define SC_CUBE_WORKER_H

#include <pthread.h>

#include "cube/decode.h"
#include "cube/pass.h"
#include "cube/watch.h"

/* Bits of the flags word beyond the law's: who there is, where a row is an offence. */
#define SC_ROW_HAS_VICTIM 8U
#define SC_ROW_HAS_SUSPECT 16U
/* A category was found by near-misses alone. */
#define SC_ROW_FOUND_NEAR 32U

struct sc_worker {
    struct sc_pass *pass;
    const struct sc_plan *plan;
    const struct sc_count_options *options;
    unsigned number;
    bool first; /* reports progress */
    pthread_t thread;
    bool started;

    struct sc_reader_worker *reader;
    struct sc_memo **memos; /* one a column; NULL for ids and narratives */
    struct sc_matcher_scratch *scratch;
    struct sc_sets_cache *sets_cache;
    struct sc_profile_cache *profile_caches[SC_N_UNITS + 1];
    struct sc_tally *tallies;
    bool missing_first[256]; /* bytes with which a value that means missing begins */

    /* of the file of the batch in hand */
    uint32_t file_i;
    bool file_known;
    size_t n_fields;
    uint32_t *columns; /* position of each plan column in a row */

    /* of the row in hand */
    uint64_t *axes; /* number, or mask, on each axis */
    uint64_t flags;
    uint64_t found; /* bits of the matcher */
    struct sc_slice offence_id;
    struct sc_slice victim_id;
    struct sc_slice suspect_id;

    struct sc_accounting accounting;
    uint64_t law[SC_N_LAW_FINDINGS];
    uint64_t near; /* offences with a category found by near-misses alone */
    uint64_t ambiguous_class;
    struct sc_fault_place places[SC_FAULT_PLACES_MAX];
    size_t n_places;

    enum sc_status status;
    struct sc_error error;
};

/* What became of a row: counted, or 1 + exclusion, or -1 - fault. */
typedef int sc_row_verdict;
#define SC_ROW_COUNTED 0

static inline sc_row_verdict sc_row_excluded(enum sc_exclusion exclusion)
{
    return 1 + (int)exclusion;
}

static inline sc_row_verdict sc_row_faulty(enum sc_fault fault)
{
    return -1 - (int)fault;
}

/* The field of a plan column. */
static inline struct sc_slice sc_worker_field(const struct sc_worker *w,
                                              const struct sc_batch *batch,
                                              const struct sc_row *row, size_t column)
{
    return sc_batch_field(batch, row, w->columns[column]);
}

/* ---- row.c ---- */

/*
 * Finds the verdict on a row without a fault of its own, and counts it if it is
 * SC_ROW_COUNTED. *verdict is SC_ROW_COUNTED before; *ret_column is set with a
 * fault: the header of the column at fault.
 */
SC_MUST_USE enum sc_status sc_row_judge(struct sc_worker *w, const struct sc_batch *batch,
                                        const struct sc_row *row, sc_row_verdict *verdict,
                                        const char **ret_column, struct sc_error *err);

/* ---- add.c ---- */

/* Adds the row in hand to every table, or remembers it; *verdict when it was there already. */
SC_MUST_USE enum sc_status sc_row_add(struct sc_worker *w, sc_row_verdict *verdict,
                                      struct sc_error *err);

/* Adds the profiles of all entities to the tallies of their tables, at the end of a pass. */
SC_MUST_USE enum sc_status sc_pass_fold(struct sc_pass *pass, struct sc_error *err);

#endif
