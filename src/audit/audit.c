/*
 * audit.c - runs the readers over one release and sums up.
 */
#include "audit/audit.h"

#include <stdlib.h>
#include <string.h>

#include "audit/internal.h"
#include "audit/witness.h"
#include "base/error.h"

#define DEFAULT_WORK 20000000

const char *sc_reader_name(enum sc_reader reader)
{
    static const char *const names[] = {"sums", "rules", "insider"};

    return names[reader];
}

const char *sc_finding_kind_name(enum sc_finding_kind kind)
{
    static const char *const names[] = {"hidden",   "printed", "implied",
                                        "possible", "group",   "inconsistent"};

    return names[kind];
}

void sc_audit_free(struct sc_audit *audit)
{
    if (!audit)
        return;
    for (size_t i = 0; i < audit->n_findings; i++) {
        sc_proof_release(&audit->findings[i].proofs[SC_LOW]);
        sc_proof_release(&audit->findings[i].proofs[SC_HIGH]);
        sc_free(audit->findings[i].conflict);
        sc_free(audit->findings[i].figures);
    }
    sc_free(audit->findings);
    for (int reader = 0; reader < SC_N_READERS; reader++)
        sc_free(audit->readers[reader].verdict);
    sc_witnesses_free(audit->witnesses);
    sc_free(audit);
}

enum sc_status sc_new_finding(struct sc_run *run, enum sc_finding_kind kind, enum sc_reader reader,
                              struct sc_disclosure **ret_finding, struct sc_error *err)
{
    struct sc_audit *audit = run->audit;
    struct sc_disclosure *finding;
    enum sc_status status = sc_grow((void **)&audit->findings, &audit->findings_capacity,
                                    audit->n_findings, sizeof *audit->findings, err);

    if (status)
        return status;
    finding = &audit->findings[audit->n_findings++];
    memset(finding, 0, sizeof *finding);
    finding->kind = kind;
    finding->reader = reader;
    finding->verdict = SC_VERDICT_EXACT;
    finding->cell = finding->minus = finding->insider = finding->relation = SC_NONE;
    *ret_finding = finding;
    return SC_OK;
}

static enum sc_status check_policy(struct sc_run *run, const struct sc_audit_policy *policy,
                                   struct sc_error *err)
{
    if (policy)
        run->policy = *policy;
    if (run->policy.threshold == 0)
        run->policy.threshold = 5;
    if (run->policy.width == 0)
        run->policy.width = 1;
    if (run->policy.readers == 0)
        run->policy.readers = SC_READERS_ALL;
    if (run->policy.max_work == 0)
        run->policy.max_work = DEFAULT_WORK;
    if (run->policy.threshold < 2 || run->policy.threshold > 1000000)
        return sc_fail(err, SC_E_RANGE, "threshold: expected 2 to 1,000,000");
    if (run->policy.width < 1 || run->policy.width > 1000000)
        return sc_fail(err, SC_E_RANGE, "width: expected 1 to 1,000,000");
    if (run->policy.rounded < 0 || run->policy.rounded == 1 || run->policy.rounded > 1000000)
        return sc_fail(err, SC_E_RANGE, "rounding base: expected 2 to 1,000,000");
    if (run->policy.rounded_by < 0 || run->policy.rounded_by > 1000000)
        return sc_fail(err, SC_E_RANGE, "rounding distance: expected at most 1,000,000");
    if (!run->policy.least != !run->policy.most)
        return sc_fail(err, SC_E_RANGE, "intervals of figures: expected both ends");
    for (size_t i = 0; i < run->policy.n_singles; i++)
        if (run->policy.singles[i] >= sc_system_n_cells(run->system))
            return sc_fail(err, SC_E_RANGE, "a single is no cell of the system");
    return SC_OK;
}

