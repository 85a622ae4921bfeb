/*
 * pages.c - the pages that every site has, and its assets.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "codes/codes.h"
#include "publish/clean.h"
#include "site/list.h"

#define BUF_TEXT(buf) ((buf).data ? (buf).data : "")
#define ASSET_BYTES_MAX ((size_t)1 << 20)

/* ---- pages of text ---- */

static void open_text_page(const struct sc_build *build, const struct sc_frame *frame,
                           const char *title, struct sc_buf *out)
{
    SC_AUTO_BUF whole = {0};

    sc_buf_addf(&whole, "%s - %s", title, build->config->organisation);
    sc_frame_open(frame, BUF_TEXT(whole), NULL, out);
    sc_buf_adds(out, "<main id=\"main\" class=\"wrap text-page\" tabindex=\"-1\">\n<h1>");
    sc_html(out, title);
    sc_buf_adds(out, "</h1>\n");
    out->failed |= whole.failed;
}

static void close_text_page(const struct sc_frame *frame, struct sc_buf *out)
{
    sc_buf_adds(out, "</main>\n");
    sc_frame_close(frame, NULL, out);
}

/* The help lines of the answer page, as plain words for a field. */
static void help_text(const struct sc_build *build, struct sc_buf *out)
{
    for (const char *p = sc_word(build->wording, "text-help"); *p; p++)
        if (*p != '*')
            sc_buf_addc(out, *p == '\n' ? ' ' : *p);
}

/* A page of the wording's text; `more` adds what comes behind it, or NULL. */
static enum sc_status
write_text_page(struct sc_build *build, const char *name, const struct sc_frame *frame,
                const char *title_key, const char *text_key,
                void (*more)(const struct sc_build *, const char *root, struct sc_buf *),
                struct sc_error *err)
{
    SC_AUTO_BUF help = {0};
    SC_AUTO_BUF out = {0};
    char most[24];

    help_text(build, &help);
    (void)snprintf(most, sizeof most, "%d", SC_SITE_FEED_MOST);
    {
        const struct sc_field fields[] = {{"organisation", build->config->organisation},
                                          {"contact", build->config->contact_text},
                                          {"category", build->config->cookies},
                                          {"purpose", build->config->cookies_purpose},
                                          {"help", BUF_TEXT(help)},
                                          {"most", most},
                                          {0}};

        open_text_page(build, frame, sc_word(build->wording, title_key), &out);
        sc_word_markdown(build->wording, text_key, fields, &out);
        if (more)
            more(build, frame->root, &out);
        close_text_page(frame, &out);
    }
    out.failed |= help.failed;
    return sc_site_put_page(build, name, &out, err);
}

/* ---- feeds ---- */

static void add_feed(const char *root, const char *folder, const char *name, struct sc_buf *out)
{
    sc_buf_adds(out, "<li><span>");
    sc_html(out, name);
    sc_buf_adds(out, "</span> <span>");
    for (int i = 0; i < 2; i++) {
        const char *form = i == 0 ? "Atom" : "JSON";

        sc_buf_addf(out, "%s<a href=\"%s%sfeed.%s\" aria-label=\"", i ? ", " : "", root, folder,
                    i == 0 ? "atom" : "json");
        sc_html(out, name);
        sc_buf_addf(out, ": %s\">%s</a>", form, form);
    }
    sc_buf_adds(out, "</span></li>\n");
}

static void add_feeds(const struct sc_build *build, const char *root, struct sc_buf *out)
{
    sc_buf_adds(out, "<ul class=\"menu-list\">\n");
    add_feed(root, "", sc_word(build->wording, "feed-whole"), out);
    for (size_t t = 0; t < build->config->n_topics; t++) {
        const struct sc_site_topic *topic = &build->config->topics[t];
        SC_AUTO_BUF folder = {0};

        sc_buf_addf(&folder, "topics/%s/", topic->id);
        add_feed(root, BUF_TEXT(folder), topic->title, out);
        out->failed |= folder.failed;
    }
    sc_buf_adds(out, "</ul>\n");
    sc_word_markdown(build->wording, "text-log-csv", (const struct sc_field[]){{0}}, out);
}

/* ---- a page that is not there ---- */

/*
 * The path of the site on its server: "/log/" of "https://foi.example.org/log/". A server
 * shows this page under any address, from which relative links would lead astray.
 */
static const char *site_path(const struct sc_build *build)
{
    const char *host = strstr(build->config->url, "://");
    const char *path = host ? strchr(host + 3, '/') : NULL;

    return path ? path : "";
}

static enum sc_status write_not_found(struct sc_build *build, struct sc_error *err)
{
    struct sc_frame frame = sc_site_frame(build, 0);

    frame.root = site_path(build);
    return write_text_page(build, "404.html", &frame, "not-found", "text-not-found", sc_site_browse,
                           err);
}

/* ---- cookies ---- */

/* The cookies page where an optional category is on: two radios and a button. */
static void add_choice(const struct sc_build *build, struct sc_buf *out)
{
    static const char *const words[] = {"cookies-yes", "cookies-no"};
    static const char *const values[] = {"yes", "no"};

    sc_buf_adds(out, "<form id=\"cookie-form\" class=\"needs-js\" action=\"index.html\">\n"
                     "<fieldset class=\"govuk-fieldset govuk-form-group\"><legend "
                     "class=\"govuk-fieldset__legend govuk-fieldset__legend--s\">");
    sc_site_word(build, "cookies-question", out);
    sc_buf_adds(out, "</legend>\n<div class=\"govuk-radios\">\n");
    for (int i = 0; i < 2; i++) {
        sc_buf_addf(out,
                    "<div class=\"govuk-radios__item\"><input class=\"govuk-radios__input\" "
                    "id=\"cookies-%s\" type=\"radio\" name=\"cookies\" value=\"%s\"><label "
                    "class=\"govuk-label govuk-radios__label\" for=\"cookies-%s\">",
                    values[i], values[i], values[i]);
        sc_site_word(build, words[i], out);
        sc_buf_adds(out, "</label></div>\n");
    }
    sc_buf_adds(out, "</div></fieldset>\n<button type=\"submit\" class=\"govuk-button\">");
    sc_site_word(build, "cookies-save", out);
    sc_buf_adds(out, "</button>\n<p id=\"cookie-said\" role=\"status\"></p>\n</form>\n");
}

