/*
 * sums.c - which sums of a stranger's table hold, and which subtotals nobody declared.
 *
 * A label says "Total"; whether the rest adds up to it is another matter: categories may
 * overlap, subtotals may stand among them, or one level (regions) may be rounded and the
 * other (towns) not. So each split is tested wherever all its figures are printed,
 * apart for each combination of other dimensions that are at their total. Where it fails
 * more than a few times it is not used there, and a note says so. A few failures are
 * not explained away: the figures contradict each other.
 *
 * Where a total is not the sum of all the rest, subtotals are looked for: for each code, the
 * fewest other codes whose figures come to its own in every place where all are printed
 * (a whole-number program with one yes-or-no a code and one row a place). It takes
 * many places to believe that, fewer for a code that is called a total.
 */
#include <string.h>

#include "base/error.h"
#include "solver/solver.h"
#include "system/reading.h"

#define PLACES_MAX 80  /* rows of the program */
#define PLACES_ANY 12  /* fewest to believe in a subtotal of any name */
#define PLACES_NAMED 4 /* fewest where its name says total */
#define CODES_MAX 60
#define ANY UINT32_MAX
#define NEARLY 50 /* within 2 in 100: rounded separately, or revised */

static bool is_number(const struct sc_figure *figure)
{
    return figure->kind == SC_FIGURE_VALUE || figure->kind == SC_FIGURE_VOID;
}

/* Bits of the dimensions, but one, in which a cell is at the total. */
static uint32_t mask_of(const struct sc_system *system, uint32_t cell, uint32_t but)
{
    const uint32_t *codes = sc_system_cell_codes(system, cell);
    uint32_t mask = 0;

    for (uint32_t d = 0; d < sc_system_n_dimensions(system); d++)
        if (d != but && codes[d] == SC_SYSTEM_TOTAL)
            mask |= 1u << d;
    return mask;
}

uint32_t sc_cell_beside(const struct sc_system *system, uint32_t cell, uint32_t dimension,
                        uint32_t code)
{
    uint32_t codes[SC_SYSTEM_DIMENSIONS_MAX];

    memcpy(codes, sc_system_cell_codes(system, cell),
           sc_system_n_dimensions(system) * sizeof *codes);
    codes[dimension] = code;
    return sc_system_find_cell(system, codes);
}

/* ---- testing -------------------------------------------------------------------- */

static struct sum_class *class_of(struct sum_tests *tests, uint32_t split, uint32_t mask)
{
    for (size_t i = 0; i < tests->n; i++)
        if (tests->classes[i].split == split && tests->classes[i].mask == mask)
            return &tests->classes[i];
    return NULL;
}

/* 1: all printed and it holds. -1: all printed and it does not. 0: not all printed. */
static int holds(const struct reading *reading, const struct sc_split *split, uint32_t total)
{
    const struct sc_release *release = reading->release;
    int64_t gap = -release->figures[total].value;
    bool any = false;

    if (!is_number(&release->figures[total]))
        return 0;
    for (uint32_t k = 0; k < split->n_children; k++)
        if (sc_system_own(release->system, split->dimension, split->children[k]))
            return 0; /* nobody prints it */
    for (uint32_t k = 0; k < split->n_children; k++) {
        uint32_t child =
            sc_cell_beside(release->system, total, split->dimension, split->children[k]);

        if (child == SC_NONE)
            continue;
        if (!is_number(&release->figures[child]))
            return 0;
        any = true;
        gap += release->figures[child].value;
    }
    return !any ? 0 : gap == 0 ? 1 : -1;
}

static enum sc_status count_one(const struct reading *reading, struct sum_tests *tests,
                                uint32_t split_i, uint32_t cell, struct sc_error *err)
{
    const struct sc_system *system = reading->release->system;
    struct sc_split split = sc_system_split(system, split_i);
    uint32_t mask = mask_of(system, cell, split.dimension);
    int result = holds(reading, &split, cell);
    struct sum_class *class;

    if (result == 0)
        return SC_OK;
    class = class_of(tests, split_i, mask);
    if (!class) {
        enum sc_status status = sc_grow((void **)&tests->classes, &tests->capacity, tests->n,
                                        sizeof *tests->classes, err);

        if (status)
            return status;
        class = &tests->classes[tests->n++];
        *class = (struct sum_class){.split = split_i, .mask = mask};
    }
    *(result > 0 ? &class->held : &class->failed) += 1;
    return SC_OK;
}

