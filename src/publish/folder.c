/*
 * folder.c - writes the whole answer folder.
 *
 * All files are made in memory first (the page names the sizes of the others),
 * and the folder appears at once or not at all: base/file.h has the swap.
 */
#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "publish/publish.h"

struct output {
    char *name;
    struct sc_buf bytes;
};

/* Two files a table, then answer.json. */
struct outputs {
    struct output *items;
    struct sc_published_file *published;
    size_t n;
};

static void outputs_release(struct outputs *outputs)
{
    for (size_t i = 0; outputs->items && i < outputs->n; i++) {
        sc_free(outputs->items[i].name);
        sc_buf_release(&outputs->items[i].bytes);
    }
    sc_free(outputs->items);
    sc_free(outputs->published);
}

static char *table_file_name(const struct sc_table *table, const char *ending)
{
    SC_AUTO_BUF name = {0};

    sc_buf_addf(&name, "tables/%s%s", table->id, ending);
    return name.failed ? NULL : sc_strdup(name.data);
}

static enum sc_status make_file(struct outputs *outputs, size_t i, char *name,
                                const struct sc_publication *publication,
                                const struct sc_table *table, struct sc_error *err)
{
    struct output *output = &outputs->items[i];
    enum sc_status status;

    if (!name)
        return sc_fail_nomem(err);
    output->name = name;
    if (!table)
        sc_publish_json(publication, &output->bytes);
    else if (i % 2 == 0)
        sc_publish_csv(publication, table, &output->bytes);
    else
        sc_publish_tidy_csv(publication, table, &output->bytes);
    status = sc_buf_check(&output->bytes, err);
    outputs->published[i] = (struct sc_published_file){output->name, output->bytes.len};
    return status;
}

static enum sc_status make_files(const struct sc_publication *publication, struct outputs *outputs,
                                 struct sc_error *err)
{
    enum sc_status status = SC_OK;

    outputs->n = 2 * publication->n_tables + 1;
    outputs->items = sc_alloc_array(outputs->n, sizeof *outputs->items);
    outputs->published = sc_alloc_array(outputs->n, sizeof *outputs->published);
    if (!outputs->items || !outputs->published)
        return sc_fail_nomem(err);
    for (size_t i = 0; i + 1 < outputs->n && !status; i++) {
        const struct sc_table *table = &publication->tables[i / 2];

        status = make_file(outputs, i, table_file_name(table, i % 2 ? ".tidy.csv" : ".csv"),
                           publication, table, err);
    }
    if (!status)
        status =
            make_file(outputs, outputs->n - 1, sc_strdup("answer.json"), publication, NULL, err);
    return status;
}

static enum sc_status write_files(const struct outputs *outputs, const struct sc_buf *page,
                                  const char *path, struct sc_error *err)
{
    SC_AUTO(sc_outdir) dir = NULL;
    enum sc_status status = sc_outdir_begin(path, &dir, err);

    for (size_t i = 0; i < outputs->n && !status; i++)
        status = sc_outdir_add(dir, outputs->items[i].name, outputs->items[i].bytes.data,
                               outputs->items[i].bytes.len, err);
    if (!status)
        status = sc_outdir_add(dir, "index.html", page->data, page->len, err);
    if (!status)
        status = sc_outdir_commit(dir, err);
    return status;
}

enum sc_status sc_publish_folder(const struct sc_publication *publication, const char *path,
                                 struct sc_error *err)
{
    __attribute__((cleanup(outputs_release))) struct outputs outputs = {0};
    SC_AUTO_BUF page = {0};
    enum sc_status status = sc_publication_check(publication, err);

    if (!status)
        status = make_files(publication, &outputs, err);
    if (status)
        return status;
    sc_publish_html(publication, outputs.published, outputs.n, &page);
    status = sc_buf_check(&page, err);
    if (status)
        return status;
    return write_files(&outputs, &page, path, err);
}
