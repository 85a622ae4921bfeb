/*
 * release.c - reads published tables into one linked system.
 *
 * Order: load every file and find its columns; make the dimensions (a system
 * wants them all before its first cell); read the hierarchies; go over all rows once for
 * their codes and once for their figures; say what adds up where no hierarchy says it
 * (each file's total of a dimension is the sum of that file's codes); link.
 */
#include "system/release.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "system/reading.h"

/* Labels of a dimension of which bands.c makes at most twice as many parts: it takes 200. */
#define PERIODS_MAX 99

void sc_release_free(struct sc_release *release)
{
    if (!release)
        return;
    sc_system_free(release->system);
    sc_free(release->figures);
    sc_free(release->repeats);
    sc_free(release->before);
    for (size_t i = 0; i < release->n_files; i++) {
        sc_free(release->files[i]);
        if (release->forms)
            sc_free(release->forms[i].figure);
    }
    sc_free(release->files);
    sc_free(release->hashes);
    for (size_t i = 0; i < release->n_notes; i++)
        sc_free(release->notes[i]);
    sc_free(release->notes);
    sc_free(release->forms);
    for (size_t i = 0; i < release->n_marks; i++)
        sc_free(release->marks[i].text);
    sc_free(release->marks);
    sc_free(release->doubts);
    sc_free(release->occurs);
    sc_free(release->overlapping);
    sc_free(release);
}

enum sc_status sc_release_note(struct sc_release *release, struct sc_error *err, const char *fmt,
                               ...)
{
    enum sc_status status = sc_grow((void **)&release->notes, &release->notes_capacity,
                                    release->n_notes, sizeof *release->notes, err);
    char text[512];
    va_list ap;

    if (status)
        return status;
    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    release->notes[release->n_notes] = sc_strdup(text);
    if (!release->notes[release->n_notes])
        return sc_fail_nomem(err);
    release->n_notes++;
    return SC_OK;
}

/* A name without the marks of notes behind it: "Total [note 1]", "Total (2)", "Total*". */
static struct sc_slice without_note(struct sc_slice name)
{
    struct sc_slice s = sc_slice_trim(name);

    while (s.len > 0 && s.data[s.len - 1] == '*')
        s.len--;
    if (s.len > 0 && (s.data[s.len - 1] == ']' || s.data[s.len - 1] == ')')) {
        char open = s.data[s.len - 1] == ']' ? '[' : '(';
        size_t at = s.len - 1;

        while (at > 0 && s.data[at - 1] != open &&
               (open == '[' || (s.data[at - 1] >= '0' && s.data[at - 1] <= '9')))
            at--;
        if (at > 1 && s.data[at - 1] == open)
            s.len = at - 1;
    }
    return sc_slice_trim(s);
}

