/*
 * thinning.c - from a safe pattern to one with less in it.
 *
 * Clean-up: from the dearest down, each secondary is closed if everybody whose moves used it
 * has another way. A secondary that could not be closed is needed by somebody, so it
 * moves too: no hidden figure stays exact.
 *
 * Replacing: a secondary is closed though somebody needs it, and whoever is left bare is met anew;
 * kept where that comes out cheaper.
 *
 * At the end a pattern is settled, whatever the limits: no secondary is left that gives itself
 * away, and no hidden total that tells an insider a small count beside it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "protect/search.h"

#define NEAR_BARE_MAX 4
/* Pairs of moves tried for a way round a node. */
#define ROUND_TRIES 400
#define ENTRIES_MAX (6u << 20)

/* ---- clean-up ------------------------------------------------------------------------------ */

/* The move only lacks `node`, which has just been closed. */
static bool lacks_only(const struct sc_pool *pool, uint32_t entry)
{
    return pool->shut[pool->entries[entry].move] == 1;
}

/* Whether a move protects `node`. */
static bool protects_on(const struct sc_pool *pool, uint32_t move, uint32_t node)
{
    for (uint32_t e = pool->start[move]; e < pool->start[move + 1]; e++)
        if (pool->entries[e].node == node)
            return sc_pool_protects(pool, pool->entries[e].change);
    return false;
}

/* Adds `times` a move to the one being put together. */
static void add_times(struct sc_pool *pool, uint32_t move, int64_t times)
{
    for (uint32_t e = pool->start[move]; e < pool->start[move + 1]; e++)
        sc_pool_step(pool, pool->entries[e].node, times * pool->entries[e].change);
}

/* Whether what is put together leaves `closed` alone, protects `node` and goes nowhere too far. */
static bool is_way_round(const struct sc_pool *pool, uint32_t node, uint32_t closed)
{
    const struct sc_problem *p = pool->problem;

    if (pool->step[closed] != 0 ||
        (pool->step[node] < p->policy.width && pool->step[node] > -p->policy.width))
        return false;
    for (size_t i = 0; i < pool->n_touched; i++) {
        uint32_t v = pool->touched[i];

        if (pool->step[v] < -p->room[v] || pool->step[v] > p->head[v])
            return false;
    }
    return true;
}

/*
 * Two moves through a node that has just been closed may make one that leaves it alone: the way
 * round. Tries each of those that protected `node` with every other, until `node` holds.
 */
static enum sc_status go_round(struct sc_search *s, uint32_t node, uint32_t closed,
                               struct sc_error *err)
{
    struct sc_pool *pool = s->pool;
    size_t tries = 0, first_move = pool->n_moves;

    for (uint32_t a = pool->head[closed]; a != SC_NONE; a = pool->entries[a].next) {
        if (!lacks_only(pool, a) || pool->entries[a].move >= first_move ||
            !protects_on(pool, pool->entries[a].move, node))
            continue;
        for (uint32_t b = pool->head[closed]; b != SC_NONE; b = pool->entries[b].next) {
            int64_t x = pool->entries[a].change, y = pool->entries[b].change;
            bool added;
            enum sc_status status;

            if (a == b || !lacks_only(pool, b))
                continue;
            if (++tries > ROUND_TRIES)
                return SC_OK;
            add_times(pool, pool->entries[a].move, y > 0 ? y : -y);
            add_times(pool, pool->entries[b].move, y > 0 ? -x : x);
            s->near_work += pool->n_touched;
            if (!is_way_round(pool, node, closed)) {
                sc_pool_step_clear(pool);
                continue;
            }
            status = sc_pool_step_end(pool, &added, err);
            if (status || (added && sc_search_holds(s, node)))
                return status;
        }
    }
    return SC_OK;
}

/* Closes a node if nobody needs it; else it is open again. */
static enum sc_status try_close(struct sc_search *s, uint32_t node, bool ask, bool *ret_closed,
                                struct sc_error *err)
{
    enum sc_status status = SC_OK;

