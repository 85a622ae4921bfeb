#include "review/transfer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv_small.h"
#include "base/error.h"
#include "config/form.h"

#define RECORD "(record)"
#define NONE "(none)"
#define SKIP "(skip)"
#define NARRATIVE "(narrative)"
#define MISTAKES_MAX 20

/* ---- out --------------------------------------------------------------------------- */

static void add_key(const struct sc_review_item *item, struct sc_buf *out)
{
    sc_buf_addc(out, 'r'); /* so that no spreadsheet takes it for a number */
    for (size_t i = 0; i < SC_RECORD_KEY_BYTES; i++)
        sc_buf_addf(out, "%02x", item->key[i]);
}

/* A quoted field. What a spreadsheet would take for a formula gets a "'" before it. */
static void add_quoted(const char *text, size_t len, struct sc_buf *out)
{
    SC_AUTO_BUF utf8 = {0};

    sc_buf_add_text(&utf8, text, len);
    sc_buf_addc(out, '"');
    if (utf8.len && strchr("=+-@\t\r", utf8.data[0]))
        sc_buf_addc(out, '\'');
    for (size_t i = 0; i < utf8.len; i++) {
        if (utf8.data[i] == '"')
            sc_buf_addc(out, '"');
        sc_buf_addc(out, utf8.data[i] ? utf8.data[i] : ' ');
    }
    sc_buf_addc(out, '"');
    out->failed |= utf8.failed;
    if (utf8.data)
        explicit_bzero(utf8.data, utf8.len);
}

static void add_marks(const struct sc_review *review, const struct sc_label *label,
                      struct sc_buf *out)
{
    bool given = label && label->state == SC_LABEL_GIVEN;

    for (size_t c = 0; c < review->n_categories; c++)
        sc_buf_adds(out, given && label->categories >> c & 1 ? ",1" : ",");
    sc_buf_adds(out, given && !label->categories ? ",1" : ",");
    sc_buf_adds(out, label && label->state == SC_LABEL_SKIPPED ? ",1" : ",");
}

void sc_review_export(const struct sc_review *review, const struct sc_labels *labels,
                      const struct sc_narratives *narratives, struct sc_buf *out)
{
    sc_buf_adds(out, RECORD);
    for (size_t c = 0; c < review->n_categories; c++)
        sc_buf_addf(out, ",%s", review->categories[c].code);
    sc_buf_adds(out, "," NONE "," SKIP);
    sc_buf_adds(out, narratives ? "," NARRATIVE "\r\n" : "\r\n");
    for (size_t i = 0; i < review->n_items; i++) {
        add_key(&review->items[i], out);
        add_marks(review, labels ? &labels->items[i] : NULL, out);
        if (narratives) {
            sc_buf_addc(out, ',');
            if (narratives->texts[i])
                add_quoted(narratives->texts[i], narratives->lens[i], out);
        }
        sc_buf_adds(out, "\r\n");
    }
}

/* ---- in ---------------------------------------------------------------------------- */

struct import {
    const char *name;
    const struct sc_csv *csv;
    const struct sc_review *review;
    struct sc_diagnostics *diagnostics;
    size_t record; /* field of (record) ... */
    size_t none;
    size_t skip;
    size_t categories[SC_CATEGORIES_MAX]; /* ... and of each category */
    bool *seen;                           /* items met */
    const uint32_t *by_key;               /* items, sorted by their keys */
    bool nomem;
};

SC_PRINTF(4, 5)
static void mistake(struct import *import, size_t row, size_t field, const char *fmt, ...)
{
    char text[SC_ERROR_MESSAGE_MAX];
    va_list ap;

    if (import->diagnostics->n_items >= MISTAKES_MAX)
        return;
    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    if (sc_diagnostics_add(import->diagnostics, import->name, sc_csv_line(import->csv, row),
                           field + 1, "%s", text))
        import->nomem = true;
}

static size_t find_column(struct import *import, const char *wanted)
{
    size_t n = sc_csv_n_fields(import->csv, 0);
    size_t at = SIZE_MAX;

    for (size_t i = 0; i < n; i++) {
        if (!sc_slice_eq(sc_slice_trim(sc_csv_field(import->csv, 0, i)), wanted))
            continue;
        if (at != SIZE_MAX)
            mistake(import, 0, i, "the column '%s' is there twice", wanted);
        at = i;
    }
    if (at == SIZE_MAX)
        mistake(import, 0, 0,
                "there is no column '%s': expected the columns that 'review export' writes",
                wanted);
    return at;
}

static bool known_column(const struct import *import, struct sc_slice name)
{
    if (sc_slice_eq(name, RECORD) || sc_slice_eq(name, NONE) || sc_slice_eq(name, SKIP) ||
        sc_slice_eq(name, NARRATIVE) || name.len == 0)
        return true;
    for (size_t c = 0; c < import->review->n_categories; c++)
        if (sc_slice_eq(name, import->review->categories[c].code))
            return true;
    return false;
}

static void read_header(struct import *import)
{
    import->record = find_column(import, RECORD);
    import->none = find_column(import, NONE);
    import->skip = find_column(import, SKIP);
    for (size_t c = 0; c < import->review->n_categories; c++)
        import->categories[c] = find_column(import, import->review->categories[c].code);
    for (size_t i = 0; i < sc_csv_n_fields(import->csv, 0); i++)
        if (!known_column(import, sc_slice_trim(sc_csv_field(import->csv, 0, i))))
            mistake(import, 0, i,
                    "a column that is no category of this review: expected its codes, " RECORD
                    ", " NONE ", " SKIP " and " NARRATIVE);
}

