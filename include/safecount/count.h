/*
 * count.h - the one pass: reads an extract, classifies, fills every table of a
 * request, and accounts for every row.
 */
#ifndef SAFECOUNT_COUNT_H
#define SAFECOUNT_COUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "safecount/dictionary.h"
#include "safecount/request.h"
#include "safecount/status.h"
#include "safecount/table.h"

SC_BEGIN_DECLS

/* Why a well-formed row is not counted. */
enum sc_exclusion {
    SC_EXCLUDED_REMOVED,      /* the source's removed codes */
    SC_EXCLUDED_OFFENCE_CODE, /* not an offence asked for */
    SC_EXCLUDED_PERIOD,       /* dated outside the period */
    SC_EXCLUDED_DUPLICATE,    /* the same link, or the same offence, once more */
};
#define SC_N_EXCLUSIONS 4
/* "removed", "offence_code", "period", "duplicate_link". Static. */
const char *sc_exclusion_name(enum sc_exclusion exclusion);

/* Why a row could not be read. */
enum sc_fault {
    SC_FAULTY_FIELD_COUNT, /* more or fewer fields than the header */
    SC_FAULTY_STRAY_QUOTE, /* a quote where RFC 4180 allows none */
    SC_FAULTY_NUL,         /* a NUL byte */
    SC_FAULTY_TOO_LONG,    /* a record over 1 MiB */
    SC_FAULTY_CUT_OFF,     /* the last row ends inside a quoted field */
    SC_FAULTY_NO_ID,       /* a link or offence without its id */
    SC_FAULTY_NO_CODE,     /* no offence code */
    SC_FAULTY_BAD_CODE,    /* an offence code that is none */
    SC_FAULTY_NO_DATE,     /* the period's date is missing */
    SC_FAULTY_BAD_DATE,    /* ... or does not fit the declared formats */
    SC_FAULTY_BAD_AGE,     /* an age that is not 0 to 130 and not declared missing */
};
#define SC_N_FAULTS 11
/* "wrong_field_count", "stray_quote", "nul_byte", "too_long", "cut_off", "no_id",
 * "no_offence_code", "bad_offence_code", "no_date", "undatable", "bad_age". Static. */
const char *sc_fault_name(enum sc_fault fault);

struct sc_accounting {
    uint64_t read; /* rows of the extract, header and blank lines not counted */
    uint64_t counted;
    uint64_t excluded[SC_N_EXCLUSIONS];
    uint64_t faulty[SC_N_FAULTS];
};

/* True when read = counted + all excluded + all faulty. */
bool sc_accounting_adds_up(const struct sc_accounting *accounting);
uint64_t sc_accounting_faulty(const struct sc_accounting *accounting);

/* Which figures of an accounting are not shown. Where one is not, the accounting holds 0. */
struct sc_withheld {
    bool read;
    bool counted;
    bool excluded[SC_N_EXCLUSIONS];
    bool faulty[SC_N_FAULTS];
};

/* One of the first faults met, by place; never quotes the value. */
struct sc_fault_place {
    enum sc_fault fault;
    uint32_t file_i;    /* into sc_counts.inputs */
    uint64_t row;       /* data row of that file, from 1; the header is not counted */
    const char *column; /* header, or "" when the whole row is concerned */
};
#define SC_FAULT_PLACES_MAX 20

/* Something a person should look at; the rows are counted all the same. */
struct sc_finding {
    const char *code; /* "committed_before_law", "victim_16_or_over", "suspect_under_18", ... */
    const char *text; /* "offences under 71/17 committed before 3 April 2017, when ..." */
    uint64_t count;   /* rows concerned (or offences, persons: `text` says) */
};

struct sc_input_file {
    const char *name; /* as given: file name without its folder */
    const char *kind; /* "extract", "request", "source", "policy", "dictionary" */
    uint64_t bytes;
    const char *hash;      /* hex */
    const char *hash_name; /* "xxh128" for extracts, "sha256" for the rest */
};

/* All that one pass found out: true counts, for the officer's own eyes. */
struct sc_counts {
    struct sc_table *tables; /* in the order of the request; cells SC_CELL_TRUE or VOID */
    size_t n_tables;
    struct sc_accounting accounting;
    struct sc_fault_place *fault_places; /* by file and row */
    size_t n_fault_places;
    struct sc_finding *findings;
    size_t n_findings;
    struct sc_input_file *inputs;
    size_t n_inputs;
};

/* Called now and then from one thread while counting. */
struct sc_progress {
    uint64_t bytes_done;
    uint64_t bytes_total; /* 0 when not known (a pipe) */
    uint64_t rows;
};

struct sc_watch;

/* All zero is the default. */
struct sc_count_options {
    unsigned threads;      /* 0: as many as there are processors, at most 16 */
    enum sc_engine engine; /* which matcher */
    bool strict;           /* any faulty row is SC_E_INPUT */
    /* Looked at between batches; when it becomes true: SC_E_INTERRUPTED. */
    bool (*cancelled)(void *context);
    void (*progress)(void *context, const struct sc_progress *progress);
    void *context;
    const struct sc_watch *watch; /* for the library's own use: NULL */
};

/*
 * Reads the extract of `request` once and fills all its tables.
 *
 * `source` is the loaded source description, `dictionaries` those the tables
 * name (in the order of sc_request_dictionaries()). `diagnostics` receives
 * mistakes that show only now: a column that the extract does not have, a
 * dimension that nothing provides.
 *
 * On success the caller owns *ret_counts.
 * Returns SC_OK, SC_E_INPUT, SC_E_IO, SC_E_NOMEM, SC_E_RANGE (too many cells),
 * SC_E_INTERRUPTED or SC_E_UNSUPPORTED.
 */
SC_MUST_USE enum sc_status sc_count(const struct sc_request *request,
                                    const struct sc_source *source, const struct sc_policy *policy,
                                    const struct sc_dictionary *const *dictionaries,
                                    size_t n_dictionaries, const struct sc_count_options *options,
                                    struct sc_counts **ret_counts,
                                    struct sc_diagnostics *diagnostics, struct sc_error *err);
void sc_counts_free(struct sc_counts *counts);

SC_END_DECLS

#endif
