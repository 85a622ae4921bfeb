/*
 * table.h - the cell model: one table of counts with its dimensions, cells and
 * how each cell may be shown. Every output format is written from it, and
 * nothing in it can hold a record or a narrative.
 *
 * A table is dense: for each combination of one category (or the total) of
 * every dimension there is one cell. Dimension d with n categories has n + 1
 * positions; position n is the total. sc_table_cell() does the arithmetic.
 * Read-only once made; may be read by many threads.
 */
#ifndef SAFECOUNT_TABLE_H
#define SAFECOUNT_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "safecount/status.h"

SC_BEGIN_DECLS

/* What is counted. Printed on every table. */
enum sc_unit {
    SC_UNIT_OFFENCES,
    SC_UNIT_VICTIMS,
    SC_UNIT_SUSPECTS,
    SC_UNIT_ROWS,
};
#define SC_N_UNITS 4

/* "offences", "victims", "suspects" or "rows". Static. */
const char *sc_unit_name(enum sc_unit unit);

/* The code of the total in every dimension of every output. */
#define SC_TOTAL_CODE "Total"
/* The code of the category for values not recorded or unknown. */
#define SC_UNKNOWN_CODE "unknown"

struct sc_category {
    const char *code;  /* stable, unique in its dimension: "2018/19", "2018-04", "12-15" */
    const char *label; /* for people: "2018/19", "April 2018", "12 to 15" */
    /*
     * Position of the category of dimension `nested_in` that holds this one
     * (a month lies in one year); -1 when the dimension is not nested.
     */
    int32_t parent;
};

struct sc_dimension {
    const char *code;  /* as in the request: "year", "victim_age", "Crime type" */
    const char *label; /* for people: "Year", "Age of victim" */
    struct sc_category *categories;
    size_t n_categories;
    int32_t nested_in; /* earlier dimension of the same table, or -1 */
    /*
     * One counted thing may be in several categories (methods): categories
     * need not add up to the total, and every output says so.
     */
    bool overlapping;
};

enum sc_cell_status {
    SC_CELL_TRUE,      /* a true count, internal: never for release */
    SC_CELL_PUBLISHED, /* shown as it is */
    /* Shown as the policy's marker, value null; with two marks a small count. */
    SC_CELL_SUPPRESSED,
    SC_CELL_ROUNDED, /* shown rounded */
    SC_CELL_VOID,    /* cannot occur (April 2018 in 2019/20): not shown at all */
    /* Two marks only: withheld too, but of the threshold or more; shown as the second marker. */
    SC_CELL_SECONDARY,
};

/* "true", "published", "suppressed", "rounded", "void" or "secondary". Static. */
const char *sc_cell_status_name(enum sc_cell_status status);

struct sc_cell {
    uint64_t count; /* 0 when suppressed or void */
    enum sc_cell_status status;
};

/* Whether a mark stands in the cell's place. */
static inline bool sc_cell_is_withheld(const struct sc_cell *cell)
{
    return cell->status == SC_CELL_SUPPRESSED || cell->status == SC_CELL_SECONDARY;
}

struct sc_table {
    const char *id;       /* as in the request: letters, digits, '-', '_' */
    const char *title;    /* "" when the request gives none */
    const char *question; /* id of the question it answers */
    enum sc_unit unit;
    struct sc_dimension *dimensions;
    size_t n_dimensions;
    size_t n_rows_dimensions; /* the first so many go down the page, the rest across */
    struct sc_cell *cells;
    size_t n_cells;     /* product of (n_categories + 1) */
    const char **notes; /* sentences to print under the table */
    size_t n_notes;
};

/* One table, as the audit left it. */
struct sc_published_safety {
    bool safe;
    size_t n_cells;      /* shown or withheld */
    size_t n_suppressed; /* withheld; how many by rule and how many to protect them is not said */
};

/*
 * The cell at `positions`, one number a dimension, 0 to n_categories (the
 * total). Asserts that each is in range. Never NULL.
 */
struct sc_cell *sc_table_cell(const struct sc_table *table, const size_t *positions);

/*
 * Steps `positions` (all zero to begin with) to the next combination, last
 * dimension fastest, totals last in each. False after the last one.
 */
bool sc_table_next(const struct sc_table *table, size_t *positions);

/* Upper bounds that every reader of a table may rely on. */
#define SC_DIMENSIONS_MAX 8
#define SC_CELLS_MAX ((size_t)20 * 1000 * 1000)

SC_END_DECLS

#endif
