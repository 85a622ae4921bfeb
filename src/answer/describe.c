/*
 * describe.c - what the dimensions of a request's tables are.
 *
 * A table only has codes. Which days a month holds, which ages a band, which outcomes a group,
 * and whether two dimensions are the same attribute of the same records stands in the request
 * and in the lists it names; here the two are put together for link.c. What cannot be
 * told for certain is not guessed: the answer is then not publishable, with the reason.
 *
 *  - Time: a year, quarter or month is its days within the period. A month of the year is those
 *    of all its years.
 *  - Ages: a band is its ages, 0 to 130; "unknown" is -1; "other" what no band holds.
 *  - Outcomes: numbered as in the Home Office's list; a group is its outcomes.
 *  - Keyword categories: those of a dictionary overlap, but for the fallback and "none", which
 *    hold only where no other does. A group is the union of its own. Both are one attribute.
 *  - Any other column: plain categories. The attribute is the column's header, however the
 *    dimension is called.
 */
#include <stdio.h>
#include <string.h>

#include "answer/describe.h"
#include "base/date.h"
#include "base/error.h"
#include "codes/codes.h"

static enum sc_status cannot(const struct sc_describing *d, const struct sc_dimension *dimension,
                             const char *why)
{
    return sc_fail(d->err, SC_E_UNSUPPORTED, "table '%s', dimension '%s': %s", d->table->id,
                   dimension->code, why);
}

static const struct sc_table_wanted *find_wanted(const struct sc_request *request, const char *id)
{
    for (size_t q = 0; q < request->n_questions; q++)
        for (size_t t = 0; t < request->questions[q].n_tables; t++)
            if (strcmp(request->questions[q].tables[t].id, id) == 0)
                return &request->questions[q].tables[t];
    return NULL;
}

/* ---- time ---- */

/* The days of `n_months` months from `month` (0 is January) of `year`. */
static struct sc_span months_of(int year, int month, int n_months)
{
    struct sc_civil from = {year + month / 12, month % 12 + 1, 1};
    struct sc_civil behind = {year + (month + n_months) / 12, (month + n_months) % 12 + 1, 1};

    return (struct sc_span){sc_day_from_civil(from), sc_day_from_civil(behind) - 1};
}

bool sc_parse_time(const char *code, struct sc_span *ret)
{
    int year = 0, second = 0, n = 0;
    size_t len = strlen(code);

    if (len == 10 && sscanf(code, "%4d/%2d Q%1d", &year, &second, &n) == 3 && n >= 1 && n <= 4) {
        *ret = months_of(year, 3 * n, 3);
        return true;
    }
    if (len == 7 && code[4] == '/' && sscanf(code, "%4d/%2d", &year, &second) == 2) {
        *ret = months_of(year, 3, 12);
        return true;
    }
    if (len == 7 && code[4] == ' ' && sscanf(code, "%4d Q%1d", &year, &n) == 2 && n >= 1 &&
        n <= 4) {
        *ret = months_of(year, 3 * (n - 1), 3);
        return true;
    }
    if (len == 7 && code[4] == '-' && sscanf(code, "%4d-%2d", &year, &n) == 2 && n >= 1 &&
        n <= 12) {
        *ret = months_of(year, n - 1, 1);
        return true;
    }
    if (len == 4 && sscanf(code, "%4d", &year) == 1) {
        *ret = months_of(year, 0, 12);
        return true;
    }
    return false;
}

/* All Aprils (4) of the period. */
static bool month_of_year(struct sc_arena *arena, struct sc_spans period, int month,
                          struct sc_spans *ret)
{
    int from = sc_civil_from_day(period.runs[0].from).year;
    int to = sc_civil_from_day(period.runs[period.n - 1].to).year;
    struct sc_span *runs = sc_arena_alloc(arena, ((size_t)to - (size_t)from + 1) * sizeof *runs);

