/*
 * labels.c - what the labels of a sheet as people publish it mean: marks of notes behind them,
 * blanks under a merged cell, headings between rows.
 *
 * "Kent [note 1]" beside "Kent" is the same place; "Assault (1)" beside "Assault (2)" is
 * not, and nor is a name that never stands without its mark: those stay as they are. A blank may
 * be a total, or repeat the label above it: where only the one makes the rows differ it is
 * that; where both do, it is refused.
 */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "system/reading.h"

/* ---- marks of notes ------------------------------------------------------------------ */

/* "note 1", "1", "r", "1, 2": what stands in brackets behind a name or a figure. Round ones are
 * often part of the name, as in "Persons (M)": only a number, or r, p, e (revised, provisional,
 * estimated), counts there. */
static bool is_reference(struct sc_slice s, bool round)
{
    size_t n_letters = 0;

    s = sc_slice_trim(s);
    if (s.len >= 4 && sc_slice_eq_nocase((struct sc_slice){s.data, 4}, "note"))
        return true;
    if (round && s.len == 1 && (s.data[0] == 'r' || s.data[0] == 'p' || s.data[0] == 'e'))
        return true;
    for (size_t i = 0; i < s.len; i++) {
        bool letter = (s.data[i] | 32) >= 'a' && (s.data[i] | 32) <= 'z';

        n_letters += letter;
        if (!letter && !(s.data[i] >= '0' && s.data[i] <= '9') && s.data[i] != ',' &&
            s.data[i] != ' ')
            return false;
    }
    return s.len > 0 && s.len <= (round ? 2 : 6) && n_letters <= (round ? 0 : 1);
}

/* How long a field is without the marks of notes at its end. */
static size_t bare_length(struct sc_slice s)
{
    static const char *const raised[] = {"\xC2\xB9",     "\xC2\xB2",     "\xC2\xB3",
                                         "\xE2\x81\xB4", "\xE2\x81\xB5", "\xE2\x81\xB6"};

    for (;;) {
        size_t open, before;

        while (s.len > 0 && (s.data[s.len - 1] == ' ' || (s.len > 1 && s.data[s.len - 1] == ':')))
            s.len--;
        before = s.len;
        for (size_t i = 0; i < sizeof raised / sizeof *raised; i++) {
            size_t n = strlen(raised[i]);

            if (s.len > n && memcmp(s.data + s.len - n, raised[i], n) == 0)
                s.len -= n;
        }
        if (s.len > 2 && (s.data[s.len - 1] == ']' || s.data[s.len - 1] == ')')) {
            char opens = s.data[s.len - 1] == ']' ? '[' : '(';

            for (open = s.len - 1; open > 0 && s.data[open] != opens; open--)
                ;
            if (open > 0 &&
                is_reference((struct sc_slice){s.data + open + 1, s.len - open - 2}, opens == '('))
                s.len = open;
        }
        if (s.len == before)
            return s.len;
    }
}

struct sc_slice sc_without_references(struct sc_slice written)
{
    struct sc_slice s = sc_slice_trim(written);
    size_t n = bare_length(s);

    return n > 0 ? (struct sc_slice){s.data, n} : s;
}

/* By the marks of the caller for all files, of its file, and the usual ones, in this order. */
static bool read_bare(const struct reading *reading, const struct source *source,
                      struct sc_slice written, struct sc_figure *ret_figure)
{
    const struct sc_release_options *options = reading->options;
    const struct sc_file_marks *own =
        options->file_marks ? &options->file_marks[source - reading->sources] : NULL;
    struct sc_slice s = sc_slice_trim(written);

    for (size_t i = 0; own && own->n > 0 && i < options->n_marks; i++)
        if (sc_slice_eq_nocase(s, options->marks[i].text))
            own = NULL; /* told for all files */
    return own && own->n > 0
               ? sc_figure_parse(written, own->marks, own->n, ret_figure)
               : sc_figure_parse(written, options->marks, options->n_marks, ret_figure);
}

bool sc_read_figure(const struct reading *reading, const struct source *source,
                    struct sc_slice written, struct sc_figure *ret_figure)
{
    return read_bare(reading, source, written, ret_figure) ||
           (reading->options->sheets &&
            read_bare(reading, source, sc_without_references(written), ret_figure));
}

/* ---- rows that are alike -------------------------------------------------------------------- */

/* Compares two rows by their labels: in column `filled` by those of the row `above` it; `bare`:
 * without the marks of notes. */
struct order {
    const struct source *source;
    const size_t *above;
    size_t filled;
    bool bare;
    size_t *rows;
    size_t n;
};

static struct sc_slice label_at(const struct order *o, size_t row, size_t column)
{
    struct sc_slice s = sc_csv_field(o->source->csv, row, column);

    return o->bare ? sc_without_references(s) : sc_slice_trim(s);
}

