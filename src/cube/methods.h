/*
 * methods.h - keyword categories as an axis (SC_AXIS_METHOD): always a set.
 *
 * The numbers of such an axis are the categories of the dictionary by position,
 * behind them its groups (`method_group` alone), and last "none found". On
 * `method_group` a record is in a group where it is in one category of it or in
 * several, and in the categories of no group as they are.
 */
#ifndef SC_CUBE_METHODS_H
#define SC_CUBE_METHODS_H

#include "cube/plan.h"

/* Numbers of a set axis are bits. */
#define SC_METHODS_MAX 63

/* How many numbers there are, "none found" with them. */
size_t sc_methods_count(const struct sc_dictionary *dictionary, bool groups);
static inline uint32_t sc_methods_none(const struct sc_axis *axis)
{
    return (uint32_t)axis->n_categories - 1;
}

/* The set of a record in which the matcher found these bits. Never empty. */
uint64_t sc_methods_set(const struct sc_axis *axis, uint64_t found);

/*
 * Of a set joined from several narratives of one offence: a fallback category,
 * or none, holds only where no narrative named another; of a dictionary that
 * counts the first mentioned alone, none is first among narratives.
 */
uint64_t sc_methods_joined(const struct sc_axis *axis, uint64_t set);

/* The group that a number is, or NULL. */
const struct sc_dictionary_group *sc_methods_group(const struct sc_axis *axis, uint32_t number);

/*
 * The numbers in the order in which they are shown: categories in that of the
 * dictionary, a group where its first category would stand, fallbacks behind
 * those, and none last. `order` has room for sc_methods_count(). Returns how many.
 */
size_t sc_methods_order(const struct sc_axis *axis, uint32_t *order);

/*
 * Appends what a reader must know of the search: " Meta counts an offence once that
 * named one or several of: Facebook, WhatsApp.", and whether near-misses are counted.
 * `thing` is what is counted, in the singular.
 */
void sc_methods_note(const struct sc_axis *axis, const char *thing, struct sc_buf *out);

#endif
