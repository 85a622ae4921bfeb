/*
 * test_protect.c - suppression on small tables: safe by the audit, and both safe and least by
 * trying every pattern against every move.
 *
 * In two dimensions, one of them with a hierarchy, whatever can change at all can
 * change by steps of 1 (the sums form a network), so moves of -1, 0 and 1 in the inner cells decide
 * everything; in 2 x 2 x 2, those from -2 to 2 are taken. They are listed once a table; a pattern
 * then is tried by looking through the list. Nothing here is shared with the protector or the audit
 * but the system of sums.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/fault.h"
#include "solver/solver.h"
#include "tables.h"

#define OK(call) assert_int_equal((call), SC_OK)
#define SUMS_AND_RULES (SC_READER_BIT(SC_READER_SUMS) | SC_READER_BIT(SC_READER_RULES))

static int64_t threshold_of(const struct sc_protect_policy *policy)
{
    return policy->threshold ? policy->threshold : 5;
}

static bool sensitive(const struct sc_protect_policy *policy, int64_t count)
{
    return count >= 1 && count < threshold_of(policy);
}

/* Protects, audits, and gives the pattern. */
static struct sc_pattern *protect(const struct table *t, const struct sc_protect_policy *policy)
{
    struct sc_protect_input input = {.system = t->system, .count = t->count};
    struct sc_protect_policy unhurried = *policy; /* the audit is not cut short */
    struct sc_pattern *pattern = NULL;
    SC_AUTO(sc_audit) audit = NULL;

    unhurried.stop = NULL;
    OK(sc_protect_suppress(&input, policy, &pattern, NULL));
    assert_true(pattern->complete);
    assert_int_equal(pattern->unprotectable, 0);
    assert_true(pattern->lower_bound <= pattern->cost + 1e-9);
    OK(sc_pattern_audit(&input, &unhurried, pattern, &audit, NULL));
    assert_true(audit->safe);
    for (size_t c = 0; c < t->n; c++) {
        assert_int_equal(pattern->reason[c] == SC_REASON_PRIMARY, sensitive(policy, t->count[c]));
        if (t->count[c] == 0)
            assert_int_equal(pattern->reason[c], SC_REASON_NONE);
    }
    return pattern;
}

/* ---- every pattern, every move ---------------------------------------------------------- */

struct brute {
    const struct table *table;
    const struct sc_protect_policy *policy;
    uint32_t inner[16];
    size_t n_inner;
    uint64_t *moves; /* cells that change */
    uint64_t *sums;  /* implied counts that change */
    size_t n_moves;
    uint64_t primaries;
    uint64_t sum_parts[64]; /* cells of each implied count */
    size_t n_sums;
    uint32_t twin[64];
};

static void find_inner(struct brute *b)
{
    const struct sc_system *system = b->table->system;

    for (uint32_t c = 0; c < b->table->n; c++) {
        const uint32_t *codes = sc_system_cell_codes(system, c);
        bool inner = true;

        for (uint32_t d = 0; d < sc_system_n_dimensions(system); d++)
            inner = inner && sc_system_is_leaf(system, d, codes[d]);
        if (inner)
            b->inner[b->n_inner++] = c;
        if (sensitive(b->policy, b->table->count[c]))
            b->primaries |= UINT64_C(1) << c;
    }
}

/* Sums of the primaries of one relation, where sensitive and not all of it. */
static void find_sums(struct brute *b)
{
    for (size_t i = 0; i < sc_system_n_relations(b->table->system); i++) {
        struct sc_relation r = sc_system_relation(b->table->system, i);
        uint64_t parts = 0;
        int64_t sum = 0;
        int n = 0;

        for (uint32_t k = 0; k < r.n_children; k++)
            if (sensitive(b->policy, b->table->count[r.children[k]])) {
                parts |= UINT64_C(1) << r.children[k];
                sum += b->table->count[r.children[k]];
                n++;
            }
        if (n >= 2 && sensitive(b->policy, sum) && sum < b->table->count[r.total])
            b->sum_parts[b->n_sums++] = parts;
    }
}

