#include "cube/plan.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <xxhash.h>

#include "base/error.h"
#include "codes/codes.h"
#include "config/form.h"
#include "cube/methods.h"

/* ---- axes ---- */

size_t sc_outcome_groups(const char *groups[], size_t max)
{
    size_t n = 0;

    for (size_t i = 0; i < sc_outcomes_count(); i++) {
        const struct sc_outcome *outcome = sc_outcome_at(i);
        bool seen = outcome->removed;

        for (size_t g = 0; g < n && !seen; g++)
            seen = strcmp(groups[g], outcome->group) == 0;
        if (!seen && n < max)
            groups[n++] = outcome->group;
    }
    return n;
}

/* Months from year 0, or the number of the year, quarter or month a day lies in. */
static int32_t time_number(const struct sc_axis *axis, sc_day day)
{
    struct sc_civil date = sc_civil_from_day(day);
    int32_t months = date.year * 12 + date.month - 1;

    if (axis->financial)
        months -= 3; /* the year begins in April */
    switch (axis->kind) {
    case SC_AXIS_YEAR:
        return months / 12;
    case SC_AXIS_QUARTER:
        return months / 3;
    case SC_AXIS_MONTH_OF_YEAR:
        return months % 12;
    default:
        return months;
    }
}

uint32_t sc_time_position(const struct sc_axis *axis, const struct sc_period *period, sc_day day)
{
    if (axis->kind == SC_AXIS_MONTH_OF_YEAR)
        return (uint32_t)time_number(axis, day);
    return (uint32_t)(time_number(axis, day) - time_number(axis, period->from));
}

static void size_axis(const struct sc_plan *plan, struct sc_axis *axis)
{
    const struct sc_period *period = &plan->request->period;
    const char *groups[64];

    switch (axis->kind) {
    case SC_AXIS_YEAR:
    case SC_AXIS_QUARTER:
    case SC_AXIS_MONTH:
        axis->n_categories =
            (size_t)(time_number(axis, period->to) - time_number(axis, period->from)) + 1;
        break;
    case SC_AXIS_MONTH_OF_YEAR:
        axis->n_categories = 12;
        break;
    case SC_AXIS_BANDS:
        axis->n_categories = axis->bands->n_bands + 2;
        break;
    case SC_AXIS_OUTCOME:
        axis->n_categories = sc_outcomes_count() + 2;
        break;
    case SC_AXIS_OUTCOME_GROUP:
        axis->n_categories = sc_outcome_groups(groups, 64) + 2;
        break;
    case SC_AXIS_METHOD:
        axis->n_categories = sc_methods_count(axis->dictionary, axis->groups);
        break;
    case SC_AXIS_VALUES:
        axis->n_categories = 0;
        break;
    }
    axis->n_slots = axis->n_categories ? axis->n_categories : SC_VALUES_MAX + 1;
}

static bool same_axis(const struct sc_axis *a, const struct sc_axis *b)
{
    return a->kind == b->kind && a->column == b->column && a->financial == b->financial &&
           a->bands == b->bands && a->dictionary == b->dictionary && a->groups == b->groups;
}

static enum sc_status values_new(struct sc_values **ret_values, struct sc_error *err)
{
    struct sc_values *values = sc_alloc(sizeof *values);

    if (!values)
        return sc_fail_nomem(err);
    (void)pthread_mutex_init(&values->lock, NULL);
    *ret_values = values;
    return SC_OK;
}

static void values_free(struct sc_values *values)
{
    if (!values)
        return;
    (void)pthread_mutex_destroy(&values->lock);
    sc_arena_release(&values->arena);
    sc_free(values->labels);
    sc_free(values->codes);
    sc_free(values->slots);
    sc_free(values);
}

