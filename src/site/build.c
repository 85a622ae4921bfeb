/*
 * build.c - builds a site: what calls what, and the state between two builds.
 *
 * The state (.safecount-site.json in the site's folder) holds nothing that the pages do not
 * say: what lists know of each answer, under a key made from its files' sizes and times; a
 * key for each answer of all that its pages were made from; the names of the generated pages.
 * Deleting it makes the next build a full one and changes no other byte.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "codes/codes.h"
#include "config/form.h"
#include "site/internal.h"

#define STATE_FILE ".safecount-site.json"
#define STATE_BYTES_MAX ((size_t)256 << 20)
/* Changes when what is written changes in a way that no other key shows. */
#define STATE_FORMAT 1

/* ---- state ---- */

static enum sc_status load_state(struct sc_build *build, struct sc_error *err)
{
    SC_AUTO_FREE char *path = sc_path_join(build->out, STATE_FILE);
    SC_AUTO_BUF bytes = {0};
    enum sc_status status;

    if (!path)
        return sc_fail_nomem(err);
    if (access(path, F_OK) != 0)
        return SC_OK;
    status = sc_file_load(path, STATE_BYTES_MAX, &bytes, err);
    if (status)
        return status;
    build->old_state = json_loadb(bytes.data, bytes.len, 0, NULL);
    if (json_integer_value(json_object_get(build->old_state, "format")) != STATE_FORMAT) {
        json_decref(build->old_state); /* of another version, or damaged: all is made anew */
        build->old_state = NULL;
    }
    return SC_OK;
}

static enum sc_status save_state(struct sc_build *build, struct sc_error *err)
{
    SC_AUTO_FREE char *path = sc_path_join(build->out, STATE_FILE);
    json_t *sources = json_object();
    json_t *answers = json_object();
    json_t *state;
    char *text;
    enum sc_status status;

    for (size_t e = 0; e < build->n_entries; e++) {
        const struct sc_entry *entry = &build->entries[e];

        (void)json_object_set_new(sources, entry->source_key, sc_site_meta_json(&entry->meta));
        (void)json_object_set_new(answers, entry->meta.slug, json_string(entry->page_key));
    }
    state = json_pack("{s:i, s:o, s:o, s:O}", "format", STATE_FORMAT, "sources", sources, "answers",
                      answers, "pages", build->pages);
    text = state ? json_dumps(state, JSON_COMPACT) : NULL;
    json_decref(state);
    if (!text || !path) {
        free(text); /* NOLINT: jansson's */
        return sc_fail_nomem(err);
    }
    status = sc_file_replace(path, text, strlen(text), err);
    free(text); /* NOLINT: jansson's */
    return status;
}

/* ---- what all pages share ---- */

static void add_data(const char *name, struct sc_buf *out)
{
    struct sc_slice data = {0};
    char hash[65];

    if (sc_data_find(name, &data)) {
        sc_sha256_hex(data.data, data.len, hash);
        sc_buf_addf(out, "%s %s\n", name, hash);
    }
}

static bool make_site_key(struct sc_build *build)
{
    const struct sc_site_config *c = build->config;
    SC_AUTO_BUF all = {0};

    sc_buf_addf(&all, "%s %d %s\n", SC_VERSION, build->options->preview,
                sc_wording_hash(build->wording));
    for (const char *const *text =
             (const char *const[]){c->organisation, c->title, c->url, c->language, c->contact,
                                   c->contact_text, c->feedback, c->exit_url, c->colour,
                                   c->licence_name, c->licence_url, c->regulator,
                                   c->regulator_address, c->regulator_url, c->cookies, NULL};
         *text; text++)
        sc_buf_addf(&all, "%s\x1f", *text);
    sc_buf_addf(&all, "%d %d %u\n", c->beta, c->logo != NULL, c->review_days);
    add_data("page.css", &all);
    if (all.failed)
        return false;
    sc_sha256_hex(all.data, all.len, build->site_key);
    return true;
}

/* ---- the folder ---- */

/* A folder that is not there is made; one that holds other things is left alone. */
static enum sc_status open_folder(const char *out, struct sc_error *err)
{
    SC_AUTO_FREE char *state = sc_path_join(out, STATE_FILE);
    struct stat st;

    if (!state)
        return sc_fail_nomem(err);
    if (mkdir(out, 0777) == 0)
        return SC_OK;
    if (errno != EEXIST)
        return sc_fail_io(err, "make folder", out, errno);
    if (stat(out, &st) != 0 || !S_ISDIR(st.st_mode))
        return sc_fail(err, SC_E_RANGE, "'%s' is not a folder", out);
    if (access(state, F_OK) == 0 || rmdir(out) == 0)
        return mkdir(out, 0777) == 0 || errno == EEXIST
                   ? SC_OK
                   : sc_fail_io(err, "make folder", out, errno);
    return sc_fail(err, SC_E_RANGE,
                   "'%s' holds something else than a site that was built here: expected a new "
                   "folder, an empty one, or an earlier site",
                   out);
}

