#include <stdio.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/cli.h"
#include "publish/publish.h"
#include "verify/verify.h"

/* What marks were taken to mean, to be compared with what stands beside the tables. */
static void describe_marks(const struct sc_verification *v, struct sc_buf *out)
{
    size_t n = v->n_marks < SC_VERIFIED_MARKS_MAX ? v->n_marks : SC_VERIFIED_MARKS_MAX;

    if (n == 0)
        return;
    sc_buf_adds(out, "Taken from the certificate:");
    for (size_t i = 0; i < n; i++) {
        const struct sc_verified_mark *mark = &v->marks[i];

        sc_buf_addf(out, "%s '%s' stands for ",
                    i == 0               ? ""
                    : i + 1 < v->n_marks ? ","
                                         : " and",
                    mark->text);
        if (mark->most < 0)
            sc_buf_addf(out, "%lld or more", mark->least);
        else if (mark->most == mark->least)
            sc_buf_addf(out, "%lld", mark->least);
        else
            sc_buf_addf(out, "%lld to %lld", mark->least, mark->most);
    }
    sc_buf_adds(out, n < v->n_marks ? ", and more.\n" : ".\n");
}

static void describe(const struct sc_verification *v, struct sc_buf *out)
{
    if (v->rounded_small > 1)
        sc_buf_addf(
            out,
            "The certificate holds. Small counts were rounded to 0 or %lld: %zu figures stand for\n"
            "more than one count, %zu are exact. Each of the first takes two values or more in "
            "%zu\n"
            "whole-number tables, in all of which %zu sums hold, an innermost 0 is 0 to %lld, an\n"
            "innermost %lld is 1 to %lld, and everything exact is as printed.\n",
            v->rounded_small, v->n_hidden, v->n_printed, v->n_tables, v->n_sums,
            v->rounded_small - 1, v->rounded_small, v->rounded_small);
    else if (v->rounded > 1)
        sc_buf_addf(
            out,
            "The certificate holds. %zu figures are rounded to %lld or hidden, %zu are exact: each "
            "of\n"
            "the first takes two values or more in %zu whole-number tables, in all of which %zu\n"
            "sums hold, no count is further than %lld from its rounded figure, and everything\n"
            "exact is as printed.\n",
            v->n_hidden, v->rounded, v->n_printed, v->n_tables, v->n_sums, v->rounded_by);
    else
        sc_buf_addf(
            out,
            "The certificate holds. %zu hidden figures among %zu printed ones: each takes two\n"
            "values or more in %zu whole-number tables, in all of which %zu sums hold, hidden\n"
            "figures are at least %lld, and everything printed is as printed.\n",
            v->n_hidden, v->n_printed, v->n_tables, v->n_sums, v->hidden_at_least);
    if (v->implied)
        sc_buf_adds(out, "No hidden part of a row with a known total is a small count.\n");
    if (v->width > 1)
        sc_buf_addf(out, "The values of each hidden figure lie %lld apart or more.\n", v->width);
    describe_marks(v, out);
    if (v->n_occurs > 0 && (v->hidden_at_least < 1 || v->rounded > 1))
        sc_buf_addf(
            out, "%zu categor%s taken to be listed only where somebody is in %s: see occurs.\n",
            v->n_occurs, v->n_occurs == 1 ? "y is" : "ies are", v->n_occurs == 1 ? "it" : "them");
    if (v->n_not_used > 0)
        sc_buf_adds(out,
                    "Some sums are left out because figures printed belie them: see not_used.\n");
}

/* The certificate must take the marks for what the answer says they stand for. */
static enum sc_status compare_marks(const struct shown_as *shown, const struct sc_verification *v,
                                    const char *certificate, struct sc_error *err)
{
    struct sc_verified_mark marks[2];
    bool two = shown->secondary_marker[0] != '\0';
    size_t n = 0;

    if (shown->threshold == 0 || shown->base > 0)
        return sc_verify_marks(v, marks, 0, certificate, err);
    if (shown->has_marked) {
        (void)snprintf(marks[n].text, sizeof marks[n].text, "%s", two ? shown->marker : "");
        marks[n].least = shown->zeros_hidden ? 0 : 1;
        marks[n++].most = two ? shown->threshold - 1 : -1;
    }
    if (shown->has_secondary) {
        (void)snprintf(marks[n].text, sizeof marks[n].text, "%s", shown->secondary_marker);
        marks[n].least = shown->threshold;
        marks[n++].most = -1;
    }
    return sc_verify_marks(v, marks, n, certificate, err);
}

