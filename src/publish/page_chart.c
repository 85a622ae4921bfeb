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

#include "publish/page.h"

#define BUF_TEXT(buf) ((buf).data ? (buf).data : "")
/* Panels of one chart; with more categories the largest are drawn. */
#define PANELS_MAX 12
/* The longest bar, in hundredths of a percent: room is left for its value. */
#define BAR_LENGTH_MAX 7200
/* Most columns of the chart of months. */
#define MONTHS_MAX 72

static const char *shade(size_t i, size_t n)
{
    if (i + 1 == n)
        return "s3";
    return i == 0 ? "s1" : "s2";
}

static void add_marker(const struct sc_page *page)
{
    sc_html(page->out, page->publication->policy->marker);
}

/* Hundredths of a percent, so that no locale or rounding of floats shows. */
static void add_percent(struct sc_buf *out, unsigned long hundredths)
{
    sc_buf_addf(out, "%lu.%02lu%%", hundredths / 100, hundredths % 100);
}

/* count / max of `whole`, rounded down. */
static unsigned long scaled(uint64_t count, uint64_t max, unsigned long whole)
{
    while (count > UINT64_MAX / whole) {
        count >>= 1;
        max >>= 1;
    }
    return max == 0 ? 0 : (unsigned long)(count * whole / max);
}

/* ---- one bar a period, one panel a category ---- */

