/*
 * survey.c - a dictionary, or two, over a whole extract.
 *
 * Records are many, but what is found in them is one of a few thousand
 * patterns: for each dictionary the categories by kind of match and the set
 * that counts. So each thread counts records by pattern, and everything that
 * is asked (categories, kinds, overlaps, groups, changes) is worked out from
 * the patterns at the end. Where rows must be joined by offence id, the store of
 * entities does it: a profile is the pattern, and patterns of two rows of one
 * record are joined bit by bit, then put in order again.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "cube/entities.h"
#include "cube/narratives.h"
#include "cube/tally.h"

#define DICTIONARIES_MAX 2
#define WORDS ((size_t)SC_N_MATCH_KINDS + 1) /* of a dictionary: by kind, and the set */
#define WORDS_MAX (DICTIONARIES_MAX * WORDS)
#define THREADS_MAX 16

/* ---- counts by pattern ---- */

struct pattern {
    uint64_t words[WORDS_MAX];
    uint64_t count; /* 0: an empty slot */
};

struct patterns {
    struct pattern *slots;
    size_t n_slots; /* a power of two, or 0 */
    size_t n;
};

static struct pattern *find_pattern(const struct patterns *p, const uint64_t *words)
{
    uint64_t hash = 0;
    size_t i;

    for (size_t w = 0; w < WORDS_MAX; w++)
        hash = sc_mix64(hash ^ words[w]);
    for (i = hash & (p->n_slots - 1); p->slots[i].count; i = (i + 1) & (p->n_slots - 1)) {
        if (memcmp(p->slots[i].words, words, sizeof p->slots[i].words) == 0)
            break;
    }
    return &p->slots[i];
}

static enum sc_status grow_patterns(struct patterns *p, struct sc_error *err)
{
    struct patterns larger = {.n_slots = p->n_slots ? 2 * p->n_slots : 256, .n = p->n};

    larger.slots = sc_alloc_array(larger.n_slots, sizeof *larger.slots);
    if (!larger.slots)
        return sc_fail_nomem(err);
    for (size_t i = 0; i < p->n_slots; i++) {
        if (p->slots[i].count)
            *find_pattern(&larger, p->slots[i].words) = p->slots[i];
    }
    sc_free(p->slots);
    *p = larger;
    return SC_OK;
}

static enum sc_status count_pattern(struct patterns *p, const uint64_t *words, uint64_t count,
                                    struct sc_error *err)
{
    struct pattern *slot;

    if (2 * p->n >= p->n_slots) {
        enum sc_status status = grow_patterns(p, err);

        if (status)
            return status;
    }
    slot = find_pattern(p, words);
    if (!slot->count) {
        memcpy(slot->words, words, sizeof slot->words);
        p->n++;
    }
    slot->count += count;
    return SC_OK;
}

/* ---- the pass ---- */

struct survey {
    const struct sc_source *source;
    const struct sc_classify_options *options;
    size_t n_dictionaries;
    const struct sc_dictionary *dictionaries[DICTIONARIES_MAX];
    struct sc_matcher *matchers[DICTIONARIES_MAX];
    struct sc_entities *records; /* NULL: each row is one */
    struct sc_rows_read rows;
    struct patterns patterns; /* at the end, all */
};

struct thread {
    struct survey *survey;
    struct sc_matcher_scratch *scratches[DICTIONARIES_MAX];
    struct sc_profile_cache *cache;
    struct patterns patterns;
};

static void put_found(uint64_t *words, const struct sc_found *found)
{
    memcpy(words, found->by, sizeof found->by);
    words[SC_N_MATCH_KINDS] = found->set;
}

static struct sc_entity_key key_of(const struct sc_narrative *narrative)
{
    struct sc_slice no_scope = {"", 0};
    struct sc_slice row_scope = {"row", 3}; /* ids have no scope: no id is taken for a row */
    char row[48];
    int n;

    if (narrative->id.len)
        return sc_entity_key_of(no_scope, narrative->id);
    n = snprintf(row, sizeof row, "%" PRIu32 ":%" PRIu64, narrative->file_i, narrative->row);
    return sc_entity_key_of(row_scope, (struct sc_slice){row, (size_t)n});
}

static enum sc_status take_narrative(void *context, const struct sc_narrative *narrative,
                                     struct sc_error *err)
{
    struct thread *t = context;
    const struct survey *s = t->survey;
    uint64_t words[WORDS_MAX] = {0};
    bool is_new;

    for (size_t d = 0; d < s->n_dictionaries; d++) {
        struct sc_found found = {0};
        enum sc_status status =
            sc_matcher_find(s->matchers[d], t->scratches[d], narrative->text.data,
                            narrative->text.len, &found, err);

        if (status)
            return status;
        put_found(words + d * WORDS, &found);
    }
    if (!s->records)
        return count_pattern(&t->patterns, words, 1, err);
    return sc_entities_note(s->records, t->cache, key_of(narrative), words, &is_new, err);
}

