/*
 * system.c - cells, codes and the sums between them.
 *
 * Names live in an arena; dimensions, codes and cells are dense numbers. A cell
 * is its tuple of codes, found through one open-addressing hash table of cell
 * numbers (the tuples themselves are the keys).
 *
 * Linking (link.c) closes the set of cells upwards and writes the relations in
 * compressed rows: all members in one array, the total first, and the transpose
 * (relations of a cell) in another. Nothing here depends on what is counted.
 */
#include "system/system.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "system/internal.h"

enum sc_status sc_system_new(struct sc_system **ret_system, struct sc_error *err)
{
    struct sc_system *system = sc_alloc(sizeof *system);

    if (!system)
        return sc_fail_nomem(err);
    *ret_system = system;
    return SC_OK;
}

void sc_system_free(struct sc_system *system)
{
    if (!system)
        return;
    for (size_t d = 0; d < SC_SYSTEM_DIMENSIONS_MAX; d++) {
        sc_free(system->dimensions[d].names);
        sc_free(system->dimensions[d].slots);
        sc_free(system->dimensions[d].first_split);
        sc_free(system->dimensions[d].kept);
        sc_free(system->dimensions[d].flags);
    }
    for (size_t i = 0; i < system->n_splits; i++)
        sc_free(system->splits[i].children);
    sc_free(system->splits);
    sc_free(system->codes);
    sc_free(system->slots);
    sc_free(system->rel_start);
    sc_free(system->rel_cells);
    sc_free(system->rel_split);
    sc_free(system->rel_follows);
    sc_free(system->of_start);
    sc_free(system->of);
    sc_arena_release(&system->names);
    sc_free(system);
}

/* ---- names -------------------------------------------------------------------- */

size_t sc_system_n_dimensions(const struct sc_system *system)
{
    return system->n_dimensions;
}

const char *sc_system_dimension_name(const struct sc_system *system, uint32_t dimension)
{
    assert(dimension < system->n_dimensions);
    return system->dimensions[dimension].name;
}

uint32_t sc_system_find_dimension(const struct sc_system *system, struct sc_slice name)
{
    for (uint32_t d = 0; d < system->n_dimensions; d++)
        if (sc_slice_eq(name, system->dimensions[d].name))
            return d;
    return SC_NONE;
}

size_t sc_system_n_codes(const struct sc_system *system, uint32_t dimension)
{
    assert(dimension < system->n_dimensions);
    return system->dimensions[dimension].n_codes;
}

const char *sc_system_code_name(const struct sc_system *system, uint32_t dimension, uint32_t code)
{
    assert(dimension < system->n_dimensions && code < system->dimensions[dimension].n_codes);
    return system->dimensions[dimension].names[code];
}

static size_t name_slot(const struct dimension *dim, struct sc_slice name)
{
    size_t mask = dim->n_slots - 1;
    uint64_t h = 0xcbf29ce484222325u;
    size_t slot;

    for (size_t i = 0; i < name.len; i++)
        h = (h ^ (unsigned char)name.data[i]) * 0x100000001b3u;
    slot = (size_t)(h ^ (h >> 32)) & mask;
    while (dim->slots[slot] != SC_NONE && !sc_slice_eq(name, dim->names[dim->slots[slot]]))
        slot = (slot + 1) & mask;
    return slot;
}

uint32_t sc_system_find_code(const struct sc_system *system, uint32_t dimension,
                             struct sc_slice name)
{
    const struct dimension *dim = &system->dimensions[dimension];

    assert(dimension < system->n_dimensions);
    return dim->slots[name_slot(dim, name)];
}

/* Fills a name table of `n_slots` (a power of two) anew. */
static enum sc_status rename_slots(struct dimension *dim, size_t n_slots, struct sc_error *err)
{
    uint32_t *slots = sc_alloc_array(n_slots, sizeof *slots);

    if (!slots)
        return sc_fail_nomem(err);
    memset(slots, 0xff, n_slots * sizeof *slots);
    sc_free(dim->slots);
    dim->slots = slots;
    dim->n_slots = n_slots;
    for (uint32_t c = 0; c < dim->n_codes; c++)
        slots[name_slot(dim, sc_slice_of(dim->names[c]))] = c;
    return SC_OK;
}

