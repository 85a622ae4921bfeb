/*
 * paper.c - see paper.h.
 *
 * A PDF keeps the whole address of every link. A link to "tables.ods" would come out as the
 * name of a folder on the machine that printed it, so links to anything but places in the page
 * and whole addresses are taken out of the page before it is printed, and a PDF that names a
 * file all the same is refused.
 */
#include "publish/paper.h"

#include <string.h>

#include "base/date.h"
#include "base/error.h"

#define BUF_TEXT(buf) ((buf).data ? (buf).data : "")

/* ---- the page ---- */

/* Whether a link's address still means something in a document that stands alone. */
static bool leads_somewhere(const char *address)
{
    static const char *const whole[] = {"#", "https://", "http://", "mailto:", "tel:"};

    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++)
        if (strncmp(address, whole[i], strlen(whole[i])) == 0)
            return true;
    return false;
}

/*
 * Copies a page of ours. In it every '<' begins a tag and every attribute stands in double
 * quotes, for text is escaped. An <a> that leads nowhere loses its address, and is text then.
 */
static void unlink_files(const char *html, struct sc_buf *out)
{
    static const char attribute[] = " href=\"";

    while (*html) {
        const char *end;
        const char *href;

        if (strncmp(html, "<a ", 3) != 0) {
            sc_buf_addc(out, *html++);
            continue;
        }
        end = html + strcspn(html, ">");
        href = strstr(html, attribute);
        if (href && href < end && !leads_somewhere(href + strlen(attribute))) {
            const char *after = href + strlen(attribute);

            sc_buf_add(out, html, (size_t)(href - html));
            after += strcspn(after, "\"");
            html = after + (*after != '\0');
        }
        sc_buf_add(out, html, (size_t)(end - html));
        html = end;
    }
}

void sc_publish_paper(const struct sc_publication *publication, struct sc_buf *out)
{
    SC_AUTO_BUF page = {0};

    sc_publish_html(publication, NULL, NULL, 0, &page);
    unlink_files(BUF_TEXT(page), out);
    out->failed |= page.failed;
}

/* ---- the PDF ---- */

/* The next place of `text` in the bytes from `at` on, or SIZE_MAX. */
static size_t find(const char *bytes, size_t len, size_t at, const char *text)
{
    size_t n = strlen(text);

    while (n <= len && at <= len - n) {
        const char *hit = memchr(bytes + at, text[0], len - n - at + 1);

        if (!hit)
            break;
        at = (size_t)(hit - bytes);
        if (memcmp(hit, text, n) == 0)
            return at;
        at++;
    }
    return SIZE_MAX;
}

/* Puts `day` where the date after `key` stands. */
static void set_date(char *bytes, size_t len, const char *key, const char *day)
{
    size_t at = 0;

    while ((at = find(bytes, len, at, key)) != SIZE_MAX) {
        at += strlen(key);
        for (size_t i = 0; i < strlen(day) && at + i < len; i++)
            if (bytes[at + i] >= '0' && bytes[at + i] <= '9')
                bytes[at + i] = day[i];
    }
}

enum sc_status sc_pdf_settle(const struct sc_publication *publication, char *bytes, size_t len,
                             struct sc_error *err)
{
    static const char *const needed[][2] = {{"/StructTreeRoot", "is not tagged"},
                                            {"/Marked true", "is not tagged"},
                                            {"/Title", "has no title"},
                                            {"/Lang", "does not say its language"}};
    const struct sc_request *request = publication->request;
    int32_t day = request->answered != SC_DAY_NONE ? request->answered
                  : request->as_at != SC_DAY_NONE  ? request->as_at
                                                   : request->received;
    char iso[16] = "1980-01-01";
    char digits[] = "00000000000000";
    size_t n = 0;

    if (len < 5 || memcmp(bytes, "%PDF-", 5) != 0)
        return sc_fail(err, SC_E_UNSAFE, "the browser wrote something that is no PDF");
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        if (find(bytes, len, 0, needed[i][0]) == SIZE_MAX)
            return sc_fail(err, SC_E_UNSAFE, "the PDF that the browser wrote %s", needed[i][1]);
    if (find(bytes, len, 0, "file:/") != SIZE_MAX)
        return sc_fail(err, SC_E_UNSAFE,
                       "the PDF that the browser wrote names a file of this machine");
    if (day != SC_DAY_NONE)
        (void)sc_day_format_iso(day, iso);
    for (const char *p = iso; *p; p++)
        if (*p != '-')
            digits[n++] = *p;
    set_date(bytes, len, "/CreationDate (D:", digits);
    set_date(bytes, len, "/ModDate (D:", digits);
    return SC_OK;
}
