/*
 * entry.c - from the answers that site.yaml names to entries of the log.
 *
 * An answer.json is parsed only when it is new or has changed (size, times of the files);
 * otherwise what the lists need of it comes from the state of the last build, so that a
 * build after one change reads one answer.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/date.h"
#include "base/error.h"
#include "base/file.h"
#include "config/form.h"
#include "publish/page.h"
#include "site/internal.h"

#define BUF_TEXT(buf) ((buf).data ? (buf).data : "")
/* Answers read to be listed are kept until they are rendered, up to so many bytes of them. */
#define KEPT_MAX ((size_t)64 << 20)

void sc_site_slug(const char *text, struct sc_buf *out)
{
    size_t from = out->len;

    for (; *text; text++) {
        char c = *text >= 'A' && *text <= 'Z' ? (char)(*text - 'A' + 'a') : *text;
        bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');

        if (plain)
            sc_buf_addc(out, c);
        else if (out->len > from && out->data[out->len - 1] != '-')
            sc_buf_addc(out, '-');
    }
    while (out->len > from && out->data[out->len - 1] == '-')
        out->data[--out->len] = '\0';
}

/* ---- meta ---- */

static const char *keep(struct sc_arena *arena, const char *s, bool *ok)
{
    const char *own = sc_arena_strdup(arena, s);

    *ok = *ok && own;
    return own ? own : "";
}

static struct sc_texts keep_texts(struct sc_arena *arena, const char *const *items, size_t n,
                                  bool *ok)
{
    struct sc_texts texts = {sc_arena_alloc(arena, n * sizeof *texts.items), n};

    if (!texts.items) {
        *ok = false;
        return (struct sc_texts){0};
    }
    for (size_t i = 0; i < n; i++)
        texts.items[i] = keep(arena, items[i], ok);
    return texts;
}

/* All exemptions that any decision names, and all decisions, each once. */
static void add_once(struct sc_texts *texts, const char *text)
{
    for (size_t i = 0; i < texts->n; i++)
        if (strcmp(texts->items[i], text) == 0)
            return;
    texts->items[texts->n++] = text;
}

static void meta_decisions(struct sc_arena *arena, const struct sc_request *request,
                           struct sc_entry_meta *meta, bool *ok)
{
    size_t n = 0;

    for (size_t i = 0; i < request->n_decisions; i++)
        n += request->decisions[i].n_exemptions;
    meta->decisions.items =
        sc_arena_alloc(arena, request->n_decisions * sizeof *meta->decisions.items);
    meta->exemptions.items = sc_arena_alloc(arena, n * sizeof *meta->exemptions.items);
    if (!meta->decisions.items || !meta->exemptions.items) {
        *ok = false;
        return;
    }
    for (size_t i = 0; i < request->n_decisions; i++) {
        const struct sc_decision *decision = &request->decisions[i];

        add_once(&meta->decisions, keep(arena, decision->decision, ok));
        for (size_t e = 0; e < decision->n_exemptions; e++)
            add_once(&meta->exemptions, keep(arena, decision->exemptions[e], ok));
    }
    meta->decision = meta->decisions.n ? meta->decisions.items[0] : "";
}

static void meta_words(struct sc_arena *arena, const struct sc_request *request,
                       struct sc_entry_meta *meta, bool *ok)
{
    SC_AUTO_BUF words = {0};

    if (request->words[0])
        sc_buf_adds(&words, request->words);
    for (size_t q = 0; q < request->n_questions && !request->words[0]; q++)
        sc_buf_addf(&words, "%s%s", q ? "\n" : "", request->questions[q].text);
    meta->words = keep(arena, BUF_TEXT(words), ok);
    *ok = *ok && !words.failed;
}

