/*
 * avoid.c - is somebody bound to know too much, or could it be that nobody does?
 *
 * Certain figures give something away when they are 1 (insider_any.c found which). Nobody outside
 * knows whether they are. If some table agrees with everything printed in which none of them is 1,
 * it may be that nobody knows anything; if there is none, somebody does, whoever it is.
 *
 * Mostly a table with all of them at 2 or more is found at once. Where a figure may be 0 each can
 * be out of the way on two sides, and there may be no table with all of them above: then a table is
 * looked for, and of the figures that are 1 in it the first is put at 2 or more, or else at 0, and
 * so on, depth first. After NODES_MAX tables (fewer of large ones), or where the solver gives up,
 * the answer is that it cannot be avoided: that can only call a safe release unsafe.
 */
#include "audit/insider.h"

#include "base/error.h"

#define NODES_MAX 200
#define CELLS_MAX 1000000 /* in all tables looked for */

/* Cells put out of the way, as a stack: at 2 or more first, then at 0. */
struct decision {
    uint32_t cell;
    bool zero;
};

struct avoiding {
    struct sc_insiders *in;
    bool *fails; /* by cell: gives something away when it is 1 */
    struct decision *stack;
    size_t depth;
    size_t n_nodes, nodes_most;
    bool any_zero; /* one of the cells that fail may be 0 */
};

/* All cells that are 1 together with one that fails. */
static void spread(const struct avoiding *a)
{
    const struct sc_model *model = a->in->attack->model;
    size_t n = model->bounds->n_cells;

    for (uint32_t s = 0; s < n; s++)
        for (uint32_t c = 0; c < n && a->in->fails[s]; c++)
            if (a->in->run->wanted[c] && model->variable[c] != SC_NONE &&
                model->variable[c] == model->variable[s] && model->offset[c] == model->offset[s])
                a->fails[c] = true;
}

static void put(struct sc_bounds *bounds, uint32_t cell, enum sc_side side, int64_t value)
{
    if (side == SC_LOW ? bounds->given[SC_LOW][cell] >= value
                       : bounds->given[SC_HIGH][cell] <= value)
        return;
    bounds->given[side][cell] = bounds->now[side][cell] = value;
    if (bounds->given[SC_LOW][cell] > bounds->given[SC_HIGH][cell]) {
        bounds->contradiction = true;
        bounds->contradiction_cell = cell;
    }
}

/*
 * A table within the decisions on the stack, or with `all` failing cells at 2 or more. *ret_one
 * gets the first failing cell that is 1 in it, SC_NONE: none is.
 */
static enum sc_status find_table(struct avoiding *a, bool all, enum sc_answer *ret_answer,
                                 uint32_t *ret_one, struct sc_error *err)
{
    const struct sc_run *run = a->in->run;
    struct sc_knowledge knowledge = sc_knowledge_of(run, SC_READER_INSIDER);
    struct sc_bounds bounds = {0};
    SC_AUTO(sc_model) model = NULL;
    SC_AUTO(sc_walk) walk = NULL;
    enum sc_status status = sc_bounds_init(&bounds, run->system, run->figures, &knowledge, err);

    *ret_answer = SC_ANSWER_NO;
    *ret_one = SC_NONE;
    a->n_nodes++;
    for (size_t i = 0; i < a->depth && !status; i++)
        put(&bounds, a->stack[i].cell, a->stack[i].zero ? SC_HIGH : SC_LOW,
            a->stack[i].zero ? 0 : 2);
    for (uint32_t c = 0; c < bounds.n_cells && !status && all; c++)
        if (a->fails[c]) {
            a->any_zero = a->any_zero || bounds.given[SC_LOW][c] == 0;
            put(&bounds, c, SC_LOW, 2);
        }
    if (!status && !bounds.contradiction)
        status = sc_bounds_tighten(&bounds, err);
    if (!status && !bounds.contradiction) {
        status = sc_model_new(&bounds, &model, err);
        if (!status)
            status = sc_walk_new(model, sc_effort_of(run), &walk, ret_answer, err);
    }
    for (uint32_t c = 0; c < bounds.n_cells && !status && *ret_answer == SC_ANSWER_YES; c++) {
        int64_t value = model->variable[c] == SC_NONE
                            ? bounds.now[SC_LOW][c]
                            : walk->base[model->variable[c]] + model->offset[c];

        if (a->fails[c] && value == 1 && *ret_one == SC_NONE)
            *ret_one = c;
    }
    sc_walk_free(SC_TAKE(walk)); /* before the model, and that before the bounds */
    sc_model_free(SC_TAKE(model));
    sc_bounds_release(&bounds);
    return status;
}

/* To the other side of the last decision that has one. False: all were tried. */
static bool turn_back(struct avoiding *a)
{
    while (a->depth > 0 && a->stack[a->depth - 1].zero)
        a->depth--;
    if (a->depth == 0)
        return false;
    a->stack[a->depth - 1].zero = true;
    return true;
}

static enum sc_status search(struct avoiding *a, bool *ret_avoidable, struct sc_error *err)
{
    enum sc_answer answer;
    uint32_t one;
    enum sc_status status = find_table(a, true, &answer, &one, err);
    bool more = answer != SC_ANSWER_YES && a->any_zero;

    *ret_avoidable = answer == SC_ANSWER_YES;
    while (!status && more && a->n_nodes < a->nodes_most && !sc_insider_stopped(a->in)) {
        status = find_table(a, false, &answer, &one, err);
        *ret_avoidable = answer == SC_ANSWER_YES && one == SC_NONE;
        if (*ret_avoidable)
            break;
        if (answer == SC_ANSWER_YES)
            a->stack[a->depth++] = (struct decision){.cell = one};
        else
            more = turn_back(a);
    }
    return status;
}

enum sc_status sc_insider_avoidable(struct sc_insiders *in, bool *ret_avoidable,
                                    struct sc_error *err)
{
    size_t n = in->attack->model->bounds->n_cells;
    SC_AUTO_FREE bool *fails = sc_alloc_array(n, sizeof *fails);
    SC_AUTO_FREE struct decision *stack = sc_alloc_array(NODES_MAX, sizeof *stack);
    struct avoiding a = {.in = in, .fails = fails, .stack = stack};

    a.nodes_most = n > CELLS_MAX / NODES_MAX ? CELLS_MAX / n : NODES_MAX;

    if (!fails || !stack)
        return sc_fail_nomem(err);
    spread(&a);
    return search(&a, ret_avoidable, err);
}
