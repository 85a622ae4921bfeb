/*
 * read.c - answer.json to a publication: jansson's tree, walked once.
 *
 * Everything is copied into one arena. The first thing that is not as
 * docs/answer.schema.json says ends the reading, with the path of it; a
 * getter that met it gives something harmless and the walk goes on to where it
 * is looked at. Cells stand in the file in the order of sc_table_next() with
 * those left out that cannot occur, so one pass over both finds every cell.
 */
#include "publish/read.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "base/date.h"
#include "base/error.h"
#include "codes/codes.h"
#include "publish/layout.h"

struct sc_answer_file {
    struct sc_arena arena;
    struct sc_publication publication;
    struct sc_request request;
    struct sc_policy policy;
    struct sc_table *tables;
    struct sc_published_safety *safety;
};

struct reader {
    struct sc_answer_file *answer;
    bool nomem;
    char fault[160]; /* "tables: unit: expected ..." or "" */
};

/* ---- pieces ---- */

static void fault(struct reader *reader, const char *key, const char *expected)
{
    if (reader->fault[0] == '\0')
        (void)snprintf(reader->fault, sizeof reader->fault, "'%s': expected %s", key, expected);
}

static bool stopped(const struct reader *reader)
{
    return reader->nomem || reader->fault[0];
}

static void *array(struct reader *reader, size_t n, size_t size)
{
    void *items = sc_arena_alloc(&reader->answer->arena, n * size);

    reader->nomem = reader->nomem || !items;
    return items;
}

static const char *copy(struct reader *reader, const char *s)
{
    const char *own = sc_arena_strdup(&reader->answer->arena, s);

    reader->nomem = reader->nomem || !own;
    return own ? own : "";
}

/* The text under `key`, or "" with a fault. */
static const char *text(struct reader *reader, const json_t *object, const char *key)
{
    const char *s = json_string_value(json_object_get(object, key));

    if (!s)
        fault(reader, key, "text");
    return copy(reader, s ? s : "");
}

static bool truth(struct reader *reader, const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);

    if (!json_is_boolean(value))
        fault(reader, key, "true or false");
    return json_is_true(value);
}

/* A number from 0, or 0 with *ret_null true for null. `ret_null` NULL: null is a fault. */
static uint64_t number(struct reader *reader, const json_t *object, const char *key, bool *ret_null)
{
    const json_t *value = json_object_get(object, key);

    if (ret_null)
        *ret_null = json_is_null(value);
    if (ret_null && *ret_null)
        return 0;
    if (!json_is_integer(value) || json_integer_value(value) < 0) {
        fault(reader, key, "a whole number");
        return 0;
    }
    return (uint64_t)json_integer_value(value);
}

static int32_t day(struct reader *reader, const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    const char *s = json_string_value(value);
    sc_day day = SC_DAY_NONE;

    if (json_is_null(value))
        return SC_DAY_NONE;
    if (!s || !sc_day_parse_iso(sc_slice_of(s), &day))
        fault(reader, key, "a day, yyyy-mm-dd");
    return day;
}

static const json_t *list(struct reader *reader, const json_t *object, const char *key,
                          size_t *ret_n)
{
    const json_t *value = json_object_get(object, key);

    if (!json_is_array(value))
        fault(reader, key, "a list");
    *ret_n = json_array_size(value);
    return value;
}

static const char **texts(struct reader *reader, const json_t *object, const char *key,
                          size_t *ret_n)
{
    size_t n;
    const json_t *items = list(reader, object, key, &n);
    const char **own = array(reader, n, sizeof *own);

    *ret_n = 0;
    for (size_t i = 0; own && i < n; i++) {
        const char *s = json_string_value(json_array_get(items, i));

        if (!s)
            fault(reader, key, "a list of texts");
        own[i] = copy(reader, s ? s : "");
    }
    *ret_n = own ? n : 0;
    return own;
}

/* ---- request ---- */

