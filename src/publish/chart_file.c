/*
 * chart_file.c - a chart as a file of its own, charts/<id>.svg.
 *
 * It has to be right wherever it ends up: in a report, a slide, on paper. So sizes are fixed
 * pixels, colours stand on each shape (a page's security policy may forbid styles) and a style
 * only changes them for dark screens. Every bar is labelled with its period and value, shades
 * differ in lightness, so that nothing is lost in grey. <title> and <desc> say all that is drawn;
 * a link leads to the tidy CSV of the figures.
 *
 * What is withheld is the policy's mark at a place that is the same for every figure.
 */
#include <string.h>

#include "base/date.h"
#include "publish/chart.h"
#include "publish/clean.h"
#include "publish/layout.h"
#include "publish/page.h"

#define BUF_TEXT(buf) ((buf).data ? (buf).data : "")

/* Pixels. */
enum {
    WIDTH = 860,
    MARGIN = 20,
    INNER = WIDTH - 2 * MARGIN,
    LINE = 19,         /* of text of 14 px */
    BAR = 20,          /* height of a bar ... */
    BAR_STEP = 26,     /* ... and from one to the next */
    PANEL_GAP = 28,    /* between panels side by side */
    PANEL_BELOW = 18,  /* and below each other */
    VALUE_ROOM = 70,   /* right of the longest bar */
    PLOT_HEIGHT = 220, /* of the chart of months */
    AXIS_ROOM = 60,    /* left of it */
    BELOW_PLOT = 50,   /* its years and their totals */
    LETTER_BOLD = 8,   /* a letter of 14 px is at most so wide on average */
    LETTER_SMALL = 7,
};

struct drawing {
    const struct sc_publication *publication;
    const struct sc_table *table;
    size_t number;
    struct sc_buf *out;
    unsigned y; /* where the next thing goes */
};

/* ---- pieces ---- */

static const char *const colours[] = {"#7297b6", "#4b7599", "#1d4e75"};

static size_t shade(size_t i, size_t n)
{
    return i + 1 == n ? 2 : i == 0 ? 0 : 1;
}

/* Opens a text; the caller appends it and closes it with close_text(). */
static void open_text(const struct drawing *drawing, unsigned x, unsigned y, bool bold, bool muted)
{
    sc_buf_addf(drawing->out, "<text class=\"%s\" x=\"%u\" y=\"%u\" fill=\"%s\"%s>",
                muted ? "m" : "i", x, y, muted ? "#484949" : "#0b0c0c",
                bold ? " font-weight=\"700\"" : "");
}

static void close_text(const struct drawing *drawing)
{
    sc_buf_adds(drawing->out, "</text>\n");
}

static void add_text(const struct drawing *drawing, unsigned x, unsigned y, bool bold, bool muted,
                     const char *text)
{
    open_text(drawing, x, y, bold, muted);
    sc_html(drawing->out, text);
    close_text(drawing);
}

/* Bytes of `text` that make one line of at most `most` characters, broken at a space. */
static size_t line_length(const char *text, size_t most)
{
    size_t characters = 0;
    size_t space = 0;
    size_t i;

    for (i = 0; text[i]; i++) {
        characters += ((unsigned char)text[i] & 0xc0) != 0x80;
        if (text[i] == ' ' && characters <= most + 1)
            space = i;
        if (characters > most && space > 0)
            return space;
    }
    return i;
}

/* Draws `text` in lines, when `draws`; returns how many there are. */
static unsigned wrap(const struct drawing *drawing, unsigned x, unsigned y, size_t most, bool bold,
                     const char *text, bool draws)
{
    unsigned n = 0;

    while (*text) {
        size_t len = line_length(text, most);
        SC_AUTO_BUF line = {0};

        sc_buf_add(&line, text, len);
        if (draws)
            add_text(drawing, x, y + n * LINE, bold, !bold, BUF_TEXT(line));
        drawing->out->failed |= line.failed;
        text += len;
        text += *text == ' ';
        n++;
    }
    return n;
}

/* "53", or "[c] withheld". */
static void add_value(const struct drawing *drawing, const struct sc_cell *cell, struct sc_buf *out)
{
    char digits[32];

    if (sc_cell_is_shown(cell)) {
        sc_buf_adds(out, sc_format_count(cell->count, digits));
        return;
    }
    sc_html(out, sc_publication_mark(drawing->publication, cell));
    sc_buf_adds(out, " withheld");
}

/* ---- head and foot ---- */

