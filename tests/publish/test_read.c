/* test_read.c - answer.json read back is the same answer, or refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/fault.h"
#include "publish/files.h"
#include "publish/read.h"
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
    sc_fault_set(SC_FAULT_ALLOC, 0);
    sample_release(&s);
    return 0;
}

static struct sc_answer_file *parse(const struct sc_buf *json)
{
    struct sc_answer_file *answer = NULL;
    struct sc_error err = {0};

    if (sc_answer_file_parse("answer.json", json->data, json->len, (struct sc_slice){0},
                             (struct sc_slice){0}, &answer, &err))
        fail_msg("%s", err.message);
    return answer;
}

static void all_files_of_what_was_read_back_are_the_same_bytes(void **state)
{
    SC_AUTO_BUF json = {0};
    SC_AUTO_BUF page = {0};
    SC_AUTO_BUF again = {0};
    SC_AUTO_OUTPUTS before = {0};
    SC_AUTO_OUTPUTS after = {0};
    SC_AUTO(sc_answer_file) answer = NULL;

    (void)state;
    sc_publish_json(&s.publication, &json);
    answer = parse(&json);
    assert_int_equal(sc_publication_check(sc_answer_file_publication(answer), NULL), SC_OK);
    assert_int_equal(sc_outputs_make(&before, &s.publication, NULL, NULL), SC_OK);
    assert_int_equal(sc_outputs_make(&after, sc_answer_file_publication(answer), NULL, NULL),
                     SC_OK);
    assert_int_equal(before.n, after.n);
    for (size_t i = 0; i < before.n; i++) {
        assert_string_equal(before.items[i].name, after.items[i].name);
        assert_int_equal(before.items[i].bytes.len, after.items[i].bytes.len);
        assert_memory_equal(before.items[i].bytes.data, after.items[i].bytes.data,
                            before.items[i].bytes.len);
    }
    sc_publish_html(&s.publication, NULL, NULL, 0, &page);
    sc_publish_html(sc_answer_file_publication(answer), NULL, NULL, 0, &again);
    assert_string_equal(page.data, again.data);
}

/* The grand total of a keyword category of the sample. */
static uint64_t total_of(const char *code)
{
    const struct sc_table *table = &s.publication.tables[3];
    size_t at[3] = {table->dimensions[0].n_categories, table->dimensions[1].n_categories, 0};

    while (strcmp(table->dimensions[2].categories[at[2]].code, code) != 0)
        at[2]++;
    return sc_table_cell(table, at)->count;
}

static struct sc_published_estimate estimates[3];
static struct sc_published_accuracy accuracy;

static void add_review(void)
{
    const struct sc_dictionary_category *categories = s.publication.dictionaries[0]->categories;

    estimates[0] = (struct sc_published_estimate){
        .code = categories[0].code,
        .label = categories[0].label,
        .sentence = "The search found <some> offences; we estimate \"more\".",
        .shares = "Of those found about 91% are right (76 to 98%).",
        .found = total_of(categories[0].code),
        .true_number = 430,
        .true_low = 402,
        .true_high = 461,
        .precision = {91, 76, 98},
        .recall_known = true,
        .recall = {78, 63, 89},
    };
    estimates[1] = (struct sc_published_estimate){.code = categories[1].code,
                                                  .label = categories[1].label,
                                                  .sentence = "Nothing is said.",
                                                  .shares = "",
                                                  .withheld = true};
    estimates[2] = estimates[0];
    estimates[2].shares_withheld = estimates[2].exact = true;
    estimates[2].shares = "";
    accuracy = (struct sc_published_accuracy){.state = SC_ACCURACY_MEASURED,
                                              .words = "A person read 200 of these records.",
                                              .checked = 200,
                                              .categories = estimates,
                                              .n_categories = 3};
    s.publication.accuracy = &accuracy;
}

static void a_review_of_the_search_is_on_the_page_and_read_back(void **state)
{
    SC_AUTO_BUF page = {0};

    add_review();
    sc_publish_html(&s.publication, NULL, NULL, 0, &page);
    assert_null(strstr(page.data, "No accuracy review"));
    assert_non_null(strstr(page.data, "A person read 200 of these records."));
    assert_non_null(strstr(page.data, "The search found &lt;some&gt; offences"));
    assert_non_null(strstr(page.data, "<td>91% <span>76 to 98%</span>"));
    assert_non_null(strstr(page.data, "<td>78% <span>63 to 89%</span>"));
    assert_non_null(strstr(page.data, "<td>430 <span>402 to 461</span></td>"));
    assert_non_null(strstr(page.data, "<td>430</td><td>not said</td>"));
    all_files_of_what_was_read_back_are_the_same_bytes(state);
    accuracy.state = SC_ACCURACY_STALE;
    sc_buf_clear(&page);
    sc_publish_html(&s.publication, NULL, NULL, 0, &page);
    assert_non_null(strstr(page.data, "No accuracy review"));
    assert_non_null(strstr(page.data, "other records or other words"));
    accuracy.n_categories = 0;
    all_files_of_what_was_read_back_are_the_same_bytes(state);
}

