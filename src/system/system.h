/*
 * system.h - a linked system of additive relations over cells.
 *
 * Tables that count the same records share figures: the row total of one is a
 * cell of another, a year is the sum of its months in all of them. A system
 * is all those cells once, and all the sums that tie them:
 *
 *     total = child + child + ...      (struct sc_relation)
 *
 * It knows structure only: names, which codes add up to which, which cells
 * exist. It holds no counts, true or published; those who use it (the
 * protector, the auditor) keep arrays indexed by cell beside it.
 *
 * Dimensions and codes. A dimension has codes; code 0 is always its total
 * (SC_SYSTEM_TOTAL, printed name "Total" unless changed). A split says that one
 * code is the sum of others (a year of its quarters). One code may have several
 * splits: a total by two band schemes.
 *
 * Cells. A cell is one code of every dimension of the system. A table that lacks a
 * dimension has its cells at that dimension's total: so the margin of one table and
 * a table over fewer dimensions are the same cells, and tables are linked without
 * a full cross table being made: only where three or more meet in a ring does link make the
 * cells of their cross table (rings.c).
 *
 * Call order: new; dimensions, codes, splits; cells; link; then read. Read-only
 * after link, and then safe to read from many threads. Memory: about
 * 4 x (dimensions + 6) bytes a cell and 8 bytes a relation member.
 */
#ifndef SC_SYSTEM_SYSTEM_H
#define SC_SYSTEM_SYSTEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"
#include "base/text.h"
#include "safecount/status.h"

struct sc_system; /* opaque */

#define SC_SYSTEM_DIMENSIONS_MAX 32
#define SC_SYSTEM_CELLS_MAX ((size_t)4 * 1000 * 1000)
/* Innermost cells of the cross tables of one system's rings. */
#define SC_SYSTEM_CROSS_MAX ((size_t)60 * 1000)
/* The total of every dimension. */
#define SC_SYSTEM_TOTAL ((uint32_t)0)
/* "None": no such cell, code or dimension. */
#define SC_NONE UINT32_MAX

/* One sum: cell `total` = sum of `children`. */
struct sc_relation {
    uint32_t total;
    uint32_t n_children;      /* at least 1 */
    const uint32_t *children; /* in the split's order; borrowed from the system */
    uint32_t dimension;       /* along which it adds up */
    uint32_t split;           /* number of the split of the system */
};

/* One code is the sum of others. */
struct sc_split {
    uint32_t dimension;
    uint32_t parent;
    uint32_t n_children;
    const uint32_t *children;
    /*
     * What a child that is no cell of the system means at link: false, nothing there
     * (a count of 0, left out of the sum); true, a figure that is never printed: a cell
     * is made for it (the single ages under overlapping bands).
     */
    bool make_children;
};

SC_MUST_USE enum sc_status sc_system_new(struct sc_system **ret_system, struct sc_error *err);
/* Frees `system`. NULL is allowed. */
void sc_system_free(struct sc_system *system);
SC_DEFINE_AUTO(sc_system);

/* ---- building --------------------------------------------------------------- */

/*
 * The dimension named so, added when it is new (SC_E_RANGE beyond the maximum, or when
 * cells exist already). Its total is code 0, named "Total".
 */
SC_MUST_USE enum sc_status sc_system_add_dimension(struct sc_system *system, struct sc_slice name,
                                                   uint32_t *ret_dimension, struct sc_error *err);
/* Renames the total of a dimension ("All ages"). The old name is no code any more. */
SC_MUST_USE enum sc_status sc_system_name_total(struct sc_system *system, uint32_t dimension,
                                                struct sc_slice name, struct sc_error *err);
/* The code named so, added when it is new. Names are compared byte by byte. */
SC_MUST_USE enum sc_status sc_system_add_code(struct sc_system *system, uint32_t dimension,
                                              struct sc_slice name, uint32_t *ret_code,
                                              struct sc_error *err);
/*
 * Says that cells of this code matter though nobody prints them and they are the total of one sum
 * alone: link would leave such out. A run of ages across the bands of two releases is a
 * group of people that a reader may work out.
 */
