/*
 * vectorscan.c - the one adapter to Vectorscan (or Hyperscan, whose interface
 * is the same): the reference against which our own engines are tested.
 *
 * One pattern a term, between two bytes that are not word bytes or the ends of
 * the text. The boundaries are spelt out as byte classes rather than \b, for \b
 * does not know SC_FOLD_LETTER. The library says which terms a text holds; a
 * term about which the dictionary says more than its spelling is then looked
 * for place by place. Near-misses are left to the plain engine: the library's
 * edit distance knows no word boundaries.
 */
#include <string.h>

#include "base/error.h"
#include "classify/engine.h"
#include "classify/fold.h"

#ifdef SC_HAVE_VECTORSCAN

#include <hs.h>

#define NOT_WORD "[^0-9A-Za-z_\\x80]"
#define SEPARATORS "[ \\t\\r\\n\\-]+"

/* Whether an apostrophe may stand before text[t]; see phrase.c. */
static bool may_hold_apostrophe(const struct sc_phrase *phrase, size_t t)
{
    return (t >= 3 || (t >= 1 && phrase->early_apostrophe)) && sc_is_word(phrase->text[t]) &&
           sc_is_word(phrase->text[t - 1]);
}

static void make_pattern(const struct sc_phrase *phrase, struct sc_buf *pattern)
{
    sc_buf_adds(pattern, "(?:^|" NOT_WORD ")");
    for (size_t i = 0; i < phrase->len; i++) {
        char c = phrase->text[i];

        if (may_hold_apostrophe(phrase, i))
            sc_buf_adds(pattern, "'?");
        if (c == ' ')
            sc_buf_adds(pattern, SEPARATORS);
        else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            sc_buf_addc(pattern, c);
        else
            sc_buf_addf(pattern, "\\x%02x", (unsigned char)c);
    }
    if (phrase->prefix)
        sc_buf_adds(pattern, "[0-9A-Za-z_\\x80]*");
    sc_buf_adds(pattern, "(?:$|" NOT_WORD ")");
}

/* What hs_compile_multi() takes: arrays of one entry a term. */
struct patterns {
    char **expressions;
    unsigned *flags;
    unsigned *ids;
    size_t n;
};

static void release_patterns(struct patterns *patterns)
{
    for (size_t i = 0; patterns->expressions && i < patterns->n; i++)
        sc_free(patterns->expressions[i]);
    sc_free(patterns->expressions);
    sc_free(patterns->flags);
    sc_free(patterns->ids);
}

/*
 * Vectorscan 5.4.9 misses some matches of a pattern of one letter between two
 * classes in texts of over 70 bytes. Such terms need words beside them, and are
 * looked for place by place in any case.
 */
static bool is_too_short(const struct sc_term *term)
{
    return term->phrase.len < 2 && term->judged;
}

static enum sc_status make_patterns(const struct sc_matcher *matcher, struct patterns *patterns,
                                    struct sc_error *err)
{
    patterns->expressions = sc_alloc_array(matcher->n_terms, sizeof *patterns->expressions);
    patterns->flags = sc_alloc_array(matcher->n_terms, sizeof *patterns->flags);
    patterns->ids = sc_alloc_array(matcher->n_terms, sizeof *patterns->ids);
    if (!patterns->expressions || !patterns->flags || !patterns->ids)
        return sc_fail_nomem(err);
    for (size_t t = 0; t < matcher->n_terms; t++) {
        SC_AUTO_BUF pattern = {0};

        if (is_too_short(&matcher->terms[t]))
            continue;
        make_pattern(&matcher->terms[t].phrase, &pattern);
        if (pattern.failed)
            return sc_fail_nomem(err);
        patterns->expressions[patterns->n] = sc_strdup(pattern.data);
        if (!patterns->expressions[patterns->n])
            return sc_fail_nomem(err);
        patterns->flags[patterns->n] = HS_FLAG_CASELESS | HS_FLAG_SINGLEMATCH | HS_FLAG_DOTALL;
        patterns->ids[patterns->n++] = (unsigned)t;
    }
    return SC_OK;
}

enum sc_status sc_vectorscan_compile(struct sc_matcher *matcher, struct sc_error *err)
{
    struct patterns patterns = {0};
    hs_compile_error_t *complaint = NULL;
    hs_database_t *database = NULL;
    enum sc_status status = make_patterns(matcher, &patterns, err);

