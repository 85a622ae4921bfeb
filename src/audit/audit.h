/*
 * audit.h - the intruder: attacks what is published and says what gives way.
 *
 * The audit sees a system of cells and what is printed for each (a number, a mark,
 * nothing). It has never seen a true count: its interface has no place for one, and the
 * tables it shows as witnesses come out of the solver. The one exception is named so:
 * `singles`, the cells that an officer knows to be 1, for the internal insider test.
 *
 * Readers:
 *  - sums:    knows the sums, and that counts are whole numbers of at least 0;
 *  - rules:   also knows that a hidden figure is at least 1 where zeros are printed,
 *             and what marks for small counts mean;
 *  - insider: knows the rules and is also the one person in a cell of 1.
 *
 * For each reader each hidden figure is
 *  - protected: two whole-number tables that agree with everything printed differ in it
 *               (by at least `width`);
 *  - exact:     it can only be one number, and why is said (a derivation);
 *  - narrowed:  it can be several, but they lie closer than `width`;
 *  - undecided: neither was shown within the work allowed. Never safe.
 *
 * Implied counts are sums of hidden figures that are known though each of them is
 * not: the hidden part of one row whose total is printed, what is left of it when some
 * of its members are exact, the difference of two sums one of which lies inside the other,
 * and figures nobody prints (a single age behind overlapping bands). They must not be known when
 * they are sensitive, 1 to threshold - 1.
 */
#ifndef SC_AUDIT_AUDIT_H
#define SC_AUDIT_AUDIT_H

#include "audit/bounds.h"
#include "audit/proof.h"

enum sc_reader { SC_READER_SUMS, SC_READER_RULES, SC_READER_INSIDER };
#define SC_N_READERS 3
#define SC_READERS_ALL 7u
#define SC_READER_BIT(reader) (1u << (reader))

/* "sums", "rules" or "insider". Static. */
const char *sc_reader_name(enum sc_reader reader);

enum sc_zeros {
    SC_ZEROS_AUTO = 0, /* shown if any zero is printed, and if that is possible */
    SC_ZEROS_SHOWN,    /* a hidden figure is at least 1 */
    SC_ZEROS_HIDDEN,   /* a hidden figure may be 0 */
};

struct sc_audit_policy {
    int64_t threshold; /* 1 to threshold - 1 are sensitive; 0: 5 */
    int64_t width;     /* possible values must span at least so much; 0: 1 (two values) */
    unsigned readers;  /* SC_READER_BIT()s; 0: all */
    bool no_implied;
    enum sc_zeros zeros;
    int64_t rounded;    /* figures are rounded to it; 0: not rounded */
    bool nearest;       /* rounded to the nearest (within half), else within one whole step */
    int64_t rounded_by; /* how far rounded figures may be from the truth; 0: as `nearest` says */
    /*
     * Numbers that stand for intervals of their own (small-count rounding; rounded figures beside
     * exact ones, and those of earlier releases): by cell, the least and the most a figure
     * printed as a number can stand for. Given, they take the place of `rounded`. For a cell that
     * is hidden or printed nowhere they are what is known besides: 0 and SC_UNBOUNDED for nothing.
     * Both or neither; borrowed; `most` may be SC_UNBOUNDED.
     */
    const int64_t *least;
    const int64_t *most;
    /* `least` and `most` are those of small counts rounded to this base, and of nothing else
     * (small.h): a certificate can say so. 0: no. */
    int64_t rounded_small;
    /*
     * Cells known to hold 1 (internal). Without (`singles_known` false) the insider
     * test takes every hidden figure that could be 1 and tells certain failures
     * from possible ones.
     */
    bool singles_known;
    const uint32_t *singles;
    size_t n_singles;
    bool groups_unsafe;      /* group disclosure makes a release unsafe too */
    uint64_t max_work;       /* simplex iterations for each reader; 0: 20,000,000 */
    bool (*stop)(void *arg); /* asked now and then; true: the rest is undecided. May be NULL */
    void *stop_arg;
};

enum sc_verdict {
    SC_VERDICT_NONE = 0, /* printed, or nothing to protect */
    SC_VERDICT_PROTECTED,
    SC_VERDICT_NARROWED,
    SC_VERDICT_EXACT,
    SC_VERDICT_UNDECIDED,
};

