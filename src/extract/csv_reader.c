/*
 * csv_reader.c - many threads read one stream of CSV, each row exactly once.
 *
 * The extract is cut into chunks of 256 KiB wherever they happen to fall. A
 * worker takes the next chunk under the read lock, indexes it at once on a
 * guess whether the chunk begins inside a quoted field, and then waits for its
 * turn: turns come in the order of the chunks. At its turn it learns from the
 * `chain` what the chunk before left behind, namely whether a quote is open
 * (indexing again where the guess was wrong) and the bytes of the record that
 * was cut in two. Those bytes go before its own chunk, so that every record
 * lies whole in one buffer; its own unfinished last record goes into the
 * chain, and the turn passes on. All else (walking rows, deciding, counting)
 * is done without any lock.
 *
 *     buffer:   [ headroom: carried bytes end here ][ chunk ][ padding ]
 *
 * Waiting is by a condition variable: spinning on the chunk before collapses
 * on a busy machine.
 *
 * A chunk with a stray quote, a NUL or an over-long record is read again by
 * csv_slow.c, at its turn, from the beginning of the carried record. What a
 * record is therefore never depends on where chunks were cut.
 */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "extract/bytes.h"
#include "extract/csv_index.h"
#include "extract/csv_slow.h"
#include "extract/source.h"

#define CHUNK ((size_t)256 * 1024)
/* The longest carried record: one that is not yet over SC_RECORD_MAX, plus a chunk. */
#define HEADROOM (SC_RECORD_MAX + CHUNK)
#define FRONT_PADDING ((size_t)SC_BATCH_PADDING)
#define BUFFER_SIZE (FRONT_PADDING + HEADROOM + CHUNK + SC_CSV_PADDING + 64)
#define CHUNK_AT (FRONT_PADDING + HEADROOM)
#define N_SLOTS (HEADROOM + CHUNK + 16)

static_assert(SC_BATCH_PADDING <= SC_CSV_PADDING, "fields at the end of a chunk are padded");
static_assert(BUFFER_SIZE < UINT32_MAX, "offsets are 32 bits");

/* What chunk n leaves for chunk n + 1. Touched only by the worker whose turn it is. */
struct chain {
    char *carry; /* bytes of the record cut in two; HEADROOM */
    size_t carry_len;
    bool in_quotes; /* the carried bytes end inside a quoted field */
    bool odd;       /* the carried bytes need the slow reader */
    bool skipping;  /* inside an over-long line */
    uint64_t next_row;
};

struct csv_reader {
    struct sc_reader_common *common;

    pthread_mutex_t read_lock; /* guards the fields down to `seq` */
    struct sc_bytes *bytes;    /* the file being read, or NULL between files */
    size_t file_i;
    char delimiter;
    char *first; /* bytes read past the header of the file just opened */
    size_t first_len;
    bool first_end;
    char before; /* last byte handed out of this file */
    uint64_t seq;
    uint64_t done_before; /* bytes of the files already closed */
    _Atomic uint64_t done;
    _Atomic uint64_t total;

    pthread_mutex_t turn_lock;
    pthread_cond_t turn_passed;
    uint64_t turn;
    bool failed; /* under turn_lock, like `error` */
    struct sc_error error;
    _Atomic bool stopped;
    struct chain chain;
};

struct chunk {
    uint64_t seq;
    size_t len;
    uint32_t file_i;
    char delimiter;
    char before;
    bool is_first; /* of its file */
    bool is_last;
};

struct csv_worker {
    struct csv_reader *reader;
    char *buffer;
    uint32_t *ends;        /* N_SLOTS; those of the chunk from HEADROOM on */
    struct sc_row *rows;   /* N_SLOTS / 2 + 2 */
    unsigned char *faults; /* as many; made when first needed */
    struct chunk chunk;
};

#define N_ROWS (N_SLOTS / 2 + 2)

/* ---- opening files ---- */

