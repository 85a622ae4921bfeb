/*
 * certificate.c - writes the certificate of a safe audit (docs/certificate.md).
 *
 * Everything in it comes from what is published and from the walk, which has never seen a
 * true count. Which cells are 1 is not said: of insiders only how many figures could be 1.
 */
#include <assert.h>
#include <jansson.h>

#include "audit/report.h"
#include "audit/witness.h"
#include "base/error.h"
#include "base/file.h"

/* Hierarchy as the certificate states it: per dimension the splits, by code name. */
static json_t *splits_json(const struct sc_system *system)
{
    json_t *list = json_array();

    for (size_t i = 0; i < sc_system_n_splits(system); i++) {
        struct sc_split split = sc_system_split(system, i);
        json_t *o = json_object(), *parts = json_array();

        for (uint32_t k = 0; k < split.n_children; k++)
            (void)json_array_append_new(parts, json_string(sc_system_code_name(
                                                   system, split.dimension, split.children[k])));
        (void)json_object_set_new(o, "dimension",
                                  json_string(sc_system_dimension_name(system, split.dimension)));
        (void)json_object_set_new(
            o, "total", json_string(sc_system_code_name(system, split.dimension, split.parent)));
        (void)json_object_set_new(o, "parts", parts);
        (void)json_array_append_new(list, o);
    }
    return list;
}

/* Cells the certificate speaks of: those the figures do not fix. Numbered in order. */
static json_t *cells_json(const struct sc_release *release, const struct sc_witnesses *w,
                          uint32_t *number)
{
    json_t *list = json_array();
    uint32_t n = 0;

    for (uint32_t c = 0; c < sc_system_n_cells(release->system); c++) {
        const uint32_t *codes = sc_system_cell_codes(release->system, c);
        json_t *at;

        number[c] = SC_NONE;
        if (!w->open[c])
            continue;
        at = json_array();
        for (uint32_t d = 0; d < sc_system_n_dimensions(release->system); d++)
            (void)json_array_append_new(
                at, json_string(sc_system_code_name(release->system, d, codes[d])));
        (void)json_array_append_new(list, at);
        number[c] = n++;
    }
    return list;
}

/* Whether a code of a dimension is in any split. */
static bool in_some_split(const struct sc_system *system, uint32_t dimension, uint32_t code)
{
    for (size_t i = 0; i < sc_system_n_splits(system); i++) {
        struct sc_split split = sc_system_split(system, i);

        for (uint32_t k = 0; k < split.n_children && split.dimension == dimension; k++)
            if (split.children[k] == code || split.parent == code)
                return true;
    }
    return false;
}

/* A dimension of nothing but its total: it stands alone. */
static bool only_total(const struct sc_system *system, uint32_t dimension)
{
    return sc_system_n_codes(system, dimension) == 1;
}

/*
 * The total of each dimension, what stands for it in a table without the dimension; null for one
 * without a total, whose codes add up to nothing.
 */
static json_t *totals_json(const struct sc_system *system)
{
    json_t *list = json_array();

    for (uint32_t d = 0; d < sc_system_n_dimensions(system); d++)
        (void)json_array_append_new(
            list, in_some_split(system, d, SC_SYSTEM_TOTAL) || only_total(system, d)
                      ? json_string(sc_system_code_name(system, d, SC_SYSTEM_TOTAL))
                      : json_null());
    return list;
}

/* Codes that are in no split, by dimension. */
static json_t *alone_json(const struct sc_system *system)
{
    json_t *all = json_object();

    for (uint32_t d = 0; d < sc_system_n_dimensions(system); d++) {
        json_t *list = json_array();

        for (uint32_t c = only_total(system, d) ? 0 : 1; c < sc_system_n_codes(system, d); c++)
            if (!in_some_split(system, d, c))
                (void)json_array_append_new(list, json_string(sc_system_code_name(system, d, c)));
        if (json_array_size(list) > 0)
            (void)json_object_set(all, sc_system_dimension_name(system, d), list);
        json_decref(list);
    }
    return all;
}

