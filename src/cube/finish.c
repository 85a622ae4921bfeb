/*
 * finish.c - from tallies to tables.
 *
 * A tally has one entry for each combination of numbers that occurred. Which
 * categories a table shows is decided here: all months of the period, all
 * bands, all keyword categories and "unknown", whether met or not; of outcomes
 * and of a column's own values those that were met. Then every entry is added
 * to its cell and to all totals above it. On a set dimension it is added to
 * each category of the set, and to the total once.
 */
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "codes/codes.h"
#include "cube/finish.h"
#include "cube/methods.h"

/* ---- nesting of time ---- */

/* Whether each category of time axis `inner` lies in one category of `outer`. */
static bool contains(const struct sc_axis *outer, const struct sc_axis *inner)
{
    if (inner->kind == SC_AXIS_MONTH)
        return outer->kind == SC_AXIS_YEAR || outer->kind == SC_AXIS_QUARTER;
    return inner->kind == SC_AXIS_QUARTER && outer->kind == SC_AXIS_YEAR;
}

static void nest(const struct sc_pass *pass, struct sc_table *table, const struct sc_shape *shapes)
{
    const struct sc_period *period = &pass->plan->request->period;

    for (size_t d = 0; d < table->n_dimensions; d++) {
        struct sc_dimension *inner = &table->dimensions[d];

        for (size_t o = 0; o < d; o++) {
            const struct sc_axis *outer = shapes[o].axis;

            if (!contains(outer, shapes[d].axis) ||
                (inner->nested_in >= 0 && shapes[inner->nested_in].axis->kind >= outer->kind))
                continue;
            inner->nested_in = (int32_t)o;
        }
        for (size_t i = 0; inner->nested_in >= 0 && i < inner->n_categories; i++) {
            sc_day day = sc_finish_first_day(shapes[d].axis, period, i);

            inner->categories[i].parent =
                (int32_t)sc_time_position(shapes[inner->nested_in].axis, period, day);
        }
    }
}

static bool is_void(const struct sc_table *table, const size_t *positions)
{
    for (size_t d = 0; d < table->n_dimensions; d++) {
        const struct sc_dimension *dimension = &table->dimensions[d];

        if (dimension->nested_in < 0 || positions[d] == dimension->n_categories)
            continue;
        if (positions[dimension->nested_in] != (size_t)dimension->categories[positions[d]].parent)
            return true;
    }
    return false;
}

/* ---- cells ---- */

/* Adds `count` to the cells of all combinations of the positions of each dimension. */
static void add_to_cells(struct sc_table *table, const size_t (*choices)[65],
                         const size_t *n_choices, uint64_t count)
{
    size_t at[SC_DIMENSIONS_MAX] = {0};
    size_t positions[SC_DIMENSIONS_MAX];

    for (;;) {
        size_t d;

        for (d = 0; d < table->n_dimensions; d++)
            positions[d] = choices[d][at[d]];
        if (!is_void(table, positions))
            sc_table_cell(table, positions)->count += count;
        for (d = table->n_dimensions; d-- > 0;) {
            if (++at[d] < n_choices[d])
                break;
            at[d] = 0;
        }
        if (d == SIZE_MAX)
            return;
    }
}

static uint64_t part_of(const struct sc_plan_dimension *dimension, uint64_t key)
{
    return key >> dimension->shift & ((1ULL << dimension->bits) - 1);
}

static void add_entry(struct sc_finisher *f, const struct sc_plan_table *plan_table,
                      struct sc_table *table, const struct sc_shape *shapes,
                      const struct sc_tally_slot *slot)
{
    size_t choices[SC_DIMENSIONS_MAX][65];
    size_t n_choices[SC_DIMENSIONS_MAX] = {0};

    for (size_t d = 0; d < table->n_dimensions; d++) {
        uint64_t part = part_of(&plan_table->dimensions[d], slot->key);

        if (shapes[d].set) {
            uint64_t mask = sc_sets_mask(f->pass->sets, (uint32_t)part);

            for (; mask; mask &= mask - 1)
                choices[d][n_choices[d]++] = shapes[d].position[__builtin_ctzll(mask)];
        } else {
            choices[d][n_choices[d]++] = shapes[d].position[part];
        }
        choices[d][n_choices[d]++] = table->dimensions[d].n_categories;
    }
    add_to_cells(table, (const size_t(*)[65])choices, n_choices, slot->count);
}

