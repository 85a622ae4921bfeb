/*
 * layout.c - from a sheet as people publish it to the table in it.
 *
 * Title lines stand above the heading and notes below the last row; columns are parted by ; or by
 * tabs; spreadsheets save UTF-16; empty rows and columns pad it out; footnote marks stand behind
 * names and figures; and the label of a merged cell is printed once, with blanks under it.
 * Everything passed over is said in a note of the report, and what could be one thing or
 * the other is refused: a line read wrongly could make a table look safe that is not.
 *
 * The heading is the first row with nearly as many fields that are not blank as the table is wide;
 * notes are what follows the last row with two of them, and rows behind an empty line with one.
 * A line passed over must not look like a heading or like figures: such files are refused. A note
 * taken for a hidden row, or a row for a note, would mostly make sums fail, and is seen so.
 *
 * Only for strangers' tables (`find_sums`), and a plain table is read as it always was: marks of
 * notes go only where the same name stands without them, or with others. The checker of
 * certificates reads plain tables, so there is no certificate for others.
 */
#include <string.h>

#include "base/error.h"
#include "system/reading.h"

/* ---- bytes ------------------------------------------------------------------------- */

static uint32_t unit_at(const unsigned char *at, bool big)
{
    return big ? (uint32_t)at[0] << 8 | at[1] : (uint32_t)at[1] << 8 | at[0];
}

enum sc_status sc_layout_decode(const char *path, struct sc_buf *bytes, bool *ret_odd,
                                struct sc_error *err)
{
    const unsigned char *at = (const unsigned char *)bytes->data;
    SC_AUTO_BUF out = {0};
    enum sc_status status;
    bool big;

    if (bytes->len < 2 || !((at[0] == 0xFF && at[1] == 0xFE) || (at[0] == 0xFE && at[1] == 0xFF)))
        return SC_OK;
    big = at[0] == 0xFE;
    if (bytes->len % 2 != 0)
        return sc_fail_at(err, SC_E_INPUT, path, 1, 0,
                          "begins as UTF-16 and ends within a character: save it as UTF-8");
    for (size_t i = 2; i < bytes->len; i += 2) {
        uint32_t c = unit_at(at + i, big);

        if (c >= 0xD800 && c < 0xDC00 && i + 3 < bytes->len) {
            uint32_t low = unit_at(at + i + 2, big);

            if (low >= 0xDC00 && low < 0xE000) {
                c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
                i += 2;
            }
        }
        sc_buf_add_codepoint(&out, c >= 0xD800 && c < 0xE000 ? 0xFFFD : c);
    }
    status = sc_buf_check(&out, err);
    if (status)
        return status;
    sc_buf_release(bytes);
    *bytes = out;
    out = (struct sc_buf){0};
    *ret_odd = true;
    return SC_OK;
}

/* How many lines, of the first few, have the number of separators most of them have. */
static size_t lines_that_agree(const char *bytes, size_t len, char separator)
{
    size_t counts[64] = {0}, n = 0, best = 0;
    bool quoted = false;

    for (size_t i = 0, lines = 0; i <= len && lines < 200; i++) {
        if (i < len && bytes[i] == '"')
            quoted = !quoted;
        else if (i < len && bytes[i] == separator && !quoted)
            n++;
        else if (i == len || (bytes[i] == '\n' && !quoted)) {
            counts[n < 63 ? n : 63]++;
            n = 0;
            lines++;
        }
    }
    for (size_t k = 1; k < 64; k++)
        best = counts[k] > best ? counts[k] : best;
    return best;
}

char sc_layout_separator(const char *bytes, size_t len)
{
    static const char separators[] = {',', ';', '\t', '|'};
    char best = ',';
    size_t most = lines_that_agree(bytes, len, ',');

    for (size_t i = 1; i < sizeof separators; i++) {
        size_t n = lines_that_agree(bytes, len, separators[i]);

        if (n > most) {
            most = n;
            best = separators[i];
        }
    }
    return best;
}

/* ---- rows -------------------------------------------------------------------------- */

bool sc_is_blank_field(const struct sc_csv *csv, size_t row, size_t i)
{
    return sc_slice_trim(sc_csv_field(csv, row, i)).len == 0;
}

static size_t n_filled(const struct sc_csv *csv, size_t row)
{
    size_t n = 0;

    for (size_t i = 0; i < sc_csv_n_fields(csv, row); i++)
        n += !sc_is_blank_field(csv, row, i);
    return n;
}

/* Fields up to the last that is not blank. */
static size_t filled_width(const struct sc_csv *csv, size_t row)
{
    size_t n = sc_csv_n_fields(csv, row);

    while (n > 0 && sc_is_blank_field(csv, row, n - 1))
        n--;
    return n;
}

