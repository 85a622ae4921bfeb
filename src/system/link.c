/*
 * link.c - from cells and splits to relations.
 *
 * 1. Close upwards. A published month by age cell is part of a month total and of
 *    an age total whether or not these are printed: sums run through them. Each cell
 *    whose code is a child in some split gets the parent's cell, until nothing is
 *    new. A split may also ask for its children (single ages under overlapping bands).
 *    Where tables meet in a ring, the cells of their cross table are made (rings.c).
 * 2. Write a relation for each split and each cell that has the split's parent
 *    as its code, over the children that are cells.
 * 3. Drop relations with equal members: a table of one month has every month
 *    total twice.
 * 4. Drop what says nothing: a made cell (nobody prints it) that is the total of
 *    one sum and part of none only restates that sum (codes that are to be kept aside). Removing it
 * may make another one such, so this repeats until nothing goes.
 *
 * Made cells that are left are renumbered after the caller's own, in order.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "system/internal.h"

/* Relations while they are made: members in one growing array, total first. */
struct draft {
    size_t *start;
    size_t start_capacity;
    uint32_t *cells;
    size_t cells_capacity;
    size_t n_cells;
    uint32_t *split;
    size_t split_capacity;
    size_t n;
    bool *dropped;
};

static void draft_release(struct draft *draft)
{
    sc_free(draft->start);
    sc_free(draft->cells);
    sc_free(draft->split);
    sc_free(draft->dropped);
}

/* The cell like `cell` but with `code` in `dimension`, added when `make`. */
static enum sc_status beside(struct sc_system *system, uint32_t cell, uint32_t dimension,
                             uint32_t code, bool make, uint32_t *ret_cell, struct sc_error *err)
{
    uint32_t codes[SC_SYSTEM_DIMENSIONS_MAX];

    memcpy(codes, sc_system_cell_codes(system, cell), system->n_dimensions * sizeof *codes);
    codes[dimension] = code;
    if (make)
        return sc_system_add_cell(system, codes, ret_cell, err);
    *ret_cell = sc_system_find_cell(system, codes);
    return SC_OK;
}

/* For every code of every dimension, the splits it is a child of. */
struct upward {
    size_t *start[SC_SYSTEM_DIMENSIONS_MAX]; /* by code, n_codes + 1 */
    uint32_t *splits[SC_SYSTEM_DIMENSIONS_MAX];
};

static void upward_release(struct upward *up)
{
    for (size_t d = 0; d < SC_SYSTEM_DIMENSIONS_MAX; d++) {
        sc_free(up->start[d]);
        sc_free(up->splits[d]);
    }
}

static enum sc_status upward_init(const struct sc_system *system, struct upward *up,
                                  struct sc_error *err)
{
    for (size_t d = 0; d < system->n_dimensions; d++) {
        size_t n_codes = system->dimensions[d].n_codes;

        up->start[d] = sc_alloc_array(n_codes + 2, sizeof *up->start[d]);
        if (!up->start[d])
            return sc_fail_nomem(err);
    }
    for (size_t i = 0; i < system->n_splits; i++) /* counts, two places on */
        for (uint32_t k = 0; k < system->splits[i].n_children; k++)
            up->start[system->splits[i].dimension][system->splits[i].children[k] + 2]++;
    for (size_t d = 0; d < system->n_dimensions; d++) {
        size_t n_codes = system->dimensions[d].n_codes;

        for (size_t c = 0; c < n_codes; c++)
            up->start[d][c + 2] += up->start[d][c + 1];
        up->splits[d] = sc_alloc_array(up->start[d][n_codes + 1], sizeof *up->splits[d]);
        if (!up->splits[d])
            return sc_fail_nomem(err);
    }
    for (uint32_t i = 0; i < system->n_splits; i++) /* filling moves them one place back */
        for (uint32_t k = 0; k < system->splits[i].n_children; k++) {
            uint32_t d = system->splits[i].dimension;

            up->splits[d][up->start[d][system->splits[i].children[k] + 1]++] = i;
        }
    return SC_OK;
}

/* The children's cells of one cell, for splits that ask for them. */
static enum sc_status make_children(struct sc_system *system, uint32_t cell, uint32_t dimension,
                                    struct sc_error *err)
{
    uint32_t code = sc_system_cell_codes(system, cell)[dimension], made;

