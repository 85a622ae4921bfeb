/*
 * lattice_search.c - local search for tables of multiples, in whole numbers only.
 *
 * Cells that are the total of no sum are free to choose (generators); every other cell is a sum of
 * generators, found by going down its first sum. Further sums of the same cell are either the
 * same generators again, which says nothing, or a condition that must come to 0 (two tables that
 * share a margin only). So the state is one number a generator, and a row for each cell and each
 * condition: its value, its bounds, its cost, and a penalty for every step out of bounds.
 *
 * The search is simulated annealing over chains. A chain begins with one step of a random
 * generator; while it costs more than a random allowance, a further step mends the row that the
 * last one made worst, by the best of a few generators of that row; a chain that never comes within
 * the allowance is undone. (So a step in one line of a table is made good along its other margins,
 * which no single step could do.) Allowances shrink from a base to nothing. Rows still out of
 * bounds at the end have their penalties raised over and over, until they give way. Allowances
 * are drawn from the exponential distribution with whole-number arithmetic (leading zeros of a
 * random word), so no mathematical library can make two machines differ.
 *
 * Cost: a step looks at the rows of its generator, one for each margin over it: about 8 in three
 * dimensions, 16 with a hierarchy. About 100 million rows a second.
 *
 * Kirkpatrick, Gelatt and Vecchi (1983), "Optimization by simulated annealing"; Morris (1993), "The
 * breakout method for escaping from local minima".
 */
#include <assert.h>
#include <string.h>

#include "base/error.h"
#include "protect/lattice.h"

/* Rows of all generators together: 12 bytes each. */
#define ENTRIES_MAX ((size_t)100 * 1000 * 1000)
/* Temperatures are in 1/1024 of a unit of cost: the first (times base and weight), the last. */
#define WARM INT64_C(1024)
#define COLD INT64_C(128)
/* Steps of a chain; generators looked at for each. */
#define CHAIN 8
#define MENDERS 4
#define PENALTY_MAX (INT64_C(1) << 40)

/* A row: a cell (cost and bounds) or a condition (0). */
struct row {
    uint32_t cell;     /* SC_NONE: a condition */
    uint32_t relation; /* of a condition */
    int64_t value;
    int64_t low, high;
    int64_t target;
    int64_t weight;
    int64_t penalty; /* a step out of bounds */
};

struct search {
    const struct sc_lattice *lattice;
    uint32_t *primary; /* by cell: the sum it is found by; SC_NONE: a generator */
    /* Every cell as free generators. */
    size_t *part_start; /* by cell */
    size_t *part_n;
    uint32_t *parts;
    size_t n_parts, parts_capacity;
    uint32_t *order; /* all cells, children first */
    size_t n_ordered;
    size_t n_free;
    uint32_t *free_cell;   /* by free generator */
    uint32_t *free_number; /* by cell; SC_NONE */
    int64_t *y;            /* by free generator */
    int64_t *low, *high;
    struct row *rows;
    size_t n_rows, rows_capacity;
    /* Rows, in the order they were made, as lists of generators with coefficients. */
    size_t *row_start;
    size_t row_start_capacity;
    uint32_t *member;
    int32_t *factor;
    size_t n_entries, member_capacity, factor_capacity;
    /* The same by generator. */
    size_t *in_start;
    uint32_t *in_row;
    int32_t *in_factor;
    int64_t heaviest;  /* the largest weight */
    int64_t violation; /* steps out of bounds, over all rows */
    int64_t cost;      /* without penalties */
    int64_t *best;     /* by free generator */
    int64_t best_cost;
    bool has_best;
    uint64_t random;
    uint64_t work;
};

