/*
 * columns.c - what each column of a published CSV file is.
 *
 * A column of figures has in every row a whole number or a known mark; the names
 * people give it (`count`, `value`, `number`, ...) settle it where they occur. A column
 * called percent, rate and the like is not a count and is left alone, and so are
 * our own `status` and `reason`. What is left are labels. Of these a column goes that says
 * nothing new: one-to-one with an earlier one (a code beside its name); or one that only
 * says which other labels are blank or totals (a "geographic level"). It comes back
 * when another file has a label of that name: left out, it would stand for a total there.
 */
#include <assert.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "system/reading.h"

static const char *const figure_names[] = {
    "count", "value",     "figure",      "figures",   "n",        "number",  "counts",
    "freq",  "frequency", "total_count", "obs_value", "offences", "victims", "suspects"};
static const char *const label_names[] = {"year", "month", "quarter", "day",  "week",
                                          "date", "age",   "period",  "time", "time_period"};
static const char *const other_names[] = {"status",     "reason",   "note", "notes", "percent",
                                          "percentage", "pct",      "rate", "share", "proportion",
                                          "unit",       "per cent", "%",    "(%)",   "comment",
                                          "comments",   "remarks"};

static bool named(struct sc_slice name, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (sc_slice_eq_nocase(name, names[i]))
            return true;
    return false;
}

#define NAMED(name, list) named((name), (list), sizeof(list) / sizeof *(list))

/* True when `name` ends in "_suffix" or " suffix" for one of the names. */
static bool ends_named(struct sc_slice name, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        size_t len = strlen(names[i]);

        if (name.len > len + 1 &&
            sc_slice_eq_nocase((struct sc_slice){name.data + name.len - len, len}, names[i]) &&
            (name.data[name.len - len - 1] == '_' || name.data[name.len - len - 1] == ' '))
            return true;
    }
    return false;
}

#define ENDS_NAMED(name, list) ends_named((name), (list), sizeof(list) / sizeof *(list))

static struct sc_slice header(const struct source *source, size_t column)
{
    return sc_slice_trim(sc_csv_field(source->csv, 0, column));
}

/* Whether every row has a number or mark there, and at least one a number. */
static bool all_figures(const struct reading *reading, const struct source *source, size_t column)
{
    bool any = false;

    for (size_t row = 1; row < sc_csv_n_rows(source->csv); row++) {
        struct sc_figure figure;

        if (!sc_read_figure(reading, source, sc_csv_field(source->csv, row, column), &figure))
            return false;
        any = any || figure.kind == SC_FIGURE_VALUE;
    }
    return any;
}

/* The line of the heading. */
static uint64_t heading_line(const struct source *source)
{
    return sc_csv_n_rows(source->csv) > 0 ? sc_csv_line(source->csv, 0) : 1;
}

static enum sc_status check_header(struct source *source, struct sc_error *err)
{
    if (sc_csv_n_rows(source->csv) < 2)
        return sc_fail_at(err, SC_E_INPUT, source->path, heading_line(source), 0,
                          "expected a header and at least one row");
    source->n_columns = sc_csv_n_fields(source->csv, 0);
    for (size_t a = 0; a < source->n_columns; a++)
        for (size_t b = 0; b < a; b++)
            if (header(source, a).len == header(source, b).len &&
                memcmp(header(source, a).data, header(source, b).data, header(source, a).len) == 0)
                return sc_fail_at(err, SC_E_INPUT, source->path, heading_line(source), a + 1,
                                  header(source, a).len == 0
                                      ? "a column without a heading: of two lines of headings make "
                                        "one, and take empty columns out"
                                      : "two columns have the same name (of two lines of headings, "
                                        "make one: each column its own)");
    for (size_t row = 1; row < sc_csv_n_rows(source->csv); row++) {
        size_t n = sc_csv_n_fields(source->csv, row);

        if (n != source->n_columns)
            return sc_fail_at(err, SC_E_INPUT, source->path, sc_csv_line(source->csv, row),
                              n < source->n_columns ? n : source->n_columns + 1,
                              "row has %zu fields, expected %zu", n, source->n_columns);
    }
    return SC_OK;
}

