/*
 * stage.c - the protect stage: from the primary rule to an answer that may be published.
 *
 * 1. All tables become one linked system with true counts (link.c).
 * 2. The protector chooses what to withhold (protect/protect.h).
 * 3. The tables are written anew from that choice: what is withheld holds no count.
 * 4. The audit attacks what the tables now show. It gets figures read back from them, and,
 *    for its internal test of single people, which withheld cells are 1; nothing else.
 * 5. The tables are then written as the files of the folder, and those bytes are read and
 *    attacked as a stranger would: that gives the certificate.
 * 6. Only "safe" makes the answer publishable. Stopped, undecided, cannot be linked, broken
 *    down: each is a reason, in words, and the answer stays what sc_answer_make() left, or
 *    protected but not for release.
 *
 * Releases published before about the same records are further tables of the system, whose figures
 * stay as they are (past.c). What they give away by themselves is found first (given.c): it
 * counts as known, and is reported.
 *
 * The protector's word counts for nothing: it is compared with no verdict and trusted in none.
 */
#include <assert.h>
#include <string.h>

#include "answer/answer.h"
#include "answer/certify.h"
#include "answer/given.h"
#include "answer/hierarchy.h"
#include "answer/internal.h"
#include "answer/link.h"
#include "answer/past.h"
#include "answer/publication.h"
#include "audit/audit.h"
#include "base/error.h"
#include "base/text.h"
#include "protect/protect.h"

_Static_assert(SC_POLICY_SUMS == SC_READER_BIT(SC_READER_SUMS) &&
                   SC_POLICY_RULES == SC_READER_BIT(SC_READER_RULES) &&
                   SC_POLICY_INSIDER == SC_READER_BIT(SC_READER_INSIDER),
               "a policy's readers are the audit's");

static const char *const not_for_release = "Not audited: not for release.";

struct stage {
    const struct sc_job *job;
    const struct sc_counts *counts;
    const struct sc_protect_options *options;
    struct sc_owned_answer *owned;
    struct sc_safety *safety;
    struct sc_published_safety *tables_safety;
    struct sc_link_table *tables; /* of the answer, then those published before */
    struct sc_linked *linked;
    struct sc_given *given; /* NULL when there was nothing before */
    bool explained;         /* all that the audit found is what earlier releases give away */
    struct sc_protect_policy policy;
    struct sc_pattern *pattern;
    struct sc_audit *audit;
    struct sc_arena scratch;
    struct sc_error *err;
};

static void release_stage(struct stage *s)
{
    sc_audit_free(s->audit);
    sc_given_free(s->given);
    sc_pattern_free(s->pattern);
    sc_linked_free(s->linked);
    sc_arena_release(&s->scratch);
}

/* ---- reasons ---- */

static enum sc_status add_reason(struct stage *s, const char *first, const char *rest)
{
    struct sc_answer *answer = &s->owned->answer;
    SC_AUTO_BUF text = {0};
    char *kept;

    assert(answer->n_reasons < SC_REASONS_MAX);
    sc_buf_addf(&text, "%s%s%s", first, rest[0] ? " " : "", rest);
    kept = text.failed ? NULL : sc_arena_strdup(&s->owned->arena, text.data);
    if (!kept)
        return sc_fail_nomem(s->err);
    s->owned->reasons[answer->n_reasons++] = kept;
    return SC_OK;
}

/* A failure that is an answer about the tables, not about this machine. */
static enum sc_status reason_for(struct stage *s, enum sc_status status)
{
    SC_AUTO_BUF text = {0};

    if (status != SC_E_UNSUPPORTED && status != SC_E_UNSAFE && status != SC_E_UNDECIDED &&
        status != SC_E_RANGE)
        return status;
    sc_buf_addf(&text, "The tables could not be protected: %s.", s->err->message);
    status = sc_buf_check(&text, s->err);
    if (!status)
        status = add_reason(s, not_for_release, text.data);
    memset(s->err, 0, sizeof *s->err);
    return status;
}

/* ---- protecting ---- */

static bool stopped(void *arg)
{
    const struct stage *s = arg;

    return s->options->stop(s->options->context);
}

static bool given_up(void *arg)
{
    const struct stage *s = arg;

    return s->options->give_up(s->options->context);
}

