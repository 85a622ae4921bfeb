/*
 * fuzz_clean.c - any bytes on the one road to each output format: HTML, CSV, Markdown, and a PDF
 * that a browser wrote.
 */
#include <assert.h>

#include "fuzz.h"
#include "publish/clean.h"
#include "publish/paper.h"
#include "publish/wording.h"

/* No character that ends a text or an attribute, and nothing that is not UTF-8 to be shown. */
static void check_html(const char *text)
{
    SC_AUTO_BUF html = {0};
    struct sc_clean walk;
    uint32_t cp;

    sc_html(&html, text);
    if (!html.data)
        return;
    assert(strpbrk(html.data, "<>\"'") == NULL);
    walk = sc_clean_start(html.data);
    assert(walk.utf8);
    while (sc_clean_next(&walk, &cp)) {
        assert(cp >= 0x20 || cp == '\n' || cp == '\t');
        assert(cp < 0x202a || cp > 0x202e);
    }
}

/* One field: quotes closed, doubled inside, no formula at its start. */
static void check_csv(const char *text)
{
    SC_AUTO_BUF field = {0};
    SC_AUTO_BUF value = {0};
    SC_AUTO_BUF read = {0};
    const char *p;

    sc_csv_text(&field, text);
    sc_csv_value(&value, text);
    p = field.data ? field.data : "";
    if (*p == '"') {
        for (p++; *p; p++) {
            if (*p == '"' && p[1] != '"')
                break;
            p += *p == '"';
            sc_buf_addc(&read, *p);
        }
        assert(p[0] == '"' && p[1] == '\0');
    } else {
        assert(strpbrk(p, ",\"\r\n") == NULL);
        sc_buf_adds(&read, p);
    }
    p = read.data ? read.data : "";
    assert(strcmp(p, value.data ? value.data : "") == 0);
    p += strspn(p, " \t\n");
    assert(*p == '\0' || strchr("=+-@", *p) == NULL);
}

static void check_pdf(const uint8_t *data, size_t size)
{
    const struct sc_request request = {.as_at = 18000};
    const struct sc_publication publication = {.request = &request};
    char *bytes = malloc(size ? size : 1);

    if (!bytes)
        return;
    if (size)
        memcpy(bytes, data, size);
    if (sc_pdf_settle(&publication, bytes, size, NULL) == SC_OK)
        assert(size > 5 && memcmp(bytes, data, 5) == 0);
    free(bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    SC_AUTO_BUF html = {0};

    if (!text)
        return 0;
    if (size)
        memcpy(text, data, size);
    text[size] = '\0';
    check_html(text);
    check_csv(text);
    sc_markdown_html(text, &html);
    assert(!html.data ||
           (!strstr(html.data, "<script") && !strstr(html.data, "href=\"javascript:")));
    check_pdf(data, size);
    free(text);
    return 0;
}
