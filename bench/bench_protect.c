/*
 * bench_protect.c - what protecting a table of true counts costs, how near it is to the
 * least, and how long it takes. Usage: bench_protect [OPTIONS] TABLE.csv HIERARCHY.csv
 *
 *     -r sums,rules,insider   readers (default all)    -n   no implied counts
 *     -m counts|cells|weights what to minimise         -t   seconds (default 60)
 *     -q                      first answer only        -x   skip the audit
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "protect/protect.h"

/* Processor seconds: what counts when others use the machine too. */
static double used(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double deadline;

static bool out_of_time(void *unused)
{
    (void)unused;
    return used() > deadline;
}

static unsigned readers_of(const char *text)
{
    unsigned readers = 0;

    for (int r = 0; r < SC_N_READERS; r++)
        if (strstr(text, sc_reader_name((enum sc_reader)r)))
            readers |= SC_READER_BIT(r);
    return readers;
}

static int run(const char *file, const char *tree, struct sc_protect_policy *policy, bool audit)
{
    struct sc_release_options options = {
        .files = &file, .n_files = 1, .hierarchies = &tree, .n_hierarchies = 1, .complete = true};
    struct sc_release *release = NULL;
    struct sc_protect_input input = {0};
    struct sc_pattern *pattern = NULL;
    struct sc_audit *verdict = NULL;
    struct sc_error err = {0};
    struct rusage use;
    double start, spent, audited = 0;
    int64_t *count;
    double *weight;
    size_t n;

    if (sc_release_read(&options, &release, &err)) {
        (void)fprintf(stderr, "%s: %s\n", err.file, err.message);
        return 1;
    }
    n = sc_system_n_cells(release->system);
    count = calloc(n, sizeof *count);
    weight = calloc(n, sizeof *weight);
    if (!count || !weight)
        return 1;
    sc_protect_weights(release->system, weight);
    for (size_t c = 0; c < n; c++)
        count[c] = release->figures[c].value;
    input.system = release->system;
    input.count = count;
    input.weight = weight;
    start = used();
    if (sc_protect_suppress(&input, policy, &pattern, &err)) {
        (void)fprintf(stderr, "%s\n", err.message);
        return 1;
    }
    spent = used() - start;
    policy->stop = NULL;
    if (audit && sc_pattern_audit(&input, policy, pattern, &verdict, &err)) {
        (void)fprintf(stderr, "audit: %s\n", err.message);
        return 1;
    }
    audited = used() - start - spent;
    (void)getrusage(RUSAGE_SELF, &use);
    (void)printf("%-24s %6zu cells %6zu primary %5zu/%-7lld cost %.10g bound %.10g%s  %s%s%s  "
                 "%.2f s, audit %.2f s, work %.3g, %ld MB\n",
                 strrchr(file, '/') ? strrchr(file, '/') + 1 : file, n, pattern->primary,
                 pattern->secondary, (long long)pattern->secondary_sum, pattern->cost,
                 pattern->lower_bound, pattern->optimal ? " optimal" : "",
                 !verdict        ? "not audited"
                 : verdict->safe ? "safe"
                                 : "NOT SAFE",
                 pattern->stopped_by_clock ? ", clock" : "",
                 pattern->stopped_by_work ? ", work" : "", spent, audited, (double)pattern->work,
                 use.ru_maxrss / 1024);
    if (verdict && !verdict->safe)
        for (int r = 0; r < SC_N_READERS; r++)
            (void)printf("    %s: %zu exact, %zu undecided, %zu implied\n",
                         sc_reader_name((enum sc_reader)r), verdict->readers[r].exact,
                         verdict->readers[r].undecided, verdict->readers[r].implied);
    sc_audit_free(verdict);
    sc_pattern_free(pattern);
    free(count);
    free(weight);
    sc_release_free(release);
    return 0;
}

int main(int argc, char **argv)
{
    struct sc_protect_policy policy = {.stop = out_of_time};
    bool audit = true;
    double seconds = 60;
    int option;

    while ((option = getopt(argc, argv, "r:nm:t:qx")) != -1) {
        switch (option) {
        case 'r':
            policy.readers = readers_of(optarg);
            break;
        case 'n':
            policy.no_implied = true;
            break;
        case 'm':
            policy.minimise = strcmp(optarg, "cells") == 0     ? SC_MINIMISE_CELLS
                              : strcmp(optarg, "weights") == 0 ? SC_MINIMISE_WEIGHTS
                                                               : SC_MINIMISE_COUNTS;
            break;
        case 't':
            seconds = atof(optarg);
            break;
        case 'q':
            policy.heuristic_only = true;
            break;
        case 'x':
            audit = false;
            break;
        default:
            return 2;
        }
    }
    if (argc - optind != 2)
        return 2;
    deadline = used() + seconds;
    return run(argv[optind], argv[optind + 1], &policy, audit);
}
