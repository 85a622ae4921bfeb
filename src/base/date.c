#include "base/date.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static const char *const month_names[12] = {"January",   "February", "March",    "April",
                                            "May",       "June",     "July",     "August",
                                            "September", "October",  "November", "December"};

static int days_in_month(int year, int month)
{
    static const int days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return month == 2 && leap ? 29 : days[month - 1];
}

bool sc_civil_valid(struct sc_civil date)
{
    return date.year >= 1 && date.year <= 9999 && date.month >= 1 && date.month <= 12 &&
           date.day >= 1 && date.day <= days_in_month(date.year, date.month);
}

/* Days before 1 March of `year`, counted from 0000-03-01; years begin in March. */
static int32_t days_before_year(int32_t year)
{
    return 365 * year + year / 4 - year / 100 + year / 400;
}

#define DAYS_TO_1970 719468 /* from 0000-03-01 to 1970-01-01 */

sc_day sc_day_from_civil(struct sc_civil date)
{
    int32_t year = date.month <= 2 ? date.year - 1 : date.year;
    int32_t month = (date.month + 9) % 12; /* March is 0 */

    return days_before_year(year) + (153 * month + 2) / 5 + date.day - 1 - DAYS_TO_1970;
}

struct sc_civil sc_civil_from_day(sc_day day)
{
    int32_t n = day + DAYS_TO_1970;
    int32_t year = (int32_t)((int64_t)n * 400 / 146097);
    int32_t rest;
    int32_t month;
    struct sc_civil date;

    while (days_before_year(year) > n)
        year--;
    while (days_before_year(year + 1) <= n)
        year++;
    rest = n - days_before_year(year);
    month = (5 * rest + 2) / 153;
    date.day = rest - (153 * month + 2) / 5 + 1;
    date.month = month < 10 ? month + 3 : month - 9;
    date.year = month < 10 ? year : year + 1;
    return date;
}

static bool digits(const char *s, size_t n, int *ret_value)
{
    int value = 0;

    for (size_t i = 0; i < n; i++) {
        if (!isdigit((unsigned char)s[i]))
            return false;
        value = value * 10 + (s[i] - '0');
    }
    *ret_value = value;
    return true;
}

bool sc_day_parse_iso(struct sc_slice text, sc_day *ret_day)
{
    struct sc_civil date;

    if (text.len != 10 || text.data[4] != '-' || text.data[7] != '-' ||
        !digits(text.data, 4, &date.year) || !digits(text.data + 5, 2, &date.month) ||
        !digits(text.data + 8, 2, &date.day) || !sc_civil_valid(date))
        return false;
    *ret_day = sc_day_from_civil(date);
    return true;
}

char *sc_day_format_iso(sc_day day, char *out)
{
    struct sc_civil date = sc_civil_from_day(day);

    (void)snprintf(out, 11, "%04u-%02u-%02u", (unsigned)date.year % 10000U,
                   (unsigned)date.month % 100U, (unsigned)date.day % 100U);
    return out;
}

char *sc_day_format_long(sc_day day, char *out)
{
    struct sc_civil date = sc_civil_from_day(day);

    (void)snprintf(out, 24, "%u %s %u", (unsigned)date.day % 100U, sc_month_name(date.month),
                   (unsigned)date.year % 10000U);
    return out;
}

const char *sc_month_name(int month)
{
    return month >= 1 && month <= 12 ? month_names[month - 1] : "";
}

/* ---- formats ---- */

enum token { TOKEN_NONE, YYYY, YY, MM, M, MMM, DD, D, HH, MI, SS, LITERAL };

/* The token at the front of `p` and its length. */
static enum token next_token(const char *p, size_t *ret_len)
{
    static const struct {
        const char *text;
        enum token token;
    } tokens[] = {{"yyyy", YYYY}, {"yy", YY}, {"mmm", MMM}, {"mm", MM}, {"mi", MI},
                  {"m", M},       {"dd", DD}, {"d", D},     {"hh", HH}, {"ss", SS}};

    for (size_t i = 0; i < sizeof tokens / sizeof *tokens; i++) {
        size_t len = strlen(tokens[i].text);

        if (strncasecmp(p, tokens[i].text, len) == 0) {
            *ret_len = len;
            return tokens[i].token;
        }
    }
    *ret_len = 1;
    return isalnum((unsigned char)*p) && *p != 'T' && *p != 'Z' ? TOKEN_NONE : LITERAL;
}

