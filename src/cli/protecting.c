#include "cli/protecting.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/error.h"

#define DEFAULT_SECONDS 60
/* The share of the time limit after which the search ends, so that the audit has the rest. */
#define SEARCH_SHARE 0.75

/* Forgets what a method made. */
static void forget_method(struct protecting *p)
{
    sc_audit_free(SC_TAKE(p->audit));
    sc_pattern_free(SC_TAKE(p->pattern));
    sc_rounding_free(SC_TAKE(p->rounding));
}

void release_protecting(struct protecting *p)
{
    forget_method(p);
    sc_coarsen_plan_free(p->plan);
    sc_release_free(p->release);
    sc_release_free(p->fine);
    sc_free(p->fine_count);
    sc_earlier_free(p->earlier);
    sc_free(p->left_out);
    sc_free(p->count);
    sc_free(p->weight);
    memset(p, 0, sizeof *p);
}

double seconds_now(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static bool time_is_up(void *arg)
{
    const struct protecting *p = arg;

    return is_cancelled(NULL) || seconds_now() > p->deadline;
}

/* ---- reading ------------------------------------------------------------------------- */

int take_protect_policy(struct protecting *p)
{
    const struct arguments *a = p->arguments;

    p->policy.threshold = (int64_t)a->number[OPTION_THRESHOLD];
    p->policy.width = (int64_t)a->number[OPTION_WIDTH];
    p->policy.no_implied = a->given[OPTION_NO_IMPLIED];
    p->policy.groups_sensitive = a->given[OPTION_GROUPS];
    p->policy.minimise = (enum sc_minimise)a->number[OPTION_MINIMISE];
    p->policy.stop = time_is_up;
    p->policy.stop_arg = p;
    if (!a->given[OPTION_READERS])
        return 0;
    p->policy.readers = parse_readers(a->text[OPTION_READERS]);
    if (p->policy.readers == 0) {
        complain("--readers: '%s': expected sums, rules, insider, parted by commas",
                 a->text[OPTION_READERS]);
        return EXIT_USAGE;
    }
    return 0;
}

static enum sc_status read_table(struct protecting *p, struct sc_error *err)
{
    const struct arguments *a = p->arguments;
    const char **hierarchies = calloc(a->n_values + 1, sizeof *hierarchies);
    const char **earlier = calloc(a->n_values + 1, sizeof *earlier);
    struct sc_release_options options = {.files = a->operands,
                                         .n_files = a->n_operands,
                                         .earlier = earlier,
                                         .hierarchies = hierarchies,
                                         .complete = true,
                                         .left_out = p->left_out,
                                         .n_left_out = p->n_left_out,
                                         .format = (enum sc_release_format)a->number[OPTION_FORMAT],
                                         .figure_column = a->text[OPTION_FIGURE]};
    enum sc_status status = hierarchies && earlier ? SC_OK : sc_fail_nomem(err);

    for (size_t i = 0; i < a->n_values && !status; i++) {
        if (a->values[i].id == OPTION_HIERARCHY)
            hierarchies[options.n_hierarchies++] = a->values[i].text;
        if (a->values[i].id == OPTION_WITH)
            earlier[options.n_earlier++] = a->values[i].text;
    }
    if (!status)
        status = sc_release_read(&options, &p->release, err);
    free(hierarchies);
    free(earlier);
    return status;
}

/* Remembers earlier figures that stand against the counts of today. */
static enum sc_status leave_out(struct protecting *p, struct sc_error *err)
{
    const struct sc_earlier *e = p->earlier;
    size_t n = p->n_left_out + e->n_relaxed;
    struct sc_figure_place *grown = sc_realloc_array(p->left_out, n + 1, sizeof *grown);

    if (!grown)
        return sc_fail_nomem(err);
    memcpy(grown + p->n_left_out, e->relaxed, e->n_relaxed * sizeof *grown);
    p->left_out = grown;
    p->n_left_out = n;
    return SC_OK;
}

/*
 * The table, and what was published before it. Earlier figures that contradict the counts of today
 * are given up, and all is read again without them, until nothing does.
 */
static enum sc_status read_all(struct protecting *p, struct sc_error *err)
{
    enum sc_status status = SC_OK;
    bool again = true;

    while (again && !status) {
        sc_earlier_free(SC_TAKE(p->earlier));
        sc_release_free(SC_TAKE(p->release));
        status = read_table(p, err);
        again = false;
        if (status || !p->release->before)
            continue;
        status = sc_earlier_new(p->release, &p->earlier, err);
        if (!status && p->earlier->n_relaxed > 0) {
            status = leave_out(p, err);
            again = true;
        }
    }
    return status;
}

/* The counts by cell; every cell must have one. */
static enum sc_status take_counts(struct protecting *p, struct sc_error *err)
{
    size_t n;

    assert(p->release);
    n = sc_system_n_cells(p->release->system);
    p->count = sc_alloc_array(n, sizeof *p->count);
    p->weight = sc_alloc_array(n, sizeof *p->weight);
    if (!p->count || !p->weight)
        return sc_fail_nomem(err);
    for (uint32_t c = 0; c < n; c++) {
        if (sc_system_made(p->release->system, c) && !p->earlier)
            return sc_fail_at(err, SC_E_INPUT, p->arguments->operands[0], 0, 0,
                              "bands overlap: expected the counts of the parts they share too");
        p->count[c] = p->earlier ? p->earlier->count[c] : p->release->figures[c].value;
    }
    sc_protect_weights(p->release->system, p->weight);
    p->input = (struct sc_protect_input){.system = p->release->system,
                                         .count = p->count,
                                         .role = p->earlier ? p->earlier->role : NULL,
                                         .weight = p->weight};
    return SC_OK;
}

enum sc_status read_counts(struct protecting *p, struct sc_error *err)
{
    enum sc_status status = read_all(p, err);

    return status ? status : take_counts(p, err);
}

/* ---- protecting ----------------------------------------------------------------------- */

static double time_limit(const struct protecting *p)
{
    return p->arguments->given[OPTION_TIME_LIMIT] ? (double)p->arguments->number[OPTION_TIME_LIMIT]
                                                  : DEFAULT_SECONDS;
}

void set_deadline(struct protecting *p)
{
    p->deadline = seconds_now() + SEARCH_SHARE * time_limit(p);
}

enum sc_status apply_suppression(struct protecting *p, struct sc_error *err)
{
    double start = seconds_now(), limit = time_limit(p);
    enum sc_status status;

    forget_method(p);
    p->deadline = start + SEARCH_SHARE * limit;
    status = sc_protect_suppress(&p->input, &p->policy, &p->pattern, err);
    if (status)
        return status;
    p->deadline = start + 10 * limit; /* an audit cut short is never safe: let it end */
    status = sc_pattern_audit(&p->input, &p->policy, p->pattern, &p->audit, err);
    if (!status)
        sc_pattern_figures(&p->input, p->pattern, p->release->figures);
    return status;
}

enum sc_status apply_rounding(struct protecting *p, bool small, struct sc_error *err)
{
    double start = seconds_now(), limit = time_limit(p);
    struct sc_round_policy policy = {.threshold = p->policy.threshold,
                                     .base = (int64_t)p->arguments->number[OPTION_ROUND],
                                     .small = small,
                                     .stop = time_is_up,
                                     .stop_arg = p};
    enum sc_status status;

    forget_method(p);
    p->deadline = start + SEARCH_SHARE * limit;
    status = sc_round(&p->input, &policy, &p->rounding, err);
    if (status)
        return status;
    p->deadline = start + 10 * limit;
    status = sc_rounding_audit(&p->input, &p->policy, p->rounding, &p->audit, err);
    if (!status)
        sc_rounding_figures(&p->input, p->rounding, p->release->figures);
    return status;
}

/* ---- writing --------------------------------------------------------------------------- */

static void add_field(struct sc_buf *out, const char *text)
{
    if (!strpbrk(text, ",\"\r\n")) {
        sc_buf_adds(out, text);
        return;
    }
    sc_buf_addc(out, '"');
    for (; *text; text++) {
        if (*text == '"')
            sc_buf_addc(out, '"');
        sc_buf_addc(out, *text);
    }
    sc_buf_addc(out, '"');
}

/* The published table: its own cells in reading order, margins after them. */
void write_protected_table(const struct protecting *p, bool internal, struct sc_buf *out)
{
    const struct sc_system *system = p->release->system;
    size_t n_dimensions = sc_system_n_dimensions(system);

    for (uint32_t d = 0; d < n_dimensions; d++) {
        add_field(out, sc_system_dimension_name(system, d));
        sc_buf_addc(out, ',');
    }
    sc_buf_addf(out, "count,status%s\n", internal ? ",reason" : "");
    for (uint32_t c = 0; c < p->release->n_own; c++) {
        const uint32_t *codes = sc_system_cell_codes(system, c);
        const struct sc_figure *figure = &p->release->figures[c];
        bool hidden = figure->kind != SC_FIGURE_VALUE;
        bool rounded = p->rounding && p->rounding->least[c] < p->rounding->most[c];

        for (uint32_t d = 0; d < n_dimensions; d++) {
            add_field(out, sc_system_code_name(system, d, codes[d]));
            sc_buf_addc(out, ',');
        }
        if (!hidden)
            sc_buf_addf(out, "%" PRId64, figure->value);
        sc_buf_addf(out, ",%s", hidden ? "suppressed" : rounded ? "rounded" : "published");
        if (internal)
            sc_buf_addf(out, ",%s",
                        p->pattern ? sc_reason_name((enum sc_reason)p->pattern->reason[c]) : "");
        sc_buf_addc(out, '\n');
    }
}
