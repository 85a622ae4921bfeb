/*
 * test_round.c - rounding against every rounding there is on small tables, and on the shared
 * test tables: additive, within the distance said, nothing cheaper, and safe by the audit.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../system/files.h"
#include "base/fault.h"
#include "protect/round.h"
#include "solver/solver.h"
#include "tables.h"

#define OK(call) assert_int_equal((call), SC_OK)
#define INNER_MAX 24

static int64_t distance(int64_t a, int64_t b)
{
    return a < b ? b - a : a - b;
}

/* Everything a rounding promises but that nothing is better. */
static void check_rounding(const struct sc_protect_input *input, const struct sc_rounding *r)
{
    int64_t distortion = 0, largest = 0;
    size_t changed = 0;

    for (size_t i = 0; i < sc_system_n_relations(input->system); i++) {
        struct sc_relation rel = sc_system_relation(input->system, i);
        int64_t sum = 0;

        for (uint32_t k = 0; k < rel.n_children; k++)
            sum += r->rounded[rel.children[k]];
        assert_int_equal(sum, r->rounded[rel.total]);
    }
    for (uint32_t c = 0; c < r->n_cells; c++) {
        int64_t away = distance(r->rounded[c], input->count[c]);

        assert_true(r->rounded[c] >= 0);
        if (sc_system_made(input->system, c) || (input->role && input->role[c] != SC_ROLE_FREE))
            continue;
        assert_true(r->least[c] <= input->count[c] && input->count[c] <= r->most[c]);
        distortion += away;
        largest = away > largest ? away : largest;
        changed += away > 0;
        if (!r->small) {
            assert_int_equal(r->rounded[c] % r->base, 0);
            assert_true(away <= r->within);
            assert_true(r->within >= r->base - 1);
            if (r->within == r->base - 1 && input->count[c] % r->base == 0)
                assert_int_equal(away, 0);
        }
    }
    assert_int_equal(distortion, r->distortion);
    assert_int_equal(largest, r->largest);
    assert_int_equal(changed, r->changed);
    assert_true(r->bound <= r->cost);
    assert_int_equal(r->optimal, r->bound == r->cost);
    if (!r->small)
        assert_int_equal(r->cost, r->distortion);
}

static bool is_innermost(const struct sc_system *system, uint32_t cell)
{
    const uint32_t *codes = sc_system_cell_codes(system, cell);

    for (uint32_t d = 0; d < sc_system_n_dimensions(system); d++)
        if (!sc_system_is_leaf(system, d, codes[d]))
            return false;
    return true;
}

/* Every choice of the innermost figures, two each. */
struct brute {
    const struct table *t;
    int64_t base;
    bool small;
    uint32_t inner[INNER_MAX];
    size_t n_inner;
    int64_t value[256];
    bool known[256];
    bool found;
    int64_t best;       /* controlled: all changes; small: those of totals */
    int64_t best_inner; /* small: of the innermost, of equal ones */
};

static void brute_try(struct brute *b)
{
    int64_t cost = 0, inner_cost = 0;
    size_t bad;

    memset(b->known, 0, sizeof b->known);
    for (size_t i = 0; i < b->n_inner; i++)
        b->known[b->inner[i]] = true;
    assert_true(sc_system_add_up(b->t->system, b->value, b->known, &bad));
    for (uint32_t c = 0; c < b->t->n; c++) {
        int64_t away = distance(b->value[c], b->t->count[c]);

        if (!b->small && (away >= b->base || b->value[c] % b->base != 0))
            return;
        if (b->small && is_innermost(b->t->system, c))
            inner_cost += away;
        else
            cost += away;
    }
    if (b->found && (cost > b->best || (cost == b->best && inner_cost >= b->best_inner)))
        return;
    b->found = true;
    b->best = cost;
    b->best_inner = inner_cost;
}

static void brute_rest(struct brute *b, size_t i)
{
    int64_t count, down;

    if (i == b->n_inner) {
        brute_try(b);
        return;
    }
    count = b->t->count[b->inner[i]];
    down = count / b->base * b->base;
    if (b->small && count >= b->base)
        down = count; /* left alone */
    b->value[b->inner[i]] = down;
    brute_rest(b, i + 1);
    if (down == count)
        return;
    b->value[b->inner[i]] = down + b->base;
    brute_rest(b, i + 1);
}

