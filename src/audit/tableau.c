/*
 * tableau.c - solving the sums of a model in whole numbers.
 *
 * It begins as one row for each sum: what the sum comes to, which is to be 0, as a sum of all
 * variables. Each of these rows is exchanged for a variable, short rows first, and its column,
 * being 0, is gone; a row with no variable left in it followed from the others. Sums of
 * tables are so close to totally unimodular that entries other than 1 and -1 are rare, and rows
 * that need a scale rarer.
 */
#include "audit/tableau.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

/* Entries at most, of the tableau as it begins: 128 MB. */
#define ENTRIES_MAX ((size_t)64 << 20)
/* How large a number may be; the sum of two products that are checked stays in 32 bits. */
#define NUMBER_MAX 10000
/* Columns are whole vectors. */
#define STRIDE 16

void sc_tableau_free(struct sc_tableau *t)
{
    if (!t)
        return;
    sc_free(t->row);
    sc_free(t->column);
    sc_free(t->place);
    sc_free(t->entry);
    sc_free(t->scale);
    sc_free(t->filled);
    sc_free(t->most);
    sc_free(t->pivot);
    sc_free(t);
}

static int32_t gcd(int32_t a, int32_t b)
{
    while (b != 0) {
        int32_t rest = a % b;

        a = b;
        b = rest;
    }
    return a < 0 ? -a : a;
}

static int16_t *column_of(const struct sc_tableau *t, size_t column)
{
    return t->entry + column * t->stride;
}

/* ---- pivots ------------------------------------------------------------------------------ */

/* Counts the entries of all rows again. */
static void count_entries(struct sc_tableau *t)
{
    memset(t->filled, 0, t->stride * sizeof *t->filled);
    for (size_t j = 0; j < t->n_columns; j++) {
        const int16_t *restrict entry = column_of(t, j);
        int16_t *restrict filled = t->filled;

        for (size_t i = 0; i < t->stride; i++)
            filled[i] = (int16_t)(filled[i] + (entry[i] != 0));
    }
}

static void sum_entries(struct sc_tableau *t)
{
    t->n_filled = 0;
    for (size_t i = 0; i < t->n_rows; i++)
        t->n_filled += (size_t)t->filled[i];
}

/* Adds the pivot's column, times, to column `to`. */
static void add_column(struct sc_tableau *t, size_t to, int16_t times)
{
    int16_t *restrict entry = column_of(t, to);
    const int16_t *restrict pivot = t->pivot;
    int16_t *restrict filled = t->filled;
    int16_t most = 0;

    for (size_t i = 0; i < t->stride; i++) {
        int16_t before = entry[i], after = (int16_t)(before + times * pivot[i]);
        int16_t size = (int16_t)(after < 0 ? -after : after);

        filled[i] = (int16_t)(filled[i] + (after != 0) - (before != 0));
        most = size > most ? size : most;
        entry[i] = after;
    }
    t->most[to] = most;
}

/* The least whole numbers for a row. */
static void reduce_row(struct sc_tableau *t, size_t row, int32_t scale)
{
    int32_t common = scale;

    for (size_t j = 0; j < t->n_columns && common != 1; j++)
        common = gcd(common, sc_tableau_entry(t, row, j));
    assert(common > 0);
    for (size_t j = 0; j < t->n_columns && common > 1; j++)
        column_of(t, j)[row] = (int16_t)(column_of(t, j)[row] / common);
    t->n_scaled -= t->scale[row] != 1;
    t->scale[row] = (int16_t)(scale / common);
    t->n_scaled += t->scale[row] != 1;
}

/* Whether all numbers stay small. */
static bool stays_small(const struct sc_tableau *t, size_t row, size_t column, int32_t size)
{
    int32_t times = t->scale[row];

    for (size_t j = 0; j < t->n_columns; j++) {
        int32_t own = abs(sc_tableau_entry(t, row, j));

        if (size * t->most[j] + own * t->most[column] > NUMBER_MAX)
            return false;
    }
    for (size_t i = 0; i < t->n_rows && t->n_scaled > 0; i++)
        times = t->scale[i] > times ? t->scale[i] : times;
    return times * size <= NUMBER_MAX && times * t->most[column] <= NUMBER_MAX;
}

/*
 * The rows in which the pivot's column is not 0, where the entry to pivot on is `size` or -`size`:
 * each times `size` and the pivot's row, whose new entries are in place, added.
 */
static void pivot_rows(struct sc_tableau *t, size_t row, size_t column, int32_t size)
{
    for (size_t j = 0; j < t->n_columns; j++) {
        int16_t *entry = column_of(t, j);
        int32_t own = entry[row];

        for (size_t i = 0; i < t->n_rows && j != column; i++)
            if (t->pivot[i] != 0)
                entry[i] = (int16_t)(size * entry[i] + own * t->pivot[i]);
    }
    for (size_t i = 0; i < t->n_rows; i++)
        if (t->pivot[i] != 0)
            reduce_row(t, i, size * t->scale[i]);
    for (size_t j = 0; j < t->n_columns; j++) {
        t->most[j] = 0;
        for (size_t i = 0; i < t->n_rows; i++)
            if (abs(sc_tableau_entry(t, i, j)) > t->most[j])
                t->most[j] = (int16_t)abs(sc_tableau_entry(t, i, j));
    }
    count_entries(t);
}

