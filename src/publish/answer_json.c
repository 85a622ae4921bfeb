/*
 * answer_json.c - answer.json, and its internal twin with the true counts.
 *
 * The two share all that describes a table and differ in what a cell says. Which
 * of the two is being written is decided once, by which public function was
 * called: the publishing road never has a `struct sc_counts` in its hands.
 * Format: docs/answer-json.md and docs/answer.schema.json.
 */
#include <string.h>

#include "base/date.h"
#include "publish/json_parts.h"
#include "publish/layout.h"
#include "publish/publish.h"

/* ---- tables ---- */

/* Whether a dictionary's category of this code holds only where no other matched. */
static bool is_fallback(const struct sc_dictionary *dictionary, const char *code)
{
    for (size_t i = 0; dictionary && i < dictionary->n_categories; i++)
        if (strcmp(dictionary->categories[i].code, code) == 0)
            return dictionary->categories[i].fallback;
    return false;
}

/* Of a group, the codes of the categories in it. */
static void add_members(struct sc_json *json, const struct sc_dictionary *dictionary,
                        const char *code)
{
    for (size_t g = 0; dictionary && g < dictionary->n_groups; g++) {
        if (strcmp(dictionary->groups[g].code, code) != 0)
            continue;
        sc_json_key(json, "members");
        sc_json_open_flat(json, '[');
        for (size_t c = 0; c < dictionary->n_categories; c++)
            if (dictionary->groups[g].categories >> c & 1)
                sc_json_string(json, dictionary->categories[c].code);
        sc_json_close(json, ']');
    }
}

static void add_category(struct sc_json *json, const struct sc_table *table,
                         const struct sc_dimension *dimension, const struct sc_category *category,
                         const struct sc_dictionary *dictionary)
{
    sc_json_open_flat(json, '{');
    sc_json_key_string(json, "code", category->code);
    sc_json_key_string(json, "label", category->label);
    if (dimension->nested_in >= 0) {
        const struct sc_dimension *above = &table->dimensions[dimension->nested_in];

        sc_json_key(json, "within");
        if (category->parent >= 0)
            sc_json_string(json, above->categories[category->parent].code);
        else
            sc_json_null(json);
    }
    if (is_fallback(dictionary, category->code)) {
        sc_json_key(json, "fallback");
        sc_json_bool(json, true);
    }
    add_members(json, dictionary, category->code);
    sc_json_close(json, '}');
}

/* `dictionary`: whose categories, or groups, a dimension of methods has; or NULL. */
static void add_dimensions(struct sc_json *json, const struct sc_table *table,
                           const struct sc_dictionary *dictionary)
{
    sc_json_key(json, "dimensions");
    sc_json_open_flat(json, '[');
    for (size_t d = 0; d < table->n_dimensions; d++)
        sc_json_string(json, table->dimensions[d].code);
    sc_json_close(json, ']');
    sc_json_key_number(json, "row_dimensions", table->n_rows_dimensions);
    sc_json_key(json, "categories");
    sc_json_open(json, '{');
    for (size_t d = 0; d < table->n_dimensions; d++) {
        const struct sc_dimension *dimension = &table->dimensions[d];
        const struct sc_dictionary *its =
            strcmp(dimension->code, "method") == 0 || strcmp(dimension->code, "method_group") == 0
                ? dictionary
                : NULL;

        sc_json_key(json, dimension->code);
        sc_json_open(json, '{');
        sc_json_key_string(json, "label", dimension->label);
        sc_json_key(json, "nested_in");
        if (dimension->nested_in >= 0)
            sc_json_string(json, table->dimensions[dimension->nested_in].code);
        else
            sc_json_null(json);
        sc_json_key(json, "overlapping");
        sc_json_bool(json, dimension->overlapping);
        if (its)
            sc_json_key_string(json, "dictionary", its->sha256);
        sc_json_key(json, "values");
        sc_json_open(json, '[');
        for (size_t i = 0; i < dimension->n_categories; i++)
            add_category(json, table, dimension, &dimension->categories[i], its);
        sc_json_close(json, ']');
        sc_json_close(json, '}');
    }
    sc_json_close(json, '}');
}

static void add_cell(struct sc_json *json, const struct sc_table *table, const size_t *at,
                     const struct sc_cell *cell)
{
    sc_json_open_flat(json, '{');
    sc_json_key_at(json, table, at);
    sc_json_key(json, "value");
    if (sc_cell_is_withheld(cell))
        sc_json_null(json);
    else
        sc_json_number(json, cell->count);
    if (cell->status != SC_CELL_TRUE)
        sc_json_key_string(json, "status", sc_cell_status_name(cell->status));
    sc_json_close(json, '}');
}

