/*
 * releases_load.c - reads releases back, and verifies that they are as they were recorded.
 */
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/error.h"
#include "base/file.h"
#include "register/answer_reader.h"
#include "register/digest.h"
#include "register/release_files.h"
#include "register/release_rows.h"

struct sc_releases {
    struct sc_arena arena;
    struct sc_past_release *items;
    size_t n;
    size_t capacity;
};

/* The columns that follow those of the head. */
enum {
    COLUMN_ID = SC_N_HEAD_COLUMNS,
    COLUMN_WITHDRAWN,
    COLUMN_WITHDRAWN_ON,
    COLUMN_SUPERSEDED,
    COLUMN_FOLDER,
    COLUMN_RECEIVED,
    COLUMN_DECISIONS,
    COLUMN_SECOND_MARKER,
    COLUMN_ZEROS_HIDDEN,
};
#define SELECT_HEADS                                                                               \
    "SELECT " SC_HEAD_COLUMNS ", r.id,"                                                            \
    " (SELECT reason FROM release_event e WHERE e.release = r.id AND e.kind = 'withdrawn'),"       \
    " (SELECT day FROM release_event e WHERE e.release = r.id AND e.kind = 'withdrawn'),"          \
    " EXISTS (SELECT 1 FROM release l WHERE l.reference = r.reference AND l.version > r.version)," \
    " f.path, f.received, f.decisions, r.secondary_marker, r.zeros_hidden"                         \
    " FROM release r LEFT JOIN release_folder f ON f.release = r.id"

struct loading {
    const struct sc_releases_wanted *wanted;
    struct sc_releases *list;
};

/* ---- heads ------------------------------------------------------------------------ */

/* A day, or SC_DAY_NONE for NULL and "". False when it is neither. */
static bool read_day(const struct sc_query *query, int column, int32_t *ret_day)
{
    *ret_day = SC_DAY_NONE;
    return sc_query_text(query, column)[0] == '\0' ||
           sc_day_parse_iso(sc_slice_of(sc_query_text(query, column)), ret_day);
}

static bool read_period(const struct sc_query *query, struct sc_period *period)
{
    const char *date = sc_query_text(query, SC_HEAD_DATE);

    period->date = SC_N_DATE_EVENTS;
    for (int i = 0; i < SC_N_DATE_EVENTS; i++)
        if (strcmp(sc_date_event_name((enum sc_date_event)i), date) == 0)
            period->date = (enum sc_date_event)i;
    period->financial_year = strcmp(sc_query_text(query, SC_HEAD_YEAR), "financial") == 0;
    return (int)period->date != SC_N_DATE_EVENTS &&
           read_day(query, SC_HEAD_PERIOD_FROM, &period->from) &&
           read_day(query, SC_HEAD_PERIOD_TO, &period->to) &&
           (period->from == SC_DAY_NONE) == (period->to == SC_DAY_NONE) &&
           period->to >= period->from;
}

static bool read_texts(struct sc_arena *arena, const struct sc_query *query,
                       struct sc_past_release *r)
{
    const struct {
        const char **text;
        int column;
    } texts[] = {
        {&r->reference, SC_HEAD_REFERENCE},
        {&r->publication, SC_HEAD_PUBLICATION},
        {&r->title, SC_HEAD_TITLE},
        {&r->organisation, SC_HEAD_ORGANISATION},
        {&r->records, SC_HEAD_RECORDS},
        {&r->marker, SC_HEAD_MARKER},
        {&r->secondary_marker, COLUMN_SECOND_MARKER},
        {&r->certificate_sha256, SC_HEAD_CERTIFICATE_SHA256},
        {&r->correction, SC_HEAD_CORRECTION},
        {&r->recorded, SC_HEAD_RECORDED},
        {&r->withdrawn, COLUMN_WITHDRAWN},
        {&r->folder, COLUMN_FOLDER},
    };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        *texts[i].text = sc_arena_strdup(arena, sc_query_text(query, texts[i].column));
        if (!*texts[i].text)
            return false;
    }
    return true;
}

/* Words, one a line. False without memory. */
static bool read_lines(struct sc_arena *arena, const char *text, const char ***ret_lines,
                       size_t *ret_n)
{
    size_t n = text[0] != '\0';
    char *copy = sc_arena_strdup(arena, text);
    const char **lines;

    for (const char *p = text; *p; p++)
        n += *p == '\n';
    lines = sc_arena_alloc(arena, (n + 1) * sizeof *lines);
    if (!copy || !lines)
        return false;
    for (size_t i = 0; i < n; i++) {
        char *end = copy + strcspn(copy, "\n");

        lines[i] = copy;
        if (*end)
            *end++ = '\0';
        copy = end;
    }
    *ret_lines = lines;
    *ret_n = n;
    return true;
}

