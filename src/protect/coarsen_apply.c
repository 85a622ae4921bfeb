/*
 * coarsen_apply.c - the table at the levels chosen, as a linked system of its own.
 */
#include <assert.h>
#include <string.h>

#include "base/error.h"
#include "protect/coarsen.h"

struct apply {
    const struct sc_coarsen_plan *plan;
    const struct sc_coarsening *choice;
    struct sc_system *system;
    uint32_t *map[SC_SYSTEM_DIMENSIONS_MAX]; /* by old dimension */
    uint32_t n_new[SC_SYSTEM_DIMENSIONS_MAX];
    uint32_t dimension[SC_SYSTEM_DIMENSIONS_MAX]; /* the new one; SC_NONE: left out */
};

static enum sc_status add_dimension(struct apply *a, uint32_t d, struct sc_error *err)
{
    const struct sc_coarsen_axis *axis = &a->plan->axes[d];
    const struct sc_system *old = a->plan->system;
    enum sc_status status;

    a->map[d] = sc_alloc_array(axis->n_codes, sizeof *a->map[d]);
    if (!a->map[d])
        return sc_fail_nomem(err);
    sc_coarsen_map(old, d, axis, a->choice->level[d], a->choice->begins[d], a->map[d],
                   &a->n_new[d]);
    a->dimension[d] = SC_NONE;
    if (a->n_new[d] == 1)
        return SC_OK;
    status = sc_system_add_dimension(a->system, sc_slice_of(sc_system_dimension_name(old, d)),
                                     &a->dimension[d], err);
    if (!status)
        status = sc_system_name_total(a->system, a->dimension[d],
                                      sc_slice_of(sc_system_code_name(old, d, 0)), err);
    for (uint32_t code = 1; code < a->n_new[d] && !status; code++) {
        SC_AUTO_BUF name = {0};
        uint32_t added;

        sc_coarsen_code_name(old, d, axis, a->choice->level[d], a->map[d], code, &name);
        status = sc_buf_check(&name, err);
        if (status)
            break;
        status = sc_system_add_code(a->system, a->dimension[d],
                                    (struct sc_slice){name.data, name.len}, &added, err);
        if (!status && added != code)
            status =
                sc_fail(err, SC_E_UNSUPPORTED, "%s: a merged band has the name of another code",
                        sc_system_dimension_name(old, d));
    }
    return status;
}

/* The old sum in new codes: each part once, in order. */
static enum sc_status add_split(struct apply *a, struct sc_split split, uint32_t *parts,
                                struct sc_error *err)
{
    const uint32_t *map = a->map[split.dimension];
    size_t n = 0;

    if (a->dimension[split.dimension] == SC_NONE || map[split.parent] == SC_NONE)
        return SC_OK;
    for (uint32_t k = 0; k < split.n_children; k++) {
        uint32_t code = map[split.children[k]];
        size_t i = 0;

        if (code == SC_NONE)
            return SC_OK; /* below the level */
        while (i < n && parts[i] != code)
            i++;
        if (i == n)
            parts[n++] = code;
    }
    return sc_system_add_split(a->system, a->dimension[split.dimension], map[split.parent], parts,
                               n, false, err);
}

static enum sc_status add_splits(struct apply *a, struct sc_error *err)
{
    const struct sc_system *old = a->plan->system;
    size_t most = 1;
    SC_AUTO_FREE uint32_t *parts = NULL;
    enum sc_status status = SC_OK;

    for (uint32_t d = 0; d < a->plan->n_axes; d++)
        most = a->plan->axes[d].n_codes > most ? a->plan->axes[d].n_codes : most;
    parts = sc_alloc_array(most, sizeof *parts);
    if (!parts)
        return sc_fail_nomem(err);
    for (size_t i = 0; i < sc_system_n_splits(old) && !status; i++)
        status = add_split(a, sc_system_split(old, i), parts, err);
    return status;
}

static enum sc_status add_cells(struct apply *a, int64_t *count, struct sc_error *err)
{
    const struct sc_system *old = a->plan->system;

    for (uint32_t c = 0; c < sc_system_n_cells(old); c++) {
        const uint32_t *from = sc_system_cell_codes(old, c);
        uint32_t codes[SC_SYSTEM_DIMENSIONS_MAX] = {0}, cell;
        bool left_out = false;
        enum sc_status status;

        for (uint32_t d = 0; d < a->plan->n_axes; d++) {
            left_out = left_out || a->map[d][from[d]] == SC_NONE;
            if (!left_out && a->dimension[d] != SC_NONE)
                codes[a->dimension[d]] = a->map[d][from[d]];
        }
        if (left_out)
            continue;
        status = sc_system_add_cell(a->system, codes, &cell, err);
        if (status)
            return status;
        count[cell] += a->plan->count[c];
    }
    return SC_OK;
}

enum sc_status sc_coarsen_apply(const struct sc_coarsen_plan *plan,
                                const struct sc_coarsening *choice, struct sc_system **ret_system,
                                int64_t **ret_count, struct sc_error *err)
{
    SC_AUTO(sc_system) system = NULL;
    SC_AUTO_FREE int64_t *count =
        sc_alloc_array(sc_system_n_cells(plan->system) + 1, sizeof *count);
    struct apply a = {.plan = plan, .choice = choice};
    enum sc_status status = count ? sc_system_new(&system, err) : sc_fail_nomem(err);

    a.system = system;
    for (uint32_t d = 0; d < plan->n_axes && !status; d++)
        status = add_dimension(&a, d, err);
    if (!status)
        status = add_splits(&a, err);
    if (!status)
        status = add_cells(&a, count, err);
    if (!status)
        status = sc_system_link(system, err);
    for (uint32_t d = 0; d < plan->n_axes; d++)
        sc_free(a.map[d]);
    if (status)
        return status;
    for (uint32_t c = 0; c < sc_system_n_cells(system); c++)
        if (sc_system_made(system, c))
            return sc_fail(err, SC_E_UNSUPPORTED, "a total of the coarser table is not printed");
    *ret_system = SC_TAKE(system);
    *ret_count = SC_TAKE(count);
    return SC_OK;
}