/* The figure column of a tidy file by name: n_columns when none is. */
static size_t figure_by_name(const struct source *source, const char *wanted)
{
    for (size_t i = 0; i < source->n_columns && wanted; i++)
        if (sc_slice_eq_nocase(header(source, i), wanted))
            return i;
    for (size_t k = 0; k < sizeof figure_names / sizeof *figure_names && !wanted; k++)
        for (size_t i = 0; i < source->n_columns; i++)
            if (sc_slice_eq_nocase(header(source, i), figure_names[k]))
                return i;
    for (size_t i = 0; i < source->n_columns && !wanted; i++)
        if (ENDS_NAMED(header(source, i), figure_names))
            return i;
    return source->n_columns;
}

/* Whether a column tells counts of offences from counts of victims, as our own tables do. */
static bool tells_units(const struct source *source, size_t column)
{
    static const char *const units[] = {"offences", "victims", "suspects", "rows"};

    for (size_t row = 1; row < sc_csv_n_rows(source->csv); row++)
        if (!NAMED(sc_slice_trim(sc_csv_field(source->csv, row, column)), units))
            return false;
    return true;
}

bool sc_is_special_name(struct sc_slice name)
{
    return sc_is_total_name(name) || NAMED(name, figure_names) || NAMED(name, label_names) ||
           NAMED(name, other_names) || ENDS_NAMED(name, other_names);
}

/* Whether a name has one of the words of a share in it: "% under 16", "Rate per 1,000". */
static bool names_a_share(struct sc_slice name)
{
    static const char *const words[] = {"%",   "percent", "percentage", "percentages",
                                        "pct", "rate",    "rates",      "proportion"};
    size_t start = 0;

    for (size_t i = 0; i <= name.len; i++) {
        if (i < name.len && name.data[i] != ' ' && name.data[i] != '(' && name.data[i] != ')')
            continue;
        if (NAMED(((struct sc_slice){name.data + start, i - start}), words))
            return true;
        start = i + 1;
    }
    return false;
}

/* "45.3", "45.3%", "45%": digits, and a part of one or a sign behind them. */
static bool is_share(struct sc_slice s, bool *ret_whole)
{
    size_t n = 0, fraction = 0;
    bool percent = s.len > 0 && s.data[s.len - 1] == '%', parts = false;

    s.len -= percent;
    s = sc_slice_trim(s);
    while (n < s.len && s.data[n] >= '0' && s.data[n] <= '9')
        n++;
    if (n < s.len && n > 0 && s.data[n] == '.')
        for (fraction = n + 1;
             fraction < s.len && s.data[fraction] >= '0' && s.data[fraction] <= '9'; fraction++)
            parts = parts || s.data[fraction] != '0';
    *ret_whole = !percent && !parts;
    return n > 0 && (percent || fraction > n + 1) && (n == s.len || fraction == s.len);
}

/* What a column holds besides counts and marks. */
struct holding {
    bool text;       /* something that is no number and no mark */
    bool shares;     /* some is a percentage, or has decimals that are not all 0 */
    size_t decimals; /* the first row of a number with decimals, all of them 0; 0: none */
};

static struct holding look_at(const struct reading *reading, const struct source *source,
                              size_t column)
{
    struct holding h = {0};

    for (size_t row = 1; row < sc_csv_n_rows(source->csv); row++) {
        struct sc_slice s = sc_slice_trim(sc_csv_field(source->csv, row, column));
        struct sc_figure figure;
        bool whole;

        if (sc_read_figure(reading, source, s, &figure))
            continue;
        if (!is_share(sc_without_references(s), &whole)) {
            h.text = true;
            return h;
        }
        h.shares = h.shares || !whole;
        if (whole && h.decimals == 0)
            h.decimals = row;
    }
    return h;
}

#define DECIMALS                                                                                   \
    "the figure has decimals: a count is a whole number, and a column of rates or percentages is " \
    "to be called so"

/* Columns that are no counts: by their name; of sheets also shares by a word in it or by what they
 * hold. */
static enum sc_status find_others(const struct reading *reading, struct source *source,
                                  struct sc_error *err)
{
    source->other = sc_alloc_array(source->n_columns, sizeof *source->other);
    if (!source->other)
        return sc_fail_nomem(err);
    for (size_t i = 0; i < source->n_columns; i++) {
        struct sc_slice name = header(source, i);
        struct holding h;

        source->other[i] = !(sc_slice_eq_nocase(name, "unit") && tells_units(source, i)) &&
                           (NAMED(name, other_names) || ENDS_NAMED(name, other_names));
        if (source->other[i] || !reading->options->sheets || i == 0 || NAMED(name, label_names))
            continue;
        h = look_at(reading, source, i);
        source->other[i] = !h.text && (h.shares || names_a_share(name));
        source->odd = source->odd || source->other[i]; /* its checker knows some names only */
        if (!source->other[i] && !h.text && h.decimals > 0)
            return sc_fail_at(err, SC_E_INPUT, source->path, sc_csv_line(source->csv, h.decimals),
                              i + 1, DECIMALS);
    }
    return SC_OK;
}

