/*
 * reach.c - what can move at a table, decided in a tableau.
 *
 * From a table, a variable that is a row can move if some column with an entry in that row can: a
 * column moves by one step if no row it changes is at its bound (or frozen). A column that is
 * stopped by a row is exchanged for it: the rows then say what else there is to do while that
 * one stays. This is the primal simplex method at one vertex, where all pivots are degenerate:
 * nothing moves until everything can. When no column of the row that may move has the sign
 * asked for, the row itself is the proof that the variable cannot, in this table or in any other
 * with the same frozen values: they all lie in the direction of moves from this one.
 *
 * The table may lie in the middle of things: a column need not be at a bound. Columns that can
 * move both ways are exchanged first; there are fewer of them each time. A row with some room, but
 * too little for a whole step, is exchanged too where nothing better is left, once in a
 * question; it proves nothing.
 *
 * Next to a linear program for each question this costs little: a pivot is some vector additions, a
 * tableau good for one table is good for the next, and all is exact. Exchanges fill the
 * tableau and give rows a scale; then it is put back to what it was.
 */
#include "audit/reach.h"

#include <assert.h>
#include <string.h>

#include "audit/tableau.h"
#include "base/error.h"

/* Pivots for one question and direction; what takes more is better asked elsewhere. */
#define PIVOTS_MAX 25
/* A tableau so many times as full (in tenths) is put back, and ends a question. */
#define FULL 25
#define TOO_FULL 30
/* Choices that are looked at closely. */
#define BEST 4
/* More room than any entry of a tableau times a step; times a scale it stays in 32 bits. */
#define ROOM_MAX 20000
/* Steps that are looked at: a row of scale 2 changes by a whole number every second. */
#define STEP_MAX 4

struct sc_reach {
    const struct sc_walk *walk;
    struct sc_tableau *t;
    struct sc_tableau *first; /* as it was made ready */
    struct sc_tableau *kept;  /* as it was before a pivot gave it scales, if one has */
    bool is_kept;
    int16_t *up, *down;         /* by variable: room at the base */
    int16_t *row_up, *row_down; /* the same by row */
    bool *held;                 /* by variable: exchanged with room to spare in this question */
    uint32_t *held_list;
    size_t n_held;
    int64_t *row_sum; /* by row of the model: all 0 between uses */
    uint32_t *listed; /* the move found */
    int32_t *change;
    size_t n_listed;
};

void sc_reach_free(struct sc_reach *r)
{
    if (!r)
        return;
    sc_tableau_free(r->t);
    sc_tableau_free(r->first);
    sc_tableau_free(r->kept);
    sc_free(r->up);
    sc_free(r->down);
    sc_free(r->row_up);
    sc_free(r->row_down);
    sc_free(r->held);
    sc_free(r->held_list);
    sc_free(r->row_sum);
    sc_free(r->listed);
    sc_free(r->change);
    sc_free(r);
}

static enum sc_status alloc_arrays(struct sc_reach *r, struct sc_error *err)
{
    const struct sc_model *model = r->walk->model;
    size_t n = model->n_variables;

    r->up = sc_alloc_array(n, sizeof *r->up);
    r->down = sc_alloc_array(n, sizeof *r->down);
    r->row_up = sc_alloc_array(r->t->stride, sizeof *r->row_up);
    r->row_down = sc_alloc_array(r->t->stride, sizeof *r->row_down);
    r->held = sc_alloc_array(n, sizeof *r->held);
    r->held_list = sc_alloc_array(n, sizeof *r->held_list);
    r->row_sum = sc_alloc_array(model->n_rows, sizeof *r->row_sum);
    r->listed = sc_alloc_array(n, sizeof *r->listed);
    r->change = sc_alloc_array(n, sizeof *r->change);
    return r->up && r->down && r->row_up && r->row_down && r->held && r->held_list && r->row_sum &&
                   r->listed && r->change
               ? SC_OK
               : sc_fail_nomem(err);
}

