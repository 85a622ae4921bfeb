/*
 * past.c - what is known of earlier releases, in the words of link.c.
 *
 * A release holds codes, labels and figures; its request, band schemes and dictionaries are not
 * there any more. So bands are read from their codes ("12-15", "16+"), keyword categories are the
 * same only where the dictionary's hash is, and a column is the same where its name is.
 *
 * A dimension that cannot be told gets an attribute of its own: the table is then linked by that
 * dimension's total alone, and a note says so. A rounded figure is the interval that it stands for.
 */
#include "answer/past.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer/describe.h"
#include "answer/selections.h"
#include "base/error.h"

struct joining {
    const struct sc_job *job;                /* NULL: the answer is published */
    const struct sc_past_release *published; /* the answer, when it is */
    const struct sc_link_table *own;
    size_t n_own;
    const struct sc_past_release *releases;
    size_t n_releases;
    struct sc_selection *selections; /* that of the answer, then one a release */
    bool *taken;                     /* one a release */
    struct sc_arena *arena;
    struct sc_past past;
    size_t notes_capacity;
    struct sc_error *err;
};

/* ---- notes ---- */

SC_PRINTF(2, 3) static enum sc_status add_note(struct joining *j, const char *fmt, ...)
{
    char text[400];
    const char **grown;
    va_list ap;

    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    if (j->past.n_notes == j->notes_capacity) {
        j->notes_capacity = 2 * j->notes_capacity + 8;
        grown = sc_arena_alloc(j->arena, j->notes_capacity * sizeof *grown);
        if (!grown)
            return sc_fail_nomem(j->err);
        if (j->past.n_notes)
            memcpy(grown, j->past.notes, j->past.n_notes * sizeof *grown);
        j->past.notes = grown;
    }
    j->past.notes[j->past.n_notes] = sc_arena_strdup(j->arena, text);
    return j->past.notes[j->past.n_notes++] ? SC_OK : sc_fail_nomem(j->err);
}

/* ---- which releases matter ---- */

static bool periods_meet(const struct sc_period *a, const struct sc_period *b)
{
    return a->from <= b->to && b->from <= a->to;
}

/* The answer is number 0, release i is i + 1. */
static const struct sc_period *period_at(const struct joining *j, size_t i)
{
    if (i > 0)
        return &j->releases[i - 1].period;
    return j->job ? &j->job->request->period : &j->published->period;
}

static bool touches(const struct joining *j, size_t a, size_t b)
{
    return sc_selections_meet(&j->selections[a], &j->selections[b]) &&
           periods_meet(period_at(j, a), period_at(j, b));
}

/* Takes whatever touches the answer, or something taken. */
static enum sc_status find_relevant(struct joining *j)
{
    SC_AUTO_FREE size_t *queue = sc_alloc_array(j->n_releases + 1, sizeof *queue);
    size_t n = 1;

    if (!queue)
        return sc_fail_nomem(j->err);
    for (size_t q = 0; q < n; q++) /* the answer itself is first: 0 */
        for (size_t i = 0; i < j->n_releases; i++)
            if (!j->taken[i] && touches(j, queue[q], i + 1)) {
                j->taken[i] = true;
                queue[n++] = i + 1;
            }
    j->past.n_releases = n - 1;
    return SC_OK;
}

/* The offences of a request, sorted, each once. */
static enum sc_status select_wanted(struct joining *j, const struct sc_request *request,
                                    struct sc_selection *to)
{
    const char **codes = sc_arena_alloc(j->arena, (request->n_offences + 1) * sizeof *codes);
    size_t n = 0;

    if (!codes)
        return sc_fail_nomem(j->err);
    for (size_t i = 0; i < request->n_offences; i++) {
        size_t at = n;

        while (at > 0 && strcmp(codes[at - 1], request->offences[i].code) > 0)
            at--;
        if (at > 0 && strcmp(codes[at - 1], request->offences[i].code) == 0)
            continue;
        memmove(codes + at + 1, codes + at, (n - at) * sizeof *codes);
        codes[at] = request->offences[i].code;
        n++;
    }
    *to = (struct sc_selection){.codes = codes, .n_codes = n, .date = request->period.date};
    return SC_OK;
}

static void select_published(const struct sc_past_release *release, struct sc_selection *to)
{
    *to = (struct sc_selection){
        .codes = release->offences, .n_codes = release->n_offences, .date = release->period.date};
}

static enum sc_status note_selections(struct joining *j)
{
    j->selections = sc_arena_alloc(j->arena, (j->n_releases + 1) * sizeof *j->selections);
    j->taken = sc_arena_alloc(j->arena, j->n_releases + 1);
    if (!j->selections || !j->taken)
        return sc_fail_nomem(j->err);
    for (size_t i = 0; i < j->n_releases; i++)
        select_published(&j->releases[i], &j->selections[i + 1]);
    if (j->job)
        return select_wanted(j, j->job->request, &j->selections[0]);
    select_published(j->published, &j->selections[0]);
    return SC_OK;
}

