/*
 * coarsen_axis.c - the levels of one dimension: what kind it is, where its codes go.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "protect/coarsen.h"

void sc_coarsen_axis_release(struct sc_coarsen_axis *axis)
{
    sc_free(axis->depth);
    sc_free(axis->bands);
    memset(axis, 0, sizeof *axis);
}

static struct sc_slice name_of(const struct sc_system *system, uint32_t dimension, uint32_t code)
{
    return sc_slice_of(sc_system_code_name(system, dimension, code));
}

/* ---- months ---------------------------------------------------------------------------- */

/* "2018-04": year and month. */
static bool parse_month(struct sc_slice s, int *ret_year, int *ret_month)
{
    if (s.len != 7 || s.data[4] != '-')
        return false;
    for (size_t i = 0; i < 7; i++)
        if (i != 4 && (s.data[i] < '0' || s.data[i] > '9'))
            return false;
    *ret_year = (s.data[0] - '0') * 1000 + (s.data[1] - '0') * 100 + (s.data[2] - '0') * 10 +
                (s.data[3] - '0');
    *ret_month = (s.data[5] - '0') * 10 + (s.data[6] - '0');
    return *ret_month >= 1 && *ret_month <= 12;
}

static bool are_months(const struct sc_system *system, uint32_t dimension,
                       const struct sc_coarsen_axis *axis)
{
    int year, month;

    for (uint32_t code = 1; code < axis->n_codes; code++)
        if (!parse_month(name_of(system, dimension, code), &year, &month))
            return false;
    return axis->n_codes > 2;
}

/* The level's part of a month: month, quarter or year by a running number. */
static int64_t month_group(const struct sc_system *system, uint32_t dimension, uint32_t code,
                           uint32_t level)
{
    int year = 0, month = 1;

    (void)parse_month(name_of(system, dimension, code), &year, &month);
    if (level == 0)
        return INT64_C(12) * year + month;
    return level == 1 ? INT64_C(4) * year + (month - 1) / 3 : year;
}

/* ---- bands ----------------------------------------------------------------------------- */

struct band {
    int32_t from, to;
    uint32_t code;
};

static int by_number(const void *a, const void *b)
{
    const struct band *x = a, *y = b;

    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    return (x->to > y->to) - (x->to < y->to);
}

/* Finds bands in a flat dimension; none when they overlap or none is more than one number. */
static enum sc_status find_bands(const struct sc_system *system, uint32_t dimension,
                                 struct sc_coarsen_axis *axis, struct sc_error *err)
{
    SC_AUTO_FREE struct band *bands = sc_alloc_array(axis->n_codes, sizeof *bands);
    bool wide = false;
    uint32_t n = 0;

    if (!bands)
        return sc_fail_nomem(err);
    for (uint32_t code = 1; code < axis->n_codes; code++) {
        bands[n].code = code;
        if (sc_band_parse(name_of(system, dimension, code), &bands[n].from, &bands[n].to)) {
            wide = wide || bands[n].from < bands[n].to;
            n++;
        }
    }
    if (n < 2 || !wide)
        return SC_OK;
    qsort(bands, n, sizeof *bands, by_number);
    for (uint32_t i = 1; i < n; i++)
        if (bands[i].from <= bands[i - 1].to)
            return SC_OK;
    axis->bands = sc_alloc_array(n, sizeof *axis->bands);
    if (!axis->bands)
        return sc_fail_nomem(err);
    for (uint32_t i = 0; i < n; i++)
        axis->bands[i] = bands[i].code;
    axis->n_bands = n;
    axis->kind = SC_COARSEN_BANDS;
    return SC_OK;
}

/* ---- levels ----------------------------------------------------------------------------- */

static enum sc_status find_depths(const struct sc_system *system, uint32_t dimension,
                                  struct sc_coarsen_axis *axis, struct sc_error *err)
{
    bool changed = true;

