/*
 * describe.h - proposes a source description for an extract nobody has
 * described yet.
 */
#ifndef SC_EXTRACT_DESCRIBE_H
#define SC_EXTRACT_DESCRIBE_H

#include "base/text.h"
#include "safecount/request.h"
#include "safecount/status.h"

/*
 * Looks at the header and the first rows of `files` and appends to `out` an
 * extract.yaml with remarks, which loads as it is. Paths are written relative
 * to `folder`, where the description will stand ("" leaves them as they are).
 *
 * Columns are told by the names seen in forces' extracts
 * (data/extract-fields.csv) and by what their values look like. Values are
 * looked at, never written: only those that mean missing or removed, from a
 * fixed list, can appear.
 *
 * Returns SC_OK, SC_E_IO, SC_E_INPUT, SC_E_UNSUPPORTED or SC_E_NOMEM.
 */
SC_MUST_USE enum sc_status sc_describe(const char *const *files, size_t n_files, const char *folder,
                                       struct sc_buf *out, struct sc_error *err);

#endif