/* Says of which parts the selections of those that matter are the sums. */
static enum sc_status part_selections(struct joining *j)
{
    SC_AUTO_FREE struct sc_selection *list = sc_alloc_array(j->past.n_releases + 1, sizeof *list);
    size_t n = 0;
    enum sc_status status;

    if (!list)
        return sc_fail_nomem(j->err);
    list[n++] = j->selections[0];
    for (size_t i = 0; i < j->n_releases; i++)
        if (j->taken[i])
            list[n++] = j->selections[i + 1];
    status = sc_selections_part(list, n, j->arena, j->err);
    n = 0;
    j->selections[0] = list[n++];
    for (size_t i = 0; i < j->n_releases; i++)
        if (j->taken[i])
            j->selections[i + 1] = list[n++];
    return status;
}

/* ---- dimensions ---- */

static char *text_of(struct joining *j, const char *a, const char *b)
{
    size_t len = strlen(a) + strlen(b) + 2;
    char *text = sc_arena_alloc(j->arena, len);

    if (text)
        (void)snprintf(text, len, "%s %s", a, b);
    return text;
}

/* An attribute that no other table has: linked by its total alone. */
static enum sc_status set_apart(struct joining *j, const struct sc_past_release *release,
                                const struct sc_past_table *past, size_t d,
                                struct sc_link_dimension *to)
{
    const struct sc_dimension *dimension = &past->table.dimensions[d];
    char who[120];

    (void)snprintf(who, sizeof who, "of %.60s version %u", release->reference, release->version);
    *to =
        (struct sc_link_dimension){.kind = dimension->overlapping ? SC_LINK_OVERLAP : SC_LINK_PLAIN,
                                   .attribute = text_of(j, dimension->code, who)};
    if (dimension->overlapping)
        to->apart = sc_arena_alloc(j->arena, dimension->n_categories * sizeof *to->apart);
    if (!to->attribute || (dimension->overlapping && !to->apart))
        return sc_fail_nomem(j->err);
    return add_note(
        j,
        "release '%s', table '%s': the categories of '%s' cannot be compared with those "
        "of this answer; they are linked by their totals alone",
        release->reference, past->table.id, dimension->code);
}

/* "12-15", "16+" or "7" as ages. */
static bool parse_band(const char *code, struct sc_span *ret)
{
    char *end;
    long from, to;

    if (code[0] < '0' || code[0] > '9')
        return false;
    from = to = strtol(code, &end, 10);
    if (*end == '+' && end[1] == '\0') {
        to = SC_LINK_AGE_MOST;
        end++;
    } else if (*end == '-' && end[1] >= '0' && end[1] <= '9') {
        to = strtol(end + 1, &end, 10);
    }
    *ret = (struct sc_span){(int32_t)from, (int32_t)to};
    return *end == '\0' && from <= to && to <= SC_LINK_AGE_MOST;
}

/* The ages of every category. False when one cannot be told, or two overlap. */
static bool read_ages(const struct sc_dimension *dimension, struct sc_span *runs, size_t *ret_other)
{
    *ret_other = SIZE_MAX;
    for (size_t i = 0; i < dimension->n_categories; i++) {
        const char *code = dimension->categories[i].code;

        runs[i] = (struct sc_span){SC_LINK_AGE_UNKNOWN, SC_LINK_AGE_UNKNOWN};
        if (strcmp(code, SC_LINK_OTHER_CODE) == 0)
            *ret_other = i;
        else if (strcmp(code, SC_UNKNOWN_CODE) != 0 && !parse_band(code, &runs[i]))
            return false;
        for (size_t k = 0; k < i; k++)
            if (k != *ret_other && i != *ret_other && runs[i].from <= runs[k].to &&
                runs[k].from <= runs[i].to)
                return false;
    }
    return true;
}

static enum sc_status describe_ages(struct joining *j, const struct sc_dimension *dimension,
                                    struct sc_link_dimension *to, bool *ret_told)
{
    size_t n = dimension->n_categories, other;
    SC_AUTO_FREE struct sc_span *runs = sc_alloc_array(n, sizeof *runs);
    struct sc_spans *sets = sc_arena_alloc(j->arena, n * sizeof *sets);
    struct sc_spans *rest = sc_arena_alloc(j->arena, sizeof *rest);
    struct sc_spans all;

