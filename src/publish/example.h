/*
 * example.h - one piece of the certificate that a reader can add up: two small tables that
 * agree with every figure published and differ in withheld ones.
 */
#ifndef SC_PUBLISH_EXAMPLE_H
#define SC_PUBLISH_EXAMPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "publish/publish.h"

/* Most lines of a piece, one way or the other, without its total and its rest. */
#define SC_EXAMPLE_LINES_MAX 6

/*
 * The piece: some categories of one dimension of a table down, some of another across (or
 * one column), the other dimensions where `at` says. All zero (`table` NULL): none.
 */
struct sc_example {
    const struct sc_table *table; /* borrowed from the publication */
    size_t number;                /* its number on the page, from 1 */
    size_t at[SC_DIMENSIONS_MAX];
    size_t down;
    size_t across; /* SIZE_MAX: one column, at `at` */
    size_t rows[SC_EXAMPLE_LINES_MAX];
    size_t n_rows;
    size_t columns[SC_EXAMPLE_LINES_MAX];
    size_t n_columns;
    bool more_rows; /* there are others, the same in both tables: a line says what they come to */
    bool more_columns;
    /* By row and column, first the lines, then the rest (where there is one), then the total. */
    uint64_t values[2][SC_EXAMPLE_LINES_MAX + 2][SC_EXAMPLE_LINES_MAX + 2];
    bool withheld[SC_EXAMPLE_LINES_MAX + 2][SC_EXAMPLE_LINES_MAX + 2];
};

/* Rows (columns) of the piece with the rest and the total; a single column has neither. */
size_t sc_example_height(const struct sc_example *example);
size_t sc_example_width(const struct sc_example *example);

/*
 * The most telling piece of the publication's certificate: both ways added up where that can
 * be, few figures that differ. Only pieces whose every line adds up to its total, in both tables,
 * and whose totals are all published one way at least, are taken. Nothing but the certificate and
 * the published figures is looked at, so it gives away no more than they do.
 *
 * Returns SC_OK, with *ret_example all zero where there is no certificate, it cannot be read
 * or no piece of it will do; or SC_E_NOMEM.
 */
SC_MUST_USE enum sc_status sc_example_find(const struct sc_publication *publication,
                                           struct sc_example *ret_example, struct sc_error *err);

#endif
