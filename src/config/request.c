/*
 * request.c - request.yaml: one pass over the form, all mistakes noted.
 */
#include "safecount/request.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "codes/codes.h"
#include "config/form.h"
#include "config/load.h"

struct owned_request {
    struct sc_request request; /* first: a pointer to it is a pointer to this */
    struct sc_arena arena;
};

static const char *const event_names[] = {"recorded",       "reported",     "created",
                                          "committed_from", "committed_to", NULL};
static const char *const unit_names[] = {"offences", "victims", "suspects", "rows", NULL};

const char *sc_date_event_name(enum sc_date_event event)
{
    return event_names[event];
}

/* ---- period, offences, bands ---- */

static void read_period(struct sc_form *form, const struct sc_yaml_node *map,
                        struct sc_period *period)
{
    static const char *const keys[] = {"from", "to", "date", "year", NULL};
    static const char *const years[] = {"calendar", "financial", NULL};
    const struct sc_yaml_node *to;

    period->from = SC_DAY_NONE;
    period->to = SC_DAY_NONE;
    if (!sc_form_is_map(form, map, "a period: {from: 2018-04-01, to: 2021-03-31}"))
        return;
    sc_form_keys(form, map, keys);
    sc_form_require(form, map, "from", "the first day of the period, such as 2018-04-01");
    sc_form_require(form, map, "to", "the last day of the period, such as 2021-03-31");
    period->from = sc_form_day(form, map, "from");
    period->to = sc_form_day(form, map, "to");
    period->date =
        (enum sc_date_event)sc_form_choice(form, map, "date", event_names, SC_DATE_RECORDED);
    to = sc_form_find(map, "to");
    if (period->from != SC_DAY_NONE && period->to != SC_DAY_NONE) {
        struct sc_civil first = sc_civil_from_day(period->from);

        if (period->to < period->from)
            sc_form_error(form, to, "the period ends before it begins");
        else if (period->to - period->from > 366 * 100)
            sc_form_error(form, to, "the period is longer than 100 years");
        period->financial_year = first.month == 4 && first.day == 1;
    }
    period->financial_year =
        sc_form_choice(form, map, "year", years, period->financial_year ? 1 : 0) == 1;
}

static void read_offences(struct sc_form *form, const struct sc_yaml_node *node,
                          struct sc_request *request)
{
    size_t n = 0;
    const char **written = sc_form_node_strings(form, node, "offences", &n);
    const struct sc_yaml_node *item = node->kind == SC_YAML_LIST ? node->first : node;

    if (!written)
        return;
    request->offences = sc_form_alloc(form, n + 1, sizeof *request->offences);
    for (size_t i = 0; request->offences && i < n; i++, item = item->next) {
        struct sc_offence_wanted *wanted = &request->offences[i];
        char code[8];
        bool known;

        wanted->written = written[i];
        if (!sc_offence_code_normalise(sc_slice_of(written[i]), code, &wanted->is_class)) {
            sc_form_error(form, item,
                          "'%.40s' is no offence: expected a Home Office code such as 71/17 or a "
                          "recorded-crime class such as 88A",
                          written[i]);
            continue;
        }
        wanted->code = sc_arena_strdup(form->arena, code);
        form->nomem |= !wanted->code;
        known = wanted->is_class ? sc_offence_class_find(code, NULL)
                                 : sc_offence_code_find(code, NULL, NULL);
        if (!known)
            sc_form_error(form, item, "there is no %s '%s' in the list of offences (data/)",
                          wanted->is_class ? "recorded-crime class" : "Home Office code", code);
    }
    request->n_offences = n;
}

/* A scheme as text "0-11;12-15;16+" or as a list of bands. */
static void read_scheme(struct sc_form *form, const struct sc_yaml_node *node,
                        struct sc_bands *scheme)
{
    SC_AUTO_BUF written = {0};
    struct sc_bands *parsed = NULL;
    char why[160] = "";
    size_t n = 0;
    const char **pieces = sc_form_node_strings(form, node, "bands", &n);

