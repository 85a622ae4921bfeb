/*
 * verify.c - is what a certificate says true? Whole-number addition only.
 *
 * 1. Read the certificate: the dimensions, which code is the sum of which (splits), the
 *    figures that are not printed (cells), a base value for each, and moves: lists of
 *    cell, change, cell, change, ...
 * 2. Read the published tables with a reader of our own (read.c). Every code in them must be the
 *    total of its dimension or a part in some split; every hidden figure must be a cell of the
 *    certificate, and no printed one may be.
 * 3. Put every figure in its place, add the totals above it that nobody prints, and find
 *    every sum the splits make. Nothing is left to the certificate here.
 * 4. The base, and the base with each move, must make every sum hold, keep printed figures
 *    as printed (they cannot do otherwise: moves name hidden ones only) and hidden ones at
 *    least at the bound claimed.
 * 5. Every hidden figure must spread over the width claimed in these tables (1: differ).
 * 6. Tables that meet in a ring are tied together by a cross table (rings.c).
 * 7. Where it says that small counts were rounded, what each figure stands for follows from the
 *    tables, and sums are found before its cells are taken in (small.c).
 * 8. If claimed: no small count is implied (implied.c).
 *
 * A certificate may come from anybody: every number is bounded before it is added, every
 * index before it is used. What it takes texts and columns to mean is said in it, for
 * the reader to see; nothing else is believed.
 */
#include "verify/internal.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "base/file.h"

enum sc_status sc_verify_bad(struct check *check, const char *what)
{
    return sc_fail_at(check->err, SC_E_INPUT, check->certificate, 0, 0, "not a certificate: %s",
                      what);
}

enum sc_status sc_verify_refuse(struct check *check, const char *what)
{
    return sc_fail(check->err, SC_E_UNSAFE, "the certificate does not hold: %s", what);
}

/* ---- cells ----------------------------------------------------------------------- */

static size_t slot_of(const struct check *check, const uint32_t *key)
{
    uint64_t h = 0x9e3779b97f4a7c15u;
    size_t n = check->n_dims, slot;

    for (size_t i = 0; i < n; i++)
        h = ((h ^ key[i]) * 0xff51afd7ed558ccdu) ^ (h >> 29);
    slot = (size_t)(h ^ (h >> 32)) & (check->n_slots - 1);
    while (check->slots[slot] != NONE &&
           memcmp(check->keys + (size_t)check->slots[slot] * n, key, n * sizeof *key) != 0)
        slot = (slot + 1) & (check->n_slots - 1);
    return slot;
}

static enum sc_status rehash(struct check *check)
{
    size_t n = check->n_slots ? 2 * check->n_slots : 1024;
    uint32_t *slots = sc_alloc_array(n, sizeof *slots);

    if (!slots)
        return sc_fail_nomem(check->err);
    memset(slots, 0xff, n * sizeof *slots);
    sc_free(check->slots);
    check->slots = slots;
    check->n_slots = n;
    for (uint32_t c = 0; c < check->n_cells; c++)
        slots[slot_of(check, check->keys + (size_t)c * check->n_dims)] = c;
    return SC_OK;
}

/* The cell at `key`, added as unprinted when new. */
enum sc_status sc_verify_cell(struct check *check, const uint32_t *key, uint32_t *ret_cell,
                              bool *ret_new)
{
    size_t n = check->n_dims, slot;
    enum sc_status status = SC_OK;

    *ret_new = false;
    if (2 * (check->n_cells + 1) >= check->n_slots)
        status = rehash(check);
    if (status)
        return status;
    slot = slot_of(check, key);
    if (check->slots[slot] == NONE) {
        if (check->n_cells == CELLS_MAX)
            return sc_verify_bad(check, "too many cells");
        status = sc_grow((void **)&check->cells, &check->cells_capacity, check->n_cells,
                         sizeof *check->cells, check->err);
        if (!status)
            status = sc_grow((void **)&check->keys, &check->keys_capacity, check->n_cells,
                             n * sizeof *check->keys, check->err);
        if (status)
            return status;
        memcpy(check->keys + check->n_cells * n, key, n * sizeof *key);
        check->cells[check->n_cells] = (struct cell){.kind = UNPRINTED};
        check->slots[slot] = (uint32_t)check->n_cells++;
        *ret_new = true;
    }
    *ret_cell = check->slots[slot];
    return SC_OK;
}

