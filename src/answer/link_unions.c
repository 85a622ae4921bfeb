/*
 * link_unions.c - which sums hold of categories that overlap, some of them unions of others.
 *
 * A union whose categories no table has is a category like any other. Else it has a place in a
 * tree: above a category or union is the smallest union that holds it, above all others the total.
 * Each union, and the total, is said (system/overlap.c) to be made of what stands right below it;
 * of what stands deeper it is said only what of the whole it is not. Unions that hold a part of
 * each other are refused: more can be known of them than sums would say.
 */
#include <string.h>

#include "answer/link_internal.h"
#include "base/error.h"

/* The codes that are not apart. */
struct tree {
    struct sc_linking *l;
    const struct sc_link_attribute *attribute;
    size_t n_codes;
    size_t n_unions;
    bool *holds;      /* [union code * n_codes + code]: a category of the union */
    size_t *size;     /* by code: how many it holds; 0 where it is no union */
    uint32_t *parent; /* by code: a union, or the total */
    /* room for one call */
    uint32_t *some;
    uint32_t *inner;
    uint32_t *apart;
    size_t n_apart;
};

static void release_tree(struct tree *t)
{
    sc_free(t->holds);
    sc_free(t->size);
    sc_free(t->parent);
    sc_free(t->some);
    sc_free(t->inner);
    sc_free(t->apart);
}

static enum sc_status make_tree(struct tree *t)
{
    size_t n = t->n_codes;

    for (uint32_t code = 1; code < n; code++)
        t->n_unions += t->attribute->unions[code] != NULL;
    t->holds = sc_alloc_array(t->n_unions ? n * n : 0, sizeof *t->holds);
    t->size = sc_alloc_array(n, sizeof *t->size);
    t->parent = sc_alloc_array(n, sizeof *t->parent);
    t->some = sc_alloc_array(n, sizeof *t->some);
    t->inner = sc_alloc_array(n, sizeof *t->inner);
    t->apart = sc_alloc_array(n, sizeof *t->apart);
    if (!t->holds || !t->size || !t->parent || !t->some || !t->inner || !t->apart)
        return sc_fail_nomem(t->l->err);
    return SC_OK;
}

static enum sc_status cannot(const struct tree *t, uint32_t code, const char *why)
{
    const struct sc_system *system = t->l->linked->system;

    return sc_fail(t->l->err, SC_E_UNSUPPORTED, "the group '%s' %s",
                   sc_system_code_name(system, t->attribute->dimension, code), why);
}

/* Finds what a union holds of the codes that tables have: all, or nothing. */
static enum sc_status find_held(struct tree *t, uint32_t code)
{
    const struct sc_link_union *of = t->attribute->unions[code];
    size_t missing = 0;

    for (size_t i = 0; of && i < of->n; i++) {
        uint32_t held = sc_system_find_code(t->l->linked->system, t->attribute->dimension,
                                            sc_slice_of(of->codes[i]));

        if (held == SC_NONE) {
            missing++;
        } else if (t->attribute->apart[held] || t->attribute->unions[held]) {
            return cannot(t, code, "holds a category that holds only where no other does");
        } else if (!t->holds[code * t->n_codes + held]) {
            t->holds[code * t->n_codes + held] = true;
            t->size[code]++;
        }
    }
    if (missing && t->size[code])
        return cannot(t, code,
                      "holds categories of which only some are in a table: what a reader "
                      "could work out is not known");
    return SC_OK;
}

static size_t n_shared(const struct tree *t, uint32_t a, uint32_t b)
{
    size_t n = 0;

    for (size_t c = 0; c < t->n_codes; c++)
        n += t->holds[a * t->n_codes + c] && t->holds[b * t->n_codes + c];
    return n;
}

/* Whether union `a` stands above `b`; of two that hold the same the first does. */
static bool is_above(const struct tree *t, uint32_t a, uint32_t b)
{
    if (a == b || t->size[a] == 0)
        return false;
    if (t->size[b] == 0)
        return t->holds[a * t->n_codes + b];
    return n_shared(t, a, b) == t->size[b] &&
           (t->size[a] > t->size[b] || (t->size[a] == t->size[b] && a < b));
}

static enum sc_status find_parents(struct tree *t)
{
    for (uint32_t code = 1; code < t->n_codes; code++) {
        for (uint32_t other = 1; other < t->n_codes; other++) {
            uint32_t least = t->parent[code];

            if (is_above(t, other, code) && (least == SC_SYSTEM_TOTAL || is_above(t, least, other)))
                t->parent[code] = other;
            if (t->size[code] && other < code && t->size[other] && n_shared(t, code, other) &&
                !is_above(t, code, other) && !is_above(t, other, code))
                return cannot(t, code,
                              "shares a part of its categories with another group: what "
                              "a reader could work out is not known");
        }
    }
    return SC_OK;
}

/* Says what union `parent`, or the total, is made of. */
static enum sc_status split_below(struct tree *t, uint32_t parent)
{
    size_t n_some = 0, n_inner = 0;

    for (uint32_t code = 1; code < t->n_codes; code++) {
        if (t->attribute->apart[code])
            continue;
        if (t->parent[code] == parent)
            t->some[n_some++] = code;
        else if (parent == SC_SYSTEM_TOTAL || is_above(t, parent, code))
            t->inner[n_inner++] = code;
    }
    return sc_system_add_unions(t->l->linked->system, t->attribute->dimension, parent, t->some,
                                n_some, t->inner, n_inner, t->apart,
                                parent == SC_SYSTEM_TOTAL ? t->n_apart : 0, t->l->err);
}

enum sc_status sc_link_overlap(struct sc_linking *l, const struct sc_link_attribute *attribute)
{
    struct tree t = {.l = l, .attribute = attribute};
    enum sc_status status;

    t.n_codes = sc_system_n_codes(l->linked->system, attribute->dimension);
    status = make_tree(&t);
    for (uint32_t code = 1; code < t.n_codes && !status; code++) {
        if (attribute->apart[code])
            t.apart[t.n_apart++] = code;
        else
            status = find_held(&t, code);
    }
    if (!status && t.n_unions)
        status = find_parents(&t);
    if (!status)
        status = split_below(&t, SC_SYSTEM_TOTAL);
    for (uint32_t code = 1; code < t.n_codes && !status; code++)
        if (t.size[code])
            status = split_below(&t, code);
    release_tree(&t);
    return status;
}
