/*
 * draw.c - from a population to a stratified sample.
 *
 * Strata go by what was found: each category alone, several at once, none. Within a stratum
 * each offence is as likely to be drawn as any other (Knuth, The Art of Computer Programming 2,
 * 3.4.2, algorithm S: selection sampling), from the population in the order of its hashes.
 * The sample is then shuffled as a whole, so that a review that is broken off is itself a random
 * sample of each stratum, and the reviewer cannot guess what was found from where they are.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "review/allocate.h"
#include "review/review.h"

/* ---- random numbers ---------------------------------------------------------------- */

struct chance {
    uint64_t state;
};

/* SplitMix64 (Steele, Lea and Flood, OOPSLA 2014): enough for drawing, and the same everywhere. */
static uint64_t chance_bits(struct chance *chance)
{
    uint64_t z = (chance->state += 0x9E3779B97F4A7C15U);

    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9U;
    z = (z ^ z >> 27) * 0x94D049BB133111EBU;
    return z ^ z >> 31;
}

/* 0 to n - 1, each as likely: what does not divide evenly is drawn again. */
static uint64_t chance_below(struct chance *chance, uint64_t n)
{
    uint64_t most = UINT64_MAX - UINT64_MAX % n;
    uint64_t bits;

    do
        bits = chance_bits(chance);
    while (bits >= most);
    return bits % n;
}

/* ---- strata ------------------------------------------------------------------------ */

#define LEAST_MIN 2 /* of a stratum, where it has so many: fewer say nothing about its spread */
#define LEAST_MAX 10

/* Stratum numbers while they are being decided. */
struct strata {
    size_t n_categories;
    uint32_t of_single[SC_CATEGORIES_MAX]; /* stratum of offences with only that category */
    uint32_t several;
    uint32_t none;
    uint32_t n;
    uint64_t single_size[SC_CATEGORIES_MAX];
    uint64_t several_size;
    uint64_t none_size;
    bool has_several;
    uint64_t least;
};

static bool is_single(uint64_t set)
{
    return set && !(set & (set - 1));
}

static uint32_t stratum_of(const struct strata *strata, uint64_t found)
{
    if (!found)
        return strata->none;
    return is_single(found) ? strata->of_single[__builtin_ctzll(found)] : strata->several;
}

static void count_sizes(const struct sc_population *population, struct strata *strata)
{
    for (size_t i = 0; i < population->n_items; i++) {
        uint64_t found = population->items[i].found;

        if (!found)
            strata->none_size++;
        else if (is_single(found))
            strata->single_size[__builtin_ctzll(found)]++;
        else
            strata->several_size++;
    }
}

