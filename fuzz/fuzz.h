/* fuzz.h - what the fuzz targets include. */
#ifndef SC_FUZZ_FUZZ_H
#define SC_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
