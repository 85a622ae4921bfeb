/*
 * test_rings.c - tables that meet in a ring, against every set of records there is.
 *
 * Records have a code of each of three or four dimensions; tables count them by two at a time, all
 * round. Every set of records with the printed number of them is listed, and those kept that give
 * every printed figure; what a hidden figure is in these is what a reader can know of it, and what
 * it is in those in which another is 1 is what the person of that can know. Nothing here looks at
 * the sums of the system.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "protect/protect.h"

#define OK(call) assert_int_equal((call), SC_OK)
#define KINDS_MAX 18
#define CELLS_MAX 256
#define SMALL 5

static uint64_t seed;

static uint32_t below(uint32_t n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((seed >> 33) % n);
}

/* Dimensions in a ring: tables by 0 and 1, by 1 and 2, ..., by the last and 0. */
struct ring {
    uint32_t n;
    uint32_t sizes[4];
    struct sc_system *system;
    size_t n_own; /* cells of the tables; those behind are made */
    size_t n_cells;
    struct sc_figure figures[CELLS_MAX];
    /* by kind of record: all combinations of codes */
    size_t n_kinds;
    uint32_t codes[KINDS_MAX][4];
    bool counts_in[CELLS_MAX][KINDS_MAX]; /* by cell */
};

static void make_tables(struct ring *r)
{
    for (uint32_t t = 0; t < r->n; t++) {
        uint32_t a = t, b = (t + 1) % r->n, cell;

        for (uint32_t i = 0; i <= r->sizes[a]; i++)
            for (uint32_t j = 0; j <= r->sizes[b]; j++) {
                uint32_t at[4] = {0};

                at[a] = i;
                at[b] = j;
                OK(sc_system_add_cell(r->system, at, &cell, NULL));
            }
    }
    r->n_own = sc_system_n_cells(r->system);
}

static void make_kinds(struct ring *r)
{
    uint32_t at[4] = {1, 1, 1, 1};

    r->n_kinds = 0;
    for (uint32_t d = 0; d < r->n;) {
        memcpy(r->codes[r->n_kinds++], at, sizeof at);
        for (d = 0; d < r->n && ++at[d] > r->sizes[d]; d++)
            at[d] = 1;
    }
}

static struct ring ring_of(uint32_t n, const uint32_t *sizes)
{
    struct ring r = {.n = n};

    OK(sc_system_new(&r.system, NULL));
    for (uint32_t d = 0; d < n; d++) {
        char name[] = {(char)('A' + d), '\0'};
        uint32_t dimension, children[4];

        r.sizes[d] = sizes[d];
        OK(sc_system_add_dimension(r.system, sc_slice_of(name), &dimension, NULL));
        for (uint32_t k = 0; k < sizes[d]; k++) {
            char code[] = {(char)('a' + d), (char)('1' + k), '\0'};

            OK(sc_system_add_code(r.system, d, sc_slice_of(code), &children[k], NULL));
        }
        OK(sc_system_add_split(r.system, d, 0, children, sizes[d], false, NULL));
    }
    make_tables(&r);
    make_kinds(&r);
    OK(sc_system_link(r.system, NULL));
    r.n_cells = sc_system_n_cells(r.system);
    assert_true(r.n_cells <= CELLS_MAX);
    for (uint32_t c = 0; c < r.n_cells; c++)
        for (size_t k = 0; k < r.n_kinds; k++) {
            const uint32_t *codes = sc_system_cell_codes(r.system, c);
            bool in = true;

            for (uint32_t d = 0; d < n; d++)
                in = in && (codes[d] == 0 || codes[d] == r.codes[k][d]);
            r.counts_in[c][k] = in;
        }
    return r;
}

static int64_t count_of(const struct ring *r, uint32_t cell, const int64_t *records)
{
    int64_t count = 0;

    for (size_t k = 0; k < r->n_kinds; k++)
        count += r->counts_in[cell][k] ? records[k] : 0;
    return count;
}

