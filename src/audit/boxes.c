/*
 * boxes.c - enumerates the boxes through a cell.
 *
 * Each code of each dimension has a list of one-dimensional steps that change it (made
 * when first wanted): for a leaf below it, up the totals, and for every pair of a leaf below it and
 * one that is not, up the one's totals and down the other's. The code by itself comes last,
 * for tables that have nothing along that dimension.
 *
 * A box is built one dimension at a time. After each, all cells so far must be open,
 * which cuts nearly everything off early. Open cells are found by a hash of their codes
 * read as one number.
 */
#include "audit/boxes.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"

#define STEPS_MAX 128 /* of one code */
#define CANDIDATES_MAX 1024
#define LEAVES_MAX 400  /* of a dimension; with more there are no boxes */
#define CELLS_MAX 512   /* of one box */
#define WORK_MAX 200000 /* cells looked up for one call */

/* One one-dimensional step: codes and their signs. */
struct step {
    uint32_t start; /* in the dimension's arrays */
    uint32_t n;
};

struct code_steps {
    bool made;
    uint32_t first; /* in the dimension's steps */
    uint32_t n;
};

struct axis {
    size_t n_codes;
    uint64_t stride;
    uint32_t *leaves;
    size_t n_leaves;
    size_t *up_start; /* by code: it and the totals above it, in up[] */
    uint32_t *up;
    size_t n_up, up_capacity;
    struct code_steps *of; /* by code */
    struct step *steps;
    size_t n_steps, steps_capacity;
    uint32_t *codes;
    int8_t *signs;
    size_t n_codes_listed, codes_capacity, signs_capacity;
};

struct slot {
    uint64_t key; /* 0: free */
    uint32_t variable;
};

struct sc_box_finder {
    const struct sc_model *model;
    size_t n_axes;
    struct axis axes[SC_SYSTEM_DIMENSIONS_MAX];
    struct slot *slots; /* NULL: too many codes, no boxes */
    size_t n_slots;
    int64_t *row_sum; /* by row: scratch */
    int8_t *change;   /* by variable: scratch */
    /* The search in hand. */
    const bool *avoid;
    sc_box_visit *visit;
    void *arg;
    size_t work;       /* cells looked up in this call */
    uint64_t all_work; /* and in all before it, and sums added up */
    const uint32_t *codes;
    uint64_t key[CELLS_MAX];
    uint32_t variable[CELLS_MAX];
    int8_t sign[CELLS_MAX];
    uint32_t list[CELLS_MAX];
    int8_t list_change[CELLS_MAX];
};

void sc_box_finder_free(struct sc_box_finder *boxes)
{
    if (!boxes)
        return;
    for (size_t d = 0; d < boxes->n_axes; d++) {
        struct axis *axis = &boxes->axes[d];

        sc_free(axis->leaves);
        sc_free(axis->up_start);
        sc_free(axis->up);
        sc_free(axis->of);
        sc_free(axis->steps);
        sc_free(axis->codes);
        sc_free(axis->signs);
    }
    sc_free(boxes->slots);
    sc_free(boxes->row_sum);
    sc_free(boxes->change);
    sc_free(boxes);
}

/* ---- the shape of a dimension ------------------------------------------------------- */

/* Adds `code` to the list that begins at `begin`, once. */
static enum sc_status push_up(struct axis *axis, size_t begin, uint32_t code, struct sc_error *err)
{
    enum sc_status status;

    for (size_t i = begin; i < axis->n_up; i++)
        if (axis->up[i] == code)
            return SC_OK;
    status = sc_grow((void **)&axis->up, &axis->up_capacity, axis->n_up, sizeof *axis->up, err);
    if (!status)
        axis->up[axis->n_up++] = code;
    return status;
}

/* For every code of a dimension, the codes it is a part of. */
struct parents {
    size_t *start; /* n_codes + 2 while it is filled */
    uint32_t *list;
};

static enum sc_status find_parents(const struct sc_system *system, uint32_t d, size_t n_codes,
                                   struct parents *parents, struct sc_error *err)
{
    size_t n_splits = sc_system_n_splits(system);

