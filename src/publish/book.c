/*
 * book.c - makes the workbook's sheets from the cell model.
 *
 * Rows and columns of a table are those of its presentation CSV, cell for cell;
 * only a cell that cannot occur, empty there, is "[z]" here, because a
 * spreadsheet should have no cell that is empty without a reason. Notes stand
 * on one sheet, numbered in the order in which the tables first use them.
 */
#include "publish/book.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/date.h"
#include "base/error.h"
#include "publish/clean.h"
#include "publish/layout.h"

#define BUF_TEXT(buf) ((buf).data ? (buf).data : "")
#define NOT_APPLICABLE "[z]"
/* Columns are between these widths, in characters. */
#define WIDTH_LEAST 10
#define WIDTH_MOST 48

struct note {
    const char *text; /* as in the table; cleaned only when written */
};

struct maker {
    struct sc_book *book;
    const struct sc_publication *publication;
    struct note *notes;
    size_t n_notes;
    size_t notes_capacity;
    bool failed; /* out of memory */
};

static bool has_rows(const struct sc_table *table)
{
    return table->n_cells > 0;
}

bool sc_book_fits(const struct sc_publication *publication)
{
    size_t cells = 0;

    for (size_t t = 0; t < publication->n_tables; t++) {
        const struct sc_table *table = &publication->tables[t];

        if (!has_rows(table) || table->n_cells > SC_BOOK_CELLS_MAX)
            return false;
        if (table->n_rows_dimensions + sc_line_count(table, SC_SIDE_COLUMNS) > SC_BOOK_COLUMNS_MAX)
            return false;
        cells += table->n_cells;
    }
    return publication->n_tables > 0 && cells <= SC_BOOK_CELLS_MAX;
}

/* ---- text ---- */

/* `s` cleaned, on one line where `flat`, and cut at what a cell can hold. */
static const char *keep(struct maker *maker, const char *s, bool flat)
{
    struct sc_clean walk = sc_clean_start(s);
    SC_AUTO_BUF text = {0};
    uint32_t cp;
    char *copy;

    while (sc_clean_next(&walk, &cp) && text.len < SC_BOOK_TEXT_MAX)
        sc_buf_add_codepoint(&text, flat && (cp == '\n' || cp == '\t') ? ' ' : cp);
    copy = text.failed ? NULL : sc_arena_strdup(&maker->book->arena, BUF_TEXT(text));
    maker->failed |= !copy;
    return copy ? copy : "";
}

static const char *keep_buf(struct maker *maker, const struct sc_buf *buf)
{
    maker->failed |= buf->failed;
    return keep(maker, BUF_TEXT(*buf), true);
}

static void *keep_array(struct maker *maker, size_t n, size_t size)
{
    void *items = sc_arena_alloc(&maker->book->arena, n * size);

    maker->failed |= !items;
    return items;
}

static void add_line(struct maker *maker, struct sc_sheet *sheet, enum sc_line_style style,
                     const char *text)
{
    if (sc_grow((void **)&sheet->lines, &sheet->lines_capacity, sheet->n_lines,
                sizeof *sheet->lines, NULL)) {
        maker->failed = true;
        return;
    }
    sheet->lines[sheet->n_lines++] = (struct sc_book_line){text, style};
}

static void add_text(struct maker *maker, struct sc_sheet *sheet, const char *text)
{
    if (text[0])
        add_line(maker, sheet, SC_LINE_TEXT, keep(maker, text, true));
}

static void add_heading(struct maker *maker, struct sc_sheet *sheet, const char *text)
{
    add_line(maker, sheet, SC_LINE_HEADING, keep(maker, text, true));
}

static void add_title(struct maker *maker, struct sc_sheet *sheet, const char *text)
{
    add_line(maker, sheet, SC_LINE_TITLE, keep(maker, text, true));
    if (!maker->publication->publishable)
        add_line(maker, sheet, SC_LINE_HEADING, SC_NOT_AUDITED);
}

static struct sc_sheet *add_sheet(struct maker *maker, const char *name)
{
    struct sc_sheet *sheet = &maker->book->sheets[maker->book->n_sheets++];

    sheet->name = name;
    return sheet;
}

/* ---- tables as grids ---- */

static size_t text_width(const char *s)
{
    size_t n = 0;

    for (; *s; s++)
        n += ((unsigned char)*s & 0xc0) != 0x80;
    return n;
}

