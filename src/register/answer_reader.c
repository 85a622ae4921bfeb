/*
 * answer_reader.c - from the JSON text of an answer to its tables.
 *
 * Everything that the register relies on is checked here, once: that every cell is one
 * combination of the dimensions' categories and stands there once, that what is hidden has
 * no value, that nothing under the threshold is printed. So a file that somebody edited by hand
 * is refused with its place, and what is in the register needs no second look.
 *
 * Cells are listed in the order of the table nearly always, so the search for a code begins where
 * the last one of its dimension was found: the cost is that of the text.
 */
#include "register/answer_reader.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/error.h"

#define TABLES_MAX 1000
#define CATEGORIES_MAX 20000
#define MEMBERS_MAX 64
#define COUNT_MAX INT64_C(1000000000000000)
#define TEXT_MAX ((size_t)64 * 1024)

struct reading {
    const char *name;
    struct sc_arena *arena;
    struct sc_error *err;
    uint64_t threshold;
    uint64_t rounding;            /* of the policy */
    uint64_t within;              /* likewise; 0: not said */
    bool two_marks, zeros_hidden; /* of its policy */
};

/* The place of the value now looked at: "tables[2].cells[17]". */
struct place {
    char text[160];
};

SC_PRINTF(2, 3) static struct place place_at(const struct place *above, const char *fmt, ...)
{
    struct place place = {0};
    va_list ap;
    int n = above ? snprintf(place.text, sizeof place.text, "%s", above->text) : 0;

    if (n < 0 || (size_t)n >= sizeof place.text)
        return place;
    va_start(ap, fmt);
    (void)vsnprintf(place.text + n, sizeof place.text - (size_t)n, fmt, ap);
    va_end(ap);
    return place;
}

static enum sc_status bad(const struct reading *r, const struct place *place, const char *expected)
{
    return sc_fail_at(r->err, SC_E_INPUT, r->name, 0, 0, "%s: expected %s", place->text, expected);
}

/* ---- single values ------------------------------------------------------------ */

/* The text at `key`. */
static enum sc_status get_text(const struct reading *r, json_t *object, const struct place *above,
                               const char *key, const char **ret_text)
{
    struct place place = place_at(above, "%s%s", above->text[0] ? "." : "", key);
    json_t *value = json_object_get(object, key);
    char *copy;

    if (!json_is_string(value) || json_string_length(value) > TEXT_MAX)
        return bad(r, &place, "a text");
    copy = sc_arena_strndup(r->arena, json_string_value(value), json_string_length(value));
    if (!copy)
        return sc_fail_nomem(r->err);
    *ret_text = copy;
    return SC_OK;
}

/* The day at `key`: "yyyy-mm-dd", or null when `may_lack`. */
static enum sc_status get_day(const struct reading *r, json_t *object, const struct place *above,
                              const char *key, bool may_lack, int32_t *ret_day)
{
    struct place place = place_at(above, ".%s", key);
    json_t *value = json_object_get(object, key);

    if (may_lack && (!value || json_is_null(value))) {
        *ret_day = SC_DAY_NONE;
        return SC_OK;
    }
    if (!json_is_string(value) || !sc_day_parse_iso(sc_slice_of(json_string_value(value)), ret_day))
        return bad(r, &place, may_lack ? "a day such as 2021-09-07, or null" : "a day");
    return SC_OK;
}

/* The whole number from `least` to `most` at `key`. */
static enum sc_status get_number(const struct reading *r, json_t *object, const struct place *above,
                                 const char *key, int64_t least, int64_t most, int64_t *ret_number)
{
    struct place place = place_at(above, ".%s", key);
    json_t *value = json_object_get(object, key);
    char expected[80];

    (void)snprintf(expected, sizeof expected, "a whole number from %lld to %lld", (long long)least,
                   (long long)most);
    if (!json_is_integer(value) || json_integer_value(value) < least ||
        json_integer_value(value) > most)
        return bad(r, &place, expected);
    *ret_number = json_integer_value(value);
    return SC_OK;
}

/* ---- the request -------------------------------------------------------------- */

