/*
 * hash_avx2.c - XXH3's update, built from the library's own header for AVX2.
 *
 * The packaged library takes the instructions every x86-64 has; this file is
 * built with -mavx2 and called only where the processor has it. The state and
 * the result are the same.
 */
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "extract/hash_avx2.h"

void sc_hash_update_avx2(void *state, const void *bytes, size_t n)
{
    (void)XXH3_128bits_update(state, bytes, n);
}
