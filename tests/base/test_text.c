/* test_text.c - slices, buffers, UTF-8, Windows-1252 and natural order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <iconv.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/text.h"

static void slices_compare(void **state)
{
    struct sc_slice none = {NULL, 0};

    (void)state;
    assert_true(sc_slice_eq(sc_slice_of("abc"), "abc"));
    assert_false(sc_slice_eq(sc_slice_of("abc"), "ab"));
    assert_false(sc_slice_eq(sc_slice_of("abc"), "abC"));
    assert_true(sc_slice_eq_nocase(sc_slice_of("aBc"), "AbC"));
    assert_false(sc_slice_eq_nocase(sc_slice_of("abc"), "abcd"));
    assert_true(sc_slice_eq(none, ""));
    assert_true(sc_slice_eq_nocase(none, ""));
}

static void trimming_takes_no_break_spaces_too(void **state)
{
    static const struct {
        const char *in;
        const char *out;
    } cases[] = {
        {"", ""},
        {" \t\r\n", ""},
        {"a", "a"},
        {"  a b ", "a b"},
        {"\xc2\xa0 x\xc2\xa0\n", "x"},
        {"\xc2\xa0", ""},
        {"\xc2", "\xc2"},           /* half a no-break space is not one */
        {"\xa0", "\xa0"},           /* and not the Windows-1252 one */
        {"x\xc3\xa0", "x\xc3\xa0"}, /* a grave ends in the same byte */
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sc_slice got = sc_slice_trim(sc_slice_of(cases[i].in));

        assert_int_equal(got.len, strlen(cases[i].out));
        assert_memory_equal(got.data, cases[i].out, got.len);
    }
}

static void buffers_grow_and_stay_ended(void **state)
{
    SC_AUTO_BUF buf = {0};

    (void)state;
    for (int i = 0; i < 500; i++) {
        sc_buf_addc(&buf, 'a');
        sc_buf_adds(&buf, "bc");
        sc_buf_addf(&buf, "%d,", i % 10);
        assert_int_equal(buf.len, (size_t)(i + 1) * 5);
        assert_int_equal(strlen(buf.data), buf.len);
    }
    assert_int_equal(sc_buf_check(&buf, NULL), SC_OK);
    sc_buf_clear(&buf);
    assert_string_equal(buf.data, "");
    sc_buf_add(&buf, "x\0y", 3);
    assert_int_equal(buf.len, 3);
    assert_memory_equal(buf.data, "x\0y", 4);
}

/* The definition, on its own: decode, then ask whether the code point is a
 * scalar value and was written in the fewest bytes. */
static bool valid_by_decoding(const unsigned char *s, size_t len)
{
    static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
    size_t i = 0;

    while (i < len) {
        unsigned char c = s[i];
        size_t need = c < 0x80 ? 1 : (c & 0xE0) == 0xC0 ? 2 : (c & 0xF0) == 0xE0 ? 3 : 4;
        uint32_t cp;

        if (need == 4 && (c & 0xF8) != 0xF0)
            return false;
        if (len - i < need)
            return false;
        cp = need == 1 ? c : c & (0xFFu >> (need + 1));
        for (size_t k = 1; k < need; k++) {
            if ((s[i + k] & 0xC0) != 0x80)
                return false;
            cp = cp << 6 | (s[i + k] & 0x3Fu);
        }
        if (need > 1 && cp < least[need])
            return false;
        if (cp > 0x10FFFF || (cp >= 0xD800 && cp <= 0xDFFF))
            return false;
        i += need;
    }
    return true;
}

