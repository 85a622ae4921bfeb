/*
 * describe.c - guessing what the columns of an extract are.
 *
 * Two witnesses are heard for each column. Its header: split into words, it is
 * scored against the words that forces use for each meaning. Its values in the
 * first rows: what share of them are dates, ages, offence codes, outcomes or
 * long texts. A header alone can mislead ("Date" of what?), values alone too
 * (an outcome 16 is also an age), so a column is proposed for the meaning with
 * the best sum, each meaning once, best first.
 */
#include "extract/describe.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/date.h"
#include "base/error.h"
#include "base/memory.h"
#include "codes/codes.h"
#include "extract/bytes.h"
#include "extract/source.h"

#define SAMPLE_ROWS 1000

/* What the header of a column with this meaning says: words that must and must not be there. */
struct clue {
    enum sc_column_role role;
    const char *any;   /* one of these words, separated by spaces */
    const char *also;  /* and one of these, if any are given */
    const char * not ; /* and none of these */
    int score;
};

static const struct clue clues[] = {
    {SC_COL_OFFENCE_ID, "crime offence occurrence incident case record",
     "ref reference urn number no id", "code class type date victim suspect offender", 60},
    {SC_COL_OFFENCE_ID, "urn reference crn", "", "victim suspect offender code", 40},
    {SC_COL_OFFENCE_ID, "id ref", "", "victim suspect offender code date", 20},
    {SC_COL_OFFENCE_CODE, "ho home offence crime", "code", "outcome date outcomes", 60},
    {SC_COL_OFFENCE_CODE, "code", "", "outcome victim suspect post lsoa ward date disposal", 25},
    {SC_COL_OFFENCE_CODE, "offence crime", "class", "outcome date victim", 30},
    {SC_COL_RECORDED, "recorded recording", "date month", "outcome age", 70},
    {SC_COL_RECORDED, "recorded", "", "outcome age year", 40},
    {SC_COL_RECORDED, "month date", "",
     "from to outcome reported created committed birth dob age closed detected", 25},
    {SC_COL_REPORTED, "reported", "date", "outcome age", 70},
    {SC_COL_CREATED, "created", "date", "outcome age", 70},
    {SC_COL_COMMITTED_FROM, "from start", "date committed occurrence offence", "age outcome", 60},
    {SC_COL_COMMITTED_TO, "to end", "date committed occurrence offence", "age outcome", 60},
    {SC_COL_VICTIM_ID, "victim vic complainant aggrieved", "id urn ref number nominal",
     "age sex gender", 70},
    {SC_COL_VICTIM_AGE, "victim vic complainant aggrieved", "age", "sex gender", 70},
    {SC_COL_VICTIM_AGE, "age", "", "suspect susp sus offender accused", 30},
    {SC_COL_VICTIM_SEX, "victim vic complainant aggrieved", "sex gender", "", 70},
    {SC_COL_VICTIM_SEX, "sex gender", "", "suspect susp sus offender accused", 30},
    {SC_COL_SUSPECT_ID, "suspect susp sus offender accused", "id urn ref number nominal",
     "age sex gender", 70},
    {SC_COL_SUSPECT_AGE, "suspect susp sus offender accused", "age", "sex gender", 70},
    {SC_COL_SUSPECT_SEX, "suspect susp sus offender accused", "sex gender", "", 70},
    {SC_COL_OUTCOME, "outcome disposal", "", "date", 60},
    {SC_COL_OUTCOME, "disposition", "", "date", 30},
    {SC_COL_NARRATIVE, "mo modus narrative", "", "date code", 70},
    {SC_COL_NARRATIVE, "summary description details notes circumstances", "", "date code offence",
     35},
    {SC_COL_REMOVED, "status", "", "outcome update date", 30},
};

/* Values of a status column that mean the record left recorded crime. */
static const char *const removed_values[] = {"No Crime",  "No-Crime",    "NoCrime",
                                             "Cancelled", "Transferred", "Transferred or Cancelled",
                                             "Removed",   "Deleted",     "Duplicate"};