    for (size_t i = 0; pieces && i < n; i++)
        sc_buf_addf(&written, "%s%s", i ? ";" : "", pieces[i]);
    if (written.failed) {
        form->nomem = true;
        return;
    }
    if (!sc_bands_parse(node->key->text, sc_slice_of(written.data ? written.data : ""), &parsed,
                        why)) {
        sc_form_error(form, node, "%s", why);
        return;
    }
    scheme->name = sc_arena_strdup(form->arena, parsed->name);
    scheme->bands = sc_form_alloc(form, parsed->n_bands, sizeof *scheme->bands);
    for (size_t i = 0; scheme->name && scheme->bands && i < parsed->n_bands; i++) {
        scheme->bands[i] = parsed->bands[i];
        scheme->bands[i].code = sc_arena_strdup(form->arena, parsed->bands[i].code);
        scheme->bands[i].label = sc_arena_strdup(form->arena, parsed->bands[i].label);
        form->nomem |= !scheme->bands[i].code || !scheme->bands[i].label;
        scheme->n_bands = i + 1;
    }
    form->nomem |= !scheme->name;
    sc_bands_free(parsed);
}

static void read_bands(struct sc_form *form, const struct sc_yaml_node *map,
                       struct sc_request *request)
{
    if (!sc_form_is_map(form, map, "band schemes by name: {mine: \"0-11;12-15;16+\"}"))
        return;
    request->bands = sc_form_alloc(form, map->n_items + 1, sizeof *request->bands);
    if (!request->bands)
        return;
    for (const struct sc_yaml_node *n = map->first; n; n = n->next)
        read_scheme(form, n, &request->bands[request->n_bands++]);
}

/* ---- questions and tables ---- */

static bool is_age(const char *dimension)
{
    return strcmp(dimension, "victim_age") == 0 || strcmp(dimension, "suspect_age") == 0;
}

static bool scheme_known(const struct sc_request *request, const char *name)
{
    for (size_t i = 0; i < request->n_bands; i++) {
        if (request->bands[i].name && strcmp(request->bands[i].name, name) == 0)
            return true;
    }
    return sc_bands_find(name) != NULL;
}

static void check_dimensions(struct sc_form *form, const struct sc_yaml_node *map,
                             const struct sc_request *request, const struct sc_table_wanted *table)
{
    bool age = false;
    const char *method = NULL;

    if (table->n_dimensions == 0)
        sc_form_error(form, map,
                      "a table needs rows or columns: expected for example "
                      "rows: [year, month]");
    if (table->n_dimensions > SC_DIMENSIONS_MAX)
        sc_form_error(form, map, "a table has at most %d dimensions", SC_DIMENSIONS_MAX);
    for (size_t i = 0; i < table->n_dimensions; i++) {
        age |= is_age(table->dimensions[i]);
        if (strcmp(table->dimensions[i], "method") == 0 ||
            strcmp(table->dimensions[i], "method_group") == 0)
            method = table->dimensions[i];
        if (table->dimensions[i][0] == '\0')
            sc_form_error(form, map, "a dimension has no name");
        for (size_t j = 0; j < i; j++) {
            if (strcmp(table->dimensions[i], table->dimensions[j]) == 0)
                sc_form_error(form, map, "the dimension '%.60s' stands twice",
                              table->dimensions[i]);
        }
    }
    if (age && !table->bands)
        sc_form_error(form, map,
                      "ages need bands: expected bands with the name of a scheme, such "
                      "as nspcc-foi");
    if (table->bands && !age)
        sc_form_error(form, sc_form_find(map, "bands"),
                      "bands without an age: neither victim_age nor suspect_age is a dimension");
    if (table->bands && !scheme_known(request, table->bands))
        sc_form_error(form, sc_form_find(map, "bands"),
                      "there is no band scheme '%.60s': expected one of data/age-bands.csv or "
                      "one defined under 'bands' in this request",
                      table->bands);
    if (method && !table->dictionary)
        sc_form_error(form, map,
                      "%s needs a dictionary: expected dictionary with the path of "
                      "a dictionary file",
                      method);
    if (table->dictionary && !method)
        sc_form_error(
            form, sc_form_find(map, "dictionary"),
            "a dictionary without method: neither method nor method_group is a dimension");
}

