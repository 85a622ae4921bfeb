/*
 * beta.h - the beta distribution: its distribution function and quantiles.
 *
 * Plain functions of numbers; the same on every run. Relative accuracy of the
 * distribution function is about 1e-10 for a + b up to SC_BETA_SIZE_MAX.
 */
#ifndef SC_REVIEW_BETA_H
#define SC_REVIEW_BETA_H

/* Beyond this a + b a beta distribution is as good as a single value. */
#define SC_BETA_SIZE_MAX 1e7

/* Beta(a, b), a and b > 0, with what its functions need again and again. */
struct sc_beta {
    double a;
    double b;
    double ln_beta; /* ln B(a, b) */
};

struct sc_beta sc_beta_of(double a, double b);

/* P(X <= x); 0 below 0, 1 above 1. */
double sc_beta_cdf(const struct sc_beta *beta, double x);

/* The x with P(X <= x) = p, for p in (0, 1); `near` in [0, 1] is where the search begins. */
double sc_beta_quantile(const struct sc_beta *beta, double p, double near);

#endif
