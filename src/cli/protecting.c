#include "cli/protecting.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/error.h"
#include "base/file.h"

#define DEFAULT_SECONDS 60
/* The share of the time limit after which the search ends, so that the audit has the rest. */
#define SEARCH_SHARE 0.75
/* The audit of a table of so many cells needs more of it. */
#define LARGE_CELLS 20000
#define LARGE_SEARCH_SHARE 0.4
/*
 * An audit cut short is never safe, so it may take a little more than the limit leaves it: a sixth
 * of the usual limit.
 */
#define AUDIT_SECONDS_MORE 10

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
    sc_buf_release(&p->coarse);
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

/* ---- reading ------------------------------------------------------------------------- */

/* The marks of the table to be written. 0 or EXIT_USAGE, said. */
static int take_marks(struct protecting *p)
{
    const struct arguments *a = p->arguments;
    struct sc_error err = {0};
    bool second = false;

    p->policy.zeros_hidden = a->given[OPTION_ZEROS] && a->number[OPTION_ZEROS] == SC_ZEROS_HIDDEN;
    p->policy.two_marks = a->given[OPTION_SECOND_MARKER];
    if (a->given[OPTION_SECOND_MARKER] && !a->given[OPTION_MARKER]) {
        complain("--secondary-marker: expected --marker with it, for small counts");
        return EXIT_USAGE;
    }
    if (!a->given[OPTION_MARKER])
        return 0;
    p->marks = (struct sc_marks){.first = a->text[OPTION_MARKER],
                                 .second = a->text[OPTION_SECOND_MARKER],
                                 .threshold = p->policy.threshold ? p->policy.threshold : 5,
                                 .zeros_hidden = p->policy.zeros_hidden};
    if (sc_marks_check(&p->marks, &second, &err)) {
        complain("--%s: %s", second ? "secondary-marker" : "marker", err.message);
        return EXIT_USAGE;
    }
    return 0;
}

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
        return take_marks(p);
    p->policy.readers = parse_readers(a->text[OPTION_READERS]);
    if (p->policy.readers == 0) {
        complain("--readers: '%s': expected sums, rules, insider, parted by commas",
                 a->text[OPTION_READERS]);
        return EXIT_USAGE;
    }
    return take_marks(p);
}

#define FILE_BYTES_MAX ((size_t)512 * 1024 * 1024)

/* The bytes of the coarser table, the earlier files and the hierarchies, as options want them. */
struct contents {
    struct sc_buf *bytes;
    struct sc_slice *slices;
    size_t n;
};

static void release_contents(struct contents *c)
{
    for (size_t i = 0; c->bytes && i < c->n; i++)
        sc_buf_release(&c->bytes[i]);
    sc_free(c->bytes);
    sc_free(c->slices);
}

static enum sc_status load_contents(const struct protecting *p, struct sc_release_options *options,
                                    struct contents *c, struct sc_error *err)
{
    static const char *const name = "the coarser table";
    size_t n = 1 + options->n_earlier + options->n_hierarchies;
    enum sc_status status = SC_OK;

    c->bytes = sc_alloc_array(n, sizeof *c->bytes);
    c->slices = sc_alloc_array(n, sizeof *c->slices);
    c->n = n;
    if (!c->bytes || !c->slices)
        return sc_fail_nomem(err);
    c->slices[0] = (struct sc_slice){p->coarse.data, p->coarse.len};
    for (size_t i = 1; i < n && !status; i++) {
        const char *file = i <= options->n_earlier
                               ? options->earlier[i - 1]
                               : options->hierarchies[i - 1 - options->n_earlier];

        status = sc_file_load(file, FILE_BYTES_MAX, &c->bytes[i], err);
        c->slices[i] = (struct sc_slice){c->bytes[i].data ? c->bytes[i].data : "", c->bytes[i].len};
    }
    options->files = &name;
    options->n_files = 1;
    options->contents = c->slices;
    options->hierarchy_contents = c->slices + 1 + options->n_earlier;
    return status;
}

