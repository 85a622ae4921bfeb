/*
 * culprits.c - figures that cannot all be true, none of them to spare.
 *
 * What a contradiction rests on (the sums of a program, the terms of two proofs) is a beginning:
 * some of its figures may be left out, and sometimes others belong to it, that made bounds what
 * they are. A set of figures contradicts itself when no whole-number table has them all: bounds
 * cross, or no first table exists. Such a set is halved again and again, and only what is needed
 * with the other half is kept (QuickXplain, Junker 2004): about 2 k log(n / k) tests for k of n
 * figures. Within a work limit; where it ends, or a test is not decided, the figures are
 * kept, and the set is not called irreducible.
 *
 * Of one sum that is printed whole no test is needed: parts that are too little are all needed, and
 * of parts that are too much the largest, until they are more than the total.
 *
 * A mark is a figure here, where it says something: at least 1, at most 4.
 */
#include <string.h>

#include "audit/first.h"
#include "audit/internal.h"
#include "base/error.h"

#define NAMED_MAX 60       /* more are not named */
#define WORK_MAX 6000000   /* cells looked at, over all tests */
#define EFFORT_OF_ONE 5000 /* simplex iterations of a test */

struct filter {
    struct sc_run *run;
    const struct sc_attack *attack;
    struct sc_figure *figures; /* by cell: what is kept, as printed; else nothing */
    int64_t *least, *most;     /* the policy's, for what is kept; NULL */
    uint64_t work;
    bool open; /* a test was not decided, or work ended */
};

/* Whether a figure says anything to this reader. */
static bool is_told(const struct sc_attack *attack, uint32_t cell)
{
    return attack->bounds.given[SC_LOW][cell] > 0 ||
           attack->bounds.given[SC_HIGH][cell] < SC_UNBOUNDED;
}

static void keep(struct filter *f, uint32_t cell, bool kept)
{
    f->figures[cell] = kept ? f->run->figures[cell] : (struct sc_figure){.kind = SC_FIGURE_NONE};
    if (f->least) {
        f->least[cell] = kept ? f->run->policy.least[cell] : 0;
        f->most[cell] = kept ? f->run->policy.most[cell] : SC_UNBOUNDED;
    }
}

static enum sc_status filter_init(struct filter *f, struct sc_run *run,
                                  const struct sc_attack *attack, struct sc_error *err)
{
    size_t n = attack->bounds.n_cells;

    *f = (struct filter){.run = run, .attack = attack, .work = WORK_MAX};
    f->figures = sc_alloc_array(n, sizeof *f->figures);
    if (run->policy.least) {
        f->least = sc_alloc_array(n, sizeof *f->least);
        f->most = sc_alloc_array(n, sizeof *f->most);
    }
    if (!f->figures || (run->policy.least && (!f->least || !f->most)))
        return sc_fail_nomem(err);
    for (uint32_t c = 0; c < n; c++)
        keep(f, c, false);
    return SC_OK;
}

static void filter_release(struct filter *f)
{
    sc_free(f->figures);
    sc_free(f->least);
    sc_free(f->most);
}

/* Whether a table agrees with bounds that do not cross; UNKNOWN: not decided. */
static enum sc_status find_table(const struct filter *f, const struct sc_bounds *bounds,
                                 enum sc_answer *ret_answer, struct sc_error *err)
{
    struct sc_effort effort = {EFFORT_OF_ONE, f->run->policy.stop, f->run->policy.stop_arg};
    SC_AUTO(sc_model) model = NULL;
    SC_AUTO_FREE int64_t *base = NULL;
    enum sc_status status = sc_model_new(bounds, &model, err);

    *ret_answer = SC_ANSWER_YES;
    if (status || model->n_rows == 0)
        return status;
    base = sc_alloc_array(model->n_variables, sizeof *base);
    if (!base)
        return sc_fail_nomem(err);
    *ret_answer = SC_ANSWER_UNKNOWN;
    status = sc_first_table(model, &effort, base, ret_answer, err);
    return status == SC_E_UNDECIDED ? SC_OK : status;
}

