/*
 * stage_round.c - all tables of an answer rounded together, so that every sum of theirs holds.
 *
 * One controlled rounding of the linked system (protect/round.h): a figure that two tables share is
 * rounded once. What an earlier release hid stays hidden; what it printed exactly stays exact,
 * which only works where that is a multiple of the base; what it printed rounded to the same base
 * is printed again as it was, as far as that is possible.
 *
 * A reader is taken to know the base and how far a figure may be from the truth: each table says
 * both. Nothing else of the answer may print a count of its own: the accounting leaves rows counted
 * out (answer.c), and what is said of a keyword search is rounded likewise (accuracy.c).
 */
#include <inttypes.h>
#include <string.h>

#include "answer/stage.h"
#include "base/error.h"

/* What earlier releases give away is known to some, but printed by nobody: it is rounded like all.
 */
static void copy_roles(const struct sc_stage *s, uint8_t *role)
{
    for (uint32_t c = 0; c < sc_system_n_cells(s->linked->system); c++) {
        role[c] = s->linked->role[c];
        if (s->given && s->given->known[c])
            role[c] = SC_ROLE_FREE;
    }
}

/* The rounded figures of earlier releases; *ret_any: there are such. */
static void find_again(const struct sc_stage *s, int64_t *again, bool *ret_any)
{
    *ret_any = false;
    for (uint32_t c = 0; c < sc_system_n_cells(s->linked->system); c++)
        again[c] = -1;
    for (size_t t = s->owned->answer.n_tables; t < s->linked->n_tables; t++) {
        const struct sc_link_table *table = &s->tables[t];

        for (size_t k = 0; table->shown && k < table->table->n_cells; k++) {
            if (table->shown[k].status != SC_CELL_ROUNDED ||
                table->rounding != (int64_t)s->job->policy->round_base ||
                !sc_linked_believes(s->linked, table, t, k))
                continue;
            again[s->linked->cell_of[t][k]] = (int64_t)table->shown[k].count;
            *ret_any = true;
        }
    }
}

static enum sc_status round_system(struct sc_stage *s, const uint8_t *role)
{
    struct sc_protect_input input = {
        .system = s->linked->system, .count = s->linked->count, .role = role};
    SC_AUTO_FREE int64_t *again =
        sc_alloc_array(sc_system_n_cells(s->linked->system), sizeof *again);
    struct sc_round_policy policy = {.threshold = (int64_t)s->job->policy->threshold,
                                     .base = (int64_t)s->job->policy->round_base};
    bool any;
    enum sc_status status = SC_E_UNDECIDED;

    if (!again)
        return sc_fail_nomem(s->err);
    if (s->options->stop) {
        policy.stop = sc_stage_stopped;
        policy.stop_arg = s;
    }
    find_again(s, again, &any);
    if (any) {
        policy.again = again;
        status = sc_round(&input, &policy, &s->rounding, s->err);
        policy.again = NULL;
    }
    if (status != SC_E_UNDECIDED)
        return status;
    memset(s->err, 0, sizeof *s->err);
    return sc_round(&input, &policy, &s->rounding, s->err);
}

static void show_table(const struct sc_stage *s, const uint8_t *role, size_t t)
{
    const struct sc_table *from = &s->counts->tables[t];
    struct sc_table *to = &s->owned->answer.tables[t];

    for (size_t k = 0; k < from->n_cells; k++) {
        uint32_t cell = s->linked->cell_of[t][k];

        if (from->cells[k].status == SC_CELL_VOID)
            continue;
        if (cell == SC_NONE) /* nothing can be there */
            to->cells[k] = (struct sc_cell){.status = SC_CELL_ROUNDED};
        else if (role[cell] == SC_ROLE_HIDDEN)
            to->cells[k] = (struct sc_cell){.status = SC_CELL_SUPPRESSED};
        else
            to->cells[k] = (struct sc_cell){.count = (uint64_t)s->rounding->rounded[cell],
                                            .status = SC_CELL_ROUNDED};
    }
}

/* What a reader of any format has to know, as the table's first note. */
static enum sc_status add_note(struct sc_stage *s, size_t t)
{
    SC_AUTO_BUF text = {0};

    sc_buf_addf(&text,
                "Rounded: every figure is a multiple of %" PRId64 " and at most %" PRId64
                " from the number counted. The figures still add up.",
                s->rounding->base, s->rounding->within);
    return sc_stage_note_first(s, &text, &s->owned->answer.tables[t]);
}

enum sc_status sc_stage_round(struct sc_stage *s)
{
    size_t n = sc_system_n_cells(s->linked->system);
    SC_AUTO_FREE uint8_t *role = sc_alloc_array(n, sizeof *role);
    enum sc_status status;

    if (!role)
        return sc_fail_nomem(s->err);
    copy_roles(s, role);
    status = round_system(s, role);
    for (size_t t = 0; t < s->counts->n_tables && !status; t++) {
        show_table(s, role, t);
        status = add_note(s, t);
    }
    return status;
}
