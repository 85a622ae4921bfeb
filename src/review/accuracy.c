/*
 * accuracy.c - intervals for sums over strata that hold when counts are small.
 *
 * What is estimated
 * -----------------
 * A category's population has two sides: found and not found. Each is parted into
 * cells, and each cell was sampled by itself, at random, without replacement.
 * With N offences in a cell, n checked and m true, N m / n estimates the cell's
 * true ones without bias; the sum over a side is unbiased too (Cochran, Sampling
 * Techniques, 3rd ed. 1977, 5.2 and 5A.8: post-stratification, conditional on
 * the n). From the two sums, hits and missed, follow precision, recall, F1 and the
 * corrected true number.
 *
 * Why not the textbook interval
 * -----------------------------
 * The textbook interval (Wald: estimate +- 1.96 standard errors) has width 0 where
 * none of 80 checked is true, which is the usual outcome among offences that the search
 * did not find, each of which may stand for hundreds. Wilson's interval for each
 * cell, joined by MOVER, and a beta prior in each cell, both add something for every
 * cell: with a dozen cells the prior outweighs the data. Profile likelihood gives
 * an upper limit of 1.92 events where none was seen; 3.7 are needed.
 *
 * The interval used
 * -----------------
 * For a weighted sum of counts, Fay and Feuer (Confidence intervals for directly
 * standardized rates, Statistics in Medicine 16 (1997), 791-801) add just one event
 * that was not seen, in the cell where it weighs most, to get the upper
 * limit, and none to get the lower. Fay and Kim (Confidence intervals for directly
 * standardized rates using mid-p gamma intervals, Biometrical Journal 59 (2017),
 * 377-387) take the even mixture of both, which is less wary and near 95 %.
 * Theirs are gamma distributions, for rates; here the counts are bounded, so:
 *
 *   lower distribution: the unchecked part of each cell behaves as the checked part,
 *     but one failure is added in the cell where it takes most away;
 *   upper distribution: the same, but one success is added where it adds most.
 *
 * Each is a sum of (beta-binomial) variables for the unchecked; its mean and variance are
 * known, and it is replaced by the beta distribution on [0, number unchecked] that has
 * the same two. For a single cell these are the two distributions whose quantiles
 * are the Clopper-Pearson limits, and the mixture is the mid-P interval. What was
 * checked is known, so nothing is uncertain in a cell checked whole: the finite
 * population correction comes out of the construction. The beta-binomial with
 * parameters m and n - m is the Polya posterior (Ghosh and Meeden, Bayesian Methods for
 * Finite Population Sampling, 1997); cells without an added event use the unbiased
 * variance, with n - 1, since at n of 5 it would be a third too small otherwise.
 *
 * Recall, F1 and the true number are made of two independent sides. Each side's mixture
 * is drawn on independently and the 2.5 % and 97.5 % points of the result are the
 * limits: melding (Fay, Proschan and Brittain, Combining one-sample confidence procedures
 * for inference in the two-sample case, Biometrics 71 (2015), 146-156). Instead of
 * drawing, the distribution functions are tabulated at fixed points and the one
 * integral is summed, so that the result is the same each time.
 *
 * tests/review/test_coverage.c plays thousands of reviews and holds this to its 95 %.
 *
 * Thin cells
 * ----------
 * A cell of which fewer than two were checked (a rare pattern, a review broken off) says
 * nothing about its own variance. It is joined to the cell of the same side with most
 * checked; the number of cells so treated is reported.
 */
#include "review/accuracy.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "review/beta.h"

#define POINTS 48     /* at which a distribution is tabulated */
#define TAIL 0.025    /* beyond each limit */
#define SIZE_MIN 1e-3 /* of a + b: two lumps at the ends */

/* ---- one side ---------------------------------------------------------------------- */

/* base + span * Beta, or the single value `base`. */
struct spread {
    bool single;
    double base;
    double span;
    struct sc_beta beta;
    double at[POINTS]; /* values at cumulative probability point_p[i], ascending */
};

/* Hits, or missed: what is known, what is estimated, and the two distributions. */
struct side {
    uint64_t size;
    uint64_t checked;
    uint64_t true_ones;
    size_t joined;
    bool known;
    double estimate;
    struct spread lower;
    struct spread upper;
};

/* Probabilities, closer in the tails: p = t^2 (3 - 2 t), and the weight of each. */
static double point_p(size_t i)
{
    double t = ((double)i + 0.5) / POINTS;

    return t * t * (3.0 - 2.0 * t);
}

static double point_weight(size_t i)
{
    double from = (double)i / POINTS;
    double to = (double)(i + 1) / POINTS;

    return to * to * (3.0 - 2.0 * to) - from * from * (3.0 - 2.0 * from);
}

