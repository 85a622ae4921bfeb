/*
 * overlapping.c - dimensions whose categories overlap: told by the caller, or seen in the figures.
 *
 * One offence may be under two platforms. Then the categories come to more than their total, in
 * many places, and never to less (unless some offences are under none), and no category is above
 * the total. What else does that: subtotals among the categories, or a total that leaves a category
 * out; so first it is tried whether some of the categories come to the total everywhere, or within
 * two in a hundred. Nor are totals believed that are all multiples of 5: they were rounded. A
 * typing error: it is out in one place for each dimension, and two of them can be out in two; so
 * three places at least must be over, and five where most others hold. And one mistake makes a sum
 * too small as easily as too big.
 *
 * Whether every record is in one category at least is not printed anywhere. Taken so
 * (the strict form) more is known: together the categories have no fewer than the total. Who reads
 * the table may know that, so what is safe must be safe so; but what falls so only falls for
 * those who know it. The loose form takes nothing for granted: (in none) is a figure
 * nobody prints. The audit tries both (audit/reconcile.c). In the strict form a category called
 * none, not stated, unknown is apart from the others.
 */
#include <string.h>

#include "base/error.h"
#include "system/reading.h"

#define PLACES_OVER 3
#define PLACES_OVER_OF_MANY 5

enum sc_status sc_take_overlapping(struct reading *reading, struct sc_error *err)
{
    const struct sc_release_options *options = reading->options;
    struct sc_system *system = reading->release->system;

    for (size_t i = 0; i < options->n_overlapping; i++) {
        struct sc_slice name = sc_slice_of(options->overlapping[i]);
        uint32_t d = 0;

        while (d < sc_system_n_dimensions(system) &&
               !sc_slice_eq_nocase(name, sc_system_dimension_name(system, d)))
            d++;
        if (d == sc_system_n_dimensions(system))
            return sc_fail(err, SC_E_INPUT,
                           "no table has a dimension '%s' whose categories could overlap (that "
                           "across a wide table is called 'column')",
                           options->overlapping[i]);
        reading->overlapping[d] = true;
    }
    return SC_OK;
}