/* Whether a child of a sum is in what is left of it when all that is printed is taken away. */
static bool is_left(const struct stage *s, uint32_t cell)
{
    int64_t count = s->linked->count[cell];

    return sc_system_made(s->linked->system, cell) ||
           (count >= 1 && count < (int64_t)s->job->policy->threshold);
}

/*
 * Implied counts the protector does not look for by itself: what is left of a sum where part of
 * that is a figure nobody prints. The offences with some platform, or the fallback, are the total
 * less those with none: if they are few, that is a small group of people.
 */
static enum sc_status find_sums(struct stage *s, struct sc_protect_sum **ret_sums, size_t *ret_n)
{
    const struct sc_system *system = s->linked->system;
    size_t n = sc_system_n_relations(system), n_sums = 0;
    struct sc_protect_sum *sums = sc_arena_alloc(&s->scratch, n * sizeof *sums);

    if (!sums)
        return sc_fail_nomem(s->err);
    for (size_t i = 0; i < n; i++) {
        struct sc_relation r = sc_system_relation(system, i);
        int64_t left = 0;
        size_t n_left = 0;
        bool made = false;
        uint32_t *cells;

        for (uint32_t k = 0; k < r.n_children; k++)
            if (is_left(s, r.children[k])) {
                left += s->linked->count[r.children[k]];
                made = made || sc_system_made(system, r.children[k]);
                n_left++;
            }
        if (!made || n_left < 2 || left < 1 || left >= (int64_t)s->job->policy->threshold ||
            sc_system_auxiliary(system, r.total))
            continue;
        cells = sc_arena_alloc(&s->scratch, n_left * sizeof *cells);
        if (!cells)
            return sc_fail_nomem(s->err);
        sums[n_sums].cells = cells;
        for (uint32_t k = 0; k < r.n_children; k++)
            if (is_left(s, r.children[k]))
                cells[sums[n_sums].n++] = r.children[k];
        n_sums++;
    }
    *ret_sums = sums;
    *ret_n = n_sums;
    return SC_OK;
}

static enum sc_status choose(struct stage *s)
{
    static const enum sc_minimise minimise[] = {[SC_LOSE_COUNTS] = SC_MINIMISE_COUNTS,
                                                [SC_LOSE_CELLS] = SC_MINIMISE_CELLS,
                                                [SC_LOSE_WEIGHTS] = SC_MINIMISE_WEIGHTS};
    struct sc_protect_input input = {.system = s->linked->system,
                                     .count = s->linked->count,
                                     .role = s->linked->role,
                                     .exempt = s->linked->exempt,
                                     .weight = s->linked->weight};
    struct sc_protect_sum *sums = NULL;
    enum sc_status status = SC_OK;

    s->policy = (struct sc_protect_policy){
        .threshold = (int64_t)s->job->policy->threshold,
        .width = (int64_t)s->job->policy->width,
        .readers = s->job->policy->readers, /* the same bits */
        .groups_sensitive = s->job->policy->groups,
        .minimise = minimise[s->job->policy->minimise],
    };
    if (s->options->stop) {
        s->policy.stop = stopped;
        s->policy.stop_arg = s;
    }
    if (!s->policy.no_implied)
        status = find_sums(s, &sums, &input.n_sums);
    input.sums = sums;
    return status ? status : sc_protect_suppress(&input, &s->policy, &s->pattern, s->err);
}

/* What readers know already, though it is small, is not printed either. */
static bool is_withheld(const struct stage *s, uint32_t cell, uint64_t count)
{
    if (s->pattern->reason[cell] != SC_REASON_NONE)
        return true;
    return s->given && s->given->known[cell] && count > 0 && count < s->job->policy->threshold;
}

/* Writes one table anew: what the pattern hides is withheld, all else is shown. */
static void show_table(const struct stage *s, size_t t)
{
    const struct sc_table *from = &s->counts->tables[t];
    struct sc_table *to = &s->owned->answer.tables[t];

    for (size_t k = 0; k < from->n_cells; k++) {
        uint32_t cell = s->linked->cell_of[t][k];

        if (from->cells[k].status == SC_CELL_VOID)
            continue;
        if (cell != SC_NONE && is_withheld(s, cell, from->cells[k].count))
            to->cells[k] = (struct sc_cell){.status = SC_CELL_SUPPRESSED};
        else
            to->cells[k] =
                (struct sc_cell){.count = from->cells[k].count, .status = SC_CELL_PUBLISHED};
    }
}