/* The same person: a total of 1 and its only part that is not 0. */
static void find_twins(struct brute *b)
{
    for (uint32_t c = 0; c < b->table->n; c++)
        b->twin[c] = c;
    for (int pass = 0; pass < 8; pass++)
        for (size_t i = 0; i < sc_system_n_relations(b->table->system); i++) {
            struct sc_relation r = sc_system_relation(b->table->system, i);

            for (uint32_t k = 0; k < r.n_children; k++) {
                uint32_t *x = &b->twin[r.children[k]], *y = &b->twin[r.total];

                if (b->table->count[r.total] == 1 && b->table->count[r.children[k]] == 1)
                    *x = *y = *x < *y ? *x : *y;
            }
        }
}

/* Adds a move given by its inner cells, if it is possible at all. */
static void add_move(struct brute *b, const int *step)
{
    const struct table *t = b->table;
    int64_t low = b->policy->readers == SC_READER_BIT(SC_READER_SUMS) ? 0 : 1;
    int64_t change[64] = {0};
    bool known[64] = {false};
    uint64_t cells = 0, sums = 0;
    size_t bad;

    for (size_t i = 0; i < b->n_inner; i++) {
        if (step[i] && (t->count[b->inner[i]] == 0 || t->count[b->inner[i]] + step[i] < low))
            return;
        change[b->inner[i]] = step[i];
        known[b->inner[i]] = true;
    }
    assert_true(sc_system_add_up(t->system, change, known, &bad));
    for (uint32_t c = 0; c < t->n; c++) {
        if (change[c] == 0)
            continue;
        if (t->count[c] == 0 || t->count[c] + change[c] < low)
            return;
        cells |= UINT64_C(1) << c;
    }
    for (size_t i = 0; i < b->n_sums; i++) {
        int64_t sum = 0;

        for (uint32_t c = 0; c < t->n; c++)
            sum += b->sum_parts[i] >> c & 1 ? change[c] : 0;
        sums |= (uint64_t)(sum != 0) << i;
    }
    if (cells == 0)
        return;
    b->moves[b->n_moves] = cells;
    b->sums[b->n_moves++] = sums;
}

static void list_moves(struct brute *b)
{
    /* Three dimensions are no network: a step of 2 may be needed. */
    size_t base = sc_system_n_dimensions(b->table->system) > 2 ? 5 : 3, n = 1;
    int step[16];

    for (size_t i = 0; i < b->n_inner; i++)
        n *= base;
    b->moves = calloc(n, sizeof *b->moves);
    b->sums = calloc(n, sizeof *b->sums);
    assert_true(b->moves && b->sums);
    for (size_t code = 0; code < n; code++) {
        size_t rest = code;

        for (size_t i = 0; i < b->n_inner; i++, rest /= base)
            step[i] = (int)(rest % base) - (int)(base / 2);
        add_move(b, step);
    }
}

/* Whether hiding these cells protects all that has to be. */
static bool safe(const struct brute *b, uint64_t hidden)
{
    const struct table *t = b->table;
    bool insider = b->policy->readers == 0 || b->policy->readers & SC_READER_BIT(SC_READER_INSIDER);
    uint64_t changed = 0, sums = 0;
    uint64_t known[64]; /* by cell: what all moves of it touch */

    memset(known, 0xff, sizeof known);
    for (size_t m = 0; m < b->n_moves; m++) {
        if (b->moves[m] & ~hidden)
            continue;
        changed |= b->moves[m];
        sums |= b->sums[m];
        for (uint32_t c = 0; insider && c < t->n; c++)
            if (b->moves[m] >> c & 1)
                known[c] &= b->moves[m];
    }
    if (b->primaries & ~changed)
        return false;
    if (!b->policy->no_implied && sums != (UINT64_C(1) << b->n_sums) - 1)
        return false;
    for (uint32_t p = 0; insider && p < t->n; p++)
        for (uint32_t s = 0; b->primaries >> p & 1 && s < t->n; s++)
            if (t->count[s] == 1 && known[p] >> s & 1 && b->twin[s] != b->twin[p])
                return false;
    return true;
}

/* What a pattern gives up: in what is to be least, and the sum of counts, which breaks ties. */
struct given_up {
    int64_t cost, sum;
};

/* The least over all patterns; INT64_MAX when there are too many to try. */
static struct given_up least_cost(const struct brute *b)
{
    const struct table *t = b->table;
    bool cells = b->policy->minimise == SC_MINIMISE_CELLS;
    uint32_t candidate[64];
    size_t n = 0;
    struct given_up best = {INT64_MAX, INT64_MAX};

