/*
 * test_agree.c - presentation CSV, tidy CSV, JSON and the table agree cell for
 * cell; and no withheld figure is in any of them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/csv_small.h"
#include "publish/files.h"
#include "publish/layout.h"
#include "sample.h"

static struct sample s;

static int set_up(void **state)
{
    (void)state;
    sample_init(&s);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    sample_release(&s);
    return 0;
}

/* Every third cell that can occur withheld, for good measure. */
static void withhold_more(void)
{
    for (size_t t = 0; t < s.publication.n_tables; t++)
        for (size_t i = t; i < s.answer->tables[t].n_cells; i += 3)
            if (s.answer->tables[t].cells[i].status == SC_CELL_PUBLISHED)
                s.answer->tables[t].cells[i] = (struct sc_cell){.status = SC_CELL_SUPPRESSED};
}

static void check_value(const struct sc_cell *cell, const char *text, const char *withheld)
{
    char digits[24] = "";

    if (cell->status == SC_CELL_PUBLISHED)
        (void)snprintf(digits, sizeof digits, "%llu", (unsigned long long)cell->count);
    else if (cell->status == SC_CELL_SUPPRESSED)
        (void)snprintf(digits, sizeof digits, "%s", withheld);
    assert_string_equal(text, digits);
}

static size_t find_code(const struct sc_dimension *dimension, const char *code, bool label)
{
    if (strcmp(code, "Total") == 0)
        return dimension->n_categories;
    for (size_t i = 0; i < dimension->n_categories; i++)
        if (strcmp(code, label ? dimension->categories[i].label : dimension->categories[i].code) ==
            0)
            return i;
    fail_msg("no such category");
    return 0;
}

static size_t shown_cells(const struct sc_table *table)
{
    size_t n = 0;

    for (size_t i = 0; i < table->n_cells; i++)
        n += table->cells[i].status != SC_CELL_VOID;
    return n;
}

static void check_tidy(const struct sc_table *table)
{
    SC_AUTO_BUF out = {0};
    SC_AUTO(sc_csv) csv = NULL;

    sc_publish_tidy_csv(&s.publication, table, &out);
    assert_int_equal(sc_csv_parse("t", out.data, out.len, &csv, NULL), SC_OK);
    assert_int_equal(sc_csv_n_rows(csv), shown_cells(table) + 1);
    for (size_t r = 1; r < sc_csv_n_rows(csv); r++) {
        size_t at[SC_DIMENSIONS_MAX];
        size_t n = table->n_dimensions;
        const struct sc_cell *cell;

        assert_int_equal(sc_csv_n_fields(csv, r), n + 4);
        for (size_t d = 0; d < n; d++)
            at[d] = find_code(&table->dimensions[d], sc_csv_field(csv, r, d).data, false);
        cell = sc_table_cell(table, at);
        assert_string_equal(sc_csv_field(csv, r, n).data, sc_unit_name(table->unit));
        check_value(cell, sc_csv_field(csv, r, n + 1).data, "");
        assert_string_equal(sc_csv_field(csv, r, n + 2).data, sc_cell_status_name(cell->status));
        assert_string_equal(sc_csv_field(csv, r, n + 3).data, SC_NOT_AUDITED);
    }
}

static void check_presentation(const struct sc_table *table)
{
    SC_AUTO_BUF out = {0};
    SC_AUTO(sc_csv) csv = NULL;
    size_t n_rows = table->n_rows_dimensions;
    size_t n_columns = sc_line_count(table, SC_SIDE_COLUMNS);

    sc_publish_csv(&s.publication, table, &out);
    assert_memory_equal(out.data, "\xef\xbb\xbf", 3);
    assert_int_equal(sc_csv_parse("t", out.data, out.len, &csv, NULL), SC_OK);
    assert_int_equal(sc_csv_n_rows(csv),
                     1 + sc_line_count(table, SC_SIDE_ROWS) + 2 + table->n_notes);
    for (size_t r = 0; r < sc_csv_n_rows(csv); r++)
        assert_int_equal(sc_csv_n_fields(csv, r), n_rows + n_columns);
    for (size_t r = 1; r <= sc_line_count(table, SC_SIDE_ROWS); r++)
        for (size_t c = 0; c < n_columns; c++) {
            size_t at[SC_DIMENSIONS_MAX];

            for (size_t d = 0; d < n_rows; d++)
                at[d] = find_code(&table->dimensions[d], sc_csv_field(csv, r, d).data, true);
            if (table->n_dimensions > n_rows)
                at[n_rows] = find_code(&table->dimensions[n_rows],
                                       sc_csv_field(csv, 0, n_rows + c).data, true);
            check_value(sc_table_cell(table, at), sc_csv_field(csv, r, n_rows + c).data, "[c]");
        }
}

