/*
 * yaml.h - the one adapter to libfyaml: a YAML file as a tree of nodes that
 * know where they stand.
 *
 * What a form for people needs, and no more: scalars, lists and mappings of
 * one document. Anchors, aliases and tags are refused (so no file can unfold
 * without end), as are files over 1 MiB, nesting over 32 and repeated keys.
 */
#ifndef SC_CONFIG_YAML_H
#define SC_CONFIG_YAML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"
#include "base/text.h"
#include "safecount/request.h"

enum sc_yaml_kind { SC_YAML_SCALAR, SC_YAML_LIST, SC_YAML_MAP };

struct sc_yaml_node {
    enum sc_yaml_kind kind;
    uint64_t line;              /* from 1 */
    uint64_t column;            /* from 1 */
    const char *text;           /* scalar: its value */
    bool quoted;                /* scalar: written in quotes, so "" is a value and ~ is not null */
    struct sc_yaml_node *next;  /* the next item of the same list or mapping */
    struct sc_yaml_node *key;   /* in a mapping: its key (a scalar) */
    struct sc_yaml_node *first; /* list, map: its first item */
    size_t n_items;
};

/*
 * Parses `bytes`. On success *ret_root (in `arena`) is the document's top
 * node. On SC_E_INPUT `diagnostics` says what is wrong.
 */
SC_MUST_USE enum sc_status sc_yaml_parse(const char *file, const char *bytes, size_t len,
                                         struct sc_arena *arena, struct sc_yaml_node **ret_root,
                                         struct sc_diagnostics *diagnostics, struct sc_error *err);

#endif
