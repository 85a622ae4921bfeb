/*
 * config.c - site.yaml: what a log is called, who answers for it, and which answers it has.
 */
#include <math.h>
#include <string.h>

#include "base/date.h"
#include "base/error.h"
#include "base/file.h"
#include "config/form.h"
#include "register/register.h"
#include "site/config.h"

static const char *const site_keys[] = {
    "organisation", "title",   "url",      "language", "wording", "contact",  "feedback",
    "exit",         "beta",    "logo",     "colour",   "licence", "review",   "regulator",
    "security",     "cookies", "per_page", "topics",   "answers", "register", NULL};

/* ---- pieces ---- */

const char *sc_site_path_of(struct sc_form *form, const struct owned_config *owned,
                            const char *path)
{
    SC_AUTO_FREE char *joined = sc_path_join(owned->dir, path);
    const char *kept = joined ? sc_arena_strdup(form->arena, joined) : NULL;

    form->nomem |= !kept;
    return kept ? kept : "";
}

static const char *optional_path(struct sc_form *form, const struct owned_config *owned,
                                 const struct sc_yaml_node *map, const char *key)
{
    const char *path = sc_form_string(form, map, key, "");

    return path[0] ? sc_site_path_of(form, owned, path) : NULL;
}

/* An address that may stand in a link. */
static const char *address(struct sc_form *form, const struct sc_yaml_node *map, const char *key)
{
    const char *s = sc_form_string(form, map, key, "");
    const struct sc_yaml_node *node = sc_form_find(map, key);

    if (s[0] && strncmp(s, "https://", 8) != 0 && strncmp(s, "http://", 7) != 0 &&
        strncmp(s, "mailto:", 7) != 0 && strncmp(s, "tel:", 4) != 0)
        sc_form_error(form, node, "'%s' is an address: expected https://..., mailto:... or tel:...",
                      key);
    return s;
}

/* A text that may not be empty; its absence is noted by sc_form_require(). */
static const char *needed(struct sc_form *form, const struct sc_yaml_node *map, const char *key)
{
    const char *text = sc_form_string(form, map, key, " ");
    const struct sc_yaml_node *node = sc_form_find(map, key);

    if (text[0] == '\0' && !form->nomem && node && node->kind == SC_YAML_SCALAR)
        sc_form_error(form, node, "'%s' is empty: expected a text", key);
    return node ? text : "";
}

/* The mapping under `key`, with its keys checked; NULL when it is not there. */
static const struct sc_yaml_node *part(struct sc_form *form, const struct sc_yaml_node *map,
                                       const char *key, const char *const *keys, const char *what)
{
    const struct sc_yaml_node *node = sc_form_find(map, key);

    if (!node || !sc_form_is_map(form, node, what))
        return NULL;
    sc_form_keys(form, node, keys);
    return node;
}

/* ---- the organisation ---- */

static void read_contact(struct sc_form *form, const struct sc_yaml_node *map,
                         struct sc_site_config *config)
{
    const char *text = address(form, map, "contact");
    const char *plain = strncmp(text, "mailto:", 7) == 0 ? text + 7 : text;

    config->contact = text;
    config->contact_text = plain[0] ? plain : "the disclosure team";
    config->feedback = address(form, map, "feedback");
    config->exit_url = address(form, map, "exit");
}

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* Whether white text on "#rrggbb" has a contrast of 4.6 or better (WCAG 2.2, relative luminance).
 */
static bool is_dark_enough(const char *colour)
{
    double luminance = 0;
    static const double weights[3] = {0.2126, 0.7152, 0.0722};

    for (int i = 0; i < 3; i++) {
        int value = 0;
        double c;

        for (int k = 1; k <= 2; k++) {
            char digit = colour[2 * i + k];

            value = value * 16 + (digit <= '9' ? digit - '0' : (digit | 32) - 'a' + 10);
        }
        c = value / 255.0;
        luminance += weights[i] * (c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4));
    }
    return 1.05 / (luminance + 0.05) >= 4.6;
}

