/*
 * request.h - what an officer writes down: the request, the source
 * description and the policy, read from YAML.
 *
 * Each loader reports every mistake of a file, with line and column and what
 * was expected, in one go: into a `struct sc_diagnostics` that the caller
 * makes and frees. On SC_E_INPUT the diagnostics hold at least one entry.
 * Formats: docs/request.md, docs/extract.md, docs/policy.md.
 */
#ifndef SAFECOUNT_REQUEST_H
#define SAFECOUNT_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "safecount/status.h"
#include "safecount/table.h"

SC_BEGIN_DECLS

/* One mistake, or one remark, in an input file. */
struct sc_diagnostic {
    char *file;
    uint64_t line;   /* from 1 */
    uint64_t column; /* from 1 */
    char *message;   /* "unknown key 'peroid': expected one of ... " */
};

/* A list of mistakes. Zero-initialise; release frees what it holds. */
struct sc_diagnostics {
    struct sc_diagnostic *items;
    size_t n_items;
    size_t capacity;
};

void sc_diagnostics_release(struct sc_diagnostics *diagnostics);

/* ---- request.yaml ---- */

enum sc_date_event {
    SC_DATE_RECORDED,
    SC_DATE_REPORTED,
    SC_DATE_CREATED,
    SC_DATE_COMMITTED_FROM,
    SC_DATE_COMMITTED_TO,
};
#define SC_N_DATE_EVENTS 5
/* "recorded", "reported", "created", "committed_from", "committed_to". Static. */
const char *sc_date_event_name(enum sc_date_event event);

struct sc_period {
    int32_t from; /* days since 1970-01-01, included */
    int32_t to;   /* included; >= from */
    enum sc_date_event date;
    bool financial_year; /* dimension `year` runs April to March */
};

/* An offence asked for: a Home Office code or a recorded-crime class. */
struct sc_offence_wanted {
    const char *written; /* as in the request */
    /* "071/17": class and subclass, zero-padded, for a Home Office code; or
     * "88A" for a recorded-crime class. */
    const char *code;
    bool is_class;
};

struct sc_table_wanted {
    const char *id;
    const char *title; /* "" when not given */
    enum sc_unit unit;
    const char **dimensions; /* rows first, then columns, as written */
    size_t n_dimensions;
    size_t n_rows_dimensions;
    const char *bands;      /* name of an age-band scheme, or NULL */
    const char *dictionary; /* path, relative to the request's folder, or NULL */
    uint64_t line;          /* where in the request, for later messages */
};

struct sc_question {
    const char *id;
    const char *text; /* the requester's words */
    struct sc_table_wanted *tables;
    size_t n_tables;
};

struct sc_decision {
    const char *question;    /* a question's id, or "all" */
    const char *decision;    /* full, partial, refused-exempt, refused-cost, not-held, ncnd,
                                available-elsewhere, withdrawn */
    const char **exemptions; /* "40(2)" */
    size_t n_exemptions;
    const char *covers; /* what is withheld, or "" */
};

/* A band scheme: [from, to] whole years, in order, no gap and no overlap. */
struct sc_band {
    const char *code;  /* "0-11", "16+" */
    const char *label; /* "11 and under", "12 to 15", "16 and over" */
    int from;
    int to; /* INT_MAX for an open band */
};
struct sc_bands {
    const char *name; /* "nspcc-foi" */
    struct sc_band *bands;
    size_t n_bands;
};

struct sc_request {
    const char *path;      /* the file, as given */
    const char *reference; /* "16040" */
    const char *publication;
    const char *title;
    const char **keywords;
    size_t n_keywords;
    int32_t received; /* days since 1970-01-01; INT32_MIN when not given */
    int32_t as_at;
    int32_t answered;
    const char *organisation; /* "" when not given */
    const char *words;        /* the request as received, whole, or "" */
    const char *extract;      /* path of extract.yaml, relative to the request's folder */
    struct sc_period period;
    struct sc_offence_wanted *offences; /* none means every offence */
    size_t n_offences;
    struct sc_question *questions;
    size_t n_questions;
    struct sc_decision *decisions;
    size_t n_decisions;
    struct sc_bands *bands; /* schemes the request itself defines */
    size_t n_bands;
    const char *policy; /* path, or NULL for the built-in default */
    uint64_t bytes;     /* size of the file */
    char sha256[65];    /* of the file's bytes, hex */
};

/*
 * Reads and checks `path`. On success the caller owns *ret_request.
 * Returns SC_OK, SC_E_INPUT (see `diagnostics`), SC_E_IO or SC_E_NOMEM.
 */
SC_MUST_USE enum sc_status sc_request_load(const char *path, struct sc_request **ret_request,
                                           struct sc_diagnostics *diagnostics,
                                           struct sc_error *err);
void sc_request_free(struct sc_request *request);

/* A commented starter request.yaml, for `safecount new`. Static. */
const char *sc_request_starter(void);

/* ---- extract.yaml: the source description ---- */

/* The name of the records where extract.yaml gives none. */
#define SC_RECORDS_USUAL "records"

enum sc_source_format { SC_SOURCE_CSV, SC_SOURCE_SQLITE };
enum sc_encoding { SC_ENCODING_AUTO, SC_ENCODING_UTF8, SC_ENCODING_WINDOWS1252, SC_ENCODING_UTF16 };
enum sc_row_kind { SC_ROW_OFFENCE, SC_ROW_LINK };

