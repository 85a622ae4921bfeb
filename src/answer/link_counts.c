/*
 * link_counts.c - the true count of every cell of the linked system, and what may be done with it.
 *
 * Those of printed cells are the tables'. From them most others follow by the
 * sums, upwards and downwards; one below 0 would mean that the tables are not as described here,
 * and no answer of them is called safe. What nobody counted (common parts of bands in two tables,
 * what a mark of an earlier release stands for) is completed to whole numbers that agree with all
 * the rest; protect/complete.h says why that will do.
 *
 * Releases before this one come in as further tables, with a period and selection of
 * their own and what they show of each cell. Where records were revised since, earlier figures that
 * contradict the counts of today are given up, as few as can be, and named.
 */
#include <string.h>

#include "answer/describe.h"
#include "answer/link_internal.h"
#include "audit/bounds.h"
#include "base/error.h"
#include "protect/complete.h"
#include "protect/protect.h"

/* ---- true counts ---- */

static enum sc_status put_count(struct sc_linking *l, uint32_t cell, const struct sc_cell *from,
                                const char *id)
{
    if (from->count > INT64_MAX / 4)
        return sc_fail(l->err, SC_E_RANGE, "table '%s' has a count too large to protect", id);
    if (l->known[cell] && l->linked->count[cell] != (int64_t)from->count)
        return sc_fail(l->err, SC_E_UNSAFE,
                       "table '%s' has another count for a figure than a table before it", id);
    l->known[cell] = true;
    l->linked->count[cell] = (int64_t)from->count;
    return SC_OK;
}

/* A count of a figure that nobody prints; most have no cell. */
static enum sc_status note_unprinted(struct sc_linking *l, size_t table_i, size_t position,
                                     const uint32_t *codes)
{
    const struct sc_table *table = l->tables[table_i].table;
    uint32_t cell = sc_system_find_cell(l->linked->system, codes);

    if (cell == SC_NONE || table->cells[position].status == SC_CELL_VOID)
        return SC_OK;
    return put_count(l, cell, &table->cells[position], table->id);
}

static enum sc_status take_counts(struct sc_linking *l)
{
    enum sc_status status = SC_OK;

    for (size_t t = 0; t < l->n_tables && !status; t++) {
        const struct sc_link_table *table = &l->tables[t];

        if (table->unprinted)
            status = sc_link_visit(l, t, note_unprinted);
        if (table->unprinted || table->shown)
            continue;
        for (size_t k = 0; k < table->table->n_cells && !status; k++)
            if (l->linked->cell_of[t][k] != SC_NONE)
                status = put_count(l, l->linked->cell_of[t][k], &table->table->cells[k],
                                   table->table->id);
    }
    for (uint32_t cell = 0; cell < sc_system_n_cells(l->linked->system); cell++)
        l->known[cell] = l->known[cell] || (l->linked->empty[cell] & SC_LINK_EMPTY_NOW);
    return status;
}

/* The one member of a sum whose count is not known; SC_NONE when there are none or several. */
static uint32_t only_unknown(const struct sc_linking *l, struct sc_relation r)
{
    uint32_t only = SC_NONE;

    for (uint32_t k = 0; k <= r.n_children; k++) {
        uint32_t cell = k == 0 ? r.total : r.children[k - 1];

        if (l->known[cell])
            continue;
        if (only != SC_NONE)
            return SC_NONE;
        only = cell;
    }
    return only;
}

static int64_t parts_but(const struct sc_linking *l, struct sc_relation r, uint32_t but)
{
    int64_t sum = 0;

    for (uint32_t k = 0; k < r.n_children; k++)
        if (r.children[k] != but)
            sum += l->linked->count[r.children[k]];
    return sum;
}

