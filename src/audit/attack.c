/*
 * attack.c - the attack of the readers `sums` and `rules`.
 *
 * Tighten the bounds; what is then one number is exact, with its derivation from the
 * log. Of the rest make the model, find a base table, and walk: for each hidden figure that
 * no move so far has changed, ask for the shortest move up, then down. A "no" both
 * ways is an exact figure, which linear programming must then prove over again, in integers.
 *
 * `rules` goes first. Its tables agree with less, so each of them serves `sums` as well: that
 * reader starts from them, and only figures the rules give away are asked about.
 */
#include "audit/internal.h"

#include <string.h>

#include "base/error.h"

void sc_attack_span(const struct sc_attack *attack, uint32_t cell, int64_t *ret_least,
                    int64_t *ret_most)
{
    uint32_t v = attack->model->variable[cell];

    if (v == SC_NONE) {
        *ret_least = *ret_most = attack->bounds.now[SC_LOW][cell];
        return;
    }
    *ret_least = attack->walk->least[v] + attack->model->offset[cell];
    *ret_most = attack->walk->most[v] + attack->model->offset[cell];
}

struct sc_knowledge sc_knowledge_of(const struct sc_run *run, enum sc_reader reader)
{
    const struct sc_audit_policy *policy = &run->policy;
    struct sc_knowledge k = {0};

    k.rounded = policy->rounded;
    k.rounded_by = policy->nearest ? policy->rounded / 2 : policy->rounded - 1;
    if (policy->rounded_by > 0)
        k.rounded_by = policy->rounded_by;
    k.least = policy->least;
    k.most = policy->most;
    if (reader != SC_READER_SUMS) {
        k.small_marks = true;
        k.hidden_low = run->zeros_shown ? 1 : 0;
    }
    return k;
}

/* What the spread of `variable` still lacks of the policy's width. */
static int64_t lacking(const struct sc_run *run, const struct sc_walk *walk, uint32_t variable)
{
    return run->policy.width - (walk->most[variable] - walk->least[variable]);
}

static bool stopped(const struct sc_run *run)
{
    return run->policy.stop && run->policy.stop(run->policy.stop_arg);
}

/*
 * Widens the span of a variable in one direction: at once by all that lacks, else by half of
 * it, and so on. *ret_unknown is set when an answer was not to be had.
 */
static enum sc_status widen(const struct sc_run *run, struct sc_walk *walk, uint32_t variable,
                            int sign, bool *ret_unknown, struct sc_error *err)
{
    int64_t amount = lacking(run, walk, variable);

    while (amount >= 1) {
        int64_t reached = sign > 0 ? walk->most[variable] - walk->base[variable]
                                   : walk->base[variable] - walk->least[variable];
        enum sc_answer answer;
        enum sc_status status = sc_walk_step(walk, variable, sign, reached + amount, &answer, err);

        if (status)
            return status;
        if (answer == SC_ANSWER_UNKNOWN)
            *ret_unknown = true;
        if (answer == SC_ANSWER_YES)
            amount = lacking(run, walk, variable);
        else
            amount /= 2;
    }
    return SC_OK;
}

static enum sc_status try_variable(struct sc_run *run, struct sc_attack *attack, uint32_t variable,
                                   bool *ret_unknown, struct sc_error *err)
{
    struct sc_walk *walk = attack->walk;
    enum sc_status status;
    bool found;

    *ret_unknown = false;
    status = sc_shortcut_step(attack->shortcut, variable, lacking(run, walk, variable), NULL,
                              &found, err);
    if (!status && lacking(run, walk, variable) > 0)
        status = sc_walk_seek(walk, variable, lacking(run, walk, variable), &found, err);
    if (!status && lacking(run, walk, variable) > 0)
        status = sc_walk_near(walk, variable, lacking(run, walk, variable), &found, err);
    if (!status && lacking(run, walk, variable) > 0)
        status = widen(run, walk, variable, 1, ret_unknown, err);
    if (!status && lacking(run, walk, variable) > 0)
        status = widen(run, walk, variable, -1, ret_unknown, err);
    return status;
}

/* Whether a figure nobody prints needs asking about: it would be sensitive if it were exact. */
static bool unprinted_matters(const struct sc_run *run, const struct sc_attack *attack,
                              uint32_t cell)
{
    int64_t least, most;

    if (run->policy.no_implied || run->figures[cell].kind != SC_FIGURE_NONE ||
        sc_system_auxiliary(run->system, cell))
        return false;
    if (attack->model->variable[cell] == SC_NONE)
        return false;
    sc_attack_span(attack, cell, &least, &most);
    return least == most && sc_sensitive(run, least);
}

/* Asks about every wanted cell; marks variables that stayed unknown. */
static enum sc_status ask_all(struct sc_run *run, struct sc_attack *attack, bool *unknown,
                              struct sc_error *err)
{
    const struct sc_model *model = attack->model;