/* What part of the file is the table. */
struct extent {
    size_t header;
    size_t end; /* row behind the last */
    size_t n_columns;
};

/* The number of fields most rows have that could be the table's, but for columns at the right that
 * are blank from top to bottom. */
static size_t usual_width(const struct sc_csv *csv)
{
    size_t counts[SC_CSV_SMALL_FIELDS_MAX + 1] = {0}, best = 0, widest = 0;

    for (size_t row = 0; row < sc_csv_n_rows(csv); row++) {
        size_t n = filled_width(csv, row);

        if (n_filled(csv, row) >= 2)
            counts[sc_csv_n_fields(csv, row)]++;
        widest = n > widest ? n : widest;
    }
    for (size_t n = 2; n <= SC_CSV_SMALL_FIELDS_MAX; n++)
        if (counts[n] > counts[best])
            best = n;
    return best < widest ? best : widest;
}

static bool looks_like_note(struct sc_slice s)
{
    static const char *const starts[] = {"note", "source", "*", "(", "[", "\xC2\xA9", "footnote"};
    size_t digits = 0;

    s = sc_slice_trim(s);
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        size_t n = strlen(starts[i]);

        if (s.len > n && sc_slice_eq_nocase((struct sc_slice){s.data, n}, starts[i]))
            return true;
    }
    while (digits < s.len && s.data[digits] >= '0' && s.data[digits] <= '9')
        digits++;
    return s.len > 60 || (digits > 0 && digits < 3 && digits + 1 < s.len &&
                          (s.data[digits] == '.' || s.data[digits] == ')'));
}

/* False: leave the file as it is, and let its columns be complained of. */
static bool find_extent(const struct sc_csv *csv, struct extent *ret)
{
    size_t rows = sc_csv_n_rows(csv), width = usual_width(csv), last;
    bool blank_behind = false, usual;

    if (width == 0)
        return false;
    for (ret->header = 0; ret->header < rows; ret->header++) {
        size_t n = filled_width(csv, ret->header);

        if (n <= width && n_filled(csv, ret->header) >= 2 &&
            n_filled(csv, ret->header) + 1 >= filled_width(csv, ret->header) && n + 1 >= width)
            break;
    }
    if (ret->header == rows)
        return false;
    ret->n_columns = 0;
    usual = ret->header + 1 < rows && looks_like_note(sc_csv_field(csv, ret->header + 1, 0));
    for (last = rows; last-- > ret->header + 1;)
        if (n_filled(csv, last) >= 2 && sc_csv_n_fields(csv, last) + 1 >= width)
            break;
    /* Behind it, rows of one field as wide as the table are hidden figures unless they look like
     * notes, or an empty line or a narrower one is between. */
    for (ret->end = last + 1; ret->end < rows; ret->end++) {
        size_t n = n_filled(csv, ret->end);

        blank_behind = n == 0 || sc_csv_n_fields(csv, ret->end) + 1 < width ||
                       sc_csv_line(csv, ret->end) > sc_csv_line(csv, ret->end - 1) + 1;
        if (blank_behind || (looks_like_note(sc_csv_field(csv, ret->end, 0)) && !usual))
            break;
    }
    for (size_t row = ret->header; row < ret->end; row++) {
        size_t n = filled_width(csv, row);

        ret->n_columns = n > ret->n_columns ? n : ret->n_columns;
    }
    if (ret->n_columns < width) {
        bool hidden =
            !sc_is_blank_field(csv, ret->header, width - 1); /* a column of blanks has a name */

        ret->n_columns = hidden ? width : ret->n_columns;
    }
    return true;
}

/* Drops what is not the table, and empty rows in it. */
static enum sc_status cut_out(struct source *source, const struct extent *e, struct sc_error *err)
{
    size_t rows = sc_csv_n_rows(source->csv);
    SC_AUTO_FREE bool *keep = sc_alloc_array(rows + 1, sizeof *keep);

    if (!keep)
        return sc_fail_nomem(err);
    for (size_t row = e->header; row < e->end; row++)
        keep[row] = n_filled(source->csv, row) > 0;
    sc_csv_select(source->csv, keep, e->n_columns);
    return SC_OK;
}

/* A whole number that is no year: a count, and no name of a column. */
static bool is_count(struct sc_slice s)
{
    struct sc_figure figure;

    return sc_figure_parse(s, NULL, 0, &figure) && figure.kind == SC_FIGURE_VALUE &&
           (figure.value < 1900 || figure.value > 2100);
}