    for (uint32_t i = system->dimensions[dimension].first_split[code]; i != SC_NONE;
         i = system->splits[i].next)
        for (uint32_t k = 0; k < system->splits[i].n_children; k++) {
            enum sc_status status = SC_OK;

            if (system->splits[i].make_children)
                status = beside(system, cell, dimension, system->splits[i].children[k], true, &made,
                                err);
            if (status)
                return status;
        }
    return SC_OK;
}

/* Gives one cell its parents along every split, and its children where asked for and `down`. */
static enum sc_status close_cell(struct sc_system *system, const struct upward *up, uint32_t cell,
                                 bool down, struct sc_error *err)
{
    for (uint32_t d = 0; d < system->n_dimensions; d++) {
        uint32_t code = sc_system_cell_codes(system, cell)[d], made;
        enum sc_status status = SC_OK;

        for (size_t i = up->start[d][code]; i < up->start[d][code + 1] && !status; i++)
            status =
                beside(system, cell, d, system->splits[up->splits[d][i]].parent, true, &made, err);
        if (!status && down)
            status = make_children(system, cell, d, err);
        if (status)
            return status;
    }
    return SC_OK;
}

/* Closes the cells upwards (and downwards where asked); the set grows as it goes. */
static enum sc_status close_cells(struct sc_system *system, bool down, struct sc_error *err)
{
    struct upward up = {0};
    enum sc_status status = upward_init(system, &up, err);

    for (uint32_t cell = 0; cell < system->n_cells && !status; cell++)
        status = close_cell(system, &up, cell, down, err);
    upward_release(&up);
    return status;
}

static enum sc_status draft_push(struct draft *draft, uint32_t cell, struct sc_error *err)
{
    enum sc_status status = sc_grow((void **)&draft->cells, &draft->cells_capacity, draft->n_cells,
                                    sizeof *draft->cells, err);

    if (!status)
        draft->cells[draft->n_cells++] = cell;
    return status;
}

/* Writes the relation of `split` under `total`, if it has any children. */
static enum sc_status draft_relation(struct sc_system *system, struct draft *draft, size_t split_i,
                                     uint32_t total, struct sc_error *err)
{
    const struct split *split = &system->splits[split_i];
    size_t start = draft->n_cells;
    enum sc_status status = draft_push(draft, total, err);

    for (uint32_t k = 0; k < split->n_children && !status; k++) {
        uint32_t child;

        status = beside(system, total, split->dimension, split->children[k], false, &child, err);
        if (!status && child != SC_NONE)
            status = draft_push(draft, child, err);
    }
    if (!status && draft->n_cells == start + 1)
        draft->n_cells = start; /* no children: no relation */
    if (status || draft->n_cells == start)
        return status;
    status = sc_grow((void **)&draft->start, &draft->start_capacity, draft->n + 1,
                     sizeof *draft->start, err);
    if (!status)
        status = sc_grow((void **)&draft->split, &draft->split_capacity, draft->n,
                         sizeof *draft->split, err);
    if (status)
        return status;
    draft->start[draft->n] = start;
    draft->start[draft->n + 1] = draft->n_cells;
    draft->split[draft->n++] = (uint32_t)split_i;
    return SC_OK;
}

/* The relations of one cell as total: one a split of its code in each dimension. */
static enum sc_status draft_cell(struct sc_system *system, struct draft *draft, uint32_t cell,
                                 struct sc_error *err)
{
    for (uint32_t d = 0; d < system->n_dimensions; d++) {
        uint32_t code = sc_system_cell_codes(system, cell)[d];

        for (uint32_t i = system->dimensions[d].first_split[code]; i != SC_NONE;
             i = system->splits[i].next) {
            enum sc_status status = SC_OK;

            if (!system->believe || system->believe(system->believe_arg, i, cell))
                status = draft_relation(system, draft, i, cell, err);
            if (status)
                return status;
        }
    }
    return SC_OK;
}

static enum sc_status draft_all(struct sc_system *system, struct draft *draft, struct sc_error *err)
{
    enum sc_status status = SC_OK;

    for (uint32_t cell = 0; cell < system->n_cells && !status; cell++)
        status = draft_cell(system, draft, cell, err);
    draft->dropped = sc_alloc_array(draft->n, sizeof *draft->dropped);
    if (!status && !draft->dropped)
        status = sc_fail_nomem(err);
    return status;
}

static size_t members(const struct draft *draft, size_t i)
{
    return draft->start[i + 1] - draft->start[i];
}

