/*
 * codes.h - the field's code lists, compiled in from data/: offence codes,
 * recorded-crime classes, outcomes, exemptions and age bands.
 *
 * Everything returned is static or owned by the caller as said; nothing needs
 * setting up. Each list is read at its first use, once, without allocating;
 * all functions are safe to use from many threads.
 */
#ifndef SC_CODES_CODES_H
#define SC_CODES_CODES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/memory.h"
#include "base/text.h"
#include "safecount/request.h"
#include "safecount/status.h"

/* The bytes of an embedded file of data/, by its name ("outcomes.csv"). False: none such. */
bool sc_data_find(const char *name, struct sc_slice *ret_bytes);

/*
 * A Home Office offence code as forces write it (71/17, 071/17, 07117, 71/17 (S/V),
 * "71/17 Sexual communication") as "071/17" in `out` (at least 8 bytes), or a
 * recorded-crime class (88A, 19D, 8N, 36, 37.2) as "88A" with *ret_is_class true. Four
 * digits are read as 3 + 2 after padding (8805 is 088/05). Wording may follow, set off by
 * a space or punctuation; a date, a time or an amount is no code. False when it is neither.
 * Pure syntax: the code need not exist. What it writes normalises to itself.
 */
bool sc_offence_code_normalise(struct sc_slice written, char *out, bool *ret_is_class);

/*
 * Whether a normalised Home Office code is in the list; *ret_description (static, may be
 * NULL to ignore) its wording and *ret_class (static) its recorded-crime class or "".
 */
bool sc_offence_code_find(const char *code, const char **ret_description, const char **ret_class);
/* The same for a recorded-crime class such as "88A". */
bool sc_offence_class_find(const char *code, const char **ret_description);

/* One outcome of the Home Office list. All strings static. */
struct sc_outcome {
    const char *code;  /* "0", "1", "1A", ..., "22", "C1" */
    const char *label; /* "Charged or summonsed" */
    const char *group; /* Home Office group */
    bool removed;      /* C1 to C5: the record left recorded crime */
};

size_t sc_outcomes_count(void);
/* NULL when `i` is not below the count. */
const struct sc_outcome *sc_outcome_at(size_t i);

/*
 * The outcome a value of an outcome column stands for: "1", "01", "1A", "1a", "OC01",
 * "OC01 - Charge/Summons", "Outcome 1", "1 - Charged", the label, or the Home Office's or
 * data.police.uk's wording where that names one outcome only. -1 when it is none.
 * Kinds of dash and space do not matter, nor does case. A number with words after it is
 * a code only when set off by punctuation or when the words are that outcome's own: "12
 * months" is none.
 */
int sc_outcome_find(struct sc_slice written);

/*
 * A band scheme of data/age-bands.csv by name, or NULL. Static.
 */
const struct sc_bands *sc_bands_find(const char *name);

/*
 * Reads a scheme written as "0-11;12-15;16+" (also a single age "15"; "unknown"
 * is allowed and dropped, for it is always there): at most 60 bands, ages to 130, hyphen or
 * en dash. Bands must be in order, without gap or overlap; where not, returns false with a
 * reason in `why` (at least 160 bytes). The first may begin above 0 and the last need not be
 * open: ages outside are then in no band. Labels are for people: "11 and under", "12 to 15".
 * On success the caller frees *ret_bands with sc_bands_free().
 */
bool sc_bands_parse(const char *name, struct sc_slice written, struct sc_bands **ret_bands,
                    char *why);
void sc_bands_free(struct sc_bands *bands);
SC_DEFINE_AUTO(sc_bands);

/* Position of the band holding `age` (whole years), or -1 when none does. */
int sc_bands_index(const struct sc_bands *bands, int age);

/*
 * Whether a decision may name `written`: a section or exemption of
 * data/exemptions.csv, or a subsection of one ("40(2)" when 40 is listed).
 */
bool sc_exemption_known(const char *written);

/* Checks that every embedded list reads and is consistent; for tests and start-up. */
SC_MUST_USE enum sc_status sc_codes_check(struct sc_error *err);

#endif
