/*
 * metadata.c - what describes the tidy CSV files to programs: CSV on the Web
 * (W3C, 2015), a Frictionless Data Package (version 2), and one JSON-LD document
 * that is schema.org Dataset and DCAT 3 at once.
 *
 * All three describe the files that stand in the folder and are made from the
 * same tables as those. Names follow what a program reads from the CSV, so that a
 * validator finds the columns it was promised.
 */
#include <string.h>

#include "base/date.h"
#include "base/file.h"
#include "publish/clean.h"
#include "publish/files.h"
#include "publish/json.h"
#include "publish/layout.h"

#define BUF_TEXT(buf) ((buf).data ? (buf).data : "")
#define LANGUAGE "en-GB"

/* ---- shared ---- */

/* Writes the text of `buf` under `key`. */
static void key_buf(struct sc_json *json, const char *key, const struct sc_buf *buf)
{
    sc_json_key_string(json, key, BUF_TEXT(*buf));
    json->out->failed |= buf->failed;
}

static void key_heading(struct sc_json *json, const char *key, const struct sc_table *table)
{
    SC_AUTO_BUF text = {0};

    sc_table_heading(table, &text);
    key_buf(json, key, &text);
}

/* A dimension's column header as a program reads it. */
static void column_header(const struct sc_dimension *dimension, struct sc_buf *out)
{
    SC_AUTO_BUF name = {0};

    sc_tidy_name(dimension, &name);
    sc_csv_value(out, BUF_TEXT(name));
    out->failed |= name.failed;
}

static int32_t issued(const struct sc_request *request)
{
    if (request->answered != SC_DAY_NONE)
        return request->answered;
    return request->as_at != SC_DAY_NONE ? request->as_at : request->received;
}

static void key_issued(struct sc_json *json, const char *key, const struct sc_request *request,
                       const char *time)
{
    int32_t day = issued(request);
    SC_AUTO_BUF text = {0};
    char iso[16];

    if (day == SC_DAY_NONE)
        return;
    sc_buf_addf(&text, "%s%s", sc_day_format_iso(day, iso), time);
    key_buf(json, key, &text);
}

/* The values of a dimension, as the CSV has them, the total last. */
static void key_values(struct sc_json *json, const char *key, const struct sc_dimension *dimension)
{
    sc_json_key(json, key);
    sc_json_open(json, '[');
    for (size_t i = 0; i <= dimension->n_categories; i++) {
        SC_AUTO_BUF value = {0};

        sc_csv_value(&value, sc_position_code(dimension, i));
        sc_json_string(json, BUF_TEXT(value));
        json->out->failed |= value.failed;
    }
    sc_json_close(json, ']');
}

/* The dimensions, whose values together name a row; `name` writes what each is called. */
static void key_primary(struct sc_json *json, const struct sc_table *table,
                        void (*name)(const struct sc_dimension *dimension, struct sc_buf *out))
{
    if (table->n_dimensions == 0)
        return;
    sc_json_key(json, "primaryKey");
    sc_json_open_flat(json, '[');
    for (size_t d = 0; d < table->n_dimensions; d++) {
        SC_AUTO_BUF text = {0};

        name(&table->dimensions[d], &text);
        sc_json_string(json, BUF_TEXT(text));
        json->out->failed |= text.failed;
    }
    sc_json_close(json, ']');
}

static void key_keywords(struct sc_json *json, const struct sc_request *request)
{
    if (request->n_keywords == 0)
        return;
    sc_json_key(json, "keywords");
    sc_json_open(json, '[');
    for (size_t i = 0; i < request->n_keywords; i++)
        sc_json_string(json, request->keywords[i]);
    sc_json_close(json, ']');
}

static const char value_words[] =
    "The number counted; empty where it is withheld so that no one can be identified";
static const char *status_words(const struct sc_policy *policy)
{
    return policy->secondary_marker
               ? "published: as counted; suppressed: withheld, being small; "
                 "secondary: withheld, not being small; rounded: rounded"
               : "published: as counted; suppressed: withheld; rounded: rounded";
}

