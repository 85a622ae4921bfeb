/*
 * sqlite_reader.c - rows of an SQLite table, view or query behind reader.h;
 * the one adapter to SQLite for reading extracts.
 *
 * Rows are stepped through under one lock and written out as CSV text with its
 * index, some 256 KiB a batch. Databases are opened read-only.
 */
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/memory.h"
#include "extract/bytes.h"
#include "extract/source.h"

#define BATCH_BYTES ((size_t)256 * 1024)

struct sqlite_reader {
    struct sc_reader_common *common;
    pthread_mutex_t lock;
    sqlite3 *db;
    sqlite3_stmt *statement;
    size_t file_i;
    uint64_t next_row;
    struct sc_error error;
    bool failed;
    _Atomic bool stopped;
    _Atomic uint64_t done;
    _Atomic uint64_t total;
};

struct sqlite_worker {
    struct sqlite_reader *reader;
    struct sc_buf text;
    uint32_t *ends;
    size_t n_ends;
    size_t ends_capacity;
    struct sc_row *rows;
    size_t n_rows;
    size_t rows_capacity;
    unsigned char *faults;
    size_t faults_capacity;
    bool any_fault;
};

static const char *current_path(const struct sqlite_reader *reader)
{
    return reader->common->files[reader->file_i].path;
}

/* SQLite's messages name tables and columns, never values of a row. */
static enum sc_status fail_sqlite(struct sqlite_reader *reader, const char *what,
                                  struct sc_error *err)
{
    int code = sqlite3_errcode(reader->db);

    if (code == SQLITE_NOMEM)
        return sc_fail_nomem(err);
    return sc_fail_at(err, code == SQLITE_IOERR || code == SQLITE_CANTOPEN ? SC_E_IO : SC_E_INPUT,
                      current_path(reader), 0, 0, "cannot %s: %s", what,
                      reader->db ? sqlite3_errmsg(reader->db) : "out of memory");
}

static enum sc_status build_query(struct sqlite_reader *reader, struct sc_buf *sql,
                                  struct sc_error *err)
{
    const struct sc_source *source = reader->common->source;

    if (source->query) {
        sc_buf_adds(sql, source->query);
    } else {
        sc_buf_adds(sql, "SELECT * FROM \"");
        for (const char *p = source->table ? source->table : ""; *p; p++) {
            if (*p == '"')
                sc_buf_addc(sql, '"');
            sc_buf_addc(sql, *p);
        }
        sc_buf_addc(sql, '"');
    }
    return sc_buf_check(sql, err);
}

static enum sc_status note_columns(struct sqlite_reader *reader, struct sc_error *err)
{
    int n = sqlite3_column_count(reader->statement);
    SC_AUTO_FREE const char **headers = sc_alloc_array((size_t)n + 1, sizeof *headers);

    if (!headers)
        return sc_fail_nomem(err);
    for (int i = 0; i < n; i++) {
        headers[i] = sqlite3_column_name(reader->statement, i);
        if (!headers[i])
            return sc_fail_nomem(err);
    }
    return sc_reader_note_header(reader->common, reader->file_i, headers, (size_t)n, err);
}

static enum sc_status hash_file(struct sqlite_reader *reader, struct sc_error *err)
{
    struct sc_reader_file *file = &reader->common->files[reader->file_i];
    SC_AUTO(sc_bytes) bytes = NULL;
    SC_AUTO_FREE char *buffer = sc_alloc(BATCH_BYTES);
    enum sc_status status;
    size_t n = 0;

    if (!buffer)
        return sc_fail_nomem(err);
    status = sc_bytes_open(file->path, SC_ENCODING_UTF8, &bytes, err);
    do {
        if (!status)
            status = sc_bytes_read(bytes, buffer, BATCH_BYTES, &n, err);
    } while (!status && n == BATCH_BYTES);
    if (status)
        return status;
    file->bytes = sc_bytes_done(bytes);
    sc_bytes_hash(bytes, file->hash);
    return SC_OK;
}

static enum sc_status open_db(struct sqlite_reader *reader, struct sc_error *err)
{
    SC_AUTO_BUF sql = {0};
    const char *tail = NULL;
    enum sc_status status;

