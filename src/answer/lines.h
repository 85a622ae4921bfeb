/*
 * lines.h - codes of an attribute whose categories are sets (days, ages, outcomes), and
 * what adds up among them.
 *
 * Call order: init; any number of families and codes; splits; release. A family is a
 * partition of one set into others: a period into its months, all ages into bands.
 */
#ifndef SC_ANSWER_LINES_H
#define SC_ANSWER_LINES_H

#include "answer/spans.h"
#include "system/system.h"

/* How a set is called in the system, for reports. */
enum sc_line_names { SC_LINE_DAYS, SC_LINE_NUMBERS };

struct sc_line {
    struct sc_system *system; /* borrowed */
    uint32_t dimension;
    enum sc_line_names names;
    bool total_is_base; /* the set `base` is the dimension's total; else it has a code too */
    struct sc_spans base;
    struct sc_arena arena;
    struct sc_spans *sets; /* those that have a code */
    uint32_t *codes;
    size_t n_sets;
    size_t sets_capacity, codes_capacity;
    struct sc_line_family {
        struct sc_spans *members;
        size_t n;
    } * families;
    size_t n_families;
    size_t families_capacity;
};

void sc_line_release(struct sc_line *line);

/* The code of a set, made when new. */
SC_MUST_USE enum sc_status sc_line_code(struct sc_line *line, struct sc_spans set,
                                        uint32_t *ret_code, struct sc_error *err);

/* Notes a partition; all its members get codes. Copied but for the runs. Empty ones are left out.
 */
SC_MUST_USE enum sc_status sc_line_family(struct sc_line *line, const struct sc_spans *members,
                                          size_t n, struct sc_error *err);

/*
 * Writes all splits: each set that a family divides is the sum of its members; where two of
 * the finest sets overlap (years from January and from April, two band schemes) they are cut into
 * common parts. SC_E_UNSUPPORTED when there would be more than 2,000 of those.
 */
SC_MUST_USE enum sc_status sc_line_splits(struct sc_line *line, struct sc_error *err);

#endif
