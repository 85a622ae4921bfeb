/*
 * allocate.h - how many offences of each stratum to check.
 *
 * The sample that gives sums over strata the least variance takes of stratum h in
 * proportion to N_h S_h, its size times its standard deviation: J. Neyman, On
 * the two different aspects of the representative method, Journal of the Royal
 * Statistical Society 97 (1934), 558-625; Cochran, Sampling Techniques (1977),
 * 5.5. For whole numbers, and with a minimum and the stratum's size as bounds, the
 * best is found by giving one offence after another to the stratum with the highest
 * N_h S_h / sqrt(n_h (n_h + 1)): T. Wright, The equivalence of Neyman optimum
 * allocation for sampling and equal proportions for apportioning the U.S. House of
 * Representatives, The American Statistician 66 (2012), 217-224.
 */
#ifndef SC_REVIEW_ALLOCATE_H
#define SC_REVIEW_ALLOCATE_H

#include <stddef.h>
#include <stdint.h>

#include "safecount/status.h"

struct sc_allocation {
    uint64_t size;    /* offences in the stratum */
    double deviation; /* its standard deviation, as far as one can guess; >= 0 */
    uint64_t sample;  /* out: how many to check, <= size */
};

/*
 * Parts a sample of `n` among the strata: at least `least` of each (or all of a
 * smaller one), the rest so that sum of size^2 deviation^2 / sample is least. Ties go to
 * the earlier stratum. A sample as large as everything takes everything.
 *
 * Returns SC_OK, or SC_E_RANGE when `n` does not reach for the minimum (the message says
 * how large it must be).
 */
SC_MUST_USE enum sc_status sc_allocate(struct sc_allocation *strata, size_t n_strata, uint64_t n,
                                       uint64_t least, struct sc_error *err);

/*
 * What is assumed of a category before anybody has checked: of those found
 * SC_ASSUMED_PRECISION belong to it, and it has SC_ASSUMED_MISSED as many again among those
 * not found, spread evenly. The standard deviation of the sum, over all categories,
 * each as a share of its own number found (a rare category counts as much as a common one):
 * the optimum for several items of Cochran 5A.4 with weights 1 / found^2.
 */
#define SC_ASSUMED_PRECISION 0.9
#define SC_ASSUMED_MISSED 0.15

/*
 * The deviation of a stratum of `size` offences of a population of `population`, where
 * `found_here[c]` of it and `found[c]` of all are in category c.
 */
double sc_assumed_deviation(uint64_t size, uint64_t population, const uint64_t *found_here,
                            const uint64_t *found, size_t n_categories);

#endif