static void read_period(struct reader *reader, const json_t *from, struct sc_period *period)
{
    const char *event = json_string_value(json_object_get(from, "date"));
    const char *year = json_string_value(json_object_get(from, "year"));

    period->from = day(reader, from, "from");
    period->to = day(reader, from, "to");
    for (int i = 0; i <= SC_N_DATE_EVENTS; i++) {
        if (i == SC_N_DATE_EVENTS || !event) {
            fault(reader, "date", "the name of a date");
            break;
        }
        period->date = (enum sc_date_event)i;
        if (strcmp(event, sc_date_event_name(period->date)) == 0)
            break;
    }
    period->financial_year = year && strcmp(year, "financial") == 0;
}

static void read_offences(struct reader *reader, const json_t *from, struct sc_request *request)
{
    size_t n;
    const char **codes = texts(reader, from, "offences", &n);

    request->offences = array(reader, n, sizeof *request->offences);
    for (size_t i = 0; request->offences && i < n; i++) {
        char normal[16];
        bool is_class = false;

        if (!sc_offence_code_normalise(sc_slice_of(codes[i]), normal, &is_class))
            fault(reader, "offences", "offence codes");
        request->offences[i] = (struct sc_offence_wanted){codes[i], codes[i], is_class};
        request->n_offences = i + 1;
    }
}

static void read_questions(struct reader *reader, const json_t *from, struct sc_request *request)
{
    size_t n;
    const json_t *items = list(reader, from, "questions", &n);

    request->questions = array(reader, n, sizeof *request->questions);
    for (size_t i = 0; request->questions && i < n; i++) {
        const json_t *item = json_array_get(items, i);

        request->questions[i].id = text(reader, item, "id");
        request->questions[i].text = text(reader, item, "text");
        request->n_questions = i + 1;
    }
}

static void read_decisions(struct reader *reader, const json_t *from, struct sc_request *request)
{
    size_t n;
    const json_t *items = list(reader, from, "decisions", &n);

    request->decisions = array(reader, n, sizeof *request->decisions);
    for (size_t i = 0; request->decisions && i < n; i++) {
        const json_t *item = json_array_get(items, i);
        struct sc_decision *decision = &request->decisions[i];

        decision->question = text(reader, item, "question");
        decision->decision = text(reader, item, "decision");
        decision->exemptions = texts(reader, item, "exemptions", &decision->n_exemptions);
        decision->covers = text(reader, item, "covers");
        request->n_decisions = i + 1;
    }
}

static void read_request(struct reader *reader, const json_t *root)
{
    struct sc_request *request = &reader->answer->request;
    const json_t *from = json_object_get(root, "request");

    request->path = "";
    request->extract = "";
    request->reference = text(reader, from, "reference");
    request->publication = text(reader, from, "publication");
    request->title = text(reader, from, "title");
    request->organisation = text(reader, from, "organisation");
    request->words = text(reader, from, "words");
    request->received = day(reader, from, "received");
    request->as_at = day(reader, from, "as_at");
    request->answered = day(reader, from, "answered");
    read_period(reader, json_object_get(from, "period"), &request->period);
    read_offences(reader, from, request);
    read_questions(reader, from, request);
    read_decisions(reader, from, request);
    request->keywords = texts(reader, from, "keywords", &request->n_keywords);
}

/* ---- tables ---- */

/* The place of `code` among the categories, n_categories for the total, SIZE_MAX for none. */
static size_t place(const struct sc_dimension *dimension, const char *code)
{
    if (code && strcmp(code, SC_TOTAL_CODE) == 0)
        return dimension->n_categories;
    for (size_t i = 0; code && i < dimension->n_categories; i++)
        if (strcmp(dimension->categories[i].code, code) == 0)
            return i;
    return SIZE_MAX;
}

static void read_categories(struct reader *reader, const json_t *from, struct sc_table *table,
                            struct sc_dimension *dimension)
{
    size_t n;
    const json_t *items = list(reader, from, "values", &n);

