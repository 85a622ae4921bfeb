/*
 * link_empty.c - what tables say by not listing a category.
 *
 * Outcomes, a column's own values and ages outside all bands are listed only where something was
 * counted in them. So a table of January and February by area without the area a says that a had
 * nothing in these months, and everybody who reads it knows. Sums say so by themselves where no
 * cell of it exists. But where a later table lists a, periods that meet give cells to (January, a)
 * that nobody prints (untied.c, common parts); these are then known to be 0, and must not count as
 * room to move.
 *
 * A cell is empty when it lies inside what some table does not list: the same unit, records that
 * the table is about, days inside its period, and a category or a part of one that it has not. Of a
 * table released before this is believed as its figures are: where today's records say otherwise it
 * is given up.
 */
#include <string.h>

#include "answer/link_internal.h"
#include "base/error.h"

/* What one table does not list of one attribute. */
struct unlisted {
    struct sc_linking *l;
    const struct sc_link_table *table;
    bool *at;     /* by code of the attribute: it is not listed */
    bool *inside; /* by code of time: its days are inside the table's period */
    uint32_t dimension;
    uint32_t unit;
};

/* The codes of a line whose sets lie inside `set`. */
static void mark_inside(const struct sc_line *line, struct sc_spans set, bool *ret)
{
    for (size_t i = 0; i < line->n_sets; i++)
        if (sc_spans_inside(line->sets[i], set))
            ret[line->codes[i]] = true;
}

/* Marks what dimension `d` of the table does not list. */
static void mark_unlisted(struct unlisted *u, const struct sc_link_attribute *attribute, size_t d)
{
    const struct sc_system *system = u->l->linked->system;
    const struct sc_link_dimension *meaning = &u->table->dimensions[d];
    const struct sc_dimension *dimension = &u->table->table->dimensions[d];

    if (attribute->kind == SC_LINK_LINE) {
        for (size_t i = 0; i < meaning->n_unlisted; i++)
            mark_inside(&attribute->line, meaning->unlisted[i], u->at);
        return;
    }
    for (uint32_t code = 1; code < sc_system_n_codes(system, u->dimension); code++)
        u->at[code] = true;
    for (size_t i = 0; i < dimension->n_categories; i++) {
        uint32_t code =
            sc_system_find_code(system, u->dimension, sc_slice_of(dimension->categories[i].code));

        if (code != SC_NONE)
            u->at[code] = false;
    }
}

/* Whether a selection of records is the table's, or a part of it. */
static bool is_selected(const struct unlisted *u, uint32_t code)
{
    const struct sc_system *system = u->l->linked->system;
    const char *name =
        code == SC_SYSTEM_TOTAL ? "" : sc_system_code_name(system, u->l->selection, code);
    bool found = strcmp(name, u->table->selection ? u->table->selection : "") == 0;

    for (size_t i = 0; i < u->table->n_parts && !found; i++)
        found = strcmp(name, u->table->parts[i]) == 0;
    return found;
}

static void note_cells(const struct unlisted *u)
{
    struct sc_linked *linked = u->l->linked;
    uint8_t how = u->table->shown ? SC_LINK_EMPTY_BEFORE : SC_LINK_EMPTY_NOW;
    uint32_t time = u->l->attributes[0].dimension;

    for (uint32_t cell = 0; cell < sc_system_n_cells(linked->system); cell++) {
        const uint32_t *codes = sc_system_cell_codes(linked->system, cell);

        if (sc_system_made(linked->system, cell) && u->at[codes[u->dimension]] &&
            u->inside[codes[time]] && codes[u->l->unit] == u->unit &&
            is_selected(u, codes[u->l->selection]))
            linked->empty[cell] |= how;
    }
}

static enum sc_status note_dimension(struct sc_linking *l, const struct sc_link_table *table,
                                     const struct sc_link_group *group)
{
    const struct sc_link_attribute *attribute = &l->attributes[group->attribute];
    const struct sc_line *time = &l->attributes[0].line;
    SC_AUTO_FREE bool *at =
        sc_alloc_array(sc_system_n_codes(l->linked->system, attribute->dimension), sizeof *at);
    SC_AUTO_FREE bool *inside =
        sc_alloc_array(sc_system_n_codes(l->linked->system, time->dimension), sizeof *inside);
    struct unlisted u = {.l = l,
                         .table = table,
                         .at = at,
                         .inside = inside,
                         .dimension = attribute->dimension,
                         .unit =
                             l->units[table->one_for_one ? SC_UNIT_OFFENCES : table->table->unit]};

    if (!at || !inside)
        return sc_fail_nomem(l->err);
    mark_unlisted(&u, attribute, group->dims[0]);
    mark_inside(time, table->period, inside);
    note_cells(&u);
    return SC_OK;
}

enum sc_status sc_link_find_empty(struct sc_linking *l)
{
    enum sc_status status = SC_OK;

    l->linked->empty =
        sc_alloc_array(sc_system_n_cells(l->linked->system), sizeof *l->linked->empty);
    if (!l->linked->empty)
        return sc_fail_nomem(l->err);
    for (size_t t = 0; t < l->n_tables && !status; t++) {
        struct sc_link_group groups[SC_LINK_GROUP_MAX + 1];
        size_t n = sc_link_groups(l, &l->tables[t], groups);

        for (size_t g = 1; g < n && !status && !l->tables[t].unprinted; g++) /* 0: time */
            if (groups[g].n == 1 && l->attributes[groups[g].attribute].kind != SC_LINK_OVERLAP)
                status = note_dimension(l, &l->tables[t], &groups[g]);
    }
    return status;
}
