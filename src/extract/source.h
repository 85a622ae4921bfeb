/*
 * source.h - what a source of records implements to stand behind reader.h.
 */
#ifndef SC_EXTRACT_SOURCE_H
#define SC_EXTRACT_SOURCE_H

#include "extract/reader.h"

/* The files of an extract after folders have been opened out. */
struct sc_reader_common {
    const struct sc_source *source;
    char **paths;
    size_t n_paths;
    struct sc_reader_file *files; /* one a path; bytes and hash filled in as they end */
    const char *const *wanted;    /* headers */
    const unsigned *wanted_occurrences;
    size_t n_wanted;
    uint32_t **columns; /* per file: position of each wanted column; NULL before it is opened */
    size_t *n_fields;   /* per file */
};

struct sc_reader_ops {
    enum sc_status (*open)(struct sc_reader_common *common, void **ret_state, struct sc_error *err);
    void (*free)(void *state);
    enum sc_status (*worker_new)(void *state, void **ret_worker, struct sc_error *err);
    void (*worker_free)(void *worker);
    enum sc_status (*next)(void *worker, struct sc_batch *batch, bool *ret_end,
                           struct sc_error *err);
    void (*stop)(void *state);
    void (*progress)(void *state, uint64_t *ret_done, uint64_t *ret_total);
    enum sc_status (*sample)(void *state, size_t max_rows, struct sc_arena *arena,
                             struct sc_sample *ret_sample, struct sc_error *err);
};

extern const struct sc_reader_ops sc_csv_reader_ops;
extern const struct sc_reader_ops sc_sqlite_reader_ops;

/*
 * Notes the header of file `file_i`: finds the wanted columns in it.
 * SC_E_INPUT when one is not there; the message lists the headers, which are
 * names of columns and no one's data.
 */
SC_MUST_USE enum sc_status sc_reader_note_header(struct sc_reader_common *common, size_t file_i,
                                                 const char *const *headers, size_t n_headers,
                                                 struct sc_error *err);

/*
 * The one table or view of the SQLite database `path`, in `arena`. SC_E_INPUT
 * naming them all when there are none or several.
 */
SC_MUST_USE enum sc_status sc_sqlite_only_table(const char *path, struct sc_arena *arena,
                                                const char **ret_table, struct sc_error *err);

/* Appends a raw CSV field to `buf` as plain UTF-8: unquoted, doubled quotes single. */
void sc_csv_unquote(struct sc_slice raw, struct sc_buf *buf);

#endif