bool sc_is_other_column(const struct source *source, size_t column)
{
    return source->other[column];
}

/* Whether nothing but marks for hidden figures stand in a column, some of them (`sure`: all that
 * are not blank) such as no label looks like: *, [c], <5. */
static bool all_marks(const struct reading *reading, const struct source *source, size_t column,
                      bool *ret_sure)
{
    bool any = false;

    *ret_sure = true;
    for (size_t row = 1; row < sc_csv_n_rows(source->csv); row++) {
        struct sc_slice s = sc_slice_trim(sc_csv_field(source->csv, row, column));
        struct sc_figure figure;

        if (!sc_read_figure(reading, source, s, &figure) || figure.kind == SC_FIGURE_VALUE)
            return false;
        any = any || s.len > 0;
        *ret_sure =
            *ret_sure && !(s.len > 0 && ((s.data[0] | 32) >= 'a' && (s.data[0] | 32) <= 'z'));
    }
    *ret_sure = *ret_sure && any;
    return true;
}

/*
 * Whether a column without any number is one of figures, all hidden, and no column of labels: by
 * its marks, or because two columns of figures or more follow, or a column of numbers stands before
 * it.
 */
static bool hidden_figures(const struct reading *reading, const struct source *source,
                           size_t column, size_t n_behind)
{
    bool sure;

    if (!reading->options->sheets || !all_marks(reading, source, column, &sure))
        return false;
    if (sure || n_behind >= 2)
        return true;
    for (size_t i = 1; i < column; i++)
        if (!sc_is_other_column(source, i) && !NAMED(header(source, i), label_names) &&
            all_figures(reading, source, i))
            return true;
    return false;
}

/* Where the run of figure columns at the right end begins. */
static size_t figures_from(const struct reading *reading, const struct source *source)
{
    size_t first = source->n_columns, n = 0;

    while (first > 1 && !NAMED(header(source, first - 1), label_names) &&
           (sc_is_other_column(source, first - 1) || all_figures(reading, source, first - 1) ||
            (n > 0 && hidden_figures(reading, source, first - 1, n)))) {
        n += !sc_is_other_column(source, first - 1);
        first--;
    }
    while (first < source->n_columns && sc_is_other_column(source, first))
        first++;
    return first;
}

/*
 * A column left of the figures most of which is numbers, in a file that looks wide: a typing
 * mistake in it must not make labels of its figures. The row of the first field that is none; 0:
 * no such column.
 */
static size_t broken_figure(const struct reading *reading, const struct source *source,
                            size_t first)
{
    size_t column = first - 1, n_numbers = 0, bad = 0, rows = sc_csv_n_rows(source->csv);
    bool wide = source->format == SC_RELEASE_WIDE || first + 1 < source->n_columns ||
                sc_is_total_name(header(source, source->n_columns - 1));

    if (!wide || source->format == SC_RELEASE_TIDY || first < 2 ||
        NAMED(header(source, column), label_names) || sc_is_other_column(source, column))
        return 0;
    for (size_t row = 1; row < rows; row++) {
        struct sc_slice text = sc_slice_trim(sc_csv_field(source->csv, row, column));
        struct sc_figure figure;

        if (sc_is_total_name(text))
            return 0;
        if (!sc_read_figure(reading, source, text, &figure))
            bad = bad ? bad : row;
        else
            n_numbers += figure.kind == SC_FIGURE_VALUE;
    }
    return 2 * n_numbers >= rows - 1 ? bad : 0;
}

/* Whether a column of figures has a mark for a hidden one: it is no column of labels then. */
static bool hides_some(const struct reading *reading, const struct source *source, size_t column)
{
    for (size_t row = 1; row < sc_csv_n_rows(source->csv); row++) {
        struct sc_figure figure;

        if (!sc_is_blank_field(source->csv, row, column) &&
            sc_read_figure(reading, source, sc_csv_field(source->csv, row, column), &figure) &&
            figure.kind != SC_FIGURE_VALUE)
            return true;
    }
    return false;
}

