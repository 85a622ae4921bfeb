/*
 * bands.c - number bands that overlap, and their common refinement.
 *
 * One release has ages 1-2 and 3-4, another 1, 2-3 and 4. No code is a part of
 * another, yet 1-2 less 1 is age 2: a figure nobody printed. So where codes of a dimension
 * are ranges of whole numbers and some overlap, every boundary of any of them cuts: what lies
 * between two cuts is an atom. Each range of several atoms is their sum, and a cell is made for
 * each atom that no table prints. Only dimensions where ranges overlap are touched.
 *
 * A reader may also work out a run of atoms that nobody prints: ages 1 to 3 from 1-2 and 3. It
 * is a group of people like any other, so each run of atoms side by side that no table has gets a
 * code of its own, kept by link: its count must not be known when it is small. Where there would
 * be too many, the shortest are looked at, and a note says so.
 *
 * Read as ranges: 7, 1-2, 1 to 2 (with a hyphen, an en dash or "to"), 16+, "16 and over", "over
 * 15", "under 5", "4 and under", "between 1 and 2", each with or without "aged" before and "years"
 * or "years old" after; beside such ones also child, under 18, and adult, 18 and over, and a note
 * says so. In a dimension called year, month or period: 2018, its twelve months; 2018/19, April to
 * March; 2018-04, April 2018 and Apr-18, one. Other codes (unknown) are left alone.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "system/reading.h"

#define ATOMS_MAX 200
/* Runs of atoms that are looked at: all of 20 atoms. */
#define RUNS_MAX 190

struct range {
    uint32_t code;
    int32_t from;
    int32_t to;  /* inclusive */
    bool months; /* of months from the year 0, not of numbers as written */
};

static bool cut_front(struct sc_slice *s, const char *word)
{
    size_t n = strlen(word);

    if (s->len < n || !sc_slice_eq_nocase((struct sc_slice){s->data, n}, word))
        return false;
    *s = sc_slice_trim((struct sc_slice){s->data + n, s->len - n});
    return true;
}

static bool cut_back(struct sc_slice *s, const char *word)
{
    size_t n = strlen(word);

    if (s->len < n || !sc_slice_eq_nocase((struct sc_slice){s->data + s->len - n, n}, word))
        return false;
    *s = sc_slice_trim((struct sc_slice){s->data, s->len - n});
    return true;
}

static bool cut_number(struct sc_slice *s, int32_t *ret)
{
    int32_t value = 0;
    size_t n = 0;

    while (n < s->len && n < 5 && s->data[n] >= '0' && s->data[n] <= '9')
        value = 10 * value + (s->data[n++] - '0');
    if (n == 0 || (n < s->len && s->data[n] >= '0' && s->data[n] <= '9'))
        return false;
    *s = sc_slice_trim((struct sc_slice){s->data + n, s->len - n});
    *ret = value;
    return true;
}

static bool is_one_of(struct sc_slice s, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (sc_slice_eq_nocase(s, words[i]))
            return true;
    return false;
}

#define IS_ONE_OF(s, words) is_one_of((s), (words), sizeof(words) / sizeof *(words))

/* "under 5", "over 64", "up to 4": a word, then a number. False when there is no such word. */
static bool parse_open(struct sc_slice s, struct range *range, bool *ret_good)
{
    static const char *const below[] = {"under", "below", "less than", "younger than", "<"};
    static const char *const upto[] = {"up to", "<="};
    static const char *const above[] = {"over", "older than", "more than", ">"};

    for (size_t i = 0; i < sizeof upto / sizeof *upto; i++)
        if (cut_front(&s, upto[i])) {
            range->from = 0;
            *ret_good = cut_number(&s, &range->to) && s.len == 0;
            return true;
        }
    for (size_t i = 0; i < sizeof below / sizeof *below; i++)
        if (cut_front(&s, below[i])) {
            range->from = 0;
            *ret_good = cut_number(&s, &range->to) && s.len == 0 && range->to-- > 0;
            return true;
        }
    for (size_t i = 0; i < sizeof above / sizeof *above; i++)
        if (cut_front(&s, above[i])) {
            range->to = SC_BAND_END;
            *ret_good = cut_number(&s, &range->from) && s.len == 0;
            range->from++;
            return true;
        }
    return false;
}

