/* check.c - are the lists that were compiled in sound? */
#include "base/error.h"
#include "codes/codes.h"
#include "codes/list.h"

enum sc_status sc_codes_check(struct sc_error *err)
{
    const char *problem = sc_offences_problem();

    if (!problem)
        problem = sc_outcomes_problem();
    if (!problem)
        problem = sc_bands_problem();
    if (!problem)
        problem = sc_exemptions_problem();
    if (problem)
        return sc_fail(err, SC_E_INPUT, "a code list built into the program is unsound: %s",
                       problem);
    return SC_OK;
}
