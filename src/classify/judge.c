/*
 * judge.c - does a term that stands in a text count.
 *
 * Asked only of terms that were found, and only of those about which the
 * dictionary says more than their spelling, so that text without terms costs
 * nothing here. In this order, the first that applies:
 *
 *   inside     it stands inside a longer term that was declared `longest`;
 *   excluded   it stands inside an excluded phrase of its category or dictionary;
 *   context    none of the words it needs stands near it;
 *   negated    a word that denies stands near it.
 *
 * For the first two the compiler has worked out in which phrases the term can
 * stand, and where in each (an alignment): what is left is to compare the part
 * of the phrase before it backward and the rest forward.
 *
 * For the last two the words around it are walked, outward from it, as far as
 * any cue may reach. A word is a run of word bytes, with apostrophes between
 * them. A walk ends where a sentence does: at . ! ? or ; with no word byte
 * right behind it. "At most n words between" is counted from the end of a cue
 * that is nearer to the term.
 */
#include "classify/engine.h"

/* ---- walking words ---- */

static inline bool is_word_byte(const char *text, size_t i)
{
    return sc_byte_codes[(unsigned char)text[i]] != 0;
}

static bool ends_sentence(const char *text, size_t len, size_t i)
{
    char c = text[i];

    return (c == '.' || c == '!' || c == '?' || c == ';') &&
           (i + 1 >= len || !is_word_byte(text, i + 1));
}

/* An apostrophe between two word bytes. */
static bool joins(const char *text, size_t len, size_t i)
{
    return text[i] == '\'' && i > 0 && i + 1 < len && is_word_byte(text, i - 1) &&
           is_word_byte(text, i + 1);
}

/* Where the word that ends before text[at], or holds it, begins. */
static size_t word_start(const char *text, size_t len, size_t at)
{
    size_t i = at;

    for (;;) {
        while (i > 0 && is_word_byte(text, i - 1))
            i--;
        if (i == 0 || text[i - 1] != '\'' || !joins(text, len, i - 1))
            return i;
        i--;
    }
}

/* Where the word before text[at] begins, or SC_NOWHERE when the sentence begins first. */
static size_t word_before(const char *text, size_t len, size_t at)
{
    size_t i = word_start(text, len, at); /* `at` may stand in a word */

    while (i > 0 && !is_word_byte(text, i - 1)) {
        if (ends_sentence(text, len, i - 1))
            return SC_NOWHERE;
        i--;
    }
    return i == 0 ? SC_NOWHERE : word_start(text, len, i);
}

/* Where the word after text[at] begins, or SC_NOWHERE when the sentence ends first. */
static size_t word_after(const char *text, size_t len, size_t at)
{
    size_t i = at;

    while (i < len && (is_word_byte(text, i) || joins(text, len, i)))
        i++;
    while (i < len && !is_word_byte(text, i)) {
        if (ends_sentence(text, len, i))
            return SC_NOWHERE;
        i++;
    }
    return i < len ? i : SC_NOWHERE;
}

/* ---- windows ---- */

struct window {
    const struct sc_scan *scan;
    const struct sc_term *term;
    size_t start; /* the term */
    size_t end;
    bool may_deny; /* negation is still looked for */
    bool may_need; /* context is still looked for */
    bool denied;
    bool found; /* a word that it needs */
};

/* What the cue phrase that stands at the window's word text[at] does. `before` the term or not. */
static void look_at_cue(struct window *w, const struct sc_cue *cue, bool before, size_t at,
                        unsigned between)
{
    const struct sc_matcher *matcher = w->scan->matcher;
    const struct sc_phrase *phrase = &matcher->phrases[cue->phrase];
    unsigned reach;
    size_t end;

    if (cue->role == SC_CUE_NEED) {
        if (!w->may_need || cue->owner != w->term->needs || !(before ? cue->before : cue->after))
            return;
        reach = w->term->within;
    } else {
        if (!w->may_deny || cue->owner != w->term->dictionary ||
            (cue->role != SC_CUE_STOP && (cue->role == SC_CUE_BEFORE) != before))
            return;
        reach = matcher->dictionaries[cue->owner].within;
    }
    if (before && between + 1 < phrase->words)
        return; /* it would reach into the term */
    if (before && cue->role != SC_CUE_STOP)
        between -= phrase->words - 1U;
    if (between > reach)
        return;
    end = sc_phrase_at(phrase, w->scan->text, w->scan->len, at);
    if (!end || (before && end > w->start))
        return;
    if (cue->role == SC_CUE_NEED)
        w->found = true;
    else if (cue->role != SC_CUE_STOP)
        w->denied = true;
    w->may_deny &= cue->role == SC_CUE_NEED;
    w->may_need &= cue->role != SC_CUE_NEED;
}

/* Looks at the word text[at]; `between` words stand between its first word and the term. */
static void look_at_word(struct window *w, bool before, size_t at, unsigned between)
{
    const struct sc_matcher *matcher = w->scan->matcher;
    const unsigned char *p = (const unsigned char *)w->scan->text + at;
    unsigned second = at + 1 < w->scan->len ? sc_byte_codes[p[1]] : 0;
    const struct sc_group *group;

    if (!(matcher->cue_pairs[sc_byte_codes[p[0]]] >> second & 1))
        return;
    group = sc_group_find(&matcher->by_cue, sc_key_at(w->scan->text, w->scan->len, at));
    if (!group)
        return;
    for (size_t i = 0; i < group->n; i++)
        look_at_cue(w, &matcher->cues[matcher->by_cue.items[group->first + i]], before, at,
                    between);
}