/* Date formats tried in turn; the first that fits all values of a column is proposed. */
static const char *const date_formats[] = {"yyyy-mm-dd", "dd/mm/yyyy",  "d/m/yyyy",   "dd-mm-yyyy",
                                           "dd.mm.yyyy", "dd-mmm-yyyy", "d mmm yyyy", "dd/mm/yy",
                                           "mm/dd/yyyy", "yyyy/mm/dd",  "yyyymmdd",   "yyyy-mm"};
#define N_DATE_FORMATS (sizeof date_formats / sizeof *date_formats)

struct column {
    const char *header;
    unsigned occurrence;
    size_t filled; /* values that are not missing */
    size_t dates[N_DATE_FORMATS];
    size_t ages;
    size_t codes;
    size_t outcomes;
    size_t long_texts;
    size_t sexes;
    size_t removed;
    size_t different; /* values that differ from all others looked at, at most 200 */
    enum sc_column_role role;
    bool taken;
};

struct describer {
    struct sc_sample sample;
    struct sc_arena arena;
    struct column *columns;
    size_t role_column[SC_COL_OTHER]; /* 1 + column, 0 none */
    const char *date_format;
};

/* ---- headers ---- */

/* Whether `word` stands in `list`, words separated by spaces. */
static bool in_list(const char *list, const char *word, size_t len)
{
    for (const char *p = list; *p; p += strspn(p, " ")) {
        size_t n = strcspn(p, " ");

        if (n == len && strncmp(p, word, n) == 0)
            return true;
        p += n;
    }
    return false;
}

/* Whether any word of `header` (lower case, words separated by spaces) stands in `list`. */
static bool any_word(const char *header, const char *list)
{
    for (const char *p = header; *p;) {
        size_t n = strcspn(p, " ");

        if (n && in_list(list, p, n))
            return true;
        p += n;
        p += strspn(p, " ");
    }
    return false;
}

/* "Vic age at offence" and "VicAge_AtOffence" are "vic age at offence". */
static char *header_words(struct sc_arena *arena, const char *header)
{
    size_t len = strlen(header);
    char *words = sc_arena_alloc(arena, 2 * len + 1);
    size_t n = 0;

    for (size_t i = 0; words && i < len; i++) {
        unsigned char c = (unsigned char)header[i];
        bool new_word = i && isupper(c) && islower((unsigned char)header[i - 1]);

        if (new_word && n && words[n - 1] != ' ')
            words[n++] = ' ';
        if (isalpha(c))
            words[n++] = (char)tolower(c);
        else if (n && words[n - 1] != ' ')
            words[n++] = ' ';
    }
    return words;
}

static int header_score(const char *words, enum sc_column_role role)
{
    int best = 0;

    for (size_t i = 0; i < sizeof clues / sizeof *clues; i++) {
        const struct clue *clue = &clues[i];

        if (clue->role != role || !any_word(words, clue->any) ||
            (clue->also[0] && !any_word(words, clue->also)) || any_word(words, clue->not ))
            continue;
        if (clue->score > best)
            best = clue->score;
    }
    return best;
}

/* ---- values ---- */

static bool is_usual_missing(struct sc_slice s)
{
    static const char *const missing[] = {"NULL",          "N/A",           "#N/A",     "-",
                                          "None recorded", "#VALUE!",       "Unknown",  "Blank",
                                          "Not recorded",  "Not specified", "Not known"};

    for (size_t i = 0; i < sizeof missing / sizeof *missing; i++) {
        if (sc_slice_eq_nocase(s, missing[i]))
            return true;
    }
    return s.len == 0;
}

static bool is_age(struct sc_slice s)
{
    int value = 0;

    if (s.len == 0 || s.len > 5)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        if (s.data[i] == '.')
            return i > 0;
        if (!isdigit((unsigned char)s.data[i]))
            return false;
        value = value * 10 + (s.data[i] - '0');
    }
    return value <= 130;
}

static bool is_sex(struct sc_slice s)
{
    static const char *const sexes[] = {"f", "m", "u", "female", "male", "indeterminate"};

    for (size_t i = 0; i < sizeof sexes / sizeof *sexes; i++) {
        if (sc_slice_eq_nocase(s, sexes[i]))
            return true;
    }
    return false;
}