static enum sc_status make_cells(struct sc_finisher *f, size_t table_i, struct sc_table *table)
{
    size_t positions[SC_DIMENSIONS_MAX] = {0};
    size_t n = 1;

    for (size_t d = 0; d < table->n_dimensions; d++) {
        size_t width = table->dimensions[d].n_categories + 1;

        if (n > SC_CELLS_MAX / width)
            return sc_fail(f->err, SC_E_RANGE,
                           "table '%s' would have over %zu cells: ask for fewer or coarser "
                           "dimensions",
                           table->id, SC_CELLS_MAX);
        n *= width;
    }
    table->n_cells = n;
    table->cells = sc_alloc_array(n, sizeof *table->cells);
    f->owned->cells[table_i] = table->cells;
    if (!table->cells)
        return sc_fail_nomem(f->err);
    do {
        if (is_void(table, positions))
            sc_table_cell(table, positions)->status = SC_CELL_VOID;
    } while (sc_table_next(table, positions));
    return SC_OK;
}

/* A column whose values nearly all occur once names records or people, not categories. */
static enum sc_status check_not_identifier(struct sc_finisher *f, const struct sc_tally *tally,
                                           const struct sc_plan_table *table, size_t d,
                                           const struct sc_shape *shape)
{
    SC_AUTO_FREE uint64_t *counts = NULL;
    size_t once = 0;
    size_t met = 0;

    if (shape->axis->kind != SC_AXIS_VALUES || shape->set)
        return SC_OK;
    counts = sc_alloc_array(shape->n_slots, sizeof *counts);
    if (!counts)
        return sc_fail_nomem(f->err);
    for (size_t i = 0; i < sc_tally_slots(tally); i++) {
        if (tally->slots[i].count)
            counts[part_of(&table->dimensions[d], tally->slots[i].key)] += tally->slots[i].count;
    }
    for (size_t i = 1; i < shape->n_slots; i++) {
        met += counts[i] > 0;
        once += counts[i] == 1;
    }
    if (met >= 10 && once * 10 >= met * 9)
        return sc_fail_at(f->err, SC_E_INPUT, f->pass->plan->request->path, table->wanted->line, 1,
                          "table '%s': nearly every value of the column '%s' occurs once: it names "
                          "records or people and cannot be a dimension",
                          table->wanted->id, f->pass->plan->columns[shape->axis->column].header);
    return SC_OK;
}

static enum sc_status note_met(struct sc_finisher *f, const struct sc_plan_table *table,
                               const struct sc_tally *tally, struct sc_shape *shapes)
{
    for (size_t i = 0; i < sc_tally_slots(tally); i++) {
        if (tally->slots[i].count == 0)
            continue;
        for (size_t d = 0; d < table->n_dimensions; d++) {
            uint64_t part = part_of(&table->dimensions[d], tally->slots[i].key);

            if (shapes[d].set) {
                uint64_t mask = sc_sets_mask(f->pass->sets, (uint32_t)part);

                for (; mask; mask &= mask - 1)
                    shapes[d].met[__builtin_ctzll(mask)] = 1;
            } else {
                shapes[d].met[part] = 1;
            }
        }
    }
    for (size_t d = 0; d < table->n_dimensions; d++) {
        enum sc_status status = check_not_identifier(f, tally, table, d, &shapes[d]);

        if (status)
            return status;
    }
    return SC_OK;
}

/* ---- notes ---- */

