/*
 * tally.h - counts by key: a small open-addressing hash of 64-bit keys.
 * One thread at a time. Key UINT64_MAX is not allowed.
 */
#ifndef SC_CUBE_TALLY_H
#define SC_CUBE_TALLY_H

#include <stddef.h>
#include <stdint.h>

#include "safecount/status.h"

struct sc_tally_slot {
    uint64_t key;
    uint64_t count;
};

#define SC_TALLY_SOON 8 /* a power of two */

/* Zero-initialise; 16 bytes a slot, at most two thirds full. */
struct sc_tally {
    struct sc_tally_slot *slots;
    size_t mask; /* slots - 1 */
    size_t n;
    uint64_t soon[SC_TALLY_SOON]; /* a ring of keys that are not yet added */
    size_t n_soon;                /* put there so far; the last SC_TALLY_SOON of them wait */
};

/* Adds `count` to `key`. Returns SC_OK or SC_E_NOMEM (the tally is as it was). */
SC_MUST_USE enum sc_status sc_tally_add(struct sc_tally *tally, uint64_t key, uint64_t count,
                                        struct sc_error *err);

/*
 * Adds 1 to `key`, after the next SC_TALLY_SOON calls or with sc_tally_settle():
 * by then the key's slot has come into the cache, which in a tally of many
 * keys is most of the cost. Returns as sc_tally_add(), for a key put in before.
 */
SC_MUST_USE enum sc_status sc_tally_add_soon(struct sc_tally *tally, uint64_t key,
                                             struct sc_error *err);

/* Adds what waits. Needed before the counts are read or merged. */
SC_MUST_USE enum sc_status sc_tally_settle(struct sc_tally *tally, struct sc_error *err);

/* Adds all of `from`, which nothing waits for, to `to`. */
SC_MUST_USE enum sc_status sc_tally_merge(struct sc_tally *to, const struct sc_tally *from,
                                          struct sc_error *err);

/* Slots with count 0 are empty: for (i = 0; i < sc_tally_slots(t); i++) ... */
size_t sc_tally_slots(const struct sc_tally *tally);

void sc_tally_release(struct sc_tally *tally);

/* A fast mix of 64 bits, used for slots here and elsewhere (finalizer of MurmurHash3). */
static inline uint64_t sc_mix64(uint64_t x)
{
    x ^= x >> 33;
    x *= 0xff51afd7ed558ccdULL;
    x ^= x >> 33;
    x *= 0xc4ceb9fe1a85ec53ULL;
    x ^= x >> 33;
    return x;
}

#endif
