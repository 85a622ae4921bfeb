/*
 * output.c - files of the site: each is replaced whole and only when it differs, so that
 * what copies the folder to a server copies what changed. Files are not synced one by
 * one: the site can be built again from the answers at any time.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "site/internal.h"

static pthread_mutex_t counting = PTHREAD_MUTEX_INITIALIZER;

/* Makes the folders above `path`. */
static enum sc_status make_folders(char *path, struct sc_error *err)
{
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        int failed;

        *slash = '\0';
        failed = mkdir(path, 0777) != 0 && errno != EEXIST ? errno : 0;
        if (failed) {
            enum sc_status status = sc_fail_io(err, "make folder", path, failed);

            *slash = '/';
            return status;
        }
        *slash = '/';
    }
    return SC_OK;
}

/* Whether the file holds these bytes already. */
static bool holds(const char *path, const char *bytes, size_t len)
{
    char block[64 * 1024];
    struct stat st;
    size_t at = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool same = fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
                (unsigned long long)st.st_size == len;

    while (same && at < len) {
        ssize_t n = read(fd, block, sizeof block);

        if (n <= 0)
            same = n < 0 && errno == EINTR;
        else if (memcmp(block, bytes + at, (size_t)n) != 0)
            same = false;
        else
            at += (size_t)n;
    }
    if (fd >= 0)
        (void)close(fd);
    return same;
}

static enum sc_status write_new(const char *path, const char *bytes, size_t len,
                                struct sc_error *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    size_t at = 0;

    if (fd < 0)
        return sc_fail_io(err, "write", path, errno);
    while (at < len) {
        ssize_t n = write(fd, bytes + at, len - at);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            enum sc_status status = sc_fail_io(err, "write", path, errno);

            (void)close(fd);
            return status;
        }
        at += (size_t)n;
    }
    return close(fd) == 0 ? SC_OK : sc_fail_io(err, "write", path, errno);
}

/*
 * A new file is written in place: nothing leads to it before the lists are made, and a build
 * that is cut off makes it again, because only the state says what is done. One that is
 * there is replaced whole.
 */
static enum sc_status replace(const char *path, const char *bytes, size_t len, struct sc_error *err)
{
    SC_AUTO_BUF temporary = {0};
    enum sc_status status;
    char *folders;

    if (access(path, F_OK) != 0) {
        folders = sc_strdup(path);
        status = folders ? make_folders(folders, err) : sc_fail_nomem(err);
        sc_free(folders);
        return status ? status : write_new(path, bytes, len, err);
    }

    sc_buf_addf(&temporary, "%s.new", path);
    status = sc_buf_check(&temporary, err);
    if (!status)
        status = make_folders(temporary.data, err);
    if (!status)
        status = write_new(temporary.data, bytes, len, err);
    if (!status && rename(temporary.data, path) != 0)
        status = sc_fail_io(err, "write", path, errno);
    if (status && temporary.data)
        (void)unlink(temporary.data);
    return status;
}

enum sc_status sc_site_put(struct sc_build *build, const char *name, const char *bytes, size_t len,
                           struct sc_error *err)
{
    SC_AUTO_FREE char *path = sc_path_join(build->out, name);
    enum sc_status status;

    if (!path)
        return sc_fail_nomem(err);
    if (holds(path, bytes, len))
        return SC_OK;
    status = replace(path, bytes, len, err);
    (void)pthread_mutex_lock(&counting);
    build->report.files += !status;
    (void)pthread_mutex_unlock(&counting);
    return status;
}

enum sc_status sc_site_put_page(struct sc_build *build, const char *name,
                                const struct sc_buf *bytes, struct sc_error *err)
{
    enum sc_status status = sc_buf_check(bytes, err);

    if (!status)
        status = sc_site_put(build, name, bytes->data ? bytes->data : "", bytes->len, err);
    if (!status && json_array_append_new(build->pages, json_string(name)))
        status = sc_fail_nomem(err);
    return status;
}
