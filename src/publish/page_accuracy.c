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

static void add_sentences(const struct sc_page *page, const struct sc_published_accuracy *accuracy,
                          bool shares)
{
    struct sc_buf *out = page->out;

    sc_buf_adds(out, "<ul>\n");
    for (size_t c = 0; c < accuracy->n_categories; c++) {
        if (accuracy->categories[c].withheld)
            continue;
        sc_buf_adds(out, "<li>");
        sc_html(out, accuracy->categories[c].sentence);
        if (shares && accuracy->categories[c].shares[0]) {
            sc_buf_addc(out, ' ');
            sc_html(out, accuracy->categories[c].shares);
        }
        sc_buf_adds(out, "</li>\n");
    }
    add_withheld(accuracy, out);
    sc_buf_adds(out, "</ul>\n");
}

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
    add_sentences(page, accuracy, false);
}

void sc_page_accuracy(const struct sc_page *page, size_t i)
{
    const struct sc_published_accuracy *accuracy = accuracy_at(page, i);
    struct sc_buf *out = page->out;

    if (accuracy && accuracy->state == SC_ACCURACY_MEASURED) {
        sc_buf_adds(out, "<p>");
        sc_html(out, accuracy->words);
        sc_buf_adds(out, "</p>\n");
        add_sentences(page, accuracy, true);
        return;
    }
    sc_buf_adds(out, "<p><b>No accuracy review has been made of this search.</b> How many offences "
                     "it misses, and how many it counts wrongly, is not known.");
    if (accuracy && accuracy->state == SC_ACCURACY_STALE)
        sc_buf_adds(out, " An earlier review was made of other records or other words, so it says "
                         "nothing about these figures.");
    sc_buf_adds(out, "</p>\n");
}
