/*
 * screen.c - a frame is put together line by line. The narrative is cut into lines first: a line
 * is a range of bytes that is at most as wide as the screen, ending at a space where there is
 * one. Width is counted in columns (East Asian characters take two, marks none). Each line is
 * then written character by character, switching marking on and off where terms begin and end.
 */
#include "review/screen.h"

#include <stdio.h>
#include <string.h>
#include <utf8proc.h>

#define MARK_ON "\033[1;7m" /* counted: bold, reversed */
#define ASIDE_ON "\033[4m"  /* found, not counted: underlined */
#define PLAIN "\033[0m"
#define CHOSEN_ON "\033[1;7m"
#define DIM "\033[2m"
#define LINE_END                                                                                   \
    "\r\n\033[K" /* clears the new line: clearing at the end would eat its last column */

#define HEAD_ROWS 2 /* title, progress */
#define FOOT_ROWS 2 /* empty line before the categories is one; the commands */

static const char keys[] = "123456789abcdefghijklmnoprtvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

char sc_screen_key(size_t i)
{
    return i < SC_SCREEN_CATEGORIES_MAX ? keys[i] : 0;
}

size_t sc_screen_category(char key, size_t n_categories)
{
    const char *at = key ? strchr(keys, key) : NULL;

    return at && (size_t)(at - keys) < n_categories ? (size_t)(at - keys) : SIZE_MAX;
}

/* ---- characters -------------------------------------------------------------------- */

/* The character at text[i] and how many bytes it has. Not UTF-8: Windows-1252. */
static uint32_t char_at(const char *text, size_t len, size_t i, bool utf8, size_t *ret_bytes)
{
    utf8proc_int32_t cp = 0;
    utf8proc_ssize_t n;

    *ret_bytes = 1;
    if (!utf8)
        return sc_windows1252_codepoint((unsigned char)text[i]);
    n = utf8proc_iterate((const utf8proc_uint8_t *)text + i, (utf8proc_ssize_t)(len - i), &cp);
    if (n <= 0)
        return 0xFFFD;
    *ret_bytes = (size_t)n;
    return (uint32_t)cp;
}

/* What is shown for it: nothing that a terminal would obey. */
static uint32_t harmless(uint32_t cp)
{
    if (cp == '\t' || cp == '\n' || cp == '\r')
        return ' ';
    if (cp < 0x20 || (cp >= 0x7F && cp < 0xA0))
        return '.';
    if ((cp >= 0x200B && cp <= 0x200F) || (cp >= 0x2028 && cp <= 0x202E) ||
        (cp >= 0x2060 && cp <= 0x206F) || cp == 0xFEFF)
        return '.';
    return cp;
}

static size_t width_of(uint32_t cp)
{
    int width = utf8proc_charwidth((utf8proc_int32_t)cp);

    return width < 0 ? 0 : (size_t)width;
}

/* Appends as much of `text` as fits into `columns`; gives how many it took. */
static size_t add_fitting(const char *text, size_t columns, struct sc_buf *out)
{
    size_t len = strlen(text);
    bool utf8 = sc_utf8_valid(text, len);
    size_t used = 0;
    size_t bytes;

    for (size_t i = 0; i < len; i += bytes) {
        uint32_t cp = harmless(char_at(text, len, i, utf8, &bytes));

        if (used + width_of(cp) > columns)
            break;
        used += width_of(cp);
        sc_buf_add_codepoint(out, cp);
    }
    return used;
}

/* ---- lines ------------------------------------------------------------------------- */

/* The end of the line that begins at text[from]; *ret_next is where the next one does. */
static size_t line_end(const struct sc_screen *screen, bool utf8, size_t from, size_t *ret_next)
{
    size_t used = 0;
    size_t last_space = SIZE_MAX;
    size_t bytes;

    for (size_t i = from; i < screen->len; i += bytes) {
        uint32_t raw = char_at(screen->text, screen->len, i, utf8, &bytes);
        uint32_t cp = harmless(raw);

        if (raw == '\n') {
            *ret_next = i + 1;
            return i;
        }
        if (cp == ' ')
            last_space = i;
        used += width_of(cp);
        if (used <= screen->columns)
            continue;
        if (last_space != SIZE_MAX && last_space > from) {
            *ret_next = last_space + 1;
            return last_space;
        }
        *ret_next = i > from ? i : i + bytes;
        return *ret_next;
    }
    *ret_next = screen->len;
    return screen->len;
}

