/*
 * test_given.c - what earlier releases give away excuses no more than that.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "answer/given.h"

/* Earlier figures gave away figure 3; of the answer with them the audit finds that and no more. */
static struct sc_disclosure earlier_finding = {.kind = SC_FINDING_CELL,
                                               .cell = 3,
                                               .minus = SC_NONE,
                                               .insider = SC_NONE,
                                               .relation = SC_NONE,
                                               .low = 2,
                                               .high = 2};
static struct sc_disclosure findings[2];
static struct sc_audit earlier = {.consistent = true};
static struct sc_given given = {.audit = &earlier};

static struct sc_audit audit_of_both(void)
{
    struct sc_audit audit = {.consistent = true, .findings = findings, .n_findings = 1};

    earlier.findings = &earlier_finding;
    earlier.n_findings = 1;
    findings[0] = findings[1] = earlier_finding;
    audit.readers[SC_READER_SUMS] =
        (struct sc_reader_result){.asked = true, .safe = false, .exact = 1};
    audit.readers[SC_READER_RULES] = audit.readers[SC_READER_SUMS];
    audit.readers[SC_READER_INSIDER] = (struct sc_reader_result){.asked = true, .safe = true};
    return audit;
}

static void what_was_given_away_is_explained(void **state)
{
    struct sc_audit audit = audit_of_both();

    (void)state;
    assert_true(sc_given_explains(&given, &audit, true));
    audit.n_findings = 2;
    assert_true(sc_given_explains(&given, &audit, true));
    findings[1].cell = 4;
    assert_false(sc_given_explains(&given, &audit, true));
    findings[1] = findings[0];
    findings[1].insider = 5; /* to one person more than to the public */
    assert_false(sc_given_explains(&given, &audit, true));
}

static void what_was_not_examined_is_not(void **state)
{
    struct sc_audit audit = audit_of_both();

    (void)state;
    audit.rings_left = 1;
    assert_false(sc_given_explains(&given, &audit, true));
    audit = audit_of_both();
    audit.readers[SC_READER_RULES].undecided = 1;
    assert_false(sc_given_explains(&given, &audit, true));
    audit = audit_of_both();
    audit.readers[SC_READER_INSIDER].safe = false; /* and nothing found */
    assert_false(sc_given_explains(&given, &audit, true));
    audit = audit_of_both();
    audit.consistent = false;
    assert_false(sc_given_explains(&given, &audit, true));
}

/* Everybody of a total in one category: only where the policy counts it, and not when it was so
 * before. */
static void groups_count_where_the_policy_says_so(void **state)
{
    struct sc_audit audit = audit_of_both();

    (void)state;
    audit.n_findings = 2;
    audit.groups = 1;
    findings[1].kind = SC_FINDING_GROUP;
    findings[1].cell = 6;
    assert_true(sc_given_explains(&given, &audit, false));
    assert_false(sc_given_explains(&given, &audit, true));
    findings[1].cell = earlier_finding.cell;
    earlier.findings = &findings[1];
    findings[0] = findings[1];
    assert_true(sc_given_explains(&given, &audit, true));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_given_away_is_explained),
        cmocka_unit_test(what_was_not_examined_is_not),
        cmocka_unit_test(groups_count_where_the_policy_says_so),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
