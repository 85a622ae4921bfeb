/*
 * bytes.c - raw file -> decompression -> encoding -> UTF-8.
 *
 * Three layers, each pulling from the one below:
 *
 *     raw_read      read(2); counts, hashes, watches the file's size
 *     plain_read    passes through, or inflates gzip members / zstd frames
 *     sc_bytes_read passes through, or decodes UTF-16 / Windows-1252
 *
 * A plain UTF-8 file takes none of the detours: its bytes go from the kernel
 * straight into the caller's buffer. The first bytes, looked at to tell the
 * kind of file, are kept in `head` and served first.
 */
#include "extract/bytes.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>
#include <zlib.h>
#include <zstd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "extract/hash_avx2.h"

enum compression { COMPRESSION_NONE, COMPRESSION_GZIP, COMPRESSION_ZSTD };
enum decoding { DECODING_NONE, DECODING_UTF16LE, DECODING_UTF16BE, DECODING_WINDOWS1252 };

#define IN_SIZE ((size_t)128 * 1024)
#define HEAD_SIZE ((size_t)4096)

struct sc_bytes {
    char *path;
    int fd;
    bool own_fd;
    bool regular;
    uint64_t size; /* of a regular file, when opened */
    uint64_t raw_done;
    bool raw_end;
    XXH3_state_t *hash;

    /* looked-at first bytes, of the raw file and of the plain text */
    char raw_head[HEAD_SIZE];
    size_t raw_head_len;
    size_t raw_head_at;
    char plain_head[HEAD_SIZE];
    size_t plain_head_len;
    size_t plain_head_at;

    enum compression compression;
    unsigned char *in; /* compressed bytes */
    size_t in_len;
    size_t in_at;
    z_stream zlib;
    bool zlib_on;
    ZSTD_DCtx *zstd;
    bool frame_open; /* inside a gzip member or zstd frame */

    enum decoding decoding;
    unsigned char *coded; /* bytes to decode */
    size_t coded_len;
    size_t coded_at;
    bool coded_end;
    struct sc_buf decoded;
    size_t decoded_at;
};

static enum sc_status check_unchanged(struct sc_bytes *bytes, struct sc_error *err)
{
    struct stat st;

    if (!bytes->regular)
        return SC_OK;
    if (fstat(bytes->fd, &st) != 0)
        return sc_fail_io(err, "look at", bytes->path, errno);
    if (bytes->raw_done < bytes->size)
        return sc_fail_at(err, SC_E_IO, bytes->path, 0, 0,
                          "the file was cut while it was read: run again when it stands still");
    if (bytes->raw_done > bytes->size || (uint64_t)st.st_size != bytes->size)
        return sc_fail_at(err, SC_E_IO, bytes->path, 0, 0,
                          "the file grew while it was read: run again when it stands still");
    return SC_OK;
}

static void hash_update(XXH3_state_t *state, const void *bytes, size_t n)
{
#ifdef SC_HAVE_HASH_AVX2
    if (__builtin_cpu_supports("avx2")) {
        sc_hash_update_avx2(state, bytes, n);
        return;
    }
#endif
    (void)XXH3_128bits_update(state, bytes, n);
}

static enum sc_status raw_read(struct sc_bytes *bytes, void *out, size_t capacity, size_t *ret_n,
                               struct sc_error *err)
{
    enum sc_status status;
    size_t n = 0;

    if (bytes->raw_head_at < bytes->raw_head_len) {
        n = bytes->raw_head_len - bytes->raw_head_at;
        if (n > capacity)
            n = capacity;
        memcpy(out, bytes->raw_head + bytes->raw_head_at, n);
        bytes->raw_head_at += n;
        *ret_n = n;
        return SC_OK;
    }
    if (bytes->raw_end) {
        *ret_n = 0;
        return SC_OK;
    }
    status = sc_file_read(bytes->fd, bytes->path, out, capacity, &n, err);
    if (status)
        return status;
    hash_update(bytes->hash, out, n);
    bytes->raw_done += n;
    if (n < capacity) {
        bytes->raw_end = true;
        status = check_unchanged(bytes, err);
        if (status)
            return status;
    }
    *ret_n = n;
    return SC_OK;
}

/* Makes `in` hold at least one byte, or *ret_end. */
static enum sc_status refill_in(struct sc_bytes *bytes, bool *ret_end, struct sc_error *err)
{
    enum sc_status status;

    *ret_end = false;
    if (bytes->in_at < bytes->in_len)
        return SC_OK;
    status = raw_read(bytes, bytes->in, IN_SIZE, &bytes->in_len, err);
    if (status) {
        bytes->in_len = 0;
        bytes->in_at = 0;
        return status;
    }
    bytes->in_at = 0;
    *ret_end = bytes->in_len == 0;
    return SC_OK;
}

