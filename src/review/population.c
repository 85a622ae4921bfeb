/*
 * population.c - every offence a request counts, with what the search found in it.
 *
 * The pass shows each row; each of its threads notes hash and categories in an array of its
 * own. At the end the arrays are joined, sorted by hash, and rows of one offence made one, their
 * categories united as the tables do. Sorting makes the result independent of threads and
 * of the order of rows.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "cube/entities.h"
#include "cube/watch.h"
#include "review/review.h"

struct notes {
    struct sc_population_item *items;
    size_t n;
    size_t capacity;
};

struct gathering {
    struct notes notes[SC_WATCH_WORKERS_MAX];
    unsigned first_bit;
    uint64_t mask;
};

static enum sc_status note_row(void *context, unsigned worker, const struct sc_watched_row *row,
                               struct sc_error *err)
{
    struct gathering *gathering = context;
    struct notes *notes = &gathering->notes[worker];
    struct sc_slice no_scope = {"", 0};
    struct sc_entity_key key = sc_entity_key_of(no_scope, row->offence_id);
    enum sc_status status =
        sc_grow((void **)&notes->items, &notes->capacity, notes->n, sizeof *notes->items, err);

    if (status)
        return status;
    notes->items[notes->n++] = (struct sc_population_item){
        key.low, key.high, row->found >> gathering->first_bit & gathering->mask};
    return SC_OK;
}

static int by_hash(const void *a, const void *b)
{
    const struct sc_population_item *left = a;
    const struct sc_population_item *right = b;

    if (left->high != right->high)
        return left->high < right->high ? -1 : 1;
    return (left->low > right->low) - (left->low < right->low);
}

static enum sc_status join(struct gathering *gathering, struct sc_population *population,
                           struct sc_error *err)
{
    size_t n = 0;
    size_t kept = 0;
    struct sc_population_item *items;

    for (size_t w = 0; w < SC_WATCH_WORKERS_MAX; w++)
        n += gathering->notes[w].n;
    items = population->items = sc_alloc_array(n + 1, sizeof *items);
    if (!items)
        return sc_fail_nomem(err);
    n = 0;
    for (size_t w = 0; w < SC_WATCH_WORKERS_MAX; w++) {
        struct notes *notes = &gathering->notes[w];

        if (notes->n)
            memcpy(items + n, notes->items, notes->n * sizeof *items);
        n += notes->n;
        sc_free(SC_TAKE(notes->items));
    }
    qsort(items, n, sizeof *items, by_hash);
    for (size_t i = 0; i < n; i++) {
        if (kept && by_hash(&items[kept - 1], &items[i]) == 0)
            items[kept - 1].found |= items[i].found;
        else
            items[kept++] = items[i];
    }
    population->n_items = kept;
    return SC_OK;
}

static enum sc_status list_extract(const struct sc_counts *counts, char **ret_text,
                                   struct sc_error *err)
{
    SC_AUTO_BUF text = {0};

    for (size_t i = 0; i < counts->n_inputs; i++)
        if (strcmp(counts->inputs[i].kind, "extract") == 0)
            sc_buf_addf(&text, "%s\n", counts->inputs[i].hash);
    if (text.failed)
        return sc_fail_nomem(err);
    *ret_text = sc_strdup(text.data ? text.data : "");
    return *ret_text ? SC_OK : sc_fail_nomem(err);
}

static bool has_offence_id(const struct sc_source *source)
{
    for (size_t i = 0; i < source->n_columns; i++)
        if (source->columns[i].role == SC_COL_OFFENCE_ID)
            return true;
    return false;
}

enum sc_status sc_population_collect(const struct sc_review_subject *subject,
                                     const struct sc_count_options *options,
                                     struct sc_population **ret_population,
                                     struct sc_diagnostics *diagnostics, struct sc_error *err)
{
    SC_AUTO(sc_population) population = sc_alloc(sizeof *population);
    SC_AUTO_FREE struct gathering *gathering = sc_alloc(sizeof *gathering);
    struct sc_count_options watched = options ? *options : (struct sc_count_options){0};
    struct sc_watch watch = {note_row, gathering};
    struct sc_counts *counts = NULL;
    size_t n = subject->dictionaries[subject->dictionary_i]->n_categories;
    enum sc_status status;

    if (!population || !gathering)
        return sc_fail_nomem(err);
    if (!has_offence_id(subject->source))
        return sc_fail_at(err, SC_E_UNSUPPORTED, subject->source->path, 0, 0,
                          "a review must find offences again: expected a column for offence_id");
    for (size_t i = 0; i < subject->dictionary_i; i++)
        gathering->first_bit += (unsigned)subject->dictionaries[i]->n_categories;
    gathering->mask = n < 64 ? (1ULL << n) - 1 : UINT64_MAX;
    watched.watch = &watch;
    status = sc_count(subject->request, subject->source, subject->policy, subject->dictionaries,
                      subject->n_dictionaries, &watched, &counts, diagnostics, err);
    if (!status)
        status = list_extract(counts, &population->extract, err);
    if (!status)
        status = join(gathering, population, err);
    for (size_t w = 0; w < SC_WATCH_WORKERS_MAX; w++)
        sc_free(gathering->notes[w].items);
    sc_counts_free(counts);
    if (status)
        return status;
    *ret_population = SC_TAKE(population);
    return SC_OK;
}

void sc_population_free(struct sc_population *population)
{
    if (!population)
        return;
    sc_free(population->items);
    sc_free(population->extract);
    sc_free(population);
}

enum sc_status sc_review_scope(const struct sc_request *request,
                               const struct sc_dictionary *dictionary, const char *extract,
                               char out[65], struct sc_error *err)
{
    SC_AUTO_BUF text = {0};

    sc_buf_addf(&text, "%" PRId32 " %" PRId32 " %s\n", request->period.from, request->period.to,
                sc_date_event_name(request->period.date));
    for (size_t i = 0; i < request->n_offences; i++)
        sc_buf_addf(&text, "%s\n", request->offences[i].code);
    sc_buf_addf(&text, "%s\n%s", dictionary->sha256, extract);
    if (text.failed)
        return sc_fail_nomem(err);
    sc_sha256_hex(text.data, text.len, out);
    return SC_OK;
}
