/*
 * page_table.c - tables on the page.
 *
 * A table is shown as its view says (page.h). The CSV files keep the rows and
 * columns as they were asked for; on the page a table of three years by twenty
 * outcomes is turned, so that it can be read without scrolling, and years by
 * months become a block of months by years.
 */
#include <string.h>

#include "publish/page.h"

#define BUF_TEXT(buf) ((buf).data ? (buf).data : "")
/* A table with more figures than this is not put on the page whole. */
#define PAGE_FIGURES_MAX 5000
/* Nor are tables for which a page would come to more than this in all: it has to stay light. */
#define PAGE_FIGURES_ALL 10000
/* From so many number columns on a table is set smaller, and may scroll. */
#define WIDE_COLUMNS 7

bool sc_cell_is_shown(const struct sc_cell *cell)
{
    return cell->status == SC_CELL_PUBLISHED || cell->status == SC_CELL_ROUNDED;
}

const struct sc_cell *sc_page_cell(const struct sc_table *table, size_t d, size_t position,
                                   size_t e, size_t other)
{
    size_t at[SC_DIMENSIONS_MAX];

    for (size_t i = 0; i < table->n_dimensions; i++)
        at[i] = table->dimensions[i].n_categories;
    if (d != SC_NO_DIMENSION)
        at[d] = position;
    if (e != SC_NO_DIMENSION)
        at[e] = other;
    return sc_table_cell(table, at);
}

size_t sc_page_category_dimension(const struct sc_table *table)
{
    for (size_t d = 0; d < table->n_dimensions; d++)
        if (!sc_dimension_is_time(&table->dimensions[d]) && table->dimensions[d].n_categories > 0)
            return d;
    return SC_NO_DIMENSION;
}

size_t sc_page_period_dimension(const struct sc_table *table)
{
    const struct sc_dimension *first = table->dimensions;

    if (table->n_dimensions == 0 || !sc_dimension_is_time(first) || first->n_categories < 2 ||
        first->n_categories > SC_PAGE_PERIODS_MAX)
        return SC_NO_DIMENSION;
    return 0;
}

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

int sc_category_month(const struct sc_category *category)
{
    const char *s = category->code;
    int month;

    for (size_t i = 0; i < 7; i++)
        if (i == 4 ? s[i] != '-' : !digit(s[i]))
            return 0;
    month = (s[5] - '0') * 10 + (s[6] - '0');
    return s[7] == '\0' && month >= 1 && month <= 12 ? month : 0;
}

static bool months_in_years(const struct sc_table *table)
{
    const struct sc_dimension *year = table->dimensions;
    const struct sc_dimension *month;

    if (table->n_dimensions < 2 || table->n_rows_dimensions != 2)
        return false;
    month = &table->dimensions[1];
    if (month->nested_in != 0 || year->n_categories == 0 ||
        year->n_categories > SC_PAGE_PERIODS_MAX)
        return false;
    for (size_t i = 0; i < month->n_categories; i++)
        if (!sc_category_month(&month->categories[i]))
            return false;
    return true;
}

enum sc_view sc_page_view(const struct sc_table *table)
{
    if (table->n_dimensions == 2 && months_in_years(table))
        return SC_VIEW_MONTHS;
    if (table->n_dimensions == 3 && months_in_years(table))
        return SC_VIEW_YEARLY;
    if (table->n_dimensions == 2 && table->n_rows_dimensions == 1 &&
        table->dimensions[0].n_categories <= SC_PAGE_PERIODS_MAX &&
        table->dimensions[1].n_categories > table->dimensions[0].n_categories)
        return SC_VIEW_TURNED;
    return SC_VIEW_GRID;
}

/* ---- pieces ---- */

void sc_page_td(const struct sc_page *page, const struct sc_cell *cell, bool total)
{
    char digits[32];

    if (cell->status == SC_CELL_VOID) {
        sc_buf_adds(page->out, total ? "<td class=\"t\"></td>" : "<td></td>");
    } else if (sc_cell_is_shown(cell)) {
        sc_buf_addf(page->out, "<td%s>%s</td>", total ? " class=\"t\"" : "",
                    sc_format_count(cell->count, digits));
    } else {
        sc_buf_addf(page->out, "<td class=\"c%s\">", total ? " t" : "");
        sc_html(page->out, sc_publication_mark(page->publication, cell));
        sc_buf_adds(page->out, "<span class=\"vh\"> withheld</span></td>");
    }
}

