/*
 * selections.h - which records releases are about: the same offences, others, or some of both.
 *
 * A selection is a list of offence codes and recorded-crime classes, dated by one of the days of a
 * record; none is every offence. Selections by different days are unrelated: nobody can
 * add up offences recorded in a month and offences committed in it. Of the others, those that
 * overlap are cut into common parts, as bands are.
 */
#ifndef SC_ANSWER_SELECTIONS_H
#define SC_ANSWER_SELECTIONS_H

#include "base/memory.h"
#include "safecount/request.h"

/* Most selections that can be told apart. */
#define SC_SELECTIONS_MAX 64

struct sc_selection {
    const char *const *codes; /* "071/17" or "88A", sorted, each once; borrowed */
    size_t n_codes;           /* 0: every offence */
    enum sc_date_event date;
    /* Filled by sc_selections_part(). */
    const char *name;         /* equal for equal selections */
    const char *const *parts; /* names of those it is the sum of; it is one itself: NULL */
    size_t n_parts;
};

/* Whether two selections can have a record in common. */
bool sc_selections_meet(const struct sc_selection *a, const struct sc_selection *b);

/*
 * Names each of `n` selections and says of which parts they are sums. Everything lives in
 * `arena`. SC_E_UNSUPPORTED: over SC_SELECTIONS_MAX different ones; SC_E_NOMEM.
 */
SC_MUST_USE enum sc_status sc_selections_part(struct sc_selection *selections, size_t n,
                                              struct sc_arena *arena, struct sc_error *err);

#endif