static uint32_t look_up(const struct check *check, uint32_t like, uint32_t dim, uint32_t code)
{
    uint32_t key[DIMENSIONS_MAX];

    memcpy(key, check->keys + (size_t)like * check->n_dims, check->n_dims * sizeof *key);
    key[dim] = code;
    return check->slots[slot_of(check, key)];
}

/* ---- sums ------------------------------------------------------------------------------ */

/* Every cell gets the totals above it, so that no sum is missed. The set grows as it goes. */
static enum sc_status close_upwards(struct check *check)
{
    for (uint32_t c = 0; c < check->n_cells; c++)
        for (size_t i = 0; i < check->n_splits; i++) {
            const struct split *split = &check->splits[i];
            uint32_t key[DIMENSIONS_MAX], made;
            bool is_new, below = false;
            enum sc_status status;

            memcpy(key, check->keys + (size_t)c * check->n_dims, check->n_dims * sizeof *key);
            for (size_t k = 0; k < split->n_parts && !below; k++)
                below = split->parts[k] == key[split->dim];
            if (!below)
                continue;
            key[split->dim] = split->total;
            status = sc_verify_cell(check, key, &made, &is_new);
            if (status)
                return status;
        }
    return SC_OK;
}

enum sc_status sc_verify_push_member(struct check *check, uint32_t cell)
{
    enum sc_status status = sc_grow((void **)&check->members, &check->members_capacity,
                                    check->n_members, sizeof *check->members, check->err);

    if (!status)
        check->members[check->n_members++] = cell;
    return status;
}

enum sc_status sc_verify_end_sum(struct check *check, size_t start)
{
    enum sc_status status;

    if (check->n_members == start + 1) { /* no parts: no sum */
        check->n_members = start;
        return SC_OK;
    }
    status = sc_grow((void **)&check->sums, &check->sums_capacity, check->n_sums,
                     sizeof *check->sums, check->err);
    if (!status)
        check->sums[check->n_sums++] = (struct sum){start, check->n_members};
    return status;
}

/* Whether the certificate says that the split is not used under this total. */
static bool is_excepted(const struct check *check, size_t split, uint32_t total)
{
    const uint32_t *key = check->keys + (size_t)total * check->n_dims;
    uint32_t mask = 0;

    for (uint32_t d = 0; d < check->n_dims; d++)
        if (d != check->splits[split].dim && key[d] == check->dims[d].root)
            mask |= 1u << d;
    for (size_t i = 0; i < check->n_exceptions; i++)
        if (check->exceptions[i].split == split && check->exceptions[i].mask == mask)
            return true;
    return false;
}

static enum sc_status make_sum(struct check *check, size_t i, uint32_t total)
{
    const struct split *split = &check->splits[i];
    size_t start = check->n_members;
    enum sc_status status = SC_OK;

    if (check->keys[(size_t)total * check->n_dims + split->dim] != split->total ||
        is_excepted(check, i, total))
        return SC_OK;
    status = sc_verify_push_member(check, total);
    for (size_t k = 0; k < split->n_parts && !status; k++) {
        uint32_t part = look_up(check, total, split->dim, split->parts[k]);

        if (part != NONE)
            status = sc_verify_push_member(check, part);
    }
    return status ? status : sc_verify_end_sum(check, start);
}

static enum sc_status make_sums(struct check *check)
{
    enum sc_status status = check->sums_given ? SC_OK : close_upwards(check);

    for (uint32_t c = 0; c < check->n_cells && !status && !check->sums_given; c++)
        for (size_t i = 0; i < check->n_splits && !status; i++)
            status = make_sum(check, i, c);
    return status;
}

/* A total nobody prints that is in no sum that is used, because none is believed there. */
static bool is_idle(const struct check *check, uint32_t cell)
{
    for (size_t k = 0; k < check->n_members; k++)
        if (check->members[k] == cell)
            return false;
    return true;
}

