/*
 * shortcut.c - what boxes do for a walk: room for its base, and moves without the solver.
 *
 * The solver's first table lies in a corner: as many figures as can be are at their least.
 * There the shortest moves do not fit. So for each figure at a bound a box is looked for that
 * makes more room than it takes; what is left is a table from which a box moves most figures.
 *
 * Where a box does not fit because of one cell only (it has no room, or must be left alone), a
 * second box through that cell, turned so that the two cancel there, may make it fit. The
 * solver is asked about what is left.
 */
#include "audit/shortcut.h"

#include <string.h>

#include "base/error.h"

#define SWEEPS 8
/* Cells looked up while a base is taken away from its bounds: some two seconds. */
#define CENTRE_WORK ((uint64_t)200 * 1000 * 1000)
/* Variables between two looks at whether to stop. */
#define ASK_EVERY 64
#define PAIRS_MAX 48 /* boxes that lack one cell, kept for the second round */
#define BOX_MAX 64   /* cells of such a box */

struct flawed {
    size_t n;
    uint32_t variable[BOX_MAX];
    int32_t change[BOX_MAX];
    uint32_t flaw;
};

struct sc_shortcut {
    struct sc_walk *walk;
    struct sc_box_finder *boxes;
    int8_t *delta; /* by variable: the first box of a pair */
    size_t n_flawed;
    struct flawed flawed[PAIRS_MAX];
    /* The search in hand. */
    const bool *avoid;
    uint32_t variable;
    int64_t amount;
    int sign;      /* +1 or -1: only that way; 0: either */
    unsigned skip; /* so many that would do are passed over */
    size_t n;      /* of the move in walk->listed and walk->change */
    const struct flawed *first;
};

void sc_shortcut_free(struct sc_shortcut *shortcut)
{
    if (!shortcut)
        return;
    sc_box_finder_free(shortcut->boxes);
    sc_free(shortcut->delta);
    sc_free(shortcut);
}

enum sc_status sc_shortcut_new(struct sc_walk *walk, struct sc_shortcut **ret_shortcut,
                               struct sc_error *err)
{
    SC_AUTO(sc_shortcut) s = sc_alloc(sizeof *s);
    enum sc_status status;

    if (!s)
        return sc_fail_nomem(err);
    s->walk = walk;
    s->delta = sc_alloc_array(walk->model->n_variables, sizeof *s->delta);
    if (!s->delta)
        return sc_fail_nomem(err);
    status = sc_box_finder_new(walk->model, &s->boxes, err);
    if (!status)
        *ret_shortcut = SC_TAKE(s);
    return status;
}

static bool has_end(const struct sc_model *model, uint32_t v)
{
    return model->high[v] < SC_UNBOUNDED;
}

static bool within(const struct sc_model *model, uint32_t v, int64_t value)
{
    return value >= model->low[v] && (!has_end(model, v) || value <= model->high[v]);
}

/* ---- one box ------------------------------------------------------------------------- */

/* The box times `times` as the move in hand; false when it does not fit. */
static bool take(struct sc_shortcut *s, size_t n, const uint32_t *variables, const int8_t *changes,
                 int64_t times)
{
    const struct sc_walk *walk = s->walk;

    for (size_t i = 0; i < n; i++) {
        if (!within(walk->model, variables[i], walk->base[variables[i]] + times * changes[i]))
            return false;
        walk->listed[i] = variables[i];
        walk->change[i] = (int32_t)(times * changes[i]);
    }
    s->n = n;
    return true;
}

/* Takes the box this way or that, the other way first when an odd number is still to be skipped. */
static bool visit_wander(void *arg, size_t n, const uint32_t *variables, const int8_t *changes)
{
    struct sc_shortcut *s = arg;
    int first = s->skip & 1 ? -1 : 1;

    if (!take(s, n, variables, changes, first) && !take(s, n, variables, changes, -first))
        return false;
    return s->skip-- == 0;
}

static bool visit_one(void *arg, size_t n, const uint32_t *variables, const int8_t *changes)
{
    struct sc_shortcut *s = arg;

    return (s->sign >= 0 && take(s, n, variables, changes, s->amount)) ||
           (s->sign <= 0 && take(s, n, variables, changes, -s->amount));
}

/* ---- two boxes ------------------------------------------------------------------------- */

