/*
 * pass.c - the one pass: every row gets exactly one verdict, and a counted row
 * adds to every table.
 *
 * A row is looked at in this order, and the first thing found decides: the
 * fault the reader saw, the number of fields, the offence code, removal, the
 * period's date, the ages, the id; last, whether the same link or offence was
 * there already. The order is the same for every row and every request, so the
 * accounting means the same everywhere.
 *
 * Each thread has its own memos, tallies and accounts; they are added up at the
 * end. Only what must be shared is: the stores of entities, the numbers of
 * sets, the values met on axes that have no fixed categories.
 *
 * Where rows are de-duplicated nothing is added to tallies on the way: the
 * stores keep each entity's profile, and the profiles are counted at the end.
 */
#include "cube/pass.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "cube/decode.h"
#include "cube/watch.h"

#define THREADS_MAX SC_WATCH_WORKERS_MAX

/* 71/17 came into force on 3 April 2017: days since 1970. */
#define LAW_DAY 17259

/* Bits of the flags word beyond the law's: who there is, where a row is an offence. */
#define HAS_VICTIM 8U
#define HAS_SUSPECT 16U
/* A category was found by near-misses alone. */
#define FOUND_NEAR 32U

struct worker {
    struct sc_pass *pass;
    const struct sc_plan *plan;
    const struct sc_count_options *options;
    unsigned number;
    bool first; /* reports progress */
    pthread_t thread;
    bool started;

    struct sc_reader_worker *reader;
    struct sc_memo **memos; /* one a column; NULL for ids and narratives */
    struct sc_matcher_scratch *scratch;
    struct sc_sets_cache *sets_cache;
    struct sc_profile_cache *profile_caches[SC_N_UNITS + 1];
    struct sc_tally *tallies;
    bool missing_first[256]; /* bytes with which a value that means missing begins */

    /* of the file of the batch in hand */
    uint32_t file_i;
    bool file_known;
    size_t n_fields;
    uint32_t *columns; /* position of each plan column in a row */

    /* of the row in hand */
    uint64_t *axes; /* number, or mask, on each axis */
    uint64_t flags;
    uint64_t found; /* bits of the matcher */
    struct sc_slice offence_id;
    struct sc_slice victim_id;
    struct sc_slice suspect_id;

    struct sc_accounting accounting;
    uint64_t law[SC_N_LAW_FINDINGS];
    uint64_t near; /* offences with a category found by near-misses alone */
    uint64_t ambiguous_class;
    struct sc_fault_place places[SC_FAULT_PLACES_MAX];
    size_t n_places;

    enum sc_status status;
    struct sc_error error;
};

/* What became of a row: counted, or 1 + exclusion, or -1 - fault. */
typedef int row_verdict;
#define COUNTED 0

static row_verdict excluded(enum sc_exclusion exclusion)
{
    return 1 + (int)exclusion;
}

static row_verdict faulty(enum sc_fault fault)
{
    return -1 - (int)fault;
}

/* ---- one row ---- */

static inline struct sc_slice field(const struct worker *w, const struct sc_batch *batch,
                                    const struct sc_row *row, size_t column)
{
    return sc_batch_field(batch, row, w->columns[column]);
}

static inline enum sc_status value_of(struct worker *w, const struct sc_batch *batch,
                                      const struct sc_row *row, size_t column,
                                      const struct sc_value **ret_value, struct sc_error *err)
{
    const struct sc_plan_column *c = &w->plan->columns[column];
    enum sc_status status =
        sc_memo_get(w->memos[column], field(w, batch, row, column), ret_value, err);

    for (size_t i = 0; !status && i < c->n_axes; i++)
        w->axes[c->axes[i]] = (*ret_value)->coordinates[i];
    return status;
}

/* An id, trimmed; empty when it means missing. */
static struct sc_slice id_of(const struct worker *w, const struct sc_batch *batch,
                             const struct sc_row *row, enum sc_column_role role)
{
    size_t column = w->plan->by_role[role];
    struct sc_slice id = {"", 0};

    if (column == SC_NO_COLUMN)
        return id;
    id = sc_slice_trim(field(w, batch, row, column));
    if (id.len && w->missing_first[(unsigned char)id.data[0]] &&
        sc_is_missing(w->plan->source, w->plan->columns[column].source, id))
        id.len = 0;
    return id;
}

/* The date a column holds, or SC_DAY_NONE. */
static enum sc_status day_of(struct worker *w, const struct sc_batch *batch,
                             const struct sc_row *row, enum sc_column_role role, sc_day *ret_day,
                             struct sc_error *err)
{
    size_t column = w->plan->by_role[role];
    const struct sc_value *value = NULL;
    enum sc_status status;

