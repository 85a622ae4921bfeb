/*
 * rings.c - tables that meet in a ring: by A and B, by B and C, by C and A.
 *
 * Tables joined along a tree (each new one meets those before it within one of them) need no more
 * than their common margins: whenever whole-number tables agree in these, one set of records has
 * them all. In a ring that is not so. If everybody of a1 is in c1, and nobody else, the figures of
 * (a1, b1) are those of (b1, c1), though no sum says it. A reader knows that all tables count the
 * same records, so the system has to: where tables meet in a ring, the figures of their cross
 * table are made, as figures nobody prints, and its sums tie the tables together.
 *
 * What a table is, cells say by themselves: its dimensions are those in which its cells are not at
 * the top (codes that are part of nothing), its *shape*. The shapes not within another are the
 * edges of a hypergraph over the dimensions. Dimensions are taken away one by one, each time one
 * whose neighbours cost least; it and its neighbours form a clique, and the cliques that are within
 * no shape are the cross tables wanted (Tarjan and Yannakakis 1984 for the test, Lauritzen,
 * "Graphical Models" (1996), 2.1.3, for the elimination). With them every shape and clique hangs on
 * a tree. A ring of four tables gives two cross tables of three dimensions and not one of four.
 *
 * A cross table is as fine only as tables meet: a code is in it when two shapes have cells with it.
 * Months that one table has and others do not hang on their years, in that table alone. A figure
 * of the cross table is left out where a table says that nobody is there.
 *
 * Dimensions without any sum (units, selections of records) keep what they part apart.
 */
#include <assert.h>
#include <string.h>

#include "base/error.h"
#include "system/internal.h"

/* A set of dimensions, as bits. */
typedef uint32_t shape;

/* Shapes one part of the system can have; more are not looked at, and said to be left. */
#define SHAPES_MAX 256

/* Combinations of codes looked at for one part: more are a cross table too large. */
#define LOOKS_MAX (64 * SC_SYSTEM_CROSS_MAX)

/* The cells that share their codes of dimensions without sums, and what is found for them. */
struct part {
    uint32_t apart[SC_SYSTEM_DIMENSIONS_MAX]; /* of dimensions without sums */
    shape shapes[SHAPES_MAX];
    size_t n_shapes;
    shape crosses[SC_SYSTEM_DIMENSIONS_MAX];
    size_t n_crosses;
    bool too_many;
};

struct rings {
    struct sc_system *system;
    shape free;                             /* dimensions with sums */
    uint32_t top[SC_SYSTEM_DIMENSIONS_MAX]; /* the one code that is part of nothing, or SC_NONE */
    bool *below[SC_SYSTEM_DIMENSIONS_MAX];  /* by code: part of another */
    uint32_t *seen_in[SC_SYSTEM_DIMENSIONS_MAX]; /* by code: a shape with it (its number + 1) */
    bool *common[SC_SYSTEM_DIMENSIONS_MAX];      /* by code: two shapes have it, or sums want it */
    uint32_t *leaves[SC_SYSTEM_DIMENSIONS_MAX];  /* common codes that are no sum of such */
    size_t n_leaves[SC_SYSTEM_DIMENSIONS_MAX];
    size_t n_given; /* cells when the search began */
    struct sc_error *err;
};

static bool has(shape s, size_t dimension)
{
    return (s >> dimension & 1) != 0;
}

static bool is_within(shape inner, shape outer)
{
    return (inner & ~outer) == 0;
}

/* ---- what the system is ---------------------------------------------------------------- */

static void release_rings(struct rings *r)
{
    for (size_t d = 0; d < r->system->n_dimensions; d++) {
        sc_free(r->below[d]);
        sc_free(r->seen_in[d]);
        sc_free(r->common[d]);
        sc_free(r->leaves[d]);
    }
}

static enum sc_status init_rings(struct rings *r)
{
    const struct sc_system *system = r->system;

