/*
 * publish.h - from finished tables to files: the gate that everything published
 * goes through.
 *
 * All writers read one `struct sc_publication`. It holds what may be shown and
 * borrows everything; records, narratives and true counts cannot be reached
 * from it. A writer appends to a buffer: look at sc_buf_check() once at the end.
 * The same publication gives the same bytes: no clock, locale or environment
 * is read.
 */
#ifndef SC_PUBLISH_PUBLISH_H
#define SC_PUBLISH_PUBLISH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "safecount/count.h"
#include "safecount/dictionary.h"
#include "safecount/request.h"
#include "safecount/status.h"
#include "safecount/table.h"

/* What stands on every page and in every file until an audit allows release. */
#define SC_NOT_AUDITED "Not audited: not for release"

/* The certificate and what adds up, by their names in the answer folder. */
#define SC_CERTIFICATE_FILE "certificate.json"
#define SC_HIERARCHY_FILE "tables/hierarchy.csv"

/*
 * What the audit came to, and the proof. All zero: no audit. How near the best possible
 * the choice of withheld figures is, and which were withheld by rule, are not here: a
 * reader who knew could reason back from them.
 */
struct sc_proof_of_safety {
    bool audited;               /* the audit ran to its end */
    bool safe;                  /* and nothing can be worked out */
    const char *const *readers; /* who was tried: "sums", "rules", "insider" */
    size_t n_readers;
    const struct sc_published_safety *tables; /* one a table of the publication; NULL: none */
    size_t earlier;              /* answers published before that were taken into account */
    size_t n_tables_shown;       /* whole-number tables in the certificate */
    struct sc_slice certificate; /* bytes of SC_CERTIFICATE_FILE; empty: none */
    struct sc_slice hierarchy;   /* bytes of SC_HIERARCHY_FILE; empty: none */
};

/* What is known of how well a keyword search works. */
enum sc_accuracy_state {
    SC_ACCURACY_NONE,     /* nobody has checked */
    SC_ACCURACY_STALE,    /* somebody has, but other records or other words */
    SC_ACCURACY_MEASURED, /* a sample was read by a person */
};

/* How well one category is found. Nothing but its names and `sentence` means anything where
 * `withheld`. */
struct sc_published_estimate {
    const char *code;
    const char *label;
    const char *sentence; /* "The search found 412 offences naming ...", for a person */
    const char *shares;   /* "Of those found about 91% are right ...", or "" */
    bool withheld;
    bool exact;     /* every offence was checked: no interval */
    uint64_t found; /* as the tables show it */
    uint64_t true_number;
    uint64_t true_low;
    uint64_t true_high;
    bool shares_withheld;
    unsigned precision[3]; /* per cent: value, low, high */
    bool recall_known;
    unsigned recall[3];
};

/* What may be said of one dictionary's search. */
struct sc_published_accuracy {
    enum sc_accuracy_state state;
    const char *words; /* what was searched, how, how it was checked; "" unless measured */
    uint64_t checked;  /* offences read by a person; 0 where that is withheld */
    const struct sc_published_estimate *categories; /* in the dictionary's order */
    size_t n_categories;
};

struct sc_publication {
    const struct sc_request *request;
    const struct sc_policy *policy;
    const struct sc_dictionary *const *dictionaries;
    size_t n_dictionaries;
    const struct sc_published_accuracy *accuracy; /* one a dictionary; NULL: none was checked */
    bool rows_are_links; /* a row of the extract is an offence x victim x suspect */
    const char *records; /* the name of the records (extract.yaml); NULL: the usual one */

    /* In the order of the request. Cells PUBLISHED, SUPPRESSED (count 0), ROUNDED or VOID. */
    const struct sc_table *tables;
    size_t n_tables;

    struct sc_accounting accounting;
    struct sc_withheld withheld; /* of the accounting */
    /* Without their counts (0): each is a figure about the people in the tables. */
    const struct sc_finding *findings;
    size_t n_findings;
    const struct sc_input_file *inputs;
    size_t n_inputs;

    bool publishable;
    const char *const *reasons; /* why not publishable */
    size_t n_reasons;
    struct sc_proof_of_safety proof;
    /* Policy of rounding: how far a figure may be from the truth; ROUNDED cells are multiples of
     * the policy's base. */
    uint64_t rounded_within;
    const char *version; /* of safecount */
};

/*
 * Whether `publication` may be written at all: no cell is a true count, no
 * withheld cell, row count or finding holds a value, every count shown is outside 1 to
 * threshold - 1, and the accounting adds up where it is shown whole. Beside rounded figures, which
 * are multiples of a base of at least the threshold, no exact figure stands. And one that says it
 * is publishable has passed the audit, with its certificate, unless nothing was counted at all.
 * Returns SC_OK or SC_E_UNSAFE; nothing else is to be done with it then.
 */
SC_MUST_USE enum sc_status sc_publication_check(const struct sc_publication *publication,
                                                struct sc_error *err);

/* Whether the figures are rounded: the policy says so, and a table has rounded cells. */
bool sc_publication_is_rounded(const struct sc_publication *publication);

/* Whether a count is withheld by the policy's rule. */
bool sc_publication_withholds(const struct sc_publication *publication, uint64_t count);