/* Without days only where `may_lack`: nothing was counted. */
static enum sc_status read_period(const struct reading *r, json_t *request,
                                  const struct place *above, bool may_lack,
                                  struct sc_period *period)
{
    struct place place = place_at(above, ".period");
    json_t *object = json_object_get(request, "period");
    const char *date = "", *year = "";
    enum sc_status status = json_is_object(object) ? SC_OK : bad(r, &place, "an object");

    if (!status)
        status = get_day(r, object, &place, "from", may_lack, &period->from);
    if (!status)
        status = get_day(r, object, &place, "to", may_lack, &period->to);
    if (!status)
        status = get_text(r, object, &place, "date", &date);
    if (!status)
        status = get_text(r, object, &place, "year", &year);
    if (status)
        return status;
    if (period->to < period->from || (period->from == SC_DAY_NONE) != (period->to == SC_DAY_NONE))
        return bad(r, &place, "'to' not before 'from'");
    period->date = SC_N_DATE_EVENTS;
    for (int i = 0; i < SC_N_DATE_EVENTS; i++)
        if (strcmp(sc_date_event_name((enum sc_date_event)i), date) == 0)
            period->date = (enum sc_date_event)i;
    if ((int)period->date == SC_N_DATE_EVENTS)
        return bad(r, &place, "a known 'date'");
    period->financial_year = strcmp(year, "financial") == 0;
    if (!period->financial_year && strcmp(year, "calendar") != 0)
        return bad(r, &place, "'year' financial or calendar");
    return SC_OK;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Offence codes, sorted, each once. */
static enum sc_status read_offences(const struct reading *r, json_t *request,
                                    const struct place *above, struct sc_past_release *release)
{
    struct place place = place_at(above, ".offences");
    json_t *list = json_object_get(request, "offences");
    size_t n = json_array_size(list);
    const char **codes = sc_arena_alloc(r->arena, (n + 1) * sizeof *codes);

    if (!json_is_array(list) || n > CATEGORIES_MAX)
        return bad(r, &place, "a list of offence codes");
    if (!codes)
        return sc_fail_nomem(r->err);
    for (size_t i = 0; i < n; i++) {
        const char *code = json_string_value(json_array_get(list, i));

        if (!code || !code[0] || strchr(code, '\n'))
            return bad(r, &place, "a list of offence codes");
        codes[i] = sc_arena_strdup(r->arena, code);
        if (!codes[i])
            return sc_fail_nomem(r->err);
    }
    qsort(codes, n, sizeof *codes, by_text);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || strcmp(codes[i], codes[release->n_offences - 1]) != 0)
            codes[release->n_offences++] = codes[i];
    release->offences = codes;
    return SC_OK;
}

/* What was decided, each word once, in their order. */
static enum sc_status read_decisions(const struct reading *r, json_t *request,
                                     const struct place *above, struct sc_past_release *release)
{
    struct place place = place_at(above, ".decisions");
    json_t *list = json_object_get(request, "decisions");
    size_t n = json_array_size(list);
    const char **decisions = sc_arena_alloc(r->arena, (n + 1) * sizeof *decisions);

    if (!json_is_array(list) || n > TABLES_MAX)
        return bad(r, &place, "a list of decisions");
    if (!decisions)
        return sc_fail_nomem(r->err);
    for (size_t i = 0; i < n; i++) {
        const char *decision =
            json_string_value(json_object_get(json_array_get(list, i), "decision"));
        size_t at = 0;

        if (!decision || !decision[0] || strchr(decision, '\n'))
            return bad(r, &place, "a 'decision' in each");
        while (at < release->n_decisions && strcmp(decisions[at], decision) != 0)
            at++;
        if (at < release->n_decisions)
            continue;
        decisions[at] = sc_arena_strdup(r->arena, decision);
        if (!decisions[at])
            return sc_fail_nomem(r->err);
        release->n_decisions++;
    }
    release->decisions = decisions;
    return SC_OK;
}

