#include "cube/narratives.h"

#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/memory.h"
#include "cube/decode.h"
#include "extract/reader.h"

#define THREADS_MAX 16
enum { NARRATIVE, OFFENCE_ID, REMOVED, N_WANTED };

struct shared {
    const struct sc_source *source;
    const struct sc_classify_options *options;
    struct sc_reader *reader;
    const struct sc_column *columns[N_WANTED];
    size_t wanted[N_WANTED]; /* number among the wanted columns, or SIZE_MAX */
    sc_narrative_fn take;
};

struct worker {
    struct shared *shared;
    void *context;
    struct sc_reader_worker *reader;
    pthread_t thread;
    bool started;
    size_t at[N_WANTED]; /* position in the rows of the file in hand */
    size_t n_fields;
    uint32_t file_i;
    bool file_known;
    struct sc_rows_read rows;
    enum sc_status status;
    struct sc_error error;
};

size_t sc_narratives_threads(const struct sc_classify_options *options)
{
    long n = options->threads ? (long)options->threads : sysconf(_SC_NPROCESSORS_ONLN);

    return n < 1 ? 1 : n > THREADS_MAX ? THREADS_MAX : (size_t)n;
}

static const struct sc_column *find_column(const struct sc_source *source, enum sc_column_role role)
{
    for (size_t i = 0; i < source->n_columns; i++) {
        if (source->columns[i].role == role)
            return &source->columns[i];
    }
    return NULL;
}

bool sc_narratives_repeat(const struct sc_source *source)
{
    return find_column(source, SC_COL_OFFENCE_ID) &&
           (source->row == SC_ROW_LINK || !source->trust_unique);
}

/* ---- rows ---- */

static void note_file(struct worker *w, uint32_t file_i)
{
    const struct shared *s = w->shared;

    if (w->file_known && w->file_i == file_i)
        return;
    w->file_i = file_i;
    w->file_known = true;
    w->n_fields = sc_reader_n_fields(s->reader, file_i);
    for (size_t i = 0; i < N_WANTED; i++) {
        if (s->wanted[i] != SIZE_MAX)
            w->at[i] = sc_reader_column(s->reader, file_i, s->wanted[i]);
    }
}

static bool is_removed(const struct worker *w, const struct sc_batch *batch,
                       const struct sc_row *row)
{
    const struct sc_source *source = w->shared->source;
    struct sc_slice value;

    if (w->shared->wanted[REMOVED] == SIZE_MAX)
        return false;
    value = sc_slice_trim(sc_batch_field(batch, row, w->at[REMOVED]));
    for (size_t i = 0; i < source->n_removed; i++) {
        if (sc_slice_eq_nocase(value, source->removed[i]))
            return true;
    }
    return false;
}

static enum sc_status take_row(struct worker *w, const struct sc_batch *batch,
                               const struct sc_row *row, uint64_t row_number, struct sc_error *err)
{
    const struct shared *s = w->shared;
    struct sc_narrative narrative = {.file_i = batch->file_i, .row = row_number};

    if (is_removed(w, batch, row)) {
        w->rows.removed++;
        return SC_OK;
    }
    narrative.text = sc_batch_field(batch, row, w->at[NARRATIVE]);
    if (s->wanted[OFFENCE_ID] != SIZE_MAX) {
        narrative.id = sc_slice_trim(sc_batch_field(batch, row, w->at[OFFENCE_ID]));
        if (sc_is_missing(s->source, s->columns[OFFENCE_ID], narrative.id))
            narrative.id = (struct sc_slice){"", 0};
    }
    return s->take(w->context, &narrative, err);
}

static enum sc_status take_batch(struct worker *w, const struct sc_batch *batch,
                                 struct sc_error *err)
{
    enum sc_status status = SC_OK;

    note_file(w, batch->file_i);
    for (size_t i = 0; i < batch->n_rows && !status; i++) {
        w->rows.read++;
        if (batch->faults && batch->faults[i] != SC_ROW_CLEAN)
            w->rows.faulty[batch->faults[i] - 1]++;
        else if (batch->rows[i].n_fields != w->n_fields)
            w->rows.faulty[SC_FAULTY_FIELD_COUNT]++;
        else
            status = take_row(w, batch, &batch->rows[i], batch->first_row + i, err);
    }
    return status;
}

static enum sc_status work(struct worker *w, struct sc_error *err)
{
    const struct sc_classify_options *options = w->shared->options;