    axis->depth = sc_alloc_array(axis->n_codes, sizeof *axis->depth);
    if (!axis->depth)
        return sc_fail_nomem(err);
    for (uint32_t code = 1; code < axis->n_codes; code++)
        axis->depth[code] = SC_NONE;
    while (changed) {
        changed = false;
        for (size_t i = 0; i < sc_system_n_splits(system); i++) {
            struct sc_split split = sc_system_split(system, i);

            if (split.dimension != dimension || axis->depth[split.parent] == SC_NONE)
                continue;
            for (uint32_t k = 0; k < split.n_children; k++) {
                if (axis->depth[split.children[k]] != SC_NONE)
                    continue;
                axis->depth[split.children[k]] = axis->depth[split.parent] + 1;
                changed = true;
            }
        }
    }
    for (uint32_t code = 1; code < axis->n_codes; code++) {
        if (axis->depth[code] == SC_NONE)
            axis->depth[code] = 1; /* in no sum: beside the total */
        if (axis->depth[code] > axis->deepest)
            axis->deepest = axis->depth[code];
    }
    return SC_OK;
}

/* Every code the parent of one split at most, and a part of one at most. */
static enum sc_status check_tree(const struct sc_system *system, uint32_t dimension,
                                 const struct sc_coarsen_axis *axis, struct sc_error *err)
{
    SC_AUTO_FREE uint8_t *parent = sc_alloc_array(2 * axis->n_codes, sizeof *parent);
    uint8_t *part;

    if (!parent)
        return sc_fail_nomem(err);
    part = parent + axis->n_codes;
    for (size_t i = 0; i < sc_system_n_splits(system); i++) {
        struct sc_split split = sc_system_split(system, i);
        bool twice;

        if (split.dimension != dimension)
            continue;
        twice = parent[split.parent]++ > 0;
        for (uint32_t k = 0; k < split.n_children; k++)
            twice = part[split.children[k]]++ > 0 || twice;
        if (twice)
            return sc_fail(err, SC_E_UNSUPPORTED,
                           "%s: a code belongs to several sums: it has no levels to choose from",
                           sc_system_dimension_name(system, dimension));
    }
    return SC_OK;
}

enum sc_status sc_coarsen_axis_init(const struct sc_system *system, uint32_t dimension,
                                    struct sc_coarsen_axis *axis, struct sc_error *err)
{
    enum sc_status status;

    axis->n_codes = sc_system_n_codes(system, dimension);
    status = find_depths(system, dimension, axis, err);
    if (!status)
        status = check_tree(system, dimension, axis, err);
    if (status)
        return status;
    axis->kind = axis->deepest > 1 ? SC_COARSEN_TREE : SC_COARSEN_PLAIN;
    if (axis->deepest == 1 && are_months(system, dimension, axis))
        axis->kind = SC_COARSEN_MONTHS;
    else if (axis->deepest == 1)
        status = find_bands(system, dimension, axis, err);
    axis->n_levels = axis->n_codes == 1                ? 1
                     : axis->kind == SC_COARSEN_TREE   ? axis->deepest + 1
                     : axis->kind == SC_COARSEN_MONTHS ? 4
                     : axis->kind == SC_COARSEN_BANDS  ? axis->n_bands
                                                       : 2;
    return status;
}

uint32_t sc_coarsen_bands_left(const struct sc_coarsen_axis *axis, uint32_t level)
{
    return level + 1 == axis->n_levels ? 0 : axis->n_bands - level;
}

size_t sc_coarsen_n_levels(const struct sc_coarsen_plan *plan, uint32_t dimension)
{
    return plan->axes[dimension].n_levels;
}

