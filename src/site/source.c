/*
 * source.c - an answer as the site finds it: read, sent through the gate, and its proof checked.
 *
 * Only answer.json, the certificate and the list of what adds up are read; every file that the
 * site publishes is made from them anew. So the proof is checked against the tables as they are
 * about to be published, and not against files that lie beside them: by addition alone
 * (verify.h), and by the digests that the certificate has of the tables it was made for.
 */
#include <jansson.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/file.h"
#include "publish/files.h"
#include "site/internal.h"
#include "verify/verify.h"

#define ANSWER_BYTES_MAX ((size_t)512 << 20)

/* ---- reading ---- */

/* Appends the file `name` of `folder`. */
static enum sc_status load(const char *folder, const char *name, struct sc_buf *out,
                           struct sc_error *err)
{
    SC_AUTO_FREE char *path = sc_path_join(folder, name);

    if (!path)
        return sc_fail_nomem(err);
    return sc_file_load(path, ANSWER_BYTES_MAX, out, err);
}

static bool is_there(const char *folder, const char *name)
{
    SC_AUTO_FREE char *path = sc_path_join(folder, name);
    struct stat st;

    return path && stat(path, &st) == 0;
}

enum sc_status sc_site_source_open(const struct sc_site_version *version,
                                   struct sc_site_source **ret_source, struct sc_error *err)
{
    SC_AUTO(sc_site_source) source = sc_alloc(sizeof *source);
    SC_AUTO_FREE char *path = sc_path_join(version->folder, "answer.json");
    SC_AUTO_BUF json = {0};
    enum sc_status status;

    if (!source || !path)
        return sc_fail_nomem(err);
    status = load(version->folder, "answer.json", &json, err);
    if (!status && is_there(version->folder, SC_CERTIFICATE_FILE))
        status = load(version->folder, SC_CERTIFICATE_FILE, &source->certificate, err);
    if (!status && is_there(version->folder, SC_HIERARCHY_FILE))
        status = load(version->folder, SC_HIERARCHY_FILE, &source->hierarchy, err);
    if (!status)
        status = sc_answer_file_parse(
            path, json.data, json.len,
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

enum sc_status sc_site_source_prove(const struct sc_site_source *source, struct sc_error *err)
{
    const struct sc_publication *publication = source->publication;
    const struct sc_slice certificate = publication->proof.certificate;
    const struct sc_verify_file file = {SC_CERTIFICATE_FILE, certificate};
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
    if (status == SC_E_INPUT && err)
        err->status = SC_E_UNSAFE; /* a certificate that is none proves nothing */
    return status == SC_E_INPUT ? SC_E_UNSAFE : status;
}
