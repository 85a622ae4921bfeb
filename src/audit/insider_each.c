/*
 * insider_each.c - the insider test where nobody says which cells are 1, one cell at a time.
 *
 * For each hidden cell s that could be 1: from home, a table with room, to one where s is 1; then
 * every other figure is asked about with s frozen. In this order:
 *
 *  - moves known already, at this table (known.c);
 *  - all of them that fit where they are met, one after the other: what differs from
 *    where it began is not known to the person in s;
 *  - pivots (reach.c), first the cheap ones; each move found is one more for the cells to come,
 *    and where it makes room the table is moved by it;
 *  - the same after the table has been shaken;
 *  - the solver.
 *
 * In most tables pivots leave next to nothing to the solver. Where they do not, because figures
 * have hardly any room, insider_any.c goes on: it finds more moves before it asks.
 */
#include "audit/insider.h"

#include <string.h>

#include "audit/known.h"
#include "audit/reach.h"
#include "base/error.h"

/* Rounds of questions about one cell: known moves, cheap pivots, all pivots, after shaking twice.
 */
enum round { KNOWN = 1, CHEAP, THOROUGH, SHAKEN, LAST };

#define WANDERS 3
#define CLIMBS 30
/* The solver may be asked so often, and once more for so many cells. */
#define SOLVER_FIRST 30
#define SOLVER_EVERY 4

struct each {
    struct sc_insiders *in;
    struct sc_reach *reach;
    struct sc_known *known;
    uint32_t cell, variable; /* s */
    int64_t at;              /* the variable where s is 1 */
    int64_t *start;          /* by variable: scratch */
    bool *differs;           /* by variable: takes several values while s is 1, or is reported */
    size_t n_solver;         /* figures the solver was asked about */
};

/* ---- to a table where s is 1 --------------------------------------------------------------- */

/* How often a move fits at the base, at most `most` times. */
static int64_t times_fitting(const struct sc_walk *walk, size_t n, const uint32_t *variables,
                             const int32_t *changes, int64_t most)
{
    const struct sc_model *model = walk->model;

    for (size_t i = 0; i < n; i++) {
        uint32_t v = variables[i];
        int64_t space, size = changes[i] < 0 ? -changes[i] : changes[i];

        if (size == 0 || (changes[i] > 0 && model->high[v] >= SC_UNBOUNDED))
            continue;
        space = changes[i] > 0 ? model->high[v] - walk->base[v] : walk->base[v] - model->low[v];
        if (space / size < most)
            most = space / size;
    }
    return most;
}

/* One move of the base, as often as it fits, towards s being 1. */
static enum sc_answer go_nearer(struct each *e)
{
    struct sc_walk *walk = e->in->walk;
    int64_t away = e->at - walk->base[e->variable], times, change = 0;
    const uint32_t *variables;
    const int32_t *changes;
    enum sc_answer answer;
    size_t n;

    sc_reach_settle(e->reach);
    answer = sc_reach_ask(e->reach, e->variable, away > 0 ? 1 : -1, true);
    if (answer != SC_ANSWER_YES)
        return answer;
    n = sc_reach_move(e->reach, &variables, &changes);
    for (size_t i = 0; i < n; i++)
        if (variables[i] == e->variable)
            change = changes[i];
    times = change == 0 ? 0 : times_fitting(walk, n, variables, changes, away / change);
    if (times == 0)
        return SC_ANSWER_UNKNOWN; /* it would go too far */
    for (size_t i = 0; i < n; i++) {
        walk->listed[i] = variables[i];
        walk->change[i] = (int32_t)times * changes[i];
    }
    sc_walk_shift(walk, n, walk->listed, walk->change);
    return SC_ANSWER_YES;
}

static enum sc_status go_to_one(struct each *e, enum sc_answer *ret_answer, struct sc_error *err)
{
    struct sc_walk *walk = e->in->walk;

    sc_walk_rebase(walk, e->in->home);
    *ret_answer = SC_ANSWER_YES;
    while (walk->base[e->variable] != e->at && *ret_answer == SC_ANSWER_YES)
        *ret_answer = go_nearer(e);
    return *ret_answer == SC_ANSWER_UNKNOWN
               ? sc_walk_go(e->in->walk, e->variable, e->at, ret_answer, err)
               : SC_OK;
}

/* ---- room -------------------------------------------------------------------------------- */

/* How much a value's room is worth: the first step from a bound most, the fourth nothing. */
static int worth(const struct sc_model *model, uint32_t v, int64_t value)
{
    static const int of[] = {0, 6, 9, 12};
    int64_t space = value - model->low[v];

    if (model->high[v] < SC_UNBOUNDED && model->high[v] - value < space)
        space = model->high[v] - value;
    return of[space > 3 ? 3 : space];
}