/* What is to be known of rounded figures wherever they are read, or nothing. */
static void rounded_words(const struct sc_publication *publication, struct sc_buf *out)
{
    char digits[32];

    if (sc_publication_is_rounded(publication))
        sc_buf_addf(out,
                    "All figures are rounded to multiples of %s, so that no one can be "
                    "identified; a 0 need not mean nobody.",
                    sc_format_count(publication->policy->round_base, digits));
}

/* The height is not known yet: the root element is put before all else at the end. */
static void open_svg(const struct drawing *drawing, unsigned height, const char *title,
                     const struct sc_buf *desc, struct sc_buf *out)
{
    SC_AUTO_BUF rounded = {0};

    rounded_words(drawing->publication, &rounded);
    sc_buf_addf(out,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%u\" "
                "viewBox=\"0 0 %d %u\" role=\"img\" aria-labelledby=\"title desc\" "
                "lang=\"en-GB\" font-family=\"Arial, Helvetica, sans-serif\" font-size=\"14\">\n"
                "<title id=\"title\">",
                WIDTH, height, WIDTH, height);
    sc_html(out, title);
    sc_buf_adds(out, "</title>\n<desc id=\"desc\">");
    if (!drawing->publication->publishable)
        sc_buf_adds(out, SC_NOT_AUDITED ". ");
    sc_buf_adds(out, BUF_TEXT(*desc));
    if (rounded.len)
        sc_buf_addf(out, " %s", rounded.data);
    sc_buf_adds(out, "</desc>\n<style>@media screen and (prefers-color-scheme:dark)"
                     "{.p{fill:#14181c}.i{fill:#f2f4f5}.m{fill:#b6c0c8}.b0{fill:#5f86a8}"
                     ".b1{fill:#86abc9}.b2{fill:#b9d4ea}.l{stroke:#a3afb8}.g{stroke:#3a444c}"
                     ".a{fill:#8fc1ec}}</style>\n");
    sc_buf_addf(out, "<rect class=\"p\" width=\"%d\" height=\"%u\" fill=\"#fff\"/>\n", WIDTH,
                height);
    out->failed |= desc->failed | rounded.failed;
}

static void add_heading(struct drawing *drawing, const char *title, const char *detail)
{
    drawing->y = MARGIN + 16;
    if (!drawing->publication->publishable) {
        add_text(drawing, MARGIN, drawing->y, true, false, SC_NOT_AUDITED);
        drawing->y += LINE;
    }
    drawing->y += LINE * wrap(drawing, MARGIN, drawing->y, INNER / LETTER_BOLD, true, title, true);
    drawing->y +=
        LINE * wrap(drawing, MARGIN, drawing->y, INNER / LETTER_SMALL, false, detail, true);
}

/* Where the figures are, and whose they are. */
static void add_foot(struct drawing *drawing, bool withheld)
{
    const struct sc_request *request = drawing->publication->request;
    SC_AUTO_BUF whose = {0};
    SC_AUTO_BUF rounded = {0};
    char day[32];

    rounded_words(drawing->publication, &rounded);
    drawing->y += LINE * wrap(drawing, MARGIN, drawing->y, INNER / LETTER_SMALL, false,
                              BUF_TEXT(rounded), true);
    drawing->out->failed |= rounded.failed;
    if (withheld)
        drawing->y += LINE * wrap(drawing, MARGIN, drawing->y, INNER / LETTER_SMALL, false,
                                  "A withheld figure has no bar; the space it leaves says nothing "
                                  "about its size.",
                                  true);
    sc_buf_adds(drawing->out, "<a href=\"../tables/");
    sc_html(drawing->out, drawing->table->id);
    sc_buf_addf(drawing->out,
                ".tidy.csv\"><text class=\"a\" x=\"%d\" y=\"%u\" fill=\"#1a65a6\" "
                "text-decoration=\"underline\">Figures: table %zu, tables/",
                MARGIN, drawing->y, drawing->number);
    sc_html(drawing->out, drawing->table->id);
    sc_buf_adds(drawing->out, ".tidy.csv</text></a>\n");
    drawing->y += LINE;
    sc_buf_adds(&whose, request->title);
    if (request->publication[0])
        sc_buf_addf(&whose, ", %s", request->publication);
    if (request->organisation[0])
        sc_buf_addf(&whose, ". %s", request->organisation);
    if (request->as_at != SC_DAY_NONE)
        sc_buf_addf(&whose, ". Correct as at %s", sc_day_format_long(request->as_at, day));
    drawing->y += LINE * wrap(drawing, MARGIN, drawing->y, INNER / LETTER_SMALL, false,
                              BUF_TEXT(whose), true);
    drawing->out->failed |= whose.failed;
}

/* ---- panels ---- */

