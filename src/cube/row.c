/*
 * row.c - the verdict on one row.
 *
 * A row is looked at in this order, and the first thing found decides: the
 * offence code, removal, the period's date, the ages, the id; last, whether the
 * same link or offence was there already (add.c). The order is the same for
 * every row and every request, so the accounting means the same everywhere.
 */
#include "base/error.h"
#include "cube/methods.h"
#include "cube/worker.h"

/* 71/17 came into force on 3 April 2017: days since 1970. */
#define LAW_DAY 17259

static inline enum sc_status value_of(struct sc_worker *w, const struct sc_batch *batch,
                                      const struct sc_row *row, size_t column,
                                      const struct sc_value **ret_value, struct sc_error *err)
{
    const struct sc_plan_column *c = &w->plan->columns[column];
    enum sc_status status =
        sc_memo_get(w->memos[column], sc_worker_field(w, batch, row, column), ret_value, err);

    for (size_t i = 0; !status && i < c->n_axes; i++)
        w->axes[c->axes[i]] = (*ret_value)->coordinates[i];
    return status;
}

/* An id, trimmed; empty when it means missing. */
static struct sc_slice id_of(const struct sc_worker *w, const struct sc_batch *batch,
                             const struct sc_row *row, enum sc_column_role role)
{
    size_t column = w->plan->by_role[role];
    struct sc_slice id = {"", 0};

    if (column == SC_NO_COLUMN)
        return id;
    id = sc_slice_trim(sc_worker_field(w, batch, row, column));
    if (id.len && w->missing_first[(unsigned char)id.data[0]] &&
        sc_is_missing(w->plan->source, w->plan->columns[column].source, id))
        id.len = 0;
    return id;
}

/* The date a column holds, or SC_DAY_NONE. */
static enum sc_status day_of(struct sc_worker *w, const struct sc_batch *batch,
                             const struct sc_row *row, enum sc_column_role role, sc_day *ret_day,
                             struct sc_error *err)
{
    size_t column = w->plan->by_role[role];
    const struct sc_value *value = NULL;
    enum sc_status status;

    *ret_day = SC_DAY_NONE;
    if (column == SC_NO_COLUMN)
        return SC_OK;
    status = value_of(w, batch, row, column, &value, err);
    if (!status && (value->verdict == SC_VALUE_OK || value->verdict == SC_VALUE_EXCLUDED))
        *ret_day = value->number;
    return status;
}

/* Facts against the law of 71/17, as bits of the flags word. */
static enum sc_status check_law(struct sc_worker *w, const struct sc_batch *batch,
                                const struct sc_row *row, const struct sc_value *victim,
                                const struct sc_value *suspect, struct sc_error *err)
{
    sc_day from = SC_DAY_NONE;
    sc_day to = SC_DAY_NONE;
    enum sc_status status = day_of(w, batch, row, SC_COL_COMMITTED_TO, &to, err);

    if (!status)
        status = day_of(w, batch, row, SC_COL_COMMITTED_FROM, &from, err);
    if (to == SC_DAY_NONE)
        to = from;
    if (to != SC_DAY_NONE && to < LAW_DAY)
        w->flags |= SC_LAW_COMMITTED_BEFORE;
    if (victim && victim->verdict == SC_VALUE_OK && victim->number >= 16)
        w->flags |= SC_LAW_VICTIM_16;
    if (suspect && suspect->verdict == SC_VALUE_OK && suspect->number < 18)
        w->flags |= SC_LAW_SUSPECT_UNDER_18;
    return status;
}

static enum sc_status age_of(struct sc_worker *w, const struct sc_batch *batch,
                             const struct sc_row *row, enum sc_column_role role,
                             const struct sc_value **ret_value, sc_row_verdict *verdict,
                             const char **ret_column, struct sc_error *err)
{
    size_t column = w->plan->by_role[role];
    enum sc_status status;

    if (column == SC_NO_COLUMN)
        return SC_OK;
    status = value_of(w, batch, row, column, ret_value, err);
    if (!status && (*ret_value)->verdict == SC_VALUE_BAD) {
        *verdict = sc_row_faulty(SC_FAULTY_BAD_AGE);
        *ret_column = w->plan->columns[column].header;
    }
    return status;
}

