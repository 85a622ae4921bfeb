/*
 * feeds.c - Atom and JSON Feed of the log and of each topic, sitemap, robots.txt and security.txt.
 *
 * Dates are the days of publication and correction, never the clock. Where site.yaml gives
 * no address the feeds carry relative ones and identifiers of their own, and there is no
 * sitemap, which must have whole addresses.
 */
#include <string.h>

#include "base/date.h"
#include "base/error.h"
#include "publish/clean.h"
#include "publish/json.h"
#include "site/list.h"

#define BUF_TEXT(buf) ((buf).data ? (buf).data : "")

/* Of one entry: withdrawn, corrected or published, whichever was last. */
static int32_t updated(const struct sc_entry *entry)
{
    if (entry->answer->withdrawn && entry->answer->withdrawn_on != SC_DAY_NONE)
        return entry->answer->withdrawn_on;
    return entry->published;
}

static void add_time(struct sc_buf *out, int32_t day)
{
    char text[16];

    sc_buf_addf(out, "%sT00:00:00Z",
                day == SC_DAY_NONE ? "1970-01-01" : sc_day_format_iso(day, text));
}

/* One feed, as Atom and as JSON: of the whole log, or of a topic. */
struct feed {
    const struct sc_build *build;
    const struct sc_site_topic *topic; /* NULL: all answers */
    size_t topic_i;
    size_t depth;         /* folders down */
    struct sc_buf folder; /* "topics/roads/", or "" */
    struct sc_buf title;  /* plain */
};

static bool in_feed(const struct feed *feed, const struct sc_entry *entry)
{
    for (size_t i = 0; i < entry->n_topics && feed->topic; i++)
        if (entry->topics[i] == feed->topic_i)
            return true;
    return feed->topic == NULL;
}

/* The next of the feed's answers from place `e` on; n_entries behind the last. */
static size_t next_in(const struct feed *feed, size_t e)
{
    while (e < feed->build->n_entries && !in_feed(feed, &feed->build->entries[e]))
        e++;
    return e;
}

static int32_t newest(const struct feed *feed)
{
    const struct sc_build *build = feed->build;
    int32_t day = SC_DAY_NONE;

    for (size_t e = next_in(feed, 0); e < build->n_entries; e = next_in(feed, e + 1))
        if (updated(&build->entries[e]) > day)
            day = updated(&build->entries[e]);
    return day;
}

static void feed_open(struct feed *feed)
{
    const struct sc_build *build = feed->build;

    if (feed->topic) {
        sc_buf_addf(&feed->folder, "topics/%s/", feed->topic->id);
        sc_buf_addf(&feed->title, "%s, ", feed->topic->title);
        feed->depth = 2;
    }
    sc_buf_addf(&feed->title, "%s, %s", sc_site_log_title(build), build->config->organisation);
}

static void feed_release(struct feed *feed)
{
    sc_buf_release(&feed->folder);
    sc_buf_release(&feed->title);
}

/* The address of an answer as the feed gives it: whole, or relative where the site has none. */
static void feed_address(const struct feed *feed, const struct sc_entry *entry, struct sc_buf *out)
{
    bool whole = feed->build->config->url[0] != '\0';

    if (!whole)
        sc_buf_adds(out, sc_site_root(feed->depth));
    sc_site_address(feed->build, entry, out);
    if (!whole)
        sc_buf_adds(out, "index.html");
}

static void entry_id(const struct sc_build *build, const struct sc_entry *entry, struct sc_buf *out)
{
    if (!build->config->url[0])
        sc_buf_adds(out, "urn:safecount:");
    sc_site_address(build, entry, out);
}

static const char *summary_of(const struct sc_entry *entry)
{
    return entry->answer->withdrawn ? entry->answer->withdrawn_reason : entry->meta.sentence;
}

/* ---- Atom (RFC 4287) ---- */

static void atom_entry(const struct feed *feed, const struct sc_entry *entry, struct sc_buf *out)
{
    const struct sc_build *build = feed->build;

    sc_buf_adds(out, "<entry>\n<title>");
    if (entry->answer->withdrawn) {
        sc_site_word(build, "status-withdrawn", out);
        sc_buf_adds(out, ": ");
    }
    sc_html(out, entry->meta.title);
    sc_buf_adds(out, "</title>\n<id>");
    entry_id(build, entry, out);
    sc_buf_adds(out, "</id>\n<link rel=\"alternate\" type=\"text/html\" href=\"");
    feed_address(feed, entry, out);
    sc_buf_adds(out, "\"/>\n<published>");
    add_time(out, entry->first_published);
    sc_buf_adds(out, "</published>\n<updated>");
    add_time(out, updated(entry));
    sc_buf_adds(out, "</updated>\n<summary>");
    sc_html(out, summary_of(entry));
    sc_buf_adds(out, "</summary>\n");
    for (size_t i = 0; i < entry->meta.keywords.n; i++) {
        sc_buf_adds(out, "<category term=\"");
        sc_html(out, entry->meta.keywords.items[i]);
        sc_buf_adds(out, "\"/>\n");
    }
    sc_buf_adds(out, "</entry>\n");
}

