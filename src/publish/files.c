/*
 * files.c - the list of an answer's files.
 *
 * The order is part of the format: what describes other files comes after them.
 */
#include "publish/files.h"

#include "base/error.h"
#include "publish/book.h"
#include "publish/chart.h"

const char *sc_file_media_type(enum sc_file_kind kind)
{
    static const char *const types[SC_N_FILE_KINDS] = {
        [SC_FILE_CSV] = "text/csv",
        [SC_FILE_TIDY_CSV] = "text/csv",
        [SC_FILE_ODS] = "application/vnd.oasis.opendocument.spreadsheet",
        [SC_FILE_XLSX] = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        [SC_FILE_JSON] = "application/json",
        [SC_FILE_CSVW] = "application/csvm+json",
        [SC_FILE_DATASET] = "application/ld+json",
        [SC_FILE_LETTER] = "text/plain",
        [SC_FILE_DATA_PACKAGE] = "application/json",
        [SC_FILE_CERTIFICATE] = "application/json",
        [SC_FILE_HIERARCHY] = "text/csv",
        [SC_FILE_CHART] = "image/svg+xml",
        [SC_FILE_OTHER] = "application/octet-stream",
    };

    return types[kind];
}

void sc_outputs_release(struct sc_outputs *outputs)
{
    for (size_t i = 0; i < outputs->n; i++) {
        sc_free(outputs->items[i].name);
        sc_buf_release(&outputs->items[i].bytes);
    }
    sc_free(outputs->items);
    *outputs = (struct sc_outputs){0};
}

/* A new file at the end, still empty; *ret_bytes is valid until the next one. */
static enum sc_status begin(struct sc_outputs *outputs, enum sc_file_kind kind, size_t table,
                            const char *folder, const char *name, const char *ending,
                            struct sc_buf **ret_bytes, struct sc_error *err)
{
    SC_AUTO_BUF path = {0};
    struct sc_output *output;
    enum sc_status status;

    sc_buf_addf(&path, "%s%s%s", folder, name, ending);
    status = sc_buf_check(&path, err);
    if (!status)
        status = sc_grow((void **)&outputs->items, &outputs->capacity, outputs->n,
                         sizeof *outputs->items, err);
    if (status)
        return status;
    output = &outputs->items[outputs->n];
    *output = (struct sc_output){.name = sc_strdup(path.data)};
    if (!output->name)
        return sc_fail_nomem(err);
    output->file = (struct sc_published_file){.name = output->name, .kind = kind, .table = table};
    outputs->n++;
    *ret_bytes = &output->bytes;
    return SC_OK;
}

static enum sc_status end(struct sc_outputs *outputs, struct sc_error *err)
{
    struct sc_output *output = &outputs->items[outputs->n - 1];

    output->file.bytes = output->bytes.len;
    return sc_buf_check(&output->bytes, err);
}

static enum sc_status make_tables(struct sc_outputs *outputs,
                                  const struct sc_publication *publication, struct sc_error *err)
{
    for (size_t t = 0; t < publication->n_tables; t++) {
        const struct sc_table *table = &publication->tables[t];
        struct sc_buf *bytes;
        enum sc_status status =
            begin(outputs, SC_FILE_CSV, t, "tables/", table->id, ".csv", &bytes, err);

        if (status)
            return status;
        sc_publish_csv(publication, table, bytes);
        status = end(outputs, err);
        if (!status)
            status =
                begin(outputs, SC_FILE_TIDY_CSV, t, "tables/", table->id, ".tidy.csv", &bytes, err);
        if (status)
            return status;
        sc_publish_tidy_csv(publication, table, bytes);
        status = end(outputs, err);
        if (status)
            return status;
    }
    return SC_OK;
}

static enum sc_status make_charts(struct sc_outputs *outputs,
                                  const struct sc_publication *publication, struct sc_error *err)
{
    for (size_t t = 0; t < publication->n_tables; t++) {
        const struct sc_table *table = &publication->tables[t];
        struct sc_buf *bytes;
        enum sc_status status;

        if (!sc_table_has_chart(table))
            continue;
        status = begin(outputs, SC_FILE_CHART, t, "charts/", table->id, ".svg", &bytes, err);
        if (status)
            return status;
        sc_publish_chart(publication, table, t + 1, bytes);
        status = end(outputs, err);
        if (status)
            return status;
    }
    return SC_OK;
}

