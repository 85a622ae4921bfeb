/*
 * test_coverage.c - plays thousands of reviews whose truth is known and counts how often the
 * 95 % intervals hold it.
 *
 * A design is a population of offences with a truth, a dictionary of some quality and the size
 * of a sample. Each review draws its sample from the strata as `review sample` does
 * and is estimated as `review report` does. What must hold, over all designs:
 * each kind of interval covers the truth in 93 to 98 % of cases on average and nowhere in under
 * 90 %, and the corrected estimate is right on average, within what chance allows.
 *
 * Run by hand with a number of reviews a design it prints the table of docs/accuracy.md:
 *     build/tests/review/test_coverage 10000
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "review/accuracy.h"
#include "review/allocate.h"

/* ---- chance, the same on every run --------------------------------------------------- */

static uint64_t state;

static uint64_t random_bits(void) /* splitmix64 */
{
    uint64_t z = (state += 0x9E3779B97F4A7C15U);

    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9U;
    z = (z ^ z >> 27) * 0x94D049BB133111EBU;
    return z ^ z >> 31;
}

static uint64_t below(uint64_t n)
{
    return ((random_bits() >> 32) * n) >> 32; /* n < 2^32 */
}

/* ---- a population ---------------------------------------------------------------------- */

/* Part of a stratum in which all offences look alike and the same number are true. */
struct part {
    uint64_t size;
    uint64_t true_ones;
    bool found;
    uint64_t checked;      /* in the review at hand */
    uint64_t checked_true; /* ... */
};

#define PARTS_MAX 2
#define STRATA 10

struct stratum {
    struct part parts[PARTS_MAX];
    size_t n_parts;
    uint64_t size;
    uint64_t sample;
};

struct design {
    const char *kind;
    uint64_t population;
    uint64_t found;
    const char *dictionary;
    double precision;
    double recall;
    uint64_t sample;
    struct stratum strata[STRATA];
    uint64_t n_found_true;
    uint64_t n_true;
};

/* Category 0 is the one looked at; 1 to 6 are others; 7 the fallback. Strata 0 to 7 hold one
 * each, stratum 8 several (a share of which are in category 0), stratum 9 none. */
static const double share_of_rest[STRATA] = {0, .10, .05, .02, .01, .004, .002, .15, 0, 0};

static void set_part(struct part *part, uint64_t size, double true_ones, bool found)
{
    part->size = size;
    part->true_ones = (uint64_t)llround(true_ones);
    if (part->true_ones > size)
        part->true_ones = size;
    part->found = found;
}

static void make_population(struct design *design)
{
    double missed = (double)design->found * design->precision * (1 / design->recall - 1);
    uint64_t several = design->found / 5; /* of the found, with another category too */
    uint64_t left = design->population;

    for (size_t h = 0; h < STRATA; h++) {
        struct stratum *s = &design->strata[h];

        s->n_parts = 1;
        s->size = (uint64_t)(share_of_rest[h] * (double)design->population);
        set_part(&s->parts[0], s->size, missed * (h == 7 ? 0.25 : 0.025), false);
    }
    design->strata[0].size = design->found - several;
    set_part(&design->strata[0].parts[0], design->found - several,
             design->precision * (double)(design->found - several), true);
    design->strata[8].size = 2 * several + 20;
    design->strata[8].n_parts = 2;
    set_part(&design->strata[8].parts[0], several, design->precision * (double)several, true);
    set_part(&design->strata[8].parts[1], several + 20, missed * 0.02, false);
    for (size_t h = 0; h < STRATA - 1; h++)
        left -= design->strata[h].size;
    design->strata[9].size = left;
    set_part(&design->strata[9].parts[0], left, missed * 0.6, false);
    for (size_t h = 0; h < STRATA; h++)
        for (size_t p = 0; p < design->strata[h].n_parts; p++) {
            design->n_true += design->strata[h].parts[p].true_ones;
            if (design->strata[h].parts[p].found)
                design->n_found_true += design->strata[h].parts[p].true_ones;
        }
}

