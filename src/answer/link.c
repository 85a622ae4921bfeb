/*
 * link.c - from tables to one system of cells and sums, with the true count of each cell.
 *
 * Dimensions of the system: the unit counted; the selection of records, where releases differ in
 * it; time; and one for each attribute that a table is counted by. A table's cell is the cell
 * of the system with its codes, and the total of every attribute it does not have. So the
 * month totals of a table of methods and the table of months are the same cells, and the
 * system links tables exactly where they meet.
 *
 * Units and selections have codes but no split: offences and victims are different sets, and
 * nothing is said of one from the other. Time has no total either: everything is about a period,
 * and a table without months is about the whole of it. Year, quarter and month are one dimension
 * (lines.c), so that a month under the total of years and under its year are one cell.
 *
 * Categories that overlap (one offence under two platforms) are plain sums with figures that
 * nobody prints: system/overlap.c. Two of those, the sum of the categories and by how much it is
 * more than those in any, count nobody in particular, and are exempt from protection: a reader who
 * knows that one offence named two platforms knows of no one. All others are groups of people.
 *
 * True counts. Those of printed cells are the tables'. From them most others follow by the
 * sums, upwards and downwards; one below 0 would mean that the tables are not as described here,
 * and no answer of them is called safe. What nobody counted (common parts of bands in two tables,
 * what a mark of an earlier release stands for) is completed to whole numbers that agree with all
 * the rest; protect/complete.h says why that will do.
 *
 * Releases before this one come in as further tables, with a period and selection of
 * their own and what they show of each cell. Where records were revised since, earlier figures that
 * contradict the counts of today are given up, as few as can be, and named.
 */
#include "answer/link.h"

#include <assert.h>
#include <string.h>

#include "answer/lines.h"
#include "base/error.h"
#include "protect/complete.h"
#include "protect/protect.h"

#define GROUP_MAX SC_DIMENSIONS_MAX

/* One attribute of all tables that have it. */
struct attribute {
    const char *name;
    enum sc_link_kind kind;
    uint32_t dimension;
    struct sc_line line; /* LINE */
    bool *apart;         /* OVERLAP: by code */
    size_t apart_capacity;
};

/* The dimensions of one table that are one attribute, and the code of each of their positions. */
struct group {
    size_t attribute; /* into linking.attributes */
    size_t dims[GROUP_MAX];
    size_t n;
    uint32_t *codes; /* by position, the last dimension fastest; SC_NONE: cannot be */
};

struct linking {
    const struct sc_link_table *tables;
    size_t n_tables;
    struct sc_linked *linked;
    struct attribute attributes[SC_SYSTEM_DIMENSIONS_MAX];
    size_t n_attributes;
    uint32_t unit, selection; /* dimensions */
    uint32_t units[SC_N_UNITS];
    bool *known; /* by cell */
    struct sc_error *err;
};

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
    sc_free(linked->weight);
    sc_system_free(linked->system);
    sc_free(linked);
}

static void release_linking(struct linking *l)
{
    for (size_t a = 0; a < l->n_attributes; a++) {
        sc_line_release(&l->attributes[a].line);
        sc_free(l->attributes[a].apart);
    }
    sc_free(l->known);
}

static const char *selection_of(const struct sc_link_table *table)
{
    return table->selection ? table->selection : "";
}

/* ---- attributes ---- */

static enum sc_status cannot(const struct linking *l, const struct sc_link_table *table, size_t d,
                             const char *why)
{
    return sc_fail(l->err, SC_E_UNSUPPORTED, "table '%s', dimension '%s': %s", table->table->id,
                   table->table->dimensions[d].code, why);
}

static struct attribute *find_attribute(struct linking *l, const char *name)
{
    for (size_t a = 0; a < l->n_attributes; a++)
        if (strcmp(l->attributes[a].name, name) == 0)
            return &l->attributes[a];
    return NULL;
}

static enum sc_status add_attribute(struct linking *l, const char *name, enum sc_link_kind kind,
                                    struct sc_spans base)
{
    struct attribute *attribute = &l->attributes[l->n_attributes];
    enum sc_status status;