/* Moves the base by a move if that makes more room than it takes. */
static bool make_room(struct each *e, size_t n, const uint32_t *variables, const int32_t *changes)
{
    struct sc_walk *walk = e->in->walk;
    int gain = 0;

    for (size_t i = 0; i < n; i++) {
        int64_t value = walk->base[variables[i]];

        gain += worth(walk->model, variables[i], value + changes[i]) -
                worth(walk->model, variables[i], value);
    }
    if (gain <= 0)
        return false;
    sc_walk_shift(walk, n, variables, changes);
    sc_reach_settle(e->reach);
    return true;
}

/* Moves the base to where there is more room. */
static void climb(struct each *e)
{
    bool changed = true;

    for (int sweep = 0; sweep < CLIMBS && changed; sweep++) {
        changed = false;
        sc_reach_ready(e->reach);
        for (size_t i = 0; i < 2 * sc_reach_n_columns(e->reach); i++) {
            const uint32_t *variables;
            const int32_t *changes;
            size_t n;

            if (!sc_reach_column(e->reach, i / 2, i % 2 == 0 ? 1 : -1))
                continue;
            n = sc_reach_move(e->reach, &variables, &changes);
            changed = make_room(e, n, variables, changes) || changed;
        }
    }
}

/* ---- what is told by moves --------------------------------------------------------------- */

/* A move of these variables leads from the base to another table in which s is 1. */
static void see(struct each *e, size_t n, const uint32_t *variables)
{
    for (size_t i = 0; i < n; i++)
        e->differs[variables[i]] = true;
}

/* Move `m` of the walk is one. */
static void see_move(struct each *e, size_t m)
{
    const struct sc_moves *moves = &e->in->walk->moves;

    see(e, moves->start[m + 1] - moves->start[m], moves->variable + moves->start[m]);
}

/* Lets the base wander by all known moves that fit where they are met, in an order of this pass. */
static void wander_once(struct each *e, size_t pass)
{
    struct sc_walk *walk = e->in->walk;
    const struct sc_moves *moves = &walk->moves;

    for (size_t k = 0; k < moves->n; k++) {
        size_t m = (k * 7919 + pass * 104729) % moves->n, n = 0;
        int sign = sc_walk_fits(walk, m, walk->frozen);

        if (sign == 0)
            continue;
        for (size_t i = moves->start[m]; i < moves->start[m + 1]; i++) {
            walk->listed[n] = moves->variable[i];
            walk->change[n++] = sign * moves->change[i];
        }
        sc_walk_shift(walk, n, walk->listed, walk->change);
        for (size_t i = 0; i < n; i++)
            if (walk->base[walk->listed[i]] != e->start[walk->listed[i]])
                e->differs[walk->listed[i]] = true;
    }
}

/* The same several times, and back. */
static void wander(struct each *e)
{
    struct sc_walk *walk = e->in->walk;

    memcpy(e->start, walk->base, walk->model->n_variables * sizeof *e->start);
    for (size_t pass = 0; pass < WANDERS; pass++)
        wander_once(e, pass);
    sc_walk_rebase(walk, e->start);
}

/* Moves the base by every column that fits, this way or that. */
static void shake(struct each *e, uint32_t round)
{
    for (uint32_t i = 0; i < sc_reach_n_columns(e->reach); i++) {
        int sign = (i * 2654435761u + round * 40503u) >> 13 & 1 ? 1 : -1;
        const uint32_t *variables;
        const int32_t *changes;
        size_t n;

        if (!sc_reach_column(e->reach, i, sign))
            continue;
        n = sc_reach_move(e->reach, &variables, &changes);
        see(e, n, variables);
        sc_walk_shift(e->in->walk, n, variables, changes);
        sc_reach_settle(e->reach);
    }
}

/* ---- questions --------------------------------------------------------------------------- */

/* Whether figure `p` can change. A move found is a known one from then on. */
static enum sc_status ask(struct each *e, uint32_t p, int round, enum sc_answer *ret_answer,
                          struct sc_error *err)
{
    struct sc_walk *walk = e->in->walk;
    const uint32_t *variables;
    const int32_t *changes;
    bool added = false;
    size_t move, n;
    enum sc_status status = sc_known_find(e->known, p, &move, err);

    *ret_answer = SC_ANSWER_UNKNOWN;
    if (status)
        return status;
    if (move < walk->moves.n) {
        *ret_answer = SC_ANSWER_YES;
        see_move(e, move);
        return SC_OK;
    }
    if (round == KNOWN)
        return SC_OK;
    *ret_answer = sc_reach_ask(e->reach, p, 0, round >= THOROUGH);
    if (*ret_answer != SC_ANSWER_YES)
        return SC_OK;
    n = sc_reach_move(e->reach, &variables, &changes);
    status = sc_walk_add(walk, n, variables, changes, &added, err);
    if (!added) {
        *ret_answer = SC_ANSWER_UNKNOWN;
        return status;
    }
    see(e, n, variables);
    (void)make_room(e, n, variables, changes);
    return SC_OK;
}

