/*
 * pool.c - counts of usable moves, kept up to date as nodes open and close.
 *
 * Cost: opening or closing a node costs the entries of the moves through it that become
 * usable or cease to be. Sixteen bytes an entry.
 */
#include "protect/pool.h"

#include <assert.h>
#include <string.h>

#include "base/error.h"

void sc_pool_free(struct sc_pool *pool)
{
    if (!pool)
        return;
    sc_free(pool->open);
    sc_free(pool->cover);
    sc_free(pool->head);
    sc_free(pool->start);
    sc_free(pool->shut);
    sc_free(pool->entries);
    sc_free(pool->step);
    sc_free(pool->touched);
    sc_free(pool->in_step);
    sc_free(pool);
}

enum sc_status sc_pool_new(const struct sc_problem *problem, struct sc_pool **ret_pool,
                           struct sc_error *err)
{
    size_t n = problem->n_nodes;
    SC_AUTO(sc_pool) pool = sc_alloc(sizeof *pool);
    enum sc_status status;

    if (!pool)
        return sc_fail_nomem(err);
    pool->problem = problem;
    pool->open = sc_alloc_array(n, sizeof *pool->open);
    pool->cover = sc_alloc_array(n, sizeof *pool->cover);
    pool->head = sc_alloc_array(n, sizeof *pool->head);
    pool->step = sc_alloc_array(n, sizeof *pool->step);
    pool->touched = sc_alloc_array(n, sizeof *pool->touched);
    pool->in_step = sc_alloc_array(n, sizeof *pool->in_step);
    if (!pool->open || !pool->cover || !pool->head || !pool->step || !pool->touched ||
        !pool->in_step)
        return sc_fail_nomem(err);
    status = sc_grow((void **)&pool->start, &pool->start_capacity, 0, sizeof *pool->start, err);
    if (status)
        return status;
    pool->start[0] = 0;
    for (uint32_t v = 0; v < n; v++) {
        pool->head[v] = SC_NONE;
        pool->open[v] = problem->state[v] == SC_NODE_OPEN;
        pool->n_bare += problem->required[v];
    }
    *ret_pool = SC_TAKE(pool);
    return SC_OK;
}

/* A move became usable (by +1) or ceased to be (-1). */
static void count_cover(struct sc_pool *pool, uint32_t move, int by)
{
    for (uint32_t e = pool->start[move]; e < pool->start[move + 1]; e++) {
        uint32_t v = pool->entries[e].node;

        if (!sc_pool_protects(pool, pool->entries[e].change))
            continue;
        if (by > 0) {
            if (pool->cover[v]++ == 0)
                pool->n_bare -= pool->problem->required[v];
        } else if (--pool->cover[v] == 0) {
            pool->n_bare += pool->problem->required[v];
        }
    }
}

void sc_pool_open(struct sc_pool *pool, uint32_t node)
{
    if (pool->open[node])
        return;
    assert(pool->problem->state[node] == SC_NODE_FREE);
    pool->open[node] = true;
    pool->n_turns++;
    pool->cost += pool->problem->cost[node];
    for (uint32_t e = pool->head[node]; e != SC_NONE; e = pool->entries[e].next)
        if (--pool->shut[pool->entries[e].move] == 0)
            count_cover(pool, pool->entries[e].move, 1);
}

void sc_pool_close(struct sc_pool *pool, uint32_t node)
{
    if (!pool->open[node])
        return;
    assert(pool->problem->state[node] == SC_NODE_FREE);
    pool->open[node] = false;
    pool->n_turns++;
    pool->cost -= pool->problem->cost[node];
    for (uint32_t e = pool->head[node]; e != SC_NONE; e = pool->entries[e].next)
        if (pool->shut[pool->entries[e].move]++ == 0)
            count_cover(pool, pool->entries[e].move, -1);
}

/* ---- putting a move together ---------------------------------------------------------- */

void sc_pool_step(struct sc_pool *pool, uint32_t node, int64_t change)
{
    if (!pool->in_step[node]) {
        pool->in_step[node] = true;
        pool->touched[pool->n_touched++] = node;
    }
    pool->step[node] += change;
}

void sc_pool_step_clear(struct sc_pool *pool)
{
    for (size_t i = 0; i < pool->n_touched; i++) {
        pool->step[pool->touched[i]] = 0;
        pool->in_step[pool->touched[i]] = false;
    }
    pool->n_touched = 0;
}

static void fill_in_sums(struct sc_pool *pool)
{
    const struct sc_problem *p = pool->problem;
    size_t n = pool->n_touched;

    for (size_t i = 0; i < n; i++) {
        uint32_t v = pool->touched[i];

        if (v >= p->n_plain)
            pool->step[v] = 0;
    }
    for (size_t i = 0; i < n; i++) {
        uint32_t v = pool->touched[i];

        if (v >= p->n_plain || pool->step[v] == 0)
            continue;
        for (size_t k = p->sums_start[v]; k < p->sums_start[v + 1]; k++)
            if (p->state[p->sums_of[k]] != SC_NODE_SHUT)
                sc_pool_step(pool, p->sums_of[k], pool->step[v]);
    }
}

