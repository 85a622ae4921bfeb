/*
 * insider_any.c - the insider test where nobody says which cells are 1.
 *
 * Every hidden figure that could be 1 is tried. For such a cell s the tables that matter are
 * those that agree with everything printed and have s at 1: its slice. Another figure is safe
 * from the person in s when two tables of the slice differ in it.
 *
 * Most of that is settled by a long walk: the base is moved about by boxes, and every table it
 * comes by belongs to the slices of all cells that are 1 in it. For each slice the first
 * table is kept, and which variables have since differed from it. A step changes a few
 * variables, so it costs little for the slices it stays in, and one comparison for those it enters.
 *
 * What is left is first tried at a table of the slice near home, which is a table with room: hidden
 * figures are 2 or 3 at least where that can be. There most boxes and moves known fit, and boxes
 * lead from there to nearly every slice. All that fit are taken one after the other (wander()),
 * with s left alone. Only then is the solver asked about one figure at a time, with s frozen; each
 * move it finds is one more for the slices to come. A figure that cannot change is one that the
 * person in s would know, if s is 1. That is possible only; it is certain when no table agrees with
 * what is printed and avoids every such case: then somebody can do it, whoever it is.
 *
 * Slices are done in chunks, to bound the memory.
 *
 * insider_each.c comes first: it is much quicker where figures have some room. What is here is for
 * tables where they have none, and for those too large for it.
 */
#include "audit/insider.h"

#include <string.h>

#include "base/error.h"

#define CHUNK_BYTES ((size_t)128 << 20)
#define SWEEPS_MAX 10
#define MOVES_EVERY 64
#define DRIFT_ROUNDS 3
#define PASSES 20
#define BOX_STEPS 8

/* The tables seen with one cell at 1. */
struct slice {
    uint32_t cell;
    uint32_t variable;
    int64_t at; /* the variable's value where the cell is 1 */
    bool seen;
    int64_t *first; /* by variable, once seen */
    bool *differs;  /* by variable: not the same in all tables seen */
    uint32_t *todo; /* targets that were the same in all tables seen when they were listed */
    size_t n_todo;
};

struct slices {
    struct sc_insiders *in;
    struct slice *slice;
    size_t n;
    size_t *start; /* by variable: slices in its order, n_variables + 1 */
    uint32_t *of;
    int64_t *table; /* by variable: scratch */
    size_t n_news;  /* figures seen to differ since it was last set to 0 */
};

/* ---- tables seen -------------------------------------------------------------------------- */

/* The table `value` has the slice's cell at 1. */
static void see_whole(struct slices *all, struct slice *slice, const int64_t *value)
{
    size_t n = all->in->attack->model->n_variables;

    if (!slice->seen) {
        memcpy(slice->first, value, n * sizeof *value);
        slice->seen = true;
        all->n_news++;
        return;
    }
    for (size_t v = 0; v < n; v++)
        if (!slice->differs[v] && value[v] != slice->first[v]) {
            slice->differs[v] = true;
            all->n_news++;
        }
}

static bool is_listed(uint32_t variable, const uint32_t *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (list[i] == variable)
            return true;
    return false;
}

/*
 * The base has come to a new table by changing the `n` variables of `list`. `inside` is the
 * list of slices it was in (by slice), kept up.
 */
static void see_step(struct slices *all, const uint32_t *list, size_t n, uint32_t *inside,
                     size_t *n_inside)
{
    const int64_t *value = all->in->walk->base;
    size_t kept = 0;

    for (size_t i = 0; i < *n_inside; i++) {
        struct slice *slice = &all->slice[inside[i]];

        if (value[slice->variable] != slice->at)
            continue;
        inside[kept++] = inside[i];
        for (size_t k = 0; k < n; k++)
            if (!slice->differs[list[k]] && value[list[k]] != slice->first[list[k]]) {
                slice->differs[list[k]] = true;
                all->n_news++;
            }
    }
    for (size_t k = 0; k < n; k++)
        for (size_t i = all->start[list[k]]; i < all->start[list[k] + 1]; i++) {
            struct slice *slice = &all->slice[all->of[i]];

            if (value[list[k]] != slice->at || is_listed(all->of[i], inside, kept))
                continue;
            see_whole(all, slice, value);
            inside[kept++] = all->of[i];
        }
    *n_inside = kept;
}

