/*
 * stage_suppress.c - figures are withheld: the protector chooses which, the tables follow.
 */
#include "answer/stage.h"
#include "base/error.h"

/* Whether a child of a sum is in what is left of it when all that is printed is taken away. */
static bool is_left(const struct sc_stage *s, uint32_t cell)
{
    int64_t count = s->linked->count[cell];

    return sc_system_made(s->linked->system, cell) ||
           (count < (int64_t)s->job->policy->threshold &&
            (count >= 1 || s->job->policy->zeros_hidden));
}

/*
 * Implied counts the protector does not look for by itself: what is left of a sum where part of
 * that is a figure nobody prints. The offences with some platform, or the fallback, are the total
 * less those with none: if they are few, that is a small group of people.
 */
static enum sc_status find_sums(struct sc_stage *s, struct sc_protect_sum **ret_sums, size_t *ret_n)
{
    const struct sc_system *system = s->linked->system;
    size_t n = sc_system_n_relations(system), n_sums = 0;
    struct sc_protect_sum *sums = sc_arena_alloc(&s->scratch, n * sizeof *sums);

    if (!sums)
        return sc_fail_nomem(s->err);
    for (size_t i = 0; i < n; i++) {
        struct sc_relation r = sc_system_relation(system, i);
        int64_t left = 0;
        size_t n_left = 0;
        bool made = false;
        uint32_t *cells;

        for (uint32_t k = 0; k < r.n_children; k++)
            if (is_left(s, r.children[k])) {
                left += s->linked->count[r.children[k]];
                made = made || sc_system_made(system, r.children[k]);
                n_left++;
            }
        if (!made || n_left < 2 || left < 1 || left >= (int64_t)s->job->policy->threshold ||
            sc_system_auxiliary(system, r.total))
            continue;
        cells = sc_arena_alloc(&s->scratch, n_left * sizeof *cells);
        if (!cells)
            return sc_fail_nomem(s->err);
        sums[n_sums].cells = cells;
        for (uint32_t k = 0; k < r.n_children; k++)
            if (is_left(s, r.children[k]))
                cells[sums[n_sums].n++] = r.children[k];
        n_sums++;
    }
    *ret_sums = sums;
    *ret_n = n_sums;
    return SC_OK;
}

/* ---- what marks and lists of categories say of hidden figures ---- */

/* By cell: between which counts it is known to lie, being hidden. */
struct marked {
    int64_t *least, *most;
};

static void narrow(struct marked *marked, uint32_t cell, int64_t least, int64_t most)
{
    marked->least[cell] = least > marked->least[cell] ? least : marked->least[cell];
    marked->most[cell] = most < marked->most[cell] ? most : marked->most[cell];
}

/* What this answer's mark will say of a figure that an earlier release hid. */
static enum sc_status mark_again(struct sc_stage *s, uint32_t cell, struct marked *marked)
{
    const struct sc_policy *policy = s->job->policy;
    int64_t count = s->linked->count[cell], threshold = (int64_t)policy->threshold;

    if (count == 0 && !policy->zeros_hidden)
        return sc_fail(s->err, SC_E_UNSUPPORTED,
                       "an earlier release withheld a zero, and the policy shows zeros: expected "
                       "'zeros: hidden'");
    if (!policy->secondary_marker)
        return SC_OK;
    if (count < threshold)
        narrow(marked, cell, 0, threshold - 1);
    else
        narrow(marked, cell, threshold, SC_UNBOUNDED);
    return SC_OK;
}

static enum sc_status find_marks(struct sc_stage *s, struct marked *marked)
{
    size_t n = sc_system_n_cells(s->linked->system);
    enum sc_status status = SC_OK;

    marked->least = sc_arena_alloc(&s->scratch, n * sizeof *marked->least);
    marked->most = sc_arena_alloc(&s->scratch, n * sizeof *marked->most);
    if (!marked->least || !marked->most)
        return sc_fail_nomem(s->err);
    for (uint32_t c = 0; c < n; c++) {
        marked->least[c] = s->job->policy->zeros_hidden ? 0 : 1;
        marked->most[c] = SC_UNBOUNDED;
    }
    for (size_t t = s->owned->answer.n_tables; t < s->linked->n_tables; t++)
        for (size_t k = 0; k < s->tables[t].table->n_cells; k++) {
            const struct sc_link_table *table = &s->tables[t];
            int64_t least, most;

            if (!sc_linked_believes(s->linked, table, t, k) ||
                !sc_cell_is_withheld(&table->shown[k]))
                continue;
            sc_link_interval(table, k, &least, &most);
            narrow(marked, s->linked->cell_of[t][k], least, most);
        }
    for (size_t t = 0; t < s->owned->answer.n_tables; t++)
        for (size_t k = 0; k < s->tables[t].table->n_cells && !status; k++) {
            uint32_t cell = s->linked->cell_of[t][k];

            if (cell == SC_NONE)
                continue;
            if (s->linked->role[cell] == SC_ROLE_HIDDEN)
                status = mark_again(s, cell, marked);
            if (sc_link_met(&s->tables[t], k))
                narrow(marked, cell, 1, SC_UNBOUNDED);
        }
    return status;
}

static enum sc_status choose(struct sc_stage *s)
{
    struct sc_protect_input input = {.system = s->linked->system,
                                     .count = s->linked->count,
                                     .role = s->linked->role,
                                     .exempt = s->linked->exempt,
                                     .weight = s->linked->weight};
    struct sc_protect_sum *sums = NULL;
    struct marked marked;
    enum sc_status status = SC_OK;

    if (s->given || s->zeros_hidden) {
        status = find_marks(s, &marked);
        if (status)
            return status;
        input.least = marked.least;
        input.most = marked.most;
    }
    if (!s->policy.no_implied)
        status = find_sums(s, &sums, &input.n_sums);
    input.sums = sums;
    return status ? status : sc_protect_suppress(&input, &s->policy, &s->pattern, s->err);
}

/* What readers know already, though it is small, is not printed either. */
static bool is_withheld(const struct sc_stage *s, uint32_t cell, uint64_t count)
{
    if (s->pattern->reason[cell] != SC_REASON_NONE)
        return true;
    return s->given && s->given->known[cell] && count < s->job->policy->threshold &&
           (count > 0 || s->job->policy->zeros_hidden);
}

/* Writes one table anew: what the pattern hides is withheld, all else is shown. */
static void show_table(const struct sc_stage *s, size_t t)
{
    const struct sc_table *from = &s->counts->tables[t];
    struct sc_table *to = &s->owned->answer.tables[t];

    for (size_t k = 0; k < from->n_cells; k++) {
        uint32_t cell = s->linked->cell_of[t][k];

        if (from->cells[k].status == SC_CELL_VOID)
            continue;
        if (cell != SC_NONE && is_withheld(s, cell, from->cells[k].count))
            to->cells[k] = sc_answer_withheld(s->job->policy, from->cells[k].count);
        else
            to->cells[k] =
                (struct sc_cell){.count = from->cells[k].count, .status = SC_CELL_PUBLISHED};
    }
}

enum sc_status sc_stage_suppress(struct sc_stage *s)
{
    enum sc_status status = choose(s);

    for (size_t t = 0; t < s->counts->n_tables && !status; t++)
        show_table(s, t);
    return status;
}
