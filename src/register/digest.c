#include "register/digest.h"

#include <string.h>

#include "base/file.h"

static void add_part(struct sc_buf *all, const char *text)
{
    if (text)
        sc_buf_addf(all, "%zu:%s\n", strlen(text), text);
    else
        sc_buf_adds(all, "-\n");
}

enum sc_status sc_register_digest(const char *before, const char *const *texts, size_t n,
                                  char out[SC_DIGEST_MAX], struct sc_error *err)
{
    SC_AUTO_BUF all = {0};
    enum sc_status status;

    add_part(&all, before);
    for (size_t i = 0; i < n; i++)
        add_part(&all, texts[i]);
    status = sc_buf_check(&all, err);
    if (!status)
        sc_sha256_hex(all.data, all.len, out);
    return status;
}
