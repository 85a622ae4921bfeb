#include "protect/earlier.h"

#include <string.h>

#include "base/error.h"
#include "protect/complete.h"

void sc_earlier_free(struct sc_earlier *earlier)
{
    if (!earlier)
        return;
    sc_free(earlier->count);
    sc_free(earlier->role);
    sc_free(earlier->least);
    sc_free(earlier->most);
    sc_free(earlier->relaxed);
    sc_free(earlier);
}

/* The least a figure hidden before can be, where its mark says no more. */
static int64_t hidden_low(const struct sc_release *release, bool zeros_hidden)
{
    for (uint32_t cell = 0; cell < sc_system_n_cells(release->system); cell++)
        if (release->before[cell].kind == SC_FIGURE_VALUE && release->before[cell].value == 0)
            return 1;
    return zeros_hidden ? 0 : 1;
}

/* Between which counts what was printed before says a figure lies. */
static void bounds_of(const struct sc_figure *before, int64_t low, int64_t *ret_least,
                      int64_t *ret_most)
{
    *ret_least = 0;
    *ret_most = SC_UNBOUNDED;
    switch (before->kind) {
    case SC_FIGURE_VALUE:
    case SC_FIGURE_VOID:
        *ret_least = *ret_most = before->value;
        break;
    case SC_FIGURE_SMALL:
        *ret_most = before->value;
        *ret_least = before->least > low ? before->least : low;
        break;
    case SC_FIGURE_LARGE:
    case SC_FIGURE_HIDDEN:
        *ret_least = before->least > low ? before->least : low;
        break;
    case SC_FIGURE_NONZERO:
        *ret_least = 1;
        break;
    case SC_FIGURE_NONE:
        break;
    }
}

/* A figure printed before, and another count today. */
static bool disagrees(const struct sc_earlier *earlier, uint32_t cell, const struct sc_figure *now)
{
    return now->value < earlier->least[cell] || now->value > earlier->most[cell];
}

static enum sc_status add_relaxed(struct sc_earlier *earlier, size_t *capacity,
                                  const struct sc_figure *figure, struct sc_error *err)
{
    enum sc_status status = sc_grow((void **)&earlier->relaxed, capacity, earlier->n_relaxed,
                                    sizeof *earlier->relaxed, err);

    if (!status)
        earlier->relaxed[earlier->n_relaxed++] =
            (struct sc_figure_place){figure->file, figure->line, figure->column};
    return status;
}

/* What is known of each cell, for completing. */
static void note_known(const struct sc_release *release, uint8_t *known, struct sc_figure *figures)
{
    for (uint32_t cell = 0; cell < sc_system_n_cells(release->system); cell++) {
        const struct sc_figure *now = &release->figures[cell];

        if (now->kind == SC_FIGURE_VALUE) {
            known[cell] = SC_KNOWN_COUNT;
            figures[cell] = *now;
        } else if (release->before[cell].kind != SC_FIGURE_NONE) {
            known[cell] = SC_KNOWN_BEFORE;
            figures[cell] = release->before[cell];
            if (figures[cell].kind != SC_FIGURE_VALUE) /* its bounds say all there is */
                figures[cell].kind = SC_FIGURE_NONE;
        }
    }
}

/* Earlier figures given up, those at cells of the table itself first. */
static enum sc_status note_relaxed(const struct sc_release *release, struct sc_earlier *earlier,
                                   const bool *relaxed, struct sc_error *err)
{
    size_t capacity = 0;
    enum sc_status status = SC_OK;

    for (uint32_t cell = 0; cell < release->n_own && !status; cell++)
        if (disagrees(earlier, cell, &release->figures[cell]))
            status = add_relaxed(earlier, &capacity, &release->before[cell], err);
    earlier->n_relaxed_own = earlier->n_relaxed;
    for (uint32_t cell = 0; cell < sc_system_n_cells(release->system) && !status; cell++)
        if (relaxed[cell])
            status = add_relaxed(earlier, &capacity, &release->before[cell], err);
    return status;
}

static void note_roles(const struct sc_release *release, struct sc_earlier *earlier)
{
    for (uint32_t cell = 0; cell < sc_system_n_cells(release->system); cell++) {
        const struct sc_figure *before = &release->before[cell];
        bool printed = before->kind == SC_FIGURE_VALUE || before->kind == SC_FIGURE_VOID;

        if (cell < release->n_own && disagrees(earlier, cell, &release->figures[cell]))
            earlier->role[cell] = SC_ROLE_FREE; /* revised: what was shown is another figure */
        else if (printed)
            earlier->role[cell] = SC_ROLE_PRINTED;
        else if (before->kind != SC_FIGURE_NONE || sc_system_made(release->system, cell))
            earlier->role[cell] = SC_ROLE_HIDDEN;
    }
}

enum sc_status sc_earlier_new(const struct sc_release *release, bool zeros_hidden,
                              struct sc_earlier **ret_earlier, struct sc_error *err)
{
    size_t n = sc_system_n_cells(release->system);
    SC_AUTO(sc_earlier) earlier = sc_alloc(sizeof *earlier);
    SC_AUTO_FREE uint8_t *known = sc_alloc_array(n, sizeof *known);
    SC_AUTO_FREE bool *relaxed = sc_alloc_array(n, sizeof *relaxed);
    SC_AUTO_FREE struct sc_figure *figures = sc_alloc_array(n, sizeof *figures);
    enum sc_status status;
    int64_t low;

    if (!earlier || !known || !relaxed || !figures)
        return sc_fail_nomem(err);
    earlier->count = sc_alloc_array(n, sizeof *earlier->count);
    earlier->role = sc_alloc_array(n, sizeof *earlier->role);
    earlier->least = sc_alloc_array(n, sizeof *earlier->least);
    earlier->most = sc_alloc_array(n, sizeof *earlier->most);
    if (!earlier->count || !earlier->role || !earlier->least || !earlier->most)
        return sc_fail_nomem(err);
    low = hidden_low(release, zeros_hidden);
    for (uint32_t cell = 0; cell < n; cell++)
        bounds_of(&release->before[cell], low, &earlier->least[cell], &earlier->most[cell]);
    note_known(release, known, figures);
    status = sc_protect_complete(release->system, known, figures, earlier->least, earlier->most,
                                 earlier->count, relaxed, err);
    if (!status)
        status = note_relaxed(release, earlier, relaxed, err);
    if (status)
        return status;
    note_roles(release, earlier);
    *ret_earlier = SC_TAKE(earlier);
    return SC_OK;
}
