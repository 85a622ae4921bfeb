/* hash_avx2.h - see hash_avx2.c. `state` is an XXH3_state_t of the packaged library. */
#ifndef SC_EXTRACT_HASH_AVX2_H
#define SC_EXTRACT_HASH_AVX2_H

#include <stddef.h>

void sc_hash_update_avx2(void *state, const void *bytes, size_t n);

#endif