static char choose_delimiter(const struct sc_source *source, const char *text, size_t len)
{
    static const char candidates[4] = {',', ';', '\t', '|'};
    size_t best = 0;
    char delimiter = ',';
    bool quoted = false;
    size_t counts[4] = {0};

    if (source->delimiter)
        return source->delimiter;
    for (size_t i = 0; i < len; i++) {
        const char *at;

        if (text[i] == '"')
            quoted = !quoted;
        if (quoted)
            continue;
        if (text[i] == '\n' || text[i] == '\r')
            break;
        at = memchr(candidates, text[i], sizeof candidates);
        if (at)
            counts[at - candidates]++;
    }
    for (size_t i = 0; i < 4; i++) {
        if (counts[i] > best) {
            best = counts[i];
            delimiter = candidates[i];
        }
    }
    return delimiter;
}

/* Notes the header that ends at `end`; `ends` are the ends of its fields. */
static enum sc_status note_header(struct csv_reader *reader, const uint32_t *ends, size_t n_fields,
                                  struct sc_error *err)
{
    struct sc_arena arena = {0};
    const char **headers = sc_arena_alloc(&arena, (n_fields + 1) * sizeof *headers);
    enum sc_status status = SC_OK;
    size_t from = 0;

    if (!headers)
        status = sc_fail_nomem(err);
    for (size_t i = 0; !status && i < n_fields; i++) {
        SC_AUTO_BUF name = {0};
        struct sc_slice trimmed;

        sc_csv_unquote((struct sc_slice){reader->first + from, ends[i] - from}, &name);
        trimmed = sc_slice_trim((struct sc_slice){name.data ? name.data : "", name.len});
        headers[i] = sc_arena_strndup(&arena, trimmed.data, trimmed.len);
        if (name.failed || !headers[i])
            status = sc_fail_nomem(err);
        from = ends[i] + 1;
    }
    if (!status)
        status = sc_reader_note_header(reader->common, reader->file_i, headers, n_fields, err);
    sc_arena_release(&arena);
    return status;
}

/* Reads the header from reader->first and moves what follows it to the front. */
static enum sc_status take_header(struct csv_reader *reader, struct sc_error *err)
{
    const char *path = reader->common->files[reader->file_i].path;
    SC_AUTO_FREE uint32_t *positions = sc_alloc_array(CHUNK + 2, sizeof *positions);
    SC_AUTO_FREE struct sc_row *rows = sc_alloc_array(2, sizeof *rows);
    struct sc_csv_indexed indexed;
    enum sc_status status;
    size_t from = 0;
    size_t n_fields = 0;
    size_t end;

    if (!positions || !rows)
        return sc_fail_nomem(err);
    while (from < reader->first_len && (reader->first[from] == '\n' || reader->first[from] == '\r'))
        from++;
    memmove(reader->first, reader->first + from, reader->first_len - from);
    reader->first_len -= from;
    if (reader->first_len == 0)
        return sc_fail_at(err, SC_E_INPUT, path, 1, 0,
                          "the file is empty: expected a line of column headers");
    reader->delimiter = choose_delimiter(reader->common->source, reader->first, reader->first_len);
    reader->first[reader->first_len] = '\n';
    indexed = sc_csv_index_scalar(reader->first, 0, reader->first_len + 1, reader->delimiter, false,
                                  '\n', positions);
    while (n_fields < indexed.n && reader->first[positions[n_fields]] == reader->delimiter)
        n_fields++;
    if (n_fields == indexed.n || (positions[n_fields] == reader->first_len && !reader->first_end))
        return sc_fail_at(err, SC_E_INPUT, path, 1, 0,
                          "the header line does not end within %zu kB: expected column headers "
                          "separated by commas, semicolons, tabs or pipes",
                          CHUNK / 1024);
    end = positions[n_fields];
    n_fields++;
    status = note_header(reader, positions, n_fields, err);
    if (status)
        return status;
    if (end < reader->first_len)
        end++;
    memmove(reader->first, reader->first + end, reader->first_len - end);
    reader->first_len -= end;
    return SC_OK;
}

static enum sc_status open_file(struct csv_reader *reader, struct sc_error *err)
{
    const struct sc_source *source = reader->common->source;
    enum sc_status status;