/* `n_over`: found, though only the person of the figure herself knows it. */
static size_t n_exact, n_open, n_unprinted, n_known, n_herself, n_over;

/* What the one person of each hidden figure of 1 can know: the least and most of all figures then.
 */
struct insiders {
    size_t n;
    uint32_t cell[CELLS_MAX];
    int64_t least[CELLS_MAX][CELLS_MAX], most[CELLS_MAX][CELLS_MAX]; /* by insider and cell */
    bool herself[CELLS_MAX][CELLS_MAX]; /* in truth, the person is the one of that figure too */
};

static void find_insiders(const struct ring *r, const int64_t *records, struct insiders *in)
{
    in->n = 0;
    for (uint32_t c = 0; c < r->n_own; c++) {
        if (r->figures[c].kind != SC_FIGURE_HIDDEN || count_of(r, c, records) != 1)
            continue;
        for (uint32_t p = 0; p < r->n_cells; p++) {
            in->least[in->n][p] = INT64_MAX;
            in->most[in->n][p] = INT64_MIN;
            in->herself[in->n][p] = false;
            for (size_t k = 0; k < r->n_kinds; k++)
                if (records[k] == 1 && r->counts_in[c][k])
                    in->herself[in->n][p] = r->counts_in[p][k] && count_of(r, p, records) == 1;
        }
        in->cell[in->n++] = c;
    }
}

/* One set of records that agrees. */
static void look_as_insiders(struct insiders *in, const struct ring *r, const int64_t *counts)
{
    for (size_t i = 0; i < in->n; i++)
        for (uint32_t p = 0; p < r->n_cells && counts[in->cell[i]] == 1; p++) {
            if (counts[p] < in->least[i][p])
                in->least[i][p] = counts[p];
            if (counts[p] > in->most[i][p])
                in->most[i][p] = counts[p];
        }
}

/* What the readers can know: the least and most of every cell in all records that agree. */
struct all {
    const struct ring *ring;
    int64_t hidden_low;
    int64_t now[KINDS_MAX];
    size_t n;
    int64_t least[CELLS_MAX], most[CELLS_MAX];
    struct insiders *insiders; /* may be NULL */
};

static void look(struct all *all)
{
    const struct ring *r = all->ring;
    int64_t counts[CELLS_MAX];

    for (uint32_t c = 0; c < r->n_cells; c++) {
        counts[c] = count_of(r, c, all->now);
        if (r->figures[c].kind == SC_FIGURE_VALUE && counts[c] != r->figures[c].value)
            return;
        if (r->figures[c].kind == SC_FIGURE_HIDDEN && counts[c] < all->hidden_low)
            return;
    }
    for (uint32_t c = 0; c < r->n_cells; c++) {
        if (all->n == 0 || counts[c] < all->least[c])
            all->least[c] = counts[c];
        if (all->n == 0 || counts[c] > all->most[c])
            all->most[c] = counts[c];
    }
    all->n++;
    if (all->insiders)
        look_as_insiders(all->insiders, r, counts);
}

static void list(struct all *all, size_t kind, int64_t left)
{
    if (kind + 1 == all->ring->n_kinds) {
        all->now[kind] = left;
        look(all);
        return;
    }
    for (int64_t n = 0; n <= left; n++) {
        all->now[kind] = n;
        list(all, kind + 1, left - n);
    }
}

/* Every hidden figure's verdict, and every small count of the cross table that is known. */
static void check_reader(const struct sc_audit *audit, enum sc_reader reader, const struct all *all)
{
    const struct ring *r = all->ring;
    bool told[CELLS_MAX] = {false};

    for (size_t i = 0; i < audit->n_findings; i++)
        if (audit->findings[i].kind == SC_FINDING_IMPLIED && audit->findings[i].reader == reader &&
            audit->findings[i].relation == SC_NONE)
            told[audit->findings[i].cell] = true;
    assert_int_equal(audit->readers[reader].undecided, 0);
    for (uint32_t c = 0; c < r->n_cells; c++) {
        bool exact = all->least[c] == all->most[c];

        if (r->figures[c].kind == SC_FIGURE_HIDDEN)
            assert_int_equal(audit->readers[reader].verdict[c],
                             exact ? SC_VERDICT_EXACT : SC_VERDICT_PROTECTED);
        else if (r->figures[c].kind == SC_FIGURE_NONE)
            assert_int_equal(told[c], exact && all->least[c] >= 1 && all->least[c] < SMALL);
    }
}

