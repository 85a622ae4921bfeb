#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "answer/recheck.h"
#include "audit/reconcile.h"
#include "audit/report.h"
#include "base/error.h"
#include "base/file.h"
#include "cli/cli.h"
#include "publish/publish.h"
#include "system/marks.h"

#define FINDINGS_SHOWN 20
/* The greatest count a mark may name. */
#define FIGURE_MAX 1000000

/* The two marks of an answer folder, and which files are its. */
struct own_marks {
    struct shown_as shown;
    struct sc_mark marks[2];
    size_t first_file, end_file;
};

/* What `check` was asked to do, from its arguments. */
struct question {
    struct sc_release_options release;
    struct sc_audit_policy policy;
    const char **earlier;
    const char **hierarchies;
    const char **overlapping;
    struct names files;
    struct names folders; /* hierarchies of answer folders */
    struct sc_mark *marks;
    char **mark_texts;
    size_t n_mark_texts;
    bool rounding_asked;   /* --rounded: what folders say of it does not count */
    bool zeros_asked;      /* --zeros: likewise */
    bool zeros_told;       /* by an answer folder: */
    bool zeros_hidden;     /* zeros are among its hidden figures */
    struct own_marks *own; /* of answer folders with two marks */
    size_t n_own;
    struct sc_file_marks *file_marks;
    int64_t threshold; /* the greatest that answer folders name; 0: none does */
    size_t n_rounded;  /* answer folders whose figures are rounded, as `release` and `policy` then
                          say */
};

static void release_question(struct question *q)
{
    for (size_t i = 0; i < q->n_mark_texts; i++)
        free(q->mark_texts[i]);
    free(q->mark_texts);
    free(q->marks);
    free(q->own);
    free(q->file_marks);
    release_names(&q->files);
    release_names(&q->folders);
    free(q->earlier);
    free(q->hierarchies);
    free(q->overlapping);
}

/* "4", "1..4", "5..": the most, the least, or both, of what a mark stands for. */
static bool parse_range(const char *text, struct sc_mark *mark)
{
    const char *dots = strstr(text, "..");
    char *end = NULL;

    if (text[0] < '0' || text[0] > '9')
        return false;
    mark->kind = SC_FIGURE_SMALL;
    mark->value = strtol(text, &end, 10);
    if (!dots)
        return *end == '\0' && mark->value >= 1 && mark->value <= FIGURE_MAX;
    mark->least = mark->value;
    if (end != dots || mark->least > FIGURE_MAX)
        return false;
    if (dots[2] == '\0') {
        mark->kind = SC_FIGURE_LARGE;
        mark->value = 0;
        return mark->least >= 1;
    }
    if (dots[2] < '0' || dots[2] > '9')
        return false;
    mark->value = strtol(dots + 2, &end, 10);
    return *end == '\0' && mark->value >= 1 && mark->value > mark->least &&
           mark->value <= FIGURE_MAX;
}

/* "x=void", "<5=4", "[s]=5..", "=hidden". False when it is none. */
static bool parse_mark(const char *text, struct sc_mark *mark, char **ret_text)
{
    static const struct {
        const char *name;
        enum sc_figure_kind kind;
    } kinds[] = {
        {"hidden", SC_FIGURE_HIDDEN}, {"void", SC_FIGURE_VOID}, {"nonzero", SC_FIGURE_NONZERO}};
    const char *equals = strrchr(text, '=');

    if (!equals)
        return false;
    *ret_text = strndup(text, (size_t)(equals - text));
    mark->text = *ret_text;
    if (!*ret_text)
        return false;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(equals + 1, kinds[i].name) == 0) {
            mark->kind = kinds[i].kind;
            return true;
        }
    return parse_range(equals + 1, mark);
}

/* Options that may be given again. 0 or an exit code. */
static int take_values(const struct arguments *a, struct question *q)
{
    for (size_t i = 0; i < a->n_values; i++) {
        const char *text = a->values[i].text;

        if (a->values[i].id == OPTION_HIERARCHY)
            q->hierarchies[q->release.n_hierarchies++] = text;
        if (a->values[i].id == OPTION_WITH)
            q->earlier[q->release.n_earlier++] = text;
        if (a->values[i].id == OPTION_OVERLAPPING)
            q->overlapping[q->release.n_overlapping++] = text;
        if (a->values[i].id == OPTION_MARK) {
            size_t n = q->release.n_marks;
            bool good = parse_mark(text, &q->marks[n], &q->mark_texts[n]);

            q->release.n_marks += q->mark_texts[n] != NULL;
            q->n_mark_texts = q->release.n_marks;
            if (!good) {
                complain(
                    "--mark: '%s': expected TEXT=hidden, TEXT=void, TEXT=nonzero, TEXT=N (at most "
                    "N), TEXT=N.. (at least N) or TEXT=N..M",
                    text);
                return EXIT_USAGE;
            }
        }
    }
    return 0;
}

