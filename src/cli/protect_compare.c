#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "cli/protecting.h"

/* What one method came to. */
struct outcome {
    const char *method;
    char *detail;   /* owned; NULL: none */
    char *failed;   /* why there is no result; owned */
    size_t printed; /* figures printed as numbers */
    size_t lost;    /* hidden, or left out of a coarser table */
    size_t changed;
    int64_t counts; /* what hidden figures or changes come to in all */
    int64_t largest;
    bool safe;
    double seconds;
};

static int64_t distance(int64_t a, int64_t b)
{
    return a < b ? b - a : a - b;
}

/* Measures what would be published against the counts. */
static void measure(const struct protecting *p, size_t n_fine, struct outcome *o)
{
    for (size_t c = 0; c < p->release->n_own; c++) {
        const struct sc_figure *figure = &p->release->figures[c];
        int64_t away;

        if (figure->kind != SC_FIGURE_VALUE) {
            o->counts += p->count[c];
            continue;
        }
        away = distance(figure->value, p->count[c]);
        o->printed++;
        o->changed += away > 0;
        o->counts += away;
        o->largest = away > o->largest ? away : o->largest;
    }
    o->lost = n_fine - o->printed;
    o->safe = p->audit->safe;
}

/* The finest choice without small counts, else the one with the fewest. */
static const struct sc_coarsening *pick(const struct sc_coarsen_plan *plan)
{
    return plan->n_frontier ? &plan->frontier[plan->n_frontier - 1] : NULL;
}

static enum sc_status coarsen(struct protecting *p, struct outcome *o, struct sc_error *err)
{
    SC_AUTO_BUF detail = {0};
    enum sc_status status = p->earlier ? sc_fail(err, SC_E_UNSUPPORTED, "not with earlier tables")
                                       : plan_coarsening(p, false, err);

    if (!status && !pick(p->plan))
        status = sc_fail(err, SC_E_UNSUPPORTED, "the table has no dimensions");
    if (!status)
        status = apply_coarsening(p, pick(p->plan), err);
    if (!status)
        status = apply_suppression(p, err);
    if (status)
        return status;
    describe_choice(p, &p->choice, &detail);
    status = sc_buf_check(&detail, err);
    if (!status)
        o->detail = sc_strndup(detail.data, detail.len);
    return status || o->detail ? status : sc_fail_nomem(err);
}

static enum sc_status run_method(struct protecting *p, int which, struct outcome *o,
                                 struct sc_error *err)
{
    switch (which) {
    case 0:
        o->method = "suppress";
        return apply_suppression(p, err);
    case 1:
        o->method = "round";
        return apply_rounding(p, false, err);
    case 2:
        o->method = "round small";
        return apply_rounding(p, true, err);
    default:
        o->method = "coarsen";
        return coarsen(p, o, err);
    }
}

static void add_json(const struct outcome *o, struct sc_buf *out)
{
    sc_buf_addf(out, "{\"method\": \"%s\", \"levels\": ", o->method);
    if (o->detail)
        add_json_text(out, o->detail);
    else
        sc_buf_adds(out, "null");
    if (o->failed) {
        sc_buf_adds(out, ", \"safe\": false, \"error\": ");
        add_json_text(out, o->failed);
    } else {
        sc_buf_addf(out,
                    ", \"printed\": %zu, \"lost\": %zu, \"changed\": %zu, \"counts\": %" PRId64
                    ", \"largest_change\": %" PRId64 ", \"safe\": %s",
                    o->printed, o->lost, o->changed, o->counts, o->largest,
                    o->safe ? "true" : "false");
    }
    sc_buf_addf(out, ", \"seconds\": %.3f}", o->seconds);
}

static void add_line(const struct outcome *o, struct sc_buf *out)
{
    if (o->failed) {
        sc_buf_addf(out, "%-12s not possible: %s\n", o->method, o->failed);
        return;
    }
    sc_buf_addf(out, "%-12s %8zu %8zu %8zu %10" PRId64 " %8" PRId64 " %-5s %8.2f%s%s\n", o->method,
                o->printed, o->lost, o->changed, o->counts, o->largest, o->safe ? "yes" : "no",
                o->seconds, o->detail ? "  " : "", o->detail ? o->detail : "");
}

int compare_methods(struct protecting *p)
{
    bool json = p->arguments->given[OPTION_JSON], any = false;
    size_t n_fine = p->release->n_own;
    SC_AUTO_BUF out = {0};
    struct sc_error err = {0};
    enum sc_status status = SC_OK;

    if (json)
        sc_buf_addf(&out, "{\"cells\": %zu, \"methods\": [", n_fine);
    else
        sc_buf_adds(&out, "method         printed     lost  changed     counts  largest safe   "
                          "seconds\n");
    for (int which = 0; which < 4 && (!status || status == SC_E_UNSUPPORTED ||
                                      status == SC_E_UNDECIDED || status == SC_E_RANGE);
         which++) {
        struct outcome o = {0};
        double start = seconds_now();

        status = run_method(p, which, &o, &err);
        o.seconds = seconds_now() - start;
        if (status)
            o.failed = sc_strdup(err.message);
        else
            measure(p, n_fine, &o);
        any = any || o.safe;
        if (json && which > 0)
            sc_buf_adds(&out, ", ");
        (json ? add_json : add_line)(&o, &out);
        sc_free(o.detail);
        sc_free(o.failed);
        if (is_cancelled(NULL))
            return EXIT_INTERRUPTED;
    }
    if (status == SC_E_NOMEM || status == SC_E_INPUT || status == SC_E_IO ||
        sc_buf_check(&out, &err))
        return report_failure(NULL, &err);
    if (json)
        sc_buf_addf(&out, "], \"seconds\": %.3f}\n", seconds_now() - p->start);
    return write_output(out.data, out.len) ? EXIT_FAILED : any ? EXIT_DONE : EXIT_UNSAFE;
}
