/*
 * problem.c - from cells and counts to nodes and rows.
 *
 * In order: what is known to be 0; twins; nodes with state, room and cost; rows, each
 * relation once, without what cannot move; implied counts, each a node with a row of its own.
 *
 * A node that is alone in some row can never move. It is shut, which may leave
 * others alone, and so on. A required node that is shut is given away by what is printed
 * already: no pattern helps, and it is counted as unprotectable.
 *
 * The implied count of a row is the sum q of its primaries where that is itself
 * sensitive. The row then reads total = q + other children, which says the same and shows
 * at a glance that q is given away while none of the others is hidden.
 */
#include "protect/problem.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

#define DEFAULT_WORK 1500000000ULL
/* Counts above it are equally dear when ties are broken. */
#define TIE_CEILING 250

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
    if (sc_system_made(input->system, cell))
        return SC_ROLE_HIDDEN;
    return input->role ? (enum sc_role)input->role[cell] : SC_ROLE_FREE;
}

/* A problem in the making. */
struct making {
    struct sc_problem *p;
    const struct sc_protect_input *input;
    size_t n_cells;
    bool *zero;     /* by cell: known to be 0 */
    bool *group;    /* by cell: sensitive as a group (all people in one category) */
    uint32_t *twin; /* by cell */
    int64_t hidden_low;
    size_t row_capacity, entry_capacity, sign_capacity, n_entries;
    size_t sum_capacity, sum_entry_capacity, n_sum_entries;
    uint32_t *sum_row; /* by implied count: the row it came from, SC_NONE */
    size_t sum_row_capacity;
    double *scratch; /* by node */
};

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

static enum sc_status check_counts(const struct making *m, struct sc_error *err)
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

/* ---- zeros, groups, twins --------------------------------------------------------- */

/*
 * Printed zeros, and what follows from them: parts of a total of 0, a total of which all parts
 * are 0.
 */
static enum sc_status find_zeros(struct making *m, struct sc_error *err)
{
    const struct sc_system *system = m->input->system;
    bool changed = true;

    m->zero = sc_alloc_array(m->n_cells, sizeof *m->zero);
    if (!m->zero)
        return sc_fail_nomem(err);
    m->hidden_low = m->p->policy.readers == SC_READER_BIT(SC_READER_SUMS) ? 0 : 1;
    for (uint32_t c = 0; c < m->n_cells; c++) {
        bool hidden = sc_role_of(m->input, c) == SC_ROLE_HIDDEN;

        m->zero[c] = m->input->count[c] == 0 && !hidden;
        if (m->input->count[c] == 0 && hidden && !sc_system_made(system, c))
            m->hidden_low = 0; /* zeros are hidden somewhere: a hidden figure may be 0 */
    }
    while (changed) {
        changed = false;
        for (size_t i = 0; i < sc_system_n_relations(system); i++) {
            struct sc_relation r = sc_system_relation(system, i);
            bool all = true;

            for (uint32_t k = 0; k < r.n_children; k++) {
                if (m->zero[r.total] && !m->zero[r.children[k]])
                    m->zero[r.children[k]] = changed = true;
                all = all && m->zero[r.children[k]];
            }
            if (all && !m->zero[r.total])
                m->zero[r.total] = changed = true;
        }
    }
    return SC_OK;
}

/* Marks totals with all their people in one category, and that category. */
static enum sc_status find_groups(struct making *m, struct sc_error *err)
{
    const struct sc_system *system = m->input->system;

    m->group = sc_alloc_array(m->n_cells, sizeof *m->group);
    if (!m->group)
        return sc_fail_nomem(err);
    if (!m->p->policy.groups_sensitive)
        return SC_OK;
    for (size_t i = 0; i < sc_system_n_relations(system); i++) {
        struct sc_relation r = sc_system_relation(system, i);
        uint32_t only = SC_NONE, n = 0;

        for (uint32_t k = 0; k < r.n_children; k++)
            if (!m->zero[r.children[k]]) {
                only = r.children[k];
                n++;
            }
        if (n == 1 && r.n_children > 1 && m->input->count[r.total] >= m->p->policy.threshold)
            m->group[r.total] = m->group[only] = true;
    }
    return SC_OK;
}

/* ---- nodes ------------------------------------------------------------------------- */

static enum sc_status alloc_nodes(struct making *m, size_t n, struct sc_error *err)
{
    struct sc_problem *p = m->p;