/* In which order the totals nobody prints follow from their parts. */
static enum sc_status order_derivations(struct check *check)
{
    SC_AUTO_FREE bool *known = sc_alloc_array(check->n_cells, sizeof *known);
    bool changed = true;

    check->derive = sc_alloc_array(check->n_sums, sizeof *check->derive);
    check->value = sc_alloc_array(check->n_cells, sizeof *check->value);
    if (!known || !check->derive || !check->value)
        return sc_fail_nomem(check->err);
    for (size_t c = 0; c < check->n_cells; c++)
        known[c] = check->cells[c].kind != UNPRINTED || check->cells[c].in_certificate;
    while (changed) {
        changed = false;
        for (size_t i = 0; i < check->n_sums; i++) {
            bool ready = !known[check->members[check->sums[i].start]];

            for (size_t k = check->sums[i].start + 1; k < check->sums[i].end && ready; k++)
                ready = known[check->members[k]];
            if (!ready)
                continue;
            known[check->members[check->sums[i].start]] = true;
            check->derive[check->n_derive++] = i;
            changed = true;
        }
    }
    for (size_t c = 0; c < check->n_cells; c++)
        if (!known[c] && !is_idle(check, (uint32_t)c))
            return sc_verify_refuse(check, "a total is missing from it");
    return SC_OK;
}

static int64_t sum_of_parts(const struct check *check, struct sum sum)
{
    int64_t total = 0;

    for (size_t k = sum.start + 1; k < sum.end; k++)
        total += check->value[check->members[k]];
    return total;
}

/* Whether the table in hand, its unprinted totals filled in, makes every sum hold. */
static bool table_holds(struct check *check)
{
    for (size_t i = 0; i < check->n_derive; i++) {
        struct sum sum = check->sums[check->derive[i]];
        int64_t total = sum_of_parts(check, sum);

        if (total > VALUE_MAX)
            return false;
        check->value[check->members[sum.start]] = total;
    }
    for (size_t i = 0; i < check->n_sums; i++)
        if (check->value[check->members[check->sums[i].start]] !=
            sum_of_parts(check, check->sums[i]))
            return false;
    return true;
}

static void set_base(struct check *check)
{
    for (size_t c = 0; c < check->n_cells; c++)
        check->value[c] = check->cells[c].base;
}

/* ---- tables ------------------------------------------------------------------------------ */

static enum sc_status apply_move(struct check *check, json_t *move)
{
    size_t n = json_array_size(move);

    if (!json_is_array(move) || n % 2 != 0)
        return sc_verify_bad(check, "a move is not a list of cells and changes");
    for (size_t i = 0; i < n; i += 2) {
        json_t *which = json_array_get(move, i), *change = json_array_get(move, i + 1);
        json_int_t index = json_integer_value(which), by = json_integer_value(change);
        uint32_t cell;
        int64_t low, high;

        if (!json_is_integer(which) || !json_is_integer(change) || index < 0 ||
            (size_t)index >= check->n_listed || by < -VALUE_MAX || by > VALUE_MAX)
            return sc_verify_bad(check, "a move names no cell, or changes it by too much");
        assert(check->listed && check->value && check->cells); /* n_listed is not 0 */
        cell = check->listed[index];
        if (check->value[cell] != check->cells[cell].base)
            return sc_verify_bad(check, "a move names a cell twice");
        check->value[cell] += by;
        low = check->cells[cell].kind == HIDDEN ? check->cells[cell].least : 0;
        high = check->cells[cell].kind == HIDDEN ? check->cells[cell].most : VALUE_MAX;
        if (check->value[cell] < low || check->value[cell] > high)
            return sc_verify_refuse(check, "a figure goes beyond its bounds in one of its tables");
    }
    return SC_OK;
}

static enum sc_status check_tables(struct check *check)
{
    json_t *moves = json_object_get(check->root, "moves");
    enum sc_status status = SC_OK;

