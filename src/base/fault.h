/*
 * fault.h - makes an allocation, a read or a write fail on purpose.
 *
 * Compiled in only with -Dfault_injection=true (the test build); otherwise the
 * hooks vanish. Counters are process-wide and atomic. Used as: set, run the
 * thing under test, read how many points were passed, repeat with the next one.
 */
#ifndef SC_BASE_FAULT_H
#define SC_BASE_FAULT_H

#include <stdbool.h>
#include <stdint.h>

enum sc_fault_kind {
    SC_FAULT_ALLOC, /* sc_alloc() and kin return NULL */
    SC_FAULT_READ,  /* sc_file_read() fails with EIO */
    SC_FAULT_WRITE, /* writing, syncing or renaming a file fails with ENOSPC */
    SC_FAULT_KINDS,
};

/* From now on the `nth` (from 1) request of `kind` fails once; 0 switches it off. */
void sc_fault_set(enum sc_fault_kind kind, uint64_t nth);

/* Requests of `kind` passed since the last sc_fault_set(). */
uint64_t sc_fault_passed(enum sc_fault_kind kind);

/* True when this request must fail. Called by base only. */
bool sc_fault_hit(enum sc_fault_kind kind);

#endif
