/*
 * dictionary.c - a keyword dictionary as documented in docs/dictionary.md.
 *
 * Terms keep the place where they stand, so that whoever compiles them can
 * still say where a mistake is. What can be seen without folding is checked
 * here: the length and ends of terms, stars, near-misses of short words and of
 * phrases, repeated terms, the categories of groups.
 */
#include <ctype.h>
#include <string.h>

#include "base/error.h"
#include "config/form.h"
#include "config/load.h"

#define TERM_MAX 64
#define NEAR_LETTERS_MIN 6   /* a near-miss needs so many letters, */
#define NEAR_LETTERS_LONG 10 /* and so many for two edits */
#define NEAR_LETTERS_MAX 28
#define WITHIN_MAX 12
#define WITHIN_DEFAULT 3
#define PREFIX_LETTERS_MIN 3

struct owned_dictionary {
    struct sc_dictionary dictionary; /* first */
    struct sc_arena arena;
};

/* What the dictionary says for terms that do not say it themselves. */
struct defaults {
    bool near;
    bool longest;
};

/* ---- words and phrases ---- */

static bool is_edge(unsigned char c)
{
    return isalnum(c) || c >= 0x80;
}

/* Letters, digits and what ASCII does not have, in one piece. */
static bool is_single_word(const char *term)
{
    for (; *term; term++) {
        if (!is_edge((unsigned char)*term) && *term != '_' && *term != '\'')
            return false;
    }
    return true;
}

/* A word or phrase: its length, its ends, and where a star may stand. */
static void check_phrase(struct sc_form *form, const struct sc_yaml_node *node, const char *term)
{
    size_t len = strlen(term);
    const char *star = strchr(term, '*');

    if (len < 1 || len > TERM_MAX)
        sc_form_error(form, node, "a term is 1 to %d bytes long", TERM_MAX);
    else if (star && star[1])
        sc_form_error(form, node, "a star stands only at the end of a term: instag*");
    else if (star && len <= PREFIX_LETTERS_MIN)
        sc_form_error(form, node, "at least %d letters stand before a star: instag*",
                      PREFIX_LETTERS_MIN);
    else if (!is_edge((unsigned char)term[0]) ||
             !is_edge((unsigned char)term[len - (star ? 2 : 1)]))
        sc_form_error(form, node, "a term begins and ends with a letter or digit");
}

static const struct sc_yaml_node *first_item(const struct sc_yaml_node *node)
{
    return node->kind == SC_YAML_LIST ? node->first : node;
}

static struct sc_phrases read_phrases(struct sc_form *form, const struct sc_yaml_node *map,
                                      const char *key)
{
    const struct sc_yaml_node *node = sc_form_find(map, key);
    struct sc_phrases phrases = {0};
    const struct sc_yaml_node *item;

    if (!node)
        return phrases;
    phrases.items = sc_form_node_strings(form, node, key, &phrases.n);
    if (!phrases.items)
        return (struct sc_phrases){0};
    if (phrases.n == 0)
        sc_form_error(form, node, "'%s' is an empty list: leave it out", key);
    item = first_item(node);
    for (size_t i = 0; i < phrases.n; i++, item = item->next)
        check_phrase(form, item, phrases.items[i]);
    return phrases;
}

/* ---- terms ---- */

struct term_list {
    const char **terms;
    struct sc_term_rule *rules;
    size_t n;
    size_t capacity;
};

/* How many terms a list of entries has: an entry may list several. */
static size_t count_terms(const struct sc_yaml_node *list)
{
    size_t n = 0;

    if (!list)
        return 0;
    for (const struct sc_yaml_node *e = first_item(list); e; e = e->next) {
        const struct sc_yaml_node *term = sc_form_find(e, "term");

        n += term && term->kind == SC_YAML_LIST ? term->n_items : 1;
        if (list->kind != SC_YAML_LIST)
            break;
    }
    return n;
}

/* Characters of UTF-8. */
static size_t letters_of(const char *term)
{
    size_t n = 0;

    for (; *term; term++)
        n += ((unsigned char)*term & 0xC0) != 0x80;
    return n;
}

/* The edits that near-misses of `term` may have: by default as many as its length bears. */
static unsigned near_edits(const char *term)
{
    size_t len = letters_of(term);

    if (!is_single_word(term) || len < NEAR_LETTERS_MIN || len > NEAR_LETTERS_MAX)
        return 0;
    return len >= NEAR_LETTERS_LONG ? 2 : 1;
}

