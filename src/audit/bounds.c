/*
 * bounds.c - interval propagation over the sums, with a log.
 *
 * Relations wait in a ring until one of their members has changed. For each, the
 * sums of all children's lows and highs are taken once, and every member's new bound
 * follows by leaving itself out. Infinite highs are counted apart: a child has an upper
 * bound from the total only, the total one from its children only if all have one.
 *
 * Each tightening is logged with a link to the one before it of the same cell and side.
 * A bound depends on bounds logged before it only, which keeps proofs free of circles.
 * Bounds can creep (one step a round, as far as a total goes) in contradictory tables;
 * the log is cut at a length no honest table reaches.
 */
#include "audit/bounds.h"

#include <assert.h>
#include <string.h>

#include "base/error.h"

void sc_bounds_release(struct sc_bounds *bounds)
{
    for (int side = 0; side < 2; side++) {
        sc_free(bounds->given[side]);
        sc_free(bounds->now[side]);
        sc_free(bounds->last[side]);
    }
    sc_free(bounds->log);
    memset(bounds, 0, sizeof *bounds);
}

static void set_given(struct sc_bounds *bounds, uint32_t cell, int64_t low, int64_t high)
{
    bounds->given[SC_LOW][cell] = bounds->now[SC_LOW][cell] = low;
    bounds->given[SC_HIGH][cell] = bounds->now[SC_HIGH][cell] = high;
}

static void see_value(struct sc_bounds *bounds, uint32_t cell, const struct sc_figure *figure,
                      const struct sc_knowledge *knowledge)
{
    int64_t value = figure->value, low = value, high = value;

    if (knowledge->least) {
        low = knowledge->least[cell];
        high = knowledge->most[cell];
    } else if (knowledge->rounded > 1 && value % knowledge->rounded == 0) {
        low = value > knowledge->rounded_by ? value - knowledge->rounded_by : 0;
        high = value + knowledge->rounded_by;
        if (knowledge->small_marks && figure->least > low)
            low = figure->least;
    }
    set_given(bounds, cell, low, high);
}

/* What is known of a figure that is no printed number, besides what stands for it. */
static void see_besides(struct sc_bounds *bounds, uint32_t cell, const struct sc_knowledge *k)
{
    int64_t low = bounds->given[SC_LOW][cell], high = bounds->given[SC_HIGH][cell];

    low = k->least[cell] > low ? k->least[cell] : low;
    high = k->most[cell] < high ? k->most[cell] : high;
    set_given(bounds, cell, low, high);
    if (low > high) {
        bounds->contradiction = true;
        bounds->contradiction_cell = cell;
    }
}

/* A mark that says between which counts a figure lies, to a reader who knows what it means. */
static void see_mark(struct sc_bounds *bounds, uint32_t cell, const struct sc_figure *figure,
                     const struct sc_knowledge *k)
{
    int64_t low = k->hidden_low, high = SC_UNBOUNDED;

    if (k->small_marks && figure->least > low)
        low = figure->least;
    if (k->small_marks && figure->kind == SC_FIGURE_SMALL)
        high = figure->value;
    set_given(bounds, cell, low, high);
    if (low > high) {
        bounds->contradiction = true;
        bounds->contradiction_cell = cell;
    }
}

static void see(struct sc_bounds *bounds, uint32_t cell, const struct sc_figure *figure,
                const struct sc_knowledge *knowledge)
{
    switch (figure->kind) {
    case SC_FIGURE_VALUE:
        see_value(bounds, cell, figure, knowledge);
        return;
    case SC_FIGURE_VOID:
        set_given(bounds, cell, 0, 0);
        return;
    case SC_FIGURE_NONE:
        set_given(bounds, cell, 0, SC_UNBOUNDED);
        return;
    case SC_FIGURE_HIDDEN:
        set_given(bounds, cell, knowledge->hidden_low, SC_UNBOUNDED);
        return;
    case SC_FIGURE_SMALL:
    case SC_FIGURE_LARGE:
        see_mark(bounds, cell, figure, knowledge);
        return;
    case SC_FIGURE_NONZERO:
        set_given(bounds, cell, knowledge->small_marks ? 1 : 0, SC_UNBOUNDED);
        return;
    }
}

enum sc_status sc_bounds_init(struct sc_bounds *bounds, const struct sc_system *system,
                              const struct sc_figure *figures, const struct sc_knowledge *knowledge,
                              struct sc_error *err)
{
    size_t n = sc_system_n_cells(system);

    bounds->system = system;
    bounds->n_cells = n;
    for (int side = 0; side < 2; side++) {
        bounds->given[side] = sc_alloc_array(n, sizeof *bounds->given[side]);
        bounds->now[side] = sc_alloc_array(n, sizeof *bounds->now[side]);
        bounds->last[side] = sc_alloc_array(n, sizeof *bounds->last[side]);
        if (!bounds->given[side] || !bounds->now[side] || !bounds->last[side])
            return sc_fail_nomem(err);
        memset(bounds->last[side], 0xff, n * sizeof *bounds->last[side]);
    }
    for (uint32_t cell = 0; cell < n; cell++) {
        see(bounds, cell, &figures[cell], knowledge);
        if (knowledge->least && figures[cell].kind != SC_FIGURE_VALUE)
            see_besides(bounds, cell, knowledge);
    }
    return SC_OK;
}

void sc_bounds_fix(struct sc_bounds *bounds, uint32_t cell, int64_t value)
{
    assert(bounds->n_log == 0 && cell < bounds->n_cells);
    set_given(bounds, cell, value, value);
}