    if (l->n_attributes == SC_SYSTEM_DIMENSIONS_MAX)
        return sc_fail(l->err, SC_E_RANGE, "the tables have too many different dimensions");
    status = sc_system_add_dimension(l->linked->system, sc_slice_of(name), &attribute->dimension,
                                     l->err);
    if (status)
        return status;
    attribute->name = name;
    attribute->kind = kind;
    attribute->line = (struct sc_line){.system = l->linked->system,
                                       .dimension = attribute->dimension,
                                       .base = base,
                                       .total_is_base = strcmp(name, SC_LINK_TIME) != 0};
    attribute->line.names = attribute->line.total_is_base ? SC_LINE_NUMBERS : SC_LINE_DAYS;
    l->n_attributes++;
    return SC_OK;
}

static enum sc_status note_attribute(struct linking *l, const struct sc_link_table *table, size_t d)
{
    const struct sc_link_dimension *dimension = &table->dimensions[d];
    const struct attribute *attribute = find_attribute(l, dimension->attribute);

    if (!attribute)
        return add_attribute(l, dimension->attribute, dimension->kind, dimension->base);
    if (attribute->kind != dimension->kind ||
        (attribute->line.total_is_base && dimension->kind == SC_LINK_LINE &&
         !sc_spans_equal(attribute->line.base, dimension->base)))
        return cannot(l, table, d, "another table has the same attribute in another way");
    return SC_OK;
}

/* The dimensions of the system: a system wants them all before its first cell. */
static enum sc_status add_dimensions(struct linking *l)
{
    enum sc_status status =
        sc_system_add_dimension(l->linked->system, sc_slice_of("unit"), &l->unit, l->err);

    if (!status)
        status = sc_system_add_dimension(l->linked->system, sc_slice_of("selection"), &l->selection,
                                         l->err);
    for (int u = 0; u < SC_N_UNITS && !status; u++)
        status =
            sc_system_add_code(l->linked->system, l->unit,
                               sc_slice_of(sc_unit_name((enum sc_unit)u)), &l->units[u], l->err);
    if (!status)
        status = add_attribute(l, SC_LINK_TIME, SC_LINK_LINE, (struct sc_spans){0});
    for (size_t t = 0; t < l->n_tables; t++)
        for (size_t d = 0; d < l->tables[t].table->n_dimensions && !status; d++)
            status = note_attribute(l, &l->tables[t], d);
    return status;
}

/* ---- codes and splits ---- */

/* The dimensions of a table by attribute; time is always there, if only as the period. */
static size_t find_groups(struct linking *l, const struct sc_link_table *table,
                          struct group *groups)
{
    size_t n = 0;

    groups[n++] = (struct group){.attribute = 0}; /* time */
    for (size_t d = 0; d < table->table->n_dimensions; d++) {
        size_t attribute =
            (size_t)(find_attribute(l, table->dimensions[d].attribute) - l->attributes);
        size_t g = 0;

        while (g < n && groups[g].attribute != attribute)
            g++;
        if (g == n)
            groups[n++] = (struct group){.attribute = attribute};
        groups[g].dims[groups[g].n++] = d;
    }
    return n;
}

/* All of a dimension's sets, those not listed last. Owned by the arena. */
static bool all_sets(struct sc_arena *arena, const struct sc_link_dimension *dimension,
                     size_t n_listed, struct sc_spans **ret, size_t *ret_n)
{
    struct sc_spans *sets =
        sc_arena_alloc(arena, (n_listed + dimension->n_unlisted) * sizeof *sets);

    if (!sets)
        return false;
    for (size_t i = 0; i < n_listed; i++)
        sets[i] = dimension->sets[i];
    for (size_t i = 0; i < dimension->n_unlisted; i++)
        sets[n_listed + i] = dimension->unlisted[i];
    *ret = sets;
    *ret_n = n_listed + dimension->n_unlisted;
    return true;
}

/* The sets of one more dimension cut those of a family so far. */
static enum sc_status cut_family(struct linking *l, struct sc_arena *arena,
                                 struct sc_spans **family, size_t *n, const struct sc_spans *by,
                                 size_t n_by)
{
    struct sc_spans *cut;
    size_t n_cut = 0;

    if (*n * n_by > 1000000)
        return sc_fail(l->err, SC_E_RANGE, "too many periods to link");
    cut = sc_arena_alloc(arena, *n * n_by * sizeof *cut);
    if (!cut)
        return sc_fail_nomem(l->err);
    for (size_t i = 0; i < *n; i++)
        for (size_t j = 0; j < n_by; j++) {
            if (!sc_spans_meet((*family)[i], by[j]))
                continue;
            if (!sc_spans_and(arena, (*family)[i], by[j], &cut[n_cut++]))
                return sc_fail_nomem(l->err);
        }
    *family = cut;
    *n = n_cut;
    return SC_OK;
}