static enum sc_status push_code(struct sc_system *system, struct dimension *dim,
                                struct sc_slice name, struct sc_error *err)
{
    enum sc_status status =
        sc_grow((void **)&dim->names, &dim->capacity, dim->n_codes, sizeof *dim->names, err);

    if (!status)
        status = sc_grow((void **)&dim->first_split, &dim->first_split_capacity, dim->n_codes,
                         sizeof *dim->first_split, err);
    if (!status)
        status =
            sc_grow((void **)&dim->kept, &dim->kept_capacity, dim->n_codes, sizeof *dim->kept, err);
    if (!status)
        status = sc_grow((void **)&dim->flags, &dim->flags_capacity, dim->n_codes,
                         sizeof *dim->flags, err);
    if (!status && 2 * (dim->n_codes + 1) >= dim->n_slots)
        status = rename_slots(dim, dim->n_slots ? 2 * dim->n_slots : 16, err);
    if (status)
        return status;
    dim->names[dim->n_codes] = sc_arena_strndup(&system->names, name.data, name.len);
    if (!dim->names[dim->n_codes])
        return sc_fail_nomem(err);
    dim->slots[name_slot(dim, name)] = (uint32_t)dim->n_codes;
    dim->first_split[dim->n_codes] = SC_NONE;
    dim->kept[dim->n_codes] = false;
    dim->flags[dim->n_codes] = 0;
    dim->n_codes++;
    return SC_OK;
}

enum sc_status sc_system_add_dimension(struct sc_system *system, struct sc_slice name,
                                       uint32_t *ret_dimension, struct sc_error *err)
{
    uint32_t found = sc_system_find_dimension(system, name);
    struct dimension *dim;
    enum sc_status status;

    if (found != SC_NONE) {
        *ret_dimension = found;
        return SC_OK;
    }
    if (system->n_dimensions == SC_SYSTEM_DIMENSIONS_MAX)
        return sc_fail(err, SC_E_RANGE, "more than %d dimensions", SC_SYSTEM_DIMENSIONS_MAX);
    if (system->n_cells > 0)
        return sc_fail(err, SC_E_RANGE, "a dimension added after the first cell");
    dim = &system->dimensions[system->n_dimensions];
    dim->name = sc_arena_strndup(&system->names, name.data, name.len);
    if (!dim->name)
        return sc_fail_nomem(err);
    status = push_code(system, dim, sc_slice_of("Total"), err);
    if (status)
        return status;
    *ret_dimension = (uint32_t)system->n_dimensions++;
    return SC_OK;
}

enum sc_status sc_system_name_total(struct sc_system *system, uint32_t dimension,
                                    struct sc_slice name, struct sc_error *err)
{
    uint32_t found = sc_system_find_code(system, dimension, name);
    char *copy;

    if (found == SC_SYSTEM_TOTAL)
        return SC_OK;
    if (found != SC_NONE)
        return sc_fail(err, SC_E_INPUT, "dimension '%s': the total's name is also a category",
                       sc_system_dimension_name(system, dimension));
    copy = sc_arena_strndup(&system->names, name.data, name.len);
    if (!copy)
        return sc_fail_nomem(err);
    system->dimensions[dimension].names[SC_SYSTEM_TOTAL] = copy;
    return rename_slots(&system->dimensions[dimension], system->dimensions[dimension].n_slots, err);
}

enum sc_status sc_system_add_code(struct sc_system *system, uint32_t dimension,
                                  struct sc_slice name, uint32_t *ret_code, struct sc_error *err)
{
    uint32_t found = sc_system_find_code(system, dimension, name);
    struct dimension *dim = &system->dimensions[dimension];
    enum sc_status status;

    if (found == SC_NONE) {
        status = push_code(system, dim, name, err);
        if (status)
            return status;
        found = (uint32_t)dim->n_codes - 1;
    }
    *ret_code = found;
    return SC_OK;
}

void sc_system_keep_code(struct sc_system *system, uint32_t dimension, uint32_t code)
{
    assert(dimension < system->n_dimensions && code < system->dimensions[dimension].n_codes);
    system->dimensions[dimension].kept[code] = true;
}

void sc_system_set_parted(struct sc_system *system, uint32_t dimension)
{
    assert(dimension < system->n_dimensions && !system->linked);
    system->dimensions[dimension].parted = true;
}

