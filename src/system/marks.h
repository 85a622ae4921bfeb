/*
 * marks.h - the marks a publisher prints in place of figures, and what a reader takes them to mean.
 *
 * One mark for all withheld figures says no more than that they are withheld. Two tell small counts
 * from others: the first stands for 1 to threshold - 1 (from 0 on where zeros are withheld too),
 * the second for threshold or more.
 */
#ifndef SC_SYSTEM_MARKS_H
#define SC_SYSTEM_MARKS_H

#include "system/release.h"

struct sc_marks {
    const char *first;  /* for all withheld figures, or with two marks for small counts */
    const char *second; /* for those of the threshold or more; NULL: one mark for all */
    int64_t threshold;
    bool zeros_hidden; /* zeros are withheld as small counts are */
};

/* What the marks stand for, to read such tables with: fills one or two of `ret_marks`. */
size_t sc_marks_meaning(const struct sc_marks *marks, struct sc_mark ret_marks[2]);

/*
 * Whether marks can say what they are to say. SC_E_RANGE with a message that begins with the mark:
 * one that readers take for a number, for "cannot occur", or for other counts than it is to stand
 * for ("<5" for all withheld figures, of which some are larger); two that are one text, or that a
 * spreadsheet takes for a formula; a threshold so low that the first would stand for one number
 * alone. *ret_second then tells whether it is the second mark that should be another.
 */
SC_MUST_USE enum sc_status sc_marks_check(const struct sc_marks *marks, bool *ret_second,
                                          struct sc_error *err);

#endif
