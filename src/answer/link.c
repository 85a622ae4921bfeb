/*
 * link.c - from tables to one system of cells and sums.
 *
 * Dimensions of the system: the unit counted; the selection of records, where releases differ in
 * it; time; and one for each attribute that a table is counted by. A table's cell is the cell
 * of the system with its codes, and the total of every attribute it does not have. So the
 * month totals of a table of methods and the table of months are the same cells, and the
 * system links tables exactly where they meet.
 *
 * Units and selections have codes but no split: offences and victims are different sets, and
 * nothing is said of one from the other; where the records hold one victim for each offence they
 * are one unit (one_for_one). Time has no total either: everything is about a period, and a table
 * without months is about the whole of it. Year, quarter and month are one dimension (lines.c), so
 * that a month under the total of years and under its year are one cell.
 *
 * Categories that overlap (one offence under two platforms) are plain sums with figures that
 * nobody prints: system/overlap.c. Two of those, the sum of the categories and by how much it is
 * more than those in any, count nobody in particular, and are exempt from protection: a reader who
 * knows that one offence named two platforms knows of no one. All others are groups of people.
 *
 * Which codes there are and which add up is link_codes.c, the counts link_counts.c.
 */
#include "answer/link.h"

#include <string.h>

#include "answer/link_internal.h"
#include "base/error.h"

void sc_linked_free(struct sc_linked *linked)
{
    if (!linked)
        return;
    for (size_t t = 0; linked->cell_of && t < linked->n_tables; t++)
        sc_free(linked->cell_of[t]);
    sc_free(linked->cell_of);
    sc_free(linked->count);
    sc_free(linked->role);
    sc_free(linked->exempt);
    sc_free(linked->empty);
    sc_free(linked->weight);
    sc_system_free(linked->system);
    sc_free(linked);
}

static void release_linking(struct sc_linking *l)
{
    for (size_t a = 0; a < l->n_attributes; a++) {
        sc_line_release(&l->attributes[a].line);
        sc_free(l->attributes[a].apart);
        sc_free(l->attributes[a].unions);
    }
    sc_free(l->known);
    sc_free(l->own);
}

static const char *selection_of(const struct sc_link_table *table)
{
    return table->selection ? table->selection : "";
}

/* ---- cells ---- */

/* The set that positions `at` of a line's dimensions stand for together. */
static enum sc_status line_code(struct sc_linking *l, const struct sc_link_table *table,
                                const struct sc_link_group *group, const size_t *at, bool may_add,
                                uint32_t *ret_code)
{
    struct sc_line *line = &l->attributes[group->attribute].line;
    struct sc_spans set = sc_link_base(l, table, group);

    for (size_t i = 0; i < group->n; i++) {
        size_t d = group->dims[i];

        if (at[i] < table->table->dimensions[d].n_categories &&
            !sc_spans_and(&line->arena, set, table->dimensions[d].sets[at[i]], &set))
            return sc_fail_nomem(l->err);
    }
    *ret_code = SC_NONE;
    if (set.n == 0)
        return SC_OK;
    for (size_t i = 0; i < line->n_sets && *ret_code == SC_NONE; i++)
        if (sc_spans_equal(line->sets[i], set))
            *ret_code = line->codes[i];
    return *ret_code == SC_NONE && may_add ? sc_line_code(line, set, ret_code, l->err) : SC_OK;
}

/* The code of plain categories: that of the one named, none where two differ. */
static uint32_t plain_code(const struct sc_linking *l, const struct sc_link_table *table,
                           const struct sc_link_group *group, const size_t *at)
{
    const struct sc_link_attribute *attribute = &l->attributes[group->attribute];
    uint32_t code = SC_SYSTEM_TOTAL;

    for (size_t i = 0; i < group->n; i++) {
        const struct sc_dimension *dimension = &table->table->dimensions[group->dims[i]];
        uint32_t one;

        if (at[i] == dimension->n_categories)
            continue;
        one = sc_system_find_code(l->linked->system, attribute->dimension,
                                  sc_slice_of(dimension->categories[at[i]].code));
        if (code != SC_SYSTEM_TOTAL && code != one)
            return SC_NONE;
        code = one;
    }
    return code;
}

/* The code of every combination of positions of a group. */
static enum sc_status code_group(struct sc_linking *l, const struct sc_link_table *table,
                                 struct sc_link_group *group)
{
    size_t at[SC_LINK_GROUP_MAX] = {0}, n = 1;

    for (size_t i = 0; i < group->n; i++)
        n *= table->table->dimensions[group->dims[i]].n_categories + 1;
    group->codes = sc_alloc_array(n, sizeof *group->codes);
    if (!group->codes)
        return sc_fail_nomem(l->err);
    for (size_t k = 0; k < n; k++) {
        enum sc_status status = SC_OK;

        if (l->attributes[group->attribute].kind == SC_LINK_LINE)
            status = line_code(l, table, group, at, false, &group->codes[k]);
        else
            group->codes[k] = plain_code(l, table, group, at);
        if (status)
            return status;
        for (size_t i = group->n; i-- > 0;) {
            if (++at[i] <= table->table->dimensions[group->dims[i]].n_categories)
                break;
            at[i] = 0;
        }
    }
    return SC_OK;
}

static uint32_t group_code(const struct sc_link_table *table, const struct sc_link_group *group,
                           const size_t *positions)
{
    size_t k = 0;

    for (size_t i = 0; i < group->n; i++)
        k = k * (table->table->dimensions[group->dims[i]].n_categories + 1) +
            positions[group->dims[i]];
    return group->codes[k];
}