static void check_near(struct sc_form *form, const struct sc_yaml_node *node, const char *term,
                       unsigned edits)
{
    if (!is_single_word(term))
        sc_form_error(form, node,
                      "near-misses are for single words: list the spellings of this phrase as "
                      "variants");
    else if (letters_of(term) < NEAR_LETTERS_MIN || letters_of(term) > NEAR_LETTERS_MAX)
        sc_form_error(form, node,
                      "near-misses are for words of %d to %d letters: list the spellings of this "
                      "one as variants",
                      NEAR_LETTERS_MIN, NEAR_LETTERS_MAX);
    else if (edits == 2 && letters_of(term) < NEAR_LETTERS_LONG)
        sc_form_error(form, node, "two edits are for words of %d letters or more",
                      NEAR_LETTERS_LONG);
}

/* true, false, 1 or 2 under `near`; explicit ones are checked against the term. */
static unsigned read_near(struct sc_form *form, const struct sc_yaml_node *map, const char *term,
                          bool by_default)
{
    static const char *const words[] = {"false", "true", "no", "yes", "1", "2", NULL};
    const struct sc_yaml_node *node = map ? sc_form_find(map, "near") : NULL;
    unsigned edits = 0;
    size_t choice;

    if (!node)
        return by_default ? near_edits(term) : 0;
    choice = sc_form_choice(form, map, "near", words, 0);
    if (choice == 0 || choice == 2)
        return 0;
    edits = choice == 4 ? 1 : choice == 5 ? 2 : near_edits(term);
    check_near(form, node, term, edits);
    return edits;
}

static void check_repeated(struct sc_form *form, const struct sc_yaml_node *node,
                           const struct term_list *list, const char *term)
{
    for (size_t i = 0; i < list->n; i++) {
        if (strcmp(list->terms[i], term) == 0) {
            sc_form_error(form, node, "this term stands twice in its category");
            return;
        }
    }
}

static void add_term(struct sc_form *form, const struct sc_yaml_node *node,
                     const struct sc_yaml_node *map, const char *term,
                     const struct sc_term_rule *common, bool near_default, struct term_list *list)
{
    struct sc_term_rule rule = *common;

    if (list->n == list->capacity)
        return;
    check_phrase(form, node, term);
    check_repeated(form, node, list, term);
    rule.near = read_near(form, map, term, near_default);
    rule.line = node->line;
    rule.column = node->column;
    if (strlen(term) < 2 && !rule.needs.n && !rule.needs_before.n && !rule.needs_after.n)
        sc_form_error(form, node,
                      "a term of one letter stands for too much: say what it needs beside it "
                      "(needs, needs_before, needs_after)");
    list->terms[list->n] = term;
    list->rules[list->n++] = rule;
}

/* Keys that belong to one entry: what the term needs, where it is from. */
static void read_rule(struct sc_form *form, const struct sc_yaml_node *map,
                      const struct defaults *defaults, struct sc_term_rule *rule)
{
    const struct sc_yaml_node *within = sc_form_find(map, "within");

    if (sc_form_find(map, "attested"))
        rule->attested = sc_form_bool(form, map, "attested", true) ? SC_ATTESTED : SC_UNTESTED;
    rule->source = sc_form_string(form, map, "source", "");
    rule->except = read_phrases(form, map, "except");
    rule->needs = read_phrases(form, map, "needs");
    rule->needs_before = read_phrases(form, map, "needs_before");
    rule->needs_after = read_phrases(form, map, "needs_after");
    rule->within = (unsigned)sc_form_number(form, map, "within", 0, WITHIN_MAX, WITHIN_DEFAULT);
    rule->longest = sc_form_bool(form, map, "longest", defaults->longest);
    if (within && !rule->needs.n && !rule->needs_before.n && !rule->needs_after.n)
        sc_form_error(form, within,
                      "'within' goes with 'needs', 'needs_before' or 'needs_after', which are not "
                      "here");
}

static void read_entry(struct sc_form *form, const struct sc_yaml_node *entry, bool variant,
                       const struct defaults *defaults, struct term_list *list)
{
    static const char *const keys[] = {"term",        "attested", "source", "near",
                                       "except",      "needs",    "within", "needs_before",
                                       "needs_after", "longest",  NULL};
    struct sc_term_rule rule = {
        .variant = variant, .source = "", .within = WITHIN_DEFAULT, .longest = defaults->longest};
    const struct sc_yaml_node *term;
    const struct sc_yaml_node *item;
    const char **terms;
    size_t n = 0;

    if (entry->kind == SC_YAML_SCALAR) {
        add_term(form, entry, NULL, sc_form_text(form, entry, "a term"), &rule, defaults->near,
                 list);
        return;
    }
    if (!sc_form_is_map(form, entry, "a term, or {term: snap, needs: [via, on]}"))
        return;
    sc_form_keys(form, entry, keys);
    sc_form_require(form, entry, "term", "a word or phrase, or a list of them");
    read_rule(form, entry, defaults, &rule);
    term = sc_form_find(entry, "term");
    if (!term)
        return;
    terms = sc_form_node_strings(form, term, "term", &n);
    item = first_item(term);
    for (size_t i = 0; terms && i < n; i++, item = item->next)
        add_term(form, item, entry, terms[i], &rule, defaults->near, list);
}