/* Appends the folder's name, and puts the page as `name` there. */
static enum sc_status put_feed(const struct feed *feed, struct sc_build *build, const char *name,
                               const struct sc_buf *out, struct sc_error *err)
{
    SC_AUTO_BUF path = {0};

    sc_buf_addf(&path, "%s%s", BUF_TEXT(feed->folder), name);
    if (path.failed || feed->folder.failed || feed->title.failed)
        return sc_fail_nomem(err);
    return sc_site_put_page(build, path.data, out, err);
}

static enum sc_status write_atom(const struct feed *feed, struct sc_build *build,
                                 struct sc_error *err)
{
    const char *url = build->config->url;
    const char *folder = BUF_TEXT(feed->folder);
    SC_AUTO_BUF out = {0};
    size_t n = 0;

    sc_buf_adds(&out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
                      "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"");
    sc_html(&out, sc_word(build->wording, "language"));
    sc_buf_adds(&out, "\">\n<title>");
    sc_html(&out, BUF_TEXT(feed->title));
    sc_buf_adds(&out, "</title>\n<id>");
    if (url[0])
        sc_html(&out, url);
    else
        sc_buf_adds(&out, "urn:safecount:log");
    if (feed->topic)
        sc_buf_addf(&out, "%s%s", url[0] ? "" : ":", folder);
    sc_buf_adds(&out, "</id>\n<author><name>");
    sc_html(&out, build->config->organisation);
    sc_buf_adds(&out, "</name></author>\n<updated>");
    add_time(&out, newest(feed));
    sc_buf_adds(&out, "</updated>\n<link rel=\"self\" type=\"application/atom+xml\" href=\"");
    sc_html(&out, url);
    sc_buf_addf(&out, "%sfeed.atom\"/>\n", url[0] ? folder : "");
    if (url[0]) {
        sc_buf_adds(&out, "<link rel=\"alternate\" type=\"text/html\" href=\"");
        sc_html(&out, url);
        sc_buf_addf(&out, "%s\"/>\n", folder);
    }
    for (size_t e = next_in(feed, 0); e < build->n_entries && n < SC_SITE_FEED_MOST;
         e = next_in(feed, e + 1), n++)
        atom_entry(feed, &build->entries[e], &out);
    sc_buf_adds(&out, "</feed>\n");
    return put_feed(feed, build, "feed.atom", &out, err);
}

/* ---- JSON Feed 1.1 ---- */

static void key_time(struct sc_json *json, const char *key, int32_t day)
{
    SC_AUTO_BUF text = {0};

    add_time(&text, day);
    sc_json_key_string(json, key, BUF_TEXT(text));
    json->out->failed |= text.failed;
}

static void feed_item(struct sc_json *json, const struct feed *feed, const struct sc_entry *entry)
{
    SC_AUTO_BUF id = {0};
    SC_AUTO_BUF address = {0};

    entry_id(feed->build, entry, &id);
    feed_address(feed, entry, &address);
    sc_json_open(json, '{');
    sc_json_key_string(json, "id", BUF_TEXT(id));
    sc_json_key_string(json, "url", BUF_TEXT(address));
    sc_json_key_string(json, "title", entry->meta.title);
    sc_json_key_string(json, "content_text", summary_of(entry));
    key_time(json, "date_published", entry->first_published);
    key_time(json, "date_modified", updated(entry));
    sc_json_key(json, "tags");
    sc_json_open(json, '[');
    for (size_t i = 0; i < entry->meta.keywords.n; i++)
        sc_json_string(json, entry->meta.keywords.items[i]);
    sc_json_close(json, ']');
    sc_json_close(json, '}');
    json->out->failed |= id.failed | address.failed;
}

static enum sc_status write_json(const struct feed *feed, struct sc_build *build,
                                 struct sc_error *err)
{
    const char *url = build->config->url;
    SC_AUTO_BUF out = {0};
    SC_AUTO_BUF home = {0};
    SC_AUTO_BUF self = {0};
    struct sc_json json = {.out = &out};
    size_t n = 0;

