/*
 * frame.h - what stands round every page: head, organisation bar, the way out, breadcrumb,
 * footer. The answer page in its folder and every page of a site share it.
 */
#ifndef SC_PUBLISH_FRAME_H
#define SC_PUBLISH_FRAME_H

#include <stdbool.h>

#include "base/text.h"
#include "publish/wording.h"

/* Where "Leave this site" goes unless a site says otherwise: what GOV.UK's component uses. */
#define SC_EXIT_USUAL "https://www.bbc.co.uk/weather"

struct sc_crumb {
    const char *href; /* relative to the site's top */
    const char *text;
};

/* All zero but `wording` is an answer page in a folder of its own. Borrowed. */
struct sc_frame {
    const struct sc_wording *wording; /* never NULL */
    const char *organisation;         /* NULL or "": none */
    const char *root;     /* from the page to where assets/ stands: "../../"; NULL: "" */
    const char *exit_url; /* NULL: SC_EXIT_USUAL */
    bool not_for_release; /* not published: it says so, and search engines are to leave it alone */
    bool unlisted;        /* published, and search engines are to leave it alone */

    /* Of a site alone. */
    bool site;
    const char *canonical; /* whole address, or NULL */
    const char *logo;      /* file in assets/, or NULL */
    bool brand;            /* assets/brand.css holds the organisation's colours */
    bool beta;
    const char *feedback; /* address of "tell us what you think", or NULL */
    const char *contact;  /* address of the disclosure team, or NULL */
    const char *licence_name;
    const char *licence_url;
    bool cookies;          /* an optional category is on: the banner */
    const char *script;    /* one more script of assets/, or NULL */
    bool is_home;          /* the list itself: no breadcrumb */
    struct sc_crumb crumb; /* between the log and this page; text NULL: none */
};

/* The files of assets/ that every page loads, by their names in the program. NULL ends it. */
extern const char *const sc_frame_assets[];

/*
 * From the doctype to the opened <body> with all that precedes <main>. `title` is plain text;
 * `head` is HTML of ours for the head, or NULL.
 */
void sc_frame_open(const struct sc_frame *frame, const char *title, const char *head,
                   struct sc_buf *out);
/* The footer and the end; `note` is HTML of ours for its last line, or NULL. */
void sc_frame_close(const struct sc_frame *frame, const char *note, struct sc_buf *out);

#endif
