/*
 * bands.c - age-band schemes: data, checked for gaps and overlaps.
 *
 * A scheme is written as its bands, youngest first: "0-11;12-15;16+". Each
 * must begin the year after the one before it ends, so that an age is in one
 * band at most. Ages under the first band and over the last are in none: that
 * is for the request to decide and for the tables to show, not to be lost here.
 */
#include <ctype.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "codes/codes.h"
#include "codes/list.h"

#define WHY_MAX 160
#define BANDS_MAX 60 /* they must fit a set of bits with "other" and "unknown" */
#define AGE_MAX 130  /* the highest age a band can name */

/* A scheme with room for everything in it but its name. */
struct scheme {
    struct sc_bands bands; /* first, so that a pointer to it is a pointer to this */
    struct sc_band items[BANDS_MAX];
    struct {
        char code[32];
        char label[48];
    } texts[BANDS_MAX];
};

/* Takes one to three digits from the front of `s`. */
static bool take_age(struct sc_slice *s, int *ret_age)
{
    size_t n = 0;
    int age = 0;

    while (n < s->len && isdigit((unsigned char)s->data[n])) {
        if (n == 3)
            return false;
        age = age * 10 + (s->data[n++] - '0');
    }
    s->data += n;
    s->len -= n;
    *ret_age = age;
    return n > 0;
}

/* Takes a hyphen or an en dash, with the spaces around it. */
static bool take_dash(struct sc_slice *s)
{
    size_t len = 1;

    *s = sc_slice_trim(*s);
    if (s->len >= 3 && memcmp(s->data, "\xe2\x80\x93", 3) == 0)
        len = 3;
    else if (s->len == 0 || s->data[0] != '-')
        return false;
    *s = sc_slice_trim((struct sc_slice){s->data + len, s->len - len});
    return true;
}

/* "0-11", "16+" or "15"; false when it is none. */
static bool read_band(struct sc_slice s, struct sc_band *band)
{
    if (!take_age(&s, &band->from))
        return false;
    band->to = band->from;
    if (s.len == 0)
        return true;
    if (s.len == 1 && s.data[0] == '+') {
        band->to = INT_MAX;
        return true;
    }
    return take_dash(&s) && take_age(&s, &band->to) && s.len == 0;
}

/* Writes the code and the label of the band at `i`. */
static void name_band(struct scheme *scheme, size_t i)
{
    struct sc_band *band = &scheme->items[i];
    char *code = scheme->texts[i].code;
    char *label = scheme->texts[i].label;
    const size_t code_size = sizeof scheme->texts[i].code;
    const size_t label_size = sizeof scheme->texts[i].label;

    if (band->to == INT_MAX) {
        (void)snprintf(code, code_size, "%d+", band->from);
        (void)snprintf(label, label_size, "%d and over", band->from);
    } else if (band->from == band->to) {
        (void)snprintf(code, code_size, "%d", band->from);
        (void)snprintf(label, label_size, "%d", band->from);
    } else {
        (void)snprintf(code, code_size, "%d-%d", band->from, band->to);
        if (band->from == 0)
            (void)snprintf(label, label_size, "%d and under", band->to);
        else
            (void)snprintf(label, label_size, "%d to %d", band->from, band->to);
    }
    band->code = code;
    band->label = label;
}

/* Quotes what is no band; cut at a whole character. */
static void say_no_band(struct sc_slice piece, char *why)
{
    size_t len = piece.len;

    if (len > 40) {
        len = 40;
        while (len && ((unsigned char)piece.data[len] & 0xC0) == 0x80)
            len--;
    }
    if (len == 0 || !sc_utf8_valid(piece.data, len))
        (void)snprintf(why, WHY_MAX, "a band is missing: expected the form 0-11, 16+ or 15");
    else
        (void)snprintf(why, WHY_MAX, "'%.*s' is not a band: expected the form 0-11, 16+ or 15",
                       (int)len, piece.data);
}

/* Says what is wrong with `band` after `last` (NULL: it is the first); true when nothing is. */
static bool check_band(const struct sc_band *last, const struct sc_band *band, char *why)
{
    if (band->from > AGE_MAX || (band->to != INT_MAX && band->to > AGE_MAX))
        (void)snprintf(why, WHY_MAX, "a band goes to age %d at most", AGE_MAX);
    else if (band->to < band->from)
        (void)snprintf(why, WHY_MAX, "the band %d-%d is back to front: expected %d-%d", band->from,
                       band->to, band->to, band->from);
    else if (last && last->to == INT_MAX)
        (void)snprintf(why, WHY_MAX, "%s must be the last band, for it has every age from %d up",
                       last->code, last->from);
    else if (last && band->to < last->from)
        (void)snprintf(why, WHY_MAX, "the bands are not in order: expected the youngest first");
    else if (last && band->from <= last->to)
        (void)snprintf(why, WHY_MAX, "the bands overlap: age %d is in two",
                       band->from > last->from ? band->from : last->from);
    else if (last && band->from == last->to + 2)
        (void)snprintf(why, WHY_MAX, "there is a gap between the bands: age %d is in none",
                       last->to + 1);
    else if (last && band->from > last->to + 2)
        (void)snprintf(why, WHY_MAX, "there is a gap between the bands: ages %d to %d are in none",
                       last->to + 1, band->from - 1);
    else
        return true;
    return false;
}

