#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "audit/audit.h"
#include "base/text.h"
#include "cli/cli.h"

/* ---- messages ---- */

void complain(const char *fmt, ...)
{
    va_list ap;

    (void)fputs("safecount: ", stderr);
    va_start(ap, fmt);
    (void)vfprintf(stderr, fmt, ap);
    va_end(ap);
    (void)fputc('\n', stderr);
}

static int exit_code_of(enum sc_status status)
{
    switch (status) {
    case SC_OK:
        return EXIT_DONE;
    case SC_E_INPUT:
        return EXIT_INPUT;
    case SC_E_INTERRUPTED:
        return EXIT_INTERRUPTED;
    case SC_E_UNSAFE:
    case SC_E_UNDECIDED:
        return EXIT_UNSAFE;
    default:
        return EXIT_FAILED;
    }
}

int report_failure(const struct sc_diagnostics *diagnostics, const struct sc_error *err)
{
    size_t n = diagnostics ? diagnostics->n_items : 0;

    for (size_t i = 0; i < n; i++) {
        const struct sc_diagnostic *d = &diagnostics->items[i];

        (void)fprintf(stderr, "%s:%" PRIu64 ":%" PRIu64 ": %s\n", d->file, d->line, d->column,
                      d->message);
    }
    if (n)
        complain("%zu mistake%s to mend", n, n == 1 ? "" : "s");
    else if (err->file[0] && err->line && err->column)
        complain("%s:%" PRIu64 ":%" PRIu64 ": %s", err->file, err->line, err->column, err->message);
    else if (err->file[0] && err->line)
        complain("%s:%" PRIu64 ": %s", err->file, err->line, err->message);
    else if (err->file[0])
        complain("'%s': %s", err->file, err->message);
    else
        complain("%s", err->message[0] ? err->message : sc_status_name(err->status));
    return exit_code_of(err->status);
}

int write_output(const char *bytes, size_t len)
{
    if (fwrite(bytes, 1, len, stdout) != len)
        return EXIT_FAILED; /* main() says so */
    return EXIT_DONE;
}

unsigned parse_readers(const char *text)
{
    unsigned readers = 0;

    while (*text) {
        size_t len = strcspn(text, ",");
        bool found = false;

        for (int r = 0; r < SC_N_READERS; r++) {
            const char *name = sc_reader_name((enum sc_reader)r);

            if (strlen(name) == len && strncmp(name, text, len) == 0) {
                readers |= SC_READER_BIT(r);
                found = true;
            }
        }
        if (!found)
            return 0;
        text += len + (text[len] == ',');
    }
    return readers;
}

/* ---- signals ---- */

static volatile sig_atomic_t cancelled;

static void on_signal(int number)
{
    (void)number;
    if (cancelled)
        _exit(EXIT_INTERRUPTED); /* asked twice: at once */
    cancelled = 1;
}

void catch_signals(void)
{
    struct sigaction action = {0};

    action.sa_handler = on_signal;
    (void)sigemptyset(&action.sa_mask);
    action.sa_flags = SA_RESTART;
    (void)sigaction(SIGINT, &action, NULL);
    (void)sigaction(SIGTERM, &action, NULL);
    (void)signal(SIGPIPE, SIG_IGN);
}

bool is_cancelled(void *context)
{
    (void)context;
    return cancelled != 0;
}

/* ---- progress ---- */

static double seconds_since(const struct timespec *start)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - start->tv_sec) + (double)(now.tv_nsec - start->tv_nsec) / 1e9;
}

static void draw_bar(struct bar *bar, const struct sc_progress *progress, double seconds)
{
    double rate = seconds > 0 ? (double)progress->bytes_done / seconds : 0;
    char drawn[33] = "--------------------------------";

    if (progress->bytes_total) {
        double share = (double)progress->bytes_done / (double)progress->bytes_total;
        double left = rate > 0 ? (double)(progress->bytes_total - progress->bytes_done) / rate : 0;

        share = share > 1 ? 1 : share;
        memset(drawn, '#', (size_t)(share * 32));
        (void)fprintf(stderr, "\r[%s] %3.0f%%  %.1f of %.1f MB  %.0f MB/s  %.0f s left ", drawn,
                      share * 100, (double)progress->bytes_done / 1e6,
                      (double)progress->bytes_total / 1e6, rate / 1e6, left);
    } else {
        (void)fprintf(stderr, "\r%.1f MB  %" PRIu64 " rows  %.0f MB/s ",
                      (double)progress->bytes_done / 1e6, progress->rows, rate / 1e6);
    }
    (void)fflush(stderr);
    bar->drawn = true;
}

