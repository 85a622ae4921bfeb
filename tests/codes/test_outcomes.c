/* test_outcomes.c - what outcome columns hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "codes/codes.h"

static const char *code_of(int found)
{
    return found < 0 ? "none" : sc_outcome_at((size_t)found)->code;
}

static void outcomes_as_written(void **state)
{
    static const struct {
        const char *written;
        const char *code;
    } cases[] = {
        {"0", "0"},
        {"00", "0"},
        {"1", "1"},
        {"01", "1"},
        {"001", "1"},
        {"22", "22"},
        {"1.0", "1"}, /* through a spreadsheet */
        {"16.0", "16"},
        {"1A", "1A"},
        {"1a", "1A"},
        {"01A", "1A"},
        {"1d", "1A"},
        {"1e", "1A"},
        {"1E", "1A"},
        {"2A", "2A"},
        {"3a", "3A"},
        {"C1", "C1"},
        {"c5", "C5"},
        {"OC01", "1"},
        {"oc01", "1"},
        {"OC1A", "1A"},
        {"OC01A - Charge/Summons Alternate Offence", "1A"},
        {"OC01 - Charge/Summons", "1"},
        {"OC01 \xe2\x80\x93 Charge/Summons", "1"},
        {"OC01 \x96 Charge/Summons", "1"},
        {"OC14 - Evidential difficulties: suspect not identified; victim does not support further "
         "action and some more words that go on until they are longer than anything in the list",
         "14"},
        {"OC 01", "1"},
        {"OC01 Charge/Summons", "1"},
        {"OC22 - Diversionary", "22"},
        {"Outcome 1", "1"},
        {"outcome 16", "16"},
        {"Outcome Type 18", "18"},
        {"Outcome: 18", "18"},
        {"Outcome 1A - Alternate", "1A"},
        {"1 - Charged", "1"},
        {"1: Charged", "1"},
        {"1. Charged", "1"},
        {"1 (Charged)", "1"},
        {"1)", "1"},
        {"18 \xe2\x80\x94 Investigation complete", "18"},
        {"1 Charged or summonsed", "1"},
        {"1\xc2\xa0"
         "Charged or summonsed",
         "1"},
        {"Charged or summonsed", "1"},
        {"CHARGED OR SUMMONSED", "1"},
        {" charged  or summonsed ", "1"},
        {"Charged or summonsed for an alternate offence", "1A"},
        {"Investigation complete \xe2\x80\x93 no suspect identified", "18"},
        {"Not yet assigned an outcome", "0"},
        {"Fraud (NFIB)", "19"},
        {"Local resolution", "8"},
        {"Taken into consideration", "4"},
        {"Offender given a drugs possession warning", "7"},
        {"Action to be taken by another organisation", "20"},
        {"Transferred to another force", "C1"},
        /* wording of several outcomes is none of them */
        {"Unable to prosecute suspect", "none"},
        {"Investigation complete; no suspect identified", "none"},
        {"Formal action is not in the public interest", "none"},
        {"Offender given a caution", "none"},
        {"Suspect charged", "none"}, /* 1 or 1A */
        {"Charged/Summonsed", "none"},
        {"Removed record", "none"},
        {"Out-of-court (formal)", "none"},
        /* what else stands in the column */
        {"", "none"},
        {"  ", "none"},
        {"Blank", "none"},
        {"NULL", "none"},
        {"-", "none"},
        {"#N/A", "none"},
        {"23", "none"},
        {"66", "none"},
        {"99", "none"},
        {"100", "none"},
        {"N1001", "none"},
        {"N1003", "none"},
        {"C6", "none"},
        {"C0", "none"},
        {"C", "none"},
        {"C12", "none"},
        {"1B", "none"},
        {"2D", "none"},
        {"1AA", "none"},
        {"4A", "none"},
        {"OC", "none"},
        {"OC99 - Other", "none"},
        {"New - Under Investigation", "none"},
        {"Filed - Incident Report OR CRI", "none"},
        {"Filed as incident/CRI", "none"},
        {"CANCELLED", "none"},
        {"1/2", "none"},
        {"1, 2", "none"},
        {"1-2", "none"},
        {"1;18", "none"},
        {"1.5", "none"},
        {"-1", "none"},
        {"+1", "none"},
        {"1 18", "none"},
        {"01/04/2018", "none"}, /* a column of dates, times or sentences */
        {"10-04-2018", "none"},
        {"10:30", "none"},
        {"1,250", "none"},
        {"12 months conditional discharge", "none"},
        {"5 victims", "none"},
        {"1st", "none"},
        {"16+", "none"},
        {"\xef\xbc\x91", "none"}, /* a full-width 1 */
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *got = code_of(sc_outcome_find(sc_slice_of(cases[i].written)));

        if (strcmp(got, cases[i].code) != 0)
            fail_msg("'%s': got %s, expected %s", cases[i].written, got, cases[i].code);
    }
}

static void each_outcome_is_found_by_its_code_and_its_label(void **state)
{
    char text[256];

    (void)state;
    assert_int_equal(sc_outcomes_count(), 31);
    for (size_t i = 0; i < sc_outcomes_count(); i++) {
        const struct sc_outcome *outcome = sc_outcome_at(i);

        assert_int_equal(sc_outcome_find(sc_slice_of(outcome->code)), i);
        assert_int_equal(sc_outcome_find(sc_slice_of(outcome->label)), i);
        (void)snprintf(text, sizeof text, "%s - %s", outcome->code, outcome->label);
        assert_int_equal(sc_outcome_find(sc_slice_of(text)), i);
        (void)snprintf(text, sizeof text, "%s %s", outcome->code, outcome->label);
        assert_int_equal(sc_outcome_find(sc_slice_of(text)), i);
        (void)snprintf(text, sizeof text, "Outcome %s", outcome->code);
        assert_int_equal(sc_outcome_find(sc_slice_of(text)), i);
        assert_int_equal(outcome->removed, outcome->code[0] == 'C');
        assert_true(outcome->group[0] != '\0');
    }
    assert_null(sc_outcome_at(31));
}

static void random_bytes_are_survived(void **state)
{
    static const char alphabet[] = "0011223456789AaCcDdEe OoCc-:.,()\x96\xe2\x80\x93\xc2\xa0\t";
    unsigned seed = 15;
    unsigned n_found = 0;

    (void)state;
    for (int round = 0; round < 200000; round++) {
        char written[160];
        size_t len;
        int found;

        seed = seed * 1103515245u + 12345u;
        len = (seed >> 16) % (round % 100 ? 8 : sizeof written);
        for (size_t i = 0; i < len; i++) {
            seed = seed * 1103515245u + 12345u;
            written[i] = alphabet[(seed >> 16) % sizeof alphabet]; /* its NUL too */
        }
        found = sc_outcome_find((struct sc_slice){written, len});
        assert_true(found >= -1 && found < (int)sc_outcomes_count());
        n_found += found >= 0;
    }
    assert_true(n_found > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(outcomes_as_written),
        cmocka_unit_test(each_outcome_is_found_by_its_code_and_its_label),
        cmocka_unit_test(random_bytes_are_survived),
    };

    return cmocka_run_group_tests_name("codes/outcomes", tests, NULL, NULL);
}