/* Codes that count no group of people, by dimension. */
static json_t *auxiliary_json(const struct sc_system *system)
{
    json_t *all = json_object();

    for (uint32_t d = 0; d < sc_system_n_dimensions(system); d++) {
        json_t *list = json_array();

        for (uint32_t c = 1; c < sc_system_n_codes(system, d); c++)
            if (sc_system_auxiliary_code(system, d, c))
                (void)json_array_append_new(list, json_string(sc_system_code_name(system, d, c)));
        if (json_array_size(list) > 0)
            (void)json_object_set(all, sc_system_dimension_name(system, d), list);
        json_decref(list);
    }
    return all;
}

/* Codes that tables list only where somebody is in them, by dimension. */
static json_t *occurs_json(const struct sc_release *release)
{
    const struct sc_system *system = release->system;
    json_t *all = json_object();

    for (uint32_t d = 0; d < sc_system_n_dimensions(system); d++) {
        json_t *list = json_array();

        for (size_t i = 0; i < release->n_occurs; i++)
            if (release->occurs[i].dimension == d)
                (void)json_array_append_new(
                    list, json_string(sc_system_code_name(system, d, release->occurs[i].code)));
        if (json_array_size(list) > 0)
            (void)json_object_set(all, sc_system_dimension_name(system, d), list);
        json_decref(list);
    }
    return all;
}

/* What marks that say more than "withheld" were taken to mean. */
static json_t *marks_json(const struct sc_release *release, const struct sc_witnesses *w)
{
    json_t *list = json_array();

    for (size_t i = 0; i < release->n_marks; i++) {
        const struct sc_seen_mark *mark = &release->marks[i];
        json_t *o = json_object();
        int64_t least = mark->kind == SC_FIGURE_NONZERO && w->rules ? 1 : w->hidden_low;

        if (w->rules && mark->least > least)
            least = mark->least;
        (void)json_object_set_new(o, "text", json_string(mark->text));
        (void)json_object_set_new(
            o, "least", json_integer(mark->kind == SC_FIGURE_VOID ? 0 : (json_int_t)least));
        if (mark->kind == SC_FIGURE_VOID)
            (void)json_object_set_new(o, "most", json_integer(0));
        else if (mark->kind == SC_FIGURE_SMALL && w->rules)
            (void)json_object_set_new(o, "most", json_integer(mark->value));
        else
            (void)json_object_set_new(o, "most", json_null());
        (void)json_array_append_new(list, o);
    }
    return list;
}

/* Sums the figures belie, by split and by which other dimensions are at their total. */
static json_t *doubts_json(const struct sc_release *release)
{
    const struct sc_system *system = release->system;
    json_t *list = json_array();

    for (size_t i = 0; i < release->n_doubts; i++) {
        json_t *o = json_object(), *at = json_array();

        for (uint32_t d = 0; d < sc_system_n_dimensions(system); d++)
            if (release->doubts[i].mask & 1u << d)
                (void)json_array_append_new(at, json_string(sc_system_dimension_name(system, d)));
        (void)json_object_set_new(o, "split", json_integer(release->doubts[i].split));
        (void)json_object_set_new(o, "at_total_of", at);
        (void)json_array_append_new(list, o);
    }
    return list;
}

static const char *format_name(enum sc_release_format format)
{
    switch (format) {
    case SC_RELEASE_WIDE:
        return "wide";
    case SC_RELEASE_JJ:
        return "jj";
    case SC_RELEASE_AUTO:
    case SC_RELEASE_TIDY:
        return "tidy";
    }
    return "tidy";
}

static bool is_jj(const struct sc_release *release)
{
    return release->forms && !release->true_counts && release->forms[0].format == SC_RELEASE_JJ;
}

/* The weaker statement about insiders: how many figures could be 1, and what that would tell. */
static json_t *insider_json(const struct sc_audit *audit)
{
    const struct sc_reader_result *r = &audit->readers[SC_READER_INSIDER];
    json_t *o = json_object();

    (void)json_object_set_new(o, "could_be_1", json_integer((json_int_t)r->possible_singles));
    (void)json_object_set_new(o, "possible", json_integer((json_int_t)r->possible));
    return o;
}

/*
 * The files in the order in which a checker is given them. Of a file of true counts nothing is
 * said, least of all its hash, by which guesses could be tried: what is published from it
 * is a tidy table with its figures in `count`.
 */