/* What tables' dictionaries are found by: the request that names them, and they in its order. */
struct naming {
    const struct sc_request *request;
    const struct sc_dictionary *const *dictionaries;
    size_t n_dictionaries;
};

/* The table of the request at `i`, counted through all questions; NULL after the last. */
static const struct sc_table_wanted *wanted_at(const struct sc_request *request, size_t i)
{
    for (size_t q = 0; q < request->n_questions; q++) {
        if (i < request->questions[q].n_tables)
            return &request->questions[q].tables[i];
        i -= request->questions[q].n_tables;
    }
    return NULL;
}

/* The dictionary of a table, or NULL: they are in the order in which tables first name them. */
static const struct sc_dictionary *dictionary_of(const struct naming *naming,
                                                 const struct sc_table *table)
{
    const char *names[SC_CATEGORIES_MAX];
    const struct sc_table_wanted *wanted;
    size_t n = 0;

    for (size_t i = 0; (wanted = wanted_at(naming->request, i)) != NULL; i++) {
        size_t k = 0;

        if (!wanted->dictionary)
            continue;
        while (k < n && strcmp(names[k], wanted->dictionary) != 0)
            k++;
        if (k == n && n < SC_CATEGORIES_MAX)
            names[n++] = wanted->dictionary;
        if (strcmp(wanted->id, table->id) == 0)
            return k < naming->n_dictionaries ? naming->dictionaries[k] : NULL;
    }
    return NULL;
}

static void add_table(struct sc_json *json, const struct naming *naming,
                      const struct sc_table *table)
{
    size_t at[SC_DIMENSIONS_MAX] = {0};
    SC_AUTO_BUF title = {0};

    sc_table_heading(table, &title);
    json->out->failed |= title.failed;
    sc_json_open(json, '{');
    sc_json_key_string(json, "id", table->id);
    sc_json_key_string(json, "title", title.data ? title.data : "");
    sc_json_key_string(json, "question", table->question);
    sc_json_key_string(json, "unit", sc_unit_name(table->unit));
    add_dimensions(json, table, dictionary_of(naming, table));
    sc_json_key(json, "cells");
    sc_json_open(json, '[');
    do {
        const struct sc_cell *cell = sc_table_cell(table, at);

        if (cell->status != SC_CELL_VOID)
            add_cell(json, table, at, cell);
    } while (sc_table_next(table, at));
    sc_json_close(json, ']');
    sc_json_key_strings(json, "notes", table->notes, table->n_notes);
    sc_json_close(json, '}');
}

static void add_tables(struct sc_json *json, const struct naming *naming,
                       const struct sc_table *tables, size_t n_tables)
{
    sc_json_key(json, "tables");
    sc_json_open(json, '[');
    for (size_t t = 0; t < n_tables; t++)
        add_table(json, naming, &tables[t]);
    sc_json_close(json, ']');
}

/* ---- accounting, findings, inputs ---- */

/* A number of rows, or null where it is withheld. */
static void add_rows(struct sc_json *json, const char *key, uint64_t count, bool withheld)
{
    sc_json_key(json, key);
    if (withheld)
        sc_json_null(json);
    else
        sc_json_number(json, count);
}

static void add_accounting(struct sc_json *json, const struct sc_accounting *accounting,
                           const struct sc_withheld *withheld)
{
    sc_json_key(json, "accounting");
    sc_json_open(json, '{');
    add_rows(json, "read", accounting->read, withheld->read);
    add_rows(json, "counted", accounting->counted, withheld->counted);
    sc_json_key(json, "excluded");
    sc_json_open(json, '{');
    for (int i = 0; i < SC_N_EXCLUSIONS; i++)
        add_rows(json, sc_exclusion_name((enum sc_exclusion)i), accounting->excluded[i],
                 withheld->excluded[i]);
    sc_json_close(json, '}');
    sc_json_key(json, "faulty");
    sc_json_open(json, '{');
    for (int i = 0; i < SC_N_FAULTS; i++)
        add_rows(json, sc_fault_name((enum sc_fault)i), accounting->faulty[i], withheld->faulty[i]);
    sc_json_close(json, '}');
    sc_json_close(json, '}');
}

