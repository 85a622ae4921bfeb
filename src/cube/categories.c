/*
 * categories.c - which categories a table shows, in which order, and what they
 * are called.
 */
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/error.h"
#include "codes/codes.h"
#include "cube/finish.h"
#include "cube/methods.h"

#define OTHER_CODE "other"
#define NONE_CODE "none"

char *sc_finish_text(struct sc_finisher *f, const char *fmt, ...)
{
    char text[SC_ERROR_MESSAGE_MAX];
    va_list ap;

    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    return sc_arena_strdup(&f->owned->arena, text);
}

/* ---- categories ---- */

sc_day sc_finish_first_day(const struct sc_axis *axis, const struct sc_period *period, size_t i)
{
    struct sc_civil from = sc_civil_from_day(period->from);
    int months = from.year * 12 + from.month - 1;
    int shift = axis->financial ? 3 : 0;
    int step = axis->kind == SC_AXIS_YEAR ? 12 : axis->kind == SC_AXIS_QUARTER ? 3 : 1;
    struct sc_civil date;
    sc_day day;

    months = ((months - shift) / step + (int)i) * step + shift;
    date = (struct sc_civil){months / 12, months % 12 + 1, 1};
    day = sc_day_from_civil(date);
    return day < period->from ? period->from : day;
}

/* Year in which a financial year began, for a day in it. */
static int financial_start(struct sc_civil date)
{
    return date.month >= 4 ? date.year : date.year - 1;
}

static bool time_category(struct sc_finisher *f, const struct sc_axis *axis, size_t i,
                          struct sc_category *category)
{
    const struct sc_period *period = &f->pass->plan->request->period;
    struct sc_civil date = sc_civil_from_day(sc_finish_first_day(axis, period, i));
    int quarter = (date.month - 1) / 3;
    int start = financial_start(date);
    int month = (int)i + (axis->financial ? 3 : 0);

    switch (axis->kind) {
    case SC_AXIS_YEAR:
        category->code = axis->financial ? sc_finish_text(f, "%d/%02d", start, (start + 1) % 100)
                                         : sc_finish_text(f, "%d", date.year);
        category->label = category->code;
        break;
    case SC_AXIS_QUARTER:
        category->code = axis->financial ? sc_finish_text(f, "%d/%02d Q%d", start,
                                                          (start + 1) % 100, (quarter + 3) % 4 + 1)
                                         : sc_finish_text(f, "%d Q%d", date.year, quarter + 1);
        category->label = sc_finish_text(f, "%s to %s %d", sc_month_name(quarter * 3 + 1),
                                         sc_month_name(quarter * 3 + 3), date.year);
        break;
    case SC_AXIS_MONTH_OF_YEAR:
        category->code = sc_finish_text(f, "%02d", month % 12 + 1);
        category->label = sc_finish_text(f, "%s", sc_month_name(month % 12 + 1));
        break;
    default:
        category->code = sc_finish_text(f, "%04d-%02d", date.year, date.month);
        category->label = sc_finish_text(f, "%s %d", sc_month_name(date.month), date.year);
        break;
    }
    return category->code && category->label;
}

static bool unknown_category(const struct sc_axis *axis, struct sc_category *category)
{
    (void)axis;
    category->code = SC_UNKNOWN_CODE;
    category->label = "Not recorded / unknown";
    return true;
}

static bool other_category(const struct sc_axis *axis, struct sc_category *category)
{
    category->code = OTHER_CODE;
    category->label = axis->kind == SC_AXIS_BANDS ? "Other ages" : "Not a Home Office outcome code";
    return true;
}

static bool method_category(struct sc_finisher *f, const struct sc_axis *axis, uint32_t number,
                            struct sc_category *category)
{
    const struct sc_dictionary_group *group = sc_methods_group(axis, number);

    if (number == sc_methods_none(axis)) {
        category->code = NONE_CODE;
        category->label = "None found";
        return true;
    }
    category->code =
        sc_finish_text(f, "%s", group ? group->code : axis->dictionary->categories[number].code);
    category->label =
        sc_finish_text(f, "%s", group ? group->label : axis->dictionary->categories[number].label);
    return category->code && category->label;
}

static bool describe_number(struct sc_finisher *f, const struct sc_axis *axis, uint32_t number,
                            struct sc_category *category)
{
    const char *groups[64];
    const char *description = NULL;

    category->parent = -1;
    switch (axis->kind) {
    case SC_AXIS_YEAR:
    case SC_AXIS_QUARTER:
    case SC_AXIS_MONTH:
    case SC_AXIS_MONTH_OF_YEAR:
        return time_category(f, axis, number, category);
    case SC_AXIS_METHOD:
        return method_category(f, axis, number, category);
    case SC_AXIS_VALUES:
        if (number == 0)
            return unknown_category(axis, category);
        category->code = sc_finish_text(f, "%s", axis->values->codes[number]);
        category->label = category->code;
        if (category->code && f->pass->plan->columns[axis->column].role == SC_COL_OFFENCE_CODE &&
            (sc_offence_code_find(category->code, &description, NULL) ||
             sc_offence_class_find(category->code, &description)))
            category->label = sc_finish_text(f, "%s %s", category->code, description);
        return category->code && category->label;
    default:
        break;
    }
    if (number == sc_axis_unknown(axis))
        return unknown_category(axis, category);
    if (number == sc_axis_other(axis))
        return other_category(axis, category);
    if (axis->kind == SC_AXIS_BANDS) {
        category->code = sc_finish_text(f, "%s", axis->bands->bands[number].code);
        category->label = sc_finish_text(f, "%s", axis->bands->bands[number].label);
        return category->code && category->label;
    }
    if (axis->kind == SC_AXIS_OUTCOME) {
        category->code = sc_outcome_at(number)->code;
        category->label = sc_outcome_at(number)->label;
        return true;
    }
    (void)sc_outcome_groups(groups, 64);
    category->code = category->label = groups[number];
    return true;
}

