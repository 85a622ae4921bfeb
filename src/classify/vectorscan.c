/*
 * vectorscan.c - the one adapter to Vectorscan (or Hyperscan, whose interface
 * is the same): the reference against which our own engines are tested.
 *
 * One pattern a category: all its terms, between two bytes that are not word
 * bytes or the ends of the text. The boundaries are spelt out as byte classes
 * rather than \b, for \b does not know SC_FOLD_LETTER.
 */
#include <string.h>

#include "base/error.h"
#include "classify/engine.h"
#include "classify/fold.h"

#ifdef SC_HAVE_VECTORSCAN

#include <hs.h>

#define NOT_WORD "[^0-9A-Za-z_\\x80]"
#define SEPARATORS "[ \\t\\r\\n\\-]+"

static void add_term(struct sc_buf *pattern, const struct sc_term *term)
{
    for (size_t i = 0; i < term->len; i++) {
        if (term->text[i] == ' ')
            sc_buf_adds(pattern, SEPARATORS);
        else if ((term->text[i] >= 'a' && term->text[i] <= 'z') ||
                 (term->text[i] >= '0' && term->text[i] <= '9'))
            sc_buf_addc(pattern, term->text[i]);
        else
            sc_buf_addf(pattern, "\\x%02x", (unsigned char)term->text[i]);
    }
}

/* The pattern of category `bit`; empty when it has no terms. */
static void make_pattern(const struct sc_matcher *matcher, unsigned bit, struct sc_buf *pattern)
{
    bool first = true;

    for (size_t t = 0; t < matcher->n_terms; t++) {
        if (!(matcher->terms[t].categories >> bit & 1))
            continue;
        sc_buf_adds(pattern, first ? "(?:^|" NOT_WORD ")(?:" : "|");
        add_term(pattern, &matcher->terms[t]);
        first = false;
    }
    if (!first)
        sc_buf_adds(pattern, ")(?:$|" NOT_WORD ")");
}

enum sc_status sc_vectorscan_compile(struct sc_matcher *matcher, struct sc_error *err)
{
    struct sc_buf patterns[SC_CATEGORIES_MAX] = {{0}};
    const char *expressions[SC_CATEGORIES_MAX];
    unsigned flags[SC_CATEGORIES_MAX];
    unsigned ids[SC_CATEGORIES_MAX];
    hs_compile_error_t *complaint = NULL;
    hs_database_t *database = NULL;
    enum sc_status status = SC_OK;
    unsigned n = 0;

    for (unsigned bit = 0; bit < SC_CATEGORIES_MAX && !status; bit++) {
        make_pattern(matcher, bit, &patterns[bit]);
        status = sc_buf_check(&patterns[bit], err);
        if (status || patterns[bit].len == 0)
            continue;
        expressions[n] = patterns[bit].data;
        flags[n] = HS_FLAG_CASELESS | HS_FLAG_SINGLEMATCH | HS_FLAG_DOTALL;
        ids[n++] = bit;
    }
    if (!status && n &&
        hs_compile_multi(expressions, flags, ids, n, HS_MODE_BLOCK, NULL, &database, &complaint) !=
            HS_SUCCESS) {
        status = sc_fail(err, SC_E_UNSUPPORTED, "Vectorscan cannot compile the dictionary: %s",
                         complaint ? complaint->message : "no reason given");
        (void)hs_free_compile_error(complaint);
    }
    for (unsigned bit = 0; bit < SC_CATEGORIES_MAX; bit++)
        sc_buf_release(&patterns[bit]);
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

static int note_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
                      void *context)
{
    uint64_t *bits = context;

    (void)from;
    (void)to;
    (void)flags;
    *bits |= 1ULL << id;
    return 0;
}

enum sc_status sc_vectorscan_scan(const struct sc_matcher *matcher, void *scratch, const char *text,
                                  size_t len, uint64_t *ret_bits, struct sc_error *err)
{
    *ret_bits = 0;
    if (!matcher->vectorscan)
        return SC_OK;
    if (hs_scan(matcher->vectorscan, text, (unsigned)len, 0, scratch, note_match, ret_bits) !=
        HS_SUCCESS)
        return sc_fail(err, SC_E_UNDECIDED, "Vectorscan failed to scan a narrative");
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

enum sc_status sc_vectorscan_scan(const struct sc_matcher *matcher, void *scratch, const char *text,
                                  size_t len, uint64_t *ret_bits, struct sc_error *err)
{
    (void)matcher;
    (void)scratch;
    (void)text;
    (void)len;
    (void)ret_bits;
    return sc_fail(err, SC_E_UNSUPPORTED, "the engine 'vectorscan' was not built in");
}

#endif
