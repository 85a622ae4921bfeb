/*
 * lift.c - the cheapest moves there are, tried before the solver is asked: one more, or one less,
 * in one innermost cell and in every total above it.
 *
 * Where totals are printed exactly no such move holds, and its first total says so at once.
 * Where figures stand for intervals (rounding), or whole branches are hidden up to the top, these
 * moves are nearly all that is needed.
 */
#include "audit/internal.h"

#include "base/error.h"

struct lift {
    const struct sc_system *system;
    struct sc_attack *attack;
    uint32_t *cells; /* the cell and all totals above it */
    size_t n;
    bool *seen; /* by cell */
};

/* Collects the cells over `cell`, itself first. False when one of them is exact. */
static bool climb(struct lift *lift, uint32_t cell)
{
    const struct sc_model *model = lift->attack->model;
    bool open = true;

    lift->n = 0;
    lift->cells[lift->n++] = cell;
    lift->seen[cell] = true;
    for (size_t i = 0; i < lift->n && open; i++) {
        size_t n_of;
        const uint32_t *of = sc_system_relations_of(lift->system, lift->cells[i], &n_of);

        for (size_t k = 0; k < n_of && open; k++) {
            uint32_t total = sc_system_relation(lift->system, of[k]).total;

            if (lift->seen[total])
                continue;
            open = model->variable[total] != SC_NONE;
            lift->seen[total] = true;
            lift->cells[lift->n++] = total;
        }
    }
    for (size_t i = 0; i < lift->n; i++)
        lift->seen[lift->cells[i]] = false;
    return open;
}

/* Whether some cell of the move has not been seen to take two values. */
static bool is_news(const struct lift *lift)
{
    const struct sc_attack *attack = lift->attack;

    for (size_t i = 0; i < lift->n; i++) {
        uint32_t v = attack->model->variable[lift->cells[i]];

        if (attack->walk->least[v] == attack->walk->most[v])
            return true;
    }
    return false;
}

static enum sc_status move(const struct lift *lift, int sign, struct sc_error *err)
{
    const struct sc_attack *attack = lift->attack;
    bool added;
    enum sc_status status;

    for (uint32_t v = 0; v < attack->model->n_variables; v++)
        attack->walk->step[v] = 0;
    for (size_t i = 0; i < lift->n; i++)
        attack->walk->step[attack->model->variable[lift->cells[i]]] = sign;
    status = sc_walk_add(attack->walk, &added, err);
    return status;
}

enum sc_status sc_lift_run(const struct sc_run *run, struct sc_attack *attack, struct sc_error *err)
{
    size_t n = sc_system_n_cells(run->system);
    SC_AUTO_FREE uint32_t *cells = sc_alloc_array(n, sizeof *cells);
    SC_AUTO_FREE bool *seen = sc_alloc_array(n, sizeof *seen);
    SC_AUTO_FREE bool *total = sc_alloc_array(n, sizeof *total);
    struct lift lift = {.system = run->system, .attack = attack, .cells = cells, .seen = seen};

    if (!cells || !seen || !total)
        return sc_fail_nomem(err);
    for (size_t i = 0; i < sc_system_n_relations(run->system); i++)
        total[sc_system_relation(run->system, i).total] = true;
    for (uint32_t c = 0; c < n; c++) {
        if (total[c] || attack->model->variable[c] == SC_NONE || !climb(&lift, c))
            continue;
        for (int sign = 1; sign >= -1 && is_news(&lift); sign -= 2) {
            enum sc_status status = move(&lift, sign, err);

            if (status)
                return status;
        }
    }
    return SC_OK;
}
