/*
 * hierarchy.h - what adds up in an answer's tables, for readers of the published files.
 */
#ifndef SC_ANSWER_HIERARCHY_H
#define SC_ANSWER_HIERARCHY_H

#include "answer/link.h"
#include "base/text.h"

/*
 * Appends tables/hierarchy.csv: dimension, code, parent, kind (docs/check.md), for the dimensions
 * of all tables as their tidy CSV calls them. With it `check` adds the tables up as they were made,
 * and needs to guess nothing. A dimension that tables cut in several ways (two schemes of age
 * bands) is left out, for a code has one parent there; `check` finds those by itself.
 *
 * SC_E_UNSUPPORTED: two tables call different things by one name, so that nobody could tell
 * from the files what adds up. SC_E_NOMEM.
 */
SC_MUST_USE enum sc_status sc_hierarchy_csv(const struct sc_link_table *tables, size_t n_tables,
                                            struct sc_buf *out, struct sc_error *err);

#endif
