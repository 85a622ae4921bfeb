/*
 * cover.c - greedy and local search for weighted covering.
 *
 * The local search is the row-weighting one that does well on set covering (Gao, Weise and
 * Li 2015): as long as all cuts are met, the best is remembered and something is dropped;
 * else one node is dropped, one of a cut that is not met is taken, and the cuts not met
 * grow more urgent. Nodes just dropped are not taken back at once. The
 * gain of a node is the urgency of the cuts it would meet, or fail to, for its cost.
 */
#include "protect/cover.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

#define MET (1 - 1e-6)
#define DROPS_LOOKED_AT 50

void sc_cover_free(struct sc_cover *c)
{
    if (!c)
        return;
    sc_free(c->start);
    sc_free(c->entries);
    sc_free(c->head);
    sc_free(c->chosen);
    sc_free(c->active);
    sc_free(c->urgency);
    sc_free(c->gain);
    sc_free(c->moved);
    sc_free(c->rank);
    sc_free(c);
}

enum sc_status sc_cover_new(const struct sc_problem *p, struct sc_cover **ret_cover,
                            struct sc_error *err)
{
    SC_AUTO(sc_cover) c = sc_alloc(sizeof *c);
    enum sc_status status;

    if (!c)
        return sc_fail_nomem(err);
    c->problem = p;
    c->head = sc_alloc_array(p->n_nodes, sizeof *c->head);
    c->chosen = sc_alloc_array(p->n_nodes, sizeof *c->chosen);
    c->gain = sc_alloc_array(p->n_nodes, sizeof *c->gain);
    c->moved = sc_alloc_array(p->n_nodes, sizeof *c->moved);
    c->rank = sc_alloc_array(p->n_plain, sizeof *c->rank);
    if (!c->head || !c->chosen || !c->gain || !c->moved || !c->rank)
        return sc_fail_nomem(err);
    memset(c->head, 0xff, p->n_nodes * sizeof *c->head);
    status = sc_grow((void **)&c->start, &c->start_capacity, 0, sizeof *c->start, err);
    if (status)
        return status;
    c->start[0] = 0;
    c->seed = 1;
    *ret_cover = SC_TAKE(c);
    return SC_OK;
}

enum sc_status sc_cover_add(struct sc_cover *c, const struct sc_cut *cut, struct sc_error *err)
{
    uint32_t id = (uint32_t)c->n_cuts;
    size_t n = c->n_entries;
    enum sc_status status =
        sc_grow((void **)&c->start, &c->start_capacity, c->n_cuts + 1, sizeof *c->start, err);

    if (!status)
        status =
            sc_grow((void **)&c->active, &c->active_capacity, c->n_cuts, sizeof *c->active, err);
    if (!status)
        status =
            sc_grow((void **)&c->urgency, &c->urgency_capacity, c->n_cuts, sizeof *c->urgency, err);
    for (size_t k = 0; k < cut->n && !status; k++) {
        status = sc_grow((void **)&c->entries, &c->entry_capacity, n, sizeof *c->entries, err);
        if (!status)
            c->entries[n++] =
                (struct sc_cover_entry){cut->node[k], id, SC_NONE, (float)cut->weight[k]};
    }
    if (status)
        return status;
    c->active[id] = 0;
    c->urgency[id] = 1;
    for (; c->n_entries < n; c->n_entries++) {
        struct sc_cover_entry *e = &c->entries[c->n_entries];

        e->next = c->head[e->node];
        c->head[e->node] = (uint32_t)c->n_entries;
        if (c->chosen[e->node])
            c->active[id] += (double)e->weight;
    }
    c->n_open += c->active[id] < MET;
    c->start[++c->n_cuts] = (uint32_t)n;
    return SC_OK;
}

void sc_cover_choose(struct sc_cover *c, uint32_t node, bool chosen)
{
    if (c->chosen[node] == chosen)
        return;
    c->chosen[node] = chosen;
    c->cost += chosen ? c->problem->cost[node] : -c->problem->cost[node];
    for (uint32_t e = c->head[node]; e != SC_NONE; e = c->entries[e].next) {
        double *active = &c->active[c->entries[e].cut];
        bool was = *active >= MET;

        *active += chosen ? (double)c->entries[e].weight : -(double)c->entries[e].weight;
        c->n_open += was;
        c->n_open -= *active >= MET;
        c->work++;
    }
}

void sc_cover_match(struct sc_cover *c, const bool *open)
{
    for (uint32_t v = 0; v < c->problem->n_plain; v++)
        if (c->problem->state[v] == SC_NODE_FREE)
            sc_cover_choose(c, v, open[v]);
}

bool sc_cover_needs(const struct sc_cover *c, uint32_t node)
{
    for (uint32_t e = c->head[node]; e != SC_NONE; e = c->entries[e].next)
        if (c->active[c->entries[e].cut] - (double)c->entries[e].weight < MET)
            return true;
    return false;
}

