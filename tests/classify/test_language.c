/* test_language.c - what the dictionary language means, feature by feature, in every engine. */
#include "matching.h"

static void check(const char *yaml, const char *const (*cases)[2], size_t n)
{
    struct matching m;

    matching_open(&m, dictionary_of(yaml));
    for (size_t i = 0; i < n; i++)
        assert_finds(&m, cases[i][0], cases[i][1]);
    matching_close(&m);
}

#define CHECK(yaml, ...)                                                                           \
    do {                                                                                           \
        static const char *const cases[][2] = __VA_ARGS__;                                         \
        check(yaml, cases, sizeof cases / sizeof *cases);                                          \
    } while (0)

static void whole_words_in_any_case(void **state)
{
    (void)state;
    CHECK("categories:\n"
          "  - {id: kik, terms: [kik]}\n"
          "  - {id: snap, terms: [snap chat]}\n",
          {{"contact by KIK, then", "kik"},
           {"Kik", "kik"},
           {"kikx", "none"},
           {"xkik", "none"},
           {"kik_", "none"},
           {"kik's account", "kik"},
           {"(kik)", "kik"},
           {"snap chat", "snap"},
           {"Snap-Chat", "snap"},
           {"SNAP \r\n CHAT", "snap"},
           {"snapchat", "none"},
           {"snap, chat", "none"},
           {"", "none"}});
}

static void one_term_for_apostrophes_hyphens_accents_and_width(void **state)
{
    (void)state;
    CHECK("categories:\n"
          "  - {id: wa, terms: [whats app]}\n"
          "  - {id: cafe, terms: [\"caf\xC3\xA9 net\"]}\n"
          "  - {id: oneil, terms: [\"o'neil chat\"]}\n",
          {{"Whats-App", "wa"},
           {"WHATS APP", "wa"},
           {"what's app", "wa"},
           {"What\xE2\x80\x99s App", "wa"}, /* curly */
           {"what\x92s app", "wa"},         /* curly, in Windows-1252 */
           {"WHAT'S-APP", "wa"},
           {"whats\xE2\x80\x94"
            "app",
            "wa"},                         /* em dash */
           {"\xEF\xBC\xB7hats app", "wa"}, /* full-width W */
           {"whats\xC2\xA0"
            "app",
            "wa"}, /* no-break space */
           {"what' s app", "none"},
           {"what''s app", "none"},
           {"w'hats app", "none"}, /* before the third letter it is two words */
           {"Cafe-Net", "cafe"},
           {"CAF\xC3\x89 NET", "cafe"},
           {"cafe\xCC\x81 net", "cafe"}, /* combining accent */
           {"cafes net", "none"},
           {"O'Neil chat", "oneil"},
           {"oneil chat", "oneil"},
           {"on'eil chat", "oneil"},
           {"whats app\xD0\xB6", "none"}, /* a Cyrillic letter joins the word */
           {"what\xC2\xADs app", "wa"}}); /* soft hyphen */
}

static void prefix_terms(void **state)
{
    (void)state;
    CHECK("categories:\n"
          "  - {id: insta, terms: [instag*]}\n"
          "  - {id: snap, terms: [snap cha*]}\n",
          {{"on Instagram", "insta"},
           {"instagrammed", "insta"},
           {"instag", "insta"},
           {"insta", "none"},
           {"xinstagram", "none"},
           {"instagram's", "insta"},
           {"snap chatting", "snap"},
           {"snap-cha", "snap"},
           {"snap char grilled", "snap"},
           {"instag\xC3\xA8re", "insta"}});
}

static void variants_are_told_from_terms(void **state)
{
    (void)state;
    CHECK("categories:\n"
          "  - {id: wa, terms: [whatsapp], variants: [watsapp, {term: [wattsapp, whats ap],"
          " attested: false, source: guess}]}\n",
          {{"via watsapp", "wa~"},
           {"via whats-ap", "wa~"},
           {"via WhatsApp", "wa"},
           {"watsapp and whatsapp", "wa"},
           {"whatsapp and watsapp", "wa"}});
}

