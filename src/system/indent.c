/*
 * indent.c - subtotals that a sheet shows by spaces before its labels:
 *
 *     Sexual offences          40
 *       Rape                   12
 *       Other sexual offences  28
 *     Theft                    30
 *     Total                    70
 *
 * Read flat, nothing adds up there. A row's parent is the last row before it that stands further
 * left. Spaces may be there for looks only, so the figures decide: where some parent is the sum of
 * its parts and none is not, all of them are taken so, and a note says it. Where none can be
 * tested the file is refused, and so it is where some fail and the flat sum fails too. Only in
 * files with one column of labels, of a dimension that no other file has.
 */
#include <string.h>

#include "base/error.h"
#include "system/reading.h"

#define NO_ROW SIZE_MAX
#define ROWS_MAX 5000

/* The labels of one file, by row. */
struct tree {
    const struct reading *reading;
    struct source *source;
    size_t rows;
    size_t column;
    size_t *parent;    /* row; NO_ROW: it stands at the left */
    size_t total;      /* row of the total; NO_ROW */
    size_t first_deep; /* first row that is indented */
};

static struct sc_slice label_of(const struct tree *t, size_t row)
{
    return sc_slice_trim(sc_csv_field(t->source->csv, row, t->column));
}

/* How far a label stands from the left: a tab is four spaces. */
static size_t indent_of(const struct tree *t, size_t row)
{
    struct sc_slice s = sc_csv_field(t->source->csv, row, t->column);
    size_t n = 0;

    for (size_t i = 0; i < s.len; i++) {
        if (s.data[i] == '\t')
            n += 4;
        else if (s.data[i] == ' ' || (unsigned char)s.data[i] == 0xA0)
            n++;
        else if ((unsigned char)s.data[i] != 0xC2)
            break;
    }
    return n;
}

static bool begins_with_digit(struct sc_slice s)
{
    return s.len > 0 && s.data[0] >= '0' && s.data[0] <= '9';
}

/* Whether numbers only are indented, so that they end one under the other: " 5-9", "10-14". */
static bool is_aligned(const struct tree *t)
{
    size_t end = 0;

    for (size_t row = 1; row < t->rows; row++) {
        struct sc_slice s = label_of(t, row);
        size_t n = indent_of(t, row) + s.len;

        if (!begins_with_digit(s)) {
            if (indent_of(t, row) > indent_of(t, 1))
                return false;
            continue;
        }
        if (end > 0 && n != end)
            return false;
        end = n;
    }
    return true;
}

/* False: labels are not indented, or the first of them is. */
static bool find_parents(struct tree *t)
{
    t->total = t->first_deep = NO_ROW;
    for (size_t row = 1; row < t->rows; row++) {
        struct sc_slice s = label_of(t, row);
        size_t above = row - 1;

        if (s.len == 0)
            return false;
        while (above > 0 && indent_of(t, above) >= indent_of(t, row))
            above = t->parent[above] == NO_ROW ? 0 : t->parent[above];
        t->parent[row] = above > 0 ? above : NO_ROW;
        if (above == 0 && indent_of(t, row) > indent_of(t, 1))
            return false;
        if (indent_of(t, row) < indent_of(t, 1))
            return false; /* the first row is not at the left */
        if (above > 0 && t->first_deep == NO_ROW)
            t->first_deep = row;
        if (sc_is_total_name(s) && t->parent[row] == NO_ROW) {
            if (t->total != NO_ROW)
                return false;
            t->total = row;
        }
    }
    return t->first_deep != NO_ROW;
}

/* Whether a row is a part of another: of the total those at the left are, or all (`flat`). */
static bool is_part(const struct tree *t, size_t row, size_t of, bool flat)
{
    if (row == of)
        return false;
    if (of != t->total)
        return t->parent[row] == of;
    return flat || t->parent[row] == of || (t->parent[row] == NO_ROW && row != of);
}

static bool has_parts(const struct tree *t, size_t of)
{
    for (size_t row = 1; row < t->rows; row++)
        if (is_part(t, row, of, false))
            return true;
    return false;
}

struct holds {
    size_t held, failed;
};

/* Tests one sum in one column of figures. */
static void test_sum(const struct tree *t, size_t of, size_t field, bool flat, struct holds *holds)
{
    struct sc_figure total, part;
    int64_t sum = 0;
    size_t n = 0;

    if (!sc_read_figure(t->reading, t->source, sc_csv_field(t->source->csv, of, field), &total) ||
        total.kind != SC_FIGURE_VALUE)
        return;
    for (size_t row = 1; row < t->rows; row++) {
        if (!is_part(t, row, of, flat))
            continue;
        if (!sc_read_figure(t->reading, t->source, sc_csv_field(t->source->csv, row, field),
                            &part) ||
            (part.kind != SC_FIGURE_VALUE && part.kind != SC_FIGURE_VOID))
            return;
        sum += part.kind == SC_FIGURE_VALUE ? part.value : 0;
        n++;
    }
    if (n > 0) {
        int64_t out = (int64_t)(n + 1) * t->reading->options->rounded;
        int64_t gap = sum > total.value ? sum - total.value : total.value - sum;

        *(gap <= out ? &holds->held : &holds->failed) += 1;
    }
}

