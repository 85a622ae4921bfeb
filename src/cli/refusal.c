/*
 * refusal.c - `safecount answer` for a request that is refused, or not held, whole: an
 * answer folder without figures, made from the request alone.
 */
#include <stdio.h>

#include "base/file.h"
#include "cli/cli.h"
#include "publish/publish.h"

static bool asks_for_figures(const struct sc_request *request)
{
    for (size_t q = 0; q < request->n_questions; q++)
        if (request->questions[q].n_tables)
            return true;
    return false;
}

/* The folder, or answer.json on standard output. */
static int write_refusal(const struct arguments *arguments,
                         const struct sc_publication *publication, const char *path)
{
    SC_AUTO_BUF json = {0};
    struct sc_error err = {0};

    if (sc_publish_folder(publication, path, &err))
        return report_failure(NULL, &err);
    if (arguments->given[OPTION_PDF]) {
        int code = write_pdf(path, NULL, true);

        if (code)
            return code;
    }
    if (!arguments->given[OPTION_JSON]) {
        if (!arguments->given[OPTION_QUIET])
            (void)fprintf(stderr,
                          "No figures: the request is refused or not held\n"
                          "Answer written to %s (open %s/index.html)\n",
                          path, path);
        return EXIT_DONE;
    }
    sc_publish_json(publication, &json);
    return sc_buf_check(&json, &err) ? report_failure(NULL, &err)
                                     : write_output(json.data, json.len);
}

static int answer_without_figures(const struct arguments *arguments,
                                  const struct sc_request *request, const char *path)
{
    struct sc_policy *policy = NULL;
    struct sc_diagnostics diagnostics = {0};
    struct sc_error err = {0};
    const struct sc_input_file inputs[] = {{.name = sc_path_base(request->path),
                                            .kind = "request",
                                            .bytes = request->bytes,
                                            .hash = request->sha256,
                                            .hash_name = "sha256"}};
    struct sc_publication publication = {.request = request,
                                         .inputs = inputs,
                                         .n_inputs = 1,
                                         .publishable = true,
                                         .version = SC_VERSION};
    int code;

    if (sc_policy_load(NULL, &policy, &diagnostics, &err)) {
        code = report_failure(&diagnostics, &err);
    } else {
        publication.policy = policy;
        code = write_refusal(arguments, &publication, path);
    }
    sc_policy_free(policy);
    sc_diagnostics_release(&diagnostics);
    return code;
}

bool answered_without_figures(const struct arguments *arguments, int *ret_code)
{
    struct sc_request *request = NULL;
    struct sc_diagnostics diagnostics = {0};
    struct sc_error err = {0};
    /* Mistakes of the request are reported when it is loaded for counting. */
    bool done = sc_request_load(arguments->operands[0], &request, &diagnostics, &err) == SC_OK &&
                !asks_for_figures(request);

    if (done) {
        SC_AUTO_FREE char *usual = usual_folder(request);
        const char *path = arguments->given[OPTION_OUTPUT] ? arguments->text[OPTION_OUTPUT] : usual;

        *ret_code = path ? answer_without_figures(arguments, request, path) : EXIT_FAILED;
    }
    sc_request_free(request);
    sc_diagnostics_release(&diagnostics);
    return done;
}
