/*
 * words.c - what a word can be, worked out once.
 *
 * The first filter of the fast engine looks at three or four letters, so that
 * most words it lets through are nothing: "details" begins like no term and
 * ends like "emails". What a word can be does not depend on what stands around
 * it, and narratives repeat their words; so each thread keeps a table of words
 * with the answer, and a word that was met before costs one compare.
 *
 * A word's answer is exact: the table holds the word itself. A word has two
 * places, its slot and the one beside it; a new word takes the slot, what was
 * there moves to the other, and what was in that is forgotten. Nothing that is
 * found depends on what is in the table. What stands around a term (a phrase's other words,
 * exclusions, negation) is looked at afresh in each place.
 *
 * The table lives as long as the thread's scratch, and is read by no one else.
 */
#include <assert.h>
#include <string.h>

#include "classify/engine.h"

/*
 * Whether the term can stand where the word of `n` bytes is the first run of
 * word bytes, whatever comes behind that: a space, an apostrophe, the end.
 */
static bool may_begin(const struct sc_phrase *phrase, const char *word, size_t n)
{
    size_t shared = n < phrase->len ? n : phrase->len;

    if (n > phrase->len && !phrase->prefix)
        return false;
    return memcmp(word, phrase->text, shared) == 0;
}

static void note_near(void *context, uint16_t near)
{
    struct sc_word_answer *answer = context;

    answer->kind |= answer->kind & SC_WORD_NEAR ? SC_WORD_NEARS : SC_WORD_NEAR;
    answer->near = near;
}

struct sc_word_answer sc_word_ask(const struct sc_matcher *matcher, const char *word, size_t n)
{
    const struct sc_group *group = sc_group_find(&matcher->by_prefix, sc_key_at(word, n, 0));
    struct sc_word_answer answer = {0};

    for (size_t i = 0; group && i < group->n; i++) {
        const struct sc_term *term = &matcher->terms[matcher->by_prefix.items[group->first + i]];

        if (may_begin(&term->phrase, word, n))
            answer.kind |= SC_WORD_TERM;
    }
    if (matcher->n_nears)
        sc_near_each(matcher, word, n, 0, n, note_near, &answer);
    return answer;
}

static bool is_here(const struct sc_words *words, size_t slot,
                    const unsigned char word[SC_WORD_BYTES])
{
    return memcmp(words->entries[slot], word, SC_WORD_BYTES - 1) == 0;
}

size_t sc_words_slot(struct sc_words *words, const struct sc_matcher *matcher, size_t slot,
                     const unsigned char word[SC_WORD_BYTES], size_t n)
{
    size_t other = slot ^ 1U;
    struct sc_word_answer answer;

    assert(slot < SC_WORDS && n > 0 && n < SC_WORD_BYTES && word[n] == 0);
    if (is_here(words, slot, word))
        return slot;
    if (is_here(words, other, word))
        return other;
    answer = sc_word_ask(matcher, (const char *)word, n);
    memcpy(words->entries[other], words->entries[slot], SC_WORD_BYTES);
    words->nears[other] = words->nears[slot];
    memcpy(words->entries[slot], word, SC_WORD_BYTES);
    words->entries[slot][SC_WORD_BYTES - 1] = answer.kind;
    words->nears[slot] = answer.near;
    return slot;
}