static void near_misses_by_one_edit_and_two(void **state)
{
    (void)state;
    CHECK("near: true\n"
          "except: [discard]\n"
          "categories:\n"
          "  - {id: snapchat, terms: [snapchat, snap]}\n"
          "  - {id: discord, terms: [{term: discord, except: [\"accord*\"]}]}\n"
          "  - {id: playstation, terms: [playstation]}\n"
          "  - {id: tumblr, terms: [tumblr]}\n"
          "  - {id: skype, terms: [skype]}\n"
          "  - {id: plain, near: false, terms: [minecraft]}\n",
          {{"via snapcaht", "(snapchat?)"}, /* swapped */
           {"via snpachat", "(snapchat?)"},
           {"via SNAPCHA", "(snapchat?)"},
           {"via snapchatt", "(snapchat?)"},
           {"via snapxhat", "(snapchat?)"},
           {"via napchat", "(snapchat?)"},
           {"via xsnapchat", "(snapchat?)"},
           {"via snpacaht", "none"}, /* two edits of a word of eight letters */
           {"via snapcaht and snapchat", "snapchat"},
           {"snaps", "none"}, /* too short for near-misses */
           {"discrod", "(discord?)"},
           {"discard", "none"},
           {"discards", "none"},
           {"discorded", "none"},
           {"playstatoin", "(playstation?)"},
           {"plaestatoin", "(playstation?)"}, /* two edits, its beginning right */
           {"plystattion", "(playstation?)"}, /* two edits, its end right */
           {"plystatoin", "none"},            /* neither is */
           {"plaistasion", "(playstation?)"},
           {"plaistasiom", "none"},
           {"tubmlr", "(tumblr?)"}, /* the middle of six swapped */
           {"tumbler", "(tumblr?)"},
           {"skypes", "none"},
           {"minecraftt", "none"},
           {"snapcaht's", "(snapchat?)"},
           {"sn\xC3\xA4pcaht", "(snapchat?)"},
           {"snapch\xD0\xB0t", "(snapchat?)"}}); /* a Cyrillic a */
}

static void a_term_is_no_near_miss_of_another(void **state)
{
    (void)state;
    CHECK("near: true\n"
          "categories:\n"
          "  - {id: imessage, terms: [imessage]}\n"
          "  - {id: message, fallback: true, terms: [message], variants: [mesage]}\n",
          {{"a message", "message"},
           {"an imesage", "(imessage?)"},
           {"a mesage", "message~"},
           {"an iimessage", "(imessage?)"},
           {"an imessage message", "imessage"},
           {"an imesage message", "(imessage?) message"}}); /* a near-miss does not count */
}

static void near_misses_count_where_the_dictionary_says_so(void **state)
{
    (void)state;
    CHECK("near: true\n"
          "count_near: true\n"
          "categories:\n"
          "  - {id: snapchat, terms: [snapchat]}\n"
          "  - {id: message, fallback: true, terms: [message]}\n",
          {{"snapcaht", "snapchat?"}, {"snapcaht message", "snapchat?"}, {"mesage", "message?"}});
}

static void excluded_phrases(void **state)
{
    (void)state;
    CHECK("near: true\n"
          "exclude: [whats up, facebook pag*]\n"
          "categories:\n"
          "  - {id: facebook, terms: [facebook, fb], exclude: [facebook watch, on the force fb]}\n"
          "  - {id: whats, terms: [\"whats*\", whatsapp]}\n"
          "  - {id: snapchat, terms: [snapchat], exclude: [not on snapchat]}\n",
          {{"the Facebook page of", "none"},
           {"FACEBOOK-PAGES", "none"},
           {"facebook page, and facebook", "facebook"},
           {"facebook watch", "none"},
           {"facebook watches", "facebook"},
           {"seen on the force FB today", "none"},
           {"seen on the force fbx", "none"},
           {"what's up", "none"},
           {"whats up", "none"},
           {"whatsapp up", "whats"},
           {"not on snapchat", "none"},
           {"not on  Snap-chat", "none"},
           {"not on, snapchat", "snapchat"},
           {"facebok watch", "(facebook?)"}, /* the phrase itself is exact */
           {"whatsap up", "whats"}});
}

