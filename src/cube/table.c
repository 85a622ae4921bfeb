#include "safecount/table.h"

#include <assert.h>

const char *sc_unit_name(enum sc_unit unit)
{
    static const char *const names[] = {"offences", "victims", "suspects", "rows"};

    return names[unit];
}

const char *sc_cell_status_name(enum sc_cell_status status)
{
    static const char *const names[] = {"true", "published", "suppressed", "rounded", "void"};

    return names[status];
}

struct sc_cell *sc_table_cell(const struct sc_table *table, const size_t *positions)
{
    size_t at = 0;

    for (size_t d = 0; d < table->n_dimensions; d++) {
        assert(positions[d] <= table->dimensions[d].n_categories);
        at = at * (table->dimensions[d].n_categories + 1) + positions[d];
    }
    assert(at < table->n_cells);
    return &table->cells[at];
}

bool sc_table_next(const struct sc_table *table, size_t *positions)
{
    for (size_t d = table->n_dimensions; d-- > 0;) {
        if (positions[d] < table->dimensions[d].n_categories) {
            positions[d]++;
            return true;
        }
        positions[d] = 0;
    }
    return false;
}