/* Whether other columns of figures follow one that is called so: offences, victims, suspects. */
static bool has_figures_behind(const struct reading *reading, const struct source *source,
                               size_t column)
{
    bool any = false;

    if (!reading->options->sheets || column == 0)
        return false;
    for (size_t i = column + 1; i < source->n_columns; i++) {
        if (sc_is_other_column(source, i))
            continue;
        if (NAMED(header(source, i), label_names) || !all_figures(reading, source, i))
            return false; /* labels: this is one column of figures among them */
        any = any || NAMED(header(source, i), figure_names) ||
              ENDS_NAMED(header(source, i), figure_names) || hides_some(reading, source, i);
    }
    return any;
}

/* How many counts stand from a column on. */
static size_t n_counts_from(const struct source *source, size_t first)
{
    size_t n = 0;

    for (size_t i = first; i < source->n_columns; i++)
        n += !sc_is_other_column(source, i);
    return n;
}

/* The first field that is a number with decimals. */
static bool find_decimal(const struct source *source, size_t *ret_row, size_t *ret_column)
{
    for (size_t row = 1; row < sc_csv_n_rows(source->csv); row++)
        for (size_t i = 1; i < sc_csv_n_fields(source->csv, row); i++) {
            bool whole;

            if (!is_share(sc_slice_trim(sc_csv_field(source->csv, row, i)), &whole))
                continue;
            *ret_row = row;
            *ret_column = i;
            return true;
        }
    return false;
}

static enum sc_status find_figures(const struct reading *reading, struct source *source,
                                   struct sc_error *err)
{
    const char *wanted = reading->options->figure_column;
    size_t named_one = figure_by_name(source, wanted);
    size_t first, bad, row, column;

    source->format = reading->options->format;
    if (wanted && named_one == source->n_columns)
        return sc_fail_at(err, SC_E_INPUT, source->path, heading_line(source), 0,
                          "no column is named '%s'", wanted);
    if (named_one < source->n_columns && source->format == SC_RELEASE_AUTO && !wanted &&
        has_figures_behind(reading, source, named_one)) {
        source->format = SC_RELEASE_WIDE;
        source->first_figure = named_one;
        return SC_OK;
    }
    if (named_one < source->n_columns && source->format != SC_RELEASE_WIDE) {
        source->format = SC_RELEASE_TIDY;
        source->figure_column = named_one;
        return SC_OK;
    }
    first = figures_from(reading, source);
    if (first == source->n_columns && find_decimal(source, &row, &column))
        return sc_fail_at(err, SC_E_INPUT, source->path, sc_csv_line(source->csv, row), column + 1,
                          DECIMALS);
    if (first == source->n_columns)
        return sc_fail_at(err, SC_E_INPUT, source->path, heading_line(source), source->n_columns,
                          "no column of figures: each must be a whole number or a known mark");
    bad = first > 0 ? broken_figure(reading, source, first) : 0;
    if (bad)
        return sc_fail_at(err, SC_E_INPUT, source->path, sc_csv_line(source->csv, bad), first,
                          "the figure is neither a whole number nor a known mark (where this is a "
                          "column of labels, say with --figure which the figures are)");
    if (source->format == SC_RELEASE_AUTO)
        source->format = n_counts_from(source, first) == 1 ? SC_RELEASE_TIDY : SC_RELEASE_WIDE;
    source->figure_column = source->n_columns - 1;
    while (source->figure_column > first && sc_is_other_column(source, source->figure_column))
        source->figure_column--;
    source->first_figure = first;
    if (source->format == SC_RELEASE_WIDE && first == 0)
        return sc_fail_at(err, SC_E_INPUT, source->path, heading_line(source), 1,
                          "a wide table needs row labels");
    return SC_OK;
}

static struct sc_slice label(const struct source *source, size_t row, size_t column)
{
    return sc_slice_trim(sc_csv_field(source->csv, row, column));
}

static bool same_label(const struct source *source, size_t a, size_t b, size_t column)
{
    struct sc_slice x = label(source, a, column), y = label(source, b, column);

    return x.len == y.len && memcmp(x.data, y.data, x.len) == 0;
}

