/*
 * fuzz_certificate.c - a published table and, behind a line "%%", a certificate for it.
 */
#include <assert.h>

#include "in_memory.h"
#include "verify/verify.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct in_memory table, certificate;
    const char *file = table.path;
    size_t after, cut = in_memory_cut(data, size, &after);
    struct sc_verification v = {0};
    struct sc_error err = {0};

    in_memory_open(&table, data, cut);
    in_memory_open(&certificate, data + after, size - after);
    if (sc_verify_certificate(&file, 1, certificate.path, &v, &err) == SC_OK)
        assert(v.n_tables >= 1 && (v.n_hidden == 0 || v.n_tables >= 2));
    else
        assert(err.status != SC_OK && err.message[0]);
    in_memory_close(&table);
    in_memory_close(&certificate);
    return 0;
}
