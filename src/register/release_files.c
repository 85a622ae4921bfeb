/*
 * release_files.c - which files an answer was published with.
 *
 * Of every file the register has name, size and SHA-256. Of the two that nobody could make again
 * from answer.json (the certificate, and what adds up) it has the bytes as well, so that the
 * disclosure log can be built from the register alone. A digest over the list, and over the digest
 * of its release, shows when the list was changed.
 *
 * The files are read before the transaction begins: nobody waits for a slow disk.
 */
#include "register/release_files.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/date.h"
#include "base/error.h"
#include "base/file.h"

#define FILES_MAX 10000
#define FILE_BYTES_MAX ((size_t)1 << 30)
#define DEPTH_MAX 4

static const char *const kept_names[] = {"certificate.json", "tables/hierarchy.csv"};

/* ---- a folder ------------------------------------------------------------------- */

static bool is_kept(const char *name)
{
    for (size_t i = 0; i < sizeof kept_names / sizeof *kept_names; i++)
        if (strcmp(name, kept_names[i]) == 0)
            return true;
    return false;
}

static int by_name(const void *a, const void *b)
{
    const struct sc_release_file *x = a, *y = b;

    return strcmp(x->name, y->name);
}

/* The names of files under `path`, which is `prefix` ("" or "tables/") of the whole. */
static enum sc_status list_names(struct sc_folder_found *found, size_t *capacity, const char *path,
                                 const char *prefix, int depth, struct sc_error *err);

static enum sc_status list_one(struct sc_folder_found *found, size_t *capacity, const char *folder,
                               const char *prefix, const char *name, int depth,
                               struct sc_error *err)
{
    SC_AUTO_FREE char *path = sc_path_join(folder, name);
    SC_AUTO_BUF whole = {0};
    struct stat st;
    enum sc_status status;

    sc_buf_addf(&whole, "%s%s", prefix, name);
    status = path ? sc_buf_check(&whole, err) : sc_fail_nomem(err);
    if (status)
        return status;
    if (lstat(path, &st) != 0)
        return sc_fail_at(err, SC_E_IO, path, 0, 0, "cannot look at it: %s", strerror(errno));
    if (S_ISDIR(st.st_mode)) {
        sc_buf_addc(&whole, '/');
        status = sc_buf_check(&whole, err);
        return status ? status : list_names(found, capacity, path, whole.data, depth + 1, err);
    }
    if (!S_ISREG(st.st_mode))
        return sc_fail_at(err, SC_E_INPUT, path, 0, 0,
                          "neither a file nor a folder: an answer's folder holds nothing else");
    if (found->n == FILES_MAX)
        return sc_fail_at(err, SC_E_INPUT, folder, 0, 0,
                          "more than %d files: is this the folder of an answer?", FILES_MAX);
    status = sc_grow((void **)&found->items, capacity, found->n, sizeof *found->items, err);
    if (status)
        return status;
    found->items[found->n] =
        (struct sc_release_file){.name = sc_arena_strdup(&found->arena, whole.data)};
    if (!found->items[found->n].name)
        return sc_fail_nomem(err);
    found->n++;
    return SC_OK;
}

static enum sc_status list_names(struct sc_folder_found *found, size_t *capacity, const char *path,
                                 const char *prefix, int depth, struct sc_error *err)
{
    DIR *dir;
    struct dirent *entry;
    enum sc_status status = SC_OK;

    if (depth > DEPTH_MAX)
        return sc_fail_at(err, SC_E_INPUT, path, 0, 0,
                          "folders within folders: is this the folder of an answer?");
    dir = opendir(path);
    if (!dir)
        return sc_fail_at(err, SC_E_IO, path, 0, 0, "cannot list it: %s", strerror(errno));
    while (!status && (entry = readdir(dir)) != NULL) /* one thread: our own stream */
        if (entry->d_name[0] != '.')
            status = list_one(found, capacity, path, prefix, entry->d_name, depth, err);
    (void)closedir(dir);
    return status;
}

static enum sc_status hash_files(struct sc_folder_found *found, struct sc_error *err)
{
    enum sc_status status = SC_OK;

