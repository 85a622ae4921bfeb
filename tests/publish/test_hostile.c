/* test_hostile.c - hostile text in every field comes out inert in every format. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/csv_small.h"
#include "publish/files.h"
#include "sample.h"

static size_t count_of(const char *haystack, const char *needle)
{
    size_t n = 0;

    for (; (haystack = strstr(haystack, needle)); haystack++)
        n++;
    return n;
}

/* No style, one script file of ours, no other live element, no handler; no byte that a page may not
 * hold. */
static void check_page(const struct sample *s)
{
    SC_AUTO_BUF out = {0};

    sc_publish_html(&s->publication, NULL, NULL, 0, &out);
    assert_int_equal(sc_buf_check(&out, NULL), SC_OK);
    assert_true(sc_utf8_valid(out.data, out.len));
    assert_int_equal(count_of(out.data, "<style"), 0);
    assert_int_equal(count_of(out.data, "</style>"), 0);
    assert_int_equal(count_of(out.data, "<title>"), 1);
    assert_int_equal(count_of(out.data, "<script"), 1);
    assert_int_equal(count_of(out.data, "<script src=\"assets/page.js\"></script>"), 1);
    assert_int_equal(count_of(out.data, "<img"), 0);
    assert_int_equal(count_of(out.data, "<!--"), 0);
    assert_int_equal(count_of(out.data, "\" onmouseover"), 0);
    assert_int_equal(count_of(out.data, "' onmouseover"), 0);
    for (size_t i = 0; i < out.len; i++)
        assert_true((unsigned char)out.data[i] >= 0x20 || out.data[i] == '\n' ||
                    out.data[i] == '\t');
}

static void check_json(const struct sample *s)
{
    SC_AUTO_BUF out = {0};
    json_t *root;

    sc_publish_json(&s->publication, &out);
    root = json_loadb(out.data, out.len, 0, NULL);
    assert_non_null(root);
    json_decref(root);
}

/* Metadata is JSON, the letter holds no byte that a terminal or printer would act on. */
static void check_descriptions(const struct sample *s)
{
    SC_AUTO_OUTPUTS outputs = {0};

    assert_int_equal(sc_outputs_make(&outputs, &s->publication, NULL, NULL), SC_OK);
    for (size_t i = 0; i < outputs.n; i++) {
        const struct sc_output *output = &outputs.items[i];
        enum sc_file_kind kind = output->file.kind;

        if (kind == SC_FILE_CSVW || kind == SC_FILE_DATASET || kind == SC_FILE_DATA_PACKAGE) {
            json_t *root = json_loadb(output->bytes.data, output->bytes.len, 0, NULL);

            assert_non_null(root);
            assert_null(strchr(output->bytes.data, '<'));
            json_decref(root);
        }
        if (kind == SC_FILE_LETTER)
            for (size_t b = 0; b < output->bytes.len; b++)
                assert_true((unsigned char)output->bytes.data[b] >= 0x20 ||
                            output->bytes.data[b] == '\n');
    }
}

static bool runs(const char *field)
{
    field += strspn(field, " \t\r\n");
    return field[0] != '\0' && strchr("=+-@", field[0]) != NULL;
}

static void check_csv(const struct sc_buf *out)
{
    SC_AUTO(sc_csv) csv = NULL;

    assert_int_equal(sc_csv_parse("t", out->data, out->len, &csv, NULL), SC_OK);
    assert_true(sc_csv_n_rows(csv) > 4);
    for (size_t r = 0; r < sc_csv_n_rows(csv); r++) {
        assert_int_equal(sc_csv_n_fields(csv, r), sc_csv_n_fields(csv, 0));
        for (size_t f = 0; f < sc_csv_n_fields(csv, r); f++)
            assert_false(runs(sc_csv_field(csv, r, f).data));
    }
}

static void every_hostile_string_is_inert_everywhere(void **state)
{
    (void)state;
    for (size_t i = 0; i < SAMPLE_NAUGHTY; i++) {
        struct sample s;

        sample_init(&s);
        sample_poison(&s, i);
        check_page(&s);
        check_json(&s);
        check_descriptions(&s);
        for (size_t t = 0; t < s.publication.n_tables; t++) {
            SC_AUTO_BUF wide = {0};
            SC_AUTO_BUF tidy = {0};

            sc_publish_csv(&s.publication, &s.publication.tables[t], &wide);
            sc_publish_tidy_csv(&s.publication, &s.publication.tables[t], &tidy);
            check_csv(&wide);
            check_csv(&tidy);
        }
        sample_release(&s);
    }
}

static void a_dimension_called_like_a_column_is_told_apart(void **state)
{
    struct sample s;
    SC_AUTO_BUF out = {0};

    (void)state;
    sample_init(&s);
    s.counts.tables[1].dimensions[1].code = "Status";
    sample_publish(&s);
    sc_publish_tidy_csv(&s.publication, &s.publication.tables[1], &out);
    assert_memory_equal(out.data, "year,dimension_Status,unit,value,status,release\r\n", 49);
    sample_release(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_hostile_string_is_inert_everywhere),
        cmocka_unit_test(a_dimension_called_like_a_column_is_told_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
