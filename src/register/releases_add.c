/*
 * releases_add.c - writes a release into the register, and what happens to it afterwards.
 *
 * The answer is read and checked before the transaction begins. Within it, what is there
 * already is looked at and all rows are written; another process that adds at the same time waits
 * for it, and then sees it.
 */
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/error.h"
#include "base/file.h"
#include "register/answer_reader.h"
#include "register/digest.h"
#include "register/release_files.h"
#include "register/release_rows.h"

struct adding {
    const struct sc_release_new *new;
    struct sc_past_release release;
    struct sc_arena arena;
    struct sc_buf answer; /* the bytes of answer.json */
    struct sc_folder_found folder;
    char answer_sha256[SC_DIGEST_MAX];
    const char *certificate_sha256; /* "" when there is no certificate */
    char digest[SC_DIGEST_MAX];     /* of its head, once that is written */
    bool completes;                 /* recorded already, but for its files */
};

static void release_adding(struct adding *a)
{
    sc_arena_release(&a->arena);
    sc_buf_release(&a->answer);
    sc_folder_release(&a->folder);
}

/* ---- before the transaction ----------------------------------------------------- */

static enum sc_status read_folder(struct adding *a, struct sc_error *err)
{
    SC_AUTO_FREE char *path = sc_path_join(a->new->folder, "answer.json");
    enum sc_status status;

    if (!path)
        return sc_fail_nomem(err);
    status = sc_file_load(path, SC_ANSWER_BYTES_MAX, &a->answer, err);
    if (!status)
        status = sc_answer_read(path, a->answer.data ? a->answer.data : "", a->answer.len,
                                &a->arena, &a->release, err);
    if (status)
        return status;
    sc_sha256_hex(a->answer.data, a->answer.len, a->answer_sha256);
    status = sc_folder_find(a->new->folder, &a->folder, err);
    a->certificate_sha256 = status ? "" : sc_folder_hash(&a->folder, "certificate.json");
    return status;
}

/* ---- what is there already ------------------------------------------------------- */

static enum sc_status refuse_known(const struct adding *a, int64_t version, bool same,
                                   struct sc_error *err)
{
    if (same)
        return sc_fail(err, SC_E_RANGE, "'%s' is recorded already, this very answer (version %lld)",
                       a->release.reference, (long long)version);
    return sc_fail(err, SC_E_RANGE,
                   "'%s' is recorded already (version %lld): to record a corrected answer give the "
                   "reason with --correction",
                   a->release.reference, (long long)version);
}

/* Recorded by an older version of the program, without its files: they are added now. */
static enum sc_status complete(struct adding *a, const struct sc_query *query, int64_t version,
                               struct sc_error *err)
{
    if (strcmp(sc_query_text(query, 2), a->certificate_sha256) != 0)
        return sc_fail(
            err, SC_E_RANGE,
            "'%s' is recorded already (version %lld), with another certificate.json than "
            "this folder has: give the folder as it was published",
            a->release.reference, (long long)version);
    a->completes = true;
    a->release.id = sc_query_int(query, 3);
    (void)snprintf(a->digest, sizeof a->digest, "%s", sc_query_text(query, 4));
    return SC_OK;
}

/* The version this release becomes. */
static enum sc_status find_version(struct sc_db *db, struct adding *a, struct sc_error *err)
{
    SC_AUTO(sc_query) query = NULL;
    bool row = false;
    int64_t last = 0;
    enum sc_status status = sc_db_prepare(db,
                                          "SELECT version, answer_sha256, certificate_sha256, id,"
                                          " digest, EXISTS (SELECT 1 FROM release_folder f"
                                          " WHERE f.release = r.id) FROM release r"
                                          " WHERE reference = ?1 ORDER BY version",
                                          &query, err);

    if (!query)
        return status;
    sc_query_bind_text(query, 1, a->release.reference);
    while (!(status = sc_query_step(query, &row, err)) && row) {
        last = sc_query_int(query, 0);
        if (strcmp(sc_query_text(query, 1), a->answer_sha256) != 0)
            continue;
        if (a->new->correction || sc_query_int(query, 5))
            return refuse_known(a, last, true, err);
        return complete(a, query, last, err);
    }
    if (status)
        return status;
    if (last && !a->new->correction)
        return refuse_known(a, last, false, err);
    if (!last && a->new->correction)
        return sc_fail(err, SC_E_RANGE, "'%s' was never recorded: there is nothing to correct",
                       a->release.reference);
    a->release.version = (unsigned)(last + 1);
    return SC_OK;
}

