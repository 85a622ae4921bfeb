#include "answer/internal.h"

#include <string.h>

#include "publish/json_parts.h"

/* A cost or a bound: counts, cells or weights, all whole or nearly so. */
static void add_cost(struct sc_json *json, const char *key, double cost)
{
    sc_json_key_number(json, key, cost > 0 ? (uint64_t)(cost + 0.5) : 0);
}

static void add_choice(struct sc_json *json, const struct sc_pattern *pattern)
{
    sc_json_key(json, "protection");
    if (!pattern) {
        sc_json_null(json);
        return;
    }
    sc_json_open(json, '{');
    sc_json_key_number(json, "primary", pattern->primary);
    sc_json_key_number(json, "secondary", pattern->secondary);
    sc_json_key_number(json, "secondary_sum", (uint64_t)pattern->secondary_sum);
    add_cost(json, "cost", pattern->cost);
    add_cost(json, "lower_bound", pattern->lower_bound);
    sc_json_key_bool(json, "optimal", pattern->optimal);
    sc_json_key_bool(json, "stopped_by_clock", pattern->stopped_by_clock);
    sc_json_key_bool(json, "stopped_by_work", pattern->stopped_by_work);
    sc_json_key_number(json, "unprotectable", pattern->unprotectable);
    sc_json_close(json, '}');
}

/* Where tables were made coarser: what there was to choose from. */
static void add_levels(struct sc_json *json, const struct sc_safety *safety)
{
    if (!safety || safety->n_levels == 0)
        return;
    sc_json_key(json, "levels");
    sc_json_open(json, '[');
    for (size_t i = 0; i < safety->n_levels; i++) {
        const struct sc_safety_level *level = &safety->levels[i];

        sc_json_open_flat(json, '{');
        sc_json_key_string(json, "table", level->table);
        sc_json_key_string(json, "levels", level->levels);
        sc_json_key_number(json, "figures", level->figures);
        sc_json_key_number(json, "small", level->small);
        sc_json_key_bool(json, "chosen", level->chosen);
        sc_json_close(json, '}');
    }
    sc_json_close(json, ']');
}

static void add_reader(struct sc_json *json, const struct sc_audit *audit, int reader)
{
    const struct sc_reader_result *result = &audit->readers[reader];

    if (!result->asked)
        return;
    sc_json_key(json, sc_reader_name((enum sc_reader)reader));
    sc_json_open_flat(json, '{');
    sc_json_key_bool(json, "safe", result->safe);
    sc_json_key_number(json, "exact", result->exact);
    sc_json_key_number(json, "narrowed", result->narrowed);
    sc_json_key_number(json, "undecided", result->undecided);
    sc_json_key_number(json, "implied", result->implied);
    sc_json_close(json, '}');
}

static void add_cell_name(struct sc_json *json, const char *key, const struct sc_system *system,
                          uint32_t cell)
{
    SC_AUTO_BUF name = {0};

    sc_json_key(json, key);
    if (cell == SC_NONE) {
        sc_json_null(json);
        return;
    }
    sc_system_describe(system, cell, &name);
    sc_json_string(json, name.data ? name.data : "");
    json->out->failed |= name.failed;
}

static void add_finding(struct sc_json *json, const struct sc_audit *audit,
                        const struct sc_disclosure *finding)
{
    sc_json_open_flat(json, '{');
    sc_json_key_string(json, "kind", sc_finding_kind_name(finding->kind));
    sc_json_key_string(json, "reader", sc_reader_name(finding->reader));
    add_cell_name(json, "at", audit->system, finding->cell);
    add_cell_name(json, "insider", audit->system, finding->insider);
    sc_json_key_number(json, "low", (uint64_t)(finding->low > 0 ? finding->low : 0));
    sc_json_key_number(json, "high", (uint64_t)(finding->high > 0 ? finding->high : 0));
    sc_json_close(json, '}');
}

