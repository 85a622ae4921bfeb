/*
 * coarse_options.c - what can become of each dimension of a table.
 *
 * A dimension with those that lie within it (a year, its quarters, its months) is one group: the
 * innermost go first. The innermost of time can be replaced by a coarser one: months by
 * quarters or years, quarters by years. Bands of numbers that follow one another can be merged.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "answer/coarse.h"
#include "answer/describe.h"
#include "base/date.h"
#include "codes/codes.h"
#include "system/release.h"

enum time_unit { MONTHS, QUARTERS, YEARS, N_TIME_UNITS };

static const char *const unit_codes[] = {"month", "quarter", "year"};

/* ---- time ---- */

/* The unit of a dimension of time; N_TIME_UNITS when it is none of the three. */
static enum time_unit unit_of(const struct sc_dimension *dimension)
{
    enum time_unit unit = MONTHS;

    if (strcmp(dimension->code, "financial_year") == 0)
        return YEARS;
    while (unit < N_TIME_UNITS && strcmp(dimension->code, unit_codes[unit]) != 0)
        unit++;
    return unit;
}

/* The year in which the year of a month begins. */
static int year_of(struct sc_civil date, bool financial)
{
    return financial && date.month < 4 ? date.year - 1 : date.year;
}

/* Numbers the unit a day lies in: equal for days of the same one. */
static int64_t unit_number(struct sc_civil date, enum time_unit unit, bool financial)
{
    if (unit == QUARTERS)
        return INT64_C(4) * date.year + (date.month - 1) / 3;
    return year_of(date, financial);
}

static const char *keep(struct sc_arena *arena, const char *text)
{
    return sc_arena_strdup(arena, text);
}

/* Code and label, as counting writes them (src/cube/categories.c). */
static bool name_unit(struct sc_arena *arena, struct sc_civil date, enum time_unit unit,
                      bool financial, struct sc_category *category)
{
    char code[64], label[64];
    int quarter = (date.month - 1) / 3, year = year_of(date, financial);

    if (financial)
        (void)snprintf(code, sizeof code, "%d/%02d", year, (year + 1) % 100);
    else
        (void)snprintf(code, sizeof code, "%d", year);
    (void)snprintf(label, sizeof label, "%s", code);
    if (unit == QUARTERS) {
        size_t len = strlen(code);

        (void)snprintf(code + len, sizeof code - len, " Q%d",
                       financial ? (quarter + 3) % 4 + 1 : quarter + 1);
        (void)snprintf(label, sizeof label, "%s to %s %d", sc_month_name(quarter * 3 + 1),
                       sc_month_name(quarter * 3 + 3), date.year);
    }
    category->code = keep(arena, code);
    category->label = keep(arena, label);
    return category->code && category->label;
}

/*
 * Replaces a dimension of time by a coarser unit. *ret_told is false where a category is no time
 * that can be told.
 */
static bool coarsen_time(struct sc_arena *arena, const struct sc_dimension *from,
                         enum time_unit unit, bool financial, struct sc_coarse_dim *to,
                         bool *ret_told)
{
    size_t n = from->n_categories;
    struct sc_dimension *as = sc_arena_alloc(arena, sizeof *as);
    size_t *map = sc_arena_alloc(arena, (n + 1) * sizeof *map);
    int64_t *numbers = sc_arena_alloc(arena, (n + 1) * sizeof *numbers);

    *ret_told = false;
    if (!as || !map || !numbers)
        return false;
    *as = *from;
    as->code = unit_codes[unit];
    as->label = unit == QUARTERS ? "Quarter" : financial ? "Financial year" : "Year";
    as->categories = sc_arena_alloc(arena, (n + 1) * sizeof *as->categories);
    as->n_categories = 0;
    if (!as->categories)
        return false;
    for (size_t i = 0; i < n; i++) {
        struct sc_span days;
        struct sc_civil date;
        size_t k = 0;

        if (!sc_parse_time(from->categories[i].code, &days))
            return true;
        date = sc_civil_from_day(days.from);
        numbers[as->n_categories] = unit_number(date, unit, financial);
        while (numbers[k] != numbers[as->n_categories])
            k++;
        map[i] = k;
        if (k < as->n_categories)
            continue;
        as->categories[k].parent = from->categories[i].parent;
        if (!name_unit(arena, date, unit, financial, &as->categories[k]))
            return false;
        as->n_categories++;
    }
    *to = (struct sc_coarse_dim){.as = as, .map = map};
    *ret_told = true;
    return true;
}

