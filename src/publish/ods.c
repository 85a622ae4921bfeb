/*
 * ods.c - a book as an OpenDocument 1.2 spreadsheet.
 *
 * The format is small enough to be written by hand: content, styles, metadata,
 * settings (the cursor in A1 of the first sheet) and the manifest, in a zip
 * archive whose first part is the type, stored. Every text is a string cell, so
 * that nothing in it can be a formula; each table is a database range with a
 * header row, which is what OpenDocument has for marking a table up.
 */
#include <string.h>

#include "base/date.h"
#include "base/error.h"
#include "publish/book.h"
#include "publish/clean.h"
#include "publish/zip.h"

/* Of the cover, in characters: the width of a page of A4. */
#define COVER_WIDTH 64
#define BUF_TEXT(buf) ((buf).data ? (buf).data : "")
#define XML "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
#define ODS_TYPE "application/vnd.oasis.opendocument.spreadsheet"

static const char namespaces[] =
    " xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\""
    " xmlns:style=\"urn:oasis:names:tc:opendocument:xmlns:style:1.0\""
    " xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\""
    " xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\""
    " xmlns:fo=\"urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0\""
    " xmlns:number=\"urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0\""
    " xmlns:meta=\"urn:oasis:names:tc:opendocument:xmlns:meta:1.0\""
    " xmlns:config=\"urn:oasis:names:tc:opendocument:xmlns:config:1.0\""
    " xmlns:dc=\"http://purl.org/dc/elements/1.1/\""
    " xmlns:xlink=\"http://www.w3.org/1999/xlink\" office:version=\"1.2\"";

static const char manifest[] =
    XML "<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\" "
        "manifest:version=\"1.2\">\n"
        "<manifest:file-entry manifest:full-path=\"/\" manifest:version=\"1.2\" "
        "manifest:media-type=\"" ODS_TYPE "\"/>\n"
        "<manifest:file-entry manifest:full-path=\"content.xml\" "
        "manifest:media-type=\"text/xml\"/>\n"
        "<manifest:file-entry manifest:full-path=\"styles.xml\" "
        "manifest:media-type=\"text/xml\"/>\n"
        "<manifest:file-entry manifest:full-path=\"meta.xml\" manifest:media-type=\"text/xml\"/>\n"
        "<manifest:file-entry manifest:full-path=\"settings.xml\" "
        "manifest:media-type=\"text/xml\"/>\n"
        "</manifest:manifest>\n";

/* Cell styles, by what a cell is. The names are used in content.xml alone. */
static const char cell_styles[] =
    "<number:number-style style:name=\"whole\"><number:number number:decimal-places=\"0\" "
    "number:min-integer-digits=\"1\" number:grouping=\"true\"/></number:number-style>\n"
#define CELL(name, more, cell, text)                                                               \
    "<style:style style:name=\"" name "\" style:family=\"table-cell\" "                            \
    "style:parent-style-name=\"Default\"" more "><style:table-cell-properties "                    \
    "style:vertical-align=\"top\"" cell "/>" text "</style:style>\n"
#define RIGHT "<style:paragraph-properties fo:text-align=\"end\" fo:margin-left=\"0mm\"/>"
    CELL("title", "", "", "<style:text-properties fo:font-size=\"16pt\" fo:font-weight=\"bold\"/>")
        CELL("heading", "", "",
             "<style:text-properties fo:font-size=\"14pt\" "
             "fo:font-weight=\"bold\"/>") CELL("line", "", "",
                                               "") CELL("text", "", " fo:wrap-option=\"wrap\"", "")
            CELL("head", "", " fo:wrap-option=\"wrap\" fo:border-bottom=\"0.75pt solid #0b0c0c\"",
                 "<style:text-properties fo:font-weight=\"bold\"/>")
                CELL("headright", "",
                     " fo:wrap-option=\"wrap\" fo:border-bottom=\"0.75pt solid #0b0c0c\" "
                     "style:text-align-source=\"fix\"",
                     RIGHT "<style:text-properties fo:font-weight=\"bold\"/>")
                    CELL("figure", " style:data-style-name=\"whole\"",
                         " style:text-align-source=\"fix\"",
                         RIGHT) "<style:style style:name=\"link\" "
                                "style:family=\"text\"><style:text-properties "
                                "fo:color=\"#1a65a6\" "
                                "style:text-underline-style=\"solid\"/></style:style>\n"
                                "<style:style style:name=\"row\" "
                                "style:family=\"table-row\"><style:table-row-properties "
                                "style:use-optimal-row-height=\"true\"/></style:style>\n";