/* What stands in `value` where there is no number: nothing, or with two marks one of them. */
static void missing_values(struct sc_json *json, const struct sc_policy *policy)
{
    sc_json_open_flat(json, '[');
    sc_json_string(json, "");
    if (policy->secondary_marker) {
        sc_json_string(json, policy->marker);
        sc_json_string(json, policy->secondary_marker);
    }
    sc_json_close(json, ']');
}

/* ---- CSV on the Web ---- */

/* A column name: what a URI template variable may not hold is percent-encoded. */
static void csvw_name(const struct sc_dimension *dimension, struct sc_buf *out)
{
    SC_AUTO_BUF header = {0};
    const char *p;

    column_header(dimension, &header);
    for (p = BUF_TEXT(header); *p; p++) {
        bool plain = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') ||
                     (*p >= '0' && *p <= '9') || (*p == '_' && p != BUF_TEXT(header));

        if (plain)
            sc_buf_addc(out, *p);
        else
            sc_buf_addf(out, "%%%02X", (unsigned)(unsigned char)*p);
    }
    out->failed |= header.failed;
}

static void csvw_column(struct sc_json *json, const char *name, const char *title,
                        const char *words)
{
    sc_json_key_string(json, "name", name);
    sc_json_key_string(json, "titles", title);
    sc_json_key_string(json, "dc:description", words);
}

static void csvw_dimension(struct sc_json *json, const struct sc_dimension *dimension)
{
    SC_AUTO_BUF name = {0};
    SC_AUTO_BUF title = {0};

    csvw_name(dimension, &name);
    column_header(dimension, &title);
    sc_json_open(json, '{');
    csvw_column(json, BUF_TEXT(name), BUF_TEXT(title), dimension->label);
    sc_json_key_string(json, "datatype", "string");
    sc_json_key(json, "required");
    sc_json_bool(json, true);
    sc_json_close(json, '}');
    json->out->failed |= name.failed | title.failed;
}

static void csvw_figures(struct sc_json *json, const struct sc_publication *publication)
{
    sc_json_open(json, '{');
    csvw_column(json, "unit", "unit", "What is counted");
    sc_json_key_string(json, "datatype", "string");
    sc_json_close(json, '}');
    sc_json_open(json, '{');
    csvw_column(json, "value", "value", value_words);
    sc_json_key(json, "datatype");
    sc_json_open_flat(json, '{');
    sc_json_key_string(json, "base", "integer");
    sc_json_key_number(json, "minimum", 0);
    sc_json_close(json, '}');
    if (publication->policy->secondary_marker) {
        sc_json_key(json, "null");
        missing_values(json, publication->policy);
    } else {
        sc_json_key_string(json, "null", "");
    }
    sc_json_close(json, '}');
    sc_json_open(json, '{');
    csvw_column(json, "status", "status", status_words(publication->policy));
    sc_json_key(json, "datatype");
    sc_json_open_flat(json, '{');
    sc_json_key_string(json, "base", "string");
    sc_json_key_string(json, "format",
                       publication->policy->secondary_marker
                           ? "published|suppressed|secondary|rounded"
                           : "published|suppressed|rounded");
    sc_json_close(json, '}');
    sc_json_close(json, '}');
    if (publication->publishable)
        return;
    sc_json_open(json, '{');
    csvw_column(json, "release", "release", SC_NOT_AUDITED);
    sc_json_key_string(json, "datatype", "string");
    sc_json_close(json, '}');
}

static void csvw_schema(struct sc_json *json, const struct sc_publication *publication,
                        const struct sc_table *table)
{
    sc_json_key(json, "tableSchema");
    sc_json_open(json, '{');
    sc_json_key(json, "columns");
    sc_json_open(json, '[');
    for (size_t d = 0; d < table->n_dimensions; d++)
        csvw_dimension(json, &table->dimensions[d]);
    csvw_figures(json, publication);
    sc_json_close(json, ']');
    key_primary(json, table, csvw_name);
    sc_json_close(json, '}');
}

