/*
 * coarsen.c - which choices of levels are worth an officer's look.
 *
 * Every combination of levels is tried (few dimensions, few levels): old cells are added up into a
 * dense grid of new ones, and the grid is counted. For a dimension of bands the best merging into k
 * bands is found by dynamic programming for every combination of the others' levels: what a merged
 * band costs is the number of small counts it has across all figures of the other
 * dimensions, and that does not depend on the other bands. Of equal ones the more even is taken.
 * Several dimensions of bands are merged in turns until nothing gets better.
 *
 * Cost: combinations x cells, and for bands n^2 x figures of the other dimensions.
 */
#include "protect/coarsen.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

#define DEFAULT_THRESHOLD 5
#define WORK_MAX 1e9
#define GRID_MAX ((size_t)32 * 1000 * 1000)
#define TURNS_MAX 4
/* One small count against the squares of bands' widths. */
#define SMALL_COUNT INT64_C(1000000)

struct grid {
    struct sc_coarsen_plan *plan;
    uint32_t *map[SC_SYSTEM_DIMENSIONS_MAX];
    uint32_t n_new[SC_SYSTEM_DIMENSIONS_MAX];
    size_t n; /* places in use */
    int64_t *sum;
    uint8_t *printed;
    bool *begins[SC_SYSTEM_DIMENSIONS_MAX]; /* of the combination in hand */
    int64_t *cost;                          /* n_bands x n_bands */
    int64_t *best;                          /* (n_bands + 1) x (n_bands + 1) */
    uint32_t *from;
};

void sc_coarsen_plan_free(struct sc_coarsen_plan *plan)
{
    if (!plan)
        return;
    for (size_t i = 0; i < plan->n_frontier; i++)
        for (size_t d = 0; d < plan->n_axes; d++)
            sc_free(plan->frontier[i].begins[d]);
    for (size_t i = 0; i < plan->n_chosen; i++)
        for (size_t d = 0; d < plan->n_axes; d++)
            sc_free(plan->chosen[i].begins[d]);
    sc_free(plan->frontier);
    sc_free(plan->chosen);
    for (size_t d = 0; d < plan->n_axes && plan->axes; d++)
        sc_coarsen_axis_release(&plan->axes[d]);
    sc_free(plan->axes);
    sc_free(plan);
}

static void grid_release(struct grid *grid)
{
    for (size_t d = 0; d < SC_SYSTEM_DIMENSIONS_MAX; d++) {
        sc_free(grid->map[d]);
        sc_free(grid->begins[d]);
    }
    sc_free(grid->sum);
    sc_free(grid->printed);
    sc_free(grid->cost);
    sc_free(grid->best);
    sc_free(grid->from);
}

/* How many combinations of levels there are, all dropped among them. */
static double combinations(const struct sc_coarsen_plan *plan)
{
    double n = 1;

    for (size_t d = 0; d < plan->n_axes; d++)
        n *= plan->axes[d].n_levels;
    return n;
}

static enum sc_status grid_init(struct grid *grid, struct sc_coarsen_plan *plan,
                                struct sc_error *err)
{
    size_t n = 1, most_bands = 1;

    grid->plan = plan;
    for (size_t d = 0; d < plan->n_axes; d++) {
        const struct sc_coarsen_axis *axis = &plan->axes[d];

        if (n > GRID_MAX / axis->n_codes)
            return sc_fail(err, SC_E_RANGE,
                           "the table is too large to be coarsened: expected %zu "
                           "combinations of codes at most",
                           GRID_MAX);
        n *= axis->n_codes;
        grid->map[d] = sc_alloc_array(axis->n_codes, sizeof *grid->map[d]);
        grid->begins[d] = sc_alloc_array(axis->n_bands + 1, sizeof *grid->begins[d]);
        if (!grid->map[d] || !grid->begins[d])
            return sc_fail_nomem(err);
        most_bands = axis->n_bands > most_bands ? axis->n_bands : most_bands;
    }
    grid->sum = sc_alloc_array(n, sizeof *grid->sum);
    grid->printed = sc_alloc_array(n, sizeof *grid->printed);
    grid->cost = sc_alloc_array(most_bands * most_bands, sizeof *grid->cost);
    grid->best = sc_alloc_array((most_bands + 1) * (most_bands + 1), sizeof *grid->best);
    grid->from = sc_alloc_array((most_bands + 1) * (most_bands + 1), sizeof *grid->from);
    return grid->sum && grid->printed && grid->cost && grid->best && grid->from
               ? SC_OK
               : sc_fail_nomem(err);
}

/* ---- adding up --------------------------------------------------------------------------- */