    status = sc_bytes_open(reader->common->files[reader->file_i].path, source->encoding,
                           &reader->bytes, err);
    if (status)
        return status;
    status = sc_bytes_read(reader->bytes, reader->first, CHUNK, &reader->first_len, err);
    if (status)
        return status;
    reader->first_end = reader->first_len < CHUNK;
    reader->before = '\n';
    return take_header(reader, err);
}

static void close_file(struct csv_reader *reader)
{
    struct sc_reader_file *file = &reader->common->files[reader->file_i];

    file->bytes = sc_bytes_done(reader->bytes);
    sc_bytes_hash(reader->bytes, file->hash);
    reader->done_before += file->bytes;
    sc_bytes_free(reader->bytes);
    reader->bytes = NULL;
    reader->file_i++;
}

/* Total size of the files still to come, for the progress bar; 0 when one is not known. */
static void add_up_sizes(struct csv_reader *reader)
{
    uint64_t total = 0;

    for (size_t i = 0; i < reader->common->n_paths; i++) {
        struct sc_bytes *bytes = NULL;
        struct sc_error ignored = {0};

        if (strcmp(reader->common->paths[i], "-") == 0 ||
            sc_bytes_open(reader->common->paths[i], SC_ENCODING_UTF8, &bytes, &ignored)) {
            total = 0;
            break;
        }
        total += sc_bytes_total(bytes);
        sc_bytes_free(bytes);
    }
    atomic_store(&reader->total, total);
}

/* ---- reading a chunk (under the read lock) ---- */

static enum sc_status fill_chunk(struct csv_reader *reader, char *at, struct chunk *chunk,
                                 struct sc_error *err)
{
    enum sc_status status = SC_OK;

    if (!reader->bytes) {
        status = open_file(reader, err);
        if (status)
            return status;
        chunk->is_first = true;
        memcpy(at, reader->first, reader->first_len);
        chunk->len = reader->first_len;
        chunk->is_last = reader->first_end;
    } else {
        status = sc_bytes_read(reader->bytes, at, CHUNK, &chunk->len, err);
        if (status)
            return status;
        chunk->is_last = chunk->len < CHUNK;
    }
    chunk->file_i = (uint32_t)reader->file_i;
    chunk->delimiter = reader->delimiter;
    chunk->before = reader->before;
    chunk->seq = reader->seq++;
    if (chunk->len)
        reader->before = at[chunk->len - 1];
    atomic_store_explicit(&reader->done, reader->done_before + sc_bytes_done(reader->bytes),
                          memory_order_relaxed);
    if (chunk->is_last)
        close_file(reader);
    return SC_OK;
}

static enum sc_status read_chunk(struct csv_worker *worker, bool *ret_end, struct sc_error *err)
{
    struct csv_reader *reader = worker->reader;
    enum sc_status status = SC_OK;

    worker->chunk = (struct chunk){0};
    (void)pthread_mutex_lock(&reader->read_lock);
    if (atomic_load(&reader->stopped))
        status = sc_fail(err, SC_E_INTERRUPTED, "interrupted");
    else if (reader->file_i == reader->common->n_paths)
        *ret_end = true;
    else
        status = fill_chunk(reader, worker->buffer + CHUNK_AT, &worker->chunk, err);
    if (status) /* before the lock is free: nobody may read on in a file that could not be opened */
        atomic_store(&reader->stopped, true);
    (void)pthread_mutex_unlock(&reader->read_lock);
    return status;
}

/* ---- turns ---- */

static enum sc_status wait_for_turn(struct csv_reader *reader, uint64_t seq, struct sc_error *err)
{
    enum sc_status status = SC_OK;

    (void)pthread_mutex_lock(&reader->turn_lock);
    while (reader->turn != seq && !reader->failed)
        (void)pthread_cond_wait(&reader->turn_passed, &reader->turn_lock);
    if (reader->failed) {
        if (err)
            *err = reader->error;
        status = reader->error.status;
    }
    (void)pthread_mutex_unlock(&reader->turn_lock);
    return status;
}

static void pass_turn(struct csv_reader *reader)
{
    (void)pthread_mutex_lock(&reader->turn_lock);
    reader->turn++;
    (void)pthread_cond_broadcast(&reader->turn_passed);
    (void)pthread_mutex_unlock(&reader->turn_lock);
}

