/*
 * page_accuracy.c - how far a keyword search can be trusted, in words. The sentences were made
 * with the figures, and what may not be said is not in them.
 */
#include <string.h>

#include "publish/page.h"

static const struct sc_published_accuracy *accuracy_at(const struct sc_page *page, size_t i)
{
    const struct sc_publication *publication = page->publication;

    return publication->accuracy && i < publication->n_dictionaries ? &publication->accuracy[i]
                                                                    : NULL;
}

static const struct sc_table_wanted *wanted_of(const struct sc_request *request,
                                               const struct sc_table *table)
{
    for (size_t q = 0; q < request->n_questions; q++)
        for (size_t t = 0; t < request->questions[q].n_tables; t++)
            if (strcmp(request->questions[q].tables[t].id, table->id) == 0)
                return &request->questions[q].tables[t];
    return NULL;
}

/* The dictionary of a table by number: they are in the order in which tables first name them. */
static size_t dictionary_of(const struct sc_page *page, const struct sc_table *table)
{
    const struct sc_request *request = page->publication->request;
    const struct sc_table_wanted *wanted = wanted_of(request, table);
    const char *names[SC_CATEGORIES_MAX];
    size_t n = 0;

    for (size_t q = 0; q < request->n_questions && wanted && wanted->dictionary; q++)
        for (size_t t = 0; t < request->questions[q].n_tables; t++) {
            const char *name = request->questions[q].tables[t].dictionary;
            size_t k = 0;

            while (name && k < n && strcmp(names[k], name) != 0)
                k++;
            if (name && k == n && n < SC_CATEGORIES_MAX)
                names[n++] = name;
            if (name && strcmp(name, wanted->dictionary) == 0)
                return k;
        }
    return SIZE_MAX;
}

/* The categories of which nothing is said, in one sentence. */
static void add_withheld(const struct sc_published_accuracy *accuracy, struct sc_buf *out)
{
    size_t n = 0;

    for (size_t c = 0; c < accuracy->n_categories; c++) {
        if (!accuracy->categories[c].withheld)
            continue;
        sc_buf_adds(out, n++ ? ", " : "<li>");
        sc_html(out, accuracy->categories[c].label);
    }
    if (n)
        sc_buf_addf(out,
                    ": how far the search can be trusted is not said, for %s figures are withheld "
                    "or too few records could be checked.</li>\n",
                    n > 1 ? "these" : "its");
}

static void add_sentences(const struct sc_page *page, const struct sc_published_accuracy *accuracy)
{
    struct sc_buf *out = page->out;

    sc_buf_adds(out, "<ul class=\"checked\">\n");
    for (size_t c = 0; c < accuracy->n_categories; c++) {
        if (accuracy->categories[c].withheld)
            continue;
        sc_buf_adds(out, "<li>");
        sc_html(out, accuracy->categories[c].sentence);
        sc_buf_adds(out, "</li>\n");
    }
    add_withheld(accuracy, out);
    sc_buf_adds(out, "</ul>\n");
}

/* ---- the table ---- */

/*
 * A share in per cent with its interval, and both drawn on a line that stands for 0 to 100%. A
 * sample in which all (none) were right does not show that all are: "nearly".
 */
static void add_share(const struct sc_page *page, const unsigned share[3], bool exact)
{
    struct sc_buf *out = page->out;

    if (exact) {
        sc_buf_addf(out, "<td>%u%%</td>", share[0]);
        return;
    }
    sc_buf_addf(out,
                "<td>%s%u%% <span>%u to %u%%</span><svg aria-hidden=\"true\" height=\"12\">"
                "<line class=\"grid\" x2=\"100%%\" y1=\"6\" y2=\"6\"/>"
                "<line x1=\"%u%%\" x2=\"%u%%\" y1=\"6\" y2=\"6\"/>"
                "<circle cx=\"%u%%\" cy=\"6\" r=\"4.5\"/></svg></td>",
                share[0] == 0 || share[0] == 100 ? "nearly " : "", share[0], share[1], share[2],
                share[1], share[2], share[0]);
}