    dimension->categories = array(reader, n, sizeof *dimension->categories);
    for (size_t i = 0; dimension->categories && i < n; i++) {
        const json_t *item = json_array_get(items, i);
        const json_t *within = json_object_get(item, "within");
        struct sc_category *category = &dimension->categories[i];

        category->code = text(reader, item, "code");
        category->label = text(reader, item, "label");
        category->parent = -1;
        if (dimension->nested_in >= 0 && json_is_string(within)) {
            const struct sc_dimension *above = &table->dimensions[dimension->nested_in];
            size_t parent = place(above, json_string_value(within));

            if (parent >= above->n_categories)
                fault(reader, "within", "the code of a category of the dimension above");
            category->parent = parent < above->n_categories ? (int32_t)parent : -1;
        }
        dimension->n_categories = i + 1;
    }
}

static void read_dimension(struct reader *reader, const json_t *categories, struct sc_table *table,
                           size_t d)
{
    struct sc_dimension *dimension = &table->dimensions[d];
    const json_t *from = json_object_get(categories, dimension->code);
    const char *above = json_string_value(json_object_get(from, "nested_in"));

    dimension->label = text(reader, from, "label");
    dimension->overlapping = truth(reader, from, "overlapping");
    dimension->nested_in = -1;
    for (size_t i = 0; above && i < d; i++)
        if (strcmp(table->dimensions[i].code, above) == 0)
            dimension->nested_in = (int32_t)i;
    if (above && dimension->nested_in < 0)
        fault(reader, "nested_in", "an earlier dimension");
    read_categories(reader, from, table, dimension);
}

static bool is_at(const json_t *item, const struct sc_table *table, const size_t *at)
{
    const json_t *codes = json_object_get(item, "at");

    for (size_t d = 0; d < table->n_dimensions; d++) {
        const struct sc_dimension *dimension = &table->dimensions[d];
        const char *code = json_string_value(json_object_get(codes, dimension->code));
        const char *want =
            at[d] == dimension->n_categories ? SC_TOTAL_CODE : dimension->categories[at[d]].code;

        if (!code || strcmp(code, want) != 0)
            return false;
    }
    return true;
}

static void read_cell(struct reader *reader, const json_t *item, struct sc_cell *cell)
{
    const char *status = json_string_value(json_object_get(item, "status"));
    bool none;

    cell->count = number(reader, item, "value", &none);
    if (status && strcmp(status, "published") == 0 && !none)
        cell->status = SC_CELL_PUBLISHED;
    else if (status && strcmp(status, "rounded") == 0 && !none)
        cell->status = SC_CELL_ROUNDED;
    else if (status && strcmp(status, "suppressed") == 0 && none)
        cell->status = SC_CELL_SUPPRESSED;
    else if (status && strcmp(status, "secondary") == 0 && none)
        cell->status = SC_CELL_SECONDARY;
    else
        fault(reader, "status",
              "published or rounded with a value, suppressed or secondary without");
}

static void read_cells(struct reader *reader, const json_t *from, struct sc_table *table)
{
    size_t at[SC_DIMENSIONS_MAX] = {0};
    size_t n;
    size_t i = 0;
    const json_t *items = list(reader, from, "cells", &n);

    table->n_cells = 1;
    for (size_t d = 0; d < table->n_dimensions; d++) {
        table->n_cells *= table->dimensions[d].n_categories + 1;
        if (table->n_cells > SC_CELLS_MAX) {
            fault(reader, "cells", "at most twenty million");
            return;
        }
    }
    table->cells = array(reader, table->n_cells, sizeof *table->cells);
    if (stopped(reader))
        return;
    do {
        struct sc_cell *cell = sc_table_cell(table, at);

        *cell = (struct sc_cell){.status = SC_CELL_VOID};
        if (i < n && is_at(json_array_get(items, i), table, at))
            read_cell(reader, json_array_get(items, i++), cell);
    } while (sc_table_next(table, at) && !stopped(reader));
    if (i < n)
        fault(reader, "cells", "each cell once, in the order of the dimensions");
}

static enum sc_unit unit(struct reader *reader, const json_t *from)
{
    const char *name = json_string_value(json_object_get(from, "unit"));

