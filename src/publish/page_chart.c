/*
 * page_chart.c - charts, drawn as SVG in the page: percent across, pixels down,
 * no viewBox, so that bars stretch and text never scales.
 *
 * Nothing about a withheld figure may be read off a chart. It has no bar, the
 * scale is chosen from shown figures alone, and where a part is withheld no sum
 * is written beside it. A zero that is shown is the base line with "0". Nothing
 * is stacked and no shares are drawn.
 */
#include <string.h>

#include "publish/chart.h"
#include "publish/page.h"

#define BUF_TEXT(buf) ((buf).data ? (buf).data : "")
/* The longest bar, in hundredths of a percent: room is left for its value. */
#define BAR_LENGTH_MAX 7200

static const char *shade(size_t i, size_t n)
{
    if (i + 1 == n)
        return "s3";
    return i == 0 ? "s1" : "s2";
}

static void add_marker(const struct sc_page *page, const struct sc_cell *cell)
{
    sc_html(page->out, sc_publication_mark(page->publication, cell));
}

/* Hundredths of a percent, so that no locale or rounding of floats shows. */
static void add_percent(struct sc_buf *out, unsigned long hundredths)
{
    sc_buf_addf(out, "%lu.%02lu%%", hundredths / 100, hundredths % 100);
}

/* ---- one bar a period, one panel a category ---- */

static void add_bar(const struct sc_page *page, const struct sc_cell *cell, const char *label,
                    uint64_t max, const char *shade_class)
{
    struct sc_buf *out = page->out;
    unsigned long length = sc_chart_scaled(cell->count, max, BAR_LENGTH_MAX);
    char digits[32];

    sc_buf_adds(out, "<li><span class=\"k\">");
    sc_html(out, label);
    sc_buf_adds(out, "</span> ");
    if (!sc_cell_is_shown(cell)) {
        sc_buf_adds(out, "<span class=\"w\">");
        add_marker(page, cell);
        sc_buf_adds(out, " withheld</span></li>\n");
        return;
    }
    (void)sc_format_count(cell->count, digits);
    sc_buf_addf(out, "<span class=\"vh\">%s</span><svg aria-hidden=\"true\" height=\"20\">",
                digits);
    if (cell->count) {
        sc_buf_addf(out, "<rect class=\"%s\" height=\"20\" width=\"", shade_class);
        add_percent(out, length);
        sc_buf_adds(out, "\"/>");
    }
    sc_buf_adds(out, "<line y2=\"20\"/><text y=\"15\" dx=\"7\" x=\"");
    add_percent(out, cell->count ? length : 0);
    sc_buf_addf(out, "\">%s</text></svg></li>\n", digits);
}

static void add_panel(const struct sc_page *page, const struct sc_panel_chart *chart, size_t i)
{
    const struct sc_table *table = chart->table;
    const struct sc_dimension *periods = &table->dimensions[chart->period];
    struct sc_buf *out = page->out;

    sc_buf_adds(out, "<li><p class=\"panel\">");
    sc_html(out, table->dimensions[chart->category].categories[i].label);
    sc_buf_adds(out, "</p>\n<ul class=\"bars\">\n");
    for (size_t p = 0; p < periods->n_categories; p++)
        add_bar(page, sc_page_cell(table, chart->period, p, chart->category, i),
                periods->categories[p].label, chart->max, shade(p, periods->n_categories));
    sc_buf_adds(out, "</ul></li>\n");
}

/* The table that a chart is drawn from, and the chart as a file. */
static void add_source(const struct sc_page *page, const struct sc_table *table, size_t number,
                       bool withheld)
{
    struct sc_buf *out = page->out;

    sc_buf_addf(out, "<p class=\"source\">Figures: table&nbsp;%zu%s.%s", number,
                sc_page_view(table) == SC_VIEW_YEARLY ? "a" : "",
                withheld ? " A withheld figure has no bar; the space it leaves says nothing about "
                           "its size."
                         : "");
    for (size_t i = 0; i < page->n_files; i++) {
        if (page->files[i].kind != SC_FILE_CHART || page->files[i].table + 1 != number)
            continue;
        sc_buf_adds(out, " <a href=\"");
        sc_html(out, page->files[i].name);
        sc_buf_adds(out, "\">This chart as a file, SVG</a>&nbsp;(");
        sc_page_size(out, page->files[i].bytes);
        sc_buf_adds(out, ")");
    }
    sc_buf_adds(out, "</p>\n");
}

