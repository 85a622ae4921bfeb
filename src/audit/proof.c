/*
 * proof.c - proofs from the log of tightenings, and from the duals of a linear program.
 *
 * From the log. The bound to prove is replaced by the bounds it was drawn from, each with
 * a coefficient; those by theirs, latest first, until only what the reader was
 * given is left. Latest first means that each tightening is opened once, with all the
 * weight that falls on it, so a proof costs what it uses. A coefficient's sign
 * says which bound of the cell is wanted: to bound the target from above, plus wants
 * the high one and minus the low one.
 *
 * From a program. The duals of "most of x" are multipliers of the sums; times a small
 * common denominator they are whole. What the sums leave over of open cells is then
 * bounded as above. The result counts only if it comes to the value claimed, in integers.
 */
#include "audit/proof.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "solver/solver.h"

struct sc_prover {
    const struct sc_bounds *bounds;
    int64_t *given; /* by cell: coefficient of its given bound */
    uint32_t *used; /* cells with a given coefficient, once each */
    bool *is_used;  /* by cell */
    size_t n_used;
    int64_t *weight; /* by tightening */
    uint32_t *heap;  /* tightenings with a weight, latest first */
    bool *in_heap;
    size_t n_heap;
    struct sc_lp *lp; /* made when first wanted */
    uint32_t *column; /* by cell, SC_NONE when exact */
};

void sc_proof_release(struct sc_proof *proof)
{
    sc_free(proof->terms);
    memset(proof, 0, sizeof *proof);
}

void sc_prover_free(struct sc_prover *prover)
{
    if (!prover)
        return;
    sc_free(prover->given);
    sc_free(prover->used);
    sc_free(prover->is_used);
    sc_free(prover->weight);
    sc_free(prover->heap);
    sc_free(prover->in_heap);
    sc_lp_free(prover->lp);
    sc_free(prover->column);
    sc_free(prover);
}

enum sc_status sc_prover_new(const struct sc_bounds *bounds, struct sc_prover **ret_prover,
                             struct sc_error *err)
{
    SC_AUTO(sc_prover) prover = sc_alloc(sizeof *prover);

    if (!prover)
        return sc_fail_nomem(err);
    prover->bounds = bounds;
    prover->given = sc_alloc_array(bounds->n_cells, sizeof *prover->given);
    prover->used = sc_alloc_array(bounds->n_cells, sizeof *prover->used);
    prover->is_used = sc_alloc_array(bounds->n_cells, sizeof *prover->is_used);
    prover->weight = sc_alloc_array(bounds->n_log, sizeof *prover->weight);
    prover->heap = sc_alloc_array(bounds->n_log, sizeof *prover->heap);
    prover->in_heap = sc_alloc_array(bounds->n_log, sizeof *prover->in_heap);
    if (!prover->given || !prover->used || !prover->is_used || !prover->weight || !prover->heap ||
        !prover->in_heap)
        return sc_fail_nomem(err);
    *ret_prover = SC_TAKE(prover);
    return SC_OK;
}

static void heap_push(struct sc_prover *prover, uint32_t id)
{
    uint32_t *heap = prover->heap;
    size_t i;

    if (prover->in_heap[id])
        return;
    prover->in_heap[id] = true;
    for (i = prover->n_heap++; i > 0 && heap[(i - 1) / 2] < id; i = (i - 1) / 2)
        heap[i] = heap[(i - 1) / 2];
    heap[i] = id;
}

static uint32_t heap_pop(struct sc_prover *prover)
{
    uint32_t *heap = prover->heap;
    uint32_t top = heap[0], last = heap[--prover->n_heap];
    size_t i = 0;

    for (;;) {
        size_t child = 2 * i + 1;

        if (child >= prover->n_heap)
            break;
        if (child + 1 < prover->n_heap && heap[child + 1] > heap[child])
            child++;
        if (heap[child] <= last)
            break;
        heap[i] = heap[child];
        i = child;
    }
    heap[i] = last;
    prover->in_heap[top] = false;
    return top;
}

/*
 * Needs `coefficient` x cell bounded, for a proof on `side`, by what was known before
 * tightening `before`.
 */
static void need(struct sc_prover *prover, uint32_t cell, int64_t coefficient, enum sc_side side,
                 uint32_t before)
{
    const struct sc_bounds *bounds = prover->bounds;
    enum sc_side which = (coefficient > 0) == (side == SC_HIGH) ? SC_HIGH : SC_LOW;
    uint32_t id = bounds->last[which][cell];

    while (id != SC_NONE && id >= before)
        id = bounds->log[id].before;
    if (id != SC_NONE) {
        prover->weight[id] += coefficient;
        heap_push(prover, id);
        return;
    }
    if (!prover->is_used[cell]) {
        prover->is_used[cell] = true;
        prover->used[prover->n_used++] = cell;
    }
    prover->given[cell] += coefficient;
}