static void search_release(struct search *s)
{
    sc_free(s->primary);
    sc_free(s->part_start);
    sc_free(s->part_n);
    sc_free(s->parts);
    sc_free(s->order);
    sc_free(s->free_cell);
    sc_free(s->free_number);
    sc_free(s->y);
    sc_free(s->low);
    sc_free(s->high);
    sc_free(s->rows);
    sc_free(s->row_start);
    sc_free(s->member);
    sc_free(s->factor);
    sc_free(s->in_start);
    sc_free(s->in_row);
    sc_free(s->in_factor);
    sc_free(s->best);
}

/* ---- building -------------------------------------------------------------------- */

static enum sc_status find_generators(struct search *s, struct sc_error *err)
{
    const struct sc_lattice *lattice = s->lattice;
    const struct sc_system *system = lattice->system;
    size_t n = sc_system_n_cells(system);

    s->primary = sc_alloc_array(n, sizeof *s->primary);
    s->part_start = sc_alloc_array(n, sizeof *s->part_start);
    s->part_n = sc_alloc_array(n, sizeof *s->part_n);
    s->order = sc_alloc_array(n, sizeof *s->order);
    s->free_cell = sc_alloc_array(n, sizeof *s->free_cell);
    s->free_number = sc_alloc_array(n, sizeof *s->free_number);
    if (!s->primary || !s->part_start || !s->part_n || !s->order || !s->free_cell ||
        !s->free_number)
        return sc_fail_nomem(err);
    memset(s->primary, 0xff, n * sizeof *s->primary);
    for (uint32_t i = 0; i < sc_system_n_relations(system); i++) {
        struct sc_relation r = sc_system_relation(system, i);

        if (s->primary[r.total] == SC_NONE)
            s->primary[r.total] = i;
    }
    for (uint32_t c = 0; c < n; c++) {
        s->free_number[c] = SC_NONE;
        if (s->primary[c] != SC_NONE || lattice->low[c] == lattice->high[c])
            continue;
        s->free_number[c] = (uint32_t)s->n_free;
        s->free_cell[s->n_free++] = c;
    }
    return SC_OK;
}

/* Writes the free generators of a cell whose children's are written. */
static enum sc_status gather(struct search *s, uint32_t cell, struct sc_error *err)
{
    uint32_t own = s->free_number[cell];
    struct sc_relation r = {.n_children = 0};
    enum sc_status status = SC_OK;

    s->part_start[cell] = s->n_parts;
    if (s->primary[cell] != SC_NONE)
        r = sc_system_relation(s->lattice->system, s->primary[cell]);
    for (size_t k = 0; k < (r.n_children ? r.n_children : 1) && !status; k++) {
        size_t n = r.n_children ? s->part_n[r.children[k]] : (own != SC_NONE);

        for (size_t i = 0; i < n && !status; i++) {
            status =
                sc_grow((void **)&s->parts, &s->parts_capacity, s->n_parts, sizeof *s->parts, err);
            if (!status)
                s->parts[s->n_parts++] =
                    r.n_children ? s->parts[s->part_start[r.children[k]] + i] : own;
        }
    }
    s->part_n[cell] = s->n_parts - s->part_start[cell];
    s->order[s->n_ordered++] = cell;
    if (!status && s->n_parts > ENTRIES_MAX)
        return sc_fail(err, SC_E_UNDECIDED, "the table is too large to be rounded");
    return status;
}

/* Writes every cell as generators, children first. */
static enum sc_status gather_all(struct search *s, struct sc_error *err)
{
    const struct sc_system *system = s->lattice->system;
    size_t n = sc_system_n_cells(system);
    SC_AUTO_FREE uint32_t *stack = sc_alloc_array(n, sizeof *stack);
    SC_AUTO_FREE uint32_t *next = sc_alloc_array(n, sizeof *next);
    SC_AUTO_FREE bool *seen = sc_alloc_array(n, sizeof *seen);

