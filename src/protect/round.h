/*
 * round.h - rounding that stays additive.
 *
 * Two methods, both over every sum of a linked system:
 *
 *  - controlled rounding: every printed figure goes to one of the two multiples of the base next to
 *    it, and multiples stay, such that all sums still hold and the figures together move
 *    least (Cox and Ernst 1982). Always possible in two dimensions; where it is not in more,
 *    multiples may move too, then figures may move by up to two bases, and so on: `within`
 *    says how far figures may be from the truth.
 *  - small-count rounding: innermost counts of 1 to base - 1 become 0 or the base, others
 *    stay as they are, and all totals are added up anew, such that totals together move
 *    least and, of equal ones, innermost figures (Langsrud and Heldal 2018).
 *
 * A reader is taken to know the base, the method, and every printed figure: `least` and `most` say
 * what each then stands for, and go into the audit as they are. That the rounding
 * chosen is the one that moves figures least is not in there (docs/rounding.md).
 *
 * Deterministic: limits count work; what the clock ended says so.
 */
#ifndef SC_PROTECT_ROUND_H
#define SC_PROTECT_ROUND_H

#include "protect/protect.h"

#define SC_ROUND_BASE_MAX 1000000
/* Controlled rounding is given up beyond so many bases. */
#define SC_ROUND_STEPS_MAX 4

/* Zero is the default. */
struct sc_round_policy {
    int64_t threshold; /* counts of 1 to threshold - 1 are sensitive; 0: 5 */
    int64_t base;      /* 2 to SC_ROUND_BASE_MAX; 0: the threshold */
    bool small;        /* small-count rounding: the base must be at least the threshold */
    /*
     * Controlled: figures that an earlier release printed rounded to the same base, by cell; -1:
     * none. They are printed again as they were, where that is near enough. NULL: none at all.
     */
    const int64_t *again;
    uint64_t max_work;       /* units of search; 0: 200,000,000 (about two seconds) */
    bool (*stop)(void *arg); /* true: end with the best so far. May be NULL */
    void *stop_arg;
};

struct sc_rounding {
    size_t n_cells;
    int64_t *rounded; /* by cell. Figures nobody prints: what makes the sums hold */
    int64_t *least;   /* by cell: what a reader who knows the method knows of the true count */
    int64_t *most;
    int64_t base;
    bool small;
    /* Controlled: no printed figure is further from the truth. base - 1 where each went to a
     * multiple next to it; more where no such table was found. */
    int64_t within;
    bool none_nearer;   /* `within` is more than base - 1, and less was proved impossible */
    size_t changed;     /* printed figures that differ from the truth */
    int64_t largest;    /* the largest difference */
    int64_t distortion; /* sum of differences over printed figures */
    /*
     * What was made least: controlled, the distortion; small, that of totals. No rounding of the
     * same kind has less than `bound`; `optimal`: they meet.
     */
    int64_t cost;
    int64_t bound;
    bool optimal;
    bool stopped_by_clock;
};

/*
 * Rounds. Uses system, count and role of `input`: a figure printed by an earlier release stays
 * exactly as it is; figures hidden by one, and figures nobody prints, are free.
 *
 * `policy` NULL: the default. The caller frees *ret_rounding. SC_E_RANGE (policy; counts that do
 * not add up); SC_E_UNSUPPORTED: an earlier figure is no multiple of the base, or (small) an
 * innermost figure is printed by nobody, so that this method cannot be told from what it prints;
 * SC_E_UNDECIDED: nothing within SC_ROUND_STEPS_MAX bases was found, or the solver broke down;
 * SC_E_NOMEM.
 */
SC_MUST_USE enum sc_status sc_round(const struct sc_protect_input *input,
                                    const struct sc_round_policy *policy,
                                    struct sc_rounding **ret_rounding, struct sc_error *err);

/* Frees `rounding`. NULL is allowed. */
void sc_rounding_free(struct sc_rounding *rounding);
SC_DEFINE_AUTO(sc_rounding);

/* Fills `ret_figures` (one a cell) with what would be printed: free cells rounded, earlier figures.
 */
void sc_rounding_figures(const struct sc_protect_input *input, const struct sc_rounding *rounding,
                         struct sc_figure *ret_figures);

/*
 * Audits what would be printed, by readers who know the method and the base. `policy` NULL: the
 * default; its readers, width, no_implied and stop are used. A rounding without earlier
 * releases can be certified (ret_audit's witnesses). The insider is each true single
 * person: internal. The caller frees *ret_audit; input->system must outlive it.
 */
SC_MUST_USE enum sc_status sc_rounding_audit(const struct sc_protect_input *input,
                                             const struct sc_protect_policy *policy,
                                             const struct sc_rounding *rounding,
                                             struct sc_audit **ret_audit, struct sc_error *err);

#endif