static enum sc_status read_table(struct protecting *p, struct sc_error *err)
{
    const struct arguments *a = p->arguments;
    const char **hierarchies = calloc(a->n_values + 1, sizeof *hierarchies);
    const char **earlier = calloc(a->n_values + 1, sizeof *earlier);
    struct contents contents = {0};
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
        if (a->values[i].id == OPTION_WITH && !p->alone)
            earlier[options.n_earlier++] = a->values[i].text;
    }
    if (!status && p->coarse.len > 0)
        status = load_contents(p, &options, &contents, err);
    if (!status)
        status = sc_release_read(&options, &p->release, err);
    release_contents(&contents);
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
        status = sc_earlier_new(p->release, p->policy.zeros_hidden, &p->earlier, err);
        if (!status && p->earlier->n_relaxed > 0) {
            status = leave_out(p, err);
            again = true;
        }
    }
    return status;
}

/* What the earlier files give away by themselves, whatever is published now. */
static enum sc_status find_given(struct protecting *p, struct sc_error *err)
{
    struct sc_audit_policy policy = {.threshold = p->policy.threshold,
                                     .width = p->policy.width,
                                     .readers = SC_READER_BIT(SC_READER_SUMS) |
                                                SC_READER_BIT(SC_READER_RULES),
                                     .no_implied = p->policy.no_implied};
    SC_AUTO(sc_audit) audit = NULL;
    enum sc_status status;

    if (!p->release->before)
        return SC_OK;
    status = sc_audit_run(p->release->system, p->release->before, NULL, 0, &policy, &audit, err);
    for (size_t i = 0; !status && i < audit->n_findings; i++) {
        const struct sc_disclosure *found = &audit->findings[i];

        p->given += found->reader == SC_READER_RULES && found->sensitive &&
                    found->verdict == SC_VERDICT_EXACT &&
                    (found->kind == SC_FINDING_CELL || found->kind == SC_FINDING_IMPLIED);
    }
    return status;
}

/* What was hidden before and is hidden again gets one of two marks: that is known of it too. */
static void mark_again(struct protecting *p)
{
    int64_t threshold = p->marks.threshold;

    for (uint32_t c = 0; c < p->release->n_own; c++) {
        int64_t *least = &p->earlier->least[c], *most = &p->earlier->most[c];

        if (p->earlier->role[c] != SC_ROLE_HIDDEN)
            continue;
        if (p->count[c] >= threshold)
            *least = *least < threshold ? threshold : *least;
        else
            *most = *most < threshold - 1 ? *most : threshold - 1;
    }
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
    if (!p->earlier)
        return SC_OK;
    if (p->policy.two_marks)
        mark_again(p);
    p->input.least = p->earlier->least;
    p->input.most = p->earlier->most;
    return SC_OK;
}

enum sc_status read_counts(struct protecting *p, struct sc_error *err)
{
    enum sc_status status = read_all(p, err);

    if (!status)
        status = find_given(p, err);
    return status ? status : take_counts(p, err);
}

/* The counts of the table in hand as a tidy file. */
static enum sc_status write_counts(struct protecting *p, struct sc_error *err)
{
    const struct sc_system *system = p->release->system;
    const char *figure = p->arguments->text[OPTION_FIGURE];

    for (uint32_t d = 0; d < sc_system_n_dimensions(system); d++) {
        add_field(&p->coarse, sc_system_dimension_name(system, d));
        sc_buf_addc(&p->coarse, ',');
    }
    add_field(&p->coarse, figure ? figure : "count");
    sc_buf_addc(&p->coarse, '\n');
    for (uint32_t c = 0; c < p->release->n_own; c++) {
        const uint32_t *codes = sc_system_cell_codes(system, c);

        for (uint32_t d = 0; d < sc_system_n_dimensions(system); d++) {
            add_field(&p->coarse, sc_system_code_name(system, d, codes[d]));
            sc_buf_addc(&p->coarse, ',');
        }
        sc_buf_addf(&p->coarse, "%" PRId64 "\n", p->count[c]);
    }
    return sc_buf_check(&p->coarse, err);
}

