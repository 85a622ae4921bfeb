/*
 * test_releases.c - what is recorded comes back, what must not be recorded is refused, and what was
 * changed behind the program's back is seen.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sqlite3.h>

#include "answer_text.h"
#include "base/date.h"
#include "base/fault.h"
#include "register/answer_reader.h"

#define OK(call) assert_int_equal((call), SC_OK)
#define FILE_NAME "test.register"
#define WHEN "2026-11-24T23:15:00Z"

static struct sc_register *open_register(void)
{
    struct sc_register *reg = NULL;

    OK(sc_register_open(FILE_NAME, SC_DB_CREATE, &reg, NULL));
    return reg;
}

/* Adds the template with one change; the message when it was refused, in `err`. */
static enum sc_status add(const char *from, const char *to, const char *correction,
                          struct sc_error *err)
{
    SC_AUTO(sc_register) reg = open_register();
    struct sc_release_new new = {.folder = "answer", .correction = correction, .recorded = WHEN};

    write_answer("answer", from, to);
    return sc_release_add(reg, &new, &(int64_t){0}, err);
}

static struct sc_releases *load(const struct sc_releases_wanted *wanted, size_t expected)
{
    SC_AUTO(sc_register) reg = open_register();
    struct sc_releases *releases = NULL;
    size_t n = 0;

    OK(sc_releases_load(reg, wanted, &releases, NULL));
    (void)sc_releases_items(releases, &n);
    assert_int_equal(n, expected);
    return releases;
}

static enum sc_status verify(struct sc_error *err)
{
    SC_AUTO(sc_register) reg = open_register();
    size_t n = 0;

    return sc_releases_verify(reg, &n, err);
}