static struct brute brute_of(const struct table *t, int64_t base, bool small)
{
    struct brute b = {.t = t, .base = base, .small = small};

    assert_true(t->n <= 256);
    for (uint32_t c = 0; c < t->n; c++)
        if (is_innermost(t->system, c)) {
            assert_true(b.n_inner < INNER_MAX);
            b.inner[b.n_inner++] = c;
        }
    brute_rest(&b, 0);
    return b;
}

static const uint32_t shapes[][3] = {{2, 3, 0}, {3, 3, 0}, {4, 3, 0},
                                     {2, 2, 2}, {3, 2, 2}, {2, 2, 4}};

static size_t table_inner(const uint32_t *sizes)
{
    return (size_t)sizes[0] * sizes[1] * (sizes[2] ? sizes[2] : 1);
}

static void controlled_is_the_best_there_is(void **state)
{
    static const int64_t bases[] = {2, 3, 5, 10};
    uint64_t seed = 11;
    size_t impossible = 0;

    (void)state;
    for (int i = 0; i < 240; i++) {
        const uint32_t *sizes = shapes[i % 6];
        size_t n_axes = sizes[2] ? 3 : 2, n = table_inner(sizes);
        struct sc_round_policy policy = {.base = bases[i / 6 % 4], .max_work = 1000000};
        SC_AUTO(sc_rounding) r = NULL;
        int64_t inner[INNER_MAX];
        struct table t;
        struct brute b;

        random_counts(&seed, n, inner);
        t = table_new(sizes, n_axes, i % 5 == 0 && sizes[0] == 4, inner);
        b = brute_of(&t, policy.base, false);
        OK(sc_round(&(struct sc_protect_input){.system = t.system, .count = t.count}, &policy, &r,
                    NULL));
        check_rounding(&(struct sc_protect_input){.system = t.system, .count = t.count}, r);
        assert_true(r->optimal);
        assert_int_equal(r->within == policy.base - 1, b.found);
        assert_int_equal(r->none_nearer, !b.found);
        if (b.found)
            assert_int_equal(r->cost, b.best);
        impossible += !b.found;
        assert_true(n_axes == 3 || b.found); /* always possible in two dimensions */
        table_free(&t);
    }
    assert_true(impossible > 3); /* what cannot be rounded within a base says so */
}

static void small_counts_are_the_best_there_are(void **state)
{
    uint64_t seed = 23;

    (void)state;
    for (int i = 0; i < 120; i++) {
        const uint32_t *sizes = shapes[i % 6];
        size_t n_axes = sizes[2] ? 3 : 2, n = table_inner(sizes);
        struct sc_round_policy policy = {.base = i % 2 ? 5 : 7, .small = true};
        SC_AUTO(sc_rounding) r = NULL;
        int64_t inner[INNER_MAX];
        struct sc_protect_input input;
        struct table t;
        struct brute b;

        random_counts(&seed, n, inner);
        t = table_new(sizes, n_axes, i % 5 == 0 && sizes[0] == 4, inner);
        input = (struct sc_protect_input){.system = t.system, .count = t.count};
        b = brute_of(&t, policy.base, true);
        OK(sc_round(&input, &policy, &r, NULL));
        check_rounding(&input, r);
        assert_true(b.found);
        assert_true(r->optimal);
        assert_int_equal(r->cost, b.best);
        assert_int_equal(r->distortion - r->cost, b.best_inner);
        for (uint32_t c = 0; c < t.n; c++) {
            if (!is_innermost(t.system, c))
                continue;
            if (t.count[c] == 0 || t.count[c] >= policy.base)
                assert_int_equal(r->rounded[c], t.count[c]);
            else
                assert_true(r->rounded[c] == 0 || r->rounded[c] == policy.base);
        }
        table_free(&t);
    }
}

/*
 * Every table of two by two a reader of the rounded figures can think of: all that the method
 * rounds within the bounds it has. Every figure that was not printed as it is keeps two values.
 */
