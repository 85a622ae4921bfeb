/*
 * dump_counts.c - counts a request with given engine and threads and prints
 * every cell as tidy text; a tool for tests that compare with another count.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "safecount/safecount.h"

static int fail(const struct sc_diagnostics *diagnostics, const struct sc_error *err)
{
    for (size_t i = 0; i < diagnostics->n_items; i++)
        (void)fprintf(stderr, "%s:%" PRIu64 ":%" PRIu64 ": %s\n", diagnostics->items[i].file,
                      diagnostics->items[i].line, diagnostics->items[i].column,
                      diagnostics->items[i].message);
    (void)fprintf(stderr, "%s: %s\n", err->file, err->message);
    return 3;
}

static void dump(const struct sc_table *table)
{
    size_t at[SC_DIMENSIONS_MAX] = {0};

    do {
        const struct sc_cell *cell = sc_table_cell(table, at);

        if (cell->status == SC_CELL_VOID)
            continue;
        (void)printf("%s", table->id);
        for (size_t d = 0; d < table->n_dimensions; d++)
            (void)printf("|%s", at[d] == table->dimensions[d].n_categories
                                    ? SC_TOTAL_CODE
                                    : table->dimensions[d].categories[at[d]].code);
        (void)printf("|%" PRIu64 "\n", cell->count);
    } while (sc_table_next(table, at));
}

int main(int argc, char **argv)
{
    struct sc_diagnostics diagnostics = {0};
    struct sc_error err = {0};
    struct sc_job *job = NULL;
    struct sc_counts *counts = NULL;
    struct sc_count_options options = {0};

    if (argc < 2)
        return 2;
    if (argc > 2)
        options.threads = (unsigned)atoi(argv[2]);
    if (argc > 3)
        options.engine = (enum sc_engine)atoi(argv[3]);
    if (sc_job_load(argv[1], &job, &diagnostics, &err))
        return fail(&diagnostics, &err);
    if (sc_count(job->request, job->source, job->policy,
                 (const struct sc_dictionary *const *)job->dictionaries, job->n_dictionaries,
                 &options, &counts, &diagnostics, &err))
        return fail(&diagnostics, &err);
    (void)printf("read|%" PRIu64 "\ncounted|%" PRIu64 "\n", counts->accounting.read,
                 counts->accounting.counted);
    for (size_t i = 0; i < SC_N_EXCLUSIONS; i++)
        (void)printf("%s|%" PRIu64 "\n", sc_exclusion_name((enum sc_exclusion)i),
                     counts->accounting.excluded[i]);
    for (size_t i = 0; i < SC_N_FAULTS; i++)
        (void)printf("%s|%" PRIu64 "\n", sc_fault_name((enum sc_fault)i),
                     counts->accounting.faulty[i]);
    for (size_t i = 0; i < counts->n_findings; i++)
        (void)printf("finding %s|%" PRIu64 "\n", counts->findings[i].code,
                     counts->findings[i].count);
    for (size_t t = 0; t < counts->n_tables; t++)
        dump(&counts->tables[t]);
    sc_counts_free(counts);
    sc_job_free(job);
    sc_diagnostics_release(&diagnostics);
    return 0;
}