static void look_at_value(struct column *column, struct sc_slice s)
{
    struct sc_date_format format;
    const char *why = "";
    bool is_class = false;
    sc_day day = 0;
    char code[16];

    if (is_usual_missing(s))
        return;
    column->filled++;
    for (size_t i = 0; i < N_DATE_FORMATS; i++) {
        if (sc_date_format_compile(date_formats[i], &format, &why) &&
            sc_date_format_parse(&format, s, &day))
            column->dates[i]++;
    }
    column->ages += is_age(s);
    column->sexes += is_sex(s);
    column->codes += sc_offence_code_normalise(s, code, &is_class) && !is_class;
    column->outcomes += sc_outcome_find(s) >= 0;
    column->long_texts += s.len > 60 && memchr(s.data, ' ', s.len) != NULL;
    for (size_t i = 0; i < sizeof removed_values / sizeof *removed_values; i++)
        column->removed += sc_slice_eq_nocase(s, removed_values[i]);
}

static int by_text(const void *a, const void *b)
{
    const char *const *left = a;
    const char *const *right = b;

    return strcmp(*left, *right);
}

/* How many different values a column has among the rows looked at. */
static enum sc_status count_different(struct describer *d, size_t c, struct sc_error *err)
{
    size_t n = d->sample.n_rows;
    SC_AUTO_FREE const char **values = sc_alloc_array(n, sizeof *values);

    if (!values)
        return sc_fail_nomem(err);
    for (size_t r = 0; r < n; r++)
        values[r] = d->sample.rows[r][c];
    if (n)
        qsort(values, n, sizeof *values, by_text);
    for (size_t r = 0; r < n; r++)
        d->columns[c].different += r == 0 || strcmp(values[r], values[r - 1]) != 0;
    return SC_OK;
}

static enum sc_status look_at_columns(struct describer *d, struct sc_error *err)
{
    d->columns = sc_arena_alloc(&d->arena, (d->sample.n_columns + 1) * sizeof *d->columns);
    if (!d->columns)
        return sc_fail_nomem(err);
    for (size_t c = 0; c < d->sample.n_columns; c++) {
        struct column *column = &d->columns[c];
        enum sc_status status;

        column->header = d->sample.headers[c];
        column->role = SC_COL_OTHER;
        column->occurrence = 1;
        for (size_t i = 0; i < c; i++)
            column->occurrence += strcmp(d->columns[i].header, column->header) == 0;
        for (size_t r = 0; r < d->sample.n_rows; r++)
            look_at_value(column, sc_slice_trim(sc_slice_of(d->sample.rows[r][c])));
        status = count_different(d, c, err);
        if (status)
            return status;
    }
    return SC_OK;
}

static size_t best_dates(const struct column *column, size_t *ret_format)
{
    size_t best = 0;

    for (size_t i = 0; i < N_DATE_FORMATS; i++) {
        if (column->dates[i] > best) {
            best = column->dates[i];
            *ret_format = i;
        }
    }
    return best;
}

static bool mostly(size_t n, const struct column *column)
{
    return column->filled && n * 10 >= column->filled * 8;
}

/* What the values say of a meaning: added to the header's score; under -100 rules it out. */
static int value_score(const struct column *column, enum sc_column_role role)
{
    size_t format = 0;

    if (column->filled == 0)
        return 0;
    switch (role) {
    case SC_COL_RECORDED:
    case SC_COL_REPORTED:
    case SC_COL_CREATED:
    case SC_COL_COMMITTED_FROM:
    case SC_COL_COMMITTED_TO:
        return mostly(best_dates(column, &format), column) ? 20 : -1000;
    case SC_COL_VICTIM_AGE:
    case SC_COL_SUSPECT_AGE:
        return mostly(column->ages, column) ? 20 : -1000;
    case SC_COL_OFFENCE_CODE:
        return mostly(column->codes, column) ? 20 : -1000;
    case SC_COL_OUTCOME:
        return mostly(column->outcomes, column) ? 20 : -1000;
    case SC_COL_VICTIM_SEX:
    case SC_COL_SUSPECT_SEX:
        return mostly(column->sexes, column) ? 20 : -20;
    case SC_COL_NARRATIVE:
        return column->long_texts * 3 >= column->filled ? 40 : -1000;
    case SC_COL_OFFENCE_ID:
    case SC_COL_VICTIM_ID:
    case SC_COL_SUSPECT_ID:
        return column->different * 4 >= column->filled && column->long_texts == 0 ? 10 : -1000;
    case SC_COL_REMOVED:
        return column->removed ? 60 : -1000;
    default:
        return 0;
    }
}

