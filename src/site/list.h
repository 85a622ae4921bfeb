/*
 * list.h - the parts that make lists of answers, for each other: facets.c finds the ways of
 * choosing, card.c shows one answer, home.c and lists.c make the pages.
 */
#ifndef SC_SITE_LIST_H
#define SC_SITE_LIST_H

#include "site/internal.h"

/* Answers in a feed, at most. */
#define SC_SITE_FEED_MOST 50

/* One way of choosing answers: a topic, a year, a decision, an exemption. */
struct facet {
    const char *kind; /* folder: "topics", "periods", "decisions", "exemptions" */
    const char *key;  /* wording of its page's title, with {name} */
    const char *menu; /* wording of the list of all of its kind */
    const char *id;   /* folder within `kind` */
    const char *name; /* for people */
    const size_t *entries;
    size_t n_entries;
};

struct facets {
    struct facet *items;
    size_t n;
    size_t capacity;
};

/* Adds every facet of the log, by kind and name. The caller frees facets->items. False: no memory.
 */
bool sc_site_find_facets(struct sc_build *build, struct facets *facets);

/* ---- pieces of pages ---- */

/* The log's own title, from site.yaml or the wording. */
const char *sc_site_log_title(const struct sc_build *build);
/* "12 answers". */
void sc_site_count(const struct sc_build *build, size_t n, struct sc_buf *out);
/* From the doctype to the <h1>; `head` is HTML of ours for the head, or NULL. */
void sc_site_open_list(const struct sc_build *build, const struct sc_frame *frame,
                       const char *title, const char *head, struct sc_buf *out);
/* The cards of `page` (from 1) of a list; `entries` NULL: all. `root` leads to the site's top. */
void sc_site_cards(const struct sc_build *build, const size_t *entries, size_t n, size_t page,
                   const char *root, struct sc_buf *out);
/* Links to the other pages of a list, when there are any. Page 1 is index.html, n is page-n/. */
void sc_site_pagination(const struct sc_build *build, size_t here, size_t n_pages,
                        struct sc_buf *out);

/* ---- pages ---- */

/* index.html: the newest answers, with search and filters. */
SC_MUST_USE enum sc_status sc_site_home(struct sc_build *build, const struct facets *facets,
                                        struct sc_error *err);
/* log.csv: the whole log. */
SC_MUST_USE enum sc_status sc_site_log_csv(struct sc_build *build, struct sc_error *err);

#endif
