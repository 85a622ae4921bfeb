#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "cli/cli.h"
#include "synth/synth.h"

struct target {
    int fd;
    const char *path;
};

static enum sc_status write_fd(void *context, const char *bytes, size_t len, struct sc_error *err)
{
    struct target *target = context;

    if (is_cancelled(NULL))
        return sc_fail(err, SC_E_INTERRUPTED, "interrupted");
    while (len) {
        ssize_t n = write(target->fd, bytes, len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return sc_fail_io(err, "write", target->path, errno);
        bytes += n;
        len -= (size_t)n;
    }
    return SC_OK;
}

/* Writes beside `path` and renames: an extract is there whole or not at all. */
static enum sc_status write_file(const struct sc_synth_options *options, const char *path,
                                 struct sc_buf *truth, struct sc_error *err)
{
    SC_AUTO_BUF temporary = {0};
    struct target target = {-1, path};
    enum sc_status status;

    sc_buf_addf(&temporary, "%s.tmp-%ld", path, (long)getpid());
    status = sc_buf_check(&temporary, err);
    if (status)
        return status;
    target.fd = open(temporary.data, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (target.fd < 0)
        return sc_fail_io(err, "create", path, errno);
    status = sc_synth(options, write_fd, &target, truth, err);
    if (close(target.fd) != 0 && !status)
        status = sc_fail_io(err, "close", path, errno);
    if (!status && rename(temporary.data, path) != 0)
        status = sc_fail_io(err, "rename", path, errno);
    if (status)
        (void)unlink(temporary.data);
    return status;
}

int run_synth(const struct arguments *arguments)
{
    struct sc_synth_options options = {
        .seed = arguments->given[OPTION_SEED] ? arguments->number[OPTION_SEED] : 1,
        .n_offences =
            arguments->given[OPTION_OFFENCES] ? arguments->number[OPTION_OFFENCES] : 40000,
        .shape = (enum sc_synth_shape)arguments->number[OPTION_SHAPE],
        .faults = arguments->number[OPTION_FAULTS],
    };
    const char *path = arguments->text[OPTION_OUTPUT];
    const char *truth_path = arguments->text[OPTION_TRUTH];
    SC_AUTO_BUF truth = {0};
    struct sc_error err = {0};
    enum sc_status status;

    if (path && strcmp(path, "-") != 0) {
        status = write_file(&options, path, truth_path ? &truth : NULL, &err);
    } else {
        struct target target = {STDOUT_FILENO, "standard output"};

        status = sc_synth(&options, write_fd, &target, truth_path ? &truth : NULL, &err);
    }
    if (!status && truth_path)
        status = sc_file_replace(truth_path, truth.data, truth.len, &err);
    return status ? report_failure(NULL, &err) : EXIT_DONE;
}
