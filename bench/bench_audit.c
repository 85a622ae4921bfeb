/*
 * bench_audit.c - times the audit on a table of true counts with some of them hidden.
 *
 *     bench_audit TABLE.csv HIERARCHY.csv N          hides every count of 1 to N - 1
 *     bench_audit TABLE.csv HIERARCHY.csv PUBLISHED  hides what PUBLISHED hides (protect's output)
 *     bench_audit TABLE.csv HIERARCHY.csv            makes it safe first, greedily; slow on a
 *                                                    large table
 *
 * A fourth argument names a file to write the pattern to, for another run. Times are user
 * CPU seconds of this process.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "../tests/audit/greedy.h"
#include "audit/witness.h"

static double now(void)
{
    struct rusage usage;

    (void)getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_utime.tv_sec + 1e-6 * (double)usage.ru_utime.tv_usec;
}

static void run(const char *what, const struct sc_release *release,
                const struct sc_audit_policy *policy)
{
    struct sc_audit *audit = NULL;
    double start = now();

    if (sc_audit_run(release->system, release->figures, NULL, 0, policy, &audit, NULL))
        abort();
    (void)printf("%-20s %6.2f s  %s\n", what, now() - start, audit->safe ? "safe" : "not safe");
    for (int reader = 0; reader < SC_N_READERS; reader++) {
        const struct sc_reader_result *r = &audit->readers[reader];

        if (r->asked)
            (void)printf("    %-8s %zu exact, %zu implied, %zu undecided, %zu possible, %" PRIu64
                         " solves\n",
                         sc_reader_name((enum sc_reader)reader), r->exact, r->implied, r->undecided,
                         r->possible, r->solves);
    }
    if (audit->witnesses)
        (void)printf("    witnesses: %zu moves, %zu entries\n", audit->witnesses->n_moves,
                     audit->witnesses->start[audit->witnesses->n_moves]);
    sc_audit_free(audit);
}

/* The number of a release's code in another system; SC_NONE when that has none such. */
static uint32_t translate(const struct sc_system *from, const struct sc_system *to, uint32_t d,
                          uint32_t code)
{
    return sc_system_find_code(to, d, sc_slice_of(sc_system_code_name(from, d, code)));
}

/* Hides in `release` what the published file hides. False when it cannot be read. */
static bool hide_as(struct sc_release *release, const char *file, const char *tree)
{
    struct sc_release_options options = {
        .files = &file, .n_files = 1, .hierarchies = &tree, .n_hierarchies = 1};
    struct sc_release *published = NULL;
    struct sc_error err = {0};

    if (sc_release_read(&options, &published, &err)) {
        (void)fprintf(stderr, "%s: %s\n", file, err.message);
        return false;
    }
    for (uint32_t c = 0; c < sc_system_n_cells(published->system); c++) {
        uint32_t codes[SC_SYSTEM_DIMENSIONS_MAX], cell;
        const uint32_t *theirs = sc_system_cell_codes(published->system, c);

        if (published->figures[c].kind != SC_FIGURE_HIDDEN)
            continue;
        for (uint32_t d = 0; d < sc_system_n_dimensions(release->system); d++)
            codes[d] = translate(published->system, release->system, d, theirs[d]);
        cell = sc_system_find_cell(release->system, codes);
        if (cell == SC_NONE)
            return false;
        greedy_hide(release->figures, cell);
    }
    sc_release_free(published);
    return true;
}

static void write_pattern(const struct sc_release *release, const char *path)
{
    FILE *file = fopen(path, "w");
    const struct sc_system *s = release->system;

    if (!file)
        abort();
    for (uint32_t d = 0; d < sc_system_n_dimensions(s); d++)
        (void)fprintf(file, "%s,", sc_system_dimension_name(s, d));
    (void)fputs("count\n", file);
    for (uint32_t c = 0; c < sc_system_n_cells(s); c++) {
        for (uint32_t d = 0; d < sc_system_n_dimensions(s); d++)
            (void)fprintf(file, "%s,", sc_system_code_name(s, d, sc_system_cell_codes(s, c)[d]));
        if (release->figures[c].kind == SC_FIGURE_VALUE)
            (void)fprintf(file, "%" PRId64, release->figures[c].value);
        (void)fputc('\n', file);
    }
    (void)fclose(file);
}

static void run_all(const struct sc_release *release, const uint32_t *singles, size_t n_singles)
{
    struct sc_audit_policy policy = {.no_implied = true,
                                     .readers = SC_READER_BIT(SC_READER_SUMS) |
                                                SC_READER_BIT(SC_READER_RULES)};

    run("sums, rules", release, &policy);
    policy.no_implied = false;
    run("with implied", release, &policy);
    policy.readers = SC_READERS_ALL;
    policy.singles_known = true;
    policy.singles = singles;
    policy.n_singles = n_singles;
    run("all, singles known", release, &policy);
    policy.singles_known = false;
    run("all, as check does", release, &policy);
}

int main(int argc, char **argv)
{
    const char *file = argc > 1 ? argv[1] : NULL, *tree = argc > 2 ? argv[2] : NULL;
    struct sc_release_options options = {
        .files = &file, .n_files = 1, .hierarchies = &tree, .n_hierarchies = 1, .complete = true};
    struct sc_audit_policy greedy = {.no_implied = true,
                                     .readers = SC_READER_BIT(SC_READER_SUMS) |
                                                SC_READER_BIT(SC_READER_RULES)};
    struct sc_release *release = NULL;
    struct sc_error err = {0};
    uint32_t *singles;
    int64_t *count;
    size_t n_singles = 0, hidden = 0, n_primaries;
    const char *how = argc > 3 ? argv[3] : "";
    int limit = atoi(how);

    if (argc < 3)
        return 2;
    if (sc_release_read(&options, &release, &err)) {
        (void)fprintf(stderr, "%s: %s\n", err.file, err.message);
        return 1;
    }
    singles = malloc(sc_system_n_cells(release->system) * sizeof *singles);
    count = malloc(sc_system_n_cells(release->system) * sizeof *count);
    if (!singles || !count)
        return 1;
    for (size_t c = 0; c < sc_system_n_cells(release->system); c++)
        count[c] = release->figures[c].value;
    n_primaries = greedy_primaries(release->system, release->figures, limit > 1 ? limit : 5,
                                   singles, &n_singles);
    if (*how && limit == 0 && !hide_as(release, how, tree))
        return 1;
    if (!*how) {
        (void)greedy_protect(release->system, release->figures, &greedy);
        greedy_clean(release->system, release->figures, count, 5, &greedy);
    }
    for (size_t c = 0; c < sc_system_n_cells(release->system); c++)
        hidden += release->figures[c].kind == SC_FIGURE_HIDDEN;
    (void)printf("%s: %zu cells, %zu sums, %zu primaries, %zu hidden\n", file,
                 sc_system_n_cells(release->system), sc_system_n_relations(release->system),
                 n_primaries, hidden);
    if (argc > 4)
        write_pattern(release, argv[4]);
    run_all(release, singles, n_singles);
    free(singles);
    free(count);
    sc_release_free(release);
    return 0;
}
