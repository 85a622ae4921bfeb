/*
 * browser.h - the one adapter to a web browser: a page of ours, printed without a window.
 */
#ifndef SC_CLI_BROWSER_H
#define SC_CLI_BROWSER_H

#include <stddef.h>

/* How printing ended. */
enum print_end {
    PRINT_DONE,
    PRINT_NO_BROWSER, /* none on the PATH */
    PRINT_FAILED,     /* it ended with an error, or wrote nothing */
    PRINT_TOO_LONG,   /* stopped after two minutes */
    PRINT_CANCELLED,  /* Ctrl-C */
};

/* The names that are looked for, for messages. */
#define BROWSER_NAMES "chromium, chromium-browser, google-chrome or google-chrome-stable"

/*
 * Prints `page` (an absolute path of an HTML file) to the file `pdf` (absolute): tagged, with an
 * outline, without the browser's own header and footer, asking no other host for anything. The
 * browser keeps what it keeps in `scratch`, a folder that the caller removes. `creator` is what
 * the file names as its maker.
 */
enum print_end browser_print(const char *page, const char *pdf, const char *scratch,
                             const char *creator);

#endif
