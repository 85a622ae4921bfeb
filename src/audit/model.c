/*
 * model.c - variables by a union-find with offsets, rows by dropping what is known.
 *
 * A relation in which one open child and the open total are all that is left ties the
 * two: total = child + known. Such pairs are joined first, over and over until no
 * relation gives a new pair (joining may reduce another relation to a pair). Rows with
 * the same variables and signs as an earlier one say nothing new and are dropped.
 */
#include "audit/model.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

void sc_model_free(struct sc_model *model)
{
    if (!model)
        return;
    sc_free(model->variable);
    sc_free(model->offset);
    sc_free(model->cell);
    sc_free(model->low);
    sc_free(model->high);
    sc_free(model->row_start);
    sc_free(model->row_variable);
    sc_free(model->row_sign);
    sc_free(model->row_right);
    sc_free(model->row_relation);
    sc_free(model->in_start);
    sc_free(model->in_row);
    sc_free(model->in_sign);
    sc_free(model);
}

/* While joining, variable[] holds the parent cell and offset[] the difference to it. */
static uint32_t root_of(struct sc_model *model, uint32_t cell, int64_t *ret_offset)
{
    int64_t offset = 0;
    uint32_t at = cell;

    while (model->variable[at] != at) {
        offset += model->offset[at];
        at = model->variable[at];
    }
    if (cell != at) { /* shorten the path of the first cell */
        model->variable[cell] = at;
        model->offset[cell] = offset;
    }
    *ret_offset = offset;
    return at;
}

/* One member of a row while it is gathered. */
struct term {
    uint32_t root;
    int32_t sign;
};

/*
 * What is left of a relation as sum(sign x root) = right: known cells and offsets go to
 * the right side, equal roots are added up. Returns the number of terms.
 */
static size_t gather(struct sc_model *model, uint32_t relation, struct term *terms,
                     int64_t *ret_right)
{
    const struct sc_bounds *bounds = model->bounds;
    struct sc_relation r = sc_system_relation(bounds->system, relation);
    int64_t right = 0;
    size_t n = 0, kept = 0;

    for (uint32_t k = 0; k <= r.n_children; k++) {
        uint32_t cell = k == 0 ? r.total : r.children[k - 1];
        int32_t sign = k == 0 ? -1 : 1;
        int64_t offset;
        size_t j;

        if (sc_bounds_exact(bounds, cell)) {
            right -= sign * bounds->now[SC_LOW][cell];
            continue;
        }
        terms[n].root = root_of(model, cell, &offset);
        right -= sign * offset;
        for (j = 0; j < n && terms[j].root != terms[n].root; j++)
            ;
        if (j == n)
            terms[n++].sign = sign;
        else
            terms[j].sign += sign;
    }
    for (size_t j = 0; j < n; j++)
        if (terms[j].sign != 0)
            terms[kept++] = terms[j];
    *ret_right = right;
    return kept;
}

/* Joins two roots when a relation ties them; true when it did. */
static bool join(struct sc_model *model, uint32_t relation, struct term *terms)
{
    int64_t right;
    uint32_t a, b;

    if (gather(model, relation, terms, &right) != 2 || terms[0].sign + terms[1].sign != 0 ||
        (terms[0].sign != 1 && terms[0].sign != -1))
        return false;
    a = terms[0].sign == 1 ? terms[0].root : terms[1].root; /* a - b = right */
    b = terms[0].sign == 1 ? terms[1].root : terms[0].root;
    if (a < b) {
        model->variable[b] = a;
        model->offset[b] = -right;
    } else {
        model->variable[a] = b;
        model->offset[a] = right;
    }
    return true;
}

static size_t longest_relation(const struct sc_system *system)
{
    size_t longest = 0;

    for (size_t i = 0; i < sc_system_n_relations(system); i++)
        if (sc_system_relation(system, i).n_children > longest)
            longest = sc_system_relation(system, i).n_children;
    return longest + 1;
}

static void join_all(struct sc_model *model, struct term *terms)
{
    size_t n = sc_system_n_relations(model->bounds->system);
    bool changed = true;

    for (uint32_t cell = 0; cell < model->bounds->n_cells; cell++)
        model->variable[cell] = cell;
    while (changed) {
        changed = false;
        for (uint32_t i = 0; i < n; i++)
            changed = join(model, i, terms) || changed;
    }
}

/* Numbers the roots and gives each variable the bounds that all of its cells allow. */
static enum sc_status number_variables(struct sc_model *model, struct sc_error *err)
{
    const struct sc_bounds *bounds = model->bounds;
    SC_AUTO_FREE uint32_t *number = sc_alloc_array(bounds->n_cells, sizeof *number);
    size_t n = 0;