static void every_reader_keeps_two_values(void **state)
{
    static const uint32_t sizes[] = {2, 2};
    uint64_t seed = 3;

    (void)state;
    for (int i = 0; i < 60; i++) {
        struct sc_round_policy policy = {.base = 5, .small = i & 1};
        SC_AUTO(sc_rounding) r = NULL;
        SC_AUTO(sc_audit) audit = NULL;
        int64_t inner[4], least[9], most[9];
        struct sc_protect_input input;
        struct table t;
        uint32_t cells[4];
        size_t n = 0;

        for (int k = 0; k < 4; k++)
            inner[k] = next_random(&seed) % 8;
        t = table_new(sizes, 2, false, inner);
        input = (struct sc_protect_input){.system = t.system, .count = t.count};
        OK(sc_round(&input, &policy, &r, NULL));
        for (uint32_t c = 0; c < t.n; c++) {
            least[c] = INT64_MAX;
            most[c] = INT64_MIN;
            if (is_innermost(t.system, c))
                cells[n++] = c;
        }
        for (int code = 0; code < 16 * 16 * 16 * 16; code++) {
            int64_t value[9];
            bool known[9] = {false}, fits = true;
            size_t bad;

            for (int k = 0; k < 4; k++) {
                int64_t x = code >> (4 * k) & 15, to = r->rounded[cells[k]];

                value[cells[k]] = x;
                known[cells[k]] = true;
                if (policy.small) /* the rule, in its own words */
                    fits = fits && (x > 0 && x < 5 ? to == 0 || to == 5 : to == x);
            }
            if (!fits)
                continue;
            assert_true(sc_system_add_up(t.system, value, known, &bad));
            for (uint32_t c = 0; c < t.n && !policy.small; c++)
                fits = fits && distance(value[c], r->rounded[c]) < 5;
            for (uint32_t c = 0; c < t.n && fits; c++) {
                least[c] = value[c] < least[c] ? value[c] : least[c];
                most[c] = value[c] > most[c] ? value[c] : most[c];
            }
        }
        OK(sc_rounding_audit(&input, NULL, r, &audit, NULL));
        assert_true(audit->safe);
        for (uint32_t c = 0; c < t.n; c++) {
            assert_true(least[c] <= t.count[c] && t.count[c] <= most[c]);
            assert_int_equal(audit->readers[SC_READER_SUMS].verdict[c] == SC_VERDICT_PROTECTED,
                             least[c] < most[c]);
            if (t.count[c] >= 1 && t.count[c] < 5)
                assert_true(least[c] < most[c]);
        }
        table_free(&t);
    }
}

/* Ages 1 to 4, printed by twos and as 1, 2-3, 4; single ages are nobody's figures. */
static struct table bands(const int64_t *ages)
{
    static const char *const names[] = {"1", "2", "3", "4", "1-2", "3-4", "2-3"};
    static const uint8_t splits[][4] = {{5, 6, 0, 0}, {1, 7, 4, 0}, {0, 0, 0, 0}};
    struct table t = {0};
    uint32_t d, code[8] = {0}, cell, parts[3];

    OK(sc_system_new(&t.system, NULL));
    OK(sc_system_add_dimension(t.system, text_of("age"), &d, NULL));
    for (int i = 0; i < 7; i++)
        OK(sc_system_add_code(t.system, d, text_of(names[i]), &code[i + 1], NULL));
    for (int i = 0; splits[i][0]; i++) {
        size_t n = 0;

        for (; n < 3 && splits[i][n]; n++)
            parts[n] = code[splits[i][n]];
        OK(sc_system_add_split(t.system, d, 0, parts, n, false, NULL));
    }
    for (int i = 0; i < 3; i++) { /* 1-2, 3-4, 2-3 */
        static const uint8_t pairs[][2] = {{1, 2}, {3, 4}, {2, 3}};

        parts[0] = code[pairs[i][0]];
        parts[1] = code[pairs[i][1]];
        OK(sc_system_add_split(t.system, d, code[5 + i], parts, 2, true, NULL));
    }
    for (int i = 0; i < 6; i++) {
        static const uint8_t printed[] = {0, 5, 6, 1, 7, 4};

        OK(sc_system_add_cell(t.system, &code[printed[i]], &cell, NULL));
    }
    OK(sc_system_link(t.system, NULL));
    t.n = sc_system_n_cells(t.system);
    t.count = calloc(t.n, sizeof *t.count);
    assert_non_null(t.count);
    for (uint32_t c = 0; c < t.n; c++) {
        static const uint8_t holds[] = {15, 1, 2, 4, 8, 3, 12, 6};
        uint32_t at = *sc_system_cell_codes(t.system, c);

        for (uint32_t i = 0; i < 8; i++)
            for (uint32_t k = 0; k < 4 && code[i] == at; k++)
                t.count[c] += holds[i] >> k & 1 ? ages[k] : 0;
    }
    return t;
}

