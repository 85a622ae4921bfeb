#include "answer/given.h"

#include <string.h>

#include "base/error.h"

void sc_given_free(struct sc_given *given)
{
    if (!given)
        return;
    sc_audit_free(given->audit);
    sc_free(given->known);
    sc_free(given->figures);
    sc_free(given);
}

/* What rounded figures, or marks, say of a cell. */
struct intervals {
    int64_t *least, *most;
    bool any;
};

static void narrow(const struct sc_link_table *table, size_t k, uint32_t cell,
                   struct intervals *known)
{
    int64_t least, most;

    sc_link_interval(table, k, &least, &most);
    known->least[cell] = least > known->least[cell] ? least : known->least[cell];
    known->most[cell] = most < known->most[cell] ? most : known->most[cell];
    known->any = true;
}

/* What one earlier table shows; of two that speak of a cell a number says more than a mark. */
static void note_table(const struct sc_link_table *table, const struct sc_linked *linked,
                       size_t table_i, struct sc_figure *figures, struct intervals *rounded,
                       struct intervals *marked)
{
    for (size_t k = 0; table->shown && k < table->table->n_cells; k++) {
        uint32_t cell = linked->cell_of[table_i][k];
        const struct sc_cell *shown = &table->shown[k];

        if (!sc_linked_believes(linked, table, table_i, k))
            continue;
        if (shown->status == SC_CELL_PUBLISHED) {
            figures[cell] =
                (struct sc_figure){.kind = SC_FIGURE_VALUE, .value = (int64_t)shown->count};
        } else if (sc_cell_is_withheld(shown) && figures[cell].kind != SC_FIGURE_VALUE) {
            narrow(table, k, cell, marked);
            figures[cell] = sc_link_mark(marked->least[cell], marked->most[cell], 0);
        } else if (shown->status == SC_CELL_ROUNDED) {
            narrow(table, k, cell, rounded);
        }
    }
}

static bool is_sensitive(int64_t count, const struct sc_audit_policy *policy)
{
    return count >= 1 && count < (policy->threshold ? policy->threshold : 5);
}

/* What this answer withholds by its own rule, though an earlier one, under another, printed it. */
static bool is_withheld_now(int64_t count, const struct sc_audit_policy *policy)
{
    return is_sensitive(count, policy) || (count == 0 && policy->zeros == SC_ZEROS_HIDDEN);
}

/* Takes what either reader knows for certain. Its count is that of any table that agrees. */
static void note_known(struct sc_given *given, const struct sc_linked *linked,
                       const struct sc_audit_policy *policy)
{
    for (uint32_t cell = 0; cell < sc_system_n_cells(linked->system); cell++) {
        const struct sc_figure *figure = &given->figures[cell];
        bool exact = figure->kind == SC_FIGURE_VALUE && is_withheld_now(figure->value, policy);

        for (int r = SC_READER_SUMS; r <= SC_READER_RULES; r++)
            exact = exact || given->audit->readers[r].verdict[cell] == SC_VERDICT_EXACT;
        if (!exact || (figure->kind == SC_FIGURE_VALUE && !is_withheld_now(figure->value, policy)))
            continue;
        given->known[cell] = true;
        given->n_known++;
        given->n_sensitive += is_sensitive(linked->count[cell], policy);
    }
    given->n_sensitive += given->audit->readers[SC_READER_RULES].implied;
}

enum sc_status sc_given_new(const struct sc_link_table *tables, const struct sc_linked *linked,
                            const struct sc_audit_policy *policy, struct sc_given **ret_given,
                            struct sc_error *err)
{
    size_t n = sc_system_n_cells(linked->system);
    SC_AUTO(sc_given) given = sc_alloc(sizeof *given);
    struct sc_audit_policy alone = {.threshold = policy->threshold,
                                    .width = policy->width,
                                    .readers = SC_READER_BIT(SC_READER_SUMS) |
                                               SC_READER_BIT(SC_READER_RULES),
                                    .no_implied = policy->no_implied,
                                    .zeros = SC_ZEROS_HIDDEN, /* marks say it */
                                    .stop = policy->stop,
                                    .stop_arg = policy->stop_arg};
    SC_AUTO_FREE int64_t *least = sc_alloc_array(n, sizeof *least);
    SC_AUTO_FREE int64_t *most = sc_alloc_array(n, sizeof *most);
    SC_AUTO_FREE int64_t *mark_least = sc_alloc_array(n, sizeof *mark_least);
    SC_AUTO_FREE int64_t *mark_most = sc_alloc_array(n, sizeof *mark_most);
    struct intervals rounded = {least, most, false}, marked = {mark_least, mark_most, false};
    enum sc_status status;

    if (!given || !least || !most || !mark_least || !mark_most)
        return sc_fail_nomem(err);
    given->known = sc_alloc_array(n, sizeof *given->known);
    given->figures = sc_alloc_array(n, sizeof *given->figures);
    if (!given->known || !given->figures)
        return sc_fail_nomem(err);
    for (size_t c = 0; c < n; c++)
        most[c] = mark_most[c] = SC_UNBOUNDED;
    for (size_t t = 0; t < linked->n_tables; t++)
        note_table(&tables[t], linked, t, given->figures, &rounded, &marked);
    for (size_t c = 0; c < n; c++)
        if (linked->empty[c] & SC_LINK_EMPTY_BEFORE)
            given->figures[c] = (struct sc_figure){.kind = SC_FIGURE_VALUE};
    for (size_t c = 0; c < n; c++)
        if (given->figures[c].kind == SC_FIGURE_VALUE)
            least[c] = most[c] = given->figures[c].value;
    if (rounded.any) {
        alone.least = least;
        alone.most = most;
    }
    status = sc_audit_run(linked->system, given->figures, NULL, 0, &alone, &given->audit, err);
    if (status)
        return status;
    if (given->audit->consistent)
        note_known(given, linked, policy);
    *ret_given = SC_TAKE(given);
    return SC_OK;
}

/* ---- what the answer adds ------------------------------------------------------------ */

static bool same_finding(const struct sc_disclosure *a, const struct sc_disclosure *b)
{
    return a->kind == b->kind && a->cell == b->cell && a->minus == b->minus &&
           a->relation == b->relation && a->low == b->low && a->high == b->high &&
           a->insider == SC_NONE && b->insider == SC_NONE;
}

bool sc_given_explains(const struct sc_given *given, const struct sc_audit *audit,
                       bool groups_unsafe)
{
    if (!audit->consistent || !given->audit->consistent || audit->rings_left > 0)
        return false; /* what is not tied together gives no findings to explain */
    for (int r = 0; r < SC_N_READERS; r++) {
        const struct sc_reader_result *reader = &audit->readers[r];

        if (reader->asked &&
            (reader->undecided > 0 || (!reader->safe && reader->exact == 0 &&
                                       reader->narrowed == 0 && reader->implied == 0)))
            return false; /* not safe for a reason that is no finding */
    }
    for (size_t i = 0; i < audit->n_findings; i++) {
        const struct sc_disclosure *found = &audit->findings[i];
        bool known = (found->kind == SC_FINDING_GROUP && !groups_unsafe) ||
                     found->kind == SC_FINDING_POSSIBLE;

        for (size_t k = 0; k < given->audit->n_findings && !known; k++)
            known = same_finding(&given->audit->findings[k], found);
        if (!known)
            return false;
    }
    return true;
}