/* Whether a category is shown though nothing was counted in it. */
static bool always_shown(const struct sc_axis *axis, uint32_t number)
{
    switch (axis->kind) {
    case SC_AXIS_YEAR:
    case SC_AXIS_QUARTER:
    case SC_AXIS_MONTH:
    case SC_AXIS_MONTH_OF_YEAR:
        return true;
    case SC_AXIS_BANDS:
        return number != sc_axis_other(axis);
    default:
        return number == sc_axis_unknown(axis);
    }
}

struct labelled {
    uint32_t number;
    const char *code;
};

static int by_code(const void *a, const void *b)
{
    const struct labelled *left = a;
    const struct labelled *right = b;

    return sc_natural_compare(left->code, right->code);
}

/* The order in which numbers are shown: values by name, unknown last; others as numbered. */
static size_t order_numbers(const struct sc_shape *shape, struct labelled *order)
{
    const struct sc_axis *axis = shape->axis;
    uint32_t methods[SC_METHODS_MAX + 1];
    size_t n = 0;

    if (axis->kind == SC_AXIS_METHOD) {
        n = sc_methods_order(axis, methods);
        for (size_t i = 0; i < n; i++)
            order[i].number = methods[i];
        return n;
    }
    for (uint32_t number = 0; number < shape->n_slots; number++) {
        if (axis->kind == SC_AXIS_VALUES && number == 0)
            continue;
        if (!shape->met[number] && !always_shown(axis, number))
            continue;
        order[n].number = number;
        order[n++].code = axis->kind == SC_AXIS_VALUES ? axis->values->codes[number] : "";
    }
    if (axis->kind == SC_AXIS_VALUES) {
        if (n)
            qsort(order, n, sizeof *order, by_code);
        order[n++].number = 0;
    }
    return n;
}

static const char *dimension_label(const struct sc_pass *pass, const struct sc_axis *axis)
{
    const struct sc_plan_column *column =
        axis->column == SC_NO_COLUMN ? NULL : &pass->plan->columns[axis->column];

    switch (axis->kind) {
    case SC_AXIS_YEAR:
        return axis->financial ? "Financial year" : "Year";
    case SC_AXIS_QUARTER:
        return "Quarter";
    case SC_AXIS_MONTH:
        return "Month";
    case SC_AXIS_MONTH_OF_YEAR:
        return "Month of year";
    case SC_AXIS_BANDS:
        return axis->owner == SC_OWNER_VICTIM ? "Age of victim" : "Age of suspect";
    case SC_AXIS_OUTCOME:
        return "Outcome";
    case SC_AXIS_OUTCOME_GROUP:
        return "Outcome group";
    case SC_AXIS_METHOD:
        return axis->groups ? "Method of communication, grouped" : "Method of communication";
    case SC_AXIS_VALUES:
        break;
    }
    assert(column); /* values are those of a column */
    if (column->source && column->source->label[0])
        return column->source->label;
    if (column->role == SC_COL_VICTIM_SEX)
        return "Sex of victim";
    if (column->role == SC_COL_SUSPECT_SEX)
        return "Sex of suspect";
    if (column->role == SC_COL_OFFENCE_CODE)
        return "Offence";
    return column->header;
}

enum sc_status sc_finish_dimension(struct sc_finisher *f, const struct sc_plan_table *table,
                                   size_t d, struct sc_shape *shape, struct sc_dimension *dimension)
{
    SC_AUTO_FREE struct labelled *order = sc_alloc_array(shape->n_slots + 1, sizeof *order);
    const char *label = dimension_label(f->pass, shape->axis);
    size_t n;

    if (!order)
        return sc_fail_nomem(f->err);
    n = order_numbers(shape, order);
    dimension->code = sc_finish_text(f, "%s", table->wanted->dimensions[d]);
    dimension->label = sc_finish_text(f, "%s", label);
    dimension->categories = sc_arena_alloc(&f->owned->arena, n * sizeof *dimension->categories);
    dimension->n_categories = n;
    dimension->nested_in = -1;
    dimension->overlapping = shape->set;
    if (!dimension->code || !dimension->label || !dimension->categories)
        return sc_fail_nomem(f->err);
    for (size_t i = 0; i < shape->n_slots; i++)
        shape->position[i] = UINT32_MAX;
    for (size_t i = 0; i < n; i++) {
        shape->position[order[i].number] = (uint32_t)i;
        if (!describe_number(f, shape->axis, order[i].number, &dimension->categories[i]))
            return sc_fail_nomem(f->err);
    }
    return SC_OK;
}