    for (;;) {
        struct sc_batch batch = {0};
        bool end = false;
        enum sc_status status = sc_reader_next(w->reader, &batch, &end, err);

        if (status || end)
            return status;
        status = take_batch(w, &batch, err);
        if (status) {
            sc_reader_stop(w->shared->reader);
            return status;
        }
        if (options->cancelled && options->cancelled(options->context))
            sc_reader_stop(w->shared->reader);
    }
}

static void *run_worker(void *context)
{
    struct worker *w = context;

    w->status = work(w, &w->error);
    return NULL;
}

/* ---- all threads ---- */

static enum sc_status open_reader(struct shared *s, const char **headers, unsigned *occurrences,
                                  struct sc_error *err)
{
    static const enum sc_column_role roles[N_WANTED] = {SC_COL_NARRATIVE, SC_COL_OFFENCE_ID,
                                                        SC_COL_REMOVED};
    enum sc_status status;
    size_t n = 0;

    for (size_t i = 0; i < N_WANTED; i++) {
        s->columns[i] = find_column(s->source, roles[i]);
        s->wanted[i] = SIZE_MAX;
        if (!s->columns[i])
            continue;
        headers[n] = s->columns[i]->header;
        occurrences[n] = s->columns[i]->occurrence;
        s->wanted[i] = n++;
    }
    if (!s->columns[NARRATIVE])
        return sc_fail_at(err, SC_E_INPUT, s->source->path, 1, 1,
                          "no column is said to be the narrative: add it under 'columns', as in "
                          "narrative: MO");
    status = sc_reader_open(s->source, &s->reader, err);
    if (!status)
        sc_reader_want(s->reader, headers, occurrences, n);
    return status;
}

static enum sc_status join_workers(struct worker *workers, size_t n, struct sc_rows_read *rows,
                                   struct sc_error *err)
{
    const struct worker *failed = NULL;

    for (size_t i = 0; i < n; i++) {
        const struct worker *w = &workers[i];

        if (w->status && (!failed || failed->status == SC_E_INTERRUPTED))
            failed = w;
        rows->read += w->rows.read;
        rows->removed += w->rows.removed;
        for (size_t f = 0; f < SC_N_FAULTS; f++)
            rows->faulty[f] += w->rows.faulty[f];
    }
    if (failed && err)
        *err = failed->error;
    return failed ? failed->status : SC_OK;
}

static enum sc_status run_workers(struct shared *s, struct worker *workers, size_t n,
                                  void *const *contexts, struct sc_rows_read *rows,
                                  struct sc_error *err)
{
    enum sc_status status = SC_OK;

    for (size_t i = 0; i < n && !status; i++) {
        workers[i].shared = s;
        workers[i].context = contexts[i];
        status = sc_reader_worker_new(s->reader, &workers[i].reader, err);
    }
    if (!status) {
        for (size_t i = 1; i < n; i++)
            workers[i].started =
                pthread_create(&workers[i].thread, NULL, run_worker, &workers[i]) == 0;
        (void)run_worker(&workers[0]);
        for (size_t i = 1; i < n; i++) {
            if (workers[i].started)
                (void)pthread_join(workers[i].thread, NULL);
        }
        status = join_workers(workers, n, rows, err);
    }
    for (size_t i = 0; i < n; i++)
        sc_reader_worker_free(workers[i].reader);
    return status;
}

enum sc_status sc_narratives_each(const struct sc_source *source,
                                  const struct sc_classify_options *options, size_t n_threads,
                                  sc_narrative_fn take, void *const *contexts,
                                  struct sc_rows_read *rows, struct sc_buf *names,
                                  struct sc_error *err)
{
    SC_AUTO_FREE struct worker *workers = sc_alloc_array(n_threads, sizeof *workers);
    struct shared s = {.source = source, .options = options, .take = take};
    const char *headers[N_WANTED];
    unsigned occurrences[N_WANTED];
    enum sc_status status;

    *rows = (struct sc_rows_read){0};
    if (!workers)
        return sc_fail_nomem(err);
    status = open_reader(&s, headers, occurrences, err);
    if (!status)
        status = run_workers(&s, workers, n_threads, contexts, rows, err);
    if (!status && names) {
        size_t n = 0;
        const struct sc_reader_file *files = sc_reader_files(s.reader, &n);

        for (size_t i = 0; i < n; i++)
            sc_buf_add(names, files[i].name, strlen(files[i].name) + 1);
        status = sc_buf_check(names, err);
    }
    sc_reader_free(s.reader);
    return status;
}
