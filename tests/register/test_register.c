/*
 * test_register.c - the file itself: made, opened again, refused when it is none, newer, damaged
 * or locked; transactions whole or nothing; many processes at once.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/fault.h"
#include "register/register.h"
#include "register_files.h"

#define OK(call) assert_int_equal((call), SC_OK)
#define FILE_NAME "test.register"

static struct sc_register *open_register(enum sc_db_mode mode)
{
    struct sc_register *reg = NULL;
    struct sc_error err = {0};

    if (sc_register_open(FILE_NAME, mode, &reg, &err))
        fail_msg("%s: %s", err.file, err.message);
    return reg;
}

/* Runs SQL on the file behind the register's back. */
static void raw(const char *sql)
{
    sqlite3 *db = NULL;
    char *message = NULL;

    assert_int_equal(sqlite3_open(FILE_NAME, &db), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK)
        fail_msg("%s", message);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void refused(enum sc_db_mode mode, enum sc_status expected, const char *part_of_message)
{
    struct sc_register *reg = NULL;
    struct sc_error err = {0};

    assert_int_equal(sc_register_open(FILE_NAME, mode, &reg, &err), expected);
    assert_null(reg);
    assert_string_equal(err.file, FILE_NAME);
    if (!strstr(err.message, part_of_message))
        fail_msg("'%s' does not hold '%s'", err.message, part_of_message);
}

static int64_t count(struct sc_register *reg, const char *sql)
{
    SC_AUTO(sc_query) query = NULL;
    bool row = false;

    OK(sc_db_prepare(sc_register_db(reg), sql, &query, NULL));
    OK(sc_query_step(query, &row, NULL));
    assert_true(row);
    return sc_query_int(query, 0);
}

static void made_for_its_owner_and_opened_again(void **state)
{
    struct sc_register *reg = open_register(SC_DB_CREATE);
    struct stat st;

    (void)state;
    assert_string_equal(sc_register_path(reg), FILE_NAME);
    OK(sc_register_check(reg, NULL));
    assert_int_equal(count(reg, "SELECT count(*) FROM release"), 0);
    sc_register_free(reg);
    assert_int_equal(stat(FILE_NAME, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(access(FILE_NAME "-journal", F_OK), -1);

    reg = open_register(SC_DB_WRITE);
    sc_register_free(reg);
    reg = open_register(SC_DB_READ);
    assert_int_equal(count(reg, "PRAGMA application_id"), SC_REGISTER_APPLICATION_ID);
    assert_int_not_equal(sc_db_exec(sc_register_db(reg), "DELETE FROM part", NULL), SC_OK);
    sc_register_free(reg);
    sc_register_free(NULL);
}

static void not_there(void **state)
{
    (void)state;
    refused(SC_DB_READ, SC_E_IO, "No such file");
    refused(SC_DB_WRITE, SC_E_IO, "No such file");
    assert_int_equal(access(FILE_NAME, F_OK), -1);
}

static void no_register(void **state)
{
    static const char text[] = "reference,publication\n16040,PUB 1254\nand more text than a header";

    (void)state;
    write_file(FILE_NAME, text, sizeof text);
    refused(SC_DB_CREATE, SC_E_INPUT, "not an SQLite database");
    assert_int_equal(unlink(FILE_NAME), 0);
    raw("CREATE TABLE t (a)");
    refused(SC_DB_CREATE, SC_E_INPUT, "no register of safecount");
    assert_int_equal(unlink(FILE_NAME), 0);
    assert_int_equal(mkdir(FILE_NAME, 0700), 0);
    refused(SC_DB_CREATE, SC_E_INPUT, "not a regular file");
}

static void newer_version_is_refused_and_left_alone(void **state)
{
    (void)state;
    sc_register_free(open_register(SC_DB_CREATE));
    raw("UPDATE part SET version = 99 WHERE name = 'releases'");
    refused(SC_DB_READ, SC_E_INPUT, "newer version");
    refused(SC_DB_CREATE, SC_E_INPUT, "newer version");
    raw("UPDATE part SET version = -1 WHERE name = 'releases'");
    refused(SC_DB_WRITE, SC_E_INPUT, "newer version");
}

static void unknown_part_is_left_alone(void **state)
{
    struct sc_register *reg;

    (void)state;
    sc_register_free(open_register(SC_DB_CREATE));
    raw("INSERT INTO part VALUES ('of the future', 7); CREATE TABLE future (a)");
    reg = open_register(SC_DB_WRITE);
    assert_int_equal(count(reg, "SELECT count(*) FROM future"), 0);
    sc_register_free(reg);
}

/* A file of a program that knew fewer parts is brought up to date, also to be read. */
static void older_file_is_brought_up_to_date(void **state)
{
    struct sc_register *reg;

    (void)state;
    raw("PRAGMA application_id = 1399015015;"
        "CREATE TABLE part (name TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT, WITHOUT "
        "ROWID");
    reg = open_register(SC_DB_READ);
    assert_int_equal(count(reg, "SELECT count(*) FROM release"), 0);
    assert_int_not_equal(sc_db_exec(sc_register_db(reg), "DELETE FROM part", NULL), SC_OK);
    sc_register_free(reg);
}

static void damage_is_seen(void **state)
{
    struct stat st;
    int fd;
    char junk[512];
    struct sc_register *reg = NULL;
    struct sc_error err = {0};

    (void)state;
    sc_register_free(open_register(SC_DB_CREATE));
    raw("CREATE TABLE filler (a); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
        "WHERE i < 2000) INSERT INTO filler SELECT hex(zeroblob(50)) FROM n");
    assert_int_equal(stat(FILE_NAME, &st), 0);
    fd = open(FILE_NAME, O_WRONLY);
    assert_true(fd >= 0);
    memset(junk, 0x5a, sizeof junk);
    assert_int_equal(pwrite(fd, junk, sizeof junk, st.st_size / 2 / 4096 * 4096), sizeof junk);
    assert_int_equal(close(fd), 0);
    reg = open_register(SC_DB_READ);
    assert_int_equal(sc_register_check(reg, &err), SC_E_INPUT);
    assert_non_null(strstr(err.message, "damaged"));
    sc_register_free(reg);

    fd = open(FILE_NAME, O_WRONLY); /* the first page too: now it cannot even be opened */
    assert_int_equal(pwrite(fd, junk, sizeof junk, 100), sizeof junk);
    assert_int_equal(close(fd), 0);
    refused(SC_DB_READ, SC_E_INPUT, "damaged");
}

static void cut_short_is_seen(void **state)
{
    struct stat st;

    (void)state;
    sc_register_free(open_register(SC_DB_CREATE));
    assert_int_equal(stat(FILE_NAME, &st), 0);
    assert_int_equal(truncate(FILE_NAME, st.st_size / 2), 0);
    refused(SC_DB_READ, SC_E_INPUT, "damaged");
}

static enum sc_status add_rows(struct sc_db *db, void *arg, struct sc_error *err)
{
    SC_AUTO(sc_query) query = NULL;
    const int *n = arg;
    enum sc_status status =
        sc_db_prepare(db, "INSERT INTO part (name, version) VALUES (?1, ?2)", &query, err);

    for (int i = 0; i < *n && !status; i++) {
        char name[] = "row 0";

        name[4] = (char)('0' + i);
        sc_query_bind_text(query, 1, i == 3 ? "row 0" : name); /* the fourth is refused */
        sc_query_bind_int(query, 2, i);
        status = sc_query_run(query, err);
    }
    return status;
}

static void transaction_whole_or_nothing(void **state)
{
    struct sc_register *reg = open_register(SC_DB_CREATE);
    struct sc_error err = {0};
    int n = 4;

    (void)state;
    assert_int_equal(sc_db_transact(sc_register_db(reg), add_rows, &n, &err), SC_E_INPUT);
    assert_non_null(strstr(err.message, "UNIQUE"));
    assert_null(strstr(err.message, "row 0")); /* names, no values */
    assert_int_equal(count(reg, "SELECT count(*) FROM part WHERE name LIKE 'row %'"), 0);
    n = 3;
    OK(sc_db_transact(sc_register_db(reg), add_rows, &n, &err));
    assert_int_equal(count(reg, "SELECT count(*) FROM part WHERE name LIKE 'row %'"), 3);
    OK(sc_db_snapshot(sc_register_db(reg), add_rows, &(int){0}, &err));
    sc_register_free(reg);
}

static void full_disk_is_said_and_undone(void **state)
{
    struct sc_register *reg = open_register(SC_DB_CREATE);
    struct sc_error err = {0};

    (void)state;
    OK(sc_db_exec(sc_register_db(reg), "PRAGMA max_page_count = 1", NULL)); /* = as it is now */
    assert_int_equal(
        sc_db_exec(sc_register_db(reg), "CREATE TABLE filler AS SELECT zeroblob(100000)", &err),
        SC_E_IO);
    assert_non_null(strstr(err.message, "disk is full"));
    assert_int_equal(count(reg, "SELECT count(*) FROM sqlite_master WHERE name = 'filler'"), 0);
    sc_register_free(reg);
}

static void locked_is_said(void **state)
{
    sqlite3 *db = NULL;
    struct sc_register *reg = open_register(SC_DB_CREATE);
    struct sc_error err = {0};
    int n = 1;

    (void)state;
    /* a short wait for this test alone */
    OK(sc_db_exec(sc_register_db(reg), "PRAGMA busy_timeout = 10", NULL));
    assert_int_equal(sqlite3_open(FILE_NAME, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "BEGIN EXCLUSIVE", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sc_db_transact(sc_register_db(reg), add_rows, &n, &err), SC_E_IO);
    assert_non_null(strstr(err.message, "another process"));
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    OK(sc_db_transact(sc_register_db(reg), add_rows, &n, &err));
    sc_register_free(reg);
}

static void values_come_back(void **state)
{
    struct sc_register *reg = open_register(SC_DB_CREATE);
    struct sc_db *db = sc_register_db(reg);
    SC_AUTO(sc_query) query = NULL;
    struct sc_slice blob;
    bool row = false;

    (void)state;
    OK(sc_db_prepare(db, "SELECT ?1, ?2, ?3, ?4, ?5, ?6", &query, NULL));
    sc_query_bind_int(query, 1, INT64_MIN);
    sc_query_bind_real(query, 2, 0.25);
    sc_query_bind_text(query, 3, "it's \"quoted\"; DROP TABLE part");
    sc_query_bind_blob(query, 4, "a\0b", 3);
    sc_query_bind_blob(query, 5, "", 0);
    sc_query_bind_text(query, 6, NULL);
    for (int round = 0; round < 2; round++) {
        OK(sc_query_step(query, &row, NULL));
        assert_true(row);
        assert_true(sc_query_int(query, 0) == INT64_MIN);
        assert_true(sc_query_real(query, 1) == 0.25);
        assert_string_equal(sc_query_text(query, 2), "it's \"quoted\"; DROP TABLE part");
        blob = sc_query_blob(query, 3);
        assert_int_equal(blob.len, 3);
        assert_memory_equal(blob.data, "a\0b", 3);
        assert_int_equal(sc_query_blob(query, 4).len, 0);
        assert_false(sc_query_is_null(query, 4));
        assert_true(sc_query_is_null(query, 5));
        assert_string_equal(sc_query_text(query, 5), "");
        OK(sc_query_step(query, &row, NULL));
        assert_false(row);
        sc_query_reset(query);
        sc_query_bind_null(query, 6);
    }
    sc_query_free(SC_TAKE(query));
    sc_register_free(reg);
}

/* Eight processes make the register at once: one lays it, all can use it. */
static void made_by_many_at_once(void **state)
{
    enum { MANY = 8 };
    pid_t children[MANY];
    struct sc_register *reg;

    (void)state;
    for (int i = 0; i < MANY; i++) {
        children[i] = fork();
        assert_true(children[i] >= 0);
        if (children[i] == 0) {
            struct sc_register *mine = NULL;
            enum sc_status status = sc_register_open(FILE_NAME, SC_DB_CREATE, &mine, NULL);

            sc_register_free(mine);
            _exit(status == SC_OK ? 0 : 1);
        }
    }
    for (int i = 0; i < MANY; i++) {
        int code = -1;

        assert_int_equal(waitpid(children[i], &code, 0), children[i]);
        assert_int_equal(code, 0);
    }
    reg = open_register(SC_DB_READ);
    OK(sc_register_check(reg, NULL));
    assert_int_equal(count(reg, "SELECT count(*) FROM part WHERE name = 'releases'"), 1);
    sc_register_free(reg);
}

/* Killed in the middle of writing: the next one finds all as it was. */
static void killed_while_writing(void **state)
{
    struct sc_register *reg = open_register(SC_DB_CREATE);
    pid_t child;
    int code = -1;

    (void)state;
    sc_register_free(reg);
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        sqlite3 *db = NULL;

        if (sqlite3_open(FILE_NAME, &db) == SQLITE_OK &&
            sqlite3_exec(db,
                         "PRAGMA cache_size = 1; BEGIN IMMEDIATE; CREATE TABLE half (a);"
                         "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
                         "20000) INSERT INTO half SELECT hex(zeroblob(50)) FROM n",
                         NULL, NULL, NULL) == SQLITE_OK)
            _exit(access(FILE_NAME "-journal", F_OK) == 0 ? 0 : 2);
        _exit(1);
    }
    assert_int_equal(waitpid(child, &code, 0), child);
    assert_int_equal(code, 0);
    reg = open_register(SC_DB_READ);
    OK(sc_register_check(reg, NULL));
    assert_int_equal(count(reg, "SELECT count(*) FROM sqlite_master WHERE name = 'half'"), 0);
    sc_register_free(reg);
}

static void every_allocation_fails_in_turn(void **state)
{
#ifdef SC_FAULT_INJECTION
    enum sc_status status = SC_E_NOMEM;
    uint64_t nth = 0;

    (void)state;
    while (status) {
        struct sc_register *reg = NULL;
        struct sc_error err = {0};

        (void)unlink(FILE_NAME);
        sc_fault_set(SC_FAULT_ALLOC, ++nth);
        status = sc_register_open(FILE_NAME, SC_DB_CREATE, &reg, &err);
        assert_int_equal(status, sc_fault_passed(SC_FAULT_ALLOC) < nth ? SC_OK : SC_E_NOMEM);
        sc_fault_set(SC_FAULT_ALLOC, 0);
        sc_register_free(reg);
        sc_register_free(open_register(SC_DB_CREATE)); /* trying again works */
    }
    assert_true(nth > 3);
#else
    (void)state;
    skip();
#endif
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, enter_empty_folder, leave_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(made_for_its_owner_and_opened_again),
        CASE(not_there),
        CASE(no_register),
        CASE(newer_version_is_refused_and_left_alone),
        CASE(unknown_part_is_left_alone),
        CASE(older_file_is_brought_up_to_date),
        CASE(damage_is_seen),
        CASE(cut_short_is_seen),
        CASE(transaction_whole_or_nothing),
        CASE(full_disk_is_said_and_undone),
        CASE(locked_is_said),
        CASE(values_come_back),
        CASE(made_by_many_at_once),
        CASE(killed_while_writing),
        CASE(every_allocation_fails_in_turn),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
