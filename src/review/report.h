/*
 * report.h - the figures of a review, and what may be said of them in public.
 */
#ifndef SC_REVIEW_REPORT_H
#define SC_REVIEW_REPORT_H

#include "base/text.h"
#include "review/accuracy.h"
#include "review/review.h"

struct sc_review_report {
    const struct sc_review *review; /* borrowed */
    uint64_t given;                 /* offences with a label that counts */
    uint64_t skipped;               /* nobody could tell */
    struct sc_accuracy *categories; /* one a category */
    /* The reviewer whose label counts where several differ, or NULL without any labels; and the
     * one with whom agreement was measured, or NULL. Borrowed from the labels. */
    const char *first;
    const char *second;
    uint64_t agreed_on;              /* offences both labelled */
    struct sc_agreement *agreements; /* one a category; all zero without a second */
};

/*
 * Works the figures out. Labels of `reviewer` come first (NULL: of whoever gave most, the
 * first by name of several such); offences that one did not label take another's label, in the
 * order of names, so that two may share the work. Agreement is with the reviewer who has most
 * offences in common. The caller frees *ret_report; review and labels must outlive it.
 * SC_E_RANGE: `reviewer` gave no labels.
 */
SC_MUST_USE enum sc_status sc_review_report_make(const struct sc_review *review,
                                                 const struct sc_labels_list *labels,
                                                 const char *reviewer,
                                                 struct sc_review_report **ret_report,
                                                 struct sc_error *err);
void sc_review_report_free(struct sc_review_report *report);
SC_DEFINE_AUTO(sc_review_report);

/* ---- in public --------------------------------------------------------------------- */

/*
 * What may be published of one category. Figures that rest on 1 to threshold - 1 offences are
 * withheld as they are in tables, and everything is where the keyword count is not published.
 */
struct sc_public_accuracy {
    bool withheld;        /* nothing may be said */
    bool exact;           /* all offences were checked: no interval */
    uint64_t found;       /* the keyword count, as published */
    uint64_t true_number; /* the corrected estimate, whole */
    uint64_t true_low;    /* its interval */
    uint64_t true_high;
    bool shares_withheld;  /* precision and recall may not be said */
    unsigned precision[3]; /* whole per cent: value, low, high */
    bool recall_known;
    unsigned recall[3];
};

/*
 * `published` is the category's count in the answer's tables, `is_published` whether it stands
 * there as it is; `base` the base it was rounded to, 0 when not: then the estimate is rounded to it
 * too.
 */
void sc_public_accuracy_of(const struct sc_accuracy *accuracy, bool is_published,
                           uint64_t published, uint64_t base, uint64_t threshold,
                           struct sc_public_accuracy *out);

/*
 * What was searched, how, and how it was checked: a paragraph to stand before the sentences.
 * `population` is the number of offences searched, as published, or 0 where it is not.
 */
void sc_public_introduction(const struct sc_review_report *report, uint64_t population,
                            uint64_t threshold, struct sc_buf *out);

/* What to say where nobody has checked: plainly that. */
extern const char sc_public_no_review[];

/*
 * The sentence for one category, for a reader who knows no statistics: "The search found 412
 * offences naming Snapchat; from a hand check of 200 records we estimate that 430 truly did (95%
 * interval 402 to 461)." Says that figures are withheld where they are.
 */
void sc_public_sentence(const struct sc_public_accuracy *accuracy,
                        const struct sc_review_category *category, uint64_t checked,
                        uint64_t threshold, struct sc_buf *out);

/*
 * A second one: "Of those found about 91% are right (76 to 98%); of all that belong about 78%
 * are found (63 to 89%)." Nothing where that is withheld.
 */
void sc_public_shares(const struct sc_public_accuracy *accuracy, struct sc_buf *out);

#endif
