/*
 * memory.h - allocation that tests can make fail, self-cleaning locals, and
 * arenas for many small things that die together.
 *
 * All memory of the library comes from sc_alloc() and its kin, so that a test
 * can make the n-th request fail (sc_fault_* in base/fault.h) and show that
 * every failure is reported and nothing leaks.
 */
#ifndef SC_BASE_MEMORY_H
#define SC_BASE_MEMORY_H

#include <stddef.h>

#include "safecount/status.h"

/* `n` bytes, zeroed; NULL when there are none. Free with sc_free(). `n` may be 0. */
void *sc_alloc(size_t n);

/* An array of `count` zeroed items of `size` bytes; NULL also on overflow. */
void *sc_alloc_array(size_t count, size_t size);

/* Grows or shrinks to `count` items; new bytes are NOT zeroed. NULL leaves `p` as it was. */
void *sc_realloc_array(void *p, size_t count, size_t size);

/* Copies `len` bytes of `s` and ends them with NUL. */
char *sc_strndup(const char *s, size_t len);
char *sc_strdup(const char *s);

/* Frees `p`. NULL is allowed. */
void sc_free(void *p);

/*
 * Makes room for one more item in a growing array held as pointer, length and
 * capacity: doubles the capacity when it is used up.
 * Returns SC_OK or SC_E_NOMEM (the array is left as it was).
 */
SC_MUST_USE enum sc_status sc_grow(void **items, size_t *capacity, size_t length, size_t size,
                                   struct sc_error *err);

/* SC_AUTO(sc_thing) thing = NULL; calls sc_thing_free(thing) when it leaves scope. */
#define SC_AUTO(type) __attribute__((cleanup(type##_free_at))) struct type *
#define SC_DEFINE_AUTO(type)                                                                       \
    static inline void type##_free_at(struct type **p)                                             \
    {                                                                                              \
        type##_free(*p);                                                                           \
    }                                                                                              \
    struct type /* so that a semicolon follows */

/* A self-freeing plain pointer: SC_AUTO_FREE char *s = NULL; */
static inline void sc_free_at(void *p)
{
    sc_free(*(void **)p);
}
#define SC_AUTO_FREE __attribute__((cleanup(sc_free_at)))

/* Hands over the pointer and leaves NULL behind: *ret = SC_TAKE(local); */
#define SC_TAKE(p)                                                                                 \
    __extension__({                                                                                \
        __typeof__(p) sc_taken_ = (p);                                                             \
        (p) = NULL;                                                                                \
        sc_taken_;                                                                                 \
    })

/*
 * An arena: memory freed all at once. Zero-initialise, allocate, release.
 * A build with sanitizers hands out each piece from malloc, so that an
 * overrun is seen.
 */
struct sc_arena {
    struct sc_arena_block *first;
};

/* `n` zeroed bytes aligned for any type, alive until release; NULL without memory. */
void *sc_arena_alloc(struct sc_arena *arena, size_t n);
char *sc_arena_strndup(struct sc_arena *arena, const char *s, size_t len);
char *sc_arena_strdup(struct sc_arena *arena, const char *s);

/* Frees all of it; the arena is empty and may be used again. */
void sc_arena_release(struct sc_arena *arena);

#endif