/* Gives each meaning the column that fits it best, the surest meaning first. */
static enum sc_status assign_roles(struct describer *d, struct sc_error *err)
{
    char **words = sc_arena_alloc(&d->arena, (d->sample.n_columns + 1) * sizeof *words);

    if (!words)
        return sc_fail_nomem(err);
    for (size_t c = 0; c < d->sample.n_columns; c++) {
        words[c] = header_words(&d->arena, d->columns[c].header);
        if (!words[c])
            return sc_fail_nomem(err);
    }
    for (;;) {
        int best = 19;
        size_t best_column = 0;
        int best_role = -1;

        for (int role = 0; role < SC_COL_OTHER; role++) {
            if (d->role_column[role])
                continue;
            for (size_t c = 0; c < d->sample.n_columns; c++) {
                int score = header_score(words[c], (enum sc_column_role)role);

                if (d->columns[c].taken || score == 0)
                    continue;
                score += value_score(&d->columns[c], (enum sc_column_role)role);
                if (score > best) {
                    best = score;
                    best_column = c;
                    best_role = role;
                }
            }
        }
        if (best_role < 0)
            return SC_OK;
        d->columns[best_column].taken = true;
        d->columns[best_column].role = (enum sc_column_role)best_role;
        d->role_column[best_role] = best_column + 1;
    }
}

/* ---- writing ---- */

/* A YAML scalar in double quotes. Headers are text of the file's maker: nothing else may follow. */
static void add_quoted(struct sc_buf *out, const char *text)
{
    sc_buf_addc(out, '"');
    for (const char *p = text; *p; p++) {
        if (*p == '"' || *p == '\\')
            sc_buf_addf(out, "\\%c", *p);
        else if ((unsigned char)*p < 0x20)
            sc_buf_addf(out, "\\x%02x", (unsigned char)*p);
        else
            sc_buf_addc(out, *p);
    }
    sc_buf_addc(out, '"');
}

/* A key for a column of its own: letters, digits and '_' of its header. */
static void add_key(struct sc_buf *out, const struct describer *d, size_t c)
{
    size_t from = out->len;

    for (const char *p = d->columns[c].header; *p; p++) {
        if (isalnum((unsigned char)*p))
            sc_buf_addc(out, (char)tolower((unsigned char)*p));
        else if (out->len > from && out->data[out->len - 1] != '_')
            sc_buf_addc(out, '_');
    }
    while (out->len > from && out->data[out->len - 1] == '_')
        out->data[--out->len] = '\0';
    if (out->len == from)
        sc_buf_addf(out, "column_%zu", c + 1);
    else if (d->columns[c].occurrence > 1)
        sc_buf_addf(out, "_%u", d->columns[c].occurrence);
}

static bool is_date_role(enum sc_column_role role)
{
    return role >= SC_COL_RECORDED && role <= SC_COL_COMMITTED_TO;
}

/* The date format most date columns have; others get a format of their own. */
static void choose_date_format(struct describer *d)
{
    size_t votes[N_DATE_FORMATS] = {0};
    size_t best = 0;

    for (size_t c = 0; c < d->sample.n_columns; c++) {
        size_t format = 0;

        if (is_date_role(d->columns[c].role) && best_dates(&d->columns[c], &format))
            votes[format]++;
    }
    for (size_t i = 1; i < N_DATE_FORMATS; i++) {
        if (votes[i] > votes[best])
            best = i;
    }
    d->date_format = date_formats[best];
}

