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
    sc_free(earlier->relaxed);
    sc_free(earlier);
}

/* A figure printed before, and another count today. */
static bool disagrees(const struct sc_figure *now, const struct sc_figure *before)
{
    switch (before->kind) {
    case SC_FIGURE_VALUE:
    case SC_FIGURE_VOID:
        return before->value != now->value;
    case SC_FIGURE_SMALL:
        return now->value < 1 || now->value < before->least || now->value > before->value;
    case SC_FIGURE_LARGE:
        return now->value < before->least;
    case SC_FIGURE_HIDDEN:
    case SC_FIGURE_NONZERO:
        return now->value < 1;
    default:
        return false;
    }
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
        if (disagrees(&release->figures[cell], &release->before[cell]))
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

        if (cell < release->n_own && disagrees(&release->figures[cell], before))
            earlier->role[cell] = SC_ROLE_FREE; /* revised: what was shown is another figure */
        else if (printed)
            earlier->role[cell] = SC_ROLE_PRINTED;
        else if (before->kind != SC_FIGURE_NONE || sc_system_made(release->system, cell))
            earlier->role[cell] = SC_ROLE_HIDDEN;
    }
}

enum sc_status sc_earlier_new(const struct sc_release *release, struct sc_earlier **ret_earlier,
                              struct sc_error *err)
{
    size_t n = sc_system_n_cells(release->system);
    SC_AUTO(sc_earlier) earlier = sc_alloc(sizeof *earlier);
    SC_AUTO_FREE uint8_t *known = sc_alloc_array(n, sizeof *known);
    SC_AUTO_FREE bool *relaxed = sc_alloc_array(n, sizeof *relaxed);
    SC_AUTO_FREE struct sc_figure *figures = sc_alloc_array(n, sizeof *figures);
    enum sc_status status;

    if (!earlier || !known || !relaxed || !figures)
        return sc_fail_nomem(err);
    earlier->count = sc_alloc_array(n, sizeof *earlier->count);
    earlier->role = sc_alloc_array(n, sizeof *earlier->role);
    if (!earlier->count || !earlier->role)
        return sc_fail_nomem(err);
    note_known(release, known, figures);
    status = sc_protect_complete(release->system, known, figures, NULL, NULL, earlier->count,
                                 relaxed, err);
    if (!status)
        status = note_relaxed(release, earlier, relaxed, err);
    if (status)
        return status;
    note_roles(release, earlier);
    *ret_earlier = SC_TAKE(earlier);
    return SC_OK;
}
