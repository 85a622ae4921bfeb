/*
 * check.h - the part of checking that looks at the built pages alone.
 */
#ifndef SC_SITE_CHECK_H
#define SC_SITE_CHECK_H

#include "site/site.h"

/*
 * Follows every link of every page under `out` that leads within it: the file must be there, and
 * the fragment too. Notes dead ones. SC_OK, SC_E_IO or SC_E_NOMEM.
 */
SC_MUST_USE enum sc_status sc_site_check_links(const char *out, struct sc_diagnostics *findings,
                                               struct sc_error *err);

#endif
