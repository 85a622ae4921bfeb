/*
 * lattice.h - the nearest additive table of multiples: what every kind of rounding comes down to.
 *
 * Each cell of a linked system gets a whole number of steps, y, within bounds of its own, so that
 * every sum of the system holds and
 *
 *     cost = sum over cells of weight x |base x y - target|
 *
 * is least. In one or two dimensions (one hierarchy) this is a transport problem and the linear
 * program's answer is whole; in more it is a whole-number problem that need not have a solution.
 */
#ifndef SC_PROTECT_LATTICE_H
#define SC_PROTECT_LATTICE_H

#include "system/system.h"

/* Beyond any y: a bound that is none. */
#define SC_LATTICE_FAR (INT64_C(1) << 40)

struct sc_lattice {
    const struct sc_system *system; /* linked */
    int64_t base;                   /* at least 2 */
    const int64_t *target;          /* by cell, at least 0; every sum holds */
    const int64_t *low;             /* by cell: 0 or more */
    const int64_t *high;            /* by cell: low or more; SC_LATTICE_FAR: no bound */
    const int64_t *weight;          /* by cell: 0 (no cost) or more */
    uint64_t max_work;              /* units of search (one sum looked at); 0: a default */
    bool (*stop)(void *arg);        /* asked now and then; true: end with the best so far */
    void *stop_arg;
};

enum sc_lattice_state {
    SC_LATTICE_FOUND,
    SC_LATTICE_NONE,    /* proved: no such table */
    SC_LATTICE_UNKNOWN, /* none was found within the work allowed */
};

struct sc_lattice_result {
    enum sc_lattice_state state;
    int64_t *y;    /* FOUND: by cell; owned. Checked in integers. Else NULL */
    int64_t cost;  /* FOUND */
    int64_t bound; /* no such table costs less (proved by the program or cell by cell) */
    bool by_clock; /* `stop` ended it */
};

/* SC_OK, SC_E_NOMEM or SC_E_UNDECIDED (the solver broke down). Release the result. */
SC_MUST_USE enum sc_status sc_lattice_solve(const struct sc_lattice *lattice,
                                            struct sc_lattice_result *ret_result,
                                            struct sc_error *err);
void sc_lattice_result_release(struct sc_lattice_result *result);

/* ---- shared by the files of the solver ---------------------------------------------- */

/* weight x |base x y - target| of one cell. */
int64_t sc_lattice_cost_of(const struct sc_lattice *lattice, uint32_t cell, int64_t y);
/* Whether bounds and sums hold; *ret_cost then is the cost. */
bool sc_lattice_holds(const struct sc_lattice *lattice, const int64_t *y, int64_t *ret_cost);

/* lattice_program.c: linear and whole-number programs. */
struct sc_lattice_program; /* opaque */

SC_MUST_USE enum sc_status sc_lattice_program_new(const struct sc_lattice *lattice,
                                                  struct sc_lattice_program **ret_program,
                                                  struct sc_error *err);
void sc_lattice_program_free(struct sc_lattice_program *program);
SC_DEFINE_AUTO(sc_lattice_program);
/*
 * Solves without wholeness. *ret_result->bound is set where the program was solved, state NONE
 * where it has no solution; FOUND with y where its answer happens to be whole.
 */
SC_MUST_USE enum sc_status sc_lattice_relax(struct sc_lattice_program *program,
                                            struct sc_lattice_result *result, struct sc_error *err);
/*
 * Branch and bound for something cheaper than result->y (or for anything when there is none), over
 * at most `max_nodes` nodes. Improves y, cost, bound and state.
 */
SC_MUST_USE enum sc_status sc_lattice_branch(struct sc_lattice_program *program, uint32_t max_nodes,
                                             struct sc_lattice_result *result,
                                             struct sc_error *err);

/*
 * lattice_search.c: local search from `result->y` or from the nearest multiples. Improves y, cost
 * and state where it can; never says NONE.
 */
SC_MUST_USE enum sc_status sc_lattice_search(const struct sc_lattice *lattice, uint64_t max_work,
                                             struct sc_lattice_result *result,
                                             struct sc_error *err);

#endif
