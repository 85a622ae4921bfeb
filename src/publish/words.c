/*
 * words.c - the page's sentences.
 *
 * Every sentence is made from cells that are shown. Where a comparison would
 * need a withheld cell it is not made, or it says that it is about the figures
 * shown. "Rising" and "falling" need every year to be shown and each to be above
 * (below) the one before. No sentence says why.
 */
#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "codes/list.h"
#include "publish/page.h"

#define BUF_TEXT(buf) ((buf).data ? (buf).data : "")

/* A label of so many bytes is kept on one line with its count. */
#define SHORT_LABEL_MAX 24

static void add_count(struct sc_buf *out, uint64_t n)
{
    char digits[32];

    sc_buf_adds(out, sc_format_count(n, digits));
}

/* "1,409 offences", kept on one line. */
static void add_counted(struct sc_buf *out, uint64_t n, enum sc_unit unit)
{
    if (n == 0)
        sc_buf_adds(out, "no");
    else
        add_count(out, n);
    sc_buf_addf(out, "&nbsp;%s", sc_unit_name(unit));
}

/* ---- the total, and how it moved ---- */

static bool periods_shown(const struct sc_table *table, size_t d)
{
    for (size_t i = 0; i < table->dimensions[d].n_categories; i++)
        if (!sc_cell_is_shown(sc_page_cell(table, d, i, SC_NO_DIMENSION, 0)))
            return false;
    return true;
}

static uint64_t period_count(const struct sc_table *table, size_t d, size_t i)
{
    return sc_page_cell(table, d, i, SC_NO_DIMENSION, 0)->count;
}

/* 1 when each period is above the one before, -1 when below, 0 otherwise. */
static int direction(const struct sc_table *table, size_t d)
{
    size_t n = table->dimensions[d].n_categories;
    size_t up = 0;
    size_t down = 0;

    for (size_t i = 1; i < n; i++) {
        up += period_count(table, d, i) > period_count(table, d, i - 1);
        down += period_count(table, d, i) < period_count(table, d, i - 1);
    }
    return up == n - 1 ? 1 : down == n - 1 ? -1 : 0;
}

static void add_period(struct sc_buf *out, const struct sc_table *table, size_t d, size_t i)
{
    add_count(out, period_count(table, d, i));
    sc_buf_adds(out, " in&nbsp;");
    sc_html(out, table->dimensions[d].categories[i].label);
}

static void add_periods(struct sc_buf *out, const struct sc_table *table, bool in_full)
{
    size_t d = sc_page_period_dimension(table);
    size_t n;

    if (d == SC_NO_DIMENSION || !periods_shown(table, d))
        return;
    n = table->dimensions[d].n_categories;
    if (!in_full && direction(table, d) != 0) {
        sc_buf_adds(out, direction(table, d) > 0 ? ", rising from " : ", falling from ");
        add_period(out, table, d, 0);
        sc_buf_adds(out, " to ");
        add_period(out, table, d, n - 1);
        return;
    }
    sc_buf_adds(out, ": ");
    for (size_t i = 0; i < n; i++) {
        sc_buf_adds(out, i == 0 ? "" : i + 1 == n ? " and " : ", ");
        add_period(out, table, d, i);
    }
}

static const struct sc_cell *total_of(const struct sc_table *table)
{
    return sc_page_cell(table, SC_NO_DIMENSION, 0, SC_NO_DIMENSION, 0);
}

static void add_withheld_total(const struct sc_page *page, const struct sc_table *table)
{
    sc_buf_addf(page->out, "The number of %s is withheld: ", sc_unit_name(table->unit));
    sc_html(page->out, sc_publication_mark(page->publication, total_of(table)));
    sc_buf_adds(page->out, ".");
}

