/*
 * report.c - findings in the words of the people who publish tables.
 */
#include "audit/report.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"

/* ---- derivations ---------------------------------------------------------------- */

/* A name for a figure that a sum starts from: its total codes, or where it is. */
static void name_term(const struct sc_system *system, uint32_t cell, struct sc_buf *buf)
{
    const uint32_t *codes = sc_system_cell_codes(system, cell);
    bool any = false;

    for (uint32_t d = 0; d < sc_system_n_dimensions(system); d++) {
        if (codes[d] == SC_SYSTEM_TOTAL)
            continue;
        sc_buf_addf(buf, "%s%s", any ? ", " : "", sc_system_code_name(system, d, codes[d]));
        any = true;
    }
    if (any && sc_system_is_leaf(system, 0, codes[0]))
        for (uint32_t d = 0; d < sc_system_n_dimensions(system); d++)
            if (codes[d] == SC_SYSTEM_TOTAL) {
                sc_buf_addf(buf, ", %s", sc_system_code_name(system, d, SC_SYSTEM_TOTAL));
                break;
            }
    if (!any)
        sc_buf_adds(buf, sc_system_code_name(system, 0, SC_SYSTEM_TOTAL));
}

static void add_term(const struct sc_system *system, const struct sc_proof_term *term, bool first,
                     bool named, struct sc_buf *buf)
{
    int64_t c = term->coefficient;

    if (!first || c < 0)
        sc_buf_adds(buf, c < 0 ? (first ? "-" : " - ") : " + ");
    if (c != 1 && c != -1)
        sc_buf_addf(buf, "%" PRId64 " x ", c < 0 ? -c : c);
    if (named) {
        name_term(system, term->cell, buf);
        sc_buf_addc(buf, ' ');
    }
    sc_buf_addf(buf, "%" PRId64, term->value);
}

/* One proof as a sum. Printed zeros are left out; bounds of hidden figures come last, in words. */
static void add_sum(const struct sc_system *system, const struct sc_proof *proof, bool reveal,
                    struct sc_buf *buf)
{
    bool first = true;
    int64_t hidden = 0;
    size_t n_hidden = 0;

    if (proof->divisor > 1)
        sc_buf_addc(buf, '(');
    for (size_t i = 0; i < proof->n_terms; i++) {
        const struct sc_proof_term *t = &proof->terms[i];

        if (t->open) {
            hidden += t->coefficient * t->value;
            n_hidden++;
            continue;
        }
        if (t->value == 0)
            continue;
        add_term(system, t, first, t->coefficient > 0, buf);
        first = false;
    }
    if (n_hidden > 0 && hidden != 0) {
        sc_buf_addf(buf, "%s%" PRId64 " (what %zu other hidden figure%s must be at %s)",
                    hidden < 0 ? (first ? "-" : " - ") : (first ? "" : " + "),
                    hidden < 0 ? -hidden : hidden, n_hidden, n_hidden == 1 ? "" : "s",
                    (hidden < 0) == (proof->side == SC_HIGH) ? "least" : "most");
        first = false;
    }
    if (first)
        sc_buf_addc(buf, '0');
    if (proof->divisor > 1)
        sc_buf_addf(buf, ") / %" PRId64, proof->divisor);
    if (reveal)
        sc_buf_addf(buf, " = %" PRId64, proof->value);
    else
        sc_buf_adds(buf, " = ...");
}

static void add_conflict(const struct sc_release *release, const struct sc_disclosure *finding,
                         struct sc_buf *buf)
{
    const struct sc_system *system = release->system;

    for (size_t i = 0; i < finding->n_conflict; i++) {
        struct sc_relation r = sc_system_relation(system, finding->conflict[i]);

        sc_buf_adds(buf, i ? "; " : "");
        name_term(system, r.total, buf);
        if (release->figures[r.total].kind == SC_FIGURE_VALUE)
            sc_buf_addf(buf, " %" PRId64, release->figures[r.total].value);
        sc_buf_adds(buf, " against ");
        for (uint32_t k = 0; k < r.n_children; k++) {
            const struct sc_figure *f = &release->figures[r.children[k]];

            sc_buf_adds(buf, k ? " + " : "");
            if (f->kind == SC_FIGURE_VALUE)
                sc_buf_addf(buf, "%" PRId64, f->value);
            else
                sc_buf_adds(buf, f->kind == SC_FIGURE_VOID ? "0" : "a hidden figure");
        }
    }
    if (finding->n_conflict == 0)
        sc_buf_adds(buf, "no whole-number table agrees with all the figures");
}

