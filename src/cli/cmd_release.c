/*
 * cmd_release.c - `safecount release`: what was published, remembered.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/date.h"
#include "cli/cli.h"
#include "publish/json_parts.h"
#include "register/releases.h"

const char *register_path(const struct arguments *arguments)
{
    const char *path = arguments->given[OPTION_REGISTER] ? arguments->text[OPTION_REGISTER]
                                                         : getenv("SAFECOUNT_REGISTER");

    return path && path[0] ? path : SC_REGISTER_USUAL;
}

/* Now, or SOURCE_DATE_EPOCH, as "2026-11-24T23:15:00Z" and as a day. */
static void read_clock(char text[32], int32_t *ret_day)
{
    const char *fixed = getenv("SOURCE_DATE_EPOCH");
    char *end = NULL;
    time_t now = time(NULL);
    struct tm tm;

    if (fixed && fixed[0]) {
        long long seconds = strtoll(fixed, &end, 10);

        if (*end == '\0' && seconds >= 0 && seconds < 253402300800LL) /* the year 10000 */
            now = (time_t)seconds;
    }
    (void)gmtime_r(&now, &tm);
    (void)strftime(text, 32, "%Y-%m-%dT%H:%M:%SZ", &tm);
    *ret_day = (int32_t)(now / 86400);
}

static const char *status_of(const struct sc_past_release *r)
{
    if (r->withdrawn_on != SC_DAY_NONE)
        return "withdrawn";
    return r->superseded ? "corrected" : "published";
}

/* ---- JSON -------------------------------------------------------------------------- */

/* A text, or null where it is empty. */
static void json_text(struct sc_json *json, const char *key, const char *text)
{
    sc_json_key(json, key);
    if (text[0])
        sc_json_string(json, text);
    else
        sc_json_null(json);
}

static size_t count_cells(const struct sc_table *table, enum sc_cell_status status)
{
    size_t n = 0;

    for (size_t i = 0; i < table->n_cells; i++)
        n += table->cells[i].status == status;
    return n;
}

static size_t count_withheld(const struct sc_table *table)
{
    return count_cells(table, SC_CELL_SUPPRESSED) + count_cells(table, SC_CELL_SECONDARY);
}

/* Name, size and hash of each file; "kept": the register has its bytes. */
static enum sc_status json_files(struct sc_json *json, struct sc_register *reg,
                                 const struct sc_past_release *r, struct sc_error *err)
{
    SC_AUTO(sc_release_files) files = NULL;
    const struct sc_release_file *items;
    size_t n = 0;
    enum sc_status status = sc_release_files_load(reg, r->id, &files, err);

    if (status)
        return status;
    items = sc_release_files_items(files, &n);
    sc_json_key(json, "files");
    sc_json_open(json, '[');
    for (size_t i = 0; i < n; i++) {
        sc_json_open_flat(json, '{');
        sc_json_key_string(json, "name", items[i].name);
        sc_json_key_number(json, "bytes", items[i].bytes);
        sc_json_key_string(json, "sha256", items[i].sha256);
        sc_json_key_bool(json, "kept", items[i].kept);
        sc_json_close(json, '}');
    }
    sc_json_close(json, ']');
    return SC_OK;
}

static void json_tables(struct sc_json *json, const struct sc_past_release *r)
{
    sc_json_key(json, "tables");
    sc_json_open(json, '[');
    for (size_t t = 0; t < r->n_tables; t++) {
        const struct sc_table *table = &r->tables[t].table;

        sc_json_open_flat(json, '{');
        sc_json_key_string(json, "id", table->id);
        sc_json_key_string(json, "title", table->title);
        sc_json_key_string(json, "unit", sc_unit_name(table->unit));
        sc_json_key(json, "dimensions");
        sc_json_open(json, '[');
        for (size_t d = 0; d < table->n_dimensions; d++)
            sc_json_string(json, table->dimensions[d].code);
        sc_json_close(json, ']');
        sc_json_key_number(json, "cells", table->n_cells - count_cells(table, SC_CELL_VOID));
        sc_json_key_number(json, "suppressed", count_withheld(table));
        sc_json_key_number(json, "rounded", count_cells(table, SC_CELL_ROUNDED));
        sc_json_close(json, '}');
    }
    sc_json_close(json, ']');
}