    for (uint32_t c = 0; c < t->n; c++)
        if (t->count[c] >= threshold_of(b->policy))
            candidate[n++] = c;
    if (n > 13)
        return best;
    for (uint64_t set = 0; set < UINT64_C(1) << n; set++) {
        uint64_t hidden = b->primaries;
        struct given_up up = {0, 0};

        for (size_t i = 0; i < n; i++)
            if (set >> i & 1) {
                hidden |= UINT64_C(1) << candidate[i];
                up.sum += t->count[candidate[i]];
                up.cost += cells ? 1 : t->count[candidate[i]];
            }
        if ((up.cost < best.cost || (up.cost == best.cost && up.sum < best.sum)) && safe(b, hidden))
            best = up;
    }
    return best;
}

/* Safe and, where that is known, of least cost; on the road of large tables (`small`) safe. */
static void compare(const struct table *t, const struct sc_protect_policy *policy, int *n_compared)
{
    struct brute b = {.table = t, .policy = policy};
    SC_AUTO(sc_pattern) pattern = protect(t, policy);
    uint64_t hidden = 0;
    struct given_up least = {INT64_MAX, INT64_MAX};

    find_inner(&b);
    find_sums(&b);
    find_twins(&b);
    list_moves(&b);
    for (uint32_t c = 0; c < t->n; c++)
        hidden |= (uint64_t)(pattern->reason[c] != SC_REASON_NONE) << c;
    assert_true(safe(&b, hidden));
    if (!policy->small)
        least = least_cost(&b);
    if (least.cost != INT64_MAX) {
        (*n_compared)++;
        assert_true(pattern->cost == (double)least.cost);
        assert_int_equal(pattern->secondary_sum, least.sum);
        assert_true(pattern->optimal);
        assert_true(pattern->lower_bound == pattern->cost);
    }
    free(b.moves);
    free(b.sums);
}

static bool after_some(void *arg)
{
    int *left = arg;

    return (*left)-- <= 0;
}

static struct sc_protect_policy some_policy(int i)
{
    static const unsigned readers[] = {SC_READER_BIT(SC_READER_SUMS), SUMS_AND_RULES, 0};

    return (struct sc_protect_policy){
        .readers = readers[i % 3], .no_implied = i % 2, .threshold = i % 5 == 4 ? 3 : 0};
}

static int compare_small_tables(enum sc_minimise minimise, uint64_t seed)
{
    static const uint32_t shapes[][3] = {{2, 3, 0}, {3, 3, 0}, {2, 2, 2}, {4, 2, 0}};
    int n_compared = 0;

    for (int i = 0; i < 160; i++) {
        const uint32_t *sizes = shapes[i % 4];
        struct sc_protect_policy policy = some_policy(i / 4);
        int64_t inner[16];
        struct table t;

        policy.minimise = minimise;
        random_counts(&seed, (size_t)sizes[0] * sizes[1] * (sizes[2] ? sizes[2] : 1), inner);
        t = table_new(sizes, sizes[2] ? 3 : 2, i % 4 == 3, inner);
        compare(&t, &policy, &n_compared);
        table_free(&t);
    }
    return n_compared;
}

static void every_pattern_of_small_tables(void **state)
{
    (void)state;
    assert_true(compare_small_tables(SC_MINIMISE_COUNTS, 7) > 80);
}

/* The fewest secondaries, and of patterns with as few the one whose counts sum to least. */
static void fewest_cells_and_ties_by_counts(void **state)
{
    (void)state;
    assert_true(compare_small_tables(SC_MINIMISE_CELLS, 8) > 80);
}

/* Boxes, programs nearby and replacing, as for large tables, against every move of small ones. */
static void the_road_of_large_tables_is_safe(void **state)
{
    static const uint32_t shapes[][3] = {{2, 3, 0}, {3, 3, 0}, {2, 2, 2}, {4, 2, 0}};
    uint64_t seed = 77;
    int n_compared = 0;

    (void)state;
    for (int i = 0; i < 240; i++) {
        const uint32_t *sizes = shapes[i % 4];
        struct sc_protect_policy policy = some_policy(i / 4);
        int64_t inner[16];
        int left = i % 60;
        struct table t;

        policy.small = 1;
        if (i % 3) {
            policy.stop = after_some;
            policy.stop_arg = &left;
        }
        random_counts(&seed, (size_t)sizes[0] * sizes[1] * (sizes[2] ? sizes[2] : 1), inner);
        t = table_new(sizes, sizes[2] ? 3 : 2, i % 4 == 3, inner);
        compare(&t, &policy, &n_compared);
        table_free(&t);
    }
}

