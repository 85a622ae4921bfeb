#include "answer/spans.h"

#include <stdlib.h>
#include <string.h>

static int by_start(const void *a, const void *b)
{
    const struct sc_span *x = a, *y = b;

    return (x->from > y->from) - (x->from < y->from);
}

bool sc_spans_of(struct sc_arena *arena, const struct sc_span *runs, size_t n, struct sc_spans *ret)
{
    struct sc_span *copy = sc_arena_alloc(arena, n * sizeof *copy);
    size_t kept = 0;

    if (!copy)
        return false;
    if (n > 0) {
        memcpy(copy, runs, n * sizeof *copy);
        qsort(copy, n, sizeof *copy, by_start);
    }
    for (size_t i = 0; i < n; i++) {
        if (kept > 0 && copy[i].from <= (int64_t)copy[kept - 1].to + 1) {
            if (copy[i].to > copy[kept - 1].to)
                copy[kept - 1].to = copy[i].to;
            continue;
        }
        copy[kept++] = copy[i];
    }
    *ret = (struct sc_spans){copy, kept};
    return true;
}

bool sc_spans_one(struct sc_arena *arena, int32_t from, int32_t to, struct sc_spans *ret)
{
    struct sc_span run = {from, to};

    return sc_spans_of(arena, &run, 1, ret);
}

bool sc_spans_and(struct sc_arena *arena, struct sc_spans a, struct sc_spans b,
                  struct sc_spans *ret)
{
    struct sc_span *runs = sc_arena_alloc(arena, (a.n + b.n) * sizeof *runs);
    size_t n = 0;

    if (!runs)
        return false;
    for (size_t i = 0, j = 0; i < a.n && j < b.n;) {
        int32_t from = a.runs[i].from > b.runs[j].from ? a.runs[i].from : b.runs[j].from;
        int32_t to = a.runs[i].to < b.runs[j].to ? a.runs[i].to : b.runs[j].to;

        if (from <= to)
            runs[n++] = (struct sc_span){from, to};
        if (a.runs[i].to < b.runs[j].to)
            i++;
        else
            j++;
    }
    *ret = (struct sc_spans){runs, n};
    return true;
}

bool sc_spans_less(struct sc_arena *arena, struct sc_spans a, struct sc_spans b,
                   struct sc_spans *ret)
{
    struct sc_span *runs = sc_arena_alloc(arena, (a.n + b.n) * sizeof *runs);
    size_t n = 0, j = 0;

    if (!runs)
        return false;
    for (size_t i = 0; i < a.n; i++) {
        int64_t at = a.runs[i].from;

        while (j < b.n && b.runs[j].to < at)
            j++;
        for (size_t k = j; k < b.n && b.runs[k].from <= a.runs[i].to; k++) {
            if (b.runs[k].from > at)
                runs[n++] = (struct sc_span){(int32_t)at, b.runs[k].from - 1};
            at = (int64_t)b.runs[k].to + 1;
        }
        if (at <= a.runs[i].to)
            runs[n++] = (struct sc_span){(int32_t)at, a.runs[i].to};
    }
    *ret = (struct sc_spans){runs, n};
    return true;
}

bool sc_spans_equal(struct sc_spans a, struct sc_spans b)
{
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++)
        if (a.runs[i].from != b.runs[i].from || a.runs[i].to != b.runs[i].to)
            return false;
    return true;
}

bool sc_spans_inside(struct sc_spans inner, struct sc_spans outer)
{
    size_t j = 0;

    for (size_t i = 0; i < inner.n; i++) {
        while (j < outer.n && outer.runs[j].to < inner.runs[i].from)
            j++;
        if (j == outer.n || outer.runs[j].from > inner.runs[i].from ||
            outer.runs[j].to < inner.runs[i].to)
            return false;
    }
    return true;
}

bool sc_spans_meet(struct sc_spans a, struct sc_spans b)
{
    for (size_t i = 0, j = 0; i < a.n && j < b.n;) {
        if (a.runs[i].from <= b.runs[j].to && b.runs[j].from <= a.runs[i].to)
            return true;
        if (a.runs[i].to < b.runs[j].to)
            i++;
        else
            j++;
    }
    return false;
}

int64_t sc_spans_size(struct sc_spans a)
{
    int64_t size = 0;

    for (size_t i = 0; i < a.n; i++)
        size += (int64_t)a.runs[i].to - a.runs[i].from + 1;
    return size;
}
