/*
 * table.c - the arithmetic of a dense table: names, the place of a cell, the
 * next combination of positions.
 *
 * Cells lie in row-major order: the position of the last dimension changes
 * fastest. Dimension d has n_categories + 1 positions, the total last.
 */
#include "safecount/table.h"

#include <assert.h>

const char *sc_unit_name(enum sc_unit unit)
{
    static const char *const names[] = {
        [SC_UNIT_OFFENCES] = "offences",
        [SC_UNIT_VICTIMS] = "victims",
        [SC_UNIT_SUSPECTS] = "suspects",
        [SC_UNIT_ROWS] = "rows",
    };

    assert((unsigned)unit < SC_N_UNITS);
    return names[unit];
}

const char *sc_cell_status_name(enum sc_cell_status status)
{
    static const char *const names[] = {
        [SC_CELL_TRUE] = "true",
        [SC_CELL_PUBLISHED] = "published",
        [SC_CELL_SUPPRESSED] = "suppressed",
        [SC_CELL_SECONDARY] = "secondary",
        [SC_CELL_ROUNDED] = "rounded",
        [SC_CELL_VOID] = "void",
    };

    assert((unsigned)status < sizeof names / sizeof names[0]);
    return names[status];
}

struct sc_cell *sc_table_cell(const struct sc_table *table, const size_t *positions)
{
    size_t cell_i = 0;

    for (size_t d = 0; d < table->n_dimensions; d++) {
        size_t n_positions = table->dimensions[d].n_categories + 1;

        assert(positions[d] < n_positions);
        cell_i = cell_i * n_positions + positions[d];
    }
    assert(cell_i < table->n_cells);
    return &table->cells[cell_i];
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
