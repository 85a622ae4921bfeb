/*
 * greedy.h - a plain suppressor for tests: correct, in no way good.
 *
 * Hides every count of 1 to threshold - 1; then, as long as the audit finds something, hides for
 * each finding the smallest printed count above 0 that shares a sum with it.
 */
#ifndef TESTS_AUDIT_GREEDY_H
#define TESTS_AUDIT_GREEDY_H

#include <stdlib.h>

#include "audit/audit.h"

/* Calls for every printed cell above 0 in a sum of `cell`: adds `by` to score[c]. */
static inline void greedy_score(const struct sc_system *system, const struct sc_figure *figures,
                                uint32_t cell, double by, double *score)
{
    size_t n;
    const uint32_t *of = sc_system_relations_of(system, cell, &n);

    for (size_t i = 0; i < n; i++) {
        struct sc_relation r = sc_system_relation(system, of[i]);

        for (uint32_t k = 0; k <= r.n_children; k++) {
            uint32_t c = k == r.n_children ? r.total : r.children[k];

            if (figures[c].kind == SC_FIGURE_VALUE && figures[c].value > 0)
                score[c] += by / (double)figures[c].value;
        }
    }
}

/* The cell of best score in any sum of `cell`; SC_NONE when there is none. */
static inline uint32_t greedy_partner(const struct sc_system *system,
                                      const struct sc_figure *figures, uint32_t cell,
                                      const double *score)
{
    size_t n;
    const uint32_t *of = sc_system_relations_of(system, cell, &n);
    uint32_t best = SC_NONE;

    for (size_t i = 0; i < n; i++) {
        struct sc_relation r = sc_system_relation(system, of[i]);

        for (uint32_t k = 0; k <= r.n_children; k++) {
            uint32_t c = k == r.n_children ? r.total : r.children[k];

            if (figures[c].kind == SC_FIGURE_VALUE && figures[c].value > 0 &&
                (best == SC_NONE || score[c] > score[best]))
                best = c;
        }
    }
    return best;
}

/* Whether a cell hidden this round shares a sum with `cell` already. */
static inline bool greedy_covered(const struct sc_system *system, const bool *fresh, uint32_t cell)
{
    size_t n;
    const uint32_t *of = sc_system_relations_of(system, cell, &n);

    for (size_t i = 0; i < n; i++) {
        struct sc_relation r = sc_system_relation(system, of[i]);

        if (fresh[r.total])
            return true;
        for (uint32_t k = 0; k < r.n_children; k++)
            if (fresh[r.children[k]])
                return true;
    }
    return false;
}

static inline void greedy_hide(struct sc_figure *figures, uint32_t cell)
{
    figures[cell].kind = SC_FIGURE_HIDDEN;
    figures[cell].value = 0;
}

/* Hides the sensitive cells; returns how many, with the cells of 1 in `singles` (may be NULL). */
static inline size_t greedy_primaries(const struct sc_system *system, struct sc_figure *figures,
                                      int64_t threshold, uint32_t *singles, size_t *n_singles)
{
    size_t n = 0;

    for (uint32_t c = 0; c < sc_system_n_cells(system); c++) {
        if (figures[c].kind != SC_FIGURE_VALUE || figures[c].value < 1 ||
            figures[c].value >= threshold)
            continue;
        if (singles && figures[c].value == 1)
            singles[(*n_singles)++] = c;
        greedy_hide(figures, c);
        n++;
    }
    return n;
}

/* One round: a partner for each finding that has none yet. False when nothing was to be hidden. */
static inline bool greedy_round(const struct sc_system *system, struct sc_figure *figures,
                                const struct sc_audit *audit)
{
    size_t n = sc_system_n_cells(system);
    double *score = calloc(n, sizeof *score);
    bool *fresh = calloc(n, sizeof *fresh);
    bool hid = false;

    if (!score || !fresh)
        abort();
    for (size_t i = 0; i < audit->n_findings; i++)
        if (audit->findings[i].kind <= SC_FINDING_IMPLIED)
            greedy_score(system, figures, audit->findings[i].cell, 1, score);
    for (size_t i = 0; i < audit->n_findings; i++) {
        uint32_t cell = audit->findings[i].cell, partner;

        if (audit->findings[i].kind > SC_FINDING_IMPLIED || greedy_covered(system, fresh, cell))
            continue;
        partner = greedy_partner(system, figures, cell, score);
        if (partner == SC_NONE)
            continue;
        greedy_hide(figures, partner);
        fresh[partner] = hid = true;
    }
    free(score);
    free(fresh);
    return hid;
}

/* Until nothing is found or nothing is left to hide. Returns the number of rounds. */
static inline int greedy_protect(const struct sc_system *system, struct sc_figure *figures,
                                 const struct sc_audit_policy *policy)
{
    for (int round = 1;; round++) {
        struct sc_audit *audit = NULL;
        bool again;

        if (sc_audit_run(system, figures, NULL, 0, policy, &audit, NULL) != SC_OK)
            abort();
        again = !audit->safe && greedy_round(system, figures, audit);
        sc_audit_free(audit);
        if (!again)
            return round;
    }
}

/*
 * Publishes again, largest first, what was hidden beyond 1 to `threshold` - 1 and is not needed.
 * `count` are the true ones.
 */
static inline void greedy_clean(const struct sc_system *system, struct sc_figure *figures,
                                const int64_t *count, int64_t threshold,
                                const struct sc_audit_policy *policy)
{
    size_t n = sc_system_n_cells(system);
    bool *tried = calloc(n, sizeof *tried);

    if (!tried)
        abort();
    for (;;) {
        uint32_t best = SC_NONE;
        struct sc_audit *audit = NULL;

        for (uint32_t c = 0; c < n; c++)
            if (figures[c].kind == SC_FIGURE_HIDDEN && count[c] >= threshold && !tried[c] &&
                (best == SC_NONE || count[c] > count[best]))
                best = c;
        if (best == SC_NONE)
            break;
        tried[best] = true;
        figures[best] = (struct sc_figure){.kind = SC_FIGURE_VALUE, .value = count[best]};
        if (sc_audit_run(system, figures, NULL, 0, policy, &audit, NULL) != SC_OK)
            abort();
        if (!audit->safe)
            greedy_hide(figures, best);
        sc_audit_free(audit);
    }
    free(tried);
}

#endif