/* ---- groups ---- */

static struct sc_coarse_option *add_option(struct sc_coarse_group *group, const char *text)
{
    struct sc_coarse_option *option = &group->options[group->n_options++];

    *option = (struct sc_coarse_option){.text = text};
    return option;
}

static const char *text_of(struct sc_arena *arena, const char *what, const char *how)
{
    size_t len = strlen(what) + strlen(how) + 2;
    char *text = sc_arena_alloc(arena, len);

    if (text)
        (void)snprintf(text, len, "%s %s", what, how);
    return text;
}

static bool has_unit(const struct sc_table *table, const struct sc_coarse_group *group,
                     enum time_unit unit)
{
    for (size_t i = 0; i < group->n; i++)
        if (unit_of(&table->dimensions[group->dims[i]]) == unit)
            return true;
    return false;
}

/* The innermost dimension by coarser units of time that the group does not have already. */
static bool add_times(struct sc_arena *arena, const struct sc_table *table, bool financial,
                      struct sc_coarse_group *group)
{
    size_t d = group->dims[group->n - 1];
    enum time_unit unit = unit_of(&table->dimensions[d]);

    for (enum time_unit wider = unit + 1; wider < N_TIME_UNITS && unit < YEARS; wider++) {
        struct sc_coarse_option *option;
        struct sc_coarse_dim to;
        const char *text;
        bool told;

        if (has_unit(table, group, wider))
            break;
        text = text_of(arena, table->dimensions[d].label,
                       wider == QUARTERS ? "by quarter" : "by year");
        if (!text || !coarsen_time(arena, &table->dimensions[d], wider, financial, &to, &told))
            return false;
        if (!told)
            break;
        option = add_option(group, text);
        option->dims[d] = to;
    }
    return true;
}

/* Leaving out the innermost, the next, ... all of a group. */
static bool add_droppings(struct sc_arena *arena, const struct sc_table *table,
                          struct sc_coarse_group *group)
{
    for (size_t left = group->n; left-- > 0;) {
        const char *text = text_of(arena, table->dimensions[group->dims[left]].label, "left out");
        struct sc_coarse_option *option;

        if (!text)
            return false;
        option = add_option(group, text);
        for (size_t i = left; i < group->n; i++)
            option->dims[group->dims[i]].dropped = true;
    }
    return true;
}

/* Bands in order of their numbers, each beginning where the one before ends; else none. */
static bool find_bands(struct sc_arena *arena, const struct sc_dimension *dimension,
                       struct sc_coarse_group *group)
{
    size_t n = dimension->n_categories, n_bands = 0;
    size_t *bands = sc_arena_alloc(arena, (n + 1) * sizeof *bands);
    int32_t *from = sc_arena_alloc(arena, (n + 1) * sizeof *from);
    int32_t *to = sc_arena_alloc(arena, (n + 1) * sizeof *to);

    if (!bands || !from || !to)
        return false;
    for (size_t i = 0; i < n; i++) {
        size_t at = n_bands;
        int32_t a, b;

        if (!sc_band_parse(sc_slice_of(dimension->categories[i].code), &a, &b))
            continue;
        for (; at > 0 && from[at - 1] > a; at--) {
            bands[at] = bands[at - 1];
            from[at] = from[at - 1];
            to[at] = to[at - 1];
        }
        bands[at] = i;
        from[at] = a;
        to[at] = b;
        n_bands++;
    }
    for (size_t i = 1; i < n_bands; i++)
        if (from[i] != to[i - 1] + 1)
            return true;
    if (n_bands >= 3) {
        group->bands = bands;
        group->n_bands = n_bands;
    }
    return true;
}

/* Ages alone are sets of numbers to link.c: other categories could not be told from their union. */
static bool is_age(const struct sc_dimension *dimension)
{
    return strcmp(dimension->code, "victim_age") == 0 ||
           strcmp(dimension->code, "suspect_age") == 0;
}

static bool add_bands(struct sc_arena *arena, const struct sc_dimension *dimension,
                      struct sc_coarse_group *group)
{
    for (size_t left = group->n_bands; left-- > 2;) {
        char how[40];
        const char *text;

        (void)snprintf(how, sizeof how, "in %zu bands", left);
        text = text_of(arena, dimension->label, how);
        if (!text)
            return false;
        add_option(group, text)->bands = left;
    }
    return true;
}

