/*
 * lists.c - the log's lists: all answers newest first, and by topic, year, decision and
 * exemption, each in pages of so many; one page of all titles; a CSV file of the log.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/error.h"
#include "publish/clean.h"
#include "publish/page.h"
#include "site/internal.h"

#define BUF_TEXT(buf) ((buf).data ? (buf).data : "")

/* ---- shared pieces ---- */

void sc_site_word(const struct sc_build *build, const char *key, struct sc_buf *out)
{
    sc_word_html(build->wording, key, NULL, out);
}

const char *sc_site_decision(const struct sc_build *build, const char *decision)
{
    char key[64];

    (void)snprintf(key, sizeof key, "decision-%.40s", decision);
    return sc_word_is(build->wording, key) ? sc_word(build->wording, key)
                                           : sc_decision_words(decision);
}

const char *sc_site_formats(const struct sc_entry *entry)
{
    if (entry->answer->withdrawn || !entry->meta.has_tables)
        return "";
    return "ODS, Excel, CSV";
}

void sc_site_address(const struct sc_build *build, const struct sc_entry *entry, struct sc_buf *out)
{
    sc_buf_addf(out, "%sanswers/%s/", build->config->url, entry->meta.slug);
}

const char *sc_site_root(size_t depth)
{
    static const char *const roots[] = {"", "../", "../../", "../../../", "../../../../"};

    return roots[depth < 4 ? depth : 4];
}

struct sc_frame sc_site_frame(const struct sc_build *build, size_t depth)
{
    const struct sc_site_config *config = build->config;

    return (struct sc_frame){
        .wording = build->wording,
        .organisation = config->organisation,
        .root = sc_site_root(depth),
        .exit_url = config->exit_url[0] ? config->exit_url : NULL,
        .site = true,
        .logo = config->logo ? "logo" : NULL,
        .brand = config->colour[0] != '\0',
        .beta = config->beta,
        .feedback = config->feedback[0] ? config->feedback : NULL,
        .contact = config->contact[0] ? config->contact : NULL,
        .licence_name = config->licence_name[0] ? config->licence_name : NULL,
        .licence_url = config->licence_url[0] ? config->licence_url : NULL,
        .cookies = config->cookies[0] != '\0',
    };
}

/* ---- an answer in a list ---- */

static const char *tag_class(const char *decision)
{
    if (strcmp(decision, "full") == 0)
        return "tag full";
    return strcmp(decision, "partial") == 0 ? "tag part" : "tag";
}

static void add_tags(const struct sc_build *build, const struct sc_entry *entry, struct sc_buf *out)
{
    char date[32];

    if (entry->answer->withdrawn) {
        sc_buf_adds(out, "<span class=\"tag gone\">");
        sc_site_word(build, "status-withdrawn", out);
        sc_buf_adds(out, "</span> ");
        return;
    }
    if (entry->meta.decision[0]) {
        sc_buf_addf(out, "<span class=\"%s\">", tag_class(entry->meta.decision));
        sc_html(out, sc_site_decision(build, entry->meta.decision));
        sc_buf_adds(out, "</span> ");
    }
    if (entry->answer->n_versions > 1) {
        sc_buf_adds(out, "<span class=\"tag changed\">");
        sc_site_word(build, "status-corrected", out);
        if (entry->published != SC_DAY_NONE)
            sc_buf_addf(out, " %s", sc_day_format_long(entry->published, date));
        sc_buf_adds(out, "</span> ");
    }
}

static void add_sentence(const struct sc_build *build, const struct sc_entry *entry,
                         struct sc_buf *out)
{
    char date[32];

    if (entry->answer->withdrawn) {
        const struct sc_field fields[] = {
            {"date", entry->answer->withdrawn_on == SC_DAY_NONE
                         ? ""
                         : sc_day_format_long(entry->answer->withdrawn_on, date)},
            {"reason", entry->answer->withdrawn_reason},
            {0}};

        sc_word_html(build->wording, "withdrawn-on", fields, out);
    } else {
        sc_html(out, entry->meta.sentence);
    }
}