    sc_search_list_affected(s, node);
    sc_pool_close(s->pool, node);
    *ret_closed = true;
    s->narrow->quick = true; /* one attempt of many: what is hard to decide stays open */
    for (size_t i = 0; i < s->n_affected && *ret_closed && !ask; i++)
        *ret_closed = sc_search_holds(s, s->affected[i]);
    for (size_t i = 0; i < s->n_affected && *ret_closed && ask && !status; i++) {
        enum sc_move_answer answer;
        uint32_t insider;

        if (sc_search_holds(s, s->affected[i]))
            continue;
        if (!s->large) /* there are too many moves to try, and boxes are quicker */
            status = go_round(s, s->affected[i], node, err);
        if (status || sc_search_holds(s, s->affected[i]))
            continue;
        status = sc_search_prove(s, s->affected[i], &answer, &insider, err);
        *ret_closed = answer == SC_MOVE_FOUND;
    }
    s->narrow->quick = false;
    if (!*ret_closed)
        sc_pool_open(s->pool, node);
    return status;
}

struct ranked {
    double key;
    uint32_t node;
};

static int by_key(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;

    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return (x->node > y->node) - (x->node < y->node);
}

/* The secondaries, the dearest first. `ret` has n_plain places. */
static size_t list_dearest(const struct sc_search *s, struct ranked *ret)
{
    const struct sc_problem *p = s->problem;
    size_t n = 0;

    for (uint32_t v = 0; v < p->n_plain; v++)
        if (p->state[v] == SC_NODE_FREE && s->pool->open[v])
            ret[n++] = (struct ranked){-p->cost[v], v};
    if (n > 1)
        qsort(ret, n, sizeof *ret, by_key);
    return n;
}

enum sc_status sc_search_clean(struct sc_search *s, bool ask, struct sc_error *err)
{
    const struct sc_problem *p = s->problem;
    SC_AUTO_FREE struct ranked *ranked = sc_alloc_array(p->n_plain, sizeof *ranked);
    size_t n = 0;
    enum sc_status status = SC_OK;

    if (!ranked)
        return sc_fail_nomem(err);
    n = list_dearest(s, ranked);
    for (size_t i = 0; i < n && !status; i++) {
        uint32_t v = ranked[i].node;
        bool closed;

        if (sc_search_stop(s))
            break;
        if (s->cover) {
            sc_cover_match(s->cover, s->pool->open);
            if (sc_cover_needs(s->cover, v))
                continue;
        }
        status = try_close(s, v, ask, &closed, err);
        sc_pool_trim(s->pool, ENTRIES_MAX);
    }
    return status;
}

/* ---- replacing ------------------------------------------------------------------------------ */

/* Opens what `was` has open and nothing else. */
static void restore(struct sc_search *s, const bool *was)
{
    for (uint32_t v = 0; v < s->problem->n_plain; v++) {
        if (s->problem->state[v] != SC_NODE_FREE || s->pool->open[v] == was[v])
            continue;
        if (was[v])
            sc_pool_open(s->pool, v);
        else
            sc_pool_close(s->pool, v);
    }
}

/* Closes `node` and meets anew whom that leaves bare; undone unless it comes out cheaper. */
static enum sc_status replace_one(struct sc_search *s, uint32_t node, bool *was, bool *ret_better,
                                  struct sc_error *err)
{
    SC_AUTO_FREE uint32_t *list = NULL;
    double before = s->pool->cost;
    size_t n, n_bare = 0;
    enum sc_status status = SC_OK;

    sc_search_list_affected(s, node);
    n = s->n_affected;
    list = sc_alloc_array(n, sizeof *list);
    if (!list)
        return sc_fail_nomem(err);
    memcpy(list, s->affected, n * sizeof *list);
    memcpy(was, s->pool->open, s->problem->n_plain * sizeof *was);
    sc_pool_close(s->pool, node);
    s->barred = node;
    s->ceiling = before;
    for (size_t i = 0; i < n; i++)
        n_bare += !sc_search_holds(s, list[i]);
    *ret_better = !s->ask_near || n_bare <= NEAR_BARE_MAX;
    for (size_t i = 0; i < n && !status && *ret_better; i++) {
        if (sc_search_holds(s, list[i]))
            continue;
        status = sc_search_meet(s, list[i], err);
        *ret_better = !status && s->pool->cost < before - 1e-9 && sc_search_holds(s, list[i]);
    }
    s->barred = SC_NONE;
    if (!*ret_better)
        restore(s, was);
    return status;
}

enum sc_status sc_search_replace(struct sc_search *s, struct sc_error *err)
{
    const struct sc_problem *p = s->problem;
    SC_AUTO_FREE struct ranked *ranked = sc_alloc_array(p->n_plain, sizeof *ranked);
    SC_AUTO_FREE bool *was = sc_alloc_array(p->n_plain, sizeof *was);
    size_t n = 0;
    enum sc_status status = SC_OK;

