/*
 * jj.c - reads JJ, the format of tau-ARGUS for cells and their relations.
 *
 *     0                                     version
 *     1001                                  number of cells
 *     0 12 1.0 s 0 1e9 0 0 0                cell: number, value, cost, status, bounds, ...
 *     ...
 *     421                                   number of relations
 *     0 13 : 0 (-1) 1 (1) 2 (1) ...         right side, number of members : cell (coefficient)
 *
 * Status u (unsafe) and m (missing) are hidden, s (safe) and z (zero, or not to be
 * touched) are published. With `complete` all values are taken. A relation must be a
 * plain sum: right side 0, coefficients 1 and -1, one sign just once.
 *
 * The file names no dimensions: cells are the codes "0", "1", ... of one dimension "cell",
 * and each relation is a split of it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "system/reading.h"

struct scan {
    const char *at;
    const char *end;
    const char *path;
    uint64_t line;
    uint64_t word; /* of the line, from 1 */
    struct sc_error *err;
};

static enum sc_status fail(const struct scan *scan, const char *what)
{
    return sc_fail_at(scan->err, SC_E_INPUT, scan->path, scan->line, scan->word, "%s", what);
}

/* The next word; brackets and colons are blanks. False at the end. */
static bool next_word(struct scan *scan, struct sc_slice *ret)
{
    const char *start;

    for (; scan->at < scan->end && strchr(" \t\r\n:()", *scan->at) && *scan->at; scan->at++)
        if (*scan->at == '\n') {
            scan->line++;
            scan->word = 0;
        }
    start = scan->at;
    while (scan->at < scan->end && (*scan->at == '\0' || !strchr(" \t\r\n:()", *scan->at)))
        scan->at++;
    scan->word++;
    *ret = (struct sc_slice){start, (size_t)(scan->at - start)};
    return ret->len > 0;
}

/* A number of up to 63 characters; whole unless it has a fraction. */
static bool next_number(struct scan *scan, double *ret)
{
    struct sc_slice word;
    char text[64];
    char *end;

    if (!next_word(scan, &word) || word.len >= sizeof text)
        return false;
    memcpy(text, word.data, word.len);
    text[word.len] = '\0';
    if (strspn(text, "+-.0123456789eE") != word.len)
        return false;
    *ret = strtod(text, &end);
    return *end == '\0';
}

static bool next_whole(struct scan *scan, int64_t most, int64_t *ret)
{
    double value;

    if (!next_number(scan, &value) || value != (double)(int64_t)value || value > (double)most ||
        value < -(double)most)
        return false;
    *ret = (int64_t)value;
    return true;
}

bool sc_looks_like_jj(const char *bytes, size_t len)
{
    struct scan scan = {.at = bytes, .end = bytes + len, .line = 1};
    int64_t version, n, number, value;

    for (size_t i = 0; i < len && bytes[i] != '\n'; i++)
        if (bytes[i] == ',')
            return false;
    return next_whole(&scan, 100, &version) && next_whole(&scan, 1000000000, &n) &&
           scan.line == 2 && next_whole(&scan, 1000000000, &number) && scan.line == 3 &&
           next_whole(&scan, INT64_C(1) << 50, &value) && scan.line == 3;
}

static enum sc_status read_cell(struct scan *scan, struct reading *reading, int64_t i)
{
    struct sc_release *release = reading->release;
    struct sc_figure figure = {.line = (uint32_t)scan->line, .column = 2};
    struct sc_slice status_word;
    int64_t number;
    double unused;
    char name[24];
    uint32_t code, cell;
    enum sc_status status;

