/*
 * schema_releases.c - the tables of the releases. docs/register.md explains each column.
 *
 * Days are texts yyyy-mm-dd or NULL. A table's cells are numbered as in safecount/table.h
 * (last dimension fastest, totals last in each dimension); a cell that cannot occur has no row.
 * status: 1 published, 2 suppressed (value NULL), 3 rounded.
 *
 * Nothing is ever deleted: rows of a release are written once, and a trigger keeps everybody from
 * changing or deleting figures by accident. What was published is known for good.
 */
#include "register/migrations.h"

static const char version_1[] =
    "CREATE TABLE release ("
    "  id INTEGER PRIMARY KEY,"
    "  reference TEXT NOT NULL CHECK (reference <> ''),"
    "  version INTEGER NOT NULL CHECK (version >= 1),"
    "  publication TEXT NOT NULL,"
    "  title TEXT NOT NULL,"
    "  organisation TEXT NOT NULL,"
    "  records TEXT NOT NULL,"
    "  as_at TEXT,"
    "  answered TEXT,"
    "  period_from TEXT NOT NULL," /* '' where nothing was counted, period_to too */
    "  period_to TEXT NOT NULL,"
    "  date TEXT NOT NULL,"
    "  year TEXT NOT NULL CHECK (year IN ('financial', 'calendar')),"
    "  offences TEXT NOT NULL," /* codes, one a line; '' is every offence */
    "  threshold INTEGER NOT NULL CHECK (threshold >= 2),"
    "  marker TEXT NOT NULL,"
    "  answer BLOB NOT NULL,"
    "  answer_sha256 TEXT NOT NULL,"
    "  certificate_sha256 TEXT,"
    "  correction TEXT,"        /* why this version replaced the one before */
    "  recorded TEXT NOT NULL," /* when it was added, UTC */
    "  digest TEXT NOT NULL,"   /* of this release and the digest before it */
    "  UNIQUE (reference, version)"
    ") STRICT;"
    "CREATE INDEX release_records ON release (records);"
    /* What happened to a release afterwards: only ever more. */
    "CREATE TABLE release_event ("
    "  id INTEGER PRIMARY KEY,"
    "  release INTEGER NOT NULL REFERENCES release (id),"
    "  kind TEXT NOT NULL CHECK (kind IN ('withdrawn')),"
    "  reason TEXT NOT NULL CHECK (reason <> ''),"
    "  day TEXT NOT NULL,"      /* for readers */
    "  recorded TEXT NOT NULL," /* when it was added, UTC */
    "  digest TEXT NOT NULL,"
    "  UNIQUE (release, kind)"
    ") STRICT;"
    "CREATE TABLE release_table ("
    "  id INTEGER PRIMARY KEY,"
    "  release INTEGER NOT NULL REFERENCES release (id),"
    "  position INTEGER NOT NULL,"
    "  code TEXT NOT NULL," /* the table's id in the answer */
    "  title TEXT NOT NULL,"
    "  question TEXT NOT NULL,"
    "  unit TEXT NOT NULL,"
    "  row_dimensions INTEGER NOT NULL,"
    "  rounding INTEGER NOT NULL DEFAULT 0," /* base of rounded figures, 0: none */
    "  UNIQUE (release, position)"
    ") STRICT;"
    "CREATE TABLE release_dimension ("
    "  release_table INTEGER NOT NULL REFERENCES release_table (id),"
    "  position INTEGER NOT NULL,"
    "  code TEXT NOT NULL,"
    "  label TEXT NOT NULL,"
    "  nested_in INTEGER," /* position of an earlier dimension */
    "  overlapping INTEGER NOT NULL CHECK (overlapping IN (0, 1)),"
    "  dictionary TEXT NOT NULL," /* SHA-256 of that of its keyword categories, or '' */
    "  PRIMARY KEY (release_table, position)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE release_category ("
    "  release_table INTEGER NOT NULL,"
    "  dimension INTEGER NOT NULL,"
    "  position INTEGER NOT NULL,"
    "  code TEXT NOT NULL,"
    "  label TEXT NOT NULL,"
    "  parent INTEGER," /* position in the dimension `nested_in` */
    "  fallback INTEGER NOT NULL CHECK (fallback IN (0, 1)),"
    "  PRIMARY KEY (release_table, dimension, position),"
    "  FOREIGN KEY (release_table, dimension) REFERENCES release_dimension (release_table, "
    "position)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE release_cell ("
    "  release_table INTEGER NOT NULL REFERENCES release_table (id),"
    "  cell INTEGER NOT NULL,"
    "  status INTEGER NOT NULL CHECK (status IN (1, 2, 3)),"
    "  value INTEGER CHECK (value >= 0 AND status <> 2 OR value IS NULL AND status = 2),"
    "  PRIMARY KEY (release_table, cell)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TRIGGER release_kept BEFORE UPDATE ON release"
    "  BEGIN SELECT RAISE(ABORT, 'what was published is not changed'); END;"
    "CREATE TRIGGER release_stays BEFORE DELETE ON release"
    "  BEGIN SELECT RAISE(ABORT, 'what was published is not forgotten'); END;"
    "CREATE TRIGGER release_cell_kept BEFORE UPDATE ON release_cell"
    "  BEGIN SELECT RAISE(ABORT, 'what was published is not changed'); END;"
    "CREATE TRIGGER release_cell_stays BEFORE DELETE ON release_cell"
    "  BEGIN SELECT RAISE(ABORT, 'what was published is not forgotten'); END;";

