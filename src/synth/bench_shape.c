/*
 * bench_shape.c - one row an offence, in the form that speed is measured on.
 */
#include <inttypes.h>

#include "base/error.h"
#include "synth/parts.h"

/* The first ten are asked for and have 60 % of the rows. */
static const char *const codes[40] = {
    "71/17", "88/1", "88/2", "17/13", "17/14", "17/15", "17/16", "20/3",  "20/4", "20/5",
    "8/6",   "46/0", "28/0", "66/1",  "92/61", "19/8",  "8/35",  "1/1",   "5/1",  "34/1",
    "39/0",  "40/0", "43/0", "44/0",  "45/10", "47/0",  "48/1",  "49/10", "53/1", "54/1",
    "56/0",  "57/1", "62/1", "81/2",  "83/1",  "30/0",  "33/0",  "35/0",  "36/1", "37/2"};
static const char *const outcomes[] = {"",   "1",  "1A", "2",  "3",  "8",  "9",  "10",  "14",
                                       "15", "16", "17", "18", "20", "21", "22", "NULL"};

#define FIRST_DAY 16071 /* 2014-01-01 */
#define N_DAYS 3652     /* to 2023-12-31 */

enum sc_status sc_synth_bench(const struct sc_synth_options *options, struct sc_synth_sink *sink,
                              struct sc_error *err)
{
    SC_AUTO_BUF text = {0};
    enum sc_status status = SC_OK;

    sc_buf_adds(&sink->pending,
                "id,recorded_date,offence_code,victim_age,suspect_age,outcome,mo\n");
    for (uint64_t i = 1; i <= options->n_offences && !status; i++) {
        struct sc_random r = {options->seed * 0x9E3779B97F4A7C15ULL + i * 0xD1B54A32D192ED03ULL};
        struct sc_buf *out = &sink->pending;
        char date[11];
        uint32_t code;

        (void)sc_random_next(&r);
        code = sc_random_chance(&r, 600) ? sc_random_below(&r, 10) : 10 + sc_random_below(&r, 30);
        sc_buf_clear(&text);
        if (sc_random_chance(&r, 780))
            (void)sc_synth_online_narrative(&r, &text);
        else
            sc_synth_other_narrative(&r, &text);
        sc_synth_fill(&r, &text, 0, 230 + sc_random_below(&r, 120));
        sc_buf_addf(out, "%" PRIu64 ",%s,%s,", i,
                    sc_day_format_iso(FIRST_DAY + (sc_day)sc_random_below(&r, N_DAYS), date),
                    codes[code]);
        if (!sc_random_chance(&r, 60))
            sc_buf_addf(out, "%u", 4 + sc_random_below(&r, 16));
        sc_buf_addc(out, ',');
        if (!sc_random_chance(&r, 120))
            sc_buf_addf(out, "%u", 12 + sc_random_below(&r, 60));
        sc_buf_addf(out, ",%s,", outcomes[sc_random_below(&r, sizeof outcomes / sizeof *outcomes)]);
        if (text.failed)
            return sc_fail_nomem(err);
        sc_synth_field(out, text.data, text.len, true);
        sc_buf_addc(out, '\n');
        status = sc_synth_drain(sink, false, err);
    }
    return status ? status : sc_synth_drain(sink, true, err);
}
