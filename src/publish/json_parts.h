/*
 * json_parts.h - what several JSON writers say in the same way: days, lists of texts, the
 * place of a cell.
 */
#ifndef SC_PUBLISH_JSON_PARTS_H
#define SC_PUBLISH_JSON_PARTS_H

#include "publish/json.h"
#include "safecount/table.h"

/* A key with true or false. */
void sc_json_key_bool(struct sc_json *json, const char *key, bool b);
/* A key with a day as "2021-09-07", or null for SC_DAY_NONE. */
void sc_json_key_day(struct sc_json *json, const char *key, int32_t day);
/* A key with a list of texts. */
void sc_json_key_strings(struct sc_json *json, const char *key, const char *const *strings,
                         size_t n);
/* "at" with the code of each dimension of `table` at `positions`. */
void sc_json_key_at(struct sc_json *json, const struct sc_table *table, const size_t *positions);

#endif
