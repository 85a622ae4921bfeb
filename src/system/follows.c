/*
 * follows.c - which sums follow from others.
 *
 * A figure of our own (overlap.c) is what one split says it is: (others than c) is (any) less c,
 * everywhere. So it adds up along every other dimension because (any) and c do:
 *
 *     (others than c), year = sum of its months        follows from
 *     (any), year = sum of its months;    c, year = sum of its months
 *     (any) = c + (others than c)         in the year and in each month
 *
 * Such a sum says nothing new, and where categories overlap two sums of three are such. They stay
 * relations: a rest of one is an implied count, and they make bounds quick. But whoever solves for
 * moves does without them: each would be one more row that a move has to keep.
 *
 * In the same way a sum of own codes that defines none of them (all but c = apart + others than c)
 * follows from those that do.
 *
 * No circles: each own code has a rank, above all other codes of the split that defines it.
 * Relations are ordered by the ranks of the codes they have in common in dimensions other than
 * their own, added up; one is said to follow only from such as stand lower, or as low and define
 * what it does not. And it is said only
 * when the combination has been added up, cell by cell, and came to nothing.
 */
#include <string.h>

#include "base/error.h"
#include "system/internal.h"

struct following {
    struct sc_system *system;
    uint32_t *rank[SC_SYSTEM_DIMENSIONS_MAX];   /* by code; 0: not an own code */
    uint32_t *define[SC_SYSTEM_DIMENSIONS_MAX]; /* by code: the split that defines it, SC_NONE */
    int32_t *sum;                               /* by cell: the combination under way */
    uint32_t *touched;
    size_t n_touched, touched_capacity;
    struct sc_error *err;
};

static void release(struct following *f)
{
    for (size_t d = 0; d < SC_SYSTEM_DIMENSIONS_MAX; d++) {
        sc_free(f->rank[d]);
        sc_free(f->define[d]);
    }
    sc_free(f->sum);
    sc_free(f->touched);
}

/* ---- what defines own codes ---- */

static bool is_own(const struct following *f, uint32_t d, uint32_t code)
{
    return f->system->dimensions[d].flags[code] & CODE_OWN;
}

/* Takes the split as the definition of the one own code in it that has none yet, if it is one. */
static bool take_definition(struct following *f, uint32_t split_i)
{
    const struct split *split = &f->system->splits[split_i];
    uint32_t d = split->dimension, only = SC_NONE, most = 0;
    size_t n = 0;

    for (uint32_t k = 0; k <= split->n_children; k++) {
        uint32_t code = k == 0 ? split->parent : split->children[k - 1];

        if (is_own(f, d, code) && f->define[d][code] == SC_NONE) {
            only = code;
            n++;
        } else if (f->rank[d][code] > most) {
            most = f->rank[d][code];
        }
    }
    if (n != 1)
        return false;
    f->define[d][only] = split_i;
    f->rank[d][only] = most + 1;
    return true;
}

/* *ret_any: there are own codes with definitions. */
static enum sc_status define_codes(struct following *f, bool *ret_any)
{
    const struct sc_system *system = f->system;
    bool changed = true;

    *ret_any = false;
    for (size_t d = 0; d < system->n_dimensions; d++) {
        size_t n = system->dimensions[d].n_codes;

        f->rank[d] = sc_alloc_array(n, sizeof *f->rank[d]);
        f->define[d] = sc_alloc_array(n, sizeof *f->define[d]);
        if (!f->rank[d] || !f->define[d])
            return sc_fail_nomem(f->err);
        memset(f->define[d], 0xff, n * sizeof *f->define[d]);
    }
    while (changed) {
        changed = false;
        for (uint32_t i = 0; i < system->n_splits; i++)
            changed = take_definition(f, i) || changed;
        *ret_any = *ret_any || changed;
    }
    return SC_OK;
}

/* ---- one relation ---- */

static enum sc_status add_cell(struct following *f, uint32_t cell, int32_t times)
{
    enum sc_status status = SC_OK;

