/*
 * complete.h - counts for all cells where an officer knows only those of the new tables.
 *
 * An earlier release gives figures as they were printed, not the counts behind its marks, and
 * nobody ever counted the common parts of its bands and ours. The protector wants a count for each
 * cell. Any whole-number table does that agrees with all that is known: what the final release
 * gives away has one value in all tables that agree with it, and so the true one in this table
 * too; so a figure that must be protected is seen to be sensitive here exactly when it is
 * given away and sensitive in truth. (What it cannot say is which hidden figures of an earlier
 * release are single people.)
 *
 * Live systems are revised, so an earlier figure may contradict the counts of today. Then no table
 * agrees with everything. As few and as small contradictions as possible are taken out: these
 * earlier figures are `relaxed`, which is to say that nothing is concluded from them, and the
 * caller says so.
 */
#ifndef SC_PROTECT_COMPLETE_H
#define SC_PROTECT_COMPLETE_H

#include "system/release.h"

/* What is known of a cell. */
enum sc_known {
    SC_KNOWN_NOTHING = 0,
    SC_KNOWN_COUNT, /* the true count of today: never given up */
    /* What an earlier release shows: a number or a mark as a figure, a rounded number as NONE with
     * its interval. */
    SC_KNOWN_BEFORE,
};

/*
 * Fills `ret_count` (one a cell of `system`, which must be linked). `known` (enum sc_known) and
 * `figures` have one a cell; the figure is looked at unless NOTHING is known: a VALUE for a COUNT.
 * `least` and `most`: by cell, what BEFORE says besides (0 and SC_UNBOUNDED: nothing); or both
 * NULL. `ret_relaxed[cell]` is set where an earlier figure had to be given up, cleared elsewhere.
 *
 * SC_OK: whole numbers of at least 0 that add up and agree with all that is not relaxed.
 * SC_E_UNSAFE: the true counts themselves contradict each other. SC_E_UNDECIDED: no table was found
 * and none was excluded. SC_E_NOMEM.
 */
SC_MUST_USE enum sc_status sc_protect_complete(const struct sc_system *system, const uint8_t *known,
                                               const struct sc_figure *figures,
                                               const int64_t *least, const int64_t *most,
                                               int64_t *ret_count, bool *ret_relaxed,
                                               struct sc_error *err);

#endif