/* Headings that a spreadsheet's table would hold to be the same are told apart by a number. */
static void make_unique(struct maker *maker, struct sc_sheet *sheet, size_t c)
{
    const char *wanted = sheet->headings[c];

    for (unsigned n = 2; n < 2 * SC_BOOK_COLUMNS_MAX; n++) {
        SC_AUTO_BUF other = {0};
        size_t i = 0;

        while (i < c && strcasecmp(sheet->headings[i], sheet->headings[c]) != 0)
            i++;
        if (i == c)
            return;
        sc_buf_addf(&other, "%s (%u)", wanted, n);
        sheet->headings[c] = keep_buf(maker, &other);
    }
}

static void begin_table(struct maker *maker, struct sc_sheet *sheet, const char *name,
                        size_t n_columns, size_t n_text_columns, size_t n_rows)
{
    sheet->table_name = name;
    sheet->n_text_columns = n_text_columns;
    sheet->headings = keep_array(maker, n_columns, sizeof *sheet->headings);
    sheet->widths = keep_array(maker, n_columns, sizeof *sheet->widths);
    sheet->cells = keep_array(maker, n_columns * n_rows, sizeof *sheet->cells);
    if (maker->failed)
        return;
    sheet->n_columns = n_columns;
    sheet->n_rows = n_rows;
}

static void set_heading(struct maker *maker, struct sc_sheet *sheet, size_t c, const char *text)
{
    if (maker->failed)
        return;
    sheet->headings[c] = keep(maker, text[0] ? text : "(no name)", true);
    make_unique(maker, sheet, c);
}

/* Widths from the longest text of each column. */
static void end_table(struct maker *maker, struct sc_sheet *sheet)
{
    if (maker->failed)
        return;
    for (size_t c = 0; c < sheet->n_columns; c++) {
        size_t width = text_width(sheet->headings[c]);

        if (c >= sheet->n_text_columns && width > 16)
            width = 16; /* headings of figures wrap */
        for (size_t r = 0; r < sheet->n_rows; r++) {
            const struct sc_book_cell *cell = &sheet->cells[r * sheet->n_columns + c];
            size_t own = cell->text ? text_width(cell->text) : 9;

            if (own > width)
                width = own;
        }
        sheet->widths[c] = (unsigned)(width < WIDTH_LEAST  ? WIDTH_LEAST
                                      : width > WIDTH_MOST ? WIDTH_MOST
                                                           : width);
    }
}

/* The policy's marks, cleaned: for small or all withheld figures, and with two for the others. */
struct book_marks {
    const char *first, *second;
};

static struct book_marks marks_of(struct maker *maker)
{
    const struct sc_policy *policy = maker->publication->policy;
    struct book_marks marks = {.first = keep(maker, policy->marker, true)};

    if (policy->secondary_marker)
        marks.second = keep(maker, policy->secondary_marker, true);
    return marks;
}

static struct sc_book_cell figure(const struct sc_cell *cell, const struct book_marks *marks)
{
    if (cell->status == SC_CELL_PUBLISHED || cell->status == SC_CELL_ROUNDED)
        return (struct sc_book_cell){.number = cell->count};
    if (cell->status == SC_CELL_SECONDARY && marks->second)
        return (struct sc_book_cell){.text = marks->second};
    return (struct sc_book_cell){.text = sc_cell_is_withheld(cell) ? marks->first : NOT_APPLICABLE};
}

static void fill_headings(struct maker *maker, struct sc_sheet *sheet, const struct sc_table *table)
{
    size_t c = 0;
    struct sc_line column;

    for (; c < table->n_rows_dimensions; c++)
        set_heading(maker, sheet, c, table->dimensions[c].label);
    sc_line_first(&column, table, SC_SIDE_COLUMNS);
    do {
        SC_AUTO_BUF heading = {0};

        sc_column_heading(&column, &heading);
        maker->failed |= heading.failed;
        set_heading(maker, sheet, c++, BUF_TEXT(heading));
    } while (sc_line_next(&column));
}

/* The labels of a dimension's positions, cleaned once each. */
static const char **labels_of(struct maker *maker, const struct sc_dimension *dimension)
{
    const char **labels = keep_array(maker, dimension->n_categories + 1, sizeof *labels);

    for (size_t i = 0; labels && i <= dimension->n_categories; i++)
        labels[i] = keep(maker, sc_position_label(dimension, i), true);
    return labels;
}