static enum sc_status read_request(const struct reading *r, json_t *root,
                                   struct sc_past_release *release)
{
    struct place place = place_at(NULL, "request");
    json_t *object = json_object_get(root, "request");
    json_t *tables = json_object_get(root, "tables");
    enum sc_status status = json_is_object(object) ? SC_OK : bad(r, &place, "an object");

    if (!status)
        status = get_text(r, object, &place, "reference", &release->reference);
    if (!status && !release->reference[0])
        status = bad(r, &place, "a 'reference'");
    if (!status)
        status = get_text(r, object, &place, "publication", &release->publication);
    if (!status)
        status = get_text(r, object, &place, "title", &release->title);
    if (!status)
        status = get_text(r, object, &place, "organisation", &release->organisation);
    if (!status)
        status = get_day(r, object, &place, "received", true, &release->received);
    if (!status)
        status = get_day(r, object, &place, "as_at", true, &release->as_at);
    if (!status)
        status = get_day(r, object, &place, "answered", true, &release->answered);
    if (!status)
        status = read_period(r, object, &place, json_array_size(tables) == 0, &release->period);
    if (!status)
        status = read_offences(r, object, &place, release);
    if (!status)
        status = read_decisions(r, object, &place, release);
    return status;
}

static enum sc_status read_policy(struct reading *r, json_t *root, struct sc_past_release *release)
{
    struct place place = place_at(NULL, "policy");
    json_t *object = json_object_get(root, "policy");
    json_t *zeros = json_object_get(object, "zeros");
    int64_t threshold = 0, rounding = 0, within = 0;
    enum sc_status status = json_is_object(object) ? SC_OK : bad(r, &place, "an object");

    if (!status)
        status = get_number(r, object, &place, "threshold", 2, 1000000, &threshold);
    if (!status)
        status = get_text(r, object, &place, "marker", &release->marker);
    release->secondary_marker = "";
    if (!status && json_object_get(object, "secondary_marker"))
        status = get_text(r, object, &place, "secondary_marker", &release->secondary_marker);
    if (!status && zeros)
        release->zeros_hidden =
            json_is_string(zeros) && strcmp(json_string_value(zeros), "hidden") == 0;
    if (!status && zeros && !release->zeros_hidden)
        status = bad(r, &place, "'zeros' to be 'hidden', where it is said");
    r->two_marks = !status && release->secondary_marker[0] != '\0';
    r->zeros_hidden = release->zeros_hidden;
    if (!status && json_object_get(object, "rounding"))
        status = get_number(r, object, &place, "rounding", 0, 1000000, &rounding);
    if (!status && json_object_get(object, "within"))
        status = get_number(r, object, &place, "within", 0, 10000000, &within);
    r->within = (uint64_t)within;
    r->threshold = release->threshold = (uint64_t)threshold;
    r->rounding = (uint64_t)rounding;
    return status;
}

/* ---- a table's dimensions ------------------------------------------------------ */

static enum sc_status read_parent(const struct reading *r, json_t *item, const struct place *place,
                                  const struct sc_dimension *above, int32_t *ret_parent)
{
    json_t *within = json_object_get(item, "within");
    const char *code = json_string_value(within);

    *ret_parent = -1;
    if (!above || !within || json_is_null(within))
        return SC_OK;
    for (size_t i = 0; code && i < above->n_categories; i++)
        if (strcmp(above->categories[i].code, code) == 0)
            *ret_parent = (int32_t)i;
    return *ret_parent < 0 ? bad(r, place, "'within' a category of the dimension above it") : SC_OK;
}

/* Every code is there once, and none is that of the total. */
static enum sc_status check_codes(const struct reading *r, const struct sc_dimension *dimension,
                                  const struct place *place)
{
    SC_AUTO_FREE const char **codes = sc_alloc_array(dimension->n_categories, sizeof *codes);

    if (!codes)
        return sc_fail_nomem(r->err);
    for (size_t i = 0; i < dimension->n_categories; i++) {
        codes[i] = dimension->categories[i].code;
        if (!codes[i][0] || strcmp(codes[i], SC_TOTAL_CODE) == 0)
            return bad(r, place, "codes other than '' and 'Total'");
    }
    qsort(codes, dimension->n_categories, sizeof *codes, by_text);
    for (size_t i = 1; i < dimension->n_categories; i++)
        if (strcmp(codes[i - 1], codes[i]) == 0)
            return bad(r, place, "each code once");
    return SC_OK;
}

