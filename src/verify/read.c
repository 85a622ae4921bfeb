/*
 * read.c - what the published tables print, read for the checker alone.
 *
 * Three forms, named in the certificate: tidy CSV (a column a dimension, one of figures), wide
 * CSV (a column a category, of the dimension "column"), and JJ. In tidy CSV columns that are no
 * dimension are passed over, but no two rows may then be the same cell. In wide CSV, from the
 * first column of figures on, every column must be a category or be called a rate, a note and
 * the like. A text that is no number is a mark: what the certificate says of it, else hidden.
 */
#include "verify/internal.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "base/text.h"

#define COLUMNS_MAX 256

/* A CSV field: unquoted in place. *at moves behind it; *ret_last: it ended the row. */
char *sc_verify_next_field(char **at, bool *ret_last, bool *ret_bad)
{
    char *field = *at, *in = *at, *out = *at;

    if (*in == '"') {
        for (in++; *in && !(in[0] == '"' && in[1] != '"'); *out++ = *in++)
            in += in[0] == '"';
        *ret_bad = *ret_bad || *in != '"';
        in += *in == '"';
    } else {
        while (*in && *in != ',' && *in != '\n' && *in != '\r')
            *out++ = *in++;
    }
    *ret_bad = *ret_bad || (*in && *in != ',' && *in != '\n' && *in != '\r');
    *ret_last = *in != ',';
    if (*in == '\r')
        in++;
    if (*in == '\n' || *in == ',')
        in++;
    *out = '\0';
    *at = in;
    return field;
}

/* How many of the first `n` bytes of `s` are its text; behind it are blanks alone. */
static size_t without_blanks(const char *s, size_t n)
{
    for (;;) {
        if (n > 0 && strchr(" \t\r\n", s[n - 1]))
            n--;
        else if (n > 1 && memcmp(s + n - 2, "\xC2\xA0", 2) == 0) /* a blank that does not break */
            n -= 2;
        else
            return n;
    }
}

char *sc_verify_trimmed(char *s)
{
    for (;;) {
        s += strspn(s, " \t\r\n");
        if (strncmp(s, "\xC2\xA0", 2) != 0)
            break;
        s += 2;
    }
    s[without_blanks(s, strlen(s))] = '\0';
    return s;
}

/* What a figure as printed says: *ret_cell gets kind, base and bounds. */
static void read_figure(const struct check *check, const char *s, struct cell *ret)
{
    int64_t value = 0;
    size_t digits = 0;
    const char *at;

    *ret = (struct cell){.kind = HIDDEN, .least = check->hidden_low, .most = VALUE_MAX};
    for (size_t i = 0; i < check->n_marks; i++)
        if (strcasecmp(s, check->marks[i].text) == 0) {
            ret->least = check->marks[i].least;
            ret->most = check->marks[i].most;
            ret->base = ret->least;
            ret->kind = ret->least == ret->most ? PRINTED : HIDDEN;
            ret->is_void = ret->most == 0;
            return;
        }
    if (strcasecmp(s, "z") == 0 || strcasecmp(s, "[z]") == 0) {
        ret->kind = PRINTED; /* cannot occur: 0 */
        ret->is_void = true;
        return;
    }
    for (at = s; *at; at++) {
        if (*at == ',' && digits > 0)
            continue;
        if (*at < '0' || *at > '9' || ++digits > 12)
            return;
        value = 10 * value + (*at - '0');
    }
    if (digits == 0)
        return;
    ret->base = value;
    if (check->rounded > 1 && check->rounded_by > 0 && value % check->rounded == 0) {
        ret->least = value > check->rounded_by ? value - check->rounded_by : 0;
        ret->most = value + check->rounded_by;
        return;
    }
    ret->kind = PRINTED;
}

/* What each field of a CSV table is. */
struct columns {
    uint32_t dim[COLUMNS_MAX];  /* a label of this dimension, or NONE */
    uint32_t code[COLUMNS_MAX]; /* wide: figures of this code, or NONE */
    size_t n;
    size_t figure; /* tidy: the field of figures */
    uint32_t wide; /* the dimension across, or NONE */
};

