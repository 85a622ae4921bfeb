/*
 * witness.c - from a walk to the witnesses of a certificate.
 *
 * Moves are taken greedily, latest first, as long as each changes a wanted cell no move
 * taken before has changed: later moves were found for cells that earlier ones had
 * left, so this keeps few of them.
 */
#include "audit/witness.h"

#include <string.h>

#include "base/error.h"

void sc_witnesses_free(struct sc_witnesses *witnesses)
{
    if (!witnesses)
        return;
    sc_free(witnesses->base);
    sc_free(witnesses->open);
    sc_free(witnesses->start);
    sc_free(witnesses->cell);
    sc_free(witnesses->change);
    sc_free(witnesses);
}

/* Which moves are needed so that every wanted variable is spread as far as the walk got it. */
static enum sc_status choose(const struct sc_walk *walk, const bool *wanted_variable, bool *taken,
                             struct sc_error *err)
{
    const struct sc_moves *moves = &walk->moves;
    size_t n = walk->model->n_variables;
    SC_AUTO_FREE int64_t *least = sc_alloc_array(n, sizeof *least);
    SC_AUTO_FREE int64_t *most = sc_alloc_array(n, sizeof *most);

    if (!least || !most)
        return sc_fail_nomem(err);
    for (size_t m = moves->n; m-- > 0;) {
        for (size_t i = moves->start[m]; i < moves->start[m + 1]; i++) {
            uint32_t v = moves->variable[i];
            int64_t z = moves->change[i];

            if (wanted_variable[v] && (least[v] == most[v] || (walk->most[v] - walk->least[v] > 1 &&
                                                               (z < least[v] || z > most[v]))))
                taken[m] = true;
        }
        for (size_t i = moves->start[m]; i < moves->start[m + 1] && taken[m]; i++) {
            uint32_t v = moves->variable[i];

            if (moves->change[i] < least[v])
                least[v] = moves->change[i];
            if (moves->change[i] > most[v])
                most[v] = moves->change[i];
        }
    }
    return SC_OK;
}

/* Writes one move over cells. */
static size_t write_move(const struct sc_walk *walk, size_t m, int32_t *change,
                         struct sc_witnesses *w, size_t at)
{
    const struct sc_model *model = walk->model;
    const struct sc_moves *moves = &walk->moves;

    for (size_t i = moves->start[m]; i < moves->start[m + 1]; i++)
        change[moves->variable[i]] = moves->change[i];
    for (uint32_t c = 0; c < model->bounds->n_cells; c++) {
        uint32_t v = model->variable[c];

        if (v == SC_NONE || change[v] == 0)
            continue;
        if (w->cell) {
            w->cell[at] = c;
            w->change[at] = change[v];
        }
        at++;
    }
    for (size_t i = moves->start[m]; i < moves->start[m + 1]; i++)
        change[moves->variable[i]] = 0;
    return at;
}

static enum sc_status write_moves(const struct sc_walk *walk, const bool *taken,
                                  struct sc_witnesses *w, struct sc_error *err)
{
    SC_AUTO_FREE int32_t *change = sc_alloc_array(walk->model->n_variables, sizeof *change);
    size_t n = 0, n_entries = 0, at = 0;

    if (!change)
        return sc_fail_nomem(err);
    for (size_t m = 0; m < walk->moves.n; m++)
        if (taken[m]) {
            n++;
            n_entries = write_move(walk, m, change, w, n_entries); /* counts only */
        }
    w->start = sc_alloc_array(n + 1, sizeof *w->start);
    w->cell = sc_alloc_array(n_entries, sizeof *w->cell);
    w->change = sc_alloc_array(n_entries, sizeof *w->change);
    if (!w->start || !w->cell || !w->change)
        return sc_fail_nomem(err);
    for (size_t m = 0; m < walk->moves.n; m++)
        if (taken[m]) {
            at = write_move(walk, m, change, w, at);
            w->start[++w->n_moves] = at;
        }
    return SC_OK;
}

enum sc_status sc_witnesses_new(const struct sc_walk *walk, const bool *wanted,
                                struct sc_witnesses **ret_witnesses, struct sc_error *err)
{
    const struct sc_model *model = walk->model;
    size_t n_cells = model->bounds->n_cells;
    SC_AUTO_FREE bool *taken = sc_alloc_array(walk->moves.n, sizeof *taken);
    SC_AUTO_FREE bool *wanted_variable =
        sc_alloc_array(model->n_variables, sizeof *wanted_variable);
    struct sc_witnesses *w = sc_alloc(sizeof *w);
    enum sc_status status = SC_OK;

    if (!taken || !wanted_variable || !w) {
        sc_free(w);
        return sc_fail_nomem(err);
    }
    w->n_cells = n_cells;
    w->base = sc_alloc_array(n_cells, sizeof *w->base);
    w->open = sc_alloc_array(n_cells, sizeof *w->open);
    if (!w->base || !w->open)
        status = sc_fail_nomem(err);
    for (uint32_t c = 0; c < n_cells && !status; c++)
        w->open[c] = model->bounds->given[SC_LOW][c] != model->bounds->given[SC_HIGH][c];
    for (uint32_t c = 0; c < n_cells; c++)
        if (model->variable[c] != SC_NONE && wanted[c])
            wanted_variable[model->variable[c]] = true;
    if (!status) {
        sc_walk_table(walk, w->base);
        status = choose(walk, wanted_variable, taken, err);
    }
    if (!status)
        status = write_moves(walk, taken, w, err);
    if (status) {
        sc_witnesses_free(w);
        return status;
    }
    *ret_witnesses = w;
    return SC_OK;
}
