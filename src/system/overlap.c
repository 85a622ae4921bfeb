/*
 * overlap.c - categories that overlap, as sums.
 *
 * One offence may name two platforms, so the platforms do not add up to the offences. But where
 * `any` is the number of those with at least one, no platform has more, and together they have no
 * fewer. In sums, for the platforms c, with figures nobody prints in brackets:
 *
 *     Total       = apart + (any)              `apart`: none found; a fallback
 *     Total       = c + (all but c)            for each c
 *     (any)       = c + (others than c)        so c <= any
 *     (all but c) = apart + (others than c)
 *     (sum)       = c1 + c2 + ...
 *     (sum)       = (any) + (more than once)   so any <= sum
 *
 * Where nothing is apart, everything is in at least one: (any) is the total, and (all but c) is
 * (others than c). Any whole numbers with max <= any <= sum can occur (give out the things in the
 * categories one after the other, as cards are dealt), so these sums are all that can be known of
 * one such dimension. Of two in one table more can be known than they say.
 *
 * A category may be the union of others (Meta of Facebook and WhatsApp). Its own are then said of
 * it as above, with the union as the total and nothing apart; the sum above holds the union once,
 * and of each of its own it is said in how many of (any) and of the total it is not. Where unions
 * do not cross, these sums are again all that can be known: the cards of each union are dealt, then
 * those of the whole.
 *
 * Where things may be in no category at all and nobody prints how many, (in none) is a category
 * apart that nobody prints: it is made wherever (others than c) is.
 *
 * The bracketed codes above the categories come into being only where the categories have cells:
 * a table without the dimension gets none. (sum) and (more than once) count nobody in particular:
 * they are auxiliary.
 */
#include "base/error.h"
#include "base/memory.h"
#include "system/system.h"

struct overlap {
    struct sc_system *system;
    uint32_t dimension;
    uint32_t parent;
    uint32_t any;
    uint32_t *apart; /* room for one more */
    size_t n_apart;
    bool make_apart; /* the last of `apart` is printed by nobody */
    struct sc_error *err;
};

/* "(any)", or "(any: parent)" where the parent is not the total. Refused where a category has it.
 */
static enum sc_status own_code(const struct overlap *o, const char *what, const char *name,
                               uint32_t *ret_code)
{
    SC_AUTO_BUF text = {0};
    struct sc_slice slice;
    enum sc_status status;

    sc_buf_addf(&text, "(%s%s", what, name);
    if (o->parent != SC_SYSTEM_TOTAL)
        sc_buf_addf(&text, ": %s", sc_system_code_name(o->system, o->dimension, o->parent));
    sc_buf_addc(&text, ')');
    status = sc_buf_check(&text, o->err);
    if (status)
        return status;
    slice = (struct sc_slice){text.data, text.len};
    if (sc_system_find_code(o->system, o->dimension, slice) != SC_NONE)
        return sc_fail(o->err, SC_E_INPUT, "dimension '%s': a category has a name kept for sums",
                       sc_system_dimension_name(o->system, o->dimension));
    status = sc_system_add_code(o->system, o->dimension, slice, ret_code, o->err);
    if (!status)
        sc_system_set_own(o->system, o->dimension, *ret_code);
    return status;
}

static enum sc_status split(const struct overlap *o, uint32_t parent, const uint32_t *children,
                            size_t n, bool make)
{
    return sc_system_add_split(o->system, o->dimension, parent, children, n, make, o->err);
}

/* What one category adds up to with the others. */
static enum sc_status split_category(const struct overlap *o, uint32_t code)
{
    const char *name = sc_system_code_name(o->system, o->dimension, code);
    uint32_t others = SC_NONE, but = SC_NONE;
    enum sc_status status = own_code(o, "others than ", name, &others);

    if (!status)
        status = split(o, o->any, (uint32_t[]){code, others}, 2, true);
    if (status || o->n_apart == 0)
        return status;
    status = own_code(o, "all but ", name, &but);
    if (!status)
        status = split(o, o->parent, (uint32_t[]){code, but}, 2, false);
    o->apart[o->n_apart] = others;
    if (!status)
        status = split(o, but, o->apart, o->n_apart + 1, o->make_apart);
    return status;
}

static enum sc_status split_all(struct overlap *o, const uint32_t *some, size_t n_some)
{
    uint32_t sum = SC_NONE, excess = SC_NONE;
    enum sc_status status = own_code(o, "any", "", &o->any);

    if (!status)
        status = own_code(o, "sum", "", &sum);
    if (!status)
        status = own_code(o, "more than once", "", &excess);
    o->apart[o->n_apart] = o->any;
    if (!status)
        status = split(o, o->parent, o->apart, o->n_apart + 1, false);
    if (!status)
        status = split(o, sum, some, n_some, false);
    if (!status)
        status = split(o, sum, (uint32_t[]){o->any, excess}, 2, true);
    for (size_t i = 0; i < n_some && !status; i++)
        status = split_category(o, some[i]);
    if (!status) {
        sc_system_set_auxiliary(o->system, o->dimension, sum);
        sc_system_set_auxiliary(o->system, o->dimension, excess);
    }
    return status;
}