    if (!runs)
        return false;
    for (int year = from; year <= to; year++)
        runs[year - from] = months_of(year, month - 1, 1);
    return sc_spans_of(arena, runs, (size_t)to - (size_t)from + 1, ret);
}

enum sc_status sc_describe_time(const struct sc_describing *d, const struct sc_dimension *dimension,
                                struct sc_link_dimension *to)
{
    struct sc_spans *sets = sc_arena_alloc(d->arena, dimension->n_categories * sizeof *sets);
    bool of_year = strcmp(dimension->code, "month_of_year") == 0;

    if (!sets)
        return sc_fail_nomem(d->err);
    for (size_t i = 0; i < dimension->n_categories; i++) {
        const char *code = dimension->categories[i].code;
        struct sc_spans days;
        struct sc_span run;
        int month = 0;
        bool fits;

        if (of_year) {
            if (sscanf(code, "%2d", &month) != 1 || month < 1 || month > 12)
                return cannot(d, dimension, "a category is no month of the year");
            fits = month_of_year(d->arena, d->period, month, &days);
        } else {
            if (!sc_parse_time(code, &run))
                return cannot(d, dimension, "a category is no time that can be told");
            fits = sc_spans_one(d->arena, run.from, run.to, &days);
        }
        if (!fits || !sc_spans_and(d->arena, days, d->period, &sets[i]))
            return sc_fail_nomem(d->err);
    }
    *to = (struct sc_link_dimension){
        .kind = SC_LINK_LINE, .attribute = SC_LINK_TIME, .sets = sets, .base = d->period};
    return SC_OK;
}

/* ---- ages ---- */

static const struct sc_bands *find_bands(const struct sc_request *request, const char *name)
{
    for (size_t i = 0; i < request->n_bands && name; i++)
        if (strcmp(request->bands[i].name, name) == 0)
            return &request->bands[i];
    return name ? sc_bands_find(name) : NULL;
}

static bool band_ages(struct sc_arena *arena, const struct sc_band *band, struct sc_spans *ret)
{
    return sc_spans_one(arena, band->from,
                        band->to > SC_LINK_AGE_MOST ? SC_LINK_AGE_MOST : band->to, ret);
}

/* What no band holds, of 0 to 130; may be empty. */
static bool other_ages(struct sc_arena *arena, const struct sc_bands *bands, struct sc_spans *ret)
{
    struct sc_spans rest;
    bool done = sc_spans_one(arena, 0, SC_LINK_AGE_MOST, &rest);

    for (size_t b = 0; b < bands->n_bands && done; b++) {
        struct sc_spans band;

        done = band_ages(arena, &bands->bands[b], &band) && sc_spans_less(arena, rest, band, &rest);
    }
    *ret = rest;
    return done;
}

static enum sc_status describe_ages(const struct sc_describing *d,
                                    const struct sc_dimension *dimension,
                                    struct sc_link_dimension *to)
{
    const struct sc_bands *bands = find_bands(d->job->request, d->wanted->bands);
    struct sc_spans *sets = sc_arena_alloc(d->arena, dimension->n_categories * sizeof *sets);
    struct sc_spans *unlisted = sc_arena_alloc(d->arena, sizeof *unlisted);
    struct sc_spans other;
    bool other_listed = false;

