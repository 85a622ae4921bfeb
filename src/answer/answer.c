/*
 * answer.c - from true counts to tables as they may be shown.
 *
 * The tables are copied whole into memory of the answer's own, so that an
 * answer outlives the counts and no true figure can be reached from it: a
 * suppressed cell holds 0, not its count.
 *
 * The primary rule is applied to every cell that can occur, totals too: a count
 * of 1 to threshold - 1 is suppressed, a zero is shown. That alone protects
 * nobody from subtraction; protection and audit are stage.c.
 *
 * What stands beside the tables may not undo them. A finding ("victims aged 16 or over") is a
 * figure about the people in the tables, often one of their cells: its count stays with the
 * officer. Rows counted are the total of offences where a row is an offence, and of the table of
 * rows where there is one: they are withheld with it. Other rows are no figure of any table, and
 * are held to the threshold. Rows read = counted + excluded + faulty would give any one of them
 * away, so rows read are withheld with the first. Where figures are rounded, rows counted are never
 * shown: they would be an exact figure beside a rounded one.
 */
#include "answer/answer.h"

#include <assert.h>

#include "base/error.h"
#include "base/memory.h"

/* Until sc_answer_protect() has been called. */
static const char *const reason_not_audited =
    "Not audited: not for release. No audit has shown that the withheld figures cannot be worked "
    "out from the figures shown.";

static char *copy_string(struct sc_arena *arena, const char *s)
{
    return sc_arena_strdup(arena, s ? s : "");
}

static bool copy_dimension(struct sc_arena *arena, const struct sc_dimension *from,
                           struct sc_dimension *to)
{
    *to = *from;
    to->code = copy_string(arena, from->code);
    to->label = copy_string(arena, from->label);
    to->categories = sc_arena_alloc(arena, from->n_categories * sizeof *to->categories);
    if (!to->code || !to->label || !to->categories)
        return false;
    for (size_t i = 0; i < from->n_categories; i++) {
        struct sc_category *category = &to->categories[i];

        category->parent = from->categories[i].parent;
        category->code = copy_string(arena, from->categories[i].code);
        category->label = copy_string(arena, from->categories[i].label);
        if (!category->code || !category->label)
            return false;
    }
    return true;
}

static bool copy_notes(struct sc_arena *arena, const struct sc_table *from, struct sc_table *to)
{
    to->notes = sc_arena_alloc(arena, from->n_notes * sizeof *to->notes);
    if (!to->notes)
        return false;
    for (size_t i = 0; i < from->n_notes; i++) {
        to->notes[i] = copy_string(arena, from->notes[i]);
        if (!to->notes[i])
            return false;
    }
    return true;
}

/* All of a table but its cells, which are left zero. */
static bool copy_frame(struct sc_arena *arena, const struct sc_table *from, struct sc_table *to)
{
    *to = *from;
    to->id = copy_string(arena, from->id);
    to->title = copy_string(arena, from->title);
    to->question = copy_string(arena, from->question);
    to->dimensions = sc_arena_alloc(arena, from->n_dimensions * sizeof *to->dimensions);
    to->cells = sc_arena_alloc(arena, from->n_cells * sizeof *to->cells);
    if (!to->id || !to->title || !to->question || !to->dimensions || !to->cells)
        return false;
    for (size_t d = 0; d < from->n_dimensions; d++)
        if (!copy_dimension(arena, &from->dimensions[d], &to->dimensions[d]))
            return false;
    return copy_notes(arena, from, to);
}

struct sc_marks sc_answer_marks(const struct sc_policy *policy)
{
    return (struct sc_marks){.first = policy->marker,
                             .second = policy->secondary_marker,
                             .threshold = (int64_t)policy->threshold,
                             .zeros_hidden = policy->zeros_hidden};
}

struct sc_cell sc_answer_withheld(const struct sc_policy *policy, uint64_t count)
{
    bool second = policy->secondary_marker && count >= policy->threshold;

    return (struct sc_cell){.status = second ? SC_CELL_SECONDARY : SC_CELL_SUPPRESSED};
}

static struct sc_cell shown(const struct sc_cell *cell, const struct sc_policy *policy)
{
    if (cell->status == SC_CELL_VOID)
        return (struct sc_cell){.status = SC_CELL_VOID};
    assert(cell->status == SC_CELL_TRUE);
    if (cell->count < policy->threshold && (cell->count > 0 || policy->zeros_hidden))
        return sc_answer_withheld(policy, cell->count);
    return (struct sc_cell){.count = cell->count, .status = SC_CELL_PUBLISHED};
}

