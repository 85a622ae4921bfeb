/*
 * insider.c - the reader who is the one person in a cell of 1.
 *
 * Knowing one's own cell is 1 is no more than that cell being printed: its moves are gone. A
 * figure p is safe from the insider s when some move changes p and leaves s alone,
 * starting from a table in which s is 1. At such a table:
 *
 *   - every move found so far that fits there is looked at; the insiders still to be
 *     beaten for p are those that all of p's moves touch;
 *   - boxes through p that leave those alone shorten the list, mostly to nothing;
 *   - the table is let drift by boxes that leave all insiders alone: what ever changes
 *     on the way is safe from each of them;
 *   - those left are frozen all at once and one move is asked for; only where there is
 *     none are they frozen one by one.
 *
 * Only figures that are sensitive at the table matter: if p cannot change, its
 * value there is its value.
 *
 * Which cells are 1 is the publisher's secret. When the officer's own list is given,
 * one table has all of them at 1, and every failure is real. Otherwise see insider_any.c.
 */
#include "audit/insider.h"
#include "audit/persons.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"

static void insiders_release(struct sc_insiders *in)
{
    size_t n = in->attack->model->n_variables;

    for (size_t v = 0; v < n && in->open; v++)
        sc_free(in->open[v].list);
    sc_free(in->open);
    sc_free(in->target);
    sc_free(in->rest);
    sc_free(in->home);
    sc_free(in->single);
    sc_free(in->touched);
    sc_free(in->avoid);
    sc_free(in->single_cell);
    sc_persons_free(in->persons);
    sc_free(in->is_one);
    sc_free(in->fails);
    sc_free(in->list);
    sc_shortcut_free(in->shortcut);
    sc_walk_free(in->walk);
}

/* Among the singles known, or among the hidden cells that are 1 at the base. */
void sc_insider_persons(struct sc_insiders *in)
{
    const struct sc_run *run = in->run;
    const struct sc_model *model = in->attack->model;

    for (uint32_t c = 0; c < model->bounds->n_cells; c++) {
        uint32_t v = model->variable[c];

        in->is_one[c] = !in->certain && run->wanted[c] && v != SC_NONE &&
                        in->walk->base[v] + model->offset[c] == 1;
    }
    for (size_t i = 0; i < run->policy.n_singles && in->certain; i++)
        in->is_one[run->policy.singles[i]] = true;
    in->twin = sc_persons_group(in->persons, in->is_one);
}

static enum sc_status insiders_init(struct sc_insiders *in, struct sc_error *err)
{
    size_t n = in->attack->model->n_variables;

    in->single_cell = sc_alloc_array(in->attack->bounds.n_cells, sizeof *in->single_cell);
    if (!in->single_cell)
        return sc_fail_nomem(err);

    in->open = sc_alloc_array(n, sizeof *in->open);
    in->target = sc_alloc_array(n, sizeof *in->target);
    in->rest = sc_alloc_array(n, sizeof *in->rest);
    in->single = sc_alloc_array(n, sizeof *in->single);
    in->touched = sc_alloc_array(n, sizeof *in->touched);
    in->avoid = sc_alloc_array(n, sizeof *in->avoid);
    in->fails = sc_alloc_array(in->attack->bounds.n_cells, sizeof *in->fails);
    in->list = sc_alloc_array(n, sizeof *in->list);
    in->is_one = sc_alloc_array(in->attack->bounds.n_cells, sizeof *in->is_one);
    if (!in->open || !in->target || !in->rest || !in->single || !in->touched || !in->avoid ||
        !in->fails || !in->list || !in->is_one)
        return sc_fail_nomem(err);
    return sc_persons_new(in->run, in->attack, &in->persons, err);
}

/* Whether a figure can take several values. One nobody prints may never have been asked about. */
static bool is_open(const struct sc_insiders *in, uint32_t cell)
{
    uint32_t v = in->attack->model->variable[cell];

    return v != SC_NONE && (in->run->figures[cell].kind == SC_FIGURE_NONE ||
                            in->attack->walk->least[v] != in->attack->walk->most[v]);
}

/* The hidden part of a sum with an open total, at the base; 0 when it is one figure or none. */
static int64_t hidden_part(const struct sc_insiders *in, struct sc_relation r)
{
    const struct sc_model *model = in->attack->model;
    int64_t sum = 0;
    size_t n = 0;

    for (uint32_t k = 0; k < r.n_children; k++) {
        uint32_t c = r.children[k];

        if (!is_open(in, c))
            continue;
        sum += in->walk->base[model->variable[c]] + model->offset[c];
        n++;
    }
    return n >= 2 && n < r.n_children ? sum : 0;
}

