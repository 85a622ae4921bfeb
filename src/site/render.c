/*
 * render.c - the pages and files of answers, several at once.
 *
 * Answers are independent: each thread takes the next that must be made, reads it (unless the
 * list was just made from it), sends it through the gate and writes its files.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/date.h"
#include "base/error.h"
#include "base/file.h"
#include "publish/clean.h"
#include "site/internal.h"

#define BUF_TEXT(buf) ((buf).data ? (buf).data : "")

/* ---- one version of one answer ---- */

struct dressing {
    struct sc_frame frame;
    struct sc_publish_options options;
    struct sc_buf canonical;
    struct sc_buf notices;
    struct sc_buf related;
};

static void dressing_release(struct dressing *dressing)
{
    sc_buf_release(&dressing->canonical);
    sc_buf_release(&dressing->notices);
    sc_buf_release(&dressing->related);
}

static void notice(const struct sc_build *build, const char *tag, const char *tag_class,
                   const char *key, int32_t day, const char *reason, struct sc_buf *out)
{
    char date[32];
    const struct sc_field fields[] = {
        {"date", day == SC_DAY_NONE ? "" : sc_day_format_long(day, date)}, {"reason", reason}, {0}};

    sc_buf_addf(out, "<p><span class=\"tag %s\">", tag_class);
    sc_site_word(build, tag, out);
    sc_buf_adds(out, "</span> ");
    sc_word_html(build->wording, key, fields, out);
    sc_buf_adds(out, "</p>\n");
}

static int32_t version_day(const struct sc_entry *entry, size_t v)
{
    int32_t day = entry->answer->versions[v].published;

    return day != SC_DAY_NONE ? day : v == 0 ? entry->first_published : entry->published;
}

/* Links to the versions before the current one. */
static void earlier(const struct sc_build *build, const struct sc_entry *entry, struct sc_buf *out)
{
    char date[32];

    sc_buf_adds(out, "<p>");
    sc_site_word(build, "earlier-versions", out);
    sc_buf_adds(out, ": ");
    for (size_t v = 0; v + 1 < entry->answer->n_versions; v++) {
        int32_t day = version_day(entry, v);
        const struct sc_field fields[] = {
            {"date", day == SC_DAY_NONE ? "" : sc_day_format_long(day, date)}, {0}};

        sc_buf_addf(out, "%s<a href=\"version-%zu/index.html\">", v ? ", " : "", v + 1);
        sc_word_html(build->wording, "version-of", fields, out);
        sc_buf_adds(out, "</a>");
    }
    sc_buf_adds(out, "</p>\n");
}

static void add_notices(const struct sc_build *build, const struct sc_entry *entry, size_t v,
                        struct sc_buf *out)
{
    const struct sc_site_answer *answer = entry->answer;
    bool current = v + 1 == answer->n_versions;

    if (current && answer->n_versions == 1 && !answer->withdrawn)
        return;
    sc_buf_adds(out, "<div class=\"notice\">\n");
    if (answer->withdrawn) {
        notice(build, "status-withdrawn", "gone", "withdrawn-on", answer->withdrawn_on,
               answer->withdrawn_reason, out);
        sc_buf_adds(out, "<p>");
        sc_site_word(build, "withdrawn-text", out);
        sc_buf_adds(out, "</p>\n");
    } else if (!current) {
        notice(build, "status-corrected", "changed", "replaced-on", version_day(entry, v + 1),
               answer->versions[v + 1].reason, out);
        sc_buf_adds(out, "<p><a href=\"../index.html\">");
        sc_site_word(build, "current-version", out);
        sc_buf_adds(out, "</a></p>\n");
    } else {
        notice(build, "status-corrected", "changed", "corrected-on", version_day(entry, v),
               answer->versions[v].reason, out);
        earlier(build, entry, out);
    }
    sc_buf_adds(out, "</div>\n");
}

static void add_related(const struct sc_build *build, const struct sc_entry *entry,
                        struct sc_buf *out)
{
    char date[32];

    if (entry->n_related == 0)
        return;
    sc_buf_adds(out, "<ul class=\"related\">\n");
    for (size_t i = 0; i < entry->n_related; i++) {
        const struct sc_entry *other = &build->entries[entry->related[i]];

        sc_buf_addf(out, "<li><a href=\"../%s/index.html\">", other->meta.slug);
        sc_html(out, other->meta.title);
        sc_buf_adds(out, "</a> <span>");
        sc_html(out, other->meta.publication);
        if (other->published != SC_DAY_NONE)
            sc_buf_addf(out, "%s%s", other->meta.publication[0] ? ", " : "",
                        sc_day_format_long(other->published, date));
        sc_buf_adds(out, "</span></li>\n");
    }
    sc_buf_adds(out, "</ul>\n");
}

/* Everything but the base address, which belongs to a folder. */
static void dress(const struct sc_build *build, const struct sc_entry *entry, size_t v,
                  struct dressing *dressing)
{
    const struct sc_site_config *config = build->config;
    const struct sc_site_answer *answer = entry->answer;
    bool current = v + 1 == answer->n_versions;