/* Keeps a box, times `sign`, if just one of its cells (not the target) stands in its way. */
static void keep_flawed(struct sc_shortcut *s, size_t n, const uint32_t *variables,
                        const int8_t *changes, int8_t sign)
{
    const struct sc_walk *walk = s->walk;
    struct flawed *f = &s->flawed[s->n_flawed];

    f->flaw = SC_NONE;
    for (size_t i = 0; i < n; i++) {
        uint32_t v = variables[i];

        if (!(s->avoid && s->avoid[v]) &&
            within(walk->model, v, walk->base[v] + (int64_t)sign * changes[i]))
            continue;
        if (f->flaw != SC_NONE || v == s->variable)
            return;
        f->flaw = v;
    }
    if (f->flaw == SC_NONE)
        return;
    f->n = n;
    memcpy(f->variable, variables, n * sizeof *variables);
    for (size_t i = 0; i < n; i++)
        f->change[i] = sign * changes[i];
    s->n_flawed++;
}

static bool visit_flawed(void *arg, size_t n, const uint32_t *variables, const int8_t *changes)
{
    struct sc_shortcut *s = arg;

    for (int8_t sign = 1; sign >= -1 && n <= BOX_MAX && s->n_flawed < PAIRS_MAX; sign -= 2)
        if (s->sign != -sign)
            keep_flawed(s, n, variables, changes, sign);
    return s->n_flawed == PAIRS_MAX;
}

/* Whether box and first box together fit; if so they are the move in hand. */
static bool take_pair(struct sc_shortcut *s, size_t n, const uint32_t *variables,
                      const int8_t *changes, int8_t sign)
{
    const struct sc_walk *walk = s->walk;
    const struct flawed *first = s->first;
    size_t kept = 0;
    bool moved = true;

    for (size_t i = 0; i < n; i++) {
        uint32_t v = variables[i];
        int change = s->delta[v] + sign * changes[i];

        if (change != 0 &&
            ((s->avoid && s->avoid[v]) || !within(walk->model, v, walk->base[v] + change)))
            return false;
        moved = moved && (v != s->variable || (s->sign == 0 ? change != 0 : change == s->sign));
    }
    if (!moved)
        return false;
    for (size_t i = 0; i < n; i++) {
        uint32_t v = variables[i];

        if (s->delta[v] + sign * changes[i] == 0)
            continue;
        walk->listed[kept] = v;
        walk->change[kept++] = s->delta[v] + sign * changes[i];
    }
    for (size_t i = 0; i < first->n; i++) { /* cells of the first box that the second leaves */
        bool both = false;

        for (size_t k = 0; k < n && !both; k++)
            both = variables[k] == first->variable[i];
        if (both)
            continue;
        walk->listed[kept] = first->variable[i];
        walk->change[kept++] = first->change[i];
    }
    s->n = kept;
    return true;
}

/* The box through the flaw has +1 there: turned so that it undoes the first box's change. */
static bool visit_second(void *arg, size_t n, const uint32_t *variables, const int8_t *changes)
{
    struct sc_shortcut *s = arg;

    return take_pair(s, n, variables, changes, (int8_t)-s->delta[s->first->flaw]);
}

static enum sc_status try_pairs(struct sc_shortcut *s, bool *ret_found, struct sc_error *err)
{
    const struct sc_model *model = s->walk->model;
    bool stopped;
    enum sc_status status;

    s->n_flawed = 0;
    status = sc_box_finder_through(s->boxes, model->cell[s->variable], NULL, visit_flawed, s,
                                   &stopped, err);
    *ret_found = false;
    for (size_t i = 0; i < s->n_flawed && !status && !*ret_found; i++) {
        s->first = &s->flawed[i];
        for (size_t k = 0; k < s->first->n; k++)
            s->delta[s->first->variable[k]] = (int8_t)s->first->change[k];
        status = sc_box_finder_through(s->boxes, model->cell[s->first->flaw], NULL, visit_second, s,
                                       ret_found, err);
        for (size_t k = 0; k < s->first->n; k++)
            s->delta[s->first->variable[k]] = 0;
    }
    return status;
}

/* Finds a move by boxes: *ret_found, and it is in walk->listed and walk->change. */
static enum sc_status find(struct sc_shortcut *s, uint32_t variable, int sign, int64_t amount,
                           const bool *avoid, bool *ret_found, struct sc_error *err)
{
    enum sc_status status;

    *ret_found = false;
    if (amount < 1 || amount > 1000)
        return SC_OK;
    s->variable = variable;
    s->sign = sign;
    s->amount = amount;
    s->avoid = avoid;
    status = sc_box_finder_through(s->boxes, s->walk->model->cell[variable], avoid, visit_one, s,
                                   ret_found, err);
    if (!status && !*ret_found && amount == 1)
        status = try_pairs(s, ret_found, err);
    return status;
}

