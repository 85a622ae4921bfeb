/*
 * rings.c - do the certificate's tables tie together what meets in a ring?
 *
 * Tables by A and B, by B and C and by C and A count the same records, and that says more of them
 * than their common margins do. A certificate shows whole tables of such a ring by the figures of
 * a cross table by A, B and C, which nobody prints; verify.c has every sum hold through them. Here:
 *
 * 1. With these cross tables no ring is left. The dimensions of each table (its shape) are one edge
 * of a hypergraph. Over and over a dimension in one edge alone is taken out, and an edge within
 * another; nothing may be left (Graham 1979; Yu and Ozsoyoglu 1979).
 * 2. A cross table has a figure below every figure of the tables it ties that is not nothing.
 *
 * Tables meet in a code when two shapes have cells with it. Dimensions in which tables do not
 * meet tie nothing.
 */
#include <string.h>

#include "base/error.h"
#include "verify/internal.h"

typedef uint32_t shape; /* dimensions, as bits */

#define SHAPES_MAX 512

struct shapes {
    shape list[SHAPES_MAX];
    size_t n;
};

struct rings {
    struct check *check;
    shape summed;                   /* dimensions with sums */
    uint32_t top[DIMENSIONS_MAX];   /* what a cell without the dimension has there; or NONE */
    bool *below[DIMENSIONS_MAX];    /* by code: part of a sum */
    uint32_t *seen[DIMENSIONS_MAX]; /* by code: 1 + a table's shape that has it */
    bool *common[DIMENSIONS_MAX];   /* by code: where tables meet */
    shape meeting;                  /* dimensions with common codes */
    bool *under;                    /* by cell: a figure of the cross table in hand, or over one */
    uint32_t *first;  /* by cell: the first with its codes in dimensions without sums */
    uint32_t *groups; /* these first ones */
};

static bool in(shape s, size_t d)
{
    return (s >> d & 1) != 0;
}

static const uint32_t *key_of(const struct rings *r, size_t cell)
{
    return r->check->keys + cell * r->check->n_dims;
}

static void release(struct rings *r)
{
    for (size_t d = 0; d < r->check->n_dims; d++) {
        sc_free(r->below[d]);
        sc_free(r->seen[d]);
        sc_free(r->common[d]);
    }
    sc_free(r->under);
    sc_free(r->first);
    sc_free(r->groups);
}

static bool is_auxiliary(const struct check *check, size_t d, uint32_t code)
{
    for (size_t i = 0; i < check->n_auxiliary; i++)
        if (check->auxiliary[i].dim == d && check->auxiliary[i].code == code)
            return true;
    return false;
}

/* The total, where it has parts and cells; else the one code with cells that is part of nothing. */
static void find_top(struct rings *r, size_t d)
{
    const struct check *check = r->check;
    bool several = false, total = false;

    r->top[d] = NONE;
    for (size_t c = 0; c < check->n_cells; c++) {
        uint32_t code = key_of(r, c)[d];

        total = total || code == check->dims[d].root;
        if (r->below[d][code] || is_auxiliary(check, d, code))
            continue;
        several = several || (r->top[d] != NONE && r->top[d] != code);
        r->top[d] = code;
    }
    if (several || total)
        r->top[d] = total ? check->dims[d].root : NONE;
}

static enum sc_status init(struct rings *r)
{
    struct check *check = r->check;

    r->under = sc_alloc_array(check->n_cells, sizeof *r->under);
    r->first = sc_alloc_array(check->n_cells, sizeof *r->first);
    r->groups = sc_alloc_array(check->n_cells, sizeof *r->groups);
    if (!r->under || !r->first || !r->groups)
        return sc_fail_nomem(check->err);
    for (size_t d = 0; d < check->n_dims; d++) {
        r->below[d] = sc_alloc_array(check->dims[d].n_codes, sizeof **r->below);
        r->seen[d] = sc_alloc_array(check->dims[d].n_codes, sizeof **r->seen);
        r->common[d] = sc_alloc_array(check->dims[d].n_codes, sizeof **r->common);
        if (!r->below[d] || !r->seen[d] || !r->common[d])
            return sc_fail_nomem(check->err);
    }
    for (size_t i = 0; i < check->n_splits; i++) {
        r->summed |= 1u << check->splits[i].dim;
        for (size_t k = 0; k < check->splits[i].n_parts; k++)
            r->below[check->splits[i].dim][check->splits[i].parts[k]] = true;
    }
    for (size_t d = 0; d < check->n_dims; d++)
        find_top(r, d);
    return SC_OK;
}