static void on_progress(void *context, const struct sc_progress *progress)
{
    struct bar *bar = context;
    double seconds;

    if (!bar->on)
        return;
    seconds = seconds_since(&bar->start);
    if (seconds < 0.3 || seconds - bar->last < 0.1)
        return;
    bar->last = seconds;
    draw_bar(bar, progress, seconds);
}

void clear_bar(const struct bar *bar)
{
    if (bar->drawn)
        (void)fprintf(stderr, "\r\033[K");
}

/* ---- counting ---- */

struct sc_count_options counting_options(const struct arguments *arguments, struct bar *bar)
{
    *bar = (struct bar){.on = isatty(STDERR_FILENO) && !arguments->given[OPTION_QUIET]};
    (void)clock_gettime(CLOCK_MONOTONIC, &bar->start);
    return (struct sc_count_options){
        .threads = (unsigned)arguments->number[OPTION_THREADS],
        .engine = (enum sc_engine)arguments->number[OPTION_ENGINE],
        .strict = arguments->given[OPTION_STRICT],
        .cancelled = is_cancelled,
        .progress = on_progress,
        .context = bar,
    };
}

int load_and_count(const struct arguments *arguments, struct counted *counted)
{
    struct sc_diagnostics diagnostics = {0};
    struct sc_error err = {0};
    struct bar bar;
    struct sc_count_options options = counting_options(arguments, &bar);
    enum sc_status status;
    int code = EXIT_DONE;

    *counted = (struct counted){0};
    status = sc_job_load(arguments->operands[0], &counted->job, &diagnostics, &err);
    if (!status)
        status =
            sc_count(counted->job->request, counted->job->source, counted->job->policy,
                     (const struct sc_dictionary *const *)counted->job->dictionaries,
                     counted->job->n_dictionaries, &options, &counted->counts, &diagnostics, &err);
    clear_bar(&bar);
    if (status)
        code = report_failure(&diagnostics, &err);
    else if (arguments->given[OPTION_VERBOSE])
        (void)fprintf(stderr, "counted in %.2f s\n", seconds_since(&bar.start));
    sc_diagnostics_release(&diagnostics);
    return code;
}

void release_counted(struct counted *counted)
{
    sc_counts_free(counted->counts);
    sc_job_free(counted->job);
    *counted = (struct counted){0};
}

void print_accounting(const struct sc_counts *counts, bool verbose)
{
    const struct sc_accounting *a = &counts->accounting;
    char number[32];

    (void)fprintf(stderr, "Rows read       %12s\n", sc_format_count(a->read, number));
    (void)fprintf(stderr, "Rows counted    %12s\n", sc_format_count(a->counted, number));
    for (size_t i = 0; i < SC_N_EXCLUSIONS; i++) {
        if (a->excluded[i])
            (void)fprintf(stderr, "  excluded      %12s  %s\n",
                          sc_format_count(a->excluded[i], number),
                          sc_exclusion_name((enum sc_exclusion)i));
    }
    for (size_t i = 0; i < SC_N_FAULTS; i++) {
        if (a->faulty[i])
            (void)fprintf(stderr, "  faulty        %12s  %s\n",
                          sc_format_count(a->faulty[i], number), sc_fault_name((enum sc_fault)i));
    }
    for (size_t i = 0; verbose && i < counts->n_fault_places; i++) {
        const struct sc_fault_place *place = &counts->fault_places[i];

        (void)fprintf(stderr, "    %s row %" PRIu64 ": %s%s%s\n",
                      counts->inputs[place->file_i].name, place->row, sc_fault_name(place->fault),
                      place->column[0] ? ", column " : "", place->column);
    }
    for (size_t i = 0; i < counts->n_findings; i++)
        (void)fprintf(stderr, "To look at      %12s  %s\n",
                      sc_format_count(counts->findings[i].count, number), counts->findings[i].text);
}
