/*
 * paper.h - an answer as a printed document: the page for a browser to print, and what has to
 * hold of the PDF that comes back.
 */
#ifndef SC_PUBLISH_PAPER_H
#define SC_PUBLISH_PAPER_H

#include "publish/publish.h"

/* The name of the PDF in an answer's folder. */
#define SC_PDF_FILE "answer.pdf"

/*
 * The page of `publication` (checked) as a document that stands alone: it lists no files, and
 * links that lead nowhere without the folder are plain text. Its assets are those of
 * sc_frame_assets (frame.h), in assets/ beside it.
 */
void sc_publish_paper(const struct sc_publication *publication, struct sc_buf *out);

/*
 * Makes a PDF fit to be published: the dates of its making become the answer's, so that the same
 * answer gives the same bytes from the same browser, in place. Returns SC_OK, or SC_E_UNSAFE: it
 * is not tagged, names no title or language, or holds the name of a file of this machine.
 */
SC_MUST_USE enum sc_status sc_pdf_settle(const struct sc_publication *publication, char *bytes,
                                         size_t len, struct sc_error *err);

/*
 * Writes index.html of the answer folder `path` again, with `pdf` (its size in bytes) among its
 * files. SC_OK, SC_E_UNSAFE, SC_E_IO or SC_E_NOMEM.
 */
SC_MUST_USE enum sc_status sc_publish_page_with_pdf(const struct sc_publication *publication,
                                                    const char *path, size_t pdf,
                                                    struct sc_error *err);

#endif