    for (int u = 0; name && u < SC_N_UNITS; u++)
        if (strcmp(name, sc_unit_name((enum sc_unit)u)) == 0)
            return (enum sc_unit)u;
    fault(reader, "unit", "offences, victims, suspects or rows");
    return SC_UNIT_ROWS;
}

/* A title that safecount made from unit and dimensions is none that the request gave. */
static void forget_made_title(struct reader *reader, struct sc_table *table)
{
    struct sc_table untitled = *table;
    SC_AUTO_BUF made = {0};

    if (stopped(reader))
        return;
    untitled.title = "";
    sc_table_heading(&untitled, &made);
    reader->nomem = reader->nomem || made.failed;
    if (made.data && strcmp(made.data, table->title) == 0)
        table->title = "";
}

static void read_table(struct reader *reader, const json_t *from, struct sc_table *table)
{
    const char **codes = texts(reader, from, "dimensions", &table->n_dimensions);

    table->id = text(reader, from, "id");
    table->title = text(reader, from, "title");
    table->question = text(reader, from, "question");
    table->unit = unit(reader, from);
    table->n_rows_dimensions = (size_t)number(reader, from, "row_dimensions", NULL);
    table->notes = texts(reader, from, "notes", &table->n_notes);
    if (table->n_dimensions > SC_DIMENSIONS_MAX || table->n_rows_dimensions > table->n_dimensions)
        fault(reader, "dimensions", "at most eight, of which so many are rows");
    table->dimensions = array(reader, table->n_dimensions, sizeof *table->dimensions);
    if (stopped(reader))
        return;
    for (size_t d = 0; d < table->n_dimensions; d++) {
        table->dimensions[d].code = codes[d];
        read_dimension(reader, json_object_get(from, "categories"), table, d);
    }
    if (!stopped(reader))
        read_cells(reader, from, table);
    forget_made_title(reader, table);
}

/* The hash of the dictionary that a table's keyword search used, or NULL. */
static const char *dictionary_of(struct reader *reader, const json_t *from)
{
    const json_t *categories = json_object_get(from, "categories");
    const char *key;
    json_t *value;

    json_object_foreach((json_t *)(uintptr_t)categories, key, value)
    {
        const char *hash = json_string_value(json_object_get(value, "dictionary"));

        if (hash)
            return copy(reader, hash);
    }
    return NULL;
}

/* The tables that each question asks for: as much of the request as writers look at. */
static void read_wanted(struct reader *reader, const json_t *items)
{
    struct sc_request *request = &reader->answer->request;
    size_t n = reader->answer->publication.n_tables;

    for (size_t q = 0; q < request->n_questions && !stopped(reader); q++) {
        struct sc_question *question = &request->questions[q];

        question->tables = array(reader, n, sizeof *question->tables);
        for (size_t t = 0; question->tables && t < n; t++) {
            const struct sc_table *table = &reader->answer->tables[t];

            if (strcmp(table->question, question->id) != 0)
                continue;
            question->tables[question->n_tables++] = (struct sc_table_wanted){
                .id = table->id,
                .title = table->title,
                .unit = table->unit,
                .dictionary = dictionary_of(reader, json_array_get(items, t))};
        }
    }
}

static void read_tables(struct reader *reader, const json_t *root)
{
    struct sc_publication *publication = &reader->answer->publication;
    size_t n;
    const json_t *items = list(reader, root, "tables", &n);

    reader->answer->tables = array(reader, n, sizeof *reader->answer->tables);
    for (size_t t = 0; reader->answer->tables && t < n && !stopped(reader); t++)
        read_table(reader, json_array_get(items, t), &reader->answer->tables[t]);
    publication->tables = reader->answer->tables;
    publication->n_tables = stopped(reader) ? 0 : n;
    read_wanted(reader, items);
}

/* ---- the rest ---- */

