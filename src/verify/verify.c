/*
 * verify.c - is what a certificate says true? Whole-number addition only.
 *
 * 1. Read the certificate: the dimensions, which code is the sum of which (splits), the
 *    figures that are not printed (cells), a base value for each, and moves: lists of
 *    cell, change, cell, change, ...
 * 2. Read the published tables with a reader of our own. Every code in them must be the
 *    total of its dimension or a part in some split; every hidden figure must be a cell of the
 *    certificate, and no printed one may be.
 * 3. Put every figure in its place, add the totals above it that nobody prints, and find
 *    every sum the splits make. Nothing is left to the certificate here.
 * 4. The base, and the base with each move, must make every sum hold, keep printed figures
 *    as printed (they cannot do otherwise: moves name hidden ones only) and hidden ones at
 *    least at the bound claimed.
 * 5. Every hidden figure must differ between two of these tables. If claimed: no hidden
 *    part of a row with a known total is a small count.
 *
 * A certificate may come from anybody: every number is bounded before it is added, every
 * index before it is used. The tables read are tidy CSV, whose figures are in the column
 * count, value, figure or number, else the last.
 */
#include "verify/verify.h"

#include <assert.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"

#define DIMENSIONS_MAX 16
#define VALUE_MAX INT64_C(1000000000000) /* 10^12: 4 million of them still fit */
#define CELLS_MAX ((size_t)4000000)
#define NONE UINT32_MAX

enum kind { PRINTED, HIDDEN, UNPRINTED };

struct cell {
    enum kind kind;
    bool in_certificate;
    bool varies;
    int64_t base;
};

struct dim {
    const char *name; /* borrowed from the certificate */
    const char **codes;
    size_t n_codes;
    size_t capacity;
    uint32_t root; /* the total; NONE: it has none, and every table must have the dimension */
};

struct split {
    uint32_t dim;
    uint32_t total;
    uint32_t *parts;
    size_t n_parts;
};

/* One sum: cells[start] = cells[start + 1] + ... up to end. */
struct sum {
    size_t start;
    size_t end;
};

struct check {
    struct sc_error *err;
    const char *certificate;
    json_t *root;
    struct dim dims[DIMENSIONS_MAX];
    size_t n_dims;
    struct split *splits;
    size_t n_splits, splits_capacity;
    struct cell *cells;
    uint32_t *keys; /* n_dims codes a cell */
    size_t n_cells, cells_capacity, keys_capacity;
    uint32_t *slots;
    size_t n_slots;
    struct sum *sums;
    size_t n_sums, sums_capacity;
    uint32_t *members;
    size_t n_members, members_capacity;
    uint32_t *listed; /* the certificate's cells by their number there */
    size_t n_listed;
    int64_t *value; /* by cell: the table in hand */
    size_t *derive; /* sums in the order in which they give totals nobody prints */
    size_t n_derive;
    long long hidden_low, threshold;
};

static enum sc_status bad_certificate(struct check *check, const char *what)
{
    return sc_fail_at(check->err, SC_E_INPUT, check->certificate, 0, 0, "not a certificate: %s",
                      what);
}

static enum sc_status refuse(struct check *check, const char *what)
{
    return sc_fail(check->err, SC_E_UNSAFE, "the certificate does not hold: %s", what);
}

/* ---- names ----------------------------------------------------------------------- */

static uint32_t find_code(const struct dim *dim, const char *name)
{
    for (uint32_t c = 0; c < dim->n_codes; c++)
        if (strcmp(dim->codes[c], name) == 0)
            return c;
    return NONE;
}

static enum sc_status add_code(struct check *check, struct dim *dim, const char *name,
                               uint32_t *ret_code)
{
    enum sc_status status = SC_OK;

    *ret_code = find_code(dim, name);
    if (*ret_code != NONE)
        return SC_OK;
    status =
        sc_grow((void **)&dim->codes, &dim->capacity, dim->n_codes, sizeof *dim->codes, check->err);
    if (status)
        return status;
    dim->codes[dim->n_codes] = name;
    *ret_code = (uint32_t)dim->n_codes++;
    return SC_OK;
}

static uint32_t find_dim(const struct check *check, const char *name)
{
    for (uint32_t d = 0; d < check->n_dims; d++)
        if (strcasecmp(check->dims[d].name, name) == 0)
            return d;
    return NONE;
}

