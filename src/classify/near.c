/*
 * near.c - words a few edits away from a term.
 *
 * A whole word of the text is a near-miss of a term when
 *   - one edit makes the one of the other: a letter too many, too few or wrong,
 *     or two neighbours swapped ("snapcaht"); for terms that allow two edits,
 *     two, where the first three or the last four letters are right;
 *   - it is not itself a term or variant of the same dictionary, nor one of the
 *     words that were excepted ("discard" for discord).
 * The distance is optimal string alignment (Damerau's four edits, no part
 * edited twice; see Boytsov, Indexing methods for approximate dictionary
 * searching, ACM JEA 16, 2011).
 *
 * How candidates are found. One edit leaves the first three letters of a term
 * as they are, or else all letters behind the third, unless it swaps the third
 * and the fourth. Terms have six letters or more. So a near-miss by one edit
 * begins with the term's first three letters, or with the first three after
 * that swap, or ends with its last three (with its last four, from seven
 * letters on): three keys, by each of which a group of terms is looked up. For
 * two edits the same is made part of the definition.
 */
#include <assert.h>
#include <string.h>

#include "classify/engine.h"

#define EDIT_LEN_MAX 64

unsigned sc_edit_distance(const char *word, size_t word_len, const char *term, size_t term_len,
                          unsigned most)
{
    unsigned char rows[3][EDIT_LEN_MAX + 1];
    unsigned char *before = rows[0];
    unsigned char *above = rows[1];
    unsigned char *row = rows[2];

    assert(word_len <= EDIT_LEN_MAX && term_len <= EDIT_LEN_MAX);
    if (word_len > term_len + most || term_len > word_len + most)
        return most + 1;
    memset(before, 0, EDIT_LEN_MAX + 1);
    for (size_t j = 0; j <= term_len; j++)
        above[j] = (unsigned char)j;
    for (size_t i = 1; i <= word_len; i++) {
        unsigned char *spare = before;
        unsigned least = row[0] = (unsigned char)i;

        for (size_t j = 1; j <= term_len; j++) {
            unsigned best = above[j - 1] + (sc_lower(word[i - 1]) != term[j - 1]);

            best = above[j] + 1U < best ? above[j] + 1U : best;
            best = row[j - 1] + 1U < best ? row[j - 1] + 1U : best;
            if (i > 1 && j > 1 && sc_lower(word[i - 1]) == term[j - 2] &&
                sc_lower(word[i - 2]) == term[j - 1] && before[j - 2] + 1U < best)
                best = before[j - 2] + 1U;
            row[j] = (unsigned char)best;
            least = best < least ? best : least;
        }
        if (least > most + 1)
            return most + 1;
        before = above;
        above = row;
        row = spare;
    }
    return above[term_len] <= most ? above[term_len] : most + 1;
}

/* A term or variant of the near-miss's own dictionary stands at exactly this word. */
static bool is_term(const struct sc_matcher *matcher, const struct sc_near *near, const char *text,
                    size_t len, size_t start, size_t end)
{
    const struct sc_group *group = sc_group_find(&matcher->by_prefix, sc_key_at(text, len, start));

    for (size_t i = 0; group && i < group->n; i++) {
        const struct sc_term *term = &matcher->terms[matcher->by_prefix.items[group->first + i]];

        if (term->dictionary == near->dictionary &&
            sc_phrase_at(&term->phrase, text, len, start) == end)
            return true;
    }
    return false;
}

static bool is_excepted(const struct sc_matcher *matcher, struct sc_range range, const char *text,
                        size_t len, size_t start, size_t end)
{
    for (uint32_t i = range.first; i < range.first + range.n; i++) {
        if (sc_phrase_at(&matcher->phrases[i], text, len, start) == end)
            return true;
    }
    return false;
}

static bool same(const char *word, const char *term, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (sc_lower(word[i]) != term[i])
            return false;
    }
    return true;
}

/* Whether two edits do, and the first three or the last four letters are right. */
static bool is_two_edits(const char *word, size_t n, const char *term, size_t m)
{
    return (same(word, term, 3) || same(word + n - 4, term + m - 4, 4)) &&
           sc_edit_distance(word, n, term, m, 2) == 2;
}