    if (!ranked || !was)
        return sc_fail_nomem(err);
    n = list_dearest(s, ranked);
    for (size_t i = 0; i < n && !status && !sc_search_stop(s); i++) {
        bool better = false;

        if (!s->pool->open[ranked[i].node])
            continue;
        status = replace_one(s, ranked[i].node, was, &better, err);
        sc_pool_trim(s->pool, ENTRIES_MAX);
    }
    return status;
}

/*
 * Whether the known moves meet every requirement, boxes asked anew where they do not. Moves of a
 * pattern may have been forgotten while another was tried.
 */
static enum sc_status all_hold(struct sc_search *s, bool *ret_hold, struct sc_error *err)
{
    const struct sc_problem *p = s->problem;
    enum sc_status status = SC_OK;

    *ret_hold = true;
    for (uint32_t v = 0; v < p->n_nodes && !status && *ret_hold; v++) {
        enum sc_move_answer answer;
        uint32_t insider;

        if (!p->required[v] || s->waived[v] || sc_search_holds(s, v))
            continue;
        status = sc_search_prove(s, v, &answer, &insider, err);
        *ret_hold = !status && sc_search_holds(s, v);
    }
    return status;
}

/* `known`: the known moves meet every requirement, so that no other need be asked for. */
static enum sc_status settle_one(struct sc_search *s, uint32_t v, bool known,
                                 enum sc_move_answer *ret_answer, struct sc_error *err)
{
    bool found = false;
    enum sc_status status = sc_search_ask_boxes(s, v, &found, err);

    *ret_answer = SC_MOVE_FOUND;
    if (status || found)
        return status;
    if (s->large && sc_search_stop(s)) {
        /* Closed, it takes no known move away. Else it stays open: the audit decides. */
        *ret_answer = known ? SC_MOVE_NONE : SC_MOVE_UNKNOWN;
        return SC_OK;
    }
    return sc_mover_find(s->narrow, v, ret_answer, err);
}

enum sc_status sc_search_settle(struct sc_search *s, struct sc_error *err)
{
    const struct sc_problem *p = s->problem;
    bool known = false;
    /* With a width, moves that change a node by less than it count for others all the same. */
    enum sc_status status = s->large && p->policy.width == 1 ? all_hold(s, &known, err) : SC_OK;

    for (uint32_t v = 0; v < p->n_plain && !status; v++) {
        enum sc_move_answer answer;

        if (p->state[v] != SC_NODE_FREE || !s->pool->open[v] || s->pool->cover[v] > 0)
            continue;
        status = settle_one(s, v, known, &answer, err);
        if (!status && answer == SC_MOVE_NONE)
            sc_pool_close(s->pool, v); /* no move touches it: nobody loses one */
    }
    return status;
}

/*
 * The hidden total that gives the implied count `q` away to whoever knows it: its row
 * reads total = q + others. SC_NONE: it is printed, or others are hidden too.
 */
static uint32_t telling_total(const struct sc_search *s, uint32_t q)
{
    const struct sc_problem *p = s->problem;

    for (size_t k = p->in_start[q]; k < p->in_start[q + 1]; k++) {
        uint32_t row = p->in_row[k], total = SC_NONE;
        bool others = false;

        for (size_t j = p->row_start[row]; j < p->row_start[row + 1]; j++) {
            uint32_t v = p->row_node[j];

            if (v == q)
                continue;
            if (p->row_sign[j] == p->in_sign[k])
                others = others || s->pool->open[v];
            else if (v < p->n_plain && p->value[v] > p->value[q])
                total = v;
        }
        if (!others && total != SC_NONE && s->pool->open[total])
            return total;
    }
    return SC_NONE;
}

enum sc_status sc_search_guard(struct sc_search *s, bool *ret_opened, struct sc_error *err)
{
    const struct sc_problem *p = s->problem;
    double before = s->pool->cost;
    bool again = p->insider && p->n_sums > 0;
    enum sc_status status = SC_OK;

    *ret_opened = false;
    while (again && !status) {
        double cost = s->pool->cost;

        for (uint32_t q = (uint32_t)p->n_plain; q < p->n_nodes && !status; q++) {
            uint32_t total = p->state[q] == SC_NODE_OPEN ? telling_total(s, q) : SC_NONE;

            if (total == SC_NONE)
                continue;
            s->guarded[total] = true;
            if (!sc_search_holds(s, total))
                status = sc_search_meet(s, total, err);
        }
        again = s->pool->cost > cost + 1e-9;
    }
    *ret_opened = s->pool->cost > before + 1e-9;
    return status;
}
