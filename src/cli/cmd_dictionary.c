#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "cli/classify.h"
#include "cli/cli.h"
#include "cli/columns.h"

/* ---- suggest ---- */

static void suggestions_json(const struct sc_suggestions *s, const struct sc_dictionary *dictionary,
                             uint64_t min_records, struct sc_buf *out)
{
    struct sc_json json = {.out = out};

    begin_internal_json(&json);
    add_dictionary_json(&json, "dictionary", dictionary);
    add_rows_json(&json, &s->rows);
    sc_json_key_number(&json, "records", s->records);
    sc_json_key_number(&json, "unfound", s->unfound);
    sc_json_key_number(&json, "min_records", min_records);
    sc_json_key(&json, "suggestions");
    sc_json_open(&json, '[');
    for (size_t i = 0; i < s->n_items; i++) {
        const struct sc_suggestion *item = &s->items[i];

        sc_json_open_flat(&json, '{');
        sc_json_key_string(&json, "kind", sc_suggestion_kind_name(item->kind));
        sc_json_key_string(&json, "word", item->word);
        if (item->kind == SC_SUGGEST_SPELLING) {
            sc_json_key_string(&json, "near", item->near);
            sc_json_key_string(&json, "category", item->category);
        }
        sc_json_key_number(&json, "records", item->records);
        if (item->kind != SC_SUGGEST_SPELLING)
            sc_json_key_number(&json, "told", item->told);
        sc_json_close(&json, '}');
    }
    sc_json_close(&json, ']');
    end_json(&json);
}

/* "records  word  near what", or "records  of them there  word". */
static void add_suggestion_text(const struct sc_suggestion *item, struct sc_buf *out)
{
    char number[2][32];

    sc_buf_addf(out, "  %10s", sc_format_count(item->records, number[0]));
    if (item->kind == SC_SUGGEST_SPELLING)
        sc_buf_addf(out, "  %-28s %s (%s)\n", item->word, item->near, item->category);
    else
        sc_buf_addf(out, " %10s  %s\n", sc_format_count(item->told, number[1]), item->word);
}

static void add_heading(enum sc_suggestion_kind kind, struct sc_buf *out)
{
    switch (kind) {
    case SC_SUGGEST_SPELLING:
        sc_buf_addf(out, "\nSpellings near a term\n  %10s  %-28s %s\n", "records", "word",
                    "near (category)");
        break;
    case SC_SUGGEST_PLACE:
        sc_buf_addf(out, "\nWords that stand where names of platforms stand\n  %10s %10s  %s\n",
                    "records", "of them so", "word");
        break;
    case SC_SUGGEST_UNFOUND:
        sc_buf_addf(out,
                    "\nWords that mark records in no category or a fallback\n  %10s %10s  %s\n",
                    "records", "of them so", "word");
        break;
    }
}

/* Why no word marks the records in which nothing was found, where that can be said. */
static void add_no_mark(const struct sc_suggestions *s, struct sc_buf *out)
{
    SC_AUTO_BUF text = {0};

    if (s->records == 0 || s->unfound * 10 < s->records * 8)
        return;
    sc_buf_addf(&text,
                "Nearly all records (%.1f %%) are in no category or a fallback, so no word marks "
                "those. Where most of them are about other things, give an extract of the "
                "offences in question alone.",
                100.0 * (double)s->unfound / (double)s->records);
    out->failed |= text.failed;
    sc_buf_addc(out, '\n');
    add_paragraph(out, text.data ? text.data : "", 0);
}

static void suggestions_text(const struct sc_suggestions *s, const struct sc_dictionary *dictionary,
                             uint64_t min_records, struct sc_buf *out)
{
    char number[32];

    sc_buf_adds(out, "INTERNAL: true counts, not for release.\n");
    add_dictionary_text(out, "Dictionary", dictionary);
    add_rows_text(out, &s->rows, s->records);
    sc_buf_addf(out,
                "Words of letters alone, seen in %s records or more. Records with the same id or\n"
                "the same text are one.\n",
                sc_format_count(min_records, number));
    for (size_t i = 0; i < s->n_items; i++) {
        if (i == 0 || s->items[i].kind != s->items[i - 1].kind)
            add_heading(s->items[i].kind, out);
        add_suggestion_text(&s->items[i], out);
    }
    if (s->n_items == 0 || s->items[s->n_items - 1].kind != SC_SUGGEST_UNFOUND)
        add_no_mark(s, out);
    if (s->n_items == 0)
        sc_buf_adds(out, "\nNo word stands out.\n");
}

