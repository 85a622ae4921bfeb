/*
 * tables.h - small tables of made-up counts with every margin, for tests.
 */
#ifndef TESTS_PROTECT_TABLES_H
#define TESTS_PROTECT_TABLES_H

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protect/protect.h"

struct table {
    struct sc_system *system;
    size_t n;
    int64_t *count;
};

/* The same numbers everywhere. */
static inline uint32_t next_random(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005ULL + 1442695040888963407ULL;
    return (uint32_t)(*seed >> 33);
}

static inline struct sc_slice text_of(const char *text)
{
    return (struct sc_slice){text, strlen(text)};
}

/* A dimension of `n` parts; with `halves`, they stand under two codes of half of them each. */
static inline void table_axis(struct sc_system *system, const char *name, uint32_t n, bool halves)
{
    uint32_t d, parts[32], middle[2];
    char label[32];

    assert(n <= 32);
    if (sc_system_add_dimension(system, text_of(name), &d, NULL))
        abort();
    for (uint32_t i = 0; i < n; i++) {
        (void)snprintf(label, sizeof label, "%s%u", name, i + 1);
        if (sc_system_add_code(system, d, text_of(label), &parts[i], NULL))
            abort();
    }
    if (!halves) {
        if (sc_system_add_split(system, d, SC_SYSTEM_TOTAL, parts, n, false, NULL))
            abort();
        return;
    }
    for (uint32_t h = 0; h < 2; h++) {
        (void)snprintf(label, sizeof label, "%s-half%u", name, h + 1);
        if (sc_system_add_code(system, d, text_of(label), &middle[h], NULL) ||
            sc_system_add_split(system, d, middle[h], parts + h * (n / 2),
                                h == 0 ? n / 2 : n - n / 2, false, NULL))
            abort();
    }
    if (sc_system_add_split(system, d, SC_SYSTEM_TOTAL, middle, 2, false, NULL))
        abort();
}

/*
 * A table over axes of these sizes (0 ends them), all margins printed. `inner` gives the counts
 * of the inner cells, the last axis fastest.
 */
static inline struct table table_new(const uint32_t *sizes, size_t n_axes, bool halves,
                                     const int64_t *inner)
{
    static const char *const names[] = {"a", "b", "c", "d"};
    struct table t = {0};
    uint32_t at[4] = {0}, codes[4];
    size_t n_inner = 1, bad;
    bool *known;
    uint32_t *cells;

    if (sc_system_new(&t.system, NULL))
        abort();
    for (size_t d = 0; d < n_axes; d++) {
        table_axis(t.system, names[d], sizes[d], halves && d == 0);
        n_inner *= sizes[d];
    }
    cells = calloc(n_inner, sizeof *cells);
    for (size_t i = 0; i < n_inner; i++) {
        for (size_t d = 0; d < n_axes; d++)
            codes[d] = at[d] + 1; /* parts were added first: code 0 is the total */
        if (!cells || sc_system_add_cell(t.system, codes, &cells[i], NULL))
            abort();
        for (size_t d = n_axes; d-- > 0;) {
            if (++at[d] < sizes[d])
                break;
            at[d] = 0;
        }
    }
    if (sc_system_add_margins(t.system, NULL) || sc_system_link(t.system, NULL))
        abort();
    t.n = sc_system_n_cells(t.system);
    t.count = calloc(t.n, sizeof *t.count);
    known = calloc(t.n, sizeof *known);
    if (!t.count || !known)
        abort();
    for (size_t i = 0; i < n_inner; i++) {
        t.count[cells[i]] = inner[i];
        known[cells[i]] = true;
    }
    if (!sc_system_add_up(t.system, t.count, known, &bad))
        abort();
    free(known);
    free(cells);
    return t;
}

static inline void table_free(struct table *t)
{
    sc_system_free(t->system);
    free(t->count);
}

/* The cell with these codes, 0 for the total. */
static inline uint32_t table_cell(const struct table *t, uint32_t a, uint32_t b)
{
    const uint32_t codes[] = {a, b};

    return sc_system_find_cell(t->system, codes);
}

/* Counts such as real tables have: many small, some zero, few large. */
static inline void random_counts(uint64_t *seed, size_t n, int64_t *inner)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t r = next_random(seed) % 100;

        inner[i] = r < 25   ? 0
                   : r < 65 ? 1 + next_random(seed) % 4
                   : r < 90 ? 5 + next_random(seed) % 6
                            : 10 + next_random(seed) % 30;
    }
}

#endif