/* With its tables and files where it has been read with them. */
static enum sc_status json_release(struct sc_json *json, struct sc_register *reg,
                                   const struct sc_past_release *r, struct sc_error *err)
{
    enum sc_status status = SC_OK;

    sc_json_open(json, '{');
    sc_json_key_string(json, "reference", r->reference);
    sc_json_key_number(json, "version", r->version);
    sc_json_key_string(json, "status", status_of(r));
    sc_json_key_string(json, "publication", r->publication);
    sc_json_key_string(json, "title", r->title);
    sc_json_key_string(json, "organisation", r->organisation);
    sc_json_key_string(json, "records", r->records);
    sc_json_key_day(json, "received", r->received);
    sc_json_key_day(json, "as_at", r->as_at);
    sc_json_key_day(json, "answered", r->answered);
    sc_json_key(json, "period");
    sc_json_open_flat(json, '{');
    sc_json_key_day(json, "from", r->period.from);
    sc_json_key_day(json, "to", r->period.to);
    sc_json_key_string(json, "date", sc_date_event_name(r->period.date));
    sc_json_key_string(json, "year", r->period.financial_year ? "financial" : "calendar");
    sc_json_close(json, '}');
    sc_json_key_strings(json, "offences", r->offences, r->n_offences);
    sc_json_key_strings(json, "decisions", r->decisions, r->n_decisions);
    sc_json_key_number(json, "threshold", r->threshold);
    sc_json_key_string(json, "marker", r->marker);
    json_text(json, "secondary_marker", r->secondary_marker);
    sc_json_key_string(json, "zeros", r->zeros_hidden ? "hidden" : "shown");
    json_text(json, "certificate_sha256", r->certificate_sha256);
    json_text(json, "correction", r->correction);
    json_text(json, "withdrawn", r->withdrawn);
    sc_json_key_day(json, "withdrawn_on", r->withdrawn_on);
    sc_json_key_string(json, "recorded", r->recorded);
    json_text(json, "folder", r->folder);
    if (r->tables) {
        json_tables(json, r);
        status = json_files(json, reg, r, err);
    }
    sc_json_close(json, '}');
    return status;
}

static int print_json(struct sc_register *reg, const struct sc_releases *releases)
{
    SC_AUTO_BUF out = {0};
    struct sc_json json = {.out = &out};
    struct sc_error err = {0};
    size_t n = 0;
    const struct sc_past_release *items = sc_releases_items(releases, &n);

    sc_json_open(&json, '{');
    sc_json_key_string(&json, "register", sc_register_path(reg));
    sc_json_key(&json, "releases");
    sc_json_open(&json, '[');
    for (size_t i = 0; i < n; i++)
        if (json_release(&json, reg, &items[i], &err))
            return report_failure(NULL, &err);
    sc_json_close(&json, ']');
    sc_json_close(&json, '}');
    if (sc_buf_check(&out, &err))
        return report_failure(NULL, &err);
    return write_output(out.data, out.len);
}

/* ---- for people ---------------------------------------------------------------------- */

/* "1 April 2018 to 31 March 2021". */
static void print_period(const struct sc_past_release *r)
{
    char from[24], to[24];

    if (r->period.from == SC_DAY_NONE)
        (void)printf("none: nothing was counted");
    else
        (void)printf("%s to %s, by the day %s", sc_day_format_long(r->period.from, from),
                     sc_day_format_long(r->period.to, to), sc_date_event_name(r->period.date));
}

static void print_line(const struct sc_past_release *r)
{
    char from[16] = "-", to[16] = "-", answered[16] = "-";

    if (r->answered != SC_DAY_NONE)
        (void)sc_day_format_iso(r->answered, answered);
    if (r->period.from != SC_DAY_NONE) {
        (void)sc_day_format_iso(r->period.from, from);
        (void)sc_day_format_iso(r->period.to, to);
    }
    (void)printf("%-16s %3u  %-10s %-10s  %s..%s  %s\n", r->reference, r->version, status_of(r),
                 answered, from, to, r->title);
}

