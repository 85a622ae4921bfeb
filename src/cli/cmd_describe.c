#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "cli/cli.h"
#include "extract/describe.h"

int run_describe(const struct arguments *arguments)
{
    const char *path = arguments->text[OPTION_OUTPUT];
    SC_AUTO_FREE char *folder = path ? sc_path_dir(path) : sc_strdup("");
    SC_AUTO_BUF text = {0};
    struct sc_error err = {0};

    if (!folder) {
        complain("out of memory");
        return EXIT_FAILED;
    }
    if (path && access(path, F_OK) == 0) {
        complain("'%s' is there already and was left as it is", path);
        return EXIT_FAILED;
    }
    if (sc_describe(arguments->operands, arguments->n_operands, folder, &text, &err))
        return report_failure(NULL, &err);
    if (!path)
        return write_output(text.data, text.len);
    if (sc_file_replace(path, text.data, text.len, &err))
        return report_failure(NULL, &err);
    if (!arguments->given[OPTION_QUIET])
        (void)printf("Wrote %s. Check every line of it, then name it in a request as\n"
                     "  extract: %s\n",
                     path, sc_path_base(path));
    return EXIT_DONE;
}