    p->state = sc_alloc_array(n, sizeof *p->state);
    p->value = sc_alloc_array(n, sizeof *p->value);
    p->room = sc_alloc_array(n, sizeof *p->room);
    p->cost = sc_alloc_array(n, sizeof *p->cost);
    p->main = sc_alloc_array(n, sizeof *p->main);
    p->required = sc_alloc_array(n, sizeof *p->required);
    p->single = sc_alloc_array(n, sizeof *p->single);
    p->target = sc_alloc_array(n, sizeof *p->target);
    if (!p->state || !p->value || !p->room || !p->cost || !p->main || !p->required || !p->single ||
        !p->target)
        return sc_fail_nomem(err);
    return SC_OK;
}

/* Numbers the nodes and lists their cells. */
static enum sc_status number_nodes(struct making *m, struct sc_error *err)
{
    struct sc_problem *p = m->p;
    size_t n_used = 0;

    p->node_of = sc_alloc_array(m->n_cells, sizeof *p->node_of);
    if (!p->node_of)
        return sc_fail_nomem(err);
    for (uint32_t c = 0; c < m->n_cells; c++) {
        p->node_of[c] = SC_NONE;
        if (m->zero[c])
            continue;
        n_used++;
        p->node_of[c] = m->twin[c] == c ? (uint32_t)p->n_plain++ : p->node_of[m->twin[c]];
    }
    p->cell_start = sc_alloc_array(p->n_plain + 2, sizeof *p->cell_start);
    p->cells = sc_alloc_array(n_used, sizeof *p->cells);
    if (!p->cell_start || !p->cells)
        return sc_fail_nomem(err);
    for (uint32_t c = 0; c < m->n_cells; c++)
        if (p->node_of[c] != SC_NONE)
            p->cell_start[p->node_of[c] + 2]++;
    for (size_t v = 0; v < p->n_plain; v++)
        p->cell_start[v + 2] += p->cell_start[v + 1];
    for (uint32_t c = 0; c < m->n_cells; c++)
        if (p->node_of[c] != SC_NONE)
            p->cells[p->cell_start[p->node_of[c] + 1]++] = c;
    p->n_nodes = p->n_plain;
    return SC_OK;
}

/* Whether a cell must be protected for its own sake. */
static bool is_required(const struct making *m, uint32_t cell)
{
    const struct sc_problem *p = m->p;
    int64_t count = m->input->count[cell];

    if (m->input->exempt && m->input->exempt[cell])
        return false;
    if (sc_system_made(m->input->system, cell))
        return !p->policy.no_implied && sc_is_sensitive(p, count);
    switch (sc_role_of(m->input, cell)) {
    case SC_ROLE_FREE:
        return sc_is_sensitive(p, count) || m->group[cell];
    case SC_ROLE_HIDDEN:
        return true;
    case SC_ROLE_PRINTED:
        return false;
    }
    return false;
}

static double main_cost(const struct making *m, uint32_t cell)
{
    switch (m->p->policy.minimise) {
    case SC_MINIMISE_COUNTS:
        return (double)m->input->count[cell];
    case SC_MINIMISE_CELLS:
        return 1.0;
    case SC_MINIMISE_WEIGHTS:
        return m->input->weight ? m->input->weight[cell] : 1.0;
    }
    return 1.0;
}

/* What one cell adds to its node. */
static void add_cell(struct making *m, uint32_t node, uint32_t cell)
{
    struct sc_problem *p = m->p;
    bool made = sc_system_made(m->input->system, cell);
    enum sc_role role = sc_role_of(m->input, cell);
    int64_t room = m->input->count[cell] - (made ? 0 : m->hidden_low);

    p->value[node] = m->input->count[cell];
    if (room < p->room[node])
        p->room[node] = room;
    if (is_required(m, cell))
        p->required[node] = true;
    if (role == SC_ROLE_FREE) {
        p->main[node] += main_cost(m, cell);
        if (is_required(m, cell)) /* as are its twins, being of the same size */
            p->cost[node] = -1;
    }
    if (role == SC_ROLE_PRINTED)
        p->state[node] = SC_NODE_SHUT;
    if (!made && role != SC_ROLE_PRINTED && m->input->count[cell] >= 1) {
        p->target[node] = p->target[node] || sc_is_sensitive(p, m->input->count[cell]);
        p->single[node] = p->single[node] || m->input->count[cell] == 1;
    }
}

