/*
 * in_memory.h - gives part of a fuzz input a path, for readers that take one.
 */
#ifndef FUZZ_IN_MEMORY_H
#define FUZZ_IN_MEMORY_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct in_memory {
    int fd;
    char path[64];
};

static inline void in_memory_open(struct in_memory *file, const void *bytes, size_t len)
{
    file->fd = memfd_create("fuzz", 0);
    if (file->fd < 0 || (len > 0 && write(file->fd, bytes, len) != (ssize_t)len) ||
        lseek(file->fd, 0, SEEK_SET) != 0)
        abort();
    (void)snprintf(file->path, sizeof file->path, "/proc/self/fd/%d", file->fd);
}

static inline void in_memory_close(struct in_memory *file)
{
    (void)close(file->fd);
}

/* Where the first line "%%" begins; `size` when there is none. *ret_after: behind it. */
static inline size_t in_memory_cut(const uint8_t *data, size_t size, size_t *ret_after)
{
    for (size_t i = 0; i + 3 <= size; i++)
        if (memcmp(data + i, "%%\n", 3) == 0 && (i == 0 || data[i - 1] == '\n')) {
            *ret_after = i + 3;
            return i;
        }
    *ret_after = size;
    return size;
}

#endif
