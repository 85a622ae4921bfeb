/*
 * page_proof.c - the proof that withheld figures cannot be worked out, on the page: what the
 * certificate is, and one piece of it to be added up by hand (example.h).
 */
#include <string.h>

#include "publish/example.h"
#include "publish/page.h"

#define BUF_TEXT(buf) ((buf).data ? (buf).data : "")

/* Where the other dimensions of the piece stand: ": April 2018", or nothing when all at totals. */
static void add_place(const struct sc_example *example, struct sc_buf *out)
{
    const char *before = ": ";

    for (size_t d = 0; d < example->table->n_dimensions; d++) {
        const struct sc_dimension *dimension = &example->table->dimensions[d];

        if (d == example->down || d == example->across || example->at[d] == dimension->n_categories)
            continue;
        sc_buf_adds(out, before);
        sc_buf_adds(out, sc_position_label(dimension, example->at[d]));
        before = ", ";
    }
}

static void example_caption(const struct sc_page *page, const struct sc_example *example,
                            const char *key, const char *id)
{
    SC_AUTO_BUF title = {0};
    struct sc_buf *out = page->out;

    sc_table_heading(example->table, &title);
    add_place(example, &title);
    sc_buf_addf(out, "<caption><span class=\"cap\"><span id=\"example-%s\"><b>", id);
    sc_page_word(page, key);
    sc_buf_adds(out, "</b></span><span class=\"detail\">");
    sc_html(out, BUF_TEXT(title));
    sc_buf_adds(out, "</span></span></caption>\n");
    out->failed |= title.failed;
}

/* What line `i` of a piece is called: a category, the rest, the total. */
static void add_line_name(const struct sc_page *page, const struct sc_example *example, bool down,
                          size_t i)
{
    const struct sc_dimension *dimension =
        &example->table->dimensions[down ? example->down : example->across];
    const size_t *lines = down ? example->rows : example->columns;
    size_t n = down ? example->n_rows : example->n_columns;
    bool more = down ? example->more_rows : example->more_columns;

    if (more && i == n)
        sc_page_word(page, "example-rest");
    else
        sc_html(page->out,
                sc_position_label(dimension, i < n ? lines[i] : dimension->n_categories));
}

static void example_head(const struct sc_page *page, const struct sc_example *example)
{
    const struct sc_table *table = example->table;
    size_t width = sc_example_width(example);
    struct sc_buf *out = page->out;

    sc_buf_adds(out, "<thead><tr><th scope=\"col\">");
    sc_html(out, table->dimensions[example->down].label);
    sc_buf_adds(out, "</th>");
    for (size_t c = 0; c < width; c++) {
        bool total = c + 1 == width && example->across != SIZE_MAX;

        sc_buf_adds(out, total ? "<th scope=\"col\" class=\"t\">" : "<th scope=\"col\">");
        if (example->across == SIZE_MAX)
            sc_buf_adds(out, sc_unit_title(table->unit));
        else
            add_line_name(page, example, false, c);
        sc_buf_adds(out, "</th>");
    }
    sc_buf_adds(out, "</tr></thead>\n");
}

static void example_cell(const struct sc_page *page, const struct sc_example *example, int which,
                         size_t r, size_t c)
{
    uint64_t value = example->values[which][r][c];
    bool differs = example->values[0][r][c] != example->values[1][r][c];
    bool total = example->across != SIZE_MAX && c + 1 == sc_example_width(example);
    struct sc_buf *out = page->out;
    char digits[32];

    (void)sc_format_count(value, digits);
    if (differs) {
        sc_buf_addf(out, "<td class=\"d\"><b>%s</b><span class=\"vh\">, ", digits);
        sc_page_word(page, "example-differs");
        sc_buf_adds(out, "</span></td>");
    } else if (example->withheld[r][c]) {
        sc_buf_addf(out, "<td class=\"d\">%s<span class=\"vh\">, ", digits);
        sc_page_word(page, "withheld");
        sc_buf_adds(out, "</span></td>");
    } else {
        sc_buf_addf(out, "<td%s>%s</td>", total ? " class=\"t\"" : "", digits);
    }
}

static void example_table(const struct sc_page *page, const struct sc_example *example, int which)
{
    const char *id = which ? "b" : "a";
    size_t height = sc_example_height(example);
    struct sc_buf *out = page->out;

    sc_buf_addf(out,
                "<div class=\"region\" role=\"region\" aria-labelledby=\"example-%s\" "
                "tabindex=\"0\">\n<table class=\"example\">\n",
                id);
    example_caption(page, example, which ? "example-b" : "example-a", id);
    example_head(page, example);
    sc_buf_adds(out, "<tbody>\n");
    for (size_t r = 0; r < height; r++) {
        sc_buf_adds(out, r + 1 == height ? "<tr class=\"sum\"><th scope=\"row\">"
                                         : "<tr><th scope=\"row\">");
        add_line_name(page, example, true, r);
        sc_buf_adds(out, "</th>");
        for (size_t c = 0; c < sc_example_width(example); c++)
            example_cell(page, example, which, r, c);
        sc_buf_adds(out, "</tr>\n");
    }
    sc_buf_adds(out, "</tbody>\n");
    sc_page_region_close(page);
}

static void add_example(const struct sc_page *page)
{
    struct sc_example example;
    struct sc_buf *out = page->out;
    char digits[32];
    const struct sc_field fields[] = {{"number", digits}, {0}};

    if (sc_example_find(page->publication, &example, NULL)) {
        out->failed = true;
        return;
    }
    if (!example.table)
        return;
    (void)sc_format_count(example.number, digits);
    sc_word_markdown(page->wording, "text-example", fields, out);
    sc_buf_adds(out, "<div class=\"examples\">\n");
    example_table(page, &example, 0);
    example_table(page, &example, 1);
    sc_buf_adds(out, "</div>\n");
}

bool sc_page_has_proof(const struct sc_page *page)
{
    return page->publication->proof.certificate.len > 0 &&
           (sc_page_withholds(page) || sc_publication_is_rounded(page->publication));
}

void sc_page_proof(const struct sc_page *page)
{
    const struct sc_field fields[] = {{"certificate", SC_CERTIFICATE_FILE}, {0}};

    if (!sc_page_has_proof(page))
        return;
    sc_buf_adds(page->out, "<h3 id=\"proof\">");
    sc_page_word(page, "proof-title");
    sc_buf_adds(page->out, "</h3>\n");
    if (sc_publication_is_rounded(page->publication)) {
        sc_word_markdown(page->wording, "text-proof-rounded", fields, page->out);
        return;
    }
    sc_word_markdown(page->wording, "text-proof", fields, page->out);
    add_example(page);
    sc_word_markdown(page->wording, "text-proof-check", fields, page->out);
}
