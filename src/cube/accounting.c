#include "safecount/count.h"

const char *sc_exclusion_name(enum sc_exclusion exclusion)
{
    static const char *const names[] = {"removed", "offence_code", "period", "duplicate_link"};

    return names[exclusion];
}

const char *sc_fault_name(enum sc_fault fault)
{
    static const char *const names[] = {
        "wrong_field_count", "stray_quote",      "nul_byte", "too_long",  "cut_off", "no_id",
        "no_offence_code",   "bad_offence_code", "no_date",  "undatable", "bad_age"};

    return names[fault];
}

uint64_t sc_accounting_faulty(const struct sc_accounting *accounting)
{
    uint64_t n = 0;

    for (size_t i = 0; i < SC_N_FAULTS; i++)
        n += accounting->faulty[i];
    return n;
}

bool sc_accounting_adds_up(const struct sc_accounting *accounting)
{
    uint64_t n = accounting->counted + sc_accounting_faulty(accounting);

    for (size_t i = 0; i < SC_N_EXCLUSIONS; i++)
        n += accounting->excluded[i];
    return n == accounting->read;
}
