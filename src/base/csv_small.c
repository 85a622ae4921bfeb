/*
 * csv_small.c - one pass over the bytes that writes the fields, unquoted and NUL-terminated,
 * into one buffer as long as the input at most (plus one byte a field), and the
 * offset of each into an array. Rows are ranges of that array.
 */
#include "base/csv_small.h"

#include <assert.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"

struct row {
    uint64_t line;
    size_t first; /* field */
};

struct field {
    size_t start; /* in text */
    size_t len;
};

struct sc_csv {
    char *text;
    size_t text_len;
    struct field *fields;
    size_t n_fields;
    size_t fields_capacity;
    struct row *rows; /* n_rows + 1, the last one an end mark */
    size_t n_rows;
    size_t rows_capacity;
};

void sc_csv_free(struct sc_csv *csv)
{
    if (!csv)
        return;
    sc_free(csv->text);
    sc_free(csv->fields);
    sc_free(csv->rows);
    sc_free(csv);
}

struct scan {
    struct sc_csv *csv;
    const char *name;
    char separator;
    const char *at;
    const char *end;
    uint64_t line;
    struct sc_error *err;
};

static enum sc_status scan_fail(const struct scan *scan, uint64_t line, const char *what)
{
    const struct sc_csv *csv = scan->csv;
    size_t column = csv->n_fields - csv->rows[csv->n_rows].first + 1;

    return sc_fail_at(scan->err, SC_E_INPUT, scan->name, line, column, "%s", what);
}

/* At a line end: steps over LF, CRLF or CR. */
static void skip_line_end(struct scan *scan)
{
    if (*scan->at == '\r' && scan->at + 1 < scan->end && scan->at[1] == '\n')
        scan->at++;
    scan->at++;
    scan->line++;
}

static bool at_line_end(const struct scan *scan)
{
    return *scan->at == '\n' || *scan->at == '\r';
}

static enum sc_status quoted_field(struct scan *scan)
{
    struct sc_csv *csv = scan->csv;
    uint64_t opened = scan->line;

    for (scan->at++;;) {
        if (scan->at == scan->end)
            return scan_fail(scan, opened, "a quoted field never ends");
        if (*scan->at == '"') {
            scan->at++;
            if (scan->at == scan->end || *scan->at != '"')
                break;
        } else if (*scan->at == '\0') {
            return scan_fail(scan, scan->line, "a NUL byte");
        } else if (*scan->at == '\n') {
            scan->line++;
        }
        csv->text[csv->text_len++] = *scan->at++;
    }
    if (scan->at < scan->end && *scan->at != scan->separator && !at_line_end(scan))
        return scan_fail(scan, scan->line, "text after a closing quote");
    return SC_OK;
}

static enum sc_status plain_field(struct scan *scan)
{
    struct sc_csv *csv = scan->csv;

    while (scan->at < scan->end && *scan->at != scan->separator && !at_line_end(scan)) {
        if (*scan->at == '\0')
            return scan_fail(scan, scan->line, "a NUL byte");
        csv->text[csv->text_len++] = *scan->at++;
    }
    return SC_OK;
}

static enum sc_status scan_field(struct scan *scan)
{
    struct sc_csv *csv = scan->csv;
    size_t start = csv->text_len;
    enum sc_status status;

    if (csv->n_fields - csv->rows[csv->n_rows].first == SC_CSV_SMALL_FIELDS_MAX)
        return scan_fail(scan, scan->line, "too many fields");
    status = sc_grow((void **)&csv->fields, &csv->fields_capacity, csv->n_fields,
                     sizeof *csv->fields, scan->err);
    if (!status)
        status = scan->at < scan->end && *scan->at == '"' ? quoted_field(scan) : plain_field(scan);
    if (status)
        return status;
    csv->fields[csv->n_fields].start = start;
    csv->fields[csv->n_fields++].len = csv->text_len - start;
    csv->text[csv->text_len++] = '\0';
    return SC_OK;
}

static enum sc_status scan_row(struct scan *scan)
{
    struct sc_csv *csv = scan->csv;
    enum sc_status status;

    csv->rows[csv->n_rows].line = scan->line;
    csv->rows[csv->n_rows].first = csv->n_fields;
    for (;;) {
        status = scan_field(scan);
        if (status)
            return status;
        if (scan->at == scan->end || *scan->at != scan->separator)
            break;
        scan->at++;
    }
    if (scan->at < scan->end)
        skip_line_end(scan);
    csv->n_rows++;
    status = sc_grow((void **)&csv->rows, &csv->rows_capacity, csv->n_rows, sizeof *csv->rows,
                     scan->err);
    if (!status)
        csv->rows[csv->n_rows].first = csv->n_fields;
    return status;
}

