/*
 * test_file.c - loading, replacing, and output folders, with every write made
 * to fail in turn where the build can.
 *
 * Built twice: with TEST_WITHOUT_EXCHANGE this program's own renameat2() takes
 * the place of the system's and says, as an old file system does, that it
 * knows no flags.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/file.h"

#ifdef TEST_WITHOUT_EXCHANGE
int renameat2(int oldfd, const char *old, int newfd, const char *new, unsigned int flags)
{
    (void)oldfd;
    (void)old;
    (void)newfd;
    (void)new;
    (void)flags;
    errno = EINVAL;
    return -1;
}
#endif

/* Each test runs in an empty folder of its own. */
static int enter_empty_folder(void **state)
{
    char *where = strdup("/tmp/safecount-test-XXXXXX");

    *state = where;
    if (!where || !mkdtemp(where) || chdir(where) != 0)
        return -1;
    return 0;
}

static void remove_all(const char *path)
{
    char command[256];

    (void)snprintf(command, sizeof command, "rm -rf -- '%s'", path);
    assert_int_equal(system(command), 0);
}

static int leave_folder(void **state)
{
    if (chdir("/") != 0)
        return -1;
    remove_all(*state);
    free(*state);
    return 0;
}

static void put(const char *path, const char *text)
{
    FILE *f = fopen(path, "wb");

    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, strlen(text), f), strlen(text));
    assert_int_equal(fclose(f), 0);
}

static void assert_holds(const char *path, const char *text)
{
    char got[256];
    FILE *f = fopen(path, "rb");
    size_t n;

    if (!f)
        fail_msg("no file '%s'", path);
    n = fread(got, 1, sizeof got - 1, f);
    got[n] = '\0';
    (void)fclose(f);
    assert_string_equal(got, text);
}

static size_t count_entries(const char *path)
{
    DIR *dir = opendir(path);
    size_t n = 0;

    assert_non_null(dir);
    while (readdir(dir))
        n++;
    (void)closedir(dir);
    return n - 2;
}

static mode_t mode_of(const char *path)
{
    struct stat st;

    assert_int_equal(stat(path, &st), 0);
    return st.st_mode & 0777;
}

/* ---- loading ---- */

static void load_appends_the_whole_file(void **state)
{
    SC_AUTO_BUF buf = {0};

    (void)state;
    put("a", "one,two\n");
    sc_buf_adds(&buf, "before:");
    assert_int_equal(sc_file_load("a", 8, &buf, NULL), SC_OK);
    assert_string_equal(buf.data, "before:one,two\n");
    put("empty", "");
    assert_int_equal(sc_file_load("empty", 0, &buf, NULL), SC_OK);
    assert_int_equal(buf.len, 15);
}

static void load_reads_files_longer_than_a_piece(void **state)
{
    SC_AUTO_BUF buf = {0};
    size_t len = (size_t)16 * 1024 * 3;
    char *bytes = malloc(len + 1);

    (void)state;
    assert_non_null(bytes);
    for (size_t extra = 0; extra < 2; extra++) {
        for (size_t i = 0; i < len + extra; i++)
            bytes[i] = (char)(i * 31 % 251);
        assert_int_equal(sc_file_replace("long", bytes, len + extra, NULL), SC_OK);
        sc_buf_clear(&buf);
        assert_int_equal(sc_file_load("long", len + extra, &buf, NULL), SC_OK);
        assert_int_equal(buf.len, len + extra);
        assert_memory_equal(buf.data, bytes, len + extra);
        assert_int_equal(sc_file_load("long", len + extra - 1, &buf, NULL), SC_E_INPUT);
        assert_int_equal(buf.len, len + extra); /* nothing added */
    }
    free(bytes);
}

static void load_refuses_what_is_no_file(void **state)
{
    SC_AUTO_BUF buf = {0};
    struct sc_error err = {0};

    (void)state;
    assert_int_equal(sc_file_load("absent", 10, &buf, &err), SC_E_IO);
    assert_string_equal(err.file, "absent");
    assert_int_equal(sc_file_load(".", 10, &buf, &err), SC_E_INPUT);
    assert_int_equal(mkfifo("pipe", 0600), 0);
    assert_int_equal(sc_file_load("pipe", 10, &buf, &err), SC_E_INPUT); /* and does not hang */
    assert_int_equal(sc_file_load("/dev/zero", 10, &buf, &err), SC_E_INPUT);
    assert_int_equal(sc_file_load("/proc/self/status", 10, &buf, &err), SC_E_INPUT);
    assert_int_equal(buf.len, 0);
}

