#include "classify/fold.h"

#include <string.h>
#include <utf8proc.h>

#define PIECES_MAX 32 /* no character decomposes into more than 18 */

/* How much ASCII there is at the front of `text`. */
static size_t ascii_run(const char *text, size_t len)
{
    size_t n = 0;

    for (; n + 8 <= len; n += 8) {
        uint64_t word;

        memcpy(&word, text + n, sizeof word);
        if (word & 0x8080808080808080ULL)
            break;
    }
    while (n < len && (unsigned char)text[n] < 0x80)
        n++;
    return n;
}

bool sc_is_ascii(const char *text, size_t len)
{
    return ascii_run(text, len) == len;
}

/* Folds one decomposed code point; '\0' when it has no width. */
static char fold_piece(utf8proc_int32_t cp)
{
    if (cp < 0x80)
        return sc_lower((char)cp);
    switch (cp) {
    case 0x2018:
    case 0x2019:
    case 0x201B:
    case 0x02BC:
    case 0x2032:
        return '\'';
    case 0x2212: /* minus sign */
    case 0x2043: /* hyphen bullet */
        return '-';
    default:
        break;
    }
    switch (utf8proc_category(cp)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
        return SC_FOLD_LETTER;
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_CF:
        return '\0';
    case UTF8PROC_CATEGORY_PD:
        return '-';
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
        return ' ';
    default:
        return SC_FOLD_OTHER;
    }
}

static void fold_codepoint(utf8proc_int32_t cp, struct sc_buf *out)
{
    utf8proc_int32_t pieces[PIECES_MAX];
    int boundary = 0;
    utf8proc_ssize_t n;

    if (cp == 0x85) { /* next line */
        sc_buf_addc(out, '\n');
        return;
    }
    n = utf8proc_decompose_char(cp, pieces, PIECES_MAX,
                                UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD |
                                    UTF8PROC_STRIPMARK | UTF8PROC_IGNORE,
                                &boundary);
    if (n < 0 || n > PIECES_MAX) {
        sc_buf_addc(out, SC_FOLD_OTHER);
        return;
    }
    for (utf8proc_ssize_t i = 0; i < n; i++) {
        char c = fold_piece(pieces[i]);

        if (c)
            sc_buf_addc(out, c);
    }
}

static void add_origins(struct sc_buf *origins, size_t from, size_t step, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t origin = (uint32_t)(from + i * step);

        sc_buf_add(origins, (const char *)&origin, sizeof origin);
    }
}

static void fold(const char *text, size_t len, struct sc_buf *out, struct sc_buf *origins)
{
    bool utf8 = sc_utf8_valid(text, len);
    size_t i = 0;

    while (i < len) {
        utf8proc_int32_t cp = 0;
        utf8proc_ssize_t n = 1;
        size_t run = ascii_run(text + i, len - i);
        size_t before;

        sc_buf_add(out, text + i, run);
        if (origins)
            add_origins(origins, i, 1, run);
        i += run;
        if (i == len)
            break;
        if (utf8)
            n = utf8proc_iterate((const utf8proc_uint8_t *)text + i, (utf8proc_ssize_t)(len - i),
                                 &cp);
        else
            cp = (utf8proc_int32_t)sc_windows1252_codepoint((unsigned char)text[i]);
        before = out->len;
        fold_codepoint(cp, out);
        if (origins)
            add_origins(origins, i, 0, out->len - before);
        i += n > 0 ? (size_t)n : 1;
    }
    if (origins)
        add_origins(origins, len, 0, 1);
}

void sc_fold(const char *text, size_t len, struct sc_buf *out)
{
    fold(text, len, out, NULL);
}

void sc_fold_mapped(const char *text, size_t len, struct sc_buf *out, struct sc_buf *origins)
{
    fold(text, len, out, origins);
}
