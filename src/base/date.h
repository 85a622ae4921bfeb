/*
 * date.h - days of the proleptic Gregorian calendar as whole numbers.
 */
#ifndef SC_BASE_DATE_H
#define SC_BASE_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

/* Days since 1970-01-01. */
typedef int32_t sc_day;

#define SC_DAY_NONE INT32_MIN

struct sc_civil {
    int year;  /* 1 to 9999 */
    int month; /* 1 to 12 */
    int day;   /* 1 to 31 */
};

/* True when there is such a day, from 0001-01-01 to 9999-12-31. */
bool sc_civil_valid(struct sc_civil date);
/* `date` must be valid. */
sc_day sc_day_from_civil(struct sc_civil date);
/* `day` must be one of 0001-01-01 to 9999-12-31: never SC_DAY_NONE. */
struct sc_civil sc_civil_from_day(sc_day day);

/* Reads exactly `yyyy-mm-dd`. False when it is anything else or no such day. */
bool sc_day_parse_iso(struct sc_slice text, sc_day *ret_day);

/* Writes `yyyy-mm-dd`; `out` holds at least 11 bytes. Returns `out`. */
char *sc_day_format_iso(sc_day day, char *out);

/* Writes "7 September 2021"; `out` holds at least 24 bytes. Returns `out`. */
char *sc_day_format_long(sc_day day, char *out);

/* "January" to "December" for 1 to 12. Static. */
const char *sc_month_name(int month);

/*
 * A date format compiled from a pattern of the tokens yyyy, yy, mm, m, mmm
 * (Jan or January), dd, d, hh, mi, ss and literal characters, for example
 * "dd/mm/yyyy" or "yyyy-mm". mm and dd take two digits, m and d one or two.
 * Tokens may be written in capitals. Without dd the day is the first of the
 * month. yy is 1950 to 2049. Where the pattern has no time, a trailing time of
 * day (" 14:05", "T14:05:00Z") is allowed and dropped.
 */
struct sc_date_format {
    char pattern[32];
};

/* False when `pattern` is not one; `why` (static) then says what is wrong. */
bool sc_date_format_compile(const char *pattern, struct sc_date_format *ret_format,
                            const char **why);

/* Reads all of `text` (trimmed). False when it does not fit or is no such day. */
bool sc_date_format_parse(const struct sc_date_format *format, struct sc_slice text,
                          sc_day *ret_day);

#endif
