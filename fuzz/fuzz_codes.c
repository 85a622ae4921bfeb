/*
 * fuzz_codes.c - offence codes, outcomes and age bands from any bytes.
 *
 * The input is read line by line, each line by every reader; what a reader
 * accepts must hold to its contract.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "codes/codes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_offence_code(struct sc_slice written)
{
    char once[8];
    char twice[8];
    bool is_class = false;
    bool still_class = false;

    if (!sc_offence_code_normalise(written, once, &is_class))
        return;
    assert(memchr(once, '\0', sizeof once));
    assert(is_class == !strchr(once, '/'));
    assert(sc_offence_code_normalise(sc_slice_of(once), twice, &still_class));
    assert(strcmp(once, twice) == 0 && is_class == still_class);
    if (is_class)
        (void)sc_offence_class_find(once, NULL);
    else
        (void)sc_offence_code_find(once, NULL, NULL);
}

static void check_outcome(struct sc_slice written)
{
    int found = sc_outcome_find(written);

    assert(found >= -1 && found < (int)sc_outcomes_count());
    if (found >= 0)
        assert(sc_outcome_find(sc_slice_of(sc_outcome_at((size_t)found)->code)) == found);
}

/* The scheme written from its own codes is the same scheme. */
static void check_written_again(const struct sc_bands *bands)
{
    SC_AUTO_BUF written = {0};
    SC_AUTO(sc_bands) again = NULL;
    char why[160];

    for (size_t i = 0; i < bands->n_bands; i++)
        sc_buf_addf(&written, "%s;", bands->bands[i].code);
    if (written.failed)
        return;
    assert(sc_bands_parse("again", sc_slice_of(written.data), &again, why));
    assert(again->n_bands == bands->n_bands);
    for (size_t i = 0; i < bands->n_bands; i++) {
        assert(again->bands[i].from == bands->bands[i].from);
        assert(again->bands[i].to == bands->bands[i].to);
        assert(strcmp(again->bands[i].label, bands->bands[i].label) == 0);
    }
}

static void check_bands(struct sc_slice written)
{
    SC_AUTO(sc_bands) bands = NULL;
    char why[160] = "";

    if (!sc_bands_parse("fuzz", written, &bands, why)) {
        assert(why[0] && memchr(why, '\0', sizeof why));
        assert(sc_utf8_valid(why, strlen(why)));
        return;
    }
    for (int age = 0; age <= 131; age++) {
        int index = sc_bands_index(bands, age);

        assert(index >= -1 && index < (int)bands->n_bands);
    }
    for (size_t i = 1; i < bands->n_bands; i++)
        assert(bands->bands[i].from == bands->bands[i - 1].to + 1);
    check_written_again(bands);
}

static void check_exemption(struct sc_slice written)
{
    char text[32];

    if (written.len >= sizeof text)
        return;
    if (written.len)
        memcpy(text, written.data, written.len);
    text[written.len] = '\0';
    (void)sc_exemption_known(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sc_slice rest = {(const char *)data, size};

    while (rest.len) {
        const char *end = memchr(rest.data, '\n', rest.len);
        size_t len = end ? (size_t)(end - rest.data) : rest.len;
        struct sc_slice line = {rest.data, len};

        check_offence_code(line);
        check_outcome(line);
        check_bands(line);
        check_exemption(line);
        rest.data += end ? len + 1 : len;
        rest.len -= end ? len + 1 : len;
    }
    return 0;
}
