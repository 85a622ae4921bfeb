/*
 * test_engines.c - clever against brute force, on random dictionaries and texts.
 *
 * The near-misses that the engines find are held against every word of the
 * text compared with every term by the plain distance matrix, and all engines
 * against each other on texts made of the dictionary's own words, cues, near
 * words and separators.
 */
#include "matching.h"

/* ---- near-misses by brute force ---- */

/* Optimal string alignment distance by the whole matrix, straight from its definition. */
static unsigned naive_distance(const char *a, size_t na, const char *b, size_t nb)
{
    unsigned d[65][65];

    for (size_t i = 0; i <= na; i++) {
        for (size_t j = 0; j <= nb; j++) {
            unsigned best;

            if (i == 0 || j == 0) {
                d[i][j] = (unsigned)(i + j);
                continue;
            }
            best = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
            best = d[i - 1][j] + 1 < best ? d[i - 1][j] + 1 : best;
            best = d[i][j - 1] + 1 < best ? d[i][j - 1] + 1 : best;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
                d[i - 2][j - 2] + 1 < best)
                best = d[i - 2][j - 2] + 1;
            d[i][j] = best;
        }
    }
    return d[na][nb];
}

static bool naive_near(const char *word, size_t n, const char *term)
{
    size_t m = strlen(term);
    unsigned most = m >= 10 ? 2 : 1;
    unsigned d = n > 60 ? 99 : naive_distance(word, n, term, m);

    if (d == 0 || d > most)
        return false;
    return d == 1 || memcmp(word, term, 3) == 0 || memcmp(word + n - 4, term + m - 4, 4) == 0;
}

#define N_TERMS 12

/* Words of few letters, so that many are near each other; terms of 6 to 13. */
static void random_word(uint64_t *random, char *out, size_t len, unsigned letters)
{
    for (size_t i = 0; i < len; i++)
        out[i] = (char)('a' + next_random(random) % letters);
    out[len] = '\0';
}

/* Edits `word` in up to three places at random. */
static void edit(uint64_t *random, char *word, unsigned letters)
{
    unsigned edits = next_random(random) % 4;

    for (unsigned e = 0; e < edits; e++) {
        size_t n = strlen(word);
        size_t at = n ? next_random(random) % n : 0;
        char c = (char)('a' + next_random(random) % letters);

        switch (next_random(random) % 4) {
        case 0:
            if (n)
                word[at] = c;
            break;
        case 1:
            memmove(word + at + 1, word + at, n - at + 1);
            word[at] = c;
            break;
        case 2:
            memmove(word + at, word + at + 1, n - at);
            break;
        default:
            if (at + 1 < n) {
                char swap = word[at];

                word[at] = word[at + 1];
                word[at + 1] = swap;
            }
        }
    }
}

static void random_terms(uint64_t *random, unsigned letters, char terms[N_TERMS][20],
                         struct sc_buf *yaml)
{
    sc_buf_adds(yaml, "near: true\ncategories:\n");
    for (size_t t = 0; t < N_TERMS; t++) {
        random_word(random, terms[t], 6 + next_random(random) % 8, letters);
        if (t % 3 == 2) { /* near another term */
            (void)snprintf(terms[t], sizeof terms[t], "%s", terms[t - 1]);
            edit(random, terms[t], letters);
            if (strlen(terms[t]) < 6 || strlen(terms[t]) > 13)
                random_word(random, terms[t], 7, letters);
        }
        sc_buf_addf(yaml, "  - {id: c%zu, terms: [\"%s\"]}\n", t, terms[t]);
    }
}

/* What the brute force says of one word. */
static void judge_word(const char *word, size_t n, char terms[N_TERMS][20], struct sc_found *found)
{
    bool is_term = false;

    for (size_t t = 0; t < N_TERMS; t++) {
        if (strlen(terms[t]) == n && memcmp(terms[t], word, n) == 0) {
            found->by[SC_MATCH_EXACT] |= 1ULL << t;
            is_term = true;
        }
    }
    for (size_t t = 0; t < N_TERMS && !is_term; t++) {
        if (naive_near(word, n, terms[t]))
            found->by[SC_MATCH_NEAR] |= 1ULL << t;
    }
}