    *ret_day = SC_DAY_NONE;
    if (column == SC_NO_COLUMN)
        return SC_OK;
    status = value_of(w, batch, row, column, &value, err);
    if (!status && (value->verdict == SC_VALUE_OK || value->verdict == SC_VALUE_EXCLUDED))
        *ret_day = value->number;
    return status;
}

/* Facts against the law of 71/17, as bits of the flags word. */
static enum sc_status check_law(struct worker *w, const struct sc_batch *batch,
                                const struct sc_row *row, const struct sc_value *victim,
                                const struct sc_value *suspect, struct sc_error *err)
{
    sc_day from = SC_DAY_NONE;
    sc_day to = SC_DAY_NONE;
    enum sc_status status = day_of(w, batch, row, SC_COL_COMMITTED_TO, &to, err);

    if (!status)
        status = day_of(w, batch, row, SC_COL_COMMITTED_FROM, &from, err);
    if (to == SC_DAY_NONE)
        to = from;
    if (to != SC_DAY_NONE && to < LAW_DAY)
        w->flags |= SC_LAW_COMMITTED_BEFORE;
    if (victim && victim->verdict == SC_VALUE_OK && victim->number >= 16)
        w->flags |= SC_LAW_VICTIM_16;
    if (suspect && suspect->verdict == SC_VALUE_OK && suspect->number < 18)
        w->flags |= SC_LAW_SUSPECT_UNDER_18;
    return status;
}

static enum sc_status age_of(struct worker *w, const struct sc_batch *batch,
                             const struct sc_row *row, enum sc_column_role role,
                             const struct sc_value **ret_value, row_verdict *verdict,
                             const char **ret_column, struct sc_error *err)
{
    size_t column = w->plan->by_role[role];
    enum sc_status status;

    if (column == SC_NO_COLUMN)
        return SC_OK;
    status = value_of(w, batch, row, column, ret_value, err);
    if (!status && (*ret_value)->verdict == SC_VALUE_BAD) {
        *verdict = faulty(SC_FAULTY_BAD_AGE);
        *ret_column = w->plan->columns[column].header;
    }
    return status;
}

/* Looks at the offence code: *is_71_17, and a verdict other than COUNTED if it decides. */
static enum sc_status look_at_code(struct worker *w, const struct sc_batch *batch,
                                   const struct sc_row *row, row_verdict *verdict,
                                   const char **ret_column, bool *is_71_17, struct sc_error *err)
{
    size_t column = w->plan->by_role[SC_COL_OFFENCE_CODE];
    const struct sc_value *value = NULL;
    enum sc_status status;

    if (column == SC_NO_COLUMN)
        return SC_OK;
    status = value_of(w, batch, row, column, &value, err);
    if (status || value->verdict == SC_VALUE_OK) {
        *is_71_17 = !status && value->is_71_17;
        return status;
    }
    *ret_column = w->plan->columns[column].header;
    if (value->verdict == SC_VALUE_EXCLUDED) {
        w->ambiguous_class += value->ambiguous_class;
        *verdict = excluded(SC_EXCLUDED_OFFENCE_CODE);
    } else {
        *verdict =
            faulty(value->verdict == SC_VALUE_MISSING ? SC_FAULTY_NO_CODE : SC_FAULTY_BAD_CODE);
    }
    return SC_OK;
}

/* Removed records, by their own column or by an outcome C1 to C5. */
static enum sc_status look_at_removal(struct worker *w, const struct sc_batch *batch,
                                      const struct sc_row *row, row_verdict *verdict,
                                      struct sc_error *err)
{
    static const enum sc_column_role roles[2] = {SC_COL_REMOVED, SC_COL_OUTCOME};

    for (size_t i = 0; i < 2; i++) {
        size_t column = w->plan->by_role[roles[i]];
        const struct sc_value *value = NULL;
        enum sc_status status;

        if (column == SC_NO_COLUMN)
            continue;
        status = value_of(w, batch, row, column, &value, err);
        if (status)
            return status;
        if (value->verdict == SC_VALUE_EXCLUDED)
            *verdict = excluded(SC_EXCLUDED_REMOVED);
    }
    return SC_OK;
}

static enum sc_status look_at_date(struct worker *w, const struct sc_batch *batch,
                                   const struct sc_row *row, row_verdict *verdict,
                                   const char **ret_column, struct sc_error *err)
{
    const struct sc_value *value = NULL;
    enum sc_status status = value_of(w, batch, row, w->plan->date_column, &value, err);

    if (status || value->verdict == SC_VALUE_OK)
        return status;
    *ret_column = w->plan->columns[w->plan->date_column].header;
    if (value->verdict == SC_VALUE_EXCLUDED)
        *verdict = excluded(SC_EXCLUDED_PERIOD);
    else
        *verdict =
            faulty(value->verdict == SC_VALUE_MISSING ? SC_FAULTY_NO_DATE : SC_FAULTY_BAD_DATE);
    return SC_OK;
}