static void add_total(const struct sc_page *page, const struct sc_table *table, bool in_full)
{
    const struct sc_cell *total = total_of(table);
    struct sc_buf *out = page->out;
    bool recorded = table->unit == SC_UNIT_OFFENCES &&
                    page->publication->request->period.date == SC_DATE_RECORDED;

    if (!sc_cell_is_shown(total)) {
        add_withheld_total(page, table);
        return;
    }
    sc_buf_addf(out, "We %s <b>", recorded ? "recorded" : "counted");
    if (total->status == SC_CELL_ROUNDED)
        sc_buf_adds(out, "about ");
    add_counted(out, total->count, table->unit);
    sc_buf_adds(out, "</b>");
    if (total->count > 0)
        add_periods(out, table, in_full);
    sc_buf_adds(out, ".");
}

/* ---- the largest categories ---- */

/* Not recorded, none found and the like: said last, by name. */
static bool is_remainder(const struct sc_category *category)
{
    return strcmp(category->code, SC_UNKNOWN_CODE) == 0 || strcmp(category->code, "none") == 0;
}

struct ranking {
    size_t first;
    size_t second;
    size_t third;
    bool all_shown;
};

static uint64_t category_count(const struct sc_table *table, size_t d, size_t i)
{
    if (i == SIZE_MAX)
        return 0;
    return sc_page_cell(table, d, i, SC_NO_DIMENSION, 0)->count;
}

/* The three largest shown category totals, remainders apart; SIZE_MAX where there is none. */
static struct ranking rank(const struct sc_table *table, size_t d)
{
    struct ranking r = {SIZE_MAX, SIZE_MAX, SIZE_MAX, true};

    for (size_t i = 0; i < table->dimensions[d].n_categories; i++) {
        const struct sc_cell *cell = sc_page_cell(table, d, i, SC_NO_DIMENSION, 0);

        if (sc_cell_is_withheld(cell))
            r.all_shown = false;
        if (!sc_cell_is_shown(cell) || is_remainder(&table->dimensions[d].categories[i]))
            continue;
        if (cell->count > category_count(table, d, r.first)) {
            r.third = r.second;
            r.second = r.first;
            r.first = i;
        } else if (cell->count > 0 &&
                   (r.second == SIZE_MAX || cell->count > category_count(table, d, r.second))) {
            r.third = r.second;
            r.second = i;
        } else if (cell->count > 0 &&
                   (r.third == SIZE_MAX || cell->count > category_count(table, d, r.third))) {
            r.third = i;
        }
    }
    return r;
}

static void add_category(struct sc_buf *out, const struct sc_table *table, size_t d, size_t i)
{
    const char *label = table->dimensions[d].categories[i].label;
    bool keep = strlen(label) <= SHORT_LABEL_MAX;

    sc_buf_adds(out, keep ? "<span class=\"nb\">" : "");
    sc_html(out, label);
    sc_buf_adds(out, "&nbsp;(");
    add_count(out, category_count(table, d, i));
    sc_buf_adds(out, keep ? ")</span>" : ")");
}

/* "the largest numbers by age of victim were A (1,305) and B (226)"; false: nothing to say. */
static bool add_largest(const struct sc_page *page, const struct sc_table *table)
{
    size_t d = sc_page_category_dimension(table);
    struct sc_buf *out = page->out;
    SC_AUTO_BUF label = {0};
    struct ranking r;
    bool two;

    if (d == SC_NO_DIMENSION)
        return false;
    r = rank(table, d);
    if (r.first == SIZE_MAX ||
        category_count(table, d, r.first) == category_count(table, d, r.second))
        return false;
    two = r.second != SIZE_MAX &&
          category_count(table, d, r.second) > category_count(table, d, r.third);
    sc_label_inside(table->dimensions[d].label, &label);
    sc_buf_addf(out, "he largest number%s %sby ", two ? "s" : "", r.all_shown ? "" : "shown ");
    sc_html(out, BUF_TEXT(label));
    sc_buf_adds(out, two ? " were " : " was ");
    add_category(out, table, d, r.first);
    if (two) {
        sc_buf_adds(out, " and ");
        add_category(out, table, d, r.second);
    }
    sc_buf_adds(out, ".");
    out->failed |= label.failed;
    return true;
}