/* Adds the old cells up at `level`, with the dimension `plain` (SC_NONE: none) at its finest. */
static void fill(struct grid *grid, const uint32_t *level, uint32_t plain)
{
    const struct sc_coarsen_plan *plan = grid->plan;
    const struct sc_system *system = plan->system;

    grid->n = 1;
    for (uint32_t d = 0; d < plan->n_axes; d++) {
        sc_coarsen_map(system, d, &plan->axes[d], d == plain ? 0 : level[d], grid->begins[d],
                       grid->map[d], &grid->n_new[d]);
        grid->n *= grid->n_new[d];
    }
    memset(grid->sum, 0, grid->n * sizeof *grid->sum);
    memset(grid->printed, 0, grid->n * sizeof *grid->printed);
    for (uint32_t c = 0; c < sc_system_n_cells(system); c++) {
        const uint32_t *codes = sc_system_cell_codes(system, c);
        size_t at = 0;
        bool left_out = false;

        for (uint32_t d = 0; d < plan->n_axes && !left_out; d++) {
            left_out = grid->map[d][codes[d]] == SC_NONE;
            at = at * grid->n_new[d] + grid->map[d][codes[d]];
        }
        if (left_out)
            continue;
        grid->sum[at] += plan->count[c];
        grid->printed[at] = 1;
    }
}

static bool is_small(const struct sc_coarsen_plan *plan, int64_t count)
{
    return count >= 1 && count < plan->threshold;
}

static void count_up(const struct grid *grid, struct sc_coarsening *choice)
{
    choice->cells = choice->primary = 0;
    for (size_t i = 0; i < grid->n; i++) {
        choice->cells += grid->printed[i];
        choice->primary += is_small(grid->plan, grid->sum[i]);
    }
}

/* ---- bands ------------------------------------------------------------------------------- */

/* What every run of bands would cost as one: small counts, and how wide it is. */
static void cost_runs(struct grid *grid, uint32_t d)
{
    const struct sc_coarsen_axis *axis = &grid->plan->axes[d];
    size_t n = axis->n_bands, inner = 1, outer = 1;

    for (uint32_t e = 0; e < grid->plan->n_axes; e++)
        *(e < d ? &outer : &inner) *= e == d ? 1 : grid->n_new[e];
    for (size_t i = 0; i < n; i++)
        for (size_t j = i; j < n; j++)
            grid->cost[i * n + j] = (int64_t)((j - i + 1) * (j - i + 1));
    for (size_t o = 0; o < outer; o++)
        for (size_t k = 0; k < inner; k++)
            for (size_t i = 0; i < n; i++) {
                int64_t sum = 0;

                for (size_t j = i; j < n; j++) {
                    sum +=
                        grid->sum[(o * grid->n_new[d] + grid->map[d][axis->bands[j]]) * inner + k];
                    if (is_small(grid->plan, sum))
                        grid->cost[i * n + j] += SMALL_COUNT;
                    else if (sum >= grid->plan->threshold)
                        break; /* sums only grow */
                }
            }
}

/* The cheapest merging into `left` bands. */
static void merge(struct grid *grid, uint32_t d, uint32_t left)
{
    sc_coarsen_merge(grid->cost, grid->plan->axes[d].n_bands, left, grid->best, grid->from,
                     grid->begins[d]);
}

static uint32_t bands_left(const struct grid *grid, const uint32_t *level, uint32_t d)
{
    const struct sc_coarsen_axis *axis = &grid->plan->axes[d];

    if (axis->kind != SC_COARSEN_BANDS || level[d] == 0)
        return 0;
    return sc_coarsen_bands_left(axis, level[d]);
}

/* Merges the bands of every dimension that is to have fewer, in turns. */
static void merge_all(struct grid *grid, const uint32_t *level)
{
    size_t n_merged = 0, last = SIZE_MAX;

    for (uint32_t d = 0; d < grid->plan->n_axes; d++) {
        n_merged += bands_left(grid, level, d) > 0;
        assert(grid->begins[d]);
        for (uint32_t i = 0; i < grid->plan->axes[d].n_bands; i++)
            grid->begins[d][i] = true;
    }
    for (int turn = 0; turn < (n_merged > 1 ? TURNS_MAX : 1) && n_merged > 0; turn++) {
        struct sc_coarsening now;

        for (uint32_t d = 0; d < grid->plan->n_axes; d++) {
            uint32_t left = bands_left(grid, level, d);

            if (left == 0)
                continue;
            fill(grid, level, d);
            cost_runs(grid, d);
            merge(grid, d, left);
        }
        if (n_merged == 1)
            break;
        fill(grid, level, SC_NONE);
        count_up(grid, &now);
        if (now.primary >= last)
            break;
        last = now.primary;
    }
}

/* ---- the frontier -------------------------------------------------------------------------- */

static bool drops_all(const struct sc_coarsen_plan *plan, const uint32_t *level)
{
    for (size_t d = 0; d < plan->n_axes; d++)
        if (level[d] + 1 < plan->axes[d].n_levels)
            return false;
    return true;
}

