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

/* One table as published. */
struct sc_past_table {
    /*
     * Cells are SC_CELL_PUBLISHED, SC_CELL_SUPPRESSED or _SECONDARY (count 0), SC_CELL_ROUNDED
     * (count is what was printed) or SC_CELL_VOID. There are no notes.
     */
    struct sc_table table;
    uint64_t rounding; /* base of rounded figures, 0 when there are none */
    uint64_t within;   /* how far they may be from the truth: the base less one when not said */
    /* By dimension: SHA-256 of the dictionary of its keyword categories, "" for any other. */
    const char *dictionary[SC_DIMENSIONS_MAX];
    /* By dimension and category: holds only where no other of the dictionary was found. */
    const bool *fallback[SC_DIMENSIONS_MAX];
    /* By dimension and category: of a group the codes of its categories, in the dictionary's order,
     * a space between; "" for any other category. */
    const char *const *members[SC_DIMENSIONS_MAX];
};

/* One published answer. Texts are never NULL unless said. */
struct sc_past_release {
    int64_t id;            /* of the register */
    const char *reference; /* "16040" */
    unsigned version;      /* of the reference, from 1 */
    const char *publication;
    const char *title;
    const char *organisation;
    const char *records; /* which records were counted */
    int32_t as_at;       /* days since 1970-01-01; INT32_MIN when not given */
    int32_t answered;    /* likewise */
    /*
     * What was counted: days, which date decides, which years. An answer without tables (refused,
     * not held) need have none: both days are INT32_MIN then.
     */
    struct sc_period period;
    const char **offences; /* codes as in sc_offence_wanted; none means every offence */
    size_t n_offences;
    uint64_t threshold; /* of the policy it was published under: 1 to threshold - 1 hidden */
    const char *marker; /* what stands for a hidden figure */
    const char *secondary_marker;   /* of two marks that for what is not small; "": there was one */
    bool zeros_hidden;              /* zeros were hidden as small counts were */
    const char *certificate_sha256; /* "" when it had none */
    /* The next three are unknown ("", none) where an older version recorded it. */
    const char *folder;     /* absolute path that it was recorded from */
    int32_t received;       /* INT32_MIN when not given */
    const char **decisions; /* "full", "refused-exempt": each once, as in request.yaml */
    size_t n_decisions;
    const char *correction; /* why this version replaced an earlier one, or "" */
    const char *withdrawn;  /* why it was withdrawn, or "" */
    int32_t withdrawn_on;   /* INT32_MIN when it was not */
    bool superseded;        /* a later version of the reference is there */
    const char *recorded;   /* when it was added: "2026-11-24T23:15:00Z" */

    const struct sc_past_table *tables; /* NULL when the caller asked for none */
    size_t n_tables;
};

struct sc_releases; /* opaque: a list, with all that it borrows */

/* Which of them; all zero is all of the register, by their heads alone. */
struct sc_releases_wanted {
    const char *records;   /* about these records, or NULL */
    const char *reference; /* of this reference (all versions), or NULL */
    int64_t id;            /* this one, or 0 */
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

/* How a release is recorded. */
struct sc_release_new {
    const char *folder;     /* of the answer: answer.json and all that stands beside it */
    const char *correction; /* why it replaces an earlier version of its reference; NULL: new */
    const char *recorded;   /* the time of recording, UTC: "2026-11-24T23:15:00Z" */
};

/*
 * Records the answer in `folder` whole or not at all: its figures as published, the bytes of its
 * answer.json and certificate, name, size and hash of each file. *ret_id: its number in the
 * register (struct sc_releases_wanted). An answer that an older version of the program recorded,
 * without its files, gets them now; nothing else of it changes.
 *
 * SC_E_UNSAFE: the answer is not publishable, or shows a count of 1 to threshold - 1.
 * SC_E_RANGE: it is recorded already; its reference is, and no correction is given; a correction of
 * what was never recorded. SC_E_INPUT: answer.json is not one. SC_E_IO, SC_E_NOMEM.
 */
SC_MUST_USE enum sc_status sc_release_add(struct sc_register *reg,
                                          const struct sc_release_new *release, int64_t *ret_id,
                                          struct sc_error *err);

/*
 * Notes that all versions of `reference` were withdrawn on `day` (days since 1970-01-01), and
 * why. Readers know the figures all the same: they still count.
 * SC_E_RANGE: no such reference, withdrawn already, or no reason.
 */
SC_MUST_USE enum sc_status sc_release_withdraw(struct sc_register *reg, const char *reference,
                                               const char *reason, int32_t day,
                                               const char *recorded, struct sc_error *err);

/*
 * Whether the releases are as they were recorded: each one's figures against the bytes of its
 * answer.json, these against their hash, and the chain of digests (docs/register.md says what the
 * chain can show and what not). SC_E_INPUT with the first thing that is not.
 */
SC_MUST_USE enum sc_status sc_releases_verify(struct sc_register *reg, size_t *ret_n,
                                              struct sc_error *err);

/* ---- for a site: the answers with their files ------------------------------------ */

/* One file of the folder that a release was recorded from. */
struct sc_release_file {
    const char *name; /* within the folder: "tables/month.csv" */
    uint64_t bytes;
    const char *sha256; /* 64 hex digits */
    bool kept;          /* sc_release_file() has its bytes */
};

struct sc_release_files; /* opaque: a list, with all that it borrows */

/*
 * The files of the release `id`, by name; none where an older version of the program recorded it.
 * The caller frees *ret_files; it needs the register no longer. SC_E_NOMEM, SC_E_IO, SC_E_INPUT.
 */
SC_MUST_USE enum sc_status sc_release_files_load(struct sc_register *reg, int64_t id,
                                                 struct sc_release_files **ret_files,
                                                 struct sc_error *err);
/* Frees `files`. NULL is allowed. */
void sc_release_files_free(struct sc_release_files *files);
SC_DEFINE_AUTO(sc_release_files);
/* Borrowed from the list. */
const struct sc_release_file *sc_release_files_items(const struct sc_release_files *files,
                                                     size_t *ret_n);

/*
 * The bytes of the file `name` of the release `id`, one that is kept: certificate.json,
 * tables/hierarchy.csv. Appended to `out`. SC_E_RANGE when it is not kept.
 */
SC_MUST_USE enum sc_status sc_release_file(struct sc_register *reg, int64_t id, const char *name,
                                           struct sc_buf *out, struct sc_error *err);

/*
 * The bytes of answer.json as published. Appended to `out`.
 * SC_E_RANGE when the register has no release `id`.
 */
SC_MUST_USE enum sc_status sc_release_answer(struct sc_register *reg, int64_t id,
                                             struct sc_buf *out, struct sc_error *err);

#endif
