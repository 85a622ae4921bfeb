/*
 * files.h - small files for tests, in a folder of their own that goes at exit.
 */
#ifndef TESTS_SYSTEM_FILES_H
#define TESTS_SYSTEM_FILES_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char files_folder[64];
static char files_names[32][128];
static int files_n;

static inline void files_clear(void)
{
    for (int i = 0; i < files_n; i++)
        (void)unlink(files_names[i]);
    if (files_folder[0])
        (void)rmdir(files_folder);
    files_n = 0;
    files_folder[0] = '\0';
}

/* Writes `text` as `name` and returns its path, good until files_clear(). */
static inline const char *file_with(const char *name, const char *text)
{
    FILE *f;
    int i;

    if (!files_folder[0]) {
        (void)snprintf(files_folder, sizeof files_folder, "/tmp/safecount-test-XXXXXX");
        if (!mkdtemp(files_folder))
            abort();
    }
    i = files_n++;
    if (i >= 32)
        abort();
    (void)snprintf(files_names[i], sizeof files_names[i], "%s/%s", files_folder, name);
    f = fopen(files_names[i], "wb");
    if (!f || fwrite(text, 1, strlen(text), f) != strlen(text) || fclose(f) != 0)
        abort();
    return files_names[i];
}

/*
 * A path of the shared data folder (`SAFECOUNT_SHARED`, or ../shared beside the
 * sources), or NULL when it is not there. Each call uses the next of four buffers.
 */
static inline const char *shared_file(const char *name)
{
    static char paths[4][512];
    static int turn;
    const char *root = getenv("SAFECOUNT_SHARED");
    struct stat st;

    turn = (turn + 1) % 4;
    (void)snprintf(paths[turn], sizeof paths[turn], "%s/%s", root ? root : SHARED_BESIDE, name);
    return stat(paths[turn], &st) == 0 ? paths[turn] : NULL;
}

#endif
