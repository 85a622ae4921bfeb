#include "base/memory.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/fault.h"

void *sc_alloc(size_t n)
{
    if (sc_fault_hit(SC_FAULT_ALLOC))
        return NULL;
    return calloc(1, n ? n : 1);
}

void *sc_alloc_array(size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / size)
        return NULL;
    return sc_alloc(count * size);
}

void *sc_realloc_array(void *p, size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / size)
        return NULL;
    if (sc_fault_hit(SC_FAULT_ALLOC))
        return NULL;
    return realloc(p, count && size ? count * size : 1);
}

char *sc_strndup(const char *s, size_t len)
{
    char *copy = sc_alloc(len + 1);

    if (copy && len)
        memcpy(copy, s, len);
    return copy;
}

char *sc_strdup(const char *s)
{
    return sc_strndup(s, strlen(s));
}

void sc_free(void *p)
{
    free(p);
}

enum sc_status sc_grow(void **items, size_t *capacity, size_t length, size_t size,
                       struct sc_error *err)
{
    size_t wanted;
    void *grown;

    if (length < *capacity)
        return SC_OK;
    wanted = *capacity ? *capacity * 2 : 8;
    grown = sc_realloc_array(*items, wanted, size);
    if (!grown)
        return sc_fail_nomem(err);
    *items = grown;
    *capacity = wanted;
    return SC_OK;
}

struct sc_arena_block {
    struct sc_arena_block *next;
    size_t used;
    size_t size;
    alignas(max_align_t) unsigned char bytes[];
};

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_BLOCK_SIZE ((size_t)1) /* one malloc a piece: overruns are seen */
#else
#define ARENA_BLOCK_SIZE ((size_t)16 * 1024)
#endif

void *sc_arena_alloc(struct sc_arena *arena, size_t n)
{
    const size_t align = alignof(max_align_t);
    struct sc_arena_block *block = arena->first;
    size_t size;
    void *p;

    if (n > SIZE_MAX / 2)
        return NULL;
    n = (n + align - 1) / align * align;
    if (n == 0)
        n = align;
    if (!block || block->size - block->used < n) {
        size = n > ARENA_BLOCK_SIZE ? n : ARENA_BLOCK_SIZE;
        block = sc_alloc(sizeof *block + size);
        if (!block)
            return NULL;
        block->size = size;
        block->next = arena->first;
        arena->first = block;
    }
    p = block->bytes + block->used;
    block->used += n;
    return p;
}

char *sc_arena_strndup(struct sc_arena *arena, const char *s, size_t len)
{
    char *copy = sc_arena_alloc(arena, len + 1);

    if (copy && len)
        memcpy(copy, s, len);
    return copy;
}

char *sc_arena_strdup(struct sc_arena *arena, const char *s)
{
    return sc_arena_strndup(arena, s, strlen(s));
}

void sc_arena_release(struct sc_arena *arena)
{
    struct sc_arena_block *block = arena->first;

    while (block) {
        struct sc_arena_block *next = block->next;

        sc_free(block);
        block = next;
    }
    arena->first = NULL;
}
