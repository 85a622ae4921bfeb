/*
 * pages.c - the pages that every site has, and its assets.
 */
#include <assert.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "codes/codes.h"
#include "publish/clean.h"
#include "site/internal.h"

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

static enum sc_status write_text_page(struct sc_build *build, const char *name, size_t depth,
                                      const char *title_key, const char *text_key,
                                      struct sc_error *err)
{
    struct sc_frame frame = sc_site_frame(build, depth);
    SC_AUTO_BUF help = {0};
    SC_AUTO_BUF out = {0};

    help_text(build, &help);
    {
        const struct sc_field fields[] = {{"organisation", build->config->organisation},
                                          {"contact", build->config->contact_text},
                                          {"category", build->config->cookies},
                                          {"purpose", build->config->cookies_purpose},
                                          {"help", BUF_TEXT(help)},
                                          {0}};

        open_text_page(build, &frame, sc_word(build->wording, title_key), &out);
        sc_word_markdown(build->wording, text_key, fields, &out);
        close_text_page(&frame, &out);
    }
    out.failed |= help.failed;
    return sc_site_put_page(build, name, &out, err);
}

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
        return write_text_page(build, "cookies/index.html", 1, "cookies", "text-cookies", err);
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
    enum sc_status status = write_assets(build, err);

    if (!status)
        status = write_cookies(build, err);
    if (!status)
        status = write_text_page(build, "accessibility/index.html", 1, "accessibility",
                                 "text-accessibility", err);
    if (!status)
        status = write_text_page(build, "safe/index.html", 1, "safe", "text-safe", err);
    if (!status)
        status = write_text_page(build, "about/index.html", 1, "about", "text-about", err);
    if (!status)
        status = write_text_page(build, "404.html", 0, "not-found", "text-not-found", err);
    if (!status)
        status = write_leave(build, err);
    return status;
}