static bool add_options(struct sc_arena *arena, const struct sc_table *table, bool financial,
                        struct sc_coarse_group *group)
{
    const struct sc_dimension *first = &table->dimensions[group->dims[0]];

    if (group->n == 1 && !first->overlapping && is_age(first) && !find_bands(arena, first, group))
        return false;
    group->options = sc_arena_alloc(arena, (group->n + group->n_bands + N_TIME_UNITS + 1) *
                                               sizeof *group->options);
    if (!group->options)
        return false;
    (void)add_option(group, "");
    return add_bands(arena, first, group) && add_times(arena, table, financial, group) &&
           add_droppings(arena, table, group);
}

bool sc_coarse_groups(struct sc_arena *arena, const struct sc_table *table, bool financial,
                      struct sc_coarse_group *groups, size_t *ret_n)
{
    size_t of[SC_DIMENSIONS_MAX] = {0}, n = 0;

    for (size_t d = 0; d < table->n_dimensions; d++) {
        int32_t outer = table->dimensions[d].nested_in;

        of[d] = outer < 0 ? n++ : of[outer];
        if (outer < 0)
            groups[of[d]] = (struct sc_coarse_group){0};
        groups[of[d]].dims[groups[of[d]].n++] = d;
    }
    for (size_t g = 0; g < n; g++)
        if (!add_options(arena, table, financial, &groups[g]))
            return false;
    *ret_n = n;
    return true;
}

/* ---- merged bands ---- */

static bool name_band(struct sc_arena *arena, int32_t from, int32_t to,
                      struct sc_category *category)
{
    char code[48], label[64];

    if (to >= SC_BAND_END) {
        (void)snprintf(code, sizeof code, "%" PRId32 "+", from);
        (void)snprintf(label, sizeof label, "%" PRId32 " and over", from);
    } else {
        (void)snprintf(code, sizeof code, "%" PRId32 "-%" PRId32, from, to);
        if (from == 0)
            (void)snprintf(label, sizeof label, "%" PRId32 " and under", to);
        else
            (void)snprintf(label, sizeof label, "%" PRId32 " to %" PRId32, from, to);
    }
    category->code = keep(arena, code);
    category->label = keep(arena, label);
    return category->code && category->label;
}

/* The place of a category among the bands; n_bands: it is none. */
static size_t band_of(const struct sc_coarse_group *group, size_t category)
{
    size_t b = 0;

    while (b < group->n_bands && group->bands[b] != category)
        b++;
    return b;
}

/* A merged band takes the place of the first of its bands among the categories. */
bool sc_coarse_merged(struct sc_arena *arena, const struct sc_dimension *dimension,
                      const struct sc_coarse_group *group, const bool *begins,
                      struct sc_coarse_dim *to)
{
    size_t n = dimension->n_categories;
    struct sc_dimension *as = sc_arena_alloc(arena, sizeof *as);
    size_t *map = sc_arena_alloc(arena, (n + 1) * sizeof *map);

    if (!as || !map)
        return false;
    *as = *dimension;
    as->categories = sc_arena_alloc(arena, (n + 1) * sizeof *as->categories);
    as->n_categories = 0;
    if (!as->categories)
        return false;
    for (size_t i = 0; i < n; i++)
        map[i] = SIZE_MAX;
    for (size_t i = 0; i < n; i++) {
        size_t first = band_of(group, i), last = first;
        struct sc_category *category = &as->categories[as->n_categories];
        int32_t from = 0, end = 0, unused;

        if (map[i] != SIZE_MAX)
            continue;
        *category = dimension->categories[i];
        if (first == group->n_bands) {
            map[i] = as->n_categories++;
            continue;
        }
        while (!begins[first])
            first--;
        while (last + 1 < group->n_bands && !begins[last + 1])
            last++;
        for (size_t b = first; b <= last; b++)
            map[group->bands[b]] = as->n_categories;
        (void)sc_band_parse(sc_slice_of(dimension->categories[group->bands[first]].code), &from,
                            &unused);
        (void)sc_band_parse(sc_slice_of(dimension->categories[group->bands[last]].code), &unused,
                            &end);
        if (first < last && !name_band(arena, from, end, category))
            return false;
        as->n_categories++;
    }
    *to = (struct sc_coarse_dim){.as = as, .map = map};
    return true;
}
