/*
 * round.c - what each kind of rounding asks of the lattice (lattice.h), and what it gives away.
 *
 * Controlled. Bounds: all multiples within W of the count, for W = base - 1 (the two next ones;
 * a multiple stays), then base (multiples may move too), 2 x base - 1, 2 x base, ... until a
 * table is found. Everybody may know W: a figure r stands for max(0, r - W) to r + W. As the
 * rounded table is itself additive, it agrees with all of these intervals, and so does the table
 * that has one more in any innermost cell and in all totals over it. So, earlier figures apart,
 * every printed figure keeps two values or more, for everybody; the audit looks again all the same.
 *
 * Small counts. Innermost counts of 1 to base - 1 are to become 0 or the base: they are the
 * lattice's targets, and everything else is 0 there. What comes out, plus what was left alone, is
 * the table. A printed 0 stands for 0 to base - 1, a printed
 * base for 1 to base, another innermost figure for itself. Totals follow from these and tell
 * nobody more; they stand for anything. That is all a reader can know only if every
 * innermost figure is printed, so systems with others are refused.
 */
#include "protect/round.h"

#include <assert.h>
#include <string.h>

#include "base/error.h"
#include "protect/lattice.h"

#define DEFAULT_THRESHOLD 5

struct job {
    const struct sc_protect_input *input;
    const struct sc_system *system;
    size_t n;
    int64_t threshold, base;
    bool small;
    const int64_t *again; /* of the policy */
    uint8_t *role;        /* by cell, made ones HIDDEN */
    bool *innermost;      /* by cell: the total of no sum */
    int64_t *target;      /* by cell: what the lattice is to come near */
    int64_t *low, *high, *weight;
    struct sc_rounding *out;
};

void sc_rounding_free(struct sc_rounding *rounding)
{
    if (!rounding)
        return;
    sc_free(rounding->rounded);
    sc_free(rounding->least);
    sc_free(rounding->most);
    sc_free(rounding);
}

static void job_release(struct job *job)
{
    sc_free(job->role);
    sc_free(job->innermost);
    sc_free(job->target);
    sc_free(job->low);
    sc_free(job->high);
    sc_free(job->weight);
    sc_rounding_free(job->out);
}

static enum sc_status check_policy(struct job *job, const struct sc_round_policy *policy,
                                   struct sc_error *err)
{
    job->threshold = policy->threshold ? policy->threshold : DEFAULT_THRESHOLD;
    job->base = policy->base ? policy->base : job->threshold;
    job->small = policy->small;
    if (job->threshold < 2 || job->threshold > 1000000)
        return sc_fail(err, SC_E_RANGE, "threshold: expected 2 to 1,000,000");
    if (job->base < 2 || job->base > SC_ROUND_BASE_MAX)
        return sc_fail(err, SC_E_RANGE, "rounding base: expected 2 to 1,000,000");
    if (job->small && job->base < job->threshold)
        return sc_fail(err, SC_E_RANGE,
                       "rounding small counts to base %lld leaves counts below the threshold %lld "
                       "as they are: expected a base of at least the threshold",
                       (long long)job->base, (long long)job->threshold);
    return SC_OK;
}

static enum sc_status check_sums(const struct job *job, struct sc_error *err)
{
    const int64_t *count = job->input->count;

    for (size_t c = 0; c < job->n; c++)
        if (count[c] < 0)
            return sc_fail(err, SC_E_RANGE, "a count is below 0");
    for (size_t i = 0; i < sc_system_n_relations(job->system); i++) {
        struct sc_relation r = sc_system_relation(job->system, i);
        int64_t sum = -count[r.total];

        for (uint32_t k = 0; k < r.n_children; k++)
            sum += count[r.children[k]];
        if (sum != 0)
            return sc_fail(err, SC_E_RANGE, "the counts do not add up");
    }
    return SC_OK;
}

static enum sc_status job_init(struct job *job, struct sc_error *err)
{
    size_t n = job->n;

    job->role = sc_alloc_array(n, sizeof *job->role);
    job->innermost = sc_alloc_array(n, sizeof *job->innermost);
    job->target = sc_alloc_array(n, sizeof *job->target);
    job->low = sc_alloc_array(n, sizeof *job->low);
    job->high = sc_alloc_array(n, sizeof *job->high);
    job->weight = sc_alloc_array(n, sizeof *job->weight);
    job->out = sc_alloc(sizeof *job->out);
    if (!job->role || !job->innermost || !job->target || !job->low || !job->high || !job->weight ||
        !job->out)
        return sc_fail_nomem(err);
    job->out->rounded = sc_alloc_array(n, sizeof *job->out->rounded);
    job->out->least = sc_alloc_array(n, sizeof *job->out->least);
    job->out->most = sc_alloc_array(n, sizeof *job->out->most);
    if (!job->out->rounded || !job->out->least || !job->out->most)
        return sc_fail_nomem(err);
    job->out->n_cells = n;
    job->out->base = job->base;
    job->out->small = job->small;
    for (uint32_t c = 0; c < n; c++) {
        job->innermost[c] = true;
        job->role[c] = job->input->role ? job->input->role[c] : SC_ROLE_FREE;
        if (sc_system_made(job->system, c))
            job->role[c] = SC_ROLE_HIDDEN;
    }
    for (size_t i = 0; i < sc_system_n_relations(job->system); i++)
        job->innermost[sc_system_relation(job->system, i).total] = false;
    return SC_OK;
}

