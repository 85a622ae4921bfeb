/*
 * migrations.h - which parts keep tables in the register, and how each part's tables
 * came to be. Used by register.c and the schema files only.
 */
#ifndef SC_REGISTER_MIGRATIONS_H
#define SC_REGISTER_MIGRATIONS_H

#include <stddef.h>

struct sc_part {
    const char *name;           /* in table `part` of the register; never changes */
    const char *const *scripts; /* scripts[i] takes version i to i + 1 */
    size_t n_scripts;           /* the version this program knows */
};

extern const struct sc_part sc_part_releases; /* schema_releases.c */
extern const struct sc_part sc_part_reviews;  /* schema_reviews.c */

#endif
