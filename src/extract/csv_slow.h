/*
 * csv_slow.h - reads CSV byte by byte where the quick index cannot: text with
 * stray quotes, NUL bytes, records that are too long or never end.
 */
#ifndef SC_EXTRACT_CSV_SLOW_H
#define SC_EXTRACT_CSV_SLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "extract/reader.h"

/* What the slow reader is told, and what it leaves behind. */
struct sc_csv_slow {
    char delimiter;
    size_t n_fields; /* as many as the header has */
    bool at_end;     /* nothing follows the text */

    uint32_t *positions;   /* room for as many as there are bytes, plus one */
    struct sc_row *rows;   /* room for as many as there are bytes, plus one */
    unsigned char *faults; /* one a row: SC_ROW_CLEAN or 1 + enum sc_fault */

    /* out */
    size_t n_positions;
    size_t n_rows;
    size_t rest;    /* where the incomplete last record begins; `to` when none */
    bool in_quotes; /* `rest` ends inside a quoted field */
    bool odd_rest;  /* `rest` holds a stray quote or a NUL: go on with the slow reader */
    bool skipping;  /* in and out: inside an over-long line, drop bytes to its end */
};

/*
 * Reads base[from..to), which begins at the start of a record unless
 * `skipping`. base[to] must be writable: at the end of a file that does not
 * end in a line break one is put there.
 *
 * What is done about faults, so that no row is lost in silence or shifted:
 *  - a record with a stray quote that still has the right number of fields, and
 *    in which no line is a sound record by itself, is one faulty row;
 *  - otherwise only its first line is the faulty row, and reading goes on with
 *    the next line, so that an unclosed quote cannot swallow what follows;
 *  - the same for a record over SC_RECORD_MAX bytes;
 *  - a file that ends inside quotes: when some later line of that record is a
 *    sound record by itself the quote was unclosed and the rule above holds,
 *    else the whole rest is one cut-off row.
 */
void sc_csv_slow_read(struct sc_csv_slow *slow, char *base, size_t from, size_t to);

#endif
