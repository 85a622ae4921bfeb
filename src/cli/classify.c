/* classify.c - what the commands classify and dictionary share. */
#include "cli/classify.h"

#include <string.h>

#include "cli/cli.h"
#include "cli/columns.h"

static bool is_yaml(const char *path)
{
    size_t len = strlen(path);

    return (len > 5 && strcmp(path + len - 5, ".yaml") == 0) ||
           (len > 4 && strcmp(path + len - 4, ".yml") == 0);
}

int load_extract(const struct arguments *arguments, const char **extract,
                 struct sc_source **ret_source)
{
    const char *path = arguments->text[OPTION_SOURCE];
    struct sc_diagnostics diagnostics = {0};
    struct sc_error err = {0};
    int code = EXIT_DONE;

    if (!path && !is_yaml(*extract)) {
        complain("which column of '%s' is the narrative? Give --source extract.yaml ('safecount "
                 "describe' proposes one)",
                 *extract);
        return EXIT_USAGE;
    }
    if (sc_source_load(path ? path : *extract, ret_source, &diagnostics, &err)) {
        code = report_failure(&diagnostics, &err);
    } else if (path) {
        (*ret_source)->files = extract;
        (*ret_source)->n_files = 1;
    }
    sc_diagnostics_release(&diagnostics);
    return code;
}

int load_dictionary(const char *path, struct sc_dictionary **ret_dictionary)
{
    struct sc_diagnostics diagnostics = {0};
    struct sc_error err = {0};
    int code = EXIT_DONE;

    if (sc_dictionary_load(path, ret_dictionary, &diagnostics, &err))
        code = report_failure(&diagnostics, &err);
    sc_diagnostics_release(&diagnostics);
    return code;
}

struct sc_classify_options classify_options(const struct arguments *arguments)
{
    return (struct sc_classify_options){
        .threads = (unsigned)arguments->number[OPTION_THREADS],
        .engine = (enum sc_engine)arguments->number[OPTION_ENGINE],
        .cancelled = is_cancelled,
    };
}

void add_rows_json(struct sc_json *json, const struct sc_rows_read *rows)
{
    sc_json_key(json, "rows");
    sc_json_open_flat(json, '{');
    sc_json_key_number(json, "read", rows->read);
    sc_json_key_number(json, "removed", rows->removed);
    sc_json_key(json, "faulty");
    sc_json_open(json, '{');
    for (size_t i = 0; i < SC_N_FAULTS; i++) {
        if (rows->faulty[i])
            sc_json_key_number(json, sc_fault_name((enum sc_fault)i), rows->faulty[i]);
    }
    sc_json_close(json, '}');
    sc_json_close(json, '}');
}

void add_dictionary_json(struct sc_json *json, const char *key,
                         const struct sc_dictionary *dictionary)
{
    sc_json_key(json, key);
    sc_json_open_flat(json, '{');
    sc_json_key_string(json, "name", dictionary->name);
    sc_json_key_string(json, "version", dictionary->version);
    sc_json_key_string(json, "sha256", dictionary->sha256);
    sc_json_close(json, '}');
}

void begin_internal_json(struct sc_json *json)
{
    sc_json_open(json, '{');
    sc_json_key(json, "internal");
    sc_json_bool(json, true);
}

void end_json(struct sc_json *json)
{
    sc_json_close(json, '}');
    sc_buf_addc(json->out, '\n');
}

void add_rows_text(struct sc_buf *out, const struct sc_rows_read *rows, uint64_t records)
{
    uint64_t faulty = 0;
    char number[4][32];

    for (size_t i = 0; i < SC_N_FAULTS; i++)
        faulty += rows->faulty[i];
    sc_buf_addf(out, "%s records, in %s rows read (%s removed, %s faulty)\n",
                sc_format_count(records, number[0]), sc_format_count(rows->read, number[1]),
                sc_format_count(rows->removed, number[2]), sc_format_count(faulty, number[3]));
}

void add_dictionary_text(struct sc_buf *out, const char *which,
                         const struct sc_dictionary *dictionary)
{
    SC_AUTO_BUF text = {0};

    sc_buf_addf(&text, "%s: %s, version %s (SHA-256 %.16s...)", which,
                dictionary->name[0] ? dictionary->name : "unnamed",
                dictionary->version[0] ? dictionary->version : "not given", dictionary->sha256);
    out->failed |= text.failed;
    add_paragraph(out, text.data ? text.data : "", 0);
}

int write_buffer(struct sc_buf *out)
{
    struct sc_error err = {0};

    return sc_buf_check(out, &err) ? report_failure(NULL, &err) : write_output(out->data, out->len);
}
