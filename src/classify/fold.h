/*
 * fold.h - how a narrative is read: the one definition of letters, case and
 * word boundaries that every engine keeps to.
 *
 * A text is folded to single bytes:
 *   - ASCII stays as it is, with A-Z read as a-z;
 *   - every other character is decomposed (Unicode compatibility form), case
 *     folded and stripped of marks: e-acute is e, the Kelvin sign k, long s s,
 *     a full-width letter the plain one;
 *   - dashes and hyphens become '-', curly apostrophes '\'', all spaces ' ';
 *     characters without width (soft hyphen, joiners) vanish;
 *   - what is left is SC_FOLD_LETTER for a letter or digit that ASCII does not
 *     have, and SC_FOLD_OTHER for anything else.
 * A text that is not well-formed UTF-8 is read as Windows-1252.
 *
 * Word bytes are a-z, A-Z, 0-9, '_' and SC_FOLD_LETTER. A term matches where
 * the bytes before and after it are not word bytes, or the text ends. A space
 * or hyphen in a term matches one or more separators: space, tab, CR, LF, '-'.
 *
 * A text of ASCII alone is never copied: engines read it as it stands.
 */
#ifndef SC_CLASSIFY_FOLD_H
#define SC_CLASSIFY_FOLD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

#define SC_FOLD_LETTER ((char)0x80)
#define SC_FOLD_OTHER ((char)0x1F)

/* Appends the folded form of `text` to `out`. ASCII is copied in the case it has. */
void sc_fold(const char *text, size_t len, struct sc_buf *out);

/*
 * As sc_fold(), and appends to `origins`, for each byte of the folded form and
 * for its end, where in `text` it comes from: a uint32_t each. `text` is under
 * 4 GiB.
 */
void sc_fold_mapped(const char *text, size_t len, struct sc_buf *out, struct sc_buf *origins);

/* True when `text` has no byte over 0x7F, so that it need not be folded. */
bool sc_is_ascii(const char *text, size_t len);

static inline bool sc_is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == SC_FOLD_LETTER;
}

static inline bool sc_is_separator(char c)
{
    return c == ' ' || c == '-' || c == '\n' || c == '\r' || c == '\t';
}

static inline char sc_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

#endif
