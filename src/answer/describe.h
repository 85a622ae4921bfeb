/*
 * describe.h - what describing the tables of a request and those of earlier releases share.
 */
#ifndef SC_ANSWER_DESCRIBE_H
#define SC_ANSWER_DESCRIBE_H

#include "answer/link.h"

#define SC_LINK_AGE_UNKNOWN (-1)
#define SC_LINK_AGE_MOST 130
/* The attribute of keyword categories, and of groups of them, begins so; then the dictionary's
 * hash. */
#define SC_LINK_METHOD "method"
#define SC_LINK_NONE_CODE "none"
#define SC_LINK_OTHER_CODE "other"
/* In the attribute of a thing counted by those of its several persons. */
#define SC_LINK_OF_ANY "of any"

struct sc_describing {
    const struct sc_job *job; /* NULL: nothing is known but what was published */
    struct sc_arena *arena;
    struct sc_spans period;
    const struct sc_table *table; /* in hand */
    const struct sc_table_wanted *wanted;
    struct sc_error *err;
};

/* Whether a dimension of this code is years, quarters or months. */
bool sc_describes_time(const char *code);

/* The days of a year, quarter or month as its code names it. False when it is none. */
bool sc_parse_time(const char *code, struct sc_span *ret);

/*
 * Whether the records make things of this unit offences, one for one: where a row is an offence,
 * rows; and victims, unless the records say by an id that some have none.
 */
bool sc_describes_offences(const struct sc_source *source, enum sc_unit unit);

/* Fill `to` for one dimension of table d->table. SC_E_UNSUPPORTED, with the reason; SC_E_NOMEM. */
SC_MUST_USE enum sc_status sc_describe_time(const struct sc_describing *d,
                                            const struct sc_dimension *dimension,
                                            struct sc_link_dimension *to);
SC_MUST_USE enum sc_status sc_describe_outcomes(const struct sc_describing *d,
                                                const struct sc_dimension *dimension,
                                                struct sc_link_dimension *to);
SC_MUST_USE enum sc_status sc_describe_plain(const struct sc_describing *d,
                                             const struct sc_dimension *dimension,
                                             struct sc_link_dimension *to);

#endif
