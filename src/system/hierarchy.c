/*
 * hierarchy.c - reads `dimension,code,parent`: which codes add up to which.
 *
 * The parent of a dimension's total is blank. Children keep the order of the file.
 * A dimension that no table has is passed over, so that one file serves many.
 *
 * A fourth column `kind`, if there is one, says `overlaps` of categories one thing can be in
 * several of. They do not add up to their parent; what holds instead is in overlap.c. It says
 * `occurs` of a category that tables list only where somebody is in it: all of it is at least 1.
 */
#include "base/error.h"
#include "system/reading.h"

struct columns {
    size_t dimension, code, parent;
    size_t kind; /* SIZE_MAX: there is none */
};

static enum sc_status read_header(const struct sc_csv *csv, const char *path, struct columns *ret,
                                  struct sc_error *err)
{
    const char *const names[] = {"dimension", "code", "parent"};
    size_t *const at[] = {&ret->dimension, &ret->code, &ret->parent};

    if (sc_csv_n_rows(csv) == 0)
        return sc_fail_at(err, SC_E_INPUT, path, 1, 0, "expected a header: dimension,code,parent");
    for (size_t k = 0; k < 3; k++) {
        bool found = false;

        for (size_t i = 0; i < sc_csv_n_fields(csv, 0) && !found; i++) {
            found = sc_slice_eq_nocase(sc_slice_trim(sc_csv_field(csv, 0, i)), names[k]);
            *at[k] = i;
        }
        if (!found)
            return sc_fail_at(err, SC_E_INPUT, path, 1, 0, "no column is named '%s'", names[k]);
    }
    ret->kind = SIZE_MAX;
    for (size_t i = 0; i < sc_csv_n_fields(csv, 0); i++)
        if (sc_slice_eq_nocase(sc_slice_trim(sc_csv_field(csv, 0, i)), "kind"))
            ret->kind = i;
    return SC_OK;
}

/* The rows of one dimension's codes, in file order. */
struct entry {
    uint32_t dimension;
    uint32_t code;
    uint32_t parent; /* SC_NONE for a total */
    bool overlaps;
    bool occurs;
    size_t row;
};

/* The words of the row's `kind`. */
static enum sc_status read_kind(const char *path, const struct sc_csv *csv,
                                const struct columns *at, struct entry *entry, struct sc_error *err)
{
    struct sc_slice rest;

    if (at->kind == SIZE_MAX || at->kind >= sc_csv_n_fields(csv, entry->row))
        return SC_OK;
    rest = sc_slice_trim(sc_csv_field(csv, entry->row, at->kind));
    while (rest.len > 0) {
        struct sc_slice word = {rest.data, 0};

        while (word.len < rest.len && rest.data[word.len] != ' ')
            word.len++;
        entry->overlaps = entry->overlaps || sc_slice_eq_nocase(word, "overlaps");
        entry->occurs = entry->occurs || sc_slice_eq_nocase(word, "occurs");
        if (entry->parent == SC_NONE ||
            !(sc_slice_eq_nocase(word, "overlaps") || sc_slice_eq_nocase(word, "occurs")))
            return sc_fail_at(err, SC_E_INPUT, path, sc_csv_line(csv, entry->row), at->kind + 1,
                              "the kind is blank, or for a code with a parent 'overlaps', 'occurs' "
                              "or both");
        rest = sc_slice_trim((struct sc_slice){rest.data + word.len, rest.len - word.len});
    }
    return SC_OK;
}

static enum sc_status read_entry(struct reading *reading, const char *path,
                                 const struct sc_csv *csv, const struct columns *at,
                                 struct entry *entry, struct sc_error *err)
{
    struct sc_system *system = reading->release->system;
    struct sc_slice code = sc_slice_trim(sc_csv_field(csv, entry->row, at->code));
    struct sc_slice parent = sc_slice_trim(sc_csv_field(csv, entry->row, at->parent));
    uint64_t line = sc_csv_line(csv, entry->row);
    enum sc_status status;

    if (code.len == 0)
        return sc_fail_at(err, SC_E_INPUT, path, line, at->code + 1, "the code is blank");
    if (parent.len > 0) {
        status = sc_system_add_code(system, entry->dimension, parent, &entry->parent, err);
        if (!status)
            status = sc_system_add_code(system, entry->dimension, code, &entry->code, err);
        if (!status && entry->code == SC_SYSTEM_TOTAL)
            return sc_fail_at(err, SC_E_INPUT, path, line, at->parent + 1,
                              "the total cannot have a parent");
        return status ? status : read_kind(path, csv, at, entry, err);
    }
    reading->has_hierarchy[entry->dimension] = true;
    entry->code = SC_SYSTEM_TOTAL;
    entry->parent = SC_NONE;
    return read_kind(path, csv, at, entry, err);
}

/* First the totals, which must have their names before any code is added. */
static enum sc_status name_totals(struct reading *reading, const char *path,
                                  const struct sc_csv *csv, const struct columns *at,
                                  struct sc_error *err)
{
    struct sc_system *system = reading->release->system;
    bool named[SC_SYSTEM_DIMENSIONS_MAX] = {false};

