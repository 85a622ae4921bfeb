/*
 * fuzz_matcher.c - a dictionary and a text from any bytes: all engines agree.
 * The terms are the lines before the first blank line, the text is the rest. Two of three terms
 * have near-misses, where they are long enough, and the text is looked at twice with one scratch.
 */
#include "base/memory.h"
#include "base/text.h"
#include "classify/engine.h"
#include "fuzz.h"

#define TERMS_MAX 24

static struct sc_found classify(const struct sc_dictionary *dictionary, enum sc_engine engine,
                                const char *text, size_t len, bool *ret_done)
{
    SC_AUTO(sc_matcher) matcher = NULL;
    SC_AUTO(sc_matcher_scratch) scratch = NULL;
    struct sc_error err = {0};
    struct sc_found found = {0};
    struct sc_found again = {0};

    *ret_done = !sc_matcher_new(&dictionary, 1, engine, &matcher, &err) &&
                !sc_matcher_scratch_new(matcher, &scratch, &err) &&
                !sc_matcher_find(matcher, scratch, text, len, &found, &err) &&
                !sc_matcher_find(matcher, scratch, text, len, &again, &err);
    if (*ret_done && memcmp(&found, &again, sizeof found) != 0)
        abort(); /* what was remembered changed the answer */
    return found;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const enum sc_engine engines[] = {SC_ENGINE_SIMD, SC_ENGINE_AVX2, SC_ENGINE_VECTORSCAN};
    struct sc_dictionary_category categories[TERMS_MAX];
    struct sc_term_rule rules[TERMS_MAX];
    const char *terms[TERMS_MAX];
    char written[TERMS_MAX][65];
    struct sc_dictionary dictionary = {
        .path = "fuzz", .categories = categories, .near_counts = true};
    size_t at = 0;
    char *padded;
    bool done = false;
    struct sc_found expected;

    memset(categories, 0, sizeof categories);
    memset(rules, 0, sizeof rules);
    while (dictionary.n_categories < TERMS_MAX && at < size) {
        size_t len = 0;
        size_t n = dictionary.n_categories;

        while (at + len < size && data[at + len] != '\n')
            len++;
        if (len == 0)
            break;
        if (len >= 2 && len <= 64 && !memchr(data + at, 0, len)) {
            memcpy(written[n], data + at, len);
            written[n][len] = '\0';
            terms[n] = written[n];
            categories[n].code = "c";
            categories[n].terms = &terms[n];
            categories[n].n_terms = 1;
            categories[n].rules = &rules[n];
            rules[n].near = (unsigned)(n % 3);
            categories[n].fallback = n % 5 == 4;
            dictionary.n_categories++;
        }
        at += len + 1;
    }
    if (at >= size || dictionary.n_categories == 0)
        return 0;
    padded = sc_alloc(size - at + 2 * SC_MATCHER_PADDING);
    if (!padded)
        abort();
    memcpy(padded + SC_MATCHER_PADDING, data + at, size - at);
    expected =
        classify(&dictionary, SC_ENGINE_SCALAR, padded + SC_MATCHER_PADDING, size - at, &done);
    for (size_t i = 0; done && i < sizeof engines / sizeof *engines; i++) {
        bool other_done = false;
        struct sc_found found =
            classify(&dictionary, engines[i], padded + SC_MATCHER_PADDING, size - at, &other_done);

        if (other_done && memcmp(&found, &expected, sizeof found) != 0)
            abort();
    }
    sc_free(padded);
    return 0;
}