void sc_system_set_auxiliary(struct sc_system *system, uint32_t dimension, uint32_t code)
{
    assert(dimension < system->n_dimensions && code < system->dimensions[dimension].n_codes);
    system->dimensions[dimension].flags[code] |= CODE_AUXILIARY;
}

void sc_system_set_own(struct sc_system *system, uint32_t dimension, uint32_t code)
{
    assert(dimension < system->n_dimensions && code < system->dimensions[dimension].n_codes);
    system->dimensions[dimension].flags[code] |= CODE_OWN;
}

bool sc_system_own(const struct sc_system *system, uint32_t dimension, uint32_t code)
{
    assert(dimension < system->n_dimensions && code < system->dimensions[dimension].n_codes);
    return system->dimensions[dimension].flags[code] & CODE_OWN;
}

bool sc_system_auxiliary_code(const struct sc_system *system, uint32_t dimension, uint32_t code)
{
    assert(dimension < system->n_dimensions && code < system->dimensions[dimension].n_codes);
    return system->dimensions[dimension].flags[code] & CODE_AUXILIARY;
}

bool sc_system_auxiliary(const struct sc_system *system, uint32_t cell)
{
    const uint32_t *codes = sc_system_cell_codes(system, cell);

    for (size_t d = 0; d < system->n_dimensions; d++)
        if (system->dimensions[d].flags[codes[d]] & CODE_AUXILIARY)
            return true;
    return false;
}

/* ---- splits ------------------------------------------------------------------- */

size_t sc_system_n_splits(const struct sc_system *system)
{
    return system->n_splits;
}

struct sc_split sc_system_split(const struct sc_system *system, size_t i)
{
    const struct split *split;

    assert(i < system->n_splits);
    split = &system->splits[i];
    return (struct sc_split){
        .dimension = split->dimension,
        .parent = split->parent,
        .n_children = split->n_children,
        .children = split->children,
        .make_children = split->make_children,
    };
}

bool sc_system_is_leaf(const struct sc_system *system, uint32_t dimension, uint32_t code)
{
    assert(dimension < system->n_dimensions && code < system->dimensions[dimension].n_codes);
    return system->dimensions[dimension].first_split[code] == SC_NONE;
}

/*
 * Whether `below` can be reached going down from `code`. Each code is visited once.
 */
static bool reaches(const struct sc_system *system, uint32_t dimension, uint32_t code,
                    uint32_t below, bool *seen)
{
    if (code == below)
        return true;
    if (seen[code])
        return false;
    seen[code] = true;
    for (uint32_t i = system->dimensions[dimension].first_split[code]; i != SC_NONE;
         i = system->splits[i].next) {
        const struct split *split = &system->splits[i];

        for (uint32_t k = 0; k < split->n_children; k++)
            if (reaches(system, dimension, split->children[k], below, seen))
                return true;
    }
    return false;
}

static bool same_children(const struct split *split, const uint32_t *children, size_t n)
{
    if (split->n_children != n)
        return false;
    for (size_t k = 0; k < n; k++) {
        bool found = false;

        for (size_t j = 0; j < n && !found; j++)
            found = split->children[j] == children[k];
        if (!found)
            return false;
    }
    return true;
}

static enum sc_status check_split(const struct sc_system *system, uint32_t dimension,
                                  uint32_t parent, const uint32_t *children, size_t n,
                                  struct sc_error *err)
{
    const struct dimension *dim = &system->dimensions[dimension];
    SC_AUTO_FREE bool *seen = sc_alloc_array(dim->n_codes, sizeof *seen);

    if (!seen)
        return sc_fail_nomem(err);
    for (size_t k = 0; k < n; k++) {
        assert(children[k] < dim->n_codes);
        if (seen[children[k]])
            return sc_fail(err, SC_E_INPUT, "dimension '%s': a code is twice a part of one code",
                           dim->name);
        seen[children[k]] = true;
    }
    memset(seen, 0, dim->n_codes);
    for (size_t k = 0; k < n; k++) {
        if (reaches(system, dimension, children[k], parent, seen))
            return sc_fail(err, SC_E_INPUT, "dimension '%s': code '%s' is its own ancestor",
                           dim->name, dim->names[parent]);
    }
    return SC_OK;
}