/* The axis like `wanted`, made when there is none yet. */
static enum sc_status find_axis(struct sc_plan *plan, const struct sc_axis *wanted,
                                size_t *ret_axis, struct sc_error *err)
{
    struct sc_axis *axis;
    enum sc_status status;

    for (size_t i = 0; i < plan->n_axes; i++) {
        if (same_axis(&plan->axes[i], wanted)) {
            *ret_axis = i;
            return SC_OK;
        }
    }
    axis = &plan->axes[plan->n_axes];
    *axis = *wanted;
    if (axis->kind == SC_AXIS_VALUES) {
        status = values_new(&axis->values, err);
        if (status)
            return status;
    }
    size_axis(plan, axis);
    *ret_axis = plan->n_axes++;
    if (axis->column != SC_NO_COLUMN) {
        struct sc_plan_column *column = &plan->columns[axis->column];

        if (column->n_axes == SC_COLUMN_AXES_MAX)
            return sc_fail(err, SC_E_RANGE,
                           "the column '%s' is used in more than %d different ways", column->header,
                           SC_COLUMN_AXES_MAX);
        column->axes[column->n_axes++] = *ret_axis;
    }
    return SC_OK;
}

/* ---- values met ---- */

static enum sc_status values_grow(struct sc_values *values, struct sc_error *err)
{
    size_t n = values->slots ? (values->mask + 1) * 2 : 64;
    uint32_t *slots;
    size_t capacity = values->capacity;
    enum sc_status status;

    status =
        sc_grow((void **)&values->labels, &capacity, values->n + 1, sizeof *values->labels, err);
    if (status)
        return status;
    capacity = values->capacity;
    status = sc_grow((void **)&values->codes, &capacity, values->n + 1, sizeof *values->codes, err);
    if (status)
        return status;
    values->capacity = capacity;
    if (values->slots && (values->n + 1) * 2 < values->mask + 1)
        return SC_OK;
    slots = sc_alloc_array(n, sizeof *slots);
    if (!slots)
        return sc_fail_nomem(err);
    for (uint32_t v = 1; v <= values->n; v++) {
        size_t i = XXH3_64bits(values->codes[v], strlen(values->codes[v])) & (n - 1);

        while (slots[i])
            i = (i + 1) & (n - 1);
        slots[i] = v;
    }
    sc_free(values->slots);
    values->slots = slots;
    values->mask = n - 1;
    return SC_OK;
}

static enum sc_status number_locked(struct sc_values *values, struct sc_slice code,
                                    const char *header, uint32_t *ret_number, struct sc_error *err)
{
    enum sc_status status = values_grow(values, err);
    size_t i;

    if (status)
        return status;
    for (i = XXH3_64bits(code.data, code.len) & values->mask; values->slots[i];
         i = (i + 1) & values->mask) {
        if (sc_slice_eq(code, values->codes[values->slots[i]])) {
            *ret_number = values->slots[i];
            return SC_OK;
        }
    }
    if (values->n == SC_VALUES_MAX)
        return sc_fail(err, SC_E_INPUT,
                       "the column '%s' has more than %d different values: it cannot be a "
                       "dimension",
                       header, SC_VALUES_MAX);
    values->codes[values->n + 1] = sc_arena_strndup(&values->arena, code.data, code.len);
    if (!values->codes[values->n + 1])
        return sc_fail_nomem(err);
    values->labels[values->n + 1] = values->codes[values->n + 1];
    values->slots[i] = (uint32_t)++values->n;
    *ret_number = (uint32_t)values->n;
    return SC_OK;
}

enum sc_status sc_values_number(struct sc_values *values, struct sc_slice code, const char *header,
                                uint32_t *ret_number, struct sc_error *err)
{
    enum sc_status status;

    if (code.len > SC_VALUE_BYTES_MAX)
        return sc_fail(err, SC_E_INPUT,
                       "the column '%s' holds values of over %d bytes: it looks like free text, "
                       "which cannot be a dimension",
                       header, SC_VALUE_BYTES_MAX);
    (void)pthread_mutex_lock(&values->lock);
    status = number_locked(values, code, header, ret_number, err);
    (void)pthread_mutex_unlock(&values->lock);
    return status;
}

/* ---- columns ---- */

static enum sc_status compile_formats(struct sc_plan *plan, struct sc_plan_column *column,
                                      struct sc_error *err)
{
    const struct sc_source *source = plan->source;
    const char *own = column->source ? column->source->date_format : NULL;
    size_t n = own ? 1 : source->n_date_formats;