static void random_tables_pass_the_audit(void **state)
{
    static const uint32_t shapes[][3] = {{3, 4, 0}, {4, 6, 0}, {3, 3, 3}, {6, 3, 4}};
    uint64_t seed = 1;

    (void)state;
    for (int i = 0; i < 48; i++) {
        const uint32_t *sizes = shapes[i % 4];
        struct sc_protect_policy policy = some_policy(i / 4);
        int64_t inner[128];
        struct table t;

        policy.minimise = (enum sc_minimise)(i % 3);
        policy.max_work = 3000000;
        random_counts(&seed, (size_t)sizes[0] * sizes[1] * (sizes[2] ? sizes[2] : 1), inner);
        t = table_new(sizes, sizes[2] ? 3 : 2, i & 16, inner);
        sc_pattern_free(protect(&t, &policy));
        table_free(&t);
    }
}

static void a_width_is_kept(void **state)
{
    uint64_t seed = 3;

    (void)state;
    for (int i = 0; i < 40; i++) {
        struct sc_protect_policy policy = {
            .max_work = 3000000, .width = 1 + i % 4, .readers = i & 4 ? 0 : SUMS_AND_RULES};
        int64_t inner[20];
        struct table t;

        random_counts(&seed, 20, inner);
        t = table_new((const uint32_t[]){4, 5}, 2, false, inner);
        sc_pattern_free(protect(&t, &policy));
        table_free(&t);
    }
}

/* ---- cases everybody knows ------------------------------------------------------------------ */

static struct sc_pattern *textbook(const uint32_t *sizes, const int64_t *inner,
                                   const struct sc_protect_policy *policy, struct table *t)
{
    *t = table_new(sizes, 2, false, inner);
    return protect(t, policy);
}

static void one_small_count_takes_the_cheapest_square(void **state)
{
    const int64_t inner[] = {3, 9, 12, 8, 7, 20, 30, 40, 50};
    struct sc_protect_policy policy = {.readers = SUMS_AND_RULES};
    struct table t;
    SC_AUTO(sc_pattern) pattern = textbook((const uint32_t[]){3, 3}, inner, &policy, &t);

    (void)state;
    assert_int_equal(pattern->secondary, 3); /* 9, 8 and 7 */
    assert_int_equal(pattern->secondary_sum, 24);
    assert_true(pattern->optimal);
    assert_int_equal(pattern->reason[table_cell(&t, 2, 2)], SC_REASON_SECONDARY);
    table_free(&t);
}

static void a_block_of_small_counts_needs_no_more(void **state)
{
    const int64_t inner[] = {3, 2, 12, 4, 3, 20, 30, 40, 50};
    struct sc_protect_policy policy = {.readers = SUMS_AND_RULES, .no_implied = true};
    struct table t;
    SC_AUTO(sc_pattern) pattern = textbook((const uint32_t[]){3, 3}, inner, &policy, &t);

    (void)state;
    assert_int_equal(pattern->secondary, 0);
    table_free(&t);
}

static void two_that_sum_to_a_small_count_need_a_third(void **state)
{
    const int64_t inner[] = {2, 2, 12, 7, 6, 20, 30, 40, 50};
    struct sc_protect_policy without = {.readers = SUMS_AND_RULES, .no_implied = true};
    struct sc_protect_policy with = {.readers = SUMS_AND_RULES};
    struct table t, u;
    SC_AUTO(sc_pattern) a = textbook((const uint32_t[]){3, 3}, inner, &without, &t);
    SC_AUTO(sc_pattern) b = textbook((const uint32_t[]){3, 3}, inner, &with, &u);

    (void)state;
    assert_int_equal(a->secondary_sum, 13); /* 7 and 6 close the square, 2 + 2 stays known */
    assert_true(b->secondary_sum > a->secondary_sum);
    table_free(&t);
    table_free(&u);
}