static void add_remainders(const struct sc_page *page, const struct sc_table *table)
{
    size_t d = sc_page_category_dimension(table);

    for (size_t i = 0; d != SC_NO_DIMENSION && i < table->dimensions[d].n_categories; i++) {
        const struct sc_category *category = &table->dimensions[d].categories[i];
        const struct sc_cell *cell = sc_page_cell(table, d, i, SC_NO_DIMENSION, 0);

        if (!is_remainder(category) || !sc_cell_is_shown(cell) || cell->count == 0)
            continue;
        sc_buf_adds(page->out, " ");
        sc_html(page->out, category->label);
        sc_buf_adds(page->out, ": ");
        add_count(page->out, cell->count);
        sc_buf_adds(page->out, ".");
    }
}

/* add_largest() after `lead`, which ends in the first letter of "the"; nothing when it is silent.
 */
static bool add_largest_after(const struct sc_page *page, const struct sc_table *table,
                              const char *lead)
{
    struct sc_buf *out = page->out;
    size_t len = out->len;

    sc_buf_adds(out, lead);
    if (add_largest(page, table))
        return true;
    if (out->data) {
        out->len = len;
        out->data[len] = '\0';
    }
    return false;
}

void sc_page_sentences(const struct sc_page *page, const struct sc_table *table)
{
    add_total(page, table, true);
    (void)add_largest_after(page, table, " T");
    add_remainders(page, table);
}

void sc_page_short_sentence(const struct sc_page *page, const struct sc_table *table)
{
    const struct sc_cell *total = total_of(table);
    struct sc_buf *out = page->out;

    sc_buf_adds(out, "<p>");
    if (sc_page_category_dimension(table) == SC_NO_DIMENSION || !sc_cell_is_shown(total) ||
        total->count == 0) {
        add_total(page, table, false);
    } else {
        SC_AUTO_BUF lead = {0};
        char digits[32];

        sc_buf_addf(&lead, "Of <b>%s%s&nbsp;%s</b>, t",
                    total->status == SC_CELL_ROUNDED ? "about " : "",
                    sc_format_count(total->count, digits), sc_unit_name(table->unit));
        if (!add_largest_after(page, table, BUF_TEXT(lead)))
            add_total(page, table, false);
        out->failed |= lead.failed;
    }
    sc_buf_adds(out, "</p>\n");
}

/* ---- what a question is about ---- */

/* The subject of a table, as it stands in a list: "offences", "age of victim". */
static void subject(const struct sc_table *table, struct sc_buf *out)
{
    size_t d = sc_page_category_dimension(table);

    if (d == SC_NO_DIMENSION)
        sc_buf_adds(out, sc_unit_name(table->unit));
    else
        sc_label_inside(table->dimensions[d].label, out);
}

static bool same_subject(const struct sc_table *a, const struct sc_table *b)
{
    SC_AUTO_BUF left = {0};
    SC_AUTO_BUF right = {0};

    subject(a, &left);
    subject(b, &right);
    return strcmp(BUF_TEXT(left), BUF_TEXT(right)) == 0;
}

/* Appends `text` with its first letter a capital. */
static void add_capital(const struct sc_page *page, struct sc_buf *text)
{
    if (text->data && text->data[0] >= 'a' && text->data[0] <= 'z')
        text->data[0] = (char)(text->data[0] - 'a' + 'A');
    sc_html(page->out, BUF_TEXT(*text));
    page->out->failed |= text->failed;
}

void sc_page_subject(const struct sc_page *page, const struct sc_table *table)
{
    SC_AUTO_BUF text = {0};

    subject(table, &text);
    add_capital(page, &text);
}

static bool is_about(const struct sc_table *table, const struct sc_question *question)
{
    return strcmp(table->question, question->id) == 0;
}

/* Whether table t brings a subject that no earlier table of its question had. */
static bool new_subject(const struct sc_publication *publication, size_t t)
{
    const struct sc_table *tables = publication->tables;

    for (size_t i = 0; i < t; i++)
        if (strcmp(tables[i].question, tables[t].question) == 0 &&
            same_subject(&tables[i], &tables[t]))
            return false;
    return true;
}

