/*
 * implied.c - sums of hidden figures that are known though none of them is.
 *
 * For each sum, take its children that are hidden and not exact to the reader: the rest.
 * If the total is known, so is the sum of the rest, and it must not be sensitive. Where the
 * rest of one sum lies inside the rest of another, their difference is known too.
 *
 * Also here: group disclosure, which no hiding of counts alone removes. Where a printed total
 * of some size has all its people in one printed category, whoever is known to be in the
 * one is known to be in the other.
 */
#include <stdlib.h>
#include <string.h>

#include <assert.h>

#include "audit/internal.h"
#include "base/error.h"

struct rest {
    size_t start; /* in cells */
    size_t n;     /* 0: the total is not known, or less than two are open */
    int64_t sum;
};

struct rests {
    struct rest *of; /* by relation */
    uint32_t *cells;
    size_t n_cells;
    size_t capacity;
};

static bool is_known(const struct sc_run *run, const struct sc_attack *attack, uint32_t cell)
{
    int64_t least, most;

    if (attack->model->variable[cell] == SC_NONE)
        return true;
    if (run->audit->readers[attack->reader].verdict[cell] != SC_VERDICT_EXACT)
        return false;
    sc_attack_span(attack, cell, &least, &most);
    return least == most;
}

static int64_t value_of(const struct sc_attack *attack, uint32_t cell)
{
    int64_t least, most;

    sc_attack_span(attack, cell, &least, &most);
    return least;
}

static enum sc_status find_rest(const struct sc_run *run, const struct sc_attack *attack,
                                uint32_t relation, struct rests *rests, struct sc_error *err)
{
    struct sc_relation r = sc_system_relation(run->system, relation);
    struct rest *rest = &rests->of[relation];

    rest->start = rests->n_cells;
    if (!is_known(run, attack, r.total))
        return SC_OK;
    rest->sum = value_of(attack, r.total);
    for (uint32_t k = 0; k < r.n_children; k++) {
        enum sc_status status;

        if (is_known(run, attack, r.children[k])) {
            rest->sum -= value_of(attack, r.children[k]);
            continue;
        }
        status = sc_grow((void **)&rests->cells, &rests->capacity, rests->n_cells,
                         sizeof *rests->cells, err);
        if (status)
            return status;
        rests->cells[rests->n_cells++] = r.children[k];
    }
    rest->n = rests->n_cells - rest->start;
    if (rest->n < 2) {
        rests->n_cells = rest->start;
        rest->n = 0;
    }
    return SC_OK;
}

/* Adds the known part of a sum, times `sign`, to a list of terms. */
static size_t known_part(const struct sc_run *run, const struct sc_attack *attack,
                         uint32_t relation, int64_t sign, uint32_t *cells, int64_t *coefficients,
                         size_t n)
{
    struct sc_relation r = sc_system_relation(run->system, relation);

    for (uint32_t k = 0; k <= r.n_children; k++) {
        uint32_t cell = k == 0 ? r.total : r.children[k - 1];

        if (k > 0 && !is_known(run, attack, cell))
            continue;
        cells[n] = cell;
        coefficients[n++] = k == 0 ? sign : -sign;
    }
    return n;
}

/* Puts terms of the same cell together, so that the prover meets each once. */
static size_t merge_terms(uint32_t *cells, int64_t *coefficients, size_t n)
{
    size_t kept = 0;

    for (size_t i = 0; i < n; i++) {
        size_t j;

        for (j = 0; j < kept && cells[j] != cells[i]; j++)
            ;
        if (j < kept) {
            coefficients[j] += coefficients[i];
            continue;
        }
        cells[kept] = cells[i];
        coefficients[kept++] = coefficients[i];
    }
    return kept;
}

/* Reports the rest of `outer`, less that of `inner` unless SC_NONE. */
static enum sc_status report(struct sc_run *run, const struct sc_attack *attack,
                             struct sc_prover *prover, uint32_t outer, uint32_t inner,
                             int64_t value, struct sc_error *err)
{
    struct sc_relation a = sc_system_relation(run->system, outer);
    size_t room = a.n_children + 1, n;
    SC_AUTO_FREE uint32_t *cells = NULL;
    SC_AUTO_FREE int64_t *coefficients = NULL;
    struct sc_disclosure *finding;
    enum sc_status status;

    if (inner != SC_NONE)
        room += sc_system_relation(run->system, inner).n_children + 1;
    cells = sc_alloc_array(room, sizeof *cells);
    coefficients = sc_alloc_array(room, sizeof *coefficients);
    if (!cells || !coefficients)
        return sc_fail_nomem(err);
    status = sc_new_finding(run, SC_FINDING_IMPLIED, attack->reader, &finding, err);
    if (status)
        return status;
    run->audit->readers[attack->reader].implied++;
    finding->cell = a.total;
    finding->relation = outer;
    if (inner != SC_NONE)
        finding->minus = sc_system_relation(run->system, inner).total;
    finding->low = finding->high = value;
    finding->sensitive = true;
    n = known_part(run, attack, outer, 1, cells, coefficients, 0);
    if (inner != SC_NONE)
        n = known_part(run, attack, inner, -1, cells, coefficients, n);
    n = merge_terms(cells, coefficients, n);
    status = sc_prove_sum(prover, cells, coefficients, n, SC_HIGH, &finding->proofs[SC_HIGH], err);
    finding->proved[SC_HIGH] = !status && finding->proofs[SC_HIGH].value == value;
    if (!status && !finding->proofs[SC_HIGH].pure) {
        status =
            sc_prove_sum(prover, cells, coefficients, n, SC_LOW, &finding->proofs[SC_LOW], err);
        finding->proved[SC_LOW] = !status && finding->proofs[SC_LOW].value == value;
    }
    return status;
}