    if (!stack || !next || !seen)
        return sc_fail_nomem(err);
    for (uint32_t c = 0; c < n; c++) {
        size_t depth = 0;

        if (seen[c])
            continue;
        seen[c] = true;
        stack[depth++] = c;
        while (depth > 0) {
            uint32_t at = stack[depth - 1];
            enum sc_status status;

            if (s->primary[at] != SC_NONE) {
                struct sc_relation r = sc_system_relation(system, s->primary[at]);

                while (next[at] < r.n_children && seen[r.children[next[at]]])
                    next[at]++;
                if (next[at] < r.n_children) {
                    seen[r.children[next[at]]] = true;
                    stack[depth++] = r.children[next[at]];
                    continue;
                }
            }
            status = gather(s, at, err);
            if (status)
                return status;
            depth--;
        }
    }
    return SC_OK;
}

static enum sc_status push_row(struct search *s, struct row row, struct sc_error *err)
{
    enum sc_status status =
        sc_grow((void **)&s->rows, &s->rows_capacity, s->n_rows, sizeof *s->rows, err);

    if (!status)
        status = sc_grow((void **)&s->row_start, &s->row_start_capacity, s->n_rows + 1,
                         sizeof *s->row_start, err);
    if (status)
        return status;
    if (s->n_rows == 0)
        s->row_start[0] = 0;
    s->rows[s->n_rows++] = row;
    s->row_start[s->n_rows] = s->n_entries;
    return SC_OK;
}

/* Adds a member to the row begun last. */
static enum sc_status push_member(struct search *s, uint32_t generator, int32_t factor,
                                  struct sc_error *err)
{
    enum sc_status status =
        sc_grow((void **)&s->member, &s->member_capacity, s->n_entries, sizeof *s->member, err);

    if (!status)
        status =
            sc_grow((void **)&s->factor, &s->factor_capacity, s->n_entries, sizeof *s->factor, err);
    if (status)
        return status;
    s->member[s->n_entries] = generator;
    s->factor[s->n_entries++] = factor;
    s->row_start[s->n_rows] = s->n_entries;
    if (s->n_entries > ENTRIES_MAX)
        return sc_fail(err, SC_E_UNDECIDED, "the table is too large to be rounded");
    return SC_OK;
}

/* A row for every cell with a cost or a bound that its generators can break. */
static enum sc_status add_cell_rows(struct search *s, struct sc_error *err)
{
    const struct sc_lattice *lattice = s->lattice;
    enum sc_status status = SC_OK;

    for (uint32_t c = 0; c < sc_system_n_cells(lattice->system) && !status; c++) {
        struct row row = {.cell = c,
                          .low = lattice->low[c],
                          .high = lattice->high[c],
                          .target = lattice->target[c],
                          .weight = lattice->weight[c]};

        if (lattice->weight[c] == 0 &&
            (s->free_number[c] != SC_NONE ||
             (lattice->low[c] == 0 && lattice->high[c] >= SC_LATTICE_FAR)))
            continue;
        if (s->part_n[c] == 0 && s->primary[c] == SC_NONE)
            continue;
        status = push_row(s, row, err);
        for (size_t i = 0; i < s->part_n[c] && !status; i++)
            status = push_member(s, s->parts[s->part_start[c] + i], 1, err);
    }
    return status;
}

/* The condition of one further sum: its children less its total, in generators; often nothing. */
static enum sc_status add_condition(struct search *s, uint32_t relation, int32_t *sum,
                                    uint32_t *touched, struct sc_error *err)
{
    struct sc_relation r = sc_system_relation(s->lattice->system, relation);
    size_t n = 0;
    bool empty = true;
    enum sc_status status = SC_OK;

    for (uint32_t k = 0; k <= r.n_children; k++) {
        uint32_t cell = k < r.n_children ? r.children[k] : r.total;

        for (size_t i = 0; i < s->part_n[cell]; i++) {
            uint32_t g = s->parts[s->part_start[cell] + i];

            if (sum[g] == 0)
                touched[n++] = g; /* may come twice, when it went back to 0 between */
            sum[g] += k < r.n_children ? 1 : -1;
        }
    }
    for (size_t i = 0; i < n; i++)
        empty = empty && sum[touched[i]] == 0;
    if (!empty) {
        struct row row = {.cell = SC_NONE, .relation = relation};

        status = push_row(s, row, err);
        for (size_t i = 0; i < n && !status; i++) {
            if (sum[touched[i]] != 0)
                status = push_member(s, touched[i], sum[touched[i]], err);
            sum[touched[i]] = 0;
        }
    }
    for (size_t i = 0; i < n; i++)
        sum[touched[i]] = 0;
    return status;
}