static void csvw_table(struct sc_json *json, const struct sc_publication *publication,
                       const struct sc_table *table)
{
    SC_AUTO_BUF url = {0};
    SC_AUTO_BUF detail = {0};

    sc_buf_addf(&url, "%s.tidy.csv", table->id);
    sc_table_detail(publication->request, table, &detail);
    sc_json_open(json, '{');
    key_buf(json, "url", &url);
    key_heading(json, "dc:title", table);
    key_buf(json, "dc:description", &detail);
    sc_json_key(json, "notes");
    sc_json_open(json, '[');
    for (size_t i = 0; i < table->n_notes; i++)
        sc_json_string(json, table->notes[i]);
    if (!publication->publishable)
        sc_json_string(json, SC_NOT_AUDITED);
    sc_json_close(json, ']');
    csvw_schema(json, publication, table);
    sc_json_close(json, '}');
}

void sc_publish_csvw(const struct sc_publication *publication, struct sc_buf *out)
{
    struct sc_json json = {.out = out};

    sc_json_open(&json, '{');
    sc_json_key(&json, "@context");
    sc_json_open_flat(&json, '[');
    sc_json_string(&json, "http://www.w3.org/ns/csvw");
    sc_json_open_flat(&json, '{');
    sc_json_key_string(&json, "@language", LANGUAGE);
    sc_json_close(&json, '}');
    sc_json_close(&json, ']');
    sc_json_key_string(&json, "dc:title", publication->request->title);
    if (publication->request->organisation[0])
        sc_json_key_string(&json, "dc:publisher", publication->request->organisation);
    key_issued(&json, "dc:issued", publication->request, "");
    sc_json_key(&json, "tables");
    sc_json_open(&json, '[');
    for (size_t t = 0; t < publication->n_tables; t++)
        csvw_table(&json, publication, &publication->tables[t]);
    sc_json_close(&json, ']');
    sc_json_close(&json, '}');
}

/* ---- Frictionless Data Package ---- */

/* Letters, digits, '-', '.' and '_' in lower case; all else '-'. */
static void slug(const char *s, struct sc_buf *out)
{
    for (; *s; s++) {
        char c = *s >= 'A' && *s <= 'Z' ? (char)(*s - 'A' + 'a') : *s;
        bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_';

        sc_buf_addc(out, plain ? c : '-');
    }
}

static void package_field(struct sc_json *json, const char *name, const char *type,
                          const char *title, const char *words)
{
    sc_json_key_string(json, "name", name);
    sc_json_key_string(json, "type", type);
    if (title[0])
        sc_json_key_string(json, "title", title);
    if (words[0])
        sc_json_key_string(json, "description", words);
}

static void package_dimension(struct sc_json *json, const struct sc_dimension *dimension)
{
    SC_AUTO_BUF name = {0};

    column_header(dimension, &name);
    sc_json_open(json, '{');
    package_field(json, BUF_TEXT(name), "string", dimension->label, "");
    sc_json_key(json, "constraints");
    sc_json_open(json, '{');
    sc_json_key(json, "required");
    sc_json_bool(json, true);
    key_values(json, "enum", dimension);
    sc_json_close(json, '}');
    sc_json_close(json, '}');
    json->out->failed |= name.failed;
}

static void package_figures(struct sc_json *json, const struct sc_publication *publication,
                            const struct sc_table *table)
{
    static const enum sc_cell_status shown[] = {SC_CELL_PUBLISHED, SC_CELL_SUPPRESSED,
                                                SC_CELL_SECONDARY, SC_CELL_ROUNDED};

    sc_json_open(json, '{');
    package_field(json, "unit", "string", "Unit", "What is counted");
    sc_json_key(json, "constraints");
    sc_json_open(json, '{');
    sc_json_key(json, "enum");
    sc_json_open_flat(json, '[');
    sc_json_string(json, sc_unit_name(table->unit));
    sc_json_close(json, ']');
    sc_json_close(json, '}');
    sc_json_close(json, '}');
    sc_json_open(json, '{');
    package_field(json, "value", "integer", "Value", value_words);
    sc_json_key(json, "constraints");
    sc_json_open_flat(json, '{');
    sc_json_key_number(json, "minimum", 0);
    sc_json_close(json, '}');
    sc_json_close(json, '}');
    sc_json_open(json, '{');
    package_field(json, "status", "string", "Status", status_words(publication->policy));
    sc_json_key(json, "constraints");
    sc_json_open(json, '{');
    sc_json_key(json, "enum");
    sc_json_open_flat(json, '[');
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
        if (shown[i] != SC_CELL_SECONDARY || publication->policy->secondary_marker)
            sc_json_string(json, sc_cell_status_name(shown[i]));
    sc_json_close(json, ']');
    sc_json_close(json, '}');
    sc_json_close(json, '}');
    if (publication->publishable)
        return;
    sc_json_open(json, '{');
    package_field(json, "release", "string", "Release", SC_NOT_AUDITED);
    sc_json_close(json, '}');
}

