/*
 * zip.c - see zip.h. libzip writes into a buffer source of its own, which is
 * read back once the archive is closed.
 */
#include "publish/zip.h"

#include <zip.h>

#include "base/error.h"

/* MS-DOS date of 1 January 1980. */
#define DOS_EPOCH ((0 << 9) | (1 << 5) | 1)

static enum sc_status add_part(zip_t *archive, const struct sc_zip_part *part, struct sc_error *err)
{
    zip_source_t *source = zip_source_buffer(archive, part->bytes->data, part->bytes->len, 0);
    zip_int64_t at;

    if (!source)
        return sc_fail_nomem(err);
    at = zip_file_add(archive, part->name, source, ZIP_FL_ENC_UTF_8);
    if (at < 0) {
        zip_source_free(source);
        return sc_fail(err, SC_E_IO, "cannot add '%s' to an archive: %s", part->name,
                       zip_strerror(archive));
    }
    if (zip_set_file_compression(archive, (zip_uint64_t)at,
                                 part->stored ? ZIP_CM_STORE : ZIP_CM_DEFLATE, 6) ||
        zip_file_set_dostime(archive, (zip_uint64_t)at, 0, DOS_EPOCH, 0) ||
        zip_file_set_external_attributes(archive, (zip_uint64_t)at, 0, ZIP_OPSYS_DOS, 0))
        return sc_fail(err, SC_E_IO, "cannot set '%s' of an archive: %s", part->name,
                       zip_strerror(archive));
    return SC_OK;
}

/* All of `source`, the archive as written. */
static enum sc_status read_back(zip_source_t *source, struct sc_buf *out, struct sc_error *err)
{
    char block[64 * 1024];
    zip_int64_t n;

    if (zip_source_open(source) < 0)
        return sc_fail(err, SC_E_IO, "cannot read an archive back: %s",
                       zip_error_strerror(zip_source_error(source)));
    while ((n = zip_source_read(source, block, sizeof block)) > 0)
        sc_buf_add(out, block, (size_t)n);
    (void)zip_source_close(source);
    if (n < 0)
        return sc_fail(err, SC_E_IO, "cannot read an archive back: %s",
                       zip_error_strerror(zip_source_error(source)));
    return sc_buf_check(out, err);
}

enum sc_status sc_zip_make(const struct sc_zip_part *parts, size_t n_parts, struct sc_buf *out,
                           struct sc_error *err)
{
    zip_error_t error;
    zip_source_t *source;
    zip_t *archive;
    enum sc_status status = SC_OK;

    zip_error_init(&error);
    source = zip_source_buffer_create(NULL, 0, 0, &error);
    if (!source)
        return sc_fail_nomem(err);
    zip_source_keep(source);
    archive = zip_open_from_source(source, ZIP_TRUNCATE, &error);
    if (!archive) {
        zip_source_free(source);
        zip_source_free(source);
        return sc_fail(err, SC_E_IO, "cannot make an archive: %s", zip_error_strerror(&error));
    }
    for (size_t i = 0; i < n_parts && !status; i++)
        status = add_part(archive, &parts[i], err);
    if (!status && zip_close(archive) < 0)
        status = sc_fail(err, SC_E_IO, "cannot write an archive: %s", zip_strerror(archive));
    else if (!status)
        archive = NULL;
    if (archive)
        zip_discard(archive);
    if (!status)
        status = read_back(source, out, err);
    zip_source_free(source);
    zip_error_fini(&error);
    return status;
}
