/*
 * test_folder.c - the folder whole or not at all, and against tests/publish/golden.
 *
 * To renew the golden files after a change that was meant:
 *
 *     build/tests/publish/publish_demo tests/publish/golden 3
 *
 * and read the difference before it is committed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/fault.h"
#include "base/file.h"
#include "sample.h"

static char scratch[64];
static char folder[80];
static struct sample s;

static int set_up(void **state)
{
    (void)state;
    sample_init(&s);
    s.publication.n_tables = 3;
    (void)snprintf(scratch, sizeof scratch, "/tmp/safecount-folder-XXXXXX");
    if (!mkdtemp(scratch))
        return 1;
    (void)snprintf(folder, sizeof folder, "%s/answer", scratch);
    return 0;
}

static int tear_down(void **state)
{
    char line[100];

    (void)state;
    sc_fault_set(SC_FAULT_ALLOC, 0);
    sc_fault_set(SC_FAULT_WRITE, 0);
    sample_release(&s);
    (void)snprintf(line, sizeof line, "rm -rf %s", scratch);
    return system(line); /* NOLINT(cert-env33-c): a scratch folder */
}

static void load(const char *dir, const char *name, struct sc_buf *out)
{
    char *path = sc_path_join(dir, name);

    assert_non_null(path);
    assert_int_equal(sc_file_load(path, 1 << 24, out, NULL), SC_OK);
    sc_free(path);
}

static void the_folder_is_the_golden_one_byte_for_byte(void **state)
{
    static const char *const names[] = {"index.html",
                                        "answer.json",
                                        "tables/month.csv",
                                        "tables/month.tidy.csv",
                                        "tables/victim-age.csv",
                                        "tables/victim-age.tidy.csv",
                                        "tables/suspect-age.csv",
                                        "tables/suspect-age.tidy.csv"};

    (void)state;
    assert_int_equal(sc_publish_folder(&s.publication, folder, NULL), SC_OK);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        SC_AUTO_BUF made = {0};
        SC_AUTO_BUF golden = {0};

        load(folder, names[i], &made);
        load(GOLDEN_DIR, names[i], &golden);
        if (made.len != golden.len || memcmp(made.data, golden.data, made.len) != 0)
            fail_msg("%s differs from the golden file", names[i]);
    }
}

static void the_same_publication_gives_the_same_bytes(void **state)
{
    SC_AUTO_BUF first = {0};
    SC_AUTO_BUF second = {0};

    (void)state;
    sc_publish_html(&s.publication, NULL, NULL, 0, &first);
    sc_publish_html(&s.publication, NULL, NULL, 0, &second);
    assert_string_equal(first.data, second.data);
}

static void what_may_not_be_shown_is_not_written(void **state)
{
    (void)state;
    s.answer->tables[0].cells[0] = (struct sc_cell){12, SC_CELL_TRUE};
    assert_int_equal(sc_publish_folder(&s.publication, folder, NULL), SC_E_UNSAFE);
    assert_int_not_equal(access(folder, F_OK), 0);
}

static void a_folder_of_other_things_is_left_alone(void **state)
{
    char path[100];

    (void)state;
    assert_int_equal(mkdir(folder, 0755), 0);
    (void)snprintf(path, sizeof path, "%s/letter.txt", folder);
    assert_int_equal(sc_file_replace(path, "x", 1, NULL), SC_OK);
    assert_int_equal(sc_publish_folder(&s.publication, folder, NULL), SC_E_RANGE);
    assert_int_equal(access(path, F_OK), 0);
}

/* Each failure in turn; the earlier answer stands until one goes through. */
static void fail_each(enum sc_fault_kind kind, enum sc_status want)
{
    enum sc_status status = want;
    uint64_t n = 0;

    while (status != SC_OK && n < 20000) {
        SC_AUTO_BUF old = {0};

        sc_fault_set(kind, ++n);
        status = sc_publish_folder(&s.publication, folder, NULL);
        sc_fault_set(kind, 0);
        if (status == SC_OK)
            break;
        assert_int_equal(status, want);
        load(folder, "index.html", &old);
        assert_non_null(strstr(old.data, "An earlier title"));
    }
    assert_int_equal(status, SC_OK);
    assert_true(n > 5);
}

static void every_failure_leaves_the_earlier_answer(void **state)
{
    const char *title = s.request.title;

    (void)state;
#ifndef SC_FAULT_INJECTION
    skip();
#endif
    for (int i = 0; i < 2; i++) {
        SC_AUTO_BUF now = {0};

        s.request.title = "An earlier title";
        assert_int_equal(sc_publish_folder(&s.publication, folder, NULL), SC_OK);
        s.request.title = title;
        fail_each(i ? SC_FAULT_WRITE : SC_FAULT_ALLOC, i ? SC_E_IO : SC_E_NOMEM);
        load(folder, "index.html", &now);
        assert_null(strstr(now.data, "An earlier title"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_folder_is_the_golden_one_byte_for_byte, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(the_same_publication_gives_the_same_bytes, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_may_not_be_shown_is_not_written, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_folder_of_other_things_is_left_alone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_failure_leaves_the_earlier_answer, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