static void read_accounting(struct reader *reader, const json_t *root)
{
    struct sc_publication *publication = &reader->answer->publication;
    struct sc_accounting *a = &publication->accounting;
    struct sc_withheld *w = &publication->withheld;
    const json_t *from = json_object_get(root, "accounting");
    const json_t *excluded = json_object_get(from, "excluded");
    const json_t *faulty = json_object_get(from, "faulty");

    a->read = number(reader, from, "read", &w->read);
    a->counted = number(reader, from, "counted", &w->counted);
    for (int i = 0; i < SC_N_EXCLUSIONS; i++)
        a->excluded[i] =
            number(reader, excluded, sc_exclusion_name((enum sc_exclusion)i), &w->excluded[i]);
    for (int i = 0; i < SC_N_FAULTS; i++)
        a->faulty[i] = number(reader, faulty, sc_fault_name((enum sc_fault)i), &w->faulty[i]);
}

static void read_findings(struct reader *reader, const json_t *root)
{
    struct sc_publication *publication = &reader->answer->publication;
    size_t n;
    const json_t *items = list(reader, root, "findings", &n);
    struct sc_finding *findings = array(reader, n, sizeof *findings);

    for (size_t i = 0; findings && i < n; i++) {
        const json_t *item = json_array_get(items, i);
        bool none;

        findings[i].code = text(reader, item, "code");
        findings[i].text = text(reader, item, "text");
        findings[i].count = number(reader, item, "count", &none);
    }
    publication->findings = findings;
    publication->n_findings = findings ? n : 0;
}

static void read_inputs(struct reader *reader, const json_t *root)
{
    struct sc_publication *publication = &reader->answer->publication;
    size_t n;
    const json_t *items = list(reader, root, "inputs", &n);
    struct sc_input_file *inputs = array(reader, n, sizeof *inputs);

    for (size_t i = 0; inputs && i < n; i++) {
        const json_t *item = json_array_get(items, i);

        inputs[i].name = text(reader, item, "name");
        inputs[i].kind = text(reader, item, "kind");
        inputs[i].bytes = number(reader, item, "bytes", NULL);
        inputs[i].hash = text(reader, item, "hash");
        inputs[i].hash_name = text(reader, item, "hash_name");
    }
    publication->inputs = inputs;
    publication->n_inputs = inputs ? n : 0;
}

static void read_terms(struct reader *reader, const json_t *from, struct sc_dictionary *dictionary)
{
    size_t n;
    const json_t *items = list(reader, from, "categories", &n);

    dictionary->categories = array(reader, n, sizeof *dictionary->categories);
    for (size_t i = 0; dictionary->categories && i < n; i++) {
        const json_t *item = json_array_get(items, i);
        struct sc_dictionary_category *category = &dictionary->categories[i];

        category->code = text(reader, item, "code");
        category->label = text(reader, item, "label");
        category->fallback = truth(reader, item, "fallback");
        category->terms = texts(reader, item, "terms", &category->n_terms);
        dictionary->n_categories = i + 1;
    }
}

/* Three whole per cents; false and nothing read where they are not there. */
static bool read_percent(struct reader *reader, const json_t *from, const char *key,
                         unsigned share[3])
{
    const json_t *items = json_object_get(from, key);

    if (!items)
        return false;
    for (size_t i = 0; i < 3; i++) {
        json_int_t value = json_integer_value(json_array_get(items, i));

        if (json_array_size(items) != 3 || !json_is_integer(json_array_get(items, i)) ||
            value < 0 || value > 100)
            fault(reader, key, "three whole numbers from 0 to 100");
        share[i] = (unsigned)value;
    }
    return true;
}

static void read_estimate(struct reader *reader, const json_t *from,
                          struct sc_published_estimate *estimate)
{
    estimate->code = text(reader, from, "category");
    estimate->label = text(reader, from, "label");
    estimate->sentence = text(reader, from, "sentence");
    estimate->shares = "";
    estimate->withheld = truth(reader, from, "withheld");
    if (estimate->withheld)
        return;
    estimate->exact = truth(reader, from, "exact");
    estimate->found = number(reader, from, "found", NULL);
    estimate->true_number = number(reader, from, "true_number", NULL);
    estimate->true_low = number(reader, from, "true_low", NULL);
    estimate->true_high = number(reader, from, "true_high", NULL);
    estimate->shares_withheld = !read_percent(reader, from, "precision", estimate->precision);
    if (estimate->shares_withheld)
        return;
    estimate->shares = text(reader, from, "shares");
    estimate->recall_known = read_percent(reader, from, "recall", estimate->recall);
}