static enum sc_status read_dims(struct check *check)
{
    json_t *list = json_object_get(check->root, "dimensions");
    size_t n = json_array_size(list);

    if (n < 1 || n > DIMENSIONS_MAX)
        return bad_certificate(check, "'dimensions' is not a list of 1 to 16 names");
    for (size_t i = 0; i < n; i++) {
        const char *name = json_string_value(json_array_get(list, i));

        if (!name || find_dim(check, name) != NONE)
            return bad_certificate(check, "a dimension has no name, or another's");
        check->dims[check->n_dims++].name = name;
    }
    return SC_OK;
}

static enum sc_status read_split(struct check *check, json_t *item)
{
    const char *name = json_string_value(json_object_get(item, "dimension"));
    const char *total = json_string_value(json_object_get(item, "total"));
    json_t *parts = json_object_get(item, "parts");
    size_t n = json_array_size(parts);
    struct split *split;
    enum sc_status status;

    if (!name || !total || n < 1 || find_dim(check, name) == NONE)
        return bad_certificate(check, "a split lacks its dimension, total or parts");
    status = sc_grow((void **)&check->splits, &check->splits_capacity, check->n_splits,
                     sizeof *check->splits, check->err);
    if (status)
        return status;
    split = &check->splits[check->n_splits++];
    *split = (struct split){.dim = find_dim(check, name)};
    split->parts = sc_alloc_array(n, sizeof *split->parts);
    if (!split->parts)
        return sc_fail_nomem(check->err);
    status = add_code(check, &check->dims[split->dim], total, &split->total);
    for (size_t k = 0; k < n && !status; k++) {
        const char *part = json_string_value(json_array_get(parts, k));

        if (!part)
            return bad_certificate(check, "a part of a split is not a name");
        status = add_code(check, &check->dims[split->dim], part, &split->parts[split->n_parts++]);
        for (size_t j = 0; j + 1 < split->n_parts && !status; j++)
            if (split->parts[j] == split->parts[split->n_parts - 1])
                return bad_certificate(check, "a split names a part twice");
    }
    return status;
}

/* How deep a code lies; too deep means a circle. */
static bool has_circle(const struct check *check, uint32_t dim, uint32_t code, size_t depth)
{
    if (depth > 64)
        return true;
    for (size_t i = 0; i < check->n_splits; i++) {
        if (check->splits[i].dim != dim || check->splits[i].total != code)
            continue;
        for (size_t k = 0; k < check->splits[i].n_parts; k++)
            if (has_circle(check, dim, check->splits[i].parts[k], depth + 1))
                return true;
    }
    return false;
}

/* Whether each code of a dimension is a part of some other. */
static enum sc_status find_parts(struct check *check, uint32_t d, bool **ret_part)
{
    bool *part = sc_alloc_array(check->dims[d].n_codes, sizeof *part);

    if (!part)
        return sc_fail_nomem(check->err);
    for (size_t i = 0; i < check->n_splits; i++)
        for (size_t k = 0; k < check->splits[i].n_parts; k++)
            if (check->splits[i].dim == d)
                part[check->splits[i].parts[k]] = true;
    *ret_part = part;
    return SC_OK;
}

/*
 * The total of a dimension: the code its certificate names so, which is no part of another; without
 * a name the only code that is no part. Null: there is no total. Nothing may be circular.
 */
static enum sc_status find_root(struct check *check, uint32_t d)
{
    json_t *totals = json_object_get(check->root, "totals");
    json_t *named = json_array_get(totals, d);
    struct dim *dim = &check->dims[d];
    SC_AUTO_FREE bool *part = NULL;
    size_t n_roots = 0;
    enum sc_status status = find_parts(check, d, &part);

    if (status)
        return status;
    dim->root = NONE;
    for (uint32_t c = 0; c < dim->n_codes; c++) {
        if (part[c])
            continue;
        if (has_circle(check, d, c, 0))
            return bad_certificate(check, "a split is circular");
        if (!totals ||
            (json_is_string(named) && strcmp(dim->codes[c], json_string_value(named)) == 0))
            dim->root = c;
        n_roots++;
    }
    if ((!totals && n_roots != 1) || (dim->n_codes > 0 && n_roots == 0) ||
        (totals && !json_is_null(named) && dim->root == NONE))
        return refuse(check, "a dimension has not exactly one total over everything");
    return SC_OK;
}