/* ---- the head -------------------------------------------------------------------- */

/* The digest of the release added last, "" when there is none. */
static enum sc_status last_digest(struct sc_db *db, char out[SC_DIGEST_MAX], struct sc_error *err)
{
    SC_AUTO(sc_query) query = NULL;
    bool row = false;
    enum sc_status status =
        sc_db_prepare(db, "SELECT digest FROM release ORDER BY id DESC LIMIT 1", &query, err);

    if (!query)
        return status;
    status = sc_query_step(query, &row, err);
    (void)snprintf(out, SC_DIGEST_MAX, "%s", row ? sc_query_text(query, 0) : "");
    return status;
}

/* "" or the codes, one a line. */
static void join_offences(const struct sc_past_release *release, struct sc_buf *out)
{
    sc_buf_adds(out, "");
    for (size_t i = 0; i < release->n_offences; i++)
        sc_buf_addf(out, "%s%s", i ? "\n" : "", release->offences[i]);
}

/* What the head's texts point to where they are not the release's own. */
struct head_texts {
    struct sc_buf offences;
    char version[24];
    char threshold[24];
    char days[4][16];
};

/* The period's days are "" where there is none; other days NULL. */
static const char *period_text(int32_t day, char *out)
{
    return day == SC_DAY_NONE ? "" : sc_day_format_iso(day, out);
}

static const char *day_text(int32_t day, char *out)
{
    return day == SC_DAY_NONE ? NULL : sc_day_format_iso(day, out);
}

static void make_head(const struct adding *a, struct head_texts *t, const char **head)
{
    const struct sc_past_release *r = &a->release;

    join_offences(r, &t->offences);
    (void)snprintf(t->version, sizeof t->version, "%u", r->version);
    (void)snprintf(t->threshold, sizeof t->threshold, "%llu", (unsigned long long)r->threshold);
    head[SC_HEAD_REFERENCE] = r->reference;
    head[SC_HEAD_VERSION] = t->version;
    head[SC_HEAD_PUBLICATION] = r->publication;
    head[SC_HEAD_TITLE] = r->title;
    head[SC_HEAD_ORGANISATION] = r->organisation;
    head[SC_HEAD_RECORDS] = r->records;
    head[SC_HEAD_AS_AT] = day_text(r->as_at, t->days[0]);
    head[SC_HEAD_ANSWERED] = day_text(r->answered, t->days[1]);
    head[SC_HEAD_PERIOD_FROM] = period_text(r->period.from, t->days[2]);
    head[SC_HEAD_PERIOD_TO] = period_text(r->period.to, t->days[3]);
    head[SC_HEAD_DATE] = sc_date_event_name(r->period.date);
    head[SC_HEAD_YEAR] = r->period.financial_year ? "financial" : "calendar";
    head[SC_HEAD_OFFENCES] = t->offences.data;
    head[SC_HEAD_THRESHOLD] = t->threshold;
    head[SC_HEAD_MARKER] = r->marker;
    head[SC_HEAD_ANSWER_SHA256] = a->answer_sha256;
    head[SC_HEAD_CERTIFICATE_SHA256] = a->certificate_sha256[0] ? a->certificate_sha256 : NULL;
    head[SC_HEAD_CORRECTION] = a->new->correction;
    head[SC_HEAD_RECORDED] = a->new->recorded;
}

static enum sc_status write_head(struct sc_db *db, struct adding *a, struct sc_error *err)
{
    const char *head[SC_N_HEAD_COLUMNS];
    struct head_texts texts = {0};
    char before[SC_DIGEST_MAX];
    SC_AUTO(sc_query) query = NULL;
    enum sc_status status;

    make_head(a, &texts, head);
    status = sc_buf_check(&texts.offences, err);
    if (!status)
        status = last_digest(db, before, err);
    if (!status)
        status = sc_register_digest(before, head, SC_N_HEAD_COLUMNS, a->digest, err);
    if (!status)
        status = sc_db_prepare(db,
                               "INSERT INTO release (" SC_HEAD_COLUMNS ", answer, digest,"
                               " secondary_marker, zeros_hidden) VALUES"
                               " (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15,"
                               " ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23)",
                               &query, err);
    if (query) {
        for (int i = 0; i < SC_N_HEAD_COLUMNS; i++)
            sc_query_bind_text(query, i + 1, head[i]);
        sc_query_bind_blob(query, SC_N_HEAD_COLUMNS + 1, a->answer.data, a->answer.len);
        sc_query_bind_text(query, SC_N_HEAD_COLUMNS + 2, a->digest);
        sc_query_bind_text(query, SC_N_HEAD_COLUMNS + 3, a->release.secondary_marker);
        sc_query_bind_int(query, SC_N_HEAD_COLUMNS + 4, a->release.zeros_hidden);
        status = sc_query_run(query, err);
    }
    sc_buf_release(&texts.offences);
    return status;
}