/* Whether a category is what is in none of the others. */
static bool is_none(const char *name)
{
    static const char *const names[] = {"none",        "none of these", "none of the above",
                                        "none found",  "not stated",    "not known",
                                        "unknown",     "not recorded",  "not specified",
                                        "unspecified", "n/k",           "no category"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (sc_slice_eq_nocase(sc_slice_of(name), names[i]))
            return true;
    return false;
}

static enum sc_status say_overlap(struct reading *reading, const struct sc_overlapping *o,
                                  struct sc_error *err)
{
    const char *name = sc_system_dimension_name(reading->release->system, o->dimension);
    const char *where = o->loose         ? "one record may be in several, or in none"
                        : o->n_apart > 0 ? "one record may be in several, and is in one at least; "
                                           "in what is called none, unknown or not stated alone"
                                         : "one record may be in several, and is in one at least";

    if (o->told)
        return sc_release_note(reading->release, err, "the categories of '%s' overlap: %s", name,
                               where);
    return sc_release_note(
        reading->release, err,
        "the categories of '%s' add up to more than their total in %zu places, and to less in "
        "none: taken as overlapping, %s (where some are parts of others instead, say so with "
        "--hierarchy)",
        name, o->n_places, where);
}

static enum sc_status add_overlap(struct reading *reading, uint32_t d, bool told, size_t n_places,
                                  struct sc_error *err)
{
    struct sc_release *release = reading->release;
    struct sc_system *system = release->system;
    size_t n_codes = sc_system_n_codes(system, d), n_some = 0, n_apart = 0;
    struct sc_overlapping *o;
    SC_AUTO_FREE uint32_t *some = sc_alloc_array(n_codes, sizeof *some);
    SC_AUTO_FREE uint32_t *apart = sc_alloc_array(n_codes, sizeof *apart);
    bool loose = reading->options->loose_overlaps;
    enum sc_status status;

    if (!some || !apart)
        return sc_fail_nomem(err);
    for (uint32_t c = 1; c < n_codes; c++)
        if (!loose && is_none(sc_system_code_name(system, d, c)))
            apart[n_apart++] = c;
        else
            some[n_some++] = c;
    if (loose)
        status = n_some == 0
                     ? SC_OK
                     : sc_system_add_loose_overlap(system, d, SC_SYSTEM_TOTAL, some, n_some, err);
    else
        status =
            sc_system_add_overlap(system, d, SC_SYSTEM_TOTAL, some, n_some, apart, n_apart, err);
    if (!status)
        status = sc_grow((void **)&release->overlapping, &release->overlapping_capacity,
                         release->n_overlapping, sizeof *release->overlapping, err);
    if (status)
        return status;
    o = &release->overlapping[release->n_overlapping++];
    *o = (struct sc_overlapping){d, told, loose, n_apart, n_places};
    return say_overlap(reading, o, err);
}

enum sc_status sc_add_overlapping(struct reading *reading, struct sc_error *err)
{
    struct sc_system *system = reading->release->system;

    for (uint32_t d = 0; d < sc_system_n_dimensions(system); d++) {
        enum sc_status status = SC_OK;

        if (!reading->overlapping[d])
            continue;
        if (reading->has_hierarchy[d])
            return sc_fail(err, SC_E_INPUT,
                           "dimension '%s' has a hierarchy: say there which codes overlap, by a "
                           "column 'kind'",
                           sc_system_dimension_name(system, d));
        if (reading->total_seen[d])
            status = add_overlap(reading, d, true, 0, err);
        else
            status = sc_release_note(reading->release, err,
                                     "no table shows the total of '%s': nothing is known of how "
                                     "its categories overlap",
                                     sc_system_dimension_name(system, d));
        if (status)
            return status;
    }
    return SC_OK;
}

/* ---- seen in the figures --------------------------------------------------------------- */

/* Places by how the categories compare with their total. */
struct evidence {
    size_t held;
    size_t over;
    size_t under;  /* all are printed, and come to less */
    size_t beyond; /* a category alone is more than the total */
    size_t uneven; /* the total is no multiple of 5 */
};

static void weigh_place(const struct reading *reading, const struct sc_split *split, uint32_t total,
                        struct evidence *e)
{
    const struct sc_release *release = reading->release;
    int64_t most = release->figures[total].value, sum = 0, largest = 0;
    bool all = true, any = false;

    for (uint32_t k = 0; k < split->n_children; k++) {
        uint32_t cell =
            sc_cell_beside(release->system, total, split->dimension, split->children[k]);
        const struct sc_figure *figure;

        if (cell == SC_NONE)
            continue;
        figure = &release->figures[cell];
        any = true;
        all = all && (figure->kind == SC_FIGURE_VALUE || figure->kind == SC_FIGURE_VOID);
        if (figure->kind == SC_FIGURE_VALUE) {
            sum += figure->value;
            largest = figure->value > largest ? figure->value : largest;
        }
    }
    e->beyond += largest > most;
    e->uneven += most % 5 != 0;
    e->over += sum > most;
    e->under += any && all && sum < most;
    e->held += any && all && sum == most;
}

/* All flat sums of a dimension; false when there is none, or its codes are parts of one another. */
static bool weigh(const struct reading *reading, uint32_t d, size_t n_splits, struct evidence *e)
{
    const struct sc_release *release = reading->release;
    const struct sc_system *system = release->system;
    bool any = false;

    for (uint32_t c = 1; c < sc_system_n_codes(system, d); c++)
        if (!sc_system_is_leaf(system, d, c) || sc_system_own(system, d, c))
            return false;
    for (size_t i = 0; i < n_splits; i++) {
        struct sc_split split = sc_system_split(system, i);

        if (split.dimension != d)
            continue;
        any = true;
        for (uint32_t cell = 0; cell < sc_system_n_cells(system); cell++)
            if (sc_system_cell_codes(system, cell)[d] == SC_SYSTEM_TOTAL &&
                release->figures[cell].kind == SC_FIGURE_VALUE)
                weigh_place(reading, &split, cell, e);
    }
    return any;
}

enum sc_status sc_find_overlapping(struct reading *reading, size_t n_splits, struct sc_error *err)
{
    struct sc_system *system = reading->release->system;
    enum sc_status status = SC_OK;

    for (uint32_t d = 0; d < sc_system_n_dimensions(system) && !status; d++) {
        struct evidence e = {0};
        bool explained;

        if (reading->has_hierarchy[d] || reading->overlapping[d] ||
            !weigh(reading, d, n_splits, &e) || e.under > 0 || e.beyond > 0 || e.uneven == 0 ||
            e.over < PLACES_OVER || (e.over < PLACES_OVER_OF_MANY && e.over * 20 <= e.held))
            continue;
        status = sc_total_is_of_some(reading, d, &explained, err);
        if (status || explained)
            continue;
        reading->overlapping[d] = true;
        reading->n_belied_splits[d] = n_splits;
        status = add_overlap(reading, d, false, e.over, err);
    }
    return status;
}
