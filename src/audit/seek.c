/*
 * seek.c - a first whole-number table by local search.
 *
 * Begin with every variable near its least, so that most sums are off, and change one variable
 * after another: a sum that is off is drawn by lot, and of its variables the one is changed that
 * leaves all sums nearest to right. Each sum's error counts with a weight; where no change is for
 * the better, the weight of the sum drawn grows, so that what keeps being off comes to
 * matter most, and the least bad change is made all the same. A variable just changed does not go
 * back for a few steps. While sums are far off the steps are long, in the end they are by 1.
 *
 * Every figure is to keep some room below and above at first; a sum that keeps being off frees its
 * figures of that. What comes out is not only found sooner: in a table whose figures stand at their
 * bounds nearly no move fits that others have. Of an answer with overlapping categories (13,251
 * variables) boxes then moved all but one figure in six of those asked about, where they had moved
 * one in five at a corner.
 *
 * This is the breakout method (Morris 1993, "The breakout method for escaping from local minima",
 * AAAI-93) on sums, as satisfiability solvers use it on clauses. Tables are kind to it: a sum has
 * a handful of hidden figures, a figure is in a handful of sums, and there are very many
 * tables that agree. 25,109 variables in 14,281 sums took 70,000 steps and 0.05 s; the linear
 * program over the same took GLPK 30 s and Clp 5, and left 1,150 fractions to be made whole.
 *
 * It cannot say that there is no table; the program is asked then (first.c).
 *
 * A move is found the same way: begin at the table there is, with one variable changed and held,
 * and set the sums right again that it puts off. Nearly always few sums ever come off.
 */
#include "audit/seek.h"

#include <stdlib.h>

#include "base/error.h"
#include "base/memory.h"

/* Steps: so many, and so many more a variable, before it gives up. */
#define STEPS_LEAST 1000000
#define STEPS_A_VARIABLE 400
/* How long a variable may not go back: so many steps, and up to so many more. */
#define REST_LEAST 3
#define REST_MORE 10
/* The longest step. With weights below 2^22 or so nothing overflows. */
#define STEP_MOST (1 << 20)
#define ASK_EVERY 4096
/* Room wanted below and above every figure, until a sum it is in has so often grown in weight. */
#define ROOM 1
#define PATIENCE 24

struct seek {
    const struct sc_model *model;
    const bool *still; /* by variable: may not change; NULL: all may */
    uint32_t held;     /* one that may not, SC_NONE */
    int64_t *value;    /* by variable */
    int64_t *low;      /* by variable: least and most for the time being; NULL: the model's */
    int64_t *high;
    int64_t *off;     /* by row: what its sum lacks */
    int64_t *weight;  /* by row */
    uint32_t *open;   /* rows that are off */
    uint32_t *place;  /* by row: where it is in `open`, SC_NONE */
    uint64_t *rested; /* by variable, down and up: the step from which it may go there again */
    size_t n_open;
    uint64_t step;
    uint64_t lot; /* state of the lot, never 0 */
    bool vain;    /* a sum is off and has no figure that could change */
};

static void free_seek(struct seek *s)
{
    sc_free(s->low);
    sc_free(s->high);
    sc_free(s->off);
    sc_free(s->weight);
    sc_free(s->open);
    sc_free(s->place);
    sc_free(s->rested);
}

/* A number below `n`: xorshift64 (Marsaglia 2003), the same numbers every time. */
static size_t draw(struct seek *s, size_t n)
{
    s->lot ^= s->lot << 13;
    s->lot ^= s->lot >> 7;
    s->lot ^= s->lot << 17;
    return (size_t)((s->lot >> 32) % n);
}

static void close_row(struct seek *s, uint32_t row)
{
    uint32_t last = s->open[--s->n_open];

    s->open[s->place[row]] = last;
    s->place[last] = s->place[row];
    s->place[row] = SC_NONE;
}

static void set_off(struct seek *s, uint32_t row, int64_t off)
{
    s->off[row] = off;
    if (off != 0 && s->place[row] == SC_NONE) {
        s->place[row] = (uint32_t)s->n_open;
        s->open[s->n_open++] = row;
    } else if (off == 0 && s->place[row] != SC_NONE) {
        close_row(s, row);
    }
}

static void change(struct seek *s, uint32_t v, int64_t by)
{
    const struct sc_model *model = s->model;

    s->value[v] += by;
    for (size_t k = model->in_start[v]; k < model->in_start[v + 1]; k++)
        set_off(s, model->in_row[k], s->off[model->in_row[k]] - model->in_sign[k] * by);
}