/* 0 plain, 1 found but not counted, 2 counted. `first` is the first hit that may still matter. */
static int mark_at(const struct sc_screen *screen, size_t at, size_t *first)
{
    int mark = 0;

    while (*first < screen->n_hits && screen->hits[*first].end <= at)
        *first += 1;
    for (size_t h = *first; h < screen->n_hits && screen->hits[h].start <= at; h++) {
        const struct sc_hit *hit = &screen->hits[h];

        if (at >= hit->end || !(screen->hits_mask >> hit->category & 1))
            continue;
        if (hit->fate == SC_HIT_COUNTS)
            return 2;
        mark = 1;
    }
    return mark;
}

static void add_line(const struct sc_screen *screen, bool utf8, size_t from, size_t to,
                     struct sc_buf *out)
{
    static const char *const modes[3] = {PLAIN, PLAIN ASIDE_ON, PLAIN MARK_ON};
    size_t first = 0;
    int mode = 0;
    size_t bytes;

    for (size_t i = from; i < to; i += bytes) {
        uint32_t raw = char_at(screen->text, screen->len, i, utf8, &bytes);
        int mark = mark_at(screen, i, &first);

        if (raw == '\r')
            continue;
        if (mark != mode)
            sc_buf_adds(out, modes[mark]);
        mode = mark;
        sc_buf_add_codepoint(out, harmless(raw));
    }
    if (mode)
        sc_buf_adds(out, PLAIN);
}

static size_t count_lines(const struct sc_screen *screen, bool utf8)
{
    size_t n = 0;

    for (size_t at = 0; at < screen->len; n++)
        (void)line_end(screen, utf8, at, &at);
    return n;
}

/* ---- categories -------------------------------------------------------------------- */

#define ENTRY_MIN 14 /* columns of the narrowest entry */

/* How the categories are laid out: so many columns of so many rows. */
static void menu_shape(const struct sc_screen *screen, size_t *ret_across, size_t *ret_rows)
{
    size_t widest = ENTRY_MIN;
    size_t most_rows = screen->rows / 3;
    size_t across;

    for (size_t c = 0; c < screen->n_categories; c++) {
        size_t width = strlen(screen->categories[c].label) + 6;

        widest = width > widest ? width : widest;
    }
    across = screen->columns / widest;
    across = across ? across : 1;
    while ((screen->n_categories + across - 1) / across > most_rows &&
           screen->columns / (across + 1) >= ENTRY_MIN)
        across++;
    *ret_across = across;
    *ret_rows = (screen->n_categories + across - 1) / across;
}

static void add_entry(const struct sc_screen *screen, size_t c, size_t width, struct sc_buf *out)
{
    bool on = screen->chosen >> c & 1;
    size_t used;

    sc_buf_addf(out, "%s%c %s", on ? CHOSEN_ON : "", sc_screen_key(c), on ? "* " : "  ");
    used = 4 + add_fitting(screen->categories[c].label, width > 6 ? width - 6 : 0, out);
    sc_buf_adds(out, on ? PLAIN : "");
    for (; used < width; used++)
        sc_buf_addc(out, ' ');
}

static void add_menu(const struct sc_screen *screen, struct sc_buf *out)
{
    size_t across, rows;

    menu_shape(screen, &across, &rows);
    for (size_t r = 0; r < rows; r++) {
        for (size_t a = 0; a < across; a++) {
            size_t c = a * rows + r; /* down, then across */

            if (c < screen->n_categories)
                add_entry(screen, c, screen->columns / across - (a + 1 == across), out);
        }
        sc_buf_adds(out, LINE_END);
    }
}

/* ---- the frame --------------------------------------------------------------------- */