bool sc_is_plain_total(struct sc_slice written)
{
    struct sc_slice name = without_note(written);
    static const char *const names[] = {"total", "totals", "all", "grand total", "overall", "sum"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (sc_slice_eq_nocase(name, names[i]))
            return true;
    return name.len > 4 && sc_slice_eq_nocase((struct sc_slice){name.data, 4}, "all ");
}

bool sc_is_total_name(struct sc_slice written)
{
    return sc_is_plain_total(written) || sc_is_plain_total(sc_without_references(written));
}

static enum sc_status grow_figures(struct sc_release *release, size_t wanted, struct sc_error *err)
{
    size_t capacity = release->figures_capacity ? release->figures_capacity : 256;
    struct sc_figure *grown;

    if (wanted <= release->figures_capacity)
        return SC_OK;
    while (capacity < wanted)
        capacity *= 2;
    grown = sc_realloc_array(release->figures, capacity, sizeof *grown);
    if (!grown)
        return sc_fail_nomem(err);
    memset(grown + release->figures_capacity, 0,
           (capacity - release->figures_capacity) * sizeof *grown);
    release->figures = grown;
    release->figures_capacity = capacity;
    return SC_OK;
}

/* How much a figure says: a number most, of two bounds the lower one more. */
static int64_t says(const struct sc_figure *figure)
{
    switch (figure->kind) {
    case SC_FIGURE_VALUE:
        return INT64_MAX;
    case SC_FIGURE_VOID:
        return INT64_MAX - 1;
    case SC_FIGURE_SMALL:
        return INT64_MAX / 2 - figure->value;
    case SC_FIGURE_LARGE:
        return 2 + figure->least;
    case SC_FIGURE_NONZERO:
        return 2;
    case SC_FIGURE_HIDDEN:
        return 1;
    case SC_FIGURE_NONE:
        return 0;
    }
    return 0;
}

/* Two marks for one figure: it lies within what both say. */
static void join_marks(struct sc_figure *first, const struct sc_figure *other)
{
    int64_t least = other->kind == SC_FIGURE_NONZERO ? 1 : other->least;

    if (least <= first->least)
        return;
    if (first->kind == SC_FIGURE_SMALL ||
        (first->kind == SC_FIGURE_LARGE && other->kind != SC_FIGURE_VALUE))
        first->least = least;
}

/* Makes `first` the statement of the two that says more. */
static void say_more(struct sc_figure *first, struct sc_figure *other)
{
    struct sc_figure swap = *first;

    if (says(other) > says(first)) {
        *first = *other;
        *other = swap;
    }
    join_marks(first, other);
}

enum sc_status sc_release_put(struct sc_release *release, uint32_t cell, struct sc_figure figure,
                              struct sc_error *err)
{
    enum sc_status status = grow_figures(release, (size_t)cell + 1, err);
    struct sc_figure *first;

    if (status)
        return status;
    first = &release->figures[cell];
    if (first->kind == SC_FIGURE_NONE) {
        *first = figure;
        return SC_OK;
    }
    status = sc_grow((void **)&release->repeats, &release->repeats_capacity, release->n_repeats,
                     sizeof *release->repeats, err);
    if (status)
        return status;
    say_more(first, &figure);
    release->repeats[release->n_repeats].cell = cell;
    release->repeats[release->n_repeats++].figure = figure;
    return SC_OK;
}

/* ---- files --------------------------------------------------------------------- */

static enum sc_status parse_source(struct reading *reading, struct source *source,
                                   struct sc_buf *bytes, struct sc_error *err)
{
    bool strange = reading->options->sheets;
    enum sc_status status = SC_OK;
    char separator = ',';

    source->odd = bytes->data && !sc_utf8_valid(bytes->data, bytes->len);

    if (strange)
        status = sc_layout_decode(source->path, bytes, &source->odd, err);
    if (status)
        return status;
    if (strange && bytes->data)
        separator = sc_layout_separator(bytes->data, bytes->len);
    source->odd = source->odd || separator != ',';
    status = sc_csv_parse_separated(source->path, bytes->data ? bytes->data : "", bytes->len,
                                    separator, &source->csv, err);
    if (!status && strange)
        status = sc_layout_cut(reading, source, err);
    if (!status)
        status = sc_find_columns(reading, source, err);
    if (!status && strange && source->format == SC_RELEASE_WIDE)
        status = sc_layout_headings(source, err);
    return status;
}

static enum sc_status load_source(struct reading *reading, struct source *source,
                                  struct sc_error *err)
{
    SC_AUTO_BUF bytes = {0};
    size_t i = (size_t)(source - reading->sources);
    enum sc_release_format wanted = reading->options->format;
    enum sc_status status = SC_OK;

    if (reading->options->contents) {
        sc_buf_add(&bytes, reading->options->contents[i].data, reading->options->contents[i].len);
        status = sc_buf_check(&bytes, err);
    } else {
        status = sc_file_load(source->path, SC_CSV_SMALL_BYTES_MAX, &bytes, err);
    }
    if (status)
        return status;
    sc_sha256_hex(bytes.data ? bytes.data : "", bytes.len, reading->release->hashes[i]);
    if (wanted == SC_RELEASE_JJ ||
        (wanted == SC_RELEASE_AUTO && bytes.data && sc_looks_like_jj(bytes.data, bytes.len))) {
        source->format = SC_RELEASE_JJ;
        if (reading->n_sources > 1)
            return sc_fail_at(err, SC_E_INPUT, source->path, 0, 0,
                              "a JJ file names no dimensions and cannot be linked to others");
        return sc_read_jj(reading, source, bytes.data ? bytes.data : "", bytes.len, err);
    }
    return parse_source(reading, source, &bytes, err);
}

/* Dimension names without regard to case: the first spelling stays. */
static enum sc_status add_dimension(struct sc_system *system, struct sc_slice name,
                                    uint32_t *ret_dimension, struct sc_error *err)
{
    for (uint32_t d = 0; d < sc_system_n_dimensions(system); d++)
        if (sc_slice_eq_nocase(name, sc_system_dimension_name(system, d))) {
            *ret_dimension = d;
            return SC_OK;
        }
    return sc_system_add_dimension(system, name, ret_dimension, err);
}

static enum sc_status add_dimensions(struct reading *reading, struct source *source,
                                     struct sc_error *err)
{
    struct sc_system *system = reading->release->system;
    enum sc_status status = SC_OK;

    for (size_t k = 0; k < source->n_labels && !status; k++) {
        struct sc_slice name =
            sc_slice_trim(sc_csv_field(source->csv, 0, source->label_columns[k]));

        status = add_dimension(system, name.len ? name : sc_slice_of("row"),
                               &source->label_dimensions[k], err);
        for (size_t j = 0; j < k && !status; j++)
            if (source->label_dimensions[j] == source->label_dimensions[k])
                return sc_fail_at(err, SC_E_INPUT, source->path, sc_csv_line(source->csv, 0),
                                  source->label_columns[k] + 1, "two columns have the same name");
    }
    if (!status && source->format == SC_RELEASE_WIDE)
        status = add_dimension(system, sc_slice_of("column"), &source->wide_dimension, err);
    return status;
}

/* ---- codes --------------------------------------------------------------------- */

/*
 * The code a label stands for: the total when it is blank, or when it is called so and no
 * hierarchy says otherwise. New codes are added unless a hierarchy lists them all.
 */
static enum sc_status find_code(struct reading *reading, const struct source *source,
                                uint32_t dimension, struct sc_slice name, uint64_t line,
                                size_t column, uint32_t *ret_code, struct sc_error *err)
{
    struct sc_system *system = reading->release->system;

    name = sc_slice_trim(name);
    if (name.len == 0) {
        *ret_code = SC_SYSTEM_TOTAL;
        return SC_OK;
    }
    *ret_code = sc_system_find_code(system, dimension, name);
    if (*ret_code != SC_NONE)
        return SC_OK;
    if (sc_is_total_name(name)) {
        *ret_code = SC_SYSTEM_TOTAL;
        return SC_OK;
    }
    if (reading->has_hierarchy[dimension])
        return sc_fail_at(err, SC_E_INPUT, source->path, line, column,
                          "the category is not in the hierarchy of dimension '%s'",
                          sc_system_dimension_name(system, dimension));
    return sc_system_add_code(system, dimension, name, ret_code, err);
}

/* One figure of a file: where it is, and the codes of its cell. */
struct place {
    size_t row;
    size_t field;
    uint32_t codes[SC_SYSTEM_DIMENSIONS_MAX];
};

typedef enum sc_status visit_fn(struct reading *reading, uint32_t file, const struct place *place,
                                void *arg, struct sc_error *err);

static enum sc_status visit_row(struct reading *reading, uint32_t file, struct place *place,
                                visit_fn *visit, void *arg, struct sc_error *err)
{
    const struct source *source = &reading->sources[file];
    uint64_t line = sc_csv_line(source->csv, place->row);
    enum sc_status status = SC_OK;

    memset(place->codes, 0, sizeof place->codes);
    for (size_t k = 0; k < source->n_labels && !status; k++)
        status = find_code(reading, source, source->label_dimensions[k],
                           sc_csv_field(source->csv, place->row, source->label_columns[k]), line,
                           source->label_columns[k] + 1, &place->codes[source->label_dimensions[k]],
                           err);
    if (status)
        return status;
    if (source->format == SC_RELEASE_TIDY) {
        place->field = source->figure_column;
        return visit(reading, file, place, arg, err);
    }
    for (size_t i = source->first_figure; i < source->n_columns && !status; i++) {
        if (sc_is_other_column(source, i))
            continue;
        place->field = i;
        status = find_code(reading, source, source->wide_dimension, sc_csv_field(source->csv, 0, i),
                           sc_csv_line(source->csv, 0), i + 1,
                           &place->codes[source->wide_dimension], err);
        if (!status)
            status = visit(reading, file, place, arg, err);
    }
    return status;
}

/* Calls `visit` for every figure of one CSV file. */
static enum sc_status visit_file(struct reading *reading, uint32_t file, visit_fn *visit, void *arg,
                                 struct sc_error *err)
{
    const struct source *source = &reading->sources[file];
    struct place place;
    enum sc_status status = SC_OK;

    for (place.row = 1; place.row < sc_csv_n_rows(source->csv) && !status; place.row++)
        status = visit_row(reading, file, &place, visit, arg, err);
    return status;
}

/* The codes one file uses of every dimension, in order of first use. */
struct used {
    bool *seen[SC_SYSTEM_DIMENSIONS_MAX];
    size_t capacity[SC_SYSTEM_DIMENSIONS_MAX];
};

static enum sc_status note_codes(struct reading *reading, uint32_t file, const struct place *place,
                                 void *arg, struct sc_error *err)
{
    struct used *used = arg;

    (void)file;
    for (uint32_t d = 0; d < sc_system_n_dimensions(reading->release->system); d++) {
        uint32_t code = place->codes[d];

        if (code >= used->capacity[d]) {
            size_t wanted = 2 * (size_t)code + 16;
            bool *grown = sc_realloc_array(used->seen[d], wanted, sizeof *grown);

            if (!grown)
                return sc_fail_nomem(err);
            memset(grown + used->capacity[d], 0, wanted - used->capacity[d]);
            used->seen[d] = grown;
            used->capacity[d] = wanted;
        }
        used->seen[d][code] = true;
    }
    return SC_OK;
}

/* Whether the files are read to be protected, and this one shows what was published before. */
static bool is_before(const struct reading *reading, uint32_t file)
{
    return reading->options->complete && file >= reading->options->n_files;
}

/* Whether one file uses only some of the codes of `dimension` that another uses. */
static bool is_part_of_another(const struct used *all, size_t n, size_t file, size_t dimension)
{
    const struct used *one = &all[file];

    for (size_t i = 0; i < n; i++) {
        bool inside = i != file, more = false;

        for (size_t c = 1; c < one->capacity[dimension] && inside; c++)
            inside = !one->seen[dimension][c] ||
                     (c < all[i].capacity[dimension] && all[i].seen[dimension][c]);
        for (size_t c = 1; c < all[i].capacity[dimension] && inside; c++)
            more = more || (all[i].seen[dimension][c] &&
                            !(c < one->capacity[dimension] && one->seen[dimension][c]));
        if (inside && more)
            return true;
    }
    return false;
}

/* Whether all categories of a dimension are years and months, few enough to be cut into parts. */
static bool all_periods(const struct sc_system *system, uint32_t dimension)
{
    bool dashes = sc_dashes_are_months(system, dimension);
    int32_t from, to;

    if (!sc_is_period_name(sc_slice_of(sc_system_dimension_name(system, dimension))) ||
        sc_system_n_codes(system, dimension) > PERIODS_MAX)
        return false;
    for (uint32_t c = 1; c < sc_system_n_codes(system, dimension); c++)
        if (!sc_period_parse(sc_slice_of(sc_system_code_name(system, dimension, c)), dashes, &from,
                             &to))
            return false;
    return true;
}

/*
 * Whether a file without a total shows other periods than a file with one (calendar years beside
 * financial ones): its periods need not be all of that total. What the one tells of the other is
 * left to their common parts (bands.c); where there will be none, the sum stays.
 */
static bool is_other_period(const struct reading *reading, const struct used *all, size_t file,
                            uint32_t dimension)
{
    const struct used *one = &all[file];

    if (one->capacity[dimension] == 0 || one->seen[dimension][SC_SYSTEM_TOTAL] ||
        !all_periods(reading->release->system, dimension))
        return false;
    for (size_t i = 0; i < reading->n_sources; i++) {
        bool any = false, shared = false;

        for (size_t c = 1; c < all[i].capacity[dimension]; c++) {
            any = any || all[i].seen[dimension][c];
            shared = shared || (all[i].seen[dimension][c] && c < one->capacity[dimension] &&
                                one->seen[dimension][c]);
        }
        if (any && !shared && all[i].seen[dimension][SC_SYSTEM_TOTAL])
            return true;
    }
    return false;
}

/*
 * Total = all the file's codes, in each dimension no hierarchy speaks of and whose total is
 * shown by some file (or will be: a table to be published with every margin). A
 * file that shows some of another's categories and no total says nothing of the kind; nor does
 * an earlier file beside a table to be protected, which shows all there are.
 */
static enum sc_status add_flat_splits(struct reading *reading, const struct used *all, size_t file,
                                      struct sc_error *err)
{
    struct sc_system *system = reading->release->system;
    const struct used *used = &all[file];

    for (uint32_t d = 0; d < sc_system_n_dimensions(system); d++) {
        size_t n_codes = sc_system_n_codes(system, d), n = 0;
        SC_AUTO_FREE uint32_t *children = NULL;
        enum sc_status status;

        if (reading->has_hierarchy[d] || reading->overlapping[d] ||
            (!reading->total_seen[d] && !reading->options->complete))
            continue;
        if (used->capacity[d] > 0 &&
            (!used->seen[d][SC_SYSTEM_TOTAL] || is_before(reading, (uint32_t)file)) &&
            is_part_of_another(all, reading->n_sources, file, d))
            continue;
        if (is_other_period(reading, all, file, d))
            continue;
        children = sc_alloc_array(n_codes, sizeof *children);
        if (!children)
            return sc_fail_nomem(err);
        for (uint32_t c = 1; c < n_codes && c < used->capacity[d]; c++)
            if (used->seen[d][c])
                children[n++] = c;
        if (n == 0)
            continue;
        status = sc_system_add_split(system, d, SC_SYSTEM_TOTAL, children, n, false, err);
        if (status)
            return status;
    }
    return SC_OK;
}

static void used_release(struct used *used, size_t n)
{
    for (size_t i = 0; i < n && used; i++)
        for (size_t d = 0; d < SC_SYSTEM_DIMENSIONS_MAX; d++)
            sc_free(used[i].seen[d]);
    sc_free(used);
}

static enum sc_status read_codes(struct reading *reading, struct sc_error *err)
{
    struct used *used = sc_alloc_array(reading->n_sources, sizeof *used);
    enum sc_status status = used ? SC_OK : sc_fail_nomem(err);

    for (uint32_t i = 0; i < reading->n_sources && !status; i++) {
        status = visit_file(reading, i, note_codes, &used[i], err);
        for (size_t d = 0; d < SC_SYSTEM_DIMENSIONS_MAX && !status; d++)
            reading->total_seen[d] = reading->total_seen[d] ||
                                     (used[i].capacity[d] > 0 && used[i].seen[d][SC_SYSTEM_TOTAL]);
    }
    for (size_t i = 0; i < reading->n_sources && !status; i++)
        status = add_flat_splits(reading, used, i, err);
    if (!status)
        status = sc_add_overlapping(reading, err);
    used_release(used, reading->n_sources);
    return status;
}

/* ---- figures ------------------------------------------------------------------- */

static bool is_left_out(const struct reading *reading, const struct sc_figure *figure)
{
    for (size_t i = 0; i < reading->options->n_left_out; i++) {
        const struct sc_figure_place *place = &reading->options->left_out[i];

        if (place->file == figure->file && place->line == figure->line &&
            place->column == figure->column)
            return true;
    }
    return false;
}

/*
 * A category that tables list only where somebody is in it (a hierarchy says so): all of it, every
 * other dimension at its total, is at least 1, whatever its mark says. A dimension without a total
 * (the unit) does not matter: each table lists what it counts.
 */
static bool is_all_of_what_occurs(const struct reading *reading, const uint32_t *codes)
{
    const struct sc_release *release = reading->release;
    uint32_t only = SC_NONE;

    if (release->n_occurs == 0)
        return false;
    for (uint32_t d = 0; d < sc_system_n_dimensions(release->system); d++) {
        if (codes[d] == SC_SYSTEM_TOTAL || (!reading->total_seen[d] && !reading->has_hierarchy[d]))
            continue;
        if (only != SC_NONE)
            return false;
        only = d;
    }
    return only != SC_NONE && sc_occurs(release, only, codes[only]);
}

static void make_at_least_1(struct sc_figure *figure)
{
    if (figure->kind == SC_FIGURE_HIDDEN)
        figure->kind = SC_FIGURE_NONZERO;
    else if (figure->kind != SC_FIGURE_VOID && figure->least < 1)
        figure->least = 1;
}

static enum sc_status read_figure(struct reading *reading, uint32_t file, const struct place *place,
                                  void *arg, struct sc_error *err)
{
    const struct source *source = &reading->sources[file];
    const struct sc_release_options *options = reading->options;
    struct sc_release *release = reading->release;
    uint64_t line = sc_csv_line(source->csv, place->row);
    struct sc_figure figure = {
        .file = file, .line = (uint32_t)line, .column = (uint32_t)place->field + 1};
    uint32_t cell;
    enum sc_status status;

    (void)arg;
    if (!sc_read_figure(reading, source, sc_csv_field(source->csv, place->row, place->field),
                        &figure))
        return sc_fail_at(err, SC_E_INPUT, source->path, line, place->field + 1,
                          "the figure is neither a whole number nor a known mark");
    status =
        sc_say_mark(release, sc_csv_field(source->csv, place->row, place->field), &figure, err);
    if (status)
        return status;
    if (options->complete && !is_before(reading, file) && figure.kind != SC_FIGURE_VALUE)
        return sc_fail_at(err, SC_E_INPUT, source->path, line, place->field + 1,
                          "a count is missing: a table to be protected has a number in every row");
    if (is_left_out(reading, &figure))
        return SC_OK;
    if (is_all_of_what_occurs(reading, place->codes))
        make_at_least_1(&figure);
    status = sc_system_add_cell(release->system, place->codes, &cell, err);
    if (status)
        return status;
    if (cell < release->figures_capacity && release->figures[cell].kind != SC_FIGURE_NONE &&
        release->figures[cell].file == file)
        return sc_fail_at(err, SC_E_INPUT, source->path, line, place->field + 1,
                          "the same categories were on line %u already",
                          release->figures[cell].line);
    return sc_release_put(release, cell, figure, err);
}

/* ---- sums ---------------------------------------------------------------------- */

/* Parts what was published before from the counts of today. */
static enum sc_status take_before(struct reading *reading, struct sc_error *err)
{
    struct sc_release *release = reading->release;
    size_t n = sc_system_n_cells(release->system), n_repeats = 0;

    release->before = sc_alloc_array(n, sizeof *release->before);
    if (!release->before)
        return sc_fail_nomem(err);
    for (size_t cell = 0; cell < n; cell++)
        if (release->figures[cell].kind && is_before(reading, release->figures[cell].file)) {
            release->before[cell] = release->figures[cell];
            release->figures[cell] = (struct sc_figure){0};
        }
    for (size_t i = 0; i < release->n_repeats; i++) {
        struct sc_repeat repeat = release->repeats[i];
        struct sc_figure *before = &release->before[repeat.cell];

        if (!is_before(reading, repeat.figure.file))
            release->repeats[n_repeats++] = repeat;
        else
            say_more(before, &repeat.figure);
    }
    release->n_repeats = n_repeats;
    return SC_OK;
}

/* Fills in the margins of a table of true counts, and refuses one that does not add up. */
static enum sc_status add_up(struct reading *reading, struct sc_error *err)
{
    struct sc_release *release = reading->release;
    size_t n = sc_system_n_cells(release->system), bad;
    SC_AUTO_FREE int64_t *count = sc_alloc_array(n, sizeof *count);
    SC_AUTO_FREE bool *known = sc_alloc_array(n, sizeof *known);

    if (!count || !known)
        return sc_fail_nomem(err);
    for (size_t cell = 0; cell < n; cell++) {
        known[cell] = release->figures[cell].kind == SC_FIGURE_VALUE;
        count[cell] = release->figures[cell].value;
    }
    if (!sc_system_add_up(release->system, count, known, &bad)) {
        uint32_t total = sc_system_relation(release->system, bad).total;
        const struct sc_figure *figure = &release->figures[total];

        return sc_fail_at(err, SC_E_INPUT, figure->kind ? release->files[figure->file] : "",
                          figure->line, figure->column,
                          "the figures do not add up to this total, along dimension '%s'",
                          sc_system_dimension_name(
                              release->system, sc_system_relation(release->system, bad).dimension));
    }
    for (size_t cell = 0; cell < n; cell++)
        if (known[cell] && release->figures[cell].kind == SC_FIGURE_NONE) {
            release->figures[cell].kind = SC_FIGURE_VALUE;
            release->figures[cell].value = count[cell];
        }
    for (size_t i = 0; i < release->n_repeats; i++)
        if (release->repeats[i].figure.value != count[release->repeats[i].cell])
            return sc_fail_at(err, SC_E_INPUT, release->files[release->repeats[i].figure.file],
                              release->repeats[i].figure.line, release->repeats[i].figure.column,
                              "another table has a different count here");
    return SC_OK;
}

static enum sc_status link_release(struct reading *reading, struct sc_error *err)
{
    struct sc_release *release = reading->release;
    enum sc_status status = SC_OK;

    if (reading->options->complete && release->n_own == 0) { /* JJ */
        status = sc_system_add_margins(release->system, err);
        release->n_own = sc_system_n_cells(release->system);
    }
    if (!status && reading->options->sheets && reading->sources[0].format != SC_RELEASE_JJ)
        status = sc_find_unnamed_totals(reading, err);
    if (!status && reading->options->find_sums && reading->options->rounded == 0)
        status = sc_test_sums(reading, err);
    if (!status && reading->options->sheets && reading->options->rounded == 0 &&
        reading->sources[0].format != SC_RELEASE_JJ)
        status = sc_check_totals(reading, err);
    if (!status)
        status = sc_say_doubts(reading, err);
    if (!status)
        status = sc_system_link(release->system, err);
    sc_system_set_believe(release->system, NULL, NULL);
    if (!status)
        status = grow_figures(release, sc_system_n_cells(release->system), err);
    if (!status && reading->options->complete && reading->options->n_earlier > 0)
        status = take_before(reading, err);
    if (!status && reading->options->complete)
        status = add_up(reading, err);
    return status;
}

/* Cells and figures; those of the tables to be protected, and all their margins, come first. */
static enum sc_status read_figures(struct reading *reading, struct sc_error *err)
{
    const struct sc_release_options *options = reading->options;
    struct sc_release *release = reading->release;
    bool refine = !options->complete;
    enum sc_status status = SC_OK;

    for (uint32_t i = 0; i <= reading->n_sources && !status; i++) {
        if (i == options->n_files && options->complete) {
            status = sc_system_add_margins(release->system, err);
            release->n_own = sc_system_n_cells(release->system);
            refine = options->n_earlier > 0;
        }
        if (i == (options->complete ? options->n_files : 0) && refine)
            for (uint32_t d = 0; d < sc_system_n_dimensions(release->system) && !status; d++)
                status = reading->overlapping[d] ? SC_OK : sc_refine_bands(reading, d, err);
        if (!status && i < reading->n_sources)
            status = visit_file(reading, i, read_figure, NULL, err);
    }
    return status;
}

static enum sc_status read_csv_files(struct reading *reading, struct sc_error *err)
{
    enum sc_status status = SC_OK;

    sc_restore_columns(reading);
    for (size_t i = 0; i < reading->n_sources && !status; i++)
        status = add_dimensions(reading, &reading->sources[i], err);
    if (!status && reading->options->sheets)
        status = sc_join_spellings(reading, err);
    if (!status)
        status = sc_take_overlapping(reading, err);
    for (size_t i = 0; i < reading->options->n_hierarchies && !status; i++)
        status = sc_read_hierarchy(reading, i, err);
    if (!status && reading->options->sheets)
        status = sc_find_indents(reading, err);
    if (!status)
        status = read_codes(reading, err);
    if (!status)
        status = read_figures(reading, err);
    return status;
}

static enum sc_status copy_names(struct sc_release *release,
                                 const struct sc_release_options *options, struct sc_error *err)
{
    size_t n = options->n_files + options->n_earlier;

    release->files = sc_alloc_array(n, sizeof *release->files);
    release->hashes = sc_alloc_array(n, sizeof *release->hashes);
    if (!release->files || !release->hashes)
        return sc_fail_nomem(err);
    release->n_earlier = options->n_earlier;
    release->true_counts = options->complete;
    for (; release->n_files < n; release->n_files++) {
        size_t i = release->n_files;
        const char *path =
            i < options->n_files ? options->files[i] : options->earlier[i - options->n_files];

        release->files[i] = sc_strdup(path);
        if (!release->files[i])
            return sc_fail_nomem(err);
    }
    return SC_OK;
}

static enum sc_status read_all(struct reading *reading, struct sc_error *err)
{
    struct sc_release *release = reading->release;
    enum sc_status status = copy_names(release, reading->options, err);

    if (!status)
        status = sc_system_new(&release->system, err);
    if (status)
        return status;
    reading->n_sources = release->n_files;
    reading->sources = sc_alloc_array(reading->n_sources, sizeof *reading->sources);
    if (!reading->sources)
        return sc_fail_nomem(err);
    for (size_t i = 0; i < reading->n_sources && !status; i++) {
        reading->sources[i].path = release->files[i];
        status = load_source(reading, &reading->sources[i], err);
    }
    if (!status && reading->sources[0].format != SC_RELEASE_JJ)
        status = read_csv_files(reading, err);
    return status ? status : link_release(reading, err);
}

enum sc_status sc_release_read(const struct sc_release_options *options,
                               struct sc_release **ret_release, struct sc_error *err)
{
    SC_AUTO(sc_release) release = sc_alloc(sizeof *release);
    struct reading reading = {.options = options, .release = release, .err = err};
    enum sc_status status;

    if (!release)
        return sc_fail_nomem(err);
    if (options->n_files == 0)
        return sc_fail(err, SC_E_RANGE, "no table file");
    status = read_all(&reading, err);
    if (!status)
        status = sc_say_forms(&reading, err);
    for (size_t i = 0; i < reading.n_sources && reading.sources; i++) {
        sc_csv_free(reading.sources[i].csv);
        sc_free(reading.sources[i].other);
    }
    sc_free(reading.sources);
    sc_free(reading.tests.classes);
    if (!status)
        *ret_release = SC_TAKE(release);
    return status;
}
