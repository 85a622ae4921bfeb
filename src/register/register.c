/*
 * register.c - opening a register: is it one, is it ours to read, are its parts up to
 * date. Which tables there are is in the schema files.
 *
 * Table `part` says for each part which version of its tables the file has. A part
 * that this program does not know is left alone (a newer program added it: its tables are
 * not ours to touch, and what we write does not depend on them); a part with a higher
 * version than ours is refused, as its figures could not be read rightly.
 *
 * Two processes may both see an empty or an older file. The transaction that brings it up to date
 * takes the right to write first and looks again then, so the second finds the work done.
 */
#include "register/register.h"

#include <string.h>

#include "base/error.h"
#include "register/migrations.h"

static const struct sc_part *const parts[] = {&sc_part_releases, &sc_part_reviews};
#define N_PARTS (sizeof parts / sizeof *parts)

struct sc_register {
    struct sc_db *db;
};

static enum sc_status ask_number(struct sc_db *db, const char *sql, int64_t *ret_number,
                                 struct sc_error *err)
{
    SC_AUTO(sc_query) query = NULL;
    bool row = false;
    enum sc_status status = sc_db_prepare(db, sql, &query, err);

    if (!status)
        status = sc_query_step(query, &row, err);
    if (!status)
        *ret_number = row ? sc_query_int(query, 0) : 0;
    return status;
}

static enum sc_status part_version(struct sc_db *db, const char *name, int64_t *ret_version,
                                   struct sc_error *err)
{
    SC_AUTO(sc_query) query = NULL;
    bool row = false;
    enum sc_status status =
        sc_db_prepare(db, "SELECT version FROM part WHERE name = ?1", &query, err);

    if (status)
        return status;
    sc_query_bind_text(query, 1, name);
    status = sc_query_step(query, &row, err);
    if (!status)
        *ret_version = row ? sc_query_int(query, 0) : 0;
    return status;
}

/*
 * *ret_known: the file has the mark of a register. SC_E_INPUT when it is somebody else's
 * database; an empty file is neither.
 */
static enum sc_status look(struct sc_db *db, bool *ret_known, struct sc_error *err)
{
    int64_t id = 0, n_tables = 0;
    enum sc_status status = ask_number(db, "PRAGMA application_id", &id, err);

    if (!status)
        status = ask_number(db, "SELECT count(*) FROM sqlite_master", &n_tables, err);
    if (status)
        return status;
    *ret_known = id == SC_REGISTER_APPLICATION_ID;
    if (!*ret_known && (id != 0 || n_tables != 0))
        return sc_fail_at(err, SC_E_INPUT, sc_db_path(db), 0, 0,
                          "this is an SQLite database, but no register of safecount");
    return SC_OK;
}

/* Whether any part is older than the program. SC_E_INPUT when one is newer. */
static enum sc_status compare_parts(struct sc_db *db, bool *ret_older, struct sc_error *err)
{
    *ret_older = false;
    for (size_t i = 0; i < N_PARTS; i++) {
        int64_t version = 0;
        enum sc_status status = part_version(db, parts[i]->name, &version, err);

        if (status)
            return status;
        if (version < 0 || version > (int64_t)parts[i]->n_scripts)
            return sc_fail_at(err, SC_E_INPUT, sc_db_path(db), 0, 0,
                              "the register was written by a newer version of safecount (%s: "
                              "version %lld, this program knows %zu): use that version",
                              parts[i]->name, (long long)version, parts[i]->n_scripts);
        *ret_older |= version < (int64_t)parts[i]->n_scripts;
    }
    return SC_OK;
}

static enum sc_status note_version(struct sc_db *db, const char *name, size_t version,
                                   struct sc_error *err)
{
    SC_AUTO(sc_query) query = NULL;
    enum sc_status status = sc_db_prepare(
        db, "INSERT OR REPLACE INTO part (name, version) VALUES (?1, ?2)", &query, err);

    if (status)
        return status;
    sc_query_bind_text(query, 1, name);
    sc_query_bind_int(query, 2, (int64_t)version);
    return sc_query_run(query, err);
}

static enum sc_status update_part(struct sc_db *db, const struct sc_part *part,
                                  struct sc_error *err)
{
    int64_t version = 0;
    enum sc_status status = part_version(db, part->name, &version, err);

    if (status || version == (int64_t)part->n_scripts)
        return status;
    for (size_t i = (size_t)version; i < part->n_scripts && !status; i++)
        status = sc_db_exec(db, part->scripts[i], err);
    return status ? status : note_version(db, part->name, part->n_scripts, err);
}

/* A whole transaction: lays what is missing. */
static enum sc_status bring_up_to_date(struct sc_db *db, void *arg, struct sc_error *err)
{
    bool known = false, older = true;
    enum sc_status status = look(db, &known, err);

    (void)arg;
    if (!status && !known)
        status = sc_db_exec(db,
                            "PRAGMA application_id = 1399015015;" /* SC_REGISTER_APPLICATION_ID */
                            "CREATE TABLE part (name TEXT PRIMARY KEY,"
                            " version INTEGER NOT NULL) STRICT, WITHOUT ROWID",
                            err);
    if (!status)
        status = compare_parts(db, &older, err);
    for (size_t i = 0; i < N_PARTS && !status && older; i++)
        status = update_part(db, parts[i], err);
    return status;
}

/* Whether the file needs work before it can be used. */
static enum sc_status needs_work(struct sc_db *db, bool *ret_needs, struct sc_error *err)
{
    bool known = false;
    enum sc_status status = look(db, &known, err);

    *ret_needs = !known;
    if (!status && known)
        status = compare_parts(db, ret_needs, err);
    return status;
}

enum sc_status sc_register_open(const char *path, enum sc_db_mode mode,
                                struct sc_register **ret_register, struct sc_error *err)
{
    SC_AUTO(sc_register) reg = sc_alloc(sizeof *reg);
    bool work = false;
    enum sc_status status;

    if (!reg)
        return sc_fail_nomem(err);
    status = sc_db_open(path, mode, &reg->db, err);
    if (!status)
        status = needs_work(reg->db, &work, err);
    if (!status && work && mode == SC_DB_READ) {
        sc_db_free(SC_TAKE(reg->db));
        status = sc_db_open(path, SC_DB_WRITE, &reg->db, err);
    }
    if (!status && work)
        status = sc_db_transact(reg->db, bring_up_to_date, NULL, err);
    if (!status && work && mode == SC_DB_READ)
        status = sc_db_forbid_writing(reg->db, err);
    if (status)
        return status;
    *ret_register = SC_TAKE(reg);
    return SC_OK;
}

void sc_register_free(struct sc_register *reg)
{
    if (!reg)
        return;
    sc_db_free(reg->db);
    sc_free(reg);
}

struct sc_db *sc_register_db(struct sc_register *reg)
{
    return reg->db;
}

const char *sc_register_path(const struct sc_register *reg)
{
    return sc_db_path(reg->db);
}

enum sc_status sc_register_check(struct sc_register *reg, struct sc_error *err)
{
    return sc_db_check(reg->db, err);
}
