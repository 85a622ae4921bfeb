#include <inttypes.h>
#include <string.h>

#include "base/error.h"
#include "cli/protecting.h"

enum sc_status plan_coarsening(struct protecting *p, bool weigh, struct sc_error *err)
{
    enum sc_status status = sc_coarsen_propose(&p->input, p->policy.threshold, &p->plan, err);

    set_deadline(p);
    return status || !weigh ? status : sc_coarsen_weigh(p->plan, &p->policy, err);
}

enum sc_status apply_coarsening(struct protecting *p, const struct sc_coarsening *choice,
                                struct sc_error *err)
{
    SC_AUTO(sc_release) release = sc_alloc(sizeof *release);
    SC_AUTO_FREE int64_t *count = NULL;
    SC_AUTO_FREE double *weight = NULL;
    enum sc_status status;
    size_t n;

    if (!release)
        return sc_fail_nomem(err);
    status = sc_coarsen_apply(p->plan, choice, &release->system, &count, err);
    if (status)
        return status;
    n = sc_system_n_cells(release->system);
    release->n_own = n;
    release->figures = sc_alloc_array(n, sizeof *release->figures);
    weight = sc_alloc_array(n, sizeof *weight);
    if (!release->figures || !weight)
        return sc_fail_nomem(err);
    sc_protect_weights(release->system, weight);
    p->fine = SC_TAKE(p->release); /* the plan still looks at it */
    p->fine_count = SC_TAKE(p->count);
    sc_free(p->weight);
    p->release = SC_TAKE(release);
    p->count = SC_TAKE(count);
    p->weight = SC_TAKE(weight);
    p->choice = *choice;
    p->input = (struct sc_protect_input){
        .system = p->release->system, .count = p->count, .weight = p->weight};
    return SC_OK;
}

/* ---- levels asked for ------------------------------------------------------------------- */

/* "quarter" of "month=quarter", and the dimension. 0 or an exit code. */
static int take_level(const struct protecting *p, const char *text, uint32_t *levels)
{
    const struct sc_system *system = p->plan->system;
    const char *equals = strrchr(text, '=');
    uint32_t d =
        equals ? sc_system_find_dimension(system, (struct sc_slice){text, (size_t)(equals - text)})
               : SC_NONE;
    SC_AUTO_BUF names = {0};

    if (d == SC_NONE) {
        complain("--level: '%s': expected DIMENSION=LEVEL, with a dimension of the table", text);
        return EXIT_USAGE;
    }
    levels[d] = sc_coarsen_find_level(p->plan, d, sc_slice_of(equals + 1));
    if (levels[d] != SC_NONE)
        return 0;
    for (uint32_t level = 0; level < sc_coarsen_n_levels(p->plan, d); level++) {
        sc_buf_adds(&names, level ? ", " : "");
        sc_coarsen_level_name(p->plan, d, level, &names);
    }
    complain("--level: '%s': expected one of %.*s", text, (int)names.len,
             names.data ? names.data : "");
    return EXIT_USAGE;
}

int take_levels(const struct protecting *p, uint32_t *levels)
{
    const struct arguments *a = p->arguments;
    int code = 0;

    memset(levels, 0, SC_SYSTEM_DIMENSIONS_MAX * sizeof *levels);
    for (size_t i = 0; i < a->n_values && !code; i++)
        if (a->values[i].id == OPTION_LEVEL)
            code = take_level(p, a->values[i].text, levels);
    return code;
}

/* ---- saying what there is ------------------------------------------------------------------ */

/* The codes of a dimension of merged bands, or nothing. */
static void add_bands(const struct protecting *p, const struct sc_coarsening *choice, uint32_t d,
                      const char *before, void (*add)(struct sc_buf *, const char *),
                      const char *between, const char *after, struct sc_buf *out)
{
    const struct sc_coarsen_axis *axis = &p->plan->axes[d];
    SC_AUTO_FREE uint32_t *map = sc_alloc_array(axis->n_codes, sizeof *map);
    uint32_t n;

    if (axis->kind != SC_COARSEN_BANDS || !map || choice->level[d] == 0 ||
        sc_coarsen_bands_left(axis, choice->level[d]) == 0)
        return;
    sc_coarsen_map(p->plan->system, d, axis, choice->level[d], choice->begins[d], map, &n);
    sc_buf_adds(out, before);
    for (uint32_t code = 1; code < n; code++) {
        SC_AUTO_BUF name = {0};

        sc_coarsen_code_name(p->plan->system, d, axis, choice->level[d], map, code, &name);
        sc_buf_addc(&name, '\0');
        sc_buf_adds(out, code > 1 ? between : "");
        add(out, name.data ? name.data : "");
    }
    sc_buf_adds(out, after);
}

