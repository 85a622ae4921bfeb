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
    struct sc_verify_file files[2];
    enum sc_status status;

    in_memory_open(&table, data, cut);
    in_memory_open(&certificate, data + after, size - after);
    status = sc_verify_certificate(&file, 1, certificate.path, &v, &err);
    if (status == SC_OK)
        assert(v.n_tables >= 1 && (v.n_hidden == 0 || v.n_tables >= 2));
    else
        assert(err.status != SC_OK && err.message[0]);
    /* by its bytes it is the same */
    files[0] = (struct sc_verify_file){file, {(const char *)data, cut}};
    files[1] =
        (struct sc_verify_file){certificate.path, {(const char *)data + after, size - after}};
    assert(sc_verify_certificate_bytes(files, 1, &files[1], &v, &err) == status);
    /* the table read as what stands beside tables: dimension,code,parent,kind */
    err = (struct sc_error){0};
    status = sc_verify_occurs(&files[1], &files[0], &err);
    assert(status == SC_OK || (err.status == status && err.message[0]));
    in_memory_close(&table);
    in_memory_close(&certificate);
    return 0;
}