static void allocate(struct design *design)
{
    struct sc_allocation allocation[STRATA];
    uint64_t found[8] = {design->found};
    uint64_t least = design->sample / (2 * STRATA);

    for (size_t h = 1; h <= 7; h++)
        found[h] = design->strata[h].size + (h < 7 ? design->strata[8].size / 6 : 0);
    for (size_t h = 0; h < STRATA; h++) {
        uint64_t here[8] = {0};
        const struct stratum *s = &design->strata[h];

        if (h == 0 || h == 8)
            here[0] = s->parts[0].size;
        for (size_t c = 1; c <= 7; c++)
            here[c] = h == c ? s->size : h == 8 && c < 7 ? s->size / 6 : 0;
        allocation[h] = (struct sc_allocation){
            s->size, sc_assumed_deviation(s->size, design->population, here, found, 8), 0};
    }
    assert_int_equal(sc_allocate(allocation, STRATA, design->sample,
                                 least < 2    ? 2
                                 : least > 10 ? 10
                                              : least,
                                 NULL),
                     SC_OK);
    for (size_t h = 0; h < STRATA; h++)
        design->strata[h].sample = allocation[h].sample;
}

/* Draws the sample of a stratum, one offence at a time without putting back. */
static void draw(struct stratum *s)
{
    uint64_t left = s->size;

    for (size_t p = 0; p < s->n_parts; p++)
        s->parts[p].checked = s->parts[p].checked_true = 0;
    for (uint64_t i = 0; i < s->sample; i++, left--) {
        uint64_t at = below(left);

        for (size_t p = 0; p < s->n_parts; p++) {
            struct part *part = &s->parts[p];
            uint64_t rest = part->size - part->checked;

            if (at < rest) {
                part->checked++;
                if (at < part->true_ones - part->checked_true)
                    part->checked_true++;
                break;
            }
            at -= rest;
        }
    }
}

/* The textbook interval of the true number, for comparison: estimate +- 1.96 standard errors. */
static struct sc_estimate textbook(const struct sc_review_cell *cells, size_t n)
{
    double sum = 0;
    double variance = 0;

    for (size_t i = 0; i < n; i++) {
        double size = (double)cells[i].size;
        double checked = (double)cells[i].checked;
        double share = checked > 0 ? (double)cells[i].true_ones / checked : 0;

        sum += size * share;
        if (checked > 1)
            variance += size * (size - checked) * share * (1 - share) / (checked - 1);
    }
    return (struct sc_estimate){true, sum, sum - 1.96 * sqrt(variance),
                                sum + 1.96 * sqrt(variance)};
}

static void review(struct design *design, struct sc_accuracy *accuracy,
                   struct sc_estimate *ret_textbook)
{
    struct sc_review_cell cells[2][STRATA * PARTS_MAX];
    struct sc_estimate sides[2];
    size_t n[2] = {0, 0};

    for (size_t h = 0; h < STRATA; h++) {
        draw(&design->strata[h]);
        for (size_t p = 0; p < design->strata[h].n_parts; p++) {
            const struct part *part = &design->strata[h].parts[p];

            cells[part->found][n[part->found]++] =
                (struct sc_review_cell){part->size, part->checked, part->checked_true};
        }
    }
    assert_int_equal(sc_accuracy_estimate(cells[1], n[1], cells[0], n[0], accuracy, NULL), SC_OK);
    sides[0] = textbook(cells[0], n[0]);
    sides[1] = textbook(cells[1], n[1]);
    ret_textbook->known = true;
    ret_textbook->value = sides[0].value + sides[1].value;
    ret_textbook->high = hypot(sides[0].high - sides[0].value, sides[1].high - sides[1].value);
    ret_textbook->low = ret_textbook->value - ret_textbook->high;
    ret_textbook->high += ret_textbook->value;
}

/* ---- what the reviews came to ---------------------------------------------------------- */

enum { PRECISION, RECALL, F1, TRUE_NUMBER, TEXTBOOK, MEASURES };
static const char *const measure_names[MEASURES] = {"precision", "recall", "F1", "true number",
                                                    "textbook"};

