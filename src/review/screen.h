/*
 * screen.h - what a reviewer sees: one narrative, the terms found in it marked, the categories
 * with their keys. Makes the bytes of a whole frame for a terminal of any size from
 * 40 by 12; reads and writes nothing.
 *
 * Nothing in a narrative reaches the terminal as a command: control characters, and those that
 * turn the direction of writing, are shown as dots.
 */
#ifndef SC_REVIEW_SCREEN_H
#define SC_REVIEW_SCREEN_H

#include "base/text.h"
#include "review/review.h"

/* The key of category `i`: digits, then letters that are no command's; 0 when there is none. */
char sc_screen_key(size_t i);
/* The category of a key, or SIZE_MAX. */
size_t sc_screen_category(char key, size_t n_categories);
/* So many categories have a key. */
#define SC_SCREEN_CATEGORIES_MAX 58

struct sc_screen {
    size_t rows;
    size_t columns;
    const char *title; /* "Review of 16040, reviewer first" */
    size_t done;       /* checked so far ... */
    size_t skipped;    /* ... and skipped */
    size_t total;
    const struct sc_review_category *categories;
    size_t n_categories;
    uint64_t chosen;
    const char *text; /* the narrative */
    size_t len;
    const struct sc_hit *hits; /* by place */
    size_t n_hits;
    uint64_t hits_mask;  /* only hits of these categories (bits of the matcher) are marked */
    size_t scroll;       /* first line shown; drawing corrects it where it is too far */
    const char *message; /* at the bottom instead of the keys; "" for none */
    bool help;           /* shows what the keys do instead of the narrative */
};

/* Appends the frame. screen->scroll may be lowered. */
void sc_screen_draw(struct sc_screen *screen, struct sc_buf *out);

/* Lines of narrative that fit on the screen at once. */
size_t sc_screen_text_rows(const struct sc_screen *screen);

#endif