static enum sc_status fail_compressed(struct sc_bytes *bytes, const char *what,
                                      struct sc_error *err)
{
    return sc_fail_at(err, SC_E_INPUT, bytes->path, 0, 0,
                      "the compressed data are %s: expected a complete .gz or .zst file", what);
}

static enum sc_status gzip_read(struct sc_bytes *bytes, char *out, size_t capacity, size_t *ret_n,
                                struct sc_error *err)
{
    size_t n = 0;

    while (n < capacity) {
        bool end = false;
        uInt room = (uInt)(capacity - n);
        enum sc_status status = refill_in(bytes, &end, err);
        int z;

        if (status)
            return status;
        if (end) {
            if (bytes->frame_open)
                return fail_compressed(bytes, "cut off", err);
            break;
        }
        if (!bytes->frame_open) {
            if (inflateReset(&bytes->zlib) != Z_OK)
                return fail_compressed(bytes, "damaged", err);
            bytes->frame_open = true;
        }
        bytes->zlib.next_in = bytes->in + bytes->in_at;
        bytes->zlib.avail_in = (uInt)(bytes->in_len - bytes->in_at);
        bytes->zlib.next_out = (unsigned char *)out + n;
        bytes->zlib.avail_out = room;
        z = inflate(&bytes->zlib, Z_NO_FLUSH);
        bytes->in_at = bytes->in_len - bytes->zlib.avail_in;
        n += room - bytes->zlib.avail_out;
        if (z == Z_STREAM_END)
            bytes->frame_open = false;
        else if (z == Z_MEM_ERROR)
            return sc_fail_nomem(err);
        else if (z != Z_OK && z != Z_BUF_ERROR)
            return fail_compressed(bytes, "damaged", err);
    }
    *ret_n = n;
    return SC_OK;
}

static enum sc_status zstd_read(struct sc_bytes *bytes, char *out, size_t capacity, size_t *ret_n,
                                struct sc_error *err)
{
    ZSTD_outBuffer to = {out, capacity, 0};

    while (to.pos < to.size) {
        bool end = false;
        enum sc_status status = refill_in(bytes, &end, err);
        size_t left;

        if (status)
            return status;
        if (end && !bytes->frame_open)
            break;
        ZSTD_inBuffer from = {bytes->in, bytes->in_len, bytes->in_at};
        size_t out_before = to.pos;

        left = ZSTD_decompressStream(bytes->zstd, &to, &from);
        if (ZSTD_isError(left))
            return fail_compressed(bytes, "damaged", err);
        bytes->in_at = from.pos;
        bytes->frame_open = left != 0;
        if (end && bytes->frame_open && to.pos == out_before)
            return fail_compressed(bytes, "cut off", err);
    }
    *ret_n = to.pos;
    return SC_OK;
}

/* Fills `out` as far as the file goes. */
static enum sc_status plain_read(struct sc_bytes *bytes, char *out, size_t capacity, size_t *ret_n,
                                 struct sc_error *err)
{
    enum sc_status status;
    size_t total = 0;

    if (bytes->plain_head_at < bytes->plain_head_len) {
        total = bytes->plain_head_len - bytes->plain_head_at;
        if (total > capacity)
            total = capacity;
        memcpy(out, bytes->plain_head + bytes->plain_head_at, total);
        bytes->plain_head_at += total;
    }
    while (total < capacity) {
        size_t n = 0;

        if (bytes->compression == COMPRESSION_GZIP)
            status = gzip_read(bytes, out + total, capacity - total, &n, err);
        else if (bytes->compression == COMPRESSION_ZSTD)
            status = zstd_read(bytes, out + total, capacity - total, &n, err);
        else
            status = raw_read(bytes, out + total, capacity - total, &n, err);
        if (status)
            return status;
        if (n == 0)
            break;
        total += n;
    }
    *ret_n = total;
    return SC_OK;
}

static uint32_t utf16_unit(const struct sc_bytes *bytes, size_t at)
{
    const unsigned char *p = bytes->coded + at;

    return bytes->decoding == DECODING_UTF16LE ? (uint32_t)p[0] | (uint32_t)p[1] << 8
                                               : (uint32_t)p[0] << 8 | (uint32_t)p[1];
}

