/* matching.h - a dictionary from YAML text, and what every engine finds with it. */
#ifndef TESTS_CLASSIFY_MATCHING_H
#define TESTS_CLASSIFY_MATCHING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "classify/engine.h"
#include "config/load.h"

static const enum sc_engine engines[] = {SC_ENGINE_SCALAR, SC_ENGINE_SIMD, SC_ENGINE_AVX2,
                                         SC_ENGINE_VECTORSCAN};
#define N_ENGINES (sizeof engines / sizeof *engines)

/* One dictionary under every engine that was built in. */
struct matching {
    struct sc_dictionary *dictionary;
    struct sc_matcher *matchers[N_ENGINES];
    struct sc_matcher_scratch *scratches[N_ENGINES];
};

static inline struct sc_dictionary *dictionary_of(const char *yaml)
{
    struct sc_dictionary *dictionary = NULL;
    struct sc_diagnostics diagnostics = {0};
    struct sc_error err = {0};

    if (sc_dictionary_load_bytes("d.yaml", yaml, strlen(yaml), &dictionary, &diagnostics, &err)) {
        for (size_t i = 0; i < diagnostics.n_items; i++)
            print_error("%llu:%llu: %s\n", (unsigned long long)diagnostics.items[i].line,
                        (unsigned long long)diagnostics.items[i].column,
                        diagnostics.items[i].message);
        fail_msg("the dictionary does not load");
    }
    sc_diagnostics_release(&diagnostics);
    return dictionary;
}

static inline void matching_open(struct matching *m, struct sc_dictionary *dictionary)
{
    struct sc_error err = {0};

    *m = (struct matching){.dictionary = dictionary};
    for (size_t i = 0; i < N_ENGINES; i++) {
        enum sc_status status = sc_matcher_new((const struct sc_dictionary *const *)&m->dictionary,
                                               1, engines[i], &m->matchers[i], &err);

        if (status == SC_E_UNSUPPORTED && engines[i] == SC_ENGINE_VECTORSCAN)
            continue;
        if (status)
            fail_msg("%s: %s", sc_engine_name(engines[i]), err.message);
        assert_int_equal(sc_matcher_scratch_new(m->matchers[i], &m->scratches[i], &err), SC_OK);
    }
}

static inline void matching_close(struct matching *m)
{
    for (size_t i = 0; i < N_ENGINES; i++) {
        sc_matcher_scratch_free(m->scratches[i]);
        sc_matcher_free(m->matchers[i]);
    }
    sc_dictionary_free(m->dictionary);
}

static inline void assert_same_found(const struct sc_found *a, const struct sc_found *b,
                                     const char *engine, const char *text)
{
    if (memcmp(a, b, sizeof *a) != 0)
        fail_msg("%s differs on \"%s\": set %llx by %llx %llx %llx, not %llx by %llx %llx %llx",
                 engine, text, (unsigned long long)b->set, (unsigned long long)b->by[0],
                 (unsigned long long)b->by[1], (unsigned long long)b->by[2],
                 (unsigned long long)a->set, (unsigned long long)a->by[0],
                 (unsigned long long)a->by[1], (unsigned long long)a->by[2]);
}

/* The set and the kinds according to the places that sc_matcher_hits() gives. */
static inline struct sc_found found_by_hits(const struct matching *m, const char *text, size_t len)
{
    const struct sc_hit *hits = NULL;
    size_t n = 0;
    struct sc_found found = {0};
    struct sc_error err = {0};

    assert_int_equal(sc_matcher_hits(m->matchers[0], m->scratches[0], text, len, &hits, &n, &err),
                     SC_OK);
    for (size_t i = 0; i < n; i++) {
        uint64_t bit = 1ULL << hits[i].category;

        assert_true(hits[i].start < hits[i].end && hits[i].end <= len);
        if (hits[i].fate == SC_HIT_COUNTS)
            found.set |= bit;
        if (hits[i].fate == SC_HIT_COUNTS || hits[i].fate == SC_HIT_NEAR ||
            hits[i].fate == SC_HIT_LATER)
            found.by[hits[i].kind] |= bit;
    }
    found.by[SC_MATCH_VARIANT] &= ~found.by[SC_MATCH_EXACT];
    found.by[SC_MATCH_NEAR] &= ~(found.by[SC_MATCH_EXACT] | found.by[SC_MATCH_VARIANT]);
    return found;
}

/*
 * What is found in text[0..len), the same by every engine. The bytes around it
 * are letters, to trip an engine that reads them as part of it.
 */
static inline struct sc_found found_in(const struct matching *m, const char *text, size_t len)
{
    char *padded = malloc(len + 2 * SC_MATCHER_PADDING);
    struct sc_found expected = {0};
    struct sc_found by_hits;

    assert_non_null(padded);
    memset(padded, 'a', len + 2 * SC_MATCHER_PADDING);
    memcpy(padded + SC_MATCHER_PADDING, text, len);
    for (size_t i = 0; i < N_ENGINES; i++) {
        struct sc_found found = {0};
        struct sc_error err = {0};

        if (!m->matchers[i])
            continue;
        assert_int_equal(sc_matcher_find(m->matchers[i], m->scratches[i],
                                         padded + SC_MATCHER_PADDING, len, &found, &err),
                         SC_OK);
        if (i == 0)
            expected = found;
        else
            assert_same_found(&expected, &found, sc_engine_name(engines[i]), text);
    }
    by_hits = found_by_hits(m, padded + SC_MATCHER_PADDING, len);
    assert_same_found(&expected, &by_hits, "hits", text);
    free(padded);
    return expected;
}

/*
 * "snapchat whatsapp~ kik?": the codes of the categories found in order, with
 * ~ behind one found by a variant only, ? by a near-miss only, and in brackets
 * one that was found and does not count. Caller frees with sc_buf_release().
 */
static inline void describe(const struct matching *m, const struct sc_found *found,
                            struct sc_buf *out)
{
    for (size_t c = 0; c < m->dictionary->n_categories; c++) {
        uint64_t bit = 1ULL << c;
        uint64_t any = found->by[0] | found->by[1] | found->by[2];
        bool counts = found->set & bit;

        if (!((any | found->set) & bit))
            continue;
        sc_buf_addf(out, "%s%s%s%s%s", out->len ? " " : "", counts ? "" : "(",
                    m->dictionary->categories[c].code,
                    found->by[SC_MATCH_VARIANT] & bit ? "~"
                    : found->by[SC_MATCH_NEAR] & bit  ? "?"
                                                      : "",
                    counts ? "" : ")");
    }
    if (!out->len)
        sc_buf_adds(out, "none");
}

static inline void assert_finds(const struct matching *m, const char *text, const char *expected)
{
    SC_AUTO_BUF out = {0};
    struct sc_found found = found_in(m, text, strlen(text));

    describe(m, &found, &out);
    if (strcmp(out.data, expected) != 0)
        fail_msg("\"%s\": expected %s, found %s", text, expected, out.data);
}

/* A small repeatable generator. */
static inline uint32_t next_random(uint64_t *state)
{
    *state = *state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (uint32_t)(*state >> 33);
}

#endif
