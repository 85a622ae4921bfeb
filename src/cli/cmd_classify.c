#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "cli/classify.h"
#include "cli/cli.h"
#include "publish/json.h"

/* ---- what classify and dictionary share ---- */

static bool is_yaml(const char *path)
{
    size_t len = strlen(path);

    return (len > 5 && strcmp(path + len - 5, ".yaml") == 0) ||
           (len > 4 && strcmp(path + len - 4, ".yml") == 0);
}

int load_extract(const struct arguments *arguments, const char **extract,
                 struct sc_source **ret_source)
{
    const char *path = arguments->text[OPTION_SOURCE];
    struct sc_diagnostics diagnostics = {0};
    struct sc_error err = {0};
    int code = EXIT_DONE;

    if (!path && !is_yaml(*extract)) {
        complain("which column of '%s' is the narrative? Give --source extract.yaml ('safecount "
                 "describe' proposes one)",
                 *extract);
        return EXIT_USAGE;
    }
    if (sc_source_load(path ? path : *extract, ret_source, &diagnostics, &err)) {
        code = report_failure(&diagnostics, &err);
    } else if (path) {
        (*ret_source)->files = extract;
        (*ret_source)->n_files = 1;
    }
    sc_diagnostics_release(&diagnostics);
    return code;
}

int load_dictionary(const char *path, struct sc_dictionary **ret_dictionary)
{
    struct sc_diagnostics diagnostics = {0};
    struct sc_error err = {0};
    int code = EXIT_DONE;

    if (sc_dictionary_load(path, ret_dictionary, &diagnostics, &err))
        code = report_failure(&diagnostics, &err);
    sc_diagnostics_release(&diagnostics);
    return code;
}

struct sc_classify_options classify_options(const struct arguments *arguments)
{
    return (struct sc_classify_options){
        .threads = (unsigned)arguments->number[OPTION_THREADS],
        .engine = (enum sc_engine)arguments->number[OPTION_ENGINE],
        .cancelled = is_cancelled,
    };
}

void add_rows_json(struct sc_json *json, const struct sc_rows_read *rows)
{
    sc_json_key(json, "rows");
    sc_json_open_flat(json, '{');
    sc_json_key_number(json, "read", rows->read);
    sc_json_key_number(json, "removed", rows->removed);
    sc_json_key(json, "faulty");
    sc_json_open(json, '{');
    for (size_t i = 0; i < SC_N_FAULTS; i++) {
        if (rows->faulty[i])
            sc_json_key_number(json, sc_fault_name((enum sc_fault)i), rows->faulty[i]);
    }
    sc_json_close(json, '}');
    sc_json_close(json, '}');
}

void add_dictionary_json(struct sc_json *json, const char *key,
                         const struct sc_dictionary *dictionary)
{
    sc_json_key(json, key);
    sc_json_open_flat(json, '{');
    sc_json_key_string(json, "name", dictionary->name);
    sc_json_key_string(json, "version", dictionary->version);
    sc_json_key_string(json, "sha256", dictionary->sha256);
    sc_json_close(json, '}');
}

void add_rows_text(struct sc_buf *out, const struct sc_rows_read *rows, uint64_t records)
{
    uint64_t faulty = 0;
    char number[4][32];

    for (size_t i = 0; i < SC_N_FAULTS; i++)
        faulty += rows->faulty[i];
    sc_buf_addf(out, "%s records, in %s rows read (%s removed, %s faulty)\n",
                sc_format_count(records, number[0]), sc_format_count(rows->read, number[1]),
                sc_format_count(rows->removed, number[2]), sc_format_count(faulty, number[3]));
}

void add_dictionary_text(struct sc_buf *out, const struct sc_dictionary *dictionary)
{
    sc_buf_addf(out, "Dictionary: %s, version %s (SHA-256 %.16s...)\n",
                dictionary->name[0] ? dictionary->name : "unnamed",
                dictionary->version[0] ? dictionary->version : "not given", dictionary->sha256);
}

