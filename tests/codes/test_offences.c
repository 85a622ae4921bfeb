/* test_offences.c - offence codes as forces write them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "codes/codes.h"
#include "codes/list.h"

static void codes_as_written(void **state)
{
    static const struct {
        const char *written;
        const char *code; /* NULL: none */
        bool is_class;
    } cases[] = {
        {"71/17", "071/17", false},
        {"071/17", "071/17", false},
        {"07117", "071/17", false},
        {"7117", "071/17", false},
        {" 71/17 ", "071/17", false},
        {"\xc2\xa0"
         "71/17",
         "071/17", false},
        {"71/17 (S)", "071/17", false},
        {"71/17 (S/V)", "071/17", false},
        {"71/17(S/V)", "071/17", false},
        {"71/17 Sexual communication", "071/17", false},
        {"71/17 - Sexual communication", "071/17", false},
        {"71/17: Sexual communication", "071/17", false},
        {"71/17 \xe2\x80\x93 Sexual communication", "071/17", false},
        {"71/17 \x96 Sexual communication", "071/17", false},
        {"71/17 2003 Act", "071/17", false},
        {"71 / 17", "071/17", false},
        {"71\\17", "071/17", false},
        {"86/2", "086/02", false},
        {"086/02", "086/02", false},
        {"8805", "088/05", false},
        {"08805", "088/05", false},
        {"7117.0", "071/17", false}, /* through a spreadsheet */
        {"8805 Administering", "088/05", false},
        {"0/0", "000/00", false},
        {"999/99", "999/99", false},
        {"88A", "88A", true},
        {"88a", "88A", true},
        {"088A", "88A", true},
        {"88A Sexual grooming", "88A", true},
        {"88A - Sexual grooming", "88A", true},
        {"19D", "19D", true},
        {"8N", "8N", true},
        {"36", "36", true},
        {"036", "36", true},
        {"36 Kidnapping", "36", true},
        {"802", "802", true},
        {"37.2", "37.2", true},
        {"4.10", "4.10", true},
        {"88.0", "88", true},
        {"88.00", NULL, false},
        {"4.06", NULL, false},
        {"88.0 x", NULL, false},
        {"88.", NULL, false},
        {"", NULL, false},
        {"  ", NULL, false},
        {"abc", NULL, false},
        {"A88", NULL, false},
        {"SX03224", NULL, false}, /* a CJS code */
        {"/17", NULL, false},
        {"71/", NULL, false},
        {"71/x", NULL, false},
        {"71/177", NULL, false},
        {"7117/1", NULL, false},
        {"071117", NULL, false},
        {"123456789012345678901234567890", NULL, false},
        {"71/17x", NULL, false},
        {"71-17", NULL, false}, /* not read as class 71 */
        {"88AA", NULL, false},
        {"3rd", NULL, false},
        {"01/04/2018", NULL, false}, /* dates, times and amounts */
        {"01/04-2018", NULL, false},
        {"2018-04-01", NULL, false},
        {"2018 04", NULL, false},
        {"10:30", NULL, false},
        {"1,250", NULL, false},
        {"12 34", NULL, false},
        {"-71/17", NULL, false},
        {"+71/17", NULL, false},
        {"1/4.1/4.10/4.2", NULL, false}, /* the homicide group's name is no code */
        {"#N/A", NULL, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char out[8] = "";
        bool is_class = !cases[i].is_class;
        bool got = sc_offence_code_normalise(sc_slice_of(cases[i].written), out, &is_class);

        if (got != (cases[i].code != NULL) || is_class != cases[i].is_class ||
            (got && strcmp(out, cases[i].code) != 0))
            fail_msg("'%s': got %s '%s'", cases[i].written, is_class ? "class" : "code",
                     got ? out : "none");
    }
}

static void bytes_after_a_nul_are_not_lost_sight_of(void **state)
{
    char out[8];
    bool is_class;

    (void)state;
    assert_false(sc_offence_code_normalise((struct sc_slice){"71/17\0"
                                                             "9",
                                                             7},
                                           out, &is_class));
    assert_false(sc_offence_code_normalise((struct sc_slice){NULL, 0}, out, &is_class));
}

