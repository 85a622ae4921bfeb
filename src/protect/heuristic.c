/*
 * heuristic.c - a safe pattern, quickly.
 *
 * Required nodes are taken in order. One that no known move protects is asked of the narrow
 * mover; where it is given away, nodes are opened for it: those of the cheapest box, else those
 * of the wide mover's cheapest move, else ring after ring of its surroundings. Every
 * move found is remembered, and protects everybody on it.
 *
 * Insiders. p is safe from s when a move protects p and leaves s alone. The insiders to be
 * beaten are those on all usable moves of p; they are frozen all at once for one question,
 * and only if that has no answer one by one.
 */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "protect/search.h"

#define EFFORT 60000
/* Boxes of open nodes: what their places cost, and how far to look. */
#define OPEN_BOX 0.04
#define OPEN_EFFORT 3000
/* In a large problem a box is looked for with so many times the effort, twice, before a program. */
#define MORE_EFFORT 16
/* Above so many nodes, programs over all of them take too long. */
#define SMALL_NODES_MAX 4500
/* Steps of local search: where something is missing else, and where it would only save something.
 */
#define SEEK_STEPS 1000
#define QUICK_STEPS 300
#define NEAR_RADIUS_MAX 4
#define NEAR_NODES_MAX 1200

void sc_search_free(struct sc_search *s)
{
    if (!s)
        return;
    sc_mover_free(s->narrow);
    sc_mover_free(s->wide);
    sc_seeker_free(s->seeker);
    sc_boxes_free(s->boxes);
    sc_pool_free(s->pool);
    sc_free(s->waived);
    sc_free(s->guarded);
    sc_free(s->avoid);
    sc_free(s->mark);
    sc_free(s->common);
    sc_free(s->affected);
    sc_free(s->order);
    sc_free(s);
}

/* Whether most nodes are figures nobody prints: moves through them are free, but no simple boxes.
 */
static bool is_mostly_unprinted(const struct sc_problem *p)
{
    size_t n = 0;

    for (size_t v = 0; v < p->n_plain; v++)
        n += sc_system_made(p->input->system, p->cells[p->cell_start[v]]);
    return 2 * n > p->n_plain;
}

enum sc_status sc_search_new(const struct sc_problem *problem, struct sc_search **ret_search,
                             struct sc_error *err)
{
    size_t n = problem->n_nodes;
    SC_AUTO(sc_search) s = sc_alloc(sizeof *s);
    enum sc_status status;

    if (!s)
        return sc_fail_nomem(err);
    s->problem = problem;
    s->effort = EFFORT;
    s->barred = SC_NONE;
    s->large = n > (problem->policy.small ? problem->policy.small : SMALL_NODES_MAX);
    s->waived = sc_alloc_array(n, sizeof *s->waived);
    s->guarded = sc_alloc_array(n, sizeof *s->guarded);
    s->avoid = sc_alloc_array(n, sizeof *s->avoid);
    s->mark = sc_alloc_array(n, sizeof *s->mark);
    s->common = sc_alloc_array(n, sizeof *s->common);
    s->affected = sc_alloc_array(n, sizeof *s->affected);
    s->order = sc_alloc_array(n, sizeof *s->order);
    if (!s->waived || !s->guarded || !s->avoid || !s->mark || !s->common || !s->affected ||
        !s->order)
        return sc_fail_nomem(err);
    status = sc_pool_new(problem, &s->pool, err);
    if (!status)
        status = sc_boxes_new(s->pool, &s->boxes, err);
    if (!status)
        status = sc_mover_new(s->pool, false, &s->narrow, err);
    if (!status)
        s->narrow->heeds_stop = s->narrow->skips_budge = s->large;
    if (!status && s->large && is_mostly_unprinted(problem))
        status = sc_seeker_new(s->pool, &s->seeker, err);
    if (!status)
        *ret_search = SC_TAKE(s);
    return status;
}

uint64_t sc_search_work(const struct sc_search *s)
{
    return s->extra + s->near_work + sc_boxes_work(s->boxes) + s->narrow->work +
           (s->wide ? s->wide->work : 0) + (s->seeker ? s->seeker->work : 0);
}