/*
 * A small hidden figure that some other person knows is found; one that is found is known to
 * somebody.
 */
static void check_insiders(const struct sc_audit *audit, const struct ring *r,
                           const int64_t *records, const struct insiders *in)
{
    assert_int_equal(audit->readers[SC_READER_INSIDER].undecided, 0);
    for (uint32_t p = 0; p < r->n_own; p++) {
        bool known = false, to_herself = false;
        bool found = audit->readers[SC_READER_INSIDER].verdict[p] == SC_VERDICT_EXACT;

        if (r->figures[p].kind != SC_FIGURE_HIDDEN || count_of(r, p, records) >= SMALL ||
            audit->readers[SC_READER_RULES].verdict[p] == SC_VERDICT_EXACT)
            continue;
        for (size_t i = 0; i < in->n; i++) {
            bool exact = in->cell[i] != p && in->least[i][p] == in->most[i][p];

            known = known || (exact && !in->herself[i][p]);
            to_herself = to_herself || (exact && in->herself[i][p]);
        }
        if (known)
            assert_true(found);
        if (found)
            assert_true(known || to_herself);
        n_known += known;
        n_herself += to_herself && !known && !found;
        n_over += found && !known;
    }
}

static void attack_one(struct ring *r, int64_t n_records, uint32_t percent)
{
    static const enum sc_reader readers[] = {SC_READER_SUMS, SC_READER_RULES};
    static struct insiders insiders;
    struct sc_audit_policy policy = {.zeros = SC_ZEROS_SHOWN, .singles_known = true};
    int64_t records[KINDS_MAX] = {0};
    SC_AUTO(sc_audit) audit = NULL;
    size_t some = 1 + below((uint32_t)r->n_kinds);

    for (int64_t i = 0; i < n_records; i++)
        records[below((uint32_t)some)]++;
    for (uint32_t c = 0; c < r->n_cells; c++) {
        int64_t count = count_of(r, c, records);
        bool total = count == n_records && sc_system_cell_codes(r->system, c)[0] == 0;

        r->figures[c] = (struct sc_figure){.kind = SC_FIGURE_NONE};
        if (c < r->n_own)
            r->figures[c] = count > 0 && !total && below(100) < percent
                                ? (struct sc_figure){.kind = SC_FIGURE_HIDDEN}
                                : (struct sc_figure){.kind = SC_FIGURE_VALUE, .value = count};
    }
    find_insiders(r, records, &insiders);
    policy.singles = insiders.cell;
    policy.n_singles = insiders.n;
    OK(sc_audit_run(r->system, r->figures, NULL, 0, &policy, &audit, NULL));
    assert_int_equal(audit->rings_left, 0);
    for (size_t i = 0; i < 2; i++) {
        struct all all = {
            .ring = r, .hidden_low = (int64_t)i, .insiders = i == 1 ? &insiders : NULL};

        list(&all, 0, n_records);
        assert_true(all.n > 0);
        check_reader(audit, readers[i], &all);
        for (uint32_t c = 0; c < r->n_cells; c++) {
            bool exact = all.least[c] == all.most[c];

            n_exact += r->figures[c].kind == SC_FIGURE_HIDDEN && exact;
            n_open += r->figures[c].kind == SC_FIGURE_HIDDEN && !exact;
            n_unprinted += r->figures[c].kind == SC_FIGURE_NONE && exact && all.least[c] > 0;
        }
    }
    check_insiders(audit, r, records, &insiders);
}

