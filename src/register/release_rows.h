/*
 * release_rows.h - a release as rows of the register, there and back; shared by the files of
 * releases only.
 */
#ifndef SC_REGISTER_RELEASE_ROWS_H
#define SC_REGISTER_RELEASE_ROWS_H

#include "register/releases.h"

/* Writes the tables of `release` under the row `id` of its head. Within a transaction. */
SC_MUST_USE enum sc_status sc_release_write_tables(struct sc_db *db, int64_t id,
                                                   const struct sc_past_release *release,
                                                   struct sc_error *err);

/*
 * Reads them back into `release` (its id is given), memory from `arena`. SC_E_INPUT when the rows
 * are not those of tables.
 */
SC_MUST_USE enum sc_status sc_release_read_tables(struct sc_db *db, struct sc_arena *arena,
                                                  struct sc_past_release *release,
                                                  struct sc_error *err);

/* SC_E_INPUT: "the register is damaged: WHAT". */
enum sc_status sc_register_damaged(const struct sc_db *db, const char *what, struct sc_error *err);

#endif