    for (size_t i = 0; i < found->n && !status; i++) {
        struct sc_release_file *file = &found->items[i];
        SC_AUTO_FREE char *path = sc_path_join(found->path, file->name);
        SC_AUTO_BUF bytes = {0};
        char *hash = sc_arena_alloc(&found->arena, SC_DIGEST_MAX);

        if (!path || !hash)
            return sc_fail_nomem(err);
        status = sc_file_load(path, FILE_BYTES_MAX, &bytes, err);
        if (status)
            return status;
        sc_sha256_hex(bytes.data ? bytes.data : "", bytes.len, hash);
        file->sha256 = hash;
        file->bytes = bytes.len;
        file->kept = is_kept(file->name);
        if (file->kept) {
            found->kept[i] = bytes;
            bytes = (struct sc_buf){0};
        }
    }
    return status;
}

enum sc_status sc_folder_find(const char *folder, struct sc_folder_found *ret_found,
                              struct sc_error *err)
{
    char resolved[PATH_MAX];
    size_t capacity = 0;
    enum sc_status status;

    if (!realpath(folder, resolved))
        return sc_fail_at(err, SC_E_IO, folder, 0, 0, "cannot find it: %s", strerror(errno));
    ret_found->path = sc_strdup(resolved);
    if (!ret_found->path)
        return sc_fail_nomem(err);
    status = list_names(ret_found, &capacity, resolved, "", 0, err);
    if (status)
        return status;
    if (ret_found->n)
        qsort(ret_found->items, ret_found->n, sizeof *ret_found->items, by_name);
    ret_found->kept = sc_alloc_array(ret_found->n, sizeof *ret_found->kept);
    return ret_found->kept ? hash_files(ret_found, err) : sc_fail_nomem(err);
}

void sc_folder_release(struct sc_folder_found *found)
{
    for (size_t i = 0; found->kept && i < found->n; i++)
        sc_buf_release(&found->kept[i]);
    sc_free(found->kept);
    sc_free(found->items);
    sc_free(found->path);
    sc_arena_release(&found->arena);
    *found = (struct sc_folder_found){0};
}

const char *sc_folder_hash(const struct sc_folder_found *found, const char *name)
{
    for (size_t i = 0; i < found->n; i++)
        if (strcmp(found->items[i].name, name) == 0)
            return found->items[i].sha256;
    return "";
}

/* ---- the digest ----------------------------------------------------------------- */

/* What the digest of a list goes through: the folder's own texts, then three a file. */
struct list_texts {
    const char **items;
    size_t n;
    struct sc_arena arena;
};

static enum sc_status make_texts(struct list_texts *texts, const char *const folder[3],
                                 const struct sc_release_file *files, size_t n,
                                 struct sc_error *err)
{
    texts->items = sc_arena_alloc(&texts->arena, (3 + 3 * n) * sizeof *texts->items);
    if (!texts->items)
        return sc_fail_nomem(err);
    for (size_t i = 0; i < 3; i++)
        texts->items[texts->n++] = folder[i];
    for (size_t i = 0; i < n; i++) {
        char *size = sc_arena_alloc(&texts->arena, 24);

        if (!size)
            return sc_fail_nomem(err);
        (void)snprintf(size, 24, "%llu", (unsigned long long)files[i].bytes);
        texts->items[texts->n++] = files[i].name;
        texts->items[texts->n++] = size;
        texts->items[texts->n++] = files[i].sha256;
    }
    return SC_OK;
}

/* Over the release's digest, path, day of receipt (NULL: none), decisions, and the files. */
static enum sc_status list_digest(const char *release_digest, const char *const folder[3],
                                  const struct sc_release_file *files, size_t n,
                                  char out[SC_DIGEST_MAX], struct sc_error *err)
{
    struct list_texts texts = {0};
    enum sc_status status = make_texts(&texts, folder, files, n, err);

    if (!status)
        status = sc_register_digest(release_digest, texts.items, texts.n, out, err);
    sc_arena_release(&texts.arena);
    return status;
}

/* ---- writing -------------------------------------------------------------------- */

static enum sc_status write_files(struct sc_db *db, int64_t id, const struct sc_folder_found *found,
                                  struct sc_error *err)
{
    SC_AUTO(sc_query) query = NULL;
    enum sc_status status =
        sc_db_prepare(db,
                      "INSERT INTO release_file (release, name, size, sha256, bytes)"
                      " VALUES (?1, ?2, ?3, ?4, ?5)",
                      &query, err);