/* Makes all workers fail with the first error; returns that of this one. */
static enum sc_status fail_all(struct csv_reader *reader, enum sc_status status,
                               struct sc_error *err)
{
    (void)pthread_mutex_lock(&reader->turn_lock);
    if (!reader->failed) {
        reader->failed = true;
        if (err)
            reader->error = *err;
        reader->error.status = status;
    }
    (void)pthread_cond_broadcast(&reader->turn_passed);
    (void)pthread_mutex_unlock(&reader->turn_lock);
    atomic_store(&reader->stopped, true);
    return status;
}

/* ---- making a batch of a chunk ---- */

/*
 * The rows that end in ends[from..to). The first begins at `start`. Blank
 * lines are passed over. Returns how many; *ret_rest is where the record after
 * the last line end begins.
 */
static size_t walk_rows(const char *base, const uint32_t *ends, size_t from, size_t to,
                        size_t start, char delimiter, struct sc_row *rows, size_t *ret_rest)
{
    size_t n = 0;
    size_t first = from;

    for (size_t i = from; i < to; i++) {
        uint32_t end = ends[i];

        if (base[end] == delimiter)
            continue;
        rows[n].start = (uint32_t)start;
        rows[n].first = (uint32_t)first;
        rows[n].n_fields = (uint32_t)(i + 1 - first);
        n += end != start; /* a blank line is no row: its slot is used again */
        start = (size_t)end + 1;
        first = i + 1;
    }
    *ret_rest = start;
    return n;
}

struct made {
    size_t start;   /* where the first record begins */
    size_t ends_at; /* into worker->ends: its first end */
    size_t n_ends;  /* index one past the last end */
    size_t rows_at; /* into worker->rows */
    size_t n_rows;
    size_t rest; /* where the unfinished last record begins */
    bool in_quotes;
    bool odd;
};

/* Indexes the chunk itself on the supposition that it begins as said. */
static void index_chunk(struct csv_worker *worker, bool in_quotes, struct made *made)
{
    const struct chunk *chunk = &worker->chunk;
    struct sc_csv_indexed indexed;

    indexed = sc_csv_index(worker->buffer, CHUNK_AT, CHUNK_AT + chunk->len, chunk->delimiter,
                           in_quotes, chunk->before, worker->ends + HEADROOM);
    made->in_quotes = indexed.in_quotes;
    made->odd = indexed.odd;
    made->ends_at = HEADROOM;
    made->n_ends = HEADROOM + indexed.n;
    made->start = CHUNK_AT;
    made->rows_at = 1;
    made->n_rows = walk_rows(worker->buffer, worker->ends, made->ends_at, made->n_ends, CHUNK_AT,
                             chunk->delimiter, worker->rows + 1, &made->rest);
}

/* Puts the carried bytes and the ends of their fields before those of the chunk. */
static void join_carry(struct csv_worker *worker, const struct chain *chain, struct made *made)
{
    const struct chunk *chunk = &worker->chunk;
    size_t start = CHUNK_AT - chain->carry_len;
    struct sc_csv_indexed indexed;
    uint32_t *row_end;
    size_t n;

    if (chain->carry_len == 0)
        return;
    /* the carried record has no line end outside quotes, so its ends are few: index it in the
     * free front part of `ends`, then move them up against those of the chunk */
    indexed =
        sc_csv_index(worker->buffer, start, CHUNK_AT, chunk->delimiter, false, '\n', worker->ends);
    n = indexed.n;
    row_end = worker->ends + HEADROOM - n;
    memmove(row_end, worker->ends, n * sizeof *worker->ends);
    made->start = start;
    made->ends_at = HEADROOM - n;
    if (made->rest == CHUNK_AT) { /* no line end in the chunk at all */
        made->rest = start;
        return;
    }
    if (worker->ends[HEADROOM] == CHUNK_AT && worker->buffer[CHUNK_AT] != chunk->delimiter) {
        /* the chunk begins with the line end: it was taken for a blank line */
        made->rows_at = 0;
        made->n_rows++;
        worker->rows[0].n_fields = 1;
        worker->rows[0].first = HEADROOM;
    }
    worker->rows[made->rows_at].start = (uint32_t)start;
    worker->rows[made->rows_at].first -= (uint32_t)n;
    worker->rows[made->rows_at].n_fields += (uint32_t)n;
}