    if (!bands)
        return cannot(d, dimension, "its age bands are not known");
    *to = (struct sc_link_dimension){
        .kind = SC_LINK_LINE, .attribute = dimension->code, .sets = sets, .unlisted = unlisted};
    if (!sets || !unlisted || !other_ages(d->arena, bands, &other) ||
        !sc_spans_one(d->arena, SC_LINK_AGE_UNKNOWN, SC_LINK_AGE_MOST, &to->base))
        return sc_fail_nomem(d->err);
    for (size_t i = 0; i < dimension->n_categories; i++) {
        const char *code = dimension->categories[i].code;
        size_t b = 0;
        bool done;

        while (b < bands->n_bands && strcmp(bands->bands[b].code, code) != 0)
            b++;
        if (b < bands->n_bands) {
            done = band_ages(d->arena, &bands->bands[b], &sets[i]);
        } else if (strcmp(code, SC_UNKNOWN_CODE) == 0) {
            done = sc_spans_one(d->arena, SC_LINK_AGE_UNKNOWN, SC_LINK_AGE_UNKNOWN, &sets[i]);
        } else if (strcmp(code, SC_LINK_OTHER_CODE) == 0 && other.n > 0) {
            sets[i] = other;
            done = other_listed = true;
        } else {
            return cannot(d, dimension, "a category is no band of its ages");
        }
        if (!done)
            return sc_fail_nomem(d->err);
    }
    if (!other_listed && other.n > 0) {
        unlisted[0] = other;
        to->n_unlisted = 1;
    }
    return SC_OK;
}

/* ---- outcomes ---- */

/* Outcomes by number; behind them "other" and "unknown". */
static bool outcome_set(struct sc_arena *arena, const char *code, bool groups, struct sc_spans *ret,
                        bool *ret_found)
{
    int32_t n = (int32_t)sc_outcomes_count();
    struct sc_span *runs = sc_arena_alloc(arena, ((size_t)n + 1) * sizeof *runs);
    size_t n_runs = 0;

    if (!runs)
        return false;
    if (strcmp(code, SC_LINK_OTHER_CODE) == 0)
        runs[n_runs++] = (struct sc_span){n, n};
    else if (strcmp(code, SC_UNKNOWN_CODE) == 0)
        runs[n_runs++] = (struct sc_span){n + 1, n + 1};
    for (int32_t i = 0; i < n && n_runs == 0; i++)
        if (!groups && strcmp(sc_outcome_at((size_t)i)->code, code) == 0)
            runs[n_runs++] = (struct sc_span){i, i};
    for (int32_t i = 0; i < n && groups; i++)
        if (strcmp(sc_outcome_at((size_t)i)->group, code) == 0)
            runs[n_runs++] = (struct sc_span){i, i};
    *ret_found = n_runs > 0;
    return sc_spans_of(arena, runs, n_runs, ret);
}

/* What is not listed because nothing has it: each outcome by itself, or each group. */
static enum sc_status unlisted_outcomes(const struct sc_describing *d, bool groups,
                                        struct sc_link_dimension *to, struct sc_spans listed)
{
    int32_t n = (int32_t)sc_outcomes_count();
    struct sc_spans *unlisted = sc_arena_alloc(d->arena, ((size_t)n + 2) * sizeof *unlisted);

    if (!unlisted)
        return sc_fail_nomem(d->err);
    for (int32_t i = 0; i < n + 2; i++) {
        struct sc_spans one;
        bool found;

        if (!sc_spans_one(d->arena, i, i, &one))
            return sc_fail_nomem(d->err);
        if (sc_spans_meet(one, listed))
            continue;
        if (groups && i < n &&
            !outcome_set(d->arena, sc_outcome_at((size_t)i)->group, true, &one, &found))
            return sc_fail_nomem(d->err);
        if (groups && i < n && one.runs[0].from != i)
            continue; /* with the group's first */
        unlisted[to->n_unlisted++] = one;
    }
    to->unlisted = unlisted;
    return SC_OK;
}

enum sc_status sc_describe_outcomes(const struct sc_describing *d,
                                    const struct sc_dimension *dimension,
                                    struct sc_link_dimension *to)
{
    bool groups = strcmp(dimension->code, "outcome_group") == 0;
    struct sc_spans *sets = sc_arena_alloc(d->arena, dimension->n_categories * sizeof *sets);
    struct sc_spans listed = {0};
    struct sc_spans all;

