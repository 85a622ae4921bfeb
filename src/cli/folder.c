/*
 * folder.c - an answer folder where commands want table files.
 */
#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "cli/cli.h"
#include "register/answer_reader.h"

bool is_folder(const char *path)
{
    struct stat found;

    return stat(path, &found) == 0 && S_ISDIR(found.st_mode);
}

static bool ends_with(const char *name, const char *ending)
{
    size_t n = strlen(name), m = strlen(ending);

    return n > m && strcmp(name + n - m, ending) == 0;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void release_names(struct names *names)
{
    for (size_t i = 0; i < names->n; i++)
        sc_free(names->items[i]);
    sc_free(names->items);
    *names = (struct names){0};
}

enum sc_status add_name(struct names *names, char *owned, struct sc_error *err)
{
    enum sc_status status = owned ? sc_grow((void **)&names->items, &names->capacity, names->n,
                                            sizeof *names->items, err)
                                  : sc_fail_nomem(err);

    if (status)
        sc_free(owned);
    else
        names->items[names->n++] = owned;
    return status;
}

enum sc_status add_tables(struct names *names, const char *folder, struct sc_error *err)
{
    SC_AUTO_FREE char *tables = sc_path_join(folder, "tables");
    size_t first = names->n;
    enum sc_status status = SC_OK;
    struct dirent *entry;
    DIR *dir;

    if (!tables)
        return sc_fail_nomem(err);
    dir = opendir(tables);
    if (!dir && errno == ENOENT)
        return sc_fail_at(
            err, SC_E_INPUT, folder, 0, 0,
            "this folder holds no answer (it has no 'tables' in it): name an answer's "
            "folder, or the tables themselves");
    if (!dir)
        return sc_fail_io(err, "open", tables, errno);
    while (!status && (entry = readdir(dir)) != NULL)
        if (ends_with(entry->d_name, ".tidy.csv"))
            status = add_name(names, sc_path_join(tables, entry->d_name), err);
    (void)closedir(dir);
    if (!status && names->n == first)
        status = sc_fail_at(err, SC_E_INPUT, tables, 0, 0,
                            "no *.tidy.csv: expected the folder of an answer");
    if (!status)
        qsort(names->items + first, names->n - first, sizeof *names->items, by_name);
    return status;
}

/* Which marks the tables show. */
static void find_marks(const json_t *root, struct shown_as *shown)
{
    const json_t *tables = json_object_get(root, "tables");

    for (size_t t = 0; t < json_array_size(tables); t++) {
        const json_t *cells = json_object_get(json_array_get(tables, t), "cells");

        for (size_t i = 0; i < json_array_size(cells); i++) {
            const char *status =
                json_string_value(json_object_get(json_array_get(cells, i), "status"));

            shown->has_marked = shown->has_marked || (status && strcmp(status, "suppressed") == 0);
            shown->has_secondary =
                shown->has_secondary || (status && strcmp(status, "secondary") == 0);
        }
    }
}

/* A text of the policy; false when it is longer than any that safecount writes. */
static bool take_text(const json_t *policy, const char *key, char *out, size_t size)
{
    const char *text = json_string_value(json_object_get(policy, key));

    return !text || (size_t)snprintf(out, size, "%s", text) < size;
}

static bool take_policy(const json_t *policy, struct shown_as *shown)
{
    const char *zeros = json_string_value(json_object_get(policy, "zeros"));

    shown->base = json_integer_value(json_object_get(policy, "rounding"));
    shown->within = json_integer_value(json_object_get(policy, "within"));
    shown->threshold = json_integer_value(json_object_get(policy, "threshold"));
    shown->zeros_hidden = zeros && strcmp(zeros, "hidden") == 0;
    if (!take_text(policy, "secondary_marker", shown->secondary_marker,
                   sizeof shown->secondary_marker))
        return false;
    return !shown->secondary_marker[0] ||
           (shown->threshold >= 2 && shown->threshold <= 1000000 &&
            take_text(policy, "marker", shown->marker, sizeof shown->marker));
}

enum sc_status read_shown_as(const char *folder, struct shown_as *ret_shown, struct sc_error *err)
{
    SC_AUTO_FREE char *path = sc_path_join(folder, "answer.json");
    SC_AUTO_BUF bytes = {0};
    json_error_t why;
    json_t *root;
    bool good;
    enum sc_status status;

    *ret_shown = (struct shown_as){0};
    if (!path)
        return sc_fail_nomem(err);
    if (access(path, F_OK) != 0)
        return SC_OK;
    status = sc_file_load(path, SC_ANSWER_BYTES_MAX, &bytes, err);
    if (status)
        return status;
    root = json_loadb(bytes.data ? bytes.data : "", bytes.len, 0, &why);
    if (!root)
        return sc_fail_at(err, SC_E_INPUT, path, (size_t)(why.line > 0 ? why.line : 0),
                          (size_t)(why.column > 0 ? why.column : 0),
                          "not JSON: expected the answer as safecount wrote it");
    good = take_policy(json_object_get(root, "policy"), ret_shown);
    find_marks(root, ret_shown);
    json_decref(root);
    if (ret_shown->base < 0 || ret_shown->base > 1000000 || ret_shown->within < 0 ||
        ret_shown->within > 1000000)
        return sc_fail_at(err, SC_E_INPUT, path, 0, 0,
                          "policy: rounding and within: expected 0 to 1,000,000");
    return good ? SC_OK
                : sc_fail_at(err, SC_E_INPUT, path, 0, 0,
                             "policy: expected marks of at most 31 bytes, and a threshold");
}
