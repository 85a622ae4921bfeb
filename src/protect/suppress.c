/*
 * suppress.c - from a problem to a pattern: a safe one first, better ones while work is left.
 */
#include <string.h>

#include "base/error.h"
#include "protect/exact.h"

/* The reason of every cell, from what is open. */
static void take_reasons(const struct sc_search *s, struct sc_pattern *pattern)
{
    const struct sc_problem *p = s->problem;
    const struct sc_protect_input *in = p->input;

    for (uint32_t c = 0; c < pattern->n_cells; c++) {
        uint32_t v = p->node_of[c];
        enum sc_role role = sc_role_of(in, c);

        pattern->reason[c] = SC_REASON_NONE;
        if (sc_system_made(in->system, c))
            continue;
        if (role == SC_ROLE_HIDDEN)
            pattern->reason[c] = SC_REASON_EARLIER;
        else if (role == SC_ROLE_FREE && sc_is_primary(p, in->count[c]))
            pattern->reason[c] = SC_REASON_PRIMARY;
        else if (role == SC_ROLE_FREE && v != SC_NONE && s->pool->open[v])
            pattern->reason[c] =
                p->state[v] == SC_NODE_OPEN ? SC_REASON_PRIMARY : SC_REASON_SECONDARY;
    }
}

/* Fills in what the pattern costs. */
static void take_costs(const struct sc_search *s, struct sc_pattern *pattern)
{
    const struct sc_problem *p = s->problem;

    pattern->primary = pattern->secondary = 0;
    pattern->secondary_sum = 0;
    pattern->cost = 0;
    for (uint32_t c = 0; c < pattern->n_cells; c++) {
        pattern->primary += pattern->reason[c] == SC_REASON_PRIMARY;
        if (pattern->reason[c] == SC_REASON_SECONDARY) {
            pattern->secondary++;
            pattern->secondary_sum += p->input->count[c];
        }
    }
    for (uint32_t v = 0; v < p->n_plain; v++)
        if (p->state[v] == SC_NODE_FREE && s->pool->open[v])
            pattern->cost += p->main[v];
}

static void open_everything(struct sc_search *s)
{
    for (uint32_t v = 0; v < s->problem->n_plain; v++)
        if (s->problem->state[v] == SC_NODE_FREE)
            sc_pool_open(s->pool, v);
}

/* A bound from cuts nearby, then replacing for as long as work and time are left. */
static enum sc_status better_large(struct sc_search *s, struct sc_exact *exact,
                                   struct sc_error *err)
{
    enum sc_status status = sc_exact_root(exact, err);

    sc_exact_recall(exact);
    s->ask_near = true;
    while (!status && !sc_search_stop(s)) {
        double before = s->pool->cost;

        status = sc_search_replace(s, err);
        if (!status)
            status = sc_search_clean(s, true, err);
        if (s->pool->cost > before - 1e-9)
            break;
    }
    sc_exact_offer(exact);
    return status;
}

/* Betters a safe pattern and bounds its cost. */
static enum sc_status better(struct sc_search *s, struct sc_pattern *pattern, struct sc_error *err)
{
    SC_AUTO(sc_exact) exact = NULL;
    enum sc_status status = sc_exact_new(s, &exact, err);

    if (status)
        return status;
    sc_exact_offer(exact);
    if (s->large) {
        status = better_large(s, exact, err);
    } else {
        s->wide_first = true;
        status = sc_exact_root(exact, err);
        if (!status && !s->problem->policy.heuristic_only)
            status = sc_exact_close(exact, err);
    }
    sc_exact_recall(exact);
    pattern->optimal = exact->optimal;
    pattern->lower_bound = sc_problem_bound(s->problem, exact->bound);
    return status;
}

static enum sc_status run(struct sc_search *s, struct sc_pattern *pattern, struct sc_error *err)
{
    bool done = false, opened = false;
    enum sc_status status = sc_search_meet_all(s, &done, err);

    if (status)
        return status;
    pattern->complete = true;
    if (!done) {
        open_everything(s); /* more moves, none lost: what a pattern met stays met */
        return SC_OK;
    }
    status = sc_search_clean(s, s->large, err);
    if (!status && s->large)
        status = sc_search_replace(s, err);
    if (!status && s->large)
        status = sc_search_clean(s, true, err);
    if (!status && !(s->large && s->problem->policy.heuristic_only))
        status = better(s, pattern, err);
    if (!status)
        status = sc_search_settle(s, err);
    if (!status)
        status = sc_search_guard(s, &opened, err);
    if (opened)
        pattern->optimal = false; /* of what the bound knows it was */
    return status;
}

enum sc_status sc_protect_suppress(const struct sc_protect_input *input,
                                   const struct sc_protect_policy *policy,
                                   struct sc_pattern **ret_pattern, struct sc_error *err)
{
    SC_AUTO(sc_problem) problem = NULL;
    SC_AUTO(sc_search) search = NULL;
    SC_AUTO(sc_pattern) pattern = sc_alloc(sizeof *pattern);
    enum sc_status status;

    if (!pattern)
        return sc_fail_nomem(err);
    pattern->n_cells = sc_system_n_cells(input->system);
    pattern->reason = sc_alloc_array(pattern->n_cells, sizeof *pattern->reason);
    if (!pattern->reason)
        return sc_fail_nomem(err);
    status = sc_problem_new(input, policy, &problem, err);
    if (!status)
        status = sc_search_new(problem, &search, err);
    if (!status)
        status = run(search, pattern, err);
    if (status)
        return status;
    pattern->threshold = problem->policy.threshold;
    pattern->two_marks = problem->policy.two_marks;
    pattern->zeros_hidden = problem->policy.zeros_hidden;
    take_reasons(search, pattern);
    take_costs(search, pattern);
    pattern->optimal = pattern->optimal || pattern->cost == 0;
    if (pattern->optimal || pattern->lower_bound > pattern->cost)
        pattern->lower_bound = pattern->cost;
    pattern->optimal = pattern->lower_bound >= pattern->cost;
    pattern->stopped_by_clock = search->by_clock;
    pattern->stopped_by_work = search->by_work;
    pattern->work = sc_search_work(search);
    pattern->unprotectable = problem->unprotectable + search->n_waived;
    *ret_pattern = SC_TAKE(pattern);
    return SC_OK;
}