/* Who there is: in link rows by their ids, else as documented in docs/extract.md. */
static enum sc_status look_at_persons(struct worker *w, const struct sc_batch *batch,
                                      const struct sc_row *row, const struct sc_value *suspect_age,
                                      struct sc_error *err)
{
    const struct sc_plan *plan = w->plan;
    bool victim = true;
    bool suspect = false;

    w->victim_id = id_of(w, batch, row, SC_COL_VICTIM_ID);
    w->suspect_id = id_of(w, batch, row, SC_COL_SUSPECT_ID);
    if (plan->by_role[SC_COL_VICTIM_ID] != SC_NO_COLUMN)
        victim = w->victim_id.len != 0;
    if (plan->by_role[SC_COL_SUSPECT_ID] != SC_NO_COLUMN) {
        suspect = w->suspect_id.len != 0;
    } else {
        size_t sex = plan->by_role[SC_COL_SUSPECT_SEX];

        suspect = suspect_age && suspect_age->verdict == SC_VALUE_OK;
        if (!suspect && sex != SC_NO_COLUMN) {
            const struct sc_value *value = NULL;
            enum sc_status status = value_of(w, batch, row, sex, &value, err);

            if (status)
                return status;
            suspect = value->verdict == SC_VALUE_OK;
        }
    }
    w->flags |= (victim ? HAS_VICTIM : 0) | (suspect ? HAS_SUSPECT : 0);
    return SC_OK;
}

/* Columns with axes that none of the looks above reads. */
static enum sc_status look_at_the_rest(struct worker *w, const struct sc_batch *batch,
                                       const struct sc_row *row, struct sc_error *err)
{
    for (size_t i = 0; i < w->plan->n_columns; i++) {
        const struct sc_plan_column *column = &w->plan->columns[i];
        const struct sc_value *value = NULL;
        enum sc_status status;

        if (column->n_axes == 0 ||
            (column->role != SC_COL_OTHER && column->role != SC_COL_VICTIM_SEX &&
             column->role != SC_COL_SUSPECT_SEX))
            continue;
        status = value_of(w, batch, row, i, &value, err);
        if (status)
            return status;
    }
    return SC_OK;
}

static enum sc_status classify(struct worker *w, const struct sc_batch *batch,
                               const struct sc_row *row, struct sc_error *err)
{
    const struct sc_plan *plan = w->plan;
    struct sc_slice text = field(w, batch, row, plan->by_role[SC_COL_NARRATIVE]);
    struct sc_found found = {0};
    enum sc_status status =
        sc_matcher_find(plan->matcher, w->scratch, text.data, text.len, &found, err);

    w->found = found.set;
    if (found.by[SC_MATCH_NEAR])
        w->flags |= FOUND_NEAR;
    for (size_t i = 0; !status && i < plan->n_axes; i++) {
        const struct sc_axis *axis = &plan->axes[i];
        size_t n;
        uint64_t mask;

        if (axis->kind != SC_AXIS_METHOD)
            continue;
        n = axis->dictionary->n_categories;
        mask = found.set >> axis->first_bit & ((1ULL << n) - 1);
        w->axes[i] = mask ? mask : 1ULL << n; /* none found */
    }
    return status;
}

/* ---- counting a row ---- */

/* The number of a row on an axis as a table takes it: the number, or a set's. */
static enum sc_status part_of_key(struct worker *w, bool set, uint64_t number, uint64_t *ret_part,
                                  struct sc_error *err)
{
    uint32_t set_number = 0;
    enum sc_status status;

    if (!set) {
        *ret_part = number;
        return SC_OK;
    }
    status = sc_sets_number(w->pass->sets, w->sets_cache, number, &set_number, err);
    *ret_part = set_number;
    return status;
}

static bool unit_present(const struct sc_plan_table *table, uint64_t flags)
{
    switch (table->wanted->unit) {
    case SC_UNIT_VICTIMS:
        return flags & HAS_VICTIM;
    case SC_UNIT_SUSPECTS:
        return flags & HAS_SUSPECT;
    default:
        return true;
    }
}

static enum sc_status tally_row(struct worker *w, size_t table_i, struct sc_error *err)
{
    const struct sc_plan_table *table = &w->plan->tables[table_i];
    uint64_t key = 0;