void sc_insider_targets(struct sc_insiders *in)
{
    const struct sc_model *model = in->attack->model;

    memset(in->target, 0, model->n_variables * sizeof *in->target);
    memset(in->rest, 0xff, model->n_variables * sizeof *in->rest);
    for (uint32_t c = 0; c < model->bounds->n_cells; c++)
        if (in->run->wanted[c] && is_open(in, c) &&
            sc_sensitive(in->run, in->walk->base[model->variable[c]] + model->offset[c]))
            in->target[model->variable[c]] = true;
    for (uint32_t i = 0; i < sc_system_n_relations(in->run->system) && !in->run->policy.no_implied;
         i++) {
        struct sc_relation r = sc_system_relation(in->run->system, i);

        if (!in->run->wanted[r.total] || !is_open(in, r.total) ||
            !sc_sensitive(in->run, hidden_part(in, r)))
            continue;
        in->target[model->variable[r.total]] = true;
        in->rest[model->variable[r.total]] = i;
    }
}

/* What the targets are at the base; forgets what the last base taught. */
static void look_around(struct sc_insiders *in)
{
    for (size_t v = 0; v < in->attack->model->n_variables; v++) {
        sc_free(in->open[v].list);
        memset(&in->open[v], 0, sizeof in->open[v]);
    }
    sc_insider_targets(in);
    in->n_moves_seen = 0;
}

/* Whether a move fits at the base, as it is or turned round. */
static bool fits(const struct sc_insiders *in, size_t m)
{
    const struct sc_moves *moves = &in->walk->moves;
    const struct sc_model *model = in->attack->model;

    for (int sign = 1; sign >= -1; sign -= 2) {
        bool ok = true;

        for (size_t i = moves->start[m]; i < moves->start[m + 1] && ok; i++) {
            uint32_t v = moves->variable[i];
            int64_t after = in->walk->base[v] + (int64_t)sign * moves->change[i];

            ok = after >= model->low[v] &&
                 (model->high[v] >= SC_UNBOUNDED || after <= model->high[v]);
        }
        if (ok)
            return true;
    }
    return false;
}

/* Strikes from p's list the insiders that the move in hand leaves alone. */
static enum sc_status strike(struct sc_insiders *in, uint32_t p, const uint32_t *touched_singles,
                             size_t n, struct sc_error *err)
{
    struct sc_insider_open *open = &in->open[p];
    size_t kept = 0;

    if (!open->moved) {
        open->moved = true;
        open->list = sc_alloc_array(n, sizeof *open->list);
        if (!open->list)
            return sc_fail_nomem(err);
        for (size_t i = 0; i < n; i++)
            if (touched_singles[i] != p)
                open->list[open->n++] = touched_singles[i];
        return SC_OK;
    }
    for (size_t i = 0; i < open->n; i++)
        if (in->touched[open->list[i]])
            open->list[kept++] = open->list[i];
    open->n = kept;
    return SC_OK;
}

/* Takes one move into account for every target it changes. */
static enum sc_status learn(struct sc_insiders *in, size_t m, struct sc_error *err)
{
    const struct sc_moves *moves = &in->walk->moves;
    size_t n = 0;
    enum sc_status status = SC_OK;

    for (size_t i = moves->start[m]; i < moves->start[m + 1]; i++) {
        in->touched[moves->variable[i]] = true;
        if (in->single[moves->variable[i]])
            in->list[n++] = moves->variable[i];
    }
    for (size_t i = moves->start[m]; i < moves->start[m + 1] && !status; i++)
        if (in->target[moves->variable[i]])
            status = strike(in, moves->variable[i], in->list, n, err);
    for (size_t i = moves->start[m]; i < moves->start[m + 1]; i++)
        in->touched[moves->variable[i]] = false;
    return status;
}

static enum sc_status learn_all(struct sc_insiders *in, struct sc_error *err)
{
    enum sc_status status = SC_OK;

    for (; in->n_moves_seen < in->walk->moves.n && !status; in->n_moves_seen++)
        if (fits(in, in->n_moves_seen))
            status = learn(in, in->n_moves_seen, err);
    return status;
}

