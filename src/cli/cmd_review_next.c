/*
 * cmd_review_next.c - `safecount review next`: one narrative at a time on the terminal.
 *
 * The terminal is put into a mode where each key arrives at once and is not shown, on its second
 * screen, which keeps no lines that scroll away; both are put back however the command ends,
 * on Ctrl-C, SIGTERM and a closed terminal too. Every judgement is in the register before the
 * next narrative is shown, so nothing that was confirmed is lost even by a kill -9.
 *
 * All narratives of the sample that are left are read from the extract first, in one pass;
 * after that each key is answered at once.
 */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "cli/review.h"
#include "review/find.h"
#include "review/screen.h"

/* ---- the terminal ------------------------------------------------------------------ */

static struct termios terminal_before;
static bool terminal_changed;

static void on_resize(int number)
{
    (void)number; /* poll() comes back, and the frame is drawn anew */
}

static void say(const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t n = write(STDOUT_FILENO, bytes, len);

        if (n < 0 && errno != EINTR)
            return; /* the terminal is gone: reading from it will end too */
        bytes += n > 0 ? n : 0;
        len -= n > 0 ? (size_t)n : 0;
    }
}

static bool terminal_begin(void)
{
    static const char begin[] = "\033[?1049h\033[?25l\033[2J";
    struct termios raw;
    struct sigaction action = {.sa_handler = on_resize};

    if (tcgetattr(STDIN_FILENO, &terminal_before) != 0)
        return false;
    raw = terminal_before;
    raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO | IEXTEN);
    raw.c_iflag &= ~(tcflag_t)(IXON | ICRNL | INLCR);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    raw.c_cc[VSUSP] = _POSIX_VDISABLE; /* no narrative is left on the screen of a stopped job */
    raw.c_cc[VQUIT] = _POSIX_VDISABLE;
    if (tcsetattr(STDIN_FILENO, TCSAFLUSH, &raw) != 0)
        return false;
    terminal_changed = true;
    (void)sigemptyset(&action.sa_mask);
    (void)sigaction(SIGWINCH, &action, NULL);
    say(begin, sizeof begin - 1);
    return true;
}

static void terminal_end(void)
{
    static const char end[] = "\033[0m\033[2J\033[?25h\033[?1049l";

    if (!terminal_changed)
        return;
    say(end, sizeof end - 1);
    (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &terminal_before);
    terminal_changed = false;
}

static void terminal_size(size_t *ret_rows, size_t *ret_columns)
{
    struct winsize size = {0};

    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0) {
        size.ws_row = 24;
        size.ws_col = 80;
    }
    *ret_rows = size.ws_row < 12 ? 12 : size.ws_row;
    *ret_columns = size.ws_col < 40 ? 40 : size.ws_col;
}

/* ---- keys -------------------------------------------------------------------------- */

enum key {
    KEY_NONE = 256, /* nothing that means anything, or the size changed */
    KEY_UP,
    KEY_DOWN,
    KEY_PAGE_UP,
    KEY_PAGE_DOWN,
    KEY_END, /* interrupted, or the terminal is gone */
};

/*
 * A signal that came before the wait must end it too: signals are let through only while ppoll()
 * waits, so that none can come between looking for one and waiting.
 */
static int wait_for_byte(int wait_ms)
{
    struct pollfd fd = {.fd = STDIN_FILENO, .events = POLLIN};
    struct timespec wait = {.tv_sec = wait_ms / 1000, .tv_nsec = wait_ms % 1000 * 1000000L};
    sigset_t held, before;
    int ready = 0;

    (void)sigemptyset(&held);
    (void)sigaddset(&held, SIGINT);
    (void)sigaddset(&held, SIGTERM);
    (void)sigprocmask(SIG_BLOCK, &held, &before);
    if (!is_cancelled(NULL))
        ready = ppoll(&fd, 1, wait_ms < 0 ? NULL : &wait, &before);
    (void)sigprocmask(SIG_SETMASK, &before, NULL);
    return ready;
}

static int read_byte(int wait_ms)
{
    unsigned char c;
    int ready = wait_for_byte(wait_ms);

    if (is_cancelled(NULL))
        return KEY_END;
    if (ready <= 0)
        return KEY_NONE;
    return read(STDIN_FILENO, &c, 1) == 1 ? c : KEY_END;
}