    if (!unit_present(table, w->flags))
        return SC_OK;
    for (size_t d = 0; d < table->n_dimensions; d++) {
        const struct sc_plan_dimension *dimension = &table->dimensions[d];
        uint64_t part = 0;
        uint64_t number = w->axes[dimension->axis];
        enum sc_status status = part_of_key(w, dimension->set, number, &part, err);

        if (status)
            return status;
        key |= part << dimension->shift;
    }
    return sc_tally_add(&w->tallies[table_i], key, 1, err);
}

static enum sc_status profile_words(const struct worker *w, const struct sc_plan_unit *unit,
                                    uint64_t flags, uint64_t *words, struct sc_error *err)
{
    for (size_t i = 0; i + 1 < unit->n_words; i++) {
        uint64_t number = w->axes[unit->axes[i]];
        const struct sc_axis *axis = &w->plan->axes[unit->axes[i]];

        if (unit->is_set[i] && axis->kind != SC_AXIS_METHOD) {
            if (number > 63)
                return sc_fail(err, SC_E_INPUT,
                               "the column '%s' has over 63 different values: offences cannot be "
                               "counted by it where they have several persons",
                               w->plan->columns[axis->column].header);
            number = 1ULL << number;
        }
        words[i] = number;
    }
    words[unit->n_words - 1] = flags;
    return SC_OK;
}

static enum sc_status note_entity(struct worker *w, enum sc_unit unit_i, struct sc_entity_key key,
                                  uint64_t flags, bool *ret_new, struct sc_error *err)
{
    const struct sc_plan_unit *unit = &w->plan->units[unit_i];
    uint64_t words[sizeof unit->axes / sizeof *unit->axes];
    enum sc_status status;

    if (!w->pass->units[unit_i])
        return SC_OK;
    status = profile_words(w, unit, flags, words, err);
    if (status)
        return status;
    return sc_entities_note(w->pass->units[unit_i], w->profile_caches[unit_i], key, words, ret_new,
                            err);
}

/* A link row: notes the link, the offence and the persons. */
static enum sc_status count_link(struct worker *w, row_verdict *verdict, struct sc_error *err)
{
    struct sc_slice no_scope = {"", 0};
    struct sc_slice scope = w->plan->source->persons_per_offence ? w->offence_id : no_scope;
    struct sc_entity_key offence = sc_entity_key_of(no_scope, w->offence_id);
    struct sc_entity_key victim = sc_entity_key_of(scope, w->victim_id);
    struct sc_entity_key suspect = sc_entity_key_of(scope, w->suspect_id);
    struct sc_entity_key link = {
        sc_mix64(offence.low ^ sc_mix64(victim.low + sc_mix64(suspect.low))),
        sc_mix64(offence.high ^ sc_mix64(victim.high + sc_mix64(suspect.high)))};
    bool is_new = false;
    bool ignored = false;
    enum sc_status status;

    status =
        sc_entities_note(w->pass->links, w->profile_caches[SC_N_UNITS], link, NULL, &is_new, err);
    if (!status)
        status = note_entity(w, SC_UNIT_OFFENCES, offence,
                             w->flags & (SC_LAW_COMMITTED_BEFORE | FOUND_NEAR), &ignored, err);
    if (!status && w->victim_id.len)
        status =
            note_entity(w, SC_UNIT_VICTIMS, victim, w->flags & SC_LAW_VICTIM_16, &ignored, err);
    if (!status && w->suspect_id.len)
        status = note_entity(w, SC_UNIT_SUSPECTS, suspect, w->flags & SC_LAW_SUSPECT_UNDER_18,
                             &ignored, err);
    if (status)
        return status;
    if (!is_new) {
        *verdict = excluded(SC_EXCLUDED_DUPLICATE);
        return SC_OK;
    }
    for (size_t t = 0; t < w->plan->n_tables && !status; t++) {
        if (w->plan->tables[t].wanted->unit == SC_UNIT_ROWS)
            status = tally_row(w, t, err);
    }
    return status;
}

static enum sc_status count_offence(struct worker *w, row_verdict *verdict, struct sc_error *err)
{
    enum sc_status status = SC_OK;

    if (w->plan->entities) {
        struct sc_slice no_scope = {"", 0};
        bool is_new = false;

        status = note_entity(w, SC_UNIT_OFFENCES, sc_entity_key_of(no_scope, w->offence_id),
                             w->flags, &is_new, err);
        if (!status && !is_new)
            *verdict = excluded(SC_EXCLUDED_DUPLICATE);
        return status;
    }
    for (size_t t = 0; t < w->plan->n_tables && !status; t++)
        status = tally_row(w, t, err);
    for (size_t i = 0; i < SC_N_LAW_FINDINGS; i++)
        w->law[i] += w->flags >> i & 1;
    w->near += (w->flags & FOUND_NEAR) != 0;
    return status;
}