static void excluded_phrase_around_a_near_miss(void **state)
{
    (void)state;
    CHECK("near: true\n"
          "categories:\n"
          "  - {id: discord, terms: [discord], exclude: [discor and strife, he disc0rd it]}\n",
          {{"discor", "(discord?)"},
           {"discor and strife", "none"},
           {"he disc0rd it", "none"},
           {"he disc0rd them", "(discord?)"}});
}

#define NEGATION                                                                                   \
    "negation:\n"                                                                                  \
    "  within: 2\n"                                                                                \
    "  before: [denied using, no trace of, without, didn't use]\n"                                 \
    "  after: [was not used, ruled out]\n"                                                         \
    "  stop: [but, and then]\n"                                                                    \
    "categories:\n"                                                                                \
    "  - {id: snapchat, terms: [snapchat]}\n"                                                      \
    "  - {id: kik, terms: [kik], negation: false}\n"                                               \
    "  - {id: fb, terms: [facebook, \"face book\"]}\n"

static void negation_and_refusal(void **state)
{
    (void)state;
    CHECK(NEGATION, {{"He denied using Snapchat", "none"},
                     {"He denied using the Snapchat", "none"},
                     {"He denied using any other snapchat", "none"},
                     {"He denied using any of the snapchat", "snapchat"}, /* three words between */
                     {"He denied. Using snapchat", "snapchat"},
                     {"He denied using. Snapchat", "snapchat"},
                     {"He denied using x.com snapchat", "none"}, /* a dot inside is no end */
                     {"denied using kik", "kik"},
                     {"Denied using it but snapchat", "snapchat"},
                     {"No trace of Facebook, Snapchat", "none"},
                     {"No trace of face-book", "none"},
                     {"without snapchat", "none"},
                     {"without", "none"},
                     {"He didn't use snapchat", "none"},
                     {"He didnt use snapchat", "none"},
                     {"didn\xE2\x80\x99t use snapchat", "none"},
                     {"Snapchat was not used", "none"},
                     {"Snapchat account, it was not used", "none"},
                     {"Snapchat account and so it was not used", "snapchat"},
                     {"Snapchat. It was not used", "snapchat"},
                     {"snapchat ruled out; facebook used", "fb"},
                     {"snapchat but kik was not used", "snapchat kik"},
                     {"denied using snapchat; later found on snapchat", "snapchat"},
                     {"denied using and then snapchat", "snapchat"},
                     {"without\nsnapchat", "none"},
                     {"snapchat's was not used", "none"}});
}

static void ordinary_words_only_in_context(void **state)
{
    (void)state;
    CHECK("categories:\n"
          "  - id: snap\n"
          "    terms: [{term: [snap, snaps], needs_before: [via, on], needs_after: [account],"
          " within: 0}]\n"
          "  - id: x\n"
          "    terms: [{term: x, needs: [tweet, social media], within: 2}]\n",
          {{"contact via snap", "snap"},
           {"contact via a snap", "none"},
           {"snap on tools", "none"},
           {"his snap account", "snap"},
           {"account snap", "none"},
           {"on Snaps", "snap"},
           {"on. Snap", "none"},
           {"x", "none"},
           {"his tweet on X", "x"},
           {"X was the tweet", "x"},
           {"X was it a tweet", "none"},
           {"x, a social media site", "x"},
           {"social media called x", "x"},
           {"x-ray", "none"}});
}

static void the_longest_term_where_declared(void **state)
{
    (void)state;
    CHECK("categories:\n"
          "  - {id: facebook, terms: [facebook]}\n"
          "  - {id: messenger, terms: [messenger, {term: facebook messenger, longest: true}]}\n"
          "  - {id: all, terms: [facebook messenger lite]}\n",
          {{"facebook", "facebook"},
           {"facebook messenger", "messenger"},
           {"Facebook-Messenger and facebook", "facebook messenger"},
           {"facebook, messenger", "facebook messenger"},
           {"facebook messenger lite", "messenger all"}});
}