enum sc_status sc_reach_new(const struct sc_walk *walk, struct sc_reach **ret_reach,
                            struct sc_error *err)
{
    SC_AUTO(sc_reach) r = sc_alloc(sizeof *r);
    enum sc_status status;

    *ret_reach = NULL;
    if (!r)
        return sc_fail_nomem(err);
    r->walk = walk;
    status = sc_tableau_new(walk->model, &r->t, err);
    if (status || !r->t)
        return status;
    status = sc_tableau_copy(r->t, &r->first, err);
    if (!status)
        status = sc_tableau_copy(r->t, &r->kept, err);
    if (!status)
        status = alloc_arrays(r, err);
    if (!status)
        *ret_reach = SC_TAKE(r);
    return status;
}

/* ---- room -------------------------------------------------------------------------------- */

static void list_rooms(struct sc_reach *r)
{
    for (size_t i = 0; i < r->t->n_rows; i++) {
        r->row_up[i] = r->up[r->t->row[i]];
        r->row_down[i] = r->down[r->t->row[i]];
    }
}

static int16_t room_of(int64_t space)
{
    return (int16_t)(space > ROOM_MAX ? ROOM_MAX : space);
}

void sc_reach_settle(struct sc_reach *r)
{
    const struct sc_walk *walk = r->walk;
    const struct sc_model *model = walk->model;

    for (uint32_t v = 0; v < model->n_variables; v++) {
        bool endless = model->high[v] >= SC_UNBOUNDED;

        r->up[v] = walk->frozen[v] ? 0
                   : endless       ? ROOM_MAX
                                   : room_of(model->high[v] - walk->base[v]);
        r->down[v] = walk->frozen[v] ? 0 : room_of(walk->base[v] - model->low[v]);
    }
    list_rooms(r);
}

/* The room of a variable up (sign +1) or down (-1). */
static int32_t room(const struct sc_reach *r, uint32_t variable, int sign)
{
    return sign > 0 ? r->up[variable] : r->down[variable];
}

static int32_t gcd(int32_t a, int32_t b)
{
    while (b != 0) {
        int32_t rest = a % b;

        a = b;
        b = rest;
    }
    return a < 0 ? -a : a;
}

/* The least step of a column that changes all rows by whole numbers, or more than STEP_MAX. */
static int32_t step_of(const struct sc_reach *r, size_t column)
{
    const struct sc_tableau *t = r->t;
    int32_t step = 1;

    for (size_t i = 0; i < t->n_rows && t->n_scaled > 0 && step <= STEP_MAX; i++)
        if (t->scale[i] != 1) {
            int32_t part = t->scale[i] / gcd(t->scale[i], sc_tableau_entry(t, i, column));

            step *= part / gcd(part, step);
        }
    return step;
}

/* Whether all rows have room for one step of a column in the direction of `sign`; no scales. */
static bool has_room(const struct sc_reach *r, const int16_t *restrict entry, int sign)
{
    const int16_t *restrict up = sign > 0 ? r->row_up : r->row_down;
    const int16_t *restrict down = sign > 0 ? r->row_down : r->row_up;
    int16_t short_of = 0;

    for (size_t i = 0; i < r->t->stride; i++)
        short_of = (int16_t)(short_of | (entry[i] > up[i]) | (-entry[i] > down[i]));
    return short_of == 0;
}

/* What stops a column: the exchange that might help. */
struct choice {
    size_t row, column; /* row n_rows: nothing to exchange */
    int rank;    /* of the row: 3 without room, entry 1 or -1; 2 another entry; 1 too little room */
    bool free;   /* the column can move the other way too */
    size_t cost; /* how much the exchange may fill the tableau */
};

/*
 * Whether a column cannot move in the direction of `sign`, and the row that stops it which is best
 * exchanged for it; a good one will do when `quick`.
 */
static bool is_stopped(const struct sc_reach *r, size_t column, int sign, bool quick,
                       struct choice *ret_choice)
{
    const struct sc_tableau *t = r->t;
    const int16_t *entries = t->entry + column * t->stride;
    int32_t step = step_of(r, column);
    bool stopped = step > STEP_MAX || room(r, t->column[column], sign) < step;
    size_t n = 0, filled = 0;

