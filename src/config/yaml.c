#include "config/yaml.h"

#include <assert.h>
#include <libfyaml.h>
#include <string.h>

#include "base/error.h"
#include "config/form.h"

#define DEPTH_MAX 32
#define NODES_MAX 100000

struct builder {
    const char *file;
    struct sc_arena *arena;
    struct sc_diagnostics *diagnostics;
    struct sc_yaml_node *open[DEPTH_MAX];  /* lists and mappings being filled */
    struct sc_yaml_node **tail[DEPTH_MAX]; /* where the next item of each goes */
    struct sc_yaml_node *key[DEPTH_MAX];   /* a mapping's key waiting for its value */
    size_t depth;
    size_t n_nodes;
    struct sc_yaml_node *root;
    bool refused; /* a diagnostic was added */
    bool nomem;
};

static void refuse(struct builder *b, uint64_t line, uint64_t column, const char *message)
{
    b->refused = true;
    if (sc_diagnostics_add(b->diagnostics, b->file, line, column, "%s", message))
        b->nomem = true;
}

static struct sc_yaml_node *new_node(struct builder *b, struct fy_event *event,
                                     enum sc_yaml_kind kind)
{
    const struct fy_mark *mark = fy_event_start_mark(event);
    struct sc_yaml_node *node = sc_arena_alloc(b->arena, sizeof *node);

    if (!node) {
        b->nomem = true;
        return NULL;
    }
    node->kind = kind;
    node->line = mark ? (uint64_t)mark->line + 1 : 1;
    node->column = mark ? (uint64_t)mark->column + 1 : 1;
    node->text = "";
    if (++b->n_nodes > NODES_MAX)
        refuse(b, node->line, node->column, "the file has too many entries");
    return node;
}

static bool key_is_there(const struct sc_yaml_node *map, const char *key)
{
    for (const struct sc_yaml_node *n = map->first; n; n = n->next) {
        if (strcmp(n->key->text, key) == 0)
            return true;
    }
    return false;
}

/* Puts a complete or just opened node where it belongs. */
static void place(struct builder *b, struct sc_yaml_node *node)
{
    struct sc_yaml_node *parent;
    size_t at;

    if (b->depth == 0) {
        b->root = node;
        return;
    }
    at = b->depth - 1;
    parent = b->open[at];
    if (parent->kind == SC_YAML_MAP && !b->key[at]) {
        if (node->kind != SC_YAML_SCALAR)
            refuse(b, node->line, node->column, "expected a name before a colon");
        else if (key_is_there(parent, node->text))
            refuse(b, node->line, node->column, "this key stands here for the second time");
        b->key[at] = node;
        return;
    }
    if (parent->kind == SC_YAML_MAP) {
        node->key = b->key[at];
        b->key[at] = NULL;
    }
    assert(b->tail[at]);
    *b->tail[at] = node;
    b->tail[at] = &node->next;
    parent->n_items++;
}

static void open_node(struct builder *b, struct fy_event *event, enum sc_yaml_kind kind)
{
    struct sc_yaml_node *node = new_node(b, event, kind);

    if (!node)
        return;
    place(b, node);
    if (b->depth == DEPTH_MAX) {
        refuse(b, node->line, node->column, "entries are nested too deeply");
        return;
    }
    b->open[b->depth] = node;
    b->tail[b->depth] = &node->first;
    b->key[b->depth] = NULL;
    b->depth++;
}

static void scalar(struct builder *b, struct fy_event *event)
{
    struct sc_yaml_node *node = new_node(b, event, SC_YAML_SCALAR);
    size_t len = 0;
    const char *text;

    if (!node)
        return;
    text = fy_token_get_text(event->scalar.value, &len);
    if (text && memchr(text, '\0', len))
        refuse(b, node->line, node->column, "a NUL character");
    node->text = sc_arena_strndup(b->arena, text ? text : "", text ? len : 0);
    if (!node->text) {
        b->nomem = true;
        return;
    }
    node->quoted = fy_token_scalar_style(event->scalar.value) != FYSS_PLAIN;
    place(b, node);
}

static void refuse_decorations(struct builder *b, struct fy_event *event)
{
    const struct fy_mark *mark = fy_event_start_mark(event);
    uint64_t line = mark ? (uint64_t)mark->line + 1 : 1;
    uint64_t column = mark ? (uint64_t)mark->column + 1 : 1;

    if (event->type == FYET_ALIAS)
        refuse(b, line, column, "an alias (*name) is not allowed here: write the value out");
    else if (fy_event_get_anchor_token(event))
        refuse(b, line, column, "an anchor (&name) is not allowed here");
    else if (fy_event_get_tag_token(event))
        refuse(b, line, column, "a tag (!name) is not allowed here: put the value in quotes");
}

static void take_event(struct builder *b, struct fy_event *event, size_t *documents)
{
    refuse_decorations(b, event);
    if (b->refused)
        return;
    switch (event->type) {
    case FYET_DOCUMENT_START:
        if (++*documents > 1)
            refuse(b, 1, 1, "the file holds more than one document: expected one");
        break;
    case FYET_SCALAR:
        scalar(b, event);
        break;
    case FYET_SEQUENCE_START:
        open_node(b, event, SC_YAML_LIST);
        break;
    case FYET_MAPPING_START:
        open_node(b, event, SC_YAML_MAP);
        break;
    case FYET_SEQUENCE_END:
    case FYET_MAPPING_END:
        b->depth--;
        break;
    default:
        break;
    }
}