    parents->start = sc_alloc_array(n_codes + 2, sizeof *parents->start);
    if (!parents->start)
        return sc_fail_nomem(err);
    for (size_t s = 0; s < n_splits; s++) {
        struct sc_split split = sc_system_split(system, s);

        for (uint32_t k = 0; k < split.n_children && split.dimension == d; k++)
            parents->start[split.children[k] + 2]++;
    }
    for (size_t c = 0; c < n_codes; c++)
        parents->start[c + 2] += parents->start[c + 1];
    parents->list = sc_alloc_array(parents->start[n_codes + 1], sizeof *parents->list);
    if (!parents->list)
        return sc_fail_nomem(err);
    for (size_t s = 0; s < n_splits; s++) {
        struct sc_split split = sc_system_split(system, s);

        for (uint32_t k = 0; k < split.n_children && split.dimension == d; k++)
            parents->list[parents->start[split.children[k] + 1]++] = split.parent;
    }
    return SC_OK;
}

/* The list of every code and all that is above it. */
static enum sc_status list_up(struct axis *axis, const struct parents *parents,
                              struct sc_error *err)
{
    enum sc_status status = SC_OK;

    for (uint32_t code = 0; code < axis->n_codes && !status; code++) {
        size_t begin = axis->up_start[code] = axis->n_up;

        status = push_up(axis, begin, code, err);
        for (size_t i = begin; i < axis->n_up && !status; i++) {
            uint32_t at = axis->up[i];

            for (size_t k = parents->start[at]; k < parents->start[at + 1] && !status; k++)
                status = push_up(axis, begin, parents->list[k], err);
        }
    }
    axis->up_start[axis->n_codes] = axis->n_up;
    return status;
}

/* Overlapping categories hold more than what is above them: see sc_system_mark_over(). */
static enum sc_status list_own(const struct sc_system *system, uint32_t d, struct axis *axis,
                               struct sc_error *err)
{
    SC_AUTO_FREE bool *mark = sc_alloc_array(axis->n_codes, sizeof *mark);
    enum sc_status status = mark ? SC_OK : sc_fail_nomem(err);

    axis->n_up = 0;
    for (uint32_t code = 0; code < axis->n_codes && !status; code++) {
        size_t begin = axis->up_start[code] = axis->n_up;

        memset(mark, 0, axis->n_codes);
        sc_system_mark_over(system, d, code, mark);
        status = push_up(axis, begin, code, err);
        for (uint32_t over = 0; over < axis->n_codes && !status; over++)
            if (mark[over])
                status = push_up(axis, begin, over, err);
    }
    axis->up_start[axis->n_codes] = axis->n_up;
    return status;
}

static enum sc_status axis_init(const struct sc_system *system, uint32_t d, struct axis *axis,
                                struct sc_error *err)
{
    struct parents parents = {0};
    bool own = false;
    enum sc_status status;

    axis->n_codes = sc_system_n_codes(system, d);
    axis->leaves = sc_alloc_array(axis->n_codes, sizeof *axis->leaves);
    axis->up_start = sc_alloc_array(axis->n_codes + 1, sizeof *axis->up_start);
    axis->of = sc_alloc_array(axis->n_codes, sizeof *axis->of);
    if (!axis->leaves || !axis->up_start || !axis->of)
        return sc_fail_nomem(err);
    status = find_parents(system, d, axis->n_codes, &parents, err);
    if (!status)
        status = list_up(axis, &parents, err);
    for (uint32_t code = 0; code < axis->n_codes; code++) {
        own = own || sc_system_own(system, d, code);
        if (sc_system_is_leaf(system, d, code) && !sc_system_own(system, d, code))
            axis->leaves[axis->n_leaves++] = code;
    }
    if (!status && own)
        status = list_own(system, d, axis, err);
    sc_free(parents.start);
    sc_free(parents.list);
    return status;
}

static bool is_above(const struct axis *axis, uint32_t leaf, uint32_t code)
{
    for (size_t i = axis->up_start[leaf]; i < axis->up_start[leaf + 1]; i++)
        if (axis->up[i] == code)
            return true;
    return false;
}

/* A candidate step: up from `a`, down from `b` (SC_NONE: none), and how many codes it changes. */
struct candidate {
    uint32_t a, b, n;
};

static int by_size(const void *x, const void *y)
{
    const struct candidate *p = x, *q = y;

    if (p->n != q->n)
        return p->n < q->n ? -1 : 1;
    if (p->a != q->a)
        return p->a < q->a ? -1 : 1;
    return (p->b > q->b) - (p->b < q->b);
}

