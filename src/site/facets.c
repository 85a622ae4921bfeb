/*
 * facets.c - the ways of choosing answers that a log has: by topic, year, decision and exemption.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/error.h"
#include "publish/clean.h"
#include "site/list.h"

#define BUF_TEXT(buf) ((buf).data ? (buf).data : "")

static bool add_facet(struct sc_build *build, struct facets *facets, const struct facet *facet,
                      const size_t *entries, size_t n)
{
    size_t *own = sc_arena_alloc(&build->arena, n * sizeof *own);
    struct facet *item;

    if (!own ||
        sc_grow((void **)&facets->items, &facets->capacity, facets->n, sizeof *facets->items, NULL))
        return false;
    if (n)
        memcpy(own, entries, n * sizeof *own);
    item = &facets->items[facets->n++];
    *item = *facet;
    item->id = sc_arena_strdup(&build->arena, facet->id);
    item->name = sc_arena_strdup(&build->arena, facet->name);
    item->entries = own;
    item->n_entries = n;
    return item->id && item->name;
}

static bool add_topics(struct sc_build *build, struct facets *facets, size_t *chosen)
{
    for (size_t t = 0; t < build->config->n_topics; t++) {
        const struct sc_site_topic *topic = &build->config->topics[t];
        const struct facet facet = {.kind = "topics",
                                    .key = "topic-of",
                                    .menu = "topics",
                                    .id = topic->id,
                                    .name = topic->title};
        size_t n = 0;

        for (size_t e = 0; e < build->n_entries; e++)
            for (size_t i = 0; i < build->entries[e].n_topics; i++)
                if (build->entries[e].topics[i] == t)
                    chosen[n++] = e;
        if (!add_facet(build, facets, &facet, chosen, n))
            return false;
    }
    return true;
}

static bool covers_year(const struct sc_entry *entry, int year)
{
    if (entry->meta.from == SC_DAY_NONE || entry->meta.to == SC_DAY_NONE)
        return false;
    return sc_civil_from_day(entry->meta.from).year <= year &&
           sc_civil_from_day(entry->meta.to).year >= year;
}

static bool add_years(struct sc_build *build, struct facets *facets, size_t *chosen)
{
    int least = 9999;
    int most = 0;

    for (size_t e = 0; e < build->n_entries; e++) {
        const struct sc_entry_meta *meta = &build->entries[e].meta;

        if (meta->from == SC_DAY_NONE || meta->to == SC_DAY_NONE)
            continue;
        if (sc_civil_from_day(meta->from).year < least)
            least = sc_civil_from_day(meta->from).year;
        if (sc_civil_from_day(meta->to).year > most)
            most = sc_civil_from_day(meta->to).year;
    }
    for (int year = most; year >= least; year--) {
        char text[16];
        const struct facet facet = {
            .kind = "periods", .key = "period-of", .menu = "periods", .id = text, .name = text};
        size_t n = 0;

        (void)snprintf(text, sizeof text, "%d", year);
        for (size_t e = 0; e < build->n_entries; e++)
            if (covers_year(&build->entries[e], year))
                chosen[n++] = e;
        if (n && !add_facet(build, facets, &facet, chosen, n))
            return false;
    }
    return true;
}

/* Answers with a text among those that `texts_of` gives; every text met makes one facet. */
static bool add_by_texts(struct sc_build *build, struct facets *facets, size_t *chosen,
                         const struct sc_texts *(*texts_of)(const struct sc_entry *),
                         const struct facet *like, bool exemption)
{
    size_t first = facets->n;

    for (size_t e = 0; e < build->n_entries; e++)
        for (size_t i = 0; i < texts_of(&build->entries[e])->n; i++) {
            const char *text = texts_of(&build->entries[e])->items[i];
            struct facet facet = *like;
            SC_AUTO_BUF slug = {0};
            bool known = false;
            size_t n = 0;

            sc_site_slug(text, &slug);
            facet.id = BUF_TEXT(slug);
            facet.name = exemption ? text : sc_site_decision(build, text);
            for (size_t f = first; f < facets->n; f++)
                known = known || strcmp(facets->items[f].id, facet.id) == 0;
            if (known || facet.id[0] == '\0')
                continue;
            for (size_t o = e; o < build->n_entries; o++) {
                const struct sc_texts *texts = texts_of(&build->entries[o]);

                for (size_t k = 0; k < texts->n; k++)
                    if (strcmp(texts->items[k], text) == 0) {
                        chosen[n++] = o;
                        break;
                    }
            }
            if (slug.failed || !add_facet(build, facets, &facet, chosen, n))
                return false;
        }
    return true;
}

static const struct sc_texts *decisions_of(const struct sc_entry *entry)
{
    return &entry->meta.decisions;
}

static const struct sc_texts *exemptions_of(const struct sc_entry *entry)
{
    return &entry->meta.exemptions;
}

/* Answers that were taken back, beside the decisions. */
static bool add_withdrawn(struct sc_build *build, struct facets *facets, size_t *chosen)
{
    const struct facet facet = {.kind = "decisions",
                                .key = "decision-of",
                                .menu = "decisions",
                                .id = SC_SITE_WITHDRAWN,
                                .name = sc_word(build->wording, "status-withdrawn")};
    size_t n = 0;

    for (size_t e = 0; e < build->n_entries; e++)
        if (build->entries[e].answer->withdrawn)
            chosen[n++] = e;
    return n == 0 || add_facet(build, facets, &facet, chosen, n);
}

static int by_kind_and_name(const void *a, const void *b)
{
    const struct facet *left = a;
    const struct facet *right = b;
    int order = strcmp(left->kind, right->kind);

    if (order)
        return order;
    if (strcmp(left->kind, "periods") == 0)
        return strcmp(right->name, left->name);
    if (strcmp(left->id, SC_SITE_WITHDRAWN) == 0 || strcmp(right->id, SC_SITE_WITHDRAWN) == 0)
        return strcmp(left->id, SC_SITE_WITHDRAWN) == 0 ? 1 : -1; /* last */
    return sc_natural_compare(left->name, right->name);
}

bool sc_site_find_facets(struct sc_build *build, struct facets *facets)
{
    static const struct facet decision = {
        .kind = "decisions", .key = "decision-of", .menu = "decisions"};
    static const struct facet exemption = {
        .kind = "exemptions", .key = "exemption-of", .menu = "exemptions"};
    SC_AUTO_FREE size_t *chosen = sc_alloc_array(build->n_entries + 1, sizeof *chosen);

    if (!chosen || !add_topics(build, facets, chosen) || !add_years(build, facets, chosen) ||
        !add_by_texts(build, facets, chosen, decisions_of, &decision, false) ||
        !add_by_texts(build, facets, chosen, exemptions_of, &exemption, true) ||
        !add_withdrawn(build, facets, chosen))
        return false;
    if (facets->n)
        qsort(facets->items, facets->n, sizeof *facets->items, by_kind_and_name);
    return true;
}
