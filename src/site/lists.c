/*
 * lists.c - pages of lists: all answers newest first, and by topic, year, decision and exemption,
 * each in pages of so many; the menus of these; one page of all titles.
 */
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/error.h"
#include "publish/clean.h"
#include "publish/page.h"
#include "site/list.h"

#define BUF_TEXT(buf) ((buf).data ? (buf).data : "")

/* ---- pages of a list ---- */

static void add_page_link(const struct sc_build *build, size_t page, size_t here,
                          struct sc_buf *out)
{
    /* Page 1 is the list's index.html; page n stands in page-n/. */
    if (page == here) {
        sc_buf_addf(out, "<li class=\"govuk-pagination__item govuk-pagination__item--current\">"
                         "<a class=\"govuk-link govuk-pagination__link\" aria-current=\"page\" "
                         "href=\"#main\" aria-label=\"");
        sc_site_word(build, "page", out);
        sc_buf_addf(out, " %zu\">%zu</a></li>\n", page, page);
        return;
    }
    sc_buf_addf(out, "<li class=\"govuk-pagination__item\"><a class=\"govuk-link "
                     "govuk-pagination__link\" aria-label=\"");
    sc_site_word(build, "page", out);
    if (page == 1)
        sc_buf_addf(out, " 1\" href=\"../index.html\">1</a></li>\n");
    else
        sc_buf_addf(out, " %zu\" href=\"%spage-%zu/index.html\">%zu</a></li>\n", page,
                    here == 1 ? "" : "../", page, page);
}

static void add_step(const struct sc_build *build, size_t page, size_t here, bool next,
                     struct sc_buf *out)
{
    sc_buf_addf(out,
                "<div class=\"govuk-pagination__%s\"><a class=\"govuk-link "
                "govuk-pagination__link\" rel=\"%s\" href=\"",
                next ? "next" : "prev", next ? "next" : "prev");
    if (page == 1)
        sc_buf_adds(out, "../index.html");
    else
        sc_buf_addf(out, "%spage-%zu/index.html", here == 1 ? "" : "../", page);
    sc_buf_adds(out, "\"><span class=\"govuk-pagination__link-title\">");
    sc_site_word(build, next ? "next" : "previous", out);
    sc_buf_adds(out, "</span></a></div>\n");
}

void sc_site_pagination(const struct sc_build *build, size_t here, size_t n_pages,
                        struct sc_buf *out)
{
    if (n_pages < 2)
        return;
    sc_buf_adds(out, "<nav class=\"govuk-pagination\" aria-label=\"");
    sc_site_word(build, "pagination", out);
    sc_buf_adds(out, "\">\n");
    if (here > 1)
        add_step(build, here - 1, here, false, out);
    sc_buf_adds(out, "<ul class=\"govuk-pagination__list\">\n");
    for (size_t p = 1; p <= n_pages; p++) {
        bool near = p + 1 >= here && p <= here + 1;

        if (near || p == 1 || p == n_pages)
            add_page_link(build, p, here, out);
        else if (p + 2 == here || p == here + 2)
            sc_buf_adds(out, "<li class=\"govuk-pagination__item "
                             "govuk-pagination__item--ellipsis\">&ctdot;</li>\n");
    }
    sc_buf_adds(out, "</ul>\n");
    if (here < n_pages)
        add_step(build, here + 1, here, true, out);
    sc_buf_adds(out, "</nav>\n");
}

void sc_site_open_list(const struct sc_build *build, const struct sc_frame *frame,
                       const char *title, const char *head, struct sc_buf *out)
{
    SC_AUTO_BUF whole = {0};

    sc_buf_addf(&whole, "%s - %s", title, build->config->organisation);
    sc_frame_open(frame, BUF_TEXT(whole), head, out);
    sc_buf_adds(out, "<main id=\"main\" class=\"wrap list-page\" tabindex=\"-1\">\n<h1>");
    sc_html(out, title);
    sc_buf_adds(out, "</h1>\n");
    out->failed |= whole.failed;
}

/* A list that is not the home page. Plain texts, "" for none. */
struct list {
    const char *folder; /* "topics/roads/" */
    const char *title;
    const char *lead;
    struct sc_crumb crumb;
    const size_t *entries; /* NULL: all */
    size_t n;
    bool has_feed; /* in its folder */
};

static void add_feed_links(const struct list *list, struct sc_buf *head)
{
    static const char *const kinds[][2] = {{"application/atom+xml", "feed.atom"},
                                           {"application/feed+json", "feed.json"}};

    for (size_t i = 0; i < 2; i++) {
        sc_buf_addf(head, "<link rel=\"alternate\" type=\"%s\" title=\"", kinds[i][0]);
        sc_html(head, list->title);
        sc_buf_addf(head, "\" href=\"%s\">\n", kinds[i][1]);
    }
}

