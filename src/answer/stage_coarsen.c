/*
 * stage_coarsen.c - tables are made coarser until little or nothing has to be withheld.
 *
 * For each table the levels worth choosing from are listed from its true counts (coarse.h), and the
 * finest is taken at which so few of its figures are small as the policy allows. All tables are
 * then protected together as ever. What that withholds beyond the small figures is not known
 * before; where it comes to more than the policy allows, half as many small ones are allowed, and
 * so on down to none.
 */
#include "answer/coarse.h"
#include "answer/stage.h"
#include "base/error.h"

struct sc_stage_levels {
    struct sc_counts fine;              /* as counted */
    const struct sc_link_table *tables; /* as described */
    struct sc_counts coarse;
    struct list {
        struct sc_coarse_level *items;
        size_t n;
        const struct sc_coarse_level *chosen;
    } * lists; /* one a table */
};

static enum sc_status list_levels(struct sc_stage *s, struct sc_stage_levels *levels)
{
    enum sc_status status = SC_OK;

    for (size_t t = 0; t < s->counts->n_tables && !status; t++)
        status = sc_coarse_levels(&s->counts->tables[t], s->job->policy->threshold,
                                  s->job->request->period.financial_year, &s->scratch,
                                  &levels->lists[t].items, &levels->lists[t].n, s->err);
    return status;
}

enum sc_status sc_stage_list_levels(struct sc_stage *s)
{
    struct sc_stage_levels *levels = sc_arena_alloc(&s->scratch, sizeof *levels);
    size_t n = s->counts->n_tables;

    if (!levels)
        return sc_fail_nomem(s->err);
    levels->fine = *s->counts;
    levels->coarse = *s->counts;
    levels->tables = s->tables;
    levels->lists = sc_arena_alloc(&s->scratch, (n + 1) * sizeof *levels->lists);
    levels->coarse.tables = sc_arena_alloc(&s->scratch, (n + 1) * sizeof *levels->coarse.tables);
    if (!levels->lists || !levels->coarse.tables)
        return sc_fail_nomem(s->err);
    s->levels = levels;
    return list_levels(s, levels);
}

/* What a reader has to know: this is not the table that was asked for. */
static enum sc_status add_note(struct sc_stage *s, const char *what, struct sc_table *table)
{
    SC_AUTO_BUF text = {0};

    if (!what[0])
        return SC_OK;
    sc_buf_addf(&text, "Coarser than was asked for, so that fewer figures have to be withheld: %s.",
                what);
    return sc_stage_note_first(s, &text, table);
}

/* For the officer: every level, and which was chosen. */
static enum sc_status note_levels(struct sc_stage *s)
{
    struct sc_arena *arena = &s->owned->arena;
    size_t n = 0;
    struct sc_safety_level *all;

    for (size_t t = 0; t < s->counts->n_tables; t++)
        n += s->levels->lists[t].n;
    all = sc_arena_alloc(arena, (n + 1) * sizeof *all);
    if (!all)
        return sc_fail_nomem(s->err);
    n = 0;
    for (size_t t = 0; t < s->counts->n_tables; t++)
        for (size_t i = 0; i < s->levels->lists[t].n; i++) {
            const struct sc_coarse_level *level = &s->levels->lists[t].items[i];

            all[n] =
                (struct sc_safety_level){.table = sc_arena_strdup(arena, s->counts->tables[t].id),
                                         .levels = sc_arena_strdup(arena, level->text),
                                         .figures = level->cells,
                                         .small = level->small,
                                         .chosen = level == s->levels->lists[t].chosen};
            if (!all[n].table || !all[n].levels)
                return sc_fail_nomem(s->err);
            n++;
        }
    s->safety->levels = all;
    s->safety->n_levels = n;
    return SC_OK;
}

enum sc_status sc_stage_coarsen(struct sc_stage *s, uint64_t percent)
{
    struct sc_stage_levels *levels = s->levels;
    size_t n = levels->fine.n_tables;
    struct sc_link_table *tables = sc_arena_alloc(&s->scratch, (n + 1) * sizeof *tables);
    enum sc_status status = SC_OK;

    if (!tables)
        return sc_fail_nomem(s->err);
    for (size_t t = 0; t < n && !status; t++) {
        struct sc_table *table = &levels->coarse.tables[t];
        const struct sc_coarse_level *level =
            sc_coarse_pick(levels->lists[t].items, levels->lists[t].n, percent);

        levels->lists[t].chosen = level;
        if (!sc_coarse_table(&s->scratch, &levels->fine.tables[t], level, table) ||
            !sc_coarse_link(&s->scratch, &levels->tables[t], level, table, &tables[t]))
            status = sc_fail_nomem(s->err);
        else
            status = add_note(s, level->text, table);
    }
    if (status)
        return status;
    s->counts = &levels->coarse;
    s->tables = tables;
    status = sc_answer_copy_tables(s->owned, s->counts, s->job->policy, s->err);
    return status ? status : note_levels(s);
}

bool sc_stage_withholds_more(const struct sc_stage *s, uint64_t percent)
{
    const struct sc_answer *answer = &s->owned->answer;
    size_t cells = 0, withheld = 0;

    for (size_t t = 0; t < answer->n_tables; t++)
        for (size_t k = 0; k < answer->tables[t].n_cells; k++) {
            cells += answer->tables[t].cells[k].status != SC_CELL_VOID;
            withheld += answer->tables[t].cells[k].status == SC_CELL_SUPPRESSED;
        }
    return 100 * withheld > percent * cells;
}