/* Decodes what `coded` holds; an odd byte or half a pair stays for the next time. */
static void decode_utf16(struct sc_bytes *bytes)
{
    while (bytes->coded_len - bytes->coded_at >= 2) {
        uint32_t unit = utf16_unit(bytes, bytes->coded_at);

        if (unit >= 0xD800 && unit <= 0xDBFF) {
            uint32_t low;

            if (bytes->coded_len - bytes->coded_at < 4) {
                if (!bytes->coded_end)
                    return;
                unit = 0xFFFD;
            } else {
                low = utf16_unit(bytes, bytes->coded_at + 2);
                if (low >= 0xDC00 && low <= 0xDFFF) {
                    unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
                    bytes->coded_at += 2;
                } else {
                    unit = 0xFFFD;
                }
            }
        } else if (unit >= 0xDC00 && unit <= 0xDFFF) {
            unit = 0xFFFD;
        }
        bytes->coded_at += 2;
        sc_buf_add_codepoint(&bytes->decoded, unit);
    }
    if (bytes->coded_end && bytes->coded_at < bytes->coded_len) {
        sc_buf_add_codepoint(&bytes->decoded, 0xFFFD); /* an odd last byte */
        bytes->coded_at = bytes->coded_len;
    }
}

static enum sc_status decode_more(struct sc_bytes *bytes, struct sc_error *err)
{
    size_t kept = bytes->coded_len - bytes->coded_at;
    size_t n = 0;
    enum sc_status status;

    memmove(bytes->coded, bytes->coded + bytes->coded_at, kept);
    bytes->coded_at = 0;
    bytes->coded_len = kept;
    status = plain_read(bytes, (char *)bytes->coded + kept, IN_SIZE - kept, &n, err);
    if (status)
        return status;
    bytes->coded_len += n;
    bytes->coded_end = n < IN_SIZE - kept;
    sc_buf_clear(&bytes->decoded);
    bytes->decoded_at = 0;
    if (bytes->decoding == DECODING_WINDOWS1252) {
        for (; bytes->coded_at < bytes->coded_len; bytes->coded_at++) {
            unsigned char c = bytes->coded[bytes->coded_at];

            sc_buf_add_codepoint(&bytes->decoded, sc_windows1252_codepoint(c));
        }
    } else {
        decode_utf16(bytes);
    }
    return sc_buf_check(&bytes->decoded, err);
}

enum sc_status sc_bytes_read(struct sc_bytes *bytes, char *out, size_t capacity, size_t *ret_n,
                             struct sc_error *err)
{
    size_t total = 0;

    assert(capacity > 0);
    if (bytes->decoding == DECODING_NONE)
        return plain_read(bytes, out, capacity, ret_n, err);
    while (total < capacity) {
        size_t n = bytes->decoded.len - bytes->decoded_at;

        if (n == 0) {
            enum sc_status status;

            if (bytes->coded_end)
                break;
            status = decode_more(bytes, err);
            if (status)
                return status;
            continue;
        }
        if (n > capacity - total)
            n = capacity - total;
        memcpy(out + total, bytes->decoded.data + bytes->decoded_at, n);
        bytes->decoded_at += n;
        total += n;
    }
    *ret_n = total;
    return SC_OK;
}

/* UTF-16 without a mark: most of one half of the bytes are zero. */
static enum decoding guess_utf16(const unsigned char *p, size_t n)
{
    size_t zero[2] = {0, 0};

    if (n < 8)
        return DECODING_NONE;
    n &= ~(size_t)1;
    for (size_t i = 0; i < n; i++)
        zero[i & 1] += p[i] == 0;
    if (zero[1] > n / 4 && zero[0] < n / 32)
        return DECODING_UTF16LE;
    if (zero[0] > n / 4 && zero[1] < n / 32)
        return DECODING_UTF16BE;
    return DECODING_NONE;
}

/* Chooses the decoding from the first plain bytes and steps over a mark. */
static void choose_decoding(struct sc_bytes *bytes, enum sc_encoding encoding)
{
    const unsigned char *p = (const unsigned char *)bytes->plain_head;
    size_t n = bytes->plain_head_len;

    if (encoding == SC_ENCODING_WINDOWS1252) {
        bytes->decoding = DECODING_WINDOWS1252;
    } else if (n >= 2 && p[0] == 0xFF && p[1] == 0xFE && encoding != SC_ENCODING_UTF8) {
        bytes->decoding = DECODING_UTF16LE;
        bytes->plain_head_at = 2;
    } else if (n >= 2 && p[0] == 0xFE && p[1] == 0xFF && encoding != SC_ENCODING_UTF8) {
        bytes->decoding = DECODING_UTF16BE;
        bytes->plain_head_at = 2;
    } else if (n >= 3 && memcmp(p, "\xEF\xBB\xBF", 3) == 0) {
        bytes->plain_head_at = 3;
    } else if (encoding == SC_ENCODING_UTF16) {
        bytes->decoding = guess_utf16(p, n);
        if (bytes->decoding == DECODING_NONE)
            bytes->decoding = DECODING_UTF16LE;
    } else if (encoding == SC_ENCODING_AUTO) {
        bytes->decoding = guess_utf16(p, n);
    }
}

static enum sc_status start_decompression(struct sc_bytes *bytes, struct sc_error *err)
{
    const unsigned char *p = (const unsigned char *)bytes->raw_head;
    size_t n = bytes->raw_head_len;