/* One move of p either way, with what is frozen now. */
enum sc_status sc_insider_ask(struct sc_insiders *in, uint32_t p, enum sc_answer *ret_answer,
                              struct sc_error *err)
{
    enum sc_answer up = SC_ANSWER_NO, down = SC_ANSWER_NO;
    bool found;
    enum sc_status status = sc_shortcut_step(in->shortcut, p, 1, in->walk->frozen, &found, err);

    if (!status && !found)
        status = sc_walk_seek(in->walk, p, 1, &found, err);
    if (!status && !found)
        status = sc_walk_near(in->walk, p, 1, &found, err);
    if (!status && found)
        up = SC_ANSWER_YES;
    if (!status && !found)
        status = sc_walk_step(in->walk, p, 1, 1, &up, err);
    if (!status && up != SC_ANSWER_YES)
        status = sc_walk_step(in->walk, p, -1, 1, &down, err);
    *ret_answer = up == SC_ANSWER_YES || down == SC_ANSWER_YES           ? SC_ANSWER_YES
                  : up == SC_ANSWER_UNKNOWN || down == SC_ANSWER_UNKNOWN ? SC_ANSWER_UNKNOWN
                                                                         : SC_ANSWER_NO;
    return status ? status : learn_all(in, err);
}

/* The first wanted cell of a variable that is 1 at the base. */
static uint32_t single_of(const struct sc_insiders *in, uint32_t v)
{
    const struct sc_model *model = in->attack->model;

    for (uint32_t c = 0; c < model->bounds->n_cells; c++)
        if (model->variable[c] == v && in->run->wanted[c] &&
            in->walk->base[v] + model->offset[c] == 1)
            return c;
    return model->cell[v];
}

/* Cell `cell` cannot change while the cell `single` is 1. */
static enum sc_status report(struct sc_insiders *in, uint32_t cell, uint32_t single,
                             enum sc_verdict verdict, struct sc_error *err)
{
    struct sc_reader_result *result = &in->run->audit->readers[SC_READER_INSIDER];
    const struct sc_model *model = in->attack->model;
    struct sc_disclosure *finding;
    enum sc_status status =
        sc_new_finding(in->run, in->certain ? SC_FINDING_CELL : SC_FINDING_POSSIBLE,
                       SC_READER_INSIDER, &finding, err);

    if (status)
        return status;
    in->fails[single] = true;
    finding->verdict = verdict;
    finding->cell = cell;
    finding->insider = single;
    finding->low = finding->high = in->walk->base[model->variable[cell]] + model->offset[cell];
    finding->sensitive = true;
    if (!in->certain) {
        result->possible++;
        return SC_OK;
    }
    if (verdict == SC_VERDICT_UNDECIDED) {
        result->undecided++;
        return SC_OK;
    }
    if (result->verdict[cell] != SC_VERDICT_EXACT) { /* it counts once, however many know it */
        result->verdict[cell] = SC_VERDICT_EXACT;
        result->exact++;
        result->sensitive++;
    }
    return SC_OK;
}

/* Whether the person in `single`, and any tied to it by a known difference, is that of `cell`. */
static bool is_herself(const struct sc_insiders *in, uint32_t cell, uint32_t single)
{
    const struct sc_model *model = in->attack->model;

    if (in->twin[single] != in->twin[cell])
        return false;
    for (uint32_t c = 0; c < model->bounds->n_cells; c++)
        if (in->single_cell[c] && model->variable[c] == model->variable[single] &&
            in->twin[c] != in->twin[cell])
            return false;
    return true;
}

/* The hidden part of a sum is known to the person in `single`, who knows its total. */
static enum sc_status report_rest(struct sc_insiders *in, uint32_t relation, uint32_t single,
                                  enum sc_verdict verdict, struct sc_error *err)
{
    struct sc_reader_result *result = &in->run->audit->readers[SC_READER_INSIDER];
    struct sc_relation r = sc_system_relation(in->run->system, relation);
    struct sc_disclosure *finding;
    enum sc_status status =
        sc_new_finding(in->run, in->certain ? SC_FINDING_IMPLIED : SC_FINDING_POSSIBLE,
                       SC_READER_INSIDER, &finding, err);

    if (status)
        return status;
    in->fails[single] = true;
    finding->verdict = verdict;
    finding->cell = r.total;
    finding->relation = relation;
    finding->insider = single;
    finding->low = finding->high = hidden_part(in, r);
    finding->sensitive = true;
    result->possible += !in->certain;
    result->undecided += in->certain && verdict == SC_VERDICT_UNDECIDED;
    result->implied += in->certain && verdict != SC_VERDICT_UNDECIDED;
    return SC_OK;
}

