/*
 * zip.h - the one adapter to libzip: a zip archive made in memory, the same
 * bytes for the same parts. Every part is dated 1 January 1980; no user, host
 * or path goes in.
 */
#ifndef SC_PUBLISH_ZIP_H
#define SC_PUBLISH_ZIP_H

#include <stdbool.h>

#include "base/text.h"
#include "safecount/status.h"

struct sc_zip_part {
    const char *name;
    const struct sc_buf *bytes; /* alive until sc_zip_make() returns */
    bool stored;                /* not compressed */
};

/* Appends the archive of `parts`, in order, to `out`. SC_OK, SC_E_IO or SC_E_NOMEM. */
SC_MUST_USE enum sc_status sc_zip_make(const struct sc_zip_part *parts, size_t n_parts,
                                       struct sc_buf *out, struct sc_error *err);

#endif