    if (!json_is_array(moves))
        return sc_verify_bad(check, "no 'moves'");
    set_base(check);
    if (!table_holds(check))
        return sc_verify_refuse(check, "its base table does not add up with what is printed");
    for (size_t c = 0; c < check->n_cells; c++) /* with unprinted totals */
        check->cells[c].base = check->cells[c].low = check->cells[c].high = check->value[c];
    for (size_t m = 0; m < json_array_size(moves) && !status; m++) {
        set_base(check);
        status = apply_move(check, json_array_get(moves, m));
        if (!status && !table_holds(check))
            return sc_verify_refuse(check, "one of its tables does not add up");
        for (size_t c = 0; c < check->n_cells && !status; c++) {
            if (check->value[c] < check->cells[c].low)
                check->cells[c].low = check->value[c];
            if (check->value[c] > check->cells[c].high)
                check->cells[c].high = check->value[c];
        }
    }
    return status;
}

static enum sc_status check_claims(struct check *check)
{
    for (size_t c = 0; c < check->n_cells; c++)
        if (check->cells[c].kind == HIDDEN &&
            check->cells[c].high - check->cells[c].low < check->width)
            return sc_verify_refuse(check,
                                    check->width == 1
                                        ? "a hidden figure is the same in all of its tables"
                                        : "a hidden figure does not spread over the width claimed");
    return check->implied ? sc_verify_implied(check) : SC_OK;
}

/* ---- all of it ----------------------------------------------------------------------------- */

/* The tables: by their paths, or by their bytes. */
struct tables {
    const char *const *files;           /* NULL: in memory */
    const struct sc_verify_file *bytes; /* used where files is NULL */
    size_t n;
};

static enum sc_status read_table(struct check *check, const struct tables *tables, size_t i)
{
    const char *name = tables->files ? tables->files[i] : tables->bytes[i].name;
    SC_AUTO_BUF own = {0};
    enum sc_status status = SC_OK;

    if (tables->files) {
        status = sc_file_load(name, (size_t)512 << 20, &own, check->err);
    } else {
        sc_buf_add(&own, tables->bytes[i].bytes.data, tables->bytes[i].bytes.len);
        status = sc_buf_check(&own, check->err);
    }
    return status ? status : sc_verify_read(check, name, &own, i);
}

/* Small counts were rounded: which figures are innermost tells what they stand for, so sums come
 * first, and the certificate may add no figure to them. */
static enum sc_status make_small(struct check *check)
{
    enum sc_status status = make_sums(check);

    check->n_made = check->n_cells;
    return status ? status : sc_verify_small(check);
}

static enum sc_status run(struct check *check, const struct tables *tables,
                          struct sc_verification *result)
{
    enum sc_status status = sc_verify_read_claims(check);

    if (!status)
        status = rehash(check);
    for (size_t i = 0; i < tables->n && !status; i++)
        status = read_table(check, tables, i);
    if (!status && check->rounded_small > 1)
        status = make_small(check);
    if (!status)
        status = sc_verify_read_cells(check);
    if (!status && check->rounded_small > 1 && check->n_cells != check->n_made)
        return sc_verify_refuse(check, "it has figures that nobody prints and no sum makes");
    if (!status && check->rounded_small <= 1)
        status = make_sums(check);
    if (!status)
        status = order_derivations(check);
    if (!status)
        status = check_tables(check);
    if (!status)
        status = sc_verify_rings(check);
    if (!status)
        status = check_claims(check);
    if (status)
        return status;
    *result = (struct sc_verification){
        .n_sums = check->n_sums,
        .n_tables = json_array_size(json_object_get(check->root, "moves")) + 1,
        .threshold = check->threshold,
        .hidden_at_least = check->hidden_low,
        .implied = check->implied,
        .width = check->width,
        .rounded = check->rounded,
        .rounded_by = check->rounded_by,
        .rounded_small = check->rounded_small,
        .n_marks = check->n_marks,
        .n_not_used = check->n_exceptions,
        .n_occurs = check->n_occurs,
        .n_splits = check->n_splits};
    for (size_t i = 0; i < check->n_marks && i < SC_VERIFIED_MARKS_MAX; i++) {
        const struct mark *mark = &check->marks[i];

        (void)snprintf(result->marks[i].text, sizeof result->marks[i].text, "%s", mark->text);
        result->marks[i].least = mark->least;
        result->marks[i].most = mark->most < VALUE_MAX ? mark->most : -1;
    }
    for (size_t c = 0; c < check->n_cells; c++) {
        result->n_printed += check->cells[c].kind == PRINTED;
        result->n_hidden += check->cells[c].kind == HIDDEN;
    }
    return SC_OK;
}