static void ones_in_a_square_can_only_go_up(void **state)
{
    /* Under the rules a square of ones cannot move: somebody would fall to 0. */
    const int64_t inner[] = {1, 1, 12, 1, 1, 20, 30, 40, 50};
    struct sc_protect_policy sums = {.readers = SC_READER_BIT(SC_READER_SUMS), .no_implied = true};
    struct sc_protect_policy rules = {.readers = SUMS_AND_RULES, .no_implied = true};
    struct table t, u;
    SC_AUTO(sc_pattern) a = textbook((const uint32_t[]){3, 3}, inner, &sums, &t);
    SC_AUTO(sc_pattern) b = textbook((const uint32_t[]){3, 3}, inner, &rules, &u);

    (void)state;
    assert_int_equal(a->secondary, 0);
    assert_true(b->secondary > 0);
    table_free(&t);
    table_free(&u);
}

static void a_neighbour_of_one_is_kept_from_that_person(void **state)
{
    const int64_t inner[] = {1, 3, 12, 4, 6, 20, 30, 40, 50};
    struct sc_protect_policy outside = {.readers = SUMS_AND_RULES, .no_implied = true};
    struct sc_protect_policy inside = {.no_implied = true};
    struct table t, u;
    SC_AUTO(sc_pattern) a = textbook((const uint32_t[]){3, 3}, inner, &outside, &t);
    SC_AUTO(sc_pattern) b = textbook((const uint32_t[]){3, 3}, inner, &inside, &u);

    (void)state;
    assert_int_equal(a->secondary, 1); /* the square of 1, 3, 4 and 6 */
    assert_true(b->secondary_sum > a->secondary_sum);
    table_free(&t);
    table_free(&u);
}

static void twins_are_hidden_together_and_are_no_failure(void **state)
{
    /* The first row is one person: cell and row total are the same count. */
    const int64_t inner[] = {1, 0, 0, 8, 7, 20, 30, 40, 50};
    struct sc_protect_policy policy = {0};
    struct table t;
    SC_AUTO(sc_pattern) pattern = textbook((const uint32_t[]){3, 3}, inner, &policy, &t);

    (void)state;
    assert_int_equal(pattern->primary, 2);
    assert_int_equal(pattern->reason[table_cell(&t, 1, 0)], SC_REASON_PRIMARY);
    assert_true(pattern->optimal);
    table_free(&t);
}

static void zeros_that_give_a_row_away(void **state)
{
    /* Only 3 and 9 of the first row are not 0: hiding 9 needs columns that balance. */
    const int64_t inner[] = {3, 9, 0, 8, 0, 20, 30, 40, 50};
    struct sc_protect_policy policy = {.readers = SUMS_AND_RULES};
    struct table t;
    SC_AUTO(sc_pattern) pattern = textbook((const uint32_t[]){3, 3}, inner, &policy, &t);

    (void)state;
    assert_true(pattern->optimal);
    assert_int_equal(pattern->reason[table_cell(&t, 1, 3)], SC_REASON_NONE);
    assert_int_equal(pattern->reason[table_cell(&t, 2, 2)], SC_REASON_NONE);
    table_free(&t);
}

static void groups_can_be_hidden_too(void **state)
{
    const int64_t inner[] = {9, 0, 0, 8, 7, 20, 30, 40, 50};
    struct sc_protect_policy policy = {.groups_sensitive = true};
    struct sc_protect_input input = {0};
    struct table t = table_new((const uint32_t[]){3, 3}, 2, false, inner);
    SC_AUTO(sc_pattern) pattern = NULL;
    SC_AUTO(sc_audit) audit = NULL;

    (void)state;
    input.system = t.system;
    input.count = t.count;
    OK(sc_protect_suppress(&input, &policy, &pattern, NULL));
    OK(sc_pattern_audit(&input, &policy, pattern, &audit, NULL));
    assert_true(audit->safe);
    assert_int_equal(pattern->reason[table_cell(&t, 1, 0)], SC_REASON_PRIMARY);
    assert_int_equal(pattern->reason[table_cell(&t, 1, 1)], SC_REASON_PRIMARY);
    table_free(&t);
}

