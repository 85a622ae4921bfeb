/*
 * file.h - reading small files whole, and writing outputs whole or not at all.
 */
#ifndef SC_BASE_FILE_H
#define SC_BASE_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"
#include "base/text.h"
#include "safecount/status.h"

/*
 * Reads up to `capacity` bytes from `fd`, retrying when interrupted; short
 * only at end of file. `file` names it in errors.
 */
SC_MUST_USE enum sc_status sc_file_read(int fd, const char *file, void *bytes, size_t capacity,
                                        size_t *ret_n, struct sc_error *err);

/*
 * Appends the whole of `path` to `buf`; refuses files over `max_bytes` and
 * things that are not regular files (SC_E_INPUT). On failure `buf` holds what
 * it held.
 */
SC_MUST_USE enum sc_status sc_file_load(const char *path, size_t max_bytes, struct sc_buf *buf,
                                        struct sc_error *err);

/*
 * Writes `len` bytes to `path`: beside it under a temporary name, synced, then
 * renamed over it. On failure the old file is intact and nothing is left behind.
 * A symbolic link is followed; the new file has the old one's permissions.
 * Refuses to replace anything but a regular file (SC_E_RANGE).
 */
SC_MUST_USE enum sc_status sc_file_replace(const char *path, const char *bytes, size_t len,
                                           struct sc_error *err);

/* "dir/name", or `name` alone when it is absolute or dir is "" or ".". New string or NULL. */
char *sc_path_join(const char *dir, const char *name);
/* The folder part of `path`, "." when it has none. New string or NULL. */
char *sc_path_dir(const char *path);
/* The last part of `path`. Borrowed from it. */
const char *sc_path_base(const char *path);

/*
 * A folder written whole or not at all. begin makes a fresh temporary folder
 * beside `path`; add writes files into it (with sub-folders as named); commit
 * syncs and swaps it into place, keeping the old folder until the new one
 * stands; free without commit removes the temporary folder and leaves the old
 * one as it was. An existing `path` is replaced only when it holds the marker
 * file `answer.json` (an earlier output) or is empty: SC_E_RANGE otherwise.
 * After a failed add or commit only free may follow. Names are relative, with
 * '/' between parts, none of them empty, "." or ".."; each is added once.
 */
struct sc_outdir;

SC_MUST_USE enum sc_status sc_outdir_begin(const char *path, struct sc_outdir **ret_dir,
                                           struct sc_error *err);
SC_MUST_USE enum sc_status sc_outdir_add(struct sc_outdir *dir, const char *name, const char *bytes,
                                         size_t len, struct sc_error *err);
SC_MUST_USE enum sc_status sc_outdir_commit(struct sc_outdir *dir, struct sc_error *err);
/* Frees `dir`. NULL is allowed. */
void sc_outdir_free(struct sc_outdir *dir);
SC_DEFINE_AUTO(sc_outdir);

/* SHA-256 of `len` bytes as 64 lower-case hex digits and a NUL in `out` (65 bytes). */
void sc_sha256_hex(const void *bytes, size_t len, char *out);

#endif