/* What an answer folder says of its rounding. One base goes for all files that are checked
 * together. */
static enum sc_status take_rounding(struct question *q, const char *folder,
                                    const struct shown_as *shown, struct sc_error *err)
{
    if (shown->base == 0)
        return SC_OK;
    if (q->n_rounded > 0 &&
        (q->policy.rounded != shown->base || q->policy.rounded_by != shown->within))
        return sc_fail_at(
            err, SC_E_INPUT, folder, 0, 0,
            "its figures are rounded otherwise than those before it: check them apart");
    q->n_rounded++;
    q->release.rounded = q->policy.rounded = shown->base;
    q->policy.rounded_by = shown->within;
    return SC_OK;
}

/* What it says of its marks: two go for its own files, hidden zeros for all that are checked
 * together; --mark and --zeros come first. */
static enum sc_status take_marks(struct question *q, const char *folder,
                                 const struct shown_as *shown, struct sc_error *err)
{
    struct own_marks *own = &q->own[q->n_own];
    struct sc_marks marks = {.second = own->shown.secondary_marker, .first = own->shown.marker};

    if (shown->threshold == 0)
        return SC_OK;
    if (q->zeros_told && q->zeros_hidden != shown->zeros_hidden)
        return sc_fail_at(err, SC_E_INPUT, folder, 0, 0,
                          "whether zeros are among hidden figures is said otherwise than by those "
                          "before it: check them apart");
    q->zeros_told = true;
    q->zeros_hidden = shown->zeros_hidden;
    if (shown->zeros_hidden && !q->zeros_asked)
        q->policy.zeros = SC_ZEROS_HIDDEN;
    if (shown->secondary_marker[0] == '\0')
        return SC_OK;
    own->shown = *shown;
    own->first_file = q->files.n;
    marks.threshold = shown->threshold;
    marks.zeros_hidden = shown->zeros_hidden;
    (void)sc_marks_meaning(&marks, own->marks);
    q->n_own++;
    return SC_OK;
}

/* By file the marks of its folder, and 0 for others. 0 or an exit code. */
static int give_own_marks(struct question *q)
{
    struct sc_file_marks *file_marks;

    if (q->n_own == 0)
        return 0;
    file_marks = calloc(q->release.n_files + q->release.n_earlier, sizeof *file_marks);
    if (!file_marks) {
        complain("out of memory");
        return EXIT_FAILED;
    }
    for (size_t i = 0; i < q->n_own; i++)
        for (size_t f = q->own[i].first_file; f < q->own[i].end_file; f++)
            file_marks[f] = (struct sc_file_marks){q->own[i].marks, 2};
    q->file_marks = file_marks;
    q->release.file_marks = file_marks;
    return 0;
}

/* Whether files are checked together whose marks mean different things: a certificate cannot say
 * so. */
static bool marks_differ(const struct question *q)
{
    return q->n_own > 0 && (q->n_own > 1 || q->own[0].first_file > 0 ||
                            q->own[0].end_file < q->release.n_files || q->release.n_earlier > 0);
}

/* Without --threshold an answer is held to its own. */
static void take_threshold(struct question *q, const struct shown_as *shown)
{
    if (shown->threshold >= 2 && shown->threshold <= FIGURE_MAX && shown->threshold > q->threshold)
        q->threshold = shown->threshold;
}

/* A file, or an answer folder: its tables, and what it says adds up. */
static enum sc_status take_file(struct question *q, const char *path, struct sc_error *err)
{
    struct shown_as shown;
    size_t n_own = q->n_own;
    enum sc_status status;

    if (!is_folder(path))
        return add_name(&q->files, sc_strdup(path), err);
    status = read_shown_as(path, &shown, err);
    if (!status && !q->rounding_asked)
        status = take_rounding(q, path, &shown, err);
    if (!status)
        status = take_marks(q, path, &shown, err);
    if (!status)
        take_threshold(q, &shown);
    if (!status)
        status = add_tables(&q->files, path, err);
    if (!status && q->n_own > n_own)
        q->own[n_own].end_file = q->files.n;
    if (!status)
        status = add_name(&q->folders, sc_path_join(path, SC_HIERARCHY_FILE), err);
    if (!status && access(q->folders.items[q->folders.n - 1], R_OK) == 0)
        q->hierarchies[q->release.n_hierarchies++] = q->folders.items[q->folders.n - 1];
    return status;
}

