#include "codes/list.h"

#include <string.h>

#include "codes/codes.h"
#include "codes/embedded.h"

bool sc_data_find(const char *name, struct sc_slice *ret_bytes)
{
    for (size_t i = 0; i < sc_embedded_n_files; i++) {
        if (strcmp(sc_embedded_files[i].name, name) == 0) {
            ret_bytes->data = (const char *)sc_embedded_files[i].bytes;
            ret_bytes->len = sc_embedded_files[i].len;
            return true;
        }
    }
    return false;
}

/* The byte at the front of what is left, -1 at the end. */
static int peek(const struct sc_list *list)
{
    return list->rest.len ? (unsigned char)list->rest.data[0] : -1;
}

static int take(struct sc_list *list)
{
    int c = peek(list);

    if (c >= 0) {
        list->rest.data++;
        list->rest.len--;
    }
    return c;
}

static void keep(struct sc_list *list, int c)
{
    if (list->pool == list->pool_end)
        list->failed = true;
    else
        *list->pool++ = (char)c;
}

/* The opening quote is taken; takes up to and with the closing one. */
static void take_quoted(struct sc_list *list)
{
    for (int c = take(list); c >= 0; c = take(list)) {
        if (c == '"') {
            if (peek(list) != '"')
                return;
            (void)take(list);
        }
        keep(list, c);
    }
    list->failed = true; /* never closed */
}

/* Copies a field into the pool and takes what ends it; true when that was a comma. */
static bool take_field(struct sc_list *list, const char **ret_field)
{
    int c;

    *ret_field = list->pool;
    if (peek(list) == '"') {
        (void)take(list);
        take_quoted(list);
    } else {
        while (peek(list) >= 0 && !strchr(",\r\n\"", peek(list)))
            keep(list, take(list));
    }
    keep(list, '\0');
    c = take(list);
    if (c == '\r')
        c = take(list);
    if (c != ',' && c != '\n' && c != -1)
        list->failed = true; /* something between a closing quote and the comma */
    return c == ',';
}

/* Takes a record into `fields`; returns how many there were. */
static size_t take_record(struct sc_list *list, const char **fields)
{
    size_t n = 0;
    bool more = true;

    while (more && !list->failed) {
        if (n == SC_LIST_FIELDS_MAX)
            list->failed = true;
        else
            more = take_field(list, &fields[n++]);
    }
    return n;
}

void sc_list_open(struct sc_list *list, const char *name, char *pool, size_t pool_size)
{
    *list = (struct sc_list){.pool = pool, .pool_end = pool + pool_size};
    if (sc_data_find(name, &list->rest))
        list->n_columns = take_record(list, list->header);
    else
        list->failed = true;
    for (size_t i = 0; i < SC_LIST_FIELDS_MAX; i++)
        list->fields[i] = "";
}

size_t sc_list_column(struct sc_list *list, const char *header)
{
    for (size_t i = 0; i < list->n_columns; i++) {
        if (strcmp(list->header[i], header) == 0)
            return i;
    }
    list->failed = true;
    return 0;
}

bool sc_list_next(struct sc_list *list)
{
    if (list->failed || list->rest.len == 0)
        return false;
    if (take_record(list, list->fields) != list->n_columns)
        list->failed = true;
    return !list->failed;
}

bool sc_list_sound(const struct sc_list *list)
{
    return !list->failed && list->rest.len == 0;
}
