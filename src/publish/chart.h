/*
 * chart.h - what a chart of a table shows, before it is drawn: in the page (page_chart.c) and
 * as a file of its own (chart_file.c).
 *
 * Nothing about a withheld figure may be read off a chart: scales are chosen from shown figures
 * alone, and so is which categories are drawn.
 */
#ifndef SC_PUBLISH_CHART_H
#define SC_PUBLISH_CHART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "publish/publish.h"

/* Panels of one chart; with more categories those with the largest totals shown are drawn. */
#define SC_CHART_PANELS_MAX 12

/* One column a month, years apart. */
struct sc_month_chart {
    const struct sc_table *table;
    size_t n_columns;
    size_t n_gaps;
    uint64_t top;  /* of the scale */
    uint64_t step; /* between its lines */
    bool withheld; /* some month is */
};

/* Surveys a table of months in years (SC_VIEW_MONTHS); false: nothing to draw. */
bool sc_month_chart(const struct sc_table *table, struct sc_month_chart *ret_chart);

/* Where a column begins, in hundredths of a percent of the width; a gap between years is one
 * column wide. `part`: how far into the column, 0 to 10000. */
unsigned long sc_month_across(const struct sc_month_chart *chart, size_t column, size_t gaps,
                              unsigned long part);

/* The first of the highest months shown of a year, or SIZE_MAX; *ret_withheld: not all are. */
size_t sc_month_highest(const struct sc_table *table, size_t year, bool *ret_withheld);

/* One panel a category, in it one bar a period. */
struct sc_panel_chart {
    const struct sc_table *table;
    size_t period; /* dimensions */
    size_t category;
    size_t n_drawn;
    uint64_t max;  /* the largest figure shown */
    bool withheld; /* some figure drawn is */
};

/* Surveys a table; false: nothing to draw. */
bool sc_panel_chart(const struct sc_table *table, struct sc_panel_chart *ret_chart);
/* Whether category `i` has a panel. */
bool sc_panel_is_drawn(const struct sc_panel_chart *chart, size_t i);
/* "Offences by outcome and financial year", plain. */
void sc_panel_title(const struct sc_panel_chart *chart, struct sc_buf *out);

/* count / max of `whole`, rounded down. */
unsigned long sc_chart_scaled(uint64_t count, uint64_t max, unsigned long whole);

/* Whether the table has a chart, on the page and as a file. */
bool sc_table_has_chart(const struct sc_table *table);

/* charts/<id>.svg: the chart of the table numbered `number`, on its own. Nothing where it has none.
 */
void sc_publish_chart(const struct sc_publication *publication, const struct sc_table *table,
                      size_t number, struct sc_buf *out);

#endif