/* The codes of a group's categories, as one text; "" for a category that is no group. */
static enum sc_status read_members(const struct reading *r, json_t *item, const struct place *place,
                                   const char **ret_members)
{
    json_t *list = json_object_get(item, "members");
    SC_AUTO_BUF text = {0};
    enum sc_status status;

    *ret_members = "";
    if (!list)
        return SC_OK;
    if (!json_is_array(list) || json_array_size(list) == 0 || json_array_size(list) > MEMBERS_MAX)
        return bad(r, place, "'members' a list of the codes of 1 to 64 categories");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *code = json_string_value(json_array_get(list, i));

        if (!code || !code[0] || strchr(code, ' '))
            return bad(r, place, "'members' a list of codes without blanks");
        sc_buf_addf(&text, "%s%s", i ? " " : "", code);
    }
    status = sc_buf_check(&text, r->err);
    if (!status)
        *ret_members = sc_arena_strdup(r->arena, text.data);
    return status || *ret_members ? status : sc_fail_nomem(r->err);
}

static enum sc_status read_categories(const struct reading *r, json_t *object,
                                      const struct place *above, struct sc_past_table *past,
                                      size_t d)
{
    struct place place = place_at(above, ".values");
    struct sc_dimension *dimension = &past->table.dimensions[d];
    json_t *list = json_object_get(object, "values");
    size_t n = json_array_size(list);
    const char **members;
    bool *fallback;
    enum sc_status status = SC_OK;

    if (!json_is_array(list) || n > CATEGORIES_MAX)
        return bad(r, &place, "a list of at most 20,000 categories");
    dimension->categories = sc_arena_alloc(r->arena, n * sizeof *dimension->categories);
    past->fallback[d] = fallback = sc_arena_alloc(r->arena, n * sizeof *fallback);
    members = sc_arena_alloc(r->arena, n * sizeof *members);
    past->members[d] = members;
    if (!dimension->categories || !fallback || !members)
        return sc_fail_nomem(r->err);
    dimension->n_categories = n;
    for (size_t i = 0; i < n && !status; i++) {
        struct place at = place_at(&place, "[%zu]", i);
        json_t *item = json_array_get(list, i);
        struct sc_category *category = &dimension->categories[i];

        status = get_text(r, item, &at, "code", &category->code);
        if (!status)
            status = get_text(r, item, &at, "label", &category->label);
        if (!status)
            status = read_parent(
                r, item, &at,
                dimension->nested_in < 0 ? NULL : &past->table.dimensions[dimension->nested_in],
                &category->parent);
        fallback[i] = json_is_true(json_object_get(item, "fallback"));
        if (!status)
            status = read_members(r, item, &at, &members[i]);
    }
    return status ? status : check_codes(r, dimension, &place);
}

/* The number of the dimension, before `d`, that holds its categories; -1: none. */
static enum sc_status read_nesting(const struct reading *r, json_t *object,
                                   const struct place *place, const struct sc_table *table,
                                   size_t d, int32_t *ret_nested_in)
{
    json_t *value = json_object_get(object, "nested_in");

    *ret_nested_in = -1;
    if (!value || json_is_null(value))
        return SC_OK;
    for (size_t i = 0; json_is_string(value) && i < d; i++)
        if (strcmp(table->dimensions[i].code, json_string_value(value)) == 0)
            *ret_nested_in = (int32_t)i;
    return *ret_nested_in < 0 ? bad(r, place, "'nested_in' an earlier dimension, or null") : SC_OK;
}