/* Works out what follows from one sum; *ret_cell is the cell that did, or SC_NONE. */
static void follow(struct sc_linking *l, struct sc_relation r, uint32_t *ret_cell)
{
    uint32_t cell = only_unknown(l, r);
    int64_t parts;

    *ret_cell = cell;
    if (cell == SC_NONE)
        return;
    parts = parts_but(l, r, cell);
    l->linked->count[cell] = cell == r.total ? parts : l->linked->count[r.total] - parts;
    l->known[cell] = true;
}

/* All counts that follow from those known: each new one may make another follow. */
static enum sc_status follow_all(struct sc_linking *l)
{
    const struct sc_system *system = l->linked->system;
    size_t n = sc_system_n_relations(system), n_cells = sc_system_n_cells(system), n_queue = 0;
    SC_AUTO_FREE uint32_t *queue = sc_alloc_array(n_cells, sizeof *queue);

    if (!queue)
        return sc_fail_nomem(l->err);
    for (size_t i = 0; i < n; i++) {
        uint32_t cell;

        follow(l, sc_system_relation(system, i), &cell);
        if (cell != SC_NONE)
            queue[n_queue++] = cell;
    }
    for (size_t q = 0; q < n_queue; q++) {
        size_t n_of;
        const uint32_t *of = sc_system_relations_of(system, queue[q], &n_of);

        for (size_t i = 0; i < n_of; i++) {
            uint32_t cell;

            follow(l, sc_system_relation(system, of[i]), &cell);
            if (cell != SC_NONE)
                queue[n_queue++] = cell;
        }
    }
    return SC_OK;
}

static enum sc_status bad_at(const struct sc_linking *l, enum sc_status status, const char *what,
                             uint32_t cell)
{
    SC_AUTO_BUF where = {0};

    sc_system_describe(l->linked->system, cell, &where);
    return sc_fail(l->err, status, "%s at '%s'", what, where.data ? where.data : "");
}

/* Counts that follow from the tables must be counts, and add up. */
static enum sc_status check_counts(const struct sc_linking *l)
{
    const struct sc_system *system = l->linked->system;

    for (uint32_t cell = 0; cell < sc_system_n_cells(system); cell++)
        if (l->known[cell] && l->linked->count[cell] < 0)
            return bad_at(l, SC_E_UNSUPPORTED,
                          "the tables are not as they should be: less than nobody", cell);
    for (size_t i = 0; i < sc_system_n_relations(system); i++) {
        struct sc_relation r = sc_system_relation(system, i);
        bool all = l->known[r.total];

        for (uint32_t k = 0; k < r.n_children && all; k++)
            all = l->known[r.children[k]];
        if (all && l->linked->count[r.total] != parts_but(l, r, SC_NONE))
            return bad_at(l, SC_E_UNSAFE, "the tables do not add up", r.total);
    }
    return SC_OK;
}

/* ---- what nobody counted ---- */

static bool listed_if_met(const struct sc_link_dimension *about,
                          const struct sc_dimension *dimension, const struct sc_category *category)
{
    if (strcmp(category->code, SC_UNKNOWN_CODE) == 0 || strcmp(dimension->code, "method") == 0 ||
        strcmp(dimension->code, "method_group") == 0) /* all of a dictionary are listed */
        return false;
    if (about->kind != SC_LINK_LINE || strcmp(about->attribute, "outcome") == 0)
        return true;
    return strcmp(about->attribute, SC_LINK_TIME) != 0 &&
           strcmp(category->code, SC_LINK_OTHER_CODE) == 0;
}

bool sc_link_occurs(const struct sc_link_table *table, size_t dimension, size_t category)
{
    const struct sc_dimension *listed = &table->table->dimensions[dimension];

    return listed_if_met(&table->dimensions[dimension], listed, &listed->categories[category]);
}

bool sc_link_met(const struct sc_link_table *table, size_t position)
{
    const struct sc_table *t = table->table;
    size_t only = SC_DIMENSIONS_MAX, at = 0, n_named = 0;

    for (size_t d = t->n_dimensions; d-- > 0;) {
        size_t n = t->dimensions[d].n_categories, i = position % (n + 1);

        position /= n + 1;
        if (i == n)
            continue;
        only = d;
        at = i;
        n_named++;
    }
    return n_named == 1 && sc_link_occurs(table, only, at);
}