static void random_bytes_are_survived_and_normal_codes_stay(void **state)
{
    static const char alphabet[] = "0123456789017788/\\ .AaBS()-:,\t\xc2\xa0\x96\xff";
    unsigned seed = 20210907;
    unsigned n_read = 0;

    (void)state;
    for (int round = 0; round < 400000; round++) {
        char written[13];
        char once[8] = "";
        char twice[8] = "";
        bool class_once;
        bool class_twice;
        size_t len;

        seed = seed * 1103515245u + 12345u;
        len = (seed >> 16) % sizeof written;
        for (size_t i = 0; i < len; i++) {
            seed = seed * 1103515245u + 12345u;
            written[i] = alphabet[(seed >> 16) % (sizeof alphabet - 1)];
        }
        if (!sc_offence_code_normalise((struct sc_slice){written, len}, once, &class_once))
            continue;
        n_read++;
        assert_non_null(memchr(once, '\0', sizeof once));
        assert_true(sc_offence_code_normalise(sc_slice_of(once), twice, &class_twice));
        assert_string_equal(once, twice);
        assert_int_equal(class_once, class_twice);
        assert_int_equal(class_once, strchr(once, '/') == NULL);
    }
    assert_true(n_read > 10000); /* the test reaches what it is for */
}

static void every_listed_code_is_normal_and_found(void **state)
{
    static char pool[768 * 1024];
    struct sc_list list;
    size_t code;
    size_t short_code;
    size_t class_number;
    size_t subclass;
    size_t n = 0;

    (void)state;
    sc_list_open(&list, "offence-codes.csv", pool, sizeof pool);
    code = sc_list_column(&list, "ho_code");
    short_code = sc_list_column(&list, "ho_code_short");
    class_number = sc_list_column(&list, "class");
    subclass = sc_list_column(&list, "subclass");
    while (sc_list_next(&list)) {
        char out[8];
        bool is_class;
        const char *wording = NULL;
        const char *recorded_class = NULL;

        n++;
        assert_true(sc_offence_code_normalise(sc_slice_of(list.fields[code]), out, &is_class));
        assert_false(is_class);
        assert_string_equal(out, list.fields[code]);
        assert_true(
            sc_offence_code_normalise(sc_slice_of(list.fields[short_code]), out, &is_class));
        assert_string_equal(out, list.fields[code]);
        assert_int_equal(strtol(out, NULL, 10), strtol(list.fields[class_number], NULL, 10));
        assert_int_equal(strtol(out + 4, NULL, 10), strtol(list.fields[subclass], NULL, 10));
        assert_true(sc_offence_code_find(out, &wording, &recorded_class));
        assert_true(wording[0] != '\0');
        assert_non_null(recorded_class);
    }
    assert_true(sc_list_sound(&list));
    assert_int_equal(n, 3039);
}

static void every_listed_class_is_normal_and_found(void **state)
{
    static char pool[32 * 1024];
    struct sc_list list;
    size_t code;
    size_t n = 0;

    (void)state;
    sc_list_open(&list, "recorded-crime-classes.csv", pool, sizeof pool);
    code = sc_list_column(&list, "class_code");
    while (sc_list_next(&list)) {
        char out[8];
        bool is_class;

        n++;
        assert_true(sc_offence_class_find(list.fields[code], NULL));
        if (strchr(list.fields[code], '/'))
            continue; /* homicide, which has a group's name for a code */
        assert_true(sc_offence_code_normalise(sc_slice_of(list.fields[code]), out, &is_class));
        assert_true(is_class);
        assert_string_equal(out, list.fields[code]);
    }
    assert_true(sc_list_sound(&list));
    assert_int_equal(n, 136);
}

static void the_code_and_the_class_are_two_things(void **state)
{
    const char *wording = NULL;
    const char *recorded_class = NULL;

    (void)state;
    assert_true(sc_offence_code_find("071/17", &wording, &recorded_class));
    assert_string_equal(wording, "Engage Sexual communication with a child");
    assert_string_equal(recorded_class, "88A");
    assert_true(sc_offence_class_find("88A", &wording));
    assert_string_equal(wording, "Sexual grooming");
    assert_false(sc_offence_code_find("88A", NULL, NULL));
    assert_false(sc_offence_class_find("071/17", NULL));
    assert_false(sc_offence_code_find("71/17", NULL, NULL)); /* not normalised */
    assert_false(sc_offence_code_find("", NULL, NULL));
    assert_false(sc_offence_code_find("999/99", NULL, NULL));
    assert_false(sc_offence_class_find("", NULL));
    assert_true(sc_offence_code_find("001/01", NULL, &recorded_class));
    assert_string_equal(recorded_class, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_as_written),
        cmocka_unit_test(bytes_after_a_nul_are_not_lost_sight_of),
        cmocka_unit_test(random_bytes_are_survived_and_normal_codes_stay),
        cmocka_unit_test(every_listed_code_is_normal_and_found),
        cmocka_unit_test(every_listed_class_is_normal_and_found),
        cmocka_unit_test(the_code_and_the_class_are_two_things),
    };

    return cmocka_run_group_tests_name("codes/offences", tests, NULL, NULL);
}
