/*
 * stage.c - the protect stage: from the primary rule to an answer that may be published.
 *
 * 0. Where the policy wants coarser tables, they take the place of those counted (stage_coarsen.c).
 * 1. All tables become one linked system with true counts (link.c).
 * 2. The protector chooses what to withhold (stage_suppress.c), or all figures are rounded so that
 *    they still add up (stage_round.c).
 * 3. The tables are written anew from that: what is withheld or rounded holds no true count.
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
#include "answer/stage.h"

#include <assert.h>
#include <string.h>

#include "answer/internal.h"
#include "answer/past.h"
#include "base/error.h"
#include "base/text.h"

_Static_assert(SC_POLICY_SUMS == SC_READER_BIT(SC_READER_SUMS) &&
                   SC_POLICY_RULES == SC_READER_BIT(SC_READER_RULES) &&
                   SC_POLICY_INSIDER == SC_READER_BIT(SC_READER_INSIDER),
               "a policy's readers are the audit's");

static const char *const not_for_release = "Not audited: not for release.";

static void release_stage(struct sc_stage *s)
{
    sc_audit_free(s->audit);
    sc_given_free(s->given);
    sc_pattern_free(s->pattern);
    sc_rounding_free(s->rounding);
    sc_linked_free(s->linked);
    sc_arena_release(&s->scratch);
}

/* ---- reasons ---- */

enum sc_status sc_stage_reason(struct sc_stage *s, const char *first, const char *rest)
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
static enum sc_status reason_for(struct sc_stage *s, enum sc_status status)
{
    SC_AUTO_BUF text = {0};

    if (status != SC_E_UNSUPPORTED && status != SC_E_UNSAFE && status != SC_E_UNDECIDED &&
        status != SC_E_RANGE)
        return status;
    sc_buf_addf(&text, "The tables could not be protected: %s.", s->err->message);
    status = sc_buf_check(&text, s->err);
    if (!status)
        status = sc_stage_reason(s, not_for_release, text.data);
    memset(s->err, 0, sizeof *s->err);
    return status;
}

bool sc_stage_stopped(void *arg)
{
    const struct sc_stage *s = arg;

    return s->options->stop(s->options->context);
}

bool sc_stage_given_up(void *arg)
{
    const struct sc_stage *s = arg;

    return s->options->give_up(s->options->context);
}

enum sc_status sc_stage_keep(struct sc_stage *s, const struct sc_buf *text, const char **ret,
                             size_t *ret_bytes)
{
    *ret = sc_arena_strndup(&s->owned->arena, text->data, text->len);
    *ret_bytes = text->len;
    return *ret ? SC_OK : sc_fail_nomem(s->err);
}

enum sc_status sc_stage_note_first(struct sc_stage *s, const struct sc_buf *text,
                                   struct sc_table *table)
{
    struct sc_arena *arena = &s->owned->arena;
    const char **notes = sc_arena_alloc(arena, (table->n_notes + 1) * sizeof *notes);

    if (!notes || text->failed)
        return sc_fail_nomem(s->err);
    notes[0] = sc_arena_strdup(arena, text->data);
    if (!notes[0])
        return sc_fail_nomem(s->err);
    if (table->n_notes)
        memcpy(notes + 1, table->notes, table->n_notes * sizeof *notes);
    table->notes = notes;
    table->n_notes++;
    return SC_OK;
}

/* ---- what came of it ---- */

static enum sc_status note_tables(struct sc_stage *s)
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
            tables[t].n_suppressed += sc_cell_is_withheld(&answer->tables[t].cells[k]);
        }
    s->tables_safety = tables;
    s->safety->tables = tables;
    return SC_OK;
}

static void note_pattern(struct sc_stage *s)
{
    struct sc_safety *safety = s->safety;
    const struct sc_pattern *pattern = s->pattern;

    safety->primary = pattern->primary;
    safety->secondary = pattern->secondary;
    safety->secondary_sum = (uint64_t)pattern->secondary_sum;
    safety->cost = pattern->cost;
    safety->lower_bound = pattern->lower_bound;
    safety->optimal = pattern->optimal;
    safety->stopped_by_clock = pattern->stopped_by_clock;
    safety->stopped_by_work = pattern->stopped_by_work;
}

