/*
 * coarsen.h - coarser tables that need less hiding.
 *
 * Every dimension of a table has levels, from all of its codes to only its total:
 *
 *  - a hierarchy: cut at each depth (months, quarters, years, total);
 *  - months ("2018-04") without one: quarters of the calendar year, years;
 *  - number bands ("0-4", "5-9", ..., "16+"): merged into so many wider, contiguous bands, the
 *    ones with the fewest small counts in the table (dynamic programming; exact for one such
 *    dimension, taken in turns where there are several);
 *  - anything else: all of it or nothing.
 *
 * sc_coarsen_propose() lists the choices of levels that nothing beats: no other choice prints at
 * least as many figures with at most as many small counts among them. Which of them is right is for
 * the officer to say; sc_coarsen_apply() then makes the table.
 *
 * Sees true counts: what it proposes is internal until it is chosen and protected.
 */
#ifndef SC_PROTECT_COARSEN_H
#define SC_PROTECT_COARSEN_H

#include "protect/protect.h"

/* One choice of levels. */
struct sc_coarsening {
    uint32_t level[SC_SYSTEM_DIMENSIONS_MAX]; /* by dimension: 0 is the finest */
    /* By dimension of bands: whether a new band begins at each band, in order of their numbers;
     * NULL elsewhere. Owned by the plan. */
    bool *begins[SC_SYSTEM_DIMENSIONS_MAX];
    size_t cells;   /* printed, totals too */
    size_t primary; /* of these, sensitive */
    /* What suppression would add, when asked for (sc_coarsen_weigh). */
    bool weighed;
    size_t secondary;
    int64_t secondary_sum;
    bool beaten; /* scratch */
};

struct sc_coarsen_axis; /* opaque: one dimension and its levels */

struct sc_coarsen_plan {
    const struct sc_system *system;
    const int64_t *count;
    int64_t threshold;
    size_t n_axes; /* as the system has dimensions */
    struct sc_coarsen_axis *axes;
    struct sc_coarsening *frontier; /* most figures first */
    size_t n_frontier;
    size_t frontier_capacity;
    size_t n_tried;               /* choices looked at */
    struct sc_coarsening *chosen; /* what sc_coarsen_choose() made beside the frontier */
    size_t n_chosen;
    size_t chosen_capacity;
};

/*
 * Finds the frontier. `input`'s system and counts must outlive the plan; its roles are not looked
 * at. The caller frees *ret_plan. SC_E_UNSUPPORTED: figures nobody prints (overlapping bands), or a
 * code with several splits; SC_E_RANGE: threshold (0: 5), or more than 10^9 figures to look at;
 * SC_E_NOMEM.
 */
SC_MUST_USE enum sc_status sc_coarsen_propose(const struct sc_protect_input *input,
                                              int64_t threshold, struct sc_coarsen_plan **ret_plan,
                                              struct sc_error *err);
void sc_coarsen_plan_free(struct sc_coarsen_plan *plan);
SC_DEFINE_AUTO(sc_coarsen_plan);

/*
 * Works out by the heuristic what suppression would add to each entry of the frontier, and takes
 * out entries that another then beats (as many figures, fewer of them hidden). Begins with the
 * coarsest. SC_OK also when policy->stop ended it: the rest is left unweighed.
 */
SC_MUST_USE enum sc_status sc_coarsen_weigh(struct sc_coarsen_plan *plan,
                                            const struct sc_protect_policy *policy,
                                            struct sc_error *err);

/* How many levels a dimension has, the total among them. */
size_t sc_coarsen_n_levels(const struct sc_coarsen_plan *plan, uint32_t dimension);
/*
 * Appends what a level is called: "month", "quarter", "year", "total", the number of bands, or "2"
 * for codes down to depth 2; by these names sc_coarsen_find_level() finds it.
 */
void sc_coarsen_level_name(const struct sc_coarsen_plan *plan, uint32_t dimension, uint32_t level,
                           struct sc_buf *buf);
/* SC_NONE when there is no such level. */
uint32_t sc_coarsen_find_level(const struct sc_coarsen_plan *plan, uint32_t dimension,
                               struct sc_slice name);

/*
 * Chooses levels by number (one a dimension) and merges bands for them: fills *ret_choice, whose
 * `begins` belong to the plan. SC_OK, SC_E_RANGE (no such level; every dimension left out),
 * SC_E_NOMEM.
 */
SC_MUST_USE enum sc_status sc_coarsen_choose(struct sc_coarsen_plan *plan, const uint32_t *levels,
                                             struct sc_coarsening *ret_choice,
                                             struct sc_error *err);

/*
 * The table at the levels chosen: a linked system without the dimensions left out, and its
 * counts. The caller frees *ret_system and *ret_count (sc_free).
 */
SC_MUST_USE enum sc_status sc_coarsen_apply(const struct sc_coarsen_plan *plan,
                                            const struct sc_coarsening *choice,
                                            struct sc_system **ret_system, int64_t **ret_count,
                                            struct sc_error *err);

/* ---- shared by the files of coarsening ------------------------------------------------ */

enum sc_coarsen_kind {
    SC_COARSEN_PLAIN,  /* all or nothing */
    SC_COARSEN_TREE,   /* a hierarchy of more than one step */
    SC_COARSEN_MONTHS, /* flat, all codes are months */
    SC_COARSEN_BANDS,  /* flat, at least two codes are bands */
};

struct sc_coarsen_axis {
    enum sc_coarsen_kind kind;
    size_t n_codes;  /* of the dimension */
    uint32_t *depth; /* by code: 0 the total */
    uint32_t deepest;
    uint32_t n_levels;
    uint32_t *bands; /* BANDS: codes in order of their numbers */
    uint32_t n_bands;
};

/*
 * coarsen_bands.c: merges `n` bands into `left`, the cheapest way: bands i to j as one cost
 * cost[i * n + j]. `begins` (by band): a new band begins there. Of equal ones the one whose last
 * bands begin first. `best` and `from`: (n + 1) x (n + 1) places to work in.
 */
void sc_coarsen_merge(const int64_t *cost, size_t n, size_t left, int64_t *best, uint32_t *from,
                      bool *begins);

/* coarsen_axis.c */
SC_MUST_USE enum sc_status sc_coarsen_axis_init(const struct sc_system *system, uint32_t dimension,
                                                struct sc_coarsen_axis *axis, struct sc_error *err);
void sc_coarsen_axis_release(struct sc_coarsen_axis *axis);
/* How many bands a level of BANDS leaves; 0 for the total. */
uint32_t sc_coarsen_bands_left(const struct sc_coarsen_axis *axis, uint32_t level);
/*
 * Where each code goes: ret_map[code] is the number of the new code (0: the total), SC_NONE when
 * its cells are left out. New codes are numbered in the old ones' order; *ret_n is how many, with
 * the total. `begins` as in struct sc_coarsening.
 */
void sc_coarsen_map(const struct sc_system *system, uint32_t dimension,
                    const struct sc_coarsen_axis *axis, uint32_t level, const bool *begins,
                    uint32_t *ret_map, uint32_t *ret_n);
/* Appends the name of a new code. */
void sc_coarsen_code_name(const struct sc_system *system, uint32_t dimension,
                          const struct sc_coarsen_axis *axis, uint32_t level, const uint32_t *map,
                          uint32_t code, struct sc_buf *buf);

#endif
