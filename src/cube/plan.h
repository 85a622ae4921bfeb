/*
 * plan.h - a request worked out against a source: which columns are read,
 * what each value of them means, and where a row goes in each table.
 *
 * An *axis* is a dimension as counted: months of a period, bands of an age,
 * categories of a dictionary. Dimensions of several tables that are the same
 * share one axis. A row has one number on each axis, or on a set axis a set of
 * categories (bit i for category i).
 */
#ifndef SC_CUBE_PLAN_H
#define SC_CUBE_PLAN_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/date.h"
#include "base/memory.h"
#include "safecount/count.h"

enum sc_axis_kind {
    SC_AXIS_YEAR,
    SC_AXIS_QUARTER,
    SC_AXIS_MONTH,
    SC_AXIS_MONTH_OF_YEAR,
    SC_AXIS_BANDS,
    SC_AXIS_OUTCOME,
    SC_AXIS_OUTCOME_GROUP,
    SC_AXIS_VALUES, /* the column's own values, as they are met */
    SC_AXIS_METHOD, /* keyword categories: always a set */
};

/* Whose attribute an axis is. */
enum sc_owner { SC_OWNER_OFFENCE, SC_OWNER_VICTIM, SC_OWNER_SUSPECT };

#define SC_NO_COLUMN SIZE_MAX
#define SC_VALUES_MAX 10000    /* different values of one column used as a dimension */
#define SC_VALUE_BYTES_MAX 100 /* a longer one is no category but free text */
#define SC_COLUMN_AXES_MAX 6

/* The categories a SC_AXIS_VALUES axis has met so far; shared by the threads. */
struct sc_values {
    pthread_mutex_t lock;
    struct sc_arena arena;
    const char **labels; /* by number, from 1: 0 is unknown */
    const char **codes;
    size_t n;
    size_t capacity;
    uint32_t *slots; /* hash of codes: number, 0 empty */
    size_t mask;
};

struct sc_axis {
    enum sc_axis_kind kind;
    enum sc_owner owner;
    size_t column; /* into plan.columns, or SC_NO_COLUMN */
    bool financial;
    const struct sc_bands *bands;
    const struct sc_dictionary *dictionary;
    bool groups;        /* of keyword categories: groups in place of those in them */
    unsigned first_bit; /* of the dictionary's categories in the matcher */
    struct sc_values *values;
    size_t n_categories; /* fixed number; 0 for SC_AXIS_VALUES */
    size_t n_slots;      /* numbers to allow for: n_categories or SC_VALUES_MAX + 1 */
};

struct sc_plan_column {
    enum sc_column_role role;
    const struct sc_column *source; /* NULL: a column by its header alone */
    const char *header;
    unsigned occurrence;
    struct sc_date_format *formats;
    size_t n_formats;
    size_t axes[SC_COLUMN_AXES_MAX]; /* those worked out from its value, column order */
    size_t n_axes;
};

/* One dimension of one table. */
struct sc_plan_dimension {
    size_t axis;
    bool set;       /* counted as a set in this table */
    unsigned shift; /* its bits in the tally's key */
    unsigned bits;
};

struct sc_plan_table {
    const struct sc_table_wanted *wanted;
    const struct sc_question *question;
    struct sc_plan_dimension dimensions[SC_DIMENSIONS_MAX];
    size_t n_dimensions;
};

/* What is remembered of each entity of one unit (link rows, or checked offences). */
struct sc_plan_unit {
    bool kept;
    size_t n_words;
    size_t axes[40]; /* word i is of this axis; the last word is the law flags, a set */
    bool is_set[40];
};

/* Facts that are against the law of the offence; bits of the flags word. */
#define SC_LAW_COMMITTED_BEFORE 1U
#define SC_LAW_VICTIM_16 2U
#define SC_LAW_SUSPECT_UNDER_18 4U

struct sc_plan {
    const struct sc_request *request;
    const struct sc_source *source;
    struct sc_arena arena;
    struct sc_plan_column *columns;
    size_t n_columns;
    size_t by_role[SC_COL_OTHER]; /* into columns, or SC_NO_COLUMN */
    size_t date_column;           /* of the period's event; SC_NO_COLUMN never */
    struct sc_axis *axes;
    size_t n_axes;
    struct sc_plan_table *tables;
    size_t n_tables;
    struct sc_plan_unit units[SC_N_UNITS];
    struct sc_matcher *matcher; /* NULL when no table uses a dictionary */
    bool entities;              /* rows are de-duplicated */
    bool person_stores;         /* ... and persons have stores of their own (link rows) */
    bool law;                   /* the request asks for 71/17: check it against the law */
};

/*
 * Makes the plan. Mistakes that show only now (a dimension that nothing
 * provides, a table that cannot be counted so) go to `diagnostics`.
 */
SC_MUST_USE enum sc_status sc_plan_make(const struct sc_request *request,
                                        const struct sc_source *source,
                                        const struct sc_dictionary *const *dictionaries,
                                        size_t n_dictionaries, enum sc_engine engine,
                                        struct sc_plan **ret_plan,
                                        struct sc_diagnostics *diagnostics, struct sc_error *err);
void sc_plan_free(struct sc_plan *plan);
SC_DEFINE_AUTO(sc_plan);

/* The number of the value with this code on a SC_AXIS_VALUES axis, new ones noted. */
SC_MUST_USE enum sc_status sc_values_number(struct sc_values *values, struct sc_slice code,
                                            const char *header, uint32_t *ret_number,
                                            struct sc_error *err);

/* Position of a day on a time axis of `period`. The day lies in the period. */
uint32_t sc_time_position(const struct sc_axis *axis, const struct sc_period *period, sc_day day);

/* Numbers past the real categories of a bands or outcome axis. */
static inline uint32_t sc_axis_other(const struct sc_axis *axis)
{
    return (uint32_t)axis->n_categories - 2;
}
static inline uint32_t sc_axis_unknown(const struct sc_axis *axis)
{
    return axis->kind == SC_AXIS_VALUES ? 0 : (uint32_t)axis->n_categories - 1;
}

/* Home Office outcome groups, each once, in the order of the outcomes. */
size_t sc_outcome_groups(const char *groups[], size_t max);

#endif
