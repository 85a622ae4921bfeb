/*
 * wording.c - see wording.h. The files are YAML mappings of texts, small enough that a
 * key is found by walking the list.
 */
#include "publish/wording.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "codes/codes.h"
#include "config/form.h"
#include "publish/clean.h"

#define WORDS_MAX 400

struct word {
    const char *key;
    const char *text;
    bool translated; /* by a later file than the English one */
};

struct sc_wording {
    struct sc_arena arena;
    struct word words[WORDS_MAX];
    size_t n_words;
    char hash[65];
};

static struct word *find(const struct sc_wording *wording, const char *key)
{
    for (size_t i = 0; i < wording->n_words; i++)
        if (strcmp(wording->words[i].key, key) == 0)
            return (struct word *)(uintptr_t)&wording->words[i];
    return NULL;
}

/* ---- fields ---- */

/* The length of "{name}" at `s`, with the name in `name` (at least 32 bytes); 0: none. */
static size_t field_at(const char *s, char *name)
{
    size_t n = 0;

    if (s[0] != '{')
        return 0;
    while (n < 30 && s[1 + n] >= 'a' && s[1 + n] <= 'z')
        n++;
    if (n == 0 || s[1 + n] != '}')
        return 0;
    memcpy(name, s + 1, n);
    name[n] = '\0';
    return n + 2;
}

/* The same for "%7Bname%7D", which cmark makes of a field in a link's address. */
static size_t link_field_at(const char *s, char *name)
{
    size_t n = 0;

    if (strncmp(s, "%7B", 3) != 0)
        return 0;
    while (n < 30 && s[3 + n] >= 'a' && s[3 + n] <= 'z')
        n++;
    if (n == 0 || strncmp(s + 3 + n, "%7D", 3) != 0)
        return 0;
    memcpy(name, s + 3, n);
    name[n] = '\0';
    return n + 6;
}

static const char *value_of(const struct sc_field *fields, const char *name)
{
    for (; fields && fields->name; fields++)
        if (strcmp(fields->name, name) == 0)
            return fields->value;
    return NULL;
}

/* Whether an address may stand in a link: no scheme, or one that only leads somewhere. */
static bool is_safe_address(const char *s)
{
    static const char *const schemes[] = {"https://", "http://", "mailto:", "tel:"};

    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
        if (strncmp(s, schemes[i], strlen(schemes[i])) == 0)
            return true;
    return strchr(s, ':') == NULL;
}

/* `html`, made from a text of ours, with its fields filled in. */
static void fill(const char *html, const struct sc_field *fields, struct sc_buf *out)
{
    char name[32];

    while (*html) {
        size_t n = field_at(html, name);
        bool link = false;
        const char *value;

        if (n == 0) {
            n = link_field_at(html, name);
            link = n > 0;
        }
        value = n ? value_of(fields, name) : NULL;
        if (!value) {
            sc_buf_addc(out, *html++);
            continue;
        }
        if (!link || is_safe_address(value))
            sc_html(out, value);
        html += n;
    }
}

/* ---- loading ---- */

static void take(struct sc_form *form, struct sc_wording *wording, const struct sc_yaml_node *node,
                 bool first)
{
    const char *key = node->key->text;
    struct word *word = find(wording, key);
    const char *text = sc_form_text(form, node, "a text");

    if (!word && !first) {
        sc_form_error(form, node->key,
                      "unknown key '%s': expected one of those of the shipped file", key);
        return;
    }
    if (!word) {
        assert(wording->n_words < WORDS_MAX);
        word = &wording->words[wording->n_words++];
        word->key = sc_arena_strdup(&wording->arena, key);
    }
    word->text = sc_arena_strdup(&wording->arena, text);
    word->translated = !first;
    form->nomem |= !word->key || !word->text;
}