static void read_table(struct sc_form *form, const struct sc_yaml_node *map,
                       const struct sc_request *request, struct sc_table_wanted *table)
{
    static const char *const keys[] = {"id",    "title", "rows",       "columns",
                                       "count", "bands", "dictionary", NULL};
    const struct sc_yaml_node *id;
    const char **rows;
    const char **columns;
    size_t n_rows = 0;
    size_t n_columns = 0;

    table->id = "";
    table->title = "";
    table->line = map->line;
    if (!sc_form_is_map(form, map, "a table: {id: month, rows: [year, month], count: offences}"))
        return;
    sc_form_keys(form, map, keys);
    sc_form_require(form, map, "id", "a short name, used as a file name");
    id = sc_form_find(map, "id");
    table->id = sc_form_string(form, map, "id", "");
    if (id)
        (void)sc_form_id(form, id, table->id);
    table->title = sc_form_string(form, map, "title", "");
    table->unit = (enum sc_unit)sc_form_choice(form, map, "count", unit_names, SC_UNIT_OFFENCES);
    table->bands = sc_form_string(form, map, "bands", NULL);
    table->dictionary = sc_form_string(form, map, "dictionary", NULL);
    rows = sc_form_strings(form, map, "rows", &n_rows);
    columns = sc_form_strings(form, map, "columns", &n_columns);
    table->dimensions = sc_form_alloc(form, n_rows + n_columns + 1, sizeof *table->dimensions);
    if (!table->dimensions)
        return;
    for (size_t i = 0; rows && i < n_rows; i++)
        table->dimensions[table->n_dimensions++] = rows[i];
    table->n_rows_dimensions = table->n_dimensions;
    for (size_t i = 0; columns && i < n_columns; i++)
        table->dimensions[table->n_dimensions++] = columns[i];
    check_dimensions(form, map, request, table);
}

static void check_table_id(struct sc_form *form, const struct sc_yaml_node *map,
                           const struct sc_request *request, const struct sc_question *question,
                           const char *id)
{
    for (size_t q = 0; q < request->n_questions; q++) {
        for (size_t t = 0; t < request->questions[q].n_tables; t++) {
            if (strcmp(request->questions[q].tables[t].id, id) == 0)
                sc_form_error(form, map, "a table with the id '%.60s' stands above already", id);
        }
    }
    for (size_t t = 0; t + 1 < question->n_tables; t++) {
        if (strcmp(question->tables[t].id, id) == 0)
            sc_form_error(form, map, "a table with the id '%.60s' stands above already", id);
    }
}

static void read_question(struct sc_form *form, const struct sc_yaml_node *map,
                          const struct sc_request *request, struct sc_question *question)
{
    static const char *const keys[] = {"id", "text", "tables", NULL};
    const struct sc_yaml_node *tables;

    question->id = "";
    question->text = "";
    if (!sc_form_is_map(form, map, "a question: {id: \"1\", text: ..., tables: [...]}"))
        return;
    sc_form_keys(form, map, keys);
    sc_form_require(form, map, "id", "the question's number, in quotes");
    sc_form_require(form, map, "text", "the requester's words");
    question->id = sc_form_string(form, map, "id", "");
    question->text = sc_form_string(form, map, "text", "");
    for (size_t i = 0; i < request->n_questions; i++) {
        if (strcmp(request->questions[i].id, question->id) == 0)
            sc_form_error(form, map, "a question with the id '%.60s' stands above already",
                          question->id);
    }
    tables = sc_form_find(map, "tables");
    if (!tables)
        return; /* a question may be answered in words */
    if (tables->kind != SC_YAML_LIST) {
        sc_form_error(form, tables, "expected a list of tables");
        return;
    }
    question->tables = sc_form_alloc(form, tables->n_items + 1, sizeof *question->tables);
    if (!question->tables)
        return;
    for (const struct sc_yaml_node *n = tables->first; n; n = n->next) {
        struct sc_table_wanted *table = &question->tables[question->n_tables++];

        read_table(form, n, request, table);
        check_table_id(form, n, request, question, table->id);
    }
}

static void read_questions(struct sc_form *form, const struct sc_yaml_node *list,
                           struct sc_request *request)
{
    if (list->kind != SC_YAML_LIST || list->n_items == 0) {
        sc_form_error(form, list, "expected a list of questions");
        return;
    }
    request->questions = sc_form_alloc(form, list->n_items, sizeof *request->questions);
    if (!request->questions)
        return;
    for (const struct sc_yaml_node *n = list->first; n; n = n->next) {
        read_question(form, n, request, &request->questions[request->n_questions]);
        request->n_questions++;
    }
}

/* ---- decisions ---- */

