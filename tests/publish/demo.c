/*
 * demo.c - writes the sample answer to a folder, to be looked at: demo DIR [TABLES [HOSTILE]].
 * The golden files are made with it too: see test_folder.c.
 */
#include <stdio.h>
#include <stdlib.h>

#include "sample.h"

int main(int argc, char **argv)
{
    struct sample sample;
    struct sc_error err = {0};
    enum sc_status status;

    if (argc < 2 || argc > 4) {
        (void)fputs("usage: demo DIR [TABLES [HOSTILE]]\n", stderr);
        return 2;
    }
    sample_init(&sample);
    if (argc == 4)
        sample_poison(&sample, strtoul(argv[3], NULL, 10));
    if (argc >= 3 && strtoul(argv[2], NULL, 10) < sample.publication.n_tables)
        sample.publication.n_tables = strtoul(argv[2], NULL, 10);
    status = sc_publish_folder(&sample.publication, argv[1], &err);
    if (status)
        (void)fprintf(stderr, "demo: %s\n", err.message);
    sample_release(&sample);
    return status ? 1 : 0;
}
