/*
 * parts.h - what the two shapes of synthetic extracts share.
 */
#ifndef SC_SYNTH_PARTS_H
#define SC_SYNTH_PARTS_H

#include "base/date.h"
#include "synth/synth.h"

/* ---- random numbers: SplitMix64 (Steele, Lea and Flood, 2014) ---- */

struct sc_random {
    uint64_t state;
};

static inline uint64_t sc_random_next(struct sc_random *r)
{
    uint64_t z = r->state += 0x9E3779B97F4A7C15ULL;

    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
}

/* 0 to n - 1. */
static inline uint32_t sc_random_below(struct sc_random *r, uint32_t n)
{
    return (uint32_t)((sc_random_next(r) >> 32) * n >> 32);
}

/* True in `per_mille` of 1,000 cases. */
static inline bool sc_random_chance(struct sc_random *r, uint32_t per_mille)
{
    return sc_random_below(r, 1000) < per_mille;
}

/* ---- words (words.c) ---- */

/* Categories of data/dictionaries/online-platforms.yaml, in its order. */
#define SC_SYNTH_PLATFORMS 14
#define SC_SYNTH_MESSAGE 14
#define SC_SYNTH_NONE 15
#define SC_SYNTH_CATEGORIES 16
#define SC_SYNTH_NEAR 16 /* bits from here on: categories named by a near-miss alone */
extern const char *const sc_synth_category_codes[SC_SYNTH_CATEGORIES];

/*
 * Appends a narrative about an exchange online, and returns the set of
 * categories (bits) that the dictionary's exact terms find in it.
 */
uint32_t sc_synth_online_narrative(struct sc_random *r, struct sc_buf *out);

/* Appends a narrative of another kind of offence; no term of the dictionary is in it. */
void sc_synth_other_narrative(struct sc_random *r, struct sc_buf *out);

/* Appends further sentences until `out` has grown to about `target` bytes since `from`. */
void sc_synth_fill(struct sc_random *r, struct sc_buf *out, size_t from, size_t target);

/* Every word a narrative may be made of, for the test that none holds any other. */
extern const char *const sc_synth_sentences[];
extern const size_t sc_synth_n_sentences;

/* ---- CSV ---- */

/* Appends `text` as a CSV field, in quotes when it needs them or `always`. */
void sc_synth_field(struct sc_buf *out, const char *text, size_t len, bool always);

/* ---- shapes ---- */

struct sc_synth_sink {
    sc_synth_write write;
    void *context;
    struct sc_buf pending; /* written out when it reaches 64 KiB */
};

/* Writes `sink->pending` out when it is large enough, or `all` of it. */
SC_MUST_USE enum sc_status sc_synth_drain(struct sc_synth_sink *sink, bool all,
                                          struct sc_error *err);

SC_MUST_USE enum sc_status sc_synth_worked(const struct sc_synth_options *options,
                                           struct sc_synth_sink *sink, struct sc_buf *truth,
                                           struct sc_error *err);
SC_MUST_USE enum sc_status sc_synth_bench(const struct sc_synth_options *options,
                                          struct sc_synth_sink *sink, struct sc_error *err);

#endif
