/*
 * reader.h - the one seam behind which every source of case records lies.
 *
 * A reader hands out batches of rows to any number of workers (one a thread).
 * Whatever the source, a batch is a stretch of CSV text with an index over it:
 * the CSV reader indexes the file's own bytes, the SQLite reader writes its
 * rows as CSV text first. Which rows come to which worker is not determined;
 * that every row comes exactly once, with its place, is.
 *
 * To add a source: implement `struct sc_reader_ops` and a case in
 * sc_reader_open().
 */
#ifndef SC_EXTRACT_READER_H
#define SC_EXTRACT_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"
#include "base/text.h"
#include "safecount/count.h"
#include "safecount/request.h"
#include "safecount/status.h"

/* The longest record, in bytes as CSV text without its line end. */
#define SC_RECORD_MAX ((size_t)1024 * 1024)

/* Readable bytes, of any value, before and after every field of a batch. */
#define SC_BATCH_PADDING 64

struct sc_row {
    uint32_t start;    /* offset of its first byte */
    uint32_t first;    /* into `ends`: where its first field ends */
    uint32_t n_fields; /* as found; ends[first + n_fields - 1] ends the row */
};

#define SC_ROW_CLEAN 0

struct sc_batch {
    const char *base;
    const uint32_t *ends;
    const struct sc_row *rows;
    const unsigned char *faults; /* NULL: all clean; else SC_ROW_CLEAN or 1 + enum sc_fault */
    size_t n_rows;
    uint32_t file_i;    /* which file they are of */
    uint64_t first_row; /* number in that file of rows[0], from 1 */
};

/* Field `i` of a row that has it, as it stands: quotes around and doubled ones inside. */
static inline struct sc_slice sc_batch_raw(const struct sc_batch *batch, const struct sc_row *row,
                                           size_t i)
{
    uint32_t from = i ? batch->ends[row->first + i - 1] + 1 : row->start;
    uint32_t to = batch->ends[row->first + i];

    return (struct sc_slice){batch->base + from, to - from};
}

/* Without the quotes around it; doubled quotes inside are left as they are. */
static inline struct sc_slice sc_batch_field(const struct sc_batch *batch, const struct sc_row *row,
                                             size_t i)
{
    struct sc_slice s = sc_batch_raw(batch, row, i);

    if (s.len >= 2 && s.data[0] == '"') {
        s.data++;
        s.len -= 2;
    }
    return s;
}

struct sc_reader;
struct sc_reader_worker;

/*
 * Opens the files of `source`, which must outlive the reader. Folders stand
 * for the files in them, by name, without sub-folders and hidden files.
 * Returns SC_OK, SC_E_IO, SC_E_INPUT, SC_E_UNSUPPORTED or SC_E_NOMEM.
 */
SC_MUST_USE enum sc_status sc_reader_open(const struct sc_source *source,
                                          struct sc_reader **ret_reader, struct sc_error *err);
void sc_reader_free(struct sc_reader *reader);
SC_DEFINE_AUTO(sc_reader);

/*
 * Names the columns to be found in every file: `headers[i]` and `occurrences[i]`
 * (from 1). Call once, before the first worker. The position of each column
 * is looked up when a file is opened; a file without one of them is SC_E_INPUT.
 * Arrays and strings must outlive the reader.
 */
void sc_reader_want(struct sc_reader *reader, const char *const *headers,
                    const unsigned *occurrences, size_t n_wanted);

/* Position of wanted column `wanted_i` in the rows of file `file_i` of a batch in hand. */
size_t sc_reader_column(const struct sc_reader *reader, uint32_t file_i, size_t wanted_i);
/* How many fields a row of that file must have. */
size_t sc_reader_n_fields(const struct sc_reader *reader, uint32_t file_i);

SC_MUST_USE enum sc_status sc_reader_worker_new(struct sc_reader *reader,
                                                struct sc_reader_worker **ret_worker,
                                                struct sc_error *err);
void sc_reader_worker_free(struct sc_reader_worker *worker);
SC_DEFINE_AUTO(sc_reader_worker);

/*
 * The next batch, or *ret_end. The batch is borrowed until the next call with
 * the same worker. A failure in one worker makes all others fail with the
 * same error. Called from the worker's own thread.
 */
SC_MUST_USE enum sc_status sc_reader_next(struct sc_reader_worker *worker, struct sc_batch *batch,
                                          bool *ret_end, struct sc_error *err);

/* Makes every worker return SC_E_INTERRUPTED as soon as it can. From any thread. */
void sc_reader_stop(struct sc_reader *reader);

/* Bytes read and to be read (0: not known). From any thread. */
void sc_reader_progress(struct sc_reader *reader, uint64_t *ret_done, uint64_t *ret_total);

/* After the end: the files read, with sizes and hashes. Borrowed. */
struct sc_reader_file {
    const char *path;
    const char *name; /* the last part of path; "standard input" for "-" */
    uint64_t bytes;
    char hash[33];
};
const struct sc_reader_file *sc_reader_files(const struct sc_reader *reader, size_t *ret_n);

/*
 * The header of the first file and up to `max_rows` of its first rows, for
 * describing an extract. Strings are UTF-8, unquoted, in `arena`.
 */
struct sc_sample {
    const char **headers;
    size_t n_columns;
    const char ***rows; /* rows[r][c]; a row with another field count is left out */
    size_t n_rows;
    char delimiter; /* as found; 0 for SQLite */
};
SC_MUST_USE enum sc_status sc_reader_sample(const struct sc_source *source, size_t max_rows,
                                            struct sc_arena *arena, struct sc_sample *ret_sample,
                                            struct sc_error *err);

#endif
