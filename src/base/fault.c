#include "base/fault.h"

#include <stdatomic.h>

#ifdef SC_FAULT_INJECTION

static _Atomic uint64_t wanted[SC_FAULT_KINDS];
static _Atomic uint64_t passed[SC_FAULT_KINDS];

void sc_fault_set(enum sc_fault_kind kind, uint64_t nth)
{
    atomic_store(&wanted[kind], nth);
    atomic_store(&passed[kind], 0);
}

uint64_t sc_fault_passed(enum sc_fault_kind kind)
{
    return atomic_load(&passed[kind]);
}

bool sc_fault_hit(enum sc_fault_kind kind)
{
    uint64_t n = atomic_fetch_add(&passed[kind], 1) + 1;

    return n == atomic_load(&wanted[kind]);
}

#else

void sc_fault_set(enum sc_fault_kind kind, uint64_t nth)
{
    (void)kind;
    (void)nth;
}

uint64_t sc_fault_passed(enum sc_fault_kind kind)
{
    (void)kind;
    return 0;
}

bool sc_fault_hit(enum sc_fault_kind kind)
{
    (void)kind;
    return false;
}

#endif
