/*
 * dump_rows.c - prints every row that the reader finds, one JSON list a line:
 * [row number, fault or null, [fields]]. A tool for tests/extract/test_reading.py.
 *
 * usage: dump_rows THREADS FORMAT ENCODING FILE...
 */
#include <inttypes.h>
#include <jansson.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "extract/source.h"

static pthread_mutex_t print_lock = PTHREAD_MUTEX_INITIALIZER;
static struct sc_reader *reader;
static struct sc_error first_error;
static int failed;

static void print_row(const struct sc_batch *batch, size_t i)
{
    unsigned char fault = batch->faults ? batch->faults[i] : SC_ROW_CLEAN;
    const struct sc_row *row = &batch->rows[i];
    json_t *fields = json_array();
    json_t *line;
    char *text;

    for (size_t f = 0; fault == SC_ROW_CLEAN && f < row->n_fields; f++) {
        SC_AUTO_BUF value = {0};

        sc_csv_unquote(sc_batch_raw(batch, row, f), &value);
        (void)json_array_append_new(fields, json_stringn(value.data ? value.data : "", value.len));
    }
    line = json_pack("[IIoo]", (json_int_t)batch->file_i, (json_int_t)(batch->first_row + i),
                     fault == SC_ROW_CLEAN ? json_null()
                                           : json_string(sc_fault_name((enum sc_fault)(fault - 1))),
                     fields);
    text = json_dumps(line, JSON_COMPACT);
    (void)puts(text);
    free(text);
    json_decref(line);
}

static void *work(void *unused)
{
    SC_AUTO(sc_reader_worker) worker = NULL;
    struct sc_error err = {0};
    enum sc_status status = sc_reader_worker_new(reader, &worker, &err);
    bool end = false;

    (void)unused;
    while (!status && !end) {
        struct sc_batch batch = {0};

        status = sc_reader_next(worker, &batch, &end, &err);
        (void)pthread_mutex_lock(&print_lock);
        for (size_t i = 0; !status && i < batch.n_rows; i++)
            print_row(&batch, i);
        (void)pthread_mutex_unlock(&print_lock);
    }
    if (status) {
        (void)pthread_mutex_lock(&print_lock);
        if (!failed)
            first_error = err;
        failed = 1;
        (void)pthread_mutex_unlock(&print_lock);
    }
    return NULL;
}

int main(int argc, char **argv)
{
    static const char *const encodings[] = {"auto", "utf-8", "windows-1252", "utf-16"};
    struct sc_source source = {.path = "test"};
    struct sc_error err = {0};
    pthread_t threads[16];
    int n;

    if (argc < 5)
        return 2;
    n = atoi(argv[1]);
    source.format = strcmp(argv[2], "sqlite") == 0 ? SC_SOURCE_SQLITE : SC_SOURCE_CSV;
    source.table = "t";
    for (size_t i = 0; i < 4; i++) {
        if (strcmp(argv[3], encodings[i]) == 0)
            source.encoding = (enum sc_encoding)i;
    }
    source.n_files = (size_t)argc - 4;
    source.files = sc_alloc_array(source.n_files, sizeof *source.files);
    if (!source.files)
        return 1;
    memcpy(source.files, argv + 4, source.n_files * sizeof *source.files);
    if (sc_reader_open(&source, &reader, &err)) {
        (void)fprintf(stderr, "%s: %s\n", err.file, err.message);
        return 3;
    }
    sc_reader_want(reader, NULL, NULL, 0);
    for (int i = 0; i < n; i++)
        (void)pthread_create(&threads[i], NULL, work, NULL);
    for (int i = 0; i < n; i++)
        (void)pthread_join(threads[i], NULL);
    sc_reader_free(reader);
    sc_free(source.files);
    if (failed) {
        (void)fprintf(stderr, "%s: %s\n", first_error.file, first_error.message);
        return 3;
    }
    return 0;
}
