/*
 * answer_reader.h - reads answer.json (docs/answer-json.md) back: the figures of one published
 * answer, and what they are figures of. The one adapter of the register to jansson.
 */
#ifndef SC_REGISTER_ANSWER_READER_H
#define SC_REGISTER_ANSWER_READER_H

#include "register/releases.h"

/* Most bytes of an answer.json that is read. */
#define SC_ANSWER_BYTES_MAX ((size_t)512 * 1024 * 1024)

/*
 * Reads `bytes` into *ret_release (zeroed by the caller): everything but id, version,
 * certificate, correction, withdrawal and recorded. All memory is in `arena`. Keys it does not know
 * are skipped. `name` stands for the file in errors.
 *
 * SC_E_INPUT with the place, as line and column where it is no JSON and as a path such as
 * tables[2].cells[17].value where it is; SC_E_UNSAFE when it says that it is not publishable, is an
 * internal count, or prints a count of 1 to threshold - 1; SC_E_NOMEM.
 */
SC_MUST_USE enum sc_status sc_answer_read(const char *name, const char *bytes, size_t len,
                                          struct sc_arena *arena,
                                          struct sc_past_release *ret_release,
                                          struct sc_error *err);

#endif