void sc_page_question_heading(const struct sc_page *page, const struct sc_question *question)
{
    const struct sc_publication *publication = page->publication;
    SC_AUTO_BUF text = {0};
    size_t n = 0;
    size_t i = 0;

    for (size_t t = 0; t < publication->n_tables; t++)
        n += is_about(&publication->tables[t], question) && new_subject(publication, t);
    for (size_t t = 0; t < publication->n_tables; t++) {
        if (!is_about(&publication->tables[t], question) || !new_subject(publication, t))
            continue;
        sc_buf_adds(&text, i == 0 ? "" : i + 1 == n ? " and " : ", ");
        subject(&publication->tables[t], &text);
        i++;
    }
    if (n == 0)
        sc_buf_addf(&text, "question %s", question->id);
    add_capital(page, &text);
}

/* ---- words for names ---- */

const char *sc_exclusion_words(enum sc_exclusion exclusion)
{
    static const char *const words[SC_N_EXCLUSIONS] = {
        [SC_EXCLUDED_REMOVED] = "Removed from the records, such as cancelled or transferred",
        [SC_EXCLUDED_OFFENCE_CODE] = "Other offences than those asked for",
        [SC_EXCLUDED_PERIOD] = "Dated outside the period",
        [SC_EXCLUDED_DUPLICATE] = "Repeats of a row already counted",
    };

    assert((unsigned)exclusion < SC_N_EXCLUSIONS);
    return words[exclusion];
}

const char *sc_fault_words(enum sc_fault fault)
{
    static const char *const words[SC_N_FAULTS] = {
        [SC_FAULTY_FIELD_COUNT] = "More or fewer fields than the header row",
        [SC_FAULTY_STRAY_QUOTE] = "A quotation mark out of place",
        [SC_FAULTY_NUL] = "A NUL byte",
        [SC_FAULTY_TOO_LONG] = "Longer than one mebibyte",
        [SC_FAULTY_CUT_OFF] = "Cut off at the end of the file",
        [SC_FAULTY_NO_ID] = "No record number",
        [SC_FAULTY_NO_CODE] = "No offence code",
        [SC_FAULTY_BAD_CODE] = "An offence code that is none",
        [SC_FAULTY_NO_DATE] = "No date",
        [SC_FAULTY_BAD_DATE] = "A date that cannot be read",
        [SC_FAULTY_BAD_AGE] = "An age that is none",
    };

    assert((unsigned)fault < SC_N_FAULTS);
    return words[fault];
}

const char *sc_decision_words(const char *decision)
{
    static const char *const words[][2] = {
        {"full", "Full disclosure"},
        {"partial", "Part disclosure"},
        {"refused-exempt", "Refused: exempt"},
        {"refused-cost", "Refused: cost limit"},
        {"not-held", "Information not held"},
        {"ncnd", "Neither confirmed nor denied"},
        {"available-elsewhere", "Available elsewhere"},
        {"withdrawn", "Request withdrawn"},
    };

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(words[i][0], decision) == 0)
            return words[i][1];
    return decision;
}

const char *sc_exemption_title(const char *exemption, char *out, size_t size)
{
    char pool[16 * 1024];
    struct sc_list list;
    size_t section;
    size_t title;
    size_t plain = strcspn(exemption, "(");

    out[0] = '\0';
    sc_list_open(&list, "exemptions.csv", pool, sizeof pool);
    section = sc_list_column(&list, "section");
    title = sc_list_column(&list, "short_title");
    while (sc_list_next(&list)) {
        const char *listed = list.fields[section];
        bool whole = strcmp(listed, exemption) == 0;

        if (!whole && (strlen(listed) != plain || strncmp(listed, exemption, plain) != 0))
            continue;
        if (strlen(list.fields[title]) < size)
            memcpy(out, list.fields[title], strlen(list.fields[title]) + 1);
        if (whole)
            break;
    }
    return out;
}
