/*
 * help.c - everything that is printed from the table of options: help,
 * completions, manual pages.
 */
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/columns.h"

/* Commands that run, or those not built yet, under a heading; nothing where there is none. */
static void print_commands(const char *heading, bool built)
{
    bool headed = false;

    for (size_t i = 0; i < n_commands; i++) {
        if (all_commands[i].hidden || (all_commands[i].run != NULL) != built)
            continue;
        if (!headed)
            (void)printf("\n%s:\n", heading);
        headed = true;
        (void)printf("  %-20s %s\n", all_commands[i].name, all_commands[i].summary);
    }
}

void print_usage(void)
{
    (void)printf("usage: safecount COMMAND [OPTION...] ...\n"
                 "\n"
                 "safecount turns case records and one Freedom of Information request into an "
                 "answer.\n");
    print_commands("Commands", true);
    print_commands("Not built yet", false);
    (void)printf("\n'safecount help COMMAND' tells more. Exit codes: 0 done, 1 failed, 2 usage, "
                 "3 input rejected,\n4 a check found problems, 5 not safe or not publishable, "
                 "130 interrupted.\n");
}

/* Prints words behind `used` columns, as add_wrapped() does. */
static void print_words_at(const char *text, size_t len, size_t used, size_t indent)
{
    SC_AUTO_BUF words = {0};
    SC_AUTO_BUF lines = {0};

    sc_buf_add(&words, text, len);
    add_wrapped(&lines, words.data ? words.data : "", used, indent);
    (void)fputs(lines.data ? lines.data : "\n", stdout);
}

/* Paragraphs, an empty line between them. */
static void print_paragraphs(const char *text)
{
    while (*text) {
        const char *end = strstr(text, "\n\n");
        size_t len = end ? (size_t)(end - text) : strlen(text);

        (void)putchar('\n');
        print_words_at(text, len, 0, 0);
        text += len + (end ? 2 : 0);
    }
}

#define OPTION_COLUMNS 27

static void print_option(const struct option *option)
{
    char left[64];

    (void)snprintf(left, sizeof left, "%s%c%s--%s%s%s", option->letter ? "-" : " ",
                   option->letter ? option->letter : ' ', option->letter ? ", " : "  ",
                   option->name, option->value_name ? " " : "",
                   option->value_name ? option->value_name : "");
    (void)printf("  %-24s ", left);
    print_words_at(option->help, strlen(option->help),
                   strlen(left) + 3 > OPTION_COLUMNS ? strlen(left) + 3 : OPTION_COLUMNS,
                   OPTION_COLUMNS);
}

void print_command_help(const struct command *command)
{
    SC_AUTO_BUF usage = {0};

    sc_buf_addf(&usage, "safecount %s%s%s%s", command->name,
                command->n_options ? " [OPTION...]" : "", command->operands[0] ? " " : "",
                command->operands);
    (void)printf("usage: ");
    print_words_at(usage.data ? usage.data : "", usage.len, 7, 7);
    (void)putchar('\n');
    print_words_at(command->summary, strlen(command->summary), 0, 0);
    if (!command->run) {
        (void)printf("\nThis command is not built yet.\n");
        return;
    }
    print_paragraphs(command->description);
    (void)printf("\nOptions:\n");
    for (size_t i = 0; i < command->n_options; i++)
        print_option(&all_options[command->options[i]]);
    print_option(&all_options[OPTION_HELP]);
    if (command->examples[0])
        (void)printf("\nExamples:\n");
    for (const char *p = command->examples; *p;) {
        size_t command_len = strcspn(p, "\t");
        size_t line_len = strcspn(p, "\n");

        (void)printf("  %.*s\n", (int)command_len, p);
        print_words_at(p + command_len + 1, line_len - command_len - 1, 0, 6);
        p += line_len + 1;
    }
}