enum sc_status sc_insider_report(struct sc_insiders *in, uint32_t p, uint32_t single,
                                 enum sc_verdict verdict, struct sc_error *err)
{
    const struct sc_model *model = in->attack->model;
    enum sc_status status = SC_OK;

    for (uint32_t c = 0; c < model->bounds->n_cells && !status; c++)
        if (model->variable[c] == p && in->run->wanted[c] &&
            sc_sensitive(in->run, in->walk->base[p] + model->offset[c]) &&
            !is_herself(in, c, single))
            status = report(in, c, single, verdict, err);
    return status || in->rest[p] == SC_NONE ? status
                                            : report_rest(in, in->rest[p], single, verdict, err);
}

/*
 * Cells tied to a single by a known difference: who knows the one knows the other,
 * unless they are twins, the same person.
 */
enum sc_status sc_insider_companions(struct sc_insiders *in, struct sc_error *err)
{
    const struct sc_model *model = in->attack->model;
    size_t n = model->n_variables;
    SC_AUTO_FREE uint32_t *first = sc_alloc_array(n, sizeof *first);
    SC_AUTO_FREE bool *mixed = sc_alloc_array(n, sizeof *mixed);
    enum sc_status status = SC_OK;

    if (!first || !mixed)
        return sc_fail_nomem(err);
    memset(first, 0xff, n * sizeof *first);
    for (uint32_t c = 0; c < model->bounds->n_cells; c++) {
        uint32_t v = model->variable[c];

        if (v == SC_NONE || !in->single_cell[c])
            continue;
        if (first[v] == SC_NONE)
            first[v] = in->twin[c];
        mixed[v] = mixed[v] || first[v] != in->twin[c];
    }
    for (uint32_t c = 0; c < model->bounds->n_cells && !status; c++) {
        uint32_t v = model->variable[c];

        if (v != SC_NONE && in->run->wanted[c] && first[v] != SC_NONE &&
            (mixed[v] || first[v] != in->twin[c]) &&
            sc_sensitive(in->run, in->walk->base[v] + model->offset[c]))
            status = report(in, c, single_of(in, v), SC_VERDICT_EXACT, err);
    }
    return status;
}

/* The insiders left for p: all at once, then one by one. */
static enum sc_status settle(struct sc_insiders *in, uint32_t p, struct sc_error *err)
{
    struct sc_insider_open *open = &in->open[p];
    enum sc_answer answer = SC_ANSWER_YES;
    enum sc_status status = SC_OK;
    size_t n;

    if (!open->moved)
        status = sc_insider_ask(in, p, &answer, err);
    if (status || !open->moved || open->n == 0)
        return status;
    n = open->n; /* ask() strikes from the list: freeze a copy */
    memcpy(in->list, open->list, n * sizeof *in->list);
    if (n > 1) {
        SC_AUTO_FREE uint32_t *frozen = sc_alloc_array(n, sizeof *frozen);

        if (!frozen)
            return sc_fail_nomem(err);
        memcpy(frozen, open->list, n * sizeof *frozen);
        for (size_t i = 0; i < n; i++)
            sc_walk_freeze(in->walk, frozen[i], true);
        status = sc_insider_ask(in, p, &answer, err);
        for (size_t i = 0; i < n; i++)
            sc_walk_freeze(in->walk, frozen[i], false);
    }
    while (!status && open->n > 0) {
        uint32_t s = open->list[open->n - 1];

        sc_walk_freeze(in->walk, s, true);
        status = sc_insider_ask(in, p, &answer, err);
        sc_walk_freeze(in->walk, s, false);
        if (!status && answer != SC_ANSWER_YES) {
            status = sc_insider_report(
                in, p, single_of(in, s),
                answer == SC_ANSWER_NO ? SC_VERDICT_EXACT : SC_VERDICT_UNDECIDED, err);
            open->n--; /* it is the last: the list is sorted and only ever shortened */
        }
    }
    return status;
}

/* Nothing more to ask about it. */
static bool is_done(const struct sc_insiders *in, uint32_t p)
{
    return !in->target[p] || (in->open[p].moved && in->open[p].n == 0);
}

