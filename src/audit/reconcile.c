/*
 * reconcile.c - leaves out earlier figures that today's contradict.
 *
 * First every earlier figure whose own cell is printed otherwise today. Then, as long as the
 * audit finds a set of figures that cannot all be true, those of the set that are from earlier
 * files: one when it is the only one, else all of them, for none can be told to be the wrong
 * one. Each round leaves out one figure at least, so it ends.
 *
 * Where categories overlap each round is audited in two forms: see once().
 */
#include "audit/reconcile.h"

#include <string.h>

#include "audit/small.h"
#include "audit/witness.h"
#include "base/error.h"
#include "system/reading.h"

#define ROUNDS_MAX 200

void sc_reconciled_release(struct sc_reconciled *r)
{
    sc_audit_free(r->audit);
    sc_release_free(r->release);
    sc_free(r->left_out);
    memset(r, 0, sizeof *r);
}

static bool is_earlier(const struct sc_release *release, const struct sc_figure *figure)
{
    return figure->kind != SC_FIGURE_NONE && figure->file + release->n_earlier >= release->n_files;
}

struct leaving {
    struct sc_reconciled *r;
    size_t capacity;
};

static enum sc_status leave_out(struct leaving *l, const struct sc_figure *figure,
                                struct sc_error *err)
{
    struct sc_reconciled *r = l->r;
    enum sc_status status;

    for (size_t i = 0; i < r->n_left_out; i++)
        if (r->left_out[i].file == figure->file && r->left_out[i].line == figure->line &&
            r->left_out[i].column == figure->column)
            return SC_OK;
    status = sc_grow((void **)&r->left_out, &l->capacity, r->n_left_out, sizeof *r->left_out, err);
    if (!status)
        r->left_out[r->n_left_out++] =
            (struct sc_figure_place){figure->file, figure->line, figure->column};
    return status;
}

/* Earlier figures of cells that today's files print otherwise. */
static enum sc_status leave_revised(struct leaving *l, struct sc_error *err)
{
    const struct sc_release *release = l->r->release;
    enum sc_status status = SC_OK;

    for (size_t i = 0; i < release->n_repeats && !status; i++) {
        const struct sc_figure *shown = &release->figures[release->repeats[i].cell];
        const struct sc_figure *other = &release->repeats[i].figure;

        if (shown->kind != SC_FIGURE_VALUE || other->kind != SC_FIGURE_VALUE ||
            shown->value == other->value)
            continue;
        if (is_earlier(release, other))
            status = leave_out(l, other, err);
        else if (is_earlier(release, shown))
            status = leave_out(l, shown, err);
    }
    return status;
}

/* An earlier figure printed as a number for `cell`, as itself or beside another. */
static enum sc_status leave_cell(struct leaving *l, uint32_t cell, struct sc_error *err)
{
    const struct sc_release *release = l->r->release;
    const struct sc_figure *figure = &release->figures[cell];
    enum sc_status status = SC_OK;

    if (is_earlier(release, figure))
        status = leave_out(l, figure, err);
    for (size_t i = 0; i < release->n_repeats && !status && is_earlier(release, figure); i++)
        if (release->repeats[i].cell == cell && is_earlier(release, &release->repeats[i].figure))
            status = leave_out(l, &release->repeats[i].figure, err);
    return status;
}

/* Earlier figures of what the audit found cannot all be true. */
static enum sc_status leave_conflict(struct leaving *l, struct sc_error *err)
{
    const struct sc_audit *audit = l->r->audit;
    enum sc_status status = SC_OK;

    for (size_t i = 0; i < audit->n_findings && !status; i++) {
        const struct sc_disclosure *f = &audit->findings[i];

        if (f->kind != SC_FINDING_INCONSISTENT)
            continue;
        for (size_t k = 0; k < f->n_conflict && !status; k++) {
            struct sc_relation r = sc_system_relation(audit->system, f->conflict[k]);

            status = leave_cell(l, r.total, err);
            for (uint32_t c = 0; c < r.n_children && !status; c++)
                status = leave_cell(l, r.children[c], err);
        }
        for (int side = SC_LOW; side <= SC_HIGH && !status; side++)
            for (size_t k = 0; k < f->proofs[side].n_terms && !status; k++)
                status = leave_cell(l, f->proofs[side].terms[k].cell, err);
    }
    return status;
}

static enum sc_status note_left_out(struct sc_reconciled *r, struct sc_error *err)
{
    enum sc_status status = SC_OK;