    column->formats = sc_arena_alloc(&plan->arena, n * sizeof *column->formats);
    if (!column->formats)
        return sc_fail_nomem(err);
    for (size_t i = 0; i < n; i++) {
        const char *why = "";

        if (!sc_date_format_compile(own ? own : source->date_formats[i], &column->formats[i], &why))
            return sc_fail_at(err, SC_E_INPUT, source->path, 0, 0, "%s", why);
    }
    column->n_formats = n;
    return SC_OK;
}

static enum sc_status add_source_columns(struct sc_plan *plan, struct sc_error *err)
{
    const struct sc_source *source = plan->source;

    for (size_t i = 0; i < SC_COL_OTHER; i++)
        plan->by_role[i] = SC_NO_COLUMN;
    for (size_t i = 0; i < source->n_columns; i++) {
        struct sc_plan_column *column;
        const struct sc_column *from = &source->columns[i];

        if (from->role == SC_COL_OTHER)
            continue; /* read only when a table asks for it */
        column = &plan->columns[plan->n_columns];
        column->role = from->role;
        column->source = from;
        column->header = from->header;
        column->occurrence = from->occurrence;
        plan->by_role[from->role] = plan->n_columns++;
        if (from->role >= SC_COL_RECORDED && from->role <= SC_COL_COMMITTED_TO) {
            enum sc_status status = compile_formats(plan, column, err);

            if (status)
                return status;
        }
    }
    return SC_OK;
}

/* The column that a dimension names: by its key in extract.yaml, or by its header. */
static size_t other_column(struct sc_plan *plan, const char *name)
{
    const struct sc_source *source = plan->source;
    const struct sc_column *declared = NULL;
    struct sc_plan_column *column;
    const char *header;
    unsigned occurrence;

    for (size_t i = 0; i < source->n_columns && !declared; i++) {
        if (source->columns[i].role == SC_COL_OTHER && strcmp(source->columns[i].name, name) == 0)
            declared = &source->columns[i];
    }
    header = declared ? declared->header : name;
    occurrence = declared ? declared->occurrence : 1;
    for (size_t i = 0; i < plan->n_columns; i++) {
        if (strcmp(plan->columns[i].header, header) == 0 &&
            plan->columns[i].occurrence == occurrence)
            return i;
    }
    column = &plan->columns[plan->n_columns];
    column->role = SC_COL_OTHER;
    column->source = declared;
    column->header = header;
    column->occurrence = occurrence;
    return plan->n_columns++;
}

/* ---- dimensions ---- */

struct maker {
    struct sc_plan *plan;
    const struct sc_dictionary *const *dictionaries;
    size_t n_dictionaries;
    struct sc_diagnostics *diagnostics;
    bool bad;
    bool nomem;
};

SC_PRINTF(3, 4)
static void complain(struct maker *maker, const struct sc_table_wanted *table, const char *fmt, ...)
{
    char message[SC_ERROR_MESSAGE_MAX];
    va_list ap;

    va_start(ap, fmt);
    (void)vsnprintf(message, sizeof message, fmt, ap);
    va_end(ap);
    maker->bad = true;
    if (sc_diagnostics_add(maker->diagnostics, maker->plan->request->path, table->line, 1,
                           "table '%s': %s", table->id, message))
        maker->nomem = true;
}

static size_t role_column(struct maker *maker, const struct sc_table_wanted *table,
                          const char *dimension, enum sc_column_role role)
{
    size_t column = maker->plan->by_role[role];

    if (column == SC_NO_COLUMN)
        complain(maker, table, "the dimension '%s' needs the column '%s', which %s does not name",
                 dimension, sc_column_role_name(role), maker->plan->source->path);
    return column;
}

static const struct sc_bands *find_bands(const struct sc_request *request, const char *name)
{
    for (size_t i = 0; i < request->n_bands; i++) {
        if (strcmp(request->bands[i].name, name) == 0)
            return &request->bands[i];
    }
    return sc_bands_find(name);
}

