#include "answer/recheck.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "answer/past.h"
#include "base/error.h"
#include "base/file.h"
#include "register/answer_reader.h"

struct rechecking {
    struct sc_arena arena;
    struct sc_past_release self;
    struct sc_releases *releases;
    struct sc_past past;
    struct sc_linked *linked;
    struct sc_release *release;
    int64_t *least, *most;           /* by cell: what rounded figures say, and exact ones */
    int64_t *mark_least, *mark_most; /* by cell: what marks say */
    bool *rounded;                   /* by cell: it is printed rounded and nowhere exactly */
    bool intervals;                  /* something is rounded */
    bool zeros_hidden;               /* a mark may stand for 0 */
    struct sc_error *err;
};

static void release_rechecking(struct rechecking *r)
{
    sc_release_free(r->release);
    sc_linked_free(r->linked);
    sc_free(r->least);
    sc_free(r->most);
    sc_free(r->rounded);
    sc_free(r->mark_least);
    sc_free(r->mark_most);
    sc_releases_free(r->releases);
    sc_arena_release(&r->arena);
}

static enum sc_status read_answer(struct rechecking *r, const char *path)
{
    SC_AUTO_BUF bytes = {0};
    SC_AUTO_FREE char *inside = sc_path_join(path, "answer.json");
    struct stat st;
    bool folder = stat(path, &st) == 0 && S_ISDIR(st.st_mode);
    const char *file = folder ? inside : path;
    enum sc_status status;

    if (!inside)
        return sc_fail_nomem(r->err);
    status = sc_file_load(file, SC_ANSWER_BYTES_MAX, &bytes, r->err);
    if (!status)
        status = sc_answer_read(file, bytes.data ? bytes.data : "", bytes.len, &r->arena, &r->self,
                                r->err);
    return status;
}

/* ---- figures ------------------------------------------------------------------------- */

/*
 * A rounded figure: an interval. The answer's own is a figure to be protected, as every one of a
 * rounded answer is; an earlier one is only known.
 */
static void put_rounded(struct rechecking *r, size_t table, size_t k, struct sc_figure figure)
{
    uint32_t cell = r->linked->cell_of[table][k];
    struct sc_figure *first = &r->release->figures[cell];
    int64_t least, most;

    sc_link_interval(&r->past.tables[table], k, &least, &most);
    r->least[cell] = least > r->least[cell] ? least : r->least[cell];
    r->most[cell] = most < r->most[cell] ? most : r->most[cell];
    r->intervals = true;
    if (r->past.release_of[table] != &r->self || first->kind != SC_FIGURE_NONE)
        return;
    *first = figure;
    first->kind = SC_FIGURE_VALUE;
    first->value = (int64_t)r->past.tables[table].shown[k].count;
    r->rounded[cell] = true;
}

static void put_mark(struct rechecking *r, size_t table, size_t k)
{
    uint32_t cell = r->linked->cell_of[table][k];
    int64_t least, most;

    sc_link_interval(&r->past.tables[table], k, &least, &most);
    r->mark_least[cell] = least > r->mark_least[cell] ? least : r->mark_least[cell];
    r->mark_most[cell] = most < r->mark_most[cell] ? most : r->mark_most[cell];
}

/* Marks as what they say; an exact number as itself. */
static void conclude(struct rechecking *r)
{
    for (uint32_t c = 0; c < sc_system_n_cells(r->linked->system); c++) {
        struct sc_figure *figure = &r->release->figures[c];
        struct sc_figure mark;

        if (figure->kind == SC_FIGURE_VALUE && !r->rounded[c])
            r->least[c] = r->most[c] = figure->value;
        /* Rounded, and known all the same: not to be taken for printed. */
        if (figure->kind == SC_FIGURE_VALUE && r->rounded[c] && r->most[c] > 0 &&
            r->least[c] == r->most[c])
            figure->kind = SC_FIGURE_HIDDEN;
        if (figure->kind != SC_FIGURE_HIDDEN)
            continue;
        mark = sc_link_mark(r->mark_least[c], r->mark_most[c], r->zeros_hidden ? 0 : 1);
        figure->kind = mark.kind;
        figure->value = mark.value;
        figure->least = mark.least;
    }
}

