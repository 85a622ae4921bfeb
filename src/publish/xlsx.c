/*
 * xlsx.c - a book as XLSX: the one adapter to libxlsxwriter.
 *
 * The library writes to a named file only. It gets an anonymous file in memory
 * under its name in /proc, so that nothing is left behind on a disk. Text is
 * always written as a string, never parsed for formulas or addresses. The date
 * of creation is that of the answer, which makes the bytes the same each time.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <xlsxwriter.h>

#include "base/date.h"
#include "base/error.h"
#include "base/file.h"
#include "publish/book.h"

/* 1980-01-01: where a book has no day. The library takes 0 for "now". */
#define NO_DAY 3652
#define MEMORY_FOLDER "/dev/shm"
/* The library takes texts without const, and copies them. */
#define COPIED(s) ((char *)(uintptr_t)(s))

struct formats {
    lxw_format *line[3]; /* by enum sc_line_style */
    lxw_format *wrapped;
    lxw_format *head_text;
    lxw_format *head_figure;
    lxw_format *text;
    lxw_format *figure;
    lxw_format *link;
};

static lxw_format *new_format(lxw_workbook *book, double points, bool bold, bool wrap)
{
    lxw_format *format = workbook_add_format(book);

    if (!format)
        return NULL;
    format_set_font_name(format, "Arial");
    format_set_font_size(format, points);
    format_set_align(format, LXW_ALIGN_VERTICAL_TOP);
    if (bold)
        format_set_bold(format);
    if (wrap)
        format_set_text_wrap(format);
    return format;
}

static bool make_formats(lxw_workbook *book, struct formats *formats)
{
    formats->line[SC_LINE_TITLE] = new_format(book, 16, true, false);
    formats->line[SC_LINE_HEADING] = new_format(book, 14, true, false);
    formats->line[SC_LINE_TEXT] = new_format(book, 12, false, false);
    formats->wrapped = new_format(book, 12, false, true);
    formats->head_text = new_format(book, 12, true, true);
    formats->head_figure = new_format(book, 12, true, true);
    formats->text = new_format(book, 12, false, true);
    formats->figure = new_format(book, 12, false, false);
    formats->link = new_format(book, 12, false, false);
    if (!formats->line[0] || !formats->line[1] || !formats->line[2] || !formats->wrapped ||
        !formats->head_text || !formats->head_figure || !formats->text || !formats->figure ||
        !formats->link)
        return false;
    format_set_bottom(formats->head_text, LXW_BORDER_THIN);
    format_set_bottom(formats->head_figure, LXW_BORDER_THIN);
    format_set_align(formats->head_figure, LXW_ALIGN_RIGHT);
    format_set_align(formats->figure, LXW_ALIGN_RIGHT);
    format_set_num_format(formats->figure, "#,##0");
    format_set_font_color(formats->link, 0x1a65a6);
    format_set_underline(formats->link, LXW_UNDERLINE_SINGLE);
    return true;
}

static lxw_error write_cell(lxw_worksheet *sheet, const struct formats *formats, lxw_row_t row,
                            lxw_col_t column, const struct sc_book_cell *cell, bool text_column)
{
    char target[64];

    if (!cell->text)
        return worksheet_write_number(sheet, row, column, (double)cell->number, formats->figure);
    if (!cell->sheet)
        return worksheet_write_string(sheet, row, column, cell->text,
                                      text_column ? formats->text : formats->figure);
    (void)snprintf(target, sizeof target, "internal:%s!A1", cell->sheet);
    return worksheet_write_url_opt(sheet, row, column, target, formats->link, cell->text, NULL);
}

/* ---- rows as high as their text ---- */

/* Of the cover, in characters: a page of A4. */
#define COVER_WIDTH 75
/* Points of a line of 12 point type, and how wide its letters are in what widths are counted in. */
#define LINE_POINTS 16
#define WIDER_PERCENT 97