enum sc_status sc_shortcut_step(struct sc_shortcut *s, uint32_t variable, int64_t amount,
                                const bool *avoid, bool *ret_found, struct sc_error *err)
{
    bool found;
    enum sc_status status = find(s, variable, 0, amount, avoid, &found, err);

    *ret_found = false;
    return status || !found
               ? status
               : sc_walk_add(s->walk, s->n, s->walk->listed, s->walk->change, ret_found, err);
}

enum sc_status sc_shortcut_shift(struct sc_shortcut *s, uint32_t variable, int64_t change,
                                 const bool *avoid, bool *ret_shifted, struct sc_error *err)
{
    enum sc_status status = find(s, variable, (change > 0) - (change < 0),
                                 change > 0   ? change
                                 : change < 0 ? -change
                                              : 1,
                                 avoid, ret_shifted, err);

    if (!status && *ret_shifted)
        sc_walk_shift(s->walk, s->n, s->walk->listed, s->walk->change);
    return status;
}

enum sc_status sc_shortcut_wander(struct sc_shortcut *s, uint32_t variable, unsigned skip,
                                  const bool *avoid, size_t *ret_changed, struct sc_error *err)
{
    const struct sc_model *model = s->walk->model;
    bool found = false;
    enum sc_status status = SC_OK;

    *ret_changed = 0;
    for (int i = 0; i < 2 && !status && !found; i++) {
        s->skip = i == 0 ? skip : 0;
        status = sc_box_finder_through(s->boxes, model->cell[variable], avoid, visit_wander, s,
                                       &found, err);
        if (s->skip == skip) /* none fits */
            break;
    }
    if (status || !found)
        return status;
    sc_walk_shift(s->walk, s->n, s->walk->listed, s->walk->change);
    *ret_changed = s->n;
    return SC_OK;
}

/* ---- centring ------------------------------------------------------------------------------ */

/* How much a value's room is worth: the first step from a bound most, the fourth nothing. */
static int worth(const struct sc_model *model, uint32_t v, int64_t value)
{
    static const int of[] = {0, 6, 8, 9};
    int64_t room = value - model->low[v];

    if (has_end(model, v) && model->high[v] - value < room)
        room = model->high[v] - value;
    return of[room > 3 ? 3 : room];
}

/* A box, either way round, after which there is more room in all. */
static bool visit_centre(void *arg, size_t n, const uint32_t *variables, const int8_t *changes)
{
    struct sc_shortcut *s = arg;
    const struct sc_walk *walk = s->walk;

    for (int sign = 1; sign >= -1; sign -= 2) {
        int gain = 0;

        if (!take(s, n, variables, changes, sign))
            continue;
        for (size_t i = 0; i < n; i++) {
            int64_t before = walk->base[variables[i]];

            gain += worth(walk->model, variables[i], before + (int64_t)sign * changes[i]) -
                    worth(walk->model, variables[i], before);
        }
        if (gain > 0)
            return true;
    }
    return false;
}

enum sc_status sc_shortcut_centre(struct sc_shortcut *s, const bool *avoid, struct sc_error *err)
{
    struct sc_walk *walk = s->walk;
    const struct sc_model *model = walk->model;
    uint64_t before = sc_box_finder_work(s->boxes);
    bool changed = true;

    for (int sweep = 0; sweep < SWEEPS && changed; sweep++) {
        changed = false;
        for (uint32_t v = 0; v < model->n_variables; v++) {
            bool found;
            enum sc_status status;

            if ((avoid && avoid[v]) || worth(model, v, walk->base[v]) > 0)
                continue;
            if (sc_box_finder_work(s->boxes) - before > CENTRE_WORK ||
                (v % ASK_EVERY == 0 && sc_effort_over(&walk->effort)))
                return SC_OK;
            status = sc_box_finder_through(s->boxes, model->cell[v], avoid, visit_centre, s, &found,
                                           err);
            if (status)
                return status;
            if (!found)
                continue;
            sc_walk_shift(walk, s->n, walk->listed, walk->change);
            changed = true;
        }
    }
    return SC_OK;
}
