/*
 * config_register.c - a site's answers from the register: every reference is an answer, its
 * recorded versions are the versions, the oldest first, and what was withdrawn is withdrawn.
 *
 * A version went onto the log on the day it was recorded, unless site.yaml says another day.
 */
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/error.h"
#include "register/releases.h"
#include "site/config.h"

typedef const struct sc_past_release *past;

static int by_reference(const void *a, const void *b)
{
    past left = *(const past *)a;
    past right = *(const past *)b;
    int order = strcmp(left->reference, right->reference);

    return order ? order : left->version < right->version ? -1 : left->version > right->version;
}

static const char *keep(struct sc_form *form, const char *text)
{
    const char *own = sc_arena_strdup(form->arena, text);

    form->nomem |= !own;
    return own ? own : "";
}

/* What a version is called in messages. */
static const char *label(struct sc_form *form, const struct sc_past_release *release)
{
    SC_AUTO_BUF text = {0};

    sc_buf_addf(&text, "%s, version %u of the register", release->reference, release->version);
    form->nomem |= text.failed;
    return keep(form, text.failed ? "" : text.data);
}

static int32_t recorded_on(const struct sc_past_release *release)
{
    struct sc_slice day = {release->recorded, strlen(release->recorded)};
    sc_day on = SC_DAY_NONE;

    day.len = day.len > 10 ? 10 : day.len;
    return sc_day_parse_iso(day, &on) ? on : SC_DAY_NONE;
}

/* Makes releases[0 .. n), all of one reference, the versions of `answer`. */
static void take(struct sc_form *form, past *releases, size_t n, struct sc_site_answer *answer)
{
    struct sc_site_version *said = answer->versions;
    size_t n_said = answer->n_versions;
    past last = releases[n - 1];

    answer->versions = sc_form_alloc(form, n, sizeof *answer->versions);
    answer->n_versions = answer->versions ? n : 0;
    for (size_t v = 0; v < answer->n_versions; v++)
        answer->versions[v] = (struct sc_site_version){
            .folder = label(form, releases[v]),
            .release = releases[v]->id,
            .published = v < n_said ? said[v].published : recorded_on(releases[v]),
            .reason = keep(form, releases[v]->correction),
            .line = answer->line};
    answer->withdrawn = last->withdrawn_on != SC_DAY_NONE;
    answer->withdrawn_on = last->withdrawn_on;
    answer->withdrawn_reason = keep(form, last->withdrawn);
}

/* Where the releases of `reference` begin in the sorted list, and how many they are. */
static size_t find(const past *sorted, size_t n, const char *reference, size_t *ret_n)
{
    size_t from = 0;
    size_t to = n;

    while (from < to) {
        size_t middle = from + (to - from) / 2;

        if (strcmp(sorted[middle]->reference, reference) < 0)
            from = middle + 1;
        else
            to = middle;
    }
    for (to = from; to < n && strcmp(sorted[to]->reference, reference) == 0;)
        to++;
    *ret_n = to - from;
    return from;
}

/* What site.yaml says of answers that are in the register. `used`: by place in `sorted`. */
static void take_listed(struct sc_form *form, struct sc_site_config *config, past *sorted, size_t n,
                        bool *used)
{
    for (size_t a = 0; a < config->n_answers; a++) {
        struct sc_site_answer *answer = &config->answers[a];
        const struct sc_yaml_node where = {.line = answer->line, .column = 1};
        size_t n_here;
        size_t at;

        if (answer->reference[0] == '\0')
            continue;
        at = find(sorted, n, answer->reference, &n_here);
        if (n_here == 0)
            sc_form_error(form, &where, "the register has no answer with the reference '%s'",
                          answer->reference);
        else if (used[at])
            sc_form_error(form, &where, "the reference '%s' is there twice", answer->reference);
        else if (answer->n_versions > n_here)
            sc_form_error(form, &where,
                          "%zu days of publication for '%s': expected at most %zu, one for each "
                          "version in the register",
                          answer->n_versions, answer->reference, n_here);
        else
            take(form, sorted + at, n_here, answer);
        used[at < n ? at : 0] |= n_here > 0;
    }
}

/* All others. */
static void take_rest(struct sc_form *form, struct sc_site_config *config, past *sorted, size_t n,
                      const bool *used, uint64_t line)
{
    struct sc_site_answer *all =
        sc_form_alloc(form, config->n_answers + n + 1, sizeof *config->answers);

    if (!all)
        return;
    if (config->n_answers)
        memcpy(all, config->answers, config->n_answers * sizeof *all);
    config->answers = all;
    for (size_t at = 0, n_here; at < n; at += n_here) {
        (void)find(sorted, n, sorted[at]->reference, &n_here);
        if (used[at])
            continue;
        all[config->n_answers] = (struct sc_site_answer){
            .reference = keep(form, sorted[at]->reference), .summary = "", .line = line};
        take(form, sorted + at, n_here, &all[config->n_answers++]);
    }
}

enum sc_status sc_site_take_register(struct sc_form *form, struct sc_site_config *config,
                                     const struct sc_yaml_node *at, struct sc_error *err)
{
    const struct sc_releases_wanted all = {0};
    SC_AUTO(sc_releases) releases = NULL;
    SC_AUTO_FREE past *sorted = NULL;
    SC_AUTO_FREE bool *used = NULL;
    struct sc_error why = {0};
    size_t n = 0;
    const struct sc_past_release *items;
    enum sc_status status = sc_register_open(config->register_path, SC_DB_READ, &config->reg, &why);

    if (!status)
        status = sc_releases_load(config->reg, &all, &releases, &why);
    if (status == SC_E_NOMEM)
        return sc_fail_nomem(err);
    if (status) {
        sc_form_error(form, at, "the register '%s' cannot be read: %s", config->register_path,
                      why.message);
        return SC_OK;
    }
    items = sc_releases_items(releases, &n);
    sorted = sc_alloc_array(n + 1, sizeof *sorted);
    used = sc_alloc_array(n + 1, sizeof *used);
    if (!sorted || !used)
        return sc_fail_nomem(err);
    for (size_t i = 0; i < n; i++)
        sorted[i] = &items[i];
    qsort((void *)sorted, n, sizeof *sorted, by_reference);
    take_listed(form, config, sorted, n, used);
    take_rest(form, config, sorted, n, used, at->line);
    return form->nomem ? sc_fail_nomem(err) : SC_OK;
}
