/*
 * markdown.c - the one adapter to cmark: Markdown of an officer's wording as HTML. Raw HTML
 * and links with a scheme that could run something are left out (cmark's default since 0.29).
 */
#include <stdlib.h>
#include <string.h>

#include <cmark.h>

#include "publish/wording.h"

void sc_markdown_html(const char *text, struct sc_buf *out)
{
    char *html = cmark_markdown_to_html(text, strlen(text), CMARK_OPT_DEFAULT);

    if (!html) {
        out->failed = true;
        return;
    }
    sc_buf_adds(out, html);
    free(html); /* NOLINT: cmark's, from its own malloc */
}