static void package_schema(struct sc_json *json, const struct sc_publication *publication,
                           const struct sc_table *table)
{
    sc_json_key(json, "schema");
    sc_json_open(json, '{');
    sc_json_key(json, "fields");
    sc_json_open(json, '[');
    for (size_t d = 0; d < table->n_dimensions; d++)
        package_dimension(json, &table->dimensions[d]);
    package_figures(json, publication, table);
    sc_json_close(json, ']');
    key_primary(json, table, column_header);
    sc_json_key(json, "missingValues");
    missing_values(json, publication->policy);
    sc_json_close(json, '}');
}

/* RFC 4180, said so that no reader has to guess it from the first lines. */
static void package_dialect(struct sc_json *json)
{
    sc_json_key(json, "dialect");
    sc_json_open_flat(json, '{');
    sc_json_key_string(json, "delimiter", ",");
    sc_json_key_string(json, "lineTerminator", "\r\n");
    sc_json_key_string(json, "quoteChar", "\"");
    sc_json_key(json, "doubleQuote");
    sc_json_bool(json, true);
    sc_json_key(json, "header");
    sc_json_bool(json, true);
    sc_json_close(json, '}');
}

static void package_resource(struct sc_json *json, const struct sc_publication *publication,
                             const struct sc_output *output)
{
    const struct sc_table *table = &publication->tables[output->file.table];
    SC_AUTO_BUF name = {0};
    SC_AUTO_BUF hash = {0};
    char hex[65];

    sc_buf_addf(&name, "table-%zu-", output->file.table + 1);
    slug(table->id, &name);
    sc_sha256_hex(BUF_TEXT(output->bytes), output->bytes.len, hex);
    sc_buf_addf(&hash, "sha256:%s", hex);
    sc_json_open(json, '{');
    key_buf(json, "name", &name);
    sc_json_key_string(json, "path", output->file.name);
    sc_json_key_string(json, "type", "table");
    key_heading(json, "title", table);
    sc_json_key_string(json, "format", "csv");
    sc_json_key_string(json, "mediatype", "text/csv");
    sc_json_key_string(json, "encoding", "utf-8");
    sc_json_key_number(json, "bytes", output->bytes.len);
    key_buf(json, "hash", &hash);
    package_dialect(json);
    package_schema(json, publication, table);
    sc_json_close(json, '}');
}

static void package_licence(struct sc_json *json, const struct sc_publish_options *options)
{
    if (!options->licence_name)
        return;
    sc_json_key(json, "licenses");
    sc_json_open(json, '[');
    sc_json_open(json, '{');
    sc_json_key_string(json, "title", options->licence_name);
    if (options->licence_url)
        sc_json_key_string(json, "path", options->licence_url);
    sc_json_close(json, '}');
    sc_json_close(json, ']');
}

