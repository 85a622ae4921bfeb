#include "publish/json_parts.h"

#include "base/date.h"
#include "publish/layout.h"

void sc_json_key_bool(struct sc_json *json, const char *key, bool b)
{
    sc_json_key(json, key);
    sc_json_bool(json, b);
}

void sc_json_key_day(struct sc_json *json, const char *key, int32_t day)
{
    char text[16];

    sc_json_key(json, key);
    if (day == SC_DAY_NONE)
        sc_json_null(json);
    else
        sc_json_string(json, sc_day_format_iso(day, text));
}

void sc_json_key_strings(struct sc_json *json, const char *key, const char *const *strings,
                         size_t n)
{
    sc_json_key(json, key);
    sc_json_open(json, '[');
    for (size_t i = 0; i < n; i++)
        sc_json_string(json, strings[i]);
    sc_json_close(json, ']');
}

void sc_json_key_at(struct sc_json *json, const struct sc_table *table, const size_t *positions)
{
    sc_json_key(json, "at");
    sc_json_open_flat(json, '{');
    for (size_t d = 0; d < table->n_dimensions; d++)
        sc_json_key_string(json, table->dimensions[d].code,
                           sc_position_code(&table->dimensions[d], positions[d]));
    sc_json_close(json, '}');
}
