#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *sc_status_name(enum sc_status status)
{
    switch (status) {
    case SC_OK:
        return "ok";
    case SC_E_NOMEM:
        return "memory";
    case SC_E_IO:
        return "io";
    case SC_E_INPUT:
        return "input";
    case SC_E_RANGE:
        return "range";
    case SC_E_INTERRUPTED:
        return "interrupted";
    case SC_E_UNSUPPORTED:
        return "unsupported";
    case SC_E_UNSAFE:
        return "unsafe";
    case SC_E_UNDECIDED:
        return "undecided";
    }
    return "unknown";
}

SC_PRINTF(6, 0)
static enum sc_status fail_v(struct sc_error *err, enum sc_status status, const char *file,
                             uint64_t line, uint64_t column, const char *fmt, va_list ap)
{
    if (!err)
        return status;
    err->status = status;
    err->line = line;
    err->column = column;
    (void)snprintf(err->file, sizeof err->file, "%s", file ? file : "");
    (void)vsnprintf(err->message, sizeof err->message, fmt, ap);
    return status;
}

enum sc_status sc_fail(struct sc_error *err, enum sc_status status, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    (void)fail_v(err, status, NULL, 0, 0, fmt, ap);
    va_end(ap);
    return status;
}

enum sc_status sc_fail_at(struct sc_error *err, enum sc_status status, const char *file,
                          uint64_t line, uint64_t column, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    (void)fail_v(err, status, file, line, column, fmt, ap);
    va_end(ap);
    return status;
}

enum sc_status sc_fail_io(struct sc_error *err, const char *what, const char *file, int errnum)
{
    return sc_fail_at(err, SC_E_IO, file, 0, 0, "cannot %s: %s", what, strerror(errnum));
}
