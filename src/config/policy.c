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

static void read_policy(struct sc_form *form, const struct sc_yaml_node *map,
                        struct sc_policy *policy)
{
    static const char *const keys[] = {"threshold", "marker",  "reason", "method",
                                       "readers",   "zeros",   "width",  "minimise",
                                       "round",     "coarsen", NULL};
    static const char *const later[] = {"method",   "readers", "zeros",  "width",
                                        "minimise", "round",   "coarsen"};
    const struct sc_yaml_node *marker;

    if (!sc_form_is_map(form, map, "a policy: lines such as 'threshold: 5'"))
        return;
    sc_form_keys(form, map, keys);
    for (size_t i = 0; i < sizeof later / sizeof *later; i++) {
        const struct sc_yaml_node *node = sc_form_find(map, later[i]);

        if (node)
            sc_form_error(form, node->key,
                          "'%s' is not built yet: protection of tables comes in "
                          "a later version; only counts below the threshold are "
                          "suppressed",
                          later[i]);
    }
    policy->threshold = sc_form_number(form, map, "threshold", 2, 1000, 5);
    policy->marker = sc_form_string(form, map, "marker", "[c]");
    policy->reason = sc_form_string(form, map, "reason", "");
    marker = sc_form_find(map, "marker");
    if (marker && (policy->marker[0] == '\0' || strlen(policy->marker) > 16 ||
                   strspn(policy->marker, "0123456789.,- ") == strlen(policy->marker)))
        sc_form_error(form, marker,
                      "a marker is 1 to 16 characters and does not look like a number: expected "
                      "for example [c]");
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
