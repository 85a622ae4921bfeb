/*
 * browser.c - see browser.h.
 *
 * Chromium and its kin only: they are the ones that write tagged PDF. The browser gets a
 * profile, a home and a place for temporary files in the scratch folder, so that it neither
 * reads nor leaves anything of the user's; no name resolves for it, so that it cannot ask
 * anybody for anything even if it wanted to. It runs in a process group of its own, so that
 * its helpers end with it.
 *
 * As root it has to do without its sandbox, which it refuses to set up then. What it reads is
 * a page of ours, without script of its own, in which all text from outside is escaped.
 */
#include "cli/browser.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/text.h"
#include "cli/cli.h"

#define SECONDS_MAX 120

/* Whether `name` is a program in one of the folders of the PATH. */
static bool is_program(const char *name)
{
    const char *at = getenv("PATH");

    while (at && *at) {
        size_t len = strcspn(at, ":");
        char path[4096];
        struct stat found;

        (void)snprintf(path, sizeof path, "%.*s/%s", (int)(len < 3000 ? len : 3000), at, name);
        if (stat(path, &found) == 0 && S_ISREG(found.st_mode) && access(path, X_OK) == 0)
            return true;
        at += len + (at[len] == ':');
    }
    return false;
}

static const char *find_browser(void)
{
    static const char *const names[] = {"chromium", "chromium-browser", "google-chrome",
                                        "google-chrome-stable"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (is_program(names[i]))
            return names[i];
    return NULL;
}

/* "--option=TEXT..." in memory of its own. */
static char *joined(const char *option, const char *text)
{
    SC_AUTO_BUF buf = {0};

    sc_buf_addf(&buf, "%s%s", option, text);
    return buf.failed ? NULL : sc_strdup(buf.data);
}

/* The address of a file: what has a meaning in one is percent-encoded. */
static char *address_of(const char *path)
{
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/";
    SC_AUTO_BUF buf = {0};

    sc_buf_adds(&buf, "file://");
    for (; *path; path++) {
        if (strchr(plain, *path))
            sc_buf_addc(&buf, *path);
        else
            sc_buf_addf(&buf, "%%%02X", (unsigned)(unsigned char)*path);
    }
    return buf.failed ? NULL : sc_strdup(buf.data);
}

/* In the new process. Does not come back. */
static _Noreturn void become(char *const *arguments, const char *scratch)
{
    int nothing = open("/dev/null", O_RDWR);

    (void)setpgid(0, 0);
    for (int fd = 0; fd < 3 && nothing >= 0; fd++)
        (void)dup2(nothing, fd);
    (void)setenv("HOME", scratch, 1);
    (void)setenv("TMPDIR", scratch, 1);
    (void)setenv("XDG_CONFIG_HOME", scratch, 1);
    (void)setenv("XDG_CACHE_HOME", scratch, 1);
    (void)setenv("XDG_RUNTIME_DIR", scratch, 1);
    (void)unsetenv("DISPLAY");
    (void)unsetenv("WAYLAND_DISPLAY");
    (void)unsetenv("DBUS_SESSION_BUS_ADDRESS");
    (void)execvp(arguments[0], arguments);
    _exit(127);
}

static void sleep_a_little(void)
{
    const struct timespec time = {.tv_nsec = 20000000L};

    (void)nanosleep(&time, NULL);
}

/* Waits for it, and ends it with its helpers when it takes too long. */
static enum print_end wait_for(pid_t pid)
{
    enum print_end end = PRINT_DONE;
    struct timespec start, now;
    int result = 0;
    pid_t got = 0;

    (void)clock_gettime(CLOCK_MONOTONIC, &start);
    while ((got = waitpid(pid, &result, WNOHANG)) == 0) {
        (void)clock_gettime(CLOCK_MONOTONIC, &now);
        if (is_cancelled(NULL))
            end = PRINT_CANCELLED;
        else if (now.tv_sec - start.tv_sec > SECONDS_MAX)
            end = PRINT_TOO_LONG;
        if (end != PRINT_DONE)
            break;
        sleep_a_little();
    }
    (void)kill(-pid, SIGKILL); /* helpers that stayed behind, or all of it */
    if (end != PRINT_DONE) {
        (void)waitpid(pid, &result, 0);
        return end;
    }
    return got == pid && WIFEXITED(result) && WEXITSTATUS(result) == 0 ? PRINT_DONE : PRINT_FAILED;
}

enum print_end browser_print(const char *page, const char *pdf, const char *scratch,
                             const char *creator)
{
    const char *name = find_browser();
    SC_AUTO_FREE char *program = name ? sc_strdup(name) : NULL;
    SC_AUTO_FREE char *profile = joined("--user-data-dir=", scratch);
    SC_AUTO_FREE char *output = joined("--print-to-pdf=", pdf);
    SC_AUTO_FREE char *agent = joined("--user-agent=", creator);
    SC_AUTO_FREE char *address = address_of(page);
    char fixed[][64] = {"--headless",
                        "--no-pdf-header-footer",
                        "--print-to-pdf-no-header", /* the same, before 2022 */
                        "--export-tagged-pdf",
                        "--generate-pdf-document-outline",
                        "--disable-gpu",
                        "--disable-extensions",
                        "--disable-sync",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--no-first-run",
                        "--no-default-browser-check",
                        "--disable-dev-shm-usage",
                        "--host-resolver-rules=MAP * ~NOTFOUND",
                        "--no-sandbox"};
    size_t n_fixed = sizeof fixed / sizeof *fixed - (geteuid() == 0 ? 0 : 1);
    char *arguments[sizeof fixed / sizeof *fixed + 6];
    size_t n = 0;
    pid_t pid;

    if (!name)
        return PRINT_NO_BROWSER;
    if (!program || !profile || !output || !agent || !address)
        return PRINT_FAILED;
    arguments[n++] = program;
    for (size_t i = 0; i < n_fixed; i++)
        arguments[n++] = fixed[i];
    arguments[n++] = profile;
    arguments[n++] = output;
    arguments[n++] = agent;
    arguments[n++] = address;
    arguments[n] = NULL;
    pid = fork();
    if (pid < 0)
        return PRINT_FAILED;
    if (pid == 0)
        become(arguments, scratch);
    return wait_for(pid);
}