    if (strcmp(current_path(reader), "-") == 0)
        return sc_fail(err, SC_E_INPUT, "an SQLite extract cannot come from standard input");
    status = hash_file(reader, err);
    if (!status)
        status = build_query(reader, &sql, err);
    if (status)
        return status;
    if (sqlite3_open_v2(current_path(reader), &reader->db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK)
        return fail_sqlite(reader, "open the database", err);
    if (sqlite3_prepare_v2(reader->db, sql.data, (int)sql.len + 1, &reader->statement, &tail) !=
            SQLITE_OK ||
        !reader->statement)
        return fail_sqlite(reader, "read the table or query of records", err);
    if (!sqlite3_stmt_readonly(reader->statement) || (tail && tail[strspn(tail, " \t\r\n;")]))
        return sc_fail_at(err, SC_E_INPUT, reader->common->source->path, 0, 0,
                          "the query must be one SELECT statement");
    reader->next_row = 1;
    return note_columns(reader, err);
}

static void close_db(struct sqlite_reader *reader)
{
    (void)sqlite3_finalize(reader->statement);
    (void)sqlite3_close(reader->db);
    reader->statement = NULL;
    reader->db = NULL;
}

static enum sc_status add_end(struct sqlite_worker *worker, struct sc_error *err)
{
    enum sc_status status = sc_grow((void **)&worker->ends, &worker->ends_capacity, worker->n_ends,
                                    sizeof *worker->ends, err);

    if (!status)
        worker->ends[worker->n_ends++] = (uint32_t)worker->text.len;
    return status;
}

/* One value as a quoted CSV field; *ret_nul when it holds a NUL byte. */
static void add_value(struct sqlite_worker *worker, int column, bool *ret_nul)
{
    sqlite3_stmt *statement = worker->reader->statement;
    const char *value = (const char *)sqlite3_column_text(statement, column);
    size_t len = (size_t)sqlite3_column_bytes(statement, column);
    size_t from = 0;

    if (!value) {
        worker->text.failed |= sqlite3_column_type(statement, column) != SQLITE_NULL;
        return;
    }
    *ret_nul |= memchr(value, '\0', len) != NULL;
    sc_buf_addc(&worker->text, '"');
    for (size_t i = 0; i < len; i++) {
        if (value[i] != '"')
            continue;
        sc_buf_add(&worker->text, value + from, i + 1 - from);
        sc_buf_addc(&worker->text, '"');
        from = i + 1;
    }
    sc_buf_add(&worker->text, value + from, len - from);
    sc_buf_addc(&worker->text, '"');
}

static enum sc_status add_row(struct sqlite_worker *worker, struct sc_error *err)
{
    int n = sqlite3_column_count(worker->reader->statement);
    struct sc_row row = {(uint32_t)worker->text.len, (uint32_t)worker->n_ends, (uint32_t)n};
    enum sc_status status;
    bool nul = false;
    unsigned char fault = SC_ROW_CLEAN;

    for (int i = 0; i < n; i++) {
        add_value(worker, i, &nul);
        status = add_end(worker, err);
        if (status)
            return status;
        sc_buf_addc(&worker->text, i + 1 < n ? ',' : '\n');
    }
    if (worker->text.len - row.start > SC_RECORD_MAX)
        fault = 1 + SC_FAULTY_TOO_LONG;
    else if (nul)
        fault = 1 + SC_FAULTY_NUL;
    worker->any_fault |= fault != SC_ROW_CLEAN;
    status =
        sc_grow((void **)&worker->rows, &worker->rows_capacity, worker->n_rows, sizeof row, err);
    if (!status)
        status =
            sc_grow((void **)&worker->faults, &worker->faults_capacity, worker->n_rows, 1, err);
    if (status)
        return status;
    worker->rows[worker->n_rows] = row;
    worker->faults[worker->n_rows++] = fault;
    return sc_buf_check(&worker->text, err);
}

static enum sc_status fill_batch(struct sqlite_worker *worker, struct sc_error *err)
{
    struct sqlite_reader *reader = worker->reader;

