/*
 * report.h - an audit in words and as JSON. Used by the commands; prints nothing itself.
 */
#ifndef SC_AUDIT_REPORT_H
#define SC_AUDIT_REPORT_H

#include "audit/audit.h"

struct json_t;

/*
 * Appends the sum that gives a finding away: "Total 52 - 22 - 2 - 22 - 6 = ...", with
 * the recovered number in place of the dots when `reveal`. Where a bound is needed too:
 * "at most ...; at least ...".
 */
void sc_finding_derivation(const struct sc_release *release, const struct sc_disclosure *finding,
                           bool reveal, struct sc_buf *buf);

/* Appends the whole report for a person; at most `most` findings of each kind (0: all). */
void sc_audit_text(const struct sc_release *release, const struct sc_audit *audit, bool reveal,
                   size_t most, struct sc_buf *buf);

/* Appends one JSON object (docs/check.schema.json). SC_OK or SC_E_NOMEM. */
SC_MUST_USE enum sc_status sc_audit_json(const struct sc_release *release,
                                         const struct sc_audit *audit, bool reveal,
                                         struct sc_buf *buf, struct sc_error *err);

/*
 * Appends the certificate of a safe audit (docs/certificate.md). Asserts audit->witnesses.
 * SC_OK or SC_E_NOMEM.
 */
SC_MUST_USE enum sc_status sc_certificate_json(const struct sc_release *release,
                                               const struct sc_audit *audit, struct sc_buf *buf,
                                               struct sc_error *err);

/* Writes `root` (taken over; NULL: out of memory) with jansson's `flags` and a line end. */
SC_MUST_USE enum sc_status sc_audit_dump(struct json_t *root, size_t flags, struct sc_buf *buf,
                                         struct sc_error *err);

#endif
