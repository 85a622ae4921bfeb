/*
 * report.c - from labels to the figures of each category.
 *
 * For one category a stratum falls into two cells, offences found in it and not (only
 * "several or rare categories" has both); within each, what was drawn is a random sample of it,
 * given how many of it were drawn. That is post-stratification, and accuracy.c does the rest.
 */
#include "review/report.h"

#include <math.h>
#include <string.h>

#include "base/error.h"

/* ---- which labels count ------------------------------------------------------------ */

static size_t labelled(const struct sc_labels *labels)
{
    return labels->n_given + labels->n_skipped;
}

static const struct sc_labels *busiest(const struct sc_labels_list *list)
{
    const struct sc_labels *best = NULL;

    for (size_t r = 0; r < list->n_reviewers; r++)
        if (!best || labelled(&list->reviewers[r]) > labelled(best))
            best = &list->reviewers[r];
    return best;
}

static uint64_t in_common(const struct sc_review *review, const struct sc_labels *a,
                          const struct sc_labels *b)
{
    uint64_t n = 0;

    for (size_t i = 0; i < review->n_items; i++)
        n += a->items[i].state == SC_LABEL_GIVEN && b->items[i].state == SC_LABEL_GIVEN;
    return n;
}

/* The label of an offence that counts: the first's, else the next one's who has one. */
static const struct sc_label *label_of(const struct sc_labels_list *list,
                                       const struct sc_labels *first, size_t item)
{
    const struct sc_label *label = &first->items[item];

    for (size_t r = 0; r < list->n_reviewers && label->state != SC_LABEL_GIVEN; r++)
        if (list->reviewers[r].items[item].state == SC_LABEL_GIVEN || label->state == SC_LABEL_NONE)
            label = &list->reviewers[r].items[item];
    return label;
}

/* ---- figures ----------------------------------------------------------------------- */

static enum sc_status estimate(const struct sc_review *review, const struct sc_label *labels,
                               size_t category, struct sc_accuracy *ret_accuracy,
                               struct sc_error *err)
{
    size_t n = review->n_strata;
    SC_AUTO_FREE struct sc_review_cell *cells = sc_alloc_array(2 * n + 1, sizeof *cells);
    uint64_t bit = 1ULL << category;

    if (!cells)
        return sc_fail_nomem(err);
    for (size_t h = 0; h < n; h++) {
        cells[h].size = review->strata[h].found[category];
        cells[n + h].size = review->strata[h].size - cells[h].size;
    }
    for (size_t i = 0; i < review->n_items; i++) {
        const struct sc_review_item *item = &review->items[i];
        struct sc_review_cell *cell = &cells[item->found & bit ? item->stratum : n + item->stratum];

        if (labels[i].state != SC_LABEL_GIVEN)
            continue;
        cell->checked++;
        cell->true_ones += (labels[i].categories & bit) != 0;
        if (cell->checked > cell->size)
            return sc_fail(err, SC_E_INPUT,
                           "a review in the register does not fit together: restore it from a "
                           "backup");
    }
    return sc_accuracy_estimate(cells, n, cells + n, n, ret_accuracy, err);
}

static void compare(const struct sc_review *review, const struct sc_labels *first,
                    const struct sc_labels *second, size_t category, struct sc_agreement *agreement)
{
    uint64_t bit = 1ULL << category;

    for (size_t i = 0; i < review->n_items; i++) {
        bool a = first->items[i].categories & bit;
        bool b = second->items[i].categories & bit;

        if (first->items[i].state != SC_LABEL_GIVEN || second->items[i].state != SC_LABEL_GIVEN)
            continue;
        *(a && b ? &agreement->both
          : a    ? &agreement->first
          : b    ? &agreement->second
                 : &agreement->neither) += 1;
    }
}

static void find_second(struct sc_review_report *report, const struct sc_labels_list *list,
                        const struct sc_labels *first)
{
    const struct sc_labels *second = NULL;

    for (size_t r = 0; r < list->n_reviewers; r++) {
        uint64_t n = &list->reviewers[r] == first
                         ? 0
                         : in_common(report->review, first, &list->reviewers[r]);

        if (n > report->agreed_on) {
            report->agreed_on = n;
            second = &list->reviewers[r];
        }
    }
    if (!second)
        return;
    report->second = second->reviewer;
    for (size_t c = 0; c < report->review->n_categories; c++)
        compare(report->review, first, second, c, &report->agreements[c]);
}

enum sc_status sc_review_report_make(const struct sc_review *review,
                                     const struct sc_labels_list *list, const char *reviewer,
                                     struct sc_review_report **ret_report, struct sc_error *err)
{
    SC_AUTO(sc_review_report) report = sc_alloc(sizeof *report);
    SC_AUTO_FREE struct sc_label *labels = sc_alloc_array(review->n_items + 1, sizeof *labels);
    const struct sc_labels *first = reviewer ? sc_labels_of(list, reviewer) : busiest(list);
    enum sc_status status = SC_OK;

    if (!report || !labels)
        return sc_fail_nomem(err);
    if (reviewer && !first)
        return sc_fail(err, SC_E_RANGE, "the reviewer '%s' has labelled nothing of this review",
                       reviewer);
    report->review = review;
    report->categories = sc_alloc_array(review->n_categories + 1, sizeof *report->categories);
    report->agreements = sc_alloc_array(review->n_categories + 1, sizeof *report->agreements);
    if (!report->categories || !report->agreements)
        return sc_fail_nomem(err);
    for (size_t i = 0; first && i < review->n_items; i++) {
        labels[i] = *label_of(list, first, i);
        report->given += labels[i].state == SC_LABEL_GIVEN;
        report->skipped += labels[i].state == SC_LABEL_SKIPPED;
    }
    for (size_t c = 0; c < review->n_categories && !status; c++)
        status = estimate(review, labels, c, &report->categories[c], err);
    if (status)
        return status;
    if (first) {
        report->first = first->reviewer;
        find_second(report, list, first);
    }
    *ret_report = SC_TAKE(report);
    return SC_OK;
}

void sc_review_report_free(struct sc_review_report *report)
{
    if (!report)
        return;
    sc_free(report->categories);
    sc_free(report->agreements);
    sc_free(report);
}
