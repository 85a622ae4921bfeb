/*
 * protecting.h - what `protect` and its comparison share: a table of true counts, one method
 * applied to it, and the audit of what came out.
 */
#ifndef SC_CLI_PROTECTING_H
#define SC_CLI_PROTECTING_H

#include "cli/cli.h"
#include "protect/earlier.h"
#include "protect/round.h"

/* A table of true counts and what is made of it. Zero, but for `arguments` and `start`. */
struct protecting {
    const struct arguments *arguments;
    struct sc_release *release;       /* figures become what is published */
    struct sc_earlier *earlier;       /* NULL without --with */
    struct sc_figure_place *left_out; /* earlier figures that contradict the counts of today */
    size_t n_left_out;
    int64_t *count;
    double *weight;
    struct sc_protect_input input;
    struct sc_protect_policy policy;
    struct sc_pattern *pattern;   /* suppress: what is hidden */
    struct sc_rounding *rounding; /* round */
    struct sc_audit *audit;       /* of what is published now */
    double start;
    double deadline; /* of the search, then of the audit */
};

/* Frees what it holds; leaves it zero. */
void release_protecting(struct protecting *p);

/* Seconds of a clock that only goes forward. */
double seconds_now(void);

/* Fills in the policy from the arguments. 0 or EXIT_USAGE, said. */
int take_protect_policy(struct protecting *p);

/*
 * Reads the table and its counts, and what was published before it. Earlier figures that contradict
 * the counts of today are given up.
 */
enum sc_status read_counts(struct protecting *p, struct sc_error *err);

/*
 * Applies one method and audits what would be published: fills `pattern` or `rounding`, `audit` and
 * release->figures. What another method left there is replaced.
 */
enum sc_status apply_suppression(struct protecting *p, struct sc_error *err);
enum sc_status apply_rounding(struct protecting *p, bool small, struct sc_error *err);

/* The published table as CSV: dimensions, count, status, and with `internal` the reason. */
void write_protected_table(const struct protecting *p, bool internal, struct sc_buf *out);

#endif
