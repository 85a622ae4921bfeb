/*
 * internal.h - the parts of the site builder, for each other. Call order: entries are
 * loaded (entry.c), changed answers rendered (render.c), then lists, search and
 * feeds made from the entries (lists.c, search.c, feeds.c) and the rest (pages.c).
 */
#ifndef SC_SITE_INTERNAL_H
#define SC_SITE_INTERNAL_H

#include <jansson.h>
#include <pthread.h>

#include "publish/files.h"
#include "publish/frame.h"
#include "publish/read.h"
#include "publish/wording.h"
#include "site/site.h"

/* Among decisions: an answer that was published and taken back. No decision has this id. */
#define SC_SITE_WITHDRAWN "answer-withdrawn"

/* ---- text that lives as long as the build ---- */

struct sc_texts {
    const char **items;
    size_t n;
};

/* ---- entries ---- */

/* What lists, search and feeds know of an answer: never more than its page says. */
struct sc_entry_meta {
    const char *slug;
    const char *title;
    const char *publication;
    const char *reference;
    const char *organisation;
    const char *sentence; /* the answer in one sentence */
    const char *words;    /* the request */
    const char *decision; /* the first; "" for none */
    struct sc_texts decisions;
    struct sc_texts keywords;
    struct sc_texts exemptions;
    int32_t received;
    int32_t answered;
    int32_t from; /* period of the figures, SC_DAY_NONE without figures */
    int32_t to;
    bool has_tables;
    bool has_books;
    bool publishable;
    size_t files; /* bytes of the figures' files */
};

/* A version of an answer, read: what it was read from, and the cell model. */
struct sc_site_source {
    const struct sc_publication *publication; /* borrowed from `file` */
    struct sc_answer_file *file;
    struct sc_buf certificate;
    struct sc_buf hierarchy;
    size_t bytes; /* of what it was read from */
};

struct sc_entry {
    const struct sc_site_answer *answer;
    struct sc_entry_meta meta; /* of the current version */
    int32_t published;         /* of the current version */
    int32_t first_published;
    const size_t *topics; /* places in the config's list */
    size_t n_topics;
    char source_key[65]; /* of what it was read from */
    char page_key[65];   /* of all that its pages are made from */
    size_t related[4];   /* places in the build's order */
    size_t n_related;
    struct sc_site_source *source; /* of the current version, kept until it is rendered; or NULL */
};

struct sc_build {
    const struct sc_site_config *config;
    const struct sc_site_options *options;
    const struct sc_wording *wording;
    const char *out;
    struct sc_arena arena;
    struct sc_entry *entries; /* newest first */
    size_t n_entries;
    char site_key[65];    /* of what all pages share */
    json_t *old_state;    /* of the last build, or NULL */
    json_t *pages;        /* array of the names of generated pages, for the state */
    size_t kept;          /* bytes of sources that entries hold */
    pthread_mutex_t lock; /* for arena, kept and report while a crew works */
    struct sc_site_report report;
};

/* ---- several threads (crew.c) ---- */

/* Does the work numbered `at`, apart from all other numbers. */
typedef enum sc_status (*sc_site_job)(struct sc_build *build, size_t at, struct sc_error *err);

/*
 * Does the jobs 0 to n - 1 with the build's number of threads. The first failure stops all;
 * `interrupted` is the message when the caller's flag does.
 */
SC_MUST_USE enum sc_status sc_site_crew(struct sc_build *build, size_t n, sc_site_job job,
                                        const char *interrupted, struct sc_error *err);

/* ---- answers as found (source.c) ---- */

/*
 * Reads a version, from its folder or the register; what the register holds must have the digests
 * recorded there. The caller frees *ret_source. SC_OK, SC_E_UNSAFE (a digest is another),
 * SC_E_INPUT, SC_E_IO or SC_E_NOMEM.
 */
SC_MUST_USE enum sc_status sc_site_source_open(const struct sc_site_config *config,
                                               const struct sc_site_version *version,
                                               struct sc_site_source **ret_source,
                                               struct sc_error *err);
/* Appends what changes when the version's files do, without reading them. */
SC_MUST_USE enum sc_status sc_site_source_key(const struct sc_site_config *config,
                                              const struct sc_site_version *version,
                                              struct sc_buf *out, struct sc_error *err);
void sc_site_source_free(struct sc_site_source *source);
SC_DEFINE_AUTO(sc_site_source);