    if (f->sum[cell] == 0) /* perhaps not for the first time: harmless */
        status = sc_grow((void **)&f->touched, &f->touched_capacity, f->n_touched,
                         sizeof *f->touched, f->err);
    if (status)
        return status;
    if (f->sum[cell] == 0)
        f->touched[f->n_touched++] = cell;
    f->sum[cell] += times;
    return SC_OK;
}

/* Whether the sum has come to nothing; begins anew. */
static bool forget_sum(struct following *f)
{
    bool nothing = true;

    for (size_t i = 0; i < f->n_touched; i++) {
        nothing = nothing && f->sum[f->touched[i]] == 0;
        f->sum[f->touched[i]] = 0;
    }
    f->n_touched = 0;
    return nothing;
}

/* Adds `times` (total - children) of a relation. */
static enum sc_status add_relation(struct following *f, uint32_t relation, int32_t times)
{
    const struct sc_system *system = f->system;
    enum sc_status status = SC_OK;

    for (size_t k = system->rel_start[relation]; k < system->rel_start[relation + 1] && !status;
         k++)
        status =
            add_cell(f, system->rel_cells[k], k == system->rel_start[relation] ? times : -times);
    return status;
}

/* The relation of a split that a cell is in, SC_NONE. */
static uint32_t find_relation(const struct sc_system *system, uint32_t split, uint32_t cell)
{
    for (size_t i = system->of_start[cell]; i < system->of_start[cell + 1]; i++)
        if (system->rel_split[system->of[i]] == split)
            return system->of[i];
    return SC_NONE;
}

/* 1 for the parent of a split, -1 for a child. */
static int sign_in(const struct split *split, uint32_t code)
{
    return split->parent == code ? 1 : -1;
}

/* The cell like `cell` with another code; SC_NONE. */
static uint32_t cell_beside(const struct sc_system *system, uint32_t cell, uint32_t d,
                            uint32_t code)
{
    uint32_t codes[SC_SYSTEM_DIMENSIONS_MAX];

    memcpy(codes, sc_system_cell_codes(system, cell), system->n_dimensions * sizeof *codes);
    codes[d] = code;
    return sc_system_find_cell(system, codes);
}

/* Takes away from the sum the same relation of each other code that defines `code`. */
static enum sc_status add_others(struct following *f, uint32_t relation, uint32_t d, uint32_t code)
{
    const struct sc_system *system = f->system;
    const struct split *split = &system->splits[f->define[d][code]];
    uint32_t total = system->rel_cells[system->rel_start[relation]];
    enum sc_status status = SC_OK;

    for (uint32_t k = 0; k <= split->n_children && !status; k++) {
        uint32_t other = k == 0 ? split->parent : split->children[k - 1], cell, same = SC_NONE;

        if (other == code)
            continue;
        cell = cell_beside(system, total, d, other);
        if (cell != SC_NONE)
            same = find_relation(system, system->rel_split[relation], cell);
        if (same != SC_NONE)
            status = add_relation(f, same, sign_in(split, code) * sign_in(split, other));
    }
    return status;
}

/* Takes away the definition in every cell of the relation. False: it is not there. */
static enum sc_status add_definitions(struct following *f, uint32_t relation, uint32_t d,
                                      uint32_t code, bool *ret_there)
{
    const struct sc_system *system = f->system;
    uint32_t define = f->define[d][code];
    size_t start = system->rel_start[relation];
    enum sc_status status = SC_OK;

    *ret_there = true;
    for (size_t k = start; k < system->rel_start[relation + 1] && !status && *ret_there; k++) {
        uint32_t same = find_relation(system, define, system->rel_cells[k]);

        *ret_there = same != SC_NONE;
        if (*ret_there)
            status = add_relation(f, same,
                                  (k == start ? -1 : 1) * sign_in(&system->splits[define], code));
    }
    return status;
}

/* Whether the ranks along the relation's own dimension are below `rank`. */
static bool stands_below(const struct following *f, uint32_t relation, uint32_t rank)
{
    const struct sc_system *system = f->system;
    uint32_t d = system->splits[system->rel_split[relation]].dimension;

    for (size_t k = system->rel_start[relation]; k < system->rel_start[relation + 1]; k++)
        if (f->rank[d][sc_system_cell_codes(system, system->rel_cells[k])[d]] >= rank)
            return false;
    return true;
}

