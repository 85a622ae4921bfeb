/*
 * home.c - the log's first page: the newest answers, with search and filters over all of them.
 */
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/error.h"
#include "publish/clean.h"
#include "site/list.h"

#define BUF_TEXT(buf) ((buf).data ? (buf).data : "")

static void add_option(const char *value, const char *name, struct sc_buf *out)
{
    sc_buf_adds(out, "<option value=\"");
    sc_html(out, value);
    sc_buf_adds(out, "\">");
    sc_html(out, name);
    sc_buf_adds(out, "</option>\n");
}

static void add_select(const struct sc_build *build, const struct facets *facets, const char *kind,
                       const char *id, const char *label, const char *any, struct sc_buf *out)
{
    sc_buf_addf(out, "<div class=\"govuk-form-group\"><label class=\"govuk-label\" for=\"%s\">",
                id);
    sc_site_word(build, label, out);
    sc_buf_addf(out, "</label><select class=\"govuk-select\" id=\"%s\">\n<option value=\"\">", id);
    sc_site_word(build, any, out);
    sc_buf_adds(out, "</option>\n");
    for (size_t f = 0; f < facets->n; f++)
        if (strcmp(facets->items[f].kind, kind) == 0 && facets->items[f].n_entries)
            add_option(facets->items[f].id, facets->items[f].name, out);
    sc_buf_adds(out, "</select></div>\n");
}

static void add_decision_boxes(const struct sc_build *build, const struct facets *facets,
                               struct sc_buf *out)
{
    sc_buf_adds(out, "<fieldset class=\"govuk-fieldset govuk-form-group\"><legend "
                     "class=\"govuk-fieldset__legend\">");
    sc_site_word(build, "filter-decision", out);
    sc_buf_adds(out, "</legend><div class=\"govuk-checkboxes govuk-checkboxes--small\">\n");
    for (size_t f = 0; f < facets->n; f++) {
        const struct facet *facet = &facets->items[f];

        if (strcmp(facet->kind, "decisions") != 0)
            continue;
        sc_buf_addf(
            out,
            "<div class=\"govuk-checkboxes__item\"><input class=\"govuk-checkboxes__input\" "
            "type=\"checkbox\" name=\"decision\" id=\"decision-%s\" value=\"%s\"><label "
            "class=\"govuk-label govuk-checkboxes__label\" for=\"decision-%s\">",
            facet->id, facet->id, facet->id);
        sc_html(out, facet->name);
        sc_buf_addf(out, " <span class=\"count\">%zu</span></label></div>\n", facet->n_entries);
    }
    sc_buf_adds(out, "</div></fieldset>\n");
}

static void add_filters(const struct sc_build *build, const struct facets *facets,
                        struct sc_buf *out)
{
    sc_buf_adds(out, "<details class=\"filters needs-js\" id=\"filters\" open><summary><h2>");
    sc_site_word(build, "narrow", out);
    sc_buf_adds(out, "</h2></summary>\n");
    add_decision_boxes(build, facets, out);
    add_select(build, facets, "topics", "topic", "filter-topic", "all-topics", out);
    sc_buf_adds(out, "<fieldset class=\"govuk-fieldset years-pair\"><legend "
                     "class=\"govuk-fieldset__legend\">");
    sc_site_word(build, "filter-period", out);
    sc_buf_adds(out, "</legend>\n");
    add_select(build, facets, "periods", "from", "filter-from", "any", out);
    add_select(build, facets, "periods", "to", "filter-to", "any", out);
    sc_buf_adds(out, "</fieldset>\n");
    add_select(build, facets, "exemptions", "exemption", "filter-exemption", "any-exemption", out);
    sc_buf_adds(out,
                "<div class=\"govuk-checkboxes govuk-checkboxes--small govuk-form-group\"><div "
                "class=\"govuk-checkboxes__item\"><input class=\"govuk-checkboxes__input\" "
                "type=\"checkbox\" id=\"files\"><label class=\"govuk-label "
                "govuk-checkboxes__label\" for=\"files\">");
    sc_site_word(build, "filter-files", out);
    sc_buf_adds(out, "</label></div></div>\n<div class=\"govuk-button-group\"><button "
                     "type=\"submit\" form=\"search\" class=\"govuk-button "
                     "govuk-button--secondary\">");
    sc_site_word(build, "apply", out);
    sc_buf_adds(out, "</button> <button type=\"reset\" form=\"search\" class=\"govuk-button "
                     "govuk-button--secondary\" id=\"clear\">");
    sc_site_word(build, "clear", out);
    sc_buf_adds(out, "</button></div>\n</details>\n");
}

static void add_search(const struct sc_build *build, struct sc_buf *out)
{
    sc_buf_adds(out, "<form id=\"search\" class=\"search needs-js\" role=\"search\" "
                     "action=\"all/index.html\"");
    if (!sc_wording_is_english(build->wording))
        sc_buf_adds(out, " data-lang=\"en-GB\"");
    sc_buf_adds(out, " data-none=\"");
    sc_site_word(build, "search-none", out);
    sc_buf_adds(out, "\" data-found=\"");
    sc_site_word(build, "search-found", out);
    sc_buf_adds(out, "\" data-found1=\"");
    sc_site_word(build, "search-found-1", out);
    sc_buf_adds(out, "\" data-more=\"");
    sc_site_word(build, "next", out);
    sc_buf_adds(out, "\">\n<label class=\"govuk-label\" for=\"q\">");
    sc_site_word(build, "search-label", out);
    sc_buf_adds(out, "</label><div class=\"search-row\"><input class=\"govuk-input\" id=\"q\" "
                     "type=\"search\" autocomplete=\"off\" maxlength=\"200\"><button "
                     "type=\"submit\" class=\"govuk-button\">");
    sc_site_word(build, "search", out);
    sc_buf_adds(out, "</button></div>\n</form>\n<p class=\"search no-js\">");
    sc_site_word(build, "search-noscript", out);
    sc_buf_adds(out, "</p>\n");
}

