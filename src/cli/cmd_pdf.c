/*
 * cmd_pdf.c - `safecount pdf`: an answer folder's page as a tagged PDF beside it.
 *
 * The page is made anew from answer.json, which goes through the gate again, and not taken from
 * the index.html that lies there. It is printed in a scratch folder beside the answer's, not in
 * /tmp, because a browser from a snap sees only what is in the home folder.
 */
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/file.h"
#include "cli/browser.h"
#include "cli/cli.h"
#include "codes/codes.h"
#include "publish/frame.h"
#include "publish/paper.h"
#include "publish/read.h"

#define ANSWER_BYTES_MAX ((size_t)512 << 20)
#define PDF_BYTES_MAX ((size_t)1 << 30)

/* ---- the answer ---- */

struct read_answer {
    struct sc_buf json;
    struct sc_buf certificate;
    struct sc_buf hierarchy;
    struct sc_answer_file *file;
};

static void read_answer_release(struct read_answer *answer)
{
    sc_answer_file_free(answer->file);
    sc_buf_release(&answer->json);
    sc_buf_release(&answer->certificate);
    sc_buf_release(&answer->hierarchy);
}

/* A file of the folder; one that is not `needed` may be missing. */
static enum sc_status load(const char *folder, const char *name, bool needed, struct sc_buf *out,
                           struct sc_error *err)
{
    SC_AUTO_FREE char *path = sc_path_join(folder, name);
    struct stat found;

    if (!path)
        return sc_fail_nomem(err);
    if (!needed && stat(path, &found) != 0)
        return SC_OK;
    return sc_file_load(path, ANSWER_BYTES_MAX, out, err);
}

static enum sc_status read_folder(const char *folder, struct read_answer *answer,
                                  struct sc_error *err)
{
    SC_AUTO_FREE char *path = sc_path_join(folder, "answer.json");
    enum sc_status status =
        path ? load(folder, "answer.json", true, &answer->json, err) : sc_fail_nomem(err);

    if (!status)
        status = load(folder, SC_CERTIFICATE_FILE, false, &answer->certificate, err);
    if (!status)
        status = load(folder, SC_HIERARCHY_FILE, false, &answer->hierarchy, err);
    if (!status)
        status = sc_answer_file_parse(
            path, answer->json.data, answer->json.len,
            (struct sc_slice){answer->certificate.data, answer->certificate.len},
            (struct sc_slice){answer->hierarchy.data, answer->hierarchy.len}, &answer->file, err);
    if (!status)
        status = sc_publication_check(sc_answer_file_publication(answer->file), err);
    if (!status && !sc_answer_file_publication(answer->file)->publishable)
        status = sc_fail(err, SC_E_UNSAFE, "'%s' is not publishable: no PDF is made of it", folder);
    return status;
}

/* ---- the scratch folder ---- */

static int remove_one(const char *path, const struct stat *found, int kind, struct FTW *place)
{
    (void)found;
    (void)kind;
    (void)place;
    (void)remove(path);
    return 0;
}

