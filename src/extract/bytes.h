/*
 * bytes.h - one file of an extract as a stream of UTF-8 bytes.
 *
 * Plain files, standard input ("-"), .gz and .zst (told by their first bytes,
 * not their names) are read alike; UTF-16 and declared Windows-1252 are turned
 * into UTF-8 on the way. A UTF-8 byte order mark is dropped. The raw bytes
 * are counted and hashed (XXH3, 128 bits) as they pass.
 *
 * A regular file that is cut or grows while it is read is an error, for its
 * counts would be those of no file at all.
 *
 * Used by one thread at a time.
 */
#ifndef SC_EXTRACT_BYTES_H
#define SC_EXTRACT_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"
#include "safecount/request.h"
#include "safecount/status.h"

struct sc_bytes;

/*
 * Opens `path` ("-" is standard input). On success the caller owns *ret_bytes.
 * Returns SC_OK, SC_E_IO, SC_E_INPUT (not a file that can be read as this
 * encoding) or SC_E_NOMEM.
 */
SC_MUST_USE enum sc_status sc_bytes_open(const char *path, enum sc_encoding encoding,
                                         struct sc_bytes **ret_bytes, struct sc_error *err);

/*
 * Reads up to `capacity` (> 0) bytes into `out`; *ret_n is less than asked only
 * at the end of the file, 0 from then on.
 */
SC_MUST_USE enum sc_status sc_bytes_read(struct sc_bytes *bytes, char *out, size_t capacity,
                                         size_t *ret_n, struct sc_error *err);

/* Raw bytes read from the file so far. */
uint64_t sc_bytes_done(const struct sc_bytes *bytes);
/* Raw size of the file; 0 for a pipe. */
uint64_t sc_bytes_total(const struct sc_bytes *bytes);
/* Hash of the raw bytes read so far, as 32 hex digits and NUL, as `xxhsum -H128` prints. */
void sc_bytes_hash(const struct sc_bytes *bytes, char out[33]);

/* Closes and frees. NULL is allowed. */
void sc_bytes_free(struct sc_bytes *bytes);
SC_DEFINE_AUTO(sc_bytes);

#endif