void sc_page_region_open(const struct sc_page *page, const char *table_class, size_t number,
                         const char *part)
{
    sc_buf_addf(page->out,
                "<div class=\"region\" role=\"region\" aria-labelledby=\"caption-%zu%s\" "
                "tabindex=\"0\">\n<table class=\"%s\">\n",
                number, part, table_class);
}

void sc_page_region_close(const struct sc_page *page)
{
    sc_buf_adds(page->out, "</table>\n</div>\n");
}

void sc_page_caption(const struct sc_page *page, size_t number, const char *part, const char *title,
                     const char *detail)
{
    struct sc_buf *out = page->out;

    sc_buf_addf(out,
                "<caption><span class=\"cap\"><span id=\"caption-%zu%s\">"
                "<span class=\"number\">Table&nbsp;%zu%s</span> <b>",
                number, part, number, part);
    sc_html(out, title);
    sc_buf_adds(out, "</b></span>");
    if (!page->publication->publishable)
        sc_buf_adds(out, "<span class=\"unfit\">" SC_NOT_AUDITED "</span>");
    if (detail[0]) {
        sc_buf_adds(out, "<span class=\"detail\">");
        sc_html(out, detail);
        sc_buf_adds(out, "</span>");
    }
    sc_buf_adds(out, "</span></caption>\n");
}

/* The title of a part of a table: years by category, or every month. */
static void add_part_title(const struct sc_table *table, const char *part, struct sc_buf *out)
{
    if (table->title[0]) {
        sc_buf_addf(out, "%s, by %s", table->title, part[0] == 'a' ? "year" : "month");
    } else if (part[0] == 'a') {
        sc_buf_addf(out, "%s by ", sc_unit_title(table->unit));
        sc_label_inside(table->dimensions[0].label, out);
        sc_buf_adds(out, " and ");
        sc_label_inside(table->dimensions[2].label, out);
    } else {
        sc_table_heading(table, out);
    }
}

static void caption(const struct sc_page *page, const struct sc_table *table, size_t number,
                    const char *part)
{
    SC_AUTO_BUF title = {0};
    SC_AUTO_BUF detail = {0};

    if (part[0])
        add_part_title(table, part, &title);
    else
        sc_table_heading(table, &title);
    sc_table_detail(page->publication->request, table, &detail);
    sc_page_caption(page, number, part, BUF_TEXT(title), BUF_TEXT(detail));
    page->out->failed |= title.failed | detail.failed;
}

static void column_head(struct sc_buf *out, const char *text, bool total)
{
    sc_buf_adds(out, total ? "<th scope=\"col\" class=\"t\">" : "<th scope=\"col\">");
    sc_html(out, text);
    sc_buf_adds(out, "</th>");
}

static void row_head(struct sc_buf *out, const char *text)
{
    sc_buf_adds(out, "<th scope=\"row\">");
    sc_html(out, text);
    sc_buf_adds(out, "</th>");
}

/* ---- months down, years across ---- */

static const char *const month_names[12] = {"January",   "February", "March",    "April",
                                            "May",       "June",     "July",     "August",
                                            "September", "October",  "November", "December"};

/* The category of `month` (1 to 12) in the year at `year_i`, or SIZE_MAX. */
static size_t month_of_year(const struct sc_table *table, size_t year_i, int month)
{
    const struct sc_dimension *months = &table->dimensions[1];

    for (size_t i = 0; i < months->n_categories; i++)
        if (months->categories[i].parent == (int32_t)year_i &&
            sc_category_month(&months->categories[i]) == month)
            return i;
    return SIZE_MAX;
}

static void add_month_row(const struct sc_page *page, const struct sc_table *table, int month)
{
    static const struct sc_cell nothing = {.status = SC_CELL_VOID};
    bool any = false;

    for (size_t y = 0; y < table->dimensions[0].n_categories; y++)
        any |= month_of_year(table, y, month) != SIZE_MAX;
    if (!any)
        return;
    sc_buf_adds(page->out, "<tr>");
    row_head(page->out, month_names[month - 1]);
    for (size_t y = 0; y < table->dimensions[0].n_categories; y++) {
        size_t m = month_of_year(table, y, month);

        sc_page_td(page, m == SIZE_MAX ? &nothing : sc_page_cell(table, 0, y, 1, m), false);
    }
    sc_buf_adds(page->out, "</tr>\n");
}