/* ---- auditing ---- */

static struct sc_figure figure_of(const struct sc_cell *cell)
{
    if (cell->status == SC_CELL_PUBLISHED)
        return (struct sc_figure){.kind = SC_FIGURE_VALUE, .value = (int64_t)cell->count};
    return (struct sc_figure){.kind = SC_FIGURE_HIDDEN};
}

/*
 * Whether what an earlier table shows is believed, and says more than another earlier one: a mark
 * where that prints the number tells nobody anything.
 */
static bool is_news(const struct stage *s, size_t t, size_t k)
{
    uint32_t cell = s->linked->cell_of[t][k];

    if (!sc_linked_believes(s->linked, &s->tables[t], t, k))
        return false;
    return s->tables[t].shown[k].status == SC_CELL_PUBLISHED ||
           s->given->figures[cell].kind != SC_FIGURE_VALUE;
}

/*
 * What everybody sees, read back from the tables as they will be written, and from those
 * published before. A figure withheld here and shown there is a repeat, for the audit to find.
 */
static enum sc_status read_back(const struct stage *s, struct sc_figure *figures,
                                struct sc_repeat *repeats, size_t *ret_n_repeats)
{
    size_t n_repeats = 0;

    for (size_t t = 0; t < s->linked->n_tables; t++) {
        const struct sc_cell *cells =
            t < s->owned->answer.n_tables ? s->owned->answer.tables[t].cells : s->tables[t].shown;

        for (size_t k = 0; cells && k < s->tables[t].table->n_cells; k++) {
            uint32_t cell = s->linked->cell_of[t][k];
            struct sc_figure figure = figure_of(&cells[k]), *first;

            if (cell == SC_NONE || cells[k].status == SC_CELL_VOID ||
                (s->tables[t].shown && !is_news(s, t, k)))
                continue;
            first = &figures[cell];
            if (first->kind == SC_FIGURE_NONE) {
                *first = figure;
            } else if (first->kind != figure.kind || first->value != figure.value) {
                if (first->kind != SC_FIGURE_VALUE && figure.kind == SC_FIGURE_VALUE) {
                    struct sc_figure swap = *first;

                    *first = figure;
                    figure = swap;
                }
                repeats[n_repeats++] = (struct sc_repeat){cell, figure};
            }
        }
    }
    *ret_n_repeats = n_repeats;
    return SC_OK;
}

/* What earlier releases give away is known: a number, whatever stands there. */
static size_t take_given(const struct stage *s, struct sc_figure *figures,
                         struct sc_repeat *repeats, size_t n_repeats)
{
    size_t n = 0;

    for (uint32_t cell = 0; cell < sc_system_n_cells(s->linked->system); cell++)
        if (s->given->known[cell])
            figures[cell] =
                (struct sc_figure){.kind = SC_FIGURE_VALUE, .value = s->linked->count[cell]};
    for (size_t i = 0; i < n_repeats; i++)
        if (!s->given->known[repeats[i].cell])
            repeats[n++] = repeats[i];
    return n;
}

static size_t n_positions(const struct stage *s)
{
    size_t n = 0;

    for (size_t t = 0; t < s->linked->n_tables; t++)
        n += s->tables[t].table->n_cells;
    return n;
}

static enum sc_status attack(struct stage *s)
{
    size_t n = sc_system_n_cells(s->linked->system);
    SC_AUTO_FREE struct sc_figure *figures = sc_alloc_array(n, sizeof *figures);
    SC_AUTO_FREE struct sc_repeat *repeats = sc_alloc_array(n_positions(s), sizeof *repeats);
    SC_AUTO_FREE uint32_t *singles = sc_alloc_array(n, sizeof *singles);
    struct sc_audit_policy policy = {.threshold = s->policy.threshold,
                                     .width = s->policy.width,
                                     .readers = s->policy.readers,
                                     .no_implied = s->policy.no_implied,
                                     .groups_unsafe = s->policy.groups_sensitive,
                                     .zeros = SC_ZEROS_SHOWN,
                                     .singles_known = true,
                                     .singles = singles};
    size_t n_repeats;
    enum sc_status status;