static void read_decision(struct sc_form *form, const struct sc_yaml_node *map,
                          const struct sc_request *request, struct sc_decision *decision)
{
    static const char *const keys[] = {"question", "decision", "exemptions", "covers", NULL};
    static const char *const decisions[] = {
        "full",     "partial", "refused-exempt",      "refused-cost",
        "not-held", "ncnd",    "available-elsewhere", "withdrawn",
        NULL};
    const struct sc_yaml_node *exemptions;
    const struct sc_yaml_node *question;
    bool found;

    decision->question = "all";
    decision->decision = decisions[0];
    decision->covers = "";
    if (!sc_form_is_map(form, map, "a decision: {question: all, decision: full}"))
        return;
    sc_form_keys(form, map, keys);
    sc_form_require(form, map, "decision", "full, partial, refused-exempt, ...");
    decision->question = sc_form_string(form, map, "question", "all");
    decision->decision = decisions[sc_form_choice(form, map, "decision", decisions, 0)];
    decision->covers = sc_form_string(form, map, "covers", "");
    decision->exemptions = sc_form_strings(form, map, "exemptions", &decision->n_exemptions);
    exemptions = sc_form_find(map, "exemptions");
    for (size_t i = 0; decision->exemptions && i < decision->n_exemptions; i++) {
        if (!sc_exemption_known(decision->exemptions[i]))
            sc_form_error(form, exemptions,
                          "'%.40s' is not a section or exemption known here (data/exemptions.csv)",
                          decision->exemptions[i]);
    }
    found = strcmp(decision->question, "all") == 0;
    for (size_t i = 0; i < request->n_questions; i++)
        found |= strcmp(request->questions[i].id, decision->question) == 0;
    question = sc_form_find(map, "question");
    if (!found)
        sc_form_error(form, question ? question : map, "there is no question '%.60s'",
                      decision->question);
}

static void read_decisions(struct sc_form *form, const struct sc_yaml_node *list,
                           struct sc_request *request)
{
    if (list->kind != SC_YAML_LIST) {
        sc_form_error(form, list, "expected a list of decisions");
        return;
    }
    request->decisions = sc_form_alloc(form, list->n_items + 1, sizeof *request->decisions);
    if (!request->decisions)
        return;
    for (const struct sc_yaml_node *n = list->first; n; n = n->next)
        read_decision(form, n, request, &request->decisions[request->n_decisions++]);
}

/* ---- the whole form ---- */

/* What a request needs for its figures; one that is refused whole needs none of it. */
static void check_figures(struct sc_form *form, const struct sc_yaml_node *map,
                          const struct sc_request *request)
{
    const struct sc_yaml_node *questions = sc_form_find(map, "questions");
    bool refused = request->n_decisions > 0;
    size_t n_tables = 0;

    for (size_t q = 0; q < request->n_questions; q++)
        n_tables += request->questions[q].n_tables;
    for (size_t i = 0; i < request->n_decisions; i++)
        refused = refused && strcmp(request->decisions[i].decision, "full") != 0 &&
                  strcmp(request->decisions[i].decision, "partial") != 0;
    if (n_tables == 0 && refused)
        return;
    sc_form_require(form, map, "extract", "the path of the source description, extract.yaml");
    sc_form_require(form, map, "period", "{from: 2018-04-01, to: 2021-03-31}");
    if (n_tables == 0 && questions)
        sc_form_error(form, questions,
                      "no question has a table: there is nothing to count (only a request that is "
                      "refused, or not held, whole has none)");
}

static void read_request(struct sc_form *form, const struct sc_yaml_node *map,
                         struct sc_request *request)
{
    static const char *const keys[] = {
        "reference", "publication",  "title",     "keywords", "received", "as_at",
        "answered",  "organisation", "words",     "extract",  "period",   "offences",
        "bands",     "questions",    "decisions", "policy",   NULL};
    const struct sc_yaml_node *node;

    request->reference = request->publication = request->title = "";
    request->organisation = request->words = request->extract = "";
    request->received = request->as_at = request->answered = SC_DAY_NONE;
    if (!sc_form_is_map(form, map, "a request: lines such as 'reference: \"16040\"'"))
        return;
    sc_form_keys(form, map, keys);
    sc_form_require(form, map, "reference", "the request's reference number, in quotes");
    sc_form_require(form, map, "title", "what the answer is about");
    request->period.from = request->period.to = SC_DAY_NONE;
    sc_form_require(form, map, "questions", "a list of questions with their tables");
    request->reference = sc_form_string(form, map, "reference", "");
    request->publication = sc_form_string(form, map, "publication", "");
    request->title = sc_form_string(form, map, "title", "");
    request->organisation = sc_form_string(form, map, "organisation", "");
    request->words = sc_form_string(form, map, "words", "");
    request->extract = sc_form_string(form, map, "extract", "");
    request->policy = sc_form_string(form, map, "policy", NULL);
    request->keywords = sc_form_strings(form, map, "keywords", &request->n_keywords);
    request->received = sc_form_day(form, map, "received");
    request->as_at = sc_form_day(form, map, "as_at");
    request->answered = sc_form_day(form, map, "answered");
    if (request->received != SC_DAY_NONE && request->answered != SC_DAY_NONE &&
        request->answered < request->received)
        sc_form_error(form, sc_form_find(map, "answered"), "answered before it was received");
    node = sc_form_find(map, "period");
    if (node)
        read_period(form, node, &request->period);
    node = sc_form_find(map, "offences");
    if (node)
        read_offences(form, node, request);
    node = sc_form_find(map, "bands");
    if (node)
        read_bands(form, node, request);
    node = sc_form_find(map, "questions");
    if (node)
        read_questions(form, node, request);
    node = sc_form_find(map, "decisions");
    if (node)
        read_decisions(form, node, request);
    check_figures(form, map, request);
}