static bool time_axis(const struct sc_plan *plan, const char *name, struct sc_axis *axis)
{
    static const struct {
        const char *name;
        enum sc_axis_kind kind;
    } times[] = {{"year", SC_AXIS_YEAR},           {"calendar_year", SC_AXIS_YEAR},
                 {"financial_year", SC_AXIS_YEAR}, {"quarter", SC_AXIS_QUARTER},
                 {"month", SC_AXIS_MONTH},         {"month_of_year", SC_AXIS_MONTH_OF_YEAR}};

    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        if (strcmp(times[i].name, name) != 0)
            continue;
        axis->kind = times[i].kind;
        axis->financial = plan->request->period.financial_year;
        if (strcmp(name, "calendar_year") == 0)
            axis->financial = false;
        else if (strcmp(name, "financial_year") == 0)
            axis->financial = true;
        if (axis->kind == SC_AXIS_MONTH)
            axis->financial = false; /* a month is the same in either year */
        return true;
    }
    return false;
}

/* Where in the matcher the categories of a table's dictionary begin. */
static void dictionary_axis(struct maker *maker, const struct sc_table_wanted *table, bool groups,
                            struct sc_axis *axis)
{
    unsigned bit = 0;

    axis->kind = SC_AXIS_METHOD;
    axis->owner = SC_OWNER_OFFENCE;
    axis->column = SC_NO_COLUMN;
    (void)role_column(maker, table, groups ? "method_group" : "method", SC_COL_NARRATIVE);
    axis->groups = groups;
    for (size_t i = 0; i < maker->n_dictionaries; i++) {
        const struct sc_dictionary *dictionary = maker->dictionaries[i];
        size_t len = strlen(dictionary->path);
        size_t wanted = strlen(table->dictionary);

        if (len >= wanted && strcmp(dictionary->path + len - wanted, table->dictionary) == 0) {
            if (sc_methods_count(dictionary, groups) > SC_METHODS_MAX + 1)
                complain(maker, table, "its dictionary has over %d categories%s", SC_METHODS_MAX,
                         groups ? " and groups" : "");
            if (groups && dictionary->n_groups == 0)
                complain(maker, table,
                         "its dictionary has no groups: write them under 'groups' in it, or ask "
                         "for the dimension 'method'");
            axis->dictionary = dictionary;
            axis->first_bit = bit;
            return;
        }
        bit += (unsigned)dictionary->n_categories;
    }
    complain(maker, table, "the dictionary '%s' is not loaded", table->dictionary);
}

static void protected_column(struct maker *maker, const struct sc_table_wanted *table,
                             const char *name, enum sc_column_role role)
{
    const char *what = role == SC_COL_NARRATIVE ? "a narrative is never printed"
                       : role == SC_COL_VICTIM_AGE || role == SC_COL_SUSPECT_AGE
                           ? "exact ages are never printed: use victim_age or suspect_age with "
                             "bands"
                       : role >= SC_COL_RECORDED && role <= SC_COL_COMMITTED_TO
                           ? "exact dates are never printed: use month, quarter or year"
                           : "it identifies a person or a record";

    complain(maker, table, "the column '%s' cannot be a dimension: %s", name, what);
}

/* Works out the axis a dimension stands for. False after complaining. */
static bool name_axis(struct maker *maker, const struct sc_table_wanted *table, const char *name,
                      struct sc_axis *axis)
{
    struct sc_plan *plan = maker->plan;
    static const struct {
        const char *name;
        enum sc_axis_kind kind;
        enum sc_owner owner;
        enum sc_column_role role;
    } known[] = {
        {"victim_age", SC_AXIS_BANDS, SC_OWNER_VICTIM, SC_COL_VICTIM_AGE},
        {"suspect_age", SC_AXIS_BANDS, SC_OWNER_SUSPECT, SC_COL_SUSPECT_AGE},
        {"victim_sex", SC_AXIS_VALUES, SC_OWNER_VICTIM, SC_COL_VICTIM_SEX},
        {"sex", SC_AXIS_VALUES, SC_OWNER_VICTIM, SC_COL_VICTIM_SEX},
        {"suspect_sex", SC_AXIS_VALUES, SC_OWNER_SUSPECT, SC_COL_SUSPECT_SEX},
        {"outcome", SC_AXIS_OUTCOME, SC_OWNER_OFFENCE, SC_COL_OUTCOME},
        {"outcome_group", SC_AXIS_OUTCOME_GROUP, SC_OWNER_OFFENCE, SC_COL_OUTCOME},
        {"offence_code", SC_AXIS_VALUES, SC_OWNER_OFFENCE, SC_COL_OFFENCE_CODE},
    };

