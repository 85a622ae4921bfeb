/*
 * implied.c - small counts that nobody prints and yet could be known.
 *
 * Known is what is printed, and what follows from printed figures by one sum after the other. What
 * is left of a sum with a known total, its rest, is then known too, though none of its figures is.
 *
 * 1. No rest is a small count.
 * 2. No difference of two rests, one of which lies inside the other, is a small count: one row of a
 *    table inside a longer one, a band inside a wider one, a quarter inside a year.
 *    Rests and differences of nothing but codes that count no people (below) are left out: by how
 *    much several platforms are more than those who used any of them is not a number of people.
 * 3. No figure nobody prints (a single age behind overlapping bands, the rest of a
 *    sub-population) that is a small count in the base is the same in all of the tables shown. A
 *    plain sum of printed figures tells nothing new; nor do the figures that the certificate
 *    names as counts of no group of people (`auxiliary`).
 */
#include <string.h>

#include "base/error.h"
#include "verify/internal.h"

/* Marks the one member of `sum` that is left when all others are known. True if there was one. */
static bool know_the_last(struct check *check, struct sum sum)
{
    struct cell *last = NULL;

    for (size_t k = sum.start; k < sum.end; k++) {
        struct cell *cell = &check->cells[check->members[k]];

        if (cell->known)
            continue;
        if (last)
            return false;
        last = cell;
    }
    if (last)
        last->known = true;
    return last != NULL;
}

/*
 * Which figures a reader has by adding and taking away printed ones. Not all that do not vary in
 * the tables: a figure nobody prints may stay the same in them and yet be open.
 */
static void find_known(struct check *check)
{
    bool more = true;

    for (size_t c = 0; c < check->n_cells; c++)
        check->cells[c].known = check->cells[c].kind == PRINTED;
    while (more) {
        more = false;
        for (size_t i = 0; i < check->n_sums; i++)
            more |= know_the_last(check, check->sums[i]);
    }
}

static bool sensitive(const struct check *check, int64_t value)
{
    return value >= 1 && value < check->threshold;
}

/* What is unknown of a sum whose total is known. */
struct rest {
    size_t start; /* in `cells` */
    size_t n;     /* 0: nothing, or the total is not known */
    int64_t sum;  /* in the base, as in every table */
};

struct rests {
    struct check *check;
    struct rest *of;  /* by sum */
    uint32_t *cells;  /* of each in turn */
    size_t *in_start; /* by cell: the sums with it in their rest, n_cells + 1 */
    uint32_t *in;
    bool *mark; /* by cell */
};

static enum sc_status find_rests(struct rests *rests)
{
    struct check *check = rests->check;
    size_t n = 0;

    rests->of = sc_alloc_array(check->n_sums, sizeof *rests->of);
    rests->cells = sc_alloc_array(check->n_members, sizeof *rests->cells);
    if (!rests->of || !rests->cells)
        return sc_fail_nomem(check->err);
    for (size_t i = 0; i < check->n_sums; i++) {
        struct sum sum = check->sums[i];
        const struct cell *total = &check->cells[check->members[sum.start]];
        struct rest *rest = &rests->of[i];

        rest->start = n;
        rest->sum = total->base;
        for (size_t k = sum.start + 1; k < sum.end && total->known; k++) {
            if (check->cells[check->members[k]].known)
                rest->sum -= check->cells[check->members[k]].base;
            else
                rests->cells[n++] = check->members[k];
        }
        rest->n = n - rest->start;
    }
    return SC_OK;
}

/* For every cell the sums that have it in their rest. */
static enum sc_status index_rests(struct rests *rests)
{
    struct check *check = rests->check;
    size_t n =
        check->n_sums > 0 ? rests->of[check->n_sums - 1].start + rests->of[check->n_sums - 1].n : 0;

    rests->in_start = sc_alloc_array(check->n_cells + 2, sizeof *rests->in_start);
    rests->in = sc_alloc_array(n, sizeof *rests->in);
    rests->mark = sc_alloc_array(check->n_cells, sizeof *rests->mark);
    if (!rests->in_start || !rests->in || !rests->mark)
        return sc_fail_nomem(check->err);
    for (size_t k = 0; k < n; k++)
        rests->in_start[rests->cells[k] + 2]++;
    for (size_t c = 0; c < check->n_cells; c++)
        rests->in_start[c + 2] += rests->in_start[c + 1];
    for (size_t i = 0; i < check->n_sums; i++)
        for (size_t k = 0; k < rests->of[i].n; k++)
            rests->in[rests->in_start[rests->cells[rests->of[i].start + k] + 1]++] = (uint32_t)i;
    return SC_OK;
}

