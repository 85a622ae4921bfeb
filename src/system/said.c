/*
 * said.c - what a certificate must say of how tables were read: their form, what marks were
 * taken to mean, which categories are listed only where somebody is in them, and which sums were
 * not used because the figures belie them.
 */
#include <string.h>

#include "base/error.h"
#include "system/reading.h"

enum sc_status sc_say_mark(struct sc_release *release, struct sc_slice text,
                           const struct sc_figure *figure, struct sc_error *err)
{
    struct sc_seen_mark *mark;
    enum sc_status status;

    if (figure->kind != SC_FIGURE_SMALL && figure->kind != SC_FIGURE_NONZERO &&
        figure->kind != SC_FIGURE_LARGE && figure->kind != SC_FIGURE_VOID)
        return SC_OK;
    text = sc_slice_trim(text);
    for (size_t i = 0; i < release->n_marks; i++)
        if (sc_slice_eq_nocase(text, release->marks[i].text))
            return SC_OK;
    status = sc_grow((void **)&release->marks, &release->marks_capacity, release->n_marks,
                     sizeof *release->marks, err);
    if (status)
        return status;
    mark = &release->marks[release->n_marks];
    *mark = (struct sc_seen_mark){sc_strndup(text.data, text.len), figure->kind, figure->value,
                                  figure->least};
    if (!mark->text)
        return sc_fail_nomem(err);
    release->n_marks++;
    return SC_OK;
}

bool sc_occurs(const struct sc_release *release, uint32_t dimension, uint32_t code)
{
    for (size_t i = 0; i < release->n_occurs; i++)
        if (release->occurs[i].dimension == dimension && release->occurs[i].code == code)
            return true;
    return false;
}

enum sc_status sc_say_occurs(struct sc_release *release, uint32_t dimension, uint32_t code,
                             struct sc_error *err)
{
    enum sc_status status;

    if (sc_occurs(release, dimension, code))
        return SC_OK;
    status = sc_grow((void **)&release->occurs, &release->occurs_capacity, release->n_occurs,
                     sizeof *release->occurs, err);
    if (!status)
        release->occurs[release->n_occurs++] = (struct sc_occurs){dimension, code};
    return status;
}

enum sc_status sc_say_forms(struct reading *reading, struct sc_error *err)
{
    struct sc_release *release = reading->release;

    release->forms = sc_alloc_array(release->n_files, sizeof *release->forms);
    if (!release->forms)
        return sc_fail_nomem(err);
    for (size_t i = 0; i < release->n_files; i++) {
        const struct source *source = &reading->sources[i];
        struct sc_slice name;

        release->forms[i].format = source->format;
        release->forms[i].odd = source->odd;
        if (source->format != SC_RELEASE_TIDY)
            continue;
        name = sc_slice_trim(sc_csv_field(source->csv, 0, source->figure_column));
        release->forms[i].figure = sc_strndup(name.data, name.len);
        if (!release->forms[i].figure)
            return sc_fail_nomem(err);
    }
    return SC_OK;
}

static enum sc_status say_doubt(struct sc_release *release, uint32_t split, uint32_t mask,
                                struct sc_error *err)
{
    enum sc_status status;

    for (size_t i = release->n_doubts; i-- > 0 && release->doubts[i].split == split;)
        if (release->doubts[i].mask == mask)
            return SC_OK;
    status = sc_grow((void **)&release->doubts, &release->doubts_capacity, release->n_doubts,
                     sizeof *release->doubts, err);
    if (!status)
        release->doubts[release->n_doubts++] = (struct sc_doubt){split, mask};
    return status;
}

enum sc_status sc_say_doubts(struct reading *reading, struct sc_error *err)
{
    struct sc_release *release = reading->release;
    const struct sc_system *system = release->system;
    enum sc_status status = SC_OK;
    bool any = false;

    for (size_t i = 0; i < reading->tests.n && !any; i++)
        any = !sc_class_believed(&reading->tests.classes[i]);
    for (uint32_t d = 0; d < sc_system_n_dimensions(system) && !any; d++)
        any = reading->n_belied_splits[d] > 0;
    for (uint32_t s = 0; s < sc_system_n_splits(system) && any && !status; s++) {
        struct sc_split split = sc_system_split(system, s);

        /* All combinations of totals: a checker meets cells that this system has dropped. */
        for (uint32_t mask = 0; mask < 1u << sc_system_n_dimensions(system) && !status; mask++)
            if (!(mask & 1u << split.dimension) && !sc_sum_believed_at(reading, s, mask))
                status = say_doubt(release, s, mask, err);
    }
    return status;
}
