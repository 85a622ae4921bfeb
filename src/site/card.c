/*
 * card.c - an answer as it stands in a list, and small pieces that lists, search and feeds share.
 */
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "publish/clean.h"
#include "publish/page.h"
#include "site/list.h"

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

/* ---- the card ---- */

static const char *tag_class(const char *decision)
{
    if (strcmp(decision, "full") == 0)
        return "tag full";
    return strcmp(decision, "partial") == 0 ? "tag part" : "tag";
}

/* The wording under `key` as plain text, fields put in. */
void sc_site_fill(const struct sc_build *build, const char *key, const struct sc_field *fields,
                  struct sc_buf *out)
{
    for (const char *p = sc_word(build->wording, key); *p;) {
        const struct sc_field *field = fields;
        size_t n = *p == '{' ? strcspn(p, "}") : 0;

        while (n && field->name &&
               !(strlen(field->name) == n - 1 && strncmp(field->name, p + 1, n - 1) == 0))
            field++;
        if (n && field->name && p[n] == '}') {
            sc_buf_adds(out, field->value);
            p += n + 1;
        } else {
            sc_buf_addc(out, *p++);
        }
    }
}

void sc_site_state(const struct sc_build *build, const struct sc_entry *entry, struct sc_buf *out)
{
    char date[32];

    if (entry->answer->withdrawn) {
        sc_buf_adds(out, sc_word(build->wording, "status-withdrawn"));
    } else if (entry->answer->n_versions > 1) {
        sc_buf_adds(out, sc_word(build->wording, "status-corrected"));
        if (entry->published != SC_DAY_NONE)
            sc_buf_addf(out, " %s", sc_day_format_long(entry->published, date));
    }
}

void sc_site_sentence(const struct sc_build *build, const struct sc_entry *entry,
                      struct sc_buf *out)
{
    const struct sc_site_answer *answer = entry->answer;
    char date[32];
    const struct sc_field fields[] = {
        {"date",
         answer->withdrawn_on == SC_DAY_NONE ? "" : sc_day_format_long(answer->withdrawn_on, date)},
        {"reason", answer->withdrawn_reason},
        {0}};

    if (answer->withdrawn)
        sc_site_fill(build, "withdrawn-on", fields, out);
    else
        sc_buf_adds(out, entry->meta.sentence);
}

static void add_tags(const struct sc_build *build, const struct sc_entry *entry, struct sc_buf *out)
{
    bool withdrawn = entry->answer->withdrawn;
    SC_AUTO_BUF state = {0};

    if (!withdrawn && entry->meta.decision[0]) {
        sc_buf_addf(out, "<span class=\"%s\">", tag_class(entry->meta.decision));
        sc_html(out, sc_site_decision(build, entry->meta.decision));
        sc_buf_adds(out, "</span> ");
    }
    sc_site_state(build, entry, &state);
    if (state.len) {
        sc_buf_addf(out, "<span class=\"tag %s\">", withdrawn ? "gone" : "changed");
        sc_html(out, state.data);
        sc_buf_adds(out, "</span> ");
    }
    out->failed |= state.failed;
}

/* What comes from answers is English: where the interface is not, it says so. */
static const char *lang_of_answers(const struct sc_build *build)
{
    return sc_wording_is_english(build->wording) ? "" : " lang=\"en-GB\"";
}

static void add_card(const struct sc_build *build, const struct sc_entry *entry, const char *root,
                     struct sc_buf *out)
{
    SC_AUTO_BUF sentence = {0};
    char date[32];

    sc_site_sentence(build, entry, &sentence);
    sc_buf_addf(out, "<li class=\"card\"><h3><a href=\"%sanswers/%s/index.html\"%s>", root,
                entry->meta.slug, lang_of_answers(build));
    sc_html(out, entry->meta.title);
    sc_buf_addf(out, "</a></h3>\n<p%s>", entry->answer->withdrawn ? "" : lang_of_answers(build));
    sc_html(out, sentence.data ? sentence.data : "");
    out->failed |= sentence.failed;
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

void sc_site_cards(const struct sc_build *build, const size_t *entries, size_t n, size_t page,
                   const char *root, struct sc_buf *out)
{
    size_t per_page = build->config->per_page;

    sc_buf_adds(out, "<ul class=\"cards\" id=\"cards\">\n");
    for (size_t i = (page - 1) * per_page; i < n && i < page * per_page; i++)
        add_card(build, &build->entries[entries ? entries[i] : i], root, out);
    sc_buf_adds(out, "</ul>\n");
}

const char *sc_site_log_title(const struct sc_build *build)
{
    return build->config->title[0] ? build->config->title : sc_word(build->wording, "log");
}

void sc_site_count(const struct sc_build *build, size_t n, struct sc_buf *out)
{
    char digits[32];
    const struct sc_field fields[] = {{"n", sc_format_count(n, digits)}, {0}};

    sc_word_html(build->wording, n == 1 ? "log-count-1" : "log-count", fields, out);
}