/* Replaces a tightened bound by those it was drawn from. */
static void open_tightening(struct sc_prover *prover, uint32_t id, enum sc_side side)
{
    const struct sc_tightening *t = &prover->bounds->log[id];
    struct sc_relation r = sc_system_relation(prover->bounds->system, t->why);
    int64_t weight = prover->weight[id];
    bool is_total = t->cell == r.total;

    prover->weight[id] = 0;
    if (weight == 0)
        return;
    if (!is_total)
        need(prover, r.total, weight, side, id);
    for (uint32_t k = 0; k < r.n_children; k++)
        if (r.children[k] != t->cell)
            need(prover, r.children[k], is_total ? weight : -weight, side, id);
}

static int order_terms(const void *a, const void *b)
{
    const struct sc_proof_term *x = a, *y = b;

    if ((x->coefficient > 0) != (y->coefficient > 0))
        return x->coefficient > 0 ? -1 : 1;
    return (x->cell > y->cell) - (x->cell < y->cell);
}

/* a / b rounded inward for a bound on `side`; b > 0. */
static int64_t divide_inward(int64_t a, int64_t b, enum sc_side side)
{
    int64_t q = a / b, rest = a % b;

    if (rest != 0 && side == SC_HIGH && rest < 0)
        q--;
    if (rest != 0 && side == SC_LOW && rest > 0)
        q++;
    return q;
}

/* Opens everything needed and writes the proof; leaves the prover clean. */
static enum sc_status finish(struct sc_prover *prover, enum sc_side side, int64_t divisor,
                             struct sc_proof *ret_proof, bool *ret_bounded, struct sc_error *err)
{
    const struct sc_bounds *bounds = prover->bounds;
    struct sc_proof proof = {.divisor = divisor, .side = side, .pure = true};
    int64_t sum = 0;
    bool bounded = true;

    while (prover->n_heap > 0)
        open_tightening(prover, heap_pop(prover), side);
    proof.terms = sc_alloc_array(prover->n_used, sizeof *proof.terms);
    for (size_t i = 0; i < prover->n_used; i++) {
        uint32_t cell = prover->used[i];
        int64_t coefficient = prover->given[cell];
        enum sc_side which = (coefficient > 0) == (side == SC_HIGH) ? SC_HIGH : SC_LOW;
        int64_t value = bounds->given[which][cell];
        bool open = bounds->given[SC_LOW][cell] != bounds->given[SC_HIGH][cell];

        prover->given[cell] = 0;
        prover->is_used[cell] = false;
        if (coefficient == 0 || !proof.terms)
            continue;
        bounded = bounded && value < SC_UNBOUNDED;
        proof.pure = proof.pure && !open;
        sum += coefficient * value;
        proof.terms[proof.n_terms++] = (struct sc_proof_term){cell, open, coefficient, value};
    }
    prover->n_used = 0;
    if (!proof.terms)
        return sc_fail_nomem(err);
    if (proof.n_terms > 1)
        qsort(proof.terms, proof.n_terms, sizeof *proof.terms, order_terms);
    proof.value = divide_inward(sum, divisor, side);
    *ret_bounded = bounded;
    *ret_proof = proof;
    return SC_OK;
}

enum sc_status sc_prove_bound(struct sc_prover *prover, uint32_t cell, enum sc_side side,
                              struct sc_proof *ret_proof, struct sc_error *err)
{
    bool bounded;

    need(prover, cell, 1, side, SC_NONE);
    return finish(prover, side, 1, ret_proof, &bounded, err);
}

enum sc_status sc_prove_sum(struct sc_prover *prover, const uint32_t *cells,
                            const int64_t *coefficients, size_t n, enum sc_side side,
                            struct sc_proof *ret_proof, struct sc_error *err)
{
    bool bounded;

    for (size_t i = 0; i < n; i++)
        need(prover, cells[i], coefficients[i], side, SC_NONE);
    return finish(prover, side, 1, ret_proof, &bounded, err);
}

/* ---- by program ------------------------------------------------------------------ */

/* One column an open cell, one row a relation that has any. */
static enum sc_status build_program(struct sc_prover *prover, struct sc_error *err)
{
    const struct sc_bounds *bounds = prover->bounds;
    size_t n_relations = sc_system_n_relations(bounds->system), n = 0, first;
    SC_AUTO_FREE uint32_t *columns = NULL;
    SC_AUTO_FREE double *signs = NULL;
    enum sc_status status;

