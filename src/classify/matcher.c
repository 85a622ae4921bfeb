/*
 * matcher.c - one narrative through a matcher, and the plain engine.
 *
 * At each place where a word starts in the text, the three bytes there pick
 * the group of terms that may stand there, mostly none, and those are compared.
 * Words start far less often than bytes do: that is where the speed comes from,
 * in this engine and in simd.c.
 *
 * What was found is put in order at the end: a category counts as found by the
 * strongest kind of match, fallbacks hold only where nothing else counted, and
 * near-misses count only where their dictionary says so.
 */
#include "safecount/dictionary.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "classify/engine.h"
#include "classify/fold.h"

/* entries of a table, not expressions: NOLINTBEGIN */
#define L(c) [c] = (c) - 'a' + 1, [(c)-32] = (c) - 'a' + 1
#define D(c) [c] = (c) - '0' + 27
/* NOLINTEND */

const unsigned char sc_byte_codes[256] = {
    L('a'), L('b'), L('c'), L('d'), L('e'), L('f'), L('g'),     L('h'),     L('i'), L('j'),
    L('k'), L('l'), L('m'), L('n'), L('o'), L('p'), L('q'),     L('r'),     L('s'), L('t'),
    L('u'), L('v'), L('w'), L('x'), L('y'), L('z'), D('0'),     D('1'),     D('2'), D('3'),
    D('4'), D('5'), D('6'), D('7'), D('8'), D('9'), ['_'] = 37, [0x80] = 38};

const char *sc_engine_name(enum sc_engine engine)
{
    switch (engine) {
    case SC_ENGINE_AUTO:
        return "auto";
    case SC_ENGINE_SCALAR:
        return "scalar";
    case SC_ENGINE_SIMD:
        return "simd";
    case SC_ENGINE_VECTORSCAN:
        return "vectorscan";
    case SC_ENGINE_AVX2:
        return "avx2";
    }
    return "unknown";
}

/* ---- the plain engine ---- */

void sc_scan_scalar(struct sc_scan *scan)
{
    const struct sc_matcher *matcher = scan->matcher;
    const char *text = scan->text;
    size_t i = 0;

    while (i < scan->len) {
        const struct sc_group *group;
        size_t end = i;

        if (!sc_is_word(text[i])) {
            i++;
            continue;
        }
        group = sc_group_find(&matcher->by_prefix, sc_key_at(text, scan->len, i));
        for (size_t t = 0; group && t < group->n; t++) {
            const struct sc_term *term =
                &matcher->terms[matcher->by_prefix.items[group->first + t]];
            size_t term_end = sc_phrase_at(&term->phrase, text, scan->len, i);

            if (term_end)
                sc_take(scan, term, i, term_end);
        }
        while (end < scan->len && sc_is_word(text[end]))
            end++;
        if (matcher->n_nears)
            sc_near_word(scan, i, end);
        i = end;
    }
}

/* ---- scratch ---- */

enum sc_engine sc_matcher_engine(const struct sc_matcher *matcher)
{
    return matcher->engine;
}

enum sc_status sc_matcher_scratch_new(const struct sc_matcher *matcher,
                                      struct sc_matcher_scratch **ret_scratch, struct sc_error *err)
{
    SC_AUTO(sc_matcher_scratch) scratch = sc_alloc(sizeof *scratch);

    if (!scratch)
        return sc_fail_nomem(err);
    if (matcher->engine == SC_ENGINE_VECTORSCAN) {
        enum sc_status status = sc_vectorscan_scratch(matcher, &scratch->vectorscan, err);

        if (status)
            return status;
    }
    if (matcher->engine == SC_ENGINE_SIMD) {
        scratch->words = sc_alloc(sizeof *scratch->words);
        if (!scratch->words)
            return sc_fail_nomem(err);
    }
    *ret_scratch = SC_TAKE(scratch);
    return SC_OK;
}

void sc_matcher_scratch_free(struct sc_matcher_scratch *scratch)
{
    if (!scratch)
        return;
    sc_buf_release(&scratch->folded);
    sc_buf_release(&scratch->hits_text);
    sc_buf_release(&scratch->origins);
    sc_buf_release(&scratch->hits);
    sc_buf_release(&scratch->seen);
    sc_free(scratch->words);
    sc_vectorscan_scratch_free(scratch->vectorscan);
    sc_free(scratch);
}

/* ---- one narrative ---- */

