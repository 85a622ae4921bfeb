/*
 * decode.h - what a value of a column means, worked out once for each
 * different value.
 *
 * Columns other than narratives and ids repeat a few values millions of times.
 * A memo (one a column and thread) keeps, for the raw bytes of a value, what
 * they came to; only a value not seen before is decoded: trimmed, compared
 * with the missing values, read as a date, age, code or outcome. All care goes
 * there and costs nothing a row.
 */
#ifndef SC_CUBE_DECODE_H
#define SC_CUBE_DECODE_H

#include "cube/plan.h"

enum sc_verdict {
    SC_VALUE_OK,
    SC_VALUE_MISSING,
    SC_VALUE_BAD,      /* it is not what the column should hold */
    SC_VALUE_EXCLUDED, /* an offence not asked for, a removed record, a day outside the period */
};

struct sc_value {
    unsigned char verdict; /* enum sc_verdict */
    bool is_71_17;         /* offence code */
    bool ambiguous_class;  /* offence code: a class that holds a code asked for, and others */
    int32_t number;        /* a date's day or an age in whole years; else 0 */
    uint32_t coordinates[SC_COLUMN_AXES_MAX]; /* on the column's axes */
};

struct sc_memo;

SC_MUST_USE enum sc_status sc_memo_new(const struct sc_plan *plan, size_t column_i,
                                       struct sc_memo **ret_memo, struct sc_error *err);
void sc_memo_free(struct sc_memo *memo);

/*
 * What `raw` (a field without its quotes; SC_BATCH_PADDING bytes after it are
 * readable) means. *ret_value is borrowed until the next call.
 */
SC_MUST_USE enum sc_status sc_memo_get(struct sc_memo *memo, struct sc_slice raw,
                                       const struct sc_value **ret_value, struct sc_error *err);

/* Says that `raw` will be asked about a few rows from now: its place comes into the cache. */
void sc_memo_prefetch(const struct sc_memo *memo, struct sc_slice raw);

/* True when the trimmed value is one of those that mean missing. */
bool sc_is_missing(const struct sc_source *source, const struct sc_column *column,
                   struct sc_slice trimmed);

#endif