/* The last record of a file whose last line does not end in a line break. */
static void end_last_record(struct csv_worker *worker, struct made *made)
{
    const struct chunk *chunk = &worker->chunk;
    size_t end = CHUNK_AT + chunk->len;
    struct sc_row *row = &worker->rows[made->rows_at + made->n_rows];
    size_t first = made->n_ends;

    if (made->rest >= end)
        return;
    while (first > made->ends_at && worker->ends[first - 1] >= made->rest)
        first--;
    worker->buffer[end] = '\n';
    worker->ends[made->n_ends++] = (uint32_t)end;
    row->start = (uint32_t)made->rest;
    row->first = (uint32_t)first;
    row->n_fields = (uint32_t)(made->n_ends - first);
    made->n_rows++;
    made->rest = end;
}

static enum sc_status read_slowly(struct csv_worker *worker, struct chain *chain, struct made *made,
                                  struct sc_error *err)
{
    const struct chunk *chunk = &worker->chunk;
    size_t end = CHUNK_AT + chunk->len;
    struct sc_csv_slow slow = {0};

    if (!worker->faults)
        worker->faults = sc_alloc(N_ROWS);
    if (!worker->faults)
        return sc_fail_nomem(err);
    slow.delimiter = chunk->delimiter;
    slow.n_fields = worker->reader->common->n_fields[chunk->file_i];
    slow.at_end = chunk->is_last;
    slow.positions = worker->ends;
    slow.rows = worker->rows;
    slow.faults = worker->faults;
    slow.skipping = chain->skipping;
    sc_csv_slow_read(&slow, worker->buffer, CHUNK_AT - chain->carry_len, end);
    made->rows_at = 0;
    made->n_rows = slow.n_rows;
    made->rest = slow.rest;
    made->in_quotes = slow.in_quotes;
    chain->odd = slow.odd_rest;
    chain->skipping = slow.skipping;
    return SC_OK;
}

/* The work of one turn: everything that needs what the chunk before left behind. */
static enum sc_status take_turn(struct csv_worker *worker, bool guessed, struct made *made,
                                struct sc_batch *batch, struct sc_error *err)
{
    struct chain *chain = &worker->reader->chain;
    const struct chunk *chunk = &worker->chunk;
    size_t end = CHUNK_AT + chunk->len;
    bool slow;

    if (chunk->is_first) {
        chain->carry_len = 0;
        chain->in_quotes = false;
        chain->odd = false;
        chain->skipping = false;
        chain->next_row = 1;
    }
    memcpy(worker->buffer + CHUNK_AT - chain->carry_len, chain->carry, chain->carry_len);
    slow = chain->odd || chain->skipping;
    if (!slow && guessed != chain->in_quotes)
        index_chunk(worker, chain->in_quotes, made);
    slow = slow || made->odd || (chunk->is_last && made->in_quotes);
    if (!slow) {
        join_carry(worker, chain, made);
        if (chunk->is_last)
            end_last_record(worker, made);
        slow = end - made->rest > SC_RECORD_MAX ||
               (made->n_rows && worker->ends[worker->rows[made->rows_at].first +
                                             worker->rows[made->rows_at].n_fields - 1] -
                                        worker->rows[made->rows_at].start >
                                    SC_RECORD_MAX);
    }
    if (slow) {
        enum sc_status status = read_slowly(worker, chain, made, err);

        if (status)
            return status;
    }
    batch->base = worker->buffer;
    batch->ends = worker->ends;
    batch->rows = worker->rows + made->rows_at;
    batch->faults = slow ? worker->faults : NULL;
    batch->n_rows = made->n_rows;
    batch->file_i = chunk->file_i;
    batch->first_row = chain->next_row;
    chain->next_row += made->n_rows;
    chain->in_quotes = made->in_quotes;
    chain->carry_len = end - made->rest;
    assert(chain->carry_len <= HEADROOM);
    memcpy(chain->carry, worker->buffer + made->rest, chain->carry_len);
    return SC_OK;
}