/* Whether what is kept contradicts itself; false where that was not decided. */
static enum sc_status contradicts(struct filter *f, bool *ret_so, struct sc_error *err)
{
    struct sc_knowledge knowledge = sc_knowledge_of(f->run, f->attack->reader);
    struct sc_bounds bounds = {0};
    enum sc_answer answer = SC_ANSWER_NO;
    enum sc_status status;

    *ret_so = false;
    if (f->work < f->attack->bounds.n_cells ||
        (f->run->policy.stop && f->run->policy.stop(f->run->policy.stop_arg))) {
        f->work = 0;
        f->open = true;
        return SC_OK;
    }
    f->work -= f->attack->bounds.n_cells;
    if (f->least) {
        knowledge.least = f->least;
        knowledge.most = f->most;
    }
    status = sc_bounds_init(&bounds, f->run->system, f->figures, &knowledge, err);
    if (!status)
        status = sc_bounds_tighten(&bounds, err);
    if (!status && !bounds.contradiction)
        status = find_table(f, &bounds, &answer, err);
    sc_bounds_release(&bounds);
    *ret_so = !status && answer == SC_ANSWER_NO;
    f->open = f->open || answer == SC_ANSWER_UNKNOWN;
    return status;
}

/*
 * Of `n` figures in `list`, not kept now, that contradict what is kept: moves those needed to the
 * front, *ret_n of them, and keeps none. `added`: something was kept since the last test.
 */
static enum sc_status explain(struct filter *f, uint32_t *list, size_t n, bool added, size_t *ret_n,
                              struct sc_error *err)
{
    size_t half = n / 2, n_first = 0, n_second = 0;
    bool so = false;
    enum sc_status status = added ? contradicts(f, &so, err) : SC_OK;

    *ret_n = so ? 0 : n;
    if (status || so || n <= 1)
        return status;
    for (size_t i = 0; i < half; i++)
        keep(f, list[i], true);
    status = explain(f, list + half, n - half, true, &n_second, err);
    for (size_t i = 0; i < half; i++)
        keep(f, list[i], false);
    if (status)
        return status;
    for (size_t i = 0; i < n_second; i++)
        keep(f, list[half + i], true);
    status = explain(f, list, half, n_second > 0, &n_first, err);
    for (size_t i = 0; i < n_second; i++)
        keep(f, list[half + i], false);
    memmove(list + n_first, list + half, n_second * sizeof *list);
    *ret_n = n_first + n_second;
    return status;
}

/* ---- what to begin with ------------------------------------------------------------- */

/* The figures its sums and proofs rest on. */
static size_t list_of_finding(const struct sc_run *run, const struct sc_attack *attack,
                              const struct sc_disclosure *finding, bool *listed, uint32_t *list)
{
    size_t n = 0;

    if (finding->cell != SC_NONE)
        listed[finding->cell] = true;
    for (size_t i = 0; i < finding->n_conflict; i++) {
        struct sc_relation r = sc_system_relation(run->system, finding->conflict[i]);

        listed[r.total] = true;
        for (uint32_t k = 0; k < r.n_children; k++)
            listed[r.children[k]] = true;
    }
    for (int side = SC_LOW; side <= SC_HIGH; side++)
        for (size_t i = 0; finding->proved[side] && i < finding->proofs[side].n_terms; i++)
            listed[finding->proofs[side].terms[i].cell] = true;
    for (uint32_t c = 0; c < attack->bounds.n_cells; c++)
        if (listed[c] && is_told(attack, c))
            list[n++] = c;
    return n;
}

static size_t list_all(const struct sc_attack *attack, uint32_t *list)
{
    size_t n = 0;

    for (uint32_t c = 0; c < attack->bounds.n_cells; c++)
        if (is_told(attack, c))
            list[n++] = c;
    return n;
}

/* Whether a list contradicts itself; keeps nothing. */
static enum sc_status try_list(struct filter *f, const uint32_t *list, size_t n, bool *ret_so,
                               struct sc_error *err)
{
    enum sc_status status;

    for (size_t i = 0; i < n; i++)
        keep(f, list[i], true);
    status = contradicts(f, ret_so, err);
    for (size_t i = 0; i < n; i++)
        keep(f, list[i], false);
    return status;
}

