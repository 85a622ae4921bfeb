/*
 * claims.c - what a certificate says, taken in and bounded; whether it is true is verify.c's.
 */
#include "verify/internal.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"

/* ---- names ----------------------------------------------------------------------- */

uint32_t sc_verify_find_code(const struct dim *dim, const char *name)
{
    if (dim->numbers) { /* code i is called i */
        unsigned long i = strtoul(name, NULL, 10);

        return i < dim->n_codes && strcmp(dim->codes[i], name) == 0 ? (uint32_t)i : NONE;
    }
    for (uint32_t c = 0; c < dim->n_codes; c++)
        if (strcmp(dim->codes[c], name) == 0)
            return c;
    return NONE;
}

enum sc_status sc_verify_add_code(struct check *check, struct dim *dim, const char *name,
                                  uint32_t *ret_code)
{
    enum sc_status status = SC_OK;

    *ret_code = sc_verify_find_code(dim, name);
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

enum sc_status sc_verify_number_codes(struct check *check, size_t n)
{
    struct dim *dim = &check->dims[0];
    enum sc_status status = SC_OK;

    dim->n_codes = 0; /* no cell has one yet */
    dim->numbers = sc_alloc_array(n, 24);
    if (!dim->numbers)
        return sc_fail_nomem(check->err);
    for (size_t i = 0; i <= n && !status; i++) {
        status = sc_grow((void **)&dim->codes, &dim->capacity, i, sizeof *dim->codes, check->err);
        if (status)
            break;
        if (i < n)
            (void)snprintf(dim->numbers + 24 * i, 24, "%zu", i);
        dim->codes[i] = i < n ? dim->numbers + 24 * i : "";
        dim->n_codes = i + 1;
    }
    dim->root = (uint32_t)n;
    return status;
}

uint32_t sc_verify_find_dim(const struct check *check, const char *name)
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
        return sc_verify_bad(check, "'dimensions' is not a list of 1 to 16 names");
    for (size_t i = 0; i < n; i++) {
        const char *name = json_string_value(json_array_get(list, i));

        if (!name || sc_verify_find_dim(check, name) != NONE)
            return sc_verify_bad(check, "a dimension has no name, or another's");
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

    if (!name || !total || n < 1 || sc_verify_find_dim(check, name) == NONE)
        return sc_verify_bad(check, "a split lacks its dimension, total or parts");
    status = sc_grow((void **)&check->splits, &check->splits_capacity, check->n_splits,
                     sizeof *check->splits, check->err);
    if (status)
        return status;
    split = &check->splits[check->n_splits++];
    *split = (struct split){.dim = sc_verify_find_dim(check, name)};
    split->parts = sc_alloc_array(n, sizeof *split->parts);
    if (!split->parts)
        return sc_fail_nomem(check->err);
    status = sc_verify_add_code(check, &check->dims[split->dim], total, &split->total);
    for (size_t k = 0; k < n && !status; k++) {
        const char *part = json_string_value(json_array_get(parts, k));

        if (!part)
            return sc_verify_bad(check, "a part of a split is not a name");
        status = sc_verify_add_code(check, &check->dims[split->dim], part,
                                    &split->parts[split->n_parts++]);
        for (size_t j = 0; j + 1 < split->n_parts && !status; j++)
            if (split->parts[j] == split->parts[split->n_parts - 1])
                return sc_verify_bad(check, "a split names a part twice");
    }
    return status;
}

/*
 * The total of a dimension: the code its certificate names so, which is no part of another; without
 * a name the only code that is no part. Null: there is none. Other codes that are no part are sums
 * of others that nobody prints (a run of bands), or stand alone.
 */
static enum sc_status find_root(struct check *check, uint32_t d)
{
    json_t *totals = json_object_get(check->root, "totals");
    json_t *named = json_array_get(totals, d);
    struct dim *dim = &check->dims[d];
    SC_AUTO_FREE bool *part = sc_alloc_array(dim->n_codes, sizeof *part);
    size_t n_roots = 0;

    if (!part)
        return sc_fail_nomem(check->err);
    for (size_t i = 0; i < check->n_splits; i++)
        for (size_t k = 0; k < check->splits[i].n_parts; k++)
            if (check->splits[i].dim == d)
                part[check->splits[i].parts[k]] = true;
    dim->root = NONE;
    for (uint32_t c = 0; c < dim->n_codes; c++) {
        if (part[c])
            continue;
        if (!totals ||
            (json_is_string(named) && strcmp(dim->codes[c], json_string_value(named)) == 0))
            dim->root = c;
        n_roots++;
    }
    if ((!totals && n_roots != 1) || (dim->n_codes > 0 && n_roots == 0) ||
        (totals && !json_is_null(named) && dim->root == NONE))
        return sc_verify_refuse(check, "a dimension has not exactly one total over everything");
    return SC_OK;
}

/* Which sums the tables themselves belie, and the audit did not use. */
static enum sc_status read_exceptions(struct check *check)
{
    json_t *list = json_object_get(check->root, "not_used");

    check->exceptions = sc_alloc_array(json_array_size(list), sizeof *check->exceptions);
    if (!check->exceptions)
        return sc_fail_nomem(check->err);
    for (size_t i = 0; i < json_array_size(list); i++) {
        struct exception *e = &check->exceptions[check->n_exceptions++];
        json_t *item = json_array_get(list, i), *split = json_object_get(item, "split");
        json_t *dims = json_object_get(item, "at_total_of");
        json_int_t number = json_integer_value(split);

        if (!json_is_integer(split) || number < 0 || (size_t)number >= check->n_splits ||
            !json_is_array(dims))
            return sc_verify_bad(check, "an entry of 'not_used' names no split");
        e->split = (size_t)number;
        for (size_t k = 0; k < json_array_size(dims); k++) {
            const char *name = json_string_value(json_array_get(dims, k));
            uint32_t d = name ? sc_verify_find_dim(check, name) : NONE;

            if (d == NONE)
                return sc_verify_bad(check, "an entry of 'not_used' names no dimension");
            e->mask |= 1u << d;
        }
    }
    return SC_OK;
}

static enum sc_status read_marks(struct check *check)
{
    json_t *list = json_object_get(check->root, "marks");

    check->marks = sc_alloc_array(json_array_size(list), sizeof *check->marks);
    if (!check->marks)
        return sc_fail_nomem(check->err);
    for (size_t i = 0; i < json_array_size(list); i++) {
        struct mark *mark = &check->marks[check->n_marks++];
        json_t *item = json_array_get(list, i), *most = json_object_get(item, "most");

        mark->text = json_string_value(json_object_get(item, "text"));
        mark->least = json_integer_value(json_object_get(item, "least"));
        mark->most = json_is_integer(most) ? json_integer_value(most) : VALUE_MAX;
        if (!mark->text || mark->least < 0 || mark->most < mark->least || mark->most > VALUE_MAX)
            return sc_verify_bad(check, "an entry of 'marks' is not a text with bounds");
    }
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
                return sc_verify_bad(check, "'alone' is not lists of names");
            status = sc_verify_add_code(check, &check->dims[d], name, &code);
        }
    }
    return status;
}