/* Codes that are in no split: dimension by dimension a list of names. */
static enum sc_status read_alone(struct check *check)
{
    json_t *alone = json_object_get(check->root, "alone");
    enum sc_status status = SC_OK;

    for (uint32_t d = 0; d < check->n_dims && !status; d++) {
        json_t *list = json_object_get(alone, check->dims[d].name);

        for (size_t i = 0; i < json_array_size(list) && !status; i++) {
            const char *name = json_string_value(json_array_get(list, i));
            uint32_t code;

            if (!name)
                return bad_certificate(check, "'alone' is not lists of names");
            status = add_code(check, &check->dims[d], name, &code);
        }
    }
    return status;
}

static enum sc_status read_splits(struct check *check)
{
    json_t *list = json_object_get(check->root, "splits");
    enum sc_status status = json_is_array(list) ? SC_OK : bad_certificate(check, "no 'splits'");

    for (size_t i = 0; i < json_array_size(list) && !status; i++)
        status = read_split(check, json_array_get(list, i));
    if (!status)
        status = read_alone(check);
    for (uint32_t d = 0; d < check->n_dims && !status; d++)
        status = find_root(check, d);
    return status;
}

/* ---- cells ----------------------------------------------------------------------- */

static size_t slot_of(const struct check *check, const uint32_t *key)
{
    uint64_t h = 0x9e3779b97f4a7c15u;
    size_t n = check->n_dims, slot;

    for (size_t i = 0; i < n; i++)
        h = ((h ^ key[i]) * 0xff51afd7ed558ccdu) ^ (h >> 29);
    slot = (size_t)(h ^ (h >> 32)) & (check->n_slots - 1);
    while (check->slots[slot] != NONE &&
           memcmp(check->keys + (size_t)check->slots[slot] * n, key, n * sizeof *key) != 0)
        slot = (slot + 1) & (check->n_slots - 1);
    return slot;
}

static enum sc_status rehash(struct check *check)
{
    size_t n = check->n_slots ? 2 * check->n_slots : 1024;
    uint32_t *slots = sc_alloc_array(n, sizeof *slots);

    if (!slots)
        return sc_fail_nomem(check->err);
    memset(slots, 0xff, n * sizeof *slots);
    sc_free(check->slots);
    check->slots = slots;
    check->n_slots = n;
    for (uint32_t c = 0; c < check->n_cells; c++)
        slots[slot_of(check, check->keys + (size_t)c * check->n_dims)] = c;
    return SC_OK;
}

/* The cell at `key`, added as unprinted when new. */
static enum sc_status cell_at(struct check *check, const uint32_t *key, uint32_t *ret_cell,
                              bool *ret_new)
{
    size_t n = check->n_dims, slot;
    enum sc_status status = SC_OK;

    *ret_new = false;
    if (2 * (check->n_cells + 1) >= check->n_slots)
        status = rehash(check);
    if (status)
        return status;
    slot = slot_of(check, key);
    if (check->slots[slot] == NONE) {
        if (check->n_cells == CELLS_MAX)
            return bad_certificate(check, "too many cells");
        status = sc_grow((void **)&check->cells, &check->cells_capacity, check->n_cells,
                         sizeof *check->cells, check->err);
        if (!status)
            status = sc_grow((void **)&check->keys, &check->keys_capacity, check->n_cells,
                             n * sizeof *check->keys, check->err);
        if (status)
            return status;
        memcpy(check->keys + check->n_cells * n, key, n * sizeof *key);
        check->cells[check->n_cells] = (struct cell){.kind = UNPRINTED};
        check->slots[slot] = (uint32_t)check->n_cells++;
        *ret_new = true;
    }
    *ret_cell = check->slots[slot];
    return SC_OK;
}

static uint32_t look_up(const struct check *check, uint32_t like, uint32_t dim, uint32_t code)
{
    uint32_t key[DIMENSIONS_MAX];

    memcpy(key, check->keys + (size_t)like * check->n_dims, check->n_dims * sizeof *key);
    key[dim] = code;
    return check->slots[slot_of(check, key)];
}

