/*
 * cover.h - the cuts found so far, and cheap whole solutions of them.
 *
 * A cut says that the weights of its chosen nodes come to 1 or more. What the cuts say of a node
 * costs no solver: a node without which some cut is not met is needed by every safe
 * pattern that is otherwise the same.
 */
#ifndef SC_PROTECT_COVER_H
#define SC_PROTECT_COVER_H

#include "protect/cutter.h"

/* A node in a cut. */
struct sc_cover_entry {
    uint32_t node;
    uint32_t cut;
    uint32_t next; /* entry of the same node, SC_NONE */
    float weight;
};

/* A chosen node and what it costs. */
struct sc_cover_rank {
    double cost;
    uint32_t node;
};

struct sc_cover {
    const struct sc_problem *problem;
    size_t n_cuts;
    uint32_t *start; /* n_cuts + 1 */
    struct sc_cover_entry *entries;
    size_t n_entries;
    uint32_t *head; /* by node */
    size_t start_capacity, entry_capacity, active_capacity, urgency_capacity;

    bool *chosen;    /* by node */
    double cost;     /* of the chosen */
    double *active;  /* by cut: weights of its chosen nodes */
    double *urgency; /* by cut: how hard it is to keep met (local search) */
    size_t n_open;   /* cuts not met */
    double *gain;    /* by node: scratch of the greedy; negative: to be worked out anew */
    struct sc_cover_rank *rank; /* scratch */
    uint64_t *moved;            /* by node: step of the local search it last changed in */
    uint64_t seed;
    uint64_t work;
};

SC_MUST_USE enum sc_status sc_cover_new(const struct sc_problem *problem,
                                        struct sc_cover **ret_cover, struct sc_error *err);
void sc_cover_free(struct sc_cover *cover);
SC_DEFINE_AUTO(sc_cover);

SC_MUST_USE enum sc_status sc_cover_add(struct sc_cover *cover, const struct sc_cut *cut,
                                        struct sc_error *err);
void sc_cover_choose(struct sc_cover *cover, uint32_t node, bool chosen);
/* Chooses what is open and no more. */
void sc_cover_match(struct sc_cover *cover, const bool *open);
/* Some cut is not met without this chosen node. */
bool sc_cover_needs(const struct sc_cover *cover, uint32_t node);

/*
 * Chooses more until all cuts are met, those with much gain for their cost first; `x` (may
 * be NULL) says what a relaxed solution thinks of each. Then drops what is not needed.
 */
void sc_cover_fill(struct sc_cover *cover, const double *x);

/*
 * Looks for a cheaper solution by local search with weights on the cuts, for `steps` steps
 * from the one there is. Ends at the best found, which meets all cuts.
 */
SC_MUST_USE enum sc_status sc_cover_improve(struct sc_cover *cover, uint64_t steps,
                                            struct sc_error *err);

#endif