static bool parse_range(struct sc_slice s, struct range *range)
{
    static const char *const up[] = {"+",        "and over",  "or over", "and above", "or above",
                                     "or older", "and older", "or more", "and up",    "plus"};
    static const char *const down[] = {"and under", "or under", "and below", "or younger",
                                       "and younger"};
    bool good = false, between;

    s = sc_slice_trim(s);
    (void)(cut_front(&s, "aged") || cut_front(&s, "ages ") || cut_front(&s, "age "));
    (void)cut_back(&s, "old");
    (void)(cut_back(&s, "years") || cut_back(&s, "yrs") || cut_back(&s, "year"));
    if (parse_open(s, range, &good))
        return good;
    between = cut_front(&s, "between");
    if (!cut_number(&s, &range->from))
        return false;
    (void)(cut_front(&s, "years") || cut_front(&s, "yrs"));
    range->to = range->from;
    if (s.len == 0)
        return !between;
    if (IS_ONE_OF(s, up)) {
        range->to = SC_BAND_END;
        return true;
    }
    if (IS_ONE_OF(s, down)) {
        range->from = 0;
        return true;
    }
    if (between ? !cut_front(&s, "and")
                : !cut_front(&s, "-") && !cut_front(&s, "\xE2\x80\x93") && !cut_front(&s, "to"))
        return false;
    return cut_number(&s, &range->to) && s.len == 0 && range->to >= range->from;
}

/* Bands that only have a name: of England's law. */
static bool parse_word(struct sc_slice s, struct range *range)
{
    static const char *const child[] = {"child", "children", "minor", "minors"};
    static const char *const adult[] = {"adult", "adults"};

    s = sc_slice_trim(s);
    range->from = IS_ONE_OF(s, adult) ? 18 : 0;
    range->to = IS_ONE_OF(s, adult) ? SC_BAND_END : 17;
    return IS_ONE_OF(s, child) || IS_ONE_OF(s, adult);
}

bool sc_band_parse(struct sc_slice written, int32_t *ret_from, int32_t *ret_to)
{
    struct range range;

    if (!parse_range(written, &range))
        return false;
    *ret_from = range.from;
    *ret_to = range.to;
    return true;
}

static bool overlap(const struct range *ranges, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++)
            if (ranges[i].from <= ranges[j].to && ranges[j].from <= ranges[i].to)
                return true;
    return false;
}

static int by_value(const void *a, const void *b)
{
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;

    return (x > y) - (x < y);
}

/* First numbers of atoms, sorted, with an end mark; returns how many atoms. */
static size_t find_cuts(const struct range *ranges, size_t n, int32_t *cuts)
{
    size_t n_cuts = 0, kept = 0;

    for (size_t i = 0; i < n; i++) {
        cuts[n_cuts++] = ranges[i].from;
        cuts[n_cuts++] = ranges[i].to + 1;
    }
    qsort(cuts, n_cuts, sizeof *cuts, by_value);
    for (size_t i = 0; i < n_cuts; i++)
        if (i == 0 || cuts[i] != cuts[kept - 1])
            cuts[kept++] = cuts[i];
    return kept - 1;
}

/* A month, counted from the year 0: "2018-04". */
static void name_month(char *name, size_t size, int32_t month)
{
    (void)snprintf(name, size, "%d-%02d", month / 12, month % 12 + 1);
}

static void name_range(char *name, size_t size, int32_t from, int32_t to, bool months)
{
    char first[16], last[16];

    if (months) {
        name_month(first, sizeof first, from);
        name_month(last, sizeof last, to);
        (void)snprintf(name, size, from == to ? "%s" : "%s to %s", first, last);
    } else if (to >= SC_BAND_END) {
        (void)snprintf(name, size, "%d+", from);
    } else if (from == to) {
        (void)snprintf(name, size, "%d", from);
    } else {
        (void)snprintf(name, size, "%d-%d", from, to);
    }
}

