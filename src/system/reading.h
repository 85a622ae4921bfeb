/*
 * reading.h - the parts of release reading, shared by their files only.
 *
 * release.c runs the show; layout.c finds the table in a file; columns.c finds out what each column
 * of a file is, labels.c what its labels mean; hierarchy.c reads what adds up; jj.c reads the JJ
 * format; sums.c tests which sums hold; overlapping.c deals with categories that overlap.
 */
#ifndef SC_SYSTEM_READING_H
#define SC_SYSTEM_READING_H

#include "base/csv_small.h"
#include "system/release.h"

/* One table file while it is read. */
struct source {
    const char *path;
    struct sc_csv *csv; /* NULL for JJ */
    enum sc_release_format format;
    size_t n_labels;                                /* label columns */
    size_t label_columns[SC_SYSTEM_DIMENSIONS_MAX]; /* fields of the file */
    uint32_t label_dimensions[SC_SYSTEM_DIMENSIONS_MAX];
    size_t n_dropped; /* label columns that say nothing new */
    size_t dropped[SC_SYSTEM_DIMENSIONS_MAX];
    size_t figure_column;    /* tidy */
    size_t first_figure;     /* wide: figures are fields first_figure .. n_columns - 1 */
    size_t n_columns;        /* fields of the header */
    uint32_t wide_dimension; /* wide */
    bool *other;             /* by column: no count (percentages, notes); owned; NULL for JJ */
    bool odd;                /* not a plain table: the checker of certificates would not read it */
};

/* How often a split held where all its figures are printed, by which other totals are taken. */
struct sum_class {
    uint32_t split;
    uint32_t mask; /* bits of the other dimensions at their total */
    size_t held;
    size_t failed;
};

struct sum_tests {
    struct sum_class *classes;
    size_t n;
    size_t capacity;
};

struct reading {
    struct sum_tests tests;
    bool total_seen[SC_SYSTEM_DIMENSIONS_MAX]; /* some file shows the dimension's total */
    const struct sc_release_options *options;
    struct sc_release *release;
    struct source *sources;
    size_t n_sources;
    bool has_hierarchy[SC_SYSTEM_DIMENSIONS_MAX];
    bool overlapping[SC_SYSTEM_DIMENSIONS_MAX]; /* one record may be in several categories */
    /* Seen to overlap: the sums of this dimension among the first so many splits are belied. */
    size_t n_belied_splits[SC_SYSTEM_DIMENSIONS_MAX];
    struct sc_error *err;
};

/* Finds the roles of a CSV file's columns: everything of `source` but the dimension numbers. */
SC_MUST_USE enum sc_status sc_find_columns(struct reading *reading, struct source *source,
                                           struct sc_error *err);

/* layout.c: UTF-16 into UTF-8 (*ret_odd is set then); what parts the fields; and of a file that was
 * parsed, the table out of what stands around it. */
SC_MUST_USE enum sc_status sc_layout_decode(const char *path, struct sc_buf *bytes, bool *ret_odd,
                                            struct sc_error *err);
char sc_layout_separator(const char *bytes, size_t len);
SC_MUST_USE enum sc_status sc_layout_cut(struct reading *reading, struct source *source,
                                         struct sc_error *err);
bool sc_is_blank_field(const struct sc_csv *csv, size_t row, size_t i);

/* labels.c: a name or figure without the marks of notes behind it. */
struct sc_slice sc_without_references(struct sc_slice written);
/* A figure of a file, marks of notes passed over in a sheet as people publish it. */
bool sc_read_figure(const struct reading *reading, const struct source *source,
                    struct sc_slice written, struct sc_figure *ret_figure);
/* After all files are loaded: one category where only marks of notes differ. */
SC_MUST_USE enum sc_status sc_join_spellings(struct reading *reading, struct sc_error *err);
/* Its label columns found: merged cells; and wide tables' headings between rows are refused. */
SC_MUST_USE enum sc_status sc_layout_labels(struct reading *reading, struct source *source,
                                            struct sc_error *err);
SC_MUST_USE enum sc_status sc_layout_headings(const struct source *source, struct sc_error *err);

/* Whether a column is no count: called percent, note, rate and the like. */
bool sc_is_other_column(const struct source *source, size_t column);
/* Whether a name says what a column is: figures, no count, periods, a total. */
bool sc_is_special_name(struct sc_slice name);

/* Takes back label columns left out of one file that another file keeps. */
void sc_restore_columns(struct reading *reading);

/* "dimension,code,parent" (options->hierarchies[hierarchy]) into codes and splits of the release's
 * system. */
