/*
 * review.h - what the parts of `safecount review` share.
 */
#ifndef SC_CLI_REVIEW_H
#define SC_CLI_REVIEW_H

#include "cli/cli.h"
#include "review/review.h"

/* A request, its register and a review of it. Zero-initialise, open, close. */
struct review_session {
    const struct arguments *arguments;
    struct sc_job *job;
    struct sc_review_subject subject;
    const char *written; /* the dictionary as the request names it */
    const char *reviewer;
    struct sc_register *reg;
    struct sc_review *review; /* NULL before one is drawn */
    struct sc_labels_list *labels;
};

/* Loads the labels anew. 0 or the exit code, after saying why. */
int load_labels(struct review_session *session);

int review_next(struct review_session *session);
int review_report(struct review_session *session);

#endif
