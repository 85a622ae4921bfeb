/*
 * past.h - releases remembered in the register, as tables to be linked with those of an answer.
 *
 * Of all releases about the same records only those are taken that can tell a reader something
 * about this answer: whose offences and period meet its own, or those of one that does, and so
 * on. What cannot be linked (bands whose ages cannot be told) is linked by its
 * totals alone or left out, and said so in a note: it is then not proved that it tells nothing.
 */
#ifndef SC_ANSWER_PAST_H
#define SC_ANSWER_PAST_H

#include "answer/link.h"
#include "register/releases.h"

struct sc_past {
    struct sc_link_table *tables; /* those of the answer first, then the earlier ones */
    size_t n_tables;
    /* By table: the release it is of, NULL for one of the answer that is being made. */
    const struct sc_past_release **release_of;
    size_t n_releases;  /* taken */
    const char **notes; /* sentences for people */
    size_t n_notes;
};

/*
 * Joins `own` (n_own tables of `job`, as sc_link_describe() gives them) and what matters of
 * `releases`. Everything lives in `arena` or is borrowed. SC_E_UNSUPPORTED: more different
 * selections of offences than can be told apart. SC_E_NOMEM.
 */
SC_MUST_USE enum sc_status sc_past_join(const struct sc_job *job, const struct sc_link_table *own,
                                        size_t n_own, const struct sc_past_release *releases,
                                        size_t n_releases, struct sc_arena *arena,
                                        struct sc_past *ret_past, struct sc_error *err);

/* The same for an answer that was published, of which no more is known than of the others. */
SC_MUST_USE enum sc_status sc_past_join_published(const struct sc_past_release *answer,
                                                  const struct sc_past_release *releases,
                                                  size_t n_releases, struct sc_arena *arena,
                                                  struct sc_past *ret_past, struct sc_error *err);

#endif