static void add_column(struct sc_buf *out, const struct describer *d, size_t c, const char *key,
                       bool remark)
{
    const struct column *column = &d->columns[c];
    size_t format = 0;
    bool own_format = is_date_role(column->role) && best_dates(column, &format) &&
                      strcmp(date_formats[format], d->date_format) != 0;

    sc_buf_adds(out, remark ? "  # " : "  ");
    if (key)
        sc_buf_adds(out, key);
    else
        add_key(out, d, c);
    sc_buf_adds(out, ": ");
    if (column->occurrence == 1 && !own_format) {
        add_quoted(out, column->header);
    } else {
        sc_buf_adds(out, "{column: ");
        add_quoted(out, column->header);
        if (column->occurrence > 1)
            sc_buf_addf(out, ", occurrence: %u", column->occurrence);
        if (own_format)
            sc_buf_addf(out, ", format: %s", date_formats[format]);
        sc_buf_addc(out, '}');
    }
    sc_buf_addc(out, '\n');
}

static void add_columns(struct sc_buf *out, const struct describer *d)
{
    bool any_other = false;

    sc_buf_adds(out, "\n# Which column is which. Names on the left are safecount's; see "
                     "docs/extract.md.\ncolumns:\n");
    for (int role = 0; role < SC_COL_OTHER; role++) {
        if (d->role_column[role])
            add_column(out, d, d->role_column[role] - 1,
                       sc_column_role_name((enum sc_column_role)role), false);
    }
    for (size_t c = 0; c < d->sample.n_columns; c++) {
        if (d->columns[c].taken || d->columns[c].header[0] == '\0')
            continue;
        if (!any_other)
            sc_buf_adds(out, "  # Other columns, usable as dimensions under the name on the left. "
                             "Take the # away\n  # from those you need, and leave out any that "
                             "name people or places.\n");
        any_other = true;
        add_column(out, d, c, NULL, true);
    }
}

static void add_files(struct sc_buf *out, const char *const *files, size_t n_files,
                      const char *folder)
{
    size_t len = strlen(folder);

    sc_buf_adds(out, "files:\n");
    for (size_t i = 0; i < n_files; i++) {
        const char *path = files[i];

        if (len && strncmp(path, folder, len) == 0 && path[len] == '/')
            path += len + 1;
        sc_buf_adds(out, "  - ");
        add_quoted(out, path);
        sc_buf_addc(out, '\n');
    }
}

static void add_removed(struct sc_buf *out, const struct describer *d)
{
    const struct column *column;
    size_t at = d->role_column[SC_COL_REMOVED];
    const char *separator = "";

    if (!at)
        return;
    column = &d->columns[at - 1];
    sc_buf_addf(out,
                "\n# Values of '%s' that mean the record left recorded crime; such rows are\n"
                "# excluded and counted as removed.\nremoved: [",
                column->header);
    for (size_t v = 0; v < sizeof removed_values / sizeof *removed_values; v++) {
        bool seen = false;

        for (size_t r = 0; r < d->sample.n_rows && !seen; r++)
            seen = sc_slice_eq_nocase(sc_slice_trim(sc_slice_of(d->sample.rows[r][at - 1])),
                                      removed_values[v]);
        if (seen) {
            sc_buf_addf(out, "%s%s", separator, removed_values[v]);
            separator = ", ";
        }
    }
    sc_buf_adds(out, "]\n");
}

/* Rows are links when an offence's id stands in more than one row with other persons. */
static bool looks_like_links(const struct describer *d)
{
    size_t offence = d->role_column[SC_COL_OFFENCE_ID];

    if (!offence || (!d->role_column[SC_COL_VICTIM_ID] && !d->role_column[SC_COL_SUSPECT_ID]))
        return false;
    return d->columns[offence - 1].different < d->columns[offence - 1].filled;
}

