/*
 * example.c - see example.h.
 *
 * A certificate (docs/certificate.md) lists the figures that are not fixed by what is
 * printed, a base value for each, and moves: changes that turn the base into another whole
 * table. A move that changes four figures of one table, two in each of two rows and two
 * columns, is a proof that fits on a page: show those rows and columns with the base and
 * with the move, and every line adds up to the same published total.
 *
 * For each table the figures of the certificate are found by their codes, once. Then each
 * move is looked at: which dimensions do its figures in this table vary in? One or two, not
 * overlapping: then it is a piece. It is filled in and added up, and what does not add up, or
 * is not held by published totals one way at least, is not shown. Cost: the figures of the
 * certificate by the categories of the tables, and the length of the moves.
 */
#include "publish/example.h"

#include <string.h>

#include <jansson.h>

#include "base/error.h"
#include "base/memory.h"
#include "publish/clean.h"
#include "publish/files.h"
#include "publish/layout.h"

#define BUF_TEXT(buf) ((buf).data ? (buf).data : "")
#define NONE UINT32_MAX
/* Larger tables and certificates are not searched for an example: it would take longer than the
 * page. */
#define CELLS_MAX ((size_t)200000)
#define CERTIFICATE_BYTES_MAX ((size_t)32 << 20)
/* Figures that a piece may change. */
#define CHANGES_MAX 12

struct search {
    const struct sc_publication *publication;
    const json_t *dimensions;
    const json_t *totals;
    const json_t *cells;
    const json_t *base;
    const json_t *moves;
    uint32_t *where; /* by cell of the table at hand: its place in `cells`, or NONE */
    struct sc_example best;
    size_t best_score;
};

/* ---- the table's cells in the certificate ---- */

/* The dimension of the table with the certificate's name, or SIZE_MAX. */
static size_t dimension_of(const struct sc_table *table, const char *name, struct sc_buf *work)
{
    for (size_t d = 0; d < table->n_dimensions; d++) {
        SC_AUTO_BUF header = {0};

        sc_tidy_name(&table->dimensions[d], &header);
        work->len = 0;
        sc_csv_value(work, BUF_TEXT(header));
        work->failed |= header.failed;
        if (strcmp(BUF_TEXT(*work), name) == 0)
            return d;
    }
    return SIZE_MAX;
}

static size_t position_of(const struct sc_dimension *dimension, const char *code,
                          struct sc_buf *work)
{
    for (size_t i = 0; i <= dimension->n_categories; i++) {
        const char *own = sc_position_code(dimension, i);

        if (strcmp(own, code) == 0)
            return i;
        work->len = 0;
        sc_csv_value(work, own);
        if (strcmp(BUF_TEXT(*work), code) == 0)
            return i;
    }
    return SIZE_MAX;
}

/* How the certificate's dimensions are those of one table. */
struct mapping {
    const struct sc_table *table;
    size_t dimension[64]; /* by dimension of the certificate; SIZE_MAX: at its total, or the unit */
    size_t n;
};

/* The place in the table of the certificate's figure `codes`, or SIZE_MAX: it is not of this table.
 */
static size_t place_of(const struct search *search, const struct mapping *mapping,
                       const json_t *codes, struct sc_buf *work)
{
    const struct sc_table *table = mapping->table;
    size_t at[SC_DIMENSIONS_MAX];

    for (size_t i = 0; i < mapping->n; i++) {
        const char *code = json_string_value(json_array_get(codes, i));
        const char *total = json_string_value(json_array_get(search->totals, i));
        size_t d = mapping->dimension[i];

        if (!code)
            return SIZE_MAX;
        if (d != SIZE_MAX) {
            at[d] = position_of(&table->dimensions[d], code, work);
            if (at[d] == SIZE_MAX)
                return SIZE_MAX;
        } else if (strcmp(code, total ? total : sc_unit_name(table->unit)) != 0) {
            return SIZE_MAX;
        }
    }
    return (size_t)(sc_table_cell(table, at) - table->cells);
}