    if (!runs || !sets || !rest)
        return sc_fail_nomem(j->err);
    *ret_told = read_ages(dimension, runs, &other);
    if (!*ret_told)
        return SC_OK;
    if (!sc_spans_one(j->arena, SC_LINK_AGE_UNKNOWN, SC_LINK_AGE_MOST, &all))
        return sc_fail_nomem(j->err);
    *rest = all;
    for (size_t i = 0; i < n; i++) {
        if (i == other)
            continue;
        if (!sc_spans_one(j->arena, runs[i].from, runs[i].to, &sets[i]) ||
            !sc_spans_less(j->arena, *rest, sets[i], rest))
            return sc_fail_nomem(j->err);
    }
    if (other != SIZE_MAX)
        sets[other] = *rest;
    *to = (struct sc_link_dimension){.kind = SC_LINK_LINE,
                                     .attribute = dimension->code,
                                     .sets = sets,
                                     .unlisted = rest,
                                     .n_unlisted = other == SIZE_MAX && rest->n > 0 ? 1 : 0,
                                     .base = all};
    return SC_OK;
}

/* The codes of a group's categories. False without memory. */
static bool split_members(struct joining *j, const char *members, struct sc_link_union *to)
{
    char *text = sc_arena_strdup(j->arena, members);
    const char **codes = sc_arena_alloc(j->arena, (strlen(members) / 2 + 1) * sizeof *codes);
    char *rest = NULL;

    *to = (struct sc_link_union){.codes = codes};
    if (!text || !codes)
        return false;
    for (char *code = strtok_r(text, " ", &rest); code; code = strtok_r(NULL, " ", &rest))
        codes[to->n++] = code;
    return true;
}

static enum sc_status describe_method(struct joining *j, const struct sc_past_table *past, size_t d,
                                      struct sc_link_dimension *to)
{
    const struct sc_dimension *dimension = &past->table.dimensions[d];
    bool *apart = sc_arena_alloc(j->arena, dimension->n_categories * sizeof *apart);
    struct sc_link_union *unions =
        sc_arena_alloc(j->arena, dimension->n_categories * sizeof *unions);

    if (!apart || !unions)
        return sc_fail_nomem(j->err);
    for (size_t i = 0; i < dimension->n_categories; i++) {
        apart[i] =
            past->fallback[d][i] || strcmp(dimension->categories[i].code, SC_LINK_NONE_CODE) == 0;
        if (past->members[d][i][0] && !split_members(j, past->members[d][i], &unions[i]))
            return sc_fail_nomem(j->err);
    }
    *to =
        (struct sc_link_dimension){.kind = dimension->overlapping ? SC_LINK_OVERLAP : SC_LINK_PLAIN,
                                   .attribute = text_of(j, SC_LINK_METHOD, past->dictionary[d]),
                                   .apart = apart,
                                   .unions = unions};
    return to->attribute ? SC_OK : sc_fail_nomem(j->err);
}

static bool same_categories(const struct sc_dimension *a, const struct sc_dimension *b)
{
    if (a->n_categories != b->n_categories)
        return false;
    for (size_t i = 0; i < a->n_categories; i++)
        if (strcmp(a->categories[i].code, b->categories[i].code) != 0)
            return false;
    return true;
}

/* The like of an overlapping dimension in a table joined already; NULL: there is none. */
static const struct sc_link_dimension *find_like(const struct joining *j,
                                                 const struct sc_dimension *dimension)
{
    for (size_t t = 0; t < j->past.n_tables; t++)
        for (size_t d = 0; d < j->past.tables[t].table->n_dimensions; d++) {
            const struct sc_dimension *other = &j->past.tables[t].table->dimensions[d];

            if (other->overlapping && strcmp(other->code, dimension->code) == 0 &&
                same_categories(other, dimension))
                return &j->past.tables[t].dimensions[d];
        }
    return NULL;
}

static enum sc_status describe_dimension(struct joining *j, const struct sc_describing *d,
                                         const struct sc_past_release *release,
                                         const struct sc_past_table *past, size_t i,
                                         struct sc_link_dimension *to)
{
    const struct sc_dimension *dimension = &past->table.dimensions[i];
    const char *code = dimension->code;
    bool told = true;
    enum sc_status status = SC_OK;

    if (past->dictionary[i][0])
        return describe_method(j, past, i, to);
    if (dimension->overlapping) {
        const struct sc_link_dimension *like = find_like(j, dimension);

        if (!like)
            return set_apart(j, release, past, i, to);
        *to = *like;
        return SC_OK;
    }
    if (sc_describes_time(code))
        status = sc_describe_time(d, dimension, to);
    else if (strcmp(code, "victim_age") == 0 || strcmp(code, "suspect_age") == 0)
        status = describe_ages(j, dimension, to, &told);
    else if (strcmp(code, "outcome") == 0 || strcmp(code, "outcome_group") == 0)
        status = sc_describe_outcomes(d, dimension, to);
    else
        status = sc_describe_plain(d, dimension, to);
    if (status == SC_E_UNSUPPORTED || !told)
        return set_apart(j, release, past, i, to);
    return status;
}