/* Lines that `text` takes in a column of `width` characters. */
static unsigned lines_of(const char *text, unsigned width)
{
    size_t n = 0;

    for (; *text; text++)
        n += ((unsigned char)*text & 0xc0) != 0x80;
    n = n * WIDER_PERCENT / 100;
    return n == 0 || width == 0 ? 1 : (unsigned)((n + width - 1) / width);
}

/* A row that needs more than one line is given its height: not every program finds it out. */
static lxw_error set_height(lxw_worksheet *sheet, lxw_row_t row, unsigned lines)
{
    return lines > 1 ? worksheet_set_row(sheet, row, lines * LINE_POINTS, NULL) : LXW_NO_ERROR;
}

static unsigned row_lines(const struct sc_sheet *from, size_t row)
{
    unsigned most = 1;

    for (size_t c = 0; c < from->n_text_columns; c++) {
        const struct sc_book_cell *cell = &from->cells[row * from->n_columns + c];
        unsigned n = cell->text && !cell->sheet ? lines_of(cell->text, from->widths[c] + 3) : 1;

        most = n > most ? n : most;
    }
    return most;
}

static unsigned head_lines(const struct sc_sheet *from)
{
    unsigned most = 1;

    for (size_t c = 0; c < from->n_columns; c++) {
        unsigned n = lines_of(from->headings[c], from->widths[c] + 3);

        most = n > most ? n : most;
    }
    return most;
}

/* On A4 at the width of the page, on its side where there are many columns, heads on every page. */
static lxw_error set_print(lxw_worksheet *sheet, const struct sc_sheet *from)
{
    unsigned width = 0;

    for (size_t c = 0; c < from->n_columns; c++)
        width += from->widths[c] + 3;
    worksheet_set_paper(sheet, 9);
    worksheet_fit_to_pages(sheet, 1, 0);
    if (width > 100)
        worksheet_set_landscape(sheet);
    return from->n_columns
               ? worksheet_repeat_rows(sheet, (lxw_row_t)from->n_lines, (lxw_row_t)from->n_lines)
               : LXW_NO_ERROR;
}

static lxw_error write_table(lxw_worksheet *sheet, const struct formats *formats,
                             const struct sc_sheet *from, lxw_row_t top)
{
    lxw_table_column columns[SC_BOOK_COLUMNS_MAX];
    lxw_table_column *list[SC_BOOK_COLUMNS_MAX + 1];
    lxw_table_options options = {.name = COPIED(from->table_name),
                                 .no_autofilter = LXW_TRUE,
                                 .no_banded_rows = LXW_TRUE,
                                 .style_type = LXW_TABLE_STYLE_TYPE_LIGHT,
                                 .style_type_number = 0,
                                 .columns = list};
    lxw_error error;

    assert(from->n_columns <= SC_BOOK_COLUMNS_MAX);
    memset(columns, 0, sizeof *columns * from->n_columns);
    for (size_t c = 0; c < from->n_columns; c++) {
        lxw_format *head = c < from->n_text_columns ? formats->head_text : formats->head_figure;

        columns[c].header = COPIED(from->headings[c]);
        columns[c].header_format = head;
        list[c] = &columns[c];
    }
    list[from->n_columns] = NULL;
    error = set_height(sheet, top, head_lines(from));
    for (size_t r = 0; r < from->n_rows && !error; r++)
        error = set_height(sheet, top + 1 + (lxw_row_t)r, row_lines(from, r));
    if (error)
        return error;
    error = worksheet_add_table(sheet, top, 0, top + (lxw_row_t)from->n_rows,
                                (lxw_col_t)(from->n_columns - 1), &options);
    for (size_t r = 0; r < from->n_rows && !error; r++)
        for (size_t c = 0; c < from->n_columns && !error; c++)
            error = write_cell(sheet, formats, top + 1 + (lxw_row_t)r, (lxw_col_t)c,
                               &from->cells[r * from->n_columns + c], c < from->n_text_columns);
    return error;
}

