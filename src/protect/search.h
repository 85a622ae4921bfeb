/*
 * search.h - a search under way: one pool, what finds moves for it, and the steps all
 * searches are made of: meeting requirements (heuristic.c), doing with less (thinning.c).
 */
#ifndef SC_PROTECT_SEARCH_H
#define SC_PROTECT_SEARCH_H

#include "protect/box.h"
#include "protect/cover.h"
#include "protect/mover.h"
#include "protect/seeker.h"

struct sc_search {
    const struct sc_problem *problem;
    struct sc_pool *pool;
    struct sc_boxes *boxes;
    struct sc_mover *narrow;
    struct sc_mover *wide; /* made when first needed; never for very large problems */
    struct sc_seeker
        *seeker;   /* in a large problem whose figures nobody prints for the most part; NULL */
    bool *guarded; /* by node: a hidden total that tells an insider a small hidden part */
    bool *waived;  /* by node: no pattern meets its requirement */
    size_t n_waived;
    struct sc_cover *cover; /* cuts to be looked at before the solver is asked; may be NULL */
    uint64_t near_work;
    uint32_t barred; /* not to be opened for the moment, SC_NONE */
    bool ask_near;   /* replacing: the solver too, not boxes alone */
    double ceiling;  /* what the pattern may cost at most then */
    bool large;      /* too large for programs over all nodes: boxes, and programs nearby */
    bool wide_first; /* rather the cheapest move than a quick box */
    size_t effort;   /* cells a box search looks at */
    uint64_t extra;  /* work done by others for this search */
    bool by_clock;   /* stopped so */
    bool by_work;
    /* scratch, by node */
    bool *avoid;
    uint32_t *mark;
    uint32_t serial;
    uint32_t *common;
    size_t n_common;
    uint32_t *affected;
    size_t n_affected;
    uint32_t *order;
};

SC_MUST_USE enum sc_status sc_search_new(const struct sc_problem *problem,
                                         struct sc_search **ret_search, struct sc_error *err);
void sc_search_free(struct sc_search *search);
SC_DEFINE_AUTO(sc_search);

/* Work done so far, in looks at one cell, row or column. */
uint64_t sc_search_work(const struct sc_search *search);

/* Whether to stop: out of work, or the clock says so. Sets by_work or by_clock. */
bool sc_search_stop(struct sc_search *search);

/* Whether the moves known show every requirement of `node` met. */
bool sc_search_holds(struct sc_search *search, uint32_t node);

/*
 * Whether a box of open nodes protects `node`, leaving the nodes marked in avoid[] alone. The
 * move found is kept.
 */
SC_MUST_USE enum sc_status sc_search_ask_boxes(struct sc_search *search, uint32_t node,
                                               bool *ret_found, struct sc_error *err);

/*
 * The same as sc_search_holds(), asking the narrow mover where they do not. *ret_insider: who knows
 * it all the same where the answer is no; SC_NONE: anybody.
 */
SC_MUST_USE enum sc_status sc_search_prove(struct sc_search *search, uint32_t node,
                                           enum sc_move_answer *ret_answer, uint32_t *ret_insider,
                                           struct sc_error *err);

/* Opens nodes until every requirement of `node` is met, or waives it. */
SC_MUST_USE enum sc_status sc_search_meet(struct sc_search *search, uint32_t node,
                                          struct sc_error *err);

/* Meets all requirements, in the order given by size. *ret_done false: stopped before the end. */
SC_MUST_USE enum sc_status sc_search_meet_all(struct sc_search *search, bool *ret_done,
                                              struct sc_error *err);

/*
 * Closes what is not needed, dearest first. With `ask` the mover is asked for other moves where
 * the known ones fail; without, only moves known count.
 */
SC_MUST_USE enum sc_status sc_search_clean(struct sc_search *search, bool ask,
                                           struct sc_error *err);

/*
 * Closes secondaries one by one, dearest first, and meets anew what that leaves bare, with the
 * cheapest moves nearby; keeps what comes out cheaper. The pattern is safe all the time.
 */
SC_MUST_USE enum sc_status sc_search_replace(struct sc_search *search, struct sc_error *err);

/*
 * Closes secondaries that are given away: nothing is gained by hiding them, and a reader must
 * not be shown a mark he can see through. Whatever the limits.
 */
SC_MUST_USE enum sc_status sc_search_settle(struct sc_search *search, struct sc_error *err);

/*
 * Guards hidden totals of which only the primaries are hidden, and these few people: an
 * insider who works the total out knows how few. Opens what it takes. Last of all: which totals
 * are hidden, and what beside them, depends on the pattern. *ret_opened: something was opened.
 */
SC_MUST_USE enum sc_status sc_search_guard(struct sc_search *search, bool *ret_opened,
                                           struct sc_error *err);

/* Lists in affected[] the required nodes with a usable move through `node`. */
void sc_search_list_affected(struct sc_search *search, uint32_t node);

#endif