static void check_json(const struct sc_table *table, json_t *json)
{
    json_t *cells = json_object_get(json, "cells");
    json_t *item;
    size_t i;

    assert_string_equal(json_string_value(json_object_get(json, "id")), table->id);
    assert_int_equal(json_array_size(cells), shown_cells(table));
    json_array_foreach(cells, i, item)
    {
        size_t at[SC_DIMENSIONS_MAX];
        json_t *value = json_object_get(item, "value");
        const struct sc_cell *cell;

        for (size_t d = 0; d < table->n_dimensions; d++)
            at[d] = find_code(&table->dimensions[d],
                              json_string_value(json_object_get(json_object_get(item, "at"),
                                                                table->dimensions[d].code)),
                              false);
        cell = sc_table_cell(table, at);
        assert_string_equal(json_string_value(json_object_get(item, "status")),
                            sc_cell_status_name(cell->status));
        assert_true(json_is_null(value) == (cell->status == SC_CELL_SUPPRESSED));
        if (cell->status == SC_CELL_PUBLISHED)
            assert_int_equal(json_integer_value(value), cell->count);
    }
}

static void all_formats_agree_cell_for_cell(void **state)
{
    SC_AUTO_BUF out = {0};
    json_t *root;

    (void)state;
    withhold_more();
    sc_publish_json(&s.publication, &out);
    root = json_loads(out.data, 0, NULL);
    assert_non_null(root);
    for (size_t t = 0; t < s.publication.n_tables; t++) {
        check_tidy(&s.publication.tables[t]);
        check_presentation(&s.publication.tables[t]);
        check_json(&s.publication.tables[t], json_array_get(json_object_get(root, "tables"), t));
    }
    json_decref(root);
}

static void write_all(struct sc_buf *out)
{
    SC_AUTO_OUTPUTS outputs = {0};

    sc_publish_html(&s.publication, NULL, NULL, 0, out);
    assert_int_equal(sc_outputs_make(&outputs, &s.publication, NULL, NULL), SC_OK);
    assert_true(outputs.n > 2 * s.publication.n_tables + 5);
    for (size_t i = 0; i < outputs.n; i++) /* the workbooks are opened by test_formats.py */
        if (outputs.items[i].file.kind != SC_FILE_ODS && outputs.items[i].file.kind != SC_FILE_XLSX)
            sc_buf_adds(out, outputs.items[i].bytes.data);
    assert_int_equal(sc_buf_check(out, NULL), SC_OK);
}

/* With a threshold of 900,000,001 every true count is withheld, each with its own number. */
static void no_withheld_figure_is_in_any_output(void **state)
{
    SC_AUTO_BUF out = {0};

    (void)state;
    s.policy.threshold = 900000001;
    for (size_t t = 0; t < s.counts.n_tables; t++)
        for (size_t i = 0; i < s.counts.tables[t].n_cells; i++)
            if (s.counts.tables[t].cells[i].status == SC_CELL_TRUE)
                s.counts.tables[t].cells[i].count = 777000000 + t * 10000 + i;
    for (size_t i = 0; i < 2; i++)
        s.counts.findings[i].count += 777900000;
    sample_publish(&s);
    write_all(&out);
    for (size_t i = 0; i < 2; i++)
        s.counts.findings[i].count -= 777900000;
    assert_null(strstr(out.data, "777"));
    assert_non_null(strstr(out.data, "[c]"));
}

static void no_bar_is_drawn_for_a_withheld_figure(void **state)
{
    SC_AUTO_BUF out = {0};

    (void)state;
    s.policy.threshold = 1000000;
    sample_publish(&s);
    write_all(&out);
    assert_null(strstr(out.data, "<rect class"));
    assert_null(strstr(out.data, "in all</text>"));
}

