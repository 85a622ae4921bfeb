/*
 * accuracy.h - from a stratified sample that a person has checked to precision,
 * recall, F1 and the true number, each with a 95 % interval.
 *
 * One category at a time. Its population (the offences a request counts) is
 * parted into those the search found and those it did not, and each part into
 * cells: a stratum's share of it. Of the `size` offences of a cell `checked`
 * were drawn at random and looked at, and `true_ones` of those do belong to the
 * category. accuracy.c says how the intervals are made and why so.
 *
 * Pure functions: no random numbers, no clock.
 */
#ifndef SC_REVIEW_ACCURACY_H
#define SC_REVIEW_ACCURACY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "safecount/status.h"

struct sc_review_cell {
    uint64_t size;      /* offences in it */
    uint64_t checked;   /* <= size */
    uint64_t true_ones; /* <= checked */
};

/* An estimate with its 95 % interval, low <= value <= high. */
struct sc_estimate {
    bool known; /* false: it cannot be estimated, and the rest is 0 */
    double value;
    double low;
    double high;
};

struct sc_accuracy {
    uint64_t found;         /* offences the search put into the category */
    uint64_t not_found;     /* all others */
    uint64_t found_checked; /* how many of each were checked ... */
    uint64_t not_found_checked;
    uint64_t found_true; /* ... and belonged to it */
    uint64_t not_found_true;
    size_t joined;                  /* cells too thinly checked, judged by a neighbour of theirs */
    struct sc_estimate precision;   /* share of the found that belong to it; 0 to 1 */
    struct sc_estimate recall;      /* share of those that belong to it that were found; 0 to 1 */
    struct sc_estimate f1;          /* 2 true positives / (found + all that belong to it) */
    struct sc_estimate true_number; /* offences that belong to it, found or not */
    struct sc_estimate hits;        /* found that belong to it */
    struct sc_estimate missed;      /* not found that belong to it */
};

/*
 * Fills *ret_accuracy from the cells of the found and of the not found.
 *
 * A part with offences but none checked makes everything that needs it unknown.
 * Every check a cell promised (true_ones <= checked <= size) is asserted.
 * Returns SC_OK or SC_E_NOMEM.
 */
SC_MUST_USE enum sc_status sc_accuracy_estimate(const struct sc_review_cell *found, size_t n_found,
                                                const struct sc_review_cell *not_found,
                                                size_t n_not_found,
                                                struct sc_accuracy *ret_accuracy,
                                                struct sc_error *err);

/* Two reviewers' labels of the same offences for one category. */
struct sc_agreement {
    uint64_t both;    /* both say it belongs */
    uint64_t first;   /* only the first says so */
    uint64_t second;  /* only the second says so */
    uint64_t neither; /* both say it does not */
};

/* Share of offences on which they agree; 0 to 1, or NAN without offences. */
double sc_agreement_raw(const struct sc_agreement *agreement);

/*
 * Cohen's kappa: agreement beyond what their rates alone would give, -1 to 1; NAN
 * where that is undefined (no offences, or both gave one same answer throughout).
 * Source: J. Cohen, A coefficient of agreement for nominal scales, Educational
 * and Psychological Measurement 20 (1960), 37-46.
 */
double sc_agreement_kappa(const struct sc_agreement *agreement);

#endif
