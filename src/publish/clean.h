/*
 * clean.h - text that came from people, one character at a time, made safe to
 * show: the one road from a string to any output format.
 */
#ifndef SC_PUBLISH_CLEAN_H
#define SC_PUBLISH_CLEAN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

/* A walk over a string. */
struct sc_clean {
    const unsigned char *at;
    bool utf8; /* otherwise Windows-1252 */
};

struct sc_clean sc_clean_start(const char *s);

/*
 * The next character, or false at the end. Whatever could not be shown as it
 * is becomes U+FFFD: control characters apart from tab and line feed, the
 * direction overrides that make text read other than it is written, and
 * non-characters. A carriage return becomes a space, or nothing before a line
 * feed. Never gives 0.
 */
bool sc_clean_next(struct sc_clean *walk, uint32_t *ret_cp);

/* Appends `s` as HTML text, also right inside a double-quoted attribute. */
void sc_html(struct sc_buf *out, const char *s);

/*
 * Appends `s` as one CSV field, in quotes where RFC 4180 wants them. What a
 * spreadsheet would take for a formula gets a leading apostrophe.
 */
void sc_csv_text(struct sc_buf *out, const char *s);

/* What a program reads back from the field that sc_csv_text() writes: for descriptions of it. */
void sc_csv_value(struct sc_buf *out, const char *s);

#endif
