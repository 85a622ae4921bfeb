/*
 * config_answers.c - the list of answers in site.yaml.
 */
#include <string.h>

#include "base/date.h"
#include "site/config.h"

static void read_version(struct sc_form *form, const struct owned_config *owned,
                         const struct sc_yaml_node *node, struct sc_site_version *version)
{
    const char *folder = sc_form_string(form, node, "folder", "");

    sc_form_require(form, node, "folder", "the answer's folder, as 'safecount answer' wrote it");
    if (folder[0] == '\0' && !form->nomem && sc_form_find(node, "folder"))
        sc_form_error(form, sc_form_find(node, "folder"),
                      "'folder' is empty: expected the answer's folder");
    version->folder = folder[0] ? sc_site_path_of(form, owned, folder) : "";
    version->published = sc_form_day(form, node, "published");
    version->reason = sc_form_string(form, node, "reason", "");
    version->line = node->line;
}

static void read_versions(struct sc_form *form, const struct owned_config *owned,
                          const struct sc_yaml_node *list, struct sc_site_answer *answer)
{
    static const char *const keys[] = {"folder", "published", "reason", NULL};

    if (list->kind != SC_YAML_LIST || !list->first) {
        sc_form_error(form, list, "expected a list of versions, oldest first");
        return;
    }
    answer->versions = sc_form_alloc(form, list->n_items, sizeof *answer->versions);
    for (const struct sc_yaml_node *n = list->first; n && answer->versions; n = n->next) {
        if (!sc_form_is_map(form, n, "a version: {folder: ..., published: ..., reason: ...}"))
            return;
        sc_form_keys(form, n, keys);
        read_version(form, owned, n, &answer->versions[answer->n_versions]);
        if (answer->n_versions) {
            sc_form_require(form, n, "reason", "why it replaced the version before");
            sc_form_require(form, n, "published", "when it replaced the version before");
        }
        answer->n_versions++;
    }
}

static void read_withdrawn(struct sc_form *form, const struct sc_yaml_node *node,
                           struct sc_site_answer *answer)
{
    static const char *const keys[] = {"on", "reason", NULL};

    if (!sc_form_is_map(form, node, "withdrawn: {on: 2026-01-31, reason: ...}"))
        return;
    sc_form_keys(form, node, keys);
    sc_form_require(form, node, "on", "the day it was withdrawn");
    sc_form_require(form, node, "reason", "why, for the public");
    answer->withdrawn = true;
    answer->withdrawn_on = sc_form_day(form, node, "on");
    answer->withdrawn_reason = sc_form_string(form, node, "reason", "");
}

/* One of the register: what is said of it here. */
static void read_recorded(struct sc_form *form, const struct sc_yaml_node *node,
                          struct sc_site_answer *answer)
{
    const struct sc_yaml_node *days = sc_form_find(node, "published");
    const struct sc_yaml_node *day = days && days->kind == SC_YAML_LIST ? days->first : days;
    size_t n = days && days->kind == SC_YAML_LIST ? days->n_items : 1;

    answer->reference = sc_form_string(form, node, "reference", "");
    if (answer->reference[0] == '\0' && !form->nomem)
        sc_form_error(form, node, "an answer's reference: expected one in the register");
    answer->versions = sc_form_alloc(form, n, sizeof *answer->versions);
    for (size_t i = 0; i < n && day && answer->versions; i++, day = day->next) {
        struct sc_site_version *version = &answer->versions[answer->n_versions++];
        const char *text =
            sc_form_text(form, day, "the day on which a version was published, such as 2026-01-31");

        version->folder = version->reason = "";
        if (text[0] && !sc_day_parse_iso(sc_slice_of(text), &version->published))
            sc_form_error(form, day, "'published' is not a date: expected one such as 2026-01-31");
    }
    if (sc_form_find(node, "folder") || sc_form_find(node, "versions") ||
        sc_form_find(node, "withdrawn"))
        sc_form_error(form, node,
                      "an answer of the register: expected neither 'folder', 'versions' nor "
                      "'withdrawn', which the register says");
}

static void read_answer(struct sc_form *form, const struct owned_config *owned,
                        const struct sc_yaml_node *node, struct sc_site_answer *answer)
{
    static const char *const keys[] = {"folder", "published", "versions",  "summary",
                                       "topics", "withdrawn", "reference", NULL};
    const struct sc_yaml_node *versions;
    const struct sc_yaml_node *withdrawn;

    answer->reference = answer->summary = answer->withdrawn_reason = "";
    answer->withdrawn_on = SC_DAY_NONE;
    answer->line = node->line;
    if (!sc_form_is_map(form, node, "an answer: {folder: ..., published: ...}"))
        return;
    sc_form_keys(form, node, keys);
    versions = sc_form_find(node, "versions");
    withdrawn = sc_form_find(node, "withdrawn");
    if (sc_form_find(node, "reference")) {
        read_recorded(form, node, answer);
        withdrawn = NULL;
    } else if (versions) {
        read_versions(form, owned, versions, answer);
        if (sc_form_find(node, "folder"))
            sc_form_error(form, node, "expected 'folder' or 'versions', not both");
    } else {
        answer->versions = sc_form_alloc(form, 1, sizeof *answer->versions);
        if (answer->versions) {
            read_version(form, owned, node, &answer->versions[0]);
            answer->n_versions = 1;
        }
    }
    answer->summary = sc_form_string(form, node, "summary", "");
    answer->topics = sc_form_strings(form, node, "topics", &answer->n_topics);
    if (withdrawn)
        read_withdrawn(form, withdrawn, answer);
}

static bool is_topic(const struct sc_site_config *config, const char *id)
{
    for (size_t i = 0; i < config->n_topics; i++)
        if (strcmp(config->topics[i].id, id) == 0)
            return true;
    return false;
}

void sc_site_read_answers(struct sc_form *form, struct owned_config *owned,
                          const struct sc_yaml_node *map)
{
    struct sc_site_config *config = &owned->config;
    const struct sc_yaml_node *list = sc_form_find(map, "answers");

    if (!config->register_path)
        sc_form_require(form, map, "answers",
                        "a list of answers: {folder: ..., published: ...}; or 'register: FILE'");
    if (!list)
        return;
    if (list->kind != SC_YAML_LIST) {
        sc_form_error(form, list, "expected a list of answers");
        return;
    }
    config->answers = sc_form_alloc(form, list->n_items + 1, sizeof *config->answers);
    for (const struct sc_yaml_node *n = list->first; n && config->answers; n = n->next) {
        struct sc_site_answer *answer = &config->answers[config->n_answers++];

        read_answer(form, owned, n, answer);
        if (answer->reference[0] && !config->register_path)
            sc_form_error(form, n,
                          "'reference' is of an answer in the register: expected "
                          "'register: FILE' in site.yaml");
        for (size_t i = 0; i < answer->n_topics; i++)
            if (!is_topic(config, answer->topics[i]))
                sc_form_error(form, n, "topic '%s' is not one of this site's topics",
                              answer->topics[i]);
    }
}