/* ---- content ---- */

/* Text of a cell as paragraphs; runs of spaces are kept by their own element. */
static void add_paragraphs(struct sc_buf *out, const char *text)
{
    SC_AUTO_BUF escaped = {0};

    sc_html(&escaped, text);
    out->failed |= escaped.failed;
    sc_buf_adds(out, "<text:p>");
    for (const char *p = BUF_TEXT(escaped); *p; p++) {
        if (*p == '\n')
            sc_buf_adds(out, "</text:p><text:p>");
        else if (*p == '\t')
            sc_buf_adds(out, "<text:tab/>");
        else if (*p == ' ' && (p == BUF_TEXT(escaped) || p[-1] == ' ' || p[1] == '\0'))
            sc_buf_adds(out, "<text:s/>");
        else
            sc_buf_addc(out, *p);
    }
    sc_buf_adds(out, "</text:p>");
}

static void add_text_cell(struct sc_buf *out, const char *style, const char *text)
{
    sc_buf_addf(out, "<table:table-cell table:style-name=\"%s\" office:value-type=\"string\">",
                style);
    add_paragraphs(out, text);
    sc_buf_adds(out, "</table:table-cell>");
}

static void add_cell(struct sc_buf *out, const struct sc_book_cell *cell, bool text_column)
{
    if (!cell->text) {
        sc_buf_addf(out,
                    "<table:table-cell table:style-name=\"figure\" office:value-type=\"float\" "
                    "office:value=\"%llu\"><text:p>%llu</text:p></table:table-cell>",
                    (unsigned long long)cell->number, (unsigned long long)cell->number);
    } else if (cell->sheet) {
        sc_buf_adds(out, "<table:table-cell table:style-name=\"text\" "
                         "office:value-type=\"string\"><text:p><text:a xlink:type=\"simple\" "
                         "xlink:href=\"#");
        sc_html(out, cell->sheet);
        sc_buf_adds(out, ".A1\" text:style-name=\"link\">");
        sc_html(out, cell->text);
        sc_buf_adds(out, "</text:a></text:p></table:table-cell>");
    } else {
        add_text_cell(out, text_column ? "text" : "figure", cell->text);
    }
}

static void add_row_open(struct sc_buf *out)
{
    sc_buf_adds(out, "<table:table-row table:style-name=\"row\">");
}

static void add_rows(struct sc_buf *out, const struct sc_sheet *sheet)
{
    sc_buf_adds(out, "<table:table-header-rows>");
    add_row_open(out);
    for (size_t c = 0; c < sheet->n_columns; c++)
        add_text_cell(out, c < sheet->n_text_columns ? "head" : "headright", sheet->headings[c]);
    sc_buf_adds(out, "</table:table-row></table:table-header-rows>\n");
    for (size_t r = 0; r < sheet->n_rows; r++) {
        add_row_open(out);
        for (size_t c = 0; c < sheet->n_columns; c++)
            add_cell(out, &sheet->cells[r * sheet->n_columns + c], c < sheet->n_text_columns);
        sc_buf_adds(out, "</table:table-row>\n");
    }
}

static void add_line(struct sc_buf *out, const struct sc_sheet *sheet, size_t i)
{
    static const char *const styles[] = {
        [SC_LINE_TITLE] = "title", [SC_LINE_HEADING] = "heading", [SC_LINE_TEXT] = "line"};
    const struct sc_book_line *line = &sheet->lines[i];

    add_row_open(out);
    add_text_cell(out, sheet->wrap && line->style == SC_LINE_TEXT ? "text" : styles[line->style],
                  line->text);
    sc_buf_adds(out, "</table:table-row>\n");
}