/* ---- published tables ---------------------------------------------------------------- */

/* A CSV field: unquoted in place. *at moves behind it; *ret_last: it ended the row. */
static char *next_field(char **at, bool *ret_last, bool *ret_bad)
{
    char *field = *at, *in = *at, *out = *at;

    if (*in == '"') {
        for (in++; *in && !(in[0] == '"' && in[1] != '"'); *out++ = *in++)
            in += in[0] == '"';
        *ret_bad = *ret_bad || *in != '"';
        in += *in == '"';
    } else {
        while (*in && *in != ',' && *in != '\n' && *in != '\r')
            *out++ = *in++;
    }
    *ret_bad = *ret_bad || (*in && *in != ',' && *in != '\n' && *in != '\r');
    *ret_last = *in != ',';
    if (*in == '\r')
        in++;
    if (*in == '\n' || *in == ',')
        in++;
    *out = '\0';
    *at = in;
    return field;
}

static char *trimmed(char *s)
{
    size_t n;

    s += strspn(s, " \t");
    for (n = strlen(s); n > 0 && (s[n - 1] == ' ' || s[n - 1] == '\t'); n--)
        s[n - 1] = '\0';
    return s;
}

/* 1: a number in *ret. 0: a mark that hides. -1: a mark for "cannot occur", a 0. */
static int read_figure(const char *s, int64_t *ret)
{
    int64_t value = 0;
    size_t digits = 0;

    *ret = 0;
    if (strcasecmp(s, "z") == 0 || strcasecmp(s, "[z]") == 0)
        return -1;
    for (; *s; s++) {
        if (*s == ',' && digits > 0)
            continue;
        if (*s < '0' || *s > '9' || ++digits > 12)
            return 0;
        value = 10 * value + (*s - '0');
    }
    *ret = value;
    return digits > 0 ? 1 : 0;
}

struct columns {
    uint32_t dim[256]; /* by field; NONE */
    size_t n;
    size_t figure;
};

static enum sc_status read_header(struct check *check, const char *file, char **at,
                                  struct columns *columns)
{
    static const char *const names[] = {"count", "value", "figure", "number"};
    const char *found[256];
    bool last = false, bad = false;

    columns->n = 0;
    while (!last) {
        if (columns->n == 256)
            return sc_fail_at(check->err, SC_E_INPUT, file, 1, 0, "more than 256 columns");
        found[columns->n] = trimmed(next_field(at, &last, &bad));
        columns->dim[columns->n] = find_dim(check, found[columns->n]);
        columns->n++;
    }
    columns->figure = columns->n - 1;
    for (size_t k = 0; k < sizeof names / sizeof *names; k++)
        for (size_t i = 0; i < columns->n; i++)
            if (strcasecmp(found[i], names[k]) == 0) {
                columns->figure = i;
                k = sizeof names / sizeof *names - 1;
                break;
            }
    return bad || columns->dim[columns->figure] != NONE
               ? sc_fail_at(check->err, SC_E_INPUT, file, 1, 0, "the header cannot be understood")
               : SC_OK;
}

static bool is_total(const char *s)
{
    static const char *const names[] = {"",        "total", "totals", "all", "grand total",
                                        "overall", "sum"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcasecmp(s, names[i]) == 0)
            return true;
    return strncasecmp(s, "all ", 4) == 0;
}

/* One figure of a table goes to its cell. Printed twice, it must be the same. */
static enum sc_status put_figure(struct check *check, const char *file, size_t line,
                                 const uint32_t *key, const char *figure, uint8_t **seen,
                                 size_t *seen_capacity)
{
    int64_t value;
    int what = read_figure(figure, &value);
    uint32_t cell;
    bool is_new;
    enum sc_status status = cell_at(check, key, &cell, &is_new);

    if (status)
        return status;
    if (cell >= *seen_capacity) {
        size_t wanted = 2 * (size_t)cell + 64;
        uint8_t *grown = sc_realloc_array(*seen, wanted, 1);

        if (!grown)
            return sc_fail_nomem(check->err);
        memset(grown + *seen_capacity, 0, wanted - *seen_capacity);
        *seen = grown;
        *seen_capacity = wanted;
    }
    if ((*seen)[cell])
        return sc_fail_at(check->err, SC_E_UNSAFE, file, line, 0,
                          "the same categories as on an earlier line");
    (*seen)[cell] = 1;
    if (!is_new && check->cells[cell].kind != UNPRINTED &&
        ((check->cells[cell].kind == HIDDEN) != (what == 0) ||
         (what != 0 && check->cells[cell].base != value)))
        return sc_fail_at(check->err, SC_E_UNSAFE, file, line, 0,
                          "another table shows this figure differently");
    check->cells[cell].kind = what == 0 ? HIDDEN : PRINTED;
    check->cells[cell].base = value;
    return SC_OK;
}

