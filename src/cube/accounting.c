/*
 * accounting.c - the names of what is left out, and the sum that must hold:
 * read = counted + excluded for each reason + faulty for each fault.
 */
#include <assert.h>

#include "safecount/count.h"

const char *sc_exclusion_name(enum sc_exclusion exclusion)
{
    static const char *const names[SC_N_EXCLUSIONS] = {
        [SC_EXCLUDED_REMOVED] = "removed",
        [SC_EXCLUDED_OFFENCE_CODE] = "offence_code",
        [SC_EXCLUDED_PERIOD] = "period",
        [SC_EXCLUDED_DUPLICATE] = "duplicate_link",
    };

    assert((unsigned)exclusion < SC_N_EXCLUSIONS);
    return names[exclusion];
}

const char *sc_fault_name(enum sc_fault fault)
{
    static const char *const names[SC_N_FAULTS] = {
        [SC_FAULTY_FIELD_COUNT] = "wrong_field_count",
        [SC_FAULTY_STRAY_QUOTE] = "stray_quote",
        [SC_FAULTY_NUL] = "nul_byte",
        [SC_FAULTY_TOO_LONG] = "too_long",
        [SC_FAULTY_CUT_OFF] = "cut_off",
        [SC_FAULTY_NO_ID] = "no_id",
        [SC_FAULTY_NO_CODE] = "no_offence_code",
        [SC_FAULTY_BAD_CODE] = "bad_offence_code",
        [SC_FAULTY_NO_DATE] = "no_date",
        [SC_FAULTY_BAD_DATE] = "undatable",
        [SC_FAULTY_BAD_AGE] = "bad_age",
    };

    assert((unsigned)fault < SC_N_FAULTS);
    return names[fault];
}

uint64_t sc_accounting_faulty(const struct sc_accounting *accounting)
{
    uint64_t sum = 0;

    for (int i = 0; i < SC_N_FAULTS; i++)
        sum += accounting->faulty[i];
    return sum;
}

/*
 * Takes each part away from what was read: adding the parts up could wrap
 * round to the right number.
 */
bool sc_accounting_adds_up(const struct sc_accounting *accounting)
{
    uint64_t left = accounting->read;

    if (accounting->counted > left)
        return false;
    left -= accounting->counted;
    for (int i = 0; i < SC_N_EXCLUSIONS; i++) {
        if (accounting->excluded[i] > left)
            return false;
        left -= accounting->excluded[i];
    }
    for (int i = 0; i < SC_N_FAULTS; i++) {
        if (accounting->faulty[i] > left)
            return false;
        left -= accounting->faulty[i];
    }
    return left == 0;
}
