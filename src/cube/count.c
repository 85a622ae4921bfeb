/*
 * count.c - plan, pass, finish: the three steps of a count.
 */
#include "safecount/count.h"

#include <inttypes.h>

#include "base/error.h"
#include "cube/pass.h"

static enum sc_status refuse_faults(const struct sc_pass *pass, struct sc_error *err)
{
    uint64_t faulty = sc_accounting_faulty(&pass->accounting);
    const struct sc_fault_place *first = pass->fault_places;
    const struct sc_reader_file *files;
    size_t n_files = 0;

    if (faulty == 0)
        return SC_OK;
    files = sc_reader_files(pass->reader, &n_files);
    return sc_fail_at(err, SC_E_INPUT, files[first->file_i].path, 0, 0,
                      "%" PRIu64 " of %" PRIu64 " rows are faulty, the first being row %" PRIu64
                      " (%s%s%s): mend them, or count without --strict",
                      faulty, pass->accounting.read, first->row, sc_fault_name(first->fault),
                      first->column[0] ? ", column " : "", first->column);
}

enum sc_status sc_count(const struct sc_request *request, const struct sc_source *source,
                        const struct sc_policy *policy,
                        const struct sc_dictionary *const *dictionaries, size_t n_dictionaries,
                        const struct sc_count_options *options, struct sc_counts **ret_counts,
                        struct sc_diagnostics *diagnostics, struct sc_error *err)
{
    static const struct sc_count_options defaults = {0};
    SC_AUTO(sc_plan) plan = NULL;
    struct sc_pass pass = {0};
    enum sc_status status;

    if (!options)
        options = &defaults;
    status = sc_plan_make(request, source, dictionaries, n_dictionaries, options->engine, &plan,
                          diagnostics, err);
    if (status)
        return status;
    status = sc_pass_run(plan, options, &pass, err);
    if (!status && options->strict)
        status = refuse_faults(&pass, err);
    if (!status)
        status = sc_pass_finish(&pass, policy, dictionaries, n_dictionaries, ret_counts, err);
    sc_pass_release(&pass);
    return status;
}
