/*
 * date.c - days, and the date formats of extracts.
 *
 * A date is a number of days, so that periods, month counts and comparisons
 * are integer arithmetic. The conversion is the usual one for the Gregorian
 * calendar: count years from 1 March, so that the leap day is the last of its
 * year, and months of 153 days in fives (31, 30, 31, 30, 31).
 *
 * A date format is its pattern: reading walks the pattern and the text side by
 * side. That is a few dozen steps a date, takes no memory and cannot fall out
 * of step with what the user wrote. The formats are strict on purpose: mm and
 * dd take two digits and nothing may be left over but a time of day, because a
 * date read wrongly counts an offence in the wrong month, and a date not read
 * is a fault that is counted and reported.
 */
#include "base/date.h"

#include <assert.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define DAYS_PER_ERA 146097       /* 400 years */
#define DAYS_TO_1970_MARCH 719468 /* from 0000-03-01 to 1970-01-01 */

static const char *const month_names[12] = {"January",   "February", "March",    "April",
                                            "May",       "June",     "July",     "August",
                                            "September", "October",  "November", "December"};

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

bool sc_civil_valid(struct sc_civil date)
{
    static const int month_days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    if (date.year < 1 || date.year > 9999 || date.month < 1 || date.month > 12 || date.day < 1)
        return false;
    if (date.month == 2 && is_leap(date.year))
        return date.day <= 29;
    return date.day <= month_days[date.month - 1];
}

sc_day sc_day_from_civil(struct sc_civil date)
{
    int year;
    int era;
    int year_of_era;
    int day_of_year;

    assert(sc_civil_valid(date));
    year = date.month <= 2 ? date.year - 1 : date.year; /* from 0: years begin in March */
    era = year / 400;
    year_of_era = year % 400;
    day_of_year = (153 * (date.month > 2 ? date.month - 3 : date.month + 9) + 2) / 5 + date.day - 1;
    return era * DAYS_PER_ERA + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 +
           day_of_year - DAYS_TO_1970_MARCH;
}

struct sc_civil sc_civil_from_day(sc_day day)
{
    struct sc_civil date;
    int since;
    int day_of_era;
    int year_of_era;
    int day_of_year;
    int month_from_march;

    assert(day >= -719162 && day <= 2932896); /* 0001-01-01 to 9999-12-31 */
    since = day + DAYS_TO_1970_MARCH;
    day_of_era = since % DAYS_PER_ERA;
    year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / (DAYS_PER_ERA - 1)) /
        365;
    day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    month_from_march = (5 * day_of_year + 2) / 153;
    date.day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    date.month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
    date.year = since / DAYS_PER_ERA * 400 + year_of_era + (date.month <= 2);
    return date;
}

/* Position in a text being read; every take_ moves it only when it succeeds. */
struct cursor {
    const char *at;
    const char *end;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int lower(char c)
{
    return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

/* Takes `least` to `most` digits as a number. */
static bool take_number(struct cursor *text, int least, int most, int *ret_value)
{
    int value = 0;
    int n = 0;

    while (n < most && text->at + n < text->end && is_digit(text->at[n])) {
        value = value * 10 + (text->at[n] - '0');
        n++;
    }
    if (n < least)
        return false;
    text->at += n;
    *ret_value = value;
    return true;
}

static bool take_char(struct cursor *text, char c)
{
    if (text->at == text->end || *text->at != c)
        return false;
    text->at++;
    return true;
}

/* Takes the word `word` (lower case, first `len` bytes) in any case. */
static bool take_word(struct cursor *text, const char *word, size_t len)
{
    if ((size_t)(text->end - text->at) < len)
        return false;
    for (size_t i = 0; i < len; i++) {
        if (lower(text->at[i]) != lower(word[i]))
            return false;
    }
    text->at += len;
    return true;
}

/* Takes "Jan" or "January", and "Sept", which is how many people write it. */
static bool take_month_name(struct cursor *text, int *ret_month)
{
    for (int i = 0; i < 12; i++) {
        const char *name = month_names[i];

        if (take_word(text, name, strlen(name)) || (i == 8 && take_word(text, name, 4)) ||
            take_word(text, name, 3)) {
            *ret_month = i + 1;
            return true;
        }
    }
    return false;
}

bool sc_day_parse_iso(struct sc_slice text, sc_day *ret_day)
{
    struct cursor cursor = {text.data, text.data + text.len};
    struct sc_civil date;

    if (text.len != 10)
        return false;
    if (!take_number(&cursor, 4, 4, &date.year) || !take_char(&cursor, '-') ||
        !take_number(&cursor, 2, 2, &date.month) || !take_char(&cursor, '-') ||
        !take_number(&cursor, 2, 2, &date.day) || !sc_civil_valid(date))
        return false;
    *ret_day = sc_day_from_civil(date);
    return true;
}

char *sc_day_format_iso(sc_day day, char *out)
{
    struct sc_civil date = sc_civil_from_day(day);

    (void)snprintf(out, 11, "%04u-%02u-%02u", (unsigned)date.year % 10000,
                   (unsigned)date.month % 100, (unsigned)date.day % 100);
    return out;
}

char *sc_day_format_long(sc_day day, char *out)
{
    struct sc_civil date = sc_civil_from_day(day);

    (void)snprintf(out, 24, "%u %s %u", (unsigned)date.day % 100, sc_month_name(date.month),
                   (unsigned)date.year % 10000);
    return out;
}

const char *sc_month_name(int month)
{
    assert(month >= 1 && month <= 12);
    return month_names[month - 1];
}

enum token {
    TOKEN_END,
    TOKEN_YEAR4,
    TOKEN_YEAR2,
    TOKEN_MONTH2,
    TOKEN_MONTH,
    TOKEN_MONTH_NAME,
    TOKEN_DAY2,
    TOKEN_DAY,
    TOKEN_HOUR,
    TOKEN_MINUTE,
    TOKEN_SECOND,
    TOKEN_LITERAL,
};

static bool begins_with(const char *s, const char *word, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (lower(s[i]) != word[i])
            return false; /* also at the end of `s` */
    }
    return true;
}

/* The token at *at, longest first and in any case; moves *at past it. */
static enum token next_token(const char **at)
{
    static const struct {
        char text[5];
        unsigned char len;
        unsigned char token;
    } tokens[] = {
        {"yyyy", 4, TOKEN_YEAR4}, {"yy", 2, TOKEN_YEAR2},  {"mmm", 3, TOKEN_MONTH_NAME},
        {"mm", 2, TOKEN_MONTH2},  {"mi", 2, TOKEN_MINUTE}, {"m", 1, TOKEN_MONTH},
        {"dd", 2, TOKEN_DAY2},    {"d", 1, TOKEN_DAY},     {"hh", 2, TOKEN_HOUR},
        {"ss", 2, TOKEN_SECOND},
    };

