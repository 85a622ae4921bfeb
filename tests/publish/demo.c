/*
 * demo.c - writes the sample answer to a folder, to be looked at: demo DIR.
 * The golden files are made with it too: see test_golden.c.
 */
#include <stdio.h>

#include "sample.h"

int main(int argc, char **argv)
{
    struct sample sample;
    struct sc_error err = {0};
    enum sc_status status;

    if (argc != 2) {
        (void)fputs("usage: demo DIR\n", stderr);
        return 2;
    }
    sample_init(&sample);
    status = sc_publish_folder(&sample.publication, argv[1], &err);
    if (status)
        (void)fprintf(stderr, "demo: %s\n", err.message);
    sample_release(&sample);
    return status ? 1 : 0;
}
