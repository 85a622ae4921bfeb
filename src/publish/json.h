/*
 * json.h - writes JSON (RFC 8259) straight into a buffer, in the order of calls.
 *
 * Tables have up to twenty million cells, so nothing is kept: the caller says
 * what comes next and is trusted to nest properly (asserted).
 */
#ifndef SC_PUBLISH_JSON_H
#define SC_PUBLISH_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

struct sc_json {
    struct sc_buf *out;
    int depth;
    int flat; /* depth from which all stands on one line; 0: none */
    bool empty;
    bool after_key;
};

/* `bracket` is '{' or '['. */
void sc_json_open(struct sc_json *json, char bracket);
/* The same, all of it on one line. */
void sc_json_open_flat(struct sc_json *json, char bracket);
/* `bracket` is '}' or ']'. */
void sc_json_close(struct sc_json *json, char bracket);
void sc_json_key(struct sc_json *json, const char *key);
/* Text that is not UTF-8 is read as Windows-1252. */
void sc_json_string(struct sc_json *json, const char *s);
void sc_json_number(struct sc_json *json, uint64_t n);
/* A finite number with six digits behind the point. */
void sc_json_real(struct sc_json *json, double x);
void sc_json_bool(struct sc_json *json, bool b);
void sc_json_null(struct sc_json *json);

/* A key with its value. */
void sc_json_key_string(struct sc_json *json, const char *key, const char *s);
void sc_json_key_number(struct sc_json *json, const char *key, uint64_t n);

#endif
