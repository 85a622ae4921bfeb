/*
 * entities.c - the de-duplication table.
 *
 * 1,024 partitions, each a small open-addressing table under its own lock, so
 * that threads seldom meet and growing copies a thousandth of the whole at a
 * time. A slot is 7 bytes of key and, in a store with profiles, 4 bytes: the
 * number of the profile and one bit that says rows disagreed. The home of a
 * key is its place in proportion (key / 2^56 of the capacity), so a capacity
 * need not be a power of two and grows by an eighth only.
 *
 * Profiles are numbered in one register: tuples in blocks that never move,
 * found by a hash table under a lock. Each thread keeps a small direct-mapped
 * cache of tuples it has just used, which spares the lock nearly always.
 */
#include "cube/entities.h"

#include <assert.h>
#include <pthread.h>
#include <string.h>
#include <xxhash.h>

#include "base/error.h"

#define PARTITIONS 1024
#define KEY_BYTES 7
#define KEY_MASK ((1ULL << 56) - 1)
#define CONFLICT (1U << 31)
#define BLOCK_TUPLES 4096
#define BLOCKS_MAX 4096
#define WORDS_MAX 40
#define CACHE_SLOTS 4096
#define NO_PROFILE UINT32_MAX

struct partition {
    pthread_mutex_t lock;
    unsigned char *slots;
    size_t capacity;
    size_t n;
    uint64_t conflicts;
};

struct profiles {
    pthread_mutex_t lock;
    uint64_t *blocks[BLOCKS_MAX];
    size_t n;
    uint32_t *slots; /* 1 + number, 0: empty */
    size_t mask;
};

struct sc_entities {
    size_t n_words;
    bool is_set[WORDS_MAX];
    size_t stride;
    struct partition partitions[PARTITIONS];
    struct profiles profiles;
};

struct cached {
    uint64_t hash;
    uint32_t profile;
};

struct sc_profile_cache {
    struct cached slots[CACHE_SLOTS];
};

struct sc_entity_key sc_entity_key_of(struct sc_slice scope, struct sc_slice id)
{
    XXH128_hash_t h = XXH3_128bits(id.data, id.len);

    if (scope.len) {
        XXH128_hash_t s = XXH3_128bits(scope.data, scope.len);

        h.low64 = sc_mix64(h.low64 ^ (s.low64 * 0x9E3779B97F4A7C15ULL));
        h.high64 = sc_mix64(h.high64 ^ (s.high64 * 0xC2B2AE3D27D4EB4FULL));
    }
    return (struct sc_entity_key){h.low64, h.high64};
}

/* ---- profiles ---- */

static const uint64_t *tuple(const struct sc_entities *entities, uint32_t profile)
{
    return entities->profiles.blocks[profile / BLOCK_TUPLES] +
           (size_t)(profile % BLOCK_TUPLES) * entities->n_words;
}

static uint64_t tuple_hash(const struct sc_entities *entities, const uint64_t *words)
{
    return XXH3_64bits(words, entities->n_words * sizeof *words);
}

static bool tuple_eq(const struct sc_entities *entities, uint32_t profile, const uint64_t *words)
{
    return memcmp(tuple(entities, profile), words, entities->n_words * sizeof *words) == 0;
}

/* Called with the register's lock held. */
static enum sc_status grow_register(struct sc_entities *entities, struct sc_error *err)
{
    struct profiles *profiles = &entities->profiles;
    size_t n = profiles->slots ? (profiles->mask + 1) * 2 : 1024;
    uint32_t *slots = sc_alloc_array(n, sizeof *slots);

    if (!slots)
        return sc_fail_nomem(err);
    for (size_t p = 0; p < profiles->n; p++) {
        size_t i = tuple_hash(entities, tuple(entities, (uint32_t)p)) & (n - 1);

        while (slots[i])
            i = (i + 1) & (n - 1);
        slots[i] = (uint32_t)p + 1;
    }
    sc_free(profiles->slots);
    profiles->slots = slots;
    profiles->mask = n - 1;
    return SC_OK;
}

