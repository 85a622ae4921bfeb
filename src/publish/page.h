/*
 * page.h - the parts of index.html, for each other. All append HTML to page->out.
 */
#ifndef SC_PUBLISH_PAGE_H
#define SC_PUBLISH_PAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "publish/clean.h"
#include "publish/layout.h"
#include "publish/publish.h"
#include "publish/wording.h"

struct sc_page {
    const struct sc_publication *publication;
    const struct sc_publish_options *options; /* never NULL */
    const struct sc_wording *wording;         /* never NULL */
    const struct sc_published_file *files;
    size_t n_files;
    struct sc_buf *out;
};

/* Appends the text of a key of the wording, as HTML inside the page's <main>, which is English. */
void sc_page_word(const struct sc_page *page, const char *key);
/* "Full disclosure", by the wording, as HTML. */
void sc_page_decision(const struct sc_page *page, const char *decision);
/* The same, boxed. */
void sc_page_tag(const struct sc_page *page, const char *decision);
/* "1 April 2018 to 31 March 2021", or nothing. */
void sc_page_period(const struct sc_page *page);
/* The decision that holds for a question, or NULL. */
const struct sc_decision *sc_page_decision_about(const struct sc_page *page, const char *question);
/* The wording of `options`, or English, which the caller then frees as *ret_own. NULL without
 * memory. */
const struct sc_wording *sc_page_wording(const struct sc_publish_options *options,
                                         struct sc_wording **ret_own);
/* "12&nbsp;KB" */
void sc_page_size(struct sc_buf *out, size_t bytes);
/* Whether any figure of any table is withheld. */
bool sc_page_withholds(const struct sc_page *page);

/* page_about.c: the sections after the answer. */
void sc_page_counted(const struct sc_page *page);
void sc_page_withheld(const struct sc_page *page);
void sc_page_decisions(const struct sc_page *page);
/* Who reviews the answer and who the reviewers, alone. */
void sc_page_review_text(const struct sc_page *page);
void sc_page_request(const struct sc_page *page);
void sc_page_made(const struct sc_page *page);

/* page_proof.c: the certificate and an example from it; nothing where there is none. */
void sc_page_proof(const struct sc_page *page);
/* Whether figures are withheld and a certificate proves that they cannot be worked out. */
bool sc_page_has_proof(const struct sc_page *page);

/* page_accuracy.c: how far the keyword search of a table can be trusted, beside the table ... */
void sc_page_accuracy_of(const struct sc_page *page, const struct sc_table *table);
/* ... and of dictionary `i`, at length: its table is numbered `number`, part a. */
void sc_page_accuracy(const struct sc_page *page, size_t i, size_t number);
/* Whether somebody has measured how well the search of dictionary `i` works. */
bool sc_page_is_measured(const struct sc_page *page, size_t i);

/* Most years (or other first-level periods) that stand side by side. */
#define SC_PAGE_PERIODS_MAX 6

/* How a table is best read on a page. */
enum sc_view {
    SC_VIEW_GRID,   /* as asked: row dimensions down, column dimensions across */
    SC_VIEW_MONTHS, /* years and months alone: months down, years across */
    SC_VIEW_TURNED, /* few rows and many columns: categories down, rows across */
    SC_VIEW_YEARLY, /* months by category: first years by category, then all of it */
};
enum sc_view sc_page_view(const struct sc_table *table);

/*
 * The cell with dimension `d` at `position`, dimension `e` at `other` and all
 * the rest at their totals. SC_NO_DIMENSION for a dimension not wanted.
 */
#define SC_NO_DIMENSION SIZE_MAX
const struct sc_cell *sc_page_cell(const struct sc_table *table, size_t d, size_t position,
                                   size_t e, size_t other);
/* Whether a reader sees the cell's value. */
bool sc_cell_is_shown(const struct sc_cell *cell);

/* The first dimension that is not of time, or SC_NO_DIMENSION. */
size_t sc_page_category_dimension(const struct sc_table *table);
/* Dimension 0 where it is one of time with 2 to SC_PAGE_PERIODS_MAX categories, else none. */
size_t sc_page_period_dimension(const struct sc_table *table);
/* Month (1 to 12) of a category with a code such as "2018-04", or 0. */
int sc_category_month(const struct sc_category *category);

/* page_table.c: the table numbered `number`, and charts of it. */
void sc_page_table(const struct sc_page *page, const struct sc_table *table, size_t number);
/* The value of a cell as table data. `total` gives it the tint of totals. */
void sc_page_td(const struct sc_page *page, const struct sc_cell *cell, bool total);
/* "<caption>": number, title, a muted line. `part` is "" or a letter. */
void sc_page_caption(const struct sc_page *page, size_t number, const char *part, const char *title,
                     const char *detail);
/* Opens and closes the scrolling region round a table. */
void sc_page_region_open(const struct sc_page *page, const char *table_class, size_t number,
                         const char *part);
void sc_page_region_close(const struct sc_page *page);

/* page_chart.c */
void sc_page_chart_months(const struct sc_page *page, const struct sc_table *table, size_t number);
/* True when there is something to draw, and then it is drawn. */
bool sc_page_chart_panels(const struct sc_page *page, const struct sc_table *table, size_t number);

/* words.c: sentences made from figures that are shown, and from nothing else. */

/* What a table says: its total, year by year, and its largest categories. */
void sc_page_sentences(const struct sc_page *page, const struct sc_table *table);
/* The same in one sentence, as a paragraph. */
void sc_page_short_sentence(const struct sc_page *page, const struct sc_table *table);
/* What a table is about: "Offences", "Age of victim". */
void sc_page_subject(const struct sc_page *page, const struct sc_table *table);
/* A heading for a question from what its tables are about: "Offences and age of victim". */
void sc_page_question_heading(const struct sc_page *page, const struct sc_question *question);
/* Words for names. Static. */
const char *sc_exclusion_words(enum sc_exclusion exclusion);
const char *sc_fault_words(enum sc_fault fault);
const char *sc_decision_words(const char *decision);
/* The title of a section of the Act into `out` (at least 200 bytes), or "". */
const char *sc_exemption_title(const char *exemption, char *out, size_t size);

#endif