/* What follows an escape: arrows and page keys; anything else is swallowed. */
static int read_escape(void)
{
    const int wait_ms = 50;
    int c = read_byte(wait_ms);
    int last;

    if (c != '[' && c != 'O')
        return c == KEY_END ? KEY_END : KEY_NONE;
    c = last = read_byte(wait_ms);
    while ((last >= '0' && last <= '9') || last == ';')
        last = read_byte(wait_ms);
    if (last == 'A')
        return KEY_UP;
    if (last == 'B')
        return KEY_DOWN;
    if (last == '~' && c == '5')
        return KEY_PAGE_UP;
    if (last == '~' && c == '6')
        return KEY_PAGE_DOWN;
    return last == KEY_END ? KEY_END : KEY_NONE;
}

static int read_key(void)
{
    int c = read_byte(-1);

    return c == '\033' ? read_escape() : c;
}

/* ---- the review -------------------------------------------------------------------- */

struct reading {
    struct review_session *session;
    struct sc_narratives *narratives;
    struct sc_matcher *matcher;
    struct sc_matcher_scratch *scratch;
    unsigned first_bit;
    const struct sc_labels *labels; /* of the reviewer, or NULL so far */
    size_t item;
    struct sc_screen screen;
    char title[128];
    char message[128];
};

static enum sc_label_state state_of(const struct reading *reading, size_t item)
{
    return reading->labels ? reading->labels->items[item].state : SC_LABEL_NONE;
}

/* The first item from `from` on that is not labelled and can be shown, or SIZE_MAX. */
static size_t next_item(const struct reading *reading)
{
    for (size_t i = 0; i < reading->session->review->n_items; i++)
        if (state_of(reading, i) == SC_LABEL_NONE && reading->narratives->texts[i])
            return i;
    return SIZE_MAX;
}

static int reload(struct reading *reading)
{
    int code = load_labels(reading->session);

    reading->labels =
        code ? NULL : sc_labels_of(reading->session->labels, reading->session->reviewer);
    return code;
}

/* Turns to an item: its narrative, its hits, its label if it had one. */
static int show_item(struct reading *reading, size_t item, uint64_t chosen)
{
    const struct sc_review *review = reading->session->review;
    struct sc_screen *screen = &reading->screen;
    struct sc_error err = {0};

    reading->item = item;
    screen->text = reading->narratives->texts[item];
    screen->len = reading->narratives->lens[item];
    screen->scroll = 0;
    screen->chosen = chosen;
    screen->done = reading->labels ? reading->labels->n_given : 0;
    screen->skipped = reading->labels ? reading->labels->n_skipped : 0;
    screen->total = review->n_items;
    if (sc_matcher_hits(reading->matcher, reading->scratch, screen->text, screen->len,
                        &screen->hits, &screen->n_hits, &err)) {
        terminal_end();
        return report_failure(NULL, &err);
    }
    return EXIT_DONE;
}

static int draw(struct reading *reading)
{
    SC_AUTO_BUF frame = {0};

    terminal_size(&reading->screen.rows, &reading->screen.columns);
    reading->screen.message = reading->message;
    sc_screen_draw(&reading->screen, &frame);
    if (frame.failed)
        return EXIT_FAILED;
    say(frame.data, frame.len);
    explicit_bzero(frame.data, frame.len);
    return EXIT_DONE;
}

/* Keeps the judgement; the next item follows. */
static int keep(struct reading *reading, bool skipped)
{
    struct sc_label_given label = {reading->item, skipped, skipped ? 0 : reading->screen.chosen};
    struct sc_error err = {0};

    if (sc_labels_put(reading->session->reg, reading->session->review, reading->session->reviewer,
                      &label, 1, &err)) {
        terminal_end();
        return report_failure(NULL, &err);
    }
    reading->item = SIZE_MAX;
    return reload(reading);
}