    *axis = (struct sc_axis){.owner = SC_OWNER_OFFENCE, .column = SC_NO_COLUMN};
    if (time_axis(plan, name, axis)) {
        axis->column = plan->date_column;
        return true;
    }
    if (strcmp(name, "method") == 0 || strcmp(name, "method_group") == 0) {
        dictionary_axis(maker, table, strcmp(name, "method_group") == 0, axis);
        return axis->dictionary != NULL;
    }
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strcmp(known[i].name, name) != 0)
            continue;
        axis->kind = known[i].kind;
        axis->owner = known[i].owner;
        axis->column = role_column(maker, table, name, known[i].role);
        if (axis->kind == SC_AXIS_BANDS)
            axis->bands = find_bands(plan->request, table->bands);
        return axis->column != SC_NO_COLUMN;
    }
    axis->kind = SC_AXIS_VALUES;
    axis->column = other_column(plan, name);
    if (plan->columns[axis->column].role != SC_COL_OTHER) {
        protected_column(maker, table, name, plan->columns[axis->column].role);
        return false;
    }
    return true;
}

/* Whether an axis is a set for things of `unit`: they can have several of it. */
static bool is_set(const struct sc_plan *plan, enum sc_unit unit, const struct sc_axis *axis)
{
    if (axis->kind == SC_AXIS_METHOD)
        return true;
    if (!plan->person_stores || unit == SC_UNIT_ROWS)
        return false;
    return (axis->owner == SC_OWNER_VICTIM && unit != SC_UNIT_VICTIMS) ||
           (axis->owner == SC_OWNER_SUSPECT && unit != SC_UNIT_SUSPECTS);
}

static unsigned bits_for(size_t n)
{
    unsigned bits = 1;

    while (((size_t)1 << bits) < n)
        bits++;
    return bits;
}

#define SET_BITS 20 /* of a tally key, for the number of a set */

static void plan_dimension(struct maker *maker, struct sc_plan_table *table, const char *name,
                           unsigned *shift, struct sc_error *err)
{
    struct sc_plan *plan = maker->plan;
    struct sc_plan_dimension *dimension = &table->dimensions[table->n_dimensions];
    struct sc_axis axis;
    enum sc_status status;

    if (!name_axis(maker, table->wanted, name, &axis))
        return;
    status = find_axis(plan, &axis, &dimension->axis, err);
    if (status == SC_E_NOMEM) {
        maker->nomem = true;
        return;
    }
    if (status) {
        complain(maker, table->wanted, "%s", err ? err->message : "out of memory");
        return;
    }
    for (size_t i = 0; i < table->n_dimensions; i++) {
        if (table->dimensions[i].axis == dimension->axis)
            complain(maker, table->wanted, "two dimensions are the same (%s)", name);
    }
    dimension->set = is_set(plan, table->wanted->unit, &axis);
    dimension->bits = dimension->set ? SET_BITS : bits_for(plan->axes[dimension->axis].n_slots);
    dimension->shift = *shift;
    *shift += dimension->bits;
    table->n_dimensions++;
}

/* Two sets of the same person's attributes cannot be crossed: who had which would be lost. */
static void check_sets(struct maker *maker, const struct sc_plan_table *table)
{
    for (size_t i = 0; i < table->n_dimensions; i++) {
        const struct sc_axis *a = &maker->plan->axes[table->dimensions[i].axis];

        for (size_t j = 0; j < i; j++) {
            const struct sc_axis *b = &maker->plan->axes[table->dimensions[j].axis];

            if (table->dimensions[i].set && table->dimensions[j].set && a->owner == b->owner &&
                a->owner != SC_OWNER_OFFENCE)
                complain(maker, table->wanted,
                         "it crosses two attributes of one person but counts %s: count %s instead",
                         sc_unit_name(table->wanted->unit),
                         a->owner == SC_OWNER_VICTIM ? "victims" : "suspects");
        }
    }
}