static void note_rounding(struct sc_stage *s)
{
    struct sc_safety *safety = s->safety;
    const struct sc_rounding *rounding = s->rounding;

    safety->rounded_base = (uint64_t)rounding->base;
    safety->rounded_within = (uint64_t)rounding->within;
    safety->changed = rounding->changed;
    safety->largest = (uint64_t)rounding->largest;
    safety->distortion = (uint64_t)rounding->distortion;
    safety->cost = (double)rounding->cost;
    safety->lower_bound = (double)rounding->bound;
    safety->optimal = rounding->optimal;
    safety->stopped_by_clock = rounding->stopped_by_clock;
}

static enum sc_status note_safety(struct sc_stage *s)
{
    struct sc_safety *safety = s->safety;
    const char **names = sc_arena_alloc(&s->owned->arena, SC_N_READERS * sizeof *names);
    bool *safe = sc_arena_alloc(&s->owned->arena, SC_N_READERS * sizeof *safe);

    if (!names || !safe)
        return sc_fail_nomem(s->err);
    safety->audited = true;
    safety->cells = s->audit->n_cells;
    safety->suppressed = s->audit->n_suppressed;
    if (s->rounding)
        note_rounding(s);
    else
        note_pattern(s);
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

/* ---- the verdict ---- */

/* Two marks, and figures that can be worked out: how many, for the reader who knows most. */
static enum sc_status marks_reason(struct sc_stage *s)
{
    SC_AUTO_BUF text = {0};
    size_t most = 0;
    enum sc_status status;

    for (int r = 0; r < SC_N_READERS; r++) {
        const struct sc_reader_result *reader = &s->audit->readers[r];
        size_t n = reader->asked ? reader->exact + reader->narrowed + reader->implied : 0;

        most = n > most ? n : most;
    }
    sc_buf_addf(&text, "Not for release: two marks let %zu figure%s be worked out.", most,
                most == 1 ? "" : "s");
    status = sc_stage_one_mark(s, &text);
    if (!status)
        status = sc_buf_check(&text, s->err);
    return status ? status : sc_stage_reason(s, text.data, "");
}

/* Why the audit does not call it safe. */
static enum sc_status audit_reasons(struct sc_stage *s)
{
    enum sc_status status = SC_OK;
    size_t n_undecided = 0, n_known = 0;

    for (int r = 0; r < SC_N_READERS; r++) {
        const struct sc_reader_result *reader = &s->audit->readers[r];

        n_undecided += reader->asked ? reader->undecided : 0;
        n_known += reader->asked ? reader->exact + reader->narrowed + reader->implied : 0;
    }
    if (!s->audit->consistent)
        return sc_stage_reason(s, "Not for release: the figures contradict those published before.",
                               "");
    if (s->pattern && s->pattern->unprotectable > 0 &&
        (s->given || !s->job->policy->secondary_marker))
        status = sc_stage_reason(
            s,
            "Not for release: no choice of withheld figures protects them all. What "
            "was published before, or what the tables must show, gives some away.",
            "");
    if (!status && s->audit->rings_left > 0)
        status = sc_stage_reason(
            s,
            "Not for release: three tables or more meet in a ring (by A and B, B and C, C and A) "
            "too large to be tied together, or are about periods or bands that overlap and show no "
            "part that these have in common. Leave one of them out, or make it coarser.",
            "");
    if (!status && n_known > 0)
        status = s->job->policy->secondary_marker
                     ? marks_reason(s)
                     : sc_stage_reason(s,
                                       "Not for release: the audit found figures that can be "
                                       "worked out from those shown.",
                                       "");
    if (!status && n_undecided > 0)
        status =
            sc_stage_reason(s,
                            "Not for release: the audit did not come to an end for all withheld "
                            "figures. Undecided is not safe.",
                            "");
    if (!status && s->owned->answer.n_reasons == 0)
        status = sc_stage_reason(s, "Not for release: the audit does not call it safe.", "");
    return status;
}

static enum sc_status judge(struct sc_stage *s)
{
    struct sc_answer *answer = &s->owned->answer;
    enum sc_status status;

