/*
 * test_accuracy.c - the parts of a review's arithmetic against sums done another way.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "review/accuracy.h"
#include "review/allocate.h"
#include "review/beta.h"

#define OK(call) assert_int_equal((call), SC_OK)

static void assert_near(double a, double b, double within)
{
    if (!(fabs(a - b) <= within))
        print_error("%.12g is not %.12g\n", a, b);
    assert_true(fabs(a - b) <= within);
}

/* P(Binomial(n, x) >= a), summed; that is I_x(a, n - a + 1). */
static double binomial_tail(int n, int a, double x)
{
    double sum = 0;

    for (int k = a; k <= n; k++)
        sum += exp(lgamma(n + 1.0) - lgamma(k + 1.0) - lgamma(n - k + 1.0) + k * log(x) +
                   (n - k) * log1p(-x));
    return sum;
}

static void beta_is_a_sum_of_binomials(void **unused)
{
    static const int sizes[] = {1, 2, 7, 40, 300, 2000};
    static const double at[] = {0.0003, 0.01, 0.2, 0.5, 0.77, 0.999};

    (void)unused;
    for (size_t i = 0; i < 6; i++)
        for (int a = 1; a <= sizes[i]; a += 1 + sizes[i] / 9)
            for (size_t j = 0; j < 6; j++) {
                struct sc_beta beta = sc_beta_of(a, sizes[i] - a + 1);

                assert_near(sc_beta_cdf(&beta, at[j]), binomial_tail(sizes[i], a, at[j]), 1e-9);
            }
}

static void quantiles_are_where_the_distribution_says(void **unused)
{
    static const double shapes[] = {0.002, 0.3, 1, 2.5, 30, 4000, 1e6};
    static const double points[] = {1e-5, 0.025, 0.5, 0.975, 0.99999};

    (void)unused;
    for (size_t i = 0; i < 7; i++)
        for (size_t j = 0; j < 7; j++)
            for (size_t k = 0; k < 5; k++) {
                struct sc_beta beta = sc_beta_of(shapes[i], shapes[j]);
                double x = sc_beta_quantile(&beta, points[k], 0);

                assert_true(x >= 0 && x <= 1);
                if (x > 0 && x < 1 - 1e-9)
                    assert_near(sc_beta_cdf(&beta, x), points[k], 1e-6);
            }
}

/* The mid-P limit of m of n by bisection on the binomial itself. */
static double mid_p_limit(int n, int m, bool upper)
{
    double low = 0;
    double high = 1;

    for (int i = 0; i < 60; i++) {
        double x = (low + high) / 2;
        double above = (binomial_tail(n, m, x) + binomial_tail(n, m + 1, x)) / 2;

        *((upper ? above < 0.975 : above < 0.025) ? &low : &high) = x;
    }
    return (low + high) / 2;
}

static void one_cell_gives_the_mid_p_interval(void **unused)
{
    const uint64_t size = 100000000; /* the sample is next to nothing of it */

    (void)unused;
    for (int n = 5; n <= 200; n += 39)
        for (int m = 0; m <= n; m += 1 + n / 6) {
            struct sc_review_cell cell = {size, (uint64_t)n, (uint64_t)m};
            struct sc_accuracy accuracy;

            OK(sc_accuracy_estimate(&cell, 1, NULL, 0, &accuracy, NULL));
            assert_true(accuracy.precision.known);
            assert_near(accuracy.precision.value, (double)m / n, 1e-12);
            assert_near(accuracy.precision.low, m ? mid_p_limit(n, m, false) : 0, 1e-5);
            assert_near(accuracy.precision.high, m < n ? mid_p_limit(n, m, true) : 1, 1e-5);
        }
}

static void what_is_checked_whole_is_certain(void **unused)
{
    struct sc_review_cell found[2] = {{40, 40, 37}, {3, 3, 1}};
    struct sc_review_cell not_found = {60, 60, 2};
    struct sc_accuracy a;

    (void)unused;
    OK(sc_accuracy_estimate(found, 2, &not_found, 1, &a, NULL));
    assert_true(a.true_number.low == 40 && a.true_number.value == 40 && a.true_number.high == 40);
    assert_near(a.precision.low, 38.0 / 43, 1e-12);
    assert_near(a.precision.high, 38.0 / 43, 1e-12);
    assert_near(a.recall.low, 38.0 / 40, 1e-12);
    assert_near(a.f1.high, 2 * 38.0 / (43 + 40), 1e-12);
}

static void nothing_checked_is_nothing_known(void **unused)
{
    struct sc_review_cell found = {40, 10, 9};
    struct sc_review_cell not_found = {1000, 0, 0};
    struct sc_accuracy a;

    (void)unused;
    OK(sc_accuracy_estimate(&found, 1, &not_found, 1, &a, NULL));
    assert_true(a.precision.known && !a.recall.known && !a.true_number.known && !a.missed.known);
    OK(sc_accuracy_estimate(NULL, 0, &not_found, 1, &a, NULL));
    assert_true(!a.precision.known && !a.recall.known);
    not_found.checked = 30; /* none found, none true */
    OK(sc_accuracy_estimate(NULL, 0, &not_found, 1, &a, NULL));
    assert_true(!a.precision.known && !a.recall.known && a.true_number.known);
    assert_true(a.true_number.value == 0 && a.true_number.high > 50);
}