    if (!figures || !repeats || !singles)
        return sc_fail_nomem(s->err);
    status = read_back(s, figures, repeats, &n_repeats);
    if (s->given)
        n_repeats = take_given(s, figures, repeats, n_repeats);
    for (uint32_t cell = 0; cell < n; cell++)
        if (figures[cell].kind == SC_FIGURE_HIDDEN && s->linked->count[cell] == 1)
            singles[policy.n_singles++] = cell;
    if (s->options->give_up) {
        policy.stop = given_up;
        policy.stop_arg = s;
    }
    if (!status)
        status = sc_audit_run(s->linked->system, figures, repeats, n_repeats, &policy, &s->audit,
                              s->err);
    return status;
}

/* ---- what came of it ---- */

static enum sc_status note_tables(struct stage *s)
{
    const struct sc_answer *answer = &s->owned->answer;
    struct sc_published_safety *tables =
        sc_arena_alloc(&s->owned->arena, answer->n_tables * sizeof *tables);

    if (!tables)
        return sc_fail_nomem(s->err);
    for (size_t t = 0; t < answer->n_tables; t++)
        for (size_t k = 0; k < answer->tables[t].n_cells; k++) {
            enum sc_cell_status status = answer->tables[t].cells[k].status;

            tables[t].n_cells += status != SC_CELL_VOID;
            tables[t].n_suppressed += status == SC_CELL_SUPPRESSED;
        }
    s->tables_safety = tables;
    s->safety->tables = tables;
    return SC_OK;
}

static enum sc_status note_safety(struct stage *s)
{
    struct sc_safety *safety = s->safety;
    const struct sc_pattern *pattern = s->pattern;
    const char **names = sc_arena_alloc(&s->owned->arena, SC_N_READERS * sizeof *names);
    bool *safe = sc_arena_alloc(&s->owned->arena, SC_N_READERS * sizeof *safe);

    if (!names || !safe)
        return sc_fail_nomem(s->err);
    safety->audited = true;
    safety->cells = s->audit->n_cells;
    safety->suppressed = s->audit->n_suppressed;
    safety->primary = pattern->primary;
    safety->secondary = pattern->secondary;
    safety->secondary_sum = (uint64_t)pattern->secondary_sum;
    safety->cost = pattern->cost;
    safety->lower_bound = pattern->lower_bound;
    safety->optimal = pattern->optimal;
    safety->stopped_by_clock = pattern->stopped_by_clock;
    safety->stopped_by_work = pattern->stopped_by_work;
    safety->groups = s->audit->groups;
    safety->readers = names;
    safety->reader_safe = safe;
    for (int r = 0; r < SC_N_READERS; r++)
        if (s->audit->readers[r].asked) {
            names[safety->n_readers] = sc_reader_name((enum sc_reader)r);
            safe[safety->n_readers++] = s->audit->readers[r].safe || s->explained;
        }
    return note_tables(s);
}

/* ---- the certificate ---- */

/* The bytes of all tables as tidy CSV, as the answer folder will hold them. */
struct files {
    struct sc_buf *bytes;
    struct sc_slice *contents;
    const char **names;
    size_t n;
};

static void release_files(struct files *files)
{
    for (size_t i = 0; files->bytes && i < files->n; i++)
        sc_buf_release(&files->bytes[i]);
    sc_free(files->bytes);
    sc_free(files->contents);
    sc_free(files->names);
}

static enum sc_status write_tables(struct stage *s, struct files *files)
{
    struct sc_publication publication;
    size_t n = s->owned->answer.n_tables;

    files->bytes = sc_alloc_array(n, sizeof *files->bytes);
    files->contents = sc_alloc_array(n, sizeof *files->contents);
    files->names = sc_alloc_array(n, sizeof *files->names);
    if (!files->bytes || !files->contents || !files->names)
        return sc_fail_nomem(s->err);
    files->n = n;
    sc_answer_publication(s->job, s->counts, &s->owned->answer, &publication);
    publication.publishable = true; /* as it will be, if this proves it */
    for (size_t t = 0; t < n; t++) {
        SC_AUTO_BUF name = {0};
        enum sc_status status;

        sc_publish_tidy_csv(&publication, &publication.tables[t], &files->bytes[t]);
        sc_buf_addf(&name, "%s.tidy.csv", publication.tables[t].id);
        status = sc_buf_check(&files->bytes[t], s->err);
        if (!status)
            status = sc_buf_check(&name, s->err);
        if (status)
            return status;
        files->contents[t] = (struct sc_slice){files->bytes[t].data, files->bytes[t].len};
        files->names[t] = sc_arena_strdup(&s->scratch, name.data);
        if (!files->names[t])
            return sc_fail_nomem(s->err);
    }
    return SC_OK;
}