struct panels {
    struct drawing *drawing;
    struct sc_panel_chart chart;
    unsigned across; /* panels side by side */
    unsigned width;  /* of one */
    unsigned label;  /* room for the period left of its bar */
};

static void add_bar(const struct panels *panels, unsigned x, unsigned y, size_t period,
                    size_t category)
{
    const struct sc_panel_chart *chart = &panels->chart;
    const struct drawing *drawing = panels->drawing;
    const struct sc_dimension *periods = &chart->table->dimensions[chart->period];
    const struct sc_cell *cell =
        sc_page_cell(chart->table, chart->period, period, chart->category, category);
    unsigned base = x + panels->label;
    unsigned longest = panels->width - panels->label - VALUE_ROOM;
    bool shown = sc_cell_is_shown(cell);
    unsigned long length = shown ? sc_chart_scaled(cell->count, chart->max, longest * 100UL) : 0;
    size_t colour = shade(period, periods->n_categories);

    add_text(drawing, x, y + 15, false, true, periods->categories[period].label);
    if (length)
        sc_buf_addf(drawing->out,
                    "<rect class=\"b%zu\" x=\"%u\" y=\"%u\" width=\"%lu.%02lu\" height=\"%d\" "
                    "fill=\"%s\"/>\n",
                    colour, base, y, length / 100, length % 100, BAR, colours[colour]);
    sc_buf_addf(drawing->out, "<path class=\"l\" d=\"M%u %uv%d\" stroke=\"#54626d\"/>\n", base, y,
                BAR);
    open_text(drawing, base + 7 + (unsigned)(length / 100), y + 15, false, !shown);
    add_value(drawing, cell, drawing->out);
    close_text(drawing);
}

/* Lines that the titles of the panels from drawn number `first` take, for one row of them. */
static unsigned title_lines(const struct panels *panels, const size_t *drawn, size_t first)
{
    const struct sc_dimension *d = &panels->chart.table->dimensions[panels->chart.category];
    unsigned most = 1;

    for (size_t i = first; i < first + panels->across && i < panels->chart.n_drawn; i++) {
        unsigned n = wrap(panels->drawing, 0, 0, panels->width / LETTER_BOLD, true,
                          d->categories[drawn[i]].label, false);

        most = n > most ? n : most;
    }
    return most;
}

static void add_panel(const struct panels *panels, unsigned x, unsigned y, unsigned lines,
                      size_t category)
{
    const struct sc_table *table = panels->chart.table;
    const struct drawing *drawing = panels->drawing;

    sc_buf_addf(drawing->out, "<path class=\"g\" d=\"M%u %uh%u\" stroke=\"#cdd5db\"/>\n", x, y - 18,
                panels->width);
    (void)wrap(drawing, x, y, panels->width / LETTER_BOLD, true,
               table->dimensions[panels->chart.category].categories[category].label, true);
    for (size_t p = 0; p < table->dimensions[panels->chart.period].n_categories; p++)
        add_bar(panels, x, y + (lines - 1) * LINE + 10 + (unsigned)p * BAR_STEP, p, category);
}

/* All that the panels show, in words. */
static void describe_panels(const struct panels *panels, struct sc_buf *out)
{
    const struct sc_panel_chart *chart = &panels->chart;
    const struct sc_dimension *periods = &chart->table->dimensions[chart->period];
    const struct sc_dimension *d = &chart->table->dimensions[chart->category];

    sc_buf_addf(out, "Bars of %s, all on one scale.", sc_unit_name(chart->table->unit));
    for (size_t i = 0; i < d->n_categories; i++) {
        if (!sc_panel_is_drawn(chart, i))
            continue;
        sc_buf_addc(out, ' ');
        sc_html(out, d->categories[i].label);
        for (size_t p = 0; p < periods->n_categories; p++) {
            sc_buf_adds(out, p ? "; " : ": ");
            sc_html(out, periods->categories[p].label);
            sc_buf_addc(out, ' ');
            add_value(panels->drawing,
                      sc_page_cell(chart->table, chart->period, p, chart->category, i), out);
        }
        sc_buf_addc(out, '.');
    }
}

static void draw_panels(struct panels *panels)
{
    const struct sc_table *table = panels->chart.table;
    const struct sc_dimension *d = &table->dimensions[panels->chart.category];
    unsigned bars = (unsigned)table->dimensions[panels->chart.period].n_categories * BAR_STEP;
    size_t drawn[SC_CHART_PANELS_MAX] = {0};
    size_t n = 0;

    for (size_t i = 0; i < d->n_categories && n < SC_CHART_PANELS_MAX; i++)
        if (sc_panel_is_drawn(&panels->chart, i))
            drawn[n++] = i;
    panels->drawing->y += 26;
    for (size_t first = 0; first < n; first += panels->across) {
        unsigned lines = title_lines(panels, drawn, first);

        for (size_t i = first; i < first + panels->across && i < n; i++)
            add_panel(panels, MARGIN + (unsigned)(i - first) * (panels->width + PANEL_GAP),
                      panels->drawing->y, lines, drawn[i]);
        panels->drawing->y += lines * LINE + bars + PANEL_BELOW;
    }
}

