/*
 * frame.c - see frame.h.
 *
 * No page holds a script or a style of its own: the content security policy allows files
 * of the same place alone, so that even a hole in the escaping could not run anything,
 * and nothing is asked of any other server.
 */
#include "publish/frame.h"

#include <string.h>

#include "publish/clean.h"

const char *const sc_frame_assets[] = {"page.css", "page.js", NULL};

static const char *root_of(const struct sc_frame *frame)
{
    return frame->root ? frame->root : "";
}

static void word(const struct sc_frame *frame, const char *key, struct sc_buf *out)
{
    sc_word_html(frame->wording, key, NULL, out);
}

static void attribute(const char *name, const char *value, struct sc_buf *out)
{
    sc_buf_addf(out, " %s=\"", name);
    sc_html(out, value);
    sc_buf_addc(out, '"');
}

/* ---- head ---- */

/* What page.js reads: where to go, and what to say meanwhile. */
static void add_html(const struct sc_frame *frame, struct sc_buf *out)
{
    SC_AUTO_BUF leave = {0};

    attribute("lang", sc_word(frame->wording, "language"), out);
    attribute("data-exit", frame->exit_url ? frame->exit_url : SC_EXIT_USUAL, out);
    if (frame->site) {
        sc_buf_addf(&leave, "%sleave/index.html", root_of(frame));
        attribute("data-leave", leave.data ? leave.data : "", out);
    }
    attribute("data-exit2", sc_word(frame->wording, "exit-2"), out);
    attribute("data-exit1", sc_word(frame->wording, "exit-1"), out);
    attribute("data-exit-expired", sc_word(frame->wording, "exit-expired"), out);
    attribute("data-blank-title", sc_word(frame->wording, "exit-loading"), out);
    out->failed |= leave.failed;
}

static void add_files(const struct sc_frame *frame, struct sc_buf *out)
{
    const char *root = root_of(frame);

    if (frame->site)
        sc_buf_addf(out, "<link rel=\"stylesheet\" href=\"%sassets/govuk.css\">\n", root);
    sc_buf_addf(out, "<link rel=\"stylesheet\" href=\"%sassets/page.css\">\n", root);
    if (frame->site)
        sc_buf_addf(out, "<link rel=\"stylesheet\" href=\"%sassets/site.css\">\n", root);
    if (frame->brand)
        sc_buf_addf(out, "<link rel=\"stylesheet\" href=\"%sassets/brand.css\">\n", root);
    sc_buf_addf(out, "<script src=\"%sassets/page.js\"></script>\n", root);
    if (frame->cookies)
        sc_buf_addf(out, "<script defer src=\"%sassets/cookies.js\"></script>\n", root);
    if (frame->script)
        sc_buf_addf(out, "<script defer src=\"%sassets/%s\"></script>\n", root, frame->script);
    if (frame->site)
        sc_buf_addf(out,
                    "<link rel=\"alternate\" type=\"application/atom+xml\" href=\"%sfeed.atom\">\n"
                    "<link rel=\"alternate\" type=\"application/feed+json\" "
                    "href=\"%sfeed.json\">\n",
                    root, root);
}

static void add_head(const struct sc_frame *frame, const char *title, const char *head,
                     struct sc_buf *out)
{
    sc_buf_adds(out, "<!DOCTYPE html>\n<html");
    add_html(frame, out);
    sc_buf_adds(out, ">\n<head>\n<meta charset=\"utf-8\">\n"
                     "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                     "style-src 'self'; script-src 'self'; img-src 'self' data:; base-uri 'none'; "
                     "form-action 'self'\">\n"
                     "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                     "<meta name=\"referrer\" content=\"no-referrer\">\n"
                     "<meta name=\"color-scheme\" content=\"light dark\">\n");
    if (frame->not_for_release || frame->unlisted)
        sc_buf_adds(out, "<meta name=\"robots\" content=\"noindex\">\n");
    if (frame->canonical) {
        sc_buf_adds(out, "<link rel=\"canonical\"");
        attribute("href", frame->canonical, out);
        sc_buf_adds(out, ">\n");
    }
    sc_buf_adds(out, "<link rel=\"icon\" href=\"data:,\">\n<title>");
    sc_html(out, title);
    sc_buf_adds(out, "</title>\n");
    add_files(frame, out);
    sc_buf_adds(out, head ? head : "");
    sc_buf_adds(out, "</head>\n<body>\n");
}

/* ---- the top ---- */

static void add_exit(const struct sc_frame *frame, struct sc_buf *out)
{
    sc_buf_adds(out, "<div class=\"exit-bar\" role=\"region\"");
    attribute("aria-label", sc_word(frame->wording, "exit"), out);
    sc_buf_adds(out, "><div class=\"wrap\"><a class=\"exit\" rel=\"nofollow noreferrer\"");
    attribute("href", frame->exit_url ? frame->exit_url : SC_EXIT_USUAL, out);
    attribute("title", sc_word(frame->wording, "exit-help"), out);
    sc_buf_adds(out, ">");
    word(frame, "exit", out);
    sc_buf_adds(out,
                "</a><span id=\"exit-status\" class=\"vh\" role=\"status\"></span></div></div>\n");
}

