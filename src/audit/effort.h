/*
 * effort.h - how much a question may cost.
 */
#ifndef SC_AUDIT_EFFORT_H
#define SC_AUDIT_EFFORT_H

#include <stdbool.h>
#include <stdint.h>

#include "solver/solver.h"

/* After so much every answer is "unknown", which is never "safe". */
struct sc_effort {
    uint64_t max_work;       /* simplex iterations; 0: no limit */
    bool (*stop)(void *arg); /* asked now and then; true ends the work. NULL: never */
    void *stop_arg;
};

/* Whether the caller has had enough. */
static inline bool sc_effort_over(const struct sc_effort *effort)
{
    return effort->stop && effort->stop(effort->stop_arg);
}

/* A linear solve that ends when the effort does. */
static inline struct sc_lp_options sc_effort_options(const struct sc_effort *effort)
{
    return (struct sc_lp_options){.stop = effort->stop, .stop_arg = effort->stop_arg};
}

#endif
