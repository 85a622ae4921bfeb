/*
 * sqlite.h - the one adapter to SQLite for databases of our own: open, prepare,
 * bind, step, and one way to run a transaction.
 *
 * Values reach SQL only by binding: no function here takes SQL with values pasted
 * in, and SQL given to it is a string constant of the caller. SQLite's messages name
 * tables and columns, never a value of a row, and are passed on.
 *
 * What can go wrong is told apart: the file is no database (SC_E_INPUT), damaged
 * (SC_E_INPUT), locked by somebody else for longer than SC_DB_WAIT_MS (SC_E_IO), on a
 * full disk or not to be written (SC_E_IO), no memory (SC_E_NOMEM).
 *
 * A database belongs to one thread at a time.
 */
#ifndef SC_BASE_SQLITE_H
#define SC_BASE_SQLITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"
#include "base/text.h"
#include "safecount/status.h"

struct sc_db;    /* opaque: an open database */
struct sc_query; /* opaque: one prepared statement */

/* So long is waited for another process that is writing. */
#define SC_DB_WAIT_MS 5000

enum sc_db_mode {
    SC_DB_READ,   /* must exist; writing is refused (a transaction cut short is still undone) */
    SC_DB_WRITE,  /* must exist */
    SC_DB_CREATE, /* made when it does not exist, readable by its owner alone (0600) */
};

/*
 * Opens the database file `path`. Foreign keys are enforced, deleted content is
 * overwritten, a schema cannot run functions, and one rollback journal beside the file
 * (path-journal) makes each transaction whole or nothing, also when power is cut.
 * The caller frees *ret_db.
 */
SC_MUST_USE enum sc_status sc_db_open(const char *path, enum sc_db_mode mode, struct sc_db **ret_db,
                                      struct sc_error *err);
/* Closes; an open transaction is undone. All queries must be freed before. NULL is allowed. */
void sc_db_free(struct sc_db *db);
SC_DEFINE_AUTO(sc_db);

/* As given to sc_db_open(). Borrowed. */
const char *sc_db_path(const struct sc_db *db);

/* Runs one or more statements without values: schemas, pragmas. */
SC_MUST_USE enum sc_status sc_db_exec(struct sc_db *db, const char *sql, struct sc_error *err);

/* From now on writing is refused, as with SC_DB_READ. */
SC_MUST_USE enum sc_status sc_db_forbid_writing(struct sc_db *db, struct sc_error *err);

/*
 * Looks through the whole file for damage and for rows that point nowhere. SC_E_INPUT with
 * the first thing found.
 */
SC_MUST_USE enum sc_status sc_db_check(struct sc_db *db, struct sc_error *err);

/*
 * Runs `work` within one transaction that holds the right to write from its beginning:
 * committed when it returns SC_OK, undone entirely otherwise. Not to be nested.
 */
typedef enum sc_status sc_db_work(struct sc_db *db, void *arg, struct sc_error *err);
SC_MUST_USE enum sc_status sc_db_transact(struct sc_db *db, sc_db_work *work, void *arg,
                                          struct sc_error *err);
/* The same for reading: all that `work` reads is of one moment. */
SC_MUST_USE enum sc_status sc_db_snapshot(struct sc_db *db, sc_db_work *work, void *arg,
                                          struct sc_error *err);

/* The rowid of the last row inserted. */
int64_t sc_db_last_id(const struct sc_db *db);
/* Rows the last INSERT, UPDATE or DELETE touched. */
int64_t sc_db_changes(const struct sc_db *db);

/* ---- statements -------------------------------------------------------------- */

/* Compiles one statement with its values left out as ?1, ?2, ... The caller frees *ret_query. */
SC_MUST_USE enum sc_status sc_db_prepare(struct sc_db *db, const char *sql,
                                         struct sc_query **ret_query, struct sc_error *err);
/* Frees `query`. NULL is allowed. */
void sc_query_free(struct sc_query *query);
SC_DEFINE_AUTO(sc_query);

/*
 * Bind value `i`, from 1. Text and blobs are copied; NULL binds NULL. A failure is
 * remembered and returned by the next step. Values stay bound until bound anew.
 */
void sc_query_bind_int(struct sc_query *query, int i, int64_t value);
void sc_query_bind_real(struct sc_query *query, int i, double value);
void sc_query_bind_text(struct sc_query *query, int i, const char *text);
void sc_query_bind_blob(struct sc_query *query, int i, const void *bytes, size_t len);
void sc_query_bind_null(struct sc_query *query, int i);

/* The next row: *ret_row false after the last, and the statement may be bound and run again. */
SC_MUST_USE enum sc_status sc_query_step(struct sc_query *query, bool *ret_row,
                                         struct sc_error *err);
/* Runs to the end, for a statement whose rows do not matter. */
SC_MUST_USE enum sc_status sc_query_run(struct sc_query *query, struct sc_error *err);
/* Back to before the first row, when a caller stops in the middle. */
void sc_query_reset(struct sc_query *query);

/*
 * Column `i`, from 0, of the row stepped to. Texts and blobs are borrowed until the next
 * step; NUL ends a text, nothing a blob. NULL reads as 0, 0.0, "" and an empty blob.
 */
int64_t sc_query_int(const struct sc_query *query, int i);
double sc_query_real(const struct sc_query *query, int i);
const char *sc_query_text(const struct sc_query *query, int i);
struct sc_slice sc_query_blob(const struct sc_query *query, int i);
bool sc_query_is_null(const struct sc_query *query, int i);

#endif
