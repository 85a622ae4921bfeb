/*
 * site.h - the disclosure log: a static site from published answers.
 *
 * A site is described by site.yaml (docs/publishing.md). Its answers come from the register, with
 * their corrections and withdrawals, or from folders that site.yaml lists, or both. Each is read
 * from its answer.json, goes through the gate of publish again with its certificate checked, and
 * is written by the same writers. No other file of an answer is believed.
 */
#ifndef SC_SITE_SITE_H
#define SC_SITE_SITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"
#include "publish/publish.h"
#include "safecount/request.h"
#include "safecount/status.h"

/* ---- site.yaml ---- */

struct sc_site_topic {
    const char *id; /* letters, digits, '-': part of an address */
    const char *title;
    const char **keywords; /* an answer with one of these is about it, without regard to case */
    size_t n_keywords;
};

/* One version of an answer. */
struct sc_site_version {
    const char *folder; /* resolved against site.yaml's folder; of the register: what to call it */
    int64_t release;    /* its number in the register; 0: a folder */
    int32_t published;  /* SC_DAY_NONE: the day it was answered */
    const char *reason; /* why it replaced the one before, or "" */
    uint64_t line;      /* where in site.yaml */
};

struct sc_site_answer {
    const char *reference;            /* in the register; "": folders */
    struct sc_site_version *versions; /* oldest first; at least one */
    size_t n_versions;
    const char *summary; /* one sentence for the list, or "": made from the figures */
    const char **topics; /* ids */
    size_t n_topics;
    bool withdrawn;
    int32_t withdrawn_on;
    const char *withdrawn_reason;
    uint64_t line;
};

struct sc_register;

struct sc_site_config {
    const char *path;
    const char *register_path; /* or NULL */
    struct sc_register *reg;   /* that, open for reading; one thread at a time */
    const char *organisation;
    const char *title;        /* of the log, or "" for the wording's */
    const char *url;          /* whole address of the site, ending in '/', or "" */
    const char *language;     /* "en", "cy" */
    const char *wording;      /* path, or NULL */
    const char *contact;      /* address to write to: "mailto:foi@example.police.uk", or "" */
    const char *contact_text; /* the same for people */
    const char *feedback;     /* address, or "" */
    const char *exit_url;     /* or "" */
    bool beta;
    const char *logo;   /* path of an image, or NULL */
    const char *colour; /* "#1d3d57" or "" */
    const char *licence_name;
    const char *licence_url;
    unsigned review_days;
    const char *regulator; /* "" for the usual one */
    const char *regulator_address;
    const char *regulator_url;
    const char *security; /* address for security.txt, or "" */
    int32_t security_expires;
    const char *cookies; /* name of the optional category, or "": none, and no banner */
    const char *cookies_purpose;
    const char *cookies_script; /* path of the script that is loaded after consent, or NULL */
    size_t per_page;
    struct sc_site_topic *topics;
    size_t n_topics;
    struct sc_site_answer *answers;
    size_t n_answers;
};

/*
 * Reads and checks site.yaml; all mistakes are in `diagnostics`. The caller frees
 * *ret_config. SC_OK, SC_E_INPUT, SC_E_IO or SC_E_NOMEM.
 */
SC_MUST_USE enum sc_status sc_site_config_load(const char *path, struct sc_site_config **ret_config,
                                               struct sc_diagnostics *diagnostics,
                                               struct sc_error *err);
/*
 * The same for the bytes of one; `name` stands for it and says where its paths begin. The
 * register that it names is not opened: answers of the register are without their versions.
 */
SC_MUST_USE enum sc_status sc_site_config_parse(const char *name, const char *bytes, size_t len,
                                                struct sc_site_config **ret_config,
                                                struct sc_diagnostics *diagnostics,
                                                struct sc_error *err);
void sc_site_config_free(struct sc_site_config *config);
SC_DEFINE_AUTO(sc_site_config);

/* ---- building ---- */

/* All zero is the default. */
struct sc_site_options {
    bool preview;     /* also answers that are not publishable, marked on every page */
    unsigned threads; /* 0: as many as there are processors, at most 8 */
    bool (*cancelled)(void *context); /* looked at between answers */
    void *context;
};

struct sc_site_report {
    size_t answers; /* of the log */
    size_t made;    /* written anew */
    size_t files;   /* written, because they are new or differ */
    size_t removed; /* pages that are no longer there (lists) */
};

/*
 * Builds the site in the folder `out`, which is made when it is not there; one that holds
 * other things is left alone (SC_E_RANGE). What has not changed since the last build is not
 * made again. Each file is replaced whole; the lists come after the answers.
 *
 * An answer once built keeps its address: one that site.yaml no longer names is
 * SC_E_INPUT (say that it is withdrawn instead). SC_E_UNSAFE: an answer is not
 * publishable, or fails the gate. SC_E_UNSUPPORTED: built without GOV.UK Frontend.
 * Also SC_E_INPUT, SC_E_IO, SC_E_NOMEM, SC_E_INTERRUPTED.
 */
SC_MUST_USE enum sc_status sc_site_build(const struct sc_site_config *config, const char *out,
                                         const struct sc_site_options *options,
                                         struct sc_site_report *ret_report,
                                         struct sc_diagnostics *diagnostics, struct sc_error *err);

/* ---- checking ---- */

/*
 * Looks for what real logs get wrong in the answers of a log, and, where `out` is not NULL, in
 * the site built there: dead links and tables whose files differ. Each finding is one
 * entry of `findings`: file, and a sentence that says what and what to do.
 * SC_OK whether or not anything was found; SC_E_INPUT, SC_E_IO or SC_E_NOMEM.
 */
SC_MUST_USE enum sc_status sc_site_check(const struct sc_site_config *config, const char *out,
                                         struct sc_diagnostics *findings, struct sc_error *err);

#endif