/* Takes the latest judgement back and shows that item again, with what was chosen. */
static int undo(struct reading *reading)
{
    struct review_session *session = reading->session;
    size_t item = SIZE_MAX;
    uint64_t chosen = 0;
    struct sc_label before[1] = {{SC_LABEL_NONE, 0, 0}};
    struct sc_error err = {0};
    int code;

    for (size_t i = 0; reading->labels && i < session->review->n_items; i++)
        if (reading->labels->items[i].state != SC_LABEL_NONE &&
            reading->labels->items[i].step >= before->step) {
            *before = reading->labels->items[i];
            item = i;
        }
    chosen = before->categories;
    if (item == SIZE_MAX || !reading->narratives->texts[item]) {
        (void)snprintf(reading->message, sizeof reading->message, "%s",
                       item == SIZE_MAX ? "There is nothing to take back."
                                        : "The one before is not in the extract any more.");
        return EXIT_DONE;
    }
    if (sc_labels_undo(session->reg, session->review, session->reviewer, &item, &err)) {
        terminal_end();
        return report_failure(NULL, &err);
    }
    code = reload(reading);
    if (!code && item != SIZE_MAX)
        code = show_item(reading, item, chosen);
    (void)snprintf(reading->message, sizeof reading->message,
                   "Taken back: choose again and press Enter.");
    return code;
}

static void scroll(struct reading *reading, long lines)
{
    size_t *at = &reading->screen.scroll;

    if (lines < 0 && *at < (size_t)-lines)
        *at = 0;
    else
        *at += (size_t)lines; /* drawing lowers what is too far */
}

/* Obeys one key. *ret_stop when the reviewer has had enough. */
static int obey(struct reading *reading, int key, bool *ret_stop)
{
    struct sc_screen *screen = &reading->screen;
    long page = (long)sc_screen_text_rows(screen) - 1;
    size_t category;

    if (key == KEY_NONE)
        return EXIT_DONE;
    reading->message[0] = '\0';
    if (screen->help && key != KEY_END) {
        screen->help = false;
        return EXIT_DONE;
    }
    switch (key) {
    case KEY_END:
    case 'q':
        *ret_stop = true;
        return EXIT_DONE;
    case '\r':
    case '\n':
        if (screen->chosen)
            return keep(reading, false);
        (void)snprintf(reading->message, sizeof reading->message,
                       "Nothing is chosen. Press 0 if it is about none of them, s to skip.");
        return EXIT_DONE;
    case '0':
        screen->chosen = 0;
        return keep(reading, false);
    case '\t':
        screen->chosen = reading->session->review->items[reading->item].found;
        if (!screen->chosen)
            (void)snprintf(reading->message, sizeof reading->message,
                           "The search found nothing here. Press 0 if that is right.");
        return EXIT_DONE;
    case 's':
        return keep(reading, true);
    case 'u':
    case 0x7F:
    case 0x08:
        return undo(reading);
    case '?':
        screen->help = true;
        return EXIT_DONE;
    case ' ':
    case KEY_PAGE_DOWN:
        scroll(reading, page);
        return EXIT_DONE;
    case KEY_PAGE_UP:
        scroll(reading, -page);
        return EXIT_DONE;
    case KEY_UP:
    case KEY_DOWN:
        scroll(reading, key == KEY_UP ? -1 : 1);
        return EXIT_DONE;
    default:
        break;
    }
    category =
        key > 0 && key < 128 ? sc_screen_category((char)key, screen->n_categories) : SIZE_MAX;
    if (category != SIZE_MAX)
        screen->chosen ^= 1ULL << category;
    else
        (void)snprintf(reading->message, sizeof reading->message,
                       "This key means nothing here. Press ? for help.");
    return EXIT_DONE;
}

/* Shows and asks until all are labelled or the reviewer stops. */
static int read_all(struct reading *reading)
{
    bool stop = false;
    int code = reload(reading);

    reading->item = SIZE_MAX;
    while (!code && !stop) {
        if (reading->item == SIZE_MAX) {
            size_t item = next_item(reading);

            if (item == SIZE_MAX)
                break;
            code = show_item(reading, item, 0);
        }
        if (!code)
            code = draw(reading);
        if (!code)
            code = obey(reading, read_key(), &stop);
    }
    return code;
}

/* ---- beginning and end ------------------------------------------------------------- */

/* The extract and the dictionary must be those the sample was drawn from. */
static int check_dictionary(const struct review_session *session)
{
    const struct sc_dictionary *dictionary =
        session->subject.dictionaries[session->subject.dictionary_i];

    if (strcmp(dictionary->sha256, session->review->dictionary_sha256) == 0)
        return EXIT_DONE;
    complain("'%s': the dictionary has changed since review %" PRId64 " was drawn: put the old one "
             "back, or draw a new sample for this one",
             session->written, session->review->id);
    return EXIT_FAILED;
}