/* Looks at the offence code: *is_71_17, and a verdict other than SC_ROW_COUNTED if it decides. */
static enum sc_status look_at_code(struct sc_worker *w, const struct sc_batch *batch,
                                   const struct sc_row *row, sc_row_verdict *verdict,
                                   const char **ret_column, bool *is_71_17, struct sc_error *err)
{
    size_t column = w->plan->by_role[SC_COL_OFFENCE_CODE];
    const struct sc_value *value = NULL;
    enum sc_status status;

    if (column == SC_NO_COLUMN)
        return SC_OK;
    status = value_of(w, batch, row, column, &value, err);
    if (status || value->verdict == SC_VALUE_OK) {
        *is_71_17 = !status && value->is_71_17;
        return status;
    }
    *ret_column = w->plan->columns[column].header;
    if (value->verdict == SC_VALUE_EXCLUDED) {
        w->ambiguous_class += value->ambiguous_class;
        *verdict = sc_row_excluded(SC_EXCLUDED_OFFENCE_CODE);
    } else {
        *verdict = sc_row_faulty(value->verdict == SC_VALUE_MISSING ? SC_FAULTY_NO_CODE
                                                                    : SC_FAULTY_BAD_CODE);
    }
    return SC_OK;
}

/* Removed records, by their own column or by an outcome C1 to C5. */
static enum sc_status look_at_removal(struct sc_worker *w, const struct sc_batch *batch,
                                      const struct sc_row *row, sc_row_verdict *verdict,
                                      struct sc_error *err)
{
    static const enum sc_column_role roles[2] = {SC_COL_REMOVED, SC_COL_OUTCOME};

    for (size_t i = 0; i < 2; i++) {
        size_t column = w->plan->by_role[roles[i]];
        const struct sc_value *value = NULL;
        enum sc_status status;

        if (column == SC_NO_COLUMN)
            continue;
        status = value_of(w, batch, row, column, &value, err);
        if (status)
            return status;
        if (value->verdict == SC_VALUE_EXCLUDED)
            *verdict = sc_row_excluded(SC_EXCLUDED_REMOVED);
    }
    return SC_OK;
}

static enum sc_status look_at_date(struct sc_worker *w, const struct sc_batch *batch,
                                   const struct sc_row *row, sc_row_verdict *verdict,
                                   const char **ret_column, struct sc_error *err)
{
    const struct sc_value *value = NULL;
    enum sc_status status = value_of(w, batch, row, w->plan->date_column, &value, err);

    if (status || value->verdict == SC_VALUE_OK)
        return status;
    *ret_column = w->plan->columns[w->plan->date_column].header;
    if (value->verdict == SC_VALUE_EXCLUDED)
        *verdict = sc_row_excluded(SC_EXCLUDED_PERIOD);
    else
        *verdict = sc_row_faulty(value->verdict == SC_VALUE_MISSING ? SC_FAULTY_NO_DATE
                                                                    : SC_FAULTY_BAD_DATE);
    return SC_OK;
}

/* Who there is: in link rows by their ids, else as documented in docs/extract.md. */
static enum sc_status look_at_persons(struct sc_worker *w, const struct sc_batch *batch,
                                      const struct sc_row *row, const struct sc_value *suspect_age,
                                      struct sc_error *err)
{
    const struct sc_plan *plan = w->plan;
    bool victim = true;
    bool suspect = false;

    w->victim_id = id_of(w, batch, row, SC_COL_VICTIM_ID);
    w->suspect_id = id_of(w, batch, row, SC_COL_SUSPECT_ID);
    if (plan->by_role[SC_COL_VICTIM_ID] != SC_NO_COLUMN)
        victim = w->victim_id.len != 0;
    if (plan->by_role[SC_COL_SUSPECT_ID] != SC_NO_COLUMN) {
        suspect = w->suspect_id.len != 0;
    } else {
        size_t sex = plan->by_role[SC_COL_SUSPECT_SEX];

        suspect = suspect_age && suspect_age->verdict == SC_VALUE_OK;
        if (!suspect && sex != SC_NO_COLUMN) {
            const struct sc_value *value = NULL;
            enum sc_status status = value_of(w, batch, row, sex, &value, err);

            if (status)
                return status;
            suspect = value->verdict == SC_VALUE_OK;
        }
    }
    w->flags |= (victim ? SC_ROW_HAS_VICTIM : 0) | (suspect ? SC_ROW_HAS_SUSPECT : 0);
    return SC_OK;
}