void sc_resolve(const struct sc_matcher *matcher, const uint64_t by[SC_N_MATCH_KINDS],
                struct sc_found *ret_found)
{
    struct sc_found found = {0};
    uint64_t known = 0;

    for (size_t k = 0; k < SC_N_MATCH_KINDS; k++) {
        found.by[k] = by[k] & ~known;
        known |= by[k];
    }
    for (size_t d = 0; d < matcher->n_dictionaries; d++) {
        const struct sc_dictionary_bits *bits = &matcher->dictionaries[d];
        uint64_t counted = (found.by[SC_MATCH_EXACT] | found.by[SC_MATCH_VARIANT] |
                            (bits->near_counts ? found.by[SC_MATCH_NEAR] : 0)) &
                           (bits->primary | bits->fallback);

        if (counted & bits->primary) {
            counted &= ~bits->fallback;
            for (size_t k = 0; k < SC_N_MATCH_KINDS; k++)
                found.by[k] &= ~bits->fallback;
        }
        found.set |= counted;
    }
    *ret_found = found;
}

enum sc_status sc_fold_padded(struct sc_buf *folded, struct sc_buf *origins, const char **text,
                              size_t *len, struct sc_error *err)
{
    static const char padding[SC_MATCHER_PADDING] = {0};
    enum sc_status status;

    sc_buf_clear(folded);
    sc_buf_add(folded, padding, sizeof padding);
    if (origins)
        sc_fold_mapped(*text, *len, folded, origins);
    else
        sc_fold(*text, *len, folded);
    *len = folded->len - sizeof padding;
    sc_buf_add(folded, padding, sizeof padding);
    status = sc_buf_check(folded, err);
    if (!status)
        *text = folded->data + sizeof padding;
    return status;
}

/* Runs the matcher's engine over a text, folded when it must be. */
static enum sc_status run_engine(struct sc_scan *scan, struct sc_matcher_scratch *scratch,
                                 struct sc_error *err)
{
    const struct sc_matcher *matcher = scan->matcher;
    enum sc_status status = SC_OK;
    bool fold = false;

    if (matcher->engine == SC_ENGINE_SIMD) {
        if (matcher->avx512)
            sc_scan_avx512(scan, &fold);
        else
            sc_scan_simd(scan, true, &fold);
        if (!fold)
            return SC_OK;
        memset(scan->by, 0, sizeof scan->by);
    } else {
        fold = !sc_is_ascii(scan->text, scan->len);
    }
    if (fold)
        status = sc_fold_padded(&scratch->folded, NULL, &scan->text, &scan->len, err);
    if (status)
        return status;
    if (matcher->engine == SC_ENGINE_SIMD)
        sc_scan_simd(scan, false, &fold);
    else if (matcher->engine == SC_ENGINE_VECTORSCAN)
        status = sc_vectorscan_scan(scan, scratch, err);
    else
        sc_scan_scalar(scan);
    return status;
}

enum sc_status sc_matcher_find(const struct sc_matcher *matcher, struct sc_matcher_scratch *scratch,
                               const char *text, size_t len, struct sc_found *ret_found,
                               struct sc_error *err)
{
    struct sc_scan scan = {.matcher = matcher, .text = text, .len = len, .words = scratch->words};
    struct sc_found found = {0};
    enum sc_status status = run_engine(&scan, scratch, err);

    if (status)
        return status;
    sc_resolve(matcher, scan.by, &found);
    if (matcher->first_only && (found.set & (found.set - 1)))
        status = sc_first_mentioned(matcher, scratch, text, len, &found, err);
    if (!status)
        *ret_found = found;
    return status;
}

enum sc_status sc_matcher_classify(const struct sc_matcher *matcher,
                                   struct sc_matcher_scratch *scratch, const char *text, size_t len,
                                   uint64_t *ret_set, struct sc_error *err)
{
    struct sc_found found = {0};
    enum sc_status status = sc_matcher_find(matcher, scratch, text, len, &found, err);

    if (!status)
        *ret_set = found.set;
    return status;
}

void sc_found_join(const struct sc_matcher *matcher, struct sc_found *into,
                   const struct sc_found *more)
{
    uint64_t by[SC_N_MATCH_KINDS];

    for (size_t k = 0; k < SC_N_MATCH_KINDS; k++)
        by[k] = into->by[k] | more->by[k];
    sc_resolve(matcher, by, into);
}