    for (size_t i = 0; i < found->n && !status; i++) {
        const struct sc_release_file *file = &found->items[i];

        sc_query_bind_int(query, 1, id);
        sc_query_bind_text(query, 2, file->name);
        sc_query_bind_int(query, 3, (int64_t)file->bytes);
        sc_query_bind_text(query, 4, file->sha256);
        if (file->kept)
            sc_query_bind_blob(query, 5, found->kept[i].data ? found->kept[i].data : "",
                               found->kept[i].len);
        else
            sc_query_bind_null(query, 5);
        status = sc_query_run(query, err);
    }
    return status;
}

static void join_decisions(const struct sc_past_release *release, struct sc_buf *out)
{
    sc_buf_adds(out, "");
    for (size_t i = 0; i < release->n_decisions; i++)
        sc_buf_addf(out, "%s%s", i ? "\n" : "", release->decisions[i]);
}

enum sc_status sc_folder_write(struct sc_db *db, int64_t id, const char *digest,
                               const struct sc_past_release *release,
                               const struct sc_folder_found *found, struct sc_error *err)
{
    SC_AUTO(sc_query) query = NULL;
    SC_AUTO_BUF decisions = {0};
    char day[16], own[SC_DIGEST_MAX];
    const char *folder[3] = {
        found->path,
        release->received == SC_DAY_NONE ? NULL : sc_day_format_iso(release->received, day), NULL};
    enum sc_status status;

    join_decisions(release, &decisions);
    status = sc_buf_check(&decisions, err);
    if (status)
        return status;
    folder[2] = decisions.data;
    status = list_digest(digest, folder, found->items, found->n, own, err);
    if (!status)
        status = sc_db_prepare(db,
                               "INSERT INTO release_folder (release, path, received, decisions,"
                               " digest) VALUES (?1, ?2, ?3, ?4, ?5)",
                               &query, err);
    if (!query)
        return status;
    sc_query_bind_int(query, 1, id);
    for (int i = 0; i < 3; i++)
        sc_query_bind_text(query, i + 2, folder[i]);
    sc_query_bind_text(query, 5, own);
    status = sc_query_run(query, err);
    return status ? status : write_files(db, id, found, err);
}

/* ---- reading -------------------------------------------------------------------- */

struct sc_release_files {
    struct sc_arena arena;
    struct sc_release_file *items;
    size_t n;
    size_t capacity;
};

struct loading {
    struct sc_release_files *list;
    int64_t id;
};

static enum sc_status load_files(struct sc_db *db, void *arg, struct sc_error *err)
{
    struct loading *loading = arg;
    struct sc_release_files *list = loading->list;
    SC_AUTO(sc_query) query = NULL;
    bool row = false;
    enum sc_status status = sc_db_prepare(db,
                                          "SELECT name, size, sha256, bytes IS NOT NULL"
                                          " FROM release_file WHERE release = ?1 ORDER BY name",
                                          &query, err);

    if (!query)
        return status;
    sc_query_bind_int(query, 1, loading->id);
    while (!(status = sc_query_step(query, &row, err)) && row) {
        struct sc_release_file *file;

        status = sc_grow((void **)&list->items, &list->capacity, list->n, sizeof *list->items, err);
        if (status)
            return status;
        file = &list->items[list->n];
        *file = (struct sc_release_file){
            .name = sc_arena_strdup(&list->arena, sc_query_text(query, 0)),
            .bytes = (uint64_t)sc_query_int(query, 1),
            .sha256 = sc_arena_strdup(&list->arena, sc_query_text(query, 2)),
            .kept = sc_query_int(query, 3) != 0,
        };
        if (!file->name || !file->sha256)
            return sc_fail_nomem(err);
        list->n++;
    }
    return status;
}

enum sc_status sc_release_files_load(struct sc_register *reg, int64_t id,
                                     struct sc_release_files **ret_files, struct sc_error *err)
{
    SC_AUTO(sc_release_files) list = sc_alloc(sizeof *list);
    struct loading loading = {list, id};
    enum sc_status status;

    if (!list)
        return sc_fail_nomem(err);
    status = sc_db_snapshot(sc_register_db(reg), load_files, &loading, err);
    if (status)
        return status;
    *ret_files = SC_TAKE(list);
    return SC_OK;
}

