/*
 * book.h - the answer as a workbook, before it is ODS or XLSX: cover, contents,
 * notes, and one table a sheet, as the UK government's "Releasing statistics in
 * spreadsheets" asks.
 *
 * A book is made from a publication that passed the gate; all its text has gone
 * through clean.h, so that a writer only escapes it. Both writers turn the
 * same book into bytes and decide nothing about what is shown.
 */
#ifndef SC_PUBLISH_BOOK_H
#define SC_PUBLISH_BOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"
#include "publish/publish.h"

/* What a spreadsheet program can hold; an answer beyond it has no workbook. */
#define SC_BOOK_COLUMNS_MAX 1024
#define SC_BOOK_CELLS_MAX 1000000
/* Longest text of one cell, in bytes: safely below Excel's 32,767 characters. */
#define SC_BOOK_TEXT_MAX 32000

enum sc_line_style { SC_LINE_TITLE, SC_LINE_HEADING, SC_LINE_TEXT };

/* A line of text in column A, above the table or on the cover. */
struct sc_book_line {
    const char *text;
    enum sc_line_style style;
};

struct sc_book_cell {
    const char *text; /* NULL: `number` is meant */
    uint64_t number;
    const char *sheet; /* name of a sheet that the text links to, or NULL */
};

struct sc_sheet {
    const char *name; /* at most 31 characters, unique */
    bool wrap;        /* the lines wrap within column A (cover) */
    struct sc_book_line *lines;
    size_t n_lines;
    size_t lines_capacity;
    /* The one table, under the lines; n_columns 0: none. */
    const char *table_name; /* letters, digits and '_', unique */
    const char **headings;  /* unique without regard to case */
    unsigned *widths;       /* of columns, in characters */
    size_t n_columns;
    size_t n_text_columns;      /* the first so many are left-aligned text, the rest figures */
    struct sc_book_cell *cells; /* n_rows x n_columns */
    size_t n_rows;
};

struct sc_book {
    struct sc_arena arena;
    const char *title;
    const char *author;  /* the organisation, or "Freedom of Information" */
    const char *subject; /* "PUB 1254", or "" */
    const char *keywords;
    int32_t day; /* of the answer: the document's date */
    struct sc_sheet *sheets;
    size_t n_sheets;
};

/* Whether the tables fit a spreadsheet at all, and there are any. */
bool sc_book_fits(const struct sc_publication *publication);

/*
 * Makes the book of a publication that sc_publication_check() allowed and that
 * fits. The caller frees *ret_book. SC_OK or SC_E_NOMEM.
 */
SC_MUST_USE enum sc_status sc_book_new(const struct sc_publication *publication,
                                       struct sc_book **ret_book, struct sc_error *err);
void sc_book_free(struct sc_book *book);
SC_DEFINE_AUTO(sc_book);

/* OpenDocument 1.2 spreadsheet (ods.c), and Office Open XML (xlsx.c, the adapter to libxlsxwriter).
 * SC_OK, SC_E_NOMEM or SC_E_IO. */
SC_MUST_USE enum sc_status sc_book_ods(const struct sc_book *book, struct sc_buf *out,
                                       struct sc_error *err);
SC_MUST_USE enum sc_status sc_book_xlsx(const struct sc_book *book, struct sc_buf *out,
                                        struct sc_error *err);

#endif