static void check_unit(struct maker *maker, const struct sc_table_wanted *table)
{
    const struct sc_plan *plan = maker->plan;

    if (plan->source->row != SC_ROW_LINK) {
        if (table->unit == SC_UNIT_SUSPECTS && plan->by_role[SC_COL_SUSPECT_ID] == SC_NO_COLUMN &&
            plan->by_role[SC_COL_SUSPECT_AGE] == SC_NO_COLUMN &&
            plan->by_role[SC_COL_SUSPECT_SEX] == SC_NO_COLUMN)
            complain(maker, table,
                     "to count suspects the rows need the column suspect_id, suspect_age or "
                     "suspect_sex, to tell which offences have one");
        return;
    }
    if (table->unit == SC_UNIT_VICTIMS && plan->by_role[SC_COL_VICTIM_ID] == SC_NO_COLUMN)
        complain(maker, table, "to count victims the rows need the column victim_id");
    if (table->unit == SC_UNIT_SUSPECTS && plan->by_role[SC_COL_SUSPECT_ID] == SC_NO_COLUMN)
        complain(maker, table, "to count suspects the rows need the column suspect_id");
}

static void plan_table(struct maker *maker, struct sc_plan_table *table, struct sc_error *err)
{
    const struct sc_table_wanted *wanted = table->wanted;
    unsigned shift = 0;

    check_unit(maker, wanted);
    for (size_t d = 0; d < wanted->n_dimensions; d++)
        plan_dimension(maker, table, wanted->dimensions[d], &shift, err);
    check_sets(maker, table);
    if (shift > 63)
        complain(maker, wanted, "it has too many dimensions to count at once");
}

/* ---- units ---- */

static size_t unit_of(const struct sc_plan *plan, const struct sc_table_wanted *table)
{
    /* rows that are offences: one store, whatever is counted */
    return plan->person_stores ? (size_t)table->unit : (size_t)SC_UNIT_OFFENCES;
}

static void note_unit_axis(struct sc_plan_unit *unit, const struct sc_plan_dimension *dimension)
{
    for (size_t i = 0; i < unit->n_words; i++) {
        if (unit->axes[i] == dimension->axis && unit->is_set[i] == dimension->set)
            return;
    }
    if (unit->n_words + 1 < sizeof unit->axes / sizeof *unit->axes) {
        unit->axes[unit->n_words] = dimension->axis;
        unit->is_set[unit->n_words++] = dimension->set;
    }
}

/* Which axes each kind of entity must be remembered by, those of time first. */
static void plan_units(struct sc_plan *plan)
{
    if (!plan->entities)
        return;
    for (int times = 1; times >= 0; times--) {
        for (size_t t = 0; t < plan->n_tables; t++) {
            const struct sc_plan_table *table = &plan->tables[t];
            struct sc_plan_unit *unit = &plan->units[unit_of(plan, table->wanted)];

            if (plan->person_stores && table->wanted->unit == SC_UNIT_ROWS)
                continue;
            unit->kept = true;
            for (size_t d = 0; d < table->n_dimensions; d++) {
                bool time = plan->axes[table->dimensions[d].axis].kind <= SC_AXIS_MONTH_OF_YEAR;

                if (time == (times == 1))
                    note_unit_axis(unit, &table->dimensions[d]);
            }
        }
    }
    plan->units[SC_UNIT_OFFENCES].kept = true;
    if (plan->person_stores && plan->law) {
        plan->units[SC_UNIT_VICTIMS].kept |= plan->by_role[SC_COL_VICTIM_ID] != SC_NO_COLUMN;
        plan->units[SC_UNIT_SUSPECTS].kept |= plan->by_role[SC_COL_SUSPECT_ID] != SC_NO_COLUMN;
    }
    for (size_t u = 0; u < SC_N_UNITS; u++) {
        struct sc_plan_unit *unit = &plan->units[u];

        if (unit->kept)
            unit->is_set[unit->n_words++] = true; /* the law flags */
    }
}