/* How much worse all sums get, with their weights. */
static int64_t harm(const struct seek *s, uint32_t v, int64_t by)
{
    const struct sc_model *model = s->model;
    int64_t sum = 0;

    for (size_t k = model->in_start[v]; k < model->in_start[v + 1]; k++) {
        uint32_t row = model->in_row[k];

        sum += s->weight[row] * (llabs(s->off[row] - model->in_sign[k] * by) - llabs(s->off[row]));
    }
    return sum;
}

/* `by` cut down to what the bounds of `v` allow. */
static int64_t within(const struct seek *s, uint32_t v, int64_t by)
{
    int64_t low = s->low ? s->low[v] : s->model->low[v];
    int64_t high = s->high ? s->high[v] : s->model->high[v];
    int64_t room = by > 0 ? high - s->value[v] : s->value[v] - low;

    if (v == s->held || (s->still && s->still[v]))
        return 0;
    if (by > 0)
        return by < room ? by : room;
    return -by < room ? by : -room;
}

/* A sum that stays off gets all there is: its figures may be as low and as high as can be. */
static void give_way(struct seek *s, uint32_t row)
{
    const struct sc_model *model = s->model;

    for (size_t k = model->row_start[row]; k < model->row_start[row + 1] && s->low; k++) {
        uint32_t v = model->row_variable[k];

        s->low[v] = model->low[v];
        s->high[v] = model->high[v];
    }
}

/* Changes the variable of `row` that does most good or least harm. */
static void mend(struct seek *s, uint32_t row)
{
    const struct sc_model *model = s->model;
    size_t start = model->row_start[row], n = model->row_start[row + 1] - start;
    int64_t length = llabs(s->off[row]) / (int64_t)(2 * n), least = INT64_MAX, by = 0;
    uint32_t chosen = SC_NONE;
    size_t equal = 0;

    if (length < 1)
        length = 1;
    if (length > STEP_MOST)
        length = STEP_MOST;
    for (size_t k = start; k < start + n; k++) {
        uint32_t v = model->row_variable[k];
        bool up = (model->row_sign[k] > 0) == (s->off[row] > 0);
        int64_t d = within(s, v, up ? length : -length), h;

        if (d == 0)
            continue;
        h = harm(s, v, d);
        if ((h >= 0 && s->rested[2 * v + up] > s->step) || h > least)
            continue;
        equal = h < least ? 1 : equal + 1;
        least = h;
        if (equal == 1 || draw(s, equal) == 0) {
            chosen = v;
            by = d;
        }
    }
    if ((chosen == SC_NONE || least >= 0) && ++s->weight[row] % PATIENCE == 0)
        give_way(s, row);
    if (chosen == SC_NONE)
        return;
    s->rested[2 * chosen + (by < 0)] = s->step + REST_LEAST + draw(s, REST_MORE);
    change(s, chosen, by);
}

static enum sc_status alloc_seek(struct seek *s, struct sc_error *err)
{
    const struct sc_model *model = s->model;
    size_t n = model->n_variables, n_rows = model->n_rows;

    s->off = sc_alloc_array(n_rows, sizeof *s->off);
    s->weight = sc_alloc_array(n_rows, sizeof *s->weight);
    s->open = sc_alloc_array(n_rows, sizeof *s->open);
    s->place = sc_alloc_array(n_rows, sizeof *s->place);
    s->rested = sc_alloc_array(2 * n, sizeof *s->rested);
    if (!s->off || !s->weight || !s->open || !s->place || !s->rested)
        return sc_fail_nomem(err);
    for (size_t row = 0; row < n_rows; row++) {
        s->weight[row] = 1;
        s->place[row] = SC_NONE;
    }
    return SC_OK;
}

/* ---- where to begin ---- */

/* What is filled in so far. */
struct filling {
    uint32_t *missing; /* by row: its variables without a value */
    uint32_t *ready;   /* rows that lack one */
    size_t n_ready;
    bool *given; /* by variable: it has a value */
};

/* Gives a variable a value near `wanted`, and its sums less to lack. */
static void fill(struct seek *s, struct filling *f, uint32_t v, int64_t wanted)
{
    const struct sc_model *model = s->model;

    if (wanted < s->low[v])
        wanted = s->low[v];
    if (wanted > s->high[v])
        wanted = s->high[v];
    s->value[v] = wanted;
    f->given[v] = true;
    for (size_t k = model->in_start[v]; k < model->in_start[v + 1]; k++) {
        uint32_t row = model->in_row[k];

        s->off[row] -= model->in_sign[k] * wanted;
        if (--f->missing[row] == 1)
            f->ready[f->n_ready++] = row;
    }
}