static void add_bar(const struct sc_page *page, const struct sc_cell *cell, const char *label,
                    uint64_t max, const char *shade_class)
{
    struct sc_buf *out = page->out;
    unsigned long length = scaled(cell->count, max, BAR_LENGTH_MAX);
    char digits[32];

    sc_buf_adds(out, "<li><span class=\"k\">");
    sc_html(out, label);
    sc_buf_adds(out, "</span> ");
    if (!sc_cell_is_shown(cell)) {
        sc_buf_adds(out, "<span class=\"w\">");
        add_marker(page);
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

/* The category total by which panels are chosen; a withheld one counts for nothing. */
static uint64_t weight(const struct sc_table *table, size_t d, size_t i)
{
    const struct sc_cell *cell = sc_page_cell(table, d, i, SC_NO_DIMENSION, 0);

    return sc_cell_is_shown(cell) ? cell->count : 0;
}

/* How many categories come before `i` when the largest go first. */
static size_t place_of(const struct sc_table *table, size_t d, size_t i)
{
    uint64_t mine = weight(table, d, i);
    size_t place = 0;

    for (size_t j = 0; j < table->dimensions[d].n_categories && place < PANELS_MAX; j++) {
        uint64_t other = weight(table, d, j);

        place += other > mine || (other == mine && j < i);
    }
    return place;
}

static bool is_drawn(const struct sc_table *table, size_t d, size_t i)
{
    return table->dimensions[d].n_categories <= PANELS_MAX || place_of(table, d, i) < PANELS_MAX;
}

/* The largest shown figure of the panels. */
static uint64_t panels_max(const struct sc_table *table, size_t period, size_t d)
{
    uint64_t max = 0;

    for (size_t i = 0; i < table->dimensions[d].n_categories; i++)
        for (size_t p = 0; is_drawn(table, d, i) && p < table->dimensions[period].n_categories;
             p++) {
            const struct sc_cell *cell = sc_page_cell(table, period, p, d, i);

            if (sc_cell_is_shown(cell) && cell->count > max)
                max = cell->count;
        }
    return max;
}

static void add_panel(const struct sc_page *page, const struct sc_table *table, size_t period,
                      size_t d, size_t i, uint64_t max)
{
    const struct sc_dimension *periods = &table->dimensions[period];
    struct sc_buf *out = page->out;

    sc_buf_adds(out, "<li><p class=\"panel\">");
    sc_html(out, table->dimensions[d].categories[i].label);
    sc_buf_adds(out, "</p>\n<ul class=\"bars\">\n");
    for (size_t p = 0; p < periods->n_categories; p++)
        add_bar(page, sc_page_cell(table, period, p, d, i), periods->categories[p].label, max,
                shade(p, periods->n_categories));
    sc_buf_adds(out, "</ul></li>\n");
}

/* Whether any figure of the chart is withheld. */
static bool any_withheld(const struct sc_table *table, size_t period, size_t d)
{
    for (size_t i = 0; i < table->dimensions[d].n_categories; i++)
        for (size_t p = 0; p < table->dimensions[period].n_categories; p++)
            if (is_drawn(table, d, i) &&
                sc_page_cell(table, period, p, d, i)->status == SC_CELL_SUPPRESSED)
                return true;
    return false;
}

static void add_source(const struct sc_page *page, const struct sc_table *table, size_t number,
                       bool withheld)
{
    sc_buf_addf(page->out, "<p class=\"source\">Figures: table&nbsp;%zu%s.%s</p>\n", number,
                sc_page_view(table) == SC_VIEW_YEARLY ? "a" : "",
                withheld ? " A withheld figure has no bar; the space it leaves says nothing about "
                           "its size."
                         : "");
}

static void panels_heading(const struct sc_page *page, const struct sc_table *table, size_t period,
                           size_t d)
{
    SC_AUTO_BUF text = {0};
    size_t n = table->dimensions[d].n_categories;

    sc_buf_adds(&text, sc_unit_title(table->unit));
    sc_buf_adds(&text, " by ");
    sc_label_inside(table->dimensions[d].label, &text);
    sc_buf_adds(&text, " and ");
    sc_label_inside(table->dimensions[period].label, &text);
    sc_buf_adds(page->out, "<figcaption><b>");
    sc_html(page->out, BUF_TEXT(text));
    sc_buf_addf(page->out, "</b> <span class=\"detail\">Unit: %s. All panels share one scale.",
                sc_unit_name(table->unit));
    if (n > PANELS_MAX)
        sc_buf_addf(page->out, " The %d categories with the largest totals shown, of %zu.",
                    PANELS_MAX, n);
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
    size_t period = sc_page_period_dimension(table);
    size_t d = sc_page_category_dimension(table);
    struct sc_buf *out = page->out;
    size_t n_panels;
    uint64_t max;

    if (period == SC_NO_DIMENSION || d == SC_NO_DIMENSION || table->dimensions[d].nested_in >= 0 ||
        table->dimensions[d].n_categories > 2000)
        return false;
    max = panels_max(table, period, d);
    if (max == 0)
        return false;
    sc_buf_adds(out, "<figure class=\"chart\">\n");
    panels_heading(page, table, period, d);
    n_panels = table->dimensions[d].n_categories;
    sc_buf_addf(out, "<ul class=\"panels%s%s\">\n",
                labels_are_long(&table->dimensions[period]) ? " long" : "",
                n_panels == 2 || n_panels == 4 ? " two" : "");
    for (size_t i = 0; i < table->dimensions[d].n_categories; i++)
        if (is_drawn(table, d, i))
            add_panel(page, table, period, d, i, max);
    sc_buf_adds(out, "</ul>\n");
    add_source(page, table, number, any_withheld(table, period, d));
    sc_buf_adds(out, "</figure>\n");
    return true;
}

/* ---- one column a month, years apart ---- */

/* Where the chart of months stands, in pixels down. */
enum { PLOT_TOP = 26, PLOT_BASE = 246, YEAR_LINE = 266, SUM_LINE = 285, CHART_HEIGHT = 294 };

struct months {
    const struct sc_page *page;
    const struct sc_table *table;
    size_t n_columns;
    size_t n_gaps;
    uint64_t top; /* of the scale */
    bool withheld;
};

/* The smallest of 1, 2, 5, 10, 20, 50, ... that is at least `least`. */
static uint64_t round_step(uint64_t least)
{
    uint64_t step = 1;

    for (;;) {
        if (step >= least)
            return step;
        if (step * 2 >= least)
            return step * 2;
        if (step * 5 >= least)
            return step * 5;
        if (step > UINT64_MAX / 100)
            return step;
        step *= 10;
    }
}

/* Where a column begins, in hundredths of a percent; a gap between years is one column wide. */
static unsigned long across(const struct months *m, size_t column, size_t gaps, unsigned long part)
{
    size_t slots = m->n_columns + m->n_gaps;

    return (unsigned long)((10000 * (column + gaps) + part) / slots);
}

static void survey(struct months *m)
{
    const struct sc_dimension *months = &m->table->dimensions[1];
    uint64_t max = 0;
    uint64_t step;

    for (size_t i = 0; i < months->n_categories; i++) {
        const struct sc_cell *cell;

        if (months->categories[i].parent < 0)
            continue;
        cell = sc_page_cell(m->table, 0, (size_t)months->categories[i].parent, 1, i);
        m->n_columns++;
        m->withheld |= cell->status == SC_CELL_SUPPRESSED;
        if (sc_cell_is_shown(cell) && cell->count > max)
            max = cell->count;
    }
    m->n_gaps = m->table->dimensions[0].n_categories - 1;
    step = round_step(max / 4 + (max % 4 != 0));
    m->top = step ? (max / step + (max % step != 0)) * step : 0;
}

static unsigned long down(const struct months *m, uint64_t count)
{
    return PLOT_BASE - scaled(count, m->top, PLOT_BASE - PLOT_TOP);
}

static void add_grid(const struct months *m)
{
    struct sc_buf *out = m->page->out;
    uint64_t step = round_step(m->top / 4 + (m->top % 4 != 0));
    char digits[32];

    for (uint64_t v = 0; v <= m->top; v += step) {
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

    if (cell->status == SC_CELL_SUPPRESSED) {
        sc_buf_adds(out, "<svg x=\"");
        add_percent(out, across(m, column, gaps, 5000));
        sc_buf_addf(out, "\" y=\"%d\"><text class=\"mark\" transform=\"rotate(-90)\" y=\"4\">",
                    PLOT_BASE - 5);
        add_marker(m->page);
        sc_buf_adds(out, "</text></svg>\n");
        return;
    }
    if (!sc_cell_is_shown(cell))
        return;
    if (cell->count) {
        sc_buf_adds(out, "<rect class=\"s3\" x=\"");
        add_percent(out, across(m, column, gaps, 1100));
        sc_buf_adds(out, "\" width=\"");
        add_percent(out, (unsigned long)(7800 / (m->n_columns + m->n_gaps)));
        sc_buf_addf(out, "\" y=\"%lu\" height=\"%lu\"/>\n", down(m, cell->count),
                    PLOT_BASE - down(m, cell->count));
    }
    if (labelled || cell->count == 0) {
        sc_buf_adds(out, "<text class=\"value\" x=\"");
        add_percent(out, across(m, column, gaps, 5000));
        sc_buf_addf(out, "\" y=\"%lu\">%s</text>\n", down(m, cell->count) - 6,
                    sc_format_count(cell->count, digits));
    }
}

/* The first of the highest months shown of a year, or SIZE_MAX; *ret_withheld: not all shown. */
static size_t highest(const struct sc_table *table, size_t year, bool *ret_withheld)
{
    const struct sc_dimension *months = &table->dimensions[1];
    size_t best = SIZE_MAX;
    uint64_t most = 0;

    *ret_withheld = false;
    for (size_t i = 0; i < months->n_categories; i++) {
        const struct sc_cell *cell;

        if (months->categories[i].parent != (int32_t)year)
            continue;
        cell = sc_page_cell(table, 0, year, 1, i);
        *ret_withheld |= cell->status == SC_CELL_SUPPRESSED;
        if (sc_cell_is_shown(cell) && cell->count > most) {
            most = cell->count;
            best = i;
        }
    }
    return best;
}

static void add_year_label(const struct months *m, size_t year, size_t column, bool withheld)
{
    const struct sc_cell *total = sc_page_cell(m->table, 0, year, SC_NO_DIMENSION, 0);
    struct sc_buf *out = m->page->out;
    unsigned long x = across(m, column, year, 1100);
    char digits[32];

    sc_buf_adds(out, "<text class=\"year\" x=\"");
    add_percent(out, x);
    sc_buf_addf(out, "\" y=\"%d\">", YEAR_LINE);
    sc_html(out, m->table->dimensions[0].categories[year].label);
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
    const struct sc_dimension *months = &m->table->dimensions[1];
    size_t column = 0;

    for (size_t y = 0; y < m->table->dimensions[0].n_categories; y++) {
        bool withheld;
        size_t best = highest(m->table, y, &withheld);

        add_year_label(m, y, column, withheld);
        for (size_t i = 0; i < months->n_categories; i++)
            if (months->categories[i].parent == (int32_t)y)
                add_column(m, sc_page_cell(m->table, 0, y, 1, i), column++, y, i == best);
    }
}

void sc_page_chart_months(const struct sc_page *page, const struct sc_table *table, size_t number)
{
    struct months m = {.page = page, .table = table};
    struct sc_buf *out = page->out;

    survey(&m);
    if (m.n_columns < 3 || m.n_columns > MONTHS_MAX || m.top == 0)
        return;
    sc_buf_addf(out,
                "<figure class=\"chart\">\n<figcaption><b>%s each month</b> <span "
                "class=\"detail\">Unit: %s. The highest month %sof each year is "
                "labelled.</span></figcaption>\n",
                sc_unit_title(table->unit), sc_unit_name(table->unit), m.withheld ? "shown " : "");
    sc_buf_addf(out,
                "<svg class=\"by-month%s\" role=\"img\" height=\"%d\" aria-label=\"Columns of %s, "
                "one a month. Table %zu gives the figures.\">\n",
                m.top >= 10000 ? " far" : "", CHART_HEIGHT, sc_unit_name(table->unit), number);
    add_grid(&m);
    add_years(&m);
    sc_buf_adds(out, "</svg>\n");
    add_source(page, table, number, m.withheld);
    sc_buf_adds(out, "</figure>\n");
}
