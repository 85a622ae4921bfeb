/*
 * walk.h - from one whole-number table to others: the heart of the audit.
 *
 * A base is one table of whole numbers that agrees with everything printed. A move is a
 * whole-number change of it to another such table. A figure is protected when some
 * move changes it; it is given away when none can.
 *
 * The base comes from local search or the solver: nothing here has ever seen a true count.
 */
#ifndef SC_AUDIT_WALK_H
#define SC_AUDIT_WALK_H

#include "audit/effort.h"
#include "audit/model.h"

/* Moves found so far, sparse: entries start[i] .. start[i+1]-1 of variable and change. */
struct sc_moves {
    size_t n;
    size_t *start; /* n + 1 */
    uint32_t *variable;
    int32_t *change;
    size_t n_entries;
    size_t start_capacity, variable_capacity, change_capacity;
};

void sc_moves_release(struct sc_moves *moves);
/* Appends a move unchecked. SC_OK or SC_E_NOMEM (nothing is appended). */
SC_MUST_USE enum sc_status sc_moves_add(struct sc_moves *moves, size_t n, const uint32_t *variables,
                                        const int32_t *changes, struct sc_error *err);

/* What became of a question to the solver. */
enum sc_answer {
    SC_ANSWER_YES,     /* with a whole-number witness, checked in integers */
    SC_ANSWER_NO,      /* proved impossible */
    SC_ANSWER_UNKNOWN, /* neither: never to be taken as "safe" */
};

struct sc_program; /* program.h */

struct sc_walk {
    const struct sc_model *model;
    int64_t *base;  /* by variable */
    int64_t *least; /* by variable: least and most that the base and the moves reach */
    int64_t *most;
    struct sc_moves moves;
    struct sc_program *whole; /* the move program over all variables, made when first needed */
    bool *frozen;             /* by variable: must not move */
    uint32_t *near;           /* by variable: scratch, a list of them */
    bool *is_near;            /* by variable: scratch */
    size_t near_most;         /* variables in the smallest surroundings looked at; 0: none are */
    uint32_t *listed;         /* by variable: scratch, a move as a list */
    int32_t *change;
    int64_t *row_sum; /* by row: scratch */
    uint64_t n_solves, n_dives, n_searches;
    uint64_t work; /* simplex iterations so far */
    struct sc_effort effort;
};

/*
 * Finds a base for `model`, which must outlive the walk. *ret_answer YES: *ret_walk is made
 * and the caller frees it. NO: no whole-number table agrees with what is printed.
 */
SC_MUST_USE enum sc_status sc_walk_new(const struct sc_model *model, struct sc_effort effort,
                                       struct sc_walk **ret_walk, enum sc_answer *ret_answer,
                                       struct sc_error *err);
/*
 * The same from a table known to agree (another reader's base, or one of its moves away): `cell`
 * holds a value for every cell of the system. Asserts that it agrees.
 */
SC_MUST_USE enum sc_status sc_walk_from(const struct sc_model *model, const int64_t *cell,
                                        struct sc_effort effort, struct sc_walk **ret_walk,
                                        struct sc_error *err);
void sc_walk_free(struct sc_walk *walk);
SC_DEFINE_AUTO(sc_walk);

/* Whether `base`, one value a variable, keeps every bound and row of the model. */
bool sc_model_agrees(const struct sc_model *model, const int64_t *base);

/* Whether the values of `cell` agree with the model in every variable, offset and row. */
bool sc_model_holds(const struct sc_model *model, const int64_t *cell);

/*
 * Looks for a move that changes `variable` by at least `amount` (1 or more) in the
 * direction of `sign` (+1, -1) and leaves frozen variables alone. YES adds it to the moves.
 */
SC_MUST_USE enum sc_status sc_walk_step(struct sc_walk *walk, uint32_t variable, int sign,
                                        int64_t amount, enum sc_answer *ret_answer,
                                        struct sc_error *err);

/*
 * The same either way, looking at the surroundings of `variable` only: quick, and cannot say that
 * there is none.
 */
SC_MUST_USE enum sc_status sc_walk_near(struct sc_walk *walk, uint32_t variable, int64_t amount,
                                        bool *ret_found, struct sc_error *err);

/* The same by local search over all variables (seek.h); in large models only. */
SC_MUST_USE enum sc_status sc_walk_seek(struct sc_walk *walk, uint32_t variable, int64_t amount,
                                        bool *ret_found, struct sc_error *err);

/* Freezes or frees a variable for the steps that follow. */
void sc_walk_freeze(struct sc_walk *walk, uint32_t variable, bool frozen);

/* Moves the base to another table, given for every variable. It must agree (asserted). */
void sc_walk_rebase(struct sc_walk *walk, const int64_t *base);

/*
 * Adds a move given as a list of different variables and their changes, when it keeps every
 * sum and, at the base, every bound, and leaves frozen variables alone; else *ret_added is false.
 */
SC_MUST_USE enum sc_status sc_walk_add(struct sc_walk *walk, size_t n, const uint32_t *variables,
                                       const int32_t *changes, bool *ret_added,
                                       struct sc_error *err);

/*
 * Moves the base by such a list (asserted to be a move). Moves added before are then moves of
 * the old base, and least and most of the variables changed begin again at the new one.
 */
void sc_walk_shift(struct sc_walk *walk, size_t n, const uint32_t *variables,
                   const int32_t *changes);

/*
 * Whether move `m` of the walk fits at the base as it now is: +1 as it is, -1 turned round, 0
 * neither, or it changes a variable that has `avoid` (NULL: none has).
 */
int sc_walk_fits(const struct sc_walk *walk, size_t m, const bool *avoid);

/*
 * Moves the base by the solver to a table where `variable` is `at`. UNKNOWN: too hard, or only to
 * one beyond (the base has moved).
 */
SC_MUST_USE enum sc_status sc_walk_go(struct sc_walk *walk, uint32_t variable, int64_t at,
                                      enum sc_answer *ret_answer, struct sc_error *err);

/* The value of every cell of the system at the base. `ret_cell` has n_cells places. */
void sc_walk_table(const struct sc_walk *walk, int64_t *ret_cell);

#endif
