/*
 * conflict.c - why no table agrees with what is printed: a smallest set found of
 * figures that cannot all be true.
 *
 * In this order: a sum all of whose figures are printed and which does not hold (the one with
 * fewest figures); a cell whose bounds cross, with the two proofs, from as few figures as those can
 * be left with one by one; a set of sums that
 * no table satisfies, from linear programming. For the last, each sum may be broken at a cost;
 * the sums with a dual value form an infeasible set, of which those are then left out, one
 * by one, that it stays infeasible without (a deletion filter). Which figures of these cannot all
 * be true, and none to spare, is then culprits.c's.
 */
#include <string.h>

#include "audit/internal.h"
#include "base/error.h"
#include "solver/solver.h"

/* By how much a fully given sum is out; false when it is not fully given. */
static bool given_gap(const struct sc_attack *attack, struct sc_relation r, int64_t *ret_gap)
{
    const struct sc_bounds *b = &attack->bounds;
    int64_t gap = 0;

    for (uint32_t k = 0; k <= r.n_children; k++) {
        uint32_t cell = k == 0 ? r.total : r.children[k - 1];

        if (b->given[SC_LOW][cell] != b->given[SC_HIGH][cell])
            return false;
        gap += (k == 0 ? -1 : 1) * b->given[SC_LOW][cell];
    }
    *ret_gap = gap;
    return true;
}

static enum sc_status new_conflict(struct sc_run *run, const struct sc_attack *attack,
                                   const uint32_t *relations, size_t n,
                                   struct sc_disclosure **ret_finding, struct sc_error *err)
{
    struct sc_disclosure *finding;
    enum sc_status status =
        sc_new_finding(run, SC_FINDING_INCONSISTENT, attack->reader, &finding, err);

    if (status)
        return status;
    *ret_finding = finding;
    if (n == 0)
        return SC_OK;
    finding->conflict = sc_alloc_array(n, sizeof *finding->conflict);
    if (!finding->conflict)
        return sc_fail_nomem(err);
    memcpy(finding->conflict, relations, n * sizeof *relations);
    finding->n_conflict = n;
    finding->relation = relations[0];
    finding->cell = sc_system_relation(run->system, relations[0]).total;
    return SC_OK;
}

static enum sc_status printed_sum(struct sc_run *run, const struct sc_attack *attack,
                                  bool *ret_found, struct sc_error *err)
{
    uint32_t best = SC_NONE, best_n = SC_NONE;
    struct sc_disclosure *finding;
    enum sc_status status;

    for (uint32_t i = 0; i < sc_system_n_relations(run->system); i++) {
        struct sc_relation r = sc_system_relation(run->system, i);
        int64_t gap;

        if (given_gap(attack, r, &gap) && gap != 0 && r.n_children < best_n) {
            best = i;
            best_n = r.n_children;
        }
    }

    *ret_found = best != SC_NONE;
    if (!*ret_found)
        return SC_OK;
    status = new_conflict(run, attack, &best, 1, &finding, err);
    return status ? status : sc_culprits_run(run, attack, finding, err);
}

/* The two proofs of a cell whose bounds cross. */
static enum sc_status prove_crossing(const struct sc_bounds *bounds, struct sc_disclosure *finding,
                                     struct sc_error *err)
{
    SC_AUTO(sc_prover) prover = NULL;
    enum sc_status status = sc_prover_new(bounds, &prover, err);

    finding->cell = bounds->contradiction_cell;
    for (int side = SC_LOW; side <= SC_HIGH && !status; side++) {
        sc_proof_release(&finding->proofs[side]);
        memset(&finding->proofs[side], 0, sizeof finding->proofs[side]);
        status =
            sc_prove_bound(prover, finding->cell, (enum sc_side)side, &finding->proofs[side], err);
        finding->proved[side] = !status;
    }
    finding->low = bounds->now[SC_LOW][finding->cell];
    finding->high = bounds->now[SC_HIGH][finding->cell];
    return status;
}