static void panels_heading(const struct sc_page *page, const struct sc_panel_chart *chart)
{
    SC_AUTO_BUF text = {0};
    size_t n = chart->table->dimensions[chart->category].n_categories;

    sc_panel_title(chart, &text);
    sc_buf_adds(page->out, "<figcaption><b>");
    sc_html(page->out, BUF_TEXT(text));
    sc_buf_addf(page->out, "</b> <span class=\"detail\">Unit: %s. All panels share one scale.",
                sc_unit_name(chart->table->unit));
    if (n > chart->n_drawn)
        sc_buf_addf(page->out, " The %zu categories with the largest totals shown, of %zu.",
                    chart->n_drawn, n);
    sc_buf_adds(page->out, "</span></figcaption>\n");
    page->out->failed |= text.failed;
}

static bool labels_are_long(const struct sc_dimension *dimension)
{
    for (size_t i = 0; i < dimension->n_categories; i++)
        if (strlen(dimension->categories[i].label) > 8)
            return true;
    return false;
}

bool sc_page_chart_panels(const struct sc_page *page, const struct sc_table *table, size_t number)
{
    struct sc_panel_chart chart;
    struct sc_buf *out = page->out;

    if (!sc_panel_chart(table, &chart))
        return false;
    sc_buf_adds(out, "<figure class=\"chart\">\n");
    panels_heading(page, &chart);
    sc_buf_addf(out, "<ul class=\"panels%s%s\">\n",
                labels_are_long(&table->dimensions[chart.period]) ? " long" : "",
                chart.n_drawn == 2 || chart.n_drawn == 4 ? " two" : "");
    for (size_t i = 0; i < table->dimensions[chart.category].n_categories; i++)
        if (sc_panel_is_drawn(&chart, i))
            add_panel(page, &chart, i);
    sc_buf_adds(out, "</ul>\n");
    add_source(page, table, number, chart.withheld);
    sc_buf_adds(out, "</figure>\n");
    return true;
}

/* ---- one column a month, years apart ---- */

/* Where the chart of months stands, in pixels down. */
enum { PLOT_TOP = 26, PLOT_BASE = 246, YEAR_LINE = 266, SUM_LINE = 285, CHART_HEIGHT = 294 };

struct months {
    const struct sc_page *page;
    struct sc_month_chart chart;
};

static unsigned long down(const struct months *m, uint64_t count)
{
    return PLOT_BASE - sc_chart_scaled(count, m->chart.top, PLOT_BASE - PLOT_TOP);
}

static void add_grid(const struct months *m)
{
    struct sc_buf *out = m->page->out;
    uint64_t step = m->chart.step;
    char digits[32];

    for (uint64_t v = 0; v <= m->chart.top; v += step) {
        unsigned long y = down(m, v);

        sc_buf_addf(out,
                    "<line class=\"%s\" x2=\"100%%\" y1=\"%lu\" y2=\"%lu\"/>"
                    "<text class=\"axis\" x=\"-8\" y=\"%lu\">%s</text>\n",
                    v ? "grid" : "base", y, y, y + 4, sc_format_count(v, digits));
        if (v > UINT64_MAX - step)
            break;
    }
}