static enum sc_status read_rows(struct check *check, const char *file, char *at)
{
    struct columns columns = {0};
    SC_AUTO_FREE uint8_t *seen = NULL;
    size_t seen_capacity = 0, line = 1;
    enum sc_status status = read_header(check, file, &at, &columns);

    while (!status && *at) {
        uint32_t key[DIMENSIONS_MAX];
        const char *figure = "";
        bool last = false, bad = false;
        size_t i = 0;

        line++;
        if (*at == '\n' || *at == '\r') {
            at++;
            continue;
        }
        for (size_t d = 0; d < check->n_dims; d++)
            key[d] = check->dims[d].root;
        for (; !last; i++) {
            char *field = trimmed(next_field(&at, &last, &bad));
            uint32_t d = i < columns.n ? columns.dim[i] : NONE;

            if (i == columns.figure)
                figure = field;
            if (d == NONE)
                continue;
            key[d] = find_code(&check->dims[d], field);
            if (key[d] == NONE && is_total(field))
                key[d] = check->dims[d].root;
            if (key[d] == NONE)
                return sc_fail_at(check->err, SC_E_UNSAFE, file, line, i + 1,
                                  "the certificate does not know this category");
        }
        for (size_t d = 0; d < check->n_dims; d++)
            if (key[d] == NONE)
                return sc_fail_at(check->err, SC_E_UNSAFE, file, line, 0,
                                  "the table lacks a dimension that has no total");
        if (bad || i != columns.n)
            return sc_fail_at(check->err, SC_E_INPUT, file, line, i, "the row cannot be read");
        status = put_figure(check, file, line, key, figure, &seen, &seen_capacity);
    }
    return status;
}

static enum sc_status read_table(struct check *check, const char *file)
{
    SC_AUTO_BUF bytes = {0};
    enum sc_status status = sc_file_load(file, (size_t)512 << 20, &bytes, check->err);
    char *at = bytes.data;

    if (status)
        return status;
    if (bytes.len == 0 || strlen(bytes.data) != bytes.len)
        return sc_fail_at(check->err, SC_E_INPUT, file, 0, 0, "empty, or has a NUL byte");
    if (bytes.len >= 3 && memcmp(at, "\xEF\xBB\xBF", 3) == 0)
        at += 3;
    return read_rows(check, file, at);
}

/* ---- the certificate's cells ----------------------------------------------------------- */

static enum sc_status read_cell(struct check *check, json_t *item, json_t *base, size_t i)
{
    uint32_t key[DIMENSIONS_MAX], cell = 0;
    json_int_t value = json_integer_value(base);
    bool is_new;
    enum sc_status status;

    if (json_array_size(item) != check->n_dims || !json_is_integer(base) || value < 0 ||
        value > VALUE_MAX)
        return bad_certificate(check, "a cell is not a list of codes with a base value");
    for (size_t d = 0; d < check->n_dims; d++) {
        const char *code = json_string_value(json_array_get(item, d));

        key[d] = code ? find_code(&check->dims[d], code) : NONE;
        if (key[d] == NONE)
            return bad_certificate(check, "a cell has a code that is in no split");
    }
    status = cell_at(check, key, &cell, &is_new);
    if (status)
        return status;
    assert(check->cells); /* cell_at() made one at least */
    if (check->cells[cell].kind == PRINTED)
        return refuse(check, "it changes a printed figure");
    if (check->cells[cell].in_certificate)
        return bad_certificate(check, "a cell is listed twice");
    if (check->cells[cell].kind == HIDDEN && value < check->hidden_low)
        return refuse(check, "a hidden figure is below the bound claimed");
    check->cells[cell].in_certificate = true;
    check->cells[cell].base = value;
    check->listed[i] = cell;
    return SC_OK;
}