static void utf8_agrees_with_decoding_on_all_short_strings(void **state)
{
    unsigned char s[4];

    (void)state;
    for (uint32_t n = 0; n < 1u << 24; n++) { /* every string of three bytes */
        s[0] = (unsigned char)(n >> 16);
        s[1] = (unsigned char)(n >> 8);
        s[2] = (unsigned char)n;
        if (sc_utf8_valid((const char *)s, 3) != valid_by_decoding(s, 3))
            fail_msg("%02x %02x %02x", s[0], s[1], s[2]);
    }
    for (uint32_t n = 0; n < 1u << 16; n++) { /* four bytes: first two, then edges */
        static const unsigned char edges[] = {0x00, 0x7F, 0x80, 0xBF, 0xC0, 0xFF};

        s[0] = (unsigned char)(n >> 8);
        s[1] = (unsigned char)n;
        for (size_t a = 0; a < sizeof edges; a++) {
            for (size_t b = 0; b < sizeof edges; b++) {
                s[2] = edges[a];
                s[3] = edges[b];
                if (sc_utf8_valid((const char *)s, 4) != valid_by_decoding(s, 4))
                    fail_msg("%02x %02x %02x %02x", s[0], s[1], s[2], s[3]);
            }
        }
    }
    assert_true(sc_utf8_valid("", 0));
}

static void every_code_point_is_written_as_valid_utf8(void **state)
{
    SC_AUTO_BUF buf = {0};

    (void)state;
    for (uint32_t cp = 0; cp <= 0x110010; cp++) {
        bool scalar = cp <= 0x10FFFF && !(cp >= 0xD800 && cp <= 0xDFFF);

        sc_buf_clear(&buf);
        sc_buf_add_codepoint(&buf, cp);
        if (!valid_by_decoding((const unsigned char *)buf.data, buf.len))
            fail_msg("U+%04X", cp);
        if (!scalar)
            assert_string_equal(buf.data, "\xef\xbf\xbd");
    }
}

static void windows1252_agrees_with_iconv(void **state)
{
    iconv_t cd = iconv_open("UTF-8", "WINDOWS-1252");
    int undefined = 0;

    (void)state;
    assert_true(cd != (iconv_t)-1);
    for (int byte = 1; byte < 256; byte++) {
        char in = (char)byte;
        char out[8] = {0};
        char *from = &in;
        char *to = out;
        size_t in_left = 1;
        size_t out_left = sizeof out - 1;
        SC_AUTO_BUF buf = {0};

        sc_buf_add_codepoint(&buf, sc_windows1252_codepoint((unsigned char)byte));
        if (iconv(cd, &from, &in_left, &to, &out_left) == (size_t)-1) {
            undefined++;
            assert_string_equal(buf.data, "\xef\xbf\xbd");
        } else {
            assert_string_equal(buf.data, out);
        }
    }
    assert_int_equal(undefined, 5);
    (void)iconv_close(cd);
}