    *ret_choice = (struct choice){
        .row = t->n_rows, .column = column, .free = room(r, t->column[column], -sign) > 0};
    if (!stopped && t->n_scaled == 0 && has_room(r, entries, sign))
        return false;
    for (size_t i = 0; i < t->n_rows && !(quick && ret_choice->rank == 3); i++) {
        int32_t entry = entries[i], size = entry < 0 ? -entry : entry, space;
        int rank;

        if (entry == 0)
            continue;
        n++;
        space = (entry > 0) == (sign > 0) ? r->row_up[i] : r->row_down[i];
        if (space * t->scale[i] >= step * size)
            continue;
        stopped = true;
        rank = space > 0 ? 1 : size != 1 ? 2 : 3;
        if (rank < ret_choice->rank || (rank == ret_choice->rank && (size_t)t->filled[i] >= filled))
            continue;
        ret_choice->rank = rank;
        ret_choice->row = i;
        filled = (size_t)t->filled[i];
    }
    ret_choice->cost = quick ? filled : n * filled;
    return stopped;
}

/* ---- moves ------------------------------------------------------------------------------- */

/* Whether the move in hand keeps every sum and, at the base, every bound. */
static bool is_move(struct sc_reach *r)
{
    const struct sc_walk *walk = r->walk;
    const struct sc_model *model = walk->model;
    bool good = true;

    for (size_t i = 0; i < r->n_listed; i++) {
        uint32_t v = r->listed[i];
        int64_t after = walk->base[v] + r->change[i];

        good = good && !walk->frozen[v] && after >= model->low[v] &&
               (model->high[v] >= SC_UNBOUNDED || after <= model->high[v]);
        for (size_t k = model->in_start[v]; k < model->in_start[v + 1]; k++)
            r->row_sum[model->in_row[k]] += (int64_t)model->in_sign[k] * r->change[i];
    }
    for (size_t i = 0; i < r->n_listed; i++)
        for (size_t k = model->in_start[r->listed[i]]; k < model->in_start[r->listed[i] + 1]; k++) {
            good = good && r->row_sum[model->in_row[k]] == 0;
            r->row_sum[model->in_row[k]] = 0;
        }
    return good;
}

/* A column that is not stopped as the move in hand. */
static bool take_column(struct sc_reach *r, size_t column, int sign)
{
    const struct sc_tableau *t = r->t;
    int32_t step = sign * step_of(r, column);
    bool good;

    r->listed[0] = t->column[column];
    r->change[0] = step;
    r->n_listed = 1;
    for (size_t i = 0; i < t->n_rows; i++) {
        int32_t entry = sc_tableau_entry(t, i, column);

        if (entry == 0)
            continue;
        r->listed[r->n_listed] = t->row[i];
        r->change[r->n_listed++] = step * entry / t->scale[i];
    }
    good = is_move(r);
    assert(good);
    return good;
}

size_t sc_reach_move(const struct sc_reach *r, const uint32_t **ret_variables,
                     const int32_t **ret_changes)
{
    *ret_variables = r->listed;
    *ret_changes = r->change;
    return r->n_listed;
}

size_t sc_reach_n_columns(const struct sc_reach *r)
{
    return r->t->n_columns;
}

bool sc_reach_column(struct sc_reach *r, size_t i, int sign)
{
    struct choice choice;

    return room(r, r->t->column[i], sign) > 0 && !is_stopped(r, i, sign, true, &choice) &&
           take_column(r, i, sign);
}

/* ---- exchanges --------------------------------------------------------------------------- */

static bool is_unit(const struct sc_tableau *t, size_t row, size_t column)
{
    int32_t entry = sc_tableau_entry(t, row, column);

    return entry == 1 || entry == -1;
}

