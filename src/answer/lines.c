/*
 * lines.c - which sets of days, ages or outcomes are the sum of which.
 *
 * Every table brings families: the partition of its period into years, of a year into months. A
 * set with a code is the sum of a family's members wherever those inside it fill it, whichever
 * table either came from: so a year of one table is the sum of the months of another. Of two
 * families that both fill a set, the finer is left out where the coarser's members are its sums: a
 * period is the sum of years, and these of months.
 *
 * What is left are sets that no family fills. Two such may overlap: 2018 and 2018/19, ages 10 to
 * 15 and 12 to 17. Then all boundaries cut them, and each is the sum of parts that nobody prints,
 * for which link makes cells: they meet there and only there. A run of parts side by side (ages 10
 * to 13) is a group of people too, which a reader may work out, so such runs get codes as well.
 */
#include "answer/lines.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/error.h"

#define PARTS_MAX 2000
/* Runs of parts that are looked at, the shortest first: all of 20 parts. */
#define RUNS_MAX 190

void sc_line_release(struct sc_line *line)
{
    for (size_t f = 0; f < line->n_families; f++)
        sc_free(line->families[f].members);
    sc_free(line->families);
    sc_free(line->sets);
    sc_free(line->codes);
    sc_arena_release(&line->arena);
}

static void add_run(const struct sc_line *line, struct sc_span run, struct sc_buf *name)
{
    char from[16], to[16];

    if (line->names == SC_LINE_DAYS)
        sc_buf_addf(name, "%s to %s", sc_day_format_iso(run.from, from),
                    sc_day_format_iso(run.to, to));
    else if (run.from == run.to)
        sc_buf_addf(name, "%d", run.from);
    else
        sc_buf_addf(name, "%d-%d", run.from, run.to);
}

static size_t find_set(const struct sc_line *line, struct sc_spans set)
{
    size_t i = 0;

    while (i < line->n_sets && !sc_spans_equal(line->sets[i], set))
        i++;
    return i;
}

enum sc_status sc_line_code(struct sc_line *line, struct sc_spans set, uint32_t *ret_code,
                            struct sc_error *err)
{
    size_t i = find_set(line, set);
    SC_AUTO_BUF name = {0};
    enum sc_status status;

    if (i < line->n_sets) {
        *ret_code = line->codes[i];
        return SC_OK;
    }
    status = sc_grow((void **)&line->sets, &line->sets_capacity, i, sizeof *line->sets, err);
    if (!status)
        status = sc_grow((void **)&line->codes, &line->codes_capacity, i, sizeof *line->codes, err);
    if (status)
        return status;
    for (size_t r = 0; r < set.n; r++) {
        sc_buf_adds(&name, r ? "," : "");
        add_run(line, set.runs[r], &name);
    }
    status = sc_buf_check(&name, err);
    *ret_code = SC_SYSTEM_TOTAL;
    if (!status && !(line->total_is_base && sc_spans_equal(set, line->base)))
        status = sc_system_add_code(line->system, line->dimension,
                                    (struct sc_slice){name.data, name.len}, ret_code, err);
    if (status)
        return status;
    line->sets[i] = set;
    line->codes[i] = *ret_code;
    line->n_sets++;
    return SC_OK;
}

/* Members in order of their first number, so that equal families are found. */
static void sort_members(struct sc_line_family *family)
{
    for (size_t i = 1; i < family->n; i++)
        for (size_t j = i;
             j > 0 && family->members[j].runs[0].from < family->members[j - 1].runs[0].from; j--) {
            struct sc_spans swap = family->members[j];

            family->members[j] = family->members[j - 1];
            family->members[j - 1] = swap;
        }
}

static bool same_family(const struct sc_line_family *a, const struct sc_line_family *b)
{
    if (a->n != b->n)
        return false;
    for (size_t i = 0; i < a->n; i++)
        if (!sc_spans_equal(a->members[i], b->members[i]))
            return false;
    return true;
}

enum sc_status sc_line_family(struct sc_line *line, const struct sc_spans *members, size_t n,
                              struct sc_error *err)
{
    struct sc_line_family *family;
    enum sc_status status = sc_grow((void **)&line->families, &line->families_capacity,
                                    line->n_families, sizeof *line->families, err);
    uint32_t code;

    if (status)
        return status;
    family = &line->families[line->n_families];
    *family = (struct sc_line_family){.members = sc_alloc_array(n, sizeof *family->members)};
    if (!family->members)
        return sc_fail_nomem(err);
    line->n_families++; /* released from here */
    for (size_t i = 0; i < n && !status; i++) {
        if (members[i].n == 0)
            continue;
        family->members[family->n++] = members[i];
        status = sc_line_code(line, members[i], &code, err);
    }
    sort_members(family);
    for (size_t f = 0; f + 1 < line->n_families && !status; f++)
        if (same_family(&line->families[f], family)) {
            sc_free(family->members);
            line->n_families--;
            break;
        }
    return status;
}

