/*
 * tableau.h - all changes of a table that keep every sum, written out.
 *
 * The sums of a model, solved for as many variables as they determine: each of these (a row) is
 * a sum of the others (the columns), which are free to change at will. So every column is a
 * move: one more of it, and what its entries say of the rows. Exchanging a row for a column
 * (a pivot) writes the same changes out in another way. All in whole numbers: exact.
 */
#ifndef SC_AUDIT_TABLEAU_H
#define SC_AUDIT_TABLEAU_H

#include "audit/model.h"

/*
 * scale[i] x[row[i]] = sum over j of entry[j * stride + i] x[column[j]], for changes x of a
 * table. Read only, but by the functions below.
 */
struct sc_tableau {
    size_t n_rows, n_columns, stride;
    uint32_t *row;    /* by row: the variable */
    uint32_t *column; /* by column: the variable */
    uint32_t *place;  /* by variable: its row, or n_rows + its column */
    int16_t *entry;   /* one column after the other */
    int16_t *scale;   /* by row: 1 or more, nearly always 1 */
    int16_t *filled;  /* by row: entries other than 0 */
    int16_t *most;    /* by column: its largest entry, without sign, or more */
    size_t n_filled;  /* entries other than 0 */
    size_t n_scaled;  /* rows with a scale other than 1 */
    int16_t *pivot;   /* by row: scratch */
};

/*
 * Solves the sums of `model`. *ret_tableau is NULL when there are too many variables or the
 * numbers grow too large; else the caller frees it. SC_OK or SC_E_NOMEM.
 */
SC_MUST_USE enum sc_status sc_tableau_new(const struct sc_model *model,
                                          struct sc_tableau **ret_tableau, struct sc_error *err);
void sc_tableau_free(struct sc_tableau *tableau);
SC_DEFINE_AUTO(sc_tableau);

/*
 * Makes the variable of `row` that of `column` and the other way round. Their entry must not
 * be 0. False, and nothing has changed, when a number would grow too large.
 */
SC_MUST_USE bool sc_tableau_pivot(struct sc_tableau *tableau, size_t row, size_t column);

/* A copy, and taking over what one holds: `to` must be a copy of this one, made at any time. */
SC_MUST_USE enum sc_status sc_tableau_copy(const struct sc_tableau *tableau,
                                           struct sc_tableau **ret_copy, struct sc_error *err);
void sc_tableau_assign(struct sc_tableau *to, const struct sc_tableau *from);

static inline int16_t sc_tableau_entry(const struct sc_tableau *t, size_t row, size_t column)
{
    return t->entry[column * t->stride + row];
}

#endif