static void near_misses_against_brute_force(void **state)
{
    uint64_t random = 11;
    unsigned n_near = 0;

    (void)state;
    for (unsigned round = 0; round < 60; round++) {
        unsigned letters = 2 + round % 5;
        char terms[N_TERMS][20];
        SC_AUTO_BUF yaml = {0};
        struct matching m;

        random_terms(&random, letters, terms, &yaml);
        matching_open(&m, dictionary_of(yaml.data));
        for (unsigned i = 0; i < 60; i++) {
            SC_AUTO_BUF text = {0};
            struct sc_found expected = {0};
            struct sc_found found;
            unsigned words = 1 + next_random(&random) % 12;

            for (unsigned w = 0; w < words; w++) {
                char word[40];

                (void)snprintf(word, sizeof word, "%s", terms[next_random(&random) % N_TERMS]);
                edit(&random, word, letters);
                judge_word(word, strlen(word), terms, &expected);
                sc_buf_adds(&text, word);
                sc_buf_addc(&text, " ,-.\n"[next_random(&random) % 5]);
            }
            found = found_in(&m, text.data, text.len - next_random(&random) % 2);
            expected.by[SC_MATCH_NEAR] &= ~expected.by[SC_MATCH_EXACT];
            expected.set = expected.by[SC_MATCH_EXACT];
            assert_same_found(&expected, &found, "brute force", text.data);
            n_near += expected.by[SC_MATCH_NEAR] != 0;
        }
        matching_close(&m);
    }
    assert_true(n_near > 500); /* the test has something to find */
}

/* ---- engines against each other ---- */

static const char *const whole_language =
    "near: true\n"
    "longest: true\n"
    "except: [discard]\n"
    "exclude: [facebook page of the force, whats up]\n"
    "negation:\n"
    "  within: 2\n"
    "  before: [denied using, no trace of, without]\n"
    "  after: [was not used, ruled out]\n"
    "  stop: [but]\n"
    "categories:\n"
    "  - {id: facebook, terms: [facebook, fb, face book], variants: [facbook]}\n"
    "  - {id: messenger, terms: [messenger, facebook messenger]}\n"
    "  - {id: snapchat, terms: [snapchat, snap chat, {term: snap, needs: [via, on], within: 1}]}\n"
    "  - {id: whatsapp, terms: [whats app, \"whatsap*\"], exclude: [not on whatsapp]}\n"
    "  - {id: instagram, terms: [\"instag*\", insta, instagram]}\n"
    "  - {id: x, terms: [{term: x, needs_after: [account, app]}, x com]}\n"
    "  - {id: discord, terms: [discord], negation: false}\n"
    "  - {id: play, terms: [playstation, play station, \"o'play\"]}\n"
    "  - {id: message, fallback: true, terms: [message, text message, \"i message\"]}\n";

static const char *const words[] = {"facebook",
                                    "FB",
                                    "face",
                                    "book",
                                    "facbook",
                                    "faceboook",
                                    "messenger",
                                    "snapchat",
                                    "snap",
                                    "chat",
                                    "snapcaht",
                                    "Snpachat",
                                    "via",
                                    "on",
                                    "whats",
                                    "what's",
                                    "app",
                                    "whatsapp",
                                    "whatsappp",
                                    "up",
                                    "not",
                                    "instagram",
                                    "insta",
                                    "instagarm",
                                    "x",
                                    "X",
                                    "account",
                                    "com",
                                    "discord",
                                    "discard",
                                    "discrod",
                                    "play",
                                    "station",
                                    "playstatoin",
                                    "o'play",
                                    "oplay",
                                    "message",
                                    "text",
                                    "i",
                                    "imessage",
                                    "denied",
                                    "using",
                                    "no",
                                    "trace",
                                    "of",
                                    "without",
                                    "was",
                                    "used",
                                    "ruled",
                                    "out",
                                    "but",
                                    "page",
                                    "the",
                                    "force",
                                    "officer",
                                    "a",
                                    "\xC3\xA9",
                                    "\xD0\xB6",
                                    "caf\xC3\xA9",
                                    "f\xC3\xA1"
                                    "cebook",
                                    "\xEF\xBD\x86\xEF\xBD\x82",
                                    "_",
                                    "'",
                                    "s",
                                    "snap\xE2\x80\x99"
                                    "chat"};

static const char *const separators[] = {
    " ",  " ",  " ",  " ", " ", "-", "\n",           ", ",
    ". ", "; ", "  ", "'", "",  "_", "\xE2\x80\x93", "\xC2\xA0"};

static void random_text(uint64_t *random, struct sc_buf *text)
{
    unsigned n = next_random(random) % 40;

    for (unsigned i = 0; i < n; i++) {
        sc_buf_adds(text, words[next_random(random) % (sizeof words / sizeof *words)]);
        sc_buf_adds(text,
                    separators[next_random(random) % (sizeof separators / sizeof *separators)]);
    }
    if (next_random(random) % 8 == 0 && text->len) /* a byte that is no UTF-8 */
        text->data[next_random(random) % text->len] = (char)0x92;
}

