#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "cli/classify.h"
#include "cli/cli.h"

static int finish(struct sc_buf *out)
{
    struct sc_error err = {0};

    return sc_buf_check(out, &err) ? report_failure(NULL, &err) : write_output(out->data, out->len);
}

/* ---- suggest ---- */

static void suggestions_json(const struct sc_suggestions *s, const struct sc_dictionary *dictionary,
                             uint64_t min_records, struct sc_buf *out)
{
    struct sc_json json = {.out = out};

    sc_json_open(&json, '{');
    sc_json_key(&json, "internal");
    sc_json_bool(&json, true);
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
    sc_json_close(&json, '}');
    sc_buf_addc(out, '\n');
}

static void add_suggestion_text(const struct sc_suggestion *item, struct sc_buf *out)
{
    char number[2][32];

    sc_buf_addf(out, "  %12s  %-24s", sc_format_count(item->records, number[0]), item->word);
    switch (item->kind) {
    case SC_SUGGEST_SPELLING:
        sc_buf_addf(out, " near '%s' (%s)\n", item->near, item->category);
        break;
    case SC_SUGGEST_PLACE:
        sc_buf_addf(out, " %s of them in such a place\n", sc_format_count(item->told, number[1]));
        break;
    case SC_SUGGEST_UNFOUND:
        sc_buf_addf(out, " %s of them in no category or a fallback\n",
                    sc_format_count(item->told, number[1]));
        break;
    }
}

static void suggestions_text(const struct sc_suggestions *s, const struct sc_dictionary *dictionary,
                             uint64_t min_records, struct sc_buf *out)
{
    static const char *const headings[SC_N_SUGGESTION_KINDS] = {
        "Spellings near a term", "Words that stand where names of platforms stand",
        "Words that mark records in no category or a fallback"};
    char number[32];

    sc_buf_adds(out, "INTERNAL: true counts, not for release.\n");
    add_dictionary_text(out, dictionary);
    add_rows_text(out, &s->rows, s->records);
    sc_buf_addf(out,
                "Words of letters alone, seen in %s records or more. Records with the same "
                "id or the same text are one.\n",
                sc_format_count(min_records, number));
    for (size_t i = 0; i < s->n_items; i++) {
        if (i == 0 || s->items[i].kind != s->items[i - 1].kind)
            sc_buf_addf(out, "\n%s\n  %12s  word\n", headings[s->items[i].kind], "records");
        add_suggestion_text(&s->items[i], out);
    }
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
        code = finish(&out);
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

    sc_json_open(&json, '{');
    sc_json_key(&json, "internal");
    sc_json_bool(&json, true);
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
    sc_json_close(&json, '}');
    sc_buf_addc(out, '\n');
}

static void add_change_text(const struct sc_category_change *c, struct sc_buf *out)
{
    char number[4][32];

    sc_buf_addf(out, "  %-40.40s %12s %12s %12s %12s%s\n", c->label,
                sc_format_count(c->before, number[0]), sc_format_count(c->after, number[1]),
                sc_format_count(c->gained, number[2]), sc_format_count(c->lost, number[3]),
                !c->in_new   ? "  no longer there"
                : !c->in_old ? "  new"
                             : "");
}

static void difference_text(const struct sc_dictionary_difference *d,
                            const struct sc_dictionary *const dictionaries[2], struct sc_buf *out)
{
    char number[2][32];
    size_t same = 0;

    sc_buf_adds(out, "INTERNAL: true counts, not for release.\nOld ");
    add_dictionary_text(out, dictionaries[0]);
    sc_buf_adds(out, "New ");
    add_dictionary_text(out, dictionaries[1]);
    add_rows_text(out, &d->rows, d->records);
    sc_buf_addf(out, "The categories of %s records differ.\n\n  %-40s %12s %12s %12s %12s\n",
                sc_format_count(d->changed, number[0]), "Category", "Old", "New", "Gained", "Lost");
    for (size_t i = 0; i < d->n_changes; i++) {
        const struct sc_category_change *c = &d->changes[i];

        if (c->gained || c->lost || !c->in_old || !c->in_new)
            add_change_text(c, out);
        else
            same++;
    }
    sc_buf_addf(out, "The records of %zu categories are the same.\n", same);
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
        code = finish(&out);
    }
    sc_dictionary_difference_free(difference);
    sc_dictionary_free(loaded[0]);
    sc_dictionary_free(loaded[1]);
    sc_source_free(source);
    return code;
}

/* ---- check ---- */

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
        for (size_t i = 0; i < remarks->n_items; i++)
            (void)fprintf(stderr, "%s:%" PRIu64 ":%" PRIu64 ": %s\n", dictionary->path,
                          remarks->items[i].line, remarks->items[i].column,
                          remarks->items[i].message);
        add_dictionary_text(&out, dictionary);
        sc_buf_addf(&out, "%zu categories, %zu terms, %zu variants (%zu attested, %zu untested)\n",
                    dictionary->n_categories, remarks->n_terms, remarks->n_variants,
                    remarks->n_attested, remarks->n_untested);
        code = finish(&out);
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