static enum sc_status read_dimension(const struct reading *r, json_t *all,
                                     const struct place *above, struct sc_past_table *past,
                                     size_t d)
{
    struct sc_dimension *dimension = &past->table.dimensions[d];
    struct place place = place_at(above, ".categories.%.40s", dimension->code);
    json_t *object = json_object_get(all, dimension->code);
    json_t *overlapping = json_object_get(object, "overlapping");
    enum sc_status status = json_is_object(object) ? SC_OK : bad(r, &place, "an object");

    if (!status)
        status = get_text(r, object, &place, "label", &dimension->label);
    if (!status && !json_is_boolean(overlapping))
        status = bad(r, &place, "'overlapping' true or false");
    if (!status)
        status = read_nesting(r, object, &place, &past->table, d, &dimension->nested_in);
    dimension->overlapping = json_is_true(overlapping);
    past->dictionary[d] = "";
    if (!status && json_object_get(object, "dictionary"))
        status = get_text(r, object, &place, "dictionary", &past->dictionary[d]);
    return status ? status : read_categories(r, object, &place, past, d);
}

static enum sc_status read_dimensions(const struct reading *r, json_t *object,
                                      const struct place *above, struct sc_past_table *past)
{
    struct place place = place_at(above, ".dimensions");
    json_t *list = json_object_get(object, "dimensions");
    struct sc_table *table = &past->table;
    size_t n = json_array_size(list);
    int64_t n_rows = 0;
    enum sc_status status = SC_OK;

    if (!json_is_array(list) || n > SC_DIMENSIONS_MAX)
        return bad(r, &place, "a list of at most 8 dimensions");
    table->dimensions = sc_arena_alloc(r->arena, (n + 1) * sizeof *table->dimensions);
    if (!table->dimensions)
        return sc_fail_nomem(r->err);
    for (size_t d = 0; d < n; d++) {
        const char *code = json_string_value(json_array_get(list, d));

        if (!code || !code[0])
            return bad(r, &place, "codes of dimensions");
        for (size_t i = 0; i < d; i++)
            if (strcmp(table->dimensions[i].code, code) == 0)
                return bad(r, &place, "each dimension once");
        table->dimensions[d].code = sc_arena_strdup(r->arena, code);
        if (!table->dimensions[d].code)
            return sc_fail_nomem(r->err);
    }
    table->n_dimensions = n;
    for (size_t d = 0; d < n && !status; d++)
        status = read_dimension(r, json_object_get(object, "categories"), above, past, d);
    if (!status)
        status = get_number(r, object, above, "row_dimensions", 0, (int64_t)n, &n_rows);
    table->n_rows_dimensions = (size_t)n_rows;
    return status;
}

/* ---- its cells ----------------------------------------------------------------- */

/* The position of `code` in `dimension`, looked for from `hint` on; n_categories + 1: none. */
static size_t find_position(const struct sc_dimension *dimension, const char *code, size_t hint)
{
    size_t n = dimension->n_categories;

    if (strcmp(code, SC_TOTAL_CODE) == 0)
        return n;
    for (size_t i = 0; i < n; i++) {
        size_t at = (hint + i) % n;

        if (strcmp(dimension->categories[at].code, code) == 0)
            return at;
    }
    return n + 1;
}

static enum sc_status read_at(const struct reading *r, json_t *item, const struct place *place,
                              const struct sc_table *table, size_t *at)
{
    json_t *object = json_object_get(item, "at");

    if (json_object_size(object) != table->n_dimensions)
        return bad(r, place, "'at' with one code for each dimension");
    for (size_t d = 0; d < table->n_dimensions; d++) {
        const struct sc_dimension *dimension = &table->dimensions[d];
        const char *code = json_string_value(json_object_get(object, dimension->code));

        at[d] = code ? find_position(dimension, code, at[d]) : dimension->n_categories + 1;
        if (at[d] > dimension->n_categories) {
            at[d] = 0;
            return bad(r, place, "'at' with a category of each dimension");
        }
    }
    return SC_OK;
}