/* A chart is the same whatever the withheld figures are. */
static void a_page_does_not_depend_on_withheld_figures(void **state)
{
    SC_AUTO_BUF one = {0};
    SC_AUTO_BUF two = {0};

    (void)state;
    write_all(&one);
    for (size_t t = 0; t < s.counts.n_tables; t++)
        for (size_t i = 0; i < s.counts.tables[t].n_cells; i++) {
            struct sc_cell *cell = &s.counts.tables[t].cells[i];

            if (cell->status == SC_CELL_TRUE && cell->count > 0 && cell->count < 5)
                cell->count = 5 - cell->count;
        }
    sample_publish(&s);
    write_all(&two);
    assert_string_equal(one.data, two.data);
}

static void no_count_of_a_finding_is_shown(void **state)
{
    SC_AUTO_BUF out = {0};
    json_t *root;
    json_t *findings;

    (void)state;
    sc_publish_json(&s.publication, &out);
    root = json_loads(out.data, 0, NULL);
    findings = json_object_get(root, "findings");
    assert_true(json_is_null(json_object_get(json_array_get(findings, 0), "count")));
    assert_true(json_is_null(json_object_get(json_array_get(findings, 1), "count")));
    json_decref(root);
}

static void the_gate_refuses_what_may_not_be_shown(void **state)
{
    struct sc_cell *cell = &s.answer->tables[0].cells[0];
    struct sc_cell good = *cell;

    (void)state;
    assert_int_equal(sc_publication_check(&s.publication, NULL), SC_OK);
    *cell = (struct sc_cell){12, SC_CELL_TRUE};
    assert_int_equal(sc_publication_check(&s.publication, NULL), SC_E_UNSAFE);
    *cell = (struct sc_cell){3, SC_CELL_SUPPRESSED};
    assert_int_equal(sc_publication_check(&s.publication, NULL), SC_E_UNSAFE);
    *cell = (struct sc_cell){4, SC_CELL_PUBLISHED};
    assert_int_equal(sc_publication_check(&s.publication, NULL), SC_E_UNSAFE);
    *cell = (struct sc_cell){1, SC_CELL_VOID};
    assert_int_equal(sc_publication_check(&s.publication, NULL), SC_E_UNSAFE);
    *cell = good;
    s.publication.findings = s.counts.findings;
    assert_int_equal(sc_publication_check(&s.publication, NULL), SC_E_UNSAFE);
    s.publication.findings = s.answer->findings;
    assert_int_equal(sc_publication_check(&s.publication, NULL), SC_OK);
    s.publication.publishable = true; /* without a proof */
    assert_int_equal(sc_publication_check(&s.publication, NULL), SC_E_UNSAFE);
}

/* Three rows had a wrong number of fields: that is withheld, and so is what would give it away. */
static void the_accounting_is_withheld_where_it_would_give_a_small_count_away(void **state)
{
    struct sc_accounting *a = &s.publication.accounting;

    (void)state;
    assert_true(s.publication.withheld.faulty[SC_FAULTY_FIELD_COUNT]);
    assert_true(s.publication.withheld.read);
    assert_false(s.publication.withheld.counted);
    assert_int_equal(a->counted, 2150);
    assert_int_equal(a->read, 0);
    s.publication.withheld.read = false;
    a->read = 214377;
    assert_int_equal(sc_publication_check(&s.publication, NULL), SC_E_UNSAFE);
    s.publication.withheld.faulty[SC_FAULTY_FIELD_COUNT] = false;
    a->faulty[SC_FAULTY_FIELD_COUNT] = 3;
    assert_int_equal(sc_publication_check(&s.publication, NULL), SC_OK); /* while internal */
    a->read++;
    assert_int_equal(sc_publication_check(&s.publication, NULL), SC_E_UNSAFE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(all_formats_agree_cell_for_cell, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_withheld_figure_is_in_any_output, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_bar_is_drawn_for_a_withheld_figure, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_page_does_not_depend_on_withheld_figures, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(no_count_of_a_finding_is_shown, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_gate_refuses_what_may_not_be_shown, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            the_accounting_is_withheld_where_it_would_give_a_small_count_away, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
