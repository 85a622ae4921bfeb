/*
 * link.h - all tables of an answer, and those released before, as one linked system.
 *
 * Tables of one answer share figures: the month totals of a table of methods are the table of
 * months. Here each such figure becomes one cell, and everything that a reader can add up becomes
 * a sum (system/system.h). The protector and the auditor work on that system.
 *
 * What the categories of a dimension are is said beside the table (struct sc_link_dimension);
 * sc_link_describe() says it for the tables of a request. Dimensions of equal
 * attribute are one dimension of the system, whatever they are called in a table.
 */
#ifndef SC_ANSWER_LINK_H
#define SC_ANSWER_LINK_H

#include "answer/spans.h"
#include "base/memory.h"
#include "safecount/answer.h"
#include "safecount/status.h"
#include "safecount/table.h"
#include "system/release.h"
#include "system/system.h"

/* The attribute of all dimensions of time. */
#define SC_LINK_TIME "time"

enum sc_link_kind {
    SC_LINK_PLAIN, /* each thing is in exactly one category; categories not listed are empty */
    SC_LINK_LINE,  /* the same, and each category is a set of days, ages or codes */
    /*
     * A thing may be in several categories. `apart` ones hold only where no other does. Where
     * there are no such, everything is in at least one.
     */
    SC_LINK_OVERLAP,
};

/* The categories, by code, that a category is the union of; none: a category of its own. */
struct sc_link_union {
    const char *const *codes;
    size_t n;
};

struct sc_link_dimension {
    enum sc_link_kind kind;
    const char *attribute;
    /* LINE: what each category of the table holds, and the categories that are not listed
     * because nothing was counted in them. Together they are `base`, without overlap. */
    const struct sc_spans *sets;
    const struct sc_spans *unlisted;
    size_t n_unlisted;
    struct sc_spans base; /* for time: the period */
    const bool *apart;    /* OVERLAP: one a category */
    /* OVERLAP: one a category; NULL where none is a union. Their codes need not be in the table. */
    const struct sc_link_union *unions;
};

struct sc_link_table {
    /*
     * True counts (SC_CELL_TRUE) and cells that cannot occur (SC_CELL_VOID). Of a table released
     * before only the shape is looked at, and which cells cannot occur.
     */
    const struct sc_table *table;
    const struct sc_link_dimension *dimensions; /* one a dimension of the table */
    struct sc_spans period;                     /* days the table is about */
    /* What it counts are offences, one for one, whatever they are called: rows that are offences.
     */
    bool one_for_one;
    const char *selection; /* which records: tables of equal text are about the same; NULL: "" */
    /* Selections it is the sum of, where it has records in common with others; may be NULL. */
    const char *const *parts;
    size_t n_parts;
    /*
     * NULL: a table to be protected. Else one released before: what it shows of each cell
     * (status PUBLISHED, SUPPRESSED or ROUNDED) is known and stays.
     */
    const struct sc_cell *shown;
    int64_t hidden_least; /* least a hidden figure of it can be: 1, or 0 where it hides zeros */
    int64_t second_least; /* two marks: the first stands for less, the second for no less; 0: one */
    int64_t within;       /* how far its rounded figures may be from the truth */
    int64_t rounding;     /* their base; 0: it has none */
    /* Counts of figures that nobody prints, where they are known. */
    bool unprinted;
};

/* Everybody knows that a figure nobody prints is 0: a table would list its category otherwise. */
enum sc_link_empty {
    SC_LINK_EMPTY_NOW = 1,    /* by a table to be protected */
    SC_LINK_EMPTY_BEFORE = 2, /* by one released before */
};

/* What is to be done with a cell: as enum sc_role of protect/protect.h. */
struct sc_linked {
    struct sc_system *system; /* linked */
    /* One a cell; they add up. True, but for figures that nobody counted: those agree with all
     * that is known. */
    int64_t *count;
    uint8_t *role; /* enum sc_role, one a cell */
    bool *exempt;  /* one a cell: a sum that counts no group of people, so nobody is told by it */
    /* One a cell nobody prints: what tables that do not list its category say of it, sc_link_empty;
     * what earlier ones say only where it is believed. */
    uint8_t *empty;
    double *weight;     /* one a cell: dearer for totals, by how much they are the total of */
    size_t n_uncounted; /* figures hidden by an earlier release whose true count is not known */
    size_t n_relaxed;   /* earlier statements that contradict the counts: sc_linked_believes() */
    uint32_t **cell_of; /* [table][position]: the cell; SC_NONE where there can be nothing */
    size_t n_tables;
};

/*
 * Links. The caller frees *ret_linked.
 *
 * SC_E_UNSUPPORTED: the tables cannot be linked so that nothing a reader knows is left out, with
 * the reason: no answer of them may be called safe. SC_E_UNSAFE: tables of the same records
 * disagree. SC_E_RANGE: too many cells. SC_E_NOMEM.
 */
SC_MUST_USE enum sc_status sc_link(const struct sc_link_table *tables, size_t n_tables,
                                   struct sc_linked **ret_linked, struct sc_error *err);
/*
 * Whether what a table released before shows at `position` agrees with the counts: with those of
 * today, and with the table that completes them. What does not was given up: nobody may
 * conclude anything from it. False where nothing is shown.
 */
bool sc_linked_believes(const struct sc_linked *linked, const struct sc_link_table *table,
                        size_t table_i, size_t position);
/* What a rounded figure or a mark that `table` shows at `position` stands for, least and most. */
void sc_link_interval(const struct sc_link_table *table, size_t position, int64_t *ret_least,
                      int64_t *ret_most);
/* Whether a table lists a category of its only where something was counted in it. */
bool sc_link_occurs(const struct sc_link_table *table, size_t dimension, size_t category);
/*
 * Whether the figure at `position` is all of a category that the table lists only because something
 * was counted in it (outcomes, a column's own values, ages outside all bands): whoever sees the
 * list knows that the figure is at least 1, though zeros are hidden.
 */
bool sc_link_met(const struct sc_link_table *table, size_t position);
/*
 * A withheld figure known to lie between `least` and `most`, for an audit in which any is at least
 * `low`.
 */
struct sc_figure sc_link_mark(int64_t least, int64_t most, int64_t low);
void sc_linked_free(struct sc_linked *linked);
SC_DEFINE_AUTO(sc_linked);

/*
 * Says what the dimensions of the tables of `job` are. Everything lives in `arena`; `tables` (of
 * true counts, in the order of the request) and `job` must outlive it. SC_E_UNSUPPORTED
 * as above, SC_E_NOMEM.
 */
SC_MUST_USE enum sc_status sc_link_describe(const struct sc_job *job, const struct sc_table *tables,
                                            size_t n_tables, struct sc_arena *arena,
                                            struct sc_link_table **ret_tables,
                                            struct sc_error *err);

#endif