static enum sc_status read_cells(struct check *check)
{
    json_t *cells = json_object_get(check->root, "cells");
    json_t *base = json_object_get(check->root, "base");
    enum sc_status status = SC_OK;

    check->n_listed = json_array_size(cells);
    if (!json_is_array(cells) || json_array_size(base) != check->n_listed)
        return bad_certificate(check, "'cells' and 'base' are not lists of one length");
    check->listed = sc_alloc_array(check->n_listed, sizeof *check->listed);
    if (!check->listed)
        return sc_fail_nomem(check->err);
    for (size_t i = 0; i < check->n_listed && !status; i++)
        status = read_cell(check, json_array_get(cells, i), json_array_get(base, i), i);
    for (size_t c = 0; c < check->n_cells && !status; c++)
        if (check->cells[c].kind == HIDDEN && !check->cells[c].in_certificate)
            return refuse(check, "a hidden figure is not in it");
    return status;
}

/* ---- sums ------------------------------------------------------------------------------ */

/* Every cell gets the totals above it, so that no sum is missed. The set grows as it goes. */
static enum sc_status close_upwards(struct check *check)
{
    for (uint32_t c = 0; c < check->n_cells; c++)
        for (size_t i = 0; i < check->n_splits; i++) {
            const struct split *split = &check->splits[i];
            uint32_t key[DIMENSIONS_MAX], made;
            bool is_new, below = false;
            enum sc_status status;

            memcpy(key, check->keys + (size_t)c * check->n_dims, check->n_dims * sizeof *key);
            for (size_t k = 0; k < split->n_parts && !below; k++)
                below = split->parts[k] == key[split->dim];
            if (!below)
                continue;
            key[split->dim] = split->total;
            status = cell_at(check, key, &made, &is_new);
            if (status)
                return status;
        }
    return SC_OK;
}

static enum sc_status push_member(struct check *check, uint32_t cell)
{
    enum sc_status status = sc_grow((void **)&check->members, &check->members_capacity,
                                    check->n_members, sizeof *check->members, check->err);

    if (!status)
        check->members[check->n_members++] = cell;
    return status;
}

static enum sc_status make_sum(struct check *check, const struct split *split, uint32_t total)
{
    size_t start = check->n_members;
    enum sc_status status = push_member(check, total);

    for (size_t k = 0; k < split->n_parts && !status; k++) {
        uint32_t part = look_up(check, total, split->dim, split->parts[k]);

        if (part != NONE)
            status = push_member(check, part);
    }
    if (status || check->n_members == start + 1) {
        check->n_members = start;
        return status;
    }
    status = sc_grow((void **)&check->sums, &check->sums_capacity, check->n_sums,
                     sizeof *check->sums, check->err);
    if (!status)
        check->sums[check->n_sums++] = (struct sum){start, check->n_members};
    return status;
}

static enum sc_status make_sums(struct check *check)
{
    enum sc_status status = close_upwards(check);

    for (uint32_t c = 0; c < check->n_cells && !status; c++)
        for (size_t i = 0; i < check->n_splits && !status; i++)
            if (check->keys[(size_t)c * check->n_dims + check->splits[i].dim] ==
                check->splits[i].total)
                status = make_sum(check, &check->splits[i], c);
    return status;
}

/* In which order the totals nobody prints follow from their parts. */
static enum sc_status order_derivations(struct check *check)
{
    SC_AUTO_FREE bool *known = sc_alloc_array(check->n_cells, sizeof *known);
    bool changed = true;

    check->derive = sc_alloc_array(check->n_sums, sizeof *check->derive);
    check->value = sc_alloc_array(check->n_cells, sizeof *check->value);
    if (!known || !check->derive || !check->value)
        return sc_fail_nomem(check->err);
    for (size_t c = 0; c < check->n_cells; c++)
        known[c] = check->cells[c].kind != UNPRINTED || check->cells[c].in_certificate;
    while (changed) {
        changed = false;
        for (size_t i = 0; i < check->n_sums; i++) {
            bool ready = !known[check->members[check->sums[i].start]];

            for (size_t k = check->sums[i].start + 1; k < check->sums[i].end && ready; k++)
                ready = known[check->members[k]];
            if (!ready)
                continue;
            known[check->members[check->sums[i].start]] = true;
            check->derive[check->n_derive++] = i;
            changed = true;
        }
    }
    for (size_t c = 0; c < check->n_cells; c++)
        if (!known[c])
            return refuse(check, "a total is missing from it");
    return SC_OK;
}

