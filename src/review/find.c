/*
 * find.c - one pass over the extract that looks each counted row's record key up among those of
 * the review: a hash table of at most a few thousand keys, read by all threads; what is found is
 * noted under a lock, which is taken as often as there are offences in the sample.
 *
 * Rows of one offence may carry different narratives. They are kept in the order of their text,
 * not of their arrival, so that what the reviewer sees does not depend on threads.
 */
#include "review/find.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "cube/entities.h"
#include "cube/watch.h"

/* All narratives of one item. */
struct texts {
    struct sc_slice *items;
    size_t n;
    size_t capacity;
};

struct search {
    const struct sc_review *review;
    const struct sc_review_key *key;
    uint32_t *slots; /* 1 + item, 0: empty; open addressing */
    size_t mask;
    pthread_mutex_t lock;
    struct texts *found; /* one a item */
};

static size_t slot_of(const unsigned char *key)
{
    uint64_t bits;

    memcpy(&bits, key, sizeof bits); /* a hash already */
    return (size_t)bits;
}

static enum sc_status fill_slots(struct search *search, const bool *wanted, struct sc_error *err)
{
    size_t n = 16;

    while (n < 4 * search->review->n_items)
        n *= 2;
    search->mask = n - 1;
    search->slots = sc_alloc_array(n, sizeof *search->slots);
    search->found = sc_alloc_array(search->review->n_items + 1, sizeof *search->found);
    if (!search->slots || !search->found)
        return sc_fail_nomem(err);
    for (size_t i = 0; i < search->review->n_items; i++) {
        size_t slot = slot_of(search->review->items[i].key) & search->mask;

        if (wanted && !wanted[i])
            continue;
        while (search->slots[slot])
            slot = (slot + 1) & search->mask;
        search->slots[slot] = (uint32_t)i + 1;
    }
    return SC_OK;
}

static void wipe(const char *text, size_t len)
{
    explicit_bzero((void *)(uintptr_t)text, len);
}

/* A copy of the narrative as it was written: of quotes that its file doubled, one. */
static char *copy_narrative(const struct sc_watched_row *row, size_t *ret_len)
{
    char *copy = sc_strndup(row->narrative.data, row->narrative.len);
    size_t n = 0;

    for (size_t i = 0; copy && i < row->narrative.len; i++) {
        copy[n++] = copy[i];
        if (row->quoted && copy[i] == '"' && i + 1 < row->narrative.len && copy[i + 1] == '"')
            i++;
    }
    *ret_len = n;
    return copy;
}

static enum sc_status keep(struct texts *texts, const struct sc_watched_row *row,
                           struct sc_error *err)
{
    size_t len = 0;
    char *copy;
    enum sc_status status =
        sc_grow((void **)&texts->items, &texts->capacity, texts->n, sizeof *texts->items, err);

    if (status)
        return status;
    copy = copy_narrative(row, &len);
    if (!copy)
        return sc_fail_nomem(err);
    for (size_t i = 0; i < texts->n; i++)
        if (texts->items[i].len == len && memcmp(texts->items[i].data, copy, len) == 0) {
            wipe(copy, row->narrative.len);
            sc_free(copy);
            return SC_OK;
        }
    texts->items[texts->n++] = (struct sc_slice){copy, len};
    return SC_OK;
}

static enum sc_status look_up(void *context, unsigned worker, const struct sc_watched_row *row,
                              struct sc_error *err)
{
    struct search *search = context;
    struct sc_slice no_scope = {"", 0};
    struct sc_entity_key entity = sc_entity_key_of(no_scope, row->offence_id);
    unsigned char key[SC_RECORD_KEY_BYTES];
    size_t slot;

    (void)worker;
    sc_record_key(search->key, entity.low, entity.high, key);
    for (slot = slot_of(key) & search->mask; search->slots[slot];
         slot = (slot + 1) & search->mask) {
        size_t item = search->slots[slot] - 1;
        enum sc_status status;

        if (memcmp(search->review->items[item].key, key, sizeof key) != 0)
            continue;
        (void)pthread_mutex_lock(&search->lock);
        status = keep(&search->found[item], row, err);
        (void)pthread_mutex_unlock(&search->lock);
        return status;
    }
    return SC_OK;
}

static int by_text(const void *a, const void *b)
{
    const struct sc_slice *left = a;
    const struct sc_slice *right = b;
    size_t len = left->len < right->len ? left->len : right->len;
    int order = len ? memcmp(left->data, right->data, len) : 0;

    return order ? order : (left->len > right->len) - (left->len < right->len);
}

