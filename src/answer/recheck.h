/*
 * recheck.h - attacks a published answer together with the releases of a register.
 *
 * Nothing but what was published goes in: answer.json and the register. So anybody who has both can
 * do it, and it is a second opinion on an answer that was protected with the register in hand.
 */
#ifndef SC_ANSWER_RECHECK_H
#define SC_ANSWER_RECHECK_H

#include "audit/audit.h"
#include "register/releases.h"
#include "system/release.h"

/*
 * Reads `path` (an answer folder, or its answer.json), links it with the releases about the same
 * records, and audits. *ret_release: the system and figures, for the reports; its files are called
 * REFERENCE/TABLE, lines count figures in the order of the table. The caller frees both.
 *
 * SC_E_INPUT, SC_E_IO; SC_E_UNSAFE: not a published answer; SC_E_UNSUPPORTED: cannot be linked;
 * SC_E_UNDECIDED, SC_E_NOMEM.
 */
SC_MUST_USE enum sc_status sc_recheck(const char *path, struct sc_register *reg,
                                      const struct sc_audit_policy *policy,
                                      struct sc_release **ret_release, struct sc_audit **ret_audit,
                                      struct sc_error *err);

#endif