static enum sc_status put(struct rechecking *r, size_t table, size_t k, size_t *capacity)
{
    struct sc_release *release = r->release;
    const struct sc_cell *shown = &r->past.tables[table].shown[k];
    uint32_t cell = r->linked->cell_of[table][k];
    struct sc_figure figure = {.file = (uint32_t)table, .line = (uint32_t)k + 1, .column = 1};
    struct sc_figure *first = &release->figures[cell];
    enum sc_status status;

    if (shown->status == SC_CELL_ROUNDED) {
        put_rounded(r, table, k, figure);
        return SC_OK;
    }
    if (shown->status == SC_CELL_PUBLISHED) {
        figure.kind = SC_FIGURE_VALUE;
        figure.value = (int64_t)shown->count;
    } else {
        figure.kind = SC_FIGURE_HIDDEN;
        put_mark(r, table, k);
    }
    if (first->kind == SC_FIGURE_NONE || r->rounded[cell]) {
        *first = figure;
        r->rounded[cell] = false;
        return SC_OK;
    }
    if (first->kind == figure.kind && first->value == figure.value)
        return SC_OK;
    if (first->kind != SC_FIGURE_VALUE) {
        struct sc_figure swap = *first;

        *first = figure;
        figure = swap;
    }
    status = sc_grow((void **)&release->repeats, capacity, release->n_repeats,
                     sizeof *release->repeats, r->err);
    if (!status)
        release->repeats[release->n_repeats++] = (struct sc_repeat){cell, figure};
    return status;
}

static enum sc_status put_all(struct rechecking *r)
{
    enum sc_status status = SC_OK;

    for (size_t t = 0; t < r->past.n_tables; t++)
        for (size_t k = 0; k < r->past.tables[t].table->n_cells && !status; k++)
            if (sc_linked_believes(r->linked, &r->past.tables[t], t, k))
                status = put(r, t, k, &r->release->repeats_capacity);
    for (uint32_t c = 0; c < sc_system_n_cells(r->linked->system); c++)
        if (r->linked->empty[c]) /* nobody prints it: no line */
            r->release->figures[c].kind = SC_FIGURE_VALUE;
    if (!status)
        conclude(r);
    return status;
}

static enum sc_status make_intervals(struct rechecking *r)
{
    size_t n = sc_system_n_cells(r->linked->system);

    r->least = sc_alloc_array(n, sizeof *r->least);
    r->most = sc_alloc_array(n, sizeof *r->most);
    r->rounded = sc_alloc_array(n, sizeof *r->rounded);
    r->mark_least = sc_alloc_array(n, sizeof *r->mark_least);
    r->mark_most = sc_alloc_array(n, sizeof *r->mark_most);
    if (!r->least || !r->most || !r->rounded || !r->mark_least || !r->mark_most)
        return sc_fail_nomem(r->err);
    for (size_t c = 0; c < n; c++)
        r->most[c] = r->mark_most[c] = SC_UNBOUNDED;
    for (size_t t = 0; t < r->past.n_tables; t++)
        r->zeros_hidden = r->zeros_hidden || r->past.tables[t].hidden_least == 0;
    return SC_OK;
}

/* ---- what the reports want -------------------------------------------------------------- */

static enum sc_status add_note(struct rechecking *r, const char *text)
{
    struct sc_release *release = r->release;
    enum sc_status status = sc_grow((void **)&release->notes, &release->notes_capacity,
                                    release->n_notes, sizeof *release->notes, r->err);

    if (status)
        return status;
    release->notes[release->n_notes] = sc_strdup(text);
    return release->notes[release->n_notes++] ? SC_OK : sc_fail_nomem(r->err);
}

