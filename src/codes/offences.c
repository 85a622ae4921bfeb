/*
 * offences.c - Home Office offence codes and recorded-crime classes.
 *
 * Two namespaces that look alike: 71/17 is a code (class 71, subclass 17) and
 * stands in the courts' list; 88A is a class of published recorded crime, in
 * which 71/17 is counted together with 88/1 and 88/2. They are never mixed up
 * here: a code always has two numbers, a class has a letter or stands alone.
 */
#include <ctype.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "codes/codes.h"
#include "codes/list.h"

struct offence {
    const char *code; /* "071/17" */
    const char *description;
    const char *recorded_class;
};

struct class_row {
    const char *code;
    const char *description;
};

static struct offence *offences;
static size_t n_offences;
static struct class_row *classes;
static size_t n_classes;
static bool loaded_well;
static pthread_once_t loaded = PTHREAD_ONCE_INIT;

static int by_code(const void *a, const void *b)
{
    const struct offence *left = a;
    const struct offence *right = b;

    return strcmp(left->code, right->code);
}

static bool load_offences(void)
{
    struct sc_list list;
    size_t capacity = 0;

    if (!sc_list_open(&list, "offence-codes.csv"))
        return false;
    while (sc_list_next(&list)) {
        if (sc_grow((void **)&offences, &capacity, n_offences, sizeof *offences, NULL))
            return false;
        offences[n_offences++] = (struct offence){list.fields[0], list.fields[6], list.fields[7]};
    }
    qsort(offences, n_offences, sizeof *offences, by_code);
    return n_offences > 0;
}

static bool load_classes(void)
{
    struct sc_list list;
    size_t capacity = 0;

    if (!sc_list_open(&list, "recorded-crime-classes.csv"))
        return false;
    while (sc_list_next(&list)) {
        if (sc_grow((void **)&classes, &capacity, n_classes, sizeof *classes, NULL))
            return false;
        classes[n_classes++] = (struct class_row){list.fields[0], list.fields[1]};
    }
    return n_classes > 0;
}

static void load(void)
{
    loaded_well = load_offences() && load_classes();
}

bool sc_offence_code_find(const char *code, const char **ret_description, const char **ret_class)
{
    struct offence key = {code, NULL, NULL};
    const struct offence *found;

    (void)pthread_once(&loaded, load);
    if (!loaded_well)
        return false;
    found = bsearch(&key, offences, n_offences, sizeof *offences, by_code);
    if (!found)
        return false;
    if (ret_description)
        *ret_description = found->description;
    if (ret_class)
        *ret_class = found->recorded_class;
    return true;
}

bool sc_offence_class_find(const char *code, const char **ret_description)
{
    (void)pthread_once(&loaded, load);
    for (size_t i = 0; loaded_well && i < n_classes; i++) {
        if (strcmp(classes[i].code, code) == 0) {
            if (ret_description)
                *ret_description = classes[i].description;
            return true;
        }
    }
    return false;
}

/* What may follow a code: nothing, a space or bracket and whatever it says. */
static bool suffix_ok(const char *p, const char *end)
{
    return p == end || *p == ' ' || *p == '(' || *p == '\t' || *p == '-' || *p == ':' ||
           *p == ',' || *p == '\xc2';
}

static bool make_code(long class_number, long subclass, char *out)
{
    if (class_number < 0 || class_number > 999 || subclass < 0 || subclass > 99)
        return false;
    (void)snprintf(out, 8, "%03ld/%02ld", class_number, subclass);
    return true;
}

bool sc_offence_code_normalise(struct sc_slice written, char *out, bool *ret_is_class)
{
    struct sc_slice s = sc_slice_trim(written);
    const char *p = s.data;
    const char *end = s.data + s.len;
    long first = 0;
    long second = 0;
    size_t n = 0;
    size_t m = 0;

    *ret_is_class = false;
    while (p < end && isdigit((unsigned char)*p) && n < 6) {
        first = first * 10 + (*p++ - '0');
        n++;
    }
    if (n == 0 || n > 5)
        return false;
    if (p < end && (*p == '/' || *p == '\\') && n <= 3) {
        p++;
        while (p < end && isdigit((unsigned char)*p) && m < 3) {
            second = second * 10 + (*p++ - '0');
            m++;
        }
        return m >= 1 && m <= 2 && suffix_ok(p, end) && make_code(first, second, out);
    }
    if (n <= 3 && p < end && isalpha((unsigned char)*p)) {
        char letter = (char)toupper((unsigned char)*p++);

        if (!suffix_ok(p, end))
            return false;
        (void)snprintf(out, 8, "%ld%c", first, letter);
        *ret_is_class = true;
        return true;
    }
    if (n >= 4 && suffix_ok(p, end)) /* 07117, 7117: the last two are the subclass */
        return make_code(first / 100, first % 100, out);
    if (n <= 3 && suffix_ok(p, end)) { /* a class of recorded crime without a letter: 1, 36 */
        (void)snprintf(out, 8, "%ld", first);
        *ret_is_class = true;
        return true;
    }
    return false;
}