static void settle_node(struct making *m, uint32_t node)
{
    struct sc_problem *p = m->p;
    bool primary = p->cost[node] < 0;
    bool free = false;

    for (size_t i = p->cell_start[node]; i < p->cell_start[node + 1]; i++)
        free = free || sc_role_of(m->input, p->cells[i]) == SC_ROLE_FREE;
    p->cost[node] = 0;
    if (p->state[node] == SC_NODE_SHUT)
        return;
    p->state[node] = primary || !free ? SC_NODE_OPEN : SC_NODE_FREE;
    if (p->state[node] == SC_NODE_OPEN)
        p->main[node] = 0;
}

/* Costs with ties broken by the sum of counts. */
static void break_ties(struct making *m)
{
    struct sc_problem *p = m->p;
    double total = 0, least = INFINITY, share;

    p->whole = true;
    for (size_t v = 0; v < p->n_plain; v++) {
        if (p->state[v] != SC_NODE_FREE)
            continue;
        p->whole = p->whole && p->main[v] == floor(p->main[v]);
        if (p->main[v] > 0 && p->main[v] < least)
            least = p->main[v];
        total += (double)(p->value[v] < TIE_CEILING ? p->value[v] : TIE_CEILING);
    }
    if (p->policy.minimise != SC_MINIMISE_COUNTS && total > 0)
        p->ties = p->whole ? 0.99 : least < INFINITY ? 1e-4 * least : 1e-4;
    share = total > 0 ? p->ties / total : 0;
    for (size_t v = 0; v < p->n_plain; v++)
        if (p->state[v] == SC_NODE_FREE)
            p->cost[v] = p->main[v] +
                         share * (double)(p->value[v] < TIE_CEILING ? p->value[v] : TIE_CEILING);
}

static enum sc_status make_nodes(struct making *m, struct sc_error *err)
{
    struct sc_problem *p = m->p;
    enum sc_status status = number_nodes(m, err);

    if (!status)
        status = alloc_nodes(m, p->n_plain, err);
    if (status)
        return status;
    for (uint32_t v = 0; v < p->n_plain; v++) {
        p->room[v] = INT64_MAX;
        p->state[v] = SC_NODE_FREE;
        for (size_t i = p->cell_start[v]; i < p->cell_start[v + 1]; i++)
            add_cell(m, v, p->cells[i]);
        settle_node(m, v);
    }
    break_ties(m);
    return SC_OK;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x < y) - (x > y);
}

/*
 * Cells: a pattern of k cells costs less than k plus the k largest ties. The smallest k
 * for which that reaches the bound is a bound on the number of cells. Of other whole costs, ties
 * come to less than 1 in all.
 */
double sc_problem_bound(const struct sc_problem *problem, double bound)
{
    double slack = 1e-6 * (1 + fabs(bound));

    if (problem->ties > 0 && problem->whole && problem->policy.minimise == SC_MINIMISE_CELLS) {
        SC_AUTO_FREE double *ties = sc_alloc_array(problem->n_plain, sizeof *ties);
        double k = 0, reach = 0;
        size_t n = 0, i = 0;

        if (!ties)
            return floor(bound - problem->ties + slack) > 0 ? floor(bound - problem->ties + slack)
                                                            : 0;
        for (size_t v = 0; v < problem->n_plain; v++)
            if (problem->state[v] == SC_NODE_FREE)
                ties[n++] = (problem->cost[v] - problem->main[v]) / problem->main[v];
        qsort(ties, n, sizeof *ties, by_size);
        for (; reach < bound - slack; k += 1, i++)
            reach += 1 + (i < n ? ties[i] : 0);
        return k;
    }
    bound -= problem->ties;
    if (problem->whole)
        bound = problem->ties > 0 ? floor(bound + problem->ties + slack) : ceil(bound - slack);
    return bound > 0 ? bound : 0;
}

/* ---- rows --------------------------------------------------------------------------- */

static enum sc_status add_entry(struct making *m, uint32_t node, int sign, struct sc_error *err)
{
    struct sc_problem *p = m->p;
    enum sc_status status =
        sc_grow((void **)&p->row_node, &m->entry_capacity, m->n_entries, sizeof *p->row_node, err);

    if (!status)
        status = sc_grow((void **)&p->row_sign, &m->sign_capacity, m->n_entries,
                         sizeof *p->row_sign, err);
    if (status)
        return status;
    p->row_node[m->n_entries] = node;
    p->row_sign[m->n_entries++] = (int8_t)sign;
    return SC_OK;
}

static enum sc_status end_row(struct making *m, struct sc_error *err)
{
    struct sc_problem *p = m->p;
    enum sc_status status =
        sc_grow((void **)&p->row_start, &m->row_capacity, p->n_rows + 1, sizeof *p->row_start, err);

