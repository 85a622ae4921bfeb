/* test_lists.c - the lists that are compiled in, read by several threads at once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "codes/codes.h"
#include "codes/list.h"

/* Must run first: nothing has read a list yet. */
static void *read_every_list(void *arg)
{
    size_t *found = arg;
    const char *wording = "";
    const char *recorded_class = "";

    *found += sc_offence_code_find("071/17", &wording, &recorded_class) &&
              strcmp(recorded_class, "88A") == 0;
    *found += sc_bands_find("nspcc-foi") != NULL;
    *found += sc_outcome_find(sc_slice_of("OC01 - Charge/Summons")) >= 0;
    *found += sc_exemption_known("40(2)");
    return NULL;
}

static void the_first_use_may_be_from_many_threads(void **state)
{
    pthread_t threads[8];
    size_t found[8] = {0};

    (void)state;
    sc_fault_set(SC_FAULT_ALLOC, 1); /* and needs no memory */
    for (size_t i = 0; i < 8; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, read_every_list, &found[i]), 0);
    for (size_t i = 0; i < 8; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_int_equal(found[i], 4);
    }
    assert_int_equal(sc_fault_passed(SC_FAULT_ALLOC), 0);
    sc_fault_set(SC_FAULT_ALLOC, 0);
}

static void the_embedded_lists_are_sound(void **state)
{
    struct sc_error err = {0};

    (void)state;
    if (sc_codes_check(&err) != SC_OK)
        fail_msg("%s", err.message);
}

static void files_are_found_by_name(void **state)
{
    struct sc_slice bytes = {0};

    (void)state;
    assert_true(sc_data_find("outcomes.csv", &bytes));
    assert_true(bytes.len > 1000);
    assert_memory_equal(bytes.data, "code,meaning", 12);
    assert_true(sc_data_find("extract-fields.csv", &bytes));
    assert_false(sc_data_find("outcomes", &bytes));
    assert_false(sc_data_find("", &bytes));
}

static void records_are_read_as_csv(void **state)
{
    static char pool[8 * 1024];
    struct sc_list list;
    size_t meaning;
    size_t n = 0;
    bool quoted = false;
    bool doubled = false;

    (void)state;
    sc_list_open(&list, "outcomes.csv", pool, sizeof pool);
    meaning = sc_list_column(&list, "meaning");
    while (sc_list_next(&list)) {
        n++;
        quoted |= strcmp(list.fields[meaning], "Caution - youth, alternate offence") == 0;
        doubled |=
            strncmp(list.fields[sc_list_column(&list, "note")], "\"Of which\" subset", 17) == 0;
    }
    assert_true(sc_list_sound(&list));
    assert_int_equal(n, 31);
    assert_true(quoted);
    assert_true(doubled);
}

static void what_cannot_be_read_is_not_sound(void **state)
{
    struct sc_list list;
    char small[100];

    (void)state;
    sc_list_open(&list, "none.csv", small, sizeof small);
    assert_false(sc_list_next(&list));
    assert_false(sc_list_sound(&list));

    sc_list_open(&list, "outcomes.csv", small, sizeof small); /* room for the header only */
    while (sc_list_next(&list))
        continue;
    assert_false(sc_list_sound(&list));
}

static void a_list_without_the_column_fails(void **state)
{
    static char pool[8 * 1024];
    struct sc_list list;

    (void)state;
    sc_list_open(&list, "outcomes.csv", pool, sizeof pool);
    assert_int_equal(sc_list_column(&list, "no such column"), 0);
    assert_false(sc_list_next(&list));
    assert_false(sc_list_sound(&list));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_use_may_be_from_many_threads),
        cmocka_unit_test(the_embedded_lists_are_sound),
        cmocka_unit_test(files_are_found_by_name),
        cmocka_unit_test(records_are_read_as_csv),
        cmocka_unit_test(what_cannot_be_read_is_not_sound),
        cmocka_unit_test(a_list_without_the_column_fails),
    };

    return cmocka_run_group_tests_name("codes/lists", tests, NULL, NULL);
}
