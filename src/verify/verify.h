/*
 * verify.h - checks a certificate with whole-number addition alone.
 *
 * This folder shares nothing with what makes certificates: not the solver, not the audit,
 * not the reader of tables. It is small, so that it can be read in one sitting: claims.c takes in
 * the certificate, read.c the tables, verify.c decides, with implied.c for what is implied, rings.c
 * for tables in a ring, small.c for rounded small counts, and occurs.c for what stands beside the
 * tables.
 */
#ifndef SC_VERIFY_VERIFY_H
#define SC_VERIFY_VERIFY_H

#include <stddef.h>

#include "base/text.h"
#include "safecount/status.h"

#define SC_VERIFIED_MARKS_MAX 8

/* What a text printed in place of a number stands for, by the certificate. */
struct sc_verified_mark {
    char text[32]; /* cut where it is longer */
    long long least;
    long long most; /* -1: no limit */
};

struct sc_verification {
    size_t n_printed; /* figures printed as numbers */
    size_t n_hidden;  /* figures hidden, each with two tables that differ in it */
    size_t n_sums;    /* sums checked in every table */
    size_t n_tables;  /* tables checked: the base and one a move */
    long long threshold;
    long long hidden_at_least;
    long long width;   /* hidden figures spread over so much */
    long long rounded; /* printed multiples of it stand for anything within rounded_by, and count as
                          hidden; 0 */
    long long rounded_by;
    long long rounded_small; /* innermost counts below it were made 0 or it: those printed so, and
                                totals over them, count as hidden; 0 */
    size_t n_marks;          /* what marks mean, taken from the certificate; the first of them: */
    struct sc_verified_mark marks[SC_VERIFIED_MARKS_MAX];
    size_t n_not_used; /* sums that the tables belie and the certificate leaves out, by kind */
    size_t n_occurs;   /* categories taken to be listed only where somebody is in them */
    int implied;       /* hidden parts of rows with printed totals were checked too */
    size_t n_splits;   /* statements "this is the sum of those" taken from the certificate */
};

/*
 * Checks that `certificate` shows the tables in `files` safe for readers who know the
 * sums, and that hidden figures are at least what the certificate says. What it says adds
 * up is taken from the certificate, but must cover every category of every file and hold for
 * all printed figures.
 *
 * SC_OK with *ret_result: it holds. SC_E_UNSAFE with a message: it does not. SC_E_INPUT:
 * a file cannot be read as what it should be. SC_E_IO, SC_E_NOMEM.
 */
SC_MUST_USE enum sc_status sc_verify_certificate(const char *const *files, size_t n_files,
                                                 const char *certificate,
                                                 struct sc_verification *ret_result,
                                                 struct sc_error *err);

/*
 * Whether a certificate that holds takes marks for what the page beside the tables says: each of
 * `marks`, which stand in the tables, for these counts; "" is any that it says nothing of.
 * SC_E_UNSAFE with a message that names the mark: it proves another thing. So does one about
 * rounded small counts, which answers do not have.
 */
SC_MUST_USE enum sc_status sc_verify_marks(const struct sc_verification *v,
                                           const struct sc_verified_mark *marks, size_t n,
                                           const char *certificate, struct sc_error *err);

/* A file by its bytes; `name` stands for it in messages. */
struct sc_verify_file {
    const char *name;
    struct sc_slice bytes;
};

/*
 * Whether a certificate that holds knows what `hierarchy` (dimension,code,parent,kind; the file of
 * the answer's folder) says of categories: those of kind `occurs` are listed only where somebody is
 * in them. Where hidden figures are at least 1 anyhow there is nothing to know. SC_E_UNSAFE with
 * the line of one that it leaves out; SC_E_INPUT.
 */
SC_MUST_USE enum sc_status sc_verify_occurs(const struct sc_verify_file *certificate,
                                            const struct sc_verify_file *hierarchy,
                                            struct sc_error *err);

/* The same for what is in memory: tables that are about to be published. */
SC_MUST_USE enum sc_status sc_verify_certificate_bytes(const struct sc_verify_file *files,
                                                       size_t n_files,
                                                       const struct sc_verify_file *certificate,
                                                       struct sc_verification *ret_result,
                                                       struct sc_error *err);

#endif