static enum sc_status csv_next(void *state, struct sc_batch *batch, bool *ret_end,
                               struct sc_error *err)
{
    struct csv_worker *worker = state;
    struct csv_reader *reader = worker->reader;
    const struct chunk *chunk = &worker->chunk;
    struct made made = {0};
    enum sc_status status;
    bool guessed;

    *ret_end = false;
    status = read_chunk(worker, ret_end, err);
    if (status)
        return fail_all(reader, status, err);
    if (*ret_end)
        return SC_OK;
    memset(worker->buffer + CHUNK_AT + chunk->len, 0, SC_CSV_PADDING);
    guessed = sc_csv_guess_in_quotes(worker->buffer, CHUNK_AT, CHUNK_AT + chunk->len,
                                     chunk->delimiter, chunk->before);
    index_chunk(worker, guessed, &made);
    status = wait_for_turn(reader, chunk->seq, err);
    if (status)
        return status;
    status = take_turn(worker, guessed, &made, batch, err);
    if (status)
        return fail_all(reader, status, err);
    pass_turn(reader);
    return SC_OK;
}

/* ---- the rest of the seam ---- */

static void csv_free(void *state)
{
    struct csv_reader *reader = state;

    sc_bytes_free(reader->bytes);
    sc_free(reader->first);
    sc_free(reader->chain.carry);
    (void)pthread_mutex_destroy(&reader->read_lock);
    (void)pthread_mutex_destroy(&reader->turn_lock);
    (void)pthread_cond_destroy(&reader->turn_passed);
    sc_free(reader);
}

static enum sc_status csv_open(struct sc_reader_common *common, void **ret_state,
                               struct sc_error *err)
{
    struct csv_reader *reader = sc_alloc(sizeof *reader);

    if (!reader)
        return sc_fail_nomem(err);
    reader->common = common;
    (void)pthread_mutex_init(&reader->read_lock, NULL);
    (void)pthread_mutex_init(&reader->turn_lock, NULL);
    (void)pthread_cond_init(&reader->turn_passed, NULL);
    reader->first = sc_alloc(CHUNK + 1);
    reader->chain.carry = sc_alloc(HEADROOM);
    if (!reader->first || !reader->chain.carry) {
        csv_free(reader);
        return sc_fail_nomem(err);
    }
    add_up_sizes(reader);
    *ret_state = reader;
    return SC_OK;
}

static void csv_worker_free(void *state)
{
    struct csv_worker *worker = state;

    sc_free(worker->buffer);
    sc_free(worker->ends);
    sc_free(worker->rows);
    sc_free(worker->faults);
    sc_free(worker);
}

static enum sc_status csv_worker_new(void *state, void **ret_worker, struct sc_error *err)
{
    struct csv_worker *worker = sc_alloc(sizeof *worker);

    if (!worker)
        return sc_fail_nomem(err);
    worker->reader = state;
    worker->buffer = sc_alloc(BUFFER_SIZE);
    worker->ends = sc_alloc_array(N_SLOTS, sizeof *worker->ends);
    worker->rows = sc_alloc_array(N_ROWS, sizeof *worker->rows);
    if (!worker->buffer || !worker->ends || !worker->rows) {
        csv_worker_free(worker);
        return sc_fail_nomem(err);
    }
    *ret_worker = worker;
    return SC_OK;
}

static void csv_stop(void *state)
{
    struct csv_reader *reader = state;

    atomic_store(&reader->stopped, true);
}

static void csv_progress(void *state, uint64_t *ret_done, uint64_t *ret_total)
{
    struct csv_reader *reader = state;

    *ret_done = atomic_load_explicit(&reader->done, memory_order_relaxed);
    *ret_total = atomic_load_explicit(&reader->total, memory_order_relaxed);
}

static enum sc_status sample_row(const struct sc_batch *batch, const struct sc_row *row,
                                 struct sc_arena *arena, const char ***ret_row,
                                 struct sc_error *err)
{
    const char **fields = sc_arena_alloc(arena, (row->n_fields + 1) * sizeof *fields);

