/*
 * bounds.h - what one reader knows of every cell, tightened by simple sums, with reasons.
 *
 * Each cell has an interval of whole numbers. Tightening goes over the sums again and
 * again: a total is at most the sum of what its children can be, a child at most the
 * total less the least of its sisters, and so on. A cell whose interval is one number
 * is given away. Every step is remembered, so that each bound can be turned into a proof:
 * a whole-number combination of sums that gives it from what is printed (proof.h).
 */
#ifndef SC_AUDIT_BOUNDS_H
#define SC_AUDIT_BOUNDS_H

#include "system/release.h"

/* "No upper bound". Far above any count, far below overflow when summed up. */
#define SC_UNBOUNDED (INT64_C(1) << 40)

enum sc_side { SC_LOW, SC_HIGH };

/* One tightening: relation `why` gave `cell` the bound `value` on `side`. */
struct sc_tightening {
    uint32_t cell;
    uint32_t why;
    uint32_t before; /* the earlier tightening of the same cell and side, SC_NONE: as given */
    enum sc_side side;
    int64_t value;
};

struct sc_bounds {
    const struct sc_system *system;
    size_t n_cells;
    int64_t *given[2]; /* by side: as the reader knows them from the figures alone */
    int64_t *now[2];   /* after tightening */
    uint32_t *last[2]; /* the last tightening of each, SC_NONE */
    struct sc_tightening *log;
    size_t n_log;
    size_t log_capacity;
    /* Set when two bounds cross: no table agrees with what is printed. */
    bool contradiction;
    uint32_t contradiction_cell;
};

/* What a reader makes of the figures. */
struct sc_knowledge {
    int64_t hidden_low; /* least a hidden figure can be: 0 (sums), or 1 (rules, zeros printed) */
    bool small_marks;   /* believes what marks say: at most, at least */
    int64_t rounded;    /* figures are multiples of it, within `rounded_by`; 0: exact */
    int64_t rounded_by;
    /* By cell: what each printed number can stand for, and what is known of others; NULL: see
     * `rounded`. */
    const int64_t *least;
    const int64_t *most;
};

/*
 * Sets up the given bounds from what is shown. Zero-initialise `bounds` first; release it
 * afterwards whatever happened. `system` must outlive it. SC_OK or SC_E_NOMEM.
 */
SC_MUST_USE enum sc_status sc_bounds_init(struct sc_bounds *bounds, const struct sc_system *system,
                                          const struct sc_figure *figures,
                                          const struct sc_knowledge *knowledge,
                                          struct sc_error *err);
void sc_bounds_release(struct sc_bounds *bounds);

/* Fixes one cell as given knowledge (an insider knows it). Before tightening. */
void sc_bounds_fix(struct sc_bounds *bounds, uint32_t cell, int64_t value);

/*
 * Tightens until nothing changes (or a generous limit of steps, which only makes the
 * bounds weaker). Sets `contradiction` when there is one. SC_OK or SC_E_NOMEM.
 */
SC_MUST_USE enum sc_status sc_bounds_tighten(struct sc_bounds *bounds, struct sc_error *err);

static inline bool sc_bounds_exact(const struct sc_bounds *bounds, uint32_t cell)
{
    return bounds->now[SC_LOW][cell] == bounds->now[SC_HIGH][cell];
}

#endif