static uint32_t candidate_size(const struct axis *axis, uint32_t a, uint32_t b)
{
    uint32_t n = 0;

    for (size_t i = axis->up_start[a]; i < axis->up_start[a + 1]; i++)
        n += b == SC_NONE || !is_above(axis, b, axis->up[i]);
    for (size_t i = b == SC_NONE ? 0 : axis->up_start[b];
         i < (b == SC_NONE ? 0 : axis->up_start[b + 1]); i++)
        n += !is_above(axis, a, axis->up[i]);
    return n;
}

static enum sc_status list_code(struct axis *axis, uint32_t code, int8_t sign, struct sc_error *err)
{
    enum sc_status status = sc_grow((void **)&axis->codes, &axis->codes_capacity,
                                    axis->n_codes_listed, sizeof *axis->codes, err);

    if (!status)
        status = sc_grow((void **)&axis->signs, &axis->signs_capacity, axis->n_codes_listed,
                         sizeof *axis->signs, err);
    if (status)
        return status;
    axis->codes[axis->n_codes_listed] = code;
    axis->signs[axis->n_codes_listed++] = sign;
    return SC_OK;
}

static enum sc_status write_step(struct axis *axis, const struct candidate *c, struct sc_error *err)
{
    enum sc_status status = sc_grow((void **)&axis->steps, &axis->steps_capacity, axis->n_steps,
                                    sizeof *axis->steps, err);
    uint32_t start = (uint32_t)axis->n_codes_listed;

    for (size_t i = axis->up_start[c->a]; i < axis->up_start[c->a + 1] && !status; i++)
        if (c->b == SC_NONE || !is_above(axis, c->b, axis->up[i]))
            status = list_code(axis, axis->up[i], 1, err);
    for (size_t i = c->b == SC_NONE ? 0 : axis->up_start[c->b];
         c->b != SC_NONE && i < axis->up_start[c->b + 1] && !status; i++)
        if (!is_above(axis, c->a, axis->up[i]))
            status = list_code(axis, axis->up[i], -1, err);
    if (!status)
        axis->steps[axis->n_steps++] = (struct step){start, (uint32_t)axis->n_codes_listed - start};
    return status;
}

/* The steps that change `code`, shortest first, then the code by itself. */
static enum sc_status make_steps(struct axis *axis, uint32_t code, struct sc_error *err)
{
    size_t n = 0;
    SC_AUTO_FREE struct candidate *all =
        sc_alloc_array(CANDIDATES_MAX + LEAVES_MAX + 1, sizeof *all);
    struct code_steps *of = &axis->of[code];
    enum sc_status status = SC_OK;

    if (!all)
        return sc_fail_nomem(err);
    for (size_t i = 0; i < axis->n_leaves && n < CANDIDATES_MAX; i++) {
        uint32_t a = axis->leaves[i];

        if (!is_above(axis, a, code))
            continue;
        all[n++] = (struct candidate){a, SC_NONE, candidate_size(axis, a, SC_NONE)};
        for (size_t j = 0; j < axis->n_leaves; j++)
            if (!is_above(axis, axis->leaves[j], code))
                all[n++] = (struct candidate){a, axis->leaves[j],
                                              candidate_size(axis, a, axis->leaves[j])};
    }
    if (n > 1)
        qsort(all, n, sizeof *all, by_size);
    of->first = (uint32_t)axis->n_steps;
    for (size_t i = 0; i < n && i < STEPS_MAX && !status; i++)
        status = write_step(axis, &all[i], err);
    if (!status)
        status = sc_grow((void **)&axis->steps, &axis->steps_capacity, axis->n_steps,
                         sizeof *axis->steps, err);
    if (!status)
        status = list_code(axis, code, 1, err);
    if (status)
        return status;
    axis->steps[axis->n_steps++] = (struct step){(uint32_t)axis->n_codes_listed - 1, 1};
    of->n = (uint32_t)axis->n_steps - of->first;
    of->made = true;
    return SC_OK;
}

/* ---- open cells ------------------------------------------------------------------------ */

static size_t slot_of(const struct sc_box_finder *boxes, uint64_t key)
{
    size_t slot = (size_t)((key * 0x9e3779b97f4a7c15u) >> 32) & (boxes->n_slots - 1);

    while (boxes->slots[slot].key != 0 && boxes->slots[slot].key != key)
        slot = (slot + 1) & (boxes->n_slots - 1);
    return slot;
}