enum sc_status sc_request_load_bytes(const char *path, const char *bytes, size_t len,
                                     struct sc_request **ret_request,
                                     struct sc_diagnostics *diagnostics, struct sc_error *err)
{
    struct owned_request *owned = sc_alloc(sizeof *owned);
    struct sc_form form = {.diagnostics = diagnostics};
    struct sc_yaml_node *root = NULL;
    enum sc_status status;

    if (!owned)
        return sc_fail_nomem(err);
    form.arena = &owned->arena;
    status = sc_form_open(&form, path, bytes, len, owned->request.sha256, &owned->request.bytes,
                          &root, err);
    if (!status) {
        owned->request.path = form.file;
        read_request(&form, root, &owned->request);
        status = sc_form_close(&form, err);
    }
    if (status) {
        sc_request_free(&owned->request);
        return status;
    }
    *ret_request = &owned->request;
    return SC_OK;
}

enum sc_status sc_request_load(const char *path, struct sc_request **ret_request,
                               struct sc_diagnostics *diagnostics, struct sc_error *err)
{
    return sc_request_load_bytes(path, NULL, 0, ret_request, diagnostics, err);
}

void sc_request_free(struct sc_request *request)
{
    struct owned_request *owned = (struct owned_request *)request;

    if (!owned)
        return;
    sc_arena_release(&owned->arena);
    sc_free(owned);
}

const char *sc_request_starter(void)
{
    return "# A request for safecount. Lines that begin with # are remarks.\n"
           "# Every key is described in docs/request.md.\n"
           "\n"
           "reference: \"12345\"\n"
           "# publication: PUB 1\n"
           "title: Recorded offences by month\n"
           "keywords: [recorded crime]\n"
           "received: 2026-01-05          # the day the request came in\n"
           "as_at: 2026-01-12             # the day the records were extracted\n"
           "# organisation: Example Constabulary\n"
           "# words: |\n"
           "#   The request as it was received, whole.\n"
           "\n"
           "# Where the records are and what their columns mean. Make one with\n"
           "#   safecount describe RECORDS.csv -o extract.yaml\n"
           "extract: extract.yaml\n"
           "\n"
           "# Both days are included. date is one of recorded, reported, created,\n"
           "# committed_from, committed_to; year is calendar or financial (April to March).\n"
           "period: {from: 2023-04-01, to: 2025-03-31, date: recorded, year: financial}\n"
           "\n"
           "# Home Office codes (71/17) or recorded-crime classes (88A). Leave it out to\n"
           "# count every offence.\n"
           "offences: [\"71/17\"]\n"
           "\n"
           "questions:\n"
           "  - id: \"1\"\n"
           "    text: How many offences were recorded, by month and year?\n"
           "    tables:\n"
           "      # rows go down the page, columns across: year, quarter, month, month_of_year,\n"
           "      # victim_age, suspect_age, victim_sex, suspect_sex, outcome, outcome_group,\n"
           "      # method, method_group, or a column of extract.yaml by its name.\n"
           "      # count is one of offences, victims, suspects, rows.\n"
           "      - {id: month, title: Offences by month, rows: [year, month], count: offences}\n"
           "  # - id: \"2\"\n"
           "  #   text: How old were the victims?\n"
           "  #   tables:\n"
           "  #     - {id: victim-age, rows: [year], columns: [victim_age], bands: nspcc-foi,\n"
           "  #        count: victims}\n"
           "  # - id: \"3\"\n"
           "  #   text: Which platform was used?\n"
           "  #   tables:\n"
           "  #     - {id: method, rows: [year], columns: [method], dictionary: platforms.yaml}\n"
           "\n"
           "decisions:\n"
           "  - {question: all, decision: partial, exemptions: [\"40(2)\"],\n"
           "     covers: figures below the threshold}\n"
           "\n"
           "# policy: policy.yaml         # without it: threshold 5, marker [c]\n";
}