static void add_card(const struct sc_build *build, const struct sc_entry *entry, const char *root,
                     struct sc_buf *out)
{
    char date[32];

    sc_buf_addf(out, "<li class=\"card\"><h3><a href=\"%sanswers/%s/index.html\">", root,
                entry->meta.slug);
    sc_html(out, entry->meta.title);
    sc_buf_adds(out, "</a></h3>\n<p>");
    add_sentence(build, entry, out);
    sc_buf_adds(out, "</p>\n<p class=\"about\">");
    add_tags(build, entry, out);
    if (entry->first_published != SC_DAY_NONE)
        sc_buf_addf(out, "<span>%s</span> ", sc_day_format_long(entry->first_published, date));
    if (entry->meta.publication[0]) {
        sc_buf_adds(out, "<span>");
        sc_html(out, entry->meta.publication);
        sc_buf_adds(out, "</span> ");
    }
    if (entry->n_topics) {
        const struct sc_site_topic *topic = &build->config->topics[entry->topics[0]];

        sc_buf_addf(out, "<a href=\"%stopics/%s/index.html\">", root, topic->id);
        sc_html(out, topic->title);
        sc_buf_adds(out, "</a> ");
    }
    sc_buf_addf(out, "<span>%s</span></p></li>\n", sc_site_formats(entry));
}

/* ---- facets ---- */

/* One way of choosing answers: a topic, a year, a decision, an exemption. */
struct facet {
    const char *kind; /* folder: "topics", "periods", "decisions", "exemptions" */
    const char *key;  /* wording of its page's title, with {name} */
    const char *menu; /* wording of the list of all of its kind */
    const char *id;   /* folder within `kind` */
    const char *name; /* for people */
    const size_t *entries;
    size_t n_entries;
};

struct facets {
    struct facet *items;
    size_t n;
    size_t capacity;
};

static bool add_facet(struct sc_build *build, struct facets *facets, const struct facet *facet,
                      const size_t *entries, size_t n)
{
    size_t *own = sc_arena_alloc(&build->arena, n * sizeof *own);
    struct facet *item;

    if (!own ||
        sc_grow((void **)&facets->items, &facets->capacity, facets->n, sizeof *facets->items, NULL))
        return false;
    if (n)
        memcpy(own, entries, n * sizeof *own);
    item = &facets->items[facets->n++];
    *item = *facet;
    item->id = sc_arena_strdup(&build->arena, facet->id);
    item->name = sc_arena_strdup(&build->arena, facet->name);
    item->entries = own;
    item->n_entries = n;
    return item->id && item->name;
}

static bool add_topics(struct sc_build *build, struct facets *facets, size_t *chosen)
{
    for (size_t t = 0; t < build->config->n_topics; t++) {
        const struct sc_site_topic *topic = &build->config->topics[t];
        const struct facet facet = {.kind = "topics",
                                    .key = "topic-of",
                                    .menu = "topics",
                                    .id = topic->id,
                                    .name = topic->title};
        size_t n = 0;

        for (size_t e = 0; e < build->n_entries; e++)
            for (size_t i = 0; i < build->entries[e].n_topics; i++)
                if (build->entries[e].topics[i] == t)
                    chosen[n++] = e;
        if (!add_facet(build, facets, &facet, chosen, n))
            return false;
    }
    return true;
}

static bool covers_year(const struct sc_entry *entry, int year)
{
    if (entry->meta.from == SC_DAY_NONE || entry->meta.to == SC_DAY_NONE)
        return false;
    return sc_civil_from_day(entry->meta.from).year <= year &&
           sc_civil_from_day(entry->meta.to).year >= year;
}