/* A total told apart in 300 ways, each with a small part. */
static void a_figure_in_very_many_sums(void **state)
{
    (void)state;
    for (size_t small = 0; small < 2; small++) { /* programs over all nodes, then nearby */
        struct sc_protect_policy policy = {.small = small};
        struct table t = {0};
        struct sc_pattern *pattern;
        uint32_t d, total, part;

        OK(sc_system_new(&t.system, NULL));
        OK(sc_system_add_dimension(t.system, text_of("way"), &d, NULL));
        OK(sc_system_add_cell(t.system, (uint32_t[]){SC_SYSTEM_TOTAL}, &total, NULL));
        for (int i = 0; i < 300; i++) {
            uint32_t parts[2];

            for (int k = 0; k < 2; k++) {
                char name[32];

                (void)snprintf(name, sizeof name, "%d %s", i, k ? "rest" : "few");
                OK(sc_system_add_code(t.system, d, text_of(name), &parts[k], NULL));
                OK(sc_system_add_cell(t.system, &parts[k], &part, NULL));
            }
            OK(sc_system_add_split(t.system, d, SC_SYSTEM_TOTAL, parts, 2, false, NULL));
        }
        OK(sc_system_link(t.system, NULL));
        t.n = sc_system_n_cells(t.system);
        t.count = calloc(t.n, sizeof *t.count);
        assert_non_null(t.count);
        t.count[total] = 40;
        for (uint32_t c = 0; c < t.n; c++) /* few, rest, few, rest ... */
            if (c != total)
                t.count[c] = (c - total) % 2 ? 3 : 37;
        pattern = protect(&t, &policy);
        assert_true(pattern->secondary > 0);
        sc_pattern_free(pattern);
        table_free(&t);
    }
}

static void what_is_printed_already_stays_printed(void **state)
{
    const int64_t inner[] = {3, 9, 12, 8, 7, 20, 30, 40, 50};
    struct table t = table_new((const uint32_t[]){3, 3}, 2, false, inner);
    uint8_t *role = calloc(t.n, 1);
    struct sc_protect_input input = {.system = t.system, .count = t.count, .role = role};
    SC_AUTO(sc_pattern) pattern = NULL;
    SC_AUTO(sc_pattern) hopeless = NULL;
    SC_AUTO(sc_audit) audit = NULL;

    (void)state;
    assert_non_null(role);
    role[table_cell(&t, 1, 2)] = SC_ROLE_PRINTED; /* the 9 */
    role[table_cell(&t, 2, 1)] = SC_ROLE_HIDDEN;  /* the 8, by an earlier release */
    OK(sc_protect_suppress(&input, NULL, &pattern, NULL));
    OK(sc_pattern_audit(&input, NULL, pattern, &audit, NULL));
    assert_true(audit->safe);
    assert_int_equal(pattern->reason[table_cell(&t, 1, 2)], SC_REASON_NONE);
    assert_int_equal(pattern->reason[table_cell(&t, 2, 1)], SC_REASON_EARLIER);
    role[table_cell(&t, 1, 3)] = SC_ROLE_PRINTED;
    role[table_cell(&t, 1, 0)] = SC_ROLE_PRINTED; /* now the 3 is given away */
    OK(sc_protect_suppress(&input, NULL, &hopeless, NULL));
    assert_true(hopeless->unprotectable > 0);
    free(role);
    table_free(&t);
}

/* ---- the rest -------------------------------------------------------------------------------- */

static void the_same_again(void **state)
{
    uint64_t seed = 5;
    int64_t inner[72];
    struct table t;
    struct sc_protect_input input = {0};
    SC_AUTO(sc_pattern) a = NULL;
    SC_AUTO(sc_pattern) b = NULL;

    (void)state;
    random_counts(&seed, 72, inner);
    t = table_new((const uint32_t[]){6, 3, 4}, 3, true, inner);
    input.system = t.system;
    input.count = t.count;
    OK(sc_protect_suppress(&input, NULL, &a, NULL));
    OK(sc_protect_suppress(&input, NULL, &b, NULL));
    assert_memory_equal(a->reason, b->reason, t.n);
    assert_true(a->work == b->work);
    table_free(&t);
}