    if (!status)
        p->row_start[++p->n_rows] = m->n_entries;
    return status;
}

struct entry {
    uint32_t node;
    int32_t sign;
};

static int order_entries(const void *a, const void *b)
{
    uint32_t x = ((const struct entry *)a)->node, y = ((const struct entry *)b)->node;

    return (x > y) - (x < y);
}

/* One relation as a row of nodes, sorted; what cancels or is 0 is left out. */
static enum sc_status add_relation(struct making *m, struct sc_relation r, struct entry *entries,
                                   struct sc_error *err)
{
    size_t n = 0, kept = 0;
    enum sc_status status = SC_OK;

    for (uint32_t k = 0; k <= r.n_children; k++) {
        uint32_t node = m->p->node_of[k == 0 ? r.total : r.children[k - 1]];

        if (node != SC_NONE)
            entries[n++] = (struct entry){node, k == 0 ? 1 : -1};
    }
    if (n > 1)
        qsort(entries, n, sizeof *entries, order_entries);
    for (size_t i = 0; i < n; i++) {
        if (kept > 0 && entries[kept - 1].node == entries[i].node)
            entries[kept - 1].sign += entries[i].sign;
        else
            entries[kept++] = entries[i];
        if (entries[kept - 1].sign == 0)
            kept--;
    }
    for (size_t i = 0; i < kept && !status; i++)
        status = add_entry(m, entries[i].node, entries[i].sign, err);
    return status || kept == 0 ? status : end_row(m, err);
}

/* The rows as the relations have them. */
static enum sc_status make_rows(struct making *m, struct sc_error *err)
{
    const struct sc_system *system = m->input->system;
    SC_AUTO_FREE struct entry *entries = NULL;
    size_t most = 0;
    enum sc_status status;

    for (size_t i = 0; i < sc_system_n_relations(system); i++)
        if (sc_system_relation(system, i).n_children > most)
            most = sc_system_relation(system, i).n_children;
    entries = sc_alloc_array(most + 1, sizeof *entries);
    if (!entries)
        return sc_fail_nomem(err);
    status = sc_grow((void **)&m->p->row_start, &m->row_capacity, 0, sizeof *m->p->row_start, err);
    if (status)
        return status;
    m->p->row_start[0] = 0;
    for (size_t i = 0; i < sc_system_n_relations(system) && !status; i++)
        status = add_relation(m, sc_system_relation(system, i), entries, err);
    return status;
}

/* ---- implied counts ------------------------------------------------------------------ */

static enum sc_status add_member(struct making *m, uint32_t node, struct sc_error *err)
{
    enum sc_status status = sc_grow((void **)&m->p->sum_node, &m->sum_entry_capacity,
                                    m->n_sum_entries, sizeof *m->p->sum_node, err);

    if (!status)
        m->p->sum_node[m->n_sum_entries++] = node;
    return status;
}

/* Ends the implied count whose members were just added; `row` as in sum_row. */
static enum sc_status end_sum(struct making *m, uint32_t row, struct sc_error *err)
{
    struct sc_problem *p = m->p;
    enum sc_status status =
        sc_grow((void **)&p->sum_start, &m->sum_capacity, p->n_sums + 1, sizeof *p->sum_start, err);

    if (!status)
        status =
            sc_grow((void **)&m->sum_row, &m->sum_row_capacity, p->n_sums, sizeof *m->sum_row, err);
    if (status)
        return status;
    m->sum_row[p->n_sums] = row;
    p->sum_start[++p->n_sums] = m->n_sum_entries;
    return SC_OK;
}

static size_t sum_begin(const struct making *m)
{
    return m->p->n_sums ? m->p->sum_start[m->p->n_sums] : 0;
}

/* Takes back the members added since the last implied count. */
static void drop_sum(struct making *m)
{
    m->n_sum_entries = sum_begin(m);
}

/* The sum of a row's primaries, where it is sensitive and not the total itself. */
static enum sc_status imply_row(struct making *m, uint32_t row, struct sc_error *err)
{
    const struct sc_problem *p = m->p;
    int64_t sum = 0, total = 0;
    size_t n = 0;
    enum sc_status status = SC_OK;

