#include "codes/list.h"

#include <string.h>

#include "base/memory.h"
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

bool sc_list_open(struct sc_list *list, const char *name)
{
    *list = (struct sc_list){0};
    if (!sc_data_find(name, &list->rest))
        return false;
    list->pool = sc_alloc(list->rest.len + 1); /* fields with their NULs are never longer */
    return list->pool && sc_list_next(list);
}

/* Copies one field into the pool; true when another follows in the record. */
static bool take_field(struct sc_list *list)
{
    const char *p = list->rest.data;
    const char *end = p + list->rest.len;
    bool quoted = p < end && *p == '"';
    bool more;

    if (list->n_fields < SC_LIST_FIELDS_MAX)
        list->fields[list->n_fields++] = list->pool;
    if (quoted)
        p++;
    while (p < end) {
        if (quoted && *p == '"') {
            if (p + 1 < end && p[1] == '"') {
                p++;
            } else {
                quoted = false;
                p++;
                continue;
            }
        } else if (!quoted && (*p == ',' || *p == '\n')) {
            break;
        }
        if (*p != '\r')
            *list->pool++ = *p;
        p++;
    }
    *list->pool++ = '\0';
    more = p < end && *p == ',';
    if (p < end)
        p++;
    list->rest.data = p;
    list->rest.len = (size_t)(end - p);
    return more;
}

bool sc_list_next(struct sc_list *list)
{
    if (list->rest.len == 0)
        return false;
    list->n_fields = 0;
    while (take_field(list)) {
    }
    for (size_t i = list->n_fields; i < SC_LIST_FIELDS_MAX; i++)
        list->fields[i] = "";
    return true;
}