enum sc_status sc_system_add_split(struct sc_system *system, uint32_t dimension, uint32_t parent,
                                   const uint32_t *children, size_t n_children, bool make_children,
                                   struct sc_error *err)
{
    struct split *split;
    enum sc_status status;

    assert(dimension < system->n_dimensions && n_children >= 1);
    assert(parent < system->dimensions[dimension].n_codes);
    for (uint32_t i = system->dimensions[dimension].first_split[parent]; i != SC_NONE;
         i = system->splits[i].next)
        if (same_children(&system->splits[i], children, n_children))
            return SC_OK;
    status = check_split(system, dimension, parent, children, n_children, err);
    if (!status)
        status = sc_grow((void **)&system->splits, &system->splits_capacity, system->n_splits,
                         sizeof *system->splits, err);
    if (status)
        return status;
    split = &system->splits[system->n_splits];
    split->children = sc_alloc_array(n_children, sizeof *split->children);
    if (!split->children)
        return sc_fail_nomem(err);
    memcpy(split->children, children, n_children * sizeof *children);
    split->dimension = dimension;
    split->parent = parent;
    split->n_children = (uint32_t)n_children;
    split->make_children = make_children;
    split->next = system->dimensions[dimension].first_split[parent];
    system->dimensions[dimension].first_split[parent] = (uint32_t)system->n_splits++;
    return SC_OK;
}

/* ---- cells -------------------------------------------------------------------- */

size_t sc_system_n_cells(const struct sc_system *system)
{
    return system->n_cells;
}

const uint32_t *sc_system_cell_codes(const struct sc_system *system, uint32_t cell)
{
    assert(cell < system->n_cells);
    return system->codes + (size_t)cell * system->n_dimensions;
}

static size_t hash_codes(const uint32_t *codes, size_t n)
{
    uint64_t h = 0x9e3779b97f4a7c15u;

    for (size_t i = 0; i < n; i++) {
        h ^= codes[i] + 1u;
        h *= 0xff51afd7ed558ccdu;
        h ^= h >> 32;
    }
    return (size_t)h;
}

/* The slot of `codes`: the one that holds it, or the free one where it belongs. */
static size_t find_slot(const struct sc_system *system, const uint32_t *codes)
{
    size_t mask = system->n_slots - 1;
    size_t slot = hash_codes(codes, system->n_dimensions) & mask;

    while (system->slots[slot] != SC_NONE) {
        const uint32_t *held = sc_system_cell_codes(system, system->slots[slot]);

        if (memcmp(held, codes, system->n_dimensions * sizeof *codes) == 0)
            break;
        slot = (slot + 1) & mask;
    }
    return slot;
}

uint32_t sc_system_find_cell(const struct sc_system *system, const uint32_t *codes)
{
    return system->n_slots ? system->slots[find_slot(system, codes)] : SC_NONE;
}

enum sc_status sc_system_rehash(struct sc_system *system, size_t n_slots, struct sc_error *err)
{
    uint32_t *slots = sc_alloc_array(n_slots, sizeof *slots);

    if (!slots)
        return sc_fail_nomem(err);
    memset(slots, 0xff, n_slots * sizeof *slots);
    sc_free(system->slots);
    system->slots = slots;
    system->n_slots = n_slots;
    for (uint32_t cell = 0; cell < system->n_cells; cell++)
        slots[find_slot(system, sc_system_cell_codes(system, cell))] = cell;
    return SC_OK;
}

enum sc_status sc_system_add_cell(struct sc_system *system, const uint32_t *codes,
                                  uint32_t *ret_cell, struct sc_error *err)
{
    size_t width = system->n_dimensions;
    enum sc_status status = SC_OK;
    size_t slot;

    assert(!system->linked && width > 0);
    for (size_t d = 0; d < width; d++)
        assert(codes[d] < system->dimensions[d].n_codes);
    if (system->n_cells * 2 >= system->n_slots)
        status = sc_system_rehash(system, system->n_slots ? system->n_slots * 2 : 64, err);
    if (status)
        return status;
    slot = find_slot(system, codes);
    if (system->slots[slot] == SC_NONE) {
        if (system->n_cells == SC_SYSTEM_CELLS_MAX)
            return sc_fail(err, SC_E_RANGE, "more than %zu cells", SC_SYSTEM_CELLS_MAX);
        status = sc_grow((void **)&system->codes, &system->codes_capacity, system->n_cells,
                         width * sizeof *codes, err);
        if (status)
            return status;
        memcpy(system->codes + system->n_cells * width, codes, width * sizeof *codes);
        system->slots[slot] = (uint32_t)system->n_cells++;
    }
    *ret_cell = system->slots[slot];
    return SC_OK;
}

