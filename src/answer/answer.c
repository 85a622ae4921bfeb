/*
 * answer.c - from true counts to tables as they may be shown.
 *
 * The tables are copied whole into memory of the answer's own, so that an
 * answer outlives the counts and no true figure can be reached from it: a
 * suppressed cell holds 0, not its count.
 *
 * The primary rule is applied to every cell that can occur, totals too: a count
 * of 1 to threshold - 1 is suppressed, a zero is shown. That alone protects
 * nobody from subtraction; only an audit can make an answer publishable, and
 * there is none yet, so `publishable` is always false here.
 */
#include "safecount/answer.h"

#include <assert.h>

#include "base/error.h"
#include "base/memory.h"

/* Every answer carries at least the first. */
static const char *const reason_not_audited =
    "Not audited: not for release. No audit has shown that the withheld figures cannot be worked "
    "out from the figures shown.";
static const char *const reason_small_accounting =
    "Not audited: not for release. So few rows were counted that the accounting of rows may give "
    "away figures that the tables withhold.";

#define REASONS_MAX 2

struct owned_answer {
    struct sc_answer answer; /* first: a pointer to it is a pointer to this */
    struct sc_arena arena;
    const char *reasons[REASONS_MAX];
};

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

static struct sc_cell shown(const struct sc_cell *cell, uint64_t threshold)
{
    if (cell->status == SC_CELL_VOID)
        return (struct sc_cell){.status = SC_CELL_VOID};
    assert(cell->status == SC_CELL_TRUE);
    if (cell->count > 0 && cell->count < threshold)
        return (struct sc_cell){.status = SC_CELL_SUPPRESSED};
    return (struct sc_cell){.count = cell->count, .status = SC_CELL_PUBLISHED};
}

enum sc_status sc_answer_make(const struct sc_job *job, const struct sc_counts *counts,
                              struct sc_answer **ret_answer, struct sc_error *err)
{
    uint64_t threshold = job->policy->threshold;
    struct owned_answer *owned;

    if (threshold < 2)
        return sc_fail(err, SC_E_RANGE, "policy threshold: expected at least 2");
    owned = sc_alloc(sizeof *owned);
    if (!owned)
        return sc_fail_nomem(err);
    owned->answer.n_tables = counts->n_tables;
    owned->answer.tables =
        sc_arena_alloc(&owned->arena, counts->n_tables * sizeof *owned->answer.tables);
    for (size_t t = 0; owned->answer.tables && t < counts->n_tables; t++) {
        const struct sc_table *from = &counts->tables[t];
        struct sc_table *to = &owned->answer.tables[t];

        if (!copy_frame(&owned->arena, from, to)) {
            owned->answer.tables = NULL;
            break;
        }
        for (size_t i = 0; i < from->n_cells; i++)
            to->cells[i] = shown(&from->cells[i], threshold);
    }
    if (!owned->answer.tables) {
        sc_answer_free(&owned->answer);
        return sc_fail_nomem(err);
    }
    owned->answer.publishable = false;
    owned->answer.reasons = owned->reasons;
    owned->reasons[owned->answer.n_reasons++] = reason_not_audited;
    if (counts->accounting.counted > 0 && counts->accounting.counted < threshold)
        owned->reasons[owned->answer.n_reasons++] = reason_small_accounting;
    *ret_answer = &owned->answer;
    return SC_OK;
}

void sc_answer_free(struct sc_answer *answer)
{
    struct owned_answer *owned = (struct owned_answer *)answer;

    if (!owned)
        return;
    sc_arena_release(&owned->arena);
    sc_free(owned);
}
