/*
 * schema_reviews.c - the tables of the reviews of keyword searches. docs/review.md explains them.
 *
 * Sets of categories are bits of an integer: bit i is the category at position i. An offence is
 * known by a keyed hash of its id only (16 bytes), whose key is not in this file; its narrative
 * is nowhere.
 *
 * A sample is drawn once and never changed. Labels may be: the latest counts.
 */
#include "register/migrations.h"

static const char version_1[] =
    "CREATE TABLE review ("
    "  id INTEGER PRIMARY KEY,"
    "  reference TEXT NOT NULL CHECK (reference <> ''),"
    "  dictionary TEXT NOT NULL,"         /* as the request names it */
    "  dictionary_name TEXT NOT NULL,"    /* what it calls itself, or '' */
    "  dictionary_version TEXT NOT NULL," /* or '' */
    "  dictionary_sha256 TEXT NOT NULL,"
    "  extract TEXT NOT NULL,"      /* hash of each file, one a line */
    "  scope TEXT NOT NULL,"        /* SHA-256 of what decides which offences count */
    "  key_check TEXT NOT NULL,"    /* SHA-256 of the key of the hashes */
    "  seed INTEGER NOT NULL,"      /* that drew the sample */
    "  population INTEGER NOT NULL" /* offences */
    ") STRICT;"
    "CREATE INDEX review_reference ON review (reference);"
    "CREATE TABLE review_category ("
    "  review INTEGER NOT NULL REFERENCES review (id),"
    "  position INTEGER NOT NULL CHECK (position BETWEEN 0 AND 63),"
    "  code TEXT NOT NULL,"
    "  label TEXT NOT NULL,"
    "  fallback INTEGER NOT NULL CHECK (fallback IN (0, 1)),"
    "  PRIMARY KEY (review, position)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE review_stratum ("
    "  review INTEGER NOT NULL REFERENCES review (id),"
    "  position INTEGER NOT NULL,"
    "  name TEXT NOT NULL,"
    "  size INTEGER NOT NULL CHECK (size >= 1)," /* offences in it */
    "  PRIMARY KEY (review, position)"
    ") STRICT, WITHOUT ROWID;"
    /* How many offences of a stratum the search put into a category; none: no row. */
    "CREATE TABLE review_found ("
    "  review INTEGER NOT NULL,"
    "  stratum INTEGER NOT NULL,"
    "  category INTEGER NOT NULL,"
    "  found INTEGER NOT NULL CHECK (found >= 1),"
    "  PRIMARY KEY (review, stratum, category),"
    "  FOREIGN KEY (review, stratum) REFERENCES review_stratum (review, position),"
    "  FOREIGN KEY (review, category) REFERENCES review_category (review, position)"
    ") STRICT, WITHOUT ROWID;"
    /* The sample, in the order in which it is shown. */
    "CREATE TABLE review_item ("
    "  review INTEGER NOT NULL,"
    "  position INTEGER NOT NULL,"
    "  stratum INTEGER NOT NULL,"
    "  key BLOB NOT NULL CHECK (length(key) = 16),"
    "  found INTEGER NOT NULL," /* set of categories */
    "  PRIMARY KEY (review, position),"
    "  UNIQUE (review, key),"
    "  FOREIGN KEY (review, stratum) REFERENCES review_stratum (review, position)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE review_label ("
    "  review INTEGER NOT NULL,"
    "  item INTEGER NOT NULL,"
    "  reviewer TEXT NOT NULL CHECK (reviewer <> ''),"
    "  skipped INTEGER NOT NULL CHECK (skipped IN (0, 1)),"
    "  categories INTEGER NOT NULL," /* set of categories; 0 when skipped */
    "  step INTEGER NOT NULL,"       /* of this reviewer, ascending: what undo takes back */
    "  PRIMARY KEY (review, item, reviewer),"
    "  FOREIGN KEY (review, item) REFERENCES review_item (review, position)"
    ") STRICT, WITHOUT ROWID;";

static const char *const scripts[] = {version_1};

const struct sc_part sc_part_reviews = {
    .name = "reviews",
    .scripts = scripts,
    .n_scripts = sizeof scripts / sizeof *scripts,
};
