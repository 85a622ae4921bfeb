/* test_answer.c - the primary rule, and that nothing true can be reached from an answer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/fault.h"
#include "safecount/answer.h"

static struct sc_category years[] = {{"2018/19", "2018/19", -1}, {"2019/20", "2019/20", -1}};
static struct sc_category months[] = {{"2018-04", "April 2018", 0}, {"2019-04", "April 2019", 1}};
static struct sc_dimension dimensions[] = {
    {"year", "Year", years, 2, -1, false},
    {"month", "Month", months, 2, 0, true},
};
static const char *notes[] = {"A note."};

/* Rows: 2018/19, 2019/20, Total; columns: April 2018, April 2019, Total. */
static const struct sc_cell true_cells[9] = {
    {0, SC_CELL_TRUE}, {0, SC_CELL_VOID}, {1, SC_CELL_TRUE}, {0, SC_CELL_VOID}, {4, SC_CELL_TRUE},
    {4, SC_CELL_TRUE}, {2, SC_CELL_TRUE}, {3, SC_CELL_TRUE}, {5, SC_CELL_TRUE},
};
static struct sc_cell cells[9];
static struct sc_table table = {.id = "t",
                                .title = "",
                                .question = "1",
                                .dimensions = dimensions,
                                .n_dimensions = 2,
                                .n_rows_dimensions = 1,
                                .cells = cells,
                                .n_cells = 9,
                                .notes = notes,
                                .n_notes = 1};
static struct sc_policy policy = {.threshold = 5, .marker = "[c]", .reason = ""};
static struct sc_job job = {.policy = &policy};
static struct sc_counts counts = {
    .tables = &table, .n_tables = 1, .accounting = {.read = 50, .counted = 50}};

static int set_up(void **state)
{
    (void)state;
    memcpy(cells, true_cells, sizeof cells);
    policy.threshold = 5;
    counts.accounting.counted = counts.accounting.read = 50;
    return 0;
}

static void small_counts_are_suppressed_and_hold_no_value(void **state)
{
    static const enum sc_cell_status want[9] = {
        SC_CELL_PUBLISHED,  SC_CELL_VOID,       SC_CELL_SUPPRESSED,
        SC_CELL_VOID,       SC_CELL_SUPPRESSED, SC_CELL_SUPPRESSED,
        SC_CELL_SUPPRESSED, SC_CELL_SUPPRESSED, SC_CELL_PUBLISHED,
    };
    struct sc_answer *answer = NULL;

    (void)state;
    assert_int_equal(sc_answer_make(&job, &counts, &answer, NULL), SC_OK);
    for (size_t i = 0; i < 9; i++) {
        assert_int_equal(answer->tables[0].cells[i].status, want[i]);
        if (want[i] != SC_CELL_PUBLISHED)
            assert_int_equal(answer->tables[0].cells[i].count, 0);
    }
    assert_int_equal(answer->tables[0].cells[8].count, 5);
    sc_answer_free(answer);
}

static void the_threshold_is_the_policys(void **state)
{
    struct sc_answer *answer = NULL;

    (void)state;
    policy.threshold = 6;
    assert_int_equal(sc_answer_make(&job, &counts, &answer, NULL), SC_OK);
    assert_int_equal(answer->tables[0].cells[8].status, SC_CELL_SUPPRESSED);
    assert_int_equal(answer->tables[0].cells[8].count, 0);
    sc_answer_free(answer);
    policy.threshold = 2;
    assert_int_equal(sc_answer_make(&job, &counts, &answer, NULL), SC_OK);
    assert_int_equal(answer->tables[0].cells[2].status, SC_CELL_SUPPRESSED);
    assert_int_equal(answer->tables[0].cells[6].count, 2);
    sc_answer_free(answer);
}

static void a_threshold_that_protects_nothing_is_refused(void **state)
{
    struct sc_answer *answer = NULL;

    (void)state;
    policy.threshold = 1;
    assert_int_equal(sc_answer_make(&job, &counts, &answer, NULL), SC_E_RANGE);
    assert_null(answer);
}

