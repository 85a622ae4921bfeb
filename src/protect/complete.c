/*
 * complete.c - one whole-number table that agrees with what is known, and what stands in its way.
 *
 * The table comes from the machinery the audit finds its base with (bounds, model, walk), given
 * all counts of today as printed figures. It finds one at once where nothing was revised.
 *
 * Otherwise a linear program says which earlier figures to give up: a column for each cell that is
 * not counted today, a row for each sum, and for each earlier figure two columns that bend it up
 * or down at a cost of 1 a step. What is bent in the cheapest solution is relaxed, and the table
 * is looked for again. The cheapest bends are few and small, and fall on the figures that
 * contradict most others.
 */
#include "protect/complete.h"

#include <math.h>
#include <string.h>

#include "audit/walk.h"
#include "base/error.h"
#include "solver/solver.h"

/* Simplex iterations for one search of a table. */
#define WORK_MAX ((uint64_t)2000000)
/* So often is looked for further figures to relax. */
#define ROUNDS_MAX 6

struct completion {
    const struct sc_system *system;
    const uint8_t *known;
    const struct sc_figure *given;
    const int64_t *least, *most; /* of earlier rounded figures, or NULL */
    struct sc_figure *figures;   /* given, without those relaxed */
    int64_t *low, *high;         /* least and most, without those relaxed */
    bool *relaxed;
    int64_t *count;
    struct sc_error *err;
};

static bool is_soft(const struct completion *c, uint32_t cell)
{
    return c->known[cell] == SC_KNOWN_BEFORE && !c->relaxed[cell];
}

/* What is believed of each cell now. */
static void set_figures(struct completion *c)
{
    for (uint32_t cell = 0; cell < sc_system_n_cells(c->system); cell++) {
        bool nothing = c->known[cell] == SC_KNOWN_NOTHING || c->relaxed[cell];

        c->figures[cell] = nothing ? (struct sc_figure){.kind = SC_FIGURE_NONE} : c->given[cell];
        if (!c->least)
            continue;
        c->low[cell] = nothing ? 0 : c->least[cell];
        c->high[cell] = nothing ? SC_UNBOUNDED : c->most[cell];
        if (c->figures[cell].kind == SC_FIGURE_VALUE)
            c->low[cell] = c->high[cell] = c->figures[cell].value;
    }
}

/* ---- a table that agrees ---------------------------------------------------------- */

static enum sc_status walk(struct completion *c, const struct sc_bounds *bounds,
                           enum sc_answer *ret_answer)
{
    SC_AUTO(sc_model) model = NULL;
    SC_AUTO(sc_walk) found = NULL;
    struct sc_effort effort = {.max_work = WORK_MAX};
    enum sc_status status = sc_model_new(bounds, &model, c->err);

    if (!status)
        status = sc_walk_new(model, effort, &found, ret_answer, c->err);
    if (!status && *ret_answer == SC_ANSWER_YES)
        sc_walk_table(found, c->count);
    return status;
}

/* YES: c->count is such a table. */
static enum sc_status find_table(struct completion *c, enum sc_answer *ret_answer)
{
    const struct sc_knowledge rules = {
        .hidden_low = 1, .small_marks = true, .least = c->low, .most = c->high};
    struct sc_bounds bounds = {0};
    enum sc_status status;

    set_figures(c);
    status = sc_bounds_init(&bounds, c->system, c->figures, &rules, c->err);
    if (!status)
        status = sc_bounds_tighten(&bounds, c->err);
    *ret_answer = SC_ANSWER_NO;
    if (!status && !bounds.contradiction)
        status = walk(c, &bounds, ret_answer);
    sc_bounds_release(&bounds);
    return status;
}

/* ---- what stands in its way --------------------------------------------------------- */

/* Columns of the program: one a cell, then two for each earlier figure, up and down. */
struct bending {
    struct sc_lp *lp;
    uint32_t *soft; /* cells of earlier figures still believed */
    size_t n_soft;
};

static enum sc_status list_soft(const struct completion *c, struct bending *b)
{
    size_t n = sc_system_n_cells(c->system);

    b->soft = sc_alloc_array(n, sizeof *b->soft);
    if (!b->soft)
        return sc_fail_nomem(c->err);
    for (uint32_t cell = 0; cell < n; cell++)
        if (is_soft(c, cell))
            b->soft[b->n_soft++] = cell;
    return SC_OK;
}

static enum sc_status add_sums(const struct completion *c, struct sc_lp *lp)
{
    size_t n = sc_system_n_cells(c->system), n_rows = sc_system_n_relations(c->system), first;
    SC_AUTO_FREE uint32_t *columns = sc_alloc_array(n + 1, sizeof *columns);
    SC_AUTO_FREE double *signs = sc_alloc_array(n + 1, sizeof *signs);
    enum sc_status status = SC_OK;

    if (!columns || !signs)
        return sc_fail_nomem(c->err);
    if (n_rows > 0)
        status = sc_lp_add_rows(lp, n_rows, &first, c->err);
    for (size_t i = 0; i < n_rows && !status; i++) {
        struct sc_relation r = sc_system_relation(c->system, i);

        columns[0] = r.total;
        signs[0] = -1;
        for (uint32_t k = 0; k < r.n_children; k++) {
            columns[k + 1] = r.children[k];
            signs[k + 1] = 1;
        }
        status = sc_lp_set_row(lp, i, (size_t)r.n_children + 1, columns, signs, c->err);
    }
    return status;
}