static int dearest_first(const void *a, const void *b)
{
    const struct sc_cover_rank *x = a, *y = b;

    if (x->cost != y->cost)
        return x->cost > y->cost ? -1 : 1;
    return (x->node > y->node) - (x->node < y->node);
}

/* What choosing a node adds towards cuts that are not met. */
static double gain_of(struct sc_cover *c, uint32_t node)
{
    double gain = 0;

    for (uint32_t e = c->head[node]; e != SC_NONE; e = c->entries[e].next) {
        double lacking = 1 - c->active[c->entries[e].cut];

        if (lacking > 1 - MET)
            gain +=
                c->urgency[c->entries[e].cut] *
                (lacking < (double)c->entries[e].weight ? lacking : (double)c->entries[e].weight);
        c->work++;
    }
    return gain;
}

/*
 * Drops chosen nodes that no cut needs, dearest first. Once is enough: dropping one makes no other
 * needless.
 */
static void drop_needless(struct sc_cover *c)
{
    size_t n = 0;

    for (uint32_t v = 0; v < c->problem->n_plain; v++)
        if (c->chosen[v])
            c->rank[n++] = (struct sc_cover_rank){c->problem->cost[v], v};
    if (n > 1)
        qsort(c->rank, n, sizeof *c->rank, dearest_first);
    for (size_t i = 0; i < n; i++)
        if (!sc_cover_needs(c, c->rank[i].node))
            sc_cover_choose(c, c->rank[i].node, false);
}

/* Marks the nodes whose gain changes with `node`: those of its cuts that are not met. */
static void spoil_gains(struct sc_cover *c, uint32_t node)
{
    for (uint32_t e = c->head[node]; e != SC_NONE; e = c->entries[e].next) {
        uint32_t cut = c->entries[e].cut;

        if (c->active[cut] >= MET)
            continue;
        for (uint32_t k = c->start[cut]; k < c->start[cut + 1]; k++)
            c->gain[c->entries[k].node] = -1;
        c->work += c->start[cut + 1] - c->start[cut];
    }
}

void sc_cover_fill(struct sc_cover *c, const double *x)
{
    const struct sc_problem *p = c->problem;

    for (size_t i = 0; i < c->n_cuts; i++)
        c->urgency[i] = 1;
    for (uint32_t v = 0; v < p->n_plain; v++)
        c->gain[v] = -1;
    while (c->n_open > 0) {
        uint32_t best = SC_NONE;
        double best_rate = 0;

        for (uint32_t v = 0; v < p->n_plain; v++) {
            double rate;

            if (p->state[v] != SC_NODE_FREE || c->chosen[v])
                continue;
            if (c->gain[v] < 0)
                c->gain[v] = gain_of(c, v);
            rate = c->gain[v] / (p->cost[v] + 1e-9) * (x ? 0.05 + x[v] : 1);
            if (rate > best_rate) {
                best_rate = rate;
                best = v;
            }
        }
        if (best == SC_NONE)
            return; /* a cut without nodes: no pattern meets it */
        spoil_gains(c, best);
        sc_cover_choose(c, best, true);
    }
    drop_needless(c);
}

/* ---- local search ----------------------------------------------------------------------- */

static uint32_t next_random(struct sc_cover *c)
{
    c->seed = c->seed * 6364136223846793005ULL + 1442695040888963407ULL;
    return (uint32_t)(c->seed >> 33);
}

/* Urgency of the cuts that would no longer be met without a chosen node, for its cost. */
static double loss_rate(struct sc_cover *c, uint32_t node)
{
    double loss = 0;

    for (uint32_t e = c->head[node]; e != SC_NONE; e = c->entries[e].next) {
        if (c->active[c->entries[e].cut] - (double)c->entries[e].weight < MET)
            loss += c->urgency[c->entries[e].cut];
        c->work++;
    }
    return loss / (c->problem->cost[node] + 1e-9);
}

struct tally {
    uint32_t *list; /* chosen nodes */
    size_t n;
    uint32_t *at;   /* by node: place in the list */
    uint32_t *open; /* cuts not met */
    size_t n_open;
    uint32_t *open_at; /* by cut */
};

static void note_cut(struct tally *t, uint32_t cut, bool open)
{
    if (open && t->open_at[cut] == SC_NONE) {
        t->open_at[cut] = (uint32_t)t->n_open;
        t->open[t->n_open++] = cut;
    } else if (!open && t->open_at[cut] != SC_NONE) {
        uint32_t last = t->open[--t->n_open];

        t->open[t->open_at[cut]] = last;
        t->open_at[last] = t->open_at[cut];
        t->open_at[cut] = SC_NONE;
    }
}

static void change(struct sc_cover *c, struct tally *t, uint32_t node, bool chosen)
{
    sc_cover_choose(c, node, chosen);
    if (chosen) {
        t->at[node] = (uint32_t)t->n;
        t->list[t->n++] = node;
    } else {
        uint32_t last = t->list[--t->n];

        t->list[t->at[node]] = last;
        t->at[last] = t->at[node];
    }
    for (uint32_t e = c->head[node]; e != SC_NONE; e = c->entries[e].next)
        note_cut(t, c->entries[e].cut, c->active[c->entries[e].cut] < MET);
}