static shape shape_of(const struct rings *r, size_t cell)
{
    shape s = 0;

    for (size_t d = 0; d < r->check->n_dims; d++)
        if (in(r->summed, d) && key_of(r, cell)[d] != r->top[d])
            s |= 1u << d;
    return s;
}

/* Adds a shape, unless it lies within another; those within it go. False: too many. */
static bool add_shape(struct shapes *shapes, shape s)
{
    size_t n = 0;

    for (size_t i = 0; i < shapes->n; i++)
        if ((s & ~shapes->list[i]) == 0)
            return true;
    for (size_t i = 0; i < shapes->n; i++)
        if ((shapes->list[i] & ~s) != 0)
            shapes->list[n++] = shapes->list[i];
    shapes->n = n;
    if (n == SHAPES_MAX)
        return false;
    shapes->list[shapes->n++] = s;
    return true;
}

/* ---- where tables meet ---- */

static void see_codes(struct rings *r, const struct shapes *tables, size_t cell)
{
    shape s = shape_of(r, cell);
    uint32_t number = 0;

    for (size_t i = 0; i < tables->n; i++)
        if (tables->list[i] == s)
            number = (uint32_t)i + 1;
    for (size_t d = 0; d < r->check->n_dims && number > 0; d++) {
        uint32_t code = key_of(r, cell)[d];

        if (!in(s, d))
            continue;
        if (r->seen[d][code] == 0)
            r->seen[d][code] = number;
        else if (r->seen[d][code] != number)
            r->common[d][code] = true;
    }
}

/* A sum with a common part has all parts common that any table has. True: something is new. */
static bool spread(struct rings *r)
{
    bool news = false;

    for (size_t i = 0; i < r->check->n_splits; i++) {
        const struct split *split = &r->check->splits[i];
        bool *common = r->common[split->dim], any = false;

        for (size_t k = 0; k < split->n_parts; k++)
            any = any || common[split->parts[k]];
        for (size_t k = 0; k < split->n_parts && any; k++)
            if (!common[split->parts[k]] && r->seen[split->dim][split->parts[k]])
                common[split->parts[k]] = news = true;
    }
    return news;
}

static void find_common(struct rings *r, const struct shapes *tables, uint32_t group)
{
    struct check *check = r->check;

    for (size_t d = 0; d < check->n_dims; d++) {
        memset(r->seen[d], 0, check->dims[d].n_codes * sizeof **r->seen);
        memset(r->common[d], 0, check->dims[d].n_codes * sizeof **r->common);
    }
    for (size_t c = 0; c < check->n_cells; c++)
        if (r->first[c] == group)
            see_codes(r, tables, c);
    while (spread(r))
        ;
    r->meeting = 0;
    for (size_t d = 0; d < check->n_dims; d++)
        for (uint32_t code = 0; code < check->dims[d].n_codes; code++)
            if (r->common[d][code] || r->top[d] == NONE)
                r->meeting |= 1u << d;
}

/* ---- no ring is left ---- */

/* Takes out of every edge the dimensions that are in no other. True: something went. */
static bool drop_lonely(struct shapes *edges)
{
    shape once = 0, twice = 0;
    bool news = false;

    for (size_t i = 0; i < edges->n; i++) {
        twice |= once & edges->list[i];
        once |= edges->list[i];
    }
    for (size_t i = 0; i < edges->n; i++) {
        news = news || (edges->list[i] & twice) != edges->list[i];
        edges->list[i] &= twice;
    }
    return news;
}

static bool has_ring(struct shapes edges)
{
    bool news = true;

    while (news) {
        struct shapes left = {.n = 0};

        news = drop_lonely(&edges);
        for (size_t i = 0; i < edges.n; i++)
            (void)add_shape(&left, edges.list[i]); /* never more than there were */
        news = news || left.n < edges.n;
        edges = left;
    }
    return edges.n > 1 || (edges.n == 1 && edges.list[0] != 0);
}

/* ---- every figure has its cross table below it ---- */

