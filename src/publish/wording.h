/*
 * wording.h - what pages say, from a file an officer can edit.
 *
 * A wording is a list of keys with texts: the language's own over the English that
 * is compiled in, and an officer's file over both. Plain texts are escaped when they are
 * written; texts of keys that begin with "text-" are Markdown, made into HTML by cmark in
 * its safe mode (markdown.c is the adapter), so that no file can bring markup or script
 * into a page. {name} in either stands for a field, escaped when it is filled in.
 * Read-only once made; may be used by many threads.
 */
#ifndef SC_PUBLISH_WORDING_H
#define SC_PUBLISH_WORDING_H

#include <stdbool.h>

#include "base/memory.h"
#include "base/text.h"
#include "safecount/request.h"

struct sc_wording; /* opaque */

/* A field of a text; the list ends with a NULL name. */
struct sc_field {
    const char *name;
    const char *value;
};

/*
 * Makes the wording of `language` ("en" or "cy"), with `path` over it where that is not
 * NULL. Mistakes of the file (keys that are none, fields that are none) are in `diagnostics`.
 * SC_OK, SC_E_INPUT, SC_E_RANGE (a language that is not shipped), SC_E_IO or SC_E_NOMEM.
 */
SC_MUST_USE enum sc_status sc_wording_new(const char *language, const char *path,
                                          struct sc_wording **ret_wording,
                                          struct sc_diagnostics *diagnostics, struct sc_error *err);
void sc_wording_free(struct sc_wording *wording);
SC_DEFINE_AUTO(sc_wording);

/* The text of `key`, as in the file. Asserts that there is such a key. */
const char *sc_word(const struct sc_wording *wording, const char *key);

/* Whether there is such a key. */
bool sc_word_is(const struct sc_wording *wording, const char *key);

/* Whether the whole wording is English, so that nothing has to say which language it is in. */
bool sc_wording_is_english(const struct sc_wording *wording);
/* The language that the text of `key` is in: "en-GB", or the wording's where it has one of its own.
 */
const char *sc_word_language(const struct sc_wording *wording, const char *key);

/* Appends a plain text as HTML, its fields filled in; `fields` may be NULL. */
void sc_word_html(const struct sc_wording *wording, const char *key, const struct sc_field *fields,
                  struct sc_buf *out);

/* Appends a Markdown text as HTML, its fields filled in; where not all is English it says which
 * language it is in. */
void sc_word_markdown(const struct sc_wording *wording, const char *key,
                      const struct sc_field *fields, struct sc_buf *out);

/* A hash of all texts, hex, 64 characters: pages are made anew when it changes. */
const char *sc_wording_hash(const struct sc_wording *wording);

/* markdown.c: `text` as HTML, raw HTML and dangerous links left out. */
void sc_markdown_html(const char *text, struct sc_buf *out);

#endif
