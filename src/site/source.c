/*
 * source.c - an answer as the site finds it: read, sent through the gate, and its proof checked.
 *
 * Only answer.json, the certificate and the list of what adds up are read; every file that the
 * site publishes is made from them anew. So the proof is checked against the tables as they are
 * about to be published, and not against files that lie beside them: by addition alone
 * (verify.h), and by the digests that the certificate has of the tables it was made for.
 */
#include <jansson.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/file.h"
#include "publish/files.h"
#include "register/releases.h"
#include "site/internal.h"
#include "verify/verify.h"

#define ANSWER_BYTES_MAX ((size_t)512 << 20)

/* ---- from a folder ---- */

/* Appends the file `name` of `folder`. */
static enum sc_status load(const char *folder, const char *name, struct sc_buf *out,
                           struct sc_error *err)
{
    SC_AUTO_FREE char *path = sc_path_join(folder, name);

    if (!path)
        return sc_fail_nomem(err);
    return sc_file_load(path, ANSWER_BYTES_MAX, out, err);
}

/* The same for a file that need not be there. */
static enum sc_status load_if_there(const char *folder, const char *name, struct sc_buf *out,
                                    struct sc_error *err)
{
    SC_AUTO_FREE char *path = sc_path_join(folder, name);
    struct stat st;

    if (!path)
        return sc_fail_nomem(err);
    return stat(path, &st) == 0 ? sc_file_load(path, ANSWER_BYTES_MAX, out, err) : SC_OK;
}

static enum sc_status read_folder(const char *folder, struct sc_buf *json,
                                  struct sc_site_source *source, struct sc_error *err)
{
    enum sc_status status = load(folder, "answer.json", json, err);

    if (!status)
        status = load_if_there(folder, SC_CERTIFICATE_FILE, &source->certificate, err);
    if (!status)
        status = load_if_there(folder, SC_HIERARCHY_FILE, &source->hierarchy, err);
    return status;
}