    for (size_t d = 0; d < system->n_dimensions; d++) {
        size_t n = system->dimensions[d].n_codes;

        r->below[d] = sc_alloc_array(n, sizeof **r->below);
        r->seen_in[d] = sc_alloc_array(n, sizeof **r->seen_in);
        r->common[d] = sc_alloc_array(n, sizeof **r->common);
        r->leaves[d] = sc_alloc_array(n, sizeof **r->leaves);
        if (!r->below[d] || !r->seen_in[d] || !r->common[d] || !r->leaves[d])
            return sc_fail_nomem(r->err);
    }
    for (size_t i = 0; i < system->n_splits; i++) {
        const struct split *split = &system->splits[i];

        r->free |= 1u << split->dimension;
        for (uint32_t k = 0; k < split->n_children; k++)
            r->below[split->dimension][split->children[k]] = true;
    }
    return SC_OK;
}

/*
 * The total of each dimension where it is a sum and cells have it; else the one code that cells
 * have and that is part of nothing; else SC_NONE.
 */
static void find_tops(struct rings *r)
{
    const struct sc_system *system = r->system;
    bool several[SC_SYSTEM_DIMENSIONS_MAX] = {false}, total[SC_SYSTEM_DIMENSIONS_MAX] = {false};

    for (size_t d = 0; d < system->n_dimensions; d++)
        r->top[d] = SC_NONE;
    for (uint32_t cell = 0; cell < r->n_given; cell++) {
        const uint32_t *codes = sc_system_cell_codes(system, cell);

        for (size_t d = 0; d < system->n_dimensions; d++) {
            total[d] |= codes[d] == SC_SYSTEM_TOTAL &&
                        system->dimensions[d].first_split[SC_SYSTEM_TOTAL] != SC_NONE;
            assert(r->below[d]);
            if (r->below[d][codes[d]] || system->dimensions[d].flags[codes[d]] & CODE_OWN)
                continue; /* (the sum of categories that overlap is part of nothing) */
            several[d] |= r->top[d] != SC_NONE && r->top[d] != codes[d];
            r->top[d] = codes[d];
        }
    }
    for (size_t d = 0; d < system->n_dimensions; d++)
        if (several[d] || total[d])
            r->top[d] = total[d] ? SC_SYSTEM_TOTAL : SC_NONE;
}

static shape shape_of(const struct rings *r, uint32_t cell)
{
    const uint32_t *codes = sc_system_cell_codes(r->system, cell);
    shape s = 0;

    for (size_t d = 0; d < r->system->n_dimensions; d++)
        if (has(r->free, d) && codes[d] != r->top[d])
            s |= 1u << d;
    return s;
}

static bool is_in_part(const struct rings *r, const struct part *part, uint32_t cell)
{
    const uint32_t *codes = sc_system_cell_codes(r->system, cell);

    for (size_t d = 0; d < r->system->n_dimensions; d++)
        if (!has(r->free, d) && codes[d] != part->apart[d])
            return false;
    return true;
}

/* ---- shapes ---------------------------------------------------------------------------- */

/* Adds a shape unless one holds it; takes away those it holds. */
static void add_shape(struct part *part, shape s)
{
    size_t n = 0;

    for (size_t i = 0; i < part->n_shapes; i++)
        if (is_within(s, part->shapes[i]))
            return;
    for (size_t i = 0; i < part->n_shapes; i++)
        if (!is_within(part->shapes[i], s))
            part->shapes[n++] = part->shapes[i];
    part->n_shapes = n;
    if (n == SHAPES_MAX)
        part->too_many = true;
    else
        part->shapes[part->n_shapes++] = s;
}

static void find_shapes(const struct rings *r, struct part *part)
{
    shape last = 0;

    for (uint32_t cell = 0; cell < r->n_given; cell++) {
        shape s = shape_of(r, cell);

        if (s != last && is_in_part(r, part, cell))
            add_shape(part, last = s);
    }
}