    dressing->frame = sc_site_frame(build, current ? 2 : 3);
    dressing->frame.unlisted = !current;
    if (config->url[0]) {
        sc_buf_addf(&dressing->canonical, "%sanswers/%s/", config->url, entry->meta.slug);
        dressing->frame.canonical = BUF_TEXT(dressing->canonical);
    }
    if (entry->n_topics) {
        dressing->frame.crumb.text = config->topics[entry->topics[0]].title;
        dressing->frame.crumb.href = NULL;
    }
    add_notices(build, entry, v, &dressing->notices);
    if (current)
        add_related(build, entry, &dressing->related);
    dressing->options = (struct sc_publish_options){
        .base_url = config->url[0] && current ? BUF_TEXT(dressing->canonical) : NULL,
        .licence_name = config->licence_name[0] ? config->licence_name : NULL,
        .licence_url = config->licence_url[0] ? config->licence_url : NULL,
        .wording = build->wording,
        .frame = &dressing->frame,
        .complaints = {.review_days = config->review_days,
                       .contact = config->contact_text,
                       .regulator = config->regulator[0] ? config->regulator : NULL,
                       .address = config->regulator_address,
                       .url = config->regulator_url},
        .has_published = version_day(entry, v) != SC_DAY_NONE,
        .published = version_day(entry, v),
        .withdrawn = answer->withdrawn,
        .notices = dressing->notices.len ? dressing->notices.data : NULL,
        .related = dressing->related.len ? dressing->related.data : NULL,
    };
}

/* The files written of one answer: whatever else its folder holds goes. */
struct written {
    char **names;
    size_t n;
    size_t capacity;
};

static void written_release(struct written *written)
{
    for (size_t i = 0; i < written->n; i++)
        sc_free(written->names[i]);
    sc_free(written->names);
}

static enum sc_status put(struct sc_build *build, struct written *written, const char *folder,
                          const char *name, const struct sc_buf *bytes, struct sc_error *err)
{
    SC_AUTO_BUF path = {0};
    enum sc_status status = sc_buf_check(bytes, err);

    sc_buf_addf(&path, "%s%s", folder, name);
    if (!status)
        status = sc_buf_check(&path, err);
    if (!status)
        status = sc_site_put(build, path.data, BUF_TEXT(*bytes), bytes->len, err);
    if (!status)
        status = sc_grow((void **)&written->names, &written->capacity, written->n,
                         sizeof *written->names, err);
    if (status)
        return status;
    written->names[written->n] = sc_strdup(path.data);
    if (!written->names[written->n])
        return sc_fail_nomem(err);
    written->n++;
    return SC_OK;
}

static enum sc_status write_version(struct sc_build *build, struct written *written,
                                    const struct sc_publication *publication,
                                    const struct sc_publish_options *options, const char *folder,
                                    struct sc_error *err)
{
    SC_AUTO_OUTPUTS outputs = {0};
    SC_AUTO_FREE struct sc_published_file *files = NULL;
    SC_AUTO_BUF page = {0};
    enum sc_status status = SC_OK;

    if (!options->withdrawn)
        status = sc_outputs_make(&outputs, publication, options, err);
    if (status)
        return status;
    files = sc_alloc_array(outputs.n + 1, sizeof *files);
    if (!files)
        return sc_fail_nomem(err);
    for (size_t i = 0; i < outputs.n; i++)
        files[i] = outputs.items[i].file;
    sc_publish_html(publication, options, files, outputs.n, &page);
    for (size_t i = 0; i < outputs.n && !status; i++)
        status = put(build, written, folder, outputs.items[i].name, &outputs.items[i].bytes, err);
    if (!status)
        status = put(build, written, folder, "index.html", &page, err);
    return status;
}

/* The source of version `v`: as the list was made from it, or read now. */
static enum sc_status open_source(const struct sc_build *build, struct sc_entry *entry, size_t v,
                                  struct sc_site_source **ret_source, struct sc_error *err)
{
    if (entry->source && v + 1 == entry->answer->n_versions) {
        *ret_source = SC_TAKE(entry->source);
        return SC_OK;
    }
    return sc_site_open_version(build, entry->answer, &entry->answer->versions[v], ret_source, err);
}

static enum sc_status render_version(struct sc_build *build, struct written *written,
                                     struct sc_entry *entry, size_t v, struct sc_error *err)
{
    __attribute__((cleanup(dressing_release))) struct dressing dressing = {0};
    SC_AUTO(sc_site_source) source = NULL;
    SC_AUTO_BUF folder = {0};
    SC_AUTO_BUF crumb = {0};
    enum sc_status status = open_source(build, entry, v, &source, err);

