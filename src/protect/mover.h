/*
 * mover.h - moves by linear programming: complete where boxes are only cheap.
 *
 * Two kinds. A narrow mover looks among open nodes only and asks for the shortest move: it answers
 * whether a requirement is met. A wide one may use every node and asks for the move
 * that is cheapest to open: it says what to hide.
 */
#ifndef SC_PROTECT_MOVER_H
#define SC_PROTECT_MOVER_H

#include "protect/budge.h"
#include "protect/pool.h"
#include "solver/solver.h"

struct sc_mover {
    struct sc_pool *pool;
    struct sc_lp *lp;
    bool wide;
    bool skips_budge; /* in a large problem looking at all rows takes longer than asking nearby */
    bool heeds_stop;  /* its programs end when the policy's stop says so: UNKNOWN */
    bool quick;       /* a fraction that is not soon made whole is UNKNOWN */
    bool near;        /* only some nodes and rows: no more come in */
    uint32_t *row_place; /* near: by row of the problem, its row here, SC_NONE */
    size_t n_rows;
    uint32_t *column;       /* by node: columns 2i (up) and 2i + 1 (down), SC_NONE */
    uint32_t *node;         /* by i */
    bool *live;             /* by i: bounds say it is open; wide: its cost says so */
    bool *frozen;           /* by node */
    struct sc_budge *budge; /* narrow: what rows alone say; of the turn budge_turn of the pool */
    uint64_t budge_turn;
    bool budge_stale; /* somebody was frozen or let go since */
    double *value;    /* by i: scratch */
    bool *pinned;     /* by i: scratch */
    /* A column being made, as long as the longest. */
    uint32_t *rows;
    double *signs, *turned;
    size_t n;
    uint64_t work;     /* done so far */
    uint64_t max_work; /* after which everything is UNKNOWN; 0: no limit */
};

enum sc_move_answer {
    SC_MOVE_FOUND,   /* the pool's last move */
    SC_MOVE_NONE,    /* proved: there is none */
    SC_MOVE_UNKNOWN, /* neither */
};

/* `pool` must outlive it. */
SC_MUST_USE enum sc_status sc_mover_new(struct sc_pool *pool, bool wide,
                                        struct sc_mover **ret_mover, struct sc_error *err);
/*
 * A wide mover of the nodes within `radius` steps over rows of `node` (1: those of its rows)
 * that are open or cost no more than `dearest`.
 */
SC_MUST_USE enum sc_status sc_mover_new_near(struct sc_pool *pool, uint32_t node, int radius,
                                             double dearest, struct sc_mover **ret_mover,
                                             struct sc_error *err);
void sc_mover_free(struct sc_mover *mover);
SC_DEFINE_AUTO(sc_mover);

/* Looks for a move that protects `node`, up or else down. */
SC_MUST_USE enum sc_status sc_mover_find(struct sc_mover *mover, uint32_t node,
                                         enum sc_move_answer *ret_answer, struct sc_error *err);

/* Keeps a node still in what follows, or lets it go. */
void sc_mover_freeze(struct sc_mover *mover, uint32_t node, bool frozen);

#endif
