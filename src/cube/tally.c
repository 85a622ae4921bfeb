#include "cube/tally.h"

#include <assert.h>

#include "base/error.h"
#include "base/memory.h"

/* Where the search for a key begins. */
static inline size_t home_of(const struct sc_tally *tally, uint64_t key)
{
    return (key * 0x9E3779B97F4A7C15ULL >> 32) & tally->mask; /* Fibonacci hashing */
}

static struct sc_tally_slot *find(const struct sc_tally *tally, uint64_t key)
{
    size_t i = home_of(tally, key);

    assert(tally->slots);
    while (tally->slots[i].count && tally->slots[i].key != key)
        i = (i + 1) & tally->mask;
    return &tally->slots[i];
}

static enum sc_status grow(struct sc_tally *tally, struct sc_error *err)
{
    size_t n = tally->slots ? (tally->mask + 1) * 2 : 64;
    struct sc_tally bigger = *tally;

    bigger.slots = sc_alloc_array(n, sizeof *bigger.slots);
    bigger.mask = n - 1;
    if (!bigger.slots)
        return sc_fail_nomem(err);
    for (size_t i = 0; tally->slots && i <= tally->mask; i++) {
        if (tally->slots[i].count)
            *find(&bigger, tally->slots[i].key) = tally->slots[i];
    }
    sc_free(tally->slots);
    *tally = bigger;
    return SC_OK;
}

enum sc_status sc_tally_add(struct sc_tally *tally, uint64_t key, uint64_t count,
                            struct sc_error *err)
{
    struct sc_tally_slot *slot;

    if (count == 0)
        return SC_OK;
    if (!tally->slots || tally->n * 3 >= (tally->mask + 1) * 2) {
        enum sc_status status = grow(tally, err);

        if (status)
            return status;
    }
    slot = find(tally, key);
    tally->n += slot->count == 0;
    slot->key = key;
    slot->count += count;
    return SC_OK;
}

enum sc_status sc_tally_add_soon(struct sc_tally *tally, uint64_t key, struct sc_error *err)
{
    uint64_t *place = &tally->soon[tally->n_soon++ % SC_TALLY_SOON];
    uint64_t due = *place;

    *place = key;
    if (tally->slots)
        __builtin_prefetch(&tally->slots[home_of(tally, key)], 1);
    return tally->n_soon > SC_TALLY_SOON ? sc_tally_add(tally, due, 1, err) : SC_OK;
}

enum sc_status sc_tally_settle(struct sc_tally *tally, struct sc_error *err)
{
    size_t n = tally->n_soon < SC_TALLY_SOON ? tally->n_soon : SC_TALLY_SOON;
    enum sc_status status = SC_OK;

    for (size_t i = 0; i < n && !status; i++)
        status = sc_tally_add(tally, tally->soon[i], 1, err);
    tally->n_soon = 0;
    return status;
}

enum sc_status sc_tally_merge(struct sc_tally *to, const struct sc_tally *from,
                              struct sc_error *err)
{
    assert(from->n_soon == 0);
    for (size_t i = 0; i < sc_tally_slots(from); i++) {
        enum sc_status status = sc_tally_add(to, from->slots[i].key, from->slots[i].count, err);

        if (status)
            return status;
    }
    return SC_OK;
}

size_t sc_tally_slots(const struct sc_tally *tally)
{
    return tally->slots ? tally->mask + 1 : 0;
}

void sc_tally_release(struct sc_tally *tally)
{
    sc_free(tally->slots);
    *tally = (struct sc_tally){0};
}
