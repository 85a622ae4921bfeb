/*
 * release_rows.c - tables, dimensions, categories and cells as rows.
 *
 * Rows come back in the order of their keys, so a table is rebuilt in one walk over each
 * kind of row. What is read is checked against what a table must be, since a file may have been
 * changed by hand: numbers out of range are damage, and said to be.
 */
#include "register/release_rows.h"

#include <string.h>

#include "base/error.h"

enum sc_status sc_register_damaged(const struct sc_db *db, const char *what, struct sc_error *err)
{
    return sc_fail_at(err, SC_E_INPUT, sc_db_path(db), 0, 0,
                      "the register is damaged: %s: restore it from a backup", what);
}

/* ---- writing -------------------------------------------------------------------- */

/* The statements of one release, prepared once. */
struct writer {
    struct sc_query *table;
    struct sc_query *dimension;
    struct sc_query *category;
    struct sc_query *cell;
};

static enum sc_status prepare_writer(struct sc_db *db, struct writer *w, struct sc_error *err)
{
    enum sc_status status =
        sc_db_prepare(db,
                      "INSERT INTO release_table (release, position, code, title, question, unit,"
                      " row_dimensions, rounding, within)"
                      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                      &w->table, err);

    if (!status)
        status = sc_db_prepare(db,
                               "INSERT INTO release_dimension (release_table, position, code,"
                               " label, nested_in, overlapping, dictionary)"
                               " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                               &w->dimension, err);
    if (!status)
        status = sc_db_prepare(db,
                               "INSERT INTO release_category (release_table, dimension, position,"
                               " code, label, parent, fallback, members)"
                               " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                               &w->category, err);
    if (!status)
        status = sc_db_prepare(db,
                               "INSERT INTO release_cell (release_table, cell, status, value,"
                               " second) VALUES (?1, ?2, ?3, ?4, ?5)",
                               &w->cell, err);
    return status;
}

static void release_writer(struct writer *w)
{
    sc_query_free(w->table);
    sc_query_free(w->dimension);
    sc_query_free(w->category);
    sc_query_free(w->cell);
}

static enum sc_status write_categories(struct writer *w, int64_t table_id,
                                       const struct sc_past_table *past, size_t d,
                                       struct sc_error *err)
{
    const struct sc_dimension *dimension = &past->table.dimensions[d];
    enum sc_status status = SC_OK;

    for (size_t i = 0; i < dimension->n_categories && !status; i++) {
        const struct sc_category *category = &dimension->categories[i];

        sc_query_bind_int(w->category, 1, table_id);
        sc_query_bind_int(w->category, 2, (int64_t)d);
        sc_query_bind_int(w->category, 3, (int64_t)i);
        sc_query_bind_text(w->category, 4, category->code);
        sc_query_bind_text(w->category, 5, category->label);
        if (category->parent < 0)
            sc_query_bind_null(w->category, 6);
        else
            sc_query_bind_int(w->category, 6, category->parent);
        sc_query_bind_int(w->category, 7, past->fallback[d][i]);
        sc_query_bind_text(w->category, 8, past->members[d][i]);
        status = sc_query_run(w->category, err);
    }
    return status;
}

static enum sc_status write_dimensions(struct writer *w, int64_t table_id,
                                       const struct sc_past_table *past, struct sc_error *err)
{
    enum sc_status status = SC_OK;

    for (size_t d = 0; d < past->table.n_dimensions && !status; d++) {
        const struct sc_dimension *dimension = &past->table.dimensions[d];

        sc_query_bind_int(w->dimension, 1, table_id);
        sc_query_bind_int(w->dimension, 2, (int64_t)d);
        sc_query_bind_text(w->dimension, 3, dimension->code);
        sc_query_bind_text(w->dimension, 4, dimension->label);
        if (dimension->nested_in < 0)
            sc_query_bind_null(w->dimension, 5);
        else
            sc_query_bind_int(w->dimension, 5, dimension->nested_in);
        sc_query_bind_int(w->dimension, 6, dimension->overlapping);
        sc_query_bind_text(w->dimension, 7, past->dictionary[d]);
        status = sc_query_run(w->dimension, err);
        if (!status)
            status = write_categories(w, table_id, past, d, err);
    }
    return status;
}

static enum sc_status write_cells(struct writer *w, int64_t table_id, const struct sc_table *table,
                                  struct sc_error *err)
{
    enum sc_status status = SC_OK;

    for (size_t i = 0; i < table->n_cells && !status; i++) {
        const struct sc_cell *cell = &table->cells[i];

        if (cell->status == SC_CELL_VOID)
            continue;
        sc_query_bind_int(w->cell, 1, table_id);
        sc_query_bind_int(w->cell, 2, (int64_t)i);
        sc_query_bind_int(w->cell, 3,
                          cell->status == SC_CELL_SECONDARY ? SC_CELL_SUPPRESSED : cell->status);
        if (sc_cell_is_withheld(cell))
            sc_query_bind_null(w->cell, 4);
        else
            sc_query_bind_int(w->cell, 4, (int64_t)cell->count);
        sc_query_bind_int(w->cell, 5, cell->status == SC_CELL_SECONDARY);
        status = sc_query_run(w->cell, err);
    }
    return status;
}

static enum sc_status write_table(struct sc_db *db, struct writer *w, int64_t id, size_t position,
                                  const struct sc_past_table *past, struct sc_error *err)
{
    const struct sc_table *table = &past->table;
    int64_t table_id;
    enum sc_status status;

    sc_query_bind_int(w->table, 1, id);
    sc_query_bind_int(w->table, 2, (int64_t)position);
    sc_query_bind_text(w->table, 3, table->id);
    sc_query_bind_text(w->table, 4, table->title);
    sc_query_bind_text(w->table, 5, table->question);
    sc_query_bind_text(w->table, 6, sc_unit_name(table->unit));
    sc_query_bind_int(w->table, 7, (int64_t)table->n_rows_dimensions);
    sc_query_bind_int(w->table, 8, (int64_t)past->rounding);
    sc_query_bind_int(w->table, 9, (int64_t)past->within);
    status = sc_query_run(w->table, err);
    if (status)
        return status;
    table_id = sc_db_last_id(db);
    status = write_dimensions(w, table_id, past, err);
    return status ? status : write_cells(w, table_id, table, err);
}

enum sc_status sc_release_write_tables(struct sc_db *db, int64_t id,
                                       const struct sc_past_release *release, struct sc_error *err)
{
    struct writer w = {0};
    enum sc_status status = prepare_writer(db, &w, err);

    for (size_t i = 0; i < release->n_tables && !status; i++)
        status = write_table(db, &w, id, i, &release->tables[i], err);
    release_writer(&w);
    return status;
}

/* ---- reading -------------------------------------------------------------------- */

/* The statements of one release, prepared once. */
struct reader {
    struct sc_db *db;
    struct sc_arena *arena;
    struct sc_error *err;
    struct sc_query *table;
    struct sc_query *dimension;
    struct sc_query *category;
    struct sc_query *cell;
};

static enum sc_status prepare_reader(struct reader *r)
{
    enum sc_status status =
        sc_db_prepare(r->db,
                      "SELECT t.id, t.code, t.title, t.question, t.unit, t.row_dimensions,"
                      " t.rounding, (SELECT count(*) FROM release_dimension d"
                      " WHERE d.release_table = t.id), coalesce(t.within, max(t.rounding - 1, 0))"
                      " FROM release_table t WHERE t.release = ?1 ORDER BY t.position",
                      &r->table, r->err);

    if (!status)
        status = sc_db_prepare(r->db,
                               "SELECT d.code, d.label, d.nested_in, d.overlapping, d.dictionary,"
                               " (SELECT count(*) FROM release_category c"
                               " WHERE c.release_table = d.release_table AND c.dimension ="
                               " d.position)"
                               " FROM release_dimension d WHERE d.release_table = ?1"
                               " ORDER BY d.position",
                               &r->dimension, r->err);
    if (!status)
        status = sc_db_prepare(
            r->db,
            "SELECT code, label, parent, fallback, members"
            " FROM release_category WHERE release_table = ?1 AND dimension = ?2 ORDER BY position",
            &r->category, r->err);
    if (!status)
        status = sc_db_prepare(r->db,
                               "SELECT cell, status, value, second FROM release_cell"
                               " WHERE release_table = ?1 ORDER BY cell",
                               &r->cell, r->err);
    return status;
}

static void release_reader(struct reader *r)
{
    sc_query_free(r->table);
    sc_query_free(r->dimension);
    sc_query_free(r->category);
    sc_query_free(r->cell);
}

/* A column's text in the arena; NULL without memory. */
static const char *kept(const struct reader *r, const struct sc_query *query, int column)
{
    return sc_arena_strdup(r->arena, sc_query_text(query, column));
}

static enum sc_status read_categories(const struct reader *r, int64_t table_id,
                                      struct sc_past_table *past, size_t d)
{
    struct sc_dimension *dimension = &past->table.dimensions[d];
    size_t n = dimension->n_categories;
    bool *fallback = sc_arena_alloc(r->arena, n + 1);
    const char **members = sc_arena_alloc(r->arena, (n + 1) * sizeof *members);
    enum sc_status status;
    bool row = false;
    size_t i = 0;

    dimension->categories = sc_arena_alloc(r->arena, (n + 1) * sizeof *dimension->categories);
    past->fallback[d] = fallback;
    past->members[d] = members;
    if (!fallback || !members || !dimension->categories)
        return sc_fail_nomem(r->err);
    sc_query_bind_int(r->category, 1, table_id);
    sc_query_bind_int(r->category, 2, (int64_t)d);
    while (!(status = sc_query_step(r->category, &row, r->err)) && row && i < n) {
        struct sc_category *category = &dimension->categories[i];

        category->code = kept(r, r->category, 0);
        category->label = kept(r, r->category, 1);
        category->parent = -1;
        if (!sc_query_is_null(r->category, 2))
            category->parent = (int32_t)sc_query_int(r->category, 2);
        fallback[i] = sc_query_int(r->category, 3) != 0;
        members[i] = kept(r, r->category, 4);
        if (!category->code || !category->label || !members[i++]) {
            status = sc_fail_nomem(r->err);
            break;
        }
    }
    sc_query_reset(r->category);
    return status;
}

/* A nested dimension's parents must be categories of the one above. */
static bool nesting_is_sound(const struct sc_table *table, size_t d)
{
    const struct sc_dimension *dimension = &table->dimensions[d];
    size_t n_above;

    if (dimension->nested_in < 0)
        return true;
    if ((size_t)dimension->nested_in >= d)
        return false;
    n_above = table->dimensions[dimension->nested_in].n_categories;
    for (size_t i = 0; i < dimension->n_categories; i++)
        if (dimension->categories[i].parent < -1 ||
            dimension->categories[i].parent >= (int64_t)n_above)
            return false;
    return true;
}

static enum sc_status read_dimension_row(const struct reader *r, struct sc_past_table *past,
                                         size_t d)
{
    struct sc_dimension *dimension = &past->table.dimensions[d];

    dimension->code = kept(r, r->dimension, 0);
    dimension->label = kept(r, r->dimension, 1);
    dimension->nested_in = -1;
    if (!sc_query_is_null(r->dimension, 2))
        dimension->nested_in = (int32_t)sc_query_int(r->dimension, 2);
    dimension->overlapping = sc_query_int(r->dimension, 3) != 0;
    past->dictionary[d] = kept(r, r->dimension, 4);
    dimension->n_categories = (size_t)sc_query_int(r->dimension, 5);
    if (!dimension->code || !dimension->label || !past->dictionary[d])
        return sc_fail_nomem(r->err);
    return SC_OK;
}

static enum sc_status read_dimensions(const struct reader *r, int64_t table_id,
                                      struct sc_past_table *past)
{
    size_t n = past->table.n_dimensions, d = 0;
    enum sc_status status;
    bool row = false;

    past->table.dimensions = sc_arena_alloc(r->arena, (n + 1) * sizeof *past->table.dimensions);
    if (!past->table.dimensions)
        return sc_fail_nomem(r->err);
    sc_query_bind_int(r->dimension, 1, table_id);
    while (!(status = sc_query_step(r->dimension, &row, r->err)) && row && d < n) {
        status = read_dimension_row(r, past, d);
        if (!status)
            status = read_categories(r, table_id, past, d);
        if (!status && !nesting_is_sound(&past->table, d))
            status = sc_register_damaged(r->db, "categories of a table do not lie in one another",
                                         r->err);
        d++;
        if (status)
            break;
    }
    sc_query_reset(r->dimension);
    return status;
}

static enum sc_status make_cells(const struct reader *r, struct sc_table *table)
{
    size_t n = 1;

    for (size_t d = 0; d < table->n_dimensions; d++) {
        n *= table->dimensions[d].n_categories + 1;
        if (n > SC_CELLS_MAX)
            return sc_register_damaged(r->db, "a table has too many categories", r->err);
    }
    table->n_cells = n;
    table->cells = sc_arena_alloc(r->arena, n * sizeof *table->cells);
    if (!table->cells)
        return sc_fail_nomem(r->err);
    for (size_t i = 0; i < n; i++)
        table->cells[i].status = SC_CELL_VOID;
    return SC_OK;
}

static enum sc_status read_cells(const struct reader *r, int64_t table_id, struct sc_table *table)
{
    enum sc_status status = make_cells(r, table);
    bool row = false;

    if (status)
        return status;
    sc_query_bind_int(r->cell, 1, table_id);
    while (!(status = sc_query_step(r->cell, &row, r->err)) && row) {
        uint64_t i = (uint64_t)sc_query_int(r->cell, 0);
        int64_t shown = sc_query_int(r->cell, 1);

        if (i >= table->n_cells || shown < SC_CELL_PUBLISHED || shown > SC_CELL_ROUNDED ||
            sc_query_int(r->cell, 2) < 0) {
            status = sc_register_damaged(r->db, "a figure stands outside its table", r->err);
            break;
        }
        table->cells[i].status = (enum sc_cell_status)shown;
        table->cells[i].count = (uint64_t)sc_query_int(r->cell, 2);
        if (shown == SC_CELL_SUPPRESSED && sc_query_int(r->cell, 3) != 0)
            table->cells[i].status = SC_CELL_SECONDARY;
    }
    sc_query_reset(r->cell);
    return status;
}

static enum sc_status read_table_row(const struct reader *r, struct sc_past_table *past)
{
    struct sc_table *table = &past->table;

    table->id = kept(r, r->table, 1);
    table->title = kept(r, r->table, 2);
    table->question = kept(r, r->table, 3);
    table->unit = SC_N_UNITS;
    for (int i = 0; i < SC_N_UNITS; i++)
        if (strcmp(sc_unit_name((enum sc_unit)i), sc_query_text(r->table, 4)) == 0)
            table->unit = (enum sc_unit)i;
    table->n_rows_dimensions = (size_t)sc_query_int(r->table, 5);
    past->rounding = (uint64_t)sc_query_int(r->table, 6);
    past->within = (uint64_t)sc_query_int(r->table, 8);
    table->n_dimensions = (size_t)sc_query_int(r->table, 7);
    if (!table->id || !table->title || !table->question)
        return sc_fail_nomem(r->err);
    if ((int)table->unit == SC_N_UNITS || table->n_dimensions > SC_DIMENSIONS_MAX ||
        table->n_rows_dimensions > table->n_dimensions)
        return sc_register_damaged(r->db, "a table is none", r->err);
    return SC_OK;
}

static enum sc_status read_table(const struct reader *r, struct sc_past_table *past)
{
    int64_t table_id = sc_query_int(r->table, 0);
    enum sc_status status = read_table_row(r, past);

    if (!status)
        status = read_dimensions(r, table_id, past);
    if (!status)
        status = read_cells(r, table_id, &past->table);
    return status;
}

static enum sc_status count_tables(struct sc_db *db, int64_t id, size_t *ret_n,
                                   struct sc_error *err)
{
    SC_AUTO(sc_query) query = NULL;
    bool row = false;
    enum sc_status status =
        sc_db_prepare(db, "SELECT count(*) FROM release_table WHERE release = ?1", &query, err);

    if (!query)
        return status;
    sc_query_bind_int(query, 1, id);
    status = sc_query_step(query, &row, err);
    *ret_n = row ? (size_t)sc_query_int(query, 0) : 0;
    return status;
}

enum sc_status sc_release_read_tables(struct sc_db *db, struct sc_arena *arena,
                                      struct sc_past_release *release, struct sc_error *err)
{
    struct reader r = {.db = db, .arena = arena, .err = err};
    struct sc_past_table *tables;
    bool row = false;
    size_t n = 0, i = 0;
    enum sc_status status = count_tables(db, release->id, &n, err);

    if (status)
        return status;
    tables = sc_arena_alloc(arena, (n + 1) * sizeof *tables);
    if (!tables)
        return sc_fail_nomem(err);
    status = prepare_reader(&r);
    if (!status)
        sc_query_bind_int(r.table, 1, release->id);
    while (!status && !(status = sc_query_step(r.table, &row, err)) && row && i < n)
        status = read_table(&r, &tables[i++]);
    release_reader(&r);
    release->tables = tables;
    release->n_tables = n;
    return status;
}
