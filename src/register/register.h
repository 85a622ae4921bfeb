/*
 * register.h - the register: one SQLite file that remembers what was published and
 * reviewed.
 *
 * Several parts of safecount keep their tables in it, each on its own: the releases
 * (releases.h) and the reviews of the keyword search. A part's tables are laid and changed by its
 * migrations, in a file of its own, src/register/schema_PART.c: a list of SQL scripts, the first
 * brings version 1 and each further one the next version. To change tables append a script;
 * never touch one that was in a release. To add a part write its schema file and name
 * it in migrations.h and register.c.
 *
 * The register knows published figures, hidden marks, strata, labels and keyed hashes of record
 * keys. It never holds a true count (but for the sizes of a review's strata), a narrative, or a
 * value of a record: keep that so.
 *
 * The file is made readable by its owner alone. Format: docs/register.md. Call order: open, use the
 * database through base/sqlite.h, free. One thread at a time; several processes may have
 * the register open, and one that writes makes the others wait up to SC_DB_WAIT_MS.
 */
#ifndef SC_REGISTER_REGISTER_H
#define SC_REGISTER_REGISTER_H

#include "base/sqlite.h"

struct sc_register; /* opaque */

/* Used where nobody names another: in the current folder. */
#define SC_REGISTER_USUAL "safecount.register"

/* In the file's header: "this SQLite file is a register". */
#define SC_REGISTER_APPLICATION_ID 0x53634667 /* "ScFg" */

/*
 * Opens the register `path`. SC_DB_CREATE makes one that is not there, SC_DB_WRITE and
 * SC_DB_READ want it there (SC_E_IO otherwise: errno's text). Parts that an older version of
 * the program wrote, or did not know, are brought up to date first, in one transaction, with
 * SC_DB_READ too. The caller frees *ret_register.
 *
 * SC_E_INPUT: no register, damaged, or written by a newer version; SC_E_IO: cannot be opened,
 * locked, disk full; SC_E_NOMEM.
 */
SC_MUST_USE enum sc_status sc_register_open(const char *path, enum sc_db_mode mode,
                                            struct sc_register **ret_register,
                                            struct sc_error *err);
/* Closes. NULL is allowed. */
void sc_register_free(struct sc_register *reg);
SC_DEFINE_AUTO(sc_register);

/* Its database, for statements and transactions. Borrowed; never NULL. */
struct sc_db *sc_register_db(struct sc_register *reg);
/* As given to sc_register_open(). Borrowed. */
const char *sc_register_path(const struct sc_register *reg);

/* Looks for damage to the file as such; sc_releases_verify() looks at what it says. */
SC_MUST_USE enum sc_status sc_register_check(struct sc_register *reg, struct sc_error *err);

#endif
