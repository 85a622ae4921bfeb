/* embedded.h - the files of data/ that are compiled in; filled by tools/embed.py. */
#ifndef SC_CODES_EMBEDDED_H
#define SC_CODES_EMBEDDED_H

#include <stddef.h>

struct sc_embedded {
    const char *name;
    const unsigned char *bytes;
    size_t len;
};

extern const struct sc_embedded sc_embedded_files[];
extern const size_t sc_embedded_n_files;

#endif
