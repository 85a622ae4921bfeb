/*
 * text.h - borrowed slices and growing byte buffers.
 */
#ifndef SC_BASE_TEXT_H
#define SC_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "safecount/status.h"

/* Bytes that belong to somebody else; not NUL-terminated. */
struct sc_slice {
    const char *data;
    size_t len;
};

struct sc_slice sc_slice_of(const char *s);
bool sc_slice_eq(struct sc_slice a, const char *s);
/* ASCII letters compared without case. */
bool sc_slice_eq_nocase(struct sc_slice a, const char *s);
/* Without spaces, tabs, line breaks and no-break spaces (U+00A0) at either end. */
struct sc_slice sc_slice_trim(struct sc_slice s);

/*
 * A growing buffer, always NUL-terminated when `data` is not NULL.
 * Zero-initialise, append, release. After a failed append the buffer is
 * unchanged and `failed` is set: a writer may append freely and look once at
 * the end with sc_buf_check().
 */
struct sc_buf {
    char *data;
    size_t len;
    size_t capacity;
    bool failed;
};

void sc_buf_add(struct sc_buf *buf, const char *data, size_t len);
void sc_buf_adds(struct sc_buf *buf, const char *s);
void sc_buf_addc(struct sc_buf *buf, char c);
SC_PRINTF(2, 3) void sc_buf_addf(struct sc_buf *buf, const char *fmt, ...);
void sc_buf_clear(struct sc_buf *buf);
void sc_buf_release(struct sc_buf *buf);
/* SC_OK, or SC_E_NOMEM when any append since the last clear failed. */
SC_MUST_USE enum sc_status sc_buf_check(const struct sc_buf *buf, struct sc_error *err);
#define SC_AUTO_BUF __attribute__((cleanup(sc_buf_release))) struct sc_buf

/* True when `s` is well-formed UTF-8. */
bool sc_utf8_valid(const char *s, size_t len);

/*
 * Appends `s` as UTF-8: copied when it is well-formed UTF-8, otherwise read as
 * Windows-1252 (the five undefined bytes become U+FFFD).
 */
void sc_buf_add_text(struct sc_buf *buf, const char *s, size_t len);

/* Appends the UTF-8 form of code point `cp`. */
void sc_buf_add_codepoint(struct sc_buf *buf, uint32_t cp);

/* The code point of a Windows-1252 byte. */
uint32_t sc_windows1252_codepoint(unsigned char byte);

/* Natural order for labels: runs of digits by value, the rest by byte. As strcmp. */
int sc_natural_compare(const char *a, const char *b);

/* "84,233": thousands with commas. `out` holds at least 28 bytes. Returns `out`. */
char *sc_format_count(uint64_t n, char *out);

#endif
