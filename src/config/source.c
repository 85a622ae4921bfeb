/*
 * source.c - extract.yaml: where the records are and what their columns mean.
 */
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "config/form.h"
#include "config/load.h"

#define RECORDS_BYTES_MAX 100

struct owned_source {
    struct sc_source source; /* first */
    struct sc_arena arena;
};

static const char *const role_names[] = {
    "offence_id",   "offence_code", "recorded",   "reported",   "created",    "committed_from",
    "committed_to", "victim_id",    "victim_age", "victim_sex", "suspect_id", "suspect_age",
    "suspect_sex",  "outcome",      "narrative",  "removed",    "other",      NULL};

const char *sc_column_role_name(enum sc_column_role role)
{
    return role_names[role];
}

/* Names that mean something as a dimension, and so cannot name a column of one's own. */
static const char *const taken_names[] = {"year",   "calendar_year", "financial_year", "quarter",
                                          "month",  "month_of_year", "outcome_group",  "sex",
                                          "method", "method_group",  "Total",          NULL};

static bool is_date_role(enum sc_column_role role)
{
    return role >= SC_COL_RECORDED && role <= SC_COL_COMMITTED_TO;
}

static const char *check_date_format(struct sc_form *form, const struct sc_yaml_node *node,
                                     const char *pattern)
{
    struct sc_date_format format;
    const char *why = "";

    if (!sc_date_format_compile(pattern, &format, &why))
        sc_form_error(form, node, "%s: expected for example dd/mm/yyyy", why);
    return pattern;
}

static void read_column(struct sc_form *form, const struct sc_yaml_node *node,
                        struct sc_column *column)
{
    static const char *const keys[] = {"column", "occurrence", "label", "format", "missing", NULL};
    const struct sc_yaml_node *format;

    column->name = sc_arena_strdup(form->arena, node->key->text);
    form->nomem |= !column->name;
    column->role = SC_COL_OTHER;
    for (size_t i = 0; i < SC_COL_OTHER; i++) {
        if (strcmp(role_names[i], node->key->text) == 0)
            column->role = (enum sc_column_role)i;
    }
    for (size_t i = 0; taken_names[i]; i++) {
        if (strcmp(taken_names[i], node->key->text) == 0)
            sc_form_error(form, node->key,
                          "'%s' is a dimension of its own: give the column "
                          "another name",
                          taken_names[i]);
    }
    column->occurrence = 1;
    column->label = "";
    column->header = "";
    column->line = node->line;
    if (node->kind == SC_YAML_SCALAR) {
        column->header = sc_form_text(form, node, "a column");
    } else if (sc_form_is_map(form, node, "a header, or {column: header, ...}")) {
        sc_form_keys(form, node, keys);
        sc_form_require(form, node, "column", "the column's header in the extract");
        column->header = sc_form_string(form, node, "column", "");
        column->occurrence = (unsigned)sc_form_number(form, node, "occurrence", 1, 1000, 1);
        column->label = sc_form_string(form, node, "label", "");
        column->date_format = sc_form_string(form, node, "format", NULL);
        column->missing = sc_form_strings(form, node, "missing", &column->n_missing);
        format = sc_form_find(node, "format");
        if (format && !is_date_role(column->role))
            sc_form_error(form, format, "a format is for dates, and '%.60s' is not one",
                          node->key->text);
        else if (format)
            column->date_format = check_date_format(form, format, column->date_format);
    }
    if (column->header[0] == '\0')
        sc_form_error(form, node, "the header is empty: expected a column's header");
}

static void read_columns(struct sc_form *form, const struct sc_yaml_node *map,
                         struct sc_source *source)
{
    if (!sc_form_is_map(form, map, "columns by what they mean: {offence_code: HO Code, ...}"))
        return;
    source->columns = sc_form_alloc(form, map->n_items + 1, sizeof *source->columns);
    if (!source->columns)
        return;
    for (const struct sc_yaml_node *n = map->first; n; n = n->next)
        read_column(form, n, &source->columns[source->n_columns++]);
}

static bool has_role(const struct sc_source *source, enum sc_column_role role)
{
    for (size_t i = 0; i < source->n_columns; i++) {
        if (source->columns[i].role == role)
            return true;
    }
    return false;
}

