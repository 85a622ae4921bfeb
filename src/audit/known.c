/*
 * known.c - finding a known move of a variable that fits.
 *
 * For each variable the moves that change it are a list, newest first: what was found last was
 * found at a table near by. Moves added to the walk since the last question are taken up first.
 */
#include "audit/known.h"

#include "base/error.h"

struct sc_known {
    const struct sc_walk *walk;
    size_t n_seen;  /* moves in the lists */
    uint32_t *head; /* by variable: 1 + its newest entry in the walk's moves; 0: none */
    uint32_t *next; /* by entry: the same of the one before it */
    uint32_t *move; /* by entry: the move it is in */
    size_t next_capacity, move_capacity;
};

void sc_known_free(struct sc_known *known)
{
    if (!known)
        return;
    sc_free(known->head);
    sc_free(known->next);
    sc_free(known->move);
    sc_free(known);
}

enum sc_status sc_known_new(const struct sc_walk *walk, struct sc_known **ret_known,
                            struct sc_error *err)
{
    SC_AUTO(sc_known) known = sc_alloc(sizeof *known);

    if (!known)
        return sc_fail_nomem(err);
    known->walk = walk;
    known->head = sc_alloc_array(walk->model->n_variables, sizeof *known->head);
    if (!known->head)
        return sc_fail_nomem(err);
    *ret_known = SC_TAKE(known);
    return SC_OK;
}

static enum sc_status take_up(struct sc_known *known, struct sc_error *err)
{
    const struct sc_moves *moves = &known->walk->moves;

    for (; known->n_seen < moves->n; known->n_seen++)
        for (size_t i = moves->start[known->n_seen]; i < moves->start[known->n_seen + 1]; i++) {
            enum sc_status status =
                sc_grow((void **)&known->next, &known->next_capacity, i, sizeof *known->next, err);

            if (!status)
                status = sc_grow((void **)&known->move, &known->move_capacity, i,
                                 sizeof *known->move, err);
            if (status)
                return status;
            known->move[i] = (uint32_t)known->n_seen;
            known->next[i] = known->head[moves->variable[i]];
            known->head[moves->variable[i]] = (uint32_t)i + 1;
        }
    return SC_OK;
}

enum sc_status sc_known_find(struct sc_known *known, uint32_t variable, size_t *ret_move,
                             struct sc_error *err)
{
    enum sc_status status = take_up(known, err);

    *ret_move = known->walk->moves.n;
    for (uint32_t e = known->head[variable]; e != 0 && !status; e = known->next[e - 1])
        if (sc_walk_fits(known->walk, known->move[e - 1], known->walk->frozen) != 0) {
            *ret_move = known->move[e - 1];
            break;
        }
    return status;
}