static void add_name(const struct sc_frame *frame, struct sc_buf *out)
{
    if (frame->site)
        sc_buf_addf(out, "<a class=\"name\" href=\"%sindex.html\">", root_of(frame));
    else
        sc_buf_adds(out, "<span class=\"name\">");
    if (frame->logo) {
        sc_buf_addf(out, "<img class=\"logo\" src=\"%sassets/", root_of(frame));
        sc_html(out, frame->logo);
        sc_buf_adds(out, "\" alt=\"\">");
    } else {
        sc_buf_adds(out, "<svg aria-hidden=\"true\" width=\"30\" height=\"30\"><rect x=\"1\" "
                         "y=\"1\" width=\"28\" height=\"28\" rx=\"3\"/><path "
                         "d=\"M7 10h16M7 15h16M7 20h10\"/></svg>");
    }
    sc_buf_adds(out, " <span>");
    if (frame->organisation && frame->organisation[0])
        sc_html(out, frame->organisation);
    else
        sc_buf_adds(out, "Freedom of Information");
    sc_buf_adds(out, "</span>");
    sc_buf_adds(out, frame->site ? "</a>" : "</span>");
}

static void add_menu(const struct sc_frame *frame, struct sc_buf *out)
{
    const char *root = root_of(frame);

    if (!frame->site)
        return;
    sc_buf_adds(out, "<nav class=\"menu\"");
    attribute("aria-label", sc_word(frame->wording, "menu"), out);
    sc_buf_addf(out, "><a href=\"%sindex.html\"%s>", root,
                frame->is_home ? " aria-current=\"page\"" : "");
    word(frame, "log", out);
    sc_buf_addf(out, "</a> <a href=\"%stopics/index.html\">", root);
    word(frame, "topics", out);
    sc_buf_addf(out, "</a> <a href=\"%ssafe/index.html\">", root);
    word(frame, "safe", out);
    sc_buf_adds(out, "</a></nav>");
}

static void add_beta(const struct sc_frame *frame, struct sc_buf *out)
{
    if (!frame->beta)
        return;
    sc_buf_adds(out, "<div class=\"govuk-phase-banner\" role=\"region\"");
    attribute("aria-label", sc_word(frame->wording, "beta"), out);
    sc_buf_adds(out, "><p class=\"govuk-phase-banner__content\"><strong class=\"govuk-tag "
                     "govuk-phase-banner__content__tag\">");
    word(frame, "beta", out);
    sc_buf_adds(out, "</strong> <span class=\"govuk-phase-banner__text\">");
    word(frame, "beta-text", out);
    if (frame->feedback) {
        sc_buf_adds(out, " <a class=\"govuk-link\"");
        attribute("href", frame->feedback, out);
        sc_buf_adds(out, ">");
        word(frame, "feedback", out);
        sc_buf_adds(out, "</a>.");
    }
    sc_buf_adds(out, "</span></p></div>\n");
}

static void add_crumbs(const struct sc_frame *frame, struct sc_buf *out)
{
    if (!frame->site || frame->is_home)
        return;
    sc_buf_adds(out, "<nav class=\"govuk-breadcrumbs\"");
    attribute("aria-label", sc_word(frame->wording, "breadcrumb"), out);
    sc_buf_addf(out,
                "><ol class=\"govuk-breadcrumbs__list\">"
                "<li class=\"govuk-breadcrumbs__list-item\"><a class=\"govuk-breadcrumbs__link\" "
                "href=\"%sindex.html\">",
                root_of(frame));
    word(frame, "log", out);
    sc_buf_adds(out, "</a></li>");
    if (frame->crumb.text) {
        sc_buf_addf(out,
                    "<li class=\"govuk-breadcrumbs__list-item\"><a "
                    "class=\"govuk-breadcrumbs__link\" href=\"%s",
                    root_of(frame));
        sc_html(out, frame->crumb.href);
        sc_buf_adds(out, "\">");
        sc_html(out, frame->crumb.text);
        sc_buf_adds(out, "</a></li>");
    }
    sc_buf_adds(out, "</ol></nav>\n");
}

