#include "extract/reader.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/file.h"
#include "extract/source.h"

struct sc_reader {
    const struct sc_reader_ops *ops;
    void *state;
    struct sc_reader_common common;
    size_t path_capacity;
};

struct sc_reader_worker {
    const struct sc_reader_ops *ops;
    void *state;
};

static enum sc_status add_path(struct sc_reader *reader, char *path, struct sc_error *err)
{
    enum sc_status status;

    if (!path)
        return sc_fail_nomem(err);
    status = sc_grow((void **)&reader->common.paths, &reader->path_capacity, reader->common.n_paths,
                     sizeof *reader->common.paths, err);
    if (status) {
        sc_free(path);
        return status;
    }
    reader->common.paths[reader->common.n_paths++] = path;
    return SC_OK;
}

static int by_name(const void *a, const void *b)
{
    const char *const *left = a;
    const char *const *right = b;

    return strcmp(*left, *right);
}

static enum sc_status add_folder(struct sc_reader *reader, const char *path, struct sc_error *err)
{
    size_t before = reader->common.n_paths;
    enum sc_status status = SC_OK;
    DIR *dir = opendir(path);

    if (!dir)
        return sc_fail_io(err, "open", path, errno);
    for (;;) {
        struct dirent *entry;
        struct stat st;
        char *joined;

        errno = 0;
        entry = readdir(dir);
        if (!entry) {
            if (errno)
                status = sc_fail_io(err, "read", path, errno);
            break;
        }
        if (entry->d_name[0] == '.')
            continue;
        joined = sc_path_join(path, entry->d_name);
        if (joined && stat(joined, &st) == 0 && !S_ISREG(st.st_mode)) {
            sc_free(joined);
            continue;
        }
        status = add_path(reader, joined, err);
        if (status)
            break;
    }
    (void)closedir(dir);
    if (status)
        return status;
    if (reader->common.n_paths == before)
        return sc_fail_at(err, SC_E_INPUT, path, 0, 0, "the folder holds no files of records");
    qsort(reader->common.paths + before, reader->common.n_paths - before,
          sizeof *reader->common.paths, by_name);
    return SC_OK;
}

static enum sc_status add_paths(struct sc_reader *reader, struct sc_error *err)
{
    const struct sc_source *source = reader->common.source;

    for (size_t i = 0; i < source->n_files; i++) {
        struct stat st;
        enum sc_status status;

        if (strcmp(source->files[i], "-") != 0 && stat(source->files[i], &st) == 0 &&
            S_ISDIR(st.st_mode))
            status = add_folder(reader, source->files[i], err);
        else
            status = add_path(reader, sc_strdup(source->files[i]), err);
        if (status)
            return status;
    }
    if (reader->common.n_paths == 0)
        return sc_fail_at(err, SC_E_INPUT, source->path ? source->path : "", 0, 0,
                          "no files of records are named");
    return SC_OK;
}

static enum sc_status make_files(struct sc_reader_common *common, struct sc_error *err)
{
    common->files = sc_alloc_array(common->n_paths, sizeof *common->files);
    common->columns = sc_alloc_array(common->n_paths, sizeof *common->columns);
    common->n_fields = sc_alloc_array(common->n_paths, sizeof *common->n_fields);
    if (!common->files || !common->columns || !common->n_fields)
        return sc_fail_nomem(err);
    for (size_t i = 0; i < common->n_paths; i++) {
        common->files[i].path = common->paths[i];
        common->files[i].name =
            strcmp(common->paths[i], "-") == 0 ? "standard input" : sc_path_base(common->paths[i]);
    }
    return SC_OK;
}

enum sc_status sc_reader_open(const struct sc_source *source, struct sc_reader **ret_reader,
                              struct sc_error *err)
{
    SC_AUTO(sc_reader) reader = sc_alloc(sizeof *reader);
    enum sc_status status;

    if (!reader)
        return sc_fail_nomem(err);
    reader->ops = source->format == SC_SOURCE_SQLITE ? &sc_sqlite_reader_ops : &sc_csv_reader_ops;
    reader->common.source = source;
    status = add_paths(reader, err);
    if (status)
        return status;
    status = make_files(&reader->common, err);
    if (status)
        return status;
    status = reader->ops->open(&reader->common, &reader->state, err);
    if (status)
        return status;
    *ret_reader = SC_TAKE(reader);
    return SC_OK;
}

void sc_reader_free(struct sc_reader *reader)
{
    if (!reader)
        return;
    if (reader->state)
        reader->ops->free(reader->state);
    for (size_t i = 0; i < reader->common.n_paths; i++) {
        sc_free(reader->common.paths[i]);
        if (reader->common.columns)
            sc_free(reader->common.columns[i]);
    }
    sc_free(reader->common.paths);
    sc_free(reader->common.files);
    sc_free(reader->common.columns);
    sc_free(reader->common.n_fields);
    sc_free(reader);
}

void sc_reader_want(struct sc_reader *reader, const char *const *headers,
                    const unsigned *occurrences, size_t n_wanted)
{
    reader->common.wanted = headers;
    reader->common.wanted_occurrences = occurrences;
    reader->common.n_wanted = n_wanted;
}