static bool add_years(struct sc_build *build, struct facets *facets, size_t *chosen)
{
    int least = 9999;
    int most = 0;

    for (size_t e = 0; e < build->n_entries; e++) {
        const struct sc_entry_meta *meta = &build->entries[e].meta;

        if (meta->from == SC_DAY_NONE || meta->to == SC_DAY_NONE)
            continue;
        if (sc_civil_from_day(meta->from).year < least)
            least = sc_civil_from_day(meta->from).year;
        if (sc_civil_from_day(meta->to).year > most)
            most = sc_civil_from_day(meta->to).year;
    }
    for (int year = most; year >= least; year--) {
        char text[16];
        const struct facet facet = {
            .kind = "periods", .key = "period-of", .menu = "periods", .id = text, .name = text};
        size_t n = 0;

        (void)snprintf(text, sizeof text, "%d", year);
        for (size_t e = 0; e < build->n_entries; e++)
            if (covers_year(&build->entries[e], year))
                chosen[n++] = e;
        if (n && !add_facet(build, facets, &facet, chosen, n))
            return false;
    }
    return true;
}

/* Answers with a text among those that `texts_of` gives; every text met makes one facet. */
static bool add_by_texts(struct sc_build *build, struct facets *facets, size_t *chosen,
                         const struct sc_texts *(*texts_of)(const struct sc_entry *),
                         const struct facet *like, bool exemption)
{
    size_t first = facets->n;

    for (size_t e = 0; e < build->n_entries; e++)
        for (size_t i = 0; i < texts_of(&build->entries[e])->n; i++) {
            const char *text = texts_of(&build->entries[e])->items[i];
            struct facet facet = *like;
            SC_AUTO_BUF slug = {0};
            bool known = false;
            size_t n = 0;

            sc_site_slug(text, &slug);
            facet.id = BUF_TEXT(slug);
            facet.name = exemption ? text : sc_site_decision(build, text);
            for (size_t f = first; f < facets->n; f++)
                known = known || strcmp(facets->items[f].id, facet.id) == 0;
            if (known || facet.id[0] == '\0')
                continue;
            for (size_t o = e; o < build->n_entries; o++) {
                const struct sc_texts *texts = texts_of(&build->entries[o]);

                for (size_t k = 0; k < texts->n; k++)
                    if (strcmp(texts->items[k], text) == 0) {
                        chosen[n++] = o;
                        break;
                    }
            }
            if (slug.failed || !add_facet(build, facets, &facet, chosen, n))
                return false;
        }
    return true;
}

static const struct sc_texts *decisions_of(const struct sc_entry *entry)
{
    return &entry->meta.decisions;
}

static const struct sc_texts *exemptions_of(const struct sc_entry *entry)
{
    return &entry->meta.exemptions;
}

static int by_kind_and_name(const void *a, const void *b)
{
    const struct facet *left = a;
    const struct facet *right = b;
    int order = strcmp(left->kind, right->kind);

    if (order)
        return order;
    if (strcmp(left->kind, "periods") == 0)
        return strcmp(right->name, left->name);
    return sc_natural_compare(left->name, right->name);
}

static bool find_facets(struct sc_build *build, struct facets *facets)
{
    static const struct facet decision = {
        .kind = "decisions", .key = "decision-of", .menu = "decisions"};
    static const struct facet exemption = {
        .kind = "exemptions", .key = "exemption-of", .menu = "exemptions"};
    SC_AUTO_FREE size_t *chosen = sc_alloc_array(build->n_entries + 1, sizeof *chosen);

    if (!chosen || !add_topics(build, facets, chosen) || !add_years(build, facets, chosen) ||
        !add_by_texts(build, facets, chosen, decisions_of, &decision, false) ||
        !add_by_texts(build, facets, chosen, exemptions_of, &exemption, true))
        return false;
    if (facets->n)
        qsort(facets->items, facets->n, sizeof *facets->items, by_kind_and_name);
    return true;
}

/* ---- pages of a list ---- */

static void add_count(const struct sc_build *build, size_t n, struct sc_buf *out)
{
    char digits[32];
    const struct sc_field fields[] = {{"n", sc_format_count(n, digits)}, {0}};

    sc_word_html(build->wording, n == 1 ? "log-count-1" : "log-count", fields, out);
}

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