static void add_audit(struct sc_json *json, const struct sc_audit *audit)
{
    sc_json_key(json, "audit");
    if (!audit) {
        sc_json_null(json);
        return;
    }
    sc_json_open(json, '{');
    sc_json_key_bool(json, "safe", audit->safe);
    sc_json_key_bool(json, "consistent", audit->consistent);
    sc_json_key_number(json, "figures", audit->n_cells);
    sc_json_key_number(json, "suppressed", audit->n_suppressed);
    sc_json_key_number(json, "groups", audit->groups);
    sc_json_key(json, "readers");
    sc_json_open(json, '{');
    for (int r = 0; r < SC_N_READERS; r++)
        add_reader(json, audit, r);
    sc_json_close(json, '}');
    sc_json_key(json, "findings");
    sc_json_open(json, '[');
    for (size_t i = 0; i < audit->n_findings; i++)
        add_finding(json, audit, &audit->findings[i]);
    sc_json_close(json, ']');
    sc_json_close(json, '}');
}

static void add_accounting(struct sc_json *json, const struct sc_accounting *accounting)
{
    sc_json_key(json, "accounting");
    sc_json_open(json, '{');
    sc_json_key_number(json, "read", accounting->read);
    sc_json_key_number(json, "counted", accounting->counted);
    for (int i = 0; i < SC_N_EXCLUSIONS; i++)
        sc_json_key_number(json, sc_exclusion_name((enum sc_exclusion)i), accounting->excluded[i]);
    for (int i = 0; i < SC_N_FAULTS; i++)
        sc_json_key_number(json, sc_fault_name((enum sc_fault)i), accounting->faulty[i]);
    sc_json_close(json, '}');
}

static void add_records(struct sc_json *json, const struct sc_counts *counts)
{
    sc_json_key(json, "findings");
    sc_json_open(json, '[');
    for (size_t i = 0; i < counts->n_findings; i++) {
        sc_json_open_flat(json, '{');
        sc_json_key_string(json, "code", counts->findings[i].code);
        sc_json_key_number(json, "count", counts->findings[i].count);
        sc_json_close(json, '}');
    }
    sc_json_close(json, ']');
}

/* Why a cell of a table is as it is. */
static const char *reason_of(const struct sc_internal_input *input, size_t t, size_t position)
{
    uint32_t cell = input->linked && input->pattern ? input->linked->cell_of[t][position] : SC_NONE;

    return cell == SC_NONE ? "" : sc_reason_name((enum sc_reason)input->pattern->reason[cell]);
}

static void add_table(struct sc_json *json, const struct sc_internal_input *input, size_t t)
{
    const struct sc_table *table = &input->counts->tables[t];
    size_t at[SC_DIMENSIONS_MAX] = {0};

    sc_json_open(json, '{');
    sc_json_key_string(json, "id", table->id);
    sc_json_key_string(json, "unit", sc_unit_name(table->unit));
    sc_json_key(json, "cells");
    sc_json_open(json, '[');
    for (size_t k = 0; k < table->n_cells; k++) {
        const struct sc_cell *shown = &input->answer->tables[t].cells[k];

        if (shown->status != SC_CELL_VOID) {
            sc_json_open_flat(json, '{');
            sc_json_key_at(json, table, at);
            sc_json_key_number(json, "count", table->cells[k].count);
            sc_json_key_string(json, "status", sc_cell_status_name(shown->status));
            sc_json_key_string(json, "reason", reason_of(input, t, k));
            sc_json_close(json, '}');
        }
        (void)sc_table_next(table, at);
    }
    sc_json_close(json, ']');
    sc_json_close(json, '}');
}

void sc_internal_report(const struct sc_internal_input *input, struct sc_buf *out)
{
    struct sc_json json = {.out = out};

    sc_json_open(&json, '{');
    sc_json_key_bool(&json, "internal", true);
    sc_json_key_string(
        &json, "warning",
        "True counts and their protection, for the officer alone: never for release.");
    sc_json_key_bool(&json, "publishable", input->answer->publishable);
    sc_json_key_strings(&json, "reasons", input->answer->reasons, input->answer->n_reasons);
    add_choice(&json, input->pattern);
    add_levels(&json, input->answer->safety);
    add_audit(&json, input->audit);
    add_accounting(&json, &input->counts->accounting);
    add_records(&json, input->counts);
    sc_json_key(&json, "tables");
    sc_json_open(&json, '[');
    for (size_t t = 0; t < input->counts->n_tables; t++)
        add_table(&json, input, t);
    sc_json_close(&json, ']');
    sc_json_close(&json, '}');
}