static void read_entries(struct sc_form *form, const struct sc_yaml_node *node, bool variant,
                         const struct defaults *defaults, struct term_list *list)
{
    if (!node)
        return;
    if (node->kind == SC_YAML_SCALAR) {
        read_entry(form, node, variant, defaults, list);
        return;
    }
    if (node->kind == SC_YAML_MAP) {
        sc_form_error(form, node, "expected a list of terms");
        return;
    }
    for (const struct sc_yaml_node *e = node->first; e; e = e->next)
        read_entry(form, e, variant, defaults, list);
}

/* ---- categories ---- */

static void check_id(struct sc_form *form, const struct sc_yaml_node *map,
                     const struct sc_dictionary *dictionary, const char *code, const void *self)
{
    const struct sc_yaml_node *id = sc_form_find(map, "id");

    if (!id || !sc_form_id(form, id, code))
        return;
    if (strcmp(code, "none") == 0 || strcmp(code, SC_TOTAL_CODE) == 0)
        sc_form_error(form, id,
                      "'%s' is taken: it names the records in which nothing was found, "
                      "or the total",
                      code);
    for (size_t i = 0; i < dictionary->n_categories; i++) {
        if (&dictionary->categories[i] != self && !strcmp(dictionary->categories[i].code, code))
            sc_form_error(form, id, "a category with the id '%.60s' stands above already", code);
    }
    for (size_t i = 0; i < dictionary->n_groups; i++) {
        if (&dictionary->groups[i] != self && !strcmp(dictionary->groups[i].code, code))
            sc_form_error(form, id, "a group with the id '%.60s' stands above already", code);
    }
}

static void read_terms(struct sc_form *form, const struct sc_yaml_node *map,
                       const struct defaults *given, struct sc_dictionary_category *category)
{
    const struct sc_yaml_node *terms = sc_form_find(map, "terms");
    const struct sc_yaml_node *variants = sc_form_find(map, "variants");
    struct defaults defaults = *given;
    struct term_list list = {.capacity = count_terms(terms) + count_terms(variants)};

    defaults.near = sc_form_bool(form, map, "near", given->near);
    list.terms = sc_form_alloc(form, list.capacity, sizeof *list.terms);
    list.rules = sc_form_alloc(form, list.capacity, sizeof *list.rules);
    if (!list.terms || !list.rules)
        return;
    read_entries(form, terms, false, &defaults, &list);
    defaults.near = false; /* a variant is a misspelling already, unless it says so itself */
    read_entries(form, variants, true, &defaults, &list);
    category->terms = list.terms;
    category->rules = list.rules;
    category->n_terms = list.n;
    if (terms && list.n == 0 && !form->bad)
        sc_form_error(form, terms, "a category without terms would never be found");
}

static void read_category(struct sc_form *form, const struct sc_yaml_node *map,
                          const struct defaults *defaults, struct sc_dictionary *dictionary,
                          struct sc_dictionary_category *category)
{
    static const char *const keys[] = {"id",       "label", "terms",   "variants", "fallback",
                                       "negation", "near",  "exclude", "source",   NULL};

    category->code = category->label = category->source = "";
    if (!sc_form_is_map(form, map, "a category: {id: kik, label: Kik, terms: [kik]}"))
        return;
    sc_form_keys(form, map, keys);
    sc_form_require(form, map, "id", "a short name");
    sc_form_require(form, map, "terms", "a list of words or phrases");
    category->code = sc_form_string(form, map, "id", "");
    category->label = sc_form_string(form, map, "label", category->code);
    category->source = sc_form_string(form, map, "source", "");
    category->fallback = sc_form_bool(form, map, "fallback", false);
    category->no_negation = !sc_form_bool(form, map, "negation", true);
    category->exclude = read_phrases(form, map, "exclude");
    check_id(form, map, dictionary, category->code, category);
    read_terms(form, map, defaults, category);
}

static void read_categories(struct sc_form *form, const struct sc_yaml_node *map,
                            const struct defaults *defaults, struct sc_dictionary *dictionary)
{
    const struct sc_yaml_node *list = sc_form_find(map, "categories");

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
        read_category(form, n, defaults, dictionary,
                      &dictionary->categories[dictionary->n_categories]);
        dictionary->n_categories++;
    }
}

/* ---- groups ---- */

