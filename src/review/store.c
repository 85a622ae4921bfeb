/*
 * store.c - reviews and labels in the register (src/register/schema_reviews.c).
 *
 * A review is written in one transaction. Each call that changes labels is one too, so whatever
 * stops the program, the register holds every label that was confirmed and no half of one.
 */
#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "base/error.h"
#include "review/review.h"

/* ---- writing a review -------------------------------------------------------------- */

static enum sc_status insert_head(struct sc_db *db, struct sc_review *review, struct sc_error *err)
{
    SC_AUTO(sc_query) query = NULL;
    enum sc_status status = sc_db_prepare(
        db,
        "INSERT INTO review (reference, dictionary, dictionary_name, dictionary_version,"
        " dictionary_sha256, extract, scope, key_check, seed, population)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        &query, err);

    if (status)
        return status;
    sc_query_bind_text(query, 1, review->reference);
    sc_query_bind_text(query, 2, review->dictionary);
    sc_query_bind_text(query, 3, review->dictionary_name);
    sc_query_bind_text(query, 4, review->dictionary_version);
    sc_query_bind_text(query, 5, review->dictionary_sha256);
    sc_query_bind_text(query, 6, review->extract);
    sc_query_bind_text(query, 7, review->scope);
    sc_query_bind_text(query, 8, review->key_check);
    sc_query_bind_int(query, 9, (int64_t)review->seed);
    sc_query_bind_int(query, 10, (int64_t)review->population);
    status = sc_query_run(query, err);
    review->id = sc_db_last_id(db);
    return status;
}

static enum sc_status insert_categories(struct sc_db *db, const struct sc_review *review,
                                        struct sc_error *err)
{
    SC_AUTO(sc_query) query = NULL;
    enum sc_status status =
        sc_db_prepare(db, "INSERT INTO review_category VALUES (?1, ?2, ?3, ?4, ?5)", &query, err);

    for (size_t c = 0; c < review->n_categories && !status; c++) {
        sc_query_bind_int(query, 1, review->id);
        sc_query_bind_int(query, 2, (int64_t)c);
        sc_query_bind_text(query, 3, review->categories[c].code);
        sc_query_bind_text(query, 4, review->categories[c].label);
        sc_query_bind_int(query, 5, review->categories[c].fallback);
        status = sc_query_run(query, err);
    }
    return status;
}

static enum sc_status insert_found(struct sc_db *db, const struct sc_review *review,
                                   struct sc_error *err)
{
    SC_AUTO(sc_query) query = NULL;
    enum sc_status status =
        sc_db_prepare(db, "INSERT INTO review_found VALUES (?1, ?2, ?3, ?4)", &query, err);

    for (size_t h = 0; h < review->n_strata && !status; h++)
        for (size_t c = 0; c < review->n_categories && !status; c++) {
            if (review->strata[h].found[c] == 0)
                continue;
            sc_query_bind_int(query, 1, review->id);
            sc_query_bind_int(query, 2, (int64_t)h);
            sc_query_bind_int(query, 3, (int64_t)c);
            sc_query_bind_int(query, 4, (int64_t)review->strata[h].found[c]);
            status = sc_query_run(query, err);
        }
    return status;
}

static enum sc_status insert_strata(struct sc_db *db, const struct sc_review *review,
                                    struct sc_error *err)
{
    SC_AUTO(sc_query) query = NULL;
    enum sc_status status =
        sc_db_prepare(db, "INSERT INTO review_stratum VALUES (?1, ?2, ?3, ?4)", &query, err);

    for (size_t h = 0; h < review->n_strata && !status; h++) {
        sc_query_bind_int(query, 1, review->id);
        sc_query_bind_int(query, 2, (int64_t)h);
        sc_query_bind_text(query, 3, review->strata[h].name);
        sc_query_bind_int(query, 4, (int64_t)review->strata[h].size);
        status = sc_query_run(query, err);
    }
    return status ? status : insert_found(db, review, err);
}

static enum sc_status insert_items(struct sc_db *db, const struct sc_review *review,
                                   struct sc_error *err)
{
    SC_AUTO(sc_query) query = NULL;
    enum sc_status status =
        sc_db_prepare(db, "INSERT INTO review_item VALUES (?1, ?2, ?3, ?4, ?5)", &query, err);

    for (size_t i = 0; i < review->n_items && !status; i++) {
        sc_query_bind_int(query, 1, review->id);
        sc_query_bind_int(query, 2, (int64_t)i);
        sc_query_bind_int(query, 3, review->items[i].stratum);
        sc_query_bind_blob(query, 4, review->items[i].key, SC_RECORD_KEY_BYTES);
        sc_query_bind_int(query, 5, (int64_t)review->items[i].found);
        status = sc_query_run(query, err);
    }
    return status;
}

static enum sc_status store(struct sc_db *db, void *arg, struct sc_error *err)
{
    struct sc_review *review = arg;
    enum sc_status status = insert_head(db, review, err);