/* Begins anew at a table. */
static void enter(struct slices *all, uint32_t *inside, size_t *n_inside)
{
    const int64_t *value = all->in->walk->base;

    *n_inside = 0;
    for (uint32_t i = 0; i < all->n; i++)
        if (value[all->slice[i].variable] == all->slice[i].at) {
            see_whole(all, &all->slice[i], value);
            inside[(*n_inside)++] = i;
        }
}

/* ---- the walk ------------------------------------------------------------------------------ */

/*
 * Moves the base by move `m`, as it is or turned round, if that fits. Returns how many variables
 * changed, listed in walk->listed.
 */
static size_t take_move(struct sc_walk *walk, size_t m, const bool *avoid)
{
    const struct sc_moves *moves = &walk->moves;
    int sign = sc_walk_fits(walk, m, avoid);
    size_t n = 0;

    if (sign == 0)
        return 0;
    for (size_t i = moves->start[m]; i < moves->start[m + 1]; i++) {
        walk->listed[n] = moves->variable[i];
        walk->change[n++] = sign * moves->change[i];
    }
    sc_walk_shift(walk, n, walk->listed, walk->change);
    return n;
}

/* Takes every move known that fits, one after the other: they reach what boxes do not. */
static void take_moves(struct slices *all, uint32_t *inside, size_t *n_inside)
{
    struct sc_walk *walk = all->in->walk;

    for (size_t m = 0; m < walk->moves.n; m++) {
        size_t n = take_move(walk, m, NULL);

        if (n > 0)
            see_step(all, walk->listed, n, inside, n_inside);
    }
}

/* Moves the base about until little is new. */
static enum sc_status walk_about(struct slices *all, struct sc_error *err)
{
    struct sc_insiders *in = all->in;
    size_t n = in->attack->model->n_variables, n_inside;
    SC_AUTO_FREE uint32_t *inside = sc_alloc_array(all->n, sizeof *inside);

    if (!inside)
        return sc_fail_nomem(err);
    enter(all, inside, &n_inside);
    for (unsigned sweep = 0; sweep < SWEEPS_MAX && !sc_insider_stopped(in); sweep++) {
        all->n_news = 0;
        for (uint32_t v = 0; v < n; v++) {
            unsigned skip = (v * 2654435761u + sweep * 40503u) >> 13 & 3;
            size_t n_changed;
            enum sc_status status;

            status = sc_shortcut_wander(in->shortcut, v, skip, NULL, &n_changed, err);
            if (status)
                return status;
            if (n_changed > 0)
                see_step(all, in->walk->listed, n_changed, inside, &n_inside);
            if (v % MOVES_EVERY == MOVES_EVERY - 1)
                take_moves(all, inside, &n_inside);
        }
        if (all->n_news * 50 < all->n)
            break;
    }
    return SC_OK;
}

/* ---- what is left of a slice --------------------------------------------------------------- */

/* From home by boxes, one step after the other. False: they do not lead there. */
static enum sc_status go_by_boxes(struct slices *all, const struct slice *slice, bool *ret_there,
                                  struct sc_error *err)
{
    const struct sc_walk *walk = all->in->walk;
    bool shifted = true;

    for (int step = 0; step < BOX_STEPS && shifted; step++) {
        int64_t away = slice->at - walk->base[slice->variable];
        enum sc_status status;

        if (away == 0)
            break;
        status = sc_shortcut_shift(all->in->shortcut, slice->variable, away > 0 ? 1 : -1, NULL,
                                   &shifted, err);
        if (status)
            return status;
    }
    *ret_there = walk->base[slice->variable] == slice->at;
    return SC_OK;
}

/* Goes from home to a table where the slice's cell is 1. */
static enum sc_status go_to_one(struct slices *all, const struct slice *slice,
                                enum sc_answer *ret_answer, struct sc_error *err)
{
    const int64_t *home = all->in->home;
    bool there;
    enum sc_status status;

    sc_walk_rebase(all->in->walk, home);
    status = go_by_boxes(all, slice, &there, err);
    *ret_answer = SC_ANSWER_YES;
    if (status || there)
        return status;
    sc_walk_rebase(all->in->walk, home);
    return sc_walk_go(all->in->walk, slice->variable, slice->at, ret_answer, err);
}

/* Move `m` of the walk leads from the base to another table of the slice. */
static void see_move(struct slices *all, struct slice *slice, size_t m)
{
    const struct sc_moves *moves = &all->in->walk->moves;

    for (size_t i = moves->start[m]; i < moves->start[m + 1]; i++)
        slice->differs[moves->variable[i]] = true;
}