/* A finding: with its count only where `internal`. */
static void add_finding(struct sc_json *json, const struct sc_finding *finding, bool internal)
{
    sc_json_open(json, '{');
    sc_json_key_string(json, "code", finding->code);
    sc_json_key_string(json, "text", finding->text);
    sc_json_key(json, "count");
    if (internal)
        sc_json_number(json, finding->count);
    else
        sc_json_null(json);
    if (!internal)
        sc_json_key_string(json, "status", "suppressed");
    sc_json_close(json, '}');
}

static void add_inputs(struct sc_json *json, const struct sc_input_file *inputs, size_t n_inputs)
{
    sc_json_key(json, "inputs");
    sc_json_open(json, '[');
    for (size_t i = 0; i < n_inputs; i++) {
        sc_json_open(json, '{');
        sc_json_key_string(json, "name", inputs[i].name);
        sc_json_key_string(json, "kind", inputs[i].kind);
        sc_json_key_number(json, "bytes", inputs[i].bytes);
        sc_json_key_string(json, "hash", inputs[i].hash);
        sc_json_key_string(json, "hash_name", inputs[i].hash_name);
        sc_json_close(json, '}');
    }
    sc_json_close(json, ']');
}

/* ---- request, policy, dictionaries ---- */

static void add_period(struct sc_json *json, const struct sc_period *period)
{
    sc_json_key(json, "period");
    sc_json_open(json, '{');
    sc_json_key_day(json, "from", period->from);
    sc_json_key_day(json, "to", period->to);
    sc_json_key_string(json, "date", sc_date_event_name(period->date));
    sc_json_key_string(json, "year", period->financial_year ? "financial" : "calendar");
    sc_json_close(json, '}');
}

static void add_questions(struct sc_json *json, const struct sc_request *request)
{
    sc_json_key(json, "questions");
    sc_json_open(json, '[');
    for (size_t i = 0; i < request->n_questions; i++) {
        sc_json_open(json, '{');
        sc_json_key_string(json, "id", request->questions[i].id);
        sc_json_key_string(json, "text", request->questions[i].text);
        sc_json_close(json, '}');
    }
    sc_json_close(json, ']');
}

static void add_decisions(struct sc_json *json, const struct sc_request *request)
{
    sc_json_key(json, "decisions");
    sc_json_open(json, '[');
    for (size_t i = 0; i < request->n_decisions; i++) {
        const struct sc_decision *decision = &request->decisions[i];

        sc_json_open(json, '{');
        sc_json_key_string(json, "question", decision->question);
        sc_json_key_string(json, "decision", decision->decision);
        sc_json_key_strings(json, "exemptions", decision->exemptions, decision->n_exemptions);
        sc_json_key_string(json, "covers", decision->covers);
        sc_json_close(json, '}');
    }
    sc_json_close(json, ']');
}

static void add_request(struct sc_json *json, const struct sc_request *request)
{
    sc_json_key(json, "request");
    sc_json_open(json, '{');
    sc_json_key_string(json, "reference", request->reference);
    sc_json_key_string(json, "publication", request->publication);
    sc_json_key_string(json, "title", request->title);
    sc_json_key_string(json, "organisation", request->organisation);
    sc_json_key_day(json, "received", request->received);
    sc_json_key_day(json, "as_at", request->as_at);
    sc_json_key_day(json, "answered", request->answered);
    add_period(json, &request->period);
    sc_json_key(json, "offences");
    sc_json_open(json, '[');
    for (size_t i = 0; i < request->n_offences; i++)
        sc_json_string(json, request->offences[i].code);
    sc_json_close(json, ']');
    add_questions(json, request);
    add_decisions(json, request);
    sc_json_key_strings(json, "keywords", request->keywords, request->n_keywords);
    sc_json_key_string(json, "words", request->words);
    sc_json_close(json, '}');
}

/* `within`: how far rounded figures may be from the truth. */
static void add_policy(struct sc_json *json, const struct sc_policy *policy, uint64_t within)
{
    sc_json_key(json, "policy");
    sc_json_open(json, '{');
    sc_json_key_number(json, "threshold", policy->threshold);
    sc_json_key_string(json, "marker", policy->marker);
    if (policy->secondary_marker)
        sc_json_key_string(json, "secondary_marker", policy->secondary_marker);
    if (policy->zeros_hidden)
        sc_json_key_string(json, "zeros", "hidden");
    sc_json_key_string(json, "reason", policy->reason);
    if (policy->method == SC_METHOD_ROUND) {
        sc_json_key_string(json, "method", "round");
        sc_json_key_number(json, "rounding", policy->round_base);
        sc_json_key_number(json, "within", within);
    } else if (policy->method == SC_METHOD_COARSEN) {
        sc_json_key_string(json, "method", "coarsen");
    }
    sc_json_close(json, '}');
}