static void raw(const char *sql)
{
    sqlite3 *db = NULL;
    char *message = NULL;

    assert_int_equal(sqlite3_open(FILE_NAME, &db), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK)
        fail_msg("%s", message);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void holds(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("'%s' does not hold '%s'", text, part);
}

static void figures_come_back_as_published(void **state)
{
    static const struct sc_releases_wanted wanted = {.records = "crimes", .tables = true};
    SC_AUTO(sc_releases) releases = NULL;
    const struct sc_past_release *r;
    const struct sc_past_table *past;
    const struct sc_table *table;
    char day[16];
    size_t n = 0;

    (void)state;
    OK(add("}", "}", NULL, NULL));
    releases = load(&wanted, 1);
    r = sc_releases_items(releases, &n);
    assert_string_equal(r->reference, "R-1");
    assert_int_equal(r->version, 1);
    assert_string_equal(r->publication, "PUB 1");
    assert_string_equal(r->organisation, "Example Constabulary");
    assert_string_equal(r->records, "crimes");
    assert_string_equal(sc_day_format_iso(r->as_at, day), "2021-09-07");
    assert_int_equal(r->answered, SC_DAY_NONE);
    assert_string_equal(sc_day_format_iso(r->period.from, day), "2018-04-01");
    assert_string_equal(sc_day_format_iso(r->period.to, day), "2019-03-31");
    assert_int_equal(r->period.date, SC_DATE_RECORDED);
    assert_true(r->period.financial_year);
    assert_int_equal(r->n_offences, 2); /* sorted, each once */
    assert_string_equal(r->offences[0], "071/17");
    assert_string_equal(r->offences[1], "088A");
    assert_int_equal(r->threshold, 5);
    assert_string_equal(r->marker, "[c]");
    assert_string_equal(r->certificate_sha256, "");
    assert_string_equal(r->recorded, WHEN);
    assert_false(r->superseded);

    assert_int_equal(r->n_tables, 1);
    past = &r->tables[0];
    table = &past->table;
    assert_string_equal(table->id, "t");
    assert_int_equal(table->unit, SC_UNIT_VICTIMS);
    assert_int_equal(table->n_dimensions, 3);
    assert_int_equal(table->n_rows_dimensions, 2);
    assert_int_equal(table->n_cells, 2 * 2 * 3);
    assert_int_equal(table->dimensions[1].nested_in, 0);
    assert_int_equal(table->dimensions[1].categories[0].parent, 0);
    assert_true(table->dimensions[2].overlapping);
    assert_string_equal(past->dictionary[0], "");
    assert_string_equal(past->dictionary[2], "abc123");
    assert_false(past->fallback[2][0]);
    assert_true(past->fallback[2][1]);
    assert_int_equal(past->rounding, 5);
    assert_int_equal(sc_table_cell(table, (size_t[]){0, 0, 0})->status, SC_CELL_SUPPRESSED);
    assert_int_equal(sc_table_cell(table, (size_t[]){0, 0, 0})->count, 0);
    assert_int_equal(sc_table_cell(table, (size_t[]){0, 0, 1})->status, SC_CELL_PUBLISHED);
    assert_int_equal(sc_table_cell(table, (size_t[]){0, 0, 1})->count, 12);
    assert_int_equal(sc_table_cell(table, (size_t[]){0, 1, 2})->status, SC_CELL_ROUNDED);
    assert_int_equal(sc_table_cell(table, (size_t[]){0, 1, 2})->count, 15);
    assert_int_equal(sc_table_cell(table, (size_t[]){1, 1, 2})->status, SC_CELL_VOID);
    OK(verify(NULL));
}

static void bytes_come_back(void **state)
{
    SC_AUTO(sc_register) reg = NULL;
    SC_AUTO_BUF bytes = {0};
    struct sc_error err = {0};

    (void)state;
    OK(add("}", "}", NULL, NULL));
    reg = open_register();
    OK(sc_release_answer(reg, 1, &bytes, NULL));
    assert_int_equal(bytes.len, strlen(answer_template));
    assert_memory_equal(bytes.data, answer_template, bytes.len);
    assert_int_equal(sc_release_answer(reg, 7, &bytes, &err), SC_E_RANGE);
}

static void certificate_is_noted(void **state)
{
    static const struct sc_releases_wanted all = {0};
    SC_AUTO(sc_releases) releases = NULL;
    size_t n = 0;

    (void)state;
    assert_int_equal(mkdir("answer", 0700), 0);
    write_file("answer/certificate.json", "abc", 3);
    OK(add("}", "}", NULL, NULL));
    releases = load(&all, 1);
    assert_string_equal(sc_releases_items(releases, &n)->certificate_sha256,
                        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

/* An answer folder with a certificate, what adds up, a table and something hidden. */
static void write_folder(void)
{
    assert_int_equal(mkdir("answer", 0700), 0);
    assert_int_equal(mkdir("answer/tables", 0700), 0);
    write_file("answer/certificate.json", "abc", 3);
    write_file("answer/tables/hierarchy.csv", "", 0);
    write_file("answer/tables/t.csv", "abc", 3);
    write_file("answer/.notes", "x", 1);
}

#define SHA256_OF_ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

static void the_files_of_an_answer_are_listed(void **state)
{
    static const struct {
        const char *name;
        uint64_t bytes;
        bool kept;
    } expected[] = {{"answer.json", sizeof answer_template - 1, false},
                    {"certificate.json", 3, true},
                    {"tables/hierarchy.csv", 0, true},
                    {"tables/t.csv", 3, false}};
    SC_AUTO(sc_register) reg = NULL;
    SC_AUTO(sc_releases) releases = NULL;
    SC_AUTO(sc_release_files) files = NULL;
    SC_AUTO_BUF bytes = {0};
    const struct sc_release_file *items;
    const struct sc_past_release *r;
    char day[16];
    size_t n = 0;

    (void)state;
    write_folder();
    OK(add("}", "}", NULL, NULL));
    reg = open_register();
    OK(sc_release_files_load(reg, 1, &files, NULL));
    items = sc_release_files_items(files, &n);
    assert_int_equal(n, 4);
    for (size_t i = 0; i < n; i++) {
        assert_string_equal(items[i].name, expected[i].name);
        assert_int_equal(items[i].bytes, expected[i].bytes);
        assert_int_equal(items[i].kept, expected[i].kept);
    }
    assert_string_equal(items[3].sha256, SHA256_OF_ABC);
    OK(sc_release_file(reg, 1, "certificate.json", &bytes, NULL));
    assert_int_equal(bytes.len, 3);
    assert_memory_equal(bytes.data, "abc", 3);
    OK(sc_release_file(reg, 1, "tables/hierarchy.csv", &bytes, NULL));
    assert_int_equal(bytes.len, 3); /* it is empty */
    assert_int_equal(sc_release_file(reg, 1, "tables/t.csv", &bytes, NULL), SC_E_RANGE);
    assert_int_equal(sc_release_file(reg, 2, "certificate.json", &bytes, NULL), SC_E_RANGE);
    releases = load(&(struct sc_releases_wanted){0}, 1);
    r = sc_releases_items(releases, &n);
    assert_int_equal(r->folder[0], '/');
    holds(r->folder, "/answer");
    assert_string_equal(sc_day_format_iso(r->received, day), "2021-09-01");
    assert_int_equal(r->n_decisions, 0);
    OK(verify(NULL));
}

static void decisions_are_noted_each_once(void **state)
{
    SC_AUTO(sc_releases) releases = NULL;
    const struct sc_past_release *r;
    size_t n = 0;

    (void)state;
    OK(add("\"decisions\": []",
           "\"decisions\": [{\"decision\": \"partial\"}, {\"decision\": \"not-held\"},"
           " {\"decision\": \"partial\"}]",
           NULL, NULL));
    releases = load(&(struct sc_releases_wanted){0}, 1);
    r = sc_releases_items(releases, &n);
    assert_int_equal(r->n_decisions, 2);
    assert_string_equal(r->decisions[0], "partial");
    assert_string_equal(r->decisions[1], "not-held");
    OK(verify(NULL));
}

static void only_files_and_folders_are_recorded(void **state)
{
    struct sc_error err = {0};

    (void)state;
    write_folder();
    assert_int_equal(symlink("/etc/hostname", "answer/tables/link.csv"), 0);
    assert_int_equal(add("}", "}", NULL, &err), SC_E_INPUT);
    holds(err.message, "neither a file nor a folder");
    assert_int_equal(unlink("answer/tables/link.csv"), 0);
    assert_int_equal(mkdir("answer/tables/a", 0700), 0);
    assert_int_equal(mkdir("answer/tables/a/b", 0700), 0);
    assert_int_equal(mkdir("answer/tables/a/b/c", 0700), 0);
    assert_int_equal(mkdir("answer/tables/a/b/c/d", 0700), 0);
    assert_int_equal(add("}", "}", NULL, &err), SC_E_INPUT);
    holds(err.message, "folders within folders");
    sc_releases_free(load(&(struct sc_releases_wanted){0}, 0));
}

/* A register as the version before this one left it, with release 1 in it. */
static void groups_keep_their_members(void **state)
{
    SC_AUTO(sc_releases) releases = NULL;
    const struct sc_past_table *past;
    size_t n = 0;

    (void)state;
    write_folder();
    OK(add("\"fallback\": true", "\"members\": [\"fb\", \"wa\"]", NULL, NULL));
    releases = load(&(struct sc_releases_wanted){.tables = true}, 1);
    past = &sc_releases_items(releases, &n)->tables[0];
    assert_string_equal(past->members[2][0], "");
    assert_string_equal(past->members[2][1], "fb wa");
    assert_false(past->fallback[2][1]);
    OK(verify(NULL));
}

static void make_old(void)
{
    raw("DROP TABLE release_file; DROP TABLE release_folder;"
        " ALTER TABLE release_category DROP COLUMN members;"
        " ALTER TABLE release_table DROP COLUMN within;"
        " ALTER TABLE release DROP COLUMN secondary_marker;"
        " ALTER TABLE release DROP COLUMN zeros_hidden;"
        " ALTER TABLE release_cell DROP COLUMN second;"
        " UPDATE part SET version = 1 WHERE name = 'releases'");
}

static void an_older_register_gets_the_files_later(void **state)
{
    SC_AUTO(sc_releases) releases = NULL;
    SC_AUTO(sc_releases) after = NULL;
    const struct sc_past_release *r;
    struct sc_error err = {0};
    size_t n = 0;

    (void)state;
    write_folder();
    OK(add("}", "}", NULL, NULL));
    make_old();
    releases = load(&(struct sc_releases_wanted){0}, 1);
    r = sc_releases_items(releases, &n);
    assert_string_equal(r->folder, "");
    assert_int_equal(r->received, SC_DAY_NONE);
    assert_int_equal(r->n_decisions, 0);
    OK(verify(NULL));

    write_file("answer/certificate.json", "other", 5);
    assert_int_equal(add("}", "}", NULL, &err), SC_E_RANGE);
    holds(err.message, "with another certificate.json");
    write_file("answer/certificate.json", "abc", 3);
    assert_int_equal(add("}", "}", "why", &err), SC_E_RANGE);
    OK(add("}", "}", NULL, NULL));
    after = load(&(struct sc_releases_wanted){0}, 1);
    holds(sc_releases_items(after, &n)->folder, "/answer");
    OK(verify(NULL));
    assert_int_equal(add("}", "}", NULL, &err), SC_E_RANGE);
    holds(err.message, "this very answer");
}

static void an_answer_without_figures_has_no_period(void **state)
{
    static const char from[] = "\"period\": {\"from\": \"2018-04-01\", \"to\": \"2019-03-31\"";
    const char *tables = strstr(answer_template, "\"tables\": [");
    const char *policy = strstr(answer_template, " \"policy\"");
    SC_AUTO(sc_releases) releases = NULL;
    SC_AUTO(sc_register) reg = open_register();
    struct sc_release_new new = {.folder = "answer", .recorded = WHEN};
    struct sc_error err = {0};
    char *text = replaced(answer_template, from, "\"period\": {\"from\": null, \"to\": null");
    char *end;
    size_t n = 0;

    (void)state;
    assert_int_equal(add(from, "\"period\": {\"from\": null, \"to\": null", NULL, &err),
                     SC_E_INPUT); /* it has tables */
    holds(err.message, "period.from: expected a day");
    end = strstr(text, "\"tables\": [");
    (void)strcpy(end, "\"tables\": [],\n");
    assert_non_null(tables);
    (void)strcat(text, policy);
    write_file("answer/answer.json", text, strlen(text));
    free(text);
    OK(sc_release_add(reg, &new, &(int64_t){0}, NULL));
    releases = load(&(struct sc_releases_wanted){.tables = true}, 1);
    assert_int_equal(sc_releases_items(releases, &n)->period.from, SC_DAY_NONE);
    assert_int_equal(sc_releases_items(releases, &n)->n_tables, 0);
    OK(verify(NULL));
}

static void recorded_once(void **state)
{
    struct sc_error err = {0};

    (void)state;
    OK(add("}", "}", NULL, NULL));
    assert_int_equal(add("}", "}", NULL, &err), SC_E_RANGE);
    holds(err.message, "recorded already, this very answer (version 1)");
    assert_int_equal(add("}", "}", "why", &err),
                     SC_E_RANGE); /* a correction that corrects nothing */
    holds(err.message, "this very answer");
    assert_int_equal(add("12,", "13,", NULL, &err), SC_E_RANGE);
    holds(err.message, "--correction");
    assert_int_equal(add("R-1", "R-2", "why", &err), SC_E_RANGE);
    holds(err.message, "nothing to correct");
    assert_int_equal(add("12,", "13,", " ", &err), SC_E_RANGE);
    sc_releases_free(load(&(struct sc_releases_wanted){0}, 1));
}

static void corrected_and_withdrawn_still_there(void **state)
{
    static const struct sc_releases_wanted of_records = {.records = "crimes", .tables = true};
    SC_AUTO(sc_register) reg = NULL;
    SC_AUTO(sc_releases) releases = NULL;
    const struct sc_past_release *items;
    struct sc_error err = {0};
    size_t n = 0;

    (void)state;
    OK(add("}", "}", NULL, NULL));
    OK(add("12,", "13,", "March was missing", NULL));
    reg = open_register();
    assert_int_equal(sc_release_withdraw(reg, "R-9", "why", 0, WHEN, &err), SC_E_RANGE);
    assert_int_equal(sc_release_withdraw(reg, "R-1", "", 0, WHEN, &err), SC_E_RANGE);
    OK(sc_release_withdraw(reg, "R-1", "Counted twice", 20000, WHEN, NULL));
    assert_int_equal(sc_release_withdraw(reg, "R-1", "again", 0, WHEN, &err), SC_E_RANGE);
    holds(err.message, "withdrawn already");
    releases = load(&of_records, 2);
    items = sc_releases_items(releases, &n);
    assert_true(items[0].superseded);
    assert_false(items[1].superseded);
    assert_int_equal(items[1].version, 2);
    assert_string_equal(items[1].correction, "March was missing");
    for (size_t i = 0; i < 2; i++) {
        assert_string_equal(items[i].withdrawn, "Counted twice");
        assert_int_equal(items[i].withdrawn_on, 20000);
        assert_int_equal(items[i].tables[0].table.cells[1].count, 12 + i);
    }
    OK(verify(NULL));
}

static void lists_are_narrowed(void **state)
{
    (void)state;
    OK(add("}", "}", NULL, NULL));
    OK(add("R-1\"", "R-2\"", NULL, NULL));
    sc_releases_free(load(&(struct sc_releases_wanted){0}, 2));
    sc_releases_free(load(&(struct sc_releases_wanted){.reference = "R-2"}, 1));
    sc_releases_free(load(&(struct sc_releases_wanted){.records = "incidents"}, 0));
    sc_releases_free(load(&(struct sc_releases_wanted){.records = "crimes"}, 2));
}

static void the_usual_records_where_none_are_named(void **state)
{
    (void)state;
    OK(add("\"records\": \"crimes\",", "", NULL, NULL));
    sc_releases_free(load(&(struct sc_releases_wanted){.records = SC_RECORDS_USUAL}, 1));
}

static const struct {
    const char *from;
    const char *to;
    enum sc_status status;
    const char *message;
} refusals[] = {
    {"true, \"reasons\"", "false, \"reasons\"", SC_E_UNSAFE, "not publishable"},
    {"{\"publishable\"", "{\"internal\": true, \"publishable\"", SC_E_UNSAFE, "true counts"},
    {"{\"publishable\": true,", "{", SC_E_INPUT, "publishable: expected true or false"},
    {"12,", "4,", SC_E_UNSAFE, "tables[0].cells[1]: a count under the answer's own threshold"},
    {"12,", "-12,", SC_E_INPUT, "tables[0].cells[1]: expected a 'value' of at least 0"},
    {"12,", "12.5,", SC_E_INPUT, "tables[0].cells[1]: expected a 'value'"},
    {"12,", "9223372036854775807,", SC_E_INPUT, "tables[0].cells[1]: expected a 'value'"},
    {"12,", "99999999999999999999,", SC_E_INPUT, "not JSON"},
    {"null, \"status\": \"suppressed\"", "3, \"status\": \"suppressed\"", SC_E_INPUT,
     "tables[0].cells[0]: expected no value where it is suppressed"},
    {"null, \"status\": \"suppressed\"", "3, \"status\": \"true\"", SC_E_INPUT,
     "expected 'status' published, suppressed or rounded"},
    {"\"method\": \"text\"", "\"method\": \"snap\"", SC_E_INPUT,
     "tables[0].cells[1]: expected each "
     "cell once"},
    {"\"method\": \"text\"", "\"method\": \"chat\"", SC_E_INPUT, "'at' with a category of each"},
    {"\"method\": \"text\"", "\"method\": 1", SC_E_INPUT, "'at' with a category of each"},
    {", \"method\": \"text\"}", "}", SC_E_INPUT, "'at' with one code for each dimension"},
    {"\"rounding\": 5", "\"rounding\": 0", SC_E_INPUT, "tables[0].cells[2]: expected the base"},
    {"\"unit\": \"victims\"", "\"unit\": \"cases\"", SC_E_INPUT,
     "tables[0]: expected a known 'unit'"},
    {"\"code\": \"text\"", "\"code\": \"snap\"", SC_E_INPUT,
     "tables[0].categories.method.values: expected each code once"},
    {"\"fallback\": true", "\"members\": []", SC_E_INPUT, "'members' a list of the codes"},
    {"\"fallback\": true", "\"members\": \"snap\"", SC_E_INPUT, "'members' a list of the codes"},
    {"\"fallback\": true", "\"members\": [\"a b\"]", SC_E_INPUT, "codes without blanks"},
    {"\"fallback\": true", "\"members\": [1]", SC_E_INPUT, "codes without blanks"},
    {"\"code\": \"text\"", "\"code\": \"Total\"", SC_E_INPUT, "expected codes other than"},
    {"\"within\": \"2018/19\"", "\"within\": \"2019/20\"", SC_E_INPUT, "'within' a category"},
    {"\"nested_in\": \"year\"", "\"nested_in\": \"month\"", SC_E_INPUT, "'nested_in' an earlier"},
    {"\"overlapping\": true", "\"overlapping\": 1", SC_E_INPUT, "'overlapping' true or false"},
    {"\"year\", \"month\", \"method\"", "\"year\", \"year\", \"method\"", SC_E_INPUT,
     "tables[0].dimensions: expected each dimension once"},
    {"\"row_dimensions\": 2", "\"row_dimensions\": 9", SC_E_INPUT,
     "row_dimensions: expected a whole"},
    {"\"threshold\": 5", "\"threshold\": 1", SC_E_INPUT,
     "policy.threshold: expected a whole number"},
    {"\"from\": \"2018-04-01\"", "\"from\": \"2018-04-31\"", SC_E_INPUT,
     "period.from: expected a day"},
    {"\"from\": \"2018-04-01\"", "\"from\": \"2020-04-01\"", SC_E_INPUT, "'to' not before 'from'"},
    {"\"recorded\"", "\"noticed\"", SC_E_INPUT, "expected a known 'date'"},
    {"\"as_at\": \"2021-09-07\"", "\"as_at\": \"7/9/2021\"", SC_E_INPUT,
     "request.as_at: expected a day"},
    {"\"reference\": \"R-1\"", "\"reference\": \"\"", SC_E_INPUT, "expected a 'reference'"},
    {"\"088A\"", "88", SC_E_INPUT, "offences: expected a list of offence codes"},
    {"\"tables\": [", "\"tables\": 1, \"t\": [", SC_E_INPUT, "tables: expected a list"},
    {"\"title\": \"Offences\"", "\"title\": \"a\", \"title\": \"b\"", SC_E_INPUT, "not JSON"},
    {"}}\n", "}", SC_E_INPUT, "not JSON"},
};

static void what_is_no_published_answer_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        struct sc_error err = {0};

        assert_int_equal(add(refusals[i].from, refusals[i].to, NULL, &err), refusals[i].status);
        holds(err.message, refusals[i].message);
        assert_string_equal(err.file, "answer/answer.json");
    }
    sc_releases_free(load(&(struct sc_releases_wanted){0}, 0));
    assert_int_equal(add("}", "}", NULL, NULL), SC_OK);
}

static void no_folder_no_record(void **state)
{
    SC_AUTO(sc_register) reg = open_register();
    struct sc_release_new new = {.folder = "nowhere", .recorded = WHEN};
    struct sc_error err = {0};

    (void)state;
    assert_int_equal(sc_release_add(reg, &new, &(int64_t){0}, &err), SC_E_IO);
}

#define UNLOCK                                                                                     \
    "DROP TRIGGER release_kept; DROP TRIGGER release_stays; DROP TRIGGER release_cell_kept;"       \
    "DROP TRIGGER release_cell_stays; DROP TRIGGER release_file_kept;"                             \
    "DROP TRIGGER release_file_stays;"

static const struct {
    const char *sql;
    const char *message;
} changes[] = {
    {"UPDATE release SET title = 'Other' WHERE id = 1", "version 1: its head"},
    {"UPDATE release SET records = 'other' WHERE id = 2", "version 2: its head"},
    {"UPDATE release SET answer = CAST(CAST(answer AS TEXT) || ' ' AS BLOB) WHERE id = 1",
     "its answer.json is not the one"},
    {"UPDATE release_cell SET value = 11 WHERE value = 12", "its figures are not those"},
    {"DELETE FROM release_cell WHERE cell = 1", "its figures are not those"},
    {"UPDATE release_cell SET status = 1, value = 7 WHERE status = 2", "its figures are not those"},
    {"UPDATE release_category SET code = 'other' WHERE code = 'snap'", "its figures are not those"},
    {"UPDATE release_category SET fallback = 0", "its figures are not those"},
    {"UPDATE release_category SET members = 'snap text'", "its figures are not those"},
    {"UPDATE release_event SET reason = 'Other'", "its withdrawal is not as recorded"},
    {"UPDATE release_folder SET path = '/elsewhere' WHERE release = 1", "list of its files"},
    {"UPDATE release_folder SET decisions = 'full'", "list of its files"},
    {"UPDATE release_file SET sha256 = 'x' WHERE release = 1", "list of its files"},
    {"DELETE FROM release_file WHERE release = 2 AND name = 'tables/t.csv'", "list of its files"},
    {"UPDATE release_file SET bytes = x'616264' WHERE name = 'certificate.json'",
     "a file kept of it"},
    {"DELETE FROM release_event; DELETE FROM release_cell; DELETE FROM release_category; DELETE "
     "FROM "
     "release_dimension; DELETE FROM release_table; DELETE FROM release_file; DELETE FROM "
     "release_folder; DELETE FROM release WHERE id = 1",
     "version 2: its head, or what was added before it"},
    {"UPDATE release_cell SET cell = 99 WHERE cell = 1", "damaged: a figure stands outside"},
    {"UPDATE release_table SET unit = 'x'", "damaged: a table is none"},
    {"UPDATE release_dimension SET nested_in = 2 WHERE nested_in = 0", "do not lie in one another"},
    {"UPDATE release SET period_from = 'x' WHERE id = 1", "damaged: the head of a release is none"},
};

static void changes_are_seen(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        SC_AUTO(sc_register) reg = NULL;
        struct sc_error err = {0};

        if (i == 0)
            write_folder();
        OK(add("}", "}", NULL, NULL));
        OK(add("12,", "13,", "why", NULL));
        reg = open_register();
        OK(sc_release_withdraw(reg, "R-1", "Counted twice", 20000, WHEN, NULL));
        sc_register_free(SC_TAKE(reg));
        OK(verify(NULL));
        raw(UNLOCK);
        raw(changes[i].sql);
        assert_int_equal(verify(&err), SC_E_INPUT);
        holds(err.message, changes[i].message);
        assert_int_equal(unlink(FILE_NAME), 0);
    }
}

