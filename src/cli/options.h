/*
 * options.h - the one table of commands and options. From it come parsing,
 * --help, the shell completions and the manual pages, so that they cannot
 * disagree.
 */
#ifndef SC_CLI_OPTIONS_H
#define SC_CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

enum option_id {
    OPTION_OUTPUT,
    OPTION_JSON,
    OPTION_STRICT,
    OPTION_THREADS,
    OPTION_ENGINE,
    OPTION_QUIET,
    OPTION_VERBOSE,
    OPTION_SEED,
    OPTION_OFFENCES,
    OPTION_SHAPE,
    OPTION_FAULTS,
    OPTION_TRUTH,
    OPTION_WITH,
    OPTION_HIERARCHY,
    OPTION_THRESHOLD,
    OPTION_WIDTH,
    OPTION_READERS,
    OPTION_ROUNDED,
    OPTION_NEAREST,
    OPTION_ROUNDED_SMALL,
    OPTION_OVERLAPPING,
    OPTION_NO_IMPLIED,
    OPTION_GROUPS,
    OPTION_ZEROS,
    OPTION_FORMAT,
    OPTION_FIGURE,
    OPTION_MARK,
    OPTION_MARKER,
    OPTION_SECOND_MARKER,
    OPTION_REVEAL,
    OPTION_CERTIFICATE,
    OPTION_METHOD,
    OPTION_MINIMISE,
    OPTION_TIME_LIMIT,
    OPTION_INTERNAL,
    OPTION_ROUND,
    OPTION_SMALL,
    OPTION_LEVEL,
    OPTION_COMPARE,
    OPTION_REPORT,
    OPTION_REGISTER,
    OPTION_CORRECTION,
    OPTION_REASON,
    OPTION_SIZE,
    OPTION_DICTIONARY,
    OPTION_REVIEWER,
    OPTION_REVIEW,
    OPTION_NARRATIVES,
    OPTION_SOURCE,
    OPTION_LABELS,
    OPTION_MIN_RECORDS,
    OPTION_MOST,
    OPTION_PREVIEW,
    OPTION_PDF,
    OPTION_HELP,
    N_OPTIONS,
};

enum value_kind {
    VALUE_NONE, /* a switch */
    VALUE_FILE,
    VALUE_FOLDER,
    VALUE_NUMBER, /* a whole number from least to most */
    VALUE_WORD,   /* one of `words` */
    VALUE_TEXT,   /* anything; the command looks at it */
};

struct option {
    const char *name; /* long, without the dashes */
    char letter;      /* short, or 0 */
    enum value_kind kind;
    const char *value_name; /* "FILE" */
    const char *const *words;
    unsigned long least;
    unsigned long most;
    const char *help;
};

extern const struct option all_options[N_OPTIONS];

/* What was given on the command line. */
struct arguments {
    bool given[N_OPTIONS];
    const char *text[N_OPTIONS];
    unsigned long number[N_OPTIONS]; /* of a number; position in `words` of a word */
    const char **operands;
    size_t n_operands;
    /* Every option with a value in the order given, for those that may be given again. */
    struct given_value {
        enum option_id id;
        const char *text;
        size_t n_operands_before;
    } * values;
    size_t n_values;
};

struct command {
    const char *name;
    const char *operands; /* "REQUEST.yaml", for the usage line */
    size_t least_operands;
    size_t most_operands;
    const enum option_id *options;
    size_t n_options;
    const char *summary;     /* one line */
    const char *description; /* paragraphs, for the manual page; blank line between them */
    const char *examples;    /* lines "command\texplanation\n" */
    int (*run)(const struct arguments *arguments); /* NULL: not built yet */
    bool hidden;
};

extern const struct command all_commands[];
extern const size_t n_commands;

const struct command *find_command(const char *name);

/* Parses what follows the command's name. 0, or exit code 2 after saying why. */
int parse_arguments(const struct command *command, int argc, char **argv,
                    struct arguments *arguments);
void release_arguments(struct arguments *arguments);

void print_usage(void);
void print_command_help(const struct command *command);

/* Writes a completion script ("bash", "zsh", "fish") or a manual page to standard output. */
int run_completion(const struct arguments *arguments);
int run_manual(const struct arguments *arguments);

#endif
