/* fuzz_site.c - any bytes as a site.yaml: mistakes with their places, never a crash or a leak. */
#include "fuzz.h"
#include "site/site.h"

/* Every text is there, and every answer is one of a folder, of versions or of the register. */
static void check(const struct sc_site_config *config)
{
    if (!config->organisation[0] || config->per_page < 5 || config->review_days == 0)
        abort();
    for (size_t i = 0; i < config->n_topics; i++)
        if (!config->topics[i].id[0] || !config->topics[i].title[0])
            abort();
    for (size_t i = 0; i < config->n_answers; i++) {
        const struct sc_site_answer *answer = &config->answers[i];

        if (!answer->summary || (answer->n_versions == 0 && !answer->reference[0]))
            abort();
        for (size_t v = 0; v < answer->n_versions; v++)
            if (!answer->versions[v].folder[0] && !answer->reference[0])
                abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    SC_AUTO(sc_site_config) config = NULL;
    struct sc_diagnostics diagnostics = {0};
    struct sc_error err = {0};
    enum sc_status status =
        sc_site_config_parse("site.yaml", (const char *)data, size, &config, &diagnostics, &err);

    /* loaded or told why, never both and never neither */
    if ((status == SC_OK) != (config != NULL) || (status == SC_E_INPUT && diagnostics.n_items == 0))
        abort();
    for (size_t i = 0; i < diagnostics.n_items; i++)
        if (diagnostics.items[i].line == 0 || diagnostics.items[i].column == 0 ||
            !diagnostics.items[i].message[0])
            abort();
    if (config)
        check(config);
    sc_diagnostics_release(&diagnostics);
    return 0;
}