static size_t shape_number(const struct part *part, shape s)
{
    size_t i = 0;

    while (i < part->n_shapes && part->shapes[i] != s)
        i++;
    return i;
}

/* Marks the codes that cells of two shapes have. */
static void take_common(const struct rings *r, const struct part *part)
{
    for (size_t d = 0; d < r->system->n_dimensions; d++) {
        size_t n = r->system->dimensions[d].n_codes;

        assert(r->seen_in[d] && r->common[d]);
        memset(r->seen_in[d], 0, n * sizeof **r->seen_in);
        memset(r->common[d], 0, n * sizeof **r->common);
    }
    for (uint32_t cell = 0; cell < r->n_given; cell++) {
        const uint32_t *codes = sc_system_cell_codes(r->system, cell);
        shape s = shape_of(r, cell);
        uint32_t number = (uint32_t)shape_number(part, s) + 1;

        if (number > part->n_shapes || !is_in_part(r, part, cell))
            continue;
        for (size_t d = 0; d < r->system->n_dimensions; d++) {
            uint32_t *seen = has(s, d) ? &r->seen_in[d][codes[d]] : NULL;

            if (seen && *seen != 0 && *seen != number)
                r->common[d][codes[d]] = true;
            else if (seen)
                *seen = number;
        }
    }
}

/* A sum some of whose parts are common has all of its parts common that any table has. */
static void fill_sums(const struct rings *r)
{
    bool more = true;

    while (more) {
        more = false;
        for (size_t i = 0; i < r->system->n_splits; i++) {
            const struct split *split = &r->system->splits[i];
            bool *common = r->common[split->dimension];
            bool any = false;

            for (uint32_t k = 0; k < split->n_children; k++)
                any = any || common[split->children[k]];
            for (uint32_t k = 0; k < split->n_children && any; k++) {
                uint32_t child = split->children[k];

                if (common[child] || !r->seen_in[split->dimension][child])
                    continue;
                common[child] = more = true;
            }
        }
    }
}

static bool has_common_part(const struct rings *r, size_t d, uint32_t code)
{
    for (uint32_t i = r->system->dimensions[d].first_split[code]; i != SC_NONE;
         i = r->system->splits[i].next)
        for (uint32_t k = 0; k < r->system->splits[i].n_children; k++)
            if (r->common[d][r->system->splits[i].children[k]])
                return true;
    return false;
}

/* Common codes; shapes lose the dimensions in which they meet no other. */
static void find_common(struct rings *r, struct part *part)
{
    shape meeting = 0;
    size_t n = part->n_shapes;
    shape shapes[SHAPES_MAX];

    take_common(r, part);
    fill_sums(r);
    for (size_t d = 0; d < r->system->n_dimensions; d++) {
        r->n_leaves[d] = 0;
        assert(r->leaves[d] && r->common[d]);
        for (uint32_t code = 0; code < r->system->dimensions[d].n_codes; code++)
            if (r->common[d][code] && !has_common_part(r, d, code))
                r->leaves[d][r->n_leaves[d]++] = code;
        if (r->n_leaves[d] > 0 || r->top[d] == SC_NONE)
            meeting |= 1u << d;
    }
    memcpy(shapes, part->shapes, n * sizeof *shapes);
    part->n_shapes = 0;
    for (size_t i = 0; i < n; i++)
        add_shape(part, shapes[i] & meeting);
}

/* ---- cross tables ---------------------------------------------------------------------- */

static bool is_within_any(shape s, const shape *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (is_within(s, list[i]))
            return true;
    return false;
}

/* Cells of a cross table of these dimensions, at most SC_SYSTEM_CELLS_MAX + 1. */
static size_t cross_size(const struct rings *r, shape s)
{
    size_t n = 1;

    for (size_t d = 0; d < r->system->n_dimensions; d++)
        if (has(s, d)) {
            n *= r->n_leaves[d];
            if (n > SC_SYSTEM_CELLS_MAX)
                return SC_SYSTEM_CELLS_MAX + 1;
        }
    return n;
}