/* What is printed: status and value agree, and the policy was kept. */
static enum sc_status read_figure(const struct reading *r, json_t *item, const struct place *place,
                                  const struct sc_past_table *past, struct sc_cell *cell)
{
    const char *name = json_string_value(json_object_get(item, "status"));
    json_t *value = json_object_get(item, "value");
    int64_t number = json_is_integer(value) ? json_integer_value(value) : -1;

    if (name && strcmp(name, "suppressed") == 0) {
        cell->status = SC_CELL_SUPPRESSED;
        return json_is_null(value) ? SC_OK : bad(r, place, "no value where it is suppressed");
    }
    if (name && strcmp(name, "secondary") == 0 && r->two_marks) {
        cell->status = SC_CELL_SECONDARY;
        return json_is_null(value) ? SC_OK : bad(r, place, "no value where it is withheld");
    }
    if (name && strcmp(name, "published") == 0)
        cell->status = SC_CELL_PUBLISHED;
    else if (name && strcmp(name, "rounded") == 0)
        cell->status = SC_CELL_ROUNDED;
    else
        return bad(r, place, "'status' published, suppressed or rounded");
    if (number < 0 || number > COUNT_MAX)
        return bad(r, place, "a 'value' of at least 0");
    if (cell->status == SC_CELL_ROUNDED && past->rounding < 2)
        return bad(r, place, "the base ('rounding') of a rounded figure in its table");
    if (cell->status == SC_CELL_PUBLISHED && (number > 0 || r->zeros_hidden) &&
        (uint64_t)number < r->threshold)
        return sc_fail_at(
            r->err, SC_E_UNSAFE, r->name, 0, 0,
            "%s: a count under the answer's own threshold of %llu is shown: it cannot "
            "have been published by safecount",
            place->text, (unsigned long long)r->threshold);
    cell->count = (uint64_t)number;
    return SC_OK;
}

static enum sc_status make_cells(const struct reading *r, const struct place *place,
                                 struct sc_table *table)
{
    size_t n = 1;

    for (size_t d = 0; d < table->n_dimensions; d++) {
        n *= table->dimensions[d].n_categories + 1;
        if (n > SC_CELLS_MAX)
            return bad(r, place, "at most 20 million cells in a table");
    }
    table->cells = sc_arena_alloc(r->arena, n * sizeof *table->cells);
    if (!table->cells)
        return sc_fail_nomem(r->err);
    table->n_cells = n;
    for (size_t i = 0; i < n; i++)
        table->cells[i].status = SC_CELL_VOID;
    return SC_OK;
}

static enum sc_status read_cells(const struct reading *r, json_t *object, const struct place *above,
                                 struct sc_past_table *past)
{
    json_t *list = json_object_get(object, "cells");
    size_t at[SC_DIMENSIONS_MAX] = {0};
    enum sc_status status;

    if (!json_is_array(list)) {
        struct place place = place_at(above, ".cells");

        return bad(r, &place, "a list");
    }
    status = make_cells(r, above, &past->table);
    for (size_t i = 0; i < json_array_size(list) && !status; i++) {
        struct place place = place_at(above, ".cells[%zu]", i);
        json_t *item = json_array_get(list, i);
        struct sc_cell *cell;

        status = read_at(r, item, &place, &past->table, at);
        if (status)
            break;
        cell = sc_table_cell(&past->table, at);
        if (cell->status != SC_CELL_VOID)
            status = bad(r, &place, "each cell once");
        else
            status = read_figure(r, item, &place, past, cell);
    }
    return status;
}

static enum sc_status read_table(const struct reading *r, json_t *object, const struct place *place,
                                 struct sc_past_table *past)
{
    struct sc_table *table = &past->table;
    const char *unit = "";
    int64_t rounding = (int64_t)r->rounding, within;
    enum sc_status status = json_is_object(object) ? SC_OK : bad(r, place, "an object");

