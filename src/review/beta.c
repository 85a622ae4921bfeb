/*
 * beta.c - the regularised incomplete beta function, by the continued fraction
 * of DLMF 8.17.22 (https://dlmf.nist.gov/8.17.v), which converges fast left of
 * the mean; right of it the symmetry I_x(a, b) = 1 - I_{1-x}(b, a) is used.
 * Quantiles: Newton steps inside a bracket that every step narrows, so that a
 * step that leaves it becomes a bisection.
 */
#include "review/beta.h"

#include <assert.h>
#include <math.h>

static double ln_gamma(double x)
{
    int sign = 0;

    return lgamma_r(x, &sign); /* lgamma() writes a global */
}

struct sc_beta sc_beta_of(double a, double b)
{
    assert(a > 0 && b > 0 && a + b <= 2 * SC_BETA_SIZE_MAX);
    return (struct sc_beta){a, b, ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b)};
}

/* x^a (1-x)^b / B(a, b) */
static double front(const struct sc_beta *beta, double x)
{
    return exp(beta->a * log(x) + beta->b * log1p(-x) - beta->ln_beta);
}

static double away_from_zero(double x)
{
    const double tiny = 1e-300;

    return fabs(x) < tiny ? tiny : x;
}

/* The continued fraction of I_x(a, b) without its front factor; modified Lentz's method. */
static double fraction(double a, double b, double x)
{
    const int most = 100000; /* it takes about sqrt(max(a, b)) steps */
    double c = 1.0;
    double d = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0));
    double value = d;

    for (int m = 1; m <= most; m++) {
        double even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        double odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        double step;

        d = 1.0 / away_from_zero(1.0 + even * d);
        c = away_from_zero(1.0 + even / c);
        value *= c * d;
        d = 1.0 / away_from_zero(1.0 + odd * d);
        c = away_from_zero(1.0 + odd / c);
        step = c * d;
        value *= step;
        if (fabs(step - 1.0) < 1e-13)
            break;
    }
    return value;
}

double sc_beta_cdf(const struct sc_beta *beta, double x)
{
    double a = beta->a;
    double b = beta->b;

    if (!(x > 0))
        return 0;
    if (x >= 1)
        return 1;
    if (x <= (a + 1.0) / (a + b + 2.0))
        return front(beta, x) * fraction(a, b, x) / a;
    return 1.0 - front(beta, x) * fraction(b, a, 1.0 - x) / b;
}

double sc_beta_quantile(const struct sc_beta *beta, double p, double near)
{
    double low = 0;
    double high = 1;
    double x = near > 0 && near < 1 ? near : beta->a / (beta->a + beta->b);

    assert(p > 0 && p < 1);
    for (int i = 0; i < 200 && high - low > 1e-14 * high; i++) {
        double gap = sc_beta_cdf(beta, x) - p;
        double density = front(beta, x) / (x * (1.0 - x));
        double next;

        *(gap > 0 ? &high : &low) = x;
        if (fabs(gap) < 1e-11)
            break;
        next = density > 0 ? x - gap / density : -1;
        /* Quantiles near 0 lie orders of magnitude apart: halve the exponent there. */
        if (!(next > low && next < high))
            next = low > 0 ? (high / low > 4 ? sqrt(low * high) : (low + high) / 2)
                           : (high > 1e-3 ? high / 2 : high / 64);
        x = next;
        if (x < 1e-300)
            return 0;
    }
    return x;
}