struct outcome {
    size_t reviews;
    size_t covered[MEASURES];
    size_t known[MEASURES];
    size_t joined; /* cells too thinly checked to be judged by themselves */
    double width;  /* of the true number's interval, mean, as a share of the truth */
    double mean;   /* of the true number's estimate ... */
    double square;
};

static void note(struct outcome *outcome, int measure, const struct sc_estimate *estimate,
                 double truth)
{
    const double slack = 1e-6;

    if (!estimate->known)
        return;
    assert_true(estimate->low <= estimate->value && estimate->value <= estimate->high);
    outcome->known[measure]++;
    outcome->covered[measure] += estimate->low <= truth + slack * (1 + truth) &&
                                 truth <= estimate->high + slack * (1 + truth);
}

static void play(struct design *design, size_t reviews, struct outcome *outcome)
{
    double found_true = (double)design->n_found_true;
    double n_true = (double)design->n_true;
    double found = (double)design->found;

    *outcome = (struct outcome){.reviews = reviews};
    for (size_t i = 0; i < reviews; i++) {
        struct sc_accuracy accuracy;
        struct sc_estimate plain;

        review(design, &accuracy, &plain);
        note(outcome, TEXTBOOK, &plain, n_true);
        note(outcome, PRECISION, &accuracy.precision, found_true / found);
        note(outcome, RECALL, &accuracy.recall, found_true / n_true);
        note(outcome, F1, &accuracy.f1, 2 * found_true / (found + n_true));
        note(outcome, TRUE_NUMBER, &accuracy.true_number, n_true);
        outcome->joined += accuracy.joined;
        outcome->width += (accuracy.true_number.high - accuracy.true_number.low) / n_true;
        outcome->mean += accuracy.true_number.value;
        outcome->square += accuracy.true_number.value * accuracy.true_number.value;
    }
    outcome->mean /= (double)reviews;
    outcome->width /= (double)reviews;
    outcome->square = outcome->square / (double)reviews - outcome->mean * outcome->mean;
}

/* The standard error of the mean estimate. */
static double error_of(const struct outcome *outcome)
{
    return sqrt(fmax(outcome->square, 0) / (double)outcome->reviews);
}

/* How many of them the mean estimate is off the truth. */
static double off_by(const struct design *design, const struct outcome *outcome)
{
    double error = error_of(outcome);
    double off = outcome->mean - (double)design->n_true;

    return error > 0 ? off / error : off == 0 ? 0 : 99;
}

/* ---- the grid --------------------------------------------------------------------------- */

static const struct {
    const char *name;
    uint64_t population, found;
} kinds[] = {{"common", 20000, 5000},
             {"middling", 20000, 600},
             {"rare", 20000, 60},
             {"very rare", 6000, 15}};
static const struct {
    const char *name;
    double precision, recall;
} dictionaries[] = {{"good", 0.98, 0.97}, {"fair", 0.90, 0.80}, {"bad", 0.60, 0.50}};
static const uint64_t samples[] = {50, 100, 200, 500, 2000};

/* Beyond the grid: found by playing random designs, where an interval once failed. */
static const struct {
    uint64_t population, found;
    double precision, recall;
    uint64_t sample;
} extra[] = {{50500, 19, 0.87, 0.96, 202}, {8364, 16, 0.31, 0.71, 101}};

#define N(array) (sizeof(array) / sizeof *(array))
#define GRID (N(kinds) * N(dictionaries) * N(samples))
#define DESIGNS (GRID + N(extra))

static void make_extra(size_t i, struct design *design)
{
    *design = (struct design){.kind = "extra",
                              .population = extra[i].population,
                              .found = extra[i].found,
                              .dictionary = "extra",
                              .precision = extra[i].precision,
                              .recall = extra[i].recall,
                              .sample = extra[i].sample};
    make_population(design);
    allocate(design);
}