/* Marks the figures of a cross table and all that are sums over them. */
static void mark_under(struct rings *r, shape cross)
{
    const struct check *check = r->check;
    bool news = true;

    for (size_t c = 0; c < check->n_cells; c++)
        r->under[c] = (shape_of(r, c) & r->meeting) == cross;
    while (news) {
        news = false;
        for (size_t i = 0; i < check->n_sums; i++) {
            uint32_t total = check->members[check->sums[i].start];
            bool any = false;

            for (size_t k = check->sums[i].start + 1; k < check->sums[i].end && !any; k++)
                any = r->under[check->members[k]];
            if (any && !r->under[total])
                r->under[total] = news = true;
        }
    }
}

static bool all_common(const struct rings *r, size_t cell, shape s)
{
    for (size_t d = 0; d < r->check->n_dims; d++)
        if (in(s, d) && !r->common[d][key_of(r, cell)[d]])
            return false;
    return true;
}

static bool is_covered(struct rings *r, const struct shapes *tables, shape cross, uint32_t group)
{
    const struct check *check = r->check;

    mark_under(r, cross);
    for (size_t c = 0; c < check->n_cells; c++) {
        shape s = shape_of(r, c);

        if (r->first[c] != group || r->under[c] || s == 0 || check->cells[c].high == 0)
            continue;
        for (size_t i = 0; i < tables->n; i++)
            if ((tables->list[i] & cross) == s && all_common(r, c, s))
                return false;
    }
    return true;
}

/* Whether no table has this shape. Where a sum of it is not used, what is below is open. */
static bool is_cross(const struct rings *r, const struct shapes *tables, shape s)
{
    for (size_t i = 0; i < tables->n; i++)
        if (tables->list[i] == s)
            return false;
    for (size_t i = 0; i < r->check->n_exceptions; i++)
        if (in(s, r->check->splits[r->check->exceptions[i].split].dim))
            return false;
    return true;
}

/* ---- all of it ---- */

/* The cells that share their codes of dimensions without sums with the cell `group`. */
static enum sc_status check_group(struct rings *r, uint32_t group)
{
    struct check *check = r->check;
    struct shapes tables = {.n = 0}, meeting = {.n = 0}, edges;
    bool fits = true;

    for (size_t c = 0; c < check->n_cells; c++)
        if (r->first[c] == group && check->cells[c].kind != UNPRINTED)
            fits = add_shape(&tables, shape_of(r, c)) && fits;
    if (tables.n < 3 && fits)
        return SC_OK;
    find_common(r, &tables, group);
    for (size_t i = 0; i < tables.n; i++)
        (void)add_shape(&meeting, tables.list[i] & r->meeting);
    edges = meeting;
    for (size_t c = 0; c < check->n_cells; c++)
        if (r->first[c] == group && check->cells[c].kind == UNPRINTED)
            fits = add_shape(&edges, shape_of(r, c) & r->meeting) && fits;
    if (!fits || has_ring(edges))
        return sc_verify_refuse(check, "three tables or more meet in a ring that it does not tie "
                                       "together");
    for (size_t i = 0; i < edges.n; i++)
        if (is_cross(r, &meeting, edges.list[i]) && !is_covered(r, &meeting, edges.list[i], group))
            return sc_verify_refuse(check, "a cross table leaves out figures of the tables that "
                                           "meet in a ring");
    return SC_OK;
}

static bool are_together(const struct rings *r, size_t a, size_t b)
{
    for (size_t d = 0; d < r->check->n_dims; d++)
        if (!in(r->summed, d) && key_of(r, a)[d] != key_of(r, b)[d])
            return false;
    return true;
}

static void find_first(struct rings *r)
{
    uint32_t n_groups = 0;

    for (uint32_t c = 0; c < r->check->n_cells; c++) {
        uint32_t g = 0;

        while (g < n_groups && !are_together(r, r->groups[g], c))
            g++;
        if (g == n_groups)
            r->groups[n_groups++] = c;
        r->first[c] = r->groups[g];
    }
}

enum sc_status sc_verify_rings(struct check *check)
{
    struct rings r = {.check = check};
    enum sc_status status;

    if (check->sums_given)
        return SC_OK;
    status = init(&r);
    if (!status)
        find_first(&r);
    for (uint32_t c = 0; c < check->n_cells && !status; c++)
        if (r.first[c] == c)
            status = check_group(&r, c);
    release(&r);
    return status;
}