/* What is to be protected: marks; where figures are rounded, those too. */
static bool is_wanted(const struct sc_run *run, uint32_t cell)
{
    const struct sc_figure *figure = &run->figures[cell];

    switch (figure->kind) {
    case SC_FIGURE_HIDDEN:
    case SC_FIGURE_SMALL:
    case SC_FIGURE_NONZERO:
    case SC_FIGURE_LARGE:
        return true;
    case SC_FIGURE_VALUE:
        return run->policy.least
                   ? run->policy.least[cell] < run->policy.most[cell]
                   : run->policy.rounded > 1 && figure->value % run->policy.rounded == 0;
    case SC_FIGURE_NONE:
    case SC_FIGURE_VOID:
        return false;
    }
    return false;
}

static enum sc_status prepare(struct sc_run *run, struct sc_error *err)
{
    size_t n = sc_system_n_cells(run->system);
    bool zero_printed = false;

    run->wanted = sc_alloc_array(n, sizeof *run->wanted);
    if (!run->wanted)
        return sc_fail_nomem(err);
    for (uint32_t cell = 0; cell < n; cell++) {
        enum sc_figure_kind kind = run->figures[cell].kind;

        run->wanted[cell] = is_wanted(run, cell);
        run->audit->n_cells += kind != SC_FIGURE_NONE && kind != SC_FIGURE_VOID;
        run->audit->n_suppressed += kind == SC_FIGURE_HIDDEN || kind == SC_FIGURE_SMALL ||
                                    kind == SC_FIGURE_NONZERO || kind == SC_FIGURE_LARGE;
        zero_printed = zero_printed || (kind == SC_FIGURE_VALUE && run->figures[cell].value == 0 &&
                                        !(run->policy.least && run->wanted[cell]));
    }
    run->zeros_shown =
        run->policy.zeros == SC_ZEROS_SHOWN || (run->policy.zeros == SC_ZEROS_AUTO && zero_printed);
    for (int reader = 0; reader < SC_N_READERS; reader++) {
        run->audit->readers[reader].asked = run->policy.readers & SC_READER_BIT(reader);
        run->audit->readers[reader].verdict = sc_alloc_array(n, 1);
        if (!run->audit->readers[reader].verdict)
            return sc_fail_nomem(err);
    }
    return SC_OK;
}

/* A figure hidden here and printed there is exact to everybody. */
static enum sc_status report_repeats(struct sc_run *run, struct sc_error *err)
{
    struct sc_reader_result *sums = &run->audit->readers[SC_READER_SUMS];

    for (size_t i = 0; i < run->n_repeats; i++) {
        const struct sc_figure *shown = &run->figures[run->repeats[i].cell];
        const struct sc_figure *other = &run->repeats[i].figure;
        bool conflict = shown->kind == SC_FIGURE_VALUE && other->kind == SC_FIGURE_VALUE &&
                        shown->value != other->value && run->policy.rounded == 0 &&
                        !run->policy.least;
        struct sc_disclosure *finding;
        enum sc_status status;

        if (!conflict && (shown->kind != SC_FIGURE_VALUE || other->kind == SC_FIGURE_VALUE ||
                          other->kind == SC_FIGURE_VOID || other->kind == SC_FIGURE_NONE))
            continue;
        status = sc_new_finding(run, conflict ? SC_FINDING_INCONSISTENT : SC_FINDING_PRINTED,
                                SC_READER_SUMS, &finding, err);
        if (status)
            return status;
        finding->cell = run->repeats[i].cell;
        finding->low = finding->high = shown->value;
        finding->sensitive = sc_sensitive(run, shown->value);
        if (conflict) {
            run->audit->consistent = false;
            continue;
        }
        run->audit->n_suppressed++;
        for (int reader = SC_READER_SUMS; reader <= SC_READER_RULES; reader++) {
            run->audit->readers[reader].exact++;
            run->audit->readers[reader].sensitive += finding->sensitive;
        }
        (void)sums;
    }
    return SC_OK;
}