    for (uint32_t cell = 0; cell < attack->bounds.n_cells; cell++) {
        uint32_t v = model->variable[cell];
        enum sc_status status;

        if (v == SC_NONE || unknown[v] || lacking(run, attack->walk, v) <= 0 ||
            (!run->wanted[cell] && !unprinted_matters(run, attack, cell)))
            continue;
        if (stopped(run)) {
            unknown[v] = true;
            continue;
        }
        status = try_variable(run, attack, v, &unknown[v], err);
        if (status)
            return status;
    }
    return SC_OK;
}

static enum sc_verdict judge(const struct sc_run *run, const struct sc_attack *attack,
                             uint32_t cell, const bool *unknown)
{
    uint32_t v = attack->model->variable[cell];
    int64_t spread;

    if (v == SC_NONE)
        return SC_VERDICT_EXACT;
    spread = attack->walk->most[v] - attack->walk->least[v];
    if (spread >= run->policy.width)
        return SC_VERDICT_PROTECTED;
    if (unknown[v])
        return SC_VERDICT_UNDECIDED;
    return spread == 0 ? SC_VERDICT_EXACT : SC_VERDICT_NARROWED;
}

/* Proofs of both bounds of an exact cell; the low one is left out when the high one is pure. */
static enum sc_status prove(const struct sc_run *run, struct sc_prover *prover,
                            const struct sc_attack *attack, struct sc_disclosure *finding,
                            struct sc_error *err)
{
    struct sc_effort effort = sc_effort_of(run);
    bool closed = sc_bounds_exact(&attack->bounds, finding->cell);
    enum sc_status status = SC_OK;

    for (int side = SC_HIGH; side >= SC_LOW && !status; side--) {
        if (side == SC_LOW && finding->proved[SC_HIGH] && finding->proofs[SC_HIGH].pure)
            break;
        if (closed) {
            status = sc_prove_bound(prover, finding->cell, (enum sc_side)side,
                                    &finding->proofs[side], err);
            finding->proved[side] = !status;
        } else {
            status =
                sc_prove_by_program(prover, finding->cell, (enum sc_side)side, finding->low,
                                    &effort, &finding->proofs[side], &finding->proved[side], err);
        }
    }
    return status;
}

/* Proofs are made for so many findings of a reader; the rest are only counted. */
#define PROOFS_MAX 2000

static enum sc_status report_cell(struct sc_run *run, struct sc_attack *attack,
                                  struct sc_prover *prover, uint32_t cell, enum sc_verdict verdict,
                                  struct sc_error *err)
{
    struct sc_reader_result *result = &run->audit->readers[attack->reader];
    struct sc_disclosure *finding;
    enum sc_status status = sc_new_finding(
        run, run->figures[cell].kind == SC_FIGURE_NONE ? SC_FINDING_IMPLIED : SC_FINDING_CELL,
        attack->reader, &finding, err);

    if (status)
        return status;
    finding->verdict = verdict;
    finding->cell = cell;
    if (attack->walk || attack->model->variable[cell] == SC_NONE)
        sc_attack_span(attack, cell, &finding->low, &finding->high);
    if (verdict == SC_VERDICT_EXACT) {
        finding->sensitive = sc_sensitive(run, finding->low);
        if (result->exact <= PROOFS_MAX)
            status = prove(run, prover, attack, finding, err);
    }
    return status;
}

static enum sc_status count_cell(struct sc_run *run, struct sc_attack *attack,
                                 struct sc_prover *prover, uint32_t cell, enum sc_verdict verdict,
                                 struct sc_error *err)
{
    struct sc_reader_result *result = &run->audit->readers[attack->reader];
    int64_t least = 0, most = 0;

    result->verdict[cell] = (uint8_t)verdict;
    if (verdict == SC_VERDICT_PROTECTED)
        return SC_OK;
    if (verdict == SC_VERDICT_EXACT) {
        sc_attack_span(attack, cell, &least, &most);
        result->exact++;
        result->sensitive += sc_sensitive(run, least);
    }
    result->narrowed += verdict == SC_VERDICT_NARROWED;
    result->undecided += verdict == SC_VERDICT_UNDECIDED;
    return report_cell(run, attack, prover, cell, verdict, err);
}

/* A printed sum of printed figures is nothing new, even if nobody printed the sum itself. */
static bool is_plain_sum(const struct sc_run *run, uint32_t cell)
{
    size_t n;
    const uint32_t *of = sc_system_relations_of(run->system, cell, &n);

    for (size_t i = 0; i < n; i++) {
        struct sc_relation r = sc_system_relation(run->system, of[i]);
        bool all = r.total == cell;

        for (uint32_t k = 0; k < r.n_children && all; k++)
            all = run->figures[r.children[k]].kind == SC_FIGURE_VALUE ||
                  run->figures[r.children[k]].kind == SC_FIGURE_VOID;
        if (all)
            return true;
    }
    return false;
}