    while (worker->text.len < BATCH_BYTES) {
        int code = sqlite3_step(reader->statement);
        enum sc_status status;

        if (code == SQLITE_DONE) {
            close_db(reader);
            reader->file_i++;
            return SC_OK;
        }
        if (code != SQLITE_ROW)
            return fail_sqlite(reader, "read a row", err);
        status = add_row(worker, err);
        if (status)
            return status;
    }
    return SC_OK;
}

static enum sc_status next_locked(struct sqlite_worker *worker, struct sc_batch *batch,
                                  bool *ret_end, struct sc_error *err)
{
    struct sqlite_reader *reader = worker->reader;
    static const char padding[SC_BATCH_PADDING] = {0};

    if (reader->failed) {
        if (err)
            *err = reader->error;
        return reader->error.status;
    }
    if (atomic_load(&reader->stopped))
        return sc_fail(err, SC_E_INTERRUPTED, "interrupted");
    while (worker->n_rows == 0) {
        enum sc_status status = SC_OK;

        if (reader->file_i == reader->common->n_paths) {
            *ret_end = true;
            return SC_OK;
        }
        if (!reader->db)
            status = open_db(reader, err);
        batch->file_i = (uint32_t)reader->file_i;
        batch->first_row = reader->next_row;
        if (!status)
            status = fill_batch(worker, err);
        if (status)
            return status;
    }
    reader->next_row += worker->n_rows;
    atomic_fetch_add(&reader->done, worker->text.len);
    sc_buf_add(&worker->text, padding, sizeof padding);
    return sc_buf_check(&worker->text, err);
}

static enum sc_status sqlite_next(void *state, struct sc_batch *batch, bool *ret_end,
                                  struct sc_error *err)
{
    static const char padding[SC_BATCH_PADDING] = {0};
    struct sqlite_worker *worker = state;
    struct sqlite_reader *reader = worker->reader;
    enum sc_status status;

    *ret_end = false;
    sc_buf_clear(&worker->text);
    sc_buf_add(&worker->text, padding, sizeof padding);
    worker->n_ends = 0;
    worker->n_rows = 0;
    worker->any_fault = false;
    (void)pthread_mutex_lock(&reader->lock);
    status = next_locked(worker, batch, ret_end, err);
    if (status && !reader->failed) {
        reader->failed = true;
        if (err)
            reader->error = *err;
        reader->error.status = status;
    }
    (void)pthread_mutex_unlock(&reader->lock);
    batch->base = worker->text.data;
    batch->ends = worker->ends;
    batch->rows = worker->rows;
    batch->n_rows = worker->n_rows;
    batch->faults = worker->any_fault ? worker->faults : NULL;
    return status;
}

static void sqlite_free(void *state)
{
    struct sqlite_reader *reader = state;

    close_db(reader);
    (void)pthread_mutex_destroy(&reader->lock);
    sc_free(reader);
}

static enum sc_status sqlite_open(struct sc_reader_common *common, void **ret_state,
                                  struct sc_error *err)
{
    struct sqlite_reader *reader = sc_alloc(sizeof *reader);

    if (!reader)
        return sc_fail_nomem(err);
    reader->common = common;
    (void)pthread_mutex_init(&reader->lock, NULL);
    *ret_state = reader;
    return SC_OK;
}

static void sqlite_worker_free(void *state)
{
    struct sqlite_worker *worker = state;

    sc_buf_release(&worker->text);
    sc_free(worker->ends);
    sc_free(worker->rows);
    sc_free(worker->faults);
    sc_free(worker);
}

static enum sc_status sqlite_worker_new(void *state, void **ret_worker, struct sc_error *err)
{
    struct sqlite_worker *worker = sc_alloc(sizeof *worker);

    if (!worker)
        return sc_fail_nomem(err);
    worker->reader = state;
    *ret_worker = worker;
    return SC_OK;
}

static void sqlite_stop(void *state)
{
    struct sqlite_reader *reader = state;

    atomic_store(&reader->stopped, true);
}

static void sqlite_progress(void *state, uint64_t *ret_done, uint64_t *ret_total)
{
    struct sqlite_reader *reader = state;

    *ret_done = atomic_load(&reader->done);
    *ret_total = 0; /* how many bytes its rows come to is not known beforehand */
}

static enum sc_status sample_row(struct sqlite_reader *reader, size_t n_columns,
                                 struct sc_arena *arena, const char ***ret_row,
                                 struct sc_error *err)
{
    const char **fields = sc_arena_alloc(arena, (n_columns + 1) * sizeof *fields);

