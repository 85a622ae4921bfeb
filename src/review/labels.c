/*
 * labels.c - what reviewers say, in the register.
 *
 * Each label has a step, one more than the reviewer's highest so far; undo takes back
 * the highest. A label given anew gets a new step.
 */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "review/review.h"

bool sc_reviewer_name_ok(const char *name)
{
    size_t len = strlen(name);

    return len >= 1 && len <= 40 &&
           strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") == len;
}

/* ---- reading ----------------------------------------------------------------------- */

void sc_labels_list_free(struct sc_labels_list *list)
{
    if (!list)
        return;
    for (size_t r = 0; r < list->n_reviewers; r++) {
        sc_free(list->reviewers[r].reviewer);
        sc_free(list->reviewers[r].items);
    }
    sc_free(list->reviewers);
    sc_free(list);
}

const struct sc_labels *sc_labels_of(const struct sc_labels_list *list, const char *reviewer)
{
    for (size_t r = 0; r < list->n_reviewers; r++)
        if (strcmp(list->reviewers[r].reviewer, reviewer) == 0)
            return &list->reviewers[r];
    return NULL;
}

/* The last of the list when it is `reviewer`'s, else a new one: rows come by reviewer. */
static enum sc_status labels_at(struct sc_labels_list *list, size_t *capacity, const char *reviewer,
                                size_t n_items, struct sc_labels **ret_labels, struct sc_error *err)
{
    size_t n = list->n_reviewers;
    struct sc_labels *labels;
    enum sc_status status;

    if (n && strcmp(list->reviewers[n - 1].reviewer, reviewer) == 0) {
        *ret_labels = &list->reviewers[n - 1];
        return SC_OK;
    }
    status = sc_grow((void **)&list->reviewers, capacity, n, sizeof *list->reviewers, err);
    if (status)
        return status;
    labels = &list->reviewers[n];
    *labels = (struct sc_labels){.reviewer = sc_strdup(reviewer),
                                 .items = sc_alloc_array(n_items + 1, sizeof *labels->items)};
    list->n_reviewers++;
    *ret_labels = labels;
    return labels->reviewer && labels->items ? SC_OK : sc_fail_nomem(err);
}

enum sc_status sc_labels_load(struct sc_register *reg, const struct sc_review *review,
                              struct sc_labels_list **ret_list, struct sc_error *err)
{
    SC_AUTO(sc_labels_list) list = sc_alloc(sizeof *list);
    SC_AUTO(sc_query) query = NULL;
    size_t capacity = 0;
    bool row = false;
    enum sc_status status;

    if (!list)
        return sc_fail_nomem(err);
    status = sc_db_prepare(sc_register_db(reg),
                           "SELECT reviewer, item, skipped, categories, step FROM review_label"
                           " WHERE review = ?1 ORDER BY reviewer, item",
                           &query, err);
    if (status)
        return status;
    sc_query_bind_int(query, 1, review->id);
    while (!(status = sc_query_step(query, &row, err)) && row) {
        struct sc_labels *labels = NULL;
        uint64_t item = (uint64_t)sc_query_int(query, 1);
        bool skipped = sc_query_int(query, 2) != 0;

        if (item >= review->n_items)
            return sc_fail_at(err, SC_E_INPUT, sc_register_path(reg), 0, 0,
                              "a review in the register does not fit together: restore it from a "
                              "backup");
        status = labels_at(list, &capacity, sc_query_text(query, 0), review->n_items, &labels, err);
        if (status)
            return status;
        labels->items[item] =
            (struct sc_label){skipped ? SC_LABEL_SKIPPED : SC_LABEL_GIVEN,
                              (uint64_t)sc_query_int(query, 3), (uint64_t)sc_query_int(query, 4)};
        *(skipped ? &labels->n_skipped : &labels->n_given) += 1;
    }
    if (status)
        return status;
    *ret_list = SC_TAKE(list);
    return SC_OK;
}

/* ---- writing ----------------------------------------------------------------------- */