bool sc_search_stop(struct sc_search *s)
{
    const struct sc_protect_policy *policy = &s->problem->policy;

    if (!s->by_work && sc_search_work(s) > policy->max_work)
        s->by_work = true;
    if (!s->by_work && !s->by_clock && policy->stop && policy->stop(policy->stop_arg))
        s->by_clock = true;
    return s->by_work || s->by_clock;
}

/* ---- what the known moves show ---------------------------------------------------------- */

static uint32_t next_serial(struct sc_search *s)
{
    if (++s->serial == 0) {
        memset(s->mark, 0, s->problem->n_nodes * sizeof *s->mark);
        s->serial = 1;
    }
    return s->serial;
}

/* The single persons on one move who are not those of `node` themselves; into common[]. */
static void singles_on(struct sc_search *s, uint32_t move, uint32_t node)
{
    const struct sc_pool *pool = s->pool;

    s->n_common = 0;
    for (uint32_t e = pool->start[move]; e < pool->start[move + 1]; e++)
        if (s->problem->single[pool->entries[e].node] &&
            s->problem->person[pool->entries[e].node] != s->problem->person[node])
            s->common[s->n_common++] = pool->entries[e].node;
}

/* Leaves in common[] what is on `move` too. */
static void intersect(struct sc_search *s, uint32_t move)
{
    const struct sc_pool *pool = s->pool;
    uint32_t serial = next_serial(s);
    size_t kept = 0;

    for (size_t i = 0; i < s->n_common; i++)
        s->mark[s->common[i]] = serial;
    for (uint32_t e = pool->start[move]; e < pool->start[move + 1]; e++)
        if (s->mark[pool->entries[e].node] == serial)
            s->common[kept++] = pool->entries[e].node;
    s->n_common = kept;
}

/* The singles that all usable moves of `node` touch, into common[]. */
static void find_common(struct sc_search *s, uint32_t node)
{
    const struct sc_pool *pool = s->pool;
    bool first = true;

    s->n_common = 0;
    for (uint32_t e = pool->head[node]; e != SC_NONE; e = pool->entries[e].next) {
        uint32_t move = pool->entries[e].move;

        if (pool->shut[move] != 0 || !sc_pool_protects(pool, pool->entries[e].change))
            continue;
        if (first)
            singles_on(s, move, node);
        else
            intersect(s, move);
        first = false;
        if (s->n_common == 0)
            return;
    }
}

static bool faces_insiders(const struct sc_search *s, uint32_t node)
{
    return s->problem->insider && (s->problem->target[node] || s->guarded[node]);
}

bool sc_search_holds(struct sc_search *s, uint32_t node)
{
    if (s->pool->cover[node] == 0)
        return false;
    if (!faces_insiders(s, node))
        return true;
    find_common(s, node);
    return s->n_common == 0;
}

void sc_search_list_affected(struct sc_search *s, uint32_t node)
{
    const struct sc_pool *pool = s->pool;
    uint32_t serial = next_serial(s);

    s->n_affected = 0;
    for (uint32_t e = pool->head[node]; e != SC_NONE; e = pool->entries[e].next) {
        uint32_t move = pool->entries[e].move;

        if (pool->shut[move] != 0)
            continue;
        for (uint32_t k = pool->start[move]; k < pool->start[move + 1]; k++) {
            uint32_t v = pool->entries[k].node;

            if (!s->problem->required[v] || s->waived[v] || s->mark[v] == serial)
                continue;
            s->mark[v] = serial;
            s->affected[s->n_affected++] = v;
        }
    }
}

/* ---- asking ----------------------------------------------------------------------------- */

enum sc_status sc_search_ask_boxes(struct sc_search *s, uint32_t node, bool *ret_found,
                                   struct sc_error *err)
{
    enum sc_status status =
        sc_boxes_find(s->boxes, node, s->avoid, OPEN_BOX, OPEN_EFFORT, ret_found, err);

    /* Nodes that cost next to nothing may be closed all the same. */
    *ret_found = *ret_found && s->pool->shut[s->pool->n_moves - 1] == 0;
    return status;
}

