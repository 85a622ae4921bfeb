/*
 * pattern.c - a pattern as others see it: reasons, figures, singles, and its audit.
 */
#include "base/error.h"
#include "protect/protect.h"

const char *sc_reason_name(enum sc_reason reason)
{
    switch (reason) {
    case SC_REASON_NONE:
        return "";
    case SC_REASON_PRIMARY:
        return "primary";
    case SC_REASON_SECONDARY:
        return "secondary";
    case SC_REASON_EARLIER:
        return "earlier";
    }
    return "";
}

void sc_pattern_free(struct sc_pattern *pattern)
{
    if (!pattern)
        return;
    sc_free(pattern->reason);
    sc_free(pattern);
}

/* Levels of codes under `code` of dimension `d`. */
static int height(const struct sc_system *system, uint32_t d, uint32_t code)
{
    int most = 0;

    if (sc_system_is_leaf(system, d, code))
        return 0;
    for (size_t i = 0; i < sc_system_n_splits(system); i++) {
        struct sc_split split = sc_system_split(system, i);

        for (uint32_t k = 0; split.dimension == d && split.parent == code && k < split.n_children;
             k++) {
            int h = 1 + height(system, d, split.children[k]);

            most = h > most ? h : most;
        }
    }
    return most;
}

void sc_protect_weights(const struct sc_system *system, double *ret_weight)
{
    for (uint32_t c = 0; c < sc_system_n_cells(system); c++)
        ret_weight[c] = 1;
    for (uint32_t d = 0; d < sc_system_n_dimensions(system); d++)
        for (uint32_t code = 0; code < sc_system_n_codes(system, d); code++) {
            double factor = 1;

            for (int h = height(system, d, code); h > 0 && factor < 1000; h--)
                factor *= 4;
            for (uint32_t c = 0; factor > 1 && c < sc_system_n_cells(system); c++)
                if (sc_system_cell_codes(system, c)[d] == code && ret_weight[c] < 1e6)
                    ret_weight[c] *= factor;
        }
}

/* A figure hidden by this pattern, by what its mark says. */
static struct sc_figure marked(const struct sc_pattern *pattern, bool small)
{
    if (!pattern->two_marks)
        return (struct sc_figure){.kind = SC_FIGURE_HIDDEN};
    if (small)
        return (struct sc_figure){.kind = SC_FIGURE_SMALL,
                                  .value = pattern->threshold - 1,
                                  .least = pattern->zeros_hidden ? 0 : 1};
    return (struct sc_figure){.kind = SC_FIGURE_LARGE, .least = pattern->threshold};
}

/* One hidden by an earlier release, likewise. */
static struct sc_figure marked_before(const struct sc_protect_input *input, uint32_t cell)
{
    int64_t least = input->least ? input->least[cell] : 0;
    int64_t most = input->least ? input->most[cell] : SC_UNBOUNDED;

    if (most < SC_UNBOUNDED)
        return (struct sc_figure){.kind = SC_FIGURE_SMALL, .value = most, .least = least};
    if (least > 0)
        return (struct sc_figure){.kind = SC_FIGURE_LARGE, .least = least};
    return (struct sc_figure){.kind = SC_FIGURE_HIDDEN};
}

void sc_pattern_figures(const struct sc_protect_input *input, const struct sc_pattern *pattern,
                        struct sc_figure *ret_figures)
{
    for (uint32_t c = 0; c < pattern->n_cells; c++) {
        ret_figures[c] = (struct sc_figure){0};
        if (sc_system_made(input->system, c))
            continue;
        if (pattern->reason[c] == SC_REASON_EARLIER) {
            ret_figures[c] = marked_before(input, c);
        } else if (pattern->reason[c] != SC_REASON_NONE) {
            ret_figures[c] = marked(pattern, input->count[c] < pattern->threshold);
        } else {
            ret_figures[c].kind = SC_FIGURE_VALUE;
            ret_figures[c].value = input->count[c];
        }
    }
}

enum sc_status sc_pattern_singles(const struct sc_protect_input *input,
                                  const struct sc_pattern *pattern, uint32_t **ret_cells,
                                  size_t *ret_n, struct sc_error *err)
{
    SC_AUTO_FREE uint32_t *cells = sc_alloc_array(pattern->n_cells, sizeof *cells);
    size_t n = 0;

    if (!cells)
        return sc_fail_nomem(err);
    for (uint32_t c = 0; c < pattern->n_cells; c++)
        if (pattern->reason[c] != SC_REASON_NONE && input->count[c] == 1)
            cells[n++] = c;
    *ret_cells = SC_TAKE(cells);
    *ret_n = n;
    return SC_OK;
}

enum sc_status sc_pattern_audit(const struct sc_protect_input *input,
                                const struct sc_protect_policy *policy,
                                const struct sc_pattern *pattern, struct sc_audit **ret_audit,
                                struct sc_error *err)
{
    SC_AUTO_FREE struct sc_figure *figures = sc_alloc_array(pattern->n_cells, sizeof *figures);
    SC_AUTO_FREE uint32_t *singles = NULL;
    struct sc_audit_policy audit = {.singles_known = true, .zeros = SC_ZEROS_SHOWN};
    enum sc_status status;

    if (!figures)
        return sc_fail_nomem(err);
    for (uint32_t c = 0; c < pattern->n_cells; c++)
        if (!sc_system_made(input->system, c) && pattern->reason[c] != SC_REASON_NONE &&
            input->count[c] == 0)
            audit.zeros = SC_ZEROS_HIDDEN;
    if (policy) {
        audit.threshold = policy->threshold;
        audit.width = policy->width;
        audit.readers = policy->readers;
        audit.no_implied = policy->no_implied;
        audit.groups_unsafe = policy->groups_sensitive;
        if (policy->zeros_hidden)
            audit.zeros = SC_ZEROS_HIDDEN;
        audit.stop = policy->stop;
        audit.stop_arg = policy->stop_arg;
    }
    sc_pattern_figures(input, pattern, figures);
    status = sc_pattern_singles(input, pattern, &singles, &audit.n_singles, err);
    if (status)
        return status;
    audit.singles = singles;
    return sc_audit_run(input->system, figures, NULL, 0, &audit, ret_audit, err);
}