/* What it costs to take `d` away: the cells of the cross table that makes necessary. */
static size_t cost_of(const struct rings *r, const struct part *part, shape clique)
{
    return is_within_any(clique, part->shapes, part->n_shapes) ||
                   is_within_any(clique, part->crosses, part->n_crosses)
               ? 0
               : cross_size(r, clique);
}

static void find_crosses(const struct rings *r, struct part *part)
{
    shape near[SC_SYSTEM_DIMENSIONS_MAX] = {0}, left = 0;

    for (size_t i = 0; i < part->n_shapes; i++) {
        left |= part->shapes[i];
        for (size_t d = 0; d < r->system->n_dimensions; d++)
            if (has(part->shapes[i], d))
                near[d] |= part->shapes[i]; /* and itself */
    }
    while (left) {
        size_t best = SC_SYSTEM_DIMENSIONS_MAX, least = SIZE_MAX;

        for (size_t d = 0; d < r->system->n_dimensions; d++)
            if (has(left, d) && cost_of(r, part, near[d] & left) < least) {
                least = cost_of(r, part, near[d] & left);
                best = d;
            }
        assert(best < SC_SYSTEM_DIMENSIONS_MAX);
        if (least > 0)
            part->crosses[part->n_crosses++] = near[best] & left;
        for (size_t d = 0; d < r->system->n_dimensions; d++)
            if (has(near[best] & left, d))
                near[d] |= near[best] & left;
        left &= ~(1u << best);
    }
}

/* ---- their cells ----------------------------------------------------------------------- */

/* Whether `codes`, where there is no cell, are known to be nobody: a sum says so by leaving it out.
 */
static bool is_nobody(const struct sc_system *system, uint32_t *codes, size_t d, uint32_t split_i)
{
    const struct split *split = &system->splits[split_i];
    uint32_t code = codes[d];
    bool found = false;

    for (uint32_t k = 0; k < split->n_children && !found; k++) {
        codes[d] = split->children[k];
        found = codes[d] != code && sc_system_find_cell(system, codes) != SC_NONE;
    }
    codes[d] = code;
    return found;
}

static bool is_nothing(const struct rings *r, uint32_t *codes)
{
    const struct sc_system *system = r->system;

    for (uint32_t i = 0; i < system->n_splits; i++) {
        const struct split *split = &system->splits[i];
        uint32_t code = codes[split->dimension];
        bool part = false, nothing;

        for (uint32_t k = 0; k < split->n_children && !part; k++)
            part = split->children[k] == code;
        if (!part)
            continue;
        codes[split->dimension] = split->parent;
        nothing = sc_system_find_cell(system, codes) != SC_NONE
                      ? is_nobody(system, codes, split->dimension, i)
                      : is_nothing(r, codes);
        codes[split->dimension] = code;
        if (nothing)
            return true;
    }
    return false;
}

/* Whether some table says that nobody is at these codes. */
static bool is_empty(const struct rings *r, const struct part *part, const uint32_t *codes)
{
    for (size_t i = 0; i < part->n_shapes; i++) {
        uint32_t margin[SC_SYSTEM_DIMENSIONS_MAX];

        for (size_t d = 0; d < r->system->n_dimensions; d++)
            margin[d] = !has(r->free, d) || has(part->shapes[i], d) || r->top[d] == SC_NONE
                            ? codes[d]
                            : r->top[d];
        if (sc_system_find_cell(r->system, margin) == SC_NONE && is_nothing(r, margin))
            return true;
    }
    return false;
}

/* The figures of a cross table while they are gathered. */
struct cross {
    const struct part *part;
    size_t dimensions[SC_SYSTEM_DIMENSIONS_MAX]; /* of the table, and how many */
    size_t n;
    uint32_t *codes; /* n_found of them, one a dimension of the system each */
    size_t n_found, capacity;
    size_t n_looked; /* at combinations of codes, of some dimensions or of all */
    bool too_many;
};

