#include "cube/decode.h"

#include <ctype.h>
#include <string.h>

#include "base/error.h"
#include "codes/codes.h"
#include "cube/tally.h"

#define MEMO_KEY_MAX 48 /* longer values are decoded each time */
#define MEMO_MAX 16384  /* different values remembered a column */
#define AGE_MAX 130

/*
 * Where a value is looked up: its first 16 bytes and length decide nearly
 * always, without looking at the entry. `entry` is 1 + its number, 0 for an
 * empty slot. What it came to stands beside it, so that a value of a column with
 * thousands of them (dates) costs one line of the cache, not two.
 */
struct slot {
    uint64_t first;
    uint64_t second;
    uint32_t len;
    uint32_t entry;
    struct sc_value value;
};

struct entry {
    uint64_t hash;
    char key[MEMO_KEY_MAX];
};

struct sc_memo {
    const struct sc_plan *plan;
    const struct sc_plan_column *column;
    struct slot *slots;
    size_t mask; /* slots - 1 */
    struct entry *entries;
    size_t n;
    size_t capacity;
    bool have_empty;
    struct sc_value empty;
    struct sc_value last; /* of a value that is not remembered */
};

/* ---- one value, carefully ---- */

bool sc_is_missing(const struct sc_source *source, const struct sc_column *column,
                   struct sc_slice trimmed)
{
    for (size_t i = 0; i < source->n_missing; i++) {
        if (sc_slice_eq_nocase(trimmed, source->missing[i]))
            return true;
    }
    for (size_t i = 0; column && i < column->n_missing; i++) {
        if (sc_slice_eq_nocase(trimmed, column->missing[i]))
            return true;
    }
    return trimmed.len == 0;
}

static void decode_date(const struct sc_memo *memo, struct sc_slice s, struct sc_value *value)
{
    const struct sc_period *period = &memo->plan->request->period;
    bool is_period = memo->plan->date_column != SC_NO_COLUMN &&
                     memo->column == &memo->plan->columns[memo->plan->date_column];

    value->verdict = SC_VALUE_BAD;
    for (size_t i = 0; i < memo->column->n_formats && value->verdict == SC_VALUE_BAD; i++) {
        if (sc_date_format_parse(&memo->column->formats[i], s, &value->number))
            value->verdict = SC_VALUE_OK;
    }
    if (value->verdict != SC_VALUE_OK || !is_period)
        return;
    if (value->number < period->from || value->number > period->to) {
        value->verdict = SC_VALUE_EXCLUDED;
        return;
    }
    for (size_t i = 0; i < memo->column->n_axes; i++)
        value->coordinates[i] =
            sc_time_position(&memo->plan->axes[memo->column->axes[i]], period, value->number);
}

/* Whole years; a fraction ("0.8", "16.7") is cut off. */
static bool read_age(struct sc_slice s, int32_t *ret_age)
{
    size_t i = 0;
    int32_t age = 0;

    while (i < s.len && i < 3 && isdigit((unsigned char)s.data[i]))
        age = age * 10 + (s.data[i++] - '0');
    if (i == 0)
        return false;
    if (i < s.len && s.data[i] == '.') {
        size_t from = ++i;

        while (i < s.len && isdigit((unsigned char)s.data[i]))
            i++;
        if (i == from)
            return false;
    }
    *ret_age = age;
    return i == s.len && age <= AGE_MAX;
}

static void decode_age(const struct sc_memo *memo, struct sc_slice s, struct sc_value *value)
{
    bool unknown = value->verdict == SC_VALUE_MISSING;

    if (!unknown && !read_age(s, &value->number)) {
        value->verdict = memo->plan->source->bad_age_unknown ? SC_VALUE_MISSING : SC_VALUE_BAD;
        value->number = 0;
        unknown = true;
    }
    for (size_t i = 0; i < memo->column->n_axes; i++) {
        const struct sc_axis *axis = &memo->plan->axes[memo->column->axes[i]];
        int band = unknown ? -1 : sc_bands_index(axis->bands, value->number);

        value->coordinates[i] = unknown     ? sc_axis_unknown(axis)
                                : band >= 0 ? (uint32_t)band
                                            : sc_axis_other(axis);
    }
}