/* ---- tables ---- */

static enum sc_status join_table(struct joining *j, const struct sc_past_release *release,
                                 const struct sc_past_table *past, struct sc_spans period)
{
    const struct sc_selection *selection =
        &j->selections[release == j->published ? 0 : 1 + (release - j->releases)];
    const struct sc_table *table = &past->table;
    struct sc_link_dimension *dimensions =
        sc_arena_alloc(j->arena, (past->table.n_dimensions + 1) * sizeof *dimensions);
    struct sc_describing d = {.job = j->job, .arena = j->arena, .period = period, .err = j->err};
    enum sc_status status = SC_OK;

    if (!dimensions)
        return sc_fail_nomem(j->err);
    d.table = table;
    for (size_t i = 0; i < table->n_dimensions && !status; i++)
        status = describe_dimension(j, &d, release, past, i, &dimensions[i]);
    if (status)
        return status;
    j->past.release_of[j->past.n_tables] = release;
    j->past.tables[j->past.n_tables++] = (struct sc_link_table){
        .table = table,
        .dimensions = dimensions,
        .period = period,
        .one_for_one = j->job && sc_describes_offences(j->job->source, table->unit),
        .selection = selection->name,
        .parts = selection->parts,
        .n_parts = selection->n_parts,
        .shown = table->cells,
        .hidden_least = release->zeros_hidden ? 0 : 1,
        .second_least = release->secondary_marker[0] ? (int64_t)release->threshold : 0,
        .within = (int64_t)past->within,
        .rounding = (int64_t)past->rounding};
    return SC_OK;
}

static enum sc_status join_release(struct joining *j, const struct sc_past_release *release)
{
    struct sc_spans period;
    enum sc_status status = SC_OK;

    if (!sc_spans_one(j->arena, release->period.from, release->period.to, &period))
        return sc_fail_nomem(j->err);
    for (size_t t = 0; t < release->n_tables && !status; t++)
        status = join_table(j, release, &release->tables[t], period);
    return status;
}

static enum sc_status make_room(struct joining *j)
{
    size_t n = j->n_own + (j->published ? j->published->n_tables : 0);

    for (size_t i = 0; i < j->n_releases; i++)
        n += j->taken[i] ? j->releases[i].n_tables : 0;
    j->past.tables = sc_arena_alloc(j->arena, n * sizeof *j->past.tables);
    j->past.release_of = sc_arena_alloc(j->arena, n * sizeof *j->past.release_of);
    if (!j->past.tables || !j->past.release_of)
        return sc_fail_nomem(j->err);
    return SC_OK;
}

static void join_own(struct joining *j)
{
    for (size_t t = 0; t < j->n_own; t++) {
        j->past.tables[t] = j->own[t];
        if (j->past.n_releases > 0) {
            j->past.tables[t].selection = j->selections[0].name;
            j->past.tables[t].parts = j->selections[0].parts;
            j->past.tables[t].n_parts = j->selections[0].n_parts;
        }
    }
    j->past.n_tables = j->n_own;
}

static enum sc_status join_all(struct joining *j, struct sc_past *ret_past)
{
    enum sc_status status = note_selections(j);

    if (!status)
        status = find_relevant(j);
    if (!status)
        status = part_selections(j);
    if (!status)
        status = make_room(j);
    if (status)
        return status;
    join_own(j);
    if (j->published)
        status = join_release(j, j->published);
    for (size_t i = 0; i < j->n_releases && !status; i++)
        if (j->taken[i])
            status = join_release(j, &j->releases[i]);
    if (!status)
        *ret_past = j->past;
    return status;
}

enum sc_status sc_past_join(const struct sc_job *job, const struct sc_link_table *own, size_t n_own,
                            const struct sc_past_release *releases, size_t n_releases,
                            struct sc_arena *arena, struct sc_past *ret_past, struct sc_error *err)
{
    struct joining j = {.job = job,
                        .own = own,
                        .n_own = n_own,
                        .releases = releases,
                        .n_releases = n_releases,
                        .arena = arena,
                        .err = err};

    return join_all(&j, ret_past);
}

enum sc_status sc_past_join_published(const struct sc_past_release *answer,
                                      const struct sc_past_release *releases, size_t n_releases,
                                      struct sc_arena *arena, struct sc_past *ret_past,
                                      struct sc_error *err)
{
    struct joining j = {.published = answer,
                        .releases = releases,
                        .n_releases = n_releases,
                        .arena = arena,
                        .err = err};

    return join_all(&j, ret_past);
}
