/*
 * folder.c - writes the whole answer folder.
 *
 * All files are made in memory first (the page names the sizes of the others),
 * and the folder appears at once or not at all: base/file.h has the swap.
 */
#include <assert.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "codes/codes.h"
#include "publish/files.h"
#include "publish/frame.h"
#include "publish/paper.h"
#include "publish/publish.h"

static enum sc_status write_files(const struct sc_outputs *outputs, const struct sc_buf *page,
                                  const char *path, struct sc_error *err)
{
    SC_AUTO(sc_outdir) dir = NULL;
    enum sc_status status = sc_outdir_begin(path, &dir, err);

    for (size_t i = 0; i < outputs->n && !status; i++)
        status = sc_outdir_add(dir, outputs->items[i].name, outputs->items[i].bytes.data,
                               outputs->items[i].bytes.len, err);
    if (!status)
        status = sc_outdir_add(dir, "index.html", page->data, page->len, err);
    for (size_t i = 0; sc_frame_assets[i] && !status; i++) {
        SC_AUTO_BUF name = {0};
        struct sc_slice bytes = {0};
        bool found = sc_data_find(sc_frame_assets[i], &bytes);

        assert(found);
        sc_buf_addf(&name, "assets/%s", sc_frame_assets[i]);
        status = sc_buf_check(&name, err);
        if (!status)
            status = sc_outdir_add(dir, name.data, bytes.data, bytes.len, err);
    }
    if (!status)
        status = sc_outdir_commit(dir, err);
    return status;
}

/* The page of an answer whose other files are made; `more`, where not NULL, is one beside them. */
static enum sc_status make_page(const struct sc_publication *publication,
                                const struct sc_outputs *outputs,
                                const struct sc_published_file *more, struct sc_buf *page,
                                struct sc_error *err)
{
    SC_AUTO_FREE struct sc_published_file *files = sc_alloc_array(outputs->n + 1, sizeof *files);

    if (!files)
        return sc_fail_nomem(err);
    for (size_t i = 0; i < outputs->n; i++)
        files[i] = outputs->items[i].file;
    if (more)
        files[outputs->n] = *more;
    sc_publish_html(publication, NULL, files, outputs->n + (more ? 1 : 0), page);
    return sc_buf_check(page, err);
}

enum sc_status sc_publish_folder(const struct sc_publication *publication, const char *path,
                                 struct sc_error *err)
{
    SC_AUTO_OUTPUTS outputs = {0};
    SC_AUTO_BUF page = {0};
    enum sc_status status = sc_publication_check(publication, err);

    if (!status)
        status = sc_outputs_make(&outputs, publication, NULL, err);
    if (!status)
        status = make_page(publication, &outputs, NULL, &page, err);
    if (!status)
        status = write_files(&outputs, &page, path, err);
    return status;
}

enum sc_status sc_publish_page_with_pdf(const struct sc_publication *publication, const char *path,
                                        size_t pdf, struct sc_error *err)
{
    const struct sc_published_file more = {
        .name = SC_PDF_FILE, .bytes = pdf, .kind = SC_FILE_OTHER};
    SC_AUTO_FREE char *index = sc_path_join(path, "index.html");
    SC_AUTO_OUTPUTS outputs = {0};
    SC_AUTO_BUF page = {0};
    enum sc_status status = index ? sc_publication_check(publication, err) : sc_fail_nomem(err);

    if (!status)
        status = sc_outputs_make(&outputs, publication, NULL, err);
    if (!status)
        status = make_page(publication, &outputs, &more, &page, err);
    return status ? status : sc_file_replace(index, page.data, page.len, err);
}
