/*
 * labels.c - each record with its categories, in the order of the extract.
 *
 * Records whose rows must be joined by id are all kept until the end: some 80
 * bytes and the id for each. For a force's own use.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "cube/entities.h"
#include "cube/narratives.h"
#include "cube/tally.h"

#define LINE_BATCH ((size_t)256 * 1024)

struct record {
    struct sc_entity_key key;
    size_t id; /* into ids */
    uint32_t id_len;
    uint32_t file_i;
    uint64_t row;
    struct sc_found found;
};

struct labels {
    const struct sc_dictionary *dictionary;
    struct sc_matcher *matcher;
    struct sc_matcher_scratch *scratch;
    struct sc_buf ids;
    struct record *records;
    size_t n;
    size_t capacity;
    uint32_t *slots; /* 1 + number of a record that has an id */
    size_t n_slots;
};

static size_t slot_of(const struct labels *l, struct sc_entity_key key)
{
    size_t i = key.low & (l->n_slots - 1);

    while (l->slots[i] && (l->records[l->slots[i] - 1].key.low != key.low ||
                           l->records[l->slots[i] - 1].key.high != key.high))
        i = (i + 1) & (l->n_slots - 1);
    return i;
}

static enum sc_status grow_slots(struct labels *l, struct sc_error *err)
{
    size_t n = l->n_slots ? 2 * l->n_slots : 1024;
    uint32_t *slots = sc_alloc_array(n, sizeof *slots);

    if (!slots)
        return sc_fail_nomem(err);
    sc_free(l->slots);
    l->slots = slots;
    l->n_slots = n;
    for (size_t i = 0; i < l->n; i++) {
        if (l->records[i].id_len)
            l->slots[slot_of(l, l->records[i].key)] = (uint32_t)i + 1;
    }
    return SC_OK;
}

static enum sc_status add_record(struct labels *l, const struct sc_narrative *narrative,
                                 struct sc_entity_key key, const struct sc_found *found,
                                 struct sc_error *err)
{
    struct record record = {.key = key,
                            .id = l->ids.len,
                            .id_len = (uint32_t)narrative->id.len,
                            .file_i = narrative->file_i,
                            .row = narrative->row,
                            .found = *found};
    enum sc_status status = sc_grow((void **)&l->records, &l->capacity, l->n, sizeof record, err);

    sc_buf_add(&l->ids, narrative->id.data, narrative->id.len);
    if (!status)
        status = sc_buf_check(&l->ids, err);
    if (!status)
        l->records[l->n++] = record;
    return status;
}

static enum sc_status take_label(void *context, const struct sc_narrative *narrative,
                                 struct sc_error *err)
{
    struct labels *l = context;
    struct sc_slice no_scope = {"", 0};
    struct sc_entity_key key = {0, 0};
    struct sc_found found = {0};
    enum sc_status status = sc_matcher_find(l->matcher, l->scratch, narrative->text.data,
                                            narrative->text.len, &found, err);
    size_t slot;

    if (!status && 2 * l->n >= l->n_slots)
        status = grow_slots(l, err);
    if (status)
        return status;
    if (l->n == UINT32_MAX - 1)
        return sc_fail(err, SC_E_RANGE, "over %" PRIu32 " records cannot be labelled", UINT32_MAX);
    if (narrative->id.len == 0)
        return add_record(l, narrative, key, &found, err);
    key = sc_entity_key_of(no_scope, narrative->id);
    slot = slot_of(l, key);
    if (l->slots[slot]) {
        sc_found_join(l->matcher, &l->records[l->slots[slot] - 1].found, &found);
        return SC_OK;
    }
    status = add_record(l, narrative, key, &found, err);
    if (!status)
        l->slots[slot] = (uint32_t)l->n;
    return status;
}

/* A field, in quotes where CSV asks for them. */
static void add_field(struct sc_buf *out, const char *text, size_t len)
{
    bool quote = false;

    for (size_t i = 0; i < len; i++)
        quote |= text[i] == ',' || text[i] == '"' || text[i] == '\n' || text[i] == '\r';
    if (!quote) {
        sc_buf_add(out, text, len);
        return;
    }
    /* an id stands as in its file, where quotes inside are doubled already */
    sc_buf_addc(out, '"');
    sc_buf_add(out, text, len);
    sc_buf_addc(out, '"');
}

static void add_codes(struct sc_buf *out, const struct sc_dictionary *dictionary, uint64_t set)
{
    bool first = true;

    sc_buf_addc(out, ',');
    for (size_t i = 0; i < dictionary->n_categories; i++) {
        if (!(set >> i & 1))
            continue;
        sc_buf_adds(out, first ? "" : ";");
        sc_buf_adds(out, dictionary->categories[i].code);
        first = false;
    }
}

static void add_line(struct sc_buf *out, const struct labels *l, const struct record *record,
                     const struct sc_buf *names)
{
    const char *name = names->data;
    bool several = strlen(name) + 1 < names->len;

    if (record->id_len) {
        add_field(out, l->ids.data + record->id, record->id_len);
    } else if (several) {
        SC_AUTO_BUF key = {0};

        for (uint32_t i = 0; i < record->file_i; i++)
            name += strlen(name) + 1;
        sc_buf_addf(&key, "%s:%" PRIu64, name, record->row);
        out->failed |= key.failed;
        add_field(out, key.failed ? "" : key.data, key.len);
    } else {
        sc_buf_addf(out, "%" PRIu64, record->row);
    }
    add_codes(out, l->dictionary, record->found.set);
    for (size_t k = 0; k < SC_N_MATCH_KINDS; k++)
        add_codes(out, l->dictionary, record->found.by[k]);
    sc_buf_adds(out, "\n");
}

static enum sc_status write_lines(const struct labels *l, const struct sc_buf *names,
                                  enum sc_status (*write)(void *, const char *, size_t,
                                                          struct sc_error *),
                                  void *write_context, struct sc_error *err)
{
    SC_AUTO_BUF out = {0};
    enum sc_status status = SC_OK;

    sc_buf_adds(&out, "key,categories,exact,variant,near\n");
    for (size_t i = 0; i < l->n && !status; i++) {
        add_line(&out, l, &l->records[i], names);
        if (out.len < LINE_BATCH)
            continue;
        status = sc_buf_check(&out, err);
        if (!status)
            status = write(write_context, out.data, out.len, err);
        sc_buf_clear(&out);
    }
    if (!status)
        status = sc_buf_check(&out, err);
    return status ? status : write(write_context, out.data, out.len, err);
}

enum sc_status sc_classify_labels(const struct sc_source *source,
                                  const struct sc_dictionary *dictionary,
                                  const struct sc_classify_options *options,
                                  enum sc_status (*write)(void *context, const char *bytes,
                                                          size_t len, struct sc_error *err),
                                  void *write_context, struct sc_error *err)
{
    struct labels l = {.dictionary = dictionary};
    SC_AUTO_BUF names = {0};
    struct sc_rows_read rows;
    void *context = &l;
    enum sc_status status = sc_matcher_new(&dictionary, 1, options->engine, &l.matcher, err);

    if (!status)
        status = sc_matcher_scratch_new(l.matcher, &l.scratch, err);
    if (!status)
        status = sc_narratives_each(source, options, 1, take_label, &context, &rows, &names, err);
    if (!status)
        status = write_lines(&l, &names, write, write_context, err);
    sc_matcher_scratch_free(l.scratch);
    sc_matcher_free(l.matcher);
    sc_buf_release(&l.ids);
    sc_free(l.records);
    sc_free(l.slots);
    return status;
}
