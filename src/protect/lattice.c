/*
 * lattice.c - program, search, branching: in that order, each only where the one before it
 * left something open.
 *
 * The linear program gives the bound, and in two dimensions the answer. Where its answer is not
 * whole, local search finds a table (good, not proved) and branch and bound tries to beat it,
 * or to show that nothing does. Systems too large for the program go straight to the search; their
 * bound is that of each cell by itself.
 *
 * All limits count work, so that the same system gives the same answer everywhere.
 */
#include "protect/lattice.h"

#include <string.h>

#include "base/error.h"

/* Beyond so many cells the linear program would take minutes. */
#define PROGRAM_CELLS_MAX 6000
#define DEFAULT_WORK UINT64_C(200000000)
/* Branch and bound: nodes x cells x cells at most (a node is a linear solve). */
#define BRANCH_WORK UINT64_C(1300000000)

void sc_lattice_result_release(struct sc_lattice_result *result)
{
    sc_free(result->y);
    result->y = NULL;
}

int64_t sc_lattice_cost_of(const struct sc_lattice *lattice, uint32_t cell, int64_t y)
{
    int64_t away = lattice->base * y - lattice->target[cell];

    return lattice->weight[cell] * (away < 0 ? -away : away);
}

bool sc_lattice_holds(const struct sc_lattice *lattice, const int64_t *y, int64_t *ret_cost)
{
    const struct sc_system *system = lattice->system;
    int64_t cost = 0;

    for (uint32_t c = 0; c < sc_system_n_cells(system); c++) {
        if (y[c] < lattice->low[c] || y[c] > lattice->high[c])
            return false;
        cost += sc_lattice_cost_of(lattice, c, y[c]);
    }
    for (size_t i = 0; i < sc_system_n_relations(system); i++) {
        struct sc_relation r = sc_system_relation(system, i);
        int64_t sum = -y[r.total];

        for (uint32_t k = 0; k < r.n_children; k++)
            sum += y[r.children[k]];
        if (sum != 0)
            return false;
    }
    *ret_cost = cost;
    return true;
}

/* What each cell costs at least by itself. */
static int64_t bound_by_cells(const struct sc_lattice *lattice)
{
    int64_t bound = 0;

    for (uint32_t c = 0; c < sc_system_n_cells(lattice->system); c++) {
        int64_t y = lattice->target[c] / lattice->base, least = INT64_MAX;

        for (int up = 0; up < 2; up++) {
            int64_t at = y + up, cost;

            at = at < lattice->low[c] ? lattice->low[c] : at;
            at = at > lattice->high[c] ? lattice->high[c] : at;
            cost = sc_lattice_cost_of(lattice, c, at);
            least = cost < least ? cost : least;
        }
        bound += least;
    }
    return bound;
}

static bool is_done(const struct sc_lattice_result *result)
{
    return result->by_clock || result->state == SC_LATTICE_NONE ||
           (result->state == SC_LATTICE_FOUND && result->cost <= result->bound);
}

enum sc_status sc_lattice_solve(const struct sc_lattice *lattice,
                                struct sc_lattice_result *ret_result, struct sc_error *err)
{
    static const uint32_t parts[] = {8, 1};
    size_t n = sc_system_n_cells(lattice->system);
    uint64_t work = lattice->max_work ? lattice->max_work : DEFAULT_WORK;
    struct sc_lattice_result result = {.state = SC_LATTICE_UNKNOWN};
    SC_AUTO(sc_lattice_program) program = NULL;
    enum sc_status status = SC_OK;

    result.bound = bound_by_cells(lattice);
    if (n <= PROGRAM_CELLS_MAX) {
        status = sc_lattice_program_new(lattice, &program, err);
        if (!status)
            status = sc_lattice_relax(program, &result, err);
    }
    /* A short round first: it is often enough. */
    for (size_t i = 0; i < sizeof parts / sizeof *parts && !status && !is_done(&result); i++) {
        uint32_t nodes = (uint32_t)(BRANCH_WORK / ((uint64_t)n * n + 1) / parts[i] + 1);

        status = sc_lattice_search(lattice, work / parts[i], &result, err);
        if (!status && program && !is_done(&result))
            status = sc_lattice_branch(program, nodes, &result, err);
    }
    if (status) {
        sc_lattice_result_release(&result);
        return status;
    }
    *ret_result = result;
    return SC_OK;
}
