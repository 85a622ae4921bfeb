/*
 * problem.c - from cells and counts to nodes and rows.
 *
 * In order: what is known to be 0; twins; nodes with state, room and cost; rows, each
 * relation once, without what cannot move; implied counts, each a node with a row of its own.
 * (problem_nodes.c, problem_rows.c, problem_sums.c; this file has the order and checks the input.)
 */
#include "protect/problem_making.h"

#include "base/error.h"

#define DEFAULT_WORK 1500000000ULL

void sc_problem_free(struct sc_problem *problem)
{
    if (!problem)
        return;
    sc_free(problem->node_of);
    sc_free(problem->cell_start);
    sc_free(problem->cells);
    sc_free(problem->state);
    sc_free(problem->value);
    sc_free(problem->room);
    sc_free(problem->head);
    sc_free(problem->cost);
    sc_free(problem->main);
    sc_free(problem->required);
    sc_free(problem->single);
    sc_free(problem->person);
    sc_free(problem->target);
    sc_free(problem->row_start);
    sc_free(problem->row_node);
    sc_free(problem->row_sign);
    sc_free(problem->in_start);
    sc_free(problem->in_row);
    sc_free(problem->in_sign);
    sc_free(problem->sum_start);
    sc_free(problem->sum_node);
    sc_free(problem->sums_start);
    sc_free(problem->sums_of);
    sc_free(problem);
}

enum sc_role sc_role_of(const struct sc_protect_input *input, uint32_t cell)
{
    enum sc_role role = input->role ? (enum sc_role)input->role[cell] : SC_ROLE_FREE;

    if (sc_system_made(input->system, cell) && role != SC_ROLE_PRINTED)
        return SC_ROLE_HIDDEN; /* nobody prints it; PRINTED: everybody knows it all the same */
    return role;
}

static enum sc_status check_policy(struct sc_problem *p, const struct sc_protect_policy *policy,
                                   struct sc_error *err)
{
    if (policy)
        p->policy = *policy;
    if (p->policy.threshold == 0)
        p->policy.threshold = 5;
    if (p->policy.width == 0)
        p->policy.width = 1;
    if (p->policy.readers == 0)
        p->policy.readers = SC_READERS_ALL;
    if (p->policy.max_work == 0)
        p->policy.max_work = DEFAULT_WORK;
    if (p->policy.threshold < 2 || p->policy.threshold > 1000000)
        return sc_fail(err, SC_E_RANGE, "threshold: expected 2 to 1,000,000");
    if (p->policy.width < 1 || p->policy.width > 1000000)
        return sc_fail(err, SC_E_RANGE, "width: expected 1 to 1,000,000");
    p->insider = p->policy.readers & SC_READER_BIT(SC_READER_INSIDER);
    return SC_OK;
}

static enum sc_status check_counts(const struct sc_making *m, struct sc_error *err)
{
    const struct sc_protect_input *in = m->input;

    for (uint32_t c = 0; c < m->n_cells; c++) {
        if (in->count[c] < 0 || in->count[c] > INT32_MAX)
            return sc_fail(err, SC_E_RANGE, "a count is out of range: expected 0 to %d", INT32_MAX);
        if (in->weight && !(in->weight[c] >= 0 && in->weight[c] <= 1e9))
            return sc_fail(err, SC_E_RANGE, "a weight is out of range: expected 0 to 1e9");
    }
    for (size_t i = 0; i < sc_system_n_relations(in->system); i++) {
        struct sc_relation r = sc_system_relation(in->system, i);
        int64_t sum = 0;

        for (uint32_t k = 0; k < r.n_children; k++)
            sum += in->count[r.children[k]];
        if (sum != in->count[r.total])
            return sc_fail(err, SC_E_RANGE, "the counts do not add up");
    }
    return SC_OK;
}

/* What the marks alone hold closer together than the width: no pattern helps. */
static void waive_immovable(struct sc_problem *p)
{
    for (size_t v = 0; v < p->n_nodes; v++) {
        if (p->room[v] >= p->policy.width || p->head[v] >= p->policy.width ||
            p->state[v] == SC_NODE_SHUT)
            continue;
        p->unprotectable += p->required[v];
        p->required[v] = p->target[v] = false;
    }
}

static enum sc_status make_all(struct sc_making *m, struct sc_error *err)
{
    struct sc_problem *p = m->p;
    enum sc_status status = check_counts(m, err);

    if (!status)
        status = sc_making_zeros(m, err);
    if (!status)
        status = sc_making_groups(m, err);
    m->twin = sc_alloc_array(m->n_cells, sizeof *m->twin);
    if (!status && !m->twin)
        status = sc_fail_nomem(err);
    if (!status)
        status = sc_system_twins(m->input->system, m->zero, m->twin, err);
    if (!status)
        status = sc_making_nodes(m, err);
    if (!status)
        status = sc_making_rows(m, err);
    if (!status)
        status = sc_making_find_sums(m, err);
    if (!status)
        status = sc_making_sums(m, err);
    if (!status)
        status = sc_making_persons(m, err);
    if (status)
        return status;
    waive_immovable(p);
    sc_making_shut_lonely(p);
    sc_making_pack(p);
    status = sc_making_drop_repeats(p, err);
    if (!status)
        status = sc_making_index_rows(p, &p->in_start, &p->in_row, &p->in_sign, err);
    for (size_t v = 0; v < p->n_nodes && !status; v++)
        if (p->in_start[v + 1] - p->in_start[v] > p->in_most)
            p->in_most = p->in_start[v + 1] - p->in_start[v];
    return status;
}

enum sc_status sc_problem_new(const struct sc_protect_input *input,
                              const struct sc_protect_policy *policy,
                              struct sc_problem **ret_problem, struct sc_error *err)
{
    SC_AUTO(sc_problem) p = sc_alloc(sizeof *p);
    struct sc_making m = {.input = input, .p = p, .n_cells = sc_system_n_cells(input->system)};
    enum sc_status status;

    if (!p)
        return sc_fail_nomem(err);
    p->input = input;
    status = check_policy(p, policy, err);
    if (!status)
        status = make_all(&m, err);
    sc_free(m.zero);
    sc_free(m.group);
    sc_free(m.twin);
    sc_free(m.sum_row);
    if (status)
        return status;
    *ret_problem = SC_TAKE(p);
    return SC_OK;
}