static void months_table(const struct sc_page *page, const struct sc_table *table, size_t number)
{
    size_t n_years = table->dimensions[0].n_categories;
    bool april = page->publication->request->period.financial_year;
    struct sc_buf *out = page->out;

    sc_page_region_open(page, "months", number, "");
    caption(page, table, number, "");
    sc_buf_adds(out, "<thead><tr><th scope=\"col\">Month</th>");
    for (size_t y = 0; y < n_years; y++)
        column_head(out, table->dimensions[0].categories[y].label, false);
    sc_buf_adds(out, "</tr></thead>\n<tbody>\n");
    for (int i = 0; i < 12; i++)
        add_month_row(page, table, (i + (april ? 3 : 0)) % 12 + 1);
    sc_buf_adds(out, "<tr class=\"sum\"><th scope=\"row\">Year</th>");
    for (size_t y = 0; y < n_years; y++)
        sc_page_td(page, sc_page_cell(table, 0, y, SC_NO_DIMENSION, 0), false);
    sc_buf_adds(out, "</tr>\n");
    if (n_years > 1) {
        sc_buf_addf(out,
                    "<tr class=\"sum\"><th scope=\"row\" colspan=\"%zu\">Total, all %zu years</th>",
                    n_years, n_years);
        sc_page_td(page, sc_page_cell(table, SC_NO_DIMENSION, 0, SC_NO_DIMENSION, 0), true);
        sc_buf_adds(out, "</tr>\n");
    }
    sc_buf_adds(out, "</tbody>\n");
    sc_page_region_close(page);
}

/* ---- categories down, periods across ---- */

static void turned_row(const struct sc_page *page, const struct sc_table *table, size_t d, size_t i)
{
    const struct sc_dimension *across = &table->dimensions[0];

    sc_buf_adds(page->out, i == table->dimensions[d].n_categories ? "<tr class=\"sum\">" : "<tr>");
    row_head(page->out, sc_position_label(&table->dimensions[d], i));
    for (size_t p = 0; p <= across->n_categories; p++)
        sc_page_td(page, sc_page_cell(table, 0, p, d, i), p == across->n_categories);
    sc_buf_adds(page->out, "</tr>\n");
}

/* Dimension `d` down, dimension 0 across; all others at their totals. */
static void turned_table(const struct sc_page *page, const struct sc_table *table, size_t d,
                         size_t number, const char *part)
{
    const struct sc_dimension *across = &table->dimensions[0];
    struct sc_buf *out = page->out;

    sc_page_region_open(page, across->n_categories <= 3 ? "years" : "years many", number, part);
    caption(page, table, number, part);
    sc_buf_adds(out, "<thead><tr>");
    column_head(out, table->dimensions[d].label, false);
    for (size_t p = 0; p <= across->n_categories; p++)
        column_head(out, sc_position_label(across, p), p == across->n_categories);
    sc_buf_adds(out, "</tr></thead>\n<tbody>\n");
    for (size_t i = 0; i <= table->dimensions[d].n_categories; i++)
        turned_row(page, table, d, i);
    sc_buf_adds(out, "</tbody>\n");
    sc_page_region_close(page);
}

/* ---- as asked ---- */

/* Whether a later dimension up to `last`, not at its total, lies within dimension `d`. */
static bool said_by_nested(const struct sc_line *row, size_t d, size_t last)
{
    for (size_t e = d + 1; e <= last; e++)
        if (row->table->dimensions[e].nested_in == (int32_t)d)
            return true;
    return false;
}

/* A month within a year is called by its month alone. */
static void inner_label(const struct sc_dimension *dimension, size_t position, struct sc_buf *out)
{
    if (dimension->nested_in >= 0 && position < dimension->n_categories) {
        int month = sc_category_month(&dimension->categories[position]);

        if (month) {
            sc_buf_adds(out, month_names[month - 1]);
            return;
        }
    }
    sc_buf_adds(out, sc_position_label(dimension, position));
}