/* Every move that fits at the base, a table of the slice, and leaves its cell alone. */
static void see_moves(struct slices *all, struct slice *slice)
{
    struct sc_insiders *in = all->in;

    in->touched[slice->variable] = true;
    for (size_t m = 0; m < in->walk->moves.n; m++)
        if (sc_walk_fits(in->walk, m, in->touched) != 0)
            see_move(all, slice, m);
    in->touched[slice->variable] = false;
}

/* One target that was the same in all tables seen of a slice; the base is one of them. */
static enum sc_status finish_target(struct slices *all, struct slice *slice, uint32_t p,
                                    struct sc_error *err)
{
    struct sc_insiders *in = all->in;
    enum sc_answer answer = SC_ANSWER_UNKNOWN;
    enum sc_status status = SC_OK;

    if (!sc_insider_stopped(in))
        status = sc_insider_ask(in, p, &answer, err);
    if (!status && answer == SC_ANSWER_YES)
        see_move(all, slice, in->walk->moves.n - 1);
    else if (!status)
        status = sc_insider_report(in, p, slice->cell,
                                   answer == SC_ANSWER_NO ? SC_VERDICT_EXACT : SC_VERDICT_UNDECIDED,
                                   err);
    return status;
}

/* Forgets what has been seen to differ since; returns whether anything is left to do. */
static bool undone(struct slice *slice)
{
    size_t kept = 0;

    for (size_t i = 0; i < slice->n_todo; i++)
        if (!slice->differs[slice->todo[i]])
            slice->todo[kept++] = slice->todo[i];
    slice->n_todo = kept;
    return kept > 0;
}

/* At the first table of a slice: what is tied to its cell, and what is still to be seen to move. */
static enum sc_status open_slice(struct slices *all, struct slice *slice, struct sc_error *err)
{
    struct sc_insiders *in = all->in;
    size_t n = in->attack->model->n_variables;
    enum sc_status status;

    in->run->audit->readers[SC_READER_INSIDER].possible_singles++;
    sc_walk_rebase(in->walk, slice->first);
    sc_insider_targets(in);
    sc_insider_persons(in);
    in->single_cell[slice->cell] = true;
    status = sc_insider_companions(in, err);
    in->single_cell[slice->cell] = false;
    slice->todo = sc_alloc_array(n, sizeof *slice->todo);
    if (!slice->todo)
        return sc_fail_nomem(err);
    for (uint32_t p = 0; p < n; p++)
        if (in->target[p] && !slice->differs[p] && p != slice->variable)
            slice->todo[slice->n_todo++] = p;
    return status;
}

/*
 * Lets the base drift from a table of the slice by boxes that leave its cell alone and change what
 * is left to do.
 */
static enum sc_status drift(struct slices *all, struct slice *slice, struct sc_error *err)
{
    struct sc_insiders *in = all->in;
    enum sc_status status = SC_OK;

    in->touched[slice->variable] = true;
    for (int round = 0; round < DRIFT_ROUNDS && undone(slice) && !status; round++)
        for (size_t i = 0; i < slice->n_todo && !status; i++) {
            bool shifted = false;

            if (!slice->differs[slice->todo[i]])
                status =
                    sc_shortcut_shift(in->shortcut, slice->todo[i], 0, in->touched, &shifted, err);
            if (!status && shifted)
                see_whole(all, slice, in->walk->base);
        }
    in->touched[slice->variable] = false;
    return status;
}

/*
 * Lets the base wander from a table of the slice by all moves known that fit where they are
 * met and leave its cell alone. Each pass takes them in another order.
 */
static void wander(struct slices *all, struct slice *slice)
{
    struct sc_walk *walk = all->in->walk;
    size_t n = walk->moves.n;

    all->in->touched[slice->variable] = true;
    for (size_t pass = 0; pass < PASSES && undone(slice); pass++)
        for (size_t k = 0; k < n; k++) {
            size_t n_changed = take_move(walk, (k * 7919 + pass * 104729) % n, all->in->touched);

            for (size_t i = 0; i < n_changed; i++)
                if (walk->base[walk->listed[i]] != slice->first[walk->listed[i]])
                    slice->differs[walk->listed[i]] = true;
        }
    all->in->touched[slice->variable] = false;
}

/* From the base, a table of the slice: all that is cheap. */
static enum sc_status look_about(struct slices *all, struct slice *slice, struct sc_error *err)
{
    enum sc_status status;

    see_whole(all, slice, all->in->walk->base);
    see_moves(all, slice);
    status = drift(all, slice, err);
    if (!status)
        wander(all, slice);
    return status;
}

