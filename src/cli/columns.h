/*
 * columns.h - text for a terminal of 80 columns: labels padded to a column,
 * paragraphs broken into lines. A character is taken to be one column wide.
 */
#ifndef SC_CLI_COLUMNS_H
#define SC_CLI_COLUMNS_H

#include "base/text.h"

#define TERMINAL_COLUMNS 80

/* How many characters `text` has; bytes that are no UTF-8 count as one each. */
size_t columns_of(const char *text);

/*
 * Appends `indent` spaces and `text`, filled up with spaces to `width` columns in
 * all. One that is longer stands on a line by itself, and the column begins on
 * the next.
 */
void add_label(struct sc_buf *out, const char *text, size_t indent, size_t width);

/*
 * Appends the words of a text behind `used` columns of a line, filled up to
 * `indent`, with lines of 80 columns at most that begin after `indent` spaces.
 */
void add_wrapped(struct sc_buf *out, const char *text, size_t used, size_t indent);

/* Appends a paragraph, its lines of 80 columns at most, each after `indent` spaces. */
void add_paragraph(struct sc_buf *out, const char *text, size_t indent);

#endif