static void read_fills_what_it_can(void **state)
{
    char bytes[8] = "";
    size_t n = 0;
    int ends[2];

    (void)state;
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], "abc", 3), 3);
    assert_int_equal(write(ends[1], "defgh", 5), 5);
    assert_int_equal(sc_file_read(ends[0], "-", bytes, 5, &n, NULL), SC_OK);
    assert_int_equal(n, 5);
    assert_memory_equal(bytes, "abcde", 5);
    (void)close(ends[1]);
    assert_int_equal(sc_file_read(ends[0], "-", bytes, 5, &n, NULL), SC_OK);
    assert_int_equal(n, 3); /* short only at the end */
    assert_int_equal(sc_file_read(ends[0], "-", bytes, 5, &n, NULL), SC_OK);
    assert_int_equal(n, 0);
    (void)close(ends[0]);
    assert_int_equal(sc_file_read(-1, "-", bytes, 5, &n, NULL), SC_E_IO);
}

/* ---- replacing one file ---- */

static void replace_makes_and_replaces(void **state)
{
    (void)state;
    assert_int_equal(sc_file_replace("out.csv", "first", 5, NULL), SC_OK);
    assert_holds("out.csv", "first");
    assert_int_equal(chmod("out.csv", 0640), 0);
    assert_int_equal(sc_file_replace("./out.csv", "second", 6, NULL), SC_OK);
    assert_holds("out.csv", "second");
    assert_int_equal(mode_of("out.csv"), 0640);
    assert_int_equal(sc_file_replace("out.csv", "", 0, NULL), SC_OK);
    assert_holds("out.csv", "");
    assert_int_equal(count_entries("."), 1);
}

static void replace_follows_links_and_spares_other_things(void **state)
{
    struct stat st;

    (void)state;
    assert_int_equal(mkdir("d", 0700), 0);
    put("d/real", "old");
    assert_int_equal(symlink("d/real", "link"), 0);
    assert_int_equal(sc_file_replace("link", "new", 3, NULL), SC_OK);
    assert_holds("d/real", "new");
    assert_int_equal(lstat("link", &st), 0);
    assert_true(S_ISLNK(st.st_mode));
    assert_int_equal(sc_file_replace("d", "x", 1, NULL), SC_E_RANGE);
    assert_int_equal(sc_file_replace("/dev/null", "x", 1, NULL), SC_E_RANGE);
    assert_int_equal(sc_file_replace("", "x", 1, NULL), SC_E_RANGE);
    assert_int_equal(sc_file_replace("/", "x", 1, NULL), SC_E_RANGE);
    assert_int_equal(sc_file_replace("none/x", "x", 1, NULL), SC_E_IO);
    assert_int_equal(count_entries("d"), 1);
}

static void new_files_get_what_the_umask_leaves(void **state)
{
    mode_t before = umask(077);
    struct sc_outdir *dir = NULL;

    (void)state;
    assert_int_equal(sc_file_replace("private", "x", 1, NULL), SC_OK);
    assert_int_equal(sc_outdir_begin("folder", &dir, NULL), SC_OK);
    assert_int_equal(sc_outdir_add(dir, "answer.json", "{}", 2, NULL), SC_OK);
    assert_int_equal(sc_outdir_commit(dir, NULL), SC_OK);
    sc_outdir_free(dir);
    (void)umask(before);
    assert_int_equal(mode_of("private"), 0600);
    assert_int_equal(mode_of("folder"), 0700);
    assert_int_equal(mode_of("folder/answer.json"), 0600);
}

/* ---- folders ---- */

static enum sc_status write_folder(const char *path, const char *mark)
{
    SC_AUTO(sc_outdir) dir = NULL;
    enum sc_status status = sc_outdir_begin(path, &dir, NULL);

    if (!status)
        status = sc_outdir_add(dir, "answer.json", mark, strlen(mark), NULL);
    if (!status)
        status = sc_outdir_add(dir, "tables/month.csv", mark, strlen(mark), NULL);
    if (!status)
        status = sc_outdir_add(dir, "tables/deep/er.csv", mark, strlen(mark), NULL);
    if (!status)
        status = sc_outdir_commit(dir, NULL);
    return status;
}