static void panel_file(struct drawing *drawing, struct panels *panels, struct sc_buf *title,
                       struct sc_buf *desc)
{
    const struct sc_dimension *periods = &drawing->table->dimensions[panels->chart.period];
    size_t n = drawing->table->dimensions[panels->chart.category].n_categories;
    SC_AUTO_BUF detail = {0};
    size_t longest = 0;

    for (size_t p = 0; p < periods->n_categories; p++)
        if (strlen(periods->categories[p].label) > longest)
            longest = strlen(periods->categories[p].label);
    panels->across = longest > 8 ? 2 : 3;
    panels->width = (INNER - (panels->across - 1) * PANEL_GAP) / panels->across;
    panels->label = longest > 8 ? 150 : 66;
    sc_panel_title(&panels->chart, title);
    sc_buf_addf(&detail, "Unit: %s. All panels share one scale.",
                sc_unit_name(drawing->table->unit));
    if (n > panels->chart.n_drawn)
        sc_buf_addf(&detail, " The %zu categories with the largest totals shown, of %zu.",
                    panels->chart.n_drawn, n);
    add_heading(drawing, BUF_TEXT(*title), BUF_TEXT(detail));
    draw_panels(panels);
    add_foot(drawing, panels->chart.withheld);
    describe_panels(panels, desc);
    drawing->out->failed |= detail.failed;
}

/* ---- months ---- */

struct months {
    struct drawing *drawing;
    struct sc_month_chart chart;
    unsigned top; /* pixels, of the plot */
};

/* Pixels of the plot's width in hundredths: a place across in hundredths of a percent. */
static unsigned long across(const struct months *months, size_t column, size_t gaps,
                            unsigned long part)
{
    return (MARGIN + AXIS_ROOM) * 100UL +
           sc_month_across(&months->chart, column, gaps, part) * (INNER - AXIS_ROOM) / 100;
}

static unsigned down(const struct months *months, uint64_t count)
{
    return months->top + PLOT_HEIGHT -
           (unsigned)sc_chart_scaled(count, months->chart.top, PLOT_HEIGHT);
}

static void add_grid(const struct months *months)
{
    const struct drawing *drawing = months->drawing;
    char digits[32];

    for (uint64_t v = 0; v <= months->chart.top; v += months->chart.step) {
        unsigned y = down(months, v);

        sc_buf_addf(drawing->out,
                    "<path class=\"%s\" d=\"M%d %uh%d\" stroke=\"%s\"/>\n"
                    "<text class=\"m\" x=\"%d\" y=\"%u\" fill=\"#484949\" "
                    "text-anchor=\"end\">%s</text>\n",
                    v ? "g" : "l", MARGIN + AXIS_ROOM, y, INNER - AXIS_ROOM,
                    v ? "#cdd5db" : "#54626d", MARGIN + AXIS_ROOM - 8, y + 5,
                    sc_format_count(v, digits));
        if (v > UINT64_MAX - months->chart.step)
            break;
    }
}

static void add_column(const struct months *months, const struct sc_cell *cell, size_t column,
                       size_t gaps, bool labelled)
{
    const struct sc_month_chart *chart = &months->chart;
    struct sc_buf *out = months->drawing->out;
    unsigned long left = across(months, column, gaps, 1100);
    unsigned long middle = across(months, column, gaps, 5000);
    unsigned long width = 7800UL * (INNER - AXIS_ROOM) / (chart->n_columns + chart->n_gaps) / 100;
    unsigned base = months->top + PLOT_HEIGHT;
    char digits[32];

    if (sc_cell_is_withheld(cell)) {
        sc_buf_addf(out,
                    "<text class=\"m\" transform=\"translate(%lu.%02lu %u) rotate(-90)\" "
                    "fill=\"#484949\" font-size=\"13\">",
                    middle / 100 + 4, middle % 100, base - 5);
        sc_html(out, sc_publication_mark(months->drawing->publication, cell));
        close_text(months->drawing);
        return;
    }
    if (!sc_cell_is_shown(cell))
        return;
    if (cell->count)
        sc_buf_addf(out,
                    "<rect class=\"b2\" x=\"%lu.%02lu\" y=\"%u\" width=\"%lu.%02lu\" "
                    "height=\"%u\" fill=\"%s\"/>\n",
                    left / 100, left % 100, down(months, cell->count), width / 100, width % 100,
                    base - down(months, cell->count), colours[2]);
    if (labelled || cell->count == 0)
        sc_buf_addf(out,
                    "<text class=\"i\" x=\"%lu.%02lu\" y=\"%u\" fill=\"#0b0c0c\" "
                    "text-anchor=\"middle\">%s</text>\n",
                    middle / 100, middle % 100, down(months, cell->count) - 6,
                    sc_format_count(cell->count, digits));
}