/* The figures that cannot all be true, unless the derivation is a sum of just these. */
static void add_culprits(const struct sc_release *release, const struct sc_disclosure *finding,
                         struct sc_buf *buf)
{
    if (finding->n_figures == 0 ||
        (finding->n_conflict == 1 &&
         finding->n_figures ==
             sc_system_relation(release->system, finding->conflict[0]).n_children + (size_t)1))
        return;
    sc_buf_adds(buf, ". These cannot all be true: ");
    for (size_t i = 0; i < finding->n_figures; i++) {
        const struct sc_figure *f = &release->figures[finding->figures[i]];

        sc_buf_adds(buf, i ? "; " : "");
        name_term(release->system, finding->figures[i], buf);
        if (f->kind == SC_FIGURE_VALUE)
            sc_buf_addf(buf, " %" PRId64, f->value);
        else
            sc_buf_adds(buf, " (a mark)");
    }
    if (finding->irreducible)
        sc_buf_adds(buf, " (without any one of them the others can)");
}

static void add_derivation(const struct sc_release *release, const struct sc_disclosure *finding,
                           bool reveal, struct sc_buf *buf)
{
    const struct sc_system *system = release->system;
    const struct sc_proof *high = &finding->proofs[SC_HIGH], *low = &finding->proofs[SC_LOW];

    if (finding->kind == SC_FINDING_INCONSISTENT && !finding->proved[SC_HIGH] &&
        (finding->n_conflict > 0 || finding->cell == SC_NONE)) {
        add_conflict(release, finding, buf);
        return;
    }
    if (finding->kind == SC_FINDING_INCONSISTENT && !finding->proved[SC_HIGH]) {
        sc_buf_adds(buf, "printed twice, with different figures");
        return;
    }
    if (finding->kind == SC_FINDING_PRINTED) {
        sc_buf_addf(buf, "printed in %s, line %u",
                    release->files[release->figures[finding->cell].file],
                    (unsigned)release->figures[finding->cell].line);
        return;
    }
    if (finding->kind == SC_FINDING_GROUP) {
        name_term(system, sc_system_relation(system, finding->relation).total, buf);
        sc_buf_adds(buf, ": everybody is in this one category");
        return;
    }
    if (finding->reader == SC_READER_INSIDER && finding->insider != SC_NONE) {
        sc_buf_adds(buf, "the one person in ");
        sc_system_describe(system, finding->insider, buf);
        sc_buf_adds(buf, finding->kind == SC_FINDING_POSSIBLE
                             ? " can work it out, if that figure is 1"
                             : " can work it out from knowing that figure is 1");
        return;
    }
    if (finding->proved[SC_HIGH] && high->pure) {
        add_sum(system, high, reveal, buf);
        return;
    }
    if (finding->proved[SC_HIGH] && finding->proved[SC_LOW]) {
        sc_buf_adds(buf, "at most ");
        add_sum(system, high, reveal || finding->kind == SC_FINDING_INCONSISTENT, buf);
        sc_buf_adds(buf, "; at least ");
        add_sum(system, low, reveal || finding->kind == SC_FINDING_INCONSISTENT, buf);
        return;
    }
    switch (finding->verdict) {
    case SC_VERDICT_EXACT:
        sc_buf_adds(buf, "only one whole number fits; no one sum shows it");
        return;
    case SC_VERDICT_NARROWED:
        sc_buf_adds(buf, "its possible values lie closer together than the policy's width");
        return;
    case SC_VERDICT_NONE:
    case SC_VERDICT_PROTECTED:
    case SC_VERDICT_UNDECIDED:
        sc_buf_adds(buf, "not decided within the work allowed");
        return;
    }
}

void sc_finding_derivation(const struct sc_release *release, const struct sc_disclosure *finding,
                           bool reveal, struct sc_buf *buf)
{
    add_derivation(release, finding, reveal, buf);
    if (finding->kind == SC_FINDING_INCONSISTENT)
        add_culprits(release, finding, buf);
}

/* The file a finding is in: that of its cell, or of the first printed member of its sum. */
static const struct sc_figure *place_of(const struct sc_release *release,
                                        const struct sc_disclosure *finding)
{
    if (finding->cell == SC_NONE)
        return NULL;
    for (size_t i = 0; i < release->n_repeats && finding->kind == SC_FINDING_PRINTED; i++)
        if (release->repeats[i].cell == finding->cell)
            return &release->repeats[i].figure;
    if (release->figures[finding->cell].kind != SC_FIGURE_NONE)
        return &release->figures[finding->cell];
    if (finding->relation != SC_NONE) {
        struct sc_relation r = sc_system_relation(release->system, finding->relation);

        for (uint32_t k = 0; k < r.n_children; k++)
            if (release->figures[r.children[k]].kind != SC_FIGURE_NONE)
                return &release->figures[r.children[k]];
    }
    return NULL;
}

