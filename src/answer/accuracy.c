/*
 * accuracy.c - looks the reviews of a request's keyword searches up in the register, and takes
 * of them what may be said beside the tables as they are shown.
 *
 * A review counts where it is of the same request, dictionary and records: its scope is the same
 * (src/review/population.c), and it found as many offences in each category as the tables now
 * count, so that a changed source description shows too. Of several the latest with labels counts.
 *
 * What is said of a category starts from the cell that a table shows for it. Where that is
 * withheld, by rule or to protect another, nothing is said; where it is rounded, so is the
 * estimate, to the policy's base.
 */
#include "answer/answer.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "answer/publication.h"
#include "base/error.h"
#include "review/report.h"

struct measuring {
    const struct sc_job *job;
    const struct sc_counts *counts;
    struct sc_owned_answer *owned;
    struct sc_register *reg;
    char *extract; /* hash of each file, one a line */
};

/* ---- cells ------------------------------------------------------------------------- */

/*
 * Position of the search's categories, or groups of them, among the dimensions of a table, or
 * n_dimensions. A category that is in no group is the same in both.
 */
static size_t method_of(const struct sc_table *table)
{
    size_t d = 0;

    while (d < table->n_dimensions && strcmp(table->dimensions[d].code, "method") != 0 &&
           strcmp(table->dimensions[d].code, "method_group") != 0)
        d++;
    return d;
}

/* The cell of category `code` with all else at totals; `code` NULL: of everything. NULL: none. */
static const struct sc_cell *cell_of(const struct sc_table *table, const char *code)
{
    size_t at[SC_DIMENSIONS_MAX];
    size_t method = method_of(table);
    size_t c = 0;

    if (method == table->n_dimensions || table->unit != SC_UNIT_OFFENCES)
        return NULL;
    for (size_t d = 0; d < table->n_dimensions; d++)
        at[d] = table->dimensions[d].n_categories;
    if (!code)
        return sc_table_cell(table, at);
    while (c < table->dimensions[method].n_categories &&
           strcmp(table->dimensions[method].categories[c].code, code) != 0)
        c++;
    at[method] = c;
    return c < table->dimensions[method].n_categories ? sc_table_cell(table, at) : NULL;
}

/* Whether table `t` of the request uses the dictionary written so. */
static bool table_uses(const struct sc_request *request, const struct sc_table *table,
                       const char *written)
{
    for (size_t q = 0; q < request->n_questions; q++)
        for (size_t t = 0; t < request->questions[q].n_tables; t++) {
            const struct sc_table_wanted *wanted = &request->questions[q].tables[t];

            if (strcmp(wanted->id, table->id) == 0)
                return wanted->dictionary && strcmp(wanted->dictionary, written) == 0;
        }
    return false;
}

/* ---- is it of these records -------------------------------------------------------- */

/* Whether the search found in each category what the review says it found. */
static bool finds_the_same(const struct measuring *m, const struct sc_review *review)
{
    for (size_t t = 0; t < m->counts->n_tables; t++) {
        const struct sc_table *table = &m->counts->tables[t];

        if (!table_uses(m->job->request, table, review->dictionary))
            continue;
        for (size_t c = 0; c < review->n_categories; c++) {
            const struct sc_cell *cell = cell_of(table, review->categories[c].code);

            if (cell && cell->count != review->categories[c].found)
                return false;
        }
    }
    return true;
}

/* The review that counts, or NULL; *ret_stale: there is one, but of something else. */
static enum sc_status find_review(const struct measuring *m, size_t dictionary_i,
                                  const char *written, struct sc_review **ret_review,
                                  bool *ret_stale, struct sc_error *err)
{
    SC_AUTO(sc_review) any = NULL;
    char scope[65];
    struct sc_review_wanted wanted = {
        .reference = m->job->request->reference, .dictionary = written, .labelled = true};
    enum sc_status status = sc_review_load(m->reg, &wanted, &any, err);

    if (status)
        return status;
    *ret_stale = any != NULL;
    status = sc_review_scope(m->job->request, m->job->dictionaries[dictionary_i], m->extract, scope,
                             err);
    if (status)
        return status;
    wanted.scope = scope;
    status = any ? sc_review_load(m->reg, &wanted, ret_review, err) : SC_OK;
    if (status || !*ret_review)
        return status;
    if (finds_the_same(m, *ret_review))
        return SC_OK;
    sc_review_free(SC_TAKE(*ret_review));
    return SC_OK;
}