/* Rows of a file sorted by nothing: the first row with each label of a column, by hashing. */
struct firsts {
    size_t *slots; /* row, 0 free */
    size_t n;
};

static enum sc_status firsts_init(struct firsts *firsts, size_t rows, struct sc_error *err)
{
    firsts->n = 64;
    while (firsts->n < 2 * rows)
        firsts->n *= 2;
    firsts->slots = sc_alloc_array(firsts->n, sizeof *firsts->slots);
    return firsts->slots ? SC_OK : sc_fail_nomem(err);
}

/* The first row that has the label of `row` in `column`; `row` itself when it is the first. */
static size_t first_like(struct firsts *firsts, const struct source *source, size_t row,
                         size_t column)
{
    struct sc_slice s = label(source, row, column);
    uint64_t h = 0xcbf29ce484222325u;
    size_t slot;

    for (size_t i = 0; i < s.len; i++)
        h = (h ^ (unsigned char)s.data[i]) * 0x100000001b3u;
    for (slot = (size_t)(h ^ (h >> 32)) & (firsts->n - 1); firsts->slots[slot];
         slot = (slot + 1) & (firsts->n - 1))
        if (same_label(source, firsts->slots[slot], row, column))
            return firsts->slots[slot];
    firsts->slots[slot] = row;
    return row;
}

/* Whether column `b` is one-to-one with column `a`. */
static enum sc_status one_to_one(const struct source *source, size_t a, size_t b, bool *ret,
                                 struct sc_error *err)
{
    size_t rows = sc_csv_n_rows(source->csv);
    struct firsts fa = {0}, fb = {0};
    enum sc_status status = firsts_init(&fa, rows, err);

    if (!status)
        status = firsts_init(&fb, rows, err);
    *ret = !status;
    for (size_t row = 1; row < rows && *ret; row++)
        *ret = first_like(&fa, source, row, a) == first_like(&fb, source, row, b);
    sc_free(fa.slots);
    sc_free(fb.slots);
    return status;
}

/* The pattern of a row: a bit for each of the other label columns that is blank or a total. */
static uint32_t total_pattern(const struct source *source, size_t row, size_t but)
{
    uint32_t bits = 0;

    for (size_t k = 0; k < source->n_labels; k++) {
        struct sc_slice s = label(source, row, source->label_columns[k]);

        if (k != but && (s.len == 0 || sc_is_total_name(s)))
            bits |= 1u << k;
    }
    return bits;
}

/* Whether label column `k` only tells which of the others are totals, and has some of each. */
static bool is_level(const struct source *source, size_t k)
{
    size_t rows = sc_csv_n_rows(source->csv), n = 0;
    struct {
        uint32_t pattern;
        size_t row;
    } seen[64];

    for (size_t row = 1; row < rows; row++) {
        uint32_t pattern = total_pattern(source, row, k);
        size_t i;

        for (i = 0; i < n && seen[i].pattern != pattern; i++)
            ;
        if (i < n && !same_label(source, seen[i].row, row, source->label_columns[k]))
            return false;
        if (i == n) {
            if (n == sizeof seen / sizeof *seen)
                return false;
            seen[n].pattern = pattern;
            seen[n++].row = row;
        }
    }
    for (size_t row = 1; row < rows; row++)
        if (label(source, row, source->label_columns[k]).len == 0 ||
            sc_is_total_name(label(source, row, source->label_columns[k])))
            return false;
    return n > 1;
}

static void drop_label(struct source *source, size_t k)
{
    source->dropped[source->n_dropped++] = source->label_columns[k];
    memmove(source->label_columns + k, source->label_columns + k + 1,
            (source->n_labels - k - 1) * sizeof *source->label_columns);
    source->n_labels--;
}

static bool is_year(struct sc_slice s)
{
    struct sc_figure figure;

    return s.len == 4 && sc_figure_parse(s, NULL, 0, &figure) && figure.kind == SC_FIGURE_VALUE &&
           figure.value >= 1900 && figure.value <= 2100;
}

/*
 * A column that would be read as labels and is one of figures: numbers with marks among them, or
 * numbers under a year. Text stands between it and the others, or they are called otherwise.
 */