static enum sc_status add_conditions(struct search *s, struct sc_error *err)
{
    const struct sc_system *system = s->lattice->system;
    SC_AUTO_FREE int32_t *sum = sc_alloc_array(s->n_free + 1, sizeof *sum);
    /* A generator comes at most once among the children and once in the total. */
    SC_AUTO_FREE uint32_t *touched = sc_alloc_array(2 * s->n_free + 1, sizeof *touched);
    enum sc_status status = SC_OK;

    if (!sum || !touched)
        return sc_fail_nomem(err);
    for (uint32_t i = 0; i < sc_system_n_relations(system) && !status; i++) {
        struct sc_relation r = sc_system_relation(system, i);

        if (s->primary[r.total] != i)
            status = add_condition(s, i, sum, touched, err);
    }
    return status;
}

static enum sc_status transpose(struct search *s, struct sc_error *err)
{
    SC_AUTO_FREE size_t *fill = sc_alloc_array(s->n_free + 1, sizeof *fill);

    s->in_start = sc_alloc_array(s->n_free + 1, sizeof *s->in_start);
    s->in_row = sc_alloc_array(s->n_entries, sizeof *s->in_row);
    s->in_factor = sc_alloc_array(s->n_entries, sizeof *s->in_factor);
    if (!fill || !s->in_start || !s->in_row || !s->in_factor)
        return sc_fail_nomem(err);
    for (size_t k = 0; k < s->n_entries; k++)
        s->in_start[s->member[k] + 1]++;
    for (size_t g = 0; g < s->n_free; g++)
        s->in_start[g + 1] += s->in_start[g];
    memcpy(fill, s->in_start, (s->n_free + 1) * sizeof *fill);
    for (uint32_t row = 0; row < s->n_rows; row++)
        for (size_t k = s->row_start[row]; k < s->row_start[row + 1]; k++) {
            size_t at = fill[s->member[k]]++;

            s->in_row[at] = row;
            s->in_factor[at] = s->factor[k];
        }
    return SC_OK;
}

/* ---- the state --------------------------------------------------------------------- */

static int64_t out_of_bounds(const struct row *row, int64_t value)
{
    if (value < row->low)
        return row->low - value;
    return value > row->high ? value - row->high : 0;
}

static int64_t cost_of(const struct search *s, const struct row *row, int64_t value)
{
    int64_t away = s->lattice->base * value - row->target;

    return row->weight * (away < 0 ? -away : away);
}

/* What a step of `by` of one generator changes, penalties included. */
static int64_t change_of(struct search *s, uint32_t g, int64_t by)
{
    int64_t change = 0;

    for (size_t i = s->in_start[g]; i < s->in_start[g + 1]; i++) {
        const struct row *row = &s->rows[s->in_row[i]];
        int64_t after = row->value + by * s->in_factor[i];

        change += cost_of(s, row, after) - cost_of(s, row, row->value) +
                  row->penalty * (out_of_bounds(row, after) - out_of_bounds(row, row->value));
    }
    s->work += s->in_start[g + 1] - s->in_start[g];
    return change;
}

