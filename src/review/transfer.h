/*
 * transfer.h - a review as CSV, for labelling in a spreadsheet, and back. docs/review.md has
 * the format.
 *
 * Columns: (record), one a category by its code, (none), (skip), and (narrative) where they
 * were asked for. Names in brackets cannot be codes of categories.
 */
#ifndef SC_REVIEW_TRANSFER_H
#define SC_REVIEW_TRANSFER_H

#include "base/text.h"
#include "review/find.h"
#include "review/review.h"

/*
 * Appends the CSV. `labels` (NULL: none) are filled in. With `narratives` (NULL: without)
 * the text HOLDS NARRATIVES: write it only where the officer said, readable by its owner alone.
 */
void sc_review_export(const struct sc_review *review, const struct sc_labels *labels,
                      const struct sc_narratives *narratives, struct sc_buf *out);

/*
 * Reads such a CSV back, `name` standing for the file. A row without any mark is not labelled and
 * left out. All mistakes, up to 20, are in `diagnostics` by line and field (SC_E_INPUT); nothing
 * of a cell is quoted. The caller frees *ret_labels with sc_free().
 */
SC_MUST_USE enum sc_status sc_review_import(const char *name, const char *bytes, size_t len,
                                            const struct sc_review *review,
                                            struct sc_label_given **ret_labels, size_t *ret_n,
                                            struct sc_diagnostics *diagnostics,
                                            struct sc_error *err);

#endif