/* Fills search->where for a table; false: the certificate does not speak of all its dimensions. */
static bool locate(struct search *search, const struct sc_table *table, struct sc_buf *work)
{
    struct mapping mapping = {.table = table, .n = json_array_size(search->dimensions)};
    size_t found = 0;

    if (mapping.n > sizeof mapping.dimension / sizeof *mapping.dimension)
        return false;
    for (size_t i = 0; i < mapping.n; i++) {
        const char *name = json_string_value(json_array_get(search->dimensions, i));

        mapping.dimension[i] = name ? dimension_of(table, name, work) : SIZE_MAX;
        found += mapping.dimension[i] != SIZE_MAX;
    }
    if (found != table->n_dimensions)
        return false;
    for (size_t i = 0; i < table->n_cells; i++)
        search->where[i] = NONE;
    for (size_t k = 0; k < json_array_size(search->cells); k++) {
        size_t i = place_of(search, &mapping, json_array_get(search->cells, k), work);

        if (i != SIZE_MAX)
            search->where[i] = (uint32_t)k;
    }
    return true;
}

/* ---- values ---- */

/* What the move does to figure `k` of the certificate. */
static json_int_t change_of(const json_t *move, uint32_t k)
{
    for (size_t i = 0; i + 1 < json_array_size(move); i += 2)
        if (json_integer_value(json_array_get(move, i)) == (json_int_t)k)
            return json_integer_value(json_array_get(move, i + 1));
    return 0;
}

/*
 * The value of cell `i` of the table in the base (`move` NULL) or with a move; false: it has
 * none that could be shown.
 */
static bool value_of(const struct search *search, const struct sc_table *table, size_t i,
                     const json_t *move, uint64_t *ret_value)
{
    const struct sc_cell *cell = &table->cells[i];
    json_int_t value;

    *ret_value = cell->count;
    if (cell->status == SC_CELL_PUBLISHED)
        return true;
    if (!sc_cell_is_withheld(cell) || search->where[i] == NONE)
        return false;
    value = json_integer_value(json_array_get(search->base, search->where[i]));
    if (__builtin_add_overflow(value, move ? change_of(move, search->where[i]) : 0, &value) ||
        value < 0)
        return false;
    *ret_value = (uint64_t)value;
    return true;
}

/* ---- a piece ---- */

struct piece {
    struct sc_example example;
    const json_t *move;
    size_t changed[CHANGES_MAX]; /* cells of the table */
    size_t n_changed;
};

static void position(const struct sc_table *table, size_t cell, size_t *at)
{
    for (size_t d = table->n_dimensions; d-- > 0;) {
        at[d] = cell % (table->dimensions[d].n_categories + 1);
        cell /= table->dimensions[d].n_categories + 1;
    }
}

static bool is_among(const size_t *items, size_t n, size_t item)
{
    for (size_t i = 0; i < n; i++)
        if (items[i] == item)
            return true;
    return false;
}

/* Whether the categories of dimension `d` add up to its total. */
static bool adds_up(const struct sc_table *table, size_t d)
{
    return !table->dimensions[d].overlapping && table->dimensions[d].n_categories > 1;
}

/* The cell at the example's place but for `row` and `column`. */
static size_t cell_at(const struct sc_example *example, size_t row, size_t column)
{
    size_t at[SC_DIMENSIONS_MAX];

    memcpy(at, example->at, sizeof at);
    at[example->down] = row;
    if (example->across != SIZE_MAX)
        at[example->across] = column;
    return (size_t)(sc_table_cell(example->table, at) - example->table->cells);
}