static enum sc_status check_labels(const struct reading *reading, const struct source *source,
                                   struct sc_error *err)
{
    for (size_t k = 0; k < source->n_labels; k++) {
        size_t column = source->label_columns[k];

        if (column == 0 || reading->options->figure_column ||
            NAMED(header(source, column), label_names) ||
            !(hides_some(reading, source, column) || is_year(header(source, column))) ||
            !all_figures(reading, source, column))
            continue;
        return sc_fail_at(
            err, SC_E_INPUT, source->path, heading_line(source), column + 1,
            "a column of figures, it seems, that would be read as labels: let columns "
            "of figures stand side by side, or say with --figure which one it is");
    }
    return SC_OK;
}

/* Whether a label column has a total by name. */
static bool names_total(const struct source *source, size_t k)
{
    for (size_t row = 1; row < sc_csv_n_rows(source->csv); row++)
        if (sc_is_total_name(label(source, row, source->label_columns[k])))
            return true;
    return false;
}

/* Leaves out labels that say nothing new; keeps at least one. */
static enum sc_status drop_idle_labels(struct source *source, struct sc_error *err)
{
    for (size_t k = 1; k < source->n_labels;) {
        bool idle = false;

        if (sc_slice_eq_nocase(header(source, source->label_columns[k]), "unit")) {
            k++;
            continue;
        }

        for (size_t j = 0; j < k && !idle; j++) {
            enum sc_status status =
                one_to_one(source, source->label_columns[j], source->label_columns[k], &idle, err);

            if (status)
                return status;
            if (idle && names_total(source, k) && !names_total(source, j)) {
                size_t named = source->label_columns[k]; /* a column of ids beside it goes */

                source->label_columns[k] = source->label_columns[j];
                source->label_columns[j] = named;
            }
        }
        if (idle)
            drop_label(source, k);
        else
            k++;
    }
    for (size_t k = 0; k < source->n_labels && source->n_labels > 1;) {
        if (!sc_slice_eq_nocase(header(source, source->label_columns[k]), "unit") &&
            is_level(source, k))
            drop_label(source, k);
        else
            k++;
    }
    return SC_OK;
}

enum sc_status sc_find_columns(struct reading *reading, struct source *source, struct sc_error *err)
{
    enum sc_status status = check_header(source, err);
    size_t end;

    if (!status)
        status = find_others(reading, source, err);
    if (!status)
        status = find_figures(reading, source, err);
    if (status)
        return status;
    end = source->format == SC_RELEASE_WIDE ? source->first_figure : source->n_columns;
    for (size_t i = 0; i < end; i++) {
        if (source->format == SC_RELEASE_TIDY && i == source->figure_column)
            continue;
        if (sc_is_other_column(source, i))
            continue;
        if (source->n_labels == SC_SYSTEM_DIMENSIONS_MAX)
            return sc_fail_at(err, SC_E_INPUT, source->path, heading_line(source), i + 1,
                              "more than %d columns of labels", SC_SYSTEM_DIMENSIONS_MAX);
        source->label_columns[source->n_labels++] = i;
    }
    if (source->n_labels == 0)
        return sc_fail_at(err, SC_E_INPUT, source->path, heading_line(source), 1,
                          "no column of labels");
    if (reading->options->sheets)
        status = check_labels(reading, source, err);
    if (!status && reading->options->sheets)
        status = sc_layout_labels(reading, source, err);
    if (!status && reading->options->find_sums)
        status = drop_idle_labels(source, err);
    return status;
}

static bool same_name(struct sc_slice a, struct sc_slice b)
{
    return a.len == b.len && strncasecmp(a.data, b.data, a.len) == 0;
}

/* Whether another file keeps a label called as field `column` of this one. */
static bool kept_elsewhere(const struct reading *reading, const struct source *source,
                           size_t column)
{
    struct sc_slice name = header(source, column);

    for (size_t i = 0; i < reading->n_sources; i++) {
        const struct source *other = &reading->sources[i];

        for (size_t k = 0; k < other->n_labels && other != source; k++) {
            struct sc_slice label_name = header(other, other->label_columns[k]);

            if (same_name(label_name, name))
                return true;
        }
    }
    return false;
}

void sc_restore_columns(struct reading *reading)
{
    for (size_t i = 0; i < reading->n_sources; i++) {
        struct source *source = &reading->sources[i];

        for (size_t k = 0; k < source->n_dropped; k++)
            if (source->n_labels < SC_SYSTEM_DIMENSIONS_MAX &&
                kept_elsewhere(reading, source, source->dropped[k]))
                source->label_columns[source->n_labels++] = source->dropped[k];
    }
}