static void read_members(struct sc_form *form, const struct sc_yaml_node *map,
                         const struct sc_dictionary *dictionary, struct sc_dictionary_group *group)
{
    const struct sc_yaml_node *node = sc_form_find(map, "categories");
    const struct sc_yaml_node *item;
    const char **codes;
    size_t n = 0;

    if (!node)
        return;
    codes = sc_form_node_strings(form, node, "categories", &n);
    item = first_item(node);
    for (size_t i = 0; codes && i < n; i++, item = item->next) {
        size_t c = 0;

        while (c < dictionary->n_categories &&
               strcmp(dictionary->categories[c].code, codes[i]) != 0)
            c++;
        if (c == dictionary->n_categories)
            sc_form_error(form, item, "no category has the id '%.60s'", codes[i]);
        else if (dictionary->categories[c].fallback)
            sc_form_error(form, item,
                          "'%.60s' is a fallback, which holds only where no other category does: "
                          "it cannot be in a group",
                          codes[i]);
        else if (c < SC_CATEGORIES_MAX)
            group->categories |= 1ULL << c;
    }
}

static void read_groups(struct sc_form *form, const struct sc_yaml_node *map,
                        struct sc_dictionary *dictionary)
{
    static const char *const keys[] = {"id", "label", "categories", NULL};
    const struct sc_yaml_node *list = sc_form_find(map, "groups");

    if (!list)
        return;
    if (list->kind != SC_YAML_LIST || list->n_items == 0 || list->n_items > SC_CATEGORIES_MAX) {
        sc_form_error(form, list, "expected a list of 1 to %d groups", SC_CATEGORIES_MAX);
        return;
    }
    dictionary->groups = sc_form_alloc(form, list->n_items, sizeof *dictionary->groups);
    for (const struct sc_yaml_node *n = list->first; n && dictionary->groups; n = n->next) {
        struct sc_dictionary_group *group = &dictionary->groups[dictionary->n_groups];

        group->code = group->label = "";
        dictionary->n_groups++;
        if (!sc_form_is_map(form, n, "a group: {id: meta, categories: [facebook, whatsapp]}"))
            continue;
        sc_form_keys(form, n, keys);
        sc_form_require(form, n, "id", "a short name");
        sc_form_require(form, n, "categories", "a list of the ids of categories");
        group->code = sc_form_string(form, n, "id", "");
        group->label = sc_form_string(form, n, "label", group->code);
        check_id(form, n, dictionary, group->code, group);
        read_members(form, n, dictionary, group);
    }
}

/* ---- the whole ---- */

static void read_negation(struct sc_form *form, const struct sc_yaml_node *map,
                          struct sc_negation *negation)
{
    static const char *const keys[] = {"before", "after", "stop", "within", NULL};
    const struct sc_yaml_node *node = sc_form_find(map, "negation");

    if (!node ||
        !sc_form_is_map(form, node, "{before: [no trace of], after: [was not used], within: 3}"))
        return;
    sc_form_keys(form, node, keys);
    negation->before = read_phrases(form, node, "before");
    negation->after = read_phrases(form, node, "after");
    negation->stop = read_phrases(form, node, "stop");
    negation->within =
        (unsigned)sc_form_number(form, node, "within", 0, WITHIN_MAX, WITHIN_DEFAULT);
    if (!negation->before.n && !negation->after.n)
        sc_form_error(form, node, "a negation without 'before' or 'after' denies nothing");
}

static void read_dictionary(struct sc_form *form, const struct sc_yaml_node *map,
                            struct sc_dictionary *dictionary)
{
    static const char *const keys[] = {"name",    "version",     "near",    "count_near",
                                       "except",  "attribution", "longest", "negation",
                                       "exclude", "categories",  "groups",  NULL};
    static const char *const attributions[] = {"all", "first", NULL};
    struct defaults defaults = {0};

    dictionary->name = dictionary->version = "";
    if (!sc_form_is_map(form, map, "a dictionary: name, version and categories"))
        return;
    sc_form_keys(form, map, keys);
    sc_form_require(form, map, "categories", "a list of categories with their terms");
    dictionary->name = sc_form_string(form, map, "name", "");
    dictionary->version = sc_form_string(form, map, "version", "");
    dictionary->near_counts = sc_form_bool(form, map, "count_near", false);
    dictionary->first_only = sc_form_choice(form, map, "attribution", attributions, 0) == 1;
    dictionary->exclude = read_phrases(form, map, "exclude");
    dictionary->except = read_phrases(form, map, "except");
    read_negation(form, map, &dictionary->negation);
    defaults.near = sc_form_bool(form, map, "near", false);
    defaults.longest = sc_form_bool(form, map, "longest", false);
    read_categories(form, map, &defaults, dictionary);
    read_groups(form, map, dictionary);
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

bool sc_dictionary_has_near(const struct sc_dictionary *dictionary)
{
    for (size_t c = 0; c < dictionary->n_categories; c++) {
        const struct sc_dictionary_category *category = &dictionary->categories[c];

        for (size_t t = 0; category->rules && t < category->n_terms; t++) {
            if (category->rules[t].near)
                return true;
        }
    }
    return false;
}
