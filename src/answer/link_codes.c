/*
 * link_codes.c - the dimensions of the linked system, their codes, and which of them add up.
 *
 * A dimension of the system is an attribute of any table: time, age of victim, outcome. Its codes
 * are the categories of all tables that have it; where these are sets (days, ages) equal sets are
 * one code, whatever a table calls them.
 */
#include <string.h>

#include "answer/link_internal.h"
#include "base/error.h"

/* ---- attributes ---- */

static enum sc_status cannot(const struct sc_linking *l, const struct sc_link_table *table,
                             size_t d, const char *why)
{
    return sc_fail(l->err, SC_E_UNSUPPORTED, "table '%s', dimension '%s': %s", table->table->id,
                   table->table->dimensions[d].code, why);
}

static struct sc_link_attribute *find_attribute(struct sc_linking *l, const char *name)
{
    for (size_t a = 0; a < l->n_attributes; a++)
        if (strcmp(l->attributes[a].name, name) == 0)
            return &l->attributes[a];
    return NULL;
}

static enum sc_status add_attribute(struct sc_linking *l, const char *name, enum sc_link_kind kind,
                                    struct sc_spans base)
{
    struct sc_link_attribute *attribute = &l->attributes[l->n_attributes];
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

static enum sc_status note_attribute(struct sc_linking *l, const struct sc_link_table *table,
                                     size_t d)
{
    const struct sc_link_dimension *dimension = &table->dimensions[d];
    const struct sc_link_attribute *attribute = find_attribute(l, dimension->attribute);

    if (!attribute)
        return add_attribute(l, dimension->attribute, dimension->kind, dimension->base);
    if (attribute->kind != dimension->kind ||
        (attribute->line.total_is_base && dimension->kind == SC_LINK_LINE &&
         !sc_spans_equal(attribute->line.base, dimension->base)))
        return cannot(l, table, d, "another table has the same attribute in another way");
    return SC_OK;
}

/* The dimensions of the system: a system wants them all before its first cell. */
enum sc_status sc_link_dimensions(struct sc_linking *l)
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
    if (!status) /* a period of a table by area has months, though the table has none */
        sc_system_set_parted(l->linked->system, l->attributes[0].dimension);
    for (size_t t = 0; t < l->n_tables; t++)
        for (size_t d = 0; d < l->tables[t].table->n_dimensions && !status; d++)
            status = note_attribute(l, &l->tables[t], d);
    return status;
}

/* ---- codes and splits ---- */

size_t sc_link_groups(struct sc_linking *l, const struct sc_link_table *table,
                      struct sc_link_group *groups)
{
    size_t n = 0;