    for (size_t k = p->row_start[row]; k < p->row_start[row + 1] && !status; k++) {
        uint32_t v = p->row_node[k];

        if (p->row_sign[k] > 0) {
            total += p->value[v];
        } else if (p->state[v] == SC_NODE_OPEN && p->target[v] && p->required[v]) {
            sum += p->value[v];
            n++;
            status = add_member(m, v, err);
        }
    }
    if (!status && n >= 2 && sc_is_sensitive(p, sum) && sum < total)
        return end_sum(m, row, err);
    drop_sum(m);
    return status;
}

/* The number of `row`'s parts marked, and of all its parts. */
static void count_parts(const struct sc_problem *p, uint32_t row, const bool *mark,
                        size_t *ret_marked, size_t *ret_all)
{
    *ret_marked = *ret_all = 0;
    for (size_t k = p->row_start[row]; k < p->row_start[row + 1]; k++)
        if (p->row_sign[k] < 0) {
            *ret_marked += mark[p->row_node[k]];
            (*ret_all)++;
        }
}

/* What `outer` has beyond the parts of the row that are marked. */
static enum sc_status imply_difference(struct making *m, uint32_t outer, const bool *mark,
                                       struct sc_error *err)
{
    const struct sc_problem *p = m->p;
    int64_t sum = 0;
    size_t n = 0;
    enum sc_status status = SC_OK;

    for (size_t k = p->row_start[outer]; k < p->row_start[outer + 1] && !status; k++)
        if (p->row_sign[k] < 0 && !mark[p->row_node[k]]) {
            sum += p->value[p->row_node[k]];
            n++;
            status = add_member(m, p->row_node[k], err);
        }
    if (!status && n >= 2 && sc_is_sensitive(p, sum))
        return end_sum(m, SC_NONE, err);
    drop_sum(m);
    return status;
}

/* Rows with all parts of `inner` among theirs. */
static enum sc_status imply_outer(struct making *m, uint32_t inner, const size_t *of_start,
                                  const uint32_t *of, bool *mark, struct sc_error *err)
{
    const struct sc_problem *p = m->p;
    uint32_t first = SC_NONE;
    size_t n = 0;
    enum sc_status status = SC_OK;

    for (size_t k = p->row_start[inner]; k < p->row_start[inner + 1]; k++)
        if (p->row_sign[k] < 0) {
            mark[first = p->row_node[k]] = true;
            n++;
        }
    for (size_t i = 0; n >= 2 && i < of_start[first + 1] - of_start[first] && !status; i++) {
        uint32_t outer = of[of_start[first] + i];
        size_t inside, all;

        if (outer == inner)
            continue;
        count_parts(p, outer, mark, &inside, &all);
        if (inside == n && all > n)
            status = imply_difference(m, outer, mark, err);
    }
    for (size_t k = p->row_start[inner]; k < p->row_start[inner + 1]; k++)
        mark[p->row_node[k]] = false;
    return status;
}

/* Lists the rows of every node: start[v] .. start[v + 1] - 1 of `of`. */
static enum sc_status index_rows(const struct sc_problem *p, size_t **ret_start, uint32_t **ret_of,
                                 int8_t **ret_sign, struct sc_error *err)
{
    size_t n_entries = p->row_start[p->n_rows];
    SC_AUTO_FREE size_t *start = sc_alloc_array(p->n_nodes + 2, sizeof *start);
    SC_AUTO_FREE uint32_t *of = sc_alloc_array(n_entries, sizeof *of);
    SC_AUTO_FREE int8_t *sign = sc_alloc_array(n_entries, sizeof *sign);

    if (!start || !of || !sign)
        return sc_fail_nomem(err);
    for (size_t k = 0; k < n_entries; k++)
        start[p->row_node[k] + 2]++;
    for (size_t v = 0; v < p->n_nodes; v++)
        start[v + 2] += start[v + 1];
    for (uint32_t row = 0; row < p->n_rows; row++)
        for (size_t k = p->row_start[row]; k < p->row_start[row + 1]; k++) {
            size_t at = start[p->row_node[k] + 1]++;

            of[at] = row;
            sign[at] = p->row_sign[k];
        }
    *ret_start = SC_TAKE(start);
    *ret_of = SC_TAKE(of);
    *ret_sign = SC_TAKE(sign);
    return SC_OK;
}

static enum sc_status imply_differences(struct making *m, struct sc_error *err)
{
    SC_AUTO_FREE size_t *start = NULL;
    SC_AUTO_FREE uint32_t *of = NULL;
    SC_AUTO_FREE int8_t *sign = NULL;
    SC_AUTO_FREE bool *mark = sc_alloc_array(m->p->n_nodes, sizeof *mark);
    enum sc_status status = index_rows(m->p, &start, &of, &sign, err);

