/*
 * links.c - dead links of a built site.
 *
 * The pages are our own, so attributes are found by their names: href="..." and src="..." with
 * double quotes, as frame.c and the rest write them. A link to a fragment needs that id in
 * the page it leads to.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/file.h"
#include "config/form.h"
#include "site/check.h"

#define PAGE_BYTES_MAX ((size_t)64 << 20)
#define DEPTH_MAX 8

struct walk {
    const char *out;
    struct sc_diagnostics *findings;
    enum sc_status status;
    struct sc_error *err;
};

static void stop(struct walk *walk)
{
    if (!walk->status)
        walk->status = sc_fail_nomem(walk->err);
}

/* The folder part of `page` joined with `href`, "." and ".." resolved; false: out of the site. */
static bool resolve(const char *page, struct sc_slice href, struct sc_buf *out)
{
    const char *slash = strrchr(page, '/');
    const char *end = href.data + href.len;

    if (slash)
        sc_buf_add(out, page, (size_t)(slash - page) + 1);
    for (const char *p = href.data; p < end;) {
        const char *stop_at = memchr(p, '/', (size_t)(end - p));
        size_t n = stop_at ? (size_t)(stop_at - p) : (size_t)(end - p);

        if (n == 2 && p[0] == '.' && p[1] == '.') {
            if (out->len == 0)
                return false;
            out->len--; /* the slash at the end */
            while (out->len > 0 && out->data[out->len - 1] != '/')
                out->len--;
            out->data[out->len] = '\0';
        } else if (n > 0 && !(n == 1 && p[0] == '.')) {
            sc_buf_add(out, p, n);
            if (stop_at)
                sc_buf_addc(out, '/');
        }
        p += n + (stop_at != NULL);
    }
    return true;
}

static bool has_id(const struct sc_buf *page, struct sc_slice id)
{
    SC_AUTO_BUF wanted = {0};

    sc_buf_adds(&wanted, " id=\"");
    sc_buf_add(&wanted, id.data, id.len);
    sc_buf_adds(&wanted, "\"");
    return !wanted.failed && page->data && strstr(page->data, wanted.data);
}

static void note_dead(struct walk *walk, const char *page, struct sc_slice link, const char *why)
{
    if (sc_diagnostics_add(walk->findings, page, 0, 0, "the link '%.*s' is dead: %s",
                           (int)(link.len > 200 ? 200 : link.len), link.data, why))
        stop(walk);
}

/* One link of `page`, whose text is `own`. */
static void follow(struct walk *walk, const char *page, const struct sc_buf *own,
                   struct sc_slice link)
{
    const char *hash = memchr(link.data, '#', link.len);
    struct sc_slice path = {link.data, hash ? (size_t)(hash - link.data) : link.len};
    struct sc_slice id = {hash ? hash + 1 : "", hash ? link.len - path.len - 1 : 0};
    SC_AUTO_BUF name = {0};
    SC_AUTO_BUF other = {0};
    SC_AUTO_FREE char *full = NULL;
    struct stat st;

    if (memchr(path.data, ':', path.len) || (path.len >= 2 && path.data[0] == '/'))
        return; /* leads elsewhere */
    if (path.len == 0) {
        if (id.len && !has_id(own, id))
            note_dead(walk, page, link, "nothing on the page has this name");
        return;
    }
    if (!resolve(page, path, &name)) {
        note_dead(walk, page, link, "it leads out of the site");
        return;
    }
    full = name.failed || name.len == 0 ? NULL : sc_path_join(walk->out, name.data);
    if (!full) {
        stop(walk);
        return;
    }
    if (stat(full, &st) != 0 || !S_ISREG(st.st_mode)) {
        note_dead(walk, page, link, "there is no such file");
        return;
    }
    if (id.len == 0)
        return;
    if (sc_file_load(full, PAGE_BYTES_MAX, &other, NULL) || !has_id(&other, id))
        note_dead(walk, page, link, "nothing on that page has this name");
}

static void check_page(struct walk *walk, const char *page, const char *full)
{
    static const char *const attributes[] = {" href=\"", " src=\""};
    SC_AUTO_BUF text = {0};

    walk->status = sc_file_load(full, PAGE_BYTES_MAX, &text, walk->err);
    for (size_t a = 0; a < 2 && !walk->status && text.data; a++) {
        const char *p = text.data;

        while (!walk->status && (p = strstr(p, attributes[a])) != NULL) {
            const char *end;

            p += strlen(attributes[a]);
            end = strchr(p, '"');
            if (!end)
                break;
            follow(walk, page, &text, (struct sc_slice){p, (size_t)(end - p)});
            p = end;
        }
    }
}

/* All pages in `folder` ("" or ending in '/') and below. */
static void check_folder(struct walk *walk, const char *folder, int depth)
{
    SC_AUTO_FREE char *path = folder[0] ? sc_path_join(walk->out, folder) : sc_strdup(walk->out);
    struct dirent **items = NULL;
    int n;

    if (!path) {
        stop(walk);
        return;
    }
    n = depth < DEPTH_MAX ? scandir(path, &items, NULL, alphasort) : 0;
    for (int i = 0; i < n; i++) {
        size_t len = strlen(items[i]->d_name);
        SC_AUTO_BUF name = {0};
        SC_AUTO_FREE char *full = NULL;
        struct stat st;

        sc_buf_addf(&name, "%s%s", folder, items[i]->d_name);
        full = name.failed ? NULL : sc_path_join(walk->out, name.data);
        if (!full)
            stop(walk);
        else if (!walk->status && items[i]->d_name[0] != '.' && stat(full, &st) == 0) {
            if (S_ISDIR(st.st_mode)) {
                sc_buf_addc(&name, '/');
                check_folder(walk, name.data, depth + 1);
            } else if (len > 5 && strcmp(items[i]->d_name + len - 5, ".html") == 0) {
                check_page(walk, name.data, full);
            }
        }
        free(items[i]); /* NOLINT: scandir's */
    }
    free(items); /* NOLINT: scandir's */
}

enum sc_status sc_site_check_links(const char *out, struct sc_diagnostics *findings,
                                   struct sc_error *err)
{
    struct walk walk = {.out = out, .findings = findings, .err = err};

    check_folder(&walk, "", 0);
    return walk.status;
}