static void remove_scratch(const char *scratch)
{
    if (scratch[0])
        (void)nftw(scratch, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* The page and its assets in `scratch`/page. */
static enum sc_status write_page(const struct sc_publication *publication, const char *folder,
                                 struct sc_error *err)
{
    SC_AUTO(sc_outdir) dir = NULL;
    SC_AUTO_BUF page = {0};
    enum sc_status status;

    sc_publish_paper(publication, &page);
    status = sc_buf_check(&page, err);
    if (!status)
        status = sc_outdir_begin(folder, &dir, err);
    if (!status)
        status = sc_outdir_add(dir, "index.html", page.data, page.len, err);
    for (size_t i = 0; sc_frame_assets[i] && !status; i++) {
        SC_AUTO_BUF name = {0};
        struct sc_slice bytes = {0};

        (void)sc_data_find(sc_frame_assets[i], &bytes);
        sc_buf_addf(&name, "assets/%s", sc_frame_assets[i]);
        status = sc_buf_check(&name, err);
        if (!status)
            status = sc_outdir_add(dir, name.data, bytes.data, bytes.len, err);
    }
    return status ? status : sc_outdir_commit(dir, err);
}

/* ---- printing ---- */

/* What became of the printing, as an exit code, after saying why. */
static int printed(enum print_end end)
{
    switch (end) {
    case PRINT_DONE:
        return EXIT_DONE;
    case PRINT_NO_BROWSER:
        complain("no browser to print with: expected one of " BROWSER_NAMES
                 " on the PATH; install one, or open index.html and print it to a PDF by hand");
        break;
    case PRINT_FAILED:
        complain("the browser ended without a PDF: open index.html and print it by hand");
        break;
    case PRINT_TOO_LONG:
        complain("the browser took longer than two minutes and was stopped");
        break;
    case PRINT_CANCELLED:
        complain("interrupted: no PDF was written");
        return EXIT_INTERRUPTED;
    }
    return EXIT_FAILED;
}

/* Prints in `scratch` (absolute), settles what comes out and writes it into the answer's folder. */
static int print_in(const char *scratch, const struct sc_publication *publication,
                    const char *folder, const char *output)
{
    SC_AUTO_FREE char *pages = sc_path_join(scratch, "page");
    SC_AUTO_FREE char *page = sc_path_join(scratch, "page/index.html");
    SC_AUTO_FREE char *made = sc_path_join(scratch, "page.pdf");
    SC_AUTO_BUF pdf = {0};
    struct sc_error err = {0};
    int code;

    if (!pages || !page || !made) {
        complain("out of memory");
        return EXIT_FAILED;
    }
    if (write_page(publication, pages, &err))
        return report_failure(NULL, &err);
    code = printed(browser_print(page, made, scratch, "safecount " SC_VERSION));
    if (code)
        return code;
    if (sc_file_load(made, PDF_BYTES_MAX, &pdf, &err))
        return printed(PRINT_FAILED);
    if (sc_pdf_settle(publication, pdf.data, pdf.len, &err) ||
        sc_file_replace(output, pdf.data, pdf.len, &err))
        return report_failure(NULL, &err);
    if (folder && sc_publish_page_with_pdf(publication, folder, pdf.len, &err))
        return report_failure(NULL, &err);
    return EXIT_DONE;
}

/* A fresh folder beside `output`, absolute; "" after saying why not. */
static char *make_scratch(const char *output, char *out, size_t size)
{
    SC_AUTO_FREE char *parent = sc_path_dir(output);
    SC_AUTO_FREE char *whole = NULL;
    char *resolved = parent ? realpath(parent, NULL) : NULL;

    out[0] = '\0';
    if (!resolved || strlen(resolved) + 32 > size) {
        complain("cannot write beside '%s'", output);
        free(resolved);
        return out;
    }
    (void)snprintf(out, size, "%s/safecount-pdf-XXXXXX", resolved);
    free(resolved);
    if (!mkdtemp(out)) {
        complain("cannot make a folder beside '%s'", output);
        out[0] = '\0';
    }
    return out;
}

/* Whether `folder` is an answer's own, with what its page loads, and not one of a built site. */
static bool has_assets(const char *folder)
{
    SC_AUTO_FREE char *path = sc_path_join(folder, "assets");

    return path && is_folder(path);
}

int write_pdf(const char *folder, const char *output, bool quiet)
{
    struct read_answer answer = {0};
    SC_AUTO_FREE char *usual = sc_path_join(folder, SC_PDF_FILE);
    const char *path = output ? output : usual;
    struct sc_error err = {0};
    char scratch[4096];
    int code = EXIT_FAILED;

    if (!path) {
        complain("out of memory");
        return EXIT_FAILED;
    }
    if (!output && is_folder(folder) && !has_assets(folder)) {
        complain("'%s' has no assets/: in the folder of a built site the page would lose its "
                 "frame; name a place with --output",
                 folder);
        code = EXIT_INPUT;
    } else if (read_folder(folder, &answer, &err)) {
        code = report_failure(NULL, &err);
    } else if (make_scratch(output ? output : folder, scratch, sizeof scratch)[0]) {
        code = print_in(scratch, sc_answer_file_publication(answer.file), output ? NULL : folder,
                        path);
        remove_scratch(scratch);
    }
    if (!code && !quiet)
        (void)fprintf(stderr, "PDF written to %s\n", path);
    read_answer_release(&answer);
    return code;
}

int run_pdf(const struct arguments *arguments)
{
    return write_pdf(arguments->operands[0],
                     arguments->given[OPTION_OUTPUT] ? arguments->text[OPTION_OUTPUT] : NULL,
                     arguments->given[OPTION_QUIET]);
}