static void assert_folder(const char *path, const char *mark)
{
    char name[128];

    (void)snprintf(name, sizeof name, "%s/answer.json", path);
    assert_holds(name, mark);
    (void)snprintf(name, sizeof name, "%s/tables/month.csv", path);
    assert_holds(name, mark);
    (void)snprintf(name, sizeof name, "%s/tables/deep/er.csv", path);
    assert_holds(name, mark);
    assert_int_equal(count_entries(path), 2);
}

static void a_folder_is_made_and_replaced_whole(void **state)
{
    (void)state;
    assert_int_equal(write_folder("out/", "one"), SC_OK);
    assert_folder("out", "one");
    put("out/tables/left-over.csv", "x");
    assert_int_equal(chmod("out", 0750), 0);
    assert_int_equal(write_folder("./out", "two"), SC_OK);
    assert_folder("out", "two");
    assert_int_equal(count_entries("out/tables"), 2);
    assert_int_equal(mode_of("out"), 0750);
    assert_int_equal(count_entries("."), 1);
}

static void an_empty_folder_is_taken(void **state)
{
    (void)state;
    assert_int_equal(mkdir("out", 0755), 0);
    assert_int_equal(write_folder("out", "one"), SC_OK);
    assert_folder("out", "one");
    assert_int_equal(count_entries("."), 1);
}

static void a_link_to_a_folder_stays_a_link(void **state)
{
    struct stat st;

    (void)state;
    assert_int_equal(mkdir("disk", 0755), 0);
    assert_int_equal(write_folder("disk/real", "one"), SC_OK);
    assert_int_equal(symlink("disk/real", "out"), 0);
    assert_int_equal(write_folder("out", "two"), SC_OK);
    assert_folder("disk/real", "two");
    assert_int_equal(lstat("out", &st), 0);
    assert_true(S_ISLNK(st.st_mode));
    assert_int_equal(count_entries("disk"), 1);
}

static void other_peoples_folders_are_refused(void **state)
{
    struct sc_outdir *dir = NULL;
    struct sc_error err = {0};

    (void)state;
    assert_int_equal(mkdir("home", 0755), 0);
    put("home/thesis.txt", "years of work");
    assert_int_equal(sc_outdir_begin("home", &dir, &err), SC_E_RANGE);
    assert_null(dir);
    assert_string_equal(err.file, "home");
    put("file", "x");
    assert_int_equal(sc_outdir_begin("file", &dir, &err), SC_E_RANGE);
    assert_int_equal(sc_outdir_begin("", &dir, &err), SC_E_RANGE);
    assert_int_equal(sc_outdir_begin("/", &dir, &err), SC_E_RANGE);
    assert_int_equal(sc_outdir_begin("none/out", &dir, &err), SC_E_IO);
    assert_int_equal(mkdir("marked", 0755), 0);
    assert_int_equal(mkdir("marked/answer.json", 0755), 0); /* a folder is no marker */
    assert_int_equal(sc_outdir_begin("marked", &dir, &err), SC_E_RANGE);
    assert_int_equal(count_entries("."), 3);
    assert_holds("home/thesis.txt", "years of work");
}

static void what_appears_meanwhile_is_spared(void **state)
{
    struct sc_outdir *dir = NULL;

    (void)state;
    assert_int_equal(sc_outdir_begin("out", &dir, NULL), SC_OK);
    assert_int_equal(sc_outdir_add(dir, "answer.json", "{}", 2, NULL), SC_OK);
    assert_int_equal(mkdir("out", 0755), 0);
    put("out/notes.txt", "mine");
    assert_int_equal(sc_outdir_commit(dir, NULL), SC_E_RANGE);
    sc_outdir_free(dir);
    assert_holds("out/notes.txt", "mine");
    assert_int_equal(count_entries("."), 1);
}

static void free_without_commit_leaves_the_old_one(void **state)
{
    struct sc_outdir *dir = NULL;

    (void)state;
    assert_int_equal(write_folder("out", "one"), SC_OK);
    assert_int_equal(sc_outdir_begin("out", &dir, NULL), SC_OK);
    assert_int_equal(sc_outdir_add(dir, "a/b/c/d", "x", 1, NULL), SC_OK);
    assert_int_equal(count_entries("."), 2);
    sc_outdir_free(dir);
    assert_folder("out", "one");
    assert_int_equal(count_entries("."), 1);
    sc_outdir_free(NULL);
}

