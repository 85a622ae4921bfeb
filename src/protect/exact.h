/*
 * exact.h - the least cost: covering by cuts, and the best pattern found on the way.
 */
#ifndef SC_PROTECT_EXACT_H
#define SC_PROTECT_EXACT_H

#include "protect/cover.h"
#include "protect/cutter.h"
#include "protect/search.h"

struct sc_exact {
    struct sc_search *search;
    const struct sc_problem *problem;
    struct sc_cutter *cutter;

    struct sc_cover *cover;

    /* The master: least cost under the cuts that matter. */
    struct sc_lp *master;
    uint32_t *row_cut; /* by row: the cut it is */
    size_t n_rows, row_capacity;
    uint32_t *column; /* by node, SC_NONE */
    uint32_t *node;   /* by column */
    bool *banned;     /* by column: in no better pattern */
    size_t n_columns;
    uint64_t work;

    /* Insiders who beat some requirement once: node and who, looked at again. */
    uint32_t *pairs;
    size_t n_pairs, pair_capacity;

    double *liking;   /* by node: what relaxed solutions thought of it lately */
    double *x;        /* by node: the point looked at */
    bool *best;       /* by node: open in the best pattern */
    double best_cost; /* infinite: none yet */
    double bound;     /* no pattern costs less */
    bool optimal;
    uint32_t *quiet; /* by node: rounds for which its requirement needs no looking at */
};

SC_MUST_USE enum sc_status sc_exact_new(struct sc_search *search, struct sc_exact **ret_exact,
                                        struct sc_error *err);
void sc_exact_free(struct sc_exact *exact);
SC_DEFINE_AUTO(sc_exact);

/* Takes what is open now as the best pattern, if it costs less. It must be safe. */
void sc_exact_offer(struct sc_exact *exact);
/* Opens the nodes of the best pattern and no others. */
void sc_exact_recall(struct sc_exact *exact);

/* Relaxed master and cuts at its solutions, until that gives no more. */
SC_MUST_USE enum sc_status sc_exact_root(struct sc_exact *exact, struct sc_error *err);
/* Whole masters and cuts at those, until the bound meets the best or the search must stop. */
SC_MUST_USE enum sc_status sc_exact_close(struct sc_exact *exact, struct sc_error *err);

#endif