static void print_list(const char *path, const struct sc_releases *releases)
{
    size_t n = 0;
    const struct sc_past_release *items = sc_releases_items(releases, &n);

    if (n == 0) {
        (void)printf("%s: no releases\n", path);
        return;
    }
    (void)printf("%-16s %3s  %-10s %-10s  %-22s  %s\n", "Reference", "Ver", "Status", "Answered",
                 "Period", "Title");
    for (size_t i = 0; i < n; i++)
        print_line(&items[i]);
}

static void print_day(const char *name, int32_t day)
{
    char text[24];

    if (day != SC_DAY_NONE)
        (void)printf("%-14s%s\n", name, sc_day_format_long(day, text));
}

static void print_release(const struct sc_past_release *r)
{
    (void)printf("%s, version %u: %s\n", r->reference, r->version, r->title);
    (void)printf("%-14s%s\n", "Status", status_of(r));
    if (r->correction[0])
        (void)printf("%-14s%s\n", "Correction", r->correction);
    print_day("Withdrawn", r->withdrawn_on);
    if (r->withdrawn[0])
        (void)printf("%-14s%s\n", "Because", r->withdrawn);
    if (r->publication[0])
        (void)printf("%-14s%s\n", "Publication", r->publication);
    if (r->organisation[0])
        (void)printf("%-14s%s\n", "Organisation", r->organisation);
    if (r->folder[0])
        (void)printf("%-14s%s\n", "Folder", r->folder);
    for (size_t i = 0; i < r->n_decisions; i++)
        (void)printf("%-14s%s\n", i ? "" : "Decision", r->decisions[i]);
    (void)printf("%-14s%s\n", "Records", r->records);
    (void)printf("%-14s", "Period");
    print_period(r);
    (void)printf("\n%-14s", "Offences");
    for (size_t i = 0; i < r->n_offences; i++)
        (void)printf("%s%s", i ? ", " : "", r->offences[i]);
    (void)printf("%s\n", r->n_offences ? "" : "all");
    print_day("Received", r->received);
    print_day("As at", r->as_at);
    print_day("Answered", r->answered);
    (void)printf("%-14s%s\n", "Recorded", r->recorded);
    (void)printf("%-14s%d to %llu, shown as %s\n", "Withheld", r->zeros_hidden ? 0 : 1,
                 (unsigned long long)r->threshold - 1, r->marker);
    if (r->secondary_marker[0])
        (void)printf("%-14sfurther ones, of %llu or more, shown as %s\n", "",
                     (unsigned long long)r->threshold, r->secondary_marker);
    for (size_t t = 0; t < r->n_tables; t++) {
        const struct sc_table *table = &r->tables[t].table;

        (void)printf("%-14s%s: %s, %zu figures, %zu of them withheld", t ? "" : "Tables", table->id,
                     sc_unit_name(table->unit), table->n_cells - count_cells(table, SC_CELL_VOID),
                     count_withheld(table));
        if (count_cells(table, SC_CELL_ROUNDED) > 0)
            (void)printf(", %zu rounded to multiples of %" PRIu64,
                         count_cells(table, SC_CELL_ROUNDED), r->tables[t].rounding);
        (void)printf("\n");
    }
}

/* ---- the actions ----------------------------------------------------------------------- */

static int add(const struct arguments *a, const char *path)
{
    SC_AUTO(sc_register) reg = NULL;
    SC_AUTO(sc_releases) added = NULL;
    const struct sc_past_release *r;
    struct sc_releases_wanted wanted = {0};
    struct sc_error err = {0};
    char recorded[32];
    int32_t day;
    size_t n = 0;
    struct sc_release_new new = {
        .folder = a->operands[1],
        .correction = a->given[OPTION_CORRECTION] ? a->text[OPTION_CORRECTION] : NULL,
        .recorded = recorded,
    };

    read_clock(recorded, &day);
    if (sc_register_open(path, SC_DB_CREATE, &reg, &err) ||
        sc_release_add(reg, &new, &wanted.id, &err) || sc_releases_load(reg, &wanted, &added, &err))
        return report_failure(NULL, &err);
    if (a->given[OPTION_JSON])
        return print_json(reg, added);
    r = sc_releases_items(added, &n);
    (void)fprintf(stderr, "Recorded %s, version %u, in %s\n", r->reference, r->version, path);
    return EXIT_DONE;
}