    sc_buf_addf(&home, "%s%s", url, BUF_TEXT(feed->folder));
    sc_buf_addf(&self, "%s%sfeed.json", url, BUF_TEXT(feed->folder));
    sc_json_open(&json, '{');
    sc_json_key_string(&json, "version", "https://jsonfeed.org/version/1.1");
    sc_json_key_string(&json, "title", BUF_TEXT(feed->title));
    if (url[0]) {
        sc_json_key_string(&json, "home_page_url", BUF_TEXT(home));
        sc_json_key_string(&json, "feed_url", BUF_TEXT(self));
    }
    sc_json_key_string(&json, "language", sc_word(build->wording, "language"));
    sc_json_key(&json, "authors");
    sc_json_open(&json, '[');
    sc_json_open(&json, '{');
    sc_json_key_string(&json, "name", build->config->organisation);
    sc_json_close(&json, '}');
    sc_json_close(&json, ']');
    sc_json_key(&json, "items");
    sc_json_open(&json, '[');
    for (size_t e = next_in(feed, 0); e < build->n_entries && n < SC_SITE_FEED_MOST;
         e = next_in(feed, e + 1), n++)
        feed_item(&json, feed, &build->entries[e]);
    sc_json_close(&json, ']');
    sc_json_close(&json, '}');
    out.failed |= home.failed | self.failed;
    return put_feed(feed, build, "feed.json", &out, err);
}

/* Both forms of the feed of a topic, or of all answers where `topic` is NULL. */
static enum sc_status write_feed(struct sc_build *build, const struct sc_site_topic *topic,
                                 size_t topic_i, struct sc_error *err)
{
    __attribute__((cleanup(feed_release))) struct feed feed = {
        .build = build, .topic = topic, .topic_i = topic_i};
    enum sc_status status;

    feed_open(&feed);
    status = write_atom(&feed, build, err);
    return status ? status : write_json(&feed, build, err);
}

/* ---- for machines ---- */

static enum sc_status write_sitemap(struct sc_build *build, struct sc_error *err)
{
    SC_AUTO_BUF out = {0};
    char day[16];

    if (!build->config->url[0])
        return SC_OK;
    sc_buf_adds(&out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                      "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n<url><loc>");
    sc_html(&out, build->config->url);
    sc_buf_adds(&out, "</loc></url>\n");
    for (size_t e = 0; e < build->n_entries; e++) {
        const struct sc_entry *entry = &build->entries[e];

        sc_buf_adds(&out, "<url><loc>");
        sc_html(&out, build->config->url);
        sc_buf_addf(&out, "answers/%s/</loc>", entry->meta.slug);
        if (updated(entry) != SC_DAY_NONE)
            sc_buf_addf(&out, "<lastmod>%s</lastmod>", sc_day_format_iso(updated(entry), day));
        sc_buf_adds(&out, "</url>\n");
    }
    sc_buf_adds(&out, "</urlset>\n");
    return sc_site_put_page(build, "sitemap.xml", &out, err);
}

static enum sc_status write_robots(struct sc_build *build, struct sc_error *err)
{
    SC_AUTO_BUF out = {0};

    sc_buf_adds(&out, build->options->preview ? "User-agent: *\nDisallow: /\n"
                                              : "User-agent: *\nDisallow: /leave/\n");
    if (build->config->url[0] && !build->options->preview)
        sc_buf_addf(&out, "Sitemap: %ssitemap.xml\n", build->config->url);
    return sc_site_put_page(build, "robots.txt", &out, err);
}

static enum sc_status write_security(struct sc_build *build, struct sc_error *err)
{
    SC_AUTO_BUF out = {0};

    if (!build->config->security[0])
        return SC_OK;
    sc_buf_addf(&out, "Contact: %s\nExpires: ", build->config->security);
    add_time(&out, build->config->security_expires);
    sc_buf_addf(&out, "\nPreferred-Languages: %s\n",
                strcmp(build->config->language, "cy") == 0 ? "cy, en" : "en");
    if (build->config->url[0])
        sc_buf_addf(&out, "Canonical: %s.well-known/security.txt\n", build->config->url);
    return sc_site_put_page(build, ".well-known/security.txt", &out, err);
}

enum sc_status sc_site_feeds(struct sc_build *build, struct sc_error *err)
{
    enum sc_status status = write_feed(build, NULL, 0, err);

    for (size_t t = 0; t < build->config->n_topics && !status; t++)
        status = write_feed(build, &build->config->topics[t], t, err);
    if (!status)
        status = write_sitemap(build, err);
    if (!status)
        status = write_robots(build, err);
    if (!status)
        status = write_security(build, err);
    return status;
}
