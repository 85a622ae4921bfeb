/*
 * persons.c - which hidden figures of 1 are one and the same person.
 *
 * A cell of 1 inside another of 1 is the person of the other: what that person learns about it, she
 * learns about herself. No hiding can part the two, and nobody else is told. sc_system_twins()
 * finds the plain case, a total whose other parts are printed as 0. Where categories overlap it is
 * not enough: a month with one offence, which named two platforms, has three cells of 1, none of
 * which is the rest of a sum with zeros. Here cells are joined
 *
 *  - where a cell and a part of it move together with no difference: they are always equal;
 *  - where one hidden cell lies inside another and both are 1: in truth, where the singles are
 *    known, else in the table in hand. (A hidden cell is at least 1, so inside a cell of 1 it
 * is 1.)
 *
 * The total of a sum holds its parts, unless it is auxiliary (the sum of categories that overlap).
 * Hidden cells right inside a hidden cell are those met going down through figures nobody prints;
 * what lies deeper is inside those. Where tables meet in a ring, a figure nobody prints may be all
 * of a hidden one (its other parts are printed as 0): that one then lies inside too.
 */
#include "audit/persons.h"

#include <string.h>

#include "base/error.h"

struct sc_persons {
    const struct sc_run *run;
    uint32_t *fixed; /* by cell: groups that hold in every table, as a root and its tree */
    uint32_t *group; /* by cell: the same with those of the table in hand */
    uint32_t *outer; /* pairs: this cell ... */
    uint32_t *inner; /* ... holds this one */
    size_t n, outer_capacity, inner_capacity;
};

void sc_persons_free(struct sc_persons *persons)
{
    if (!persons)
        return;
    sc_free(persons->fixed);
    sc_free(persons->group);
    sc_free(persons->outer);
    sc_free(persons->inner);
    sc_free(persons);
}

static uint32_t root_of(uint32_t *group, uint32_t cell)
{
    while (group[cell] != cell) {
        group[cell] = group[group[cell]];
        cell = group[cell];
    }
    return cell;
}

static void join(uint32_t *group, uint32_t a, uint32_t b)
{
    a = root_of(group, a);
    b = root_of(group, b);
    group[a > b ? a : b] = a > b ? b : a;
}

/* Totals all of whose other parts are known to be 0. */
static enum sc_status find_twins(struct sc_persons *persons, const struct sc_bounds *bounds,
                                 struct sc_error *err)
{
    SC_AUTO_FREE bool *zero = sc_alloc_array(bounds->n_cells, sizeof *zero);

    if (!zero)
        return sc_fail_nomem(err);
    for (uint32_t c = 0; c < bounds->n_cells; c++)
        zero[c] = bounds->now[SC_HIGH][c] == 0;
    return sc_system_twins(bounds->system, zero, persons->fixed, err);
}

static void join_ties(struct sc_persons *persons, const struct sc_model *model)
{
    const struct sc_system *system = persons->run->system;

    for (size_t i = 0; i < sc_system_n_relations(system); i++) {
        struct sc_relation r = sc_system_relation(system, i);
        uint32_t v = model->variable[r.total];

        if (v == SC_NONE || sc_system_auxiliary(system, r.total))
            continue;
        for (uint32_t k = 0; k < r.n_children; k++)
            if (model->variable[r.children[k]] == v &&
                model->offset[r.children[k]] == model->offset[r.total])
                join(persons->fixed, r.total, r.children[k]);
    }
}

static enum sc_status add_pair(struct sc_persons *persons, uint32_t outer, uint32_t inner,
                               struct sc_error *err)
{
    enum sc_status status = sc_grow((void **)&persons->outer, &persons->outer_capacity, persons->n,
                                    sizeof *persons->outer, err);

    if (!status)
        status = sc_grow((void **)&persons->inner, &persons->inner_capacity, persons->n,
                         sizeof *persons->inner, err);
    if (status)
        return status;
    persons->outer[persons->n] = outer;
    persons->inner[persons->n++] = inner;
    return SC_OK;
}

/* One search downwards. */
struct search {
    uint32_t *same; /* by root of a fixed group: a hidden cell of it, SC_NONE */
    uint32_t *seen; /* by cell: the search it was last met in */
    uint32_t *list; /* figures nobody prints, to go on from */
    size_t n;
    uint32_t number;
};

