/*
 * digest.h - the head of a release as a list of texts, and the chain of digests over the heads.
 *
 * The digest of a release is SHA-256 over the digest of the release added before it ("" for
 * the first) and every column of its head, each part preceded by its length, so that no two
 * different heads read alike. The head holds the hash of answer.json, and so the figures. The
 * digest of an event (a withdrawal) covers its release's digest and its own columns in the
 * same way. docs/register.md says what this shows and what not.
 */
#ifndef SC_REGISTER_DIGEST_H
#define SC_REGISTER_DIGEST_H

#include "base/text.h"

/* The columns of a head, in the order that the digest goes through them. */
#define SC_HEAD_COLUMNS                                                                            \
    "reference, version, publication, title, organisation, records, as_at, answered,"              \
    " period_from, period_to, date, year, offences, threshold, marker, answer_sha256,"             \
    " certificate_sha256, correction, recorded"
enum sc_head_column {
    SC_HEAD_REFERENCE,
    SC_HEAD_VERSION,
    SC_HEAD_PUBLICATION,
    SC_HEAD_TITLE,
    SC_HEAD_ORGANISATION,
    SC_HEAD_RECORDS,
    SC_HEAD_AS_AT,
    SC_HEAD_ANSWERED,
    SC_HEAD_PERIOD_FROM,
    SC_HEAD_PERIOD_TO,
    SC_HEAD_DATE,
    SC_HEAD_YEAR,
    SC_HEAD_OFFENCES,
    SC_HEAD_THRESHOLD,
    SC_HEAD_MARKER,
    SC_HEAD_ANSWER_SHA256,
    SC_HEAD_CERTIFICATE_SHA256,
    SC_HEAD_CORRECTION,
    SC_HEAD_RECORDED,
    SC_N_HEAD_COLUMNS,
};

/* Hex digits of a digest and a NUL. */
#define SC_DIGEST_MAX 65

/* The digest over `before` and `n` texts (NULL is told from ""), into `out`. */
SC_MUST_USE enum sc_status sc_register_digest(const char *before, const char *const *texts,
                                              size_t n, char out[SC_DIGEST_MAX],
                                              struct sc_error *err);

#endif