void sc_link_interval(const struct sc_link_table *table, size_t position, int64_t *ret_least,
                      int64_t *ret_most)
{
    const struct sc_cell *cell = &table->shown[position];
    int64_t shown = (int64_t)cell->count;

    *ret_least = *ret_most = shown;
    switch (cell->status) {
    case SC_CELL_ROUNDED:
        *ret_least = shown > table->within          ? shown - table->within
                     : sc_link_met(table, position) ? 1
                                                    : 0;
        *ret_most = shown + table->within;
        return;
    case SC_CELL_SECONDARY:
        *ret_least = table->second_least;
        *ret_most = SC_UNBOUNDED;
        return;
    case SC_CELL_SUPPRESSED:
        *ret_least = sc_link_met(table, position) ? 1 : table->hidden_least;
        *ret_most = table->second_least > 0 ? table->second_least - 1 : SC_UNBOUNDED;
        return;
    case SC_CELL_TRUE:
    case SC_CELL_PUBLISHED:
    case SC_CELL_VOID:
        return;
    }
}

struct sc_figure sc_link_mark(int64_t least, int64_t most, int64_t low)
{
    if (most < SC_UNBOUNDED)
        return (struct sc_figure){.kind = SC_FIGURE_SMALL, .value = most, .least = least};
    if (least > low)
        return (struct sc_figure){.kind = SC_FIGURE_LARGE, .least = least};
    return (struct sc_figure){.kind = SC_FIGURE_HIDDEN};
}

/* What is known of all cells before the counts are complete. */
struct before {
    uint8_t *known;
    bool *hidden; /* a mark is all there is, perhaps with an interval */
    struct sc_figure *figures;
    int64_t *least, *most; /* of rounded figures and marks */
    bool intervals;        /* some say more than that a figure is at least 1 */
};

/* A rounded figure, or a mark: an interval. */
static void note_interval(struct before *b, uint32_t cell, const struct sc_link_table *table,
                          size_t k)
{
    int64_t least, most;

    sc_link_interval(table, k, &least, &most);
    if (b->known[cell] == SC_KNOWN_NOTHING) {
        b->known[cell] = SC_KNOWN_BEFORE;
        b->figures[cell] = (struct sc_figure){.kind = SC_FIGURE_NONE};
    }
    if (b->figures[cell].kind == SC_FIGURE_NONE)
        b->hidden[cell] = b->hidden[cell] || sc_cell_is_withheld(&table->shown[k]);
    b->least[cell] = least > b->least[cell] ? least : b->least[cell];
    b->most[cell] = most < b->most[cell] ? most : b->most[cell];
    b->intervals = true;
}

/* Figures of an earlier release, where they do not contradict the counts of today. */
static void note_before(struct sc_linking *l, size_t table_i, struct before *b)
{
    const struct sc_link_table *table = &l->tables[table_i];

    for (size_t k = 0; table->shown && k < table->table->n_cells; k++) {
        uint32_t cell = l->linked->cell_of[table_i][k];
        const struct sc_cell *shown = &table->shown[k];

        if (cell == SC_NONE || shown->status == SC_CELL_VOID || b->known[cell] == SC_KNOWN_COUNT)
            continue;
        if (shown->status != SC_CELL_PUBLISHED) {
            note_interval(b, cell, table, k);
            continue;
        }
        b->known[cell] = SC_KNOWN_BEFORE;
        b->hidden[cell] = false;
        b->figures[cell] =
            (struct sc_figure){.kind = SC_FIGURE_VALUE, .value = (int64_t)shown->count};
    }
}