static bool copy_tables(struct sc_owned_answer *owned, const struct sc_counts *counts,
                        const struct sc_policy *policy)
{
    struct sc_answer *answer = &owned->answer;

    answer->n_tables = counts->n_tables;
    answer->tables = sc_arena_alloc(&owned->arena, counts->n_tables * sizeof *answer->tables);
    if (!answer->tables)
        return false;
    for (size_t t = 0; t < counts->n_tables; t++) {
        const struct sc_table *from = &counts->tables[t];
        struct sc_table *to = &answer->tables[t];

        if (!copy_frame(&owned->arena, from, to))
            return false;
        for (size_t i = 0; i < from->n_cells; i++)
            to->cells[i] = shown(&from->cells[i], policy);
    }
    return true;
}

enum sc_status sc_answer_copy_tables(struct sc_owned_answer *owned, const struct sc_counts *counts,
                                     const struct sc_policy *policy, struct sc_error *err)
{
    return copy_tables(owned, counts, policy) ? SC_OK : sc_fail_nomem(err);
}

/*
 * The findings without their counts: each is a figure about people who are in the tables. Which
 * there are says of each that it is not 0, so where zeros are hidden there are none.
 */
static bool copy_findings(struct sc_owned_answer *owned, const struct sc_counts *counts)
{
    struct sc_answer *answer = &owned->answer;

    answer->findings = sc_arena_alloc(&owned->arena, counts->n_findings * sizeof *answer->findings);
    if (!answer->findings)
        return false;
    for (; answer->n_findings < counts->n_findings; answer->n_findings++) {
        struct sc_finding *to = &answer->findings[answer->n_findings];

        *to = (struct sc_finding){
            .code = copy_string(&owned->arena, counts->findings[answer->n_findings].code),
            .text = copy_string(&owned->arena, counts->findings[answer->n_findings].text)};
        if (!to->code || !to->text)
            return false;
    }
    return true;
}

/* Copies one figure of the accounting unless `hide` or the rule withholds it. */
static uint64_t take_rows(uint64_t count, bool hide, uint64_t threshold, bool *withheld)
{
    *withheld = hide || (count > 0 && count < threshold);
    return *withheld ? 0 : count;
}

/* Whether some table withholds its grand total, of offences or of rows, or rounds any figure. */
static bool total_is_withheld(const struct sc_answer *answer)
{
    for (size_t t = 0; t < answer->n_tables; t++) {
        const struct sc_table *table = &answer->tables[t];

        for (size_t k = 0; k < table->n_cells; k++)
            if (table->cells[k].status == SC_CELL_ROUNDED)
                return true;

        if ((table->unit == SC_UNIT_OFFENCES || table->unit == SC_UNIT_ROWS) &&
            table->n_cells > 0 && table->cells[table->n_cells - 1].status != SC_CELL_PUBLISHED)
            return true;
    }
    return false;
}

void sc_answer_withhold_rows(struct sc_answer *answer, const struct sc_accounting *accounting,
                             const struct sc_policy *policy)
{
    uint64_t threshold = policy->threshold;
    /* no rows at all: every figure would be known to be 0 */
    bool none = policy->zeros_hidden && answer->n_tables > 0 && accounting->counted == 0;
    struct sc_accounting *to = &answer->accounting;
    struct sc_withheld *withheld = &answer->withheld;
    bool part;

    to->counted = take_rows(accounting->counted, none || total_is_withheld(answer), threshold,
                            &withheld->counted);
    part = withheld->counted;
    for (size_t i = 0; i < SC_N_EXCLUSIONS; i++) {
        to->excluded[i] =
            take_rows(accounting->excluded[i], false, threshold, &withheld->excluded[i]);
        part = part || withheld->excluded[i];
    }
    for (size_t i = 0; i < SC_N_FAULTS; i++) {
        to->faulty[i] = take_rows(accounting->faulty[i], false, threshold, &withheld->faulty[i]);
        part = part || withheld->faulty[i];
    }
    to->read = take_rows(accounting->read, part, threshold, &withheld->read);
}

enum sc_status sc_answer_make(const struct sc_job *job, const struct sc_counts *counts,
                              struct sc_answer **ret_answer, struct sc_error *err)
{
    uint64_t threshold = job->policy->threshold;
    struct sc_owned_answer *owned;

    if (threshold < 2)
        return sc_fail(err, SC_E_RANGE, "policy threshold: expected at least 2");
    owned = sc_alloc(sizeof *owned);
    if (!owned)
        return sc_fail_nomem(err);
    if (!copy_tables(owned, counts, job->policy) ||
        (!job->policy->zeros_hidden && !copy_findings(owned, counts))) {
        sc_answer_free(&owned->answer);
        return sc_fail_nomem(err);
    }
    sc_answer_withhold_rows(&owned->answer, &counts->accounting, job->policy);
    owned->answer.reasons = owned->reasons;
    owned->reasons[owned->answer.n_reasons++] = reason_not_audited;
    *ret_answer = &owned->answer;
    return SC_OK;
}

void sc_answer_free(struct sc_answer *answer)
{
    struct sc_owned_answer *owned = (struct sc_owned_answer *)answer;

    if (!owned)
        return;
    sc_arena_release(&owned->arena);
    sc_free(owned);
}