    if (!number)
        return sc_fail_nomem(err);
    for (uint32_t cell = 0; cell < bounds->n_cells; cell++)
        if (!sc_bounds_exact(bounds, cell) && model->variable[cell] == cell)
            number[cell] = (uint32_t)n++;
    model->n_variables = n;
    model->cell = sc_alloc_array(n, sizeof *model->cell);
    model->low = sc_alloc_array(n, sizeof *model->low);
    model->high = sc_alloc_array(n, sizeof *model->high);
    if (!model->cell || !model->low || !model->high)
        return sc_fail_nomem(err);
    for (size_t v = 0; v < n; v++)
        model->high[v] = SC_UNBOUNDED;
    for (uint32_t cell = 0; cell < bounds->n_cells; cell++) {
        int64_t offset;
        uint32_t root, v;

        if (sc_bounds_exact(bounds, cell))
            continue;
        root = root_of(model, cell, &offset);
        v = number[root];
        if (root == cell) {
            model->cell[v] = cell;
        }
        if (bounds->now[SC_LOW][cell] - offset > model->low[v])
            model->low[v] = bounds->now[SC_LOW][cell] - offset;
        if (bounds->now[SC_HIGH][cell] < SC_UNBOUNDED &&
            bounds->now[SC_HIGH][cell] - offset < model->high[v])
            model->high[v] = bounds->now[SC_HIGH][cell] - offset;
    }
    for (uint32_t cell = 0; cell < bounds->n_cells; cell++) {
        int64_t offset;

        if (!sc_bounds_exact(bounds, cell))
            (void)root_of(model, cell, &offset);
    }
    for (uint32_t cell = 0; cell < bounds->n_cells; cell++)
        model->variable[cell] =
            sc_bounds_exact(bounds, cell) ? SC_NONE : number[model->variable[cell]];
    return SC_OK;
}

static int by_variable(const void *a, const void *b)
{
    uint32_t x = ((const struct term *)a)->root, y = ((const struct term *)b)->root;

    return (x > y) - (x < y);
}

/* Rows gathered so far, and a hash table of them to see doubles. */
struct rows {
    struct sc_model *model;
    size_t n_terms;
    size_t row_capacity, right_capacity, relation_capacity;
    size_t variable_capacity, sign_capacity;
    size_t *slots; /* row + 1 */
    size_t n_slots;
};

static bool same_row(const struct sc_model *model, size_t row, const struct term *terms, size_t n,
                     int32_t flip)
{
    size_t start = model->row_start[row];

    if (model->row_start[row + 1] - start != n)
        return false;
    for (size_t k = 0; k < n; k++)
        if (model->row_variable[start + k] != terms[k].root ||
            model->row_sign[start + k] != flip * terms[k].sign)
            return false;
    return true;
}

static enum sc_status push_row(struct rows *rows, uint32_t relation, const struct term *terms,
                               size_t n, int64_t right, struct sc_error *err)
{
    struct sc_model *model = rows->model;
    enum sc_status status = sc_grow((void **)&model->row_start, &rows->row_capacity,
                                    model->n_rows + 1, sizeof *model->row_start, err);

    if (!status)
        status = sc_grow((void **)&model->row_right, &rows->right_capacity, model->n_rows,
                         sizeof *model->row_right, err);
    if (!status)
        status = sc_grow((void **)&model->row_relation, &rows->relation_capacity, model->n_rows,
                         sizeof *model->row_relation, err);
    for (size_t k = 0; k < n && !status; k++) {
        status = sc_grow((void **)&model->row_variable, &rows->variable_capacity, rows->n_terms,
                         sizeof *model->row_variable, err);
        if (!status)
            status = sc_grow((void **)&model->row_sign, &rows->sign_capacity, rows->n_terms,
                             sizeof *model->row_sign, err);
        if (status)
            break;
        model->row_variable[rows->n_terms] = terms[k].root;
        model->row_sign[rows->n_terms++] = (int8_t)terms[k].sign;
    }
    if (status)
        return status;
    model->row_right[model->n_rows] = right;
    model->row_relation[model->n_rows++] = relation;
    model->row_start[model->n_rows] = rows->n_terms;
    return SC_OK;
}

/* Adds a row unless an equal one is there. */
static enum sc_status add_row(struct rows *rows, uint32_t relation, struct term *terms, size_t n,
                              int64_t right, struct sc_error *err)
{
    uint64_t h = 0;
    size_t slot;

    qsort(terms, n, sizeof *terms, by_variable);
    for (size_t k = 0; k < n; k++)
        h = (h ^ (terms[k].root + 1u)) * 0x9e3779b97f4a7c15u;
    for (slot = (size_t)(h ^ (h >> 31)) & (rows->n_slots - 1); rows->slots[slot];
         slot = (slot + 1) & (rows->n_slots - 1))
        if (same_row(rows->model, rows->slots[slot] - 1, terms, n, 1) ||
            same_row(rows->model, rows->slots[slot] - 1, terms, n, -1)) {
            size_t row = rows->slots[slot] - 1;
            int32_t flip = same_row(rows->model, row, terms, n, 1) ? 1 : -1;

            /* The same sum with another result is a contradiction: keep both rows to show it. */
            if (rows->model->row_right[row] == flip * right)
                return SC_OK;
        }
    rows->slots[slot] = rows->model->n_rows + 1;
    return push_row(rows, relation, terms, n, right, err);
}

