/*
 * publication.c - the gate: what must hold before a byte is written.
 */

#include "base/error.h"
#include "publish/publish.h"

bool sc_publication_withholds(const struct sc_publication *publication, uint64_t count)
{
    return count > 0 && count < publication->policy->threshold;
}

static enum sc_status check_cell(const struct sc_publication *publication,
                                 const struct sc_table *table, const struct sc_cell *cell,
                                 struct sc_error *err)
{
    switch (cell->status) {
    case SC_CELL_PUBLISHED:
        if (sc_publication_withholds(publication, cell->count))
            return sc_fail(err, SC_E_UNSAFE, "table '%s' shows a count below the threshold",
                           table->id);
        return SC_OK;
    case SC_CELL_ROUNDED:
        return SC_OK;
    case SC_CELL_SUPPRESSED:
    case SC_CELL_VOID:
        if (cell->count != 0)
            return sc_fail(err, SC_E_UNSAFE, "table '%s' holds a count that is not to be shown",
                           table->id);
        return SC_OK;
    case SC_CELL_TRUE:
        break;
    }
    return sc_fail(err, SC_E_UNSAFE, "table '%s' holds true counts", table->id);
}

enum sc_status sc_publication_check(const struct sc_publication *publication, struct sc_error *err)
{
    for (size_t t = 0; t < publication->n_tables; t++) {
        const struct sc_table *table = &publication->tables[t];

        for (size_t i = 0; i < table->n_cells; i++) {
            enum sc_status status = check_cell(publication, table, &table->cells[i], err);

            if (status)
                return status;
        }
    }
    if (!sc_accounting_adds_up(&publication->accounting))
        return sc_fail(err, SC_E_UNSAFE, "the accounting of rows does not add up");
    return SC_OK;
}
