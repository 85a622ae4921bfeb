/*
 * list.h - reading an embedded code list record by record.
 *
 * The lists are CSV of our own making: UTF-8, commas, LF, quotes where needed,
 * one header line.
 */
#ifndef SC_CODES_LIST_H
#define SC_CODES_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

#define SC_LIST_FIELDS_MAX 16

struct sc_list {
    struct sc_slice rest;
    char *pool; /* unquoted copies of all fields, NUL-terminated; alive for ever */
    size_t n_fields;
    const char *fields[SC_LIST_FIELDS_MAX];
};

/*
 * Starts on the embedded file `name` and steps over its header. False when
 * there is none such or no memory. The strings of its records live until the
 * process ends.
 */
bool sc_list_open(struct sc_list *list, const char *name);

/* Reads the next record into `fields`. False at the end. */
bool sc_list_next(struct sc_list *list);

#endif