bool sc_tableau_pivot(struct sc_tableau *t, size_t row, size_t column)
{
    int16_t *own = column_of(t, column);
    int32_t entry = own[row], size = abs(entry), old_scale = t->scale[row];
    int16_t sign = entry > 0 ? 1 : -1;
    uint32_t leaving = t->row[row], entering = t->column[column];

    assert(entry != 0);
    if (!stays_small(t, row, column, size))
        return false;
    memcpy(t->pivot, own, t->stride * sizeof *own);
    t->pivot[row] = 0;
    /* The row, solved for the column's variable; and the column, which is now the row's. */
    for (size_t j = 0; j < t->n_columns; j++)
        if (j != column) {
            int16_t *at = column_of(t, j) + row;

            *at = (int16_t)(-sign * *at);
            if (*at != 0 && size == 1)
                add_column(t, j, *at);
        }
    for (size_t i = 0; i < t->stride; i++)
        own[i] = (int16_t)(sign * old_scale * own[i]);
    own[row] = (int16_t)(sign * old_scale);
    t->most[column] = (int16_t)(t->most[column] * old_scale);
    if (t->most[column] < old_scale)
        t->most[column] = (int16_t)old_scale;
    t->n_scaled -= old_scale != 1;
    t->scale[row] = (int16_t)size;
    t->n_scaled += size != 1;
    if (size != 1) {
        pivot_rows(t, row, column, size);
        reduce_row(t, row, size);
    }
    sum_entries(t);
    t->row[row] = entering;
    t->column[column] = leaving;
    if (entering != SC_NONE)
        t->place[entering] = (uint32_t)row;
    if (leaving != SC_NONE)
        t->place[leaving] = (uint32_t)(t->n_rows + column);
    return true;
}

/* ---- making one ------------------------------------------------------------------------ */

static enum sc_status alloc(struct sc_tableau *t, size_t n_rows, size_t n_columns,
                            size_t n_variables, struct sc_error *err)
{
    t->n_rows = n_rows;
    t->n_columns = n_columns;
    t->stride = (n_rows + STRIDE - 1) / STRIDE * STRIDE;
    t->row = sc_alloc_array(n_rows, sizeof *t->row);
    t->column = sc_alloc_array(n_columns, sizeof *t->column);
    t->place = sc_alloc_array(n_variables, sizeof *t->place);
    t->entry = sc_alloc_array(n_columns * t->stride, sizeof *t->entry);
    t->scale = sc_alloc_array(n_rows, sizeof *t->scale);
    t->filled = sc_alloc_array(t->stride, sizeof *t->filled);
    t->most = sc_alloc_array(n_columns, sizeof *t->most);
    t->pivot = sc_alloc_array(t->stride, sizeof *t->pivot);
    return t->row && t->column && t->place && t->entry && t->scale && t->filled && t->most &&
                   t->pivot
               ? SC_OK
               : sc_fail_nomem(err);
}

/* One row for each sum, one column for each variable. */
static void begin(const struct sc_model *model, struct sc_tableau *t)
{
    for (size_t i = 0; i < t->n_rows; i++) {
        t->row[i] = SC_NONE;
        t->scale[i] = 1;
        for (size_t k = model->row_start[i]; k < model->row_start[i + 1]; k++) {
            uint32_t v = model->row_variable[k];
            int16_t *entry = column_of(t, v) + i;

            *entry = (int16_t)(*entry + model->row_sign[k]);
            if (abs(*entry) > t->most[v])
                t->most[v] = (int16_t)abs(*entry);
        }
    }
    for (uint32_t v = 0; v < t->n_columns; v++)
        t->column[v] = v;
    count_entries(t);
}

/* The row not yet exchanged with the fewest entries; n_rows: all are done. */
static size_t shortest(const struct sc_tableau *t)
{
    size_t best = t->n_rows;

    for (size_t i = 0; i < t->n_rows; i++)
        if (t->row[i] == SC_NONE && t->filled[i] > 0 &&
            (best == t->n_rows || t->filled[i] < t->filled[best]))
            best = i;
    return best;
}

/* The column to exchange a row for: with a small entry, in few sums. */
static size_t best_column(const struct sc_model *model, const struct sc_tableau *t, size_t row)
{
    size_t best = t->n_columns, best_sums = 0;
    int best_size = 0;

    for (size_t j = 0; j < t->n_columns; j++) {
        int size = abs(sc_tableau_entry(t, row, j));
        size_t sums = model->in_start[j + 1] - model->in_start[j];

        if (size == 0 || (best < t->n_columns && size > best_size) ||
            (best < t->n_columns && size == best_size && sums >= best_sums))
            continue;
        best = j;
        best_size = size;
        best_sums = sums;
    }
    return best;
}

