/* test_bands.c - age-band schemes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/fault.h"
#include "codes/codes.h"

static void schemes_say_what_people_say(void **state)
{
    static const struct {
        const char *code;
        const char *label;
        int from;
        int to;
    } expected[] = {
        {"0-11", "11 and under", 0, 11}, {"12-14", "12 to 14", 12, 14},       {"15", "15", 15, 15},
        {"16-17", "16 to 17", 16, 17},   {"18+", "18 and over", 18, INT_MAX},
    };
    static const char *const written[] = {
        "0-11;12-14;15;16-17;18+",
        "0-11;12-14;15;16-17;18+;unknown",
        "Unknown; 0 - 11 ;12-14;15-15;\t16-17;18+;",
        ("0\xe2\x80\x93"
         "11;12 \xe2\x80\x93 14;015;16-17;18+"),
    };

    (void)state;
    for (size_t w = 0; w < sizeof written / sizeof *written; w++) {
        SC_AUTO(sc_bands) bands = NULL;
        char why[160] = "";

        if (!sc_bands_parse("mine", sc_slice_of(written[w]), &bands, why))
            fail_msg("'%s': %s", written[w], why);
        assert_string_equal(bands->name, "mine");
        assert_int_equal(bands->n_bands, 5);
        for (size_t i = 0; i < 5; i++) {
            assert_string_equal(bands->bands[i].code, expected[i].code);
            assert_string_equal(bands->bands[i].label, expected[i].label);
            assert_int_equal(bands->bands[i].from, expected[i].from);
            assert_int_equal(bands->bands[i].to, expected[i].to);
        }
    }
}

static void malformed_schemes_are_refused_with_the_reason(void **state)
{
    static const struct {
        const char *written;
        const char *why; /* part of it */
    } cases[] = {
        {"", "no bands"},
        {";", "no bands"},
        {"unknown", "no bands"},
        {"0-11;;12+", "a band is missing"},
        {";0-11", "a band is missing"},
        {"0-11;13+", "age 12 is in none"},
        {"0-11;15+", "ages 12 to 14 are in none"},
        {"0-11;11+", "age 11 is in two"},
        {"0-11;5-20", "age 5 is in two"},
        {"5-10;0-7", "age 5 is in two"},
        {"0-11;0-11", "age 0 is in two"},
        {"12-15;0-11", "not in order"},
        {"16+;0-15", "16+ must be the last band"},
        {"16+;17+", "16+ must be the last band"},
        {"11-0", "back to front: expected 0-11"},
        {"0-131", "130 at most"},
        {"131+", "130 at most"},
        {"0-1000", "'0-1000' is not a band"},
        {"99999999999", "is not a band"},
        {"-1-5", "'-1-5' is not a band"},
        {"0-", "is not a band"},
        {"0-+", "is not a band"},
        {"0-11+", "is not a band"},
        {"16++", "is not a band"},
        {"0 11", "is not a band"},
        {"under 12", "'under 12' is not a band"},
        {"0-11,12+", "is not a band"},
        {"\xff", "a band is missing"}, /* bytes that are no text are not quoted */
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sc_bands *bands = NULL;
        char why[160] = "";

        assert_false(sc_bands_parse("x", sc_slice_of(cases[i].written), &bands, why));
        assert_null(bands);
        if (!strstr(why, cases[i].why))
            fail_msg("'%s': %s", cases[i].written, why);
    }
}

static void what_is_quoted_is_cut_at_a_character(void **state)
{
    struct sc_bands *bands = NULL;
    char written[200] = "x";
    char why[160];

    (void)state;
    for (size_t i = 1; i + 2 < sizeof written; i += 2)
        memcpy(written + i, "\xc3\xa9", 3);
    for (size_t shift = 0; shift < 2; shift++) {
        assert_false(sc_bands_parse("x", sc_slice_of(written + shift), &bands, why));
        assert_true(sc_utf8_valid(why, strlen(why)));
        assert_non_null(strstr(why, "is not a band"));
    }
}

static void there_is_a_most(void **state)
{
    struct sc_bands *bands = NULL;
    char why[160];
    SC_AUTO_BUF written = {0};

    (void)state;
    for (int age = 0; age < 60; age++)
        sc_buf_addf(&written, "%d;", age);
    assert_true(sc_bands_parse("x", sc_slice_of(written.data), &bands, why));
    assert_int_equal(bands->n_bands, 60);
    sc_bands_free(bands);
    sc_buf_adds(&written, "60");
    assert_false(sc_bands_parse("x", sc_slice_of(written.data), &bands, why));
    assert_non_null(strstr(why, "more than 60"));
}

