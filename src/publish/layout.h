/*
 * layout.h - how a table of any number of dimensions lies on a page: which rows
 * go down, which columns across, in which order, and what they are called.
 *
 * Rows: the categories of the first row dimension in order, its total last.
 * Within each, a further row dimension gives its total first (the year before
 * its months). Columns: categories in order, totals last. A combination that
 * cannot be (a month outside its year), or that would repeat a row (a month
 * under the total of years), is left out.
 */
#ifndef SC_PUBLISH_LAYOUT_H
#define SC_PUBLISH_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "safecount/request.h"
#include "safecount/table.h"

enum sc_side { SC_SIDE_ROWS, SC_SIDE_COLUMNS };

/* One row or one column, and a walk over all of them. */
struct sc_line {
    const struct sc_table *table;
    size_t begin; /* its dimensions: begin to end - 1; others are not set */
    size_t end;
    size_t at[SC_DIMENSIONS_MAX]; /* positions, n_categories for the total */
    size_t turn[SC_DIMENSIONS_MAX];
};

void sc_line_first(struct sc_line *line, const struct sc_table *table, enum sc_side side);
/* False after the last one. */
bool sc_line_next(struct sc_line *line);

/* The cell where `row` and `column` of the same table meet. */
const struct sc_cell *sc_line_cell(const struct sc_line *row, const struct sc_line *column);

/* True when no cell of `row` can occur. */
bool sc_line_is_void(const struct sc_line *row);

/* True when every dimension of `line` from `from` on is at its total. */
bool sc_line_is_total_from(const struct sc_line *line, size_t from);

size_t sc_line_count(const struct sc_table *table, enum sc_side side);

/* The label of a position, "Total" for the total. Borrowed. */
const char *sc_position_label(const struct sc_dimension *dimension, size_t position);
/* The code of a position, "Total" for the total. Borrowed. */
const char *sc_position_code(const struct sc_dimension *dimension, size_t position);

/* The heading of a column of a table: its labels joined with " / ", or the unit. */
void sc_column_heading(const struct sc_line *column, struct sc_buf *out);

/* "Offences", "Victims", ... Static. */
const char *sc_unit_title(enum sc_unit unit);

/* The table's title, or one made from its unit and dimensions. Appends plain text. */
void sc_table_heading(const struct sc_table *table, struct sc_buf *out);

/* The muted line under a heading, plain text: unit, date, and what does not add up. */
void sc_table_detail(const struct sc_request *request, const struct sc_table *table,
                     struct sc_buf *out);

/* Whether a dimension is one of time: year, quarter, month. */
bool sc_dimension_is_time(const struct sc_dimension *dimension);

/* Appends a label as it reads inside a sentence: "Age of victim" as "age of victim". */
void sc_label_inside(const char *label, struct sc_buf *out);

#endif