    if (!status && !mark)
        status = sc_fail_nomem(err);
    for (uint32_t row = 0; row < m->p->n_rows && !status; row++)
        status = imply_outer(m, row, start, of, mark, err);
    return status;
}

/* A sum the caller named. */
static enum sc_status imply_named(struct making *m, const struct sc_protect_sum *sum,
                                  struct sc_error *err)
{
    const struct sc_problem *p = m->p;
    int64_t total = 0;
    enum sc_status status = SC_OK;

    for (size_t i = 0; i < sum->n && !status; i++) {
        uint32_t node;

        if (sum->cells[i] >= m->n_cells)
            return sc_fail(err, SC_E_RANGE, "a sum names a cell that does not exist");
        node = p->node_of[sum->cells[i]];
        total += m->input->count[sum->cells[i]];
        if (node != SC_NONE)
            status = add_member(m, node, err);
    }
    if (!status && m->n_sum_entries - sum_begin(m) >= 2 && sc_is_sensitive(p, total))
        return end_sum(m, SC_NONE, err);
    drop_sum(m);
    return status;
}

static enum sc_status find_sums(struct making *m, struct sc_error *err)
{
    enum sc_status status =
        sc_grow((void **)&m->p->sum_start, &m->sum_capacity, 0, sizeof *m->p->sum_start, err);

    if (status)
        return status;
    m->p->sum_start[0] = 0;
    if (m->p->policy.no_implied)
        return SC_OK;
    for (uint32_t row = 0; row < m->p->n_rows && !status; row++)
        status = imply_row(m, row, err);
    if (!status)
        status = imply_differences(m, err);
    for (size_t i = 0; i < m->input->n_sums && !status; i++)
        status = imply_named(m, &m->input->sums[i], err);
    return status;
}

/* Makes room for one node more in every array by node. */
static enum sc_status grow_nodes(struct sc_problem *p, size_t n, struct sc_error *err)
{
#define GROW(field)                                                                                \
    do {                                                                                           \
        void *bigger = sc_realloc_array(p->field, n, sizeof *p->field);                            \
        if (!bigger)                                                                               \
            return sc_fail_nomem(err);                                                             \
        p->field = bigger;                                                                         \
    } while (0)
    if (n == 0)
        return SC_OK;
    GROW(state);
    GROW(value);
    GROW(room);
    GROW(cost);
    GROW(main);
    GROW(required);
    GROW(single);
    GROW(target);
#undef GROW
    return SC_OK;
}

static void make_sum_node(struct sc_problem *p, size_t i)
{
    size_t v = p->n_plain + i;

    p->state[v] = SC_NODE_OPEN;
    p->value[v] = p->room[v] = 0;
    p->cost[v] = p->main[v] = 0;
    p->required[v] = true;
    p->single[v] = p->target[v] = false;
    for (size_t k = p->sum_start[i]; k < p->sum_start[i + 1]; k++) {
        p->value[v] += p->value[p->sum_node[k]];
        p->room[v] += p->room[p->sum_node[k]];
    }
}

/* Takes the members of an implied count out of the row it came from and puts it in. */
static void substitute(struct making *m, size_t i)
{
    struct sc_problem *p = m->p;
    uint32_t row = m->sum_row[i];
    bool placed = false;

    for (size_t k = p->row_start[row]; k < p->row_start[row + 1]; k++)
        for (size_t j = p->sum_start[i]; j < p->sum_start[i + 1]; j++)
            if (p->row_node[k] == p->sum_node[j] && p->row_sign[k] < 0) {
                p->row_node[k] = (uint32_t)(p->n_plain + i);
                p->row_sign[k] = placed ? 0 : -1; /* 0: dropped when the rows are packed */
                placed = true;
                break;
            }
}

static enum sc_status make_sums(struct making *m, struct sc_error *err)
{
    struct sc_problem *p = m->p;
    size_t n_members = p->sum_start[p->n_sums];
    enum sc_status status = grow_nodes(p, p->n_plain + p->n_sums, err);