/* "month 2018-04, age 12-15: " before what is wrong with a cell. */
static enum sc_status fail_cell(const struct job *job, uint32_t cell, const char *what,
                                struct sc_error *err)
{
    SC_AUTO_BUF name = {0};

    sc_system_describe(job->system, cell, &name);
    if (sc_buf_check(&name, err))
        return SC_E_NOMEM;
    return sc_fail(err, SC_E_UNSUPPORTED, "%.*s: %s", (int)name.len, name.data, what);
}

static struct sc_lattice lattice_of(const struct job *job, const struct sc_round_policy *policy)
{
    return (struct sc_lattice){.system = job->system,
                               .base = job->base,
                               .target = job->target,
                               .low = job->low,
                               .high = job->high,
                               .weight = job->weight,
                               .max_work = policy->max_work,
                               .stop = policy->stop,
                               .stop_arg = policy->stop_arg};
}

/* ---- controlled -------------------------------------------------------------------- */

/* Whether the figure an earlier release printed may be printed again. */
static bool is_near(const struct job *job, uint32_t c, int64_t within)
{
    int64_t before = job->again[c], away = before - job->input->count[c];

    return before >= 0 && before % job->base == 0 && away <= within && -away <= within;
}

/* The multiples within `within` of each count. */
static enum sc_status set_windows(struct job *job, int64_t within, struct sc_error *err)
{
    for (uint32_t c = 0; c < job->n; c++) {
        int64_t count = job->input->count[c];

        job->target[c] = count;
        job->weight[c] = job->role[c] == SC_ROLE_FREE;
        job->low[c] = count > within ? (count - within + job->base - 1) / job->base : 0;
        job->high[c] = (count + within) / job->base;
        if (job->role[c] == SC_ROLE_HIDDEN) {
            job->low[c] = 0;
            job->high[c] = SC_LATTICE_FAR;
        }
        if (job->role[c] == SC_ROLE_FREE && job->again && is_near(job, c, within))
            job->low[c] = job->high[c] = job->again[c] / job->base;
        if (job->role[c] == SC_ROLE_PRINTED) {
            if (count % job->base != 0)
                return fail_cell(job, c,
                                 "printed by an earlier release and no multiple of the base: "
                                 "rounded figures cannot add up to it, suppress instead",
                                 err);
            job->low[c] = job->high[c] = count / job->base;
        }
    }
    return SC_OK;
}

static void take_controlled(struct job *job, const struct sc_lattice_result *result, int64_t within)
{
    struct sc_rounding *out = job->out;

    out->within = within;
    for (uint32_t c = 0; c < job->n; c++) {
        out->rounded[c] = job->base * result->y[c];
        out->least[c] = out->rounded[c] > within ? out->rounded[c] - within : 0;
        out->most[c] = out->rounded[c] + within;
    }
    out->cost = result->cost;
    out->bound = result->bound;
    out->optimal = out->cost == out->bound;
}

static enum sc_status round_all(struct job *job, const struct sc_round_policy *policy,
                                struct sc_error *err)
{
    bool proved = true;

    for (int64_t half = 1; half <= INT64_C(2) * SC_ROUND_STEPS_MAX; half++) {
        /* base - 1, base, 2 x base - 1, 2 x base, ... */
        int64_t within = (half + 1) / 2 * job->base - half % 2;
        struct sc_lattice lattice = lattice_of(job, policy);
        struct sc_lattice_result result = {0};
        enum sc_status status = set_windows(job, within, err);

        if (!status)
            status = sc_lattice_solve(&lattice, &result, err);
        if (status)
            return status;
        if (result.state == SC_LATTICE_FOUND) {
            take_controlled(job, &result, within);
            job->out->none_nearer = half > 1 && proved;
            job->out->stopped_by_clock = result.by_clock;
            sc_lattice_result_release(&result);
            return SC_OK;
        }
        proved = proved && result.state == SC_LATTICE_NONE;
        if (result.by_clock)
            break;
    }
    return sc_fail(err, SC_E_UNDECIDED, "no additive rounding within %d bases was found",
                   SC_ROUND_STEPS_MAX);
}