static enum sc_status read_head(struct sc_db *db, const struct sc_query *query,
                                struct sc_arena *arena, struct sc_past_release *r,
                                struct sc_error *err)
{
    int64_t version = sc_query_int(query, SC_HEAD_VERSION);
    int64_t threshold = sc_query_int(query, SC_HEAD_THRESHOLD);

    r->id = sc_query_int(query, COLUMN_ID);
    r->version = (unsigned)version;
    r->threshold = (uint64_t)threshold;
    r->zeros_hidden = sc_query_int(query, COLUMN_ZEROS_HIDDEN) != 0;
    r->superseded = sc_query_int(query, COLUMN_SUPERSEDED) != 0;
    if (version < 1 || version > 1000000 || threshold < 2 || !read_period(query, &r->period) ||
        !read_day(query, SC_HEAD_AS_AT, &r->as_at) ||
        !read_day(query, SC_HEAD_ANSWERED, &r->answered) ||
        !read_day(query, COLUMN_RECEIVED, &r->received) ||
        !read_day(query, COLUMN_WITHDRAWN_ON, &r->withdrawn_on))
        return sc_register_damaged(db, "the head of a release is none", err);
    if (!read_texts(arena, query, r) ||
        !read_lines(arena, sc_query_text(query, SC_HEAD_OFFENCES), &r->offences, &r->n_offences) ||
        !read_lines(arena, sc_query_text(query, COLUMN_DECISIONS), &r->decisions, &r->n_decisions))
        return sc_fail_nomem(err);
    return SC_OK;
}

static enum sc_status load_heads(struct sc_db *db, struct loading *loading, struct sc_error *err)
{
    const struct sc_releases_wanted *wanted = loading->wanted;
    struct sc_releases *list = loading->list;
    SC_AUTO(sc_query) query = NULL;
    bool row = false;
    enum sc_status status = sc_db_prepare(db,
                                          SELECT_HEADS " WHERE (?1 IS NULL OR records = ?1)"
                                                       " AND (?2 IS NULL OR reference = ?2)"
                                                       " AND (?3 = 0 OR r.id = ?3) ORDER BY r.id",
                                          &query, err);

    if (!query)
        return status;
    sc_query_bind_text(query, 1, wanted->records);
    sc_query_bind_text(query, 2, wanted->reference);
    sc_query_bind_int(query, 3, wanted->id);
    while (!(status = sc_query_step(query, &row, err)) && row) {
        status = sc_grow((void **)&list->items, &list->capacity, list->n, sizeof *list->items, err);
        if (status)
            return status;
        list->items[list->n] = (struct sc_past_release){0};
        status = read_head(db, query, &list->arena, &list->items[list->n], err);
        if (status)
            return status;
        list->n++;
    }
    return status;
}

/* ---- lists ------------------------------------------------------------------------ */

static enum sc_status load(struct sc_db *db, void *arg, struct sc_error *err)
{
    struct loading *loading = arg;
    struct sc_releases *list = loading->list;
    enum sc_status status = load_heads(db, loading, err);

    for (size_t i = 0; loading->wanted->tables && i < list->n && !status; i++)
        status = sc_release_read_tables(db, &list->arena, &list->items[i], err);
    return status;
}

enum sc_status sc_releases_load(struct sc_register *reg, const struct sc_releases_wanted *wanted,
                                struct sc_releases **ret_releases, struct sc_error *err)
{
    SC_AUTO(sc_releases) list = sc_alloc(sizeof *list);
    struct loading loading = {wanted, list};
    enum sc_status status;

    if (!list)
        return sc_fail_nomem(err);
    status = sc_db_snapshot(sc_register_db(reg), load, &loading, err);
    if (status)
        return status;
    *ret_releases = SC_TAKE(list);
    return SC_OK;
}

void sc_releases_free(struct sc_releases *releases)
{
    if (!releases)
        return;
    sc_arena_release(&releases->arena);
    sc_free(releases->items);
    sc_free(releases);
}

const struct sc_past_release *sc_releases_items(const struct sc_releases *releases, size_t *ret_n)
{
    *ret_n = releases->n;
    return releases->items;
}

/* ---- one answer's bytes ------------------------------------------------------------- */