bool sc_date_format_compile(const char *pattern, struct sc_date_format *ret_format,
                            const char **why)
{
    bool year = false;
    bool month = false;
    size_t len;

    if (strlen(pattern) >= sizeof ret_format->pattern) {
        *why = "a date format is at most 31 characters";
        return false;
    }
    for (const char *p = pattern; *p; p += len) {
        enum token token = next_token(p, &len);

        if (token == TOKEN_NONE) {
            *why = "a date format is made of yyyy, yy, mm, m, mmm, dd, d, hh, mi, ss "
                   "and separators";
            return false;
        }
        year |= token == YYYY || token == YY;
        month |= token == MM || token == M || token == MMM;
    }
    if (!year || !month) {
        *why = "a date format needs a year (yyyy) and a month (mm)";
        return false;
    }
    (void)snprintf(ret_format->pattern, sizeof ret_format->pattern, "%s", pattern);
    return true;
}

struct cursor {
    const char *p;
    const char *end;
};

/* Reads `least` to `most` digits. */
static bool take_number(struct cursor *c, size_t least, size_t most, int *ret_value)
{
    size_t n = 0;

    while (n < most && c->p + n < c->end && isdigit((unsigned char)c->p[n]))
        n++;
    if (n < least || !digits(c->p, n, ret_value))
        return false;
    c->p += n;
    return true;
}

static bool take_month_name(struct cursor *c, int *ret_month)
{
    size_t left = (size_t)(c->end - c->p);

    for (int m = 0; m < 12; m++) {
        size_t len = strlen(month_names[m]);

        if (left >= len && strncasecmp(c->p, month_names[m], len) == 0) {
            c->p += len;
            *ret_month = m + 1;
            return true;
        }
    }
    for (int m = 0; m < 12; m++) {
        if (left >= 3 && strncasecmp(c->p, month_names[m], 3) == 0) {
            c->p += 3;
            *ret_month = m + 1;
            return true;
        }
    }
    return false;
}

static bool take_token(struct cursor *c, enum token token, char literal, struct sc_civil *date)
{
    int value = 0;

    switch (token) {
    case YYYY:
        return take_number(c, 4, 4, &date->year);
    case YY:
        if (!take_number(c, 2, 2, &value))
            return false;
        date->year = value < 50 ? 2000 + value : 1900 + value;
        return true;
    case MM:
    case M:
        return take_number(c, 1, 2, &date->month);
    case MMM:
        return take_month_name(c, &date->month);
    case DD:
    case D:
        return take_number(c, 1, 2, &date->day);
    case HH:
        return take_number(c, 1, 2, &value) && value < 24;
    case MI:
        return take_number(c, 1, 2, &value) && value < 60;
    case SS:
        return take_number(c, 1, 2, &value) && value < 61;
    case LITERAL:
        if (c->p == c->end || *c->p != literal)
            return false;
        c->p++;
        return true;
    case TOKEN_NONE:
        break;
    }
    return false;
}

/* " 14:05", "T14:05:00.000Z", " 00:00:00 +01:00" or nothing. */
static bool is_time_of_day(struct cursor c)
{
    int value = 0;

    if (c.p == c.end)
        return true;
    if (*c.p != ' ' && *c.p != 'T')
        return false;
    c.p++;
    if (!take_number(&c, 1, 2, &value) || value > 23 || c.p == c.end || *c.p++ != ':' ||
        !take_number(&c, 2, 2, &value) || value > 59)
        return false;
    return (size_t)(c.end - c.p) <= 16 &&
           strspn(c.p, "0123456789:.+- ZAPMapm") >= (size_t)(c.end - c.p);
}

bool sc_date_format_parse(const struct sc_date_format *format, struct sc_slice text,
                          sc_day *ret_day)
{
    struct sc_slice trimmed = sc_slice_trim(text);
    struct sc_civil date = {0, 0, 1};
    bool has_time = false;
    char copy[64];
    struct cursor c;
    size_t len;

    if (trimmed.len >= sizeof copy)
        return false;
    memcpy(copy, trimmed.data, trimmed.len);
    copy[trimmed.len] = '\0';
    c = (struct cursor){copy, copy + trimmed.len};
    for (const char *p = format->pattern; *p; p += len) {
        enum token token = next_token(p, &len);

        has_time |= token == HH;
        if (!take_token(&c, token, *p, &date))
            return false;
    }
    if (has_time ? c.p != c.end : !is_time_of_day(c))
        return false;
    if (!sc_civil_valid(date))
        return false;
    *ret_day = sc_day_from_civil(date);
    return true;
}