/* The code of an atom: that of an equal range, else a new one. */
static enum sc_status atom_code(struct sc_system *system, uint32_t dimension,
                                const struct range *ranges, size_t n, int32_t from, int32_t to,
                                uint32_t *ret_code, struct sc_error *err)
{
    char name[48];

    for (size_t i = 0; i < n; i++)
        if (ranges[i].from == from && ranges[i].to == to) {
            *ret_code = ranges[i].code;
            return SC_OK;
        }
    name_range(name, sizeof name, from, to, n > 0 && ranges[0].months);
    return sc_system_add_code(system, dimension, sc_slice_of(name), ret_code, err);
}

static enum sc_status split_range(struct sc_system *system, uint32_t dimension,
                                  const struct range *range, const int32_t *cuts,
                                  const uint32_t *atoms, size_t n_atoms, struct sc_error *err)
{
    uint32_t parts[ATOMS_MAX];
    size_t n = 0;

    for (size_t i = 0; i < n_atoms; i++)
        if (cuts[i] >= range->from && cuts[i] <= range->to)
            parts[n++] = atoms[i];
    if (n == 0 || (n == 1 && parts[0] == range->code))
        return SC_OK;
    return sc_system_add_split(system, dimension, range->code, parts, n, true, err);
}

/* The run of `length` atoms from `from`: a code, its split, kept; nothing where a table has it. */
static enum sc_status add_run(struct sc_system *system, uint32_t dimension,
                              const struct range *ranges, size_t n, const int32_t *cuts,
                              const uint32_t *atoms, size_t from, size_t length,
                              struct sc_error *err)
{
    int32_t first = cuts[from], last = cuts[from + length] - 1;
    uint32_t code;
    enum sc_status status;

    for (size_t i = 0; i < n; i++)
        if (ranges[i].from == first && ranges[i].to == last)
            return SC_OK;
    status = atom_code(system, dimension, ranges, n, first, last, &code, err);
    if (!status)
        status = sc_system_add_split(system, dimension, code, atoms + from, length, false, err);
    if (!status)
        sc_system_keep_code(system, dimension, code);
    return status;
}

/* Whether atom `i` is part of a range: cuts may leave numbers that none has. */
static bool is_counted(const struct range *ranges, size_t n, const int32_t *cuts, size_t i)
{
    for (size_t k = 0; k < n; k++)
        if (ranges[k].from <= cuts[i] && cuts[i] <= ranges[k].to)
            return true;
    return false;
}

/* Runs of two atoms, of three, ...; *ret_all is cleared when there are too many. */
static enum sc_status add_runs(struct sc_system *system, uint32_t dimension,
                               const struct range *ranges, size_t n, const int32_t *cuts,
                               const uint32_t *atoms, size_t n_atoms, bool *ret_all,
                               struct sc_error *err)
{
    size_t n_runs = 0;
    enum sc_status status = SC_OK;

    *ret_all = true;
    for (size_t length = 2; length < n_atoms && !status; length++)
        for (size_t from = 0; from + length <= n_atoms && !status; from++) {
            bool whole = true;

            for (size_t i = from; i < from + length; i++)
                whole = whole && is_counted(ranges, n, cuts, i);
            if (!whole)
                continue;
            if (n_runs++ >= RUNS_MAX) {
                *ret_all = false;
                return SC_OK;
            }
            status = add_run(system, dimension, ranges, n, cuts, atoms, from, length, err);
        }
    return status;
}

/* "2018-2019" beside 2018 and 2019: both together, or April to March; left alone. */
static bool is_two_years(const struct sc_system *system, uint32_t dimension, struct sc_slice name)
{
    return name.len == 9 && name.data[4] == '-' &&
           sc_system_find_code(system, dimension, (struct sc_slice){name.data, 4}) != SC_NONE &&
           sc_system_find_code(system, dimension, (struct sc_slice){name.data + 5, 4}) != SC_NONE;
}