/* Calls `take` for each code that member `name` lists: by dimension a list of codes. */
static enum sc_status read_codes(struct check *check, const char *name,
                                 enum sc_status (*take)(struct check *check, uint32_t dim,
                                                        uint32_t code))
{
    json_t *all = json_object_get(check->root, name);

    for (uint32_t d = 0; d < check->n_dims; d++) {
        json_t *list = json_object_get(all, check->dims[d].name);

        for (size_t i = 0; i < json_array_size(list); i++) {
            const char *listed = json_string_value(json_array_get(list, i));
            uint32_t code = listed ? sc_verify_find_code(&check->dims[d], listed) : NONE;
            enum sc_status status;

            if (code == NONE)
                return sc_fail_at(check->err, SC_E_INPUT, check->certificate, 0, 0,
                                  "not a certificate: '%s' names no code of a split", name);
            status = take(check, d, code);
            if (status)
                return status;
        }
    }
    return SC_OK;
}

/* Codes whose counts tell of nobody. */
static enum sc_status take_auxiliary(struct check *check, uint32_t dim, uint32_t code)
{
    enum sc_status status = sc_grow((void **)&check->auxiliary, &check->auxiliary_capacity,
                                    check->n_auxiliary, sizeof *check->auxiliary, check->err);

    if (!status)
        check->auxiliary[check->n_auxiliary++] = (struct auxiliary){dim, code};
    return status;
}

/* Codes that are listed only where somebody is in them. */
static enum sc_status take_occurring(struct check *check, uint32_t dim, uint32_t code)
{
    enum sc_status status = sc_grow((void **)&check->occurs, &check->occurs_capacity,
                                    check->n_occurs, sizeof *check->occurs, check->err);

    if (!status)
        check->occurs[check->n_occurs++] = (struct occurring){dim, code};
    return status;
}

static enum sc_status read_splits(struct check *check)
{
    json_t *list = json_object_get(check->root, "splits");
    enum sc_status status = json_is_array(list) ? SC_OK : sc_verify_bad(check, "no 'splits'");