bool sc_site_meta(struct sc_arena *arena, const struct sc_publication *publication,
                  const struct sc_site_answer *answer, struct sc_entry_meta *meta)
{
    const struct sc_request *request = publication->request;
    SC_AUTO_BUF slug = {0};
    SC_AUTO_BUF sentence = {0};
    bool ok = true;

    sc_site_slug(request->publication[0] ? request->publication : request->reference, &slug);
    if (answer->summary[0])
        sc_buf_adds(&sentence, answer->summary);
    else
        sc_publish_short(publication, &sentence);
    meta->slug = keep(arena, BUF_TEXT(slug), &ok);
    meta->sentence = keep(arena, BUF_TEXT(sentence), &ok);
    meta->title = keep(arena, request->title, &ok);
    meta->publication = keep(arena, request->publication, &ok);
    meta->reference = keep(arena, request->reference, &ok);
    meta->organisation = keep(arena, request->organisation, &ok);
    meta->keywords =
        keep_texts(arena, (const char *const *)request->keywords, request->n_keywords, &ok);
    meta->received = request->received;
    meta->answered = request->answered;
    meta->has_tables = publication->n_tables > 0;
    meta->has_books = meta->has_tables;
    meta->from = meta->has_tables ? request->period.from : SC_DAY_NONE;
    meta->to = meta->has_tables ? request->period.to : SC_DAY_NONE;
    meta->publishable = publication->publishable;
    meta_words(arena, request, meta, &ok);
    meta_decisions(arena, request, meta, &ok);
    return ok && !slug.failed && !sentence.failed;
}

static json_t *texts_json(const struct sc_texts *texts)
{
    json_t *list = json_array();

    for (size_t i = 0; i < texts->n; i++)
        (void)json_array_append_new(list, json_string(texts->items[i]));
    return list;
}

json_t *sc_site_meta_json(const struct sc_entry_meta *meta)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:i, s:i, s:i, s:i, "
                     "s:b, s:b, s:b}",
                     "slug", meta->slug, "title", meta->title, "publication", meta->publication,
                     "reference", meta->reference, "organisation", meta->organisation, "sentence",
                     meta->sentence, "words", meta->words, "decision", meta->decision, "decisions",
                     texts_json(&meta->decisions), "keywords", texts_json(&meta->keywords),
                     "exemptions", texts_json(&meta->exemptions), "received", meta->received,
                     "answered", meta->answered, "from", meta->from, "to", meta->to, "has_tables",
                     meta->has_tables, "has_books", meta->has_books, "publishable",
                     meta->publishable);
}

static struct sc_texts texts_from_json(struct sc_arena *arena, const json_t *list, bool *ok)
{
    size_t n = json_array_size(list);
    struct sc_texts texts = {sc_arena_alloc(arena, n * sizeof *texts.items), n};

    if (!texts.items) {
        *ok = false;
        return (struct sc_texts){0};
    }
    for (size_t i = 0; i < n; i++) {
        const char *s = json_string_value(json_array_get(list, i));

        texts.items[i] = keep(arena, s ? s : "", ok);
    }
    return texts;
}

bool sc_site_meta_from_json(struct sc_arena *arena, const json_t *from, struct sc_entry_meta *meta)
{
    json_t *decisions;
    json_t *keywords;
    json_t *exemptions;
    int has_tables;
    int has_books;
    int publishable;
    const char *texts[8];
    bool ok = true;

    if (json_unpack((json_t *)(uintptr_t)from,
                    "{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:i, s:i, s:i, s:i, "
                    "s:b, s:b, s:b}",
                    "slug", &texts[0], "title", &texts[1], "publication", &texts[2], "reference",
                    &texts[3], "organisation", &texts[4], "sentence", &texts[5], "words", &texts[6],
                    "decision", &texts[7], "decisions", &decisions, "keywords", &keywords,
                    "exemptions", &exemptions, "received", &meta->received, "answered",
                    &meta->answered, "from", &meta->from, "to", &meta->to, "has_tables",
                    &has_tables, "has_books", &has_books, "publishable", &publishable))
        return false;
    meta->slug = keep(arena, texts[0], &ok);
    meta->title = keep(arena, texts[1], &ok);
    meta->publication = keep(arena, texts[2], &ok);
    meta->reference = keep(arena, texts[3], &ok);
    meta->organisation = keep(arena, texts[4], &ok);
    meta->sentence = keep(arena, texts[5], &ok);
    meta->words = keep(arena, texts[6], &ok);
    meta->decision = keep(arena, texts[7], &ok);
    meta->decisions = texts_from_json(arena, decisions, &ok);
    meta->keywords = texts_from_json(arena, keywords, &ok);
    meta->exemptions = texts_from_json(arena, exemptions, &ok);
    meta->has_tables = has_tables;
    meta->has_books = has_books;
    meta->publishable = publishable;
    return ok;
}

/* ---- keys ---- */

/* What would change if a file of the answer changed. */
static enum sc_status make_source_key(const struct sc_build *build,
                                      const struct sc_site_answer *answer, struct sc_entry *entry,
                                      struct sc_error *err)
{
    SC_AUTO_BUF all = {0};
    enum sc_status status = SC_OK;