static enum sc_status make_rows(struct sc_model *model, struct term *terms, struct sc_error *err)
{
    const struct sc_bounds *bounds = model->bounds;
    size_t n_relations = sc_system_n_relations(bounds->system);
    struct rows rows = {.model = model, .n_slots = 64};
    SC_AUTO_FREE size_t *slots = NULL;
    enum sc_status status;

    while (rows.n_slots < 2 * n_relations)
        rows.n_slots *= 2;
    slots = rows.slots = sc_alloc_array(rows.n_slots, sizeof *rows.slots);
    if (!slots)
        return sc_fail_nomem(err);
    status =
        sc_grow((void **)&model->row_start, &rows.row_capacity, 0, sizeof *model->row_start, err);
    if (!status)
        model->row_start[0] = 0;
    for (uint32_t i = 0; i < n_relations && !status; i++) {
        struct sc_relation r = sc_system_relation(bounds->system, i);
        int64_t right = 0;
        size_t n = 0, kept = 0;

        if (sc_system_follows(bounds->system, i))
            continue;
        for (uint32_t k = 0; k <= r.n_children; k++) {
            uint32_t cell = k == 0 ? r.total : r.children[k - 1];
            int32_t sign = k == 0 ? -1 : 1;
            size_t j;

            if (model->variable[cell] == SC_NONE) {
                right -= sign * bounds->now[SC_LOW][cell];
                continue;
            }
            right -= sign * model->offset[cell];
            for (j = 0; j < n && terms[j].root != model->variable[cell]; j++)
                ;
            if (j == n)
                terms[n++] = (struct term){model->variable[cell], sign};
            else
                terms[j].sign += sign;
        }
        for (size_t j = 0; j < n; j++)
            if (terms[j].sign != 0)
                terms[kept++] = terms[j];
        if (kept > 0 || right != 0)
            status = add_row(&rows, i, terms, kept, right, err);
    }
    return status;
}

static enum sc_status make_transpose(struct sc_model *model, struct sc_error *err)
{
    size_t n_terms = model->row_start[model->n_rows];
    SC_AUTO_FREE size_t *fill = sc_alloc_array(model->n_variables + 1, sizeof *fill);

    model->in_start = sc_alloc_array(model->n_variables + 1, sizeof *model->in_start);
    model->in_row = sc_alloc_array(n_terms, sizeof *model->in_row);
    model->in_sign = sc_alloc_array(n_terms, sizeof *model->in_sign);
    if (!fill || !model->in_start || !model->in_row || !model->in_sign)
        return sc_fail_nomem(err);
    for (size_t k = 0; k < n_terms; k++)
        model->in_start[model->row_variable[k] + 1]++;
    for (size_t v = 0; v < model->n_variables; v++)
        model->in_start[v + 1] += model->in_start[v];
    memcpy(fill, model->in_start, (model->n_variables + 1) * sizeof *fill);
    for (uint32_t row = 0; row < model->n_rows; row++)
        for (size_t k = model->row_start[row]; k < model->row_start[row + 1]; k++) {
            size_t at = fill[model->row_variable[k]]++;

            model->in_row[at] = row;
            model->in_sign[at] = model->row_sign[k];
        }
    return SC_OK;
}

enum sc_status sc_model_new(const struct sc_bounds *bounds, struct sc_model **ret_model,
                            struct sc_error *err)
{
    SC_AUTO(sc_model) model = sc_alloc(sizeof *model);
    SC_AUTO_FREE struct term *terms = NULL;
    enum sc_status status;

    assert(!bounds->contradiction);
    if (!model)
        return sc_fail_nomem(err);
    model->bounds = bounds;
    model->variable = sc_alloc_array(bounds->n_cells, sizeof *model->variable);
    model->offset = sc_alloc_array(bounds->n_cells, sizeof *model->offset);
    terms = sc_alloc_array(longest_relation(bounds->system), sizeof *terms);
    if (!model->variable || !model->offset || !terms)
        return sc_fail_nomem(err);
    join_all(model, terms);
    status = number_variables(model, err);
    if (!status)
        status = make_rows(model, terms, err);
    if (!status)
        status = make_transpose(model, err);
    if (!status)
        *ret_model = SC_TAKE(model);
    return status;
}