    if (!status)
        status = get_text(r, object, place, "id", &table->id);
    if (!status)
        status = get_text(r, object, place, "title", &table->title);
    if (!status)
        status = get_text(r, object, place, "question", &table->question);
    if (!status)
        status = get_text(r, object, place, "unit", &unit);
    if (!status && json_object_get(object, "rounding"))
        status = get_number(r, object, place, "rounding", 0, 1000000, &rounding);
    within = r->within > 0 ? (int64_t)r->within : rounding > 0 ? rounding - 1 : 0;
    if (!status && json_object_get(object, "within"))
        status = get_number(r, object, place, "within", 0, 10000000, &within);
    if (status)
        return status;
    past->rounding = (uint64_t)rounding;
    past->within = (uint64_t)within;
    table->unit = SC_N_UNITS;
    for (int i = 0; i < SC_N_UNITS; i++)
        if (strcmp(sc_unit_name((enum sc_unit)i), unit) == 0)
            table->unit = (enum sc_unit)i;
    if ((int)table->unit == SC_N_UNITS)
        return bad(r, place, "a known 'unit'");
    status = read_dimensions(r, object, place, past);
    return status ? status : read_cells(r, object, place, past);
}

static enum sc_status read_tables(const struct reading *r, json_t *root,
                                  struct sc_past_release *release)
{
    struct place place = place_at(NULL, "tables");
    json_t *list = json_object_get(root, "tables");
    size_t n = json_array_size(list);
    struct sc_past_table *tables;
    enum sc_status status = SC_OK;

    if (!json_is_array(list) || n > TABLES_MAX)
        return bad(r, &place, "a list of at most 1,000 tables");
    tables = sc_arena_alloc(r->arena, (n + 1) * sizeof *tables);
    if (!tables)
        return sc_fail_nomem(r->err);
    for (size_t i = 0; i < n && !status; i++) {
        struct place at = place_at(&place, "[%zu]", i);

        status = read_table(r, json_array_get(list, i), &at, &tables[i]);
    }
    release->tables = tables;
    release->n_tables = n;
    return status;
}

/* ---- the whole ------------------------------------------------------------------ */

/* Refused as a whole: nothing of it is then looked at. */
static enum sc_status check_publishable(const struct reading *r, json_t *root)
{
    struct place top = place_at(NULL, "publishable");
    json_t *publishable = json_object_get(root, "publishable");

    if (json_object_get(root, "internal"))
        return sc_fail_at(r->err, SC_E_UNSAFE, r->name, 0, 0,
                          "these are true counts, internal: they were never published and are "
                          "never recorded");
    if (!json_is_boolean(publishable))
        return bad(r, &top, "true or false (is this an answer.json?)");
    if (!json_is_true(publishable))
        return sc_fail_at(r->err, SC_E_UNSAFE, r->name, 0, 0,
                          "the answer is not publishable: only a published answer is recorded");
    return SC_OK;
}

static enum sc_status read_root(struct reading *r, json_t *root, struct sc_past_release *release)
{
    struct place top = {0};
    enum sc_status status = check_publishable(r, root);

    if (!status)
        status = read_request(r, root, release);
    release->records = SC_RECORDS_USUAL;
    if (!status && json_object_get(root, "records"))
        status = get_text(r, root, &top, "records", &release->records);
    if (!status)
        status = read_policy(r, root, release);
    if (!status)
        status = read_tables(r, root, release);
    return status;
}

enum sc_status sc_answer_read(const char *name, const char *bytes, size_t len,
                              struct sc_arena *arena, struct sc_past_release *ret_release,
                              struct sc_error *err)
{
    struct reading r = {.name = name, .arena = arena, .err = err};
    json_error_t trouble;
    json_t *root = json_loadb(bytes, len, JSON_REJECT_DUPLICATES, &trouble);
    enum sc_status status;

    if (!root) {
        uint64_t line = trouble.line > 0 ? (uint64_t)trouble.line : 0;
        uint64_t column = trouble.column > 0 ? (uint64_t)trouble.column : 0;

        if (json_error_code(&trouble) == json_error_out_of_memory)
            return sc_fail_nomem(err);
        return sc_fail_at(err, SC_E_INPUT, name, line, column, "not JSON: expected an answer.json");
    }
    *ret_release = (struct sc_past_release){.certificate_sha256 = "",
                                            .folder = "",
                                            .correction = "",
                                            .withdrawn = "",
                                            .withdrawn_on = SC_DAY_NONE,
                                            .recorded = ""};
    status = read_root(&r, root, ret_release);
    json_decref(root);
    return status;
}