    for (size_t i = 0; i < json_array_size(list) && !status; i++)
        status = read_split(check, json_array_get(list, i));
    if (!status)
        status = read_alone(check);
    if (!status)
        status = read_codes(check, "auxiliary", take_auxiliary);
    if (!status)
        status = read_codes(check, "occurs", take_occurring);
    for (uint32_t d = 0; d < check->n_dims && !status; d++)
        status = find_root(check, d);
    if (!status)
        status = read_exceptions(check);
    return status ? status : read_marks(check);
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
        return sc_verify_bad(check, "a cell is not a list of codes with a base value");
    for (size_t d = 0; d < check->n_dims; d++) {
        const char *code = json_string_value(json_array_get(item, d));

        key[d] = code ? sc_verify_find_code(&check->dims[d], code) : NONE;
        if (key[d] == NONE)
            return sc_verify_bad(check, "a cell has a code that is in no split");
    }
    status = sc_verify_cell(check, key, &cell, &is_new);
    if (status)
        return status;
    assert(check->cells); /* sc_verify_cell() made one at least */
    if (check->cells[cell].kind == PRINTED)
        return sc_verify_refuse(check, "it changes a printed figure");
    if (check->cells[cell].in_certificate)
        return sc_verify_bad(check, "a cell is listed twice");
    if (check->cells[cell].kind == HIDDEN &&
        (value < check->cells[cell].least || value > check->cells[cell].most))
        return sc_verify_refuse(check, "a hidden figure is beyond the bounds claimed");
    check->cells[cell].in_certificate = true;
    check->cells[cell].base = value;
    check->listed[i] = cell;
    return SC_OK;
}

enum sc_status sc_verify_read_cells(struct check *check)
{
    json_t *cells = json_object_get(check->root, "cells");
    json_t *base = json_object_get(check->root, "base");
    enum sc_status status = SC_OK;

    check->n_listed = json_array_size(cells);
    if (!json_is_array(cells) || json_array_size(base) != check->n_listed)
        return sc_verify_bad(check, "'cells' and 'base' are not lists of one length");
    check->listed = sc_alloc_array(check->n_listed, sizeof *check->listed);
    if (!check->listed)
        return sc_fail_nomem(check->err);
    for (size_t i = 0; i < check->n_listed && !status; i++)
        status = read_cell(check, json_array_get(cells, i), json_array_get(base, i), i);
    for (size_t c = 0; c < check->n_cells && !status; c++)
        if (check->cells[c].kind == HIDDEN && !check->cells[c].in_certificate)
            return sc_verify_refuse(check, "a hidden figure is not in it");
    return status;
}

/* ---- the heading -------------------------------------------------------------------------- */

static enum sc_status read_heading(struct check *check)
{
    const char *what = json_string_value(json_object_get(check->root, "certificate"));
    json_t *threshold = json_object_get(check->root, "threshold");
    json_t *low = json_object_get(check->root, "hidden_at_least");

    if (!what || strcmp(what, "safecount 1") != 0)
        return sc_verify_bad(check, "expected \"certificate\": \"safecount 1\"");
    check->threshold = json_integer_value(threshold);
    check->hidden_low = json_integer_value(low);
    if (!json_is_integer(threshold) || check->threshold < 2 || check->threshold > 1000000 ||
        !json_is_integer(low) || check->hidden_low < 0 || check->hidden_low > 1)
        return sc_verify_bad(check, "'threshold' or 'hidden_at_least' is missing or wrong");
    check->width = 1;
    if (json_object_get(check->root, "width"))
        check->width = json_integer_value(json_object_get(check->root, "width"));
    check->rounded = json_integer_value(json_object_get(check->root, "rounded"));
    check->rounded_by = json_integer_value(json_object_get(check->root, "rounded_by"));
    check->rounded_small = json_integer_value(json_object_get(check->root, "rounded_small"));
    if (check->rounded_small < 0 || check->rounded_small == 1 || check->rounded_small > 1000000 ||
        (check->rounded_small > 0 && check->rounded > 0))
        return sc_verify_bad(check, "'rounded_small' is wrong");
    if (check->width < 1 || check->width > 1000000 || check->rounded < 0 || check->rounded == 1 ||
        check->rounded > 1000000 || check->rounded_by < 0 || check->rounded_by > 1000000)
        return sc_verify_bad(check, "'width' or 'rounded' is wrong");
    check->implied = json_is_true(json_object_get(check->root, "implied"));
    return SC_OK;
}

enum sc_status sc_verify_read_claims(struct check *check)
{
    enum sc_status status = read_heading(check);

    if (!status)
        status = read_dims(check);
    return status ? status : read_splits(check);
}