static lxw_error write_sheet(lxw_workbook *book, const struct formats *formats,
                             const struct sc_sheet *from)
{
    lxw_worksheet *sheet = workbook_add_worksheet(book, from->name);
    lxw_error error = sheet ? LXW_NO_ERROR : LXW_ERROR_MEMORY_MALLOC_FAILED;

    for (size_t c = 0; c < from->n_columns && !error; c++)
        error = worksheet_set_column(sheet, (lxw_col_t)c, (lxw_col_t)c, from->widths[c] + 3, NULL);
    if (from->wrap && !error)
        error = worksheet_set_column(sheet, 0, 0, COVER_WIDTH, NULL);
    for (size_t i = 0; i < from->n_lines && !error; i++) {
        const struct sc_book_line *line = &from->lines[i];
        bool wrap = from->wrap && line->style == SC_LINE_TEXT;

        error = wrap ? set_height(sheet, (lxw_row_t)i, lines_of(line->text, COVER_WIDTH))
                     : LXW_NO_ERROR;
        if (error)
            break;
        error = worksheet_write_string(sheet, (lxw_row_t)i, 0, line->text,
                                       wrap ? formats->wrapped : formats->line[line->style]);
    }
    if (!error)
        error = set_print(sheet, from);
    if (from->n_columns && !error)
        error = write_table(sheet, formats, from, (lxw_row_t)from->n_lines);
    return error;
}

static lxw_error write_book(lxw_workbook *workbook, const struct sc_book *book)
{
    struct formats formats;
    sc_day day = book->day == SC_DAY_NONE ? NO_DAY : book->day;
    lxw_doc_properties properties = {.title = COPIED(book->title),
                                     .subject = COPIED(book->subject),
                                     .author = COPIED(book->author),
                                     .keywords = COPIED(book->keywords),
                                     .created = (time_t)day * 86400};
    lxw_error error;

    if (!make_formats(workbook, &formats))
        return LXW_ERROR_MEMORY_MALLOC_FAILED;
    error = workbook_set_properties(workbook, &properties);
    if (!error)
        error = workbook_set_custom_property_string(workbook, "Language", "en-GB");
    for (size_t i = 0; i < book->n_sheets && !error; i++)
        error = write_sheet(workbook, &formats, &book->sheets[i]);
    return error;
}

/* Reads the whole of `fd` from its beginning. */
static enum sc_status read_all(int fd, struct sc_buf *out, struct sc_error *err)
{
    char block[64 * 1024];
    size_t n = sizeof block;

    if (lseek(fd, 0, SEEK_SET) < 0)
        return sc_fail(err, SC_E_IO, "cannot read a workbook back");
    while (n == sizeof block) {
        enum sc_status status = sc_file_read(fd, "workbook", block, sizeof block, &n, err);

        if (status)
            return status;
        sc_buf_add(out, block, n);
    }
    return sc_buf_check(out, err);
}

enum sc_status sc_book_xlsx(const struct sc_book *book, struct sc_buf *out, struct sc_error *err)
{
    lxw_workbook_options options = {0};
    lxw_workbook *workbook;
    enum sc_status status = SC_OK;
    lxw_error error;
    char path[64];
    int fd = memfd_create("workbook", MFD_CLOEXEC);

    if (fd < 0)
        return sc_fail(err, SC_E_IO, "cannot make a file in memory for a workbook");
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    /* Its working files go to memory too, where that is to be had: it makes one for each part. */
    if (access(MEMORY_FOLDER, W_OK) == 0)
        options.tmpdir = COPIED(MEMORY_FOLDER);
    workbook = workbook_new_opt(path, &options);
    if (!workbook) {
        (void)close(fd);
        return sc_fail_nomem(err);
    }
    error = write_book(workbook, book);
    if (error)
        lxw_workbook_free(workbook);
    else
        error = workbook_close(workbook);
    if (error)
        status = sc_fail(err, error == LXW_ERROR_MEMORY_MALLOC_FAILED ? SC_E_NOMEM : SC_E_IO,
                         "cannot write a workbook: %s", lxw_strerror(error));
    else
        status = read_all(fd, out, err);
    (void)close(fd);
    return status;
}