/* Distribution with this mean and variance on [base, base + span]. */
static void spread_make(struct spread *spread, double base, double span, double mean,
                        double variance)
{
    double share;
    double size;

    *spread = (struct spread){.single = true, .base = base};
    if (span <= 0)
        return;
    share = mean / span;
    size = variance > 0 ? share * (1.0 - share) * span * span / variance - 1.0 : 0;
    if (share <= 0 || share >= 1 || size > SC_BETA_SIZE_MAX || variance <= 0) {
        spread->base = base + fmin(fmax(mean, 0), span);
        return;
    }
    size = fmax(size, SIZE_MIN);
    spread->single = false;
    spread->span = span;
    spread->beta = sc_beta_of(share * size, (1.0 - share) * size);
    for (size_t i = 0; i < POINTS; i++) {
        double near = i ? (spread->at[i - 1] - base) / span : 0;

        spread->at[i] = base + span * sc_beta_quantile(&spread->beta, point_p(i), near);
    }
}

static double cell_share(const struct sc_review_cell *cell)
{
    return (double)cell->true_ones / (double)cell->checked;
}

static double unchecked(const struct sc_review_cell *cell)
{
    return (double)(cell->size - cell->checked);
}

/* The cell in which one more success (or failure) among the checked changes the sum most. */
static size_t heaviest(const struct sc_review_cell *cells, size_t n, bool success)
{
    size_t best = 0;
    double most = -1;

    for (size_t i = 0; i < n; i++) {
        double checked = (double)cells[i].checked;
        double against =
            (double)(success ? cells[i].checked - cells[i].true_ones : cells[i].true_ones);
        double change = unchecked(&cells[i]) * against / (checked * (checked + 1));

        if (change > most) {
            most = change;
            best = i;
        }
    }
    return best;
}

/* Mean and variance of the true ones among the unchecked of a cell. */
static void cell_moments(const struct sc_review_cell *cell, double *ret_mean, double *ret_variance)
{
    double n = (double)cell->checked;
    double rest = unchecked(cell);
    double share = cell_share(cell);

    *ret_mean = rest * share;
    *ret_variance = (double)cell->size * rest * share * (1 - share) / (n > 1 ? n - 1 : 1);
}

/* The same with one success, or one failure, added to the checked: beta-binomial. */
static void added_moments(const struct sc_review_cell *cell, bool success, double *ret_mean,
                          double *ret_variance)
{
    double a = (double)cell->true_ones + (success ? 1 : 0);
    double b = (double)(cell->checked - cell->true_ones) + (success ? 0 : 1);
    double rest = unchecked(cell);

    *ret_mean = rest * a / (a + b);
    *ret_variance = rest * a * b * (a + b + rest) / ((a + b) * (a + b) * (a + b + 1));
}

static void side_spread(const struct side *side, const struct sc_review_cell *cells, size_t n,
                        bool success, struct spread *spread)
{
    size_t special = heaviest(cells, n, success);
    double mean = 0;
    double variance = 0;

    for (size_t i = 0; i < n; i++) {
        double cell_mean = 0;
        double cell_variance = 0;

        if (i == special)
            added_moments(&cells[i], success, &cell_mean, &cell_variance);
        else
            cell_moments(&cells[i], &cell_mean, &cell_variance);
        mean += cell_mean;
        variance += cell_variance;
    }
    spread_make(spread, (double)side->true_ones, (double)(side->size - side->checked), mean,
                variance);
}

/* Copies the cells, each too thinly checked one added to the one with most checked. */
static size_t join_thin(const struct sc_review_cell *cells, size_t n, struct sc_review_cell *out,
                        size_t *ret_joined)
{
    size_t host = n;
    size_t host_out = 0;
    size_t n_out = 0;

    *ret_joined = 0;
    for (size_t i = 0; i < n; i++)
        if (host == n || cells[i].checked > cells[host].checked)
            host = i;
    for (size_t i = 0; i < n; i++) {
        bool thin = cells[i].checked < 2 && cells[i].checked < cells[i].size;

        if (thin && i != host)
            continue;
        if (i == host)
            host_out = n_out;
        if (cells[i].size)
            out[n_out++] = cells[i];
    }
    for (size_t i = 0; i < n; i++) {
        if (i == host || cells[i].checked >= 2 || cells[i].checked == cells[i].size)
            continue;
        out[host_out].size += cells[i].size;
        out[host_out].checked += cells[i].checked;
        out[host_out].true_ones += cells[i].true_ones;
        *ret_joined += 1;
    }
    return n_out;
}

static enum sc_status side_make(const struct sc_review_cell *cells, size_t n, struct side *side,
                                struct sc_error *err)
{
    SC_AUTO_FREE struct sc_review_cell *joined = sc_alloc_array(n + 1, sizeof *joined);
    size_t n_joined;