    if (!fields)
        return sc_fail_nomem(err);
    for (size_t i = 0; i < row->n_fields; i++) {
        SC_AUTO_BUF text = {0};

        sc_csv_unquote(sc_batch_raw(batch, row, i), &text);
        fields[i] = sc_arena_strndup(arena, text.data ? text.data : "", text.len);
        if (text.failed || !fields[i])
            return sc_fail_nomem(err);
    }
    *ret_row = fields;
    return SC_OK;
}

static enum sc_status csv_sample_rows(struct csv_worker *worker, size_t max_rows,
                                      struct sc_arena *arena, struct sc_sample *sample,
                                      struct sc_error *err)
{
    for (;;) {
        struct sc_batch batch = {0};
        bool end = false;
        enum sc_status status = csv_next(worker, &batch, &end, err);

        if (status || end || batch.file_i != 0)
            return status;
        for (size_t r = 0; r < batch.n_rows; r++) {
            if (sample->n_rows == max_rows)
                return SC_OK;
            if (batch.rows[r].n_fields != sample->n_columns || (batch.faults && batch.faults[r]))
                continue;
            status = sample_row(&batch, &batch.rows[r], arena, &sample->rows[sample->n_rows], err);
            if (status)
                return status;
            sample->n_rows++;
        }
    }
}

/* The header once more, for its names: sc_reader_note_header() keeps only positions. */
static enum sc_status sample_header(struct csv_reader *reader, struct sc_arena *arena,
                                    struct sc_sample *sample, struct sc_error *err)
{
    SC_AUTO(sc_bytes) bytes = NULL;
    SC_AUTO_FREE char *text = sc_alloc(CHUNK + 1);
    SC_AUTO_FREE uint32_t *ends = sc_alloc_array(CHUNK + 2, sizeof *ends);
    struct sc_batch batch = {0};
    struct sc_row row = {0};
    enum sc_status status;
    size_t n = 0;

    if (!text || !ends)
        return sc_fail_nomem(err);
    status =
        sc_bytes_open(reader->common->files[0].path, reader->common->source->encoding, &bytes, err);
    if (!status)
        status = sc_bytes_read(bytes, text, CHUNK, &n, err);
    if (status)
        return status;
    text[n] = '\n';
    while (row.start < n && (text[row.start] == '\n' || text[row.start] == '\r'))
        row.start++;
    (void)sc_csv_index_scalar(text, row.start, n + 1, sample->delimiter, false, '\n', ends);
    row.n_fields = (uint32_t)sample->n_columns;
    batch.base = text;
    batch.ends = ends;
    return sample_row(&batch, &row, arena, &sample->headers, err);
}

static enum sc_status csv_sample(void *state, size_t max_rows, struct sc_arena *arena,
                                 struct sc_sample *ret_sample, struct sc_error *err)
{
    struct csv_reader *reader = state;
    struct sc_sample sample = {0};
    void *worker = NULL;
    enum sc_status status;

    if (strcmp(reader->common->paths[0], "-") == 0)
        return sc_fail(err, SC_E_UNSUPPORTED,
                       "an extract on standard input cannot be looked at twice: "
                       "save it to a file first");
    status = open_file(reader, err);
    sc_bytes_free(reader->bytes);
    reader->bytes = NULL;
    if (status)
        return status;
    sample.delimiter = reader->delimiter;
    sample.n_columns = reader->common->n_fields[0];
    sample.rows = sc_arena_alloc(arena, (max_rows + 1) * sizeof *sample.rows);
    if (!sample.rows)
        return sc_fail_nomem(err);
    status = sample_header(reader, arena, &sample, err);
    if (!status)
        status = csv_worker_new(reader, &worker, err);
    if (!status) {
        status = csv_sample_rows(worker, max_rows, arena, &sample, err);
        csv_worker_free(worker);
    }
    if (!status)
        *ret_sample = sample;
    return status;
}

const struct sc_reader_ops sc_csv_reader_ops = {
    .open = csv_open,
    .free = csv_free,
    .worker_new = csv_worker_new,
    .worker_free = csv_worker_free,
    .next = csv_next,
    .stop = csv_stop,
    .progress = csv_progress,
    .sample = csv_sample,
};
