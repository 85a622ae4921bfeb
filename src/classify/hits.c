/*
 * hits.c - every place where a term stands in a narrative, for a person to see.
 */
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

/* Where the term that stands at text[at] ends. */
static size_t term_end(const struct sc_term *term, const char *text, size_t len, size_t at)
{
    size_t i = at;

    for (size_t t = 0; t < term->len; t++) {
        if (term->text[t] != ' ') {
            i++;
            continue;
        }
        while (i < len && sc_is_separator(text[i]))
            i++;
    }
    return i;
}

static void add_hit(const struct sc_term *term, size_t start, size_t end, uint64_t set,
                    struct sc_buf *hits)
{
    for (unsigned bit = 0; bit < SC_CATEGORIES_MAX; bit++) {
        struct sc_hit hit = {start, end, bit, SC_MATCH_EXACT, SC_HIT_COUNTS};

        if (!(term->categories >> bit & 1))
            continue;
        if (!(set >> bit & 1))
            hit.fate = SC_HIT_FALLBACK;
        sc_buf_add(hits, (const char *)&hit, sizeof hit);
    }
}

enum sc_status sc_matcher_hits(const struct sc_matcher *matcher, struct sc_matcher_scratch *scratch,
                               const char *text, size_t len, const struct sc_hit **ret_hits,
                               size_t *ret_n_hits, struct sc_error *err)
{
    struct sc_buf *folded = &scratch->hits_text;
    const uint32_t *origins;
    uint64_t set = 0;
    enum sc_status status = sc_matcher_classify(matcher, scratch, text, len, &set, err);

    if (status)
        return status;
    sc_buf_clear(folded);
    sc_buf_clear(&scratch->origins);
    sc_buf_clear(&scratch->hits);
    sc_fold_mapped(text, len, folded, &scratch->origins);
    origins = (const uint32_t *)(const void *)scratch->origins.data;
    for (size_t i = 0; !folded->failed && !scratch->origins.failed && i < folded->len; i++) {
        const unsigned char *p = (const unsigned char *)folded->data + i;
        const struct sc_group *group;

        if (!sc_is_word((char)p[0]) || (i && sc_is_word((char)p[-1])))
            continue;
        group = sc_group_find(matcher, sc_prefix_key(p[0], i + 1 < folded->len ? p[1] : 0,
                                                     i + 2 < folded->len ? p[2] : 0));
        for (size_t t = 0; group && t < group->n; t++) {
            const struct sc_term *term = &matcher->terms[group->first + t];

            if (sc_term_at(term, folded->data, folded->len, i))
                add_hit(term, origins[i], origins[term_end(term, folded->data, folded->len, i)],
                        set, &scratch->hits);
        }
    }
    if (folded->failed || scratch->origins.failed || scratch->hits.failed)
        return sc_fail_nomem(err);
    *ret_hits = (const struct sc_hit *)(const void *)scratch->hits.data;
    *ret_n_hits = scratch->hits.len / sizeof **ret_hits;
    return SC_OK;
}
