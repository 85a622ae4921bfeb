/*
 * csv_small.h - a small CSV file read whole: published tables, hierarchies.
 *
 * RFC 4180: fields parted by commas (or as said), quoted with ", "" inside quotes is one ".
 * Lines end with LF, CRLF or CR; a byte order mark is skipped; text that is
 * not UTF-8 is read as Windows-1252. Empty lines are no rows. Every row knows the
 * line it began on. For big extracts see extract/reader.h, which streams.
 */
#ifndef SC_BASE_CSV_SMALL_H
#define SC_BASE_CSV_SMALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"
#include "base/text.h"
#include "safecount/status.h"

/* Most bytes, rows and fields in a row that are read; more is SC_E_INPUT. */
#define SC_CSV_SMALL_BYTES_MAX ((size_t)512 * 1024 * 1024)
#define SC_CSV_SMALL_FIELDS_MAX ((size_t)4096)

struct sc_csv; /* opaque */

/*
 * Reads the file at `path`. The caller frees *ret_csv. SC_E_IO, SC_E_NOMEM, or
 * SC_E_INPUT with file, line and column (in fields, from 1): a quote that never
 * ends, text after a closing quote, a NUL byte, too many fields.
 */
SC_MUST_USE enum sc_status sc_csv_load(const char *path, struct sc_csv **ret_csv,
                                       struct sc_error *err);

/* The same for bytes in memory (copied); `name` stands for the file in errors. */
SC_MUST_USE enum sc_status sc_csv_parse(const char *name, const char *bytes, size_t len,
                                        struct sc_csv **ret_csv, struct sc_error *err);

/* The same with fields parted by `separator`. */
SC_MUST_USE enum sc_status sc_csv_parse_separated(const char *name, const char *bytes, size_t len,
                                                  char separator, struct sc_csv **ret_csv,
                                                  struct sc_error *err);

/* Keeps the rows marked so (one mark a row), and of each the first `n_fields` fields at most. */
void sc_csv_select(struct sc_csv *csv, const bool *keep, size_t n_fields);
/* Takes the last `n` bytes off field `i` of a row, spaces behind them not counted. */
void sc_csv_shorten(struct sc_csv *csv, size_t row, size_t i, size_t n);
/* Makes field `i` of a row (not the first) what it is in the row above. Both must have it. */
void sc_csv_fill_down(struct sc_csv *csv, size_t row, size_t i);

/* Frees `csv`. NULL is allowed. */
void sc_csv_free(struct sc_csv *csv);
SC_DEFINE_AUTO(sc_csv);

size_t sc_csv_n_rows(const struct sc_csv *csv);
size_t sc_csv_n_fields(const struct sc_csv *csv, size_t row);
/* Field `i` of a row, unquoted; empty when the row is shorter. Borrowed, NUL after its end. */
struct sc_slice sc_csv_field(const struct sc_csv *csv, size_t row, size_t i);
/* The line, from 1, a row began on. */
uint64_t sc_csv_line(const struct sc_csv *csv, size_t row);

#endif