static int prepare(struct reading *reading)
{
    struct review_session *session = reading->session;
    const struct sc_dictionary *const *dictionaries = session->subject.dictionaries;
    struct sc_review_key key;
    struct sc_diagnostics diagnostics = {0};
    struct sc_error err = {0};
    struct bar bar;
    struct sc_count_options options = counting_options(session->arguments, &bar);
    enum sc_status status = sc_review_key_load(sc_register_path(session->reg), false, &key, &err);
    int code = EXIT_DONE;

    if (!status && strcmp(key.check, session->review->key_check) != 0) {
        complain("'%s.key': this is not the key the review was drawn with: put that one back",
                 sc_register_path(session->reg));
        return EXIT_FAILED;
    }
    if (!status)
        status = sc_narratives_find(&session->subject, session->review, &key, NULL, &options,
                                    &reading->narratives, &diagnostics, &err);
    clear_bar(&bar);
    if (!status)
        status = sc_matcher_new(dictionaries, session->subject.n_dictionaries, SC_ENGINE_AUTO,
                                &reading->matcher, &err);
    if (!status)
        status = sc_matcher_scratch_new(reading->matcher, &reading->scratch, &err);
    for (size_t i = 0; i < session->subject.dictionary_i; i++)
        reading->first_bit += (unsigned)dictionaries[i]->n_categories;
    reading->screen.hits_mask =
        (session->review->n_categories < 64 ? (1ULL << session->review->n_categories) - 1
                                            : UINT64_MAX)
        << reading->first_bit;
    if (status)
        code = report_failure(&diagnostics, &err);
    sc_diagnostics_release(&diagnostics);
    return code;
}

static void print_end(const struct reading *reading)
{
    const struct sc_review *review = reading->session->review;
    size_t given = reading->labels ? reading->labels->n_given : 0;
    size_t skipped = reading->labels ? reading->labels->n_skipped : 0;
    size_t missing = reading->narratives->n_missing;
    size_t left = review->n_items - given - skipped;

    (void)printf("Review %" PRId64 " of request %s, reviewer %s: %zu of %zu checked, %zu skipped\n",
                 review->id, review->reference, reading->session->reviewer, given, review->n_items,
                 skipped);
    if (missing)
        (void)printf(
            "%zu of the sample are not in the extract any more and cannot be shown: it has "
            "changed since the sample was drawn\n",
            missing);
    if (left > missing)
        (void)printf("%zu are left: go on with the same command\n", left - missing);
    else
        (void)printf("Next: safecount review report %s\n",
                     reading->session->arguments->operands[1]);
}

static void release(struct reading *reading)
{
    sc_narratives_free(reading->narratives);
    sc_matcher_scratch_free(reading->scratch);
    sc_matcher_free(reading->matcher);
}

int review_next(struct review_session *session)
{
    struct reading reading = {.session = session};
    int code = check_dictionary(session);

    if (code)
        return code;
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
        complain("review next: expected a terminal: for a spreadsheet use 'review export'");
        return EXIT_USAGE;
    }
    if (session->review->n_categories > SC_SCREEN_CATEGORIES_MAX) {
        complain("review next: the dictionary has %zu categories and there are keys for %d: use "
                 "'review export'",
                 session->review->n_categories, SC_SCREEN_CATEGORIES_MAX);
        return EXIT_FAILED;
    }
    (void)snprintf(reading.title, sizeof reading.title, "Review of %s, reviewer %s",
                   session->review->reference, session->reviewer);
    reading.screen.title = reading.title;
    reading.screen.categories = session->review->categories;
    reading.screen.n_categories = session->review->n_categories;
    code = prepare(&reading);
    if (!code && !terminal_begin()) {
        complain("review next: the terminal cannot be set up: %s", strerror(errno));
        code = EXIT_FAILED;
    }
    if (!code)
        code = read_all(&reading);
    terminal_end();
    if (!code)
        print_end(&reading);
    if (!code && is_cancelled(NULL))
        code = EXIT_INTERRUPTED;
    release(&reading);
    return code;
}