void describe_choice(const struct protecting *p, const struct sc_coarsening *choice,
                     struct sc_buf *out)
{
    for (uint32_t d = 0; d < p->plan->n_axes; d++) {
        if (d > 0)
            sc_buf_adds(out, ", ");
        sc_buf_adds(out, sc_system_dimension_name(p->plan->system, d));
        sc_buf_addc(out, '=');
        sc_coarsen_level_name(p->plan, d, choice->level[d], out);
        add_bands(p, choice, d, " (", sc_buf_adds, "; ", ")", out);
    }
}

void add_json_text(struct sc_buf *out, const char *text)
{
    sc_buf_addc(out, '"');
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            sc_buf_addc(out, '\\');
        if ((unsigned char)*text < 0x20)
            sc_buf_addf(out, "\\u%04x", (unsigned)*text);
        else
            sc_buf_addc(out, *text);
    }
    sc_buf_addc(out, '"');
}

static void add_level(const struct protecting *p, uint32_t d, uint32_t level, struct sc_buf *out)
{
    SC_AUTO_BUF name = {0};

    sc_coarsen_level_name(p->plan, d, level, &name);
    sc_buf_addc(&name, '\0');
    add_json_text(out, name.data ? name.data : "");
}

static void json_choice(const struct protecting *p, const struct sc_coarsening *choice,
                        struct sc_buf *out)
{
    sc_buf_adds(out, "{\"levels\": {");
    for (uint32_t d = 0; d < p->plan->n_axes; d++) {
        sc_buf_adds(out, d ? ", " : "");
        add_json_text(out, sc_system_dimension_name(p->plan->system, d));
        sc_buf_adds(out, ": ");
        add_level(p, d, choice->level[d], out);
    }
    sc_buf_adds(out, "}, \"bands\": {");
    for (uint32_t d = 0, n = 0; d < p->plan->n_axes; d++) {
        SC_AUTO_BUF list = {0};

        add_bands(p, choice, d, "[", add_json_text, ", ", "]", &list);
        if (list.len == 0)
            continue;
        sc_buf_adds(out, n++ ? ", " : "");
        add_json_text(out, sc_system_dimension_name(p->plan->system, d));
        sc_buf_adds(out, ": ");
        sc_buf_add(out, list.data, list.len);
    }
    sc_buf_addf(out, "}, \"cells\": %zu, \"primary\": %zu", choice->cells, choice->primary);
    if (choice->weighed)
        sc_buf_addf(out, ", \"secondary\": %zu, \"secondary_sum\": %" PRId64 "}", choice->secondary,
                    choice->secondary_sum);
    else
        sc_buf_adds(out, ", \"secondary\": null, \"secondary_sum\": null}");
}

static void write_frontier_json(const struct protecting *p, struct sc_buf *out)
{
    const struct sc_coarsen_plan *plan = p->plan;

    sc_buf_addf(out, "{\"method\": \"coarsen\", \"cells\": %zu, \"tried\": %zu, \"levels\": {",
                sc_system_n_cells(plan->system), plan->n_tried);
    for (uint32_t d = 0; d < plan->n_axes; d++) {
        sc_buf_adds(out, d ? ", " : "");
        add_json_text(out, sc_system_dimension_name(plan->system, d));
        sc_buf_adds(out, ": [");
        for (uint32_t level = 0; level < sc_coarsen_n_levels(plan, d); level++) {
            sc_buf_adds(out, level ? ", " : "");
            add_level(p, d, level, out);
        }
        sc_buf_addc(out, ']');
    }
    sc_buf_adds(out, "}, \"frontier\": [");
    for (size_t i = 0; i < plan->n_frontier; i++) {
        sc_buf_adds(out, i ? ", " : "");
        json_choice(p, &plan->frontier[i], out);
    }
    sc_buf_addf(out, "], \"seconds\": %.3f}\n", seconds_now() - p->start);
}

void write_frontier(const struct protecting *p, bool json, struct sc_buf *out)
{
    const struct sc_coarsen_plan *plan = p->plan;

    if (json) {
        write_frontier_json(p, out);
        return;
    }
    sc_buf_addf(out,
                "Choices that no other beats (%zu tried): figures, small counts among them, more "
                "to suppress with them, levels.\n",
                plan->n_tried);
    for (size_t i = 0; i < plan->n_frontier; i++) {
        const struct sc_coarsening *choice = &plan->frontier[i];

        sc_buf_addf(out, "%8zu %8zu ", choice->cells, choice->primary);
        if (choice->weighed)
            sc_buf_addf(out, "%8zu  ", choice->secondary);
        else
            sc_buf_adds(out, "       ?  ");
        describe_choice(p, choice, out);
        sc_buf_addc(out, '\n');
    }
    sc_buf_adds(out,
                "Nothing was written: choose with --level DIMENSION=LEVEL, once a dimension.\n");
}