static void text_is_kept_or_read_as_windows1252(void **state)
{
    static const struct {
        const char *in;
        const char *out;
    } cases[] = {
        {"caf\xc3\xa9", "caf\xc3\xa9"},
        {"caf\xe9", "caf\xc3\xa9"},
        {"1\x96"
         "2",
         "1\xe2\x80\x93"
         "2"},
        {"\x81", "\xef\xbf\xbd"},
        {"", ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        SC_AUTO_BUF buf = {0};

        sc_buf_adds(&buf, "");
        sc_buf_add_text(&buf, cases[i].in, strlen(cases[i].in));
        assert_string_equal(buf.data, cases[i].out);
    }
}

static void natural_order_puts_numbers_by_value(void **state)
{
    static const char *const in_order[] = {
        "",    "0",  "00",  "1", "01", "1A", "2",   "2A", "3",   "10",    "11",
        "020", "22", "100", "C", "C1", "C2", "C10", "a9", "a10", "a10b2", "a10b11",
    };
    const size_t n = sizeof in_order / sizeof *in_order;

    (void)state;
    for (size_t a = 0; a < n; a++) {
        for (size_t b = 0; b < n; b++) {
            int c = sc_natural_compare(in_order[a], in_order[b]);
            bool tie = (a == 1 && b == 2) || (a == 2 && b == 1) || (a == 3 && b == 4) ||
                       (a == 4 && b == 3);

            if (tie) /* equal in value: still two labels, in some fixed order */
                assert_true(c != 0);
            else if ((c > 0) - (c < 0) != (a > b) - (a < b))
                fail_msg("'%s' and '%s'", in_order[a], in_order[b]);
        }
    }
}

static void natural_order_is_an_order(void **state)
{
    static const char alphabet[] = "01 9aB\xc3";
    char words[120][6];
    unsigned seed = 1;

    (void)state;
    for (size_t i = 0; i < 120; i++) {
        size_t len;

        seed = seed * 1103515245u + 12345u;
        len = seed >> 16 & 3;
        for (size_t k = 0; k <= len; k++) {
            seed = seed * 1103515245u + 12345u;
            words[i][k] = alphabet[(seed >> 16) % (sizeof alphabet - 1)];
        }
        words[i][len + 1] = '\0';
    }
    for (size_t a = 0; a < 120; a++) {
        for (size_t b = 0; b < 120; b++) {
            int ab = sc_natural_compare(words[a], words[b]);
            int ba = sc_natural_compare(words[b], words[a]);

            assert_int_equal((ab > 0) - (ab < 0), (ba < 0) - (ba > 0));
            assert_int_equal(ab == 0, strcmp(words[a], words[b]) == 0);
            for (size_t c = 0; c < 120; c++) {
                if (ab <= 0 && sc_natural_compare(words[b], words[c]) <= 0 &&
                    sc_natural_compare(words[a], words[c]) > 0)
                    fail_msg("'%s' '%s' '%s'", words[a], words[b], words[c]);
            }
        }
    }
}

static void counts_have_commas(void **state)
{
    static const struct {
        uint64_t n;
        const char *out;
    } cases[] = {
        {0, "0"},
        {7, "7"},
        {999, "999"},
        {1000, "1,000"},
        {84233, "84,233"},
        {999999, "999,999"},
        {1000000, "1,000,000"},
        {UINT64_MAX, "18,446,744,073,709,551,615"},
    };
    char out[28];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(sc_format_count(cases[i].n, out), cases[i].out);
}

#ifdef SC_FAULT_INJECTION
static void a_failed_append_is_remembered(void **state)
{
    SC_AUTO_BUF buf = {0};
    struct sc_error err = {0};

    (void)state;
    sc_buf_adds(&buf, "kept");
    sc_fault_set(SC_FAULT_ALLOC, 1);
    for (int i = 0; i < 40; i++)
        sc_buf_adds(&buf, "more");
    sc_fault_set(SC_FAULT_ALLOC, 0);
    assert_memory_equal(buf.data, "kept", 4);
    assert_int_equal(sc_buf_check(&buf, &err), SC_E_NOMEM);
    sc_buf_clear(&buf);
    sc_buf_adds(&buf, "again");
    assert_int_equal(sc_buf_check(&buf, &err), SC_OK);
    assert_string_equal(buf.data, "again");
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slices_compare),
        cmocka_unit_test(trimming_takes_no_break_spaces_too),
        cmocka_unit_test(buffers_grow_and_stay_ended),
        cmocka_unit_test(utf8_agrees_with_decoding_on_all_short_strings),
        cmocka_unit_test(every_code_point_is_written_as_valid_utf8),
        cmocka_unit_test(windows1252_agrees_with_iconv),
        cmocka_unit_test(text_is_kept_or_read_as_windows1252),
        cmocka_unit_test(natural_order_puts_numbers_by_value),
        cmocka_unit_test(natural_order_is_an_order),
        cmocka_unit_test(counts_have_commas),
#ifdef SC_FAULT_INJECTION
        cmocka_unit_test(a_failed_append_is_remembered),
#endif
    };

    return cmocka_run_group_tests_name("base/text", tests, NULL, NULL);
}