static void step(struct search *s, uint32_t g, int64_t by)
{
    s->work += s->in_start[g + 1] - s->in_start[g];
    for (size_t i = s->in_start[g]; i < s->in_start[g + 1]; i++) {
        struct row *row = &s->rows[s->in_row[i]];
        int64_t after = row->value + by * s->in_factor[i];

        s->cost += cost_of(s, row, after) - cost_of(s, row, row->value);
        s->violation += out_of_bounds(row, after) - out_of_bounds(row, row->value);
        row->value = after;
    }
    s->y[g] += by;
}

/* ---- chance --------------------------------------------------------------------------- */

static uint64_t draw(struct search *s)
{
    uint64_t x = s->random;

    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    return s->random = x;
}

static uint32_t below(struct search *s, size_t n)
{
    return (uint32_t)(((draw(s) >> 32) * (uint64_t)n) >> 32);
}

/*
 * Temperature times an exponential variable, about: the place of the leading bit of a random
 * word and the four bits after it give its binary logarithm to a sixteenth.
 */
static int64_t allowance(struct search *s, int64_t temperature)
{
    uint64_t word = draw(s) | 1;
    int zeros = __builtin_clzll(word);
    uint64_t rest = zeros < 60 ? (word << (zeros + 1)) >> 60 : 0;
    int64_t logarithm = 16 * zeros + 16 - (int64_t)rest; /* in sixteenths of a power of 2 */

    return temperature * logarithm / (23 * WARM); /* 16 / ln 2 = 23 */
}

/* ---- the search ----------------------------------------------------------------------- */

static bool can_step(const struct search *s, uint32_t g, int64_t by)
{
    return s->y[g] + by >= s->low[g] && s->y[g] + by <= s->high[g];
}

/* The row of `g` that its last step by `by` made worst (cost and penalty); SC_NONE: none. */
static size_t worst_row(const struct search *s, uint32_t g, int64_t by, int *ret_direction)
{
    size_t worst = SIZE_MAX;
    int64_t most = 0;

    for (size_t i = s->in_start[g]; i < s->in_start[g + 1]; i++) {
        const struct row *row = &s->rows[s->in_row[i]];
        int64_t before = row->value - by * s->in_factor[i];
        int64_t change =
            cost_of(s, row, row->value) - cost_of(s, row, before) +
            row->penalty * (out_of_bounds(row, row->value) - out_of_bounds(row, before));

        if (change > most && s->row_start[s->in_row[i] + 1] - s->row_start[s->in_row[i]] > 1) {
            most = change;
            worst = s->in_row[i];
            *ret_direction = by * s->in_factor[i] > 0 ? -1 : 1; /* to mend it */
        }
    }
    return worst;
}

/* Of a few random generators of a row, the one whose step mends it at the least cost. */
static uint32_t mender(struct search *s, size_t row, int direction, int64_t *ret_by,
                       int64_t *ret_change)
{
    size_t members;
    uint32_t best = SC_NONE;

    assert(row < s->n_rows && s->row_start);
    members = s->row_start[row + 1] - s->row_start[row];

    for (int k = 0; k < MENDERS; k++) {
        size_t at = s->row_start[row] + below(s, members);
        uint32_t g = s->member[at];
        int64_t by = s->factor[at] > 0 ? direction : -direction, change;

        if (!can_step(s, g, by))
            continue;
        change = change_of(s, g, by);
        if (best == SC_NONE || change < *ret_change) {
            best = g;
            *ret_by = by;
            *ret_change = change;
        }
    }
    return best;
}

/*
 * One attempt: a step of a random generator, then steps that mend what the one before it made
 * worst, until the chain as a whole is allowed; else all is undone.
 */