static void add_lead(const char *lead, struct sc_buf *out)
{
    if (lead[0] == '\0')
        return;
    sc_buf_adds(out, "<p class=\"lead\">");
    sc_html(out, lead);
    sc_buf_adds(out, "</p>\n");
}

/* `depth`: folders down, page-n/ included. */
static enum sc_status write_list_page(struct sc_build *build, const struct list *list, size_t depth,
                                      size_t page, struct sc_error *err)
{
    size_t per_page = build->config->per_page;
    struct sc_frame frame = sc_site_frame(build, depth);
    SC_AUTO_BUF name = {0};
    SC_AUTO_BUF head = {0};
    SC_AUTO_BUF out = {0};

    frame.crumb = list->crumb;
    if (page == 1)
        sc_buf_addf(&name, "%sindex.html", list->folder);
    else
        sc_buf_addf(&name, "%spage-%zu/index.html", list->folder, page);
    if (list->has_feed && page == 1)
        add_feed_links(list, &head);
    sc_site_open_list(build, &frame, list->title, head.data, &out);
    add_lead(list->lead, &out);
    sc_buf_adds(&out, "<div class=\"results alone\">\n<h2 class=\"state\"><b>");
    sc_site_count(build, list->n, &out);
    sc_buf_adds(&out, "</b>, ");
    sc_site_word(build, "newest-first", &out);
    sc_buf_adds(&out, "</h2>\n");
    sc_site_cards(build, list->entries, list->n, page, sc_site_root(depth), &out);
    sc_site_pagination(build, page, (list->n + per_page - 1) / per_page, &out);
    if (list->has_feed && page == 1) {
        sc_buf_adds(&out, "<p class=\"follow\">");
        sc_site_word(build, "follow-topic", &out);
        sc_buf_addf(&out,
                    " <a href=\"feed.atom\">Atom</a>, <a href=\"feed.json\">JSON</a>. <a "
                    "href=\"%sfeeds/index.html\">",
                    sc_site_root(depth));
        sc_site_word(build, "feeds-what", &out);
        sc_buf_adds(&out, "</a></p>\n");
    }
    sc_buf_adds(&out, "</div>\n</main>\n");
    sc_frame_close(&frame, NULL, &out);
    if (name.failed || head.failed)
        return sc_fail_nomem(err);
    return sc_site_put_page(build, name.data, &out, err);
}

static enum sc_status write_home_rest(struct sc_build *build, struct sc_error *err)
{
    const struct list list = {
        .folder = "", .title = sc_site_log_title(build), .lead = "", .n = build->n_entries};
    size_t per_page = build->config->per_page;
    enum sc_status status = SC_OK;

    for (size_t p = 2; (p - 1) * per_page < build->n_entries && !status; p++)
        status = write_list_page(build, &list, 1, p, err);
    return status;
}

/* What is to be said of all answers of a facet: what its decision or exemption means. */
static void facet_lead(const struct sc_build *build, const struct facet *facet, struct sc_buf *out)
{
    const struct sc_field fields[] = {{"name", facet->name}, {0}};
    SC_AUTO_BUF means = {0};
    char title[200];

    sc_buf_addf(&means, "means-%s", facet->id);
    if (strcmp(facet->kind, "periods") == 0)
        sc_site_fill(build, "period-lead", fields, out);
    else if (strcmp(facet->kind, "exemptions") == 0)
        sc_buf_adds(out, sc_exemption_title(facet->name, title, sizeof title));
    else if (strcmp(facet->kind, "decisions") == 0 && !means.failed &&
             sc_word_is(build->wording, means.data))
        sc_buf_adds(out, sc_word(build->wording, means.data));
    out->failed |= means.failed;
}

static enum sc_status write_facet(struct sc_build *build, const struct facet *facet,
                                  struct sc_error *err)
{
    const struct sc_field fields[] = {{"name", facet->name}, {0}};
    size_t per_page = build->config->per_page;
    enum sc_status status = SC_OK;
    SC_AUTO_BUF folder = {0};
    SC_AUTO_BUF above = {0};
    SC_AUTO_BUF title = {0};
    SC_AUTO_BUF lead = {0};
    struct list list;

    sc_buf_addf(&folder, "%s/%s/", facet->kind, facet->id);
    sc_buf_addf(&above, "%s/index.html", facet->kind);
    sc_site_fill(build, facet->key, fields, &title);
    facet_lead(build, facet, &lead);
    if (folder.failed || above.failed || title.failed || lead.failed)
        return sc_fail_nomem(err);
    list = (struct list){.folder = folder.data,
                         .title = BUF_TEXT(title),
                         .lead = BUF_TEXT(lead),
                         .crumb = {above.data, sc_word(build->wording, facet->menu)},
                         .entries = facet->entries,
                         .n = facet->n_entries,
                         .has_feed = strcmp(facet->kind, "topics") == 0};
    for (size_t p = 1; (p == 1 || (p - 1) * per_page < facet->n_entries) && !status; p++)
        status = write_list_page(build, &list, p == 1 ? 2 : 3, p, err);
    return status;
}