/* Adds the figures at `codes`, which has codes for the first `k` dimensions of the table. */
static enum sc_status gather(struct rings *r, struct cross *x, size_t k, uint32_t *codes)
{
    size_t n = r->system->n_dimensions, d = x->dimensions[k];
    uint32_t before;
    enum sc_status status = SC_OK;

    x->too_many = x->too_many || ++x->n_looked > LOOKS_MAX;
    if (x->too_many || (k > 0 && is_empty(r, x->part, codes)))
        return SC_OK;
    if (k == x->n) {
        x->too_many = x->n_found == SC_SYSTEM_CROSS_MAX;
        if (!x->too_many)
            status =
                sc_grow((void **)&x->codes, &x->capacity, x->n_found, n * sizeof *codes, r->err);
        if (!x->too_many && !status)
            memcpy(x->codes + n * x->n_found++, codes, n * sizeof *codes);
        return status;
    }
    before = codes[d];
    for (size_t i = 0; i < r->n_leaves[d] && !status && !x->too_many; i++) {
        codes[d] = r->leaves[d][i];
        status = gather(r, x, k + 1, codes);
    }
    codes[d] = before;
    return status;
}

/* The figures of the cross table by the dimensions of `s`, behind those gathered before. */
static enum sc_status gather_cross(struct rings *r, struct cross *x, shape s)
{
    uint32_t codes[SC_SYSTEM_DIMENSIONS_MAX];

    x->n = 0;
    for (size_t d = 0; d < r->system->n_dimensions; d++) {
        codes[d] = has(r->free, d) ? r->top[d] : x->part->apart[d];
        if (has(s, d))
            x->dimensions[x->n++] = d;
    }
    return gather(r, x, 0, codes);
}

/* One part: its shapes, what they have in common, and the cross tables of its rings. */
static enum sc_status close_part(struct rings *r, struct part *part)
{
    struct cross x = {.part = part};
    enum sc_status status = SC_OK;

    find_shapes(r, part);
    if (part->n_shapes < 3)
        return SC_OK;
    if (!part->too_many) {
        find_common(r, part);
        find_crosses(r, part);
    }
    for (size_t i = 0; i < part->n_crosses && !status; i++)
        status = gather_cross(r, &x, part->crosses[i]);
    /* Only now, so that what is empty is seen in the tables themselves. */
    for (size_t i = 0; i < x.n_found && !status && !x.too_many; i++) {
        uint32_t made;

        status =
            sc_system_add_cell(r->system, x.codes + r->system->n_dimensions * i, &made, r->err);
    }
    r->system->n_rings_left += part->too_many || x.too_many;
    sc_free(x.codes);
    return status;
}

/* Whether a cell before this one is in the same part. */
static bool is_old(const struct rings *r, const struct part *parts, size_t n, uint32_t cell)
{
    for (size_t i = n; i-- > 0;)
        if (is_in_part(r, &parts[i], cell))
            return true;
    return false;
}

enum sc_status sc_system_close_rings(struct sc_system *system, struct sc_error *err)
{
    struct rings r = {.system = system, .n_given = system->n_cells, .err = err};
    struct part *parts = NULL;
    size_t n_parts = 0, capacity = 0;
    enum sc_status status = init_rings(&r);

    if (!status)
        find_tops(&r);
    for (uint32_t cell = 0; cell < r.n_given && !status; cell++) {
        if (is_old(&r, parts, n_parts, cell))
            continue;
        status = sc_grow((void **)&parts, &capacity, n_parts, sizeof *parts, err);
        if (status)
            break;
        parts[n_parts] = (struct part){0};
        memcpy(parts[n_parts++].apart, sc_system_cell_codes(system, cell),
               system->n_dimensions * sizeof *parts->apart);
    }
    for (size_t i = 0; i < n_parts && !status; i++)
        status = close_part(&r, &parts[i]);
    sc_free(parts);
    release_rings(&r);
    return status;
}