/* A month's column; a withheld one is its mark alone, at a fixed place. */
static void add_column(const struct months *m, const struct sc_cell *cell, size_t column,
                       size_t gaps, bool labelled)
{
    struct sc_buf *out = m->page->out;
    char digits[32];

    if (sc_cell_is_withheld(cell)) {
        sc_buf_adds(out, "<svg x=\"");
        add_percent(out, sc_month_across(&m->chart, column, gaps, 5000));
        sc_buf_addf(out, "\" y=\"%d\"><text class=\"mark\" transform=\"rotate(-90)\" y=\"4\">",
                    PLOT_BASE - 5);
        add_marker(m->page, cell);
        sc_buf_adds(out, "</text></svg>\n");
        return;
    }
    if (!sc_cell_is_shown(cell))
        return;
    if (cell->count) {
        sc_buf_adds(out, "<rect class=\"s3\" x=\"");
        add_percent(out, sc_month_across(&m->chart, column, gaps, 1100));
        sc_buf_adds(out, "\" width=\"");
        add_percent(out, (unsigned long)(7800 / (m->chart.n_columns + m->chart.n_gaps)));
        sc_buf_addf(out, "\" y=\"%lu\" height=\"%lu\"/>\n", down(m, cell->count),
                    PLOT_BASE - down(m, cell->count));
    }
    if (labelled || cell->count == 0) {
        sc_buf_adds(out, "<text class=\"value\" x=\"");
        add_percent(out, sc_month_across(&m->chart, column, gaps, 5000));
        sc_buf_addf(out, "\" y=\"%lu\">%s</text>\n", down(m, cell->count) - 6,
                    sc_format_count(cell->count, digits));
    }
}

static void add_year_label(const struct months *m, size_t year, size_t column, bool withheld)
{
    const struct sc_cell *total = sc_page_cell(m->chart.table, 0, year, SC_NO_DIMENSION, 0);
    struct sc_buf *out = m->page->out;
    unsigned long x = sc_month_across(&m->chart, column, year, 1100);
    char digits[32];

    sc_buf_adds(out, "<text class=\"year\" x=\"");
    add_percent(out, x);
    sc_buf_addf(out, "\" y=\"%d\">", YEAR_LINE);
    sc_html(out, m->chart.table->dimensions[0].categories[year].label);
    sc_buf_adds(out, "</text>\n");
    if (withheld || !sc_cell_is_shown(total))
        return;
    sc_buf_adds(out, "<text class=\"sum\" x=\"");
    add_percent(out, x);
    sc_buf_addf(out, "\" y=\"%d\">%s in all</text>\n", SUM_LINE,
                sc_format_count(total->count, digits));
}

static void add_years(const struct months *m)
{
    const struct sc_dimension *months = &m->chart.table->dimensions[1];
    size_t column = 0;

    for (size_t y = 0; y < m->chart.table->dimensions[0].n_categories; y++) {
        bool withheld;
        size_t best = sc_month_highest(m->chart.table, y, &withheld);

        add_year_label(m, y, column, withheld);
        for (size_t i = 0; i < months->n_categories; i++)
            if (months->categories[i].parent == (int32_t)y)
                add_column(m, sc_page_cell(m->chart.table, 0, y, 1, i), column++, y, i == best);
    }
}

void sc_page_chart_months(const struct sc_page *page, const struct sc_table *table, size_t number)
{
    struct months m = {.page = page};
    struct sc_buf *out = page->out;

    if (!sc_month_chart(table, &m.chart))
        return;
    sc_buf_addf(out,
                "<figure class=\"chart\">\n<figcaption><b>%s each month</b> <span "
                "class=\"detail\">Unit: %s. The highest month %sof each year is "
                "labelled.</span></figcaption>\n",
                sc_unit_title(table->unit), sc_unit_name(table->unit),
                m.chart.withheld ? "shown " : "");
    sc_buf_addf(out,
                "<svg class=\"by-month%s\" role=\"img\" height=\"%d\" aria-label=\"Columns of %s, "
                "one a month. Table %zu gives the figures.\">\n",
                m.chart.top >= 10000 ? " far" : "", CHART_HEIGHT, sc_unit_name(table->unit),
                number);
    add_grid(&m);
    add_years(&m);
    sc_buf_adds(out, "</svg>\n");
    add_source(page, table, number, m.chart.withheld);
    sc_buf_adds(out, "</figure>\n");
}
