/*
 * internal.h - what the files of the checker share: claims.c (what does the certificate
 * say?), read.c (what do the tables print?) and verify.c (is it true?).
 */
#ifndef SC_VERIFY_INTERNAL_H
#define SC_VERIFY_INTERNAL_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/memory.h"
#include "verify/verify.h"

#define DIMENSIONS_MAX 16
#define VALUE_MAX INT64_C(1000000000000) /* 10^12: 4 million of them still fit */
#define CELLS_MAX ((size_t)4000000)
#define NONE UINT32_MAX

enum kind { PRINTED, HIDDEN, UNPRINTED };

struct cell {
    enum kind kind;
    bool in_certificate;
    bool is_void; /* a mark for "cannot occur", and no number */
    bool known;   /* printed, or a plain sum or rest of printed figures */
    int64_t base;
    int64_t least, most; /* HIDDEN: what it may be, by its marks */
    int64_t low, high;   /* what it takes in the tables shown */
};

/* What a text printed in place of a number stands for. */
struct mark {
    const char *text; /* borrowed from the certificate */
    int64_t least, most;
};

struct dim {
    const char *name; /* borrowed from the certificate */
    const char **codes;
    size_t n_codes;
    size_t capacity;
    char *numbers; /* JJ: the codes' names, owned */
    uint32_t root; /* the total; NONE: it has none, and every table must have the dimension */
};

struct split {
    uint32_t dim;
    uint32_t total;
    uint32_t *parts;
    size_t n_parts;
};

/* Where a split is not used: at totals whose other dimensions at their own total are these. */
struct exception {
    size_t split;
    uint32_t mask;
};

/* A code that counts no group of people: by how much overlapping categories exceed those in any. */
struct auxiliary {
    uint32_t dim;
    uint32_t code;
};

/* A code that tables list only where somebody is in it. */
struct occurring {
    uint32_t dim;
    uint32_t code;
};

/* One sum: cells[start] = cells[start + 1] + ... up to end. */
struct sum {
    size_t start;
    size_t end;
};

struct check {
    struct sc_error *err;
    const char *certificate;
    json_t *root;
    struct dim dims[DIMENSIONS_MAX];
    size_t n_dims;
    struct split *splits;
    size_t n_splits, splits_capacity;
    struct exception *exceptions;
    size_t n_exceptions;
    struct auxiliary *auxiliary;
    size_t n_auxiliary, auxiliary_capacity;
    struct occurring *occurs;
    size_t n_occurs, occurs_capacity;
    struct mark *marks;
    size_t n_marks;
    bool sums_given; /* by a JJ file: splits are not used */
    struct cell *cells;
    uint32_t *keys; /* n_dims codes a cell */
    size_t n_cells, cells_capacity, keys_capacity;
    size_t n_made; /* small counts rounded: cells of the tables and of totals above them */
    uint32_t *slots;
    size_t n_slots;
    struct sum *sums;
    size_t n_sums, sums_capacity;
    uint32_t *members;
    size_t n_members, members_capacity;
    int8_t *listed_sign; /* JJ: signs of the relation in hand */
    uint32_t *listed;    /* the certificate's cells by their number there */
    size_t n_listed;
    int64_t *value; /* by cell: the table in hand */
    size_t *derive; /* sums in the order in which they give totals nobody prints */
    size_t n_derive;
    bool implied;
    long long hidden_low, threshold, width;
    long long rounded, rounded_by; /* printed multiples of the one are within the other; 0: exact */
    long long rounded_small;       /* small innermost counts were made 0 or it; 0: none */
};

enum sc_status sc_verify_bad(struct check *check, const char *what);
enum sc_status sc_verify_refuse(struct check *check, const char *what);
/* The number of a code, NONE when the certificate does not have it. */
uint32_t sc_verify_find_code(const struct dim *dim, const char *name);
/* The same, added when it is new. `name` must outlive the check. */
enum sc_status sc_verify_add_code(struct check *check, struct dim *dim, const char *name,
                                  uint32_t *ret_code);
/* Makes the codes of the one dimension "0", "1", ... to `n` - 1, its total behind them. */
enum sc_status sc_verify_number_codes(struct check *check, size_t n);
uint32_t sc_verify_find_dim(const struct check *check, const char *name);
/* The cell at `key`, added as unprinted when new. */
enum sc_status sc_verify_cell(struct check *check, const uint32_t *key, uint32_t *ret_cell,
                              bool *ret_new);
/* Appends a cell to the sum in hand, and ends the sum that began at `start`. */
enum sc_status sc_verify_push_member(struct check *check, uint32_t cell);
enum sc_status sc_verify_end_sum(struct check *check, size_t start);

/* claims.c: all of the certificate but its cells and moves; then, tables read, its cells. */
enum sc_status sc_verify_read_claims(struct check *check);
enum sc_status sc_verify_read_cells(struct check *check);

/*
 * small.c: what each printed figure stands for where small counts were rounded. Tables read and
 * sums made, before the certificate's cells are taken in.
 */
enum sc_status sc_verify_small(struct check *check);

/* implied.c: refuses small counts that are known though nobody prints them. */
enum sc_status sc_verify_implied(struct check *check);

/* rings.c: refuses a certificate that does not tie together tables that meet in a ring. */
enum sc_status sc_verify_rings(struct check *check);

/* read.c: the next CSV field, unquoted in place; *at moves behind it. *ret_last: it ended the row.
 */
char *sc_verify_next_field(char **at, bool *ret_last, bool *ret_bad);
/* Without the blanks around it, in place. */
char *sc_verify_trimmed(char *s);

/* read.c: puts every figure of the `i`-th table in its place. `bytes` are used up. */
enum sc_status sc_verify_read(struct check *check, const char *file, struct sc_buf *bytes,
                              size_t i);

#endif
