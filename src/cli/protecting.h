/*
 * protecting.h - what `protect` and its comparison share: a table of true counts, one method
 * applied to it, and the audit of what came out.
 */
#ifndef SC_CLI_PROTECTING_H
#define SC_CLI_PROTECTING_H

#include "cli/cli.h"
#include "protect/coarsen.h"
#include "protect/earlier.h"
#include "protect/round.h"
#include "system/marks.h"

/* A table of true counts and what is made of it. Zero, but for `arguments` and `start`. */
struct protecting {
    const struct arguments *arguments;
    struct sc_release *release; /* figures become what is published */
    struct sc_earlier *earlier; /* NULL without --with */
    size_t given;               /* small counts that the earlier files give away by themselves */
    struct sc_figure_place *left_out; /* earlier figures that contradict the counts of today */
    size_t n_left_out;
    int64_t *count;
    double *weight;
    struct sc_protect_input input;
    struct sc_protect_policy policy;
    struct sc_marks marks; /* first: NULL where hidden figures are blank */
    /* coarsen: the choices; the table as it was read, once a coarser one stands in its place. */
    struct sc_coarsen_plan *plan;
    struct sc_release *fine;
    int64_t *fine_count;
    bool alone;                   /* the table is read without the earlier files */
    struct sc_buf coarse;         /* the coarser table's counts, to be read with them */
    struct sc_coarsening choice;  /* of the table now in `release` */
    struct sc_pattern *pattern;   /* suppress: what is hidden */
    struct sc_rounding *rounding; /* round */
    struct sc_audit *audit;       /* of what is published now */
    double start;
    double seconds;  /* the time limit where it is not that of the arguments; 0 */
    double deadline; /* of the search, then of the audit */
};

/* Frees what it holds; leaves it zero. */
void release_protecting(struct protecting *p);

/* Seconds of a clock that only goes forward. */
double seconds_now(void);

/* Fills in the policy and the marks from the arguments. 0 or EXIT_USAGE, said. */
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
/*
 * Protects the same table again with one mark in the place of two, in what is left of the time, and
 * at least a second. `trial` is zero; the caller releases it. Not where the table was made coarser.
 */
enum sc_status try_one_mark(const struct protecting *p, struct protecting *trial,
                            struct sc_error *err);
enum sc_status apply_rounding(struct protecting *p, bool small, struct sc_error *err);

/* Finds the choices of levels; with `weigh`, what suppression adds to each, while time lasts. */
enum sc_status plan_coarsening(struct protecting *p, bool weigh, struct sc_error *err);
/*
 * Puts the table at these levels in the place of the one read. Then apply_suppression() protects
 * it. Once only.
 */
enum sc_status apply_coarsening(struct protecting *p, const struct sc_coarsening *choice,
                                struct sc_error *err);
/* Reads the coarser table again, together with the earlier files (--with). */
enum sc_status join_earlier(struct protecting *p, struct sc_error *err);
/* Appends "month quarter, age 0-9 10-17 18+" for a choice. */
void describe_choice(const struct protecting *p, const struct sc_coarsening *choice,
                     struct sc_buf *out);
/* The choices, for a person or as JSON. */
void write_frontier(const struct protecting *p, bool json, struct sc_buf *out);
/* The levels that --level asks for, one a dimension. 0 or an exit code, said. */
int take_levels(const struct protecting *p, uint32_t *levels);

/* `protect --compare`: every method in turn, one line each. An exit code. */
int compare_methods(struct protecting *p);

/* `text` as a JSON string. */
void add_json_text(struct sc_buf *out, const char *text);

/* When the search that begins now is to end. */
void set_deadline(struct protecting *p);

/* Notes in `release` what the marks of the published table mean, for its certificate. Once. */
enum sc_status say_marks(struct protecting *p, struct sc_error *err);
/* The published table as CSV: dimensions, count, status, and with `internal` the reason. */
void write_protected_table(const struct protecting *p, bool internal, struct sc_buf *out);

#endif