static void read_look(struct sc_form *form, const struct owned_config *owned,
                      const struct sc_yaml_node *map, struct sc_site_config *config)
{
    const struct sc_yaml_node *node = sc_form_find(map, "colour");

    config->beta = sc_form_bool(form, map, "beta", false);
    config->logo = optional_path(form, owned, map, "logo");
    config->colour = sc_form_string(form, map, "colour", "");
    if (!config->colour[0])
        return;
    if (strlen(config->colour) != 7 || config->colour[0] != '#') {
        sc_form_error(form, node, "a colour: expected six hex digits such as \"#1d3d57\"");
        return;
    }
    for (int i = 1; i < 7; i++)
        if (!is_hex(config->colour[i])) {
            sc_form_error(form, node, "a colour: expected six hex digits such as \"#1d3d57\"");
            return;
        }
    if (!is_dark_enough(config->colour))
        sc_form_error(form, node,
                      "white text on this colour is too faint to read: expected a "
                      "contrast of 4.6 to 1 or better, that is a darker colour");
}

static void read_rights(struct sc_form *form, const struct sc_yaml_node *map,
                        struct sc_site_config *config)
{
    static const char *const licence_keys[] = {"name", "url", NULL};
    static const char *const review_keys[] = {"days", NULL};
    static const char *const regulator_keys[] = {"name", "address", "url", NULL};
    const struct sc_yaml_node *licence =
        part(form, map, "licence", licence_keys, "a licence: {name: ..., url: ...}");
    const struct sc_yaml_node *review =
        part(form, map, "review", review_keys, "a review: {days: 40}");
    const struct sc_yaml_node *regulator = part(form, map, "regulator", regulator_keys,
                                                "a regulator: {name: ..., address: ..., url: ...}");

    config->licence_name = licence ? sc_form_string(form, licence, "name", "") : "";
    config->licence_url = licence ? address(form, licence, "url") : "";
    config->review_days = review ? (unsigned)sc_form_number(form, review, "days", 1, 400, 40) : 40;
    config->regulator = regulator ? sc_form_string(form, regulator, "name", "") : "";
    config->regulator_address = regulator ? sc_form_string(form, regulator, "address", "") : "";
    config->regulator_url = regulator ? address(form, regulator, "url") : "";
    if (regulator) {
        sc_form_require(form, regulator, "name", "what the regulator is called");
        sc_form_require(form, regulator, "address", "where to write to the regulator");
        sc_form_require(form, regulator, "url", "where to complain");
    }
}

static void read_extras(struct sc_form *form, const struct owned_config *owned,
                        const struct sc_yaml_node *map, struct sc_site_config *config)
{
    static const char *const security_keys[] = {"contact", "expires", NULL};
    static const char *const cookie_keys[] = {"category", "purpose", "script", NULL};
    const struct sc_yaml_node *security =
        part(form, map, "security", security_keys, "security: {contact: ..., expires: 2027-01-01}");
    const struct sc_yaml_node *cookies = part(
        form, map, "cookies", cookie_keys, "cookies: {category: ..., purpose: ..., script: ...}");

    config->security = security ? address(form, security, "contact") : "";
    config->security_expires = security ? sc_form_day(form, security, "expires") : SC_DAY_NONE;
    if (security) {
        sc_form_require(form, security, "contact", "who to tell about a weakness of the site");
        sc_form_require(form, security, "expires", "until when that holds");
    }
    config->cookies = cookies ? sc_form_string(form, cookies, "category", "") : "";
    config->cookies_purpose = cookies ? sc_form_string(form, cookies, "purpose", "") : "";
    config->cookies_script = cookies ? optional_path(form, owned, cookies, "script") : NULL;
    if (cookies) {
        sc_form_require(form, cookies, "category", "the name of the optional kind of cookies");
        sc_form_require(form, cookies, "purpose", "what they are for");
        sc_form_require(form, cookies, "script",
                        "the script that is loaded once they are accepted");
    }
}

/* ---- topics ---- */

static void read_topic(struct sc_form *form, const struct sc_yaml_node *node,
                       struct sc_site_topic *topic)
{
    static const char *const keys[] = {"id", "title", "keywords", NULL};

    if (!sc_form_is_map(form, node, "a topic: {id: children, title: ..., keywords: [...]}"))
        return;
    sc_form_keys(form, node, keys);
    sc_form_require(form, node, "id", "its part of the address");
    sc_form_require(form, node, "title", "what people call it");
    topic->id = needed(form, node, "id");
    topic->title = needed(form, node, "title");
    topic->keywords = sc_form_strings(form, node, "keywords", &topic->n_keywords);
    if (topic->id[0])
        (void)sc_form_id(form, sc_form_find(node, "id"), topic->id);
}