static void engines_agree_on_the_whole_language(void **state)
{
    uint64_t random = 5;
    struct matching m;
    uint64_t seen[SC_N_MATCH_KINDS] = {0};

    (void)state;
    matching_open(&m, dictionary_of(whole_language));
    for (unsigned i = 0; i < 6000; i++) {
        SC_AUTO_BUF text = {0};
        struct sc_found found;

        random_text(&random, &text);
        found = found_in(&m, text.data ? text.data : "", text.len);
        for (size_t k = 0; k < SC_N_MATCH_KINDS; k++)
            seen[k] |= found.by[k];
    }
    matching_close(&m);
    assert_int_equal(seen[SC_MATCH_EXACT], (1ULL << 9) - 1); /* everything came up */
    assert_true(seen[SC_MATCH_VARIANT] & 1);
    assert_true(seen[SC_MATCH_NEAR]);
}

static void engines_agree_where_the_first_counts(void **state)
{
    SC_AUTO_BUF yaml = {0};
    uint64_t random = 6;
    struct matching m;

    (void)state;
    sc_buf_addf(&yaml, "attribution: first\ncount_near: true\n%s", whole_language);
    matching_open(&m, dictionary_of(yaml.data));
    for (unsigned i = 0; i < 2000; i++) {
        SC_AUTO_BUF text = {0};
        struct sc_found found;

        random_text(&random, &text);
        found = found_in(&m, text.data ? text.data : "", text.len);
        assert_int_equal(found.set & (found.set - 1), 0);
    }
    matching_close(&m);
}

/* ---- words remembered ---- */

/* Any word in any slot: where it is said to be, it is, with the answer it has by itself. */
static void words_keep_their_answers_when_they_share_slots(void **state)
{
    uint64_t random = 21;
    struct matching m;
    struct sc_words *table = calloc(1, sizeof *table);
    unsigned counts[8] = {0};

    (void)state;
    assert_non_null(table);
    matching_open(&m, dictionary_of(whole_language));
    for (unsigned i = 0; i < 20000; i++) {
        char word[SC_WORD_BYTES + 40] = {0};
        size_t slot = next_random(&random) % 6; /* few, so that words drive each other out */
        struct sc_word_answer expected;
        size_t found;
        size_t n;

        (void)snprintf(word, SC_WORD_BYTES, "%s",
                       words[next_random(&random) % (sizeof words / sizeof *words)]);
        edit(&random, word, 26);
        for (n = 0; sc_is_word(word[n]); n++)
            word[n] = sc_lower(word[n]);
        if (n == 0 || n >= SC_WORD_BYTES)
            continue;
        memset(word + n, 0, sizeof word - n);
        expected = sc_word_ask(m.matchers[0], word, n);
        found = sc_words_slot(table, m.matchers[0], slot, (unsigned char *)word, n);
        assert_int_equal(found & ~1UL, slot & ~1UL);
        assert_memory_equal(table->entries[found], word, SC_WORD_BYTES - 1);
        assert_int_equal(table->entries[found][SC_WORD_BYTES - 1], expected.kind);
        assert_int_equal(table->nears[found], expected.near);
        counts[expected.kind]++;
    }
    assert_true(counts[0] > 500 && counts[SC_WORD_TERM] > 500 && counts[SC_WORD_NEAR] > 500);
    matching_close(&m);
    free(table);
}

/* Words of all lengths at all places of a step, more of them than are looked at in one go. */
static void long_texts_of_words_across_steps(void **state)
{
    uint64_t random = 22;
    struct matching m;
    uint64_t seen = 0;

    (void)state;
    matching_open(&m, dictionary_of(whole_language));
    for (unsigned i = 0; i < 120; i++) {
        SC_AUTO_BUF text = {0};
        unsigned n = i % 3 == 0 ? 3000 : next_random(&random) % 60;
        struct sc_found found;

        for (unsigned w = 0; w < n; w++) {
            char word[120] = {0};

            if (next_random(&random) % 4 == 0) {
                random_word(&random, word, next_random(&random) % 100, 3);
            } else {
                (void)snprintf(word, sizeof word - 8, "%s",
                               words[next_random(&random) % (sizeof words / sizeof *words)]);
                edit(&random, word, 26);
            }
            sc_buf_adds(&text, word);
            sc_buf_addc(&text, " ,-'\n"[next_random(&random) % 5]);
        }
        found = found_in(&m, text.data ? text.data : "", text.len);
        seen |= found.by[SC_MATCH_EXACT] | found.by[SC_MATCH_NEAR];
    }
    assert_int_equal(seen, (1ULL << 9) - 1);
    matching_close(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(near_misses_against_brute_force),
        cmocka_unit_test(engines_agree_on_the_whole_language),
        cmocka_unit_test(engines_agree_where_the_first_counts),
        cmocka_unit_test(words_keep_their_answers_when_they_share_slots),
        cmocka_unit_test(long_texts_of_words_across_steps),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