/* `rounds` random sets of `least` to `least` + 3 records. */
static void rings_of(uint32_t n, const uint32_t *sizes, int64_t least, size_t rounds)
{
    struct ring r = ring_of(n, sizes);

    assert_true(r.n_cells > r.n_own);
    for (size_t i = 0; i < rounds; i++)
        attack_one(&r, least + below(4), 20 + below(80));
    sc_system_free(r.system);
}

static void three_tables(void **state)
{
    (void)state;
    seed = 11;
    n_exact = n_open = n_unprinted = n_known = n_herself = n_over = 0;
    rings_of(3, (uint32_t[]){2, 2, 2}, 5, 200);
    rings_of(3, (uint32_t[]){3, 2, 2}, 3, 60);
    rings_of(3, (uint32_t[]){2, 3, 3}, 2, 20);
    assert_true(n_exact > 100 && n_open > 100 && n_unprinted > 100);
    /* Nobody is told of who is told of herself, but for a few where sums alone do not show it. */
    assert_true(n_known > 50 && n_herself > 20 && n_over <= 5);
}

static void four_tables(void **state)
{
    (void)state;
    seed = 12;
    n_exact = n_open = n_unprinted = n_known = n_herself = n_over = 0;
    rings_of(4, (uint32_t[]){2, 2, 2, 2}, 3, 60);
    assert_true(n_exact > 100 && n_open > 100 && n_unprinted > 100);
    /* Nobody is told of who is told of herself, but for a few where sums alone do not show it. */
    assert_true(n_known > 50 && n_herself > 20 && n_over <= 5);
}

static size_t n_protected, n_secondary;

/* Nobody can work out a hidden figure, nor a small one of the cross table. */
static void check_pattern(const struct ring *r, const int64_t *records, struct insiders *in)
{
    struct all all = {.ring = r, .hidden_low = 1, .insiders = in};
    int64_t n_records = 0;

    for (size_t k = 0; k < r->n_kinds; k++)
        n_records += records[k];
    list(&all, 0, n_records);
    assert_true(all.n > 0);
    for (uint32_t c = 0; c < r->n_cells; c++) {
        int64_t count = count_of(r, c, records);

        if (r->figures[c].kind == SC_FIGURE_VALUE ||
            (c >= r->n_own && (count < 1 || count >= SMALL)))
            continue;
        assert_true(all.least[c] < all.most[c]);
        for (size_t i = 0; i < in->n && c < r->n_own && count < SMALL; i++)
            assert_true(in->cell[i] == c || in->herself[i][c] || in->least[i][c] < in->most[i][c]);
    }
}

/* Has a pattern chosen by programs over all nodes, or as in a large problem by boxes and search. */
static void protect_one(struct ring *r, int64_t n_records, size_t small)
{
    static struct insiders insiders;
    const struct sc_protect_policy policy = {.small = small};
    int64_t records[KINDS_MAX] = {0}, count[CELLS_MAX];
    uint8_t role[CELLS_MAX] = {0};
    const struct sc_protect_input input = {.system = r->system, .count = count, .role = role};
    SC_AUTO(sc_pattern) pattern = NULL;
    size_t some = 3 + below((uint32_t)r->n_kinds - 2);

    for (int64_t i = 0; i < n_records; i++)
        records[below((uint32_t)some)]++;
    for (uint32_t c = 0; c < r->n_cells; c++) {
        count[c] = count_of(r, c, records);
        if (count[c] == n_records && sc_system_cell_codes(r->system, c)[0] == 0)
            role[c] = SC_ROLE_PRINTED;
    }
    OK(sc_protect_suppress(&input, &policy, &pattern, NULL));
    if (!pattern->complete || pattern->unprotectable > 0)
        return;
    sc_pattern_figures(&input, pattern, r->figures);
    find_insiders(r, records, &insiders);
    check_pattern(r, records, &insiders);
    n_protected += pattern->primary > 0;
    n_secondary += pattern->secondary > 0;
}