static enum sc_status keep(struct stage *s, const struct sc_buf *text, const char **ret,
                           size_t *ret_bytes)
{
    *ret = sc_arena_strndup(&s->owned->arena, text->data, text->len);
    *ret_bytes = text->len;
    return *ret ? SC_OK : sc_fail_nomem(s->err);
}

/*
 * Attacks the files themselves, as anybody can who has them, and keeps the written reason why
 * that fails.
 */
static enum sc_status attack_files(struct stage *s, const struct files *files)
{
    struct sc_audit_policy policy = {.threshold = s->policy.threshold,
                                     .width = s->policy.width,
                                     .no_implied = s->policy.no_implied,
                                     .zeros = SC_ZEROS_SHOWN};
    SC_AUTO_BUF text = {0};
    struct sc_certify_input input = {
        .names = files->names,
        .contents = files->contents,
        .n_files = files->n,
        .hierarchy = {s->safety->hierarchy, s->safety->hierarchy_bytes},
        .policy = &policy};
    enum sc_status status;

    if (s->options->give_up) {
        policy.stop = given_up;
        policy.stop_arg = s;
    }
    status = sc_certify(&input, &text, &s->safety->n_tables_shown, s->err);
    if (!status && text.len == 0)
        return add_reason(s, "Not for release: the audit of the files did not prove them safe.",
                          "");
    return status ? status : keep(s, &text, &s->safety->certificate, &s->safety->certificate_bytes);
}

static enum sc_status certify(struct stage *s)
{
    struct files files = {0};
    SC_AUTO_BUF text = {0};
    enum sc_status status = sc_hierarchy_csv(s->tables, s->owned->answer.n_tables, &text, s->err);

    if (!status)
        status = keep(s, &text, &s->safety->hierarchy, &s->safety->hierarchy_bytes);
    if (!status)
        status = write_tables(s, &files);
    if (!status)
        status = attack_files(s, &files);
    release_files(&files);
    return status;
}

/* ---- the verdict ---- */

/* Why the audit does not call it safe. */
static enum sc_status audit_reasons(struct stage *s)
{
    enum sc_status status = SC_OK;
    size_t n_undecided = 0, n_known = 0;

    for (int r = 0; r < SC_N_READERS; r++) {
        const struct sc_reader_result *reader = &s->audit->readers[r];

        n_undecided += reader->asked ? reader->undecided : 0;
        n_known += reader->asked ? reader->exact + reader->narrowed + reader->implied : 0;
    }
    if (!s->audit->consistent)
        return add_reason(s, "Not for release: the figures contradict those published before.", "");
    if (s->pattern->unprotectable > 0)
        status =
            add_reason(s,
                       "Not for release: no choice of withheld figures protects them all. What "
                       "was published before, or what the tables must show, gives some away.",
                       "");
    if (!status && n_known > 0)
        status = add_reason(
            s, "Not for release: the audit found figures that can be worked out from those shown.",
            "");
    if (!status && n_undecided > 0)
        status = add_reason(s,
                            "Not for release: the audit did not come to an end for all withheld "
                            "figures. Undecided is not safe.",
                            "");
    if (!status && s->owned->answer.n_reasons == 0)
        status = add_reason(s, "Not for release: the audit does not call it safe.", "");
    return status;
}

static enum sc_status judge(struct stage *s)
{
    struct sc_answer *answer = &s->owned->answer;
    enum sc_status status;

    s->explained = s->given && sc_given_explains(s->given, s->audit);
    status = note_safety(s);
    if (status)
        return status;
    answer->n_reasons = 0;
    if (!s->audit->safe && !s->explained)
        return audit_reasons(s);
    status = certify(s);
    if (status || answer->n_reasons > 0)
        return status ? reason_for(s, status) : SC_OK;
    for (size_t t = 0; t < answer->n_tables; t++)
        s->tables_safety[t].safe = true;
    s->safety->safe = true;
    answer->publishable = true;
    return SC_OK;
}