static void forget_attack(struct sc_attack *attack)
{
    sc_shortcut_free(attack->shortcut);
    sc_walk_free(attack->walk);
    sc_model_free(attack->model);
    sc_bounds_release(&attack->bounds);
    memset(attack, 0, sizeof *attack);
}

/*
 * The rules reader. Where zeros were only guessed to be shown and no table agrees with that, the
 * guess was wrong: again without it.
 */
static enum sc_status run_rules(struct sc_run *run, struct sc_error *err)
{
    struct sc_attack *attack = &run->attacks[SC_READER_RULES];
    enum sc_status status = sc_attack_run(run, SC_READER_RULES, err);

    if (!status && attack->has_table == SC_ANSWER_NO && run->zeros_shown &&
        run->policy.zeros == SC_ZEROS_AUTO) {
        forget_attack(attack);
        run->zeros_shown = false;
        status = sc_attack_run(run, SC_READER_RULES, err);
    }
    run->audit->readers[SC_READER_RULES].rules_apply = run->zeros_shown;
    run->audit->readers[SC_READER_INSIDER].rules_apply = run->zeros_shown;
    return status;
}

static enum sc_status run_readers(struct sc_run *run, struct sc_error *err)
{
    unsigned readers = run->policy.readers;
    enum sc_status status = SC_OK;

    /* The rules reader's tables serve the other two: it always runs first if either needs it. */
    if (readers & (SC_READER_BIT(SC_READER_RULES) | SC_READER_BIT(SC_READER_INSIDER)))
        status = run_rules(run, err);
    if (!status && readers & SC_READER_BIT(SC_READER_SUMS))
        status = sc_attack_run(run, SC_READER_SUMS, err);
    for (int reader = SC_READER_SUMS; reader <= SC_READER_RULES && !status; reader++) {
        struct sc_attack *attack = &run->attacks[reader];

        if (!attack->bounds.system || attack->has_table != SC_ANSWER_NO)
            continue;
        run->audit->consistent = false;
        return sc_conflict_run(run, attack, err);
    }
    for (int reader = SC_READER_SUMS; reader <= SC_READER_RULES && !status; reader++)
        if (readers & SC_READER_BIT(reader) && run->attacks[reader].walk)
            status = sc_implied_run(run, (enum sc_reader)reader, err);
    if (!status && readers & SC_READER_BIT(SC_READER_INSIDER) && run->attacks[SC_READER_RULES].walk)
        status = sc_insider_run(run, err);
    if (!status)
        status = sc_groups_run(run, err);
    return status;
}

/* Sums up: a reader is safe when nothing was found and nothing left open. */
static void conclude(struct sc_run *run)
{
    struct sc_audit *audit = run->audit;

    audit->rings_left = sc_system_rings_left(run->system);
    audit->safe = audit->consistent && audit->rings_left == 0;
    for (int reader = 0; reader < SC_N_READERS; reader++) {
        struct sc_reader_result *r = &audit->readers[reader];
        const struct sc_attack *attack =
            &run->attacks[reader == SC_READER_SUMS ? SC_READER_SUMS : SC_READER_RULES];

        if (!r->asked)
            continue;
        r->safe = audit->consistent && attack->walk && r->exact == 0 && r->narrowed == 0 &&
                  r->undecided == 0 && r->implied == 0 && audit->rings_left == 0;
        audit->safe = audit->safe && r->safe;
    }
    if (run->policy.groups_unsafe && audit->groups > 0)
        audit->safe = false;
}

static size_t proof_length(const struct sc_disclosure *finding)
{
    size_t n = 0;

    if (finding->kind == SC_FINDING_INCONSISTENT)
        return 0;
    if (finding->kind == SC_FINDING_PRINTED)
        return 1;
    for (int side = SC_LOW; side <= SC_HIGH; side++)
        if (finding->proved[side])
            n += finding->proofs[side].n_terms;
    return n ? n : 100000;
}