/* ---- text ------------------------------------------------------------------------ */

static void add_where(const struct sc_release *release, const struct sc_disclosure *finding,
                      struct sc_buf *buf)
{
    const struct sc_figure *place = place_of(release, finding);

    if (place)
        sc_buf_addf(buf, "%s:%u", release->files[place->file], (unsigned)place->line);
    else
        sc_buf_adds(buf, "(not printed)");
    if (finding->cell == SC_NONE)
        return;
    sc_buf_adds(buf, finding->kind == SC_FINDING_IMPLIED && finding->relation != SC_NONE
                         ? "  the hidden part of "
                         : "  ");
    sc_system_describe(release->system, finding->cell, buf);
    if (finding->minus != SC_NONE) {
        sc_buf_adds(buf, ", less that of ");
        sc_system_describe(release->system, finding->minus, buf);
    }
}

static const char *kind_heading(enum sc_finding_kind kind)
{
    static const char *const headings[] = {
        [SC_FINDING_CELL] = "Hidden figures that can be worked out",
        [SC_FINDING_PRINTED] = "Hidden in one place, printed in another",
        [SC_FINDING_IMPLIED] = "Small counts that can be worked out though nobody printed them",
        [SC_FINDING_POSSIBLE] = "Would be worked out by one person, if another figure were 1",
        [SC_FINDING_GROUP] = "Groups: everybody of a total in one category (reported apart)",
        [SC_FINDING_INCONSISTENT] = "Figures that cannot all be true",
    };

    return headings[kind];
}

/* Whether the rules reader only repeats what the sums alone gave away. */
static bool is_repeated(const struct sc_audit *audit, const struct sc_disclosure *finding)
{
    if (finding->reader != SC_READER_RULES)
        return false;
    for (size_t i = 0; i < audit->n_findings; i++) {
        const struct sc_disclosure *other = &audit->findings[i];

        if (other->reader == SC_READER_SUMS && other->kind == finding->kind &&
            other->cell == finding->cell && other->relation == finding->relation &&
            other->minus == finding->minus)
            return true;
    }
    return false;
}

static void add_findings(const struct sc_release *release, const struct sc_audit *audit,
                         enum sc_finding_kind kind, bool reveal, size_t most, struct sc_buf *buf)
{
    size_t n = 0;

    for (size_t i = 0; i < audit->n_findings; i++) {
        const struct sc_disclosure *finding = &audit->findings[i];

        if (finding->kind != kind || is_repeated(audit, finding))
            continue;
        if (n == 0)
            sc_buf_addf(buf, "\n%s:\n", kind_heading(kind));
        if (++n > most && most > 0)
            continue;
        sc_buf_adds(buf, "  ");
        add_where(release, finding, buf);
        sc_buf_addf(buf, "  [%s]\n      ", sc_reader_name(finding->reader));
        sc_finding_derivation(release, finding, reveal, buf);
        sc_buf_addc(buf, '\n');
    }
    if (most > 0 && n > most)
        sc_buf_addf(buf, "  and %zu more (--json lists all)\n", n - most);
}

static void add_reader(const struct sc_audit *audit, enum sc_reader reader, struct sc_buf *buf)
{
    static const char *const knows[] = {"the sums", "the sums and the rules",
                                        "the rules, and is the person in a cell of 1"};
    const struct sc_reader_result *r = &audit->readers[reader];

    if (!r->asked)
        return;
    sc_buf_addf(buf,
                "  %-8s %-8s  %6zu exact  %6zu narrowed  %6zu undecided  %6zu implied   knows %s\n",
                sc_reader_name(reader), r->safe ? "safe" : "NOT SAFE", r->exact, r->narrowed,
                r->undecided, r->implied, knows[reader]);
}

