/*
 * form.h - reading a filled-in form (a YAML mapping) field by field, noting
 * every mistake and going on.
 *
 * A getter that meets a mistake adds a diagnostic, sets `bad` and returns a
 * harmless value, so that a loader reads on to the end and looks once.
 */
#ifndef SC_CONFIG_FORM_H
#define SC_CONFIG_FORM_H

#include "base/date.h"
#include "config/yaml.h"

struct sc_form {
    const char *file;
    struct sc_arena *arena; /* where strings and lists go */
    struct sc_diagnostics *diagnostics;
    bool bad;   /* a mistake was noted */
    bool nomem; /* memory ran out; nothing else means anything */
};

/* Adds one mistake. SC_OK or SC_E_NOMEM. */
SC_PRINTF(5, 6)
SC_MUST_USE enum sc_status sc_diagnostics_add(struct sc_diagnostics *diagnostics, const char *file,
                                              uint64_t line, uint64_t column, const char *fmt, ...);

/* SC_E_INPUT with the first of `diagnostics`, and how many more there are, as its message. */
enum sc_status sc_fail_bad_form(const struct sc_diagnostics *diagnostics, struct sc_error *err);

/* Notes a mistake at `node`. */
SC_PRINTF(3, 4)
void sc_form_error(struct sc_form *form, const struct sc_yaml_node *node, const char *fmt, ...);

/* `n` zeroed items of `size` in the form's arena; NULL sets nomem. */
void *sc_form_alloc(struct sc_form *form, size_t n, size_t size);

/* The value of `key` in `map`, or NULL. */
const struct sc_yaml_node *sc_form_find(const struct sc_yaml_node *map, const char *key);

/* True when `node` is a mapping; else notes what was expected ("a question: ..."). */
bool sc_form_is_map(struct sc_form *form, const struct sc_yaml_node *node, const char *what);

/* Notes every key of `map` that is not one of `allowed` (ends with NULL). */
void sc_form_keys(struct sc_form *form, const struct sc_yaml_node *map, const char *const *allowed);

/* Notes a missing `key`, saying what it is for. */
void sc_form_require(struct sc_form *form, const struct sc_yaml_node *map, const char *key,
                     const char *what);

/* The text of a scalar node; notes a mistake and gives "" otherwise. */
const char *sc_form_text(struct sc_form *form, const struct sc_yaml_node *node, const char *what);

/* The text under `key`, or `fallback` when it is not there. */
const char *sc_form_string(struct sc_form *form, const struct sc_yaml_node *map, const char *key,
                           const char *fallback);

/* yyyy-mm-dd under `key`, or SC_DAY_NONE. */
sc_day sc_form_day(struct sc_form *form, const struct sc_yaml_node *map, const char *key);

/* A whole number under `key` from `least` to `most`, or `fallback`. */
uint64_t sc_form_number(struct sc_form *form, const struct sc_yaml_node *map, const char *key,
                        uint64_t least, uint64_t most, uint64_t fallback);

/* Position of the word under `key` in `words` (ends with NULL), or `fallback`. */
size_t sc_form_choice(struct sc_form *form, const struct sc_yaml_node *map, const char *key,
                      const char *const *words, size_t fallback);

/* true / false / yes / no under `key`, or `fallback`. */
bool sc_form_bool(struct sc_form *form, const struct sc_yaml_node *map, const char *key,
                  bool fallback);

/* A list of texts, or a single one. NULL and *ret_n 0 when the key is not there. */
const char **sc_form_strings(struct sc_form *form, const struct sc_yaml_node *map, const char *key,
                             size_t *ret_n);

/* As sc_form_strings() for a node in hand. */
const char **sc_form_node_strings(struct sc_form *form, const struct sc_yaml_node *node,
                                  const char *what, size_t *ret_n);

/* True when `id` is 1 to 64 letters, digits, '-' and '_'; else notes it at `node`. */
bool sc_form_id(struct sc_form *form, const struct sc_yaml_node *node, const char *id);

/*
 * The steps every loader shares: loads the file (at most 1 MiB), hashes it,
 * notes its size and parses it; `form` is then ready. `bytes` NULL reads `path`; else they are
 * the file's content.
 */
SC_MUST_USE enum sc_status sc_form_open(struct sc_form *form, const char *path, const char *bytes,
                                        size_t len, char sha256[65], uint64_t *ret_bytes,
                                        struct sc_yaml_node **ret_root, struct sc_error *err);

/* SC_OK when nothing was noted, SC_E_INPUT or SC_E_NOMEM otherwise. */
SC_MUST_USE enum sc_status sc_form_close(const struct sc_form *form, struct sc_error *err);

#endif