static bool pivot(struct sc_reach *r, size_t row, size_t column)
{
    if (!r->is_kept && !is_unit(r->t, row, column)) {
        sc_tableau_assign(r->kept, r->t);
        r->is_kept = true;
    }
    if (!sc_tableau_pivot(r->t, row, column))
        return false;
    r->row_up[row] = r->up[r->t->row[row]];
    r->row_down[row] = r->down[r->t->row[row]];
    return true;
}

static bool is_filled(const struct sc_reach *r, size_t tenths)
{
    return r->t->n_filled > tenths * r->first->n_filled / 10;
}

/* After a question. */
static void put_back(struct sc_reach *r)
{
    while (r->n_held > 0)
        r->held[r->held_list[--r->n_held]] = false;
    if (r->is_kept)
        sc_tableau_assign(r->t, r->kept);
    if (is_filled(r, FULL))
        sc_tableau_assign(r->t, r->first);
    r->is_kept = false;
    list_rooms(r);
}

/* Exchanges a row without room for a column that can move both ways, if it has one. */
static bool free_row(struct sc_reach *r, size_t row)
{
    const struct sc_tableau *t = r->t;
    size_t best = t->n_columns, best_length = 0;

    for (size_t j = 0; j < t->n_columns; j++) {
        size_t length = 0;

        if (!is_unit(t, row, j) || r->up[t->column[j]] == 0 || r->down[t->column[j]] == 0)
            continue;
        for (size_t i = 0; i < t->n_rows; i++)
            length += sc_tableau_entry(t, i, j) != 0;
        if (best == t->n_columns || length < best_length) {
            best = j;
            best_length = length;
        }
    }
    return best < t->n_columns && pivot(r, row, best);
}

void sc_reach_ready(struct sc_reach *r)
{
    const struct sc_tableau *t = r->t;
    bool changed = true;

    sc_reach_settle(r);
    while (changed) { /* each exchange leaves one column fewer that can move both ways */
        changed = false;
        for (size_t i = 0; i < t->n_rows; i++)
            if (r->row_up[i] == 0 || r->row_down[i] == 0)
                changed = free_row(r, i) || changed;
    }
    sc_tableau_assign(r->first, r->t);
}

/* ---- questions --------------------------------------------------------------------------- */

/* Whether to exchange `a` sooner than `b`. */
static bool better(const struct choice *a, const struct choice *b)
{
    if (a->rank != b->rank)
        return a->rank > b->rank;
    return a->free != b->free ? a->free : a->cost < b->cost;
}

/* Keeps the best choices, best first. */
static void keep(const struct choice *new, struct choice *best, size_t *n_best)
{
    size_t at = *n_best;

    for (; at > 0 && better(new, &best[at - 1]); at--)
        if (at < BEST)
            best[at] = best[at - 1];
    if (at == BEST)
        return;
    best[at] = *new;
    *n_best += *n_best < BEST;
}

/* Whether an exchange is one to make for the variable of `row`. */
static bool is_choice(const struct sc_reach *r, const struct choice *choice, size_t row,
                      bool thorough)
{
    return choice->row != r->t->n_rows && choice->row != row &&
           (thorough || is_unit(r->t, choice->row, choice->column));
}

/*
 * One variable, a row, in the direction of `sign`: YES, NO, or UNKNOWN with the best exchanges in
 * `best`.
 */
static enum sc_answer look(struct sc_reach *r, size_t row, int sign, bool thorough,
                           struct choice *best, size_t *n_best)
{
    const struct sc_tableau *t = r->t;
    enum sc_answer answer = SC_ANSWER_NO;

    *n_best = 0;
    if (room(r, t->row[row], sign) == 0)
        return SC_ANSWER_NO;
    for (size_t j = 0; j < t->n_columns; j++) {
        int32_t entry = sc_tableau_entry(t, row, j);
        int way = (entry > 0) == (sign > 0) ? 1 : -1;
        struct choice new;

        if (entry == 0 || room(r, t->column[j], way) == 0)
            continue;
        answer = SC_ANSWER_UNKNOWN;
        if (r->held[t->column[j]])
            continue;
        if (!is_stopped(r, j, way, true, &new)) {
            if (take_column(r, j, way))
                return SC_ANSWER_YES;
        } else if (is_choice(r, &new, row, thorough)) {
            keep(&new, best, n_best);
        }
    }
    return answer;
}