void sc_audit_text(const struct sc_release *release, const struct sc_audit *audit, bool reveal,
                   size_t most, struct sc_buf *buf)
{
    static const enum sc_finding_kind order[] = {SC_FINDING_INCONSISTENT, SC_FINDING_PRINTED,
                                                 SC_FINDING_CELL,         SC_FINDING_IMPLIED,
                                                 SC_FINDING_POSSIBLE,     SC_FINDING_GROUP};

    sc_buf_addf(buf, "%s: %zu file%s, %zu figures, %zu suppressed, %zu sums\n",
                !audit->consistent      ? "INCONSISTENT"
                : !audit->safe          ? "NOT SAFE"
                : audit->n_left_out > 0 ? "Safe as far as the releases agree"
                                        : "Safe",
                release->n_files, release->n_files == 1 ? "" : "s", audit->n_cells,
                audit->n_suppressed, sc_system_n_relations(release->system));
    for (int reader = 0; reader < SC_N_READERS; reader++)
        add_reader(audit, (enum sc_reader)reader, buf);
    for (size_t i = 0; i < release->n_notes; i++)
        sc_buf_addf(buf, "  note: %s\n", release->notes[i]);
    if (audit->rings_left > 0)
        sc_buf_adds(buf,
                    "  note: three tables or more meet in a ring (by A and B, B and C, C and A) "
                    "too large to be\n        tied together, or are about periods or bands that "
                    "overlap and show no part that these\n        have in common: what they tell "
                    "together was not decided. Give fewer of them\n");
    if (sc_system_n_relations(release->system) == 0)
        sc_buf_adds(buf,
                    "  note: no figure is the sum of others here: nothing can be subtracted\n");
    for (size_t k = 0; k < sizeof order / sizeof *order; k++)
        add_findings(release, audit, order[k], reveal, most, buf);
}

/* ---- JSON ------------------------------------------------------------------------- */

static json_t *at_json(const struct sc_system *system, uint32_t cell)
{
    json_t *at = json_object();
    const uint32_t *codes = sc_system_cell_codes(system, cell);

    for (uint32_t d = 0; d < sc_system_n_dimensions(system); d++)
        (void)json_object_set_new(at, sc_system_dimension_name(system, d),
                                  json_string(sc_system_code_name(system, d, codes[d])));
    return at;
}

static const char *verdict_name(enum sc_verdict verdict)
{
    static const char *const names[] = {"none", "protected", "narrowed", "exact", "undecided"};

    return names[verdict];
}

/* The figures of a contradiction, each with its place. */
static json_t *figures_json(const struct sc_release *release, const struct sc_disclosure *finding)
{
    json_t *list = json_array();

    for (size_t i = 0; i < finding->n_figures; i++) {
        const struct sc_figure *f = &release->figures[finding->figures[i]];
        json_t *o = json_object();

        (void)json_object_set_new(o, "table", json_string(release->files[f->file]));
        (void)json_object_set_new(o, "line", json_integer(f->line));
        (void)json_object_set_new(o, "column", json_integer(f->column));
        (void)json_object_set_new(o, "at", at_json(release->system, finding->figures[i]));
        (void)json_array_append_new(list, o);
    }
    return list;
}

static json_t *finding_json(const struct sc_release *release, const struct sc_disclosure *finding,
                            bool reveal)
{
    const struct sc_figure *place = place_of(release, finding);
    SC_AUTO_BUF text = {0};
    json_t *o = json_object();

    sc_finding_derivation(release, finding, reveal, &text);
    (void)json_object_set_new(o, "kind", json_string(sc_finding_kind_name(finding->kind)));
    (void)json_object_set_new(o, "table",
                              place ? json_string(release->files[place->file]) : json_null());
    (void)json_object_set_new(o, "line", place ? json_integer(place->line) : json_null());
    (void)json_object_set_new(
        o, "at", finding->cell == SC_NONE ? json_null() : at_json(release->system, finding->cell));
    (void)json_object_set_new(o, "reader", json_string(sc_reader_name(finding->reader)));
    (void)json_object_set_new(o, "verdict", json_string(verdict_name(finding->verdict)));
    (void)json_object_set_new(o, "sensitive", json_boolean(finding->sensitive));
    (void)json_object_set_new(o, "derivation", json_string(text.data ? text.data : ""));
    if (finding->minus != SC_NONE)
        (void)json_object_set_new(o, "minus", at_json(release->system, finding->minus));
    if (finding->insider != SC_NONE)
        (void)json_object_set_new(o, "insider", at_json(release->system, finding->insider));
    if (finding->n_figures > 0) {
        (void)json_object_set_new(o, "figures", figures_json(release, finding));
        (void)json_object_set_new(o, "irreducible", json_boolean(finding->irreducible));
    }
    if (reveal && finding->verdict == SC_VERDICT_EXACT && finding->kind != SC_FINDING_INCONSISTENT)
        (void)json_object_set_new(o, "value", json_integer(finding->low));
    return o;
}