static void release_choice(const struct sc_coarsen_plan *plan, struct sc_coarsening *choice)
{
    for (size_t d = 0; d < plan->n_axes; d++)
        sc_free(choice->begins[d]);
}

static size_t hidden(const struct sc_coarsening *choice)
{
    return choice->primary + (choice->weighed ? choice->secondary : 0);
}

/* Whether `a` is at least as good as `b`; of equals the one first found stays. */
static bool beats(const struct sc_coarsening *a, const struct sc_coarsening *b)
{
    return a->cells >= b->cells && hidden(a) <= hidden(b);
}

/* Takes out entries that `choice` beats. */
static void take_out(struct sc_coarsen_plan *plan, const struct sc_coarsening *choice)
{
    size_t kept = 0;

    for (size_t i = 0; i < plan->n_frontier; i++) {
        if (beats(choice, &plan->frontier[i])) {
            release_choice(plan, &plan->frontier[i]);
            continue;
        }
        plan->frontier[kept++] = plan->frontier[i];
    }
    plan->n_frontier = kept;
}

/* Copies how the bands in hand are merged. */
static enum sc_status copy_begins(const struct grid *grid, struct sc_coarsening *choice,
                                  struct sc_error *err)
{
    const struct sc_coarsen_plan *plan = grid->plan;

    for (size_t d = 0; d < plan->n_axes; d++) {
        size_t n = plan->axes[d].n_bands;

        choice->begins[d] = n ? sc_alloc_array(n, sizeof *choice->begins[d]) : NULL;
        if (n && !choice->begins[d]) {
            release_choice(plan, choice);
            return sc_fail_nomem(err);
        }
        if (n)
            memcpy(choice->begins[d], grid->begins[d], n * sizeof *choice->begins[d]);
    }
    return SC_OK;
}

static enum sc_status consider(struct grid *grid, const uint32_t *level, struct sc_error *err)
{
    struct sc_coarsen_plan *plan = grid->plan;
    struct sc_coarsening choice = {0};
    enum sc_status status;

    merge_all(grid, level);
    fill(grid, level, SC_NONE);
    count_up(grid, &choice);
    memcpy(choice.level, level, plan->n_axes * sizeof *level);
    plan->n_tried++;
    for (size_t i = 0; i < plan->n_frontier; i++)
        if (beats(&plan->frontier[i], &choice))
            return SC_OK;
    take_out(plan, &choice);
    status = sc_grow((void **)&plan->frontier, &plan->frontier_capacity, plan->n_frontier,
                     sizeof *plan->frontier, err);
    if (!status)
        status = copy_begins(grid, &choice, err);
    if (!status)
        plan->frontier[plan->n_frontier++] = choice;
    return status;
}

static enum sc_status consider_all(struct grid *grid, struct sc_error *err)
{
    const struct sc_coarsen_plan *plan = grid->plan;
    uint32_t level[SC_SYSTEM_DIMENSIONS_MAX] = {0};
    enum sc_status status = SC_OK;

    for (;;) {
        size_t d = plan->n_axes;

        if (!drops_all(plan, level))
            status = consider(grid, level, err);
        while (d > 0 && ++level[d - 1] == plan->axes[d - 1].n_levels)
            level[--d] = 0;
        if (d == 0 || status)
            return status;
    }
}

static int by_cells(const void *a, const void *b)
{
    const struct sc_coarsening *x = a, *y = b;

    return x->cells != y->cells ? (x->cells > y->cells ? -1 : 1)
                                : (hidden(x) > hidden(y)) - (hidden(x) < hidden(y));
}

static enum sc_status plan_init(struct sc_coarsen_plan *plan, const struct sc_protect_input *input,
                                int64_t threshold, struct sc_error *err)
{
    plan->system = input->system;
    plan->count = input->count;
    plan->threshold = threshold ? threshold : DEFAULT_THRESHOLD;
    if (plan->threshold < 2 || plan->threshold > 1000000)
        return sc_fail(err, SC_E_RANGE, "threshold: expected 2 to 1,000,000");
    for (uint32_t c = 0; c < sc_system_n_cells(plan->system); c++)
        if (sc_system_made(plan->system, c))
            return sc_fail(err, SC_E_UNSUPPORTED,
                           "bands overlap: a table with figures nobody prints has no levels");
    plan->n_axes = sc_system_n_dimensions(plan->system);
    plan->axes = sc_alloc_array(plan->n_axes, sizeof *plan->axes);
    if (!plan->axes)
        return sc_fail_nomem(err);
    for (uint32_t d = 0; d < plan->n_axes; d++) {
        enum sc_status status = sc_coarsen_axis_init(plan->system, d, &plan->axes[d], err);

        if (status)
            return status;
    }
    return SC_OK;
}