/* Column styles by width: one for each width that occurs. */
static void add_column_styles(struct sc_buf *out, const struct sc_book *book)
{
    bool used[128] = {false};

    used[COVER_WIDTH] = used[12] = true;
    for (size_t s = 0; s < book->n_sheets; s++)
        for (size_t c = 0; c < book->sheets[s].n_columns; c++)
            used[book->sheets[s].widths[c] % 128] = true;
    for (unsigned w = 0; w < 128; w++)
        if (used[w])
            sc_buf_addf(out,
                        "<style:style style:name=\"w%u\" style:family=\"table-column\">"
                        "<style:table-column-properties style:column-width=\"%umm\"/>"
                        "</style:style>\n",
                        w, w * 5 / 2 + 6);
}

static void add_columns(struct sc_buf *out, const struct sc_sheet *sheet)
{
    if (sheet->wrap || sheet->n_columns == 0) {
        sc_buf_addf(out, "<table:table-column table:style-name=\"w%d\"/>\n",
                    sheet->wrap ? COVER_WIDTH : 12);
        return;
    }
    for (size_t c = 0; c < sheet->n_columns; c++)
        sc_buf_addf(out, "<table:table-column table:style-name=\"w%u\"/>\n",
                    sheet->widths[c] % 128);
}

static void add_sheet(struct sc_buf *out, const struct sc_sheet *sheet)
{
    sc_buf_addf(out, "<table:table table:name=\"%s\">\n", sheet->name);
    add_columns(out, sheet);
    for (size_t i = 0; i < sheet->n_lines; i++)
        add_line(out, sheet, i);
    if (sheet->n_columns)
        add_rows(out, sheet);
    sc_buf_adds(out, "</table:table>\n");
}

/* "A", "Z", "AA", ... for column `c`. */
static void add_column_letters(struct sc_buf *out, size_t c)
{
    if (c >= 26)
        add_column_letters(out, c / 26 - 1);
    sc_buf_addc(out, (char)('A' + c % 26));
}

static void add_ranges(struct sc_buf *out, const struct sc_book *book)
{
    sc_buf_adds(out, "<table:database-ranges>\n");
    for (size_t s = 0; s < book->n_sheets; s++) {
        const struct sc_sheet *sheet = &book->sheets[s];

        if (sheet->n_columns == 0)
            continue;
        sc_buf_addf(out,
                    "<table:database-range table:name=\"%s\" table:target-range-address=\"%s.A%zu:"
                    "%s.",
                    sheet->table_name, sheet->name, sheet->n_lines + 1, sheet->name);
        add_column_letters(out, sheet->n_columns - 1);
        sc_buf_addf(out, "%zu\" table:contains-header=\"true\"/>\n",
                    sheet->n_lines + 1 + sheet->n_rows);
    }
    sc_buf_adds(out, "</table:database-ranges>\n");
}

static void make_content(const struct sc_book *book, struct sc_buf *out)
{
    sc_buf_addf(out, XML "<office:document-content%s>\n<office:automatic-styles>\n", namespaces);
    sc_buf_adds(out, cell_styles);
    add_column_styles(out, book);
    sc_buf_adds(out, "</office:automatic-styles>\n<office:body>\n<office:spreadsheet>\n");
    for (size_t i = 0; i < book->n_sheets; i++)
        add_sheet(out, &book->sheets[i]);
    add_ranges(out, book);
    sc_buf_adds(out, "</office:spreadsheet>\n</office:body>\n</office:document-content>\n");
}

/* ---- the other parts ---- */

static void make_styles(struct sc_buf *out)
{
    sc_buf_addf(out,
                XML "<office:document-styles%s>\n<office:styles>\n"
                    "<style:default-style style:family=\"table-cell\">"
                    "<style:text-properties fo:font-family=\"Arial\" fo:font-size=\"12pt\" "
                    "fo:language=\"en\" fo:country=\"GB\"/></style:default-style>\n"
                    "<style:style style:name=\"Default\" style:family=\"table-cell\"/>\n"
                    "</office:styles>\n</office:document-styles>\n",
                namespaces);
}