    p->sums_start = sc_alloc_array(p->n_plain + 2, sizeof *p->sums_start);
    p->sums_of = sc_alloc_array(n_members, sizeof *p->sums_of);
    if (!status && (!p->sums_start || !p->sums_of))
        status = sc_fail_nomem(err);
    if (status)
        return status;
    for (size_t k = 0; k < n_members; k++)
        p->sums_start[p->sum_node[k] + 2]++;
    for (size_t v = 0; v < p->n_plain; v++)
        p->sums_start[v + 2] += p->sums_start[v + 1];
    for (size_t i = 0; i < p->n_sums && !status; i++) {
        make_sum_node(p, i);
        if (m->sum_row[i] != SC_NONE)
            substitute(m, i);
        status = add_entry(m, (uint32_t)(p->n_plain + i), 1, err);
        for (size_t k = p->sum_start[i]; k < p->sum_start[i + 1] && !status; k++) {
            p->sums_of[p->sums_start[p->sum_node[k] + 1]++] = (uint32_t)(p->n_plain + i);
            status = add_entry(m, p->sum_node[k], -1, err);
        }
        if (!status)
            status = end_row(m, err);
    }
    p->n_nodes = p->n_plain + p->n_sums;
    return status;
}

/* ---- packing ---------------------------------------------------------------------------- */

static void shut(struct sc_problem *p, uint32_t v)
{
    if (p->required[v])
        p->unprotectable++;
    p->required[v] = p->target[v] = p->single[v] = false;
    p->state[v] = SC_NODE_SHUT;
    p->cost[v] = p->main[v] = 0;
}

/* Shuts nodes that are alone in a row, until there is none. */
static void shut_lonely(struct sc_problem *p)
{
    bool changed = true;

    for (uint32_t v = 0; v < p->n_nodes; v++)
        if (p->state[v] == SC_NODE_SHUT)
            shut(p, v);
    while (changed) {
        changed = false;
        for (uint32_t row = 0; row < p->n_rows; row++) {
            uint32_t only = SC_NONE;
            size_t n = 0;

            for (size_t k = p->row_start[row]; k < p->row_start[row + 1]; k++)
                if (p->row_sign[k] != 0 && p->state[p->row_node[k]] != SC_NODE_SHUT) {
                    only = p->row_node[k];
                    n++;
                }
            if (n == 1) {
                shut(p, only);
                changed = true;
            }
        }
    }
}

struct keyed_row {
    uint64_t key;
    uint32_t row;
};

static int order_rows(const void *a, const void *b)
{
    const struct keyed_row *x = a, *y = b;

    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return (x->row > y->row) - (x->row < y->row);
}

static bool same_row(const struct sc_problem *p, uint32_t a, uint32_t b)
{
    size_t n = p->row_start[a + 1] - p->row_start[a];
    const uint32_t *nodes = p->row_node;
    const int8_t *signs = p->row_sign;
    int turn;

    if (p->row_start[b + 1] - p->row_start[b] != n)
        return false;
    turn = signs[p->row_start[a]] == signs[p->row_start[b]] ? 1 : -1;
    for (size_t k = 0; k < n; k++)
        if (nodes[p->row_start[a] + k] != nodes[p->row_start[b] + k] ||
            signs[p->row_start[a] + k] != turn * signs[p->row_start[b] + k])
            return false;
    return true;
}

/* Rows without what cannot move, in place. */
static void pack_entries(struct sc_problem *p)
{
    size_t kept = 0, n_rows = 0, next = p->row_start[0];

    for (size_t row = 0; row < p->n_rows; row++) {
        size_t start = kept, from = next;

        next = p->row_start[row + 1];
        for (size_t k = from; k < next; k++) {
            if (p->row_sign[k] == 0 || p->state[p->row_node[k]] == SC_NODE_SHUT)
                continue;
            p->row_node[kept] = p->row_node[k];
            p->row_sign[kept++] = p->row_sign[k];
        }
        if (kept > start)
            p->row_start[++n_rows] = kept;
    }
    p->n_rows = n_rows;
}

/* Drops rows that say the same as an earlier one. */
static enum sc_status drop_repeats(struct sc_problem *p, struct sc_error *err)
{
    SC_AUTO_FREE struct keyed_row *keys = sc_alloc_array(p->n_rows, sizeof *keys);
    SC_AUTO_FREE bool *again = sc_alloc_array(p->n_rows, sizeof *again);
    size_t kept = 0, n_rows = 0, next = 0;

