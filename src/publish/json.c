/*
 * json.c - the JSON writer: commas, indents of two spaces, escapes.
 */
#include "publish/json.h"

#include <assert.h>
#include <string.h>

/* What goes before a value or a key: a comma after an earlier one, and the line break. */
static void begin_item(struct sc_json *json)
{
    if (json->after_key) {
        json->after_key = false;
        return;
    }
    if (!json->empty && json->depth > 0)
        sc_buf_addc(json->out, ',');
    json->empty = false;
    if (json->depth == 0)
        return;
    if (json->flat) {
        if (json->out->len && json->out->data[json->out->len - 1] == ',')
            sc_buf_addc(json->out, ' ');
        return;
    }
    sc_buf_addc(json->out, '\n');
    for (int i = 0; i < json->depth; i++)
        sc_buf_adds(json->out, "  ");
}

void sc_json_open(struct sc_json *json, char bracket)
{
    assert(bracket == '{' || bracket == '[');
    begin_item(json);
    sc_buf_addc(json->out, bracket);
    json->depth++;
    json->empty = true;
}

void sc_json_open_flat(struct sc_json *json, char bracket)
{
    sc_json_open(json, bracket);
    if (!json->flat)
        json->flat = json->depth;
}

void sc_json_close(struct sc_json *json, char bracket)
{
    bool flat = json->flat != 0;

    assert(json->depth > 0 && !json->after_key);
    assert(bracket == '}' || bracket == ']');
    json->depth--;
    if (json->flat > json->depth)
        json->flat = 0;
    if (!json->empty && !flat) {
        sc_buf_addc(json->out, '\n');
        for (int i = 0; i < json->depth; i++)
            sc_buf_adds(json->out, "  ");
    }
    sc_buf_addc(json->out, bracket);
    json->empty = false;
    if (json->depth == 0)
        sc_buf_addc(json->out, '\n');
}

/* `s` is well-formed UTF-8. */
static void add_quoted(struct sc_buf *out, const char *s)
{
    sc_buf_addc(out, '"');
    for (; *s; s++) {
        unsigned char c = (unsigned char)*s;

        if (c == '"' || c == '\\') {
            sc_buf_addc(out, '\\');
            sc_buf_addc(out, *s);
        } else if (c == '\n') {
            sc_buf_adds(out, "\\n");
        } else if (c < 0x20 || c == 0x7f) {
            sc_buf_addf(out, "\\u%04x", c);
        } else if (c == '<') {
            sc_buf_adds(out, "\\u003c"); /* so that no page it is put into can end early */
        } else {
            sc_buf_addc(out, *s);
        }
    }
    sc_buf_addc(out, '"');
}

void sc_json_string(struct sc_json *json, const char *s)
{
    size_t len = strlen(s);
    SC_AUTO_BUF text = {0};

    begin_item(json);
    if (sc_utf8_valid(s, len)) {
        add_quoted(json->out, s);
        return;
    }
    sc_buf_add_text(&text, s, len);
    add_quoted(json->out, text.data ? text.data : "");
    json->out->failed |= text.failed;
}

void sc_json_key(struct sc_json *json, const char *key)
{
    sc_json_string(json, key);
    sc_buf_adds(json->out, ": ");
    json->after_key = true;
}

void sc_json_number(struct sc_json *json, uint64_t n)
{
    begin_item(json);
    sc_buf_addf(json->out, "%llu", (unsigned long long)n);
}

void sc_json_real(struct sc_json *json, double x)
{
    begin_item(json);
    sc_buf_addf(json->out, "%.6f", x);
}

void sc_json_bool(struct sc_json *json, bool b)
{
    begin_item(json);
    sc_buf_adds(json->out, b ? "true" : "false");
}

void sc_json_null(struct sc_json *json)
{
    begin_item(json);
    sc_buf_adds(json->out, "null");
}

void sc_json_key_string(struct sc_json *json, const char *key, const char *s)
{
    sc_json_key(json, key);
    sc_json_string(json, s);
}

void sc_json_key_number(struct sc_json *json, const char *key, uint64_t n)
{
    sc_json_key(json, key);
    sc_json_number(json, n);
}