static enum sc_status add_tuple(struct sc_entities *entities, const uint64_t *words,
                                struct sc_error *err)
{
    struct profiles *profiles = &entities->profiles;
    size_t block = profiles->n / BLOCK_TUPLES;

    if (block == BLOCKS_MAX)
        return sc_fail(err, SC_E_RANGE,
                       "the tables of one counting unit have over %d different combinations: "
                       "ask for fewer or coarser dimensions",
                       BLOCK_TUPLES * BLOCKS_MAX);
    if (!profiles->blocks[block]) {
        profiles->blocks[block] = sc_alloc_array(BLOCK_TUPLES * entities->n_words, sizeof *words);
        if (!profiles->blocks[block])
            return sc_fail_nomem(err);
    }
    memcpy(profiles->blocks[block] + profiles->n % BLOCK_TUPLES * entities->n_words, words,
           entities->n_words * sizeof *words);
    profiles->n++;
    return SC_OK;
}

static enum sc_status intern_locked(struct sc_entities *entities, const uint64_t *words,
                                    uint64_t hash, uint32_t *ret_profile, struct sc_error *err)
{
    struct profiles *profiles = &entities->profiles;
    enum sc_status status;
    size_t i;

    if (!profiles->slots || profiles->n * 3 >= (profiles->mask + 1) * 2) {
        status = grow_register(entities, err);
        if (status)
            return status;
    }
    assert(profiles->slots);
    for (i = hash & profiles->mask; profiles->slots[i]; i = (i + 1) & profiles->mask) {
        if (tuple_eq(entities, profiles->slots[i] - 1, words)) {
            *ret_profile = profiles->slots[i] - 1;
            return SC_OK;
        }
    }
    status = add_tuple(entities, words, err);
    if (status)
        return status;
    profiles->slots[i] = (uint32_t)profiles->n;
    *ret_profile = (uint32_t)profiles->n - 1;
    return SC_OK;
}

static enum sc_status intern(struct sc_entities *entities, struct sc_profile_cache *cache,
                             const uint64_t *words, uint32_t *ret_profile, struct sc_error *err)
{
    uint64_t hash = tuple_hash(entities, words);
    struct cached *cached = &cache->slots[hash % CACHE_SLOTS];
    enum sc_status status;

    if (cached->profile != NO_PROFILE && cached->hash == hash &&
        tuple_eq(entities, cached->profile, words)) {
        *ret_profile = cached->profile;
        return SC_OK;
    }
    (void)pthread_mutex_lock(&entities->profiles.lock);
    status = intern_locked(entities, words, hash, ret_profile, err);
    (void)pthread_mutex_unlock(&entities->profiles.lock);
    if (!status)
        *cached = (struct cached){hash, *ret_profile};
    return status;
}

/* Merges `b` into `a`. True when their plain words differ. */
static bool merge_words(const struct sc_entities *entities, uint64_t *a, const uint64_t *b)
{
    int order = 0;

    for (size_t i = 0; i < entities->n_words && !order; i++) {
        if (!entities->is_set[i] && a[i] != b[i])
            order = a[i] < b[i] ? -1 : 1;
    }
    if (order > 0)
        memcpy(a, b, entities->n_words * sizeof *a);
    for (size_t i = 0; i < entities->n_words && !order; i++) {
        if (entities->is_set[i])
            a[i] |= b[i];
    }
    return order != 0;
}

/* ---- slots ---- */

static uint64_t slot_key(const unsigned char *slot)
{
    uint64_t key = 0;

    memcpy(&key, slot, KEY_BYTES);
    return key;
}

static uint32_t slot_profile(const unsigned char *slot)
{
    uint32_t profile;

    memcpy(&profile, slot + KEY_BYTES, sizeof profile);
    return profile;
}

static void set_profile(unsigned char *slot, uint32_t profile)
{
    memcpy(slot + KEY_BYTES, &profile, sizeof profile);
}

