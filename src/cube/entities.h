/*
 * entities.h - counts each offence, victim or suspect once, however many rows
 * tell of it and in whatever order.
 *
 * Each entity is remembered by a hash of its id and by a profile: the tuple of
 * everything the tables need to know about it. When a second row tells of the
 * same entity the two profiles are merged by a rule that does not depend on
 * the order of rows, so neither does any count:
 *   - of two that differ in their plain words, the smaller stays (the time
 *     dimensions come first: that is the earliest);
 *   - of two that agree in them, the sets are joined.
 *
 * Memory: an entity takes 11 bytes (a link 7) at a load of 0.80 to 0.90, that
 * is about 13 (8); a profile is shared by all entities that have it. An id is
 * known by 66 bits of XXH3: with 60 million ids the chance that any two are
 * taken for one is 1 in 40,000.
 *
 * All functions may be called from many threads.
 */
#ifndef SC_CUBE_ENTITIES_H
#define SC_CUBE_ENTITIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"
#include "base/text.h"
#include "cube/tally.h"
#include "safecount/status.h"

struct sc_entities;
struct sc_profile_cache; /* one a thread */

struct sc_entity_key {
    uint64_t low;
    uint64_t high;
};

/* The key of an id, or of an id within another (`scope`, may be empty). */
struct sc_entity_key sc_entity_key_of(struct sc_slice scope, struct sc_slice id);

/*
 * A store whose profiles are `n_words` words, of which those with
 * is_set[i] are sets. n_words 0 makes a store of bare keys.
 */
SC_MUST_USE enum sc_status sc_entities_new(size_t n_words, const bool *is_set,
                                           struct sc_entities **ret_entities, struct sc_error *err);
void sc_entities_free(struct sc_entities *entities);
SC_DEFINE_AUTO(sc_entities);

SC_MUST_USE enum sc_status sc_profile_cache_new(struct sc_profile_cache **ret_cache,
                                                struct sc_error *err);
void sc_profile_cache_free(struct sc_profile_cache *cache);
SC_DEFINE_AUTO(sc_profile_cache);

/*
 * Notes that the entity `key` has the profile `words`. *ret_new tells whether
 * it was not known before. `cache` belongs to this store and this thread.
 */
SC_MUST_USE enum sc_status sc_entities_note(struct sc_entities *entities,
                                            struct sc_profile_cache *cache,
                                            struct sc_entity_key key, const uint64_t *words,
                                            bool *ret_new, struct sc_error *err);

/* After the last note: how many entities there are, and how many had rows that disagree. */
uint64_t sc_entities_count(const struct sc_entities *entities);
uint64_t sc_entities_conflicts(const struct sc_entities *entities);

/* Bytes of memory it holds. */
uint64_t sc_entities_bytes(const struct sc_entities *entities);

/* Counts the entities of each profile: calls `each` with its words and how many. */
SC_MUST_USE enum sc_status
sc_entities_each(const struct sc_entities *entities,
                 enum sc_status (*each)(void *context, const uint64_t *words, uint64_t count,
                                        struct sc_error *err),
                 void *context, struct sc_error *err);

#endif