/*
 * One category overlaps with nothing: a plain one. What is made beside it hangs below a code of its
 * own, so that only tables with the category get it.
 */
static enum sc_status split_one(struct overlap *o, uint32_t code)
{
    uint32_t over = o->parent;
    enum sc_status status = SC_OK;

    if (o->make_apart)
        status = own_code(o, "in it or not: ", sc_system_code_name(o->system, o->dimension, code),
                          &over);
    if (!status && o->make_apart)
        status = split(o, o->parent, &over, 1, false);
    o->any = code;
    o->apart[o->n_apart] = code;
    return status ? status : split(o, over, o->apart, o->n_apart + 1, o->make_apart);
}

static enum sc_status add(struct overlap *o, const uint32_t *some, size_t n_some,
                          const uint32_t *inner, size_t n_inner)
{
    enum sc_status status = SC_OK;

    if (n_some > 1)
        status = split_all(o, some, n_some);
    else if (n_some == 1)
        status = split_one(o, some[0]);
    else if (o->n_apart > 0)
        status = split(o, o->parent, o->apart, o->n_apart, false);
    for (size_t i = 0; i < n_inner && !status; i++)
        status = split_category(o, inner[i]);
    return status;
}

enum sc_status sc_system_add_unions(struct sc_system *system, uint32_t dimension, uint32_t parent,
                                    const uint32_t *some, size_t n_some, const uint32_t *inner,
                                    size_t n_inner, const uint32_t *apart, size_t n_apart,
                                    struct sc_error *err)
{
    SC_AUTO_FREE uint32_t *room = sc_alloc_array(n_apart + 1, sizeof *room);
    struct overlap o = {.system = system,
                        .dimension = dimension,
                        .parent = parent,
                        .apart = room,
                        .n_apart = n_apart,
                        .err = err};

    if (!room)
        return sc_fail_nomem(err);
    for (size_t i = 0; i < n_apart; i++)
        room[i] = apart[i];
    return add(&o, some, n_some, inner, n_inner);
}

enum sc_status sc_system_add_loose_overlap(struct sc_system *system, uint32_t dimension,
                                           uint32_t parent, const uint32_t *some, size_t n_some,
                                           struct sc_error *err)
{
    uint32_t room[2] = {SC_NONE, SC_NONE};
    struct overlap o = {.system = system,
                        .dimension = dimension,
                        .parent = parent,
                        .apart = room,
                        .n_apart = 1,
                        .make_apart = true,
                        .err = err};
    enum sc_status status = own_code(&o, "in none", "", &room[0]);

    return status ? status : add(&o, some, n_some, NULL, 0);
}

enum sc_status sc_system_add_overlap(struct sc_system *system, uint32_t dimension, uint32_t parent,
                                     const uint32_t *some, size_t n_some, const uint32_t *apart,
                                     size_t n_apart, struct sc_error *err)
{
    return sc_system_add_unions(system, dimension, parent, some, n_some, NULL, 0, apart, n_apart,
                                err);
}

/* Marks `code` and what it is a part of. */
static void mark_up(const struct sc_system *system, uint32_t d, uint32_t code, bool *mark)
{
    mark[code] = true;
    for (size_t i = 0; i < sc_system_n_splits(system); i++) {
        struct sc_split split = sc_system_split(system, i);

        if (split.dimension != d || mark[split.parent])
            continue;
        for (uint32_t k = 0; k < split.n_children; k++)
            if (split.children[k] == code) {
                mark_up(system, d, split.parent, mark);
                break;
            }
    }
}

/* A marked total none of whose parts is: the thing is in the part that is a figure of our own. */
static bool mark_own(const struct sc_system *system, struct sc_split split, bool *mark)
{
    uint32_t own = SC_NONE;

    if (!mark[split.parent])
        return false;
    for (uint32_t k = 0; k < split.n_children; k++) {
        if (mark[split.children[k]])
            return false;
        if (sc_system_own(system, split.dimension, split.children[k]))
            own = split.children[k];
    }
    if (own == SC_NONE)
        return false;
    mark_up(system, split.dimension, own, mark);
    return true;
}

void sc_system_mark_over(const struct sc_system *system, uint32_t dimension, uint32_t code,
                         bool *mark)
{
    bool changed = true;

    mark_up(system, dimension, code, mark);
    while (changed && !sc_system_own(system, dimension, code)) {
        changed = false;
        for (size_t i = 0; i < sc_system_n_splits(system); i++) {
            struct sc_split split = sc_system_split(system, i);

            if (split.dimension == dimension && mark_own(system, split, mark))
                changed = true;
        }
    }
}
