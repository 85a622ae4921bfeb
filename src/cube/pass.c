/*
 * pass.c - the one pass: every row gets exactly one verdict, and a counted row
 * adds to every table.
 *
 * First come the fault that the reader saw and the number of fields; what else
 * may decide, and in which order, is row.c, and what a counted row adds to is
 * add.c.
 *
 * Each thread has its own memos, tallies and accounts; they are added up at the
 * end. Only what must be shared is: the stores of entities, the numbers of
 * sets, the values met on axes that have no fixed categories.
 */
#include "cube/pass.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "cube/worker.h"

#define THREADS_MAX SC_WATCH_WORKERS_MAX

static void account(struct sc_worker *w, const struct sc_batch *batch, uint64_t row_number,
                    sc_row_verdict verdict, const char *column)
{
    w->accounting.read++;
    if (verdict == SC_ROW_COUNTED) {
        w->accounting.counted++;
    } else if (verdict > 0) {
        w->accounting.excluded[verdict - 1]++;
    } else {
        w->accounting.faulty[-1 - verdict]++;
        if (w->n_places < SC_FAULT_PLACES_MAX)
            w->places[w->n_places++] = (struct sc_fault_place){(enum sc_fault)(-1 - verdict),
                                                               batch->file_i, row_number, column};
    }
}

/*
 * A date is looked up among thousands, and what lies between two looks at the
 * same one has driven it out of the cache: it is fetched some rows ahead.
 */
#define ROWS_AHEAD 6

static inline void look_ahead(const struct sc_worker *w, const struct sc_batch *batch, size_t i)
{
    const struct sc_row *row = &batch->rows[i];
    size_t column = w->plan->date_column;

    if (column != SC_NO_COLUMN && row->n_fields == w->n_fields)
        sc_memo_prefetch(w->memos[column], sc_worker_field(w, batch, row, column));
}

static enum sc_status process_batch(struct sc_worker *w, const struct sc_batch *batch,
                                    struct sc_error *err)
{
    for (size_t i = 0; i < batch->n_rows; i++) {
        const struct sc_row *row = &batch->rows[i];
        sc_row_verdict verdict = SC_ROW_COUNTED;
        const char *column = "";

        if (i + ROWS_AHEAD < batch->n_rows)
            look_ahead(w, batch, i + ROWS_AHEAD);
        if (batch->faults && batch->faults[i] != SC_ROW_CLEAN) {
            verdict = sc_row_faulty((enum sc_fault)(batch->faults[i] - 1));
        } else if (row->n_fields != w->n_fields) {
            verdict = sc_row_faulty(SC_FAULTY_FIELD_COUNT);
        } else {
            enum sc_status status = sc_row_judge(w, batch, row, &verdict, &column, err);

            if (status)
                return status;
        }
        account(w, batch, batch->first_row + i, verdict, verdict < 0 ? column : "");
    }
    return SC_OK;
}

/* ---- a thread ---- */

static void note_file(struct sc_worker *w, uint32_t file_i)
{
    if (w->file_known && w->file_i == file_i)
        return;
    w->file_i = file_i;
    w->file_known = true;
    w->n_fields = sc_reader_n_fields(w->pass->reader, file_i);
    for (size_t i = 0; i < w->plan->n_columns; i++)
        w->columns[i] = (uint32_t)sc_reader_column(w->pass->reader, file_i, i);
}

static void report(struct sc_worker *w)
{
    struct sc_progress progress = {.rows = w->accounting.read};

    if (!w->first || !w->options->progress)
        return;
    sc_reader_progress(w->pass->reader, &progress.bytes_done, &progress.bytes_total);
    w->options->progress(w->options->context, &progress);
}

static enum sc_status work(struct sc_worker *w, struct sc_error *err)
{
    for (;;) {
        struct sc_batch batch = {0};
        bool end = false;
        enum sc_status status = sc_reader_next(w->reader, &batch, &end, err);

        if (status || end)
            return status;
        note_file(w, batch.file_i);
        status = process_batch(w, &batch, err);
        if (status) {
            sc_reader_stop(w->pass->reader);
            return status;
        }
        if (w->options->cancelled && w->options->cancelled(w->options->context))
            sc_reader_stop(w->pass->reader);
        report(w);
    }
}

static void *run_worker(void *context)
{
    struct sc_worker *w = context;

    w->status = work(w, &w->error);
    return NULL;
}

static bool has_memo(enum sc_column_role role)
{
    return role != SC_COL_NARRATIVE && role != SC_COL_OFFENCE_ID && role != SC_COL_VICTIM_ID &&
           role != SC_COL_SUSPECT_ID;
}

