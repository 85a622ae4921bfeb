/* test_date.c - the calendar against counting day by day, and date formats. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/date.h"

/* Steps one day on by the calendar's own words. */
static struct sc_civil next_day(struct sc_civil d)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int length = lengths[d.month - 1];

    if (d.month == 2 && d.year % 4 == 0 && (d.year % 100 != 0 || d.year % 400 == 0))
        length = 29;
    if (++d.day > length) {
        d.day = 1;
        if (++d.month > 12) {
            d.month = 1;
            d.year++;
        }
    }
    return d;
}

static bool same(struct sc_civil a, struct sc_civil b)
{
    return a.year == b.year && a.month == b.month && a.day == b.day;
}

static void all_days_there_and_back(void **state)
{
    struct sc_civil date = {1, 1, 1};
    struct sc_civil last = {9999, 12, 31};
    sc_day day = sc_day_from_civil(date);

    (void)state;
    assert_int_equal(sc_day_from_civil((struct sc_civil){1970, 1, 1}), 0);
    for (;; day++) {
        if (!sc_civil_valid(date) || sc_day_from_civil(date) != day ||
            !same(sc_civil_from_day(day), date))
            fail_msg("%d-%d-%d", date.year, date.month, date.day);
        if (same(date, last))
            break;
        date = next_day(date);
    }
}

static void written_days_read_back(void **state)
{
    char text[24];

    (void)state;
    for (sc_day day = sc_day_from_civil((struct sc_civil){1900, 1, 1});
         day < sc_day_from_civil((struct sc_civil){2101, 1, 1}); day++) {
        time_t t = (time_t)day * 86400;
        struct tm tm;
        char expected[24];
        sc_day back;

        assert_non_null(gmtime_r(&t, &tm));
        assert_true(strftime(expected, sizeof expected, "%Y-%m-%d", &tm) == 10);
        assert_string_equal(sc_day_format_iso(day, text), expected);
        assert_true(sc_day_parse_iso(sc_slice_of(text), &back));
        assert_int_equal(back, day);
    }
}

static void days_that_are_none(void **state)
{
    static const struct sc_civil none[] = {
        {2021, 2, 29}, {1900, 2, 29}, {2000, 2, 30}, {2021, 4, 31}, {2021, 0, 1},  {2021, 13, 1},
        {2021, 1, 0},  {2021, 1, 32}, {0, 1, 1},     {10000, 1, 1}, {2021, -1, 1}, {-4, 2, 3},
    };

    (void)state;
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        assert_false(sc_civil_valid(none[i]));
    assert_true(sc_civil_valid((struct sc_civil){2000, 2, 29}));
}

static void only_iso_is_iso(void **state)
{
    static const char *const bad[] = {
        "",           "2021",       "2021-1-01",   "2021-01-1",   "2021/01/01",
        "2021-13-01", "2021-02-29", "2021-01-01 ", " 2021-01-01", "20210101",
        "-021-01-01", "0000-01-01", "2021-01-0x",  "2021-01-011", "2021-01-+1",
    };
    sc_day day = 77;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(sc_day_parse_iso(sc_slice_of(bad[i]), &day));
    assert_int_equal(day, 77); /* only written on success */
}

static void long_form(void **state)
{
    char text[24];

    (void)state;
    assert_string_equal(sc_day_format_long(sc_day_from_civil((struct sc_civil){2021, 9, 7}), text),
                        "7 September 2021");
    assert_string_equal(sc_day_format_long(sc_day_from_civil((struct sc_civil){2018, 4, 30}), text),
                        "30 April 2018");
    assert_string_equal(sc_month_name(1), "January");
    assert_string_equal(sc_month_name(12), "December");
}