static void read_accuracy(struct reader *reader, const json_t *dictionary,
                          struct sc_published_accuracy *accuracy)
{
    const json_t *from = json_object_get(dictionary, "accuracy");
    struct sc_published_estimate *categories;
    const json_t *items;
    bool withheld = false;

    accuracy->words = "";
    if (!from)
        return;
    accuracy->state = strcmp(text(reader, from, "review"), "current") == 0 ? SC_ACCURACY_MEASURED
                                                                           : SC_ACCURACY_STALE;
    if (accuracy->state != SC_ACCURACY_MEASURED)
        return;
    accuracy->words = text(reader, from, "words");
    accuracy->checked = number(reader, from, "checked", &withheld);
    items = list(reader, from, "categories", &accuracy->n_categories);
    categories = array(reader, accuracy->n_categories, sizeof *categories);
    for (size_t i = 0; categories && i < accuracy->n_categories; i++)
        read_estimate(reader, json_array_get(items, i), &categories[i]);
    accuracy->categories = categories;
    accuracy->n_categories = categories ? accuracy->n_categories : 0;
}

static void read_dictionaries(struct reader *reader, const json_t *root)
{
    struct sc_publication *publication = &reader->answer->publication;
    size_t n;
    const json_t *items = list(reader, root, "dictionaries", &n);
    const struct sc_dictionary **dictionaries = array(reader, n, sizeof *dictionaries);
    struct sc_published_accuracy *accuracy = array(reader, n, sizeof *accuracy);

    for (size_t i = 0; dictionaries && accuracy && i < n; i++) {
        const json_t *item = json_array_get(items, i);
        struct sc_dictionary *dictionary = array(reader, 1, sizeof *dictionary);
        const char *hash = text(reader, item, "sha256");

        if (!dictionary)
            return;
        dictionary->path = "";
        dictionary->name = text(reader, item, "name");
        dictionary->version = text(reader, item, "version");
        (void)snprintf(dictionary->sha256, sizeof dictionary->sha256, "%s", hash);
        read_terms(reader, item, dictionary);
        read_accuracy(reader, item, &accuracy[i]);
        dictionaries[i] = dictionary;
        publication->n_dictionaries = i + 1;
    }
    publication->dictionaries = dictionaries;
    publication->accuracy = accuracy;
}

static void read_method(struct reader *reader, const json_t *from, struct sc_policy *policy)
{
    const json_t *value = json_object_get(from, "method");
    const char *method = json_string_value(value);

    policy->method = SC_METHOD_SUPPRESS;
    if (!value)
        return;
    if (method && strcmp(method, "coarsen") == 0) {
        policy->method = SC_METHOD_COARSEN;
    } else if (method && strcmp(method, "round") == 0) {
        policy->method = SC_METHOD_ROUND;
        policy->round_base = number(reader, from, "rounding", NULL);
        reader->answer->publication.rounded_within = number(reader, from, "within", NULL);
    } else {
        fault(reader, "method", "round or coarsen");
    }
}

static void read_policy(struct reader *reader, const json_t *root)
{
    struct sc_policy *policy = &reader->answer->policy;
    const json_t *from = json_object_get(root, "policy");
    const char *zeros = json_string_value(json_object_get(from, "zeros"));

    policy->threshold = number(reader, from, "threshold", NULL);
    policy->marker = text(reader, from, "marker");
    if (json_object_get(from, "secondary_marker"))
        policy->secondary_marker = text(reader, from, "secondary_marker");
    if (zeros && strcmp(zeros, "hidden") == 0)
        policy->zeros_hidden = true;
    else if (json_object_get(from, "zeros"))
        fault(reader, "zeros", "hidden, or nothing");
    policy->reason = text(reader, from, "reason");
    if (policy->threshold < 2)
        fault(reader, "threshold", "at least 2");
    read_method(reader, from, policy);
}

