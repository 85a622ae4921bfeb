/*
 * certify.h - attacks an answer's files as anybody can who has them, and writes the certificate.
 *
 * It sees the bytes of the files and nothing else: no true count, no choice of the protector.
 */
#ifndef SC_ANSWER_CERTIFY_H
#define SC_ANSWER_CERTIFY_H

#include "audit/audit.h"
#include "base/text.h"
#include "system/marks.h"

struct sc_certify_input {
    const char *const *names; /* of the tidy CSV files, as the certificate shall call them */
    const struct sc_slice *contents;
    size_t n_files;
    struct sc_marks marks;                /* as the page explains them */
    struct sc_slice hierarchy;            /* bytes of hierarchy.csv */
    const struct sc_audit_policy *policy; /* readers and singles are not looked at */
};

/*
 * Audits for the readers `sums` and `rules`. Safe: appends the certificate to `text` and tells how
 * many whole-number tables it holds. Not safe, or not decided: appends nothing, and SC_OK. The
 * insider is no part of it: which cells are 1 is itself a secret.
 */
SC_MUST_USE enum sc_status sc_certify(const struct sc_certify_input *input, struct sc_buf *text,
                                      size_t *ret_n_tables, struct sc_error *err);

#endif