static enum sc_status verify(const struct tables *tables, const char *name, struct sc_slice bytes,
                             struct sc_verification *ret_result, struct sc_error *err)
{
    struct sc_error unused = {0};
    struct check check = {.err = err ? err : &unused, .certificate = name};
    json_error_t json_error;
    enum sc_status status;

    check.root =
        json_loadb(bytes.data ? bytes.data : "", bytes.len, JSON_REJECT_DUPLICATES, &json_error);
    if (!json_is_object(check.root))
        status = sc_fail_at(check.err, SC_E_INPUT, name,
                            json_error.line > 0 ? (uint64_t)json_error.line : 0,
                            json_error.column > 0 ? (uint64_t)json_error.column : 0,
                            "not a certificate: not a JSON object");
    else
        status = run(&check, tables, ret_result);
    for (size_t d = 0; d < check.n_dims; d++) {
        sc_free(check.dims[d].codes);
        sc_free(check.dims[d].numbers);
    }
    for (size_t i = 0; i < check.n_splits; i++)
        sc_free(check.splits[i].parts);
    sc_free(check.splits);
    sc_free(check.exceptions);
    sc_free(check.marks);
    sc_free(check.auxiliary);
    sc_free(check.occurs);
    sc_free(check.cells);
    sc_free(check.keys);
    sc_free(check.slots);
    sc_free(check.sums);
    sc_free(check.members);
    sc_free(check.listed);
    sc_free(check.value);
    sc_free(check.derive);
    json_decref(check.root);
    return status;
}

enum sc_status sc_verify_certificate(const char *const *files, size_t n_files,
                                     const char *certificate, struct sc_verification *ret_result,
                                     struct sc_error *err)
{
    const struct tables tables = {.files = files, .n = n_files};
    SC_AUTO_BUF bytes = {0};
    enum sc_status status = sc_file_load(certificate, (size_t)1 << 30, &bytes, err);

    if (status)
        return status;
    return verify(&tables, certificate, (struct sc_slice){bytes.data, bytes.len}, ret_result, err);
}

enum sc_status sc_verify_certificate_bytes(const struct sc_verify_file *files, size_t n_files,
                                           const struct sc_verify_file *certificate,
                                           struct sc_verification *ret_result, struct sc_error *err)
{
    const struct tables tables = {.bytes = files, .n = n_files};

    return verify(&tables, certificate->name, certificate->bytes, ret_result, err);
}

enum sc_status sc_verify_marks(const struct sc_verification *v,
                               const struct sc_verified_mark *marks, size_t n,
                               const char *certificate, struct sc_error *err)
{
    size_t n_known = v->n_marks < SC_VERIFIED_MARKS_MAX ? v->n_marks : SC_VERIFIED_MARKS_MAX;

    if (v->rounded_small > 1) /* no answer's page says so */
        return sc_fail_at(err, SC_E_UNSAFE, certificate, 0, 0,
                          "the certificate takes figures for rounded small counts, which the page "
                          "does not say");
    for (size_t i = 0; i < n; i++) {
        long long least = v->hidden_at_least, most = -1;

        for (size_t k = 0; k < n_known; k++)
            if (strcasecmp(v->marks[k].text, marks[i].text) == 0) {
                least = v->marks[k].least;
                most = v->marks[k].most;
            }
        if (least != marks[i].least || most != marks[i].most)
            return sc_fail_at(err, SC_E_UNSAFE, certificate, 0, 0,
                              "the certificate takes %s%s%s for other counts than the page says",
                              marks[i].text[0] ? "the mark '" : "hidden figures", marks[i].text,
                              marks[i].text[0] ? "'" : "");
    }
    return SC_OK;
}
