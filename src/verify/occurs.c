/*
 * occurs.c - does a certificate know which categories are listed only where somebody is in them?
 *
 * A reader of an answer knows it: the file of what adds up says so in its column `kind`. All of
 * such a category is at least 1 though zeros are hidden, and a certificate that leaves this out
 * proves less than a reader knows.
 */
#include "verify/internal.h"

#include <string.h>
#include <strings.h>

#include "base/error.h"

#define FIELDS_MAX 16

struct columns {
    size_t n, dimension, code, kind; /* n: it has none */
};

/* The fields of one row, unquoted in place; those past the last that is looked for are not kept. */
static size_t read_row(char **at, char **fields, bool *ret_bad)
{
    bool last = false;
    size_t n = 0;

    while (!last) {
        char *field = sc_verify_trimmed(sc_verify_next_field(at, &last, ret_bad));

        if (n < FIELDS_MAX)
            fields[n++] = field;
    }
    return n;
}

static size_t find_column(char *const *fields, size_t n, const char *name)
{
    size_t i = 0;

    while (i < n && strcasecmp(fields[i], name) != 0)
        i++;
    return i;
}

/* Whether `word` is among the words of a kind. */
static bool has_word(const char *kind, const char *word)
{
    size_t n = strlen(word);

    for (kind += strspn(kind, " "); *kind; kind += strcspn(kind, " "), kind += strspn(kind, " "))
        if (strcspn(kind, " ") == n && strncasecmp(kind, word, n) == 0)
            return true;
    return false;
}

/* A dimension's name as the certificate writes it; NULL: it does not speak of it. */
static const char *written(const json_t *root, const char *dimension)
{
    json_t *list = json_object_get(root, "dimensions");

    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *name = json_string_value(json_array_get(list, i));

        if (name && strcasecmp(name, dimension) == 0)
            return name;
    }
    return NULL;
}

static bool is_known(const json_t *root, const char *dimension, const char *code)
{
    const char *name = written(root, dimension);
    json_t *list = name ? json_object_get(json_object_get(root, "occurs"), name) : NULL;

    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *listed = json_string_value(json_array_get(list, i));

        if (listed && strcmp(listed, code) == 0)
            return true;
    }
    return !name; /* no table has the dimension */
}

static enum sc_status check_rows(const json_t *root, const char *file, char *at,
                                 struct sc_error *err)
{
    char *fields[FIELDS_MAX];
    bool bad = false;
    size_t n = read_row(&at, fields, &bad), line = 1;
    const struct columns columns = {.n = n,
                                    .dimension = find_column(fields, n, "dimension"),
                                    .code = find_column(fields, n, "code"),
                                    .kind = find_column(fields, n, "kind")};

    if (bad || columns.dimension == n || columns.code == n)
        return sc_fail_at(err, SC_E_INPUT, file, 1, 0,
                          "expected a header: dimension,code,parent,kind");
    while (*at && columns.kind < columns.n) {
        line++;
        n = read_row(&at, fields, &bad);
        if (bad)
            return sc_fail_at(err, SC_E_INPUT, file, line, 0, "the row cannot be read");
        if (n <= columns.dimension || n <= columns.code || n <= columns.kind ||
            !has_word(fields[columns.kind], "occurs"))
            continue;
        if (!is_known(root, fields[columns.dimension], fields[columns.code]))
            return sc_fail_at(err, SC_E_UNSAFE, file, line, columns.kind + 1,
                              "the certificate does not know that this category is listed only "
                              "where somebody is in it");
    }
    return SC_OK;
}

enum sc_status sc_verify_occurs(const struct sc_verify_file *certificate,
                                const struct sc_verify_file *hierarchy, struct sc_error *err)
{
    json_t *root = json_loadb(certificate->bytes.data ? certificate->bytes.data : "",
                              certificate->bytes.len, JSON_REJECT_DUPLICATES, NULL);
    bool matters = json_integer_value(json_object_get(root, "hidden_at_least")) < 1 ||
                   json_integer_value(json_object_get(root, "rounded")) > 1;
    SC_AUTO_BUF own = {0};
    enum sc_status status = SC_OK;

    if (!json_is_object(root))
        status = sc_fail_at(err, SC_E_INPUT, certificate->name, 0, 0,
                            "not a certificate: not a JSON object");
    if (!status && matters && hierarchy->bytes.len > 0) {
        sc_buf_add(&own, hierarchy->bytes.data, hierarchy->bytes.len);
        status = sc_buf_check(&own, err);
        if (!status)
            status = check_rows(root, hierarchy->name, own.data, err);
    }
    json_decref(root);
    return status;
}