static enum sc_status scan_all(struct scan *scan)
{
    enum sc_status status = sc_grow((void **)&scan->csv->rows, &scan->csv->rows_capacity, 0,
                                    sizeof *scan->csv->rows, scan->err);

    if (!status)
        scan->csv->rows[0] = (struct row){0};
    while (!status && scan->at < scan->end) {
        if (at_line_end(scan))
            skip_line_end(scan);
        else
            status = scan_row(scan);
    }
    return status;
}

enum sc_status sc_csv_parse(const char *name, const char *bytes, size_t len,
                            struct sc_csv **ret_csv, struct sc_error *err)
{
    return sc_csv_parse_separated(name, bytes, len, ',', ret_csv, err);
}

enum sc_status sc_csv_parse_separated(const char *name, const char *bytes, size_t len,
                                      char separator, struct sc_csv **ret_csv, struct sc_error *err)
{
    SC_AUTO(sc_csv) csv = NULL;
    SC_AUTO_BUF text = {0};
    struct scan scan;
    enum sc_status status;

    if (len > SC_CSV_SMALL_BYTES_MAX)
        return sc_fail_at(err, SC_E_INPUT, name, 0, 0, "file is too large");
    if (len >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0) {
        bytes += 3;
        len -= 3;
    }
    sc_buf_add_text(&text, bytes, len);
    status = sc_buf_check(&text, err);
    if (status)
        return status;
    csv = sc_alloc(sizeof *csv);
    if (!csv)
        return sc_fail_nomem(err);
    csv->text =
        sc_alloc(2 * text.len + 2); /* every field gains a NUL, and has a separator or is last */
    if (!csv->text)
        return sc_fail_nomem(err);
    scan = (struct scan){csv, name, separator, text.data, text.data ? text.data + text.len : NULL,
                         1,   err};
    status = scan_all(&scan);
    if (!status)
        *ret_csv = SC_TAKE(csv);
    return status;
}

enum sc_status sc_csv_load(const char *path, struct sc_csv **ret_csv, struct sc_error *err)
{
    SC_AUTO_BUF bytes = {0};
    enum sc_status status = sc_file_load(path, SC_CSV_SMALL_BYTES_MAX, &bytes, err);

    if (status)
        return status;
    return sc_csv_parse(path, bytes.data ? bytes.data : "", bytes.len, ret_csv, err);
}

size_t sc_csv_n_rows(const struct sc_csv *csv)
{
    return csv->n_rows;
}

size_t sc_csv_n_fields(const struct sc_csv *csv, size_t row)
{
    assert(row < csv->n_rows);
    return csv->rows[row + 1].first - csv->rows[row].first;
}

struct sc_slice sc_csv_field(const struct sc_csv *csv, size_t row, size_t i)
{
    const struct field *field;

    if (i >= sc_csv_n_fields(csv, row))
        return (struct sc_slice){"", 0};
    field = &csv->fields[csv->rows[row].first + i];
    return (struct sc_slice){csv->text + field->start, field->len};
}

uint64_t sc_csv_line(const struct sc_csv *csv, size_t row)
{
    assert(row < csv->n_rows);
    return csv->rows[row].line;
}

void sc_csv_select(struct sc_csv *csv, const bool *keep, size_t n_fields)
{
    size_t n_rows = 0, n = 0;

    for (size_t row = 0; row < csv->n_rows; row++) {
        size_t first = csv->rows[row].first, end = csv->rows[row + 1].first;
        uint64_t line = csv->rows[row].line;

        if (!keep[row])
            continue;
        csv->rows[n_rows++] = (struct row){line, n};
        for (size_t i = first; i < end && i < first + n_fields; i++)
            csv->fields[n++] = csv->fields[i];
    }
    csv->rows[n_rows].first = n;
    csv->n_rows = n_rows;
    csv->n_fields = n;
}

void sc_csv_shorten(struct sc_csv *csv, size_t row, size_t i, size_t n)
{
    struct field *field = &csv->fields[csv->rows[row].first + i];
    struct sc_slice bare = sc_slice_trim((struct sc_slice){csv->text + field->start, field->len});

    assert(i < sc_csv_n_fields(csv, row) && n <= bare.len);
    field->len = (size_t)(bare.data - csv->text) + bare.len - n - field->start;
    csv->text[field->start + field->len] = '\0';
}

void sc_csv_fill_down(struct sc_csv *csv, size_t row, size_t i)
{
    assert(row > 0 && i < sc_csv_n_fields(csv, row) && i < sc_csv_n_fields(csv, row - 1));
    csv->fields[csv->rows[row].first + i] = csv->fields[csv->rows[row - 1].first + i];
}
