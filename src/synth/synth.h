/*
 * synth.h - made-up extracts whose true answer is known.
 *
 * The same options give the same bytes on every machine: whole-number
 * arithmetic and our own random numbers only. Rows are streamed: memory does
 * not grow with their number (the truth of the worked shape keeps some bytes
 * for each offence under 71/17).
 *
 * Narratives are put together from a fixed list of neutral, procedural
 * sentences (words.c). None is about anybody.
 */
#ifndef SC_SYNTH_SYNTH_H
#define SC_SYNTH_SYNTH_H

#include <stdint.h>

#include "base/text.h"
#include "safecount/status.h"

enum sc_synth_shape {
    /*
     * Links of offences, victims and suspects under some forty codes, with the
     * traps of real extracts; 71/17 has about one offence in 500. Columns:
     * Crime Ref, HO Code, Date Recorded, Date Reported, Date Committed From,
     * Date Committed To, Crime Status, Outcome, Victim ID, Victim Age, Victim
     * Sex, Suspect ID, Suspect Age, Suspect Sex, Online Flag, MO.
     * Dates dd/mm/yyyy, 1 April 2017 to 31 March 2022.
     */
    SC_SYNTH_WORKED,
    /*
     * One row an offence, for timing: id, recorded_date, offence_code,
     * victim_age, suspect_age, outcome, mo. 40 codes and ten years, 2014 to
     * 2023; the codes 71/17, 88/1, 88/2, 17/13 to 17/16 and 20/3 to 20/5 with
     * the seven years 2016 to 2022 keep about 42 % of rows. About 360 bytes a
     * row, narratives of some 320, seven in ten with a key word.
     */
    SC_SYNTH_BENCH,
};

struct sc_synth_options {
    uint64_t seed;
    uint64_t n_offences; /* 1 to 60 million */
    enum sc_synth_shape shape;
    uint64_t faults; /* rows of each kind of fault to plant (worked shape) */
};

/* Takes the next bytes of the extract. SC_OK to go on. */
typedef enum sc_status (*sc_synth_write)(void *context, const char *bytes, size_t len,
                                         struct sc_error *err);

/*
 * Writes the extract through `write`. With `truth` (worked shape only, may be
 * NULL) also appends the true answer to the worked request
 * (examples/essex-16040) as CSV: table,unit,at,value, where `at` is like
 * "year=2018/19;month=2018-04", and lines of table "accounting".
 *
 * Returns SC_OK, SC_E_RANGE, SC_E_NOMEM or what `write` returned.
 */
SC_MUST_USE enum sc_status sc_synth(const struct sc_synth_options *options, sc_synth_write write,
                                    void *context, struct sc_buf *truth, struct sc_error *err);

#endif