/* The same by the solver, where it is not known; and the report where it cannot. */
static enum sc_status finish(struct each *e, uint32_t p, enum sc_answer answer,
                             struct sc_error *err)
{
    struct sc_insiders *in = e->in;
    enum sc_status status = SC_OK;

    if (answer == SC_ANSWER_UNKNOWN && !sc_insider_stopped(in)) {
        status = sc_insider_ask(in, p, &answer, err);
        e->n_solver++;
    }
    if (status)
        return status;
    e->differs[p] = true;
    if (answer == SC_ANSWER_YES) {
        see_move(e, in->walk->moves.n - 1);
        return SC_OK;
    }
    return sc_insider_report(in, p, e->cell,
                             answer == SC_ANSWER_NO ? SC_VERDICT_EXACT : SC_VERDICT_UNDECIDED, err);
}

/* One round of questions; *ret_left: how many are still open. */
static enum sc_status ask_round(struct each *e, int round, size_t *ret_left, struct sc_error *err)
{
    struct sc_insiders *in = e->in;
    enum sc_status status = SC_OK;

    *ret_left = 0;
    for (uint32_t p = 0; p < in->attack->model->n_variables && !status; p++) {
        enum sc_answer answer = SC_ANSWER_UNKNOWN;

        if (!in->target[p] || e->differs[p] || p == e->variable)
            continue;
        if (!sc_insider_stopped(in))
            status = ask(e, p, round, &answer, err);
        if (!status && (answer == SC_ANSWER_NO || (answer == SC_ANSWER_UNKNOWN && round == LAST)))
            status = finish(e, p, answer, err);
        *ret_left += answer == SC_ANSWER_UNKNOWN;
    }
    return status;
}

static enum sc_status ask_all(struct each *e, struct sc_error *err)
{
    enum sc_status status = SC_OK;
    size_t left = 1;

    for (int round = KNOWN; round <= LAST && left > 0 && !status; round++) {
        if (round == CHEAP)
            wander(e);
        if (round >= SHAKEN)
            shake(e, (uint32_t)round);
        status = ask_round(e, round, &left, err);
    }
    return status;
}

/* Everything about the person in s; the base is a table where s is 1. */
static enum sc_status test(struct each *e, struct sc_error *err)
{
    struct sc_insiders *in = e->in;
    enum sc_status status;

    in->run->audit->readers[SC_READER_INSIDER].possible_singles++;
    sc_insider_targets(in);
    sc_insider_persons(in);
    in->single_cell[e->cell] = true;
    status = sc_insider_companions(in, err);
    in->single_cell[e->cell] = false;
    if (status)
        return status;
    memset(e->differs, 0, in->attack->model->n_variables * sizeof *e->differs);
    sc_walk_freeze(in->walk, e->variable, true);
    sc_reach_settle(e->reach);
    status = ask_all(e, err);
    sc_walk_freeze(in->walk, e->variable, false);
    return status;
}

static enum sc_status run_one(struct each *e, uint32_t cell, struct sc_error *err)
{
    struct sc_insiders *in = e->in;
    enum sc_answer answer;
    enum sc_status status;

    e->cell = cell;
    e->variable = in->attack->model->variable[cell];
    e->at = 1 - in->attack->model->offset[cell];
    status = go_to_one(e, &answer, err);
    if (status || answer == SC_ANSWER_NO)
        return status; /* it cannot be 1 after all */
    if (answer == SC_ANSWER_YES)
        return test(e, err);
    in->fails[e->variable] = true; /* not shown to be harmless */
    in->run->audit->readers[SC_READER_INSIDER].possible++;
    return SC_OK;
}

enum sc_status sc_insider_each(struct sc_insiders *in, const uint32_t *cells, size_t n_cells,
                               size_t *ret_done, struct sc_error *err)
{
    size_t n = in->attack->model->n_variables, i;
    SC_AUTO(sc_reach) reach = NULL;
    SC_AUTO(sc_known) known = NULL;
    SC_AUTO_FREE int64_t *start = sc_alloc_array(n, sizeof *start);
    SC_AUTO_FREE bool *differs = sc_alloc_array(n, sizeof *differs);
    struct each each = {.in = in, .start = start, .differs = differs};
    enum sc_status status;

    *ret_done = 0;
    if (!start || !differs)
        return sc_fail_nomem(err);
    status = sc_reach_new(in->walk, &reach, err);
    if (status || !reach)
        return status;
    status = sc_known_new(in->walk, &known, err);
    if (status)
        return status;
    each.reach = reach;
    each.known = known;
    sc_walk_rebase(in->walk, in->home);
    climb(&each);
    memcpy(in->home, in->walk->base, n * sizeof *in->home);
    for (i = 0; i < n_cells && !status && each.n_solver <= SOLVER_FIRST + i / SOLVER_EVERY; i++)
        status = run_one(&each, cells[i], err);
    *ret_done = i;
    return status;
}
