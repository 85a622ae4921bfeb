/*
 * status.h - how every safecount function reports what happened: a status to
 * branch on, and a message for a person.
 *
 * The caller lends a `struct sc_error` (zeroed, on its own stack); a failing
 * function fills it in once, where the failure was seen, and callers pass it up
 * as it is. Nothing is thread-local and nothing is printed by the library.
 * No message ever quotes a value from a record.
 */
#ifndef SAFECOUNT_STATUS_H
#define SAFECOUNT_STATUS_H

#include <stdint.h>

/* What a public header declares is exported from the shared library, and is C. */
#ifdef __cplusplus
#define SC_BEGIN_DECLS extern "C" {
#define SC_END_DECLS }
#else
#define SC_BEGIN_DECLS _Pragma("GCC visibility push(default)")
#define SC_END_DECLS _Pragma("GCC visibility pop")
#endif

SC_BEGIN_DECLS

#if defined(__GNUC__) || defined(__clang__)
#define SC_MUST_USE __attribute__((warn_unused_result))
#define SC_PRINTF(fmt_i, arg_i) __attribute__((format(printf, fmt_i, arg_i)))
#else
#define SC_MUST_USE
#define SC_PRINTF(fmt_i, arg_i)
#endif

/* What a caller can act on. Zero is success, and the only success. */
enum sc_status {
    SC_OK = 0,
    SC_E_NOMEM,       /* memory could not be had */
    SC_E_IO,          /* the system refused a read, a write or an open */
    SC_E_INPUT,       /* an input file is not as documented */
    SC_E_RANGE,       /* an argument or option is out of its documented range */
    SC_E_INTERRUPTED, /* the caller's cancel flag was raised */
    SC_E_UNSUPPORTED, /* a documented feature that is not built yet or not here */
    SC_E_UNSAFE,      /* refused: the result may not be published */
    SC_E_UNDECIDED,   /* stopped at a limit without an answer; never "safe" */
};

#define SC_ERROR_MESSAGE_MAX 1024
#define SC_ERROR_FILE_MAX 512

/* A failure for a person. All-zero means "none". */
struct sc_error {
    enum sc_status status;
    char message[SC_ERROR_MESSAGE_MAX]; /* lower case, no full stop */
    char file[SC_ERROR_FILE_MAX];       /* "" when no file is concerned */
    uint64_t line;                      /* line or row, from 1; 0 when unknown */
    uint64_t column;                    /* column, from 1; 0 when unknown */
};

/* A short lower-case name such as "input" for `status`. Static. */
const char *sc_status_name(enum sc_status status);

SC_END_DECLS

#endif