/* Size, time and number of a file. */
static void add_times(const char *folder, const char *name, struct sc_buf *out)
{
    SC_AUTO_FREE char *path = sc_path_join(folder, name);
    struct stat st;

    if (!path) {
        out->failed = true;
        return;
    }
    if (stat(path, &st) == 0)
        sc_buf_addf(out, "%s %lld %lld.%09ld %llu\n", path, (long long)st.st_size,
                    (long long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec,
                    (unsigned long long)st.st_ino);
    else
        sc_buf_addf(out, "%s -\n", path);
}

/* ---- from the register ---- */

/* The register is one connection to a database: one thread at a time. */
static pthread_mutex_t register_lock = PTHREAD_MUTEX_INITIALIZER;

static const struct sc_release_file *find_file(const struct sc_release_files *files,
                                               const char *name)
{
    size_t n;
    const struct sc_release_file *items = sc_release_files_items(files, &n);

    for (size_t i = 0; i < n; i++)
        if (strcmp(items[i].name, name) == 0)
            return &items[i];
    return NULL;
}

/* Whether `bytes` are those recorded as `name`. */
static enum sc_status check_recorded(const struct sc_release_files *files, const char *name,
                                     const struct sc_buf *bytes, struct sc_error *err)
{
    const struct sc_release_file *file = find_file(files, name);
    char hash[65];

    sc_sha256_hex(bytes->data ? bytes->data : "", bytes->len, hash);
    if (file && strcmp(file->sha256, hash) == 0)
        return SC_OK;
    return sc_fail(err, SC_E_UNSAFE,
                   file ? "%s in the register has not the SHA-256 recorded with it: 'safecount "
                          "release verify' says what was changed"
                        : "the register has no digest of %s, because an older safecount recorded "
                          "it: record its folder again with 'safecount release add'",
                   name);
}

/* The kept file `name`; one that was not recorded is left empty. */
static enum sc_status read_kept(struct sc_register *reg, int64_t release,
                                const struct sc_release_files *files, const char *name,
                                struct sc_buf *out, struct sc_error *err)
{
    const struct sc_release_file *file = find_file(files, name);
    enum sc_status status;

    if (!file || !file->kept)
        return SC_OK;
    status = sc_release_file(reg, release, name, out, err);
    return status ? status : check_recorded(files, name, out, err);
}

static enum sc_status read_release(struct sc_register *reg, int64_t release, struct sc_buf *json,
                                   struct sc_site_source *source, struct sc_error *err)
{
    SC_AUTO(sc_release_files) files = NULL;
    enum sc_status status = sc_release_files_load(reg, release, &files, err);

    if (!status)
        status = sc_release_answer(reg, release, json, err);
    if (!status)
        status = check_recorded(files, "answer.json", json, err);
    if (!status)
        status = read_kept(reg, release, files, SC_CERTIFICATE_FILE, &source->certificate, err);
    if (!status)
        status = read_kept(reg, release, files, SC_HIERARCHY_FILE, &source->hierarchy, err);
    return status;
}

/* Names and digests of all files. */
static enum sc_status add_digests(struct sc_register *reg, int64_t release, struct sc_buf *out,
                                  struct sc_error *err)
{
    SC_AUTO(sc_release_files) files = NULL;
    const struct sc_release_file *items;
    size_t n;
    enum sc_status status = sc_release_files_load(reg, release, &files, err);

    if (status)
        return status;
    items = sc_release_files_items(files, &n);
    sc_buf_addf(out, "release %lld\n", (long long)release);
    for (size_t i = 0; i < n; i++)
        sc_buf_addf(out, "%s %s\n", items[i].name, items[i].sha256);
    return SC_OK;
}

/* ---- either ---- */

enum sc_status sc_site_source_key(const struct sc_site_config *config,
                                  const struct sc_site_version *version, struct sc_buf *out,
                                  struct sc_error *err)
{
    enum sc_status status = SC_OK;

    if (version->release) {
        (void)pthread_mutex_lock(&register_lock);
        status = add_digests(config->reg, version->release, out, err);
        (void)pthread_mutex_unlock(&register_lock);
    } else {
        add_times(version->folder, "answer.json", out);
        add_times(version->folder, SC_CERTIFICATE_FILE, out);
        add_times(version->folder, SC_HIERARCHY_FILE, out);
    }
    sc_buf_addf(out, "%d %s\n", (int)version->published, version->reason);
    return status ? status : sc_buf_check(out, err);
}

static enum sc_status read_version(const struct sc_site_config *config,
                                   const struct sc_site_version *version, struct sc_buf *json,
                                   struct sc_site_source *source, struct sc_error *err)
{
    enum sc_status status;

    if (!version->release)
        return read_folder(version->folder, json, source, err);
    (void)pthread_mutex_lock(&register_lock);
    status = read_release(config->reg, version->release, json, source, err);
    (void)pthread_mutex_unlock(&register_lock);
    return status;
}

enum sc_status sc_site_source_open(const struct sc_site_config *config,
                                   const struct sc_site_version *version,
                                   struct sc_site_source **ret_source, struct sc_error *err)
{
    SC_AUTO(sc_site_source) source = sc_alloc(sizeof *source);
    SC_AUTO_FREE char *name = version->release ? sc_strdup(config->register_path)
                                               : sc_path_join(version->folder, "answer.json");
    SC_AUTO_BUF json = {0};
    enum sc_status status;

    if (!source || !name)
        return sc_fail_nomem(err);
    status = read_version(config, version, &json, source, err);
    if (!status)
        status = sc_answer_file_parse(
            name, json.data, json.len,
            (struct sc_slice){source->certificate.data, source->certificate.len},
            (struct sc_slice){source->hierarchy.data, source->hierarchy.len}, &source->file, err);
    if (status)
        return status;
    source->bytes = json.len + source->certificate.len + source->hierarchy.len;
    source->publication = sc_answer_file_publication(source->file);
    *ret_source = SC_TAKE(source);
    return SC_OK;
}

void sc_site_source_free(struct sc_site_source *source)
{
    if (!source)
        return;
    sc_answer_file_free(source->file);
    sc_buf_release(&source->certificate);
    sc_buf_release(&source->hierarchy);
    sc_free(source);
}

/* ---- the proof ---- */

/* The tables as they will be published, in the form that certificates speak of. */
struct proved {
    struct sc_buf *bytes;
    char **names;
    struct sc_verify_file *files;
    size_t n;
};

static void proved_release(struct proved *proved)
{
    for (size_t i = 0; i < proved->n; i++) {
        sc_buf_release(&proved->bytes[i]);
        sc_free(proved->names[i]);
    }
    sc_free(proved->bytes);
    sc_free((void *)proved->names);
    sc_free(proved->files);
}

static enum sc_status make_tables(const struct sc_publication *publication, struct proved *proved,
                                  struct sc_error *err)
{
    size_t n = publication->n_tables;

    proved->bytes = sc_alloc_array(n, sizeof *proved->bytes);
    proved->names = sc_alloc_array(n, sizeof *proved->names);
    proved->files = sc_alloc_array(n, sizeof *proved->files);
    if (!proved->bytes || !proved->names || !proved->files)
        return sc_fail_nomem(err);
    proved->n = n;
    for (size_t t = 0; t < n; t++) {
        SC_AUTO_BUF name = {0};
        enum sc_status status;

        sc_buf_addf(&name, "%s.tidy.csv", publication->tables[t].id);
        sc_publish_tidy_csv(publication, &publication->tables[t], &proved->bytes[t]);
        status = sc_buf_check(&proved->bytes[t], err);
        if (!status)
            status = sc_buf_check(&name, err);
        proved->names[t] = status ? NULL : sc_strdup(name.data);
        if (!proved->names[t])
            return status ? status : sc_fail_nomem(err);
        proved->files[t] = (struct sc_verify_file){proved->names[t],
                                                   {proved->bytes[t].data, proved->bytes[t].len}};
    }
    return SC_OK;
}

/* The digest that the certificate has of the table `name`, or "". */
static const char *recorded_digest(const json_t *certificate, const char *name)
{
    const json_t *item;
    size_t i;

    json_array_foreach(json_object_get(certificate, "files"), i, item)
    {
        const char *its = json_string_value(json_object_get(item, "name"));
        const char *digest = json_string_value(json_object_get(item, "sha256"));

        if (its && strcmp(its, name) == 0)
            return digest ? digest : "";
    }
    return "";
}

/* Each table is one that the certificate was made for, byte for byte. */
static enum sc_status check_digests(const struct proved *proved, struct sc_slice certificate,
                                    struct sc_error *err)
{
    json_t *root = json_loadb(certificate.data, certificate.len, 0, NULL);
    enum sc_status status = SC_OK;

    for (size_t t = 0; t < proved->n && !status; t++) {
        const char *digest = recorded_digest(root, proved->names[t]);
        char hash[65];

        sc_sha256_hex(proved->bytes[t].data, proved->bytes[t].len, hash);
        if (digest[0] == '\0')
            status = sc_fail(err, SC_E_UNSAFE, "the certificate says nothing of the table '%s'",
                             proved->names[t]);
        else if (strcmp(digest, hash) != 0)
            status = sc_fail(err, SC_E_UNSAFE,
                             "the table '%s' is not the one that the certificate was made for: "
                             "its SHA-256 is another",
                             proved->names[t]);
    }
    json_decref(root);
    return status;
}

/* The certificate is about marks that mean what the page says. */
static enum sc_status check_marks(const struct sc_publication *publication,
                                  const struct sc_verification *verification, struct sc_error *err)
{
    struct sc_mark_meaning meanings[2];
    struct sc_verified_mark marks[2];
    size_t n = sc_publication_meanings(publication, meanings);

    for (size_t i = 0; i < n; i++) {
        (void)snprintf(marks[i].text, sizeof marks[i].text, "%s", meanings[i].text);
        marks[i].least = meanings[i].least;
        marks[i].most = meanings[i].most;
    }
    return sc_verify_marks(verification, marks, n, SC_CERTIFICATE_FILE, err);
}

enum sc_status sc_site_source_prove(const struct sc_site_source *source, struct sc_error *err)
{
    const struct sc_publication *publication = source->publication;
    const struct sc_slice certificate = publication->proof.certificate;
    const struct sc_verify_file file = {SC_CERTIFICATE_FILE, certificate};
    const struct sc_verify_file hierarchy = {SC_HIERARCHY_FILE, publication->proof.hierarchy};
    __attribute__((cleanup(proved_release))) struct proved proved = {0};
    struct sc_verification verification = {0};
    enum sc_status status;

    if (!publication->publishable || publication->n_tables == 0)
        return SC_OK;
    status = make_tables(publication, &proved, err);
    if (!status)
        status = check_digests(&proved, certificate, err);
    if (!status)
        status = sc_verify_certificate_bytes(proved.files, proved.n, &file, &verification, err);
    if (!status)
        status = check_marks(publication, &verification, err);
    if (!status)
        status = sc_verify_occurs(&file, &hierarchy, err);
    if (status == SC_E_INPUT && err)
        err->status = SC_E_UNSAFE; /* a certificate that is none proves nothing */
    return status == SC_E_INPUT ? SC_E_UNSAFE : status;
}
