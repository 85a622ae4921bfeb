/*
 * fuzz_classify.c - any bytes as a dictionary and a narrative: all engines agree.
 * The dictionary is what stands before the first line "%%", the narrative the rest.
 */
#include "classify/engine.h"
#include "config/load.h"
#include "fuzz.h"
#include "in_memory.h"

#define TEXT_MAX 20000

static bool find(const struct sc_dictionary *dictionary, enum sc_engine engine, const char *text,
                 size_t len, struct sc_found *found)
{
    SC_AUTO(sc_matcher) matcher = NULL;
    SC_AUTO(sc_matcher_scratch) scratch = NULL;
    const struct sc_hit *hits = NULL;
    size_t n_hits = 0;
    uint64_t counted = 0;
    struct sc_error err = {0};

    if (sc_matcher_new(&dictionary, 1, engine, &matcher, &err) ||
        sc_matcher_scratch_new(matcher, &scratch, &err) ||
        sc_matcher_find(matcher, scratch, text, len, found, &err))
        return false;
    if (sc_matcher_hits(matcher, scratch, text, len, &hits, &n_hits, &err))
        return false;
    for (size_t i = 0; i < n_hits; i++) {
        if (hits[i].start > hits[i].end || hits[i].end > len)
            abort();
        if (hits[i].fate == SC_HIT_COUNTS)
            counted |= 1ULL << hits[i].category;
    }
    if (counted != found->set)
        abort();
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const enum sc_engine engines[] = {SC_ENGINE_SIMD, SC_ENGINE_AVX2, SC_ENGINE_VECTORSCAN};
    SC_AUTO(sc_dictionary) dictionary = NULL;
    struct sc_diagnostics diagnostics = {0};
    struct sc_error err = {0};
    struct sc_found expected = {0};
    size_t after = 0;
    size_t cut = in_memory_cut(data, size, &after);
    size_t len = size - after < TEXT_MAX ? size - after : TEXT_MAX;
    char *padded;

    if (sc_dictionary_load_bytes("fuzz.yaml", (const char *)data, cut, &dictionary, &diagnostics,
                                 &err)) {
        sc_diagnostics_release(&diagnostics);
        return 0;
    }
    padded = sc_alloc(len + 2 * SC_MATCHER_PADDING);
    if (!padded)
        abort();
    memset(padded, 'a', len + 2 * SC_MATCHER_PADDING);
    if (len)
        memcpy(padded + SC_MATCHER_PADDING, data + after, len);
    if (find(dictionary, SC_ENGINE_SCALAR, padded + SC_MATCHER_PADDING, len, &expected)) {
        for (size_t i = 0; i < sizeof engines / sizeof *engines; i++) {
            struct sc_found found = {0};

            if (find(dictionary, engines[i], padded + SC_MATCHER_PADDING, len, &found) &&
                memcmp(&found, &expected, sizeof found) != 0)
                abort();
        }
    }
    sc_free(padded);
    sc_diagnostics_release(&diagnostics);
    return 0;
}