static void two_writers_do_not_meet(void **state)
{
    struct sc_outdir *a = NULL;
    struct sc_outdir *b = NULL;

    (void)state;
    assert_int_equal(sc_outdir_begin("out", &a, NULL), SC_OK);
    assert_int_equal(sc_outdir_begin("out", &b, NULL), SC_OK);
    assert_int_equal(sc_outdir_add(a, "answer.json", "a", 1, NULL), SC_OK);
    assert_int_equal(sc_outdir_add(b, "answer.json", "b", 1, NULL), SC_OK);
    assert_int_equal(sc_outdir_commit(a, NULL), SC_OK);
    assert_int_equal(sc_outdir_commit(b, NULL), SC_OK); /* an earlier answer, replaced */
    sc_outdir_free(a);
    sc_outdir_free(b);
    assert_holds("out/answer.json", "b");
    assert_int_equal(count_entries("."), 1);
}

static void names_stay_inside(void **state)
{
    static const char *const bad[] = {"",  "/etc/x", "../x", "a/../b", "a/..",  "..",
                                      ".", "a//b",   "a/",   "./a",    "a/./b", "a/"};
    struct sc_outdir *dir = NULL;
    char lengthy[300];

    (void)state;
    memset(lengthy, 'n', sizeof lengthy - 1);
    lengthy[sizeof lengthy - 1] = '\0';
    assert_int_equal(sc_outdir_begin("out", &dir, NULL), SC_OK);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(sc_outdir_add(dir, bad[i], "x", 1, NULL), SC_E_RANGE);
    assert_int_equal(sc_outdir_add(dir, lengthy, "x", 1, NULL), SC_E_RANGE);
    assert_int_equal(sc_outdir_add(dir, "a..b/..c", "x", 1, NULL), SC_OK);
    assert_int_equal(sc_outdir_add(dir, "a..b/..c", "x", 1, NULL), SC_E_IO); /* once only */
    sc_outdir_free(dir);
    assert_int_equal(count_entries("."), 0);
}

static void removing_follows_no_links(void **state)
{
    (void)state;
    assert_int_equal(mkdir("elsewhere", 0755), 0);
    put("elsewhere/kept", "x");
    assert_int_equal(write_folder("out", "one"), SC_OK);
    assert_int_equal(symlink("../elsewhere", "out/link"), 0);
    assert_int_equal(write_folder("out", "two"), SC_OK);
    assert_folder("out", "two");
    assert_holds("elsewhere/kept", "x");
}

/* ---- paths and hashes ---- */

static void paths(void **state)
{
    static const struct {
        const char *path;
        const char *dir;
        const char *base;
    } parts[] = {{"a/b", "a", "b"}, {"a", ".", "a"},     {"/a", "/", "a"},
                 {"/", "/", ""},    {"a/b/", "a/b", ""}, {"/a/b.c", "/a", "b.c"}};
    static const struct {
        const char *dir;
        const char *name;
        const char *joined;
    } joins[] = {{"a", "b", "a/b"}, {"a/", "b", "a/b"}, {"", "b", "b"},
                 {".", "b", "b"},   {"a", "/b", "/b"},  {"/", "b", "/b"}};

    (void)state;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        SC_AUTO_FREE char *dir = sc_path_dir(parts[i].path);

        assert_string_equal(dir, parts[i].dir);
        assert_string_equal(sc_path_base(parts[i].path), parts[i].base);
    }
    for (size_t i = 0; i < sizeof joins / sizeof *joins; i++) {
        SC_AUTO_FREE char *joined = sc_path_join(joins[i].dir, joins[i].name);

        assert_string_equal(joined, joins[i].joined);
    }
}