/* ---- splits ---- */

/* How many of a family's members inside `set` fill it; 0 when they do not. */
static size_t fills(const struct sc_line_family *family, struct sc_spans set)
{
    int64_t size = 0;
    size_t n = 0;

    for (size_t i = 0; i < family->n; i++)
        if (sc_spans_inside(family->members[i], set)) {
            size += sc_spans_size(family->members[i]);
            n++;
        }
    return size == sc_spans_size(set) ? n : 0;
}

/* Whether `coarse` fills `set` too, and each of its members there is one of `fine` or filled by it.
 */
static bool goes_through(const struct sc_line_family *fine, const struct sc_line_family *coarse,
                         struct sc_spans set)
{
    size_t n_coarse = fills(coarse, set);

    if (n_coarse < 2 || n_coarse >= fills(fine, set))
        return false;
    for (size_t i = 0; i < coarse->n; i++)
        if (sc_spans_inside(coarse->members[i], set) && fills(fine, coarse->members[i]) == 0)
            return false;
    return true;
}

static enum sc_status split_by(struct sc_line *line, size_t set_i, const struct sc_line_family *by,
                               struct sc_error *err)
{
    SC_AUTO_FREE uint32_t *children = sc_alloc_array(by->n, sizeof *children);
    size_t n = 0;

    if (!children)
        return sc_fail_nomem(err);
    for (size_t i = 0; i < by->n; i++)
        if (sc_spans_inside(by->members[i], line->sets[set_i]))
            children[n++] = line->codes[find_set(line, by->members[i])];
    return sc_system_add_split(line->system, line->dimension, line->codes[set_i], children, n,
                               false, err);
}

/* All splits of one set by families; tells whether there was any. */
static enum sc_status split_set(struct sc_line *line, size_t set_i, bool *ret_split,
                                struct sc_error *err)
{
    enum sc_status status = SC_OK;

    *ret_split = false;
    for (size_t f = 0; f < line->n_families && !status; f++) {
        const struct sc_line_family *family = &line->families[f];
        bool through = false;

        if (fills(family, line->sets[set_i]) < 2)
            continue;
        *ret_split = true;
        for (size_t g = 0; g < line->n_families && !through; g++)
            through = g != f && goes_through(family, &line->families[g], line->sets[set_i]);
        if (!through)
            status = split_by(line, set_i, family, err);
    }
    return status;
}

/* ---- common parts ---- */

struct parts {
    struct sc_spans *sets;
    size_t n;
    size_t capacity;
};

static enum sc_status add_part(struct parts *parts, struct sc_spans set, struct sc_error *err)
{
    enum sc_status status =
        sc_grow((void **)&parts->sets, &parts->capacity, parts->n, sizeof *parts->sets, err);

    if (!status)
        parts->sets[parts->n++] = set;
    return status;
}

/* Cuts all parts by `set`, and adds what of it is in none. */
static enum sc_status cut_parts(struct sc_line *line, struct parts *parts, struct sc_spans set,
                                struct sc_error *err)
{
    size_t n = parts->n;
    struct sc_spans rest = set;

    for (size_t i = 0; i < n; i++) {
        struct sc_spans both, outside;
        enum sc_status status = SC_OK;

        if (!sc_spans_meet(parts->sets[i], set))
            continue;
        if (!sc_spans_and(&line->arena, parts->sets[i], set, &both) ||
            !sc_spans_less(&line->arena, parts->sets[i], set, &outside) ||
            !sc_spans_less(&line->arena, rest, both, &rest))
            return sc_fail_nomem(err);
        parts->sets[i] = both;
        if (outside.n > 0)
            status = add_part(parts, outside, err);
        if (status)
            return status;
    }
    if (rest.n > 0)
        return add_part(parts, rest, err);
    return SC_OK;
}

static enum sc_status split_by_parts(struct sc_line *line, size_t set_i, const struct parts *parts,
                                     struct sc_error *err)
{
    SC_AUTO_FREE uint32_t *children = sc_alloc_array(parts->n, sizeof *children);
    struct sc_spans set = line->sets[set_i];
    size_t n = 0;
    enum sc_status status = SC_OK;

