/*
 * fuzz_publication.c - an answer.json and, behind a line "%%", a certificate, as a site reads them.
 *
 * What is read can be written again to the same bytes; what the gate lets through can be
 * written in every format; an example taken from the certificate adds up.
 */
#include <assert.h>

#include "fuzz.h"
#include "in_memory.h"
#include "publish/chart.h"
#include "publish/example.h"
#include "publish/files.h"
#include "publish/paper.h"
#include "publish/read.h"

/* Larger ones only take long. */
#define CELLS_MAX 20000

static bool is_small(const struct sc_publication *publication)
{
    size_t n = 0;

    for (size_t t = 0; t < publication->n_tables; t++)
        n += publication->tables[t].n_cells;
    return n <= CELLS_MAX;
}

static void check_example(const struct sc_publication *publication)
{
    struct sc_example e;

    if (sc_example_find(publication, &e, NULL) || !e.table)
        return;
    for (int which = 0; which < 2; which++)
        for (size_t c = 0; c < sc_example_width(&e); c++) {
            uint64_t sum = 0;

            for (size_t r = 0; r + 1 < sc_example_height(&e); r++)
                sum += e.values[which][r][c];
            assert(sum == e.values[which][sc_example_height(&e) - 1][c]);
        }
}

static void write_all(const struct sc_publication *publication)
{
    SC_AUTO_OUTPUTS outputs = {0};
    SC_AUTO_BUF page = {0};
    SC_AUTO_BUF paper = {0};

    assert(sc_outputs_make(&outputs, publication, NULL, NULL) == SC_OK);
    sc_publish_html(publication, NULL, NULL, 0, &page);
    sc_publish_paper(publication, &paper);
    assert(page.failed || strstr(page.data, "</html>"));
}

/* answer.json of what was read, and of that read again. */
static void write_twice(const struct sc_publication *publication, struct sc_slice certificate)
{
    SC_AUTO(sc_answer_file) again = NULL;
    SC_AUTO_BUF first = {0};
    SC_AUTO_BUF second = {0};
    const struct sc_slice none = {0};

    sc_publish_json(publication, &first);
    assert(sc_answer_file_parse("again", first.data, first.len, certificate, none, &again, NULL) ==
           SC_OK);
    sc_publish_json(sc_answer_file_publication(again), &second);
    assert(first.len == second.len && memcmp(first.data, second.data, first.len) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    size_t after, cut = in_memory_cut(data, size, &after);
    const struct sc_slice certificate = {text + after, size - after};
    const struct sc_slice none = {0};
    SC_AUTO(sc_answer_file) answer = NULL;
    const struct sc_publication *publication;
    struct sc_error err = {0};

    if (sc_answer_file_parse("answer.json", text, cut, certificate, none, &answer, &err)) {
        assert(err.message[0]);
        return 0;
    }
    publication = sc_answer_file_publication(answer);
    if (!is_small(publication))
        return 0;
    write_twice(publication, certificate);
    check_example(publication);
    if (sc_publication_check(publication, &err) == SC_OK)
        write_all(publication);
    return 0;
}
