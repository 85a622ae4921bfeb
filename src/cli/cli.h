/*
 * cli.h - what the commands share. Only this folder prints, reads the
 * environment and picks exit codes.
 */
#ifndef SC_CLI_CLI_H
#define SC_CLI_CLI_H

#include <time.h>

#include "cli/options.h"
#include "safecount/safecount.h"

enum exit_code {
    EXIT_DONE = 0,
    EXIT_FAILED = 1,
    EXIT_USAGE = 2,
    EXIT_INPUT = 3,
    EXIT_LINT = 4,
    EXIT_UNSAFE = 5,
    EXIT_INTERRUPTED = 130,
};

int run_answer(const struct arguments *arguments);
int run_check(const struct arguments *arguments);
int run_classify(const struct arguments *arguments);
int run_count(const struct arguments *arguments);
int run_describe(const struct arguments *arguments);
int run_dictionary(const struct arguments *arguments);
int run_help(const struct arguments *arguments);
int run_release(const struct arguments *arguments);
int run_review(const struct arguments *arguments);
int run_new(const struct arguments *arguments);
int run_pdf(const struct arguments *arguments);
int run_protect(const struct arguments *arguments);
int run_site(const struct arguments *arguments);
int run_synth(const struct arguments *arguments);
int run_verify_certificate(const struct arguments *arguments);
int run_version(const struct arguments *arguments);

/* The folder that an answer is written to unless -o says otherwise; free it. NULL without memory.
 */
char *usual_folder(const struct sc_request *request);

/*
 * refusal.c: true when no question has a table and the answer was written here, from the
 * request alone; *ret_code is then the exit code.
 */
bool answered_without_figures(const struct arguments *arguments, int *ret_code);

/*
 * cmd_pdf.c: prints the answer in `folder` to `output`, or NULL: to answer.pdf in the folder, whose
 * page then lists it. 0, or an exit code after saying why.
 */
int write_pdf(const char *folder, const char *output, bool quiet);

/* Prints all diagnostics, or the error when there are none, and gives the exit code for it. */
int report_failure(const struct sc_diagnostics *diagnostics, const struct sc_error *err);

/* Prints "safecount: ..." to standard error. */
SC_PRINTF(1, 2) void complain(const char *fmt, ...);

/* "sums,rules" as SC_READER_BIT()s; 0 when it is no list of readers. */
unsigned parse_readers(const char *text);

/* Writes to standard output; the exit code says whether that worked (a full disk, a closed pipe).
 */
int write_output(const char *bytes, size_t len);

/* The register to use: --register, else SAFECOUNT_REGISTER, else safecount.register here. */
const char *register_path(const struct arguments *arguments);

/* A progress bar on a terminal. */
struct bar {
    bool on;
    bool drawn;
    struct timespec start;
    double last; /* seconds after start when it was last drawn */
};

/* Options of a pass over the extract as the command line gives them, `bar` showing its progress. */
struct sc_count_options counting_options(const struct arguments *arguments, struct bar *bar);
void clear_bar(const struct bar *bar);

/* File names, owned. */
struct names {
    char **items;
    size_t n, capacity;
};
void release_names(struct names *names);
/* Takes `owned` over, whatever the outcome; NULL is no memory. */
SC_MUST_USE enum sc_status add_name(struct names *names, char *owned, struct sc_error *err);
/* True when `path` is a folder. */
bool is_folder(const char *path);
/* How an answer folder shows figures, from its answer.json; all zero where there is none. */
struct shown_as {
    int64_t base, within;      /* rounded: the base, and how far from the truth; 0 */
    int64_t threshold;         /* 0: no answer.json */
    char marker[32];           /* "" where the tables leave withheld figures empty */
    char secondary_marker[32]; /* "": one mark */
    bool zeros_hidden;
    bool has_marked, has_secondary; /* a table shows such a mark */
};
/* Reads it. SC_E_INPUT, SC_E_IO, SC_E_NOMEM. */
SC_MUST_USE enum sc_status read_shown_as(const char *folder, struct shown_as *ret_shown,
                                         struct sc_error *err);
/* Adds the tidy CSV files of an answer folder, by name. SC_E_IO, SC_E_INPUT, SC_E_NOMEM. */
SC_MUST_USE enum sc_status add_tables(struct names *names, const char *folder,
                                      struct sc_error *err);

/* A request counted: what answer and count have in common. */
struct counted {
    struct sc_job *job;
    struct sc_counts *counts;
};

/* Loads and counts, with a progress bar where there is a terminal. 0 or the exit code. */
int load_and_count(const struct arguments *arguments, struct counted *counted);
void release_counted(struct counted *counted);

/* True once Ctrl-C was pressed. `context` is not used. */
bool is_cancelled(void *context);
void catch_signals(void);

/* Lines that say what became of the rows, and the first faults, for a person. */
void print_accounting(const struct sc_counts *counts, bool verbose);

#endif
