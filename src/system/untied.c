/*
 * untied.c - periods and bands that overlap, and meet in no part that has cells.
 *
 * A financial year and a calendar year are both sums of months. Where a table has the months, a
 * figure of the one and a figure of the other are tied together through them. Where tables by year
 * and outcome have no months with outcomes, they are not, though both count the records of three
 * months: with these the figures would say more of each other than the sums do. That is found
 * here, for any two codes of a dimension that are sums with parts in common, neither being a part
 * of the other: where both have a cell beside the same codes, each must have a sum there.
 *
 * Where the caller says that a part without a cell is not an empty one (a parted dimension: time,
 * in an answer), the parts get cells that nobody prints, for each cell of the sums at once: a sum
 * with some of its parts missing would be taken for the sum of the others. What is too much for
 * that is left.
 *
 * Categories that overlap have codes of their own (overlap.c), which are tied by construction.
 */
#include <assert.h>
#include <string.h>

#include "base/error.h"
#include "system/internal.h"

/* The codes of one dimension that are sums and have cells, and what codes they hold. */
struct sums {
    struct sc_system *system;
    uint32_t dimension;
    size_t n_words;
    uint64_t *holds; /* by code: a bit for itself and each code of its sums, and theirs */
    bool *done;      /* by code: `holds` is filled in */
    uint32_t *list;
    size_t n;
};

static void release_sums(struct sums *s)
{
    sc_free(s->holds);
    sc_free(s->done);
    sc_free(s->list);
}

/* Whether a split speaks of codes that tables can print. */
static bool is_plain(const struct sums *s, const struct split *split)
{
    const uint8_t *flags = s->system->dimensions[s->dimension].flags;
    bool own = (flags[split->parent] & CODE_OWN) != 0;

    for (uint32_t k = 0; k < split->n_children; k++)
        own = own || (flags[split->children[k]] & CODE_OWN) != 0;
    return !own;
}

static uint64_t *held_by(const struct sums *s, uint32_t code)
{
    return s->holds + code * s->n_words;
}

/* Fills in what `code` holds. Codes are never their own ancestors. */
static void fill_in(struct sums *s, uint32_t code)
{
    const struct sc_system *system = s->system;

    if (s->done[code])
        return;
    s->done[code] = true;
    held_by(s, code)[code / 64] |= UINT64_C(1) << (code % 64);
    for (uint32_t i = system->dimensions[s->dimension].first_split[code]; i != SC_NONE;
         i = system->splits[i].next) {
        const struct split *split = &system->splits[i];

        if (!is_plain(s, split))
            continue;
        for (uint32_t k = 0; k < split->n_children; k++) {
            fill_in(s, split->children[k]);
            for (size_t w = 0; w < s->n_words; w++)
                held_by(s, code)[w] |= held_by(s, split->children[k])[w];
        }
    }
}

static bool is_in(const struct sums *s, uint32_t code, uint32_t inner)
{
    return (held_by(s, code)[inner / 64] >> (inner % 64) & 1) != 0;
}

/* Whether two sums have something in common, though neither is a part of the other. */
static bool overlap(const struct sums *s, uint32_t a, uint32_t b)
{
    if (is_in(s, a, b) || is_in(s, b, a))
        return false;
    for (size_t w = 0; w < s->n_words; w++)
        if ((held_by(s, a)[w] & held_by(s, b)[w]) != 0)
            return true;
    return false;
}

/* Whether a sum of the code at `codes` has a part there. */
static bool is_cut(const struct sums *s, uint32_t *codes)
{
    const struct sc_system *system = s->system;
    uint32_t code = codes[s->dimension];
    bool cut = false;

    for (uint32_t i = system->dimensions[s->dimension].first_split[code]; i != SC_NONE && !cut;
         i = system->splits[i].next)
        for (uint32_t k = 0; k < system->splits[i].n_children && !cut; k++) {
            codes[s->dimension] = system->splits[i].children[k];
            cut = sc_system_find_cell(system, codes) != SC_NONE;
        }
    codes[s->dimension] = code;
    return cut;
}

/* Whether both codes have a cell beside the same others, and one of them no parts there. */
static bool is_untied(const struct sums *s, uint32_t a, uint32_t b)
{
    const struct sc_system *system = s->system;

    for (uint32_t cell = 0; cell < system->n_cells; cell++) {
        uint32_t codes[SC_SYSTEM_DIMENSIONS_MAX];

        memcpy(codes, sc_system_cell_codes(system, cell), system->n_dimensions * sizeof *codes);
        if (codes[s->dimension] != a)
            continue;
        codes[s->dimension] = b;
        if (sc_system_find_cell(system, codes) == SC_NONE)
            continue;
        if (!is_cut(s, codes))
            return true;
        codes[s->dimension] = a;
        if (!is_cut(s, codes))
            return true;
    }
    return false;
}

/* Lists the sums that have cells. */
static enum sc_status list_sums(struct sums *s, struct sc_error *err)
{
    const struct sc_system *system = s->system;
    const struct dimension *dimension = &system->dimensions[s->dimension];
    size_t n = dimension->n_codes;
    SC_AUTO_FREE bool *has_cell = sc_alloc_array(n, sizeof *has_cell);