/* ---- what may be said -------------------------------------------------------------- */

static const char *keep(const struct measuring *m, struct sc_buf *text, bool *nomem)
{
    const char *kept =
        text->failed ? NULL : sc_arena_strdup(&m->owned->arena, text->data ? text->data : "");

    *nomem |= !kept;
    sc_buf_clear(text);
    return kept;
}

/* The cell shown for a category, in whichever table shows it; NULL when none does. */
static const struct sc_cell *shown_cell(const struct measuring *m, const char *written,
                                        const char *code, uint64_t *ret_base)
{
    const struct sc_answer *answer = &m->owned->answer;

    for (size_t t = 0; t < answer->n_tables; t++) {
        const struct sc_cell *cell = NULL;

        if (table_uses(m->job->request, &answer->tables[t], written))
            cell = cell_of(&answer->tables[t], code);
        if (!cell || (cell->status != SC_CELL_PUBLISHED && cell->status != SC_CELL_ROUNDED))
            continue;
        *ret_base = cell->status == SC_CELL_ROUNDED ? m->job->policy->round_base : 0;
        return cell;
    }
    return NULL;
}

static enum sc_status say_category(const struct measuring *m, const struct sc_review_report *report,
                                   size_t c, struct sc_published_estimate *out,
                                   struct sc_error *err)
{
    const struct sc_review_category *category = &report->review->categories[c];
    uint64_t threshold = m->job->policy->threshold;
    uint64_t base = 0;
    const struct sc_cell *cell = shown_cell(m, report->review->dictionary, category->code, &base);
    struct sc_public_accuracy public;
    SC_AUTO_BUF text = {0};
    bool nomem = false;

    sc_public_accuracy_of(&report->categories[c], cell != NULL, cell ? cell->count : 0, base,
                          threshold, &public);
    sc_public_sentence(&public, category, report->given, threshold, &text);
    out->sentence = keep(m, &text, &nomem);
    sc_public_shares(&public, &text);
    out->shares = keep(m, &text, &nomem);
    out->code = sc_arena_strdup(&m->owned->arena, category->code);
    out->label = sc_arena_strdup(&m->owned->arena, category->label);
    out->withheld = public.withheld;
    out->shares_withheld = public.shares_withheld;
    if (!public.withheld) {
        out->exact = public.exact;
        out->found = public.found;
        out->true_number = public.true_number;
        out->true_low = public.true_low;
        out->true_high = public.true_high;
        memcpy(out->precision, public.precision, sizeof out->precision);
        out->recall_known = public.recall_known;
        memcpy(out->recall, public.recall, sizeof out->recall);
    }
    return nomem || !out->code || !out->label ? sc_fail_nomem(err) : SC_OK;
}

static enum sc_status say_search(const struct measuring *m, const struct sc_review *review,
                                 const struct sc_review_report *report,
                                 struct sc_published_accuracy *accuracy, struct sc_error *err)
{
    uint64_t threshold = m->job->policy->threshold;
    uint64_t base = 0;
    const struct sc_cell *all = shown_cell(m, review->dictionary, NULL, &base);
    struct sc_published_estimate *categories =
        sc_arena_alloc(&m->owned->arena, review->n_categories * sizeof *categories);
    SC_AUTO_BUF text = {0};
    bool nomem = false;
    enum sc_status status = SC_OK;

