/*
 * coarse.c - the levels of a table that are worth choosing from, and the table at a level.
 *
 * Every combination of what can become of each group of dimensions (coarse_options.c) is tried, and
 * its figures counted. Bands are merged, for each number of bands and each choice of the rest, such
 * that fewest small counts are left, and of equal ones the most even: what a run of bands costs
 * does not depend on the others (protect/coarsen.h has the same search for plain tables). Where a
 * table has two dimensions of bands they are merged one after the other.
 *
 * Cost: combinations x figures.
 */
#include "answer/coarse.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "protect/coarsen.h"

#define WORK_MAX 1e9
/* One small count against the squares of bands' widths. */
#define SMALL_COUNT INT64_C(1000000)

/* ---- a table at a level ----------------------------------------------------------------- */

/* New dimensions, and for each old one its place among them (SIZE_MAX: left out). */
static bool make_frame(struct sc_arena *arena, const struct sc_table *table,
                       const struct sc_coarse_level *level, struct sc_table *to, size_t *place)
{
    *to = *table;
    to->dimensions = sc_arena_alloc(arena, (table->n_dimensions + 1) * sizeof *to->dimensions);
    if (!to->dimensions)
        return false;
    to->n_dimensions = to->n_rows_dimensions = 0;
    to->n_cells = 1;
    for (size_t d = 0; d < table->n_dimensions; d++) {
        const struct sc_coarse_dim *dim = &level->dims[d];
        struct sc_dimension *dimension = &to->dimensions[to->n_dimensions];
        int32_t outer = table->dimensions[d].nested_in;

        place[d] = SIZE_MAX;
        if (dim->dropped)
            continue;
        *dimension = dim->as ? *dim->as : table->dimensions[d];
        dimension->nested_in = outer < 0 ? -1 : (int32_t)place[outer];
        to->n_rows_dimensions += d < table->n_rows_dimensions;
        to->n_cells *= dimension->n_categories + 1;
        place[d] = to->n_dimensions++;
    }
    if (to->n_rows_dimensions == 0)
        to->n_rows_dimensions = 1; /* what went across goes down the page */
    to->cells = sc_arena_alloc(arena, to->n_cells * sizeof *to->cells);
    for (size_t k = 0; to->cells && k < to->n_cells; k++)
        to->cells[k].status = SC_CELL_VOID;
    return to->cells != NULL;
}

/* Where an old cell goes; false: nowhere, it is left out with its dimension. */
static bool place_of(const struct sc_table *table, const struct sc_coarse_level *level,
                     const struct sc_table *to, const size_t *place, const size_t *at, size_t *ret)
{
    for (size_t d = 0; d < table->n_dimensions; d++) {
        bool total = at[d] == table->dimensions[d].n_categories;
        const struct sc_coarse_dim *dim = &level->dims[d];

        if (dim->dropped && !total)
            return false;
        if (dim->dropped)
            continue;
        if (total)
            ret[place[d]] = to->dimensions[place[d]].n_categories;
        else
            ret[place[d]] = dim->as ? dim->map[at[d]] : at[d];
    }
    return true;
}

bool sc_coarse_table(struct sc_arena *arena, const struct sc_table *table,
                     const struct sc_coarse_level *level, struct sc_table *to)
{
    size_t place[SC_DIMENSIONS_MAX], at[SC_DIMENSIONS_MAX] = {0}, where[SC_DIMENSIONS_MAX] = {0};

    if (!make_frame(arena, table, level, to, place))
        return false;
    do {
        const struct sc_cell *cell = sc_table_cell(table, at);
        struct sc_cell *sum;

        if (cell->status == SC_CELL_VOID || !place_of(table, level, to, place, at, where))
            continue;
        sum = sc_table_cell(to, where);
        sum->status = SC_CELL_TRUE;
        sum->count += cell->count;
    } while (sc_table_next(table, at));
    return true;
}

/* ---- what link.c knows of it ------------------------------------------------------------- */

static bool merge_sets(struct sc_arena *arena, const struct sc_link_dimension *from, size_t n,
                       const struct sc_coarse_dim *dim, struct sc_link_dimension *to)
{
    struct sc_spans *sets = sc_arena_alloc(arena, (dim->as->n_categories + 1) * sizeof *sets);
    size_t n_runs = 0;
    struct sc_span *runs;

    for (size_t i = 0; i < n; i++)
        n_runs += from->sets[i].n;
    runs = sc_arena_alloc(arena, (n_runs + 1) * sizeof *runs);
    if (!sets || !runs)
        return false;
    for (size_t c = 0; c < dim->as->n_categories; c++) {
        n_runs = 0;
        for (size_t i = 0; i < n; i++)
            for (size_t k = 0; dim->map[i] == c && k < from->sets[i].n; k++)
                runs[n_runs++] = from->sets[i].runs[k];
        if (!sc_spans_of(arena, runs, n_runs, &sets[c]))
            return false;
    }
    to->sets = sets;
    return true;
}