/* A figure nobody prints that is exact and sensitive is an implied count. */
static enum sc_status judge_unprinted(struct sc_run *run, struct sc_attack *attack,
                                      struct sc_prover *prover, uint32_t cell, const bool *unknown,
                                      struct sc_error *err)
{
    struct sc_reader_result *result = &run->audit->readers[attack->reader];
    enum sc_verdict verdict = judge(run, attack, cell, unknown);
    int64_t least, most;

    sc_attack_span(attack, cell, &least, &most);
    if (run->policy.no_implied || (verdict != SC_VERDICT_EXACT && verdict != SC_VERDICT_UNDECIDED))
        return SC_OK;
    if (!sc_sensitive(run, least) || is_plain_sum(run, cell) ||
        sc_system_auxiliary(run->system, cell))
        return SC_OK;
    if (verdict == SC_VERDICT_UNDECIDED && !unknown[attack->model->variable[cell]])
        return SC_OK;
    result->implied += verdict == SC_VERDICT_EXACT;
    result->undecided += verdict == SC_VERDICT_UNDECIDED;
    return report_cell(run, attack, prover, cell, verdict, err);
}

static enum sc_status judge_all(struct sc_run *run, struct sc_attack *attack, const bool *unknown,
                                struct sc_error *err)
{
    SC_AUTO(sc_prover) prover = NULL;
    enum sc_status status = sc_prover_new(&attack->bounds, &prover, err);

    for (uint32_t cell = 0; cell < attack->bounds.n_cells && !status; cell++) {
        if (run->wanted[cell])
            status = count_cell(run, attack, prover, cell, judge(run, attack, cell, unknown), err);
        else if (run->figures[cell].kind == SC_FIGURE_NONE)
            status = judge_unprinted(run, attack, prover, cell, unknown, err);
    }
    return status;
}

/* No table was found: nothing open can be judged. */
static enum sc_status all_undecided(struct sc_run *run, struct sc_attack *attack,
                                    struct sc_error *err)
{
    SC_AUTO(sc_prover) prover = NULL;
    enum sc_status status = sc_prover_new(&attack->bounds, &prover, err);

    for (uint32_t cell = 0; cell < attack->bounds.n_cells && !status; cell++)
        if (run->wanted[cell])
            status = count_cell(run, attack, prover, cell,
                                attack->model->variable[cell] == SC_NONE ? SC_VERDICT_EXACT
                                                                         : SC_VERDICT_UNDECIDED,
                                err);
    return status;
}

/* Brings over the moves of the rules reader: they agree with the sums all the more. */
static enum sc_status inherit(const struct sc_attack *from, struct sc_attack *to,
                              struct sc_error *err)
{
    const struct sc_moves *moves = &from->walk->moves;
    struct sc_walk *walk = to->walk;
    size_t n = to->model->n_variables;
    SC_AUTO_FREE uint32_t *joined = sc_alloc_array(n, sizeof *joined);
    SC_AUTO_FREE int32_t *change = sc_alloc_array(from->model->n_variables, sizeof *change);
    SC_AUTO_FREE uint32_t *list = sc_alloc_array(n, sizeof *list);
    SC_AUTO_FREE int32_t *listed = sc_alloc_array(n, sizeof *listed);
    enum sc_status status = SC_OK;

    if (!joined || !change || !list || !listed)
        return sc_fail_nomem(err);
    for (uint32_t v = 0; v < n; v++)
        joined[v] = from->model->variable[to->model->cell[v]];
    for (size_t m = 0; m < moves->n && !status; m++) {
        bool added, news = false;
        size_t n_listed = 0;

        for (size_t i = moves->start[m]; i < moves->start[m + 1]; i++)
            change[moves->variable[i]] = moves->change[i];
        for (uint32_t v = 0; v < n; v++) {
            if (joined[v] == SC_NONE || change[joined[v]] == 0)
                continue;
            list[n_listed] = v;
            listed[n_listed++] = change[joined[v]];
            news = news || walk->least[v] == walk->most[v];
        }
        if (news)
            status = sc_walk_add(walk, n_listed, list, listed, &added, err);
        for (size_t i = moves->start[m]; i < moves->start[m + 1]; i++)
            change[moves->variable[i]] = 0;
    }
    return status;
}

/* A table with these very numbers, and something for what is not printed as one; if there is any.
 */
