#include "review/allocate.h"

#include <inttypes.h>
#include <math.h>

#include "base/error.h"

static uint64_t at_least(const struct sc_allocation *stratum, uint64_t least)
{
    return stratum->size < least ? stratum->size : least;
}

/* What one more offence of the stratum is worth: the fall of the sum's variance, rooted. */
static double worth(const struct sc_allocation *stratum)
{
    double n = (double)stratum->sample;

    if (stratum->sample == stratum->size)
        return -1;
    if (n == 0)
        return INFINITY;
    return (double)stratum->size * stratum->deviation / sqrt(n * (n + 1));
}

enum sc_status sc_allocate(struct sc_allocation *strata, size_t n_strata, uint64_t n,
                           uint64_t least, struct sc_error *err)
{
    uint64_t needed = 0;
    uint64_t all = 0;

    for (size_t i = 0; i < n_strata; i++) {
        needed += at_least(&strata[i], least);
        all += strata[i].size;
    }
    if (n < needed)
        return sc_fail(err, SC_E_RANGE,
                       "a sample of %" PRIu64 " is too small for %zu strata: expected at least "
                       "%" PRIu64,
                       n, n_strata, needed);
    for (size_t i = 0; i < n_strata; i++)
        strata[i].sample = n >= all ? strata[i].size : at_least(&strata[i], least);
    if (n >= all)
        return SC_OK;
    for (uint64_t given = needed; given < n; given++) {
        size_t best = 0;

        for (size_t i = 1; i < n_strata; i++)
            if (worth(&strata[i]) > worth(&strata[best]))
                best = i;
        strata[best].sample++;
    }
    return SC_OK;
}

double sc_assumed_deviation(uint64_t size, uint64_t population, const uint64_t *found_here,
                            const uint64_t *found, size_t n_categories)
{
    double sum = 0;

    for (size_t c = 0; c < n_categories; c++) {
        double share, missed;

        if (found[c] == 0 || size == 0)
            continue;
        share = (double)found_here[c] / (double)size;
        missed = SC_ASSUMED_MISSED * (double)found[c] / (double)(population - found[c] + 1);
        missed = fmin(missed, 0.5);
        sum += (share * SC_ASSUMED_PRECISION * (1 - SC_ASSUMED_PRECISION) +
                (1 - share) * missed * (1 - missed)) /
               ((double)found[c] * (double)found[c]);
    }
    return sqrt(sum);
}
