#include "base/file.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/fault.h"
#include "base/memory.h"

/* ---- reading ---- */

enum sc_status sc_file_read(int fd, const char *file, void *bytes, size_t capacity, size_t *ret_n,
                            struct sc_error *err)
{
    size_t total = 0;

    if (sc_fault_hit(SC_FAULT_READ))
        return sc_fail_io(err, "read", file, EIO);
    while (total < capacity) {
        ssize_t n = read(fd, (char *)bytes + total, capacity - total);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return sc_fail_io(err, "read", file, errno);
        if (n == 0)
            break;
        total += (size_t)n;
    }
    *ret_n = total;
    return SC_OK;
}

static enum sc_status load_fd(int fd, const char *path, size_t max_bytes, struct sc_buf *buf,
                              struct sc_error *err)
{
    char piece[16 * 1024];
    size_t loaded = 0;

    for (;;) {
        size_t n = 0;
        enum sc_status status = sc_file_read(fd, path, piece, sizeof piece, &n, err);

        if (status)
            return status;
        loaded += n;
        if (loaded > max_bytes)
            return sc_fail_at(err, SC_E_INPUT, path, 0, 0,
                              "the file is larger than %zu bytes: expected a small text file",
                              max_bytes);
        sc_buf_add(buf, piece, n);
        if (n < sizeof piece)
            return sc_buf_check(buf, err);
    }
}

enum sc_status sc_file_load(const char *path, size_t max_bytes, struct sc_buf *buf,
                            struct sc_error *err)
{
    enum sc_status status;
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return sc_fail_io(err, "open", path, errno);
    if (fstat(fd, &st) != 0)
        status = sc_fail_io(err, "look at", path, errno);
    else if (S_ISDIR(st.st_mode))
        status = sc_fail_at(err, SC_E_IO, path, 0, 0, "this is a folder: expected a file");
    else
        status = load_fd(fd, path, max_bytes, buf, err);
    (void)close(fd);
    return status;
}

/* ---- writing ---- */

static enum sc_status write_all(int fd, const char *path, const char *bytes, size_t len,
                                struct sc_error *err)
{
    if (sc_fault_hit(SC_FAULT_WRITE))
        return sc_fail_io(err, "write", path, ENOSPC);
    while (len) {
        ssize_t n = write(fd, bytes, len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return sc_fail_io(err, "write", path, errno);
        bytes += n;
        len -= (size_t)n;
    }
    if (sc_fault_hit(SC_FAULT_WRITE))
        return sc_fail_io(err, "sync", path, ENOSPC);
    if (fsync(fd) != 0 && errno != EINVAL && errno != EROFS)
        return sc_fail_io(err, "sync", path, errno);
    return SC_OK;
}

static enum sc_status write_new(const char *path, const char *bytes, size_t len,
                                struct sc_error *err)
{
    enum sc_status status;
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);

    if (fd < 0)
        return sc_fail_io(err, "create", path, errno);
    status = write_all(fd, path, bytes, len, err);
    if (close(fd) != 0 && !status)
        status = sc_fail_io(err, "close", path, errno);
    return status;
}

static void sync_folder(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0)
        return;
    (void)fsync(fd); /* best effort: some file systems cannot */
    (void)close(fd);
}

enum sc_status sc_file_replace(const char *path, const char *bytes, size_t len,
                               struct sc_error *err)
{
    SC_AUTO_BUF temporary = {0};
    enum sc_status status;

    sc_buf_addf(&temporary, "%s.tmp-%ld", path, (long)getpid());
    status = sc_buf_check(&temporary, err);
    if (status)
        return status;
    (void)unlink(temporary.data);
    status = write_new(temporary.data, bytes, len, err);
    if (!status && sc_fault_hit(SC_FAULT_WRITE))
        status = sc_fail_io(err, "rename", path, ENOSPC);
    if (!status && rename(temporary.data, path) != 0)
        status = sc_fail_io(err, "rename", path, errno);
    if (status)
        (void)unlink(temporary.data);
    return status;
}

/* ---- paths ---- */

char *sc_path_join(const char *dir, const char *name)
{
    SC_AUTO_BUF path = {0};

    if (name[0] == '/' || dir[0] == '\0' || strcmp(dir, ".") == 0)
        return sc_strdup(name);
    sc_buf_adds(&path, dir);
    if (path.len && path.data && path.data[path.len - 1] != '/')
        sc_buf_addc(&path, '/');
    sc_buf_adds(&path, name);
    return path.failed ? NULL : sc_strdup(path.data);
}

char *sc_path_dir(const char *path)
{
    const char *slash = strrchr(path, '/');

    if (!slash)
        return sc_strdup(".");
    return sc_strndup(path, slash == path ? 1 : (size_t)(slash - path));
}

