#include "answer/certify.h"

#include "audit/report.h"
#include "audit/witness.h"

enum sc_status sc_certify(const struct sc_certify_input *input, struct sc_buf *text,
                          size_t *ret_n_tables, struct sc_error *err)
{
    const char *const hierarchy_names[] = {"hierarchy.csv"};
    struct sc_release_options options = {.files = input->names,
                                         .n_files = input->n_files,
                                         .hierarchies = hierarchy_names,
                                         .n_hierarchies = 1,
                                         .contents = input->contents,
                                         .hierarchy_contents = &input->hierarchy,
                                         .format = SC_RELEASE_TIDY,
                                         .find_sums = true};
    struct sc_audit_policy policy = *input->policy;
    struct sc_mark marks[2];
    SC_AUTO(sc_release) release = NULL;
    SC_AUTO(sc_audit) audit = NULL;
    enum sc_status status;

    options.rounded = policy.rounded;
    options.marks = marks;
    options.n_marks = sc_marks_meaning(&input->marks, marks);
    policy.readers = SC_READER_BIT(SC_READER_SUMS) | SC_READER_BIT(SC_READER_RULES);
    policy.singles_known = false;
    policy.singles = NULL;
    policy.n_singles = 0;
    *ret_n_tables = 0;
    status = sc_release_read(&options, &release, err);
    if (!status)
        status = sc_audit_run(release->system, release->figures, release->repeats,
                              release->n_repeats, &policy, &audit, err);
    if (status || !audit->safe || !audit->witnesses)
        return status;
    *ret_n_tables = audit->witnesses->n_moves + 1;
    return sc_certificate_json(release, audit, text, err);
}