static void figures_cannot_be_changed_by_accident(void **state)
{
    sqlite3 *db = NULL;

    (void)state;
    OK(add("}", "}", NULL, NULL));
    assert_int_equal(sqlite3_open(FILE_NAME, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "DELETE FROM release", NULL, NULL, NULL), SQLITE_CONSTRAINT);
    assert_int_equal(sqlite3_exec(db, "UPDATE release_cell SET value = 0", NULL, NULL, NULL),
                     SQLITE_CONSTRAINT);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* Whatever allocation fails, the register holds the release whole or not at all. */
static void every_allocation_of_add_fails_in_turn(void **state)
{
#ifdef SC_FAULT_INJECTION
    enum sc_status status = SC_E_NOMEM;
    uint64_t nth = 0;

    (void)state;
    write_answer("answer", "}", "}");
    while (status) {
        SC_AUTO(sc_register) reg = open_register();
        SC_AUTO(sc_releases) there = NULL;
        struct sc_release_new new = {.folder = "answer", .recorded = WHEN};
        int64_t id = 0;
        size_t n = 0;
        bool hit;

        sc_fault_set(SC_FAULT_ALLOC, ++nth);
        status = sc_release_add(reg, &new, &id, NULL);
        hit = sc_fault_passed(SC_FAULT_ALLOC) >= nth;
        sc_fault_set(SC_FAULT_ALLOC, 0);
        assert_int_equal(status, hit ? SC_E_NOMEM : SC_OK);
        OK(sc_releases_load(reg, &(struct sc_releases_wanted){0}, &there, NULL));
        (void)sc_releases_items(there, &n);
        assert_int_equal(n, status ? 0 : 1);
        OK(verify(NULL));
    }
    assert_true(nth > 50);
#else
    (void)state;
    skip();
#endif
}

static void every_allocation_of_load_fails_in_turn(void **state)
{
#ifdef SC_FAULT_INJECTION
    enum sc_status status = SC_E_NOMEM;
    uint64_t nth = 0;

    (void)state;
    OK(add("}", "}", NULL, NULL));
    while (status) {
        SC_AUTO(sc_register) reg = open_register();
        SC_AUTO(sc_releases) releases = NULL;
        size_t n = 0;
        bool hit;

        sc_fault_set(SC_FAULT_ALLOC, ++nth);
        status =
            sc_releases_load(reg, &(struct sc_releases_wanted){.tables = true}, &releases, NULL);
        if (!status)
            status = sc_releases_verify(reg, &n, NULL);
        hit = sc_fault_passed(SC_FAULT_ALLOC) >= nth;
        sc_fault_set(SC_FAULT_ALLOC, 0);
        assert_int_equal(status, hit ? SC_E_NOMEM : SC_OK);
    }
    assert_true(nth > 50);
#else
    (void)state;
    skip();
#endif
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, enter_empty_folder, leave_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(figures_come_back_as_published),
        CASE(bytes_come_back),
        CASE(certificate_is_noted),
        CASE(the_files_of_an_answer_are_listed),
        CASE(decisions_are_noted_each_once),
        CASE(only_files_and_folders_are_recorded),
        CASE(groups_keep_their_members),
        CASE(an_older_register_gets_the_files_later),
        CASE(an_answer_without_figures_has_no_period),
        CASE(recorded_once),
        CASE(corrected_and_withdrawn_still_there),
        CASE(lists_are_narrowed),
        CASE(the_usual_records_where_none_are_named),
        CASE(what_is_no_published_answer_is_refused),
        CASE(no_folder_no_record),
        CASE(changes_are_seen),
        CASE(figures_cannot_be_changed_by_accident),
        CASE(every_allocation_of_add_fails_in_turn),
        CASE(every_allocation_of_load_fails_in_turn),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