/* The open variable at a key; SC_NONE when the cell is not open, or to be left alone. */
static uint32_t open_at(const struct sc_box_finder *boxes, uint64_t key)
{
    const struct slot *slot = &boxes->slots[slot_of(boxes, key)];

    return slot->key == 0 || (boxes->avoid && boxes->avoid[slot->variable]) ? SC_NONE
                                                                            : slot->variable;
}

/* Codes as one number, from 1. */
static uint64_t key_of(const struct sc_box_finder *boxes, const uint32_t *codes)
{
    uint64_t key = 1;

    for (size_t d = 0; d < boxes->n_axes; d++)
        key += codes[d] * boxes->axes[d].stride;
    return key;
}

/* Gives each dimension its stride; false when there are too many codes for boxes. */
static bool set_strides(struct sc_box_finder *boxes)
{
    uint64_t stride = 1;

    for (size_t d = 0; d < boxes->n_axes; d++) {
        boxes->axes[d].stride = stride;
        if (boxes->axes[d].n_leaves > LEAVES_MAX ||
            stride > (UINT64_C(1) << 62) / boxes->axes[d].n_codes)
            return false;
        stride *= boxes->axes[d].n_codes;
    }
    return true;
}

static enum sc_status list_open(struct sc_box_finder *boxes, struct sc_error *err)
{
    const struct sc_model *model = boxes->model;
    size_t n = 0;

    for (uint32_t c = 0; c < model->bounds->n_cells; c++)
        n += model->variable[c] != SC_NONE;
    for (boxes->n_slots = 64; boxes->n_slots < 3 * n; boxes->n_slots *= 2)
        ;
    boxes->slots = sc_alloc_array(boxes->n_slots, sizeof *boxes->slots);
    if (!boxes->slots)
        return sc_fail_nomem(err);
    for (uint32_t c = 0; c < model->bounds->n_cells; c++) {
        uint64_t key = key_of(boxes, sc_system_cell_codes(model->bounds->system, c));

        if (model->variable[c] != SC_NONE)
            boxes->slots[slot_of(boxes, key)] = (struct slot){key, model->variable[c]};
    }
    return SC_OK;
}

enum sc_status sc_box_finder_new(const struct sc_model *model, struct sc_box_finder **ret_boxes,
                                 struct sc_error *err)
{
    const struct sc_system *system = model->bounds->system;
    SC_AUTO(sc_box_finder) boxes = sc_alloc(sizeof *boxes);
    enum sc_status status = SC_OK;

    if (!boxes)
        return sc_fail_nomem(err);
    boxes->model = model;
    boxes->row_sum = sc_alloc_array(model->n_rows, sizeof *boxes->row_sum);
    boxes->change = sc_alloc_array(model->n_variables, sizeof *boxes->change);
    if (!boxes->row_sum || !boxes->change)
        return sc_fail_nomem(err);
    for (uint32_t d = 0; d < sc_system_n_dimensions(system) && !status; d++) {
        boxes->n_axes = d + 1;
        status = axis_init(system, d, &boxes->axes[d], err);
    }
    if (!status && set_strides(boxes))
        status = list_open(boxes, err);
    if (!status)
        *ret_boxes = SC_TAKE(boxes);
    return status;
}

/* ---- the search -------------------------------------------------------------------------- */

/* The box of `n` cells as changes of variables; false when two cells of one variable differ. */
static bool gather(struct sc_box_finder *boxes, size_t n, size_t *ret_n)
{
    size_t kept = 0;
    bool good = true;

    for (size_t i = 0; i < n && good; i++) {
        uint32_t v = boxes->variable[i];

        if (boxes->change[v] == 0) {
            boxes->change[v] = boxes->sign[i];
            boxes->list[kept] = v;
            boxes->list_change[kept++] = boxes->sign[i];
        } else {
            good = boxes->change[v] == boxes->sign[i];
        }
    }
    for (size_t i = 0; i < kept; i++)
        boxes->change[boxes->list[i]] = 0;
    *ret_n = kept;
    return good;
}