/* Of an answer's folder: it must know what the file of what adds up says of categories. */
static enum sc_status compare_categories(const char *folder, const char *certificate,
                                         struct sc_error *err)
{
    SC_AUTO_FREE char *path = sc_path_join(folder, SC_HIERARCHY_FILE);
    SC_AUTO_BUF text = {0};
    SC_AUTO_BUF adds_up = {0};
    struct sc_verify_file file = {.name = certificate}, hierarchy = {.name = path};
    enum sc_status status;

    if (!path)
        return sc_fail_nomem(err);
    if (access(path, F_OK) != 0)
        return SC_OK;
    status = sc_file_load(certificate, (size_t)1 << 30, &text, err);
    if (!status)
        status = sc_file_load(path, (size_t)512 << 20, &adds_up, err);
    if (status)
        return status;
    file.bytes = (struct sc_slice){text.data, text.len};
    hierarchy.bytes = (struct sc_slice){adds_up.data, adds_up.len};
    return sc_verify_occurs(&file, &hierarchy, err);
}

/* The tables and the certificate: as named, or those of an answer folder. */
static enum sc_status verify(const struct arguments *arguments, struct sc_verification *v,
                             struct sc_error *err)
{
    const char *const *operands = arguments->operands;
    size_t n_files = arguments->n_operands - 1;
    struct names names = {0};
    struct shown_as shown;
    enum sc_status status;

    if (n_files > 0)
        return sc_verify_certificate(operands, n_files, operands[n_files], v, err);
    status = read_shown_as(operands[0], &shown, err);
    if (!status)
        status = add_tables(&names, operands[0], err);
    if (!status)
        status = add_name(&names, sc_path_join(operands[0], SC_CERTIFICATE_FILE), err);
    if (!status)
        status = sc_verify_certificate((const char *const *)names.items, names.n - 1,
                                       names.items[names.n - 1], v, err);
    if (!status)
        status = compare_marks(&shown, v, names.items[names.n - 1], err);
    if (!status)
        status = compare_categories(operands[0], names.items[names.n - 1], err);
    release_names(&names);
    return status;
}

int run_verify_certificate(const struct arguments *arguments)
{
    SC_AUTO_BUF out = {0};
    struct sc_error err = {0};
    struct sc_verification v = {0};
    enum sc_status status;

    if (arguments->n_operands == 1 && !is_folder(arguments->operands[0])) {
        complain("verify-certificate: expected the folder of an answer, or tables and their "
                 "certificate");
        return EXIT_USAGE;
    }
    status = verify(arguments, &v, &err);

    if (status == SC_E_UNSAFE && arguments->given[OPTION_JSON]) {
        (void)fputs("{\"holds\": false}\n", stdout);
        return report_failure(NULL, &err);
    }
    if (status)
        return report_failure(NULL, &err);
    if (arguments->given[OPTION_JSON])
        sc_buf_addf(&out,
                    "{\"holds\": true, \"printed\": %zu, \"hidden\": %zu, \"sums\": %zu, "
                    "\"tables\": %zu, \"threshold\": %lld, \"hidden_at_least\": %lld, "
                    "\"implied\": %s, \"width\": %lld, \"marks\": %zu, \"occurs\": %zu, "
                    "\"not_used\": %zu}\n",
                    v.n_printed, v.n_hidden, v.n_sums, v.n_tables, v.threshold, v.hidden_at_least,
                    v.implied ? "true" : "false", v.width, v.n_marks, v.n_occurs, v.n_not_used);
    else
        describe(&v, &out);
    return sc_buf_check(&out, &err) ? report_failure(NULL, &err) : write_output(out.data, out.len);
}