static void formats(void **state)
{
    static const struct {
        const char *pattern;
        const char *text;
        const char *expected; /* NULL: must not be read */
    } cases[] = {
        {"dd/mm/yyyy", "01/04/2018", "2018-04-01"},
        {"dd/mm/yyyy", " 01/04/2018 ", "2018-04-01"},
        {"dd/mm/yyyy",
         "\xc2\xa0"
         "01/04/2018",
         "2018-04-01"},
        {"DD/MM/YYYY", "01/04/2018", "2018-04-01"},
        {"dd/mm/yyyy", "1/4/2018", NULL}, /* d and m are for that */
        {"dd/mm/yyyy", "01/04/18", NULL},
        {"dd/mm/yyyy", "31/04/2018", NULL},
        {"dd/mm/yyyy", "29/02/2019", NULL},
        {"dd/mm/yyyy", "29/02/2020", "2020-02-29"},
        {"dd/mm/yyyy", "04/13/2018", NULL},
        {"dd/mm/yyyy", "00/01/2018", NULL},
        {"dd/mm/yyyy", "01/04/0000", NULL},
        {"dd/mm/yyyy", "01-04-2018", NULL},
        {"dd/mm/yyyy", "01/04/20188", NULL},
        {"dd/mm/yyyy", "01/04/2018x", NULL},
        {"dd/mm/yyyy", "01/04", NULL},
        {"dd/mm/yyyy", "", NULL},
        {"dd/mm/yyyy", "No outcome date", NULL},
        {"dd/mm/yyyy", "CANCELLED", NULL},
        {"dd/mm/yyyy", "43191", NULL},
        {"mm/dd/yyyy", "04/01/2018", "2018-04-01"},
        {"d/m/yy", "1/4/18", "2018-04-01"},
        {"d/m/yy", "01/04/18", "2018-04-01"},
        {"d/m/yy", "31/12/49", "2049-12-31"},
        {"d/m/yy", "1/1/50", "1950-01-01"},
        {"d/m/yy", "1/4/2018", NULL},
        {"d/m/yyyy", "11/11/2018", "2018-11-11"},
        {"d/m/yyyy", "111/1/2018", NULL},
        {"dd-mmm-yyyy", "01-Apr-2018", "2018-04-01"},
        {"dd-mmm-yyyy", "01-APR-2018", "2018-04-01"},
        {"dd-mmm-yyyy", "01-april-2018", "2018-04-01"},
        {"dd-mmm-yyyy", "01-Sept-2018", "2018-09-01"},
        {"dd-mmm-yyyy", "01-September-2018", "2018-09-01"},
        {"dd-mmm-yyyy", "01-Septem-2018", NULL},
        {"dd-mmm-yyyy", "01-Mai-2018", NULL},
        {"d mmm yy", "7 May 21", "2021-05-07"},
        {"mmm yyyy", "August 2021", "2021-08-01"},
        {"mmm-yy", "Aug-21", "2021-08-01"},
        {"yyyy-mm", "2018-04", "2018-04-01"},
        {"yyyy-mm", "2018-04-02", NULL},
        {"yyyy-mm", "2018-4", NULL},
        {"yyyymmdd", "20180401", "2018-04-01"},
        {"yyyymmdd", "2018041", NULL}, /* cut off: not the 1st */
        {"yyyy-mm-dd", "2018-04-01", "2018-04-01"},
        {"yyyy-mm-dd", "2018-04-01 14:05", "2018-04-01"},
        {"yyyy-mm-dd", "2018-04-01 9:05", "2018-04-01"},
        {"yyyy-mm-dd", "2018-04-01T14:05:00Z", "2018-04-01"},
        {"yyyy-mm-dd", "2018-04-01T23:59:60.999+01:00", "2018-04-01"},
        {"yyyy-mm-dd", "2018-04-01T00:00:00.0000000", "2018-04-01"},
        {"yyyy-mm-dd", "2018-04-01 00:00:00 +0100", "2018-04-01"},
        {"yyyy-mm-dd", "2018-04-01 02:05 PM", "2018-04-01"},
        {"yyyy-mm-dd", "2018-04-01 14:05:00 UTC", "2018-04-01"},
        {"yyyy-mm-dd", "2018-04-01 24:00", NULL},
        {"yyyy-mm-dd", "2018-04-01 14:60", NULL},
        {"yyyy-mm-dd", "2018-04-01 14", NULL},
        {"yyyy-mm-dd", "2018-04-01T", NULL},
        {"yyyy-mm-dd", "2018-04-01 14:05:", NULL},
        {"yyyy-mm-dd", "2018-04-01 14:05:00.", NULL},
        {"yyyy-mm-dd", "2018-04-01 14:05 to 15:00", NULL},
        {"yyyy-mm-dd", "2018-04-01 14:05 ---", NULL},
        {"yyyy-mm-dd", "2018-04-01 2018-04-02", NULL},
        {"dd/mm/yyyy hh:mi", "01/04/2018 14:05", "2018-04-01"},
        {"dd/mm/yyyy hh:mi", "01/04/2018", NULL},
        {"dd/mm/yyyy hh:mi", "01/04/2018 14:05:00", NULL},
        {"dd/mm/yyyy hh:mi", "01/04/2018 25:05", NULL},
        {"yyyy-mm-ddThh:mi:ssZ", "2018-04-01T14:05:59Z", "2018-04-01"},
        {"yyyy-mm-ddThh:mi:ssZ", "2018-04-01T14:05:61Z", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sc_date_format format;
        const char *why = NULL;
        sc_day day = 0;
        char got[24] = "";

        if (!sc_date_format_compile(cases[i].pattern, &format, &why))
            fail_msg("%s: %s", cases[i].pattern, why);
        if (sc_date_format_parse(&format, sc_slice_of(cases[i].text), &day))
            (void)sc_day_format_iso(day, got);
        if (strcmp(got, cases[i].expected ? cases[i].expected : "") != 0)
            fail_msg("'%s' as %s: got '%s'", cases[i].text, cases[i].pattern, got);
    }
}

static void patterns_that_are_none(void **state)
{
    static const struct {
        const char *pattern;
        const char *why; /* part of it */
    } bad[] = {
        {"", "no year"},
        {"dd/mm", "no year"},
        {"yyyy", "no month"},
        {"hh:mi", "no year"},
        {"dd/mm/yyyy yy", "twice"},
        {"dd/d/mm/yyyy", "twice"},
        {"dd/mmmm/yyyy", "twice"},
        {"%d/%m/%Y", "expected the parts"},
        {"dd mon yyyy", "expected the parts"},
        {"q yyyy mm", "expected the parts"},
        {"2018-mm-yyyy", "expected the parts"},
        {"dmyyyy", "separator"},
        {"yyyym dd hh:mi:ss and so on and on", "31 bytes"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct sc_date_format format = {"kept"};
        const char *why = "";

        assert_false(sc_date_format_compile(bad[i].pattern, &format, &why));
        assert_string_equal(format.pattern, "kept");
        if (!strstr(why, bad[i].why))
            fail_msg("'%s': %s", bad[i].pattern, why);
    }
}

/* A written date reads back under every format that can carry it. */
static void every_day_reads_back_under_every_format(void **state)
{
    static const char *const patterns[] = {"dd/mm/yyyy", "d.m.yyyy", "yyyymmdd", "d mmm yyyy",
                                           "mm-dd-yyyy"};
    struct sc_date_format formats[5];

    (void)state;
    for (size_t i = 0; i < 5; i++)
        assert_true(sc_date_format_compile(patterns[i], &formats[i], NULL));
    for (sc_day day = sc_day_from_civil((struct sc_civil){1900, 1, 1});
         day < sc_day_from_civil((struct sc_civil){2101, 1, 1}); day++) {
        struct sc_civil d = sc_civil_from_day(day);
        unsigned y = (unsigned)d.year;
        unsigned m = (unsigned)d.month;
        unsigned dd = (unsigned)d.day;
        char texts[5][48];

        (void)snprintf(texts[0], sizeof texts[0], "%02u/%02u/%u", dd, m, y);
        (void)snprintf(texts[1], sizeof texts[1], "%u.%u.%u", dd, m, y);
        (void)snprintf(texts[2], sizeof texts[2], "%u%02u%02u", y, m, dd);
        (void)snprintf(texts[3], sizeof texts[3], "%u %.3s %u", dd, sc_month_name(d.month), y);
        (void)snprintf(texts[4], sizeof texts[4], "%02u-%02u-%u 00:00", m, dd, y);
        for (size_t i = 0; i < 5; i++) {
            sc_day back = SC_DAY_NONE;

            if (!sc_date_format_parse(&formats[i], sc_slice_of(texts[i]), &back) || back != day)
                fail_msg("'%s' as %s", texts[i], patterns[i]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_days_there_and_back),
        cmocka_unit_test(written_days_read_back),
        cmocka_unit_test(days_that_are_none),
        cmocka_unit_test(only_iso_is_iso),
        cmocka_unit_test(long_form),
        cmocka_unit_test(formats),
        cmocka_unit_test(patterns_that_are_none),
        cmocka_unit_test(every_day_reads_back_under_every_format),
    };

    return cmocka_run_group_tests_name("base/date", tests, NULL, NULL);
}
