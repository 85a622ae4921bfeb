/* test_error.c - statuses and messages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

static void fail_fills_everything(void **state)
{
    struct sc_error err = {0};

    (void)state;
    assert_int_equal(sc_fail(&err, SC_E_RANGE, "threads: %d: expected 1 to 256", 0), SC_E_RANGE);
    assert_int_equal(err.status, SC_E_RANGE);
    assert_string_equal(err.message, "threads: 0: expected 1 to 256");
    assert_string_equal(err.file, "");
    assert_int_equal(err.line, 0);
    assert_int_equal(err.column, 0);
}

static void a_later_failure_replaces_the_place(void **state)
{
    struct sc_error err = {0};

    (void)state;
    assert_int_equal(sc_fail_at(&err, SC_E_INPUT, "a.csv", 12, 3, "bad"), SC_E_INPUT);
    assert_string_equal(err.file, "a.csv");
    assert_int_equal(err.line, 12);
    assert_int_equal(err.column, 3);
    assert_int_equal(sc_fail_nomem(&err), SC_E_NOMEM);
    assert_string_equal(err.message, "out of memory");
    assert_string_equal(err.file, "");
    assert_int_equal(err.line, 0);
}

static void an_io_failure_names_the_file_and_the_reason(void **state)
{
    struct sc_error err = {0};

    (void)state;
    assert_int_equal(sc_fail_io(&err, "read", "cases.csv", EACCES), SC_E_IO);
    assert_string_equal(err.message, "cannot read: Permission denied");
    assert_string_equal(err.file, "cases.csv");
}

static void nobody_needs_to_listen(void **state)
{
    (void)state;
    assert_int_equal(sc_fail(NULL, SC_E_INPUT, "x"), SC_E_INPUT);
    assert_int_equal(sc_fail_at(NULL, SC_E_INPUT, NULL, 0, 0, "x"), SC_E_INPUT);
    assert_int_equal(sc_fail_io(NULL, "read", "x", EIO), SC_E_IO);
    assert_int_equal(sc_fail_nomem(NULL), SC_E_NOMEM);
}

static void long_messages_are_cut_not_overrun(void **state)
{
    struct sc_error err = {0};
    char *lengthy = malloc(5000);

    (void)state;
    assert_non_null(lengthy);
    memset(lengthy, 'x', 4999);
    lengthy[4999] = '\0';
    (void)sc_fail_at(&err, SC_E_INPUT, lengthy, 1, 1, "%s", lengthy);
    assert_int_equal(strlen(err.message), SC_ERROR_MESSAGE_MAX - 1);
    assert_int_equal(strlen(err.file), SC_ERROR_FILE_MAX - 1);
    free(lengthy);
}

static void every_status_has_a_name_of_its_own(void **state)
{
    (void)state;
    for (int a = SC_OK; a <= SC_E_UNDECIDED; a++) {
        assert_string_not_equal(sc_status_name((enum sc_status)a), "unknown");
        for (int b = a + 1; b <= SC_E_UNDECIDED; b++)
            assert_string_not_equal(sc_status_name((enum sc_status)a),
                                    sc_status_name((enum sc_status)b));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fail_fills_everything),
        cmocka_unit_test(a_later_failure_replaces_the_place),
        cmocka_unit_test(an_io_failure_names_the_file_and_the_reason),
        cmocka_unit_test(nobody_needs_to_listen),
        cmocka_unit_test(long_messages_are_cut_not_overrun),
        cmocka_unit_test(every_status_has_a_name_of_its_own),
    };

    return cmocka_run_group_tests_name("base/error", tests, NULL, NULL);
}
