/*
 * sample.h - a made-up answer for tests: some 1,400 invented offences, counted
 * here in a plain way, and what is published of them.
 */
#ifndef TEST_PUBLISH_SAMPLE_H
#define TEST_PUBLISH_SAMPLE_H

#include "base/memory.h"
#include "publish/publish.h"
#include "safecount/answer.h"

#define SAMPLE_TABLES 6

struct sample {
    struct sc_arena arena;
    struct sc_request request;
    struct sc_policy policy;
    struct sc_dictionary *dictionary;
    struct sc_counts counts; /* true */
    struct sc_job job;
    struct sc_answer *answer;
    struct sc_publication publication;
};

/* Makes the sample; the same on every machine. Ends the test program without memory. */
void sample_init(struct sample *sample);
void sample_release(struct sample *sample);

/* Puts the policy's rule on the true counts again, after a test has changed something. */
void sample_publish(struct sample *sample);

/* Puts hostile text number `i` into every field of text that reaches a file. */
#define SAMPLE_NAUGHTY 19
void sample_poison(struct sample *sample, size_t i);

#endif