/* The categories of `d` that can occur in the piece; `column` is one that is changed. */
static size_t possible(const struct sc_example *example, bool down, size_t other, size_t *lines)
{
    size_t d = down ? example->down : example->across;
    size_t n = 0;

    for (size_t i = 0; i < example->table->dimensions[d].n_categories; i++) {
        size_t cell = down ? cell_at(example, i, other) : cell_at(example, other, i);

        if (example->table->cells[cell].status == SC_CELL_VOID)
            continue;
        if (n < SC_EXAMPLE_LINES_MAX)
            lines[n] = i;
        n++;
    }
    return n;
}

/*
 * The lines of a piece one way: all that can occur where those are few, else those that the
 * move changes. False: too many.
 */
static bool choose_lines(const struct piece *piece, bool down, size_t *lines, size_t *ret_n,
                         bool *ret_more)
{
    const struct sc_example *example = &piece->example;
    size_t d = down ? example->down : example->across;
    size_t first[SC_DIMENSIONS_MAX] = {0};
    size_t other;
    size_t all;

    position(example->table, piece->changed[0], first);
    other =
        down ? (example->across == SIZE_MAX ? 0 : first[example->across]) : first[example->down];
    all = possible(example, down, other, lines);
    *ret_more = all > SC_EXAMPLE_LINES_MAX;
    *ret_n = all;
    if (!*ret_more)
        return true;
    *ret_n = 0;
    for (size_t i = 0; i < piece->n_changed; i++) {
        size_t at[SC_DIMENSIONS_MAX];

        position(example->table, piece->changed[i], at);
        if (at[d] == example->table->dimensions[d].n_categories || is_among(lines, *ret_n, at[d]))
            continue;
        if (*ret_n == SC_EXAMPLE_LINES_MAX)
            return false;
        lines[(*ret_n)++] = at[d];
    }
    for (size_t i = 1; i < *ret_n; i++) /* in the order of the table */
        for (size_t k = i; k > 0 && lines[k] < lines[k - 1]; k--) {
            size_t swapped = lines[k];

            lines[k] = lines[k - 1];
            lines[k - 1] = swapped;
        }
    return true;
}

/* Which dimensions the changed cells vary in; false: not a piece. */
static bool choose_dimensions(struct piece *piece)
{
    struct sc_example *example = &piece->example;
    const struct sc_table *table = example->table;
    size_t varying[2];
    size_t n = 0;

    position(table, piece->changed[0], example->at);
    for (size_t d = 0; d < table->n_dimensions; d++) {
        bool varies = false;

        for (size_t i = 1; i < piece->n_changed; i++) {
            size_t at[SC_DIMENSIONS_MAX];

            position(table, piece->changed[i], at);
            varies |= at[d] != example->at[d];
        }
        if (!varies)
            continue;
        if (n == 2 || !adds_up(table, d))
            return false;
        varying[n++] = d;
    }
    if (n == 0)
        return false;
    /* Time goes across, where it can, as on the page. */
    example->down =
        n == 2 && sc_dimension_is_time(&table->dimensions[varying[0]]) ? varying[1] : varying[0];
    example->across = n == 1 ? SIZE_MAX : example->down == varying[0] ? varying[1] : varying[0];
    return n == 1 || table->dimensions[varying[1]].nested_in != (int32_t)varying[0];
}

size_t sc_example_height(const struct sc_example *example)
{
    return example->n_rows + example->more_rows + 1;
}

size_t sc_example_width(const struct sc_example *example)
{
    return example->across == SIZE_MAX ? 1 : example->n_columns + example->more_columns + 1;
}

/* What is in a line of the piece: a category, the rest (SIZE_MAX - 1), or the total. */
#define REST (SIZE_MAX - 1)

static size_t line_position(const size_t *lines, size_t n, bool more, size_t total, size_t i)
{
    if (i < n)
        return lines[i];
    return more && i == n ? REST : total;
}

