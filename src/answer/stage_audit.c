/*
 * stage_audit.c - what everybody sees of the tables, and the attack on it.
 *
 * Figures are read back from the tables as they will be written, and from those published before. A
 * number is itself; a rounded one is the interval that it stands for; a mark is a mark. Of a cell
 * that several of them speak of all is known: an exact number, or else what the intervals have in
 * common. An earlier release that rounded a figure which this answer withholds, or does not print,
 * has said between which numbers it lies, and the audit gets that too.
 */
#include "answer/stage.h"
#include "base/error.h"

/* What everybody sees, by cell. */
struct seen {
    struct sc_figure *figures;
    bool *rounded;         /* the figure is a rounded number */
    int64_t *least, *most; /* what is known of it besides, or what the number stands for */
    int64_t *mark_least, *mark_most; /* what marks say of it */
    bool intervals;                  /* some are known: anything was rounded */
    struct sc_repeat *repeats;
    size_t n_repeats;
    uint32_t *singles;
    size_t n_singles;
};

static size_t n_positions(const struct sc_stage *s)
{
    size_t n = 0;

    for (size_t t = 0; t < s->linked->n_tables; t++)
        n += s->tables[t].table->n_cells;
    return n;
}

static void release_seen(struct seen *seen)
{
    sc_free(seen->figures);
    sc_free(seen->rounded);
    sc_free(seen->least);
    sc_free(seen->most);
    sc_free(seen->mark_least);
    sc_free(seen->mark_most);
    sc_free(seen->repeats);
    sc_free(seen->singles);
}

static enum sc_status init_seen(const struct sc_stage *s, struct seen *seen)
{
    size_t n = sc_system_n_cells(s->linked->system);

    seen->figures = sc_alloc_array(n, sizeof *seen->figures);
    seen->rounded = sc_alloc_array(n, sizeof *seen->rounded);
    seen->least = sc_alloc_array(n, sizeof *seen->least);
    seen->most = sc_alloc_array(n, sizeof *seen->most);
    seen->mark_least = sc_alloc_array(n, sizeof *seen->mark_least);
    seen->mark_most = sc_alloc_array(n, sizeof *seen->mark_most);
    seen->repeats = sc_alloc_array(n_positions(s), sizeof *seen->repeats);
    seen->singles = sc_alloc_array(n, sizeof *seen->singles);
    if (!seen->figures || !seen->rounded || !seen->least || !seen->most || !seen->mark_least ||
        !seen->mark_most || !seen->repeats || !seen->singles)
        return sc_fail_nomem(s->err);
    for (size_t c = 0; c < n; c++)
        seen->most[c] = seen->mark_most[c] = SC_UNBOUNDED;
    return SC_OK;
}

static void narrow(struct seen *seen, uint32_t cell, int64_t least, int64_t most)
{
    seen->least[cell] = least > seen->least[cell] ? least : seen->least[cell];
    seen->most[cell] = most < seen->most[cell] ? most : seen->most[cell];
    seen->intervals = true;
}

/* ---- one figure ---- */

static struct sc_figure figure_of(const struct sc_cell *cell)
{
    if (sc_cell_is_withheld(cell))
        return (struct sc_figure){.kind = SC_FIGURE_HIDDEN};
    return (struct sc_figure){.kind = SC_FIGURE_VALUE, .value = (int64_t)cell->count};
}

/* A number or a mark; where two differ, that they do is for the audit to find. */
static void see(struct seen *seen, uint32_t cell, struct sc_figure figure)
{
    struct sc_figure *first = &seen->figures[cell];

    if (first->kind == SC_FIGURE_NONE || seen->rounded[cell]) {
        /* an exact number beside a rounded one; a mark says nothing beside it */
        if (!seen->rounded[cell] || figure.kind == SC_FIGURE_VALUE) {
            *first = figure;
            seen->rounded[cell] = false;
        }
        return;
    }
    if (first->kind == figure.kind && first->value == figure.value)
        return;
    if (first->kind != SC_FIGURE_VALUE && figure.kind == SC_FIGURE_VALUE) {
        struct sc_figure swap = *first;

        *first = figure;
        figure = swap;
    }
    seen->repeats[seen->n_repeats++] = (struct sc_repeat){cell, figure};
}

/* What a mark says besides that a figure is withheld. */
static void see_mark(struct seen *seen, uint32_t cell, int64_t least, int64_t most)
{
    int64_t *low = &seen->mark_least[cell], *high = &seen->mark_most[cell];

    *low = least > *low ? least : *low;
    *high = most < *high ? most : *high;
}

/* Of this answer: by the page's own words, not by the count. */
static void see_own_mark(const struct sc_stage *s, struct seen *seen, size_t t, size_t k,
                         const struct sc_cell *shown)
{
    uint32_t cell = s->linked->cell_of[t][k];
    const struct sc_policy *policy = s->job->policy;
    int64_t threshold = (int64_t)policy->threshold;

    if (shown->status == SC_CELL_SECONDARY)
        see_mark(seen, cell, threshold, SC_UNBOUNDED);
    else if (shown->status == SC_CELL_SUPPRESSED)
        see_mark(seen, cell, policy->zeros_hidden && !sc_link_met(&s->tables[t], k) ? 0 : 1,
                 policy->secondary_marker ? threshold - 1 : SC_UNBOUNDED);
}