bool sc_coarse_link(struct sc_arena *arena, const struct sc_link_table *from,
                    const struct sc_coarse_level *level, const struct sc_table *table,
                    struct sc_link_table *to)
{
    const struct sc_table *before = from->table;
    struct sc_link_dimension *dimensions =
        sc_arena_alloc(arena, (table->n_dimensions + 1) * sizeof *dimensions);
    size_t n = 0;

    if (!dimensions)
        return false;
    for (size_t d = 0; d < before->n_dimensions; d++) {
        const struct sc_coarse_dim *dim = &level->dims[d];

        if (dim->dropped)
            continue;
        dimensions[n] = from->dimensions[d];
        if (dim->as && !merge_sets(arena, &from->dimensions[d], before->dimensions[d].n_categories,
                                   dim, &dimensions[n]))
            return false;
        n++;
    }
    *to = *from;
    to->table = table;
    to->dimensions = dimensions;
    return true;
}

/* ---- merging bands ------------------------------------------------------------------------ */

struct trying {
    const struct sc_table *table;
    uint64_t threshold;
    struct sc_arena *arena; /* of the result */
    struct sc_arena scratch;
    struct sc_coarse_group groups[SC_DIMENSIONS_MAX];
    size_t n_groups;
    size_t choice[SC_DIMENSIONS_MAX]; /* by group: its option */
    struct sc_coarse_level *levels;
    size_t n_levels, capacity;
    struct sc_error *err;
};

static bool is_small(uint64_t count, uint64_t threshold)
{
    return count >= 1 && count < threshold;
}

/*
 * What every run of bands of dimension `d` of `table` would cost as one: small counts, and how wide
 * it is. The bands are still apart there.
 */
static void cost_runs(const struct trying *t, const struct sc_table *table, size_t d,
                      const struct sc_coarse_group *group, int64_t *cost)
{
    size_t n = group->n_bands, at[SC_DIMENSIONS_MAX] = {0};

    for (size_t i = 0; i < n; i++)
        for (size_t j = i; j < n; j++)
            cost[i * n + j] = (int64_t)((j - i + 1) * (j - i + 1));
    do {
        if (at[d] != group->bands[0])
            continue;
        for (size_t i = 0; i < n; i++) {
            uint64_t sum = 0;

            for (size_t j = i; j < n; j++) {
                at[d] = group->bands[j];
                sum += sc_table_cell(table, at)->count;
                cost[i * n + j] += is_small(sum, t->threshold) ? SMALL_COUNT : 0;
            }
        }
        at[d] = group->bands[0];
    } while (sc_table_next(table, at));
}

/* Merges the bands of one group, all else of `level` being as it is. */
static enum sc_status merge_group(struct trying *t, const struct sc_coarse_group *group,
                                  size_t left, struct sc_coarse_level *level)
{
    size_t n = group->n_bands, d = group->dims[0], new_d = 0;
    SC_AUTO_FREE int64_t *cost = sc_alloc_array(n * n, sizeof *cost);
    SC_AUTO_FREE int64_t *best = sc_alloc_array((n + 1) * (n + 1), sizeof *best);
    SC_AUTO_FREE uint32_t *from = sc_alloc_array((n + 1) * (n + 1), sizeof *from);
    SC_AUTO_FREE bool *begins = sc_alloc_array(n, sizeof *begins);
    struct sc_table apart;

    if (!cost || !best || !from || !begins ||
        !sc_coarse_table(&t->scratch, t->table, level, &apart))
        return sc_fail_nomem(t->err);
    for (size_t i = 0; i < d; i++)
        new_d += !level->dims[i].dropped;
    cost_runs(t, &apart, new_d, group, cost);
    sc_coarsen_merge(cost, n, left, best, from, begins);
    return sc_coarse_merged(t->arena, &t->table->dimensions[d], group, begins, &level->dims[d])
               ? SC_OK
               : sc_fail_nomem(t->err);
}

/* ---- one combination ------------------------------------------------------------------------ */

static enum sc_status say_level(struct trying *t, struct sc_coarse_level *level)
{
    SC_AUTO_BUF text = {0};

    sc_buf_adds(&text, "");
    for (size_t g = 0; g < t->n_groups; g++) {
        const char *part = t->groups[g].options[t->choice[g]].text;

        if (part[0])
            sc_buf_addf(&text, "%s%s", text.len ? ", " : "", part);
    }
    level->text = text.failed ? NULL : sc_arena_strdup(t->arena, text.data);
    return level->text ? SC_OK : sc_fail_nomem(t->err);
}