/* What the file says of the audit; the gate decides whether it is enough. */
static void read_audit(struct reader *reader, const json_t *root, struct sc_slice certificate,
                       struct sc_slice hierarchy)
{
    struct sc_publication *publication = &reader->answer->publication;
    struct sc_proof_of_safety *proof = &publication->proof;
    const json_t *from = json_object_get(root, "audit");

    proof->audited = truth(reader, from, "done");
    proof->safe = truth(reader, from, "safe");
    proof->readers = texts(reader, from, "readers", &proof->n_readers);
    if (json_object_get(from, "earlier"))
        proof->earlier = (size_t)number(reader, from, "earlier", NULL);
    if (json_is_string(json_object_get(from, "certificate")))
        proof->certificate = certificate;
    if (json_is_string(json_object_get(from, "hierarchy")))
        proof->hierarchy = hierarchy;
    reader->answer->safety = array(reader, publication->n_tables, sizeof *reader->answer->safety);
    for (size_t t = 0; reader->answer->safety && t < publication->n_tables; t++)
        reader->answer->safety[t].safe = proof->safe;
    proof->tables = reader->answer->safety;
}

static void read_all(struct reader *reader, const json_t *root, struct sc_slice certificate,
                     struct sc_slice hierarchy)
{
    struct sc_publication *publication = &reader->answer->publication;
    const char *row = json_string_value(json_object_get(root, "row"));

    if (json_object_get(root, "internal"))
        fault(reader, "internal", "an answer: this file holds true counts and is never published");
    publication->request = &reader->answer->request;
    publication->policy = &reader->answer->policy;
    publication->publishable = truth(reader, root, "publishable");
    publication->reasons = texts(reader, root, "reasons", &publication->n_reasons);
    publication->records = text(reader, root, "records");
    publication->rows_are_links = row && strcmp(row, "link") == 0;
    publication->version = text(reader, json_object_get(root, "safecount"), "version");
    read_request(reader, root);
    read_tables(reader, root);
    if (stopped(reader))
        return;
    read_accounting(reader, root);
    read_findings(reader, root);
    read_policy(reader, root);
    read_dictionaries(reader, root);
    read_inputs(reader, root);
    read_audit(reader, root, certificate, hierarchy);
}

enum sc_status sc_answer_file_parse(const char *name, const char *bytes, size_t len,
                                    struct sc_slice certificate, struct sc_slice hierarchy,
                                    struct sc_answer_file **ret_answer, struct sc_error *err)
{
    SC_AUTO(sc_answer_file) answer = sc_alloc(sizeof *answer);
    struct reader reader = {.answer = answer};
    json_error_t error;
    json_t *root;

    if (!answer)
        return sc_fail_nomem(err);
    root = json_loadb(bytes, len, JSON_REJECT_DUPLICATES, &error);
    if (!root)
        return sc_fail_at(err, SC_E_INPUT, name, error.line > 0 ? (uint64_t)error.line : 0,
                          error.column > 0 ? (uint64_t)error.column : 0,
                          "this is not JSON: expected an answer.json that safecount wrote");
    read_all(&reader, root, certificate, hierarchy);
    json_decref(root);
    if (reader.nomem)
        return sc_fail_nomem(err);
    if (reader.fault[0])
        return sc_fail_at(err, SC_E_INPUT, name, 0, 0, "not a whole answer.json: %s", reader.fault);
    *ret_answer = SC_TAKE(answer);
    return SC_OK;
}

const struct sc_publication *sc_answer_file_publication(const struct sc_answer_file *answer)
{
    return &answer->publication;
}

void sc_answer_file_free(struct sc_answer_file *answer)
{
    if (!answer)
        return;
    sc_arena_release(&answer->arena);
    sc_free(answer);
}
