#include "config/form.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "base/file.h"

#define FILE_MAX ((size_t)1024 * 1024)

/* ---- diagnostics ---- */

static enum sc_status add_v(struct sc_diagnostics *diagnostics, const char *file, uint64_t line,
                            uint64_t column, const char *fmt, va_list ap)
{
    char message[SC_ERROR_MESSAGE_MAX];
    struct sc_diagnostic d = {.line = line, .column = column};
    enum sc_status status = sc_grow((void **)&diagnostics->items, &diagnostics->capacity,
                                    diagnostics->n_items, sizeof d, NULL);

    if (status)
        return status;
    (void)vsnprintf(message, sizeof message, fmt, ap);
    d.file = sc_strdup(file);
    d.message = sc_strdup(message);
    if (!d.file || !d.message) {
        sc_free(d.file);
        sc_free(d.message);
        return SC_E_NOMEM;
    }
    diagnostics->items[diagnostics->n_items++] = d;
    return SC_OK;
}

enum sc_status sc_diagnostics_add(struct sc_diagnostics *diagnostics, const char *file,
                                  uint64_t line, uint64_t column, const char *fmt, ...)
{
    enum sc_status status;
    va_list ap;

    va_start(ap, fmt);
    status = add_v(diagnostics, file, line, column, fmt, ap);
    va_end(ap);
    return status;
}

void sc_diagnostics_release(struct sc_diagnostics *diagnostics)
{
    for (size_t i = 0; i < diagnostics->n_items; i++) {
        sc_free(diagnostics->items[i].file);
        sc_free(diagnostics->items[i].message);
    }
    sc_free(diagnostics->items);
    *diagnostics = (struct sc_diagnostics){0};
}

enum sc_status sc_fail_bad_form(const struct sc_diagnostics *diagnostics, struct sc_error *err)
{
    const struct sc_diagnostic *d;

    if (diagnostics->n_items == 0)
        return sc_fail(err, SC_E_INPUT, "the file has mistakes");
    d = &diagnostics->items[0];
    if (diagnostics->n_items == 1)
        return sc_fail_at(err, SC_E_INPUT, d->file, d->line, d->column, "%s", d->message);
    return sc_fail_at(err, SC_E_INPUT, d->file, d->line, d->column, "%s (and %zu more)", d->message,
                      diagnostics->n_items - 1);
}

void sc_form_error(struct sc_form *form, const struct sc_yaml_node *node, const char *fmt, ...)
{
    va_list ap;

    form->bad = true;
    va_start(ap, fmt);
    if (add_v(form->diagnostics, form->file, node->line, node->column, fmt, ap))
        form->nomem = true;
    va_end(ap);
}

void *sc_form_alloc(struct sc_form *form, size_t n, size_t size)
{
    void *p = size && n > SIZE_MAX / size ? NULL : sc_arena_alloc(form->arena, n * size);

    if (!p)
        form->nomem = true;
    return p;
}

/* ---- fields ---- */

const struct sc_yaml_node *sc_form_find(const struct sc_yaml_node *map, const char *key)
{
    if (map->kind != SC_YAML_MAP)
        return NULL;
    for (const struct sc_yaml_node *n = map->first; n; n = n->next) {
        if (strcmp(n->key->text, key) == 0)
            return n;
    }
    return NULL;
}

bool sc_form_is_map(struct sc_form *form, const struct sc_yaml_node *node, const char *what)
{
    if (node->kind == SC_YAML_MAP)
        return true;
    sc_form_error(form, node, "expected %s", what);
    return false;
}