bool sc_linked_believes(const struct sc_linked *linked, const struct sc_link_table *table,
                        size_t table_i, size_t position)
{
    const struct sc_cell *shown = &table->shown[position];
    uint32_t cell = linked->cell_of[table_i][position];

    if (cell == SC_NONE)
        return false;
    if (shown->status == SC_CELL_PUBLISHED)
        return linked->count[cell] == (int64_t)shown->count;
    if (shown->status == SC_CELL_ROUNDED || sc_cell_is_withheld(shown)) {
        int64_t least, most;

        sc_link_interval(table, position, &least, &most);
        return linked->count[cell] >= least && linked->count[cell] <= most;
    }
    return false;
}

/* Categories that an earlier table does not list; of cells counted today it says nothing more. */
static void note_empty(const struct sc_linking *l, struct before *b)
{
    for (uint32_t cell = 0; cell < sc_system_n_cells(l->linked->system); cell++)
        if (l->linked->empty[cell] && b->known[cell] != SC_KNOWN_COUNT) {
            b->known[cell] = SC_KNOWN_BEFORE;
            b->hidden[cell] = false;
            b->figures[cell] = (struct sc_figure){.kind = SC_FIGURE_VALUE};
        }
}

/* Gives up what today's counts contradict. */
static void relax_empty(struct sc_linking *l)
{
    for (uint32_t cell = 0; cell < sc_system_n_cells(l->linked->system); cell++)
        if (l->linked->empty[cell] && l->linked->count[cell] != 0) {
            l->linked->empty[cell] = 0;
            l->linked->n_relaxed++;
        }
}

/* Statements of an earlier release that contradict the counts. */
static void note_relaxed(struct sc_linking *l, size_t table_i)
{
    const struct sc_link_table *table = &l->tables[table_i];

    for (size_t k = 0; table->shown && k < table->table->n_cells; k++)
        l->linked->n_relaxed += l->linked->cell_of[table_i][k] != SC_NONE &&
                                table->shown[k].status != SC_CELL_VOID &&
                                !sc_linked_believes(l->linked, table, table_i, k);
}

/* Counts for all cells, with which all that is known agrees. */
static enum sc_status complete(struct sc_linking *l)
{
    struct sc_linked *linked = l->linked;
    size_t n = sc_system_n_cells(linked->system), n_open = 0;
    SC_AUTO_FREE uint8_t *known = sc_alloc_array(n, sizeof *known);
    SC_AUTO_FREE struct sc_figure *figures = sc_alloc_array(n, sizeof *figures);
    SC_AUTO_FREE bool *relaxed = sc_alloc_array(n, sizeof *relaxed);
    SC_AUTO_FREE int64_t *least = sc_alloc_array(n, sizeof *least);
    SC_AUTO_FREE int64_t *most = sc_alloc_array(n, sizeof *most);
    SC_AUTO_FREE bool *hidden = sc_alloc_array(n, sizeof *hidden);
    struct before b = {
        .known = known, .hidden = hidden, .figures = figures, .least = least, .most = most};
    enum sc_status status = SC_OK;

    if (!known || !figures || !relaxed || !least || !most || !hidden)
        return sc_fail_nomem(l->err);
    for (uint32_t cell = 0; cell < n; cell++) {
        most[cell] = SC_UNBOUNDED;
        known[cell] = l->known[cell] ? SC_KNOWN_COUNT : SC_KNOWN_NOTHING;
        figures[cell] = (struct sc_figure){.kind = SC_FIGURE_VALUE, .value = linked->count[cell]};
        n_open += !l->known[cell];
    }
    for (size_t t = 0; t < l->n_tables; t++)
        note_before(l, t, &b);
    note_empty(l, &b);
    for (uint32_t cell = 0; cell < n; cell++)
        linked->n_uncounted += known[cell] == SC_KNOWN_BEFORE && hidden[cell];
    if (n_open > 0)
        status = sc_protect_complete(linked->system, known, figures, b.intervals ? least : NULL,
                                     b.intervals ? most : NULL, linked->count, relaxed, l->err);
    for (size_t t = 0; t < l->n_tables && !status; t++)
        note_relaxed(l, t);
    if (!status)
        relax_empty(l);
    return status;
}

