/*
 * bench_audit.c - times the audit on a table of true counts. Usage: bench_audit TABLE.csv
 * HIERARCHY.csv [N]. With N, every count of 1 to N - 1 is hidden and nothing else; without, a
 * plain greedy suppressor makes the table safe first, which takes long on a large one.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "../tests/audit/greedy.h"
#include "audit/witness.h"

static double now(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void run(const char *what, const struct sc_release *release,
                const struct sc_audit_policy *policy)
{
    struct sc_audit *audit = NULL;
    double start = now();

    if (sc_audit_run(release->system, release->figures, NULL, 0, policy, &audit, NULL))
        abort();
    (void)printf("%-24s %6.2f s  %s:", what, now() - start, audit->safe ? "safe" : "not safe");
    for (int reader = 0; reader < SC_N_READERS; reader++) {
        const struct sc_reader_result *r = &audit->readers[reader];

        if (r->asked)
            (void)printf("  %s %zu exact, %zu implied, %zu undecided, %zu possible, %llu solves",
                         sc_reader_name((enum sc_reader)reader), r->exact, r->implied, r->undecided,
                         r->possible, (unsigned long long)r->solves);
    }
    if (audit->witnesses)
        (void)printf("  witnesses: %zu moves, %zu entries", audit->witnesses->n_moves,
                     audit->witnesses->start[audit->witnesses->n_moves]);
    (void)printf("\n");
    sc_audit_free(audit);
}

int main(int argc, char **argv)
{
    const char *file = argc > 1 ? argv[1] : NULL, *tree = argc > 2 ? argv[2] : NULL;
    struct sc_release_options options = {
        .files = &file, .n_files = 1, .hierarchies = &tree, .n_hierarchies = 1, .complete = true};
    struct sc_audit_policy policy = {.no_implied = true,
                                     .readers = SC_READER_BIT(SC_READER_SUMS) |
                                                SC_READER_BIT(SC_READER_RULES)};
    struct sc_release *release = NULL;
    struct sc_error err = {0};
    uint32_t *singles;
    size_t n_singles = 0, hidden = 0;
    double start = now();
    int rounds, limit = argc > 3 ? atoi(argv[3]) : 5;

    if (argc < 3 || limit < 2)
        return 2;
    if (sc_release_read(&options, &release, &err)) {
        (void)fprintf(stderr, "%s: %s\n", err.file, err.message);
        return 1;
    }
    singles = malloc(sc_system_n_cells(release->system) * sizeof *singles);
    if (!singles)
        return 1;
    (void)printf("%s: %zu cells, %zu sums, %zu primaries", file, sc_system_n_cells(release->system),
                 sc_system_n_relations(release->system),
                 greedy_primaries(release->system, release->figures, limit, singles, &n_singles));
    rounds = argc > 3 ? 0 : greedy_protect(release->system, release->figures, &policy);
    for (size_t c = 0; c < sc_system_n_cells(release->system); c++)
        hidden += release->figures[c].kind == SC_FIGURE_HIDDEN;
    (void)printf(", %zu hidden after %d rounds, %.2f s\n", hidden, rounds, now() - start);
    run("sums, rules", release, &policy);
    policy.no_implied = false;
    run("with implied", release, &policy);
    policy.readers = SC_READERS_ALL;
    policy.singles_known = true;
    policy.singles = singles;
    policy.n_singles = n_singles;
    run("all, singles known", release, &policy);
    policy.singles_known = false;
    run("all, singles unknown", release, &policy);
    free(singles);
    sc_release_free(release);
    return 0;
}