static void add_meta(struct sc_buf *out, const char *element, const char *value)
{
    if (value[0] == '\0')
        return;
    sc_buf_addf(out, "<%s>", element);
    sc_html(out, value);
    sc_buf_addf(out, "</%s>\n", element);
}

static void make_meta(const struct sc_book *book, struct sc_buf *out)
{
    char day[16];

    sc_buf_addf(out, XML "<office:document-meta%s>\n<office:meta>\n", namespaces);
    add_meta(out, "meta:generator", "safecount");
    add_meta(out, "dc:title", book->title);
    add_meta(out, "dc:subject", book->subject);
    add_meta(out, "meta:keyword", book->keywords);
    add_meta(out, "meta:initial-creator", book->author);
    add_meta(out, "dc:creator", book->author);
    add_meta(out, "dc:language", "en-GB");
    if (book->day != SC_DAY_NONE) {
        (void)sc_day_format_iso(book->day, day);
        sc_buf_addf(out,
                    "<meta:creation-date>%sT00:00:00</meta:creation-date>\n"
                    "<dc:date>%sT00:00:00</dc:date>\n",
                    day, day);
    }
    sc_buf_adds(out, "</office:meta>\n</office:document-meta>\n");
}

/* The first sheet is the one that opens, with the cursor in A1 on every sheet. */
static void make_settings(const struct sc_book *book, struct sc_buf *out)
{
    sc_buf_addf(out,
                XML "<office:document-settings%s>\n<office:settings>\n"
                    "<config:config-item-set config:name=\"ooo:view-settings\">\n"
                    "<config:config-item-map-indexed config:name=\"Views\">\n"
                    "<config:config-item-map-entry>\n"
                    "<config:config-item config:name=\"ViewId\" config:type=\"string\">view1"
                    "</config:config-item>\n"
                    "<config:config-item-map-named config:name=\"Tables\">\n",
                namespaces);
    for (size_t i = 0; i < book->n_sheets; i++)
        sc_buf_addf(out,
                    "<config:config-item-map-entry config:name=\"%s\">"
                    "<config:config-item config:name=\"CursorPositionX\" config:type=\"int\">0"
                    "</config:config-item>"
                    "<config:config-item config:name=\"CursorPositionY\" config:type=\"int\">0"
                    "</config:config-item></config:config-item-map-entry>\n",
                    book->sheets[i].name);
    sc_buf_addf(out,
                "</config:config-item-map-named>\n"
                "<config:config-item config:name=\"ActiveTable\" config:type=\"string\">%s"
                "</config:config-item>\n"
                "</config:config-item-map-entry>\n</config:config-item-map-indexed>\n"
                "</config:config-item-set>\n</office:settings>\n</office:document-settings>\n",
                book->sheets[0].name);
}

enum sc_status sc_book_ods(const struct sc_book *book, struct sc_buf *out, struct sc_error *err)
{
    SC_AUTO_BUF type = {0};
    SC_AUTO_BUF content = {0};
    SC_AUTO_BUF styles = {0};
    SC_AUTO_BUF meta = {0};
    SC_AUTO_BUF settings = {0};
    SC_AUTO_BUF list = {0};
    const struct sc_zip_part parts[] = {
        {"mimetype", &type, true},          {"content.xml", &content, false},
        {"styles.xml", &styles, false},     {"meta.xml", &meta, false},
        {"settings.xml", &settings, false}, {"META-INF/manifest.xml", &list, false},
    };

    sc_buf_adds(&type, ODS_TYPE);
    make_content(book, &content);
    make_styles(&styles);
    make_meta(book, &meta);
    make_settings(book, &settings);
    sc_buf_adds(&list, manifest);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        enum sc_status status = sc_buf_check(parts[i].bytes, err);

        if (status)
            return status;
    }
    return sc_zip_make(parts, sizeof parts / sizeof *parts, out, err);
}
