/*
 * phrase.c - does a word or phrase stand here. What counts as standing there is
 * defined in fold.h; this is its plain form, which all engines come down to
 * where a phrase is more than one short word.
 */
#include <string.h>

#include "classify/engine.h"

/* Between two letters an apostrophe is no letter and no end: "what's" is "whats". */
static bool is_inner_apostrophe(const char *text, size_t len, size_t i)
{
    return text[i] == '\'' && i > 0 && i + 1 < len && sc_is_word(text[i - 1]) &&
           sc_is_word(text[i + 1]);
}

/* Words of a folded phrase, as a text's words are counted. */
static unsigned char count_words(const char *text, size_t len)
{
    unsigned n = 0;

    for (size_t i = 0; i < len; i++)
        n += sc_is_word(text[i]) && (i == 0 || !sc_is_word(text[i - 1]));
    return (unsigned char)n;
}

bool sc_phrase_fold(const char *written, struct sc_phrase *phrase, bool *ret_nomem)
{
    SC_AUTO_BUF folded = {0};
    size_t n = 0;

    *phrase = (struct sc_phrase){0};
    sc_fold(written, strlen(written), &folded);
    *ret_nomem = folded.failed;
    if (folded.failed)
        return false;
    if (folded.len && folded.data[folded.len - 1] == '*') {
        phrase->prefix = true;
        folded.len--;
    }
    for (size_t i = 0; i < folded.len && n < SC_TERM_MAX; i++) {
        if (is_inner_apostrophe(folded.data, folded.len, i))
            phrase->early_apostrophe |= n < 3;
        else if (!sc_is_separator(folded.data[i]))
            phrase->text[n++] = sc_lower(folded.data[i]);
        else if (n && phrase->text[n - 1] != ' ')
            phrase->text[n++] = ' ';
    }
    while (n && phrase->text[n - 1] == ' ')
        n--;
    phrase->text[n] = '\0';
    phrase->len = (unsigned char)n;
    phrase->separators = memchr(phrase->text, ' ', n) != NULL;
    phrase->words = count_words(phrase->text, n);
    return n > 0 && sc_is_word(phrase->text[0]) && sc_is_word(phrase->text[n - 1]) &&
           (!phrase->prefix || n >= 3);
}

size_t sc_phrase_keys(const struct sc_phrase *phrase, uint32_t keys[SC_PHRASE_KEYS])
{
    const unsigned char *t = (const unsigned char *)phrase->text; /* ends with NUL */
    unsigned char third = phrase->len > 1 ? t[2] : 0;

    keys[0] = sc_prefix_key(t[0], t[1], third);
    if (!phrase->early_apostrophe)
        return 1;
    keys[1] = sc_prefix_key(t[0], '\'', t[1]);
    keys[2] = sc_prefix_key(t[0], t[1], '\'');
    return 3;
}

/* Whether between text[t - 1] and text[t] of the phrase an apostrophe may stand. */
static bool may_skip(const struct sc_phrase *phrase, size_t t)
{
    return (t >= 3 || (t >= 1 && phrase->early_apostrophe)) && phrase->text[t] != ' ' &&
           phrase->text[t - 1] != ' ';
}

size_t sc_phrase_rest_at(const struct sc_phrase *phrase, size_t from, const char *text, size_t len,
                         size_t at)
{
    size_t i = at;

    for (size_t t = from; t < phrase->len; t++) {
        if (phrase->text[t] == ' ') {
            size_t first = i;

            while (i < len && sc_is_separator(text[i]))
                i++;
            if (i == first)
                return 0;
            continue;
        }
        if (i < len && text[i] == '\'' && i > at && may_skip(phrase, t) &&
            is_inner_apostrophe(text, len, i))
            i++;
        if (i >= len || sc_lower(text[i]) != phrase->text[t])
            return 0;
        i++;
    }
    while (phrase->prefix && i < len && sc_is_word(text[i]))
        i++;
    return i < len && sc_is_word(text[i]) ? 0 : i;
}

size_t sc_phrase_at(const struct sc_phrase *phrase, const char *text, size_t len, size_t at)
{
    return at && sc_is_word(text[at - 1]) ? 0 : sc_phrase_rest_at(phrase, 0, text, len, at);
}

size_t sc_phrase_back(const struct sc_phrase *phrase, size_t n, const char *text, size_t len,
                      size_t end)
{
    size_t i = end;

    for (size_t t = n; t > 0; t--) {
        if (phrase->text[t - 1] == ' ') {
            size_t last = i;

            while (i > 0 && sc_is_separator(text[i - 1]))
                i--;
            if (i == last)
                return SC_NOWHERE;
            continue;
        }
        if (i > 0 && t < n && may_skip(phrase, t) && is_inner_apostrophe(text, len, i - 1))
            i--;
        if (i == 0 || sc_lower(text[i - 1]) != phrase->text[t - 1])
            return SC_NOWHERE;
        i--;
    }
    return i && sc_is_word(text[i - 1]) ? SC_NOWHERE : i;
}