    if (!categories)
        return sc_fail_nomem(err);
    sc_public_introduction(report, all ? all->count : 0, threshold, &text);
    accuracy->words = keep(m, &text, &nomem);
    accuracy->checked = report->given < threshold ? 0 : report->given;
    for (size_t c = 0; c < review->n_categories && !status; c++)
        status = say_category(m, report, c, &categories[c], err);
    accuracy->categories = categories;
    accuracy->n_categories = review->n_categories;
    accuracy->state = SC_ACCURACY_MEASURED;
    return nomem ? sc_fail_nomem(err) : status;
}

static enum sc_status measure_one(const struct measuring *m, size_t dictionary_i,
                                  const char *written, struct sc_published_accuracy *accuracy,
                                  struct sc_error *err)
{
    SC_AUTO(sc_review) review = NULL;
    SC_AUTO(sc_labels_list) labels = NULL;
    SC_AUTO(sc_review_report) report = NULL;
    bool stale = false;
    enum sc_status status = find_review(m, dictionary_i, written, &review, &stale, err);

    if (status)
        return status;
    if (!review) {
        accuracy->state = stale ? SC_ACCURACY_STALE : SC_ACCURACY_NONE;
        return SC_OK;
    }
    status = sc_labels_load(m->reg, review, &labels, err);
    if (!status)
        status = sc_review_report_make(review, labels, NULL, &report, err);
    return status ? status : say_search(m, review, report, accuracy, err);
}

/* ---- all dictionaries -------------------------------------------------------------- */

/* The dictionaries as written, in the order of the job's. */
static size_t list_written(const struct sc_request *request, const char **names, size_t most)
{
    size_t n = 0;

    for (size_t q = 0; q < request->n_questions; q++)
        for (size_t t = 0; t < request->questions[q].n_tables; t++) {
            const char *name = request->questions[q].tables[t].dictionary;
            size_t k = 0;

            while (name && k < n && strcmp(names[k], name) != 0)
                k++;
            if (name && k == n && n < most)
                names[n++] = name;
        }
    return n;
}

static enum sc_status measure_all(const struct measuring *m, struct sc_published_accuracy *accuracy,
                                  struct sc_error *err)
{
    const char *names[SC_CATEGORIES_MAX];
    size_t n = list_written(m->job->request, names, SC_CATEGORIES_MAX);
    enum sc_status status = SC_OK;

    for (size_t i = 0; i < n && i < m->job->n_dictionaries && !status; i++)
        status = measure_one(m, i, names[i], &accuracy[i], err);
    return status;
}

enum sc_status sc_answer_measure(const struct sc_job *job, const struct sc_counts *counts,
                                 const char *register_path, struct sc_answer *answer,
                                 struct sc_error *err)
{
    struct measuring m = {.job = job, .counts = counts, .owned = (struct sc_owned_answer *)answer};
    SC_AUTO(sc_register) reg = NULL;
    SC_AUTO_BUF extract = {0};
    struct sc_published_accuracy *accuracy;
    enum sc_status status;

    if (job->n_dictionaries == 0 || (access(register_path, F_OK) != 0 && errno == ENOENT))
        return SC_OK;
    accuracy = sc_arena_alloc(&m.owned->arena, job->n_dictionaries * sizeof *accuracy);
    if (!accuracy)
        return sc_fail_nomem(err);
    for (size_t i = 0; i < job->n_dictionaries; i++)
        accuracy[i].words = "";
    for (size_t i = 0; i < counts->n_inputs; i++)
        if (strcmp(counts->inputs[i].kind, "extract") == 0)
            sc_buf_addf(&extract, "%s\n", counts->inputs[i].hash);
    sc_buf_adds(&extract, "");
    if (extract.failed)
        return sc_fail_nomem(err);
    status = sc_register_open(register_path, SC_DB_READ, &reg, err);
    m.reg = reg;
    m.extract = extract.data;
    if (!status)
        status = measure_all(&m, accuracy, err);
    if (!status)
        answer->accuracy = accuracy;
    return status;
}