/* Whether a relation follows from the definition of the code all its cells have in `d`. */
static enum sc_status follows(struct following *f, uint32_t relation, uint32_t d, uint32_t code,
                              bool *ret_follows)
{
    bool there;
    enum sc_status status;

    *ret_follows = false;
    if (!stands_below(f, relation, f->rank[d][code]))
        return SC_OK;
    status = add_definitions(f, relation, d, code, &there);
    if (!status && there)
        status = add_relation(f, relation, 1);
    if (!status && there)
        status = add_others(f, relation, d, code);
    *ret_follows = forget_sum(f) && !status && there;
    return status;
}

/* The cell of the highest rank in `d` that is in the sum; SC_NONE: no own code is. */
static uint32_t highest(const struct following *f, uint32_t d)
{
    uint32_t found = SC_NONE, rank = 0;

    for (size_t i = 0; i < f->n_touched; i++) {
        uint32_t cell = f->touched[i], code = sc_system_cell_codes(f->system, cell)[d];

        if (f->sum[cell] != 0 && f->rank[d][code] > rank) {
            rank = f->rank[d][code];
            found = cell;
        }
    }
    return found;
}

/* Whether a relation that defines nothing comes to nothing when own codes are put as defined. */
static enum sc_status repeats(struct following *f, uint32_t relation, bool *ret_follows)
{
    const struct sc_system *system = f->system;
    uint32_t d = system->splits[system->rel_split[relation]].dimension, cell;
    enum sc_status status = add_relation(f, relation, 1);

    while (!status && (cell = highest(f, d)) != SC_NONE) {
        uint32_t code = sc_system_cell_codes(system, cell)[d], define = f->define[d][code];
        uint32_t same = find_relation(system, define, cell);

        if (same == SC_NONE)
            break;
        status = add_relation(f, same, -f->sum[cell] * sign_in(&system->splits[define], code));
    }
    *ret_follows = forget_sum(f) && !status;
    return status;
}

/* A split with own codes that is the definition of none of them. */
static bool defines_nothing(const struct following *f, uint32_t split_i)
{
    const struct split *split = &f->system->splits[split_i];
    uint32_t d = split->dimension;
    bool own = false;

    for (uint32_t k = 0; k <= split->n_children; k++) {
        uint32_t code = k == 0 ? split->parent : split->children[k - 1];

        own = own || f->rank[d][code] > 0;
        if (f->define[d][code] == split_i)
            return false;
    }
    return own;
}

static enum sc_status look_at(struct following *f, uint32_t relation)
{
    struct sc_system *system = f->system;
    const uint32_t *codes =
        sc_system_cell_codes(system, system->rel_cells[system->rel_start[relation]]);
    uint32_t own = system->splits[system->rel_split[relation]].dimension;
    enum sc_status status = SC_OK;

    if (defines_nothing(f, system->rel_split[relation]))
        status = repeats(f, relation, &system->rel_follows[relation]);
    for (uint32_t d = 0; d < system->n_dimensions && !status && !system->rel_follows[relation]; d++)
        if (d != own && f->rank[d][codes[d]] > 0)
            status = follows(f, relation, d, codes[d], &system->rel_follows[relation]);
    return status;
}

enum sc_status sc_system_find_following(struct sc_system *system, struct sc_error *err)
{
    struct following f = {.system = system, .err = err};
    bool any = false;
    enum sc_status status;

    system->rel_follows = sc_alloc_array(system->n_relations, sizeof *system->rel_follows);
    f.sum = sc_alloc_array(system->n_cells, sizeof *f.sum);
    status = system->rel_follows && f.sum ? define_codes(&f, &any) : sc_fail_nomem(err);
    for (uint32_t i = 0; i < system->n_relations && !status && any; i++)
        status = look_at(&f, i);
    release(&f);
    return status;
}

bool sc_system_follows(const struct sc_system *system, size_t i)
{
    return system->rel_follows[i];
}
