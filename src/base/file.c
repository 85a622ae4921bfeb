/*
 * file.c - reading small files, and writing outputs whole or not at all.
 *
 * An output is written under a temporary name in the folder it is meant for,
 * `.NAME.tmp-XXXXXX`, each file is synced, and only then does a rename give it
 * its name. So a reader sees the old output or the new one, and a run that
 * fails or is stopped leaves the old one.
 *
 * For a folder the rename is an exchange (renameat2 with RENAME_EXCHANGE): old
 * and new swap names in one step, the parent folder is synced, and the old
 * tree, now under the temporary name, is removed. If that sync fails the swap
 * is undone. Where the file system cannot exchange, the old folder is renamed
 * aside first (`.NAME.tmp-XXXXXX-old`) and there is a moment without either;
 * a machine that stops in it leaves the old output under that name.
 *
 * Everything goes through folder descriptors (openat and kin), so nobody can
 * redirect a write by renaming a folder on the way, symbolic links are not
 * followed when a tree is removed, and clearing up needs no memory. New files
 * get the permissions that the umask leaves, replaced ones keep theirs.
 */
#include "base/file.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <nettle/sha2.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/fault.h"

#define TRIES_MAX 100 /* fresh temporary names before giving up */

static void close_at(const int *fd)
{
    int saved = errno;

    if (*fd >= 0)
        (void)close(*fd);
    errno = saved;
}

#define AUTO_FD __attribute__((cleanup(close_at))) int

/* ---- reading ---- */

static ssize_t read_once(int fd, void *bytes, size_t capacity)
{
    if (sc_fault_hit(SC_FAULT_READ)) {
        errno = EIO;
        return -1;
    }
    return read(fd, bytes, capacity);
}

enum sc_status sc_file_read(int fd, const char *file, void *bytes, size_t capacity, size_t *ret_n,
                            struct sc_error *err)
{
    size_t total = 0;

    while (total < capacity) {
        ssize_t n = read_once(fd, (char *)bytes + total, capacity - total);

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

static enum sc_status fail_too_large(const char *path, size_t max_bytes, struct sc_error *err)
{
    return sc_fail_at(err, SC_E_INPUT, path, 0, 0,
                      "the file is larger than %zu bytes, the most that is read here", max_bytes);
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
        if (n > max_bytes - loaded) /* it may have grown since it was looked at */
            return fail_too_large(path, max_bytes, err);
        loaded += n;
        sc_buf_add(buf, piece, n);
        if (n < sizeof piece)
            return sc_buf_check(buf, err);
    }
}

enum sc_status sc_file_load(const char *path, size_t max_bytes, struct sc_buf *buf,
                            struct sc_error *err)
{
    enum sc_status status = sc_buf_check(buf, err);
    size_t len_before = buf->len;
    struct stat st;
    AUTO_FD fd = -1;

