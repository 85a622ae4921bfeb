/*
 * release_files.h - the files of an answer's folder, as rows of the register; shared by the
 * files of releases only.
 */
#ifndef SC_REGISTER_RELEASE_FILES_H
#define SC_REGISTER_RELEASE_FILES_H

#include "register/digest.h"
#include "register/releases.h"

/* Everything that a folder holds, found before the transaction. */
struct sc_folder_found {
    char *path; /* absolute, without links */
    struct sc_release_file *items;
    struct sc_buf *kept; /* by item: its bytes, empty where they are not kept */
    size_t n;
    struct sc_arena arena;
};

/*
 * Lists `folder` with the folders in it, by name; names that begin with '.' are left out.
 * SC_E_INPUT where it holds anything but files and folders, or too much; SC_E_IO; SC_E_NOMEM. The
 * caller releases *ret_found, whatever is returned.
 */
SC_MUST_USE enum sc_status sc_folder_find(const char *folder, struct sc_folder_found *ret_found,
                                          struct sc_error *err);
void sc_folder_release(struct sc_folder_found *found);

/* The hash of the file `name`, or "" when there is none. Borrowed. */
const char *sc_folder_hash(const struct sc_folder_found *found, const char *name);

/*
 * Writes what was found, and what else `release` has beyond its head, under the release `id` whose
 * digest is given. Within a transaction.
 */
SC_MUST_USE enum sc_status sc_folder_write(struct sc_db *db, int64_t id, const char *digest,
                                           const struct sc_past_release *release,
                                           const struct sc_folder_found *found,
                                           struct sc_error *err);

/*
 * Whether the rows of the release `id` are as written: the list against its digest, and the
 * bytes that are kept against their hashes. *ret_what: what is not, or NULL. A release of which no
 * files were recorded is as written.
 */
SC_MUST_USE enum sc_status sc_folder_verify(struct sc_db *db, int64_t id, const char *digest,
                                            const char *certificate_sha256, const char **ret_what,
                                            struct sc_error *err);

#endif