/* The move just made of the base shows that all it changed can change while the singles do not. */
static void see_shift(struct sc_insiders *in, const int64_t *start)
{
    for (size_t v = 0; v < in->attack->model->n_variables; v++)
        if (in->target[v] && !in->single[v] && in->walk->base[v] != start[v]) {
            in->open[v].moved = true;
            in->open[v].n = 0;
        }
}

#define ROUNDS 3

/*
 * Lets the base drift by shortcuts that leave all singles alone: a target that ever differs from
 * where it began is safe from each of them. Those that never did are still where they began.
 */
static enum sc_status drift(struct sc_insiders *in, struct sc_error *err)
{
    size_t n = in->attack->model->n_variables;
    SC_AUTO_FREE int64_t *start = sc_alloc_array(n, sizeof *start);

    if (!start)
        return sc_fail_nomem(err);
    memcpy(start, in->walk->base, n * sizeof *start);
    for (int round = 0; round < ROUNDS; round++)
        for (uint32_t p = 0; p < n; p++) {
            bool shifted;
            enum sc_status status;

            if (is_done(in, p) || in->single[p])
                continue;
            status = sc_shortcut_shift(in->shortcut, p, 0, in->single, &shifted, err);
            if (status)
                return status;
            if (shifted)
                see_shift(in, start);
        }
    sc_walk_rebase(in->walk, start);
    return SC_OK;
}

/*
 * Boxes through `p`, each leaving alone all insiders that the moves before it have in common, or
 * else the first of them, until none is left or no box is found.
 */
static enum sc_status ask_boxes(struct sc_insiders *in, uint32_t p, struct sc_error *err)
{
    struct sc_insider_open *open = &in->open[p];
    enum sc_status status = SC_OK;
    bool found = true;

    while (!status && found && (!open->moved || open->n > 0)) {
        size_t n = open->moved ? open->n : 0;

        for (; n > 0; n = n > 1 ? 1 : 0) {
            for (size_t i = 0; i < n; i++)
                in->avoid[open->list[i]] = true;
            status = sc_shortcut_step(in->shortcut, p, 1, in->avoid, &found, err);
            for (size_t i = 0; i < n; i++)
                in->avoid[open->list[i]] = false;
            if (status || found)
                break;
        }
        if (!status && !open->moved)
            status = sc_shortcut_step(in->shortcut, p, 1, NULL, &found, err);
        if (!status && found)
            status = learn_all(in, err);
    }
    return status;
}

bool sc_insider_stopped(const struct sc_insiders *in)
{
    return in->run->policy.stop && in->run->policy.stop(in->run->policy.stop_arg);
}

static enum sc_status ask_each_boxes(struct sc_insiders *in, struct sc_error *err)
{
    enum sc_status status = SC_OK;

    for (uint32_t p = 0; p < in->attack->model->n_variables && !status; p++)
        if (!is_done(in, p) && !sc_insider_stopped(in))
            status = ask_boxes(in, p, err);
    return status;
}

/* Tests every single of the base against every target. */
static enum sc_status test_base(struct sc_insiders *in, struct sc_error *err)
{
    enum sc_status status;

    look_around(in);
    sc_insider_persons(in);
    status = sc_insider_companions(in, err);
    if (!status)
        status = learn_all(in, err);
    if (!status)
        status = ask_each_boxes(in, err);
    if (!status)
        status = drift(in, err);
    for (uint32_t p = 0; p < in->attack->model->n_variables && !status; p++) {
        if (is_done(in, p))
            continue;
        if (sc_insider_stopped(in)) {
            in->run->audit->readers[SC_READER_INSIDER].undecided++;
            continue;
        }
        status = settle(in, p, err);
    }
    return status;
}

enum sc_status sc_insider_copy_moves(const struct sc_walk *from, struct sc_walk *to,
                                     struct sc_error *err)
{
    const struct sc_moves *moves = &from->moves;
    enum sc_status status = SC_OK;

    for (size_t m = 0; m < moves->n && !status; m++)
        status =
            sc_moves_add(&to->moves, moves->start[m + 1] - moves->start[m],
                         moves->variable + moves->start[m], moves->change + moves->start[m], err);
    return status;
}

enum sc_status sc_insider_table(struct sc_insiders *in, int64_t others, int64_t *table,
                                enum sc_answer *ret_answer, struct sc_error *err)
{
    const struct sc_run *run = in->run;
    struct sc_bounds bounds = {0};
    SC_AUTO(sc_model) model = NULL;
    SC_AUTO(sc_walk) walk = NULL;
    struct sc_knowledge knowledge = sc_knowledge_of(run, SC_READER_INSIDER);
    enum sc_status status;