static int run_suggest(const struct arguments *arguments)
{
    const char *extract = arguments->operands[1];
    struct sc_classify_options options = classify_options(arguments);
    uint64_t min_records =
        arguments->given[OPTION_MIN_RECORDS] ? arguments->number[OPTION_MIN_RECORDS] : 10;
    struct sc_source *source = NULL;
    struct sc_dictionary *dictionary = NULL;
    struct sc_suggestions *suggestions = NULL;
    struct sc_error err = {0};
    SC_AUTO_BUF out = {0};
    int code;

    if (!arguments->given[OPTION_DICTIONARY]) {
        complain("which dictionary? Give --dictionary FILE");
        return EXIT_USAGE;
    }
    code = load_extract(arguments, &extract, &source);
    if (!code)
        code = load_dictionary(arguments->text[OPTION_DICTIONARY], &dictionary);
    if (!code &&
        sc_dictionary_suggest(source, dictionary, min_records, arguments->number[OPTION_MOST],
                              &options, &suggestions, &err))
        code = report_failure(NULL, &err);
    if (!code) {
        if (arguments->given[OPTION_JSON])
            suggestions_json(suggestions, dictionary, min_records, &out);
        else
            suggestions_text(suggestions, dictionary, min_records, &out);
        code = write_buffer(&out);
    }
    sc_suggestions_free(suggestions);
    sc_dictionary_free(dictionary);
    sc_source_free(source);
    return code;
}

/* ---- diff ---- */

static void difference_json(const struct sc_dictionary_difference *d,
                            const struct sc_dictionary *const dictionaries[2], struct sc_buf *out)
{
    struct sc_json json = {.out = out};

    begin_internal_json(&json);
    add_dictionary_json(&json, "old", dictionaries[0]);
    add_dictionary_json(&json, "new", dictionaries[1]);
    add_rows_json(&json, &d->rows);
    sc_json_key_number(&json, "records", d->records);
    sc_json_key_number(&json, "changed", d->changed);
    sc_json_key(&json, "categories");
    sc_json_open(&json, '[');
    for (size_t i = 0; i < d->n_changes; i++) {
        const struct sc_category_change *c = &d->changes[i];

        sc_json_open_flat(&json, '{');
        sc_json_key_string(&json, "code", c->code);
        sc_json_key(&json, "in_old");
        sc_json_bool(&json, c->in_old);
        sc_json_key(&json, "in_new");
        sc_json_bool(&json, c->in_new);
        sc_json_key_number(&json, "before", c->before);
        sc_json_key_number(&json, "after", c->after);
        sc_json_key_number(&json, "gained", c->gained);
        sc_json_key_number(&json, "lost", c->lost);
        sc_json_close(&json, '}');
    }
    sc_json_close(&json, ']');
    end_json(&json);
}

#define LABEL_COLUMNS 36 /* with its indent of two */

static void add_change_text(const struct sc_category_change *c, struct sc_buf *out)
{
    SC_AUTO_BUF label = {0};
    char number[4][32];

    sc_buf_addf(&label, "%s%s", c->label,
                !c->in_new   ? " (no longer there)"
                : !c->in_old ? " (new)"
                             : "");
    out->failed |= label.failed;
    add_label(out, label.data ? label.data : "", 2, LABEL_COLUMNS);
    sc_buf_addf(out, " %10s %10s %10s %10s\n", sc_format_count(c->before, number[0]),
                sc_format_count(c->after, number[1]), sc_format_count(c->gained, number[2]),
                sc_format_count(c->lost, number[3]));
}

static size_t count_same(const struct sc_dictionary_difference *d)
{
    size_t same = 0;

    for (size_t i = 0; i < d->n_changes; i++) {
        const struct sc_category_change *c = &d->changes[i];

        same += !c->gained && !c->lost && c->in_old && c->in_new;
    }
    return same;
}

static void difference_text(const struct sc_dictionary_difference *d,
                            const struct sc_dictionary *const dictionaries[2], struct sc_buf *out)
{
    char number[32];
    size_t same = count_same(d);

    sc_buf_adds(out, "INTERNAL: true counts, not for release.\n");
    add_dictionary_text(out, "Old dictionary", dictionaries[0]);
    add_dictionary_text(out, "New dictionary", dictionaries[1]);
    add_rows_text(out, &d->rows, d->records);
    sc_buf_addf(out, "The categories of %s records differ.\n", sc_format_count(d->changed, number));
    if (same < d->n_changes) {
        sc_buf_addc(out, '\n');
        add_label(out, "Category", 2, LABEL_COLUMNS);
        sc_buf_addf(out, " %10s %10s %10s %10s\n", "Old", "New", "Gained", "Lost");
    }
    for (size_t i = 0; i < d->n_changes; i++) {
        const struct sc_category_change *c = &d->changes[i];

        if (c->gained || c->lost || !c->in_old || !c->in_new)
            add_change_text(c, out);
    }
    if (same == d->n_changes)
        sc_buf_adds(out, "Every category has the same records in both.\n");
    else if (same)
        sc_buf_addf(out, "\nThe other %zu have the same records in both.\n", same);
}

