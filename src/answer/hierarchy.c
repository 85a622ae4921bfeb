#include "answer/hierarchy.h"

#include <string.h>

#include "base/error.h"
#include "publish/clean.h"
#include "publish/files.h"

/* One dimension of one table. */
struct place {
    const struct sc_link_table *table;
    size_t d;
};

static const struct sc_dimension *dimension_at(struct place p)
{
    return &p.table->table->dimensions[p.d];
}

static const struct sc_link_dimension *meaning_at(struct place p)
{
    return &p.table->dimensions[p.d];
}

/* The category of `p` called so, or n_categories. */
static size_t find_category(struct place p, const char *code)
{
    const struct sc_dimension *dimension = dimension_at(p);
    size_t i = 0;

    while (i < dimension->n_categories && strcmp(dimension->categories[i].code, code) != 0)
        i++;
    return i;
}

/* Whether two dimensions of one name mean the same by it, and by each category they share. */
static bool agree(struct place a, struct place b)
{
    const struct sc_link_dimension *x = meaning_at(a), *y = meaning_at(b);
    const struct sc_dimension *dimension = dimension_at(a);

    if (x->kind != y->kind || strcmp(x->attribute, y->attribute) != 0)
        return false;
    for (size_t i = 0; i < dimension->n_categories; i++) {
        size_t j = find_category(b, dimension->categories[i].code);

        if (j == dimension_at(b)->n_categories)
            continue;
        if (x->kind == SC_LINK_LINE && !sc_spans_equal(x->sets[i], y->sets[j]))
            return false;
        if (x->kind == SC_LINK_OVERLAP && x->apart[i] != y->apart[j])
            return false;
    }
    return true;
}

/* Whether two tables cut a dimension in two ways: a category of one overlaps others of the other.
 */
static bool cut_apart(struct place a, struct place b)
{
    const struct sc_link_dimension *x = meaning_at(a), *y = meaning_at(b);

    for (size_t i = 0; i < dimension_at(a)->n_categories && x->kind == SC_LINK_LINE; i++)
        for (size_t j = 0; j < dimension_at(b)->n_categories; j++)
            if (sc_spans_meet(x->sets[i], y->sets[j]) && !sc_spans_equal(x->sets[i], y->sets[j]))
                return true;
    return false;
}

static void add_row(struct sc_buf *out, const struct sc_dimension *dimension, const char *code,
                    const char *parent, const char *kind)
{
    SC_AUTO_BUF name = {0};

    sc_tidy_name(dimension, &name);
    sc_csv_text(out, name.data ? name.data : "");
    sc_buf_addc(out, ',');
    sc_csv_text(out, code);
    sc_buf_addf(out, ",%s,%s\r\n", parent, kind);
    out->failed |= name.failed;
}

/* All places of one name, in order. */
struct places {
    struct place *items;
    size_t n;
};

static void find_places(const struct sc_link_table *tables, size_t n_tables, const char *name,
                        struct places *places)
{
    places->n = 0;
    for (size_t t = 0; t < n_tables; t++)
        for (size_t d = 0; d < tables[t].table->n_dimensions; d++)
            if (strcmp(tables[t].table->dimensions[d].code, name) == 0)
                places->items[places->n++] = (struct place){&tables[t], d};
}

static bool was_before(const struct places *places, size_t p, const char *code)
{
    for (size_t i = 0; i < p; i++)
        if (find_category(places->items[i], code) < dimension_at(places->items[i])->n_categories)
            return true;
    return false;
}

/* What is to be said of a category besides what it is part of. */
static const char *kind_of(struct place p, size_t category)
{
    const struct sc_link_dimension *meaning = meaning_at(p);
    bool overlaps = meaning->kind == SC_LINK_OVERLAP && !meaning->apart[category];
    bool occurs = sc_link_occurs(p.table, p.d, category);

    return overlaps && occurs ? "overlaps occurs" : overlaps ? "overlaps" : occurs ? "occurs" : "";
}

static enum sc_status add_dimension(const struct places *places, struct sc_buf *out,
                                    struct sc_error *err)
{
    bool cut = false;

    for (size_t i = 0; i < places->n; i++)
        for (size_t j = 0; j < i; j++) {
            if (!agree(places->items[j], places->items[i]))
                return sc_fail(err, SC_E_UNSUPPORTED,
                               "tables '%s' and '%s' call different things '%s': ask for them in "
                               "two answers",
                               places->items[j].table->table->id, places->items[i].table->table->id,
                               dimension_at(places->items[i])->code);
            cut = cut || cut_apart(places->items[j], places->items[i]);
        }
    if (cut)
        return SC_OK;
    add_row(out, dimension_at(places->items[0]), SC_TOTAL_CODE, "", "");
    for (size_t i = 0; i < places->n; i++) {
        const struct sc_dimension *dimension = dimension_at(places->items[i]);

        for (size_t c = 0; c < dimension->n_categories; c++)
            if (!was_before(places, i, dimension->categories[c].code))
                add_row(out, dimension, dimension->categories[c].code, SC_TOTAL_CODE,
                        kind_of(places->items[i], c));
    }
    return SC_OK;
}

enum sc_status sc_hierarchy_csv(const struct sc_link_table *tables, size_t n_tables,
                                struct sc_buf *out, struct sc_error *err)
{
    SC_AUTO_FREE struct place *items = sc_alloc_array(n_tables * SC_DIMENSIONS_MAX, sizeof *items);
    struct places places = {.items = items};
    enum sc_status status = SC_OK;

    if (!items)
        return sc_fail_nomem(err);
    sc_buf_adds(out, "dimension,code,parent,kind\r\n");
    for (size_t t = 0; t < n_tables; t++)
        for (size_t d = 0; d < tables[t].table->n_dimensions && !status; d++) {
            find_places(tables, n_tables, tables[t].table->dimensions[d].code, &places);
            if (places.items[0].table == &tables[t] && places.items[0].d == d)
                status = add_dimension(&places, out, err);
        }
    return status ? status : sc_buf_check(out, err);
}