struct putting {
    const struct sc_review *review;
    const char *reviewer;
    const struct sc_label_given *labels;
    size_t n;
    size_t undone; /* item, for undo */
};

static enum sc_status next_step(struct sc_db *db, const struct putting *putting, int64_t *ret_step,
                                struct sc_error *err)
{
    SC_AUTO(sc_query) query = NULL;
    bool row = false;
    enum sc_status status = sc_db_prepare(
        db,
        "SELECT coalesce(max(step), 0) + 1 FROM review_label WHERE review = ?1 AND reviewer = ?2",
        &query, err);

    if (status)
        return status;
    sc_query_bind_int(query, 1, putting->review->id);
    sc_query_bind_text(query, 2, putting->reviewer);
    status = sc_query_step(query, &row, err);
    *ret_step = row ? sc_query_int(query, 0) : 1;
    return status;
}

static enum sc_status put(struct sc_db *db, void *arg, struct sc_error *err)
{
    const struct putting *putting = arg;
    SC_AUTO(sc_query) query = NULL;
    int64_t step = 0;
    enum sc_status status = next_step(db, putting, &step, err);

    if (!status)
        status = sc_db_prepare(db,
                               "INSERT OR REPLACE INTO review_label (review, item, reviewer,"
                               " skipped, categories, step) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                               &query, err);
    for (size_t i = 0; i < putting->n && !status; i++) {
        const struct sc_label_given *label = &putting->labels[i];
        uint64_t set = label->skipped ? 0 : sc_review_settle(putting->review, label->categories);

        sc_query_bind_int(query, 1, putting->review->id);
        sc_query_bind_int(query, 2, (int64_t)label->item);
        sc_query_bind_text(query, 3, putting->reviewer);
        sc_query_bind_int(query, 4, label->skipped);
        sc_query_bind_int(query, 5, (int64_t)set);
        sc_query_bind_int(query, 6, step++);
        status = sc_query_run(query, err);
    }
    return status;
}

enum sc_status sc_labels_put(struct sc_register *reg, const struct sc_review *review,
                             const char *reviewer, const struct sc_label_given *labels, size_t n,
                             struct sc_error *err)
{
    struct putting putting = {review, reviewer, labels, n, SIZE_MAX};

    return sc_db_transact(sc_register_db(reg), put, &putting, err);
}

static enum sc_status undo(struct sc_db *db, void *arg, struct sc_error *err)
{
    struct putting *putting = arg;
    SC_AUTO(sc_query) find = NULL;
    SC_AUTO(sc_query) remove = NULL;
    bool row = false;
    enum sc_status status =
        sc_db_prepare(db,
                      "SELECT item FROM review_label WHERE review = ?1 AND reviewer = ?2"
                      " ORDER BY step DESC LIMIT 1",
                      &find, err);

    if (!status)
        status = sc_db_prepare(
            db, "DELETE FROM review_label WHERE review = ?1 AND reviewer = ?2 AND item = ?3",
            &remove, err);
    if (status)
        return status;
    sc_query_bind_int(find, 1, putting->review->id);
    sc_query_bind_text(find, 2, putting->reviewer);
    status = sc_query_step(find, &row, err);
    if (status || !row)
        return status;
    putting->undone = (size_t)sc_query_int(find, 0);
    sc_query_reset(find);
    sc_query_bind_int(remove, 1, putting->review->id);
    sc_query_bind_text(remove, 2, putting->reviewer);
    sc_query_bind_int(remove, 3, (int64_t)putting->undone);
    return sc_query_run(remove, err);
}

enum sc_status sc_labels_undo(struct sc_register *reg, const struct sc_review *review,
                              const char *reviewer, size_t *ret_item, struct sc_error *err)
{
    struct putting putting = {review, reviewer, NULL, 0, SIZE_MAX};
    enum sc_status status = sc_db_transact(sc_register_db(reg), undo, &putting, err);

    if (!status)
        *ret_item = putting.undone;
    return status;
}