    for (size_t file = 0; file < r->release->n_files && !status; file++) {
        size_t n = 0;

        for (size_t i = 0; i < r->n_left_out; i++)
            n += r->left_out[i].file == file;
        if (n > 0)
            status = sc_release_note(
                r->release, err,
                "%zu figure%s of %s contradict%s today's (revised since?) and %s left out: what "
                "they tell together with the rest is not proved",
                n, n == 1 ? "" : "s", r->release->files[file], n == 1 ? "s" : "",
                n == 1 ? "is" : "are");
    }
    return status;
}

/* One reading and its audit. */
static enum sc_status read_and_audit(const struct sc_release_options *options,
                                     const struct sc_audit_policy *policy,
                                     struct sc_release **ret_release, struct sc_audit **ret_audit,
                                     struct sc_error *err)
{
    struct sc_audit_policy own = {0};
    struct sc_intervals small = {0};
    const struct sc_release *release;
    enum sc_status status = sc_release_read(options, ret_release, err);

    if (status)
        return status;
    release = *ret_release;
    if (policy)
        own = *policy;
    if (options->rounded_small > 1) {
        status = sc_small_intervals(release, options->rounded_small, &small, err);
        own.least = small.least;
        own.most = small.most;
        own.rounded_small = options->rounded_small;
    }
    if (!status)
        status = sc_audit_run(release->system, release->figures, release->repeats,
                              release->n_repeats, &own, ret_audit, err);
    sc_intervals_release(&small);
    return status;
}

/* How many figures and implied counts fall, or are not shown to stand, over all readers. */
static size_t n_fallen(const struct sc_audit *audit)
{
    size_t n = 0;

    for (int reader = 0; reader < SC_N_READERS; reader++)
        n += audit->readers[reader].exact + audit->readers[reader].narrowed +
             audit->readers[reader].undecided + audit->readers[reader].implied;
    return n;
}

/*
 * What falls only for those who know that each record is in one category at least is said so. The
 * loose reading is the one kept otherwise: what falls in it falls without that.
 */
static enum sc_status choose_reading(struct sc_reconciled *r, struct sc_release **loose_release,
                                     struct sc_audit **loose_audit, struct sc_error *err)
{
    bool strict_stands = r->audit->consistent;
    bool more = strict_stands && n_fallen(r->audit) > n_fallen(*loose_audit);

    if (strict_stands && (*loose_audit)->safe)
        return sc_release_note(r->release, err,
                               "what is found below can be worked out by those who know that each "
                               "record is in one category at least; the tables do not say so");
    sc_audit_free(r->audit);
    sc_release_free(r->release);
    r->release = SC_TAKE(*loose_release);
    r->audit = SC_TAKE(*loose_audit);
    return more ? sc_release_note(r->release, err,
                                  "those who know that each record is in one category at least "
                                  "work out more than is found below")
                : SC_OK;
}

/*
 * Reads and audits without the figures left out. Where categories overlap, first as if each record
 * were in one at least: what is safe so is safe. If it is not, again without that.
 */
static enum sc_status once(const struct sc_release_options *options,
                           const struct sc_audit_policy *policy, struct sc_reconciled *r,
                           struct sc_error *err)
{
    struct sc_release_options without = *options;
    SC_AUTO(sc_release) release = NULL;
    SC_AUTO(sc_audit) audit = NULL;
    enum sc_status status;

    sc_audit_free(SC_TAKE(r->audit));
    sc_release_free(SC_TAKE(r->release));
    without.left_out = r->left_out;
    without.n_left_out = r->n_left_out;
    status = read_and_audit(&without, policy, &r->release, &r->audit, err);
    if (status || r->release->n_overlapping == 0 || r->audit->safe)
        return status;
    without.loose_overlaps = true;
    status = read_and_audit(&without, policy, &release, &audit, err);
    return status ? status : choose_reading(r, &release, &audit, err);
}

enum sc_status sc_reconcile(const struct sc_release_options *options,
                            const struct sc_audit_policy *policy, struct sc_reconciled *ret,
                            struct sc_error *err)
{
    struct leaving l = {.r = ret};
    enum sc_status status;

    memset(ret, 0, sizeof *ret);
    status = once(options, policy, ret, err);
    for (int round = 0; round < ROUNDS_MAX && !status && !ret->audit->consistent; round++) {
        size_t before = ret->n_left_out;

        status = leave_revised(&l, err);
        if (!status && ret->n_left_out == before)
            status = leave_conflict(&l, err);
        if (status || ret->n_left_out == before)
            break;
        status = once(options, policy, ret, err);
    }
    if (status || ret->n_left_out == 0)
        return status;
    ret->audit->left_out = ret->left_out;
    ret->audit->n_left_out = ret->n_left_out;
    sc_witnesses_free(
        SC_TAKE(ret->audit->witnesses)); /* they do not agree with everything printed */
    return note_left_out(ret, err);
}