static bool believed(const struct sum_class *class)
{
    return class->failed < 3 || class->failed * 20 <= class->held;
}

static enum sc_status count_all(const struct reading *reading, struct sum_tests *tests,
                                uint32_t first_split, struct sc_error *err)
{
    const struct sc_system *system = reading->release->system;
    enum sc_status status = SC_OK;

    for (uint32_t i = first_split; i < sc_system_n_splits(system); i++) {
        struct sc_split split = sc_system_split(system, i);

        for (uint32_t c = 0; c < sc_system_n_cells(system) && !status; c++)
            if (sc_system_cell_codes(system, c)[split.dimension] == split.parent)
                status = count_one(reading, tests, i, c, err);
    }
    return status;
}

bool sc_class_believed(const struct sum_class *class)
{
    return believed(class);
}

/* Whether a split is the sum of categories seen to overlap. */
static bool is_belied(const struct reading *reading, uint32_t split)
{
    return split <
           reading->n_belied_splits[sc_system_split(reading->release->system, split).dimension];
}

/* Where a split was never put to the test, one that fails elsewhere is not believed. */
bool sc_sum_believed_at(const struct reading *reading, uint32_t split, uint32_t mask)
{
    struct sum_tests tests = reading->tests;
    const struct sum_class *class = class_of(&tests, split, mask);

    if (is_belied(reading, split))
        return false;
    if (class)
        return believed(class);
    for (size_t i = 0; i < tests.n; i++)
        if (tests.classes[i].split == split && !believed(&tests.classes[i]))
            return false;
    return true;
}

bool sc_sum_believed(void *arg, size_t split, uint32_t total)
{
    const struct reading *reading = arg;
    const struct sc_system *system = reading->release->system;
    uint32_t d = sc_system_split(system, split).dimension;

    return sc_sum_believed_at(reading, (uint32_t)split, mask_of(system, total, d));
}

/* ---- looking for subtotals -------------------------------------------------------------- */

/* Places where every code of a dimension that is used there is printed, as rows of figures. */
struct places {
    uint32_t dimension;
    size_t n_codes;
    uint32_t mask; /* ANY: of all kinds */
    size_t n;
    int64_t *figure; /* n rows of n_codes */
};

/* Reads one place into the next row; false when a code is missing or hidden there. */
static bool read_place(const struct reading *reading, const struct places *places, uint32_t cell,
                       int64_t *row)
{
    const struct sc_release *release = reading->release;

    for (uint32_t code = 0; code < places->n_codes; code++) {
        uint32_t c = sc_cell_beside(release->system, cell, places->dimension, code);

        if (c == SC_NONE || !is_number(&release->figures[c]))
            return false;
        row[code] = release->figures[c].value;
    }
    return row[0] > 0;
}

/* Every step-th complete place of the class; all of them counted in *ret_all. */
static void collect(const struct reading *reading, struct places *places, size_t step,
                    size_t *ret_all)
{
    const struct sc_system *system = reading->release->system;

    *ret_all = places->n = 0;
    for (uint32_t c = 0; c < sc_system_n_cells(system); c++) {
        if (sc_system_cell_codes(system, c)[places->dimension] != SC_SYSTEM_TOTAL ||
            (places->mask != ANY && mask_of(system, c, places->dimension) != places->mask) ||
            !read_place(reading, places, c, places->figure + places->n * places->n_codes))
            continue;
        if ((*ret_all)++ % step == 0 && places->n < PLACES_MAX)
            places->n++;
    }
}