static enum sc_status make_books(struct sc_outputs *outputs,
                                 const struct sc_publication *publication, struct sc_error *err)
{
    SC_AUTO(sc_book) book = NULL;
    struct sc_buf *bytes;
    enum sc_status status;

    if (!sc_book_fits(publication))
        return SC_OK;
    status = sc_book_new(publication, &book, err);
    if (!status)
        status = begin(outputs, SC_FILE_ODS, 0, "", "tables", ".ods", &bytes, err);
    if (!status)
        status = sc_book_ods(book, bytes, err);
    if (!status)
        status = end(outputs, err);
    if (!status)
        status = begin(outputs, SC_FILE_XLSX, 0, "", "tables", ".xlsx", &bytes, err);
    if (!status)
        status = sc_book_xlsx(book, bytes, err);
    if (!status)
        status = end(outputs, err);
    return status;
}

static enum sc_status make_metadata(struct sc_outputs *outputs,
                                    const struct sc_publication *publication,
                                    const struct sc_publish_options *options, struct sc_error *err)
{
    struct sc_buf *bytes;
    enum sc_status status;

    if (publication->n_tables == 0)
        return SC_OK;
    status = begin(outputs, SC_FILE_CSVW, 0, "tables/", "csv-metadata", ".json", &bytes, err);
    if (status)
        return status;
    sc_publish_csvw(publication, bytes);
    status = end(outputs, err);
    if (!status)
        status = begin(outputs, SC_FILE_DATASET, 0, "", "metadata", ".jsonld", &bytes, err);
    if (status)
        return status;
    sc_publish_dataset(publication, options, outputs, bytes);
    status = end(outputs, err);
    if (!status)
        status = begin(outputs, SC_FILE_DATA_PACKAGE, 0, "", "datapackage", ".json", &bytes, err);
    if (status)
        return status;
    sc_publish_data_package(publication, options, outputs, bytes);
    return end(outputs, err);
}

/* A file whose bytes were made by the audit. */
static enum sc_status make_given(struct sc_outputs *outputs, enum sc_file_kind kind,
                                 const char *name, struct sc_slice given, struct sc_error *err)
{
    struct sc_buf *bytes;
    enum sc_status status;

    if (given.len == 0)
        return SC_OK;
    status = begin(outputs, kind, 0, "", name, "", &bytes, err);
    if (status)
        return status;
    sc_buf_add(bytes, given.data, given.len);
    return end(outputs, err);
}

enum sc_status sc_outputs_make(struct sc_outputs *outputs, const struct sc_publication *publication,
                               const struct sc_publish_options *options, struct sc_error *err)
{
    static const struct sc_publish_options plain;
    struct sc_buf *bytes;
    enum sc_status status;

    if (!options)
        options = &plain;
    status = make_tables(outputs, publication, err);
    if (!status)
        status = begin(outputs, SC_FILE_JSON, 0, "", "answer", ".json", &bytes, err);
    if (status)
        return status;
    sc_publish_json(publication, bytes);
    status = end(outputs, err);
    if (!status)
        status = make_charts(outputs, publication, err);
    if (!status)
        status = make_books(outputs, publication, err);
    if (!status)
        status = begin(outputs, SC_FILE_LETTER, 0, "", "letter", ".txt", &bytes, err);
    if (status)
        return status;
    sc_publish_letter(publication, options, bytes);
    status = end(outputs, err);
    if (!status)
        status = make_given(outputs, SC_FILE_CERTIFICATE, SC_CERTIFICATE_FILE,
                            publication->proof.certificate, err);
    if (!status)
        status = make_given(outputs, SC_FILE_HIERARCHY, SC_HIERARCHY_FILE,
                            publication->proof.hierarchy, err);
    if (!status)
        status = make_metadata(outputs, publication, options, err);
    return status;
}