static int64_t sum_of_parts(const struct check *check, struct sum sum)
{
    int64_t total = 0;

    for (size_t k = sum.start + 1; k < sum.end; k++)
        total += check->value[check->members[k]];
    return total;
}

/* Whether the table in hand, its unprinted totals filled in, makes every sum hold. */
static bool table_holds(struct check *check)
{
    for (size_t i = 0; i < check->n_derive; i++) {
        struct sum sum = check->sums[check->derive[i]];
        int64_t total = sum_of_parts(check, sum);

        if (total > VALUE_MAX)
            return false;
        check->value[check->members[sum.start]] = total;
    }
    for (size_t i = 0; i < check->n_sums; i++)
        if (check->value[check->members[check->sums[i].start]] !=
            sum_of_parts(check, check->sums[i]))
            return false;
    return true;
}

static void set_base(struct check *check)
{
    for (size_t c = 0; c < check->n_cells; c++)
        check->value[c] = check->cells[c].base;
}

/* ---- tables ------------------------------------------------------------------------------ */

static enum sc_status apply_move(struct check *check, json_t *move)
{
    size_t n = json_array_size(move);

    if (!json_is_array(move) || n % 2 != 0)
        return bad_certificate(check, "a move is not a list of cells and changes");
    for (size_t i = 0; i < n; i += 2) {
        json_t *which = json_array_get(move, i), *change = json_array_get(move, i + 1);
        json_int_t index = json_integer_value(which), by = json_integer_value(change);
        uint32_t cell;
        int64_t low;

        if (!json_is_integer(which) || !json_is_integer(change) || index < 0 ||
            (size_t)index >= check->n_listed || by < -VALUE_MAX || by > VALUE_MAX)
            return bad_certificate(check, "a move names no cell, or changes it by too much");
        assert(check->listed && check->value && check->cells); /* n_listed is not 0 */
        cell = check->listed[index];
        if (check->value[cell] != check->cells[cell].base)
            return bad_certificate(check, "a move names a cell twice");
        check->value[cell] += by;
        low = check->cells[cell].kind == HIDDEN ? check->hidden_low : 0;
        if (check->value[cell] < low || check->value[cell] > VALUE_MAX)
            return refuse(check, "a figure goes below its bound in one of its tables");
    }
    return SC_OK;
}

static enum sc_status check_tables(struct check *check)
{
    json_t *moves = json_object_get(check->root, "moves");
    enum sc_status status = SC_OK;

    if (!json_is_array(moves))
        return bad_certificate(check, "no 'moves'");
    set_base(check);
    if (!table_holds(check))
        return refuse(check, "its base table does not add up with what is printed");
    for (size_t c = 0; c < check->n_cells; c++)
        check->cells[c].base = check->value[c]; /* with unprinted totals */
    for (size_t m = 0; m < json_array_size(moves) && !status; m++) {
        set_base(check);
        status = apply_move(check, json_array_get(moves, m));
        if (!status && !table_holds(check))
            return refuse(check, "one of its tables does not add up");
        for (size_t c = 0; c < check->n_cells && !status; c++)
            if (check->value[c] != check->cells[c].base)
                check->cells[c].varies = true;
    }
    return status;
}

static bool sensitive(const struct check *check, int64_t value)
{
    return value >= 1 && value < check->threshold;
}

/* The hidden part of a sum whose total is printed, or of one nobody prints that never varies. */
static enum sc_status check_implied(struct check *check, struct sum sum)
{
    const struct cell *total = &check->cells[check->members[sum.start]];
    int64_t rest = total->base;
    size_t n_open = 0;

    if (total->kind == HIDDEN || total->varies)
        return SC_OK;
    for (size_t k = sum.start + 1; k < sum.end; k++) {
        const struct cell *part = &check->cells[check->members[k]];

        if (part->kind == PRINTED || !part->varies)
            rest -= part->base;
        else
            n_open++;
    }
    if (n_open > 0 && sensitive(check, rest))
        return refuse(check, "the hidden part of a row with a known total is a small count");
    return SC_OK;
}