static void an_answer_outlives_the_counts(void **state)
{
    struct sc_answer *answer = NULL;

    (void)state;
    assert_int_equal(sc_answer_make(&job, &counts, &answer, NULL), SC_OK);
    memset(cells, 0xff, sizeof cells);
    assert_int_equal(answer->tables[0].cells[8].count, 5);
    assert_ptr_not_equal(answer->tables[0].dimensions, dimensions);
    assert_ptr_not_equal(answer->tables[0].dimensions[1].categories, months);
    assert_ptr_not_equal(answer->tables[0].dimensions[1].categories[0].label, months[0].label);
    assert_string_equal(answer->tables[0].dimensions[1].categories[0].label, "April 2018");
    assert_int_equal(answer->tables[0].dimensions[1].categories[1].parent, 1);
    assert_int_equal(answer->tables[0].dimensions[1].nested_in, 0);
    assert_true(answer->tables[0].dimensions[1].overlapping);
    assert_string_equal(answer->tables[0].notes[0], "A note.");
    sc_answer_free(answer);
}

static void no_answer_is_publishable_before_an_audit(void **state)
{
    struct sc_answer *answer = NULL;

    (void)state;
    assert_int_equal(sc_answer_make(&job, &counts, &answer, NULL), SC_OK);
    assert_false(answer->publishable);
    assert_int_equal(answer->n_reasons, 1);
    assert_non_null(strstr(answer->reasons[0], "Not audited: not for release"));
    sc_answer_free(answer);
}

/* Rows counted are withheld where they are few, or the tables withhold what they would tell. */
static void rows_counted_are_withheld_with_the_total(void **state)
{
    struct sc_answer *answer = NULL;

    (void)state;
    assert_int_equal(sc_answer_make(&job, &counts, &answer, NULL), SC_OK);
    assert_int_equal(answer->accounting.counted, 50);
    assert_int_equal(answer->accounting.read, 50);
    sc_answer_free(answer);
    counts.accounting.counted = counts.accounting.read = 4;
    assert_int_equal(sc_answer_make(&job, &counts, &answer, NULL), SC_OK);
    assert_true(answer->withheld.counted && answer->withheld.read);
    assert_int_equal(answer->accounting.counted, 0);
    assert_int_equal(answer->accounting.read, 0);
    sc_answer_free(answer);
    counts.accounting.counted = counts.accounting.read = 50;
    cells[8].count = 4;
    assert_int_equal(sc_answer_make(&job, &counts, &answer, NULL), SC_OK);
    assert_true(answer->withheld.counted && answer->withheld.read);
    assert_int_equal(answer->accounting.counted, 0);
    sc_answer_free(answer);
}

static void findings_come_without_their_counts(void **state)
{
    struct sc_finding findings[] = {{"a", "Something", 17}, {"b", "Another", 3}};
    struct sc_answer *answer = NULL;

    (void)state;
    counts.findings = findings;
    counts.n_findings = 2;
    assert_int_equal(sc_answer_make(&job, &counts, &answer, NULL), SC_OK);
    counts.n_findings = 0;
    assert_int_equal(answer->n_findings, 2);
    assert_string_equal(answer->findings[0].text, "Something");
    assert_int_equal(answer->findings[0].count, 0);
    assert_int_equal(answer->findings[1].count, 0);
    sc_answer_free(answer);
}

static void every_failed_allocation_is_reported(void **state)
{
    struct sc_answer *answer = NULL;
    enum sc_status status = SC_E_NOMEM;
    uint64_t n = 0;

    (void)state;
#ifndef SC_FAULT_INJECTION
    skip();
#endif
    while (status != SC_OK && n < 1000) {
        sc_fault_set(SC_FAULT_ALLOC, ++n);
        status = sc_answer_make(&job, &counts, &answer, NULL);
        assert_true(status == SC_OK || (status == SC_E_NOMEM && answer == NULL));
    }
    sc_fault_set(SC_FAULT_ALLOC, 0);
    assert_int_equal(status, SC_OK);
    assert_true(n > 1);
    sc_answer_free(answer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(small_counts_are_suppressed_and_hold_no_value, set_up),
        cmocka_unit_test_setup(the_threshold_is_the_policys, set_up),
        cmocka_unit_test_setup(a_threshold_that_protects_nothing_is_refused, set_up),
        cmocka_unit_test_setup(an_answer_outlives_the_counts, set_up),
        cmocka_unit_test_setup(no_answer_is_publishable_before_an_audit, set_up),
        cmocka_unit_test_setup(rows_counted_are_withheld_with_the_total, set_up),
        cmocka_unit_test_setup(findings_come_without_their_counts, set_up),
        cmocka_unit_test_setup(every_failed_allocation_is_reported, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