static void decode_outcome(const struct sc_memo *memo, struct sc_slice s, struct sc_value *value)
{
    bool unknown = value->verdict == SC_VALUE_MISSING;
    int found = unknown ? -1 : sc_outcome_find(s);
    const char *groups[64];
    size_t n_groups = sc_outcome_groups(groups, 64);

    if (found >= 0 && sc_outcome_at((size_t)found)->removed) {
        value->verdict = SC_VALUE_EXCLUDED;
        return;
    }
    for (size_t i = 0; i < memo->column->n_axes; i++) {
        const struct sc_axis *axis = &memo->plan->axes[memo->column->axes[i]];
        uint32_t *at = &value->coordinates[i];

        *at = unknown ? sc_axis_unknown(axis) : sc_axis_other(axis);
        if (found >= 0 && axis->kind == SC_AXIS_OUTCOME)
            *at = (uint32_t)found;
        for (size_t g = 0; found >= 0 && axis->kind == SC_AXIS_OUTCOME_GROUP && g < n_groups; g++) {
            if (strcmp(groups[g], sc_outcome_at((size_t)found)->group) == 0)
                *at = (uint32_t)g;
        }
    }
}

/* Whether an offence code or class is one of those asked for. */
static bool is_wanted(const struct sc_request *request, const char *code, bool is_class,
                      bool *ret_ambiguous)
{
    const char *recorded_class = "";

    *ret_ambiguous = false;
    if (!is_class && !sc_offence_code_find(code, NULL, &recorded_class))
        recorded_class = "";
    for (size_t i = 0; i < request->n_offences; i++) {
        const struct sc_offence_wanted *wanted = &request->offences[i];
        const char *class_of_wanted = "";

        if (wanted->is_class == is_class && strcmp(wanted->code, code) == 0)
            return true;
        if (wanted->is_class && !is_class && recorded_class[0] &&
            strcmp(wanted->code, recorded_class) == 0)
            return true;
        if (!wanted->is_class && is_class &&
            sc_offence_code_find(wanted->code, NULL, &class_of_wanted) &&
            strcmp(class_of_wanted, code) == 0)
            *ret_ambiguous = true; /* 88A holds 71/17 and more: not the same thing */
    }
    return request->n_offences == 0;
}

static enum sc_status decode_values(const struct sc_memo *memo, struct sc_slice s,
                                    struct sc_value *value, struct sc_error *err)
{
    for (size_t i = 0; i < memo->column->n_axes; i++) {
        const struct sc_axis *axis = &memo->plan->axes[memo->column->axes[i]];
        enum sc_status status;

        if (value->verdict == SC_VALUE_MISSING || axis->kind != SC_AXIS_VALUES) {
            value->coordinates[i] = 0;
            continue;
        }
        status =
            sc_values_number(axis->values, s, memo->column->header, &value->coordinates[i], err);
        if (status)
            return status;
    }
    return SC_OK;
}

static enum sc_status decode_code(const struct sc_memo *memo, struct sc_slice s,
                                  struct sc_value *value, struct sc_error *err)
{
    char code[8];
    bool is_class = false;

    if (value->verdict == SC_VALUE_MISSING) {
        value->verdict = memo->plan->request->n_offences ? SC_VALUE_MISSING : SC_VALUE_OK;
        return SC_OK; /* without a filter an offence of no code is still an offence */
    }
    if (!sc_offence_code_normalise(s, code, &is_class)) {
        value->verdict = SC_VALUE_BAD;
        return SC_OK;
    }
    value->is_71_17 = !is_class && strcmp(code, "071/17") == 0;
    if (!is_wanted(memo->plan->request, code, is_class, &value->ambiguous_class)) {
        value->verdict = SC_VALUE_EXCLUDED;
        return SC_OK;
    }
    return decode_values(memo, sc_slice_of(code), value, err);
}

/* F, Female and the like are one category; other words stay what they are. */
static struct sc_slice canonical_sex(struct sc_slice s)
{
    if (sc_slice_eq_nocase(s, "f") || sc_slice_eq_nocase(s, "female"))
        return sc_slice_of("Female");
    if (sc_slice_eq_nocase(s, "m") || sc_slice_eq_nocase(s, "male"))
        return sc_slice_of("Male");
    if (sc_slice_eq_nocase(s, "u") || sc_slice_eq_nocase(s, "unknown"))
        return sc_slice_of("");
    return s;
}