static void fallbacks_and_the_first_mentioned(void **state)
{
    (void)state;
    CHECK("attribution: first\n"
          "categories:\n"
          "  - {id: kik, terms: [kik]}\n"
          "  - {id: snapchat, terms: [snapchat]}\n"
          "  - {id: long, terms: [kik app]}\n"
          "  - {id: message, fallback: true, terms: [message]}\n",
          {{"message by snapchat, then kik", "(kik) snapchat"},
           {"kik then snapchat", "kik (snapchat)"},
           {"kik app", "(kik) long"},
           {"message", "message"},
           {"caf\xC3\xA9 message snapchat kik", "(kik) snapchat"}});
}

static void hostile_text(void **state)
{
    struct matching m;
    char text[3000];

    (void)state;
    matching_open(&m, dictionary_of("near: true\ncategories:\n"
                                    "  - {id: snapchat, terms: [snapchat, \"snapch*\"]}\n"
                                    "  - {id: ab, terms: [\"a b\", ab]}\n"));
    /* a term across every place of a step of 32 and 64 bytes, near-misses too */
    for (size_t at = 0; at < 200; at++) {
        memset(text, ' ', sizeof text);
        memcpy(text + at, "snapchat", 8);
        assert_true(found_in(&m, text, 400).set & 1);
        memcpy(text + at, "snapcaht", 8);
        assert_true(found_in(&m, text, 400).by[SC_MATCH_NEAR] & 1);
        assert_true(found_in(&m, text, at + 8).by[SC_MATCH_NEAR] & 1);
        assert_false(found_in(&m, text, at + 6).by[SC_MATCH_NEAR] & 1);
    }
    memset(text, 'x', sizeof text); /* one endless word */
    assert_finds(&m, "", "none");
    assert_int_equal(found_in(&m, text, sizeof text).set, 0);
    memset(text, '\'', sizeof text);
    assert_int_equal(found_in(&m, text, sizeof text).set, 0);
    for (size_t i = 0; i + 1 < sizeof text; i += 2)
        memcpy(text + i, "\xCC\x81", 2); /* nothing but accents */
    assert_int_equal(found_in(&m, text, sizeof text).set, 0);
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)(i * 7 + 128); /* no UTF-8 */
    (void)found_in(&m, text, sizeof text);
    matching_close(&m);
}

static void places_are_those_of_the_text_as_written(void **state)
{
    static const char text[] = "Caf\xC3\xA9 \xE2\x80\x93 on Sna\xCC\x88pchat, denied using kik";
    char padded[sizeof text + 2 * SC_MATCHER_PADDING] = {0};
    struct matching m;
    const struct sc_hit *hits = NULL;
    size_t n = 0;
    struct sc_error err = {0};

    (void)state;
    matching_open(&m, dictionary_of("negation: {before: [denied using]}\ncategories:\n"
                                    "  - {id: snapchat, terms: [snapchat]}\n"
                                    "  - {id: kik, terms: [kik]}\n"));
    memcpy(padded + SC_MATCHER_PADDING, text, sizeof text);
    assert_int_equal(sc_matcher_hits(m.matchers[0], m.scratches[0], padded + SC_MATCHER_PADDING,
                                     sizeof text - 1, &hits, &n, &err),
                     SC_OK);
    assert_int_equal(n, 2);
    assert_memory_equal(text + hits[0].start, "Sna\xCC\x88pchat", 10);
    assert_int_equal(hits[0].end - hits[0].start, 10);
    assert_int_equal(hits[0].fate, SC_HIT_COUNTS);
    assert_memory_equal(text + hits[1].start, "kik", 3);
    assert_int_equal(hits[1].category, 1);
    assert_int_equal(hits[1].fate, SC_HIT_NEGATED);
    matching_close(&m);
}