static enum sc_status get_answer(struct sc_db *db, int64_t id, struct sc_buf *out,
                                 struct sc_error *err)
{
    SC_AUTO(sc_query) query = NULL;
    bool row = false;
    enum sc_status status =
        sc_db_prepare(db, "SELECT answer FROM release WHERE id = ?1", &query, err);

    if (!query)
        return status;
    sc_query_bind_int(query, 1, id);
    status = sc_query_step(query, &row, err);
    if (status)
        return status;
    if (!row)
        return sc_fail(err, SC_E_RANGE, "the register has no release of number %lld",
                       (long long)id);
    sc_buf_add(out, sc_query_blob(query, 0).data, sc_query_blob(query, 0).len);
    return sc_buf_check(out, err);
}

enum sc_status sc_release_answer(struct sc_register *reg, int64_t id, struct sc_buf *out,
                                 struct sc_error *err)
{
    return get_answer(sc_register_db(reg), id, out, err);
}

/* ---- verifying ---------------------------------------------------------------------- */

static bool same_dimension(const struct sc_past_table *a, const struct sc_past_table *b, size_t d)
{
    const struct sc_dimension *x = &a->table.dimensions[d], *y = &b->table.dimensions[d];

    if (strcmp(x->code, y->code) != 0 || strcmp(x->label, y->label) != 0 ||
        x->nested_in != y->nested_in || x->overlapping != y->overlapping ||
        x->n_categories != y->n_categories || strcmp(a->dictionary[d], b->dictionary[d]) != 0)
        return false;
    for (size_t i = 0; i < x->n_categories; i++)
        if (strcmp(x->categories[i].code, y->categories[i].code) != 0 ||
            strcmp(x->categories[i].label, y->categories[i].label) != 0 ||
            x->categories[i].parent != y->categories[i].parent ||
            a->fallback[d][i] != b->fallback[d][i] ||
            strcmp(a->members[d][i], b->members[d][i]) != 0)
            return false;
    return true;
}

static bool same_table(const struct sc_past_table *a, const struct sc_past_table *b)
{
    const struct sc_table *x = &a->table, *y = &b->table;

    if (strcmp(x->id, y->id) != 0 || strcmp(x->title, y->title) != 0 ||
        strcmp(x->question, y->question) != 0 || x->unit != y->unit || a->rounding != b->rounding ||
        a->within != b->within || x->n_dimensions != y->n_dimensions ||
        x->n_rows_dimensions != y->n_rows_dimensions)
        return false;
    for (size_t d = 0; d < x->n_dimensions; d++)
        if (!same_dimension(a, b, d))
            return false;
    for (size_t i = 0; i < x->n_cells; i++) /* as many: the dimensions are the same */
        if (x->cells[i].status != y->cells[i].status || x->cells[i].count != y->cells[i].count)
            return false;
    return true;
}

static bool same_release(const struct sc_past_release *a, const struct sc_past_release *b)
{
    if (strcmp(a->reference, b->reference) != 0 || strcmp(a->records, b->records) != 0 ||
        a->as_at != b->as_at || a->answered != b->answered || a->period.from != b->period.from ||
        a->period.to != b->period.to || a->period.date != b->period.date ||
        a->period.financial_year != b->period.financial_year || a->threshold != b->threshold ||
        strcmp(a->secondary_marker, b->secondary_marker) != 0 ||
        a->zeros_hidden != b->zeros_hidden || a->n_offences != b->n_offences ||
        a->n_tables != b->n_tables)
        return false;
    for (size_t i = 0; i < a->n_offences; i++)
        if (strcmp(a->offences[i], b->offences[i]) != 0)
            return false;
    for (size_t i = 0; i < a->n_tables; i++)
        if (!same_table(&a->tables[i], &b->tables[i]))
            return false;
    return true;
}

static enum sc_status differs(struct sc_db *db, const struct sc_past_release *r, const char *what,
                              struct sc_error *err)
{
    return sc_fail_at(
        err, SC_E_INPUT, sc_db_path(db), 0, 0,
        "release '%s', version %u: %s: somebody changed the register: restore it from "
        "a backup",
        r->reference, r->version, what);
}