/* Files named after --with are earlier ones, unless none was named before it. */
static int take_files(const struct arguments *a, struct question *q)
{
    size_t n_files = a->n_operands;
    struct sc_error err = {0};

    for (size_t i = 0; i < a->n_values; i++)
        if (a->values[i].id == OPTION_WITH && a->values[i].n_operands_before > 0 &&
            a->values[i].n_operands_before < n_files)
            n_files = a->values[i].n_operands_before;
    for (size_t i = 0; i < n_files; i++)
        if (take_file(q, a->operands[i], &err))
            return report_failure(NULL, &err);
    if (q->n_rounded > 0 &&
        (q->n_rounded < n_files || a->n_operands > n_files || a->given[OPTION_WITH])) {
        complain("%s: its figures are rounded, and other files are given: check it apart, or with "
                 "what was "
                 "published before by --register",
                 a->operands[0]);
        return EXIT_USAGE;
    }
    if (q->zeros_hidden && !q->zeros_asked &&
        (q->folders.n < n_files || a->n_operands > n_files || a->given[OPTION_WITH])) {
        complain("%s: zeros are among its hidden figures, and other files are given: say with "
                 "--zeros what goes for all of them, or check it apart",
                 a->operands[0]);
        return EXIT_USAGE;
    }
    q->release.files = (const char *const *)q->files.items;
    q->release.n_files = q->files.n;
    for (size_t i = n_files; i < a->n_operands; i++)
        q->earlier[q->release.n_earlier++] = a->operands[i];
    if (a->given[OPTION_CERTIFICATE] && marks_differ(q)) {
        complain("--certificate: marks of these files stand for different counts, which no "
                 "certificate can say: check them apart for one");
        return EXIT_USAGE;
    }
    return give_own_marks(q);
}

static int ask(const struct arguments *a, struct question *q)
{
    size_t n = a->n_values + a->n_operands + 1;
    int code;

    q->earlier = calloc(n, sizeof *q->earlier);
    q->hierarchies = calloc(n, sizeof *q->hierarchies);
    q->overlapping = calloc(n, sizeof *q->overlapping);
    q->marks = calloc(n, sizeof *q->marks);
    q->own = calloc(n, sizeof *q->own);
    q->mark_texts = calloc(n, sizeof *q->mark_texts);
    if (!q->earlier || !q->hierarchies || !q->overlapping || !q->marks || !q->mark_texts ||
        !q->own) {
        complain("out of memory");
        return EXIT_FAILED;
    }
    code = take_values(a, q);
    if (code)
        return code;
    q->release.rounded = q->policy.rounded = (int64_t)a->number[OPTION_ROUNDED];
    q->zeros_asked = a->given[OPTION_ZEROS];
    q->policy.zeros = (enum sc_zeros)a->number[OPTION_ZEROS];
    q->release.rounded_small = (int64_t)a->number[OPTION_ROUNDED_SMALL];
    q->rounding_asked = a->given[OPTION_ROUNDED] || a->given[OPTION_ROUNDED_SMALL];
    if (a->given[OPTION_ROUNDED_SMALL] && (a->given[OPTION_ROUNDED] || a->given[OPTION_REGISTER] ||
                                           a->given[OPTION_OVERLAPPING] || a->given[OPTION_WITH])) {
        complain("--rounded-small: all files have their small counts rounded: not with --rounded, "
                 "--register, --overlapping or --with");
        return EXIT_USAGE;
    }
    /* With the register there are no files: the folder's answer.json is read (sc_recheck()). */
    code = a->given[OPTION_REGISTER] ? 0 : take_files(a, q);
    if (code)
        return code;
    q->release.earlier = q->earlier;
    q->release.hierarchies = q->hierarchies;
    q->release.overlapping = q->overlapping;
    q->release.marks = q->marks;
    q->release.find_sums = true;
    q->release.sheets = true;
    q->release.figure_column = a->text[OPTION_FIGURE];
    q->release.format = (enum sc_release_format)a->number[OPTION_FORMAT];
    q->policy.threshold =
        a->given[OPTION_THRESHOLD] ? (int64_t)a->number[OPTION_THRESHOLD] : q->threshold;
    q->policy.width = (int64_t)a->number[OPTION_WIDTH];
    q->policy.nearest = a->given[OPTION_NEAREST];
    q->policy.no_implied = a->given[OPTION_NO_IMPLIED];
    q->policy.groups_unsafe = a->given[OPTION_GROUPS];
    q->policy.stop = is_cancelled;
    if (a->given[OPTION_READERS]) {
        q->policy.readers = parse_readers(a->text[OPTION_READERS]);
        if (q->policy.readers == 0) {
            complain("--readers: '%s': expected sums, rules, insider, parted by commas",
                     a->text[OPTION_READERS]);
            return EXIT_USAGE;
        }
    }
    return 0;
}