/* What a row within its group is called: the labels from the second dimension on. */
static void row_label(const struct sc_line *row, struct sc_buf *out)
{
    const struct sc_dimension *dimensions = row->table->dimensions;
    size_t last = row->end - 1;
    bool first = true;

    while (last > 0 && row->at[last] == dimensions[last].n_categories)
        last--;
    if (last == 0) {
        sc_buf_adds(out, sc_position_label(&dimensions[0], row->at[0]));
        return;
    }
    for (size_t d = 1; d <= last; d++) {
        if (said_by_nested(row, d, last))
            continue;
        sc_buf_adds(out, first ? "" : " / ");
        inner_label(&dimensions[d], row->at[d], out);
        first = false;
    }
}

static void grid_head(const struct sc_page *page, const struct sc_table *table)
{
    struct sc_buf *out = page->out;
    struct sc_line column;

    sc_buf_adds(out, "<thead><tr><th scope=\"col\">");
    for (size_t d = 0; d < table->n_rows_dimensions; d++) {
        sc_buf_adds(out, d ? " / " : "");
        sc_html(out, table->dimensions[d].label);
    }
    sc_buf_adds(out, "</th>");
    sc_line_first(&column, table, SC_SIDE_COLUMNS);
    do {
        SC_AUTO_BUF heading = {0};

        sc_column_heading(&column, &heading);
        column_head(out, BUF_TEXT(heading),
                    column.begin < column.end && sc_line_is_total_from(&column, column.begin));
        out->failed |= heading.failed;
    } while (sc_line_next(&column));
    sc_buf_adds(out, "</tr></thead>\n");
}

static void grid_row(const struct sc_page *page, const struct sc_line *row)
{
    bool grand = sc_line_is_total_from(row, 0);
    bool group = row->end > 1 && sc_line_is_total_from(row, 1);
    struct sc_line column;
    SC_AUTO_BUF label = {0};

    if (row->end > 0)
        row_label(row, &label);
    else
        sc_buf_adds(&label, "Total");
    sc_buf_adds(page->out, grand ? "<tr class=\"sum\">" : group ? "<tr class=\"group\">" : "<tr>");
    row_head(page->out, BUF_TEXT(label));
    page->out->failed |= label.failed;
    sc_line_first(&column, row->table, SC_SIDE_COLUMNS);
    do {
        sc_page_td(page, sc_line_cell(row, &column),
                   column.begin < column.end && sc_line_is_total_from(&column, column.begin));
    } while (sc_line_next(&column));
    sc_buf_adds(page->out, "</tr>\n");
}

static void grid_table(const struct sc_page *page, const struct sc_table *table, size_t number,
                       const char *part)
{
    size_t n_columns = sc_line_count(table, SC_SIDE_COLUMNS);
    size_t group = SIZE_MAX;
    struct sc_line row;

    sc_page_region_open(page, n_columns >= WIDE_COLUMNS ? "grid wide" : "grid", number, part);
    caption(page, table, number, part);
    grid_head(page, table);
    sc_line_first(&row, table, SC_SIDE_ROWS);
    do {
        if (sc_line_is_void(&row))
            continue;
        if (group == SIZE_MAX || (row.end > 1 && row.at[0] != group))
            sc_buf_adds(page->out, group == SIZE_MAX ? "<tbody>\n" : "</tbody>\n<tbody>\n");
        group = row.at[0];
        grid_row(page, &row);
    } while (sc_line_next(&row));
    sc_buf_adds(page->out, "</tbody>\n");
    sc_page_region_close(page);
}

/* The number of figures that grid_table() would show. */
static size_t grid_size(const struct sc_table *table)
{
    if (table->n_cells > (size_t)PAGE_FIGURES_MAX * 20)
        return table->n_cells;
    return sc_line_count(table, SC_SIDE_ROWS) * sc_line_count(table, SC_SIDE_COLUMNS);
}

/* Whether the page has room for the table numbered `number` after those before it. */
static bool has_room(const struct sc_publication *publication, size_t number)
{
    size_t all = 0;

    for (size_t t = 0; t < number; t++) {
        size_t size = grid_size(&publication->tables[t]);
        bool fits = size <= PAGE_FIGURES_MAX && all + size <= PAGE_FIGURES_ALL;

        if (t + 1 == number)
            return fits;
        all += fits ? size : 0;
    }
    return false;
}