/* Limits never leave what is certain: the true ones seen, the false ones seen. */
static void limits_stay_within_what_is_known(void **unused)
{
    (void)unused;
    for (uint64_t size = 1; size <= 12; size++)
        for (uint64_t n = 1; n <= size; n++)
            for (uint64_t m = 0; m <= n; m++) {
                struct sc_review_cell cells[2] = {{size, n, m}, {size + 3, n, n - m}};
                struct sc_review_cell rest = {size * 7, n, m / 2};
                struct sc_accuracy a;

                OK(sc_accuracy_estimate(cells, 2, &rest, 1, &a, NULL));
                assert_true(a.hits.low >= (double)n - 1e-9);
                assert_true(a.hits.high <= (double)(2 * size + 3 - n) + 1e-9);
                assert_true(a.hits.low <= a.hits.value && a.hits.value <= a.hits.high);
                assert_true(a.true_number.low >= (double)(n + m / 2) - 1e-9);
                assert_true(a.recall.low >= 0 && a.recall.high <= 1 && a.f1.high <= 1);
            }
}

static void a_thin_cell_is_judged_by_its_neighbour(void **unused)
{
    struct sc_review_cell cells[3] = {{100, 20, 18}, {9, 0, 0}, {5, 1, 0}};
    struct sc_accuracy a;

    (void)unused;
    OK(sc_accuracy_estimate(cells, 3, NULL, 0, &a, NULL));
    assert_int_equal(a.joined, 2);
    assert_near(a.hits.value, 114 * 18.0 / 21, 1e-9);
}

/* ---- allocation --------------------------------------------------------------------- */

static double variance_of(const struct sc_allocation *s, const uint64_t *sample, size_t n)
{
    double v = 0;

    for (size_t i = 0; i < n; i++)
        v += pow((double)s[i].size * s[i].deviation, 2) / (double)sample[i];
    return v;
}

static void allocation_is_the_best_there_is(void **unused)
{
    struct sc_allocation s[3] = {{30, 0.4, 0}, {200, 0.11, 0}, {9, 0.5, 0}};

    (void)unused;
    for (uint64_t n = 6; n <= 60; n += 3) {
        double best = INFINITY;
        uint64_t got[3];

        OK(sc_allocate(s, 3, n, 2, NULL));
        for (size_t i = 0; i < 3; i++) {
            got[i] = s[i].sample;
            assert_true(got[i] >= 2 && got[i] <= s[i].size);
        }
        assert_int_equal(got[0] + got[1] + got[2], n);
        for (uint64_t a = 2; a <= 30; a++)
            for (uint64_t c = 2; c <= 9; c++) {
                uint64_t b = n - a - c;
                uint64_t parts[3] = {a, b, c};

                if (a + c + 2 <= n && b <= 200)
                    best = fmin(best, variance_of(s, parts, 3));
            }
        assert_near(variance_of(s, got, 3), best, 1e-9 * best);
    }
}

static void allocation_keeps_its_bounds(void **unused)
{
    struct sc_allocation s[3] = {{30, 0.4, 0}, {1, 0, 0}, {9, 0.5, 0}};
    struct sc_error err = {0};

    (void)unused;
    assert_int_equal(sc_allocate(s, 3, 10, 5, &err), SC_E_RANGE);
    assert_non_null(strstr(err.message, "at least 11"));
    OK(sc_allocate(s, 3, 4000, 5, &err));
    assert_true(s[0].sample == 30 && s[1].sample == 1 && s[2].sample == 9);
    OK(sc_allocate(s, 3, 11, 5, &err));
    assert_true(s[0].sample == 5 && s[1].sample == 1 && s[2].sample == 5);
}

/* ---- agreement ---------------------------------------------------------------------- */

static void kappa_is_cohens(void **unused)
{
    /* Two judges, 50 proposals: 20 yes and yes, 5 yes and no, 10 no and yes, 15 no and no:
     * raw 0.70, chance 0.50, kappa 0.40. */
    struct sc_agreement a = {20, 5, 10, 15};
    struct sc_agreement same = {0, 0, 0, 9};
    struct sc_agreement none = {0, 0, 0, 0};

    (void)unused;
    assert_near(sc_agreement_raw(&a), 0.70, 1e-12);
    assert_near(sc_agreement_kappa(&a), 0.40, 1e-12);
    assert_near(sc_agreement_raw(&same), 1, 0);
    assert_true(isnan(sc_agreement_kappa(&same)));
    assert_true(isnan(sc_agreement_raw(&none)) && isnan(sc_agreement_kappa(&none)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(beta_is_a_sum_of_binomials),
        cmocka_unit_test(quantiles_are_where_the_distribution_says),
        cmocka_unit_test(one_cell_gives_the_mid_p_interval),
        cmocka_unit_test(what_is_checked_whole_is_certain),
        cmocka_unit_test(nothing_checked_is_nothing_known),
        cmocka_unit_test(limits_stay_within_what_is_known),
        cmocka_unit_test(a_thin_cell_is_judged_by_its_neighbour),
        cmocka_unit_test(allocation_is_the_best_there_is),
        cmocka_unit_test(allocation_keeps_its_bounds),
        cmocka_unit_test(kappa_is_cohens),
    };

    return cmocka_run_group_tests_name("accuracy", tests, NULL, NULL);
}