/* Joins the narratives of an item into one padded text. */
static enum sc_status join(struct texts *texts, struct sc_narratives *narratives, size_t item,
                           struct sc_error *err)
{
    static const char gap[] = "\n\n";
    size_t len = 0;
    char *text;
    char *at;

    qsort(texts->items, texts->n, sizeof *texts->items, by_text);
    for (size_t i = 0; i < texts->n; i++)
        len += texts->items[i].len + (i ? sizeof gap - 1 : 0);
    text = sc_alloc(len + (size_t)2 * SC_MATCHER_PADDING + 1);
    if (!text)
        return sc_fail_nomem(err);
    at = text + SC_MATCHER_PADDING;
    narratives->texts[item] = at;
    narratives->lens[item] = len;
    for (size_t i = 0; i < texts->n; i++) {
        if (i) {
            memcpy(at, gap, sizeof gap - 1);
            at += sizeof gap - 1;
        }
        if (texts->items[i].len)
            memcpy(at, texts->items[i].data, texts->items[i].len);
        at += texts->items[i].len;
    }
    return SC_OK;
}

static void search_release(struct search *search)
{
    for (size_t i = 0; search->found && i < search->review->n_items; i++) {
        for (size_t k = 0; k < search->found[i].n; k++) {
            struct sc_slice text = search->found[i].items[k];

            wipe(text.data, text.len);
            sc_free((void *)(uintptr_t)text.data);
        }
        sc_free(search->found[i].items);
    }
    sc_free(search->found);
    sc_free(search->slots);
    (void)pthread_mutex_destroy(&search->lock);
}

static enum sc_status note_extract(const struct sc_counts *counts, struct sc_narratives *narratives,
                                   struct sc_error *err)
{
    SC_AUTO_BUF text = {0};

    for (size_t i = 0; i < counts->n_inputs; i++)
        if (strcmp(counts->inputs[i].kind, "extract") == 0)
            sc_buf_addf(&text, "%s\n", counts->inputs[i].hash);
    narratives->extract = text.failed ? NULL : sc_strdup(text.data ? text.data : "");
    return narratives->extract ? SC_OK : sc_fail_nomem(err);
}

static enum sc_status make(struct search *search, const bool *wanted,
                           const struct sc_counts *counts, struct sc_narratives *narratives,
                           struct sc_error *err)
{
    size_t n = search->review->n_items;
    enum sc_status status = note_extract(counts, narratives, err);

    narratives->texts = sc_alloc_array(n + 1, sizeof *narratives->texts);
    narratives->lens = sc_alloc_array(n + 1, sizeof *narratives->lens);
    if (!status && (!narratives->texts || !narratives->lens))
        return sc_fail_nomem(err);
    narratives->n_items = n;
    for (size_t i = 0; i < n && !status; i++) {
        if (search->found[i].n)
            status = join(&search->found[i], narratives, i, err);
        else if (!wanted || wanted[i])
            narratives->n_missing++;
    }
    return status;
}

enum sc_status sc_narratives_find(const struct sc_review_subject *subject,
                                  const struct sc_review *review, const struct sc_review_key *key,
                                  const bool *wanted, const struct sc_count_options *options,
                                  struct sc_narratives **ret_narratives,
                                  struct sc_diagnostics *diagnostics, struct sc_error *err)
{
    SC_AUTO(sc_narratives) narratives = sc_alloc(sizeof *narratives);
    struct search search = {.review = review, .key = key, .lock = PTHREAD_MUTEX_INITIALIZER};
    struct sc_count_options watched = options ? *options : (struct sc_count_options){0};
    struct sc_watch watch = {look_up, &search};
    struct sc_counts *counts = NULL;
    enum sc_status status;

    if (!narratives)
        return sc_fail_nomem(err);
    watched.watch = &watch;
    status = fill_slots(&search, wanted, err);
    if (!status)
        status = sc_count(subject->request, subject->source, subject->policy, subject->dictionaries,
                          subject->n_dictionaries, &watched, &counts, diagnostics, err);
    if (!status)
        status = make(&search, wanted, counts, narratives, err);
    search_release(&search);
    sc_counts_free(counts);
    if (status)
        return status;
    *ret_narratives = SC_TAKE(narratives);
    return SC_OK;
}

void sc_narratives_free(struct sc_narratives *narratives)
{
    if (!narratives)
        return;
    for (size_t i = 0; narratives->texts && i < narratives->n_items; i++) {
        char *text;

        if (!narratives->texts[i])
            continue;
        wipe(narratives->texts[i], narratives->lens[i]);
        text = (char *)(uintptr_t)narratives->texts[i] - SC_MATCHER_PADDING;
        sc_free(text);
    }
    sc_free(narratives->texts);
    sc_free(narratives->lens);
    sc_free(narratives->extract);
    sc_free(narratives);
}
