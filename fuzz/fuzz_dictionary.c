/* fuzz_dictionary.c - any bytes as a dictionary file: mistakes, never a crash or a leak. */
#include "config/load.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    SC_AUTO(sc_dictionary) loaded = NULL;
    struct sc_diagnostics diagnostics = {0};
    struct sc_error err = {0};
    enum sc_status status = sc_dictionary_load_bytes("fuzz.yaml", (const char *)data, size, &loaded,
                                                     &diagnostics, &err);

    /* loaded or told why, never both and never neither */
    if ((status == SC_OK) != (loaded != NULL) || (status == SC_E_INPUT && diagnostics.n_items == 0))
        abort();
    for (size_t i = 0; i < diagnostics.n_items; i++) {
        if (diagnostics.items[i].line == 0 || diagnostics.items[i].column == 0)
            abort();
    }
    sc_diagnostics_release(&diagnostics);
    return 0;
}