static void figures_nobody_prints_are_free(void **state)
{
    static const int64_t ages[] = {3, 4, 7, 9};
    struct table t = bands(ages);
    struct sc_protect_input input = {.system = t.system, .count = t.count};
    struct sc_round_policy small = {.small = true};
    struct sc_error err = {0};
    SC_AUTO(sc_rounding) r = NULL;
    SC_AUTO(sc_audit) audit = NULL;
    size_t made = 0;

    (void)state;
    for (uint32_t c = 0; c < t.n; c++)
        made += sc_system_made(t.system, c);
    assert_int_equal(made, 2); /* ages 2 and 3 */
    OK(sc_round(&input, NULL, &r, NULL));
    check_rounding(&input, r);
    assert_int_equal(r->within, 4);
    OK(sc_rounding_audit(&input, NULL, r, &audit, NULL));
    assert_true(audit->safe);
    sc_rounding_free(SC_TAKE(r));
    assert_int_equal(sc_round(&input, &small, &r, &err), SC_E_UNSUPPORTED);
    assert_non_null(strstr(err.message, "nobody prints"));
    table_free(&t);
}

static void earlier_figures_stay(void **state)
{
    static const uint32_t sizes[] = {2, 3};
    static const int64_t inner[] = {3, 8, 1, 2, 2, 9};
    struct table t = table_new(sizes, 2, false, inner);
    uint8_t role[12] = {0};
    struct sc_protect_input input = {.system = t.system, .count = t.count, .role = role};
    struct sc_round_policy small = {.small = true};
    struct sc_error err = {0};
    SC_AUTO(sc_rounding) r = NULL;
    SC_AUTO(sc_audit) audit = NULL;
    struct sc_figure figures[12];
    uint32_t total = table_cell(&t, 0, 0), five = table_cell(&t, 0, 1);

    (void)state;
    assert_int_equal(t.count[total], 25);
    assert_int_equal(t.count[five], 5);
    role[total] = SC_ROLE_PRINTED;
    role[table_cell(&t, 1, 0)] = SC_ROLE_HIDDEN; /* 12 */
    OK(sc_round(&input, NULL, &r, NULL));
    check_rounding(&input, r);
    assert_int_equal(r->rounded[total], 25);
    assert_int_equal(r->least[total], 25);
    sc_rounding_figures(&input, r, figures);
    assert_int_equal(figures[total].value, 25);
    assert_int_equal(figures[table_cell(&t, 1, 0)].kind, SC_FIGURE_HIDDEN);
    assert_int_equal(figures[table_cell(&t, 1, 0)].value, 0);
    OK(sc_rounding_audit(&input, NULL, r, &audit, NULL));
    assert_true(audit->safe);
    sc_rounding_free(SC_TAKE(r));

    role[table_cell(&t, 2, 0)] = SC_ROLE_PRINTED; /* 13 is no multiple */
    assert_int_equal(sc_round(&input, NULL, &r, &err), SC_E_UNSUPPORTED);
    assert_non_null(strstr(err.message, "earlier release"));
    memset(role, 0, sizeof role);
    role[total] = SC_ROLE_PRINTED; /* small counts come to 8: no multiple */
    assert_int_equal(sc_round(&input, &small, &r, &err), SC_E_UNSUPPORTED);
    table_free(&t);
}

static void wrong_policies_are_refused(void **state)
{
    static const uint32_t sizes[] = {2, 2};
    static const int64_t inner[] = {3, 8, 1, 2};
    static const struct sc_round_policy bad[] = {{.threshold = 1},
                                                 {.base = 1},
                                                 {.base = -5},
                                                 {.base = SC_ROUND_BASE_MAX + 1},
                                                 {.base = 3, .small = true}};
    struct table t = table_new(sizes, 2, false, inner);
    struct sc_protect_input input = {.system = t.system, .count = t.count};
    SC_AUTO(sc_rounding) r = NULL;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(sc_round(&input, &bad[i], &r, NULL), SC_E_RANGE);
    t.count[0]++;
    assert_int_equal(sc_round(&input, NULL, &r, NULL), SC_E_RANGE);
    assert_null(r);
    table_free(&t);
}