static int run_diff(const struct arguments *arguments)
{
    const char *extract = arguments->operands[3];
    struct sc_classify_options options = classify_options(arguments);
    struct sc_source *source = NULL;
    struct sc_dictionary *loaded[2] = {NULL, NULL};
    struct sc_dictionary_difference *difference = NULL;
    struct sc_error err = {0};
    SC_AUTO_BUF out = {0};
    int code = load_extract(arguments, &extract, &source);

    for (size_t i = 0; i < 2 && !code; i++)
        code = load_dictionary(arguments->operands[1 + i], &loaded[i]);
    if (!code && sc_dictionary_compare(source, loaded[0], loaded[1], &options, &difference, &err))
        code = report_failure(NULL, &err);
    if (!code) {
        const struct sc_dictionary *const both[2] = {loaded[0], loaded[1]};

        if (arguments->given[OPTION_JSON])
            difference_json(difference, both, &out);
        else
            difference_text(difference, both, &out);
        code = write_buffer(&out);
    }
    sc_dictionary_difference_free(difference);
    sc_dictionary_free(loaded[0]);
    sc_dictionary_free(loaded[1]);
    sc_source_free(source);
    return code;
}

/* ---- check ---- */

static void check_text(const struct sc_dictionary *dictionary,
                       const struct sc_dictionary_remarks *remarks, struct sc_buf *out)
{
    for (size_t i = 0; i < remarks->n_items; i++)
        (void)fprintf(stderr, "%s:%" PRIu64 ":%" PRIu64 ": %s\n", dictionary->path,
                      remarks->items[i].line, remarks->items[i].column, remarks->items[i].message);
    add_dictionary_text(out, "Dictionary", dictionary);
    sc_buf_addf(out, "%zu categories, %zu terms, %zu variants (%zu attested, %zu untested)\n",
                dictionary->n_categories, remarks->n_terms, remarks->n_variants,
                remarks->n_attested, remarks->n_untested);
    if (remarks->n_items)
        sc_buf_addf(out, "To look at: %zu\n", remarks->n_items);
    else
        sc_buf_adds(out, "No mistakes, and nothing to look at.\n");
}

static void check_json(const struct sc_dictionary *dictionary,
                       const struct sc_dictionary_remarks *remarks, struct sc_buf *out)
{
    struct sc_json json = {.out = out};

    sc_json_open(&json, '{');
    add_dictionary_json(&json, "dictionary", dictionary);
    sc_json_key_number(&json, "categories", dictionary->n_categories);
    sc_json_key_number(&json, "terms", remarks->n_terms);
    sc_json_key_number(&json, "variants", remarks->n_variants);
    sc_json_key_number(&json, "attested", remarks->n_attested);
    sc_json_key_number(&json, "untested", remarks->n_untested);
    sc_json_key(&json, "remarks");
    sc_json_open(&json, '[');
    for (size_t i = 0; i < remarks->n_items; i++) {
        sc_json_open_flat(&json, '{');
        sc_json_key_number(&json, "line", remarks->items[i].line);
        sc_json_key_number(&json, "column", remarks->items[i].column);
        sc_json_key_string(&json, "message", remarks->items[i].message);
        sc_json_close(&json, '}');
    }
    sc_json_close(&json, ']');
    end_json(&json);
}

static int run_check_dictionary(const struct arguments *arguments)
{
    struct sc_dictionary *dictionary = NULL;
    struct sc_dictionary_remarks *remarks = NULL;
    struct sc_error err = {0};
    SC_AUTO_BUF out = {0};
    int code = load_dictionary(arguments->operands[1], &dictionary);

    if (!code && sc_dictionary_lint(dictionary, &remarks, &err))
        code = report_failure(NULL, &err);
    if (!code) {
        if (arguments->given[OPTION_JSON])
            check_json(dictionary, remarks, &out);
        else
            check_text(dictionary, remarks, &out);
        code = write_buffer(&out);
        if (!code && remarks->n_items)
            code = EXIT_LINT;
    }
    sc_dictionary_remarks_free(remarks);
    sc_dictionary_free(dictionary);
    return code;
}

int run_dictionary(const struct arguments *arguments)
{
    static const struct {
        const char *name;
        size_t n_operands;
        const char *operands;
        int (*run)(const struct arguments *arguments);
    } verbs[] = {
        {"suggest", 2, "suggest EXTRACT", run_suggest},
        {"diff", 4, "diff OLD NEW EXTRACT", run_diff},
        {"check", 2, "check DICTIONARY", run_check_dictionary},
    };

    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        if (strcmp(arguments->operands[0], verbs[i].name) != 0)
            continue;
        if (arguments->n_operands == verbs[i].n_operands)
            return verbs[i].run(arguments);
        complain("expected: safecount dictionary %s", verbs[i].operands);
        return EXIT_USAGE;
    }
    complain("'%s': expected suggest, diff or check", arguments->operands[0]);
    return EXIT_USAGE;
}
