/* classify.h - what the commands classify and dictionary share. */
#ifndef SC_CLI_CLASSIFY_H
#define SC_CLI_CLASSIFY_H

#include "base/text.h"
#include "cli/options.h"
#include "publish/json.h"
#include "safecount/classify.h"

/*
 * Loads the source description of *extract: --source, with *extract as its file
 * of records (borrowed until the source is freed); or *extract itself, an
 * extract.yaml. 0, or the exit code after saying why.
 */
int load_extract(const struct arguments *arguments, const char **extract,
                 struct sc_source **ret_source);
int load_dictionary(const char *path, struct sc_dictionary **ret_dictionary);

struct sc_classify_options classify_options(const struct arguments *arguments);

void add_rows_json(struct sc_json *json, const struct sc_rows_read *rows);
void add_dictionary_json(struct sc_json *json, const char *key,
                         const struct sc_dictionary *dictionary);
void add_rows_text(struct sc_buf *out, const struct sc_rows_read *rows, uint64_t records);
/* "Dictionary: Platforms, version 2 (...)", `which` being its first word. */
void add_dictionary_text(struct sc_buf *out, const char *which,
                         const struct sc_dictionary *dictionary);

/* The beginning and the end of an object of true counts. */
void begin_internal_json(struct sc_json *json);
void end_json(struct sc_json *json);

/* Writes to standard output; 0, or the exit code after saying why. */
int write_buffer(struct sc_buf *out);

#endif
