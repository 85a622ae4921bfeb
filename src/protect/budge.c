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

void sc_budge_free(struct sc_budge *b)
{
    if (!b)
        return;
    for (int d = 0; d < 2; d++) {
        sc_free(b->can[d]);
        sc_free(b->n_pushing[d]);
    }
    sc_free(b->queue);
    sc_free(b);
}

enum sc_status sc_budge_new(const struct sc_problem *p, struct sc_budge **ret_budge,
                            struct sc_error *err)
{
    SC_AUTO(sc_budge) b = sc_alloc(sizeof *b);

    if (!b)
        return sc_fail_nomem(err);
    b->problem = p;
    b->queue = sc_alloc_array(2 * p->n_nodes, sizeof *b->queue);
    if (!b->queue)
        return sc_fail_nomem(err);
    for (int d = 0; d < 2; d++) {
        b->can[d] = sc_alloc_array(p->n_nodes, sizeof *b->can[d]);
        b->n_pushing[d] = sc_alloc_array(p->n_rows, sizeof *b->n_pushing[d]);
        if (!b->can[d] || !b->n_pushing[d])
            return sc_fail_nomem(err);
    }
    *ret_budge = SC_TAKE(b);
    return SC_OK;
}

/* Which way the sum of a row goes (0: down, 1: up) when a node of that sign goes `direction`. */
static int pushed(int sign, int direction)
{
    return sign > 0 ? direction : 1 - direction;
}

/* Whether a row has somebody else to make up for a node of that sign going `direction`. */
static bool made_up_for(const struct sc_budge *b, uint32_t row, uint32_t v, int sign, int direction)
{
    uint32_t itself = b->can[1 - direction][v];

    return b->n_pushing[1 - pushed(sign, direction)][row] > itself;
}

static void lose(struct sc_budge *b, uint32_t v, int direction, size_t *n_queued)
{
    if (!b->can[direction][v])
        return;
    b->can[direction][v] = false;
    b->queue[(*n_queued)++] = 2 * v + (uint32_t)direction;
}

/* Looks again at the nodes of a row that may have depended on what was lost. */
static void look_at_row(struct sc_budge *b, uint32_t row, size_t *n_queued)
{
    const struct sc_problem *p = b->problem;

    b->work += p->row_start[row + 1] - p->row_start[row];
    for (size_t k = p->row_start[row]; k < p->row_start[row + 1]; k++)
        for (int d = 0; d < 2; d++)
            if (b->can[d][p->row_node[k]] &&
                !made_up_for(b, row, p->row_node[k], p->row_sign[k], d))
                lose(b, p->row_node[k], d, n_queued);
}

void sc_budge_find(struct sc_budge *b, const bool *open, const bool *frozen)
{
    const struct sc_problem *p = b->problem;
    size_t n_queued = 0;

    for (int d = 0; d < 2; d++)
        memset(b->n_pushing[d], 0, p->n_rows * sizeof *b->n_pushing[d]);
    for (int d = 0; d < 2; d++)
        for (uint32_t v = 0; v < p->n_nodes; v++) {
            b->can[d][v] = open[v] && !frozen[v] && (d ? p->head : p->room)[v] > 0;
            for (size_t k = p->in_start[v]; b->can[d][v] && k < p->in_start[v + 1]; k++)
                b->n_pushing[pushed(p->in_sign[k], d)][p->in_row[k]]++;
        }
    b->work += p->n_nodes;
    for (uint32_t row = 0; row < p->n_rows; row++)
        if (b->n_pushing[0][row] <= 1 || b->n_pushing[1][row] <= 1)
            look_at_row(b, row, &n_queued);
    while (n_queued > 0) {
        uint32_t v = b->queue[--n_queued] / 2;
        int d = (int)(b->queue[n_queued] % 2);

        for (size_t k = p->in_start[v]; k < p->in_start[v + 1]; k++) {
            int way = pushed(p->in_sign[k], d);

            if (--b->n_pushing[way][p->in_row[k]] <= 1)
                look_at_row(b, p->in_row[k], &n_queued);
        }
    }
}
