/*
 * list.h - reading an embedded code list record by record.
 *
 * The lists are CSV of our own making: UTF-8, commas, one header line, fields
 * quoted where needed, every record with as many fields as the header.
 *
 * Call order: open, column for each column wanted, next until it returns
 * false, sound. A list is used by one thread at a time.
 */
#ifndef SC_CODES_LIST_H
#define SC_CODES_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

#define SC_LIST_FIELDS_MAX 16

struct sc_list {
    struct sc_slice rest;
    char *pool; /* where the next field is copied to */
    char *pool_end;
    size_t n_columns;
    bool failed;
    const char *header[SC_LIST_FIELDS_MAX];
    const char *fields[SC_LIST_FIELDS_MAX]; /* of the current record, NUL-terminated */
};

/*
 * Starts on the embedded file `name` and reads its header. Fields are copied,
 * unquoted, into `pool`, which the caller keeps for as long as it uses them;
 * the file's length in bytes and one more is always room enough. Nothing is
 * allocated, so nothing can fail but the list itself.
 */
void sc_list_open(struct sc_list *list, const char *name, char *pool, size_t pool_size);

/*
 * The position in `fields` of the column with this header. A list without it
 * fails, and the position is 0.
 */
size_t sc_list_column(struct sc_list *list, const char *header);

/* Reads the next record into `fields`. False at the end, or when the list has failed. */
bool sc_list_next(struct sc_list *list);

/* True when the file was there and all that was read of it was well formed. */
bool sc_list_sound(const struct sc_list *list);

/* What is wrong with each embedded list, or NULL. Static; each loads its list. */
const char *sc_bands_problem(void);
const char *sc_exemptions_problem(void);
const char *sc_offences_problem(void);
const char *sc_outcomes_problem(void);

#endif