/*
 * The folder that an answer was recorded from and its files. A release of before this version has
 * no row here until it is added again (docs/register.md).
 */
static const char version_2[] =
    "CREATE TABLE release_folder ("
    "  release INTEGER PRIMARY KEY REFERENCES release (id),"
    "  path TEXT NOT NULL,"
    "  received TEXT,"           /* the day of the request */
    "  decisions TEXT NOT NULL," /* each once, one a line */
    "  digest TEXT NOT NULL"     /* of this row, the files, and the release's digest */
    ") STRICT;"
    "CREATE TABLE release_file ("
    "  release INTEGER NOT NULL REFERENCES release_folder (release),"
    "  name TEXT NOT NULL CHECK (name <> ''),"
    "  size INTEGER NOT NULL CHECK (size >= 0),"
    "  sha256 TEXT NOT NULL,"
    "  bytes BLOB," /* of what cannot be made again: the certificate, what adds up */
    "  PRIMARY KEY (release, name)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TRIGGER release_file_kept BEFORE UPDATE ON release_file"
    "  BEGIN SELECT RAISE(ABORT, 'what was published is not changed'); END;"
    "CREATE TRIGGER release_file_stays BEFORE DELETE ON release_file"
    "  BEGIN SELECT RAISE(ABORT, 'what was published is not forgotten'); END;";

/* Of groups of keyword categories: the codes of those in it, a space between; '' for no group. */
static const char version_3[] =
    "ALTER TABLE release_category ADD COLUMN members TEXT NOT NULL DEFAULT '';";

/* How far rounded figures may be from the truth; NULL: the base less one. */
static const char version_4[] = "ALTER TABLE release_table ADD COLUMN within INTEGER;";

/*
 * Two marks, and zeros that are hidden as small counts are. `second`: of a suppressed figure, 1
 * where the second mark stands for it: the threshold or more.
 */
static const char version_5[] =
    "ALTER TABLE release ADD COLUMN secondary_marker TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE release ADD COLUMN zeros_hidden INTEGER NOT NULL DEFAULT 0"
    "  CHECK (zeros_hidden IN (0, 1));"
    "ALTER TABLE release_cell ADD COLUMN second INTEGER NOT NULL DEFAULT 0"
    "  CHECK (second IN (0, 1));";

static const char *const scripts[] = {version_1, version_2, version_3, version_4, version_5};

const struct sc_part sc_part_releases = {
    .name = "releases",
    .scripts = scripts,
    .n_scripts = sizeof scripts / sizeof *scripts,
};