static enum sc_status write_cookies(struct sc_build *build, struct sc_error *err)
{
    struct sc_frame frame = sc_site_frame(build, 1);
    const struct sc_field fields[] = {
        {"category", build->config->cookies}, {"purpose", build->config->cookies_purpose}, {0}};
    SC_AUTO_BUF out = {0};

    if (!build->config->cookies[0])
        return write_text_page(build, "cookies/index.html", &frame, "cookies", "text-cookies", NULL,
                               err);
    open_text_page(build, &frame, sc_word(build->wording, "cookies"), &out);
    sc_word_markdown(build->wording, "text-cookies-optional", fields, &out);
    add_choice(build, &out);
    close_text_page(&frame, &out);
    return sc_site_put_page(build, "cookies/index.html", &out, err);
}

/* The blank page of leave.js: nothing on it, and nothing to find. */
static enum sc_status write_leave(struct sc_build *build, struct sc_error *err)
{
    const char *exit_url = build->config->exit_url[0] ? build->config->exit_url : SC_EXIT_USUAL;
    SC_AUTO_BUF out = {0};

    sc_buf_adds(&out, "<!DOCTYPE html>\n<html lang=\"en\" data-exit=\"");
    sc_html(&out, exit_url);
    sc_buf_adds(
        &out, "\">\n<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" "
              "content=\"default-src 'none'; script-src 'self'; img-src data:; base-uri 'none'\">\n"
              "<meta name=\"robots\" content=\"noindex\">\n<meta name=\"referrer\" "
              "content=\"no-referrer\">\n<link rel=\"icon\" href=\"data:,\">\n<title>");
    sc_site_word(build, "exit-loading", &out);
    sc_buf_adds(&out, "</title>\n<script src=\"../assets/leave.js\"></script>\n</head>\n<body>\n"
                      "</body>\n</html>\n");
    return sc_site_put_page(build, "leave/index.html", &out, err);
}

/* ---- assets ---- */

static enum sc_status put_shipped(struct sc_build *build, const char *name, struct sc_error *err)
{
    SC_AUTO_BUF path = {0};
    SC_AUTO_BUF bytes = {0};
    struct sc_slice data = {0};
    bool found = sc_data_find(name, &data);

    assert(found);
    sc_buf_addf(&path, "assets/%s", name);
    sc_buf_add(&bytes, data.data, data.len);
    if (path.failed)
        return sc_fail_nomem(err);
    return sc_site_put_page(build, path.data, &bytes, err);
}

/* A file that site.yaml names, as `name`. */
static enum sc_status put_given(struct sc_build *build, const char *from, const char *name,
                                struct sc_error *err)
{
    SC_AUTO_BUF bytes = {0};
    enum sc_status status = sc_file_load(from, ASSET_BYTES_MAX, &bytes, err);

    return status ? status : sc_site_put_page(build, name, &bytes, err);
}

static enum sc_status put_brand(struct sc_build *build, struct sc_error *err)
{
    SC_AUTO_BUF css = {0};

    sc_buf_addf(&css,
                "/* The organisation's colour, from site.yaml. */\n:root {\n  --brand: %s;\n}\n",
                build->config->colour);
    return sc_site_put_page(build, "assets/brand.css", &css, err);
}

static enum sc_status write_assets(struct sc_build *build, struct sc_error *err)
{
    static const char *const shipped[] = {"page.css", "page.js",   "govuk.css",
                                          "site.css", "search.js", "leave.js"};
    const struct sc_site_config *config = build->config;
    enum sc_status status = SC_OK;

    for (size_t i = 0; i < sizeof shipped / sizeof *shipped && !status; i++)
        status = put_shipped(build, shipped[i], err);
    if (!status && config->colour[0])
        status = put_brand(build, err);
    if (!status && config->logo)
        status = put_given(build, config->logo, "assets/logo", err);
    if (!status && config->cookies[0])
        status = put_shipped(build, "cookies.js", err);
    if (!status && config->cookies_script)
        status = put_given(build, config->cookies_script, "assets/optional.js", err);
    return status;
}

enum sc_status sc_site_pages(struct sc_build *build, struct sc_error *err)
{
    static const struct {
        const char *name;
        const char *title;
        const char *text;
        void (*more)(const struct sc_build *, const char *, struct sc_buf *);
    } pages[] = {{"accessibility/index.html", "accessibility", "text-accessibility", NULL},
                 {"safe/index.html", "safe", "text-safe", NULL},
                 {"about/index.html", "about", "text-about", NULL},
                 {"feeds/index.html", "feeds", "text-feeds", add_feeds}};
    const struct sc_frame frame = sc_site_frame(build, 1);
    enum sc_status status = write_assets(build, err);

    if (!status)
        status = write_cookies(build, err);
    for (size_t i = 0; i < sizeof pages / sizeof *pages && !status; i++)
        status = write_text_page(build, pages[i].name, &frame, pages[i].title, pages[i].text,
                                 pages[i].more, err);
    if (!status)
        status = write_not_found(build, err);
    if (!status)
        status = write_leave(build, err);
    return status;
}