/* An address once given stays. */
static enum sc_status check_kept(const struct sc_build *build, struct sc_diagnostics *diagnostics,
                                 struct sc_error *err)
{
    json_t *answers = json_object_get(build->old_state, "answers");
    const char *slug;
    json_t *value;
    bool bad = false;

    json_object_foreach(answers, slug, value)
    {
        size_t e = 0;

        while (e < build->n_entries && strcmp(build->entries[e].meta.slug, slug) != 0)
            e++;
        if (e < build->n_entries)
            continue;
        bad = true;
        if (sc_diagnostics_add(diagnostics, build->config->path, 1, 1,
                               "the site has an answer at answers/%s/ that is no longer listed: "
                               "addresses are for good; list it again, with 'withdrawn: {on: ..., "
                               "reason: ...}' if it must go (or build into a new folder)",
                               slug))
            return sc_fail_nomem(err);
    }
    return bad ? sc_fail_bad_form(diagnostics, err) : SC_OK;
}

static bool is_page(const json_t *pages, const char *name)
{
    const json_t *item;
    size_t i;

    json_array_foreach(pages, i, item)
    {
        if (strcmp(json_string_value(item), name) == 0)
            return true;
    }
    return false;
}

/* Generated pages of the last build that this one did not make. */
static void remove_old_pages(struct sc_build *build)
{
    json_t *old = json_object_get(build->old_state, "pages");
    const json_t *item;
    size_t i;

    json_array_foreach(old, i, item)
    {
        const char *name = json_string_value(item);
        SC_AUTO_FREE char *path = NULL;

        if (!name || name[0] == '/' || strstr(name, "..") || is_page(build->pages, name))
            continue;
        path = sc_path_join(build->out, name);
        if (path && unlink(path) == 0)
            build->report.removed++;
    }
}

/* ---- the whole ---- */

static enum sc_status make_all(struct sc_build *build, struct sc_diagnostics *diagnostics,
                               struct sc_error *err)
{
    enum sc_status status = sc_site_load_entries(build, diagnostics, err);

    if (!status)
        status = check_kept(build, diagnostics, err);
    if (!status)
        status = sc_site_relate(build, err);
    if (!status)
        status = sc_site_pages(build, err);
    if (!status)
        status = sc_site_render(build, err);
    if (!status)
        status = sc_site_lists(build, err);
    if (!status)
        status = sc_site_search(build, err);
    if (!status)
        status = sc_site_feeds(build, err);
    if (status)
        return status;
    remove_old_pages(build);
    return save_state(build, err);
}

/* A state that says nothing marks the folder as ours before the first page is in it. */
static enum sc_status claim(struct sc_build *build, struct sc_error *err)
{
    SC_AUTO_FREE char *path = sc_path_join(build->out, STATE_FILE);

    if (!path)
        return sc_fail_nomem(err);
    return build->old_state || access(path, F_OK) == 0 ? SC_OK
                                                       : sc_file_replace(path, "{}", 2, err);
}

enum sc_status sc_site_build(const struct sc_site_config *config, const char *out,
                             const struct sc_site_options *options,
                             struct sc_site_report *ret_report, struct sc_diagnostics *diagnostics,
                             struct sc_error *err)
{
    static const struct sc_site_options usual;
    SC_AUTO(sc_wording) wording = NULL;
    struct sc_build build = {.config = config,
                             .options = options ? options : &usual,
                             .out = out,
                             .lock = PTHREAD_MUTEX_INITIALIZER};
    struct sc_slice style;
    enum sc_status status;

    if (!sc_data_find("govuk.css", &style))
        return sc_fail(err, SC_E_UNSUPPORTED,
                       "this safecount was built without GOV.UK Frontend: run scripts/setup, then "
                       "'meson setup --reconfigure build' and build it again");
    status = sc_wording_new(config->language, config->wording, &wording, diagnostics, err);
    build.wording = wording;
    build.pages = json_array();
    if (!status && (!build.pages || !make_site_key(&build)))
        status = sc_fail_nomem(err);
    if (!status)
        status = open_folder(out, err);
    if (!status)
        status = load_state(&build, err);
    if (!status)
        status = claim(&build, err);
    if (!status)
        status = make_all(&build, diagnostics, err);
    build.report.answers = build.n_entries;
    if (!status && ret_report)
        *ret_report = build.report;
    json_decref(build.old_state);
    json_decref(build.pages);
    for (size_t e = 0; e < build.n_entries; e++)
        sc_site_source_free(build.entries[e].source);
    sc_free(build.entries);
    (void)pthread_mutex_destroy(&build.lock);
    sc_arena_release(&build.arena);
    return status;
}
