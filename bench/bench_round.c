/*
 * bench_round.c - rounds tables of true counts and times it. Usage: bench_round BASE TABLE.csv
 * HIERARCHY.csv [TABLE.csv HIERARCHY.csv ...]. One line a table and method: what was made least,
 * its bound, all changes, the largest, seconds of rounding, and the audit's verdict and seconds.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "protect/round.h"
#include "solver/solver.h"

static double now(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void run(const char *name, const struct sc_protect_input *input, int64_t base, bool small)
{
    struct sc_round_policy policy = {.base = base, .small = small};
    struct sc_rounding *rounding = NULL;
    struct sc_audit *audit = NULL;
    struct sc_error err = {0};
    double start = now(), rounded;

    if (small && base < 5)
        return;
    if (sc_round(input, &policy, &rounding, &err)) {
        (void)printf("%-28s %-10s %s\n", name, small ? "small" : "controlled", err.message);
        return;
    }
    rounded = now() - start;
    start = now();
    if (sc_rounding_audit(input, NULL, rounding, &audit, &err)) {
        (void)printf("%s\n", err.message);
        exit(1);
    }
    (void)printf("%-28s %-10s %6zu cells  cost %7lld  bound %7lld %-7s  within %2lld  all %7lld  "
                 "largest %3lld  %6.2f s  %-8s %6.2f s\n",
                 name, small ? "small" : "controlled", rounding->n_cells, (long long)rounding->cost,
                 (long long)rounding->bound, rounding->optimal ? "optimal" : "",
                 (long long)rounding->within, (long long)rounding->distortion,
                 (long long)rounding->largest, rounded, audit->safe ? "safe" : "not safe",
                 now() - start);
    for (int i = 0; i < SC_N_READERS && !audit->safe; i++)
        (void)printf("  %s: %zu exact (%zu sensitive), %zu narrowed, %zu undecided, %zu implied\n",
                     sc_reader_name((enum sc_reader)i), audit->readers[i].exact,
                     audit->readers[i].sensitive, audit->readers[i].narrowed,
                     audit->readers[i].undecided, audit->readers[i].implied);
    (void)fflush(stdout);
    sc_audit_free(audit);
    sc_rounding_free(rounding);
}

static int table(const char *file, const char *tree, int64_t base)
{
    struct sc_release_options options = {
        .files = &file, .n_files = 1, .hierarchies = &tree, .n_hierarchies = 1, .complete = true};
    struct sc_release *release = NULL;
    struct sc_protect_input input = {0};
    struct sc_error err = {0};
    const char *name = strrchr(file, '/');
    int64_t *count;

    if (sc_release_read(&options, &release, &err)) {
        (void)fprintf(stderr, "%s: %s\n", err.file, err.message);
        return 1;
    }
    count = malloc(sc_system_n_cells(release->system) * sizeof *count);
    if (!count)
        return 1;
    for (size_t c = 0; c < sc_system_n_cells(release->system); c++)
        count[c] = release->figures[c].value;
    input.system = release->system;
    input.count = count;
    run(name ? name + 1 : file, &input, base, false);
    run(name ? name + 1 : file, &input, base, true);
    free(count);
    sc_release_free(release);
    return 0;
}

int main(int argc, char **argv)
{
    long base = argc > 1 ? strtol(argv[1], NULL, 10) : 0;
    int failed = 0;

    if (argc < 4 || argc % 2 || base < 2)
        return 2;
    for (int i = 2; i + 1 < argc && !failed; i += 2)
        failed = table(argv[i], argv[i + 1], base);
    sc_solver_release_thread();
    return failed;
}
