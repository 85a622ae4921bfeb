/*
 * policy.c - policy.yaml: which counts may be shown.
 */
#include <string.h>

#include "base/error.h"
#include "config/form.h"
#include "config/load.h"

struct owned_policy {
    struct sc_policy policy; /* first */
    struct sc_arena arena;
};

static unsigned read_readers(struct sc_form *form, const struct sc_yaml_node *map)
{
    static const char *const names[] = {"sums", "rules", "insider"};
    size_t n = 0;
    const char **written = sc_form_strings(form, map, "readers", &n);
    unsigned readers = 0;

    for (size_t i = 0; i < n; i++) {
        size_t r = 0;

        while (r < 3 && strcmp(names[r], written[i]) != 0)
            r++;
        if (r == 3)
            sc_form_error(form, sc_form_find(map, "readers"),
                          "a reader is 'sums', 'rules' or 'insider'");
        else
            readers |= 1u << r;
    }
    return readers;
}

/* A key that says something of figures that are withheld, where none is. */
static void refuse_rounded(struct sc_form *form, const struct sc_yaml_node *map, const char *key)
{
    const struct sc_yaml_node *node = sc_form_find(map, key);

    if (node)
        sc_form_error(form, node->key,
                      "'%s' says how figures are withheld: with 'method: round' none is", key);
}

/* A key that says something of another method than the one chosen would be without effect. */
static void refuse_without(struct sc_form *form, const struct sc_yaml_node *map, const char *key,
                           bool method_is_chosen)
{
    const struct sc_yaml_node *node = sc_form_find(map, key);

    if (node && !method_is_chosen)
        sc_form_error(form, node->key, "'%s' belongs to 'method: %s': leave it out, or choose that",
                      key, key);
}

static void read_method(struct sc_form *form, const struct sc_yaml_node *map,
                        struct sc_policy *policy)
{
    static const char *const methods[] = {"suppress", "round", "coarsen", NULL};
    const struct sc_yaml_node *base = sc_form_find(map, "round");

    policy->method =
        (enum sc_policy_method)sc_form_choice(form, map, "method", methods, SC_METHOD_SUPPRESS);
    refuse_without(form, map, "round", policy->method == SC_METHOD_ROUND);
    refuse_without(form, map, "coarsen", policy->method == SC_METHOD_COARSEN);
    if (policy->method == SC_METHOD_ROUND) {
        policy->round_base = sc_form_number(form, map, "round", 2, 1000, policy->threshold);
        if (policy->round_base < policy->threshold)
            sc_form_error(form, base ? base : sc_form_find(map, "method"),
                          "a base below the threshold would print counts under it: expected at "
                          "least %llu",
                          (unsigned long long)policy->threshold);
    }
    if (policy->method == SC_METHOD_COARSEN)
        policy->coarsen_to = sc_form_number(form, map, "coarsen", 0, 100, 0);
}

static void read_protection(struct sc_form *form, const struct sc_yaml_node *map,
                            struct sc_policy *policy)
{
    static const char *const losses[] = {"counts", "cells", "weights", NULL};

    read_method(form, map, policy);
    policy->readers = read_readers(form, map);
    policy->width = sc_form_number(form, map, "width", 1, 1000, 1);
    policy->minimise =
        (enum sc_policy_minimise)sc_form_choice(form, map, "minimise", losses, SC_LOSE_COUNTS);
    policy->groups = sc_form_bool(form, map, "groups", false);
    policy->time_limit = sc_form_number(form, map, "time_limit", 1, 86400, SC_POLICY_SECONDS);
}

/* A text to stand for withheld figures; NULL or `usual` when it is not there. */
static const char *read_marker(struct sc_form *form, const struct sc_yaml_node *map,
                               const char *key, const char *usual)
{
    const struct sc_yaml_node *node = sc_form_find(map, key);
    const char *marker = node || usual ? sc_form_string(form, map, key, usual ? usual : "") : NULL;

    if (node && (marker[0] == '\0' || strlen(marker) > 16 ||
                 strspn(marker, "0123456789.,- ") == strlen(marker)))
        sc_form_error(form, node,
                      "a marker is 1 to 16 characters and does not look like a number: expected "
                      "for example [c]");
    return marker;
}