/* Shows a row to whoever watches, if what was found in it counts. */
static enum sc_status show_row(struct worker *w, const struct sc_batch *batch,
                               const struct sc_row *row, row_verdict verdict, struct sc_error *err)
{
    const struct sc_watch *watch = w->options->watch;
    struct sc_watched_row shown = {.found = w->found};

    if (verdict != COUNTED && verdict != excluded(SC_EXCLUDED_DUPLICATE))
        return SC_OK;
    shown.offence_id = id_of(w, batch, row, SC_COL_OFFENCE_ID);
    shown.narrative = field(w, batch, row, w->plan->by_role[SC_COL_NARRATIVE]);
    return watch->row(watch->context, w->number, &shown, err);
}

/* Finds the verdict on a clean row, and counts it if it is COUNTED. */
static enum sc_status judge(struct worker *w, const struct sc_batch *batch,
                            const struct sc_row *row, row_verdict *verdict, const char **ret_column,
                            struct sc_error *err)
{
    const struct sc_plan *plan = w->plan;
    const struct sc_value *victim = NULL;
    const struct sc_value *suspect = NULL;
    bool is_71_17 = false;
    enum sc_status status;

    w->flags = 0;
    status = look_at_code(w, batch, row, verdict, ret_column, &is_71_17, err);
    if (!status && !*verdict)
        status = look_at_removal(w, batch, row, verdict, err);
    if (!status && !*verdict)
        status = look_at_date(w, batch, row, verdict, ret_column, err);
    if (!status && !*verdict)
        status = age_of(w, batch, row, SC_COL_VICTIM_AGE, &victim, verdict, ret_column, err);
    if (!status && !*verdict)
        status = age_of(w, batch, row, SC_COL_SUSPECT_AGE, &suspect, verdict, ret_column, err);
    if (!status && !*verdict && plan->entities) {
        w->offence_id = id_of(w, batch, row, SC_COL_OFFENCE_ID);
        if (w->offence_id.len == 0) {
            *verdict = faulty(SC_FAULTY_NO_ID);
            *ret_column = plan->columns[plan->by_role[SC_COL_OFFENCE_ID]].header;
        }
    }
    if (status || *verdict)
        return status;
    status = look_at_persons(w, batch, row, suspect, err);
    if (!status)
        status = look_at_the_rest(w, batch, row, err);
    if (!status && plan->law && is_71_17)
        status = check_law(w, batch, row, victim, suspect, err);
    if (!status && plan->matcher)
        status = classify(w, batch, row, err);
    if (status)
        return status;
    status = plan->person_stores ? count_link(w, verdict, err) : count_offence(w, verdict, err);
    if (!status && w->options->watch && plan->matcher)
        status = show_row(w, batch, row, *verdict, err);
    return status;
}

static void account(struct worker *w, const struct sc_batch *batch, uint64_t row_number,
                    row_verdict verdict, const char *column)
{
    w->accounting.read++;
    if (verdict == COUNTED) {
        w->accounting.counted++;
    } else if (verdict > 0) {
        w->accounting.excluded[verdict - 1]++;
    } else {
        w->accounting.faulty[-1 - verdict]++;
        if (w->n_places < SC_FAULT_PLACES_MAX)
            w->places[w->n_places++] = (struct sc_fault_place){(enum sc_fault)(-1 - verdict),
                                                               batch->file_i, row_number, column};
    }
}

static enum sc_status process_batch(struct worker *w, const struct sc_batch *batch,
                                    struct sc_error *err)
{
    for (size_t i = 0; i < batch->n_rows; i++) {
        const struct sc_row *row = &batch->rows[i];
        row_verdict verdict = COUNTED;
        const char *column = "";

        if (batch->faults && batch->faults[i] != SC_ROW_CLEAN) {
            verdict = faulty((enum sc_fault)(batch->faults[i] - 1));
        } else if (row->n_fields != w->n_fields) {
            verdict = faulty(SC_FAULTY_FIELD_COUNT);
        } else {
            enum sc_status status = judge(w, batch, row, &verdict, &column, err);

            if (status)
                return status;
        }
        account(w, batch, batch->first_row + i, verdict, verdict < 0 ? column : "");
    }
    return SC_OK;
}

/* ---- a thread ---- */

static void note_file(struct worker *w, uint32_t file_i)
{
    if (w->file_known && w->file_i == file_i)
        return;
    w->file_i = file_i;
    w->file_known = true;
    w->n_fields = sc_reader_n_fields(w->pass->reader, file_i);
    for (size_t i = 0; i < w->plan->n_columns; i++)
        w->columns[i] = (uint32_t)sc_reader_column(w->pass->reader, file_i, i);
}

