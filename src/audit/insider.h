/*
 * insider.h - the parts of the insider test, shared by its files only: insider.c where the
 * officer says which cells are 1, insider_any.c where any hidden figure might be.
 */
#ifndef SC_AUDIT_INSIDER_H
#define SC_AUDIT_INSIDER_H

#include "audit/internal.h"

/* Insiders that every move of one figure touches. */
struct sc_insider_open {
    bool moved;     /* some move changes the figure */
    uint32_t *list; /* variables, sorted */
    size_t n;
};

struct sc_insiders {
    struct sc_run *run;
    const struct sc_attack *attack;
    struct sc_walk *walk;
    int64_t *home; /* by variable: insider_any.c: a table with room, to set out from */
    struct sc_shortcut *shortcut; /* of the walk */
    struct sc_insider_open *open; /* by variable */
    bool *target;                 /* by variable: must not be known: see sc_insider_targets() */
    uint32_t *rest;    /* by variable: the sum whose hidden part it would tell; SC_NONE */
    bool *single;      /* by variable: 1 at the base and to be tested */
    bool *touched;     /* by variable: changed by the move in hand */
    bool *avoid;       /* by variable: scratch, all false between uses */
    bool *single_cell; /* by cell: 1 at the base and to be tested */
    struct sc_persons *persons;
    const uint32_t *twin; /* by cell: which cells are the same person, at this base */
    bool *is_one;         /* by cell: scratch */
    bool *fails;          /* by cell: as a single gives something away */
    uint32_t *list;       /* scratch */
    size_t n_moves_seen;  /* moves already taken into account at this base */
    bool certain;         /* failures found are real */
};

/* One move of variable `p` either way that leaves frozen variables alone. */
SC_MUST_USE enum sc_status sc_insider_ask(struct sc_insiders *in, uint32_t p,
                                          enum sc_answer *ret_answer, struct sc_error *err);

/*
 * Reports every wanted and sensitive cell of variable `p`, as at the base, as known to the
 * person in cell `single`, unless it is that person herself.
 */
SC_MUST_USE enum sc_status sc_insider_report(struct sc_insiders *in, uint32_t p, uint32_t single,
                                             enum sc_verdict verdict, struct sc_error *err);

/*
 * Works out what insiders must not know at the base: variables with a cell that is wanted and
 * sensitive, and hidden totals of sums whose hidden part is small, for who knows the total
 * knows that part. What everybody knows is left out.
 */
void sc_insider_targets(struct sc_insiders *in);

/* Works out `twin` for the base: before anything is reported about it. */
void sc_insider_persons(struct sc_insiders *in);

/* Reports what is tied to the singles of the base (`single_cell`) by a known difference. */
SC_MUST_USE enum sc_status sc_insider_companions(struct sc_insiders *in, struct sc_error *err);

/*
 * A table with every known single at 1 and all other hidden figures at `others` or more, in
 * `table` (by cell); another answer: none, or none found.
 */
SC_MUST_USE enum sc_status sc_insider_table(struct sc_insiders *in, int64_t others, int64_t *table,
                                            enum sc_answer *ret_answer, struct sc_error *err);

/* Gives one walk the moves of another over the same model. */
SC_MUST_USE enum sc_status sc_insider_copy_moves(const struct sc_walk *from, struct sc_walk *to,
                                                 struct sc_error *err);

bool sc_insider_stopped(const struct sc_insiders *in);

/*
 * avoid.c: whether some table agrees with everything printed in which no cell that `fails` is 1.
 * False too where none was found within the work allowed.
 */
SC_MUST_USE enum sc_status sc_insider_avoidable(struct sc_insiders *in, bool *ret_avoidable,
                                                struct sc_error *err);

/* insider_any.c: tests every figure that could be 1. */
SC_MUST_USE enum sc_status sc_insider_try_all(struct sc_insiders *in, struct sc_error *err);

/*
 * insider_each.c: the same for the first *ret_done of `cells`: all, unless the table is too large
 * or too cramped for it. `home` must be set, and may be moved to a better one.
 */
SC_MUST_USE enum sc_status sc_insider_each(struct sc_insiders *in, const uint32_t *cells,
                                           size_t n_cells, size_t *ret_done, struct sc_error *err);

#endif