static enum sc_status worker_init(struct sc_worker *w, struct sc_pass *pass,
                                  const struct sc_count_options *options, struct sc_error *err)
{
    const struct sc_plan *plan = pass->plan;
    enum sc_status status = sc_reader_worker_new(pass->reader, &w->reader, err);

    w->pass = pass;
    w->plan = plan;
    w->options = options;
    if (status)
        return status;
    w->memos = sc_alloc_array(plan->n_columns, sizeof *w->memos);
    w->columns = sc_alloc_array(plan->n_columns, sizeof *w->columns);
    w->axes = sc_alloc_array(plan->n_axes, sizeof *w->axes);
    w->tallies = sc_alloc_array(plan->n_tables, sizeof *w->tallies);
    w->sets_cache = sc_alloc(sizeof *w->sets_cache);
    if (!w->memos || !w->columns || !w->axes || !w->tallies || !w->sets_cache)
        return sc_fail_nomem(err);
    for (size_t i = 0; i < plan->n_columns && !status; i++) {
        if (has_memo(plan->columns[i].role))
            status = sc_memo_new(plan, i, &w->memos[i], err);
    }
    for (size_t u = 0; u <= SC_N_UNITS && !status && plan->entities; u++)
        status = sc_profile_cache_new(&w->profile_caches[u], err);
    if (!status && plan->matcher)
        status = sc_matcher_scratch_new(plan->matcher, &w->scratch, err);
    for (size_t i = 0; i < plan->source->n_missing; i++)
        w->missing_first[(unsigned char)plan->source->missing[i][0]] = true;
    for (size_t c = 0; c < plan->source->n_columns; c++) {
        const struct sc_column *column = &plan->source->columns[c];

        for (size_t i = 0; i < column->n_missing; i++)
            w->missing_first[(unsigned char)column->missing[i][0]] = true;
    }
    for (int c = 'a'; c <= 'z'; c++) { /* missing values are compared without case */
        bool either = w->missing_first[c] || w->missing_first[c - 32];

        w->missing_first[c] = w->missing_first[c - 32] = either;
    }
    return status;
}

static void worker_release(struct sc_worker *w)
{
    sc_reader_worker_free(w->reader);
    for (size_t i = 0; w->memos && i < w->plan->n_columns; i++)
        sc_memo_free(w->memos[i]);
    for (size_t i = 0; w->tallies && i < w->plan->n_tables; i++)
        sc_tally_release(&w->tallies[i]);
    for (size_t u = 0; u <= SC_N_UNITS; u++)
        sc_profile_cache_free(w->profile_caches[u]);
    sc_matcher_scratch_free(w->scratch);
    sc_free(w->memos);
    sc_free(w->columns);
    sc_free(w->axes);
    sc_free(w->tallies);
    sc_free(w->sets_cache);
}

/* ---- all threads ---- */

static enum sc_status add_up(struct sc_pass *pass, struct sc_worker *w, struct sc_error *err)
{
    enum sc_status status = SC_OK;

    pass->accounting.read += w->accounting.read;
    pass->accounting.counted += w->accounting.counted;
    for (size_t i = 0; i < SC_N_EXCLUSIONS; i++)
        pass->accounting.excluded[i] += w->accounting.excluded[i];
    for (size_t i = 0; i < SC_N_FAULTS; i++)
        pass->accounting.faulty[i] += w->accounting.faulty[i];
    for (size_t i = 0; i < SC_N_LAW_FINDINGS; i++)
        pass->law[i] += w->law[i];
    pass->near += w->near;
    pass->ambiguous_class += w->ambiguous_class;
    for (size_t i = 0; i < w->n_places; i++)
        pass->fault_places[pass->n_fault_places++] = w->places[i];
    for (size_t t = 0; t < pass->plan->n_tables && !status; t++) {
        status = sc_tally_settle(&w->tallies[t], err);
        if (!status)
            status = sc_tally_merge(&pass->tallies[t], &w->tallies[t], err);
    }
    return status;
}

static int by_place(const void *a, const void *b)
{
    const struct sc_fault_place *left = a;
    const struct sc_fault_place *right = b;

    if (left->file_i != right->file_i)
        return left->file_i < right->file_i ? -1 : 1;
    return (left->row > right->row) - (left->row < right->row);
}

/* The error to tell: the cause, not the "interrupted" that it made of the others. */
static const struct sc_worker *failed_worker(const struct sc_worker *workers, size_t n)
{
    const struct sc_worker *failed = NULL;

    for (size_t i = 0; i < n; i++) {
        if (workers[i].status && (!failed || (failed->status == SC_E_INTERRUPTED &&
                                              workers[i].status != SC_E_INTERRUPTED)))
            failed = &workers[i];
    }
    return failed;
}

