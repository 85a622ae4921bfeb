/*
 * test_selections.c - selections of offences and their common parts, against sets of single
 * records' codes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "answer/selections.h"

#define OK(call) assert_int_equal((call), SC_OK)

/* What a record can be: a code that is named, another of a named class, anything else. */
static const struct {
    const char *code;
    const char *class;
} records[] = {
    {"071/17", "88A"},    {"088/01", "88A"}, {"088/02", "88A"},
    {"other 88A", "88A"}, {"008/06", ""},    {"999/99", ""},
};
#define N_RECORDS (sizeof records / sizeof *records)

static const char *const names[] = {"008/06", "071/17", "088/01", "088/02", "88A"};

static bool holds(const struct sc_selection *s, size_t record)
{
    for (size_t i = 0; i < s->n_codes; i++)
        if (strcmp(s->codes[i], records[record].code) == 0 ||
            strcmp(s->codes[i], records[record].class) == 0)
            return true;
    return s->n_codes == 0;
}

static uint32_t next_random(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005ULL + 1442695040888963407ULL;
    return (uint32_t)(*seed >> 33);
}

/* Parts by name: which selections have it. */
static size_t count_having(const struct sc_selection *s, size_t n, const char *part)
{
    size_t having = 0;

    for (size_t i = 0; i < n; i++) {
        bool has = s[i].n_parts == 0 && strcmp(s[i].name, part) == 0;

        for (size_t p = 0; p < s[i].n_parts; p++)
            has = has || strcmp(s[i].parts[p], part) == 0;
        having += has;
    }
    return having;
}

/* How many different sets of selections the records of `s` are in: its parts. */
static size_t count_kinds(const struct sc_selection *all, size_t n, const struct sc_selection *s)
{
    uint64_t seen[N_RECORDS];
    size_t kinds = 0;

    for (size_t r = 0; r < N_RECORDS; r++) {
        uint64_t in = 0;
        size_t k = 0;

        if (!holds(s, r))
            continue;
        for (size_t i = 0; i < n; i++)
            in |= (uint64_t)(holds(&all[i], r) && all[i].date == s->date) << i;
        while (k < kinds && seen[k] != in)
            k++;
        if (k == kinds)
            seen[kinds++] = in;
    }
    return kinds;
}

static void parts_are_those_of_the_records(void **state)
{
    uint64_t seed = 3;

    (void)state;
    for (int round = 0; round < 500; round++) {
        struct sc_arena arena = {0};
        struct sc_selection s[5] = {0};
        const char *codes[5][5];
        size_t n = 2 + next_random(&seed) % 4;

        for (size_t i = 0; i < n; i++) {
            s[i].codes = codes[i];
            s[i].date = next_random(&seed) % 4 == 0 ? SC_DATE_COMMITTED_FROM : SC_DATE_RECORDED;
            for (size_t c = 0; c < 5 && next_random(&seed) % 6 != 0; c++)
                if (next_random(&seed) % 3 == 0)
                    codes[i][s[i].n_codes++] = names[c];
        }
        OK(sc_selections_part(s, n, &arena, NULL));
        for (size_t i = 0; i < n; i++) {
            size_t kinds = count_kinds(s, n, &s[i]);

            /* the test's records have no "other" beside what is named unless a class or all is */
            assert_int_equal(s[i].n_parts ? s[i].n_parts : 1, kinds);
            for (size_t p = 0; p < s[i].n_parts; p++)
                assert_true(count_having(s, n, s[i].parts[p]) >= 1);
            for (size_t k = 0; k < n; k++) {
                bool meet = false, same = s[i].date == s[k].date;

                for (size_t r = 0; r < N_RECORDS; r++) {
                    meet = meet || (holds(&s[i], r) && holds(&s[k], r));
                    same = same && holds(&s[i], r) == holds(&s[k], r);
                }
                assert_int_equal(sc_selections_meet(&s[i], &s[k]), meet && s[i].date == s[k].date);
                if (strcmp(s[i].name, s[k].name) == 0)
                    assert_true(same && s[i].parts == s[k].parts);
            }
        }
        sc_arena_release(&arena);
    }
}

static void one_of_all(void **state)
{
    struct sc_arena arena = {0};
    const char *code = "071/17", *class = "88A";
    struct sc_selection s[4] = {{.codes = &code, .n_codes = 1},
                                {0},
                                {.codes = &class, .n_codes = 1},
                                {.date = SC_DATE_REPORTED}};

    (void)state;
    OK(sc_selections_part(s, 4, &arena, NULL));
    assert_string_equal(s[0].name, "recorded: 071/17");
    assert_int_equal(s[0].n_parts, 0);
    assert_string_equal(s[1].name, "recorded: all");
    assert_int_equal(s[1].n_parts, 3);
    assert_string_equal(s[1].parts[0], "recorded: 071/17"); /* a part that is a selection */
    assert_int_equal(s[2].n_parts, 2);
    assert_string_equal(s[2].parts[0], "recorded: 071/17");
    assert_int_equal(s[3].n_parts, 0); /* by another day: unrelated */
    sc_arena_release(&arena);
}

static void too_many_are_refused(void **state)
{
    struct sc_arena arena = {0};
    struct sc_selection s[SC_SELECTIONS_MAX + 1] = {0};
    char text[SC_SELECTIONS_MAX + 1][8];
    const char *codes[SC_SELECTIONS_MAX + 1];
    struct sc_error err = {0};

    (void)state;
    for (size_t i = 0; i <= SC_SELECTIONS_MAX; i++) {
        (void)snprintf(text[i], sizeof text[i], "%03u/01", (unsigned)i);
        codes[i] = text[i];
        s[i].codes = &codes[i];
        s[i].n_codes = 1;
    }
    OK(sc_selections_part(s, SC_SELECTIONS_MAX, &arena, NULL));
    assert_int_equal(sc_selections_part(s, SC_SELECTIONS_MAX + 1, &arena, &err), SC_E_UNSUPPORTED);
    sc_arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_of_all),
        cmocka_unit_test(parts_are_those_of_the_records),
        cmocka_unit_test(too_many_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