/* Columns with axes that none of the looks above reads. */
static enum sc_status look_at_the_rest(struct sc_worker *w, const struct sc_batch *batch,
                                       const struct sc_row *row, struct sc_error *err)
{
    for (size_t i = 0; i < w->plan->n_columns; i++) {
        const struct sc_plan_column *column = &w->plan->columns[i];
        const struct sc_value *value = NULL;
        enum sc_status status;

        if (column->n_axes == 0 ||
            (column->role != SC_COL_OTHER && column->role != SC_COL_VICTIM_SEX &&
             column->role != SC_COL_SUSPECT_SEX))
            continue;
        status = value_of(w, batch, row, i, &value, err);
        if (status)
            return status;
    }
    return SC_OK;
}

static enum sc_status classify(struct sc_worker *w, const struct sc_batch *batch,
                               const struct sc_row *row, struct sc_error *err)
{
    const struct sc_plan *plan = w->plan;
    struct sc_slice text = sc_worker_field(w, batch, row, plan->by_role[SC_COL_NARRATIVE]);
    struct sc_found found = {0};
    enum sc_status status =
        sc_matcher_find(plan->matcher, w->scratch, text.data, text.len, &found, err);

    w->found = found.set;
    if (found.by[SC_MATCH_NEAR])
        w->flags |= SC_ROW_FOUND_NEAR;
    for (size_t i = 0; !status && i < plan->n_axes; i++) {
        const struct sc_axis *axis = &plan->axes[i];

        if (axis->kind == SC_AXIS_METHOD)
            w->axes[i] = sc_methods_set(axis, found.set);
    }
    return status;
}

/* Shows a row to whoever watches, if what was found in it counts. */
static enum sc_status show_row(struct sc_worker *w, const struct sc_batch *batch,
                               const struct sc_row *row, sc_row_verdict verdict,
                               struct sc_error *err)
{
    const struct sc_watch *watch = w->options->watch;
    struct sc_watched_row shown = {.found = w->found};
    size_t narrative;

    if (verdict != SC_ROW_COUNTED && verdict != sc_row_excluded(SC_EXCLUDED_DUPLICATE))
        return SC_OK;
    shown.offence_id = id_of(w, batch, row, SC_COL_OFFENCE_ID);
    narrative = w->plan->by_role[SC_COL_NARRATIVE];
    shown.narrative = sc_worker_field(w, batch, row, narrative);
    shown.quoted = shown.narrative.data != sc_batch_raw(batch, row, w->columns[narrative]).data;
    return watch->row(watch->context, w->number, &shown, err);
}

enum sc_status sc_row_judge(struct sc_worker *w, const struct sc_batch *batch,
                            const struct sc_row *row, sc_row_verdict *verdict,
                            const char **ret_column, struct sc_error *err)
{
    const struct sc_plan *plan = w->plan;
    const struct sc_value *victim = NULL;
    const struct sc_value *suspect = NULL;
    bool is_71_17 = false;
    enum sc_status status;

    w->flags = 0;
    status = look_at_code(w, batch, row, verdict, ret_column, &is_71_17, err);
    if (!status && !*verdict)
        status = look_at_removal(w, batch, row, verdict, err);
    if (!status && !*verdict)
        status = look_at_date(w, batch, row, verdict, ret_column, err);
    if (!status && !*verdict)
        status = age_of(w, batch, row, SC_COL_VICTIM_AGE, &victim, verdict, ret_column, err);
    if (!status && !*verdict)
        status = age_of(w, batch, row, SC_COL_SUSPECT_AGE, &suspect, verdict, ret_column, err);
    if (!status && !*verdict && plan->entities) {
        w->offence_id = id_of(w, batch, row, SC_COL_OFFENCE_ID);
        if (w->offence_id.len == 0) {
            *verdict = sc_row_faulty(SC_FAULTY_NO_ID);
            *ret_column = plan->columns[plan->by_role[SC_COL_OFFENCE_ID]].header;
        }
    }
    if (status || *verdict)
        return status;
    status = look_at_persons(w, batch, row, suspect, err);
    if (!status)
        status = look_at_the_rest(w, batch, row, err);
    if (!status && plan->law && is_71_17)
        status = check_law(w, batch, row, victim, suspect, err);
    if (!status && plan->matcher)
        status = classify(w, batch, row, err);
    if (status)
        return status;
    status = sc_row_add(w, verdict, err);
    if (!status && w->options->watch && plan->matcher)
        status = show_row(w, batch, row, *verdict, err);
    return status;
}