    if (!sets)
        return sc_fail_nomem(d->err);
    if (!sc_spans_one(d->arena, 0, (int32_t)sc_outcomes_count() + 1, &all))
        return sc_fail_nomem(d->err);
    *to = (struct sc_link_dimension){
        .kind = SC_LINK_LINE, .attribute = "outcome", .sets = sets, .base = all};
    listed = all;
    for (size_t i = 0; i < dimension->n_categories; i++) {
        bool found;

        if (!outcome_set(d->arena, dimension->categories[i].code, groups, &sets[i], &found))
            return sc_fail_nomem(d->err);
        if (!found)
            return cannot(d, dimension, "a category is no outcome");
        if (!sc_spans_less(d->arena, listed, sets[i], &listed))
            return sc_fail_nomem(d->err);
    }
    if (!sc_spans_less(d->arena, all, listed, &listed)) /* what is left of all are the listed */
        return sc_fail_nomem(d->err);
    return unlisted_outcomes(d, groups, to, listed);
}

/* ---- keyword categories ---- */

static const struct sc_dictionary *find_dictionary(const struct sc_describing *d)
{
    for (size_t i = 0; i < d->job->n_dictionaries && d->wanted->dictionary; i++) {
        const struct sc_dictionary *dictionary = d->job->dictionaries[i];
        size_t len = strlen(dictionary->path), wanted = strlen(d->wanted->dictionary);

        if (len >= wanted && strcmp(dictionary->path + len - wanted, d->wanted->dictionary) == 0)
            return dictionary;
    }
    return NULL;
}

static char *text_of(struct sc_arena *arena, const char *a, const char *b)
{
    size_t len = strlen(a) + strlen(b) + 2;
    char *text = sc_arena_alloc(arena, len);

    if (text)
        (void)snprintf(text, len, "%s %s", a, b);
    return text;
}

/* The codes of the categories of a group. False without memory. */
static bool list_group(const struct sc_describing *d, const struct sc_dictionary *dictionary,
                       const struct sc_dictionary_group *group, struct sc_link_union *to)
{
    const char **codes = sc_arena_alloc(d->arena, dictionary->n_categories * sizeof *codes);

    *to = (struct sc_link_union){.codes = codes};
    for (size_t c = 0; codes && c < dictionary->n_categories; c++)
        if (group->categories >> c & 1)
            codes[to->n++] = dictionary->categories[c].code;
    return codes != NULL;
}

/* Says of category `i` whether it is apart, or a group. */
static enum sc_status describe_category(const struct sc_describing *d,
                                        const struct sc_dimension *dimension,
                                        const struct sc_dictionary *dictionary, size_t i,
                                        bool *ret_apart, struct sc_link_union *ret_union)
{
    const char *code = dimension->categories[i].code;

    *ret_apart = strcmp(code, SC_LINK_NONE_CODE) == 0;
    *ret_union = (struct sc_link_union){0};
    for (size_t c = 0; c < dictionary->n_categories; c++)
        if (strcmp(dictionary->categories[c].code, code) == 0) {
            *ret_apart = dictionary->categories[c].fallback;
            return SC_OK;
        }
    for (size_t g = 0; g < dictionary->n_groups; g++)
        if (strcmp(dictionary->groups[g].code, code) == 0)
            return list_group(d, dictionary, &dictionary->groups[g], ret_union)
                       ? SC_OK
                       : sc_fail_nomem(d->err);
    return *ret_apart ? SC_OK : cannot(d, dimension, "a category is not in its dictionary");
}

static enum sc_status describe_method(const struct sc_describing *d,
                                      const struct sc_dimension *dimension,
                                      struct sc_link_dimension *to)
{
    const struct sc_dictionary *dictionary = find_dictionary(d);
    bool *apart = sc_arena_alloc(d->arena, dimension->n_categories * sizeof *apart);
    struct sc_link_union *unions =
        sc_arena_alloc(d->arena, dimension->n_categories * sizeof *unions);
    size_t n_apart = 0;