/* Fills in what sums with one figure missing say it is, as long as there are such. */
static void fill_ready(struct seek *s, struct filling *f)
{
    const struct sc_model *model = s->model;

    while (f->n_ready > 0) {
        uint32_t row = f->ready[--f->n_ready];

        for (size_t k = model->row_start[row]; k < model->row_start[row + 1]; k++)
            if (!f->given[model->row_variable[k]]) {
                fill(s, f, model->row_variable[k], model->row_sign[k] * s->off[row]);
                break;
            }
    }
}

/* Whether a variable is the total of no sum. */
static bool is_inner(const struct sc_model *model, uint32_t v)
{
    for (size_t k = model->in_start[v]; k < model->in_start[v + 1]; k++)
        if (model->in_sign[k] < 0)
            return false;
    return true;
}

/* Inner figures begin at the least they are to be, then totals; what a sum leaves no choice in
 * follows. */
static enum sc_status fill_all(struct seek *s, struct sc_error *err)
{
    const struct sc_model *model = s->model;
    SC_AUTO_FREE uint32_t *missing = sc_alloc_array(model->n_rows, sizeof *missing);
    SC_AUTO_FREE uint32_t *ready = sc_alloc_array(model->n_rows, sizeof *ready);
    SC_AUTO_FREE bool *given = sc_alloc_array(model->n_variables, sizeof *given);
    struct filling f = {.missing = missing, .ready = ready, .given = given};

    if (!missing || !ready || !given)
        return sc_fail_nomem(err);
    for (uint32_t row = 0; row < model->n_rows; row++) {
        s->off[row] = model->row_right[row];
        missing[row] = (uint32_t)(model->row_start[row + 1] - model->row_start[row]);
        if (missing[row] == 1)
            ready[f.n_ready++] = row;
    }
    fill_ready(s, &f);
    for (int totals = 0; totals < 2; totals++)
        for (uint32_t v = 0; v < model->n_variables; v++) {
            if (given[v] || (!totals && !is_inner(model, v)))
                continue;
            fill(s, &f, v, s->low[v]);
            fill_ready(s, &f);
        }
    return SC_OK;
}

/* From nothing. */
static enum sc_status begin(struct seek *s, struct sc_error *err)
{
    const struct sc_model *model = s->model;
    size_t n = model->n_variables;
    enum sc_status status = alloc_seek(s, err);

    s->low = sc_alloc_array(n, sizeof *s->low);
    s->high = sc_alloc_array(n, sizeof *s->high);
    if (!status && (!s->low || !s->high))
        status = sc_fail_nomem(err);
    if (status)
        return status;
    for (size_t v = 0; v < n; v++) {
        int64_t room = model->high[v] - model->low[v] > 2 * (int64_t)ROOM ? ROOM : 0;

        s->low[v] = model->low[v] + room;
        s->high[v] = model->high[v] - room;
    }
    status = fill_all(s, err);
    for (uint32_t row = 0; row < model->n_rows && !status; row++) {
        set_off(s, row, s->off[row]);
        s->vain |= s->off[row] != 0 && model->row_start[row] == model->row_start[row + 1];
    }
    return status;
}

/* Goes on until every sum is right, or for so many steps. */
static void go(struct seek *s, uint64_t most, bool (*stop)(void *arg), void *stop_arg)
{
    while (!s->vain && s->n_open > 0 && s->step < most) {
        if (s->step++ % ASK_EVERY == 0 && stop && stop(stop_arg))
            return;
        mend(s, s->open[draw(s, s->n_open)]);
    }
}

enum sc_status sc_seek_table(const struct sc_model *model, int64_t *base, bool (*stop)(void *arg),
                             void *stop_arg, bool *ret_found, struct sc_error *err)
{
    struct seek s = {.model = model, .held = SC_NONE, .value = base, .lot = 88172645463325252u};
    uint64_t most = STEPS_LEAST + STEPS_A_VARIABLE * (uint64_t)model->n_variables;
    enum sc_status status = begin(&s, err);

    if (!status)
        go(&s, most, stop, stop_arg);
    *ret_found = !status && s.n_open == 0;
    free_seek(&s);
    return status;
}

enum sc_status sc_seek_move(const struct sc_model *model, int64_t *table, const bool *still,
                            uint32_t variable, int64_t by, uint64_t *steps, bool (*stop)(void *arg),
                            void *stop_arg, bool *ret_found, struct sc_error *err)
{
    struct seek s = {
        .model = model, .still = still, .held = SC_NONE, .value = table, .lot = 88172645463325252u};
    enum sc_status status;

    *ret_found = false;
    if (within(&s, variable, by) != by) {
        *steps = 0;
        return SC_OK;
    }
    status = alloc_seek(&s, err);
    if (!status) {
        change(&s, variable, by);
        s.held = variable;
        go(&s, *steps, stop, stop_arg);
        *ret_found = s.n_open == 0;
    }
    *steps = s.step;
    free_seek(&s);
    return status;
}