static bool is_note(const char *name)
{
    static const char *const names[] = {"status",     "reason",   "note", "notes", "percent",
                                        "percentage", "pct",      "rate", "share", "proportion",
                                        "unit",       "per cent", "%",    "(%)",   "comment",
                                        "comments",   "remarks"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t n = strlen(name), k = strlen(names[i]);

        if (n >= k && strcasecmp(name + n - k, names[i]) == 0 &&
            (n == k || name[n - k - 1] == '_' || name[n - k - 1] == ' '))
            return true;
    }
    return false;
}

/*
 * Where a label ends and the marks of notes begin: stars, before them one [of whatever text] or one
 * (of digits): "Total [note 1]", "Total (2)", "Total*". What is nothing but marks has none.
 */
static size_t without_notes(const char *s)
{
    size_t n = strlen(s), at;

    while (n > 0 && s[n - 1] == '*')
        n--;
    if (n > 0 && s[n - 1] == ']') {
        for (at = n - 1; at > 0 && s[at] != '['; at--)
            ;
        n = at > 0 ? at : n;
    } else if (n > 0 && s[n - 1] == ')') {
        for (at = n - 1; at > 0 && strchr("0123456789", s[at - 1]); at--)
            ;
        n = at > 1 && s[at - 1] == '(' ? at - 1 : n;
    }
    return without_blanks(s, n);
}

static bool is_total(const char *s)
{
    static const char *const names[] = {"total", "totals", "all", "grand total", "overall", "sum"};
    size_t n = without_notes(s);

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (n == strlen(names[i]) && strncasecmp(s, names[i], n) == 0)
            return true;
    return *s == '\0' || (n > 4 && strncasecmp(s, "all ", 4) == 0);
}

/* The code a label stands for; NONE when the certificate does not know it. */
static uint32_t code_of(const struct dim *dim, const char *label)
{
    uint32_t code = sc_verify_find_code(dim, label);

    return code == NONE && is_total(label) ? dim->root : code;
}

static enum sc_status bad_header(struct check *check, const char *file)
{
    return sc_fail_at(check->err, SC_E_INPUT, file, 1, 0, "the header cannot be understood");
}

/* Whether the heading of a field that would be passed over is a category: then it has figures. */
static bool is_category(const struct check *check, const char *heading)
{
    for (size_t d = 0; d < check->n_dims && *heading; d++)
        if (sc_verify_find_code(&check->dims[d], heading) != NONE)
            return true;
    return false;
}

/* Tidy: the field named in the certificate or usual for figures, else the last. */
static enum sc_status find_figures(struct check *check, const char *file, const char *named,
                                   char *const *found, struct columns *columns)
{
    static const char *const names[] = {"count", "value", "figure", "number"};
    size_t at = columns->n;

    for (size_t i = 0; i < columns->n && named; i++)
        if (strcasecmp(found[i], named) == 0 && at == columns->n)
            at = i;
    for (size_t k = 0; k < sizeof names / sizeof *names && !named; k++)
        for (size_t i = 0; i < columns->n && at == columns->n; i++)
            if (strcasecmp(found[i], names[k]) == 0)
                at = i;
    if (at == columns->n && named)
        return bad_header(check, file);
    columns->figure = at < columns->n ? at : columns->n - 1;
    for (size_t i = 0; i < columns->n; i++)
        if (i != columns->figure && columns->dim[i] == NONE && is_category(check, found[i]))
            return sc_fail_at(check->err, SC_E_UNSAFE, file, 1, i + 1,
                              "a column of figures the certificate passes over");
    return columns->dim[columns->figure] == NONE ? SC_OK : bad_header(check, file);
}

/* Wide: from the first field that is a code on, every one must be, or be no count. */
static enum sc_status find_codes(struct check *check, const char *file, char *const *found,
                                 struct columns *columns)
{
    bool begun = false;

    for (size_t i = 0; i < columns->n; i++) {
        if (columns->dim[i] != NONE || is_note(found[i]))
            continue;
        columns->code[i] = code_of(&check->dims[columns->wide], found[i]);
        begun = begun || columns->code[i] != NONE;
        if (begun && columns->code[i] == NONE)
            return sc_fail_at(check->err, SC_E_UNSAFE, file, 1, i + 1,
                              "the certificate does not know this category");
    }
    return begun ? SC_OK : bad_header(check, file);
}

