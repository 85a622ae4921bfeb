/* fuzz_wording.c - any bytes as an officer's wording file: mistakes, or texts that are inert as
 * HTML. */
#include <assert.h>

#include "fuzz.h"
#include "in_memory.h"
#include "publish/wording.h"

static const char *const keys[] = {"exit",          "kind",       "footer-licence",
                                   "text-withheld", "text-proof", "text-review"};

/* In what a text becomes there is no script, no handler, and no address that runs anything. */
static void check_inert(const struct sc_buf *html)
{
    static const char *const never[] = {"<script", "<iframe",     "<style",
                                        "<object", "javascript:", "vbscript:"};

    for (size_t i = 0; html->data && i < sizeof never / sizeof *never; i++) {
        const char *at = html->data;

        /* escaped text may name them; a tag or an address may not */
        while ((at = strstr(at, never[i])) != NULL) {
            if (never[i][0] == '<')
                abort();
            if (at - html->data >= 6 && strncmp(at - 6, "href=\"", 6) == 0)
                abort();
            at++;
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct sc_field fields[] = {{"most", "4"},
                                      {"marker", "<script>[c]"},
                                      {"certificate", "javascript:alert(1)"},
                                      {"url", "https://example.org/\"><script>"},
                                      {"licence", "x"},
                                      {0}};
    struct in_memory file;
    SC_AUTO(sc_wording) wording = NULL;
    struct sc_diagnostics diagnostics = {0};
    struct sc_error err = {0};
    enum sc_status status;

    in_memory_open(&file, data, size);
    status = sc_wording_new("en", file.path, &wording, &diagnostics, &err);
    if ((status == SC_OK) != (wording != NULL) ||
        (status == SC_E_INPUT && diagnostics.n_items == 0))
        abort();
    for (size_t i = 0; wording && i < sizeof keys / sizeof *keys; i++) {
        SC_AUTO_BUF html = {0};

        if (strncmp(keys[i], "text-", 5) == 0)
            sc_word_markdown(wording, keys[i], fields, &html);
        else
            sc_word_html(wording, keys[i], fields, &html);
        check_inert(&html);
    }
    sc_diagnostics_release(&diagnostics);
    in_memory_close(&file);
    return 0;
}
