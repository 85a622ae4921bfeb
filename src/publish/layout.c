/*
 * layout.c - walking a table as it lies on a page.
 *
 * Each dimension of a line has a turn, 0 to n_categories, and the walk is an
 * odometer over turns, the last dimension fastest. A turn becomes a position by
 * the order of that dimension: total last, or total first for every row
 * dimension but the first. Combinations that nesting forbids are stepped over,
 * so a walk costs at most as many steps as the table has cells, and no memory.
 */
#include "publish/layout.h"

#include <assert.h>
#include <string.h>

static size_t n_categories(const struct sc_line *line, size_t d)
{
    return line->table->dimensions[d].n_categories;
}

/* Row dimensions after the first show their total first. */
static bool total_first(const struct sc_line *line, size_t d)
{
    return line->begin == 0 && d > 0 && line->end == line->table->n_rows_dimensions;
}

static void place(struct sc_line *line, size_t d)
{
    size_t turn = line->turn[d];

    if (!total_first(line, d))
        line->at[d] = turn;
    else
        line->at[d] = turn == 0 ? n_categories(line, d) : turn - 1;
}

static bool allowed(const struct sc_line *line)
{
    for (size_t d = line->begin; d < line->end; d++) {
        const struct sc_dimension *dimension = &line->table->dimensions[d];
        size_t above = (size_t)dimension->nested_in;

        if (dimension->nested_in < 0 || above < line->begin ||
            line->at[d] == dimension->n_categories)
            continue;
        if (line->at[above] == n_categories(line, above) ||
            dimension->categories[line->at[d]].parent != (int32_t)line->at[above])
            return false;
    }
    return true;
}

void sc_line_first(struct sc_line *line, const struct sc_table *table, enum sc_side side)
{
    bool rows = side == SC_SIDE_ROWS;

    assert(table->n_dimensions <= SC_DIMENSIONS_MAX);
    memset(line, 0, sizeof *line);
    line->table = table;
    line->begin = rows ? 0 : table->n_rows_dimensions;
    line->end = rows ? table->n_rows_dimensions : table->n_dimensions;
    for (size_t d = line->begin; d < line->end; d++)
        place(line, d);
    if (!allowed(line))
        (void)sc_line_next(line);
}

/* The next combination, allowed or not. */
static bool step(struct sc_line *line)
{
    for (size_t d = line->end; d-- > line->begin;) {
        bool more = line->turn[d] < n_categories(line, d);

        line->turn[d] = more ? line->turn[d] + 1 : 0;
        place(line, d);
        if (more)
            return true;
    }
    return false;
}

bool sc_line_next(struct sc_line *line)
{
    while (step(line))
        if (allowed(line))
            return true;
    return false;
}

const struct sc_cell *sc_line_cell(const struct sc_line *row, const struct sc_line *column)
{
    size_t at[SC_DIMENSIONS_MAX];

    for (size_t d = 0; d < row->table->n_dimensions; d++)
        at[d] = d < row->end ? row->at[d] : column->at[d];
    return sc_table_cell(row->table, at);
}

bool sc_line_is_void(const struct sc_line *row)
{
    struct sc_line column;

    sc_line_first(&column, row->table, SC_SIDE_COLUMNS);
    do {
        if (sc_line_cell(row, &column)->status != SC_CELL_VOID)
            return false;
    } while (sc_line_next(&column));
    return true;
}

bool sc_line_is_total_from(const struct sc_line *line, size_t from)
{
    for (size_t d = from; d < line->end; d++)
        if (line->at[d] != n_categories(line, d))
            return false;
    return true;
}

size_t sc_line_count(const struct sc_table *table, enum sc_side side)
{
    struct sc_line line;
    size_t n = 0;

    sc_line_first(&line, table, side);
    do {
        n++;
    } while (sc_line_next(&line));
    return n;
}

const char *sc_position_label(const struct sc_dimension *dimension, size_t position)
{
    if (position == dimension->n_categories)
        return "Total";
    return dimension->categories[position].label;
}

const char *sc_position_code(const struct sc_dimension *dimension, size_t position)
{
    if (position == dimension->n_categories)
        return SC_TOTAL_CODE;
    return dimension->categories[position].code;
}

const char *sc_unit_title(enum sc_unit unit)
{
    static const char *const titles[SC_N_UNITS] = {
        [SC_UNIT_OFFENCES] = "Offences",
        [SC_UNIT_VICTIMS] = "Victims",
        [SC_UNIT_SUSPECTS] = "Suspects",
        [SC_UNIT_ROWS] = "Rows",
    };

    assert((unsigned)unit < SC_N_UNITS);
    return titles[unit];
}

void sc_column_heading(const struct sc_line *column, struct sc_buf *out)
{
    if (column->begin == column->end)
        sc_buf_adds(out, sc_unit_title(column->table->unit));
    else if (sc_line_is_total_from(column, column->begin))
        sc_buf_adds(out, "Total");
    else
        for (size_t d = column->begin; d < column->end; d++) {
            sc_buf_adds(out, d > column->begin ? " / " : "");
            sc_buf_adds(out, sc_position_label(&column->table->dimensions[d], column->at[d]));
        }
}

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

void sc_label_inside(const char *label, struct sc_buf *out)
{
    /* "LSOA name" keeps its capitals, "Age of victim" does not. */
    if (is_upper(label[0]) && label[1] >= 'a' && label[1] <= 'z') {
        sc_buf_addc(out, (char)(label[0] - 'A' + 'a'));
        label++;
    }
    sc_buf_adds(out, label);
}

void sc_table_heading(const struct sc_table *table, struct sc_buf *out)
{
    if (table->title[0]) {
        sc_buf_adds(out, table->title);
        return;
    }
    sc_buf_adds(out, sc_unit_title(table->unit));
    for (size_t d = 0; d < table->n_dimensions; d++) {
        bool last = d + 1 == table->n_dimensions;

        sc_buf_adds(out, d == 0 ? " by " : last ? " and " : ", ");
        sc_label_inside(table->dimensions[d].label, out);
    }
}

bool sc_dimension_is_time(const struct sc_dimension *dimension)
{
    static const char *const codes[] = {"year",    "financial_year", "calendar_year",
                                        "quarter", "month",          "month_of_year"};

    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        if (strcmp(dimension->code, codes[i]) == 0)
            return true;
    return false;
}

static const char *date_words(enum sc_date_event event)
{
    static const char *const words[SC_N_DATE_EVENTS] = {
        [SC_DATE_RECORDED] = "by the date recorded",
        [SC_DATE_REPORTED] = "by the date reported",
        [SC_DATE_CREATED] = "by the date the record was made",
        [SC_DATE_COMMITTED_FROM] = "by the earliest date committed",
        [SC_DATE_COMMITTED_TO] = "by the latest date committed",
    };

    return words[event];
}

void sc_table_detail(const struct sc_request *request, const struct sc_table *table,
                     struct sc_buf *out)
{
    const struct sc_period *period = &request->period;

    sc_buf_addf(out, "Unit: %s, %s.", sc_unit_name(table->unit), date_words(period->date));
    if (period->financial_year && table->n_dimensions && sc_dimension_is_time(table->dimensions))
        sc_buf_adds(out, " Years run April to March.");
    for (size_t d = 0; d < table->n_dimensions; d++)
        if (table->dimensions[d].overlapping) {
            sc_buf_adds(out, " Categories overlap and do not add up to the total.");
            return;
        }
}
