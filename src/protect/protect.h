/*
 * protect.h - chooses what to hide so that nothing sensitive can be worked out.
 *
 * The protector sees a linked system of cells (system/system.h), the true count of
 * each, and what may be done with it. It gives back a pattern: which cells to hide,
 * and why. Cells of 1 to threshold - 1 are hidden by rule (primary); others are hidden
 * to protect them (secondary), at the least cost the search can find, with a proved lower
 * bound on what any safe pattern costs.
 *
 * What is protected, for the readers asked for (audit/audit.h, docs/guarantee.md):
 *  - every primary, and every figure an earlier release hid;
 *  - every figure nobody prints (sc_system_made()) that is sensitive, unless exempt;
 *  - implied counts: the sum of the primaries of one sum whose total is printed, the
 *    difference of two sums one of which lies inside the other, and the sums the caller names
 *    (`sums`: runs of single ages, ...), where they are sensitive;
 *  - against each single person in a hidden cell of 1: every sensitive hidden figure
 *    other than that person's own.
 * Zeros are printed and never hidden, unless the policy hides them as it hides small counts.
 *
 * With two marks a reader knows of each hidden figure whether it is small: small ones move between
 * 1 (or 0) and threshold - 1 only, all others never fall below the threshold. Hiding more still
 * only adds moves, so the same search finds a pattern that is safe under these bounds, where one
 * exists.
 *
 * The protector's word is not enough for publication: sc_pattern_figures() gives what would
 * be printed, and sc_audit_run() alone may call that safe.
 *
 * Deterministic: limits count work. Where the clock is asked (`stop`), it is asked
 * between steps, the best safe pattern so far is given, and `stopped_by_clock` says so.
 *
 * Memory: about 300 bytes a cell and 20 bytes for each member of a sum, plus the solver's.
 */
#ifndef SC_PROTECT_PROTECT_H
#define SC_PROTECT_PROTECT_H

#include "audit/audit.h"

/* What may be done with a cell. */
enum sc_role {
    SC_ROLE_FREE = 0, /* will be printed: may be hidden, at its cost */
    SC_ROLE_PRINTED,  /* printed already (an earlier release) or forced: may not be hidden */
    /*
     * Hidden already by an earlier release and not printed now, or a figure nobody prints
     * (made cells): hidden at no cost. The former are protected whatever their size, the latter
     * where they are sensitive.
     */
    SC_ROLE_HIDDEN,
};

/* What a pattern is to cost as little of as possible. */
enum sc_minimise {
    SC_MINIMISE_COUNTS = 0, /* the sum of the secondaries' counts */
    SC_MINIMISE_CELLS,      /* their number; of equal numbers, the smaller sum of counts */
    SC_MINIMISE_WEIGHTS,    /* the sum of their weights; of equal ones, the smaller sum of counts */
};

/* A sum of cells that nobody prints, to be protected where it is sensitive. */
struct sc_protect_sum {
    const uint32_t *cells; /* each once */
    size_t n;
};

struct sc_protect_input {
    const struct sc_system *system; /* linked; outlives the call */
    const int64_t *count;           /* true counts, one a cell, at least 0; they add up */
    const uint8_t *role;  /* enum sc_role, one a cell; NULL: FREE. Made cells are HIDDEN, or, where
                           everybody  knows them all the same, PRINTED */
    const bool *exempt;   /* cells nobody need protect (auxiliary sums); may be NULL */
    const double *weight; /* one a cell, at least 0; for SC_MINIMISE_WEIGHTS; NULL: 1 */
    /*
     * By cell, between which counts it is known to lie while it is hidden. Of HIDDEN ones that
     * somebody printed marks for this is all that is known (0 and SC_UNBOUNDED: no more than that
     * they are hidden); of FREE ones `least` adds to what the policy's marks say. Both or neither.
     */
    const int64_t *least, *most;
    const struct sc_protect_sum *sums; /* further implied counts; may be NULL */
    size_t n_sums;
};