/* Puts the joined words of several rows of a record in order again. */
static enum sc_status take_profile(void *context, const uint64_t *joined, uint64_t count,
                                   struct sc_error *err)
{
    struct survey *s = context;
    uint64_t words[WORDS_MAX] = {0};

    for (size_t d = 0; d < s->n_dictionaries; d++) {
        struct sc_found found = {0};
        struct sc_found nothing = {0};

        memcpy(found.by, joined + d * WORDS, sizeof found.by);
        sc_found_join(s->matchers[d], &found, &nothing);
        if (s->dictionaries[d]->first_only)
            found.set &= joined[d * WORDS + SC_N_MATCH_KINDS];
        put_found(words + d * WORDS, &found);
    }
    return count_pattern(&s->patterns, words, count, err);
}

static enum sc_status open_survey(struct survey *s, struct sc_error *err)
{
    static const bool all_sets[WORDS_MAX] = {true, true, true, true, true, true, true, true};
    enum sc_status status = SC_OK;

    for (size_t d = 0; d < s->n_dictionaries && !status; d++)
        status = sc_matcher_new(&s->dictionaries[d], 1, s->options->engine, &s->matchers[d], err);
    if (!status && sc_narratives_repeat(s->source))
        status = sc_entities_new(WORDS * s->n_dictionaries, all_sets, &s->records, err);
    return status;
}

static enum sc_status open_thread(struct thread *t, struct survey *s, struct sc_error *err)
{
    enum sc_status status = SC_OK;

    t->survey = s;
    for (size_t d = 0; d < s->n_dictionaries && !status; d++)
        status = sc_matcher_scratch_new(s->matchers[d], &t->scratches[d], err);
    if (!status && s->records)
        status = sc_profile_cache_new(&t->cache, err);
    return status;
}

static void close_thread(struct thread *t)
{
    for (size_t d = 0; d < DICTIONARIES_MAX; d++)
        sc_matcher_scratch_free(t->scratches[d]);
    sc_profile_cache_free(t->cache);
    sc_free(t->patterns.slots);
}

static enum sc_status gather(struct survey *s, const struct thread *threads, size_t n,
                             struct sc_error *err)
{
    enum sc_status status = SC_OK;

    if (s->records)
        return sc_entities_each(s->records, take_profile, s, err);
    for (size_t t = 0; t < n; t++) {
        for (size_t i = 0; i < threads[t].patterns.n_slots && !status; i++) {
            const struct pattern *p = &threads[t].patterns.slots[i];

            if (p->count)
                status = count_pattern(&s->patterns, p->words, p->count, err);
        }
    }
    return status;
}

static enum sc_status run_survey(struct survey *s, struct sc_error *err)
{
    struct thread threads[THREADS_MAX] = {{0}};
    void *contexts[THREADS_MAX];
    size_t n = sc_narratives_threads(s->options);
    enum sc_status status = open_survey(s, err);

    for (size_t t = 0; t < n && !status; t++) {
        contexts[t] = &threads[t];
        status = open_thread(&threads[t], s, err);
    }
    if (!status)
        status = sc_narratives_each(s->source, s->options, n, take_narrative, contexts, &s->rows,
                                    NULL, err);
    if (!status)
        status = gather(s, threads, n, err);
    for (size_t t = 0; t < n; t++)
        close_thread(&threads[t]);
    return status;
}

static void release_survey(struct survey *s)
{
    for (size_t d = 0; d < DICTIONARIES_MAX; d++)
        sc_matcher_free(s->matchers[d]);
    sc_entities_free(s->records);
    sc_free(s->patterns.slots);
}

/* ---- counts of one dictionary ---- */

static uint64_t fallbacks_of(const struct sc_dictionary *dictionary)
{
    uint64_t set = 0;

    for (size_t i = 0; i < dictionary->n_categories; i++)
        set |= dictionary->categories[i].fallback ? 1ULL << i : 0;
    return set;
}

static void add_pattern(struct sc_classification *c, const struct sc_dictionary *dictionary,
                        const struct pattern *p)
{
    uint64_t set = p->words[SC_N_MATCH_KINDS];
    uint64_t groups = sc_dictionary_groups_of(dictionary, set);

    c->records += p->count;
    c->none += set ? 0 : p->count;
    c->fallback += set && !(set & ~fallbacks_of(dictionary)) ? p->count : 0;
    c->several += set & (set - 1) ? p->count : 0;
    c->near += p->words[SC_MATCH_NEAR] ? p->count : 0;
    for (size_t i = 0; i < dictionary->n_categories; i++) {
        for (size_t k = 0; k < SC_N_MATCH_KINDS; k++)
            c->by[i][k] += p->words[k] >> i & 1 ? p->count : 0;
        if (!(set >> i & 1))
            continue;
        c->counted[i] += p->count;
        for (size_t j = 0; j < dictionary->n_categories; j++)
            c->overlap[i][j] += set >> j & 1 ? p->count : 0;
    }
    for (size_t g = 0; g < dictionary->n_groups; g++)
        c->groups[g] += groups >> g & 1 ? p->count : 0;
}

