/*
 * clean.c - the escapers of HTML and CSV, over one cleaning of text.
 */
#include "publish/clean.h"

#include <string.h>

struct sc_clean sc_clean_start(const char *s)
{
    return (struct sc_clean){(const unsigned char *)s, sc_utf8_valid(s, strlen(s))};
}

/* The code point at `*at`, well-formed UTF-8, stepping over it. */
static uint32_t decode(const unsigned char **at)
{
    const unsigned char *s = *at;

    if (s[0] < 0x80) {
        *at = s + 1;
        return s[0];
    }
    if (s[0] < 0xe0) {
        *at = s + 2;
        return (s[0] & 0x1fU) << 6 | (s[1] & 0x3fU);
    }
    if (s[0] < 0xf0) {
        *at = s + 3;
        return (s[0] & 0x0fU) << 12 | (s[1] & 0x3fU) << 6 | (s[2] & 0x3fU);
    }
    *at = s + 4;
    return (s[0] & 0x07U) << 18 | (s[1] & 0x3fU) << 12 | (s[2] & 0x3fU) << 6 | (s[3] & 0x3fU);
}

static bool unshowable(uint32_t cp)
{
    if (cp < 0x20)
        return cp != '\t' && cp != '\n';
    return (cp >= 0x7f && cp <= 0x9f) || (cp >= 0x202a && cp <= 0x202e) ||
           (cp >= 0x2066 && cp <= 0x2069) || (cp >= 0xfdd0 && cp <= 0xfdef) ||
           (cp & 0xfffe) == 0xfffe;
}

bool sc_clean_next(struct sc_clean *walk, uint32_t *ret_cp)
{
    uint32_t cp;

    while (walk->at[0] == '\r' && walk->at[1] == '\n')
        walk->at++;
    if (*walk->at == '\0')
        return false;
    cp = walk->utf8 ? decode(&walk->at) : sc_windows1252_codepoint(*walk->at++);
    if (cp == '\r')
        cp = ' ';
    *ret_cp = unshowable(cp) ? 0xfffd : cp;
    return true;
}

void sc_html(struct sc_buf *out, const char *s)
{
    struct sc_clean walk = sc_clean_start(s);
    uint32_t cp;

    while (sc_clean_next(&walk, &cp)) {
        switch (cp) {
        case '&':
            sc_buf_adds(out, "&amp;");
            break;
        case '<':
            sc_buf_adds(out, "&lt;");
            break;
        case '>':
            sc_buf_adds(out, "&gt;");
            break;
        case '"':
            sc_buf_adds(out, "&quot;");
            break;
        case '\'':
            sc_buf_adds(out, "&#39;");
            break;
        default:
            sc_buf_add_codepoint(out, cp);
        }
    }
}

/* Begins, after spaces, as a spreadsheet's formula does; or with a tab or line break. */
static bool like_formula(const char *s)
{
    struct sc_clean walk = sc_clean_start(s);
    uint32_t cp;

    if (s[0] == '\t' || s[0] == '\r' || s[0] == '\n')
        return true;
    while (sc_clean_next(&walk, &cp)) {
        switch (cp) {
        case ' ':
        case 0xa0:
        case '\t':
        case '\n':
        case 0xfeff:
            continue;
        case '=':
        case '+':
        case '-':
        case '@':
        case 0xff1d: /* the same in full width */
        case 0xff0b:
        case 0xff0d:
        case 0xff20:
            return true;
        default:
            return false;
        }
    }
    return false;
}

void sc_csv_value(struct sc_buf *out, const char *s)
{
    struct sc_clean walk = sc_clean_start(s);
    uint32_t cp;

    if (like_formula(s))
        sc_buf_addc(out, '\'');
    while (sc_clean_next(&walk, &cp))
        sc_buf_add_codepoint(out, cp);
}

void sc_csv_text(struct sc_buf *out, const char *s)
{
    struct sc_clean walk = sc_clean_start(s);
    bool quote = strpbrk(s, ",\"\n\r\t") != NULL || s[0] == ' ' || like_formula(s);
    uint32_t cp;

    if (quote)
        sc_buf_addc(out, '"');
    if (like_formula(s))
        sc_buf_addc(out, '\'');
    while (sc_clean_next(&walk, &cp)) {
        if (cp == '"')
            sc_buf_addc(out, '"');
        sc_buf_add_codepoint(out, cp);
    }
    if (quote)
        sc_buf_addc(out, '"');
}