static enum sc_status read_header(struct check *check, const char *file, json_t *about, char **at,
                                  struct columns *columns)
{
    char *found[COLUMNS_MAX];
    const char *format = json_string_value(json_object_get(about, "format"));
    bool last = false, bad = false;

    columns->n = 0;
    columns->wide =
        format && strcmp(format, "wide") == 0 ? sc_verify_find_dim(check, "column") : NONE;
    while (!last) {
        size_t i = columns->n;

        if (i == COLUMNS_MAX)
            return sc_fail_at(check->err, SC_E_INPUT, file, 1, 0, "more than %d columns",
                              COLUMNS_MAX);
        found[i] = sc_verify_trimmed(sc_verify_next_field(at, &last, &bad));
        columns->dim[i] = sc_verify_find_dim(check, *found[i] ? found[i] : "row");
        if (columns->wide != NONE && columns->dim[i] == columns->wide)
            columns->dim[i] = NONE;
        columns->code[i] = NONE;
        columns->n++;
    }
    if (bad)
        return bad_header(check, file);
    return columns->wide != NONE
               ? find_codes(check, file, found, columns)
               : find_figures(check, file, json_string_value(json_object_get(about, "figure")),
                              found, columns);
}

/* Which cells a table has shown. */
struct seen {
    uint8_t *cell;
    size_t capacity;
};

static enum sc_status see(struct check *check, struct seen *seen, uint32_t cell, bool *ret_again)
{
    if (cell >= seen->capacity) {
        size_t wanted = 2 * (size_t)cell + 64;
        uint8_t *grown = sc_realloc_array(seen->cell, wanted, 1);

        if (!grown)
            return sc_fail_nomem(check->err);
        memset(grown + seen->capacity, 0, wanted - seen->capacity);
        seen->cell = grown;
        seen->capacity = wanted;
    }
    *ret_again = seen->cell[cell];
    seen->cell[cell] = 1;
    return SC_OK;
}

/*
 * Whether a figure is all of a category that tables list only where somebody is in it: every other
 * dimension is at its total, or has none.
 */
static bool occurs(const struct check *check, const uint32_t *key)
{
    uint32_t only = NONE;

    for (uint32_t d = 0; d < check->n_dims && check->n_occurs > 0; d++) {
        if (key[d] == check->dims[d].root || check->dims[d].root == NONE)
            continue;
        if (only != NONE)
            return false;
        only = d;
    }
    for (size_t i = 0; i < check->n_occurs && only != NONE; i++)
        if (check->occurs[i].dim == only && check->occurs[i].code == key[only])
            return true;
    return false;
}

/* One figure of a table goes to its cell. Printed twice, it must be the same. */
static enum sc_status put_figure(struct check *check, const char *file, size_t line, size_t column,
                                 const uint32_t *key, const char *figure, struct seen *seen)
{
    struct cell is, *cell;
    uint32_t number;
    bool is_new, again = false;
    enum sc_status status = SC_OK;

    for (size_t d = 0; d < check->n_dims && !status; d++)
        if (key[d] == NONE)
            status = sc_fail_at(check->err, SC_E_UNSAFE, file, line, column,
                                "the table lacks a dimension that has no total");
    if (!status)
        status = sc_verify_cell(check, key, &number, &is_new);
    if (!status)
        status = see(check, seen, number, &again);
    if (status)
        return status;
    if (again)
        return sc_fail_at(check->err, SC_E_UNSAFE, file, line, column,
                          "the same categories as on an earlier line");
    read_figure(check, figure, &is);
    if (is.kind == HIDDEN && is.least < 1 && occurs(check, key))
        is.least = 1;
    cell = &check->cells[number];
    if (cell->kind == UNPRINTED) {
        *cell = is;
        return SC_OK;
    }
    if (cell->kind != is.kind || (is.kind == PRINTED && cell->base != is.base))
        return sc_fail_at(check->err, SC_E_UNSAFE, file, line, column,
                          "another table shows this figure differently");
    cell->is_void = cell->is_void && is.is_void;
    cell->least = is.least > cell->least ? is.least : cell->least;
    cell->most = is.most < cell->most ? is.most : cell->most;
    return SC_OK;
}