/* ---- small counts ------------------------------------------------------------------- */

/* Targets: the small counts, and what they come to in every total. */
static enum sc_status set_small_targets(struct job *job, struct sc_error *err)
{
    SC_AUTO_FREE bool *known = sc_alloc_array(job->n, sizeof *known);
    size_t bad;

    if (!known)
        return sc_fail_nomem(err);
    for (uint32_t c = 0; c < job->n; c++) {
        known[c] = job->innermost[c];
        if (!job->innermost[c])
            continue;
        if (job->role[c] == SC_ROLE_HIDDEN)
            return fail_cell(job, c,
                             "an innermost figure that nobody prints: rounding small counts only "
                             "cannot be audited there, round all figures or suppress",
                             err);
        if (job->role[c] == SC_ROLE_FREE && job->input->count[c] < job->base)
            job->target[c] = job->input->count[c];
    }
    if (!sc_system_add_up(job->system, job->target, known, &bad))
        return sc_fail(err, SC_E_UNSUPPORTED,
                       "small counts cannot be rounded alone in tables that share only their "
                       "totals: round all figures or suppress");
    return SC_OK;
}

static enum sc_status set_small_windows(struct job *job, int64_t *ret_heavy, struct sc_error *err)
{
    int64_t heavy = 1;
    enum sc_status status = set_small_targets(job, err);

    if (status)
        return status;
    for (uint32_t c = 0; c < job->n; c++)
        heavy += job->innermost[c] && job->target[c] > 0 ? job->base : 0;
    /* Costs stay far below 2^63: their sum, and the search's temperatures. */
    if ((double)heavy * (double)heavy * (double)job->n > 2e18 ||
        (double)heavy * (double)job->base > 1e12)
        return sc_fail(err, SC_E_RANGE,
                       "the table is too large for its small counts to be rounded to base %lld",
                       (long long)job->base);
    for (uint32_t c = 0; c < job->n; c++) {
        job->low[c] = 0;
        job->high[c] = SC_LATTICE_FAR;
        job->weight[c] = job->role[c] != SC_ROLE_FREE ? 0 : job->innermost[c] ? 1 : heavy;
        if (job->innermost[c])
            job->high[c] = job->target[c] > 0 ? 1 : 0;
        if (job->role[c] != SC_ROLE_PRINTED || job->innermost[c])
            continue;
        if (job->target[c] % job->base != 0)
            return fail_cell(job, c,
                             "printed by an earlier release: rounded small counts cannot add up "
                             "to it, suppress instead",
                             err);
        job->low[c] = job->high[c] = job->target[c] / job->base;
    }
    *ret_heavy = heavy;
    return SC_OK;
}

/* Totals of which everybody can add up all parts stand for themselves, others for anything. */
static void see_totals(struct job *job)
{
    struct sc_rounding *out = job->out;
    bool changed = true;

    while (changed) {
        changed = false;
        for (size_t i = 0; i < sc_system_n_relations(job->system); i++) {
            struct sc_relation r = sc_system_relation(job->system, i);
            bool exact = out->least[r.total] != out->most[r.total];

            for (uint32_t k = 0; k < r.n_children && exact; k++)
                exact = out->least[r.children[k]] == out->most[r.children[k]];
            if (exact)
                out->least[r.total] = out->most[r.total] = out->rounded[r.total];
            changed = changed || exact;
        }
    }
}

static void take_small(struct job *job, const struct sc_lattice_result *result, int64_t heavy)
{
    struct sc_rounding *out = job->out;

    for (uint32_t c = 0; c < job->n; c++) {
        int64_t rounded = job->input->count[c] - job->target[c] + job->base * result->y[c];

        out->rounded[c] = out->least[c] = out->most[c] = rounded;
        if (!job->innermost[c]) {
            out->least[c] = 0;
            out->most[c] = SC_UNBOUNDED;
        } else if (rounded == 0 && job->role[c] == SC_ROLE_FREE) {
            out->most[c] = job->base - 1;
        } else if (rounded == job->base && job->role[c] == SC_ROLE_FREE) {
            out->least[c] = 1;
        }
    }
    see_totals(job);
    /* Innermost figures cost less than one of a total's all together. */
    out->cost = result->cost / heavy;
    out->bound = result->bound / heavy;
    out->optimal = out->cost == out->bound;
    out->within = job->base - 1;
}

static enum sc_status round_small(struct job *job, const struct sc_round_policy *policy,
                                  struct sc_error *err)
{
    struct sc_lattice lattice = lattice_of(job, policy);
    struct sc_lattice_result result = {0};
    int64_t heavy = 1;
    enum sc_status status = set_small_windows(job, &heavy, err);