    s->explained = s->given && sc_given_explains(s->given, s->audit, s->policy.groups_sensitive);
    status = note_safety(s);
    if (status)
        return status;
    answer->n_reasons = 0;
    if (!s->audit->safe && !s->explained)
        return audit_reasons(s);
    status = sc_stage_certify(s);
    if (status || answer->n_reasons > 0)
        return status ? reason_for(s, status) : SC_OK;
    for (size_t t = 0; t < answer->n_tables; t++)
        s->tables_safety[t].safe = true;
    s->safety->safe = true;
    answer->publishable = true;
    return SC_OK;
}

/* The officer's own report. */
static enum sc_status report(struct sc_stage *s)
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
    return status ? status
                  : sc_stage_keep(s, &text, &s->safety->internal, &s->safety->internal_bytes);
}

/* What earlier releases give away by themselves, taken as known from here on. */
static enum sc_status find_given(struct sc_stage *s)
{
    struct sc_audit_policy policy = {.threshold = (int64_t)s->job->policy->threshold,
                                     .width = (int64_t)s->job->policy->width,
                                     .zeros = s->job->policy->zeros_hidden ? SC_ZEROS_HIDDEN
                                                                           : SC_ZEROS_SHOWN};
    enum sc_status status;

    if (s->options->give_up) {
        policy.stop = sc_stage_given_up;
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

/* Whoever is alone in such a figure is not known, and so not among the insiders tested. */
static enum sc_status add_uncounted(struct sc_stage *s, const char **notes)
{
    SC_AUTO_BUF text = {0};
    size_t n = s->linked->n_uncounted;

    if (n == 0 || (s->policy.readers && !(s->policy.readers & SC_POLICY_INSIDER)))
        return SC_OK;
    sc_buf_addf(
        &text,
        "%zu figure%s hidden by earlier releases %s not counted for this answer: what a person "
        "who is alone in one of them could work out is not tested",
        n, n == 1 ? "" : "s", n == 1 ? "was" : "were");
    notes[s->safety->n_earlier_notes] =
        text.failed ? NULL : sc_arena_strdup(&s->owned->arena, text.data);
    return notes[s->safety->n_earlier_notes++] ? SC_OK : sc_fail_nomem(s->err);
}

static enum sc_status keep_notes(struct sc_stage *s, const struct sc_past *past)
{
    const char **notes = sc_arena_alloc(&s->owned->arena, (past->n_notes + 1) * sizeof *notes);

    if (!notes)
        return sc_fail_nomem(s->err);
    for (size_t i = 0; i < past->n_notes; i++) {
        notes[i] = sc_arena_strdup(&s->owned->arena, past->notes[i]);
        if (!notes[i])
            return sc_fail_nomem(s->err);
    }
    s->safety->earlier_notes = notes;
    s->safety->n_earlier_notes = past->n_notes;
    return add_uncounted(s, notes);
}

/* The tables, and those published before that meet them. */
static enum sc_status link_all(struct sc_stage *s)
{
    struct sc_past past = {.tables = s->tables, .n_tables = s->counts->n_tables};
    enum sc_status status = SC_OK;

    if (s->options->n_earlier > 0)
        status = sc_past_join(s->job, s->tables, s->counts->n_tables, s->options->earlier,
                              s->options->n_earlier, &s->scratch, &past, s->err);
    s->tables = past.tables;
    s->zeros_hidden = s->job->policy->zeros_hidden;
    for (size_t t = 0; t < past.n_tables && !status; t++)
        s->zeros_hidden =
            s->zeros_hidden || (past.tables[t].shown && past.tables[t].hidden_least == 0);
    if (!status)
        status = sc_link(past.tables, past.n_tables, &s->linked, s->err);
    if (status || past.n_releases == 0)
        return status;
    s->safety->earlier = past.n_releases;
    s->safety->earlier_relaxed = s->linked->n_relaxed;
    status = keep_notes(s, &past);
    return status ? status : find_given(s);
}

static void set_policy(struct sc_stage *s)
{
    static const enum sc_minimise minimise[] = {[SC_LOSE_COUNTS] = SC_MINIMISE_COUNTS,
                                                [SC_LOSE_CELLS] = SC_MINIMISE_CELLS,
                                                [SC_LOSE_WEIGHTS] = SC_MINIMISE_WEIGHTS};
    const struct sc_policy *policy = s->job->policy;

    s->policy = (struct sc_protect_policy){
        .threshold = (int64_t)policy->threshold,
        .width = (int64_t)policy->width,
        .readers = policy->readers, /* the same bits */
        .two_marks = policy->secondary_marker != NULL,
        .zeros_hidden = policy->zeros_hidden,
        .groups_sensitive = policy->groups,
        .minimise = minimise[policy->minimise],
    };
    if (s->options->stop) {
        s->policy.stop = sc_stage_stopped;
        s->policy.stop_arg = s;
    }
}

/* Links the tables and chooses what to show of them. */
static enum sc_status show(struct sc_stage *s)
{
    enum sc_status status = link_all(s);

    if (status)
        return status;
    return s->job->policy->method == SC_METHOD_ROUND ? sc_stage_round(s) : sc_stage_suppress(s);
}

/* The finest tables of which little enough is withheld. */
static enum sc_status coarsen(struct sc_stage *s)
{
    uint64_t allowed = s->job->policy->coarsen_to;
    enum sc_status status = sc_stage_list_levels(s);

    for (uint64_t percent = allowed; !status; percent /= 2) {
        sc_pattern_free(SC_TAKE(s->pattern));
        sc_given_free(SC_TAKE(s->given));
        sc_linked_free(SC_TAKE(s->linked));
        status = sc_stage_coarsen(s, percent);
        if (!status)
            status = show(s);
        if (!status && (percent == 0 || !sc_stage_withholds_more(s, allowed)))
            break;
    }
    return status;
}

/* Figures that an earlier release printed, under another policy than this answer's. */
static enum sc_status stricter_reason(struct sc_stage *s)
{
    SC_AUTO_BUF text = {0};
    size_t n = 0;

    for (size_t t = 0; t < s->owned->answer.n_tables && s->given; t++)
        for (size_t k = 0; k < s->tables[t].table->n_cells; k++) {
            uint32_t cell = s->linked->cell_of[t][k];

            n += cell != SC_NONE && s->given->known[cell] &&
                 s->given->figures[cell].kind == SC_FIGURE_VALUE;
        }
    if (n == 0 || s->owned->answer.publishable)
        return SC_OK;
    sc_buf_addf(
        &text,
        "An earlier release printed %zu figure%s that this policy withholds: answer with the "
        "threshold and the zeros of that release.",
        n, n == 1 ? "" : "s");
    return sc_buf_check(&text, s->err) ? s->err->status : sc_stage_reason(s, text.data, "");
}

static enum sc_status run(struct sc_stage *s)
{
    enum sc_status status = sc_link_describe(s->job, s->counts->tables, s->counts->n_tables,
                                             &s->scratch, &s->tables, s->err);

    set_policy(s);
    if (!status && s->job->policy->method == SC_METHOD_COARSEN)
        status = coarsen(s);
    else if (!status)
        status = show(s);
    if (status)
        return reason_for(s, status);
    sc_answer_withhold_rows(&s->owned->answer, &s->counts->accounting, s->job->policy);
    status = sc_stage_attack(s);
    if (status)
        return reason_for(s, status);
    status = judge(s);
    return status ? status : stricter_reason(s);
}

enum sc_status sc_answer_protect(const struct sc_job *job, const struct sc_counts *counts,
                                 const struct sc_protect_options *options, struct sc_answer *answer,
                                 struct sc_error *err)
{
    static const struct sc_protect_options usual;
    struct sc_error unused = {0};
    struct sc_stage s = {.job = job,
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