/* What stands for withheld figures, and whether zeros are among them. */
static void read_marks(struct sc_form *form, const struct sc_yaml_node *map,
                       struct sc_policy *policy)
{
    static const char *const zeros[] = {"shown", "hidden", NULL};

    const struct sc_yaml_node *first = sc_form_find(map, "marker");
    const struct sc_yaml_node *second = sc_form_find(map, "secondary_marker");

    policy->marker = read_marker(form, map, "marker", "[c]");
    policy->secondary_marker = read_marker(form, map, "secondary_marker", NULL);
    policy->marker_line = first ? first->line : 0;
    policy->marker_column = first ? first->column : 0;
    policy->secondary_line = second ? second->line : 0;
    policy->secondary_column = second ? second->column : 0;
    policy->zeros_hidden = sc_form_choice(form, map, "zeros", zeros, 0) == 1;
}

/* With two marks a small count is known to be one: so far its values can lie apart, no further. */
static void check_marks(struct sc_form *form, const struct sc_yaml_node *map,
                        const struct sc_policy *policy)
{
    uint64_t span = policy->threshold - 1 - (policy->zeros_hidden ? 0 : 1);

    if (policy->method == SC_METHOD_ROUND) {
        refuse_rounded(form, map, "secondary_marker");
        if (policy->zeros_hidden)
            refuse_rounded(form, map, "zeros");
    } else if (policy->secondary_marker && policy->width > span) {
        sc_form_error(form, sc_form_find(map, "secondary_marker"),
                      "two marks: a small count is known to lie between %d and %llu, so its values "
                      "cannot lie %llu apart: expected a higher threshold, or one mark",
                      policy->zeros_hidden ? 0 : 1, (unsigned long long)policy->threshold - 1,
                      (unsigned long long)policy->width);
    }
}

static void read_policy(struct sc_form *form, const struct sc_yaml_node *map,
                        struct sc_policy *policy)
{
    static const char *const keys[] = {
        "threshold", "marker",     "reason",           "method", "readers",
        "zeros",     "width",      "minimise",         "round",  "coarsen",
        "groups",    "time_limit", "secondary_marker", NULL};

    if (!sc_form_is_map(form, map, "a policy: lines such as 'threshold: 5'"))
        return;
    sc_form_keys(form, map, keys);
    policy->threshold = sc_form_number(form, map, "threshold", 2, 1000, 5);
    policy->reason = sc_form_string(form, map, "reason", "");
    read_marks(form, map, policy);
    read_protection(form, map, policy);
    check_marks(form, map, policy);
}

enum sc_status sc_policy_load_bytes(const char *path, const char *bytes, size_t len,
                                    struct sc_policy **ret_policy,
                                    struct sc_diagnostics *diagnostics, struct sc_error *err)
{
    struct owned_policy *owned = sc_alloc(sizeof *owned);
    struct sc_form form = {.diagnostics = diagnostics};
    struct sc_yaml_node *root = NULL;
    enum sc_status status = SC_OK;

    if (!owned)
        return sc_fail_nomem(err);
    owned->policy.threshold = 5;
    owned->policy.marker = "[c]";
    owned->policy.reason = "";
    owned->policy.width = 1;
    owned->policy.time_limit = SC_POLICY_SECONDS;
    form.arena = &owned->arena;
    if (path) {
        status = sc_form_open(&form, path, bytes, len, owned->policy.sha256, &owned->policy.bytes,
                              &root, err);
        if (!status) {
            owned->policy.path = form.file;
            read_policy(&form, root, &owned->policy);
            status = sc_form_close(&form, err);
        }
    }
    if (status) {
        sc_policy_free(&owned->policy);
        return status;
    }
    *ret_policy = &owned->policy;
    return SC_OK;
}

enum sc_status sc_policy_load(const char *path, struct sc_policy **ret_policy,
                              struct sc_diagnostics *diagnostics, struct sc_error *err)
{
    return sc_policy_load_bytes(path, NULL, 0, ret_policy, diagnostics, err);
}

void sc_policy_free(struct sc_policy *policy)
{
    struct owned_policy *owned = (struct owned_policy *)policy;

    if (!owned)
        return;
    sc_arena_release(&owned->arena);
    sc_free(owned);
}