/* cell - up + down lies within what the earlier figure says. */
static enum sc_status add_bends(const struct completion *c, const struct bending *b)
{
    size_t n = sc_system_n_cells(c->system), first = 0;
    enum sc_status status = SC_OK;

    if (b->n_soft > 0)
        status = sc_lp_add_rows(b->lp, b->n_soft, &first, c->err);
    for (size_t i = 0; i < b->n_soft && !status; i++) {
        const struct sc_figure *figure = &c->given[b->soft[i]];
        uint32_t up = (uint32_t)(n + 2 * i);
        uint32_t columns[3] = {b->soft[i], up, up + 1};
        double signs[3] = {1, -1, 1}, least = 1, most = SC_LP_INFINITY;

        if (figure->kind == SC_FIGURE_VALUE || figure->kind == SC_FIGURE_VOID)
            least = most = (double)figure->value;
        else if (figure->kind == SC_FIGURE_SMALL)
            most = (double)figure->value;
        else if (figure->kind == SC_FIGURE_NONE)
            least = 0;
        if (figure->least > 1)
            least = (double)figure->least;
        if (c->least && figure->kind != SC_FIGURE_VALUE) {
            least = fmax(least, (double)c->least[b->soft[i]]);
            most = fmin(most, c->most[b->soft[i]] < SC_UNBOUNDED ? (double)c->most[b->soft[i]]
                                                                 : SC_LP_INFINITY);
        }
        sc_lp_set_cost(b->lp, up, 1);
        sc_lp_set_cost(b->lp, up + 1, 1);
        status = sc_lp_set_row(b->lp, first + i, 3, columns, signs, c->err);
        sc_lp_set_row_bounds(b->lp, first + i, least, most);
    }
    return status;
}

static enum sc_status build(const struct completion *c, struct bending *b)
{
    size_t n = sc_system_n_cells(c->system), first;
    enum sc_status status = list_soft(c, b);

    if (!status)
        status = sc_lp_new(&b->lp, c->err);
    if (!status)
        status = sc_lp_add_columns(b->lp, n + 2 * b->n_soft, &first, c->err);
    for (uint32_t cell = 0; cell < n && !status; cell++)
        if (c->known[cell] == SC_KNOWN_COUNT)
            sc_lp_set_column_bounds(b->lp, cell, (double)c->given[cell].value,
                                    (double)c->given[cell].value);
    if (!status)
        status = add_sums(c, b->lp);
    if (!status)
        status = add_bends(c, b);
    return status;
}

/* Relaxes what the solved program bent; tells how many. */
static size_t take_bent(struct completion *c, const struct bending *b)
{
    size_t n = sc_system_n_cells(c->system), n_bent = 0;

    for (size_t i = 0; i < b->n_soft; i++)
        if (sc_feas_lt(0, sc_lp_column_value(b->lp, n + 2 * i)) ||
            sc_feas_lt(0, sc_lp_column_value(b->lp, n + 2 * i + 1))) {
            c->relaxed[b->soft[i]] = true;
            n_bent++;
        }
    return n_bent;
}

static enum sc_status relax(struct completion *c)
{
    static const struct sc_lp_options primal = {.primal = true};
    struct bending b = {0};
    enum sc_lp_state state = SC_LP_UNKNOWN;
    enum sc_status status = build(c, &b);

    if (!status)
        status = sc_lp_solve(b.lp, &primal, &state, c->err);
    if (!status && state == SC_LP_INFEASIBLE)
        status = sc_fail(c->err, SC_E_UNSAFE, "the counts do not add up");
    else if (!status && state != SC_LP_OPTIMAL)
        status = sc_fail(c->err, SC_E_UNDECIDED,
                         "what contradicts earlier releases could not be found out");
    else if (!status && take_bent(c, &b) == 0)
        status = sc_fail(c->err, SC_E_UNDECIDED,
                         "no whole-number table was found that agrees with earlier releases");
    sc_lp_free(b.lp);
    sc_free(b.soft);
    return status;
}

/* ---- both ----------------------------------------------------------------------------- */

enum sc_status sc_protect_complete(const struct sc_system *system, const uint8_t *known,
                                   const struct sc_figure *figures, const int64_t *least,
                                   const int64_t *most, int64_t *ret_count, bool *ret_relaxed,
                                   struct sc_error *err)
{
    size_t n = sc_system_n_cells(system);
    SC_AUTO_FREE struct sc_figure *believed = sc_alloc_array(n, sizeof *believed);
    SC_AUTO_FREE int64_t *low = least ? sc_alloc_array(n, sizeof *low) : NULL;
    SC_AUTO_FREE int64_t *high = least ? sc_alloc_array(n, sizeof *high) : NULL;
    struct completion c = {.system = system,
                           .known = known,
                           .given = figures,
                           .least = least,
                           .most = most,
                           .low = low,
                           .high = high,
                           .figures = believed,
                           .relaxed = ret_relaxed,
                           .count = ret_count,
                           .err = err};
    enum sc_answer answer = SC_ANSWER_UNKNOWN;
    enum sc_status status = SC_OK;

    if (!believed || (least && (!low || !high)))
        return sc_fail_nomem(err);
    memset(ret_relaxed, 0, n * sizeof *ret_relaxed);
    for (int round = 0; round < ROUNDS_MAX && !status; round++) {
        status = find_table(&c, &answer);
        if (status || answer == SC_ANSWER_YES)
            return status;
        status = relax(&c);
    }
    return status ? status
                  : sc_fail(err, SC_E_UNDECIDED,
                            "no table was found that agrees with earlier releases");
}
