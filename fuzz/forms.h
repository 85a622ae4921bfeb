/* forms.h - what every form must do with any bytes: be loaded or say why, with a place. */
#ifndef SC_FUZZ_FORMS_H
#define SC_FUZZ_FORMS_H

#include "config/load.h"
#include "fuzz.h"

/* Aborts unless `status`, whether it was `loaded`, and `diagnostics` agree; releases the last. */
static inline void check_form(enum sc_status status, bool loaded,
                              struct sc_diagnostics *diagnostics)
{
    if ((status == SC_OK) != loaded || (status == SC_E_INPUT && diagnostics->n_items == 0))
        abort();
    for (size_t i = 0; i < diagnostics->n_items; i++) {
        if (diagnostics->items[i].line == 0 || diagnostics->items[i].column == 0)
            abort();
    }
    sc_diagnostics_release(diagnostics);
}

#endif