/* Tables that share their total only: no cell lies in both. */
static void tables_that_share_totals(void **state)
{
    static const int64_t counts[] = {1, 2, 4, 6, 3, 3, 7};
    struct sc_system *s = NULL;
    uint32_t d, cells[8], code, codes[2] = {0, 0}, parts[4];
    int64_t count[8] = {13};
    struct sc_protect_input input = {.count = count};
    struct sc_round_policy small = {.small = true};
    SC_AUTO(sc_rounding) r = NULL;
    SC_AUTO(sc_audit) audit = NULL;

    (void)state;
    OK(sc_system_new(&s, NULL));
    OK(sc_system_add_dimension(s, text_of("age"), &d, NULL));
    OK(sc_system_add_dimension(s, text_of("sex"), &d, NULL));
    OK(sc_system_add_cell(s, codes, &cells[0], NULL));
    for (uint32_t i = 0; i < 7; i++) {
        char name[8];

        (void)snprintf(name, sizeof name, "c%u", i);
        OK(sc_system_add_code(s, i < 4 ? 0 : 1, text_of(name), &code, NULL));
        codes[i < 4 ? 0 : 1] = code;
        codes[i < 4 ? 1 : 0] = 0;
        OK(sc_system_add_cell(s, codes, &cells[i + 1], NULL));
        count[cells[i + 1]] = counts[i];
    }
    for (uint32_t i = 0; i < 4; i++)
        parts[i] = i + 1;
    OK(sc_system_add_split(s, 0, 0, parts, 4, false, NULL));
    OK(sc_system_add_split(s, 1, 0, parts, 3, false, NULL));
    OK(sc_system_link(s, NULL));
    input.system = s;
    OK(sc_round(&input, NULL, &r, NULL));
    check_rounding(&input, r);
    assert_true(r->optimal);
    OK(sc_rounding_audit(&input, NULL, r, &audit, NULL));
    assert_true(audit->safe);
    sc_rounding_free(SC_TAKE(r));
    assert_int_equal(sc_round(&input, &small, &r, NULL), SC_E_UNSUPPORTED);
    sc_system_free(s);
}

static void every_allocation_fails_in_turn(void **state)
{
    static const uint32_t sizes[] = {3, 2, 2};
    uint64_t seed = 77;
    int64_t inner[12];
    struct sc_round_policy policy = {.base = 5, .max_work = 20000};

    (void)state;
    for (int kind = 0; kind < 2; kind++) {
        enum sc_status status = SC_E_NOMEM;
        struct sc_protect_input input;
        struct table t;

        policy.small = kind;
        random_counts(&seed, 12, inner);
        t = table_new(sizes, 3, false, inner);
        input = (struct sc_protect_input){.system = t.system, .count = t.count};
        for (uint64_t nth = 1; status && nth < 5000; nth++) {
            SC_AUTO(sc_rounding) r = NULL;
            SC_AUTO(sc_audit) audit = NULL;

            sc_fault_set(SC_FAULT_ALLOC, nth);
            status = sc_round(&input, &policy, &r, NULL);
            if (!status)
                status = sc_rounding_audit(&input, NULL, r, &audit, NULL);
            if (sc_fault_passed(SC_FAULT_ALLOC) < nth) {
                sc_fault_set(SC_FAULT_ALLOC, 0);
                assert_int_equal(status, SC_OK);
                break;
            }
            sc_fault_set(SC_FAULT_ALLOC, 0);
            assert_int_equal(status, SC_E_NOMEM);
        }
        assert_int_equal(status, SC_OK);
        table_free(&t);
    }
}

/* ---- the shared tables -------------------------------------------------------------- */

