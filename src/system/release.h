/*
 * release.h - reads published tables: one linked system and what each of its
 * cells shows.
 *
 * A release is one or several table files about the same records, with or without
 * files that say which codes add up. It may also be an officer's own table of true
 * counts, to be protected: the format is the same, only nothing is hidden.
 *
 * Formats, found out from the file:
 *  - tidy CSV: a header; one column a dimension; one column of figures (named `count`,
 *    `value`, ... or the last one);
 *  - wide CSV: a header; one or more columns of row labels; one column a category;
 *  - JJ, the format of tau-ARGUS and of the literature's test tables.
 *
 * Columns of the same name are the same dimension in all files. A file without a
 * dimension shows that dimension's total. A blank code is the total too. A column `unit` of
 * nothing but offences, victims, suspects and rows is a dimension without a total: they are
 * different things, and nothing is said of one from the other.
 */
#ifndef SC_SYSTEM_RELEASE_H
#define SC_SYSTEM_RELEASE_H

#include "system/system.h"

/* What is shown for a cell. */
enum sc_figure_kind {
    SC_FIGURE_NONE = 0, /* never printed by any file */
    SC_FIGURE_VALUE,    /* a number */
    SC_FIGURE_HIDDEN,   /* a mark that says no more than "withheld" */
    SC_FIGURE_SMALL,    /* a mark for small counts: at most `value` ("<5": 4), at least `least` */
    SC_FIGURE_NONZERO,  /* a mark for "not nothing": at least 1 */
    SC_FIGURE_LARGE,    /* a mark for counts that are not small: at least `least` */
    SC_FIGURE_VOID,     /* a mark for "cannot occur": 0, and no figure */
};

struct sc_figure {
    int64_t value; /* VALUE: the number; SMALL: the most it can be; else 0 */
    enum sc_figure_kind kind;
    uint32_t file;   /* index into the files given, earlier ones after those */
    uint32_t line;   /* of that file, from 1 */
    uint32_t column; /* from 1 */
    /* SMALL, LARGE: the least its mark says it can be. VALUE, where it stands for an interval: the
     * least it can be all the same, 0 or 1. Else 0. */
    int64_t least;
};

/* A text and what it stands for, compared without case and outer spaces. */
struct sc_mark {
    const char *text; /* "" is a blank */
    enum sc_figure_kind kind;
    int64_t value; /* SMALL: the most it can be */
    int64_t least; /* SMALL, LARGE: the least; SMALL: 0 when the mark does not say */
};

/* Texts of one file, looked at before those of all. */
struct sc_file_marks {
    const struct sc_mark *marks;
    size_t n;
};

enum sc_release_format {
    SC_RELEASE_AUTO = 0,
    SC_RELEASE_TIDY,
    SC_RELEASE_WIDE,
    SC_RELEASE_JJ,
};

/* One figure of one file. */
struct sc_figure_place {
    uint32_t file; /* index into the files given, earlier ones after those */
    uint32_t line;
    uint32_t column;
};

struct sc_release_options {
    const char *const *files; /* at least one in all */
    size_t n_files;
    const char *const *earlier; /* files released before; read in the same way */
    size_t n_earlier;
    const char *const *hierarchies; /* files of dimension,code,parent */
    size_t n_hierarchies;
    /* The bytes of all files, earlier ones last, and of all hierarchies, instead of reading
     * them; the names are then for messages only. NULL: they are read. */
    const struct sc_slice *contents;
    const struct sc_slice *hierarchy_contents;
    enum sc_release_format format; /* of all files */
    const char *figure_column;     /* tidy: its name; NULL: found out */
    const struct sc_mark *marks;   /* looked at before the usual ones */
    size_t n_marks;
    const struct sc_file_marks *file_marks; /* one a file, earlier ones last; NULL: none */
    /*
     * For tables of true counts: hidden figures are refused, margins that the
     * files lack are added as cells and summed up, and sums must hold. Earlier files show what
     * was published: see `before`.
     */
    bool complete;
    /* Figures of earlier files that are not to be believed: read over. */
    const struct sc_figure_place *left_out;
    size_t n_left_out;
    /* Test sums before believing them, and look for subtotals and for categories that overlap (a
     * stranger's table). */
    bool find_sums;
    /*
     * Files may be sheets as people publish them: titles, notes, empty rows, other separators,
     * UTF-16, merged cells, marks of notes (layout.c, labels.c), totals without a total's name
     * (unnamed.c). With `find_sums`.
     */
    bool sheets;
    /*
     * Names of dimensions whose categories overlap: one record may be in several. Not those of a
     * hierarchy, which says so itself. `loose_overlaps`: a record may be in none, too; otherwise
     * each is in one at least (overlapping.c has why there are two forms).
     */
    const char *const *overlapping;
    size_t n_overlapping;
    bool loose_overlaps;
    /* Small counts were rounded to 0 or to it (audit/small.h); the figures still add up; 0: none */
    int64_t rounded_small;
    int64_t rounded; /* figures that are multiples of it need not add up; 0: none */
};