    prover->column = sc_alloc_array(bounds->n_cells, sizeof *prover->column);
    if (!prover->column)
        return sc_fail_nomem(err);
    for (uint32_t cell = 0; cell < bounds->n_cells; cell++)
        prover->column[cell] = sc_bounds_exact(bounds, cell) ? SC_NONE : (uint32_t)n++;
    columns = sc_alloc_array(n + 1, sizeof *columns);
    signs = sc_alloc_array(n + 1, sizeof *signs);
    if (!columns || !signs)
        return sc_fail_nomem(err);
    status = sc_lp_new(&prover->lp, err);
    if (!status)
        status = sc_lp_add_columns(prover->lp, n, &first, err);
    if (!status)
        status = sc_lp_add_rows(prover->lp, n_relations, &first, err);
    if (status)
        return status;
    sc_lp_set_maximise(prover->lp, true);
    for (uint32_t cell = 0; cell < bounds->n_cells; cell++)
        if (prover->column[cell] != SC_NONE)
            sc_lp_set_column_bounds(
                prover->lp, prover->column[cell], (double)bounds->now[SC_LOW][cell],
                bounds->now[SC_HIGH][cell] >= SC_UNBOUNDED ? SC_LP_INFINITY
                                                           : (double)bounds->now[SC_HIGH][cell]);
    for (uint32_t i = 0; i < n_relations && !status; i++) {
        struct sc_relation r = sc_system_relation(bounds->system, i);
        int64_t right = 0;
        size_t k = 0;

        for (uint32_t j = 0; j <= r.n_children; j++) {
            uint32_t cell = j == 0 ? r.total : r.children[j - 1];
            int sign = j == 0 ? -1 : 1;

            if (prover->column[cell] == SC_NONE) {
                right -= sign * bounds->now[SC_LOW][cell];
                continue;
            }
            columns[k] = prover->column[cell];
            signs[k++] = sign;
        }
        status = sc_lp_set_row(prover->lp, i, k, columns, signs, err);
        sc_lp_set_row_bounds(prover->lp, i, (double)right, (double)right);
    }
    return status;
}

/* The smallest multiple that makes all duals whole, 0 when none of the usual does. */
static int64_t common_denominator(const struct sc_prover *prover)
{
    static const int64_t tries[] = {1, 2, 3, 4, 5, 6, 8, 10, 12, 24, 60};
    size_t n = sc_system_n_relations(prover->bounds->system);

    for (size_t t = 0; t < sizeof tries / sizeof *tries; t++) {
        bool whole = true;

        for (size_t i = 0; i < n && whole; i++)
            whole = fabs(sc_lp_row_dual(prover->lp, i) * (double)tries[t] -
                         nearbyint(sc_lp_row_dual(prover->lp, i) * (double)tries[t])) < 1e-5;
        if (whole)
            return tries[t];
    }
    return 0;
}

/*
 * k x target = k x target - sum(multiplier x (children - total)): needs what is left of
 * every cell. `left` holds the coefficients by cell and is emptied.
 */
static void combine(struct sc_prover *prover, uint32_t target, int64_t k, enum sc_side side,
                    int64_t *left)
{
    const struct sc_bounds *bounds = prover->bounds;

    left[target] += k;
    for (uint32_t i = 0; i < sc_system_n_relations(bounds->system); i++) {
        struct sc_relation r = sc_system_relation(bounds->system, i);
        int64_t y = sc_nearest_integer(sc_lp_row_dual(prover->lp, i) * (double)k);

        left[r.total] += y;
        for (uint32_t j = 0; j < r.n_children && y != 0; j++)
            left[r.children[j]] -= y;
    }
    if (side == SC_LOW) /* the program maximised -target: turn the proof round */
        left[target] -= 2 * k;
    for (uint32_t cell = 0; cell < bounds->n_cells; cell++)
        if (left[cell] != 0)
            need(prover, cell, side == SC_LOW ? -left[cell] : left[cell], side, SC_NONE);
}

enum sc_status sc_prove_by_program(struct sc_prover *prover, uint32_t cell, enum sc_side side,
                                   int64_t value, const struct sc_effort *effort,
                                   struct sc_proof *ret_proof, bool *ret_proved,
                                   struct sc_error *err)
{
    SC_AUTO_FREE int64_t *left = sc_alloc_array(prover->bounds->n_cells, sizeof *left);
    struct sc_lp_options options = sc_effort_options(effort);
    struct sc_proof proof = {0};
    enum sc_lp_state state;
    enum sc_status status = SC_OK;
    bool bounded = false;
    int64_t k;

    options.primal = true;
    *ret_proved = false;
    if (!left)
        return sc_fail_nomem(err);
    if (!prover->lp)
        status = build_program(prover, err);
    if (status)
        return status;
    assert(prover->column[cell] != SC_NONE);
    sc_lp_set_cost(prover->lp, prover->column[cell], side == SC_HIGH ? 1 : -1);
    status = sc_lp_solve(prover->lp, &options, &state, err);
    k = !status && state == SC_LP_OPTIMAL ? common_denominator(prover) : 0;
    if (k > 0) {
        combine(prover, cell, k, side, left);
        status = finish(prover, side, k, &proof, &bounded, err);
    }
    sc_lp_set_cost(prover->lp, prover->column[cell], 0);
    if (status || k == 0)
        return status;
    if (!bounded || proof.value != value) {
        sc_proof_release(&proof);
        return SC_OK;
    }
    *ret_proof = proof;
    *ret_proved = true;
    return SC_OK;
}
