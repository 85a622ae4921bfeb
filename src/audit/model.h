/*
 * model.h - the open part of a system for one reader: what is left when everything
 * exact is taken out and cells that move together are made one.
 *
 * A variable is one or more open cells that always differ by the same number (a
 * total all of whose other children are known moves with the one that is not).
 * A row is a sum with at least two variables in it. A table that agrees with everything
 * printed is a value for every variable; the difference of two is a move: sums of moves
 * over each row are 0.
 */
#ifndef SC_AUDIT_MODEL_H
#define SC_AUDIT_MODEL_H

#include "audit/bounds.h"

struct sc_model {
    const struct sc_bounds *bounds;
    size_t n_variables;
    uint32_t *variable;  /* by cell; SC_NONE when the cell is exact */
    int64_t *offset;     /* by cell: cell = variable + offset */
    uint32_t *cell;      /* by variable: its first cell, where offset is 0 */
    int64_t *low, *high; /* by variable; high may be SC_UNBOUNDED or more */
    size_t n_rows;
    size_t *row_start; /* n_rows + 1 */
    uint32_t *row_variable;
    int8_t *row_sign;   /* mostly +1 or -1; more where cells were joined */
    int64_t *row_right; /* sum over the row = right */
    uint32_t *row_relation;
    size_t *in_start; /* rows of a variable: n_variables + 1 */
    uint32_t *in_row;
    int8_t *in_sign;
};

/* Makes the model. `bounds` must be tightened, free of contradiction, and outlive it. */
SC_MUST_USE enum sc_status sc_model_new(const struct sc_bounds *bounds, struct sc_model **ret_model,
                                        struct sc_error *err);
void sc_model_free(struct sc_model *model);
SC_DEFINE_AUTO(sc_model);

#endif
