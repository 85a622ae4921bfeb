#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "answer/publication.h"
#include "base/text.h"
#include "cli/cli.h"

static const char *label_at(const struct sc_dimension *dimension, size_t position)
{
    return position == dimension->n_categories ? SC_TOTAL_CODE
                                               : dimension->categories[position].label;
}

/* A table for a terminal: one line a cell that is not zero, dimensions in columns. */
static void print_table(const struct sc_table *table, struct sc_buf *out)
{
    size_t at[SC_DIMENSIONS_MAX] = {0};
    size_t widths[SC_DIMENSIONS_MAX] = {0};
    char number[32];

    for (size_t d = 0; d < table->n_dimensions; d++) {
        const struct sc_dimension *dimension = &table->dimensions[d];

        widths[d] = strlen(dimension->label);
        for (size_t i = 0; i <= dimension->n_categories; i++) {
            size_t len = strlen(label_at(dimension, i));

            widths[d] = len > widths[d] ? len : widths[d];
        }
        widths[d] = widths[d] > 40 ? 40 : widths[d];
    }
    sc_buf_addf(out, "\n%s%s%s (%s)\n", table->id, table->title[0] ? ": " : "", table->title,
                sc_unit_name(table->unit));
    for (size_t d = 0; d < table->n_dimensions; d++)
        sc_buf_addf(out, "  %-*.40s", (int)widths[d], table->dimensions[d].label);
    sc_buf_addf(out, "  %10s\n", "Count");
    do {
        const struct sc_cell *cell = sc_table_cell(table, at);

        if (cell->status == SC_CELL_VOID || cell->count == 0)
            continue;
        for (size_t d = 0; d < table->n_dimensions; d++)
            sc_buf_addf(out, "  %-*.40s", (int)widths[d], label_at(&table->dimensions[d], at[d]));
        sc_buf_addf(out, "  %10s\n", sc_format_count(cell->count, number));
    } while (sc_table_next(table, at));
    for (size_t i = 0; i < table->n_notes; i++)
        sc_buf_addf(out, "  %s\n", table->notes[i]);
}

static void print_text(const struct counted *counted, struct sc_buf *out)
{
    sc_buf_adds(out, "INTERNAL: true counts, not for release. Cells of 0 are left out.\n");
    for (size_t t = 0; t < counted->counts->n_tables; t++)
        print_table(&counted->counts->tables[t], out);
    sc_buf_adds(out, "\nINTERNAL: true counts, not for release.\n");
}

int run_count(const struct arguments *arguments)
{
    SC_AUTO_BUF out = {0};
    struct sc_error err = {0};
    enum sc_status status = SC_OK;
    struct counted counted;
    int code = load_and_count(arguments, &counted);

    if (!code) {
        if (arguments->given[OPTION_JSON])
            status = sc_counts_json(counted.job, counted.counts, &out, &err);
        else
            print_text(&counted, &out);
        if (!status)
            status = sc_buf_check(&out, &err);
        code = status ? report_failure(NULL, &err) : write_output(out.data, out.len);
        if (!arguments->given[OPTION_QUIET] && !arguments->given[OPTION_JSON])
            print_accounting(counted.counts, arguments->given[OPTION_VERBOSE]);
    }
    release_counted(&counted);
    return code;
}