enum sc_status join_earlier(struct protecting *p, struct sc_error *err)
{
    enum sc_status status = write_counts(p, err);

    p->alone = false;
    sc_free(SC_TAKE(p->count));
    sc_free(SC_TAKE(p->weight));
    return status ? status : read_counts(p, err);
}

/* ---- protecting ----------------------------------------------------------------------- */

static double time_limit(const struct protecting *p)
{
    if (p->seconds > 0)
        return p->seconds;
    return p->arguments->given[OPTION_TIME_LIMIT] ? (double)p->arguments->number[OPTION_TIME_LIMIT]
                                                  : DEFAULT_SECONDS;
}

void set_deadline(struct protecting *p)
{
    p->deadline = seconds_now() + SEARCH_SHARE * time_limit(p);
}

static double search_share(const struct protecting *p)
{
    return sc_system_n_cells(p->release->system) > LARGE_CELLS ? LARGE_SEARCH_SHARE : SEARCH_SHARE;
}

enum sc_status apply_suppression(struct protecting *p, struct sc_error *err)
{
    double start = seconds_now(), limit = time_limit(p);
    enum sc_status status;

    forget_method(p);
    p->deadline = start + search_share(p) * limit;
    status = sc_protect_suppress(&p->input, &p->policy, &p->pattern, err);
    if (status)
        return status;
    p->deadline = start + limit + AUDIT_SECONDS_MORE;
    status = sc_pattern_audit(&p->input, &p->policy, p->pattern, &p->audit, err);
    if (!status)
        sc_pattern_figures(&p->input, p->pattern, p->release->figures);
    return status;
}

enum sc_status try_one_mark(const struct protecting *p, struct protecting *trial,
                            struct sc_error *err)
{
    double left = time_limit(p) - (seconds_now() - p->start);
    enum sc_status status;

    assert(!p->fine);
    trial->arguments = p->arguments;
    trial->start = p->start;
    trial->seconds = left > 1 ? left : 1;
    trial->policy = p->policy;
    trial->policy.two_marks = false;
    trial->policy.stop_arg = trial;
    trial->marks = p->marks;
    trial->marks.second = NULL;
    status = read_counts(trial, err);
    return status ? status : apply_suppression(trial, err);
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
    p->deadline = start + limit + AUDIT_SECONDS_MORE;
    status = sc_rounding_audit(&p->input, &p->policy, p->rounding, &p->audit, err);
    if (!status)
        sc_rounding_figures(&p->input, p->rounding, p->release->figures);
    return status;
}

/* ---- writing --------------------------------------------------------------------------- */

/* What stands for a hidden figure: of two marks the one that says what the figure says. */
static const char *mark_of(const struct protecting *p, const struct sc_figure *figure)
{
    return p->marks.second && figure->least >= p->marks.threshold ? p->marks.second
                                                                  : p->marks.first;
}

enum sc_status say_marks(struct protecting *p, struct sc_error *err)
{
    struct sc_release *release = p->release;
    struct sc_mark marks[2];
    size_t n = p->marks.first ? sc_marks_meaning(&p->marks, marks) : 0;
    enum sc_status status = SC_OK;

    for (size_t i = 0; i < n && !status; i++) {
        char *text;

        if (marks[i].kind == SC_FIGURE_HIDDEN)
            continue;
        status = sc_grow((void **)&release->marks, &release->marks_capacity, release->n_marks,
                         sizeof *release->marks, err);
        text = status ? NULL : sc_strdup(marks[i].text);
        if (text)
            release->marks[release->n_marks++] =
                (struct sc_seen_mark){text, marks[i].kind, marks[i].value, marks[i].least};
        else if (!status)
            status = sc_fail_nomem(err);
    }
    return status;
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
        else if (p->marks.first)
            add_field(out, mark_of(p, figure));
        sc_buf_addf(out, ",%s", hidden ? "suppressed" : rounded ? "rounded" : "published");
        if (internal)
            sc_buf_addf(out, ",%s",
                        p->pattern ? sc_reason_name((enum sc_reason)p->pattern->reason[c]) : "");
        sc_buf_addc(out, '\n');
    }
}