/* The figures of one row, its fields in `fields`; labels are in `key` already. */
static enum sc_status put_row(struct check *check, const char *file, size_t line,
                              const struct columns *columns, char *const *fields, uint32_t *key,
                              struct seen *seen)
{
    enum sc_status status = SC_OK;

    if (columns->wide == NONE)
        return put_figure(check, file, line, columns->figure + 1, key, fields[columns->figure],
                          seen);
    for (size_t i = 0; i < columns->n && !status; i++) {
        if (columns->code[i] == NONE)
            continue;
        key[columns->wide] = columns->code[i];
        status = put_figure(check, file, line, i + 1, key, fields[i], seen);
    }
    return status;
}

static enum sc_status read_row(struct check *check, const char *file, size_t line, char **at,
                               const struct columns *columns, struct seen *seen)
{
    uint32_t key[DIMENSIONS_MAX];
    char *fields[COLUMNS_MAX];
    bool last = false, bad = false;
    size_t n = 0;

    for (size_t d = 0; d < check->n_dims; d++)
        key[d] = check->dims[d].root;
    while (!last) {
        char *field = sc_verify_trimmed(sc_verify_next_field(at, &last, &bad));

        if (n == columns->n)
            return sc_fail_at(check->err, SC_E_INPUT, file, line, n, "the row cannot be read");
        fields[n] = field;
        if (columns->dim[n] != NONE) {
            key[columns->dim[n]] = code_of(&check->dims[columns->dim[n]], field);
            if (key[columns->dim[n]] == NONE)
                return sc_fail_at(check->err, SC_E_UNSAFE, file, line, n + 1,
                                  "the certificate does not know this category");
        }
        n++;
    }
    if (bad || n != columns->n)
        return sc_fail_at(check->err, SC_E_INPUT, file, line, n, "the row cannot be read");
    return put_row(check, file, line, columns, fields, key, seen);
}

static enum sc_status read_csv(struct check *check, const char *file, json_t *about, char *at)
{
    struct columns columns = {0};
    struct seen seen = {0};
    size_t line = 1;
    enum sc_status status = read_header(check, file, about, &at, &columns);

    while (!status && *at) {
        line++;
        if (*at == '\n' || *at == '\r')
            at++;
        else
            status = read_row(check, file, line, &at, &columns, &seen);
    }
    sc_free(seen.cell);
    return status;
}

/* ---- JJ ------------------------------------------------------------------------------------ */

/* Where the reading is, for messages too. */
struct jj {
    const char *file;
    char *at;
    size_t line;
    size_t word; /* of the line, from 1 */
    bool ended;  /* the line ended behind the last word */
};

/* The next word of a JJ file, ended in place; colons and brackets are blanks. NULL at the end. */
static char *next_word(struct jj *jj)
{
    char *word = jj->at;

    if (jj->ended) {
        jj->line++;
        jj->word = 0;
    }
    for (; *word && strchr(" \t\r\n:()", *word); word++)
        if (*word == '\n') {
            jj->line++;
            jj->word = 0;
        }
    jj->at = word + strcspn(word, " \t\r\n:()");
    jj->word++;
    if (jj->at == word)
        return NULL;
    jj->ended = *jj->at == '\n';
    if (*jj->at)
        *jj->at++ = '\0';
    return word;
}

/* A whole number from -1 to `most`; a fraction of zeros is allowed. */
static bool next_whole(struct jj *jj, int64_t most, int64_t *ret)
{
    char *word = next_word(jj), *end;
    long long value;

    if (!word)
        return false;
    value = strtoll(word, &end, 10);
    if (*end == '.')
        end += 1 + strspn(end + 1, "0");
    *ret = value;
    return end > word && *end == '\0' && value >= -1 && value <= most;
}

static enum sc_status bad_jj(struct check *check, const struct jj *jj)
{
    return sc_fail_at(check->err, SC_E_INPUT, jj->file, jj->line, jj->word,
                      "not a JJ file as it should be");
}

static enum sc_status read_jj_cell(struct check *check, struct jj *jj, int64_t i, struct seen *seen)
{
    int64_t number, value;
    char *figure, *status_word;
    uint32_t key = (uint32_t)i;
    size_t line, word;