/* The slot of `key`, or the empty one where it goes. */
static unsigned char *find_slot(const struct sc_entities *entities, const struct partition *p,
                                uint64_t key)
{
    size_t i = (size_t)(((__uint128_t)(key << 8) * p->capacity) >> 64);
    unsigned char *slot;

    for (;; i = i + 1 == p->capacity ? 0 : i + 1) {
        uint64_t found;

        slot = p->slots + i * entities->stride;
        found = slot_key(slot);
        if (found == key || found == 0)
            return slot;
    }
}

static enum sc_status grow_partition(const struct sc_entities *entities, struct partition *p,
                                     struct sc_error *err)
{
    struct partition bigger = *p;

    if (p->capacity && p->n * 100 < p->capacity * 90)
        return SC_OK;
    bigger.capacity = p->capacity < 16 ? 16 : p->capacity + p->capacity / 8;
    bigger.slots = sc_alloc_array(bigger.capacity, entities->stride);
    if (!bigger.slots)
        return sc_fail_nomem(err);
    for (size_t i = 0; i < p->capacity; i++) {
        const unsigned char *slot = p->slots + i * entities->stride;

        if (slot_key(slot))
            memcpy(find_slot(entities, &bigger, slot_key(slot)), slot, entities->stride);
    }
    sc_free(p->slots);
    p->slots = bigger.slots;
    p->capacity = bigger.capacity;
    return SC_OK;
}

/* Merges `words` into the profile of a slot that has another one already. */
static enum sc_status merge_slot(struct sc_entities *entities, struct sc_profile_cache *cache,
                                 struct partition *p, unsigned char *slot, const uint64_t *words,
                                 struct sc_error *err)
{
    uint64_t merged[WORDS_MAX];
    uint32_t old = slot_profile(slot);
    uint32_t profile = 0;
    enum sc_status status;
    bool differ;

    memcpy(merged, tuple(entities, old & ~CONFLICT), entities->n_words * sizeof *merged);
    differ = merge_words(entities, merged, words);
    status = intern(entities, cache, merged, &profile, err);
    if (status)
        return status;
    p->conflicts += differ && !(old & CONFLICT);
    set_profile(slot, profile | (old & CONFLICT) | (differ ? CONFLICT : 0));
    return SC_OK;
}

static enum sc_status note_locked(struct sc_entities *entities, struct sc_profile_cache *cache,
                                  struct partition *p, uint64_t key, const uint64_t *words,
                                  uint32_t profile, bool *ret_new, struct sc_error *err)
{
    enum sc_status status = grow_partition(entities, p, err);
    unsigned char *slot;

    if (status)
        return status;
    slot = find_slot(entities, p, key);
    *ret_new = slot_key(slot) == 0;
    if (*ret_new) {
        memcpy(slot, &key, KEY_BYTES);
        p->n++;
        if (entities->n_words)
            set_profile(slot, profile);
        return SC_OK;
    }
    if (entities->n_words == 0 || (slot_profile(slot) & ~CONFLICT) == profile)
        return SC_OK;
    return merge_slot(entities, cache, p, slot, words, err);
}

enum sc_status sc_entities_note(struct sc_entities *entities, struct sc_profile_cache *cache,
                                struct sc_entity_key key, const uint64_t *words, bool *ret_new,
                                struct sc_error *err)
{
    struct partition *p = &entities->partitions[key.high % PARTITIONS];
    uint64_t bits = key.low & KEY_MASK;
    uint32_t profile = 0;
    enum sc_status status;

    if (bits == 0)
        bits = 1; /* 0 marks an empty slot */
    if (entities->n_words) {
        status = intern(entities, cache, words, &profile, err);
        if (status)
            return status;
    }
    (void)pthread_mutex_lock(&p->lock);
    status = note_locked(entities, cache, p, bits, words, profile, ret_new, err);
    (void)pthread_mutex_unlock(&p->lock);
    return status;
}

/* ---- the whole store ---- */

enum sc_status sc_entities_new(size_t n_words, const bool *is_set,
                               struct sc_entities **ret_entities, struct sc_error *err)
{
    struct sc_entities *entities;