static void attempt(struct search *s, int64_t temperature)
{
    uint32_t chain[CHAIN];
    int64_t by[CHAIN], change, allowed;
    int n = 0;

    chain[0] = below(s, s->n_free);
    by[0] = draw(s) >> 63 ? 1 : -1;
    if (!can_step(s, chain[0], by[0]))
        by[0] = -by[0];
    if (!can_step(s, chain[0], by[0]))
        return;
    allowed = temperature ? allowance(s, temperature) : 0;
    change = change_of(s, chain[0], by[0]);
    for (;;) {
        int direction = 0;
        size_t row;
        int64_t further = 0;

        step(s, chain[n], by[n]);
        n++;
        if (change <= allowed)
            return;
        if (n == CHAIN)
            break;
        row = worst_row(s, chain[n - 1], by[n - 1], &direction);
        if (row == SIZE_MAX)
            break;
        chain[n] = mender(s, row, direction, &by[n], &further);
        if (chain[n] == SC_NONE)
            break;
        change += further;
    }
    while (n-- > 0)
        step(s, chain[n], -by[n]);
}

static void remember(struct search *s)
{
    if (s->violation != 0 || (s->has_best && s->cost >= s->best_cost))
        return;
    memcpy(s->best, s->y, s->n_free * sizeof *s->best);
    s->best_cost = s->cost;
    s->has_best = true;
}

static void sweep(struct search *s, int64_t temperature)
{
    for (size_t i = 0; i < s->n_free; i++)
        attempt(s, temperature);
    remember(s);
}

static bool is_stopped(const struct search *s)
{
    return s->lattice->stop && s->lattice->stop(s->lattice->stop_arg);
}

/* Cools down from a base at the largest weight to nothing. False when the clock ended it. */
static bool cool(struct search *s, uint64_t max_work)
{
    int64_t weight = 1, temperature;
    uint64_t coolings = 1, done = 0;

    for (size_t row = 0; row < s->n_rows; row++)
        weight = s->rows[row].weight > weight ? s->rows[row].weight : weight;
    for (size_t row = 0; row < s->n_rows; row++)
        s->rows[row].penalty = s->lattice->base * weight;
    s->heaviest = weight;
    for (temperature = WARM * s->lattice->base * weight; temperature >= COLD; coolings++)
        temperature = temperature * 15 / 16;
    temperature = WARM * s->lattice->base * weight;
    while (done < coolings) {
        uint64_t until = max_work / coolings * ++done;

        if (done == coolings)
            temperature = 0;
        do {
            sweep(s, temperature);
            if (is_stopped(s))
                return false;
        } while (s->work < until);
        temperature = temperature * 15 / 16;
    }
    return true;
}

/* Raises the penalties of what is out of bounds until nothing is, then settles. */
static bool break_out(struct search *s, uint64_t max_work)
{
    while (s->violation > 0 && s->work < max_work) {
        for (size_t row = 0; row < s->n_rows; row++)
            if (out_of_bounds(&s->rows[row], s->rows[row].value) > 0 &&
                s->rows[row].penalty < PENALTY_MAX)
                s->rows[row].penalty += s->lattice->base * s->heaviest / 2;
        for (int k = 0; k < 4 && s->violation > 0; k++)
            sweep(s, WARM * s->heaviest / 2);
        if (is_stopped(s))
            return false;
    }
    for (int k = 0; k < 8 && s->violation == 0; k++)
        sweep(s, 0);
    return true;
}

/* Where every generator begins: at the nearest multiple its bounds allow, or where it is. */
static void begin(struct search *s, const int64_t *y)
{
    const struct sc_lattice *lattice = s->lattice;

    for (size_t g = 0; g < s->n_free; g++) {
        uint32_t c = s->free_cell[g];

        s->low[g] = lattice->low[c];
        s->high[g] = lattice->high[c];
        s->y[g] = y ? y[c] : (lattice->target[c] + lattice->base / 2) / lattice->base;
        s->y[g] = s->y[g] < s->low[g] ? s->low[g] : s->y[g];
        s->y[g] = s->y[g] > s->high[g] ? s->high[g] : s->y[g];
    }
}