    *side = (struct side){0};
    if (!joined)
        return sc_fail_nomem(err);
    for (size_t i = 0; i < n; i++) {
        assert(cells[i].true_ones <= cells[i].checked && cells[i].checked <= cells[i].size);
        side->size += cells[i].size;
        side->checked += cells[i].checked;
        side->true_ones += cells[i].true_ones;
    }
    side->known = side->checked > 0 || side->size == 0;
    if (!side->known)
        return SC_OK;
    n_joined = join_thin(cells, n, joined, &side->joined);
    for (size_t i = 0; i < n_joined; i++)
        side->estimate += (double)joined[i].size * cell_share(&joined[i]);
    side_spread(side, joined, n_joined, false, &side->lower);
    side_spread(side, joined, n_joined, true, &side->upper);
    return SC_OK;
}

/* ---- limits ------------------------------------------------------------------------- */

/* P(spread <= x) from the table, straight between its points. `from` only grows. */
static double table_cdf(const struct spread *spread, double x, size_t *from)
{
    size_t i = *from;
    double p_left;
    double left;

    if (spread->single)
        return x >= spread->base;
    if (x < spread->base)
        return 0;
    if (x >= spread->base + spread->span)
        return 1;
    while (i < POINTS && spread->at[i] <= x)
        i++;
    *from = i;
    left = i ? spread->at[i - 1] : spread->base;
    p_left = i ? point_p(i - 1) : 0;
    {
        double right = i < POINTS ? spread->at[i] : spread->base + spread->span;
        double p_right = i < POINTS ? point_p(i) : 1;

        return right > left ? p_left + (p_right - p_left) * (x - left) / (right - left) : p_right;
    }
}

/* What is made of hits h and missed f. Each bound says: value <= t when missed >= or <= it. */
enum measure { TRUE_NUMBER, RECALL, F1 };

static double value_of(enum measure measure, double found, double hits, double missed)
{
    if (measure == TRUE_NUMBER)
        return hits + missed;
    if (measure == RECALL)
        return hits + missed > 0 ? hits / (hits + missed) : 0;
    return found + hits + missed > 0 ? 2 * hits / (found + hits + missed) : 0;
}

/* P(measure <= t) given hits: a probability of missed. */
static double given_hits(enum measure measure, double found, double hits, double t,
                         const struct spread *missed, size_t *from)
{
    double least;

    if (measure == TRUE_NUMBER)
        return table_cdf(missed, t - hits, from);
    /* Both fall as missed grows: <= t means missed >= least. */
    least = measure == RECALL ? hits * (1 - t) / t : hits * (2 - t) / t - found;
    if (missed->single)
        return missed->base >= least;
    return 1 - table_cdf(missed, ceil(least - 1e-9) - 0.5, from); /* a whole number */
}

static double pair_cdf(enum measure measure, double found, const struct spread *hits,
                       const struct spread *missed, double t, bool upper)
{
    double p = 0;
    size_t from = 0;
    bool down = measure == TRUE_NUMBER; /* the bound on missed falls as hits grow */

    if (hits->single)
        return given_hits(measure, found, hits->base, t, missed, &from);
    for (size_t k = 0; k < POINTS; k++) {
        size_t i = down ? POINTS - 1 - k : k;
        /* For shares of small numbers it matters that hits are whole: rounded outward. */
        double h = down ? hits->at[i] : upper ? ceil(hits->at[i]) : floor(hits->at[i]);

        p += point_weight(i) * given_hits(measure, found, h, t, missed, &from);
    }
    return p;
}

static double both_cdf(enum measure measure, const struct side *found, const struct side *missed,
                       double t, bool upper)
{
    double size = (double)found->size;

    return (pair_cdf(measure, size, &found->lower, &missed->lower, t, upper) +
            pair_cdf(measure, size, &found->lower, &missed->upper, t, upper) +
            pair_cdf(measure, size, &found->upper, &missed->lower, t, upper) +
            pair_cdf(measure, size, &found->upper, &missed->upper, t, upper)) /
           4;
}

/* The least t in [low, high] with cdf(t) >= p. */
static double both_quantile(enum measure measure, const struct side *found,
                            const struct side *missed, double p, double low, double high)
{
    for (int i = 0; i < 60 && high - low > 1e-9 * fmax(1, high); i++) {
        double middle = (low + high) / 2;

        *(both_cdf(measure, found, missed, middle, p > 0.5) >= p ? &high : &low) = middle;
    }
    return (low + high) / 2;
}

/* Counts are whole: so are their limits, rounded away from the estimate. */
static void round_outward(struct sc_estimate *estimate, double least, double most)
{
    const double slack = 1e-6; /* of a quantile that is whole but for its last digits */

    estimate->low = fmax(floor(estimate->low + 0.5 + slack), least);
    estimate->high = fmin(ceil(estimate->high - 0.5 - slack), most);
}