/* The ranges of a dimension that are no sums yet; *ret_words: adult, child are among them. */
static size_t find_ranges(const struct sc_system *system, uint32_t dimension, struct range *ranges,
                          bool *ret_words)
{
    size_t n_codes = sc_system_n_codes(system, dimension), n = 0, n_numbers = 0;
    bool period = sc_is_period_name(sc_slice_of(sc_system_dimension_name(system, dimension)));
    bool dashes = period && sc_dashes_are_months(system, dimension);

    *ret_words = false;
    for (uint32_t code = 1; code < n_codes; code++) {
        struct sc_slice name = sc_slice_of(sc_system_code_name(system, dimension, code));

        if (!sc_system_is_leaf(system, dimension, code))
            continue;
        if (period && is_two_years(system, dimension, name))
            continue;
        ranges[n] = (struct range){.code = code, .months = period};
        if (period ? sc_period_parse(name, dashes, &ranges[n].from, &ranges[n].to)
                   : parse_range(name, &ranges[n])) {
            n++;
            n_numbers++;
        }
    }
    for (uint32_t code = 1; code < n_codes && n_numbers > 0 && !period; code++) {
        ranges[n] = (struct range){.code = code};
        if (sc_system_is_leaf(system, dimension, code) &&
            parse_word(sc_slice_of(sc_system_code_name(system, dimension, code)), &ranges[n])) {
            n++;
            *ret_words = true;
        }
    }
    return n;
}

enum sc_status sc_refine_bands(struct reading *reading, uint32_t dimension, struct sc_error *err)
{
    struct sc_system *system = reading->release->system;
    size_t n_codes = sc_system_n_codes(system, dimension), n, n_atoms;
    SC_AUTO_FREE struct range *ranges = sc_alloc_array(n_codes, sizeof *ranges);
    SC_AUTO_FREE int32_t *cuts = sc_alloc_array(2 * n_codes + 1, sizeof *cuts);
    uint32_t atoms[ATOMS_MAX];
    bool all_runs = true, words;
    enum sc_status status = SC_OK;

    if (!ranges || !cuts)
        return sc_fail_nomem(err);
    n = find_ranges(system, dimension, ranges, &words);
    if (!overlap(ranges, n))
        return SC_OK;
    n_atoms = find_cuts(ranges, n, cuts);
    if (n_atoms > ATOMS_MAX)
        return sc_release_note(reading->release, err, "%s has too many overlapping bands to refine",
                               sc_system_dimension_name(system, dimension));
    for (size_t i = 0; i < n_atoms && !status; i++)
        status = atom_code(system, dimension, ranges, n, cuts[i], cuts[i + 1] - 1, &atoms[i], err);
    for (size_t i = 0; i < n && !status; i++)
        status = split_range(system, dimension, &ranges[i], cuts, atoms, n_atoms, err);
    if (!status)
        status = add_runs(system, dimension, ranges, n, cuts, atoms, n_atoms, &all_runs, err);
    if (!status && words)
        status = sc_release_note(reading->release, err,
                                 "in %s child is taken as under 18, adult as 18 and over",
                                 sc_system_dimension_name(system, dimension));
    if (!status && ranges[0].months)
        status = sc_release_note(reading->release, err,
                                 "in %s a year is taken as January to December, one with a stroke "
                                 "or a hyphen as April to March",
                                 sc_system_dimension_name(system, dimension));
    if (!status && !all_runs)
        status = sc_release_note(reading->release, err,
                                 "of the runs of bands of %s only the shortest %d were looked at",
                                 sc_system_dimension_name(system, dimension), RUNS_MAX);
    return status ? status
                  : sc_release_note(reading->release, err,
                                    "bands of %s overlap: they meet in %zu common parts",
                                    sc_system_dimension_name(system, dimension), n_atoms);
}
