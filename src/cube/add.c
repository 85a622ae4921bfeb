/*
 * add.c - what a counted row adds to.
 *
 * Where each row is one thing it adds to the thread's tallies at once. Where
 * rows are de-duplicated nothing is added on the way: the stores keep each
 * entity's profile, and the profiles are counted at the end.
 */
#include <assert.h>

#include "base/error.h"
#include "cube/methods.h"
#include "cube/worker.h"

/* ---- a row ---- */

/* The number of a row on an axis as a table takes it: the number, or a set's. */
static enum sc_status part_of_key(struct sc_worker *w, bool set, uint64_t number,
                                  uint64_t *ret_part, struct sc_error *err)
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
        return flags & SC_ROW_HAS_VICTIM;
    case SC_UNIT_SUSPECTS:
        return flags & SC_ROW_HAS_SUSPECT;
    default:
        return true;
    }
}

static enum sc_status tally_row(struct sc_worker *w, size_t table_i, struct sc_error *err)
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
    return sc_tally_add_soon(&w->tallies[table_i], key, err);
}

static enum sc_status profile_words(const struct sc_worker *w, const struct sc_plan_unit *unit,
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

static enum sc_status note_entity(struct sc_worker *w, enum sc_unit unit_i,
                                  struct sc_entity_key key, uint64_t flags, bool *ret_new,
                                  struct sc_error *err)
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
static enum sc_status add_link(struct sc_worker *w, sc_row_verdict *verdict, struct sc_error *err)
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
        status =
            note_entity(w, SC_UNIT_OFFENCES, offence,
                        w->flags & (SC_LAW_COMMITTED_BEFORE | SC_ROW_FOUND_NEAR), &ignored, err);
    if (!status && w->victim_id.len)
        status =
            note_entity(w, SC_UNIT_VICTIMS, victim, w->flags & SC_LAW_VICTIM_16, &ignored, err);
    if (!status && w->suspect_id.len)
        status = note_entity(w, SC_UNIT_SUSPECTS, suspect, w->flags & SC_LAW_SUSPECT_UNDER_18,
                             &ignored, err);
    if (status)
        return status;
    if (!is_new) {
        *verdict = sc_row_excluded(SC_EXCLUDED_DUPLICATE);
        return SC_OK;
    }
    for (size_t t = 0; t < w->plan->n_tables && !status; t++) {
        if (w->plan->tables[t].wanted->unit == SC_UNIT_ROWS)
            status = tally_row(w, t, err);
    }
    return status;
}

static enum sc_status add_offence(struct sc_worker *w, sc_row_verdict *verdict,
                                  struct sc_error *err)
{
    enum sc_status status = SC_OK;

    if (w->plan->entities) {
        struct sc_slice no_scope = {"", 0};
        bool is_new = false;

        status = note_entity(w, SC_UNIT_OFFENCES, sc_entity_key_of(no_scope, w->offence_id),
                             w->flags, &is_new, err);
        if (!status && !is_new)
            *verdict = sc_row_excluded(SC_EXCLUDED_DUPLICATE);
        return status;
    }
    for (size_t t = 0; t < w->plan->n_tables && !status; t++)
        status = tally_row(w, t, err);
    for (size_t i = 0; i < SC_N_LAW_FINDINGS; i++)
        w->law[i] += w->flags >> i & 1;
    w->near += (w->flags & SC_ROW_FOUND_NEAR) != 0;
    return status;
}

enum sc_status sc_row_add(struct sc_worker *w, sc_row_verdict *verdict, struct sc_error *err)
{
    return w->plan->person_stores ? add_link(w, verdict, err) : add_offence(w, verdict, err);
}

/* ---- the profiles ---- */

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

static enum sc_status fold_profile(void *context, const uint64_t *words, uint64_t count,
                                   struct sc_error *err)
{
    struct fold *fold = context;
    const struct sc_plan *plan = fold->pass->plan;
    const struct sc_plan_unit *unit = &plan->units[fold->unit];
    uint64_t flags = words[unit->n_words - 1];

    for (size_t i = 0; i < SC_N_LAW_FINDINGS; i++)
        fold->pass->law[i] += (flags >> i & 1) * count;
    if (fold->unit == SC_UNIT_OFFENCES && (flags & SC_ROW_FOUND_NEAR))
        fold->pass->near += count;
    for (size_t t = 0; t < plan->n_tables; t++) {
        const struct sc_plan_table *table = &plan->tables[t];
        uint64_t key = 0;
        enum sc_status status = SC_OK;

        if (plan->person_stores ? table->wanted->unit != fold->unit : !unit_present(table, flags))
            continue;
        for (size_t d = 0; d < table->n_dimensions && !status; d++) {
            const struct sc_axis *axis = &plan->axes[table->dimensions[d].axis];
            uint64_t part = word_of(unit, &table->dimensions[d], words);
            uint32_t number = 0;

            if (axis->kind == SC_AXIS_METHOD)
                part = sc_methods_joined(axis, part);
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

enum sc_status sc_pass_fold(struct sc_pass *pass, struct sc_error *err)
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
