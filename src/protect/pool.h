/*
 * pool.h - a pattern under way: which nodes are open, and the moves that show what is protected.
 *
 * Every move ever found is kept, with the number of its nodes that are not open. It
 * is usable while that is none. For each node the usable moves that change it by the policy's
 * width are counted, so that opening and closing nodes shows at once who is protected.
 */
#ifndef SC_PROTECT_POOL_H
#define SC_PROTECT_POOL_H

#include "protect/problem.h"

/* One node of one move. */
struct sc_pool_entry {
    uint32_t node;
    int32_t change;
    uint32_t move;
    uint32_t next; /* entry of the same node, SC_NONE */
};

struct sc_pool {
    const struct sc_problem *problem;
    bool *open;       /* by node */
    uint32_t *cover;  /* by node: usable moves that protect it */
    uint32_t *head;   /* by node: first entry */
    double cost;      /* of the open nodes */
    uint64_t n_turns; /* nodes opened and closed so far */
    size_t n_bare;    /* required nodes without cover */

    size_t n_moves;
    uint32_t *start; /* entries of move m: start[m] .. start[m + 1] - 1 */
    uint32_t *shut;  /* by move: nodes of it that are not open */
    struct sc_pool_entry *entries;
    size_t n_entries;
    size_t start_capacity, shut_capacity, entry_capacity;

    /* A move being put together: change by node, and the nodes touched. */
    int64_t *step;
    uint32_t *touched;
    size_t n_touched;
    bool *in_step;
};

/* Makes a pool with the nodes open that always are. `problem` must outlive it. */
SC_MUST_USE enum sc_status sc_pool_new(const struct sc_problem *problem, struct sc_pool **ret_pool,
                                       struct sc_error *err);
void sc_pool_free(struct sc_pool *pool);
SC_DEFINE_AUTO(sc_pool);

void sc_pool_open(struct sc_pool *pool, uint32_t node);
/* Closes a FREE node. */
void sc_pool_close(struct sc_pool *pool, uint32_t node);

/* Adds to the move being put together. */
void sc_pool_step(struct sc_pool *pool, uint32_t node, int64_t change);
/* Forgets it. */
void sc_pool_step_clear(struct sc_pool *pool);
/*
 * Ends it: fills in implied counts, checks rows and rooms in integers, keeps it. *ret_added
 * false: it is no move (then it is forgotten). Nodes of it need not be open.
 */
SC_MUST_USE enum sc_status sc_pool_step_end(struct sc_pool *pool, bool *ret_added,
                                            struct sc_error *err);

/* The change of `node` protects it. */
static inline bool sc_pool_protects(const struct sc_pool *pool, int32_t change)
{
    int64_t size = change < 0 ? -(int64_t)change : change;

    return size >= pool->problem->policy.width;
}

/* Whether a usable move protects `node` and leaves `but` alone. */
bool sc_pool_covered_but(const struct sc_pool *pool, uint32_t node, uint32_t but);

/* Drops moves that are not usable when there are more than `most` entries. */
void sc_pool_trim(struct sc_pool *pool, size_t most);

#endif
