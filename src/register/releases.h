/*
 * releases.h - what was published before, and remembered in the register.
 *
 * A release is one published answer: its tables as published (figures, hidden marks,
 * rounded figures), never a true count. It has a reference, and a version from 1: a corrected
 * answer is a further version of the same reference, with the reason. Whoever read an earlier
 * version still knows it, so for protection every version counts, and so does a release that was
 * withdrawn.
 *
 * Which releases count the same records is said by a name, `records` (extract.yaml,
 * docs/register.md): releases with equal names are about the same records; with none given all of a
 * register have the name SC_RECORDS_USUAL, so that leaving it out errs on the side of too many.
 */
#ifndef SC_REGISTER_RELEASES_H
#define SC_REGISTER_RELEASES_H

#include "register/register.h"
#include "safecount/request.h"
#include "safecount/table.h"

/* One published answer. Texts are never NULL unless said. */
struct sc_past_release {
    int64_t id;            /* of the register */
    const char *reference; /* "16040" */
    unsigned version;      /* of the reference, from 1 */
    const char *publication;
    const char *title;
    const char *organisation;
    const char *records;     /* which records were counted */
    int32_t as_at;           /* days since 1970-01-01; INT32_MIN when not given */
    int32_t answered;        /* likewise */
    struct sc_period period; /* what was counted: days, which date decides, which years */
    const char **offences;   /* codes as in sc_offence_wanted; none means every offence */
    size_t n_offences;
    uint64_t threshold; /* of the policy it was published under: 1 to threshold - 1 hidden */
    const char *marker; /* what stands for a hidden figure */
    const char *certificate_sha256; /* "" when it had none */
    const char *correction;         /* why this version replaced an earlier one, or "" */
    const char *withdrawn;          /* why it was withdrawn, or "" */
    int32_t withdrawn_on;           /* INT32_MIN when it was not */
    bool superseded;                /* a later version of the reference is there */
    const char *recorded;           /* when it was added: "2026-11-24T23:15:00Z" */

    /*
     * As published: cells are SC_CELL_PUBLISHED, SC_CELL_SUPPRESSED (count 0),
     * SC_CELL_ROUNDED (count is what was printed) or SC_CELL_VOID. NULL when the caller
     * asked for no tables.
     */
    struct sc_table *tables;
    size_t n_tables;
    const uint64_t *rounding; /* one a table: base of its rounded figures, 0 when none are */
};

struct sc_releases; /* opaque: a list, with all that it borrows */

/* Which of them; all zero is all of the register, by their heads alone. */
struct sc_releases_wanted {
    const char *records;   /* about these records, or NULL */
    const char *reference; /* of this reference (all versions), or NULL */
    bool tables;           /* with their tables */
};

/*
 * Reads releases in the order they were added; all of one moment. The caller frees
 * *ret_releases; it needs the register no longer.
 * SC_E_NOMEM, SC_E_IO, or SC_E_INPUT when the register does not hold what it should.
 */
SC_MUST_USE enum sc_status sc_releases_load(struct sc_register *reg,
                                            const struct sc_releases_wanted *wanted,
                                            struct sc_releases **ret_releases,
                                            struct sc_error *err);
/* Frees `releases`. NULL is allowed. */
void sc_releases_free(struct sc_releases *releases);
SC_DEFINE_AUTO(sc_releases);

/* Borrowed from the list. */
const struct sc_past_release *sc_releases_items(const struct sc_releases *releases, size_t *ret_n);

/*
 * The bytes of answer.json as published, for a site. Appended to `out`.
 * SC_E_RANGE when the register has no release `id`.
 */
SC_MUST_USE enum sc_status sc_release_answer(struct sc_register *reg, int64_t id,
                                             struct sc_buf *out, struct sc_error *err);

#endif
