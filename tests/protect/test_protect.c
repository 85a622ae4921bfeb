/*
 * test_protect.c - suppression on small tables, judged by the audit.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tables.h"

#define OK(call) assert_int_equal((call), SC_OK)

/* Protects, audits, and gives the pattern. */
static struct sc_pattern *protect(const struct table *t, const struct sc_protect_policy *policy)
{
    struct sc_protect_input input = {.system = t->system, .count = t->count};
    struct sc_pattern *pattern = NULL;
    SC_AUTO(sc_audit) audit = NULL;

    OK(sc_protect_suppress(&input, policy, &pattern, NULL));
    assert_true(pattern->complete);
    assert_int_equal(pattern->unprotectable, 0);
    assert_true(pattern->lower_bound <= pattern->cost + 1e-9);
    OK(sc_pattern_audit(&input, policy, pattern, &audit, NULL));
    assert_true(audit->safe);
    for (size_t c = 0; c < t->n; c++)
        assert_int_equal(pattern->reason[c] == SC_REASON_PRIMARY,
                         t->count[c] >= 1 &&
                             t->count[c] < (policy->threshold ? policy->threshold : 5));
    return pattern;
}

static void random_tables_pass_the_audit(void **state)
{
    static const uint32_t shapes[][3] = {{3, 4, 0}, {4, 6, 0}, {3, 3, 3}, {6, 3, 4}};
    uint64_t seed = 1;

    (void)state;
    for (int i = 0; i < 200; i++) {
        const uint32_t *sizes = shapes[i % 4];
        size_t n_axes = sizes[2] ? 3 : 2, n = sizes[0] * sizes[1] * (sizes[2] ? sizes[2] : 1);
        int64_t inner[128];
        struct sc_protect_policy policy = {
            .no_implied = i & 4,
            .readers = i & 8 ? 0 : SC_READER_BIT(SC_READER_SUMS) | SC_READER_BIT(SC_READER_RULES)};
        struct table t;

        random_counts(&seed, n, inner);
        t = table_new(sizes, n_axes, i & 16, inner);
        sc_pattern_free(protect(&t, &policy));
        table_free(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_tables_pass_the_audit),
    };

    return cmocka_run_group_tests_name("protect", tests, NULL, NULL);
}