static void report(struct worker *w)
{
    struct sc_progress progress = {.rows = w->accounting.read};

    if (!w->first || !w->options->progress)
        return;
    sc_reader_progress(w->pass->reader, &progress.bytes_done, &progress.bytes_total);
    w->options->progress(w->options->context, &progress);
}

static enum sc_status work(struct worker *w, struct sc_error *err)
{
    for (;;) {
        struct sc_batch batch = {0};
        bool end = false;
        enum sc_status status = sc_reader_next(w->reader, &batch, &end, err);

        if (status || end)
            return status;
        note_file(w, batch.file_i);
        status = process_batch(w, &batch, err);
        if (status) {
            sc_reader_stop(w->pass->reader);
            return status;
        }
        if (w->options->cancelled && w->options->cancelled(w->options->context))
            sc_reader_stop(w->pass->reader);
        report(w);
    }
}

static void *run_worker(void *context)
{
    struct worker *w = context;

    w->status = work(w, &w->error);
    return NULL;
}

static bool has_memo(enum sc_column_role role)
{
    return role != SC_COL_NARRATIVE && role != SC_COL_OFFENCE_ID && role != SC_COL_VICTIM_ID &&
           role != SC_COL_SUSPECT_ID;
}

static enum sc_status worker_init(struct worker *w, struct sc_pass *pass,
                                  const struct sc_count_options *options, struct sc_error *err)
{
    const struct sc_plan *plan = pass->plan;
    enum sc_status status = sc_reader_worker_new(pass->reader, &w->reader, err);

    w->pass = pass;
    w->plan = plan;
    w->options = options;
    if (status)
        return status;
    w->memos = sc_alloc_array(plan->n_columns, sizeof *w->memos);
    w->columns = sc_alloc_array(plan->n_columns, sizeof *w->columns);
    w->axes = sc_alloc_array(plan->n_axes, sizeof *w->axes);
    w->tallies = sc_alloc_array(plan->n_tables, sizeof *w->tallies);
    w->sets_cache = sc_alloc(sizeof *w->sets_cache);
    if (!w->memos || !w->columns || !w->axes || !w->tallies || !w->sets_cache)
        return sc_fail_nomem(err);
    for (size_t i = 0; i < plan->n_columns && !status; i++) {
        if (has_memo(plan->columns[i].role))
            status = sc_memo_new(plan, i, &w->memos[i], err);
    }
    for (size_t u = 0; u <= SC_N_UNITS && !status && plan->entities; u++)
        status = sc_profile_cache_new(&w->profile_caches[u], err);
    if (!status && plan->matcher)
        status = sc_matcher_scratch_new(plan->matcher, &w->scratch, err);
    for (size_t i = 0; i < plan->source->n_missing; i++)
        w->missing_first[(unsigned char)plan->source->missing[i][0]] = true;
    for (size_t c = 0; c < plan->source->n_columns; c++) {
        const struct sc_column *column = &plan->source->columns[c];

        for (size_t i = 0; i < column->n_missing; i++)
            w->missing_first[(unsigned char)column->missing[i][0]] = true;
    }
    for (int c = 'a'; c <= 'z'; c++) { /* missing values are compared without case */
        bool either = w->missing_first[c] || w->missing_first[c - 32];

        w->missing_first[c] = w->missing_first[c - 32] = either;
    }
    return status;
}

static void worker_release(struct worker *w)
{
    sc_reader_worker_free(w->reader);
    for (size_t i = 0; w->memos && i < w->plan->n_columns; i++)
        sc_memo_free(w->memos[i]);
    for (size_t i = 0; w->tallies && i < w->plan->n_tables; i++)
        sc_tally_release(&w->tallies[i]);
    for (size_t u = 0; u <= SC_N_UNITS; u++)
        sc_profile_cache_free(w->profile_caches[u]);
    sc_matcher_scratch_free(w->scratch);
    sc_free(w->memos);
    sc_free(w->columns);
    sc_free(w->axes);
    sc_free(w->tallies);
    sc_free(w->sets_cache);
}

/* ---- all threads ---- */

static enum sc_status add_up(struct sc_pass *pass, const struct worker *w, struct sc_error *err)
{
    enum sc_status status = SC_OK;

