/*
 * csv_index.h - where the fields and records of a piece of CSV text end.
 *
 * Defined here, for every path: a field that begins with a quote is quoted; in
 * it two quotes are one, and a quote ends it when a delimiter, CR, LF or the
 * end follows. Any other quote in a quoted field is stray, and makes the row
 * faulty. A quote in a field that does not begin with one is text (51°30'12"N).
 * Outside quotes CR and LF each end a record, and records of no bytes (blank
 * lines, the LF of CRLF) are none.
 *
 * As long as there is neither, "inside quotes" is the parity of the
 * quotes so far, which can be worked out 64 bytes at a time. sc_csv_index()
 * does that, and says `odd` when it met such a quote or a NUL byte: then its
 * positions mean nothing and csv_slow.h must read the same bytes.
 */
#ifndef SC_EXTRACT_CSV_INDEX_H
#define SC_EXTRACT_CSV_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes that must be readable after the indexed text, of any value. */
#define SC_CSV_PADDING 64

struct sc_csv_indexed {
    size_t n;       /* positions written */
    bool in_quotes; /* the text ends inside a quoted field */
    bool odd;       /* a stray quote or a NUL byte: use the slow path */
};

/*
 * Writes to `positions` (room for to - from + 4) the offsets in base[from..to) of
 * every delimiter, CR and LF outside quotes, in order.
 *
 * `in_quotes` tells whether base[from] is inside a quoted field, and `before`
 * is the byte before it ('\n' at the start of a record).
 */
struct sc_csv_indexed sc_csv_index(const char *base, size_t from, size_t to, char delimiter,
                                   bool in_quotes, char before, uint32_t *positions);

/* The same with no more than the instructions named, for tests; falls back to what runs here. */
enum sc_csv_index_level { SC_INDEX_SCALAR, SC_INDEX_AVX2, SC_INDEX_AVX512 };
struct sc_csv_indexed sc_csv_index_with(enum sc_csv_index_level most, const char *base, size_t from,
                                        size_t to, char delimiter, bool in_quotes, char before,
                                        uint32_t *positions);

/* The same by a plain loop over bytes: the reference, and where there is no AVX2. */
struct sc_csv_indexed sc_csv_index_scalar(const char *base, size_t from, size_t to, char delimiter,
                                          bool in_quotes, char before, uint32_t *positions);

/*
 * Guesses from the first quotes in base[from..to) whether base[from] is inside
 * a quoted field. Only a guess: it saves time when right.
 */
bool sc_csv_guess_in_quotes(const char *base, size_t from, size_t to, char delimiter, char before);

#endif