static bool step_holds(const struct sc_pool *pool)
{
    const struct sc_problem *p = pool->problem;

    for (size_t i = 0; i < pool->n_touched; i++) {
        uint32_t v = pool->touched[i];

        if (pool->step[v] == 0)
            continue;
        if (p->state[v] == SC_NODE_SHUT || pool->step[v] < -p->room[v] ||
            pool->step[v] > p->head[v] || pool->step[v] > INT32_MAX)
            return false;
        for (size_t k = p->in_start[v]; k < p->in_start[v + 1]; k++) {
            uint32_t row = p->in_row[k];
            int64_t sum = 0;

            for (size_t j = p->row_start[row]; j < p->row_start[row + 1]; j++)
                sum += p->row_sign[j] * pool->step[p->row_node[j]];
            if (sum != 0)
                return false;
        }
    }
    return true;
}

/* Appends the move put together; its entries are not yet linked. */
static enum sc_status append(struct sc_pool *pool, struct sc_error *err)
{
    size_t begin = pool->n_entries;
    enum sc_status status = sc_grow((void **)&pool->start, &pool->start_capacity, pool->n_moves + 1,
                                    sizeof *pool->start, err);

    if (!status)
        status = sc_grow((void **)&pool->shut, &pool->shut_capacity, pool->n_moves,
                         sizeof *pool->shut, err);
    for (size_t i = 0; i < pool->n_touched && !status; i++) {
        uint32_t v = pool->touched[i];

        if (pool->step[v] == 0)
            continue;
        status = sc_grow((void **)&pool->entries, &pool->entry_capacity, pool->n_entries,
                         sizeof *pool->entries, err);
        if (!status)
            pool->entries[pool->n_entries++] =
                (struct sc_pool_entry){v, (int32_t)pool->step[v], (uint32_t)pool->n_moves, SC_NONE};
    }
    if (status)
        pool->n_entries = begin;
    return status;
}

/* Links the entries of the last move and counts what it covers. */
static void take_in(struct sc_pool *pool, uint32_t move)
{
    pool->shut[move] = 0;
    for (uint32_t e = pool->start[move]; e < pool->start[move + 1]; e++) {
        uint32_t v = pool->entries[e].node;

        pool->entries[e].move = move;
        pool->entries[e].next = pool->head[v];
        pool->head[v] = e;
        pool->shut[move] += !pool->open[v];
    }
    if (pool->shut[move] == 0)
        count_cover(pool, move, 1);
}

enum sc_status sc_pool_step_end(struct sc_pool *pool, bool *ret_added, struct sc_error *err)
{
    enum sc_status status = SC_OK;
    size_t before = pool->n_entries;

    fill_in_sums(pool);
    *ret_added = step_holds(pool);
    if (*ret_added)
        status = append(pool, err);
    sc_pool_step_clear(pool);
    if (status || !*ret_added || pool->n_entries == before) {
        *ret_added = false;
        return status;
    }
    pool->start[pool->n_moves + 1] = (uint32_t)pool->n_entries;
    take_in(pool, (uint32_t)pool->n_moves++);
    return SC_OK;
}

/* ---- questions ------------------------------------------------------------------------- */

static bool touches(const struct sc_pool *pool, uint32_t move, uint32_t node)
{
    for (uint32_t e = pool->start[move]; e < pool->start[move + 1]; e++)
        if (pool->entries[e].node == node)
            return true;
    return false;
}

bool sc_pool_covered_but(const struct sc_pool *pool, uint32_t node, uint32_t but)
{
    for (uint32_t e = pool->head[node]; e != SC_NONE; e = pool->entries[e].next)
        if (pool->shut[pool->entries[e].move] == 0 &&
            sc_pool_protects(pool, pool->entries[e].change) &&
            !touches(pool, pool->entries[e].move, but))
            return true;
    return false;
}

void sc_pool_trim(struct sc_pool *pool, size_t most)
{
    size_t n_moves = 0, n_entries = 0;
    uint32_t next = 0;

    if (pool->n_entries <= most)
        return;
    for (uint32_t v = 0; v < pool->problem->n_nodes; v++)
        pool->head[v] = SC_NONE;
    for (uint32_t m = 0; m < pool->n_moves; m++) {
        uint32_t from = next;

        next = pool->start[m + 1];
        if (pool->shut[m] != 0)
            continue;
        count_cover(pool, m, -1);
        memmove(pool->entries + n_entries, pool->entries + from,
                (next - from) * sizeof *pool->entries);
        n_entries += next - from;
        pool->start[++n_moves] = (uint32_t)n_entries;
    }
    pool->n_moves = n_moves;
    pool->n_entries = n_entries;
    for (uint32_t m = 0; m < n_moves; m++)
        take_in(pool, m);
}
