/*
 * test_public.c - what may be said in public of a review, and what may not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "review/report.h"

static struct sc_accuracy measured(uint64_t found, uint64_t checked, uint64_t true_ones,
                                   uint64_t rest, uint64_t rest_checked, uint64_t rest_true)
{
    struct sc_review_cell cells[2] = {{found, checked, true_ones}, {rest, rest_checked, rest_true}};
    struct sc_accuracy accuracy;

    assert_int_equal(sc_accuracy_estimate(&cells[0], 1, &cells[1], 1, &accuracy, NULL), SC_OK);
    return accuracy;
}

static struct sc_public_accuracy said(struct sc_accuracy accuracy, bool shown)
{
    struct sc_public_accuracy public;

    sc_public_accuracy_of(&accuracy, shown, accuracy.found, 0, 5, &public);
    return public;
}

static void an_estimate_that_rests_on_enough_is_said(void **unused)
{
    struct sc_public_accuracy p = said(measured(412, 60, 57, 9000, 140, 1), true);

    (void)unused;
    assert_false(p.withheld);
    assert_false(p.shares_withheld);
    assert_int_equal(p.found, 412);
    assert_true(p.true_low <= p.true_number && p.true_number <= p.true_high);
    assert_int_equal(p.precision[0], 95);
}

static void what_the_tables_withhold_is_not_said(void **unused)
{
    (void)unused;
    assert_true(said(measured(412, 60, 57, 9000, 140, 1), false).withheld);
    assert_true(said(measured(4, 4, 4, 9000, 140, 1), true).withheld);
}

static void few_offences_are_not_said(void **unused)
{
    (void)unused;
    assert_true(said(measured(40, 3, 3, 900, 50, 0), true).withheld);    /* three seen */
    assert_true(said(measured(40, 20, 1, 900, 900, 0), true).withheld);  /* about two */
    assert_true(said(measured(40, 40, 38, 900, 900, 0), true).withheld); /* two wrong, all read */
    assert_true(
        said(measured(40, 40, 40, 900, 900, 3), true).withheld); /* three missed, all read */
    assert_false(said(measured(40, 40, 34, 900, 900, 6), true).withheld);
    assert_true(said(measured(40, 40, 3, 900, 900, 60), true).withheld); /* three right, all read */
    /* All read, and two of the whole name no such thing. */
    assert_true(said(measured(40, 40, 40, 8, 8, 6), true).withheld);
    assert_false(said(measured(40, 40, 40, 12, 12, 6), true).withheld);
    /* All the found read, three of them right. */
    assert_true(said(measured(40, 40, 3, 9000, 300, 30), true).shares_withheld);
    assert_true(said(measured(40, 0, 0, 900, 50, 0), true).withheld); /* nothing known */
    /* All the found read, two of them wrong: precision would tell; the estimate does not. */
    assert_true(said(measured(40, 40, 38, 9000, 300, 5), true).shares_withheld);
    assert_false(said(measured(40, 40, 38, 9000, 300, 5), true).withheld);
}

static void no_small_number_is_ever_said(void **unused)
{
    (void)unused;
    for (uint64_t found = 0; found <= 30; found += 3)
        for (uint64_t n = 0; n <= found; n += 2)
            for (uint64_t m = 0; m <= n; m++)
                for (uint64_t missed = 0; missed <= 6; missed++) {
                    struct sc_public_accuracy p = said(measured(found, n, m, 80, 40, missed), true);

                    if (p.withheld)
                        continue;
                    assert_true(p.true_number == 0 || p.true_number >= 5);
                    assert_true(p.true_low == 0 || p.true_low >= 5);
                    assert_true(p.true_high == 0 || p.true_high >= 5);
                    assert_true(p.found == 0 || p.found >= 5);
                }
}

static void rounded_counts_have_rounded_estimates(void **unused)
{
    struct sc_accuracy accuracy = measured(412, 60, 57, 9000, 140, 1);
    struct sc_public_accuracy p;

    (void)unused;
    sc_public_accuracy_of(&accuracy, true, 410, 5, 5, &p);
    assert_int_equal(p.found, 410);
    assert_true(p.true_number % 5 == 0 && p.true_low % 5 == 0 && p.true_high % 5 == 0);
}

static void the_sentence_is_for_anybody(void **unused)
{
    struct sc_public_accuracy p = {.found = 412,
                                   .true_number = 430,
                                   .true_low = 402,
                                   .true_high = 461,
                                   .precision = {97, 92, 99}};
    struct sc_review_category category = {"snapchat", "Snapchat", false, 412};
    SC_AUTO_BUF text = {0};

    (void)unused;
    sc_public_sentence(&p, &category, 200, 5, &text);
    assert_string_equal(text.data,
                        "The search found 412 offences naming Snapchat; from a hand check of 200 "
                        "records we estimate that 430 truly did (95% interval 402 to 461).");
    sc_buf_clear(&text);
    sc_public_shares(&p, &text);
    assert_string_equal(text.data, "Of those found about 97% are right (92 to 99%).");
    sc_buf_clear(&text);
    p.precision[0] = p.precision[2] = 100;
    sc_public_shares(&p, &text);
    assert_string_equal(text.data, "Of those found nearly all are right (92 to 100%).");
    sc_buf_clear(&text);
    p.withheld = true;
    sc_public_sentence(&p, &category, 200, 5, &text);
    assert_null(strpbrk(text.data, "0123456789"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_estimate_that_rests_on_enough_is_said),
        cmocka_unit_test(what_the_tables_withhold_is_not_said),
        cmocka_unit_test(few_offences_are_not_said),
        cmocka_unit_test(no_small_number_is_ever_said),
        cmocka_unit_test(rounded_counts_have_rounded_estimates),
        cmocka_unit_test(the_sentence_is_for_anybody),
    };

    return cmocka_run_group_tests_name("public", tests, NULL, NULL);
}