/* ---- adding ----------------------------------------------------------------------- */

static enum sc_status add(struct sc_db *db, void *arg, struct sc_error *err)
{
    struct adding *a = arg;
    enum sc_status status = find_version(db, a, err);

    if (!status && !a->completes) {
        status = write_head(db, a, err);
        a->release.id = sc_db_last_id(db);
        if (!status)
            status = sc_release_write_tables(db, a->release.id, &a->release, err);
    }
    if (!status)
        status = sc_folder_write(db, a->release.id, a->digest, &a->release, &a->folder, err);
    return status;
}

static bool is_blank(const char *text)
{
    return sc_slice_trim(sc_slice_of(text)).len == 0;
}

enum sc_status sc_release_add(struct sc_register *reg, const struct sc_release_new *release,
                              int64_t *ret_id, struct sc_error *err)
{
    struct adding a = {.new = release};
    enum sc_status status;

    if (release->correction && is_blank(release->correction))
        return sc_fail(err, SC_E_RANGE, "a correction needs a reason: expected a sentence");
    status = read_folder(&a, err);
    if (!status)
        status = sc_db_transact(sc_register_db(reg), add, &a, err);
    if (!status)
        *ret_id = a.release.id;
    release_adding(&a);
    return status;
}

/* ---- withdrawing ------------------------------------------------------------------ */

struct withdrawal {
    const char *reference;
    const char *reason;
    const char *recorded;
    int32_t day;
};

/* One event, of the release `id`. */
static enum sc_status write_withdrawal(struct sc_db *db, const struct withdrawal *w, int64_t id,
                                       const char *release_digest, struct sc_error *err)
{
    SC_AUTO(sc_query) query = NULL;
    char day[16], digest[SC_DIGEST_MAX];
    const char *const texts[] = {"withdrawn", w->reason, sc_day_format_iso(w->day, day),
                                 w->recorded};
    enum sc_status status = sc_register_digest(release_digest, texts, 4, digest, err);

    if (!status)
        status = sc_db_prepare(db,
                               "INSERT INTO release_event (release, kind, reason, day, recorded,"
                               " digest) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                               &query, err);
    if (!query)
        return status;
    sc_query_bind_int(query, 1, id);
    for (int i = 0; i < 4; i++)
        sc_query_bind_text(query, i + 2, texts[i]);
    sc_query_bind_text(query, 6, digest);
    return sc_query_run(query, err);
}

/* Every version that has not been withdrawn yet is. */
static enum sc_status withdraw(struct sc_db *db, void *arg, struct sc_error *err)
{
    const struct withdrawal *w = arg;
    SC_AUTO(sc_query) query = NULL;
    size_t n = 0, n_open = 0;
    bool row = false;
    enum sc_status status = sc_db_prepare(db,
                                          "SELECT id, digest, EXISTS (SELECT 1 FROM release_event e"
                                          " WHERE e.release = r.id AND e.kind = 'withdrawn')"
                                          " FROM release r WHERE reference = ?1 ORDER BY id",
                                          &query, err);

    if (!query)
        return status;
    sc_query_bind_text(query, 1, w->reference);
    while (!(status = sc_query_step(query, &row, err)) && row) {
        n++;
        if (sc_query_int(query, 2))
            continue;
        n_open++;
        status = write_withdrawal(db, w, sc_query_int(query, 0), sc_query_text(query, 1), err);
        if (status)
            return status;
    }
    if (status)
        return status;
    if (n == 0)
        return sc_fail(err, SC_E_RANGE, "the register has no release '%s'", w->reference);
    if (n_open == 0)
        return sc_fail(err, SC_E_RANGE, "'%s' is withdrawn already", w->reference);
    return SC_OK;
}

enum sc_status sc_release_withdraw(struct sc_register *reg, const char *reference,
                                   const char *reason, int32_t day, const char *recorded,
                                   struct sc_error *err)
{
    struct withdrawal w = {reference, reason, recorded, day};

    if (is_blank(reason))
        return sc_fail(err, SC_E_RANGE, "a withdrawal needs a reason: expected a sentence");
    return sc_db_transact(sc_register_db(reg), withdraw, &w, err);
}