static enum sc_status check_claims(struct check *check, bool implied)
{
    enum sc_status status = SC_OK;

    for (size_t c = 0; c < check->n_cells; c++)
        if (check->cells[c].kind == HIDDEN && !check->cells[c].varies)
            return refuse(check, "a hidden figure is the same in all of its tables");
    for (size_t i = 0; i < check->n_sums && implied && !status; i++)
        status = check_implied(check, check->sums[i]);
    return status;
}

/* ---- all of it ----------------------------------------------------------------------------- */

static enum sc_status read_heading(struct check *check, bool *ret_implied)
{
    const char *what = json_string_value(json_object_get(check->root, "certificate"));
    json_t *threshold = json_object_get(check->root, "threshold");
    json_t *low = json_object_get(check->root, "hidden_at_least");

    if (!what || strcmp(what, "safecount 1") != 0)
        return bad_certificate(check, "expected \"certificate\": \"safecount 1\"");
    check->threshold = json_integer_value(threshold);
    check->hidden_low = json_integer_value(low);
    if (!json_is_integer(threshold) || check->threshold < 2 || check->threshold > 1000000 ||
        !json_is_integer(low) || check->hidden_low < 0 || check->hidden_low > 1)
        return bad_certificate(check, "'threshold' or 'hidden_at_least' is missing or wrong");
    *ret_implied = json_is_true(json_object_get(check->root, "implied"));
    return SC_OK;
}

static enum sc_status run(struct check *check, const char *const *files, size_t n_files,
                          struct sc_verification *result)
{
    bool implied = false;
    enum sc_status status = read_heading(check, &implied);

    if (!status)
        status = read_dims(check);
    if (!status)
        status = read_splits(check);
    if (!status)
        status = rehash(check);
    for (size_t i = 0; i < n_files && !status; i++)
        status = read_table(check, files[i]);
    if (!status)
        status = read_cells(check);
    if (!status)
        status = make_sums(check);
    if (!status)
        status = order_derivations(check);
    if (!status)
        status = check_tables(check);
    if (!status)
        status = check_claims(check, implied);
    if (status)
        return status;
    *result = (struct sc_verification){
        .n_sums = check->n_sums,
        .n_tables = json_array_size(json_object_get(check->root, "moves")) + 1,
        .threshold = check->threshold,
        .hidden_at_least = check->hidden_low,
        .implied = implied,
        .n_splits = check->n_splits};
    for (size_t c = 0; c < check->n_cells; c++) {
        result->n_printed += check->cells[c].kind == PRINTED;
        result->n_hidden += check->cells[c].kind == HIDDEN;
    }
    return SC_OK;
}

enum sc_status sc_verify_certificate(const char *const *files, size_t n_files,
                                     const char *certificate, struct sc_verification *ret_result,
                                     struct sc_error *err)
{
    struct sc_error unused = {0};
    struct check check = {.err = err ? err : &unused, .certificate = certificate};
    SC_AUTO_BUF bytes = {0};
    json_error_t json_error;
    enum sc_status status = sc_file_load(certificate, (size_t)1 << 30, &bytes, check.err);

    if (status)
        return status;
    check.root =
        json_loadb(bytes.data ? bytes.data : "", bytes.len, JSON_REJECT_DUPLICATES, &json_error);
    if (!json_is_object(check.root))
        status = sc_fail_at(check.err, SC_E_INPUT, certificate,
                            json_error.line > 0 ? (uint64_t)json_error.line : 0,
                            json_error.column > 0 ? (uint64_t)json_error.column : 0,
                            "not a certificate: not a JSON object");
    else
        status = run(&check, files, n_files, ret_result);
    for (size_t d = 0; d < check.n_dims; d++)
        sc_free(check.dims[d].codes);
    for (size_t i = 0; i < check.n_splits; i++)
        sc_free(check.splits[i].parts);
    sc_free(check.splits);
    sc_free(check.cells);
    sc_free(check.keys);
    sc_free(check.slots);
    sc_free(check.sums);
    sc_free(check.members);
    sc_free(check.listed);
    sc_free(check.value);
    sc_free(check.derive);
    json_decref(check.root);
    return status;
}