    pass->accounting.read += w->accounting.read;
    pass->accounting.counted += w->accounting.counted;
    for (size_t i = 0; i < SC_N_EXCLUSIONS; i++)
        pass->accounting.excluded[i] += w->accounting.excluded[i];
    for (size_t i = 0; i < SC_N_FAULTS; i++)
        pass->accounting.faulty[i] += w->accounting.faulty[i];
    for (size_t i = 0; i < SC_N_LAW_FINDINGS; i++)
        pass->law[i] += w->law[i];
    pass->near += w->near;
    pass->ambiguous_class += w->ambiguous_class;
    for (size_t i = 0; i < w->n_places; i++)
        pass->fault_places[pass->n_fault_places++] = w->places[i];
    for (size_t t = 0; t < pass->plan->n_tables && !status; t++)
        status = sc_tally_merge(&pass->tallies[t], &w->tallies[t], err);
    return status;
}

static int by_place(const void *a, const void *b)
{
    const struct sc_fault_place *left = a;
    const struct sc_fault_place *right = b;

    if (left->file_i != right->file_i)
        return left->file_i < right->file_i ? -1 : 1;
    return (left->row > right->row) - (left->row < right->row);
}

/* The error to tell: the cause, not the "interrupted" that it made of the others. */
static const struct worker *failed_worker(const struct worker *workers, size_t n)
{
    const struct worker *failed = NULL;

    for (size_t i = 0; i < n; i++) {
        if (workers[i].status && (!failed || (failed->status == SC_E_INTERRUPTED &&
                                              workers[i].status != SC_E_INTERRUPTED)))
            failed = &workers[i];
    }
    return failed;
}

static enum sc_status run_workers(struct sc_pass *pass, const struct sc_count_options *options,
                                  struct worker *workers, size_t n, struct sc_error *err)
{
    const struct worker *failed;
    enum sc_status status = SC_OK;

    for (size_t i = 0; i < n && !status; i++) {
        workers[i].number = (unsigned)i;
        status = worker_init(&workers[i], pass, options, err);
    }
    if (status)
        return status;
    workers[0].first = true;
    for (size_t i = 1; i < n; i++)
        workers[i].started = pthread_create(&workers[i].thread, NULL, run_worker, &workers[i]) == 0;
    (void)run_worker(&workers[0]);
    for (size_t i = 1; i < n; i++) {
        if (workers[i].started)
            (void)pthread_join(workers[i].thread, NULL);
    }
    failed = failed_worker(workers, n);
    if (failed) {
        if (err)
            *err = failed->error;
        return failed->status;
    }
    for (size_t i = 0; i < n && !status; i++)
        status = add_up(pass, &workers[i], err);
    qsort(pass->fault_places, pass->n_fault_places, sizeof *pass->fault_places, by_place);
    if (pass->n_fault_places > SC_FAULT_PLACES_MAX)
        pass->n_fault_places = SC_FAULT_PLACES_MAX;
    return status;
}

/* The profiles of a unit's entities, added to the tallies of its tables. */
struct fold {
    struct sc_pass *pass;
    struct sc_sets_cache *cache;
    enum sc_unit unit;
};

static uint64_t word_of(const struct sc_plan_unit *unit, const struct sc_plan_dimension *dimension,
                        const uint64_t *words)
{
    for (size_t i = 0; i + 1 < unit->n_words; i++) {
        if (unit->axes[i] == dimension->axis && unit->is_set[i] == dimension->set)
            return words[i];
    }
    assert(false && "every dimension of a unit's tables is a word of its profile");
    return 0;
}

/*
 * Of a set joined from several narratives of one offence: a fallback category,
 * or none, holds only where no narrative named another; of a dictionary that
 * counts the first mentioned alone, none is first among narratives.
 */
static uint64_t joined_methods(const struct sc_axis *axis, uint64_t set)
{
    uint64_t fallbacks = 0;
    uint64_t none;

    if (axis->kind != SC_AXIS_METHOD)
        return set;
    none = 1ULL << axis->dictionary->n_categories;
    for (size_t i = 0; i < axis->dictionary->n_categories; i++)
        fallbacks |= axis->dictionary->categories[i].fallback ? 1ULL << i : 0;
    if (set & ~(fallbacks | none))
        return set & ~(fallbacks | none);
    return set & fallbacks ? set & fallbacks : set;
}

static enum sc_status fold_profile(void *context, const uint64_t *words, uint64_t count,
                                   struct sc_error *err)
{
    struct fold *fold = context;
    const struct sc_plan *plan = fold->pass->plan;
    const struct sc_plan_unit *unit = &plan->units[fold->unit];
    uint64_t flags = words[unit->n_words - 1];