/* Every cell from the generators, along the first sums, children first. */
static void add_up(const struct search *s, const int64_t *free_y, int64_t *y)
{
    size_t n = sc_system_n_cells(s->lattice->system);

    for (size_t i = 0; i < n; i++) {
        uint32_t c = s->order[i];
        struct sc_relation r;

        if (s->primary[c] == SC_NONE) {
            y[c] = s->free_number[c] == SC_NONE ? s->lattice->low[c] : free_y[s->free_number[c]];
            continue;
        }
        r = sc_system_relation(s->lattice->system, s->primary[c]);
        y[c] = 0;
        for (uint32_t k = 0; k < r.n_children; k++)
            y[c] += y[r.children[k]];
    }
}

/* Sets every row's value from scratch, and the sums over rows. */
static enum sc_status set_rows(struct search *s, struct sc_error *err)
{
    SC_AUTO_FREE int64_t *y = sc_alloc_array(sc_system_n_cells(s->lattice->system), sizeof *y);

    if (!y)
        return sc_fail_nomem(err);
    add_up(s, s->y, y);
    s->cost = s->violation = 0;
    for (size_t i = 0; i < s->n_rows; i++) {
        struct row *row = &s->rows[i];

        if (row->cell != SC_NONE) {
            row->value = y[row->cell];
        } else {
            struct sc_relation r = sc_system_relation(s->lattice->system, row->relation);

            row->value = -y[r.total];
            for (uint32_t k = 0; k < r.n_children; k++)
                row->value += y[r.children[k]];
        }
        s->cost += cost_of(s, row, row->value);
        s->violation += out_of_bounds(row, row->value);
    }
    return SC_OK;
}

static enum sc_status build(struct search *s, struct sc_error *err)
{
    enum sc_status status = find_generators(s, err);

    if (!status)
        status = gather_all(s, err);
    if (!status)
        status = add_cell_rows(s, err);
    if (!status)
        status = add_conditions(s, err);
    if (!status)
        status = transpose(s, err);
    if (status)
        return status;
    s->y = sc_alloc_array(s->n_free + 1, sizeof *s->y);
    s->low = sc_alloc_array(s->n_free + 1, sizeof *s->low);
    s->high = sc_alloc_array(s->n_free + 1, sizeof *s->high);
    s->best = sc_alloc_array(s->n_free + 1, sizeof *s->best);
    return s->y && s->low && s->high && s->best ? SC_OK : sc_fail_nomem(err);
}

/* Hands over the best table found, checked against the system itself. */
static enum sc_status hand_over(const struct search *s, struct sc_lattice_result *result,
                                struct sc_error *err)
{
    size_t n = sc_system_n_cells(s->lattice->system);
    SC_AUTO_FREE int64_t *y = sc_alloc_array(n, sizeof *y);
    int64_t cost;

    if (!y)
        return sc_fail_nomem(err);
    add_up(s, s->best, y);
    if (!sc_lattice_holds(s->lattice, y, &cost) ||
        (result->state == SC_LATTICE_FOUND && cost >= result->cost))
        return SC_OK;
    sc_free(result->y);
    result->y = SC_TAKE(y);
    result->cost = cost;
    result->state = SC_LATTICE_FOUND;
    return SC_OK;
}

enum sc_status sc_lattice_search(const struct sc_lattice *lattice, uint64_t max_work,
                                 struct sc_lattice_result *result, struct sc_error *err)
{
    struct search s = {.lattice = lattice, .random = 0x9e3779b97f4a7c15u};
    enum sc_status status = build(&s, err);

    if (!status) {
        begin(&s, result->y);
        status = set_rows(&s, err);
    }
    if (!status) {
        remember(&s);
        if (s.n_free > 0 && (!cool(&s, max_work) || (!s.has_best && !break_out(&s, 2 * max_work))))
            result->by_clock = true;
        if (s.has_best)
            status = hand_over(&s, result, err);
    }
    search_release(&s);
    return status;
}