    if (status)
        return status;
    fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a pipe must not hold us up */
    if (fd < 0)
        return sc_fail_io(err, "open", path, errno);
    if (fstat(fd, &st) != 0)
        return sc_fail_io(err, "look at", path, errno);
    if (S_ISDIR(st.st_mode))
        return sc_fail_at(err, SC_E_INPUT, path, 0, 0, "this is a folder: expected a file");
    if (!S_ISREG(st.st_mode))
        return sc_fail_at(err, SC_E_INPUT, path, 0, 0, "not a regular file");
    if (st.st_size > 0 && (uintmax_t)st.st_size > max_bytes)
        return fail_too_large(path, max_bytes, err);
    status = load_fd(fd, path, max_bytes, buf, err);
    if (status) {
        buf->failed = false;
        buf->len = len_before;
        if (buf->data)
            buf->data[len_before] = '\0';
    }
    return status;
}

/* ---- paths ---- */

char *sc_path_join(const char *dir, const char *name)
{
    size_t dir_len = strlen(dir);
    size_t size = dir_len + strlen(name) + 2;
    char *path;

    if (name[0] == '/' || dir_len == 0 || strcmp(dir, ".") == 0)
        return sc_strdup(name);
    path = sc_alloc(size);
    if (path)
        (void)snprintf(path, size, "%s%s%s", dir, dir[dir_len - 1] == '/' ? "" : "/", name);
    return path;
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

/* ---- single steps of writing, each of which a test can make fail ---- */

static bool refuse_write(void)
{
    if (!sc_fault_hit(SC_FAULT_WRITE))
        return false;
    errno = ENOSPC;
    return true;
}

static int create_file(int folder_fd, const char *name)
{
    assert(name);
    if (refuse_write())
        return -1;
    return openat(folder_fd, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
}

static int make_folder(int folder_fd, const char *name)
{
    assert(name);
    return refuse_write() ? -1 : mkdirat(folder_fd, name, 0777);
}

static int open_folder(int folder_fd, const char *name)
{
    return openat(folder_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
}

/* Syncs a file or folder; file systems without sync for it are taken as synced. */
static int sync_fd(int fd)
{
    if (refuse_write())
        return -1;
    if (fsync(fd) != 0 && errno != EINVAL && errno != ENOTSUP && errno != EROFS)
        return -1;
    return 0;
}

static int move(int folder_fd, const char *from, const char *to)
{
    return refuse_write() ? -1 : renameat(folder_fd, from, folder_fd, to);
}

static enum sc_status write_all(int fd, const char *shown, const char *bytes, size_t len,
                                struct sc_error *err)
{
    while (len) {
        ssize_t n = refuse_write() ? -1 : write(fd, bytes, len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return sc_fail_io(err, "write", shown, errno);
        bytes += n;
        len -= (size_t)n;
    }
    return sync_fd(fd) == 0 ? SC_OK : sc_fail_io(err, "sync", shown, errno);
}

/* Writes, syncs and closes `fd`. */
static enum sc_status finish_file(int fd, const char *shown, const char *bytes, size_t len,
                                  struct sc_error *err)
{
    enum sc_status status = write_all(fd, shown, bytes, len, err);

    if (close(fd) != 0 && !status)
        status = sc_fail_io(err, "close", shown, errno);
    return status;
}

/* ---- where an output goes ---- */

/* A name in an open folder, with the temporary names used beside it. */
struct place {
    char *path;      /* as given, for messages */
    char *name;      /* in the folder `fd` */
    char *temporary; /* ".NAME.tmp-XXXXXX" */
    char *aside;     /* ".NAME.tmp-XXXXXX-old" */
    int fd;
};

static void place_release(struct place *place)
{
    close_at(&place->fd);
    sc_free(place->path);
    sc_free(place->name);
    sc_free(place->temporary);
    sc_free(place->aside);
    *place = (struct place){.fd = -1};
}

/* Gives `place->temporary` and `place->aside` fresh letters. */
static enum sc_status place_rename(struct place *place, struct sc_error *err)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz234567";
    unsigned char random[6];
    char suffix[sizeof random + 1] = {0};
    size_t len = strlen(place->name) + sizeof "..tmp--old" + sizeof random;

    if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random)
        return sc_fail_io(err, "make a temporary name for", place->path, errno);
    for (size_t i = 0; i < sizeof random; i++)
        suffix[i] = letters[random[i] % 32];
    if (!place->temporary)
        place->temporary = sc_alloc(len);
    if (!place->aside)
        place->aside = sc_alloc(len);
    if (!place->temporary || !place->aside)
        return sc_fail_nomem(err);
    (void)snprintf(place->temporary, len, ".%s.tmp-%s", place->name, suffix);
    (void)snprintf(place->aside, len, ".%s.tmp-%s-old", place->name, suffix);
    return SC_OK;
}

/*
 * Finds where `path` is: what is there is resolved through symbolic links, so
 * that the thing itself is replaced and not the link. The caller releases
 * `place` also after a failure.
 */
static enum sc_status place_find(struct place *place, const char *path, struct sc_error *err)
{
    SC_AUTO_FREE char *parent = NULL;
    char resolved[PATH_MAX];
    struct stat st;
    const char *whole;
    size_t len = strlen(path);

    *place = (struct place){.fd = -1};
    while (len > 1 && path[len - 1] == '/')
        len--;
    place->path = sc_strndup(path, len);
    if (!place->path)
        return sc_fail_nomem(err);
    whole = place->path;
    if (lstat(whole, &st) == 0) {
        whole = realpath(place->path, resolved);
        if (!whole)
            return sc_fail_io(err, "open", place->path, errno);
    } else if (errno != ENOENT) {
        return sc_fail_io(err, "look at", place->path, errno);
    }
    if (sc_path_base(whole)[0] == '\0')
        return sc_fail_at(err, SC_E_RANGE, path, 0, 0, "no name to write to");
    parent = sc_path_dir(whole);
    place->name = sc_strdup(sc_path_base(whole));
    if (!parent || !place->name)
        return sc_fail_nomem(err);
    place->fd = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (place->fd < 0)
        return sc_fail_io(err, "open the folder for", place->path, errno);
    return SC_OK;
}

/* ---- one file ---- */

/* Creates the temporary file, open for writing. */
static enum sc_status create_beside(struct place *place, int *ret_fd, struct sc_error *err)
{
    for (int tries = 0; tries < TRIES_MAX; tries++) {
        enum sc_status status = place_rename(place, err);

        if (status)
            return status;
        *ret_fd = create_file(place->fd, place->temporary);
        if (*ret_fd >= 0)
            return SC_OK;
        if (errno != EEXIST)
            break;
    }
    return sc_fail_io(err, "create", place->path, errno);
}

static enum sc_status replace_at(struct place *place, const char *bytes, size_t len,
                                 struct sc_error *err)
{
    enum sc_status status;
    struct stat st;
    bool existed = fstatat(place->fd, place->name, &st, AT_SYMLINK_NOFOLLOW) == 0;
    int fd = -1;

    if (existed && !S_ISREG(st.st_mode))
        return sc_fail_at(err, SC_E_RANGE, place->path, 0, 0,
                          "there is something else than a file of this name: choose another");
    status = create_beside(place, &fd, err);
    if (status)
        return status;
    if (existed)
        (void)fchmod(fd, st.st_mode & 0777);
    status = finish_file(fd, place->path, bytes, len, err);
    if (!status && move(place->fd, place->temporary, place->name) != 0)
        status = sc_fail_io(err, "rename", place->path, errno);
    if (status)
        (void)unlinkat(place->fd, place->temporary, 0);
    else
        (void)sync_fd(place->fd); /* the new file stands, so this is no failure any more */
    return status;
}

enum sc_status sc_file_replace(const char *path, const char *bytes, size_t len,
                               struct sc_error *err)
{
    struct place place;
    enum sc_status status = place_find(&place, path, err);

    if (!status)
        status = replace_at(&place, bytes, len, err);
    place_release(&place);
    return status;
}

/* ---- trees ---- */

static bool is_dots(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* Opens folder `name` for listing; the caller closes it with closedir(). */
static DIR *list_folder(int folder_fd, const char *name)
{
    int fd = open_folder(folder_fd, name);
    DIR *list = fd < 0 ? NULL : fdopendir(fd);

    if (!list)
        close_at(&fd);
    return list;
}

/* Removes `name` and all in it. Links are removed, not followed. */
static void remove_tree(int folder_fd, const char *name)
{
    DIR *list = list_folder(folder_fd, name);

    if (!list) {
        (void)unlinkat(folder_fd, name, 0);
        return;
    }
    for (struct dirent *entry = readdir(list); entry; entry = readdir(list)) {
        if (is_dots(entry->d_name))
            continue;
        if (unlinkat(dirfd(list), entry->d_name, 0) != 0)
            remove_tree(dirfd(list), entry->d_name);
    }
    (void)closedir(list);
    (void)unlinkat(folder_fd, name, AT_REMOVEDIR);
}

/* Syncs the folder `name` and the folders in it; the files were synced when written. */
static int sync_tree(int folder_fd, const char *name)
{
    DIR *list = list_folder(folder_fd, name);
    int result = 0;

    if (!list)
        return errno == ENOTDIR || errno == ELOOP ? 0 : -1; /* a file: synced already */
    for (struct dirent *entry = readdir(list); entry && result == 0; entry = readdir(list)) {
        if (!is_dots(entry->d_name))
            result = sync_tree(dirfd(list), entry->d_name);
    }
    if (result == 0)
        result = sync_fd(dirfd(list));
    (void)closedir(list);
    return result;
}

/* ---- a folder written whole ---- */

enum outdir_state {
    OUTDIR_WRITING,  /* the new tree has the temporary name */
    OUTDIR_PLACED,   /* the new tree stands, there was none before */
    OUTDIR_SWAPPED,  /* the new tree stands, the old one has the temporary name */
    OUTDIR_REPLACED, /* the new tree stands, the old one is aside */
    OUTDIR_DONE,
};

struct sc_outdir {
    struct place place;
    enum outdir_state state;
    int fd; /* of the new tree */
};

/* What stands at the place now. */
struct standing {
    bool exists;
    mode_t mode;
};

static bool is_empty(DIR *list)
{
    for (struct dirent *entry = readdir(list); entry; entry = readdir(list)) {
        if (!is_dots(entry->d_name))
            return false;
    }
    return true;
}

/* An existing folder may be replaced when it is empty or an earlier answer. */
static enum sc_status check_replaceable(const struct place *place, struct standing *ret_standing,
                                        struct sc_error *err)
{
    struct standing standing = {0};
    struct stat st;
    struct stat marker;
    DIR *list;
    bool ours;

    assert(place->name);
    if (fstatat(place->fd, place->name, &st, AT_SYMLINK_NOFOLLOW) == 0) {
        standing.exists = true;
        standing.mode = st.st_mode & 0777;
    } else if (errno != ENOENT) {
        return sc_fail_io(err, "look at", place->path, errno);
    }
    if (standing.exists && !S_ISDIR(st.st_mode))
        return sc_fail_at(err, SC_E_RANGE, place->path, 0, 0,
                          "there is a file of this name: choose another folder");
    if (standing.exists) {
        list = list_folder(place->fd, place->name);
        if (!list)
            return sc_fail_io(err, "open", place->path, errno);
        ours = (fstatat(dirfd(list), "answer.json", &marker, AT_SYMLINK_NOFOLLOW) == 0 &&
                S_ISREG(marker.st_mode)) ||
               is_empty(list);
        (void)closedir(list);
        if (!ours)
            return sc_fail_at(err, SC_E_RANGE, place->path, 0, 0,
                              "the folder holds other things than an earlier answer: "
                              "choose another");
    }
    *ret_standing = standing;
    return SC_OK;
}

static enum sc_status make_beside(struct sc_outdir *dir, struct sc_error *err)
{
    struct place *place = &dir->place;

    for (int tries = 0; tries < TRIES_MAX; tries++) {
        enum sc_status status = place_rename(place, err);

        if (status)
            return status;
        if (make_folder(place->fd, place->temporary) == 0) {
            dir->fd = open_folder(place->fd, place->temporary);
            if (dir->fd >= 0)
                return SC_OK;
            (void)unlinkat(place->fd, place->temporary, AT_REMOVEDIR);
            break;
        }
        if (errno != EEXIST)
            break;
    }
    return sc_fail_io(err, "make a folder beside", place->path, errno);
}

enum sc_status sc_outdir_begin(const char *path, struct sc_outdir **ret_dir, struct sc_error *err)
{
    SC_AUTO(sc_outdir) dir = sc_alloc(sizeof *dir);
    struct standing standing;
    enum sc_status status;

    if (!dir)
        return sc_fail_nomem(err);
    dir->fd = -1;
    status = place_find(&dir->place, path, err);
    if (!status)
        status = check_replaceable(&dir->place, &standing, err);
    if (!status)
        status = make_beside(dir, err);
    if (status)
        return status;
    *ret_dir = SC_TAKE(dir);
    return SC_OK;
}

/* Relative, and no part empty, "." or "..": it stays inside the folder. */
static bool name_is_inside(const char *name)
{
    for (;;) {
        size_t len = strcspn(name, "/");

        if (len == 0 || len > NAME_MAX || (len == 1 && name[0] == '.') ||
            (len == 2 && name[0] == '.' && name[1] == '.'))
            return false;
        if (name[len] == '\0')
            return true;
        name += len + 1;
    }
}

/*
 * Opens, and makes where needed, the folder part of `name` inside `folder_fd`.
 * The caller closes what is returned; -1 with errno on failure.
 */
static int open_folders(int folder_fd, const char *name, const char **ret_last)
{
    int at = fcntl(folder_fd, F_DUPFD_CLOEXEC, 0);

    while (at >= 0 && strchr(name, '/')) {
        char part[NAME_MAX + 1];
        size_t len = strcspn(name, "/");
        int next = -1;

        memcpy(part, name, len);
        part[len] = '\0';
        if (make_folder(at, part) == 0 || errno == EEXIST)
            next = open_folder(at, part);
        close_at(&at);
        at = next;
        name += len + 1;
    }
    *ret_last = name;
    return at;
}

enum sc_status sc_outdir_add(struct sc_outdir *dir, const char *name, const char *bytes, size_t len,
                             struct sc_error *err)
{
    char shown[SC_ERROR_FILE_MAX];
    const char *last = name;
    AUTO_FD folder = -1;
    int fd;

    (void)snprintf(shown, sizeof shown, "%s/%s", dir->place.path, name);
    if (!name_is_inside(name))
        return sc_fail_at(err, SC_E_RANGE, shown, 0, 0,
                          "not a name inside the output folder: expected the form a/b.csv");
    folder = open_folders(dir->fd, name, &last);
    if (folder < 0)
        return sc_fail_io(err, "make the folder for", shown, errno);
    fd = create_file(folder, last);
    if (fd < 0)
        return sc_fail_io(err, "create", shown, errno);
    return finish_file(fd, shown, bytes, len, err);
}

/* Whether renameat2() failed only for want of support. */
static bool flags_unsupported(void)
{
    return errno == EINVAL || errno == ENOSYS || errno == ENOTSUP;
}

/* Gives the new tree its name where none stands. */
static int put_in_place(struct sc_outdir *dir)
{
    const struct place *place = &dir->place;
    int result = renameat2(place->fd, place->temporary, place->fd, place->name, RENAME_NOREPLACE);

    if (result != 0 && flags_unsupported())
        result = renameat(place->fd, place->temporary, place->fd, place->name);
    if (result == 0)
        dir->state = OUTDIR_PLACED;
    return result;
}

/* Gives the new tree its name without an exchange: the old one is put aside. */
static int replace_in_place(struct sc_outdir *dir)
{
    const struct place *place = &dir->place;

    if (move(place->fd, place->name, place->aside) != 0)
        return -1;
    if (move(place->fd, place->temporary, place->name) != 0) {
        int saved = errno;

        (void)renameat(place->fd, place->aside, place->fd, place->name);
        errno = saved;
        return -1;
    }
    dir->state = OUTDIR_REPLACED;
    return 0;
}

static int swap_in_place(struct sc_outdir *dir)
{
    const struct place *place = &dir->place;

    if (renameat2(place->fd, place->temporary, place->fd, place->name, RENAME_EXCHANGE) == 0) {
        dir->state = OUTDIR_SWAPPED;
        return 0;
    }
    return flags_unsupported() ? replace_in_place(dir) : -1;
}

/* Undoes what the three above did: the old tree stands again, the new one is temporary. */
static void take_back(struct sc_outdir *dir)
{
    const struct place *place = &dir->place;
    int result = 0;

    if (dir->state == OUTDIR_SWAPPED)
        result = renameat2(place->fd, place->temporary, place->fd, place->name, RENAME_EXCHANGE);
    else
        result = renameat(place->fd, place->name, place->fd, place->temporary);
    if (result == 0 && dir->state == OUTDIR_REPLACED)
        result = renameat(place->fd, place->aside, place->fd, place->name);
    /* If even that was refused, the names stay as they are: neither tree is removed. */
    dir->state = result == 0 ? OUTDIR_WRITING : OUTDIR_DONE;
}

static void remove_old(struct sc_outdir *dir)
{
    if (dir->state == OUTDIR_SWAPPED)
        remove_tree(dir->place.fd, dir->place.temporary);
    else if (dir->state == OUTDIR_REPLACED)
        remove_tree(dir->place.fd, dir->place.aside);
    dir->state = OUTDIR_DONE;
}

enum sc_status sc_outdir_commit(struct sc_outdir *dir, struct sc_error *err)
{
    struct place *place = &dir->place;
    struct standing standing = {0};
    enum sc_status status;
    int result;

    assert(place->temporary && dir->state == OUTDIR_WRITING);
    if (sync_tree(place->fd, place->temporary) != 0)
        return sc_fail_io(err, "sync", place->path, errno);
    status = check_replaceable(place, &standing, err); /* it may have changed since begin */
    if (status)
        return status;
    if (standing.exists)
        (void)fchmod(dir->fd, standing.mode);
    if (refuse_write())
        result = -1;
    else
        result = standing.exists ? swap_in_place(dir) : put_in_place(dir);
    if (result != 0)
        return sc_fail_io(err, "rename", place->path, errno);
    if (sync_fd(place->fd) != 0) {
        status = sc_fail_io(err, "sync the folder of", place->path, errno);
        take_back(dir);
        return status;
    }
    remove_old(dir);
    return SC_OK;
}

void sc_outdir_free(struct sc_outdir *dir)
{
    if (!dir)
        return;
    if (dir->state == OUTDIR_WRITING && dir->fd >= 0) /* the temporary folder is ours */
        remove_tree(dir->place.fd, dir->place.temporary);
    close_at(&dir->fd);
    place_release(&dir->place);
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
    out[2 * sizeof digest] = '\0';
}