/* Whether the bounds cross without the figures not `kept`; if so the finding is proved anew. */
static enum sc_status cross_again(const struct sc_run *run, const struct sc_attack *attack,
                                  const struct sc_figure *kept, struct sc_disclosure *finding,
                                  bool *ret_crossed, struct sc_error *err)
{
    struct sc_knowledge knowledge = sc_knowledge_of(run, attack->reader);
    struct sc_bounds bounds = {0};
    enum sc_status status = sc_bounds_init(&bounds, run->system, kept, &knowledge, err);

    if (!status)
        status = sc_bounds_tighten(&bounds, err);
    *ret_crossed = !status && bounds.contradiction;
    if (*ret_crossed)
        status = prove_crossing(&bounds, finding, err);
    sc_bounds_release(&bounds);
    return status;
}

/* Lists the printed figures that the finding's proofs and its cell rest on. */
static size_t list_named(const struct sc_figure *figures, const struct sc_disclosure *finding,
                         bool *named, uint32_t *list)
{
    size_t n = 0;

    for (int side = SC_LOW; side <= SC_HIGH; side++)
        for (size_t i = 0; i <= finding->proofs[side].n_terms; i++) {
            uint32_t c = i < finding->proofs[side].n_terms ? finding->proofs[side].terms[i].cell
                                                           : finding->cell;

            if (named[c] || figures[c].kind != SC_FIGURE_VALUE)
                continue;
            named[c] = true;
            list[n++] = c;
        }
    for (size_t i = 0; i < n; i++)
        named[list[i]] = false;
    return n;
}

#define FIGURES_MAX 200

/* Leaves out, one by one, the figures without which the bounds still cross. */
static enum sc_status shrink_crossing(struct sc_run *run, const struct sc_attack *attack,
                                      struct sc_disclosure *finding, struct sc_error *err)
{
    size_t n_cells = attack->bounds.n_cells, n;
    SC_AUTO_FREE struct sc_figure *kept = sc_alloc_array(n_cells, sizeof *kept);
    SC_AUTO_FREE bool *named = sc_alloc_array(n_cells, sizeof *named);
    SC_AUTO_FREE uint32_t *list = sc_alloc_array(n_cells, sizeof *list);
    enum sc_status status = SC_OK;

    if (!kept || !named || !list)
        return sc_fail_nomem(err);
    n = list_named(run->figures, finding, named, list);
    if (n > FIGURES_MAX)
        return SC_OK;
    for (size_t i = 0; i < n; i++)
        named[list[i]] = true;
    for (size_t c = 0; c < n_cells; c++)
        if (named[c] || run->figures[c].kind != SC_FIGURE_VALUE)
            kept[c] = run->figures[c];
    for (size_t i = 0; i < n && !status; i++) {
        bool crossed;

        kept[list[i]] = (struct sc_figure){.kind = SC_FIGURE_NONE};
        status = cross_again(run, attack, kept, finding, &crossed, err);
        if (!status && !crossed)
            kept[list[i]] = run->figures[list[i]];
    }
    return status;
}

static enum sc_status crossed_bounds(struct sc_run *run, const struct sc_attack *attack,
                                     struct sc_error *err)
{
    struct sc_disclosure *finding;
    enum sc_status status = new_conflict(run, attack, NULL, 0, &finding, err);

    if (!status)
        status = prove_crossing(&attack->bounds, finding, err);
    if (!status)
        status = shrink_crossing(run, attack, finding, err);
    return status ? status : sc_culprits_run(run, attack, finding, err);
}

/* Variables, then for each row an "over" and an "under" column of cost 1. */
static enum sc_status elastic(const struct sc_model *model, struct sc_lp **ret_lp,
                              struct sc_error *err)
{
    SC_AUTO(sc_lp) lp = NULL;
    size_t n = model->n_variables, first;
    SC_AUTO_FREE uint32_t *columns = sc_alloc_array(n + 2, sizeof *columns);
    SC_AUTO_FREE double *signs = sc_alloc_array(n + 2, sizeof *signs);
    enum sc_status status;