    if (!status)
        status = insert_categories(db, review, err);
    if (!status)
        status = insert_strata(db, review, err);
    if (!status)
        status = insert_items(db, review, err);
    if (status)
        review->id = 0;
    return status;
}

enum sc_status sc_review_store(struct sc_register *reg, struct sc_review *review,
                               struct sc_error *err)
{
    assert(review->id == 0);
    return sc_db_transact(sc_register_db(reg), store, review, err);
}

/* ---- reading a review -------------------------------------------------------------- */

static const char *text_of(struct sc_review *review, const struct sc_query *query, int column,
                           bool *nomem)
{
    const char *text = sc_arena_strdup(&review->arena, sc_query_text(query, column));

    *nomem |= !text;
    return text;
}

/* The head; *ret_there false when no review fits. */
static enum sc_status read_head(struct sc_db *db, const struct sc_review_wanted *wanted,
                                struct sc_review *review, bool *ret_there, struct sc_error *err)
{
    SC_AUTO(sc_query) query = NULL;
    bool nomem = false;
    enum sc_status status =
        sc_db_prepare(db,
                      "SELECT id, reference, dictionary, dictionary_name, dictionary_version,"
                      " dictionary_sha256, extract, scope, key_check, seed, population FROM review"
                      " WHERE (?1 = 0 OR id = ?1) AND (?2 IS NULL OR reference = ?2)"
                      " AND (?3 IS NULL OR dictionary = ?3) AND (?4 IS NULL OR scope = ?4)"
                      " AND (?5 = 0 OR EXISTS (SELECT 1 FROM review_label AS l"
                      "   WHERE l.review = review.id AND l.skipped = 0)) ORDER BY id DESC LIMIT 1",
                      &query, err);

    if (status)
        return status;
    sc_query_bind_int(query, 1, wanted->id);
    sc_query_bind_text(query, 2, wanted->reference);
    sc_query_bind_text(query, 3, wanted->dictionary);
    sc_query_bind_text(query, 4, wanted->scope);
    sc_query_bind_int(query, 5, wanted->labelled);
    status = sc_query_step(query, ret_there, err);
    if (status || !*ret_there)
        return status;
    review->id = sc_query_int(query, 0);
    review->reference = text_of(review, query, 1, &nomem);
    review->dictionary = text_of(review, query, 2, &nomem);
    review->dictionary_name = text_of(review, query, 3, &nomem);
    review->dictionary_version = text_of(review, query, 4, &nomem);
    review->dictionary_sha256 = text_of(review, query, 5, &nomem);
    review->extract = text_of(review, query, 6, &nomem);
    review->scope = text_of(review, query, 7, &nomem);
    review->key_check = text_of(review, query, 8, &nomem);
    review->seed = (uint64_t)sc_query_int(query, 9);
    review->population = (uint64_t)sc_query_int(query, 10);
    return nomem ? sc_fail_nomem(err) : SC_OK;
}

/* How many rows a review has in a table: `sql` counts them. */
static enum sc_status count_rows(struct sc_db *db, const char *sql, int64_t review, size_t *ret_n,
                                 struct sc_error *err)
{
    SC_AUTO(sc_query) query = NULL;
    bool row = false;
    enum sc_status status = sc_db_prepare(db, sql, &query, err);

    if (status)
        return status;
    sc_query_bind_int(query, 1, review);
    status = sc_query_step(query, &row, err);
    *ret_n = row ? (size_t)sc_query_int(query, 0) : 0;
    return status;
}

static enum sc_status damaged(struct sc_db *db, struct sc_error *err)
{
    return sc_fail_at(err, SC_E_INPUT, sc_db_path(db), 0, 0,
                      "a review in the register does not fit together: restore it from a backup");
}

static enum sc_status read_categories(struct sc_db *db, struct sc_review *review,
                                      struct sc_error *err)
{
    SC_AUTO(sc_query) query = NULL;
    bool row = false;
    bool nomem = false;
    size_t n = 0;
    enum sc_status status = count_rows(db, "SELECT count(*) FROM review_category WHERE review = ?1",
                                       review->id, &review->n_categories, err);

    if (!status && (review->n_categories == 0 || review->n_categories > SC_CATEGORIES_MAX))
        return damaged(db, err);
    if (!status)
        status = sc_db_prepare(db,
                               "SELECT position, code, label, fallback FROM review_category"
                               " WHERE review = ?1 ORDER BY position",
                               &query, err);
    if (status)
        return status;
    review->categories =
        sc_arena_alloc(&review->arena, review->n_categories * sizeof *review->categories);
    if (!review->categories)
        return sc_fail_nomem(err);
    sc_query_bind_int(query, 1, review->id);
    while (!(status = sc_query_step(query, &row, err)) && row) {
        if (n == review->n_categories || sc_query_int(query, 0) != (int64_t)n)
            return damaged(db, err);
        review->categories[n].code = text_of(review, query, 1, &nomem);
        review->categories[n].label = text_of(review, query, 2, &nomem);
        review->categories[n++].fallback = sc_query_int(query, 3) != 0;
    }
    return status ? status : nomem ? sc_fail_nomem(err) : SC_OK;
}

static enum sc_status read_found(struct sc_db *db, struct sc_review *review, struct sc_error *err)
{
    SC_AUTO(sc_query) query = NULL;
    bool row = false;
    enum sc_status status = sc_db_prepare(
        db, "SELECT stratum, category, found FROM review_found WHERE review = ?1", &query, err);

