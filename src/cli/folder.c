/*
 * folder.c - an answer folder where commands want table files.
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "cli/cli.h"

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
