/*
 * stage_one_mark.c - what one mark would do, where two give too much away.
 *
 * The whole stage is run once more for a policy without the second mark, on an answer that is then
 * thrown away: so what is said of one mark is what an answer with one mark would say. The clocks of
 * the options go on; what they leave undecided is said to be so.
 */
#include "answer/answer.h"
#include "answer/stage.h"

enum sc_status sc_stage_one_mark(struct sc_stage *s, struct sc_buf *text)
{
    struct sc_policy policy = *s->job->policy;
    struct sc_job job = *s->job;
    struct sc_answer *trial = NULL;
    enum sc_status status;

    policy.secondary_marker = NULL;
    job.policy = &policy;
    status = sc_answer_make(&job, s->counts, &trial, s->err);
    if (!status)
        status = sc_answer_protect(&job, s->counts, s->options, trial, s->err);
    if (!status && trial->publishable)
        sc_buf_addf(text,
                    " With one mark it is safe (leave 'secondary_marker' out of the policy): %zu "
                    "figure%s withheld by rule, %zu to protect them.",
                    trial->safety->primary, trial->safety->primary == 1 ? "" : "s",
                    trial->safety->secondary);
    else if (!status && sc_stage_given_up(s))
        sc_buf_adds(text, " Whether one mark is safe was not found out in the time.");
    else if (!status)
        sc_buf_adds(text, " One mark was tried, and is not safe either.");
    sc_answer_free(trial);
    return status;
}