/* A figure nobody prints is inside: so is a hidden one that always equals it. */
static enum sc_status add_same(struct sc_persons *persons, struct search *search, uint32_t from,
                               uint32_t child, struct sc_error *err)
{
    uint32_t same = search->same[root_of(persons->fixed, child)];

    if (same == SC_NONE || same == from || search->seen[same] == search->number)
        return SC_OK;
    search->seen[same] = search->number;
    return add_pair(persons, from, same, err);
}

static enum sc_status look_inside(struct sc_persons *persons, struct search *search, uint32_t from,
                                  uint32_t cell, struct sc_error *err)
{
    const struct sc_run *run = persons->run;
    size_t n;
    const uint32_t *of = sc_system_relations_of(run->system, cell, &n);
    enum sc_status status = SC_OK;

    for (size_t i = 0; i < n && !status; i++) {
        struct sc_relation r = sc_system_relation(run->system, of[i]);

        for (uint32_t k = 0; k < r.n_children && r.total == cell && !status; k++) {
            uint32_t child = r.children[k];

            if (search->seen[child] == search->number)
                continue;
            search->seen[child] = search->number;
            if (run->wanted[child])
                status = add_pair(persons, from, child, err);
            else if (run->figures[child].kind == SC_FIGURE_NONE) {
                search->list[search->n++] = child;
                status = add_same(persons, search, from, child, err);
            }
        }
    }
    return status;
}

static enum sc_status find_pairs(struct sc_persons *persons, struct sc_error *err)
{
    const struct sc_run *run = persons->run;
    size_t n = sc_system_n_cells(run->system);
    SC_AUTO_FREE uint32_t *seen = sc_alloc_array(n, sizeof *seen);
    SC_AUTO_FREE uint32_t *list = sc_alloc_array(n, sizeof *list);
    SC_AUTO_FREE uint32_t *same = sc_alloc_array(n, sizeof *same);
    struct search search = {.same = same, .seen = seen, .list = list};
    enum sc_status status = SC_OK;

    if (!seen || !list || !same)
        return sc_fail_nomem(err);
    memset(same, 0xff, n * sizeof *same);
    for (uint32_t cell = (uint32_t)n; cell-- > 0;)
        if (run->wanted[cell])
            same[root_of(persons->fixed, cell)] = cell;
    for (uint32_t cell = 0; cell < n && !status; cell++) {
        if (!run->wanted[cell])
            continue;
        search.n = 0;
        search.number = cell + 1;
        status = look_inside(persons, &search, cell, cell, err);
        for (size_t k = 0; k < search.n && !status; k++)
            status = look_inside(persons, &search, cell, list[k], err);
    }
    return status;
}

enum sc_status sc_persons_new(const struct sc_run *run, const struct sc_attack *attack,
                              struct sc_persons **ret_persons, struct sc_error *err)
{
    SC_AUTO(sc_persons) persons = sc_alloc(sizeof *persons);
    size_t n = sc_system_n_cells(run->system);
    enum sc_status status;

    if (!persons)
        return sc_fail_nomem(err);
    persons->run = run;
    persons->fixed = sc_alloc_array(n, sizeof *persons->fixed);
    persons->group = sc_alloc_array(n, sizeof *persons->group);
    if (!persons->fixed || !persons->group)
        return sc_fail_nomem(err);
    status = find_twins(persons, &attack->bounds, err);
    if (status)
        return status;
    join_ties(persons, attack->model);
    /*
     * Else a hidden cell inside one of 1 may be 0. Where figures are rounded the singles given
     * say that both are 1: the one person of a total knows which part is hers.
     */
    if (run->zeros_shown || (run->policy.least && run->policy.singles_known))
        status = find_pairs(persons, err);
    if (!status)
        *ret_persons = SC_TAKE(persons);
    return status;
}

const uint32_t *sc_persons_group(struct sc_persons *persons, const bool *is_one)
{
    size_t n = sc_system_n_cells(persons->run->system);

    memcpy(persons->group, persons->fixed, n * sizeof *persons->group);
    for (size_t i = 0; i < persons->n; i++)
        if (is_one[persons->outer[i]] && is_one[persons->inner[i]])
            join(persons->group, persons->outer[i], persons->inner[i]);
    for (uint32_t cell = 0; cell < n; cell++)
        persons->group[cell] = root_of(persons->group, cell);
    return persons->group;
}
