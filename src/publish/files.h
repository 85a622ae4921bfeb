/*
 * files.h - every file of an answer but its page, made in memory in one fixed
 * order from one publication that passed the gate.
 */
#ifndef SC_PUBLISH_FILES_H
#define SC_PUBLISH_FILES_H

#include "base/memory.h"
#include "publish/publish.h"

struct sc_output {
    struct sc_published_file file; /* name owned by this list */
    char *name;
    struct sc_buf bytes;
};

struct sc_outputs {
    struct sc_output *items;
    size_t n;
    size_t capacity;
};

/*
 * Appends all files of `publication` (checked) to `outputs`: two CSV files a table,
 * answer.json, and what the tables and options call for. On failure the list
 * is only to be released. SC_OK, SC_E_NOMEM or SC_E_IO.
 */
SC_MUST_USE enum sc_status sc_outputs_make(struct sc_outputs *outputs,
                                           const struct sc_publication *publication,
                                           const struct sc_publish_options *options,
                                           struct sc_error *err);
void sc_outputs_release(struct sc_outputs *outputs);
#define SC_AUTO_OUTPUTS __attribute__((cleanup(sc_outputs_release))) struct sc_outputs

/*
 * The parts, each appended to `out`. `files` are those already made; they are
 * described with size and, in the data package, with their hash.
 */
void sc_publish_csvw(const struct sc_publication *publication, struct sc_buf *out);
void sc_publish_data_package(const struct sc_publication *publication,
                             const struct sc_publish_options *options,
                             const struct sc_outputs *files, struct sc_buf *out);
void sc_publish_dataset(const struct sc_publication *publication,
                        const struct sc_publish_options *options, const struct sc_outputs *files,
                        struct sc_buf *out);
void sc_publish_letter(const struct sc_publication *publication,
                       const struct sc_publish_options *options, struct sc_buf *out);

/* The answer in one plain sentence, for a list: from its first table, or its decision. */
void sc_publish_short(const struct sc_publication *publication, struct sc_buf *out);

/* The header of a dimension in the tidy CSV, before CSV's own quoting. */
void sc_tidy_name(const struct sc_dimension *dimension, struct sc_buf *out);

/* "text/csv" and so on. Static. */
const char *sc_file_media_type(enum sc_file_kind kind);

#endif
