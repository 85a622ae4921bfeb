/*
 * dictionary.c - a keyword dictionary, first version: exact terms.
 */
#include <ctype.h>
#include <string.h>

#include "base/error.h"
#include "config/form.h"
#include "config/load.h"

#define TERM_MIN 2
#define TERM_MAX 64

struct owned_dictionary {
    struct sc_dictionary dictionary; /* first */
    struct sc_arena arena;
};

static bool is_term_edge(unsigned char c)
{
    return isalnum(c) || c >= 0x80;
}

static void check_term(struct sc_form *form, const struct sc_yaml_node *node, const char *term)
{
    size_t len = strlen(term);

    if (strchr(term, '*'))
        sc_form_error(form, node, "terms that end in * are not built yet: write the words out");
    else if (len < TERM_MIN || len > TERM_MAX)
        sc_form_error(form, node, "a term is %d to %d bytes long", TERM_MIN, TERM_MAX);
    else if (!is_term_edge((unsigned char)term[0]) || !is_term_edge((unsigned char)term[len - 1]))
        sc_form_error(form, node, "a term begins and ends with a letter or digit");
}

static void read_category(struct sc_form *form, const struct sc_yaml_node *map,
                          struct sc_dictionary *dictionary, struct sc_dictionary_category *category)
{
    static const char *const keys[] = {"id",      "label",   "terms",    "fallback", "near",
                                       "exclude", "context", "negation", "group",    NULL};
    static const char *const later[] = {"near", "exclude", "context", "negation", "group"};
    const struct sc_yaml_node *terms;
    const struct sc_yaml_node *item;
    const struct sc_yaml_node *id;

    category->code = category->label = "";
    if (!sc_form_is_map(form, map, "a category: {id: kik, label: Kik, terms: [kik]}"))
        return;
    sc_form_keys(form, map, keys);
    for (size_t i = 0; i < sizeof later / sizeof *later; i++) {
        const struct sc_yaml_node *node = sc_form_find(map, later[i]);

        if (node)
            sc_form_error(form, node->key, "'%s' is not built yet: terms are matched exactly",
                          later[i]);
    }
    sc_form_require(form, map, "id", "a short name");
    sc_form_require(form, map, "terms", "a list of words or phrases");
    category->code = sc_form_string(form, map, "id", "");
    category->label = sc_form_string(form, map, "label", category->code);
    category->fallback = sc_form_bool(form, map, "fallback", false);
    category->terms = sc_form_strings(form, map, "terms", &category->n_terms);
    id = sc_form_find(map, "id");
    if (id && sc_form_id(form, id, category->code) &&
        (strcmp(category->code, "none") == 0 || strcmp(category->code, SC_TOTAL_CODE) == 0))
        sc_form_error(form, id,
                      "'%s' is taken: it names the records in which nothing was found, "
                      "or the total",
                      category->code);
    for (size_t i = 0; i < dictionary->n_categories; i++) {
        if (strcmp(dictionary->categories[i].code, category->code) == 0 &&
            &dictionary->categories[i] != category)
            sc_form_error(form, map, "a category with the id '%.60s' stands above already",
                          category->code);
    }
    terms = sc_form_find(map, "terms");
    item = !terms ? NULL : terms->kind == SC_YAML_LIST ? terms->first : terms;
    for (size_t i = 0; category->terms && i < category->n_terms && item; i++, item = item->next) {
        check_term(form, item, category->terms[i]);
        for (size_t j = 0; j < i; j++) {
            if (strcmp(category->terms[j], category->terms[i]) == 0)
                sc_form_error(form, item, "this term stands twice in its category");
        }
    }
    if (terms && category->n_terms == 0)
        sc_form_error(form, terms, "a category without terms would never be found");
}

static void read_dictionary(struct sc_form *form, const struct sc_yaml_node *map,
                            struct sc_dictionary *dictionary)
{
    static const char *const keys[] = {"name", "version", "categories", NULL};
    const struct sc_yaml_node *list;

    dictionary->name = dictionary->version = "";
    if (!sc_form_is_map(form, map, "a dictionary: name, version and categories"))
        return;
    sc_form_keys(form, map, keys);
    sc_form_require(form, map, "categories", "a list of categories with their terms");
    dictionary->name = sc_form_string(form, map, "name", "");
    dictionary->version = sc_form_string(form, map, "version", "");
    list = sc_form_find(map, "categories");
    if (!list)
        return;
    if (list->kind != SC_YAML_LIST || list->n_items == 0) {
        sc_form_error(form, list, "expected a list of categories");
        return;
    }
    if (list->n_items > SC_CATEGORIES_MAX)
        sc_form_error(form, list, "at most %d categories", SC_CATEGORIES_MAX);
    dictionary->categories = sc_form_alloc(form, list->n_items, sizeof *dictionary->categories);
    if (!dictionary->categories)
        return;
    for (const struct sc_yaml_node *n = list->first; n; n = n->next) {
        read_category(form, n, dictionary, &dictionary->categories[dictionary->n_categories]);
        dictionary->n_categories++;
    }
}

enum sc_status sc_dictionary_load_bytes(const char *path, const char *bytes, size_t len,
                                        struct sc_dictionary **ret_dictionary,
                                        struct sc_diagnostics *diagnostics, struct sc_error *err)
{
    struct owned_dictionary *owned = sc_alloc(sizeof *owned);
    struct sc_form form = {.diagnostics = diagnostics};
    struct sc_yaml_node *root = NULL;
    enum sc_status status;

    if (!owned)
        return sc_fail_nomem(err);
    form.arena = &owned->arena;
    status = sc_form_open(&form, path, bytes, len, owned->dictionary.sha256,
                          &owned->dictionary.bytes, &root, err);
    if (!status) {
        owned->dictionary.path = form.file;
        read_dictionary(&form, root, &owned->dictionary);
        status = sc_form_close(&form, err);
    }
    if (status) {
        sc_dictionary_free(&owned->dictionary);
        return status;
    }
    *ret_dictionary = &owned->dictionary;
    return SC_OK;
}

enum sc_status sc_dictionary_load(const char *path, struct sc_dictionary **ret_dictionary,
                                  struct sc_diagnostics *diagnostics, struct sc_error *err)
{
    return sc_dictionary_load_bytes(path, NULL, 0, ret_dictionary, diagnostics, err);
}

void sc_dictionary_free(struct sc_dictionary *dictionary)
{
    struct owned_dictionary *owned = (struct owned_dictionary *)dictionary;

    if (!owned)
        return;
    sc_arena_release(&owned->arena);
    sc_free(owned);
}

uint64_t sc_dictionary_groups_of(const struct sc_dictionary *dictionary, uint64_t set)
{
    uint64_t groups = 0;

    for (size_t g = 0; g < dictionary->n_groups; g++) {
        if (dictionary->groups[g].categories & set)
            groups |= 1ULL << g;
    }
    return groups;
}