/* A mark as it stands in the tidy CSV, and the counts it stands for. */
struct sc_mark_meaning {
    const char *text; /* "" where the value is left empty; borrowed */
    long long least;
    long long most; /* -1: no limit */
};
/* The marks that stand in the tables: none to two. Of figures that are rounded nothing is said. */
size_t sc_publication_meanings(const struct sc_publication *publication,
                               struct sc_mark_meaning ret_meanings[2]);

/* Whether any table shows a cell of this status. */
bool sc_publication_has(const struct sc_publication *publication, enum sc_cell_status status);
/* What stands in the place of a withheld figure. Borrowed from the policy. */
const char *sc_publication_mark(const struct sc_publication *publication,
                                const struct sc_cell *cell);
/*
 * Appends what marks mean, without a full stop: "[c]: withheld", "<5: withheld, 1 to 4; *:
 * withheld, 5 or more".
 */
void sc_publication_say_marks(const struct sc_publication *publication, struct sc_buf *out);
/* The same as sentences, with which counts are withheld, and whether zeros are shown. */
void sc_publication_say_rule(const struct sc_publication *publication, struct sc_buf *out);

/* answer.json, as docs/answer-json.md says and docs/answer.schema.json checks. */
void sc_publish_json(const struct sc_publication *publication, struct sc_buf *out);

/*
 * INTERNAL: the true counts, for `safecount count --json`. The same shape with
 * "internal": true, each cell with its true value and no status, and the places
 * of the first faulty rows. Never part of an answer folder.
 */
void sc_internal_counts_json(const struct sc_request *request, const struct sc_policy *policy,
                             const struct sc_dictionary *const *dictionaries, size_t n_dictionaries,
                             const struct sc_counts *counts, const char *version,
                             struct sc_buf *out);

/* tables/<id>.csv: for people with a spreadsheet. docs/answer-json.md has the rules. */
void sc_publish_csv(const struct sc_publication *publication, const struct sc_table *table,
                    struct sc_buf *out);

/* tables/<id>.tidy.csv: one row a cell, for programs. */
void sc_publish_tidy_csv(const struct sc_publication *publication, const struct sc_table *table,
                         struct sc_buf *out);

/* What a file beside the page is. */
enum sc_file_kind {
    SC_FILE_CSV,          /* tables/month.csv: to read in a spreadsheet */
    SC_FILE_TIDY_CSV,     /* tables/month.tidy.csv: one row a cell */
    SC_FILE_ODS,          /* tables.ods: all tables */
    SC_FILE_XLSX,         /* tables.xlsx: all tables */
    SC_FILE_JSON,         /* answer.json */
    SC_FILE_CSVW,         /* tables/csv-metadata.json: CSV on the Web, of the tidy files */
    SC_FILE_DATASET,      /* metadata.jsonld: schema.org and DCAT */
    SC_FILE_LETTER,       /* letter.txt: the answer as a plain letter */
    SC_FILE_DATA_PACKAGE, /* datapackage.json: Frictionless, of the tidy files */
    SC_FILE_CERTIFICATE,  /* certificate.json: the proof, when there is one */
    SC_FILE_HIERARCHY,    /* tables/hierarchy.csv: what adds up, for checking it */
    SC_FILE_CHART,        /* charts/month.svg: the chart of a table on its own */
    SC_FILE_OTHER,        /* made elsewhere, linked by name: a PDF */
};
#define SC_N_FILE_KINDS 13

struct sc_published_file {
    const char *name; /* relative to the page: "tables/month.csv" */
    size_t bytes;
    enum sc_file_kind kind;
    size_t table; /* of a CSV file or a chart: its table's place in the publication */
};

struct sc_frame;
struct sc_wording;

/* Who reviews the reviewers, and how to ask: every answer has to say. */
struct sc_complaints {
    unsigned review_days;  /* working days in which a review can be asked for; 0: 40 */
    const char *contact;   /* who to write to, as text; NULL: "the disclosure team" */
    const char *regulator; /* NULL: the Information Commissioner's Office, with its address */
    const char *address;
    const char *url;
};

/* How an answer is dressed. NULL, or all zero, is the default; everything is borrowed. */
struct sc_publish_options {
    const char *base_url;     /* where the folder will stand, ending in '/', or NULL */
    const char *licence_name; /* "Open Government Licence v3.0", or NULL */
    const char *licence_url;
    const struct sc_wording *wording; /* NULL: the English that is compiled in */
    const struct sc_frame *frame;     /* NULL: a page in a folder of its own */
    struct sc_complaints complaints;
    bool has_published;
    int32_t published;   /* day on which it went onto the log */
    bool withdrawn;      /* no figure and no file is shown */
    const char *notices; /* HTML of ours above the answer: withdrawn, corrected; or NULL */
    const char *related; /* HTML of ours for the last section, or NULL */
};

/* index.html. `files` are the files of the folder that the page links to. */
void sc_publish_html(const struct sc_publication *publication,
                     const struct sc_publish_options *options,
                     const struct sc_published_file *files, size_t n_files, struct sc_buf *out);

/*
 * Writes the answer folder `path` whole or not at all: index.html, answer.json,
 * tables/ and the other formats (files.h). An earlier answer there is replaced once the new one
 * stands. Returns SC_OK, SC_E_UNSAFE (see sc_publication_check()), SC_E_RANGE (`path` holds
 * something else), SC_E_IO or SC_E_NOMEM.
 */
SC_MUST_USE enum sc_status sc_publish_folder(const struct sc_publication *publication,
                                             const char *path, struct sc_error *err);

#endif