static const char *const help_lines[] = {
    "Read the narrative and press the key of each category it is about.",
    "  1 2 a b ...    this category, or not (press again)",
    "  Enter          keep the categories chosen and go on",
    "  0              none of them: keep that and go on",
    "  Tab            choose what the search found",
    "  s              skip: you cannot tell",
    "  u, Backspace   back to the one before, to change it",
    "  Space, arrows  scroll a long narrative",
    "  q, Ctrl-C      stop; all you kept is saved, go on at any time",
    "",
    "Reversed terms were counted by the search; underlined ones were found but",
    "not counted (denied, excluded, out of context, or a near-miss).",
    "",
    "Any key goes back.",
};

size_t sc_screen_text_rows(const struct sc_screen *screen)
{
    size_t across, rows;

    menu_shape(screen, &across, &rows);
    rows += HEAD_ROWS + FOOT_ROWS + 1;
    return screen->rows > rows + 1 ? screen->rows - rows : 1;
}

static void add_head(const struct sc_screen *screen, struct sc_buf *out)
{
    char count[96];
    size_t seen = screen->done + screen->skipped;
    size_t width = screen->columns > 4 ? screen->columns - 4 : 1;
    size_t filled = screen->total ? width * seen / screen->total : 0;
    size_t used;

    (void)snprintf(count, sizeof count, "%zu of %zu checked, %zu skipped", screen->done,
                   screen->total, screen->skipped);
    used = strlen(count);
    used = add_fitting(screen->title, screen->columns > used + 2 ? screen->columns - used - 2 : 0,
                       out) +
           used;
    for (; used < screen->columns; used++)
        sc_buf_addc(out, ' ');
    (void)add_fitting(count, screen->columns, out);
    sc_buf_adds(out, LINE_END "[");
    for (size_t i = 0; i < width; i++)
        sc_buf_addc(out, i < filled ? '#' : '-');
    sc_buf_adds(out, "]" LINE_END LINE_END);
}

static void add_text(struct sc_screen *screen, size_t rows, struct sc_buf *out)
{
    bool utf8 = sc_utf8_valid(screen->text, screen->len);
    size_t n = count_lines(screen, utf8);
    size_t at = 0;
    size_t next = 0;
    bool more = n > rows;

    rows -= more && rows > 1; /* a line that says so */
    screen->scroll = n <= rows ? 0 : screen->scroll > n - rows ? n - rows : screen->scroll;
    for (size_t line = 0; line < screen->scroll + rows; line++, at = next) {
        size_t end = at < screen->len ? line_end(screen, utf8, at, &next) : at;

        if (line < screen->scroll)
            continue;
        add_line(screen, utf8, at, end, out);
        sc_buf_adds(out, LINE_END);
    }
    if (more) {
        char text[96];

        (void)snprintf(text, sizeof text, "lines %zu to %zu of %zu: Space scrolls",
                       screen->scroll + 1, screen->scroll + rows, n);
        sc_buf_adds(out, DIM);
        (void)add_fitting(text, screen->columns, out);
        sc_buf_adds(out, PLAIN LINE_END);
    }
}

static void add_help(size_t rows, size_t columns, struct sc_buf *out)
{
    for (size_t i = 0; i < rows; i++) {
        if (i < sizeof help_lines / sizeof *help_lines)
            (void)add_fitting(help_lines[i], columns, out);
        sc_buf_adds(out, LINE_END);
    }
}

void sc_screen_draw(struct sc_screen *screen, struct sc_buf *out)
{
    static const char commands[] =
        "Enter keep  0 none  Tab as found  s skip  u undo  Space scroll  q quit  ? help";
    size_t rows = sc_screen_text_rows(screen);

    sc_buf_adds(out, "\033[H" PLAIN "\033[K");
    add_head(screen, out);
    if (screen->help) {
        add_help(screen->rows - HEAD_ROWS - 2, screen->columns, out); /* over the menu too */
    } else {
        add_text(screen, rows, out);
        sc_buf_adds(out, LINE_END);
        add_menu(screen, out);
    }
    sc_buf_adds(out, DIM);
    (void)add_fitting(screen->message[0] ? screen->message : commands, screen->columns - 1, out);
    sc_buf_adds(out, PLAIN "\033[J");
}