/* ---- classify ---- */

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

    sc_json_open(&json, '{');
    sc_json_key(&json, "internal");
    sc_json_bool(&json, true);
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
    sc_json_close(&json, '}');
    sc_buf_addc(out, '\n');
}

static size_t label_width(const struct sc_dictionary *dictionary)
{
    size_t width = strlen("In a category by near-misses only");

    for (size_t i = 0; i < dictionary->n_categories; i++) {
        size_t len = strlen(dictionary->categories[i].label);

        width = len > width ? len : width;
    }
    return width > 40 ? 40 : width;
}

static void add_share(struct sc_buf *out, int width, const char *label, uint64_t n, uint64_t of)
{
    char number[32];

    sc_buf_addf(out, "  %-*.40s %12s  %5.1f %%\n", width, label, sc_format_count(n, number),
                of ? 100.0 * (double)n / (double)of : 0.0);
}

static void add_overlaps_text(struct sc_buf *out, const struct sc_classification *c,
                              const struct sc_dictionary *dictionary)
{
    char number[32];
    bool any = false;

    for (size_t i = 0; i < dictionary->n_categories; i++) {
        for (size_t j = i + 1; j < dictionary->n_categories; j++) {
            if (!c->overlap[i][j])
                continue;
            sc_buf_adds(out, any ? "" : "\nIn both of two categories\n");
            any = true;
            sc_buf_addf(out, "  %12s  %s and %s\n", sc_format_count(c->overlap[i][j], number),
                        dictionary->categories[i].label, dictionary->categories[j].label);
        }
    }
}

static void classification_text(const struct sc_classification *c,
                                const struct sc_dictionary *dictionary, struct sc_buf *out)
{
    int width = (int)label_width(dictionary);
    char number[4][32];

    sc_buf_adds(out, "INTERNAL: true counts, not for release.\n");
    add_dictionary_text(out, dictionary);
    add_rows_text(out, &c->rows, c->records);
    sc_buf_addf(out, "\n  %-*s %12s %12s %12s %12s\n", width, "Category", "Records", "Exact",
                "Variant", "Near-miss");
    for (size_t i = 0; i < dictionary->n_categories; i++)
        sc_buf_addf(out, "  %-*.40s %12s %12s %12s %12s\n", width, dictionary->categories[i].label,
                    sc_format_count(c->counted[i], number[0]),
                    sc_format_count(c->by[i][SC_MATCH_EXACT], number[1]),
                    sc_format_count(c->by[i][SC_MATCH_VARIANT], number[2]),
                    sc_format_count(c->by[i][SC_MATCH_NEAR], number[3]));
    sc_buf_addf(out,
                "A record stands under the strongest way a category was found in it. Near-misses "
                "are %sin 'Records'.\n",
                dictionary->near_counts ? "" : "not ");
    if (dictionary->n_groups)
        sc_buf_adds(out, "\nGroups, each record once\n");
    for (size_t g = 0; g < dictionary->n_groups; g++)
        sc_buf_addf(out, "  %-*.40s %12s\n", width, dictionary->groups[g].label,
                    sc_format_count(c->groups[g], number[0]));
    sc_buf_adds(out, "\nCoverage\n");
    add_share(out, width, "In a category", c->records - c->none - c->fallback, c->records);
    add_share(out, width, "In a fallback category only", c->fallback, c->records);
    add_share(out, width, "In none", c->none, c->records);
    add_share(out, width, "In several", c->several, c->records);
    add_share(out, width, "In a category by near-misses only", c->near, c->records);
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
        code =
            sc_buf_check(&out, &err) ? report_failure(NULL, &err) : write_output(out.data, out.len);
    }
    sc_classification_free(classification);
    sc_dictionary_free(dictionary);
    sc_source_free(source);
    return code;
}
