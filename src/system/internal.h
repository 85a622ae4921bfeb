/*
 * internal.h - the system's insides, shared by system.c, link.c, follows.c and rings.c only.
 */
#ifndef SC_SYSTEM_INTERNAL_H
#define SC_SYSTEM_INTERNAL_H

#include "system/system.h"

#define CODE_AUXILIARY 1u
#define CODE_OWN 2u

struct dimension {
    const char *name;
    const char **names;    /* by code; strings in the arena */
    uint32_t *first_split; /* by code: the first split of it as parent, or SC_NONE */
    size_t n_codes;
    size_t capacity;
    size_t first_split_capacity;
    bool *kept; /* by code: see sc_system_keep_code() */
    size_t kept_capacity;
    bool parted;    /* see sc_system_set_parted() */
    uint8_t *flags; /* by code: CODE_AUXILIARY, CODE_OWN */
    size_t flags_capacity;
    uint32_t *slots; /* hash table of code numbers by name, a power of two long */
    size_t n_slots;
};

struct split {
    uint32_t dimension;
    uint32_t parent;
    uint32_t n_children;
    bool make_children;
    uint32_t next;      /* the next split of the same parent, or SC_NONE */
    uint32_t *children; /* owned */
};

struct sc_system {
    struct sc_arena names;
    struct dimension dimensions[SC_SYSTEM_DIMENSIONS_MAX];
    size_t n_dimensions;

    struct split *splits;
    size_t n_splits;
    size_t splits_capacity;

    uint32_t *codes; /* n_cells tuples */
    size_t n_cells;
    size_t codes_capacity; /* in tuples */
    size_t n_given;        /* cells below it are the caller's own */
    uint32_t *slots;       /* hash table of cell numbers, a power of two long */
    size_t n_slots;

    sc_system_believe *believe;
    void *believe_arg;
    bool linked;
    size_t n_rings_left;
    size_t n_relations;
    size_t *rel_start;   /* n_relations + 1 */
    uint32_t *rel_cells; /* total, then children */
    uint32_t *rel_split;
    bool *rel_follows; /* by relation: it follows from others */
    size_t *of_start;  /* n_cells + 1 */
    uint32_t *of;
};

/* Rebuilds the hash table over all cells. `n_slots` a power of two. */
SC_MUST_USE enum sc_status sc_system_rehash(struct sc_system *system, size_t n_slots,
                                            struct sc_error *err);

/* follows.c: finds the relations that follow from others. All are there. */
SC_MUST_USE enum sc_status sc_system_find_following(struct sc_system *system, struct sc_error *err);

/* rings.c: makes the cells of cross tables where tables meet in a ring. All margins are there. */
SC_MUST_USE enum sc_status sc_system_close_rings(struct sc_system *system, struct sc_error *err);

/*
 * untied.c: in parted dimensions asks splits to make their children, where some or all of a sum's
 * are missing that it is tied to others by; *ret_asked tells whether any was. All margins are
 * there.
 */
SC_MUST_USE enum sc_status sc_system_ask_for_parts(struct sc_system *system, bool *ret_asked,
                                                   struct sc_error *err);

/* untied.c: counts, as rings left, dimensions with sums that overlap and meet in no part. */
SC_MUST_USE enum sc_status sc_system_find_untied(struct sc_system *system, struct sc_error *err);

#endif
