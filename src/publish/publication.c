/*
 * publication.c - the gate: what must hold before a byte is written.
 */

#include <string.h>

#include "base/error.h"
#include "publish/publish.h"

bool sc_publication_withholds(const struct sc_publication *publication, uint64_t count)
{
    return count > 0 && count < publication->policy->threshold;
}

bool sc_publication_is_rounded(const struct sc_publication *publication)
{
    for (size_t t = 0; t < publication->n_tables; t++)
        for (size_t i = 0; i < publication->tables[t].n_cells; i++)
            if (publication->tables[t].cells[i].status == SC_CELL_ROUNDED)
                return true;
    return false;
}

/* Beside rounded figures no exact one may stand: it would say more than they do. */
static enum sc_status check_rounded(const struct sc_publication *publication, struct sc_error *err)
{
    if (!sc_publication_is_rounded(publication))
        return SC_OK;
    if (!publication->withheld.counted)
        return sc_fail(err, SC_E_UNSAFE, "the accounting shows what the tables round");
    for (size_t t = 0; t < publication->n_tables; t++)
        for (size_t i = 0; i < publication->tables[t].n_cells; i++)
            if (publication->tables[t].cells[i].status == SC_CELL_PUBLISHED)
                return sc_fail(err, SC_E_UNSAFE,
                               "table '%s' shows an exact figure among rounded ones",
                               publication->tables[t].id);
    return SC_OK;
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
        if (publication->policy->round_base < publication->policy->threshold ||
            cell->count % publication->policy->round_base != 0)
            return sc_fail(err, SC_E_UNSAFE, "table '%s' shows a figure that is not rounded",
                           table->id);
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

/* One figure of the accounting. */
static enum sc_status check_rows(const struct sc_publication *publication, uint64_t count,
                                 bool withheld, struct sc_error *err)
{
    if (withheld && count != 0)
        return sc_fail(err, SC_E_UNSAFE, "the accounting holds a count that is not to be shown");
    if (!withheld && publication->publishable && sc_publication_withholds(publication, count))
        return sc_fail(err, SC_E_UNSAFE, "the accounting shows a count below the threshold");
    return SC_OK;
}

/*
 * The accounting may not give a withheld part away: where one is withheld, so is the number
 * of rows read, or it would be the difference.
 */
static enum sc_status check_accounting(const struct sc_publication *publication,
                                       struct sc_error *err)
{
    const struct sc_accounting *a = &publication->accounting;
    const struct sc_withheld *w = &publication->withheld;
    enum sc_status status = check_rows(publication, a->read, w->read, err);
    bool part = w->counted;

    if (!status)
        status = check_rows(publication, a->counted, w->counted, err);
    for (int i = 0; i < SC_N_EXCLUSIONS && !status; i++) {
        status = check_rows(publication, a->excluded[i], w->excluded[i], err);
        part = part || w->excluded[i];
    }
    for (int i = 0; i < SC_N_FAULTS && !status; i++) {
        status = check_rows(publication, a->faulty[i], w->faulty[i], err);
        part = part || w->faulty[i];
    }
    if (status)
        return status;
    if (part && !w->read)
        return sc_fail(err, SC_E_UNSAFE, "the accounting gives a withheld count away");
    if (!part && !w->read && !sc_accounting_adds_up(a))
        return sc_fail(err, SC_E_UNSAFE, "the accounting of rows does not add up");
    return SC_OK;
}

/* Whether nothing was counted at all: a refusal, or information that is not held. */
static bool holds_no_figures(const struct sc_publication *publication)
{
    return publication->n_tables == 0 && publication->n_findings == 0 &&
           publication->accounting.read == 0 && publication->accounting.counted == 0;
}

/* What calls itself publishable must carry the proof, where there is anything to prove. */
static enum sc_status check_proof(const struct sc_publication *publication, struct sc_error *err)
{
    const struct sc_proof_of_safety *proof = &publication->proof;

    if (!publication->publishable || holds_no_figures(publication))
        return SC_OK;
    if (!proof->audited || !proof->safe || proof->certificate.len == 0 || !proof->tables)
        return sc_fail(err, SC_E_UNSAFE, "the answer is called publishable without a proof");
    for (size_t t = 0; t < publication->n_tables; t++)
        if (!proof->tables[t].safe)
            return sc_fail(err, SC_E_UNSAFE, "table '%s' is not proved safe",
                           publication->tables[t].id);
    return SC_OK;
}

/* Whether a table shows `count` for the keyword category `code`. */
static bool is_shown_for(const struct sc_table *table, const char *code, uint64_t count)
{
    size_t at[SC_DIMENSIONS_MAX] = {0};

    do {
        const struct sc_cell *cell = sc_table_cell(table, at);

        if ((cell->status != SC_CELL_PUBLISHED && cell->status != SC_CELL_ROUNDED) ||
            cell->count != count)
            continue;
        for (size_t d = 0; d < table->n_dimensions; d++) {
            const struct sc_dimension *dimension = &table->dimensions[d];

            if ((strcmp(dimension->code, "method") == 0 ||
                 strcmp(dimension->code, "method_group") == 0) &&
                at[d] < dimension->n_categories &&
                strcmp(dimension->categories[at[d]].code, code) == 0)
                return true;
        }
    } while (sc_table_next(table, at));
    return false;
}

/* A keyword count may be said of a search only where a table says it, and no small figure. */
static enum sc_status check_estimate(const struct sc_publication *publication,
                                     const struct sc_published_estimate *estimate,
                                     struct sc_error *err)
{
    if (estimate->withheld)
        return SC_OK;
    if (sc_publication_withholds(publication, estimate->true_number) ||
        sc_publication_withholds(publication, estimate->true_low) ||
        sc_publication_withholds(publication, estimate->true_high))
        return sc_fail(err, SC_E_UNSAFE, "an estimate shows a figure below the threshold");
    for (size_t t = 0; t < publication->n_tables; t++)
        if (is_shown_for(&publication->tables[t], estimate->code, estimate->found))
            return SC_OK;
    return sc_fail(err, SC_E_UNSAFE, "an estimate shows a count that no table shows");
}

static enum sc_status check_accuracy(const struct sc_publication *publication, struct sc_error *err)
{
    enum sc_status status = SC_OK;

    for (size_t i = 0; publication->accuracy && i < publication->n_dictionaries; i++) {
        const struct sc_published_accuracy *accuracy = &publication->accuracy[i];

        if (sc_publication_withholds(publication, accuracy->checked))
            return sc_fail(err, SC_E_UNSAFE, "a review shows a count below the threshold");
        for (size_t c = 0; c < accuracy->n_categories && !status; c++)
            status = check_estimate(publication, &accuracy->categories[c], err);
    }
    return status;
}

enum sc_status sc_publication_check(const struct sc_publication *publication, struct sc_error *err)
{
    enum sc_status status = SC_OK;

    for (size_t t = 0; t < publication->n_tables; t++) {
        const struct sc_table *table = &publication->tables[t];

        for (size_t i = 0; i < table->n_cells && !status; i++)
            status = check_cell(publication, table, &table->cells[i], err);
    }
    for (size_t i = 0; i < publication->n_findings && !status; i++)
        if (publication->findings[i].count != 0)
            status = sc_fail(err, SC_E_UNSAFE, "a finding holds a count that is not to be shown");
    if (!status)
        status = check_accounting(publication, err);
    if (!status)
        status = check_rounded(publication, err);
    if (!status)
        status = check_accuracy(publication, err);
    return status ? status : check_proof(publication, err);
}
