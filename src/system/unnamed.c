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
    return sc_calls_itself_total(s);
}

bool sc_calls_itself_total(struct sc_slice s)
{
    static const char *const words[] = {"total", "totals", "subtotal", "subtotals"};
    size_t start = 0;

    for (size_t i = 0; i <= s.len; i++) {
        if (i < s.len && ((s.data[i] | 32) >= 'a' && (s.data[i] | 32) <= 'z'))
            continue;
        for (size_t k = 0; k < sizeof words / sizeof *words; k++)
            if (sc_slice_eq_nocase((struct sc_slice){s.data + start, i - start}, words[k]))
                return true;
        start = i + 1;
    }
    return false;
}

struct trial {
    size_t held;    /* all printed, at least two of the parts not 0, and it holds */
    size_t against; /* the printed parts are more, or all are printed and are less */
    size_t could;   /* some part is hidden, two others are not 0, and it is no less than those */
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
    trial->could += !all && sum <= total && n_parts >= 2;
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
    if (!status && held == 0)
        return sc_release_note(reading->release, err,
                               "'%s' of %s is taken for the total of the %zu others, by its name",
                               sc_system_code_name(system, d, code),
                               sc_system_dimension_name(system, d), n);
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

/* Where figures are hidden nothing can be tested: what could be the total is said. */
static enum sc_status say_could_be(struct reading *reading, uint32_t d, uint32_t code,
                                   const struct trial *trial, struct sc_error *err)
{
    const struct sc_system *system = reading->release->system;

    if (trial->against > 0 || trial->held > 0 || trial->could == 0)
        return SC_OK;
    return sc_release_note(reading->release, err,
                           "'%s' of %s is no less than what is printed of the others together: if "
                           "it is their total, --hierarchy must say so",
                           sc_system_code_name(system, d, code),
                           sc_system_dimension_name(system, d));
}

/* The first figure of a category. */
static const struct sc_figure *figure_of(const struct reading *reading, uint32_t d, uint32_t code)
{
    const struct sc_release *release = reading->release;

    for (uint32_t c = 0; c < sc_system_n_cells(release->system); c++)
        if (sc_system_cell_codes(release->system, c)[d] == code && release->figures[c].kind)
            return &release->figures[c];
    return NULL;
}

/* "Male total", "Sub-total": the word stands last. */
static bool ends_in_total(struct sc_slice s)
{
    size_t at = s.len;

    while (at > 0 && ((s.data[at - 1] | 32) >= 'a' && (s.data[at - 1] | 32) <= 'z'))
        at--;
    return sc_calls_itself_total((struct sc_slice){s.data + at, s.len - at});
}

static bool hides_some(const struct sc_release *release)
{
    for (uint32_t c = 0; c < sc_system_n_cells(release->system); c++)
        if (release->figures[c].kind != SC_FIGURE_NONE &&
            release->figures[c].kind != SC_FIGURE_VALUE &&
            release->figures[c].kind != SC_FIGURE_VOID)
            return true;
    return false;
}

/* Whether a dimension is of the columns of a wide file: counts of several things may stand there.
 */
static bool is_across(const struct reading *reading, uint32_t d)
{
    for (size_t i = 0; i < reading->n_sources; i++)
        if (reading->sources[i].format == SC_RELEASE_WIDE &&
            reading->sources[i].wide_dimension == d)
            return true;
    return false;
}

enum sc_status sc_check_totals(struct reading *reading, struct sc_error *err)
{
    const struct sc_system *system = reading->release->system;
    bool hidden = hides_some(reading->release);
    enum sc_status status = SC_OK;

    for (uint32_t d = 0; d < sc_system_n_dimensions(system) && hidden; d++)
        for (uint32_t c = 1; c < sc_system_n_codes(system, d) && !status; c++) {
            const char *name = sc_system_code_name(system, d, c);
            const struct sc_figure *figure = NULL;

            if (sc_calls_itself_total(sc_slice_of(name)) && sc_system_is_leaf(system, d, c) &&
                !reading->has_hierarchy[d] && !reading->overlapping[d])
                figure = figure_of(reading, d, c);
            if (!figure)
                continue;
            if (ends_in_total(sc_slice_of(name)) && !is_across(reading, d))
                return sc_fail_at(err, SC_E_INPUT, reading->release->files[figure->file],
                                  figure->line, figure->column,
                                  "'%s' is called a total, and what adds up to it was not found: "
                                  "say it with --hierarchy",
                                  name);
            status =
                sc_release_note(reading->release, err,
                                "'%s' of %s is called a total, and nothing was found that adds "
                                "up to it: if something does, --hierarchy must say so",
                                name, sc_system_dimension_name(system, d));
        }
    return status;
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

            if (!is_believed(&trial, is_known_total(sc_system_code_name(system, d, ends[i])))) {
                status = say_could_be(reading, d, ends[i], &trial, err);
                if (status)
                    return status;
                continue;
            }
            status = take_total(reading, d, ends[i], trial.held, err);
            if (status)
                return status;
            break;
        }
    }
    return SC_OK;
}