    if (!next_whole(scan, SC_SYSTEM_CELLS_MAX, &number) || number != i)
        return fail(scan, "expected the cells numbered from 0 in order");
    figure.line = (uint32_t)scan->line;
    if (!next_whole(scan, INT64_C(1) << 50, &figure.value) || figure.value < 0)
        return fail(scan, "the value is not a whole number of at least 0");
    if (!next_number(scan, &unused) || !next_word(scan, &status_word) || status_word.len != 1 ||
        !strchr("uszm", status_word.data[0]))
        return fail(scan, "expected a cost and a status u, s, z or m");
    for (int k = 0; k < 5; k++)
        if (!next_number(scan, &unused))
            return fail(scan, "expected five bounds after the status");
    figure.kind = SC_FIGURE_VALUE;
    if (!reading->options->complete && strchr("um", status_word.data[0])) {
        figure.kind = SC_FIGURE_HIDDEN;
        figure.value = 0;
    }
    (void)snprintf(name, sizeof name, "%lld", (long long)i);
    status = sc_system_add_code(release->system, 0, sc_slice_of(name), &code, scan->err);
    if (!status)
        status = sc_system_add_cell(release->system, &code, &cell, scan->err);
    return status ? status : sc_release_put(release, cell, figure, scan->err);
}

/* Members of one relation as codes: `total` found by its sign. */
static enum sc_status read_relation(struct scan *scan, struct reading *reading, int64_t n_cells)
{
    SC_AUTO_FREE uint32_t *codes = NULL;
    int64_t right, n, cell, sign;
    size_t n_plus = 0, n_minus = 0;
    enum sc_status status;

    if (!next_whole(scan, 0, &right))
        return fail(scan, "expected a relation with 0 on its right side");
    if (!next_whole(scan, n_cells, &n) || n < 2)
        return fail(scan, "expected the number of members, at least 2");
    codes = sc_alloc_array((size_t)n, sizeof *codes);
    if (!codes)
        return sc_fail_nomem(scan->err);
    for (int64_t k = 0; k < n; k++) { /* minus from the left, plus from the right */
        if (!next_whole(scan, n_cells - 1, &cell) || cell < 0)
            return fail(scan, "no such cell");
        if (!next_whole(scan, 1, &sign) || sign == 0)
            return fail(scan, "a coefficient is neither 1 nor -1");
        if (sign < 0)
            codes[n_minus++] = (uint32_t)cell + 1;
        else
            codes[(size_t)n - ++n_plus] = (uint32_t)cell + 1;
    }
    if (n_minus != 1 && n_plus != 1)
        return fail(scan, "the relation is not one total and its parts");
    status = n_minus == 1 ? sc_system_add_split(reading->release->system, 0, codes[0], codes + 1,
                                                (size_t)n - 1, false, scan->err)
                          : sc_system_add_split(reading->release->system, 0, codes[n - 1], codes,
                                                (size_t)n - 1, false, scan->err);
    return status == SC_E_INPUT ? fail(scan, "a cell is twice in it, or is part of itself")
                                : status;
}

enum sc_status sc_read_jj(struct reading *reading, struct source *source, const char *bytes,
                          size_t len, struct sc_error *err)
{
    struct scan scan = {bytes, bytes + len, source->path, 1, 0, err};
    int64_t version, n_cells, n_relations;
    uint32_t dimension;
    struct sc_slice rest;
    enum sc_status status =
        sc_system_add_dimension(reading->release->system, sc_slice_of("cell"), &dimension, err);

    if (status)
        return status;
    status = sc_system_name_total(reading->release->system, dimension, sc_slice_of("all"), err);
    if (status)
        return status;
    if (!next_whole(&scan, 100, &version) || !next_whole(&scan, SC_SYSTEM_CELLS_MAX, &n_cells) ||
        n_cells < 1)
        return fail(&scan, "expected a version and the number of cells");
    for (int64_t i = 0; i < n_cells && !status; i++)
        status = read_cell(&scan, reading, i);
    if (status)
        return status;
    if (!next_whole(&scan, 1000000000, &n_relations) || n_relations < 0)
        return fail(&scan, "expected the number of relations");
    for (int64_t i = 0; i < n_relations && !status; i++)
        status = read_relation(&scan, reading, n_cells);
    if (!status && next_word(&scan, &rest))
        return fail(&scan, "text after the last relation");
    return status;
}