/* Letters that differ between two short words (Levenshtein), at most 99. */
static size_t word_distance(const char *a, const char *b)
{
    size_t row[64];
    size_t na = strlen(a);
    size_t nb = strlen(b);

    if (na >= 63 || nb >= 63)
        return 99;
    for (size_t j = 0; j <= nb; j++)
        row[j] = j;
    for (size_t i = 1; i <= na; i++) {
        size_t diagonal = row[0];

        row[0] = i;
        for (size_t j = 1; j <= nb; j++) {
            size_t best = diagonal + (a[i - 1] != b[j - 1]);

            diagonal = row[j];
            if (row[j] + 1 < best)
                best = row[j] + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            row[j] = best;
        }
    }
    return row[nb];
}

/* The word of `words` nearest to `word`, or NULL when none is near. */
static const char *nearest(const char *word, const char *const *words)
{
    const char *best = NULL;
    size_t least = 3;

    for (size_t i = 0; words[i]; i++) {
        size_t distance = word_distance(word, words[i]);

        if (distance < least && distance < strlen(words[i])) {
            least = distance;
            best = words[i];
        }
    }
    return best;
}

static void list_words(char *out, size_t size, const char *const *words)
{
    size_t at = 0;

    out[0] = '\0';
    for (size_t i = 0; words[i]; i++) {
        int n = snprintf(out + at, size - at, "%s%s", i ? ", " : "", words[i]);

        if (n < 0 || (size_t)n >= size - at)
            return;
        at += (size_t)n;
    }
}

static void unknown_word(struct sc_form *form, const struct sc_yaml_node *node, const char *what,
                         const char *word, const char *const *words)
{
    const char *near = nearest(word, words);
    char list[512];

    list_words(list, sizeof list, words);
    if (near)
        sc_form_error(form, node, "%s '%.60s': did you mean '%s'?", what, word, near);
    else
        sc_form_error(form, node, "%s '%.60s': expected one of %s", what, word, list);
}

void sc_form_keys(struct sc_form *form, const struct sc_yaml_node *map, const char *const *allowed)
{
    for (const struct sc_yaml_node *n = map->first; n; n = n->next) {
        size_t i = 0;

        while (allowed[i] && strcmp(allowed[i], n->key->text) != 0)
            i++;
        if (!allowed[i])
            unknown_word(form, n->key, "unknown key", n->key->text, allowed);
    }
}

void sc_form_require(struct sc_form *form, const struct sc_yaml_node *map, const char *key,
                     const char *what)
{
    if (!sc_form_find(map, key))
        sc_form_error(form, map, "'%s' is missing: expected %s", key, what);
}

const char *sc_form_text(struct sc_form *form, const struct sc_yaml_node *node, const char *what)
{
    const char *copy;

    if (node->kind != SC_YAML_SCALAR) {
        sc_form_error(form, node, "expected a single value for %s", what);
        return "";
    }
    copy = sc_arena_strdup(form->arena, node->text);
    if (!copy)
        form->nomem = true;
    return copy ? copy : "";
}

const char *sc_form_string(struct sc_form *form, const struct sc_yaml_node *map, const char *key,
                           const char *fallback)
{
    const struct sc_yaml_node *node = sc_form_find(map, key);

    return node ? sc_form_text(form, node, key) : fallback;
}

sc_day sc_form_day(struct sc_form *form, const struct sc_yaml_node *map, const char *key)
{
    const struct sc_yaml_node *node = sc_form_find(map, key);
    sc_day day = SC_DAY_NONE;

    if (!node)
        return SC_DAY_NONE;
    if (node->kind != SC_YAML_SCALAR || !sc_day_parse_iso(sc_slice_of(node->text), &day))
        sc_form_error(form, node, "'%s' is not a date: expected the form 2021-03-31", key);
    return day;
}

uint64_t sc_form_number(struct sc_form *form, const struct sc_yaml_node *map, const char *key,
                        uint64_t least, uint64_t most, uint64_t fallback)
{
    const struct sc_yaml_node *node = sc_form_find(map, key);
    uint64_t value = 0;

    if (!node)
        return fallback;
    if (node->kind == SC_YAML_SCALAR && isdigit((unsigned char)node->text[0]) &&
        strlen(node->text) <= 18) {
        char *end = NULL;

        value = strtoull(node->text, &end, 10);
        if (!*end && value >= least && value <= most)
            return value;
    }
    sc_form_error(form, node, "'%s': expected a whole number from %" PRIu64 " to %" PRIu64, key,
                  least, most);
    return fallback;
}