/* Columns with a meaning of their own. */
enum sc_column_role {
    SC_COL_OFFENCE_ID,
    SC_COL_OFFENCE_CODE,
    SC_COL_RECORDED,
    SC_COL_REPORTED,
    SC_COL_CREATED,
    SC_COL_COMMITTED_FROM,
    SC_COL_COMMITTED_TO,
    SC_COL_VICTIM_ID,
    SC_COL_VICTIM_AGE,
    SC_COL_VICTIM_SEX,
    SC_COL_SUSPECT_ID,
    SC_COL_SUSPECT_AGE,
    SC_COL_SUSPECT_SEX,
    SC_COL_OUTCOME,
    SC_COL_NARRATIVE,
    SC_COL_REMOVED,
    SC_COL_OTHER, /* a column used by its own name */
};
/* "offence_id", "recorded", ...; "other". Static. */
const char *sc_column_role_name(enum sc_column_role role);

struct sc_column {
    enum sc_column_role role;
    const char *name;        /* key in extract.yaml: the dimension name of an `other` column */
    const char *header;      /* the column's header in the extract */
    unsigned occurrence;     /* 1, or 2 for the second column with the same header, ... */
    const char *label;       /* for people; "" for a default */
    const char *date_format; /* pattern, or NULL for the source's date_format */
    const char **missing;    /* further values that mean missing, this column only */
    size_t n_missing;
    uint64_t line; /* where in extract.yaml */
};

struct sc_source {
    const char *path;    /* extract.yaml, as given */
    const char *records; /* a name for the records: answers with equal names count the same ones */
    const char **files;  /* files or folders, resolved against extract.yaml's folder; "-" */
    size_t n_files;
    enum sc_source_format format;
    const char *table; /* SQLite: table, view name or NULL */
    const char *query; /* SQLite: a select statement or NULL */
    enum sc_encoding encoding;
    char delimiter; /* ',' ';' '\t' '|' or 0: detect */
    enum sc_row_kind row;
    /* Victim and suspect ids name a person across the whole extract (false) or
     * only within their offence (true). */
    bool persons_per_offence;
    /* row: offence, with an offence_id: do not look for repeated ids. */
    bool trust_unique;
    /* An age that is no age ("abc", -1) is unknown instead of a fault. */
    bool bad_age_unknown;
    struct sc_column *columns;
    size_t n_columns;
    const char **date_formats; /* tried in order; at least one */
    size_t n_date_formats;
    const char **missing; /* values that mean missing, compared without case after trimming */
    size_t n_missing;
    const char **removed; /* values of the `removed` column that mean removed */
    size_t n_removed;
    uint64_t bytes; /* size of extract.yaml */
    char sha256[65];
};

SC_MUST_USE enum sc_status sc_source_load(const char *path, struct sc_source **ret_source,
                                          struct sc_diagnostics *diagnostics, struct sc_error *err);
void sc_source_free(struct sc_source *source);

/* ---- policy.yaml ---- */

/* How tables are protected. */
enum sc_policy_method {
    SC_METHOD_SUPPRESS, /* figures are withheld */
    SC_METHOD_ROUND,    /* figures are rounded to `round_base`, so that tables still add up */
    SC_METHOD_COARSEN,  /* tables are made coarser first, then figures are withheld */
};

/* What is given up as little of as possible. */
enum sc_policy_minimise { SC_LOSE_COUNTS, SC_LOSE_CELLS, SC_LOSE_WEIGHTS };

/* Who may not work anything out: bits of sc_policy.readers. docs/guarantee.md */
#define SC_POLICY_SUMS 1u
#define SC_POLICY_RULES 2u
#define SC_POLICY_INSIDER 4u

struct sc_policy {
    const char *path;   /* NULL for the built-in default */
    uint64_t threshold; /* counts of 1 to threshold - 1 are suppressed; 2 to 1000 */
    const char *marker; /* "[c]", for whatever is withheld and whyever */
    /* Two marks: for what is withheld and not small; `marker` then is for small counts. Or NULL. */
    const char *secondary_marker;
    uint64_t marker_line, marker_column; /* where the file has them, from 1; 0: it has none */
    uint64_t secondary_line, secondary_column;
    bool zeros_hidden;  /* zeros are withheld as small counts are, under their marker */
    const char *reason; /* why, recorded for publication, or "" */
    enum sc_policy_method method;
    uint64_t round_base; /* ROUND: `threshold` to 1000; else 0 */
    uint64_t coarsen_to; /* COARSEN: per cent of the figures that may stay withheld, 0 to 100 */
    unsigned readers;    /* 0: all */
    uint64_t width;      /* least span of the values a withheld figure may have; 0: 1 */
    enum sc_policy_minimise minimise;
    bool groups;         /* everybody of a total in one category is withheld too */
    uint64_t time_limit; /* seconds for protection and audit together; 0: 60 */
    uint64_t bytes;      /* size of the file; 0 for the built-in default */
    char sha256[65];
};

#define SC_POLICY_SECONDS 60

SC_MUST_USE enum sc_status sc_policy_load(const char *path, struct sc_policy **ret_policy,
                                          struct sc_diagnostics *diagnostics, struct sc_error *err);
void sc_policy_free(struct sc_policy *policy);

SC_END_DECLS

#endif