    if (**at == '\0')
        return TOKEN_END;
    for (size_t i = 0; i < sizeof tokens / sizeof tokens[0]; i++) {
        if (begins_with(*at, tokens[i].text, tokens[i].len)) {
            *at += tokens[i].len;
            return (enum token)tokens[i].token;
        }
    }
    (*at)++;
    return TOKEN_LITERAL;
}

/* What a pattern holds, gathered token by token. */
struct pattern_parts {
    int years;
    int months;
    int days;
    int hours;
    int minutes;
    int seconds;
};

static void count_token(struct pattern_parts *parts, enum token token)
{
    switch (token) {
    case TOKEN_YEAR4:
    case TOKEN_YEAR2:
        parts->years++;
        break;
    case TOKEN_MONTH2:
    case TOKEN_MONTH:
    case TOKEN_MONTH_NAME:
        parts->months++;
        break;
    case TOKEN_DAY2:
    case TOKEN_DAY:
        parts->days++;
        break;
    case TOKEN_HOUR:
        parts->hours++;
        break;
    case TOKEN_MINUTE:
        parts->minutes++;
        break;
    case TOKEN_SECOND:
        parts->seconds++;
        break;
    case TOKEN_END:
    case TOKEN_LITERAL:
        break;
    }
}

/* NULL when the parts make a date, otherwise what is wrong. */
static const char *check_parts(const struct pattern_parts *parts)
{
    if (parts->years == 0)
        return "it has no year (yyyy or yy)";
    if (parts->months == 0)
        return "it has no month (mm, m or mmm)";
    if (parts->years > 1 || parts->months > 1 || parts->days > 1 || parts->hours > 1 ||
        parts->minutes > 1 || parts->seconds > 1)
        return "a part of the date occurs twice";
    return NULL;
}

/* A literal that is a letter or digit is a mistyped token, but for ISO 8601's T and Z. */
static bool literal_allowed(char c)
{
    bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');

    return c == 'T' || c == 'Z' || (!letter && !is_digit(c) && c != '%');
}

static const char *check_pattern(const char *pattern)
{
    struct pattern_parts parts = {0};
    enum token previous = TOKEN_END;

    for (const char *at = pattern;;) {
        const char *start = at;
        enum token token = next_token(&at);

        if (token == TOKEN_END)
            return check_parts(&parts);
        if (token == TOKEN_LITERAL && !literal_allowed(*start))
            return "expected the parts yyyy, yy, mm, m, mmm, dd, d, hh, mi, ss with separators";
        if ((previous == TOKEN_DAY || previous == TOKEN_MONTH) && token != TOKEN_LITERAL &&
            token != TOKEN_MONTH_NAME)
            return "d and m need a separator after them (or write dd and mm)";
        count_token(&parts, token);
        previous = token;
    }
}

bool sc_date_format_compile(const char *pattern, struct sc_date_format *ret_format,
                            const char **why)
{
    struct sc_date_format format = {0};
    const char *problem = NULL;
    size_t len = strlen(pattern);

    if (len >= sizeof format.pattern)
        problem = "it is longer than 31 bytes";
    else
        problem = check_pattern(pattern);
    if (problem) {
        if (why)
            *why = problem;
        return false;
    }
    memcpy(format.pattern, pattern, len);
    *ret_format = format;
    return true;
}

/* The parts of a date as they are read; a month's first day unless a day is read. */
struct reading {
    struct sc_civil date;
    bool has_time;
};

static bool take_limited(struct cursor *text, int limit)
{
    int value;

    return take_number(text, 1, 2, &value) && value <= limit;
}

static bool take_token(struct cursor *text, enum token token, char literal, struct reading *reading)
{
    struct sc_civil *date = &reading->date;

    switch (token) {
    case TOKEN_YEAR4:
        return take_number(text, 4, 4, &date->year);
    case TOKEN_YEAR2:
        if (!take_number(text, 2, 2, &date->year))
            return false;
        date->year += date->year >= 50 ? 1900 : 2000;
        return true;
    case TOKEN_MONTH2:
        return take_number(text, 2, 2, &date->month);
    case TOKEN_MONTH:
        return take_number(text, 1, 2, &date->month);
    case TOKEN_MONTH_NAME:
        return take_month_name(text, &date->month);
    case TOKEN_DAY2:
        return take_number(text, 2, 2, &date->day);
    case TOKEN_DAY:
        return take_number(text, 1, 2, &date->day);
    case TOKEN_HOUR:
        reading->has_time = true;
        return take_limited(text, 23);
    case TOKEN_MINUTE:
        reading->has_time = true;
        return take_limited(text, 59);
    case TOKEN_SECOND:
        reading->has_time = true;
        return take_limited(text, 60);
    case TOKEN_LITERAL:
        return take_char(text, literal);
    case TOKEN_END:
        break;
    }
    return false;
}

static void take_spaces(struct cursor *text)
{
    while (take_char(text, ' ') || take_char(text, '\t'))
        continue;
}

/* ":05" and then, allowed, ".123" or ",123". */
static bool take_seconds(struct cursor *text)
{
    int value;

    if (!take_number(text, 2, 2, &value) || value > 60)
        return false;
    if (take_char(text, '.') || take_char(text, ',')) {
        if (text->at == text->end || !is_digit(*text->at))
            return false;
        while (text->at < text->end && is_digit(*text->at))
            text->at++;
    }
    return true;
}

/* Nothing, "Z", "UTC", "GMT", "BST", or an offset such as "+01:00". */
static bool take_zone(struct cursor *text)
{
    if (text->at == text->end)
        return true;
    if (take_word(text, "utc", 3) || take_word(text, "gmt", 3) || take_word(text, "bst", 3) ||
        take_word(text, "z", 1))
        return true;
    if (!take_char(text, '+') && !take_char(text, '-'))
        return false;
    if (!take_limited(text, 14))
        return false;
    (void)take_char(text, ':');
    return text->at == text->end || take_limited(text, 59);
}

/* A time of day to the end of the text: after a space or T, hours and minutes at least. */
static bool take_trailing_time(struct cursor *text)
{
    int value;

    if (!take_char(text, 'T') && !take_char(text, ' ') && !take_char(text, '\t'))
        return false;
    take_spaces(text);
    if (!take_limited(text, 23) || !take_char(text, ':'))
        return false;
    if (!take_number(text, 2, 2, &value) || value > 59)
        return false;
    if (take_char(text, ':') && !take_seconds(text))
        return false;
    take_spaces(text);
    if (take_word(text, "am", 2) || take_word(text, "pm", 2))
        take_spaces(text);
    return take_zone(text) && text->at == text->end;
}

bool sc_date_format_parse(const struct sc_date_format *format, struct sc_slice text,
                          sc_day *ret_day)
{
    struct sc_slice trimmed = sc_slice_trim(text);
    struct cursor cursor = {trimmed.data, trimmed.data + trimmed.len};
    struct reading reading = {.date = {.day = 1}};
    const char *at = format->pattern;

    if (trimmed.len == 0)
        return false;
    for (;;) {
        char literal = *at;
        enum token token = next_token(&at);

        if (token == TOKEN_END)
            break;
        if (!take_token(&cursor, token, literal, &reading))
            return false;
    }
    if (cursor.at != cursor.end && (reading.has_time || !take_trailing_time(&cursor)))
        return false;
    if (!sc_civil_valid(reading.date))
        return false;
    *ret_day = sc_day_from_civil(reading.date);
    return true;
}