/* Whether a cell is marked; notes what is neither a mark nor none. */
static bool marked(struct import *import, size_t row, size_t field, const char *column, bool *bad)
{
    static const char *const yes[] = {"1", "x", "yes", "y", "true"};
    static const char *const no[] = {"", "0", "no", "n", "false"};
    struct sc_slice text = sc_slice_trim(sc_csv_field(import->csv, row, field));

    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++) {
        if (sc_slice_eq_nocase(text, yes[i]))
            return true;
        if (sc_slice_eq_nocase(text, no[i]))
            return false;
    }
    mistake(import, row, field, "column '%s': expected 1 or nothing", column);
    *bad = true;
    return false;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The item with the key in `text`, or SIZE_MAX. */
static size_t find_item(const struct import *import, struct sc_slice text)
{
    unsigned char key[SC_RECORD_KEY_BYTES];
    size_t low = 0;
    size_t high = import->review->n_items;

    if (text.len != 2 * sizeof key + 1 || (text.data[0] != 'r' && text.data[0] != 'R'))
        return SIZE_MAX;
    for (size_t i = 0; i < sizeof key; i++) {
        int a = hex_value(text.data[1 + 2 * i]);
        int b = hex_value(text.data[2 + 2 * i]);

        if (a < 0 || b < 0)
            return SIZE_MAX;
        key[i] = (unsigned char)(a * 16 + b);
    }
    while (low < high) {
        size_t middle = (low + high) / 2;
        uint32_t item = import->by_key[middle];
        int order = memcmp(import->review->items[item].key, key, sizeof key);

        if (order == 0)
            return item;
        *(order < 0 ? &low : &high) = order < 0 ? middle + 1 : middle;
    }
    return SIZE_MAX;
}

/* One row; false when it has a mistake or no mark. */
static bool read_row(struct import *import, size_t row, struct sc_label_given *label)
{
    bool bad = false;
    bool none;
    struct sc_slice key = sc_slice_trim(sc_csv_field(import->csv, row, import->record));

    *label = (struct sc_label_given){.item = find_item(import, key)};
    for (size_t c = 0; c < import->review->n_categories; c++)
        if (marked(import, row, import->categories[c], import->review->categories[c].code, &bad))
            label->categories |= 1ULL << c;
    none = marked(import, row, import->none, NONE, &bad);
    label->skipped = marked(import, row, import->skip, SKIP, &bad);
    if (bad)
        return false;
    if (label->item == SIZE_MAX) {
        mistake(import, row, import->record,
                "column '" RECORD "': not a record of this review: expected its key as exported");
        return false;
    }
    if (import->seen[label->item]) {
        mistake(import, row, import->record, "column '" RECORD "': a record that was there before");
        return false;
    }
    import->seen[label->item] = true;
    if ((none || label->skipped) && (label->categories || (none && label->skipped))) {
        mistake(import, row, none ? import->none : import->skip,
                "column '%s': expected no other mark in the row", none ? NONE : SKIP);
        return false;
    }
    return none || label->skipped || label->categories;
}

static int by_key(const void *a, const void *b, void *arg)
{
    const struct sc_review *review = arg;

    return memcmp(review->items[*(const uint32_t *)a].key, review->items[*(const uint32_t *)b].key,
                  SC_RECORD_KEY_BYTES);
}

static enum sc_status read_rows(struct import *import, struct sc_label_given **ret_labels,
                                size_t *ret_n, struct sc_error *err)
{
    size_t n_items = import->review->n_items;
    SC_AUTO_FREE struct sc_label_given *labels = sc_alloc_array(n_items + 1, sizeof *labels);
    SC_AUTO_FREE uint32_t *order = sc_alloc_array(n_items + 1, sizeof *order);
    SC_AUTO_FREE bool *seen = sc_alloc_array(n_items + 1, sizeof *seen);
    size_t n = 0;

    if (!labels || !order || !seen)
        return sc_fail_nomem(err);
    for (uint32_t i = 0; i < n_items; i++)
        order[i] = i;
    qsort_r(order, n_items, sizeof *order, by_key, (void *)(uintptr_t)import->review);
    import->by_key = order;
    import->seen = seen;
    for (size_t row = 1; row < sc_csv_n_rows(import->csv); row++) {
        struct sc_label_given label;

        if (read_row(import, row, &label))
            labels[n++] = label;
    }
    import->by_key = NULL;
    import->seen = NULL;
    *ret_labels = SC_TAKE(labels);
    *ret_n = n;
    return SC_OK;
}

enum sc_status sc_review_import(const char *name, const char *bytes, size_t len,
                                const struct sc_review *review, struct sc_label_given **ret_labels,
                                size_t *ret_n, struct sc_diagnostics *diagnostics,
                                struct sc_error *err)
{
    SC_AUTO(sc_csv) csv = NULL;
    SC_AUTO_FREE struct sc_label_given *labels = NULL;
    struct import import = {.name = name, .review = review, .diagnostics = diagnostics};
    size_t n = 0;
    enum sc_status status = sc_csv_parse(name, bytes, len, &csv, err);

    if (status)
        return status;
    import.csv = csv;
    if (sc_csv_n_rows(csv) == 0)
        return sc_fail_at(err, SC_E_INPUT, name, 1, 1,
                          "the file is empty: expected what 'review export' writes");
    read_header(&import);
    if (diagnostics->n_items == 0 && !import.nomem)
        status = read_rows(&import, &labels, &n, err);
    if (import.nomem)
        return sc_fail_nomem(err);
    if (status)
        return status;
    if (diagnostics->n_items)
        return sc_fail_bad_form(diagnostics, err);
    *ret_labels = SC_TAKE(labels);
    *ret_n = n;
    return SC_OK;
}
