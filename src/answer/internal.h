/*
 * internal.h - the officer's own report on how an answer was protected.
 */
#ifndef SC_ANSWER_INTERNAL_H
#define SC_ANSWER_INTERNAL_H

#include "answer/link.h"
#include "audit/audit.h"
#include "base/text.h"
#include "protect/protect.h"
#include "safecount/answer.h"

/* What the report is made from. All borrowed; pattern and audit may be NULL. */
struct sc_internal_input {
    const struct sc_counts *counts;
    const struct sc_answer *answer;
    const struct sc_linked *linked; /* NULL: the tables could not be linked */
    const struct sc_pattern *pattern;
    const struct sc_audit *audit;
};

/*
 * Appends one JSON object (docs/answer-json.md): true counts, why each figure is withheld, who is
 * alone in a figure, what the audit found. NEVER for release.
 */
void sc_internal_report(const struct sc_internal_input *input, struct sc_buf *out);

#endif
