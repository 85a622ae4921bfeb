/* Each test runs in an empty folder of its own. */
#ifndef TESTS_REGISTER_FILES_H
#define TESTS_REGISTER_FILES_H

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static inline int enter_empty_folder(void **state)
{
    char *where = strdup("/tmp/safecount-test-XXXXXX");

    *state = where;
    if (!where || !mkdtemp(where) || chdir(where) != 0)
        return -1;
    return 0;
}

static inline int leave_folder(void **state)
{
    char command[256];
    int code;

    (void)snprintf(command, sizeof command, "rm -rf -- '%s'", (char *)*state);
    code = chdir("/") || system(command);
    free(*state);
    return code;
}

static inline void write_file(const char *path, const char *bytes, size_t len)
{
    FILE *f = fopen(path, "wb");

    assert(f);
    assert(fwrite(bytes, 1, len, f) == len);
    assert(fclose(f) == 0);
}

#endif
