/*
 * seeker.h - moves of a pattern by local search: quick in large problems, where programs are slow
 * and boxes too simple.
 */
#ifndef SC_PROTECT_SEEKER_H
#define SC_PROTECT_SEEKER_H

#include "audit/model.h"
#include "protect/pool.h"

struct sc_seeker {
    struct sc_pool *pool;
    struct sc_model model; /* the problem's rows, seen as those of a model of changes */
    int64_t *low;          /* by node: least change */
    int64_t *change;       /* by node: scratch */
    bool *still;           /* by node: scratch */
    uint64_t work;         /* done so far, in looks at one node */
};

/* `pool` must outlive it. The caller frees *ret_seeker. SC_OK or SC_E_NOMEM. */
SC_MUST_USE enum sc_status sc_seeker_new(struct sc_pool *pool, struct sc_seeker **ret_seeker,
                                         struct sc_error *err);
void sc_seeker_free(struct sc_seeker *seeker);
SC_DEFINE_AUTO(sc_seeker);

/*
 * Looks for a move of open nodes that protects `node` and leaves the nodes of `avoid` (by node)
 * alone, in so many steps each way. *ret_found: it is the pool's last move. There may be one all
 * the same where none is found.
 */
SC_MUST_USE enum sc_status sc_seeker_find(struct sc_seeker *seeker, uint32_t node,
                                          const bool *avoid, uint64_t steps, bool *ret_found,
                                          struct sc_error *err);

#endif