/* The list of all topics, years, decisions or exemptions. */
static enum sc_status write_menu(struct sc_build *build, const struct facets *facets,
                                 const char *kind, struct sc_error *err)
{
    struct sc_frame frame = sc_site_frame(build, 1);
    bool any = false;
    SC_AUTO_BUF out = {0};
    SC_AUTO_BUF name = {0};
    char title[200];
    char key[32];

    (void)snprintf(key, sizeof key, "lead-%.20s", kind);
    sc_site_open_list(build, &frame, sc_word(build->wording, kind), NULL, &out);
    add_lead(sc_word(build->wording, key), &out);
    sc_buf_adds(&out, "<ul class=\"menu-list\">\n");
    for (size_t f = 0; f < facets->n; f++) {
        const struct facet *facet = &facets->items[f];

        if (strcmp(facet->kind, kind) != 0)
            continue;
        any = true;
        sc_buf_addf(&out, "<li><span><a href=\"%s/index.html\">", facet->id);
        if (strcmp(kind, "exemptions") == 0) {
            const struct sc_field fields[] = {{"name", facet->name}, {0}};

            sc_word_html(build->wording, "section-of", fields, &out);
        } else {
            sc_html(&out, facet->name);
        }
        sc_buf_adds(&out, "</a>");
        if (strcmp(kind, "exemptions") == 0 &&
            sc_exemption_title(facet->name, title, sizeof title)[0]) {
            sc_buf_adds(&out, " ");
            sc_html(&out, title);
        }
        sc_buf_adds(&out, "</span> <span class=\"count\">");
        sc_site_count(build, facet->n_entries, &out);
        sc_buf_adds(&out, "</span></li>\n");
    }
    sc_buf_adds(&out, "</ul>\n");
    if (!any) {
        sc_buf_adds(&out, "<p>");
        sc_site_word(build, "nothing-yet", &out);
        sc_buf_adds(&out, "</p>\n");
    }
    sc_buf_adds(&out, "</main>\n");
    sc_frame_close(&frame, NULL, &out);
    sc_buf_addf(&name, "%s/index.html", kind);
    if (name.failed)
        return sc_fail_nomem(err);
    return sc_site_put_page(build, name.data, &out, err);
}

/* Every title on one page: what works without script, and what a browser's own search finds. */
static enum sc_status write_all(struct sc_build *build, struct sc_error *err)
{
    struct sc_frame frame = sc_site_frame(build, 1);
    SC_AUTO_BUF out = {0};
    char date[32];

    sc_site_open_list(build, &frame, sc_word(build->wording, "all"), NULL, &out);
    add_lead(sc_word(build->wording, "lead-all"), &out);
    sc_buf_adds(&out, "<ul class=\"menu-list\">\n");
    for (size_t e = 0; e < build->n_entries; e++) {
        const struct sc_entry *entry = &build->entries[e];

        sc_buf_addf(&out, "<li><a href=\"../answers/%s/index.html\"%s>", entry->meta.slug,
                    sc_wording_is_english(build->wording) ? "" : " lang=\"en-GB\"");
        sc_html(&out, entry->meta.title);
        sc_buf_adds(&out, "</a> <span class=\"count\">");
        sc_html(&out, entry->meta.publication);
        if (entry->first_published != SC_DAY_NONE)
            sc_buf_addf(&out, "%s%s", entry->meta.publication[0] ? ", " : "",
                        sc_day_format_long(entry->first_published, date));
        sc_buf_adds(&out, "</span></li>\n");
    }
    sc_buf_adds(&out, "</ul>\n</main>\n");
    sc_frame_close(&frame, NULL, &out);
    return sc_site_put_page(build, "all/index.html", &out, err);
}

enum sc_status sc_site_lists(struct sc_build *build, struct sc_error *err)
{
    static const char *const kinds[] = {"topics", "periods", "decisions", "exemptions"};
    struct facets facets = {0};
    enum sc_status status = sc_site_find_facets(build, &facets) ? SC_OK : sc_fail_nomem(err);

    if (!status)
        status = sc_site_home(build, &facets, err);
    if (!status)
        status = write_home_rest(build, err);
    for (size_t f = 0; f < facets.n && !status; f++)
        status = write_facet(build, &facets.items[f], err);
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds && !status; k++)
        status = write_menu(build, &facets, kinds[k], err);
    if (!status)
        status = write_all(build, err);
    if (!status)
        status = sc_site_log_csv(build, err);
    sc_free(facets.items);
    return status;
}