static bool any_count(const struct sc_csv *csv, size_t row)
{
    for (size_t i = 1; i < sc_csv_n_fields(csv, row); i++)
        if (is_count(sc_csv_field(csv, row, i)))
            return true;
    return false;
}

/* Titles have one field, or two side by side ("Source:", "Home Office"). A row with others may be
 * the upper line of the headings; and where there are titles, a heading is none if it counts. */
static enum sc_status check_titles(const struct source *source, const struct extent *e,
                                   struct sc_error *err)
{
    const struct sc_csv *csv = source->csv;

    for (size_t row = 0; row < e->header; row++)
        if (n_filled(csv, row) > 2 || (n_filled(csv, row) == 2 && filled_width(csv, row) > 2))
            return sc_fail_at(
                err, SC_E_INPUT, source->path, sc_csv_line(csv, row), 1,
                "is this a title or one of two lines of headings? Take titles out, and "
                "of two lines of headings make one: each column its own name");
    if (e->header > 0 && any_count(csv, e->header))
        return sc_fail_at(err, SC_E_INPUT, source->path, sc_csv_line(csv, e->header), 1,
                          "expected a heading with a name for each column below the lines above, "
                          "found counts");
    return SC_OK;
}

/* Whether a row below the table has figures, and is no legend ("[c]", "fewer than 5"). */
static bool has_figures(const struct sc_csv *csv, size_t row)
{
    struct sc_figure figure;

    if (sc_figure_parse(sc_csv_field(csv, row, 0), NULL, 0, &figure) &&
        !sc_is_blank_field(csv, row, 0) && figure.kind != SC_FIGURE_VALUE)
        return false;
    for (size_t i = 1; i < sc_csv_n_fields(csv, row); i++)
        if (!sc_is_blank_field(csv, row, i) &&
            sc_figure_parse(sc_csv_field(csv, row, i), NULL, 0, &figure))
            return true;
    return false;
}

static enum sc_status check_notes(const struct source *source, const struct extent *e,
                                  struct sc_error *err)
{
    for (size_t row = e->end; row < sc_csv_n_rows(source->csv); row++)
        if (has_figures(source->csv, row))
            return sc_fail_at(err, SC_E_INPUT, source->path, sc_csv_line(source->csv, row),
                              sc_csv_n_fields(source->csv, row),
                              "a row with figures below the table that has fewer fields than its "
                              "heading: is it part of the table or a note?");
    return SC_OK;
}

/* Names of columns that say what they are only without the mark of a note: "Number [note 2]". */
static void strip_header(struct source *source)
{
    size_t n = sc_csv_n_fields(source->csv, 0);

    for (size_t i = 0; i < n; i++) {
        struct sc_slice s = sc_slice_trim(sc_csv_field(source->csv, 0, i));
        struct sc_slice bare = sc_without_references(s);
        bool free = bare.len < s.len && sc_is_special_name(bare) && !sc_is_plain_total(s);

        for (size_t k = 0; k < n && free; k++) {
            struct sc_slice other = sc_slice_trim(sc_csv_field(source->csv, 0, k));

            free = k == i || other.len != bare.len || memcmp(other.data, bare.data, bare.len) != 0;
        }
        if (free) {
            sc_csv_shorten(source->csv, 0, i, s.len - bare.len);
            source->odd = true;
        }
    }
}

/* ---- all --------------------------------------------------------------------------- */

static enum sc_status say_cut(struct reading *reading, const struct source *source,
                              const struct extent *e, struct sc_error *err)
{
    const struct sc_csv *csv = source->csv;
    enum sc_status status = SC_OK;

    if (e->header > 0)
        status =
            sc_release_note(reading->release, err, "%s: what is above line %u is taken for titles",
                            source->path, (unsigned)sc_csv_line(csv, e->header));
    if (!status && e->end < sc_csv_n_rows(csv))
        status = sc_release_note(reading->release, err,
                                 "%s: line %u and what follows are taken for notes", source->path,
                                 (unsigned)sc_csv_line(csv, e->end));
    return status;
}

enum sc_status sc_layout_cut(struct reading *reading, struct source *source, struct sc_error *err)
{
    size_t rows = sc_csv_n_rows(source->csv);
    struct extent e;
    enum sc_status status;

    if (!find_extent(source->csv, &e))
        return SC_OK;
    status = check_titles(source, &e, err);
    if (!status)
        status = check_notes(source, &e, err);
    if (!status)
        status = say_cut(reading, source, &e, err);
    if (!status)
        status = cut_out(source, &e, err);
    if (status)
        return status;
    source->odd = source->odd || sc_csv_n_rows(source->csv) != rows;
    strip_header(source);
    return SC_OK;
}