static void the_gate_stops_what_a_review_may_not_say(void **unused)
{
    (void)unused;
    add_review();
    assert_int_equal(sc_publication_check(&s.publication, NULL), SC_OK);
    estimates[0].found += 1; /* a count that no table shows */
    assert_int_equal(sc_publication_check(&s.publication, NULL), SC_E_UNSAFE);
    add_review();
    estimates[0].true_low = 3;
    assert_int_equal(sc_publication_check(&s.publication, NULL), SC_E_UNSAFE);
    add_review();
    accuracy.checked = 2;
    assert_int_equal(sc_publication_check(&s.publication, NULL), SC_E_UNSAFE);
}

/* Replaces the first `from` in a copy of the JSON by `to`; must be refused. */
static void refuse(const struct sc_buf *json, const char *from, const char *to, const char *says)
{
    SC_AUTO_BUF changed = {0};
    SC_AUTO(sc_answer_file) answer = NULL;
    struct sc_error err = {0};
    const char *at = strstr(json->data, from);

    assert_non_null(at);
    sc_buf_add(&changed, json->data, (size_t)(at - json->data));
    sc_buf_adds(&changed, to);
    sc_buf_adds(&changed, at + strlen(from));
    assert_int_equal(sc_answer_file_parse("answer.json", changed.data, changed.len,
                                          (struct sc_slice){0}, (struct sc_slice){0}, &answer,
                                          &err),
                     SC_E_INPUT);
    if (!strstr(err.message, says))
        fail_msg("'%s' does not say '%s'", err.message, says);
}

static void what_is_not_an_answer_is_refused(void **state)
{
    SC_AUTO_BUF json = {0};

    (void)state;
    sc_publish_json(&s.publication, &json);
    refuse(&json, "{", "", "not JSON");
    refuse(&json, "\"publishable\": false", "\"publishable\": 1", "'publishable'");
    refuse(&json, "\"status\": \"published\"", "\"status\": \"true\"", "'status'");
    refuse(&json, "\"value\": null", "\"value\": 3", "'status'");
    refuse(&json, "\"value\": ", "\"value\": -", "");
    refuse(&json, "\"year\": \"2018/19\"", "\"year\": \"2017/18\"", "'cells'");
    refuse(&json, "\"unit\": \"offences\"", "\"unit\": \"people\"", "'unit'");
    refuse(&json, "\"threshold\": 5", "\"threshold\": 0", "'threshold'");
    refuse(&json, "\"2021-09-07\"", "\"7 September\"", "a day");
    refuse(&json, "\"publishable\"", "\"internal\": true, \"publishable\"", "true counts");
}

static void a_small_count_shown_is_read_and_stopped_at_the_gate(void **state)
{
    SC_AUTO_BUF json = {0};
    SC_AUTO_BUF changed = {0};
    SC_AUTO(sc_answer_file) answer = NULL;
    const char *null = "\"value\": null, \"status\": \"suppressed\"";
    const char *at;

    (void)state;
    sc_publish_json(&s.publication, &json);
    at = strstr(json.data, null);
    assert_non_null(at);
    sc_buf_add(&changed, json.data, (size_t)(at - json.data));
    sc_buf_adds(&changed, "\"value\": 3, \"status\": \"published\"");
    sc_buf_adds(&changed, at + strlen(null));
    answer = parse(&changed);
    assert_int_equal(sc_publication_check(sc_answer_file_publication(answer), NULL), SC_E_UNSAFE);
}

static void without_memory_it_says_so(void **state)
{
    SC_AUTO_BUF json = {0};
    enum sc_status status = SC_E_NOMEM;
    uint64_t n = 0;

    (void)state;
#ifndef SC_FAULT_INJECTION
    skip();
#endif
    s.publication.n_tables = 2;
    sc_publish_json(&s.publication, &json);
    while (status == SC_E_NOMEM && n < 20000) {
        SC_AUTO(sc_answer_file) answer = NULL;

        sc_fault_set(SC_FAULT_ALLOC, ++n);
        status = sc_answer_file_parse("a", json.data, json.len, (struct sc_slice){0},
                                      (struct sc_slice){0}, &answer, NULL);
        sc_fault_set(SC_FAULT_ALLOC, 0);
    }
    assert_int_equal(status, SC_OK);
    assert_true(n > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(all_files_of_what_was_read_back_are_the_same_bytes, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_review_of_the_search_is_on_the_page_and_read_back, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(the_gate_stops_what_a_review_may_not_say, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_is_not_an_answer_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_small_count_shown_is_read_and_stopped_at_the_gate, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(without_memory_it_says_so, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
