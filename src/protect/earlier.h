/*
 * earlier.h - protecting a table together with what was published before.
 *
 * Takes a release read with `complete` and earlier files (system/release.h) and gives the protector
 * what it wants: a count for every cell (complete.h), and what may still be done with each.
 * Figures printed before stay printed; figures hidden before and not counted now stay hidden and
 * are protected; figures hidden before that the table has too are hidden again.
 */
#ifndef SC_PROTECT_EARLIER_H
#define SC_PROTECT_EARLIER_H

#include "protect/protect.h"

struct sc_earlier {
    int64_t *count; /* one a cell */
    uint8_t *role;  /* enum sc_role, one a cell */
    /* What marks of earlier files say, one a cell: sc_protect_input's. */
    int64_t *least, *most;
    /* Earlier figures that contradict the counts of today: nothing is concluded from them. */
    struct sc_figure_place *relaxed;
    size_t n_relaxed;
    /* Those of them at cells of the table itself; the others need reading the release again. */
    size_t n_relaxed_own;
};

/*
 * The caller frees *ret_earlier. `zeros_hidden`: a hidden figure may be 0, unless the earlier files
 * print zeros. When some of `relaxed` are at cells that only earlier files have
 * (n_relaxed > n_relaxed_own) the release is to be read again with them left out, and this called
 * again: then nothing further is. Errors as sc_protect_complete().
 */
SC_MUST_USE enum sc_status sc_earlier_new(const struct sc_release *release, bool zeros_hidden,
                                          struct sc_earlier **ret_earlier, struct sc_error *err);
/* Frees `earlier`. NULL is allowed. */
void sc_earlier_free(struct sc_earlier *earlier);
SC_DEFINE_AUTO(sc_earlier);

#endif