static void count_up(const struct trying *t, const struct sc_table *table,
                     struct sc_coarse_level *level)
{
    for (size_t k = 0; k < table->n_cells; k++) {
        level->cells += table->cells[k].status != SC_CELL_VOID;
        level->small += is_small(table->cells[k].count, t->threshold);
    }
}

static enum sc_status try_combination(struct trying *t)
{
    struct sc_coarse_level level = {0};
    struct sc_table coarse;
    bool any = t->table->n_dimensions == 0;
    enum sc_status status = SC_OK;

    for (size_t g = 0; g < t->n_groups; g++)
        for (size_t i = 0; i < t->groups[g].n; i++) {
            size_t d = t->groups[g].dims[i];

            level.dims[d] = t->groups[g].options[t->choice[g]].dims[d];
            any = any || !level.dims[d].dropped;
        }
    if (!any) /* a table of one figure alone is none */
        return SC_OK;
    for (size_t g = 0; g < t->n_groups && !status; g++)
        if (t->groups[g].options[t->choice[g]].bands)
            status =
                merge_group(t, &t->groups[g], t->groups[g].options[t->choice[g]].bands, &level);
    if (!status && !sc_coarse_table(&t->scratch, t->table, &level, &coarse))
        status = sc_fail_nomem(t->err);
    if (!status)
        status = say_level(t, &level);
    if (!status)
        status = sc_grow((void **)&t->levels, &t->capacity, t->n_levels, sizeof *t->levels, t->err);
    if (status)
        return status;
    count_up(t, &coarse, &level);
    t->levels[t->n_levels++] = level;
    sc_arena_release(&t->scratch);
    return SC_OK;
}

/* The next combination, the last group fastest; false after the last. */
static bool next_choice(struct trying *t)
{
    for (size_t g = t->n_groups; g-- > 0;) {
        if (++t->choice[g] < t->groups[g].n_options)
            return true;
        t->choice[g] = 0;
    }
    return false;
}

/* ---- the list ---------------------------------------------------------------------------------
 */

static bool beats(const struct sc_coarse_level *a, const struct sc_coarse_level *b)
{
    return a->cells >= b->cells && a->small <= b->small;
}

/* Copies what nothing beats, most figures first; of equals the one tried first, the finest. */
static enum sc_status take_frontier(const struct trying *t, struct sc_coarse_level **ret_levels,
                                    size_t *ret_n)
{
    struct sc_coarse_level *kept = sc_arena_alloc(t->arena, (t->n_levels + 1) * sizeof *kept);
    size_t n = 0;

    if (!kept)
        return sc_fail_nomem(t->err);
    for (size_t i = 0; i < t->n_levels; i++) {
        bool beaten = false;
        size_t at;

        for (size_t j = 0; j < t->n_levels && !beaten; j++)
            beaten = j != i && beats(&t->levels[j], &t->levels[i]) &&
                     (!beats(&t->levels[i], &t->levels[j]) || j < i);
        if (beaten)
            continue;
        for (at = n++; at > 0 && kept[at - 1].cells < t->levels[i].cells; at--)
            kept[at] = kept[at - 1];
        kept[at] = t->levels[i];
    }
    *ret_levels = kept;
    *ret_n = n;
    return SC_OK;
}

enum sc_status sc_coarse_levels(const struct sc_table *table, uint64_t threshold, bool financial,
                                struct sc_arena *arena, struct sc_coarse_level **ret_levels,
                                size_t *ret_n, struct sc_error *err)
{
    struct trying t = {.table = table, .threshold = threshold, .arena = arena, .err = err};
    double work = (double)table->n_cells;
    enum sc_status status = SC_OK;

    if (!sc_coarse_groups(arena, table, financial, t.groups, &t.n_groups))
        return sc_fail_nomem(err);
    for (size_t g = 0; g < t.n_groups; g++)
        work *= (double)t.groups[g].n_options;
    if (work > WORK_MAX)
        return sc_fail(err, SC_E_RANGE, "table '%s' is too large to be made coarser", table->id);
    do
        status = try_combination(&t);
    while (!status && next_choice(&t));
    if (!status)
        status = take_frontier(&t, ret_levels, ret_n);
    sc_arena_release(&t.scratch);
    sc_free(t.levels);
    return status;
}

const struct sc_coarse_level *sc_coarse_pick(const struct sc_coarse_level *levels, size_t n,
                                             uint64_t percent)
{
    const struct sc_coarse_level *best = &levels[0];

    for (size_t i = 0; i < n; i++)
        if (100 * levels[i].small <= percent * levels[i].cells)
            return &levels[i];
    for (size_t i = 1; i < n; i++)
        if (levels[i].small * best->cells < best->small * levels[i].cells)
            best = &levels[i];
    return best;
}