    for (size_t v = 0; v < answer->n_versions && !status; v++)
        status = sc_site_source_key(build->config, &answer->versions[v], &all, err);
    sc_buf_addf(&all, "%s\n", answer->summary);
    if (!status)
        status = sc_buf_check(&all, err);
    if (!status)
        sc_sha256_hex(all.data, all.len, entry->source_key);
    return status;
}

/* ---- loading ---- */

/* The state's entry that was read from the same files, or NULL. */
static const json_t *remembered(const struct sc_build *build, const char *source_key)
{
    return json_object_get(json_object_get(build->old_state, "sources"), source_key);
}

/* The reason in `err` under the line of site.yaml that names the answer. */
static enum sc_status refuse(const struct sc_build *build, const struct sc_site_version *version,
                             enum sc_status status, struct sc_error *err)
{
    struct sc_error why = *err;

    if (status != SC_E_UNSAFE)
        return status;
    *err = (struct sc_error){0};
    return sc_fail_at(err, status, build->config->path, version->line, 0,
                      "the answer in '%s' was not published: %.700s; answer it again, or say that "
                      "it is withdrawn",
                      version->folder, why.message);
}

enum sc_status sc_site_open_version(const struct sc_build *build,
                                    const struct sc_site_answer *answer,
                                    const struct sc_site_version *version,
                                    struct sc_site_source **ret_source, struct sc_error *err)
{
    SC_AUTO(sc_site_source) source = NULL;
    const struct sc_publication *publication;
    struct sc_error unused;
    enum sc_status status;

    err = err ? err : &unused;
    status = sc_site_source_open(build->config, version, &source, err);
    if (status)
        return refuse(build, version, status, err);
    assert(source);
    publication = source->publication;
    status = sc_publication_check(publication, err);
    if (!status && !publication->publishable && !build->options->preview)
        return sc_fail_at(err, SC_E_UNSAFE, build->config->path, version->line, 0,
                          "the answer in '%s' is not publishable: '%s'; nothing was built "
                          "(--preview shows it, marked as not for release)",
                          version->folder,
                          publication->n_reasons ? publication->reasons[0] : "no reason given");
    if (!status && !answer->withdrawn)
        status = sc_site_source_prove(source, err);
    if (status)
        return refuse(build, version, status, err);
    *ret_source = SC_TAKE(source);
    return SC_OK;
}

/* Reads the current version; earlier ones are read when they are rendered. */
static enum sc_status load_fresh(struct sc_build *build, struct sc_entry *entry,
                                 struct sc_error *err)
{
    const struct sc_site_answer *answer = entry->answer;
    const struct sc_site_version *version = &answer->versions[answer->n_versions - 1];
    SC_AUTO(sc_site_source) source = NULL;
    enum sc_status status = sc_site_open_version(build, answer, version, &source, err);
    bool ok;

    if (status)
        return status;
    assert(source);
    (void)pthread_mutex_lock(&build->lock);
    ok = sc_site_meta(&build->arena, source->publication, answer, &entry->meta);
    if (build->kept + source->bytes <= KEPT_MAX) {
        build->kept += source->bytes;
        entry->source = SC_TAKE(source);
    }
    (void)pthread_mutex_unlock(&build->lock);
    if (!ok)
        return sc_fail_nomem(err);
    if (entry->meta.slug[0] == '\0')
        return sc_fail_at(err, SC_E_INPUT, build->config->path, version->line, 0,
                          "the answer in '%s' has neither a publication number nor a reference: "
                          "expected one, for its address",
                          version->folder);
    return SC_OK;
}

static int32_t published_on(const struct sc_site_version *version, const struct sc_entry_meta *meta)
{
    if (version->published != SC_DAY_NONE)
        return version->published;
    return meta->answered != SC_DAY_NONE ? meta->answered : meta->received;
}

static bool same_word(const char *a, const char *b)
{
    return sc_slice_eq_nocase(sc_slice_of(a), b);
}

static bool is_about(const struct sc_entry *entry, const struct sc_site_topic *topic)
{
    for (size_t i = 0; i < entry->answer->n_topics; i++)
        if (strcmp(entry->answer->topics[i], topic->id) == 0)
            return true;
    for (size_t i = 0; i < entry->meta.keywords.n; i++)
        for (size_t k = 0; k < topic->n_keywords; k++)
            if (same_word(entry->meta.keywords.items[i], topic->keywords[k]))
                return true;
    return false;
}

