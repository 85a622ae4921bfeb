#include "base/text.h"

#include <assert.h>
#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "base/memory.h"

struct sc_slice sc_slice_of(const char *s)
{
    return (struct sc_slice){s, strlen(s)};
}

bool sc_slice_eq(struct sc_slice a, const char *s)
{
    return strlen(s) == a.len && (a.len == 0 || memcmp(a.data, s, a.len) == 0);
}

bool sc_slice_eq_nocase(struct sc_slice a, const char *s)
{
    return strlen(s) == a.len && (a.len == 0 || strncasecmp(a.data, s, a.len) == 0);
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct sc_slice sc_slice_trim(struct sc_slice s)
{
    for (;;) {
        if (s.len && is_space(s.data[0])) {
            s.data++;
            s.len--;
        } else if (s.len >= 2 && memcmp(s.data, "\xc2\xa0", 2) == 0) {
            s.data += 2;
            s.len -= 2;
        } else {
            break;
        }
    }
    for (;;) {
        if (s.len && is_space(s.data[s.len - 1]))
            s.len--;
        else if (s.len >= 2 && memcmp(s.data + s.len - 2, "\xc2\xa0", 2) == 0)
            s.len -= 2;
        else
            break;
    }
    return s;
}

static bool buf_reserve(struct sc_buf *buf, size_t extra)
{
    size_t wanted;
    char *grown;

    if (buf->failed)
        return false;
    if (extra > SIZE_MAX / 2 || buf->len > SIZE_MAX / 2 - extra) {
        buf->failed = true;
        return false;
    }
    if (buf->len + extra + 1 <= buf->capacity)
        return true;
    wanted = buf->capacity ? buf->capacity * 2 : 64;
    if (wanted < buf->len + extra + 1)
        wanted = buf->len + extra + 1;
    grown = sc_realloc_array(buf->data, wanted, 1);
    if (!grown) {
        buf->failed = true;
        return false;
    }
    buf->data = grown;
    buf->capacity = wanted;
    return true;
}

void sc_buf_add(struct sc_buf *buf, const char *data, size_t len)
{
    if (!buf_reserve(buf, len))
        return;
    if (len)
        memcpy(buf->data + buf->len, data, len);
    buf->len += len;
    buf->data[buf->len] = '\0';
}

void sc_buf_adds(struct sc_buf *buf, const char *s)
{
    sc_buf_add(buf, s, strlen(s));
}

void sc_buf_addc(struct sc_buf *buf, char c)
{
    sc_buf_add(buf, &c, 1);
}

void sc_buf_addf(struct sc_buf *buf, const char *fmt, ...)
{
    va_list ap;
    int n;

    va_start(ap, fmt);
    n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    if (n < 0 || !buf_reserve(buf, (size_t)n)) {
        buf->failed = true;
        return;
    }
    va_start(ap, fmt);
    (void)vsnprintf(buf->data + buf->len, (size_t)n + 1, fmt, ap);
    va_end(ap);
    buf->len += (size_t)n;
}

void sc_buf_clear(struct sc_buf *buf)
{
    buf->len = 0;
    buf->failed = false;
    if (buf->data)
        buf->data[0] = '\0';
}

void sc_buf_release(struct sc_buf *buf)
{
    sc_free(buf->data);
    *buf = (struct sc_buf){0};
}

enum sc_status sc_buf_check(const struct sc_buf *buf, struct sc_error *err)
{
    return buf->failed ? sc_fail_nomem(err) : SC_OK;
}

/* Length of the well-formed UTF-8 sequence at `s`, or 0 (Unicode 15, table 3-7). */
static size_t utf8_sequence(const unsigned char *s, size_t len)
{
    unsigned char lo = 0x80;
    unsigned char hi = 0xBF;
    size_t need;

    if (s[0] < 0x80)
        return 1;
    if (s[0] < 0xC2 || s[0] > 0xF4)
        return 0;
    need = s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : 4;
    if (len < need)
        return 0;
    if (s[0] == 0xE0)
        lo = 0xA0;
    else if (s[0] == 0xED)
        hi = 0x9F;
    else if (s[0] == 0xF0)
        lo = 0x90;
    else if (s[0] == 0xF4)
        hi = 0x8F;
    if (s[1] < lo || s[1] > hi)
        return 0;
    for (size_t i = 2; i < need; i++) {
        if (s[i] < 0x80 || s[i] > 0xBF)
            return 0;
    }
    return need;
}

bool sc_utf8_valid(const char *s, size_t len)
{
    const unsigned char *p = (const unsigned char *)s;
    size_t i = 0;

    while (i < len) {
        size_t n;

        for (; i + 8 <= len; i += 8) { /* eight bytes of ASCII at a time */
            uint64_t word;

            memcpy(&word, p + i, sizeof word);
            if (word & 0x8080808080808080ULL)
                break;
        }
        if (i == len)
            break;
        n = utf8_sequence(p + i, len - i);

        if (n == 0)
            return false;
        i += n;
    }
    return true;
}

uint32_t sc_windows1252_codepoint(unsigned char byte)
{
    /* 0x80-0x9F as in the WHATWG/Unicode mapping; 0 marks the undefined five. */
    static const uint16_t high[32] = {
        0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
        0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
        0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

    if (byte < 0x80 || byte > 0x9F)
        return byte;
    return high[byte - 0x80] ? high[byte - 0x80] : 0xFFFD;
}

void sc_buf_add_codepoint(struct sc_buf *buf, uint32_t cp)
{
    char out[4];

    if (cp > 0x10FFFF || (cp >= 0xD800 && cp <= 0xDFFF))
        cp = 0xFFFD;
    if (cp < 0x80) {
        out[0] = (char)cp;
        sc_buf_add(buf, out, 1);
    } else if (cp < 0x800) {
        out[0] = (char)(0xC0 | (cp >> 6));
        out[1] = (char)(0x80 | (cp & 0x3F));
        sc_buf_add(buf, out, 2);
    } else if (cp < 0x10000) {
        out[0] = (char)(0xE0 | (cp >> 12));
        out[1] = (char)(0x80 | ((cp >> 6) & 0x3F));
        out[2] = (char)(0x80 | (cp & 0x3F));
        sc_buf_add(buf, out, 3);
    } else {
        out[0] = (char)(0xF0 | (cp >> 18));
        out[1] = (char)(0x80 | ((cp >> 12) & 0x3F));
        out[2] = (char)(0x80 | ((cp >> 6) & 0x3F));
        out[3] = (char)(0x80 | (cp & 0x3F));
        sc_buf_add(buf, out, 4);
    }
}

void sc_buf_add_text(struct sc_buf *buf, const char *s, size_t len)
{
    if (sc_utf8_valid(s, len)) {
        sc_buf_add(buf, s, len);
        return;
    }
    for (size_t i = 0; i < len; i++)
        sc_buf_add_codepoint(buf, sc_windows1252_codepoint((unsigned char)s[i]));
}

int sc_natural_compare(const char *a, const char *b)
{
    const char *whole_a = a;
    const char *whole_b = b;

    while (*a && *b) {
        if (isdigit((unsigned char)*a) && isdigit((unsigned char)*b)) {
            size_t na;
            size_t nb;
            int c;

            while (*a == '0' && isdigit((unsigned char)a[1]))
                a++;
            while (*b == '0' && isdigit((unsigned char)b[1]))
                b++;
            na = strspn(a, "0123456789");
            nb = strspn(b, "0123456789");
            if (na != nb)
                return na < nb ? -1 : 1;
            c = memcmp(a, b, na);
            if (c)
                return c;
            a += na;
            b += nb;
        } else {
            if (*a != *b)
                return (unsigned char)*a < (unsigned char)*b ? -1 : 1;
            a++;
            b++;
        }
    }
    if (*a || *b)
        return (*a != '\0') - (*b != '\0');
    return strcmp(whole_a, whole_b); /* "01" and "1" are still two labels */
}

char *sc_format_count(uint64_t n, char *out)
{
    char digits[24];
    int len = snprintf(digits, sizeof digits, "%" PRIu64, n);
    int at = 0;

    assert(len > 0 && len < (int)sizeof digits);
    for (int i = 0; i < len; i++) {
        if (i && (len - i) % 3 == 0)
            out[at++] = ',';
        out[at++] = digits[i];
    }
    out[at] = '\0';
    return out;
}