/* Every age is in the band that contains it, and in no other. */
static void assert_partition(const struct sc_bands *bands)
{
    for (int age = -3; age <= 140; age++) {
        int index = sc_bands_index(bands, age);
        int n_holding = 0;

        for (size_t i = 0; i < bands->n_bands; i++)
            n_holding += bands->bands[i].from <= age && age <= bands->bands[i].to;
        assert_int_equal(n_holding, index >= 0);
        assert_true(index < (int)bands->n_bands);
        if (index >= 0)
            assert_true(bands->bands[index].from <= age && age <= bands->bands[index].to);
        else
            assert_true(age < bands->bands[0].from || age > bands->bands[bands->n_bands - 1].to);
    }
}

static void every_age_is_in_one_band_or_none(void **state)
{
    unsigned seed = 7;

    (void)state;
    for (int round = 0; round < 2000; round++) {
        SC_AUTO_BUF written = {0};
        SC_AUTO(sc_bands) bands = NULL;
        char why[160];
        unsigned from;
        unsigned n;

        seed = seed * 1103515245u + 12345u;
        from = (seed >> 16) % 20;
        n = 1 + (seed >> 20) % 8;
        for (unsigned i = 0; i < n; i++) {
            unsigned width;

            seed = seed * 1103515245u + 12345u;
            width = (seed >> 16) % 12;
            if (i + 1 == n && (seed >> 24) % 2)
                sc_buf_addf(&written, "%u+", from);
            else if (width == 0)
                sc_buf_addf(&written, "%u;", from);
            else
                sc_buf_addf(&written, "%u-%u;", from, from + width);
            from += width + 1;
        }
        if (!sc_bands_parse("x", sc_slice_of(written.data), &bands, why))
            fail_msg("'%s': %s", written.data, why);
        assert_int_equal(bands->n_bands, n);
        assert_partition(bands);
    }
}

static void the_listed_schemes(void **state)
{
    static const char *const names[] = {"nspcc-foi",     "nspcc-foi-images", "met-request",
                                        "ons-five-year", "statute",          "moj",
                                        "moj-youth",     "northumbria"};
    const struct sc_bands *bands;

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        bands = sc_bands_find(names[i]);
        if (!bands) {
            fail_msg("no scheme '%s'", names[i]);
            return;
        }
        assert_string_equal(bands->name, names[i]);
        assert_partition(bands);
    }
    bands = sc_bands_find("nspcc-foi");
    assert_int_equal(bands->n_bands, 3); /* without unknown */
    assert_string_equal(bands->bands[0].label, "11 and under");
    assert_int_equal(sc_bands_index(bands, 11), 0);
    assert_int_equal(sc_bands_index(bands, 12), 1);
    assert_int_equal(sc_bands_index(bands, 130), 2);
    bands = sc_bands_find("moj"); /* begins at 10 */
    assert_int_equal(sc_bands_index(bands, 9), -1);
    assert_int_equal(sc_bands_index(bands, 10), 0);
    bands = sc_bands_find("met-request"); /* ends at 17 */
    assert_int_equal(sc_bands_index(bands, 18), -1);
    assert_null(sc_bands_find("none"));
    assert_null(sc_bands_find(""));
}

#ifdef SC_FAULT_INJECTION
static void without_memory_nothing_is_made(void **state)
{
    struct sc_bands *bands = NULL;
    char why[160];

    (void)state;
    sc_fault_set(SC_FAULT_ALLOC, 1);
    assert_false(sc_bands_parse("x", sc_slice_of("0-11;12+"), &bands, why));
    sc_fault_set(SC_FAULT_ALLOC, 0);
    assert_null(bands);
    assert_string_equal(why, "out of memory");
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(schemes_say_what_people_say),
        cmocka_unit_test(malformed_schemes_are_refused_with_the_reason),
        cmocka_unit_test(what_is_quoted_is_cut_at_a_character),
        cmocka_unit_test(there_is_a_most),
        cmocka_unit_test(every_age_is_in_one_band_or_none),
        cmocka_unit_test(the_listed_schemes),
#ifdef SC_FAULT_INJECTION
        cmocka_unit_test(without_memory_nothing_is_made),
#endif
    };

    return cmocka_run_group_tests_name("codes/bands", tests, NULL, NULL);
}