void sc_release_files_free(struct sc_release_files *files)
{
    if (!files)
        return;
    sc_arena_release(&files->arena);
    sc_free(files->items);
    sc_free(files);
}

const struct sc_release_file *sc_release_files_items(const struct sc_release_files *files,
                                                     size_t *ret_n)
{
    *ret_n = files->n;
    return files->items;
}

enum sc_status sc_release_file(struct sc_register *reg, int64_t id, const char *name,
                               struct sc_buf *out, struct sc_error *err)
{
    SC_AUTO(sc_query) query = NULL;
    bool row = false;
    enum sc_status status =
        sc_db_prepare(sc_register_db(reg),
                      "SELECT bytes FROM release_file WHERE release = ?1 AND name = ?2"
                      " AND bytes IS NOT NULL",
                      &query, err);

    if (!query)
        return status;
    sc_query_bind_int(query, 1, id);
    sc_query_bind_text(query, 2, name);
    status = sc_query_step(query, &row, err);
    if (status)
        return status;
    if (!row)
        return sc_fail(err, SC_E_RANGE, "the register does not hold the file '%s' of release %lld",
                       name, (long long)id);
    sc_buf_add(out, sc_query_blob(query, 0).data, sc_query_blob(query, 0).len);
    return sc_buf_check(out, err);
}

/* ---- verifying ------------------------------------------------------------------ */

static enum sc_status verify_kept(struct sc_db *db, int64_t id, const char **ret_what,
                                  struct sc_error *err)
{
    SC_AUTO(sc_query) query = NULL;
    bool row = false;
    enum sc_status status =
        sc_db_prepare(db,
                      "SELECT sha256, bytes FROM release_file WHERE release = ?1"
                      " AND bytes IS NOT NULL ORDER BY name",
                      &query, err);

    if (!query)
        return status;
    sc_query_bind_int(query, 1, id);
    while (!(status = sc_query_step(query, &row, err)) && row) {
        struct sc_slice bytes = sc_query_blob(query, 1);
        char hash[SC_DIGEST_MAX];

        sc_sha256_hex(bytes.data ? bytes.data : "", bytes.len, hash);
        if (strcmp(hash, sc_query_text(query, 0)) != 0)
            *ret_what = "a file kept of it is not the one recorded";
    }
    return status;
}

/* The row of release_folder that `query` stands at, against the files' rows. */
static enum sc_status verify_list(struct sc_db *db, const struct sc_query *query, int64_t id,
                                  const char *digest, const char *certificate_sha256,
                                  const char **ret_what, struct sc_error *err)
{
    SC_AUTO(sc_release_files) list = sc_alloc(sizeof *list);
    struct loading loading = {list, id};
    const char *certificate = "";
    const char *folder[3];
    char own[SC_DIGEST_MAX];
    enum sc_status status = list ? load_files(db, &loading, err) : sc_fail_nomem(err);

    if (status)
        return status;
    for (int i = 0; i < 3; i++)
        folder[i] = sc_query_is_null(query, i) ? NULL : sc_query_text(query, i);
    status = list_digest(digest, folder, list->items, list->n, own, err);
    if (status)
        return status;
    for (size_t i = 0; i < list->n; i++)
        if (strcmp(list->items[i].name, kept_names[0]) == 0)
            certificate = list->items[i].sha256;
    if (strcmp(own, sc_query_text(query, 3)) != 0 || strcmp(certificate, certificate_sha256) != 0)
        *ret_what = "the list of its files is not as recorded";
    return SC_OK;
}

enum sc_status sc_folder_verify(struct sc_db *db, int64_t id, const char *digest,
                                const char *certificate_sha256, const char **ret_what,
                                struct sc_error *err)
{
    SC_AUTO(sc_query) query = NULL;
    bool row = false;
    enum sc_status status =
        sc_db_prepare(db,
                      "SELECT path, received, decisions, digest FROM release_folder"
                      " WHERE release = ?1",
                      &query, err);

    *ret_what = NULL;
    if (!query)
        return status;
    sc_query_bind_int(query, 1, id);
    status = sc_query_step(query, &row, err);
    if (!status && row)
        status = verify_list(db, query, id, digest, certificate_sha256, ret_what, err);
    return status || *ret_what ? status : verify_kept(db, id, ret_what, err);
}