static void grid_or_file(const struct sc_page *page, const struct sc_table *table, size_t number,
                         const char *part)
{
    SC_AUTO_BUF title = {0};

    if (has_room(page->publication, number)) {
        grid_table(page, table, number, part);
        return;
    }
    sc_table_heading(table, &title);
    sc_buf_addf(page->out, "<p class=\"notes\"><b>Table&nbsp;%zu%s</b> ", number, part);
    sc_html(page->out, BUF_TEXT(title));
    sc_buf_adds(page->out, ": too large for this page. All of it is in the files below.</p>\n");
    page->out->failed |= title.failed;
}

/* ---- the whole of it ---- */

/* What the mark of a withheld figure means, where it stands, and the way to the proof. */
static void add_mark(const struct sc_page *page, const struct sc_table *table)
{
    const struct sc_policy *policy = page->publication->policy;
    bool two = policy->secondary_marker != NULL, proof = sc_page_has_proof(page), any = false;
    char most[32], threshold[32];
    const struct sc_field fields[] = {{"marker", policy->marker},
                                      {"second", two ? policy->secondary_marker : ""},
                                      {"least", policy->zeros_hidden ? "0" : "1"},
                                      {"most", sc_format_count(policy->threshold - 1, most)},
                                      {"threshold", sc_format_count(policy->threshold, threshold)},
                                      {"certificate", SC_CERTIFICATE_FILE},
                                      {0}};

    for (size_t i = 0; i < table->n_cells && !any; i++)
        any = sc_cell_is_withheld(&table->cells[i]);
    if (any)
        sc_word_markdown(page->wording,
                         two     ? proof ? "text-mark-two-proof" : "text-mark-two"
                         : proof ? "text-mark-proof"
                                 : "text-mark",
                         fields, page->out);
}

static bool has_files(const struct sc_page *page, size_t number)
{
    for (size_t i = 0; i < page->n_files; i++)
        if (page->files[i].kind == SC_FILE_CSV && page->files[i].table + 1 == number)
            return true;
    return false;
}

static void add_notes(const struct sc_page *page, const struct sc_table *table, size_t number)
{
    struct sc_buf *out = page->out;

    sc_buf_adds(out, "<div class=\"notes\">\n");
    add_mark(page, table);
    for (size_t i = 0; i < table->n_notes; i++) {
        sc_buf_adds(out, "<p>");
        sc_html(out, table->notes[i]);
        sc_buf_adds(out, "</p>\n");
    }
    if (!has_files(page, number)) {
        sc_buf_adds(out, "</div>\n");
        return;
    }
    sc_buf_addf(out, "<p class=\"files\">Table&nbsp;%zu as a file: ", number);
    for (size_t i = 0; i < page->n_files; i++) {
        const struct sc_published_file *file = &page->files[i];
        bool tidy = file->kind == SC_FILE_TIDY_CSV;

        if ((!tidy && file->kind != SC_FILE_CSV) || file->table + 1 != number)
            continue;
        sc_buf_adds(out, tidy ? ", <a href=\"" : "<a href=\"");
        sc_html(out, file->name);
        sc_buf_addf(out, "\">%s</a>&nbsp;(", tidy ? "CSV for programs" : "CSV");
        sc_page_size(out, file->bytes);
        sc_buf_adds(out, ")");
    }
    sc_buf_adds(out, "</p>\n</div>\n");
}

void sc_page_table(const struct sc_page *page, const struct sc_table *table, size_t number)
{
    struct sc_buf *out = page->out;

    sc_buf_addf(out, "<div class=\"figures\" id=\"table-%zu\">\n", number);
    switch (sc_page_view(table)) {
    case SC_VIEW_MONTHS:
        sc_buf_adds(out, "<div class=\"pair\">\n");
        months_table(page, table, number);
        sc_page_chart_months(page, table, number);
        sc_buf_adds(out, "</div>\n");
        break;
    case SC_VIEW_TURNED:
        turned_table(page, table, 1, number, "");
        (void)sc_page_chart_panels(page, table, number);
        break;
    case SC_VIEW_YEARLY:
        turned_table(page, table, 2, number, "a");
        (void)sc_page_chart_panels(page, table, number);
        grid_or_file(page, table, number, "b");
        break;
    case SC_VIEW_GRID:
        (void)sc_page_chart_panels(page, table, number);
        grid_or_file(page, table, number, "");
        break;
    }
    add_notes(page, table, number);
    sc_buf_adds(out, "</div>\n");
}
