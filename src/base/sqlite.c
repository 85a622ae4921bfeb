#include "base/sqlite.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"

struct sc_db {
    sqlite3 *handle;
    char *path;
    bool in_transaction;
};

struct sc_query {
    struct sc_db *db;
    sqlite3_stmt *statement;
    int failed; /* the first failed bind, or SQLITE_OK */
};

/* What SQLite's result `code` means to a person who wanted to `what` the file `path`. */
static enum sc_status explain(int code, const char *detail, const char *path, const char *what,
                              struct sc_error *err)
{
    switch (code & 0xff) {
    case SQLITE_NOMEM:
        return sc_fail_nomem(err);
    case SQLITE_NOTADB:
        return sc_fail_at(err, SC_E_INPUT, path, 0, 0, "cannot %s: not an SQLite database", what);
    case SQLITE_CORRUPT:
        return sc_fail_at(err, SC_E_INPUT, path, 0, 0,
                          "cannot %s: the file is damaged: restore it from a backup", what);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return sc_fail_at(err, SC_E_IO, path, 0, 0,
                          "cannot %s: another process is using the file: try again", what);
    case SQLITE_FULL:
        return sc_fail_at(err, SC_E_IO, path, 0, 0, "cannot %s: the disk is full", what);
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return sc_fail_at(err, SC_E_IO, path, 0, 0, "cannot %s: the file may not be written", what);
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
        return sc_fail_at(err, SC_E_IO, path, 0, 0, "cannot %s: %s", what, detail);
    default:
        return sc_fail_at(err, SC_E_INPUT, path, 0, 0, "cannot %s: %s", what, detail);
    }
}

static enum sc_status fail_db(const struct sc_db *db, const char *what, struct sc_error *err)
{
    return explain(sqlite3_errcode(db->handle), sqlite3_errmsg(db->handle), db->path, what, err);
}

/* ---- opening --------------------------------------------------------------- */

/* Refuses what is no regular file; makes an empty one when that was asked for. */
static enum sc_status prepare_file(const char *path, enum sc_db_mode mode, struct sc_error *err)
{
    struct stat st;
    int fd;

    if (stat(path, &st) == 0) {
        if (S_ISREG(st.st_mode))
            return SC_OK;
        return sc_fail_at(err, SC_E_INPUT, path, 0, 0, "cannot open: not a regular file");
    }
    if (errno != ENOENT || mode != SC_DB_CREATE)
        return sc_fail_io(err, "open", path, errno);
    fd = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0)
        return sc_fail_io(err, "create", path, errno);
    (void)close(fd);
    return SC_OK;
}

static enum sc_status set_up(struct sc_db *db, enum sc_db_mode mode, struct sc_error *err)
{
    static const char pragmas[] = "PRAGMA foreign_keys = ON;"
                                  "PRAGMA trusted_schema = OFF;"
                                  "PRAGMA cell_size_check = ON;";
    /* asked for after the schema was read once, so that a file that is none says so */
    static const char writing[] = "PRAGMA secure_delete = ON;"
                                  "PRAGMA synchronous = FULL;";
    enum sc_status status;

    (void)sqlite3_extended_result_codes(db->handle, 0);
    (void)sqlite3_busy_timeout(db->handle, SC_DB_WAIT_MS);
    (void)sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    status = sc_db_exec(db, pragmas, err);
    if (!status)
        status = sc_db_exec(db, "SELECT count(*) FROM sqlite_master", err);
    if (!status && mode == SC_DB_READ)
        status = sc_db_forbid_writing(db, err);
    else if (!status)
        status = sc_db_exec(db, writing, err);
    return status;
}

enum sc_status sc_db_open(const char *path, enum sc_db_mode mode, struct sc_db **ret_db,
                          struct sc_error *err)
{
    SC_AUTO(sc_db) db = sc_alloc(sizeof *db);
    enum sc_status status = prepare_file(path, mode, err);

