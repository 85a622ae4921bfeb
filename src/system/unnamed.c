/*
 * unnamed.c - totals that are not called so: England under its regions, Persons beside the sexes.
 *
 * Where no table shows a total of a dimension, each category is tried as the sum of all the others.
 * A name people use for totals is enough where no place speaks against it, or few of many do, and
 * it stands first or last. Any other category must stand there too, and hold in two places at least
 * with twenty or more between them: three small numbers come to each other too easily. The note
 * says what was taken, for it is a guess.
 */
#include "base/error.h"
#include "system/reading.h"

#define PLACES_LEAST 2
#define PEOPLE_LEAST 20
#define PLACES_NAMED 4

static bool is_known_total(const char *name)
{
    static const char *const names[] = {
        "england",  "uk",         "united kingdom", "great britain", "england and wales",
        "national", "both sexes", "persons",        "people",        "all",
        "total"};
    struct sc_slice s = sc_slice_of(name);

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (sc_slice_eq_nocase(s, names[i]))
            return true;
    return s.len > 6 && sc_slice_eq_nocase((struct sc_slice){s.data, 6}, "total ");
}

struct trial {
    size_t held;    /* all printed, at least two of the parts not 0, and it holds */
    size_t against; /* the printed parts are more, or all are printed and are less */
    int64_t people; /* in the places where it holds */
};

static void try_place(const struct reading *reading, uint32_t d, uint32_t code, uint32_t cell,
                      struct trial *trial)
{
    const struct sc_release *release = reading->release;
    int64_t total = release->figures[cell].value, sum = 0;
    size_t n_parts = 0;
    bool all = true;

    for (uint32_t c = 1; c < sc_system_n_codes(release->system, d); c++) {
        uint32_t part = c == code ? SC_NONE : sc_cell_beside(release->system, cell, d, c);

        if (part == SC_NONE)
            continue;
        all = all && (release->figures[part].kind == SC_FIGURE_VALUE ||
                      release->figures[part].kind == SC_FIGURE_VOID);
        if (release->figures[part].kind == SC_FIGURE_VALUE) {
            sum += release->figures[part].value;
            n_parts += release->figures[part].value > 0;
        }
    }
    trial->against += sum > total || (all && sum < total);
    if (all && sum == total && n_parts >= 2) {
        trial->held++;
        trial->people += total;
    }
}

static struct trial try_code(const struct reading *reading, uint32_t d, uint32_t code)
{
    const struct sc_release *release = reading->release;
    struct trial trial = {0};

    for (uint32_t cell = 0; cell < sc_system_n_cells(release->system); cell++)
        if (sc_system_cell_codes(release->system, cell)[d] == code &&
            release->figures[cell].kind == SC_FIGURE_VALUE)
            try_place(reading, d, code, cell, &trial);
    return trial;
}

static enum sc_status take_total(struct reading *reading, uint32_t d, uint32_t code, size_t held,
                                 struct sc_error *err)
{
    struct sc_system *system = reading->release->system;
    size_t n_codes = sc_system_n_codes(system, d), n = 0;
    SC_AUTO_FREE uint32_t *parts = sc_alloc_array(n_codes, sizeof *parts);
    enum sc_status status;

    if (!parts)
        return sc_fail_nomem(err);
    for (uint32_t c = 1; c < n_codes; c++)
        if (c != code)
            parts[n++] = c;
    status = sc_system_add_split(system, d, code, parts, n, false, err);
    return status
               ? status
               : sc_release_note(
                     reading->release, err,
                     "'%s' of %s is taken for the total of the %zu others: it is in the %zu places "
                     "where all are printed",
                     sc_system_code_name(system, d, code), sc_system_dimension_name(system, d), n,
                     held);
}

static bool all_leaves(const struct sc_system *system, uint32_t d)
{
    for (uint32_t c = 1; c < sc_system_n_codes(system, d); c++)
        if (!sc_system_is_leaf(system, d, c))
            return false;
    return true;
}

/* One figure that speaks against a total by its name, among many that do not, is an error in the
 * table, which is to be said. */
static bool is_believed(const struct trial *trial, bool known)
{
    return known ? trial->against == 0 ||
                       (trial->held >= PLACES_NAMED && trial->held > 3 * trial->against)
                 : trial->against == 0 && trial->held >= PLACES_LEAST &&
                       trial->people >= PEOPLE_LEAST;
}

enum sc_status sc_find_unnamed_totals(struct reading *reading, struct sc_error *err)
{
    const struct sc_system *system = reading->release->system;

    for (uint32_t d = 0; d < sc_system_n_dimensions(system); d++) {
        uint32_t n = (uint32_t)sc_system_n_codes(system, d), ends[2] = {n - 1, 1};

        if (reading->total_seen[d] || reading->has_hierarchy[d] || reading->overlapping[d] ||
            n < 4 || !all_leaves(system, d))
            continue;
        for (size_t i = 0; i < 2; i++) {
            struct trial trial = try_code(reading, d, ends[i]);
            enum sc_status status;

            if (!is_believed(&trial, is_known_total(sc_system_code_name(system, d, ends[i]))))
                continue;
            status = take_total(reading, d, ends[i], trial.held, err);
            if (status)
                return status;
            break;
        }
    }
    return SC_OK;
}
