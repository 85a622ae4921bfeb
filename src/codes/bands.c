/*
 * bands.c - age-band schemes: data, checked for gaps and overlaps.
 */
#include <assert.h>
#include <ctype.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "codes/codes.h"
#include "codes/list.h"

#define WHY_MAX 160
#define BANDS_MAX 60 /* they must fit a set of bits with "other" and "unknown" */
#define AGE_MAX 130

struct owned_bands {
    struct sc_bands bands; /* first, so that a pointer to it is a pointer to this */
    struct sc_arena arena;
};

/* "0-11", "16+" or "15"; false when it is none. */
static bool read_band(struct sc_slice s, struct sc_band *band)
{
    size_t at = 0;
    int numbers[2] = {0, 0};

    for (int which = 0; which < 2; which++) {
        size_t digits = 0;

        while (at < s.len && isdigit((unsigned char)s.data[at]) && digits < 3) {
            numbers[which] = numbers[which] * 10 + (s.data[at++] - '0');
            digits++;
        }
        if (digits == 0)
            return false;
        if (which == 0) {
            if (at == s.len) {
                numbers[1] = numbers[0];
                break;
            }
            if (s.data[at] == '+' && at + 1 == s.len) {
                numbers[1] = INT_MAX;
                at++;
                break;
            }
            if (s.data[at] != '-')
                return false;
            at++;
        }
    }
    band->from = numbers[0];
    band->to = numbers[1];
    return at == s.len;
}

static bool name_band(struct sc_arena *arena, struct sc_band *band)
{
    char code[32];
    char label[48];

    if (band->to == INT_MAX) {
        (void)snprintf(code, sizeof code, "%d+", band->from);
        (void)snprintf(label, sizeof label, "%d and over", band->from);
    } else if (band->from == band->to) {
        (void)snprintf(code, sizeof code, "%d", band->from);
        (void)snprintf(label, sizeof label, "%d", band->from);
    } else {
        (void)snprintf(code, sizeof code, "%d-%d", band->from, band->to);
        if (band->from == 0)
            (void)snprintf(label, sizeof label, "%d and under", band->to);
        else
            (void)snprintf(label, sizeof label, "%d to %d", band->from, band->to);
    }
    band->code = sc_arena_strdup(arena, code);
    band->label = sc_arena_strdup(arena, label);
    return band->code && band->label;
}

/* Adds one written band after checking it against the one before. */
static bool add_band(struct owned_bands *owned, struct sc_slice piece, char *why)
{
    struct sc_bands *bands = &owned->bands;
    struct sc_band band = {0};

    if (bands->n_bands == BANDS_MAX) {
        (void)snprintf(why, WHY_MAX, "more than %d bands", BANDS_MAX);
        return false;
    }
    if (!read_band(piece, &band)) {
        (void)snprintf(why, WHY_MAX, "'%.*s' is not a band: expected the form 0-11, 16+ or 15",
                       (int)(piece.len > 40 ? 40 : piece.len), piece.data);
        return false;
    }
    if (band.to < band.from || (band.to != INT_MAX && band.to > AGE_MAX)) {
        (void)snprintf(why, WHY_MAX, "a band must go from the younger to the older age, at most %d",
                       AGE_MAX);
        return false;
    }
    if (bands->n_bands) {
        const struct sc_band *last = &bands->bands[bands->n_bands - 1];

        if (last->to == INT_MAX || band.from <= last->to) {
            (void)snprintf(why, WHY_MAX, "the bands overlap at age %d", band.from);
            return false;
        }
        if (band.from != last->to + 1) {
            (void)snprintf(why, WHY_MAX,
                           "there is a gap between the bands: ages %d to %d are in none",
                           last->to + 1, band.from - 1);
            return false;
        }
    }
    if (!name_band(&owned->arena, &band)) {
        (void)snprintf(why, WHY_MAX, "out of memory");
        return false;
    }
    bands->bands[bands->n_bands++] = band;
    return true;
}

bool sc_bands_parse(const char *name, struct sc_slice written, struct sc_bands **ret_bands,
                    char *why)
{
    struct owned_bands *owned = sc_alloc(sizeof *owned);

    if (owned) {
        owned->bands.name = sc_arena_strdup(&owned->arena, name);
        owned->bands.bands = sc_arena_alloc(&owned->arena, BANDS_MAX * sizeof *owned->bands.bands);
    }
    if (!owned || !owned->bands.name || !owned->bands.bands) {
        (void)snprintf(why, WHY_MAX, "out of memory");
        sc_bands_free(owned ? &owned->bands : NULL);
        return false;
    }
    while (written.len) {
        const char *semicolon = memchr(written.data, ';', written.len);
        size_t len = semicolon ? (size_t)(semicolon - written.data) : written.len;
        struct sc_slice piece = sc_slice_trim((struct sc_slice){written.data, len});

        written.data += semicolon ? len + 1 : len;
        written.len -= semicolon ? len + 1 : len;
        if (sc_slice_eq_nocase(piece, SC_UNKNOWN_CODE))
            continue; /* it is always there */
        if (!add_band(owned, piece, why)) {
            sc_bands_free(&owned->bands);
            return false;
        }
    }
    if (owned->bands.n_bands == 0) {
        (void)snprintf(why, WHY_MAX, "no bands: expected for example 0-11;12-15;16+");
        sc_bands_free(&owned->bands);
        return false;
    }
    *ret_bands = &owned->bands;
    return true;
}

void sc_bands_free(struct sc_bands *bands)
{
    struct owned_bands *owned = (struct owned_bands *)bands;

    if (!owned)
        return;
    sc_arena_release(&owned->arena);
    sc_free(owned);
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

#define SCHEMES_MAX 64

static const struct sc_bands *schemes[SCHEMES_MAX];
static size_t n_schemes;
static bool schemes_sound = true;
static pthread_once_t loaded = PTHREAD_ONCE_INIT;

static void load(void)
{
    struct sc_list list;

    if (!sc_list_open(&list, "age-bands.csv")) {
        schemes_sound = false;
        return;
    }
    while (n_schemes < SCHEMES_MAX && sc_list_next(&list)) {
        struct sc_bands *bands = NULL;
        char why[WHY_MAX];

        if (sc_bands_parse(list.fields[0], sc_slice_of(list.fields[1]), &bands, why))
            schemes[n_schemes++] = bands;
        else
            schemes_sound = false;
    }
}

const struct sc_bands *sc_bands_find(const char *name)
{
    (void)pthread_once(&loaded, load);
    for (size_t i = 0; i < n_schemes; i++) {
        if (strcmp(schemes[i]->name, name) == 0)
            return schemes[i];
    }
    return NULL;
}

enum sc_status sc_codes_check(struct sc_error *err)
{
    struct sc_slice bytes;

    (void)pthread_once(&loaded, load);
    if (!schemes_sound || n_schemes == 0)
        return sc_fail(err, SC_E_INPUT, "data/age-bands.csv: a scheme has gaps or overlaps");
    if (sc_outcomes_count() == 0)
        return sc_fail(err, SC_E_INPUT, "data/outcomes.csv: no outcomes");
    if (!sc_offence_code_find("071/17", NULL, NULL) || !sc_offence_class_find("88A", NULL))
        return sc_fail(err, SC_E_INPUT, "the embedded offence lists do not read");
    if (!sc_data_find("exemptions.csv", &bytes))
        return sc_fail(err, SC_E_INPUT, "data/exemptions.csv is not embedded");
    return SC_OK;
}