static void add_estimate(const struct sc_page *page, const struct sc_published_estimate *e)
{
    struct sc_buf *out = page->out;
    char digits[4][32];

    sc_buf_adds(out, "<tr><th scope=\"row\">");
    sc_html(out, e->label);
    sc_buf_addf(out, "</th><td>%s</td><td>%s", sc_format_count(e->found, digits[0]),
                sc_format_count(e->true_number, digits[1]));
    if (!e->exact)
        sc_buf_addf(out, " <span>%s to %s</span>", sc_format_count(e->true_low, digits[2]),
                    sc_format_count(e->true_high, digits[3]));
    sc_buf_adds(out, "</td>");
    if (e->shares_withheld) {
        sc_buf_adds(out, "<td>not said</td><td>not said</td></tr>\n");
        return;
    }
    add_share(page, e->precision, e->exact);
    if (e->recall_known)
        add_share(page, e->recall, e->exact);
    else
        sc_buf_adds(out, "<td>not known</td>");
    sc_buf_adds(out, "</tr>\n");
}

static void add_table(const struct sc_page *page, const struct sc_published_accuracy *accuracy,
                      size_t number)
{
    struct sc_buf *out = page->out;
    SC_AUTO_BUF rest = {0};
    bool any = false;

    for (size_t c = 0; c < accuracy->n_categories; c++)
        any |= !accuracy->categories[c].withheld;
    if (any) {
        sc_page_region_open(page, "accuracy", number, "a");
        sc_page_caption(page, number, "a", "The keyword search compared with reading the records",
                        "Unit: offences. Small print: 95% intervals. Lines run from 0 to 100%.");
        sc_buf_adds(out,
                    "<thead><tr><th scope=\"col\">Category</th><th scope=\"col\">Found by the "
                    "search</th><th scope=\"col\">Truly so, estimated</th><th scope=\"col\">Of "
                    "those found, right</th><th scope=\"col\">Of all that belong, found</th>"
                    "</tr></thead>\n<tbody>\n");
        for (size_t c = 0; c < accuracy->n_categories; c++)
            if (!accuracy->categories[c].withheld)
                add_estimate(page, &accuracy->categories[c]);
        sc_buf_adds(out, "</tbody>\n");
        sc_page_region_close(page);
    }
    add_withheld(accuracy, &rest);
    if (rest.len)
        sc_buf_addf(out, "<ul class=\"checked\">\n%s</ul>\n", rest.data);
    out->failed |= rest.failed;
}

bool sc_page_is_measured(const struct sc_page *page, size_t i)
{
    const struct sc_published_accuracy *accuracy = accuracy_at(page, i);

    return accuracy && accuracy->state == SC_ACCURACY_MEASURED;
}

/* ---- the parts of the page ---- */

void sc_page_accuracy_of(const struct sc_page *page, const struct sc_table *table)
{
    const struct sc_published_accuracy *accuracy = accuracy_at(page, dictionary_of(page, table));
    bool measured = accuracy && accuracy->state == SC_ACCURACY_MEASURED;
    struct sc_buf *out = page->out;

    sc_buf_adds(out, "<p>The categories come from a search for words in written accounts, not from "
                     "a recorded field. ");
    if (!measured) {
        sc_buf_adds(out, "<b>No accuracy review has been made of the search.</b> "
                         "<a href=\"#search\">What was searched for</a>.</p>\n");
        return;
    }
    sc_buf_adds(out, "A person has checked a sample of them to see how far that can be trusted "
                     "(<a href=\"#search\">how, and what was searched for</a>):</p>\n");
    add_sentences(page, accuracy);
}

void sc_page_accuracy(const struct sc_page *page, size_t i, size_t number)
{
    const struct sc_published_accuracy *accuracy = accuracy_at(page, i);
    struct sc_buf *out = page->out;

    if (accuracy && accuracy->state == SC_ACCURACY_MEASURED) {
        sc_buf_adds(out, "<p>");
        sc_html(out, accuracy->words);
        sc_buf_adds(out, "</p>\n");
        add_table(page, accuracy, number);
        return;
    }
    sc_buf_adds(out, "<p><b>No accuracy review has been made of this search.</b> How many offences "
                     "it misses, and how many it counts wrongly, is not known.");
    if (accuracy && accuracy->state == SC_ACCURACY_STALE)
        sc_buf_adds(out, " An earlier review was made of other records or other words, so it says "
                         "nothing about these figures.");
    sc_buf_adds(out, "</p>\n");
}
