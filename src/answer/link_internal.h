/*
 * link_internal.h - the parts of linking, for each other. Call order: dimensions and codes
 * (link_codes.c), cells (link.c), then the counts (link_counts.c).
 */
#ifndef SC_ANSWER_LINK_INTERNAL_H
#define SC_ANSWER_LINK_INTERNAL_H

#include "answer/lines.h"
#include "answer/link.h"

#define SC_LINK_GROUP_MAX SC_DIMENSIONS_MAX

/* One attribute of all tables that have it. */
struct sc_link_attribute {
    const char *name;
    enum sc_link_kind kind;
    uint32_t dimension;
    struct sc_line line; /* LINE */
    /* OVERLAP: by code */
    bool *apart;
    const struct sc_link_union **unions; /* NULL: of none */
    size_t capacity;
};

/* The dimensions of one table that are one attribute, and the code of each of their positions. */
struct sc_link_group {
    size_t attribute; /* into linking.attributes */
    size_t dims[SC_LINK_GROUP_MAX];
    size_t n;
    uint32_t *codes; /* by position, the last dimension fastest; SC_NONE: cannot be */
};

struct sc_linking {
    const struct sc_link_table *tables;
    size_t n_tables;
    struct sc_linked *linked;
    struct sc_link_attribute attributes[SC_SYSTEM_DIMENSIONS_MAX];
    size_t n_attributes;
    uint32_t unit, selection; /* dimensions */
    uint32_t units[SC_N_UNITS];
    bool *known; /* by cell */
    bool *own;   /* by cell: in a table that is to be protected */
    struct sc_error *err;
};

/* link_codes.c: the dimensions of the system; then the codes of all tables and what adds up. */
SC_MUST_USE enum sc_status sc_link_dimensions(struct sc_linking *l);
SC_MUST_USE enum sc_status sc_link_codes(struct sc_linking *l);
/* The dimensions of a table by attribute; time is always there, if only as the period. */
size_t sc_link_groups(struct sc_linking *l, const struct sc_link_table *table,
                      struct sc_link_group *groups);
/* All that the attribute of `group` is about in `table`. */
struct sc_spans sc_link_base(const struct sc_linking *l, const struct sc_link_table *table,
                             const struct sc_link_group *group);

/* link_unions.c: the sums of categories that overlap, and of unions of them. */
SC_MUST_USE enum sc_status sc_link_overlap(struct sc_linking *l,
                                           const struct sc_link_attribute *attribute);

/* link.c: calls `visit` for every position of a table that can be, with its codes. */
typedef enum sc_status sc_link_visit_fn(struct sc_linking *l, size_t table_i, size_t position,
                                        const uint32_t *codes);
SC_MUST_USE enum sc_status sc_link_visit(struct sc_linking *l, size_t table_i,
                                         sc_link_visit_fn *visit);

/* link_empty.c: which cells nobody prints are known to be 0, by linked->empty. All cells are there.
 */
SC_MUST_USE enum sc_status sc_link_find_empty(struct sc_linking *l);

/* link_counts.c: a count and a role for every cell. */
SC_MUST_USE enum sc_status sc_link_counts(struct sc_linking *l);

#endif
