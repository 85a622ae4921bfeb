/*
 * problem_rows.c - the rows: each relation once, over nodes, without what cannot move.
 *
 * A node that is alone in some row can never move. It is shut, which may leave others alone, and
 * so on. A required node that is shut is given away by what is printed already: no pattern helps,
 * and it is counted as unprotectable.
 */
#include <stdlib.h>

#include "base/error.h"
#include "protect/problem_making.h"

/* ---- rows --------------------------------------------------------------------------- */

enum sc_status sc_making_entry(struct sc_making *m, uint32_t node, int sign, struct sc_error *err)
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

enum sc_status sc_making_end_row(struct sc_making *m, struct sc_error *err)
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
static enum sc_status add_relation(struct sc_making *m, struct sc_relation r, struct entry *entries,
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
        status = sc_making_entry(m, entries[i].node, entries[i].sign, err);
    return status || kept == 0 ? status : sc_making_end_row(m, err);
}

/* The rows as the relations have them. */
enum sc_status sc_making_rows(struct sc_making *m, struct sc_error *err)
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

/* Lists the rows of every node: start[v] .. start[v + 1] - 1 of `of`. */
enum sc_status sc_making_index_rows(const struct sc_problem *p, size_t **ret_start,
                                    uint32_t **ret_of, int8_t **ret_sign, struct sc_error *err)
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
void sc_making_shut_lonely(struct sc_problem *p)
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
void sc_making_pack(struct sc_problem *p)
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
enum sc_status sc_making_drop_repeats(struct sc_problem *p, struct sc_error *err)
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