    if (!status && patterns.n &&
        hs_compile_multi((const char *const *)patterns.expressions, patterns.flags, patterns.ids,
                         (unsigned)patterns.n, HS_MODE_BLOCK, NULL, &database,
                         &complaint) != HS_SUCCESS) {
        status = sc_fail(err, SC_E_UNSUPPORTED, "Vectorscan cannot compile the dictionary: %s",
                         complaint ? complaint->message : "no reason given");
        (void)hs_free_compile_error(complaint);
    }
    release_patterns(&patterns);
    matcher->vectorscan = database;
    return status;
}

void sc_vectorscan_free(void *database)
{
    (void)hs_free_database(database);
}

enum sc_status sc_vectorscan_scratch(const struct sc_matcher *matcher, void **ret_scratch,
                                     struct sc_error *err)
{
    hs_scratch_t *scratch = NULL;

    if (matcher->vectorscan && hs_alloc_scratch(matcher->vectorscan, &scratch) != HS_SUCCESS)
        return sc_fail_nomem(err);
    *ret_scratch = scratch;
    return SC_OK;
}

void sc_vectorscan_scratch_free(void *scratch)
{
    (void)hs_free_scratch(scratch);
}

/* `context` is one byte a term: whether it was seen. */
static int note_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
                      void *context)
{
    unsigned char *seen = context;

    (void)from;
    (void)to;
    (void)flags;
    seen[id] = 1;
    return 0;
}

/* Goes through the text word by word: all near-misses, and the seen terms that must be judged. */
static void take_words(struct sc_scan *scan, const char *seen)
{
    const struct sc_matcher *matcher = scan->matcher;
    size_t i = 0;

    while (i < scan->len) {
        size_t end = i;

        while (end < scan->len && sc_is_word(scan->text[end]))
            end++;
        for (size_t t = 0; end > i && t < matcher->n_terms; t++) {
            const struct sc_term *term = &matcher->terms[t];
            size_t term_end =
                seen[t] && term->judged ? sc_phrase_at(&term->phrase, scan->text, scan->len, i) : 0;

            if (term_end)
                sc_take(scan, term, i, term_end);
        }
        if (end > i && matcher->n_nears)
            sc_near_word(scan, i, end);
        i = end > i ? end : i + 1;
    }
}

enum sc_status sc_vectorscan_scan(struct sc_scan *scan, struct sc_matcher_scratch *scratch,
                                  struct sc_error *err)
{
    const struct sc_matcher *matcher = scan->matcher;
    bool words = matcher->n_nears != 0;

    sc_buf_clear(&scratch->seen);
    for (size_t t = 0; t < matcher->n_terms; t++)
        sc_buf_addc(&scratch->seen, is_too_short(&matcher->terms[t]));
    if (scratch->seen.failed)
        return sc_fail_nomem(err);
    if (matcher->vectorscan &&
        hs_scan(matcher->vectorscan, scan->text, (unsigned)scan->len, 0, scratch->vectorscan,
                note_match, scratch->seen.data) != HS_SUCCESS)
        return sc_fail(err, SC_E_UNDECIDED, "Vectorscan failed to scan a narrative");
    for (size_t t = 0; t < matcher->n_terms; t++) {
        if (scratch->seen.data[t] && !matcher->terms[t].judged)
            scan->by[matcher->terms[t].kind] |= matcher->terms[t].categories;
        words |= scratch->seen.data[t] && matcher->terms[t].judged;
    }
    if (words)
        take_words(scan, scratch->seen.data);
    return SC_OK;
}

#else

enum sc_status sc_vectorscan_compile(struct sc_matcher *matcher, struct sc_error *err)
{
    (void)matcher;
    return sc_fail(err, SC_E_UNSUPPORTED,
                   "the engine 'vectorscan' was not built in: install libvectorscan-dev and "
                   "build again, or use another engine");
}

void sc_vectorscan_free(void *database)
{
    (void)database;
}

enum sc_status sc_vectorscan_scratch(const struct sc_matcher *matcher, void **ret_scratch,
                                     struct sc_error *err)
{
    (void)matcher;
    (void)ret_scratch;
    return sc_fail(err, SC_E_UNSUPPORTED, "the engine 'vectorscan' was not built in");
}

void sc_vectorscan_scratch_free(void *scratch)
{
    (void)scratch;
}

enum sc_status sc_vectorscan_scan(struct sc_scan *scan, struct sc_matcher_scratch *scratch,
                                  struct sc_error *err)
{
    (void)scan;
    (void)scratch;
    return sc_fail(err, SC_E_UNSUPPORTED, "the engine 'vectorscan' was not built in");
}

#endif