int run_help(const struct arguments *arguments)
{
    const struct command *command;

    if (arguments->n_operands == 0) {
        print_usage();
        return EXIT_DONE;
    }
    command = find_command(arguments->operands[0]);
    if (!command) {
        complain("there is no command '%s'", arguments->operands[0]);
        return EXIT_USAGE;
    }
    print_command_help(command);
    return EXIT_DONE;
}

int run_version(const struct arguments *arguments)
{
    (void)arguments;
#ifdef SC_HAVE_VECTORSCAN
    (void)printf("safecount %s (keyword engines: scalar, simd, vectorscan)\n", SC_VERSION);
#else
    (void)printf("safecount %s (keyword engines: scalar, simd)\n", SC_VERSION);
#endif
    return EXIT_DONE;
}

/* ---- completions ---- */

static void bash_options(const struct command *command)
{
    for (size_t i = 0; i < command->n_options; i++) {
        const struct option *option = &all_options[command->options[i]];

        (void)printf("--%s ", option->name);
        if (option->letter)
            (void)printf("-%c ", option->letter);
    }
    (void)printf("--help");
}

static void print_words(const struct option *option, const char *separator)
{
    for (size_t i = 0; option->words[i]; i++)
        (void)printf("%s%s", i ? separator : "", option->words[i]);
}

static void completion_bash(void)
{
    (void)printf("# bash completion for safecount\n"
                 "_safecount() {\n"
                 "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
                 "    COMPREPLY=()\n"
                 "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
                 "        mapfile -t COMPREPLY < <(compgen -W \"");
    for (size_t i = 0; i < n_commands; i++) {
        if (!all_commands[i].hidden && all_commands[i].run)
            (void)printf("%s%s", i ? " " : "", all_commands[i].name);
    }
    (void)printf("\" -- \"$cur\")\n        return\n    fi\n    case $prev in\n");
    for (int i = 0; i < N_OPTIONS; i++) {
        if (all_options[i].kind != VALUE_WORD)
            continue;
        (void)printf("    --%s) mapfile -t COMPREPLY < <(compgen -W \"", all_options[i].name);
        print_words(&all_options[i], " ");
        (void)printf("\" -- \"$cur\"); return ;;\n");
    }
    (void)printf("    esac\n    if [[ $cur == -* ]]; then\n        case ${COMP_WORDS[1]} in\n");
    for (size_t i = 0; i < n_commands; i++) {
        if (all_commands[i].hidden || !all_commands[i].run)
            continue;
        (void)printf("        %s) mapfile -t COMPREPLY < <(compgen -W \"", all_commands[i].name);
        bash_options(&all_commands[i]);
        (void)printf("\" -- \"$cur\") ;;\n");
    }
    (void)printf("        esac\n    else\n"
                 "        mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n"
                 "    fi\n}\ncomplete -o filenames -F _safecount safecount\n");
}

static void completion_zsh(void)
{
    (void)printf("#compdef safecount\n_safecount() {\n    local -a commands\n    commands=(\n");
    for (size_t i = 0; i < n_commands; i++) {
        if (!all_commands[i].hidden && all_commands[i].run)
            (void)printf("        '%s:%s'\n", all_commands[i].name, all_commands[i].summary);
    }
    (void)printf("    )\n    if (( CURRENT == 2 )); then\n"
                 "        _describe command commands\n        return\n    fi\n"
                 "    case $words[2] in\n");
    for (size_t i = 0; i < n_commands; i++) {
        const struct command *command = &all_commands[i];

        if (command->hidden || !command->run)
            continue;
        (void)printf("    %s) _arguments", command->name);
        for (size_t o = 0; o < command->n_options; o++) {
            const struct option *option = &all_options[command->options[o]];

            (void)printf(" \\\n        '--%s%s[%s]", option->name,
                         option->kind == VALUE_NONE ? "" : "=", option->help);
            if (option->kind == VALUE_WORD) {
                (void)printf(":%s:(", option->value_name);
                print_words(option, " ");
                (void)printf(")");
            } else if (option->kind == VALUE_FILE) {
                (void)printf(":%s:_files", option->value_name);
            } else if (option->kind != VALUE_NONE) {
                (void)printf(":%s:", option->value_name);
            }
            (void)printf("'");
        }
        (void)printf(" \\\n        '--help[print help]' '*:file:_files' ;;\n");
    }
    (void)printf("    esac\n}\n_safecount \"$@\"\n");
}