static void add_notes(struct sc_buf *out, const struct describer *d)
{
    bool any_date = false;

    for (int role = SC_COL_RECORDED; role <= SC_COL_COMMITTED_TO; role++)
        any_date |= d->role_column[role] != 0;
    if (!any_date)
        sc_buf_adds(out, "\n# No column looks like the date of the record. Name one above: "
                         "recorded, reported,\n# created, committed_from or committed_to.\n");
    if (!d->role_column[SC_COL_OFFENCE_CODE])
        sc_buf_adds(out, "\n# No column looks like a Home Office offence code: a request cannot "
                         "ask for offences\n# by code until one is named as offence_code.\n");
    if (d->sample.n_rows == 0)
        sc_buf_adds(out, "\n# The file has no rows: everything above goes by the headers alone.\n");
}

static void write_description(const struct describer *d, const char *const *files, size_t n_files,
                              const char *folder, bool sqlite, const char *table,
                              struct sc_buf *out)
{
    bool links = looks_like_links(d);

    sc_buf_adds(out,
                "# A source description, proposed by 'safecount describe' from the header and "
                "the first\n# rows. Check every line against what you know of the records.\n\n");
    add_files(out, files, n_files, folder);
    if (sqlite) {
        sc_buf_adds(out, "format: sqlite\ntable: ");
        add_quoted(out, table);
        sc_buf_addc(out, '\n');
    } else {
        sc_buf_addf(out, "format: csv\nencoding: auto\ndelimiter: %s\n",
                    d->sample.delimiter == ';'    ? "semicolon"
                    : d->sample.delimiter == '\t' ? "tab"
                    : d->sample.delimiter == '|'  ? "pipe"
                                                  : "comma");
    }
    sc_buf_addf(out,
                "\n# offence: one row an offence. link: one row for each offence x victim x "
                "suspect.\nrow: %s\n",
                links ? "link" : "offence");
    add_columns(out, d);
    sc_buf_addf(out, "\ndate_format: %s\n", d->date_format);
    sc_buf_adds(out, "\n# Values that mean missing, in any column, in capitals or not.\n"
                     "missing: [\"\", \"NULL\", \"N/A\", \"#N/A\", \"#VALUE!\", \"-\", \"None "
                     "recorded\",\n          \"Not recorded\", \"Unknown\", \"Not specified\"]\n");
    add_removed(out, d);
    add_notes(out, d);
}

/* Whether `path` begins as every SQLite database does. */
static enum sc_status is_sqlite(const char *path, bool *ret_is, struct sc_error *err)
{
    static const char mark[] = "SQLite format 3";
    char head[sizeof mark] = "";
    SC_AUTO(sc_bytes) bytes = NULL;
    enum sc_status status;
    size_t n = 0;

    status = sc_bytes_open(path, SC_ENCODING_UTF8, &bytes, err);
    if (!status)
        status = sc_bytes_read(bytes, head, sizeof head, &n, err);
    *ret_is = !status && n == sizeof head && memcmp(head, mark, sizeof mark) == 0;
    return status;
}

enum sc_status sc_describe(const char *const *files, size_t n_files, const char *folder,
                           struct sc_buf *out, struct sc_error *err)
{
    struct describer d = {0};
    SC_AUTO_FREE const char **copy = sc_alloc_array(n_files, sizeof *copy);
    struct sc_source source = {.path = "", .n_files = n_files, .format = SC_SOURCE_CSV};
    enum sc_status status = SC_OK;
    struct stat st;
    bool sqlite = false;

    if (!copy)
        return sc_fail_nomem(err);
    memcpy(copy, files, n_files * sizeof *copy);
    source.files = copy;
    if (strcmp(files[0], "-") != 0 && stat(files[0], &st) == 0 && S_ISREG(st.st_mode))
        status = is_sqlite(files[0], &sqlite, err);
    if (!status && sqlite) {
        source.format = SC_SOURCE_SQLITE;
        status = sc_sqlite_only_table(files[0], &d.arena, &source.table, err);
    }
    if (!status)
        status = sc_reader_sample(&source, SAMPLE_ROWS, &d.arena, &d.sample, err);
    if (!status)
        status = look_at_columns(&d, err);
    if (!status)
        status = assign_roles(&d, err);
    if (!status) {
        choose_date_format(&d);
        write_description(&d, files, n_files, folder, sqlite, source.table, out);
        status = sc_buf_check(out, err);
    }
    sc_arena_release(&d.arena);
    return status;
}