static json_t *reader_json(const struct sc_reader_result *r, enum sc_reader reader)
{
    json_t *o = json_object();

    (void)json_object_set_new(o, "safe", json_boolean(r->safe));
    (void)json_object_set_new(o, "exact", json_integer((json_int_t)r->exact));
    (void)json_object_set_new(o, "exact_sensitive", json_integer((json_int_t)r->sensitive));
    (void)json_object_set_new(o, "narrowed", json_integer((json_int_t)r->narrowed));
    (void)json_object_set_new(o, "undecided", json_integer((json_int_t)r->undecided));
    (void)json_object_set_new(o, "implied", json_integer((json_int_t)r->implied));
    if (reader != SC_READER_SUMS)
        (void)json_object_set_new(o, "hidden_at_least_1", json_boolean(r->rules_apply));
    if (reader == SC_READER_INSIDER) {
        (void)json_object_set_new(o, "possible", json_integer((json_int_t)r->possible));
        (void)json_object_set_new(o, "could_be_1", json_integer((json_int_t)r->possible_singles));
    }
    return o;
}

enum sc_status sc_audit_dump(json_t *root, size_t flags, struct sc_buf *buf, struct sc_error *err)
{
    char *text = root ? json_dumps(root, flags) : NULL;

    json_decref(root);
    if (!text)
        return sc_fail_nomem(err);
    sc_buf_adds(buf, text);
    sc_buf_addc(buf, '\n');
    free(text);
    return sc_buf_check(buf, err);
}

static json_t *left_out_json(const struct sc_release *release, const struct sc_audit *audit)
{
    json_t *list = json_array();

    for (size_t i = 0; i < audit->n_left_out; i++) {
        json_t *o = json_object();

        (void)json_object_set_new(o, "table", json_string(release->files[audit->left_out[i].file]));
        (void)json_object_set_new(o, "line", json_integer(audit->left_out[i].line));
        (void)json_object_set_new(o, "column", json_integer(audit->left_out[i].column));
        (void)json_array_append_new(list, o);
    }
    return list;
}

/* Dimensions whose categories were taken to overlap, and on what ground. */
static json_t *overlapping_json(const struct sc_release *release)
{
    json_t *list = json_array();

    for (size_t i = 0; i < release->n_overlapping; i++) {
        const struct sc_overlapping *overlap = &release->overlapping[i];
        json_t *o = json_object();

        (void)json_object_set_new(
            o, "dimension",
            json_string(sc_system_dimension_name(release->system, overlap->dimension)));
        (void)json_object_set_new(o, "told", json_boolean(overlap->told));
        (void)json_object_set_new(o, "places", json_integer((json_int_t)overlap->n_places));
        (void)json_object_set_new(o, "in_one_at_least", json_boolean(!overlap->loose));
        (void)json_array_append_new(list, o);
    }
    return list;
}

enum sc_status sc_audit_json(const struct sc_release *release, const struct sc_audit *audit,
                             bool reveal, struct sc_buf *buf, struct sc_error *err)
{
    json_t *root = json_object(), *readers = json_object(), *findings = json_array();
    json_t *notes = json_array();

    for (int reader = 0; reader < SC_N_READERS; reader++)
        if (audit->readers[reader].asked)
            (void)json_object_set_new(readers, sc_reader_name((enum sc_reader)reader),
                                      reader_json(&audit->readers[reader], (enum sc_reader)reader));
    for (size_t i = 0; i < audit->n_findings; i++)
        (void)json_array_append_new(findings, finding_json(release, &audit->findings[i], reveal));
    for (size_t i = 0; i < release->n_notes; i++)
        (void)json_array_append_new(notes, json_string(release->notes[i]));
    (void)json_object_set_new(root, "cells", json_integer((json_int_t)audit->n_cells));
    (void)json_object_set_new(root, "suppressed", json_integer((json_int_t)audit->n_suppressed));
    (void)json_object_set_new(root, "sums",
                              json_integer((json_int_t)sc_system_n_relations(release->system)));
    (void)json_object_set_new(root, "safe", json_boolean(audit->safe));
    (void)json_object_set_new(root, "consistent", json_boolean(audit->consistent));
    (void)json_object_set_new(root, "rings_left", json_integer((json_int_t)audit->rings_left));
    (void)json_object_set_new(root, "readers", readers);
    (void)json_object_set_new(root, "groups", json_integer((json_int_t)audit->groups));
    (void)json_object_set_new(root, "findings", findings);
    (void)json_object_set_new(root, "left_out", left_out_json(release, audit));
    (void)json_object_set_new(root, "overlapping", overlapping_json(release));
    (void)json_object_set_new(root, "notes", notes);
    return sc_audit_dump(root, JSON_INDENT(2), buf, err);
}