/* Of this answer. */
static void see_own(const struct sc_stage *s, struct seen *seen, size_t t, size_t k,
                    const struct sc_cell *shown)
{
    uint32_t cell = s->linked->cell_of[t][k];
    int64_t value = (int64_t)shown->count, within;

    if (shown->status != SC_CELL_ROUNDED) {
        see(seen, cell, figure_of(shown));
        see_own_mark(s, seen, t, k, shown);
        return;
    }
    within = s->rounding->within;
    seen->figures[cell] = figure_of(shown);
    seen->rounded[cell] = true;
    narrow(seen, cell,
           value > within                  ? value - within
           : sc_link_met(&s->tables[t], k) ? 1
                                           : 0,
           value + within);
}

/*
 * Of an earlier release, where it is believed. A mark where another earlier table prints the number
 * tells nobody anything.
 */
static void see_earlier(const struct sc_stage *s, struct seen *seen, size_t t, size_t k)
{
    uint32_t cell = s->linked->cell_of[t][k];
    const struct sc_cell *shown = &s->tables[t].shown[k];
    int64_t least, most;

    if (!sc_linked_believes(s->linked, &s->tables[t], t, k))
        return;
    if (shown->status == SC_CELL_ROUNDED) {
        sc_link_interval(&s->tables[t], k, &least, &most);
        narrow(seen, cell, least, most);
    } else if (shown->status == SC_CELL_PUBLISHED ||
               s->given->figures[cell].kind != SC_FIGURE_VALUE) {
        see(seen, cell, figure_of(shown));
    }
    if (sc_cell_is_withheld(shown)) {
        sc_link_interval(&s->tables[t], k, &least, &most);
        see_mark(seen, cell, least, most);
    }
}

/* ---- all of them ---- */

static void read_back(const struct sc_stage *s, struct seen *seen)
{
    for (size_t t = 0; t < s->linked->n_tables; t++) {
        bool own = t < s->owned->answer.n_tables;
        const struct sc_cell *cells = own ? s->owned->answer.tables[t].cells : s->tables[t].shown;

        for (size_t k = 0; cells && k < s->tables[t].table->n_cells; k++) {
            uint32_t cell = s->linked->cell_of[t][k];

            if (cell == SC_NONE || cells[k].status == SC_CELL_VOID)
                continue;
            if (own)
                see_own(s, seen, t, k, &cells[k]);
            else
                see_earlier(s, seen, t, k);
        }
    }
    for (uint32_t cell = 0; cell < sc_system_n_cells(s->linked->system); cell++)
        if (s->linked->empty[cell])
            see(seen, cell, (struct sc_figure){.kind = SC_FIGURE_VALUE});
}

/* What earlier releases give away is known: a number, whatever stands there. */
static void take_given(const struct sc_stage *s, struct seen *seen)
{
    size_t n = 0;

    for (uint32_t cell = 0; cell < sc_system_n_cells(s->linked->system); cell++)
        if (s->given->known[cell]) {
            seen->figures[cell] =
                (struct sc_figure){.kind = SC_FIGURE_VALUE, .value = s->linked->count[cell]};
            seen->rounded[cell] = false;
        }
    for (size_t i = 0; i < seen->n_repeats; i++)
        if (!s->given->known[seen->repeats[i].cell])
            seen->repeats[n++] = seen->repeats[i];
    seen->n_repeats = n;
}

/* An exact number stands for itself; people alone in a figure that does not say so are singles. */
static void conclude(const struct sc_stage *s, struct seen *seen)
{
    for (uint32_t cell = 0; cell < sc_system_n_cells(s->linked->system); cell++) {
        struct sc_figure *figure = &seen->figures[cell];
        bool hidden = figure->kind == SC_FIGURE_HIDDEN;

        /* Rounded, and known all the same: the audit is to see that, not to take it for printed. */
        if (figure->kind == SC_FIGURE_VALUE && seen->rounded[cell] && seen->most[cell] > 0 &&
            seen->least[cell] == seen->most[cell])
            figure->kind = SC_FIGURE_HIDDEN;
        if (figure->kind == SC_FIGURE_VALUE && !seen->rounded[cell])
            seen->least[cell] = seen->most[cell] = figure->value;
        if (hidden)
            *figure =
                sc_link_mark(seen->mark_least[cell], seen->mark_most[cell], sc_stage_hidden_low(s));
        if (s->linked->count[cell] == 1 &&
            (hidden || (seen->rounded[cell] && seen->least[cell] < seen->most[cell])))
            seen->singles[seen->n_singles++] = cell;
    }
}

static enum sc_status run_audit(struct sc_stage *s, const struct seen *seen)
{
    struct sc_audit_policy policy = {.threshold = s->policy.threshold,
                                     .width = s->policy.width,
                                     .readers = s->policy.readers,
                                     .no_implied = s->policy.no_implied,
                                     .groups_unsafe = s->policy.groups_sensitive,
                                     .zeros = s->zeros_hidden ? SC_ZEROS_HIDDEN : SC_ZEROS_SHOWN,
                                     .singles_known = true,
                                     .singles = seen->singles,
                                     .n_singles = seen->n_singles};

    if (seen->intervals) {
        policy.least = seen->least;
        policy.most = seen->most;
    }
    if (s->options->give_up) {
        policy.stop = sc_stage_given_up;
        policy.stop_arg = s;
    }
    return sc_audit_run(s->linked->system, seen->figures, seen->repeats, seen->n_repeats, &policy,
                        &s->audit, s->err);
}

enum sc_status sc_stage_attack(struct sc_stage *s)
{
    struct seen seen = {0};
    enum sc_status status = init_seen(s, &seen);

    if (!status) {
        read_back(s, &seen);
        if (s->given)
            take_given(s, &seen);
        conclude(s, &seen);
        status = run_audit(s, &seen);
    }
    release_seen(&seen);
    return status;
}
