/*
 * main.c - finds the command, parses its arguments, runs it.
 */
#include <stdio.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <string.h>

#include "cli/cli.h"

/* Letters that must change to make one command of another; small when it is a slip. */
static size_t difference(const char *a, const char *b)
{
    size_t common = 0;
    size_t la = strlen(a);
    size_t lb = strlen(b);

    while (a[common] && a[common] == b[common])
        common++;
    for (size_t i = 0; i < la - common && i < lb - common; i++) {
        if (a[la - 1 - i] != b[lb - 1 - i])
            return (la > lb ? la : lb) - common - i;
    }
    return la > lb ? la - lb : lb - la;
}

static int unknown_command(const char *name)
{
    const struct command *best = NULL;
    size_t least = 3;

    for (size_t i = 0; i < n_commands; i++) {
        size_t d = difference(name, all_commands[i].name);

        if (!all_commands[i].hidden && d < least) {
            least = d;
            best = &all_commands[i];
        }
    }
    if (best)
        complain("there is no command '%s': did you mean '%s'?", name, best->name);
    else
        complain("there is no command '%s': 'safecount help' lists them", name);
    return EXIT_USAGE;
}

/* What standard output could not take (a full disk) is a failure, whatever was done. */
static int flush_output(int code)
{
    if (fflush(stdout) != 0 || ferror(stdout)) {
        complain("cannot write to standard output: the disk is full or the pipe was closed");
        return code ? code : EXIT_FAILED;
    }
    return code;
}

int main(int argc, char **argv)
{
    const struct command *command;
    struct arguments arguments;
    const char *name;
    int code;

#ifdef __GLIBC__
    /* tables that grow by copying go back to the system at once, and leave no holes */
    (void)mallopt(M_MMAP_THRESHOLD, 128 * 1024);
#endif
    if (argc < 2) {
        print_usage();
        return flush_output(EXIT_USAGE);
    }
    name = argv[1];
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
        name = "help";
    else if (strcmp(name, "--version") == 0)
        name = "version";
    command = find_command(name);
    if (!command)
        return unknown_command(name);
    if (!command->run && !(argc > 2 && strcmp(argv[2], "--help") == 0)) {
        complain("'%s' is not built yet: this version answers and counts", command->name);
        return EXIT_FAILED;
    }
    catch_signals();
    code = parse_arguments(command, argc - 2, argv + 2, &arguments);
    if (!code && arguments.given[OPTION_HELP])
        print_command_help(command);
    else if (!code)
        code = command->run(&arguments);
    release_arguments(&arguments);
    return flush_output(code);
}