static void two_dictionaries_do_not_meddle(void **state)
{
    struct sc_dictionary *two[2];
    struct sc_error err = {0};
    static const char text[] = "denied using snapchat; a snapcaht message";
    char padded[sizeof text + 2 * SC_MATCHER_PADDING] = {0};

    (void)state;
    two[0] = dictionary_of("negation: {before: [denied using]}\ncategories:\n"
                           "  - {id: snapchat, terms: [snapchat]}\n"
                           "  - {id: message, fallback: true, terms: [message]}\n");
    two[1] = dictionary_of("near: true\nexclude: [a snapcaht]\ncategories:\n"
                           "  - {id: snapchat, terms: [snapchat]}\n"
                           "  - {id: message, fallback: true, terms: [message]}\n");
    memcpy(padded + SC_MATCHER_PADDING, text, sizeof text);
    for (size_t i = 0; i < N_ENGINES; i++) {
        SC_AUTO(sc_matcher) matcher = NULL;
        SC_AUTO(sc_matcher_scratch) scratch = NULL;
        struct sc_found found = {0};

        if (sc_matcher_new((const struct sc_dictionary *const *)two, 2, engines[i], &matcher, &err))
            continue;
        assert_int_equal(sc_matcher_scratch_new(matcher, &scratch, &err), SC_OK);
        assert_int_equal(sc_matcher_find(matcher, scratch, padded + SC_MATCHER_PADDING,
                                         sizeof text - 1, &found, &err),
                         SC_OK);
        assert_int_equal(found.set, 2 | 4); /* 0: message; 1: snapchat, so no message */
        assert_int_equal(found.by[SC_MATCH_EXACT], 2 | 4);
        assert_int_equal(found.by[SC_MATCH_NEAR], 0);
    }
    sc_dictionary_free(two[0]);
    sc_dictionary_free(two[1]);
}

static void groups_are_unions(void **state)
{
    struct sc_dictionary *d =
        dictionary_of("categories:\n"
                      "  - {id: facebook, terms: [facebook]}\n"
                      "  - {id: kik, terms: [kik]}\n"
                      "  - {id: whatsapp, terms: [whatsapp]}\n"
                      "groups:\n"
                      "  - {id: meta, label: Meta, categories: [facebook, whatsapp]}\n"
                      "  - {id: others, categories: [kik]}\n");

    (void)state;
    assert_int_equal(sc_dictionary_groups_of(d, 0), 0);
    assert_int_equal(sc_dictionary_groups_of(d, 1), 1);
    assert_int_equal(sc_dictionary_groups_of(d, 1 | 4), 1);
    assert_int_equal(sc_dictionary_groups_of(d, 7), 3);
    assert_string_equal(d->groups[0].label, "Meta");
    sc_dictionary_free(d);
}

static void narratives_of_one_record_join(void **state)
{
    struct matching m;
    struct sc_found a;
    struct sc_found b;

    (void)state;
    matching_open(&m, dictionary_of("near: true\ncategories:\n"
                                    "  - {id: snapchat, terms: [snapchat], variants: [snappchat]}\n"
                                    "  - {id: message, fallback: true, terms: [message]}\n"));
    a = found_in(&m, "message by snapcaht", 19);
    assert_int_equal(a.set, 2);
    b = found_in(&m, "snappchat", 9);
    sc_found_join(m.matchers[0], &a, &b);
    assert_int_equal(a.set, 1);
    assert_int_equal(a.by[SC_MATCH_VARIANT], 1);
    assert_int_equal(a.by[SC_MATCH_NEAR] | a.by[SC_MATCH_EXACT], 0);
    matching_close(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_words_in_any_case),
        cmocka_unit_test(one_term_for_apostrophes_hyphens_accents_and_width),
        cmocka_unit_test(prefix_terms),
        cmocka_unit_test(variants_are_told_from_terms),
        cmocka_unit_test(near_misses_by_one_edit_and_two),
        cmocka_unit_test(a_term_is_no_near_miss_of_another),
        cmocka_unit_test(near_misses_count_where_the_dictionary_says_so),
        cmocka_unit_test(excluded_phrases),
        cmocka_unit_test(excluded_phrase_around_a_near_miss),
        cmocka_unit_test(negation_and_refusal),
        cmocka_unit_test(ordinary_words_only_in_context),
        cmocka_unit_test(the_longest_term_where_declared),
        cmocka_unit_test(fallbacks_and_the_first_mentioned),
        cmocka_unit_test(hostile_text),
        cmocka_unit_test(places_are_those_of_the_text_as_written),
        cmocka_unit_test(two_dictionaries_do_not_meddle),
        cmocka_unit_test(groups_are_unions),
        cmocka_unit_test(narratives_of_one_record_join),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