/*
 * Whether the certificate of an answer that calls itself publishable proves the tables as they
 * would be published: the digests it has are theirs, and it holds by addition alone.
 * SC_OK, also for answers without figures; SC_E_UNSAFE with the reason; SC_E_NOMEM.
 */
SC_MUST_USE enum sc_status sc_site_source_prove(const struct sc_site_source *source,
                                                struct sc_error *err);

/* Fills build->entries from the config and the state. */
SC_MUST_USE enum sc_status sc_site_load_entries(struct sc_build *build,
                                                struct sc_diagnostics *diagnostics,
                                                struct sc_error *err);
/*
 * Reads a version and refuses what may not go onto a log, saying where site.yaml names it: not
 * publishable, stopped by the gate, or (unless it is withdrawn) without a proof that holds.
 */
SC_MUST_USE enum sc_status sc_site_open_version(const struct sc_build *build,
                                                const struct sc_site_answer *answer,
                                                const struct sc_site_version *version,
                                                struct sc_site_source **ret_source,
                                                struct sc_error *err);
/* Fills the meta of one answer, all texts in `arena`. False without memory. */
bool sc_site_meta(struct sc_arena *arena, const struct sc_publication *publication,
                  const struct sc_site_answer *answer, struct sc_entry_meta *meta);
/* meta as JSON for the state, and back (texts copied to `arena`); false: not there, or no memory.
 */
json_t *sc_site_meta_json(const struct sc_entry_meta *meta);
bool sc_site_meta_from_json(struct sc_arena *arena, const json_t *from, struct sc_entry_meta *meta);
/* "pub-1254" from "PUB 1254". */
void sc_site_slug(const char *text, struct sc_buf *out);
/* Fills in which entries are related, once all are loaded. */
SC_MUST_USE enum sc_status sc_site_relate(struct sc_build *build, struct sc_error *err);

/* ---- output ---- */

/* Writes `name` under build->out unless it holds these bytes already; counts it. Thread-safe. */
SC_MUST_USE enum sc_status sc_site_put(struct sc_build *build, const char *name, const char *bytes,
                                       size_t len, struct sc_error *err);
/* The same for a generated page, which a later build removes when it is not made again. */
SC_MUST_USE enum sc_status sc_site_put_page(struct sc_build *build, const char *name,
                                            const struct sc_buf *bytes, struct sc_error *err);

/* ---- pages ---- */

/* The frame of a page that lies `depth` folders down. */
struct sc_frame sc_site_frame(const struct sc_build *build, size_t depth);
/* "../" so many times. Static; at most 4. */
const char *sc_site_root(size_t depth);

/* Renders the pages of entries whose page_key is not the state's, with several threads. */
SC_MUST_USE enum sc_status sc_site_render(struct sc_build *build, struct sc_error *err);
SC_MUST_USE enum sc_status sc_site_lists(struct sc_build *build, struct sc_error *err);
SC_MUST_USE enum sc_status sc_site_search(struct sc_build *build, struct sc_error *err);
SC_MUST_USE enum sc_status sc_site_feeds(struct sc_build *build, struct sc_error *err);
SC_MUST_USE enum sc_status sc_site_pages(struct sc_build *build, struct sc_error *err);

/* Pieces of lists.c that search and feeds share. */
void sc_site_word(const struct sc_build *build, const char *key, struct sc_buf *out);
/* The wording under `key` as plain text, with its fields. `fields` ends with one without name. */
void sc_site_fill(const struct sc_build *build, const char *key, const struct sc_field *fields,
                  struct sc_buf *out);
/* Plain text: "Corrected 1 October 2021", "Withdrawn" or "". */
void sc_site_state(const struct sc_build *build, const struct sc_entry *entry, struct sc_buf *out);
/* Plain text: the answer in one sentence, or when and why it was withdrawn. */
void sc_site_sentence(const struct sc_build *build, const struct sc_entry *entry,
                      struct sc_buf *out);
/* Links to all lists: topics, years and so on; `root` leads to the site's top. */
void sc_site_browse(const struct sc_build *build, const char *root, struct sc_buf *out);
/* The wording's name of a decision, plain. */
const char *sc_site_decision(const struct sc_build *build, const char *decision);
/* "ODS, Excel, CSV" or "". Static. */
const char *sc_site_formats(const struct sc_entry *entry);
/* The whole address of an answer, or a relative one where the site has no address. */
void sc_site_address(const struct sc_build *build, const struct sc_entry *entry,
                     struct sc_buf *out);

#endif