    if (!keys || !again)
        return sc_fail_nomem(err);
    for (uint32_t row = 0; row < p->n_rows; row++) {
        keys[row] = (struct keyed_row){14695981039346656037ULL, row};
        for (size_t k = p->row_start[row]; k < p->row_start[row + 1]; k++)
            keys[row].key = (keys[row].key ^ p->row_node[k]) * 1099511628211ULL;
    }
    if (p->n_rows > 1)
        qsort(keys, p->n_rows, sizeof *keys, order_rows);
    for (size_t i = 1; i < p->n_rows; i++)
        for (size_t j = i; j-- > 0 && keys[j].key == keys[i].key && !again[keys[i].row];)
            again[keys[i].row] = !again[keys[j].row] && same_row(p, keys[j].row, keys[i].row);
    for (size_t row = 0; row < p->n_rows; row++) {
        size_t from = next;

        next = p->row_start[row + 1];
        if (again[row])
            continue;
        for (size_t k = from; k < next; k++) {
            p->row_node[kept] = p->row_node[k];
            p->row_sign[kept++] = p->row_sign[k];
        }
        p->row_start[++n_rows] = kept;
    }
    p->n_rows = n_rows;
    return SC_OK;
}

static uint32_t root_of(uint32_t *group, uint32_t cell)
{
    while (group[cell] != cell) {
        group[cell] = group[group[cell]];
        cell = group[cell];
    }
    return cell;
}

/*
 * Joins `cell`, a cell of 1, with the cells of 1 right inside `from`: those that are parts of it,
 * or of a figure nobody prints that is. Two cells that only have such a figure in common (the
 * common part of two age bands) are not joined: whose it is depends on an age that nobody printed.
 */
static void join_parts(struct making *m, uint32_t *group, uint32_t cell, uint32_t from)
{
    const struct sc_system *system = m->input->system;
    size_t n;
    const uint32_t *of = sc_system_relations_of(system, from, &n);

    for (size_t i = 0; i < n; i++) {
        struct sc_relation r = sc_system_relation(system, of[i]);

        for (uint32_t k = 0; k < r.n_children && r.total == from; k++) {
            uint32_t part = r.children[k], a, b;

            if (m->input->count[part] != 1)
                continue;
            if (sc_system_made(system, part)) {
                if (!sc_system_auxiliary(system, part))
                    join_parts(m, group, cell, part);
                continue;
            }
            a = root_of(group, cell);
            b = root_of(group, part);
            group[a > b ? a : b] = a > b ? b : a;
        }
    }
}

/*
 * Joins cells of 1 with their parts of 1. Categories that overlap make this more than twins: an
 * offence under two platforms may be alone in a month and in both of them.
 */
static enum sc_status find_persons(struct making *m, struct sc_error *err)
{
    struct sc_problem *p = m->p;
    const struct sc_system *system = m->input->system;
    SC_AUTO_FREE uint32_t *group = sc_alloc_array(m->n_cells, sizeof *group);

    p->person = sc_alloc_array(p->n_nodes, sizeof *p->person);
    if (!group || !p->person)
        return sc_fail_nomem(err);
    for (uint32_t c = 0; c < m->n_cells; c++)
        group[c] = c;
    for (uint32_t c = 0; c < m->n_cells; c++)
        if (m->input->count[c] == 1 && !sc_system_made(system, c) &&
            !sc_system_auxiliary(system, c))
            join_parts(m, group, c, c);
    for (uint32_t v = 0; v < p->n_nodes; v++)
        p->person[v] =
            v < p->n_plain ? root_of(group, p->cells[p->cell_start[v]]) : (uint32_t)m->n_cells + v;
    return SC_OK;
}

static enum sc_status make_all(struct making *m, struct sc_error *err)
{
    struct sc_problem *p = m->p;
    enum sc_status status = check_counts(m, err);

    if (!status)
        status = find_zeros(m, err);
    if (!status)
        status = find_groups(m, err);
    m->twin = sc_alloc_array(m->n_cells, sizeof *m->twin);
    if (!status && !m->twin)
        status = sc_fail_nomem(err);
    if (!status)
        status = sc_system_twins(m->input->system, m->zero, m->twin, err);
    if (!status)
        status = make_nodes(m, err);
    if (!status)
        status = make_rows(m, err);
    if (!status)
        status = find_sums(m, err);
    if (!status)
        status = make_sums(m, err);
    if (!status)
        status = find_persons(m, err);
    if (status)
        return status;
    shut_lonely(p);
    pack_entries(p);
    status = drop_repeats(p, err);
    return status ? status : index_rows(p, &p->in_start, &p->in_row, &p->in_sign, err);
}

enum sc_status sc_problem_new(const struct sc_protect_input *input,
                              const struct sc_protect_policy *policy,
                              struct sc_problem **ret_problem, struct sc_error *err)
{
    SC_AUTO(sc_problem) p = sc_alloc(sizeof *p);
    struct making m = {.input = input, .p = p, .n_cells = sc_system_n_cells(input->system)};
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