    for (size_t i = 0; i < SC_N_LAW_FINDINGS; i++)
        fold->pass->law[i] += (flags >> i & 1) * count;
    if (fold->unit == SC_UNIT_OFFENCES && (flags & FOUND_NEAR))
        fold->pass->near += count;
    for (size_t t = 0; t < plan->n_tables; t++) {
        const struct sc_plan_table *table = &plan->tables[t];
        uint64_t key = 0;
        enum sc_status status = SC_OK;

        if (plan->person_stores ? table->wanted->unit != fold->unit : !unit_present(table, flags))
            continue;
        for (size_t d = 0; d < table->n_dimensions && !status; d++) {
            const struct sc_axis *axis = &plan->axes[table->dimensions[d].axis];
            uint64_t part = joined_methods(axis, word_of(unit, &table->dimensions[d], words));
            uint32_t number = 0;

            if (table->dimensions[d].set) {
                status = sc_sets_number(fold->pass->sets, fold->cache, part, &number, err);
                part = number;
            }
            key |= part << table->dimensions[d].shift;
        }
        if (!status)
            status = sc_tally_add(&fold->pass->tallies[t], key, count, err);
        if (status)
            return status;
    }
    return SC_OK;
}

static enum sc_status fold_entities(struct sc_pass *pass, struct sc_error *err)
{
    SC_AUTO_FREE struct sc_sets_cache *cache = sc_alloc(sizeof *cache);
    enum sc_status status = SC_OK;

    if (!cache)
        return sc_fail_nomem(err);
    for (size_t u = 0; u < SC_N_UNITS && !status; u++) {
        struct fold fold = {pass, cache, (enum sc_unit)u};

        if (pass->units[u])
            status = sc_entities_each(pass->units[u], fold_profile, &fold, err);
    }
    return status;
}

static enum sc_status open_pass(const struct sc_plan *plan, size_t n_threads, struct sc_pass *pass,
                                struct sc_error *err)
{
    enum sc_status status = sc_reader_open(plan->source, &pass->reader, err);

    if (!status)
        status = sc_sets_new(&pass->sets, err);
    if (status)
        return status;
    pass->tallies = sc_alloc_array(plan->n_tables, sizeof *pass->tallies);
    pass->fault_places =
        sc_alloc_array(n_threads * SC_FAULT_PLACES_MAX, sizeof *pass->fault_places);
    if (!pass->tallies || !pass->fault_places)
        return sc_fail_nomem(err);
    for (size_t u = 0; u < SC_N_UNITS && !status; u++) {
        if (plan->units[u].kept)
            status = sc_entities_new(plan->units[u].n_words, plan->units[u].is_set, &pass->units[u],
                                     err);
    }
    if (!status && plan->person_stores)
        status = sc_entities_new(0, NULL, &pass->links, err);
    return status;
}

static size_t thread_count(const struct sc_count_options *options)
{
    long n = options->threads ? (long)options->threads : sysconf(_SC_NPROCESSORS_ONLN);

    return n < 1 ? 1 : n > THREADS_MAX ? THREADS_MAX : (size_t)n;
}

enum sc_status sc_pass_run(const struct sc_plan *plan, const struct sc_count_options *options,
                           struct sc_pass *pass, struct sc_error *err)
{
    size_t n = thread_count(options);
    SC_AUTO_FREE struct worker *workers = sc_alloc_array(n, sizeof *workers);
    SC_AUTO_FREE const char **headers = sc_alloc_array(plan->n_columns, sizeof *headers);
    SC_AUTO_FREE unsigned *occurrences = sc_alloc_array(plan->n_columns, sizeof *occurrences);
    enum sc_status status;

    *pass = (struct sc_pass){.plan = plan};
    if (!workers || !headers || !occurrences)
        return sc_fail_nomem(err);
    status = open_pass(plan, n, pass, err);
    if (status)
        return status;
    for (size_t i = 0; i < plan->n_columns; i++) {
        headers[i] = plan->columns[i].header;
        occurrences[i] = plan->columns[i].occurrence;
    }
    sc_reader_want(pass->reader, headers, occurrences, plan->n_columns);
    status = run_workers(pass, options, workers, n, err);
    for (size_t i = 0; i < n; i++) {
        if (workers[i].plan)
            worker_release(&workers[i]);
    }
    if (!status)
        status = fold_entities(pass, err);
    assert(status || sc_accounting_adds_up(&pass->accounting));
    return status;
}

void sc_pass_release(struct sc_pass *pass)
{
    for (size_t t = 0; pass->tallies && t < pass->plan->n_tables; t++)
        sc_tally_release(&pass->tallies[t]);
    for (size_t u = 0; u < SC_N_UNITS; u++)
        sc_entities_free(pass->units[u]);
    sc_entities_free(pass->links);
    sc_sets_free(pass->sets);
    sc_reader_free(pass->reader);
    sc_free(pass->tallies);
    sc_free(pass->fault_places);
    *pass = (struct sc_pass){0};
}