static enum sc_status fill_in(const struct sc_run *run, int64_t *cell, bool *ret_found,
                              struct sc_error *err)
{
    const struct sc_knowledge exact = {.small_marks = true, .hidden_low = run->zeros_shown ? 1 : 0};
    enum sc_answer answer = SC_ANSWER_NO;
    struct sc_bounds bounds = {0};
    SC_AUTO(sc_model) model = NULL;
    SC_AUTO(sc_walk) walk = NULL;
    enum sc_status status = sc_bounds_init(&bounds, run->system, run->figures, &exact, err);

    if (!status)
        status = sc_bounds_tighten(&bounds, err);
    if (!status && !bounds.contradiction) {
        status = sc_model_new(&bounds, &model, err);
        if (!status)
            status = sc_walk_new(model, sc_effort_of(run), &walk, &answer, err);
    }
    *ret_found = !status && answer == SC_ANSWER_YES;
    if (*ret_found)
        sc_walk_table(walk, cell);
    sc_bounds_release(&bounds);
    return status;
}

/*
 * Rounded figures that add up are a table that agrees with themselves, with room on all sides: the
 * best place to begin. *ret_cell is left NULL when they do not, or what is not printed does not
 * fit them.
 */
static enum sc_status printed_table(const struct sc_run *run, const struct sc_attack *attack,
                                    int64_t **ret_cell, struct sc_error *err)
{
    size_t n = attack->bounds.n_cells;
    SC_AUTO_FREE int64_t *cell = NULL;
    bool whole = true;
    enum sc_status status = SC_OK;

    if (run->policy.rounded == 0 && !run->policy.least)
        return SC_OK;
    cell = sc_alloc_array(n, sizeof *cell);
    if (!cell)
        return sc_fail_nomem(err);
    for (uint32_t c = 0; c < n; c++) {
        whole = whole &&
                (run->figures[c].kind == SC_FIGURE_VALUE || run->figures[c].kind == SC_FIGURE_VOID);
        cell[c] = run->figures[c].value;
    }
    if (!whole)
        status = fill_in(run, cell, &whole, err);
    if (!status && whole && sc_model_holds(attack->model, cell))
        *ret_cell = SC_TAKE(cell);
    return status;
}

static enum sc_status find_walk(struct sc_run *run, struct sc_attack *attack, struct sc_error *err)
{
    const struct sc_attack *rules = &run->attacks[SC_READER_RULES];
    SC_AUTO_FREE int64_t *cell = NULL;
    enum sc_status status;

    if (attack->reader != SC_READER_SUMS || !rules->walk) {
        status = printed_table(run, attack, &cell, err);
        attack->has_table = SC_ANSWER_YES;
        if (!status && cell)
            status = sc_walk_from(attack->model, cell, sc_effort_of(run), &attack->walk, err);
        else if (!status)
            status = sc_walk_new(attack->model, sc_effort_of(run), &attack->walk,
                                 &attack->has_table, err);
        if (!status && attack->walk)
            status = sc_shortcut_new(attack->walk, &attack->shortcut, err);
        if (status || !attack->walk || cell) /* one that is printed has room as it is */
            return status;
        return sc_shortcut_centre(attack->shortcut, NULL, err);
    }
    cell = sc_alloc_array(attack->bounds.n_cells, sizeof *cell);
    if (!cell)
        return sc_fail_nomem(err);
    sc_walk_table(rules->walk, cell);
    status = sc_walk_from(attack->model, cell, sc_effort_of(run), &attack->walk, err);
    if (!status) {
        attack->has_table = SC_ANSWER_YES;
        status = sc_shortcut_new(attack->walk, &attack->shortcut, err);
    }
    if (!status)
        status = inherit(rules, attack, err);
    return status;
}

enum sc_status sc_attack_run(struct sc_run *run, enum sc_reader reader, struct sc_error *err)
{
    struct sc_attack *attack = &run->attacks[reader];
    struct sc_knowledge knowledge = sc_knowledge_of(run, reader);
    SC_AUTO_FREE bool *unknown = NULL;
    enum sc_status status;

    attack->reader = reader;
    attack->has_table = SC_ANSWER_NO;
    status = sc_bounds_init(&attack->bounds, run->system, run->figures, &knowledge, err);
    if (!status)
        status = sc_bounds_tighten(&attack->bounds, err);
    if (status || attack->bounds.contradiction)
        return status;
    status = sc_model_new(&attack->bounds, &attack->model, err);
    if (!status)
        status = find_walk(run, attack, err);
    if (status || attack->has_table == SC_ANSWER_NO)
        return status;
    if (attack->has_table == SC_ANSWER_UNKNOWN)
        return all_undecided(run, attack, err);
    unknown = sc_alloc_array(attack->model->n_variables, sizeof *unknown);
    if (!unknown)
        return sc_fail_nomem(err);
    status = ask_all(run, attack, unknown, err);
    if (!status)
        status = judge_all(run, attack, unknown, err);
    run->audit->readers[reader].solves = attack->walk->n_solves;
    return status;
}
