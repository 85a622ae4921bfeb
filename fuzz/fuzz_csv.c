/*
 * fuzz_csv.c - any bytes as CSV: the quick indexes agree with the plain one,
 * and the slow reader gives rows that lie in the text, in order.
 */
#include "base/memory.h"
#include "extract/csv_index.h"
#include "extract/csv_slow.h"
#include "fuzz.h"

static void compare_indexes(const char *text, size_t size, char delimiter, bool in_quotes)
{
    size_t room = size + 64;
    uint32_t *plain = sc_alloc_array(room, sizeof *plain);
    uint32_t *quick = sc_alloc_array(room, sizeof *quick);
    struct sc_csv_indexed a;

    if (!plain || !quick)
        abort();
    a = sc_csv_index_scalar(text, 0, size, delimiter, in_quotes, '\n', plain);
    for (int level = SC_INDEX_AVX2; level <= SC_INDEX_AVX512; level++) {
        struct sc_csv_indexed b = sc_csv_index_with((enum sc_csv_index_level)level, text, 0, size,
                                                    delimiter, in_quotes, '\n', quick);

        if (a.odd != b.odd)
            abort();
        if (!a.odd && (a.n != b.n || a.in_quotes != b.in_quotes ||
                       memcmp(plain, quick, a.n * sizeof *plain) != 0))
            abort();
    }
    sc_free(plain);
    sc_free(quick);
}

static void read_slowly(char *text, size_t size, char delimiter, size_t n_fields, bool at_end)
{
    struct sc_csv_slow slow = {.delimiter = delimiter, .n_fields = n_fields, .at_end = at_end};
    size_t last = 0;

    slow.positions = sc_alloc_array(2 * size + 16, sizeof *slow.positions);
    slow.rows = sc_alloc_array(size + 2, sizeof *slow.rows);
    slow.faults = sc_alloc(size + 2);
    if (!slow.positions || !slow.rows || !slow.faults)
        abort();
    sc_csv_slow_read(&slow, text, 0, size);
    for (size_t i = 0; i < slow.n_rows; i++) {
        const struct sc_row *row = &slow.rows[i];

        if (row->start < last || row->n_fields == 0 ||
            row->first + row->n_fields > slow.n_positions)
            abort();
        for (size_t f = 0; f < row->n_fields; f++) {
            uint32_t end = slow.positions[row->first + f];

            if (end < row->start || end > size || (f && end <= slow.positions[row->first + f - 1]))
                abort();
        }
        last = slow.positions[row->first + row->n_fields - 1];
    }
    if (slow.rest > size || slow.rest < last)
        abort();
    sc_free(slow.positions);
    sc_free(slow.rows);
    sc_free(slow.faults);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char delimiters[4] = {',', ';', '\t', '|'};
    char *text;
    char delimiter;

    if (size < 1)
        return 0;
    delimiter = delimiters[data[0] & 3];
    text = sc_alloc(size + 1 + SC_CSV_PADDING);
    if (!text)
        abort();
    memcpy(text, data + 1, size - 1);
    compare_indexes(text, size - 1, delimiter, false);
    compare_indexes(text, size - 1, delimiter, true);
    read_slowly(text, size - 1, delimiter, 1 + (data[0] >> 2 & 7), data[0] >> 7);
    sc_free(text);
    return 0;
}
