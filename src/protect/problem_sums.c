/*
 * problem_sums.c - implied counts, each a node with a row of its own.
 *
 * The implied count of a row is the sum q of its primaries where that is itself sensitive. The row
 * then reads total = q + other children, which says the same and shows at a glance that q is given
 * away while none of the others is hidden.
 */

#include "base/error.h"
#include "protect/problem_making.h"

/* ---- implied counts ------------------------------------------------------------------ */

static enum sc_status add_member(struct sc_making *m, uint32_t node, struct sc_error *err)
{
    enum sc_status status = sc_grow((void **)&m->p->sum_node, &m->sum_entry_capacity,
                                    m->n_sum_entries, sizeof *m->p->sum_node, err);

    if (!status)
        m->p->sum_node[m->n_sum_entries++] = node;
    return status;
}

/* Ends the implied count whose members were just added; `row` as in sum_row. */
static enum sc_status end_sum(struct sc_making *m, uint32_t row, struct sc_error *err)
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

static size_t sum_begin(const struct sc_making *m)
{
    return m->p->n_sums ? m->p->sum_start[m->p->n_sums] : 0;
}

/* Takes back the members added since the last implied count. */
static void drop_sum(struct sc_making *m)
{
    m->n_sum_entries = sum_begin(m);
}

/* The sum of a row's primaries, where it is sensitive and not the total itself. */
static enum sc_status imply_row(struct sc_making *m, uint32_t row, struct sc_error *err)
{
    const struct sc_problem *p = m->p;
    int64_t sum = 0, total = 0;
    size_t n = 0;
    enum sc_status status = SC_OK;

    for (size_t k = p->row_start[row]; k < p->row_start[row + 1] && !status; k++) {
        uint32_t v = p->row_node[k];

        if (p->row_sign[k] > 0) {
            total += p->value[v];
        } else if (p->state[v] == SC_NODE_OPEN && p->required[v] &&
                   (p->target[v] || p->value[v] == 0)) { /* hidden zeros are part of it too */
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
static enum sc_status imply_difference(struct sc_making *m, uint32_t outer, const bool *mark,
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
static enum sc_status imply_outer(struct sc_making *m, uint32_t inner, const size_t *of_start,
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

static enum sc_status imply_differences(struct sc_making *m, struct sc_error *err)
{
    SC_AUTO_FREE size_t *start = NULL;
    SC_AUTO_FREE uint32_t *of = NULL;
    SC_AUTO_FREE int8_t *sign = NULL;
    SC_AUTO_FREE bool *mark = sc_alloc_array(m->p->n_nodes, sizeof *mark);
    enum sc_status status = sc_making_index_rows(m->p, &start, &of, &sign, err);

    if (!status && !mark)
        status = sc_fail_nomem(err);
    for (uint32_t row = 0; row < m->p->n_rows && !status; row++)
        status = imply_outer(m, row, start, of, mark, err);
    return status;
}

/* A sum the caller named. */
static enum sc_status imply_named(struct sc_making *m, const struct sc_protect_sum *sum,
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

enum sc_status sc_making_find_sums(struct sc_making *m, struct sc_error *err)
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
    GROW(head);
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
    p->value[v] = p->room[v] = p->head[v] = 0;
    p->cost[v] = p->main[v] = 0;
    p->required[v] = true;
    p->single[v] = p->target[v] = false;
    for (size_t k = p->sum_start[i]; k < p->sum_start[i + 1]; k++) {
        p->value[v] += p->value[p->sum_node[k]];
        p->room[v] += p->room[p->sum_node[k]];
        p->head[v] += p->head[p->sum_node[k]];
    }
}

/* Takes the members of an implied count out of the row it came from and puts it in. */
static void substitute(struct sc_making *m, size_t i)
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

enum sc_status sc_making_sums(struct sc_making *m, struct sc_error *err)
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
        status = sc_making_entry(m, (uint32_t)(p->n_plain + i), 1, err);
        for (size_t k = p->sum_start[i]; k < p->sum_start[i + 1] && !status; k++) {
            p->sums_of[p->sums_start[p->sum_node[k] + 1]++] = (uint32_t)(p->n_plain + i);
            status = sc_making_entry(m, p->sum_node[k], -1, err);
        }
        if (!status)
            status = sc_making_end_row(m, err);
    }
    p->n_nodes = p->n_plain + p->n_sums;
    return status;
}
