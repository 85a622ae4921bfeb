/* fuzz_policy.c - any bytes as a policy file: mistakes, never a crash or a leak. */
#include "forms.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    SC_AUTO(sc_policy) loaded = NULL;
    struct sc_diagnostics diagnostics = {0};
    struct sc_error err = {0};
    enum sc_status status =
        sc_policy_load_bytes("fuzz.yaml", (const char *)data, size, &loaded, &diagnostics, &err);

    check_form(status, loaded != NULL, &diagnostics);
    return 0;
}