static int compare_slices(struct sc_slice s, struct sc_slice t)
{
    int by = memcmp(s.data, t.data, s.len < t.len ? s.len : t.len);

    return by || s.len == t.len ? by : (s.len < t.len ? -1 : 1);
}

static int compare_rows(const struct order *o, size_t a, size_t b)
{
    for (size_t k = 0; k < o->source->n_labels; k++) {
        size_t column = o->source->label_columns[k];
        bool lent = o->above && column == o->filled;
        size_t x = lent ? o->above[a] : a, y = lent ? o->above[b] : b;
        int by = compare_slices(label_at(o, x, column), label_at(o, y, column));

        if (by)
            return by;
    }
    return 0;
}

/* Heap sort: the order needs its context, which qsort() has no place for. */
static void sift(const struct order *o, size_t root, size_t n)
{
    for (;;) {
        size_t child = 2 * root + 1, kept;

        if (child >= n)
            return;
        if (child + 1 < n && compare_rows(o, o->rows[child], o->rows[child + 1]) < 0)
            child++;
        if (compare_rows(o, o->rows[root], o->rows[child]) >= 0)
            return;
        kept = o->rows[root];
        o->rows[root] = o->rows[child];
        o->rows[child] = kept;
        root = child;
    }
}

static bool has_twice(const struct order *o)
{
    for (size_t i = o->n / 2; i-- > 0;)
        sift(o, i, o->n);
    for (size_t end = o->n; end-- > 1;) {
        size_t kept = o->rows[0];

        o->rows[0] = o->rows[end];
        o->rows[end] = kept;
        sift(o, 0, end);
    }
    for (size_t i = 1; i < o->n; i++)
        if (compare_rows(o, o->rows[i - 1], o->rows[i]) == 0)
            return true;
    return false;
}

/* ---- merged cells -------------------------------------------------------------------- */

/* Whether all labels of a row are blank: the total of everything. */
static bool no_label(const struct source *source, size_t row)
{
    for (size_t k = 0; k < source->n_labels; k++)
        if (!sc_is_blank_field(source->csv, row, source->label_columns[k]))
            return false;
    return true;
}

/* Whether blanks are this file's way of writing a total: a row has no label at all, or the first
 * row lacks one, which no cell above can lend it. */
static bool blanks_are_totals(const struct source *source)
{
    for (size_t row = 1; row < sc_csv_n_rows(source->csv); row++)
        if (no_label(source, row))
            return true;
    for (size_t k = 0; k < source->n_labels; k++)
        if (sc_is_blank_field(source->csv, 1, source->label_columns[k]))
            return true;
    return false;
}

/* Whether blanks in one column of labels are totals or merged cells; fills the latter. */
static enum sc_status look_at_blanks(struct reading *reading, struct source *source, size_t column,
                                     struct sc_error *err)
{
    size_t rows = sc_csv_n_rows(source->csv), blank = 0;
    SC_AUTO_FREE size_t *above = sc_alloc_array(rows, sizeof *above);
    SC_AUTO_FREE size_t *sorted = sc_alloc_array(rows, sizeof *sorted);
    struct order o = {source, above, SIZE_MAX, false, sorted, rows - 1};
    bool twice, twice_filled;

    if (!above || !sorted)
        return sc_fail_nomem(err);
    for (size_t row = 1; row < rows; row++) {
        bool is = sc_is_blank_field(source->csv, row, column) && !no_label(source, row);

        blank = is && blank == 0 ? row : blank;
        above[row] = is && row > 1 ? above[row - 1] : row;
        sorted[row - 1] = row;
    }
    if (blank == 0 || sc_is_blank_field(source->csv, 1, column))
        return SC_OK; /* a first row without a label is a total, and so are the others then */
    twice = has_twice(&o);
    o.filled = column;
    twice_filled = has_twice(&o);
    if (twice_filled || (!twice && blanks_are_totals(source)))
        return SC_OK;
    if (!twice)
        return sc_fail_at(err, SC_E_INPUT, source->path, sc_csv_line(source->csv, blank),
                          column + 1,
                          "a blank label: a total, or a merged cell that repeats the one above? "
                          "Write it in");
    for (size_t row = 2; row < rows; row++)
        if (above[row] != row)
            sc_csv_fill_down(source->csv, row, column);
    source->odd = true;
    return sc_release_note(reading->release, err,
                           "%s: blank labels in column %zu repeat the one above (merged cells)",
                           source->path, column + 1);
}

/* Whether a column counts the rows, from 0 or from 1. */
static bool counts_rows(const struct source *source, size_t column)
{
    size_t rows = sc_csv_n_rows(source->csv);

    for (size_t row = 1, first = 0; row < rows; row++) {
        struct sc_figure figure;

        if (!sc_figure_parse(sc_csv_field(source->csv, row, column), NULL, 0, &figure) ||
            figure.kind != SC_FIGURE_VALUE)
            return false;
        if (row == 1)
            first = (size_t)figure.value;
        if (first > 1 || (size_t)figure.value != first + row - 1)
            return false;
    }
    return rows > 2;
}