static bool find_topics(struct sc_build *build, struct sc_entry *entry)
{
    const struct sc_site_config *config = build->config;
    size_t *topics = sc_arena_alloc(&build->arena, config->n_topics * sizeof *topics);

    for (size_t i = 0; topics && i < config->n_topics; i++)
        if (is_about(entry, &config->topics[i]))
            topics[entry->n_topics++] = i;
    entry->topics = topics;
    return topics != NULL;
}

/* What lists need of an answer: from the state of the last build, or read now. */
static enum sc_status load_entry(struct sc_build *build, size_t at, struct sc_error *err)
{
    struct sc_entry *entry = &build->entries[at];
    bool found = false;
    const json_t *old;
    enum sc_status status;

    entry->answer = &build->config->answers[at];
    status = make_source_key(build, entry->answer, entry, err);
    if (status)
        return status;
    old = remembered(build, entry->source_key);
    if (old) {
        (void)pthread_mutex_lock(&build->lock);
        found = sc_site_meta_from_json(&build->arena, old, &entry->meta);
        (void)pthread_mutex_unlock(&build->lock);
    }
    if (found && (entry->meta.publishable || build->options->preview))
        return SC_OK;
    return load_fresh(build, entry, err);
}

/* What follows from all of an entry. */
static bool finish_entry(struct sc_build *build, struct sc_entry *entry)
{
    const struct sc_site_answer *answer = entry->answer;

    entry->published = published_on(&answer->versions[answer->n_versions - 1], &entry->meta);
    entry->first_published = published_on(&answer->versions[0], &entry->meta);
    return find_topics(build, entry);
}

/* Newest first; on one day by publication number, highest first. */
static int newest_first(const void *a, const void *b)
{
    const struct sc_entry *left = a;
    const struct sc_entry *right = b;

    if (left->published != right->published)
        return left->published > right->published ? -1 : 1;
    return -sc_natural_compare(left->meta.slug, right->meta.slug);
}

static int by_slug(const void *a, const void *b)
{
    return strcmp((*(const struct sc_entry *const *)a)->meta.slug,
                  (*(const struct sc_entry *const *)b)->meta.slug);
}

/* Two answers at one address would replace each other. */
static enum sc_status check_slugs(struct sc_build *build, struct sc_diagnostics *diagnostics,
                                  struct sc_error *err)
{
    SC_AUTO_FREE const struct sc_entry **sorted =
        sc_alloc_array(build->n_entries + 1, sizeof(struct sc_entry *));
    bool bad = false;

    if (!sorted)
        return sc_fail_nomem(err);
    for (size_t i = 0; i < build->n_entries; i++)
        sorted[i] = &build->entries[i];
    qsort((void *)sorted, build->n_entries, sizeof *sorted, by_slug);
    for (size_t i = 1; i < build->n_entries; i++) {
        if (strcmp(sorted[i]->meta.slug, sorted[i - 1]->meta.slug) != 0)
            continue;
        bad = true;
        if (sc_diagnostics_add(diagnostics, build->config->path, sorted[i]->answer->line, 1,
                               "two answers have the publication number or reference '%s': "
                               "expected one address for each; make them versions of one answer, "
                               "or correct one of the numbers",
                               sorted[i]->meta.publication[0] ? sorted[i]->meta.publication
                                                              : sorted[i]->meta.reference))
            return sc_fail_nomem(err);
    }
    return bad ? sc_fail_bad_form(diagnostics, err) : SC_OK;
}

enum sc_status sc_site_load_entries(struct sc_build *build, struct sc_diagnostics *diagnostics,
                                    struct sc_error *err)
{
    const struct sc_site_config *config = build->config;
    enum sc_status status;

    build->entries = sc_alloc_array(config->n_answers + 1, sizeof *build->entries);
    if (!build->entries)
        return sc_fail_nomem(err);
    build->n_entries = config->n_answers;
    status = sc_site_crew(build, config->n_answers, load_entry,
                          "interrupted: the site is as it was", err);
    if (status)
        return status;
    for (size_t i = 0; i < build->n_entries; i++)
        if (!finish_entry(build, &build->entries[i]))
            return sc_fail_nomem(err);
    qsort(build->entries, build->n_entries, sizeof *build->entries, newest_first);
    return check_slugs(build, diagnostics, err);
}