static void test_row(const struct tree *t, size_t of, bool flat, struct holds *holds)
{
    const struct source *source = t->source;

    if (source->format == SC_RELEASE_TIDY)
        test_sum(t, of, source->figure_column, flat, holds);
    for (size_t i = source->first_figure; i < source->n_columns; i++)
        if (source->format == SC_RELEASE_WIDE && !sc_is_other_column(source, i))
            test_sum(t, of, i, flat, holds);
}

static enum sc_status code_of(const struct tree *t, size_t row, uint32_t *ret_code,
                              struct sc_error *err)
{
    struct sc_system *system = t->reading->release->system;
    uint32_t d = t->source->label_dimensions[0];

    *ret_code = SC_SYSTEM_TOTAL;
    if (row == t->total)
        return SC_OK;
    *ret_code = sc_system_find_code(system, d, label_of(t, row));
    return *ret_code != SC_NONE ? SC_OK
                                : sc_system_add_code(system, d, label_of(t, row), ret_code, err);
}

static enum sc_status add_parts(const struct tree *t, size_t of, struct sc_error *err)
{
    SC_AUTO_FREE uint32_t *parts = sc_alloc_array(t->rows, sizeof *parts);
    uint32_t code;
    size_t n = 0;
    enum sc_status status = parts ? code_of(t, of, &code, err) : sc_fail_nomem(err);

    for (size_t row = 1; row < t->rows && !status; row++)
        if (is_part(t, row, of, false))
            status = code_of(t, row, &parts[n++], err);
    return status ? status
                  : sc_system_add_split(t->reading->release->system, t->source->label_dimensions[0],
                                        code, parts, n, false, err);
}

/* Whether two rows have the same label, or one deeper in is called a total. */
static bool is_odd_tree(const struct tree *t)
{
    for (size_t row = 1; row < t->rows; row++) {
        if (row != t->total && sc_is_total_name(label_of(t, row)))
            return true;
        for (size_t other = 1; other < row; other++)
            if (label_of(t, other).len == label_of(t, row).len &&
                memcmp(label_of(t, other).data, label_of(t, row).data, label_of(t, row).len) == 0)
                return true;
    }
    return false;
}

static enum sc_status take_tree(struct reading *reading, const struct tree *t, struct sc_error *err)
{
    enum sc_status status = SC_OK;
    uint32_t code;

    for (size_t row = 1; row < t->rows && !status; row++)
        status = code_of(t, row, &code, err);
    for (size_t row = 1; row < t->rows && !status; row++)
        if (has_parts(t, row))
            status = add_parts(t, row, err);
    reading->has_hierarchy[t->source->label_dimensions[0]] = true;
    return status ? status
                  : sc_release_note(reading->release, err,
                                    "%s: rows indented under another are taken for its parts",
                                    t->source->path);
}

static enum sc_status find_tree(struct reading *reading, struct source *source,
                                struct sc_error *err)
{
    SC_AUTO_FREE size_t *parent = sc_alloc_array(sc_csv_n_rows(source->csv), sizeof *parent);
    struct tree t = {.reading = reading,
                     .source = source,
                     .rows = sc_csv_n_rows(source->csv),
                     .column = source->label_columns[0],
                     .parent = parent};
    struct holds deep = {0}, flat = {0};

    if (!parent)
        return sc_fail_nomem(err);
    if (!find_parents(&t) || is_aligned(&t))
        return SC_OK;
    if (t.rows > ROWS_MAX)
        return sc_fail_at(
            err, SC_E_INPUT, source->path, sc_csv_line(source->csv, t.first_deep), t.column + 1,
            "rows are indented under others, and too many to tell what adds up: say it "
            "with --hierarchy");
    if (is_odd_tree(&t))
        return SC_OK;
    for (size_t row = 1; row < t.rows; row++)
        test_row(&t, row, false, &deep);
    if (t.total != NO_ROW)
        test_row(&t, t.total, true, &flat);
    if (deep.held > 0 && deep.failed == 0)
        return take_tree(reading, &t, err);
    if (flat.held > 0 || (deep.failed > 0 && t.total == NO_ROW))
        return SC_OK; /* spaces for looks, or "of which" in a table without a total */
    return sc_fail_at(
        err, SC_E_INPUT, source->path, sc_csv_line(source->csv, t.first_deep), t.column + 1,
        deep.failed > 0 ? "rows indented under another are not all of it: say with --hierarchy "
                          "what adds up"
                        : "is a row indented under another part of it? No sum is printed whole "
                          "to tell by: say with --hierarchy what adds up");
}

/* Whether another file has labels of the same dimension. */
static bool is_shared(const struct reading *reading, const struct source *source)
{
    for (size_t i = 0; i < reading->n_sources; i++)
        for (size_t k = 0; k < reading->sources[i].n_labels; k++)
            if (&reading->sources[i] != source &&
                reading->sources[i].label_dimensions[k] == source->label_dimensions[0])
                return true;
    return false;
}

enum sc_status sc_find_indents(struct reading *reading, struct sc_error *err)
{
    enum sc_status status = SC_OK;

    for (size_t i = 0; i < reading->n_sources && !status; i++) {
        struct source *source = &reading->sources[i];
        uint32_t d = source->n_labels == 1 ? source->label_dimensions[0] : 0;

        if (source->n_labels == 1 && !reading->has_hierarchy[d] && !reading->overlapping[d] &&
            !is_shared(reading, source))
            status = find_tree(reading, source, err);
    }
    return status;
}