/*
 * The same in a large problem by boxes, else by local search: for less long where what is found
 * only saves something.
 */
static enum sc_status ask_large(struct sc_search *s, uint32_t node, bool *ret_found,
                                struct sc_error *err)
{
    enum sc_status status = sc_search_ask_boxes(s, node, ret_found, err);

    if (status || *ret_found || !s->seeker)
        return status;
    return sc_seeker_find(s->seeker, node, s->avoid, s->narrow->quick ? QUICK_STEPS : SEEK_STEPS,
                          ret_found, err);
}

static enum sc_status ask_frozen(struct sc_mover *mover, uint32_t node, const uint32_t *still,
                                 size_t n, enum sc_move_answer *ret_answer, struct sc_error *err)
{
    enum sc_status status;

    for (size_t i = 0; i < n; i++)
        sc_mover_freeze(mover, still[i], true);
    status = sc_mover_find(mover, node, ret_answer, err);
    for (size_t i = 0; i < n; i++)
        sc_mover_freeze(mover, still[i], false);
    return status;
}

/* Insiders one by one, in a large problem. */
static enum sc_status prove_large(struct sc_search *s, uint32_t node,
                                  enum sc_move_answer *ret_answer, uint32_t *ret_insider,
                                  struct sc_error *err)
{
    for (;;) {
        bool found;
        uint32_t insider;
        enum sc_status status;

        find_common(s, node);
        if (s->n_common == 0)
            return SC_OK;
        insider = s->common[0];
        s->avoid[insider] = true;
        status = ask_large(s, node, &found, err);
        s->avoid[insider] = false;
        if (status || !found) {
            *ret_answer = SC_MOVE_UNKNOWN;
            *ret_insider = insider;
            return status;
        }
    }
}

static enum sc_status prove_insiders(struct sc_search *s, uint32_t node,
                                     enum sc_move_answer *ret_answer, uint32_t *ret_insider,
                                     struct sc_error *err)
{
    enum sc_status status = SC_OK;
    bool found;

    *ret_answer = SC_MOVE_FOUND;
    find_common(s, node);
    if (s->n_common > 0) {
        size_t n = s->n_common;

        for (size_t i = 0; i < n; i++)
            s->avoid[s->common[i]] = true;
        status =
            s->large ? ask_large(s, node, &found, err) : sc_search_ask_boxes(s, node, &found, err);
        for (size_t i = 0; i < n; i++)
            s->avoid[s->common[i]] = false;
        if (status || found)
            return status;
        find_common(s, node);
    }
    if (s->large)
        return prove_large(s, node, ret_answer, ret_insider, err);
    if (s->n_common > 1)
        status = ask_frozen(s->narrow, node, s->common, s->n_common, ret_answer, err);
    for (;;) {
        uint32_t insider;

        find_common(s, node);
        *ret_answer = SC_MOVE_FOUND;
        if (status || s->n_common == 0)
            return status;
        insider = s->common[0];
        status = ask_frozen(s->narrow, node, &insider, 1, ret_answer, err);
        if (status || *ret_answer != SC_MOVE_FOUND) {
            *ret_insider = insider;
            return status;
        }
    }
}

enum sc_status sc_search_prove(struct sc_search *s, uint32_t node, enum sc_move_answer *ret_answer,
                               uint32_t *ret_insider, struct sc_error *err)
{
    enum sc_status status = SC_OK;

    bool found = false;

    *ret_insider = SC_NONE;
    *ret_answer = SC_MOVE_FOUND;
    if (s->pool->cover[node] == 0 && s->pool->open[node])
        status =
            s->large ? ask_large(s, node, &found, err) : sc_search_ask_boxes(s, node, &found, err);
    if (!status && s->pool->cover[node] == 0) {
        *ret_answer = SC_MOVE_UNKNOWN;
        if (!s->large)
            status = sc_mover_find(s->narrow, node, ret_answer, err);
    }
    if (!status && *ret_answer == SC_MOVE_FOUND && faces_insiders(s, node))
        status = prove_insiders(s, node, ret_answer, ret_insider, err);
    return status;
}