/* Zero is the default. */
struct sc_protect_policy {
    int64_t threshold;     /* 1 to threshold - 1 are sensitive; 0: 5 */
    int64_t width;         /* what is protected must be able to change by so much; 0: 1 */
    unsigned readers;      /* SC_READER_BIT()s; 0: all. The insider knows the rules */
    bool no_implied;       /* leave implied counts alone */
    bool two_marks;        /* marks tell small counts from others that are hidden */
    bool zeros_hidden;     /* zeros are hidden as small counts are, under their mark */
    bool groups_sensitive; /* hide totals of threshold or more with all people in one category */
    enum sc_minimise minimise;
    bool heuristic_only;     /* no search for better patterns or bounds after the first */
    size_t small;            /* unknowns up to which programs are over all of them; 0: 4,500 */
    uint64_t max_work;       /* units of work (docs/protection.md); 0: a default */
    bool (*stop)(void *arg); /* the clock: true ends the search. May be NULL */
    void *stop_arg;
};

enum sc_reason {
    SC_REASON_NONE = 0,  /* printed, or a figure nobody prints */
    SC_REASON_PRIMARY,   /* hidden by rule */
    SC_REASON_SECONDARY, /* hidden to protect others */
    SC_REASON_EARLIER,   /* hidden by an earlier release */
};

/* "", "primary", "secondary" or "earlier". Static. */
const char *sc_reason_name(enum sc_reason reason);

struct sc_pattern {
    size_t n_cells;
    /* How hidden figures are marked, for sc_pattern_figures(): as the policy said. */
    int64_t threshold;
    bool two_marks, zeros_hidden;
    uint8_t *reason; /* one a cell, enum sc_reason; other than NONE is hidden */
    size_t primary;
    size_t secondary;
    int64_t secondary_sum; /* of their counts */
    double cost;           /* in what was to be minimised: counts, cells or weights */
    double lower_bound;    /* no pattern that protects as much costs less. At most `cost` */
    bool optimal;          /* proved: they meet */
    bool stopped_by_clock;
    bool stopped_by_work;
    uint64_t work;
    /*
     * Every requirement is met as far as the protector can tell, other than those counted
     * next. The audit decides.
     */
    bool complete;
    /* Requirements no pattern can meet: figures already printed give them away. */
    size_t unprotectable;
};

/*
 * Chooses what to hide. `policy` NULL: the default. The caller frees *ret_pattern.
 *
 * SC_OK also when the search was stopped: the pattern then is the best safe one so far.
 * SC_E_RANGE (policy; counts below 0 or that do not add up), SC_E_NOMEM, or SC_E_UNDECIDED
 * when the solver itself broke down.
 */
SC_MUST_USE enum sc_status sc_protect_suppress(const struct sc_protect_input *input,
                                               const struct sc_protect_policy *policy,
                                               struct sc_pattern **ret_pattern,
                                               struct sc_error *err);

/* Frees `pattern`. NULL is allowed. */
void sc_pattern_free(struct sc_pattern *pattern);
SC_DEFINE_AUTO(sc_pattern);

/*
 * Weights that make totals dearer than their parts: 1 for an inner cell, four times as much
 * for each level up in each dimension (quarter 4, year 16). `ret_weight` has one place a cell.
 */
void sc_protect_weights(const struct sc_system *system, double *ret_weight);

/*
 * What would be printed: fills `ret_figures`, one a cell. Made cells are NONE, hidden ones
 * HIDDEN or what their mark says (SMALL, LARGE), others their value. Of the true count of a hidden
 * cell nothing goes in but, with two marks, whether it is small.
 */
void sc_pattern_figures(const struct sc_protect_input *input, const struct sc_pattern *pattern,
                        struct sc_figure *ret_figures);

/*
 * The hidden cells of 1 that are printed by somebody: the audit's `singles`. The caller frees
 * *ret_cells with sc_free(). Internal: which cells they are is a secret.
 */
SC_MUST_USE enum sc_status sc_pattern_singles(const struct sc_protect_input *input,
                                              const struct sc_pattern *pattern,
                                              uint32_t **ret_cells, size_t *ret_n,
                                              struct sc_error *err);

/*
 * Audits a pattern with the same policy, the insider being each true single person.
 * Internal: its findings name cells of 1. `policy` NULL: the default; its `stop` is passed on.
 * The caller frees *ret_audit; input->system must outlive it.
 */
SC_MUST_USE enum sc_status sc_pattern_audit(const struct sc_protect_input *input,
                                            const struct sc_protect_policy *policy,
                                            const struct sc_pattern *pattern,
                                            struct sc_audit **ret_audit, struct sc_error *err);

#endif
