/*
 * seeker.c - the local search of the audit (audit/seek.h), on changes instead of tables.
 *
 * The rows of a problem say which changes of nodes come to 0. No change at all is such a table;
 * with one node held a step away, sums are set right again one after another. What comes out is
 * checked in integers by the pool, like every move.
 */
#include "protect/seeker.h"

#include <string.h>

#include "audit/seek.h"
#include "base/error.h"

void sc_seeker_free(struct sc_seeker *seeker)
{
    if (!seeker)
        return;
    sc_free(seeker->model.row_right);
    sc_free(seeker->low);
    sc_free(seeker->change);
    sc_free(seeker->still);
    sc_free(seeker);
}

enum sc_status sc_seeker_new(struct sc_pool *pool, struct sc_seeker **ret_seeker,
                             struct sc_error *err)
{
    const struct sc_problem *p = pool->problem;
    SC_AUTO(sc_seeker) s = sc_alloc(sizeof *s);

    if (!s)
        return sc_fail_nomem(err);
    s->pool = pool;
    s->low = sc_alloc_array(p->n_nodes, sizeof *s->low);
    s->change = sc_alloc_array(p->n_nodes, sizeof *s->change);
    s->still = sc_alloc_array(p->n_nodes, sizeof *s->still);
    s->model.row_right = sc_alloc_array(p->n_rows, sizeof *s->model.row_right);
    if (!s->low || !s->change || !s->still || !s->model.row_right)
        return sc_fail_nomem(err);
    for (size_t v = 0; v < p->n_nodes; v++)
        s->low[v] = p->room[v] < 0 ? 0 : -p->room[v];
    s->model.n_variables = p->n_nodes;
    s->model.low = s->low;
    s->model.high = p->head;
    s->model.n_rows = p->n_rows;
    s->model.row_start = p->row_start;
    s->model.row_variable = p->row_node;
    s->model.row_sign = p->row_sign;
    s->model.in_start = p->in_start;
    s->model.in_row = p->in_row;
    s->model.in_sign = p->in_sign;
    *ret_seeker = SC_TAKE(s);
    return SC_OK;
}

static enum sc_status find(struct sc_seeker *s, uint32_t node, int64_t by, uint64_t steps,
                           bool *ret_found, struct sc_error *err)
{
    const struct sc_problem *p = s->pool->problem;
    enum sc_status status;

    memset(s->change, 0, p->n_nodes * sizeof *s->change);
    status = sc_seek_move(&s->model, s->change, s->still, node, by, &steps, p->policy.stop,
                          p->policy.stop_arg, ret_found, err);
    /* A step looks at the nodes of one row, and at the rows of each; a call at every node. */
    s->work += 10 * steps + p->n_nodes;
    if (status || !*ret_found)
        return status;
    for (uint32_t v = 0; v < p->n_plain; v++) /* implied counts follow */
        if (s->change[v] != 0)
            sc_pool_step(s->pool, v, s->change[v]);
    return sc_pool_step_end(s->pool, ret_found, err);
}

enum sc_status sc_seeker_find(struct sc_seeker *s, uint32_t node, const bool *avoid, uint64_t steps,
                              bool *ret_found, struct sc_error *err)
{
    const struct sc_problem *p = s->pool->problem;
    enum sc_status status = SC_OK;

    *ret_found = false;
    for (uint32_t v = 0; v < p->n_nodes; v++)
        s->still[v] = !s->pool->open[v] || avoid[v] || p->head[v] < 0;
    for (int sign = 1; sign >= -1 && !status && !*ret_found; sign -= 2)
        status = find(s, node, sign * p->policy.width, steps, ret_found, err);
    return status;
}