static uint32_t selection_code(const struct sc_linking *l, const struct sc_link_table *table)
{
    if (!selection_of(table)[0])
        return SC_SYSTEM_TOTAL;
    return sc_system_find_code(l->linked->system, l->selection, sc_slice_of(selection_of(table)));
}

enum sc_status sc_link_visit(struct sc_linking *l, size_t table_i, sc_link_visit_fn *visit)
{
    const struct sc_link_table *table = &l->tables[table_i];
    struct sc_link_group groups[SC_LINK_GROUP_MAX + 1];
    size_t n = sc_link_groups(l, table, groups), positions[SC_DIMENSIONS_MAX] = {0};
    uint32_t selection = selection_code(l, table);
    enum sc_status status = SC_OK;

    for (size_t g = 0; g < n && !status; g++)
        status = code_group(l, table, &groups[g]);
    for (size_t k = 0; !status && k < table->table->n_cells; k++) {
        uint32_t codes[SC_SYSTEM_DIMENSIONS_MAX] = {0};
        bool possible = true;

        codes[l->unit] = l->units[table->one_for_one ? SC_UNIT_OFFENCES : table->table->unit];
        codes[l->selection] = selection;
        for (size_t g = 0; g < n; g++) {
            uint32_t code = group_code(table, &groups[g], positions);

            possible = possible && code != SC_NONE;
            codes[l->attributes[groups[g].attribute].dimension] = code;
        }
        if (possible)
            status = visit(l, table_i, k, codes);
        (void)sc_table_next(table->table, positions);
    }
    for (size_t g = 0; g < n; g++)
        sc_free(groups[g].codes);
    return status;
}

static enum sc_status add_cell(struct sc_linking *l, size_t table_i, size_t position,
                               const uint32_t *codes)
{
    if (l->tables[table_i].table->cells[position].status == SC_CELL_VOID)
        return SC_OK;
    return sc_system_add_cell(l->linked->system, codes, &l->linked->cell_of[table_i][position],
                              l->err);
}

/* What is not in any cell must be nothing. */
static enum sc_status check_rest(struct sc_linking *l, size_t table_i)
{
    const struct sc_table *table = l->tables[table_i].table;

    for (size_t k = 0; k < table->n_cells && !l->tables[table_i].shown; k++)
        if (l->linked->cell_of[table_i][k] == SC_NONE && table->cells[k].status != SC_CELL_VOID &&
            table->cells[k].count != 0)
            return sc_fail(l->err, SC_E_UNSAFE, "table '%s' counts what cannot be", table->id);
    return SC_OK;
}

static enum sc_status add_cells(struct sc_linking *l)
{
    struct sc_linked *linked = l->linked;
    enum sc_status status = SC_OK;

    linked->cell_of = sc_alloc_array(l->n_tables, sizeof *linked->cell_of);
    if (!linked->cell_of)
        return sc_fail_nomem(l->err);
    linked->n_tables = l->n_tables;
    for (size_t t = 0; t < l->n_tables && !status; t++) {
        size_t n = l->tables[t].table->n_cells;

        linked->cell_of[t] = sc_alloc_array(n, sizeof **linked->cell_of);
        if (!linked->cell_of[t])
            return sc_fail_nomem(l->err);
        memset(linked->cell_of[t], 0xff, n * sizeof **linked->cell_of);
        if (l->tables[t].unprinted)
            continue;
        status = sc_link_visit(l, t, add_cell);
        if (!status)
            status = check_rest(l, t);
    }
    return status;
}

/* The code of a table's selection, and of the parts that it is the sum of. */
static enum sc_status add_selection(struct sc_linking *l, const struct sc_link_table *table)
{
    struct sc_system *system = l->linked->system;
    SC_AUTO_FREE uint32_t *parts = sc_alloc_array(table->n_parts, sizeof *parts);
    uint32_t code = SC_SYSTEM_TOTAL;
    enum sc_status status = SC_OK;

    if (!parts)
        return sc_fail_nomem(l->err);
    if (selection_of(table)[0])
        status = sc_system_add_code(system, l->selection, sc_slice_of(selection_of(table)), &code,
                                    l->err);
    for (size_t i = 0; i < table->n_parts && !status; i++)
        status = sc_system_add_code(system, l->selection, sc_slice_of(table->parts[i]), &parts[i],
                                    l->err);
    if (!status && table->n_parts > 0)
        status =
            sc_system_add_split(system, l->selection, code, parts, table->n_parts, true, l->err);
    return status;
}

enum sc_status sc_link(const struct sc_link_table *tables, size_t n_tables,
                       struct sc_linked **ret_linked, struct sc_error *err)
{
    SC_AUTO(sc_linked) linked = sc_alloc(sizeof *linked);
    struct sc_linking l = {.tables = tables, .n_tables = n_tables, .linked = linked, .err = err};
    enum sc_status status;

    if (!linked)
        return sc_fail_nomem(err);
    status = sc_system_new(&linked->system, err);
    if (!status)
        status = sc_link_dimensions(&l);
    for (size_t t = 0; t < n_tables && !status; t++)
        status = add_selection(&l, &tables[t]);
    if (!status)
        status = sc_link_codes(&l);
    if (!status)
        status = add_cells(&l);
    if (!status)
        status = sc_system_link(linked->system, err);
    if (!status)
        status = sc_link_find_empty(&l);
    if (!status)
        status = sc_link_counts(&l);
    release_linking(&l);
    if (!status)
        *ret_linked = SC_TAKE(linked);
    return status;
}