/* Whether a figure that no table has counts no group of people: the certificate names its code. */
static bool is_auxiliary(const struct check *check, size_t cell)
{
    for (size_t i = 0; i < check->n_auxiliary && check->cells[cell].kind == UNPRINTED; i++)
        if (check->keys[cell * check->n_dims + check->auxiliary[i].dim] == check->auxiliary[i].code)
            return true;
    return false;
}

/* Whether some of a rest are people. */
static bool counts_people(const struct rests *rests, const struct rest *rest)
{
    for (size_t k = 0; k < rest->n; k++)
        if (!is_auxiliary(rests->check, rests->cells[rest->start + k]))
            return true;
    return false;
}

/* Whether all marked cells, `n` of them, are in the rest, and people that vary besides. */
static bool holds_more(const struct rests *rests, const struct rest *rest, size_t n)
{
    bool varies = false;

    for (size_t k = 0; k < rest->n; k++) {
        uint32_t c = rests->cells[rest->start + k];

        if (rests->mark[c])
            n--;
        else
            varies = varies || (rests->check->cells[c].low != rests->check->cells[c].high &&
                                !is_auxiliary(rests->check, c));
    }
    return n == 0 && varies;
}

/* Rests that hold all of the `i`-th and more. */
static enum sc_status check_differences(struct rests *rests, size_t i)
{
    const struct rest *in = &rests->of[i];
    uint32_t first = rests->cells[in->start];
    bool small = false;

    for (size_t k = 0; k < in->n; k++)
        rests->mark[rests->cells[in->start + k]] = true;
    for (size_t k = rests->in_start[first]; k < rests->in_start[first + 1] && !small; k++) {
        const struct rest *out = &rests->of[rests->in[k]];

        small = out->n > in->n && sensitive(rests->check, out->sum - in->sum) &&
                holds_more(rests, out, in->n);
    }
    for (size_t k = 0; k < in->n; k++)
        rests->mark[rests->cells[in->start + k]] = false;
    return small ? sc_verify_refuse(rests->check, "the difference of the hidden parts of two rows "
                                                  "is a small count")
                 : SC_OK;
}

static enum sc_status check_rests(struct rests *rests)
{
    enum sc_status status = SC_OK;

    for (size_t i = 0; i < rests->check->n_sums && !status; i++) {
        if (!counts_people(rests, &rests->of[i]))
            continue;
        if (sensitive(rests->check, rests->of[i].sum))
            return sc_verify_refuse(rests->check,
                                    "the hidden part of a row with a known total is a small count");
        status = check_differences(rests, i);
    }
    return status;
}

/* ---- figures nobody prints --------------------------------------------------------------------
 */

/* Marks, in `plain`, totals all of whose parts are printed, in some sum. */
static void find_plain(const struct check *check, bool *plain)
{
    for (size_t i = 0; i < check->n_sums; i++) {
        bool all = true;

        for (size_t k = check->sums[i].start + 1; k < check->sums[i].end && all; k++)
            all = check->cells[check->members[k]].kind == PRINTED;
        if (all)
            plain[check->members[check->sums[i].start]] = true;
    }
}

static enum sc_status check_unprinted(struct check *check)
{
    SC_AUTO_FREE bool *plain = sc_alloc_array(check->n_cells, sizeof *plain);

    if (!plain)
        return sc_fail_nomem(check->err);
    find_plain(check, plain);
    for (size_t c = 0; c < check->n_cells; c++) {
        const struct cell *cell = &check->cells[c];

        if (cell->kind == UNPRINTED && cell->low == cell->high && sensitive(check, cell->base) &&
            !plain[c] && !is_auxiliary(check, c))
            return sc_verify_refuse(check,
                                    "a small count nobody prints is the same in all of its tables");
    }
    return SC_OK;
}

enum sc_status sc_verify_implied(struct check *check)
{
    struct rests rests = {.check = check};
    enum sc_status status;

    find_known(check);
    status = find_rests(&rests);
    if (!status)
        status = index_rests(&rests);
    if (!status)
        status = check_rests(&rests);
    if (!status)
        status = check_unprinted(check);
    sc_free(rests.of);
    sc_free(rests.cells);
    sc_free(rests.in_start);
    sc_free(rests.in);
    sc_free(rests.mark);
    return status;
}
