/*
 * coarse.h - tables of an answer, made coarser than the request asks.
 *
 * A level of a table says for each of its dimensions whether it stays, is left out, or is replaced
 * by a coarser one: months by quarters or years, bands of ages by fewer and wider ones. Levels are
 * made from the table of true counts, and are applied to it and to what link.c knows of it alike,
 * so that nothing is counted again. Categories that overlap stay or go; they are never merged.
 *
 * Sees true counts: which levels there are to choose from is for the officer alone.
 */
#ifndef SC_ANSWER_COARSE_H
#define SC_ANSWER_COARSE_H

#include "answer/link.h"

/* What becomes of one dimension. */
struct sc_coarse_dim {
    bool dropped;
    const struct sc_dimension *as; /* instead of it; NULL: as it is */
    const size_t *map;             /* with `as`: the new category of each old one */
};

struct sc_coarse_level {
    struct sc_coarse_dim dims[SC_DIMENSIONS_MAX];
    const char
        *text;    /* "Month by quarter, Age of victim in 2 bands", or "" for the table as it is */
    size_t cells; /* figures, totals too */
    size_t small; /* of these, 1 to threshold - 1 */
};

/*
 * Lists the levels of `table` that no other beats (at least as many figures, at most as many small
 * ones), most figures first. `financial`: years begin in April. Everything is in `arena`.
 * SC_E_RANGE: too many figures and levels to look at; SC_E_NOMEM.
 */
SC_MUST_USE enum sc_status sc_coarse_levels(const struct sc_table *table, uint64_t threshold,
                                            bool financial, struct sc_arena *arena,
                                            struct sc_coarse_level **ret_levels, size_t *ret_n,
                                            struct sc_error *err);

/*
 * The level of a list that prints most figures with at most `percent` of them small; where none
 * has so few, the one with the smallest share of small ones.
 */
const struct sc_coarse_level *sc_coarse_pick(const struct sc_coarse_level *levels, size_t n,
                                             uint64_t percent);

/* The table at a level. Everything new is in `arena`, the rest borrowed. False without memory. */
bool sc_coarse_table(struct sc_arena *arena, const struct sc_table *table,
                     const struct sc_coarse_level *level, struct sc_table *to);
/* What link.c knows of it: `from` is of the table before, `table` the one made. */
bool sc_coarse_link(struct sc_arena *arena, const struct sc_link_table *from,
                    const struct sc_coarse_level *level, const struct sc_table *table,
                    struct sc_link_table *to);

/* ---- shared by the files of this ------------------------------------------------------ */

/* One thing that can become of a group of dimensions: a dimension with those within it. */
struct sc_coarse_option {
    struct sc_coarse_dim dims[SC_DIMENSIONS_MAX]; /* those of the group are meant */
    const char *text;                             /* "" where the group stays as it is */
    size_t bands; /* its bands are to be merged into so many; 0: no */
};

struct sc_coarse_group {
    size_t dims[SC_DIMENSIONS_MAX]; /* the outermost first */
    size_t n;
    struct sc_coarse_option *options; /* the finest first */
    size_t n_options;
    size_t *bands; /* categories that are bands, in order of their numbers; NULL: none */
    size_t n_bands;
};

/* coarse_options.c: the groups of a table, at most SC_DIMENSIONS_MAX. False without memory. */
bool sc_coarse_groups(struct sc_arena *arena, const struct sc_table *table, bool financial,
                      struct sc_coarse_group *groups, size_t *ret_n);
/* The dimension with its bands merged: a new one begins where `begins` says. */
bool sc_coarse_merged(struct sc_arena *arena, const struct sc_dimension *dimension,
                      const struct sc_coarse_group *group, const bool *begins,
                      struct sc_coarse_dim *to);

#endif
