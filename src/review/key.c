/*
 * key.c - the key beside the register: made once from the system's random numbers, 64 hex
 * digits and a line end, readable by its owner alone.
 */
#include <errno.h>
#include <fcntl.h>
#include <nettle/hmac.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "review/review.h"

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static enum sc_status read_key(const char *path, struct sc_review_key *key, struct sc_error *err)
{
    SC_AUTO_BUF text = {0};
    enum sc_status status = sc_file_load(path, 4096, &text, err);

    if (status)
        return status;
    if (text.len != 2 * SC_REVIEW_KEY_BYTES + 1 || text.data[text.len - 1] != '\n')
        return sc_fail_at(err, SC_E_INPUT, path, 0, 0,
                          "this is no key of a register: expected 64 hexadecimal digits");
    for (size_t i = 0; i < SC_REVIEW_KEY_BYTES; i++) {
        int high = hex_value(text.data[2 * i]);
        int low = hex_value(text.data[2 * i + 1]);

        if (high < 0 || low < 0)
            return sc_fail_at(err, SC_E_INPUT, path, 0, 0,
                              "this is no key of a register: expected 64 hexadecimal digits");
        key->bytes[i] = (unsigned char)(high * 16 + low);
    }
    return SC_OK;
}

/* Makes the file under a name of its own and links it into place, so that of two
 * processes that try at once one wins and both then read the same key. */
static enum sc_status make_key(const char *path, struct sc_error *err)
{
    static const char digits[] = "0123456789abcdef";
    unsigned char bytes[SC_REVIEW_KEY_BYTES];
    char text[2 * SC_REVIEW_KEY_BYTES + 1];
    SC_AUTO_BUF part = {0};
    enum sc_status status = SC_OK;
    int fd;

    if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
        return sc_fail_io(err, "get random numbers for", path, errno);
    for (size_t i = 0; i < sizeof bytes; i++) {
        text[2 * i] = digits[bytes[i] >> 4];
        text[2 * i + 1] = digits[bytes[i] & 15];
    }
    text[sizeof text - 1] = '\n';
    sc_buf_addf(&part, "%s.%ld.tmp", path, (long)getpid());
    if (part.failed)
        return sc_fail_nomem(err);
    fd = open(part.data, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return sc_fail_io(err, "create", part.data, errno);
    if (write(fd, text, sizeof text) != (ssize_t)sizeof text || fsync(fd) != 0)
        status = sc_fail_io(err, "write", part.data, errno);
    (void)close(fd);
    if (!status && link(part.data, path) != 0 && errno != EEXIST)
        status = sc_fail_io(err, "create", path, errno);
    (void)unlink(part.data);
    return status;
}

enum sc_status sc_review_key_load(const char *register_path, bool create,
                                  struct sc_review_key *ret_key, struct sc_error *err)
{
    SC_AUTO_BUF path = {0};
    struct sc_review_key key = {0};
    enum sc_status status = SC_OK;

    sc_buf_addf(&path, "%s.key", register_path);
    if (path.failed)
        return sc_fail_nomem(err);
    if (access(path.data, F_OK) != 0) {
        if (errno != ENOENT)
            return sc_fail_io(err, "read", path.data, errno);
        if (!create)
            return sc_fail_at(err, SC_E_IO, path.data, 0, 0,
                              "the key of the register is missing: without it the offences of a "
                              "review cannot be found again; put it back from a backup");
        status = make_key(path.data, err);
    }
    if (!status)
        status = read_key(path.data, &key, err);
    if (status)
        return status;
    sc_sha256_hex(key.bytes, sizeof key.bytes, key.check);
    *ret_key = key;
    return SC_OK;
}

void sc_record_key(const struct sc_review_key *key, uint64_t low, uint64_t high,
                   unsigned char out[SC_RECORD_KEY_BYTES])
{
    struct hmac_sha256_ctx context;
    unsigned char message[16];

    for (size_t i = 0; i < 8; i++) {
        message[i] = (unsigned char)(low >> 8 * i);
        message[8 + i] = (unsigned char)(high >> 8 * i);
    }
    hmac_sha256_set_key(&context, sizeof key->bytes, key->bytes);
    hmac_sha256_update(&context, sizeof message, message);
    hmac_sha256_digest(&context, SC_RECORD_KEY_BYTES, out);
}