void sc_site_browse(const struct sc_build *build, const char *root, struct sc_buf *out)
{
    static const char *const menus[] = {"topics", "periods", "decisions", "exemptions", "all"};

    sc_buf_adds(out, "<nav class=\"browse\" aria-labelledby=\"browse\"><h2 id=\"browse\">");
    sc_site_word(build, "browse", out);
    sc_buf_adds(out, "</h2><ul>");
    for (size_t i = 0; i < sizeof menus / sizeof *menus; i++) {
        sc_buf_addf(out, "<li><a href=\"%s%s/index.html\">", root, menus[i]);
        sc_site_word(build, menus[i], out);
        sc_buf_adds(out, "</a></li>");
    }
    sc_buf_adds(out, "</ul></nav>\n");
}

static void add_follow(const struct sc_build *build, struct sc_buf *out)
{
    sc_buf_adds(out, "<p class=\"follow\">");
    sc_site_word(build, "follow", out);
    sc_buf_adds(out, " <a href=\"feed.atom\">Atom</a>, <a href=\"feed.json\">JSON</a>. ");
    sc_site_word(build, "whole-log", out);
    sc_buf_adds(out, " <a href=\"log.csv\">CSV</a>. <a href=\"feeds/index.html\">");
    sc_site_word(build, "feeds-what", out);
    sc_buf_adds(out, "</a></p>\n");
}

/* "312 answers since April 2015." */
static void add_since(const struct sc_build *build, struct sc_buf *out)
{
    int32_t first = SC_DAY_NONE;
    char n[32];
    char month[48];
    struct sc_civil civil;

    for (size_t e = 0; e < build->n_entries; e++) {
        int32_t day = build->entries[e].first_published;

        if (day != SC_DAY_NONE && (first == SC_DAY_NONE || day < first))
            first = day;
    }
    if (first == SC_DAY_NONE || build->n_entries < 2)
        return;
    civil = sc_civil_from_day(first);
    (void)snprintf(month, sizeof month, "%s %d", sc_month_name(civil.month), civil.year);
    {
        const struct sc_field fields[] = {
            {"n", sc_format_count(build->n_entries, n)}, {"date", month}, {0}};

        sc_buf_addc(out, ' ');
        sc_word_html(build->wording, "log-since", fields, out);
    }
}

/* The order of the list, for search.js. */
static void add_sort(const struct sc_build *build, struct sc_buf *out)
{
    static const char *const orders[] = {"newest", "oldest", "best"};
    char key[32];

    sc_buf_adds(out, "<div class=\"sort needs-js\"><label class=\"govuk-label\" for=\"sort\">");
    sc_site_word(build, "sort-by", out);
    sc_buf_adds(out, "</label><select class=\"govuk-select\" id=\"sort\">\n");
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
        (void)snprintf(key, sizeof key, "sort-%s", orders[i]);
        sc_buf_addf(out, "<option value=\"%s\">", orders[i]);
        sc_site_word(build, key, out);
        sc_buf_adds(out, "</option>\n");
    }
    sc_buf_adds(out, "</select></div>\n");
}

enum sc_status sc_site_home(struct sc_build *build, const struct facets *facets,
                            struct sc_error *err)
{
    struct sc_frame frame = sc_site_frame(build, 0);
    size_t per_page = build->config->per_page;
    size_t n_pages = (build->n_entries + per_page - 1) / per_page;
    SC_AUTO_BUF page = {0};

    frame.is_home = true;
    frame.script = "search.js";
    frame.canonical = build->config->url[0] ? build->config->url : NULL;
    sc_site_open_list(build, &frame, sc_site_log_title(build), NULL, &page);
    sc_buf_adds(&page, "<p class=\"lead\">");
    sc_site_word(build, "log-intro", &page);
    add_since(build, &page);
    sc_buf_adds(&page, "</p>\n");
    add_search(build, &page);
    sc_buf_adds(&page, "<div class=\"log\">\n<div class=\"narrow\">\n");
    add_filters(build, facets, &page);
    sc_site_browse(build, "", &page);
    sc_buf_adds(&page, "</div>\n<div class=\"results\">\n<div class=\"order\"><div "
                       "role=\"status\"><h2 class=\"state\" "
                       "id=\"state\"><b>");
    sc_site_count(build, build->n_entries, &page);
    sc_buf_adds(&page, "</b>, ");
    sc_site_word(build, "newest-first", &page);
    sc_buf_adds(&page, "</h2></div>\n");
    add_sort(build, &page);
    sc_buf_adds(&page, "</div>\n");
    if (build->n_entries == 0) {
        sc_buf_adds(&page, "<p>");
        sc_site_word(build, "nothing-yet", &page);
        sc_buf_adds(&page, "</p>\n");
    }
    sc_site_cards(build, NULL, build->n_entries, 1, "", &page);
    sc_buf_adds(&page, "<div id=\"pages\">\n");
    sc_site_pagination(build, 1, n_pages, &page);
    sc_buf_adds(&page, "</div>\n");
    add_follow(build, &page);
    sc_buf_adds(&page, "</div>\n</div>\n</main>\n");
    sc_frame_close(&frame, NULL, &page);
    return sc_site_put_page(build, "index.html", &page, err);
}