void sc_publish_data_package(const struct sc_publication *publication,
                             const struct sc_publish_options *options,
                             const struct sc_outputs *files, struct sc_buf *out)
{
    const struct sc_request *request = publication->request;
    struct sc_json json = {.out = out};
    SC_AUTO_BUF name = {0};

    slug(request->publication[0] ? request->publication
         : request->reference[0] ? request->reference
                                 : "answer",
         &name);
    sc_json_open(&json, '{');
    sc_json_key_string(&json, "$schema", "https://datapackage.org/profiles/2.0/datapackage.json");
    key_buf(&json, "name", &name);
    sc_json_key_string(&json, "title", request->title);
    if (!publication->publishable)
        sc_json_key_string(&json, "description", SC_NOT_AUDITED);
    key_issued(&json, "created", request, "T00:00:00Z");
    key_keywords(&json, request);
    if (request->organisation[0]) {
        sc_json_key(&json, "contributors");
        sc_json_open(&json, '[');
        sc_json_open_flat(&json, '{');
        sc_json_key_string(&json, "title", request->organisation);
        sc_json_close(&json, '}');
        sc_json_close(&json, ']');
    }
    package_licence(&json, options);
    sc_json_key(&json, "resources");
    sc_json_open(&json, '[');
    for (size_t i = 0; i < files->n; i++)
        if (files->items[i].file.kind == SC_FILE_TIDY_CSV)
            package_resource(&json, publication, &files->items[i]);
    sc_json_close(&json, ']');
    sc_json_close(&json, '}');
}

/* ---- schema.org and DCAT ---- */

/* The address of `name`: whole where it is known where the folder will stand. */
static void address(const struct sc_publish_options *options, const char *name, struct sc_buf *out)
{
    if (options->base_url)
        sc_buf_adds(out, options->base_url);
    sc_buf_adds(out, name);
}

static void key_id(struct sc_json *json, const char *key, const char *id)
{
    sc_json_key(json, key);
    sc_json_open_flat(json, '{');
    sc_json_key_string(json, "@id", id);
    sc_json_close(json, '}');
}

static void types(struct sc_json *json, const char *schema, const char *dcat)
{
    sc_json_key(json, "@type");
    sc_json_open_flat(json, '[');
    sc_json_string(json, schema);
    sc_json_string(json, dcat);
    sc_json_close(json, ']');
}

static void distribution(struct sc_json *json, const struct sc_publication *publication,
                         const struct sc_publish_options *options,
                         const struct sc_published_file *file)
{
    SC_AUTO_BUF url = {0};
    SC_AUTO_BUF title = {0};

    address(options, file->name, &url);
    if (file->kind == SC_FILE_TIDY_CSV)
        sc_table_heading(&publication->tables[file->table], &title);
    else
        sc_buf_adds(&title, "All tables");
    sc_json_open(json, '{');
    types(json, "DataDownload", "dcat:Distribution");
    key_buf(json, "name", &title);
    key_buf(json, "contentUrl", &url);
    key_id(json, "dcat:downloadURL", BUF_TEXT(url));
    sc_json_key_string(json, "encodingFormat", sc_file_media_type(file->kind));
    sc_json_key_string(json, "dcat:mediaType", sc_file_media_type(file->kind));
    sc_json_key_number(json, "dcat:byteSize", file->bytes);
    sc_json_close(json, '}');
    json->out->failed |= url.failed;
}

static void distributions(struct sc_json *json, const struct sc_publication *publication,
                          const struct sc_publish_options *options, const struct sc_outputs *files)
{
    sc_json_key(json, "distribution");
    sc_json_open(json, '[');
    for (size_t i = 0; i < files->n; i++) {
        enum sc_file_kind kind = files->items[i].file.kind;

        if (kind == SC_FILE_TIDY_CSV || kind == SC_FILE_ODS || kind == SC_FILE_XLSX ||
            kind == SC_FILE_JSON)
            distribution(json, publication, options, &files->items[i].file);
    }
    sc_json_close(json, ']');
}

/* The charts drawn of the figures. */
static void images(struct sc_json *json, const struct sc_publication *publication,
                   const struct sc_publish_options *options, const struct sc_outputs *files)
{
    size_t n = 0;

    for (size_t i = 0; i < files->n; i++)
        n += files->items[i].file.kind == SC_FILE_CHART;
    if (n == 0)
        return;
    sc_json_key(json, "image");
    sc_json_open(json, '[');
    for (size_t i = 0; i < files->n; i++) {
        const struct sc_published_file *file = &files->items[i].file;
        SC_AUTO_BUF url = {0};

        if (file->kind != SC_FILE_CHART)
            continue;
        address(options, file->name, &url);
        sc_json_open(json, '{');
        sc_json_key_string(json, "@type", "ImageObject");
        key_heading(json, "name", &publication->tables[file->table]);
        key_buf(json, "contentUrl", &url);
        sc_json_key_string(json, "encodingFormat", sc_file_media_type(file->kind));
        sc_json_close(json, '}');
    }
    sc_json_close(json, ']');
}

