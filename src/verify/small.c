/*
 * small.c - what printed figures stand for where small counts were rounded (docs/rounding.md).
 *
 * Innermost is what is the total of no sum. Counts of 1 to base - 1 there were made 0 or the base,
 * and every total was added up anew from these. So an innermost 0 is 0 to base - 1, the base is 1
 * to the base, others are themselves; and a total is what its parts come to: itself where all of
 * them are, and otherwise anything. Every innermost figure must be printed, and sums must hold as
 * printed: tables rounded in this way are never otherwise.
 */
#include "verify/internal.h"

#include "base/error.h"

/* By cell, beside the checker's own: what is printed, or adds up to it. */
struct seen {
    bool *total;   /* of some sum */
    bool *printed; /* as a number */
    bool *known;   /* `value` is */
    bool *exact;   /* it stands for nothing else */
    int64_t *value;
};

static enum sc_status see_innermost(struct check *check, struct seen *s, size_t c)
{
    struct cell *cell = &check->cells[c];

    if (cell->kind != PRINTED)
        return sc_verify_refuse(check, "small counts were rounded, and an innermost figure is not "
                                       "printed");
    s->exact[c] = cell->is_void || cell->base > check->rounded_small;
    if (s->exact[c])
        return SC_OK;
    if (cell->base > 0 && cell->base < check->rounded_small)
        return sc_verify_refuse(check, "an innermost figure is below the base to which small "
                                       "counts were rounded");
    cell->kind = HIDDEN;
    cell->least = cell->base == 0 ? 0 : 1;
    cell->most = cell->base == 0 ? check->rounded_small - 1 : check->rounded_small;
    return SC_OK;
}

static enum sc_status see_figures(struct check *check, struct seen *s)
{
    enum sc_status status = SC_OK;

    for (size_t i = 0; i < check->n_sums; i++)
        s->total[check->members[check->sums[i].start]] = true;
    for (size_t c = 0; c < check->n_cells && !status; c++) {
        struct cell *cell = &check->cells[c];

        s->printed[c] = s->known[c] = cell->kind == PRINTED;
        s->value[c] = cell->base;
        if (!s->total[c]) {
            status = see_innermost(check, s, c);
        } else if (cell->kind == PRINTED && !cell->is_void) {
            cell->kind = HIDDEN;
            cell->least = 0;
            cell->most = VALUE_MAX;
        } else {
            s->exact[c] = cell->kind == PRINTED;
        }
    }
    return status;
}

/* Whether a sum holds as printed, and whether it makes its total known, or exact. */
static enum sc_status see_sum(struct check *check, struct seen *s, struct sum sum,
                              bool *ret_changed)
{
    uint32_t total = check->members[sum.start];
    bool exact = true;
    int64_t value = 0;

    for (size_t k = sum.start + 1; k < sum.end; k++) {
        if (!s->known[check->members[k]])
            return SC_OK;
        value += s->value[check->members[k]];
        exact = exact && s->exact[check->members[k]];
    }
    if (value > VALUE_MAX || (s->known[total] && s->value[total] != value))
        return sc_verify_refuse(check, "a total is not the sum of its parts, as totals of rounded "
                                       "small counts are");
    if (s->known[total] && (s->exact[total] || !exact))
        return SC_OK;
    s->known[total] = true;
    s->value[total] = value;
    s->exact[total] = exact;
    *ret_changed = true;
    if (exact && s->printed[total])
        check->cells[total].kind = PRINTED;
    return SC_OK;
}

enum sc_status sc_verify_small(struct check *check)
{
    size_t n = check->n_cells;
    SC_AUTO_FREE bool *flags = sc_alloc_array(n, 4 * sizeof *flags);
    SC_AUTO_FREE int64_t *value = sc_alloc_array(n, sizeof *value);
    struct seen s = {flags, flags + n, flags + 2 * n, flags + 3 * n, value};
    bool changed = true;
    enum sc_status status;

    if (!flags || !value)
        return sc_fail_nomem(check->err);
    status = see_figures(check, &s);
    while (changed && !status) {
        changed = false;
        for (size_t i = 0; i < check->n_sums && !status; i++)
            status = see_sum(check, &s, check->sums[i], &changed);
    }
    return status;
}
