/*
 * sets.h - numbers for sets of categories (64-bit masks), so that a set fits
 * into a tally's key. Shared by the threads.
 */
#ifndef SC_CUBE_SETS_H
#define SC_CUBE_SETS_H

#include <stddef.h>
#include <stdint.h>

#include "safecount/status.h"

#define SC_SETS_MAX ((size_t)1 << 20)

struct sc_sets;

/* What one thread remembers of it. Zero-initialise. */
struct sc_sets_cache {
    struct {
        uint64_t mask;
        uint32_t number; /* 1 + number; 0: empty */
    } slots[1024];
};

SC_MUST_USE enum sc_status sc_sets_new(struct sc_sets **ret_sets, struct sc_error *err);
void sc_sets_free(struct sc_sets *sets);

/* The number of `mask`, from 0. SC_E_RANGE when there are over SC_SETS_MAX different ones. */
SC_MUST_USE enum sc_status sc_sets_number(struct sc_sets *sets, struct sc_sets_cache *cache,
                                          uint64_t mask, uint32_t *ret_number,
                                          struct sc_error *err);

/* The mask with this number. */
uint64_t sc_sets_mask(const struct sc_sets *sets, uint32_t number);

#endif