bool sc_system_made(const struct sc_system *system, uint32_t cell)
{
    assert(system->linked && cell < system->n_cells);
    return cell >= system->n_given;
}

size_t sc_system_rings_left(const struct sc_system *system)
{
    assert(system->linked);
    return system->n_rings_left;
}

/* ---- relations ------------------------------------------------------------------ */

size_t sc_system_n_relations(const struct sc_system *system)
{
    assert(system->linked);
    return system->n_relations;
}

struct sc_relation sc_system_relation(const struct sc_system *system, size_t i)
{
    size_t start;
    uint32_t split;

    assert(i < system->n_relations);
    start = system->rel_start[i];
    split = system->rel_split[i];
    return (struct sc_relation){
        .total = system->rel_cells[start],
        .n_children = (uint32_t)(system->rel_start[i + 1] - start - 1),
        .children = system->rel_cells + start + 1,
        .dimension = system->splits[split].dimension,
        .split = split,
    };
}

const uint32_t *sc_system_relations_of(const struct sc_system *system, uint32_t cell, size_t *ret_n)
{
    assert(system->linked && cell < system->n_cells);
    *ret_n = system->of_start[cell + 1] - system->of_start[cell];
    return system->of + system->of_start[cell];
}

void sc_system_describe(const struct sc_system *system, uint32_t cell, struct sc_buf *buf)
{
    const uint32_t *codes = sc_system_cell_codes(system, cell);
    bool any = false;

    for (uint32_t d = 0; d < system->n_dimensions; d++) {
        if (codes[d] == SC_SYSTEM_TOTAL)
            continue;
        sc_buf_addf(buf, "%s%s %s", any ? ", " : "", system->dimensions[d].name,
                    system->dimensions[d].names[codes[d]]);
        any = true;
    }
    if (!any)
        sc_buf_adds(buf, "Total");
}

static uint32_t find_root(uint32_t *parent, uint32_t cell)
{
    while (parent[cell] != cell) {
        parent[cell] = parent[parent[cell]];
        cell = parent[cell];
    }
    return cell;
}

enum sc_status sc_system_twins(const struct sc_system *system, const bool *zero, uint32_t *ret_twin,
                               struct sc_error *err)
{
    (void)err;
    for (uint32_t cell = 0; cell < system->n_cells; cell++)
        ret_twin[cell] = cell;
    for (size_t i = 0; i < system->n_relations; i++) {
        struct sc_relation r = sc_system_relation(system, i);
        uint32_t only = SC_NONE, n_open = 0;

        for (uint32_t k = 0; k < r.n_children; k++)
            if (!zero[r.children[k]]) {
                only = r.children[k];
                n_open++;
            }
        if (n_open == 1 && !zero[r.total]) {
            uint32_t a = find_root(ret_twin, only), b = find_root(ret_twin, r.total);

            ret_twin[a > b ? a : b] = a > b ? b : a;
        }
    }
    for (uint32_t cell = 0; cell < system->n_cells; cell++)
        ret_twin[cell] = find_root(ret_twin, cell);
    return SC_OK;
}

/* Adds up one relation if it can. Returns false on a contradiction. */
static bool add_up_one(struct sc_relation r, int64_t *count, bool *known, bool *changed)
{
    int64_t sum = 0;

    for (uint32_t k = 0; k < r.n_children; k++) {
        if (!known[r.children[k]])
            return true;
        sum += count[r.children[k]];
    }
    if (known[r.total])
        return count[r.total] == sum;
    count[r.total] = sum;
    known[r.total] = true;
    *changed = true;
    return true;
}

bool sc_system_add_up(const struct sc_system *system, int64_t *count, bool *known,
                      size_t *ret_relation)
{
    bool changed = true;

    while (changed) {
        changed = false;
        for (size_t i = 0; i < system->n_relations; i++)
            if (!add_up_one(sc_system_relation(system, i), count, known, &changed)) {
                *ret_relation = i;
                return false;
            }
    }
    return true;
}