/* What was searched for, as the page lists it. */
static void add_terms(struct sc_json *json, const struct sc_dictionary *dictionary)
{
    sc_json_key(json, "categories");
    sc_json_open(json, '[');
    for (size_t i = 0; i < dictionary->n_categories; i++) {
        const struct sc_dictionary_category *category = &dictionary->categories[i];

        sc_json_open(json, '{');
        sc_json_key_string(json, "code", category->code);
        sc_json_key_string(json, "label", category->label);
        sc_json_key(json, "fallback");
        sc_json_bool(json, category->fallback);
        sc_json_key_strings(json, "terms", category->terms, category->n_terms);
        sc_json_close(json, '}');
    }
    sc_json_close(json, ']');
}

static void add_percent(struct sc_json *json, const char *key, const unsigned share[3])
{
    sc_json_key(json, key);
    sc_json_open_flat(json, '[');
    for (size_t i = 0; i < 3; i++)
        sc_json_number(json, share[i]);
    sc_json_close(json, ']');
}

static void add_estimate(struct sc_json *json, const struct sc_published_estimate *estimate)
{
    sc_json_open(json, '{');
    sc_json_key_string(json, "category", estimate->code);
    sc_json_key_string(json, "label", estimate->label);
    sc_json_key_string(json, "sentence", estimate->sentence);
    sc_json_key(json, "withheld");
    sc_json_bool(json, estimate->withheld);
    if (!estimate->withheld) {
        sc_json_key(json, "exact");
        sc_json_bool(json, estimate->exact);
        sc_json_key_number(json, "found", estimate->found);
        sc_json_key_number(json, "true_number", estimate->true_number);
        sc_json_key_number(json, "true_low", estimate->true_low);
        sc_json_key_number(json, "true_high", estimate->true_high);
        if (!estimate->shares_withheld) {
            sc_json_key_string(json, "shares", estimate->shares);
            add_percent(json, "precision", estimate->precision);
            if (estimate->recall_known)
                add_percent(json, "recall", estimate->recall);
        }
    }
    sc_json_close(json, '}');
}

/* What is known of how well the search works; nothing where nobody has checked. */
static void add_accuracy(struct sc_json *json, const struct sc_published_accuracy *accuracy)
{
    sc_json_key(json, "accuracy_reviewed");
    sc_json_bool(json, accuracy && accuracy->state == SC_ACCURACY_MEASURED);
    if (!accuracy || accuracy->state == SC_ACCURACY_NONE)
        return;
    sc_json_key(json, "accuracy");
    sc_json_open(json, '{');
    sc_json_key_string(json, "review",
                       accuracy->state == SC_ACCURACY_MEASURED ? "current" : "stale");
    if (accuracy->state == SC_ACCURACY_MEASURED) {
        sc_json_key_string(json, "words", accuracy->words);
        sc_json_key(json, "checked");
        if (accuracy->checked)
            sc_json_number(json, accuracy->checked);
        else
            sc_json_null(json);
        sc_json_key(json, "categories");
        sc_json_open(json, '[');
        for (size_t c = 0; c < accuracy->n_categories; c++)
            add_estimate(json, &accuracy->categories[c]);
        sc_json_close(json, ']');
    }
    sc_json_close(json, '}');
}

/* `accuracy`: one a dictionary, or NULL. */
static void add_dictionaries(struct sc_json *json, const struct sc_dictionary *const *dictionaries,
                             size_t n_dictionaries, const struct sc_published_accuracy *accuracy)
{
    sc_json_key(json, "dictionaries");
    sc_json_open(json, '[');
    for (size_t i = 0; i < n_dictionaries; i++) {
        sc_json_open(json, '{');
        sc_json_key_string(json, "name", dictionaries[i]->name);
        sc_json_key_string(json, "version", dictionaries[i]->version);
        sc_json_key_string(json, "sha256", dictionaries[i]->sha256);
        add_accuracy(json, accuracy ? &accuracy[i] : NULL);
        add_terms(json, dictionaries[i]);
        sc_json_close(json, '}');
    }
    sc_json_close(json, ']');
}

static void add_version(struct sc_json *json, const char *version)
{
    sc_json_key(json, "safecount");
    sc_json_open(json, '{');
    sc_json_key_string(json, "version", version);
    sc_json_close(json, '}');
}