/* Whether one edit makes the one word of the other, told from their common ends. */
static bool is_one_edit(const char *word, size_t n, const char *term, size_t m)
{
    size_t least = n < m ? n : m;
    size_t p = 0;
    size_t s = 0;

    while (p < least && sc_lower(word[p]) == term[p])
        p++;
    while (s < least && sc_lower(word[n - s - 1]) == term[m - s - 1])
        s++;
    if (n != m)
        return p + s >= least;
    if (p + s + 2 == n)
        return sc_lower(word[p]) == term[p + 1] && sc_lower(word[p + 1]) == term[p];
    return p < n && p + s + 1 >= n;
}

/* True when the whole word, made up of `letters`, is by them a near-miss. */
static bool is_near(const struct sc_matcher *matcher, const struct sc_near *near, const char *word,
                    size_t n, uint32_t letters)
{
    const char *term = matcher->terms[near->term].phrase.text;

    if (n + near->edits < near->len || n > (size_t)near->len + near->edits ||
        __builtin_popcount(letters & ~near->letters) > near->edits ||
        __builtin_popcount(near->letters & ~letters) > near->edits)
        return false; /* an edit brings in one letter at most, and takes one out */
    if (n + 1 >= near->len && n <= near->len + 1U && is_one_edit(word, n, term, near->len))
        return true;
    return near->edits == 2 && is_two_edits(word, n, term, near->len);
}

/* True when the whole word text[start..end), some edits from `near`, may be taken for it. */
static bool is_allowed(const struct sc_matcher *matcher, const struct sc_near *near,
                       const char *text, size_t len, size_t start, size_t end)
{
    return !is_excepted(matcher, near->except, text, len, start, end) &&
           !is_excepted(matcher, matcher->dictionaries[near->dictionary].except, text, len, start,
                        end) &&
           !is_term(matcher, near, text, len, start, end);
}

void sc_near_each(const struct sc_matcher *matcher, const char *text, size_t len, size_t start,
                  size_t end, void (*take)(void *context, uint16_t near), void *context)
{
    const unsigned char *last = (const unsigned char *)text + end - 3;
    size_t n = end - start;
    const struct sc_group *group;
    uint32_t letters;
    uint32_t key;

    if (n < SC_NEAR_WORD_MIN || n > SC_NEAR_WORD_MAX)
        return;
    key = sc_key_at(text, len, start);
    letters = sc_letters_of(text + start, n);
    group = sc_group_find(&matcher->by_prefix, key);
    for (size_t i = 0; group && i < group->n_near; i++) {
        size_t item = matcher->by_prefix.items[group->first + group->n + i] - matcher->n_terms;
        const struct sc_near *near = &matcher->nears[item];

        if (is_near(matcher, near, text + start, n, letters) &&
            is_allowed(matcher, near, text, len, start, end))
            take(context, (uint16_t)item);
    }
    group = sc_group_find(&matcher->by_suffix, sc_prefix_key(last[0], last[1], last[2]));
    for (size_t i = 0; group && i < group->n; i++) {
        uint16_t item = matcher->by_suffix.items[group->first + i];
        const struct sc_near *near = &matcher->nears[item];
        const unsigned char *t = (const unsigned char *)matcher->terms[near->term].phrase.text;

        if (key != sc_prefix_key(t[0], t[1], t[2]) && key != sc_prefix_key(t[0], t[1], t[3]) &&
            is_near(matcher, near, text + start, n, letters) && /* else it was tried above */
            is_allowed(matcher, near, text, len, start, end))
            take(context, item);
    }
}

struct taking {
    struct sc_scan *scan;
    size_t start;
    size_t end;
};

static void take_near(void *context, uint16_t near)
{
    struct taking *taking = context;

    sc_take_near(taking->scan, &taking->scan->matcher->nears[near], taking->start, taking->end);
}

void sc_near_word(struct sc_scan *scan, size_t start, size_t end)
{
    struct taking taking = {scan, start, end};

    sc_near_each(scan->matcher, scan->text, scan->len, start, end, take_near, &taking);
}
