/*
 * read.h - answer.json back into the cell model, so that a site, years later, is
 * written by the same writers and through the same gate as the answer's own folder.
 */
#ifndef SC_PUBLISH_READ_H
#define SC_PUBLISH_READ_H

#include "base/memory.h"
#include "publish/publish.h"

struct sc_answer_file; /* opaque: a publication and all that it borrows */

/*
 * Reads the bytes of an answer.json. `name` stands for it in errors. `certificate` and
 * `hierarchy` are the bytes of the files that it names beside it, or empty; they are borrowed
 * until the result is freed.
 *
 * On success the caller frees *ret_answer. The publication has NOT passed
 * sc_publication_check(). Writing it gives the same bytes again.
 * Returns SC_OK, SC_E_INPUT (not an answer.json, or not a whole one) or SC_E_NOMEM.
 */
SC_MUST_USE enum sc_status sc_answer_file_parse(const char *name, const char *bytes, size_t len,
                                                struct sc_slice certificate,
                                                struct sc_slice hierarchy,
                                                struct sc_answer_file **ret_answer,
                                                struct sc_error *err);
void sc_answer_file_free(struct sc_answer_file *answer);
SC_DEFINE_AUTO(sc_answer_file);

/* Borrowed from `answer`. */
const struct sc_publication *sc_answer_file_publication(const struct sc_answer_file *answer);

#endif
