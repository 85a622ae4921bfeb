/*
 * pass.h - what the one pass over the records leaves behind, before it is made
 * into tables.
 */
#ifndef SC_CUBE_PASS_H
#define SC_CUBE_PASS_H

#include "cube/entities.h"
#include "cube/plan.h"
#include "cube/sets.h"
#include "cube/tally.h"
#include "extract/reader.h"

enum sc_law_finding { SC_FOUND_BEFORE_LAW, SC_FOUND_VICTIM_16, SC_FOUND_SUSPECT_UNDER_18 };
#define SC_N_LAW_FINDINGS 3

struct sc_pass {
    const struct sc_plan *plan;
    struct sc_reader *reader;
    struct sc_sets *sets;
    struct sc_tally *tallies; /* one a table; keys as plan_dimension says */
    struct sc_entities *units[SC_N_UNITS];
    struct sc_entities *links;
    struct sc_accounting accounting;
    uint64_t law[SC_N_LAW_FINDINGS];
    uint64_t near;            /* offences with a category found by near-misses alone */
    uint64_t ambiguous_class; /* rows of a class that may hide a code asked for */
    struct sc_fault_place *fault_places;
    size_t n_fault_places;
};

/* Runs the pass. On failure `pass` must still be released. */
SC_MUST_USE enum sc_status sc_pass_run(const struct sc_plan *plan,
                                       const struct sc_count_options *options, struct sc_pass *pass,
                                       struct sc_error *err);
void sc_pass_release(struct sc_pass *pass);

/* Makes `pass` into the caller's counts (src/cube/finish.c). */
SC_MUST_USE enum sc_status sc_pass_finish(const struct sc_pass *pass,
                                          const struct sc_policy *policy,
                                          const struct sc_dictionary *const *dictionaries,
                                          size_t n_dictionaries, struct sc_counts **ret_counts,
                                          struct sc_error *err);

#endif