size_t sc_reader_column(const struct sc_reader *reader, uint32_t file_i, size_t wanted_i)
{
    return reader->common.columns[file_i][wanted_i];
}

size_t sc_reader_n_fields(const struct sc_reader *reader, uint32_t file_i)
{
    return reader->common.n_fields[file_i];
}

enum sc_status sc_reader_worker_new(struct sc_reader *reader, struct sc_reader_worker **ret_worker,
                                    struct sc_error *err)
{
    SC_AUTO(sc_reader_worker) worker = sc_alloc(sizeof *worker);
    enum sc_status status;

    if (!worker)
        return sc_fail_nomem(err);
    worker->ops = reader->ops;
    status = reader->ops->worker_new(reader->state, &worker->state, err);
    if (status)
        return status;
    *ret_worker = SC_TAKE(worker);
    return SC_OK;
}

void sc_reader_worker_free(struct sc_reader_worker *worker)
{
    if (!worker)
        return;
    if (worker->state)
        worker->ops->worker_free(worker->state);
    sc_free(worker);
}

enum sc_status sc_reader_next(struct sc_reader_worker *worker, struct sc_batch *batch,
                              bool *ret_end, struct sc_error *err)
{
    return worker->ops->next(worker->state, batch, ret_end, err);
}

void sc_reader_stop(struct sc_reader *reader)
{
    reader->ops->stop(reader->state);
}

void sc_reader_progress(struct sc_reader *reader, uint64_t *ret_done, uint64_t *ret_total)
{
    reader->ops->progress(reader->state, ret_done, ret_total);
}

const struct sc_reader_file *sc_reader_files(const struct sc_reader *reader, size_t *ret_n)
{
    *ret_n = reader->common.n_paths;
    return reader->common.files;
}

enum sc_status sc_reader_sample(const struct sc_source *source, size_t max_rows,
                                struct sc_arena *arena, struct sc_sample *ret_sample,
                                struct sc_error *err)
{
    SC_AUTO(sc_reader) reader = NULL;
    enum sc_status status = sc_reader_open(source, &reader, err);

    if (status)
        return status;
    assert(reader);
    return reader->ops->sample(reader->state, max_rows, arena, ret_sample, err);
}

static enum sc_status fail_column(const struct sc_reader_common *common, size_t file_i,
                                  size_t wanted_i, const char *const *headers, size_t n_headers,
                                  struct sc_error *err)
{
    SC_AUTO_BUF list = {0};
    enum sc_status status;

    for (size_t i = 0; i < n_headers; i++)
        sc_buf_addf(&list, "%s'%s'", i ? ", " : "", headers[i]);
    status = sc_buf_check(&list, err);
    if (status)
        return status;
    if (common->wanted_occurrences[wanted_i] > 1)
        return sc_fail_at(err, SC_E_INPUT, common->files[file_i].path, 1, 0,
                          "no column number %u headed '%s': the header has %s",
                          common->wanted_occurrences[wanted_i], common->wanted[wanted_i],
                          list.data ? list.data : "no columns");
    return sc_fail_at(err, SC_E_INPUT, common->files[file_i].path, 1, 0,
                      "no column headed '%s': the header has %s", common->wanted[wanted_i],
                      list.data ? list.data : "no columns");
}

enum sc_status sc_reader_note_header(struct sc_reader_common *common, size_t file_i,
                                     const char *const *headers, size_t n_headers,
                                     struct sc_error *err)
{
    uint32_t *columns = sc_alloc_array(common->n_wanted, sizeof *columns);

    if (!columns)
        return sc_fail_nomem(err);
    for (size_t w = 0; w < common->n_wanted; w++) {
        unsigned seen = 0;
        size_t i;

        for (i = 0; i < n_headers; i++) {
            if (strcmp(headers[i], common->wanted[w]) == 0 &&
                ++seen == common->wanted_occurrences[w])
                break;
        }
        if (i == n_headers) {
            sc_free(columns);
            return fail_column(common, file_i, w, headers, n_headers, err);
        }
        columns[w] = (uint32_t)i;
    }
    sc_free(common->columns[file_i]);
    common->columns[file_i] = columns;
    common->n_fields[file_i] = n_headers;
    return SC_OK;
}

void sc_csv_unquote(struct sc_slice raw, struct sc_buf *buf)
{
    size_t from = 0;

    if (raw.len < 2 || raw.data[0] != '"' || raw.data[raw.len - 1] != '"') {
        sc_buf_add_text(buf, raw.data, raw.len);
        return;
    }
    raw.data++;
    raw.len -= 2;
    SC_AUTO_BUF plain = {0};
    for (size_t i = 0; i < raw.len; i++) {
        if (raw.data[i] == '"' && i + 1 < raw.len && raw.data[i + 1] == '"') {
            sc_buf_add(&plain, raw.data + from, i + 1 - from);
            i++;
            from = i + 1;
        }
    }
    sc_buf_add(&plain, raw.data + from, raw.len - from);
    if (plain.failed)
        buf->failed = true;
    else
        sc_buf_add_text(buf, plain.data ? plain.data : "", plain.len);
}
