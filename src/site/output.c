/*
 * output.c - files of the site: each is replaced whole and only when it differs, so that
 * what copies the folder to a server copies what changed. Files are not synced one by
 * one: the site can be built again from the answers at any time.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "site/internal.h"

/* Makes the folder above `path`, and those above it as far as they are not there. */
static enum sc_status make_folders(char *path, struct sc_error *err)
{
    char *slash = strrchr(path, '/');
    enum sc_status status = SC_OK;

    if (!slash || slash == path)
        return SC_OK;
    *slash = '\0';
    if (mkdir(path, 0777) != 0 && errno != EEXIST) {
        status =
            errno == ENOENT ? make_folders(path, err) : sc_fail_io(err, "make folder", path, errno);
        if (!status && mkdir(path, 0777) != 0 && errno != EEXIST)
            status = sc_fail_io(err, "make folder", path, errno);
    }
    *slash = '/';
    return status;
}

/* Whether the file open as `fd` holds these bytes already. */
static bool holds(int fd, const char *bytes, size_t len)
{
    char block[64 * 1024];
    struct stat st;
    size_t at = 0;
    bool same = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && (unsigned long long)st.st_size == len;

    while (same && at < len) {
        ssize_t n = read(fd, block, sizeof block);

        if (n <= 0)
            same = n < 0 && errno == EINTR;
        else if (memcmp(block, bytes + at, (size_t)n) != 0)
            same = false;
        else
            at += (size_t)n;
    }
    return same;
}

/* Writes all of it to `fd`, and closes that. */
static enum sc_status write_all(int fd, const char *path, const char *bytes, size_t len,
                                struct sc_error *err)
{
    size_t at = 0;

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
 * that is cut off makes it again, because only the state says what is done.
 */
static enum sc_status write_new(char *path, const char *bytes, size_t len, struct sc_error *err)
{
    const int flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC;
    int fd = open(path, flags, 0666);

    if (fd < 0 && errno == ENOENT) {
        enum sc_status status = make_folders(path, err);

        if (status)
            return status;
        fd = open(path, flags, 0666);
    }
    return fd < 0 ? sc_fail_io(err, "write", path, errno) : write_all(fd, path, bytes, len, err);
}

/* A file that is there is replaced whole. */
static enum sc_status replace(const char *path, const char *bytes, size_t len, struct sc_error *err)
{
    SC_AUTO_BUF temporary = {0};
    enum sc_status status;

    sc_buf_addf(&temporary, "%s.new", path);
    status = sc_buf_check(&temporary, err);
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
    bool same;
    int fd;

    if (!path)
        return sc_fail_nomem(err);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        same = holds(fd, bytes, len);
        (void)close(fd);
        if (same)
            return SC_OK;
        status = replace(path, bytes, len, err);
    } else if (errno == ENOENT) {
        status = write_new(path, bytes, len, err);
    } else {
        status = sc_fail_io(err, "read", path, errno);
    }
    (void)pthread_mutex_lock(&build->lock);
    build->report.files += !status;
    (void)pthread_mutex_unlock(&build->lock);
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