    for (size_t row = 1; row < sc_csv_n_rows(csv); row++) {
        uint32_t d =
            sc_system_find_dimension(system, sc_slice_trim(sc_csv_field(csv, row, at->dimension)));
        struct sc_slice code = sc_slice_trim(sc_csv_field(csv, row, at->code));
        enum sc_status status;

        if (d == SC_NONE || code.len == 0 ||
            sc_slice_trim(sc_csv_field(csv, row, at->parent)).len > 0)
            continue;
        if (named[d]) /* in this file; another file may say the same again */
            return sc_fail_at(err, SC_E_INPUT, path, sc_csv_line(csv, row), at->parent + 1,
                              "a second code of the dimension without a parent");
        named[d] = true;
        status = sc_system_name_total(system, d, code, err);
        if (status == SC_E_INPUT)
            return sc_fail_at(err, SC_E_INPUT, path, sc_csv_line(csv, row), at->code + 1,
                              "a second total of the dimension");
        if (status)
            return status;
    }
    return SC_OK;
}

static enum sc_status add_splits(struct reading *reading, const char *path,
                                 const struct sc_csv *csv, const struct columns *at,
                                 const struct entry *entries, size_t n, struct sc_error *err)
{
    SC_AUTO_FREE uint32_t *children = sc_alloc_array(n, sizeof *children);
    SC_AUTO_FREE uint32_t *some = sc_alloc_array(n, sizeof *some);
    SC_AUTO_FREE bool *done = sc_alloc_array(n, sizeof *done);

    if (!children || !some || !done)
        return sc_fail_nomem(err);
    for (size_t i = 0; i < n; i++) {
        size_t n_children = 0, n_some = 0;
        enum sc_status status;

        if (done[i] || entries[i].parent == SC_NONE)
            continue;
        for (size_t j = i; j < n; j++) {
            if (entries[j].dimension != entries[i].dimension)
                continue;
            if (j > i && entries[j].code == entries[i].code)
                return sc_fail_at(err, SC_E_INPUT, path, sc_csv_line(csv, entries[j].row),
                                  at->code + 1, "the code is listed twice");
            if (entries[j].parent != entries[i].parent)
                continue;
            done[j] = true;
            if (entries[j].overlaps)
                some[n_some++] = entries[j].code;
            else
                children[n_children++] = entries[j].code;
        }
        status = sc_system_add_overlap(reading->release->system, entries[i].dimension,
                                       entries[i].parent, some, n_some, children, n_children, err);
        if (status == SC_E_INPUT)
            return sc_fail_at(err, SC_E_INPUT, path, sc_csv_line(csv, entries[i].row), at->code + 1,
                              "the code is listed twice, or is its own ancestor");
        if (status)
            return status;
    }
    return SC_OK;
}

/* Every parent must be listed itself, and every dimension named must have its total. */
static enum sc_status check_parents(const struct reading *reading, const char *path,
                                    const struct sc_csv *csv, const struct columns *at,
                                    const struct entry *entries, size_t n, struct sc_error *err)
{
    for (size_t i = 0; i < n; i++) {
        bool found = entries[i].parent == SC_NONE;

        if (!reading->has_hierarchy[entries[i].dimension])
            return sc_fail_at(err, SC_E_INPUT, path, sc_csv_line(csv, entries[i].row),
                              at->dimension + 1,
                              "the dimension has no total: one code must have a blank parent");
        for (size_t j = 0; j < n && !found; j++)
            found = entries[j].dimension == entries[i].dimension &&
                    entries[j].code == entries[i].parent;
        if (!found)
            return sc_fail_at(err, SC_E_INPUT, path, sc_csv_line(csv, entries[i].row),
                              at->parent + 1, "the parent is not listed as a code");
    }
    return SC_OK;
}

enum sc_status sc_read_hierarchy(struct reading *reading, size_t hierarchy, struct sc_error *err)
{
    const char *path = reading->options->hierarchies[hierarchy];
    const struct sc_slice *contents = reading->options->hierarchy_contents;
    SC_AUTO(sc_csv) csv = NULL;
    SC_AUTO_FREE struct entry *entries = NULL;
    struct columns at = {0};
    size_t n = 0;
    enum sc_status status =
        contents ? sc_csv_parse(path, contents[hierarchy].data, contents[hierarchy].len, &csv, err)
                 : sc_csv_load(path, &csv, err);

    if (!status)
        status = read_header(csv, path, &at, err);
    if (!status)
        status = name_totals(reading, path, csv, &at, err);
    if (status)
        return status;
    entries = sc_alloc_array(sc_csv_n_rows(csv), sizeof *entries);
    if (!entries)
        return sc_fail_nomem(err);
    for (size_t row = 1; row < sc_csv_n_rows(csv); row++) {
        entries[n].row = row;
        entries[n].dimension = sc_system_find_dimension(
            reading->release->system, sc_slice_trim(sc_csv_field(csv, row, at.dimension)));
        if (entries[n].dimension == SC_NONE)
            continue;
        status = read_entry(reading, path, csv, &at, &entries[n], err);
        if (!status && entries[n].occurs)
            status = sc_say_occurs(reading->release, entries[n].dimension, entries[n].code, err);
        if (status)
            return status;
        n++;
    }
    status = check_parents(reading, path, csv, &at, entries, n, err);
    return status ? status : add_splits(reading, path, csv, &at, entries, n, err);
}
