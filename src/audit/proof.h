/*
 * proof.h - why a figure cannot be more, or less, than so much: the sum that shows it.
 *
 * A proof is a whole-number combination of sums in which all but the target is
 * printed or bounded:
 *
 *     divisor x target = sum of coefficient x cell
 *
 * where each cell of the right side stands for its figure, or, where it is hidden, for the
 * bound the reader knows (at least 1, at most 4). Proofs are checked in integers before
 * they are handed out.
 */
#ifndef SC_AUDIT_PROOF_H
#define SC_AUDIT_PROOF_H

#include "audit/bounds.h"
#include "audit/effort.h"

struct sc_proof_term {
    uint32_t cell;
    bool open;           /* not one number to the reader: a bound is used */
    int64_t coefficient; /* not 0 */
    int64_t value;       /* the figure, or the bound used */
};

struct sc_proof {
    struct sc_proof_term *terms; /* owned; positive coefficients first, then by cell */
    size_t n_terms;
    int64_t divisor; /* at least 1 */
    int64_t value;   /* the bound proved: sum / divisor, rounded inward */
    enum sc_side side;
    bool pure; /* no open term: the target is exactly `value` */
};

void sc_proof_release(struct sc_proof *proof);

/* Makes proofs for one set of bounds; keeps scratch between them. */
struct sc_prover;

SC_MUST_USE enum sc_status sc_prover_new(const struct sc_bounds *bounds,
                                         struct sc_prover **ret_prover, struct sc_error *err);
void sc_prover_free(struct sc_prover *prover);
SC_DEFINE_AUTO(sc_prover);

/*
 * Proves the bound that tightening found for `cell` on `side`. The caller releases
 * *ret_proof. SC_OK or SC_E_NOMEM.
 */
SC_MUST_USE enum sc_status sc_prove_bound(struct sc_prover *prover, uint32_t cell,
                                          enum sc_side side, struct sc_proof *ret_proof,
                                          struct sc_error *err);

/*
 * Proves a bound of sum(coefficients x cells) from the bounds tightening found. Each cell
 * once. The proof's divisor is 1.
 */
SC_MUST_USE enum sc_status sc_prove_sum(struct sc_prover *prover, const uint32_t *cells,
                                        const int64_t *coefficients, size_t n, enum sc_side side,
                                        struct sc_proof *ret_proof, struct sc_error *err);

/*
 * Proves by linear programming that `cell` is at most (HIGH) or at least (LOW)
 * `value`, with no more than `effort` allows. *ret_proved false: no proof was found, *ret_proof is
 * untouched.
 */
SC_MUST_USE enum sc_status sc_prove_by_program(struct sc_prover *prover, uint32_t cell,
                                               enum sc_side side, int64_t value,
                                               const struct sc_effort *effort,
                                               struct sc_proof *ret_proof, bool *ret_proved,
                                               struct sc_error *err);

#endif