void sc_system_keep_code(struct sc_system *system, uint32_t dimension, uint32_t code);
/*
 * Says that a part of this dimension that has no cell beside others that have is not nobody, but
 * printed by nobody: months of a table by year. Without it such parts are taken for empty, as
 * categories are that a table does not list. Where sums of the dimension meet in such parts, link
 * makes their cells, up to SC_SYSTEM_CROSS_MAX.
 */
void sc_system_set_parted(struct sc_system *system, uint32_t dimension);
/*
 * Says parent = sum of children (at least one, all different, none the parent). A
 * split equal to an earlier one is dropped. SC_E_INPUT when the codes would be
 * their own ancestors.
 */
SC_MUST_USE enum sc_status sc_system_add_split(struct sc_system *system, uint32_t dimension,
                                               uint32_t parent, const uint32_t *children,
                                               size_t n_children, bool make_children,
                                               struct sc_error *err);
/*
 * Says that the things of `parent` are each in one of `apart`, or else in one or several
 * of `some`: categories that overlap, as sums with codes of their own (overlap.c). SC_E_INPUT as
 * for a split, and when a category has one of their names.
 */
SC_MUST_USE enum sc_status sc_system_add_overlap(struct sc_system *system, uint32_t dimension,
                                                 uint32_t parent, const uint32_t *some,
                                                 size_t n_some, const uint32_t *apart,
                                                 size_t n_apart, struct sc_error *err);
/*
 * Says that the things of `parent` are each in one or several of `some`, or in none of them, and
 * how many are in none is printed by nobody: a code of its own. Otherwise as above.
 */
SC_MUST_USE enum sc_status sc_system_add_loose_overlap(struct sc_system *system, uint32_t dimension,
                                                       uint32_t parent, const uint32_t *some,
                                                       size_t n_some, struct sc_error *err);
/*
 * As sc_system_add_overlap(), where some of `some` are themselves unions of categories: of those
 * within, `inner`, the same is said but for the sum, which holds each thing of a union once. How a
 * union comes of its own categories is said by a call for it, as the parent.
 */
SC_MUST_USE enum sc_status sc_system_add_unions(struct sc_system *system, uint32_t dimension,
                                                uint32_t parent, const uint32_t *some,
                                                size_t n_some, const uint32_t *inner,
                                                size_t n_inner, const uint32_t *apart,
                                                size_t n_apart, struct sc_error *err);
/*
 * Says that a code counts no group of people: the sum of categories that overlap, and by how
 * much it is more than their union. Whoever knows such a figure knows nobody by it.
 */
void sc_system_set_auxiliary(struct sc_system *system, uint32_t dimension, uint32_t code);
bool sc_system_auxiliary_code(const struct sc_system *system, uint32_t dimension, uint32_t code);
/* Says that a code is none of the tables' own: no table can print it. */
void sc_system_set_own(struct sc_system *system, uint32_t dimension, uint32_t code);
bool sc_system_own(const struct sc_system *system, uint32_t dimension, uint32_t code);
/*
 * Marks (in `mark`, one a code) the codes one thing of `code` counts in: the code, all it is a
 * part of, and of overlapping categories also the figures nobody prints that hold it: a thing of
 * one category is among (others than another). With these, one more of it makes every split hold.
 */
void sc_system_mark_over(const struct sc_system *system, uint32_t dimension, uint32_t code,
                         bool *mark);
/*
 * The cell at `codes` (one a dimension), added when it is new: *ret_cell. Cells are
 * numbered from 0 in the order they are added.
 */
SC_MUST_USE enum sc_status sc_system_add_cell(struct sc_system *system, const uint32_t *codes,
                                              uint32_t *ret_cell, struct sc_error *err);

/*
 * Adds the parent's cell of every cell whose code is part of a split, until nothing
 * is new: all margins become the caller's own cells. For tables given by their
 * inner cells and published with every margin. Optional, before link.
 */
SC_MUST_USE enum sc_status sc_system_add_margins(struct sc_system *system, struct sc_error *err);

/*
 * Says which sums to believe: asked once for each relation link would make; false leaves
 * it out. NULL (as at first): all.
 */
typedef bool sc_system_believe(void *arg, size_t split, uint32_t total);
void sc_system_set_believe(struct sc_system *system, sc_system_believe *believe, void *arg);

