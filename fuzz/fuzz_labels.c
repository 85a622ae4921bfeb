/* Labels from a spreadsheet: read, exported again, and read back the same. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "review/transfer.h"

#define ITEMS 4

static struct sc_review_category categories[3] = {
    {"snapchat", "Snapchat", false, 2}, {"skype", "Skype", false, 1}, {"other", "Other", true, 1}};

static void make_review(struct sc_review *review, struct sc_review_item *items)
{
    for (size_t i = 0; i < ITEMS; i++) {
        items[i] = (struct sc_review_item){.found = i};
        memset(items[i].key, (int)(0x10 * i + 1), sizeof items[i].key);
    }
    *review = (struct sc_review){
        .categories = categories, .n_categories = 3, .items = items, .n_items = ITEMS};
}

/* Exports the labels read and reads them again. */
static void read_back(const struct sc_review *review, const struct sc_label_given *given, size_t n)
{
    struct sc_label labels[ITEMS] = {{SC_LABEL_NONE, 0, 0}};
    struct sc_labels all = {.items = labels};
    struct sc_label_given *again = NULL;
    struct sc_diagnostics diagnostics = {0};
    SC_AUTO_BUF csv = {0};
    size_t n_again = 0;

    for (size_t i = 0; i < n; i++) {
        if (given[i].item >= ITEMS || labels[given[i].item].state != SC_LABEL_NONE)
            abort();
        labels[given[i].item] = (struct sc_label){
            given[i].skipped ? SC_LABEL_SKIPPED : SC_LABEL_GIVEN, given[i].categories, i};
    }
    sc_review_export(review, &all, NULL, &csv);
    if (sc_review_import("again.csv", csv.data, csv.len, review, &again, &n_again, &diagnostics,
                         NULL) ||
        n_again != n)
        abort();
    for (size_t i = 0; i < n; i++) {
        const struct sc_label *label = &labels[again[i].item];

        if (label->categories != again[i].categories ||
            (label->state == SC_LABEL_SKIPPED) != again[i].skipped)
            abort();
    }
    sc_free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sc_review_item items[ITEMS];
    struct sc_review review;
    struct sc_label_given *given = NULL;
    struct sc_diagnostics diagnostics = {0};
    struct sc_error err = {0};
    size_t n = 0;

    make_review(&review, items);
    if (sc_review_import("labels.csv", (const char *)data, size, &review, &given, &n, &diagnostics,
                         &err) == SC_OK)
        read_back(&review, given, n);
    else if (err.message[0] == '\0')
        abort();
    sc_free(given);
    sc_diagnostics_release(&diagnostics);
    return 0;
}
