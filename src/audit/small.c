/*
 * small.c - what figures stand for whose small counts were rounded (docs/rounding.md).
 *
 * Innermost counts of 1 to base - 1 were made 0 or the base; larger ones were left as they are; and
 * all totals were added up anew from these. So a printed 0 is 0 to base - 1, the base is 1 to the
 * base, any other innermost figure is itself, and a total tells nothing its parts do not: it is
 * what they come to. Innermost is what is the total of no sum. One that is not printed could be had
 * from the others, as rounded, by subtraction; that is not modelled, and such tables are
 * refused. So are tables that do not add up, which this way of rounding never leaves.
 */
#include "audit/small.h"

#include "base/error.h"

static enum sc_status refuse(const struct sc_release *release, uint32_t cell, const char *what,
                             struct sc_error *err)
{
    const struct sc_figure *figure = &release->figures[cell];

    if (figure->kind == SC_FIGURE_NONE)
        return sc_fail(err, SC_E_INPUT, "%s", what);
    return sc_fail_at(err, SC_E_INPUT, release->files[figure->file], figure->line, figure->column,
                      "%s", what);
}

/* By cell: what is printed, or adds up to it. */
struct seen {
    bool *total; /* of some sum */
    bool *known; /* `value` is */
    int64_t *value;
};

static enum sc_status see_figure(const struct sc_release *release, const struct seen *s,
                                 uint32_t cell, int64_t base, struct sc_intervals *in,
                                 struct sc_error *err)
{
    const struct sc_figure *figure = &release->figures[cell];

    in->least[cell] = 0;
    in->most[cell] = SC_UNBOUNDED;
    s->known[cell] = figure->kind == SC_FIGURE_VALUE || figure->kind == SC_FIGURE_VOID;
    s->value[cell] = figure->kind == SC_FIGURE_VALUE ? figure->value : 0;
    if (figure->kind == SC_FIGURE_VOID)
        in->most[cell] = 0;
    if (s->total[cell] || figure->kind == SC_FIGURE_VOID)
        return SC_OK;
    if (figure->kind != SC_FIGURE_VALUE)
        return refuse(release, cell,
                      "small counts were rounded, and an innermost figure is not printed: check "
                      "needs them all",
                      err);
    if (figure->value > 0 && figure->value < base)
        return refuse(release, cell,
                      "an innermost figure below the base: its small counts were not rounded to it",
                      err);
    in->least[cell] = figure->value == 0 ? 0 : figure->value == base ? 1 : figure->value;
    in->most[cell] = figure->value == 0 ? base - 1 : figure->value;
    return SC_OK;
}

/* Whether a sum holds as printed, and whether its parts, all exact, make its total exact. */
static enum sc_status see_sum(const struct sc_release *release, const struct seen *s,
                              struct sc_relation r, struct sc_intervals *in, bool *ret_changed,
                              struct sc_error *err)
{
    int64_t sum = 0;
    bool exact = true;

    for (uint32_t k = 0; k < r.n_children; k++) {
        if (!s->known[r.children[k]])
            return SC_OK;
        sum += s->value[r.children[k]];
        exact = exact && in->least[r.children[k]] == in->most[r.children[k]];
    }
    if (s->known[r.total] && s->value[r.total] != sum)
        return refuse(release, r.total,
                      "this total is not the sum of its parts, as totals of rounded small counts "
                      "are",
                      err);
    if (s->known[r.total] && (!exact || in->least[r.total] == in->most[r.total]))
        return SC_OK;
    s->known[r.total] = true; /* printed, or added up by anybody */
    s->value[r.total] = sum;
    if (exact)
        in->least[r.total] = in->most[r.total] = sum;
    *ret_changed = true;
    return SC_OK;
}

void sc_intervals_release(struct sc_intervals *intervals)
{
    sc_free(intervals->least);
    sc_free(intervals->most);
    *intervals = (struct sc_intervals){0};
}

enum sc_status sc_small_intervals(const struct sc_release *release, int64_t base,
                                  struct sc_intervals *in, struct sc_error *err)
{
    const struct sc_system *system = release->system;
    size_t n = sc_system_n_cells(system);
    SC_AUTO_FREE bool *flags = sc_alloc_array(n, 2 * sizeof *flags);
    SC_AUTO_FREE int64_t *value = sc_alloc_array(n, sizeof *value);
    struct seen s = {flags, flags + n, value};
    bool changed = true;
    enum sc_status status = SC_OK;

    in->least = sc_alloc_array(n, sizeof *in->least);
    in->most = sc_alloc_array(n, sizeof *in->most);
    if (!flags || !value || !in->least || !in->most)
        return sc_fail_nomem(err);
    for (size_t i = 0; i < sc_system_n_relations(system); i++)
        s.total[sc_system_relation(system, i).total] = true;
    for (uint32_t c = 0; c < n && !status; c++)
        status = see_figure(release, &s, c, base, in, err);
    while (changed && !status) {
        changed = false;
        for (size_t i = 0; i < sc_system_n_relations(system) && !status; i++)
            status = see_sum(release, &s, sc_system_relation(system, i), in, &changed, err);
    }
    return status;
}