/* Asks the solver about what is left to do, with the slice's cell frozen. */
static enum sc_status ask_rest(struct slices *all, struct slice *slice, struct sc_error *err)
{
    struct sc_insiders *in = all->in;
    enum sc_status status = SC_OK;

    sc_insider_targets(in); /* those of this slice, not of the last one opened */
    sc_insider_persons(in);
    sc_walk_freeze(in->walk, slice->variable, true);
    for (size_t i = 0; i < slice->n_todo && !status; i++)
        if (!slice->differs[slice->todo[i]])
            status = finish_target(all, slice, slice->todo[i], err);
    sc_walk_freeze(in->walk, slice->variable, false);
    return status;
}

static enum sc_status finish_slice(struct slices *all, struct slice *slice, struct sc_error *err)
{
    struct sc_insiders *in = all->in;
    enum sc_answer answer;
    enum sc_status status = SC_OK;

    if (undone(slice)) {
        sc_walk_rebase(in->walk, slice->first);
        status = look_about(all, slice, err);
    }
    if (status || !undone(slice))
        return status;
    status = go_to_one(all, slice, &answer, err);
    if (status)
        return status;
    if (answer != SC_ANSWER_YES)
        sc_walk_rebase(in->walk, slice->first);
    memcpy(all->table, in->walk->base, in->attack->model->n_variables * sizeof *all->table);
    status = look_about(all, slice, err);
    sc_walk_rebase(in->walk, all->table);
    return status || !undone(slice) ? status : ask_rest(all, slice, err);
}

/* A slice no table of the walk was in: looks for one. */
static enum sc_status find_slice(struct slices *all, struct slice *slice, bool *ret_none,
                                 struct sc_error *err)
{
    struct sc_insiders *in = all->in;
    enum sc_answer answer;
    enum sc_status status;

    *ret_none = false;
    status = go_to_one(all, slice, &answer, err);
    if (status || answer == SC_ANSWER_NO) {
        *ret_none = true; /* it cannot be 1 after all */
        return status;
    }
    if (answer == SC_ANSWER_UNKNOWN) {
        in->fails[slice->cell] = true; /* not shown to be harmless */
        in->run->audit->readers[SC_READER_INSIDER].possible++;
        *ret_none = true;
        return SC_OK;
    }
    see_whole(all, slice, in->walk->base);
    return SC_OK;
}

/* ---- a chunk of slices ------------------------------------------------------------------------
 */

static void slices_release(struct slices *all)
{
    for (size_t i = 0; i < all->n && all->slice; i++) {
        sc_free(all->slice[i].first);
        sc_free(all->slice[i].differs);
        sc_free(all->slice[i].todo);
    }
    sc_free(all->slice);
    sc_free(all->start);
    sc_free(all->of);
    sc_free(all->table);
}

static enum sc_status slices_init(struct slices *all, const uint32_t *cells, size_t n_cells,
                                  struct sc_error *err)
{
    const struct sc_model *model = all->in->attack->model;
    size_t n = model->n_variables;

    all->slice = sc_alloc_array(n_cells, sizeof *all->slice);
    all->start = sc_alloc_array(n + 2, sizeof *all->start);
    all->of = sc_alloc_array(n_cells, sizeof *all->of);
    all->table = sc_alloc_array(n, sizeof *all->table);
    if (!all->slice || !all->start || !all->of || !all->table)
        return sc_fail_nomem(err);
    for (; all->n < n_cells; all->n++) {
        struct slice *slice = &all->slice[all->n];

        slice->cell = cells[all->n];
        slice->variable = model->variable[slice->cell];
        slice->at = 1 - model->offset[slice->cell];
        slice->first = sc_alloc_array(n, sizeof *slice->first);
        slice->differs = sc_alloc_array(n, sizeof *slice->differs);
        if (!slice->first || !slice->differs) {
            all->n++;
            return sc_fail_nomem(err);
        }
        all->start[slice->variable + 2]++;
    }
    for (size_t v = 0; v < n; v++)
        all->start[v + 2] += all->start[v + 1];
    for (uint32_t i = 0; i < all->n; i++)
        all->of[all->start[all->slice[i].variable + 1]++] = i;
    return SC_OK;
}

static enum sc_status run_chunk(struct sc_insiders *in, const uint32_t *cells, size_t n_cells,
                                struct sc_error *err)
{
    struct slices all = {.in = in};
    enum sc_status status = slices_init(&all, cells, n_cells, err);