const char *sc_path_base(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

/* ---- folders written whole ---- */

struct sc_outdir {
    char *path;      /* where it goes, without a trailing slash */
    char *temporary; /* where it is written */
    bool committed;
};

/* Removes a folder of ours: files and one level of sub-folders at a time. */
static void remove_tree(const char *path)
{
    DIR *dir = opendir(path);

    if (!dir) {
        (void)unlink(path);
        return;
    }
    for (struct dirent *entry = readdir(dir); entry; entry = readdir(dir)) {
        SC_AUTO_FREE char *child = NULL;
        struct stat st;

        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        child = sc_path_join(path, entry->d_name);
        if (!child)
            continue;
        if (lstat(child, &st) == 0 && S_ISDIR(st.st_mode))
            remove_tree(child);
        else
            (void)unlink(child);
    }
    (void)closedir(dir);
    (void)rmdir(path);
}

/* An existing folder may be replaced when it is empty or an earlier answer. */
static enum sc_status check_replaceable(const char *path, struct sc_error *err)
{
    SC_AUTO_FREE char *marker = sc_path_join(path, "answer.json");
    struct stat st;
    bool empty = true;
    DIR *dir;

    if (!marker)
        return sc_fail_nomem(err);
    if (lstat(path, &st) != 0)
        return errno == ENOENT ? SC_OK : sc_fail_io(err, "look at", path, errno);
    if (!S_ISDIR(st.st_mode))
        return sc_fail_at(err, SC_E_RANGE, path, 0, 0,
                          "there is a file of this name: choose another folder");
    if (lstat(marker, &st) == 0)
        return SC_OK;
    dir = opendir(path);
    if (!dir)
        return sc_fail_io(err, "open", path, errno);
    for (struct dirent *entry = readdir(dir); entry; entry = readdir(dir)) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            empty = false;
    }
    (void)closedir(dir);
    if (!empty)
        return sc_fail_at(err, SC_E_RANGE, path, 0, 0,
                          "the folder holds other things than an earlier answer: choose another");
    return SC_OK;
}

enum sc_status sc_outdir_begin(const char *path, struct sc_outdir **ret_dir, struct sc_error *err)
{
    SC_AUTO_BUF temporary = {0};
    SC_AUTO_FREE char *parent = NULL;
    struct sc_outdir *dir;
    enum sc_status status;
    size_t len = strlen(path);

    while (len > 1 && path[len - 1] == '/')
        len--;
    dir = sc_alloc(sizeof *dir);
    if (!dir)
        return sc_fail_nomem(err);
    dir->path = sc_strndup(path, len);
    if (!dir->path) {
        sc_outdir_free(dir);
        return sc_fail_nomem(err);
    }
    status = check_replaceable(dir->path, err);
    parent = sc_path_dir(dir->path);
    if (!status && !parent)
        status = sc_fail_nomem(err);
    if (!status) {
        sc_buf_addf(&temporary, "%s/.%s.tmp-XXXXXX", parent, sc_path_base(dir->path));
        status = sc_buf_check(&temporary, err);
    }
    if (!status && (sc_fault_hit(SC_FAULT_WRITE) || !mkdtemp(temporary.data)))
        status = sc_fail_io(err, "make a folder in", parent, errno ? errno : ENOSPC);
    if (!status) {
        (void)chmod(temporary.data, 0755);
        dir->temporary = sc_strdup(temporary.data);
        if (!dir->temporary) {
            (void)rmdir(temporary.data);
            status = sc_fail_nomem(err);
        }
    }
    if (status) {
        sc_outdir_free(dir);
        return status;
    }
    *ret_dir = dir;
    return SC_OK;
}

enum sc_status sc_outdir_add(struct sc_outdir *dir, const char *name, const char *bytes, size_t len,
                             struct sc_error *err)
{
    SC_AUTO_FREE char *path = sc_path_join(dir->temporary, name);

    assert(name[0] != '/' && !strstr(name, ".."));
    if (!path)
        return sc_fail_nomem(err);
    for (char *slash = path + strlen(dir->temporary) + 1; (slash = strchr(slash, '/')); slash++) {
        *slash = '\0';
        if (mkdir(path, 0777) != 0 && errno != EEXIST)
            return sc_fail_io(err, "make the folder", path, errno);
        *slash = '/';
    }
    return write_new(path, bytes, len, err);
}

enum sc_status sc_outdir_commit(struct sc_outdir *dir, struct sc_error *err)
{
    SC_AUTO_FREE char *parent = sc_path_dir(dir->path);
    struct stat st;

    if (!parent)
        return sc_fail_nomem(err);
    sync_folder(dir->temporary);
    if (sc_fault_hit(SC_FAULT_WRITE))
        return sc_fail_io(err, "rename", dir->path, ENOSPC);
    if (lstat(dir->path, &st) != 0) {
        if (rename(dir->temporary, dir->path) != 0)
            return sc_fail_io(err, "rename", dir->path, errno);
        dir->committed = true;
    } else if (renameat2(AT_FDCWD, dir->temporary, AT_FDCWD, dir->path, RENAME_EXCHANGE) == 0) {
        /* the old folder now has the temporary name, and goes with it */
    } else {
        SC_AUTO_BUF old = {0};

        sc_buf_addf(&old, "%s.old", dir->temporary);
        if (old.failed)
            return sc_fail_nomem(err);
        if (rename(dir->path, old.data) != 0)
            return sc_fail_io(err, "rename", dir->path, errno);
        if (rename(dir->temporary, dir->path) != 0) {
            int saved = errno;

            (void)rename(old.data, dir->path);
            return sc_fail_io(err, "rename", dir->path, saved);
        }
        remove_tree(old.data);
        dir->committed = true;
    }
    sync_folder(parent);
    return SC_OK;
}

void sc_outdir_free(struct sc_outdir *dir)
{
    if (!dir)
        return;
    if (dir->temporary && !dir->committed)
        remove_tree(dir->temporary);
    sc_free(dir->temporary);
    sc_free(dir->path);
    sc_free(dir);
}

/* ---- hashes ---- */

void sc_sha256_hex(const void *bytes, size_t len, char *out)
{
    static const char digits[] = "0123456789abcdef";
    struct sha256_ctx context;
    uint8_t digest[SHA256_DIGEST_SIZE];

    sha256_init(&context);
    sha256_update(&context, len, bytes);
    sha256_digest(&context, sizeof digest, digest);
    for (size_t i = 0; i < sizeof digest; i++) {
        out[2 * i] = digits[digest[i] >> 4];
        out[2 * i + 1] = digits[digest[i] & 15];
    }
    out[64] = '\0';
}