static void what_is_chosen_protects(void **state)
{
    struct ring r = ring_of(3, (uint32_t[]){2, 2, 2});

    (void)state;
    seed = 13;
    for (size_t i = 0; i < 120; i++)
        protect_one(&r, 8 + below(3), i % 2 == 0 ? 0 : 1);
    assert_true(n_protected > 40 && n_secondary > 10);
    sc_system_free(r.system);
}

/* Whether code `code` of time, of the dimension below, holds month `month` (1 to 3). */
static bool holds(uint32_t code, uint32_t month)
{
    static const uint8_t months[] = {7, 1, 2,
                                     4, 3, 6}; /* all, three months, the first two, the last two */

    return (months[code] >> (month - 1) & 1) != 0;
}

/*
 * Three months by themselves; by another category those codes of time that have a bit in
 * `by_category`: 0 all three, 1 to 3 a month, 4 and 5 the first two and the last two. `parted`:
 * what has no cell is not empty.
 */
static struct ring periods_that_overlap(unsigned by_category, bool parted)
{
    static const char *const names[] = {"m1", "m2", "m3", "m1-m2", "m2-m3", "c1", "c2"};
    struct ring r = {.n = 2};
    uint32_t d, code[7], cell;

    OK(sc_system_new(&r.system, NULL));
    OK(sc_system_add_dimension(r.system, sc_slice_of("time"), &d, NULL));
    OK(sc_system_add_dimension(r.system, sc_slice_of("category"), &d, NULL));
    for (uint32_t i = 0; i < 7; i++)
        OK(sc_system_add_code(r.system, i < 5 ? 0 : 1, sc_slice_of(names[i]), &code[i], NULL));
    if (parted)
        sc_system_set_parted(r.system, 0);
    OK(sc_system_add_split(r.system, 0, 0, code, 3, false, NULL));
    OK(sc_system_add_split(r.system, 0, code[3], code, 2, false, NULL));
    OK(sc_system_add_split(r.system, 0, code[4], code + 1, 2, false, NULL));
    OK(sc_system_add_split(r.system, 1, 0, code + 5, 2, false, NULL));
    for (uint32_t t = 0; t < 6; t++)
        for (uint32_t c = 0; c < 3; c++)
            if (c == 0 || (by_category >> t & 1))
                OK(sc_system_add_cell(r.system, (uint32_t[]){t, c}, &cell, NULL));
    r.n_own = sc_system_n_cells(r.system);
    OK(sc_system_link(r.system, NULL));
    r.n_cells = sc_system_n_cells(r.system);
    r.n_kinds = 6;
    for (uint32_t c = 0; c < r.n_cells; c++)
        for (uint32_t k = 0; k < 6; k++) {
            const uint32_t *at = sc_system_cell_codes(r.system, c);

            r.counts_in[c][k] = holds(at[0], k % 3 + 1) && (at[1] == 0 || at[1] == k / 3 + 1);
        }
    return r;
}

/*
 * With the months' figures in the system, though nobody prints them, all is known; without, not.
 * Where parts are made, the same holds for a period inside another, and for one month of three.
 */
static void periods_meet_in_their_months(void **state)
{
    static const struct {
        unsigned by_category;
        bool parted;
        size_t rings_left;
    } cases[] = {{0x3f, false, 0}, {0x30, false, 1}, {0x11, false, 1}, {0x30, true, 0},
                 {0x11, true, 0},  {0x31, true, 0},  {0x03, true, 0},  {0x0b, true, 0}};

    (void)state;
    seed = 14;
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct ring r = periods_that_overlap(cases[k].by_category, cases[k].parted);

        n_exact = n_open = n_unprinted = n_known = n_herself = n_over = 0;
        assert_int_equal(sc_system_rings_left(r.system), cases[k].rings_left);
        for (size_t i = 0; i < 100 && cases[k].rings_left == 0; i++)
            attack_one(&r, 4 + below(5), 20 + below(80));
        if (cases[k].rings_left == 0)
            assert_true(n_exact > 20 && n_open > 20);
        sc_system_free(r.system);
    }
}