static const char *unit_note(const struct sc_plan *plan, enum sc_unit unit)
{
    bool links = plan->source->row == SC_ROW_LINK;
    bool scoped = plan->source->persons_per_offence;

    switch (unit) {
    case SC_UNIT_OFFENCES:
        return links ? "Counts of offences. Each offence is counted once, however many victims "
                       "and suspects it has."
                     : "Counts of offences.";
    case SC_UNIT_VICTIMS:
        return !links   ? "Counts of victims. The records hold one victim for each offence."
               : scoped ? "Counts of victims. A person is counted once for each offence of "
                          "which they were a victim."
                        : "Counts of victims. Each person is counted once, in their earliest "
                          "counted offence.";
    case SC_UNIT_SUSPECTS:
        return !links   ? "Counts of suspects. The records hold one suspect at most for each "
                          "offence; offences without one are not counted here."
               : scoped ? "Counts of suspects. A person is counted once for each offence of "
                          "which they were suspected."
                        : "Counts of suspects. Each person is counted once, in their earliest "
                          "counted offence. Offences without a suspect are not counted here.";
    case SC_UNIT_ROWS:
        break;
    }
    return "Counts of rows of the extract, which are not offences.";
}

static enum sc_status add_note(struct sc_finisher *f, struct sc_table *table, const char *note)
{
    table->notes[table->n_notes] = sc_arena_strdup(&f->owned->arena, note);
    if (!table->notes[table->n_notes])
        return sc_fail_nomem(f->err);
    table->n_notes++;
    return SC_OK;
}

static enum sc_status make_notes(struct sc_finisher *f, struct sc_table *table,
                                 const struct sc_shape *shapes)
{
    char thing[20]; /* in the singular */
    enum sc_status status;

    (void)snprintf(thing, sizeof thing, "%.*s", (int)strlen(sc_unit_name(table->unit)) - 1,
                   sc_unit_name(table->unit));
    table->notes =
        sc_arena_alloc(&f->owned->arena, (2 + 2 * table->n_dimensions) * sizeof *table->notes);
    if (!table->notes)
        return sc_fail_nomem(f->err);
    status = add_note(f, table, unit_note(f->pass->plan, table->unit));
    for (size_t d = 0; d < table->n_dimensions && !status; d++) {
        const struct sc_axis *axis = shapes[d].axis;
        SC_AUTO_BUF note = {0};

        if (axis->kind == SC_AXIS_METHOD)
            sc_methods_note(axis, thing, &note);
        else if (shapes[d].set)
            sc_buf_addf(&note,
                        "%s: one %s can stand in several categories, so they do not add up to the "
                        "total.",
                        table->dimensions[d].label, thing);
        else if (axis->kind == SC_AXIS_OUTCOME || axis->kind == SC_AXIS_OUTCOME_GROUP)
            sc_buf_adds(&note, "Outcomes as they stood when the records were extracted. Outcomes "
                               "with no offence are not listed.");
        status = sc_buf_check(&note, f->err);
        if (!status && note.len)
            status = add_note(f, table, note.data);
    }
    return status;
}

/* ---- one table ---- */

static enum sc_status make_table(struct sc_finisher *f, size_t table_i, struct sc_table *table)
{
    const struct sc_plan_table *from = &f->pass->plan->tables[table_i];
    const struct sc_tally *tally = &f->pass->tallies[table_i];
    struct sc_shape shapes[SC_DIMENSIONS_MAX] = {{0}};
    struct sc_arena scratch = {0};
    enum sc_status status = SC_OK;

    table->id = sc_finish_text(f, "%s", from->wanted->id);
    table->title = sc_arena_strdup(&f->owned->arena, from->wanted->title);
    table->question = sc_arena_strdup(&f->owned->arena, from->question->id);
    table->unit = from->wanted->unit;
    table->n_dimensions = from->n_dimensions;
    table->n_rows_dimensions = from->wanted->n_rows_dimensions;
    table->dimensions =
        sc_arena_alloc(&f->owned->arena, from->n_dimensions * sizeof *table->dimensions);
    if (!table->id || !table->title || !table->question || !table->dimensions)
        return sc_fail_nomem(f->err);
    for (size_t d = 0; d < from->n_dimensions && !status; d++) {
        const struct sc_axis *axis = &f->pass->plan->axes[from->dimensions[d].axis];

        shapes[d].axis = axis;
        shapes[d].set = from->dimensions[d].set;
        shapes[d].n_slots = axis->values ? axis->values->n + 1 : axis->n_slots;
        shapes[d].met = sc_arena_alloc(&scratch, shapes[d].n_slots);
        shapes[d].position =
            sc_arena_alloc(&scratch, shapes[d].n_slots * sizeof *shapes[d].position);
        if (!shapes[d].met || !shapes[d].position)
            status = sc_fail_nomem(f->err);
    }
    if (!status)
        status = note_met(f, from, tally, shapes);
    for (size_t d = 0; d < from->n_dimensions && !status; d++)
        status = sc_finish_dimension(f, from, d, &shapes[d], &table->dimensions[d]);
    if (!status) {
        nest(f->pass, table, shapes);
        status = make_cells(f, table_i, table);
    }
    for (size_t i = 0; !status && i < sc_tally_slots(tally); i++) {
        if (tally->slots[i].count)
            add_entry(f, from, table, shapes, &tally->slots[i]);
    }
    if (!status)
        status = make_notes(f, table, shapes);
    sc_arena_release(&scratch);
    return status;
}