    if (n >= 2 && p[0] == 0x1F && p[1] == 0x8B)
        bytes->compression = COMPRESSION_GZIP;
    else if (n >= 4 && memcmp(p, "\x28\xB5\x2F\xFD", 4) == 0)
        bytes->compression = COMPRESSION_ZSTD;
    else
        return SC_OK;

    bytes->in = sc_alloc(IN_SIZE);
    if (!bytes->in)
        return sc_fail_nomem(err);
    if (bytes->compression == COMPRESSION_GZIP) {
        if (inflateInit2(&bytes->zlib, 15 + 16) != Z_OK)
            return sc_fail_nomem(err);
        bytes->zlib_on = true;
    } else {
        bytes->zstd = ZSTD_createDCtx();
        if (!bytes->zstd)
            return sc_fail_nomem(err);
    }
    return SC_OK;
}

static enum sc_status look_at_head(struct sc_bytes *bytes, enum sc_encoding encoding,
                                   struct sc_error *err)
{
    enum sc_status status;
    size_t n = 0;

    status = raw_read(bytes, bytes->raw_head, HEAD_SIZE, &n, err);
    if (status)
        return status;
    bytes->raw_head_len = n;
    bytes->raw_head_at = 0;
    status = start_decompression(bytes, err);
    if (status)
        return status;
    status = plain_read(bytes, bytes->plain_head, HEAD_SIZE, &n, err);
    if (status)
        return status;
    bytes->plain_head_len = n;
    bytes->plain_head_at = 0;
    choose_decoding(bytes, encoding);
    if (bytes->decoding != DECODING_NONE) {
        bytes->coded = sc_alloc(IN_SIZE);
        if (!bytes->coded)
            return sc_fail_nomem(err);
    }
    return SC_OK;
}

static enum sc_status open_fd(struct sc_bytes *bytes, struct sc_error *err)
{
    struct stat st;

    if (strcmp(bytes->path, "-") == 0) {
        bytes->fd = STDIN_FILENO;
    } else {
        bytes->fd = open(bytes->path, O_RDONLY | O_CLOEXEC);
        if (bytes->fd < 0)
            return sc_fail_io(err, "open", bytes->path, errno);
        bytes->own_fd = true;
    }
    if (fstat(bytes->fd, &st) != 0)
        return sc_fail_io(err, "look at", bytes->path, errno);
    if (S_ISDIR(st.st_mode))
        return sc_fail_at(err, SC_E_IO, bytes->path, 0, 0,
                          "this is a folder: expected a file of records");
    if (S_ISREG(st.st_mode) && bytes->own_fd) {
        bytes->regular = true;
        bytes->size = (uint64_t)st.st_size;
        (void)posix_fadvise(bytes->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    }
    return SC_OK;
}

enum sc_status sc_bytes_open(const char *path, enum sc_encoding encoding,
                             struct sc_bytes **ret_bytes, struct sc_error *err)
{
    SC_AUTO(sc_bytes) bytes = sc_alloc(sizeof *bytes);
    enum sc_status status;

    if (!bytes)
        return sc_fail_nomem(err);
    bytes->fd = -1;
    bytes->path = sc_strdup(path);
    bytes->hash = XXH3_createState();
    if (!bytes->path || !bytes->hash)
        return sc_fail_nomem(err);
    (void)XXH3_128bits_reset(bytes->hash);
    status = open_fd(bytes, err);
    if (status)
        return status;
    status = look_at_head(bytes, encoding, err);
    if (status)
        return status;
    *ret_bytes = SC_TAKE(bytes);
    return SC_OK;
}

uint64_t sc_bytes_done(const struct sc_bytes *bytes)
{
    return bytes->raw_done;
}

uint64_t sc_bytes_total(const struct sc_bytes *bytes)
{
    return bytes->size;
}

void sc_bytes_hash(const struct sc_bytes *bytes, char out[33])
{
    static const char digits[] = "0123456789abcdef";
    XXH128_canonical_t canonical;

    XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(bytes->hash));
    for (size_t i = 0; i < 16; i++) {
        out[2 * i] = digits[canonical.digest[i] >> 4];
        out[2 * i + 1] = digits[canonical.digest[i] & 15];
    }
    out[32] = '\0';
}

void sc_bytes_free(struct sc_bytes *bytes)
{
    if (!bytes)
        return;
    if (bytes->own_fd)
        (void)close(bytes->fd);
    if (bytes->zlib_on)
        (void)inflateEnd(&bytes->zlib);
    (void)ZSTD_freeDCtx(bytes->zstd);
    (void)XXH3_freeState(bytes->hash);
    sc_free(bytes->in);
    sc_free(bytes->coded);
    sc_buf_release(&bytes->decoded);
    sc_free(bytes->path);
    sc_free(bytes);
}