static bool add_band(struct scheme *scheme, struct sc_slice piece, char *why)
{
    size_t n = scheme->bands.n_bands;
    struct sc_band band = {0};

    if (n == BANDS_MAX) {
        (void)snprintf(why, WHY_MAX, "more than %d bands", BANDS_MAX);
        return false;
    }
    if (!read_band(piece, &band)) {
        say_no_band(piece, why);
        return false;
    }
    if (!check_band(n ? &scheme->items[n - 1] : NULL, &band, why))
        return false;
    scheme->items[n] = band;
    name_band(scheme, n);
    scheme->bands.n_bands++;
    return true;
}

/* Reads `written` into the zeroed `scheme`, which borrows `name`. */
static bool scheme_read(struct scheme *scheme, const char *name, struct sc_slice written, char *why)
{
    scheme->bands.name = name;
    scheme->bands.bands = scheme->items;
    while (written.len) {
        const char *semicolon = memchr(written.data, ';', written.len);
        size_t len = semicolon ? (size_t)(semicolon - written.data) : written.len;
        size_t step = semicolon ? len + 1 : len;
        struct sc_slice piece = sc_slice_trim((struct sc_slice){written.data, len});

        written.data += step;
        written.len -= step;
        if (piece.len == 0 && sc_slice_trim(written).len == 0)
            break; /* a semicolon after the last band */
        if (sc_slice_eq_nocase(piece, SC_UNKNOWN_CODE))
            continue; /* it is always there */
        if (!add_band(scheme, piece, why))
            return false;
    }
    if (scheme->bands.n_bands == 0)
        (void)snprintf(why, WHY_MAX, "no bands: expected for example 0-11;12-15;16+");
    return scheme->bands.n_bands > 0;
}

bool sc_bands_parse(const char *name, struct sc_slice written, struct sc_bands **ret_bands,
                    char *why)
{
    size_t name_size = strlen(name) + 1;
    struct scheme *scheme = sc_alloc(sizeof *scheme + name_size);
    char *own_name;

    if (!scheme) {
        (void)snprintf(why, WHY_MAX, "out of memory");
        return false;
    }
    own_name = (char *)(scheme + 1);
    memcpy(own_name, name, name_size);
    if (!scheme_read(scheme, own_name, written, why)) {
        sc_free(scheme);
        return false;
    }
    *ret_bands = &scheme->bands;
    return true;
}

void sc_bands_free(struct sc_bands *bands)
{
    sc_free(bands); /* its scheme begins with it */
}

int sc_bands_index(const struct sc_bands *bands, int age)
{
    for (size_t i = 0; i < bands->n_bands; i++) {
        if (age >= bands->bands[i].from && age <= bands->bands[i].to)
            return (int)i;
    }
    return -1;
}

/* ---- the schemes of data/age-bands.csv ---- */

#define SCHEMES_MAX 32

static char pool[8 * 1024];
static struct scheme schemes[SCHEMES_MAX];
static size_t n_schemes;
static const char *problem;
static pthread_once_t loaded = PTHREAD_ONCE_INIT;

static void load(void)
{
    struct sc_list list;
    size_t name;
    size_t bands;
    char why[WHY_MAX];

    sc_list_open(&list, "age-bands.csv", pool, sizeof pool);
    name = sc_list_column(&list, "scheme");
    bands = sc_list_column(&list, "bands");
    while (!problem && sc_list_next(&list)) {
        if (n_schemes == SCHEMES_MAX)
            problem = "age-bands.csv has more schemes than there is room for";
        else if (!scheme_read(&schemes[n_schemes], list.fields[name],
                              sc_slice_of(list.fields[bands]), why))
            problem = "age-bands.csv has a scheme that is none";
        else
            n_schemes++;
    }
    if (!problem && !sc_list_sound(&list))
        problem = "age-bands.csv does not read";
    if (!problem && n_schemes == 0)
        problem = "age-bands.csv is empty";
}

const char *sc_bands_problem(void)
{
    (void)pthread_once(&loaded, load);
    return problem;
}

const struct sc_bands *sc_bands_find(const char *name)
{
    (void)pthread_once(&loaded, load);
    for (size_t i = 0; i < n_schemes; i++) {
        if (strcmp(schemes[i].bands.name, name) == 0)
            return &schemes[i].bands;
    }
    return NULL;
}