static unsigned reach_of(const struct window *w, bool before)
{
    const struct sc_matcher *matcher = w->scan->matcher;
    const struct sc_dictionary_bits *d = &matcher->dictionaries[w->term->dictionary];
    unsigned deny = w->may_deny ? d->within + (before ? d->words_before : 1U) : 0;
    unsigned need = w->may_need ? w->term->within + (before ? matcher->needs_words : 1U) : 0;

    return deny > need ? deny : need;
}

static void look_before(struct window *w)
{
    unsigned reach = reach_of(w, true);
    size_t at = w->start;

    for (unsigned between = 0; between < reach && (w->may_deny || w->may_need); between++) {
        at = word_before(w->scan->text, w->scan->len, at);
        if (at == SC_NOWHERE)
            return;
        look_at_word(w, true, at, between);
    }
}

static void look_after(struct window *w)
{
    unsigned reach = reach_of(w, false);
    size_t at = w->end;

    for (unsigned between = 0; between < reach && (w->may_deny || w->may_need); between++) {
        at = word_after(w->scan->text, w->scan->len, at);
        if (at == SC_NOWHERE)
            return;
        look_at_word(w, false, at, between);
    }
}

/* ---- phrases around a term ---- */

/*
 * Whether the term at text[start..end) stands inside one of the phrases. What
 * of a phrase the term is known to be (`known` bytes) is not compared again.
 */
static bool stands_inside(const struct sc_scan *scan, struct sc_range range, size_t known,
                          size_t start, size_t end)
{
    const struct sc_matcher *matcher = scan->matcher;

    for (uint32_t i = range.first; i < range.first + range.n; i++) {
        const struct sc_alignment *a = &matcher->alignments[i];
        const struct sc_phrase *phrase = &matcher->phrases[a->phrase];
        bool skip = known && a->at + known <= phrase->len;
        size_t phrase_end;

        if (a->at && sc_phrase_back(phrase, a->at, scan->text, scan->len, start) == SC_NOWHERE)
            continue;
        phrase_end = skip ? sc_phrase_rest_at(phrase, a->at + known, scan->text, scan->len, end)
                          : sc_phrase_rest_at(phrase, a->at, scan->text, scan->len, start);
        if (phrase_end >= end)
            return true;
    }
    return false;
}

enum sc_hit_fate sc_judge(const struct sc_scan *scan, const struct sc_term *term, bool near,
                          size_t start, size_t end)
{
    struct window w = {.scan = scan, .term = term, .start = start, .end = end};
    size_t known = near || term->phrase.prefix ? 0 : term->phrase.len;

    if (stands_inside(scan, near ? term->longer_near : term->longer, known, start, end))
        return SC_HIT_INSIDE;
    if (stands_inside(scan, near ? term->excluded_near : term->excluded, known, start, end))
        return SC_HIT_EXCLUDED;
    w.may_need = term->needs != 0;
    w.may_deny = term->negatable;
    if (!w.may_need && !w.may_deny)
        return SC_HIT_COUNTS;
    look_before(&w);
    w.may_deny = term->negatable && !w.denied; /* a stop ends its own side only */
    look_after(&w);
    if (term->needs && !w.found)
        return SC_HIT_NO_CONTEXT;
    return w.denied ? SC_HIT_NEGATED : SC_HIT_COUNTS;
}

/* ---- what was found ---- */

static void note_hits(struct sc_scan *scan, uint64_t categories, enum sc_match_kind kind,
                      enum sc_hit_fate fate, size_t start, size_t end)
{
    for (unsigned bit = 0; bit < SC_CATEGORIES_MAX; bit++) {
        struct sc_hit hit = {start, end, bit, kind, fate};

        if (categories >> bit & 1)
            sc_buf_add(scan->hits, (const char *)&hit, sizeof hit);
    }
}

void sc_take(struct sc_scan *scan, const struct sc_term *term, size_t start, size_t end)
{
    enum sc_hit_fate fate = term->judged ? sc_judge(scan, term, false, start, end) : SC_HIT_COUNTS;

    if (fate == SC_HIT_COUNTS)
        scan->by[term->kind] |= term->categories;
    if (scan->hits)
        note_hits(scan, term->categories, (enum sc_match_kind)term->kind, fate, start, end);
}

void sc_take_near(struct sc_scan *scan, const struct sc_near *near, size_t start, size_t end)
{
    const struct sc_term *term = &scan->matcher->terms[near->term];
    enum sc_hit_fate fate = term->judged ? sc_judge(scan, term, true, start, end) : SC_HIT_COUNTS;

    if (fate == SC_HIT_COUNTS)
        scan->by[SC_MATCH_NEAR] |= near->categories;
    if (scan->hits)
        note_hits(scan, near->categories, SC_MATCH_NEAR, fate, start, end);
}