/* ---- one sum printed whole -------------------------------------------------------------- */

/* Of parts that are more than their total the largest, until they are; *ret_n of them in front. */
static void take_largest(const struct sc_attack *attack, uint32_t total, uint32_t *parts, size_t n,
                         size_t *ret_n)
{
    const int64_t *value = attack->bounds.given[SC_LOW];
    int64_t sum = 0;

    for (*ret_n = 0; *ret_n < n && sum <= value[total]; ++*ret_n) {
        size_t best = *ret_n;
        uint32_t part;

        for (size_t i = *ret_n; i < n; i++)
            if (value[parts[i]] > value[parts[best]])
                best = i;
        part = parts[best];
        parts[best] = parts[*ret_n];
        parts[*ret_n] = part;
        sum += value[part];
    }
}

/* False: the finding is not one sum printed whole, or others hang on it (overlaps). */
static bool of_one_sum(const struct sc_run *run, const struct sc_attack *attack,
                       const struct sc_disclosure *finding, uint32_t *list, size_t *ret_n)
{
    const int64_t *low = attack->bounds.given[SC_LOW], *high = attack->bounds.given[SC_HIGH];
    struct sc_relation r;
    int64_t sum = 0;
    size_t n = 0;

    if (finding->n_conflict != 1 || run->policy.least || run->policy.rounded > 1)
        return false;
    for (uint32_t d = 0; d < sc_system_n_dimensions(run->system); d++)
        for (uint32_t c = 1; c < sc_system_n_codes(run->system, d); c++)
            if (sc_system_auxiliary_code(run->system, d, c))
                return false;
    r = sc_system_relation(run->system, finding->conflict[0]);
    for (uint32_t k = 0; k <= r.n_children; k++) {
        uint32_t cell = k < r.n_children ? r.children[k] : r.total;

        if (low[cell] != high[cell] || run->figures[cell].kind == SC_FIGURE_NONE)
            return false;
        sum += k < r.n_children ? low[cell] : 0;
        if (k < r.n_children)
            list[n++] = cell;
    }
    if (sum > low[r.total])
        take_largest(attack, r.total, list, n, &n);
    list[n++] = r.total;
    *ret_n = n;
    return true;
}

/* ---- all of it ------------------------------------------------------------------------- */

static enum sc_status narrow(struct filter *f, const struct sc_disclosure *finding, uint32_t *list,
                             size_t *ret_n, struct sc_error *err)
{
    SC_AUTO_FREE bool *listed = sc_alloc_array(f->attack->bounds.n_cells, sizeof *listed);
    bool so = false;
    size_t n;
    enum sc_status status;

    if (!listed)
        return sc_fail_nomem(err);
    n = list_of_finding(f->run, f->attack, finding, listed, list);
    status = try_list(f, list, n, &so, err);
    if (!status && !so) { /* bounds in it come from figures elsewhere */
        n = list_all(f->attack, list);
        f->open = f->work == 0;
    }
    return status ? status : explain(f, list, n, false, ret_n, err);
}

enum sc_status sc_culprits_run(struct sc_run *run, const struct sc_attack *attack,
                               struct sc_disclosure *finding, struct sc_error *err)
{
    SC_AUTO_FREE uint32_t *list = sc_alloc_array(attack->bounds.n_cells, sizeof *list);
    struct filter f = {0};
    size_t n = 0;
    enum sc_status status = list ? SC_OK : sc_fail_nomem(err);

    if (!status && !of_one_sum(run, attack, finding, list, &n)) {
        status = filter_init(&f, run, attack, err);
        if (!status)
            status = narrow(&f, finding, list, &n, err);
        filter_release(&f);
    }
    if (status || n == 0 || n > NAMED_MAX)
        return status;
    finding->figures = sc_alloc_array(n, sizeof *finding->figures);
    if (!finding->figures)
        return sc_fail_nomem(err);
    memcpy(finding->figures, list, n * sizeof *list);
    finding->n_figures = n;
    finding->irreducible = !f.open;
    return SC_OK;
}