static void read_topics(struct sc_form *form, const struct sc_yaml_node *map,
                        struct sc_site_config *config)
{
    const struct sc_yaml_node *list = sc_form_find(map, "topics");

    if (!list)
        return;
    if (list->kind != SC_YAML_LIST) {
        sc_form_error(form, list, "expected a list of topics");
        return;
    }
    config->topics = sc_form_alloc(form, list->n_items + 1, sizeof *config->topics);
    for (const struct sc_yaml_node *n = list->first; n && config->topics; n = n->next) {
        struct sc_site_topic *topic = &config->topics[config->n_topics];

        topic->id = topic->title = "";
        read_topic(form, n, topic);
        for (size_t i = 0; i < config->n_topics; i++)
            if (strcmp(config->topics[i].id, topic->id) == 0)
                sc_form_error(form, n, "topic '%s' is there twice", topic->id);
        config->n_topics++;
    }
}

/* ---- the whole ---- */

static void read_site(struct sc_form *form, struct owned_config *owned,
                      const struct sc_yaml_node *map)
{
    static const char *const languages[] = {"en", "cy", NULL};
    struct sc_site_config *config = &owned->config;

    if (!sc_form_is_map(form, map, "a site: lines such as 'organisation: Example Constabulary'"))
        return;
    sc_form_keys(form, map, site_keys);
    sc_form_require(form, map, "organisation", "whose log this is");
    config->organisation = needed(form, map, "organisation");
    config->title = sc_form_string(form, map, "title", "");
    config->url = address(form, map, "url");
    if (config->url[0] && config->url[strlen(config->url) - 1] != '/')
        sc_form_error(form, sc_form_find(map, "url"),
                      "the site's address: expected a '/' at its "
                      "end");
    config->language = languages[sc_form_choice(form, map, "language", languages, 0)];
    config->wording = optional_path(form, owned, map, "wording");
    config->per_page = (size_t)sc_form_number(form, map, "per_page", 5, 500, 20);
    read_contact(form, map, config);
    read_look(form, owned, map, config);
    read_rights(form, map, config);
    read_extras(form, owned, map, config);
    read_topics(form, map, config);
    config->register_path = optional_path(form, owned, map, "register");
    sc_site_read_answers(form, owned, map);
}

/* `bytes` NULL reads `path`, and opens the register that it names. */
static enum sc_status load(const char *path, const char *bytes, size_t len,
                           struct sc_site_config **ret_config, struct sc_diagnostics *diagnostics,
                           struct sc_error *err)
{
    struct owned_config *owned = sc_alloc(sizeof *owned);
    struct sc_form form = {.diagnostics = diagnostics};
    SC_AUTO_FREE char *dir = NULL;
    struct sc_yaml_node *root;
    uint64_t n_bytes;
    char hash[65];
    enum sc_status status;

    if (!owned)
        return sc_fail_nomem(err);
    form.arena = &owned->arena;
    dir = sc_path_dir(path);
    owned->dir = dir ? sc_arena_strdup(&owned->arena, dir) : NULL;
    status = owned->dir ? sc_form_open(&form, path, bytes, len, hash, &n_bytes, &root, err)
                        : sc_fail_nomem(err);
    if (!status) {
        owned->config.path = form.file;
        read_site(&form, owned, root);
        status = sc_form_close(&form, err);
    }
    if (!status && !bytes && owned->config.register_path) {
        status = sc_site_take_register(&form, &owned->config, sc_form_find(root, "register"), err);
        if (!status)
            status = sc_form_close(&form, err);
    }
    if (status) {
        sc_site_config_free(&owned->config);
        return status;
    }
    *ret_config = &owned->config;
    return SC_OK;
}

enum sc_status sc_site_config_load(const char *path, struct sc_site_config **ret_config,
                                   struct sc_diagnostics *diagnostics, struct sc_error *err)
{
    return load(path, NULL, 0, ret_config, diagnostics, err);
}

enum sc_status sc_site_config_parse(const char *name, const char *bytes, size_t len,
                                    struct sc_site_config **ret_config,
                                    struct sc_diagnostics *diagnostics, struct sc_error *err)
{
    return load(name, bytes, len, ret_config, diagnostics, err);
}

void sc_site_config_free(struct sc_site_config *config)
{
    struct owned_config *owned = (struct owned_config *)config;

    if (!owned)
        return;
    sc_register_free(config->reg);
    sc_arena_release(&owned->arena);
    sc_free(owned);
}
