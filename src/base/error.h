/*
 * error.h - how the library's own code raises and passes errors.
 */
#ifndef SC_BASE_ERROR_H
#define SC_BASE_ERROR_H

#include "safecount/status.h"

/*
 * Fills `err` (NULL allowed) with `status` and the formatted message and
 * returns `status`, so that a failure is one statement:
 *
 *     return sc_fail(err, SC_E_RANGE, "threads: %u: expected 1 to 256", n);
 */
SC_PRINTF(3, 4)
enum sc_status sc_fail(struct sc_error *err, enum sc_status status, const char *fmt, ...);

/* As sc_fail(), naming a place in a file. `line` and `column` from 1, 0 unknown. */
SC_PRINTF(6, 7)
enum sc_status sc_fail_at(struct sc_error *err, enum sc_status status, const char *file,
                          uint64_t line, uint64_t column, const char *fmt, ...);

/* "out of memory". In the header so that everybody, checkers too, sees that it never succeeds. */
static inline enum sc_status sc_fail_nomem(struct sc_error *err)
{
    (void)sc_fail(err, SC_E_NOMEM, "out of memory");
    return SC_E_NOMEM;
}

/*
 * An I/O failure: `what` (for example "read"), the file and strerror(errnum).
 */
enum sc_status sc_fail_io(struct sc_error *err, const char *what, const char *file, int errnum);

#endif