static void fill_cells(struct maker *maker, struct sc_sheet *sheet, const struct sc_table *table)
{
    struct book_marks marks = marks_of(maker);
    const char **labels[SC_DIMENSIONS_MAX] = {NULL};
    struct sc_book_cell *at = sheet->cells;
    struct sc_line row;
    struct sc_line column;

    for (size_t d = 0; d < table->n_rows_dimensions; d++) {
        labels[d] = labels_of(maker, &table->dimensions[d]);
        if (!labels[d])
            return;
    }
    if (maker->failed)
        return;
    sc_line_first(&row, table, SC_SIDE_ROWS);
    do {
        if (sc_line_is_void(&row))
            continue;
        for (size_t d = 0; d < table->n_rows_dimensions; d++)
            *at++ = (struct sc_book_cell){.text = labels[d] ? labels[d][row.at[d]] : ""};
        sc_line_first(&column, table, SC_SIDE_COLUMNS);
        do {
            *at++ = figure(sc_line_cell(&row, &column), &marks);
        } while (sc_line_next(&column));
    } while (sc_line_next(&row));
}

static size_t count_rows(const struct sc_table *table)
{
    struct sc_line row;
    size_t n = 0;

    sc_line_first(&row, table, SC_SIDE_ROWS);
    do {
        n += !sc_line_is_void(&row);
    } while (sc_line_next(&row));
    return n;
}