/* ---- opening ------------------------------------------------------------------------------ */

/* Opens the nodes of the pool's last move. */
static void open_last_move(struct sc_search *s)
{
    struct sc_pool *pool = s->pool;
    uint32_t move = (uint32_t)pool->n_moves - 1;

    for (uint32_t e = pool->start[move]; e < pool->start[move + 1]; e++)
        sc_pool_open(pool, pool->entries[e].node);
}

/*
 * The cheapest box found. In a large problem, where what there is besides is slow and may open all
 * there is, what must be met is looked for with more effort before there is said to be none.
 */
static enum sc_status open_box(struct sc_search *s, uint32_t node, uint32_t insider,
                               bool *ret_found, struct sc_error *err)
{
    double below = s->barred != SC_NONE ? s->ceiling - s->pool->cost : INFINITY;
    int most = s->large && s->barred == SC_NONE ? 3 : 1;
    size_t effort = s->effort;
    enum sc_status status = SC_OK;

    if (insider != SC_NONE)
        s->avoid[insider] = true;
    if (s->barred != SC_NONE)
        s->avoid[s->barred] = true;
    *ret_found = false;
    for (int i = 0; i < most && !status && !*ret_found; i++, effort *= MORE_EFFORT)
        status = sc_boxes_find(s->boxes, node, s->avoid, below, effort, ret_found, err);
    if (insider != SC_NONE)
        s->avoid[insider] = false;
    if (s->barred != SC_NONE)
        s->avoid[s->barred] = false;
    if (!status && *ret_found)
        open_last_move(s);
    return status;
}

/* The cheapest move of the nodes around `node`. */
static enum sc_status open_near(struct sc_search *s, uint32_t node, uint32_t insider,
                                enum sc_move_answer *ret_answer, struct sc_error *err)
{
    uint32_t still[] = {s->barred, insider};
    size_t n_still = (s->barred != SC_NONE) + (insider != SC_NONE);
    enum sc_status status = SC_OK;

    double dearest = s->barred != SC_NONE ? (s->ceiling - s->pool->cost) / 4 : INFINITY;

    if (s->barred == SC_NONE)
        still[0] = insider;
    *ret_answer = SC_MOVE_NONE;
    for (int radius = 1; radius <= NEAR_RADIUS_MAX && !status; radius++) {
        SC_AUTO(sc_mover) near = NULL;

        status = sc_mover_new_near(s->pool, node, radius, dearest, &near, err);
        if (!status) {
            near->heeds_stop = true;
            status = ask_frozen(near, node, still, n_still, ret_answer, err);
        }
        if (near)
            s->near_work += near->work + 20 * near->n;
        if (*ret_answer == SC_MOVE_FOUND || (near && near->n > NEAR_NODES_MAX))
            break;
    }
    if (!status && *ret_answer != SC_MOVE_FOUND)
        *ret_answer = SC_MOVE_UNKNOWN; /* there may be one further off */
    return status;
}

/* The cheapest move of all, or of those nearby in a large problem. */
static enum sc_status open_wide(struct sc_search *s, uint32_t node, uint32_t insider,
                                enum sc_move_answer *ret_answer, struct sc_error *err)
{
    enum sc_status status = SC_OK;

    if (s->large) {
        status = open_near(s, node, insider, ret_answer, err);
    } else {
        if (!s->wide)
            status = sc_mover_new(s->pool, true, &s->wide, err);
        if (!status)
            status =
                ask_frozen(s->wide, node, &insider, insider != SC_NONE ? 1 : 0, ret_answer, err);
    }
    if (!status && *ret_answer == SC_MOVE_FOUND)
        open_last_move(s);
    return status;
}

/* Opens everything that shares a row with what is marked; false: nothing was left to open. */
static bool open_ring(struct sc_search *s, bool *near)
{
    const struct sc_problem *p = s->problem;
    size_t n = 0;
    bool opened = false;

    for (uint32_t v = 0; v < p->n_nodes; v++)
        if (near[v])
            s->order[n++] = v;
    for (size_t i = 0; i < n; i++)
        for (size_t k = p->in_start[s->order[i]]; k < p->in_start[s->order[i] + 1]; k++)
            for (size_t j = p->row_start[p->in_row[k]]; j < p->row_start[p->in_row[k] + 1]; j++) {
                uint32_t v = p->row_node[j];

                opened = opened || !near[v];
                near[v] = true;
                if (p->state[v] == SC_NODE_FREE)
                    sc_pool_open(s->pool, v);
            }
    return opened;
}