static void stopped_at_any_moment_it_is_safe(void **state)
{
    uint64_t seed = 11;
    int64_t inner[72];
    struct table t;

    (void)state;
    random_counts(&seed, 72, inner);
    t = table_new((const uint32_t[]){6, 3, 4}, 3, true, inner);
    for (int i = 0, after = 0; after < 400; i++, after += i % 2 ? 0 : 1 + after / 4) {
        int left = after;
        struct sc_protect_policy policy = {.stop = after_some,
                                           .stop_arg = &left,
                                           .small = i % 2}; /* 1: the road of large tables */
        struct sc_protect_input input = {.system = t.system, .count = t.count};
        SC_AUTO(sc_pattern) pattern = NULL;
        SC_AUTO(sc_audit) audit = NULL;

        OK(sc_protect_suppress(&input, &policy, &pattern, NULL));
        policy.stop = NULL;
        OK(sc_pattern_audit(&input, &policy, pattern, &audit, NULL));
        assert_true(audit->safe);
        assert_true(pattern->lower_bound <= pattern->cost + 1e-9);
        if (after == 0)
            assert_true(pattern->stopped_by_clock);
    }
    table_free(&t);
}

static void bad_input_is_refused(void **state)
{
    const int64_t inner[] = {3, 9, 12, 8};
    struct table t = table_new((const uint32_t[]){2, 2}, 2, false, inner);
    struct sc_protect_input input = {.system = t.system, .count = t.count};
    struct sc_protect_policy policy = {.threshold = 1};
    struct sc_pattern *pattern = NULL;

    (void)state;
    assert_int_equal(sc_protect_suppress(&input, &policy, &pattern, NULL), SC_E_RANGE);
    t.count[0]++;
    assert_int_equal(sc_protect_suppress(&input, NULL, &pattern, NULL), SC_E_RANGE);
    t.count[0] = -1;
    assert_int_equal(sc_protect_suppress(&input, NULL, &pattern, NULL), SC_E_RANGE);
    assert_null(pattern);
    table_free(&t);
}

/* Every request for memory fails once: an error is reported and nothing leaks. */
static void out_of_memory(void **state)
{
    const int64_t inner[] = {3, 9, 12, 8, 1, 20, 30, 40, 2};
    struct table t = table_new((const uint32_t[]){3, 3}, 2, false, inner);
    struct sc_protect_input input = {.system = t.system, .count = t.count};

    (void)state;
    for (uint64_t nth = 1;; nth++) {
        struct sc_pattern *pattern = NULL;
        struct sc_error err = {0};
        enum sc_status status;
        uint64_t passed;

        sc_fault_set(SC_FAULT_ALLOC, nth);
        status = sc_protect_suppress(&input, NULL, &pattern, &err);
        passed = sc_fault_passed(SC_FAULT_ALLOC);
        sc_fault_set(SC_FAULT_ALLOC, 0);
        if (status != SC_OK) {
            assert_int_equal(status, SC_E_NOMEM);
            assert_null(pattern);
        }
        sc_pattern_free(pattern);
        if (passed < nth) {
            assert_int_equal(status, SC_OK);
            break;
        }
    }
    table_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_small_count_takes_the_cheapest_square),
        cmocka_unit_test(a_block_of_small_counts_needs_no_more),
        cmocka_unit_test(two_that_sum_to_a_small_count_need_a_third),
        cmocka_unit_test(ones_in_a_square_can_only_go_up),
        cmocka_unit_test(a_neighbour_of_one_is_kept_from_that_person),
        cmocka_unit_test(twins_are_hidden_together_and_are_no_failure),
        cmocka_unit_test(zeros_that_give_a_row_away),
        cmocka_unit_test(groups_can_be_hidden_too),
        cmocka_unit_test(a_figure_in_very_many_sums),
        cmocka_unit_test(what_is_printed_already_stays_printed),
        cmocka_unit_test(every_pattern_of_small_tables),
        cmocka_unit_test(fewest_cells_and_ties_by_counts),
        cmocka_unit_test(random_tables_pass_the_audit),
        cmocka_unit_test(a_width_is_kept),
        cmocka_unit_test(the_same_again),
        cmocka_unit_test(the_road_of_large_tables_is_safe),
        cmocka_unit_test(stopped_at_any_moment_it_is_safe),
        cmocka_unit_test(bad_input_is_refused),
        cmocka_unit_test(out_of_memory),
    };
    int failed = cmocka_run_group_tests_name("protect", tests, NULL, NULL);

    sc_solver_release_thread();
    return failed;
}
