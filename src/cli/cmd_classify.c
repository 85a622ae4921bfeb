#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "cli/classify.h"
#include "cli/cli.h"
#include "cli/columns.h"
#include "publish/json.h"

static void add_overlaps_json(struct sc_json *json, const struct sc_classification *c,
                              const struct sc_dictionary *dictionary)
{
    sc_json_key(json, "overlaps");
    sc_json_open(json, '[');
    for (size_t i = 0; i < dictionary->n_categories; i++) {
        for (size_t j = i + 1; j < dictionary->n_categories; j++) {
            if (!c->overlap[i][j])
                continue;
            sc_json_open_flat(json, '{');
            sc_json_key(json, "categories");
            sc_json_open(json, '[');
            sc_json_string(json, dictionary->categories[i].code);
            sc_json_string(json, dictionary->categories[j].code);
            sc_json_close(json, ']');
            sc_json_key_number(json, "records", c->overlap[i][j]);
            sc_json_close(json, '}');
        }
    }
    sc_json_close(json, ']');
}

static void add_categories_json(struct sc_json *json, const struct sc_classification *c,
                                const struct sc_dictionary *dictionary)
{
    sc_json_key(json, "categories");
    sc_json_open(json, '[');
    for (size_t i = 0; i < dictionary->n_categories; i++) {
        sc_json_open_flat(json, '{');
        sc_json_key_string(json, "code", dictionary->categories[i].code);
        sc_json_key_string(json, "label", dictionary->categories[i].label);
        sc_json_key(json, "fallback");
        sc_json_bool(json, dictionary->categories[i].fallback);
        sc_json_key_number(json, "records", c->counted[i]);
        for (size_t k = 0; k < SC_N_MATCH_KINDS; k++)
            sc_json_key_number(json, sc_match_kind_name((enum sc_match_kind)k), c->by[i][k]);
        sc_json_close(json, '}');
    }
    sc_json_close(json, ']');
    sc_json_key(json, "groups");
    sc_json_open(json, '[');
    for (size_t g = 0; g < dictionary->n_groups; g++) {
        sc_json_open_flat(json, '{');
        sc_json_key_string(json, "code", dictionary->groups[g].code);
        sc_json_key_string(json, "label", dictionary->groups[g].label);
        sc_json_key_number(json, "records", c->groups[g]);
        sc_json_close(json, '}');
    }
    sc_json_close(json, ']');
}

static void classification_json(const struct sc_classification *c,
                                const struct sc_dictionary *dictionary, struct sc_buf *out)
{
    struct sc_json json = {.out = out};

    begin_internal_json(&json);
    add_dictionary_json(&json, "dictionary", dictionary);
    add_rows_json(&json, &c->rows);
    sc_json_key_number(&json, "records", c->records);
    sc_json_key(&json, "near_counts");
    sc_json_bool(&json, dictionary->near_counts);
    add_categories_json(&json, c, dictionary);
    add_overlaps_json(&json, c, dictionary);
    sc_json_key(&json, "coverage");
    sc_json_open_flat(&json, '{');
    sc_json_key_number(&json, "named", c->records - c->none - c->fallback);
    sc_json_key_number(&json, "fallback_only", c->fallback);
    sc_json_key_number(&json, "none", c->none);
    sc_json_key_number(&json, "several", c->several);
    sc_json_key_number(&json, "near_only", c->near);
    sc_json_close(&json, '}');
    end_json(&json);
}

#define LABEL_COLUMNS 36 /* with its indent of two */

static void add_share(struct sc_buf *out, const char *label, uint64_t n, uint64_t of)
{
    char number[32];

    add_label(out, label, 2, LABEL_COLUMNS);
    sc_buf_addf(out, " %10s  %5.1f %%\n", sc_format_count(n, number),
                of ? 100.0 * (double)n / (double)of : 0.0);
}

/* Two categories with records in both. */
struct pair {
    size_t first;
    size_t second;
    uint64_t records;
};

static int by_records(const void *a, const void *b)
{
    const struct pair *left = a;
    const struct pair *right = b;

    if (left->records != right->records)
        return left->records > right->records ? -1 : 1;
    if (left->first != right->first)
        return left->first < right->first ? -1 : 1;
    return (left->second > right->second) - (left->second < right->second);
}

#define OVERLAPS_SHOWN 15