/* The stored bytes against their hash, and the rows against the bytes. */
static enum sc_status verify_figures(struct sc_db *db, struct sc_past_release *stored,
                                     const char *sha256, struct sc_error *err)
{
    struct sc_arena arena = {0};
    struct sc_past_release read = {0};
    SC_AUTO_BUF bytes = {0};
    char hash[SC_DIGEST_MAX];
    enum sc_status status = get_answer(db, stored->id, &bytes, err);

    if (status)
        return status;
    sc_sha256_hex(bytes.data ? bytes.data : "", bytes.len, hash);
    if (strcmp(hash, sha256) != 0)
        return differs(db, stored, "its answer.json is not the one recorded", err);
    status = sc_release_read_tables(db, &arena, stored, err);
    if (!status)
        status = sc_answer_read(sc_db_path(db), bytes.data ? bytes.data : "", bytes.len, &arena,
                                &read, err);
    if (!status && !same_release(stored, &read))
        status = differs(db, stored, "its figures are not those of its answer.json", err);
    stored->tables = NULL;
    sc_arena_release(&arena);
    return status;
}

/* Its files, if any were recorded. */
static enum sc_status verify_folder(struct sc_db *db, const struct sc_past_release *r,
                                    const char *release_digest, struct sc_error *err)
{
    const char *what = NULL;
    enum sc_status status =
        sc_folder_verify(db, r->id, release_digest, r->certificate_sha256, &what, err);

    return !status && what ? differs(db, r, what, err) : status;
}

/* The event of a release, if any, against its digest. */
static enum sc_status verify_event(struct sc_db *db, const struct sc_past_release *r,
                                   const char *release_digest, struct sc_error *err)
{
    SC_AUTO(sc_query) query = NULL;
    bool row = false;
    enum sc_status status = sc_db_prepare(db,
                                          "SELECT kind, reason, day, recorded, digest"
                                          " FROM release_event WHERE release = ?1 ORDER BY id",
                                          &query, err);

    if (!query)
        return status;
    sc_query_bind_int(query, 1, r->id);
    while (!(status = sc_query_step(query, &row, err)) && row) {
        const char *texts[4];
        char digest[SC_DIGEST_MAX];

        for (int i = 0; i < 4; i++)
            texts[i] = sc_query_text(query, i);
        status = sc_register_digest(release_digest, texts, 4, digest, err);
        if (!status && strcmp(digest, sc_query_text(query, 4)) != 0)
            status = differs(db, r, "its withdrawal is not as recorded", err);
        if (status)
            return status;
    }
    return status;
}

/* One release whose head `query` has just stepped to; `before` becomes its digest. */
static enum sc_status verify_one(struct sc_db *db, const struct sc_query *query,
                                 struct sc_past_release *r, char before[SC_DIGEST_MAX],
                                 struct sc_error *err)
{
    const char *head[SC_N_HEAD_COLUMNS];
    char digest[SC_DIGEST_MAX];
    enum sc_status status;

    for (int i = 0; i < SC_N_HEAD_COLUMNS; i++)
        head[i] = sc_query_is_null(query, i) ? NULL : sc_query_text(query, i);
    status = sc_register_digest(before, head, SC_N_HEAD_COLUMNS, digest, err);
    if (status)
        return status;
    if (strcmp(digest, sc_query_text(query, SC_N_HEAD_COLUMNS)) != 0)
        return differs(db, r, "its head, or what was added before it, is not as recorded", err);
    status =
        verify_figures(db, r, head[SC_HEAD_ANSWER_SHA256] ? head[SC_HEAD_ANSWER_SHA256] : "", err);
    if (!status)
        status = verify_event(db, r, digest, err);
    if (!status)
        status = verify_folder(db, r, digest, err);
    memcpy(before, digest, SC_DIGEST_MAX);
    return status;
}

static enum sc_status verify(struct sc_db *db, void *arg, struct sc_error *err)
{
    static const struct sc_releases_wanted all = {0};
    struct loading *loading = arg;
    SC_AUTO(sc_query) query = NULL;
    char before[SC_DIGEST_MAX] = "";
    bool row = false;
    size_t i = 0;
    enum sc_status status;

    loading->wanted = &all;
    status = load_heads(db, loading, err);
    if (!status)
        status = sc_db_prepare(db, "SELECT " SC_HEAD_COLUMNS ", digest FROM release ORDER BY id",
                               &query, err);
    if (!query)
        return status;
    while (!(status = sc_query_step(query, &row, err)) && row && i < loading->list->n) {
        status = verify_one(db, query, &loading->list->items[i++], before, err);
        if (status)
            return status;
    }
    return status;
}

enum sc_status sc_releases_verify(struct sc_register *reg, size_t *ret_n, struct sc_error *err)
{
    SC_AUTO(sc_releases) list = sc_alloc(sizeof *list);
    struct loading loading = {NULL, list};
    enum sc_status status;

    if (!list)
        return sc_fail_nomem(err);
    status = sc_db_snapshot(sc_register_db(reg), verify, &loading, err);
    if (!status)
        *ret_n = list->n;
    return status;
}