/* By how much parts may be out: the `share`-th part of the total; not at all for 0. */
static int64_t allowed_gap(int64_t total, int64_t share)
{
    return share ? total / share : 0;
}

/* The fewest codes that come to `code` in every place, nearly (`share`); 0 when there are none. */
static enum sc_status parts_of(const struct places *places, uint32_t code, int64_t share,
                               uint32_t *parts, size_t *ret_n, struct sc_error *err)
{
    SC_AUTO(sc_lp) lp = NULL;
    struct sc_mip_options options = {.max_nodes = 2000};
    struct sc_mip_result result;
    uint32_t columns[CODES_MAX];
    double figures[CODES_MAX];
    size_t first;
    enum sc_status status = sc_lp_new(&lp, err);

    *ret_n = 0;
    if (!status)
        status = sc_lp_add_columns(lp, places->n_codes, &first, err);
    if (!status)
        status = sc_lp_add_rows(lp, places->n, &first, err);
    for (size_t j = 0; j < places->n_codes && !status; j++) {
        sc_lp_set_column_bounds(lp, j, 0, j == code || j == SC_SYSTEM_TOTAL ? 0 : 1);
        sc_lp_set_integer(lp, j, true);
        sc_lp_set_cost(lp, j, 1.0 + 1e-6 * (double)j);
    }
    for (size_t i = 0; i < places->n && !status; i++) {
        const int64_t *row = places->figure + i * places->n_codes;
        size_t n = 0;

        for (uint32_t j = 0; j < places->n_codes; j++)
            if (j != code && row[j] != 0) {
                columns[n] = j;
                figures[n++] = (double)row[j];
            }
        status = sc_lp_set_row(lp, i, n, columns, figures, err);
        sc_lp_set_row_bounds(lp, i, (double)(row[code] - allowed_gap(row[code], share)),
                             (double)(row[code] + allowed_gap(row[code], share)));
    }
    if (!status)
        status = sc_mip_solve(lp, &options, &result, err);
    if (status || !result.has_solution)
        return status;
    for (uint32_t j = 0; j < places->n_codes; j++)
        if (sc_mip_column_value(lp, j) > 0.5)
            parts[(*ret_n)++] = j;
    /* The engine's rows hold within a tolerance only: once more in integers. */
    for (size_t i = 0; i < places->n; i++) {
        int64_t total = places->figure[i * places->n_codes + code], gap = -total;

        for (size_t k = 0; k < *ret_n; k++)
            gap += places->figure[i * places->n_codes + parts[k]];
        if (gap > allowed_gap(total, share) || -gap > allowed_gap(total, share))
            *ret_n = 0;
    }
    return SC_OK;
}

static bool starts_like_total(const char *name)
{
    struct sc_slice s = sc_slice_of(name);

    return sc_is_total_name(s) ||
           (s.len > 5 && sc_slice_eq_nocase((struct sc_slice){s.data, 5}, "total")) ||
           (s.len > 3 && sc_slice_eq_nocase((struct sc_slice){s.data, 3}, "sub"));
}

static enum sc_status find_subtotals(struct reading *reading, struct places *places,
                                     struct sc_error *err)
{
    struct sc_system *system = reading->release->system;

    for (uint32_t code = 0; code < places->n_codes; code++) {
        const char *name = sc_system_code_name(system, places->dimension, code);
        uint32_t parts[CODES_MAX];
        size_t n, fewest = starts_like_total(name) ? PLACES_NAMED : PLACES_ANY;
        enum sc_status status;

        if (places->n < fewest)
            continue;
        status = parts_of(places, code, 0, parts, &n, err);
        if (status)
            return status;
        if (n < 2)
            continue;
        status = sc_system_add_split(system, places->dimension, code, parts, n, false, err);
        if (status == SC_E_INPUT)
            continue; /* two codes that are the same everywhere, say */
        if (!status)
            status = sc_release_note(
                reading->release, err,
                "'%s' of %s is taken to be the sum of %zu others: it is in all "
                "%zu places looked at",
                name, sc_system_dimension_name(system, places->dimension), n, places->n);
        if (status)
            return status;
    }
    return SC_OK;
}