/* "t2_victim_age": begins with a letter and is no cell's address. */
static const char *name_of(struct maker *maker, const struct sc_table *table, size_t number)
{
    SC_AUTO_BUF name = {0};

    sc_buf_addf(&name, "t%zu_", number);
    for (const char *p = table->id; *p; p++) {
        bool plain =
            (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9');

        sc_buf_addc(&name, plain ? *p : '_');
    }
    return keep_buf(maker, &name);
}

/* ---- notes ---- */

/* The number, from 1, of a note, which gets the next one when it is new. */
static size_t note_number(struct maker *maker, const char *text)
{
    for (size_t i = 0; i < maker->n_notes; i++)
        if (strcmp(maker->notes[i].text, text) == 0)
            return i + 1;
    if (sc_grow((void **)&maker->notes, &maker->notes_capacity, maker->n_notes,
                sizeof *maker->notes, NULL)) {
        maker->failed = true;
        return 0;
    }
    maker->notes[maker->n_notes++].text = text;
    return maker->n_notes;
}

static void title_of(struct maker *maker, const struct sc_table *table, size_t number,
                     struct sc_buf *out)
{
    sc_buf_addf(out, "Table %zu: ", number);
    sc_table_heading(table, out);
    for (size_t i = 0; i < table->n_notes; i++)
        sc_buf_addf(out, " [note %zu]", note_number(maker, table->notes[i]));
}

static void add_notes_sheet(struct maker *maker, struct sc_sheet *sheet)
{
    sheet->name = "Notes";
    add_title(maker, sheet, "Notes");
    add_text(maker, sheet, "This worksheet contains one table.");
    begin_table(maker, sheet, "notes", 2, 2, maker->n_notes);
    set_heading(maker, sheet, 0, "Note number");
    set_heading(maker, sheet, 1, "Note text");
    for (size_t i = 0; i < maker->n_notes && !maker->failed; i++) {
        SC_AUTO_BUF label = {0};

        sc_buf_addf(&label, "note %zu", i + 1);
        sheet->cells[2 * i].text = keep_buf(maker, &label);
        sheet->cells[2 * i + 1].text = keep(maker, maker->notes[i].text, true);
    }
    end_table(maker, sheet);
}

/* ---- one sheet a table ---- */

/* Whether any cell shown of `table` has `status`. */
static bool has_status(const struct sc_sheet *sheet, const char *text)
{
    for (size_t r = 0; r < sheet->n_rows; r++)
        for (size_t c = sheet->n_text_columns; c < sheet->n_columns; c++) {
            const struct sc_book_cell *cell = &sheet->cells[r * sheet->n_columns + c];

            if (cell->text && strcmp(cell->text, text) == 0)
                return true;
        }
    return false;
}

static void add_shorthand(struct maker *maker, struct sc_sheet *sheet)
{
    struct book_marks marks = marks_of(maker);
    bool withheld =
        has_status(sheet, marks.first) || (marks.second && has_status(sheet, marks.second));
    bool none = has_status(sheet, NOT_APPLICABLE);
    SC_AUTO_BUF text = {0};

    if (!withheld && !none)
        return;
    sc_buf_adds(&text, "Shorthand used in this table: ");
    if (withheld && marks.second)
        sc_publication_say_marks(maker->publication, &text);
    else if (withheld)
        sc_buf_addf(&text, "%s means withheld, so that no one can be identified", marks.first);
    sc_buf_adds(&text, withheld && none ? "; " : "");
    if (none)
        sc_buf_adds(&text, NOT_APPLICABLE " means not applicable: this cannot occur");
    sc_buf_adds(&text, ".");
    maker->failed |= text.failed;
    add_text(maker, sheet, BUF_TEXT(text));
}

static void add_table_sheet(struct maker *maker, size_t t)
{
    const struct sc_table *table = &maker->publication->tables[t];
    size_t n_columns = table->n_rows_dimensions + sc_line_count(table, SC_SIDE_COLUMNS);
    SC_AUTO_BUF name = {0};
    SC_AUTO_BUF title = {0};
    SC_AUTO_BUF detail = {0};
    struct sc_sheet *sheet;

    sc_buf_addf(&name, "Table_%zu", t + 1);
    sheet = add_sheet(maker, keep_buf(maker, &name));
    title_of(maker, table, t + 1, &title);
    begin_table(maker, sheet, name_of(maker, table, t + 1), n_columns, table->n_rows_dimensions,
                count_rows(table));
    if (!maker->failed) {
        fill_headings(maker, sheet, table);
        fill_cells(maker, sheet, table);
        end_table(maker, sheet);
    }
    if (maker->failed)
        return;
    add_title(maker, sheet, BUF_TEXT(title));
    add_text(maker, sheet, "This worksheet contains one table.");
    sc_table_detail(maker->publication->request, table, &detail);
    add_text(maker, sheet, BUF_TEXT(detail));
    add_shorthand(maker, sheet);
    if (table->n_notes)
        add_text(maker, sheet,
                 "Notes are numbered in the title; their text is on the worksheet "
                 "Notes.");
    maker->failed |= title.failed | detail.failed;
}

/* ---- cover and contents ---- */

static void add_named(struct maker *maker, struct sc_sheet *sheet, const char *name,
                      const char *value)
{
    SC_AUTO_BUF text = {0};

    if (value[0] == '\0')
        return;
    sc_buf_addf(&text, "%s: %s", name, value);
    maker->failed |= text.failed;
    add_text(maker, sheet, BUF_TEXT(text));
}

static void add_named_day(struct maker *maker, struct sc_sheet *sheet, const char *name,
                          int32_t day)
{
    char text[32];

    if (day != SC_DAY_NONE)
        add_named(maker, sheet, name, sc_day_format_long(day, text));
}

static void add_period(struct maker *maker, struct sc_sheet *sheet)
{
    const struct sc_period *period = &maker->publication->request->period;
    SC_AUTO_BUF text = {0};
    char day[32];

    if (period->from == SC_DAY_NONE || period->to == SC_DAY_NONE)
        return;
    sc_buf_adds(&text, sc_day_format_long(period->from, day));
    sc_buf_adds(&text, " to ");
    sc_buf_adds(&text, sc_day_format_long(period->to, day));
    add_named(maker, sheet, "Period the figures cover", BUF_TEXT(text));
    maker->failed |= text.failed;
}

static void add_cover(struct maker *maker)
{
    const struct sc_request *request = maker->publication->request;
    struct sc_sheet *sheet = add_sheet(maker, "Cover");
    SC_AUTO_BUF threshold = {0};

    sheet->wrap = true;
    add_title(maker, sheet, request->title);
    add_text(maker, sheet, "Answer to a request under the Freedom of Information Act 2000.");
    add_named(maker, sheet, "Published by", request->organisation);
    add_named(maker, sheet, "Publication", request->publication);
    add_named(maker, sheet, "Reference", request->reference);
    add_named_day(maker, sheet, "Request received", request->received);
    add_named_day(maker, sheet, "Answered", request->answered);
    add_named_day(maker, sheet, "Figures correct as at", request->as_at);
    add_period(maker, sheet);
    add_heading(maker, sheet, "About these tables");
    add_text(maker, sheet,
             "Each worksheet holds one table. The worksheet Contents lists them and links to them; "
             "the worksheet Notes explains how they were made.");
    if (sc_publication_is_rounded(maker->publication))
        sc_buf_addf(
            &threshold,
            "Every figure is rounded to a multiple of %llu, and at most %llu from the number "
            "counted, so that no one can be identified. A 0 need not mean nobody. The figures "
            "still add up.",
            (unsigned long long)maker->publication->policy->round_base,
            (unsigned long long)maker->publication->rounded_within);
    else if (maker->publication->policy->threshold > 2)
        sc_publication_say_rule(maker->publication, &threshold);
    add_text(maker, sheet, BUF_TEXT(threshold));
    add_text(maker, sheet,
             "This workbook was made from the finished tables. It holds no records, no formulas "
             "and no hidden sheets, rows or columns.");
    maker->failed |= threshold.failed;
}

static void add_contents(struct maker *maker)
{
    const struct sc_publication *publication = maker->publication;
    struct sc_sheet *sheet = add_sheet(maker, "Contents");
    size_t n_tables = publication->n_tables;

    add_title(maker, sheet, "Contents");
    add_text(maker, sheet, "This worksheet contains one table.");
    begin_table(maker, sheet, "contents", 2, 2, n_tables + 1);
    set_heading(maker, sheet, 0, "Worksheet");
    set_heading(maker, sheet, 1, "What it holds");
    if (maker->failed)
        return;
    sheet->cells[0] = (struct sc_book_cell){.text = "Notes", .sheet = "Notes"};
    sheet->cells[1].text = "Notes to the tables";
    for (size_t t = 0; t < n_tables && !maker->failed; t++) {
        SC_AUTO_BUF name = {0};
        SC_AUTO_BUF title = {0};
        struct sc_book_cell *row = &sheet->cells[2 * (t + 1)];

        sc_buf_addf(&name, "Table_%zu", t + 1);
        row[0].text = keep_buf(maker, &name);
        row[0].sheet = row[0].text;
        title_of(maker, &publication->tables[t], t + 1, &title);
        row[1].text = keep_buf(maker, &title);
    }
    end_table(maker, sheet);
}

/* ---- the whole ---- */

/* The day that the document says it is of: answered, as at, received. */
static int32_t day_of(const struct sc_request *request)
{
    if (request->answered != SC_DAY_NONE)
        return request->answered;
    return request->as_at != SC_DAY_NONE ? request->as_at : request->received;
}

static void add_properties(struct maker *maker)
{
    const struct sc_request *request = maker->publication->request;
    struct sc_book *book = maker->book;
    SC_AUTO_BUF keywords = {0};

    book->title = keep(maker, request->title, true);
    book->author = keep(
        maker, request->organisation[0] ? request->organisation : "Freedom of Information", true);
    book->subject = keep(maker, request->publication, true);
    for (size_t i = 0; i < request->n_keywords; i++) {
        sc_buf_adds(&keywords, i ? ", " : "");
        sc_buf_adds(&keywords, request->keywords[i]);
    }
    book->keywords = keep_buf(maker, &keywords);
    book->day = day_of(request);
}

static void make(struct maker *maker)
{
    struct sc_book *book = maker->book;
    size_t n_tables = maker->publication->n_tables;
    struct sc_sheet *notes;

    book->sheets = keep_array(maker, n_tables + 3, sizeof *book->sheets);
    if (maker->failed)
        return;
    add_properties(maker);
    add_cover(maker);
    add_contents(maker);
    /* Numbered now by the contents, filled when all are known. */
    for (size_t t = 0; t < n_tables; t++)
        for (size_t i = 0; i < maker->publication->tables[t].n_notes; i++)
            (void)note_number(maker, maker->publication->tables[t].notes[i]);
    if (maker->n_notes == 0)
        (void)note_number(maker, "There are no notes to these tables.");
    notes = add_sheet(maker, "Notes");
    add_notes_sheet(maker, notes);
    for (size_t t = 0; t < n_tables && !maker->failed; t++)
        add_table_sheet(maker, t);
}

enum sc_status sc_book_new(const struct sc_publication *publication, struct sc_book **ret_book,
                           struct sc_error *err)
{
    SC_AUTO(sc_book) book = sc_alloc(sizeof *book);
    struct maker maker = {.book = book, .publication = publication};

    if (!book)
        return sc_fail_nomem(err);
    make(&maker);
    sc_free(maker.notes);
    if (maker.failed)
        return sc_fail_nomem(err);
    *ret_book = SC_TAKE(book);
    return SC_OK;
}

void sc_book_free(struct sc_book *book)
{
    if (!book)
        return;
    for (size_t i = 0; i < book->n_sheets; i++)
        sc_free(book->sheets[i].lines);
    sc_arena_release(&book->arena);
    sc_free(book);
}
