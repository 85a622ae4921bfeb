/*
 * watch.h - looking over the pass's shoulder: each row that is counted, with its narrative.
 *
 * For the review of the keyword search, which must know what was found in every
 * offence and show a few of them to a person. It is no part of the public interface: nothing
 * outside the library is handed narratives.
 */
#ifndef SC_CUBE_WATCH_H
#define SC_CUBE_WATCH_H

#include <stdint.h>

#include "base/text.h"
#include "safecount/count.h"

/* The pass never has more threads than this. */
#define SC_WATCH_WORKERS_MAX 16

struct sc_watched_row {
    struct sc_slice offence_id; /* trimmed; empty when the source has no such column */
    struct sc_slice narrative;  /* as in the extract; the matcher's padding is readable */
    bool quoted;                /* it stood in quotes: a doubled quote in it is one */
    uint64_t found;             /* bits of the matcher, all dictionaries' */
};

struct sc_watch {
    /*
     * Called for each row that is counted, and for each that is left out only because the same
     * link or offence was there already (what was found in it is counted too). From many threads
     * at once, `worker` (below SC_WATCH_WORKERS_MAX) telling them apart. All of `row` is
     * borrowed for the call. A failure ends the pass with that failure.
     */
    enum sc_status (*row)(void *context, unsigned worker, const struct sc_watched_row *row,
                          struct sc_error *err);
    void *context;
};

#endif
