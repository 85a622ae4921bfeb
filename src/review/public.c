/*
 * public.c - what may be said in public of a keyword search's error, and the words for it.
 *
 * The tables withhold counts of 1 to threshold - 1. Figures of a review are estimates, but an
 * estimate from a few offences, or one checked whole, is as good as a count; so:
 *
 *   - where the category's own count is not published, nothing is said of it: precision or an
 *     estimate would give the withheld count back, nearly;
 *   - nothing is said where the estimate, either limit, or the number of checked offences that
 *     truly belong is 1 to threshold - 1;
 *   - where every offence was checked these are counts, and so are their differences: nothing is
 * said where the rightly found, the wrongly found, the missed, or all that do not belong to the
 *     category are 1 to threshold - 1;
 *   - precision and recall are whole per cents, and are left out where they rest on so few
 *     offences checked, or where all the found were checked and few of them were wrong, or right.
 */
#include <inttypes.h>
#include <math.h>

#include "review/report.h"

static bool is_small(uint64_t count, uint64_t threshold)
{
    return count > 0 && count < threshold;
}

static uint64_t whole(double x, uint64_t base)
{
    if (base > 1)
        return (uint64_t)llround(x / (double)base) * base;
    return (uint64_t)llround(x);
}

static void percent(const struct sc_estimate *share, unsigned out[3])
{
    out[0] = (unsigned)lround(100 * share->value);
    out[1] = (unsigned)lround(100 * share->low);
    out[2] = (unsigned)lround(100 * share->high);
}

void sc_public_accuracy_of(const struct sc_accuracy *accuracy, bool is_published,
                           uint64_t published, uint64_t base, uint64_t threshold,
                           struct sc_public_accuracy *out)
{
    uint64_t seen = accuracy->found_true + accuracy->not_found_true;
    uint64_t wrong = accuracy->found_checked - accuracy->found_true;
    uint64_t others = wrong + accuracy->not_found_checked - accuracy->not_found_true;
    bool found_whole = accuracy->found_checked == accuracy->found;
    bool rest_whole = accuracy->not_found_checked == accuracy->not_found;

    *out = (struct sc_public_accuracy){.withheld = true};
    if (!is_published || is_small(published, threshold) || !accuracy->true_number.known)
        return;
    out->found = published;
    out->exact = found_whole && rest_whole;
    out->true_number = whole(accuracy->true_number.value, base);
    out->true_low = whole(accuracy->true_number.low, base);
    out->true_high = whole(accuracy->true_number.high, base);
    if (is_small(out->true_number, threshold) || is_small(out->true_low, threshold) ||
        is_small(out->true_high, threshold) || is_small(seen, threshold) ||
        (out->exact &&
         (is_small(wrong, threshold) || is_small(accuracy->found_true, threshold) ||
          is_small(accuracy->not_found_true, threshold) || is_small(others, threshold)))) {
        *out = (struct sc_public_accuracy){.withheld = true};
        return;
    }
    out->withheld = false;
    out->shares_withheld =
        !accuracy->precision.known || accuracy->found_checked < threshold ||
        (found_whole && (is_small(wrong, threshold) || is_small(accuracy->found_true, threshold)));
    if (out->shares_withheld)
        return;
    percent(&accuracy->precision, out->precision);
    out->recall_known = accuracy->recall.known;
    if (out->recall_known)
        percent(&accuracy->recall, out->recall);
}

const char sc_public_no_review[] =
    "Nobody has checked how well this search works. It looks for words in free text: it misses "
    "offences that name a category in other words, and counts some that mention it in passing. "
    "How many of either is not known.";

/* "200", or "fewer than 5". */
static void say_count(uint64_t count, uint64_t threshold, struct sc_buf *out)
{
    char text[32];

    if (is_small(count, threshold))
        sc_buf_addf(out, "fewer than %s", sc_format_count(threshold, text));
    else
        sc_buf_adds(out, sc_format_count(count, text));
}

void sc_public_introduction(const struct sc_review_report *report, uint64_t population,
                            uint64_t threshold, struct sc_buf *out)
{
    const struct sc_review *review = report->review;
    char number[32];

    sc_buf_adds(out, "The free text of ");
    if (population >= threshold)
        sc_buf_addf(out, "%s", sc_format_count(population, number));
    else
        sc_buf_adds(out, "all");
    sc_buf_adds(out, " offences was searched for the words of a list");
    if (review->dictionary_name[0])
        sc_buf_addf(out, " (%s%s%s)", review->dictionary_name,
                    review->dictionary_version[0] ? ", version " : "", review->dictionary_version);
    sc_buf_adds(out, ". To measure how far that can be trusted, a person read ");
    say_count(report->given, threshold, out);
    sc_buf_adds(out, " of these records, drawn at random from each category and from those where "
                     "nothing was found. Numbers after \"we estimate\" come from that sample; a "
                     "true figure lies outside its 95% interval in about one case in twenty.");
}

void sc_public_sentence(const struct sc_public_accuracy *accuracy,
                        const struct sc_review_category *category, uint64_t checked,
                        uint64_t threshold, struct sc_buf *out)
{
    char found[32], value[32], low[32], high[32];
    const char *did = category->fallback ? "belong there" : "did";

    if (accuracy->withheld) {
        sc_buf_addf(out,
                    "%s: how far the search can be trusted is not said, for its figures are "
                    "withheld or too few records could be checked.",
                    category->label);
        return;
    }
    (void)sc_format_count(accuracy->found, found);
    (void)sc_format_count(accuracy->true_number, value);
    (void)sc_format_count(accuracy->true_low, low);
    (void)sc_format_count(accuracy->true_high, high);
    sc_buf_addf(out, "The search found %s offences %s%s%s; ", found,
                category->fallback ? "under \"" : "naming ", category->label,
                category->fallback ? "\"" : "");
    if (accuracy->exact) {
        sc_buf_addf(out, "every record was read, and %s truly %s.", value, did);
        return;
    }
    sc_buf_adds(out, "from a hand check of ");
    say_count(checked, threshold, out);
    sc_buf_addf(out, " records we estimate that %s truly %s (95%% interval %s to %s).", value, did,
                low, high);
}

static void say_share(const unsigned share[3], bool exact, const char *verb, struct sc_buf *out)
{
    if (exact)
        sc_buf_addf(out, "%u%% are %s", share[0], verb);
    else if (share[0] == 100 || share[0] == 0)
        sc_buf_addf(out, "nearly %s are %s (%u to %u%%)", share[0] ? "all" : "none", verb, share[1],
                    share[2]);
    else
        sc_buf_addf(out, "about %u%% are %s (%u to %u%%)", share[0], verb, share[1], share[2]);
}

void sc_public_shares(const struct sc_public_accuracy *accuracy, struct sc_buf *out)
{
    if (accuracy->withheld || accuracy->shares_withheld)
        return;
    sc_buf_adds(out, "Of those found ");
    say_share(accuracy->precision, accuracy->exact, "right", out);
    if (accuracy->recall_known) {
        sc_buf_adds(out, "; of all that belong ");
        say_share(accuracy->recall, accuracy->exact, "found", out);
    }
    sc_buf_addc(out, '.');
}