/* Lays a file over what is there; `bytes` NULL reads `path`. */
static enum sc_status lay(struct sc_wording *wording, const char *path, const char *bytes,
                          size_t len, struct sc_diagnostics *diagnostics, struct sc_error *err)
{
    struct sc_form form = {.arena = &wording->arena, .diagnostics = diagnostics};
    bool first = wording->n_words == 0;
    struct sc_yaml_node *root;
    uint64_t size;
    char hash[65];
    enum sc_status status = sc_form_open(&form, path, bytes, len, hash, &size, &root, err);

    if (status)
        return status;
    if (sc_form_is_map(&form, root, "texts by key: lines such as 'exit: Leave this site'"))
        for (const struct sc_yaml_node *node = root->first; node && !form.nomem; node = node->next)
            take(&form, wording, node, first);
    return sc_form_close(&form, err);
}

static enum sc_status lay_shipped(struct sc_wording *wording, const char *language,
                                  struct sc_diagnostics *diagnostics, struct sc_error *err)
{
    struct sc_slice bytes;
    char name[40];

    (void)snprintf(name, sizeof name, "wording-%.8s.yaml", language);
    if (!sc_data_find(name, &bytes))
        return sc_fail(err, SC_E_RANGE, "language '%s': expected en or cy", language);
    return lay(wording, name, bytes.data, bytes.len, diagnostics, err);
}

static enum sc_status make_hash(struct sc_wording *wording, struct sc_error *err)
{
    SC_AUTO_BUF all = {0};

    for (size_t i = 0; i < wording->n_words; i++)
        sc_buf_addf(&all, "%s\x1f%s\x1e", wording->words[i].key, wording->words[i].text);
    if (all.failed)
        return sc_fail_nomem(err);
    sc_sha256_hex(all.data, all.len, wording->hash);
    return SC_OK;
}

enum sc_status sc_wording_new(const char *language, const char *path,
                              struct sc_wording **ret_wording, struct sc_diagnostics *diagnostics,
                              struct sc_error *err)
{
    SC_AUTO(sc_wording) wording = sc_alloc(sizeof *wording);
    enum sc_status status;

    if (!wording)
        return sc_fail_nomem(err);
    status = lay_shipped(wording, "en", diagnostics, err);
    if (!status && strcmp(language, "en") != 0)
        status = lay_shipped(wording, language, diagnostics, err);
    if (!status && path)
        status = lay(wording, path, NULL, 0, diagnostics, err);
    if (!status)
        status = make_hash(wording, err);
    if (!status)
        *ret_wording = SC_TAKE(wording);
    return status;
}

void sc_wording_free(struct sc_wording *wording)
{
    if (!wording)
        return;
    sc_arena_release(&wording->arena);
    sc_free(wording);
}

const char *sc_word(const struct sc_wording *wording, const char *key)
{
    const struct word *word = find(wording, key);

    assert(word);
    return word->text;
}

bool sc_word_is(const struct sc_wording *wording, const char *key)
{
    return find(wording, key) != NULL;
}

static bool is_english(const char *language)
{
    return strncmp(language, "en", 2) == 0;
}

bool sc_wording_is_english(const struct sc_wording *wording)
{
    return is_english(sc_word(wording, "language"));
}

const char *sc_word_language(const struct sc_wording *wording, const char *key)
{
    const struct word *word = find(wording, key);

    assert(word);
    return sc_wording_is_english(wording) || !word->translated ? "en-GB"
                                                               : sc_word(wording, "language");
}

void sc_word_html(const struct sc_wording *wording, const char *key, const struct sc_field *fields,
                  struct sc_buf *out)
{
    SC_AUTO_BUF html = {0};

    sc_html(&html, sc_word(wording, key));
    if (html.data)
        fill(html.data, fields, out);
    out->failed |= html.failed;
}

void sc_word_markdown(const struct sc_wording *wording, const char *key,
                      const struct sc_field *fields, struct sc_buf *out)
{
    SC_AUTO_BUF html = {0};

    sc_markdown_html(sc_word(wording, key), &html);
    if (!sc_wording_is_english(wording)) {
        sc_buf_adds(out, "<div lang=\"");
        sc_html(out, sc_word_language(wording, key));
        sc_buf_adds(out, "\">\n");
    }
    if (html.data)
        fill(html.data, fields, out);
    sc_buf_adds(out, sc_wording_is_english(wording) ? "" : "</div>\n");
    out->failed |= html.failed;
}

const char *sc_wording_hash(const struct sc_wording *wording)
{
    return wording->hash;
}