/* The officer's own report. */
static enum sc_status report(struct stage *s)
{
    struct sc_internal_input input = {.counts = s->counts,
                                      .answer = &s->owned->answer,
                                      .linked = s->linked,
                                      .pattern = s->pattern,
                                      .audit = s->audit};
    SC_AUTO_BUF text = {0};
    enum sc_status status;

    sc_internal_report(&input, &text);
    status = sc_buf_check(&text, s->err);
    return status ? status : keep(s, &text, &s->safety->internal, &s->safety->internal_bytes);
}

/* What earlier releases give away by themselves, taken as known from here on. */
static enum sc_status find_given(struct stage *s)
{
    struct sc_audit_policy policy = {.threshold = (int64_t)s->job->policy->threshold,
                                     .width = (int64_t)s->job->policy->width};
    enum sc_status status;

    if (s->options->give_up) {
        policy.stop = given_up;
        policy.stop_arg = s;
    }
    status = sc_given_new(s->tables, s->linked, &policy, &s->given, s->err);
    for (uint32_t cell = 0; !status && cell < sc_system_n_cells(s->linked->system); cell++)
        if (s->given->known[cell])
            s->linked->role[cell] = SC_ROLE_PRINTED;
    if (!status)
        s->safety->earlier_given = s->given->n_sensitive;
    return status;
}

static enum sc_status keep_notes(struct stage *s, const struct sc_past *past)
{
    const char **notes = sc_arena_alloc(&s->owned->arena, past->n_notes * sizeof *notes);

    if (!notes)
        return sc_fail_nomem(s->err);
    for (size_t i = 0; i < past->n_notes; i++) {
        notes[i] = sc_arena_strdup(&s->owned->arena, past->notes[i]);
        if (!notes[i])
            return sc_fail_nomem(s->err);
    }
    s->safety->earlier_notes = notes;
    s->safety->n_earlier_notes = past->n_notes;
    return SC_OK;
}

/* The tables, and those published before that meet them. */
static enum sc_status link_all(struct stage *s)
{
    struct sc_past past = {.tables = s->tables, .n_tables = s->counts->n_tables};
    enum sc_status status = SC_OK;

    if (s->options->n_earlier > 0)
        status = sc_past_join(s->job, s->tables, s->counts->n_tables, s->options->earlier,
                              s->options->n_earlier, &s->scratch, &past, s->err);
    s->tables = past.tables;
    if (!status)
        status = sc_link(past.tables, past.n_tables, &s->linked, s->err);
    if (status || past.n_releases == 0)
        return status;
    s->safety->earlier = past.n_releases;
    s->safety->earlier_relaxed = s->linked->n_relaxed;
    status = keep_notes(s, &past);
    return status ? status : find_given(s);
}

static enum sc_status run(struct stage *s)
{
    enum sc_status status = sc_link_describe(s->job, s->counts->tables, s->counts->n_tables,
                                             &s->scratch, &s->tables, s->err);

    if (!status)
        status = link_all(s);
    if (!status)
        status = choose(s);
    if (status)
        return reason_for(s, status);
    for (size_t t = 0; t < s->counts->n_tables; t++)
        show_table(s, t);
    sc_answer_withhold_rows(&s->owned->answer, &s->counts->accounting, s->job->policy->threshold);
    status = attack(s);
    return status ? reason_for(s, status) : judge(s);
}

enum sc_status sc_answer_protect(const struct sc_job *job, const struct sc_counts *counts,
                                 const struct sc_protect_options *options, struct sc_answer *answer,
                                 struct sc_error *err)
{
    static const struct sc_protect_options usual;
    struct sc_error unused = {0};
    struct stage s = {.job = job,
                      .counts = counts,
                      .options = options ? options : &usual,
                      .owned = (struct sc_owned_answer *)answer,
                      .err = err ? err : &unused};
    enum sc_status status = SC_OK;

    assert(!answer->safety);
    s.safety = sc_arena_alloc(&s.owned->arena, sizeof *s.safety);
    if (!s.safety)
        return sc_fail_nomem(err);
    answer->n_reasons = 0;
    answer->safety = s.safety;
    status = run(&s);
    if (!status)
        status = report(&s);
    if (status || (answer->n_reasons == 0 && !answer->publishable)) {
        answer->n_reasons = 0;
        answer->publishable = false;
        s.owned->reasons[answer->n_reasons++] = not_for_release;
    }
    release_stage(&s);
    return status;
}