/* A year's columns, its name, and its total where nothing of it is withheld. */
static size_t add_year(const struct months *months, size_t year, size_t column)
{
    const struct sc_table *table = months->chart.table;
    const struct sc_dimension *all = &table->dimensions[1];
    const struct sc_cell *total = sc_page_cell(table, 0, year, SC_NO_DIMENSION, 0);
    const struct drawing *drawing = months->drawing;
    unsigned x = (unsigned)(across(months, column, year, 1100) / 100);
    bool withheld;
    size_t best = sc_month_highest(table, year, &withheld);
    char digits[32];

    add_text(drawing, x, months->top + PLOT_HEIGHT + 20, true, false,
             table->dimensions[0].categories[year].label);
    if (!withheld && sc_cell_is_shown(total)) {
        open_text(drawing, x, months->top + PLOT_HEIGHT + 20 + LINE, false, true);
        sc_buf_addf(drawing->out, "%s in all", sc_format_count(total->count, digits));
        close_text(drawing);
    }
    for (size_t i = 0; i < all->n_categories; i++)
        if (all->categories[i].parent == (int32_t)year)
            add_column(months, sc_page_cell(table, 0, year, 1, i), column++, year, i == best);
    return column;
}

static void describe_months(const struct months *months, struct sc_buf *out)
{
    const struct sc_table *table = months->chart.table;
    const struct sc_dimension *all = &table->dimensions[1];

    sc_buf_addf(out, "Columns of %s, one a month.", sc_unit_name(table->unit));
    for (size_t y = 0; y < table->dimensions[0].n_categories; y++)
        for (size_t i = 0; i < all->n_categories; i++) {
            if (all->categories[i].parent != (int32_t)y)
                continue;
            sc_buf_addc(out, ' ');
            sc_html(out, all->categories[i].label);
            sc_buf_adds(out, ": ");
            add_value(months->drawing, sc_page_cell(table, 0, y, 1, i), out);
            sc_buf_addc(out, '.');
        }
}

static void month_file(struct drawing *drawing, struct months *months, struct sc_buf *title,
                       struct sc_buf *desc)
{
    SC_AUTO_BUF detail = {0};
    size_t column = 0;

    sc_buf_addf(title, "%s each month", sc_unit_title(drawing->table->unit));
    sc_buf_addf(&detail, "Unit: %s. The highest month %sof each year is labelled.",
                sc_unit_name(drawing->table->unit), months->chart.withheld ? "shown " : "");
    add_heading(drawing, BUF_TEXT(*title), BUF_TEXT(detail));
    months->top = drawing->y + 20;
    add_grid(months);
    for (size_t y = 0; y < drawing->table->dimensions[0].n_categories; y++)
        column = add_year(months, y, column);
    drawing->y = months->top + PLOT_HEIGHT + BELOW_PLOT + 26;
    add_foot(drawing, months->chart.withheld);
    describe_months(months, desc);
    drawing->out->failed |= detail.failed;
}

void sc_publish_chart(const struct sc_publication *publication, const struct sc_table *table,
                      size_t number, struct sc_buf *out)
{
    SC_AUTO_BUF body = {0};
    SC_AUTO_BUF title = {0};
    SC_AUTO_BUF desc = {0};
    struct drawing drawing = {
        .publication = publication, .table = table, .number = number, .out = &body};
    struct months months = {.drawing = &drawing};
    struct panels panels = {.drawing = &drawing};

    if (sc_month_chart(table, &months.chart))
        month_file(&drawing, &months, &title, &desc);
    else if (sc_page_view(table) != SC_VIEW_MONTHS && sc_panel_chart(table, &panels.chart))
        panel_file(&drawing, &panels, &title, &desc);
    else
        return;
    open_svg(&drawing, drawing.y + 6, BUF_TEXT(title), &desc, out);
    sc_buf_adds(out, BUF_TEXT(body));
    sc_buf_adds(out, "</svg>\n");
    out->failed |= body.failed | title.failed;
}