/* Of some chosen nodes the one whose loss weighs least; longest unchanged of equals. */
static uint32_t choose_drop(struct sc_cover *c, const struct tally *t, uint32_t barred)
{
    uint32_t best = SC_NONE;
    double best_rate = INFINITY;
    size_t tries = t->n < DROPS_LOOKED_AT ? t->n : DROPS_LOOKED_AT;

    for (size_t i = 0; i < tries; i++) {
        uint32_t v = t->n <= DROPS_LOOKED_AT ? t->list[i] : t->list[next_random(c) % t->n];
        double rate;

        if (v == barred)
            continue;
        rate = loss_rate(c, v);
        if (rate < best_rate || (rate == best_rate && c->moved[v] < c->moved[best])) {
            best_rate = rate;
            best = v;
        }
    }
    return best;
}

static uint32_t choose_take(struct sc_cover *c, const struct tally *t, uint64_t step, double room)
{
    uint32_t cut = t->open[next_random(c) % t->n_open];
    uint32_t best = SC_NONE;
    double best_rate = 0;

    for (uint32_t k = c->start[cut]; k < c->start[cut + 1]; k++) {
        uint32_t v = c->entries[k].node;
        double rate;

        if (c->chosen[v] || c->moved[v] + 2 >= step || c->problem->cost[v] > room)
            continue;
        rate = gain_of(c, v) / (c->problem->cost[v] + 1e-9);
        if (rate > best_rate ||
            (rate == best_rate && best != SC_NONE && c->moved[v] < c->moved[best])) {
            best_rate = rate;
            best = v;
        }
    }
    return best;
}

static void release_tally(struct tally *t)
{
    sc_free(t->list);
    sc_free(t->at);
    sc_free(t->open);
    sc_free(t->open_at);
}

static enum sc_status make_tally(struct sc_cover *c, struct tally *t, struct sc_error *err)
{
    size_t n = c->problem->n_plain;

    t->list = sc_alloc_array(n, sizeof *t->list);
    t->at = sc_alloc_array(n, sizeof *t->at);
    t->open = sc_alloc_array(c->n_cuts, sizeof *t->open);
    t->open_at = sc_alloc_array(c->n_cuts, sizeof *t->open_at);
    if (!t->list || !t->at || !t->open || !t->open_at)
        return sc_fail_nomem(err);
    memset(t->open_at, 0xff, c->n_cuts * sizeof *t->open_at);
    for (uint32_t v = 0; v < n; v++)
        if (c->chosen[v]) {
            t->at[v] = (uint32_t)t->n;
            t->list[t->n++] = v;
        }
    for (uint32_t i = 0; i < c->n_cuts; i++)
        note_cut(t, i, c->active[i] < MET);
    return SC_OK;
}

static void search_steps(struct sc_cover *c, struct tally *t, bool *best, uint64_t steps)
{
    double best_cost = c->cost;
    uint32_t barred = SC_NONE;

    for (uint64_t step = 3; step < steps + 3; step++) {
        uint32_t v;

        while (t->n_open == 0 && t->n > 0) {
            if (c->cost < best_cost - 1e-9) {
                best_cost = c->cost;
                memcpy(best, c->chosen, c->problem->n_plain * sizeof *best);
            }
            v = choose_drop(c, t, SC_NONE);
            if (v == SC_NONE)
                return;
            change(c, t, v, false);
            c->moved[v] = step;
        }
        v = choose_drop(c, t, barred);
        if (v != SC_NONE) {
            change(c, t, v, false);
            c->moved[v] = step;
        }
        while (t->n_open > 0) {
            v = choose_take(c, t, step, best_cost - 1e-9 - c->cost);
            if (v == SC_NONE)
                break;
            change(c, t, v, true);
            c->moved[v] = step;
            barred = v;
            for (size_t i = 0; i < t->n_open; i++)
                c->urgency[t->open[i]] += 1;
        }
        for (size_t i = 0; i < t->n_open; i++)
            c->urgency[t->open[i]] += 0.1;
    }
}

enum sc_status sc_cover_improve(struct sc_cover *c, uint64_t steps, struct sc_error *err)
{
    size_t n = c->problem->n_plain;
    SC_AUTO_FREE bool *best = sc_alloc_array(n, sizeof *best);
    struct tally t = {0};
    enum sc_status status = best ? make_tally(c, &t, err) : sc_fail_nomem(err);

    assert(c->n_open == 0);
    if (!status && t.n > 0) {
        memcpy(best, c->chosen, n * sizeof *best);
        memset(c->moved, 0, c->problem->n_nodes * sizeof *c->moved);
        for (size_t i = 0; i < c->n_cuts; i++)
            c->urgency[i] = 1;
        search_steps(c, &t, best, steps);
        sc_cover_match(c, best);
        drop_needless(c);
    }
    release_tally(&t);
    return status;
}