static void make_design(size_t i, struct design *design)
{
    size_t k = i / (N(dictionaries) * N(samples));
    size_t d = i / N(samples) % N(dictionaries);

    if (i >= GRID) {
        make_extra(i - GRID, design);
        return;
    }
    *design = (struct design){.kind = kinds[k].name,
                              .population = kinds[k].population,
                              .found = kinds[k].found,
                              .dictionary = dictionaries[d].name,
                              .precision = dictionaries[d].precision,
                              .recall = dictionaries[d].recall,
                              .sample = samples[i % N(samples)]};
    make_population(design);
    allocate(design);
}

static void play_all(size_t reviews, struct outcome *outcomes, double *off)
{
    for (size_t i = 0; i < DESIGNS; i++) {
        struct design design;

        state = 20261124 + i;
        make_design(i, &design);
        play(&design, reviews, &outcomes[i]);
        off[i] = off_by(&design, &outcomes[i]);
    }
}

static double coverage(const struct outcome *outcome, int measure)
{
    return outcome->known[measure]
               ? (double)outcome->covered[measure] / (double)outcome->known[measure]
               : 1;
}

static void intervals_cover(void **unused)
{
    struct outcome outcomes[DESIGNS];
    double off[DESIGNS];
    const char *slow = getenv("SAFECOUNT_SLOW");
    size_t reviews = slow && slow[0] == '1' ? 20 : 1000;

    (void)unused;
    play_all(reviews, outcomes, off);
    if (reviews < 1000)
        return; /* under sanitizers: what runs is sound; the other build counts */
    for (int m = 0; m < TEXTBOOK; m++) {
        double sum = 0;

        for (size_t i = 0; i < DESIGNS; i++) {
            sum += coverage(&outcomes[i], m);
            if (coverage(&outcomes[i], m) < 0.90)
                print_message("%s, design %zu: %.3f\n", measure_names[m], i,
                              coverage(&outcomes[i], m));
            assert_true(coverage(&outcomes[i], m) >= 0.90);
        }
        print_message("%s: %.4f on average\n", measure_names[m], sum / (double)DESIGNS);
        assert_true(sum / (double)DESIGNS >= 0.93 && sum / (double)DESIGNS <= 0.98);
    }
    /* 60 means: over 4 standard errors is 1 in 260 for any, with these fixed seeds never. In the
     * two beyond the grid cells of three offences are judged by a neighbour that is another. */
    for (size_t i = 0; i < DESIGNS; i++) {
        struct design design;

        make_design(i, &design);
        assert_true(i < GRID ? fabs(off[i]) < 4
                             : fabs(outcomes[i].mean - (double)design.n_true) <
                                   0.1 * (double)design.n_true);
    }
}

static int print_table(size_t reviews)
{
    static struct outcome outcomes[DESIGNS];
    static double off[DESIGNS];
    double sum[MEASURES] = {0};
    double least[MEASURES] = {1, 1, 1, 1, 1};

    play_all(reviews, outcomes, off);
    printf("category,found,dictionary,sample,precision,recall,f1,true_number,textbook,width,off,"
           "joined\n");
    for (size_t i = 0; i < DESIGNS; i++) {
        struct design design;

        make_design(i, &design);
        printf("%s,%u,%s,%u", design.kind, (unsigned)design.found, design.dictionary,
               (unsigned)design.sample);
        for (int m = 0; m < MEASURES; m++) {
            double c = coverage(&outcomes[i], m);

            printf(",%.3f", c);
            sum[m] += c / (double)DESIGNS;
            least[m] = fmin(least[m], c);
        }
        printf(",%.2f,%.1f,%zu\n", outcomes[i].width, off[i], outcomes[i].joined);
    }
    for (int m = 0; m < MEASURES; m++)
        printf("# %s: mean %.4f, least %.3f\n", measure_names[m], sum[m], least[m]);
    return 0;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(intervals_cover)};

    if (argc > 1)
        return print_table(strtoul(argv[1], NULL, 10));
    return cmocka_run_group_tests_name("coverage", tests, NULL, NULL);
}
