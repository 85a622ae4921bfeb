/*
 * answer.h - the answer's own memory, shared by the files of this folder.
 */
#ifndef SC_ANSWER_ANSWER_H
#define SC_ANSWER_ANSWER_H

#include "base/memory.h"
#include "safecount/answer.h"
#include "system/marks.h"

#define SC_REASONS_MAX 16

struct sc_owned_answer {
    struct sc_answer answer; /* first: a pointer to it is a pointer to this */
    struct sc_arena arena;   /* everything the answer points to */
    const char *reasons[SC_REASONS_MAX];
};

/* The marks of a policy; its texts are borrowed. */
struct sc_marks sc_answer_marks(const struct sc_policy *policy);

/* What stands for a count that is withheld: with two marks its size decides. */
struct sc_cell sc_answer_withheld(const struct sc_policy *policy, uint64_t count);

/* Copies the tables of `counts` into the answer, with the primary rule applied. SC_E_NOMEM. */
SC_MUST_USE enum sc_status sc_answer_copy_tables(struct sc_owned_answer *owned,
                                                 const struct sc_counts *counts,
                                                 const struct sc_policy *policy,
                                                 struct sc_error *err);

/* The accounting of `answer`, with what its tables withhold left out of it. */
void sc_answer_withhold_rows(struct sc_answer *answer, const struct sc_accounting *accounting,
                             const struct sc_policy *policy);

#endif
