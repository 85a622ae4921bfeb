#include "cube/sets.h"

#include <assert.h>
#include <pthread.h>

#include "base/error.h"
#include "base/memory.h"
#include "cube/tally.h"

struct sc_sets {
    pthread_mutex_t lock;
    uint64_t *masks;
    size_t n;
    size_t capacity;
    uint32_t *slots; /* 1 + number */
    size_t slot_mask;
};

enum sc_status sc_sets_new(struct sc_sets **ret_sets, struct sc_error *err)
{
    struct sc_sets *sets = sc_alloc(sizeof *sets);

    if (!sets)
        return sc_fail_nomem(err);
    (void)pthread_mutex_init(&sets->lock, NULL);
    *ret_sets = sets;
    return SC_OK;
}

void sc_sets_free(struct sc_sets *sets)
{
    if (!sets)
        return;
    (void)pthread_mutex_destroy(&sets->lock);
    sc_free(sets->masks);
    sc_free(sets->slots);
    sc_free(sets);
}

static enum sc_status grow_slots(struct sc_sets *sets, struct sc_error *err)
{
    size_t n = sets->slots ? (sets->slot_mask + 1) * 2 : 256;
    uint32_t *slots;

    if (sets->slots && sets->n * 2 < sets->slot_mask + 1)
        return SC_OK;
    slots = sc_alloc_array(n, sizeof *slots);
    if (!slots)
        return sc_fail_nomem(err);
    for (size_t s = 0; s < sets->n; s++) {
        size_t i = sc_mix64(sets->masks[s]) & (n - 1);

        while (slots[i])
            i = (i + 1) & (n - 1);
        slots[i] = (uint32_t)s + 1;
    }
    sc_free(sets->slots);
    sets->slots = slots;
    sets->slot_mask = n - 1;
    return SC_OK;
}

static enum sc_status number_locked(struct sc_sets *sets, uint64_t mask, uint32_t *ret_number,
                                    struct sc_error *err)
{
    enum sc_status status = grow_slots(sets, err);
    size_t i;

    if (status)
        return status;
    for (i = sc_mix64(mask) & sets->slot_mask; sets->slots[i]; i = (i + 1) & sets->slot_mask) {
        if (sets->masks[sets->slots[i] - 1] == mask) {
            *ret_number = sets->slots[i] - 1;
            return SC_OK;
        }
    }
    if (sets->n == SC_SETS_MAX)
        return sc_fail(err, SC_E_RANGE, "over %zu different sets of categories", SC_SETS_MAX);
    status = sc_grow((void **)&sets->masks, &sets->capacity, sets->n, sizeof mask, err);
    if (status)
        return status;
    sets->masks[sets->n] = mask;
    *ret_number = (uint32_t)sets->n;
    sets->slots[i] = (uint32_t)++sets->n;
    return SC_OK;
}

enum sc_status sc_sets_number(struct sc_sets *sets, struct sc_sets_cache *cache, uint64_t mask,
                              uint32_t *ret_number, struct sc_error *err)
{
    size_t i = sc_mix64(mask) % (sizeof cache->slots / sizeof *cache->slots);
    enum sc_status status;

    if (cache->slots[i].number && cache->slots[i].mask == mask) {
        *ret_number = cache->slots[i].number - 1;
        return SC_OK;
    }
    (void)pthread_mutex_lock(&sets->lock);
    status = number_locked(sets, mask, ret_number, err);
    (void)pthread_mutex_unlock(&sets->lock);
    if (!status) {
        cache->slots[i].mask = mask;
        cache->slots[i].number = *ret_number + 1;
    }
    return status;
}

uint64_t sc_sets_mask(const struct sc_sets *sets, uint32_t number)
{
    assert(number < sets->n);
    return sets->masks[number];
}
