#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"

int run_new(const struct arguments *arguments)
{
    const char *path = arguments->n_operands ? arguments->operands[0] : "request.yaml";
    const char *text = sc_request_starter();
    size_t len = strlen(text);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    bool written;

    if (fd < 0 && errno == EEXIST) {
        complain("'%s' is there already and was left as it is", path);
        return EXIT_FAILED;
    }
    if (fd < 0) {
        complain("'%s': cannot create: %s", path, strerror(errno));
        return EXIT_FAILED;
    }
    written = write(fd, text, len) == (ssize_t)len;
    if (close(fd) != 0 || !written) {
        (void)unlink(path);
        complain("'%s': cannot write: %s", path, strerror(errno));
        return EXIT_FAILED;
    }
    (void)printf("Wrote %s. Fill it in, describe your records with\n"
                 "  safecount describe RECORDS.csv -o extract.yaml\n"
                 "and answer with\n"
                 "  safecount answer %s\n",
                 path, path);
    return EXIT_DONE;
}
