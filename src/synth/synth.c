#include "synth/synth.h"

#include <inttypes.h>

#include "base/error.h"
#include "synth/parts.h"

#define DRAIN_AT ((size_t)64 * 1024)

enum sc_status sc_synth_drain(struct sc_synth_sink *sink, bool all, struct sc_error *err)
{
    enum sc_status status = sc_buf_check(&sink->pending, err);

    if (status || sink->pending.len == 0 || (!all && sink->pending.len < DRAIN_AT))
        return status;
    status = sink->write(sink->context, sink->pending.data, sink->pending.len, err);
    sc_buf_clear(&sink->pending);
    return status;
}

enum sc_status sc_synth(const struct sc_synth_options *options, sc_synth_write write, void *context,
                        struct sc_buf *truth, struct sc_error *err)
{
    struct sc_synth_sink sink = {write, context, {0}};
    enum sc_status status;

    if (options->n_offences < 1 || options->n_offences > 60000000)
        return sc_fail(err, SC_E_RANGE, "%" PRIu64 " offences: expected 1 to 60,000,000",
                       options->n_offences);
    if (truth && options->shape != SC_SYNTH_WORKED)
        return sc_fail(err, SC_E_RANGE, "the truth is known for the shape 'worked' only");
    status = options->shape == SC_SYNTH_BENCH ? sc_synth_bench(options, &sink, err)
                                              : sc_synth_worked(options, &sink, truth, err);
    sc_buf_release(&sink.pending);
    return status;
}