    if (!dictionary)
        return cannot(d, dimension, "its dictionary is not known");
    *to = (struct sc_link_dimension){
        .kind = dimension->overlapping ? SC_LINK_OVERLAP : SC_LINK_PLAIN,
        .attribute = text_of(d->arena, SC_LINK_METHOD, dictionary->sha256),
        .apart = apart,
        .unions = unions};
    if (!apart || !unions || !to->attribute)
        return sc_fail_nomem(d->err);
    for (size_t i = 0; i < dimension->n_categories; i++) {
        enum sc_status status =
            describe_category(d, dimension, dictionary, i, &apart[i], &unions[i]);

        if (status)
            return status;
        n_apart += apart[i];
    }
    if (n_apart > 2) /* the fallback, and none found */
        return cannot(d, dimension,
                      "its dictionary has several fallback categories; one record may be in two "
                      "of them, and what that lets a reader work out is not known");
    return SC_OK;
}

/* ---- other columns ---- */

/* The header of the column that a dimension names by its key in extract.yaml or by its header. */
static const char *column_of(const struct sc_source *source, const char *name)
{
    for (size_t i = 0; i < source->n_columns; i++)
        if (source->columns[i].role == SC_COL_OTHER && strcmp(source->columns[i].name, name) == 0)
            return source->columns[i].header;
    return name;
}

enum sc_status sc_describe_plain(const struct sc_describing *d,
                                 const struct sc_dimension *dimension, struct sc_link_dimension *to)
{
    const char *name =
        strcmp(dimension->code, "sex") == 0 ? "victim_sex"
        : strcmp(dimension->code, "victim_sex") == 0 ||
                strcmp(dimension->code, "suspect_sex") == 0 ||
                strcmp(dimension->code, "offence_code") == 0
            ? dimension->code
            : text_of(d->arena, "column",
                      d->job ? column_of(d->job->source, dimension->code) : dimension->code);

    if (!name)
        return sc_fail_nomem(d->err);
    *to = (struct sc_link_dimension){.kind = SC_LINK_PLAIN, .attribute = name};
    return SC_OK;
}

/*
 * A thing counted by an attribute of its several persons is in several categories, in at
 * least one. Such a dimension is linked only to others with the same categories.
 */
static enum sc_status make_overlapping(const struct sc_describing *d,
                                       const struct sc_dimension *dimension,
                                       struct sc_link_dimension *to)
{
    const char *scheme = to->kind != SC_LINK_LINE ? ""
                         : d->wanted->bands       ? d->wanted->bands
                                                  : dimension->code;
    bool *apart = sc_arena_alloc(d->arena, dimension->n_categories * sizeof *apart);
    const char *attribute = text_of(d->arena, to->attribute, SC_LINK_OF_ANY);

    if (attribute && scheme[0])
        attribute = text_of(d->arena, attribute, scheme);
    *to =
        (struct sc_link_dimension){.kind = SC_LINK_OVERLAP, .attribute = attribute, .apart = apart};
    return apart && attribute ? SC_OK : sc_fail_nomem(d->err);
}

bool sc_describes_time(const char *code)
{
    static const char *const times[] = {"year",    "calendar_year", "financial_year",
                                        "quarter", "month",         "month_of_year"};

    for (size_t i = 0; i < sizeof times / sizeof *times; i++)
        if (strcmp(code, times[i]) == 0)
            return true;
    return false;
}

static enum sc_status describe_dimension(const struct sc_describing *d,
                                         const struct sc_dimension *dimension,
                                         struct sc_link_dimension *to)
{
    const char *code = dimension->code;
    enum sc_status status;

    if (sc_describes_time(code))
        return sc_describe_time(d, dimension, to);
    if (strcmp(code, "method") == 0 || strcmp(code, "method_group") == 0)
        return describe_method(d, dimension, to);
    if (strcmp(code, "victim_age") == 0 || strcmp(code, "suspect_age") == 0)
        status = describe_ages(d, dimension, to);
    else if (strcmp(code, "outcome") == 0 || strcmp(code, "outcome_group") == 0)
        status = sc_describe_outcomes(d, dimension, to);
    else
        status = sc_describe_plain(d, dimension, to);
    if (!status && dimension->overlapping)
        status = make_overlapping(d, dimension, to);
    return status;
}