/* Each dimension that some table has, once. */
static void variables(struct sc_json *json, const struct sc_publication *publication)
{
    sc_json_key(json, "variableMeasured");
    sc_json_open(json, '[');
    for (size_t t = 0; t < publication->n_tables; t++) {
        SC_AUTO_BUF text = {0};

        sc_table_heading(&publication->tables[t], &text);
        sc_json_string(json, BUF_TEXT(text));
        json->out->failed |= text.failed;
    }
    sc_json_close(json, ']');
}

static void coverage(struct sc_json *json, const struct sc_period *period)
{
    SC_AUTO_BUF text = {0};
    char day[16];

    if (period->from == SC_DAY_NONE || period->to == SC_DAY_NONE)
        return;
    sc_buf_adds(&text, sc_day_format_iso(period->from, day));
    sc_buf_addc(&text, '/');
    sc_buf_adds(&text, sc_day_format_iso(period->to, day));
    key_buf(json, "temporalCoverage", &text);
    sc_json_key(json, "dct:temporal");
    sc_json_open_flat(json, '{');
    sc_json_key_string(json, "@type", "dct:PeriodOfTime");
    sc_json_key_string(json, "dcat:startDate", sc_day_format_iso(period->from, day));
    sc_json_key_string(json, "dcat:endDate", sc_day_format_iso(period->to, day));
    sc_json_close(json, '}');
}

static void publisher(struct sc_json *json, const char *name)
{
    if (name[0] == '\0')
        return;
    sc_json_key(json, "publisher");
    sc_json_open_flat(json, '{');
    sc_json_key_string(json, "@type", "GovernmentOrganization");
    sc_json_key_string(json, "name", name);
    sc_json_close(json, '}');
}

void sc_publish_dataset(const struct sc_publication *publication,
                        const struct sc_publish_options *options, const struct sc_outputs *files,
                        struct sc_buf *out)
{
    const struct sc_request *request = publication->request;
    struct sc_json json = {.out = out};

    sc_json_open(&json, '{');
    sc_json_key(&json, "@context");
    sc_json_open_flat(&json, '{');
    sc_json_key_string(&json, "@vocab", "https://schema.org/");
    sc_json_key_string(&json, "dcat", "http://www.w3.org/ns/dcat#");
    sc_json_key_string(&json, "dct", "http://purl.org/dc/terms/");
    sc_json_close(&json, '}');
    if (options->base_url)
        sc_json_key_string(&json, "@id", options->base_url);
    types(&json, "Dataset", "dcat:Dataset");
    sc_json_key_string(&json, "name", request->title);
    sc_json_key_string(&json, "dct:title", request->title);
    sc_json_key_string(&json, "description",
                       publication->publishable
                           ? "Answer to a request under the Freedom of Information Act 2000."
                           : SC_NOT_AUDITED);
    if (request->publication[0])
        sc_json_key_string(&json, "identifier", request->publication);
    sc_json_key_string(&json, "inLanguage", LANGUAGE);
    key_issued(&json, "datePublished", request, "");
    key_issued(&json, "dct:issued", request, "");
    coverage(&json, &request->period);
    publisher(&json, request->organisation);
    key_keywords(&json, request);
    if (options->licence_url) {
        sc_json_key_string(&json, "license", options->licence_url);
        key_id(&json, "dct:license", options->licence_url);
    }
    sc_json_key(&json, "isAccessibleForFree");
    sc_json_bool(&json, true);
    variables(&json, publication);
    distributions(&json, publication, options, files);
    images(&json, publication, options, files);
    sc_json_close(&json, '}');
}