/* Relations that wait to be looked at, each at most once at a time. */
struct queue {
    uint32_t *ring;
    bool *waiting;
    size_t n;
    size_t head;
    size_t length;
};

static void queue_push(struct queue *queue, uint32_t relation)
{
    if (queue->waiting[relation])
        return;
    queue->waiting[relation] = true;
    queue->ring[(queue->head + queue->length++) % queue->n] = relation;
}

static uint32_t queue_pop(struct queue *queue)
{
    uint32_t relation = queue->ring[queue->head];

    queue->head = (queue->head + 1) % queue->n;
    queue->length--;
    queue->waiting[relation] = false;
    return relation;
}

/* A new bound, if it is one: logs it and wakes the cell's relations. */
static enum sc_status tighten(struct sc_bounds *bounds, struct queue *queue, uint32_t cell,
                              enum sc_side side, int64_t value, uint32_t why, struct sc_error *err)
{
    int64_t *now = &bounds->now[side][cell];
    const uint32_t *of;
    size_t n;
    enum sc_status status;

    if (side == SC_LOW ? value <= *now : value >= *now)
        return SC_OK;
    status = sc_grow((void **)&bounds->log, &bounds->log_capacity, bounds->n_log,
                     sizeof *bounds->log, err);
    if (status)
        return status;
    bounds->log[bounds->n_log] =
        (struct sc_tightening){cell, why, bounds->last[side][cell], side, value};
    bounds->last[side][cell] = (uint32_t)bounds->n_log++;
    *now = value;
    if (bounds->now[SC_LOW][cell] > bounds->now[SC_HIGH][cell]) {
        bounds->contradiction = true;
        bounds->contradiction_cell = cell;
    }
    of = sc_system_relations_of(bounds->system, cell, &n);
    for (size_t i = 0; i < n; i++)
        queue_push(queue, of[i]);
    return SC_OK;
}

/* The sums a relation's bounds follow from. */
struct sums {
    int64_t low;
    int64_t high;   /* of the bounded ones */
    size_t endless; /* children without an upper bound */
};

static struct sums sum_children(const struct sc_bounds *bounds, struct sc_relation r)
{
    struct sums s = {0, 0, 0};

    for (uint32_t k = 0; k < r.n_children; k++) {
        s.low += bounds->now[SC_LOW][r.children[k]];
        if (bounds->now[SC_HIGH][r.children[k]] >= SC_UNBOUNDED)
            s.endless++;
        else
            s.high += bounds->now[SC_HIGH][r.children[k]];
    }
    return s;
}

static enum sc_status tighten_child(struct sc_bounds *bounds, struct queue *queue,
                                    const struct sums *s, uint32_t total, uint32_t child,
                                    uint32_t why, struct sc_error *err)
{
    int64_t low = bounds->now[SC_LOW][child], high = bounds->now[SC_HIGH][child];
    bool endless = high >= SC_UNBOUNDED;
    int64_t total_high = bounds->now[SC_HIGH][total];
    enum sc_status status = SC_OK;

    if (total_high < SC_UNBOUNDED)
        status = tighten(bounds, queue, child, SC_HIGH, total_high - (s->low - low), why, err);
    if (!status && s->endless - (endless ? 1 : 0) == 0)
        status = tighten(bounds, queue, child, SC_LOW,
                         bounds->now[SC_LOW][total] - (s->high - (endless ? 0 : high)), why, err);
    return status;
}

/* Draws every bound one relation gives. Its own children change under it: sums are kept up. */
static enum sc_status draw(struct sc_bounds *bounds, struct queue *queue, uint32_t relation,
                           struct sc_error *err)
{
    struct sc_relation r = sc_system_relation(bounds->system, relation);
    struct sums s = sum_children(bounds, r);
    enum sc_status status = tighten(bounds, queue, r.total, SC_LOW, s.low, relation, err);

    if (!status && s.endless == 0)
        status = tighten(bounds, queue, r.total, SC_HIGH, s.high, relation, err);
    for (uint32_t k = 0; k < r.n_children && !status && !bounds->contradiction; k++) {
        size_t logged = bounds->n_log;

        status = tighten_child(bounds, queue, &s, r.total, r.children[k], relation, err);
        if (bounds->n_log != logged)
            s = sum_children(bounds, r);
    }
    return status;
}

enum sc_status sc_bounds_tighten(struct sc_bounds *bounds, struct sc_error *err)
{
    size_t n = sc_system_n_relations(bounds->system);
    size_t limit = 64 * bounds->n_cells + 4096;
    SC_AUTO_FREE uint32_t *ring = sc_alloc_array(n, sizeof *ring);
    SC_AUTO_FREE bool *waiting = sc_alloc_array(n, sizeof *waiting);
    struct queue queue = {ring, waiting, n, 0, 0};
    enum sc_status status = SC_OK;

    if (!ring || !waiting)
        return sc_fail_nomem(err);
    for (uint32_t cell = 0; cell < bounds->n_cells; cell++)
        if (bounds->now[SC_LOW][cell] > bounds->now[SC_HIGH][cell]) {
            bounds->contradiction = true;
            bounds->contradiction_cell = cell;
        }
    for (uint32_t i = 0; i < n; i++)
        queue_push(&queue, i);
    while (queue.length > 0 && !status && !bounds->contradiction && bounds->n_log < limit)
        status = draw(bounds, &queue, queue_pop(&queue), err);
    return status;
}
