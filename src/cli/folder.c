/*
 * folder.c - an answer folder where commands want table files.
 */
#include <dirent.h>
#include <errno.h>
#include <jansson.h>
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

enum sc_status read_rounding(const char *folder, int64_t *ret_base, int64_t *ret_within,
                             struct sc_error *err)
{
    SC_AUTO_FREE char *path = sc_path_join(folder, "answer.json");
    SC_AUTO_BUF bytes = {0};
    json_error_t why;
    json_t *root, *policy;
    enum sc_status status;

    *ret_base = *ret_within = 0;
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
    policy = json_object_get(root, "policy");
    *ret_base = json_integer_value(json_object_get(policy, "rounding"));
    *ret_within = json_integer_value(json_object_get(policy, "within"));
    json_decref(root);
    if (*ret_base < 0 || *ret_base > 1000000 || *ret_within < 0 || *ret_within > 1000000)
        return sc_fail_at(err, SC_E_INPUT, path, 0, 0,
                          "policy: rounding and within: expected 0 to 1,000,000");
    return SC_OK;
}