/* ---- findings, faults, inputs ---- */

static enum sc_status add_finding(struct sc_finisher *f, const char *code, uint64_t count,
                                  const char *text)
{
    struct sc_counts *counts = &f->owned->counts;

    if (count == 0)
        return SC_OK;
    counts->findings[counts->n_findings++] = (struct sc_finding){code, text, count};
    return SC_OK;
}

static uint64_t conflicts(const struct sc_pass *pass, enum sc_unit unit)
{
    return pass->units[unit] ? sc_entities_conflicts(pass->units[unit]) : 0;
}

static enum sc_status make_findings(struct sc_finisher *f)
{
    const struct sc_pass *pass = f->pass;
    bool links = pass->plan->person_stores;

    f->owned->counts.findings = sc_arena_alloc(&f->owned->arena, 9 * sizeof(struct sc_finding));
    if (!f->owned->counts.findings)
        return sc_fail_nomem(f->err);
    (void)add_finding(f, "committed_before_law", pass->law[SC_FOUND_BEFORE_LAW],
                      "offences under 71/17 committed before 3 April 2017, when section 15A of "
                      "the Sexual Offences Act 2003 came into force");
    (void)add_finding(f, "victim_16_or_over", pass->law[SC_FOUND_VICTIM_16],
                      "victims of offences under 71/17 recorded as aged 16 or over");
    (void)add_finding(f, "suspect_under_18", pass->law[SC_FOUND_SUSPECT_UNDER_18],
                      "suspects of offences under 71/17 recorded as aged under 18");
    (void)add_finding(f, "class_not_code", pass->ambiguous_class,
                      "rows that carry a recorded-crime class which holds an offence asked for "
                      "among others; they were not counted, for the class is not the offence");
    (void)add_finding(f, "offences_that_disagree", conflicts(pass, SC_UNIT_OFFENCES),
                      links ? "offences whose rows disagree about the offence; each was counted "
                              "once, by the earliest date and then the first category"
                            : "offences recorded more than once with different details; each was "
                              "counted once");
    (void)add_finding(f, "near_misses", pass->near,
                      "offences in which a key word was found only as a word one or two letters "
                      "away from it (a note under each table says whether those are counted)");
    if (links) {
        (void)add_finding(f, "repeat_victims", conflicts(pass, SC_UNIT_VICTIMS),
                          "victims with different details in different rows, such as several "
                          "offences; each was counted once, in the earliest");
        (void)add_finding(f, "repeat_suspects", conflicts(pass, SC_UNIT_SUSPECTS),
                          "suspects with different details in different rows, such as several "
                          "offences; each was counted once, in the earliest");
    }
    return SC_OK;
}

static enum sc_status make_fault_places(struct sc_finisher *f)
{
    struct sc_counts *counts = &f->owned->counts;

    counts->n_fault_places = f->pass->n_fault_places;
    counts->fault_places = sc_arena_alloc(&f->owned->arena, (counts->n_fault_places + 1) *
                                                                sizeof *counts->fault_places);
    if (!counts->fault_places)
        return sc_fail_nomem(f->err);
    for (size_t i = 0; i < counts->n_fault_places; i++) {
        counts->fault_places[i] = f->pass->fault_places[i];
        counts->fault_places[i].column =
            sc_arena_strdup(&f->owned->arena, f->pass->fault_places[i].column);
        if (!counts->fault_places[i].column)
            return sc_fail_nomem(f->err);
    }
    return SC_OK;
}