    if (n_words > WORDS_MAX)
        return sc_fail(err, SC_E_RANGE,
                       "the tables of one counting unit have %zu different dimensions: expected "
                       "at most %d",
                       n_words, WORDS_MAX);
    entities = sc_alloc(sizeof *entities);
    if (!entities)
        return sc_fail_nomem(err);
    entities->n_words = n_words;
    if (n_words)
        memcpy(entities->is_set, is_set, n_words * sizeof *is_set);
    entities->stride = KEY_BYTES + (n_words ? sizeof(uint32_t) : 0);
    for (size_t i = 0; i < PARTITIONS; i++)
        (void)pthread_mutex_init(&entities->partitions[i].lock, NULL);
    (void)pthread_mutex_init(&entities->profiles.lock, NULL);
    *ret_entities = entities;
    return SC_OK;
}

void sc_entities_free(struct sc_entities *entities)
{
    if (!entities)
        return;
    for (size_t i = 0; i < PARTITIONS; i++) {
        sc_free(entities->partitions[i].slots);
        (void)pthread_mutex_destroy(&entities->partitions[i].lock);
    }
    for (size_t i = 0; i < BLOCKS_MAX; i++)
        sc_free(entities->profiles.blocks[i]);
    sc_free(entities->profiles.slots);
    (void)pthread_mutex_destroy(&entities->profiles.lock);
    sc_free(entities);
}

enum sc_status sc_profile_cache_new(struct sc_profile_cache **ret_cache, struct sc_error *err)
{
    struct sc_profile_cache *cache = sc_alloc(sizeof *cache);

    if (!cache)
        return sc_fail_nomem(err);
    for (size_t i = 0; i < CACHE_SLOTS; i++)
        cache->slots[i].profile = NO_PROFILE;
    *ret_cache = cache;
    return SC_OK;
}

void sc_profile_cache_free(struct sc_profile_cache *cache)
{
    sc_free(cache);
}

uint64_t sc_entities_count(const struct sc_entities *entities)
{
    uint64_t n = 0;

    for (size_t i = 0; i < PARTITIONS; i++)
        n += entities->partitions[i].n;
    return n;
}

uint64_t sc_entities_conflicts(const struct sc_entities *entities)
{
    uint64_t n = 0;

    for (size_t i = 0; i < PARTITIONS; i++)
        n += entities->partitions[i].conflicts;
    return n;
}

uint64_t sc_entities_bytes(const struct sc_entities *entities)
{
    uint64_t n = sizeof *entities;

    for (size_t i = 0; i < PARTITIONS; i++)
        n += entities->partitions[i].capacity * entities->stride;
    n += (entities->profiles.n + BLOCK_TUPLES) * entities->n_words * sizeof(uint64_t);
    return n + (entities->profiles.slots ? entities->profiles.mask + 1 : 0) * sizeof(uint32_t);
}

enum sc_status sc_entities_each(const struct sc_entities *entities,
                                enum sc_status (*each)(void *context, const uint64_t *words,
                                                       uint64_t count, struct sc_error *err),
                                void *context, struct sc_error *err)
{
    SC_AUTO_FREE uint64_t *counts = sc_alloc_array(entities->profiles.n, sizeof *counts);

    assert(entities->n_words);
    if (!counts)
        return sc_fail_nomem(err);
    for (size_t i = 0; i < PARTITIONS; i++) {
        const struct partition *p = &entities->partitions[i];

        for (size_t s = 0; s < p->capacity; s++) {
            const unsigned char *slot = p->slots + s * entities->stride;

            if (slot_key(slot))
                counts[slot_profile(slot) & ~CONFLICT]++;
        }
    }
    for (size_t i = 0; i < entities->profiles.n; i++) {
        enum sc_status status;

        if (counts[i] == 0)
            continue;
        status = each(context, tuple(entities, (uint32_t)i), counts[i], err);
        if (status)
            return status;
    }
    return SC_OK;
}