static struct sc_estimate combined(enum measure measure, const struct side *found,
                                   const struct side *missed)
{
    struct sc_estimate estimate = {0};
    double most = measure == TRUE_NUMBER ? (double)(found->size + missed->size) : 1;

    estimate.known = found->known && missed->known;
    if (measure == RECALL && found->known && missed->known)
        estimate.known = found->estimate + missed->estimate > 0;
    if (!estimate.known)
        return (struct sc_estimate){0};
    estimate.value = value_of(measure, (double)found->size, found->estimate, missed->estimate);
    estimate.low = both_quantile(measure, found, missed, TAIL, 0, most);
    estimate.high = both_quantile(measure, found, missed, 1 - TAIL, 0, most);
    if (found->lower.single && found->upper.single && missed->lower.single && missed->upper.single)
        estimate.low = estimate.high = estimate.value; /* checked whole */
    estimate.low = fmin(estimate.low, estimate.value);
    estimate.high = fmax(estimate.high, estimate.value);
    if (measure == TRUE_NUMBER)
        round_outward(&estimate, (double)(found->true_ones + missed->true_ones),
                      most - (double)(found->checked - found->true_ones) -
                          (double)(missed->checked - missed->true_ones));
    return estimate;
}

static double spread_cdf(const struct spread *spread, double x)
{
    if (spread->single)
        return x >= spread->base;
    return sc_beta_cdf(&spread->beta, (x - spread->base) / spread->span);
}

/* The p quantile of the even mixture of both distributions of a side. */
static double side_quantile(const struct side *side, double p)
{
    double low = (double)side->true_ones;
    double high = (double)(side->true_ones + (side->size - side->checked));

    if ((spread_cdf(&side->lower, low) + spread_cdf(&side->upper, low)) / 2 >= p)
        return low;
    for (int i = 0; i < 60 && high - low > 1e-9 * fmax(1, high); i++) {
        double middle = (low + high) / 2;

        *((spread_cdf(&side->lower, middle) + spread_cdf(&side->upper, middle)) / 2 >= p ? &high
                                                                                         : &low) =
            middle;
    }
    return (low + high) / 2;
}

static struct sc_estimate alone(const struct side *side)
{
    struct sc_estimate estimate = {.known = side->known, .value = side->estimate};

    if (!side->known)
        return estimate;
    estimate.low = fmin(side_quantile(side, TAIL), estimate.value);
    estimate.high = fmax(side_quantile(side, 1 - TAIL), estimate.value);
    round_outward(&estimate, (double)side->true_ones,
                  (double)(side->size - (side->checked - side->true_ones)));
    return estimate;
}

static struct sc_estimate scaled(struct sc_estimate estimate, double by)
{
    if (!estimate.known || by <= 0)
        return (struct sc_estimate){0};
    return (struct sc_estimate){true, estimate.value / by, estimate.low / by, estimate.high / by};
}

enum sc_status sc_accuracy_estimate(const struct sc_review_cell *found, size_t n_found,
                                    const struct sc_review_cell *not_found, size_t n_not_found,
                                    struct sc_accuracy *ret_accuracy, struct sc_error *err)
{
    struct side hits;
    struct side missed;
    enum sc_status status = side_make(found, n_found, &hits, err);

    if (!status)
        status = side_make(not_found, n_not_found, &missed, err);
    if (status)
        return status;
    *ret_accuracy = (struct sc_accuracy){
        .found = hits.size,
        .not_found = missed.size,
        .found_checked = hits.checked,
        .not_found_checked = missed.checked,
        .found_true = hits.true_ones,
        .not_found_true = missed.true_ones,
        .joined = hits.joined + missed.joined,
        .hits = alone(&hits),
        .missed = alone(&missed),
        .recall = combined(RECALL, &hits, &missed),
        .f1 = combined(F1, &hits, &missed),
        .true_number = combined(TRUE_NUMBER, &hits, &missed),
    };
    ret_accuracy->precision = scaled(ret_accuracy->hits, (double)hits.size);
    return SC_OK;
}

/* ---- two reviewers ------------------------------------------------------------------ */

static double agreement_size(const struct sc_agreement *a)
{
    return (double)(a->both + a->first + a->second + a->neither);
}

double sc_agreement_raw(const struct sc_agreement *a)
{
    double n = agreement_size(a);

    return n > 0 ? (double)(a->both + a->neither) / n : NAN;
}

double sc_agreement_kappa(const struct sc_agreement *a)
{
    double n = agreement_size(a);
    double first = n > 0 ? (double)(a->both + a->first) / n : 0;
    double second = n > 0 ? (double)(a->both + a->second) / n : 0;
    double chance = first * second + (1 - first) * (1 - second);

    return n > 0 && chance < 1 ? (sc_agreement_raw(a) - chance) / (1 - chance) : NAN;
}