enum sc_finding_kind {
    SC_FINDING_CELL,         /* a hidden figure */
    SC_FINDING_PRINTED,      /* hidden in one place, printed in another */
    SC_FINDING_IMPLIED,      /* an implied count */
    SC_FINDING_POSSIBLE,     /* would fall if another cell were 1, which only the publisher knows */
    SC_FINDING_GROUP,        /* everybody of a printed total is in one category */
    SC_FINDING_INCONSISTENT, /* figures that cannot all be true */
};

/* "hidden", "printed", "implied", "possible", "group" or "inconsistent". Static. */
const char *sc_finding_kind_name(enum sc_finding_kind kind);

struct sc_disclosure {
    enum sc_finding_kind kind;
    enum sc_reader reader;
    enum sc_verdict verdict; /* EXACT, NARROWED or UNDECIDED */
    uint32_t cell;           /* hidden figure; total of the sum for implied counts */
    uint32_t minus;          /* implied, difference of two sums: total of the inner one; SC_NONE */
    uint32_t insider;        /* the cell of 1 whose person it is; SC_NONE */
    uint32_t relation;       /* implied, inconsistent: the sum, SC_NONE when it is not one */
    int64_t low, high;       /* what it can be */
    bool sensitive;          /* 1 to threshold - 1 */
    struct sc_proof proofs[2]; /* why: [SC_HIGH] and, unless that is pure, [SC_LOW] */
    bool proved[2];
    /* INCONSISTENT: relations that cannot all hold (owned), and how many. */
    uint32_t *conflict;
    size_t n_conflict;
    /*
     * INCONSISTENT: figures (cells) that cannot all be true (owned); `irreducible`: without any one
     * of them all others can, else the search for fewer was not finished. None: too many to name.
     */
    uint32_t *figures;
    size_t n_figures;
    bool irreducible;
};

struct sc_reader_result {
    bool asked;
    bool safe;
    bool rules_apply; /* rules, insider: hidden figures are at least 1 */
    size_t exact;     /* hidden figures recovered */
    size_t sensitive; /* of these, 1 to threshold - 1 */
    size_t narrowed;
    size_t undecided;
    size_t implied;          /* implied counts recovered */
    size_t possible;         /* insider: pairs that could fail (singles not known) */
    size_t possible_singles; /* insider: figures that could be 1, or the singles given */
    uint8_t *verdict;        /* by cell, enum sc_verdict */
    uint64_t solves;
};

struct sc_witnesses; /* the certificate's content: certificate.h */

struct sc_audit {
    const struct sc_system *system;
    size_t n_cells;      /* printed or marked, not those nobody prints */
    size_t n_suppressed; /* of these, hidden */
    bool safe;
    bool consistent;
    size_t rings_left;  /* sets of tables in a ring that were not tied together: never safe */
    bool singles_known; /* the insider test was told which cells are 1: internal */
    struct sc_reader_result readers[SC_N_READERS];
    struct sc_disclosure *findings; /* shortest derivation first */
    size_t n_findings;
    size_t findings_capacity;
    /* Earlier figures that were left out because today's contradict them (reconcile.h); borrowed.
     */
    const struct sc_figure_place *left_out;
    size_t n_left_out;
    size_t groups;                  /* group disclosures among the findings */
    struct sc_witnesses *witnesses; /* NULL unless sums or rules were asked for and are safe; and
                                       not for `least` and `most` */
};

/*
 * Audits. `figures` has one entry a cell of `system` (only kind and value are read);
 * `repeats` lists what else is printed for a cell elsewhere. Both and `system` must
 * outlive the result. `policy` NULL: the default. The caller frees *ret_audit.
 *
 * SC_OK whatever the verdict; SC_E_NOMEM; SC_E_RANGE (policy); SC_E_UNDECIDED only when the
 * solver itself broke down. Deterministic unless `stop` says true.
 */
SC_MUST_USE enum sc_status sc_audit_run(const struct sc_system *system,
                                        const struct sc_figure *figures,
                                        const struct sc_repeat *repeats, size_t n_repeats,
                                        const struct sc_audit_policy *policy,
                                        struct sc_audit **ret_audit, struct sc_error *err);

/* Frees `audit`. NULL is allowed. */
void sc_audit_free(struct sc_audit *audit);
SC_DEFINE_AUTO(sc_audit);

#endif