/* The sum over all categories of one line that can occur, or of those not in `lines`. */
static bool add_line(const struct search *search, const struct piece *piece, bool down,
                     size_t other, bool rest, const json_t *move, uint64_t *ret_sum)
{
    const struct sc_example *example = &piece->example;
    size_t d = down ? example->down : example->across;
    const size_t *lines = down ? example->rows : example->columns;
    size_t n = down ? example->n_rows : example->n_columns;

    *ret_sum = 0;
    for (size_t i = 0; i < example->table->dimensions[d].n_categories; i++) {
        size_t cell = down ? cell_at(example, i, other) : cell_at(example, other, i);
        uint64_t value;

        if (example->table->cells[cell].status == SC_CELL_VOID || (rest && is_among(lines, n, i)))
            continue;
        if (!value_of(search, example->table, cell, move, &value) || value > UINT64_MAX - *ret_sum)
            return false;
        *ret_sum += value;
    }
    return true;
}

/* One cell of the piece, in one of the two tables. False: it has no value, or one that is not fit.
 */
static bool fill_cell(const struct search *search, struct piece *piece, int which, size_t r,
                      size_t c)
{
    struct sc_example *example = &piece->example;
    const struct sc_table *table = example->table;
    bool single = example->across == SIZE_MAX;
    size_t total_row = table->dimensions[example->down].n_categories;
    size_t total_column = single ? 0 : table->dimensions[example->across].n_categories;
    size_t row = line_position(example->rows, example->n_rows, example->more_rows, total_row, r);
    size_t column = single ? 0
                           : line_position(example->columns, example->n_columns,
                                           example->more_columns, total_column, c);
    const json_t *move = which ? piece->move : NULL;
    uint64_t *value = &example->values[which][r][c];
    uint64_t sum;

    if (row == REST && column == REST) {
        /* The corner: what both rests leave of the totals. */
        uint64_t of_rest;
        bool fits = add_line(search, piece, true, total_column, true, move, &of_rest);

        *value = of_rest;
        for (size_t k = 0; fits && k < example->n_columns; k++) {
            fits = *value >= example->values[which][r][k];
            *value -= fits ? example->values[which][r][k] : 0;
        }
        return fits;
    }
    if (row == REST)
        return add_line(search, piece, true, column, true, move, value);
    if (column == REST)
        return add_line(search, piece, false, row, true, move, value);
    example->withheld[r][c] = sc_cell_is_withheld(&table->cells[cell_at(example, row, column)]);
    if (!value_of(search, table, cell_at(example, row, column), move, value))
        return false;
    /* A total is to be what its line adds up to. */
    if (row == total_row &&
        (!add_line(search, piece, true, column, false, move, &sum) || sum != *value))
        return false;
    return single || column != total_column ||
           (add_line(search, piece, false, row, false, move, &sum) && sum == *value);
}

static bool fill_piece(const struct search *search, struct piece *piece)
{
    struct sc_example *example = &piece->example;

    if (example->across == SIZE_MAX)
        example->n_columns = 1;
    else if (!choose_lines(piece, false, example->columns, &example->n_columns,
                           &example->more_columns))
        return false;
    if (!choose_lines(piece, true, example->rows, &example->n_rows, &example->more_rows))
        return false;
    for (int which = 0; which < 2; which++)
        for (size_t r = 0; r < sc_example_height(example); r++)
            for (size_t c = 0; c < sc_example_width(example); c++)
                if (!fill_cell(search, piece, which, r, c))
                    return false;
    return true;
}

/* The totals that are withheld themselves, of the rows or of the columns. */
static size_t withheld_totals(const struct sc_example *example, bool of_rows)
{
    size_t height = sc_example_height(example);
    size_t width = sc_example_width(example);
    size_t n = 0;

    for (size_t i = 0; i < (of_rows ? height : width); i++)
        n += of_rows ? example->withheld[i][width - 1] : example->withheld[height - 1][i];
    return n;
}

/* Whether published totals hold the piece together, at least one way; else it would show nothing.
 */
static bool is_held(const struct sc_example *example)
{
    if (withheld_totals(example, false) == 0)
        return true;
    return example->across != SIZE_MAX && withheld_totals(example, true) == 0;
}