static enum sc_status run_workers(struct sc_pass *pass, const struct sc_count_options *options,
                                  struct sc_worker *workers, size_t n, struct sc_error *err)
{
    const struct sc_worker *failed;
    enum sc_status status = SC_OK;

    for (size_t i = 0; i < n && !status; i++) {
        workers[i].number = (unsigned)i;
        status = worker_init(&workers[i], pass, options, err);
    }
    if (status)
        return status;
    workers[0].first = true;
    for (size_t i = 1; i < n; i++)
        workers[i].started = pthread_create(&workers[i].thread, NULL, run_worker, &workers[i]) == 0;
    (void)run_worker(&workers[0]);
    for (size_t i = 1; i < n; i++) {
        if (workers[i].started)
            (void)pthread_join(workers[i].thread, NULL);
    }
    failed = failed_worker(workers, n);
    if (failed) {
        if (err)
            *err = failed->error;
        return failed->status;
    }
    for (size_t i = 0; i < n && !status; i++)
        status = add_up(pass, &workers[i], err);
    qsort(pass->fault_places, pass->n_fault_places, sizeof *pass->fault_places, by_place);
    if (pass->n_fault_places > SC_FAULT_PLACES_MAX)
        pass->n_fault_places = SC_FAULT_PLACES_MAX;
    return status;
}

static enum sc_status open_pass(const struct sc_plan *plan, size_t n_threads, struct sc_pass *pass,
                                struct sc_error *err)
{
    enum sc_status status = sc_reader_open(plan->source, &pass->reader, err);

    if (!status)
        status = sc_sets_new(&pass->sets, err);
    if (status)
        return status;
    pass->tallies = sc_alloc_array(plan->n_tables, sizeof *pass->tallies);
    pass->fault_places =
        sc_alloc_array(n_threads * SC_FAULT_PLACES_MAX, sizeof *pass->fault_places);
    if (!pass->tallies || !pass->fault_places)
        return sc_fail_nomem(err);
    for (size_t u = 0; u < SC_N_UNITS && !status; u++) {
        if (plan->units[u].kept)
            status = sc_entities_new(plan->units[u].n_words, plan->units[u].is_set, &pass->units[u],
                                     err);
    }
    if (!status && plan->person_stores)
        status = sc_entities_new(0, NULL, &pass->links, err);
    return status;
}

static size_t thread_count(const struct sc_count_options *options)
{
    long n = options->threads ? (long)options->threads : sysconf(_SC_NPROCESSORS_ONLN);

    return n < 1 ? 1 : n > THREADS_MAX ? THREADS_MAX : (size_t)n;
}

enum sc_status sc_pass_run(const struct sc_plan *plan, const struct sc_count_options *options,
                           struct sc_pass *pass, struct sc_error *err)
{
    size_t n = thread_count(options);
    SC_AUTO_FREE struct sc_worker *workers = sc_alloc_array(n, sizeof *workers);
    SC_AUTO_FREE const char **headers = sc_alloc_array(plan->n_columns, sizeof *headers);
    SC_AUTO_FREE unsigned *occurrences = sc_alloc_array(plan->n_columns, sizeof *occurrences);
    enum sc_status status;

    *pass = (struct sc_pass){.plan = plan};
    if (!workers || !headers || !occurrences)
        return sc_fail_nomem(err);
    status = open_pass(plan, n, pass, err);
    if (status)
        return status;
    for (size_t i = 0; i < plan->n_columns; i++) {
        headers[i] = plan->columns[i].header;
        occurrences[i] = plan->columns[i].occurrence;
    }
    sc_reader_want(pass->reader, headers, occurrences, plan->n_columns);
    status = run_workers(pass, options, workers, n, err);
    for (size_t i = 0; i < n; i++) {
        if (workers[i].plan)
            worker_release(&workers[i]);
    }
    if (!status)
        status = sc_pass_fold(pass, err);
    assert(status || sc_accounting_adds_up(&pass->accounting));
    return status;
}

void sc_pass_release(struct sc_pass *pass)
{
    for (size_t t = 0; pass->tallies && t < pass->plan->n_tables; t++)
        sc_tally_release(&pass->tallies[t]);
    for (size_t u = 0; u < SC_N_UNITS; u++)
        sc_entities_free(pass->units[u]);
    sc_entities_free(pass->links);
    sc_sets_free(pass->sets);
    sc_reader_free(pass->reader);
    sc_free(pass->tallies);
    sc_free(pass->fault_places);
    *pass = (struct sc_pass){0};
}
