/*
 * replay_main.c - runs a fuzz target over files, without a fuzzing engine.
 *
 * Each argument is a file, or a folder of which every file is taken (sub-folders
 * too, in the order of their names). A crash or a failed assertion is the
 * failure; a file that cannot be read, or no file at all, is one as well.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned n_run;
static unsigned n_failed;

static void run_file(const char *path, size_t size)
{
    /* exactly as long as the input, so that a sanitizer sees an overrun */
    uint8_t *bytes = malloc(size ? size : 1);
    FILE *file = fopen(path, "rb");

    if (!bytes || !file || fread(bytes, 1, size, file) != size) {
        (void)fprintf(stderr, "%s: cannot read\n", path);
        n_failed++;
    } else {
        (void)LLVMFuzzerTestOneInput(bytes, size);
        n_run++;
    }
    if (file)
        (void)fclose(file);
    free(bytes);
}

static void run_path(const char *path)
{
    struct dirent **entries = NULL;
    struct stat st;
    int n;

    if (stat(path, &st) == 0 && S_ISREG(st.st_mode)) {
        run_file(path, (size_t)st.st_size);
        return;
    }
    n = scandir(path, &entries, NULL, alphasort);
    if (n < 0) {
        (void)fprintf(stderr, "%s: cannot read\n", path);
        n_failed++;
        return;
    }
    for (int i = 0; i < n; i++) {
        char child[4096];

        (void)snprintf(child, sizeof child, "%s/%s", path, entries[i]->d_name);
        if (entries[i]->d_name[0] != '.')
            run_path(child);
        free(entries[i]);
    }
    free(entries);
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        run_path(argv[i]);
    (void)printf("%u inputs replayed, %u unreadable\n", n_run, n_failed);
    return n_run == 0 || n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