size_t sc_form_choice(struct sc_form *form, const struct sc_yaml_node *map, const char *key,
                      const char *const *words, size_t fallback)
{
    const struct sc_yaml_node *node = sc_form_find(map, key);
    char what[80];

    if (!node)
        return fallback;
    (void)snprintf(what, sizeof what, "'%.60s' cannot be", key);
    if (node->kind != SC_YAML_SCALAR) {
        sc_form_error(form, node, "expected a single word for '%s'", key);
        return fallback;
    }
    for (size_t i = 0; words[i]; i++) {
        if (strcmp(words[i], node->text) == 0)
            return i;
    }
    unknown_word(form, node, what, node->text, words);
    return fallback;
}

bool sc_form_bool(struct sc_form *form, const struct sc_yaml_node *map, const char *key,
                  bool fallback)
{
    static const char *const words[] = {"false", "true", "no", "yes", NULL};

    return sc_form_choice(form, map, key, words, fallback ? 1 : 0) % 2 == 1;
}

const char **sc_form_node_strings(struct sc_form *form, const struct sc_yaml_node *node,
                                  const char *what, size_t *ret_n)
{
    const char **strings;

    *ret_n = 0;
    if (node->kind == SC_YAML_MAP) {
        sc_form_error(form, node, "expected a list for %s", what);
        return NULL;
    }
    strings = sc_form_alloc(form, node->n_items + 1, sizeof *strings);
    if (!strings)
        return NULL;
    if (node->kind == SC_YAML_SCALAR) {
        strings[(*ret_n)++] = sc_form_text(form, node, what);
        return strings;
    }
    for (const struct sc_yaml_node *n = node->first; n; n = n->next)
        strings[(*ret_n)++] = sc_form_text(form, n, what);
    return strings;
}

const char **sc_form_strings(struct sc_form *form, const struct sc_yaml_node *map, const char *key,
                             size_t *ret_n)
{
    const struct sc_yaml_node *node = sc_form_find(map, key);

    *ret_n = 0;
    return node ? sc_form_node_strings(form, node, key, ret_n) : NULL;
}

bool sc_form_id(struct sc_form *form, const struct sc_yaml_node *node, const char *id)
{
    size_t len = strlen(id);

    if (len >= 1 && len <= 64 &&
        strspn(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") == len)
        return true;
    sc_form_error(form, node, "an id is 1 to 64 letters, digits, '-' or '_'");
    return false;
}

/* ---- opening and closing ---- */

enum sc_status sc_form_open(struct sc_form *form, const char *path, const char *bytes, size_t len,
                            char sha256[65], uint64_t *ret_bytes, struct sc_yaml_node **ret_root,
                            struct sc_error *err)
{
    SC_AUTO_BUF loaded = {0};

    if (!bytes) {
        enum sc_status status = sc_file_load(path, FILE_MAX, &loaded, err);

        if (status)
            return status;
        bytes = loaded.data ? loaded.data : "";
        len = loaded.len;
    }
    form->file = sc_arena_strdup(form->arena, path);
    if (!form->file)
        return sc_fail_nomem(err);
    sc_sha256_hex(bytes, len, sha256);
    *ret_bytes = len;
    return sc_yaml_parse(form->file, bytes, len, form->arena, ret_root, form->diagnostics, err);
}

enum sc_status sc_form_close(const struct sc_form *form, struct sc_error *err)
{
    if (form->nomem)
        return sc_fail_nomem(err);
    if (form->bad)
        return sc_fail_bad_form(form->diagnostics, err);
    return SC_OK;
}