    if (!fields)
        return sc_fail_nomem(err);
    for (size_t i = 0; i < n_columns; i++) {
        const unsigned char *value = sqlite3_column_text(reader->statement, (int)i);

        fields[i] = sc_arena_strdup(arena, value ? (const char *)value : "");
        if (!fields[i])
            return sc_fail_nomem(err);
    }
    *ret_row = fields;
    return SC_OK;
}

static enum sc_status sqlite_sample(void *state, size_t max_rows, struct sc_arena *arena,
                                    struct sc_sample *ret_sample, struct sc_error *err)
{
    struct sqlite_reader *reader = state;
    struct sc_sample sample = {0};
    enum sc_status status = open_db(reader, err);

    if (status)
        return status;
    sample.n_columns = reader->common->n_fields[0];
    sample.headers = sc_arena_alloc(arena, (sample.n_columns + 1) * sizeof *sample.headers);
    sample.rows = sc_arena_alloc(arena, (max_rows + 1) * sizeof *sample.rows);
    if (!sample.headers || !sample.rows)
        return sc_fail_nomem(err);
    for (size_t i = 0; i < sample.n_columns; i++) {
        sample.headers[i] = sc_arena_strdup(arena, sqlite3_column_name(reader->statement, (int)i));
        if (!sample.headers[i])
            return sc_fail_nomem(err);
    }
    while (sample.n_rows < max_rows) {
        int code = sqlite3_step(reader->statement);

        if (code == SQLITE_DONE)
            break;
        if (code != SQLITE_ROW)
            return fail_sqlite(reader, "read a row", err);
        status = sample_row(reader, sample.n_columns, arena, &sample.rows[sample.n_rows], err);
        if (status)
            return status;
        sample.n_rows++;
    }
    *ret_sample = sample;
    return SC_OK;
}

/* Reads the names of all tables into `names`; the last of them is *ret_table. */
static size_t list_tables(sqlite3 *db, struct sc_arena *arena, struct sc_buf *names,
                          const char **ret_table)
{
    sqlite3_stmt *statement = NULL;
    size_t n = 0;

    if (sqlite3_prepare_v2(db,
                           "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND "
                           "name NOT LIKE 'sqlite_%' ORDER BY name",
                           -1, &statement, NULL) != SQLITE_OK)
        return 0;
    while (sqlite3_step(statement) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(statement, 0);

        sc_buf_addf(names, "%s'%s'", n++ ? ", " : "", name ? name : "");
        *ret_table = sc_arena_strdup(arena, name ? name : "");
        names->failed |= !*ret_table;
    }
    (void)sqlite3_finalize(statement);
    return n;
}

enum sc_status sc_sqlite_only_table(const char *path, struct sc_arena *arena,
                                    const char **ret_table, struct sc_error *err)
{
    SC_AUTO_BUF names = {0};
    const char *table = NULL;
    sqlite3 *db = NULL;
    enum sc_status status = SC_OK;
    size_t n;

    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK) {
        (void)sqlite3_close(db);
        return sc_fail_at(err, SC_E_INPUT, path, 0, 0, "cannot open the SQLite database");
    }
    n = list_tables(db, arena, &names, &table);
    (void)sqlite3_close(db);
    if (names.failed)
        status = sc_fail_nomem(err);
    else if (n == 0)
        status = sc_fail_at(err, SC_E_INPUT, path, 0, 0, "the SQLite database has no tables");
    else if (n > 1)
        status = sc_fail_at(err, SC_E_INPUT, path, 0, 0,
                            "the SQLite database has several tables: %s: write extract.yaml by "
                            "hand with format: sqlite and table (docs/extract.md)",
                            names.data);
    else
        *ret_table = table;
    return status;
}

const struct sc_reader_ops sc_sqlite_reader_ops = {
    .open = sqlite_open,
    .free = sqlite_free,
    .worker_new = sqlite_worker_new,
    .worker_free = sqlite_worker_free,
    .next = sqlite_next,
    .stop = sqlite_stop,
    .progress = sqlite_progress,
    .sample = sqlite_sample,
};