/* Whether every row comes to 0. */
static bool rows_hold(struct sc_box_finder *boxes, size_t n)
{
    const struct sc_model *model = boxes->model;
    bool hold = true;

    for (size_t i = 0; i < n; i++)
        boxes->all_work += model->in_start[boxes->list[i] + 1] - model->in_start[boxes->list[i]];
    for (size_t i = 0; i < n; i++)
        for (size_t k = model->in_start[boxes->list[i]]; k < model->in_start[boxes->list[i] + 1];
             k++)
            boxes->row_sum[model->in_row[k]] += (int64_t)model->in_sign[k] * boxes->list_change[i];
    for (size_t i = 0; i < n; i++)
        for (size_t k = model->in_start[boxes->list[i]]; k < model->in_start[boxes->list[i] + 1];
             k++) {
            hold = hold && boxes->row_sum[model->in_row[k]] == 0;
            boxes->row_sum[model->in_row[k]] = 0;
        }
    return hold;
}

/*
 * Multiplies the block of `n` cells by a step of the cell's code in dimension `d`: they
 * stay where they are, copies beside them are added behind. 0 when one is not open, else how
 * many there are. A step's sign for the code it was made for is +.
 */
static size_t multiply(struct sc_box_finder *boxes, size_t d, const struct step *step, size_t n)
{
    const struct axis *axis = &boxes->axes[d];
    uint32_t code = boxes->codes[d];
    size_t at = n;

    if (n * step->n > CELLS_MAX)
        return 0;
    for (uint32_t k = 0; k < step->n; k++) {
        uint32_t other = axis->codes[step->start + k];
        uint64_t shift = (uint64_t)((int64_t)other - (int64_t)code) * axis->stride;
        int8_t sign = axis->signs[step->start + k];

        if (other == code)
            continue;
        for (size_t i = 0; i < n; i++, at++) {
            boxes->key[at] = boxes->key[i] + shift;
            boxes->variable[at] = open_at(boxes, boxes->key[at]);
            boxes->sign[at] = (int8_t)(sign * boxes->sign[i]);
            boxes->work++;
            if (boxes->variable[at] == SC_NONE)
                return 0;
        }
    }
    return at;
}

/* All boxes over dimensions `d` and up, from the block of `n` cells. True: stop. */
static enum sc_status extend(struct sc_box_finder *boxes, size_t d, size_t n, bool *ret_stop,
                             struct sc_error *err)
{
    struct axis *axis = &boxes->axes[d];
    struct code_steps *of;
    enum sc_status status = SC_OK;
    size_t kept;

    if (d == boxes->n_axes) {
        if (gather(boxes, n, &kept) && rows_hold(boxes, kept))
            *ret_stop = boxes->visit(boxes->arg, kept, boxes->list, boxes->list_change);
        return SC_OK;
    }
    of = &axis->of[boxes->codes[d]];
    if (!of->made)
        status = make_steps(axis, boxes->codes[d], err);
    for (uint32_t i = 0; i < of->n && !status && !*ret_stop; i++) {
        size_t more = multiply(boxes, d, &axis->steps[of->first + i], n);

        if (boxes->work > WORK_MAX)
            *ret_stop = true;
        else if (more > 0)
            status = extend(boxes, d + 1, more, ret_stop, err);
    }
    return status;
}

enum sc_status sc_box_finder_through(struct sc_box_finder *boxes, uint32_t cell, const bool *avoid,
                                     sc_box_visit *visit, void *arg, bool *ret_stopped,
                                     struct sc_error *err)
{
    bool stop = false;
    enum sc_status status;

    *ret_stopped = false;
    if (!boxes->slots)
        return SC_OK;
    boxes->avoid = avoid;
    boxes->visit = visit;
    boxes->arg = arg;
    boxes->work = 0;
    boxes->codes = sc_system_cell_codes(boxes->model->bounds->system, cell);
    boxes->key[0] = key_of(boxes, boxes->codes);
    boxes->variable[0] = open_at(boxes, boxes->key[0]);
    boxes->sign[0] = 1;
    if (boxes->variable[0] == SC_NONE)
        return SC_OK;
    status = extend(boxes, 0, 1, &stop, err);
    boxes->all_work += boxes->work;
    *ret_stopped = stop && boxes->work <= WORK_MAX;
    return status;
}

uint64_t sc_box_finder_work(const struct sc_box_finder *boxes)
{
    return boxes->all_work;
}
