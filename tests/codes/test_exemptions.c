/* test_exemptions.c - which sections a decision may name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "codes/codes.h"

static void sections(void **state)
{
    static const struct {
        const char *written;
        bool known;
    } cases[] = {
        {"12", true},
        {"12(1)", true},
        {"14(1)", true},
        {"14", true},
        {"21", true},
        {"30", true},
        {"31", true},
        {"40(2)", true},
        {"44(1)", true},
        {"40", true},
        {"31(1)(a)", true},
        {"", false},
        {"4", false},
        {"400", false},
        {"99", false},
        {"(2)", false},
        {"40(", false},
        {"40()", false},
        {"12(1", false},
        {"12(1)x", false},
        {"s.40(2)", false},
        {"40 (2)", false},
        {"12(drop table)", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (sc_exemption_known(cases[i].written) != cases[i].known)
            fail_msg("'%s'", cases[i].written);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(sections)};

    return cmocka_run_group_tests_name("codes/exemptions", tests, NULL, NULL);
}