    if (status)
        return status;
    sc_query_bind_int(query, 1, review->id);
    while (!(status = sc_query_step(query, &row, err)) && row) {
        uint64_t h = (uint64_t)sc_query_int(query, 0);
        uint64_t c = (uint64_t)sc_query_int(query, 1);
        uint64_t found = (uint64_t)sc_query_int(query, 2);

        if (h >= review->n_strata || c >= review->n_categories || found > review->strata[h].size)
            return damaged(db, err);
        review->strata[h].found[c] = found;
        review->categories[c].found += found;
    }
    return status;
}

static enum sc_status read_strata(struct sc_db *db, struct sc_review *review, struct sc_error *err)
{
    SC_AUTO(sc_query) query = NULL;
    bool row = false;
    bool nomem = false;
    size_t n = 0;
    uint64_t sum = 0;
    enum sc_status status = count_rows(db, "SELECT count(*) FROM review_stratum WHERE review = ?1",
                                       review->id, &review->n_strata, err);

    if (!status)
        status = sc_db_prepare(db,
                               "SELECT position, name, size FROM review_stratum"
                               " WHERE review = ?1 ORDER BY position",
                               &query, err);
    if (status)
        return status;
    review->strata =
        sc_arena_alloc(&review->arena, (review->n_strata + 1) * sizeof *review->strata);
    if (!review->strata)
        return sc_fail_nomem(err);
    sc_query_bind_int(query, 1, review->id);
    while (!(status = sc_query_step(query, &row, err)) && row) {
        struct sc_review_stratum *stratum = &review->strata[n];

        if (n == review->n_strata || sc_query_int(query, 0) != (int64_t)n)
            return damaged(db, err);
        stratum->name = text_of(review, query, 1, &nomem);
        stratum->size = (uint64_t)sc_query_int(query, 2);
        stratum->found =
            sc_arena_alloc(&review->arena, review->n_categories * sizeof *stratum->found);
        if (!stratum->found || nomem)
            return sc_fail_nomem(err);
        sum += stratum->size;
        n++;
    }
    if (!status && sum != review->population)
        return damaged(db, err);
    return status ? status : read_found(db, review, err);
}

static enum sc_status read_items(struct sc_db *db, struct sc_review *review, struct sc_error *err)
{
    SC_AUTO(sc_query) query = NULL;
    bool row = false;
    size_t n = 0;
    enum sc_status status = count_rows(db, "SELECT count(*) FROM review_item WHERE review = ?1",
                                       review->id, &review->n_items, err);

    if (!status)
        status = sc_db_prepare(db,
                               "SELECT position, stratum, key, found FROM review_item"
                               " WHERE review = ?1 ORDER BY position",
                               &query, err);
    if (status)
        return status;
    review->items = sc_arena_alloc(&review->arena, (review->n_items + 1) * sizeof *review->items);
    if (!review->items)
        return sc_fail_nomem(err);
    sc_query_bind_int(query, 1, review->id);
    while (!(status = sc_query_step(query, &row, err)) && row) {
        struct sc_slice key = sc_query_blob(query, 2);
        uint64_t h = (uint64_t)sc_query_int(query, 1);
        struct sc_review_item *item = &review->items[n];

        if (n == review->n_items || sc_query_int(query, 0) != (int64_t)n || h >= review->n_strata ||
            key.len != SC_RECORD_KEY_BYTES)
            return damaged(db, err);
        item->stratum = (uint32_t)h;
        item->found = (uint64_t)sc_query_int(query, 3);
        memcpy(item->key, key.data, key.len);
        review->strata[h].sample++;
        n++;
    }
    for (size_t h = 0; h < review->n_strata && !status; h++)
        if (review->strata[h].sample > review->strata[h].size)
            return damaged(db, err);
    return status;
}

struct loading {
    const struct sc_review_wanted *wanted;
    struct sc_review *review;
    bool there;
};

static enum sc_status load(struct sc_db *db, void *arg, struct sc_error *err)
{
    struct loading *loading = arg;
    enum sc_status status = read_head(db, loading->wanted, loading->review, &loading->there, err);

    if (status || !loading->there)
        return status;
    status = read_categories(db, loading->review, err);
    if (!status)
        status = read_strata(db, loading->review, err);
    return status ? status : read_items(db, loading->review, err);
}

enum sc_status sc_review_load(struct sc_register *reg, const struct sc_review_wanted *wanted,
                              struct sc_review **ret_review, struct sc_error *err)
{
    SC_AUTO(sc_review) review = sc_alloc(sizeof *review);
    struct loading loading = {wanted, review, false};
    enum sc_status status;

    if (!review)
        return sc_fail_nomem(err);
    status = sc_db_snapshot(sc_register_db(reg), load, &loading, err);
    if (status)
        return status;
    *ret_review = loading.there ? SC_TAKE(review) : NULL;
    return SC_OK;
}