static void decode_removed(const struct sc_memo *memo, struct sc_slice s, struct sc_value *value)
{
    value->verdict = SC_VALUE_OK;
    for (size_t i = 0; i < memo->plan->source->n_removed; i++) {
        if (sc_slice_eq_nocase(s, memo->plan->source->removed[i]))
            value->verdict = SC_VALUE_EXCLUDED;
    }
}

static enum sc_status decode_text(const struct sc_memo *memo, struct sc_slice s,
                                  struct sc_value *value, struct sc_error *err)
{
    value->verdict =
        sc_is_missing(memo->plan->source, memo->column->source, s) ? SC_VALUE_MISSING : SC_VALUE_OK;
    switch (memo->column->role) {
    case SC_COL_RECORDED:
    case SC_COL_REPORTED:
    case SC_COL_CREATED:
    case SC_COL_COMMITTED_FROM:
    case SC_COL_COMMITTED_TO:
        if (value->verdict == SC_VALUE_OK)
            decode_date(memo, s, value);
        return SC_OK;
    case SC_COL_VICTIM_AGE:
    case SC_COL_SUSPECT_AGE:
        decode_age(memo, s, value);
        return SC_OK;
    case SC_COL_OUTCOME:
        decode_outcome(memo, s, value);
        return SC_OK;
    case SC_COL_OFFENCE_CODE:
        return decode_code(memo, s, value, err);
    case SC_COL_REMOVED:
        decode_removed(memo, s, value);
        return SC_OK;
    case SC_COL_VICTIM_SEX:
    case SC_COL_SUSPECT_SEX:
        s = canonical_sex(s);
        if (s.len == 0)
            value->verdict = SC_VALUE_MISSING;
        return decode_values(memo, s, value, err);
    default:
        return decode_values(memo, s, value, err);
    }
}

/* From the raw field: doubled quotes made single, read as text, trimmed. */
static enum sc_status decode(const struct sc_memo *memo, struct sc_slice raw,
                             struct sc_value *value, struct sc_error *err)
{
    SC_AUTO_BUF single = {0};
    SC_AUTO_BUF text = {0};
    struct sc_slice s = raw;
    enum sc_status status;

    *value = (struct sc_value){0};
    if (raw.len && memchr(raw.data, '"', raw.len)) {
        for (size_t i = 0; i < raw.len; i++) {
            sc_buf_addc(&single, raw.data[i]);
            if (raw.data[i] == '"' && i + 1 < raw.len && raw.data[i + 1] == '"')
                i++;
        }
        status = sc_buf_check(&single, err);
        if (status)
            return status;
        s = (struct sc_slice){single.data, single.len};
    }
    if (!sc_utf8_valid(s.data, s.len)) {
        sc_buf_add_text(&text, s.data, s.len);
        status = sc_buf_check(&text, err);
        if (status)
            return status;
        s = (struct sc_slice){text.data, text.len};
    }
    return decode_text(memo, sc_slice_trim(s), value, err);
}

/* ---- the memo ---- */

enum sc_status sc_memo_new(const struct sc_plan *plan, size_t column_i, struct sc_memo **ret_memo,
                           struct sc_error *err)
{
    struct sc_memo *memo = sc_alloc(sizeof *memo);

    if (!memo)
        return sc_fail_nomem(err);
    memo->plan = plan;
    memo->column = &plan->columns[column_i];
    memo->slots = sc_alloc_array(256, sizeof *memo->slots);
    memo->mask = 255;
    if (!memo->slots) {
        sc_memo_free(memo);
        return sc_fail_nomem(err);
    }
    *ret_memo = memo;
    return SC_OK;
}

void sc_memo_free(struct sc_memo *memo)
{
    if (!memo)
        return;
    sc_free(memo->entries);
    sc_free(memo->slots);
    sc_free(memo);
}

/* Up to 8 bytes of a value, those past its end zero. May read up to 8 bytes of padding. */
static inline uint64_t head(const char *p, size_t len)
{
    uint64_t word;

    memcpy(&word, p, sizeof word);
    return len >= 8 ? word : word & ((1ULL << (8 * len)) - 1);
}

/* A value as it is looked up. */
struct lookup {
    uint64_t first;
    uint64_t second;
    uint64_t hash;
};