static void check_request(struct maker *maker)
{
    const struct sc_plan *plan = maker->plan;
    const struct sc_request *request = plan->request;
    enum sc_column_role date = (enum sc_column_role)(SC_COL_RECORDED + request->period.date);

    if (plan->by_role[date] == SC_NO_COLUMN) {
        maker->bad = true;
        maker->nomem |=
            sc_diagnostics_add(maker->diagnostics, plan->source->path, 1, 1,
                               "the period goes by the date '%s', but no such column is named",
                               sc_column_role_name(date)) != SC_OK;
    }
    if (request->n_offences && plan->by_role[SC_COL_OFFENCE_CODE] == SC_NO_COLUMN) {
        maker->bad = true;
        maker->nomem |= sc_diagnostics_add(maker->diagnostics, plan->source->path, 1, 1,
                                           "the request names offences, but the column "
                                           "'offence_code' is not named") != SC_OK;
    }
}

static size_t count_tables(const struct sc_request *request)
{
    size_t n = 0;

    for (size_t q = 0; q < request->n_questions; q++)
        n += request->questions[q].n_tables;
    return n;
}

static enum sc_status allocate(struct sc_plan *plan, struct sc_error *err)
{
    size_t n_tables = count_tables(plan->request);
    size_t n_dimensions = n_tables * SC_DIMENSIONS_MAX;

    plan->tables = sc_arena_alloc(&plan->arena, (n_tables + 1) * sizeof *plan->tables);
    plan->axes = sc_arena_alloc(&plan->arena, (n_dimensions + 1) * sizeof *plan->axes);
    plan->columns = sc_arena_alloc(&plan->arena, (plan->source->n_columns + n_dimensions + 1) *
                                                     sizeof *plan->columns);
    if (!plan->tables || !plan->axes || !plan->columns)
        return sc_fail_nomem(err);
    return SC_OK;
}

static void make_tables(struct maker *maker, struct sc_error *err)
{
    struct sc_plan *plan = maker->plan;
    const struct sc_request *request = plan->request;

    for (size_t q = 0; q < request->n_questions; q++) {
        for (size_t t = 0; t < request->questions[q].n_tables; t++) {
            struct sc_plan_table *table = &plan->tables[plan->n_tables++];

            table->wanted = &request->questions[q].tables[t];
            table->question = &request->questions[q];
            plan_table(maker, table, err);
        }
    }
}

enum sc_status sc_plan_make(const struct sc_request *request, const struct sc_source *source,
                            const struct sc_dictionary *const *dictionaries, size_t n_dictionaries,
                            enum sc_engine engine, struct sc_plan **ret_plan,
                            struct sc_diagnostics *diagnostics, struct sc_error *err)
{
    SC_AUTO(sc_plan) plan = sc_alloc(sizeof *plan);
    struct maker maker = {plan, dictionaries, n_dictionaries, diagnostics, false, false};
    enum sc_status status;

    if (!plan)
        return sc_fail_nomem(err);
    plan->request = request;
    plan->source = source;
    status = allocate(plan, err);
    if (!status)
        status = add_source_columns(plan, err);
    if (status)
        return status;
    plan->date_column = plan->by_role[SC_COL_RECORDED + (size_t)request->period.date];
    plan->person_stores = source->row == SC_ROW_LINK;
    plan->entities = plan->person_stores ||
                     (plan->by_role[SC_COL_OFFENCE_ID] != SC_NO_COLUMN && !source->trust_unique);
    for (size_t i = 0; i < request->n_offences; i++)
        plan->law |= strcmp(request->offences[i].code, "071/17") == 0 ||
                     strcmp(request->offences[i].code, "88A") == 0;
    check_request(&maker);
    if (!maker.bad)
        make_tables(&maker, err);
    if (maker.nomem)
        return sc_fail_nomem(err);
    if (maker.bad)
        return sc_fail_bad_form(diagnostics, err);
    plan_units(plan);
    if (n_dictionaries) {
        status = sc_matcher_new(dictionaries, n_dictionaries, engine, &plan->matcher, err);
        if (status)
            return status;
    }
    *ret_plan = SC_TAKE(plan);
    return SC_OK;
}

void sc_plan_free(struct sc_plan *plan)
{
    if (!plan)
        return;
    for (size_t i = 0; i < plan->n_axes; i++)
        values_free(plan->axes[i].values);
    sc_matcher_free(plan->matcher);
    sc_arena_release(&plan->arena);
    sc_free(plan);
}