/* Passes over a column of row numbers: the other labels tell rows apart without it. */
static enum sc_status drop_row_numbers(struct reading *reading, struct source *source, size_t k,
                                       struct sc_error *err)
{
    size_t rows = sc_csv_n_rows(source->csv), column = source->label_columns[k];
    SC_AUTO_FREE size_t *sorted = sc_alloc_array(rows, sizeof *sorted);
    struct order o = {source, NULL, SIZE_MAX, false, sorted, rows - 1};

    if (!sorted)
        return sc_fail_nomem(err);
    for (size_t row = 1; row < rows; row++)
        sorted[row - 1] = row;
    source->n_labels--;
    memmove(source->label_columns + k, source->label_columns + k + 1,
            (source->n_labels - k) * sizeof *source->label_columns);
    if (has_twice(&o)) {
        memmove(source->label_columns + k + 1, source->label_columns + k,
                (source->n_labels - k) * sizeof *source->label_columns);
        source->label_columns[k] = column;
        source->n_labels++;
        return SC_OK;
    }
    source->dropped[source->n_dropped++] = column; /* another file may keep it */
    return sc_release_note(reading->release, err,
                           "%s: column %zu counts the rows and is passed over", source->path,
                           column + 1);
}

enum sc_status sc_layout_labels(struct reading *reading, struct source *source,
                                struct sc_error *err)
{
    enum sc_status status = SC_OK;

    if (source->n_labels > 1 && counts_rows(source, source->label_columns[0]))
        status = drop_row_numbers(reading, source, 0, err);

    for (size_t k = 0; k < source->n_labels && source->n_labels > 1 && !status; k++)
        status = look_at_blanks(reading, source, source->label_columns[k], err);
    return status;
}

/* A wide row without any figure, where hidden ones have a mark: a heading, not hidden figures. */
enum sc_status sc_layout_headings(const struct source *source, struct sc_error *err)
{
    size_t empty = 0;
    bool marked = false;

    for (size_t row = 1; row < sc_csv_n_rows(source->csv); row++) {
        bool any = false;

        for (size_t i = source->first_figure; i < source->n_columns; i++) {
            struct sc_slice s = sc_slice_trim(sc_csv_field(source->csv, row, i));

            any = any || s.len > 0;
            marked = marked || (s.len > 0 && (s.data[0] < '0' || s.data[0] > '9'));
        }
        empty = any || empty ? empty : row;
    }
    if (!empty || !marked)
        return SC_OK;
    return sc_fail_at(err, SC_E_INPUT, source->path, sc_csv_line(source->csv, empty),
                      source->first_figure + 1,
                      "a row without figures: give a heading a column of its own beside its rows, "
                      "or a hidden figure its mark");
}

/* ---- the same name with and without the mark of a note ------------------------------------ */

/* One label of one file, or the name of a column of a wide one (row 0). */
struct spelling {
    struct sc_slice bare, full;
    struct source *source;
    size_t row, column;
    uint32_t dimension;
};

struct spellings {
    struct spelling *all;
    size_t n, capacity;
};

static int compare_spellings(const void *a, const void *b)
{
    const struct spelling *x = a, *y = b;
    int by = x->dimension < y->dimension ? -1 : x->dimension > y->dimension;

    if (by == 0)
        by = compare_slices(x->bare, y->bare);
    return by ? by : compare_slices(x->full, y->full);
}

static enum sc_status add_spelling(struct spellings *all, struct source *source, size_t row,
                                   size_t column, uint32_t dimension, struct sc_error *err)
{
    enum sc_status status =
        sc_grow((void **)&all->all, &all->capacity, all->n, sizeof *all->all, err);
    struct sc_slice full = sc_slice_trim(sc_csv_field(source->csv, row, column));

    if (status)
        return status;
    all->all[all->n++] = (struct spelling){.bare = sc_without_references(full),
                                           .full = full,
                                           .source = source,
                                           .row = row,
                                           .column = column,
                                           .dimension = dimension};
    return SC_OK;
}

static enum sc_status add_spellings(struct spellings *all, struct source *source,
                                    struct sc_error *err)
{
    enum sc_status status = SC_OK;

    for (size_t row = 1; row < sc_csv_n_rows(source->csv); row++)
        for (size_t k = 0; k < source->n_labels && !status; k++)
            status = add_spelling(all, source, row, source->label_columns[k],
                                  source->label_dimensions[k], err);
    for (size_t i = source->first_figure; i < source->n_columns && !status; i++)
        if (source->format == SC_RELEASE_WIDE && !sc_is_other_column(source, i))
            status = add_spelling(all, source, 0, i, source->wide_dimension, err);
    return status;
}

