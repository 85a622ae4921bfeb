/*
 * hits.c - every place where a term stands in a narrative, for a person to see.
 */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "classify/engine.h"
#include "classify/fold.h"

const char *sc_match_kind_name(enum sc_match_kind kind)
{
    static const char *const names[SC_N_MATCH_KINDS] = {"exact", "variant", "near"};

    return (unsigned)kind < SC_N_MATCH_KINDS ? names[kind] : "unknown";
}

const char *sc_hit_fate_name(enum sc_hit_fate fate)
{
    static const char *const names[SC_N_HIT_FATES] = {
        "counts", "near", "inside", "excluded", "no_context", "negated", "fallback", "later"};

    return (unsigned)fate < SC_N_HIT_FATES ? names[fate] : "unknown";
}

/* The strongest reading of one place first. */
static int by_place(const void *a, const void *b)
{
    const struct sc_hit *left = a;
    const struct sc_hit *right = b;

    if (left->start != right->start)
        return left->start < right->start ? -1 : 1;
    if (left->end != right->end)
        return left->end > right->end ? -1 : 1; /* the longer first */
    if (left->category != right->category)
        return left->category < right->category ? -1 : 1;
    if (left->fate != right->fate)
        return left->fate < right->fate ? -1 : 1;
    return (left->kind > right->kind) - (left->kind < right->kind);
}

/* Sorts hits, and leaves one of those that say the same place and category. */
static size_t sort_hits(struct sc_hit *hits, size_t n)
{
    size_t kept = 0;

    if (n)
        qsort(hits, n, sizeof *hits, by_place);
    for (size_t i = 0; i < n; i++) {
        if (kept && hits[kept - 1].start == hits[i].start && hits[kept - 1].end == hits[i].end &&
            hits[kept - 1].category == hits[i].category)
            continue;
        hits[kept++] = hits[i];
    }
    return kept;
}

static bool is_mentioned(const struct sc_hit *hit, const struct sc_dictionary_bits *bits)
{
    uint64_t bit = 1ULL << hit->category;

    return hit->fate == SC_HIT_COUNTS && ((bits->primary | bits->fallback) & bit) &&
           (hit->kind != SC_MATCH_NEAR || bits->near_counts);
}

/*
 * Leaves of the categories in found->set that dictionary `bits` has only the
 * one that was mentioned first: of two at one place the longer term's, then
 * the one that stands first in the dictionary. `hits` are sorted.
 */
static void keep_first(const struct sc_dictionary_bits *bits, const struct sc_hit *hits, size_t n,
                       struct sc_found *found)
{
    uint64_t mine = found->set & (bits->primary | bits->fallback);

    for (size_t i = 0; i < n; i++) {
        uint64_t bit = 1ULL << hits[i].category;

        if ((mine & bit) && is_mentioned(&hits[i], bits)) {
            found->set = (found->set & ~mine) | bit;
            return;
        }
    }
}

/* Says of each hit that would count why it does not, if so. */
static void settle(const struct sc_matcher *matcher, const struct sc_found *found,
                   const struct sc_found *first, struct sc_hit *hits, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint64_t bit = 1ULL << hits[i].category;
        const struct sc_dictionary_bits *bits = matcher->dictionaries;

        while (!((bits->primary | bits->fallback) & bit))
            bits++;
        if (hits[i].fate != SC_HIT_COUNTS)
            continue;
        if ((bits->fallback & bit) && (found->set & bits->primary))
            hits[i].fate = SC_HIT_FALLBACK;
        else if (hits[i].kind == SC_MATCH_NEAR && !bits->near_counts)
            hits[i].fate = SC_HIT_NEAR;
        else if (!(first->set & bit))
            hits[i].fate = SC_HIT_LATER;
    }
}

/* Scans for every hit with the plain engine; places are still those of the folded text. */
static enum sc_status scan_hits(struct sc_scan *scan, struct sc_matcher_scratch *scratch,
                                bool mapped, struct sc_error *err)
{
    enum sc_status status;

    sc_buf_clear(&scratch->hits);
    sc_buf_clear(&scratch->origins);
    status = sc_fold_padded(&scratch->hits_text, mapped ? &scratch->origins : NULL, &scan->text,
                            &scan->len, err);
    if (!status && mapped)
        status = sc_buf_check(&scratch->origins, err);
    if (status)
        return status;
    scan->hits = &scratch->hits;
    sc_scan_scalar(scan);
    return sc_buf_check(&scratch->hits, err);
}

static void resolve_first(const struct sc_matcher *matcher, const struct sc_hit *hits, size_t n,
                          struct sc_found *found)
{
    for (size_t d = 0; d < matcher->n_dictionaries; d++) {
        if (matcher->dictionaries[d].first_only)
            keep_first(&matcher->dictionaries[d], hits, n, found);
    }
}

enum sc_status sc_first_mentioned(const struct sc_matcher *matcher,
                                  struct sc_matcher_scratch *scratch, const char *text, size_t len,
                                  struct sc_found *found, struct sc_error *err)
{
    struct sc_scan scan = {.matcher = matcher, .text = text, .len = len};
    enum sc_status status = scan_hits(&scan, scratch, false, err);
    struct sc_hit *hits = (struct sc_hit *)(void *)scratch->hits.data;

    if (!status)
        resolve_first(matcher, hits, sort_hits(hits, scratch->hits.len / sizeof *hits), found);
    return status;
}

enum sc_status sc_matcher_hits(const struct sc_matcher *matcher, struct sc_matcher_scratch *scratch,
                               const char *text, size_t len, const struct sc_hit **ret_hits,
                               size_t *ret_n_hits, struct sc_error *err)
{
    struct sc_scan scan = {.matcher = matcher, .text = text, .len = len};
    const uint32_t *origins;
    struct sc_found found = {0};
    struct sc_found first;
    struct sc_hit *hits;
    size_t n;
    enum sc_status status = scan_hits(&scan, scratch, true, err);

    if (status)
        return status;
    hits = (struct sc_hit *)(void *)scratch->hits.data;
    n = sort_hits(hits, scratch->hits.len / sizeof *hits);
    sc_resolve(matcher, scan.by, &found);
    first = found;
    resolve_first(matcher, hits, n, &first);
    settle(matcher, &found, &first, hits, n);
    origins = (const uint32_t *)(const void *)scratch->origins.data;
    for (size_t i = 0; i < n; i++) {
        /* behind its last byte: a mark that the fold dropped belongs to the letter before it */
        hits[i].end = origins[hits[i].end];
        hits[i].start = origins[hits[i].start];
    }
    *ret_hits = hits;
    *ret_n_hits = n;
    return SC_OK;
}