    if (knowledge.hidden_low < others)
        knowledge.hidden_low = others;
    status = sc_bounds_init(&bounds, run->system, run->figures, &knowledge, err);
    for (size_t i = 0; i < run->policy.n_singles && !status; i++)
        sc_bounds_fix(&bounds, run->policy.singles[i], 1);
    if (!status)
        status = sc_bounds_tighten(&bounds, err);
    *ret_answer = SC_ANSWER_NO;
    if (!status && !bounds.contradiction) {
        status = sc_model_new(&bounds, &model, err);
        if (!status)
            status = sc_walk_new(model, sc_effort_of(run), &walk, ret_answer, err);
        if (!status && *ret_answer == SC_ANSWER_YES)
            sc_walk_table(walk, table);
    }
    sc_walk_free(SC_TAKE(walk));
    sc_model_free(SC_TAKE(model));
    sc_bounds_release(&bounds);
    return status;
}

/*
 * Hidden figures that are not the singles given are 2 or more where a hidden figure is at least 1:
 * a table like that has room for every box that the true one has room for. But the list need not
 * be whole; then any table with the singles at 1.
 */
static enum sc_status find_singles(struct sc_insiders *in, int64_t *table,
                                   enum sc_answer *ret_answer, struct sc_error *err)
{
    enum sc_status status = SC_OK;

    *ret_answer = SC_ANSWER_UNKNOWN;
    if (in->run->zeros_shown)
        status = sc_insider_table(in, 2, table, ret_answer, err);
    return status || *ret_answer == SC_ANSWER_YES ? status
                                                  : sc_insider_table(in, 0, table, ret_answer, err);
}

static enum sc_status run_known(struct sc_insiders *in, struct sc_error *err)
{
    const struct sc_model *model = in->attack->model;
    struct sc_run *run = in->run;
    SC_AUTO_FREE int64_t *table = sc_alloc_array(model->bounds->n_cells, sizeof *table);
    enum sc_answer answer;
    enum sc_status status;

    if (!table)
        return sc_fail_nomem(err);
    status = find_singles(in, table, &answer, err);
    if (status)
        return status;
    if (answer == SC_ANSWER_NO)
        return sc_fail(err, SC_E_RANGE, "the singles given cannot all be 1 in this release");
    if (answer == SC_ANSWER_UNKNOWN) {
        run->audit->readers[SC_READER_INSIDER].undecided += run->policy.n_singles;
        return SC_OK;
    }
    status = sc_walk_from(model, table, sc_effort_of(run), &in->walk, err);
    if (status)
        return status;
    in->certain = true;
    for (size_t i = 0; i < run->policy.n_singles; i++) {
        uint32_t v = model->variable[run->policy.singles[i]];

        if (v != SC_NONE)
            in->single[v] = in->single_cell[run->policy.singles[i]] = true;
    }
    status = sc_shortcut_new(in->walk, &in->shortcut, err);
    if (!status)
        status = sc_shortcut_centre(in->shortcut, in->single, err);
    if (!status)
        status = sc_insider_copy_moves(in->attack->walk, in->walk, err);
    if (status)
        return status;
    run->audit->readers[SC_READER_INSIDER].possible_singles = run->policy.n_singles;
    return test_base(in, err);
}

enum sc_status sc_insider_run(struct sc_run *run, struct sc_error *err)
{
    struct sc_insiders in = {.run = run, .attack = &run->attacks[SC_READER_RULES]};
    struct sc_reader_result *result = &run->audit->readers[SC_READER_INSIDER];
    const struct sc_reader_result *rules = &run->audit->readers[SC_READER_RULES];
    enum sc_status status;

    /* What the rules give away, the insider knows too. */
    memcpy(result->verdict, rules->verdict, in.attack->bounds.n_cells);
    result->exact = rules->exact;
    result->sensitive = rules->sensitive;
    result->narrowed = rules->narrowed;
    result->undecided = rules->undecided;
    result->implied = rules->implied;
    if (in.attack->model->n_variables == 0)
        return SC_OK;
    status = insiders_init(&in, err);
    if (!status)
        status = run->policy.singles_known ? run_known(&in, err) : sc_insider_try_all(&in, err);
    if (!status && in.walk)
        result->solves = in.walk->n_solves;
    insiders_release(&in);
    return status;
}