/* Whether a file would say two things of one cell without the marks of notes, and does not now. */
static enum sc_status marks_tell_apart(const struct source *source, bool *ret_so,
                                       struct sc_error *err)
{
    size_t rows = sc_csv_n_rows(source->csv);
    SC_AUTO_FREE size_t *sorted = sc_alloc_array(rows, sizeof *sorted);
    struct order o = {source, NULL, SIZE_MAX, true, sorted, rows - 1};

    if (!sorted)
        return sc_fail_nomem(err);
    for (size_t row = 1; row < rows; row++)
        sorted[row - 1] = row;
    *ret_so = has_twice(&o);
    o.bare = false;
    *ret_so = *ret_so && !has_twice(&o);
    return SC_OK;
}

/* The spellings from `first` on that are one name without the marks: where they end. */
static size_t end_of_name(const struct spellings *all, size_t first)
{
    size_t i = first + 1;

    while (i < all->n && all->all[i].dimension == all->all[first].dimension &&
           compare_slices(all->all[i].bare, all->all[first].bare) == 0)
        i++;
    return i;
}

/* Two columns of one wide file that only marks of notes tell apart. */
static bool columns_meet(const struct spellings *all, size_t first, size_t end)
{
    for (size_t i = first; i < end; i++)
        for (size_t k = i + 1; k < end && all->all[i].row == 0; k++)
            if (all->all[k].row == 0 && all->all[k].source == all->all[i].source)
                return true;
    return false;
}

/* Takes the marks off a name that has several spellings; a total is known with them. */
static enum sc_status join_spellings(struct reading *reading, const struct spellings *all,
                                     size_t first, size_t end, struct sc_error *err)
{
    if (compare_slices(all->all[first].full, all->all[end - 1].full) == 0 ||
        columns_meet(all, first, end) || sc_is_total_name(all->all[first].full))
        return SC_OK;
    for (size_t i = first; i < end; i++) {
        const struct spelling *s = &all->all[i];

        if (s->full.len == s->bare.len)
            continue;
        sc_csv_shorten(s->source->csv, s->row, s->column, s->full.len - s->bare.len);
        s->source->odd = true;
    }
    return sc_release_note(reading->release, err,
                           "'%.*s' with the mark of a note and without is taken for one category",
                           (int)all->all[first].bare.len, all->all[first].bare.data);
}

static bool any_reference(const struct source *source)
{
    for (size_t row = 0; row < sc_csv_n_rows(source->csv); row++)
        for (size_t i = 0; i < sc_csv_n_fields(source->csv, row); i++) {
            struct sc_slice s = sc_slice_trim(sc_csv_field(source->csv, row, i));

            if (sc_without_references(s).len < s.len)
                return true;
        }
    return false;
}

/* Figures and totals with marks of notes that the checker of certificates would not read. */
static void see_odd_fields(const struct reading *reading, struct source *source)
{
    struct sc_figure figure;
    bool tidy = source->format == SC_RELEASE_TIDY;
    size_t from = tidy ? source->figure_column : source->first_figure;
    size_t to = tidy ? from + 1 : source->n_columns;

    for (size_t row = 1; row < sc_csv_n_rows(source->csv); row++) {
        for (size_t i = from; i < to; i++)
            if (!sc_is_other_column(source, i) &&
                !read_bare(reading, source, sc_csv_field(source->csv, row, i), &figure))
                source->odd = true;
        for (size_t k = 0; k < source->n_labels; k++) {
            struct sc_slice s = sc_csv_field(source->csv, row, source->label_columns[k]);

            source->odd = source->odd || (sc_is_total_name(s) && !sc_is_plain_total(s));
        }
    }
}

enum sc_status sc_join_spellings(struct reading *reading, struct sc_error *err)
{
    struct spellings all = {0};
    enum sc_status status = SC_OK;
    bool any = false, apart = false;

    for (size_t i = 0; i < reading->n_sources; i++)
        if (any_reference(&reading->sources[i])) {
            any = true;
            see_odd_fields(reading, &reading->sources[i]);
        }
    for (size_t i = 0; i < reading->n_sources && any && !apart && !status; i++)
        status = marks_tell_apart(&reading->sources[i], &apart, err);
    for (size_t i = 0; i < reading->n_sources && any && !apart && !status; i++)
        status = add_spellings(&all, &reading->sources[i], err);
    if (!status && all.n > 0)
        qsort(all.all, all.n, sizeof *all.all, compare_spellings);
    for (size_t i = 0, end; i < all.n && !status; i = end) {
        end = end_of_name(&all, i);
        status = join_spellings(reading, &all, i, end, err);
    }
    sc_free(all.all);
    return status;
}