/* Looks for sums whose rest holds all of the rest of `inner` and more. */
static enum sc_status differences(struct sc_run *run, const struct sc_attack *attack,
                                  struct sc_prover *prover, const struct rests *rests,
                                  uint32_t inner, bool *mark, struct sc_error *err)
{
    const struct rest *in = &rests->of[inner];
    size_t n;
    const uint32_t *of;
    enum sc_status status = SC_OK;

    assert(rests->cells);
    of = sc_system_relations_of(run->system, rests->cells[in->start], &n);
    for (size_t i = 0; i < in->n; i++)
        mark[rests->cells[in->start + i]] = true;
    for (size_t i = 0; i < n && !status; i++) {
        const struct rest *out = &rests->of[of[i]];
        size_t inside = 0;

        if (of[i] == inner || out->n <= in->n)
            continue;
        for (size_t k = 0; k < out->n; k++)
            inside += mark[rests->cells[out->start + k]];
        if (inside == in->n && sc_sensitive(run, out->sum - in->sum))
            status = report(run, attack, prover, of[i], inner, out->sum - in->sum, err);
    }
    for (size_t i = 0; i < in->n; i++)
        mark[rests->cells[in->start + i]] = false;
    return status;
}

static enum sc_status look(struct sc_run *run, const struct sc_attack *attack,
                           const struct rests *rests, struct sc_error *err)
{
    size_t n = sc_system_n_relations(run->system);
    SC_AUTO(sc_prover) prover = NULL;
    SC_AUTO_FREE bool *mark = sc_alloc_array(sc_system_n_cells(run->system), sizeof *mark);
    enum sc_status status = sc_prover_new(&attack->bounds, &prover, err);

    if (!mark && !status)
        status = sc_fail_nomem(err);
    for (uint32_t i = 0; i < n && !status; i++) {
        if (rests->of[i].n == 0)
            continue;
        if (sc_sensitive(run, rests->of[i].sum))
            status = report(run, attack, prover, i, SC_NONE, rests->of[i].sum, err);
        if (!status)
            status = differences(run, attack, prover, rests, i, mark, err);
    }
    return status;
}

enum sc_status sc_implied_run(struct sc_run *run, enum sc_reader reader, struct sc_error *err)
{
    const struct sc_attack *attack = &run->attacks[reader];
    size_t n = sc_system_n_relations(run->system);
    struct rests rests = {0};
    enum sc_status status = SC_OK;

    if (run->policy.no_implied)
        return SC_OK;
    rests.of = sc_alloc_array(n, sizeof *rests.of);
    if (!rests.of)
        return sc_fail_nomem(err);
    for (uint32_t i = 0; i < n && !status; i++)
        status = find_rest(run, attack, i, &rests, err);
    if (!status)
        status = look(run, attack, &rests, err);
    sc_free(rests.of);
    sc_free(rests.cells);
    return status;
}

/* ---- groups ------------------------------------------------------------------------ */

/* The only child that is not 0 when all are printed, SC_NONE otherwise. */
static uint32_t only_child(const struct sc_run *run, struct sc_relation r)
{
    uint32_t only = SC_NONE;

    for (uint32_t k = 0; k < r.n_children; k++) {
        const struct sc_figure *figure = &run->figures[r.children[k]];

        if (figure->kind == SC_FIGURE_VOID)
            continue;
        if (figure->kind != SC_FIGURE_VALUE || (figure->value != 0 && only != SC_NONE))
            return SC_NONE;
        if (figure->value != 0)
            only = r.children[k];
    }
    return only;
}

enum sc_status sc_groups_run(struct sc_run *run, struct sc_error *err)
{
    size_t n = sc_system_n_relations(run->system);

    if (run->policy.rounded > 1 || run->policy.least)
        return SC_OK;
    for (uint32_t i = 0; i < n; i++) {
        struct sc_relation r = sc_system_relation(run->system, i);
        struct sc_disclosure *finding;
        uint32_t only;
        enum sc_status status;

        if (r.n_children < 2 || run->figures[r.total].kind != SC_FIGURE_VALUE)
            continue;
        only = only_child(run, r);
        if (only == SC_NONE || run->figures[only].value < run->policy.threshold)
            continue;
        status = sc_new_finding(run, SC_FINDING_GROUP, SC_READER_SUMS, &finding, err);
        if (status)
            return status;
        finding->cell = only;
        finding->relation = i;
        finding->low = finding->high = run->figures[only].value;
        run->audit->groups++;
    }
    return SC_OK;
}