static void completion_fish(void)
{
    (void)printf("# fish completion for safecount\n"
                 "complete -c safecount -n __fish_use_subcommand -f\n");
    for (size_t i = 0; i < n_commands; i++) {
        const struct command *command = &all_commands[i];

        if (command->hidden || !command->run)
            continue;
        (void)printf("complete -c safecount -n __fish_use_subcommand -a %s -d \"%s\"\n",
                     command->name, command->summary);
        for (size_t o = 0; o < command->n_options; o++) {
            const struct option *option = &all_options[command->options[o]];

            (void)printf("complete -c safecount -n \"__fish_seen_subcommand_from %s\" -l %s",
                         command->name, option->name);
            if (option->letter)
                (void)printf(" -s %c", option->letter);
            if (option->kind == VALUE_WORD) {
                (void)printf(" -x -a \"");
                print_words(option, " ");
                (void)printf("\"");
            } else if (option->kind != VALUE_NONE) {
                (void)printf(" -r");
            }
            (void)printf(" -d \"%s\"\n", option->help);
        }
    }
}

int run_completion(const struct arguments *arguments)
{
    const char *shell = arguments->operands[0];

    if (strcmp(shell, "bash") == 0) {
        completion_bash();
    } else if (strcmp(shell, "zsh") == 0) {
        completion_zsh();
    } else if (strcmp(shell, "fish") == 0) {
        completion_fish();
    } else {
        complain("there is no completion for '%s': expected bash, zsh or fish", shell);
        return EXIT_USAGE;
    }
    return EXIT_DONE;
}

/* ---- manual pages (mdoc) ---- */

/* A dot or quote at the start of a line would be a request; a backslash an escape. */
static void roff_text(const char *text, size_t len)
{
    bool line_start = true;

    for (size_t i = 0; i < len; i++) {
        if (line_start && (text[i] == '.' || text[i] == '\''))
            (void)printf("\\&");
        if (text[i] == '\\')
            (void)printf("\\e");
        else if (text[i] == '-')
            (void)printf("\\-");
        else
            (void)putchar(text[i]);
        line_start = text[i] == '\n';
    }
}

static void roff_paragraphs(const char *text)
{
    while (*text) {
        const char *end = strstr(text, "\n\n");
        size_t len = end ? (size_t)(end - text) : strlen(text);

        /* one sentence a line, as manual pages are written */
        for (size_t from = 0, i = 0; i <= len; i++) {
            bool stop = i == len || (i > 0 && text[i] == ' ' && text[i - 1] == '.');

            if (!stop)
                continue;
            roff_text(text + from, i - from);
            (void)putchar('\n');
            from = i + 1;
        }
        text += len;
        if (end) {
            text += 2;
            (void)printf(".Pp\n");
        }
    }
}

static void manual_head(const char *page, const char *name, const char *summary)
{
    (void)printf(".Dd November 24, 2026\n.Dt %s 1\n.Os\n.Sh NAME\n.Nm %s\n.Nd ", page, name);
    roff_text(summary, strlen(summary));
    (void)putchar('\n');
}

static void manual_options(const struct command *command)
{
    (void)printf(".Bl -tag -width Ds\n");
    for (size_t i = 0; i <= command->n_options; i++) {
        const struct option *option =
            &all_options[i < command->n_options ? command->options[i] : OPTION_HELP];

        (void)printf(".It ");
        if (option->letter)
            (void)printf("Fl %c , ", option->letter);
        (void)printf("Fl \\-%s", option->name);
        if (option->value_name)
            (void)printf(" Ar %s", option->value_name);
        (void)printf("\n");
        roff_text(option->help, strlen(option->help));
        (void)printf(".\n");
    }
    (void)printf(".El\n");
}