    if (status)
        return status;
    dress(build, entry, v, &dressing);
    if (dressing.frame.crumb.text) {
        sc_buf_addf(&crumb, "topics/%s/index.html", build->config->topics[entry->topics[0]].id);
        dressing.frame.crumb.href = BUF_TEXT(crumb);
    }
    sc_buf_addf(&folder, "answers/%s/", entry->meta.slug);
    if (v + 1 < entry->answer->n_versions)
        sc_buf_addf(&folder, "version-%zu/", v + 1);
    if (folder.failed || crumb.failed || dressing.notices.failed || dressing.related.failed ||
        dressing.canonical.failed)
        return sc_fail_nomem(err);
    return write_version(build, written, source->publication, &dressing.options, folder.data, err);
}

static bool is_written(const struct written *written, const char *name)
{
    for (size_t i = 0; i < written->n; i++)
        if (strcmp(written->names[i], name) == 0)
            return true;
    return false;
}

/* Removes what `folder` (ending in '/') holds but was not written; folders left empty go too. */
static void prune(const struct sc_build *build, const struct written *written, const char *folder,
                  int depth)
{
    SC_AUTO_FREE char *path = sc_path_join(build->out, folder);
    DIR *dir = path && depth < 4 ? opendir(path) : NULL;
    struct dirent *item;

    while (dir && (item = readdir(dir)) != NULL) {
        SC_AUTO_BUF name = {0};
        SC_AUTO_FREE char *full = NULL;
        struct stat st;

        if (item->d_name[0] == '.')
            continue;
        sc_buf_addf(&name, "%s%s", folder, item->d_name);
        full = name.failed ? NULL : sc_path_join(build->out, name.data);
        if (!full || lstat(full, &st) != 0)
            continue;
        if (S_ISDIR(st.st_mode)) {
            sc_buf_adds(&name, "/");
            if (!name.failed)
                prune(build, written, name.data, depth + 1);
            (void)rmdir(full);
        } else if (!is_written(written, name.data)) {
            (void)unlink(full);
        }
    }
    if (dir)
        (void)closedir(dir);
}

/* All versions of an answer that are to be shown, and nothing else in its folder. */
static enum sc_status render(struct sc_build *build, struct sc_entry *entry, struct sc_error *err)
{
    __attribute__((cleanup(written_release))) struct written written = {0};
    size_t first = entry->answer->withdrawn ? entry->answer->n_versions - 1 : 0;
    SC_AUTO_BUF folder = {0};
    SC_AUTO_FREE char *path = NULL;
    enum sc_status status;
    bool is_new;

    sc_buf_addf(&folder, "answers/%s/", entry->meta.slug);
    path = folder.failed ? NULL : sc_path_join(build->out, folder.data);
    if (!path)
        return sc_fail_nomem(err);
    is_new = mkdir(path, 0777) == 0;
    status = SC_OK;
    for (size_t v = first; v < entry->answer->n_versions && !status; v++)
        status = render_version(build, &written, entry, v, err);
    if (!status && !is_new)
        prune(build, &written, folder.data, 0);
    return status;
}

/* ---- which, and all of them ---- */

/* What the pages of an entry are made from: its files, the site, and whom it is related to. */
static bool make_page_key(const struct sc_build *build, struct sc_entry *entry)
{
    SC_AUTO_BUF all = {0};

    sc_buf_addf(&all, "%s %s %d %d %s\n", build->site_key, entry->source_key,
                entry->answer->withdrawn, (int)entry->answer->withdrawn_on,
                entry->answer->withdrawn_reason);
    sc_buf_addf(&all, "%s %d %d\n", entry->meta.slug, (int)entry->published,
                (int)entry->first_published);
    for (size_t i = 0; i < entry->n_related; i++) {
        const struct sc_entry *other = &build->entries[entry->related[i]];

        sc_buf_addf(&all, "%s %s %s %d\n", other->meta.slug, other->meta.title,
                    other->meta.publication, (int)other->published);
    }
    if (entry->n_topics)
        sc_buf_addf(&all, "%s\n", build->config->topics[entry->topics[0]].title);
    if (all.failed)
        return false;
    sc_sha256_hex(all.data, all.len, entry->page_key);
    return true;
}

static bool is_made(const struct sc_build *build, const struct sc_entry *entry)
{
    const char *old = json_string_value(
        json_object_get(json_object_get(build->old_state, "answers"), entry->meta.slug));

    return old && strcmp(old, entry->page_key) == 0;
}

static enum sc_status make(struct sc_build *build, size_t at, struct sc_error *err)
{
    struct sc_entry *entry = &build->entries[at];

    if (is_made(build, entry))
        return SC_OK;
    (void)pthread_mutex_lock(&build->lock);
    build->report.made++;
    (void)pthread_mutex_unlock(&build->lock);
    return render(build, entry, err);
}

enum sc_status sc_site_render(struct sc_build *build, struct sc_error *err)
{
    for (size_t i = 0; i < build->n_entries; i++)
        if (!make_page_key(build, &build->entries[i]))
            return sc_fail_nomem(err);
    return sc_site_crew(build, build->n_entries, make,
                        "interrupted: build again to finish the site", err);
}