static uint64_t at_most(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* What the strata need at the least, those marked as joined taken with "several". */
static uint64_t needed(const struct strata *strata, const bool *joined)
{
    uint64_t several = strata->several_size;
    uint64_t sum = at_most(strata->none_size, strata->least);

    for (size_t c = 0; c < strata->n_categories; c++) {
        if (joined[c])
            several += strata->single_size[c];
        else
            sum += at_most(strata->single_size[c], strata->least);
    }
    return sum + at_most(several, strata->least);
}

/* Joins the rarest categories to "several" until the sample reaches for all; numbers the rest. */
static void decide(struct strata *strata, uint64_t size)
{
    bool joined[SC_CATEGORIES_MAX] = {false};
    size_t n_used = 2;

    for (size_t c = 0; c < strata->n_categories; c++)
        n_used += strata->single_size[c] > 0;
    strata->least = size / (2 * n_used);
    strata->least = strata->least < LEAST_MIN   ? LEAST_MIN
                    : strata->least > LEAST_MAX ? LEAST_MAX
                                                : strata->least;
    while (needed(strata, joined) > size) {
        size_t rarest = SC_CATEGORIES_MAX;

        for (size_t c = 0; c < strata->n_categories; c++)
            if (!joined[c] && strata->single_size[c] &&
                (rarest == SC_CATEGORIES_MAX ||
                 strata->single_size[c] < strata->single_size[rarest]))
                rarest = c;
        if (rarest == SC_CATEGORIES_MAX)
            break;
        joined[rarest] = strata->has_several = true;
    }
    for (size_t c = 0; c < strata->n_categories; c++)
        if (strata->single_size[c] && !joined[c])
            strata->of_single[c] = strata->n++;
    strata->several = strata->n;
    strata->has_several |= strata->several_size > 0;
    strata->n += strata->has_several;
    strata->none = strata->n;
    strata->n += strata->none_size > 0;
    for (size_t c = 0; c < strata->n_categories; c++)
        if (joined[c] || !strata->single_size[c])
            strata->of_single[c] = strata->several;
}

/* ---- filling the review ------------------------------------------------------------ */

static bool copy_texts(struct sc_review *review, const struct sc_review_subject *subject,
                       const struct sc_population *population, const struct sc_review_key *key,
                       const char *written)
{
    const struct sc_dictionary *dictionary = subject->dictionaries[subject->dictionary_i];
    char scope[65];

    if (sc_review_scope(subject->request, dictionary, population->extract, scope, NULL))
        return false;
    review->reference = sc_arena_strdup(&review->arena, subject->request->reference);
    review->dictionary = sc_arena_strdup(&review->arena, written);
    review->dictionary_name = sc_arena_strdup(&review->arena, dictionary->name);
    review->dictionary_version = sc_arena_strdup(&review->arena, dictionary->version);
    review->dictionary_sha256 = sc_arena_strdup(&review->arena, dictionary->sha256);
    review->extract = sc_arena_strdup(&review->arena, population->extract);
    review->scope = sc_arena_strdup(&review->arena, scope);
    review->key_check = sc_arena_strdup(&review->arena, key->check);
    review->n_categories = dictionary->n_categories;
    review->categories =
        sc_arena_alloc(&review->arena, (review->n_categories + 1) * sizeof *review->categories);
    if (!review->reference || !review->dictionary || !review->dictionary_name ||
        !review->dictionary_version || !review->dictionary_sha256 || !review->extract ||
        !review->scope || !review->key_check || !review->categories)
        return false;
    for (size_t c = 0; c < review->n_categories; c++) {
        struct sc_review_category *category = &review->categories[c];

        category->code = sc_arena_strdup(&review->arena, dictionary->categories[c].code);
        category->label = sc_arena_strdup(&review->arena, dictionary->categories[c].label);
        category->fallback = dictionary->categories[c].fallback;
        if (!category->code || !category->label)
            return false;
    }
    return true;
}

static bool name_strata(struct sc_review *review, const struct strata *strata)
{
    review->n_strata = strata->n;
    review->strata = sc_arena_alloc(&review->arena, (strata->n + 1) * sizeof *review->strata);
    if (!review->strata)
        return false;
    for (size_t h = 0; h < strata->n; h++) {
        review->strata[h].found =
            sc_arena_alloc(&review->arena, (review->n_categories + 1) * sizeof(uint64_t));
        if (!review->strata[h].found)
            return false;
    }
    for (size_t c = 0; c < review->n_categories; c++)
        if (strata->single_size[c] && strata->of_single[c] != strata->several)
            review->strata[strata->of_single[c]].name = review->categories[c].label;
    if (strata->has_several)
        review->strata[strata->several].name = "several or rare categories";
    if (strata->none_size)
        review->strata[strata->none].name = "none found";
    return true;
}

static void count_strata(struct sc_review *review, const struct sc_population *population,
                         const struct strata *strata)
{
    review->population = population->n_items;
    for (size_t i = 0; i < population->n_items; i++) {
        uint64_t found = population->items[i].found;
        struct sc_review_stratum *stratum = &review->strata[stratum_of(strata, found)];

        stratum->size++;
        for (; found; found &= found - 1) {
            size_t c = (size_t)__builtin_ctzll(found);

            stratum->found[c]++;
            review->categories[c].found++;
        }
    }
}

static enum sc_status allocate(struct sc_review *review, uint64_t size, uint64_t least,
                               struct sc_error *err)
{
    SC_AUTO_FREE struct sc_allocation *parts = sc_alloc_array(review->n_strata + 1, sizeof *parts);
    uint64_t found[SC_CATEGORIES_MAX] = {0};
    enum sc_status status;

    if (!parts)
        return sc_fail_nomem(err);
    for (size_t c = 0; c < review->n_categories; c++)
        found[c] = review->categories[c].found;
    for (size_t h = 0; h < review->n_strata; h++) {
        const struct sc_review_stratum *stratum = &review->strata[h];

        parts[h].size = stratum->size;
        parts[h].deviation = sc_assumed_deviation(stratum->size, review->population, stratum->found,
                                                  found, review->n_categories);
    }
    status = sc_allocate(parts, review->n_strata, size, least, err);
    for (size_t h = 0; !status && h < review->n_strata; h++) {
        review->strata[h].sample = parts[h].sample;
        review->n_items += parts[h].sample;
    }
    return status;
}

/* Algorithm S in every stratum at once, over one walk through the population. */
static enum sc_status select_items(struct sc_review *review, const struct sc_population *population,
                                   const struct strata *strata, const struct sc_review_key *key,
                                   struct chance *chance, struct sc_error *err)
{
    SC_AUTO_FREE uint64_t *left = sc_alloc_array(review->n_strata + 1, sizeof *left);
    SC_AUTO_FREE uint64_t *wanted = sc_alloc_array(review->n_strata + 1, sizeof *wanted);
    size_t n = 0;

    review->items = sc_arena_alloc(&review->arena, (review->n_items + 1) * sizeof *review->items);
    if (!left || !wanted || !review->items)
        return sc_fail_nomem(err);
    for (size_t h = 0; h < review->n_strata; h++) {
        left[h] = review->strata[h].size;
        wanted[h] = review->strata[h].sample;
    }
    for (size_t i = 0; i < population->n_items; i++) {
        const struct sc_population_item *item = &population->items[i];
        uint32_t h = stratum_of(strata, item->found);

        if (wanted[h] && chance_below(chance, left[h]) < wanted[h]) {
            review->items[n].stratum = h;
            review->items[n].found = item->found;
            sc_record_key(key, item->low, item->high, review->items[n].key);
            n++;
            wanted[h]--;
        }
        left[h]--;
    }
    for (size_t i = n; i > 1; i--) {
        size_t j = (size_t)chance_below(chance, i);
        struct sc_review_item swap = review->items[i - 1];

        review->items[i - 1] = review->items[j];
        review->items[j] = swap;
    }
    return SC_OK;
}

enum sc_status sc_review_draw(const struct sc_review_subject *subject,
                              const struct sc_population *population, uint64_t size, uint64_t seed,
                              const struct sc_review_key *key, const char *written,
                              struct sc_review **ret_review, struct sc_error *err)
{
    SC_AUTO(sc_review) review = sc_alloc(sizeof *review);
    struct strata strata = {.n_categories =
                                subject->dictionaries[subject->dictionary_i]->n_categories};
    struct chance chance = {seed};
    enum sc_status status;

    if (!review)
        return sc_fail_nomem(err);
    if (population->n_items == 0)
        return sc_fail(err, SC_E_RANGE,
                       "the request counts no offence: there is nothing to review");
    count_sizes(population, &strata);
    decide(&strata, size);
    review->seed = seed;
    if (!copy_texts(review, subject, population, key, written) || !name_strata(review, &strata))
        return sc_fail_nomem(err);
    count_strata(review, population, &strata);
    status = allocate(review, size, strata.least, err);
    if (!status)
        status = select_items(review, population, &strata, key, &chance, err);
    if (status)
        return status;
    *ret_review = SC_TAKE(review);
    return SC_OK;
}

void sc_review_free(struct sc_review *review)
{
    if (!review)
        return;
    sc_arena_release(&review->arena);
    sc_free(review);
}

uint64_t sc_review_settle(const struct sc_review *review, uint64_t categories)
{
    uint64_t named = 0;

    for (size_t c = 0; c < review->n_categories; c++)
        if (!review->categories[c].fallback)
            named |= 1ULL << c;
    return categories & named ? categories & named : categories;
}