/* ---- names of levels --------------------------------------------------------------------- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* "2018", "y2018", "2018/19": a year; "2018-Q2", "y2018q2": a quarter; "2018-04", "y2018m04". */
static const char *period_name(struct sc_slice s)
{
    size_t n = 0;

    if (s.len > 1 && (s.data[0] == 'y' || s.data[0] == 'Y'))
        s = (struct sc_slice){s.data + 1, s.len - 1};
    while (n < s.len && is_digit(s.data[n]))
        n++;
    if (n != 4)
        return NULL;
    s = (struct sc_slice){s.data + 4, s.len - 4};
    if (s.len == 0 || (s.data[0] == '/' && s.len <= 5))
        return "year";
    if (s.data[0] == '-' || s.data[0] == ' ')
        s = (struct sc_slice){s.data + 1, s.len - 1};
    if (s.len == 2 && (s.data[0] == 'q' || s.data[0] == 'Q') && is_digit(s.data[1]))
        return "quarter";
    if (s.len == 3 && (s.data[0] == 'm' || s.data[0] == 'M'))
        s = (struct sc_slice){s.data + 1, s.len - 1};
    return s.len == 2 && is_digit(s.data[0]) && is_digit(s.data[1]) ? "month" : NULL;
}

/* What all codes of one depth are, NULL when they are of no known kind. */
static const char *depth_name(const struct sc_coarsen_plan *plan, uint32_t dimension,
                              uint32_t depth)
{
    const struct sc_coarsen_axis *axis = &plan->axes[dimension];
    const char *name = NULL;

    for (uint32_t code = 1; code < axis->n_codes; code++) {
        const char *one;

        if (axis->depth[code] != depth)
            continue;
        one = period_name(name_of(plan->system, dimension, code));
        if (!one || (name && strcmp(one, name) != 0))
            return NULL;
        name = one;
    }
    return name;
}

void sc_coarsen_level_name(const struct sc_coarsen_plan *plan, uint32_t dimension, uint32_t level,
                           struct sc_buf *buf)
{
    static const char *const months[] = {"month", "quarter", "year"};
    const struct sc_coarsen_axis *axis = &plan->axes[dimension];
    const char *name;

    if (level + 1 == axis->n_levels && axis->n_levels > 1) {
        sc_buf_adds(buf, "total");
        return;
    }
    switch (axis->kind) {
    case SC_COARSEN_PLAIN:
        sc_buf_adds(buf, "all");
        return;
    case SC_COARSEN_MONTHS:
        sc_buf_adds(buf, months[level]);
        return;
    case SC_COARSEN_BANDS:
        sc_buf_addf(buf, "%u", sc_coarsen_bands_left(axis, level));
        return;
    case SC_COARSEN_TREE:
        name = depth_name(plan, dimension, axis->deepest - level);
        if (name)
            sc_buf_adds(buf, name);
        else
            sc_buf_addf(buf, "%u", axis->deepest - level);
        return;
    }
}

uint32_t sc_coarsen_find_level(const struct sc_coarsen_plan *plan, uint32_t dimension,
                               struct sc_slice name)
{
    for (uint32_t level = 0; level < plan->axes[dimension].n_levels; level++) {
        SC_AUTO_BUF text = {0};

        sc_coarsen_level_name(plan, dimension, level, &text);
        if (text.data && sc_slice_eq_nocase(name, text.data) && text.len == name.len)
            return level;
    }
    return SC_NONE;
}

/* ---- where codes go ------------------------------------------------------------------------ */

static uint32_t map_tree(const struct sc_coarsen_axis *axis, uint32_t level, uint32_t *map)
{
    uint32_t n = 1;

    for (uint32_t code = 1; code < axis->n_codes; code++)
        map[code] = axis->depth[code] <= axis->deepest - level ? n++ : SC_NONE;
    return n;
}