/* The places of a dimension and class, evenly from all of them. The caller frees places->figure. */
static enum sc_status find_places(const struct reading *reading, struct places *places,
                                  struct sc_error *err)
{
    size_t all;

    places->figure = sc_alloc_array((PLACES_MAX + 1) * places->n_codes, sizeof *places->figure);
    if (!places->figure)
        return sc_fail_nomem(err);
    collect(reading, places, 1, &all);
    collect(reading, places, all / PLACES_MAX + 1, &all);
    return SC_OK;
}

/* One dimension whose total is not the sum of the rest, where most places are. */
static enum sc_status look_in(struct reading *reading, uint32_t dimension, uint32_t mask,
                              struct sc_error *err)
{
    size_t n_codes = sc_system_n_codes(reading->release->system, dimension);
    struct places places = {.dimension = dimension, .n_codes = n_codes, .mask = mask};
    enum sc_status status;

    if (n_codes < 3 || n_codes > CODES_MAX)
        return SC_OK;
    status = find_places(reading, &places, err);
    if (!status)
        status = find_subtotals(reading, &places, err);
    sc_free(places.figure);
    return status;
}

enum sc_status sc_total_is_of_some(struct reading *reading, uint32_t dimension, bool *ret_so,
                                   struct sc_error *err)
{
    size_t n_codes = sc_system_n_codes(reading->release->system, dimension), n = 0;
    struct places places = {.dimension = dimension, .n_codes = n_codes, .mask = ANY};
    uint32_t parts[CODES_MAX];
    enum sc_status status;

    *ret_so = true;
    if (n_codes > CODES_MAX)
        return SC_OK;
    status = find_places(reading, &places, err);
    if (!status && places.n > 0)
        status = parts_of(&places, SC_SYSTEM_TOTAL, NEARLY, parts, &n, err);
    *ret_so = n > 0;
    sc_free(places.figure);
    return status;
}

static enum sc_status note_disbelief(const struct reading *reading, const struct sum_class *class,
                                     struct sc_error *err)
{
    struct sc_system *system = reading->release->system;
    struct sc_split split = sc_system_split(system, class->split);

    return sc_release_note(reading->release, err,
                           "'%s' of %s is not the sum of its %u parts in %zu of %zu places of one "
                           "kind: not used there (--hierarchy says what adds up, --overlapping "
                           "that one record may be in several)",
                           sc_system_code_name(system, split.dimension, split.parent),
                           sc_system_dimension_name(system, split.dimension),
                           (unsigned)split.n_children, class->failed, class->failed + class->held);
}

enum sc_status sc_test_sums(struct reading *reading, struct sc_error *err)
{
    struct sum_tests *tests = &reading->tests;
    uint32_t n_splits = (uint32_t)sc_system_n_splits(reading->release->system);
    uint32_t looked = 0; /* dimensions */
    enum sc_status status = count_all(reading, tests, 0, err);
    size_t n = tests->n;

    for (size_t i = 0; i < n && !status; i++) {
        uint32_t d = sc_system_split(reading->release->system, tests->classes[i].split).dimension;
        size_t best = i;

        if (believed(&tests->classes[i]) || reading->has_hierarchy[d] || looked & 1u << d)
            continue;
        looked |= 1u << d;
        for (size_t j = i; j < n; j++)
            if (tests->classes[j].split == tests->classes[i].split &&
                tests->classes[j].failed > tests->classes[best].failed)
                best = j;
        status = look_in(reading, d, tests->classes[best].mask, err);
    }
    if (!status)
        status = sc_find_overlapping(reading, n_splits, err);
    if (!status)
        status = count_all(reading, tests, n_splits, err);
    for (size_t i = 0; i < tests->n && !status; i++)
        if (!believed(&tests->classes[i]) && !is_belied(reading, tests->classes[i].split))
            status = note_disbelief(reading, &tests->classes[i], err);
    sc_system_set_believe(reading->release->system, sc_sum_believed, reading);
    return status;
}