/* ---- what may be done with each cell ---- */

/*
 * A figure that only an earlier release shows, rounded. A small one must stay uncertain; of any
 * other the protector takes it that readers know the number, which is the worst that can be.
 */
static void note_shown_rounded(struct sc_linking *l, const struct sc_link_table *table,
                               uint32_t cell)
{
    int64_t count = l->linked->count[cell];

    if (!l->own[cell] && l->linked->role[cell] == SC_ROLE_FREE)
        l->linked->role[cell] =
            count >= 1 && count < table->rounding ? SC_ROLE_HIDDEN : SC_ROLE_PRINTED;
}

/* Which figures are those of the tables to be protected. */
static void note_own(struct sc_linking *l)
{
    for (size_t t = 0; t < l->n_tables; t++)
        for (size_t k = 0; !l->tables[t].shown && k < l->tables[t].table->n_cells; k++)
            if (l->linked->cell_of[t][k] != SC_NONE)
                l->own[l->linked->cell_of[t][k]] = true;
}

/* A figure published before stays as it is: printed by any of its tables is printed. */
static void note_shown(struct sc_linking *l, size_t table_i)
{
    const struct sc_link_table *table = &l->tables[table_i];

    for (size_t k = 0; table->shown && k < table->table->n_cells; k++) {
        uint32_t cell = l->linked->cell_of[table_i][k];

        if (!sc_linked_believes(l->linked, table, table_i, k))
            continue;
        if (table->shown[k].status == SC_CELL_PUBLISHED)
            l->linked->role[cell] = SC_ROLE_PRINTED;
        else if (sc_cell_is_withheld(&table->shown[k]) && l->linked->role[cell] != SC_ROLE_PRINTED)
            l->linked->role[cell] = SC_ROLE_HIDDEN;
        else if (table->shown[k].status == SC_CELL_ROUNDED)
            note_shown_rounded(l, table, cell);
    }
}

static void note_weight(struct sc_linking *l, uint32_t cell)
{
    const struct sc_system *system = l->linked->system;
    size_t n, most = 0;
    const uint32_t *of = sc_system_relations_of(system, cell, &n);

    for (size_t i = 0; i < n; i++) {
        struct sc_relation r = sc_system_relation(system, of[i]);

        if (r.total == cell && r.n_children > most)
            most = r.n_children;
    }
    l->linked->weight[cell] = 1.0 + (double)most;
}

enum sc_status sc_link_counts(struct sc_linking *l)
{
    struct sc_linked *linked = l->linked;
    size_t n = sc_system_n_cells(linked->system);
    enum sc_status status;

    linked->count = sc_alloc_array(n, sizeof *linked->count);
    linked->role = sc_alloc_array(n, sizeof *linked->role);
    linked->exempt = sc_alloc_array(n, sizeof *linked->exempt);
    linked->weight = sc_alloc_array(n, sizeof *linked->weight);
    l->known = sc_alloc_array(n, sizeof *l->known);
    l->own = sc_alloc_array(n, sizeof *l->own);
    if (!linked->count || !linked->role || !linked->exempt || !linked->weight || !l->known ||
        !l->own)
        return sc_fail_nomem(l->err);
    note_own(l);
    status = take_counts(l);
    if (!status)
        status = follow_all(l);
    if (!status)
        status = check_counts(l);
    if (!status)
        status = complete(l);
    for (size_t t = 0; t < l->n_tables && !status; t++)
        note_shown(l, t);
    for (uint32_t cell = 0; cell < n && !status; cell++) {
        if (sc_system_made(linked->system, cell))
            linked->role[cell] = linked->empty[cell] ? SC_ROLE_PRINTED : SC_ROLE_HIDDEN;
        linked->exempt[cell] = sc_system_auxiliary(linked->system, cell);
        note_weight(l, cell);
    }
    return status;
}
