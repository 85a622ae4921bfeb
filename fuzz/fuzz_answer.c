/*
 * fuzz_answer.c - reads an answer.json as the register does: what is accepted is a table, cell by
 * cell.
 */
#include <assert.h>
#include <string.h>

#include "fuzz.h"
#include "register/answer_reader.h"

static void walk(const struct sc_past_release *release, const struct sc_past_table *past)
{
    const struct sc_table *table = &past->table;
    size_t at[SC_DIMENSIONS_MAX] = {0};

    assert(table->id && table->title && table->question && table->n_cells >= 1);
    assert(table->n_dimensions <= SC_DIMENSIONS_MAX);
    do {
        const struct sc_cell *cell = sc_table_cell(table, at);

        assert(cell->status != SC_CELL_TRUE);
        if (cell->status == SC_CELL_PUBLISHED)
            assert(cell->count == 0 || cell->count >= release->threshold);
        else if (cell->status == SC_CELL_ROUNDED)
            assert(past->rounding >= 2);
        else
            assert(cell->count == 0);
    } while (sc_table_next(table, at));
    for (size_t d = 0; d < table->n_dimensions; d++)
        for (size_t i = 0; i < table->dimensions[d].n_categories; i++)
            assert(table->dimensions[d].categories[i].code[0] && past->dictionary[d] &&
                   past->fallback[d]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sc_arena arena = {0};
    struct sc_past_release release = {0};
    struct sc_error err = {0};

    if (sc_answer_read("answer.json", (const char *)data, size, &arena, &release, &err) == SC_OK) {
        assert(release.reference[0] && release.threshold >= 2 && release.records);
        for (size_t i = 0; i < release.n_tables; i++)
            walk(&release, &release.tables[i]);
    } else {
        assert(err.status != SC_OK && err.message[0]);
    }
    sc_arena_release(&arena);
    return 0;
}