enum sc_status sc_classify(const struct sc_source *source, const struct sc_dictionary *dictionary,
                           const struct sc_classify_options *options,
                           struct sc_classification **ret_classification, struct sc_error *err)
{
    struct survey s = {
        .source = source, .options = options, .n_dictionaries = 1, .dictionaries = {dictionary}};
    struct sc_classification *c = sc_alloc(sizeof *c);
    enum sc_status status = c ? run_survey(&s, err) : sc_fail_nomem(err);

    if (!status) {
        c->rows = s.rows;
        for (size_t i = 0; i < s.patterns.n_slots; i++) {
            if (s.patterns.slots[i].count)
                add_pattern(c, dictionary, &s.patterns.slots[i]);
        }
        *ret_classification = SC_TAKE(c);
    }
    sc_free(c);
    release_survey(&s);
    return status;
}

void sc_classification_free(struct sc_classification *classification)
{
    sc_free(classification);
}

/* ---- two dictionaries ---- */

struct owned_difference {
    struct sc_dictionary_difference difference; /* first */
    /* Which bit each change is of in the two dictionaries; SC_CATEGORIES_MAX: not there. */
    unsigned bits[2 * SC_CATEGORIES_MAX][2];
    struct sc_category_change changes[2 * SC_CATEGORIES_MAX + 1];
};

static unsigned find_category(const struct sc_dictionary *dictionary, const char *code)
{
    for (unsigned i = 0; i < dictionary->n_categories; i++) {
        if (strcmp(dictionary->categories[i].code, code) == 0)
            return i;
    }
    return SC_CATEGORIES_MAX;
}

/* The categories of the old dictionary, the new one's own, and "none". */
static void list_changes(struct owned_difference *o, const struct sc_dictionary *before,
                         const struct sc_dictionary *after)
{
    size_t n = 0;

    for (unsigned i = 0; i < before->n_categories; i++, n++) {
        o->bits[n][0] = i;
        o->bits[n][1] = find_category(after, before->categories[i].code);
        o->changes[n].code = before->categories[i].code;
        o->changes[n].label = before->categories[i].label;
    }
    for (unsigned i = 0; i < after->n_categories; i++) {
        if (find_category(before, after->categories[i].code) != SC_CATEGORIES_MAX)
            continue;
        o->bits[n][0] = SC_CATEGORIES_MAX;
        o->bits[n][1] = i;
        o->changes[n].code = after->categories[i].code;
        o->changes[n++].label = after->categories[i].label;
    }
    for (size_t i = 0; i < n; i++) {
        o->changes[i].in_old = o->bits[i][0] != SC_CATEGORIES_MAX;
        o->changes[i].in_new = o->bits[i][1] != SC_CATEGORIES_MAX;
    }
    o->changes[n].code = "none";
    o->changes[n].label = "None found";
    o->changes[n].in_old = o->changes[n].in_new = true;
    o->difference.changes = o->changes;
    o->difference.n_changes = n + 1;
}

static void add_change(struct sc_category_change *change, bool before, bool after, uint64_t count)
{
    change->before += before ? count : 0;
    change->after += after ? count : 0;
    change->lost += before && !after ? count : 0;
    change->gained += after && !before ? count : 0;
}

static void add_difference(struct owned_difference *o, const struct pattern *p)
{
    struct sc_dictionary_difference *d = &o->difference;
    const uint64_t sets[2] = {p->words[SC_N_MATCH_KINDS], p->words[WORDS + SC_N_MATCH_KINDS]};
    bool changed = !sets[0] != !sets[1];

    for (size_t i = 0; i + 1 < d->n_changes; i++) {
        bool in[2];

        for (size_t k = 0; k < 2; k++)
            in[k] = o->bits[i][k] != SC_CATEGORIES_MAX && (sets[k] >> o->bits[i][k] & 1);
        changed |= in[0] != in[1];
        add_change(&d->changes[i], in[0], in[1], p->count);
    }
    add_change(&d->changes[d->n_changes - 1], !sets[0], !sets[1], p->count);
    d->records += p->count;
    d->changed += changed ? p->count : 0;
}

enum sc_status
sc_dictionary_compare(const struct sc_source *source, const struct sc_dictionary *before,
                      const struct sc_dictionary *after, const struct sc_classify_options *options,
                      struct sc_dictionary_difference **ret_difference, struct sc_error *err)
{
    struct survey s = {
        .source = source, .options = options, .n_dictionaries = 2, .dictionaries = {before, after}};
    struct owned_difference *o = sc_alloc(sizeof *o);
    enum sc_status status = o ? run_survey(&s, err) : sc_fail_nomem(err);

    if (!status) {
        o->difference.rows = s.rows;
        list_changes(o, before, after);
        for (size_t i = 0; i < s.patterns.n_slots; i++) {
            if (s.patterns.slots[i].count)
                add_difference(o, &s.patterns.slots[i]);
        }
        *ret_difference = &o->difference;
        o = NULL;
    }
    sc_free(o);
    release_survey(&s);
    return status;
}

void sc_dictionary_difference_free(struct sc_dictionary_difference *difference)
{
    sc_free(difference);
}