static void read_delimiter(struct sc_form *form, const struct sc_yaml_node *map,
                           struct sc_source *source)
{
    static const char *const words[] = {"auto", "comma", "semicolon", "tab", "pipe",
                                        ",",    ";",     "\t",        "|",   NULL};
    static const char characters[] = {0, ',', ';', '\t', '|', ',', ';', '\t', '|'};

    source->delimiter = characters[sc_form_choice(form, map, "delimiter", words, 0)];
}

static void read_files(struct sc_form *form, const struct sc_yaml_node *map, const char *path,
                       struct sc_source *source)
{
    SC_AUTO_FREE char *folder = sc_path_dir(path);

    sc_form_require(form, map, "files", "the file or files of records, relative to this file");
    source->files = sc_form_strings(form, map, "files", &source->n_files);
    if (!folder) {
        form->nomem = true;
        return;
    }
    for (size_t i = 0; source->files && i < source->n_files; i++) {
        SC_AUTO_FREE char *joined = NULL;

        if (source->files[i][0] == '\0')
            sc_form_error(form, sc_form_find(map, "files"), "a file name is empty");
        if (strcmp(source->files[i], "-") == 0)
            continue;
        joined = sc_path_join(folder, source->files[i]);
        source->files[i] = joined ? sc_arena_strdup(form->arena, joined) : NULL;
        if (!source->files[i]) {
            form->nomem = true;
            return;
        }
    }
}

static void read_date_formats(struct sc_form *form, const struct sc_yaml_node *map,
                              struct sc_source *source)
{
    const struct sc_yaml_node *node = sc_form_find(map, "date_format");

    source->date_formats = sc_form_strings(form, map, "date_format", &source->n_date_formats);
    for (size_t i = 0; source->date_formats && i < source->n_date_formats; i++)
        (void)check_date_format(form, node, source->date_formats[i]);
    if (source->n_date_formats == 0) {
        source->date_formats = sc_form_alloc(form, 1, sizeof *source->date_formats);
        if (source->date_formats) {
            source->date_formats[0] = "yyyy-mm-dd";
            source->n_date_formats = 1;
        }
    }
}

static void read_missing(struct sc_form *form, const struct sc_yaml_node *map,
                         struct sc_source *source)
{
    static const char *const usual[] = {"",        "NULL",          "N/A",       "#N/A",
                                        "-",       "None recorded", "#VALUE!",   "Not recorded",
                                        "Unknown", "Not specified", "Not known", "Not stated"};
    const size_t n = sizeof usual / sizeof *usual;

    if (sc_form_find(map, "missing")) {
        source->missing = sc_form_strings(form, map, "missing", &source->n_missing);
        return;
    }
    source->missing = sc_form_alloc(form, n, sizeof *source->missing);
    if (!source->missing)
        return;
    memcpy(source->missing, usual, sizeof usual);
    source->n_missing = n;
}

static void check_rows(struct sc_form *form, const struct sc_yaml_node *map,
                       const struct sc_source *source)
{
    if (source->row == SC_ROW_LINK) {
        if (!has_role(source, SC_COL_OFFENCE_ID))
            sc_form_error(form, map, "rows that are links need the column offence_id");
        if (!has_role(source, SC_COL_VICTIM_ID) && !has_role(source, SC_COL_SUSPECT_ID))
            sc_form_error(form, map, "rows that are links need the column victim_id or suspect_id");
    }
    if (source->n_removed && !has_role(source, SC_COL_REMOVED))
        sc_form_error(form, sc_form_find(map, "removed"),
                      "removed values without a column: expected 'removed' among the columns");
    if (!source->n_removed && has_role(source, SC_COL_REMOVED))
        sc_form_error(form, map,
                      "the column 'removed' is named, but not which of its values mean "
                      "removed: expected removed: [No Crime, Cancelled]");
    if (source->format == SC_SOURCE_SQLITE && !source->table == !source->query)
        sc_form_error(form, map, "an SQLite extract needs either table or query");
    if (source->format == SC_SOURCE_CSV && (source->table || source->query))
        sc_form_error(form, map, "table and query are for format: sqlite");
}

/* A short name on one line: it is printed in every answer and compared byte by byte. */
static void read_records(struct sc_form *form, const struct sc_yaml_node *map,
                         struct sc_source *source)
{
    const struct sc_yaml_node *node = sc_form_find(map, "records");
    bool plain;