/* Everybody of a1 is in c1 and nobody else is: the figures of (a1, b) are those of (b, c1). */
static void no_sum_says_it(void **state)
{
    struct ring r = ring_of(3, (uint32_t[]){2, 2, 2});
    /* kinds: a fastest, then b, then c */
    const int64_t records[8] = {17, 0, 3, 0, 0, 6, 0, 14};
    SC_AUTO(sc_audit) audit = NULL;
    size_t hidden = 0;

    (void)state;
    for (uint32_t c = 0; c < r.n_cells; c++) {
        const uint32_t *codes = sc_system_cell_codes(r.system, c);

        r.figures[c] = (struct sc_figure){.kind = SC_FIGURE_NONE};
        if (c >= r.n_own)
            continue;
        r.figures[c] =
            (struct sc_figure){.kind = SC_FIGURE_VALUE, .value = count_of(&r, c, records)};
        if (codes[0] && codes[1]) {
            r.figures[c] = (struct sc_figure){.kind = SC_FIGURE_HIDDEN};
            hidden++;
        }
    }
    OK(sc_audit_run(r.system, r.figures, NULL, 0, NULL, &audit, NULL));
    assert_int_equal(hidden, 4);
    assert_false(audit->safe);
    assert_int_equal(audit->readers[SC_READER_SUMS].exact, 4);
    sc_system_free(r.system);
}

/* A ring whose cross table would be too large is not tied together, and never safe. */
static void too_large(void **state)
{
    SC_AUTO(sc_system) s = NULL;
    SC_AUTO(sc_audit) audit = NULL;
    SC_AUTO_FREE struct sc_figure *figures = NULL;
    uint32_t children[64], cell;

    (void)state;
    OK(sc_system_new(&s, NULL));
    for (uint32_t d = 0; d < 3; d++) {
        char name[] = {(char)('A' + d), '\0'};
        uint32_t dimension;

        OK(sc_system_add_dimension(s, sc_slice_of(name), &dimension, NULL));
        for (uint32_t k = 0; k < 64; k++) {
            char code[8];

            (void)snprintf(code, sizeof code, "%c%u", 'a' + (int)d, (unsigned)k);
            OK(sc_system_add_code(s, d, sc_slice_of(code), &children[k], NULL));
        }
        OK(sc_system_add_split(s, d, 0, children, 64, false, NULL));
    }
    for (uint32_t t = 0; t < 3; t++)
        for (uint32_t k = 0; k < 64 * 64; k++) {
            uint32_t at[3] = {0};

            at[t] = 1 + k % 64;
            at[(t + 1) % 3] = 1 + k / 64;
            OK(sc_system_add_cell(s, at, &cell, NULL));
        }
    OK(sc_system_link(s, NULL));
    assert_int_equal(sc_system_rings_left(s), 1);
    figures = sc_alloc_array(sc_system_n_cells(s), sizeof *figures);
    assert_non_null(figures);
    for (uint32_t c = 0; c < sc_system_n_cells(s); c++)
        figures[c].kind = sc_system_made(s, c) ? SC_FIGURE_NONE : SC_FIGURE_VALUE;
    OK(sc_audit_run(s, figures, NULL, 0, NULL, &audit, NULL));
    assert_int_equal(audit->rings_left, 1);
    assert_true(audit->consistent);
    assert_false(audit->safe);
    assert_null(audit->witnesses);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_sum_says_it),
        cmocka_unit_test(three_tables),
        cmocka_unit_test(four_tables),
        cmocka_unit_test(what_is_chosen_protects),
        cmocka_unit_test(periods_meet_in_their_months),
        cmocka_unit_test(too_large),
    };

    return cmocka_run_group_tests_name("rings", tests, NULL, NULL);
}