static void manual_exit_status(void)
{
    (void)printf(".Sh EXIT STATUS\n.Bl -tag -width Ds -compact\n"
                 ".It 0\nDone.\n.It 1\nFailed.\n.It 2\nWrong usage.\n"
                 ".It 3\nAn input was rejected.\n.It 4\nA check found problems.\n"
                 ".It 5\nNot safe, or not publishable.\n.It 130\nInterrupted.\n.El\n");
}

static void manual_of_command(const struct command *command)
{
    char page[64];
    char name[64];

    (void)snprintf(page, sizeof page, "SAFECOUNT-%s", command->name);
    for (char *p = page; *p; p++)
        *p = *p >= 'a' && *p <= 'z' ? (char)(*p - 32) : *p;
    (void)snprintf(name, sizeof name, "safecount-%s", command->name);
    manual_head(page, name, command->summary);
    (void)printf(".Sh SYNOPSIS\n.Nm safecount %s\n", command->name);
    if (command->n_options)
        (void)printf(".Op Ar option ...\n");
    if (command->operands[0])
        (void)printf(".Ar %s\n", command->operands);
    (void)printf(".Sh DESCRIPTION\n");
    roff_paragraphs(command->description);
    (void)printf(".Pp\nThe options are:\n");
    manual_options(command);
    manual_exit_status();
    (void)printf(".Sh EXAMPLES\n");
    for (const char *p = command->examples; *p;) {
        size_t command_len = strcspn(p, "\t");
        size_t line_len = strcspn(p, "\n");

        (void)printf(".Dl ");
        roff_text(p, command_len);
        (void)putchar('\n');
        p += line_len + 1;
    }
    (void)printf(".Sh SEE ALSO\n.Xr safecount 1\n");
}

static void manual_of_program(void)
{
    const char *pages[] = {"answer", "completion", "count", "describe", "help",
                           "new",    "release",    "synth", "version"};
    const char *separator = "";

    manual_head("SAFECOUNT", "safecount", "turn case records and one request into an answer");
    (void)printf(".Sh SYNOPSIS\n.Nm\n.Ar command\n.Op Ar option ...\n.Op Ar file ...\n"
                 ".Sh DESCRIPTION\n"
                 "Reads case records once, counts them as a Freedom of Information request asks,\n"
                 "and writes an answer folder.\n"
                 ".Pp\nThe commands are:\n.Bl -tag -width Ds\n");
    for (size_t i = 0; i < n_commands; i++) {
        if (all_commands[i].hidden || !all_commands[i].run)
            continue;
        (void)printf(".It Cm %s Ar %s\n", all_commands[i].name,
                     all_commands[i].operands[0] ? all_commands[i].operands : "");
        roff_text(all_commands[i].summary, strlen(all_commands[i].summary));
        (void)printf(".\n");
    }
    (void)printf(".El\n.Sh FILES\n.Bl -tag -width Ds -compact\n"
                 ".It Pa request.yaml\nThe request.\n.It Pa extract.yaml\nThe source "
                 "description.\n.It Pa policy.yaml\nThe policy.\n.El\n");
    manual_exit_status();
    (void)printf(".Sh SEE ALSO\n");
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) { /* in the order of the alphabet */
        (void)printf("%s.Xr safecount-%s 1", separator, pages[i]);
        separator = " ,\n";
    }
    (void)putchar('\n');
}

int run_manual(const struct arguments *arguments)
{
    const struct command *command;

    if (arguments->n_operands == 0) {
        manual_of_program();
        return EXIT_DONE;
    }
    command = find_command(arguments->operands[0]);
    if (!command || !command->run) {
        complain("there is no manual page for '%s'", arguments->operands[0]);
        return EXIT_USAGE;
    }
    manual_of_command(command);
    return EXIT_DONE;
}