static int list(const struct arguments *a, const char *path)
{
    static const struct sc_releases_wanted all = {0};
    SC_AUTO(sc_register) reg = NULL;
    SC_AUTO(sc_releases) releases = NULL;
    struct sc_error err = {0};

    if (sc_register_open(path, SC_DB_READ, &reg, &err) ||
        sc_releases_load(reg, &all, &releases, &err))
        return report_failure(NULL, &err);
    if (a->given[OPTION_JSON])
        return print_json(reg, releases);
    print_list(path, releases);
    return EXIT_DONE;
}

static int show(const struct arguments *a, const char *path)
{
    SC_AUTO(sc_register) reg = NULL;
    SC_AUTO(sc_releases) releases = NULL;
    struct sc_error err = {0};
    struct sc_releases_wanted wanted = {.reference = a->operands[1], .tables = true};
    const struct sc_past_release *items;
    size_t n = 0;

    if (sc_register_open(path, SC_DB_READ, &reg, &err) ||
        sc_releases_load(reg, &wanted, &releases, &err))
        return report_failure(NULL, &err);
    items = sc_releases_items(releases, &n);
    if (n == 0) {
        complain("'%s': the register has no release '%s'", path, a->operands[1]);
        return EXIT_FAILED;
    }
    if (a->given[OPTION_JSON])
        return print_json(reg, releases);
    for (size_t i = 0; i < n; i++) {
        (void)printf("%s", i ? "\n" : "");
        print_release(&items[i]);
    }
    return EXIT_DONE;
}

static int withdraw(const struct arguments *a, const char *path)
{
    SC_AUTO(sc_register) reg = NULL;
    struct sc_error err = {0};
    char recorded[32];
    int32_t day;

    if (!a->given[OPTION_REASON]) {
        complain("release withdraw needs a reason for readers: --reason \"...\"");
        return EXIT_USAGE;
    }
    read_clock(recorded, &day);
    if (sc_register_open(path, SC_DB_WRITE, &reg, &err) ||
        sc_release_withdraw(reg, a->operands[1], a->text[OPTION_REASON], day, recorded, &err))
        return report_failure(NULL, &err);
    (void)fprintf(stderr,
                  "Withdrawn %s. Readers know its figures all the same: they still count in every "
                  "later answer\n",
                  a->operands[1]);
    return EXIT_DONE;
}

static int verify(const struct arguments *a, const char *path)
{
    SC_AUTO(sc_register) reg = NULL;
    struct sc_error err = {0};
    size_t n = 0;

    (void)a;
    if (sc_register_open(path, SC_DB_READ, &reg, &err) || sc_register_check(reg, &err) ||
        sc_releases_verify(reg, &n, &err))
        return report_failure(NULL, &err);
    (void)printf("%s: %zu release%s, as recorded\n", path, n, n == 1 ? "" : "s");
    return EXIT_DONE;
}

int run_release(const struct arguments *arguments)
{
    static const struct {
        const char *name;
        size_t n_operands; /* after the name */
        const char *operand;
        int (*run)(const struct arguments *arguments, const char *path);
    } actions[] = {
        {"add", 1, "the folder of an answer", add},
        {"list", 0, "", list},
        {"show", 1, "a reference", show},
        {"withdraw", 1, "a reference", withdraw},
        {"verify", 0, "", verify},
    };

    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++) {
        if (strcmp(arguments->operands[0], actions[i].name) != 0)
            continue;
        if (arguments->n_operands < 1 + actions[i].n_operands) {
            complain("release %s needs %s", actions[i].name, actions[i].operand);
            return EXIT_USAGE;
        }
        if (arguments->n_operands > 1 + actions[i].n_operands) {
            complain("release %s: unexpected '%s'", actions[i].name,
                     arguments->operands[1 + actions[i].n_operands]);
            return EXIT_USAGE;
        }
        return actions[i].run(arguments, register_path(arguments));
    }
    complain("release: '%s': expected add, list, show, withdraw or verify", arguments->operands[0]);
    return EXIT_USAGE;
}