/* Inconsistencies first, then by length of derivation, then in table order. */
static int order_findings(const void *a, const void *b)
{
    const struct sc_disclosure *x = a, *y = b;
    size_t nx = proof_length(x), ny = proof_length(y);
    bool gx = x->kind == SC_FINDING_GROUP || x->kind == SC_FINDING_POSSIBLE;
    bool gy = y->kind == SC_FINDING_GROUP || y->kind == SC_FINDING_POSSIBLE;

    if (gx != gy)
        return gx ? 1 : -1;
    if (nx != ny)
        return nx < ny ? -1 : 1;
    if (x->reader != y->reader)
        return x->reader < y->reader ? -1 : 1;
    if (x->cell != y->cell)
        return x->cell < y->cell ? -1 : 1;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    return (x->insider > y->insider) - (x->insider < y->insider);
}

static enum sc_status collect_witnesses(struct sc_run *run, struct sc_error *err)
{
    const struct sc_reader_result *readers = run->audit->readers;
    bool rules = readers[SC_READER_RULES].asked && readers[SC_READER_RULES].safe;
    bool sums = readers[SC_READER_SUMS].asked && readers[SC_READER_SUMS].safe;
    struct sc_witnesses *witnesses = NULL;
    enum sc_status status;

    if (!run->audit->consistent || (run->policy.least && run->policy.rounded_small == 0) ||
        (!rules && !sums) || (readers[SC_READER_RULES].asked && !rules) ||
        (readers[SC_READER_SUMS].asked && !sums))
        return SC_OK;
    /* Unprinted figures too must be seen to vary where they do. */
    for (uint32_t cell = 0; cell < sc_system_n_cells(run->system); cell++)
        run->wanted[cell] = run->wanted[cell] || run->figures[cell].kind == SC_FIGURE_NONE;
    status = sc_witnesses_new(run->attacks[rules ? SC_READER_RULES : SC_READER_SUMS].walk,
                              run->wanted, &witnesses, err);
    if (status)
        return status;
    witnesses->rules = rules;
    witnesses->threshold = run->policy.threshold;
    witnesses->width = run->policy.width;
    if (run->policy.rounded > 1) {
        witnesses->rounded = run->policy.rounded;
        witnesses->rounded_by = sc_knowledge_of(run, SC_READER_SUMS).rounded_by;
    }
    witnesses->rounded_small = run->policy.rounded_small;
    witnesses->implied = !run->policy.no_implied;
    witnesses->hidden_low = rules && run->zeros_shown ? 1 : 0;
    run->audit->witnesses = witnesses;
    return SC_OK;
}

enum sc_status sc_audit_run(const struct sc_system *system, const struct sc_figure *figures,
                            const struct sc_repeat *repeats, size_t n_repeats,
                            const struct sc_audit_policy *policy, struct sc_audit **ret_audit,
                            struct sc_error *err)
{
    SC_AUTO(sc_audit) audit = sc_alloc(sizeof *audit);
    struct sc_run run = {.system = system,
                         .figures = figures,
                         .repeats = repeats,
                         .n_repeats = n_repeats,
                         .audit = audit};
    enum sc_status status;

    if (!audit)
        return sc_fail_nomem(err);
    audit->system = system;
    audit->consistent = true;
    audit->singles_known = policy && policy->singles_known;
    status = check_policy(&run, policy, err);
    if (!status)
        status = prepare(&run, err);
    if (!status)
        status = report_repeats(&run, err);
    if (!status)
        status = run_readers(&run, err);
    if (!status) {
        conclude(&run);
        status = collect_witnesses(&run, err);
    }
    for (int reader = 0; reader < 2; reader++)
        forget_attack(&run.attacks[reader]);
    sc_free(run.wanted);
    if (status)
        return status;
    if (audit->n_findings > 1)
        qsort(audit->findings, audit->n_findings, sizeof *audit->findings, order_findings);
    *ret_audit = SC_TAKE(audit);
    return SC_OK;
}
