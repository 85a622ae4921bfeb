/*
 * config.h - the parts that read site.yaml, for each other: config.c (the organisation, topics),
 * config_answers.c (the list of answers), config_register.c (those of the register).
 */
#ifndef SC_SITE_CONFIG_H
#define SC_SITE_CONFIG_H

#include "config/form.h"
#include "site/site.h"

struct owned_config {
    struct sc_site_config config; /* first */
    struct sc_arena arena;
    const char *dir; /* of site.yaml */
};

/* A path in site.yaml, resolved against its folder. */
const char *sc_site_path_of(struct sc_form *form, const struct owned_config *owned,
                            const char *path);

/*
 * Reads `answers`. Those with a reference have their versions in the register; what
 * site.yaml says of the days they were published stands in versions without a folder.
 */
void sc_site_read_answers(struct sc_form *form, struct owned_config *owned,
                          const struct sc_yaml_node *map);

/*
 * Opens the register and makes an answer of the site of each of its references. Mistakes are noted
 * in `form`: at `at`, or where an answer stands. SC_OK or SC_E_NOMEM.
 */
SC_MUST_USE enum sc_status sc_site_take_register(struct sc_form *form,
                                                 struct sc_site_config *config,
                                                 const struct sc_yaml_node *at,
                                                 struct sc_error *err);

#endif