static enum sc_status add_input(struct sc_finisher *f, const char *kind, const char *name,
                                uint64_t bytes, const char *hash_name, const char *hash)
{
    struct sc_counts *counts = &f->owned->counts;
    struct sc_input_file *input = &counts->inputs[counts->n_inputs];

    input->kind = kind;
    input->name = sc_arena_strdup(&f->owned->arena, sc_path_base(name));
    input->bytes = bytes;
    input->hash_name = hash_name;
    input->hash = sc_arena_strdup(&f->owned->arena, hash);
    if (!input->name || !input->hash)
        return sc_fail_nomem(f->err);
    counts->n_inputs++;
    return SC_OK;
}

static enum sc_status make_inputs(struct sc_finisher *f, const struct sc_policy *policy,
                                  const struct sc_dictionary *const *dictionaries,
                                  size_t n_dictionaries)
{
    const struct sc_plan *plan = f->pass->plan;
    size_t n_files = 0;
    const struct sc_reader_file *files = sc_reader_files(f->pass->reader, &n_files);
    struct sc_counts *counts = &f->owned->counts;
    enum sc_status status;

    counts->inputs =
        sc_arena_alloc(&f->owned->arena, (n_files + n_dictionaries + 3) * sizeof *counts->inputs);
    if (!counts->inputs)
        return sc_fail_nomem(f->err);
    /* the extracts first: fault_places.file_i counts from them */
    status = SC_OK;
    for (size_t i = 0; i < n_files && !status; i++)
        status = add_input(f, "extract", files[i].name, files[i].bytes, "xxh128", files[i].hash);
    if (!status)
        status = add_input(f, "request", plan->request->path, plan->request->bytes, "sha256",
                           plan->request->sha256);
    if (!status)
        status = add_input(f, "source", plan->source->path, plan->source->bytes, "sha256",
                           plan->source->sha256);
    if (!status && policy->path)
        status = add_input(f, "policy", policy->path, policy->bytes, "sha256", policy->sha256);
    for (size_t i = 0; i < n_dictionaries && !status; i++)
        status = add_input(f, "dictionary", dictionaries[i]->path, dictionaries[i]->bytes, "sha256",
                           dictionaries[i]->sha256);
    return status;
}

enum sc_status sc_pass_finish(const struct sc_pass *pass, const struct sc_policy *policy,
                              const struct sc_dictionary *const *dictionaries,
                              size_t n_dictionaries, struct sc_counts **ret_counts,
                              struct sc_error *err)
{
    struct sc_owned_counts *owned = sc_alloc(sizeof *owned);
    struct sc_finisher f = {pass, owned, err};
    enum sc_status status = SC_OK;

    if (!owned)
        return sc_fail_nomem(err);
    owned->counts.tables =
        sc_arena_alloc(&owned->arena, pass->plan->n_tables * sizeof *owned->counts.tables);
    owned->cells = sc_alloc_array(pass->plan->n_tables, sizeof *owned->cells);
    if (!owned->counts.tables || !owned->cells)
        status = sc_fail_nomem(err);
    for (size_t t = 0; t < pass->plan->n_tables && !status; t++) {
        owned->counts.n_tables = t + 1;
        status = make_table(&f, t, &owned->counts.tables[t]);
    }
    owned->counts.accounting = pass->accounting;
    if (!status)
        status = make_findings(&f);
    if (!status)
        status = make_fault_places(&f);
    if (!status)
        status = make_inputs(&f, policy, dictionaries, n_dictionaries);
    if (status) {
        sc_counts_free(&owned->counts);
        return status;
    }
    *ret_counts = &owned->counts;
    return SC_OK;
}

void sc_counts_free(struct sc_counts *counts)
{
    struct sc_owned_counts *owned = (struct sc_owned_counts *)counts;

    if (!owned)
        return;
    for (size_t t = 0; owned->cells && t < owned->counts.n_tables; t++)
        sc_free(owned->cells[t]);
    sc_free(owned->cells);
    sc_arena_release(&owned->arena);
    sc_free(owned);
}