/* A further statement about a cell that has one already. */
struct sc_repeat {
    uint32_t cell;
    struct sc_figure figure;
};

/* How one file was read. */
struct sc_table_form {
    enum sc_release_format format;
    char *figure; /* tidy: the name of the column of figures; else NULL */
    bool odd;     /* with titles, notes, merged cells: not read by the checker of certificates */
};

/* A text printed in place of a number that says more than "withheld". */
struct sc_seen_mark {
    char *text;
    enum sc_figure_kind kind;
    int64_t value, least; /* as of a figure */
};

/* A split not used at totals whose other dimensions at their own total are `mask` (bits). */
struct sc_doubt {
    uint32_t split;
    uint32_t mask;
};

/* A category that tables list only where somebody is in it. */
struct sc_occurs {
    uint32_t dimension;
    uint32_t code;
};

/* A dimension whose categories were taken to overlap. */
struct sc_overlapping {
    uint32_t dimension;
    bool told;       /* by the options; else seen in the figures */
    bool loose;      /* a record may be in none */
    size_t n_apart;  /* not loose: categories called none, unknown and the like, in no other */
    size_t n_places; /* not told: places where they come to more than their total */
};

struct sc_release {
    struct sc_system *system;  /* linked */
    struct sc_figure *figures; /* one a cell: a VALUE if any file prints one, else what says most */
    struct sc_repeat *repeats; /* the other statements, in reading order */
    size_t n_repeats;
    /*
     * `complete` with earlier files: what these show of each cell, and nothing of it is in
     * `figures`; the cells of the table itself come first, `n_own` of them. NULL otherwise.
     */
    struct sc_figure *before;
    size_t n_own;
    char **files;       /* names of all files, earlier ones last */
    char (*hashes)[65]; /* SHA-256 of each, hex */
    size_t n_files;
    size_t n_earlier;
    /* Sentences for the reader of a report: what was taken to add up, and what not. */
    char **notes;
    size_t n_notes;
    bool true_counts; /* the files that are not earlier ones hold true counts (`complete`) */
    /* What a certificate must say of how the files were read. */
    struct sc_table_form *forms; /* one a file; NULL: tidy, usual names */
    struct sc_seen_mark *marks;
    size_t n_marks;
    struct sc_doubt *doubts; /* sums the figures belie */
    size_t n_doubts;
    struct sc_occurs *occurs; /* by the hierarchies */
    size_t n_occurs;
    size_t occurs_capacity;
    struct sc_overlapping *overlapping; /* not those a hierarchy names */
    size_t n_overlapping;
    size_t overlapping_capacity;
    size_t marks_capacity;
    size_t doubts_capacity;
    size_t notes_capacity;
    size_t repeats_capacity;
    size_t figures_capacity;
};

/*
 * Reads a release. The caller frees *ret_release. SC_E_IO, SC_E_NOMEM,
 * SC_E_RANGE (options), or SC_E_INPUT with file, line and column.
 */
SC_MUST_USE enum sc_status sc_release_read(const struct sc_release_options *options,
                                           struct sc_release **ret_release, struct sc_error *err);

/* Frees `release`. NULL is allowed. */
void sc_release_free(struct sc_release *release);
SC_DEFINE_AUTO(sc_release);

/* The upper end of a band without one ("16+"). */
#define SC_BAND_END 1000000

/*
 * Reads a band of whole numbers as written ("5-9", "5 to 9", "under 5", "16+", "16 and over",
 * "aged 12"), both ends inclusive. False when it is none.
 */
bool sc_band_parse(struct sc_slice written, int32_t *ret_from, int32_t *ret_to);

/*
 * Reads one figure as written: a whole number ("12", "1,234") or a mark. False when it
 * is neither. Only `kind`, `value` and `least` are set. `marks` may be NULL.
 */
bool sc_figure_parse(struct sc_slice written, const struct sc_mark *marks, size_t n_marks,
                     struct sc_figure *ret_figure);

#endif