static void sha256_of_the_standards_examples(void **state)
{
    char out[65];

    (void)state;
    sc_sha256_hex("", 0, out);
    assert_string_equal(out, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    sc_sha256_hex("abc", 3, out);
    assert_string_equal(out, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

/* ---- every failure in turn ---- */

#ifdef SC_FAULT_INJECTION

static void every_failed_write_leaves_the_old_folder(void **state)
{
    uint64_t points = 0;

    (void)state;
    assert_int_equal(write_folder("out", "old"), SC_OK);
    for (uint64_t nth = 1;; nth++) {
        enum sc_status status;

        sc_fault_set(SC_FAULT_WRITE, nth);
        status = write_folder("out", "new");
        points = sc_fault_passed(SC_FAULT_WRITE);
        sc_fault_set(SC_FAULT_WRITE, 0);
        assert_int_equal(count_entries("."), 1);
        if (points < nth) {
            assert_int_equal(status, SC_OK);
            break;
        }
        assert_int_equal(status, SC_E_IO);
        assert_folder("out", "old");
    }
    assert_true(points >= 15); /* create, write and sync of three files, folders, rename */
    assert_folder("out", "new");
}

static void every_failed_write_leaves_no_new_folder(void **state)
{
    (void)state;
    for (uint64_t nth = 1;; nth++) {
        enum sc_status status;
        bool reached;

        sc_fault_set(SC_FAULT_WRITE, nth);
        status = write_folder("out", "new");
        reached = sc_fault_passed(SC_FAULT_WRITE) >= nth;
        sc_fault_set(SC_FAULT_WRITE, 0);
        assert_int_equal(status, reached ? SC_E_IO : SC_OK);
        assert_int_equal(count_entries("."), reached ? 0 : 1);
        if (!reached)
            return;
    }
}

static void every_failed_allocation_leaves_the_old_folder(void **state)
{
    (void)state;
    assert_int_equal(write_folder("out", "old"), SC_OK);
    for (uint64_t nth = 1;; nth++) {
        enum sc_status status;
        bool reached;

        sc_fault_set(SC_FAULT_ALLOC, nth);
        status = write_folder("out", "new");
        reached = sc_fault_passed(SC_FAULT_ALLOC) >= nth;
        sc_fault_set(SC_FAULT_ALLOC, 0);
        assert_int_equal(status, reached ? SC_E_NOMEM : SC_OK);
        assert_folder("out", reached ? "old" : "new");
        assert_int_equal(count_entries("."), 1);
        if (!reached)
            return;
    }
}

static void every_failed_write_leaves_a_whole_file(void **state)
{
    (void)state;
    put("f", "old");
    for (uint64_t nth = 1;; nth++) {
        enum sc_status status;
        bool reached;

        sc_fault_set(SC_FAULT_WRITE, nth);
        status = sc_file_replace("f", "new", 3, NULL);
        reached = sc_fault_passed(SC_FAULT_WRITE) >= nth;
        sc_fault_set(SC_FAULT_WRITE, 0);
        assert_int_equal(count_entries("."), 1);
        assert_holds("f", status ? "old" : "new");
        if (!reached) {
            assert_int_equal(status, SC_OK);
            assert_true(nth > 4);
            return;
        }
    }
}

static void every_failed_read_is_reported_and_adds_nothing(void **state)
{
    (void)state;
    put("f", "text");
    for (uint64_t nth = 1;; nth++) {
        SC_AUTO_BUF buf = {0};
        enum sc_status status;
        bool reached;

        sc_fault_set(SC_FAULT_READ, nth);
        status = sc_file_load("f", 100, &buf, NULL);
        reached = sc_fault_passed(SC_FAULT_READ) >= nth;
        sc_fault_set(SC_FAULT_READ, 0);
        assert_int_equal(status, reached ? SC_E_IO : SC_OK);
        assert_int_equal(buf.len, reached ? 0 : 4);
        if (!reached)
            return;
    }
}

#endif

#define CASE(test) cmocka_unit_test_setup_teardown(test, enter_empty_folder, leave_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(load_appends_the_whole_file),
        CASE(load_reads_files_longer_than_a_piece),
        CASE(load_refuses_what_is_no_file),
        CASE(read_fills_what_it_can),
        CASE(replace_makes_and_replaces),
        CASE(replace_follows_links_and_spares_other_things),
        CASE(new_files_get_what_the_umask_leaves),
        CASE(a_folder_is_made_and_replaced_whole),
        CASE(an_empty_folder_is_taken),
        CASE(a_link_to_a_folder_stays_a_link),
        CASE(other_peoples_folders_are_refused),
        CASE(what_appears_meanwhile_is_spared),
        CASE(free_without_commit_leaves_the_old_one),
        CASE(two_writers_do_not_meet),
        CASE(names_stay_inside),
        CASE(removing_follows_no_links),
        cmocka_unit_test(paths),
        cmocka_unit_test(sha256_of_the_standards_examples),
#ifdef SC_FAULT_INJECTION
        CASE(every_failed_write_leaves_the_old_folder),
        CASE(every_failed_write_leaves_no_new_folder),
        CASE(every_failed_allocation_leaves_the_old_folder),
        CASE(every_failed_write_leaves_a_whole_file),
        CASE(every_failed_read_is_reported_and_adds_nothing),
#endif
    };

    return cmocka_run_group_tests_name("base/file", tests, NULL, NULL);
}