/* One family for each choice of some of the dimensions of a line: years, months, both. */
static enum sc_status add_families(struct linking *l, const struct sc_link_table *table,
                                   const struct group *group, struct sc_spans base)
{
    struct sc_line *line = &l->attributes[group->attribute].line;
    uint32_t code;
    enum sc_status status = sc_line_code(line, base, &code, l->err);

    for (unsigned mask = 1; mask < 1u << group->n && !status; mask++) {
        struct sc_spans *family = sc_arena_alloc(&line->arena, sizeof *family);
        size_t n = 1;

        if (!family)
            return sc_fail_nomem(l->err);
        family[0] = base;
        for (size_t i = 0; i < group->n && !status; i++) {
            size_t d = group->dims[i], n_by;
            struct sc_spans *by;

            if (!(mask >> i & 1))
                continue;
            if (!all_sets(&line->arena, &table->dimensions[d],
                          table->table->dimensions[d].n_categories, &by, &n_by))
                return sc_fail_nomem(l->err);
            status = cut_family(l, &line->arena, &family, &n, by, n_by);
        }
        if (!status)
            status = sc_line_family(line, family, n, l->err);
    }
    return status;
}

static struct sc_spans base_of(const struct linking *l, const struct sc_link_table *table,
                               const struct group *group)
{
    return group->attribute == 0 ? table->period : l->attributes[group->attribute].line.base;
}

/* Names the code of an overlapping category, and whether it is apart: the same in all tables. */
static enum sc_status note_apart(struct linking *l, const struct sc_link_table *table, size_t d,
                                 struct attribute *attribute, size_t category)
{
    const struct sc_system *system = l->linked->system;
    const char *name = table->table->dimensions[d].categories[category].code;
    bool apart = table->dimensions[d].apart[category];
    bool is_new = sc_system_find_code(system, attribute->dimension, sc_slice_of(name)) == SC_NONE;
    uint32_t code;
    enum sc_status status = sc_system_add_code(l->linked->system, attribute->dimension,
                                               sc_slice_of(name), &code, l->err);

    if (status)
        return status;
    if (code >= attribute->apart_capacity) {
        size_t wanted = 2 * (size_t)code + 16;
        bool *grown = sc_realloc_array(attribute->apart, wanted, sizeof *grown);

        if (!grown)
            return sc_fail_nomem(l->err);
        attribute->apart = grown;
        attribute->apart_capacity = wanted;
    }
    if (!is_new && attribute->apart[code] != apart)
        return cannot(l, table, d, "another table has a category of it in another way");
    attribute->apart[code] = apart;
    return SC_OK;
}

/* The codes of one attribute of one table. */
static enum sc_status add_codes(struct linking *l, const struct sc_link_table *table,
                                const struct group *group)
{
    struct attribute *attribute = &l->attributes[group->attribute];
    enum sc_status status = SC_OK;

    if (attribute->kind == SC_LINK_LINE)
        return add_families(l, table, group, base_of(l, table, group));
    if (attribute->kind == SC_LINK_OVERLAP && group->n > 1)
        return cannot(l, table, group->dims[1],
                      "its categories overlap, and the table has it twice");
    for (size_t i = 0; i < group->n; i++) {
        const struct sc_dimension *dimension = &table->table->dimensions[group->dims[i]];

        for (size_t c = 0; c < dimension->n_categories && !status; c++) {
            uint32_t code;

            if (attribute->kind == SC_LINK_OVERLAP)
                status = note_apart(l, table, group->dims[i], attribute, c);
            else
                status =
                    sc_system_add_code(l->linked->system, attribute->dimension,
                                       sc_slice_of(dimension->categories[c].code), &code, l->err);
            if (!status &&
                sc_system_find_code(l->linked->system, attribute->dimension,
                                    sc_slice_of(dimension->categories[c].code)) == SC_SYSTEM_TOTAL)
                return cannot(l, table, group->dims[i], "a category is called Total");
        }
    }
    return status;
}

/* The sums of categories that overlap (system/overlap.c). */
static enum sc_status split_overlap(struct linking *l, const struct attribute *attribute)
{
    size_t n_codes = sc_system_n_codes(l->linked->system, attribute->dimension);
    SC_AUTO_FREE uint32_t *some = sc_alloc_array(n_codes, sizeof *some);
    SC_AUTO_FREE uint32_t *apart = sc_alloc_array(n_codes, sizeof *apart);
    size_t n_some = 0, n_apart = 0;