    if (!status) {
        sc_walk_rebase(in->walk, in->home);
        status = walk_about(&all, err);
    }
    for (size_t i = 0; i < all.n && !status; i++) {
        bool none = false;

        if (!all.slice[i].seen)
            status = find_slice(&all, &all.slice[i], &none, err);
        if (!status && !none)
            status = open_slice(&all, &all.slice[i], err);
    }
    for (size_t i = 0; i < all.n && !status; i++)
        status = finish_slice(&all, &all.slice[i], err);
    slices_release(&all);
    return status;
}

/* No table avoids the failures: each of the possible findings is then a real one for somebody. */
static void make_certain(struct sc_run *run)
{
    struct sc_reader_result *result = &run->audit->readers[SC_READER_INSIDER];

    for (size_t i = 0; i < run->audit->n_findings; i++) {
        struct sc_disclosure *finding = &run->audit->findings[i];

        if (finding->kind != SC_FINDING_POSSIBLE)
            continue;
        finding->kind = finding->relation != SC_NONE ? SC_FINDING_IMPLIED : SC_FINDING_CELL;
        if (finding->verdict == SC_VERDICT_UNDECIDED)
            result->undecided++;
        else if (finding->relation != SC_NONE)
            result->implied++;
        else if (result->verdict[finding->cell] != SC_VERDICT_EXACT) {
            result->verdict[finding->cell] = SC_VERDICT_EXACT;
            result->exact++;
            result->sensitive++;
        }
    }
}

/* The cells that could be 1; returns how many. */
static size_t list_candidates(const struct sc_insiders *in, uint32_t *ret_cells)
{
    const struct sc_model *model = in->attack->model;
    size_t n = 0;

    for (uint32_t c = 0; c < model->bounds->n_cells; c++)
        if (in->run->wanted[c] && model->variable[c] != SC_NONE &&
            model->bounds->now[SC_LOW][c] <= 1 && model->bounds->now[SC_HIGH][c] >= 1)
            ret_cells[n++] = c;
    return n;
}

/*
 * The table to set out from: one in which hidden figures are a little more than they must be, if
 * there is one. There most boxes fit, and near it are tables with any one of them at 1.
 */
static enum sc_status find_home(struct sc_insiders *in, int64_t *table, struct sc_error *err)
{
    enum sc_answer answer = SC_ANSWER_NO;
    enum sc_status status = SC_OK;

    for (int64_t others = 3; others >= 2 && !status && answer != SC_ANSWER_YES; others--)
        status = sc_insider_table(in, others, table, &answer, err);
    if (!status && answer != SC_ANSWER_YES)
        sc_walk_table(in->attack->walk, table);
    return status;
}

enum sc_status sc_insider_try_all(struct sc_insiders *in, struct sc_error *err)
{
    const struct sc_model *model = in->attack->model;
    struct sc_reader_result *result = &in->run->audit->readers[SC_READER_INSIDER];
    SC_AUTO_FREE int64_t *table = sc_alloc_array(model->bounds->n_cells, sizeof *table);
    SC_AUTO_FREE uint32_t *cells = sc_alloc_array(model->bounds->n_cells, sizeof *cells);
    size_t chunk = CHUNK_BYTES / (13 * model->n_variables + 1) + 1, n;
    size_t done = 0;
    bool avoidable = true;
    enum sc_status status;

    if (!table || !cells)
        return sc_fail_nomem(err);
    n = list_candidates(in, cells);
    status = find_home(in, table, err);
    if (!status)
        status = sc_walk_from(model, table, sc_effort_of(in->run), &in->walk, err);
    if (!status)
        status = sc_shortcut_new(in->walk, &in->shortcut, err);
    if (!status)
        status = sc_shortcut_centre(in->shortcut, NULL, err);
    if (!status) {
        in->home = sc_alloc_array(model->n_variables, sizeof *in->home);
        if (!in->home)
            return sc_fail_nomem(err);
        memcpy(in->home, in->walk->base, model->n_variables * sizeof *in->home);
    }
    if (!status)
        status = sc_insider_copy_moves(in->attack->walk, in->walk, err);
    if (!status)
        status = sc_insider_each(in, cells, n, &done, err);
    for (size_t i = done; i < n && !status; i += chunk)
        status = run_chunk(in, cells + i, n - i < chunk ? n - i : chunk, err);
    if (!status && result->possible > 0)
        status = sc_insider_avoidable(in, &avoidable, err);
    if (!status && !avoidable)
        make_certain(in->run);
    return status;
}