    source->records = sc_form_string(form, map, "records", SC_RECORDS_USUAL);
    plain = source->records[0] && strlen(source->records) <= RECORDS_BYTES_MAX;
    for (const char *p = source->records; *p; p++)
        plain &= (unsigned char)*p >= ' ' && *p != 0x7f;
    if (node && !plain)
        sc_form_error(form, node,
                      "expected a name for the records on one line, at most %d bytes, for example "
                      "crimes",
                      RECORDS_BYTES_MAX);
}

static void read_source(struct sc_form *form, const struct sc_yaml_node *map, const char *path,
                        struct sc_source *source)
{
    static const char *const keys[] = {"files",      "format",     "table",   "query",
                                       "encoding",   "delimiter",  "row",     "columns",
                                       "person_ids", "duplicates", "bad_age", "date_format",
                                       "missing",    "removed",    "records", NULL};
    static const char *const formats[] = {"csv", "sqlite", NULL};
    static const char *const encodings[] = {"auto", "utf-8", "windows-1252", "utf-16", NULL};
    static const char *const rows[] = {"offence", "link", NULL};
    static const char *const persons[] = {"extract", "offence", NULL};
    static const char *const duplicates[] = {"check", "trust", NULL};
    static const char *const bad_ages[] = {"fault", "unknown", NULL};
    const struct sc_yaml_node *columns;

    if (!sc_form_is_map(form, map, "a source description: lines such as 'files: records.csv'"))
        return;
    sc_form_keys(form, map, keys);
    sc_form_require(form, map, "columns", "which column is which: {offence_code: HO Code, ...}");
    sc_form_require(form, map, "row", "offence, or link (an offence x victim x suspect)");
    read_records(form, map, source);
    read_files(form, map, path, source);
    source->format = (enum sc_source_format)sc_form_choice(form, map, "format", formats, 0);
    source->table = sc_form_string(form, map, "table", NULL);
    source->query = sc_form_string(form, map, "query", NULL);
    source->encoding = (enum sc_encoding)sc_form_choice(form, map, "encoding", encodings, 0);
    read_delimiter(form, map, source);
    source->row = (enum sc_row_kind)sc_form_choice(form, map, "row", rows, 0);
    source->persons_per_offence = sc_form_choice(form, map, "person_ids", persons, 0) == 1;
    source->trust_unique = sc_form_choice(form, map, "duplicates", duplicates, 0) == 1;
    source->bad_age_unknown = sc_form_choice(form, map, "bad_age", bad_ages, 0) == 1;
    columns = sc_form_find(map, "columns");
    if (columns)
        read_columns(form, columns, source);
    read_date_formats(form, map, source);
    read_missing(form, map, source);
    source->removed = sc_form_strings(form, map, "removed", &source->n_removed);
    check_rows(form, map, source);
}

enum sc_status sc_source_load_bytes(const char *path, const char *bytes, size_t len,
                                    struct sc_source **ret_source,
                                    struct sc_diagnostics *diagnostics, struct sc_error *err)
{
    struct owned_source *owned = sc_alloc(sizeof *owned);
    struct sc_form form = {.diagnostics = diagnostics};
    struct sc_yaml_node *root = NULL;
    enum sc_status status;

    if (!owned)
        return sc_fail_nomem(err);
    form.arena = &owned->arena;
    status = sc_form_open(&form, path, bytes, len, owned->source.sha256, &owned->source.bytes,
                          &root, err);
    if (!status) {
        owned->source.path = form.file;
        read_source(&form, root, path, &owned->source);
        status = sc_form_close(&form, err);
    }
    if (status) {
        sc_source_free(&owned->source);
        return status;
    }
    *ret_source = &owned->source;
    return SC_OK;
}

enum sc_status sc_source_load(const char *path, struct sc_source **ret_source,
                              struct sc_diagnostics *diagnostics, struct sc_error *err)
{
    return sc_source_load_bytes(path, NULL, 0, ret_source, diagnostics, err);
}

void sc_source_free(struct sc_source *source)
{
    struct owned_source *owned = (struct owned_source *)source;

    if (!owned)
        return;
    sc_arena_release(&owned->arena);
    sc_free(owned);
}