static void shared_table(const char *name, bool proved, unsigned readers)
{
    struct sc_protect_policy attacked = {.readers = readers};
    char file[64], tree[64];
    const char *paths[2];
    struct sc_release_options options = {.n_files = 1, .n_hierarchies = 1, .complete = true};
    SC_AUTO(sc_release) release = NULL;
    SC_AUTO_FREE int64_t *count = NULL;
    struct sc_protect_input input = {0};

    (void)snprintf(file, sizeof file, "data/tables/%s.csv", name);
    (void)snprintf(tree, sizeof tree, "data/tables/%s.hierarchy.csv", name);
    paths[0] = shared_file(file);
    paths[1] = shared_file(tree);
    if (!paths[0] || !paths[1]) {
        print_message("shared data are not here\n");
        skip();
    }
    options.files = &paths[0];
    options.hierarchies = &paths[1];
    OK(sc_release_read(&options, &release, NULL));
    count = sc_alloc_array(sc_system_n_cells(release->system), sizeof *count);
    assert_non_null(count);
    for (size_t c = 0; c < sc_system_n_cells(release->system); c++)
        count[c] = release->figures[c].value;
    input.system = release->system;
    input.count = count;
    for (int kind = 0; kind < 2; kind++) {
        struct sc_round_policy policy = {.base = 5, .small = kind, .max_work = 20000000};
        SC_AUTO(sc_rounding) r = NULL;
        SC_AUTO(sc_rounding) again = NULL;
        SC_AUTO(sc_audit) audit = NULL;

        OK(sc_round(&input, &policy, &r, NULL));
        check_rounding(&input, r);
        if (proved)
            assert_true(r->optimal);
        if (!kind)
            assert_int_equal(r->within, 4);
        OK(sc_round(&input, &policy, &again, NULL));
        assert_memory_equal(again->rounded, r->rounded, r->n_cells * sizeof *r->rounded);
        OK(sc_rounding_audit(&input, &attacked, r, &audit, NULL));
        assert_true(audit->safe);
    }
}

static void shared_tables_in_two_dimensions(void **state)
{
    (void)state;
    for (int i = 1; i <= 3; i++) {
        char name[16];

        (void)snprintf(name, sizeof name, "t2s-%d", i);
        shared_table(name, true, SC_READERS_ALL);
        (void)snprintf(name, sizeof name, "t2-%d", i);
        shared_table(name, true, SC_READERS_ALL);
    }
}

static void shared_tables_in_three_dimensions(void **state)
{
    (void)state;
    shared_table("t3-1", false, SC_READER_BIT(SC_READER_SUMS) | SC_READER_BIT(SC_READER_RULES));
    shared_table("t3-2", false, SC_READER_BIT(SC_READER_SUMS) | SC_READER_BIT(SC_READER_RULES));
    shared_table("t3-3", true, SC_READERS_ALL);
}

/*
 * Where the search alone is used its bound is hardly ever met. Once it went on for ever then: the
 * share of the work of each round was counted down past nothing.
 */
static void a_search_that_does_not_meet_its_bound_ends(void **state)
{
    static const uint32_t sizes[] = {19, 19, 18};
    struct sc_round_policy policy = {.base = 5, .max_work = 3000000};
    uint64_t seed = 5;
    size_t n = (size_t)19 * 19 * 18;
    int64_t *inner = calloc(n, sizeof *inner);
    struct sc_protect_input input;
    struct table t;

    (void)state;
    assert_non_null(inner);
    random_counts(&seed, n, inner);
    t = table_new(sizes, 3, false, inner);
    assert_true(t.n > 6000);
    input = (struct sc_protect_input){.system = t.system, .count = t.count};
    for (int kind = 0; kind < 2; kind++) {
        SC_AUTO(sc_rounding) r = NULL;
        enum sc_status status;

        policy.small = kind;
        status = sc_round(&input, &policy, &r, NULL);
        if (status) { /* nothing found with so little work: that is an end too */
            assert_int_equal(status, SC_E_UNDECIDED);
            continue;
        }
        check_rounding(&input, r);
        assert_false(r->optimal);
        assert_true(r->bound < r->cost);
    }
    table_free(&t);
    free(inner);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(controlled_is_the_best_there_is),
        cmocka_unit_test(small_counts_are_the_best_there_are),
        cmocka_unit_test(every_reader_keeps_two_values),
        cmocka_unit_test(figures_nobody_prints_are_free),
        cmocka_unit_test(earlier_figures_stay),
        cmocka_unit_test(wrong_policies_are_refused),
        cmocka_unit_test(tables_that_share_totals),
        cmocka_unit_test(every_allocation_fails_in_turn),
        cmocka_unit_test(shared_tables_in_two_dimensions),
        cmocka_unit_test(shared_tables_in_three_dimensions),
        cmocka_unit_test(a_search_that_does_not_meet_its_bound_ends),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    sc_solver_release_thread();
    return failed;
}
