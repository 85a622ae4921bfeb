/*
 * periods.c - years and months as labels: 2018, 2018/19, 2018-04, April 2018, Apr-18.
 *
 * A year is January to December, a year with a stroke April to March, as the state counts. With a
 * hyphen 2018-19 is such a year and 2018-04 a month; 2011-12 is either, so the other labels
 * of the dimension decide, and where none does it is left alone. Quarters are: nobody says of which
 * year they are.
 */
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "system/reading.h"

bool sc_is_period_name(struct sc_slice name)
{
    static const char *const names[] = {"year", "month", "period", "time_period", "time", "date"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (sc_slice_eq_nocase(name, names[i]))
            return true;
    return false;
}

/* `n` digits at `at`; -1 when they are none. */
static int32_t digits(struct sc_slice s, size_t at, size_t n)
{
    int32_t value = 0;

    if (at + n > s.len)
        return -1;
    for (size_t i = at; i < at + n; i++) {
        if (s.data[i] < '0' || s.data[i] > '9')
            return -1;
        value = 10 * value + (s.data[i] - '0');
    }
    return value;
}

static bool is_year(int32_t year)
{
    return year >= 1900 && year <= 2100;
}

/* "2011-12" and the like: the year, and what stands behind the sign. */
static bool cut_pair(struct sc_slice s, char sign, int32_t *ret_year, int32_t *ret_behind)
{
    *ret_year = digits(s, 0, 4);
    *ret_behind = s.len == 7 ? digits(s, 5, 2) : s.len == 9 ? digits(s, 5, 4) % 100 : -1;
    return is_year(*ret_year) && *ret_behind >= 0 && s.data[4] == sign;
}

bool sc_dashes_are_months(const struct sc_system *system, uint32_t dimension)
{
    for (uint32_t c = 1; c < sc_system_n_codes(system, dimension); c++) {
        struct sc_slice s = sc_slice_of(sc_system_code_name(system, dimension, c));
        int32_t year, behind;

        if (s.len == 7 && cut_pair(s, '-', &year, &behind) && behind >= 1 && behind <= 12 &&
            behind != (year + 1) % 100)
            return true;
    }
    return false;
}

/* The month a text begins with, by its first three letters or in full; -1. Cuts it off. */
static int32_t cut_month(struct sc_slice *s)
{
    static const char *const names[] = {"january",   "february", "march",    "april",
                                        "may",       "june",     "july",     "august",
                                        "september", "october",  "november", "december"};

    for (int32_t i = 0; i < 12; i++) {
        size_t n = strlen(names[i]);

        if (s->len < n || !sc_slice_eq_nocase((struct sc_slice){s->data, n}, names[i]))
            n = 3;
        if (s->len > n && strncasecmp(s->data, names[i], n) == 0 &&
            (s->data[n] == ' ' || s->data[n] == '-')) {
            *s = sc_slice_trim((struct sc_slice){s->data + n + 1, s->len - n - 1});
            return i;
        }
    }
    return -1;
}

static void set_range(int32_t first, int32_t n, int32_t *ret_from, int32_t *ret_to)
{
    *ret_from = first;
    *ret_to = first + n - 1;
}

bool sc_period_parse(struct sc_slice s, bool dashes_are_months, int32_t *ret_from, int32_t *ret_to)
{
    int32_t year, behind, month;

    s = sc_slice_trim(s);
    if (s.len == 4 && is_year(digits(s, 0, 4))) {
        set_range(12 * digits(s, 0, 4), 12, ret_from, ret_to);
        return true;
    }
    if (cut_pair(s, '-', &year, &behind) && s.len == 7 && dashes_are_months) {
        set_range(12 * year + behind - 1, 1, ret_from, ret_to);
        return behind >= 1 && behind <= 12;
    }
    if ((cut_pair(s, '/', &year, &behind) || cut_pair(s, '-', &year, &behind)) &&
        behind == (year + 1) % 100 && (s.data[4] == '/' || s.len == 9 || behind > 12)) {
        set_range(12 * year + 3, 12, ret_from, ret_to);
        return true;
    }
    month = cut_month(&s);
    year = s.len == 2 ? 2000 + digits(s, 0, 2) : s.len == 4 ? digits(s, 0, 4) : -1;
    if (month < 0 || !is_year(year))
        return false;
    set_range(12 * year + month, 1, ret_from, ret_to);
    return true;
}