    if (!some || !apart)
        return sc_fail_nomem(l->err);
    for (uint32_t code = 1; code < n_codes; code++) {
        if (attribute->apart[code])
            apart[n_apart++] = code;
        else
            some[n_some++] = code;
    }
    return sc_system_add_overlap(l->linked->system, attribute->dimension, SC_SYSTEM_TOTAL, some,
                                 n_some, apart, n_apart, l->err);
}

/* Total = all categories that any table lists. */
static enum sc_status split_plain(struct linking *l, const struct attribute *attribute)
{
    size_t n_codes = sc_system_n_codes(l->linked->system, attribute->dimension);
    SC_AUTO_FREE uint32_t *codes = sc_alloc_array(n_codes, sizeof *codes);

    if (!codes)
        return sc_fail_nomem(l->err);
    for (uint32_t code = 1; code < n_codes; code++)
        codes[code - 1] = code;
    if (n_codes == 1)
        return SC_OK;
    return sc_system_add_split(l->linked->system, attribute->dimension, SC_SYSTEM_TOTAL, codes,
                               n_codes - 1, false, l->err);
}

static enum sc_status add_codes_and_splits(struct linking *l)
{
    enum sc_status status = SC_OK;

    for (size_t t = 0; t < l->n_tables && !status; t++) {
        struct group groups[GROUP_MAX + 1];
        size_t n = find_groups(l, &l->tables[t], groups);

        for (size_t g = 0; g < n && !status && !l->tables[t].unprinted; g++)
            status = add_codes(l, &l->tables[t], &groups[g]);
    }
    for (size_t a = 0; a < l->n_attributes && !status; a++) {
        if (l->attributes[a].kind == SC_LINK_LINE)
            status = sc_line_splits(&l->attributes[a].line, l->err);
        else if (l->attributes[a].kind == SC_LINK_OVERLAP)
            status = split_overlap(l, &l->attributes[a]);
        else
            status = split_plain(l, &l->attributes[a]);
    }
    return status;
}

/* ---- cells ---- */