    groups[n++] = (struct sc_link_group){.attribute = 0}; /* time */
    for (size_t d = 0; d < table->table->n_dimensions; d++) {
        size_t attribute =
            (size_t)(find_attribute(l, table->dimensions[d].attribute) - l->attributes);
        size_t g = 0;

        while (g < n && groups[g].attribute != attribute)
            g++;
        if (g == n)
            groups[n++] = (struct sc_link_group){.attribute = attribute};
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
static enum sc_status cut_family(struct sc_linking *l, struct sc_arena *arena,
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
static enum sc_status add_families(struct sc_linking *l, const struct sc_link_table *table,
                                   const struct sc_link_group *group, struct sc_spans base)
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

struct sc_spans sc_link_base(const struct sc_linking *l, const struct sc_link_table *table,
                             const struct sc_link_group *group)
{
    return group->attribute == 0 ? table->period : l->attributes[group->attribute].line.base;
}

static enum sc_status grow(struct sc_linking *l, struct sc_link_attribute *attribute, uint32_t code)
{
    size_t wanted = 2 * (size_t)code + 16;
    const struct sc_link_union **unions;
    bool *apart;

    if (code < attribute->capacity)
        return SC_OK;
    apart = sc_realloc_array(attribute->apart, wanted, sizeof *apart);
    if (!apart)
        return sc_fail_nomem(l->err);
    attribute->apart = apart;
    unions = sc_realloc_array(attribute->unions, wanted, sizeof *unions);
    if (!unions)
        return sc_fail_nomem(l->err);
    attribute->unions = unions;
    attribute->capacity = wanted;
    return SC_OK;
}

static bool same_union(const struct sc_link_union *a, const struct sc_link_union *b)
{
    bool same = (a ? a->n : 0) == (b ? b->n : 0);

    for (size_t i = 0; same && a && b && i < a->n; i++)
        same = strcmp(a->codes[i], b->codes[i]) == 0;
    return same;
}

/* Names the code of an overlapping category, and what it is: the same in all tables. */
static enum sc_status note_overlapping(struct sc_linking *l, const struct sc_link_table *table,
                                       size_t d, struct sc_link_attribute *attribute,
                                       size_t category)
{
    const struct sc_system *system = l->linked->system;
    const char *name = table->table->dimensions[d].categories[category].code;
    const struct sc_link_dimension *meaning = &table->dimensions[d];
    const struct sc_link_union *of = meaning->unions ? &meaning->unions[category] : NULL;
    bool is_new = sc_system_find_code(system, attribute->dimension, sc_slice_of(name)) == SC_NONE;
    uint32_t code;
    enum sc_status status = sc_system_add_code(l->linked->system, attribute->dimension,
                                               sc_slice_of(name), &code, l->err);

    if (!status)
        status = grow(l, attribute, code);
    if (status)
        return status;
    if (!is_new && (attribute->apart[code] != meaning->apart[category] ||
                    !same_union(attribute->unions[code], of)))
        return cannot(l, table, d, "another table has a category of it in another way");
    attribute->apart[code] = meaning->apart[category];
    attribute->unions[code] = of && of->n > 0 ? of : NULL;
    return SC_OK;
}

/* The codes of one attribute of one table. */
static enum sc_status add_codes(struct sc_linking *l, const struct sc_link_table *table,
                                const struct sc_link_group *group)
{
    struct sc_link_attribute *attribute = &l->attributes[group->attribute];
    enum sc_status status = SC_OK;

    if (attribute->kind == SC_LINK_LINE)
        return add_families(l, table, group, sc_link_base(l, table, group));
    if (attribute->kind == SC_LINK_OVERLAP && group->n > 1)
        return cannot(l, table, group->dims[1],
                      "its categories overlap, and the table has it twice");
    for (size_t i = 0; i < group->n; i++) {
        const struct sc_dimension *dimension = &table->table->dimensions[group->dims[i]];

        for (size_t c = 0; c < dimension->n_categories && !status; c++) {
            uint32_t code;

            if (attribute->kind == SC_LINK_OVERLAP)
                status = note_overlapping(l, table, group->dims[i], attribute, c);
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

/* Total = all categories that any table lists. */
static enum sc_status split_plain(struct sc_linking *l, const struct sc_link_attribute *attribute)
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

enum sc_status sc_link_codes(struct sc_linking *l)
{
    enum sc_status status = SC_OK;

    for (size_t t = 0; t < l->n_tables && !status; t++) {
        struct sc_link_group groups[SC_LINK_GROUP_MAX + 1];
        size_t n = sc_link_groups(l, &l->tables[t], groups);

        for (size_t g = 0; g < n && !status && !l->tables[t].unprinted; g++)
            status = add_codes(l, &l->tables[t], &groups[g]);
    }
    for (size_t a = 0; a < l->n_attributes && !status; a++) {
        if (l->attributes[a].kind == SC_LINK_LINE)
            status = sc_line_splits(&l->attributes[a].line, l->err);
        else if (l->attributes[a].kind == SC_LINK_OVERLAP)
            status = sc_link_overlap(l, &l->attributes[a]);
        else
            status = split_plain(l, &l->attributes[a]);
    }
    return status;
}