SC_MUST_USE enum sc_status sc_read_hierarchy(struct reading *reading, size_t hierarchy,
                                             struct sc_error *err);

/* A whole JJ file: cells, figures and splits, by itself. */
SC_MUST_USE enum sc_status sc_read_jj(struct reading *reading, struct source *source,
                                      const char *bytes, size_t len, struct sc_error *err);

/* True when the bytes look like JJ. */
bool sc_looks_like_jj(const char *bytes, size_t len);

/* Whether `name` is what people call a total; plain: as the checker of certificates knows it. */
bool sc_is_total_name(struct sc_slice name);
bool sc_is_plain_total(struct sc_slice name);

/* Records what one place of a file shows for a cell. */
SC_MUST_USE enum sc_status sc_release_put(struct sc_release *release, uint32_t cell,
                                          struct sc_figure figure, struct sc_error *err);

/* Adds a sentence to the notes. */
SC_PRINTF(3, 4)
SC_MUST_USE enum sc_status sc_release_note(struct sc_release *release, struct sc_error *err,
                                           const char *fmt, ...);

/* Cuts overlapping number bands of a dimension into common parts (bands.c). */
SC_MUST_USE enum sc_status sc_refine_bands(struct reading *reading, uint32_t dimension,
                                           struct sc_error *err);

/* Notes a mark that says more than "withheld", once (said.c). */
SC_MUST_USE enum sc_status sc_say_mark(struct sc_release *release, struct sc_slice text,
                                       const struct sc_figure *figure, struct sc_error *err);
/* Notes a category that is listed only where somebody is in it, once; and whether it was noted. */
SC_MUST_USE enum sc_status sc_say_occurs(struct sc_release *release, uint32_t dimension,
                                         uint32_t code, struct sc_error *err);
bool sc_occurs(const struct sc_release *release, uint32_t dimension, uint32_t code);
/* Notes how each file was read, and which sums are not believed; before sources go. */
SC_MUST_USE enum sc_status sc_say_forms(struct reading *reading, struct sc_error *err);
SC_MUST_USE enum sc_status sc_say_doubts(struct reading *reading, struct sc_error *err);

/* Tests every split, looks for subtotals, and says which sums to believe (sums.c). */
SC_MUST_USE enum sc_status sc_test_sums(struct reading *reading, struct sc_error *err);
bool sc_class_believed(const struct sum_class *class);
bool sc_sum_believed_at(const struct reading *reading, uint32_t split, uint32_t mask);
bool sc_sum_believed(void *arg, size_t split, uint32_t total);
/* Whether some of the categories, but not all, come to the total wherever all are printed, or
 * nearly so; true also where there are too many to tell. */
SC_MUST_USE enum sc_status sc_total_is_of_some(struct reading *reading, uint32_t dimension,
                                               bool *ret_so, struct sc_error *err);
/* The cell with another code of one dimension, SC_NONE when there is none. */
uint32_t sc_cell_beside(const struct sc_system *system, uint32_t cell, uint32_t dimension,
                        uint32_t code);

/*
 * periods.c: whether a dimension's name is one of times; whether its labels like 2011-12 are
 * months; and a label as a run of months, counted from the year 0, both ends inclusive. False when
 * it is none.
 */
bool sc_is_period_name(struct sc_slice name);
bool sc_dashes_are_months(const struct sc_system *system, uint32_t dimension);
bool sc_period_parse(struct sc_slice written, bool dashes_are_months, int32_t *ret_from,
                     int32_t *ret_to);

/* indent.c: rows indented under others are their parts, where that holds. */
SC_MUST_USE enum sc_status sc_find_indents(struct reading *reading, struct sc_error *err);

/* unnamed.c: totals that are not called so, where no table shows one. */
SC_MUST_USE enum sc_status sc_find_unnamed_totals(struct reading *reading, struct sc_error *err);

/* Whether the word total is in a name: "Male total". And, sums tested, says which are of
 * nothing that was found; refuses such a row. */
bool sc_calls_itself_total(struct sc_slice name);
SC_MUST_USE enum sc_status sc_check_totals(struct reading *reading, struct sc_error *err);

/* overlapping.c: which dimensions the caller named; what holds of them instead of a sum; and those
 * seen to overlap by the sums of the first `n_splits` splits. */
SC_MUST_USE enum sc_status sc_take_overlapping(struct reading *reading, struct sc_error *err);
SC_MUST_USE enum sc_status sc_add_overlapping(struct reading *reading, struct sc_error *err);
SC_MUST_USE enum sc_status sc_find_overlapping(struct reading *reading, size_t n_splits,
                                               struct sc_error *err);

#endif