/*
 * What a person is to look for where libfyaml complains so: the beginning of its message, and
 * ours in its place.
 */
static const struct {
    const char *begins;
    const char *ours;
} complaints[] = {
    {"mismatched flow", "a bracket opened above is closed by one of the other kind, [ ] or { }"},
    {"missing comma in flow", "expected a comma, or the ] or } of a list or map opened above: is "
                              "one missing?"},
    {"did not find expected ',' or", "expected a comma, or the ] or } of a list or map opened "
                                     "above: is one missing?"},
    {"did not find expected node content", "something is missing here, or not closed just above: "
                                           "look for a ], a } or a quote"},
    {"invalid tab used", "a tab: indent with spaces"},
    {"tab character", "a tab: indent with spaces"},
    {"invalid multiline plain key", "expected 'key: value': is the colon missing here, or the next "
                                    "line indented otherwise than it should be?"},
    {"flow sequence without", "a [ above is never closed"},
    {"flow mapping without", "a { above is never closed"},
    {"could not find expected ':'", "expected 'key: value': is the colon missing, here or on the "
                                    "line above?"},
    {"invalid value after mapping", "expected 'key: value': is the colon missing?"},
    {"invalid nested block mapping on the same line",
     "a second colon on one line: put the text in quotes, as in label: \"Snap: the chat\""},
    {"wrongly indented double-quoted", "a text in quotes goes on here: is its closing \" missing "
                                       "above?"},
    {"wrongly indented single-quoted", "a text in quotes goes on here: is its closing ' missing "
                                       "above?"},
    {"did not find expected '-' indicator", "this line is indented otherwise than those above it"},
    {"wrong indendation", "this line is indented otherwise than those above it"},
    {"invalid indentation", "this line is indented otherwise than those above it"},
};

static const char *in_our_words(const char *message)
{
    for (size_t i = 0; message && i < sizeof complaints / sizeof *complaints; i++)
        if (strncmp(message, complaints[i].begins, strlen(complaints[i].begins)) == 0)
            return complaints[i].ours;
    return message ? message : "this is not YAML";
}

/* libfyaml's own complaints, as ours. */
static void take_complaints(struct builder *b, struct fy_diag *diag)
{
    struct fy_diag_error *error;
    void *state = NULL;
    bool any = false;

    while ((error = fy_diag_errors_iterate(diag, &state)) != NULL) {
        refuse(b, error->line > 0 ? (uint64_t)error->line : 1,
               error->column > 0 ? (uint64_t)error->column : 1, in_our_words(error->msg));
        any = true;
    }
    if (!any)
        refuse(b, 1, 1, "this is not YAML");
}

static void run_parser(struct builder *b, struct fy_parser *parser, struct fy_diag *diag,
                       const char *bytes, size_t len)
{
    size_t documents = 0;
    bool ended = false;

    if (fy_parser_set_string(parser, bytes, len) != 0) {
        b->nomem = true;
        return;
    }
    while (!ended && !b->refused && !b->nomem) {
        struct fy_event *event = fy_parser_parse(parser);

        if (!event)
            break;
        ended = event->type == FYET_STREAM_END;
        take_event(b, event, &documents);
        fy_parser_event_free(parser, event);
    }
    if (!ended && !b->refused && !b->nomem)
        take_complaints(b, diag);
}

enum sc_status sc_yaml_parse(const char *file, const char *bytes, size_t len,
                             struct sc_arena *arena, struct sc_yaml_node **ret_root,
                             struct sc_diagnostics *diagnostics, struct sc_error *err)
{
    struct builder b = {.file = file, .arena = arena, .diagnostics = diagnostics};
    struct fy_diag_cfg diag_cfg;
    struct fy_parse_cfg cfg = {.flags = FYPCF_QUIET | FYPCF_COLLECT_DIAG};
    struct fy_parser *parser;

    if (!sc_utf8_valid(bytes, len) || memchr(bytes, '\0', len)) {
        refuse(&b, 1, 1, "the file is not UTF-8 text: save it as UTF-8");
        return b.nomem ? sc_fail_nomem(err) : sc_fail_bad_form(diagnostics, err);
    }
    fy_diag_cfg_default(&diag_cfg);
    diag_cfg.fp = NULL;
    diag_cfg.colorize = false;
    cfg.diag = fy_diag_create(&diag_cfg);
    if (!cfg.diag)
        return sc_fail_nomem(err);
    fy_diag_set_collect_errors(cfg.diag, true);
    parser = fy_parser_create(&cfg);
    if (parser)
        run_parser(&b, parser, cfg.diag, bytes, len);
    else
        b.nomem = true;
    fy_parser_destroy(parser);
    fy_diag_destroy(cfg.diag);
    if (b.nomem)
        return sc_fail_nomem(err);
    if (!b.refused && !b.root)
        refuse(&b, 1, 1, "the file is empty");
    if (b.refused)
        return sc_fail_bad_form(diagnostics, err);
    *ret_root = b.root;
    return SC_OK;
}