    s->list = sc_alloc_array(n, sizeof *s->list);
    if (!has_cell || !s->list)
        return sc_fail_nomem(err);
    for (uint32_t cell = 0; cell < system->n_cells; cell++)
        has_cell[sc_system_cell_codes(system, cell)[s->dimension]] = true;
    for (uint32_t code = 0; code < n; code++)
        if (has_cell[code] && dimension->first_split[code] != SC_NONE &&
            !(dimension->flags[code] & CODE_OWN))
            s->list[s->n++] = code;
    return SC_OK;
}

/* The sums of dimension `d` that have cells, and what they hold. */
static enum sc_status init_sums(struct sums *s, struct sc_system *system, uint32_t d,
                                struct sc_error *err)
{
    size_t n = system->dimensions[d].n_codes;
    enum sc_status status;

    *s = (struct sums){.system = system, .dimension = d, .n_words = (n + 63) / 64};
    status = list_sums(s, err);
    if (status || s->n == 0)
        return status;
    s->holds = sc_alloc_array(n * s->n_words, sizeof *s->holds);
    s->done = sc_alloc_array(n, sizeof *s->done);
    if (!s->holds || !s->done)
        return sc_fail_nomem(err);
    for (size_t i = 0; i < s->n; i++)
        fill_in(s, s->list[i]);
    return SC_OK;
}

static enum sc_status look_at(struct sc_system *system, uint32_t d, struct sc_error *err)
{
    struct sums s;
    bool untied = false;
    enum sc_status status = init_sums(&s, system, d, err);

    for (size_t i = 0; i < s.n && !status && !untied; i++)
        for (size_t j = 0; j < i && !untied; j++)
            untied = overlap(&s, s.list[i], s.list[j]) && is_untied(&s, s.list[i], s.list[j]);
    release_sums(&s);
    system->n_rings_left += untied;
    return status;
}

/* ---- parts made ---- */

/* How many cells a split would make, of the cells that have its parent. */
static size_t missing_parts(const struct sc_system *system, const struct split *split,
                            bool *ret_some_there)
{
    size_t n = 0;

    *ret_some_there = false;
    for (uint32_t cell = 0; cell < system->n_cells; cell++) {
        uint32_t codes[SC_SYSTEM_DIMENSIONS_MAX];
        size_t n_there = 0;

        memcpy(codes, sc_system_cell_codes(system, cell), system->n_dimensions * sizeof *codes);
        if (codes[split->dimension] != split->parent)
            continue;
        for (uint32_t k = 0; k < split->n_children; k++) {
            codes[split->dimension] = split->children[k];
            n_there += sc_system_find_cell(system, codes) != SC_NONE;
        }
        n += split->n_children - n_there;
        *ret_some_there = *ret_some_there || (n_there > 0 && n_there < split->n_children);
    }
    return n;
}

/* Asks all splits of a code, or those alone that have some children beside a cell and lack others.
 */
static void ask_splits(const struct sums *s, uint32_t code, bool all, size_t *left, bool *ret_asked)
{
    struct sc_system *system = s->system;

    for (uint32_t i = system->dimensions[s->dimension].first_split[code]; i != SC_NONE;
         i = system->splits[i].next) {
        struct split *split = &system->splits[i];
        bool some_there;
        size_t n;

        if (split->make_children || !is_plain(s, split))
            continue;
        n = missing_parts(system, split, &some_there);
        if (n == 0 || n > *left || !(all || some_there))
            continue;
        *left -= n;
        split->make_children = true;
        *ret_asked = true;
    }
}

static enum sc_status ask_dimension(struct sc_system *system, uint32_t d, bool *ret_asked,
                                    struct sc_error *err)
{
    size_t n_made = system->n_cells - system->n_given;
    size_t left = n_made < SC_SYSTEM_CROSS_MAX ? SC_SYSTEM_CROSS_MAX - n_made : 0;
    struct sums s;
    enum sc_status status = init_sums(&s, system, d, err);

    for (size_t i = 0; i < s.n && !status; i++)
        ask_splits(&s, s.list[i], false, &left, ret_asked);
    for (size_t i = 0; i < s.n && !status; i++)
        for (size_t j = 0; j < i; j++)
            if (overlap(&s, s.list[i], s.list[j]) && is_untied(&s, s.list[i], s.list[j])) {
                ask_splits(&s, s.list[i], true, &left, ret_asked);
                ask_splits(&s, s.list[j], true, &left, ret_asked);
            }
    release_sums(&s);
    return status;
}

enum sc_status sc_system_ask_for_parts(struct sc_system *system, bool *ret_asked,
                                       struct sc_error *err)
{
    enum sc_status status = SC_OK;

    *ret_asked = false;
    for (uint32_t d = 0; d < system->n_dimensions && !status; d++)
        if (system->dimensions[d].parted)
            status = ask_dimension(system, d, ret_asked, err);
    return status;
}

/* ---- what is left ---- */

enum sc_status sc_system_find_untied(struct sc_system *system, struct sc_error *err)
{
    enum sc_status status = SC_OK;

    for (uint32_t d = 0; d < system->n_dimensions && !status; d++)
        status = look_at(system, d, err);
    return status;
}