/*
 * The lower the better: adding up both ways first, then whole lines, then few figures that
 * differ, here and anywhere.
 */
static size_t score_of(const struct piece *piece)
{
    size_t length = json_array_size(piece->move) / 2;

    return (piece->example.across == SIZE_MAX ? 1000000U : 0U) +
           (withheld_totals(&piece->example, false) ? 200000U : 0U) +
           (piece->example.across != SIZE_MAX && withheld_totals(&piece->example, true) ? 200000U
                                                                                        : 0U) +
           (piece->example.more_rows ? 100000U : 0U) +
           (piece->example.more_columns ? 100000U : 0U) + piece->n_changed * 1000U +
           (length < 999 ? length : 999);
}

/* The piece that a move makes of a table, if it does. */
static void consider(struct search *search, const struct sc_table *table, size_t number,
                     const json_t *move, const uint32_t *back)
{
    struct piece piece = {.example = {.table = table, .number = number}, .move = move};
    size_t score;

    for (size_t i = 0; i + 1 < json_array_size(move); i += 2) {
        json_int_t k = json_integer_value(json_array_get(move, i));

        if (k < 0 || (size_t)k >= json_array_size(search->cells))
            return;
        if (back[k] == NONE)
            continue;
        if (piece.n_changed == CHANGES_MAX)
            return;
        piece.changed[piece.n_changed++] = back[k];
    }
    if (piece.n_changed < 2 || !choose_dimensions(&piece) || !fill_piece(search, &piece) ||
        !is_held(&piece.example))
        return;
    score = score_of(&piece);
    if (search->best.table && score >= search->best_score)
        return;
    search->best = piece.example;
    search->best_score = score;
}

static enum sc_status search_table(struct search *search, size_t t, struct sc_error *err)
{
    const struct sc_table *table = &search->publication->tables[t];
    size_t n = json_array_size(search->cells);
    SC_AUTO_FREE uint32_t *where = NULL;
    SC_AUTO_FREE uint32_t *back = NULL;
    SC_AUTO_BUF work = {0};

    if (table->n_cells > CELLS_MAX || n == 0 || n > CELLS_MAX * 10)
        return SC_OK;
    where = sc_alloc_array(table->n_cells, sizeof *where);
    back = sc_alloc_array(n, sizeof *back);
    if (!where || !back)
        return sc_fail_nomem(err);
    search->where = where;
    if (locate(search, table, &work)) {
        memset(back, 0xff, n * sizeof *back);
        for (size_t i = 0; i < table->n_cells; i++)
            if (where[i] != NONE)
                back[where[i]] = (uint32_t)i;
        for (size_t m = 0; m < json_array_size(search->moves); m++)
            consider(search, table, t + 1, json_array_get(search->moves, m), back);
    }
    search->where = NULL;
    return sc_buf_check(&work, err);
}

enum sc_status sc_example_find(const struct sc_publication *publication,
                               struct sc_example *ret_example, struct sc_error *err)
{
    const struct sc_slice bytes = publication->proof.certificate;
    struct search search = {.publication = publication};
    enum sc_status status = SC_OK;
    json_t *root;

    *ret_example = (struct sc_example){0};
    if (bytes.len == 0 || bytes.len > CERTIFICATE_BYTES_MAX)
        return SC_OK;
    root = json_loadb(bytes.data, bytes.len, JSON_REJECT_DUPLICATES, NULL);
    search.dimensions = json_object_get(root, "dimensions");
    search.totals = json_object_get(root, "totals");
    search.cells = json_object_get(root, "cells");
    search.base = json_object_get(root, "base");
    search.moves = json_object_get(root, "moves");
    for (size_t t = 0; t < publication->n_tables && !status; t++)
        status = search_table(&search, t, err);
    if (!status)
        *ret_example = search.best;
    json_decref(root);
    return status;
}