enum sc_status sc_coarsen_propose(const struct sc_protect_input *input, int64_t threshold,
                                  struct sc_coarsen_plan **ret_plan, struct sc_error *err)
{
    SC_AUTO(sc_coarsen_plan) plan = sc_alloc(sizeof *plan);
    struct grid grid = {0};
    enum sc_status status;

    if (!plan)
        return sc_fail_nomem(err);
    status = plan_init(plan, input, threshold, err);
    if (!status && combinations(plan) * (double)sc_system_n_cells(plan->system) > WORK_MAX)
        status = sc_fail(err, SC_E_RANGE, "too many combinations of levels to look at");
    if (!status)
        status = grid_init(&grid, plan, err);
    if (!status)
        status = consider_all(&grid, err);
    grid_release(&grid);
    if (status)
        return status;
    if (plan->n_frontier > 1)
        qsort(plan->frontier, plan->n_frontier, sizeof *plan->frontier, by_cells);
    *ret_plan = SC_TAKE(plan);
    return SC_OK;
}

enum sc_status sc_coarsen_choose(struct sc_coarsen_plan *plan, const uint32_t *levels,
                                 struct sc_coarsening *ret_choice, struct sc_error *err)
{
    struct sc_coarsening choice = {0};
    struct grid grid = {0};
    enum sc_status status = SC_OK;

    for (uint32_t d = 0; d < plan->n_axes; d++)
        if (levels[d] >= plan->axes[d].n_levels)
            return sc_fail(err, SC_E_RANGE, "%s has no such level",
                           sc_system_dimension_name(plan->system, d));
    if (drops_all(plan, levels))
        return sc_fail(err, SC_E_RANGE, "every dimension is left out: expected one at least");
    /* An entry of the frontier has these bands already. */
    for (size_t i = 0; i < plan->n_frontier; i++)
        if (memcmp(plan->frontier[i].level, levels, plan->n_axes * sizeof *levels) == 0) {
            *ret_choice = plan->frontier[i];
            return SC_OK;
        }
    status = grid_init(&grid, plan, err);
    if (!status) {
        merge_all(&grid, levels);
        fill(&grid, levels, SC_NONE);
        count_up(&grid, &choice);
        memcpy(choice.level, levels, plan->n_axes * sizeof *levels);
        status = sc_grow((void **)&plan->chosen, &plan->chosen_capacity, plan->n_chosen,
                         sizeof *plan->chosen, err);
    }
    if (!status)
        status = copy_begins(&grid, &choice, err);
    if (!status)
        *ret_choice = plan->chosen[plan->n_chosen++] = choice;
    grid_release(&grid);
    return status;
}

/* ---- suppression --------------------------------------------------------------------------- */

static enum sc_status weigh(struct sc_coarsen_plan *plan, struct sc_coarsening *choice,
                            const struct sc_protect_policy *policy, struct sc_error *err)
{
    struct sc_protect_policy fast = {0};
    struct sc_system *system = NULL;
    SC_AUTO_FREE int64_t *count = NULL;
    SC_AUTO(sc_pattern) pattern = NULL;
    struct sc_protect_input input = {0};
    enum sc_status status = sc_coarsen_apply(plan, choice, &system, &count, err);

    if (policy)
        fast = *policy;
    fast.threshold = plan->threshold;
    fast.heuristic_only = true;
    input.system = system;
    input.count = count;
    if (!status)
        status = sc_protect_suppress(&input, &fast, &pattern, err);
    sc_system_free(system);
    if (status)
        return status;
    choice->weighed = true;
    choice->secondary = pattern->secondary;
    choice->secondary_sum = pattern->secondary_sum;
    return SC_OK;
}

enum sc_status sc_coarsen_weigh(struct sc_coarsen_plan *plan,
                                const struct sc_protect_policy *policy, struct sc_error *err)
{
    size_t kept = 0;

    for (size_t i = plan->n_frontier;
         i-- > 0;) { /* the smallest first: all but the last is quick */
        enum sc_status status;

        if (policy && policy->stop && policy->stop(policy->stop_arg))
            return SC_OK;
        status = weigh(plan, &plan->frontier[i], policy, err);
        if (status)
            return status;
    }
    for (size_t i = 0; i < plan->n_frontier; i++) {
        bool beaten = false;

        for (size_t j = 0; j < plan->n_frontier && !beaten; j++)
            beaten = j != i && beats(&plan->frontier[j], &plan->frontier[i]) &&
                     (!beats(&plan->frontier[i], &plan->frontier[j]) || j < i);
        plan->frontier[i].beaten = beaten;
    }
    for (size_t i = 0; i < plan->n_frontier; i++) {
        if (plan->frontier[i].beaten)
            release_choice(plan, &plan->frontier[i]);
        else
            plan->frontier[kept++] = plan->frontier[i];
    }
    plan->n_frontier = kept;
    return SC_OK;
}
