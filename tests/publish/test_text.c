/* test_text.c - the escapers, the JSON writer and the order of rows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "publish/clean.h"
#include "publish/json.h"
#include "publish/layout.h"
#include "sample.h"

struct pair {
    const char *in;
    const char *out;
};

static void check(void (*write)(struct sc_buf *, const char *), const struct pair *pairs, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        SC_AUTO_BUF out = {0};

        write(&out, pairs[i].in);
        assert_string_equal(out.data ? out.data : "", pairs[i].out);
    }
}

static void html_leaves_no_mark_up_and_no_controls(void **state)
{
    static const struct pair pairs[] = {
        {"a & b", "a &amp; b"},
        {"</title><script>", "&lt;/title&gt;&lt;script&gt;"},
        {"\"'", "&quot;&#39;"},
        {"a\x01z\x7f", "a\xef\xbf\xbdz\xef\xbf\xbd"},
        {"a\r\nb\rc", "a\nb c"},
        {"\xe2\x80\xae"
         "gpj",
         "\xef\xbf\xbdgpj"},
        {"\xc2\x85", "\xef\xbf\xbd"},
        {"caf\xe9 <", "caf\xc3\xa9 &lt;"},
        {"\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80"},
        {"", ""},
    };

    (void)state;
    check(sc_html, pairs, sizeof pairs / sizeof pairs[0]);
}

static void csv_is_quoted_and_runs_no_formula(void **state)
{
    static const struct pair pairs[] = {
        {"plain", "plain"},
        {"a,b", "\"a,b\""},
        {"say \"x\"", "\"say \"\"x\"\"\""},
        {"=1+1", "\"'=1+1\""},
        {"+1", "\"'+1\""},
        {"-1", "\"'-1\""},
        {"@SUM(A1)", "\"'@SUM(A1)\""},
        {"  =1", "\"'  =1\""},
        {"\t=1", "\"'\t=1\""},
        {"\rx", "\"' x\""},
        {"\xef\xbc\x9d"
         "1",
         "\"'\xef\xbc\x9d"
         "1\""},
        {"2018-04", "2018-04"},
        {"[c]", "[c]"},
    };

    (void)state;
    check(sc_csv_text, pairs, sizeof pairs / sizeof pairs[0]);
}

static void json_reads_back_as_it_was(void **state)
{
    static const char *const strings[] = {"", "plain", "\"\\/\b\f\n\r\t\x01\x1f\x7f", "</script>",
                                          "\xe2\x80\xa8\xf0\x9f\x98\x80"};

    (void)state;
    for (size_t i = 0; i < sizeof strings / sizeof strings[0]; i++) {
        SC_AUTO_BUF out = {0};
        struct sc_json json = {.out = &out};
        json_t *root;

        sc_json_open(&json, '[');
        sc_json_string(&json, strings[i]);
        sc_json_open_flat(&json, '{');
        sc_json_key_number(&json, strings[i], UINT32_MAX);
        sc_json_close(&json, '}');
        sc_json_open(&json, '[');
        sc_json_close(&json, ']');
        sc_json_null(&json);
        sc_json_bool(&json, false);
        sc_json_close(&json, ']');
        root = json_loads(out.data, 0, NULL);
        assert_non_null(root);
        assert_int_equal(json_array_size(root), 5);
        assert_string_equal(json_string_value(json_array_get(root, 0)), strings[i]);
        assert_int_equal(json_integer_value(json_object_get(json_array_get(root, 1), strings[i])),
                         UINT32_MAX);
        assert_null(strstr(out.data, "</"));
        json_decref(root);
    }
}

static void text_that_is_not_utf8_becomes_valid_json(void **state)
{
    SC_AUTO_BUF out = {0};
    struct sc_json json = {.out = &out};

    (void)state;
    sc_json_open(&json, '[');
    sc_json_string(&json, "caf\xe9");
    sc_json_close(&json, ']');
    assert_string_equal(out.data, "[\n  \"caf\xc3\xa9\"\n]\n");
}

static void a_year_comes_before_its_months_and_the_total_last(void **state)
{
    struct sample s;
    struct sc_line row;
    size_t n = 0;

    (void)state;
    sample_init(&s);
    sc_line_first(&row, &s.publication.tables[0], SC_SIDE_ROWS);
    do {
        size_t year = n / 13;
        size_t month = n % 13;

        assert_int_equal(row.at[0], year);
        assert_int_equal(row.at[1], month == 0 ? 36 : year * 12 + month - 1);
        n++;
    } while (sc_line_next(&row));
    assert_int_equal(n, 3 * 13 + 1);
    assert_int_equal(sc_line_count(&s.publication.tables[0], SC_SIDE_COLUMNS), 1);
    assert_int_equal(sc_line_count(&s.publication.tables[3], SC_SIDE_COLUMNS), 9);
    sample_release(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(html_leaves_no_mark_up_and_no_controls),
        cmocka_unit_test(csv_is_quoted_and_runs_no_formula),
        cmocka_unit_test(json_reads_back_as_it_was),
        cmocka_unit_test(text_that_is_not_utf8_becomes_valid_json),
        cmocka_unit_test(a_year_comes_before_its_months_and_the_total_last),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
