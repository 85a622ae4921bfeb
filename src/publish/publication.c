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

const char *sc_publication_mark(const struct sc_publication *publication,
                                const struct sc_cell *cell)
{
    const struct sc_policy *policy = publication->policy;

    return cell->status == SC_CELL_SECONDARY && policy->secondary_marker ? policy->secondary_marker
                                                                         : policy->marker;
}

size_t sc_publication_meanings(const struct sc_publication *publication,
                               struct sc_mark_meaning ret_meanings[2])
{
    const struct sc_policy *policy = publication->policy;
    bool two = policy->secondary_marker != NULL;
    long long threshold = (long long)policy->threshold;
    size_t n = 0;

    if (sc_publication_is_rounded(publication))
        return 0;
    if (sc_publication_has(publication, SC_CELL_SUPPRESSED))
        ret_meanings[n++] = (struct sc_mark_meaning){
            two ? policy->marker : "", policy->zeros_hidden ? 0 : 1, two ? threshold - 1 : -1};
    if (sc_publication_has(publication, SC_CELL_SECONDARY))
        ret_meanings[n++] =
            (struct sc_mark_meaning){two ? policy->secondary_marker : "", threshold, -1};
    return n;
}

/* "1 to 4", "0 to 4": what is withheld by the rule. */
static void add_small(const struct sc_policy *policy, struct sc_buf *out)
{
    sc_buf_addf(out, "%d to %llu", policy->zeros_hidden ? 0 : 1,
                (unsigned long long)policy->threshold - 1);
}

void sc_publication_say_marks(const struct sc_publication *publication, struct sc_buf *out)
{
    const struct sc_policy *policy = publication->policy;

    sc_buf_addf(out, "%s: withheld", policy->marker);
    if (!policy->secondary_marker)
        return;
    sc_buf_adds(out, ", ");
    add_small(policy, out);
    sc_buf_addf(out, "; %s: withheld, %llu or more", policy->secondary_marker,
                (unsigned long long)policy->threshold);
}

void sc_publication_say_rule(const struct sc_publication *publication, struct sc_buf *out)
{
    const struct sc_policy *policy = publication->policy;

    sc_buf_addf(out, "%s means withheld, so that no one can be identified", policy->marker);
    if (policy->secondary_marker) {
        sc_buf_adds(out, ": ");
        add_small(policy, out);
        sc_buf_addf(out, ". %s means withheld too: %llu or more", policy->secondary_marker,
                    (unsigned long long)policy->threshold);
    }
    sc_buf_adds(out, ". Counts from ");
    add_small(policy, out);
    sc_buf_addf(out,
                " are withheld, and so is any other count by which one of them could be worked "
                "out. Zeros are %s.",
                policy->zeros_hidden ? "withheld like small counts" : "shown");
}

bool sc_publication_has(const struct sc_publication *publication, enum sc_cell_status status)
{
    for (size_t t = 0; t < publication->n_tables; t++)
        for (size_t i = 0; i < publication->tables[t].n_cells; i++)
            if (publication->tables[t].cells[i].status == status)
                return true;
    return false;
}

bool sc_publication_is_rounded(const struct sc_publication *publication)
{
    return sc_publication_has(publication, SC_CELL_ROUNDED);
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
        if (sc_publication_withholds(publication, cell->count) ||
            (publication->policy->zeros_hidden && cell->count == 0))
            return sc_fail(err, SC_E_UNSAFE, "table '%s' shows a count below the threshold",
                           table->id);
        return SC_OK;
    case SC_CELL_ROUNDED:
        if (publication->policy->round_base < publication->policy->threshold ||
            cell->count % publication->policy->round_base != 0)
            return sc_fail(err, SC_E_UNSAFE, "table '%s' shows a figure that is not rounded",
                           table->id);
        return SC_OK;
    case SC_CELL_SECONDARY:
        if (!publication->policy->secondary_marker)
            return sc_fail(err, SC_E_UNSAFE,
                           "table '%s' tells small counts from others with one mark", table->id);
        /* fall through */
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
    if (publication->policy->zeros_hidden && publication->n_tables > 0 && !w->counted &&
        a->counted == 0)
        return sc_fail(err, SC_E_UNSAFE, "the accounting tells that all figures are 0");
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
    if (!status && publication->policy->zeros_hidden && publication->n_findings > 0)
        status = sc_fail(err, SC_E_UNSAFE, "a finding tells that a figure is not 0");
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