/* Hidden until cookies.js finds that no choice was made. */
static void add_banner(const struct sc_frame *frame, struct sc_buf *out)
{
    if (!frame->cookies)
        return;
    sc_buf_adds(out, "<div class=\"govuk-cookie-banner\" id=\"cookie-banner\" role=\"region\" "
                     "data-nosnippet hidden");
    attribute("aria-label", sc_word(frame->wording, "cookies-title"), out);
    sc_buf_adds(out, ">\n<div class=\"govuk-cookie-banner__message wrap\" id=\"cookie-ask\">"
                     "<h2 class=\"govuk-cookie-banner__heading govuk-heading-m\">");
    word(frame, "cookies-title", out);
    sc_buf_adds(out, "</h2><p>");
    word(frame, "cookies-essential", out);
    sc_buf_adds(out, " ");
    word(frame, "cookies-question", out);
    sc_buf_adds(out, "</p><div class=\"govuk-button-group\"><button type=\"button\" "
                     "class=\"govuk-button\" id=\"cookie-accept\">");
    word(frame, "cookies-accept", out);
    sc_buf_adds(out, "</button> <button type=\"button\" class=\"govuk-button\" "
                     "id=\"cookie-reject\">");
    word(frame, "cookies-reject", out);
    sc_buf_addf(out, "</button> <a class=\"govuk-link\" href=\"%scookies/index.html\">",
                root_of(frame));
    word(frame, "cookies-view", out);
    sc_buf_adds(out, "</a></div></div>\n");
    for (int i = 0; i < 3; i++) {
        static const char *const keys[] = {"cookies-accepted", "cookies-rejected",
                                           "cookies-failed"};

        sc_buf_addf(out,
                    "<div class=\"govuk-cookie-banner__message wrap\" id=\"%s\" role=\"alert\" "
                    "tabindex=\"-1\" hidden><p>",
                    keys[i]);
        word(frame, keys[i], out);
        sc_buf_adds(out, "</p><button type=\"button\" class=\"govuk-button cookie-hide\">");
        word(frame, "cookies-hide", out);
        sc_buf_adds(out, "</button></div>\n");
    }
    sc_buf_adds(out, "</div>\n");
}

void sc_frame_open(const struct sc_frame *frame, const char *title, const char *head,
                   struct sc_buf *out)
{
    add_head(frame, title, head, out);
    sc_buf_adds(out, "<a class=\"skip\" href=\"#main\">");
    word(frame, "skip", out);
    sc_buf_adds(out, "</a>\n");
    add_banner(frame, out);
    add_exit(frame, out);
    sc_buf_adds(out, "<header class=\"bar\"><div class=\"wrap\">");
    add_name(frame, out);
    add_menu(frame, out);
    sc_buf_adds(out, "</div></header>\n");
    if (!frame->site)
        return;
    sc_buf_adds(out, "<div class=\"wrap above\">\n");
    add_beta(frame, out);
    add_crumbs(frame, out);
    sc_buf_adds(out, "</div>\n");
}

/* ---- the foot ---- */

static void add_links(const struct sc_frame *frame, struct sc_buf *out)
{
    static const char *const pages[] = {"accessibility", "cookies", "safe", "about", "feeds"};

    sc_buf_adds(out, "<nav");
    attribute("aria-label", sc_word(frame->wording, "footer-menu"), out);
    sc_buf_adds(out, "><ul>");
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        sc_buf_addf(out, "<li><a href=\"%s%s/index.html\">", root_of(frame), pages[i]);
        word(frame, pages[i], out);
        sc_buf_adds(out, "</a></li>");
    }
    if (frame->contact) {
        sc_buf_adds(out, "<li><a");
        attribute("href", frame->contact, out);
        sc_buf_adds(out, ">");
        word(frame, "contact", out);
        sc_buf_adds(out, "</a></li>");
    }
    sc_buf_adds(out, "</ul></nav>\n");
}

static void add_licence(const struct sc_frame *frame, struct sc_buf *out)
{
    SC_AUTO_BUF link = {0};
    SC_AUTO_BUF line = {0};
    const char *at;

    if (!frame->licence_name)
        return;
    if (frame->licence_url) {
        sc_buf_adds(&link, "<a rel=\"license\"");
        attribute("href", frame->licence_url, &link);
        sc_buf_adds(&link, ">");
    }
    sc_html(&link, frame->licence_name);
    sc_buf_adds(&link, frame->licence_url ? "</a>" : "");
    word(frame, "footer-licence", &line);
    at = line.data ? strstr(line.data, "{licence}") : NULL;
    if (at && link.data) {
        sc_buf_adds(out, " ");
        sc_buf_add(out, line.data, (size_t)(at - line.data));
        sc_buf_adds(out, link.data);
        sc_buf_adds(out, at + strlen("{licence}"));
    }
    out->failed |= link.failed | line.failed;
}

void sc_frame_close(const struct sc_frame *frame, const char *note, struct sc_buf *out)
{
    sc_buf_adds(out, "<footer><div class=\"wrap\">\n");
    if (frame->site)
        add_links(frame, out);
    sc_buf_adds(out, "<p>");
    if (frame->organisation && frame->organisation[0]) {
        sc_html(out, frame->organisation);
        sc_buf_adds(out, ". ");
    }
    word(frame, frame->not_for_release ? "footer-not-yet" : "footer-act", out);
    add_licence(frame, out);
    sc_buf_adds(out, note ? note : "");
    sc_buf_adds(out, "</p>\n</div></footer>\n</body>\n</html>\n");
}