static enum sc_status add_notes(struct rechecking *r)
{
    char text[160];
    enum sc_status status;

    (void)snprintf(text, sizeof text, "linked with %zu release%s of the register",
                   r->past.n_releases, r->past.n_releases == 1 ? "" : "s");
    status = add_note(r, text);
    if (!status && r->linked->n_relaxed > 0) {
        (void)snprintf(
            text, sizeof text,
            "%zu figures contradict others (records were revised?) and were left out: what "
            "they tell is not proved harmless",
            r->linked->n_relaxed);
        status = add_note(r, text);
    }
    for (size_t i = 0; i < r->past.n_notes && !status; i++)
        status = add_note(r, r->past.notes[i]);
    return status;
}

static enum sc_status name_tables(struct rechecking *r)
{
    struct sc_release *release = r->release;

    release->files = sc_alloc_array(r->past.n_tables, sizeof *release->files);
    release->hashes = sc_alloc_array(r->past.n_tables, sizeof *release->hashes);
    if (!release->files || !release->hashes)
        return sc_fail_nomem(r->err);
    for (size_t t = 0; t < r->past.n_tables; t++) {
        SC_AUTO_BUF name = {0};

        sc_buf_addf(&name, "%s/%s", r->past.release_of[t]->reference, r->past.tables[t].table->id);
        release->files[t] = name.failed ? NULL : sc_strdup(name.data);
        if (!release->files[t])
            return sc_fail_nomem(r->err);
        release->n_files++;
        release->n_earlier += r->past.release_of[t] != &r->self;
    }
    return SC_OK;
}

static enum sc_status make_release(struct rechecking *r)
{
    enum sc_status status;

    r->release = sc_alloc(sizeof *r->release);
    if (!r->release)
        return sc_fail_nomem(r->err);
    r->release->figures =
        sc_alloc_array(sc_system_n_cells(r->linked->system), sizeof *r->release->figures);
    if (!r->release->figures)
        return sc_fail_nomem(r->err);
    status = make_intervals(r);
    if (!status)
        status = put_all(r);
    if (!status)
        status = name_tables(r);
    if (!status)
        status = add_notes(r);
    if (!status)
        r->release->system = SC_TAKE(r->linked->system);
    return status;
}

enum sc_status sc_recheck(const char *path, struct sc_register *reg,
                          const struct sc_audit_policy *policy, struct sc_release **ret_release,
                          struct sc_audit **ret_audit, struct sc_error *err)
{
    struct rechecking r = {.err = err};
    struct sc_releases_wanted wanted = {.tables = true};
    static const struct sc_audit_policy usual;
    struct sc_audit_policy with = policy ? *policy : usual;
    const struct sc_past_release *items = NULL;
    size_t n = 0;
    enum sc_status status = read_answer(&r, path);

    wanted.records = r.self.records;
    if (!status)
        status = sc_releases_load(reg, &wanted, &r.releases, err);
    if (!status) {
        items = sc_releases_items(r.releases, &n);
        status = sc_past_join_published(&r.self, items, n, &r.arena, &r.past, err);
    }
    if (!status)
        status = sc_link(r.past.tables, r.past.n_tables, &r.linked, err);
    if (!status)
        status = make_release(&r);
    if (with.zeros == SC_ZEROS_AUTO) /* the answers say it */
        with.zeros = r.zeros_hidden ? SC_ZEROS_HIDDEN : SC_ZEROS_SHOWN;
    if (!status && r.intervals) {
        with.least = r.least;
        with.most = r.most;
    }
    if (!status)
        status = sc_audit_run(r.release->system, r.release->figures, r.release->repeats,
                              r.release->n_repeats, &with, ret_audit, err);
    if (!status)
        *ret_release = SC_TAKE(r.release);
    release_rechecking(&r);
    return status;
}