    if (!columns || !signs)
        return sc_fail_nomem(err);
    status = sc_lp_new(&lp, err);
    if (!status)
        status = sc_lp_add_columns(lp, n + 2 * model->n_rows, &first, err);
    if (!status)
        status = sc_lp_add_rows(lp, model->n_rows, &first, err);
    for (uint32_t v = 0; v < n && !status; v++)
        sc_lp_set_column_bounds(lp, v, (double)model->low[v],
                                model->high[v] >= SC_UNBOUNDED ? SC_LP_INFINITY
                                                               : (double)model->high[v]);
    for (size_t row = 0; row < model->n_rows && !status; row++) {
        size_t k = 0;

        for (size_t t = model->row_start[row]; t < model->row_start[row + 1]; t++, k++) {
            columns[k] = model->row_variable[t];
            signs[k] = model->row_sign[t];
        }
        for (int side = 0; side < 2; side++, k++) {
            columns[k] = (uint32_t)(n + 2 * row) + (uint32_t)side;
            signs[k] = side == 0 ? 1 : -1;
            sc_lp_set_cost(lp, columns[k], 1);
        }
        status = sc_lp_set_row(lp, row, k, columns, signs, err);
        sc_lp_set_row_bounds(lp, row, (double)model->row_right[row], (double)model->row_right[row]);
    }
    if (!status)
        *ret_lp = SC_TAKE(lp);
    return status;
}

/* Takes a row out of the question (its gaps cost nothing), or back in. */
static void set_row_counts(struct sc_lp *lp, const struct sc_model *model, size_t row, bool counts)
{
    for (size_t side = 0; side < 2; side++)
        sc_lp_set_cost(lp, model->n_variables + 2 * row + side, counts ? 1 : 0);
}

static enum sc_status cost_of_truth(const struct sc_run *run, struct sc_lp *lp,
                                    bool *ret_infeasible, bool *ret_known, struct sc_error *err)
{
    struct sc_lp_options options = {
        .primal = true, .stop = run->policy.stop, .stop_arg = run->policy.stop_arg};
    enum sc_lp_state state;
    enum sc_status status = sc_lp_solve(lp, &options, &state, err);

    *ret_known = !status && state == SC_LP_OPTIMAL;
    *ret_infeasible = *ret_known && sc_feas_lt(0, sc_lp_objective(lp));
    return status;
}

#define FILTER_MAX 400

static enum sc_status by_program(struct sc_run *run, const struct sc_attack *attack,
                                 struct sc_error *err)
{
    const struct sc_model *model = attack->model;
    SC_AUTO(sc_lp) lp = NULL;
    SC_AUTO_FREE bool *in = sc_alloc_array(model->n_rows, sizeof *in);
    SC_AUTO_FREE uint32_t *set = sc_alloc_array(model->n_rows, sizeof *set);
    struct sc_disclosure *finding;
    bool infeasible = false, known = false;
    size_t n = 0, tried = 0;
    enum sc_status status = !in || !set ? sc_fail_nomem(err) : SC_OK;

    if (!status && model->n_rows > 0)
        status = elastic(model, &lp, err);
    if (!status && lp)
        status = cost_of_truth(run, lp, &infeasible, &known, err);
    for (size_t row = 0; row < model->n_rows && !status && infeasible; row++)
        in[row] = fabs(sc_lp_row_dual(lp, row)) > SC_FEASIBILITY_TOLERANCE;
    for (size_t row = 0; row < model->n_rows && !status && infeasible; row++)
        set_row_counts(lp, model, row, in[row]);
    for (size_t row = 0; row < model->n_rows && !status && infeasible; row++) {
        bool still = false;

        if (!in[row] || tried++ > FILTER_MAX)
            continue;
        set_row_counts(lp, model, row, false);
        status = cost_of_truth(run, lp, &still, &known, err);
        in[row] = !still;
        set_row_counts(lp, model, row, in[row]);
    }
    for (size_t row = 0; row < model->n_rows && !status && infeasible; row++)
        if (in[row])
            set[n++] = model->row_relation[row];
    if (!status)
        status = new_conflict(run, attack, set, n, &finding, err);
    return status ? status : sc_culprits_run(run, attack, finding, err);
}

enum sc_status sc_conflict_run(struct sc_run *run, struct sc_attack *attack, struct sc_error *err)
{
    bool found;
    enum sc_status status = printed_sum(run, attack, &found, err);

    if (status || found)
        return status;
    if (attack->bounds.contradiction)
        return crossed_bounds(run, attack, err);
    return by_program(run, attack, err);
}