static inline struct lookup lookup_of(struct sc_slice s)
{
    struct lookup k;

    k.first = head(s.data, s.len);
    k.second = head(s.data + 8, s.len > 8 ? s.len - 8 : 0);
    k.hash = (k.first ^ s.len) * 0x9E3779B97F4A7C15ULL ^ k.second * 0xC2B2AE3D27D4EB4FULL;
    for (size_t i = 16; i < s.len; i += 8)
        k.hash = (k.hash ^ k.hash >> 29 ^ head(s.data + i, s.len - i)) * 0xBF58476D1CE4E5B9ULL;
    k.hash ^= k.hash >> 32 ^ k.hash >> 47; /* the last bytes reach only the highest bits */
    return k;
}

static void put(struct slot *slots, size_t mask, uint64_t hash, const struct slot *slot)
{
    size_t i = hash & mask;

    while (slots[i].entry)
        i = (i + 1) & mask;
    slots[i] = *slot;
}

static enum sc_status double_slots(struct sc_memo *memo, struct sc_error *err)
{
    size_t n = (memo->mask + 1) * 2;
    struct slot *slots = sc_alloc_array(n, sizeof *slots);

    if (!slots)
        return sc_fail_nomem(err);
    for (size_t i = 0; i <= memo->mask; i++) {
        if (memo->slots[i].entry)
            put(slots, n - 1, memo->entries[memo->slots[i].entry - 1].hash, &memo->slots[i]);
    }
    sc_free(memo->slots);
    memo->slots = slots;
    memo->mask = n - 1;
    return SC_OK;
}

static enum sc_status remember(struct sc_memo *memo, struct sc_slice raw, const struct lookup *key,
                               const struct sc_value *value, struct sc_error *err)
{
    struct slot slot = {key->first, key->second, (uint32_t)raw.len, (uint32_t)memo->n + 1, *value};
    struct entry *entry;
    enum sc_status status =
        sc_grow((void **)&memo->entries, &memo->capacity, memo->n, sizeof *memo->entries, err);

    if (!status && memo->n * 4 >= memo->mask + 1) /* the next slot is another line of the cache */
        status = double_slots(memo, err);
    if (status)
        return status;
    entry = &memo->entries[memo->n++];
    *entry = (struct entry){.hash = key->hash};
    memcpy(entry->key, raw.data, raw.len);
    put(memo->slots, memo->mask, key->hash, &slot);
    return SC_OK;
}

/* Whether the bytes of `raw` from the 17th on are those of the entry. */
static bool same_rest(const struct entry *entry, struct sc_slice raw)
{
    return memcmp(entry->key + 16, raw.data + 16, raw.len - 16) == 0;
}

static inline const struct sc_value *look_up(const struct sc_memo *memo, struct sc_slice raw,
                                             const struct lookup *key)
{
    for (size_t i = key->hash & memo->mask; memo->slots[i].entry; i = (i + 1) & memo->mask) {
        const struct slot *slot = &memo->slots[i];

        if (slot->first == key->first && slot->second == key->second && slot->len == raw.len &&
            (raw.len <= 16 || same_rest(&memo->entries[slot->entry - 1], raw)))
            return &slot->value;
    }
    return NULL;
}

void sc_memo_prefetch(const struct sc_memo *memo, struct sc_slice raw)
{
    const struct slot *slot;

    if (raw.len == 0 || raw.len > MEMO_KEY_MAX)
        return;
    slot = &memo->slots[lookup_of(raw).hash & memo->mask];
    __builtin_prefetch(slot);
    __builtin_prefetch((const char *)(slot + 1) - 1);
}

enum sc_status sc_memo_get(struct sc_memo *memo, struct sc_slice raw,
                           const struct sc_value **ret_value, struct sc_error *err)
{
    const struct sc_value *found;
    struct lookup key = {0};
    enum sc_status status;

    if (raw.len == 0 && memo->have_empty) {
        *ret_value = &memo->empty;
        return SC_OK;
    }
    if (raw.len && raw.len <= MEMO_KEY_MAX) {
        key = lookup_of(raw);
        found = look_up(memo, raw, &key);
        if (found) {
            *ret_value = found;
            return SC_OK;
        }
    }
    status = decode(memo, raw, &memo->last, err);
    if (status)
        return status;
    if (raw.len == 0) {
        memo->empty = memo->last;
        memo->have_empty = true;
    } else if (raw.len <= MEMO_KEY_MAX && memo->n < MEMO_MAX) {
        status = remember(memo, raw, &key, &memo->last, err);
        if (status)
            return status;
    }
    *ret_value = &memo->last;
    return SC_OK;
}
