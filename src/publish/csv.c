/*
 * csv.c - a table as CSV, twice: one to read in a spreadsheet, one to compute with.
 *
 * Both are RFC 4180 with CRLF. The one for people begins with a byte order mark,
 * without which Excel shows accents wrongly; its first line is the header row,
 * and notes follow the figures, one a row, in the first column. The tidy one is
 * plain UTF-8: dimension codes, unit, value (empty where it is withheld, or with two marks the one
 * of them that stands for it), status, and while the answer may not be released a last column that
 * says so on every row, so that it is not lost when rows are sorted or copied.
 */
#include <string.h>
#include <strings.h>

#include "publish/clean.h"
#include "publish/files.h"
#include "publish/layout.h"
#include "publish/publish.h"

#define BYTE_ORDER_MARK "\xef\xbb\xbf"

static void add_value(const struct sc_publication *publication, const struct sc_cell *cell,
                      struct sc_buf *out)
{
    switch (cell->status) {
    case SC_CELL_PUBLISHED:
    case SC_CELL_ROUNDED:
        sc_buf_addf(out, "%llu", (unsigned long long)cell->count);
        break;
    case SC_CELL_SUPPRESSED:
    case SC_CELL_SECONDARY:
        sc_csv_text(out, sc_publication_mark(publication, cell));
        break;
    default:
        break;
    }
}

static void add_header(const struct sc_table *table, struct sc_buf *out)
{
    struct sc_line column;
    bool first = true;

    for (size_t d = 0; d < table->n_rows_dimensions; d++) {
        sc_buf_adds(out, first ? "" : ",");
        sc_csv_text(out, table->dimensions[d].label);
        first = false;
    }
    sc_line_first(&column, table, SC_SIDE_COLUMNS);
    do {
        SC_AUTO_BUF heading = {0};

        sc_column_heading(&column, &heading);
        sc_buf_adds(out, first ? "" : ",");
        sc_csv_text(out, heading.data ? heading.data : "");
        out->failed |= heading.failed;
        first = false;
    } while (sc_line_next(&column));
    sc_buf_adds(out, "\r\n");
}

static void add_row(const struct sc_publication *publication, const struct sc_line *row,
                    struct sc_buf *out)
{
    const struct sc_table *table = row->table;
    struct sc_line column;
    bool first = true;

    for (size_t d = 0; d < row->end; d++) {
        sc_buf_adds(out, first ? "" : ",");
        sc_csv_text(out, sc_position_label(&table->dimensions[d], row->at[d]));
        first = false;
    }
    sc_line_first(&column, table, SC_SIDE_COLUMNS);
    do {
        sc_buf_adds(out, first ? "" : ",");
        add_value(publication, sc_line_cell(row, &column), out);
        first = false;
    } while (sc_line_next(&column));
    sc_buf_adds(out, "\r\n");
}

/* A note in the first column; the row is as wide as the others. */
static void add_note(const char *note, size_t n_columns, struct sc_buf *out)
{
    sc_csv_text(out, note);
    for (size_t i = 1; i < n_columns; i++)
        sc_buf_addc(out, ',');
    sc_buf_adds(out, "\r\n");
}

static void add_marks_note(const struct sc_publication *publication, const struct sc_table *table,
                           struct sc_buf *text)
{
    sc_buf_addf(text, "Note: unit: %s. ", sc_unit_name(table->unit));
    sc_publication_say_marks(publication, text);
    sc_buf_adds(text, ".");
}

void sc_publish_csv(const struct sc_publication *publication, const struct sc_table *table,
                    struct sc_buf *out)
{
    size_t n_columns = table->n_rows_dimensions + sc_line_count(table, SC_SIDE_COLUMNS);
    SC_AUTO_BUF text = {0};
    struct sc_line row;

    sc_buf_adds(out, BYTE_ORDER_MARK);
    add_header(table, out);
    sc_line_first(&row, table, SC_SIDE_ROWS);
    do {
        if (!sc_line_is_void(&row))
            add_row(publication, &row, out);
    } while (sc_line_next(&row));
    if (sc_publication_is_rounded(publication))
        sc_buf_addf(&text, "Note: unit: %s, rounded.", sc_unit_name(table->unit));
    else
        add_marks_note(publication, table, &text);
    add_note(text.data ? text.data : "", n_columns, out);
    for (size_t i = 0; i < table->n_notes; i++) {
        sc_buf_clear(&text);
        sc_buf_addf(&text, "Note: %s", table->notes[i]);
        add_note(text.data ? text.data : "", n_columns, out);
    }
    if (!publication->publishable)
        add_note("Note: " SC_NOT_AUDITED ".", n_columns, out);
    out->failed |= text.failed;
}

void sc_tidy_name(const struct sc_dimension *dimension, struct sc_buf *out)
{
    static const char *const taken[] = {"unit", "value", "status", "release"};

    for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++)
        if (strcasecmp(dimension->code, taken[i]) == 0)
            sc_buf_adds(out, "dimension_");
    sc_buf_adds(out, dimension->code);
}

/* The header of a dimension; one that would clash with a column of ours is told apart. */
static void add_tidy_header(const struct sc_dimension *dimension, struct sc_buf *out)
{
    SC_AUTO_BUF name = {0};

    sc_tidy_name(dimension, &name);
    sc_csv_text(out, name.data ? name.data : "");
    sc_buf_addc(out, ',');
    out->failed |= name.failed;
}

void sc_publish_tidy_csv(const struct sc_publication *publication, const struct sc_table *table,
                         struct sc_buf *out)
{
    size_t at[SC_DIMENSIONS_MAX] = {0};

    for (size_t d = 0; d < table->n_dimensions; d++)
        add_tidy_header(&table->dimensions[d], out);
    sc_buf_adds(out, "unit,value,status");
    sc_buf_adds(out, publication->publishable ? "\r\n" : ",release\r\n");
    do {
        const struct sc_cell *cell = sc_table_cell(table, at);

        if (cell->status == SC_CELL_VOID)
            continue;
        for (size_t d = 0; d < table->n_dimensions; d++) {
            sc_csv_text(out, sc_position_code(&table->dimensions[d], at[d]));
            sc_buf_addc(out, ',');
        }
        sc_buf_addf(out, "%s,", sc_unit_name(table->unit));
        if (!sc_cell_is_withheld(cell))
            sc_buf_addf(out, "%llu", (unsigned long long)cell->count);
        else if (publication->policy->secondary_marker)
            sc_csv_text(out, sc_publication_mark(publication, cell));
        sc_buf_addf(out, ",%s", sc_cell_status_name(cell->status));
        sc_buf_adds(out, publication->publishable ? "\r\n" : "," SC_NOT_AUDITED "\r\n");
    } while (sc_table_next(table, at));
}
