/*
 * budge.c - directions taken away one after another.
 *
 * A row stays at 0, so a node of it can rise only if another can make up for that. A row where
 * no other can takes the direction away from the node, and with it from the other rows the node
 * is in what it could have made up for there; until nothing more follows. This is one look at
 * each entry of each row for each direction lost, where a program takes a thousand times as long to
 * say that a figure alone in its row is given away.
 */
#include "protect/budge.h"

#include <string.h>

#include "base/error.h"

void sc_budge_free(struct sc_budge *r)
{
    if (!r)
        return;
    for (int d = 0; d < 2; d++) {
        sc_free(r->can[d]);
        sc_free(r->n_pushing[d]);
    }
    sc_free(r->queue);
    sc_free(r);
}

enum sc_status sc_budge_new(const struct sc_problem *p, struct sc_budge **ret_budge,
                            struct sc_error *err)
{
    SC_AUTO(sc_budge) r = sc_alloc(sizeof *r);

    if (!r)
        return sc_fail_nomem(err);
    r->problem = p;
    r->queue = sc_alloc_array(2 * p->n_nodes, sizeof *r->queue);
    if (!r->queue)
        return sc_fail_nomem(err);
    for (int d = 0; d < 2; d++) {
        r->can[d] = sc_alloc_array(p->n_nodes, sizeof *r->can[d]);
        r->n_pushing[d] = sc_alloc_array(p->n_rows, sizeof *r->n_pushing[d]);
        if (!r->can[d] || !r->n_pushing[d])
            return sc_fail_nomem(err);
    }
    *ret_budge = SC_TAKE(r);
    return SC_OK;
}

/* Which way the sum of a row goes (0: down, 1: up) when a node of that sign goes `direction`. */
static int pushed(int sign, int direction)
{
    return sign > 0 ? direction : 1 - direction;
}

/* Whether a row has somebody else to make up for a node of that sign going `direction`. */
static bool made_up_for(const struct sc_budge *r, uint32_t row, uint32_t v, int sign, int direction)
{
    uint32_t itself = r->can[1 - direction][v];

    return r->n_pushing[1 - pushed(sign, direction)][row] > itself;
}

static void lose(struct sc_budge *r, uint32_t v, int direction, size_t *n_queued)
{
    if (!r->can[direction][v])
        return;
    r->can[direction][v] = false;
    r->queue[(*n_queued)++] = 2 * v + (uint32_t)direction;
}

/* Looks again at the nodes of a row that may have depended on what was lost. */
static void look_at_row(struct sc_budge *r, uint32_t row, size_t *n_queued)
{
    const struct sc_problem *p = r->problem;

    r->work += p->row_start[row + 1] - p->row_start[row];
    for (size_t k = p->row_start[row]; k < p->row_start[row + 1]; k++)
        for (int d = 0; d < 2; d++)
            if (r->can[d][p->row_node[k]] &&
                !made_up_for(r, row, p->row_node[k], p->row_sign[k], d))
                lose(r, p->row_node[k], d, n_queued);
}

void sc_budge_find(struct sc_budge *r, const bool *open, const bool *frozen)
{
    const struct sc_problem *p = r->problem;
    size_t n_queued = 0;

    for (int d = 0; d < 2; d++)
        memset(r->n_pushing[d], 0, p->n_rows * sizeof *r->n_pushing[d]);
    for (int d = 0; d < 2; d++)
        for (uint32_t v = 0; v < p->n_nodes; v++) {
            r->can[d][v] = open[v] && !frozen[v] && (d ? p->head : p->room)[v] > 0;
            for (size_t k = p->in_start[v]; r->can[d][v] && k < p->in_start[v + 1]; k++)
                r->n_pushing[pushed(p->in_sign[k], d)][p->in_row[k]]++;
        }
    r->work += p->n_nodes;
    for (uint32_t row = 0; row < p->n_rows; row++)
        if (r->n_pushing[0][row] <= 1 || r->n_pushing[1][row] <= 1)
            look_at_row(r, row, &n_queued);
    while (n_queued > 0) {
        uint32_t v = r->queue[--n_queued] / 2;
        int d = (int)(r->queue[n_queued] % 2);

        for (size_t k = p->in_start[v]; k < p->in_start[v + 1]; k++) {
            int way = pushed(p->in_sign[k], d);

            if (--r->n_pushing[way][p->in_row[k]] <= 1)
                look_at_row(r, p->in_row[k], &n_queued);
        }
    }
}