/* An order-free hash of a relation's children, with its total. */
static uint64_t relation_hash(const struct draft *draft, size_t i)
{
    uint64_t h = 0;

    for (size_t k = draft->start[i] + 1; k < draft->start[i + 1]; k++) {
        uint64_t x = (draft->cells[k] + 1u) * 0x9e3779b97f4a7c15u;

        h += x ^ (x >> 29);
    }
    return h ^ ((uint64_t)draft->cells[draft->start[i]] << 32);
}

static int compare_cells(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

static enum sc_status same_members(const struct draft *draft, size_t a, size_t b, bool *ret_same,
                                   struct sc_error *err)
{
    size_t n = members(draft, a);
    SC_AUTO_FREE uint32_t *left = sc_alloc_array(2 * n, sizeof *left);
    uint32_t *right;

    if (!left)
        return sc_fail_nomem(err);
    right = left + n;
    memcpy(left, draft->cells + draft->start[a], n * sizeof *left);
    memcpy(right, draft->cells + draft->start[b], n * sizeof *right);
    qsort(left + 1, n - 1, sizeof *left, compare_cells);
    qsort(right + 1, n - 1, sizeof *right, compare_cells);
    *ret_same = memcmp(left, right, n * sizeof *left) == 0;
    return SC_OK;
}

/* Drops later relations that have the same total and the same children as an earlier one. */
static enum sc_status drop_duplicates(struct draft *draft, struct sc_error *err)
{
    size_t n_slots = 64;
    SC_AUTO_FREE size_t *slots = NULL;

    while (n_slots < 2 * draft->n)
        n_slots *= 2;
    slots = sc_alloc_array(n_slots, sizeof *slots); /* relation + 1 */
    if (!slots)
        return sc_fail_nomem(err);
    for (size_t i = 0; i < draft->n; i++) {
        uint64_t hash = relation_hash(draft, i);
        size_t slot = (size_t)(hash ^ (hash >> 31)) & (n_slots - 1);

        for (; slots[slot]; slot = (slot + 1) & (n_slots - 1)) {
            size_t other = slots[slot] - 1;
            bool same = false;

            if (members(draft, other) == members(draft, i)) {
                enum sc_status status = same_members(draft, other, i, &same, err);
                if (status)
                    return status;
            }
            if (same) {
                draft->dropped[i] = true;
                break;
            }
        }
        if (!draft->dropped[i])
            slots[slot] = i + 1;
    }
    return SC_OK;
}

/* Whether one of a cell's codes is to be kept. */
static bool is_kept(const struct sc_system *system, uint32_t cell)
{
    const uint32_t *codes = sc_system_cell_codes(system, cell);

    for (size_t d = 0; d < system->n_dimensions; d++)
        if (system->dimensions[d].kept[codes[d]])
            return true;
    return false;
}

/*
 * Drops relations whose total is a made cell in no other relation, over and over.
 * `uses` counts the relations of each cell.
 */
static void drop_empty_talk(const struct sc_system *system, struct draft *draft, uint32_t *uses)
{
    bool changed = true;

    for (size_t i = 0; i < draft->n; i++)
        for (size_t k = draft->start[i]; k < draft->start[i + 1] && !draft->dropped[i]; k++)
            uses[draft->cells[k]]++;
    while (changed) {
        changed = false;
        for (size_t i = 0; i < draft->n; i++) {
            uint32_t total = draft->cells[draft->start[i]];

            if (draft->dropped[i] || total < system->n_given || uses[total] != 1 ||
                is_kept(system, total))
                continue;
            draft->dropped[i] = true;
            changed = true;
            for (size_t k = draft->start[i]; k < draft->start[i + 1]; k++)
                uses[draft->cells[k]]--;
        }
    }
}

/* Renumbers cells so that made ones in no relation are gone. */
static enum sc_status compact_cells(struct sc_system *system, struct draft *draft,
                                    const uint32_t *uses, struct sc_error *err)
{
    size_t width = system->n_dimensions, n = 0, n_slots = 64;
    SC_AUTO_FREE uint32_t *number = sc_alloc_array(system->n_cells, sizeof *number);

    if (!number)
        return sc_fail_nomem(err);
    for (uint32_t cell = 0; cell < system->n_cells; cell++) {
        number[cell] = (uint32_t)n;
        if (cell >= system->n_given && uses[cell] == 0)
            continue;
        memmove(system->codes + n * width, system->codes + cell * width,
                width * sizeof *system->codes);
        n++;
    }
    system->n_cells = n;
    for (size_t k = 0; k < draft->n_cells; k++)
        draft->cells[k] = number[draft->cells[k]];
    while (n_slots <= 2 * n)
        n_slots *= 2;
    return sc_system_rehash(system, n_slots, err);
}

/* The relations that are left, in their final arrays. */
static enum sc_status write_relations(struct sc_system *system, const struct draft *draft,
                                      struct sc_error *err)
{
    size_t n = 0, n_members = 0;

    for (size_t i = 0; i < draft->n; i++)
        if (!draft->dropped[i]) {
            n++;
            n_members += members(draft, i);
        }
    system->rel_start = sc_alloc_array(n + 1, sizeof *system->rel_start);
    system->rel_cells = sc_alloc_array(n_members, sizeof *system->rel_cells);
    system->rel_split = sc_alloc_array(n, sizeof *system->rel_split);
    if (!system->rel_start || !system->rel_cells || !system->rel_split)
        return sc_fail_nomem(err);
    n = n_members = 0;
    for (size_t i = 0; i < draft->n; i++) {
        if (draft->dropped[i])
            continue;
        memcpy(system->rel_cells + n_members, draft->cells + draft->start[i],
               members(draft, i) * sizeof *draft->cells);
        n_members += members(draft, i);
        system->rel_split[n] = draft->split[i];
        system->rel_start[++n] = n_members;
    }
    system->n_relations = n;
    return SC_OK;
}

static enum sc_status write_transpose(struct sc_system *system, struct sc_error *err)
{
    size_t n_members = system->rel_start[system->n_relations];
    SC_AUTO_FREE size_t *fill = sc_alloc_array(system->n_cells + 1, sizeof *fill);

    system->of_start = sc_alloc_array(system->n_cells + 1, sizeof *system->of_start);
    system->of = sc_alloc_array(n_members, sizeof *system->of);
    if (!fill || !system->of_start || !system->of)
        return sc_fail_nomem(err);
    for (size_t k = 0; k < n_members; k++)
        system->of_start[system->rel_cells[k] + 1]++;
    for (size_t c = 0; c < system->n_cells; c++)
        system->of_start[c + 1] += system->of_start[c];
    memcpy(fill, system->of_start, (system->n_cells + 1) * sizeof *fill);
    for (size_t i = 0; i < system->n_relations; i++)
        for (size_t k = system->rel_start[i]; k < system->rel_start[i + 1]; k++)
            system->of[fill[system->rel_cells[k]]++] = (uint32_t)i;
    return SC_OK;
}

static enum sc_status make_relations(struct sc_system *system, struct draft *draft,
                                     struct sc_error *err)
{
    SC_AUTO_FREE uint32_t *uses = NULL;
    enum sc_status status = draft_all(system, draft, err);

    if (!status)
        status = drop_duplicates(draft, err);
    if (status)
        return status;
    uses = sc_alloc_array(system->n_cells, sizeof *uses);
    if (!uses)
        return sc_fail_nomem(err);
    drop_empty_talk(system, draft, uses);
    status = compact_cells(system, draft, uses, err);
    if (!status)
        status = write_relations(system, draft, err);
    if (!status)
        status = write_transpose(system, err);
    return status;
}

enum sc_status sc_system_add_margins(struct sc_system *system, struct sc_error *err)
{
    return close_cells(system, false, err);
}

void sc_system_set_believe(struct sc_system *system, sc_system_believe *believe, void *arg)
{
    system->believe = believe;
    system->believe_arg = arg;
}

/* Closes the cells, with the parts that sums of a parted dimension meet in. */
static enum sc_status close_with_parts(struct sc_system *system, struct sc_error *err)
{
    bool asked = true;
    enum sc_status status = SC_OK;

    while (!status && asked) { /* each split is asked once */
        status = close_cells(system, true, err);
        if (!status)
            status = sc_system_ask_for_parts(system, &asked, err);
    }
    return status;
}

enum sc_status sc_system_link(struct sc_system *system, struct sc_error *err)
{
    struct draft draft = {0};
    enum sc_status status;
    size_t n;

    assert(!system->linked);
    system->n_given = system->n_cells;
    status = close_with_parts(system, err);
    n = system->n_cells;
    if (!status)
        status = sc_system_close_rings(system, err);
    if (!status && system->n_cells > n)
        status = close_with_parts(system, err);
    if (!status)
        status = sc_system_find_untied(system, err);
    if (!status)
        status = make_relations(system, &draft, err);
    draft_release(&draft);
    if (!status)
        status = sc_system_find_following(system, err);
    if (!status)
        system->linked = true;
    return status;
}