    if (!children)
        return sc_fail_nomem(err);
    for (size_t i = 0; i < parts->n && !status; i++)
        if (sc_spans_inside(parts->sets[i], set))
            status = sc_line_code(line, parts->sets[i], &children[n++], err);
    if (status || n < 2) /* itself a part */
        return status;
    return sc_system_add_split(line->system, line->dimension, line->codes[set_i], children, n, true,
                               err);
}

/* ---- runs of common parts ---- */

static int by_first(const void *a, const void *b)
{
    const struct sc_spans *x = a, *y = b;

    return (x->runs[0].from > y->runs[0].from) - (x->runs[0].from < y->runs[0].from);
}

/* How many parts from `from` on lie side by side, each one run; "unknown" is no number. */
static size_t side_by_side(const struct parts *parts, size_t from)
{
    size_t i = from;

    if (parts->sets[i].n != 1 || parts->sets[i].runs[0].from < 0)
        return 1;
    while (i + 1 < parts->n && parts->sets[i + 1].n == 1 &&
           (int64_t)parts->sets[i].runs[0].to + 1 == parts->sets[i + 1].runs[0].from)
        i++;
    return i + 1 - from;
}

/* One run: a code of its own, kept by link; nothing where a table has it. */
static enum sc_status add_parts_run(struct sc_line *line, const struct parts *parts, size_t from,
                                    size_t length, struct sc_error *err)
{
    SC_AUTO_FREE uint32_t *children = sc_alloc_array(length, sizeof *children);
    struct sc_spans set;
    uint32_t code;
    enum sc_status status = SC_OK;

    if (!children || !sc_spans_one(&line->arena, parts->sets[from].runs[0].from,
                                   parts->sets[from + length - 1].runs[0].to, &set))
        return sc_fail_nomem(err);
    if (find_set(line, set) < line->n_sets)
        return SC_OK;
    for (size_t i = 0; i < length && !status; i++)
        status = sc_line_code(line, parts->sets[from + i], &children[i], err);
    if (!status)
        status = sc_line_code(line, set, &code, err);
    if (!status)
        status =
            sc_system_add_split(line->system, line->dimension, code, children, length, false, err);
    if (!status && code != SC_SYSTEM_TOTAL)
        sc_system_keep_code(line->system, line->dimension, code);
    return status;
}

static enum sc_status add_runs(struct sc_line *line, struct parts *parts, struct sc_error *err)
{
    size_t n_runs = 0;
    enum sc_status status = SC_OK;

    if (parts->n > 0)
        qsort(parts->sets, parts->n, sizeof *parts->sets, by_first);
    for (size_t length = 2; length < parts->n && !status; length++)
        for (size_t from = 0; from + length <= parts->n && !status; from++) {
            if (side_by_side(parts, from) < length)
                continue;
            if (n_runs++ == RUNS_MAX)
                return SC_OK;
            status = add_parts_run(line, parts, from, length, err);
        }
    return status;
}

/* Sets that nothing divides and that overlap another such. */
static enum sc_status refine(struct sc_line *line, const bool *split, size_t n_sets,
                             struct sc_error *err)
{
    SC_AUTO_FREE bool *meets = sc_alloc_array(n_sets, sizeof *meets);
    struct parts parts = {0};
    enum sc_status status = SC_OK;

    if (!meets)
        return sc_fail_nomem(err);
    for (size_t i = 0; i < n_sets; i++)
        for (size_t j = 0; j < i && !split[i]; j++)
            if (!split[j] && sc_spans_meet(line->sets[i], line->sets[j]))
                meets[i] = meets[j] = true;
    for (size_t i = 0; i < n_sets && !status; i++)
        if (meets[i])
            status = cut_parts(line, &parts, line->sets[i], err);
    if (!status && parts.n > PARTS_MAX)
        status =
            sc_fail(err, SC_E_UNSUPPORTED, "the categories of '%s' overlap in more than %d parts",
                    sc_system_dimension_name(line->system, line->dimension), PARTS_MAX);
    for (size_t i = 0; i < n_sets && !status; i++)
        if (meets[i])
            status = split_by_parts(line, i, &parts, err);
    if (!status && line->names == SC_LINE_NUMBERS)
        status = add_runs(line, &parts, err);
    sc_free(parts.sets);
    return status;
}

enum sc_status sc_line_splits(struct sc_line *line, struct sc_error *err)
{
    size_t n_sets = line->n_sets;
    SC_AUTO_FREE bool *split = sc_alloc_array(n_sets, sizeof *split);
    enum sc_status status = SC_OK;

    if (!split)
        return sc_fail_nomem(err);
    for (size_t i = 0; i < n_sets && !status; i++)
        status = split_set(line, i, &split[i], err);
    return status ? status : refine(line, split, n_sets, err);
}