static void add_overlaps_text(struct sc_buf *out, const struct sc_classification *c,
                              const struct sc_dictionary *dictionary)
{
    struct pair pairs[SC_CATEGORIES_MAX * SC_CATEGORIES_MAX / 2];
    size_t n = 0;
    char number[32];

    for (size_t i = 0; i < dictionary->n_categories; i++) {
        for (size_t j = i + 1; j < dictionary->n_categories; j++) {
            if (c->overlap[i][j])
                pairs[n++] = (struct pair){i, j, c->overlap[i][j]};
        }
    }
    if (n == 0)
        return;
    qsort(pairs, n, sizeof *pairs, by_records);
    sc_buf_adds(out, "\nIn both of two categories\n");
    for (size_t i = 0; i < n && i < OVERLAPS_SHOWN; i++)
        sc_buf_addf(out, "  %10s  %s, %s\n", sc_format_count(pairs[i].records, number),
                    dictionary->categories[pairs[i].first].label,
                    dictionary->categories[pairs[i].second].label);
    if (n > OVERLAPS_SHOWN)
        sc_buf_addf(out, "  %10s  and %zu further pairs, with fewer: --json has all\n", "",
                    n - OVERLAPS_SHOWN);
}

static void add_categories_text(struct sc_buf *out, const struct sc_classification *c,
                                const struct sc_dictionary *dictionary)
{
    char number[4][32];

    sc_buf_addc(out, '\n');
    add_label(out, "Category", 2, LABEL_COLUMNS);
    sc_buf_addf(out, " %10s %10s %10s %10s\n", "Records", "Exact", "Variant", "Near-miss");
    for (size_t i = 0; i < dictionary->n_categories; i++) {
        add_label(out, dictionary->categories[i].label, 2, LABEL_COLUMNS);
        sc_buf_addf(out, " %10s %10s %10s %10s\n", sc_format_count(c->counted[i], number[0]),
                    sc_format_count(c->by[i][SC_MATCH_EXACT], number[1]),
                    sc_format_count(c->by[i][SC_MATCH_VARIANT], number[2]),
                    sc_format_count(c->by[i][SC_MATCH_NEAR], number[3]));
    }
    add_paragraph(out, "A record stands under the strongest way a category was found in it.", 0);
    if (sc_dictionary_has_near(dictionary))
        add_paragraph(out,
                      dictionary->near_counts ? "Near-misses are in 'Records'."
                                              : "Near-misses are not in 'Records'.",
                      0);
    if (dictionary->n_groups)
        sc_buf_adds(out, "\nGroups, each record once\n");
    for (size_t g = 0; g < dictionary->n_groups; g++) {
        add_label(out, dictionary->groups[g].label, 2, LABEL_COLUMNS);
        sc_buf_addf(out, " %10s\n", sc_format_count(c->groups[g], number[0]));
    }
}

static void classification_text(const struct sc_classification *c,
                                const struct sc_dictionary *dictionary, struct sc_buf *out)
{
    sc_buf_adds(out, "INTERNAL: true counts, not for release.\n");
    add_dictionary_text(out, "Dictionary", dictionary);
    add_rows_text(out, &c->rows, c->records);
    add_categories_text(out, c, dictionary);
    sc_buf_adds(out, "\nCoverage\n");
    add_share(out, "In a category", c->records - c->none - c->fallback, c->records);
    add_share(out, "In a fallback category only", c->fallback, c->records);
    add_share(out, "In none", c->none, c->records);
    add_share(out, "In several", c->several, c->records);
    add_share(out, "In a category by near-misses only", c->near, c->records);
    add_overlaps_text(out, c, dictionary);
}

/* ---- labels ---- */

static enum sc_status append(void *context, const char *bytes, size_t len, struct sc_error *err)
{
    sc_buf_add(context, bytes, len);
    return sc_buf_check(context, err);
}

static int write_labels(const struct sc_source *source, const struct sc_dictionary *dictionary,
                        const struct sc_classify_options *options, const char *path)
{
    SC_AUTO_BUF csv = {0};
    struct sc_error err = {0};
    enum sc_status status = sc_classify_labels(source, dictionary, options, append, &csv, &err);

    if (!status)
        status = sc_file_replace(path, csv.data, csv.len, &err);
    return status ? report_failure(NULL, &err) : EXIT_DONE;
}

int run_classify(const struct arguments *arguments)
{
    const char *extract = arguments->operands[0];
    struct sc_classify_options options = classify_options(arguments);
    struct sc_source *source = NULL;
    struct sc_dictionary *dictionary = NULL;
    struct sc_classification *classification = NULL;
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
    if (!code && sc_classify(source, dictionary, &options, &classification, &err))
        code = report_failure(NULL, &err);
    if (!code && arguments->given[OPTION_LABELS])
        code = write_labels(source, dictionary, &options, arguments->text[OPTION_LABELS]);
    if (!code) {
        if (arguments->given[OPTION_JSON])
            classification_json(classification, dictionary, &out);
        else
            classification_text(classification, dictionary, &out);
        code = write_buffer(&out);
    }
    sc_classification_free(classification);
    sc_dictionary_free(dictionary);
    sc_source_free(source);
    return code;
}