/*
 * Makes the relations. First closes the system upwards (every code that is part
 * of a split has its parent's cell too) and makes the children of splits that say so;
 * cells made here come after the caller's own and are never printed by
 * anybody: sc_system_made(). Then makes one relation for each split at each combination of the
 * other dimensions' codes whose total and one child exist, drops relations with
 * equal members, and drops made cells that say nothing (the total of a single sum).
 */
SC_MUST_USE enum sc_status sc_system_link(struct sc_system *system, struct sc_error *err);

/* ---- reading ---------------------------------------------------------------- */

size_t sc_system_n_dimensions(const struct sc_system *system);
const char *sc_system_dimension_name(const struct sc_system *system, uint32_t dimension);
/* SC_NONE when there is no such dimension or code. */
uint32_t sc_system_find_dimension(const struct sc_system *system, struct sc_slice name);
uint32_t sc_system_find_code(const struct sc_system *system, uint32_t dimension,
                             struct sc_slice name);
size_t sc_system_n_codes(const struct sc_system *system, uint32_t dimension);
const char *sc_system_code_name(const struct sc_system *system, uint32_t dimension, uint32_t code);

size_t sc_system_n_splits(const struct sc_system *system);
/* `i` below sc_system_n_splits(). Valid until the system is freed or built further. */
struct sc_split sc_system_split(const struct sc_system *system, size_t i);
/* True when the code is in no split as a parent: an inner code. */
bool sc_system_is_leaf(const struct sc_system *system, uint32_t dimension, uint32_t code);

size_t sc_system_n_cells(const struct sc_system *system);
/* The codes of a cell, one a dimension. Borrowed. */
const uint32_t *sc_system_cell_codes(const struct sc_system *system, uint32_t cell);
/* SC_NONE when there is none. */
uint32_t sc_system_find_cell(const struct sc_system *system, const uint32_t *codes);
/* True for a cell made by sc_system_link(): a figure nobody prints. */
bool sc_system_made(const struct sc_system *system, uint32_t cell);
/*
 * Sets of tables that meet in a ring (by A and B, B and C, C and A) too large to be tied together
 * by a cross table, and dimensions with sums that overlap (a financial and a calendar year) and
 * meet in no part that has cells. What they say together is then more than the sums do.
 */
size_t sc_system_rings_left(const struct sc_system *system);
/* True when one of the cell's codes is auxiliary: knowing its count tells of nobody. */
bool sc_system_auxiliary(const struct sc_system *system, uint32_t cell);

size_t sc_system_n_relations(const struct sc_system *system);
struct sc_relation sc_system_relation(const struct sc_system *system, size_t i);
/*
 * True when a relation follows from others for which this is false: whoever keeps those keeps it
 * too. Categories that overlap make very many of them (follows.c).
 */
bool sc_system_follows(const struct sc_system *system, size_t i);
/* Numbers of the relations a cell is in, as total or child. Borrowed. */
const uint32_t *sc_system_relations_of(const struct sc_system *system, uint32_t cell,
                                       size_t *ret_n);

/*
 * Appends "month 2018-04, age 12-15" to `buf`: dimensions at their total are left out
 * unless all are ("Total").
 */
void sc_system_describe(const struct sc_system *system, uint32_t cell, struct sc_buf *buf);

/*
 * Twins: cells that must hold the same count because all else in the sum that
 * ties them is known to be 0. `zero[cell]` says which cells are known to be 0.
 * Fills `ret_twin` (one a cell) with the smallest cell number of its group of
 * twins (itself when it has none). Costs one pass over the relations.
 * SC_OK or SC_E_NOMEM.
 */
SC_MUST_USE enum sc_status sc_system_twins(const struct sc_system *system, const bool *zero,
                                           uint32_t *ret_twin, struct sc_error *err);

/*
 * Sums upwards: given `count[cell]` for cells where `known[cell]`, works out every total whose
 * children are all known, until nothing is new. Both arrays are updated. False when a known
 * total differs from the sum of its known children: *ret_relation then names the relation.
 */
bool sc_system_add_up(const struct sc_system *system, int64_t *count, bool *known,
                      size_t *ret_relation);

#endif
