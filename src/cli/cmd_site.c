/*
 * cmd_site.c - `safecount site build` and `safecount site check`.
 */
#include <inttypes.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "publish/json.h"
#include "site/site.h"

/* Where a site goes unless -o says otherwise. */
#define SITE_USUAL "site"

/* ---- build ---- */

static int print_report(const struct arguments *arguments, const struct sc_site_report *report,
                        const char *out)
{
    if (arguments->given[OPTION_JSON]) {
        SC_AUTO_BUF text = {0};
        struct sc_json json = {.out = &text};

        sc_json_open(&json, '{');
        sc_json_key_string(&json, "folder", out);
        sc_json_key_number(&json, "answers", report->answers);
        sc_json_key_number(&json, "made", report->made);
        sc_json_key_number(&json, "files", report->files);
        sc_json_key_number(&json, "removed", report->removed);
        sc_json_close(&json, '}');
        return text.failed ? EXIT_FAILED : write_output(text.data, text.len);
    }
    if (!arguments->given[OPTION_QUIET])
        (void)fprintf(stderr,
                      "%zu answers, %zu made or changed; %zu files written, %zu removed\n"
                      "Open %s/index.html\n",
                      report->answers, report->made, report->files, report->removed, out);
    return EXIT_DONE;
}

static int build(const struct arguments *arguments, const struct sc_site_config *config,
                 struct sc_diagnostics *diagnostics)
{
    const char *out = arguments->given[OPTION_OUTPUT] ? arguments->text[OPTION_OUTPUT] : SITE_USUAL;
    const struct sc_site_options options = {
        .preview = arguments->given[OPTION_PREVIEW],
        .threads =
            arguments->given[OPTION_THREADS] ? (unsigned)arguments->number[OPTION_THREADS] : 0,
        .cancelled = is_cancelled,
    };
    struct sc_site_report report = {0};
    struct sc_error err = {0};

#ifdef __GLIBC__
    /* The compressors of a workbook take and give back a few hundred KB for each of its parts: what
     * is given back is kept, or the system zeroes those pages again and again. */
    (void)mallopt(M_MMAP_THRESHOLD, 4 << 20);
    (void)mallopt(M_TRIM_THRESHOLD, 64 << 20);
    (void)mallopt(M_TOP_PAD, 1 << 20);
#endif
    if (sc_site_build(config, out, &options, &report, diagnostics, &err))
        return report_failure(diagnostics, &err);
    return print_report(arguments, &report, out);
}

/* ---- check ---- */

static void add_findings(struct sc_json *json, const struct sc_diagnostics *findings)
{
    sc_json_open(json, '{');
    sc_json_key(json, "findings");
    sc_json_open(json, '[');
    for (size_t i = 0; i < findings->n_items; i++) {
        sc_json_open(json, '{');
        sc_json_key_string(json, "file", findings->items[i].file);
        sc_json_key_number(json, "line", findings->items[i].line);
        sc_json_key_string(json, "finding", findings->items[i].message);
        sc_json_close(json, '}');
    }
    sc_json_close(json, ']');
    sc_json_close(json, '}');
}

static int print_findings(const struct arguments *arguments, const struct sc_diagnostics *findings)
{
    int code = findings->n_items ? EXIT_LINT : EXIT_DONE;

    if (arguments->given[OPTION_JSON]) {
        SC_AUTO_BUF text = {0};
        struct sc_json json = {.out = &text};

        add_findings(&json, findings);
        if (text.failed || write_output(text.data, text.len))
            return EXIT_FAILED;
        return code;
    }
    for (size_t i = 0; i < findings->n_items; i++) {
        const struct sc_diagnostic *finding = &findings->items[i];

        if (finding->line)
            (void)printf("%s:%" PRIu64 ": %s\n", finding->file, finding->line, finding->message);
        else
            (void)printf("%s: %s\n", finding->file, finding->message);
    }
    if (!arguments->given[OPTION_QUIET])
        (void)fprintf(stderr, findings->n_items ? "%zu found\n" : "Nothing found\n",
                      findings->n_items);
    return code;
}

static int check(const struct arguments *arguments, const struct sc_site_config *config)
{
    const char *out = arguments->given[OPTION_OUTPUT] ? arguments->text[OPTION_OUTPUT] : NULL;
    struct sc_diagnostics findings = {0};
    struct sc_error err = {0};
    int code = sc_site_check(config, out, &findings, &err) ? report_failure(NULL, &err)
                                                           : print_findings(arguments, &findings);

    sc_diagnostics_release(&findings);
    return code;
}

int run_site(const struct arguments *arguments)
{
    bool builds = strcmp(arguments->operands[0], "build") == 0;
    SC_AUTO(sc_site_config) config = NULL;
    struct sc_diagnostics diagnostics = {0};
    struct sc_error err = {0};
    int code;

    if (!builds && strcmp(arguments->operands[0], "check") != 0) {
        complain("site: '%s': expected 'build' or 'check'", arguments->operands[0]);
        return EXIT_USAGE;
    }
    if (sc_site_config_load(arguments->operands[1], &config, &diagnostics, &err))
        code = report_failure(&diagnostics, &err);
    else
        code = builds ? build(arguments, config, &diagnostics) : check(arguments, config);
    sc_diagnostics_release(&diagnostics);
    return code;
}
