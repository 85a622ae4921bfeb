/*
 * spans.h - sets of whole numbers as runs: the days of a month, the ages of a band.
 *
 * Runs are in order, apart by at least one number, and each is from..to, both in it. All
 * results live in the arena given; NULL or false there means no memory. Sets are never changed.
 */
#ifndef SC_ANSWER_SPANS_H
#define SC_ANSWER_SPANS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"

struct sc_span {
    int32_t from;
    int32_t to; /* included; >= from */
};

struct sc_spans {
    const struct sc_span *runs;
    size_t n; /* 0: the empty set */
};

/* One run. */
bool sc_spans_one(struct sc_arena *arena, int32_t from, int32_t to, struct sc_spans *ret);
/* The union of any runs, in any order. */
bool sc_spans_of(struct sc_arena *arena, const struct sc_span *runs, size_t n,
                 struct sc_spans *ret);
bool sc_spans_and(struct sc_arena *arena, struct sc_spans a, struct sc_spans b,
                  struct sc_spans *ret);
/* What is in `a` and not in `b`. */
bool sc_spans_less(struct sc_arena *arena, struct sc_spans a, struct sc_spans b,
                   struct sc_spans *ret);

bool sc_spans_equal(struct sc_spans a, struct sc_spans b);
/* Whether all of `inner` is in `outer`. */
bool sc_spans_inside(struct sc_spans inner, struct sc_spans outer);
bool sc_spans_meet(struct sc_spans a, struct sc_spans b);
/* How many numbers. */
int64_t sc_spans_size(struct sc_spans a);

#endif