/* The first table with something around it or in it that a checker would stumble over; NULL. */
static const char *odd_table(const struct sc_release *release)
{
    for (size_t i = 0; i < release->n_files && release->forms; i++)
        if (release->forms[i].odd)
            return release->files[i];
    return NULL;
}

static int write_certificate(const char *path, const struct sc_release *release,
                             const struct sc_audit *audit)
{
    SC_AUTO_BUF text = {0};
    struct sc_error err = {0};

    if (!audit->witnesses) {
        complain("no certificate was written: %s",
                 !audit->safe            ? "the release is not safe"
                 : audit->n_left_out > 0 ? "figures that contradict each other were left out"
                                         : "it covers the readers sums and rules, ask for both");
        return audit->safe ? EXIT_USAGE : EXIT_UNSAFE;
    }
    if (odd_table(release)) {
        complain("no certificate was written: %s is not a plain table (titles, notes, merged "
                 "cells, marks of notes, other separators, not UTF-8): save the table alone as CSV",
                 odd_table(release));
        return EXIT_USAGE;
    }
    if (sc_certificate_json(release, audit, &text, &err) ||
        sc_file_replace(path, text.data, text.len, &err))
        return report_failure(NULL, &err);
    return 0;
}

static int report(const struct arguments *a, const struct sc_release *release,
                  const struct sc_audit *audit)
{
    SC_AUTO_BUF out = {0};
    struct sc_error err = {0};
    bool reveal = a->given[OPTION_REVEAL];
    enum sc_status status;
    int code = 0;

    if (a->given[OPTION_JSON]) {
        status = sc_audit_json(release, audit, reveal, &out, &err);
    } else {
        sc_audit_text(release, audit, reveal, FINDINGS_SHOWN, &out);
        status = sc_buf_check(&out, &err);
    }
    code = status ? report_failure(NULL, &err) : write_output(out.data, out.len);
    if (!code && a->given[OPTION_CERTIFICATE])
        code = write_certificate(a->text[OPTION_CERTIFICATE], release, audit);
    if (!code && !audit->safe)
        code = is_cancelled(NULL) ? EXIT_INTERRUPTED : EXIT_UNSAFE;
    return code;
}

/* One published answer, with what the register knows. */
static int check_with_register(const struct arguments *a, struct question *q)
{
    SC_AUTO(sc_register) reg = NULL;
    SC_AUTO(sc_release) release = NULL;
    SC_AUTO(sc_audit) audit = NULL;
    struct shown_as shown = {0};
    struct sc_error err = {0};

    if (a->n_operands != 1 || a->given[OPTION_WITH] || a->given[OPTION_HIERARCHY] ||
        a->given[OPTION_CERTIFICATE] || a->given[OPTION_OVERLAPPING]) {
        complain("--register takes one answer folder, which says by itself what its tables are: no "
                 "--with, --hierarchy, --overlapping or --certificate");
        return EXIT_USAGE;
    }
    if (!a->given[OPTION_THRESHOLD] && is_folder(a->operands[0]) &&
        read_shown_as(a->operands[0], &shown, &err))
        return report_failure(NULL, &err);
    take_threshold(q, &shown);
    if (!a->given[OPTION_THRESHOLD])
        q->policy.threshold = q->threshold;
    if (sc_register_open(register_path(a), SC_DB_READ, &reg, &err) ||
        sc_recheck(a->operands[0], reg, &q->policy, &release, &audit, &err))
        return report_failure(NULL, &err);
    return report(a, release, audit);
}

static int check(const struct arguments *a, struct question *q)
{
    struct sc_reconciled r = {0};
    struct sc_error err = {0};
    int code;

    if (a->given[OPTION_REGISTER])
        return check_with_register(a, q);
    code = sc_reconcile(&q->release, &q->policy, &r, &err) ? report_failure(NULL, &err)
                                                           : report(a, r.release, r.audit);
    sc_reconciled_release(&r);
    return code;
}

int run_check(const struct arguments *arguments)
{
    struct question question = {0};
    int code = ask(arguments, &question);

    if (!code)
        code = check(arguments, &question);
    release_question(&question);
    return code;
}
