#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "answer/publication.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/cli.h"

/* "answer-16040", with what a file name should not have made '-'. */
static char *usual_folder(const struct sc_request *request)
{
    SC_AUTO_BUF path = {0};

    sc_buf_adds(&path, "answer-");
    for (const char *p = request->reference; *p; p++) {
        bool plain = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') ||
                     (*p >= '0' && *p <= '9') || *p == '_';

        sc_buf_addc(&path, plain ? *p : '-');
    }
    return path.failed ? NULL : sc_strdup(path.data);
}

static void print_summary(const struct counted *counted, const struct sc_answer *answer,
                          const char *path, bool verbose)
{
    size_t withheld = 0;
    size_t cells = 0;

    for (size_t t = 0; t < answer->n_tables; t++) {
        for (size_t c = 0; c < answer->tables[t].n_cells; c++) {
            enum sc_cell_status status = answer->tables[t].cells[c].status;

            cells += status != SC_CELL_VOID;
            withheld += status == SC_CELL_SUPPRESSED;
        }
    }
    print_accounting(counted->counts, verbose);
    (void)fprintf(stderr,
                  "Tables          %12zu  %zu cells, %zu suppressed\n"
                  "%s: the tables are not yet protected against subtraction.\n"
                  "Answer written to %s (open %s/index.html)\n",
                  answer->n_tables, cells, withheld, SC_NOT_AUDITED, path, path);
}

static int write_answer(const struct arguments *arguments, const struct counted *counted,
                        const struct sc_answer *answer)
{
    SC_AUTO_FREE char *usual = usual_folder(counted->job->request);
    const char *path = arguments->given[OPTION_OUTPUT] ? arguments->text[OPTION_OUTPUT] : usual;
    SC_AUTO_BUF json = {0};
    struct sc_error err = {0};

    if (!path) {
        complain("out of memory");
        return EXIT_FAILED;
    }
    if (sc_answer_write(counted->job, counted->counts, answer, path, &err))
        return report_failure(NULL, &err);
    if (arguments->given[OPTION_JSON]) {
        if (sc_answer_json(counted->job, counted->counts, answer, &json, &err))
            return report_failure(NULL, &err);
        return write_output(json.data, json.len);
    }
    if (!arguments->given[OPTION_QUIET])
        print_summary(counted, answer, path, arguments->given[OPTION_VERBOSE]);
    return EXIT_DONE;
}

/* Takes from the register how far the keyword searches can be trusted. */
static enum sc_status measure_search(const struct arguments *arguments,
                                     const struct counted *counted, struct sc_answer *answer,
                                     struct sc_error *err)
{
    return sc_answer_measure(counted->job, counted->counts, register_path(arguments), answer, err);
}

int run_answer(const struct arguments *arguments)
{
    struct sc_answer *answer = NULL;
    struct sc_error err = {0};
    struct counted counted;
    int code = load_and_count(arguments, &counted);

    if (!code && is_cancelled(NULL)) {
        complain("interrupted: nothing was written");
        code = EXIT_INTERRUPTED;
    }
    if (!code) {
        code = sc_answer_make(counted.job, counted.counts, &answer, &err) ||
                       measure_search(arguments, &counted, answer, &err)
                   ? report_failure(NULL, &err)
                   : write_answer(arguments, &counted, answer);
    }
    sc_answer_free(answer);
    release_counted(&counted);
    return code;
}