/* Exchanges all rows that can be. False: the numbers grew too large. */
static bool solve(const struct sc_model *model, struct sc_tableau *t)
{
    for (;;) {
        size_t row = shortest(t), column;
        int16_t *entry;

        if (row == t->n_rows)
            return true;
        column = best_column(model, t, row);
        if (!sc_tableau_pivot(t, row, column))
            return false;
        /* The column is now that of the sum, which is 0. */
        entry = column_of(t, column);
        for (size_t i = 0; i < t->n_rows; i++)
            t->filled[i] = (int16_t)(t->filled[i] - (entry[i] != 0));
        memset(entry, 0, t->stride * sizeof *entry);
        t->most[column] = 0;
    }
}

/* The rows exchanged and the columns not exchanged, as a tableau of their own. */
static enum sc_status compact(const struct sc_tableau *from, size_t n_variables,
                              struct sc_tableau **ret_tableau, struct sc_error *err)
{
    SC_AUTO(sc_tableau) t = sc_alloc(sizeof *t);
    size_t n_rows = 0, n_columns = 0, at = 0;
    enum sc_status status;

    if (!t)
        return sc_fail_nomem(err);
    for (size_t i = 0; i < from->n_rows; i++)
        n_rows += from->row[i] != SC_NONE;
    for (size_t j = 0; j < from->n_columns; j++)
        n_columns += from->column[j] != SC_NONE;
    status = alloc(t, n_rows, n_columns, n_variables, err);
    if (status)
        return status;
    for (size_t i = 0; i < from->n_rows; i++)
        if (from->row[i] != SC_NONE) {
            t->place[from->row[i]] = (uint32_t)at;
            t->scale[at] = from->scale[i];
            t->n_scaled += from->scale[i] != 1;
            t->row[at++] = from->row[i];
        }
    at = 0;
    for (size_t j = 0; j < from->n_columns; j++) {
        size_t to = 0;

        if (from->column[j] == SC_NONE)
            continue;
        for (size_t i = 0; i < from->n_rows; i++)
            if (from->row[i] != SC_NONE)
                column_of(t, at)[to++] = sc_tableau_entry(from, i, j);
        t->most[at] = from->most[j];
        t->place[from->column[j]] = (uint32_t)(n_rows + at);
        t->column[at++] = from->column[j];
    }
    count_entries(t);
    sum_entries(t);
    *ret_tableau = SC_TAKE(t);
    return SC_OK;
}

enum sc_status sc_tableau_new(const struct sc_model *model, struct sc_tableau **ret_tableau,
                              struct sc_error *err)
{
    SC_AUTO(sc_tableau) whole = NULL;
    size_t n = model->n_variables;
    enum sc_status status;

    *ret_tableau = NULL;
    if (n == 0 || n > INT16_MAX || model->n_rows > ENTRIES_MAX / n)
        return SC_OK;
    whole = sc_alloc(sizeof *whole);
    if (!whole)
        return sc_fail_nomem(err);
    status = alloc(whole, model->n_rows, n, n, err);
    if (status)
        return status;
    begin(model, whole);
    return solve(model, whole) ? compact(whole, n, ret_tableau, err) : SC_OK;
}

enum sc_status sc_tableau_copy(const struct sc_tableau *t, struct sc_tableau **ret_copy,
                               struct sc_error *err)
{
    SC_AUTO(sc_tableau) to = sc_alloc(sizeof *to);
    enum sc_status status;

    if (!to)
        return sc_fail_nomem(err);
    status = alloc(to, t->n_rows, t->n_columns, t->n_rows + t->n_columns, err);
    if (status)
        return status;
    sc_tableau_assign(to, t);
    *ret_copy = SC_TAKE(to);
    return SC_OK;
}

void sc_tableau_assign(struct sc_tableau *to, const struct sc_tableau *from)
{
    assert(to->n_rows == from->n_rows && to->n_columns == from->n_columns);
    memcpy(to->row, from->row, from->n_rows * sizeof *to->row);
    memcpy(to->column, from->column, from->n_columns * sizeof *to->column);
    memcpy(to->place, from->place, (from->n_rows + from->n_columns) * sizeof *to->place);
    memcpy(to->entry, from->entry, from->n_columns * from->stride * sizeof *to->entry);
    memcpy(to->scale, from->scale, from->n_rows * sizeof *to->scale);
    memcpy(to->filled, from->filled, from->n_rows * sizeof *to->filled);
    memcpy(to->most, from->most, from->n_columns * sizeof *to->most);
    to->n_filled = from->n_filled;
    to->n_scaled = from->n_scaled;
}