bool sc_describes_offences(const struct sc_source *source, enum sc_unit unit)
{
    if (source->row != SC_ROW_OFFENCE || (unit != SC_UNIT_ROWS && unit != SC_UNIT_VICTIMS))
        return false;
    for (size_t i = 0; unit == SC_UNIT_VICTIMS && i < source->n_columns; i++)
        if (source->columns[i].role == SC_COL_VICTIM_ID)
            return false;
    return true;
}

/* Whether two dimensions are one attribute in different overlapping categories. */
static bool clash(const struct sc_link_dimension *a, const struct sc_link_dimension *b)
{
    const char *end_a = strstr(a->attribute, " " SC_LINK_OF_ANY),
               *end_b = strstr(b->attribute, " " SC_LINK_OF_ANY);

    if (a->kind != SC_LINK_OVERLAP || b->kind != SC_LINK_OVERLAP || !end_a || !end_b)
        return false;
    return end_a - a->attribute == end_b - b->attribute &&
           strncmp(a->attribute, b->attribute, (size_t)(end_a - a->attribute)) == 0 &&
           strcmp(end_a, end_b) != 0;
}

/* One attribute counted in two ways that cannot be linked: nobody may call that safe. */
static enum sc_status check_pair(const struct sc_link_table *a, const struct sc_link_table *b,
                                 struct sc_error *err)
{
    for (size_t i = 0; i < a->table->n_dimensions; i++)
        for (size_t j = 0; j < b->table->n_dimensions; j++)
            if (a->table->unit == b->table->unit && clash(&a->dimensions[i], &b->dimensions[j]))
                return sc_fail(err, SC_E_UNSUPPORTED,
                               "tables '%s' and '%s' count '%s' in different categories, of which "
                               "one %.*s can be in several: they cannot be linked",
                               a->table->id, b->table->id, a->table->dimensions[i].code,
                               (int)strlen(sc_unit_name(a->table->unit)) - 1,
                               sc_unit_name(a->table->unit));
    return SC_OK;
}

enum sc_status sc_link_describe(const struct sc_job *job, const struct sc_table *tables,
                                size_t n_tables, struct sc_arena *arena,
                                struct sc_link_table **ret_tables, struct sc_error *err)
{
    struct sc_describing d = {.job = job, .arena = arena, .err = err};
    struct sc_link_table *list = sc_arena_alloc(arena, n_tables * sizeof *list);

    if (!list ||
        !sc_spans_one(arena, job->request->period.from, job->request->period.to, &d.period))
        return sc_fail_nomem(err);
    for (size_t t = 0; t < n_tables; t++) {
        struct sc_link_dimension *dimensions =
            sc_arena_alloc(arena, tables[t].n_dimensions * sizeof *dimensions);

        if (!dimensions)
            return sc_fail_nomem(err);
        d.table = &tables[t];
        d.wanted = find_wanted(job->request, tables[t].id);
        if (!d.wanted)
            return sc_fail(err, SC_E_UNSUPPORTED, "table '%s' is not in the request", tables[t].id);
        for (size_t i = 0; i < tables[t].n_dimensions; i++) {
            enum sc_status status =
                describe_dimension(&d, &tables[t].dimensions[i], &dimensions[i]);

            if (status)
                return status;
        }
        list[t] = (struct sc_link_table){.table = &tables[t],
                                         .dimensions = dimensions,
                                         .period = d.period,
                                         .one_for_one =
                                             sc_describes_offences(job->source, tables[t].unit)};
    }
    for (size_t t = 0; t < n_tables; t++)
        for (size_t u = 0; u < t; u++) {
            enum sc_status status = check_pair(&list[u], &list[t], err);

            if (status)
                return status;
        }
    *ret_tables = list;
    return SC_OK;
}