/* The set that positions `at` of a line's dimensions stand for together. */
static enum sc_status line_code(struct linking *l, const struct sc_link_table *table,
                                const struct group *group, const size_t *at, bool may_add,
                                uint32_t *ret_code)
{
    struct sc_line *line = &l->attributes[group->attribute].line;
    struct sc_spans set = base_of(l, table, group);

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
static uint32_t plain_code(const struct linking *l, const struct sc_link_table *table,
                           const struct group *group, const size_t *at)
{
    const struct attribute *attribute = &l->attributes[group->attribute];
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
static enum sc_status code_group(struct linking *l, const struct sc_link_table *table,
                                 struct group *group)
{
    size_t at[GROUP_MAX] = {0}, n = 1;

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

static uint32_t group_code(const struct sc_link_table *table, const struct group *group,
                           const size_t *positions)
{
    size_t k = 0;

    for (size_t i = 0; i < group->n; i++)
        k = k * (table->table->dimensions[group->dims[i]].n_categories + 1) +
            positions[group->dims[i]];
    return group->codes[k];
}

static uint32_t selection_code(const struct linking *l, const struct sc_link_table *table)
{
    if (!selection_of(table)[0])
        return SC_SYSTEM_TOTAL;
    return sc_system_find_code(l->linked->system, l->selection, sc_slice_of(selection_of(table)));
}

typedef enum sc_status visit_fn(struct linking *l, size_t table_i, size_t position,
                                const uint32_t *codes);

/* Calls `visit` for every position that can be, with its codes. */
static enum sc_status visit_table(struct linking *l, size_t table_i, visit_fn *visit)
{
    const struct sc_link_table *table = &l->tables[table_i];
    struct group groups[GROUP_MAX + 1];
    size_t n = find_groups(l, table, groups), positions[SC_DIMENSIONS_MAX] = {0};
    uint32_t selection = selection_code(l, table);
    enum sc_status status = SC_OK;

    for (size_t g = 0; g < n && !status; g++)
        status = code_group(l, table, &groups[g]);
    for (size_t k = 0; !status && k < table->table->n_cells; k++) {
        uint32_t codes[SC_SYSTEM_DIMENSIONS_MAX] = {0};
        bool possible = true;

        codes[l->unit] = l->units[table->table->unit];
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

static enum sc_status add_cell(struct linking *l, size_t table_i, size_t position,
                               const uint32_t *codes)
{
    if (l->tables[table_i].table->cells[position].status == SC_CELL_VOID)
        return SC_OK;
    return sc_system_add_cell(l->linked->system, codes, &l->linked->cell_of[table_i][position],
                              l->err);
}

/* What is not in any cell must be nothing. */
static enum sc_status check_rest(struct linking *l, size_t table_i)
{
    const struct sc_table *table = l->tables[table_i].table;

    for (size_t k = 0; k < table->n_cells && !l->tables[table_i].shown; k++)
        if (l->linked->cell_of[table_i][k] == SC_NONE && table->cells[k].status != SC_CELL_VOID &&
            table->cells[k].count != 0)
            return sc_fail(l->err, SC_E_UNSAFE, "table '%s' counts what cannot be", table->id);
    return SC_OK;
}

static enum sc_status add_cells(struct linking *l)
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
        status = visit_table(l, t, add_cell);
        if (!status)
            status = check_rest(l, t);
    }
    return status;
}

/* ---- true counts ---- */

static enum sc_status put_count(struct linking *l, uint32_t cell, const struct sc_cell *from,
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
static enum sc_status note_unprinted(struct linking *l, size_t table_i, size_t position,
                                     const uint32_t *codes)
{
    const struct sc_table *table = l->tables[table_i].table;
    uint32_t cell = sc_system_find_cell(l->linked->system, codes);

    if (cell == SC_NONE || table->cells[position].status == SC_CELL_VOID)
        return SC_OK;
    return put_count(l, cell, &table->cells[position], table->id);
}

static enum sc_status take_counts(struct linking *l)
{
    enum sc_status status = SC_OK;

    for (size_t t = 0; t < l->n_tables && !status; t++) {
        const struct sc_link_table *table = &l->tables[t];

        if (table->unprinted)
            status = visit_table(l, t, note_unprinted);
        if (table->unprinted || table->shown)
            continue;
        for (size_t k = 0; k < table->table->n_cells && !status; k++)
            if (l->linked->cell_of[t][k] != SC_NONE)
                status = put_count(l, l->linked->cell_of[t][k], &table->table->cells[k],
                                   table->table->id);
    }
    return status;
}

/* The one member of a sum whose count is not known; SC_NONE when there are none or several. */
static uint32_t only_unknown(const struct linking *l, struct sc_relation r)
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

static int64_t parts_but(const struct linking *l, struct sc_relation r, uint32_t but)
{
    int64_t sum = 0;

    for (uint32_t k = 0; k < r.n_children; k++)
        if (r.children[k] != but)
            sum += l->linked->count[r.children[k]];
    return sum;
}

/* Works out what follows from one sum; *ret_cell is the cell that did, or SC_NONE. */
static void follow(struct linking *l, struct sc_relation r, uint32_t *ret_cell)
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
static enum sc_status follow_all(struct linking *l)
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

static enum sc_status bad_at(const struct linking *l, enum sc_status status, const char *what,
                             uint32_t cell)
{
    SC_AUTO_BUF where = {0};

    sc_system_describe(l->linked->system, cell, &where);
    return sc_fail(l->err, status, "%s at '%s'", what, where.data ? where.data : "");
}

/* Counts that follow from the tables must be counts, and add up. */
static enum sc_status check_counts(const struct linking *l)
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

/* Figures of an earlier release, where they do not contradict the counts of today. */
static void note_before(struct linking *l, size_t table_i, uint8_t *known,
                        struct sc_figure *figures)
{
    const struct sc_link_table *table = &l->tables[table_i];

    for (size_t k = 0; table->shown && k < table->table->n_cells; k++) {
        uint32_t cell = l->linked->cell_of[table_i][k];
        const struct sc_cell *shown = &table->shown[k];
        bool value = shown->status == SC_CELL_PUBLISHED;

        if (cell == SC_NONE || (!value && shown->status != SC_CELL_SUPPRESSED))
            continue;
        if (known[cell] == SC_KNOWN_COUNT)
            continue;
        if (known[cell] == SC_KNOWN_BEFORE && !value)
            continue;
        known[cell] = SC_KNOWN_BEFORE;
        figures[cell] =
            value ? (struct sc_figure){.kind = SC_FIGURE_VALUE, .value = (int64_t)shown->count}
                  : (struct sc_figure){.kind = SC_FIGURE_NONZERO};
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
    return shown->status == SC_CELL_SUPPRESSED && linked->count[cell] >= 1;
}

/* Statements of an earlier release that contradict the counts. */
static void note_relaxed(struct linking *l, size_t table_i)
{
    const struct sc_link_table *table = &l->tables[table_i];

    for (size_t k = 0; table->shown && k < table->table->n_cells; k++)
        l->linked->n_relaxed += l->linked->cell_of[table_i][k] != SC_NONE &&
                                table->shown[k].status != SC_CELL_VOID &&
                                !sc_linked_believes(l->linked, table, table_i, k);
}

/* Counts for all cells, with which all that is known agrees. */
static enum sc_status complete(struct linking *l)
{
    struct sc_linked *linked = l->linked;
    size_t n = sc_system_n_cells(linked->system), n_open = 0;
    SC_AUTO_FREE uint8_t *known = sc_alloc_array(n, sizeof *known);
    SC_AUTO_FREE struct sc_figure *figures = sc_alloc_array(n, sizeof *figures);
    SC_AUTO_FREE bool *relaxed = sc_alloc_array(n, sizeof *relaxed);
    enum sc_status status = SC_OK;

    if (!known || !figures || !relaxed)
        return sc_fail_nomem(l->err);
    for (uint32_t cell = 0; cell < n; cell++) {
        known[cell] = l->known[cell] ? SC_KNOWN_COUNT : SC_KNOWN_NOTHING;
        figures[cell] = (struct sc_figure){.kind = SC_FIGURE_VALUE, .value = linked->count[cell]};
        n_open += !l->known[cell];
    }
    for (size_t t = 0; t < l->n_tables; t++)
        note_before(l, t, known, figures);
    if (n_open > 0)
        status =
            sc_protect_complete(linked->system, known, figures, linked->count, relaxed, l->err);
    for (size_t t = 0; t < l->n_tables && !status; t++)
        note_relaxed(l, t);
    return status;
}

/* ---- what may be done with each cell ---- */

/* A figure published before stays as it is: printed by any of its tables is printed. */
static void note_shown(struct linking *l, size_t table_i)
{
    const struct sc_link_table *table = &l->tables[table_i];

    for (size_t k = 0; table->shown && k < table->table->n_cells; k++) {
        uint32_t cell = l->linked->cell_of[table_i][k];

        if (!sc_linked_believes(l->linked, table, table_i, k))
            continue;
        if (table->shown[k].status == SC_CELL_PUBLISHED)
            l->linked->role[cell] = SC_ROLE_PRINTED;
        else if (table->shown[k].status == SC_CELL_SUPPRESSED &&
                 l->linked->role[cell] != SC_ROLE_PRINTED)
            l->linked->role[cell] = SC_ROLE_HIDDEN;
    }
}

static void note_weight(struct linking *l, uint32_t cell)
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

static enum sc_status finish(struct linking *l)
{
    struct sc_linked *linked = l->linked;
    size_t n = sc_system_n_cells(linked->system);
    enum sc_status status;

    linked->count = sc_alloc_array(n, sizeof *linked->count);
    linked->role = sc_alloc_array(n, sizeof *linked->role);
    linked->exempt = sc_alloc_array(n, sizeof *linked->exempt);
    linked->weight = sc_alloc_array(n, sizeof *linked->weight);
    l->known = sc_alloc_array(n, sizeof *l->known);
    if (!linked->count || !linked->role || !linked->exempt || !linked->weight || !l->known)
        return sc_fail_nomem(l->err);
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
            linked->role[cell] = SC_ROLE_HIDDEN;
        linked->exempt[cell] = sc_system_auxiliary(linked->system, cell);
        note_weight(l, cell);
    }
    return status;
}

/* The code of a table's selection, and of the parts that it is the sum of. */
static enum sc_status add_selection(struct linking *l, const struct sc_link_table *table)
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
    struct linking l = {.tables = tables, .n_tables = n_tables, .linked = linked, .err = err};
    enum sc_status status;

    if (!linked)
        return sc_fail_nomem(err);
    status = sc_system_new(&linked->system, err);
    if (!status)
        status = add_dimensions(&l);
    for (size_t t = 0; t < n_tables && !status; t++)
        status = add_selection(&l, &tables[t]);
    if (!status)
        status = add_codes_and_splits(&l);
    if (!status)
        status = add_cells(&l);
    if (!status)
        status = sc_system_link(linked->system, err);
    if (!status)
        status = finish(&l);
    release_linking(&l);
    if (!status)
        *ret_linked = SC_TAKE(linked);
    return status;
}