/* What the audit came to. */
static void add_audit(struct sc_json *json, const struct sc_publication *publication)
{
    const struct sc_proof_of_safety *proof = &publication->proof;

    sc_json_key(json, "audit");
    sc_json_open(json, '{');
    sc_json_key(json, "done");
    sc_json_bool(json, proof->audited);
    sc_json_key(json, "safe");
    sc_json_bool(json, proof->audited && proof->safe);
    sc_json_key_strings(json, "readers", proof->readers, proof->n_readers);
    sc_json_key(json, "certificate");
    if (proof->certificate.len > 0)
        sc_json_string(json, SC_CERTIFICATE_FILE);
    else
        sc_json_null(json);
    sc_json_key(json, "hierarchy");
    if (proof->hierarchy.len > 0)
        sc_json_string(json, SC_HIERARCHY_FILE);
    else
        sc_json_null(json);
    if (proof->earlier > 0)
        sc_json_key_number(json, "earlier", proof->earlier);
    sc_json_close(json, '}');
}

/* ---- the two documents ---- */

void sc_publish_json(const struct sc_publication *publication, struct sc_buf *out)
{
    struct sc_json json = {.out = out};
    const struct naming naming = {publication->request, publication->dictionaries,
                                  publication->n_dictionaries};

    sc_json_open(&json, '{');
    sc_json_key(&json, "publishable");
    sc_json_bool(&json, publication->publishable);
    sc_json_key_strings(&json, "reasons", publication->reasons, publication->n_reasons);
    add_audit(&json, publication);
    add_request(&json, publication->request);
    sc_json_key_string(&json, "records",
                       publication->records ? publication->records : SC_RECORDS_USUAL);
    sc_json_key_string(&json, "row", publication->rows_are_links ? "link" : "offence");
    add_tables(&json, &naming, publication->tables, publication->n_tables);
    add_accounting(&json, &publication->accounting, &publication->withheld);
    sc_json_key(&json, "findings");
    sc_json_open(&json, '[');
    for (size_t i = 0; i < publication->n_findings; i++)
        add_finding(&json, &publication->findings[i], false);
    sc_json_close(&json, ']');
    add_policy(&json, publication->policy, publication->rounded_within);
    add_dictionaries(&json, publication->dictionaries, publication->n_dictionaries,
                     publication->accuracy);
    add_inputs(&json, publication->inputs, publication->n_inputs);
    add_version(&json, publication->version);
    sc_json_close(&json, '}');
}

static void add_fault_places(struct sc_json *json, const struct sc_counts *counts)
{
    sc_json_key(json, "fault_places");
    sc_json_open(json, '[');
    for (size_t i = 0; i < counts->n_fault_places; i++) {
        const struct sc_fault_place *place = &counts->fault_places[i];

        sc_json_open_flat(json, '{');
        sc_json_key_string(json, "fault", sc_fault_name(place->fault));
        sc_json_key_string(json, "file",
                           place->file_i < counts->n_inputs ? counts->inputs[place->file_i].name
                                                            : "");
        sc_json_key_number(json, "row", place->row);
        sc_json_key_string(json, "column", place->column);
        sc_json_close(json, '}');
    }
    sc_json_close(json, ']');
}

void sc_internal_counts_json(const struct sc_request *request, const struct sc_policy *policy,
                             const struct sc_dictionary *const *dictionaries, size_t n_dictionaries,
                             const struct sc_counts *counts, const char *version,
                             struct sc_buf *out)
{
    static const char *const reasons[] = {"True counts, internal: never for release."};
    struct sc_json json = {.out = out};
    const struct naming naming = {request, dictionaries, n_dictionaries};

    sc_json_open(&json, '{');
    sc_json_key(&json, "internal");
    sc_json_bool(&json, true);
    sc_json_key(&json, "publishable");
    sc_json_bool(&json, false);
    sc_json_key_strings(&json, "reasons", reasons, 1);
    add_request(&json, request);
    add_tables(&json, &naming, counts->tables, counts->n_tables);
    add_accounting(&json, &counts->accounting, &(struct sc_withheld){0});
    add_fault_places(&json, counts);
    sc_json_key(&json, "findings");
    sc_json_open(&json, '[');
    for (size_t i = 0; i < counts->n_findings; i++)
        add_finding(&json, &counts->findings[i], true);
    sc_json_close(&json, ']');
    add_policy(&json, policy, 0);
    add_dictionaries(&json, dictionaries, n_dictionaries, NULL);
    add_inputs(&json, counts->inputs, counts->n_inputs);
    add_version(&json, version);
    sc_json_close(&json, '}');
}
