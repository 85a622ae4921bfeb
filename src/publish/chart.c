/* chart.c - see chart.h. */
#include "publish/chart.h"

#include "publish/layout.h"
#include "publish/page.h"

/* Most columns of the chart of months. */
#define MONTHS_MAX 72
/* With more categories there is no chart: ranking them would take longer than it is worth. */
#define CATEGORIES_MAX 2000

unsigned long sc_chart_scaled(uint64_t count, uint64_t max, unsigned long whole)
{
    while (count > UINT64_MAX / whole) {
        count >>= 1;
        max >>= 1;
    }
    return max == 0 ? 0 : (unsigned long)(count * whole / max);
}

/* ---- panels ---- */

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

    for (size_t j = 0; j < table->dimensions[d].n_categories && place < SC_CHART_PANELS_MAX; j++) {
        uint64_t other = weight(table, d, j);

        place += other > mine || (other == mine && j < i);
    }
    return place;
}

bool sc_panel_is_drawn(const struct sc_panel_chart *chart, size_t i)
{
    return chart->table->dimensions[chart->category].n_categories <= SC_CHART_PANELS_MAX ||
           place_of(chart->table, chart->category, i) < SC_CHART_PANELS_MAX;
}

bool sc_panel_chart(const struct sc_table *table, struct sc_panel_chart *ret_chart)
{
    struct sc_panel_chart chart = {.table = table,
                                   .period = sc_page_period_dimension(table),
                                   .category = sc_page_category_dimension(table)};

    if (chart.period == SC_NO_DIMENSION || chart.category == SC_NO_DIMENSION ||
        table->dimensions[chart.category].nested_in >= 0 ||
        table->dimensions[chart.category].n_categories > CATEGORIES_MAX)
        return false;
    for (size_t i = 0; i < table->dimensions[chart.category].n_categories; i++) {
        if (!sc_panel_is_drawn(&chart, i))
            continue;
        chart.n_drawn++;
        for (size_t p = 0; p < table->dimensions[chart.period].n_categories; p++) {
            const struct sc_cell *cell = sc_page_cell(table, chart.period, p, chart.category, i);

            chart.withheld |= sc_cell_is_withheld(cell);
            if (sc_cell_is_shown(cell) && cell->count > chart.max)
                chart.max = cell->count;
        }
    }
    *ret_chart = chart;
    return chart.max > 0;
}

void sc_panel_title(const struct sc_panel_chart *chart, struct sc_buf *out)
{
    sc_buf_adds(out, sc_unit_title(chart->table->unit));
    sc_buf_adds(out, " by ");
    sc_label_inside(chart->table->dimensions[chart->category].label, out);
    sc_buf_adds(out, " and ");
    sc_label_inside(chart->table->dimensions[chart->period].label, out);
}

/* ---- months ---- */

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

unsigned long sc_month_across(const struct sc_month_chart *chart, size_t column, size_t gaps,
                              unsigned long part)
{
    size_t slots = chart->n_columns + chart->n_gaps;

    return (unsigned long)((10000 * (column + gaps) + part) / slots);
}

bool sc_month_chart(const struct sc_table *table, struct sc_month_chart *ret_chart)
{
    const struct sc_dimension *months = &table->dimensions[1];
    struct sc_month_chart chart = {.table = table};
    uint64_t max = 0;

    if (sc_page_view(table) != SC_VIEW_MONTHS)
        return false;
    for (size_t i = 0; i < months->n_categories; i++) {
        const struct sc_cell *cell;

        if (months->categories[i].parent < 0)
            continue;
        cell = sc_page_cell(table, 0, (size_t)months->categories[i].parent, 1, i);
        chart.n_columns++;
        chart.withheld |= sc_cell_is_withheld(cell);
        if (sc_cell_is_shown(cell) && cell->count > max)
            max = cell->count;
    }
    chart.n_gaps = table->dimensions[0].n_categories - 1;
    chart.step = round_step(max / 4 + (max % 4 != 0));
    chart.top = chart.step ? (max / chart.step + (max % chart.step != 0)) * chart.step : 0;
    chart.step = round_step(chart.top / 4 + (chart.top % 4 != 0));
    *ret_chart = chart;
    return chart.n_columns >= 3 && chart.n_columns <= MONTHS_MAX && chart.top > 0;
}

size_t sc_month_highest(const struct sc_table *table, size_t year, bool *ret_withheld)
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
        *ret_withheld |= sc_cell_is_withheld(cell);
        if (sc_cell_is_shown(cell) && cell->count > most) {
            most = cell->count;
            best = i;
        }
    }
    return best;
}

bool sc_table_has_chart(const struct sc_table *table)
{
    struct sc_month_chart months;
    struct sc_panel_chart panels;

    return sc_month_chart(table, &months) ||
           (sc_page_view(table) != SC_VIEW_MONTHS && sc_panel_chart(table, &panels));
}