static void add_pagination(const struct sc_build *build, size_t here, size_t n_pages,
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

static void add_cards(const struct sc_build *build, const size_t *entries, size_t n, size_t page,
                      const char *root, struct sc_buf *out)
{
    size_t per_page = build->config->per_page;

    sc_buf_adds(out, "<ul class=\"cards\" id=\"cards\">\n");
    for (size_t i = (page - 1) * per_page; i < n && i < page * per_page; i++)
        add_card(build, &build->entries[entries ? entries[i] : i], root, out);
    sc_buf_adds(out, "</ul>\n");
}

/* ---- the list of all: search and filters ---- */

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

static void add_browse(const struct sc_build *build, struct sc_buf *out)
{
    static const char *const menus[] = {"topics", "periods", "decisions", "exemptions", "all"};

    sc_buf_adds(out, "<nav class=\"browse\" aria-labelledby=\"browse\"><h2 id=\"browse\">");
    sc_site_word(build, "browse", out);
    sc_buf_adds(out, "</h2><ul>");
    for (size_t i = 0; i < sizeof menus / sizeof *menus; i++) {
        sc_buf_addf(out, "<li><a href=\"%s/index.html\">", menus[i]);
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
    sc_buf_adds(out, " <a href=\"log.csv\">CSV</a>.</p>\n");
}

static const char *log_title(const struct sc_build *build)
{
    return build->config->title[0] ? build->config->title : sc_word(build->wording, "log");
}

static void open_page(const struct sc_build *build, const struct sc_frame *frame, const char *title,
                      struct sc_buf *out)
{
    SC_AUTO_BUF whole = {0};

    sc_buf_addf(&whole, "%s - %s", title, build->config->organisation);
    sc_frame_open(frame, BUF_TEXT(whole), NULL, out);
    sc_buf_adds(out, "<main id=\"main\" class=\"wrap list-page\" tabindex=\"-1\">\n<h1>");
    sc_html(out, title);
    sc_buf_adds(out, "</h1>\n");
    out->failed |= whole.failed;
}

static enum sc_status write_home(struct sc_build *build, const struct facets *facets,
                                 struct sc_error *err)
{
    struct sc_frame frame = sc_site_frame(build, 0);
    size_t per_page = build->config->per_page;
    size_t n_pages = (build->n_entries + per_page - 1) / per_page;
    SC_AUTO_BUF page = {0};

    frame.is_home = true;
    frame.script = "search.js";
    frame.canonical = build->config->url[0] ? build->config->url : NULL;
    open_page(build, &frame, log_title(build), &page);
    sc_buf_adds(&page, "<p class=\"lead\">");
    sc_site_word(build, "log-intro", &page);
    sc_buf_adds(&page, "</p>\n");
    add_search(build, &page);
    sc_buf_adds(&page, "<div class=\"log\">\n<div class=\"narrow\">\n");
    add_filters(build, facets, &page);
    add_browse(build, &page);
    sc_buf_adds(&page, "</div>\n<div class=\"results\">\n<div role=\"status\"><h2 class=\"state\" "
                       "id=\"state\"><b>");
    add_count(build, build->n_entries, &page);
    sc_buf_adds(&page, "</b>, ");
    sc_site_word(build, "newest-first", &page);
    sc_buf_adds(&page, "</h2></div>\n");
    if (build->n_entries == 0) {
        sc_buf_adds(&page, "<p>");
        sc_site_word(build, "nothing-yet", &page);
        sc_buf_adds(&page, "</p>\n");
    }
    add_cards(build, NULL, build->n_entries, 1, "", &page);
    sc_buf_adds(&page, "<div id=\"pages\">\n");
    add_pagination(build, 1, n_pages, &page);
    sc_buf_adds(&page, "</div>\n");
    add_follow(build, &page);
    sc_buf_adds(&page, "</div>\n</div>\n</main>\n");
    sc_frame_close(&frame, NULL, &page);
    return sc_site_put_page(build, "index.html", &page, err);
}

/* One page of a list that is not the home page. `depth`: folders down, page-n/ included. */
static enum sc_status write_list_page(struct sc_build *build, const char *folder, size_t depth,
                                      const char *title, const struct sc_crumb *crumb,
                                      const size_t *entries, size_t n, size_t page,
                                      struct sc_error *err)
{
    size_t per_page = build->config->per_page;
    struct sc_frame frame = sc_site_frame(build, depth);
    SC_AUTO_BUF name = {0};
    SC_AUTO_BUF out = {0};

    if (crumb)
        frame.crumb = *crumb;
    if (page == 1)
        sc_buf_addf(&name, "%sindex.html", folder);
    else
        sc_buf_addf(&name, "%spage-%zu/index.html", folder, page);
    open_page(build, &frame, title, &out);
    sc_buf_adds(&out, "<div class=\"results alone\">\n<h2 class=\"state\"><b>");
    add_count(build, n, &out);
    sc_buf_adds(&out, "</b>, ");
    sc_site_word(build, "newest-first", &out);
    sc_buf_adds(&out, "</h2>\n");
    add_cards(build, entries, n, page, sc_site_root(depth), &out);
    add_pagination(build, page, (n + per_page - 1) / per_page, &out);
    sc_buf_adds(&out, "</div>\n</main>\n");
    sc_frame_close(&frame, NULL, &out);
    if (name.failed)
        return sc_fail_nomem(err);
    return sc_site_put_page(build, name.data, &out, err);
}

static enum sc_status write_home_rest(struct sc_build *build, struct sc_error *err)
{
    size_t per_page = build->config->per_page;
    enum sc_status status = SC_OK;

    for (size_t p = 2; (p - 1) * per_page < build->n_entries && !status; p++)
        status =
            write_list_page(build, "", 1, log_title(build), NULL, NULL, build->n_entries, p, err);
    return status;
}

static enum sc_status write_facet(struct sc_build *build, const struct facet *facet,
                                  struct sc_error *err)
{
    size_t per_page = build->config->per_page;
    const struct sc_field fields[] = {{"name", facet->name}, {0}};
    enum sc_status status = SC_OK;
    SC_AUTO_BUF folder = {0};
    SC_AUTO_BUF above = {0};
    SC_AUTO_BUF title = {0};
    struct sc_crumb crumb;

    sc_buf_addf(&folder, "%s/%s/", facet->kind, facet->id);
    sc_buf_addf(&above, "%s/index.html", facet->kind);
    /* The title is plain text: the wording's with the name put in. */
    for (const char *p = sc_word(build->wording, facet->key); *p; p++) {
        if (strncmp(p, "{name}", 6) == 0) {
            sc_buf_adds(&title, fields[0].value);
            p += 5;
        } else {
            sc_buf_addc(&title, *p);
        }
    }
    if (folder.failed || above.failed || title.failed)
        return sc_fail_nomem(err);
    crumb = (struct sc_crumb){above.data, sc_word(build->wording, facet->menu)};
    for (size_t p = 1; (p == 1 || (p - 1) * per_page < facet->n_entries) && !status; p++)
        status = write_list_page(build, folder.data, p == 1 ? 2 : 3, title.data, &crumb,
                                 facet->entries, facet->n_entries, p, err);
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

    open_page(build, &frame, sc_word(build->wording, kind), &out);
    sc_buf_adds(&out, "<ul class=\"menu-list\">\n");
    for (size_t f = 0; f < facets->n; f++) {
        const struct facet *facet = &facets->items[f];

        if (strcmp(facet->kind, kind) != 0)
            continue;
        any = true;
        sc_buf_addf(&out, "<li><a href=\"%s/index.html\">", facet->id);
        sc_html(&out, facet->name);
        sc_buf_adds(&out, "</a>");
        if (strcmp(kind, "exemptions") == 0 &&
            sc_exemption_title(facet->name, title, sizeof title)[0]) {
            sc_buf_adds(&out, " ");
            sc_html(&out, title);
        }
        sc_buf_adds(&out, " <span class=\"count\">");
        add_count(build, facet->n_entries, &out);
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

    open_page(build, &frame, sc_word(build->wording, "all"), &out);
    sc_buf_adds(&out, "<ul class=\"menu-list\">\n");
    for (size_t e = 0; e < build->n_entries; e++) {
        const struct sc_entry *entry = &build->entries[e];

        sc_buf_addf(&out, "<li><a href=\"../answers/%s/index.html\">", entry->meta.slug);
        sc_html(&out, entry->meta.title);
        sc_buf_adds(&out, "</a> <span class=\"count\">");
        sc_html(&out, entry->meta.publication);
        if (entry->first_published != SC_DAY_NONE)
            sc_buf_addf(&out, " %s", sc_day_format_long(entry->first_published, date));
        sc_buf_adds(&out, "</span></li>\n");
    }
    sc_buf_adds(&out, "</ul>\n</main>\n");
    sc_frame_close(&frame, NULL, &out);
    return sc_site_put_page(build, "all/index.html", &out, err);
}

/* ---- the log as CSV ---- */

static void csv_field(struct sc_buf *out, const char *text)
{
    sc_csv_text(out, text);
    sc_buf_addc(out, ',');
}

static void csv_day(struct sc_buf *out, int32_t day)
{
    char text[16];

    csv_field(out, day == SC_DAY_NONE ? "" : sc_day_format_iso(day, text));
}

static void csv_texts(struct sc_buf *out, const struct sc_texts *texts)
{
    SC_AUTO_BUF joined = {0};

    for (size_t i = 0; i < texts->n; i++)
        sc_buf_addf(&joined, "%s%s", i ? "; " : "", texts->items[i]);
    csv_field(out, BUF_TEXT(joined));
    out->failed |= joined.failed;
}

static enum sc_status write_csv(struct sc_build *build, struct sc_error *err)
{
    SC_AUTO_BUF out = {0};

    sc_buf_adds(&out,
                "\xef\xbb\xbfpublication,reference,title,decision,exemptions,received,"
                "answered,published,updated,period_from,period_to,keywords,status,address\r\n");
    for (size_t e = 0; e < build->n_entries; e++) {
        const struct sc_entry *entry = &build->entries[e];
        const struct sc_entry_meta *meta = &entry->meta;
        SC_AUTO_BUF address = {0};

        csv_field(&out, meta->publication);
        csv_field(&out, meta->reference);
        csv_field(&out, meta->title);
        csv_texts(&out, &meta->decisions);
        csv_texts(&out, &meta->exemptions);
        csv_day(&out, meta->received);
        csv_day(&out, meta->answered);
        csv_day(&out, entry->first_published);
        csv_day(&out, entry->published);
        csv_day(&out, meta->from);
        csv_day(&out, meta->to);
        csv_texts(&out, &meta->keywords);
        csv_field(&out, entry->answer->withdrawn        ? "withdrawn"
                        : entry->answer->n_versions > 1 ? "corrected"
                                                        : "published");
        sc_site_address(build, entry, &address);
        sc_csv_text(&out, BUF_TEXT(address));
        sc_buf_adds(&out, "\r\n");
        out.failed |= address.failed;
    }
    return sc_site_put_page(build, "log.csv", &out, err);
}

enum sc_status sc_site_lists(struct sc_build *build, struct sc_error *err)
{
    static const char *const kinds[] = {"topics", "periods", "decisions", "exemptions"};
    struct facets facets = {0};
    enum sc_status status = find_facets(build, &facets) ? SC_OK : sc_fail_nomem(err);

    if (!status)
        status = write_home(build, &facets, err);
    if (!status)
        status = write_home_rest(build, err);
    for (size_t f = 0; f < facets.n && !status; f++)
        status = write_facet(build, &facets.items[f], err);
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds && !status; k++)
        status = write_menu(build, &facets, kinds[k], err);
    if (!status)
        status = write_all(build, err);
    if (!status)
        status = write_csv(build, err);
    sc_free(facets.items);
    return status;
}