    if (status)
        return status;
    if (!db)
        return sc_fail_nomem(err);
    db->path = sc_strdup(path);
    if (!db->path)
        return sc_fail_nomem(err);
    /* for reading too: what a killed process left half done must be undone first */
    if (sqlite3_open_v2(path, &db->handle, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
        return fail_db(db, "open", err);
    status = set_up(db, mode, err);
    if (status)
        return status;
    *ret_db = SC_TAKE(db);
    return SC_OK;
}

void sc_db_free(struct sc_db *db)
{
    int code;

    if (!db)
        return;
    code = sqlite3_close(db->handle);
    assert(code == SQLITE_OK); /* a query is still alive */
    (void)code;
    sc_free(db->path);
    sc_free(db);
}

const char *sc_db_path(const struct sc_db *db)
{
    return db->path;
}

/* ---- statements without values ----------------------------------------------- */

enum sc_status sc_db_exec(struct sc_db *db, const char *sql, struct sc_error *err)
{
    if (sqlite3_exec(db->handle, sql, NULL, NULL, NULL) != SQLITE_OK)
        return fail_db(db, "use the database", err);
    return SC_OK;
}

enum sc_status sc_db_forbid_writing(struct sc_db *db, struct sc_error *err)
{
    return sc_db_exec(db, "PRAGMA query_only = ON", err);
}

/* The first row of a checking pragma, unless it is the one word `fine`. */
static enum sc_status check_with(struct sc_db *db, const char *sql, const char *fine,
                                 const char *trouble, struct sc_error *err)
{
    SC_AUTO(sc_query) query = NULL;
    bool row = false;
    enum sc_status status = sc_db_prepare(db, sql, &query, err);

    if (!query)
        return status;
    status = sc_query_step(query, &row, err);
    if (!status && row && strcmp(sc_query_text(query, 0), fine) != 0)
        status =
            sc_fail_at(err, SC_E_INPUT, db->path, 0, 0, "%s: %s", trouble, sc_query_text(query, 0));
    return status;
}

enum sc_status sc_db_check(struct sc_db *db, struct sc_error *err)
{
    enum sc_status status = check_with(db, "PRAGMA integrity_check(1)", "ok",
                                       "the file is damaged: restore it from a backup", err);

    if (!status)
        status = check_with(db, "PRAGMA foreign_key_check", "",
                            "the file is damaged: a row points to one that is gone, in table", err);
    return status;
}

/* ---- transactions ------------------------------------------------------------ */

static enum sc_status within(struct sc_db *db, const char *begin, sc_db_work *work, void *arg,
                             struct sc_error *err)
{
    enum sc_status status;

    assert(!db->in_transaction);
    if (sqlite3_exec(db->handle, begin, NULL, NULL, NULL) != SQLITE_OK)
        return fail_db(db, "begin", err);
    db->in_transaction = true;
    status = work(db, arg, err);
    if (!status && sqlite3_exec(db->handle, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
        status = fail_db(db, "write", err);
    /* Some failures (a full disk) have undone it already: then this says so, which is no news. */
    if (status)
        (void)sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
    db->in_transaction = false;
    return status;
}

enum sc_status sc_db_transact(struct sc_db *db, sc_db_work *work, void *arg, struct sc_error *err)
{
    return within(db, "BEGIN IMMEDIATE", work, arg, err);
}

enum sc_status sc_db_snapshot(struct sc_db *db, sc_db_work *work, void *arg, struct sc_error *err)
{
    return within(db, "BEGIN", work, arg, err);
}

int64_t sc_db_last_id(const struct sc_db *db)
{
    return sqlite3_last_insert_rowid(db->handle);
}

int64_t sc_db_changes(const struct sc_db *db)
{
    return sqlite3_changes(db->handle);
}

/* ---- prepared statements ------------------------------------------------------ */

enum sc_status sc_db_prepare(struct sc_db *db, const char *sql, struct sc_query **ret_query,
                             struct sc_error *err)
{
    SC_AUTO(sc_query) query = sc_alloc(sizeof *query);
    const char *tail = NULL;

    if (!query)
        return sc_fail_nomem(err);
    query->db = db;
    if (sqlite3_prepare_v2(db->handle, sql, -1, &query->statement, &tail) != SQLITE_OK)
        return fail_db(db, "use the database", err);
    assert(query->statement && tail && tail[strspn(tail, " \n;")] == '\0'); /* one statement */
    *ret_query = SC_TAKE(query);
    return SC_OK;
}

void sc_query_free(struct sc_query *query)
{
    if (!query)
        return;
    (void)sqlite3_finalize(query->statement);
    sc_free(query);
}

static void note(struct sc_query *query, int code)
{
    assert(code != SQLITE_RANGE && code != SQLITE_MISUSE); /* no such value, or in mid-run */
    if (query->failed == SQLITE_OK)
        query->failed = code;
}

void sc_query_bind_int(struct sc_query *query, int i, int64_t value)
{
    note(query, sqlite3_bind_int64(query->statement, i, value));
}

void sc_query_bind_real(struct sc_query *query, int i, double value)
{
    note(query, sqlite3_bind_double(query->statement, i, value));
}

void sc_query_bind_text(struct sc_query *query, int i, const char *text)
{
    note(query, text ? sqlite3_bind_text(query->statement, i, text, -1, SQLITE_TRANSIENT)
                     : sqlite3_bind_null(query->statement, i));
}

void sc_query_bind_blob(struct sc_query *query, int i, const void *bytes, size_t len)
{
    if (!bytes)
        note(query, sqlite3_bind_null(query->statement, i));
    else if (len == 0)
        note(query, sqlite3_bind_zeroblob(query->statement, i, 0));
    else
        note(query, sqlite3_bind_blob64(query->statement, i, bytes, len, SQLITE_TRANSIENT));
}

void sc_query_bind_null(struct sc_query *query, int i)
{
    note(query, sqlite3_bind_null(query->statement, i));
}

enum sc_status sc_query_step(struct sc_query *query, bool *ret_row, struct sc_error *err)
{
    int code = query->failed;

    query->failed = SQLITE_OK;
    if (code != SQLITE_OK)
        return explain(code, sqlite3_errstr(code), query->db->path, "use the database", err);
    code = sqlite3_step(query->statement);
    *ret_row = code == SQLITE_ROW;
    if (code == SQLITE_ROW)
        return SC_OK;
    if (code == SQLITE_DONE) {
        (void)sqlite3_reset(query->statement);
        return SC_OK;
    }
    code = sqlite3_reset(query->statement); /* says what the step failed with */
    return explain(code, sqlite3_errmsg(query->db->handle), query->db->path,
                   sqlite3_stmt_readonly(query->statement) ? "read" : "write", err);
}

enum sc_status sc_query_run(struct sc_query *query, struct sc_error *err)
{
    enum sc_status status;
    bool row = true;

    do {
        status = sc_query_step(query, &row, err);
    } while (!status && row);
    return status;
}

void sc_query_reset(struct sc_query *query)
{
    (void)sqlite3_reset(query->statement);
}

int64_t sc_query_int(const struct sc_query *query, int i)
{
    return sqlite3_column_int64(query->statement, i);
}

double sc_query_real(const struct sc_query *query, int i)
{
    return sqlite3_column_double(query->statement, i);
}

const char *sc_query_text(const struct sc_query *query, int i)
{
    const unsigned char *text = sqlite3_column_text(query->statement, i);

    return text ? (const char *)text : "";
}

struct sc_slice sc_query_blob(const struct sc_query *query, int i)
{
    const void *bytes = sqlite3_column_blob(query->statement, i);
    int len = sqlite3_column_bytes(query->statement, i);

    return bytes ? (struct sc_slice){bytes, (size_t)len} : (struct sc_slice){"", 0};
}

bool sc_query_is_null(const struct sc_query *query, int i)
{
    return sqlite3_column_type(query->statement, i) == SQLITE_NULL;
}