    if (!next_whole(jj, (int64_t)CELLS_MAX, &number) || number != i)
        return bad_jj(check, jj);
    jj->at += strspn(jj->at, " \t");
    figure = jj->at;
    if (!next_whole(jj, VALUE_MAX, &value) || value < 0 || !next_word(jj))
        return bad_jj(check, jj);
    figure[strcspn(figure, ".")] = '\0';
    line = jj->line;
    word = jj->word;
    status_word = next_word(jj);
    if (!status_word || strlen(status_word) != 1 || !strchr("uszm", *status_word))
        return bad_jj(check, jj);
    for (int k = 0; k < 5; k++)
        if (!next_word(jj))
            return bad_jj(check, jj);
    return put_figure(check, jj->file, line, word, &key, strchr("um", *status_word) ? "" : figure,
                      seen);
}

/* One relation: the one of its sign alone is the total. Cells have their numbers. */
static enum sc_status read_jj_relation(struct check *check, struct jj *jj, int64_t n_cells)
{
    size_t start = check->n_members, n_minus = 0, total = 0;
    int64_t right, n, cell, sign;
    enum sc_status status = SC_OK;

    if (!next_whole(jj, 0, &right) || right != 0 || !next_whole(jj, n_cells, &n) || n < 2)
        return bad_jj(check, jj);
    for (int64_t k = 0; k < n && !status; k++) {
        if (!next_whole(jj, n_cells - 1, &cell) || cell < 0 || !next_whole(jj, 1, &sign) ||
            sign == 0)
            return bad_jj(check, jj);
        n_minus += sign < 0;
        status = sc_verify_push_member(check, (uint32_t)cell);
        check->listed_sign[k] = (int8_t)sign;
    }
    if (status)
        return status;
    if (n_minus != 1 && n_minus != (size_t)n - 1)
        return bad_jj(check, jj);
    while (check->listed_sign[total] != (n_minus == 1 ? -1 : 1))
        total++;
    cell = check->members[start];
    check->members[start] = check->members[start + total];
    check->members[start + total] = (uint32_t)cell;
    return sc_verify_end_sum(check, start);
}

/* Its cells are the codes 0, 1, ... of the one dimension, and its own relations are the sums. */
static enum sc_status read_jj(struct check *check, const char *file, char *at)
{
    struct seen seen = {0};
    struct jj in = {.file = file, .at = at, .line = 1}, *jj = &in;
    int64_t version, n_cells, n_relations = 0;
    enum sc_status status = SC_OK;

    if (check->n_dims != 1 || check->n_cells > 0 || check->n_splits > 0)
        return sc_verify_refuse(check, "a JJ file stands alone, and says itself what adds up");
    if (!next_whole(jj, 100, &version) || !next_whole(jj, (int64_t)CELLS_MAX - 1, &n_cells) ||
        n_cells < 1)
        return bad_jj(check, jj);
    status = sc_verify_number_codes(check, (size_t)n_cells);
    for (int64_t i = 0; i < n_cells && !status; i++)
        status = read_jj_cell(check, jj, i, &seen);
    if (!status && (!next_whole(jj, 1000000000, &n_relations) || n_relations < 0))
        status = bad_jj(check, jj);
    check->listed_sign = status ? NULL : sc_alloc_array((size_t)n_cells, 1);
    if (!status && !check->listed_sign)
        status = sc_fail_nomem(check->err);
    for (int64_t i = 0; !status && i < n_relations; i++)
        status = read_jj_relation(check, jj, n_cells);
    if (!status && next_word(jj))
        status = bad_jj(check, jj);
    check->sums_given = true;
    sc_free(check->listed_sign);
    sc_free(seen.cell);
    return status;
}

enum sc_status sc_verify_read(struct check *check, const char *file, struct sc_buf *bytes, size_t i)
{
    json_t *about = json_array_get(json_object_get(check->root, "files"), i);
    const char *format = json_string_value(json_object_get(about, "format"));
    char *at = bytes->data;

    if (bytes->len == 0 || strlen(bytes->data) != bytes->len)
        return sc_fail_at(check->err, SC_E_INPUT, file, 0, 0, "empty, or has a NUL byte");
    if (bytes->len >= 3 && memcmp(at, "\xEF\xBB\xBF", 3) == 0)
        at += 3;
    return format && strcmp(format, "jj") == 0 ? read_jj(check, file, at)
                                               : read_csv(check, file, about, at);
}