/* The best of the best, looked at closely. */
static struct choice choose(const struct sc_reach *r, size_t row, int sign, bool thorough,
                            const struct choice *best, size_t n_best)
{
    struct choice chosen = best[0];

    for (size_t i = 0; i < n_best && n_best > 1; i++) {
        struct choice new;
        int32_t entry = sc_tableau_entry(r->t, row, best[i].column);

        (void)is_stopped(r, best[i].column, (entry > 0) == (sign > 0) ? 1 : -1, false, &new);
        if (!is_choice(r, &new, row, thorough))
            new = best[i];
        if (i == 0 || better(&new, &chosen))
            chosen = new;
    }
    return chosen;
}

/* A row exchanged although it has room must not come back: it could go on for ever. */
static void hold(struct sc_reach *r, const struct choice *choice)
{
    uint32_t v = r->t->row[choice->row];

    if (choice->rank > 1 || r->held[v])
        return;
    r->held[v] = true;
    r->held_list[r->n_held++] = v;
}

static enum sc_answer ask_way(struct sc_reach *r, uint32_t variable, int sign, bool thorough)
{
    struct choice best[BEST];
    size_t n_best;

    for (int n = 0; n < PIVOTS_MAX && !(n > 0 && is_filled(r, TOO_FULL)); n++) {
        size_t row = r->t->place[variable];
        enum sc_answer answer = look(r, row, sign, thorough, best, &n_best);
        struct choice choice;

        if (answer != SC_ANSWER_UNKNOWN)
            return answer;
        if (n_best == 0)
            break;
        choice = choose(r, row, sign, thorough, best, n_best);
        hold(r, &choice);
        if (!pivot(r, choice.row, choice.column))
            break;
    }
    return SC_ANSWER_UNKNOWN;
}

/* Makes a row of a variable that is a column: NO, it is one now. YES: it can move as it is. */
static enum sc_answer make_row(struct sc_reach *r, uint32_t variable, int sign)
{
    const struct sc_tableau *t = r->t;
    size_t column = t->place[variable] - t->n_rows, row = t->n_rows;
    struct choice choice;

    for (int way = 1; way >= -1; way -= 2) {
        if (sign == -way || room(r, variable, way) == 0)
            continue;
        if (!is_stopped(r, column, way, true, &choice) && take_column(r, column, way))
            return SC_ANSWER_YES;
        if (choice.row < t->n_rows && is_unit(t, choice.row, column))
            row = choice.row;
    }
    for (size_t i = 0; i < t->n_rows && row == t->n_rows; i++)
        if (is_unit(t, i, column))
            row = i;
    return row < t->n_rows && pivot(r, row, column) ? SC_ANSWER_NO : SC_ANSWER_UNKNOWN;
}

static enum sc_answer answer_of(struct sc_reach *r, uint32_t variable, int sign, bool thorough)
{
    enum sc_answer up = SC_ANSWER_NO, down = SC_ANSWER_NO;

    if (r->t->place[variable] >= r->t->n_rows) {
        enum sc_answer answer = make_row(r, variable, sign);

        if (answer != SC_ANSWER_NO)
            return answer;
    }
    if (sign >= 0)
        up = ask_way(r, variable, 1, thorough);
    if (sign <= 0 && up != SC_ANSWER_YES)
        down = ask_way(r, variable, -1, thorough);
    return up == SC_ANSWER_YES || down == SC_ANSWER_YES           ? SC_ANSWER_YES
           : up == SC_ANSWER_UNKNOWN || down == SC_ANSWER_UNKNOWN ? SC_ANSWER_UNKNOWN
                                                                  : SC_ANSWER_NO;
}

enum sc_answer sc_reach_ask(struct sc_reach *r, uint32_t variable, int sign, bool thorough)
{
    enum sc_answer answer = answer_of(r, variable, sign, thorough);

    put_back(r);
    return answer;
}