    if (!status)
        status = sc_lattice_solve(&lattice, &result, err);
    if (status)
        return status;
    if (result.state != SC_LATTICE_FOUND)
        return sc_fail(err, SC_E_UNDECIDED, "no rounding of the small counts was found");
    take_small(job, &result, heavy);
    job->out->stopped_by_clock = result.by_clock;
    sc_lattice_result_release(&result);
    return SC_OK;
}

/* ---- both ---------------------------------------------------------------------------- */

/* Earlier figures stay what they are to everybody; the rest is summed up for the report. */
static void conclude(struct job *job)
{
    struct sc_rounding *out = job->out;

    for (uint32_t c = 0; c < job->n; c++) {
        int64_t count = job->input->count[c], away = out->rounded[c] - count;

        if (job->role[c] == SC_ROLE_PRINTED) {
            out->rounded[c] = out->least[c] = out->most[c] = count;
            continue;
        }
        if (job->role[c] == SC_ROLE_HIDDEN) { /* nobody prints it: its number tells nothing */
            out->least[c] = 0;
            out->most[c] = SC_UNBOUNDED;
            continue;
        }
        assert(count >= out->least[c] && count <= out->most[c]);
        away = away < 0 ? -away : away;
        out->changed += away > 0;
        out->largest = away > out->largest ? away : out->largest;
        out->distortion += away;
    }
}

enum sc_status sc_round(const struct sc_protect_input *input, const struct sc_round_policy *policy,
                        struct sc_rounding **ret_rounding, struct sc_error *err)
{
    static const struct sc_round_policy usual;
    struct job job = {.input = input, .system = input->system};
    enum sc_status status;

    job.n = sc_system_n_cells(input->system);
    policy = policy ? policy : &usual;
    job.again = policy->small ? NULL : policy->again;
    status = check_policy(&job, policy, err);
    if (!status)
        status = check_sums(&job, err);
    if (!status)
        status = job_init(&job, err);
    if (!status)
        status = job.small ? round_small(&job, policy, err) : round_all(&job, policy, err);
    if (!status) {
        conclude(&job);
        *ret_rounding = SC_TAKE(job.out);
    }
    job_release(&job);
    return status;
}

void sc_rounding_figures(const struct sc_protect_input *input, const struct sc_rounding *rounding,
                         struct sc_figure *ret_figures)
{
    for (uint32_t c = 0; c < rounding->n_cells; c++) {
        enum sc_role role = input->role ? (enum sc_role)input->role[c] : SC_ROLE_FREE;

        ret_figures[c] = (struct sc_figure){.kind = SC_FIGURE_VALUE, .value = rounding->rounded[c]};
        if (sc_system_made(input->system, c))
            ret_figures[c] = (struct sc_figure){.kind = SC_FIGURE_NONE};
        else if (role == SC_ROLE_HIDDEN)
            ret_figures[c] = (struct sc_figure){.kind = SC_FIGURE_HIDDEN};
    }
}

/* Cells of one person that readers do not see as 1. */
static size_t find_singles(const struct sc_protect_input *input, const struct sc_rounding *rounding,
                           const struct sc_figure *figures, uint32_t *singles)
{
    size_t n = 0;

    for (uint32_t c = 0; c < rounding->n_cells; c++)
        if (input->count[c] == 1 && figures[c].kind != SC_FIGURE_NONE &&
            (figures[c].kind == SC_FIGURE_HIDDEN || rounding->least[c] < rounding->most[c]))
            singles[n++] = c;
    return n;
}

enum sc_status sc_rounding_audit(const struct sc_protect_input *input,
                                 const struct sc_protect_policy *policy,
                                 const struct sc_rounding *rounding, struct sc_audit **ret_audit,
                                 struct sc_error *err)
{
    SC_AUTO_FREE struct sc_figure *figures = sc_alloc_array(rounding->n_cells, sizeof *figures);
    SC_AUTO_FREE uint32_t *singles = sc_alloc_array(rounding->n_cells, sizeof *singles);
    struct sc_audit_policy audit = {.singles_known = true};

    if (!figures || !singles)
        return sc_fail_nomem(err);
    if (rounding->small || input->role) {
        audit.least = rounding->least;
        audit.most = rounding->most;
        audit.rounded_small = rounding->small && !input->role ? rounding->base : 0;
    } else { /* the same intervals, as a certificate can say them */
        audit.rounded = rounding->base;
        audit.rounded_by = rounding->within;
    }
    if (policy) {
        audit.threshold = policy->threshold;
        audit.width = policy->width;
        audit.readers = policy->readers;
        audit.no_implied = policy->no_implied;
        audit.stop = policy->stop;
        audit.stop_arg = policy->stop_arg;
    }
    sc_rounding_figures(input, rounding, figures);
    audit.singles = singles;
    audit.n_singles = find_singles(input, rounding, figures, singles);
    return sc_audit_run(input->system, figures, NULL, 0, &audit, ret_audit, err);
}