static uint32_t map_months(const struct sc_system *system, uint32_t dimension,
                           const struct sc_coarsen_axis *axis, uint32_t level, uint32_t *map)
{
    uint32_t n = 1;

    for (uint32_t code = 1; code < axis->n_codes; code++) {
        map[code] = SC_NONE;
        for (uint32_t other = 1; other < code && map[code] == SC_NONE; other++)
            if (month_group(system, dimension, other, level) ==
                month_group(system, dimension, code, level))
                map[code] = map[other];
        if (map[code] == SC_NONE)
            map[code] = n++;
    }
    return n;
}

/* Bands take the number of the band they were merged into, in the order the codes were in. */
static uint32_t map_bands(const struct sc_coarsen_axis *axis, const bool *begins, uint32_t *map)
{
    uint32_t n = 1;

    for (uint32_t code = 1; code < axis->n_codes; code++)
        map[code] = SC_NONE;
    for (uint32_t code = 1; code < axis->n_codes; code++) {
        uint32_t at = 0, first, last;

        if (map[code] != SC_NONE)
            continue;
        while (at < axis->n_bands && axis->bands[at] != code)
            at++;
        if (at == axis->n_bands) { /* "not known" beside the bands */
            map[code] = n++;
            continue;
        }
        for (first = at; first > 0 && begins && !begins[first]; first--)
            ;
        for (last = at + 1; last < axis->n_bands && begins && !begins[last]; last++)
            ;
        for (uint32_t i = first; i < last; i++)
            map[axis->bands[i]] = n;
        n++;
    }
    return n;
}

void sc_coarsen_map(const struct sc_system *system, uint32_t dimension,
                    const struct sc_coarsen_axis *axis, uint32_t level, const bool *begins,
                    uint32_t *ret_map, uint32_t *ret_n)
{
    ret_map[0] = 0;
    if (level + 1 == axis->n_levels && axis->n_levels > 1) {
        for (uint32_t code = 1; code < axis->n_codes; code++)
            ret_map[code] = SC_NONE;
        *ret_n = 1;
    } else if (axis->kind == SC_COARSEN_MONTHS) {
        *ret_n = map_months(system, dimension, axis, level, ret_map);
    } else if (axis->kind == SC_COARSEN_BANDS) {
        *ret_n = map_bands(axis, level == 0 ? NULL : begins, ret_map);
    } else {
        *ret_n = map_tree(axis, level, ret_map);
    }
}

static void name_band(const struct sc_system *system, uint32_t dimension,
                      const struct sc_coarsen_axis *axis, const uint32_t *map, uint32_t code,
                      struct sc_buf *buf)
{
    int32_t from = SC_BAND_END, to = 0, a, b;

    for (uint32_t i = 0; i < axis->n_bands; i++)
        if (map[axis->bands[i]] == code &&
            sc_band_parse(name_of(system, dimension, axis->bands[i]), &a, &b)) {
            from = a < from ? a : from;
            to = b > to ? b : to;
        }
    if (to >= SC_BAND_END)
        sc_buf_addf(buf, "%d+", from);
    else
        sc_buf_addf(buf, "%d-%d", from, to);
}

void sc_coarsen_code_name(const struct sc_system *system, uint32_t dimension,
                          const struct sc_coarsen_axis *axis, uint32_t level, const uint32_t *map,
                          uint32_t code, struct sc_buf *buf)
{
    uint32_t first = SC_NONE, n = 0;
    int year = 0, month = 0;

    for (uint32_t old = 0; old < axis->n_codes; old++)
        if (map[old] == code) {
            first = first == SC_NONE ? old : first;
            n++;
        }
    if (axis->kind == SC_COARSEN_MONTHS && level > 0 && code > 0 &&
        parse_month(name_of(system, dimension, first), &year, &month)) {
        if (level == 1)
            sc_buf_addf(buf, "%04d-Q%d", year, (month - 1) / 3 + 1);
        else
            sc_buf_addf(buf, "%04d", year);
    } else if (n > 1) {
        name_band(system, dimension, axis, map, code, buf);
    } else {
        sc_buf_adds(buf, sc_system_code_name(system, dimension, first));
    }
}