/* In a large problem nothing that takes long is begun once there is no more time or work. */
static bool over(struct sc_search *s)
{
    return s->large && sc_search_stop(s);
}

/* The last resort: rings of surroundings, until it holds or everything is open. */
static enum sc_status open_rings(struct sc_search *s, uint32_t node,
                                 enum sc_move_answer *ret_answer, struct sc_error *err)
{
    SC_AUTO_FREE bool *near = sc_alloc_array(s->problem->n_nodes, sizeof *near);
    uint32_t insider = SC_NONE;
    enum sc_status status = SC_OK;

    if (!near)
        return sc_fail_nomem(err);
    near[node] = true;
    *ret_answer = SC_MOVE_NONE;
    while (!status && *ret_answer != SC_MOVE_FOUND && !over(s) && open_ring(s, near))
        status = sc_search_prove(s, node, ret_answer, &insider, err);
    if (!status && *ret_answer == SC_MOVE_UNKNOWN) /* all that can be open is: now for certain */
        status = ask_frozen(s->narrow, node, &insider, insider != SC_NONE ? 1 : 0, ret_answer, err);
    return status;
}

static void waive(struct sc_search *s, uint32_t node)
{
    s->n_waived += !s->waived[node];
    s->waived[node] = true;
}

enum sc_status sc_search_meet(struct sc_search *s, uint32_t node, struct sc_error *err)
{
    for (;;) {
        enum sc_move_answer answer;
        uint32_t insider;
        bool found = false;
        enum sc_status status = sc_search_prove(s, node, &answer, &insider, err);

        if (status || answer == SC_MOVE_FOUND)
            return status;
        answer = SC_MOVE_UNKNOWN;
        if (s->wide_first)
            status = open_wide(s, node, insider, &answer, err);
        if (!status && answer == SC_MOVE_UNKNOWN)
            status = open_box(s, node, insider, &found, err);
        if (!status && answer == SC_MOVE_UNKNOWN && !found && (s->barred == SC_NONE || s->ask_near))
            status = open_wide(s, node, insider, &answer, err);
        if (status)
            return status;
        if (found || answer == SC_MOVE_FOUND)
            continue;
        if (s->barred != SC_NONE) /* an attempt: the caller sees that it does not hold */
            return SC_OK;
        if (answer == SC_MOVE_UNKNOWN && !over(s)) {
            status = open_rings(s, node, &answer, err);
            if (status || answer == SC_MOVE_FOUND)
                return status;
        }
        if (over(s)) /* it may be possible: the caller, or the audit, sees that it is not met */
            return SC_OK;
        waive(s, node);
        return SC_OK;
    }
}

/* ---- all of them ------------------------------------------------------------------------- */

enum sc_status sc_search_meet_all(struct sc_search *s, bool *ret_done, struct sc_error *err)
{
    const struct sc_problem *p = s->problem;
    enum sc_status status = SC_OK;

    *ret_done = false;
    /* First what needs no opening, so that opening serves those that do. */
    for (uint32_t v = 0; v < p->n_nodes && !status; v++) {
        enum sc_move_answer answer;
        uint32_t insider;

        if (!p->required[v] || s->waived[v] || s->pool->cover[v] > 0)
            continue;
        if (sc_search_stop(s))
            return SC_OK;
        status = sc_search_prove(s, v, &answer, &insider, err);
    }
    for (uint32_t v = 0; v < p->n_nodes && !status; v++) {
        if (!p->required[v] || s->waived[v])
            continue;
        if (sc_search_stop(s))
            return SC_OK;
        status = sc_search_meet(s, v, err);
        if (!status && over(s) && !s->waived[v] && !sc_search_holds(s, v))
            return SC_OK;
    }
    *ret_done = !status;
    return status;
}