static json_t *files_json(const struct sc_release *release)
{
    json_t *list = json_array();

    for (size_t i = 0; i < release->n_files; i++) {
        bool secret = release->true_counts && i + release->n_earlier < release->n_files;
        json_t *o = json_object();

        if (!secret) {
            (void)json_object_set_new(o, "name", json_string(sc_path_base(release->files[i])));
            (void)json_object_set_new(o, "sha256", json_string(release->hashes[i]));
        }
        if (secret || release->forms)
            (void)json_object_set_new(
                o, "format", json_string(secret ? "tidy" : format_name(release->forms[i].format)));
        if (secret)
            (void)json_object_set_new(o, "figure", json_string("count"));
        else if (release->forms && release->forms[i].figure)
            (void)json_object_set_new(o, "figure", json_string(release->forms[i].figure));
        (void)json_array_append_new(list, o);
    }
    return list;
}

enum sc_status sc_certificate_json(const struct sc_release *release, const struct sc_audit *audit,
                                   struct sc_buf *buf, struct sc_error *err)
{
    const struct sc_witnesses *w = audit->witnesses;
    SC_AUTO_FREE uint32_t *number = sc_alloc_array(w->n_cells, sizeof *number);
    json_t *root = json_object(), *base = json_array(), *moves = json_array();
    json_t *dimensions = json_array();

    assert(w);
    if (!number) {
        json_decref(root);
        json_decref(base);
        json_decref(moves);
        json_decref(dimensions);
        return sc_fail_nomem(err);
    }
    for (uint32_t d = 0; d < sc_system_n_dimensions(release->system); d++)
        (void)json_array_append_new(dimensions,
                                    json_string(sc_system_dimension_name(release->system, d)));
    (void)json_object_set_new(root, "certificate", json_string("safecount 1"));
    (void)json_object_set_new(root, "files", files_json(release));
    (void)json_object_set_new(root, "threshold", json_integer(w->threshold));
    (void)json_object_set_new(root, "hidden_at_least", json_integer(w->hidden_low));
    (void)json_object_set_new(root, "implied", json_boolean(w->implied));
    (void)json_object_set_new(root, "width", json_integer(w->width));
    if (w->rounded > 1) {
        (void)json_object_set_new(root, "rounded", json_integer(w->rounded));
        (void)json_object_set_new(root, "rounded_by", json_integer(w->rounded_by));
    }
    if (w->rounded_small > 1)
        (void)json_object_set_new(root, "rounded_small", json_integer(w->rounded_small));
    if (audit->readers[SC_READER_INSIDER].asked && !audit->singles_known)
        (void)json_object_set_new(root, "insider", insider_json(audit));
    (void)json_object_set_new(root, "dimensions", dimensions);
    (void)json_object_set_new(root, "totals", totals_json(release->system));
    (void)json_object_set_new(root, "alone", alone_json(release->system));
    (void)json_object_set_new(root, "auxiliary", auxiliary_json(release->system));
    if (release->n_occurs > 0 && w->rules)
        (void)json_object_set_new(root, "occurs", occurs_json(release));
    (void)json_object_set_new(root, "marks", marks_json(release, w));
    (void)json_object_set_new(root, "splits",
                              is_jj(release) ? json_array() : splits_json(release->system));
    (void)json_object_set_new(root, "not_used", doubts_json(release));
    (void)json_object_set_new(root, "cells", cells_json(release, w, number));
    for (uint32_t c = 0; c < w->n_cells; c++)
        if (number[c] != SC_NONE)
            (void)json_array_append_new(base, json_integer(w->base[c]));
    for (size_t m = 0; m < w->n_moves; m++) {
        json_t *move = json_array();

        for (size_t i = w->start[m]; i < w->start[m + 1]; i++) {
            (void)json_array_append_new(move, json_integer(number[w->cell[i]]));
            (void)json_array_append_new(move, json_integer(w->change[i]));
        }
        (void)json_array_append_new(moves, move);
    }
    (void)json_object_set_new(root, "base", base);
    (void)json_object_set_new(root, "moves", moves);
    return sc_audit_dump(root, JSON_COMPACT, buf, err);
}
