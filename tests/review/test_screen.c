/*
 * test_screen.c - frames hold to the size of the terminal, show all of a narrative and mark its
 * terms, and let nothing of it through as a command.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "review/screen.h"

static struct sc_review_category categories[SC_SCREEN_CATEGORIES_MAX];
static uint32_t sequence = 7;

static uint32_t draw(uint32_t n)
{
    sequence = sequence * 1664525U + 1013904223U;
    return (sequence >> 8) % n;
}

static struct sc_screen screen_of(const char *text, size_t n_categories)
{
    for (size_t i = 0; i < SC_SCREEN_CATEGORIES_MAX; i++)
        categories[i] = (struct sc_review_category){"code", "A label of some length", false, 1};
    return (struct sc_screen){.rows = 24,
                              .columns = 80,
                              .title = "Review of 16040, reviewer first",
                              .total = 200,
                              .categories = categories,
                              .n_categories = n_categories,
                              .text = text,
                              .len = strlen(text),
                              .hits_mask = UINT64_MAX,
                              .message = ""};
}

/* Columns of each line without its escapes (ASCII frames); the number of lines. */
static size_t widest_line(const char *frame, size_t *ret_widest)
{
    size_t lines = 1;
    size_t width = 0;

    *ret_widest = 0;
    for (const char *p = frame; *p; p++) {
        if (*p == '\033') {
            p += 2;
            while (!(*p >= '@' && *p <= '~'))
                p++;
        } else if (*p == '\n') {
            lines++;
            width = 0;
        } else if (*p != '\r') {
            width++;
        }
        *ret_widest = width > *ret_widest ? width : *ret_widest;
    }
    return lines;
}

static void a_frame_fits_every_terminal(void **unused)
{
    char text[3000];

    (void)unused;
    for (size_t round = 0; round < 300; round++) {
        SC_AUTO_BUF frame = {0};
        struct sc_screen screen;
        size_t len = draw(sizeof text);
        size_t widest;

        for (size_t i = 0; i < len; i++)
            text[i] = (char)(draw(6) == 0 ? ' ' : draw(90) == 0 ? '\n' : 'a' + (int)draw(26));
        text[len ? len - 1 : 0] = '\0';
        screen = screen_of(text, 1 + draw(20));
        screen.rows = 12 + draw(60);
        screen.columns = 40 + draw(200);
        screen.scroll = draw(100);
        screen.help = draw(5) == 0;
        screen.chosen = sequence;
        sc_screen_draw(&screen, &frame);
        assert_true(widest_line(frame.data, &widest) <= screen.rows);
        assert_true(widest <= screen.columns);
    }
}

static void scrolling_shows_every_word_once(void **unused)
{
    char text[8000] = "";
    SC_AUTO_BUF frame = {0};
    struct sc_screen screen;
    size_t page;

    (void)unused;
    for (size_t i = 0; i < 900; i++)
        (void)snprintf(text + strlen(text), 9, "w%zu ", i);
    screen = screen_of(text, 5);
    page = sc_screen_text_rows(&screen) - 1;
    for (size_t scroll = 0; scroll < 100; scroll += page) {
        screen.scroll = scroll;
        sc_screen_draw(&screen, &frame);
    }
    for (size_t i = 0; i < 900; i++) {
        char word[16];

        (void)snprintf(word, sizeof word, "w%zu", i);
        assert_non_null(strstr(frame.data, word));
    }
}

static void terms_are_marked_where_they_stand(void **unused)
{
    static const struct sc_hit hits[] = {
        {4, 12, 0, SC_MATCH_EXACT, SC_HIT_COUNTS},
        {17, 22, 1, SC_MATCH_EXACT, SC_HIT_NEGATED},
        {23, 27, 9, SC_MATCH_EXACT, SC_HIT_COUNTS}, /* of another dictionary */
    };
    struct sc_screen screen = screen_of("Via Snapchat, no Skype text.", 3);
    SC_AUTO_BUF frame = {0};

    (void)unused;
    screen.hits = hits;
    screen.n_hits = 3;
    screen.hits_mask = 7;
    sc_screen_draw(&screen, &frame);
    assert_non_null(strstr(frame.data, "Via \033[0m\033[1;7mSnapchat\033[0m, no \033[0m\033[4mSkype"
                                       "\033[0m text."));
}

static void nothing_in_a_narrative_is_a_command(void **unused)
{
    /* Escapes, C1 controls in UTF-8, turns of direction, a bare Windows-1252 byte. */
    static const char *const texts[] = {"a\033[2Jb\x07\x08", "a\xC2\x9B\x32Jb", "a\xE2\x80\xAEz",
                                        "caf\xE9 \x9B\x32J", "a\xEF\xBB\xBFz\x7F"};

    (void)unused;
    for (size_t i = 0; i < 5; i++) {
        struct sc_screen screen = screen_of(texts[i], 2);
        SC_AUTO_BUF frame = {0};

        sc_screen_draw(&screen, &frame);
        assert_true(sc_utf8_valid(frame.data, frame.len));
        assert_null(strstr(frame.data, "\033[2J"));
        assert_null(strstr(frame.data, "\xC2\x9B"));
        assert_null(strstr(frame.data, "\xE2\x80\xAE"));
        assert_null(strstr(frame.data, "\xEF\xBB\xBF"));
        assert_null(strchr(frame.data, '\x07'));
        assert_null(strchr(frame.data, '\x7F'));
    }
}

static void every_category_has_a_key_of_its_own(void **unused)
{
    static const char commands[] = "0squ?\t\r\n \x7F\x08\033";

    (void)unused;
    for (size_t i = 0; i < SC_SCREEN_CATEGORIES_MAX; i++) {
        char key = sc_screen_key(i);

        assert_true(key != 0 && !strchr(commands, key));
        assert_int_equal(sc_screen_category(key, SC_SCREEN_CATEGORIES_MAX), i);
        assert_int_equal(sc_screen_category(key, i), SIZE_MAX);
    }
    assert_int_equal(sc_screen_key(SC_SCREEN_CATEGORIES_MAX), 0);
    assert_int_equal(sc_screen_category('\0', 5), SIZE_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_frame_fits_every_terminal),
        cmocka_unit_test(scrolling_shows_every_word_once),
        cmocka_unit_test(terms_are_marked_where_they_stand),
        cmocka_unit_test(nothing_in_a_narrative_is_a_command),
        cmocka_unit_test(every_category_has_a_key_of_its_own),
    };

    return cmocka_run_group_tests_name("screen", tests, NULL, NULL);
}
